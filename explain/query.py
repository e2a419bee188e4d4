"""Questions in the manner of Prolog over one derivation: `recommend(R, first), not avoid(R, _)`.

A question is a conjunction of conditions over the facts of a trace and the table rows of its edition. `not` is
negation as failure, safe because each variable in it stands in a positive condition too; so the order in which
conditions are written does not change what is answered.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from ..facts.atoms import Fact, FactBase, Pattern, match
from ..facts.problems import CaseError, Problem
from ..kb.absence import AbsenceExplainer
from ..kb.edition import Edition
from ..kb.trace import Absence, Failure, Trace
from ..kb.words import Words
from .proof import Node, Proofs
from .query_check import Question, QuestionReader
from .query_syntax import PATH, Atom, Comparison, Condition, Negation

MOST_WAYS = 20_000
"""Ways to satisfy all positive conditions of one question at once."""
MOST_ANSWERS = 1_000
_MOST_BLOCKERS = 5
"""Facts shown of those that keep a question from having an answer."""


def ask(edition: Edition, trace: Trace, text: str) -> dict[str, Any]:
    """The answers to a question over the facts of `trace` and the table rows of `edition`.

    `{"query", "variables", "answers": [{"bindings": {variable: value}, "proof": [node…]}], "text", "because",
    "notes"}`: the question in its normal form; the answers in order of their values, each once. A proof has a node
    for each condition in the order written: the proof of a fact that fits (of several, the first by id); for a
    negation `{"text", "because", "rules"}`; for a comparison `{"text"}`. What one answer expands, later ones refer to.
    Without answers, `because` holds nodes that say why. `notes` are hints. CaseError, with everything that is wrong,
    for a question that cannot be read, asks for what cannot be, or has too many answers.
    """
    return _Answers(edition, trace, text).as_json()


_Way = Mapping[str, str]
"""Values for variables."""

_Test = Callable[[_Way], bool]
_Ground = Fact | Absence | str
"""What a condition rests on: the fact that fits, why none does, or what a comparison says."""


class _Answers:
    """One question put to one derivation."""

    def __init__(self, edition: Edition, trace: Trace, text: str) -> None:
        self._edition, self._trace, self._words = edition, trace, Words(edition)
        self._everything = {fact.id: fact for fact in (*edition.known, *trace.facts.values())}
        self._facts = FactBase(self._everything.values())
        self._absences = AbsenceExplainer(edition, self._facts)
        self._reader = QuestionReader(edition, self._facts)
        self._question = self._reader.read(text)

    def as_json(self) -> dict[str, Any]:
        question, names = self._question, self._question.variables
        ways = self._ways()
        tests = [(condition, self._test(condition)) for condition in question.conditions]
        answers = [way for way in ways if all(test(way) for _, test in tests)]
        if len(answers) > MOST_ANSWERS:
            raise _too_wide(question, f"with at most {MOST_ANSWERS:,} answers; this one has {len(answers):,}")
        answers.sort(key=lambda way: [way[name] for name in names])
        says, because = (_count(answers, names), []) if answers else self._why_none(ways, tests)
        grounds = [[self._ground(condition, way) for condition in question.conditions] for way in answers]
        node = self._nodes()
        return {
            "query": str(question),
            "variables": names,
            "answers": [
                {"bindings": {name: way[name] for name in names}, "proof": [node(ground) for ground in found]}
                for way, found in zip(answers, grounds, strict=True)
            ],
            "text": says,
            "because": [node(ground) for ground in because],
            "notes": self._reader.notes(question),
        }

    # --- which values ---

    def _fitting(self, pattern: Pattern) -> Iterator[tuple[Fact, dict[str, str]]]:
        """Each fact that fits a pattern, in order of id, with what it binds. A payload left empty fits nothing."""
        for fact in self._facts.get(pattern.type, ()):
            empty = {name for name, value in fact.payload if not value}
            if not any(name in empty for name, _ in pattern.terms) and (found := match(pattern, fact, {})) is not None:
                yield fact, found

    def _rows(self, pattern: Pattern) -> list[_Way]:
        """What the facts that fit a pattern bind, each way once."""
        return list({tuple(found.items()): found for _, found in self._fitting(pattern)}.values())

    def _ways(self) -> list[_Way]:
        """Every way to satisfy the positive conditions at once. CaseError if there are too many."""
        pending = {pattern: self._rows(pattern) for pattern in map(self._question.pattern, self._question.positive)}
        ways: list[_Way] = [{}]
        bound: set[str] = set()
        while pending:
            pattern = min(pending, key=lambda p: _turn(p, len(pending[p]), bound))
            ways = _joined(ways, pending.pop(pattern), sorted(pattern.variables() & bound))
            bound |= pattern.variables()
            if len(ways) > MOST_WAYS:
                raise _too_wide(
                    self._question, "whose conditions can be combined in fewer ways: let them share variables"
                )
        return ways

    def _test(self, condition: Condition) -> _Test:
        """Whether a negation or comparison holds of a way; a positive condition holds of all of them."""
        match condition:
            case Negation(atom):
                pattern = self._question.pattern(atom)
                names = sorted(pattern.variables())
                present = {tuple(row[name] for name in names) for row in self._rows(pattern)}
                return lambda way: tuple(way[name] for name in names) not in present
            case Comparison():
                return condition.holds
            case _:
                return lambda _: True

    # --- why ---

    def _ground(self, condition: Condition, way: _Way) -> _Ground:
        match condition:
            case Atom():
                return self._witness(self._question.pattern(condition).bound(way))
            case Negation(atom):
                return self._absence(self._question.pattern(atom).bound(way))
            case Comparison():
                return condition.says(way)

    def _witness(self, pattern: Pattern) -> Fact:
        return next(fact for fact, _ in self._fitting(pattern))

    def _absence(self, pattern: Pattern) -> Absence:
        """Why no fact fits: of a conclusion, what each rule lacks; of an input or table, what stands in its place."""
        if self._concluded(pattern):
            return self._absences.explain(pattern)
        return Absence(pattern, (Failure("", "when", 0, self._absences.unmatched(pattern)),))

    def _concluded(self, pattern: Pattern) -> bool:
        return self._edition.vocabulary[pattern.type].origin == "concluded"

    def _nodes(self) -> Callable[[_Ground], Node]:
        """Makes nodes of grounds, all of which were found before: the facts behind absences are then known."""
        facts = {**self._everything, **self._absences.grounds}
        proofs = Proofs(self._edition, replace(self._trace, facts=facts))

        def node(ground: _Ground) -> Node:
            match ground:
                case Fact():
                    return proofs.node(ground.id)
                case Absence(pattern) if not self._concluded(pattern):
                    return {**proofs.absent(ground), "text": f"No such fact: {self._words.pattern(pattern)}"}
                case Absence():
                    return proofs.absent(ground)
                case _:
                    return {"text": ground}

        return node

    def _why_none(
        self, ways: Sequence[_Way], tests: Sequence[tuple[Condition, _Test]]
    ) -> tuple[str, Sequence[_Ground]]:
        """Why there is no answer: a condition that nothing fits on its own, or what stands against all that fits."""
        for atom in self._question.positive:
            pattern = self._question.pattern(atom)
            if not any(self._fitting(pattern)):
                wanted = Pattern(pattern.type, tuple(t for t in pattern.terms if isinstance(t[1], str)))
                twice = self._concluded(pattern) and any(self._fitting(wanted))  # one variable, different values
                return f"No. Nothing fits {atom}.", [] if twice else [self._absence(wanted)]
        if not ways:
            return "No. Each condition fits something on its own, but nothing fits all of them at once.", []
        failing = [(next(condition for condition, test in tests if not test(way)), way) for way in ways]
        blocked = {
            self._question.pattern(condition.atom).bound(way): None
            for condition, way in failing
            if isinstance(condition, Negation)
        }
        blockers = {fact.id: fact for fact in map(self._witness, islice(blocked, _MOST_BLOCKERS))}
        fails = {condition for condition, _ in failing}
        names = " or ".join(dict.fromkeys(str(condition) for condition, _ in tests if condition in fails))
        says = f"No. What fits the rest fails: {names}." if self._question.positive else f"No. This fails: {names}."
        return says, [fact for _, fact in sorted(blockers.items())]


def _turn(pattern: Pattern, rows: int, bound: set[str]) -> tuple[bool, int, str]:
    """Sorts conditions to be joined: those that share a variable first, few rows before many, however written."""
    apart = bool(pattern.variables()) and not pattern.variables() & bound
    return apart, rows, repr(pattern)


def _joined(ways: Sequence[_Way], rows: Sequence[_Way], shared: Sequence[str]) -> list[_Way]:
    """Every way extended by every row that agrees on the shared variables; stops soon after there are too many."""
    by_key: dict[tuple[str, ...], list[_Way]] = {}
    for row in rows:
        by_key.setdefault(tuple(row[name] for name in shared), []).append(row)
    found: list[_Way] = []
    for way in ways:
        found += [{**way, **row} for row in by_key.get(tuple(way[name] for name in shared), ())]
        if len(found) > MOST_WAYS:
            break
    return found


def _too_wide(question: Question, accepted: str) -> CaseError:
    return CaseError([Problem(PATH, str(question), f"a question {accepted}")])


def _count(answers: Sequence[_Way], names: Sequence[str]) -> str:
    if not names:
        return "Yes."
    return "1 answer." if len(answers) == 1 else f"{len(answers)} answers."
