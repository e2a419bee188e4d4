"""States that the processes of one machine hand each other while they derive them.

Processes that begin at the same time meet the same states at the same time. So each appends what it derives to a file
of its own, looks into those of the others before it derives a state, and goes through the states that it needs in
another order. A file needs no lock, and one that a killed process leaves in the middle of a line is read up to there.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

from ..kb.inference import KnowledgeBase
from ..kb.shared import Derived
from ..kb.states import Lines, line_of

_SHIFT = (5**0.5 - 1) / 2
"""Whatever number of points are this far apart on a circle, none are close."""


class Exchange:
    """What one process has to do with the others (`kb.shared.Exchange`)."""

    def __init__(self, folder: Path, name: str, base: KnowledgeBase) -> None:
        """Take part, with a file in a folder that is there, in what is derived under a name."""
        self._folder, self._end, self._lines = folder, f".{name}.derived", Lines(base)
        self._read: dict[str, int] = {}
        for self._number in count():
            self._own = folder / f"{self._number}{self._end}"
            with suppress(FileExistsError):
                self._own.touch(exist_ok=False)
                break

    def told(self) -> Iterator[Derived]:
        """The states in the files of others that were not read yet, as far as the rules bear them out."""
        for entry in os.scandir(self._folder):
            begins = self._read.get(entry.name, 0)
            if entry.name.endswith(self._end) and entry.name != self._own.name and entry.stat().st_size > begins:
                with Path(entry).open("rb") as file:
                    file.seek(begins)
                    lines = file.read().split(b"\n")[:-1]  # the last is not written to its end yet
                self._read[entry.name] = begins + sum(len(line) + 1 for line in lines)
                for line in lines:
                    with suppress(ValueError):  # what cannot be believed is derived here too
                        yield self._lines.read(line)

    def tell(self, state: Derived) -> None:
        """Append a state to the file of this process."""
        with self._own.open("ab", buffering=0) as file:
            file.write(line_of(state))

    def order(self, count: int) -> Iterable[int]:
        """Of two processes one begins where the other ends; the next two begin elsewhere."""
        pair, backwards = divmod(self._number, 2)
        start = int(pair * _SHIFT % 1 * count)
        order = [*range(start, count), *range(start)]
        return reversed(order) if backwards else order
