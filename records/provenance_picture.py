"""A document of PROV as a picture: entities, activities and agents in columns, what came first to the left.

Drawn is what the content of records came of; arrows go from what was used to what came of it, against those of PROV.
"""

from collections.abc import Iterator
from typing import Any

from prov.constants import PROV_TYPE
from prov.identifier import QualifiedName
from prov.model import (
    ProvActivity,
    ProvAgent,
    ProvAssociation,
    ProvDerivation,
    ProvDocument,
    ProvElement,
    ProvGeneration,
    ProvInfluence,
    ProvInvalidation,
    ProvMembership,
    ProvRecord,
    ProvUsage,
)

from ..explain.report_graph import Look, svg

_COLUMN = 125.0
"""Points, of a column with the gap after it."""
_LONGEST = 110
"""Characters of a label that are drawn; its name stands in the title."""

_WORDS = {"activity": "Activity", "agent": "Agent", "plan": "Plan", "absence": "Absence", "assumption": "ASSUMED"}
_WORDS |= {"entity": "Entity", "content": "CONTENT", "erased": "ERASED"}

_Edge = tuple[str, str, bool]


def drawn(document: ProvDocument, title: str) -> bytes:
    """A document as an SVG file that needs nothing else."""
    boxes = {str(each.identifier): each for each in document.get_records() if isinstance(each, ProvElement)}
    edges = list(dict.fromkeys(each for record in document.get_records() for each in _edges(record, boxes)))
    kept = _behind(edges, [name for name in boxes if name.endswith(":content")])
    edges = [edge for edge in edges if edge[0] in kept and edge[1] in kept]
    columns = _columns(kept, edges)
    edges = [
        edge for edge in edges if columns[edge[0]] < columns[edge[1]]
    ]  # all, unless something derives itself again
    picture = {
        "title": title,
        "columns": [f"Step {number}" for number in range(1 + max(columns.values()))],
        "boxes": [_box(name, element, columns[name]) for name, element in boxes.items() if name in kept],
        "edges": edges,
    }
    words = "Arrows go to what came of something; dashed where it is the ground of an absence."
    look = Look(_WORDS, _SHAPES, _COLUMN * len(picture["columns"]), words)
    return (svg(picture, "prov", look) + "\n").encode()


def _edges(record: ProvRecord, boxes: dict[str, ProvElement]) -> Iterator[_Edge]:
    """The arrows of a relation. A derivation by an activity is drawn as its usage and its generation alone."""
    one, other, *rest = [*(None if each is None else str(each) for each in record.args), None, None]
    if one is None or other is None or isinstance(record, ProvElement):
        return
    if isinstance(record, ProvUsage | ProvMembership):
        pair = (other, one)
        if isinstance(record, ProvMembership) and "plan" in (_kind(boxes[each]) for each in pair if each in boxes):
            return
    elif isinstance(record, ProvGeneration | ProvInfluence | ProvInvalidation):
        pair = (one, other) if isinstance(record, ProvInvalidation) else (other, one)
    elif isinstance(record, ProvAssociation) and not isinstance(boxes.get(one), ProvActivity):
        return
    elif isinstance(record, ProvAssociation):
        if _is(boxes[one], "Firing"):
            return
        pair = (other, one)
        if rest[0] is not None:
            yield rest[0], one, False
    elif isinstance(record, ProvDerivation) and rest[0] is None:
        pair = (other, one)
    else:
        return
    if pair[0] in boxes and pair[1] in boxes:
        yield *pair, isinstance(record, ProvDerivation) and _is(boxes[one], "Absence")


def _behind(edges: list[_Edge], names: list[str]) -> set[str]:
    """All that leads to some boxes, and these."""
    before: dict[str, list[str]] = {}
    for source, target, _ in edges:
        before.setdefault(target, []).append(source)
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting += before.get(name, [])
    return found


def _columns(names: set[str], edges: list[_Edge]) -> dict[str, int]:
    """The column of each box: right of all that leads to it."""
    after: dict[str, list[str]] = {}
    open_edges = dict.fromkeys(names, 0)
    for source, target, _ in edges:
        after.setdefault(source, []).append(target)
        open_edges[target] += 1
    found = dict.fromkeys(names, 0)
    waiting = [name for name, number in open_edges.items() if not number]
    while waiting:
        name = waiting.pop()
        for target in after.get(name, ()):
            found[target] = max(found[target], found[name] + 1)
            open_edges[target] -= 1
            if not open_edges[target]:
                waiting.append(target)
    return found


def _box(name: str, element: ProvElement, column: int) -> dict[str, Any]:
    words = str(element.label)
    texts = (words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…",)
    return {"id": name, "kind": _kind(element), "texts": texts, "column": column}


def _kind(element: ProvElement) -> str:
    if isinstance(element, ProvActivity):
        return "activity"
    if isinstance(element, ProvAgent):
        return "agent"
    kinds = {"Erased": "erased", "Edition": "plan", "Rule": "plan", "Absence": "absence", "Assumption": "assumption"}
    kinds |= dict.fromkeys(("Decision", "Override", "Erasure"), "content")
    return next((kind for name, kind in kinds.items() if _is(element, name)), "entity")


def _is(element: ProvElement, name: str) -> bool:
    return any(isinstance(each, QualifiedName) and each.localpart == name for each in element.get_attribute(PROV_TYPE))


# --- shapes -------------------------------------------------------------------------------------------------


def _shape(corner: float, fill: str, line: str, dashes: str = "") -> Any:
    def shape(x: float, y: float, width: float, height: float, _: bool) -> str:
        size = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{corner}"'
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        return f'<rect {size} fill="{fill}" stroke="{line}" stroke-width=".7"{dashed}/>'

    return shape


def _house(x: float, y: float, width: float, height: float, _: bool) -> str:
    points = f"{x:.1f},{y + height:.1f} {x:.1f},{y:.1f} {x + width / 2:.1f},{y - 2:.1f} "
    points += f"{x + width:.1f},{y:.1f} {x + width:.1f},{y + height:.1f}"
    return f'<polygon points="{points}" fill="#fdd9a8" stroke="#8a4b00" stroke-width=".7"/>'


_SHAPES = {
    "entity": _shape(6, "#fffde7", "#7a6a00"),
    "content": _shape(6, "#fffbc2", "#000"),
    "plan": _shape(6, "#fffde7", "#7a6a00", "6 1"),
    "absence": _shape(6, "#fff", "#555", "1 1.5"),
    "assumption": _shape(6, "#fdf3e3", "#8a4b00", "4 2"),
    "erased": _shape(6, "#eee", "#8a8a8a", "2 2"),
    "activity": _shape(0, "#e4e9fb", "#2b4a86"),
    "agent": _house,
}
"""As PROV draws them: entities round and yellow, activities blue rectangles, agents houses."""
