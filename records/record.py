"""What a record is: its place in the chain, its content, and what it can be found by."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from ..facts.document import Scalar, Tree
from ..kb.edition import canonical
from .packing import each

SCHEMA = "whyrx-record/1"
FIRST = "0" * 64
"""What stands for the hash of the record before in the first one."""

Kind = Literal["decision", "override", "erasure"]
KINDS: tuple[Kind, ...] = ("decision", "override", "erasure")
Term = tuple[str, str]
"""What a record can be found by: a kind, such as `rule`, and a name."""


@dataclass(frozen=True)
class Record:
    """One record. `about` is the number of the record that an override or an erasure is about.

    `content` is None where it was erased; `content_hash`, SHA-256 over its canonical JSON, stays. `hash` covers all the
    others, the hash of the record before among them.
    """

    seq: int
    time: str
    kind: str
    about: int | None
    previous: str
    content_hash: str
    hash: str
    content: Mapping[str, Any] | None

    def as_json(self) -> dict[str, Any]:
        """Ready for JSON: `schema`, the fields above, and `content`, null where it was erased."""
        return {**envelope(self), "content": self.content, "hash": self.hash, "schema": SCHEMA}


def envelope(record: Any) -> dict[str, Any]:
    """What the hash of a record is taken over, of a record or of a row of the store."""
    names = ("seq", "time", "kind", "about", "previous", "content_hash")
    return {name: getattr(record, name) for name in names}


def hash_of(sealed: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of an envelope, in hexadecimal."""
    return digest(canonical(dict(sealed)))


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def stamp(now: datetime) -> str:
    """A moment as records have it: UTC with microseconds, so that the order of texts is that of time."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


# --- a case as it was given ---------------------------------------------------------------------------------


def given(tree: Tree) -> Any:
    """A case file's tree as data of JSON: every value the text that stands in the file, in quotes where it had some."""
    if isinstance(tree, dict):
        return {name: given(inner) for name, inner in tree.items()}
    if isinstance(tree, list):
        return [given(inner) for inner in tree]
    return str(tree)


def tree_of(data: Any) -> Tree:
    """The tree that `given` wrote."""
    if isinstance(data, dict):
        return {name: tree_of(inner) for name, inner in data.items()}
    if isinstance(data, list):
        return [tree_of(inner) for inner in data]
    return Scalar(json.loads(data), quoted=True) if data.startswith('"') else Scalar(data)


# --- what records are found by ------------------------------------------------------------------------------


def terms(kind: str, content: Any, piece: Callable[[int], Any] = lambda number: number) -> frozenset[Term]:
    """What a record of a kind can be found by, of its content or of its skeleton with what `piece` knows of pieces."""
    found: set[Term] = {("kind", kind)}
    if kind == "decision":
        decision = content["decision"]
        found |= {("status", decision["status"]), ("guideline", decision["guideline"]["id"])}
        found |= {("knowledge", decision["knowledge"]["digest"])}
        found |= {(part["line"], part["regimen"]) for part in each(decision["recommendations"], piece)}
        found |= {("assumed", part["fact"]) for part in each(decision["assumptions"], piece)}
        found |= {("rule", part["rule"]) for part in each(decision["trace"]["firings"], piece)}
    else:
        found |= {("reason", content["reason"])}
        if content.get("instead"):
            found |= {("instead", content["instead"])}
    return frozenset(found)


TOLD = ("fact", "line", "regimen", "rule")
"""The fields of pieces that `terms` looks at."""
