"""The case that the examples of rules start from: everything stated, nothing unusual. Synthetic."""

from collections.abc import Callable, Mapping
from typing import Any

from .language import NOT_STATED, Example, fires, silent

PAIR = "aztreonam+ceftazidime-avibactam"

BASE = {
    "as_of": "2026-11-22",
    "patient.age": 64,
    "patient.sex": "female",
    "patient.weight": "70 kg",
    "patient.height": "165 cm",
    "patient.creatinine": "1.4 mg/dL",
    "patient.creatinine_trend": "stable",
    "patient.renal_replacement": "none",
    "patient.pregnancy": "not_pregnant",
    "patient.hepatic_impairment": "none",
    "patient.allergies": [],
    "isolate.organism": "Klebsiella pneumoniae",
    "isolate.carbapenem_resistant": True,
    "isolate.carbapenemases": ["NDM-1"],
    "isolate.carbapenemases_tested_for": ["IMP", "KPC", "NDM", "OXA-48-like", "VIM"],
    "isolate.suspected_carbapenemases": [],
    "isolate.other_beta_lactamases": ["CTX-M-15"],
    "isolate.susceptibilities": {PAIR: "S", "cefiderocol": "S"},
    "infection.site": "bloodstream",
    "infection.severity": "severe",
    "infection.septic_shock": False,
    "infection.foci": [],
    "therapy.current": [],
    "therapy.previous": [],
    "setting.jurisdiction": "US",
    "setting.unavailable": [],
}
"""Cockcroft-Gault: (140 − 64) × 70 / (72 × 1.4) × 0.85 = 44.9 mL/min."""

SUSPECTED = {
    **BASE,
    "isolate.carbapenemases": NOT_STATED,
    "isolate.carbapenemases_tested_for": NOT_STATED,
    "isolate.suspected_carbapenemases": ["NDM"],
    "isolate.suspicion_basis": ["epidemiology"],
    "isolate.susceptibilities": NOT_STATED,
    "isolate.other_beta_lactamases": NOT_STATED,
}
"""NDM suspected from epidemiology, nothing typed or tested yet."""

Put = Callable[..., Example]


def put_to(guideline: str) -> tuple[Put, Put]:
    """`fires` and `silent` for the rules of one guideline: a name, changes, and the case they are made to (`BASE`)."""

    def firing(name: str, changes: Mapping[str, Any], base: Mapping[str, Any] = BASE) -> Example:
        return fires(name, base, changes, guideline)

    def resting(name: str, changes: Mapping[str, Any], base: Mapping[str, Any] = BASE) -> Example:
        return silent(name, base, changes, guideline)

    return firing, resting


__all__ = ["BASE", "NOT_STATED", "PAIR", "SUSPECTED", "fires", "put_to", "silent"]
