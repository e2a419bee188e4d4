"""Checks a knowledge base when it is loaded: a wrong rule never runs."""

from collections import Counter
from collections.abc import Iterator

from ..facts.atoms import Pattern, Var
from ..facts.bands import Interval, check_bands
from ..facts.working_memory import digest_material
from .edition import Edition, Table
from .language import Rule, sentence_variables
from .strata import NegationCycleError, strata


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
        yield from (f"{kind} {name}: the id is used {n} times" for name, n in Counter(ids).items() if n > 1)
    for rule in edition.rules:
        yield from (f"rule {rule.id}: {problem}" for problem in _rule_problems(edition, rule))
    yield from _unused(edition)
    try:
        strata(edition.rules)
    except NegationCycleError as error:
        yield f"rules {', '.join(error.rules)}: {error}"
    yield from _function_problems(edition)
    for table in edition.tables.values():
        yield from (f"table {table.id}: {problem}" for problem in _table_problems(edition, table))
    for statement in edition.statements.values():
        for source in filter(None, (statement.source.document, statement.graded_by)):
            if source not in edition.sources:
                yield f"statement {statement.id}: unknown source {source}"
    for row in edition.coverage:
        yield from (f"coverage {row.statement}: unknown rule {r}" for r in row.rules if r not in edition.rule)
        if not row.rules and not row.note:
            yield f"coverage {row.statement}: neither a rule nor a reason why not"


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
    doubled = [p.type for p, n in Counter(rule.when).items() if n > 1]
    if doubled:
        yield f"outside the sound fragment: the condition {doubled[0]} stands twice with the same terms"
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
    payload = _payload_variables(edition, rule)
    counts = Counter(
        v for _, p in [*patterns, ("", rule.then)] for _, t in p.terms if isinstance(t, Var) for v in [t.name]
    )
    for name in sorted(payload):
        if counts[name] > 1:
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
    if Counter(case.name for case in rule.cases).most_common(1)[0:1] and (
        Counter(case.name for case in rule.cases).most_common(1)[0][1] > 1
    ):
        yield "two cases have the same name"


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
        elif name == "statement" and term not in edition.statements:
            yield f"field statement: unknown statement {term!r}"


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
    for name in sorted(read):
        fact_type = edition.vocabulary.get(name)
        if fact_type and fact_type.origin == "concluded" and name not in edition.concluding:
            users = ", ".join(r.id for r in edition.rules if name in r.reads())
            yield f"rules {users}: read {name}, which no rule concludes"


def _table_problems(edition: Edition, table: Table) -> Iterator[str]:
    fact_type = edition.vocabulary.get(table.type)
    if fact_type is None or fact_type.origin != "known":
        yield f"{table.type} is not a known fact type"
        return
    fields = [f for f in fact_type.fields if not f.payload]
    if table.quantity:
        if fields[-1].name != "atom":
            yield f"{table.type} has no atom as its last field, which a table of bands needs"
            return
        fields.pop()
    for row in table.rows:
        if not row.source:
            yield f"row {row.id} has no source"
        if len(row.values) != len(fields):
            yield f"row {row.id} has {len(row.values)} values for {len(fields)} fields"
            return
        for known, value in zip(fields, row.values, strict=True):
            if known.allowed is not None and value not in known.allowed:
                yield f"row {row.id}: {known.name} cannot be {value!r}"
        if row.band and not table.quantity:
            yield f"row {row.id} has a band in a table without a quantity"
    doubled = [v for v, n in Counter((row.values, row.band) for row in table.rows).items() if n > 1]
    yield from (f"two rows say {', '.join(values)} {band}".rstrip() for values, band in doubled)
    yield from _band_problems(table, [fields.index(f) for f in fields if f.name in fact_type.key])


def _band_problems(table: Table, key: list[int]) -> Iterator[str]:
    """Rows that agree on the key fields share out a range of the quantity: no gap, no overlap."""
    groups: dict[tuple[str, ...], list[Interval]] = {}
    for row in table.rows:
        if row.band:
            try:
                groups.setdefault(tuple(row.values[i] for i in key), []).append(Interval.parse(row.band))
            except ValueError as error:
                yield f"row {row.id}: {error}"
    for values, bands in groups.items():
        if not key:
            continue  # ranges that are named, not entered with
        first, last = min(bands, key=lambda b: b.start), max(bands, key=lambda b: b.end)
        try:
            check_bands(bands, Interval(first.low, first.low_closed, last.high, last.high_closed))
        except ValueError as error:
            yield f"rows {', '.join(values)}: {error}"
