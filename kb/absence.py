"""Why a conclusion is absent: for each rule that could have drawn it, a part that fails and the facts behind it.

Works on the finished fact base of one case. An exception of a rule is recorded in the trace with this, so that an
explanation years later needs no second run.
"""

from collections.abc import Iterable, Mapping, Sequence

from ..facts.atoms import Fact, Given, Known, NotStated, Pattern, Var, join, match, unify
from .edition import Edition
from .language import Rule
from .trace import Absence, Failure


class AbsenceExplainer:
    """Explains absences over the facts of one case; remembers what it has explained.

    `facts` holds every fact of the finished case by type, table rows included.
    """

    def __init__(self, edition: Edition, facts: Mapping[str, Sequence[Fact]]) -> None:
        self._edition = edition
        self._facts = facts
        self._memo: dict[Pattern, Absence] = {}
        self.grounds: dict[str, Fact] = {}
        """Every fact that some absence rests on, by id; some say that a table has no such row."""

    def explain(self, pattern: Pattern) -> Absence:
        """Why no fact matches `pattern` (its free variables and missing fields match anything)."""
        pattern = Pattern(pattern.type, tuple((n, t) for n, t in pattern.terms if not isinstance(t, Var)))
        if pattern not in self._memo:
            self._memo[pattern] = Absence(pattern, ())  # a rule that needs its own conclusion explains nothing
            failures = tuple(
                self.failure(rule, bindings)
                for rule in self._edition.concluding.get(pattern.type, ())
                if (bindings := unify(rule.then, pattern)) is not None
            )
            if not failures:
                failures = (Failure("", "when", 0, self._no_row("rules", "no rule concludes this", pattern)),)
            self._memo[pattern] = Absence(pattern, failures)
        return self._memo[pattern]

    def failure(self, rule: Rule, bindings: Mapping[str, str]) -> Failure:
        """The part of `rule` that fails under `bindings`.

        A condition that nothing matches, preferably one decided by what was stated; else the first that fits no
        facts matching those before it; else the exceptions that hold. ValueError if nothing fails.
        """
        alone = [
            (index, self.unmatched(pattern))
            for index, condition in enumerate(rule.when)
            if self._stands_alone(pattern := condition.bound(bindings)) and not self.matching(pattern)
        ]
        if alone:
            index, because = min(alone, key=lambda item: (self._weakness(item[1]), item[0]))
            return Failure(rule.id, "when", index, because)
        partials: list[dict[str, str]] = [dict(bindings)]
        for index, condition in enumerate(rule.when):
            extended = [found for partial in partials for found in join([condition], self._facts, partial)]
            if not extended:
                grounds = [fact for partial in partials for fact in self.unmatched(condition.bound(partial))]
                chosen = self._chosen(rule.when[:index], condition, partials)
                return Failure(rule.id, "when", index, _once([*chosen, *grounds]))
            partials = extended
        held: list[str] = []
        indexes: list[int] = []
        for solution in partials:
            for index, exception in enumerate(rule.unless):
                if found := self.matching(exception.bound(solution)):
                    held.append(self._note(found[0]))
                    indexes.append(index)
                    break
            else:
                raise ValueError(f"rule {rule.id} should have concluded {rule.then}")
        return Failure(rule.id, "unless", min(indexes), _once(held))

    def matching(self, pattern: Pattern) -> list[Fact]:
        """The facts that match one pattern."""
        return [fact for fact in self._facts.get(pattern.type, ()) if match(pattern, fact, {}) is not None]

    def unmatched(self, pattern: Pattern) -> tuple[str, ...]:
        """Ids of the facts that show why nothing matches `pattern`.

        Of an input or a table, what stands in its place: the facts that agree on its key fields, or that its list
        does not name it, or that its table has no such row. Of a conclusion, what its absence rests on.
        """
        fact_type = self._edition.vocabulary[pattern.type]
        if fact_type.origin == "concluded":
            return self.explain(pattern).because()
        terms = dict(pattern.terms)
        key = [name for name in fact_type.key if isinstance(terms.get(name), str)]
        same = [f for f in self._facts.get(pattern.type, ()) if all(f.value(name) == terms[name] for name in key)]
        if fact_type.origin == "known":
            if len(same) == 1 and fact_type.key == tuple(key):
                return (self._note(same[0]),)
            return self._no_row(fact_type.label, "the table has no row", pattern)
        if fact_type.closed_by and not (key and same):
            same = [*self._facts[fact_type.closed_by], *same]
        return tuple(self._note(fact) for fact in same)

    def _stands_alone(self, pattern: Pattern) -> bool:
        """Whether a condition can fail by itself: not the row of a table that other conditions have yet to choose."""
        fact_type, terms = self._edition.vocabulary[pattern.type], dict(pattern.terms)
        return not (fact_type.origin == "known" and any(isinstance(terms.get(name), Var) for name in fact_type.key))

    def _chosen(self, before: Sequence[Pattern], failing: Pattern, partials: Iterable[Mapping[str, str]]) -> list[str]:
        """What bound the variables of a condition that then fits nothing; of a list, what the list names."""
        found: list[str] = []
        for condition in before:
            if condition.variables() & failing.variables():
                fact_type = self._edition.vocabulary[condition.type]
                if fact_type.closed_by:
                    found += [self._note(fact) for fact in self._facts[fact_type.closed_by]]
                elif fact_type.origin != "known":
                    facts = (fact for partial in partials for fact in self.matching(condition.bound(partial)))
                    found += [self._note(fact) for fact in facts]
        return found

    def _weakness(self, because: tuple[str, ...]) -> tuple[bool, bool, int]:
        """Sorts grounds: stated ones before computed and table rows, what nobody stated last, few before many."""
        origins = [self.grounds[fact].origin for fact in because]
        return (
            any(isinstance(origin, NotStated) for origin in origins) or not origins,
            not any(isinstance(origin, Given) for origin in origins),
            len(because),
        )

    def _note(self, fact: Fact) -> str:
        self.grounds[fact.id] = fact
        return fact.id

    def _no_row(self, table: str, says: str, pattern: Pattern) -> tuple[str, ...]:
        terms = tuple((name, term) for name, term in pattern.terms if isinstance(term, str))
        words = ", ".join(
            f"{name.replace('_', ' ')} {self._edition.label(pattern.type, name, term)}" for name, term in terms
        )
        what = self._edition.vocabulary[pattern.type].label
        text = f"{says}: {what}{f' ({words})' if words else ''}"
        return (
            self._note(Fact("NoRow", (("of", pattern.type), *terms), origin=Known(table, "", text, KNOWLEDGE_BASE))),
        )


KNOWLEDGE_BASE = "the knowledge base itself, of which this is all"
"""Where it is said that a table has no such row."""


def _once(facts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(facts))
