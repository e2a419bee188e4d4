"""Rules as text for people: the list, and the page of one."""

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text


def rule_list(rules: list[dict[str, str]]) -> RenderableType:
    """One line a rule."""
    grid = Table.grid(padding=(0, 2))
    for rule in rules:
        grid.add_row(Text(rule["id"], "bold"), rule["says"])
    return Group(grid, "", Text(f"{len(rules)} rules. One of them in full: whyrx rules show ID", "dim"))


def rule_page(page: Any) -> RenderableType:
    """One rule, for its reviewer."""
    parts: list[RenderableType] = [Text(page["id"], "bold"), page["says"], ""]
    parts += [_row("source", page["source"])]
    for statement in page["statements"]:
        parts += [_row("statement", statement)]
    parts += [_list("when all of", page["when"]), _list("unless any of", page["unless"])]
    parts += [_list("then", [page["then"]]), _row("says", page["because"])]
    if page["assumes"]:
        parts += [_row("assumes", f"something for {page['assumes']}, because nobody stated it")]
    parts += [
        _row("stratum", str(page["stratum"])),
        _row("read by", ", ".join(page["used_by"]) or "the decision itself"),
    ]
    parts += ["", Text("Cases, told by what differs from a severe NDM-1 K. pneumoniae bloodstream infection:", "dim")]
    grid = Table.grid(padding=(0, 2))
    for case in page["cases"]:
        verdict = Text("fires", "green") if case["fires"] else Text("does not", "red")
        changed = "; ".join(_change(path, value) for path, value in case["case"].items())
        grid.add_row("", verdict, case["name"], Text(changed or "nothing differs", "dim"))
    return Group(*parts, grid)


def coverage(statements: list[dict[str, Any]]) -> RenderableType:
    """What became of each statement of the guideline."""
    grid = Table.grid(padding=(0, 2))
    for row in statements:
        grid.add_row(Text(row["statement"], "bold"), Text(row["says"]))
        for rule in row["rules"]:
            grid.add_row("", Text(rule, "dim"))
        if row["note"]:
            grid.add_row("", Text(row["note"], "italic"))
    return grid


def _change(path: str, value: Any) -> str:
    return f"{path} not stated" if value is None else f"{path} = {value}"


def _row(name: str, text: str) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=13, style="cyan")
    grid.add_row(name, Text(text))
    return grid


def _list(name: str, texts: list[str]) -> RenderableType:
    return _row(name, "\n".join(f"• {text}" for text in texts)) if texts else Text("", end="")
