"""The fields of a case as questions: in which order they would be asked, what they may say, how they could change."""

from collections.abc import Mapping
from typing import Any, Literal

from ..facts import domains

Nature = Literal["test", "treat", "judge", "history", "fixed"]

NATURE: Mapping[str, Nature] = {
    "patient.age": "fixed",
    "patient.sex": "fixed",
    "patient.height": "fixed",
    "patient.weight": "test",
    "patient.creatinine": "test",
    "patient.creatinine_clearance": "test",
    "patient.creatinine_trend": "test",
    "patient.renal_replacement": "treat",
    "patient.crrt_effluent": "treat",
    "patient.pregnancy": "history",
    "patient.hepatic_impairment": "history",
    "patient.allergies": "history",
    "isolate.organism": "test",
    "isolate.carbapenem_resistant": "test",
    "isolate.carbapenemases": "test",
    "isolate.carbapenemases_tested_for": "test",
    "isolate.suspected_carbapenemases": "judge",
    "isolate.suspicion_basis": "judge",
    "isolate.other_beta_lactamases": "test",
    "isolate.susceptibilities": "test",
    "infection.site": "judge",
    "infection.severity": "judge",
    "infection.septic_shock": "judge",
    "infection.pitt_score": "judge",
    "infection.foci": "treat",
    "therapy.current": "treat",
    "therapy.previous": "history",
    "setting.jurisdiction": "history",
    "setting.unavailable": "treat",
}
"""How a fact could come to be otherwise: by a test, by treatment or supply, by judging or asking again, or never."""

FIELDS = (
    "isolate.organism",
    "isolate.carbapenemases",
    "isolate.carbapenemases_tested_for",
    "isolate.suspected_carbapenemases",
    "isolate.suspicion_basis",
    "infection.site",
    "infection.severity",
    "infection.septic_shock",
    "infection.pitt_score",
    "patient.allergies",
    "isolate.susceptibilities",
    "setting.unavailable",
    "setting.jurisdiction",
    "patient.renal_replacement",
    "patient.age",
    "patient.creatinine",
    "patient.weight",
    "patient.sex",
    "patient.creatinine_clearance",
    "patient.crrt_effluent",
    "patient.creatinine_trend",
    "patient.height",
    "patient.pregnancy",
    "patient.hepatic_impairment",
    "isolate.other_beta_lactamases",
    "isolate.carbapenem_resistant",
    "infection.foci",
    "therapy.current",
    "therapy.previous",
)
"""Every field of a case that rules may read, in the order in which a clinician would ask."""

CHOICES: Mapping[str, domains.Domain] = {
    "infection.site": domains.SITES,
    "infection.severity": domains.SEVERITIES,
    "setting.jurisdiction": domains.JURISDICTIONS,
    "patient.renal_replacement": domains.RENAL_REPLACEMENTS,
    "patient.creatinine_trend": domains.CREATININE_TRENDS,
    "patient.sex": domains.SEXES,
    "patient.pregnancy": domains.PREGNANCIES,
    "patient.hepatic_impairment": domains.HEPATIC_IMPAIRMENTS,
}
USUAL: Mapping[str, Any] = {
    "patient.sex": "male",
    "patient.age": 60,
    "patient.weight": "70 kg",
    "patient.creatinine": "1 mg/dL",
}
"""The inputs of Cockcroft-Gault, the one that moves it most last."""

LISTS: Mapping[str, domains.Domain] = {
    "isolate.suspicion_basis": domains.SUSPICION_BASES,
    "setting.unavailable": domains.DRUGS,
    "infection.foci": domains.FOCI,
    "therapy.current": domains.DRUGS,
    "therapy.previous": domains.DRUGS,
}
