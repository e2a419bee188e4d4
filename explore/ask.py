"""A consultation that asks only what still matters, the most valuable fact first.

A state without input or output of its own: whoever talks to the user asks for the question and hands in what was typed.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..explain.handles import handles
from ..explain.needs import needs
from ..explain.proof import why
from ..facts.case import NOT_STATED, Case, case_from_tree, contradictions, with_changes
from ..facts.document import Scalar, Tree, parse
from ..facts.fields import refused
from ..facts.problems import CaseError, Problem, near_miss
from ..facts.typed import accepts_typed, as_written
from ..kb.decision import decide
from ..kb.decision_form import Decision
from ..kb.inference import KnowledgeBase
from ..kb.trace import Trace
from .advice import ADVICE, LEVEL_NAMES, LEVELS
from .worth import worth_knowing

_MATTERS = ("regimen", "dose", "together", "actions")


@dataclass(frozen=True)
class Consultation:
    """What is known so far and what was answered with *unknown*. Each answer makes a new one."""

    base: KnowledgeBase
    tree: Tree
    skipped: frozenset[str] = frozenset()
    answered: tuple[tuple[str, str], ...] = ()
    before: "Consultation | None" = None

    @cached_property
    def case(self) -> Case:
        """The case as known so far."""
        return case_from_tree(self.tree)

    @cached_property
    def derived(self) -> tuple[Decision, Trace]:
        """The decision so far, with its trace."""
        trace = self.base.derive(self.case)
        return decide(self.base.edition, self.case, trace), trace

    @cached_property
    def question(self) -> dict[str, Any] | None:
        """The fact most worth asking for, as `worth_knowing` tells it, with `accepts`; None where nothing matters."""
        facts = worth_knowing(self.base.edition, self.case)["facts"]
        for fact in facts:
            if self._still_matters(fact):
                return {**fact, "accepts": accepts_typed(fact["fact"])}
        return None

    def answer(self, text: str) -> "Consultation":
        """The consultation with the question answered. CaseError, in terms of the field, for what is not accepted."""
        question = self._asked()
        path = question["fact"]
        if text.strip().lower() in ("unknown", "?"):
            return self._next(self.tree, self.skipped | {path}, (path, "unknown"))
        if text.strip() == NOT_STATED:
            raise CaseError([Problem(path, NOT_STATED, f"unknown, or {question['accepts']}")])
        tree = with_changes(self.tree, [(path, as_written(path, text))])
        _check(tree)
        return self._next(tree, self.skipped, (path, text.strip()))

    def back(self) -> "Consultation":
        """The consultation before the last answer. CaseError at the beginning."""
        if self.before is None:
            raise refused(Scalar("back"), "an answer: nothing was answered yet")
        return self.before

    def why(self) -> dict[str, Any]:
        """Why the question is asked: what its values would change, and the rules that need it (`explain.needs`)."""
        question = self._asked()
        goals = dict(zip(LEVEL_NAMES, LEVELS, strict=True)).get(question["effect"], ADVICE)
        return {"question": question, "rules": needs(self.base.edition, self.derived[1], question["fact"], goals)}

    def how(self, line: str) -> list[dict[str, Any]]:
        """The proof of a line of the decision so far (R1, W3), or of a conclusion by id. CaseError for another."""
        decision, trace = self.derived
        lines = handles(decision)
        conclusion = lines.get(line.upper(), line)
        if conclusion not in trace.derivations:
            accepts = f"a line of the decision so far ({', '.join(lines)}) or the id of a conclusion"
            raise refused(Scalar(line), accepts, near_miss(line, trace.derivations))
        return why(self.base.edition, trace, [conclusion])

    def _asked(self) -> dict[str, Any]:
        if self.question is None:
            raise refused(Scalar("an answer"), "done, back or review: nothing more is asked")
        return self.question

    def _next(self, tree: Tree, skipped: frozenset[str], answer: tuple[str, str]) -> "Consultation":
        return Consultation(self.base, tree, skipped, (*self.answered, answer), self)

    def _still_matters(self, fact: dict[str, Any]) -> bool:
        """Whether it can change something with what may still come to be known; what was *unknown* will not."""
        if fact["effect"] not in _MATTERS or fact["fact"] in self.skipped or self._stated(fact["fact"]):
            return False
        return fact["effect"] != "together" or any(not self.skipped & set(others) for others in fact["with"])

    def _stated(self, path: str) -> bool:
        section, name = path.split(".")
        return getattr(getattr(self.case, section), name) is not None


def begin(base: KnowledgeBase, data: bytes | None = None) -> Consultation:
    """A consultation that starts from a case file, or from nothing. CaseError for a file that is no case."""
    tree = parse(data) if data is not None else parse(b"{}")
    _check(tree)
    return Consultation(base, tree)


def _check(tree: Tree) -> None:
    """CaseError unless the tree is a case, without results that exclude each other."""
    if problems := contradictions(case_from_tree(tree)):
        raise CaseError(problems)
