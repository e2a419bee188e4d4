"""`ask`: what is asked, what may be answered, and what comes of it; as a state and over a real pipe."""

import itertools
import json
import os
import random
import subprocess
import sys
from typing import Any

import pytest
from drawing import drawn_tree
from whyrx.explore.ask import Consultation, begin
from whyrx.facts.case import case_from_tree, contradictions
from whyrx.facts.problems import CaseError
from whyrx.facts.typed import as_written
from whyrx.kb.examples import BASE
from whyrx.kb.knowledge import knowledge_base
from whyrx.kb.language import Example

KB = knowledge_base()
PAIR = "aztreonam+ceftazidime-avibactam"
NOTHING = begin(KB)


def started(tree: dict[str, Any]) -> Consultation:
    return begin(KB, json.dumps(tree).encode())


def consistent_tree(seed: int) -> dict[str, Any]:
    """The first case drawn from a seed on whose results do not contradict each other: others are refused."""
    drawn = (drawn_tree(each) for each in itertools.count(seed, 100))
    return next(tree for tree in drawn if not contradictions(case_from_tree(tree)))


def asked(consultation: Consultation) -> str | None:
    return consultation.question["fact"] if consultation.question else None


def stated(consultation: Consultation, path: str) -> Any:
    section, name = path.split(".")
    return getattr(getattr(consultation.case, section), name)


# --- what is asked --------------------------------------------------------------------------------------------


def test_where_nothing_is_known_the_organism_is_asked_first():
    assert asked(NOTHING) == "isolate.organism"


def test_with_everything_stated_nothing_is_asked():
    full = Example("", {**BASE, "patient.creatinine_clearance": "45 mL/min", "infection.pitt_score": 2}, True)
    assert started(full.document()).question is None


@pytest.mark.parametrize("seed", range(6))
def test_only_what_could_change_the_answer_is_asked_and_each_once_until_nothing_is_left(seed):
    r, consultation, seen = random.Random(seed), started(consistent_tree(seed)), []
    while (question := consultation.question) is not None:
        path = question["fact"]
        assert stated(consultation, path) is None
        assert question["effect"] in ("regimen", "dose", "together", "actions")
        assert question["values"] or question["with"]
        assert path not in seen
        seen.append(path)
        values = [v["value"] for v in question["values"] if not v["element"] and v["value"] not in ("yes", "no")]
        text = r.choice([*values, "unknown"])
        consultation = consultation.answer(text)
        assert len(seen) < 40
    assert [path for path, _ in consultation.answered] == seen


def test_what_only_works_together_with_something_unknown_is_not_asked():
    """Weight alone gives no clearance: where creatinine is unknown and none was measured, it is not asked."""
    full = {**BASE, "infection.pitt_score": 2}
    given = {path: v for path, v in full.items() if path not in ("patient.creatinine", "patient.weight")}
    consultation, seen = started(Example("", given, True).document()), []
    while consultation.question is not None:
        seen.append(asked(consultation))
        consultation = consultation.answer("unknown")
    assert len({"patient.creatinine", "patient.weight"} & set(seen)) == 1


# --- what may be answered -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text", "written"),
    [
        ("infection.septic_shock", "yes", "true"),
        ("infection.septic_shock", "No", "false"),
        ("infection.septic_shock", "true", "true"),
        ("setting.unavailable", "none", "[]"),
        ("setting.unavailable", "[colistin]", "[colistin]"),
        ("isolate.carbapenemases", "NDM-1, KPC-2", '["NDM-1", "KPC-2"]'),
        ("infection.site", "intra abdominal", "intra_abdominal"),
        ("isolate.organism", "Klebsiella pneumoniae", "Klebsiella pneumoniae"),
        ("patient.weight", " 70 kg ", "70 kg"),
        ("patient.allergies", "none", "[]"),
        (
            "patient.allergies",
            "ceftazidime severe, penicillins",
            '[{"substance": "ceftazidime", "reaction": "severe"}, {"substance": "penicillins"}]',
        ),
        (
            "patient.allergies",
            "aztreonam severe cutaneous",
            '[{"substance": "aztreonam", "reaction": "severe_cutaneous"}]',
        ),
        ("isolate.susceptibilities", f"cefiderocol S, {PAIR} R", f'{{"cefiderocol": "S", "{PAIR}": "R"}}'),
    ],
)
def test_answers_are_understood_as_people_type_them(path, text, written):
    assert as_written(path, text) == written


def test_unknown_leaves_the_field_out_and_is_not_asked_again():
    after = NOTHING.answer("unknown")
    assert after.case == NOTHING.case
    assert asked(after) != "isolate.organism"


def test_a_wrong_answer_names_the_field_and_what_was_probably_meant():
    with pytest.raises(CaseError) as error:
        NOTHING.answer("Klebsiella pneumonae")
    (problem,) = error.value.problems
    assert (problem.path, problem.suggestion) == ("isolate.organism", "Klebsiella pneumoniae")


@pytest.mark.parametrize("text", ["aztreonam severe,", ",aztreonam severe", "aztreonam severe,,penicillins"])
def test_a_comma_too_many_is_passed_over(text):
    written = json.loads(as_written("patient.allergies", text))
    assert [each["substance"] for each in written] == [word for word in ("aztreonam", "penicillins") if word in text]


@pytest.mark.parametrize("text", [",", ", ,", ""])
@pytest.mark.parametrize("path", ["patient.allergies", "isolate.susceptibilities", "setting.unavailable"])
def test_commas_alone_do_not_state_that_there_are_none(path, text):
    with pytest.raises(CaseError):
        as_written(path, text)


def test_two_results_for_one_drug_are_refused():
    with pytest.raises(CaseError) as error:
        as_written("isolate.susceptibilities", "cefiderocol R, cefiderocol S")
    assert error.value.problems[0].path == "isolate.susceptibilities[cefiderocol]"


def test_what_takes_a_fact_back_in_a_change_is_no_answer():
    with pytest.raises(CaseError):
        NOTHING.answer("not_stated")


def test_back_undoes_one_answer_also_an_unknown_one():
    one = NOTHING.answer("Klebsiella pneumoniae")
    two = one.answer("unknown")
    assert two.back() is one
    assert two.back().back() is NOTHING
    with pytest.raises(CaseError):
        NOTHING.back()


# --- why and how ------------------------------------------------------------------------------------------------


def test_why_names_rules_that_read_the_fact_and_do_not_fire_without_it():
    consultation = NOTHING.answer("Klebsiella pneumoniae").answer("NDM-1")
    _, trace = consultation.derived
    answer = consultation.why()
    types = {t.name for t in KB.edition.vocabulary.values() if t.path == answer["question"]["fact"]}
    assert answer["rules"]
    for each in answer["rules"]:
        rule = KB.edition.rule[each["rule"]["id"]]
        assert rule.reads() & types
        assert rule.id not in {firing.rule for firing in trace.firings}
        assert each["asks"]
        known = [p for p in rule.when if KB.edition.vocabulary[p.type].origin == "known"]
        assert len(each["asks"]) + len(each["has"]) + len(each["lacks"]) >= len(rule.when) - len(known)


def test_how_is_the_proof_of_a_line_so_far():
    consultation = NOTHING.answer("Klebsiella pneumoniae").answer("NDM-1")
    (proof,) = consultation.how("r1")
    assert proof["conclusion"] == f"recommend/{PAIR}/first"
    with pytest.raises(CaseError):
        consultation.how("R9")


# --- over a pipe --------------------------------------------------------------------------------------------------


def talk(typed: bytes, *options: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "whyrx", "ask", *options],
        input=typed,
        capture_output=True,
        env={**os.environ, **environment},
    )


SAID = b"Klebsiella pneumoniae\nNDM-1\nbloodstream\nnone\n"


def test_a_consultation_ends_in_the_decision_of_the_case_it_saves(tmp_path):
    file = tmp_path / "case.yaml"
    done = talk(SAID + b"done\n", "--json", "--save", str(file))
    assert done.returncode == 0
    consulted = subprocess.run([sys.executable, "-m", "whyrx", "consult", str(file), "--json"], capture_output=True)
    assert done.stdout == consulted.stdout
    case = json.loads(done.stdout)["case"]
    assert (
        case
        == case_from_tree(
            {
                "isolate": {"organism": "Klebsiella pneumoniae", "carbapenemases": ["NDM-1"]},
                "infection": {"site": "bloodstream"},
                "patient": {"allergies": []},
            }
        ).as_understood()
    )


def test_the_conversation_is_the_same_bytes_in_every_process():
    typed = b"why\n" + SAID + b"review\nhow R1\nback\nunknown\n"
    assert len({talk(typed, PYTHONHASHSEED=seed).stdout for seed in ("0", "1", "random")}) == 1


def test_what_is_not_accepted_is_said_and_asked_again():
    shown = talk(b"Klebsiella pneumonae\nKlebsiella pneumoniae\n").stdout.decode()
    assert "did you mean Klebsiella pneumoniae?" in shown
    assert "carbapenemases found?" in shown


@pytest.mark.parametrize(
    "typed",
    [b"", b"\n\n\n", b"\xff\xfe\n", b"\x00\n", b"x" * 100_000 + b"\n", "Ж\n".encode(), b"[[[[\n", b"a: b\r\n"],
)
def test_nothing_that_is_typed_breaks_it(typed):
    done = talk(typed)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"NOT ENOUGH IS KNOWN" in done.stdout


def test_a_file_is_never_overwritten_and_a_place_that_cannot_be_written_is_refused_before_the_first_question(tmp_path):
    file = tmp_path / "case.yaml"
    file.write_text("{}")
    for place in (file, tmp_path / "nowhere" / "case.yaml", tmp_path):
        done = talk(SAID, "--save", str(place))
        assert done.returncode == 2
        assert done.stdout == b""
        assert done.stderr.startswith(b"error: --save: value ")
    assert file.read_text() == "{}"


def test_a_consultation_can_start_from_a_file(tmp_path):
    file = tmp_path / "start.yaml"
    file.write_text("isolate: {organism: Klebsiella pneumoniae}")
    assert b"1. carbapenemases found?" in talk(b"", "--from", str(file)).stdout
    file.write_text("isolate: {organism: Klebsiela pneumoniae}")
    done = talk(b"", "--from", str(file))
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"error: isolate.organism: ")
