"""Each rule's own cases: where it fires, where it does not, and both sides of each boundary."""

import pytest
from whyrx.facts.atoms import Given
from whyrx.facts.case import case_from_tree
from whyrx.kb.knowledge import knowledge_base

KB = knowledge_base()
CASES = [(rule, case) for rule in KB.edition.rules for case in rule.cases]


@pytest.mark.parametrize(("rule", "case"), CASES, ids=[f"{rule.id}: {case.name}" for rule, case in CASES])
def test_the_rule_fires_as_its_case_says(rule, case):
    trace = KB.derive(case_from_tree(case.document()))
    assert any(firing.rule == rule.id for firing in trace.firings) == case.fires


@pytest.mark.parametrize("rule", KB.edition.rules, ids=lambda rule: rule.id)
def test_a_rule_has_a_case_in_which_it_fires_and_one_in_which_it_does_not(rule):
    assert {case.fires for case in rule.cases} == {True, False}


FIRING = [(rule, case) for rule, case in CASES if case.fires]


@pytest.mark.parametrize(("rule", "case"), FIRING, ids=[f"{rule.id}: {case.name}" for rule, case in FIRING])
def test_a_firing_does_not_outlive_an_input_it_read(rule, case):
    """Not stated is never taken for stated: without the input this firing, on these facts, is gone."""
    tree = case_from_tree(case.document()).as_understood()
    facts = KB.derive(case_from_tree(tree)).facts
    for firing in firings(tree, rule):
        premises = [facts[premise] for premise in firing.premises]
        paths = {premise.origin.path.partition("[")[0] for premise in premises if isinstance(premise.origin, Given)}
        for path in paths:
            section, field = path.split(".")
            less = {**tree, section: {name: value for name, value in tree[section].items() if name != field}}
            assert (firing.bindings, firing.premises) not in [(f.bindings, f.premises) for f in firings(less, rule)]


def firings(tree, rule):
    return [firing for firing in KB.derive(case_from_tree(tree)).firings if firing.rule == rule.id]
