"""Content taken apart so that what many records say alike is stored once, and put together again byte for byte.

The objects in the lists of a content (facts, firings, recommendations …) are its pieces. The rest, with a number for
each piece, is its skeleton: data of JSON in which such a list is `{"#": [numbers]}`.
"""

import json
import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from ..kb.edition import canonical

Id = TypeVar("Id")
_PIECES = "#"
MOST_BYTES = 64 * 1024 * 1024
"""What is unpacked is never larger: a damaged store cannot fill the memory."""


def cut(value: Any, piece: Callable[[bytes], Id]) -> Any:
    """The skeleton of a content; `piece` is given each piece as canonical JSON and says its number."""
    if isinstance(value, dict):
        return {name: cut(inner, piece) for name, inner in value.items()}
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        return {_PIECES: [piece(canonical(each)) for each in value]}
    return value


def numbered(skeleton: Any, number: Callable[[Any], int]) -> Any:
    """The same skeleton with other numbers for its pieces."""
    if isinstance(skeleton, dict):
        if _PIECES in skeleton:
            return {_PIECES: [number(each) for each in skeleton[_PIECES]]}
        return {name: numbered(inner, number) for name, inner in skeleton.items()}
    return skeleton


def pieces(skeleton: Any) -> list[Any]:
    """The numbers of all pieces of a skeleton, in order."""
    if not isinstance(skeleton, dict):
        return []
    if _PIECES in skeleton:
        return list(skeleton[_PIECES])
    return [number for inner in skeleton.values() for number in pieces(inner)]


def joined(skeleton: Any, piece: Callable[[Any], bytes]) -> bytes:
    """The canonical JSON that was cut; `piece` is given a number and says what stands there."""
    if not isinstance(skeleton, dict):
        return canonical(skeleton)
    if _PIECES in skeleton:
        return b"[" + b",".join([piece(number) for number in skeleton[_PIECES]]) + b"]"
    inner = (_named(name) + joined(skeleton[name], piece) for name in sorted(skeleton, key=_order))
    return b"{" + b",".join(inner) + b"}"


@lru_cache(4096)
def _named(name: str) -> bytes:
    return canonical(name) + b":"


def each(skeleton: Any, piece: Callable[[int], Any]) -> list[Any]:
    """The elements of a list that was cut, as `piece` gives them; of one that had no pieces, its own."""
    return [piece(number) for number in skeleton[_PIECES]] if isinstance(skeleton, dict) else list(skeleton)


def squeezed(data: bytes) -> bytes:
    """Compressed."""
    return zlib.compress(data, 6)


def expanded(data: Any) -> bytes:
    """What `squeezed` compressed. ValueError for anything else."""
    if not isinstance(data, bytes):
        raise ValueError("no compressed data")
    try:
        engine = zlib.decompressobj()
        found = engine.decompress(data, MOST_BYTES)
    except zlib.error as error:
        raise ValueError(f"damaged: {error}") from None
    if not engine.eof or engine.unused_data:
        raise ValueError("cut short, or with something behind it")
    return found


def loaded(data: bytes) -> Any:
    """The data of a text of JSON. ValueError for anything else."""
    return json.loads(data)


def _order(name: str) -> bytes:
    return name.encode("utf-16-be")  # as RFC 8785 has it
