"""Exact numbers as text: decimal numerals in, decimal numerals out, without floating point."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .bands import Interval

_NUMERAL = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")


def read_decimal(text: str) -> Fraction:
    """The exact value of a plain decimal numeral such as ``5`` or ``1.40``.

    No sign, exponent, comma, space or leading zero; anything else raises ValueError.
    """
    if not _NUMERAL.fullmatch(text):
        raise ValueError(f"{text!r} is not a plain decimal number such as 5 or 1.4")
    return Fraction(text)


def exact_text(value: Fraction) -> str:
    """The shortest decimal numeral that is exactly ``value``; ValueError if none is (1/3)."""
    places = _exact_places(value)
    if places is None:
        raise ValueError(f"{value} has no finite decimal form")
    return _rounded(value, places)[1]


def decimal_text(value: Fraction, places: int, interval: Interval | None = None) -> str:
    """``value`` for people, to ``places`` decimal places, never suggesting another band.

    - A value that needs no more than ``places`` decimal places is printed exactly and unpadded: ``50``,
      ``43.5``. A rounded one keeps all its places (``53.0`` for 52.96), half away from zero.
    - A bound of ``interval`` is printed for a value exactly on it, and for no other: where rounding would
      reach or cross a bound, more places are printed (``50.04`` in ``(50,)`` and ``49.96`` in ``(30,50]``).
      A value on a bound is printed exactly, whatever ``places`` says.

    Pass the atom the value falls in, not one table's band, so that no other table is contradicted either.
    Raises ValueError for negative ``places`` and for a value outside ``interval``.
    """
    if places < 0:
        raise ValueError(f"decimal places cannot be {places}")
    bounds: tuple[Fraction, ...] = ()
    if interval is not None:
        if not interval.contains(value):
            raise ValueError(f"{value} is not in {interval.text}")
        bounds = tuple(bound for bound in (interval.low, interval.high) if bound is not None)
    exact = _exact_places(value)
    if exact is not None and (exact <= places or value in bounds):
        return _rounded(value, exact)[1]
    while True:  # ends once half a unit of the last place is less than the distance to the nearest bound
        near, text = _rounded(value, places)
        if near not in bounds and (interval is None or interval.contains(near)):
            return text
        places += 1


def _exact_places(value: Fraction) -> int | None:
    """How many decimal places ``value`` needs, or None if no number of them is enough."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def _rounded(value: Fraction, places: int) -> tuple[Fraction, str]:
    """``value`` rounded to ``places``, half away from zero: the number, and its numeral with all places."""
    scale = 10**places
    units = int(abs(value) * scale + Fraction(1, 2))
    digits = str(Decimal(units)).zfill(places + 1)  # through Decimal: str(int) refuses more than 4300 digits
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    if value < 0 and units:
        return Fraction(-units, scale), f"-{text}"
    return Fraction(units, scale), text
