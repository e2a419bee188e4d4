"""What the cases exercise as a picture: a box for each rule with a mark for each of its parts, under what it concludes.

A self-contained SVG, the same bytes each time.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

_PAIRED, _SEARCHED, _ALWAYS, _UNPAIRED, _FIRED, _SILENT = (
    "#2f7d4f",
    "#8fc7a3",
    "#c9ced4",
    "#d9822b",
    "#eef4f0",
    "#f7d9d4",
)
_LEGEND = (
    (_PAIRED, "shown to matter by two of the cases"),
    (_SEARCHED, "by a case with one field changed"),
    (_ALWAYS, "met in every case: gives values only"),
    (_UNPAIRED, "not shown to matter"),
)
_WIDTH, _MARK, _GAP, _PAD, _LABEL = 1080, 9, 2, 4, 235
_HEIGHT = _MARK + 2 * _PAD


def picture(found: Mapping[str, Any]) -> str:
    """The SVG of an exercise (as `Exercise.as_json` gives it)."""
    rules = sorted(found["by_rule"], key=lambda rule: (rule["concludes"], rule["id"]))
    groups = [(label, list(of)) for label, of in groupby(rules, key=lambda rule: str(rule["concludes"]))]
    groups.sort(key=lambda group: (-len(group[1]), group[0]))
    drawn: list[str] = []
    top, right = 92, False
    for label, of in groups:
        half = _LABEL + _line(of) < _WIDTH // 2
        left = _WIDTH // 2 if half and right else 0
        boxes, height = _boxes(of, left + _LABEL, top)
        drawn.append(f'<text x="{left + _LABEL - 10}" y="{top + 13}" text-anchor="end">{escape(_short(label))}</text>')
        drawn += boxes
        right = half and not right
        if not right:
            top += height + 6
    top += _HEIGHT + 6 if right else 0
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {top + 10}" width="{_WIDTH}" '
            f'height="{top + 10}" font-family="Helvetica, Arial, sans-serif" font-size="12" fill="#222">',
            f'<rect width="{_WIDTH}" height="{top + 10}" fill="#fff"/>',
            *_head(found),
            *drawn,
            "</svg>",
            "",
        ]
    )


def _head(found: Mapping[str, Any]) -> list[str]:
    shares = [
        f"{found[kind]['exercised']} of {found[kind]['of']} {kind}" for kind in ("rules", "conditions", "exceptions")
    ]
    title = f"What {found['cases']} cases exercise: {', '.join(shares)}"
    head = [
        f'<text x="12" y="26" font-size="17" font-weight="bold">{escape(title)}</text>',
        '<text x="12" y="46" fill="#555">A box is a rule, under what it concludes; a square is a condition, '
        "a round mark an exception. A box in red never fires.</text>",
    ]
    left = 12
    for colour, words in _LEGEND:
        head.append(f'<rect x="{left}" y="58" width="{_MARK}" height="{_MARK}" fill="{colour}"/>')
        head.append(f'<text x="{left + 14}" y="67">{escape(words)}</text>')
        left += 34 + round(6.3 * len(words))
    return head


def _width(rule: Mapping[str, Any]) -> int:
    return 2 * _PAD + len(rule["parts"]) * (_MARK + _GAP) - _GAP


def _line(rules: Sequence[Mapping[str, Any]]) -> int:
    """How wide some rules are in one line."""
    return sum(_width(rule) + 4 for rule in rules)


def _boxes(rules: Sequence[Mapping[str, Any]], start: int, top: int) -> tuple[list[str], int]:
    """The boxes of some rules in as many lines as they need, and how high these are."""
    drawn, left, line = [], start, top
    for rule in rules:
        width = _width(rule)
        if left + width > _WIDTH - 12:
            left, line = start, line + _HEIGHT + 4
        drawn += _box(rule, left, line, width, _HEIGHT)
        left += width + 4
    return drawn, line - top + _HEIGHT


def _box(rule: Mapping[str, Any], left: int, top: int, width: int, height: int) -> list[str]:
    fired = f"fires in {rule['fired']} cases" if rule["fired"] else "never fires"
    colours = (_FIRED, "#9bb5a5") if rule["fired"] else (_SILENT, "#b5382a")
    marks = []
    for number, part in enumerate(rule["parts"]):
        x, y = left + _PAD + number * (_MARK + _GAP), top + _PAD
        round_off = _MARK / 2 if part["role"] == "unless" else 0
        marks.append(
            f'<rect x="{x}" y="{y}" width="{_MARK}" height="{_MARK}" rx="{round_off}" fill="{_colour(part)}">'
            f"<title>{escape(_said(part))}</title></rect>"
        )
    return [
        f"<g><title>{escape(rule['id'])}: {fired}</title>",
        f'<rect x="{left}" y="{top}" width="{width}" height="{height}" rx="2" fill="{colours[0]}" '
        f'stroke="{colours[1]}"/>',
        *marks,
        "</g>",
    ]


def _colour(part: Mapping[str, Any]) -> str:
    if part["pair"]:
        return _SEARCHED if part["pair"]["changed"] else _PAIRED
    return _ALWAYS if part["always_met"] else _UNPAIRED


def _said(part: Mapping[str, Any]) -> str:
    pair = part["pair"]
    if not pair:
        return f"{part['text']}: {'met in every case' if part['always_met'] else 'not shown to matter'}"
    other = f"with {pair['changed']}" if pair["changed"] else pair["silent"]
    return f"{part['text']}: {pair['fires']} / {other}"


def _short(label: str) -> str:
    return label if len(label) <= 29 else f"{label[:28]}…"
