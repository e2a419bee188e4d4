"""Breakpoints for Enterobacterales: what another issuer would have called the same MIC.

The laboratory's S, I or R stands; this only shows where issuers disagree. Standards are never mixed, and a censored MIC
is judged only where every value it allows falls on one side. Left out: aztreonam alone (sources differ on CLSI),
colistin (no category S by CLSI, in brackets by EUCAST), tigecycline and eravacycline (EUCAST for other species only).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from .numerals import exact_text
from .quantity import Quantity

_EUCAST = "EUCAST 2026: Clinical Breakpoint Tables v16.1, through a transcription (second-hand)"
_CEFIDEROCOL = "Ann Intensive Care 2023, doi:10.1186/s13613-023-01146-5, table 1 (second-hand)"
_NICHOLS = "Nichols et al. 2018, Antimicrob Agents Chemother, PMID 30061279, abstract, and Yahav et al. 2020, table 2"
_YAHAV = "Yahav et al. 2020, Clin Microbiol Rev 34:e00115-20, table 2 (second-hand)"
_IDSA = "IDSA 2026, question 3.3: S to 1 (second-hand); R from 4: PMC6784177 (second-hand)"


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """In mg/L: susceptible up to, and resistant above (`above`) or from it on; None where that was not read."""

    susceptible: Fraction
    resistant: Fraction | None
    above: bool
    source: str

    def text(self) -> str:
        """As people read it."""
        to = f"S to {exact_text(self.susceptible)}"
        if self.resistant is None:
            return f"{to} mg/L"
        return f"{to}, R {'above' if self.above else 'from'} {exact_text(self.resistant)} mg/L"


def _eucast(susceptible: int, resistant: int, source: str = _EUCAST) -> Breakpoint:
    return Breakpoint(Fraction(susceptible), Fraction(resistant), True, source)


def _clsi(susceptible: int, resistant: int | None, source: str) -> Breakpoint:
    return Breakpoint(Fraction(susceptible), None if resistant is None else Fraction(resistant), False, source)


BREAKPOINTS: Mapping[str, Mapping[str, Breakpoint]] = {
    "aztreonam-avibactam": {"EUCAST": _eucast(4, 4), "CLSI": _clsi(4, None, "IDSA 2026, AST (second-hand)")},
    "cefiderocol": {"EUCAST": _eucast(2, 2, _CEFIDEROCOL), "CLSI": _clsi(4, 16, _CEFIDEROCOL)},
    "ceftazidime-avibactam": {"EUCAST": _eucast(8, 8, _NICHOLS), "CLSI": _clsi(8, 16, _NICHOLS)},
    "imipenem-relebactam": {"EUCAST": _eucast(2, 2), "CLSI": _clsi(1, 4, _YAHAV)},
    "meropenem": {"EUCAST": _eucast(2, 8), "CLSI": _clsi(1, 4, _IDSA)},
    "meropenem-vaborbactam": {"EUCAST": _eucast(8, 8), "CLSI": _clsi(4, 16, _YAHAV)},
}
"""By drug and issuer. Meropenem: other infections than meningitis."""

ISSUERS = ("EUCAST", "CLSI")
READ_AS = {"EUCAST": "EUCAST", "CLSI": "CLSI", "FDA": "CLSI"}
"""Whose breakpoints serve for an issuer: the sources give one row for CLSI and FDA."""


def category(drug: str, mic: Quantity, issuer: str) -> str:
    """`S`, `I` or `R` by an issuer's breakpoints, or `unknown` where a censored MIC or the source leaves it open.

    KeyError for a drug without breakpoints.
    """
    cut = BREAKPOINTS[drug][issuer]
    if mic.bound in ("<", "<="):
        return "S" if mic.value <= cut.susceptible else "unknown"
    if cut.resistant is None:
        return "S" if mic.bound == "" and mic.value <= cut.susceptible else "unknown"
    at_cut = mic.value == cut.resistant and (not cut.above or mic.bound == ">")
    is_resistant = mic.value > cut.resistant or at_cut
    if mic.bound in (">", ">="):
        return "R" if is_resistant else "unknown"
    return "S" if mic.value <= cut.susceptible else "R" if is_resistant else "I"
