"""Proves invariants over every situation by contradiction: a situation that breaks one does not exist.

Each proof first shows a situation of which the invariant speaks, so that none holds for want of any.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic

from ..facts.case import Case
from ..kb.asp import asp_pattern
from ..kb.edition import Edition
from ..kb.invariants import Invariant, invariants
from .program import Program


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one invariant: `proved`; `broken`, with a case in which it does not hold; or `idle`, where no
    situation is one that it speaks of."""

    invariant: Invariant
    result: str
    case: Case | None
    seconds: float


def asking(edition: Edition, asked: tuple[Invariant, ...]) -> str:
    """The rules that say of what situations each invariant speaks, and which break it."""
    lines = []
    for each in asked:
        when = [asp_pattern(pattern, edition.vocabulary) for pattern in each.when]
        broken = [
            *when,
            *(asp_pattern(pattern, edition.vocabulary) for pattern in each.never),
            *(f"not {asp_pattern(pattern, edition.vocabulary)}" for pattern in each.must),
            *(f"V_{one} != V_{other}" for one, other in each.differ),
        ]
        lines.append(f'{_rule(f"""scope("{each.id}")""", when)}')
        lines.append(f'{_rule(f"""broken("{each.id}")""", broken)}')
    return "\n".join(lines)


def _rule(head: str, body: list[str]) -> str:
    return f"{head} :- {', '.join(body)}." if body else f"{head}."


def prove(edition: Edition) -> Iterator[Verdict]:
    """The verdict on each invariant that holds under the guideline of an edition."""
    asked = invariants(edition.guideline["id"])
    patterns = (pattern for each in asked for pattern in (*each.when, *each.never, *each.must))
    program = Program(edition, asking(edition, asked), patterns)
    for each in asked:
        began = monotonic()
        if program.solver.model(f'scope("{each.id}")') is None:
            yield Verdict(each, "idle", None, monotonic() - began)
            continue
        case = program.case(f'broken("{each.id}")')
        yield Verdict(each, "proved" if case is None else "broken", case, monotonic() - began)
