"""Derived states that survive the process: believed only where the rules bear them out, and nothing else changes."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from drawing import drawn_tree, likely_tree
from test_cohort import TREES, cells, command, written
from whyrx import __version__
from whyrx.cohort import batch
from whyrx.cohort.batch import Job, run
from whyrx.facts.case import case_from_tree
from whyrx.facts.problems import CaseError
from whyrx.kb import states
from whyrx.kb.guidelines import GUIDELINES
from whyrx.kb.inference import KnowledgeBase
from whyrx.kb.knowledge import edition
from whyrx.kb.language import DEFAULT_GUIDELINE
from whyrx.kb.states import derived_of, read, states_of, together, write

CASES = [case_from_tree(tree(seed)) for seed in range(6) for tree in (likely_tree, drawn_tree)]


def warmed(guideline: str = DEFAULT_GUIDELINE) -> KnowledgeBase:
    """A knowledge base that has met some cases."""
    base = KnowledgeBase(edition(guideline))
    for case in CASES:
        base.derive(case)
    return base


@pytest.fixture(scope="module")
def known() -> states.States:
    base = warmed()
    assert base.shared is not None
    return states_of(base, base.shared.fresh())


@pytest.fixture
def base() -> KnowledgeBase:
    return KnowledgeBase(edition(DEFAULT_GUIDELINE))


@pytest.fixture
def file(known, tmp_path) -> Path:
    write(tmp_path / "file.states", {DEFAULT_GUIDELINE: known})
    return tmp_path / "file.states"


def rewritten(file: Path, **header: str) -> None:
    """Give a file the header that its second line needs, with something else in it."""
    content = file.read_bytes().split(b"\n")[1]
    right = {"schema": states.SCHEMA, "sha256": hashlib.sha256(content).hexdigest(), "software": __version__}
    file.write_bytes(json.dumps({**right, **header}).encode() + b"\n" + content + b"\n")


def edited(file: Path, change: Any) -> None:
    """Change what a file says of the default guideline, with a checksum that is right."""
    held = json.loads(file.read_bytes().split(b"\n")[1])
    change(held[DEFAULT_GUIDELINE])
    file.write_bytes(b"\n" + json.dumps(held).encode() + b"\n")
    rewritten(file)


# --- what is kept and taken back ----------------------------------------------------------------------------


@pytest.mark.parametrize("guideline", GUIDELINES)
def test_states_are_taken_back_as_they_were_derived(guideline, tmp_path):
    warm, again = warmed(guideline), KnowledgeBase(edition(guideline))
    assert warm.shared is not None
    assert again.shared is not None
    write(tmp_path / "states", {guideline: states_of(warm, warm.shared.fresh())})
    again.shared.learn(derived_of(again, read(tmp_path / "states", {guideline: again})[guideline]))
    assert again.shared._states == warm.shared._states
    assert again.shared.derived == warm.shared.derived > 100


@pytest.mark.parametrize("guideline", GUIDELINES)
def test_with_states_taken_back_cases_are_derived_as_by_one_engine(guideline):
    warm, again, plain = (
        warmed(guideline),
        KnowledgeBase(edition(guideline)),
        KnowledgeBase(edition(guideline), shared=False),
    )
    assert warm.shared is not None
    assert again.shared is not None
    again.shared.learn(derived_of(again, states_of(warm, warm.shared.fresh())))
    before = again.shared.derived
    for case in CASES:
        assert again.derive(case) == plain.derive(case)
    assert again.shared.derived == before  # none had to be derived


def test_nothing_of_a_patient_that_no_rule_tests_is_kept():
    base = KnowledgeBase(edition(DEFAULT_GUIDELINE))
    patient = {"age": 61, "weight": "73.25 kg", "creatinine_clearance": "43.5 mL/min", "sex": "male"}
    base.derive(case_from_tree(likely_tree(3) | {"id": "Jane-Doe", "as_of": "2026-11-22", "patient": patient}))
    assert base.shared is not None
    text = json.dumps(states_of(base, base.shared.fresh()))
    assert "age" in text
    for private in ("Jane", "73.25", "43.5", "2026-11-22"):
        assert private not in text


def test_states_from_two_places_are_each_kept_once(known, base, monkeypatch):
    half = {**known, "states": known["states"][::2]}
    assert together(half, known)["states"] == [*known["states"][::2], *known["states"][1::2]]
    assert list(derived_of(base, together(known, known))) == list(derived_of(base, known))
    monkeypatch.setattr(states, "MOST_STATES", len(known["states"]) - 1)
    assert together(half, known) == known  # the newer ones alone


# --- what is believed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda data: b"", "this one has no header"),
        (lambda data: b"PAR1 is another thing", "this one has no header"),
        (lambda data: b"{}\n{}\n", "this one has no header"),
        (lambda data: data[: len(data) // 2], "SHA-256 .* and its header says"),
        (lambda data: data[:-100], "SHA-256"),
        (lambda data: data.split(b"\n")[0], "SHA-256"),
        (lambda data: data[:-50] + bytes([data[-50] ^ 1]) + data[-49:], "SHA-256"),
    ],
)
def test_a_damaged_file_is_refused_and_left_as_it_is(damage, says, file, base):
    file.write_bytes(damage(file.read_bytes()))
    before = file.read_bytes()
    with pytest.raises(CaseError, match=rf"--states: value file\.states; .*{says}"):
        read(file, {DEFAULT_GUIDELINE: base})
    assert file.read_bytes() == before


def test_a_file_that_is_not_there_holds_nothing(base, tmp_path):
    assert read(tmp_path / "none", {DEFAULT_GUIDELINE: base}) == {}
    with pytest.raises(CaseError, match="--states"):
        read(tmp_path, {DEFAULT_GUIDELINE: base})


def fires(states: states.States) -> list[Any]:
    """The states in which something fires."""
    return [state for state in states["states"] if state[3]]


def other_rule(states: states.States) -> None:
    one, *_ = fires(states)
    one[3][0][0] = next(rule for *_, firings in fires(states) for rule, _ in firings if rule != one[3][0][0])


def other_premise(states: states.States) -> None:
    state = next(state for state in fires(states) if len(state[3][0][1]) > 1)
    premises = state[3][0][1]
    place = next(n for n, name in enumerate(premises) if name != state[1])
    premises[place] = next(name for name in states["facts"] if name != premises[place])


def fact_more(states: states.States) -> None:
    state = states["states"][0]
    state[2] = sorted({*state[2], *list(states["facts"])[:40]})


def fact_less(states: states.States) -> None:
    state = next(state for state in fires(states) if len(state[2]) > 1)
    state[2].remove(next(name for name in state[2] if name != state[1]))


def fact_renamed(states: states.States) -> None:
    name = next(iter(states["facts"]))
    states["facts"][name][-1] += "-else"


def twice(states: states.States) -> None:
    state = fires(states)[0]
    state[3].append(state[3][0])


def other_module(states: states.States) -> None:
    fires(states)[0][0] += 1


def no_such_module(states: states.States) -> None:
    fires(states)[0][0] = 10_000


def not_a_list(states: states.States) -> None:
    states["states"] = {"a": 1}


@pytest.mark.parametrize(
    "change",
    [other_rule, other_premise, fact_more, fact_less, fact_renamed, twice, other_module, no_such_module, not_a_list],
)
def test_a_file_with_a_right_checksum_that_the_rules_do_not_bear_out_is_refused(change, file, base, monkeypatch):
    """Whichever states are drawn: none is derived again here."""
    monkeypatch.setattr(states, "DERIVED_AGAIN", 0)
    edited(file, lambda held: None)
    assert DEFAULT_GUIDELINE in read(file, {DEFAULT_GUIDELINE: base})
    edited(file, change)
    with pytest.raises(CaseError, match=r"--states: value file\.states"):
        read(file, {DEFAULT_GUIDELINE: base})


def test_a_file_says_of_no_rule_that_it_concludes_what_it_does_not(known):
    """What is concluded is not in the file at all: it follows from the rule and its premises."""
    assert all(len(firing) == 2 for *_, firings in known["states"] for firing in firings)


def test_an_exception_that_holds_is_seen(base, known):
    rules = base.edition.rule
    assert base.shared is not None
    for state in derived_of(base, known):
        module = base.shared.modules[state.module]
        barred = [rules[name] for name in module.places if rules[name].unless]
        quiet = [rule for rule in barred if rule.id not in {firing.rule for firing in state.firings}]
        for rule in quiet:
            if len(rule.when) == 1:  # its condition is the pivot, so an exception must be why it is quiet
                row = [state.module, state.pivot.id, [f.id for f in state.seen], [[rule.id, [state.pivot.id]]]]
                with pytest.raises(ValueError, match=r"exception holds|not its own"):
                    list(derived_of(base, {**known, "states": [row]}))


def test_a_firing_that_is_left_out_shows_where_its_state_is_derived_again(file, base, monkeypatch):
    """This alone a file can hide: only states that are drawn are derived again."""
    edited(file, lambda held: [state[3].clear() for state in fires(held)])
    monkeypatch.setattr(states, "DERIVED_AGAIN", 10_000)
    with pytest.raises(CaseError, match="that experta derives otherwise"):
        read(file, {DEFAULT_GUIDELINE: base})
    monkeypatch.setattr(states, "DERIVED_AGAIN", 0)
    assert DEFAULT_GUIDELINE in read(file, {DEFAULT_GUIDELINE: base})


@pytest.mark.parametrize("header", [{"schema": "whyrx-states/0"}, {"software": "0.0.0"}])
def test_a_file_of_another_edition_of_the_software_is_left_aside(header, file, base):
    rewritten(file, **header)
    assert read(file, {DEFAULT_GUIDELINE: base}) == {}


@pytest.mark.parametrize("name", ["knowledge", "modules"])
def test_states_of_other_knowledge_are_left_aside(name, file, base):
    edited(file, lambda held: held.update({name: "0" * 64}))
    assert read(file, {DEFAULT_GUIDELINE: base}) == {}


def test_a_write_that_fails_leaves_what_was_there(file, known, monkeypatch):
    before = file.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(file, {DEFAULT_GUIDELINE: {**known, "states": []}})
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == ["file.states"]


# --- cohorts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("suffix", "trees"), [(".parquet", TREES[:40]), (".jsonl", TREES[:10])])
def test_a_cohort_has_the_same_bytes_with_and_without_states(suffix, trees, tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "PART_ROWS", {".parquet": 16, ".jsonl": 4})
    cases = written([cells(tree) for tree in trees], tmp_path / "cases.parquet")
    file = tmp_path / "file.states"

    def bytes_of(name: str, workers: int, kept: Path | None) -> bytes:
        run(Job(cases, tmp_path / f"{name}{suffix}", (DEFAULT_GUIDELINE, "idsa-2026")), workers, states_file=kept)
        return (tmp_path / f"{name}{suffix}").read_bytes()

    plain = bytes_of("plain", 1, None)
    assert bytes_of("cold", 2, file) == plain
    held = file.read_bytes()
    content = json.loads(held.split(b"\n")[1])
    assert {name: len(each["states"]) > 100 for name, each in content.items()} == {
        DEFAULT_GUIDELINE: True,
        "idsa-2026": True,
    }
    assert bytes_of("warm", 2, file) == plain
    assert bytes_of("one", 1, file) == plain
    assert file.read_bytes() == held  # nothing had to be derived, so nothing was added


def test_states_that_are_new_are_added_and_those_of_another_edition_replaced(tmp_path, monkeypatch):
    file = tmp_path / "file.states"

    def count(number: int, of: int) -> int:
        cases = written([cells(tree) for tree in TREES[:of]], tmp_path / f"{number}.parquet")
        run(Job(cases, tmp_path / f"out-{number}.parquet", (DEFAULT_GUIDELINE,)), 2, states_file=file)
        return len(json.loads(file.read_bytes().split(b"\n")[1])[DEFAULT_GUIDELINE]["states"])

    few = count(1, 3)
    more = count(2, 40)
    assert more > few > 0
    rewritten(file, software="0.0.0")
    assert count(3, 3) == few
    edited(file, lambda held: held.update(knowledge="0" * 64))
    assert count(4, 3) == few


def test_a_command_with_states_that_cannot_be_believed_is_refused_in_one_line_and_leaves_nothing(tmp_path, file):
    cases = written([cells(TREES[0])], tmp_path / "cases.csv")
    file.write_bytes(file.read_bytes()[:-100])
    before = sorted(path.name for path in tmp_path.iterdir())
    for kept in (file, cases, tmp_path / "none" / "file.states", tmp_path / "out.parquet"):
        done = command("batch", cases, "--out", tmp_path / "out.parquet", "--states", kept)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert done.stderr.startswith("error: --states: value ")
        assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_command_keeps_states(tmp_path):
    cases = written([cells(tree) for tree in TREES[:5]], tmp_path / "cases.csv")
    for number in (1, 2):
        out = tmp_path / f"{number}.parquet"
        done = command("batch", cases, "--out", out, "--states", tmp_path / "file.states")
        assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "1.parquet").read_bytes() == (tmp_path / "2.parquet").read_bytes()
    assert pq.read_metadata(tmp_path / "1.parquet").num_rows == 5


@pytest.mark.parametrize("left_aside", [{"software": "0.0.0"}, {"knowledge": "0" * 64}])
def test_workers_believe_nothing_of_a_file_that_is_left_aside(left_aside, tmp_path):
    """The process that workers are copied from reads the file before the program has looked at it."""
    cases = written([cells(tree) for tree in TREES[:20]], tmp_path / "cases.csv")
    file = tmp_path / "file.states"

    def bytes_of(name: str, *options: object) -> bytes:
        done = command("batch", cases, "--out", tmp_path / f"{name}.parquet", "--workers", "2", *options)
        assert (done.returncode, done.stderr) == (0, "")
        return (tmp_path / f"{name}.parquet").read_bytes()

    plain = bytes_of("first", "--states", file)
    edited(file, lambda held: [state[3].clear() for state in held["states"]])  # as if no rule ever fired
    if "knowledge" in left_aside:
        edited(file, lambda held: held.update(left_aside))
    else:
        rewritten(file, **left_aside)
    assert bytes_of("second", "--states", file) == plain
