"""What became of mutants, as text for people."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

_BY = ("check", "case", "vignette", "invariant", "equivalent", "accepted", "nothing")
_WORDS = {
    "check": "the check",
    "case": "a rule's case",
    "vignette": "a vignette",
    "equivalent": "equivalent",
    "accepted": "accepted",
    "nothing": "survived",
}


def mutation(found: Mapping[str, Any]) -> RenderableType:
    """A line for each kind of mutant with what caught how many, then the survivors by name."""
    columns = sorted(found["caught"], key=lambda by: (_BY.index(by) if by in _BY else _BY.index("invariant"), by))
    grid = Table(box=None, padding=(0, 2, 0, 0))
    grid.add_column("")
    for by in ("tried", *(_WORDS.get(by, by) for by in columns)):
        grid.add_column(by, justify="right")
    for kind, counts in [*found["by_kind"].items(), ("all", found["caught"])]:
        numbers = [str(counts.get(by, "")) for by in columns]
        grid.add_row(kind, str(sum(counts.values())), *numbers, style="bold" if kind == "all" else "")
    lines = [line for name in found["survivors"] for line in _survivor(name, found["witnesses"][name])]
    accepted = [Text(f"{name}: {reason}", "dim") for name, reason in found["accepted"].items()]
    stale = [Text(f"{name} is accepted, and caught all the same") for name in found["accepted_but_caught"]]
    return Group(*lines, *accepted, *stale, "", grid, "", summary(found))


def summary(found: Mapping[str, Any]) -> str:
    """One sentence."""
    survived = len(found["survivors"])
    some = "" if found["tried"] == found["made"] else f", a sample of {found['made']}"
    same = found["caught"].get("equivalent", 0)
    told = f"; {same} say the same in every situation, by proof" if same else ""
    return f"{found['tried']} mutants{some}: {survived or 'none'} survived that nobody accepted by name{told}"


def _survivor(name: str, witness: Mapping[str, Any]) -> Iterator[Text]:
    """What it changes, and a case file in which it does."""
    yield Text(f"{name}: {witness['changes']}" if witness["changes"] else name, "red")
    if witness["case"] is not None:
        yield Text(f"  {json.dumps(witness['case'], ensure_ascii=False)}", "dim")
