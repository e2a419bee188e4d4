"""How the value of each kind of field is read from a tree, and what JSON Schema says of the same.

A `Reader` is the whole knowledge of a kind of field: the parts of a case get both their validation and their schema
from it, so that the two cannot differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from .document import Scalar, Tree, is_null, shown, tree_of
from .domains import Domain
from .problems import CaseError, Problem, near_miss
from .quantity import Measure, Quantity

T = TypeVar("T")
Schema = dict[str, Any]

MAX_ELEMENTS = 64
"""Elements of one list. Ours: more than any case has, few enough to compare each with every known name."""


@dataclass(frozen=True)
class Reader(Generic[T]):
    """Reads one kind of value. ``accepted`` says for people what is accepted, ``schema`` for programs.

    ``of_tree`` gives the value of a tree or raises CaseError with paths that start at that tree.
    """

    of_tree: Callable[[Tree], T]
    accepted: str
    schema: Schema

    def __call__(self, value: object) -> T:
        """The value of a tree, or of plain data of JSON; CaseError if it is not accepted."""
        tree = tree_of(value)
        if is_null(tree):
            raise CaseError([Problem("", str(tree), f"{self.accepted}; leave the field out if it is not known")])
        return self.of_tree(tree)


def refused(tree: Tree, accepted: str, suggestion: str | None = None) -> CaseError:
    """The error that says that ``tree`` as a whole is not accepted."""
    return CaseError([Problem("", shown(tree), accepted, suggestion)])


def text_of(tree: Tree | None) -> str:
    """The text of a single value; empty for anything else."""
    return tree.text if isinstance(tree, Scalar) else ""


def word(domain: Domain) -> Reader[str]:
    """One word of a closed vocabulary."""
    return name_of(domain.name, domain.values, " | ".join(domain.values))


def name_of(
    title: str, names: Iterable[str], accepted: str, hint: Callable[[str], str | None] = lambda _: None
) -> Reader[str]:
    """One of ``names``, exactly so; ``hint`` may say more about a name that is refused."""
    known = dict.fromkeys(names)

    def of_tree(tree: Tree) -> str:
        text = text_of(tree)
        if text in known:
            return text
        if more := hint(text):
            raise refused(tree, f"{accepted}; {more}")
        raise refused(tree, accepted, near_miss(text, known))

    return Reader(of_tree, accepted, {"title": title, "enum": list(known)})


def whole(low: int, high: int, of: str) -> Reader[int]:
    """A whole number from ``low`` (not negative) to ``high``, in decimal digits without quotes."""
    accepted = f"a whole number{of}, {low} to {high}"

    def of_tree(tree: Tree) -> int:
        text = text_of(tree)
        if not re.fullmatch("0|[1-9][0-9]{0,8}", text) or not low <= int(text) <= high:
            raise refused(tree, accepted)
        if tree != Scalar(text):
            raise refused(tree, f"{accepted}, without quotes", text)
        return int(text)

    return Reader(of_tree, accepted, {"type": "integer", "minimum": low, "maximum": high})


def _boolean(tree: Tree) -> bool:
    if tree in (Scalar("true"), Scalar("false")):
        return tree == Scalar("true")
    text = text_of(tree).lower()
    meant = {"yes": "true", "no": "false"}.get(text) or near_miss(text, ("true", "false"))
    raise refused(tree, BOOLEAN.accepted, meant)


BOOLEAN = Reader(_boolean, "true | false", {"type": "boolean"})


def matching(pattern: str, accepted: str) -> Reader[str]:
    """A string of a fixed form (``^…$``); a number without quotes is none, for it is none in JSON either."""

    def of_tree(tree: Tree) -> str:
        if not isinstance(tree, Scalar) or not re.fullmatch(pattern, tree.text):
            raise refused(tree, accepted)
        if not tree.is_string:
            raise refused(tree, f"{accepted}; in quotes, for without them it is not text", f'"{tree.text}"')
        return tree.text

    return Reader(of_tree, accepted, {"type": "string", "pattern": pattern})


def _day(tree: Tree) -> date:
    try:
        return date.fromisoformat(_ISO_DAY.of_tree(tree))
    except ValueError:
        raise refused(tree, DAY.accepted) from None


_ISO_DAY = matching("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "a date of the calendar such as 2026-11-22")
DAY = Reader(_day, _ISO_DAY.accepted, {**_ISO_DAY.schema, "format": "date"})


def quantity(measure: Measure) -> Reader[Quantity]:
    """A number with a unit."""

    def of_tree(tree: Tree) -> Quantity:
        if not isinstance(tree, Scalar):
            raise refused(tree, measure.accepted)
        return measure.read(tree.text)

    schema = {"type": "string", "pattern": measure.pattern, "description": measure.accepted}
    return Reader(of_tree, measure.accepted, schema)


def set_of(
    element: Reader[T],
    key: Callable[[T], str] = str,
    name: Callable[[Tree], str] = text_of,
) -> Reader[tuple[T, ...]]:
    """A list in which order means nothing: sorted by ``key``, each key once, ``[]`` for none.

    ``name`` is what an element is called in the path of a problem, before it is read.
    """
    accepted = f"a list, [] if there are none; of: {element.accepted}"

    def of_tree(tree: Tree) -> tuple[T, ...]:
        if not isinstance(tree, list):
            raise refused(tree, accepted)
        if len(tree) > MAX_ELEMENTS:
            raise CaseError([Problem("", f"{len(tree)} elements", f"at most {MAX_ELEMENTS} elements")])
        found: dict[str, T] = {}
        problems: list[Problem] = []
        for item in tree:
            try:
                value = element(item)
            except CaseError as error:
                problems += [problem.under(f"[{name(item)}]") for problem in error.problems]
                continue
            if key(value) in found:
                problems.append(Problem(f"[{name(item)}]", "given again", "each element once"))
            found[key(value)] = value
        if problems:
            raise CaseError(problems)
        return tuple(found[each] for each in sorted(found))

    schema = {"type": "array", "items": element.schema, "uniqueItems": True, "maxItems": MAX_ELEMENTS}
    return Reader(of_tree, accepted, schema)
