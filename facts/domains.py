"""Every closed vocabulary of a case, once: validation, the JSON Schema, rules and texts all read it here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Domain:
    """A closed set of words with, for each, what people call it."""

    name: str
    values: Mapping[str, str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))


DRUGS = Domain(
    "drug",
    {
        drug: drug
        for drug in (
            "aztreonam",
            "aztreonam-avibactam",
            "cefiderocol",
            "ceftazidime-avibactam",
            "colistin",
            "eravacycline",
            "imipenem-relebactam",
            "meropenem",
            "meropenem-vaborbactam",
            "tigecycline",
        )
    }
    | {"imipenem-relebactam": "imipenem-cilastatin-relebactam"},
)

ALLERGY_SUBSTANCES = Domain(
    "allergy substance",
    {
        **DRUGS.values,
        "penicillins": "penicillins",
        "cephalosporins": "cephalosporins",
        "carbapenems": "carbapenems",
        "beta-lactams": "beta-lactams",
        "tetracyclines": "tetracyclines",
        "polymyxins": "polymyxins",
        # parts of the products above that are not drugs of the formulary themselves
        "ceftazidime": "ceftazidime",
        "avibactam": "avibactam",
        "imipenem": "imipenem",
        "relebactam": "relebactam",
        "cilastatin": "cilastatin",
        "vaborbactam": "vaborbactam",
    },
)

REACTIONS = Domain(
    "reaction",
    {
        "severe": "severe (immediate, anaphylactic)",
        "severe_cutaneous": "severe cutaneous (SJS, TEN, DRESS)",
        "non_severe": "not severe",
        "unknown": "unknown",
    },
)

SEXES = Domain("sex", {"female": "female", "male": "male"})

CREATININE_TRENDS = Domain("creatinine trend", {"stable": "stable", "rising": "rising", "falling": "falling"})

RENAL_REPLACEMENTS = Domain(
    "renal replacement",
    {
        "none": "no renal replacement therapy",
        "intermittent_hemodialysis": "intermittent hemodialysis",
        "crrt": "continuous renal replacement therapy",
    },
)

HEPATIC_IMPAIRMENTS = Domain(
    "hepatic impairment",
    {
        "none": "no hepatic impairment",
        "child_pugh_a": "mild (Child-Pugh A)",
        "child_pugh_b": "moderate (Child-Pugh B)",
        "child_pugh_c": "severe (Child-Pugh C)",
        "unclassified": "present, not classified",
    },
)

PREGNANCIES = Domain("pregnancy", {"not_pregnant": "not pregnant", "pregnant": "pregnant"})

SUSCEPTIBILITIES = Domain(
    "susceptibility", {"S": "susceptible", "I": "intermediate (EUCAST: increased exposure)", "R": "resistant"}
)

STANDARD_ISSUERS = Domain(
    "issuer of breakpoints",
    {
        "EUCAST": "European Committee on Antimicrobial Susceptibility Testing",
        "CLSI": "Clinical and Laboratory Standards Institute",
        "FDA": "US Food and Drug Administration",
    },
)

SUSPICION_BASES = Domain(
    "basis of suspicion",
    {
        "epidemiology": "epidemiology",
        "rapid_molecular_test": "rapid molecular test",
        "phenotype": "phenotype",
    },
)

SITES = Domain(
    "site of infection",
    {
        "bloodstream": "bloodstream infection",
        "pneumonia": "pneumonia",
        "intra_abdominal": "intra-abdominal infection",
        "complicated_uti": "complicated urinary tract infection",
        "pyelonephritis": "pyelonephritis",
        "cystitis": "cystitis",
        "skin_soft_tissue": "skin and soft tissue infection",
        "bone_joint": "bone or joint infection",
        "cns": "infection of the central nervous system",
        "colonisation": "colonisation without infection",
        "other": "another site",
    },
)

SEVERITIES = Domain("severity", {"severe": "severe", "non_severe": "not severe"})

FOCI = Domain(
    "focus of infection",
    {
        "undrained_abscess": "undrained abscess",
        "infected_device": "infected device",
        "necrotic_tissue": "necrotic tissue",
    },
)

JURISDICTIONS = Domain("jurisdiction", {"US": "United States", "EU": "European Union", "UK": "United Kingdom"})


def regimen_id(drugs: Iterable[str]) -> str:
    """The one id of a set of drugs: in alphabetical order, joined by ``+``.

    ValueError for no drug, an unknown one, or one named twice.
    """
    named = sorted(drugs)
    unknown = [drug for drug in named if drug not in DRUGS.values]
    if unknown or not named or len(set(named)) < len(named):
        raise ValueError(f"not a set of drugs of the formulary: {'+'.join(named) or '(none)'}")
    return "+".join(named)


def parse_regimen(text: str) -> tuple[str, ...]:
    """The drugs of a regimen id; ValueError unless ``text`` is written as ``regimen_id`` writes it."""
    drugs = tuple(text.split("+"))
    if regimen_id(drugs) != text:
        raise ValueError(f"the drugs of a regimen stand in alphabetical order: {regimen_id(drugs)}")
    return drugs
