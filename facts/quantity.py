"""Quantities of a case: a decimal numeral, one space, one of a few units. Exact; no general unit parser."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from .numerals import exact_text, read_decimal
from .problems import CaseError, Problem

_NUMERAL = r"(?!(?:\.?[0-9]){13})(?:0|[1-9][0-9]*)(?:\.[0-9]+)?"  # at most 12 digits
_LONGEST = 40  # characters of the longest quantity that anybody may have meant
_MU = str.maketrans("\u00b5\u03bc", "uu")  # micro sign and Greek mu, which look the same


@dataclass(frozen=True, slots=True)
class Quantity:
    """A stated quantity. ``value`` is exact and in the base unit of its measure; ``unit`` is the stated unit.

    ``text`` is what was stated in its one spelling: ``70.0 kg`` -> ``70 kg``, ``9 µmol/L`` -> ``9 umol/L``.
    ``bound`` is how a censored value relates to the true one (``<``, ``<=``, ``>``, ``>=``), else empty.
    """

    value: Fraction
    unit: str
    text: str
    bound: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Measure:
    """What a field measures: its units, each with its size in the base unit (the first), and its range.

    ``low`` and ``high``, both accepted, are in the base unit. They are ours, not a source's: wide enough for
    every living patient, narrow enough to catch a wrong unit or a slipped point.
    """

    units: Mapping[str, Fraction]
    low: Fraction
    high: Fraction
    censored: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "units", MappingProxyType(dict(self.units)))

    @property
    def pattern(self) -> str:
        """The spelling as a regular expression, in what Python and JSON Schema have in common."""
        units = "|".join(unit.replace("umol", "[uµμ]mol") for unit in self.units)
        return f"^({'[<>]=?' if self.censored else ''}){'?' if self.censored else ''}({_NUMERAL}) ({units})$"

    @property
    def accepted(self) -> str:
        """What is accepted, for people."""
        base = next(iter(self.units))
        spans = f"{exact_text(self.low)} to {exact_text(self.high)} {base}"
        signs = ", censored as in <=0.25 or >16" if self.censored else ""
        return f"a number, a space and {' | '.join(self.units)}; {spans}{signs}"

    def read(self, text: str) -> Quantity:
        """The quantity that ``text`` states; CaseError if it is not spelt as one or out of range."""
        match = re.fullmatch(self.pattern, text)
        if match is None:
            raise CaseError([Problem("", text, self._accepted_instead_of(text), self._suggestion(text))])
        bound, numeral, unit = match[1] or "", match[2], match[3].translate(_MU)
        number = read_decimal(numeral)
        value = number * self.units[unit]
        if not self.low <= value <= self.high:
            raise CaseError([Problem("", text, self.accepted)])
        return Quantity(value, unit, f"{bound}{exact_text(number)} {unit}", bound)

    def _accepted_instead_of(self, text: str) -> str:
        if "1.73" in text and "mL/min" in self.units:
            return f"{self.accepted}; never per 1.73 m2: the labels set doses by absolute clearance"
        return self.accepted

    def _suggestion(self, text: str) -> str | None:
        """The same quantity spelt right, if only spaces and capitals are wrong."""
        if len(text) > _LONGEST:  # matching loosely takes quadratic time
            return None
        loose = re.fullmatch(rf"\s*([<>]=?)?\s*({_NUMERAL})\s*([^\s\d.,].*?)\s*", text)
        if loose is None or (loose[1] and not self.censored):
            return None
        units = {unit.casefold(): unit for unit in self.units}
        unit = units.get(loose[3].translate(_MU).casefold())
        return f"{loose[1] or ''}{loose[2]} {unit}" if unit else None


MASS = Measure(
    {"kg": Fraction(1), "g": Fraction(1, 1000), "lb": Fraction("0.45359237")}, Fraction("0.2"), Fraction(700)
)
LENGTH = Measure({"cm": Fraction(1), "m": Fraction(100), "in": Fraction("2.54")}, Fraction(20), Fraction(280))
# 88.4 umol/L are 1 mg/dL exactly, as the labels convert. The range refuses most values in the other unit.
CREATININE = Measure({"mg/dL": Fraction(1), "umol/L": 1 / Fraction("88.4")}, Fraction("0.1"), Fraction(40))
CLEARANCE = Measure({"mL/min": Fraction(1)}, Fraction(0), Fraction(400))
EFFLUENT = Measure({"L/h": Fraction(1)}, Fraction("0.1"), Fraction(20))
MIC = Measure({"mg/L": Fraction(1)}, Fraction("0.0001"), Fraction(4096), censored=True)
