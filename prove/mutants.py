"""Small defects made on purpose: each differs from an edition in one place, as a slip of the pen would.

Of a rule: a condition or an exception left out, a constant taken for the next one of its kind, an exception widened by
a field, a variable of one condition no longer that of another. Of a table: a row left out, a value taken for the next,
a cut point one unit of its last place off or on the other side of its bound, a dose that belongs to the next row. Of a
statement: another strength or certainty.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from hashlib import sha256

from ..facts.atoms import Pattern, Term, Var
from ..facts.bands import Interval
from ..facts.numerals import exact_places
from ..kb.edition import Edition, Row, Statement, Table
from ..kb.language import Rule

Spot = tuple[str, str]
"""A fact type and one of its fields."""


@dataclass(frozen=True)
class Mutant:
    """An edition with one defect, `kind` says of which sort; one of rule, table and statement is the new one."""

    id: str
    kind: str
    rule: Rule | None = None
    table: Table | None = None
    statement: Statement | None = None

    def of(self, edition: Edition) -> Edition:
        """The edition with this defect."""
        if self.rule is not None:
            rules = tuple(self.rule if rule.id == self.rule.id else rule for rule in edition.rules)
            return replace(edition, rules=rules)
        if self.table is not None:
            return replace(edition, tables={**edition.tables, self.table.id: self.table})
        assert self.statement is not None
        return replace(edition, statements={**edition.statements, self.statement.id: self.statement})


def mutants(edition: Edition) -> list[Mutant]:
    """Every mutant of an edition, in order of id. Ids stay the same as long as what they speak of does."""
    kinds = _Kinds(edition)
    found = [mutant for rule in edition.rules for mutant in _of_rule(kinds, rule)]
    found += [mutant for table in edition.tables.values() for mutant in _of_table(kinds, table)]
    found += [mutant for statement in edition.statements.values() for mutant in _of_statement(kinds, statement)]
    return sorted(found, key=lambda mutant: mutant.id)


def sample(of: Iterable[Mutant], size: int) -> list[Mutant]:
    """Some of the mutants, always the same ones, spread over all of them."""
    chosen = sorted(of, key=lambda mutant: sha256(mutant.id.encode()).digest())[:size]
    return sorted(chosen, key=lambda mutant: mutant.id)


_NAMES = ("topic", "detail", "reason", "need")
"""Fields of conclusions that a decision shows, which only tell them apart: no rule and nobody reads their values."""


class _Kinds:
    """The values that can stand in a field, each of which can be taken for the next."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition

    def next_to(self, spot: Spot, value: str) -> str | None:
        """The value after one among those of its field, the first after the last; None if there is no other."""
        values = self._values(spot)
        if value not in values or len(values) == 1:
            return None
        return values[(values.index(value) + 1) % len(values)]

    def _values(self, spot: Spot) -> tuple[str, ...]:
        field = self.edition.vocabulary[spot[0]].get(spot[1])
        return field.allowed if field is not None and field.allowed else self._met.get(spot, ())

    @cached_property
    def _met(self) -> Mapping[Spot, tuple[str, ...]]:
        """The values that rules and rows have in each field."""
        found: dict[Spot, set[str]] = {}
        for rule in self.edition.rules:
            for pattern in (*rule.when, *rule.unless, rule.then):
                for name, term in pattern.terms:
                    if isinstance(term, str):
                        found.setdefault((pattern.type, name), set()).add(term)
        for table in self.edition.tables.values():
            for name, column in zip(
                self.columns(table), zip(*(row.values for row in table.rows), strict=True), strict=False
            ):
                found.setdefault((table.type, name), set()).update(column)
        return {spot: tuple(sorted(values)) for spot, values in found.items()}

    def columns(self, table: Table) -> tuple[str, ...]:
        """The fields that the values of a table's rows stand in."""
        fields = self.edition.vocabulary[table.type].matched()
        return fields[:-1] if table.quantity else fields

    @cached_property
    def grades(self) -> Mapping[str, tuple[str, ...]]:
        """The strengths and certainties that statements carry."""
        graded = [statement for statement in self.edition.statements.values() if statement.graded_by]
        return {name: tuple(sorted({getattr(each, name) for each in graded})) for name in ("strength", "certainty")}


# --- rules ---------------------------------------------------------------------------------------------------------


def _of_rule(kinds: _Kinds, rule: Rule) -> Iterator[Mutant]:
    def mutant(what: str, kind: str, **changed: object) -> Mutant:
        return Mutant(f"{rule.id}/{what}", kind, rule=replace(rule, **changed))  # type: ignore[arg-type]

    for index, condition in enumerate(rule.when):
        place = f"condition {index + 1}"
        if len(rule.when) > 1:
            yield mutant(f"{place} left out", "condition left out", when=_without(rule.when, index))
        for name, changed in _swapped(kinds, condition):
            yield mutant(f"{place} with {name}", "constant of a condition", when=_with(rule.when, index, changed))
        for name, changed in _apart(rule, index):
            yield mutant(f"{place} with any {name}", "variable no longer shared", when=_with(rule.when, index, changed))
    for index, exception in enumerate(rule.unless):
        place = f"exception {index + 1}"
        yield mutant(f"{place} left out", "exception left out", unless=_without(rule.unless, index))
        for name, changed in _swapped(kinds, exception):
            yield mutant(f"{place} with {name}", "constant of an exception", unless=_with(rule.unless, index, changed))
        for name, _ in exception.terms:
            wider = Pattern(exception.type, tuple(term for term in exception.terms if term[0] != name))
            yield mutant(f"{place} with any {name}", "exception widened", unless=_with(rule.unless, index, wider))
    for name, changed in _swapped(kinds, rule.then, _NAMES if kinds.edition.vocabulary[rule.then.type].seen else ()):
        yield mutant(f"conclusion with {name}", "constant of the conclusion", then=changed)


def _without(patterns: tuple[Pattern, ...], index: int) -> tuple[Pattern, ...]:
    return (*patterns[:index], *patterns[index + 1 :])


def _with(patterns: tuple[Pattern, ...], index: int, changed: Pattern) -> tuple[Pattern, ...]:
    return (*patterns[:index], changed, *patterns[index + 1 :])


def _replaced(pattern: Pattern, name: str, term: Term) -> Pattern:
    return Pattern(pattern.type, tuple((each, term if each == name else old) for each, old in pattern.terms))


def _swapped(kinds: _Kinds, pattern: Pattern, but: Container[str] = ()) -> Iterator[tuple[str, Pattern]]:
    """The pattern with one of its constants taken for the next, those of some fields left out."""
    for name, term in pattern.terms:
        other = kinds.next_to((pattern.type, name), term) if isinstance(term, str) and name not in but else None
        if other is not None:
            yield f"{name} {other}", _replaced(pattern, name, other)


def _apart(rule: Rule, index: int) -> Iterator[tuple[str, Pattern]]:
    """A condition with a variable that an earlier one binds made one of its own."""
    before = {name for condition in rule.when[:index] for name in condition.variables()}
    for name, term in rule.when[index].terms:
        if isinstance(term, Var) and term.name in before:
            yield name, _replaced(rule.when[index], name, Var(f"any_{term.name}"))


# --- tables --------------------------------------------------------------------------------------------------------


def _of_table(kinds: _Kinds, table: Table) -> Iterator[Mutant]:
    columns = kinds.columns(table)
    for index, row in enumerate(table.rows):

        def mutant(what: str, kind: str, *changed: Row, index: int = index, row: Row = row) -> Mutant:
            rows = (*table.rows[:index], *changed, *table.rows[index + 1 :])
            return Mutant(f"row {row.id}/{what}", kind, table=replace(table, rows=rows))

        yield mutant("left out", "row left out")
        for place, (name, value) in enumerate(zip(columns, row.values, strict=True)):
            other = kinds.next_to((table.type, name), value)
            if other is not None and name not in ("row", "schedule"):
                values = (*row.values[:place], other, *row.values[place + 1 :])
                yield mutant(f"with {name} {other}", "value of a row", replace(row, values=values))
        if table.type == "DoseRow" and (other_row := _of_another_dose(columns, table.rows, index)):
            yield mutant("with another dose", "dose of another row", other_row)
        for what, band in _off(row.band):
            yield mutant(f"alone with {what}", "bound of one row", replace(row, band=band))
    yield from _cuts(kinds, table)


def _of_another_dose(columns: tuple[str, ...], rows: tuple[Row, ...], index: int) -> Row | None:
    """A row with the dose of the next one of its table that has another amount or interval."""
    row, place = rows[index], columns.index("schedule")
    for other in (*rows[index + 1 :], *rows[:index]):
        if other.values[place] != row.values[place]:
            values = (*row.values[:place], other.values[place], *row.values[place + 1 :])
            return replace(row, values=values, payload=other.payload, text=other.text)
    return None


def _off(band: str) -> Iterator[tuple[str, str]]:
    """A band with its lower bound, or its upper one if it has no other, one unit up."""
    if band:
        old = Interval.parse(band)
        bound = old.low if old.low is not None else old.high
        if bound is not None and (moved := _moved(old, bound, _up)):
            yield moved.text, moved.text


def _cuts(kinds: _Kinds, table: Table) -> Iterator[Mutant]:
    """Each cut point of the rows that share a key, moved in all of them at once so that no gap opens."""
    columns, fact_type = kinds.columns(table), kinds.edition.vocabulary[table.type]
    groups: dict[str, list[Row]] = {}
    for row in table.rows:
        if row.band:
            key = [v for n, v in zip(columns, row.values, strict=True) if n in fact_type.key] or list(row.values)
            groups.setdefault(" ".join(key), []).append(row)
    for of, rows in groups.items():
        bands = {row.id: Interval.parse(row.band) for row in rows}
        for cut in sorted({bound for band in bands.values() for bound in (band.low, band.high) if bound is not None}):
            for words, change in (("up", _up), ("down", _down), ("on the other side", _flipped)):
                moved = {name: _moved(band, cut, change) for name, band in bands.items()}
                if all(moved.values()):
                    new = tuple(replace(r, band=m.text) if (m := moved.get(r.id)) else r for r in table.rows)
                    what = f"table {table.id}/{of}: cut {_text(cut)} {words}"
                    yield Mutant(what, "cut point", table=replace(table, rows=new))


_Bound = tuple[Fraction, bool]
"""A bound, and whether the values below it end with it."""


def _unit(bound: Fraction) -> Fraction:
    """One unit of the last place of a decimal number."""
    return Fraction(1, 10 ** (exact_places(bound) or 0))


def _up(bound: _Bound) -> _Bound:
    return bound[0] + _unit(bound[0]), bound[1]


def _down(bound: _Bound) -> _Bound:
    return bound[0] - _unit(bound[0]), bound[1]


def _flipped(bound: _Bound) -> _Bound:
    return bound[0], not bound[1]


def _moved(band: Interval, cut: Fraction, change: Callable[[_Bound], _Bound]) -> Interval | None:
    """A band with a cut point changed where it is a bound of it; None if nothing would be left."""
    low, low_closed, high, high_closed = band.low, band.low_closed, band.high, band.high_closed
    if low == cut:
        low, ends = change((cut, not low_closed))
        low_closed = not ends
    if high == cut:
        high, high_closed = change((cut, high_closed))
    try:
        return Interval(low, low_closed, high, high_closed)
    except ValueError:
        return None


def _text(value: Fraction) -> str:
    return str(float(value)).removesuffix(".0")


# --- statements ----------------------------------------------------------------------------------------------------


def _of_statement(kinds: _Kinds, statement: Statement) -> Iterator[Mutant]:
    if not statement.graded_by:
        return
    for name, values in kinds.grades.items():
        value = getattr(statement, name)
        other = values[(values.index(value) + 1) % len(values)]
        if other != value:
            changed = replace(statement, **{name: other})  # type: ignore[arg-type]
            yield Mutant(f"statement {statement.id}/with {name} {other}", "grade", statement=changed)
