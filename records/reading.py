"""Pieces as they are read: asked for in bulk, checked against their digest, remembered within bounds."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, select

from .packing import expanded, loaded, pieces
from .record import TOLD
from .tables import PIECES

Value = TypeVar("Value")
MOST_PIECES = 50_000
"""Pieces of which the text is remembered, some 1 kB each."""
_AT_ONCE = 500


class Bounded(OrderedDict[Any, Value], Generic[Value]):
    """A dictionary that forgets what it was told first when it holds too much."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: Any, value: Value) -> None:
        super().__setitem__(key, value)
        if len(self) > self._most:
            self.popitem(last=False)


class Pieces:
    """The pieces of a store, through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._texts: Bounded[bytes] = Bounded(MOST_PIECES)
        self._told: Bounded[dict[str, Any]] = Bounded(4 * MOST_PIECES)

    def want(self, bodies: Iterable[Any]) -> None:
        """Read the pieces of some records at once, so that they need not be asked for one by one. Never fails."""
        wanted: set[int] = set()
        for body in bodies:
            try:
                wanted.update(number for number in pieces(loaded(expanded(body))) if number not in self._texts)
            except (ValueError, TypeError, RecursionError):
                continue  # whoever reads that record will say what is wrong with it
        numbers = sorted(number for number in wanted if type(number) is int and 0 < number < 1 << 62)
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            for row in self._connection.execute(select(PIECES).where(PIECES.c.id.in_(some))):
                try:
                    self._texts[row.id] = piece_text(row)
                except ValueError:
                    continue

    def text(self, number: int) -> bytes:
        """The canonical JSON of a piece. ValueError if it is not there or is not what its digest says."""
        found = self._texts.get(number)
        if found is None:
            row = self._connection.execute(select(PIECES).where(PIECES.c.id == number)).one_or_none()
            if row is None:
                raise ValueError(f"piece {number} is gone")
            found = self._texts[number] = piece_text(row)
        return found

    def told(self, number: int) -> dict[str, Any]:
        """Of a piece what `record.terms` looks at."""
        found = self._told.get(number)
        if found is None:
            whole = json.loads(self.text(number))
            found = self._told[number] = {name: whole[name] for name in TOLD if name in whole}
        return found


def piece_text(row: Any) -> bytes:
    """The text of a row of pieces. ValueError, which names it, unless it is what its digest says."""
    try:
        found = expanded(row.body)
    except ValueError as error:
        raise ValueError(f"piece {row.id} is {error}") from None
    if hashlib.sha256(found).digest() != row.digest:
        raise ValueError(f"piece {row.id} was changed")
    return found
