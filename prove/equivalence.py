"""Whether two editions say the same in every situation, by proof; else a smallest case in which they do not.

Two editions say the same if in every situation they draw the same conclusions of the types that are shown (status,
regimens, doses, what to avoid, rationale, evidence, actions, warnings, assumptions, what is missing), each by the same
rules in the same words, and quote the same statements with the same grades. A dose is the same if its row is, with
all that the row says. Conclusions of other types may differ, so may why something is absent, and which conclusions an
assumption is said to support.

What does not depend on anything that differs stands in the program once. The rest stands there twice, the second time
under other names, and the solver is asked for a situation in which something shown is true of one only.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ..kb.asp import asp_rows, asp_rules
from ..kb.edition import Edition, Row, Table
from ..kb.language import Rule, sentence_variables
from .difference import both
from .numbers import NoSuchPatientError
from .program import SHOWN, told
from .solver import Solver, Symbol, external
from .space import Space

_TRIES = 50
"""Combinations of numbers that no patient has, after which no case is told."""


_CONFLICTS = 1_000
"""Of the solver, after which a smaller case is taken not to be: what is hard to exclude is seldom there."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A situation in which two editions do not say the same: in words, and as a case file with no more than is needed
    (None where the situations looked at have numbers that no patient has together)."""

    changes: str
    case: dict[str, Any] | None


class Equivalence:
    """Two editions held against each other over all situations of both."""

    def __init__(self, one: Edition, other: Edition) -> None:
        self.one, self.other = one, _with_rows_renamed(one, other)
        self._both = both(one, self.other)
        self.space = Space(self._both)
        self._forbidden = 0

    def witness(self) -> Witness | None:
        """A situation in which something shown differs; None if it is proved that there is none."""
        model = self._solver.model(_DIFFERS)
        if model is None:
            return None
        for _ in range(_TRIES):
            try:
                smallest = self._smallest(model)
                return Witness(_changes(smallest), self.space.situation(*told(smallest)).as_understood())
            except NoSuchPatientError as unreal:
                self._forbidden += 1
                self._solver.add(f":- {', '.join(unreal.combination)}.", f"unreal{self._forbidden}")
            more = self._solver.model(_DIFFERS)
            if more is None:  # the numbers of a patient are not all looked at: not proved
                break
            model = more
        return Witness(_changes(model), None)

    # --- the program ------------------------------------------------------------------------------------------

    @cached_property
    def _solver(self) -> Solver:
        return Solver(self.text, strict=False)

    @cached_property
    def moved(self) -> frozenset[str]:
        """The fact types of which something may differ: those of rules and tables that do, and what rests on them."""
        rules = [rule for rule in self.one.rules if self.other.rule.get(rule.id) != rule]
        rules += [rule for rule in self.other.rules if self.one.rule.get(rule.id) != rule]
        found = {rule.then.type for rule in rules}
        for name in self.one.tables.keys() | self.other.tables.keys():
            tables = [edition.tables.get(name) for edition in (self.one, self.other)]
            if tables[0] != tables[1]:
                found |= {table.type for table in tables if table is not None}
        while (
            more := {
                rule.then.type for edition in (self.one, self.other) for rule in edition.rules if rule.reads() & found
            }
            - found
        ):
            found |= more
        return frozenset(found)

    @cached_property
    def text(self) -> str:
        """The program: the inputs, one edition, what differs of the other, and what is asked."""
        one = [
            asp_rules(self.one.rules, self.one.vocabulary),
            asp_rows(self._both, self.one.tables.values()),
            *self._said(self.one),
        ]
        moved = [rule for rule in self.other.rules if rule.then.type in self.moved]
        other = [
            asp_rules(moved, self.other.vocabulary),
            asp_rows(self._both, [table for table in self.other.tables.values() if table.type in self.moved]),
            *self._said(self.other),
        ]
        renamed = re.compile(rf"\bt_({'|'.join([*sorted(self.moved), _BECAUSE, _GRADED])})\(")
        twice = renamed.sub(lambda found: f"m_{found[1]}(", "\n".join(other))
        return "\n".join([self.space.program, *one, twice, *self._asked(), SHOWN])

    @property
    def _shown(self) -> list[str]:
        return [t.name for t in self.one.vocabulary.values() if t.seen and t.name in self.moved]

    def _said(self, edition: Edition) -> Iterator[str]:
        """The words of each conclusion that may differ and is shown, and the statements that are quoted."""
        for rule in edition.rules:
            if rule.then.type in self._shown:
                yield _because(edition, rule)
        for statement in edition.statements.values():
            grade = f'"{statement.strength}, {statement.certainty}"'
            quoted = f'"{statement.id}", {grade}'
            yield f't_{_GRADED}(R, {quoted}) :- t_Recommend(R, _), t_Ranks(R, _, "{statement.id}").'
            if statement.graded_by:
                yield f't_{_GRADED}(R, {quoted}) :- t_Avoid(R, _, "{statement.id}").'

    def _asked(self) -> Iterator[str]:
        shapes = [(name, len(self.one.vocabulary[name].matched())) for name in self._shown]
        for name, arity in [*shapes, (_GRADED, 3), (_BECAUSE, 3)]:
            args = ", ".join(f"A{number}" for number in range(arity))
            told_as = f'"{name}", ({args},)'
            yield f"lost({told_as}) :- t_{name}({args}), not m_{name}({args})."
            yield f"gained({told_as}) :- m_{name}({args}), not t_{name}({args})."
        yield f"{_DIFFERS} :- lost(_, _)."
        yield f"{_DIFFERS} :- gained(_, _)."
        yield "#show lost/2. #show gained/2."

    # --- a smallest case ----------------------------------------------------------------------------------------

    def _smallest(self, model: frozenset[Symbol]) -> frozenset[Symbol]:
        """A situation that differs and of which nothing that is stated can be left out alone, by a short search."""
        wanted, without = [_DIFFERS], list[str]()
        for path in _stated(model):
            left_out = [f'{name}("{path}", "not_stated")' for name in ("in", "num")]
            for each in left_out:
                less = self._solver.model(*wanted, each, without=without, conflicts=_CONFLICTS)
                if less is not None:
                    model = less
                    wanted.append(each)
                    break
        while named := [str(s) for s in sorted(model) if s.name in ("has", "mic") and str(s) not in wanted]:
            less = self._solver.model(*wanted, without=[*without, named[0]], conflicts=_CONFLICTS)
            if less is None:
                wanted.append(named[0])
            else:
                model = less
                without.append(named[0])
        return model


_DIFFERS = "differs"
_BECAUSE, _GRADED = "Because", "Graded"


def _stated(model: Iterable[Symbol]) -> list[str]:
    """The paths of what a situation states, those that a case needs least first."""
    paths = {external(symbol)[0] for symbol in model if symbol.name in ("in", "num")}
    return sorted(paths, key=lambda path: (path in _FRAME, path))


_FRAME = (
    "patient.age",
    "isolate.organism",
    "isolate.carbapenemases",
    "isolate.carbapenem_resistant",
    "infection.site",
    "infection.severity",
)
"""What nearly every case states: left out last, so that a case is about as little else as may be."""


def _because(edition: Edition, rule: Rule) -> str:
    """Which rule concludes what, with the values in its sentence, which are worded by the fields that bind them."""
    said = [name for name in sorted(sentence_variables(rule.because)) if _matched(edition, rule, name)]
    worded = (place for place in (_place(rule, name) for name in said) if _labelled(edition, place))
    values = ", ".join([f'"{" ".join([rule.id, *worded])}"', *(f"V_{name}" for name in said)])
    then, _, body = asp_rules([rule], edition.vocabulary).partition(" :- ")
    terms = then.partition("(")[2].rpartition(")")[0]
    return f't_{_BECAUSE}("{rule.then.type}", ({terms + "," if terms else ""}), ({values},)) :- {body}'


def _place(rule: Rule, variable: str) -> str:
    """The fact type and field that first bind a variable."""
    return next(
        f"{pattern.type}.{name}" for pattern in rule.when for name, term in pattern.terms if _names(term, variable)
    )


def _labelled(edition: Edition, place: str) -> bool:
    """Whether values of a field have words of their own."""
    return place in edition.labels or place.partition(".")[2] in edition.labels


def _names(term: object, variable: str) -> bool:
    return getattr(term, "name", None) == variable


def _matched(edition: Edition, rule: Rule, variable: str) -> bool:
    """Whether a variable stands in a field that is matched, not in one that only carries what people read."""
    return any(
        _names(term, variable) and not edition.vocabulary[pattern.type].is_payload(name)
        for pattern in rule.when
        for name, term in pattern.terms
    )


def _changes(model: Iterable[Symbol]) -> str:
    """What a situation shows of one edition only, reasons last: `Dose colistin maintenance: ROW → ROW`."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    for symbol in sorted(each for each in model if each.name in ("lost", "gained")):
        name, values = external(symbol)[0], external(symbol.arguments[1])
        if name == _BECAUSE:
            fields = [f"reason of {values[0]}", *external(symbol.arguments[1].arguments[1])]
            fields.append(" ".join(external(symbol.arguments[1].arguments[2])))
        else:
            fields = [name, *(values or [""])]
        found.setdefault(" ".join(fields[:-1]), ([], []))[symbol.name == "gained"].append(fields[-1])
    told = [
        f"{of}: {' and '.join(was) or _NOTHING} → {' and '.join(now) or _NOTHING}"
        for of, (was, now) in sorted(found.items(), key=lambda each: _weight(each[0]))
    ]
    return "; ".join([*told[:_MOST], *(["…"] if len(told) > _MOST else [])])


def _weight(of: str) -> tuple[int, str]:
    """What is told first: what is recommended, then what else is concluded, then why."""
    name = of.partition(" ")[0]
    return _FIRST.index(name) if name in _FIRST else len(_FIRST) + (name == "reason"), of


_FIRST = ("Status", "Recommend", "Dose", "Avoid", _GRADED)
_NOTHING = "nothing"
_MOST = 3
"""Changes of one situation that are told."""


def _with_rows_renamed(one: Edition, other: Edition) -> Edition:
    """The other edition, rows of dose tables that say something else under the same id renamed."""
    before = {row.id: row for table in one.tables.values() for row in table.rows}

    def renamed(row: Row) -> Row:
        old = before.get(row.id)
        if not row.payload or old is None or (old.payload, old.text, old.source) == (row.payload, row.text, row.source):
            return row
        return replace(row, values=(f"{row.values[0]} (changed)", *row.values[1:]))

    tables: dict[str, Table] = {
        name: replace(table, rows=tuple(map(renamed, table.rows))) for name, table in other.tables.items()
    }
    return replace(other, tables=tables)
