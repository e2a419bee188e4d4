"""Treatment of Severe NDM-Producing Klebsiella Infection: an online clinical summary, updated February 2026."""

from ..guideline import Guideline
from . import actions, avoidance, caveats, coverage, evidence, ranking, scope, statements

GUIDELINE = Guideline(
    id="severe-ndm-klebsiella",
    title="Treatment of Severe NDM-Producing Klebsiella Infection",
    issuer="Dr.Oracle (online clinical summary, pending review by its publisher)",
    year=2026,
    statements=statements.STATEMENTS,
    rules=(
        *scope.RULES,
        *ranking.RULES,
        *avoidance.RULES,
        *actions.RULES,
        *evidence.RULES,
        *caveats.RULES,
    ),
    coverage=coverage.COVERAGE,
)
