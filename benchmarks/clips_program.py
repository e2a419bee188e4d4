"""The rules of an edition in CLIPS, to measure against: the same conditions, exceptions and conclusions.

As `kb.clips` exports them, but over the same facts as whyrx, ranges and all, and with a note of each firing if asked.
"""

from collections.abc import Iterable

import clips
from whyrx.facts.atoms import Fact
from whyrx.kb.clips import clips_facts, clips_rule, clips_template
from whyrx.kb.cuts import Ground
from whyrx.kb.edition import Edition
from whyrx.kb.strata import strata


def environment(edition: Edition, *, traced: bool = False) -> clips.Environment:
    """CLIPS with the rules, and the rows of tables as facts that a reset brings back."""
    env, vocabulary, levels = clips.Environment(), edition.vocabulary, strata(edition.rules)
    for fact_type in vocabulary.values():
        env.build(clips_template(fact_type))
    env.build("(deftemplate Fired (slot rule (type STRING)) (multislot premises))")
    for rule in edition.rules:
        env.build(clips_rule(rule, levels[rule.then.type], vocabulary, noted=traced))
    env.build(f"(deffacts tables {asserted(edition.known, edition)})")
    return env


def asserted(facts: Iterable[Fact], edition: Edition) -> str:
    """Facts as CLIPS reads them."""
    return clips_facts((Ground(f.type, tuple(value for _, value in f.values)) for f in facts), edition.vocabulary)


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
