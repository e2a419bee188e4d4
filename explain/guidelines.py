"""The guidelines at hand: issuer, dates, whom each speaks of, how far its text was seen, and what became of it."""

from collections.abc import Iterable
from typing import Any

from ..kb.edition import Edition
from ..kb.guidelines.guideline import Guideline


def guidelines(found: Iterable[tuple[Guideline, Edition]]) -> list[dict[str, Any]]:
    """One entry for each, in the order given.

    `{id, title, issuer, year, issued, review_by, review_basis, scope, sourced, statements, graded, modelled,
    not_modelled, rules}`: `statements` counts all of them and `graded` those that carry a term of an issuer, `modelled`
    the lines of the coverage table with a rule; `not_modelled` says of the others why there is none.
    """
    return [_entry(guideline, edition) for guideline, edition in found]


def _entry(guideline: Guideline, edition: Edition) -> dict[str, Any]:
    return {
        **guideline.header(),
        "review_basis": guideline.review_basis,
        "scope": guideline.scope,
        "sourced": guideline.sourced,
        "statements": len(guideline.statements),
        "graded": sum(bool(statement.graded_by) for statement in guideline.statements),
        "modelled": sum(bool(row.rules) for row in edition.coverage),
        "not_modelled": [
            {"statement": row.statement, "says": row.says, "why": row.note} for row in edition.coverage if not row.rules
        ],
        "rules": len(guideline.rules),
    }
