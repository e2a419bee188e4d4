"""ESCMID guideline of 2022 on multidrug-resistant Gram-negative bacilli: its statements on CRE, as far as they were seen reported."""

from .. import cre
from ..guideline import Guideline
from . import avoidance, caveats, coverage, ranking, scope, statements

GUIDELINE = Guideline(
    id="escmid-2022",
    title="Guidelines for the treatment of infections caused by multidrug-resistant Gram-negative bacilli: carbapenem-resistant Enterobacterales",
    issuer="ESCMID",
    year=2022,
    issued="2022-04-01",
    review_by="2025-04-01",
    review_basis="three years from the issue of April 2022, as Shekelle et al. 2001 (JAMA 286:1461) advise for guidelines in general: our ruling; no date of its own was seen; its "
    "search ends in 2021",
    scope="adults with an infection by carbapenem-resistant Enterobacterales: class B (NDM, VIM, IMP), KPC, OXA-48-like, or none; severe ones above all",
    sourced="second-hand: a table of 2022 that restates its recommendations with grades (J Anesth Analg Crit Care, s44158-022-00062-7), and what the "
    "commissioned guideline reports of it; the paper itself was not seen",
    statements=statements.STATEMENTS,
    rules=(*scope.RULES, *ranking.RULES, *avoidance.RULES, *caveats.RULES),
    coverage=coverage.COVERAGE,
    tables=(cre.SITES, ranking.NAMED),
    labels=scope.LABELS,
)
