"""The files of a cohort: tables of cases in, a part at a time.

Every format comes to the same: a part has the numbers of its rows in the file (from 1), their cells as text by column,
and what is wrong with rows that could not even be split into cells.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..facts.case import read_case
from ..facts.problems import CaseError, Problem
from .cells import FIELDS, LABEL, RESULTS, check_columns

FORMATS = (".parquet", ".csv", ".jsonl")
_TEXT = pa.dictionary(pa.int32(), pa.string())
"""Cells as they are read and written; between the two their numbers may be narrower."""
_MANY = 10_000
_SECTIONS = {path.partition(".")[0] for path in FIELDS if "." in path}
csv.field_size_limit(1 << 20)


@dataclass(frozen=True)
class Part:
    """Some rows of a file. `problems` are those of rows that are not in the batch, by number; `ids` the ids of such
    rows, where one can be read nevertheless."""

    number: int
    rows: Sequence[int]
    batch: pa.RecordBatch
    problems: dict[int, list[Problem]]
    ids: dict[int, str] = field(default_factory=dict)


def parts(path: Path, size: int) -> Iterator[Part]:
    """A file in parts of at most `size` rows. CaseError for what is not a table of cases."""
    readers = {".parquet": _parquet, ".csv": _csv, ".jsonl": _json_lines}
    if path.suffix not in readers:
        raise CaseError([Problem("CASES", path.name, f"a file that ends in {' | '.join(FORMATS)}")])
    some = 0
    for part in readers[path.suffix](path, size):
        yield part
        some += 1
    if not some:
        yield Part(0, [], _batch({LABEL: []}), {})


def count(path: Path) -> int | None:
    """How many rows a file has, if that can be told without reading it. CaseError for one that cannot be read."""
    if path.suffix != ".parquet":
        return None
    with readable(path):
        return int(pq.read_metadata(path).num_rows)


# --- Parquet ------------------------------------------------------------------------------------------------


def _parquet(path: Path, size: int) -> Iterator[Part]:
    with readable(path):
        schema = pq.read_schema(path)
        check_columns(schema.names)
        texts = [field.name for field in schema if pa.types.is_string(field.type) and field.name != LABEL]
        file = pq.ParquetFile(path, read_dictionary=texts)
        start = 1
        # One thread: the others have their parts to make.
        for number, batch in enumerate(file.iter_batches(size, use_threads=False)):
            rows = range(start, start + batch.num_rows)
            start += batch.num_rows
            columns = {name: _narrow(_as_text(batch.column(name), name)) for name in batch.schema.names}
            if LABEL in columns:
                columns[LABEL] = columns[LABEL].cast(pa.string())
            yield Part(number, rows, pa.RecordBatch.from_pydict(columns), {})


def _as_text(column: pa.Array, name: str) -> pa.Array:
    """A column of texts, numbers, truth values, days or lists, as the texts of its cells."""
    kind = column.type
    if name == LABEL and pa.types.is_string(kind):
        return column
    if pa.types.is_dictionary(kind) and pa.types.is_string(kind.value_type):
        words = column.dictionary
        if len(words) <= max(len(column), _MANY) and len(words.unique()) == len(words):
            return column.cast(_TEXT)
        return column.cast(pa.string()).dictionary_encode()  # as small as the part itself
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        joined = pc.binary_join(column.cast(pa.list_(pa.string())), ", ")
        return pc.if_else(pc.equal(pc.list_value_length(column), 0), "none", joined).dictionary_encode()
    try:
        if pa.types.is_timestamp(kind):
            column = column.cast(pa.date32())  # refused where it is more than a day
        return column.cast(pa.string()).dictionary_encode().cast(_TEXT)
    except pa.ArrowException:
        raise CaseError([Problem(f"column {name}", str(kind), "texts, numbers, truth values, days or lists")]) from None


def _narrow(column: pa.Array) -> pa.Array:
    """Numbers of words in as few bytes as they need: a part is handed to another process."""
    if not pa.types.is_dictionary(column.type) or len(column.dictionary) >= 1 << 15:
        return column
    kind = pa.int8() if len(column.dictionary) < 1 << 7 else pa.int16()
    numbers = column.indices
    if _beyond(numbers, len(column.dictionary)):
        raise pa.ArrowInvalid("a word that its column does not have")
    return pa.DictionaryArray.from_arrays(numbers.cast(kind, safe=False), column.dictionary, safe=False)


def _beyond(numbers: pa.Array, bound: int) -> bool:
    """Whether some number of a word is negative or not below the bound. What stands where nothing is stated is not
    looked at; a look at everything is a tenth of the work, and mostly enough."""
    everything = np.frombuffer(numbers.buffers()[1], np.int32)[numbers.offset :][: len(numbers)].view(np.uint32)
    if not len(numbers) or everything.max() < bound:
        return False
    found = pc.min_max(numbers).as_py()
    return found["min"] is not None and (found["min"] < 0 or found["max"] >= bound)


# --- CSV ----------------------------------------------------------------------------------------------------


def _csv(path: Path, size: int) -> Iterator[Part]:
    with readable(path), path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file, strict=True)
        names = [name.strip() for name in next(lines, [])]
        check_columns(names)
        start = 1
        for number, some in enumerate(_some(lines, size)):
            problems = {
                row: [Problem("", f"cells: {len(cells)}", f"a cell for each column: {len(names)}")]
                for row, cells in enumerate(some, start)
                if len(cells) != len(names)
            }
            good = [(row, cells) for row, cells in enumerate(some, start) if row not in problems]
            columns = zip(*(cells for _, cells in good), strict=True) if good else [()] * len(names)
            yield Part(number, [row for row, _ in good], _batch(dict(zip(names, columns, strict=True))), problems)
            start += len(some)


def _batch(columns: Mapping[str, Sequence[str | None]]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict(
        {name: pa.array(column, pa.string()).dictionary_encode().cast(_TEXT) for name, column in columns.items()}
    )


def _some(lines: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while some := list(islice(lines, size)):
        yield some


# --- JSON Lines ---------------------------------------------------------------------------------------------


def _json_lines(path: Path, size: int) -> Iterator[Part]:
    """A line for each case, as a case file in JSON. What has no place in a column is refused by the reader of cases."""
    with readable(path), path.open("rb") as file:
        start = 1
        for number, some in enumerate(_some(iter(file), size)):
            rows, cases, problems = [], [], {}
            ids: dict[int, str] = {}
            for row, line in enumerate(some, start):
                try:
                    cases.append(_flat(line))
                    rows.append(row)
                except CaseError as error:
                    problems[row] = list(error.problems)
                    ids |= {row: label} if (label := _label(line)) else {}
            names = {LABEL, *(name for case in cases for name in case)}
            columns = {name: [case.get(name) for case in cases] for name in sorted(names)}
            yield Part(number, rows, _batch(columns), problems, ids)
            start += len(some)


def _label(line: bytes) -> str:
    """The id in a line that is no case; empty where none can be read."""
    try:
        label = json.loads(line, parse_int=str, parse_float=str)[LABEL]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return label.strip() if isinstance(label, str) else ""


def _flat(line: bytes) -> dict[str, str]:
    """The cells of a case; CaseError if it is none."""
    try:
        tree = json.loads(line, parse_int=str, parse_float=str, object_pairs_hook=_once)
        cells: dict[str, str] = {}
        for name, value in tree.items():
            if name == LABEL and isinstance(value, dict | list):
                raise ValueError("left to the reader of cases")  # `none` is a list elsewhere, never an id
            inner = value.items() if name in _SECTIONS else [("", value)]
            for below, each in inner:
                path = f"{name}.{below}" if below else name
                found = _results(each) if path == RESULTS and each else {path: _cell(each)}
                if found.keys() & cells.keys():  # once in its section and once by its path
                    raise CaseError([Problem(path, "stated twice", "each field once")])
                cells |= found
        if cells:
            check_columns(list(cells))
        return cells
    except (ValueError, AttributeError, TypeError, RecursionError):
        read_case(line)  # says what is wrong, in terms of the case
        raise CaseError([Problem("", "a line", "a case in JSON on one line")]) from None


def _results(results: Mapping[str, Any]) -> dict[str, str]:
    """The cells of the results of susceptibility tests."""
    full = ((regimen, each if isinstance(each, dict) else {"result": each}) for regimen, each in results.items())
    return {
        f"{RESULTS}.{regimen}" + ("" if part == "result" else f".{part}"): _cell(text)
        for regimen, each in full
        for part, text in each.items()
    }


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A mapping in which no key is repeated."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError("left to the reader of cases")
    return dict(pairs)


def _cell(value: Any) -> str:
    if isinstance(value, str) and value.strip():
        return value
    if value is None or isinstance(value, str) or (isinstance(value, dict) and value):
        raise ValueError("left to the reader of cases")
    return json.dumps(value) if value != {} else "none"


# --- what cannot be read ------------------------------------------------------------------------------------


@contextmanager
def readable(path: Path, what: str = "CASES") -> Iterator[None]:
    """CaseError, about what the command line calls `what`, for a file that cannot be read as a table."""
    try:
        yield
    except CaseError:
        raise
    except (OSError, ValueError, pa.ArrowException, csv.Error) as error:
        reason = getattr(error, "strerror", None) or (str(error).splitlines() or [type(error).__name__])[0]
        raise CaseError([Problem(what, str(path), f"a table that can be read ({reason})")]) from None
