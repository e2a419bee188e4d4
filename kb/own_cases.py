"""Runs the cases that stand in the rules themselves."""

from collections.abc import Iterator

from ..facts.case import case_from_tree
from ..facts.problems import CaseError
from .inference import KnowledgeBase


def failing_cases(base: KnowledgeBase) -> Iterator[str | None]:
    """Run every case of every rule: a finding where the rule does not do what its case says, else None."""
    for rule in base.edition.rules:
        for fires, words in ((True, "fires"), (False, "stays silent")):
            if all(case.fires != fires for case in rule.cases):
                yield f"rule {rule.id}: has no case in which it {words}"
        for case in rule.cases:
            try:
                trace = base.derive(case_from_tree(case.document()))
            except CaseError as error:
                yield f"rule {rule.id}, case {case.name}: {'; '.join(str(error).splitlines())}"
                continue
            fired = any(firing.rule == rule.id for firing in trace.firings)
            wanted = "fire" if case.fires else "stay silent"
            yield None if fired == case.fires else f"rule {rule.id}, case {case.name}: it should {wanted}"
