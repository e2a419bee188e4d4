"""What came of a cohort, as people read it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

MOST = 12
"""Values of a list that are shown."""
_OUTCOMES = 3
"""Outcomes that are named beside a value; the others are added up."""
_Titled = tuple[Text, RenderableType]


def done(found: dict[str, Any]) -> str:
    """What came of a run; lines are as long as the names of files."""
    lines = [f"{count(found['decided'], 'case')} decided: {found['out']}"]
    if found["rejected"]:
        lines.append(f"{count(found['rejected'], 'row')} rejected: {found['rejects']}")
    return "\n".join(lines)


def count(number: int, word: str) -> str:
    """So many of something."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def outcome(advice: dict[str, Any]) -> str:
    """What was advised in cases with one status and first line: the regimens, or why there are none."""
    if advice["status"] != "advice":
        return str(advice["status"]).replace("_", " ")
    return str(advice["first_line"]) if advice["first_line"] != "none" else "no first line"


def value(of_field: str | None) -> str:
    """A value of a field, which may not be stated."""
    return "not stated" if of_field is None else of_field


def share(cases: int, of: int) -> str:
    """A part of a number of cases."""
    return f"{cases / (of or 1):.1%}"


def cohort(found: dict[str, Any]) -> RenderableType:
    """Tables for a terminal, from what `summary` counts."""
    cases = found["cases"]
    tables = [table for each in found["guidelines"] for table in _of_guideline(each, cases)]
    tables += [_pairs(pair, cases) for pair in found["against"]]
    return Group(count(cases, "case"), *(part for titled in tables for part in ("", *titled)))


def _of_guideline(found: dict[str, Any], cases: int) -> Iterable[_Titled]:
    name = found["guideline"]
    yield _counts(f"Status, {name}", found["status"], cases)
    yield _counts(f"First line, {name}", found["first_line"], cases)
    for each in found["situations"]:
        yield _situation(f"Advice by {each['field']}, {name}", each["values"])
    yield _counts(f"Missing most, {name}", found["missing"][:MOST], cases)
    yield _warnings(f"Warned of most, {name}, each as worded for the row that is named", found["warnings"], cases)


def _table(*justified: Any) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for justify in justified:
        table.add_column(justify=justify)
    return table


def _counts(title: str, counts: list[dict[str, Any]], cases: int) -> _Titled:
    table = _table("left", "right", "right")
    for each in counts:
        table.add_row(Text(each["value"]), f"{each['cases']:,}", share(each["cases"], cases))
    return Text(title, "bold"), table


def _situation(title: str, values: list[dict[str, Any]]) -> _Titled:
    table = _table("left", "right", "left")
    for each in values:
        named = [(outcome(advice), advice["cases"]) for advice in each["advice"][:_OUTCOMES]]
        if rest := each["cases"] - sum(cases for _, cases in named):
            named.append(("others", rest))
        shares = "; ".join(f"{words} {share(cases, each['cases'])}" for words, cases in named)
        table.add_row(Text(value(each["value"])), f"{each['cases']:,}", Text(shares))
    return Text(title, "bold"), table


def _warnings(title: str, warnings: list[dict[str, Any]], cases: int) -> _Titled:
    table = _table("right", "right", "left")
    for each in warnings:
        said = each["value"] if each["text"] is None else f"{each['text']} (row {each['row']})"
        table.add_row(f"{each['cases']:,}", share(each["cases"], cases), Text(said))
    return Text(title, "bold"), table


def _pairs(pair: dict[str, Any], cases: int) -> _Titled:
    title = f"First line, {pair['one']} against {pair['other']}: the same in {share(pair['same'], cases)}"
    table = Table(box=None, pad_edge=False)
    for name in (pair["one"], pair["other"]):
        table.add_column(name)
    table.add_column("cases", justify="right")
    for each in pair["pairs"]:
        table.add_row(each["one"], each["other"], f"{each['cases']:,}")
    return Text(title, "bold"), table
