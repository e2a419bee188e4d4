"""The derivation as a layered picture: inputs, computed values, then a column for each stratum that is used.

Drawn from proofs as `why` gives them. A picture holds what earlier ones have not drawn: what it takes from them
stands in it as a box without arrows into it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from textwrap import wrap
from typing import Any
from xml.sax.saxutils import escape

from .proof import Node

KINDS = {
    "given": "Given",
    "computed": "Computed",
    "known": "Table",
    "assumed": "ASSUMED",
    "unknown": "Not stated",
    "conclusion": "So",
}
"""Kinds of boxes, each with the word it starts with."""

_INPUTS, _COMPUTED = "Stated or not stated", "Computed"


@dataclass(frozen=True, slots=True)
class Box:
    """A fact in the picture, or inputs that the same facts rest on; of its `excepted` exceptions none holds."""

    id: str
    kind: str
    texts: tuple[str, ...]
    mark: str = ""
    excepted: int = 0
    column: int = 0


_MANY = 16
"""More boxes than this, and rows of tables are left out."""

Edge = tuple[str, str, bool]
"""From, to, and whether it says why an exception of the rule does not hold rather than why its conditions do."""


def pictures(
    wanted: Iterable[tuple[str, Sequence[Node]]],
    short: Callable[[str], str],
    stratum: Callable[[str], int],
    marks: Mapping[str, str],
) -> list[dict[str, Any]]:
    """One picture for each title and its proofs: `{title, columns, boxes, edges}`, plain data.

    `short` words a conclusion or an input nobody stated in a few words, `stratum` says where a conclusion belongs,
    `marks` are the handles of lines.
    """
    asked = [(title, list(nodes)) for title, nodes in wanted]
    expanded = {node["conclusion"]: node for _, nodes in asked for node in _expanded(nodes)}
    found, drawn = [], set[str]()
    for title, nodes in asked:
        picture = _Picture(expanded, drawn, short, marks)
        for node in nodes:
            picture.add(node)
        if nodes:
            found.append({"title": title, **picture.data(stratum)})
        drawn |= picture.concluded
    return found


def _expanded(nodes: Iterable[Node]) -> Iterator[Node]:
    """Every conclusion that is expanded somewhere in proofs."""
    for node in nodes:
        if "conclusion" in node:
            yield node
        for firing in (node, *node.get("also", ())):
            yield from _expanded(firing.get("premises", ()))
            for absent in firing.get("absent", ()):
                yield from _expanded(absent["because"])


def _telling(ground: Node) -> bool:
    """Whether a ground of an absence is drawn: it is taken for granted, or itself concluded."""
    return next(iter(ground)) in ("assumed", "conclusion", "see")


class _Picture:
    def __init__(
        self, expanded: Mapping[str, Node], drawn: set[str], short: Callable[[str], str], marks: Mapping[str, str]
    ) -> None:
        self._expanded, self._drawn, self._short, self._marks = expanded, drawn, short, marks
        self._boxes: dict[str, Box] = {}
        self._edges: dict[Edge, None] = {}

    @property
    def concluded(self) -> set[str]:
        return {box.id for box in self._boxes.values() if box.kind == "conclusion"}

    def add(self, node: Node) -> str:
        """The id of a node's box, drawn with all that it rests on."""
        kind = next(iter(node))
        if kind in ("conclusion", "see"):
            return self._concluded(node[kind])
        name = f"{node[kind]}: {node['text']}" if kind in ("known", "computed") else node[kind]
        if name not in self._boxes:
            self._boxes[name] = Box(name, kind, (self._short(name) if kind == "assumed" else node["text"],))
            self._connect(name, node.get("inputs", ()))
        return name

    def _concluded(self, conclusion: str) -> str:
        if conclusion in self._boxes:
            return conclusion
        mark = self._marks.get(conclusion, "")
        self._boxes[conclusion] = Box(conclusion, "conclusion", (self._short(conclusion),), mark)
        if conclusion not in self._drawn:
            node = self._expanded[conclusion]
            exceptions = {absent["text"]: absent for firing in (node, *node["also"]) for absent in firing["absent"]}
            self._boxes[conclusion] = replace(self._boxes[conclusion], excepted=len(exceptions))
            for firing in (node, *node["also"]):
                self._connect(conclusion, firing["premises"])
            for absent in exceptions.values():
                self._connect(conclusion, (each for each in absent["because"] if _telling(each)), True)
        return conclusion

    def _connect(self, target: str, nodes: Iterable[Node], excepted: bool = False) -> None:
        for node in nodes:
            self._edges.setdefault((self.add(node), target, excepted))

    def _merge(self) -> None:
        """Inputs of one kind that lead to the same boxes stand in one."""
        targets: dict[str, list[tuple[str, bool]]] = {}
        for source, target, excepted in self._edges:
            targets.setdefault(source, []).append((target, excepted))
        groups: dict[Any, list[Box]] = {}
        for name, box in self._boxes.items():
            alone = name if box.kind in ("conclusion", "computed", "known") else tuple(sorted(targets[name]))
            groups.setdefault((box.kind, alone), []).append(box)
        merged = {box.id: ", ".join(each.id for each in group) for group in groups.values() for box in group}
        self._boxes = {
            name: replace(group[0], id=name, texts=tuple(each.texts[0] for each in group))
            for group in groups.values()
            for name in [merged[group[0].id]]
        }
        self._edges = {(merged[source], merged[target], excepted): None for source, target, excepted in self._edges}

    def _without_rows(self) -> int:
        """Leave out the rows of tables where there are too many boxes to read; how many."""
        rows = {name for name, box in self._boxes.items() if box.kind == "known"}
        if len(self._boxes) <= _MANY:
            return 0
        self._boxes = {name: box for name, box in self._boxes.items() if name not in rows}
        self._edges = {edge: None for edge in self._edges if edge[0] not in rows}
        return len(rows)

    def data(self, stratum: Callable[[str], int]) -> dict[str, Any]:
        """Columns, boxes with their columns, edges, and how many rows of tables were left out."""
        left_out = self._without_rows()
        self._merge()
        ranks = {name: self._rank(box, stratum) for name, box in self._boxes.items() if box.kind != "known"}
        groups: list[list[tuple[int, int]]] = []
        for rank in sorted({(0, 0), *ranks.values()}):
            if groups and groups[-1][-1][0] == rank[0] == 2 and not self._joined(groups[-1], rank, ranks):
                groups[-1].append(rank)
            else:
                groups.append([rank])
        column = {rank: index for index, group in enumerate(groups) for rank in group}
        placed = {name: column[rank] for name, rank in ranks.items()}
        for source, target, _ in self._edges:  # a row of a table stands right before what first uses it
            if source not in ranks:
                placed[source] = min(placed.get(source, len(groups)), placed[target] - 1)
        return {
            "columns": [_heading(group) for group in groups],
            "boxes": [{**asdict(box), "column": placed[name]} for name, box in self._boxes.items()],
            "edges": [list(edge) for edge in self._edges],
            "left_out": left_out,
        }

    def _rank(self, box: Box, stratum: Callable[[str], int]) -> tuple[int, int]:
        """Inputs, then computed values by how far they are from inputs, then conclusions by stratum."""
        if box.kind == "conclusion":
            return 2, stratum(box.id)
        if box.kind != "computed":
            return 0, 0
        inputs = [self._boxes[source] for source, target, _ in self._edges if target == box.id]
        return 1, 1 + max((self._rank(each, stratum)[1] for each in inputs), default=0)

    def _joined(
        self, group: list[tuple[int, int]], rank: tuple[int, int], ranks: Mapping[str, tuple[int, int]]
    ) -> bool:
        return any(ranks.get(source) in group and ranks[target] == rank for source, target, _ in self._edges)


def _heading(group: list[tuple[int, int]]) -> str:
    strata = ", ".join(str(stratum) for _, stratum in group)
    return (_INPUTS, _COMPUTED, f"Stratum {strata}" if len(group) == 1 else f"Strata {strata}")[group[0][0]]


# --- drawing ------------------------------------------------------------------------------------------------

_WIDTH = 540.0
"""Of a picture, in points: the text width of an A4 page."""

_FONT, _LEADING, _PAD, _GUTTER, _APART, _HEAD = 6.3, 6.9, 1.8, 11.0, 2.4, 10.0
_CHARACTER = 0.52 * _FONT
"""Mean width of a character of a sans-serif face."""

_SWEEPS = 8


@dataclass
class _Item:
    """Something in a column: a box, or the lane of an edge that passes the column."""

    height: float
    lines: list[str]
    box: Box | None = None
    top: float = 0.0

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


_Key = tuple[str, int]
"""A box or one of its lanes: the id of the box and a column."""


@dataclass(frozen=True)
class Look:
    """How boxes of each kind begin and are drawn (x, y, width, height, whether marked), how wide a picture is, in
    points, and what is said at the end of its description."""

    words: Mapping[str, str]
    shapes: Mapping[str, Callable[[float, float, float, float, bool], str]]
    width: float = _WIDTH
    described: str = "The proofs of the lines say the same in words."


def svg(picture: Mapping[str, Any], name: str, look: Look | None = None) -> str:
    """A picture as an SVG element; `name` makes its ids unique within a page."""
    look = look or Look(KINDS, _SHAPES)
    drawing = _Drawing(picture, look)
    body = [*drawing.headings(), *drawing.edges(name), *drawing.boxes()]
    size = f'viewBox="0 0 {look.width:.0f} {drawing.height:.0f}"'
    counts = f"{len(picture['boxes'])} boxes in {len(picture['columns'])} columns, from left to right:"
    described = f"{counts} {'; '.join(picture['columns'])}. {look.described}"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="{name}-t {name}-d" '
            f'font-family="Arial, Helvetica, Liberation Sans, DejaVu Sans Condensed, sans-serif" font-size="{_FONT}">',
            f'<title id="{name}-t">{escape(picture["title"])}</title>',
            f'<desc id="{name}-d">{escape(described)}</desc>',
            f'<defs><marker id="{name}-a" viewBox="0 0 6 6" refX="5.5" refY="3" markerWidth="4.5" markerHeight="4.5" '
            'orient="auto"><path d="M0 0L6 3L0 6z" fill="#333"/></marker></defs>',
            *body,
            "</svg>",
        ]
    )


class _Drawing:
    def __init__(self, picture: Mapping[str, Any], look: Look) -> None:
        self._look, self._pitch = look, (look.width + _GUTTER) / len(picture["columns"])
        self._node_width = self._pitch - _GUTTER
        self._edges: list[Edge] = [(source, target, excepted) for source, target, excepted in picture["edges"]]
        self._headings = picture["columns"]
        boxes = [Box(**box) for box in picture["boxes"]]
        self._column = {box.id: box.column for box in boxes}
        self._columns: list[dict[_Key, _Item]] = [{} for _ in picture["columns"]]
        for box in boxes:
            lines = self._wrapped(box)
            self._columns[box.column][box.id, box.column] = _Item(_LEADING * len(lines) + 2 * _PAD, lines, box)
        self._links = dict.fromkeys(link for edge in self._edges for link in self._route(edge))
        for _, (name, column) in self._links:
            self._columns[column].setdefault((name, column), _Item(2.0, []))
        self._order()
        self._stack()
        self.height = max(item.top + item.height for column in self._columns for item in column.values()) + 1

    def _route(self, edge: Edge) -> Iterator[tuple[_Key, _Key]]:
        """The steps of an edge; edges from one box share its lanes."""
        source, target, _ = edge
        stops = [(source, column) for column in range(self._column[source], self._column[target])]
        yield from zip(stops, [*stops[1:], (target, self._column[target])], strict=True)

    def _wrapped(self, box: Box) -> list[str]:
        fits = max(8, int((self._node_width - 2 * _PAD) / _CHARACTER))
        words = [f"{box.mark or self._look.words[box.kind]}: {box.texts[0]}", *box.texts[1:]]
        if box.excepted:
            words.append(f"(0 of {box.excepted} exceptions)")
        return [line for text in words for line in wrap(text, fits, break_long_words=False)]

    def _neighbours(self) -> dict[_Key, list[_Key]]:
        found: dict[_Key, list[_Key]] = {}
        for source, target in self._links:
            found.setdefault(source, []).append(target)
            found.setdefault(target, []).append(source)
        return found

    def _order(self) -> None:
        """Fewer crossings: each column in the order of the mean place of its neighbours, to and fro."""
        near = self._neighbours()
        for sweep in range(_SWEEPS):
            indexes = range(len(self._columns)) if sweep % 2 else reversed(range(len(self._columns)))
            for index in indexes:
                place = {key: i / len(column) for column in self._columns for i, key in enumerate(column)}
                side = -1 if sweep % 2 else 1
                mean = {
                    key: _mean([place[n] for n in near.get(key, ()) if n[1] == index + side], place[key])
                    for key in self._columns[index]
                }
                self._columns[index] = dict(sorted(self._columns[index].items(), key=lambda item: mean[item[0]]))

    def _stack(self) -> None:
        """Each column close to its neighbours, without overlap, and within the tallest."""
        tallest = max(sum(item.height + _APART for item in column.values()) for column in self._columns)
        near, items = self._neighbours(), {key: item for column in self._columns for key, item in column.items()}
        for item in items.values():
            item.top = _HEAD + tallest / 2
        for sweep in range(_SWEEPS):
            for column in self._columns if sweep % 2 else reversed(self._columns):
                wished = {
                    key: _mean([items[n].middle for n in near.get(key, ())], item.middle) - item.height / 2
                    for key, item in column.items()
                }
                floor = _HEAD
                for key, item in column.items():
                    item.top = max(floor, wished[key])
                    floor = item.top + item.height + _APART
                ceiling = _HEAD + tallest
                for item in reversed(column.values()):
                    item.top = min(item.top, ceiling - item.height)
                    ceiling = item.top - _APART

    def headings(self) -> Iterator[str]:
        """The name of each column."""
        for index, heading in enumerate(self._headings):
            x = index * self._pitch
            yield f'<text x="{x:.1f}" y="8" font-weight="bold" fill="#333">{escape(heading)}</text>'

    def edges(self, name: str) -> Iterator[str]:
        """Curves from each box through its lanes to what rests on it; dashed where it keeps an exception away."""
        for edge in self._edges:
            path = ""
            for source, target in self._route(edge):
                y, to = self._columns[source[1]][source].middle, self._columns[target[1]][target].middle
                x = source[1] * self._pitch + self._node_width
                start = f"M{x:.1f} {y:.1f}" if not path else f"L{x:.1f} {y:.1f}"
                half = x + _GUTTER / 2
                path += f"{start}C{half:.1f} {y:.1f} {half:.1f} {to:.1f} {x + _GUTTER:.1f} {to:.1f}"
            dashed = ' stroke-dasharray="3 2"' if edge[2] else ""
            yield f'<path d="{path}" fill="none" stroke="#555" stroke-width=".6"{dashed} marker-end="url(#{name}-a)"/>'

    def boxes(self) -> Iterator[str]:
        """Each box with its words; its title is the id by which `why` knows it."""
        for index, column in enumerate(self._columns):
            for item in column.values():
                if item.box is not None:
                    yield self._box(item, item.box, index * self._pitch)

    def _box(self, item: _Item, box: Box, x: float) -> str:
        width, word = self._node_width, f"{box.mark or self._look.words[box.kind]}:"
        texts = []
        for number, line in enumerate(item.lines):
            y = item.top + _PAD + _LEADING * (number + 0.78)
            words = f"<tspan>{escape(line)}</tspan>"
            if number == 0 and line.startswith(word):
                rest = f"<tspan>{escape(line.removeprefix(word))}</tspan>"
                words = f'<tspan font-weight="bold">{escape(word)}</tspan>{rest}'
            texts.append(f'<text x="{x + _PAD + 1:.1f}" y="{y:.1f}">{words}</text>')
        shape = self._look.shapes[box.kind](x, item.top, width, item.height, bool(box.mark))
        return f"<g><title>{escape(box.id)}</title>{shape}{''.join(texts)}</g>"


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _rectangle(x: float, y: float, width: float, height: float, attributes: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" {attributes}/>'


def _given(x: float, y: float, width: float, height: float, _: bool) -> str:
    return _rectangle(x, y, width, height, 'rx="5" fill="#eef6ee" stroke="#2d6a2d" stroke-width=".7"')


def _computed(x: float, y: float, width: float, height: float, _: bool) -> str:
    cut = 3.5
    points = (
        (x + cut, y),
        (x + width - cut, y),
        (x + width, y + cut),
        (x + width, y + height - cut),
        (x + width - cut, y + height),
        (x + cut, y + height),
        (x, y + height - cut),
        (x, y + cut),
    )
    drawn = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
    return f'<polygon points="{drawn}" fill="#eef2fa" stroke="#2b4a86" stroke-width=".7"/>'


def _known(x: float, y: float, width: float, height: float, _: bool) -> str:
    outer = _rectangle(x, y, width, height, 'fill="#fff" stroke="#555" stroke-width=".6"')
    inset = (x + 1.3, y + 1.3, width - 2.6, height - 2.6)
    return outer + _rectangle(*inset, 'fill="none" stroke="#555" stroke-width=".4"')


def _assumed(x: float, y: float, width: float, height: float, _: bool) -> str:
    return _rectangle(x, y, width, height, 'fill="#fdf3e3" stroke="#8a4b00" stroke-width="1.2" stroke-dasharray="4 2"')


def _unknown(x: float, y: float, width: float, height: float, _: bool) -> str:
    return _rectangle(x, y, width, height, 'fill="#fff" stroke="#8a4b00" stroke-width=".8" stroke-dasharray="1 1.5"')


def _conclusion(x: float, y: float, width: float, height: float, marked: bool) -> str:
    return _rectangle(x, y, width, height, f'fill="#fff" stroke="#000" stroke-width="{1.6 if marked else 0.7}"')


_SHAPES = {
    "given": _given,
    "computed": _computed,
    "known": _known,
    "assumed": _assumed,
    "unknown": _unknown,
    "conclusion": _conclusion,
}
