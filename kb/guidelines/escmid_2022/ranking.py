"""Which regimens the guideline is reported to suggest in severe infection, by mechanism; one rule for each statement."""

from ....facts.atoms import V
from ....facts.vocabulary import (
    Active,
    Excluded,
    GradedSeverity,
    InScope,
    Mechanism,
    Ranks,
    StatementRegimen,
    Susceptibility,
)
from ...edition import Row, Table
from ...examples import NOT_STATED, PAIR, SUSPECTED, put_to
from ...language import Cite, Rule
from ...sources import cite

GUIDELINE = "escmid-2022"
fires, silent = put_to(GUIDELINE)
CZA, MVB, FDC = "ceftazidime-avibactam", "meropenem-vaborbactam", "cefiderocol"
Changes = dict[str, object]
FOUND, TESTED = "isolate.carbapenemases", "isolate.susceptibilities"
KPC: Changes = {FOUND: ["KPC-2"]}
OXA: Changes = {FOUND: ["OXA-48"]}
NONE: Changes = {FOUND: []}
NON_SEVERE: Changes = {"infection.severity": "non_severe"}

NAMED = Table(
    "escmid-2022-regimens",
    "regimens of this formulary that each statement names",
    "StatementRegimen",
    tuple(
        Row(
            f"{statement.lower()}-names-{regimen}",
            (statement, regimen),
            f"{statement} names {regimen}",
            cite(GUIDELINE, "recommendations on CRE"),
        )
        for statement, regimen in (
            ("E-severe-meropenem-vaborbactam", MVB),
            ("E-severe-ceftazidime-avibactam", CZA),
            ("E-mbl-pair", PAIR),
            ("E-mbl-cefiderocol", FDC),
        )
    ),
)

_MBL = (("E-mbl-pair", PAIR, "first"), ("E-mbl-cefiderocol", FDC, "alternative"))
_SERINE = (
    (MVB, "kpc", "KPC", KPC, OXA),
    (CZA, "kpc", "KPC", KPC, NONE),
    (CZA, "oxa_48_like", "an OXA-48-like enzyme", OXA, KPC),
)

RULES = (
    *(
        Rule(
            id=f"escmid-{statement.lower().removeprefix('e-')}",
            says=f"Severe infection, a metallo-beta-lactamase confirmed: {words}.",
            source=Cite(GUIDELINE, "CRE with a metallo-beta-lactamase"),
            when=(
                InScope(),
                Mechanism(value="metallo", certainty="confirmed"),
                GradedSeverity(value="severe"),
                StatementRegimen(statement=statement, regimen=V.regimen),
                Active(regimen=V.regimen, enzyme=V.enzyme),
            ),
            then=Ranks(regimen=V.regimen, line=line, statement=statement),
            because="the infection is severe and the isolate makes {enzyme}, a metallo-beta-lactamase: {regimen}.",
            cases=(
                fires("NDM-1, severe", {}),
                fires("severity not stated", {"infection.severity": NOT_STATED}),
                silent("non-severe", NON_SEVERE),
                silent("KPC", KPC),
                silent("only suspected", {}, SUSPECTED),
            ),
        )
        for (statement, _, line), words in zip(
            _MBL, ("aztreonam with ceftazidime-avibactam", "cefiderocol, of lower certainty"), strict=True
        )
    ),
    *(
        Rule(
            id=f"escmid-{statement.lower().removeprefix('e-')}-suspected",
            says="Severe infection, a metallo-beta-lactamase suspected and none confirmed: the same; our extension.",
            source=Cite(GUIDELINE, "CRE with a metallo-beta-lactamase, extended from confirmed to suspected"),
            when=(
                InScope(),
                Mechanism(value="metallo", certainty="suspected"),
                GradedSeverity(value="severe"),
                StatementRegimen(statement=statement, regimen=V.regimen),
                Active(regimen=V.regimen, enzyme=V.enzyme),
            ),
            unless=(Mechanism(value="metallo", certainty="confirmed"),),
            then=Ranks(regimen=V.regimen, line=line, statement=f"{statement}-suspected"),
            because="the infection is severe and {enzyme} is suspected and not ruled out; the guideline says this of a confirmed enzyme, we extend it.",
            cases=(
                fires("suspected", {}, SUSPECTED),
                silent("confirmed", {}),
                silent("non-severe", NON_SEVERE, SUSPECTED),
            ),
        )
        for statement, _, line in _MBL
    ),
    *(
        Rule(
            id=f"escmid-severe-{regimen}-{mechanism.replace('_', '-')}",
            says=f"Severe infection with {words}: {regimen}, if it is active in vitro.",
            source=Cite(GUIDELINE, "CRE, severe infection"),
            when=(
                InScope(),
                Mechanism(value=mechanism, certainty="confirmed"),
                GradedSeverity(value="severe"),
                Active(regimen=regimen, enzyme=V.enzyme),
            ),
            then=Ranks(regimen=regimen, line="first", statement=f"E-severe-{regimen}"),
            because=f"the infection is severe and the isolate makes {{enzyme}}: {regimen}, if it is active in vitro.",
            cases=(
                fires(words, case),
                silent("another mechanism", other),
                silent("non-severe", {**case, **NON_SEVERE}),
                silent("NDM-1", {}),
            ),
        )
        for regimen, mechanism, words, case, other in _SERINE
    ),
    *(
        Rule(
            id=f"escmid-severe-{regimen}-no-carbapenemase",
            says=f"Severe infection, no carbapenemase, {regimen} reported susceptible: {regimen}.",
            source=Cite(GUIDELINE, "CRE, severe infection"),
            when=(
                InScope(),
                Mechanism(value="no_carbapenemase"),
                GradedSeverity(value="severe"),
                Susceptibility(regimen=regimen, result="S"),
            ),
            then=Ranks(regimen=regimen, line="first", statement=f"E-severe-{regimen}"),
            because=f"the infection is severe, no carbapenemase was found, and {regimen} is reported susceptible.",
            cases=(
                fires("S", {**NONE, TESTED: {regimen: "S"}}),
                silent("not tested", NONE),
                silent("R", {**NONE, TESTED: {regimen: "R"}}),
                silent("NDM-1", {TESTED: {regimen: "S"}}),
            ),
        )
        for regimen in (CZA, MVB)
    ),
    Rule(
        id="escmid-resistant-cefiderocol",
        says="Severe infection, resistant to ceftazidime-avibactam and meropenem-vaborbactam: cefiderocol.",
        source=Cite(GUIDELINE, "CRE resistant to any other drug"),
        when=(
            InScope(),
            GradedSeverity(value="severe"),
            Excluded(regimen=CZA, reason="resistant"),
            Excluded(regimen=MVB, reason="resistant"),
        ),
        unless=(Mechanism(value="metallo"),),
        then=Ranks(regimen=FDC, line="first", statement="E-mbl-cefiderocol"),
        because="the infection is severe and the isolate is reported resistant to ceftazidime-avibactam and meropenem-vaborbactam: cefiderocol, conditionally.",
        cases=(
            fires("KPC, both R", {**KPC, TESTED: {CZA: "R", MVB: "R"}}),
            silent("one R", {**KPC, TESTED: {CZA: "R", MVB: "S"}}),
            silent("NDM-1", {TESTED: {CZA: "R", MVB: "R"}}),
            silent("non-severe", {**KPC, **NON_SEVERE, TESTED: {CZA: "R", MVB: "R"}}),
        ),
    ),
)
