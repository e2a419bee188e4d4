"""Breakpoints of cefiderocol for Enterobacterales: what another issuer would have called the same MIC.

The laboratory's S, I or R stands; this only shows where issuers disagree. Standards are never mixed, and a censored MIC
is judged only where every value it allows falls on one side.
"""

from fractions import Fraction

from .quantity import Quantity

SOURCE = (
    "Ann Intensive Care 2023, doi:10.1186/s13613-023-01146-5, table 1 (second-hand): "
    "EUCAST S ≤ 2, R > 2 mg/L; CLSI and FDA S ≤ 4, R ≥ 16 mg/L"
)

CEFIDEROCOL = {"EUCAST": (Fraction(2), Fraction(2), False), "CLSI": (Fraction(4), Fraction(16), True)}
"""By issuer: susceptible up to, resistant from, and whether that bound itself is resistant."""

READ_AS = {"EUCAST": "EUCAST", "CLSI": "CLSI", "FDA": "CLSI"}
"""Whose breakpoints serve for an issuer: the source gives one row for CLSI and FDA."""


def category(mic: Quantity, issuer: str) -> str:
    """`S`, `I` or `R` by an issuer's breakpoints, or `unknown` for a censored MIC that leaves it open."""
    susceptible_to, resistant_from, inclusive = CEFIDEROCOL[issuer]
    if mic.bound in ("<", "<="):
        return "S" if mic.value <= susceptible_to else "unknown"
    is_resistant = mic.value > resistant_from or (mic.value == resistant_from and (inclusive or mic.bound == ">"))
    if mic.bound in (">", ">="):
        return "R" if is_resistant else "unknown"
    return "S" if mic.value <= susceptible_to else "R" if is_resistant else "I"
