"""Every situation that a case can be in, as choices in an answer set program; and the way back to a case file.

A field of one value is not stated or has one of its values; a list is not answered, or answered and names any of what
it may name. Of enzymes that no rule can tell apart as many stand for all as rules can see together (`names`);
of organisms (`kb.alike`) one, since a case names no second. Numbers are chosen among the cut points of the tables and
values between them (`numbers`).
"""

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from math import prod
from typing import Any

from ..facts.atoms import FactType
from ..facts.case import Case, case_from_tree
from ..facts.fields import MAX_ELEMENTS
from ..facts.reported import CARBAPENEMASE_FAMILIES
from ..facts.vocabulary import NOT_STATED
from ..kb.alike import Alike
from ..kb.asp import asp_fact
from ..kb.edition import Edition
from .names import Names, about, about_enzyme
from .numbers import Numbers

MIC = "isolate.susceptibilities.mic"
"""Where the MICs of drugs are stated; their results are one level above."""

Chosen = Mapping[tuple[str, str], str]
"""What a situation states: by path and element (empty for a field of one value), the value."""


class Space:
    """The situations under one edition."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.numbers = Numbers(edition)
        self.enzymes = Names(edition)
        self._alike = Alike(edition, Case())
        asked = [t for t in edition.vocabulary.values() if t.path]
        self.elements = [t for t in asked if t.closed_by]
        closing = {t.closed_by for t in self.elements}
        self.lists = [t for t in asked if t.name in closing]
        self.choices = [
            t for t in asked if t not in self.elements and t not in self.lists and t.path not in self.numbers.paths
        ]

    @cached_property
    def program(self) -> str:
        """The choices, and the facts that each brings. `in(PATH, VALUE)` and `has(PATH, ELEMENT, VALUE)` are chosen."""
        return "\n".join([*self._fields(), *self._answers(), *self._nature(), self.numbers.program, *self._excluded()])

    def _fields(self) -> Iterator[str]:
        for fact_type in self.choices:
            values = "; ".join(f"in({_text(fact_type.path)}, {_text(value)})" for value in self.values(fact_type))
            yield f"1 {{ {values} }} 1."
            yield f"t_{fact_type.name}(V) :- in({_text(fact_type.path)}, V)."

    def _answers(self) -> Iterator[str]:
        for fact_type in self.lists:
            path = _text(fact_type.path)
            yield f'1 {{ in({path}, "answered"); in({path}, "{NOT_STATED}") }} 1.'
            yield f't_{fact_type.name}("listed", "yes") :- has({path}, _, _).'
            yield f't_{fact_type.name}("none", "yes") :- in({path}, "answered"), not has({path}, _, _).'
            yield f't_{fact_type.name}("{NOT_STATED}", "no") :- in({path}, "{NOT_STATED}").'
        for fact_type in self.elements:
            path = _text(fact_type.path)
            answered = f'in({path}, "answered")'
            for name in self.names(fact_type):
                values = "; ".join(f"has({path}, {_text(name)}, {_text(value)})" for value in self.values(fact_type))
                yield f"{{ {values} }} 1 :- {answered}."
            told = "E, V" if len(fact_type.matched()) == 2 else "E"
            yield f"t_{fact_type.name}({told}) :- has({path}, E, V)."
            if len(self.names(fact_type)) > MAX_ELEMENTS:
                yield f":- {MAX_ELEMENTS + 1} #count {{ E : has({path}, E, _) }}."

    def _nature(self) -> Iterator[str]:
        """What organisms and enzymes are, where a case names them."""
        organism, named = "isolate.organism", dict[str, list[str]]()
        for name in self.values(self.edition.vocabulary["Organism"]):
            if name != NOT_STATED:
                for fact in about({"isolate": {"organism": name}}, ("OrganismOrder",)):
                    yield f"{asp_fact(fact)} :- in({_text(organism)}, {_text(name)})."
        for fact_type in self.elements:
            if fact_type.matched() == ("enzyme",):
                for name in self.names(fact_type):
                    named.setdefault(name, []).append(str(fact_type.path))
        for name, paths in sorted(named.items()):
            for path in paths:
                yield f"named({_text(name)}) :- has({_text(path)}, {_text(name)}, _)."
            for fact in about_enzyme(name):
                yield f"{asp_fact(fact)} :- named({_text(name)})."

    def _excluded(self) -> Iterator[str]:
        """Results of one isolate that exclude each other: no case may state both (`facts.case.contradictions`)."""
        if "meropenem" in self.tested:
            yield ':- in("isolate.carbapenem_resistant", "no"), has("isolate.susceptibilities", "meropenem", "R").'

    # --- what may be chosen ----------------------------------------------------------------------------------

    def values(self, fact_type: FactType) -> list[str]:
        """The values of a field, or of an element of a list (one empty value where it is there or not)."""
        if fact_type.name == "Organism":
            return [*(members[0] for members in self._alike.organisms()), NOT_STATED]
        fields = [f for f in fact_type.fields if not f.payload]
        if fact_type.closed_by:
            return list(fields[1].allowed or ()) if len(fields) == 2 else [""]
        return list(fields[0].allowed or ())

    def names(self, fact_type: FactType) -> list[str]:
        """What a list may name."""
        field = fact_type.fields[0]
        if field.allowed is not None:
            return list(field.allowed)
        match field.name:
            case "regimen":
                return self.tested
            case "family":
                return list(CARBAPENEMASE_FAMILIES)
            case _:
                return self.enzymes.of(fact_type)

    @property
    def tested(self) -> list[str]:
        """The regimens whose result of susceptibility some rule may read."""
        return self._alike.tested_regimens()

    @cached_property
    def size(self) -> int:
        """How many situations there are: an upper bound, since some numbers exclude each other."""
        fields = prod(len(self.values(fact_type)) for fact_type in self.choices)
        lists: int = prod(
            1 + prod((1 + len(self.values(fact_type))) ** len(self.names(fact_type)) for fact_type in elements)
            for elements in ([e for e in self.elements if e.closed_by == each.name] for each in self.lists)
        )
        return fields * lists * self.numbers.size

    # --- and back --------------------------------------------------------------------------------------------

    def situation(self, chosen: Chosen, numbers: Mapping[str, str]) -> Case:
        """The case of a situation: `numbers` as `Numbers.stated` takes them. Raises NoSuchPatientError."""
        return self.case({**chosen, **self.numbers.stated(numbers, chosen)})

    def case(self, stated: Chosen) -> Case:
        """The case that states these: numbers as a case file has them, a MIC by its drug at `MIC`."""
        tree: dict[str, Any] = {}
        keyed = {t.path: t.fields[0].name for t in self.elements if len(t.matched()) == 2}
        for (path, element), value in sorted(stated.items()):
            if value == NOT_STATED and not element:
                continue
            section, _, name = path.partition(".")
            if not name:  # the date of the question stands by itself
                tree[section] = value
                continue
            part = tree.setdefault(section, {})
            if path == MIC:
                part["susceptibilities"][element] = {"result": part["susceptibilities"][element], "mic": value}
            elif not element:
                words = {"answered": {} if keyed.get(path) == "regimen" else [], "yes": True, "no": False}
                part[name] = words.get(value, int(value) if value.isdigit() else value)
            elif keyed.get(path) == "regimen":
                part[name][element] = value
            elif path in keyed:
                part[name].append({keyed[path]: element, **({} if value == NOT_STATED else {"reaction": value})})
            else:
                part[name].append(element)
        return case_from_tree(tree)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
