"""Situations drawn from the whole space: so that any two values of any two inputs meet, and at random.

Every value of an input stands in some case of a pairwise covering array, together with every value of every other input
that it can stand with (Cohen et al. 1997, IEEE Trans Softw Eng 23:437: greedy, one case at a time). Random cases are
drawn around a usual case, from near it to anywhere. The same numbers give the same cases on every machine.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..facts import breakpoints
from ..facts.atoms import FactType
from ..facts.case import Case
from ..facts.domains import SUSCEPTIBILITIES
from ..facts.vocabulary import NOT_STATED
from .numbers import ADULT, CHILD
from .space import MIC, Space

ABSENT = ""
_RESULTS = "isolate.susceptibilities"

_USUAL = {
    ("isolate.organism", ""): "Klebsiella pneumoniae",
    ("isolate.carbapenemases", ""): "answered",
    ("isolate.carbapenemases", "NDM"): "named",
    ("infection.site", ""): "bloodstream",
    ("infection.severity", ""): "severe",
    ("patient.age", ""): f"{ADULT}",
    ("patient.sex", ""): "female",
    ("patient.weight", ""): "70 kg",
    ("patient.creatinine", ""): "1 mg/dL",
    ("patient.renal_replacement", ""): "none",
    ("setting.jurisdiction", ""): "US",
}
"""What random cases are drawn around; nothing else is stated."""

_MEASURED = {
    "patient.weight": ("40 kg", "70 kg", "90 kg", "140 kg"),
    "patient.height": ("150 cm", "165 cm", "190 cm"),
    "patient.creatinine": ("0.4 mg/dL", "0.8 mg/dL", "1 mg/dL", "1.7 mg/dL", "2.9 mg/dL", "5 mg/dL", "11 mg/dL"),
}
"""What is stated of numbers from which clearances are computed: together they reach most bands."""


@dataclass(frozen=True, slots=True)
class Input:
    """Something a case may state: `values` the first of which says nothing; `needs` is the input that must have another
    value than its first one."""

    path: str
    element: str
    values: tuple[str, ...]
    needs: tuple[str, str] | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Path and element."""
        return self.path, self.element


Assignment = Mapping[tuple[str, str], str]


class Sample:
    """Cases of the space of an edition."""

    def __init__(self, space: Space) -> None:
        self._space = space

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """What cases may state; an input stands after the one it needs."""
        return (*self._fields(), *self._numbers(), *self._elements(), *self._mics())

    def _fields(self) -> Iterator[Input]:
        for fact_type in self._space.choices:
            values = [value for value in self._space.values(fact_type) if value != NOT_STATED]
            yield Input(str(fact_type.path), "", (NOT_STATED, *values))
        for fact_type in self._space.lists:
            yield Input(str(fact_type.path), "", (NOT_STATED, "answered"))

    def _numbers(self) -> Iterator[Input]:
        numbers = self._space.numbers
        yield Input("as_of", "", (NOT_STATED, *(day.isoformat() for day in numbers.days)))
        yield Input("patient.age", "", (NOT_STATED, str(CHILD), str(ADULT)))
        for path, values in _MEASURED.items():
            yield Input(path, "", (NOT_STATED, *values))
        yield Input("patient.creatinine_clearance", "", (NOT_STATED, *numbers.texts("Clearance")))
        yield Input("patient.crrt_effluent", "", (NOT_STATED, *numbers.texts("Effluent")))
        yield Input("infection.pitt_score", "", (NOT_STATED, *map(str, numbers.scores)))

    def _elements(self) -> Iterator[Input]:
        for fact_type in self._space.elements:
            for name in self._names(fact_type):
                values = self._space.values(fact_type)
                told = ("named",) if values == [""] else tuple(values)
                yield Input(str(fact_type.path), name, (ABSENT, *told), (str(fact_type.path), ""))

    def _names(self, fact_type: FactType) -> list[str]:
        """What a list names in some case: of enzymes one of each kind, or a case would name more than it may."""
        enzymes = fact_type.matched() == ("enzyme",)
        return self._space.enzymes.of(fact_type, 1) if enzymes else self._space.names(fact_type)

    def _mics(self) -> Iterator[Input]:
        for drug in breakpoints.BREAKPOINTS:
            if drug in self._space.tested:
                values = tuple(self._space.numbers.mics(drug))
                yield Input(MIC, drug, (ABSENT, *values), (_RESULTS, drug))

    # --- cases -----------------------------------------------------------------------------------------------

    def case(self, assignment: Assignment) -> Case:
        """The case that has these values."""
        stated = {each.key: assignment.get(each.key, each.values[0]) for each in self.inputs}
        return self._space.case(
            {each.key: stated[each.key] for each in self.inputs if stated[each.key] != each.values[0]}
        )

    def pairwise(self) -> Iterator[Assignment]:
        """Assignments in which any two values that can stand together do."""
        values = [(number, value) for number, each in enumerate(self.inputs) for value in each.values]
        place = {each: bit for bit, each in enumerate(values)}
        own = [sum(1 << place[n, value] for value in each.values) for n, each in enumerate(self.inputs)]
        everything = (1 << len(values)) - 1
        left = {bit: everything & ~own[number] for (number, _), bit in place.items()}
        at = {each.key: number for number, each in enumerate(self.inputs)}
        for (number, value), bit in place.items():
            for other in self._impossible(at, number, value):
                left[bit] &= ~(1 << place[other])
                left[place[other]] &= ~(1 << bit)
        drawing = random.Random(0)
        while wanted := [bit for bit, pairs in left.items() if pairs]:
            chosen = self._greedy(drawing, drawing.choice(wanted), values, place, left, at)
            bits = sum(1 << place[each] for each in chosen.items())
            for each in chosen.items():
                left[place[each]] &= ~bits
            yield {self.inputs[number].key: value for number, value in chosen.items()}

    def _greedy(
        self,
        drawing: random.Random,
        start: int,
        values: Sequence[tuple[int, str]],
        place: Mapping[tuple[int, str], int],
        left: Mapping[int, int],
        at: Mapping[tuple[str, str], int],
    ) -> dict[int, str]:
        """An assignment with a value given and one of its partners not met yet; of the rest what meets most."""
        partners = [bit for bit in range(len(values)) if left[start] >> bit & 1]
        chosen: dict[int, str] = {}
        for bit in (start, drawing.choice(partners)):
            self._choose(chosen, *values[bit], at)
        order = [number for number in range(len(self.inputs)) if number not in chosen]
        drawing.shuffle(order)
        for number in order:
            if number in chosen:
                continue
            had = sum(1 << place[each] for each in chosen.items())
            free = [v for v in self.inputs[number].values if self._fits(chosen, number, v, at)]
            best = max(free, key=lambda value: ((left[place[number, value]] & had).bit_count(), drawing.random()))
            self._choose(chosen, number, best, at)
        return chosen

    def _choose(self, chosen: dict[int, str], number: int, value: str, at: Mapping[tuple[str, str], int]) -> None:
        """Choose a value, and what it needs."""
        chosen[number] = value
        each = self.inputs[number]
        if value != each.values[0] and each.needs is not None and (needed := at[each.needs]) not in chosen:
            allowed = [v for v in self.inputs[needed].values[1:] if self._fits(chosen, needed, v, at)]
            self._choose(chosen, needed, allowed[0], at)

    def _fits(self, chosen: Mapping[int, str], number: int, value: str, at: Mapping[tuple[str, str], int]) -> bool:
        """Whether a value can stand with those chosen."""
        return all(chosen.get(other) != v for other, v in self._impossible(at, number, value))

    def _impossible(self, at: Mapping[tuple[str, str], int], number: int, value: str) -> list[tuple[int, str]]:
        """What a value of an input cannot stand with."""
        return self._exclusions(at).get((number, value), [])

    def _exclusions(self, at: Mapping[tuple[str, str], int]) -> Mapping[tuple[int, str], list[tuple[int, str]]]:
        if not self._excluded:
            for number, each in enumerate(self.inputs):
                above = each.needs
                while above is not None:  # an element needs its list, a MIC its result and so its list
                    for value in each.values[1:]:
                        self._exclude((number, value), (at[above], self.inputs[at[above]].values[0]))
                    above = self.inputs[at[above]].needs
            resistance = at["isolate.carbapenem_resistant", ""]
            if (_RESULTS, "meropenem") in at:
                self._exclude((resistance, "no"), (at[_RESULTS, "meropenem"], "R"))
        return self._excluded

    @cached_property
    def _excluded(self) -> dict[tuple[int, str], list[tuple[int, str]]]:
        return {}

    def _exclude(self, one: tuple[int, str], other: tuple[int, str]) -> None:
        self._excluded.setdefault(one, []).append(other)
        self._excluded.setdefault(other, []).append(one)

    def drawn(self, seed: int) -> Assignment:
        """An assignment drawn at random around the usual one: some inputs, many or all are drawn anew."""
        drawing = random.Random(seed)
        share = drawing.choice((0.05, 0.15, 0.4, 1.0))
        crowd = drawing.choice((0.03, 0.1, 0.3))
        chosen: dict[tuple[str, str], str] = {}
        for each in self.inputs:
            value = _USUAL.get(each.key, each.values[0])
            if drawing.random() < share:
                named = not each.element or drawing.random() < crowd
                value = drawing.choice(each.values[1:] if each.element else each.values) if named else ABSENT
            needed = each.needs
            if needed is not None and chosen.get(needed, ABSENT) in (NOT_STATED, ABSENT):
                if value == each.values[0] or drawing.random() < 0.8 or each.path == MIC:
                    continue
                chosen[needed] = "answered"
            chosen[each.key] = value
        if chosen["isolate.carbapenem_resistant", ""] == "no" and chosen.get((_RESULTS, "meropenem")) == "R":
            chosen[_RESULTS, "meropenem"] = drawing.choice([r for r in SUSCEPTIBILITIES.values if r != "R"])
        return chosen
