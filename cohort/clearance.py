"""The clearance of creatinine of many patients at once, each in the same range as `facts.working_memory` finds.

Floating point finds the range where a value is clear of every bound; what lies so near a bound that rounding could
matter is computed exactly. The coefficients are taken from the formulas themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial
from itertools import pairwise
from typing import Any

import numpy as np

from ..facts import vocabulary as v
from ..facts.atoms import Fact
from ..facts.bands import atom_of
from ..facts.formulas import FORMULAS
from ..facts.working_memory import ADULT_FROM, Measures, ideal_weight
from .coded import Column, narrow

Array = Any

NEAR = 1e-6
"""Share of a bound within which a value counts as near it: far more than floating point can err."""

_COCKCROFT_GAULT = FORMULAS["cockcroft-gault/1"].function
_ADJUSTED = FORMULAS["adjusted-weight/1"].function


@dataclass(frozen=True)
class Stated:
    """What is stated of one field: a number for each row, and by number the value; None where nothing is."""

    numbers: Array
    values: Sequence[Any]

    def floats(self, of: Callable[[Any], Any] = float) -> Array:
        """By row a number that follows of the value, nan where there is none."""
        found = [None if value is None else of(value) for value in self.values]
        return np.take(np.array([np.nan if each is None else float(each) for each in found]), self.numbers)

    def at(self, row: int) -> Any:
        """The value in one row."""
        return self.values[self.numbers[row]]


@dataclass(frozen=True)
class Patients:
    """What a clearance is computed from, each value as cases have it: age in years, weight in kg, height in cm,
    creatinine in mg/dL."""

    age: Stated
    sex: Stated
    weight: Stated
    height: Stated
    creatinine: Stated
    replacement: Stated


class Clearances:
    """The facts on Cockcroft-Gault clearance: a column for each weight that it can be computed with."""

    def __init__(self, measures: Measures) -> None:
        atoms = measures.clearance
        bounds = sorted({bound for atom in atoms for bound in (atom.low, atom.high) if bound is not None})
        edges = [Fraction(0), *bounds]
        between = [(low + high) / 2 for low, high in pairwise(edges)]
        ranges = [atom_of(value, atoms) for value in (*between, edges[-1] + 1)]
        self._atoms = atoms
        self._between = np.array([atoms.index(each) for each in ranges])
        self._bounds = np.array([float(bound) for bound in bounds])

    def columns(self, p: Patients) -> Iterator[Column]:
        """The facts by row."""
        age, sex, weight = p.age.floats(), p.sex.floats(_is_female), p.weight.floats()
        for_men, for_women = (p.height.floats(partial(ideal_weight, female=female)) for female in (False, True))
        ideal = np.where(np.isnan(sex), np.nan, np.where(sex == 1, for_women, for_men))
        unmeasured, creatinine = np.isnan(p.height.floats()), p.creatinine.floats()
        excluded = (age < ADULT_FROM) | (p.replacement.floats(lambda how: how != "none") == 1)
        close = np.abs(weight - ideal) <= NEAR * weight
        factor = _factor()[np.nan_to_num(age).astype(int), np.nan_to_num(sex).astype(int)] / creatinine
        unweighed, basic = np.isnan(weight), np.isnan(age + sex + creatinine)
        for basis, kg, missing in (
            ("actual_weight", weight, unweighed),
            ("ideal_weight", ideal, unmeasured),
            ("adjusted_weight", np.where(weight <= ideal, np.nan, _adjusted(weight, ideal)), unmeasured | unweighed),
        ):
            value = factor * kg
            computed = ~excluded & ~(basic | missing)
            place = np.searchsorted(self._bounds, value)
            near = computed & self._near(value, place)
            if basis == "adjusted_weight":
                near |= computed & close
            states = [(v.UNKNOWN, v.UNKNOWN), (v.NOT_APPLICABLE, v.NOT_APPLICABLE)]
            states += [(v.KNOWN, atom.id) for atom in self._atoms]
            known = np.where(np.isnan(kg), 1, np.take(self._between, place) + 2)
            numbers = np.where(excluded, 1, np.where(computed, known, 0)).astype(narrow(len(states)))
            for row in np.flatnonzero(near).tolist():
                numbers[row] = states.index(self._exact(basis, p, row))
            yield Column(numbers, [(_fact(basis, *state),) for state in states])

    def _near(self, value: Array, place: Array) -> Array:
        below = self._bounds[np.clip(place - 1, 0, None)]
        above = self._bounds[np.clip(place, None, len(self._bounds) - 1)]
        return (np.abs(value - below) <= NEAR * below) | (np.abs(value - above) <= NEAR * above)

    def _exact(self, basis: str, p: Patients, row: int) -> tuple[str, str]:
        """State and range in a row for which all is stated that the clearance is computed from."""
        female, actual, height = _is_female(p.sex.at(row)), p.weight.at(row), p.height.at(row)
        weight = actual if basis == "actual_weight" else ideal_weight(height, female=female)
        if basis == "adjusted_weight":
            if actual <= weight:
                return v.NOT_APPLICABLE, v.NOT_APPLICABLE
            weight = _ADJUSTED(actual_kg=actual, ideal_kg=weight)
        given = {"age_years": p.age.at(row), "creatinine_mg_dl": p.creatinine.at(row), "female": female}
        return v.KNOWN, atom_of(_COCKCROFT_GAULT(weight_kg=weight, **given), self._atoms).id


def _is_female(sex: str) -> bool:
    return sex == "female"


def _fact(basis: str, state: str, atom: str) -> Fact:
    return Fact(v.Clearance.name, (("basis", basis), ("state", state), ("atom", atom)), (("amount", ""),))


@cache
def _factor() -> Array:
    """By age and sex, the clearance in mL/min of one kg at one mg/dL."""
    one = {"weight_kg": 1, "creatinine_mg_dl": 1}
    by_sex = ([float(_COCKCROFT_GAULT(age_years=age, female=f, **one)) for f in (False, True)] for age in range(121))
    return np.array(list(by_sex))


def _adjusted(actual: Array, ideal: Array) -> Array:
    """Linear in both weights: its coefficients are those of the formula."""
    both = _ADJUSTED(actual_kg=1, ideal_kg=1)
    of_actual = _ADJUSTED(actual_kg=2, ideal_kg=1) - both
    return float(of_actual) * actual + float(both - of_actual) * ideal
