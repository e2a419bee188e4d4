"""A case file to a plain tree: YAML 1.2 (and so JSON) without anything that could mean more than it says.

The event stream of the parser is read, never its constructors: a scalar stays the text that was written, and
whether it is a number or a word is for the field that wants one to decide.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

from .problems import CaseError, Problem, join

with warnings.catch_warnings():  # the parser adds filters of its own when it is imported
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.events import (
        AliasEvent,
        MappingEndEvent,
        ScalarEvent,
        SequenceEndEvent,
        SequenceStartEvent,
        StreamEndEvent,
    )

MAX_BYTES = 256 * 1024
MAX_DEPTH = 12
MAX_NODES = 5000

_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NULL = re.compile(r"|~|null|Null|NULL")
_NO_STRING = re.compile(  # what the core schema of YAML 1.2 reads as something else than a string
    r"|~|null|Null|NULL|true|True|TRUE|false|False|FALSE|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_FIELDS = "fields of a case, such as {patient: {age: 64}}; {} for a case about which nothing is known"
_VALUE = "one value on one line, such as 70 kg, [NDM-1] or {result: S}"
_TEXT = "YAML or JSON; a value that starts with one of > | @ % & * ! ` stands in quotes"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value as it was written; ``quoted`` if in quotes or as a block of text, so surely a string."""

    text: str
    quoted: bool = False

    @property
    def is_string(self) -> bool:
        """Whether YAML 1.2 (core schema) and JSON read it as a string."""
        return self.quoted or not _NO_STRING.fullmatch(self.text)

    def __str__(self) -> str:
        return json.dumps(self.text, ensure_ascii=False) if self.quoted else self.text


Tree: TypeAlias = "dict[str, Tree] | list[Tree] | Scalar"


def parse(data: bytes | str) -> Tree:
    """The tree of one document, bytes in UTF-8. CaseError for anything that is not a document of a case:

    tags, anchors, aliases and merge keys, a second document, a directive, a key that is repeated or not a
    string, an empty document, unreadable characters, more than 256 KiB, 12 levels or 5000 values.
    """
    return _Reader(_decode(data), _FIELDS).document()


def parse_value(text: str) -> Tree:
    """The tree of one value on one line, as it could stand in a file: ``70 kg``, ``[NDM-1]``."""
    if text.startswith((">", "|")):  # YAML wants quotes here; on one line it can only be the value itself
        return Scalar(_decode(text))
    return _Reader(_decode(text), _VALUE, flow_only=True).document()


def tree_of(value: object, depth: int = 1) -> Tree:
    """The tree that the JSON form of ``value`` would give; a Scalar stays one. CaseError if it has none."""
    if isinstance(value, Scalar):
        return value
    if depth > MAX_DEPTH:
        raise CaseError([Problem("", f"more than {MAX_DEPTH} levels", f"at most {MAX_DEPTH} levels")])
    if isinstance(value, dict):
        return {str(key): tree_of(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [tree_of(inner, depth + 1) for inner in value]
    if value is None or isinstance(value, bool | int | float | str):
        return Scalar(value, quoted=True) if isinstance(value, str) else Scalar(json.dumps(value))
    raise CaseError([Problem("", type(value).__name__, "a value of JSON")])


def is_null(tree: Tree) -> bool:
    """Whether nothing stands there: an empty value, ``~`` or ``null``."""
    return isinstance(tree, Scalar) and not tree.quoted and bool(_NULL.fullmatch(tree.text))


def shown(tree: Tree) -> str:
    """A tree in an error message: a single value as written, of anything larger only what it is."""
    if isinstance(tree, Scalar):
        return str(tree)
    return ("a mapping" if isinstance(tree, dict) else "a list") if tree else "{}" if tree == {} else "[]"


def _in_short(tree: Tree) -> str:
    """A tree told apart from another: a mapping with its single values."""
    if not isinstance(tree, dict):
        return shown(tree)
    return "{" + ", ".join(f"{key}: {shown(value)}" for key, value in tree.items()) + "}"


def _decode(data: bytes | str) -> str:
    """The text of ``data`` without a byte order mark; CaseError if it is too large or unreadable."""
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(raw) > MAX_BYTES:
        raise CaseError([Problem("", f"{len(raw)} bytes", f"at most {MAX_BYTES} bytes")])
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        raise CaseError([Problem("", f"byte 0x{raw[error.start]:02x}", "text in UTF-8", row=row)]) from None
    if unreadable := _UNREADABLE.search(text):
        row = text.count("\n", 0, unreadable.start()) + 1
        raise CaseError(
            [Problem("", unreadable[0], "text without control characters or halves of characters", row=row)]
        )
    start = len(text) - len(text.lstrip())
    if text[start : start + 1] == "{":  # JSON allows tabs around it, YAML does not
        text = text[:start].replace("\t", " ") + text[start:].rstrip()
    return text


class _Yaml(YAML):
    """Without plug-ins: no case is read otherwise where some are installed, and nothing looks for them each time."""

    def official_plug_ins(self) -> list[str]:
        """None."""
        return []


class _Reader:
    """Reads the events of one document; recursion is bounded because depth is checked before each descent."""

    def __init__(self, text: str, accepted: str, flow_only: bool = False) -> None:
        self._events: Iterator[Any] = _Yaml(typ="safe", pure=True).parse(text)
        self._accepted = accepted
        self._flow_only = flow_only
        self._nodes = 0
        self._problems: list[Problem] = []

    def document(self) -> Tree:
        """The tree of the only document; CaseError with all problems up to where reading had to stop."""
        self._next("")  # the start of the stream
        event = self._next("")
        if isinstance(event, StreamEndEvent):
            self._stop("", "nothing", self._accepted)
        if event.version not in (None, (1, 2)) or event.tags:
            self._note("", "a % directive", "YAML 1.2 without directives", event)
        tree = self._node(self._next(""), "", 1)
        if is_null(tree) and not self._problems:
            self._stop("", "nothing", self._accepted)
        self._next("")  # the end of the document
        if not isinstance(event := self._next(""), StreamEndEvent):
            self._stop("", "a second document", "one case per file", event)
        if self._problems:
            raise CaseError(self._problems)
        return tree

    def _next(self, path: str) -> Any:
        try:
            return next(self._events)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._stop(path, f"unreadable: {error.problem}", _TEXT, row=mark.line + 1 if mark else 0)
        except Exception:  # an escape beyond Unicode, say, makes the parser fail in ways of its own
            self._stop(path, "unreadable", _TEXT)

    def _node(self, event: Any, path: str, depth: int) -> Tree:
        """The node that starts with ``event``, read to its end."""
        self._nodes += 1
        if depth > MAX_DEPTH:
            self._stop(path, f"more than {MAX_DEPTH} levels", f"at most {MAX_DEPTH} levels", event)
        if self._nodes > MAX_NODES:
            self._stop(path, f"more than {MAX_NODES} values", f"at most {MAX_NODES} values", event)
        if isinstance(event, AliasEvent):
            self._note(path, f"the alias *{event.anchor}", "YAML without aliases", event)
            return Scalar("")
        if event.anchor is not None:
            self._note(path, f"the anchor &{event.anchor}", "YAML without anchors", event)
        if event.tag is not None:
            self._note(path, f"the tag {event.tag}", "YAML without tags", event)
        if isinstance(event, ScalarEvent):
            return Scalar(self._text(event, path), quoted=event.style is not None)
        if self._flow_only and not event.flow_style:
            self._note(path, "a block", _VALUE, event)
        return self._list(path, depth) if isinstance(event, SequenceStartEvent) else self._dict(path, depth)

    def _list(self, path: str, depth: int) -> Tree:
        items: list[Tree] = []
        while not isinstance(event := self._next(path), SequenceEndEvent):
            name = event.value if isinstance(event, ScalarEvent) else ""
            items.append(self._node(event, f"{path}[{name}]", depth + 1))
        return items

    def _dict(self, path: str, depth: int) -> Tree:
        entries: dict[str, Tree] = {}
        while not isinstance(event := self._next(path), MappingEndEvent):
            key = self._node(event, path, depth + 1)
            name = key.text if isinstance(key, Scalar) else ""
            if not isinstance(key, Scalar) or not key.is_string:
                self._note(path, f"the key {shown(key)}", "keys that are text", event)
            elif name == "<<" and not key.quoted:
                self._note(path, "a merge key <<", "YAML without merge keys: write the fields out", event)
            value = self._node(self._next(join(path, name)), join(path, name), depth + 1)
            if name in entries:
                both = f"given again: {_in_short(entries[name])} and {_in_short(value)}"
                self._note(join(path, name), both, "each key once", event)
            entries[name] = value
        return entries

    def _text(self, event: ScalarEvent, path: str) -> str:
        """The text of a scalar; the parser leaves surrogate pairs, as JSON escapes ``😀``, in halves."""
        text: str = event.value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
        if unreadable := _UNREADABLE.search(text):
            self._note(
                path,
                f"a text with {unreadable[0]}",
                "text without control characters or halves of characters",
                event,
            )
        return text

    def _note(self, path: str, value: str, accepted: str, event: Any) -> None:
        self._problems.append(Problem(path, value, accepted, row=event.start_mark.line + 1))

    def _stop(self, path: str, value: str, accepted: str, event: Any = None, row: int = 0) -> NoReturn:
        row = event.start_mark.line + 1 if event is not None else row
        raise CaseError([*self._problems, Problem(path, value, accepted, row=row)])
