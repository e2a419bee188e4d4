"""Records as Parquet: the columns of `columns`, typed."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from .columns import COLUMNS, row
from .record import Record

_TYPES = {int: pa.int64(), str: pa.string(), bool: pa.bool_(), list: pa.list_(pa.string())}
SCHEMA = pa.schema([(name, _TYPES[kind]) for name, kind in COLUMNS.items()])
_GROUP = 10_000
"""Rows that are written at once."""


def write_parquet(records: Iterable[Record], file: BinaryIO, tick: Callable[[int], None]) -> None:
    """Records as a Parquet file, a group of rows at a time."""
    rows = iter(records)
    with pq.ParquetWriter(file, SCHEMA, compression="zstd") as writer:
        while some := [row(record) for record in islice(rows, _GROUP)]:
            writer.write_table(pa.Table.from_pylist(some, SCHEMA))
            tick(len(some))
