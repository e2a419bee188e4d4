"""Why a conclusion is absent: for each rule that could have drawn it, a part that fails and the facts behind it.

Works on the finished fact base of one case. An exception of a rule is recorded in the trace with this, so that an
explanation years later needs no second run.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..facts.atoms import Fact, FactBase, Given, Known, NotStated, Pattern, Var, match, unify
from .edition import Edition
from .language import Rule
from .trace import Absence, Failure

_Asked = tuple[Pattern, frozenset[str] | None]
"""What an explanation asks of a case: which facts match a pattern, or (with what is relied on) why none does."""


_Rule = tuple[str, tuple[tuple[str, str], ...]]
"""A rule with what its variables are bound to."""

_Opened = tuple[tuple[Pattern, ...], ...] | Failure
"""For each condition of a rule what it asks for once tables gave values to variables; or the table that has no row."""


@dataclass(slots=True)
class _Question:
    """What is asked of a case at some point, and how things go on after each answer that was met: to another question,
    or to the explanation."""

    asked: _Asked
    after: dict[tuple[str, ...], "_Question | Absence"] = field(default_factory=dict)


class SharedAbsences:
    """Explanations of absences, shared between the cases of one edition that answer alike to all that was asked.

    The edition's rules must not be recursive. Safe under threads: what two of them find at once is equal.
    """

    MOST = 50_000
    """Explanations that are kept; when there are more, all are forgotten."""

    def __init__(self, tables: frozenset[str]) -> None:
        """`tables` are the types of table rows: what is asked of those has the same answer in every case."""
        self.tables = tables
        self.first: dict[_Asked, _Question | Absence] = {}
        self.lacking: dict[str, Fact] = {}
        self.opened: dict[_Rule, _Opened] = {}
        """What tables leave open of a rule: the same in every case."""
        self._kept = 0

    def keep(self, asked: _Asked, steps: Sequence[tuple[_Asked, tuple[str, ...]]], found: Absence) -> None:
        """Remember an explanation with the questions that led to it, in order, and their answers."""
        self._kept += 1
        if self._kept > self.MOST:
            self.first, self.opened, self._kept = {}, {}, 1
        held: dict[Any, _Question | Absence] = self.first
        key: Any = asked
        for question, answer in steps:
            here = held.setdefault(key, _Question(question))
            assert isinstance(here, _Question)
            assert here.asked == question, "the same answers lead to the same question"
            held, key = here.after, answer
        held.setdefault(key, found)


class AbsenceExplainer:
    """Explains absences over the facts of one case; remembers what it has explained.

    `facts` holds every fact of the finished case by type, table rows included. With `shared` explanations are taken
    from and left for other cases of the edition; `by_id` then holds the facts of the case and the rows of tables.
    """

    def __init__(
        self,
        edition: Edition,
        facts: FactBase,
        shared: SharedAbsences | None = None,
        by_id: Mapping[str, Fact] | None = None,
    ) -> None:
        self._edition = edition
        self._facts = facts
        self._tables = edition.table_types
        self._shared = shared
        self._by_id = by_id or {}
        self._memo: dict[_Asked, Absence] = {}
        self._found: dict[Pattern, tuple[Fact, ...]] = {}
        self._steps: dict[_Asked, tuple[str, ...]] = {}
        self._own: dict[_Rule, _Opened] = {}
        self.grounds: dict[str, Fact] = {}
        """Every fact that some absence rests on, by id; some say that a table has no such row."""

    def explain(self, pattern: Pattern, relied: frozenset[str] = frozenset()) -> Absence:
        """Why no fact matches `pattern` (its free variables and missing fields match anything).

        `relied` are facts that nobody stated and that whoever asks rests on anyhow: reasons like any other.
        """
        asked = Pattern(pattern.type, tuple((n, t) for n, t in pattern.terms if not isinstance(t, Var))), relied
        if asked not in self._memo:
            found = self._known(asked) if self._shared is not None else None
            self._memo[asked] = found or self._explained(*asked)
        return self._memo[asked]

    def _known(self, asked: _Asked) -> Absence | None:
        """The explanation of another case that gave the same answers to all that was asked."""
        assert self._shared is not None
        here = self._shared.first.get(asked)
        outer, self._steps = self._steps, {}  # what is asked here is no step of the explanation that wants this one
        while isinstance(here, _Question):
            here = here.after.get(self._answer(here.asked))
        self._steps = outer
        if here is not None:
            self._note_all(here.because())
        return here

    def _answer(self, asked: _Asked) -> tuple[str, ...]:
        pattern, relied = asked
        if relied is not None:
            return self.explain(pattern, relied).because()
        return tuple([fact.id for fact in self._matching(pattern)])

    def _explained(self, pattern: Pattern, relied: frozenset[str]) -> Absence:
        outer, self._steps = self._steps, {}
        self._memo[pattern, relied] = Absence(pattern, ())  # a rule that needs its own conclusion explains nothing
        failures = self._fewest_grounds(
            [
                self._failures(rule, bindings, relied)
                for rule in self._edition.concluding.get(pattern.type, ())
                if (bindings := unify(rule.then, pattern)) is not None
            ],
            relied,
        )
        if not failures:
            failures = (Failure("", "when", 0, self._no_row("rules", "no rule concludes this", pattern)),)
        found = Absence(pattern, failures)
        if self._shared is not None:
            self._shared.keep((pattern, relied), list(self._steps.items()), found)
        self._steps = outer
        return found

    def _failures(self, rule: Rule, bindings: Mapping[str, str], relied: frozenset[str]) -> list[Failure]:
        """The parts of `rule` that fail under `bindings`, any of which is reason enough, the best reason first.

        Each condition that nothing matches, one decided by what was stated before others; then the first that fits no
        facts matching those before it; where no condition fails, the exceptions that hold. ValueError if nothing fails.
        """
        opened = self._opened(rule, bindings)
        if isinstance(opened, Failure):
            return [opened]
        alone = {
            index: _once(fact for each in patterns for fact in self.unmatched(each, relied))
            for index, patterns in enumerate(opened)
            if all(self._stands_alone(each) and not self.matching(each) for each in patterns)
        }
        found = [Failure(rule.id, "when", index, because) for index, because in alone.items()]
        found.sort(key=lambda failure: (self._weakness(failure.because), failure.index))
        others = [(index, condition) for index, condition in enumerate(rule.when) if index not in alone]
        partials, together = self._together(rule.id, others, bindings, relied)
        if together is not None:
            found.append(together)
        return found or [self._held_back(rule, partials)]

    def _opened(self, rule: Rule, bindings: Mapping[str, str]) -> _Opened:
        """What `_joined` finds, which is the same in every case."""
        key = rule.id, tuple(sorted(bindings.items()))
        opened = self._shared.opened if self._shared is not None else self._own
        found = opened.get(key)
        if found is None:
            found = opened[key] = self._joined(rule, bindings)
        if isinstance(found, Failure):
            self._note_all(found.because)
        return found

    def _joined(self, rule: Rule, bindings: Mapping[str, str]) -> _Opened:
        """What each condition asks for with the values that the rows of tables give to variables: those rows that go
        with the bindings and with each other. Or that a table has none."""
        rows: list[dict[str, str]] = [dict(bindings)]
        waiting = [each for each in enumerate(rule.when) if each[1].type in self._tables]
        while joined := next((each for each in waiting if each[1].variables() & rows[0].keys()), None):
            waiting.remove(joined)
            index, condition = joined
            extended = [way for row in rows for way in self._ways(condition, row)]
            if not extended:
                lacking = (fact for row in rows for fact in self.unmatched(condition.bound(row)))
                return Failure(rule.id, "when", index, _once(lacking))
            left = [each for each in rule.when if each.type not in self._tables] + [each for _, each in waiting]
            read = {name for pattern in left for name in pattern.variables()}
            rows = [dict(each) for each in dict.fromkeys(_sorted(row, read) for row in extended)]
        return tuple(tuple(dict.fromkeys(condition.bound(row) for row in rows)) for condition in rule.when)

    def _together(
        self, rule: str, conditions: Sequence[tuple[int, Pattern]], bindings: Mapping[str, str], relied: frozenset[str]
    ) -> tuple[list[dict[str, str]], Failure | None]:
        """Every way to meet the conditions; or the first that fits no facts matching those before it, and why."""
        partials: list[dict[str, str]] = [dict(bindings)]
        for place, (index, condition) in enumerate(conditions):
            extended = [found for partial in partials for found in self._ways(condition, partial)]
            if not extended:
                before = [earlier for _, earlier in conditions[:place]]
                partials = self._as_far_as_needed(condition, bindings, partials)
                grounds = [fact for partial in partials for fact in self.unmatched(condition.bound(partial), relied)]
                chosen = self._chosen(before, set(partials[0]) - set(bindings), condition, partials)
                return [], Failure(rule, "when", index, _once([*chosen, *grounds]))
            partials = extended
        return partials, None

    def _as_far_as_needed(
        self, condition: Pattern, bindings: Mapping[str, str], partials: list[dict[str, str]]
    ) -> list[dict[str, str]]:
        """The ways to meet what comes before, without variables whose values have no part in why the condition fails.

        Those that choose the row of a table stay: of what the case does not name, no rows are at hand.
        """
        key = self._edition.vocabulary[condition.type].key
        choosing = {term.name for name, term in condition.terms if name in key and isinstance(term, Var)}
        for name in sorted((condition.variables() & partials[0].keys()) - bindings.keys() - choosing):
            fewer = [{each: value for each, value in partial.items() if each != name} for partial in partials]
            if not any(self._ways(condition, partial) for partial in fewer):
                partials = fewer
        needed = condition.variables() | set(bindings)
        return [dict(each) for each in dict.fromkeys(_sorted(partial, needed) for partial in partials)]

    def _held_back(self, rule: Rule, solutions: Sequence[Mapping[str, str]]) -> Failure:
        """For each way in which the conditions are met, an exception that holds."""
        held: list[str] = []
        indexes: list[int] = []
        for solution in solutions:
            for index, exception in enumerate(rule.unless):
                if found := self.matching(exception.bound(solution)):
                    held.append(self._note(found[0]))
                    indexes.append(index)
                    break
            else:
                raise ValueError(f"rule {rule.id} should have concluded {rule.then}")
        return Failure(rule.id, "unless", min(indexes), _once(held))

    def _fewest_grounds(self, options: Sequence[Sequence[Failure]], relied: frozenset[str]) -> tuple[Failure, ...]:
        """For each rule one of its failures, so that together they rest on no fact they could do without.

        What others rest on anyhow is reason enough for a rule that has a better reason of its own.
        """
        grounds = {fact: None for failures in options for fact in (*failures[0].because, *relied)}
        rows = {fact for failures in options for each in failures for fact in each.because if self._is_row(fact)}
        for fact in sorted(grounds.keys() - relied - rows, key=self._readily_left_out):
            fewer = grounds.keys() - {fact} | rows  # that a table has or lacks a row can be relied on in every case
            if all(any(fewer >= set(failure.because) for failure in failures) for failures in options):
                del grounds[fact]
        enough = grounds.keys() | rows
        return tuple(next(failure for failure in failures if enough >= set(failure.because)) for failures in options)

    def _is_row(self, fact: str) -> bool:
        return isinstance(self.grounds[fact].origin, Known)

    def _readily_left_out(self, fact: str) -> tuple[bool, str]:
        """Sorts grounds: what nobody stated is done without before what was stated."""
        return (not isinstance(self.grounds[fact].origin, NotStated), fact)

    def matching(self, pattern: Pattern) -> list[Fact]:
        """The facts that match one pattern."""
        return [
            *self._matching(Pattern(pattern.type, tuple((n, t) for n, t in pattern.terms if not isinstance(t, Var))))
        ]

    def _matching(self, pattern: Pattern) -> tuple[Fact, ...]:
        """The facts that match a pattern without variables."""
        found = self._found.get(pattern)
        if found is None:
            fitting = self._facts.fitting(pattern, {})
            found = self._found[pattern] = tuple([fact for fact in fitting if match(pattern, fact, {}) is not None])
        if self._shared is not None and pattern.type not in self._shared.tables:
            self._steps.setdefault((pattern, None), tuple([fact.id for fact in found]))
        return found

    def _ways(self, condition: Pattern, partial: Mapping[str, str]) -> list[dict[str, str]]:
        """Every way to meet a condition that goes with the values its variables have so far."""
        found = (match(condition, fact, partial) for fact in self.matching(condition.bound(partial)))
        return [way for way in found if way is not None]

    def unmatched(self, pattern: Pattern, relied: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """Ids of the facts that show why nothing matches `pattern`.

        Of an input or a table, what stands in its place: the facts that agree on its key fields, or that its list
        does not name it, or that its table has no such row. Of a conclusion, what its absence rests on.
        """
        fact_type = self._edition.vocabulary[pattern.type]
        if fact_type.origin == "concluded":
            because = self.explain(pattern, relied).because()
            self._steps.setdefault((pattern, relied), because)
            return because
        terms = dict(pattern.terms)
        key = [name for name in fact_type.key if isinstance(terms.get(name), str)]
        same = self.matching(Pattern(pattern.type, tuple((name, terms[name]) for name in key)))
        if fact_type.origin == "known":
            if len(same) == 1 and fact_type.key == tuple(key):
                return (self._note(same[0]),)
            return self._no_row(fact_type.label, "the table has no row", pattern)
        if fact_type.origin == "computed" and not same:
            return self._no_row(fact_type.label, "nothing is computed", pattern)
        if fact_type.closed_by and not (key and same):
            same = [*self._all(fact_type.closed_by), *same]
        return tuple(self._note(fact) for fact in same)

    def _stands_alone(self, pattern: Pattern) -> bool:
        """Whether a condition can fail by itself: not the row of a table that other conditions have yet to choose."""
        fact_type, terms = self._edition.vocabulary[pattern.type], dict(pattern.terms)
        return not (fact_type.origin == "known" and any(isinstance(terms.get(name), Var) for name in fact_type.key))

    def _chosen(
        self, before: Sequence[Pattern], bound: set[str], failing: Pattern, partials: Iterable[Mapping[str, str]]
    ) -> list[str]:
        """What bound the variables of a condition that then fits nothing, be it by the row of a table; of a list, what
        the list names."""
        found: list[str] = []
        part = failing.variables() & bound
        for condition in reversed(before):
            if condition.type in self._tables and condition.variables() & part:
                part |= condition.variables() & bound
        for condition in before:
            if condition.variables() & part:
                fact_type = self._edition.vocabulary[condition.type]
                if fact_type.closed_by:
                    found += [self._note(fact) for fact in self._all(fact_type.closed_by)]
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

    def _all(self, fact_type: str) -> list[Fact]:
        return self.matching(Pattern(fact_type, ()))

    def _note(self, fact: Fact) -> str:
        self.grounds[fact.id] = fact
        return fact.id

    def _note_all(self, names: Iterable[str]) -> None:
        """Note facts that were found in another case: this one has them as well."""
        if self._shared is not None:
            self.grounds |= {name: self._by_id.get(name) or self._shared.lacking[name] for name in names}

    def _no_row(self, table: str, says: str, pattern: Pattern) -> tuple[str, ...]:
        terms = tuple((name, term) for name, term in pattern.terms if isinstance(term, str))
        words = ", ".join(
            f"{name.replace('_', ' ')} {self._edition.label(pattern.type, name, term)}" for name, term in terms
        )
        what = self._edition.vocabulary[pattern.type].label
        text = f"{says}: {what}{f' ({words})' if words else ''}"
        lacking = Fact("NoRow", (("of", pattern.type), *terms), origin=Known(table, "", text, KNOWLEDGE_BASE))
        if self._shared is not None:
            self._shared.lacking[lacking.id] = lacking
        return (self._note(lacking),)


KNOWLEDGE_BASE = "the knowledge base itself, of which this is all"
"""Where it is said that a table has no such row."""


def _sorted(bindings: Mapping[str, str], names: Container[str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, value) for name, value in bindings.items() if name in names))


def _once(facts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(facts))
