"""A table of few words as a Parquet file: its numbers of words are written as they are.

A column that has a word in each row, or a list of them, is a dictionary and numbers already, and Parquet keeps it so
too, the numbers in as many bits as one likes: in whole bytes, which need no packing and which compression makes as
small. Columns of other kinds are encoded by pyarrow, which also says how the columns are described.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from .coded import narrow
from .row_groups import ABOUT, COLUMNS, GROUPS, MAGIC, PAGES, ROWS, ending, footer, shifted
from .thrift import I32, I64, LIST, STRUCT, Struct, encoded, varint

Array = Any

_MOST = 1 << 16
"""Words that two bytes can tell apart; columns of more are left to pyarrow."""
_OPTIONS: dict[str, Any] = {"compression": "zstd", "compression_level": 1, "use_dictionary": False}
_ZSTD = pa.Codec("zstd", compression_level=1)

# Fields by their numbers in parquet.thrift: ColumnMetaData, RowGroup and PageHeader; and encodings.
_TYPE, _ENCODINGS, _PATH, _CODEC, _VALUES, _PLAIN_SIZE, _SIZE, _DATA, _WORDS = 1, 2, 3, 4, 5, 6, 7, 9, 11
_BYTES, _BEGINS, _PACKED_BYTES = 2, 5, 6
_DATA_PAGE, _DICTIONARY_PAGE = (0, 5), (2, 7)
"""Kinds of pages: the number of each, and of the field that describes it."""
_PLAIN, _RUNS, _OF_WORDS = 0, 3, 8


def parquet(batch: pa.RecordBatch, statistics: Sequence[str] = ()) -> bytes:
    """A Parquet file of one row group, none without rows; the same bytes for the same batch.

    A column of words is a dictionary, or a list of a dictionary, whose words are texts or structures. Numbers of texts
    are declared to have 32 bits, whatever they have; structures are declared as such. `statistics` names columns of
    other kinds whose least and greatest values are noted.
    """
    schema = pa.schema([pa.field(each.name, _declared(each.type)) for each in batch.schema], batch.schema.metadata)
    if not len(batch):
        return _by_pyarrow(schema.empty_table())
    words = {name: found for name in schema.names if (found := _words(batch.column(name))) is not None}
    whole, group, model = _model(schema.serialize().to_pybytes())
    file, others = _others(batch, [name for name in schema.names if name not in words], statistics)
    content, chunks, place = [MAGIC], [], len(MAGIC)
    for chunk in model:
        name, *below = [each.decode() for each in chunk[ABOUT][1][_PATH][1][1]]
        if name in words:
            data, about = words[name].chunk(chunk[ABOUT][1], below[2:])
            begins = len(MAGIC)
        else:
            about = others.pop(0)[ABOUT][1]
            begins = min(about[each][1] for each in PAGES if each in about)
            data = file[begins : begins + about[_SIZE][1]]
        chunks.append({**chunk, ABOUT: (STRUCT, shifted(about, PAGES, place - begins))})
        content.append(data)
        place += len(data)
    sizes = {
        field: (I64, sum(chunk[ABOUT][1][of][1] for chunk in chunks))
        for field, of in ((_BYTES, _PLAIN_SIZE), (_PACKED_BYTES, _SIZE))
    }
    rows: Struct = {ROWS: (I64, len(batch))}
    made = {**group, **sizes, **rows, COLUMNS: (LIST, (STRUCT, chunks)), _BEGINS: (I64, len(MAGIC))}
    return b"".join([*content, ending({**whole, **rows, GROUPS: (LIST, (STRUCT, [made]))})])


def _declared(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_list(kind):
        return pa.list_(_declared(kind.value_type))
    if not pa.types.is_dictionary(kind):
        return kind
    return kind.value_type if pa.types.is_struct(kind.value_type) else pa.dictionary(pa.int32(), kind.value_type)


def _by_pyarrow(table: pa.Table, statistics: Sequence[str] = ()) -> bytes:
    sink = pa.BufferOutputStream()
    # Of most columns nobody asks for statistics, and they take a third of the time.
    pq.write_table(table, sink, write_statistics=list(statistics), **_OPTIONS)
    return bytes(sink.getvalue())


def _read(file: bytes) -> tuple[Struct, Struct, list[Struct]]:
    """What the footer of a file says, what it says of the first row group, and of the columns of that."""
    whole, _ = footer(io.BytesIO(file), "table")
    (group,) = whole[GROUPS][1][1]
    return whole, group, group[COLUMNS][1][1]


@lru_cache(8)
def _model(serialized: bytes) -> tuple[Struct, Struct, list[Struct]]:
    """How a file with the columns and metadata of a schema describes itself: read from one with a row of nothing."""
    schema = pa.ipc.read_schema(pa.BufferReader(serialized))
    return _read(_by_pyarrow(pa.table([pa.nulls(1, each.type) for each in schema], schema)))


def _others(batch: pa.RecordBatch, names: Sequence[str], statistics: Sequence[str]) -> tuple[bytes, list[Struct]]:
    """A file of some columns by pyarrow, and what it says of each of them."""
    if not names:
        return b"", []
    file = _by_pyarrow(pa.Table.from_batches([batch.select(names)]).replace_schema_metadata(), statistics)
    return file, list(_read(file)[2])


@dataclass(frozen=True)
class _Words:
    """A column of words: those that occur, and the number of each that is stated.

    An entry is a word, or that there is none. `begins` says which entries begin a row, as a page has it; `levels` how
    much of each is there, `depth` if it is a word.
    """

    words: pa.Array
    numbers: Array
    begins: bytes
    levels: Array
    depth: int

    def chunk(self, about: Struct, path: Sequence[str]) -> tuple[bytes, Struct]:
        """The pages of a column chunk, and what is said of it: places as if it were the first. The path is that
        of a field of the words, where they are structures."""
        if path:
            return self._field(path[0]).chunk(about, ())
        first = _page(_DICTIONARY_PAGE, _plain(self.words), len(self.words), (_PLAIN,))
        values = bytes([self.numbers.itemsize * 8]) + _packed(self.numbers)
        content = self.begins + self._stated + values
        second = _page(_DATA_PAGE, content, len(self.levels), (_OF_WORDS, _RUNS, _RUNS))
        said: Struct = {
            _ENCODINGS: (LIST, (I32, [_PLAIN, _RUNS, _OF_WORDS])),
            _VALUES: (I64, len(self.levels)),
            _PLAIN_SIZE: (I64, first[1] + second[1]),
            _SIZE: (I64, len(first[0]) + len(second[0])),
            _DATA: (I64, len(MAGIC) + len(first[0])),
            _WORDS: (I64, len(MAGIC)),
        }
        return first[0] + second[0], {**{each: about[each] for each in (_TYPE, _PATH, _CODEC)}, **said}

    @cached_property
    def _stated(self) -> bytes:
        return _sized(_packed(self.levels, self.depth.bit_length()))

    def _field(self, name: str) -> _Words:
        """The same of one field of the words."""
        encoded = self.words.field(name).dictionary_encode()
        words = encoded.dictionary
        numbers = np.take(encoded.indices.fill_null(len(words)).to_numpy(), self.numbers).astype(narrow(len(words) + 1))
        found = _Words(words, numbers, self.begins, self.levels, self.depth)
        if not encoded.null_count:
            found.__dict__["_stated"] = self._stated  # once for all of them
            return found
        there, levels = numbers < len(words), self.levels.copy()
        levels[levels == self.depth] -= ~there
        return _Words(words, np.compress(there, numbers), self.begins, levels, self.depth)


def _page(kind: tuple[int, int], content: bytes, count: int, encodings: Sequence[int]) -> tuple[bytes, int]:
    """A page, and how long it is before it is compressed."""
    number, described = kind
    packed = _ZSTD.compress(content, asbytes=True)
    numbers = enumerate((count, *encodings), start=1)
    head: Struct = {
        1: (I32, number),
        2: (I32, len(content)),
        3: (I32, len(packed)),
        described: (STRUCT, {field: (I32, each) for field, each in numbers}),
    }
    written = encoded(STRUCT, head)
    return written + packed, len(written) + len(content)


def _plain(words: pa.Array) -> bytes:
    if not pa.types.is_string(words.type):
        return bytes(words.to_numpy().tobytes())
    texts = [each.encode() for each in words.to_pylist()]
    return b"".join([len(each).to_bytes(4, "little") + each for each in texts])


def _words(column: pa.Array) -> _Words | None:
    """A column as one of words; None where it is another."""
    if pa.types.is_list(column.type):
        found = None if column.null_count else _dictionary(column.flatten())
        if found is None or column.flatten().null_count:
            return None
        depth = 4 if pa.types.is_struct(found[0].type) else 3
        return _Words(*found, *_of_lists(np.diff(column.offsets.to_numpy()), depth), depth)
    found = _dictionary(column)
    if found is None or pa.types.is_struct(found[0].type):
        return None
    words, numbers = found
    stated = column.is_valid().to_numpy(zero_copy_only=False)
    return _Words(words, np.compress(stated, numbers) if column.null_count else numbers, b"", stated.view(np.uint8), 1)


def _dictionary(column: pa.Array) -> tuple[pa.Array, Array] | None:
    """The words of a dictionary and the number of each row's word (any, where it has none); None for another array."""
    kind = column.type
    if not pa.types.is_dictionary(kind) or len(column.dictionary) > _MOST or column.dictionary.null_count:
        return None
    if not pa.types.is_string(kind.value_type) and not pa.types.is_struct(kind.value_type):
        return None
    indices = column.indices
    plain = pa.Array.from_buffers(indices.type, len(indices), [None, indices.buffers()[1]], offset=indices.offset)
    return column.dictionary, plain.to_numpy().astype(narrow(len(column.dictionary)), copy=False)


def _of_lists(sizes: Array, depth: int) -> tuple[bytes, Array]:
    """What entries begin a row, and how much of each is there, where rows are lists of these sizes: an empty one is
    an entry too, at level 1."""
    entries = np.maximum(sizes, 1)
    starts = np.cumsum(entries) - entries
    count = int(entries.sum())
    further, levels = np.ones(count, np.uint8), np.full(count, depth, np.uint8)
    further[starts] = 0
    levels[starts[sizes == 0]] = 1
    return _sized(_packed(further, 1)), levels


def _sized(levels: bytes) -> bytes:
    return len(levels).to_bytes(4, "little") + levels


def _packed(numbers: Array, bits: int = 0) -> bytes:
    """Numbers in so many bits each, or in as many as they have; eight at a time, as one run."""
    if bits:
        of_each = np.unpackbits(
            np.arange(1 << bits, dtype=np.uint8)[:, np.newaxis], axis=1, count=bits, bitorder="little"
        )
        data = np.packbits(np.take(of_each, numbers, axis=0) if bits > 1 else numbers, bitorder="little").tobytes()
    else:
        bits, data = numbers.itemsize * 8, numbers.tobytes()
    groups = -(-len(numbers) // 8)
    return varint(groups << 1 | 1) + data + bytes(groups * bits - len(data))
