"""What the guideline states on CRE, as far as it was seen reported, in our own words, with the grades reported."""

from ...edition import Statement
from ...language import Cite

GUIDELINE = "escmid-2022"
TABLE = "through table 3 of J Anesth Analg Crit Care 2022, s44158-022-00062-7; original not seen"
REPORTED = "as the commissioned guideline reports it (its reference 5); original not seen"


def _statement(
    name: str, says: str, population: str, strength: str, certainty: str, attribution: str = TABLE
) -> Statement:
    return Statement(
        id=name,
        says=says,
        source=Cite(GUIDELINE, f"recommendations on CRE, {attribution}"),
        population=population,
        strength=strength,
        certainty=certainty,
        graded_by=GUIDELINE,
        attribution=attribution,
    )


_SEVERE = "severe infection with carbapenem-resistant Enterobacterales, active in vitro"
_MBL = "severe infection with CRE that carry a metallo-beta-lactamase"

STATEMENTS = (
    _statement(
        "E-severe-meropenem-vaborbactam",
        "Severe CRE infection: meropenem-vaborbactam, if it is active in vitro.",
        _SEVERE,
        "conditional",
        "moderate",
    ),
    _statement(
        "E-severe-ceftazidime-avibactam",
        "Severe CRE infection: ceftazidime-avibactam, if it is active in vitro.",
        _SEVERE,
        "conditional",
        "low",
    ),
    _statement(
        "E-mbl-pair",
        "Severe infection with CRE that carry a metallo-beta-lactamase: aztreonam with ceftazidime-avibactam.",
        _MBL,
        "conditional",
        "moderate",
    ),
    _statement(
        "E-mbl-cefiderocol",
        "CRE that carry a metallo-beta-lactamase or are resistant to any other drug: cefiderocol.",
        "severe infection with CRE that carry a metallo-beta-lactamase or are resistant to all other antibiotics",
        "conditional",
        "low",
    ),
    Statement(
        id="E-non-severe",
        says="CRE infection that is not severe: an older drug, chosen by susceptibility and site of infection.",
        source=Cite(GUIDELINE, f"recommendations on CRE, {TABLE}"),
        population="CRE infection that is not severe",
    ),
    _statement(
        "E-urinary-aminoglycosides",
        "Urinary tract infection: aminoglycosides.",
        "urinary tract infection with CRE",
        "conditional",
        "low",
    ),
    _statement(
        "E-not-tigecycline",
        "Bloodstream infection and hospital-acquired or ventilator-associated pneumonia: not tigecycline.",
        "bloodstream infection, hospital-acquired or ventilator-associated pneumonia with CRE",
        "conditional (against)",
        "low",
    ),
    _statement(
        "E-no-combination",
        "CRE susceptible to cefiderocol and treated with it: no combination.",
        "CRE infection treated with cefiderocol, susceptibility confirmed",
        "strong (against)",
        "low",
        REPORTED,
    ),
    _statement(
        "E-crab",
        "Carbapenem-resistant Acinetobacter baumannii: not cefiderocol.",
        "carbapenem-resistant Acinetobacter baumannii",
        "conditional (against)",
        "low",
        "as the commissioned guideline and a review (PMC11094633, table 10) report it; original not seen",
    ),
    Statement(
        id="E-mbl-pair-suspected",
        says="The pair while the metallo-beta-lactamase is only suspected: our extension.",
        source=Cite(GUIDELINE, "recommendations on CRE, extended from confirmed to suspected"),
        population="severe infection with Enterobacterales suspected to carry a metallo-beta-lactamase",
        extends="E-mbl-pair",
    ),
    Statement(
        id="E-mbl-cefiderocol-suspected",
        says="Cefiderocol while the metallo-beta-lactamase is only suspected: our extension.",
        source=Cite(GUIDELINE, "recommendations on CRE, extended from confirmed to suspected"),
        population="severe infection with Enterobacterales suspected to carry a metallo-beta-lactamase",
        extends="E-mbl-cefiderocol",
    ),
)
