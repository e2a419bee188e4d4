"""Exact numbers as text: decimal numerals in, decimal numerals out, without floating point."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

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
    places = exact_places(value)
    if places is None:
        raise ValueError(f"{value} has no finite decimal form")
    return rounded(value, places)[1]


def exact_places(value: Fraction) -> int | None:
    """How many decimal places ``value`` needs, or None if no number of them is enough."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def rounded(value: Fraction, places: int) -> tuple[Fraction, str]:
    """``value`` rounded to ``places``, half away from zero: the number, and its numeral with all places."""
    scale = 10**places
    units = int(abs(value) * scale + Fraction(1, 2))
    digits = str(Decimal(units)).zfill(places + 1)  # through Decimal: str(int) refuses more than 4300 digits
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    if value < 0 and units:
        return Fraction(-units, scale), f"-{text}"
    return Fraction(units, scale), text
