"""Step by step: the derivation one firing at a time, for those who learn or teach it."""

from typing import Any

from ..kb.edition import Edition
from ..kb.trace import Firing, Trace
from .proof import Proofs


def steps(edition: Edition, trace: Trace) -> list[dict[str, Any]]:
    """Every firing in order: which rule, on what, why it was its turn, what it added, what waits.

    `waiting` are the rules that could fire already and do so later: all their conditions are met. What waits is read
    off the trace, so a rule that an exception keeps back is not among it.
    """
    proofs = Proofs(edition, trace)
    concluded_at = {firing.conclusion: firing.step for firing in reversed(trace.firings)}
    ready_after = [max(concluded_at.get(each, 0) for each in firing.premises) for firing in trace.firings]
    last = max((firing.stratum for firing in trace.firings), default=0)
    return [
        _step(
            edition,
            trace,
            proofs,
            firing,
            [
                later
                for later, ready in zip(trace.firings[firing.step :], ready_after[firing.step :], strict=True)
                if ready < firing.step
            ],
            last,
        )
        for firing in trace.firings
    ]


def _step(
    edition: Edition, trace: Trace, proofs: Proofs, firing: Firing, ready: list[Firing], last: int
) -> dict[str, Any]:
    same = {later.rule for later in ready if later.stratum == firing.stratum} - {firing.rule}
    turn = f"stratum {firing.stratum} of {last}: every fact that it reads is settled"
    if same:
        turn += f"; {len(same)} other rules of this stratum could fire too, and the first by id goes first"
    rule = edition.rule[firing.rule]
    return {
        "step": firing.step,
        "rule": rule.id,
        "says": rule.says,
        "turn": turn,
        "stratum": firing.stratum,
        "premises": [_brief(proofs, trace, premise) for premise in firing.premises],
        "absent": [proofs.absent(absence)["text"] for absence in firing.absences],
        "adds": {"conclusion": firing.conclusion, "text": proofs.sentence(firing), "new": firing.new},
        "waiting": list(dict.fromkeys(later.rule for later in ready)),
    }


def _brief(proofs: Proofs, trace: Trace, fact_id: str) -> dict[str, Any]:
    """A premise in one line: the conclusion it is, or the input, value or row."""
    if fact_id in trace.derivations:
        return {"fact": fact_id, "text": proofs.sentence(trace.derivations[fact_id][0])}
    return {"fact": fact_id, "text": proofs.node(fact_id)["text"]}
