"""Why: the chain behind a conclusion, from its rule down to what was given, known, assumed or not stated.

A proof is data before it is text; `explain.text` draws it. It is read off the trace and the rules alone, so that a
stored decision can be asked years later.
"""

from collections.abc import Container
from typing import Any

from ..facts.atoms import Computed, Fact, Given, Known, NotStated
from ..kb.decision import assuming
from ..kb.edition import Edition
from ..kb.trace import Absence, Failure, Firing, Trace
from ..kb.words import Words
from .handles import handles

Node = dict[str, Any]
"""A node of a proof; one field says its kind: conclusion, given, computed, known, assumed, unknown or see."""


class Proofs:
    """The proofs of one derivation. Within one answer each conclusion is expanded once and then referred to."""

    def __init__(self, edition: Edition, trace: Trace) -> None:
        self._edition, self._trace = edition, trace
        self._words = Words(edition)
        self._assumed = assuming(edition, trace)
        self._expanded: set[str] = set()

    def node(self, fact_id: str, granted: Container[str | None] = ()) -> Node:
        """The proof of a fact. KeyError for an id that is not in the trace.

        An input nobody stated is `assumed` if its path is among those `granted`, else `unknown`: a rule that asks for
        what is not known takes nothing for granted, one with a default does, and so does an absence.
        """
        fact = self._trace.facts[fact_id]
        match fact.origin:
            case Given(path, value):
                return {"given": path, "value": value, "text": self._words.fact(fact)}
            case NotStated(path) if path in granted:
                return {"assumed": path, "text": self.sentence(self._assumed[path])}
            case NotStated(path):
                return {"unknown": path, "text": self._words.fact(fact)}
            case Known(table, row, value, source):
                return {"known": row or table, "value": value, "source": source, "text": self._words.fact(fact)}
            case Computed(function, value, formula, source, inputs):
                return {
                    "computed": function,
                    "value": value,
                    "formula": formula,
                    "source": source,
                    "text": self._words.fact(fact),
                    "inputs": [self.node(each, granted) for each in inputs],
                }
            case _:
                return self._derived(fact)

    def sentence(self, firing: Firing) -> str:
        """What a firing says."""
        return self._words.sentence(self._edition.rule[firing.rule], firing.bindings)

    def absent(self, absence: Absence) -> Node:
        """Why a conclusion was not drawn: what it rests on, and for each rule that could draw it what fails."""
        return {
            "text": f"Not concluded: {self._words.pattern(absence.pattern)}",
            "because": [self.node(fact, self._assumed) for fact in absence.because()],
            "rules": [self._failure(failure) for failure in absence.failures if failure.rule],
        }

    def _derived(self, fact: Fact) -> Node:
        if fact.id in self._expanded:
            return {"see": fact.id, "text": self.sentence(self._trace.derivations[fact.id][0])}
        self._expanded.add(fact.id)
        first, *others = self._trace.derivations[fact.id]
        return {**self._firing(first), "also": [self._firing(other) for other in others]}

    def _firing(self, firing: Firing) -> Node:
        rule = self._edition.rule[firing.rule]
        return {
            "conclusion": firing.conclusion,
            "text": self.sentence(firing),
            "rule": self._edition.cited(rule),
            "bindings": dict(firing.bindings),
            "premises": [self.node(premise, (rule.assumes,)) for premise in firing.premises],
            "absent": [self.absent(absence) for absence in firing.absences],
            "also": [],
        }

    def _failure(self, failure: Failure) -> Node:
        rule = self._edition.rule[failure.rule]
        part = rule.when[failure.index] if failure.part == "when" else rule.unless[failure.index]
        fails = "needs" if failure.part == "when" else "is kept back by"
        return {
            "rule": rule.id,
            "says": rule.says,
            "fails": f"{fails}: {self._words.pattern(part)}",
            "on": [self._words.fact(self._trace.facts[fact]) for fact in failure.because],
        }


def why(edition: Edition, trace: Trace, conclusions: list[str]) -> list[Node]:
    """The proofs of conclusions, in that order. KeyError for an id that is not a conclusion of the trace."""
    unknown = [conclusion for conclusion in conclusions if conclusion not in trace.derivations]
    if unknown:
        raise KeyError(unknown[0])
    proofs = Proofs(edition, trace)
    return [proofs.node(conclusion) for conclusion in conclusions]


def shown(decision: Any) -> list[str]:
    """Ids of everything a decision shows, in its order, each once."""
    return list(dict.fromkeys(handles(decision).values()))
