"""Quantities as whole numbers, for engines that are to find the row of a table themselves.

Within whyrx a quantity reaches the rules as an atom, the range it lies in (see `facts.bands`). An exported program has
the bounds of each band and the number of the case instead, so that its engine bands again, on its own. A whole number
is the quantity times `scale`: a bound is an even one; what lies strictly between two even ones, however close to one of
them, is the odd one between. So no comparison with a bound is lost to rounding, and no number outgrows 32 bits.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import floor, lcm

from ..facts.atoms import FactType, Var
from ..facts.bands import Interval
from ..facts.case import Case
from ..facts.vocabulary import KNOWN
from ..facts.working_memory import exact_value, working_memory
from .edition import NO_BAND, Edition, Table
from .language import Rule

ATOM = "atom"
"""The field that holds an atom within whyrx, and the whole number in an exported program."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A fact for another engine: the values of its matched fields in order, an atom as its whole number."""

    type: str
    values: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Banded:
    """A row of a table that holds of the values of a quantity within bounds, each an operator (`<`, `<=`, `>`, `>=`)
    and a whole number. `values` are those of its fields but the last, which is the atom."""

    row: str
    type: str
    values: tuple[str, ...]
    quantity: str
    bounds: tuple[tuple[str, int], ...]


def scale(edition: Edition, quantity: str) -> int:
    """What a quantity is multiplied by: every bound of its bands becomes an even number."""
    cuts = (cut for atom in edition.atoms(quantity) for cut in (atom.low, atom.high) if cut is not None)
    return 2 * lcm(*(cut.denominator for cut in cuts))


def whole(value: Fraction, scale: int) -> int:
    """A value as a whole number that compares with every bound as the value does."""
    halves = value * scale / 2
    return 2 * floor(halves) + (halves.denominator != 1)


def quantities(edition: Edition) -> tuple[str, ...]:
    """The quantities that tables of the edition are entered with, in order."""
    return tuple(sorted({table.quantity for table in edition.tables.values() if table.quantity}))


def plain_rows(edition: Edition, tables: Iterable[Table] | None = None) -> list[Ground]:
    """Every row of every table, or of some, as one fact, found by conditions that do not ask for its atom: in its place
    stands the band as text, or `any` where the row has none."""
    return [
        Ground(table.type, (*row.values, row.band or NO_BAND) if table.quantity else row.values)
        for table in (edition.tables.values() if tables is None else tables)
        for row in table.rows
    ]


def banded_rows(edition: Edition, tables: Iterable[Table] | None = None) -> list[Banded]:
    """Every row with a band, of all tables or of some, for conditions that ask which row a value lies in. Bounds are
    times the scale of the edition, whose cut points those of the tables must be."""
    return [
        Banded(row.id, table.type, row.values, table.quantity, bounds(row.band, scale(edition, table.quantity)))
        for table in (edition.tables.values() if tables is None else tables)
        for row in table.rows
        if row.band
    ]


def bounds(band: str, scale: int) -> tuple[tuple[str, int], ...]:
    """The comparisons a whole number has to pass to be in a band such as `(30,50]`."""
    interval = Interval.parse(band)
    low = [(">=" if interval.low_closed else ">", interval.low)]
    high = [("<=" if interval.high_closed else "<", interval.high)]
    return tuple((operator, whole(cut, scale)) for operator, cut in (*low, *high) if cut is not None)


def case_facts(edition: Edition, case: Case) -> list[Ground]:
    """The facts of a case, in order of id; where a quantity is known, its whole number in place of the atom."""
    facts = []
    for fact in working_memory(case, edition.measures):
        values: list[str | int] = [value for _, value in fact.values]
        if has_atom(edition.vocabulary[fact.type]) and fact.value("state") == KNOWN:
            values[-1] = whole(exact_value(case, fact), scale(edition, fact.type))
        facts.append(Ground(fact.type, tuple(values)))
    return facts


def has_atom(fact_type: FactType) -> bool:
    """Whether facts of the type have an atom; it is then their last field."""
    return fact_type.matched()[-1:] == (ATOM,)


def refuse_other_uses(edition: Edition) -> None:
    """ValueError if a rule does more with an atom than look up rows by it: two values within one range are equal atoms
    but not equal numbers, so that a program with numbers would then conclude something else."""
    for rule in edition.rules:
        for problem in _other_uses(edition, rule):
            raise ValueError(f"rule {rule.id} cannot be exported by cut points: {problem}")


def _other_uses(edition: Edition, rule: Rule) -> Iterator[str]:
    terms = [(p.type, name, term) for p in (*rule.when, *rule.unless, rule.then) for name, term in p.terms]
    for of, name, term in terms:
        if name == ATOM and not isinstance(term, Var):
            yield f"the atom of {of} is the constant {term!r}"
    variables = [(of, name, term.name) for of, name, term in terms if isinstance(term, Var)]
    atoms = {variable for _, name, variable in variables if name == ATOM}
    for of, name, variable in variables:
        if name != ATOM and variable in atoms:
            yield f"{variable} is an atom and the {name} of {of}"
    read = (p for p in (*rule.when, *rule.unless) if edition.vocabulary[p.type].origin != "known")
    values = Counter(term.name for p in read for name, term in p.terms if name == ATOM and isinstance(term, Var))
    for variable in sorted(atoms):
        if values[variable] != 1:
            yield f"{variable} is the atom of {values[variable]} facts that have a value, not of one"
