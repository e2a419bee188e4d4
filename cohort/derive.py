"""Derives many cases at once: for each module, each state that occurs is looked up or derived once for all its rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import numpy as np

from ..facts.atoms import Fact
from ..kb.modules import Module, View
from ..kb.shared import SharedDerivation

Array = Any
_FEW = 1 << 18
"""Combinations that are counted in a table rather than sorted."""


class Rows:
    """The facts of a table's rows: of each fact the numbers of the rows in which it holds, each once."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.of: dict[str, Array] = {}
        self.facts: dict[str, Fact] = {}
        self.by_type: dict[str, list[Fact]] = {}

    def add(self, fact: Fact, rows: Array) -> None:
        """Note that a fact holds in rows, in which it was not noted before."""
        if fact.id in self.of:
            rows = np.concatenate((self.of[fact.id], rows))
        else:
            self.facts[fact.id] = fact
            self.by_type.setdefault(fact.type, []).append(fact)
        self.of[fact.id] = rows

    def having(self, fact_type: str) -> list[Fact]:
        """The facts of a type that hold in some row, in order of id."""
        return sorted(self.by_type.get(fact_type, ()), key=lambda fact: fact.id)


class _Seen:
    """What a view sees in each row: a number for each row, and the facts that each number stands for (0: none)."""

    def __init__(self, rows: Rows, fact_type: str, terms: Iterable[tuple[str, str]]) -> None:
        self.numbers = np.zeros(rows.count, np.int32)
        self.facts: list[tuple[Fact, ...]] = [()]
        terms = tuple(terms)
        for fact in rows.having(fact_type):
            if all(fact.value(name) == value for name, value in terms):
                self._also(fact, rows.of[fact.id])

    def _also(self, fact: Fact, rows: Array) -> None:
        now = self.numbers[rows]
        occurring = np.flatnonzero(np.bincount(now, minlength=len(self.facts)))
        after = np.zeros(len(self.facts), np.int32)
        for number in occurring.tolist():
            after[number] = len(self.facts)
            self.facts.append((*self.facts[number], fact))
        self.numbers[rows] = after[now]


def derive(shared: SharedDerivation, rows: Rows, wanted: frozenset[str]) -> None:
    """Add to `rows` what follows in each: conclusions of the types `wanted`, which include all that they rest on."""
    _Derivation(shared, rows, wanted).run()


class _Derivation:
    def __init__(self, shared: SharedDerivation, rows: Rows, wanted: frozenset[str]) -> None:
        self._shared, self._rows = shared, rows
        self._wanted = wanted
        self._seen: dict[tuple[str, object], _Seen] = {}

    def run(self) -> None:
        strata: dict[int, list[int]] = {}
        for number, module in enumerate(self._shared.modules):
            if module.concludes in self._wanted:
                strata.setdefault(module.stratum, []).append(number)
        for _, numbers in sorted(strata.items()):
            found: dict[str, list[Array]] = {}
            facts: dict[str, Fact] = {}
            for number in numbers:
                for conclusion, rows in self._concluded(number):
                    facts[conclusion.id] = conclusion
                    found.setdefault(conclusion.id, []).append(rows)
            for name, parts in found.items():
                self._rows.add(facts[name], self._once(parts))

    def _once(self, parts: list[Array]) -> Array:
        """The union of sets of rows."""
        if len(parts) == 1:
            return parts[0]
        holds = np.zeros(self._rows.count, bool)
        for part in parts:
            holds[part] = True
        return np.flatnonzero(holds)

    def _concluded(self, number: int) -> Iterator[tuple[Fact, Array]]:
        module = self._shared.modules[number]
        for pivot in self._rows.having(module.type):
            if module.starts_at(pivot):
                yield from self._from(number, module, pivot)

    def _from(self, number: int, module: Module, pivot: Fact) -> Iterator[tuple[Fact, Array]]:
        """The conclusions of a module for one fact at its pivot, each with its rows."""
        rows = self._rows.of[pivot.id]
        needed = [self._view(view, pivot) for view in module.needed]
        if not all(len(seen.facts) > 1 for seen in needed):
            return
        for seen in needed:
            something = seen.numbers[rows] > 0
            if not something.all():
                rows = rows[something]
                if not len(rows):
                    return
        compared = [self._view(view, pivot) for view in module.compared]
        barring = [self._view(view, pivot) for view in module.barring]
        columns = [(seen.numbers[rows], len(seen.facts)) for seen in (*needed, *compared)]
        columns += [((seen.numbers[rows] > 0).astype(np.int32), 2) for seen in barring]
        place, count = _different(columns, len(rows))
        example = np.zeros(count, np.int64)
        example[place] = rows
        firing: dict[str, list[int]] = {}
        facts: dict[str, Fact] = {}
        for index, row in enumerate(example.tolist()):
            for conclusion in self._state(number, pivot, row, (*needed, *compared), barring):
                facts[conclusion.id] = conclusion
                firing.setdefault(conclusion.id, []).append(index)
        for name, indexes in firing.items():
            fires = np.zeros(count, bool)
            fires[indexes] = True
            yield facts[name], rows if len(indexes) == count else rows[fires[place]]

    def _state(self, number: int, pivot: Fact, row: int, seen: tuple[_Seen, ...], barring: list[_Seen]) -> list[Fact]:
        """The conclusions in the state of one row, each once."""
        facts = [each.facts[each.numbers[row]] for each in seen]
        barred = [each.facts[each.numbers[row]] for each in barring]
        key = (pivot.id, *(tuple(fact.id for fact in part) for part in facts), *map(bool, barred))
        firings = self._shared.state(number, key, [pivot, *chain.from_iterable((*facts, *barred))])
        return list({firing.conclusion.id: firing.conclusion for firing in firings}.values())

    def _view(self, view: View, pivot: Fact) -> _Seen:
        terms = view.on(pivot)
        if (view.type, terms) not in self._seen:
            self._seen[view.type, terms] = _Seen(self._rows, view.type, terms)
        return self._seen[view.type, terms]


def _different(columns: list[tuple[Array, int]], count: int) -> tuple[Array, int]:
    """A number for each of `count` rows, the same where all columns agree, and how many numbers there are.

    A column comes with a bound that its values stay below.
    """
    place, bound = np.zeros(count, np.int64), 1
    for values, below in columns:
        if below > 1:
            place, bound = place * below + values, bound * below
        if bound > _FEW:
            different, place = np.unique(place, return_inverse=True)
            bound = len(different)
    occurring = np.flatnonzero(np.bincount(place, minlength=bound))
    table = np.zeros(bound, np.int64)
    table[occurring] = np.arange(len(occurring))
    return table[place], len(occurring)
