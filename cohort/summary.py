"""What a cohort comes to, counted over a file of outcomes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from .batch import made_by
from .files import readable

SITUATIONS = ("isolate.carbapenemases", "infection.site", "infection.severity", "setting.jurisdiction")
"""Fields by whose values statuses and first lines are counted."""
_COLUMNS = ("status", "first_line", "missing", "warnings")
_MOST = 12
"""Values that are listed, the most frequent ones."""


def summary(file: str) -> dict[str, Any]:
    """Counts by guideline: `{"cases", "guidelines": [{"guideline", "status", "first_line", "missing", "warnings",
    "situations"}], "against": […]}`; each a list of `{"value", "cases"}`, most frequent first.

    CaseError for a file that batch did not make.
    """
    path = Path(file)
    with readable(path, "FILE"):
        names = [name for name, _ in made_by(path)]
        prefixes = {name: f"{name}." if len(names) > 1 else "" for name in names}
        wanted = [f"{prefix}{each}" for prefix in prefixes.values() for each in _COLUMNS]
        fields = [name for name in SITUATIONS if name in pq.read_schema(path).names]
        table = pq.read_table(path, columns=[*wanted, *fields])
    return {
        "cases": table.num_rows,
        "guidelines": [_of(table, name, prefix, fields) for name, prefix in prefixes.items()],
        "against": [
            _against(table, one, other, prefixes) for place, one in enumerate(names) for other in names[place + 1 :]
        ],
    }


def _of(table: pa.Table, name: str, prefix: str, fields: list[str]) -> dict[str, Any]:
    first = _joined(table[f"{prefix}first_line"])
    return {
        "guideline": name,
        "status": _counted(table[f"{prefix}status"]),
        "first_line": _counted(first),
        "missing": _counted(_each(table[f"{prefix}missing"])),
        "warnings": _counted(_each(table[f"{prefix}warnings"])),
        "situations": [
            {"field": field, "counts": _by(table[field], table[f"{prefix}status"], first)} for field in fields
        ],
    }


def _joined(lists: pa.ChunkedArray) -> pa.ChunkedArray:
    """The regimens of a list as one text; `none` where the list is empty."""
    joined = pc.binary_join(lists.cast(pa.list_(pa.string())), " or ")
    return pc.if_else(pc.equal(joined, ""), "none", joined)


def _each(lists: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.list_flatten(lists).cast(pa.string())


def _counted(values: pa.ChunkedArray) -> list[dict[str, Any]]:
    counted = pc.value_counts(values.cast(pa.string()).combine_chunks()).to_pylist()
    found = [{"value": each["values"], "cases": each["counts"]} for each in counted]
    return sorted(found, key=lambda each: (-each["cases"], each["value"] or ""))[:_MOST]


def _by(field: pa.ChunkedArray, status: pa.ChunkedArray, first: pa.ChunkedArray) -> list[dict[str, Any]]:
    """How often each value of a field goes with each status and first line."""
    columns = {"value": field.cast(pa.string()), "status": status.cast(pa.string()), "first_line": first}
    counted = pa.table(columns).group_by(list(columns)).aggregate([([], "count_all")]).to_pylist()
    found = [{**{name: each[name] for name in columns}, "cases": each["count_all"]} for each in counted]
    return sorted(found, key=lambda each: (-each["cases"], *(str(each[name]) for name in columns)))[:_MOST]


def _against(table: pa.Table, one: str, other: str, prefixes: dict[str, str]) -> dict[str, Any]:
    columns = {name: _joined(table[f"{prefixes[name]}first_line"]) for name in (one, other)}
    counted = pa.table(columns).group_by([one, other]).aggregate([([], "count_all")]).to_pylist()
    pairs = [{"one": each[one], "other": each[other], "cases": each["count_all"]} for each in counted]
    same = sum(pair["cases"] for pair in pairs if pair["one"] == pair["other"])
    pairs.sort(key=lambda pair: (-pair["cases"], pair["one"], pair["other"]))
    return {"one": one, "other": other, "same": same, "pairs": pairs[:_MOST]}
