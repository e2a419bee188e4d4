"""What came of a cohort, as people read it."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

_TITLES = {
    "status": "Status",
    "first_line": "First line",
    "missing": "Missing most",
    "warnings": "Warned of most",
}


def done(found: dict[str, Any]) -> str:
    """What came of a run; lines are as long as the names of files."""
    lines = [f"{_count(found['decided'], 'case')} decided: {found['out']}"]
    if found["rejected"]:
        lines.append(f"{_count(found['rejected'], 'row')} rejected: {found['rejects']}")
    return "\n".join(lines)


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def cohort(found: dict[str, Any]) -> RenderableType:
    """Tables for a terminal, from what `summary` counts."""
    cases = found["cases"]
    tables = [
        _table(f"{title}, {each['guideline']}", each[name], cases)
        for each in found["guidelines"]
        for name, title in _TITLES.items()
    ]
    tables += [_pairs(pair, cases) for pair in found["against"]]
    return Group(_count(cases, "case"), *(part for titled in tables for part in ("", *titled)))


def _table(title: str, counts: list[dict[str, Any]], cases: int) -> tuple[Text, Table]:
    table = Table(box=None, pad_edge=False, show_header=False)
    for justify in ("left", "right", "right"):
        table.add_column(justify=justify)
    for each in counts:
        table.add_row(Text(str(each["value"])), f"{each['cases']:,}", f"{each['cases'] / (cases or 1):.1%}")
    return Text(title, "bold"), table


def _pairs(pair: dict[str, Any], cases: int) -> tuple[Text, Table]:
    title = f"First line, {pair['one']} against {pair['other']}: the same in {pair['same'] / (cases or 1):.1%}"
    table = Table(box=None, pad_edge=False)
    for name in (pair["one"], pair["other"]):
        table.add_column(name)
    table.add_column("cases", justify="right")
    for each in pair["pairs"]:
        table.add_row(each["one"], each["other"], f"{each['cases']:,}")
    return Text(title, "bold"), table
