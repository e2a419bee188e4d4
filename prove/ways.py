"""How a rule stands in a finished case: the ways in which it fires, and those in which one part alone keeps it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..facts.atoms import FactBase, Pattern, Var, join, match
from ..kb.language import Rule

Bindings = Mapping[str, str]


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """A condition (`when`) or an exception (`unless`) of a rule, by its place."""

    rule: str
    role: str
    index: int

    def pattern(self, rule: Rule) -> Pattern:
        """The pattern of this part in its rule."""
        return (rule.when if self.role == "when" else rule.unless)[self.index]


def parts(rule: Rule) -> list[Part]:
    """The conditions of a rule, then its exceptions."""
    conditions = [Part(rule.id, "when", index) for index in range(len(rule.when))]
    return conditions + [Part(rule.id, "unless", index) for index in range(len(rule.unless))]


class Finished:
    """The facts of a case when no rule can add any, asked about rules one by one."""

    def __init__(self, facts: FactBase) -> None:
        self.facts = facts
        self._seen: dict[Pattern, bool] = {}

    def holds(self, pattern: Pattern) -> bool:
        """Whether some fact matches a pattern; its variables match anything, but one that stands twice the same."""
        found = self._seen.get(pattern)
        if found is None:
            fitting = self.facts.fitting(pattern, {})
            found = self._seen[pattern] = any(match(pattern, fact, {}) is not None for fact in fitting)
        return found

    def failing(self, rule: Rule) -> list[int]:
        """The conditions that no fact meets, whatever the others are; no more than the first two."""
        found = []
        for index, condition in enumerate(rule.when):
            if not self.holds(condition):
                found.append(index)
                if len(found) == 2:
                    break
        return found

    def firings(self, rule: Rule) -> list[Bindings]:
        """The bindings with which the rule fires."""
        if not all(map(self.holds, rule.when)):
            return []
        return [way for way in join(rule.when, self.facts, {}) if not self._excepted(rule.unless, way)]

    def conclusions(self, rule: Rule) -> frozenset[Pattern]:
        """What the rule concludes in this case."""
        return frozenset(rule.then.bound(way) for way in self.firings(rule))

    def held_back(self, rule: Rule, part: Part) -> list[Bindings]:
        """The ways in which a part alone keeps the rule from firing.

        All other conditions are met and no other exception holds; of an exception, it does. The bindings are those of
        the conditions that are met.
        """
        if part.role == "when":
            return self._without_condition(rule, part.index)
        return self._with_exception(rule, part.index)

    def _without_condition(self, rule: Rule, index: int) -> list[Bindings]:
        condition = rule.when[index]
        others = (*rule.when[:index], *rule.when[index + 1 :])
        return [
            way
            for way in join(others, self.facts, {})
            if not self.holds(condition.bound(way)) and not self._excepted(rule.unless, way)
        ]

    def _with_exception(self, rule: Rule, index: int) -> list[Bindings]:
        exception = rule.unless[index]
        if not self.holds(open_terms(exception)):
            return []
        others = (*rule.unless[:index], *rule.unless[index + 1 :])
        return [
            way
            for way in join(rule.when, self.facts, {})
            if self.holds(exception.bound(way)) and not self._excepted(others, way)
        ]

    def _excepted(self, exceptions: Sequence[Pattern], way: Bindings) -> bool:
        return any(self.holds(exception.bound(way)) for exception in exceptions)


def open_terms(pattern: Pattern) -> Pattern:
    """A pattern without its variables."""
    return Pattern(pattern.type, tuple((name, term) for name, term in pattern.terms if not isinstance(term, Var)))
