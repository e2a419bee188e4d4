"""A rule as a page for its reviewer: what it says, where that stands, its conditions in words, its cases."""

from typing import Any

from ..kb.edition import Edition
from ..kb.examples import BASE
from ..kb.language import Example
from ..kb.strata import strata
from ..kb.words import Words


def summaries(edition: Edition) -> list[dict[str, str]]:
    """Every rule in one line, in order of id."""
    return [
        {"id": rule.id, "concludes": rule.then.type, "says": rule.says, "source": edition.cited(rule)["source"]}
        for rule in sorted(edition.rules, key=lambda r: r.id)
    ]


def page(edition: Edition, rule_id: str) -> dict[str, Any]:
    """One rule with everything a reviewer needs. KeyError for an unknown id."""
    rule, words = edition.rule[rule_id], Words(edition)
    return {
        "id": rule.id,
        "says": rule.says,
        "source": edition.cited(rule)["source"],
        "statements": [f"{row.statement}: {row.says}" for row in edition.coverage if rule.id in row.rules],
        "when": [words.pattern(condition) for condition in rule.when],
        "unless": [words.pattern(exception) for exception in rule.unless],
        "then": words.pattern(rule.then),
        "because": rule.because,
        "assumes": rule.assumes,
        "stratum": strata(edition.rules)[rule.then.type],
        "used_by": sorted(other.id for other in edition.rules if rule.then.type in other.reads()),
        "cases": [{"name": case.name, "fires": case.fires, "case": _changes(case)} for case in rule.cases],
    }


def coverage(edition: Edition) -> list[dict[str, Any]]:
    """Every statement of the guideline with the rules that encode it and what is to be said of it."""
    return [
        {"statement": row.statement, "says": row.says, "rules": list(row.rules), "note": row.note}
        for row in edition.coverage
    ]


def _changes(case: Example) -> dict[str, Any]:
    """How a case differs from the common one: new values, and None where a value is left out."""
    changed = {path: value for path, value in case.given.items() if BASE.get(path, _NOTHING) != value}
    return {**changed, **{path: None for path in BASE if path not in case.given}}


_NOTHING = object()
