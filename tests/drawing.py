"""Cases drawn at random, each field stated, stated to be empty, or left out."""

import random
from collections.abc import Iterable
from typing import Any

from whyrx.facts import domains as d
from whyrx.facts.case import Case, case_from_tree
from whyrx.facts.organisms import ORGANISMS

ENZYMES = {
    "isolate.carbapenemases": [
        "NDM-1",
        "NDM-5",
        "NDM",
        "VIM-2",
        "IMP",
        "KPC-2",
        "OXA-48",
        "OXA-181",
        "OXA-23",
        "GES-5",
    ],
    "isolate.suspected_carbapenemases": ["NDM", "NDM-7", "VIM", "IMP-4", "KPC", "OXA-48-like"],
    "isolate.other_beta_lactamases": ["CTX-M-15", "SHV-11", "SHV", "TEM-1", "CMY-2", "DHA-1", "PER-1", "OXA-1", "GES"],
}
PAIR = "aztreonam+ceftazidime-avibactam"
CLEARANCES = [
    "4",
    "5",
    "9.6",
    "10",
    "12",
    "15",
    "16",
    "24",
    "30",
    "30.5",
    "45",
    "50",
    "50.4",
    "60",
    "89",
    "119.6",
    "120",
    "150",
]
REGIMENS = [*d.DRUGS.values, PAIR, "cefiderocol+colistin", "colistin+meropenem"]


def number(r: random.Random, low: int, high: int, unit: str, tenths: bool = False) -> str:
    return f"{r.randint(low * 10, high * 10) / 10:g} {unit}" if tenths else f"{r.randint(low, high)} {unit}"


def some(r: random.Random, values: Iterable[str], most: int = 3) -> list[str]:
    """A list that names something."""
    pool = list(values)
    return r.sample(pool, r.randint(1, min(most, len(pool))))


def susceptibility(r: random.Random) -> Any:
    result = {"result": r.choice("SIR")}
    if r.random() < 0.4:
        result["mic"] = r.choice(["0.5 mg/L", "<=0.25 mg/L", ">16 mg/L", "4 mg/L"])
    if r.random() < 0.4:
        result["standard"] = r.choice(["EUCAST 2026", "CLSI M100", "FDA 2026"])
    return result if len(result) > 1 else result["result"]


def allergy(r: random.Random, substance: str) -> dict[str, str]:
    reaction = r.choice([*d.REACTIONS.values, "severe", None])
    return {"substance": substance} | ({"reaction": reaction} if reaction else {})


def drawn_values(r: random.Random) -> dict[str, Any]:
    """A value for every field there is; [] or {} where a list is stated to be empty."""
    stated: dict[str, Any] = {
        "id": f"case-{r.randrange(1000)}",
        "as_of": f"2026-0{r.randint(1, 9)}-{r.randint(10, 28)}",
        "patient.age": r.choice([0, 17, 18, *range(20, 100)]),
        "patient.sex": r.choice(list(d.SEXES.values)),
        "patient.weight": r.choice([number(r, 40, 150, "kg", True), number(r, 90, 330, "lb"), number(r, 4, 9, "kg")]),
        "patient.height": r.choice([number(r, 140, 200, "cm"), number(r, 55, 80, "in"), "1.7 m"]),
        "patient.creatinine": r.choice([number(r, 1, 9, "mg/dL", True), number(r, 40, 600, "umol/L")]),
        "patient.creatinine_clearance": f"{r.choice(CLEARANCES)} mL/min",
        "patient.creatinine_trend": r.choice(list(d.CREATININE_TRENDS.values)),
        "patient.renal_replacement": r.choice(["none", "none", *d.RENAL_REPLACEMENTS.values]),
        "patient.crrt_effluent": r.choice(["2 L/h", "2.1 L/h", "3 L/h", "3.5 L/h", "4 L/h", "4.1 L/h", "1.2 L/h"]),
        "patient.pregnancy": r.choice(list(d.PREGNANCIES.values)),
        "patient.hepatic_impairment": r.choice(list(d.HEPATIC_IMPAIRMENTS.values)),
        "patient.allergies": [allergy(r, substance) for substance in some(r, d.ALLERGY_SUBSTANCES.values, 2)],
        "isolate.organism": r.choice([*["Klebsiella pneumoniae"] * 4, "Escherichia coli", r.choice(sorted(ORGANISMS))]),
        "isolate.carbapenem_resistant": r.choice([True, False]),
        "isolate.carbapenemases": r.choice([["NDM-1"], some(r, ENZYMES["isolate.carbapenemases"])]),
        "isolate.carbapenemases_tested_for": some(r, ["NDM", "KPC", "OXA-48", "VIM", "IMP"], 5),
        "isolate.suspected_carbapenemases": some(r, ENZYMES["isolate.suspected_carbapenemases"], 2),
        "isolate.suspicion_basis": some(r, d.SUSPICION_BASES.values, 2),
        "isolate.other_beta_lactamases": some(r, ENZYMES["isolate.other_beta_lactamases"]),
        "isolate.susceptibilities": {regimen: susceptibility(r) for regimen in some(r, REGIMENS, 5)},
        "infection.site": r.choice(list(d.SITES.values)),
        "infection.severity": r.choice(list(d.SEVERITIES.values)),
        "infection.septic_shock": r.choice([True, False]),
        "infection.pitt_score": r.randint(0, 9),
        "infection.foci": some(r, d.FOCI.values),
        "therapy.current": some(r, d.DRUGS.values),
        "therapy.previous": some(r, d.DRUGS.values),
        "setting.jurisdiction": r.choice(list(d.JURISDICTIONS.values)),
        "setting.unavailable": some(r, d.DRUGS.values, 2),
    }
    empty = {path: type(value)() for path, value in stated.items() if isinstance(value, list | dict)}
    return {path: empty[path] if path in empty and r.random() < 0.3 else value for path, value in stated.items()}


def drawn_tree(seed: int, *shares_left_out: float) -> dict[str, Any]:
    r = random.Random(seed)
    left_out = r.choice(shares_left_out or (0.08, 0.25, 0.5))
    tree: dict[str, Any] = {}
    for path, value in drawn_values(r).items():
        *sections, field = path.split(".")
        if r.random() >= left_out:
            (tree.setdefault(sections[0], {}) if sections else tree)[field] = value
    return tree


def drawn_cases(count: int) -> list[Case]:
    return [case_from_tree(drawn_tree(seed)) for seed in range(count)]


def up_to(r: random.Random, values: Iterable[str], most: int) -> list[str]:
    """A list that names some of the values or none."""
    pool = list(values)
    return r.sample(pool, r.randint(0, min(most, len(pool))))


def likely_tree(seed: int) -> dict[str, Any]:
    """A case drawn at random, likely in scope; each field is left out now and then."""
    r = random.Random(seed)
    enzymes = ["NDM-1", "NDM-5", "NDM", "VIM-2", "IMP", "KPC-2", "OXA-48"]
    tested = [*d.DRUGS.values, PAIR, "cefiderocol+colistin"]
    values = {
        "patient.age": r.choice([17, 18, 40, 64, 88]),
        "patient.sex": r.choice(list(d.SEXES.values)),
        "patient.weight": f"{r.randint(400, 1500) / 10:g} kg",
        "patient.height": f"{r.randint(145, 195)} cm",
        "patient.creatinine": r.choice([f"{r.randint(4, 60) / 10:g} mg/dL", f"{r.randint(40, 600)} umol/L"]),
        "patient.creatinine_clearance": f"{r.randint(2, 150)} mL/min",
        "patient.creatinine_trend": r.choice(list(d.CREATININE_TRENDS.values)),
        "patient.renal_replacement": r.choice(["none", "none", *d.RENAL_REPLACEMENTS.values]),
        "patient.crrt_effluent": f"{r.randint(10, 60) / 10:g} L/h",
        "patient.pregnancy": r.choice(list(d.PREGNANCIES.values)),
        "patient.allergies": [allergy(r, each) for each in up_to(r, d.ALLERGY_SUBSTANCES.values, 2)],
        "isolate.organism": r.choice(["Klebsiella pneumoniae"] * 4 + ["Escherichia coli", "Acinetobacter baumannii"]),
        "isolate.carbapenem_resistant": r.choice([True, False]),
        "isolate.carbapenemases": r.choice([["NDM-1"], up_to(r, enzymes, 3)]),
        "isolate.carbapenemases_tested_for": up_to(r, ["NDM", "KPC", "OXA-48", "VIM", "IMP"], 5),
        "isolate.suspected_carbapenemases": up_to(r, enzymes, 2),
        "isolate.suspicion_basis": up_to(r, d.SUSPICION_BASES.values, 2),
        "isolate.other_beta_lactamases": up_to(r, ["CTX-M-15", "SHV-11", "TEM-1", "CMY-2", "PER-1"], 3),
        "isolate.susceptibilities": {each: r.choice("SSIR") for each in up_to(r, tested, 4)},
        "infection.site": r.choice(list(d.SITES.values)),
        "infection.severity": r.choice(list(d.SEVERITIES.values)),
        "infection.septic_shock": r.choice([True, False, False]),
        "infection.pitt_score": r.randint(0, 8),
        "infection.foci": up_to(r, d.FOCI.values, 2),
        "therapy.current": up_to(r, d.DRUGS.values, 2),
        "therapy.previous": up_to(r, d.DRUGS.values, 2),
        "setting.jurisdiction": r.choice(list(d.JURISDICTIONS.values)),
        "setting.unavailable": up_to(r, d.DRUGS.values, 2),
        "patient.hepatic_impairment": r.choice(list(d.HEPATIC_IMPAIRMENTS.values)),
    }
    left_out = r.choice([0.1, 0.3, 0.5])
    tree: dict[str, Any] = {}
    for path, value in values.items():
        if r.random() >= left_out:
            section, name = path.split(".")
            tree.setdefault(section, {})[name] = value
    return tree
