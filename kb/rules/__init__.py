"""Shared rules by topic: what is true of this patient, isolate, drug and regimen, whatever a guideline ranks."""

from . import (
    activity,
    allergy,
    course,
    dosing,
    kidney,
    labels,
    liver,
    microbiology,
    people,
    recommendation,
    safety,
    scope,
    severity,
    susceptibility,
    validity,
)

STATEMENTS = recommendation.STATEMENTS
"""What rulings of ours stand on, beside the statements of a guideline."""

SHARED = (
    *scope.RULES,
    *microbiology.RULES,
    *severity.RULES,
    *activity.RULES,
    *susceptibility.RULES,
    *allergy.RULES,
    *kidney.RULES,
    *dosing.RULES,
    *liver.RULES,
    *labels.RULES,
    *people.RULES,
    *safety.RULES,
    *course.RULES,
    *validity.RULES,
    *recommendation.RULES,
)
