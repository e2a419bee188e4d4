"""Ranges of a quantity: the bands of a dose table, and the atoms all tables on that quantity share.

A quantity here is never negative. A range without a lower bound therefore starts at 0 and contains it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from .numerals import exact_places, exact_text, read_decimal, rounded

_TEXT = re.compile(r"([\[(])([0-9.]*),([0-9.]*)([\])])")

# A place between values: (beyond all values, value, just after the value rather than just before it).
_Cut = tuple[bool, Fraction, bool]
_START: _Cut = (False, Fraction(0), False)
_END: _Cut = (True, Fraction(0), False)


@dataclass(frozen=True, slots=True)
class Interval:
    """A range of values of a quantity; the unit is the quantity's own.

    ``low`` or ``high`` of None means unbounded on that side (below: from 0, and 0 belongs to it). A bound is
    a decimal number, not negative. Each range is written one way only, so that equal ranges are equal values:
    ``[0,5]`` is refused, ``(,5]`` says the same. ValueError for a range that is empty or written another way.
    """

    low: Fraction | None
    low_closed: bool
    high: Fraction | None
    high_closed: bool

    def __post_init__(self) -> None:
        for bound in (self.low, self.high):
            if bound is not None and bound < 0:
                raise ValueError(f"a bound cannot be negative: {bound}")
        text = self.text  # refuses a bound that is not a decimal number
        if (self.low is None and self.low_closed) or (self.high is None and self.high_closed):
            raise ValueError(f"{text}: an open end takes a round bracket")
        if self.low == 0 and self.low_closed:
            raise ValueError(f"{text}: a range that starts at 0 is written without lower bound")
        if self.start >= self.end:
            raise ValueError(f"{text} contains no value")

    @classmethod
    @lru_cache(maxsize=1024)  # tables repeat their ranges
    def parse(cls, text: str) -> Interval:
        """Read ``(30,50]``, ``[120,)``, ``(,5]`` or ``(,)``: square bracket closed, round open; no spaces."""
        match = _TEXT.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not a range such as (30,50], [120,) or (,5]")
        left, low, high, right = match.groups()
        return cls(
            low=read_decimal(low) if low else None,
            low_closed=left == "[",
            high=read_decimal(high) if high else None,
            high_closed=right == "]",
        )

    @property
    def start(self) -> _Cut:
        """Where the range begins, comparable with any other ``start`` or ``end``."""
        return _START if self.low is None else (False, self.low, not self.low_closed)

    @property
    def end(self) -> _Cut:
        """Where the range stops, comparable with any other ``start`` or ``end``."""
        return _END if self.high is None else (False, self.high, self.high_closed)

    @property
    def single(self) -> Fraction | None:
        """The only value of the range, if it has just one."""
        return self.high if self.high is not None and self.high == (self.low or 0) else None

    @property
    def text(self) -> str:
        """The compact form that ``parse`` reads: ``(30,50]``."""
        low = "" if self.low is None else exact_text(self.low)
        high = "" if self.high is None else exact_text(self.high)
        return f"{'[' if self.low_closed else '('}{low},{high}{']' if self.high_closed else ')'}"

    @property
    def id(self) -> str:
        """The canonical name: ``over-30-to-50``, ``from-60-under-120``, ``to-5``, ``exactly-15``, ``any``.

        Lower-case words, digits and hyphens only: 2.5 is ``2-point-5``. No two ranges share a name.
        """
        if self.single is not None:
            return f"exactly-{_id_number(self.single)}"
        low = "" if self.low is None else f"{'from' if self.low_closed else 'over'}-{_id_number(self.low)}"
        high = "" if self.high is None else f"{'to' if self.high_closed else 'under'}-{_id_number(self.high)}"
        return "-".join(part for part in (low, high) if part) or "any"

    def label(self, unit: str = "") -> str:
        """The range for people: ``> 30 to ≤ 50 mL/min``, ``≥ 120 mL/min``, ``exactly 15 mL/min``."""
        if self.single is not None:
            words = f"exactly {exact_text(self.single)}"
        else:
            low = "" if self.low is None else f"{'≥' if self.low_closed else '>'} {exact_text(self.low)}"
            high = "" if self.high is None else f"{'≤' if self.high_closed else '<'} {exact_text(self.high)}"
            words = " to ".join(part for part in (low, high) if part)
        if not words:
            return "any value"
        return f"{words} {unit}" if unit else words

    def contains(self, value: Fraction) -> bool:
        """Whether ``value`` is in the range; a negative value is in none."""
        return self.start <= (False, value, False) and (False, value, True) <= self.end


ANY = Interval(None, False, None, False)
"""Every value a quantity can have: 0 and above."""


def covers(interval: Interval, atom: Interval) -> bool:
    """Whether every value of ``atom`` is in ``interval``."""
    return interval.start <= atom.start and atom.end <= interval.end


def partition(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The fewest ranges, ascending, that share out all values so that each interval given is a union of them.

    A value that one table counts below a cut and another above it (30 in ``(15,30]`` and ``[30,60)``) becomes
    a range of its own; no other value does. Order and repetition do not matter. No intervals: ``ANY`` alone.
    """
    cuts = sorted({_START, _END} | {cut for interval in intervals for cut in (interval.start, interval.end)})
    return tuple(_between(start, end) for start, end in pairwise(cuts))


def atom_of(value: Fraction, atoms: Sequence[Interval]) -> Interval:
    """The one of ``atoms`` (see ``partition``) that contains ``value``; ValueError if none does."""
    for atom in atoms:
        if atom.contains(value):
            return atom
    raise ValueError(f"{value} is in none of {', '.join(atom.text for atom in atoms) or 'no ranges'}")


def decimal_text(value: Fraction, places: int, interval: Interval | None = None) -> str:
    """``value`` for people, to ``places`` decimal places, never suggesting another band.

    - A value that needs no more than ``places`` decimal places is printed exactly and unpadded: ``50``,
      ``43.5``. A rounded one keeps all its places (``53.0`` for 52.96), half away from zero.
    - A bound of ``interval`` is printed for a value exactly on it, and for no other: where rounding would
      reach or cross a bound, more places are printed (``50.04`` in ``(50,)`` and ``49.96`` in ``(30,50]``).
      A value on a bound is printed exactly, whatever ``places`` says.

    Pass the atom the value falls in, not one table's band, so that no other table is contradicted either.
    Raises ValueError for negative ``places`` and for a value outside ``interval``.
    """
    if places < 0:
        raise ValueError(f"decimal places cannot be {places}")
    bounds: tuple[Fraction, ...] = ()
    if interval is not None:
        if not interval.contains(value):
            raise ValueError(f"{value} is not in {interval.text}")
        bounds = tuple(bound for bound in (interval.low, interval.high) if bound is not None)
    exact = exact_places(value)
    if exact is not None and (exact <= places or value in bounds):
        return rounded(value, exact)[1]
    while True:  # ends once half a unit of the last place is less than the distance to the nearest bound
        near, text = rounded(value, places)
        if near not in bounds and (interval is None or interval.contains(near)):
            return text
        places += 1


def check_bands(intervals: Iterable[Interval], within: Interval = ANY) -> None:
    """Check that the rows of one table give every value in ``within`` exactly one row, in whatever order.

    ValueError names each gap, each overlap with its rows, and each range a row reaches outside ``within``.
    """
    rows = tuple(intervals)
    problems: list[str] = []
    for atom in partition((*rows, within)):
        found = [row.text for row in rows if covers(row, atom)]
        if not covers(within, atom):
            if found:
                problems.append(f"{atom.text} is outside {within.text} but in {' and '.join(found)}")
        elif not found:
            problems.append(f"gap: no band for {atom.text}")
        elif len(found) > 1:
            problems.append(f"overlap: {atom.text} is in {' and '.join(found)}")
    if problems:
        raise ValueError("; ".join(problems))


def _between(start: _Cut, end: _Cut) -> Interval:
    """The range from one cut to the next."""
    return Interval(
        low=None if start == _START else start[1],
        low_closed=start != _START and not start[2],
        high=None if end == _END else end[1],
        high_closed=end != _END and end[2],
    )


def _id_number(value: Fraction) -> str:
    return exact_text(value).replace(".", "-point-")
