"""What regimens are made of, and which of them are active against class B enzymes."""

from collections.abc import Iterable

from ...facts.domains import DRUGS, SITES, regimen_id
from ...facts.enzymes import CATALOGUE, FAMILIES
from ..edition import Row, Statement, Table
from ..sources import cite

PAIR = regimen_id(("aztreonam", "ceftazidime-avibactam"))
_BY_NAME = cite("whyrx-rulings", "names mean what they say")


def _regimen_rows(name: str) -> tuple[Row, ...]:
    """What an id names; an id that is none is left to the check of the rule that uses it."""
    drugs = [drug for drug in name.split("+") if drug in DRUGS.values]
    return tuple(
        Row(f"{name}-has-{drug}", (name, drug), f"{name.replace('+', ' + ')} contains {drug}", _BY_NAME)
        for drug in drugs
    )


def contains(regimens: Iterable[str]) -> Table:
    """What regimens are made of: every drug of the formulary, and the combinations named."""
    combinations = sorted({PAIR, *(regimen for regimen in regimens if "+" in regimen)})
    rows = tuple(row for name in (*DRUGS.values, *combinations) for row in _regimen_rows(name))
    return Table("contains", "drugs of each regimen", "Contains", rows)


def judged_by_partners(regimens: Iterable[str]) -> Table:
    """Combinations other than the pair: of them a resistant partner says something, of the pair it does not."""
    rows = tuple(
        Row(
            f"{name}-falls-with-its-drugs", (name,), f"{name.replace('+', ' + ')} falls with any of its drugs", _BY_NAME
        )
        for name in sorted(set(regimens))
        if "+" in name and name != PAIR
    )
    return Table("judged-by-partners", "combinations that fall with any of their drugs", "JudgedByPartners", rows)


_CLASSES = {"tetracycline": ("eravacycline", "tigecycline"), "polymyxin": ("colistin",)}

DRUG_CLASSES = Table(
    "drug-classes",
    "class of each drug of the formulary",
    "DrugClass",
    tuple(
        Row(f"{drug}-is-{name.replace('_', '-')}", (drug, name), f"{drug} is a {name.replace('_', '-')}", _BY_NAME)
        for drug in DRUGS.values
        for name in (next((each for each, drugs in _CLASSES.items() if drug in drugs), "beta_lactam"),)
    ),
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


_WORDS = {"active": "active", "variable": "active against some producers; strains differ", "none": "not active"}
_EMBLAVEO = cite("emblaveo-us-2026", "s.12.4: active against producers of class A, B, C and OXA-48-like enzymes")


def _activity(regimen: str, group: str, activity: str, source: str) -> Row:
    name = f"class {group}" if len(group) == 1 else group
    return Row(
        f"{regimen}-{name.replace(' ', '-').lower()}",
        (regimen, group, activity),
        f"{regimen} against {name} producers: {_WORDS[activity]}",
        source,
    )


CLASS_ACTIVITY = Table(
    "class-activity",
    "activity of regimens against producers of class B carbapenemases",
    "ClassActivity",
    tuple(
        _activity(regimen, "B", activity, source)
        for regimen, activity, source in (
            ("aztreonam-avibactam", "active", _EMBLAVEO),
            ("ceftazidime-avibactam", "none", cite("avycaz-us-2026", "s.12.4: not active against MBL")),
            ("cefiderocol", "variable", cite("fetroja-us-2026", "s.12.4: some producers of NDM and VIM")),
            ("imipenem-relebactam", "none", cite("idsa-2026", "question 3.5")),
            ("meropenem-vaborbactam", "none", cite("idsa-2026", "question 3.5")),
            ("meropenem", "none", "Walsh et al. 2005: Clin Microbiol Rev 18:306, abstract"),
        )
    ),
)

FAMILY_ACTIVITY = Table(
    "family-activity",
    "activity of regimens against producers of KPC and of OXA-48-like carbapenemases",
    "FamilyActivity",
    tuple(
        _activity(regimen, family, activity, source)
        for family, rows in (
            (
                "KPC",
                (
                    ("aztreonam-avibactam", "active", _EMBLAVEO),
                    ("cefiderocol", "active", cite("fetroja-us-2026", "s.12.4: KPC")),
                    ("ceftazidime-avibactam", "active", cite("avycaz-us-2026", "s.12.4: KPC")),
                    ("imipenem-relebactam", "active", cite("idsa-2026", "question 3.4")),
                    ("meropenem-vaborbactam", "active", cite("idsa-2026", "question 3.4")),
                    ("meropenem", "none", "Papp-Wallace et al. 2010: Antimicrob Agents Chemother 54:890, abstract"),
                ),
            ),
            (
                "OXA-48-like",
                (
                    ("aztreonam-avibactam", "active", _EMBLAVEO),
                    ("cefiderocol", "active", cite("fetroja-us-2026", "s.12.4: OXA-48")),
                    ("ceftazidime-avibactam", "active", cite("idsa-2026", "question 3.6")),
                    ("imipenem-relebactam", "none", cite("idsa-2026", "question 3.6: not even if reported S")),
                    ("meropenem-vaborbactam", "none", cite("idsa-2026", "question 3.6: not even if reported S")),
                ),
            ),
        )
        for regimen, activity, source in rows
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

_NATURE = (
    (
        "tigecycline",
        ("Morganella", "Proteus", "Providencia"),
        cite("tigecycline-uk-2026", "s.5.1: inherently resistant"),
    ),
    ("colistin", ("Proteus", "Providencia", "Serratia"), cite("colomycin-uk-2023", "s.5.1: inherently resistant")),
    (
        "imipenem-relebactam",
        ("Morganella", "Proteus", "Providencia"),
        cite("breakpoints", "EUCAST and CLSI leave Morganellaceae out of its breakpoints"),
    ),
)

INTRINSIC = Table(
    "intrinsic-resistance",
    "genera that are resistant by nature to a drug of the formulary",
    "IntrinsicResistance",
    tuple(
        Row(f"{genus.lower()}-{drug}", (genus, drug), f"{genus} is resistant by nature to {drug}", source)
        for drug, genera, source in _NATURE
        for genus in genera
    ),
)


def extensions(statements: Iterable[Statement]) -> Table:
    """The statements that stretch another one beyond its own words, and so carry no grade."""
    rows = (
        Row(f"extension-{each.id}".lower(), (each.id,), f"{each.id} extends {each.extends}", _BY_NAME)
        for each in statements
        if each.extends
    )
    return Table("extensions", "statements of ours that stretch one of the guideline", "Extension", tuple(rows))


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

TABLES = (
    INTRINSIC,
    OTHER_RESULTS,
    DRUG_CLASSES,
    COMBINATIONS,
    CLASS_ACTIVITY,
    FAMILY_ACTIVITY,
    OTHER_METALLO,
    INFECTION_SITES,
    OTHER_WEIGHTS,
)
