"""What regimens are made of, and which of them are active against class B enzymes."""

from ...facts.domains import DRUGS, SITES, regimen_id
from ...facts.enzymes import CATALOGUE, FAMILIES
from ..edition import Row, Table
from ..sources import cite

PAIR = regimen_id(("aztreonam", "ceftazidime-avibactam"))
_BY_NAME = cite("whyrx-rulings", "names mean what they say")


def _regimen_rows(drugs: tuple[str, ...]) -> tuple[Row, ...]:
    name = regimen_id(drugs)
    return tuple(
        Row(f"{name}-has-{drug}", (name, drug), f"{' + '.join(sorted(drugs))} contains {drug}", _BY_NAME)
        for drug in sorted(drugs)
    )


CONTAINS = Table(
    "contains",
    "drugs of each regimen",
    "Contains",
    (*(row for drug in DRUGS.values for row in _regimen_rows((drug,))), *_regimen_rows(tuple(PAIR.split("+")))),
)

COMBINATIONS = Table(
    "cefiderocol-combinations",
    "cefiderocol with one other drug of the formulary",
    "Combination",
    tuple(
        Row(f"{name}-combines-cefiderocol", (name, "cefiderocol"), f"cefiderocol combined with {drug}", _BY_NAME)
        for drug in DRUGS.values
        if drug != "cefiderocol"
        for name in (regimen_id(("cefiderocol", drug)),)
    ),
)


def _activity(regimen: str, activity: str, text: str, source: str) -> Row:
    return Row(f"{regimen}-class-b", (regimen, "B", activity), f"{regimen} against class B producers: {text}", source)


CLASS_ACTIVITY = Table(
    "class-activity",
    "activity of regimens against producers of class B carbapenemases",
    "ClassActivity",
    (
        _activity(
            "ceftazidime-avibactam", "none", "not active", cite("avycaz-us-2026", "s.12.4: not active against MBL")
        ),
        _activity(
            "cefiderocol",
            "variable",
            "active against some producers of NDM and VIM; strains differ",
            cite("fetroja-us-2026", "s.12.4"),
        ),
        *(
            _activity(drug, "none", "not active", cite("idsa-2026", place))
            for drug, place in (
                ("imipenem-relebactam", "question 3.5"),
                ("meropenem-vaborbactam", "question 3.5"),
            )
        ),
        _activity("meropenem", "none", "hydrolysed", "Walsh et al. 2005: Clin Microbiol Rev 18:306, abstract"),
    ),
)

OTHER_METALLO = Table(
    "other-metallo-beta-lactamases",
    "class B carbapenemase families other than NDM",
    "OtherMetallo",
    tuple(
        Row(f"class-b-{name.lower()}", (name,), f"{name} is a class B family other than NDM", CATALOGUE)
        for name, family in FAMILIES.items()
        if family.ambler == "B" and name != "NDM"
    ),
)

INFECTION_SITES = Table(
    "infection-sites",
    "sites that are infections",
    "InfectionSite",
    tuple(
        Row(f"site-{site}", (site,), f"{words} is an infection", cite("whyrx-rulings", "colonisation is no infection"))
        for site, words in SITES.values.items()
        if site != "colonisation"
    ),
)

OTHER_WEIGHTS = Table(
    "other-weights",
    "weights that Cockcroft-Gault is computed with beside the actual one",
    "OtherWeight",
    tuple(
        Row(f"weight-{basis}", (basis,), f"{basis.replace('_', ' ')} is compared with the actual weight", source)
        for basis, source in (
            ("ideal_weight", "Devine 1974: Drug Intell Clin Pharm 8:650-655"),
            ("adjusted_weight", "Winter 2004: Basic Clinical Pharmacokinetics"),
        )
    ),
)

OTHER_RESULTS = Table(
    "other-results",
    "susceptibility results that differ",
    "OtherResult",
    tuple(
        Row(f"{one}-is-not-{other}".lower(), (one, other), f"{one} is not {other}", _BY_NAME)
        for one in "SIR"
        for other in "SIR"
        if one != other
    ),
)

TABLES = (OTHER_RESULTS, CONTAINS, COMBINATIONS, CLASS_ACTIVITY, OTHER_METALLO, INFECTION_SITES, OTHER_WEIGHTS)
