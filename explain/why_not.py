"""Why not: what keeps a regimen out, or the nearest rule that would rank it and each of its conditions that fails."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..facts.atoms import Fact, Pattern, join, unify
from ..facts.domains import parse_regimen
from ..facts.vocabulary import Avoid, Excluded, Inactive, Ranks, Recommend
from ..kb.absence import AbsenceExplainer
from ..kb.edition import Edition
from ..kb.language import Rule
from ..kb.trace import Trace, by_type
from ..kb.words import Words
from .proof import Node, Proofs


def why_not(edition: Edition, trace: Trace, regimen: str) -> dict[str, Any]:
    """The answer for one regimen id.

    `verdict` is `recommended` (it *is* in), `excluded` (ranked, but taken out: `excluded_by`) or `not_ranked` (no
    rule of the guideline ranks it here: `nearest`, if any rule could). `avoid` is what is said against it, or against
    its drugs alone.
    """
    return _WhyNot(edition, trace).answer(regimen)


class _WhyNot:
    def __init__(self, edition: Edition, trace: Trace) -> None:
        everything = {fact.id: fact for fact in (*edition.known, *trace.facts.values())}
        self._edition, self._trace = edition, trace
        self._facts = by_type(everything.values())
        self._absences = AbsenceExplainer(edition, self._facts)
        self._words = Words(edition)

    def answer(self, regimen: str) -> dict[str, Any]:
        recommended, ranked = self._found(Recommend(regimen=regimen)), self._found(Ranks(regimen=regimen))
        against = [*self._found(Excluded(regimen=regimen)), *self._found(Inactive(regimen=regimen))]
        verdict = "recommended" if recommended else "excluded" if ranked and against else "not_ranked"
        proofs = Proofs(self._edition, self._trace)
        name = self._edition.label("Recommend", "regimen", regimen)
        text = {
            "recommended": f"{name} is recommended",
            "excluded": f"{name} is ranked by the guideline, but taken out for this patient",
            "not_ranked": f"{name} is not ranked by this guideline for this case",
        }[verdict]
        if verdict == "recommended":
            text = f"{text} ({recommended[0].value('line')} line): nothing keeps it out."
        nearest = self._nearest(Ranks(regimen=regimen)) if verdict == "not_ranked" else None
        return {
            "regimen": regimen,
            "verdict": verdict,
            "text": text if verdict == "recommended" else f"{text}.",
            "recommended_by": [proofs.node(fact.id) for fact in recommended],
            "excluded_by": [proofs.node(fact.id) for fact in against],
            "avoid": [proofs.node(fact.id) for fact in self._against(regimen, recommended)],
            "nearest": nearest,
        }

    def _against(self, regimen: str, recommended: list[Fact]) -> list[Fact]:
        """What is said against the regimen, and, if it is not recommended, against its drugs alone."""
        drugs = [] if recommended else [drug for drug in parse_regimen(regimen) if drug != regimen]
        return [fact for each in (regimen, *drugs) for fact in self._found(Avoid(regimen=each))]

    def _found(self, pattern: Pattern) -> list[Fact]:
        return self._absences.matching(pattern)

    def _nearest(self, wanted: Pattern) -> dict[str, Any] | None:
        """Of the rules that could rank the regimen, the one with the fewest failing parts; None if no rule could."""
        candidates = [
            self._compare(rule, bindings)
            for rule in self._edition.concluding[wanted.type]
            if (bindings := unify(rule.then, wanted)) is not None
        ]
        return min(
            candidates, key=lambda c: (sum(not part["holds"] for part in c["parts"]), c["rule"]["id"]), default=None
        )

    def _compare(self, rule: Rule, bindings: Mapping[str, str]) -> dict[str, Any]:
        """Each part of a rule, held against the facts: conditions in order, each under the ways those before it fit."""
        partials: list[dict[str, str]] = [dict(bindings)]
        parts = []
        for condition in rule.when:
            extended = [found for partial in partials for found in join([condition], self._facts, partial)]
            matched = [m for partial in (extended or partials)[:1] for m in self._found(condition.bound(partial))]
            grounds = [] if extended else self._unmatched(condition.bound(partial) for partial in partials)
            parts.append(self._part(f"needs: {self._words.pattern(condition)}", bool(extended), matched[:1], grounds))
            partials = extended or partials
        for exception in rule.unless:
            held = [fact for partial in partials for fact in self._found(exception.bound(partial))]
            says = f"is kept back by: {self._words.pattern(exception)}"
            parts.append(self._part(says, not held, held[:1], []))
        return {"rule": self._edition.cited(rule), "parts": parts}

    def _unmatched(self, patterns: Iterable[Pattern]) -> list[str]:
        return list(dict.fromkeys(fact for pattern in patterns for fact in self._absences.unmatched(pattern)))

    def _part(self, says: str, holds: bool, matched: list[Fact], grounds: list[str]) -> dict[str, Any]:
        return {"text": says, "holds": holds, "found": self._nodes([fact.id for fact in matched] + grounds)}

    def _nodes(self, facts: Iterable[str]) -> list[Node]:
        """Proofs of facts, also of those that the derivation did not touch."""
        known = {fact.id: fact for fact in self._edition.known}
        facts_of_all = {**known, **self._absences.grounds, **self._trace.facts}
        proofs = Proofs(self._edition, replace(self._trace, facts=facts_of_all))
        return [proofs.node(fact) for fact in facts]
