"""Treatment of Severe NDM-Producing Klebsiella Infection: an online clinical summary, updated February 2026."""

from ..guideline import Guideline
from . import actions, avoidance, caveats, coverage, evidence, ranking, scope, statements

GUIDELINE = Guideline(
    id="severe-ndm-klebsiella",
    title="Treatment of Severe NDM-Producing Klebsiella Infection",
    issuer="Dr.Oracle (online clinical summary, pending review by its publisher)",
    year=2026,
    issued="2026-02-04",
    review_by="2027-02-04",
    review_basis="one year after its update: our ruling for an online summary that no expert has reviewed; it names no date itself",
    scope="adults with an infection by Enterobacterales with a class B carbapenemase (NDM above all), found or suspected",
    sourced="its own text was read; it cites its sources by number only, and which they are is our attribution",
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
