"""The clearance of creatinine of many patients at once, each in the same range as `facts.working_memory` finds.

Floating point finds the range where a value is clear of every bound; what lies so near a bound that rounding could
matter is computed exactly. The coefficients are taken from the formulas themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from ..facts import vocabulary as v
from ..facts.atoms import Fact
from ..facts.bands import atom_of
from ..facts.case import Case
from ..facts.formulas import FORMULAS
from ..facts.working_memory import ADULT_FROM, Measures, about_patient

Array = Any

NEAR = 1e-6
"""Share of a bound within which a value counts as near it: far more than floating point can err."""

_COCKCROFT_GAULT = FORMULAS["cockcroft-gault/1"].function
_ADJUSTED = FORMULAS["adjusted-weight/1"].function


@dataclass(frozen=True)
class Patients:
    """What a clearance is computed from: arrays with a number for each row, nan where nothing is stated.

    `age` in years, `weight` in kg, `creatinine` in mg/dL, `sex` 1 for female and 0 for male, `ideal` the ideal weight
    in kg (nan where the formula is not defined), `tall` whether a height is stated, `replaced` whether a renal
    replacement other than none is.
    """

    age: Array
    sex: Array
    weight: Array
    ideal: Array
    creatinine: Array
    tall: Array
    replaced: Array


class Clearances:
    """The facts on Cockcroft-Gault clearance, and the rows in which each holds."""

    def __init__(self, measures: Measures) -> None:
        self._measures = measures
        atoms = measures.clearance
        bounds = sorted({bound for atom in atoms for bound in (atom.low, atom.high) if bound is not None})
        edges = [Fraction(0), *bounds]
        between = [(low + high) / 2 for low, high in pairwise(edges)]
        self._between = [atom_of(value, atoms).id for value in between] + [atom_of(edges[-1] + 1, atoms).id]
        self._bounds = np.array([float(bound) for bound in bounds])

    def rows(self, p: Patients, exactly: Callable[[int], Case]) -> list[tuple[Fact, Array]]:
        """Each fact with the numbers of its rows. `exactly` gives the case of a row with a value near a bound."""
        adjusted = _adjusted(p.weight, p.ideal)
        excluded = (p.age < ADULT_FROM) | p.replaced
        close = np.abs(p.weight - p.ideal) <= NEAR * p.weight
        factor = _factor()[np.nan_to_num(p.age).astype(int), np.nan_to_num(p.sex).astype(int)] / p.creatinine
        unweighed, basic = np.isnan(p.weight), np.isnan(p.age + p.sex + p.creatinine)
        found: list[tuple[Fact, Array]] = []
        for basis, weight, missing in (
            ("actual_weight", p.weight, unweighed),
            ("ideal_weight", p.ideal, ~p.tall),
            ("adjusted_weight", np.where(p.weight <= p.ideal, np.nan, adjusted), ~p.tall | unweighed),
        ):
            value = factor * weight
            unknown = ~excluded & (basic | missing)
            computed = ~excluded & ~unknown
            near = computed & self._near(value)
            if basis == "adjusted_weight":
                near |= computed & close
            not_applicable = excluded | (computed & np.isnan(weight))
            found.append((_fact(basis, v.UNKNOWN, v.UNKNOWN), np.flatnonzero(unknown)))
            found.append((_fact(basis, v.NOT_APPLICABLE, v.NOT_APPLICABLE), np.flatnonzero(not_applicable & ~near)))
            found += self._between_bounds(basis, value, computed & ~np.isnan(weight) & ~near)
            found += [(self._exact(basis, exactly(row)), np.array([row])) for row in np.flatnonzero(near).tolist()]
        return [(fact, rows) for fact, rows in found if len(rows)]

    def _near(self, value: Array) -> Array:
        place = np.searchsorted(self._bounds, value)
        below = self._bounds[np.clip(place - 1, 0, None)]
        above = self._bounds[np.clip(place, None, len(self._bounds) - 1)]
        return (np.abs(value - below) <= NEAR * below) | (np.abs(value - above) <= NEAR * above)

    def _between_bounds(self, basis: str, value: Array, rows: Array) -> list[tuple[Fact, Array]]:
        numbers = np.flatnonzero(rows)
        place = np.searchsorted(self._bounds, value[numbers])
        return [
            (_fact(basis, v.KNOWN, self._between[each]), numbers[place == each])
            for each in np.flatnonzero(np.bincount(place, minlength=1)).tolist()
        ]

    def _exact(self, basis: str, case: Case) -> Fact:
        return next(
            f for f in about_patient(case, self._measures) if f.type == v.Clearance.name and f.value("basis") == basis
        )


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
