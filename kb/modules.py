"""Modules: the rules of a stratum split by what they read, so that the states each part can be in are few.

Every firing has one premise at the *pivot*, a condition chosen for its rule; so what a rule concludes in a case is the
sum of what it concludes for each fact at its pivot. Rules with the same pivot, the same views and conclusions of one
type make a module. For one fact at the pivot a module's *state* is what its other conditions and its exceptions can
see: the facts of their types that agree with the rule's constants and with the pivot. The rows of tables are the same
in every case and belong to no state.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from ..facts.atoms import Fact, FactType, Pattern, Var
from .language import Rule
from .strata import strata

_Terms = tuple[tuple[str, str], ...]
"""Fields with their values."""
_Views = tuple[tuple["View", ...], tuple["View", ...], tuple["View", ...]]


class View(NamedTuple):
    """What a condition or an exception can see of a case beside a fact at the pivot: the facts of one type with
    certain values in the fields `fixed`, and in the fields `shared` the values of fields of the pivot."""

    type: str
    fixed: _Terms
    shared: _Terms

    def on(self, pivot: Fact) -> _Terms:
        """The fields and values that the view asks for beside one fact at the pivot."""
        return (*self.fixed, *((name, pivot.value(of)) for name, of in self.shared)) if self.shared else self.fixed

    def among(self, facts: Iterable[Fact], pivot: Fact) -> tuple[str, ...]:
        """The ids of those of some facts that are seen beside one at the pivot, in the same order."""
        terms = self.on(pivot)
        same_type = [fact for fact in facts if fact.type == self.type]
        return tuple([fact.id for fact in same_type if all(fact.value(name) == value for name, value in terms)])


@dataclass(frozen=True)
class Module:
    """Rules that are derived together. `places` says at which of its conditions each has the pivot.

    Where nothing is seen in one of the views that are `needed`, no rule fires. The others are those of exceptions: of
    those in `barring` it matters whether anything is seen, of those in `compared`, what.
    """

    stratum: int
    concludes: str
    type: str
    fixed: _Terms
    needed: tuple[View, ...]
    barring: tuple[View, ...]
    compared: tuple[View, ...]
    rules: tuple[Rule, ...]
    places: Mapping[str, int]

    def starts_at(self, fact: Fact) -> bool:
        """Whether a fact of the pivot's type fits the pivot's constants."""
        return all(fact.value(name) == value for name, value in self.fixed)


def recursive(rules: Sequence[Rule]) -> bool:
    """Whether some conclusion may rest on another of its own stratum: such rules cannot be split."""
    levels = strata(rules)
    return any(levels[name] == levels[rule.then.type] for rule in rules for name in rule.reads())


def modules(rules: Sequence[Rule], vocabulary: Mapping[str, FactType], tables: Collection[str]) -> tuple[Module, ...]:
    """The modules of a rule set that is not recursive, in order of stratum; `tables` are the types of table rows."""
    levels = strata(rules)
    found: dict[tuple[int, str, str, _Terms, *_Views], dict[str, tuple[Rule, int]]] = {}
    for rule in sorted(rules, key=lambda each: each.id):
        place = _pivot(rule, vocabulary, tables, levels)
        pivot = rule.when[place]
        barring = [pattern for pattern in rule.unless if pattern.variables() <= pivot.variables()]
        compared = [pattern for pattern in rule.unless if not pattern.variables() <= pivot.variables()]
        needed = (*rule.when[:place], *rule.when[place + 1 :])
        views = tuple(_views(pivot, patterns, vocabulary, tables) for patterns in (needed, barring, compared))
        key = (levels[rule.then.type], rule.then.type, pivot.type, _fixed(pivot), *cast("_Views", views))
        found.setdefault(key, {})[rule.id] = rule, place
    return tuple(
        Module(*key, tuple(rule for rule, _ in parts.values()), {name: place for name, (_, place) in parts.items()})
        for key, parts in sorted(found.items())
    )


def _pivot(rule: Rule, vocabulary: Mapping[str, FactType], tables: Collection[str], levels: Mapping[str, int]) -> int:
    """The condition beside which the others can see least: then that of the highest stratum, then the first.

    ValueError for a rule that reads nothing but tables: it says nothing about a case.
    """
    places = [place for place, pattern in enumerate(rule.when) if pattern.type not in tables]
    if not places:
        raise ValueError(f"rule {rule.id} has no condition about the case")
    if len(places) == 1:
        return places[0]

    def left_open(place: int) -> int:
        others = (*rule.when[:place], *rule.when[place + 1 :], *rule.unless)
        views = _views(rule.when[place], others, vocabulary, tables)
        return sum(_open_fields(view, vocabulary[view.type]) for view in views)

    return min(places, key=lambda place: (left_open(place), -levels[rule.when[place].type], place))


def _open_fields(view: View, fact_type: FactType) -> int:
    """How many of the fields that tell facts of a type apart a view leaves open."""
    if fact_type.path and not fact_type.closed_by:
        return 0  # one fact in every case
    told = {name for name, _ in (*view.fixed, *view.shared)}
    return len([name for name in fact_type.key or fact_type.matched() if name not in told])


def _views(
    pivot: Pattern, patterns: Iterable[Pattern], vocabulary: Mapping[str, FactType], tables: Collection[str]
) -> tuple[View, ...]:
    """What patterns see beside a pivot, each view once."""
    bound = {term.name: name for name, term in reversed(pivot.terms) if isinstance(term, Var)}
    bound = {var: name for var, name in bound.items() if not vocabulary[pivot.type].is_payload(name)}
    found = set()
    for pattern in patterns:
        if pattern.type not in tables:
            shared = ((name, bound[t.name]) for name, t in pattern.terms if isinstance(t, Var) and t.name in bound)
            found.add(View(pattern.type, _fixed(pattern), tuple(shared)))
    return tuple(sorted(found))


def _fixed(pattern: Pattern) -> _Terms:
    return tuple((name, term) for name, term in pattern.terms if isinstance(term, str))
