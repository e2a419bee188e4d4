"""Shared rules by topic: what is true of this patient, isolate, drug and regimen, whatever a guideline ranks."""

from . import activity, allergy, dosing, kidney, microbiology, people, recommendation, severity, susceptibility

STATEMENTS = recommendation.STATEMENTS
"""What rulings of ours stand on, beside the statements of a guideline."""

SHARED = (
    *microbiology.RULES,
    *severity.RULES,
    *activity.RULES,
    *susceptibility.RULES,
    *allergy.RULES,
    *kidney.RULES,
    *dosing.RULES,
    *people.RULES,
    *recommendation.RULES,
)
