"""Why a fact is asked for: the rules that read it, what each would conclude, what it has already and what it lacks."""

from typing import Any

from ..facts.atoms import FactBase, Pattern, join, match
from ..facts.working_memory import BEHIND
from ..kb.edition import Edition
from ..kb.language import Rule
from ..kb.trace import Trace
from ..kb.words import Words
from .proof import Proofs


def needs(edition: Edition, trace: Trace, path: str, goals: tuple[str, ...]) -> list[dict[str, Any]]:
    """The rules that read what the field at `path` says and that conclusions of the types `goals` depend on.

    Each is `{rule, concludes, asks, has, lacks, by_way}`: `asks` what it wants of the field, `has` the other conditions
    that hold, each by the fact that meets it, `lacks` those that do not, and exceptions that keep it back; `by_way`
    where it reads only what is computed from the field. Those that read the field itself and lack least come first; a
    rule that fires without the answer is left out.
    """
    direct = {t.name for t in edition.vocabulary.values() if t.path == path}
    reading = direct | {fact_type for fact_type, paths in BEHIND.items() if path in paths}
    wanted = edition.behind(goals)
    fired = {firing.rule for firing in trace.firings}
    rules = [r for r in edition.rules if reading & r.reads() and r.then.type in wanted and r.id not in fired]
    told = [{**_told(edition, trace, rule, reading), "by_way": not direct & rule.reads()} for rule in rules]
    return sorted(told, key=lambda each: (each["by_way"], len(each["lacks"]), -len(each["has"]), each["rule"]["id"]))


def _told(edition: Edition, trace: Trace, rule: Rule, reading: set[str]) -> dict[str, Any]:
    facts = FactBase({fact.id: fact for fact in (*edition.known, *trace.facts.values())}.values())
    words = Words(edition)
    asks, has, lacks = [], [], []
    partials: list[dict[str, str]] = [{}]
    for condition in rule.when:
        if condition.type in reading:
            asks.append(words.pattern(_named(condition)))
            continue
        extended = [found for partial in partials for found in join([condition], facts, partial)]
        if not extended:
            lacks.append(words.pattern(_named(condition.bound(partials[0]))))
        elif edition.vocabulary[condition.type].origin != "known":  # the row of a table is nothing to find out
            has.append(_found(edition, trace, condition.bound(extended[0])))
        partials = extended or partials
    for exception in rule.unless:
        if any(join([exception], facts, partial) for partial in partials):
            lacks.append(f"not: {words.pattern(_named(exception))}")
    return {
        "rule": edition.cited(rule),
        "concludes": words.pattern(_named(rule.then)),
        "asks": asks,
        "has": has,
        "lacks": lacks,
    }


def _named(pattern: Pattern) -> Pattern:
    """What a pattern asks for by name: which value a variable has is open here."""
    return Pattern(pattern.type, tuple((name, term) for name, term in pattern.terms if isinstance(term, str)))


def _found(edition: Edition, trace: Trace, pattern: Pattern) -> str:
    """The fact that meets a condition, in a line."""
    fact = next(f for f in trace.by_type[pattern.type] if match(pattern, f, {}) is not None)
    if fact.id in trace.derivations:
        return Proofs(edition, trace).sentence(trace.derivations[fact.id][0])
    return Words(edition).fact(fact)
