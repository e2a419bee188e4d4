"""Numbers that make a difference: for a quantity, one value for each set of categories that some value brings about."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from ..facts.numerals import rounded

Look = TypeVar("Look")


@dataclass(frozen=True, slots=True)
class Range:
    """Where to look for numbers: from `low` to `high` in steps of 1/10^`places`, `unit` behind it."""

    low: Fraction
    high: Fraction
    places: int
    unit: str

    def text(self, steps: int) -> str | int:
        """A number of steps as it stands in a case."""
        value = Fraction(steps, 10**self.places)
        return f"{rounded(value, self.places)[1]} {self.unit}" if self.unit else int(value)


RANGES = {
    "patient.age": Range(Fraction(0), Fraction(110), 0, ""),
    "patient.weight": Range(Fraction(30), Fraction(250), 0, "kg"),
    "patient.height": Range(Fraction(130), Fraction(220), 0, "cm"),
    "patient.creatinine": Range(Fraction("0.1"), Fraction(20), 2, "mg/dL"),
    "patient.creatinine_clearance": Range(Fraction(0), Fraction(250), 0, "mL/min"),
    "patient.crrt_effluent": Range(Fraction("0.5"), Fraction(8), 1, "L/h"),
    "infection.pitt_score": Range(Fraction(0), Fraction(14), 0, ""),
}
"""Numbers that occur in adults and children under treatment; the case itself takes a wider range."""


def telling(path: str, look: Callable[[str | int], Look]) -> Iterator[tuple[str | int, str]]:
    """Values of a quantity that between them show every look there is, a look being what rules see of a value.

    Each comes with the range of values that look the same. Looks change in order along a quantity: between two values
    that look the same nothing else is met.
    """
    span = RANGES[path]
    scale = 10**span.places
    low, high = int(span.low * scale), int(span.high * scale)
    found = {steps: look(span.text(steps)) for steps in (low, high)}
    waiting = [(low, high)]
    while waiting:
        start, end = waiting.pop()
        if end - start > 1 and found[start] != found[end]:
            middle = (start + end) // 2
            found[middle] = look(span.text(middle))
            waiting += [(start, middle), (middle, end)]
    runs: dict[Look, list[int]] = {}
    for steps in sorted(found):
        runs.setdefault(found[steps], []).append(steps)
    for first, *others in runs.values():
        last = others[-1] if others else first
        # one from the middle: not an edge, in which a reader would look for a meaning
        yield span.text((first + last) // 2), f"{span.text(first)} to {span.text(last)}"
