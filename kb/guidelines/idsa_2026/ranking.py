"""Which regimens the guidance prefers or gives as alternatives, by mechanism and site; one rule for each statement."""

from ....facts.atoms import Pattern, V
from ....facts.vocabulary import (
    Action,
    Active,
    DrugClass,
    Excluded,
    GradedSeverity,
    InScope,
    Mechanism,
    MeropenemUsable,
    MicCategory,
    Missing,
    OtherMetallo,
    Ranks,
    Recommend,
    Site,
    SiteGroup,
    StatementRegimen,
    Susceptibility,
    Target,
    Tested,
    UnavailableDrug,
    Warn,
)
from ...edition import Row, Table
from ...examples import BASE, NOT_STATED, PAIR, SUSPECTED, put_to
from ...language import Cite, Rule
from ...sources import cite

GUIDELINE = "idsa-2026"
fires, silent = put_to(GUIDELINE)
AZA, CZA, FDC = "aztreonam-avibactam", "ceftazidime-avibactam", "cefiderocol"
IMR, MVB = "imipenem-relebactam", "meropenem-vaborbactam"
TETRACYCLINES = ("eravacycline", "tigecycline")

SITE, FOUND, TESTED = "infection.site", "isolate.carbapenemases", "isolate.susceptibilities"
Changes = dict[str, object]
KPC: Changes = {FOUND: ["KPC-2"]}
OXA: Changes = {FOUND: ["OXA-48"]}
NONE: Changes = {FOUND: []}
NO_AZA = {"setting.unavailable": [AZA]}
ABDOMEN, PYELONEPHRITIS = {SITE: "intra_abdominal"}, {SITE: "pyelonephritis"}
CYSTITIS = {SITE: "cystitis", "infection.severity": "non_severe"}

REGIMENS = {
    "Q3.1-alternative": ("colistin",),
    "Q3.2-preferred": (AZA, FDC, CZA, IMR, MVB),
    "Q3.3-preferred": (AZA, CZA, IMR, MVB),
    "Q3.3-alternative": (FDC, *TETRACYCLINES),
    "Q3.4-preferred": (CZA, IMR, MVB),
    "Q3.4-alternative": (AZA, FDC, *TETRACYCLINES),
    "Q3.5-preferred": (AZA, FDC),
    "Q3.5-alternative": (PAIR,),
    "Q3.5-tetracyclines": TETRACYCLINES,
    "Q3.6-preferred": (CZA,),
    "Q3.6-alternative": (AZA, FDC, *TETRACYCLINES),
}

NAMED = Table(
    "idsa-2026-regimens",
    "regimens of this formulary that each statement names",
    "StatementRegimen",
    tuple(
        Row(
            f"{statement.lower()}-names-{regimen}",
            (statement, regimen),
            f"{statement} names {regimen}",
            cite(GUIDELINE, f"question {statement[1:4]}"),
        )
        for statement, regimens in REGIMENS.items()
        for regimen in regimens
    ),
)


_OURS = ("", " (our extension)")
_SAID = {"metallo": "a metallo-beta-lactamase", "kpc": "KPC", "oxa_48_like": "an OXA-48-like enzyme"}
_TERM = {"first": "preferred", "alternative": "an alternative"}

NDM = Target(enzyme=V.enzyme, family="NDM", certainty="confirmed")
OTHER_METALLO = (
    Target(enzyme=V.enzyme, family=V.family, certainty="confirmed"),
    OtherMetallo(family=V.family),
)
NO_NDM = (Target(family="NDM", certainty="confirmed"),)
VIM: Changes = {FOUND: ["VIM-2"]}

# mechanism, what more it takes and must not be, statement, suffix of ours, line, words, example of it, one of another
_Row = tuple[str, tuple[Pattern, ...], tuple[Pattern, ...], str, str, str, str, Changes, Changes]
_BETA_LACTAMS: tuple[_Row, ...] = (
    ("metallo", (NDM,), (), "Q3.5-preferred", "", "first", "NDM", {}, VIM),
    (
        "metallo",
        OTHER_METALLO,
        NO_NDM,
        "Q3.5-preferred",
        "-other-mbl",
        "first",
        "another metallo-beta-lactamase than NDM",
        VIM,
        {},
    ),
    ("kpc", (), (), "Q3.4-preferred", "", "first", "KPC", KPC, OXA),
    ("kpc", (), (), "Q3.4-alternative", "", "alternative", "KPC", KPC, OXA),
    ("oxa_48_like", (), (), "Q3.6-preferred", "", "first", "an OXA-48-like enzyme", OXA, KPC),
    ("oxa_48_like", (), (), "Q3.6-alternative", "", "alternative", "an OXA-48-like enzyme", OXA, KPC),
)
_SUSPECTED = {
    "metallo": SUSPECTED,
    "kpc": {**SUSPECTED, "isolate.suspected_carbapenemases": ["KPC"]},
    "oxa_48_like": {**SUSPECTED, "isolate.suspected_carbapenemases": ["OXA-48-like"]},
}
_URINARY_MECHANISMS: tuple[tuple[str, Changes], ...] = (("metallo", {}), ("kpc", KPC), ("oxa_48_like", OXA))


RULES = (
    *(
        Rule(
            id=f"idsa-{statement.lower().replace('.', '-')}{suffix}",
            says=f"Outside the urinary tract, {words}: the beta-lactams that the guidance calls {_TERM[line]}{_OURS[bool(suffix)]}.",
            source=Cite(
                GUIDELINE,
                f"question {statement[1:4]}{', extended from NDM to the other class B families' * bool(suffix)}",
            ),
            when=(
                InScope(),
                Mechanism(value=mechanism, certainty="confirmed"),
                Site(value=V.site),
                SiteGroup(site=V.site, group="invasive"),
                *who,
                StatementRegimen(statement=statement, regimen=V.regimen),
                Active(regimen=V.regimen, enzyme=V.enzyme),
            ),
            unless=unless,
            then=Ranks(regimen=V.regimen, line=line, statement=f"{statement}{suffix}"),
            because=f"the isolate makes {words} ({{enzyme}}; site: {{site}}): {{regimen}} is {_TERM[line]} by IDSA 2026{_OURS[bool(suffix)]}.",
            cases=(
                fires("bloodstream", case),
                fires("site not stated", {**case, SITE: NOT_STATED}),
                silent("another mechanism", other),
                silent("pyelonephritis", {**case, **PYELONEPHRITIS}),
                silent("only suspected", {}, _SUSPECTED[mechanism]),
            ),
        )
        for mechanism, who, unless, statement, suffix, line, words, case, other in _BETA_LACTAMS
    ),
    *(
        Rule(
            id=f"idsa-{statement.lower().replace('.', '-')}-suspected",
            says=f"Outside the urinary tract, {_SAID[mechanism]} suspected and not confirmed: the same agents; our extension.",
            source=Cite(GUIDELINE, f"question {statement[1:4]}, extended from confirmed to suspected"),
            when=(
                InScope(),
                Mechanism(value=mechanism, certainty="suspected"),
                Site(value=V.site),
                SiteGroup(site=V.site, group="invasive"),
                StatementRegimen(statement=statement, regimen=V.regimen),
                Active(regimen=V.regimen, enzyme=V.enzyme),
            ),
            unless=(Mechanism(value=mechanism, certainty="confirmed"),),
            then=Ranks(regimen=V.regimen, line=line, statement=f"{statement}-suspected"),
            because=f"{_SAID[mechanism]} is suspected and not ruled out; the guidance says this of the confirmed enzyme, we extend it.",
            cases=(
                fires("suspected", {}, _SUSPECTED[mechanism]),
                silent("confirmed", case),
                silent("pyelonephritis", PYELONEPHRITIS, _SUSPECTED[mechanism]),
            ),
        )
        for mechanism, _, _, statement, suffix, line, words, case, _ in _BETA_LACTAMS
        if not suffix
    ),
    *(
        Rule(
            id=f"idsa-q3-5-alternative{suffix}",
            says="A metallo-beta-lactamase, and aztreonam-avibactam cannot be had: ceftazidime-avibactam plus aztreonam as alternative.",
            source=Cite(GUIDELINE, place),
            when=(
                InScope(),
                Mechanism(value="metallo", certainty=certainty),
                Site(value=V.site),
                SiteGroup(site=V.site, group="invasive"),
                UnavailableDrug(drug=AZA),
                *who,
                Active(regimen=PAIR, enzyme=V.enzyme),
            ),
            unless=unless,
            then=Ranks(regimen=PAIR, line="alternative", statement=f"Q3.5-alternative{suffix}"),
            because=f"aztreonam-avibactam cannot be had, and {{enzyme}} is {certainty}: IDSA 2026 then gives ceftazidime-avibactam plus aztreonam.",
            cases=(
                fires(certainty, NO_AZA, base),
                silent("aztreonam-avibactam can be had", {}, base),
                silent("availability not stated", {"setting.unavailable": NOT_STATED}, base),
                silent("another enzyme or certainty", NO_AZA, other),
                silent("pyelonephritis", {**NO_AZA, **PYELONEPHRITIS}, base),
            ),
        )
        for certainty, suffix, place, who, unless, base, other in (
            ("confirmed", "", "question 3.5", (NDM,), (), BASE, SUSPECTED),
            (
                "confirmed",
                "-other-mbl",
                "question 3.5, extended from NDM to the other class B families",
                OTHER_METALLO,
                NO_NDM,
                {**BASE, **VIM},
                BASE,
            ),
            (
                "suspected",
                "-suspected",
                "question 3.5, extended from confirmed to suspected",
                (),
                (Mechanism(value="metallo", certainty="confirmed"),),
                SUSPECTED,
                BASE,
            ),
        )
    ),
    *(
        Rule(
            id=f"idsa-{statement.lower().replace('.', '-')}-tetracyclines{suffix}",
            says=f"{words.capitalize()}, at a site where tetracyclines may serve: eravacycline or tigecycline as alternatives.",
            source=Cite(GUIDELINE, f"question {statement[1:4]} and 3.7{place}"),
            when=(
                InScope(),
                Mechanism(value=mechanism, certainty=certainty),
                Site(value=V.site),
                SiteGroup(site=V.site, group="tetracycline"),
                *who,
                StatementRegimen(statement=statement, regimen=V.regimen),
                DrugClass(drug=V.regimen, drug_class="tetracycline"),
            ),
            unless=unless,
            then=Ranks(regimen=V.regimen, line="alternative", statement=f"{statement}{suffix}"),
            because=f"{words}; at this site ({{site}}) {{regimen}} is an alternative by IDSA 2026, above all where no beta-lactam is active.",
            cases=(
                fires("intra-abdominal", {**case, **ABDOMEN}, base),
                silent("bloodstream", case, base),
                silent("pyelonephritis", {**case, **PYELONEPHRITIS}, base),
                silent("not stated", {**case, SITE: NOT_STATED}, base),
            ),
        )
        for mechanism, statement, words, certainty, suffix, place, who, unless, case, base in (
            ("metallo", "Q3.5-tetracyclines", "NDM", "confirmed", "", "", (NDM,), (), {}, BASE),
            (
                "metallo",
                "Q3.5-tetracyclines",
                "another metallo-beta-lactamase than NDM",
                "confirmed",
                "-other-mbl",
                ", extended from NDM to the other class B families",
                OTHER_METALLO,
                NO_NDM,
                VIM,
                BASE,
            ),
            ("kpc", "Q3.4-alternative", "KPC", "confirmed", "", "", (), (), KPC, BASE),
            ("oxa_48_like", "Q3.6-alternative", "an OXA-48-like enzyme", "confirmed", "", "", (), (), OXA, BASE),
            (
                "no_carbapenemase",
                "Q3.3-alternative",
                "no carbapenemase and no active carbapenem",
                "confirmed",
                "",
                "",
                (),
                (MeropenemUsable(),),
                NONE,
                BASE,
            ),
            *(
                (
                    mechanism,
                    statement,
                    f"{_SAID[mechanism]} suspected",
                    "suspected",
                    "-suspected",
                    ", extended from confirmed to suspected",
                    (),
                    (Mechanism(value=mechanism, certainty="confirmed"),),
                    {},
                    _SUSPECTED[mechanism],
                )
                for mechanism, statement in (
                    ("metallo", "Q3.5-tetracyclines"),
                    ("kpc", "Q3.4-alternative"),
                    ("oxa_48_like", "Q3.6-alternative"),
                )
            ),
        )
    ),
    *(
        Rule(
            id=f"idsa-q3-2-{mechanism.replace('_', '-')}-{group}{suffix}",
            says="Pyelonephritis, cUTI or severe cystitis: of the new agents those that are active against the mechanism.",
            source=Cite(GUIDELINE, f"question 3.2{place}"),
            when=(
                InScope(),
                Mechanism(value=mechanism, certainty=certainty),
                Site(value=V.site),
                SiteGroup(site=V.site, group=group),
                *severity,
                StatementRegimen(statement="Q3.2-preferred", regimen=V.regimen),
                Active(regimen=V.regimen, enzyme=V.enzyme),
            ),
            unless=(Mechanism(value=mechanism, certainty="confirmed"),) if suffix else (),
            then=Ranks(regimen=V.regimen, line="first", statement=f"Q3.2-preferred{suffix}"),
            because=f"{{site}}: {{regimen}} is among the agents preferred by IDSA 2026 and active against {{enzyme}}{said}.",
            cases=(
                fires(group, {**case, **site}, base),
                silent("bloodstream", case, base),
                silent("not stated", {**case, SITE: NOT_STATED}, base),
            ),
        )
        for mechanism, found in _URINARY_MECHANISMS
        for group, severity, site in (
            ("urinary", (), PYELONEPHRITIS),
            ("cystitis", (GradedSeverity(value="severe"),), {SITE: "cystitis"}),
        )
        for certainty, suffix, place, said, case, base in (
            ("confirmed", "", "", "", found, BASE),
            (
                "suspected",
                "-suspected",
                ", extended from confirmed to suspected",
                ", only suspected (our extension)",
                {},
                _SUSPECTED[mechanism],
            ),
        )
    ),
    *(
        Rule(
            id=f"idsa-q3-2-no-carbapenemase-{group}",
            says="Pyelonephritis, cUTI or severe cystitis, no carbapenemase: the new agents.",
            source=Cite(GUIDELINE, "question 3.2"),
            when=(
                InScope(),
                Mechanism(value="no_carbapenemase"),
                Site(value=V.site),
                SiteGroup(site=V.site, group=group),
                *severity,
                StatementRegimen(statement="Q3.2-preferred", regimen=V.regimen),
            ),
            then=Ranks(regimen=V.regimen, line="first", statement="Q3.2-preferred"),
            because="{site} and no carbapenemase: {regimen} is among the agents preferred by IDSA 2026.",
            cases=(
                fires(group, {**NONE, **site}),
                silent("bloodstream", NONE),
                silent("not stated", {**NONE, SITE: NOT_STATED}),
            ),
        )
        for group, severity, site in (
            ("urinary", (), PYELONEPHRITIS),
            ("cystitis", (GradedSeverity(value="severe"),), {SITE: "cystitis"}),
        )
    ),
    *(
        Rule(
            id=f"meropenem-usable-{name}",
            says=f"Without a carbapenemase, meropenem reported susceptible, {words}, can be used.",
            source=Cite(GUIDELINE, "question 3.3: meropenem MIC of 1 mg/L or less"),
            when=(
                Mechanism(value="no_carbapenemase"),
                Susceptibility(regimen="meropenem", result="S"),
                MicCategory(regimen="meropenem", issuer="CLSI", category=category),
            ),
            then=MeropenemUsable(),
            because=f"no carbapenemase was found, and meropenem is reported susceptible ({words}).",
            cases=(
                fires(name, {**NONE, TESTED: {"meropenem": {"result": "S", **mic}}}),
                silent("MIC 2: above 1", {**NONE, TESTED: {"meropenem": {"result": "S", "mic": "2 mg/L"}}}),
                silent("MIC ≤ 2: may be above 1", {**NONE, TESTED: {"meropenem": {"result": "S", "mic": "<=2 mg/L"}}}),
                silent("R", {**NONE, TESTED: {"meropenem": "R"}}),
                silent("not tested", NONE),
            ),
        )
        for name, words, category, mic in (
            ("by-mic", "with a MIC of 1 mg/L or less", "S", {"mic": "1 mg/L"}),
            ("without-mic", "its MIC not stated", "not_stated", {}),
        )
    ),
    Rule(
        id="idsa-q3-3-meropenem",
        says="No carbapenemase and meropenem susceptible: meropenem by extended infusion.",
        source=Cite(GUIDELINE, "question 3.3"),
        when=(
            InScope(),
            Mechanism(value="no_carbapenemase"),
            Site(value=V.site),
            SiteGroup(site=V.site, group="invasive"),
            MeropenemUsable(),
        ),
        then=Ranks(regimen="meropenem", line="first", statement="Q3.3-meropenem"),
        because="no carbapenemase was found and meropenem is reported susceptible: extended-infusion meropenem by IDSA 2026.",
        cases=(
            fires("meropenem S", {**NONE, TESTED: {"meropenem": "S"}}),
            silent("meropenem R", {**NONE, TESTED: {"meropenem": "R"}}),
            silent("not tested", NONE),
            silent("KPC", {**KPC, TESTED: {"meropenem": "S"}}),
        ),
    ),
    Rule(
        id="idsa-q3-3-meropenem-test-missing",
        says="No carbapenemase and no result of meropenem: the result is missing, for it changes what is preferred.",
        source=Cite(GUIDELINE, "question 3.3"),
        when=(
            InScope(),
            Mechanism(value="no_carbapenemase"),
            Site(value=V.site),
            SiteGroup(site=V.site, group="invasive"),
        ),
        unless=(Tested(regimen="meropenem"),),
        then=Missing(fact=f"{TESTED}[meropenem]", need="meropenem"),
        because="a meropenem result, with its MIC: at 1 mg/L or less, extended-infusion meropenem is preferred.",
        cases=(fires("not tested", NONE), silent("tested", {**NONE, TESTED: {"meropenem": "R"}}), silent("NDM-1", {})),
    ),
    Rule(
        id="idsa-q3-3-meropenem-conditions",
        says="Meropenem alone susceptible, and not imipenem: only where the patient is not critically ill and the source is controlled.",
        source=Cite(GUIDELINE, "question 3.3"),
        when=(Recommend(regimen="meropenem"),),
        then=Warn(kind="evidence", topic="meropenem_and_imipenem"),
        because="meropenem: this holds where imipenem is susceptible too (MIC of 1 mg/L or less); if only meropenem is, IDSA 2026 considers it only "
        "in a patient who is not critically ill and whose source is controlled.",
        cases=(
            fires("meropenem S", {**NONE, TESTED: {"meropenem": "S"}}),
            silent("not tested", NONE),
        ),
    ),
    *(
        Rule(
            id=f"idsa-{statement.lower().replace('.', '-')}",
            says="No carbapenemase and no active carbapenem: the agents that the guidance names.",
            source=Cite(GUIDELINE, "question 3.3"),
            when=(
                InScope(),
                Mechanism(value="no_carbapenemase"),
                Site(value=V.site),
                SiteGroup(site=V.site, group="invasive"),
                StatementRegimen(statement=statement, regimen=V.regimen),
                DrugClass(drug=V.regimen, drug_class="beta_lactam"),
            ),
            unless=(MeropenemUsable(),),
            then=Ranks(regimen=V.regimen, line=line, statement=statement),
            because=f"no carbapenemase was found and meropenem is not known to be active: {{regimen}} is {_TERM[line]} by IDSA 2026.",
            cases=(
                fires("not tested", NONE),
                fires("meropenem R", {**NONE, TESTED: {"meropenem": "R"}}),
                silent("meropenem S", {**NONE, TESTED: {"meropenem": "S"}}),
                silent("NDM-1", {}),
                silent("pyelonephritis", {**NONE, **PYELONEPHRITIS}),
            ),
        )
        for statement, line in (("Q3.3-preferred", "first"), ("Q3.3-alternative", "alternative"))
    ),
    *(
        Rule(
            id=f"idsa-q3-1-colistin-{result.lower()}",
            says="Cystitis that is not severe, colistin reported and not resistant: colistin is among the alternatives.",
            source=Cite(GUIDELINE, "question 3.1"),
            when=(
                InScope(),
                Site(value="cystitis"),
                GradedSeverity(value="non_severe"),
                StatementRegimen(statement="Q3.1-alternative", regimen=V.regimen),
                Susceptibility(regimen=V.regimen, result=result),
            ),
            then=Ranks(regimen=V.regimen, line="alternative", statement="Q3.1-alternative"),
            because=f"cystitis that is not severe, and {{regimen}} is reported {result}: an alternative by IDSA 2026, after the agents outside this formulary.",
            cases=(
                fires(result, {**CYSTITIS, TESTED: {"colistin": result}}),
                silent("R", {**CYSTITIS, TESTED: {"colistin": "R"}}),
                silent("not tested", CYSTITIS),
                silent("bloodstream", {TESTED: {"colistin": result}}),
            ),
        )
        for result in ("S", "I")
    ),
    Rule(
        id="idsa-q3-3-preferred-imipenem-unknown",
        says="No carbapenemase, meropenem susceptible: imipenem cannot be stated here, so the new agents stay as alternatives; our extension.",
        source=Cite(GUIDELINE, "question 3.3, where it is not known whether imipenem is susceptible too"),
        when=(
            InScope(),
            MeropenemUsable(),
            Site(value=V.site),
            SiteGroup(site=V.site, group="invasive"),
            StatementRegimen(statement="Q3.3-preferred", regimen=V.regimen),
        ),
        then=Ranks(regimen=V.regimen, line="alternative", statement="Q3.3-preferred-imipenem-unknown"),
        because="meropenem is reported susceptible, but whether imipenem is too is not known: {regimen} stays as alternative (critically ill, source not "
        "controlled, or meropenem out).",
        cases=(
            fires("meropenem S", {**NONE, TESTED: {"meropenem": "S"}}),
            silent("meropenem R", {**NONE, TESTED: {"meropenem": "R"}}),
            silent("pyelonephritis", {**NONE, TESTED: {"meropenem": "S"}, **PYELONEPHRITIS}),
        ),
    ),
    Rule(
        id="idsa-q3-3-imipenem-to-be-tested",
        says="Meropenem susceptible and no carbapenemase: imipenem is tested, for what is preferred turns on it.",
        source=Cite(GUIDELINE, "question 3.3"),
        when=(InScope(), MeropenemUsable()),
        then=Action(kind="test", topic="imipenem"),
        because="have imipenem tested too (MIC): only if it is susceptible as well is meropenem preferred in the critically ill or before the source is controlled.",
        cases=(
            fires("meropenem S", {**NONE, TESTED: {"meropenem": "S"}}),
            silent("meropenem R", {**NONE, TESTED: {"meropenem": "R"}}),
        ),
    ),
    *(
        Rule(
            id=f"idsa-q3-5-alternative-otherwise-{reason}",
            says=f"Aztreonam-avibactam is out ({words}) and the pair is tested susceptible: the pair as alternative; our extension.",
            source=Cite(GUIDELINE, "question 3.5, extended from unavailable to otherwise out"),
            when=(
                InScope(),
                Mechanism(value="metallo"),
                Site(value=V.site),
                SiteGroup(site=V.site, group="invasive"),
                Excluded(regimen=AZA, reason=reason),
                Susceptibility(regimen=PAIR, result="S"),
                Active(regimen=PAIR, enzyme=V.enzyme),
            ),
            then=Ranks(regimen=PAIR, line="alternative", statement="Q3.5-alternative-otherwise"),
            because=f"aztreonam-avibactam is out ({words}), and the combination of ceftazidime-avibactam with aztreonam is reported susceptible.",
            cases=(
                fires(words, {**case, TESTED: {PAIR: "S", **tested}}),
                silent("aztreonam-avibactam stands", {TESTED: {PAIR: "S"}}),
                silent("the pair not tested", {**case, TESTED: tested}),
                silent("pyelonephritis", {**case, **PYELONEPHRITIS, TESTED: {PAIR: "S", **tested}}),
            ),
        )
        for reason, words, case, tested in (
            ("resistant", "reported resistant or intermediate", {}, {AZA: "R"}),
            (
                "label",
                "its label forbids it",
                {"setting.jurisdiction": "EU", "patient.creatinine_clearance": "12 mL/min"},
                {},
            ),
        )
    ),
)
