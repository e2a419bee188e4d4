"""Whether two editions say the same in every situation: proofs, and cases that show where they do not."""

from dataclasses import replace

import pytest
from whyrx.facts.atoms import Pattern
from whyrx.facts.case import Case, case_from_tree
from whyrx.kb.check import KnowledgeError, check
from whyrx.kb.decision import decide
from whyrx.kb.edition import Edition
from whyrx.kb.guidelines import GUIDELINES
from whyrx.kb.inference import KnowledgeBase
from whyrx.kb.knowledge import edition, knowledge_base
from whyrx.prove.equivalence import Equivalence
from whyrx.prove.mutants import Mutant, mutants, sample
from whyrx.prove.sample import Sample
from whyrx.prove.space import Space

SEEN = tuple(each.name for each in edition().vocabulary.values() if each.seen)


def mutant(name: str) -> Mutant:
    return next(each for each in mutants(edition()) if each.id == name)


def shown(decision: dict) -> dict:
    """What an answer shows, without what names the edition, the trace, and what assumptions support."""
    return {
        **{name: part for name, part in decision.items() if name not in ("knowledge", "trace", "assumptions")},
        "assumptions": [(each["fact"], each["text"]) for each in decision["assumptions"]],
    }


@pytest.mark.parametrize("guideline", GUIDELINES)
def test_an_edition_says_the_same_as_itself(guideline):
    assert Equivalence(edition(guideline), edition(guideline)).witness() is None


def test_a_condition_that_the_others_imply_can_be_left_out_and_nothing_that_is_shown_changes():
    """The rule asks for septic shock twice: as it is stated, and as it is concluded from that."""
    e = edition()
    rule = next(
        rule for rule in e.rules if any(p.type == "SepticShock" for p in rule.when) and rule.then.type != "Shock"
    )
    twice = replace(rule, when=(*rule.when, *(p for p in rule.when if p.type == "SepticShock")))
    other = replace(e, rules=tuple(twice if each is rule else each for each in e.rules))
    assert Equivalence(e, other).witness() is None


def test_what_is_shown_otherwise_is_told_with_a_case_in_which_it_is():
    """Male and pregnant contradict each other, so the warning needs both."""
    changed = mutant("pregnant-and-male/condition 2 left out")
    witness = Equivalence(edition(), changed.of(edition())).witness()
    assert witness is not None
    assert witness.changes.startswith("Warn contradiction: nothing → pregnant_and_male")
    assert witness.case == {"patient": {"pregnancy": "pregnant"}}


def test_other_words_for_the_same_conclusion_are_a_change():
    """`regimen` is named in the sentence; the conclusion does not hold it."""
    e = edition()
    cut = mutant("table augmented-clearance/aztreonam: cut 120 on the other side")
    witness = Equivalence(e, cut.of(e)).witness()
    assert witness is not None
    assert witness.changes.startswith("reason of Warn clearance augmented: ")
    assert witness.case is not None
    assert witness.case["patient"]["creatinine_clearance"] == "120 mL/min"


def test_a_dose_that_says_something_else_under_the_same_name_is_a_change():
    e = edition()
    table, row = e.row["cefiderocol-us-from-60-under-120"]
    slower = replace(row, payload={**row.payload, "infusion_h": 4})
    rows = tuple(slower if each is row else each for each in table.rows)
    other = replace(e, tables={**e.tables, table.id: replace(table, rows=rows)})
    witness = Equivalence(e, other).witness()
    assert witness is not None
    assert witness.changes.startswith(f"Dose cefiderocol maintenance: {row.id} → {row.id} (changed)")


def test_another_grade_of_a_statement_that_is_quoted_is_a_change():
    e = edition()
    graded = next(each for each in mutants(e) if each.kind == "grade")
    witness = Equivalence(e, graded.of(e)).witness()
    assert witness is not None
    assert "Graded" in witness.changes


def test_a_conclusion_that_nothing_shown_rests_on_may_change():
    e = edition()
    rule = next(rule for rule in e.rules if rule.then.type == "Shock")
    unread = replace(e, rules=(rule,), vocabulary={n: replace(t, seen=False) for n, t in e.vocabulary.items()})
    gone = replace(unread, rules=(replace(rule, then=Pattern("Adult", ())),))
    assert Equivalence(unread, gone).witness() is None


def well_formed(e: Edition) -> bool:
    try:
        check(e)
    except KnowledgeError:
        return False
    return True


FEW = [each for each in sample(mutants(edition()), 8) if well_formed(each.of(edition()))]


@pytest.mark.parametrize("changed", FEW, ids=lambda each: each.id)
def test_the_proof_agrees_with_experta(changed):
    """The case of a witness shows a difference; where there is none, drawn cases show none."""
    e, other = edition(), changed.of(edition())
    bases = knowledge_base(), KnowledgeBase(other)

    def answers(case: Case) -> list[object]:
        decided = [shown(decide(base.edition, case, base.derive(case))) for base in bases]
        concluded = [{fact.id for fact in base.concludes(case, SEEN)} for base in bases]
        return list(zip(decided, concluded, strict=True))

    witness = Equivalence(e, other).witness()
    if witness is not None:
        assert witness.case is not None
        before, after = answers(case_from_tree(witness.case))
        assert before != after
        return
    drawn = Sample(Space(e))
    for seed in range(40):
        before, after = answers(drawn.case(drawn.drawn(seed)))
        assert before == after
