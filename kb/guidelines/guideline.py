"""The shape of a guideline: who issued it, when it holds, what it states, the rules that encode it, what they cover."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..edition import CoverageRow, Source, Statement, Table
from ..language import Rule


@dataclass(frozen=True, slots=True)
class Guideline:
    """One guideline, apart from the knowledge it shares with the others.

    It holds from `issued` to `review_by` (ISO 8601); `review_basis` says where that last day comes from. `scope` says in a
    sentence whom it speaks of and `sourced` how its text was read. A guideline may bring documents, tables and wording of
    its own: `sources`, `tables` (rows of fact types that the vocabulary has) and `labels` (as in `kb.knowledge.LABELS`).
    """

    id: str
    title: str
    issuer: str
    year: int
    issued: str
    review_by: str
    review_basis: str
    scope: str
    sourced: str
    statements: tuple[Statement, ...]
    rules: tuple[Rule, ...]
    coverage: tuple[CoverageRow, ...]
    sources: tuple[Source, ...] = ()
    tables: tuple[Table, ...] = ()
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def header(self) -> dict[str, Any]:
        """What a decision says of the guideline it was made under."""
        return {
            "id": self.id,
            "issued": self.issued,
            "issuer": self.issuer,
            "review_by": self.review_by,
            "title": self.title,
            "year": self.year,
        }
