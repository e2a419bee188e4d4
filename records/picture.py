"""What a store comes to as a picture: bars of counts, months as columns; the same counts, the same bytes."""

from typing import Any

from ..explain.template import templates

_WIDTH, _LABELS, _MARGIN = 900, 330, 16
_ROW, _BAR, _HEAD, _APART = 18, 12, 24, 18
_MOST, _MONTHS, _HIGH = 15, 36, 90
"""Rows of a panel, months that are drawn (the last ones), the height of the tallest column."""
_COLOURS = {"advice": "#0072b2", "insufficient": "#e69f00", "out_of_scope": "#8a8a8a", "refer": "#d55e00"}
_PLAIN, _UNDONE = "#4d6f8f", "#d55e00"


def picture(found: dict[str, Any]) -> str:
    """What `stats` counts, as SVG that needs nothing else."""
    return templates("records").get_template("stats.svg.j2").render(_Layout(found).page())


class _Layout:
    """Panels below each other; `y` is where the next one begins."""

    def __init__(self, found: dict[str, Any]) -> None:
        self._found = found
        self._texts: list[dict[str, Any]] = []
        self._boxes: list[dict[str, Any]] = []
        self._y = float(_MARGIN)

    def page(self) -> dict[str, Any]:
        """All that the template draws."""
        found = self._found
        decisions = found["overridden"]["of"]
        self._heading(
            f"{found['records']:,} records, {decisions:,} decisions, {found['overridden']['decisions']:,} overridden"
        )
        self._months(found["months"]["status"])
        self._bars("First line", found["first"], decisions)
        self._bars("Rules that fired most", found["rule"], decisions)
        self._bars("Taken for granted most often", found["assumed"], decisions)
        self._bars("Reasons of overrides and erasures", found["reason"], sum(each["count"] for each in found["reason"]))
        self._undone("First lines by the share that was overridden", found["overridden"]["first"])
        return {"width": _WIDTH, "height": round(self._y), "texts": self._texts, "boxes": self._boxes}

    def _months(self, months: list[dict[str, Any]]) -> None:
        """A column for each month, of the decisions by status."""
        last = months[-_MONTHS:]
        if not last:
            return
        self._heading("Decisions by month and status")
        x = float(_MARGIN)
        for status, colour in _COLOURS.items():
            self._box(x, 2, 10, 10, colour, status)
            self._write(x + 15, 11, status.replace("_", " "))
            x += 120
        self._y += 22
        most = max(sum(each["count"] for each in month["counts"]) for month in last)
        wide = min(60.0, (_WIDTH - 2 * _MARGIN) / len(last))
        for number, month in enumerate(last):
            left, up = _MARGIN + number * wide, float(_HIGH)
            counts = {each["name"]: each["count"] for each in month["counts"]}
            for status, colour in _COLOURS.items():
                if counts.get(status):
                    high = _HIGH * counts[status] / most
                    up -= high
                    words = f"{month['month']}, {status.replace('_', ' ')}: {counts[status]:,}"
                    self._box(left, up, wide - 3, high, colour, words)
            words = month["month"] if wide >= 45 else month["month"][2:]
            if wide >= 30 or number % 3 == 0:
                self._write(left, _HIGH + 13, words, style="pale")
        self._y += _HIGH + 20 + _APART

    def _bars(self, title: str, counts: list[dict[str, Any]], whole: int) -> None:
        if counts:
            self._heading(title)
            for each in counts[:_MOST]:
                self._bar(each["name"], each["count"], whole, _PLAIN)
            self._y += _APART

    def _undone(self, title: str, shares: list[dict[str, Any]]) -> None:
        if shares:
            self._heading(title)
            for each in shares[:_MOST]:
                self._bar(each["name"], each["overridden"], each["of"], _UNDONE)
            self._y += _APART

    def _bar(self, name: str, count: int, whole: int, colour: str) -> None:
        room = _WIDTH - 2 * _MARGIN - _LABELS - 110
        self._write(_MARGIN, 12, name if len(name) <= 52 else f"{name[:51]}…", name)
        self._box(_MARGIN + _LABELS, 2, room * count / (whole or 1), _BAR, colour, f"{name}: {count:,} of {whole:,}")
        left = _MARGIN + _LABELS + room * count / (whole or 1) + 6
        self._write(left, 12, f"{count:,} ({count / (whole or 1):.0%})")
        self._y += _ROW

    def _heading(self, title: str) -> None:
        self._write(_MARGIN, 13, title, style="heading")
        self._y += _HEAD

    def _write(self, x: float, down: float, words: str, title: str = "", style: str = "") -> None:
        place = {"x": f"{x:.1f}", "y": f"{self._y + down:.1f}"}
        self._texts.append({**place, "words": words, "title": title or words, "style": style})

    def _box(self, x: float, down: float, width: float, height: float, colour: str, title: str) -> None:
        place = {"x": f"{x:.1f}", "y": f"{self._y + down:.1f}", "width": f"{width:.1f}", "height": f"{height:.1f}"}
        self._boxes.append({**place, "colour": colour, "title": title})
