"""What the guideline says never to give, not to give first, or not to combine."""

from ....facts.atoms import Pattern, V
from ....facts.vocabulary import (
    Avoid,
    AztreonamThreat,
    CarbapenemResistance,
    CarbapenemResistant,
    Combination,
    Contains,
    CoProduced,
    Excluded,
    GradedSeverity,
    Inactive,
    InScope,
    Missing,
    Organism,
    OrganismOrder,
    OtherEnzymeList,
    OtherMetallo,
    Recommend,
    Susceptibility,
    Target,
)
from ...examples import BASE, NOT_STATED, PAIR, SUSPECTED, fires, silent
from ...language import Cite, Rule

GUIDELINE = "severe-ndm-klebsiella"
CZA = "ceftazidime-avibactam"
OTHERS = "isolate.other_beta_lactamases"
VIM = {"isolate.carbapenemases": ["VIM-2"]}
KPC = {"isolate.carbapenemases": ["KPC-2"]}
CRAB = {"isolate.organism": "Acinetobacter baumannii"}

# Which enzymes the isolate makes beside the class B one decides what the reason may claim.
_ALONE: tuple[tuple[str, tuple[Pattern, ...], tuple[Pattern, ...], str, dict[str, object]], ...] = (
    (
        "enzyme-found",
        (AztreonamThreat(enzyme=V.threat),),
        (),
        "{threat}, found in this isolate, inactivates aztreonam given alone",
        {},
    ),
    (
        "enzymes-not-stated",
        (OtherEnzymeList(state="not_stated"),),
        (AztreonamThreat(),),
        "co-produced enzymes are not reported here, and such producers usually carry some (ESBL, AmpC) that inactivate aztreonam",
        {OTHERS: NOT_STATED},
    ),
    (
        "harmless-enzymes-found",
        (OtherEnzymeList(answered="yes"), CoProduced(enzyme=V.other)),
        (AztreonamThreat(),),
        "the co-produced enzyme found ({other}) is not one known for certain to inactivate aztreonam, but the rule makes no exception for that",
        {OTHERS: ["TEM-1"]},
    ),
    (
        "no-enzyme-found",
        (OtherEnzymeList(state="none"),),
        (CoProduced(),),
        "no co-produced enzyme was found, but the rule makes no exception for that",
        {OTHERS: []},
    ),
)

RULES = (
    Rule(
        id="ndm-klebsiella-severe-not-cefiderocol-first",
        says="Severe infection with NDM-producing K. pneumoniae: cefiderocol alone does not come before the pair.",
        source=Cite(GUIDELINE, "S1"),
        when=(
            InScope(),
            Organism(organism=V.organism),
            OrganismOrder(organism=V.organism, species="Klebsiella pneumoniae"),
            Target(enzyme=V.enzyme, family="NDM", certainty="confirmed"),
            GradedSeverity(value="severe"),
            Recommend(regimen=PAIR, line="first"),
        ),
        unless=(Excluded(regimen="cefiderocol"),),
        then=Avoid(regimen="cefiderocol", category="not_first_line", statement="S1"),
        because="this guideline puts the pair before cefiderocol alone in severe infection with {enzyme}-producing K. pneumoniae.",
        cases=(
            fires("NDM-1, severe", BASE),
            silent("non-severe", BASE, {"infection.severity": "non_severe"}),
            silent("E. coli", BASE, {"isolate.organism": "Escherichia coli"}),
            silent("NDM only suspected", SUSPECTED),
            silent("cefiderocol resistant anyway", BASE, {"isolate.susceptibilities": {"cefiderocol": "R"}}),
            silent("the pair cannot be had", BASE, {"setting.unavailable": ["aztreonam"]}),
        ),
    ),
    *(
        Rule(
            id=f"ndm-never-aztreonam-alone-{name}",
            says="NDM: never aztreonam alone.",
            source=Cite(GUIDELINE, "S9"),
            when=(Target(family="NDM", certainty=V.certainty), *when),
            unless=unless,
            then=Avoid(regimen="aztreonam", category="never", statement="S9"),
            because=f"never aztreonam alone against NDM ({{certainty}}): {reason}.",
            cases=(fires(name, BASE, case), silent("KPC", BASE, {**KPC, **case}), silent("VIM", BASE, {**VIM, **case})),
        )
        for name, when, unless, reason, case in _ALONE
    ),
    *(
        Rule(
            id=f"other-metallo-never-aztreonam-alone-{name}",
            says="Other class B enzymes: never aztreonam alone, by the enzyme table.",
            source=Cite(GUIDELINE, "S9, extended by the enzyme table"),
            when=(Target(family=V.family, certainty=V.certainty), OtherMetallo(family=V.family), *when),
            unless=unless,
            then=Avoid(regimen="aztreonam", category="never", statement="S9-other-mbl"),
            because=f"never aztreonam alone against {{family}} ({{certainty}}): {reason}. (Our extension of the guideline's rule for NDM, by the "
            "enzyme table.)",
            cases=(
                fires(name, BASE, {**VIM, **case}),
                silent("NDM-1", BASE, case),
                silent("KPC", BASE, {**KPC, **case}),
            ),
        )
        for name, when, unless, reason, case in _ALONE
    ),
    Rule(
        id="ndm-never-ceftazidime-avibactam-alone",
        says="NDM: never ceftazidime-avibactam alone.",
        source=Cite(GUIDELINE, "S10"),
        when=(Target(enzyme=V.enzyme, family="NDM", certainty=V.certainty), Inactive(regimen=CZA, enzyme=V.enzyme)),
        then=Avoid(regimen=CZA, category="never", statement="S10"),
        because="never ceftazidime-avibactam alone against {enzyme} ({certainty}): avibactam does not block metallo-beta-lactamases, and "
        "ceftazidime is hydrolysed.",
        cases=(
            fires("NDM-1", BASE),
            fires("suspected", SUSPECTED),
            fires("non-severe cystitis", BASE, {"infection.site": "cystitis", "infection.severity": "non_severe"}),
            silent("KPC", BASE, KPC),
            silent("VIM", BASE, VIM),
        ),
    ),
    Rule(
        id="other-metallo-never-ceftazidime-avibactam-alone",
        says="Other class B enzymes: never ceftazidime-avibactam alone, by the enzyme table.",
        source=Cite(GUIDELINE, "S10, extended by the enzyme table"),
        when=(
            Target(enzyme=V.enzyme, family=V.family, certainty=V.certainty),
            OtherMetallo(family=V.family),
            Inactive(regimen=CZA, enzyme=V.enzyme),
        ),
        then=Avoid(regimen=CZA, category="never", statement="S10-other-mbl"),
        because="never ceftazidime-avibactam alone against {enzyme} ({certainty}): avibactam does not block class B enzymes. (Our extension of "
        "the guideline's rule for NDM, by the enzyme table.)",
        cases=(fires("VIM-2", BASE, VIM), silent("NDM-1", BASE), silent("KPC", BASE, KPC)),
    ),
    Rule(
        id="colistin-not-first",
        says="No colistin-based regimen is first line.",
        source=Cite(
            GUIDELINE, "S12; on the comparison Falcone et al. 2021, on the kidneys IDSA 2026 (both second-hand)"
        ),
        when=(InScope(), Contains(regimen=V.regimen, drug="colistin")),
        then=Avoid(regimen=V.regimen, category="not_first_line", statement="S12"),
        because="{regimen}-based regimens are not first line: mortality was higher than with the pair (observational; the comparison groups were mixed), "
        "and it harms the kidneys.",
        cases=(
            fires("NDM-1", BASE),
            silent("KPC: out of scope", BASE, KPC),
            silent("child", BASE, {"patient.age": 17}),
        ),
    ),
    Rule(
        id="cefiderocol-susceptible-not-combined",
        says="Cefiderocol reported susceptible is given alone, not in combination.",
        source=Cite(GUIDELINE, "S14"),
        when=(
            InScope(),
            Susceptibility(regimen="cefiderocol", result="S"),
            Combination(regimen=V.regimen, drug="cefiderocol"),
        ),
        then=Avoid(regimen=V.regimen, category="not_recommended", statement="S14"),
        because="{regimen}: the isolate is reported susceptible to cefiderocol, which is then given alone. (This says nothing against the pair, nor "
        "against drugs for other organisms.)",
        cases=(
            fires("S", BASE),
            silent("R", BASE, {"isolate.susceptibilities": {"cefiderocol": "R"}}),
            silent("not tested", BASE, {"isolate.susceptibilities": {PAIR: "S"}}),
            silent("not stated", BASE, {"isolate.susceptibilities": NOT_STATED}),
        ),
    ),
    Rule(
        id="crab-not-cefiderocol",
        says="Carbapenem-resistant Acinetobacter: not cefiderocol.",
        source=Cite(GUIDELINE, "S8"),
        when=(
            Organism(organism=V.organism),
            OrganismOrder(organism=V.organism, genus="Acinetobacter"),
            CarbapenemResistant(),
        ),
        then=Avoid(regimen="cefiderocol", category="not_recommended", statement="S8"),
        because="the isolate is a carbapenem-resistant {organism}, for which the European guideline (ESCMID 2022) advises against cefiderocol.",
        cases=(
            fires("carbapenem-resistant", BASE, CRAB),
            fires(
                "meropenem R",
                BASE,
                {**CRAB, "isolate.carbapenem_resistant": NOT_STATED, "isolate.susceptibilities": {"meropenem": "R"}},
            ),
            silent("K. pneumoniae", BASE),
            silent("susceptible", BASE, {**CRAB, "isolate.carbapenem_resistant": False}),
            silent("resistance not stated", BASE, {**CRAB, "isolate.carbapenem_resistant": NOT_STATED}),
        ),
    ),
    Rule(
        id="acinetobacter-resistance-missing",
        says="Of an Acinetobacter, whether it is resistant to carbapenems is missing.",
        source=Cite(GUIDELINE, "S8"),
        when=(
            Organism(organism=V.organism),
            OrganismOrder(organism=V.organism, genus="Acinetobacter"),
            CarbapenemResistance(value="not_stated"),
        ),
        unless=(CarbapenemResistant(),),
        then=Missing(fact="isolate.carbapenem_resistant", need="cefiderocol"),
        because="carbapenem resistance of the {organism}: if it is resistant, the European guideline (ESCMID 2022) advises against cefiderocol.",
        cases=(
            fires("not stated", BASE, {**CRAB, "isolate.carbapenem_resistant": NOT_STATED}),
            silent("resistant", BASE, CRAB),
            silent("K. pneumoniae", BASE, {"isolate.carbapenem_resistant": NOT_STATED}),
        ),
    ),
)
