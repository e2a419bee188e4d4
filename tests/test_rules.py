"""Each rule's own cases: where it fires, where it does not, and both sides of each boundary."""

import pytest
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


@pytest.mark.parametrize("rule", KB.edition.rules, ids=lambda rule: rule.id)
def test_a_rule_that_reads_an_input_has_a_case_in_which_one_is_not_stated(rule):
    vocabulary = KB.edition.vocabulary
    paths = {vocabulary[pattern.type].path for pattern in rule.when} - {None}
    assert not paths or rule.assumes or any(paths - set(case.given) for case in rule.cases)
