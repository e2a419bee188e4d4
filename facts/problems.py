"""What is wrong with an input: where, what stands there, what is accepted, and the nearest right word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

_LONGEST_PATH = 200
_LONGEST_VALUE = 80


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One wrong place in an input; every text is cleaned so that it fits on one line of a terminal.

    ``path`` is the place in the case (empty: the case itself); ``value`` what stands there, as written;
    ``accepted`` what may stand there; ``suggestion`` the accepted word it resembles, if any; ``row`` the line
    of the document (from 1) where its text cannot be read as a case at all.
    """

    path: str
    value: str
    accepted: str
    suggestion: str | None = None
    row: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", _clean(self.path, _LONGEST_PATH))
        object.__setattr__(self, "value", _clean(self.value, _LONGEST_VALUE))

    def line(self) -> str:
        """One line for people, without the ``error:`` that a command line puts before it."""
        place = (self.path or "case") + (f" (line {self.row})" if self.row else "")
        guess = f"; did you mean {self.suggestion}?" if self.suggestion else ""
        return f"{place}: value {self.value or '(empty)'}; accepted: {self.accepted}{guess}"

    def as_json(self) -> dict[str, str | int]:
        """For programs: ``path``, ``value``, ``accepted``; ``suggestion`` and ``line`` if there are any."""
        found: dict[str, str | int] = {"path": self.path, "value": self.value, "accepted": self.accepted}
        if self.suggestion:
            found["suggestion"] = self.suggestion
        if self.row:
            found["line"] = self.row
        return found

    def under(self, place: str) -> Problem:
        """The same problem, its path continuing ``place``: ``[x]`` under ``a.b`` is at ``a.b[x]``."""
        return Problem(join(place, self.path), self.value, self.accepted, self.suggestion, self.row)


class CaseError(ValueError):
    """An input that is not a case. ``problems`` holds all that is wrong with it: sorted, each once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=lambda p: (p.path, p.row, p.value, p.accepted)))
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(problem.line() for problem in self.problems)


def join(place: str, rest: str) -> str:
    """Two parts of a path: ``a`` and ``b`` make ``a.b``, ``a`` and ``[b]`` make ``a[b]``."""
    return f"{place}.{rest}" if place and rest and not rest.startswith("[") else place + rest


def near_miss(word: str, accepted: Iterable[str]) -> str | None:
    """The accepted word that ``word`` resembles most, case aside; None if it resembles none."""
    if len(word) > _LONGEST_VALUE:  # comparing takes quadratic time
        return None
    by_folded = {name.casefold(): name for name in accepted}
    close = get_close_matches(word.casefold(), by_folded, n=1)
    return by_folded[close[0]] if close else None


def _clean(text: str, longest: int) -> str:
    """``text`` cut to ``longest`` characters, with what could break or hide part of a line escaped."""
    shown = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text[: longest + 1])
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"
