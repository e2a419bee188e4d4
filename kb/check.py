"""Checks a knowledge base when it is loaded: a wrong rule never runs."""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from ..facts.atoms import Pattern, Var, unify
from ..facts.domains import parse_regimen
from ..facts.enzymes import FAMILIES, lookup
from ..facts.organisms import ORGANISMS
from ..facts.vocabulary import NOT_STATED
from ..facts.working_memory import digest_material
from .check_tables import dose_edge_problems, table_problems
from .edition import Edition, Statement
from .language import Rule, sentence_variables
from .strata import NegationCycleError, strata

T = TypeVar("T", bound=Hashable)

_SEEN = ("seen", "second_hand", "attributed", "from_memory", "own")
_HEADER = ("id", "title", "issuer", "year", "issued", "review_by")


class KnowledgeError(ValueError):
    """The knowledge base is refused; `findings` names each rule or table and what is wrong with it."""

    def __init__(self, findings: list[str]) -> None:
        self.findings = findings
        super().__init__("; ".join(findings))


def check(edition: Edition) -> None:
    """Refuse an edition with any defect that can be seen without a case. Raises KnowledgeError with all of them."""
    findings = list(_findings(edition))
    if findings:
        raise KnowledgeError(findings)


def _findings(edition: Edition) -> Iterator[str]:
    for kind, ids in (
        ("rule", [r.id for r in edition.rules]),
        ("row", [row.id for t in edition.tables.values() for row in t.rows]),
    ):
        yield from (f"{kind} {name}: the id is used {ids.count(name)} times" for name in _repeated(ids))
    for rule in edition.rules:
        yield from (f"rule {rule.id}: {problem}" for problem in _rule_problems(edition, rule))
    lacking = [name for name in _HEADER if not edition.guideline.get(name)]
    if lacking:
        yield f"guideline: {', '.join(lacking)} not given"
    else:
        yield from _date_problems(edition.guideline)
    yield from _unused(edition)
    try:
        strata(edition.rules)
    except NegationCycleError as error:
        yield f"rules {', '.join(error.rules)}: {error}"
    yield from _function_problems(edition)
    for table in edition.tables.values():
        yield from (f"table {table.id}: {problem}" for problem in table_problems(edition, table))
    yield from dose_edge_problems(edition)
    for statement in edition.statements.values():
        yield from (f"statement {statement.id}: {problem}" for problem in _statement_problems(edition, statement))
    for source in edition.sources.values():
        if source.seen not in _SEEN:
            yield f"source {source.id}: seen cannot be {source.seen!r}; known: {', '.join(_SEEN)}"
    named = [row.statement for row in edition.coverage]
    yield from (f"coverage {name}: stands {named.count(name)} times" for name in _repeated(named))
    for row in edition.coverage:
        if row.statement not in edition.statements:
            yield f"coverage {row.statement}: no such statement"
        yield from (f"coverage {row.statement}: unknown rule {r}" for r in row.rules if r not in edition.rule)
        if not row.rules and not row.note:
            yield f"coverage {row.statement}: neither a rule nor a reason why not"


def _repeated(things: Sequence[T]) -> list[T]:
    """What stands more than once, in order."""
    if len(set(things)) == len(things):
        return []
    return [thing for thing, n in Counter(things).items() if n > 1]


def _date_problems(header: Mapping[str, Any]) -> Iterator[str]:
    days = []
    for name in ("issued", "review_by"):
        try:
            days.append(date.fromisoformat(header[name]))
        except ValueError:
            yield f"guideline: {name} {header[name]!r} is no date such as 2026-11-22"
    if len(days) == 2 and not days[0] < days[1]:
        yield "guideline: its review date is not after the day it was issued"


def _statement_problems(edition: Edition, statement: Statement) -> Iterator[str]:
    for source in filter(None, (statement.source.document, statement.graded_by)):
        if source not in edition.sources:
            yield f"unknown source {source}"
    if statement.strength != "not graded" and not statement.graded_by:
        yield "has a strength that nobody gave"
    if statement.extends and statement.graded_by:
        yield "extends another one, and so carries no grade"
    if statement.extends and statement.extends not in edition.statements:
        yield f"extends {statement.extends}, which is no statement"


def _rule_problems(edition: Edition, rule: Rule) -> Iterator[str]:
    if not rule.when:
        yield "has no condition"
    if rule.source.document not in edition.sources:
        yield f"source missing: {rule.source.document or 'none given'} is not a known document"
    elif not rule.source.place:
        yield "source missing: the place in the document is not given"
    patterns = [("condition", p) for p in rule.when] + [("exception", p) for p in rule.unless]
    for role, pattern in [*patterns, ("conclusion", rule.then)]:
        yield from (f"{role} {pattern.type}: {problem}" for problem in _pattern_problems(edition, pattern))
    for role, pattern in patterns:
        fact_type = edition.vocabulary.get(pattern.type)
        if role == "exception" and fact_type and fact_type.origin != "concluded":
            yield (
                f"exception {pattern.type}: outside the sound fragment: only concluded facts may be negated, "
                "an input is matched as stated, none or not_stated"
            )
    doubled = _repeated(rule.when)
    if doubled:
        yield f"outside the sound fragment: the condition {doubled[0].type} stands twice with the same terms"
    bound = rule.variables()
    for pattern in rule.unless:
        for name in sorted(pattern.variables() - bound):
            yield f"exception {pattern.type}: variable {name} is not bound by a condition"
    for name in sorted(rule.then.variables() - bound):
        yield f"conclusion {rule.then.type}: variable {name} is not bound by a condition"
    concluded = edition.vocabulary.get(rule.then.type)
    if concluded:
        if concluded.origin != "concluded":
            yield f"conclusion {rule.then.type}: is {concluded.origin}, rules conclude concluded facts only"
        given = {name for name, _ in rule.then.terms}
        for name in concluded.matched():
            if name not in given:
                yield f"conclusion {rule.then.type}: field {name} is not given"
    stand = [t.name for p in (*rule.when, *rule.unless, rule.then) for _, t in p.terms if isinstance(t, Var)]
    for name in sorted(_payload_variables(edition, rule)):
        if stand.count(name) > 1:
            yield f"variable {name} is bound to a payload field and used elsewhere: rules match categories, not numbers"
    for text in (rule.because, rule.says):
        try:
            unknown = sentence_variables(text) - bound
        except ValueError as error:
            yield f"sentence: {error}"
        else:
            yield from (f"sentence uses {{{name}}}, which no condition binds" for name in sorted(unknown))
    if not rule.because or not rule.says:
        yield "has no sentence for people"
    if rule.assumes is not None and not any(
        edition.vocabulary[p.type].path == rule.assumes for p in rule.when if p.type in edition.vocabulary
    ):
        yield f"assumes {rule.assumes} without a condition on it"
    then = dict(rule.then.terms)
    if rule.then.type == "Assumed" and then.get("fact") != rule.assumes:
        yield f"conclusion Assumed: says {then.get('fact')}, but the rule assumes {rule.assumes or 'nothing'}"
    yield from _uncovered(edition, rule, then.get("statement"))
    if len({case.name for case in rule.cases}) < len(rule.cases):
        yield "two cases have the same name"


def _uncovered(edition: Edition, rule: Rule, named: object) -> Iterator[str]:
    """A statement that a rule concludes by although its coverage, or that of the one it extends, has another rule."""
    statement = edition.statements.get(named) if isinstance(named, str) else None
    if statement is not None:
        rules = {row.statement: row.rules for row in edition.coverage}
        row = statement.id if statement.id in rules else statement.extends
        if row in rules and rule.id not in rules[row]:
            yield f"concludes by statement {statement.id}, whose coverage does not name it"


def _payload_variables(edition: Edition, rule: Rule) -> set[str]:
    return {
        term.name
        for pattern in rule.when
        if pattern.type in edition.vocabulary
        for name, term in pattern.terms
        if isinstance(term, Var) and (f := edition.vocabulary[pattern.type].get(name)) and f.payload
    }


def _pattern_problems(edition: Edition, pattern: Pattern) -> Iterator[str]:
    fact_type = edition.vocabulary.get(pattern.type)
    if fact_type is None:
        yield "unknown fact type"
        return
    yield from (f"field {name} stands twice" for name in _repeated([name for name, _ in pattern.terms]))
    for name, term in pattern.terms:
        known = fact_type.get(name)
        if known is None:
            yield f"unknown field {name}; known: {', '.join(f.name for f in fact_type.fields)}"
        elif isinstance(term, Var):
            continue
        elif known.payload:
            yield f"field {name} is for people, no rule may test it"
        elif not isinstance(term, str):
            yield f"field {name}: {term!r} is not a symbol"
        elif known.allowed is not None and term not in known.allowed:
            yield f"field {name}: unknown value {term!r}; known: {', '.join(known.allowed)}"
        elif known.allowed is None and not _is_named(edition, name, term):
            yield f"field {name}: unknown value {term!r}"


def _is_named(edition: Edition, field: str, value: str) -> bool:
    """Whether the table that a field's values come from has this one; a field without such a table takes any."""
    match field:
        case "organism":
            return value in ORGANISMS or value == NOT_STATED
        case "species" | "genus" | "order":
            return any(getattr(organism, field) == value for organism in ORGANISMS.values())
        case "enzyme":
            return lookup(value) is not None
        case "family":
            return value in FAMILIES
        case "regimen":
            return _is_regimen(value)
        case "fact":
            return value.partition("[")[0] in {fact_type.path for fact_type in edition.vocabulary.values()}
        case "statement":
            return value in edition.statements
        case "row":
            return value in edition.row
        case _:
            return True


def _is_regimen(text: str) -> bool:
    try:
        parse_regimen(text)
    except ValueError:
        return False
    return True


def _function_problems(edition: Edition) -> Iterator[str]:
    """An edition names the functions and tables that make facts of a case; they must be those of this program."""
    ours = {material["name"]: material for material in digest_material()}
    theirs = {material["name"]: material for material in edition.functions}
    for name in sorted({*ours, *theirs}, key=str):
        if ours.get(name) != theirs.get(name):
            yield f"function or table {name}: the edition was made with another one than this program has"


def _unused(edition: Edition) -> Iterator[str]:
    read = {name for rule in edition.rules for name in rule.reads()}
    for name, rules in edition.concluding.items():
        fact_type = edition.vocabulary.get(name)
        if fact_type and not fact_type.seen and name not in read:
            for rule in rules:
                yield f"rule {rule.id}: concludes {name}, which no rule uses and nobody sees"
    for rule in edition.rules:
        for pattern in (*rule.when, *rule.unless):
            fact_type = edition.vocabulary.get(pattern.type)
            if not fact_type or fact_type.origin != "concluded" or fact_type.may_lack:
                continue
            if not _can_be_concluded(edition, pattern):
                terms = ", ".join(f"{name}={term}" for name, term in pattern.terms if isinstance(term, str))
                yield f"rule {rule.id}: reads {pattern.type}({terms}), which no rule concludes"


def _can_be_concluded(edition: Edition, pattern: Pattern) -> bool:
    conclusions = (rule.then for rule in edition.concluding.get(pattern.type, ()))
    return any(unify(conclusion, pattern) is not None for conclusion in conclusions)
