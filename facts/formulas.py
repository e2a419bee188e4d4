"""Published calculations as pure functions over exact numbers, each with name, version, units and source.

Nothing here rounds, and nothing here decides: which weight a dose rests on, and for whom, rules say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

Inputs = Mapping[str, Fraction | int | bool]
"""Arguments by parameter name."""

_CM_PER_INCH = Fraction("2.54")  # exact by definition
_DEVINE_LEAST_CM = 60 * _CM_PER_INCH  # 152.4 cm


def cockcroft_gault(age_years: int, weight_kg: Fraction, creatinine_mg_dl: Fraction, female: bool) -> Fraction:
    """Creatinine clearance in mL/min, not scaled to body surface: (140 − age) × weight / (72 × creatinine).

    Age in whole years, weight in kg, serum creatinine in mg/dL; times 0.85 for women. Assumes a steady state.
    ValueError for an age outside 0 to 139 and for a weight or creatinine not above 0; TypeError for inexact
    numbers.
    Source: Cockcroft and Gault, Nephron 1976;16:31-41.
    """
    if not isinstance(age_years, int) or isinstance(age_years, bool):
        raise TypeError(f"age is a whole number of years, not {age_years!r}")
    if not 0 <= age_years < 140:
        raise ValueError(f"the formula has no meaning at the age of {age_years}")
    weight = _positive("weight", weight_kg)
    clearance = (140 - age_years) * weight / (72 * _positive("creatinine", creatinine_mg_dl))
    return clearance * Fraction("0.85") if _is_female(female) else clearance


def devine_ideal_weight(height_cm: Fraction, female: bool) -> Fraction:
    """Ideal body weight in kg: 50 (women: 45.5) + 2.3 for each inch of height over 60 inches.

    Height in cm, 2.54 cm to the inch. The formula adds to a height of 60 inches and says nothing about anyone
    shorter: ValueError below 152.4 cm. TypeError for inexact numbers.
    Source: Devine, Drug Intell Clin Pharm 1974;8:650-655.
    """
    inches_over = (_positive("height", height_cm) - _DEVINE_LEAST_CM) / _CM_PER_INCH
    if inches_over < 0:
        raise ValueError("the formula is not defined for a height below 152.4 cm (60 inches)")
    return (Fraction("45.5") if _is_female(female) else Fraction(50)) + Fraction("2.3") * inches_over


def adjusted_weight(actual_kg: Fraction, ideal_kg: Fraction) -> Fraction:
    """Adjusted body weight in kg: ideal + 0.4 × (actual − ideal), both weights in kg.

    Meant for an actual weight above the ideal one; below it the value is defined but not in use.
    ValueError for a weight not above 0; TypeError for inexact numbers.
    Source: Winter, Basic Clinical Pharmacokinetics (2004); Bauer, Applied Clinical Pharmacokinetics (2001).
    """
    ideal = _positive("ideal weight", ideal_kg)
    return ideal + Fraction("0.4") * (_positive("actual weight", actual_kg) - ideal)


@dataclass(frozen=True, eq=False)
class Formula:
    """A calculation that conclusions may rest on.

    ``version`` rises whenever any result changes. ``label`` and ``expression`` are for people; ``inputs`` are
    the parameter names of ``function``, a quantity's with its unit. ``examples`` are reference inputs with
    results worked out by hand; ``refused`` are reference inputs for which the function raises ValueError.
    """

    name: str
    version: int
    label: str
    expression: str
    unit: str
    source: str
    function: Callable[..., Fraction]
    inputs: tuple[str, ...]
    examples: tuple[tuple[Inputs, Fraction], ...]
    refused: tuple[Inputs, ...] = ()

    @property
    def id(self) -> str:
        """Name and version, as traces and editions cite it: ``cockcroft-gault/1``."""
        return f"{self.name}/{self.version}"

    def digest_material(self) -> dict[str, object]:
        """What identifies the behaviour, ready for JSON: name, version, unit, answers to reference inputs.

        The answers are computed now, not copied from ``examples``, so that a function that changed shows.
        Numbers are exact fractions as text (``625/12``). Neither source code nor text for people counts.
        """
        references = [inputs for inputs, _ in self.examples] + list(self.refused)
        return {
            "name": self.name,
            "version": self.version,
            "unit": self.unit,
            "references": [
                {
                    "inputs": {name: _json(inputs[name]) for name in self.inputs},
                    "output": self._answer(inputs),
                }
                for inputs in references
            ],
        }

    def _answer(self, inputs: Inputs) -> str:
        try:
            return str(self.function(**inputs))
        except ValueError:
            return "refused"


def _positive(name: str, value: Fraction) -> Fraction:
    """``value`` if it is exact and above 0; a float would make every later result inexact without a word."""
    if not isinstance(value, Fraction | int) or isinstance(value, bool):
        raise TypeError(f"{name} is an exact number, not {value!r}")
    if value <= 0:
        raise ValueError(f"{name} must be above 0, not {value}")
    return Fraction(value)


def _is_female(female: bool) -> bool:
    """``female`` if it is a truth value; the text "male" would otherwise count as true."""
    if not isinstance(female, bool):
        raise TypeError(f"female is true or false, not {female!r}")
    return female


def _json(value: Fraction | int | bool) -> str | bool:
    return value if isinstance(value, bool) else str(value)


def _patient(age: int, weight: str, creatinine: str, *, female: bool) -> Inputs:
    """Reference inputs of Cockcroft-Gault."""
    return {
        "age_years": age,
        "weight_kg": Fraction(weight),
        "creatinine_mg_dl": Fraction(creatinine),
        "female": female,
    }


def _by_id(*formulas: Formula) -> Mapping[str, Formula]:
    return MappingProxyType({formula.id: formula for formula in formulas})


FORMULAS: Mapping[str, Formula] = _by_id(
    Formula(
        name="cockcroft-gault",
        version=1,
        label="creatinine clearance (Cockcroft-Gault)",
        expression="(140 − age) × weight / (72 × creatinine), × 0.85 if female",
        unit="mL/min",
        source="Cockcroft DW, Gault MH. Prediction of creatinine clearance from serum creatinine."
        " Nephron 1976;16(1):31-41",
        function=cockcroft_gault,
        inputs=("age_years", "weight_kg", "creatinine_mg_dl", "female"),
        examples=(
            # 75 × 70 / (72 × 1.4) = 5250 / 100.8
            (_patient(65, "70", "1.4", female=False), Fraction(625, 12)),
            # 95 × 60 / (72 × 0.9) × 17/20 = 5700 / 64.8 × 17/20 = 2375/27 × 17/20
            (_patient(45, "60", "0.9", female=True), Fraction(8075, 108)),
            # on a band boundary: 72 × 100 / (72 × 2)
            (_patient(68, "100", "2", female=False), Fraction(50)),
            # on a band boundary: 100 × 72 / (72 × 1.7) × 0.85 = 85 / 1.7
            (_patient(40, "72", "1.7", female=True), Fraction(50)),
        ),
        refused=(
            _patient(140, "70", "1", female=False),
            _patient(65, "70", "0", female=False),
        ),
    ),
    Formula(
        name="devine-ideal-weight",
        version=1,
        label="ideal body weight (Devine)",
        expression="50 (female: 45.5) + 2.3 × (height in inches − 60), from 60 inches (152.4 cm) up",
        unit="kg",
        source="Devine BJ. Gentamicin therapy. Drug Intell Clin Pharm 1974;8:650-655",
        function=devine_ideal_weight,
        inputs=("height_cm", "female"),
        examples=(
            ({"height_cm": Fraction("177.8"), "female": False}, Fraction(73)),  # 70 in: 50 + 2.3 × 10
            ({"height_cm": Fraction("167.64"), "female": True}, Fraction(593, 10)),  # 66 in: 45.5 + 2.3 × 6
            # 165 / 2.54 = 8250/127 in; 45.5 + 2.3 × 630/127 = (11557 + 2898) / 254
            ({"height_cm": Fraction(165), "female": True}, Fraction(14455, 254)),
            ({"height_cm": Fraction("152.4"), "female": False}, Fraction(50)),  # 60 in: nothing to add
            ({"height_cm": Fraction("152.4"), "female": True}, Fraction(91, 2)),
        ),
        refused=({"height_cm": Fraction("152.3"), "female": False},),
    ),
    Formula(
        name="adjusted-weight",
        version=1,
        label="adjusted body weight",
        expression="ideal + 0.4 × (actual − ideal)",
        unit="kg",
        source="Winter ME. Basic Clinical Pharmacokinetics. Lippincott Williams & Wilkins 2004;"
        " Bauer LA. Applied Clinical Pharmacokinetics. McGraw-Hill 2001",
        function=adjusted_weight,
        inputs=("actual_kg", "ideal_kg"),
        examples=(
            # 73 + 0.4 × 37 = 87.8
            ({"actual_kg": Fraction(110), "ideal_kg": Fraction(73)}, Fraction(439, 5)),
            # 54.7 + 0.4 × 25.3 = 54.7 + 10.12
            ({"actual_kg": Fraction(80), "ideal_kg": Fraction("54.7")}, Fraction(3241, 50)),
            ({"actual_kg": Fraction(60), "ideal_kg": Fraction(60)}, Fraction(60)),  # nothing to adjust
        ),
        refused=({"actual_kg": Fraction(0), "ideal_kg": Fraction(60)},),
    ),
)
"""Every formula by id."""
