"""The cases next to one case: every fact that could be otherwise, with every value that rules can tell apart.

A *slot* is one thing a case can say: the value of a field, whether a list names an element, the result for one regimen.
Of values that no rule and no table can tell apart (the variants of NDM, the species of one order) one stands for all.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from ..facts import activity, domains, enzymes
from ..facts.atoms import Fact, Var
from ..facts.case import Case, case_from_tree
from ..facts.organisms import ORGANISMS
from ..facts.reported import CARBAPENEMASE_FAMILIES
from ..facts.working_memory import BEHIND, about_isolate, about_patient, about_the_rest
from ..kb.edition import Edition
from .numbers import RANGES, telling

Tree = dict[str, Any]
Nature = Literal["test", "treat", "judge", "history", "fixed"]

NATURE: Mapping[str, Nature] = {
    "patient.age": "fixed",
    "patient.sex": "fixed",
    "patient.height": "fixed",
    "patient.weight": "test",
    "patient.creatinine": "test",
    "patient.creatinine_clearance": "test",
    "patient.creatinine_trend": "test",
    "patient.renal_replacement": "treat",
    "patient.crrt_effluent": "treat",
    "patient.pregnancy": "history",
    "patient.allergies": "history",
    "isolate.organism": "test",
    "isolate.carbapenem_resistant": "test",
    "isolate.carbapenemases": "test",
    "isolate.carbapenemases_tested_for": "test",
    "isolate.suspected_carbapenemases": "judge",
    "isolate.suspicion_basis": "judge",
    "isolate.other_beta_lactamases": "test",
    "isolate.susceptibilities": "test",
    "infection.site": "judge",
    "infection.severity": "judge",
    "infection.septic_shock": "judge",
    "infection.pitt_score": "judge",
    "infection.foci": "treat",
    "therapy.current": "treat",
    "therapy.previous": "history",
    "setting.jurisdiction": "history",
    "setting.unavailable": "treat",
}
"""How a fact could come to be otherwise: by a test, by treatment or supply, by judging or asking again, or never."""

FIELDS = (
    "isolate.organism",
    "isolate.carbapenemases",
    "isolate.carbapenemases_tested_for",
    "isolate.suspected_carbapenemases",
    "isolate.suspicion_basis",
    "infection.site",
    "infection.severity",
    "infection.septic_shock",
    "infection.pitt_score",
    "patient.allergies",
    "isolate.susceptibilities",
    "setting.unavailable",
    "setting.jurisdiction",
    "patient.renal_replacement",
    "patient.age",
    "patient.creatinine",
    "patient.weight",
    "patient.sex",
    "patient.creatinine_clearance",
    "patient.crrt_effluent",
    "patient.creatinine_trend",
    "patient.height",
    "patient.pregnancy",
    "isolate.other_beta_lactamases",
    "isolate.carbapenem_resistant",
    "infection.foci",
    "therapy.current",
    "therapy.previous",
)
"""Every field of a case that rules may read, in the order in which a clinician would ask."""

_CHOICES: Mapping[str, domains.Domain] = {
    "infection.site": domains.SITES,
    "infection.severity": domains.SEVERITIES,
    "setting.jurisdiction": domains.JURISDICTIONS,
    "patient.renal_replacement": domains.RENAL_REPLACEMENTS,
    "patient.creatinine_trend": domains.CREATININE_TRENDS,
    "patient.sex": domains.SEXES,
    "patient.pregnancy": domains.PREGNANCIES,
}
_USUAL: Mapping[str, Any] = {
    "patient.sex": "male",
    "patient.age": 60,
    "patient.weight": "70 kg",
    "patient.creatinine": "1 mg/dL",
}
"""The inputs of Cockcroft-Gault, the one that moves it most last."""

_LISTS: Mapping[str, domains.Domain] = {
    "isolate.suspicion_basis": domains.SUSPICION_BASES,
    "setting.unavailable": domains.DRUGS,
    "infection.foci": domains.FOCI,
    "therapy.current": domains.DRUGS,
    "therapy.previous": domains.DRUGS,
}

_WITH_ROWS = {row.group for row in activity.HYDROLYSIS.values()} | {row.group for row in activity.INHIBITION.values()}
"""Groups of enzymes, some of one member, that have a row of their own."""

ABSENT, PRESENT = "no", "yes"
"""Of an element of a list: it is not in it; it is."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One change to the tree of a case: a field, or one element of a list or mapping, gets a value (None: it goes).

    What stood in a field is left as it was, a new value put in its place: trees may share it.
    """

    path: str
    element: str | None
    value: Any

    def apply(self, tree: Tree) -> None:
        """Change `tree` in place."""
        section, name = self.path.split(".")
        holder = tree.setdefault(section, {})
        if self.element is None:
            holder[name] = deepcopy(self.value)
        elif self.path == "isolate.susceptibilities":
            holder[name] = {**holder.get(name, {}), self.element: self.value}
        elif self.path == "patient.allergies":
            others = [each for each in holder.get(name, []) if each["substance"] != self.element]
            holder[name] = others + ([self.value] if self.value else [])
        else:
            others = [each for each in holder.get(name, []) if each != self.element]
            holder[name] = others + ([self.element] if self.value else [])


@dataclass(frozen=True, slots=True)
class Alternative:
    """A value that a slot could have instead. `same` are other values that make no difference from this one."""

    slot: str
    value: str
    edits: tuple[Edit, ...]
    same: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """The fields it changes."""
        return tuple(dict.fromkeys(edit.path for edit in self.edits))


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing a case can say. `stated` is what it says now, or None where nobody said."""

    id: str
    path: str
    stated: str | None
    alternatives: tuple[Alternative, ...] = field(repr=False)

    @property
    def nature(self) -> Nature:
        """How it could come to be otherwise."""
        return NATURE[self.path]

    @property
    def element(self) -> str:
        """What of a list it is about; empty where it is about a whole field."""
        return self.id.removeprefix(self.path).strip(".[]") if self.id.startswith(self.path) else ""


class Space:
    """The cases next to one case, under one edition."""

    def __init__(self, edition: Edition, case: Case, read: frozenset[str], *, unknown_only: bool = False) -> None:
        """`read` are the fact types that matter here; what only other types come from is left out.

        With `unknown_only` what was stated stays as it is; else all of it may change but for what cannot (age, sex).
        """
        self.edition, self.case = edition, case
        self._unknown_only = unknown_only
        self._looks: dict[tuple[str, ...], tuple[str, ...]] = {}
        self.tree: Tree = case.as_understood()
        self._paths = {t.path for t in edition.vocabulary.values() if t.path and t.name in read}
        self._paths |= {path for fact_type, paths in BEHIND.items() if fact_type in read for path in paths}

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """Every slot that may matter, in the order in which a clinician would think of them."""
        return tuple(
            slot
            for path in FIELDS
            if path in self._paths
            for slot in self._of(path)
            if slot.alternatives and (slot.stated is None or not self._unknown_only)
        ) + ((self.together,) if self._unknown_only and self.together else ())

    @cached_property
    def facts(self) -> Mapping[str, Fact]:
        """The facts of the case itself, by id."""
        return {k: v for part in ("patient", "isolate", "rest") for k, v in self._facts_of(self.case, part).items()}

    @cached_property
    def together(self) -> Slot | None:
        """The unstated inputs of Cockcroft-Gault as one slot, where there are several: one alone tells nothing.

        The others are set to usual values (`_USUAL`), and the one that moves the clearance most takes every value that
        makes a difference.
        """
        unstated = [path for path in _USUAL if path in self._paths and self._stated(path) is None]
        if len(unstated) < 2 or self._stated("patient.creatinine_clearance") is not None:
            return None
        *others, moving = unstated
        usual = tuple(Edit(path, None, _USUAL[path]) for path in others)
        slot = " and ".join(unstated)

        def of(value: str | int, alike: str = "") -> Alternative:
            shown = [*(str(_USUAL[path]) for path in others), str(value)]
            return Alternative(slot, " and ".join(shown), (*usual, Edit(moving, None, value)), (alike,))

        found = (of(*each) for each in telling(moving, lambda value: frozenset(self.facts_with(of(value)))))
        return Slot(slot, moving, None, tuple(found))

    def label(self, slot: Slot) -> str:
        """What a slot is about, in words: `carbapenemase found, NDM-1`."""
        types = [t for t in self.edition.vocabulary.values() if t.path == slot.path]
        fitting = [t.label for t in types if bool(t.closed_by) is bool(slot.element)]
        if slot.id != slot.path and not slot.element:  # several fields at once
            return " and ".join(path.partition(".")[2].replace("_", " ") for path in slot.id.split(" and "))
        return f"{fitting[0]} {slot.element}".rstrip()

    def value_label(self, slot: Slot, value: str | None) -> str:
        """A value of a slot in words."""
        if value is None:
            return "not stated"
        if value in ("[]", "{}"):
            return "none"
        for fact_type in self.edition.vocabulary.values():
            if fact_type.path == slot.path:
                for each in fact_type.fields:
                    if each.allowed and value in each.allowed:
                        return self.edition.label(fact_type.name, each.name, value)
        return value

    def with_changes(self, alternatives: Iterable[Alternative]) -> Case:
        """The case with each of some slots having another value."""
        tree = {name: dict(part) if isinstance(part, dict) else part for name, part in self.tree.items()}
        for alternative in alternatives:
            for edit in alternative.edits:
                edit.apply(tree)
        return case_from_tree(tree)

    def facts_with(self, alternative: Alternative) -> Mapping[str, Fact]:
        """The facts of the case with one change."""
        changed = {path.partition(".")[0] for path in alternative.paths}
        part = "rest" if not changed <= {"patient", "isolate"} else "patient" if "patient" in changed else "isolate"
        assert part != "rest" or not changed & {"patient", "isolate"}  # no change reaches over two parts
        return {**self._others[part], **self._facts_of(self.with_changes([alternative]), part)}

    @cached_property
    def _others(self) -> Mapping[str, Mapping[str, Fact]]:
        """Of the case itself, for each part, the facts that come from the other parts."""
        found = {part: self._facts_of(self.case, part) for part in ("patient", "isolate", "rest")}
        return {part: {k: v for other in found if other != part for k, v in found[other].items()} for part in found}

    def settings(self, alternatives: Iterable[Alternative]) -> list[str]:
        """Changes as `what-if --set` takes them: PATH=VALUE, one for each field."""
        changed = self.with_changes(alternatives).as_understood()
        paths = dict.fromkeys(path for each in alternatives for path in each.paths)
        return [f"{path}={_flow(changed[section][name])}" for path in paths for section, name in [path.split(".")]]

    def _facts_of(self, case: Case, part: str) -> Mapping[str, Fact]:
        if part == "patient":
            facts = about_patient(case, self.edition.atoms("Clearance"), self.edition.atoms("Effluent"))
        else:
            facts = about_isolate(case) if part == "isolate" else about_the_rest(case)
        return {fact.id: fact for fact in facts}

    # --- the slots, field by field ---------------------------------------------------------------------------

    def _of(self, path: str) -> Iterable[Slot]:
        stated = self._stated(path)
        if stated is not None and path in RANGES and (self._unknown_only or NATURE[path] == "fixed"):
            return []
        if path == "patient.sex" and stated is not None:
            return []
        if path == "isolate.susceptibilities":
            return self._susceptibilities()
        if path == "patient.allergies":
            return self._allergies()
        if path in RANGES:
            return [self._number(path, None if stated is None else str(stated))]
        if path in ("isolate.carbapenem_resistant", "infection.septic_shock"):
            return [self._yes_no(path, stated)]
        if path in _CHOICES:
            return [self._one_of(path, stated, ((value,) for value in _CHOICES[path].values))]
        if path == "isolate.organism":
            return [self._one_of(path, stated, self._organisms())]
        return self._names(path, stated, self._elements(path))

    def _stated(self, path: str) -> Any:
        section, name = path.split(".")
        return getattr(getattr(self.case, section), name)

    def _elements(self, path: str) -> Iterable[tuple[str, ...]]:
        """What a list may name, in classes of which rules see no difference."""
        if path in _LISTS:
            return ((value,) for value in _LISTS[path].values)
        if path == "isolate.carbapenemases_tested_for":
            return _classes(CARBAPENEMASE_FAMILIES, self._family)
        return self._enzymes(carbapenemases=path != "isolate.other_beta_lactamases")

    def _one_of(self, path: str, stated: str | None, classes: Iterable[tuple[str, ...]]) -> Slot:
        found = (
            Alternative(path, first, (Edit(path, None, first),), tuple(same))
            for first, *same in classes
            if stated is None or stated not in (first, *same)
        )
        return Slot(path, path, stated, tuple(found))

    def _yes_no(self, path: str, stated: bool | None) -> Slot:
        words = {True: "yes", False: "no"}
        found = tuple(
            Alternative(path, words[value], (Edit(path, None, value),))
            for value in (True, False)
            if value is not stated
        )
        return Slot(path, path, None if stated is None else words[stated], found)

    def _number(self, path: str, stated: str | None) -> Slot:
        """One number for each set of facts that some number brings about, but for those of the number stated."""

        def of(value: str | int, alike: str = "") -> Alternative:
            return Alternative(path, str(value), (Edit(path, None, value),), (alike,))

        def look(value: str | int) -> frozenset[str]:
            return frozenset(self.facts_with(of(value)))

        found = (of(*each) for each in telling(path, look) if stated is None or look(each[0]) != frozenset(self.facts))
        return Slot(path, path, stated, tuple(found))

    def _names(self, path: str, stated: tuple[str, ...] | None, classes: Iterable[tuple[str, ...]]) -> Iterator[Slot]:
        """A slot for whether the list was answered at all, and one for each element in it or not."""
        if stated is None:
            yield Slot(path, path, None, (Alternative(path, "[]", (Edit(path, None, []),)),))
        for name in stated or ():
            gone = Alternative(f"{path}[{name}]", ABSENT, (Edit(path, name, None),))
            yield Slot(gone.slot, path, PRESENT, (gone,))
        for first, *same in classes:
            if first not in (stated or ()) and not set(same) & set(stated or ()):
                slot = f"{path}[{first}]"
                there = Alternative(slot, PRESENT, (Edit(path, first, True),), tuple(same))
                yield Slot(slot, path, self._ruled_out(path, first, stated), (there,))

    def _ruled_out(self, path: str, name: str, stated: tuple[str, ...] | None) -> str | None:
        """Whether a list that does not name an element says that it is absent; a test only of what it covers."""
        if stated is None:
            return None
        if path == "isolate.carbapenemases":
            enzyme, covered = enzymes.lookup(name), self.case.isolate.carbapenemases_tested_for
            return ABSENT if enzyme is not None and enzyme.family in (covered or ()) else None
        return ABSENT

    def _susceptibilities(self) -> Iterator[Slot]:
        path, results = "isolate.susceptibilities", self.case.isolate.susceptibilities
        if results is None:
            yield Slot(path, path, None, (Alternative(path, "{}", (Edit(path, None, {}),)),))
        for regimen in self._tested_regimens():
            slot, now = f"{path}.{regimen}", (results or {}).get(regimen)
            others = [result for result in domains.SUSCEPTIBILITIES.values if now is None or result != now.result]
            found = [Alternative(slot, result, (Edit(path, regimen, result),)) for result in others]
            yield Slot(slot, path, None if now is None else now.result, tuple(found))
        cefiderocol = (results or {}).get("cefiderocol")
        if cefiderocol is not None and cefiderocol.mic is None:
            full = {"result": cefiderocol.result} | ({"standard": cefiderocol.standard} if cefiderocol.standard else {})
            slot = f"{path}.cefiderocol.mic"
            mics = ("0.5 mg/L", "4 mg/L", "8 mg/L", "32 mg/L")  # as EUCAST and CLSI call it: S S, R S, R I, R R
            found = [Alternative(slot, mic, (Edit(path, "cefiderocol", {**full, "mic": mic}),)) for mic in mics]
            yield Slot(slot, path, None, tuple(found))

    def _allergies(self) -> Iterator[Slot]:
        path, stated = "patient.allergies", self.case.patient.allergies
        if stated is None:
            yield Slot(path, path, None, (Alternative(path, "[]", (Edit(path, None, []),)),))
        now = {allergy.substance: allergy.reaction for allergy in stated or ()}
        for substance in domains.ALLERGY_SUBSTANCES.values:
            slot = f"{path}[{substance}]"
            reactions = [reaction for reaction in domains.REACTIONS.values if now.get(substance) != reaction]
            found = [
                Alternative(slot, r, (Edit(path, substance, {"substance": substance, "reaction": r}),))
                for r in reactions
            ]
            known: str | None = None if stated is None else ABSENT
            if substance in now:
                found.append(Alternative(slot, ABSENT, (Edit(path, substance, None),)))
                known = None if now[substance] in (None, "unknown") else now[substance]
            yield Slot(slot, path, known, tuple(found))

    # --- what rules and tables cannot tell apart ---------------------------------------------------------------

    def _organisms(self) -> list[tuple[str, ...]]:
        named = {field_name: self._named("OrganismOrder", field_name) for field_name in ("species", "genus", "order")}
        return _classes(
            ORGANISMS,
            lambda name: tuple(value if (value := getattr(ORGANISMS[name], f)) in named[f] else "" for f in named),
        )

    def _enzymes(self, carbapenemases: bool) -> list[tuple[str, ...]]:
        """Families stand before their members, so that a family speaks for those of its members that are like it."""
        names = [name for name in enzymes.enzyme_names() if _lookup(name).carbapenemase is not (not carbapenemases)]
        return _classes(names, lambda name: self._look_of(_lookup(name)))

    def _look_of(self, enzyme: enzymes.Enzyme) -> tuple[str, ...]:
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

    def _family(self, family: str) -> str:
        """A family by name where rules or the case name it, else by the tables that hold it."""
        if family in self._families_named:
            return family
        return ",".join(sorted({t.id for t in self.edition.tables.values() for row in t.rows if family in row.values}))

    @cached_property
    def _families_named(self) -> frozenset[str]:
        isolate = self.case.isolate
        named = {*(isolate.carbapenemases or ()), *(isolate.suspected_carbapenemases or ())}
        return frozenset(
            {_lookup(name).family for name in named}
            | set(isolate.carbapenemases_tested_for or ())
            | {family for kind in ("Enzyme", "TestCovers", "Target") for family in self._named(kind, "family")}
        )

    def _tested_regimens(self) -> list[str]:
        """Regimens whose susceptibility some rule may read."""
        ranked = {
            term
            for rule in self.edition.rules
            for pattern in (*rule.when, *rule.unless, rule.then)
            for name, term in pattern.terms
            if name == "regimen" and not isinstance(term, Var)
        }
        return sorted(ranked | set(domains.DRUGS.values) | set(self.case.isolate.susceptibilities or ()))

    def _named(self, fact_type: str, field_name: str) -> frozenset[str]:
        """The values of a field that rules name."""
        return self._constants.get((fact_type, field_name), frozenset())

    @cached_property
    def _constants(self) -> Mapping[tuple[str, str], frozenset[str]]:
        found: dict[tuple[str, str], set[str]] = {}
        for rule in self.edition.rules:
            for pattern in (*rule.when, *rule.unless):
                for name, term in pattern.terms:
                    if isinstance(term, str):
                        found.setdefault((pattern.type, name), set()).add(term)
        return {place: frozenset(values) for place, values in found.items()}


def _lookup(name: str) -> enzymes.Enzyme:
    found = enzymes.lookup(name)
    assert found is not None  # names come from the table or from a case that was read against it
    return found


def _classes(names: Iterable[str], look: Callable[[str], object]) -> list[tuple[str, ...]]:
    """Names grouped by what `look` sees of them, in the order in which they come."""
    found: dict[object, list[str]] = {}
    for name in names:
        found.setdefault(look(name), []).append(name)
    return [tuple(group) for group in found.values()]


def _flow(value: Any) -> str:
    """A value as it would stand in a case file, in one line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
