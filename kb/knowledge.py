"""The knowledge base as released: shared rules and tables with one guideline make an edition."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import TypeVar

from ..facts import domains
from ..facts.bands import partition
from ..facts.vocabulary import NOT_STATED, VOCABULARY, Ranks
from ..facts.working_memory import digest_material
from .check import KnowledgeError
from .edition import Edition, Source, Statement, Table
from .guidelines import GUIDELINES
from .guidelines.guideline import Guideline
from .inference import KnowledgeBase
from .language import DEFAULT_GUIDELINE, Rule
from .rules import SHARED
from .rules import STATEMENTS as RULINGS
from .sources import SOURCES
from .tables import TABLES, course, labels
from .tables.regimens import PAIR, contains, extensions, judged_by_partners

Thing = TypeVar("Thing", Source, Statement, Table)

VERSION = "2026.11"
"""Of the knowledge: year and month of its last clinical change."""

_ONE_WORD = {NOT_STATED: "not stated"}
LABELS: Mapping[str, Mapping[str, str]] = {
    "drug": domains.DRUGS.values,
    "regimen": {
        **domains.DRUGS.values,
        PAIR: "ceftazidime-avibactam plus aztreonam",
    },
    "substance": domains.ALLERGY_SUBSTANCES.values,
    "site": domains.SITES.values,
    "jurisdiction": {**domains.JURISDICTIONS.values, **_ONE_WORD},
    "Sex.value": domains.SEXES.values,
    "CreatinineTrend.value": domains.CREATININE_TRENDS.values,
    "RenalReplacement.value": domains.RENAL_REPLACEMENTS.values,
    "Pregnancy.value": domains.PREGNANCIES.values,
    "HepaticImpairment.value": domains.HEPATIC_IMPAIRMENTS.values,
    "Allergy.reaction": {**domains.REACTIONS.values, **_ONE_WORD},
    "Susceptibility.result": domains.SUSCEPTIBILITIES.values,
    "SuspicionBasis.basis": domains.SUSPICION_BASES.values,
    "SuspicionSupported.basis": {
        **domains.SUSPICION_BASES.values,
        NOT_STATED: "on what, is not stated",
    },
    "Site.value": domains.SITES.values,
    "Severity.value": domains.SEVERITIES.values,
    "GradedSeverity.value": domains.SEVERITIES.values,
    "Focus.focus": domains.FOCI.values,
    "Jurisdiction.value": {**domains.JURISDICTIONS.values, **_ONE_WORD},
    "SevereSign.sign": {"septic_shock": "septic shock", "pitt_score": "Pitt score"},
    "CreatinineUsable.how": {"steady": "at a steady state", "rising": "rising", "falling": "falling"},
    "Clearance.basis": {
        "measured": "measured",
        "actual_weight": "actual weight",
        "ideal_weight": "ideal weight",
        "adjusted_weight": "adjusted weight",
    },
    "DosingClearance.basis": {
        "measured": "measured",
        "actual_weight": "Cockcroft-Gault with the actual weight",
    },
    "OutOfScope.reason": {
        "organism": "the organism is not one of the Enterobacterales",
        "no_class_b": "no class B carbapenemase (NDM, VIM, IMP …) is found, and none is suspected that the test has "
        "not ruled out; nothing is advised here for other mechanisms, such as KPC or OXA-48 alone",
        "colonisation": "colonisation without infection is not treated with antibiotics",
        "cystitis": "cystitis that is not severe; reserved agents are not advised for it",
        "child": "the patient is under 18; adult regimens and doses are not extrapolated",
    },
    "Insufficient.reason": {
        "organism": "the organism is not stated, and everything here depends on it",
        "carbapenemase": "no carbapenemase is stated as found, suspected or looked for",
        "coverage": "no carbapenemase was found, but the test is not stated to cover all of NDM, KPC and OXA-48-like",
        "site": "only colonisation is stated, yet there is septic shock: where is the infection?",
    },
    "AllergyRule.verdict": {"excluded": "excluded", "caution": "given with caution only"},
    "Excluded.reason": {
        "allergy": "allergy",
        "unavailable": "unavailable",
        "resistant": "reported resistant",
        "intrinsic": "resistant by nature",
        "label": "its label",
    },
    "DrugExcluded.reason": {"allergy": "allergy", "unavailable": "unavailable", "label": "its label"},
}
"""Words for values that people read, by field or by fact type and field; others are shown as they are."""


@cache
def edition(guideline: str = DEFAULT_GUIDELINE) -> Edition:
    """The edition of one guideline. KeyError for an id that is not in `GUIDELINES`."""
    return edition_of(GUIDELINES[guideline])


def edition_of(guideline: Guideline) -> Edition:
    """The edition that shared rules and tables and a guideline make, whether or not it is registered."""
    rules = (*SHARED, *guideline.rules)
    drugs = _drugs_ranked(guideline)
    shared = (_about(table, drugs) for table in TABLES)
    tables = (
        *shared,
        contains(_regimens(rules, guideline.tables)),
        extensions(guideline.statements),
        judged_by_partners(_regimens(rules, guideline.tables)),
        *guideline.tables,
    )
    rows = {row.id: row.text for table in tables for row in table.rows}
    units = {"Clearance": "mL/min", "Effluent": "L/h"}
    atoms = {
        atom.id: atom.label(units[quantity])
        for quantity in units
        for atom in partition(band for table in tables for band in table.bands(quantity))
    }
    words = {**LABELS, "row": rows, "notice": {**labels.NOTICES, **course.NOTICES}, "atom": atoms}
    words["Extension.statement"] = {statement.id: statement.says for statement in guideline.statements}
    return Edition(
        version=VERSION,
        guideline=guideline.header(),
        vocabulary=VOCABULARY,
        sources=_by_id("source", (*SOURCES.values(), *guideline.sources)),
        statements=_by_id("statement", (*guideline.statements, *RULINGS)),
        tables=_by_id("table", tables),
        rules=rules,
        functions=digest_material(),
        labels={
            name: {**words.get(name, {}), **guideline.labels.get(name, {})} for name in {**words, **guideline.labels}
        },
        coverage=guideline.coverage,
    )


_ABOUT_A_DRUG = frozenset(
    name
    for name, fact_type in VOCABULARY.items()
    if fact_type.origin == "known"
    and "drug" in fact_type.matched()
    and name not in ("Contains", "Combination", "DrugClass", "IntrinsicResistance")
)
"""Types of rows that matter only of drugs that can be recommended: doses, labels, allergy, monitoring."""


def _about(table: Table, drugs: frozenset[str]) -> Table:
    """The rows of a table that speak of drugs which the guideline can rank; the others could never be read."""
    if table.type not in _ABOUT_A_DRUG:
        return table
    column = VOCABULARY[table.type].matched().index("drug")
    return replace(table, rows=tuple(row for row in table.rows if row.values[column] in drugs))


def _drugs_ranked(guideline: Guideline) -> frozenset[str]:
    """The drugs of the regimens that the guideline's rules can rank: named by a rule, or by a row of its tables."""
    conclusions = [dict(rule.then.terms)["regimen"] for rule in guideline.rules if rule.then.type == Ranks.name]
    named = {term for term in conclusions if isinstance(term, str)}
    if len(named) < len(set(conclusions)):
        named |= _regimens((), guideline.tables)
    return frozenset(drug for regimen in named for drug in regimen.split("+"))


def _by_id(kind: str, things: Iterable[Thing]) -> dict[str, Thing]:
    """KnowledgeError for an id used twice: what a guideline brings along replaces nothing that is shared."""
    found: dict[str, Thing] = {}
    for thing in things:
        if thing.id in found:
            raise KnowledgeError([f"{kind} {thing.id}: the id is used twice"])
        found[thing.id] = thing
    return found


def _regimens(rules: Iterable[Rule], tables: Iterable[Table]) -> set[str]:
    """The regimens that are named: each must be known to contain its drugs, or an exclusion would pass it by."""
    patterns = (pattern for rule in rules for pattern in (*rule.when, *rule.unless, rule.then))
    by_rules = {term for each in patterns for name, term in each.terms if name == "regimen" and isinstance(term, str)}
    columns = ((table, VOCABULARY[table.type].matched()) for table in tables)
    by_rows = {
        row.values[fields.index("regimen")] for table, fields in columns if "regimen" in fields for row in table.rows
    }
    return by_rules | by_rows


@cache
def knowledge_base(guideline: str = DEFAULT_GUIDELINE) -> KnowledgeBase:
    """The checked and compiled edition of one guideline, made once."""
    return KnowledgeBase(edition(guideline))
