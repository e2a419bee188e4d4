"""Derives many cases at once: for each module, each state that occurs is looked up or derived once for all its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from ..facts.atoms import Fact
from ..kb.modules import Module, View
from ..kb.shared import Shared, SharedDerivation
from .coded import Column, Combined, Kinds, Rows, looked_up, narrow

Array = Any
_Terms = tuple[tuple[str, str], ...]
_SETS = 1024
"""Different sets of facts of a type that one column may hold."""


def derive(shared: SharedDerivation, rows: Rows, wanted: frozenset[str]) -> None:
    """Add to `rows` what follows in each: conclusions of the types `wanted`, which include all that they rest on."""
    _Derivation(shared, rows, wanted).run()


@dataclass(frozen=True)
class _Seen:
    """What a view sees in each row: a number for each row (0: nothing), and by number the facts and their ids."""

    numbers: Array
    facts: Sequence[tuple[Fact, ...]]
    ids: Sequence[tuple[str, ...]]


class _Pivots:
    """Facts of a column, no two of them in one row, that are pivots of modules which see the same beside each.

    `facts` has what each number stands for, from 1 (0: none of them). `rows` are those that have one, where they are
    few; None where all rows are looked at.
    """

    def __init__(self, column: Column, facts: Sequence[Fact]) -> None:
        self.facts = facts
        number = {fact.id: place for place, fact in enumerate(facts, start=1)}
        of = [max((number.get(fact.id, 0) for fact in held), default=0) for held in column.facts]
        numbers = column.told(of, len(facts) + 1)
        some = np.count_nonzero(numbers)
        self.rows = None if some > len(numbers) // 4 else np.flatnonzero(numbers > 0)
        self.count = len(numbers) if self.rows is None else some
        self.numbers = self.among(numbers)
        self._beside: dict[int, Array] = {}

    def among(self, numbers: Array) -> Array:
        """Of a number for each row those of the rows that have a pivot."""
        return numbers if self.rows is None else np.take(numbers, self.rows)

    def beside(self, seen: _Seen) -> Array:
        """What a view sees in the rows that have a pivot. Kept: many modules look at the same."""
        if id(seen) not in self._beside:
            self._beside[id(seen)] = self.among(seen.numbers)
        return self._beside[id(seen)]


class _Derivation:
    def __init__(self, shared: SharedDerivation, rows: Rows, wanted: frozenset[str]) -> None:
        self._shared, self._rows = shared, rows
        self._wanted = wanted
        self._seen: dict[tuple[str, _Terms], _Seen] = {}
        self._given = frozenset(rows.by_type)
        self._typed: dict[str, list[Column]] = {}
        self._pivots: dict[tuple[int, tuple[str, ...]], _Pivots] = {}

    def run(self) -> None:
        strata: dict[int, list[int]] = {}
        for number, module in enumerate(self._shared.modules):
            if module.concludes in self._wanted:
                strata.setdefault(module.stratum, []).append(number)
        for _, numbers in sorted(strata.items()):
            for column in [column for number in numbers for column in self._concluded(number)]:
                self._rows.add(column)

    def _concluded(self, number: int) -> Iterator[Column]:
        """What a module concludes."""
        module = self._shared.modules[number]
        shared = sorted({of for view in _views(module) for _, of in view.shared})
        for column in self._columns(module.type):
            alike: dict[tuple[str, ...], dict[str, Fact]] = {}
            for fact in column.known.values():
                if module.starts_at(fact):
                    alike.setdefault(tuple([fact.value(name) for name in shared]), {})[fact.id] = fact
            for facts in alike.values():
                yield from self._from(number, column, facts)

    def _from(self, number: int, column: Column, facts: dict[str, Fact]) -> Iterator[Column]:
        """What a module concludes for facts of a column at its pivot; its views ask for the same beside each."""
        module, first = self._shared.modules[number], next(iter(facts.values()))
        needed = [self._view(view, first) for view in module.needed]
        if any(len(seen.facts) == 1 for seen in needed):
            return
        views = [*needed, *(self._view(view, first) for view in module.compared)]
        barring = [self._view(view, first) for view in module.barring]
        for some in _apart(column, facts):
            found = self._conclusions(number, self._at(column, some), views, barring, len(needed))
            if found is not None:
                yield found

    def _at(self, column: Column, facts: Sequence[Fact]) -> _Pivots:
        key = (id(column), tuple([fact.id for fact in facts]))
        if key not in self._pivots:
            self._pivots[key] = _Pivots(column, facts)
        return self._pivots[key]

    def _conclusions(
        self, number: int, pivots: _Pivots, views: Sequence[_Seen], barring: Sequence[_Seen], needed: int
    ) -> Column | None:
        """What a module concludes beside some pivots; of its views the first so many must see something."""
        columns = [(pivots.numbers, len(pivots.facts) + 1)]
        columns += [(pivots.beside(seen), len(seen.facts)) for seen in views]
        rows, count = pivots.rows, pivots.count
        fitting = pivots.numbers > 0
        for numbers, _ in columns[1 : 1 + needed]:
            fitting &= numbers > 0
        some = np.count_nonzero(fitting)
        if not some:
            return None
        columns += [(pivots.beside(seen), len(seen.facts)) for seen in barring]
        if some < count // 4:
            here = np.flatnonzero(fitting)
            rows, count = here if rows is None else np.take(rows, here), some
            columns = [(np.take(numbers, here), below) for numbers, below in columns]
        combined = Combined(np.zeros(count, np.uint8))
        for place, (numbers, below) in enumerate(columns):
            seen_or_not = place > len(views) and below > 2
            combined.add((numbers > 0).view(np.uint8) if seen_or_not else numbers, 2 if seen_or_not else below)
        occurring = combined.occurring()
        states = list(zip(*(each.tolist() for each in combined.columns(occurring)), strict=True))
        found: list[tuple[Shared, ...]] = [()] * len(states)
        for at in self._shared.order(len(states)):
            pivot, *seen = states[at]
            if pivot and all(seen[:needed]):
                found[at] = self._state(number, pivots.facts[pivot - 1], seen, views, barring)
        kinds, table = Kinds(), np.zeros(combined.bound, np.int32)
        for place, firings in zip(occurring.tolist(), found, strict=True):
            table[place] = kinds.number([firing.conclusion for firing in firings]) if firings else 0
        if len(kinds.facts) == 1:
            return None
        numbers = looked_up(table, len(kinds.facts), combined.place)
        if rows is not None:
            all_rows = np.zeros(self._rows.count, narrow(len(kinds.facts)))
            all_rows[rows] = numbers
            numbers = all_rows
        return Column(numbers, kinds.facts)

    def _state(
        self, number: int, pivot: Fact, seen: Sequence[int], views: Sequence[_Seen], barring: Sequence[_Seen]
    ) -> tuple[Shared, ...]:
        """The firings in one state."""
        ids = [view.ids[each] for view, each in zip(views, seen, strict=False)]
        key = (pivot.id, *ids, *map(bool, seen[len(views) :]))
        facts = (view.facts[each] for view, each in zip((*views, *barring), seen, strict=True))
        return self._shared.state(number, key, chain((pivot,), chain.from_iterable(facts)))

    def _view(self, view: View, pivot: Fact) -> _Seen:
        terms = view.on(pivot)
        if (view.type, terms) not in self._seen:
            self._seen[view.type, terms] = self._looking(view.type, terms)
        return self._seen[view.type, terms]

    def _looking(self, fact_type: str, terms: _Terms) -> _Seen:
        """What rows have of a type with these values."""
        columns = self._columns(fact_type)
        if terms:
            columns = _where(columns, lambda fact: all(fact.value(name) == value for name, value in terms))
        whole = _union(columns, self._rows.count)
        return _Seen(whole.numbers, whole.facts, [tuple([fact.id for fact in facts]) for facts in whole.facts])

    def _columns(self, fact_type: str) -> list[Column]:
        """What rows have of a type. Nothing of it is concluded any more once something looks at it."""
        if fact_type not in self._typed:
            columns = _where(self._rows.columns(fact_type), lambda fact: fact.type == fact_type)
            self._typed[fact_type] = columns if fact_type in self._given else self._fewer(columns)
        return self._typed[fact_type]

    def _fewer(self, columns: list[Column]) -> list[Column]:
        """The same in fewer columns: each module that concludes a type has its own, and rows have little in each."""
        groups: list[list[Column]] = []
        bound = _SETS + 1
        for column in columns:
            if bound * len(column.facts) > _SETS:
                groups.append([])
                bound = 1
            groups[-1].append(column)
            bound *= len(column.facts)
        fewer = [_union(group, self._rows.count) for group in groups]
        return fewer if len(fewer) == len(columns) else self._fewer(fewer)


def _where(columns: Iterable[Column], holds: Callable[[Fact], bool]) -> list[Column]:
    return [shown for column in columns if (shown := column.where(holds)) is not None]


def _apart(column: Column, facts: Mapping[str, Fact]) -> list[list[Fact]]:
    """Some facts of a column in groups of which no row has two."""
    with_others: dict[str, set[str]] = {name: set() for name in facts}
    for held in column.facts:
        names = [fact.id for fact in held if fact.id in facts]
        for name in names if len(names) > 1 else ():
            with_others[name].update(names)
    groups: list[list[Fact]] = []
    for name, fact in facts.items():
        fits = (group for group in groups if not any(each.id in with_others[name] for each in group))
        group = next(fits, None)
        if group is None:
            groups.append([fact])
        else:
            group.append(fact)
    return groups


def _views(module: Module) -> Iterable[View]:
    return (*module.needed, *module.compared, *module.barring)


def _union(columns: Sequence[Column], count: int) -> Column:
    """What all columns hold in each row, each fact once; 0 where that is nothing."""
    if len(columns) == 1:
        return columns[0]
    combined, kinds = Combined(np.zeros(count, np.uint8)), Kinds()
    for column in columns:
        combined.add(column.numbers, len(column.facts))
    occurring, table = combined.occurring(), np.zeros(combined.bound, np.int32)
    parts = zip(*(each.tolist() for each in combined.columns(occurring)), strict=True) if columns else ()
    for place, numbers in zip(occurring.tolist(), parts, strict=False):
        held = (column.facts[number] for column, number in zip(columns, numbers, strict=True))
        table[place] = kinds.number(list(chain.from_iterable(held)))
    return Column(looked_up(table, len(kinds.facts), combined.place), kinds.facts)
