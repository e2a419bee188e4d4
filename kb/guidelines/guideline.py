"""The shape of a guideline: who issued it, what it states, the rules that encode it, and its coverage table."""

from dataclasses import dataclass
from typing import Any

from ..edition import CoverageRow, Statement
from ..language import Rule


@dataclass(frozen=True, slots=True)
class Guideline:
    """One guideline, apart from the knowledge it shares with the others."""

    id: str
    title: str
    issuer: str
    year: int
    statements: tuple[Statement, ...]
    rules: tuple[Rule, ...]
    coverage: tuple[CoverageRow, ...]

    def header(self) -> dict[str, Any]:
        """What a decision says of the guideline it was made under."""
        return {"id": self.id, "issuer": self.issuer, "title": self.title, "year": self.year}
