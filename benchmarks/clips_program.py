"""The rules of an edition as a CLIPS program, to measure against: the same conditions, exceptions and conclusions."""

from collections.abc import Iterable, Mapping

import clips
from whyrx.facts.atoms import Fact, FactType, Pattern, Var
from whyrx.kb.edition import Edition
from whyrx.kb.strata import strata


def environment(edition: Edition, *, traced: bool = False) -> clips.Environment:
    """CLIPS with the rules, and the rows of tables as facts that a reset brings back."""
    env = clips.Environment()
    for fact_type in edition.vocabulary.values():
        slots = " ".join(f"(slot {name} (type STRING))" for name in fact_type.matched()) or "(slot holds)"
        env.build(f"(deftemplate {fact_type.name} {slots})")
    env.build("(deftemplate Fired (slot rule (type STRING)) (multislot premises))")
    levels = strata(edition.rules)
    for rule in edition.rules:
        vocabulary = edition.vocabulary
        when = " ".join(f"?f{place} <- {_pattern(p, vocabulary)}" for place, p in enumerate(rule.when))
        unless = " ".join(f"(not {_pattern(p, vocabulary)})" for p in rule.unless)
        premises = " ".join(f"?f{place}" for place in range(len(rule.when)))
        note = f'(assert (Fired (rule "{rule.id}") (premises {premises})))' if traced else ""
        env.build(
            f"(defrule {rule.id} (declare (salience {-levels[rule.then.type]})) {when} {unless} "
            f"=> {note} (assert {_pattern(rule.then, vocabulary)}))"
        )
    env.build(f"(deffacts tables {asserted(edition.known)})")
    return env


def asserted(facts: Iterable[Fact]) -> str:
    """Facts as CLIPS reads them."""
    return "\n".join(f"({fact.type} {' '.join(_slot(*value) for value in fact.values)})" for fact in facts)


def conclusions(env: clips.Environment, edition: Edition) -> set[tuple[str, tuple[str, ...]]]:
    """What CLIPS concluded: type and values."""
    return {
        (fact.template.name, tuple(fact[name] for name in edition.vocabulary[fact.template.name].matched()))
        for fact in env.facts()
        if fact.template.name in edition.vocabulary and edition.vocabulary[fact.template.name].origin == "concluded"
    }


def trace(env: clips.Environment) -> list[tuple[str, tuple[dict[str, str], ...]]]:
    """The firings with their premises, read back."""
    return [
        (fact["rule"], tuple(dict(premise) for premise in fact["premises"]))
        for fact in env.facts()
        if fact.template.name == "Fired"
    ]


def _pattern(pattern: Pattern, vocabulary: Mapping[str, FactType]) -> str:
    terms = [(name, term) for name, term in pattern.terms if not vocabulary[pattern.type].is_payload(name)]
    return f"({pattern.type} {' '.join(_slot(*term) for term in terms)})"


def _slot(name: str, term: str | Var) -> str:
    return f"({name} ?v_{term.name})" if isinstance(term, Var) else f'({name} "{term}")'
