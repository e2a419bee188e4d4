"""The options as text for people: one line of columns for each regimen, and the reason under it."""

from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

_COLUMNS = {"REGIMEN": 33, "VERDICT": 15, "ACTIVITY": 18, "TESTED": 10, "ALLERGY": 10, "SUPPLY": 9}
"""Widths that fill 100 columns with the spaces between; the longest regimen ranked fits its own."""

_VERDICT = {
    "first": ("FIRST LINE", "bold green"),
    "alternative": ("ALTERNATIVE", "green"),
    "not_first_line": ("not first line", "yellow"),
    "not_recommended": ("not recommended", "red"),
    "excluded": ("excluded", "red"),
    "contraindicated": ("contraindicated", "bold red"),
    "never": ("NEVER", "bold red"),
    "not_ranked": ("not ranked", "dim"),
}
_SHORT = {
    "unavailable": "none",
    "available": "yes",
    "none_known": "none",
    "no_bar": "no bar",
    "not_judged": "not judged",
    "not_stated": "?",
    "not_tested": "not tested",
}


def matrix(answer: Any) -> RenderableType:
    """The whole formulary, recommended regimens first."""
    rows: list[RenderableType] = [_line([Text(name, "bold") for name in _COLUMNS])]
    for row in answer["rows"]:
        rows += [_line([Text(row["regimen"].replace("+", " + "), "bold"), *_cells(row)]), _reason(row), ""]
    legend = (
        "Activity: against the enzymes to treat; - where no table says. Tested: the reported result. Allergy: not "
        "judged where no table speaks of the drug. ? is not stated: advice takes it for granted, nobody knows it."
    )
    return Group(*rows, Text(legend, "dim"))


def _line(cells: list[Text]) -> Table:
    grid = Table.grid(padding=(0, 1))
    for width in _COLUMNS.values():
        grid.add_column(width=width)
    grid.add_row(*cells)
    return grid


def _cells(row: Any) -> Iterator[Text]:
    yield Text(*_VERDICT[row["verdict"]])
    yield Text("\n".join(f"{each['degree']}: {each['enzyme']}" for each in row["activity"]) or "-")
    for value in (row["susceptibility"]["result"], row["allergy"], row["availability"]):
        yield Text(_SHORT.get(value, value))


def _reason(row: Any) -> RenderableType:
    more = f" (and {row['more']} more)" if row["more"] else ""
    rule = f" [rule {row['rule']}]" if row["rule"] else ""
    return Padding(Text.assemble(row["reason"], (f"{more}{rule}", "dim")), (0, 0, 0, 2))
