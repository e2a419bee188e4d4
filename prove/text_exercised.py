"""What the cases exercise, as text for people."""

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

_ROLES = {"when": "condition", "unless": "exception"}


def figures(found: Mapping[str, Any]) -> list[str]:
    """The figures in a few lines."""
    shares = {
        kind: f"{found[kind]['exercised']} of {found[kind]['of']}" for kind in ("rules", "conditions", "exceptions")
    }
    always = sum(part["always_met"] and not part["pair"] for rule in found["by_rule"] for part in rule["parts"])
    return [
        f"{found['cases']} cases: {shares['rules']} rules fire",
        f"{shares['conditions']} conditions and {shares['exceptions']} exceptions matter in some pair of cases",
        f"{always} of the other conditions are met in every case: they only give values to variables",
    ]


def exercised(found: Mapping[str, Any]) -> RenderableType:
    """The figures, the rules that never fire, and by rule the parts that no pair of cases shows to matter."""
    grid = Table.grid(padding=(0, 2))
    for rule in found["by_rule"]:
        unpaired = [part for part in rule["parts"] if not part["pair"]]
        if not rule["fired"]:
            grid.add_row(Text(rule["id"], "bold"), Text("never fires", "red"))
        elif unpaired:
            grid.add_row(Text(rule["id"], "bold"), Text(f"fires in {rule['fired']} cases", "dim"))
        for part in unpaired:
            note = "; met in every case" if part["always_met"] else ""
            grid.add_row("", Text(f"{_ROLES[part['role']]} {part['number']}: {part['text']}{note}"))
    return Group(grid, "", *figures(found))
