"""IDSA guidance of 30 July 2026 on antimicrobial-resistant Gram-negative infections: its section on CRE, seen second-hand."""

from .. import cre
from ..guideline import Guideline
from . import avoidance, caveats, coverage, evidence, ranking, scope, statements

GUIDELINE = Guideline(
    id="idsa-2026",
    title="Guidance on the Treatment of Antimicrobial-Resistant Gram-Negative Infections, version 5.0: carbapenem-resistant Enterobacterales",
    issuer="IDSA",
    year=2026,
    issued="2026-07-30",
    review_by="2027-07-30",
    review_basis="one year: our ruling; IDSA says that it updates the document periodically and named no date that was seen",
    scope="adults with an infection by carbapenem-resistant Enterobacterales: class B (NDM, VIM, IMP), KPC, OXA-48-like, or none",
    sourced="second-hand: several public extractions that agree, the paper itself was not seen; it does not use GRADE, so its terms are "
    "preferred, alternative and not suggested",
    statements=statements.STATEMENTS,
    rules=(*scope.RULES, *ranking.RULES, *avoidance.RULES, *evidence.RULES, *caveats.RULES),
    coverage=coverage.COVERAGE,
    tables=(cre.SITES, ranking.NAMED),
    labels=scope.LABELS,
)
