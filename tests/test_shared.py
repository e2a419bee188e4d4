"""Shared derivations: modules, one by one, conclude what one engine over all rules concludes, firing by firing."""

import copy
import json
import os
import random
from collections.abc import Iterable

import pytest
from drawing import drawn_tree, likely_tree
from whyrx.facts.atoms import Fact, Pattern
from whyrx.facts.case import case_from_tree
from whyrx.facts.working_memory import working_memory
from whyrx.kb import shared
from whyrx.kb.edition import Edition
from whyrx.kb.engine import RuleEngine
from whyrx.kb.guidelines import GUIDELINES
from whyrx.kb.inference import KnowledgeBase
from whyrx.kb.knowledge import edition, knowledge_base
from whyrx.kb.modules import modules, recursive
from whyrx.kb.own_cases import own_cases
from whyrx.kb.shared import SharedDerivation
from whyrx.kb.strata import strata
from whyrx.prove.mutants import mutants

DRAWN = 1000 if os.environ.get("WHYRX_LONG") else 15
"""With WHYRX_LONG=1 also all cases of all rules are tried, not one in five."""


def derivation(e: Edition) -> SharedDerivation:
    return SharedDerivation(e.rules, e.vocabulary, e.known)


def drawn(e: Edition, seeds: Iterable[int]) -> list[tuple[Fact, ...]]:
    trees = [tree for seed in seeds for tree in (likely_tree(seed), drawn_tree(seed))]
    return [working_memory(case_from_tree(tree), e.measures) for tree in trees]


@pytest.fixture(scope="module", params=GUIDELINES)
def known(request) -> Edition:
    return edition(request.param)


# --- the same bytes -----------------------------------------------------------------------------------------


def test_shared_modules_fire_as_one_engine_does_in_the_same_order(known):
    one, parts = RuleEngine(known.rules, known.vocabulary, known.known), derivation(known)
    documents = sorted({json.dumps(case.document()) for _, case in own_cases(known)})
    step = 1 if os.environ.get("WHYRX_LONG") else 5
    own = (case_from_tree(json.loads(document)) for document in documents[::step])
    cases = [*drawn(known, range(DRAWN)), *(working_memory(case, known.measures) for case in own)]
    for facts in cases:
        assert parts.run(facts) == one.run(facts)


def test_a_state_derived_for_one_patient_gives_another_their_own_numbers():
    """Two patients who differ in nothing that a rule can test share all states; each keeps their own clearance."""
    e = edition()
    parts = derivation(e)
    trees = [likely_tree(3) | {"patient": {"creatinine_clearance": f"{n} mL/min", "age": 60}} for n in (43, 44)]
    one, other = (parts.run(working_memory(case_from_tree(tree), e.measures)) for tree in trees)
    assert [f.conclusion for f in one] == [f.conclusion for f in other]
    amounts = [{value for f in firings for name, value in f.bindings if name == "amount"} for firings in (one, other)]
    assert amounts == [{"43 mL/min"}, {"44 mL/min"}]


def test_what_was_met_before_changes_nothing(known):
    fresh = [derivation(known).run(facts) for facts in drawn(known, range(3))]
    warm, order = derivation(known), list(range(len(fresh)))
    for seed in range(2):
        random.Random(seed).shuffle(order)
        for index in order:
            assert warm.run(drawn(known, range(3))[index]) == fresh[index]


def test_a_state_is_derived_once():
    e = edition()
    parts, facts = derivation(e), drawn(edition(), [1])[0]
    parts.run(facts)
    before = parts.derived
    parts.run(facts)
    assert parts.derived == before > 0


def test_memory_is_bounded(monkeypatch):
    e = edition()
    cases, plain = drawn(e, range(10)), RuleEngine(e.rules, e.vocabulary, e.known)
    monkeypatch.setattr(shared, "MOST_STATES", 50)
    monkeypatch.setattr(shared, "MOST_PIVOTS", 20)
    parts = derivation(e)
    for facts in cases:
        assert parts.run(facts) == plain.run(facts)
        assert sum(map(len, parts._states)) <= 50
        assert len(parts._starting) <= 20


def test_only_what_is_wanted_is_derived():
    e = edition()
    wanted = e.behind(("Recommend",))
    for facts in drawn(e, range(8)):
        whole, part = derivation(e).run(facts), derivation(e).run(facts, wanted)
        assert part == [firing for firing in whole if firing.conclusion.type in wanted]


def test_traces_are_equal_with_and_without_sharing(known):
    one, parts = KnowledgeBase(known, shared=False), KnowledgeBase(known)
    trees = [tree(seed) for seed in range(5 * DRAWN // 2) for tree in (likely_tree, drawn_tree)]
    random.Random(0).shuffle(trees)
    for tree in trees:
        case = case_from_tree(tree)
        assert one.derive(case) == parts.derive(case)


NUMBERS = {
    "patient.age": ["61", "62"],
    "patient.weight": ["70 kg", "71 kg"],
    "patient.height": ["175 cm", "176 cm"],
    "patient.creatinine": ["1.01 mg/dL", "1.02 mg/dL"],
    "patient.creatinine_clearance": ["43 mL/min", "44.5 mL/min"],
    "infection.pitt_score": ["5", "6"],
    "patient.crrt_effluent": ["2.5 L/h", "2.6 L/h"],
    "as_of": ["2026-11-22", "2026-11-23"],
}


@pytest.mark.parametrize("seed", range(12))
def test_patients_in_one_situation_share_a_derivation_and_keep_their_own_numbers(seed, known):
    """The second is given the derivation of the first: the trace must be the one that it has alone."""
    alone, together = KnowledgeBase(known, shared=False), KnowledgeBase(known)
    cases = []
    for number in range(2):
        tree = copy.deepcopy(likely_tree(seed))
        for path, values in NUMBERS.items():
            *sections, name = path.split(".")
            holder = tree.get(sections[0], {}) if sections else tree
            if name in holder:
                holder[name] = int(values[number]) if values[number].isdigit() else values[number]
        cases.append(case_from_tree(tree))
    together.derive(cases[0])
    situations = len(together._situations)
    assert together.derive(cases[1]) == alone.derive(cases[1])
    assert len(together._situations) == situations


# --- how rules are split ------------------------------------------------------------------------------------


def test_every_rule_is_in_one_module_of_its_stratum(known):
    parts = modules(known.rules, known.vocabulary, {fact.type for fact in known.known})
    levels = strata(known.rules)
    assert sorted(rule.id for part in parts for rule in part.rules) == sorted(rule.id for rule in known.rules)
    for part in parts:
        for rule in part.rules:
            assert part.stratum == levels[rule.then.type]
            assert rule.when[part.places[rule.id]].type == part.type


def test_a_module_looks_at_all_that_its_rules_read(known):
    tables = {fact.type for fact in known.known}
    for part in modules(known.rules, known.vocabulary, tables):
        seen = {part.type, *(view.type for view in (*part.needed, *part.barring, *part.compared))}
        for rule in part.rules:
            assert rule.reads() - tables <= seen


def test_what_an_exception_compares_with_something_beside_the_pivot_is_seen_in_full(known):
    for part in modules(known.rules, known.vocabulary, {fact.type for fact in known.known}):
        for rule in part.rules:
            pivot = rule.when[part.places[rule.id]]
            wide = {pattern.type for pattern in rule.unless if not pattern.variables() <= pivot.variables()}
            assert wide <= {view.type for view in part.compared}


def test_no_edition_is_recursive(known):
    """Were one, its cases would be derived without sharing: right, and slow."""
    assert not recursive(known.rules)


def test_recursive_rules_are_told(known):
    rule = known.rules[0]
    again = type(rule)("again", "", rule.source, (Pattern(rule.then.type, ()),), rule.then, "")
    assert recursive((*known.rules, again))


# --- what a similar edition has derived ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "recommend-ranked/exception 1 left out",
        "row cefiderocol-class-b/left out",
        "table aztreonam-doses/aztreonam US clearance maintenance: cut 10 down",
    ],
)
def test_states_of_a_similar_edition_are_taken_over_only_where_nothing_differs(name):
    """A cut point that moves in one table gives the rows of all tables by clearance other ranges."""
    ours = edition()
    (mutant,) = [each for each in mutants(ours) if each.id == name]
    cases = [case_from_tree(likely_tree(seed)) for seed in range(8)]
    cases += [
        case_from_tree(likely_tree(1) | {"patient": {"creatinine_clearance": f"{n} mL/min"}}) for n in (9, 10, 20)
    ]
    base, plain = KnowledgeBase(mutant.of(ours)), KnowledgeBase(mutant.of(ours), shared=False)
    released = knowledge_base()
    for case in cases:
        released.derive(case)
    base.adopt(released)
    assert base.shared.derived > 0
    for case in cases:
        assert base.firings(case) == plain.firings(case)
