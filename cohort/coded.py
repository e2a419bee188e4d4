"""What the rows of a table have, as columns of small numbers: a number for each row, and what each number stands for.

Rows that agree have the same number, so whatever follows of what they have is worked out once for all of them. Numbers
are kept in as few bytes as they need: comparing those costs a fiftieth of looking each up in a table.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ..facts.atoms import Fact

Array = Any

_MOST = 1 << 16
"""Combinations that are looked up in a table rather than sorted."""
_FEW = 24
"""Numbers that are compared one by one rather than looked up."""


class Column:
    """A number for each row, and by number the facts that hold in its rows, each once."""

    def __init__(self, numbers: Array, facts: Sequence[tuple[Fact, ...]], table: Sequence[int] | None = None) -> None:
        """With a table, `numbers` are places in it: they are looked up only if somebody asks."""
        self._places, self._table, self.facts = numbers, table, facts

    @cached_property
    def numbers(self) -> Array:
        """By row its number."""
        return self._places if self._table is None else looked_up(self._table, len(self.facts), self._places)

    @cached_property
    def known(self) -> dict[str, Fact]:
        """The facts that some number stands for, by id."""
        return {fact.id: fact for facts in self.facts for fact in facts}

    def where(self, holds: Callable[[Fact], bool]) -> Column | None:
        """Only what holds of the facts, in order of id; 0 where nothing is left. None if nothing is left anywhere."""
        kept = {name for name, fact in self.known.items() if holds(fact)}
        if not kept:
            return None
        kinds = Kinds()
        numbers = [kinds.number([fact for fact in facts if fact.id in kept]) for facts in self.facts]
        return Column(self._places, kinds.facts, self._of_places(numbers))

    def told(self, numbers: Sequence[int], bound: int) -> Array:
        """By row another number, below the bound, given by this one's."""
        return looked_up(self._of_places(numbers), bound, self._places)

    def _of_places(self, numbers: Sequence[int]) -> Sequence[int]:
        return numbers if self._table is None else [numbers[number] for number in self._table]


class Kinds:
    """Numbers for sets of facts, the same for the same set; 0 is the empty one."""

    def __init__(self) -> None:
        self.facts: list[tuple[Fact, ...]] = [()]
        """The facts by number, in order of id."""
        self._number: dict[tuple[str, ...], int] = {(): 0}

    def number(self, facts: Collection[Fact]) -> int:
        """The number of a set of facts, each of which may be given more than once."""
        if len(facts) > 1:
            by_id = {fact.id: fact for fact in facts}
            facts = [by_id[name] for name in sorted(by_id)]
        names = tuple([fact.id for fact in facts])
        found = self._number.setdefault(names, len(self.facts))
        if found == len(self.facts):
            self.facts.append(tuple(facts))
        return found


def among(numbers: Sequence[int], column: Column) -> Array:
    """Which rows have one of some numbers, as truth values."""
    if len(numbers) == len(column.facts):
        return np.ones(len(column.numbers), bool)
    if len(numbers) > _FEW:
        holds = np.zeros(len(column.facts), bool)
        holds[list(numbers)] = True
        return np.take(holds, column.numbers)
    found = np.zeros(len(column.numbers), bool)
    for number in numbers:
        found |= column.numbers == number
    return found


def narrow(bound: int) -> Any:
    """The smallest type for numbers below a bound."""
    return np.uint8 if bound <= 1 << 8 else np.uint16 if bound <= 1 << 16 else np.int32 if bound < 1 << 31 else np.int64


def looked_up(table: Array, bound: int, numbers: Array) -> Array:
    """By row the entry of a table, whose entries are below the bound, at the number that the row has."""
    if bound == 1:
        return np.zeros(len(numbers), np.uint8)
    if len(table) == bound and numbers.itemsize == np.dtype(narrow(bound)).itemsize and _is_count(table):
        return numbers
    entries = np.asarray(table).astype(narrow(bound))
    if numbers.dtype == np.uint8 and entries.dtype == np.uint8:  # the quickest table there is
        padded = np.zeros(256, np.uint8)
        padded[: len(entries)] = entries
        return np.frombuffer(numbers.tobytes().translate(padded.tobytes()), np.uint8)
    return np.take(entries, numbers)


def _is_count(table: Array) -> bool:
    return np.array_equal(table, np.arange(len(table)))


@dataclass
class Rows:
    """The facts of a table's rows, in columns. A fact may stand in several, also in one row."""

    count: int
    by_type: dict[str, list[Column]] = field(default_factory=dict)

    def add(self, column: Column) -> None:
        """Note what a column says."""
        for fact_type in {fact.type for facts in column.facts for fact in facts}:
            self.by_type.setdefault(fact_type, []).append(column)

    def columns(self, fact_type: str) -> Sequence[Column]:
        """The columns that hold facts of a type."""
        return self.by_type.get(fact_type, ())

    def holding(self, fact_type: str) -> list[tuple[Fact, Array]]:
        """The facts of a type in order of id, and in which rows each holds, as truth values."""
        places: dict[str, list[tuple[Column, list[int]]]] = {}
        known: dict[str, Fact] = {}
        for column in self.columns(fact_type):
            numbers: dict[str, list[int]] = {}
            for number, facts in enumerate(column.facts):
                for fact in facts:
                    if fact.type == fact_type:
                        known[fact.id] = fact
                        numbers.setdefault(fact.id, []).append(number)
            for name, those in numbers.items():
                places.setdefault(name, []).append((column, those))
        return [(known[name], self._any(places[name])) for name in sorted(known)]

    def _any(self, places: Sequence[tuple[Column, list[int]]]) -> Array:
        found = np.zeros(self.count, bool)
        for column, numbers in places:
            found |= among(numbers, column)
        return found

    def at(self, row: int) -> set[str]:
        """The ids of the facts of one row."""
        columns = (column for columns in self.by_type.values() for column in columns)
        return {fact.id for column in columns for fact in column.facts[column.numbers[row]]}


@dataclass
class Combined:
    """What columns have together: a number for each row, below `bound`, the same where all columns agree.

    Columns are added one by one, as numbers by row with a bound that they stay below.
    """

    place: Array
    bound: int = 1
    _known: list[Array] = field(default_factory=list)
    _digits: list[int] = field(default_factory=list)

    def add(self, numbers: Array, below: int) -> None:
        """Tell apart what differs in one column more."""
        if self.bound * below > _MOST:
            self._shorten()
        if below > 1:
            kind = narrow(self.bound * below)
            self.place = numbers if self.bound == 1 else self.place.astype(kind, copy=False) * kind(below) + numbers
            self.bound *= below
        self._digits.append(below)
        if self.bound > _MOST:
            self._shorten()

    def occurring(self) -> Array:
        """The numbers that some row has, in ascending order."""
        if self.place.dtype == np.uint8:  # one that occurs is mostly found in the first few rows
            places = self.place.tobytes()
            return np.array([number for number in range(self.bound) if number in places], np.int64)
        return np.flatnonzero(np.bincount(self.place, minlength=self.bound))

    def columns(self, numbers: Array) -> list[Array]:
        """What each column has where the combination has these numbers."""
        found: list[Array] = []
        for below in reversed(self._digits):
            numbers, digit = np.divmod(numbers, below)
            found.append(digit)
        return [*(each[numbers] for each in self._known), *reversed(found)]

    def _shorten(self) -> None:
        """Number anew only what occurs."""
        if self.bound > _MOST:
            numbers, self.place = np.unique(self.place, return_inverse=True)
        else:
            numbers = self.occurring()
            table = np.zeros(self.bound, np.int32)
            table[numbers] = np.arange(len(numbers))
            self.place = np.take(table, self.place)
        self._known, self._digits, self.bound = self.columns(numbers), [], len(numbers)
