"""Atoms: a fact type with a term for each of its fields. With variables an atom is a pattern; without, a fact."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

Origin = Literal["asked", "computed", "known", "concluded"]


@dataclass(frozen=True, slots=True)
class Var:
    """A variable of a rule, bound by its conditions."""

    name: str


class Variables:
    """`V.gene` is the variable `gene`."""

    def __getattr__(self, name: str) -> Var:
        return Var(name)


V = Variables()

Term = str | Var


@dataclass(frozen=True, slots=True)
class Pattern:
    """A fact type with terms for some of its fields; a field left out matches any value."""

    type: str
    terms: tuple[tuple[str, Term], ...]

    def variables(self) -> set[str]:
        """Names of the variables that occur."""
        return {term.name for _, term in self.terms if isinstance(term, Var)}

    def bound(self, bindings: Mapping[str, str]) -> "Pattern":
        """The same pattern with every variable in `bindings` replaced by its value."""
        return Pattern(
            self.type,
            tuple(
                (name, bindings.get(term.name, term) if isinstance(term, Var) else term) for name, term in self.terms
            ),
        )


@dataclass(frozen=True, slots=True)
class FieldType:
    """One field of a fact type.

    `allowed` lists the values a rule may name; None means an open set (the ids of a table).
    A `payload` field carries what people read (a number, a list); no rule may test it.
    """

    name: str
    allowed: tuple[str, ...] | None = None
    payload: bool = False


@dataclass(frozen=True)
class FactType:
    """A kind of fact, defined once.

    `origin` says where its facts come from: asked of the user, computed by a formula, known from a
    sourced table, or concluded by rules. `path` is the place in the case an asked fact comes from.
    `closed_by` names the fact type that says whether the list these elements belong to was stated.
    `seen` marks conclusions that a decision shows, `may_lack` those that some guidelines never draw. `key` names the
    fields that tell its facts apart: what stands under a key explains why something else does not.
    """

    name: str
    origin: Origin
    label: str
    fields: tuple[FieldType, ...] = ()
    path: str | None = None
    closed_by: str | None = None
    seen: bool = False
    key: tuple[str, ...] = ()
    may_lack: bool = False

    def __call__(self, **terms: Term) -> Pattern:
        """A pattern over this type; checked against the vocabulary when the rule that holds it is loaded."""
        order = {f.name: i for i, f in enumerate(self.fields)}
        return Pattern(self.name, tuple(sorted(terms.items(), key=lambda t: order.get(t[0], len(order)))))

    def matched(self) -> tuple[str, ...]:
        """The fields that rules match on, in order."""
        return tuple(f.name for f in self.fields if not f.payload)

    def is_payload(self, name: str) -> bool:
        """Whether a field carries what people read and no rule may test."""
        return any(f.name == name and f.payload for f in self.fields)

    def get(self, name: str) -> FieldType | None:
        """The field of that name, if there is one."""
        return next((f for f in self.fields if f.name == name), None)


@dataclass(frozen=True, slots=True)
class Given:
    """Stated in the case, at this path; `value` as understood."""

    path: str
    value: str


@dataclass(frozen=True, slots=True)
class NotStated:
    """Nobody stated it: neither a value nor its absence."""

    path: str


@dataclass(frozen=True, slots=True)
class Computed:
    """Result of a named, versioned function over other facts (`inputs` are their ids)."""

    function: str
    value: str
    formula: str
    source: str
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A row of a sourced table (or, with `row` empty, the fact that the table has no such row)."""

    table: str
    row: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Concluded:
    """Concluded by a rule; the firings of the trace say which."""


FactOrigin = Given | NotStated | Computed | Known | Concluded


@cache
def kebab(name: str) -> str:
    """`RenalReplacement` -> `renal-replacement`."""
    return "".join(f"-{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))


@dataclass(frozen=True, slots=True)
class Fact:
    """A ground atom. Two facts with the same id are the same fact; payload is not part of identity."""

    type: str
    values: tuple[tuple[str, str], ...]
    payload: tuple[tuple[str, str], ...] = ()
    origin: FactOrigin = Concluded()
    id: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", "/".join([kebab(self.type), *(value for _, value in self.values)]))

    def value(self, name: str) -> str:
        """The value of a field, payload included. KeyError if the type has no such field."""
        for key, value in self.values:
            if key == name:
                return value
        for key, value in self.payload:
            if key == name:
                return value
        raise KeyError(f"{self.type} has no field {name}")


def match(pattern: Pattern, fact: Fact, bindings: Mapping[str, str]) -> dict[str, str] | None:
    """The bindings extended so that `pattern` equals `fact`, or None."""
    if pattern.type != fact.type:
        return None
    found = dict(bindings)
    for name, term in pattern.terms:
        value = fact.value(name)
        if isinstance(term, Var):
            if found.setdefault(term.name, value) != value:
                return None
        elif term != value:
            return None
    return found


class FactBase(Mapping[str, tuple[Fact, ...]]):
    """Facts grouped by type, in order of id, and found by the value of a field.

    `below` holds facts of other types, which are the same for many fact bases: the rows of an edition's tables.
    """

    def __init__(self, facts: Iterable[Fact], below: "FactBase | None" = None) -> None:
        groups: dict[str, list[Fact]] = {}
        for fact in sorted(facts, key=lambda f: f.id):
            groups.setdefault(fact.type, []).append(fact)
        self._groups = {name: tuple(group) for name, group in groups.items()}
        self._below = below
        self._index: dict[tuple[str, str], dict[str, tuple[Fact, ...]]] = {}

    def __getitem__(self, fact_type: str) -> tuple[Fact, ...]:
        if fact_type not in self._groups and self._below is not None:
            return self._below[fact_type]
        return self._groups[fact_type]

    def __iter__(self) -> Iterator[str]:
        return iter({**dict.fromkeys(self._below or ()), **self._groups})

    def __len__(self) -> int:
        return len(list(iter(self)))

    def fitting(self, pattern: Pattern, bindings: Mapping[str, str]) -> Sequence[Fact]:
        """Facts among which are all that match `pattern` under `bindings`: as few as one field's value leaves."""
        if pattern.type not in self._groups:
            return () if self._below is None else self._below.fitting(pattern, bindings)
        fewest: Sequence[Fact] = self._groups[pattern.type]
        for name, term in pattern.terms if len(fewest) > _FEW else ():
            value = bindings.get(term.name) if isinstance(term, Var) else term
            if value is not None:
                found = self._by_value(pattern.type, name).get(value, ())
                fewest = found if len(found) < len(fewest) else fewest
        return fewest

    def _by_value(self, fact_type: str, name: str) -> dict[str, tuple[Fact, ...]]:
        if (fact_type, name) not in self._index:
            found: dict[str, list[Fact]] = {}
            for fact in self._groups[fact_type]:
                found.setdefault(fact.value(name), []).append(fact)
            self._index[fact_type, name] = {value: tuple(group) for value, group in found.items()}
        return self._index[fact_type, name]


_FEW = 4
"""So many facts are looked through as fast as an index is asked."""


def join(patterns: Iterable[Pattern], facts: FactBase, bindings: Mapping[str, str]) -> list[dict[str, str]]:
    """Every way to satisfy all patterns at once, in the order of the facts."""
    found = [dict(bindings)]
    for pattern in patterns:
        found = [
            extended
            for partial in found
            for fact in facts.fitting(pattern, partial)
            if (extended := match(pattern, fact, partial)) is not None
        ]
    return found


def unify(conclusion: "Pattern", pattern: "Pattern") -> dict[str, str] | None:
    """The bindings under which `conclusion` is what `pattern` asks for, or None. Its variables ask for nothing."""
    wanted = dict(pattern.terms)
    bindings: dict[str, str] = {}
    for name, term in conclusion.terms:
        value = wanted.get(name)
        if value is None or isinstance(value, Var):
            continue
        if isinstance(term, Var):
            if bindings.setdefault(term.name, value) != value:
                return None
        elif term != value:
            return None
    return bindings
