"""A report as a page: HTML and Markdown from templates, and text for a terminal."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal

from markupsafe import Markup, escape
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from .proof import Node
from .report import every_line
from .report_graph import KINDS, svg
from .template import templates
from .text import proofs

Format = Literal["html", "md"]

_LEAVES = {**KINDS, "known": "Table row", "see": "Shown above"}
"""What a node of a proof is, in words; a conclusion needs none."""


def render(report: Any, form: Format) -> str:
    """A report, as `explain.report` gives it, as one page that needs nothing else. KeyError for another format."""
    page: str = _template({"html": "report.html.j2", "md": "report.md.j2"}[form]).render(report=report)
    return page


def text(report: Any) -> RenderableType:
    """A report for a terminal or a plain printer: its lines, then their proofs, each conclusion expanded once."""
    return Group(*_text(report))


@cache
def _template(name: str) -> Any:
    page = templates("explain")
    page.keep_trailing_newline = True
    page.filters.update(kind=_kind, words=_words, drawn=_drawn, md=_markdown, boxes=_boxes)
    return page.get_template(name)


def _kind(node: Any) -> str:
    """The field that says what a node is."""
    return str(next(iter(node)))


def _words(kind: str) -> str:
    return _LEAVES[kind]


def _drawn(picture: Any, name: str) -> Markup:
    return Markup(svg(picture, name))  # every text in it is escaped there


_MARKS = re.compile(r"([\\`*_\[\]|~])")


def _markdown(words: str) -> Markup:
    """Words that mean themselves in Markdown."""
    return Markup(_MARKS.sub(r"\\\1", str(escape(words))))


def _boxes(picture: Any) -> list[tuple[str, list[Any]]]:
    """The columns of a picture with their boxes, for where it cannot be drawn."""
    columns = enumerate(picture["columns"])
    return [(heading, [box for box in picture["boxes"] if box["column"] == number]) for number, heading in columns]


# --- text -----------------------------------------------------------------------------------------------------


def _text(report: Any) -> Iterator[RenderableType]:
    guideline, knowledge = report["guideline"], report["knowledge"]
    yield Text(f"{report['headline']}  {report['label']}", "bold")
    if report["as_of"]:
        yield f"as of: {report['as_of']}"
    yield Text(f"by: {guideline['title']}, {guideline['issuer']}, {guideline['year']}")
    yield Text(f"knowledge: {knowledge['version']}, {knowledge['digest'][:12]}")
    yield Text("A decision aid: it does not replace the judgement of those who treat the patient.")
    yield Text(report["reason"], "bold")
    for regimen in report["regimens"]:
        yield from ("", *_regimen(regimen))
    for section in report["sections"]:
        yield from ("", Text(section["title"].upper(), "bold"))
        if section["intro"]:
            yield Padding(Text(section["intro"]), (0, 0, 0, 5))
        yield _grid((line["handle"], _said(line)) for line in section["lines"])
    yield from ("", Text("SOURCES", "bold"))
    yield _grid(("", _source(each)) for each in report["sources"])
    yield from ("", Text("THE CASE AS UNDERSTOOD", "bold"))
    yield _grid(("", f"{each['label']}: {each['value']}") for each in report["case"])
    yield from ("", Text("THE CHAIN BEHIND EACH LINE", "bold"))
    expanded: set[str] = set()
    for line in every_line(report):
        proof = _once(line["proof"], expanded)
        yield from ("", Text(line["handle"], "bold"), *map(Text, line["cited"]), proofs([proof]))


def _once(node: Node, expanded: set[str]) -> Node:
    """A proof that refers to what earlier ones have expanded: paper cannot fold."""
    if "conclusion" not in node:
        return node
    if node["conclusion"] in expanded:
        return {"see": node["conclusion"], "text": node["text"]}
    expanded.add(node["conclusion"])
    return _below(node, expanded)


def _below(node: Node, expanded: set[str]) -> Node:
    return {
        **node,
        "premises": [_once(each, expanded) for each in node["premises"]],
        "absent": [{**a, "because": [_once(each, expanded) for each in a["because"]]} for a in node["absent"]],
        "also": [_below(each, expanded) for each in node["also"]],
    }


def _regimen(regimen: Any) -> Iterator[RenderableType]:
    yield Text(f"{regimen['handle']:>7} {regimen['line']}  {regimen['name']}", "bold")
    yield _grid(("", grade) for grade in regimen["grades"])
    yield _grid((dose["handle"], _dose(dose)) for dose in regimen["doses"])
    yield _grid(("", f"{drug}: no dose can be grounded") for drug in regimen["undosed"])


def _dose(dose: Any) -> str:
    parts = f" ({dose['components']})" if dose["components"] else ""
    given = f"{dose['amount']}{parts} {dose['route']} {dose['interval']}, over {dose['infusion']}"
    return f"{dose['drug']}, {dose['phase']}: {given}; {dose['source']}"


def _said(line: Any) -> str:
    label = f"{line['label']}: " if line["label"] else ""
    note = f" ({line['note']})" if line["note"] else ""
    others = (each for each in line["members"] if each["text"] != line["text"])
    members = "".join(f"\n{each['handle']}: {each['text']}" for each in others)
    return f"{label}{line['text']}{note}{members}"


def _source(source: Any) -> str:
    named = f"{source['issuer']} {source['year']}: {source['title']}" if source["issuer"] else source["title"]
    return "; ".join(part for part in (named, source["place"], ", ".join(source["cited"]), source["seen"]) if part)


def _grid(lines: Iterator[tuple[str, str]]) -> RenderableType:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right", width=7)
    grid.add_column()
    for name, words in lines:
        grid.add_row(name, Text(words))
    return grid if grid.row_count else Text("", end="")
