"""Rules and facts as an answer set program: the same knowledge for a solver that reasons over many cases at once.

A stratified rule set has one stable model for one case, and it holds what the engine concludes.
"""

import json
from collections.abc import Collection, Container, Iterable, Mapping

from ..facts.atoms import Fact, FactType, Pattern, Term, V, Var
from ..facts.vocabulary import KNOWN
from .cuts import Ground, banded_rows, plain_rows, quantities
from .cuts import scale as scale
from .edition import Edition, Table
from .language import Rule

Vocabulary = Mapping[str, FactType]


def asp_fact(fact: Fact) -> str:
    """A fact as a ground atom over its matched fields: `t_Severity("severe")`."""
    return _atom(fact.type, [_text(value) for _, value in fact.values])


def asp_rules(rules: Iterable[Rule], vocabulary: Vocabulary, by: Container[str] = ()) -> str:
    """Each rule as one line. Of conclusions whose type is in `by`, `by(rule, conclusion)` tells the rules."""
    lines = []
    for rule in rules:
        then, body = asp_pattern(rule.then, vocabulary), ", ".join(_body(rule, vocabulary))
        if rule.then.type in by:
            lines.append(f"by({_text(rule.id)}, {then}) :- {body}.")
        lines.append(f"{then} :- {body}.")
    return "\n".join(lines)


def asp_firings(rules: Iterable[Rule], vocabulary: Vocabulary) -> str:
    """Each rule as two lines: it fires on its premises unless an exception holds, and what fired concludes."""
    lines = []
    for rule in rules:
        body = [asp_pattern(p, vocabulary, free=f"W{index}_") for index, p in enumerate(rule.when)]
        fired = f"fired({', '.join([_text(rule.id), *body])})"
        lines.append(f"{fired} :- {', '.join([*body, *_absent(rule, vocabulary)])}.")
        lines.append(f"{asp_pattern(rule.then, vocabulary)} :- {fired}.")
    return "\n".join(lines)


def asp_ground(fact: Ground) -> str:
    """A fact for an exported program as a ground atom: `t_Severity("severe")`."""
    return _atom(fact.type, [str(value) if isinstance(value, int) else _text(value) for value in fact.values])


def asp_program(edition: Edition, facts: Iterable[Ground] = ()) -> str:
    """Rules, tables and facts; its one answer set shows what is concluded. Run by `clingo`."""
    arity = {name: len(fact_type.matched()) for name, fact_type in edition.vocabulary.items()}
    rules = (f"% {rule.id}\n{asp_rules([rule], edition.vocabulary)}" for rule in edition.rules)
    parts = [
        *(f"#defined t_{name}/{number}." for name, number in arity.items()),
        *rules,
        asp_values(edition),
        asp_rows(edition),
        *(f"{asp_ground(fact)}." for fact in facts),
        *(f"#show t_{name}/{arity[name]}." for name in edition.concluding),
    ]
    return "\n".join(parts)


def asp_rows(edition: Edition, tables: Collection[Table] | None = None) -> str:
    """The rows of all tables, or of some, by cut points. A row with a band holds of each `value_Clearance(V)` or
    `value_Effluent(V)` within its bounds, V being the quantity as a whole number (see `cuts.whole`), and then has V as
    its atom. Besides, each row is there once for conditions that do not ask for an atom."""
    lines = [f"{asp_ground(row)}." for row in plain_rows(edition, tables)]
    for row in banded_rows(edition, tables):
        bounds = "".join(f", V {operator} {number}" for operator, number in row.bounds)
        head = _atom(row.type, [*map(_text, row.values), "V"])
        lines.append(f"{head} :- value_{row.quantity}(V){bounds}.")
    return "\n".join(lines)


def asp_values(edition: Edition) -> str:
    """The values that rows are looked up by: of each fact on a quantity that is known, its whole number."""
    lines = []
    for quantity in quantities(edition):
        known = edition.vocabulary[quantity](state=KNOWN, atom=V.value)
        lines.append(f"value_{quantity}(V_value) :- {asp_pattern(known, edition.vocabulary)}.")
    return "\n".join(lines)


def asp_pattern(pattern: Pattern, vocabulary: Vocabulary, free: str = "") -> str:
    """A pattern as an atom. A field left out is `_`, or a variable of its own if `free` begins its name."""
    terms: Mapping[str, Term] = dict(pattern.terms)
    fields = enumerate(vocabulary[pattern.type].matched())
    return _atom(pattern.type, [_term(terms.get(name), f"{free}{i}" if free else "_") for i, name in fields])


def _body(rule: Rule, vocabulary: Vocabulary) -> list[str]:
    return [*(asp_pattern(p, vocabulary) for p in rule.when), *_absent(rule, vocabulary)]


def _absent(rule: Rule, vocabulary: Vocabulary) -> list[str]:
    return [f"not {asp_pattern(p, vocabulary)}" for p in rule.unless]


def _atom(name: str, terms: list[str]) -> str:
    return f"t_{name}({', '.join(terms)})"


def _term(term: Term | None, blank: str) -> str:
    if term is None:
        return blank
    return f"V_{term.name}" if isinstance(term, Var) else _text(term)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
