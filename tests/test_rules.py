"""Each rule's own cases: where it fires, where it does not, and both sides of each boundary; under every guideline."""

import pytest
from whyrx.facts.atoms import Given
from whyrx.facts.case import case_from_tree
from whyrx.kb.guidelines import GUIDELINES
from whyrx.kb.knowledge import knowledge_base
from whyrx.kb.near_misses import NEAR_MISSES
from whyrx.kb.own_cases import own_cases
from whyrx.prove.ways import Finished, parts

HOUSE = "house-2026"
"""The guideline that `test_guidelines` adds: shared rules that no registered one makes fire are tried under it."""

CASES = [(rule, case) for name in GUIDELINES for rule, case in own_cases(knowledge_base(name).edition)]
RULES = {rule.id: rule for name in GUIDELINES for rule in knowledge_base(name).edition.rules}.values()


@pytest.mark.parametrize(("rule", "case"), CASES, ids=[f"{rule.id}: {case.name}" for rule, case in CASES])
def test_the_rule_fires_as_its_case_says(rule, case):
    trace = knowledge_base(case.under).derive(case_from_tree(case.document()))
    assert any(firing.rule == rule.id for firing in trace.firings) == case.fires


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_has_a_case_in_which_it_fires_and_one_in_which_it_does_not(rule):
    assert {case.fires for case in rule.cases} == {True, False}
    assert {case.under for case in rule.cases} <= {*GUIDELINES, HOUSE}


FIRING = [
    (rule, case)
    for rule, case in CASES
    if case in [each for each in rule.cases if each.fires and each.under == case.under][:1]
]
"""Of each rule the first case in which it fires, under each guideline."""


@pytest.mark.parametrize(("rule", "case"), FIRING, ids=[f"{rule.id}: {case.name}" for rule, case in FIRING])
def test_a_firing_does_not_outlive_an_input_it_read(rule, case):
    """Not stated is never taken for stated: without the input this firing, on these facts, is gone."""
    tree = case_from_tree(case.document()).as_understood()
    facts = knowledge_base(case.under).derive(case_from_tree(tree)).facts
    for firing in firings(tree, rule, case.under):
        premises = [facts[premise] for premise in firing.premises]
        paths = {premise.origin.path.partition("[")[0] for premise in premises if isinstance(premise.origin, Given)}
        for path in paths:
            less = without(tree, path)
            kept = [(f.bindings, f.premises) for f in firings(less, rule, case.under)]
            assert (firing.bindings, firing.premises) not in kept


def without(tree, path):
    section, _, field = path.partition(".")
    inner = {name: value for name, value in tree[section].items() if name != field} if field else None
    return {name: inner if name == section else part for name, part in tree.items() if name != section or field}


def firings(tree, rule, under):
    trace = knowledge_base(under).derive(case_from_tree(tree))
    return [firing for firing in trace.firings if firing.rule == rule.id]


NEAR = [near for of_rule in NEAR_MISSES.values() for near in of_rule]


def test_each_near_miss_starts_from_a_case_of_its_rule():
    rules = {rule.id: rule for rule in RULES}
    assert [near for near in NEAR if near.example(rules[near.rule]) is None] == []
    assert len({(near.rule, near.of, near.under, near.path, str(near.value), near.fires) for near in NEAR}) == len(NEAR)


@pytest.mark.parametrize("near", NEAR, ids=[f"{near.rule}: {near.of}, {near.path}, {near.fires}" for near in NEAR])
def test_one_part_of_the_rule_alone_keeps_it_back_unless_it_fires_still(near):
    base = knowledge_base(near.under)
    rule = base.edition.rule[near.rule]
    finished = Finished(base.finished(case_from_tree(near.example(rule).document())))
    assert bool(finished.firings(rule)) == near.fires
    assert near.fires or any(finished.held_back(rule, part) for part in parts(rule))
