"""Numbers that make a difference: for a quantity, one value for each set of categories that some value brings about."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from ..facts.numerals import rounded

Look = TypeVar("Look")


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers that a case takes, in steps of 1/10^`places`, and those that are usual in adults."""

    low: str
    high: str
    usual_from: str
    usual_to: str
    places: int
    unit: str

    def steps(self, number: str) -> int:
        """A number as a count of steps."""
        return int(Fraction(number) * 10**self.places)

    def text(self, steps: int) -> str | int:
        """A count of steps as it stands in a case."""
        value = Fraction(steps, 10**self.places)
        return f"{rounded(value, self.places)[1]} {self.unit}" if self.unit else int(value)


RANGES = {
    "patient.age": Range("0", "120", "18", "90", 0, ""),
    "patient.weight": Range("1", "700", "45", "120", 0, "kg"),
    "patient.height": Range("20", "280", "145", "200", 0, "cm"),
    "patient.creatinine": Range("0.1", "40", "0.4", "6", 2, "mg/dL"),
    "patient.creatinine_clearance": Range("0", "400", "5", "150", 0, "mL/min"),
    "patient.crrt_effluent": Range("0.1", "20", "1", "5", 1, "L/h"),
    "infection.pitt_score": Range("0", "14", "0", "14", 0, ""),
}


def telling(path: str, look: Callable[[str | int], Look]) -> Iterator[tuple[str | int, tuple[str, str]]]:
    """Values of a quantity that between them show every look there is, a look being what rules see of a value.

    Each comes with the least and the greatest value that look the same. Looks change in order along a quantity: between
    two values that look the same nothing else is met.
    """
    span = RANGES[path]
    low, high = span.steps(span.low), span.steps(span.high)
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
    usual_from, usual_to = span.steps(span.usual_from), span.steps(span.usual_to)
    for run in runs.values():
        first, last = run[0], run[-1]
        # from the middle: not an edge, in which a reader would look for a meaning; and a usual number, if there is one
        inside = (max(first, usual_from), min(last, usual_to))
        start, end = inside if inside[0] <= inside[1] else (first, last)
        yield span.text((start + end) // 2), (str(span.text(first)), str(span.text(last)))
