"""What a cohort comes to, as a picture: a column of bars for each guideline, the same rows in all of them.

The layout is worked out here, in pixels, and drawn by a template; the same counts give the same bytes.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from ..explain.template import templates
from ..facts.problems import CaseError, Problem
from .text import count, outcome, share, value

SUFFIX = ".svg"
_LABELS, _BARS, _GAP, _MARGIN = 240, 720, 24, 16
"""Widths: of the labels, of all columns of bars together, between columns, around the whole."""
_ROW, _BAR, _HEAD, _APART = 20, 14, 24, 18
"""Heights: of a row, of its bar, of the heading of a panel, between panels."""
_CHARACTER = 6.2
"""The width of a letter, about."""
_MISSING, _PAIRS = 10, 6
"""Fields that were missing, and pairs of differing first lines, that are drawn."""
_REGIMENS = ("#0072b2", "#e69f00", "#009e73", "#56b4e9", "#cc79a7", "#8c6bb1", "#b2a000")
"""Colours of first lines, the most frequent one's first; told apart by those who see colours differently too."""
_WITHOUT = {"no first line": "#7f3b08", "refer": "#d55e00", "out of scope": "#8a8a8a", "insufficient": "#bdbdbd"}
"""Colours of cases without a first line, by why there is none."""
_OTHERS = "others", "#e3e3e3"
_PLAIN = "#4d6f8f"
_DARK = {"#0072b2", "#009e73", "#8c6bb1", "#7f3b08", "#d55e00", "#8a8a8a"}
"""Colours on which white is read better than black."""


def draw(found: dict[str, Any], file: str) -> None:
    """Write the picture of what `summary` counts to a new file that ends in .svg. CaseError for another."""
    path = Path(file)
    if path.suffix != SUFFIX:
        raise CaseError([Problem("--plot", file, f"a file that ends in {SUFFIX}")])
    drawn = picture(found)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(drawn)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CaseError(
            [Problem("--plot", file, f"a new file in a folder that can be written to ({reason})")]
        ) from None


def picture(found: dict[str, Any]) -> str:
    """What `summary` counts, as SVG that needs nothing else."""
    return templates("cohort").get_template("summary.svg.j2").render(_Layout(found).page())


class _Layout:
    """Panels below each other; `y` is where the next one begins."""

    def __init__(self, found: dict[str, Any]) -> None:
        self._found, self._cases = found, found["cases"]
        self._guidelines = found["guidelines"]
        self._width = (_BARS + _GAP) / len(self._guidelines) - _GAP
        self._lefts = [_MARGIN + _LABELS + number * (self._width + _GAP) for number in range(len(self._guidelines))]
        self._colours = _colours(self._guidelines)
        self._texts: list[dict[str, Any]] = []
        self._boxes: list[dict[str, Any]] = []
        self._y = float(_MARGIN)

    def page(self) -> dict[str, Any]:
        """All that the template draws."""
        self._write(_MARGIN, 16, count(self._cases, "case"), style="heading")
        self._y += _HEAD
        for left, each in zip(self._lefts, self._guidelines, strict=True):
            self._write(left, 12, each["guideline"], style="heading")
            self._write(left, 26, f"knowledge {each['knowledge'][:12]}", style="pale")
        self._y += 42
        self._legend()
        everybody = {"value": "all cases", "cases": self._cases}
        self._advice("Advice", [[{**everybody, "advice": each["advice"]}] for each in self._guidelines])
        for place, each in enumerate(self._guidelines[0]["situations"]):
            values = [guideline["situations"][place]["values"] for guideline in self._guidelines]
            self._advice(f"Advice by {each['field']}", values)
        self._missing()
        for pair in self._found["against"]:
            self._against(pair)
        width = _LABELS + _BARS + 2 * _MARGIN
        return {"width": width, "height": round(self._y), "texts": self._texts, "boxes": self._boxes}

    def _legend(self) -> None:
        """What the colours mean, in as many columns as have room."""
        words = [*self._colours, _OTHERS[0]]
        each = max(len(word) for word in words) * _CHARACTER + 40
        columns = max(1, int((_LABELS + _BARS) / each))
        for place, word in enumerate(words):
            x, down = _MARGIN + (place % columns) * each, (place // columns) * 17
            self._box(x, down + 3, 11, 11, self._colours.get(word, _OTHERS[1]), word)
            self._write(x + 17, down + 12, word)
        self._y += -(-len(words) // columns) * 17 + _APART

    def _advice(self, title: str, columns: list[list[dict[str, Any]]]) -> None:
        """A row for each value of a field, and in it for each guideline what was advised, as shares of its cases."""
        self._heading(title)
        for row in zip(*columns, strict=True):
            self._label(_cut(value(row[0]["value"]), _LABELS - 70), value(row[0]["value"]), row[0]["cases"])
            for left, each in zip(self._lefts, row, strict=True):
                self._shares(left, each)
            self._y += _ROW
        self._y += _APART

    def _shares(self, left: float, counted: dict[str, Any]) -> None:
        advice = Counter[str]()
        for each in counted["advice"]:
            words = outcome(each)
            advice[words if words in self._colours else _OTHERS[0]] += each["cases"]
        advice[_OTHERS[0]] += counted["cases"] - advice.total()
        x = left
        for words in (*self._colours, _OTHERS[0]):
            width = self._width * advice[words] / (counted["cases"] or 1)
            if width:
                colour = self._colours.get(words, _OTHERS[1])
                title = f"{words}: {advice[words]:,} of {counted['cases']:,} ({share(advice[words], counted['cases'])})"
                self._box(x, 3, width, _BAR, colour, title)
                if width > 30:
                    percent = f"{advice[words] / counted['cases']:.0%}"
                    self._write(x + width / 2, 14, percent, style="inside white" if colour in _DARK else "inside")
            x += width

    def _missing(self) -> None:
        """The fields that were missing most, and in what share of all cases."""
        counts = [{each["value"]: each["cases"] for each in guideline["missing"]} for guideline in self._guidelines]
        most = Counter[str]()
        for each in counts:
            most |= Counter(each)
        fields = sorted(most, key=lambda name: (-most[name], name))[:_MISSING]
        self._heading("Missing most, in the share of all cases")
        for name in fields:
            self._label(_cut(name, _LABELS - 12, from_end=True), name)
            for left, cases in zip(self._lefts, counts, strict=True):
                self._share_of_all(left, self._width - 50, cases.get(name, 0), name)
            self._y += _ROW
        self._y += _APART

    def _against(self, pair: dict[str, Any]) -> None:
        """First lines of two guidelines where they differ, as shares of all cases."""
        differ = [each for each in pair["pairs"] if each["one"] != each["other"]][:_PAIRS]
        same = share(pair["same"], self._cases)
        self._heading(f"First line, {pair['one']} against {pair['other']}: the same in {same}; where they differ:")
        for each in differ:
            words = f"{each['one']} → {each['other']}"
            self._write(_MARGIN, 13, _cut(words, _LABELS + _BARS), words)
            self._y += 17
            self._share_of_all(_MARGIN, _LABELS + _BARS - 50, each["cases"], words)
            self._y += _ROW + 4
        self._y += _APART

    def _share_of_all(self, left: float, width: float, cases: int, words: str) -> None:
        long = width * cases / (self._cases or 1)
        self._box(left, 3, long, _BAR, _PLAIN, f"{words}: {cases:,} of {self._cases:,}")
        self._write(left + long + 5, 14, share(cases, self._cases))

    def _heading(self, title: str) -> None:
        self._write(_MARGIN, 13, title, style="heading")
        self._y += _HEAD

    def _label(self, words: str, title: str, cases: int | None = None) -> None:
        self._write(_MARGIN, 14, words, title)
        if cases is not None:
            self._write(_MARGIN + _LABELS - 12, 14, f"{cases:,}", style="number")

    def _write(self, x: float, down: float, words: str, title: str = "", style: str = "") -> None:
        """Words, and what a pointer on them is told where they were cut."""
        place = {"x": _pixels(x), "y": _pixels(self._y + down)}
        self._texts.append({**place, "words": words, "title": title or words, "style": style})

    def _box(self, x: float, down: float, width: float, height: float, colour: str, title: str) -> None:
        place = {"x": _pixels(x), "y": _pixels(self._y + down), "width": _pixels(width), "height": _pixels(height)}
        self._boxes.append({**place, "colour": colour, "title": title})


def _pixels(length: float) -> str:
    return f"{length:.1f}"


def _colours(guidelines: list[dict[str, Any]]) -> dict[str, str]:
    """What the bars tell apart, in their order: the most frequent first lines, then why there is none."""
    advised = Counter[str]()
    for guideline in guidelines:
        for each in guideline["advice"]:
            advised[outcome(each)] += each["cases"]
    most = sorted((words for words in advised if words not in _WITHOUT), key=lambda words: (-advised[words], words))
    without = {words: colour for words, colour in _WITHOUT.items() if words in advised}
    return {**dict(zip(most, _REGIMENS, strict=False)), **without}


def _cut(words: str, room: float, *, from_end: bool = False) -> str:
    """Words as far as there is room for them: their beginning, or of a path its end."""
    fits = int(room / _CHARACTER)
    if len(words) <= fits:
        return words
    return f"…{words[1 - fits :]}" if from_end else f"{words[: fits - 1]}…"
