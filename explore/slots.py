"""One thing a case can say, and what it could say instead."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from .fields import NATURE, Nature

Tree = dict[str, Any]

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
    """A value that a slot could have instead.

    `same` are other values that make no difference; a number stands for those from `span[0]` to `span[1]`.
    """

    slot: str
    value: str
    edits: tuple[Edit, ...]
    same: tuple[str, ...] = ()
    span: tuple[str, ...] = ()

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
