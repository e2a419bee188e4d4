"""Rules, tables and facts as a CLIPS program. `(conclusions)` prints what follows, a line each, sorted.

A stratum is a salience: an exception is asked for when all that it could be is concluded.
"""

import json
from collections.abc import Iterable, Mapping

from ..facts.atoms import FactType, Pattern, Var, kebab
from ..facts.vocabulary import KNOWN
from .cuts import ATOM, Banded, Ground, banded_rows, plain_rows
from .edition import Edition
from .language import Rule
from .strata import strata

Vocabulary = Mapping[str, FactType]


def clips_program(edition: Edition, facts: Iterable[Ground] | None = None) -> str:
    """The program. With `facts` it runs when it is read, prints the conclusions, and ends."""
    vocabulary, levels = edition.vocabulary, strata(edition.rules)
    parts = [
        *map(clips_template, vocabulary.values()),
        *(_row(row, vocabulary) for row in banded_rows(edition)),
        *(clips_rule(rule, levels[rule.then.type], vocabulary) for rule in edition.rules),
        f"(deffacts tables\n{clips_facts(plain_rows(edition), vocabulary)})",
        _conclusions(edition),
    ]
    if facts is not None:
        parts += [f"(deffacts case\n{clips_facts(facts, vocabulary)})", "(reset)", "(run)", "(conclusions)", "(exit)"]
    return "\n".join(parts)


def clips_template(fact_type: FactType) -> str:
    """The template of the facts of a type: all slots are texts, but an atom may be a number."""
    slots = (f"(slot {name}{'' if name == ATOM else ' (type STRING)'})" for name in fact_type.matched())
    return f"(deftemplate {fact_type.name} {' '.join(slots) or '(slot holds)'})"


def clips_rule(rule: Rule, level: int, vocabulary: Vocabulary, *, noted: bool = False) -> str:
    """A rule of that stratum. With `noted` it also asserts `Fired`: its id and the facts that met its conditions."""
    bound = [f"?f{place}" for place in range(len(rule.when))] if noted else []
    when = [clips_pattern(p, vocabulary) for p in rule.when]
    conditions = [f"{name} <- {condition}" for name, condition in zip(bound, when, strict=True)] if noted else when
    note = f"(assert (Fired (rule {_text(rule.id)}) (premises {' '.join(bound)}))) " if noted else ""
    return (
        f"(defrule {rule.id} (declare (salience {-level})) {' '.join([*conditions, *_absent(rule, vocabulary)])} "
        f"=> {note}(assert {clips_pattern(rule.then, vocabulary)}))"
    )


def clips_facts(facts: Iterable[Ground], vocabulary: Vocabulary) -> str:
    """Facts as CLIPS reads them, a line each."""
    return "\n".join(_fact(fact.type, fact.values, vocabulary) for fact in facts)


def clips_pattern(pattern: Pattern, vocabulary: Vocabulary) -> str:
    """A pattern over the matched fields it names."""
    terms = [(name, term) for name, term in pattern.terms if not vocabulary[pattern.type].is_payload(name)]
    slots = (f"({name} {f'?v_{term.name}' if isinstance(term, Var) else _text(term)})" for name, term in terms)
    return f"({' '.join([pattern.type, *slots])})"


def _absent(rule: Rule, vocabulary: Vocabulary) -> list[str]:
    return [f"(not {clips_pattern(p, vocabulary)})" for p in rule.unless]


def _row(row: Banded, vocabulary: Vocabulary) -> str:
    """A rule that brings in a row for each value within its bounds, before any rule of the edition fires."""
    within = "".join(f"&:({operator} ?v {number})" for operator, number in row.bounds)
    slots = _slots(row.type, (*map(_text, row.values), "?v"), vocabulary)
    return (
        f'(defrule row-{row.row} ({row.quantity} (state "{KNOWN}") ({ATOM} ?v{within})) '
        f"=> (assert ({row.type} {' '.join(slots)})))"
    )


def _fact(name: str, values: Iterable[str | int], vocabulary: Vocabulary) -> str:
    texts = (str(value) if isinstance(value, int) else _text(value) for value in values)
    return f"({' '.join([name, *_slots(name, texts, vocabulary)])})"


def _slots(name: str, texts: Iterable[str], vocabulary: Vocabulary) -> list[str]:
    return [f"({slot} {text})" for slot, text in zip(vocabulary[name].matched(), texts, strict=True)]


def _conclusions(edition: Edition) -> str:
    loops = []
    for name in edition.concluding:
        values = "".join(f' "/" ?f:{field}' for field in edition.vocabulary[name].matched())
        line = f"(str-cat {_text(kebab(name))}{values})"
        loops.append(f"(do-for-all-facts ((?f {name})) TRUE (bind ?lines (create$ ?lines {line})))")
    return "\n".join(
        [
            "(deffunction later (?one ?other) (> (str-compare ?one ?other) 0))",
            "(deffunction conclusions ()",
            "(bind ?lines (create$))",
            *loops,
            "(foreach ?line (sort later ?lines) (printout t ?line crlf)))",
        ]
    )


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
