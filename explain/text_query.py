"""Questions as text for people: the answers with their proofs, and what can be asked about."""

from collections.abc import Iterable
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from .proof import Node
from .text import grow, headline, proofs

_ORIGINS = {
    "concluded": "CONCLUDED BY RULES",
    "asked": "STATED IN THE CASE",
    "computed": "COMPUTED FROM THE CASE",
    "known": "KNOWN FROM TABLES",
}


def answers(answer: Any) -> RenderableType:
    """The answers to a question, each with its proof; or why there is none."""
    parts: list[RenderableType] = [Text(f"?- {answer['query']}.", "dim"), Text(answer["text"], "bold")]
    for each in answer["answers"]:
        parts.append("")
        if each["bindings"]:
            parts.append(Text("\n".join(f"{name} = {value}" for name, value in each["bindings"].items()), "bold green"))
        parts.append(_indented(each["proof"]))
    if answer["because"]:
        parts += ["", _indented(answer["because"])]
    parts += [Text(f"Note: {note}", "yellow") for note in answer["notes"]]
    return Group(*parts)


def predicate_list(found: Iterable[Any]) -> RenderableType:
    """What can be asked about, by where its facts come from."""
    predicates = list(found)
    parts: list[RenderableType] = []
    for origin, title in _ORIGINS.items():
        grid = Table.grid(padding=(0, 2))
        for each in predicates:
            if each["origin"] == origin:
                grid.add_row(Text(_signature(each), "bold"), Text(each["label"]))
        if grid.row_count:
            parts += [Text(title, "bold cyan"), grid, ""]
    parts.append(
        Text("Fields with = are given by name only; later fields may be left out; _ stands for any value.", "dim")
    )
    return Group(*parts)


def _signature(predicate: Any) -> str:
    fields = [*predicate["fields"], *(f"{name}=…" for name in predicate["named_only"])]
    return f"{predicate['name']}({', '.join(fields)})" if fields else str(predicate["name"])


def _indented(nodes: Iterable[Node]) -> RenderableType:
    return Padding(Group(*map(_node, nodes)), (0, 0, 0, 2))


def _node(node: Node) -> RenderableType:
    """A proof as `why` draws it, an absence with what it rests on, or a comparison."""
    if "because" in node:
        tree = Tree(Text(node["text"], "italic"), guide_style="dim")
        for ground in node["because"]:
            grow(tree.add(headline(ground)), ground)
        return Group(tree, "")
    if set(node) == {"text"}:
        return Group(Text(node["text"]), "")
    return proofs([node])
