"""Parts of a case: named fields, each read by its reader, and the JSON Schema that says the same of the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from .document import is_null, shown, tree_of
from .fields import Reader, Schema
from .problems import CaseError, Problem, near_miss

P = TypeVar("P", bound="Part")


@dataclass(frozen=True, init=False)
class Part:
    """What was stated of one thing. Immutable.

    A field is declared with `stated`, `required` or `section`. Whoever makes a part, from trees or from plain data
    of JSON, every value is read by the reader of its field: there is no part with a value that was not checked.
    """

    def __init__(self, /, **values: object) -> None:
        """CaseError with all problems of all fields, their paths starting at this part."""
        known, problems = readers(type(self)), []
        for name in [name for name in values if name not in known]:
            accepted = " | ".join(known)
            problems.append(Problem(name, shown(tree_of(values[name])), accepted, near_miss(name, known)))
        for name, reader in known.items():
            try:
                self.__dict__[name] = _value(type(self), name, reader, values)
            except CaseError as error:
                problems += [problem.under(name) for problem in error.problems]
        if problems:
            raise CaseError(problems)


_Reads = Reader[Any] | type[Part]


def stated(reader: Reader[Any], says: str, *, title: str = "", examples: tuple[object, ...] = ()) -> Any:
    """A field that may be left out, and is None then; `says` what it is, `examples` in plain data."""
    return field(default=None, metadata=_metadata(reader, says, title, examples))


def required(reader: Reader[Any], says: str) -> Any:
    """A field without which there is no part."""
    return field(metadata=_metadata(reader, says, "", ()))


def section(part: type[P]) -> P:
    """A part within the part: always there, with nothing stated if it is left out."""
    found: P = field(default=part(), metadata={"reader": part})
    return found


def _metadata(reader: Reader[Any], says: str, title: str, examples: tuple[object, ...]) -> Mapping[str, Any]:
    words = {"description": says, "examples": list(examples), "title": title}
    return {"reader": reader, "words": {name: value for name, value in words.items() if value}}


def readers(part: type[Part]) -> Mapping[str, _Reads]:
    """What reads each field, in order: a reader, or for a section the part that it is."""
    return {each.name: each.metadata["reader"] for each in fields(part)}


def part_of(part: type[P], value: object) -> P:
    """The part of a tree, or of plain data of JSON; CaseError with all problems at once."""
    tree = tree_of(value)
    if not isinstance(tree, dict):
        unknown = "; leave it out if nothing is known" if is_null(tree) else ""
        raise CaseError([Problem("", shown(tree), f"a mapping with {' | '.join(readers(part))}{unknown}")])
    return part(**tree)


def _value(part: type[Part], name: str, reader: _Reads, values: Mapping[str, object]) -> object:
    if name in values:
        return reader(values[name]) if isinstance(reader, Reader) else part_of(reader, values[name])
    if hasattr(part, name):  # a default
        return getattr(part, name)
    assert isinstance(reader, Reader)
    raise CaseError([Problem("", "nothing", f"required: {reader.accepted}")])


def part_schema(part: type[Part]) -> Schema:
    """The JSON Schema of a part; its sections stand under `$defs`.

    A field that is left out is unknown: no default value stands for it, and null is not one.
    """
    sections = {name: reader for name, reader in readers(part).items() if not isinstance(reader, Reader)}
    properties = {
        each.name: {"$ref": f"#/$defs/{sections[each.name].__name__}"}
        if each.name in sections
        else dict(sorted({**each.metadata["reader"].schema, **each.metadata["words"]}.items()))
        for each in fields(part)
    }
    lacking = [name for name in properties if not hasattr(part, name)]
    definitions = {found.__name__: part_schema(found) for found in sections.values()}
    return {
        **({"$defs": dict(sorted(definitions.items()))} if definitions else {}),
        "additionalProperties": False,
        "description": part.__doc__,
        "properties": properties,
        **({"required": lacking} if lacking else {}),
        "title": part.__name__,
        "type": "object",
    }
