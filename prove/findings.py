"""What is wrong with a rule set although each rule is well formed: found over all situations, with an example case.

- `never-fires`: no situation makes the rule fire, and no case of it says that it fires under another guideline.
- `idle-condition`, `idle-exception`: with or without it the rule concludes the same, or something else concludes it.
- `subsumed`: whatever the rule concludes, one other rule concludes in the same situation.
- `recommended-and-forbidden`: in some situation one rule ranks what another advises against, and it is advised.
- `no-answer`: a situation in scope with neither advice nor a word why not.

What the guideline says without a rule, sources without a place, sentences with unbound variables and tables with gaps
or overlaps are refused when the edition is loaded (`kb.check`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..facts.atoms import Pattern, Var, unify
from ..facts.case import Case
from ..kb.asp import asp_pattern
from ..kb.edition import Edition
from ..kb.language import Rule, sentence_variables
from .program import Program
from .solver import external

KINDS = ("never-fires", "idle-condition", "idle-exception", "subsumed", "recommended-and-forbidden", "no-answer")

_FORBIDDING = {"never": "", "contraindicated": "", "not_recommended": "", "not_first_line": "first"}
"""Categories of advice against a regimen, and the line in which it may not be recommended (empty: any)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `id` names it for good, so that it can be accepted with a reason; `case` shows it, if a case can."""

    kind: str
    rules: tuple[str, ...]
    detail: str
    case: Case | None

    @property
    def id(self) -> str:
        """The kind, the rules, and which condition: `idle-condition:dose-on-crrt:2`."""
        return ":".join(part for part in (self.kind, *self.rules, self.detail) if part)

    def as_json(self, accepted: str) -> dict[str, Any]:
        """For a reader; `accepted` is the reason why it is, if it is."""
        case = None if self.case is None else self.case.as_understood()
        return {"accepted": accepted, "case": case, "id": self.id, "kind": self.kind, "rules": list(self.rules)}


class Findings:
    """All findings on one edition."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self._vocabulary = edition.vocabulary

    @cached_property
    def _program(self) -> Program:
        types = {rule.then.type for rule in self.edition.rules}
        return Program(self.edition, "\n".join(self._questions()), by=types)

    steps = ("rules that never fire", "conditions that never matter", "rules subsumed", "contradictions", "silence")
    """What is looked for, in order."""

    def look(self) -> Iterator[list[Finding]]:
        """What each of `steps` finds, in order of rule."""
        for step in (self._never_fires, self._idle, self._subsumed, self._forbidden, self._silent):
            yield list(step())

    def _silent(self) -> Iterator[Finding]:
        if (case := self._program.case("silent")) is not None:
            yield Finding("no-answer", (), "", case)

    # --- the questions, as rules ------------------------------------------------------------------------------

    def _questions(self) -> Iterator[str]:
        yield "#show fires/1. #show matters/2. #show bars/2. #show alone/2. #show both/2."
        yield "#defined fires/1. #defined matters/2. #defined bars/2. #defined alone/2. #defined both/2."
        if self._has("InScope", "Recommend", "Status"):
            yield "silent :- t_InScope, not t_Recommend(_, _), not t_Status(_, _)."
        else:
            yield "silent :- #false."
        for rule in self.edition.rules:
            yield from self._questions_of(rule)
        for one, other in self._pairs():
            yield f'alone("{one.id}", "{other.id}") :- by("{one.id}", C), not by("{other.id}", C).'
        against = {term for rule in self.edition.concluding.get("Avoid", ()) for _, term in rule.then.terms}
        for category, line in _FORBIDDING.items():
            if category in against and self._has("Ranks", "Recommend"):
                said = f'"{line}"' if line else "L"
                ranked = f"by(R, t_Ranks(G, {said}, _)), t_Recommend(G, {said})"
                yield f'both(R, A) :- {ranked}, by(A, t_Avoid(G, "{category}", _)).'

    def _has(self, *types: str) -> bool:
        return all(self.edition.concluding.get(name) for name in types)

    def _questions_of(self, rule: Rule) -> Iterator[str]:
        """When the rule fires; and for each condition when it alone keeps the rule from adding a conclusion."""
        when = [asp_pattern(pattern, self._vocabulary) for pattern in rule.when]
        unless = [f"not {asp_pattern(pattern, self._vocabulary)}" for pattern in rule.unless]
        yield f'fires("{rule.id}") :- {", ".join([*when, *unless])}.'
        for place, pattern in enumerate(rule.when):
            others = [p for n, p in enumerate(rule.when) if n != place]
            bound: set[str] = set().union(*(p.variables() for p in others)) if others else set()
            if not others or not _needed(rule) <= bound:
                continue  # what the conclusion says comes from this condition
            missing = asp_pattern(_only(pattern, bound), self._vocabulary)
            rest = [text for n, text in enumerate(when) if n != place]
            yield f'matters("{rule.id}", {place}) :- {", ".join([*rest, *unless])}, not {missing}.'
        for place, pattern in enumerate(rule.unless):
            rest = [text for n, text in enumerate(unless) if n != place]
            held = asp_pattern(pattern, self._vocabulary)
            yield f'bars("{rule.id}", {place}) :- {", ".join([*when, held, *rest])}.'

    def _pairs(self) -> Iterator[tuple[Rule, Rule]]:
        """Rules whose conclusions can be the same."""
        for rules in self.edition.concluding.values():
            for one in rules:
                for other in rules:
                    if one is not other and unify(other.then, _ground(one.then)) is not None:
                        yield one, other

    # --- the answers ------------------------------------------------------------------------------------------

    def _possible(self, name: str, arity: int) -> set[tuple[str, ...]]:
        return {tuple(external(symbol)) for symbol in self._program.solver.possible(name, arity, shown=True)}

    @cached_property
    def _firing(self) -> set[str]:
        return {rule for (rule,) in self._possible("fires", 1)}

    def _never_fires(self) -> Iterator[Finding]:
        for rule in self.edition.rules:
            elsewhere = any(case.fires and case.under != self.edition.guideline["id"] for case in rule.cases)
            if rule.id not in self._firing and not elsewhere:
                yield Finding("never-fires", (rule.id,), "", None)

    def _idle(self) -> Iterator[Finding]:
        matters, bars = self._possible("matters", 2), self._possible("bars", 2)
        for rule in self.edition.rules:
            if rule.id not in self._firing:
                continue
            for place in range(len(rule.when)):
                others = [p for n, p in enumerate(rule.when) if n != place]
                bound: set[str] = set().union(*(p.variables() for p in others)) if others else set()
                if others and _needed(rule) <= bound and (rule.id, str(place)) not in matters:
                    yield self._shown("idle-condition", rule, _place(rule.when, place))
            for place in range(len(rule.unless)):
                if (rule.id, str(place)) not in bars:
                    yield self._shown("idle-exception", rule, _place(rule.unless, place))

    def _subsumed(self) -> Iterator[Finding]:
        alone = self._possible("alone", 2)
        for one, other in self._pairs():
            if one.id in self._firing and other.id in self._firing and (one.id, other.id) not in alone:
                yield Finding("subsumed", (one.id, other.id), "", self._case(f'fires("{one.id}")'))

    def _forbidden(self) -> Iterator[Finding]:
        for one, other in sorted(self._possible("both", 2)):
            yield Finding("recommended-and-forbidden", (one, other), "", self._case(f'both("{one}", "{other}")'))

    def _shown(self, kind: str, rule: Rule, detail: str) -> Finding:
        return Finding(kind, (rule.id,), detail, self._case(f'fires("{rule.id}")'))

    def _case(self, atom: str) -> Case | None:
        return self._program.case(atom)


def _place(patterns: tuple[Pattern, ...], place: int) -> str:
    """A condition by its type, and by its number among those of its type if it is not the only one."""
    same = [n for n, pattern in enumerate(patterns) if pattern.type == patterns[place].type]
    return patterns[place].type + (f".{same.index(place) + 1}" if len(same) > 1 else "")


def _needed(rule: Rule) -> set[str]:
    """The variables that the conclusion, the exceptions and the sentence need."""
    said = sentence_variables(rule.because)
    return rule.then.variables().union(said, *(pattern.variables() for pattern in rule.unless))


def _only(pattern: Pattern, bound: set[str]) -> Pattern:
    """A pattern without the variables that nothing else binds."""
    kept = ((name, term) for name, term in pattern.terms if not isinstance(term, Var) or term.name in bound)
    return Pattern(pattern.type, tuple(kept))


def _ground(pattern: Pattern) -> Pattern:
    """A conclusion as a question that asks for its constants."""
    return Pattern(pattern.type, tuple((name, term) for name, term in pattern.terms if isinstance(term, str)))
