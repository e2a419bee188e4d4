"""Runs the cases that stand in the rules themselves."""

from collections.abc import Iterator

from ..facts.case import case_from_tree
from ..facts.problems import CaseError
from .edition import Edition
from .inference import KnowledgeBase
from .language import Example, Rule
from .near_misses import NEAR_MISSES


def own_cases(edition: Edition) -> list[tuple[Rule, Example]]:
    """Every case of every rule that is put to the guideline of this edition, near misses included."""
    guideline = edition.guideline["id"]
    return [(rule, case) for rule in edition.rules for case in _cases(rule) if case.under == guideline]


def _cases(rule: Rule) -> Iterator[Example]:
    yield from rule.cases
    for near in NEAR_MISSES.get(rule.id, ()):
        if example := near.example(rule):
            yield example


def failing_cases(base: KnowledgeBase) -> Iterator[str | None]:
    """Run every case put to this guideline: a finding where a rule does not do what its case says, else None.

    A rule must have a case in which it fires and one in which it does not, under whichever guideline.
    """
    for rule in base.edition.rules:
        for fires, words in ((True, "fires"), (False, "stays silent")):
            if all(case.fires != fires for case in rule.cases):
                yield f"rule {rule.id}: has no case in which it {words}"
    for rule, case in own_cases(base.edition):
        try:
            trace = base.derive(case_from_tree(case.document()))
        except CaseError as error:
            yield f"rule {rule.id}, case {case.name}: {'; '.join(str(error).splitlines())}"
            continue
        fired = any(firing.rule == rule.id for firing in trace.firings)
        wanted = "fire" if case.fires else "stay silent"
        yield None if fired == case.fires else f"rule {rule.id}, case {case.name}: it should {wanted}"
