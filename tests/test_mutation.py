"""Mutants and what catches them, on small editions where the answer is known by thought; and a few of the real one."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from sessions import others
from whyrx.facts.atoms import V
from whyrx.facts.case import case_from_tree
from whyrx.facts.vocabulary import AugmentedClearance, Clearance, SepticShock, Shock, Site, Warn
from whyrx.kb.accepted_mutants import ACCEPTED
from whyrx.kb.edition import Row, Table
from whyrx.kb.guidelines import GUIDELINES
from whyrx.kb.inference import KnowledgeBase
from whyrx.kb.knowledge import edition, knowledge_base
from whyrx.kb.language import DEFAULT_GUIDELINE, Cite, Rule
from whyrx.prove import mutation as mutation_module
from whyrx.prove.mutants import mutants, sample
from whyrx.prove.mutation import Plan, Result, Suite, Verdict, mutate, plan
from whyrx.prove.text_mutation import mutation, summary
from whyrx.prove.trials import Trial, trials

RULINGS = Cite("whyrx-rulings", "a rule of a test")
SHOCK = Rule("shock", "Shock.", RULINGS, (SepticShock(value="yes"),), Shock(), "Shock.")
BLOOD_IN_SHOCK = Rule(
    "blood-in-shock",
    "Blood in shock.",
    RULINGS,
    (Shock(), SepticShock(value="yes"), Site(value="bloodstream")),
    Warn(kind="safety", topic="blood"),
    "Blood in shock.",
)
"""Its first two conditions imply each other: either can be left out and nothing changes."""
QUIET = Rule(
    "quiet", "Quiet.", RULINGS, (Site(value="bloodstream"),), Warn(kind="cns", topic="quiet"), "Quiet.", (Shock(),)
)
FAST = Rule(
    "fast",
    "Fast.",
    RULINGS,
    (Clearance(basis="measured", atom=V.atom), AugmentedClearance(drug=V.drug, atom=V.atom)),
    Warn(kind="clearance", topic=V.drug),
    "{drug} is cleared fast.",
)
TABLE = Table(
    "fast-clearance",
    "fast",
    "AugmentedClearance",
    (Row("colistin-fast", ("colistin",), "fast", "a test", band="[130,)"),),
    quantity="Clearance",
)


def small(*rules, tables=()):
    read = {name for each in rules for name in each.reads()}
    shown = {name: replace(t, seen=t.seen or name not in read) for name, t in edition().vocabulary.items()}
    held = {table.id: table for table in tables}
    return KnowledgeBase(replace(edition(), rules=rules, tables=held, coverage=(), vocabulary=shown))


def trial(name, of_rule, fires, **fields):
    tree = {}
    for path, value in fields.items():
        section, field = path.split("__")
        tree.setdefault(section, {})[field] = value
    return Trial(name, case_from_tree(tree), of_rule, fires)


SHOCKED = {"infection__site": "bloodstream", "infection__septic_shock": True}
CASES = [
    trial("shocked", "blood-in-shock", True, **SHOCKED),
    trial("lung", "blood-in-shock", False, **SHOCKED | {"infection__site": "pneumonia"}),
    trial("shock", "shock", True, **SHOCKED),
    trial("no shock", "shock", False, **SHOCKED | {"infection__septic_shock": False}),
    trial("calm", "quiet", True, infection__site="bloodstream"),
    trial("not calm", "quiet", False, **SHOCKED),
]


def verdicts(base, cases, checks=None):
    suite = Suite(base, cases, checks or {})
    return {mutant.id: suite.verdict(mutant) for mutant in mutants(base.edition)}


@pytest.fixture(scope="module")
def found():
    return verdicts(small(SHOCK, BLOOD_IN_SHOCK, QUIET), CASES)


def test_a_condition_that_others_imply_can_be_left_out_and_nothing_notices(found):
    assert found["blood-in-shock/condition 1 left out"].by == "nothing"
    assert found["blood-in-shock/condition 2 left out"].by == "nothing"


def test_a_case_of_the_rule_catches_a_condition_left_out_and_a_constant_swapped(found):
    left_out = found["blood-in-shock/condition 3 left out"]
    assert (left_out.by, left_out.how) == ("case", "lung")
    swapped = [v for name, v in found.items() if name.startswith("blood-in-shock/condition 3 with value")]
    assert [(v.by, v.how) for v in swapped] == [("case", "shocked")]


def test_a_case_catches_an_exception_left_out(found):
    assert (found["quiet/exception 1 left out"].by, found["quiet/exception 1 left out"].how) == ("case", "not calm")


def test_the_check_catches_a_condition_left_out_that_binds_what_the_sentence_says():
    found = verdicts(small(FAST, tables=[TABLE]), [])
    assert found["fast/condition 2 left out"].by == "check"


def test_a_conclusion_swapped_is_noticed_only_by_who_looks_at_it(found):
    (name,) = [name for name in found if name.startswith("quiet/conclusion with kind")]
    assert found[name].by == "nothing"

    def no_cns_warning_lost(e):
        return None if any(rule.then == QUIET.then for rule in e.rules) else "the warning is gone"

    looked = verdicts(small(SHOCK, BLOOD_IN_SHOCK, QUIET), CASES, {"invariant": no_cns_warning_lost})
    assert (looked[name].by, looked[name].how) == ("invariant", "the warning is gone")


def test_a_topic_is_a_name_and_is_not_mutated(found):
    assert not [name for name in found if "topic" in name]


def test_a_cut_point_is_caught_by_cases_on_either_side_and_by_no_others():
    base = small(FAST, tables=[TABLE])
    near = [
        trial("130", "fast", True, patient__creatinine_clearance="130 mL/min"),
        trial("129", "fast", False, patient__creatinine_clearance="129 mL/min"),
    ]
    far = [
        trial("150", "fast", True, patient__creatinine_clearance="150 mL/min"),
        trial("100", "fast", False, patient__creatinine_clearance="100 mL/min"),
    ]
    cuts = [f"table fast-clearance/colistin: cut 130 {way}" for way in ("up", "down", "on the other side")]
    assert [verdicts(base, near)[cut].how for cut in cuts] == ["130", "129", "130"]
    assert [verdicts(base, far)[cut].by for cut in cuts] == ["nothing"] * 3
    assert verdicts(base, far)["row colistin-fast/left out"].how == "150"


def test_a_row_left_out_of_an_unread_table_changes_nothing():
    base = small(SHOCK, tables=[TABLE])
    assert verdicts(base, CASES)["row colistin-fast/left out"].by == "nothing"


# --- which mutants are made ----------------------------------------------------------------------------------------


def test_every_mutant_differs_from_the_edition_and_has_a_name_of_its_own():
    e = edition()
    made = mutants(e)
    assert len({mutant.id for mutant in made}) == len(made)
    for mutant in sample(made, 60):
        assert mutant.of(e).logic() != e.logic(), mutant.id


def test_the_sample_is_always_the_same_and_part_of_all():
    made = mutants(edition())
    some = sample(made, 20)
    assert some == sample(reversed(made), 20)
    names = {mutant.id for mutant in some}
    assert len(names) == 20
    assert {mutant.id for mutant in sample(made, 10)} <= names


def test_every_kind_of_defect_is_made():
    kinds = {mutant.kind for mutant in mutants(edition())}
    assert kinds == {
        "condition left out",
        "exception left out",
        "constant of a condition",
        "constant of an exception",
        "constant of the conclusion",
        "exception widened",
        "variable no longer shared",
        "row left out",
        "value of a row",
        "dose of another row",
        "bound of one row",
        "cut point",
        "grade",
    }


def test_what_is_accepted_is_a_mutant_and_has_a_reason():
    made = {mutant.id for name in GUIDELINES for mutant in mutants(edition(name))}
    assert ACCEPTED.keys() <= made
    assert all(ACCEPTED.values())


# --- the result ------------------------------------------------------------------------------------------------------


def test_what_survives_fails_unless_it_is_accepted_by_name():
    changing = "Recommend cefiderocol: alternative → nothing"
    verdicts = (Verdict("a", "k", "case"), Verdict("b", "k", "nothing"), Verdict("c", "k", "nothing", changing, {}))
    result = Result(9, verdicts, {"b": "equivalent", "a": "once"}).as_json()
    assert result["caught"] == {"accepted": 1, "case": 1, "nothing": 1}
    assert result["survivors"] == ["c"]
    assert result["accepted"] == {"b": "equivalent"}
    assert result["accepted_but_caught"] == ["a"]
    assert result["witnesses"] == {"c": {"case": {}, "changes": changing}}
    assert summary(result) == "3 mutants, a sample of 9: 1 survived that nobody accepted by name"
    same = (Verdict("a", "k", "equivalent"),)
    words = summary(Result(1, same, {}).as_json())
    assert words == "1 mutants: none survived that nobody accepted by name; 1 say the same in every situation, by proof"
    assert mutation(result)


def test_a_mutant_of_several_guidelines_is_equivalent_only_if_it_is_under_each():
    """Of a shared rule on doses by the liver, which no drug of the first guideline has and one of the second does."""
    name = "dose-in-child-pugh-c-clearance/condition 2 left out"
    made = plan(GUIDELINES)
    chosen = {g: tuple(m for m in of if m.id == name) for g, of in made.chosen.items()}
    first = dict(list(chosen.items())[:1])
    ticks = []
    assert [v.by for v in mutate(Plan(1, first), accepted={}).verdicts] == ["equivalent"]
    found = mutate(Plan(1, chosen), tick=lambda: ticks.append(1), accepted={})
    assert [v.by for v in found.verdicts] == ["case"]
    assert len(ticks) == 1


def test_grave_defects_are_caught_by_the_cases_that_stand_in_the_rules():
    base = knowledge_base()
    suite = Suite(base, trials(base.edition), {})
    made = {mutant.id: mutant for mutant in mutants(base.edition)}
    grave = (
        "recommend-ranked/exception 1 left out",
        "ndm-klebsiella-severe-pair-first/condition 3 left out",
        "ndm-klebsiella-severe-pair-first/condition 5 with value non_severe",
        "severe-allergy-excludes-drug/condition 2 with verdict caution",
    )
    assert {name: suite.verdict(made[name]).by for name in grave} == dict.fromkeys(grave, "case")


# --- a run that is ended ---------------------------------------------------------------------------------------------


class Stub:
    """Says at once that a mutant is caught, and remembers that it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def verdict(self, mutant):
        self.asked.append(mutant.id)
        return Verdict(mutant.id, mutant.kind, "nothing", "Recommend: a → b", {"patient": {"age": 60}})


def test_verdicts_are_kept_and_found_again_unless_the_cases_are_others(tmp_path, monkeypatch):
    stub, keep, case = Stub(), tmp_path / "verdicts", tmp_path / "case.yaml"
    monkeypatch.setattr(mutation_module, "_suite", lambda guideline, files: stub)
    case.write_text("infection: {site: bloodstream}")
    made = mutants(edition())
    some, more = (Plan(len(made), {DEFAULT_GUIDELINE: tuple(sample(made, size))}) for size in (6, 9))
    names = [mutant.id for mutant in some.chosen[DEFAULT_GUIDELINE]]
    first = mutate(some, keep=keep)
    assert stub.asked == names
    assert mutate(some, keep=keep) == first
    assert stub.asked == names
    lines = keep.read_text().splitlines()
    keep.write_text("\n".join([*lines[1:], lines[0][:40]]) + "\n")  # the first was cut short
    found = mutate(more, keep=keep)
    assert len(stub.asked) == 6 + 1 + 3
    assert found == mutate(more)
    mutate(some, [case], keep=keep)
    assert stub.asked[-6:] == names


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_run_that_is_killed_leaves_no_process_and_keeps_what_it_found(tmp_path):
    keep = tmp_path / "verdicts"
    words = ["rules", "mutate", "--guideline", DEFAULT_GUIDELINE, "--sample", "12", "--workers", "2", "--json"]
    command = [sys.executable, "-m", "whyrx", *words, "--keep", str(keep)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, env=environment, start_new_session=True, stdout=subprocess.DEVNULL) as process:
        while not (keep.exists() and keep.stat().st_size) and process.poll() is None:
            time.sleep(0.01)
        assert process.poll() is None
        assert others(process.pid)
        process.terminate()
    deadline = time.monotonic() + 60
    while others(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert others(process.pid) == []
    assert all(json.loads(line)["unit"] for line in keep.read_text().splitlines())
