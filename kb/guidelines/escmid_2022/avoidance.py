"""What the guideline is reported to advise against."""

from ....facts.atoms import V
from ....facts.vocabulary import (
    Avoid,
    CarbapenemResistant,
    Combination,
    InScope,
    Organism,
    OrganismOrder,
    Site,
    Susceptibility,
)
from ...examples import NOT_STATED, PAIR, put_to
from ...language import Cite, Rule

GUIDELINE = "escmid-2022"
fires, silent = put_to(GUIDELINE)
SITE, TESTED = "infection.site", "isolate.susceptibilities"
CRAB = {"isolate.organism": "Acinetobacter baumannii"}

RULES = (
    *(
        Rule(
            id=f"escmid-not-tigecycline-{site}",
            says=f"{words}: not tigecycline.",
            source=Cite(GUIDELINE, "CRE, tigecycline"),
            when=(InScope(), Site(value=site)),
            then=Avoid(regimen="tigecycline", category="not_recommended", statement="E-not-tigecycline"),
            because=f"{words.lower()}: ESCMID 2022 is reported to advise against tigecycline{more}.",
            cases=(
                fires(words, {SITE: site}),
                silent("another site", {SITE: "intra_abdominal"}),
                silent("not stated", {SITE: NOT_STATED}),
            ),
        )
        for site, words, more in (
            ("bloodstream", "Bloodstream infection", ""),
            ("pneumonia", "Pneumonia", " (said of hospital-acquired and ventilator-associated pneumonia)"),
        )
    ),
    Rule(
        id="escmid-cefiderocol-not-combined",
        says="Cefiderocol reported susceptible is given alone, not in combination.",
        source=Cite(GUIDELINE, "CRE treated with cefiderocol, as the commissioned guideline reports it"),
        when=(
            InScope(),
            Susceptibility(regimen="cefiderocol", result="S"),
            Combination(regimen=V.regimen, drug="cefiderocol"),
        ),
        then=Avoid(regimen=V.regimen, category="not_recommended", statement="E-no-combination"),
        because="{regimen}: the isolate is reported susceptible to cefiderocol, which is then given alone.",
        cases=(
            fires("S", {}),
            silent("R", {TESTED: {"cefiderocol": "R"}}),
            silent("not tested", {TESTED: {PAIR: "S"}}),
        ),
    ),
    Rule(
        id="escmid-crab-not-cefiderocol",
        says="Carbapenem-resistant Acinetobacter: not cefiderocol.",
        source=Cite(GUIDELINE, "CRAB, as others report it"),
        when=(
            Organism(organism=V.organism),
            OrganismOrder(organism=V.organism, genus="Acinetobacter"),
            CarbapenemResistant(),
        ),
        then=Avoid(regimen="cefiderocol", category="not_recommended", statement="E-crab"),
        because="the isolate is a carbapenem-resistant {organism}, for which ESCMID 2022 is reported to advise against cefiderocol.",
        cases=(
            fires("carbapenem-resistant", CRAB),
            silent("K. pneumoniae", {}),
            silent("susceptible", {**CRAB, "isolate.carbapenem_resistant": False}),
            silent("resistance not stated", {**CRAB, "isolate.carbapenem_resistant": NOT_STATED}),
        ),
    ),
)
