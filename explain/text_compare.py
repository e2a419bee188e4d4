"""Guidelines as text for people: the list, and one case under all of them side by side."""

from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from .grades import graded
from .text import STATUS

_VERDICTS = {
    "first": ("FIRST", "bold green"),
    "alternative": ("alternative", "green"),
    "excluded": ("taken out", "red"),
    "not_recommended": ("advised against", "red"),
    "not_ranked": ("not ranked", "dim"),
}


def guideline_list(found: list[dict[str, Any]]) -> RenderableType:
    """Each guideline with what it covers and how well it is sourced."""
    parts: list[RenderableType] = []
    for each in found:
        parts.append(Text(each["id"], "bold"))
        grid = Table.grid(padding=(0, 2))
        grid.add_column(width=10, style="cyan")
        grid.add_row("title", Text(each["title"]))
        grid.add_row("issuer", Text(f"{each['issuer']}, {each['year']}"))
        grid.add_row("holds", Text(f"{each['issued']} to {each['review_by']} ({each['review_basis']})"))
        grid.add_row("covers", Text(each["scope"]))
        grid.add_row("sourced", Text(each["sourced"]))
        counts = (
            f"{each['statements']} statements, {each['graded']} with a grade or term of an issuer; "
            f"{each['modelled']} lines of the coverage table have rules ({each['rules']} rules of its own)"
        )
        grid.add_row("modelled", Text(counts))
        for row in each["not_modelled"]:
            grid.add_row("without", Text(f"{row['statement']}: {row['says']} ({row['why']})"))
        parts += [Padding(grid, (0, 0, 0, 2)), ""]
    parts.append(
        Text(
            "Follow one of them: whyrx consult CASE --guideline ID. All of them side by side: whyrx compare CASE", "dim"
        )
    )
    return Group(*parts)


def comparison(found: Any) -> RenderableType:
    """One case under every guideline."""
    names = [each["guideline"]["id"] for each in found["guidelines"]]
    parts: list[RenderableType] = [Text(found["text"], "bold"), ""]
    table = Table(show_lines=True, expand=False)
    table.add_column("", style="bold", ratio=2, overflow="fold")
    for name in names:
        table.add_column(name, ratio=4, overflow="fold")
    table.add_row("answer", *(_answer(each) for each in found["guidelines"]))
    for regimen in found["regimens"]:
        if any(each["verdict"] in ("first", "alternative", "excluded") for each in regimen["by"]):
            table.add_row(regimen["regimen"].replace("+", " + "), *(_cell(each) for each in regimen["by"]))
    parts.append(table)
    against = [each for each in found["regimens"] if not any(of["verdict"] in _RANKED for of in each["by"])]
    if against:
        parts += ["", Text("ADVISED AGAINST", "bold red")]
        grid = Table.grid(padding=(0, 1))
        for each in against:
            by = ", ".join(of["guideline"] for of in each["by"] if of["verdict"] == "not_recommended")
            grid.add_row(Text(each["regimen"], "bold"), Text(f"by {by}"))
        parts.append(Padding(grid, (0, 0, 0, 2)))
    differing = [each for each in found["regimens"] if each["differs"] and each not in against]
    if differing:
        parts += ["", Text("WHICH STATEMENTS MAKE THEM DIFFER", "bold yellow")]
        for each in differing:
            parts.append(Text(each["regimen"].replace("+", " + "), "bold"))
            grid = Table.grid(padding=(0, 1))
            for of in each["by"]:
                grid.add_row(Text(f"  {of['guideline']}", "cyan"), Text(_why(of)))
            parts.append(grid)
    parts += [
        "",
        Text(
            "The reasons in full: whyrx why CASE --guideline ID; why one is missing: whyrx why-not CASE REGIMEN "
            "--guideline ID",
            "dim",
        ),
    ]
    return Group(*parts)


_RANKED = ("first", "alternative", "excluded")


def _answer(each: Any) -> Text:
    words, style = STATUS[each["status"]]
    said = Text(words, style)
    if each["status"] != "advice":
        said.append(f"\n{each['status_reason']}", "not bold")
    guideline = each["guideline"]
    said.append(
        f"\n{guideline['issuer']} {guideline['year']}; holds {guideline['issued']} to {guideline['review_by']}", "dim"
    )
    for warning in each["validity"]:
        said.append(f"\n{warning}", "bold red")
    return said


def _cell(each: Any) -> Text:
    words, style = _VERDICTS[each["verdict"]]
    said = Text(words, style)
    for grade in each["grades"]:
        said.append(f"\n{graded(grade)}", "not bold")
    if each["verdict"] in ("first", "alternative") and not each["grades"]:
        said.append("\nnot graded", "not bold")
    for dose in each["doses"]:
        said.append(f"\n{dose}", "not bold")
    if each["verdict"] == "excluded":
        said.append(f"\n{each['reason']}", "not bold")
    return said


def _why(each: Any) -> str:
    words, _ = _VERDICTS[each["verdict"]]
    if each["verdict"] in ("not_ranked", "excluded"):
        statements = "".join(f" [{s['id']}] {s['says']}" for s in each["statements"])
        return f"{words}: {each['reason']}{statements}"
    return f"{words}: " + " ".join(f"[{s['id']}] {s['says']}" for s in each["statements"])
