"""Parquet files of the same columns, one after the other, as one file: their data are copied as they are.

A Parquet file is its row groups followed by a footer that says where each begins (parquet.thrift of the Parquet format,
in Thrift's compact encoding). So files are joined by copying what stands before their footers and writing one footer
over all of it, with every place moved by as much as the data were. What a footer says besides is kept.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

_MAGIC = b"PAR1"
_BLOCK = 1 << 20

# Fields of the footer by their numbers in parquet.thrift: FileMetaData, RowGroup, ColumnChunk and ColumnMetaData.
_SCHEMA, _ROWS, _GROUPS, _NOTES = 2, 3, 4, 5
_COLUMNS, _BEGINS, _NUMBER = 1, 5, 7
_ABOUT, _PLACES = 3, (2, 4, 6)
"""Of a column chunk: what is said of it; where it stands, and its indexes of pages do."""
_PAGES = (9, 10, 11, 14)
"""Where the pages of a column chunk begin: data, index, dictionary, Bloom filter."""

# Kinds of values in Thrift's compact encoding. Structures are read as {field: (kind, value)}, lists as (kind, values).
_STOP, _TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _STRUCT = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12
_Struct = dict[int, tuple[int, Any]]


def same_columns(paths: Sequence[Path]) -> bool:
    """Whether files have the same columns in the same order and the same metadata, so that they can be joined."""
    footers = (_footer(path)[0] for path in paths)
    return len({_encoded(_STRUCT, {each: footer[each] for each in (_SCHEMA, _NOTES)}) for footer in footers}) == 1


def join(paths: Sequence[Path], out: BinaryIO) -> None:
    """Write one Parquet file with the row groups of all, in order, and the metadata that they have."""
    footers = [_footer(path) for path in paths]
    whole: _Struct = dict(footers[0][0])
    groups: list[_Struct] = []
    out.write(_MAGIC)
    place = len(_MAGIC)
    for path, (footer, end) in zip(paths, footers, strict=True):
        for group in footer[_GROUPS][1][1]:
            groups.append(_moved(group, place - len(_MAGIC), len(groups)))
        with path.open("rb") as file:
            file.seek(len(_MAGIC))
            for size in _blocks(end - len(_MAGIC)):
                place += out.write(file.read(size))
    whole[_ROWS] = _I64, sum(footer[_ROWS][1] for footer, _ in footers)
    whole[_GROUPS] = _LIST, (_STRUCT, groups)
    written = _encoded(_STRUCT, whole)
    out.write(written + struct.pack("<I", len(written)) + _MAGIC)


def _blocks(size: int) -> Iterator[int]:
    yield from (min(_BLOCK, size - start) for start in range(0, size, _BLOCK))


def _footer(path: Path) -> tuple[_Struct, int]:
    """What a footer says, and where it begins. ValueError for a file that is no whole Parquet file."""
    with path.open("rb") as file:
        end = file.seek(0, 2) - 8
        if end < len(_MAGIC):
            raise ValueError(f"{path.name} is no Parquet file")
        file.seek(end)
        length, magic = struct.unpack("<I4s", file.read(8))
        if magic != _MAGIC or length > end - len(_MAGIC):
            raise ValueError(f"{path.name} is no Parquet file")
        file.seek(end - length)
        return _Reader(file.read(length)).value(_STRUCT), end - length


def _moved(group: _Struct, by: int, number: int) -> _Struct:
    """A row group as it stands so many bytes further on, as the one with this number."""
    kind, (of, chunks) = group[_COLUMNS]
    columns = [
        _shifted(chunk, _PLACES, by) | {_ABOUT: (_STRUCT, _shifted(chunk[_ABOUT][1], _PAGES, by))} for chunk in chunks
    ]
    return {**_shifted(group, (_BEGINS,), by), _COLUMNS: (kind, (of, columns)), _NUMBER: (_I16, number)}


def _shifted(fields: _Struct, places: Sequence[int], by: int) -> _Struct:
    """Places that are 0 say nothing: those of chunks are no longer filled in."""
    moved = {each: (fields[each][0], fields[each][1] + by) for each in places if each in fields and fields[each][1]}
    return {**fields, **moved}


class _Reader:
    """Reads values of Thrift's compact encoding, one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def value(self, kind: int) -> Any:
        if kind in (_TRUE, _FALSE):
            return kind == _TRUE  # of a field: its kind is its value
        if kind == _BYTE:
            return self._taken(1)[0]
        if kind in (_I16, _I32, _I64):
            number = self._number()
            return (number >> 1) ^ -(number & 1)
        if kind == _DOUBLE:
            return self._taken(8)
        if kind == _BINARY:
            return self._taken(self._number())
        if kind == _LIST:
            return self._list()
        if kind == _STRUCT:
            return self._struct()
        raise ValueError(f"a footer with a value of kind {kind}")

    def _struct(self) -> _Struct:
        fields: _Struct = {}
        field = 0
        while head := self._taken(1)[0]:
            kind = head & 15
            field = field + (head >> 4) if head >> 4 else self.value(_I16)
            fields[field] = kind, self.value(kind)
        return fields

    def _list(self) -> tuple[int, list[Any]]:
        head = self._taken(1)[0]
        kind, size = head & 15, head >> 4
        size = self._number() if size == 15 else size
        return kind, [self._taken(1)[0] == _TRUE if kind in (_TRUE, _FALSE) else self.value(kind) for _ in range(size)]

    def _number(self) -> int:
        number, shift = 0, 0
        while (byte := self._taken(1)[0]) & 128:
            number, shift = number | (byte & 127) << shift, shift + 7
        return number | byte << shift

    def _taken(self, size: int) -> bytes:
        start, self._at = self._at, self._at + size
        if self._at > len(self._data):
            raise ValueError("a footer that ends too soon")
        return self._data[start : self._at]


def _encoded(kind: int, value: Any) -> bytes:
    if kind in (_TRUE, _FALSE):
        return b""
    if kind == _BYTE:
        return bytes([value])
    if kind in (_I16, _I32, _I64):
        return _number(value << 1 if value >= 0 else (~value << 1) | 1)
    if kind == _DOUBLE:
        return bytes(value)
    if kind == _BINARY:
        return _number(len(value)) + bytes(value)
    if kind == _LIST:
        of, values = value
        head = bytes([len(values) << 4 | of]) if len(values) < 15 else bytes([15 << 4 | of]) + _number(len(values))
        if of in (_TRUE, _FALSE):
            return head + bytes(_TRUE if each else _FALSE for each in values)
        return head + b"".join(_encoded(of, each) for each in values)
    parts, before = [], 0
    for field, (inner, content) in sorted(value.items()):
        step = field - before
        head = bytes([step << 4 | inner]) if step <= 15 else bytes([inner]) + _encoded(_I16, field)
        parts.append(head + _encoded(inner, content))
        before = field
    return b"".join(parts) + bytes([_STOP])


def _number(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])
