"""Rules, tables and facts as a Prolog program. `conclusions` prints what follows, a line each, sorted.

ISO Prolog but for tabling (SWI-Prolog, XSB, YAP, B-Prolog), which asks every question once. Rules are stratified and an
exception comes after the conditions that bind its variables, so that `\\\\+` means what `unless` does.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from ..facts.atoms import Pattern, Var, kebab
from ..facts.vocabulary import KNOWN
from .cuts import Banded, Ground, banded_rows, plain_rows, quantities
from .edition import Edition
from .language import Rule

_PRINTING = """\
conclusions :- setof(Line, line(Line), Lines), !, print_lines(Lines).
conclusions.

print_lines([]).
print_lines([Line|Lines]) :- write(Line), nl, print_lines(Lines).

line(Line) :- conclusion(Type, Values), joined(Values, Type, Line).

joined([], Line, Line).
joined([Value|Values], Start, Line) :-
    text(Value, Text), atom_concat(Start, '/', Slash), atom_concat(Slash, Text, Longer), joined(Values, Longer, Line).

text(Value, Text) :- integer(Value), !, number_codes(Value, Codes), atom_codes(Text, Codes).
text(Text, Text)."""

_OPERATORS = {"<": "<", "<=": "=<", ">": ">", ">=": ">="}


def prolog_program(edition: Edition, facts: Iterable[Ground] | None = None) -> str:
    """The program. With `facts` it prints the conclusions when it is loaded, and ends."""
    clauses: dict[str, list[str]] = {name: [] for name in edition.vocabulary}  # those of one predicate stand together
    for rule in edition.rules:
        clauses[rule.then.type].append(f"% {rule.id}\n{_clause(rule, edition)}")
    for ground in (*plain_rows(edition), *(facts or ())):
        clauses[ground.type].append(prolog_fact(ground))
    for row in banded_rows(edition):
        clauses[row.type].append(_row(row))
    parts = [
        *_declarations(edition),
        *(line for found in clauses.values() for line in found),
        *(_value(quantity, edition) for quantity in quantities(edition)),
        *(_conclusion(name, edition) for name in edition.concluding),
        _PRINTING,
    ]
    if facts is not None:
        parts.append(":- initialization((conclusions, halt)).")
    return "\n".join(parts)


def prolog_fact(fact: Ground) -> str:
    """A fact as a clause: `t_Severity('severe').`"""
    return f"{_term(fact.type, [str(value) if isinstance(value, int) else _text(value) for value in fact.values])}."


def _declarations(edition: Edition) -> Iterator[str]:
    """What is concluded is tabled; what is stated may have no clause at all, or get some later."""
    for name, fact_type in edition.vocabulary.items():
        predicate = f"t_{name}/{len(fact_type.matched())}"
        yield f":- table {predicate}." if name in edition.concluding else f":- dynamic({predicate})."


def _clause(rule: Rule, edition: Edition) -> str:
    uses = Counter(
        term.name for p in (*rule.when, *rule.unless, rule.then) for _, term in p.terms if isinstance(term, Var)
    )
    shared = {name for name, count in uses.items() if count > 1}
    body = [_pattern(p, edition, shared) for p in rule.when]
    return f"{_pattern(rule.then, edition, shared)} :- {', '.join([*body, *_absent(rule, edition, shared)])}."


def _absent(rule: Rule, edition: Edition, shared: set[str]) -> list[str]:
    return [f"\\+ {_pattern(p, edition, shared)}" for p in rule.unless]


def _row(row: Banded) -> str:
    bounds = "".join(f", V {_OPERATORS[operator]} {number}" for operator, number in row.bounds)
    return f"{_term(row.type, [*map(_text, row.values), 'V'])} :- value_{row.quantity}(V){bounds}."


def _value(quantity: str, edition: Edition) -> str:
    known = edition.vocabulary[quantity](state=KNOWN, atom=Var("value"))
    return f"value_{quantity}(V_value) :- {_pattern(known, edition, {'value'})}."


def _conclusion(name: str, edition: Edition) -> str:
    values = [f"V{number}" for number in range(len(edition.vocabulary[name].matched()))]
    return f"conclusion({_text(kebab(name))}, [{', '.join(values)}]) :- {_term(name, values)}."


def _pattern(pattern: Pattern, edition: Edition, shared: set[str]) -> str:
    """A pattern as a goal; a variable that stands nowhere else is `_`."""
    terms = dict(pattern.terms)
    values = []
    for name in edition.vocabulary[pattern.type].matched():
        term = terms.get(name)
        if term is None or (isinstance(term, Var) and term.name not in shared):
            values.append("_")
        else:
            values.append(f"V_{term.name}" if isinstance(term, Var) else _text(term))
    return _term(pattern.type, values)


def _term(name: str, values: list[str]) -> str:
    return f"t_{name}({', '.join(values)})" if values else f"t_{name}"


def _text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"
