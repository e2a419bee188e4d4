"""Parquet files of the same columns, one after the other, as one file: their data are copied as they are.

A Parquet file is its row groups followed by a footer that says where each begins (parquet.thrift of the Parquet format,
in Thrift's compact encoding). So files are joined by copying what stands before their footers and writing one footer
over all of it, with every place moved by as much as the data were. What a footer says besides is kept.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from .thrift import I16, I64, LIST, STRUCT, Reader, Struct, encoded

MAGIC = b"PAR1"
_BLOCK = 1 << 20

# Fields of the footer by their numbers in parquet.thrift: FileMetaData, RowGroup, ColumnChunk and ColumnMetaData.
_SCHEMA, ROWS, GROUPS, _NOTES = 2, 3, 4, 5
COLUMNS, _BEGINS, _NUMBER = 1, 5, 7
ABOUT, _PLACES = 3, (2, 4, 6)
"""Of a column chunk: what is said of it; where it stands, and its indexes of pages do."""
PAGES = (9, 10, 11, 14)
"""Where the pages of a column chunk begin: data, index, dictionary, Bloom filter."""


def same_columns(paths: Sequence[Path]) -> bool:
    """Whether files have the same columns in the same order and the same metadata, so that they can be joined."""
    footers = (_footer(path)[0] for path in paths)
    return len({encoded(STRUCT, {each: footer[each] for each in (_SCHEMA, _NOTES)}) for footer in footers}) == 1


def join(paths: Sequence[Path], out: BinaryIO) -> None:
    """Write one Parquet file with the row groups of all, in order, and the metadata that they have."""
    footers = [_footer(path) for path in paths]
    whole: Struct = dict(footers[0][0])
    groups: list[Struct] = []
    out.write(MAGIC)
    place = len(MAGIC)
    for path, (footer, end) in zip(paths, footers, strict=True):
        for group in footer[GROUPS][1][1]:
            groups.append(_moved(group, place - len(MAGIC), len(groups)))
        with path.open("rb") as file:
            file.seek(len(MAGIC))
            for size in _blocks(end - len(MAGIC)):
                place += out.write(file.read(size))
    whole[ROWS] = I64, sum(footer[ROWS][1] for footer, _ in footers)
    whole[GROUPS] = LIST, (STRUCT, groups)
    out.write(ending(whole))


def ending(whole: Struct) -> bytes:
    """The end of a file: what its footer says, how long that is, and the word that all Parquet files end with."""
    written = encoded(STRUCT, whole)
    return written + struct.pack("<I", len(written)) + MAGIC


def _blocks(size: int) -> Iterator[int]:
    yield from (min(_BLOCK, size - start) for start in range(0, size, _BLOCK))


def _footer(path: Path) -> tuple[Struct, int]:
    with path.open("rb") as file:
        return footer(file, path.name)


def footer(file: BinaryIO, name: str) -> tuple[Struct, int]:
    """What a footer says, and where it begins. ValueError for a file that is no whole Parquet file."""
    end = file.seek(0, 2) - 8
    if end < len(MAGIC):
        raise ValueError(f"{name} is no Parquet file")
    file.seek(end)
    length, magic = struct.unpack("<I4s", file.read(8))
    if magic != MAGIC or length > end - len(MAGIC):
        raise ValueError(f"{name} is no Parquet file")
    file.seek(end - length)
    return Reader(file.read(length)).value(STRUCT), end - length


def _moved(group: Struct, by: int, number: int) -> Struct:
    """A row group as it stands so many bytes further on, as the one with this number."""
    kind, (of, chunks) = group[COLUMNS]
    columns = [shifted(chunk, _PLACES, by) | {ABOUT: (STRUCT, shifted(chunk[ABOUT][1], PAGES, by))} for chunk in chunks]
    return {**shifted(group, (_BEGINS,), by), COLUMNS: (kind, (of, columns)), _NUMBER: (I16, number)}


def shifted(fields: Struct, places: Sequence[int], by: int) -> Struct:
    """Fields, those that are places moved. Places that are 0 say nothing: those of chunks are no longer filled in."""
    moved = {each: (fields[each][0], fields[each][1] + by) for each in places if each in fields and fields[each][1]}
    return {**fields, **moved}
