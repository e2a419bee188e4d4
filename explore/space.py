"""The cases next to one case: every fact that could be otherwise, with every value that rules can tell apart.

A *slot* is one thing a case can say: the value of a field, whether a list names an element, the result for one regimen.
Of values that no rule and no table can tell apart (the variants of NDM, the species of one order) one stands for all.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from ..facts import domains, enzymes
from ..facts.atoms import Fact
from ..facts.case import Case, case_from_tree
from ..facts.working_memory import BEHIND, about_isolate, about_patient, about_the_rest
from ..kb.alike import Alike, Class
from ..kb.edition import Edition
from .fields import CHOICES, FIELDS, LISTS, NATURE, USUAL
from .numbers import RANGES, telling
from .slots import ABSENT, PRESENT, Alternative, Edit, Slot, Tree


class Space:
    """The cases next to one case, under one edition."""

    def __init__(self, edition: Edition, case: Case, read: frozenset[str], *, unknown_only: bool = False) -> None:
        """`read` are the fact types that matter here; what only other types come from is left out.

        With `unknown_only` what was stated stays as it is; else all of it may change but for what cannot (age, sex).
        """
        self.edition, self.case = edition, case
        self._unknown_only = unknown_only
        self._alike = Alike(edition, case)
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

        The others are set to usual values (`USUAL`), and the one that moves the clearance most takes every value that
        makes a difference.
        """
        unstated = [path for path in USUAL if path in self._paths and self._stated(path) is None]
        if len(unstated) < 2 or self._stated("patient.creatinine_clearance") is not None:
            return None
        *others, moving = unstated
        usual = tuple(Edit(path, None, USUAL[path]) for path in others)
        slot = " and ".join(unstated)

        def of(value: str | int, span: tuple[str, ...] = ()) -> Alternative:
            shown = [*(str(USUAL[path]) for path in others), str(value)]
            return Alternative(slot, " and ".join(shown), (*usual, Edit(moving, None, value)), span=span)

        found = (of(*each) for each in telling(moving, lambda value: frozenset(self.facts_with(of(value)))))
        return Slot(slot, moving, None, tuple(found))

    def label(self, slot: Slot) -> str:
        """What a slot is about, in words: `carbapenemase found, NDM-1`."""
        types = [t for t in self.edition.vocabulary.values() if t.path == slot.path]
        fitting = [t.label for t in types if bool(t.closed_by) is bool(slot.element)]
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
            facts = about_patient(case, self.edition.measures)
        else:
            facts = about_isolate(case) if part == "isolate" else about_the_rest(case, self.edition.measures)
        return {fact.id: fact for fact in facts}

    # --- the slots, field by field ---------------------------------------------------------------------------

    def _of(self, path: str) -> Iterable[Slot]:
        stated = self._stated(path)
        if stated is not None and (NATURE[path] == "fixed" or (self._unknown_only and path in RANGES)):
            return []
        if path == "isolate.susceptibilities":
            return self._susceptibilities()
        if path == "patient.allergies":
            return self._allergies()
        if path in RANGES:
            return [self._number(path, None if stated is None else str(stated))]
        if path in ("isolate.carbapenem_resistant", "infection.septic_shock"):
            return [self._yes_no(path, stated)]
        if path in CHOICES:
            return [self._one_of(path, stated, ((value,) for value in CHOICES[path].values))]
        if path == "isolate.organism":
            return [self._one_of(path, stated, self._alike.organisms())]
        return self._names(path, stated, self._elements(path))

    def _stated(self, path: str) -> Any:
        section, name = path.split(".")
        return getattr(getattr(self.case, section), name)

    def _elements(self, path: str) -> Iterable[Class]:
        """What a list may name, in classes of which rules see no difference."""
        if path in LISTS:
            return ((value,) for value in LISTS[path].values)
        if path == "isolate.carbapenemases_tested_for":
            return self._alike.families()
        return self._alike.enzymes(carbapenemases=path != "isolate.other_beta_lactamases")

    def _one_of(self, path: str, stated: str | None, classes: Iterable[Class]) -> Slot:
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

        def of(value: str | int, span: tuple[str, ...] = ()) -> Alternative:
            return Alternative(path, str(value), (Edit(path, None, value),), span=span)

        def look(value: str | int) -> frozenset[str]:
            return frozenset(self.facts_with(of(value)))

        found = (of(*each) for each in telling(path, look) if stated is None or look(each[0]) != frozenset(self.facts))
        return Slot(path, path, stated, tuple(found))

    def _names(self, path: str, stated: tuple[str, ...] | None, classes: Iterable[Class]) -> Iterator[Slot]:
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
        for regimen in self._alike.tested_regimens():
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


def _flow(value: Any) -> str:
    """A value as it would stand in a case file, in one line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
