"""What if: two derivations compared, in what is advised and in why."""

from typing import Any

from ..facts.atoms import Concluded, Fact
from ..kb.decision_form import Decision
from ..kb.edition import Edition
from ..kb.trace import Trace
from ..kb.words import Words
from .proof import shown


def what_if(edition: Edition, before: tuple[Decision, Trace], after: tuple[Decision, Trace]) -> dict[str, Any]:
    """The difference between two decisions under one edition.

    `appeared` and `vanished` are conclusions with their sentences; `other_reason` are those that stay but rest on
    other facts or rules, each with what they no longer rest on and what they rest on now. `changed_dose` pairs what
    vanished and appeared as dose of the same drug and phase: `{drug, phase, before, after}`, the rows in words and the
    ids in `conclusions`.
    """
    old, new = shown(before[0]), shown(after[0])
    words = Words(edition)
    return {
        "status": {"before": before[0]["status"], "after": after[0]["status"]},
        "recommendations": {"before": _advice(before[0]), "after": _advice(after[0])},
        "appeared": [_said(edition, words, after[1], each) for each in new if each not in old],
        "vanished": [_said(edition, words, before[1], each) for each in old if each not in new],
        "changed_dose": _changed_doses(edition, before, after),
        "other_reason": [
            {**_said(edition, words, after[1], each), "no_longer": sorted(was - now), "now": sorted(now - was)}
            for each in new
            if each in old
            for was, now in [(_support(words, before[1], each), _support(words, after[1], each))]
            if was != now
        ],
    }


def _changed_doses(
    edition: Edition, before: tuple[Decision, Trace], after: tuple[Decision, Trace]
) -> list[dict[str, Any]]:
    """Drugs and phases dosed before and after, each by another row."""
    old, new = _doses(*before), _doses(*after)
    return [
        {
            "drug": drug,
            "phase": phase,
            "before": edition.row[old[drug, phase].value("row")][1].text,
            "after": edition.row[dose.value("row")][1].text,
            "conclusions": {"before": old[drug, phase].id, "after": dose.id},
        }
        for (drug, phase), dose in new.items()
        if (drug, phase) in old and old[drug, phase].id != dose.id
    ]


def _doses(decision: Decision, trace: Trace) -> dict[tuple[str, str], Fact]:
    """What is given as a dose, by drug and phase, in the order of the decision."""
    given = [dose for each in decision["recommendations"] for dose in each["doses"]]
    return {(dose["drug"], dose["phase"]): trace.facts[dose["conclusion"]] for dose in given}


def _advice(decision: Decision) -> list[dict[str, Any]]:
    return [
        {
            "regimen": each["regimen"],
            "line": each["line"],
            "doses": [f"{dose['drug']}, {dose['phase']}: {dose['amount']} {dose['when']}" for dose in each["doses"]],
        }
        for each in decision["recommendations"]
    ]


def _said(edition: Edition, words: Words, trace: Trace, conclusion: str) -> dict[str, Any]:
    firing = trace.derivations[conclusion][0]
    return {"conclusion": conclusion, "text": words.sentence(edition.rule[firing.rule], firing.bindings)}


def _support(words: Words, trace: Trace, conclusion: str) -> set[str]:
    """All that a conclusion rests on, in words: rules by id, and what is given, computed, known or not stated."""
    support: set[str] = set()
    seen: set[str] = set()
    waiting = [conclusion]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        fact = trace.facts[current]
        if isinstance(fact.origin, Concluded):
            support.update(f"rule {firing.rule}" for firing in trace.derivations[current])
        else:
            support.add(words.fact(fact))
        waiting += trace.supporting(fact)
    return support
