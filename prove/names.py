"""Of thousands of beta-lactamases as many as stand for all: computed from what rules and invariants ask of them.

Enzymes are of one kind if all that a case brings about them is the same but for the name. Let no fact hold two names.
Take any case, and name in each kind one enzyme for each set of lists in which some enzyme of that kind stands. Then
whatever rules conclude of the old names they conclude of those put in their place, and the other way round; by
induction over firings. A condition is about one name at most, so it holds of a name as of its stand-in, and conditions
about different names hold of any stand-ins together; an exception likewise. So what names no enzyme is the same in both
cases, and the sets of lists are enough names.

Where a fact may hold two names, rules can compare them. Rules of k names each, iterated as one likes, cannot tell k
names that are alike from more (they stay in the infinitary logic of k variables, and k pebbles on equal names end in a
draw: Immerman, Descriptive Complexity, 1999, ch. 6). Then each set of lists needs k names.

A state of a module (`cones`) holds the facts of a firing, so never more names of one kind than a rule has.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import Any

from ..facts.atoms import Fact, FactType, Pattern, Var
from ..facts.case import case_from_tree
from ..facts.enzymes import enzyme_names, lookup
from ..facts.working_memory import about_isolate
from ..kb.edition import Edition
from ..kb.invariants import invariants

ABOUT = ("Enzyme", "Hydrolysis", "Inhibition")
"""The types of what a case brings about an enzyme that it names."""

Place = tuple[str, str]
"""A type of fact, and a field of it."""


class Names:
    """The enzymes that stand for all under one edition."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._lists = [each for each in edition.vocabulary.values() if each.path and each.matched() == ("enzyme",)]
        asked = invariants(edition.guideline["id"])
        self._rules = [((*rule.when, *rule.unless), rule.then) for rule in edition.rules]
        self._bodies = [body for body, _ in self._rules] + [(*i.when, *i.never, *i.must) for i in asked]
        self._differ = [(body, i.differ) for body, i in zip(self._bodies[len(self._rules) :], asked, strict=True)]

    @cached_property
    def places(self) -> frozenset[Place]:
        """Where names of enzymes may stand: lists, what is known of enzymes, and wherever rules carry them."""
        found = {(each.name, "enzyme") for each in self._lists} | {(name, "enzyme") for name in ABOUT}
        while True:
            more = set(found)
            for body, then in self._rules:
                names = _variables(body, found)
                more |= {place for place, term in _terms((*body, then)) if isinstance(term, Var) and term.name in names}
            if more == found:
                return frozenset(found)
            found = more

    @cached_property
    def in_a_fact(self) -> int:
        """How many names one fact may hold; two where an invariant asks whether two names differ."""
        compared = any({*pair} & _variables(body, self.places) for body, differ in self._differ for pair in differ)
        held = Counter(name for name, _ in self.places)
        return max(held.most_common(1)[0][1], 2 if compared else 1)

    @cached_property
    def in_a_rule(self) -> int:
        """How many names one rule or invariant may see together: its variables, and what one pattern leaves open."""
        return max(
            (len(_variables(body, self.places)) + max(map(self._open, body), default=0) for body in self._bodies),
            default=1,
        )

    def _open(self, pattern: Pattern) -> int:
        stated = {name for name, _ in pattern.terms}
        return sum(name == pattern.type and field not in stated for name, field in self.places)

    def needed(self, lists: int) -> int:
        """How many names of a kind stand for all of it, if so many lists may name it."""
        sets: int = 2**lists - 1
        return max(sets, self.in_a_rule) if self.in_a_fact == 1 else sets * self.in_a_rule

    @cached_property
    def kinds(self) -> list[tuple[str, ...]]:
        """All enzymes by kind. One that rules or tables name is of a kind of its own."""
        named = {term for body, then in self._rules for _, term in self._held((*body, then)) if isinstance(term, str)}
        for table in self._edition.tables.values():
            fields = self._edition.vocabulary[table.type].matched()
            at = [place for place, field in enumerate(fields) if (table.type, field) in self.places]
            named |= {str(row.values[place]) for row in table.rows for place in at}
        found: dict[object, list[str]] = {}
        for name, nature in _natures().items():
            found.setdefault((name if name in named else "", nature), []).append(name)
        return [tuple(kind) for kind in found.values()]

    def _held(self, patterns: tuple[Pattern, ...]) -> Iterator[tuple[Place, object]]:
        return ((place, term) for place, term in _terms(patterns) if place in self.places)

    def of(self, fact_type: FactType, most: int | None = None) -> list[str]:
        """The enzymes that a list may name: as many of each kind as stand for all, or at most so many."""
        found: list[str] = []
        for kind in self.kinds:
            lists = [each.name for each in self._lists if _admits(each, kind[0])]
            if fact_type.name in lists:
                found += kind[: self.needed(len(lists)) if most is None else most]
        return found

    def as_json(self) -> Mapping[str, int]:
        """For a certificate."""
        stand = {name for each in self._lists for name in self.of(each)}
        return {
            "all": len(_natures()),
            "in_a_fact": self.in_a_fact,
            "in_a_rule": self.in_a_rule,
            "kinds": len(self.kinds),
            "stand_for_all": len(stand),
        }


def about(tree: dict[str, Any], types: tuple[str, ...]) -> list[Fact]:
    """What a case brings about the isolate, of some types."""
    return [fact for fact in about_isolate(case_from_tree(tree)) if fact.type in types]


def about_enzyme(name: str) -> list[Fact]:
    """What a case that names an enzyme brings about it."""
    field = "carbapenemases" if _carbapenemase(name) is not False else "other_beta_lactamases"
    return about({"isolate": {field: [name]}}, ABOUT)


def _terms(patterns: tuple[Pattern, ...]) -> Iterator[tuple[Place, object]]:
    return (((pattern.type, name), term) for pattern in patterns for name, term in pattern.terms)


def _variables(body: tuple[Pattern, ...], places: frozenset[Place] | set[Place]) -> set[str]:
    return {term.name for place, term in _terms(body) if place in places and isinstance(term, Var)}


@cache
def _natures() -> Mapping[str, object]:
    """What a case brings about each enzyme, but for its name; and which lists may name it."""
    return {
        name: (
            _carbapenemase(name),
            *((fact.type, tuple(v for field, v in fact.values if field != "enzyme")) for fact in about_enzyme(name)),
        )
        for name in enzyme_names()
    }


def _carbapenemase(name: str) -> bool | None:
    enzyme = lookup(name)
    assert enzyme is not None
    return enzyme.carbapenemase


def _admits(fact_type: FactType, name: str) -> bool:
    """Whether a list may name an enzyme: one of which it is not known whether it is a carbapenemase stands in any."""
    return _carbapenemase(name) is not (fact_type.name == "OtherEnzyme")
