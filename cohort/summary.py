"""What a cohort comes to, counted over a file of outcomes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..kb.decision import decide
from ..kb.guidelines import GUIDELINES
from ..kb.knowledge import edition, knowledge_base
from .batch import made_by
from .files import readable
from .part import ROW
from .rows import cases_of

SITUATIONS = ("isolate.carbapenemases", "infection.site", "infection.severity", "setting.jurisdiction")
"""Fields by whose values the advice is counted."""
_COLUMNS = ("status", "first_line", "missing", "warnings")
_MOST = 12
"""Of what there may be many different ones of, so many are listed: the most frequent."""

Counts = list[dict[str, Any]]


def summary(file: str) -> dict[str, Any]:
    """Counts of the cases in a file of outcomes, each list with the most frequent first:

    - `cases`
    - `guidelines`: for each `guideline`, with the digest of its `knowledge`: `status`, `first_line`, `missing` and
      `warnings`, lists of `{"value", "cases"}`; `advice`, a list of `{"status", "first_line", "cases"}`; and
      `situations`, for each `field` the `values`, a list of `{"value", "cases", "advice"}`
    - `against`: for each two guidelines `{"one", "other", "same", "pairs"}`: in how many cases the first line is the
      same, and which first lines go together, a list of `{"one", "other", "cases"}`

    A value is null where the field is not stated. A warning has a `text` and a `row` too: the sentence of the decision
    on the first row with it, which may name what is particular to that case; null where the knowledge has changed
    since. CaseError for a file that batch did not make.
    """
    path = Path(file)
    with readable(path, "FILE"):
        made = dict(made_by(path))
        prefixes = {name: f"{name}." if len(made) > 1 else "" for name in made}
        wanted = [f"{prefix}{each}" for prefix in prefixes.values() for each in _COLUMNS]
        fields = [name for name in SITUATIONS if name in pq.read_schema(path).names]
        table = pq.read_table(path, columns=[ROW, *wanted, *fields])
        guidelines = [_of(table, name, prefix, fields) for name, prefix in prefixes.items()]
        for each in guidelines:
            each["knowledge"] = made[each["guideline"]]
            _word(each, path)
    names = list(made)
    against = [_against(table, one, other, prefixes) for place, one in enumerate(names) for other in names[place + 1 :]]
    return {"cases": table.num_rows, "guidelines": guidelines, "against": against}


def _of(table: pa.Table, name: str, prefix: str, fields: list[str]) -> dict[str, Any]:
    first = _joined(table[f"{prefix}first_line"])
    status = table[f"{prefix}status"].cast(pa.string())
    outcomes = pa.table({"status": status, "first_line": first})
    by_field = ((field, outcomes.append_column("value", _stated(table[field]))) for field in fields)
    return {
        "guideline": name,
        "status": _counted(status),
        "first_line": _counted(first)[:_MOST],
        "missing": _counted(_each(table[f"{prefix}missing"])),
        "warnings": _first_rows(_counted(_each(table[f"{prefix}warnings"]))[:_MOST], table, f"{prefix}warnings"),
        "advice": _grouped(outcomes)[:_MOST],
        "situations": [{"field": field, "values": _by_value(with_value)} for field, with_value in by_field],
    }


def _joined(lists: pa.ChunkedArray) -> pa.ChunkedArray:
    """The regimens of a list as one text; `none` where the list is empty."""
    joined = pc.binary_join(lists.cast(pa.list_(pa.string())), " or ")
    return pc.if_else(pc.equal(joined, ""), "none", joined)


def _stated(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """The texts of cells; null where a cell says nothing."""
    texts = pc.utf8_trim_whitespace(cells.cast(pa.string()))
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def _each(lists: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.list_flatten(lists).cast(pa.string())


def _counted(values: pa.ChunkedArray) -> Counts:
    counted = pc.value_counts(values.combine_chunks()).to_pylist()
    found = [{"value": each["values"], "cases": each["counts"]} for each in counted]
    return sorted(found, key=lambda each: (-each["cases"], each["value"] or ""))


def _grouped(table: pa.Table) -> Counts:
    """How often each row of a table stands in it."""
    counted = table.group_by(table.column_names).aggregate([([], "count_all")]).to_pylist()
    found = [{**{name: each[name] for name in table.column_names}, "cases": each["count_all"]} for each in counted]
    return sorted(found, key=lambda each: (-each["cases"], *(str(each[name]) for name in table.column_names)))


def _by_value(table: pa.Table) -> Counts:
    """The advice for each value of a field."""
    advice: dict[str | None, Counts] = {}
    for each in _grouped(table):
        advice.setdefault(each.pop("value"), []).append(each)
    values = ((value, sum(each["cases"] for each in counts)) for value, counts in advice.items())
    most = sorted(values, key=lambda each: (-each[1], each[0] or ""))[:_MOST]
    return [{"value": value, "cases": cases, "advice": advice[value][:_MOST]} for value, cases in most]


def _first_rows(warnings: Counts, table: pa.Table, column: str) -> Counts:
    """Warnings with the number of the first row that has each."""
    lists = table[column].cast(pa.list_(pa.string())).combine_chunks()
    each, rows = pc.list_flatten(lists), table[ROW].take(pc.list_parent_indices(lists))
    return [{**warning, "row": rows[pc.index(each, warning["value"]).as_py()].as_py()} for warning in warnings]


def _word(found: dict[str, Any], path: Path) -> None:
    """Give each warning the sentence of the decision on its row."""
    name, warnings = found["guideline"], found["warnings"]
    texts: dict[int, dict[str, str]] = {}
    if name in GUIDELINES and edition(name).digest == found["knowledge"]:
        base = knowledge_base(name)
        for row, case in cases_of(path, {each["row"] for each in warnings}).items():
            decision = decide(base.edition, case, base.derive(case))
            texts[row] = {each["conclusion"]: each["text"] for each in decision["warnings"]}
    for each in warnings:
        each["text"] = texts.get(each["row"], {}).get(each["value"])


def _against(table: pa.Table, one: str, other: str, prefixes: dict[str, str]) -> dict[str, Any]:
    first = {
        name: _joined(table[f"{prefixes[guideline]}first_line"]) for name, guideline in (("one", one), ("other", other))
    }
    pairs = _grouped(pa.table(first))
    same = sum(pair["cases"] for pair in pairs if pair["one"] == pair["other"])
    return {"one": one, "other": other, "same": same, "pairs": pairs[:_MOST]}
