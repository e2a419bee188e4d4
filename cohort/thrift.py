"""Thrift's compact encoding, in which Parquet says what its files hold.

Structures are read as `{field: (kind, value)}`, lists as `(kind, values)`; fields are known by their numbers.
"""

from __future__ import annotations

from typing import Any

STOP, TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, STRUCT = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12
Struct = dict[int, tuple[int, Any]]


class Reader:
    """Reads values of Thrift's compact encoding, one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def value(self, kind: int) -> Any:
        """The next value, of a kind. ValueError where there is none."""
        if kind in (TRUE, FALSE):
            return kind == TRUE  # of a field: its kind is its value
        if kind == BYTE:
            return self._taken(1)[0]
        if kind in (I16, I32, I64):
            number = self._number()
            return (number >> 1) ^ -(number & 1)
        if kind == DOUBLE:
            return self._taken(8)
        if kind == BINARY:
            return self._taken(self._number())
        if kind == LIST:
            return self._list()
        if kind == STRUCT:
            return self._struct()
        raise ValueError(f"a footer with a value of kind {kind}")

    def _struct(self) -> Struct:
        fields: Struct = {}
        field = 0
        while head := self._taken(1)[0]:
            kind = head & 15
            field = field + (head >> 4) if head >> 4 else self.value(I16)
            fields[field] = kind, self.value(kind)
        return fields

    def _list(self) -> tuple[int, list[Any]]:
        head = self._taken(1)[0]
        kind, size = head & 15, head >> 4
        size = self._number() if size == 15 else size
        return kind, [self._taken(1)[0] == TRUE if kind in (TRUE, FALSE) else self.value(kind) for _ in range(size)]

    def _number(self) -> int:
        number, shift = 0, 0
        while (byte := self._taken(1)[0]) & 128:
            number, shift = number | (byte & 127) << shift, shift + 7
        return number | byte << shift

    def _taken(self, size: int) -> bytes:
        start, self._at = self._at, self._at + size
        if self._at > len(self._data):
            raise ValueError("a footer that ends too soon")
        return self._data[start : self._at]


def encoded(kind: int, value: Any) -> bytes:
    """A value of a kind, as `Reader` reads it."""
    if kind in (TRUE, FALSE):
        return b""
    if kind == BYTE:
        return bytes([value])
    if kind in (I16, I32, I64):
        return varint(value << 1 if value >= 0 else (~value << 1) | 1)
    if kind == DOUBLE:
        return bytes(value)
    if kind == BINARY:
        return varint(len(value)) + bytes(value)
    if kind == LIST:
        of, values = value
        head = bytes([len(values) << 4 | of]) if len(values) < 15 else bytes([15 << 4 | of]) + varint(len(values))
        if of in (TRUE, FALSE):
            return head + bytes(TRUE if each else FALSE for each in values)
        return head + b"".join(encoded(of, each) for each in values)
    parts, before = [], 0
    for field, (inner, content) in sorted(value.items()):
        step = field - before
        head = bytes([step << 4 | inner]) if step <= 15 else bytes([inner]) + encoded(I16, field)
        parts.append(head + encoded(inner, content))
        before = field
    return b"".join(parts) + bytes([STOP])


def varint(value: int) -> bytes:
    """A number in as few bytes as it needs, seven bits in each."""
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])
