"""What no rule and no table can tell apart: of thousands of genes and organisms, one for all that look the same."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from ..facts import activity
from ..facts.case import Case
from ..facts.enzymes import Enzyme, enzyme_names, lookup
from ..facts.organisms import ORGANISMS
from ..facts.reported import CARBAPENEMASE_FAMILIES
from .edition import Edition

Class = tuple[str, ...]
"""Names that look the same, the first of which stands for all."""

_WITH_ROWS = {row.group for row in activity.HYDROLYSIS.values()} | {row.group for row in activity.INHIBITION.values()}
"""Groups of enzymes, some of one member, that have a row of their own."""


class Alike:
    """Names in classes, as the rules of an edition see them in a case."""

    def __init__(self, edition: Edition, case: Case) -> None:
        self._edition, self._case = edition, case
        self._looks: dict[tuple[str, ...], tuple[str, ...]] = {}

    def organisms(self) -> list[Class]:
        """The organisms that a laboratory may report."""
        fields = ("species", "genus", "order")
        named = {name: self._named("OrganismOrder", name) | self._in_tables(name) for name in fields}
        own = self._named("Organism", "organism") | self._named("OrganismOrder", "organism")
        return _classes(
            ORGANISMS,
            lambda name: (
                name if name in own else "",
                *(value if (value := getattr(ORGANISMS[name], f)) in named[f] else "" for f in named),
            ),
        )

    def enzymes(self, carbapenemases: bool) -> list[Class]:
        """Families stand before their members, so that a family speaks for those of its members that are like it."""
        names = [name for name in enzyme_names() if _lookup(name).carbapenemase is not (not carbapenemases)]
        return _classes(names, lambda name: self._look_of(_lookup(name)))

    def _look_of(self, enzyme: Enzyme) -> tuple[str, ...]:
        """What rules can see of an enzyme: the same for all that belong to the same groups of the tables."""
        own = enzyme.name if enzyme.name in _WITH_ROWS else ""
        key = (own, enzyme.family, enzyme.spectrum, enzyme.ambler, str(enzyme.carbapenemase))
        if key not in self._looks:
            drugs = self._named("Hydrolysis", "drug")
            self._looks[key] = (
                self._family(enzyme.family),
                enzyme.ambler,
                str(enzyme.carbapenemase),
                *(activity.hydrolysis(enzyme, drug).degree for drug in activity.DRUGS if drug in drugs),
                activity.inhibition(enzyme).inhibited,
            )
        return self._looks[key]

    def families(self) -> list[Class]:
        """The families that a test for carbapenemases may cover."""
        return _classes(CARBAPENEMASE_FAMILIES, self._family)

    def _family(self, family: str) -> str:
        """A family by name where rules or the case name it, else by the tables that hold it."""
        if family in self._families_named:
            return family
        return ",".join(sorted({t.id for t in self._edition.tables.values() for row in t.rows if family in row.values}))

    @cached_property
    def _families_named(self) -> frozenset[str]:
        isolate = self._case.isolate
        named = {*(isolate.carbapenemases or ()), *(isolate.suspected_carbapenemases or ())}
        return frozenset(
            {_lookup(name).family for name in named}
            | set(isolate.carbapenemases_tested_for or ())
            | {family for kind in ("Enzyme", "TestCovers", "Target") for family in self._named(kind, "family")}
        )

    def tested_regimens(self) -> list[str]:
        """Regimens whose susceptibility some rule may read."""
        named = {row.values[0] for row in self._edition.tables["contains"].rows}
        return sorted(named | set(self._case.isolate.susceptibilities or ()))

    def _in_tables(self, field_name: str) -> frozenset[str]:
        """The values of a field in the tables of the edition: a rule may join its facts with their rows."""
        vocabulary = self._edition.vocabulary
        return frozenset(
            row.values[vocabulary[table.type].matched().index(field_name)]
            for table in self._edition.tables.values()
            if field_name in vocabulary[table.type].matched()
            for row in table.rows
        )

    def _named(self, fact_type: str, field_name: str) -> frozenset[str]:
        """The values of a field that rules name."""
        return self._constants.get((fact_type, field_name), frozenset())

    @cached_property
    def _constants(self) -> Mapping[tuple[str, str], frozenset[str]]:
        found: dict[tuple[str, str], set[str]] = {}
        for rule in self._edition.rules:
            for pattern in (*rule.when, *rule.unless):
                for name, term in pattern.terms:
                    if isinstance(term, str):
                        found.setdefault((pattern.type, name), set()).add(term)
        return {place: frozenset(values) for place, values in found.items()}


def _lookup(name: str) -> Enzyme:
    found = lookup(name)
    assert found is not None  # names come from the table or from a case that was read against it
    return found


def _classes(names: Iterable[str], look: Callable[[str], object]) -> list[Class]:
    """Names grouped by what `look` sees of them, in the order in which they come."""
    found: dict[object, list[str]] = {}
    for name in names:
        found.setdefault(look(name), []).append(name)
    return [tuple(group) for group in found.values()]
