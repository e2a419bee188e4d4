"""The clearance of creatinine of many patients at once, each in the same range as `facts.working_memory` finds.

Floating point finds the range where a value is clear of every bound; what lies so near a bound that rounding could
matter is computed exactly. The coefficients are taken from the formulas themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
from .coded import Column, narrow

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
    """The facts on Cockcroft-Gault clearance: a column for each weight that it can be computed with."""

    def __init__(self, measures: Measures) -> None:
        self._measures = measures
        atoms = measures.clearance
        bounds = sorted({bound for atom in atoms for bound in (atom.low, atom.high) if bound is not None})
        edges = [Fraction(0), *bounds]
        between = [(low + high) / 2 for low, high in pairwise(edges)]
        ranges = [atom_of(value, atoms) for value in (*between, edges[-1] + 1)]
        self._atoms = atoms
        self._between = np.array([atoms.index(each) for each in ranges])
        self._bounds = np.array([float(bound) for bound in bounds])

    def columns(self, p: Patients, exactly: Callable[[int], Case]) -> Iterator[Column]:
        """The facts by row. `exactly` gives the case of a row with a value near a bound."""
        adjusted = _adjusted(p.weight, p.ideal)
        excluded = (p.age < ADULT_FROM) | p.replaced
        close = np.abs(p.weight - p.ideal) <= NEAR * p.weight
        factor = _factor()[np.nan_to_num(p.age).astype(int), np.nan_to_num(p.sex).astype(int)] / p.creatinine
        unweighed, basic = np.isnan(p.weight), np.isnan(p.age + p.sex + p.creatinine)
        for basis, weight, missing in (
            ("actual_weight", p.weight, unweighed),
            ("ideal_weight", p.ideal, ~p.tall),
            ("adjusted_weight", np.where(p.weight <= p.ideal, np.nan, adjusted), ~p.tall | unweighed),
        ):
            value = factor * weight
            computed = ~excluded & ~(basic | missing)
            place = np.searchsorted(self._bounds, value)
            near = computed & self._near(value, place)
            if basis == "adjusted_weight":
                near |= computed & close
            states = [(v.UNKNOWN, v.UNKNOWN), (v.NOT_APPLICABLE, v.NOT_APPLICABLE)]
            states += [(v.KNOWN, atom.id) for atom in self._atoms]
            facts = [_fact(basis, *state) for state in states]
            known = np.where(np.isnan(weight), 1, np.take(self._between, place) + 2)
            numbers = np.where(excluded, 1, np.where(computed, known, 0)).astype(narrow(len(facts)))
            number = {fact.id: each for each, fact in enumerate(facts)}
            for row in np.flatnonzero(near).tolist():
                numbers[row] = number[self._exact(basis, exactly(row)).id]
            yield Column(numbers, [(fact,) for fact in facts])

    def _near(self, value: Array, place: Array) -> Array:
        below = self._bounds[np.clip(place - 1, 0, None)]
        above = self._bounds[np.clip(place, None, len(self._bounds) - 1)]
        return (np.abs(value - below) <= NEAR * below) | (np.abs(value - above) <= NEAR * above)

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
