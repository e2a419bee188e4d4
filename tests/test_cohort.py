"""Cohorts: what a table says of many cases is what `consult` says of each; bad rows stop nothing; nothing is lost."""

import csv
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
import warnings
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from drawing import drawn_tree, likely_tree
from sessions import others
from whyrx.cohort import batch
from whyrx.cohort.batch import Done, Job, run
from whyrx.cohort.cells import check_columns
from whyrx.cohort.files import parts
from whyrx.cohort.part import outcomes
from whyrx.cohort.rows import case_and_guideline
from whyrx.cohort.situations import Situations, Table
from whyrx.cohort.summary import summary
from whyrx.facts.case import case_from_tree, contradictions
from whyrx.facts.numerals import exact_text
from whyrx.facts.problems import CaseError
from whyrx.facts.working_memory import working_memory
from whyrx.kb.decision import decide
from whyrx.kb.guidelines import GUIDELINES
from whyrx.kb.knowledge import edition, knowledge_base
from whyrx.kb.language import DEFAULT_GUIDELINE

RESULTS = "isolate.susceptibilities"
TREES = [
    tree
    for seed in range(60)
    for tree in (likely_tree(seed), drawn_tree(seed))
    if not contradictions(case_from_tree(tree))
]


def cells(tree: dict[str, Any]) -> dict[str, str]:
    """A case as the row of a table."""
    row: dict[str, str] = {}
    for section, fields in tree.items():
        for name, value in fields.items() if isinstance(fields, dict) else [("", fields)]:
            path = f"{section}.{name}" if name else section
            if path == RESULTS and value:
                for drug, result in value.items():
                    parts = result if isinstance(result, dict) else {"result": result}
                    row |= {f"{path}.{drug}" + ("" if n == "result" else f".{n}"): str(v) for n, v in parts.items()}
            elif path == "patient.allergies" and value:
                row[path] = ", ".join(" ".join(each.values()) if isinstance(each, dict) else each for each in value)
            elif isinstance(value, list | dict):
                row[path] = ", ".join(value) or "none"
            else:
                row[path] = str(value).lower() if isinstance(value, bool) else str(value)
    return row


def nested(row: dict[str, str]) -> dict[str, Any]:
    """A row that names fields of the patient, as the tree of a case file."""
    patient = {name.partition(".")[2]: int(text) if text.isdigit() else text for name, text in row.items()}
    return {"patient": patient}


def columns(rows: list[dict[str, str]]) -> dict[str, list[str | None]]:
    names = sorted({name for row in rows for name in row})
    return {name: [row.get(name) for row in rows] for name in names}


def written(rows: list[dict[str, str]], path: Path) -> Path:
    """A file of cases, in the format of its suffix."""
    if path.suffix == ".parquet":
        pq.write_table(pa.table(columns(rows)), path)
    elif path.suffix == ".csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(columns(rows)))
            writer.writeheader()
            writer.writerows(rows)
    return path


def json_lines(trees: list[Any], path: Path) -> Path:
    path.write_text("".join(json.dumps(tree) + "\n" for tree in trees), encoding="utf-8")
    return path


def ran(cases: Path, out: Path, *guidelines: str, workers: int = 1) -> Done:
    return run(Job(cases, out, guidelines or (DEFAULT_GUIDELINE,)), workers)


def made(path: Path) -> list[dict[str, Any]]:
    return pq.read_table(path).to_pylist()


def expected(tree: dict[str, Any], guideline: str = DEFAULT_GUIDELINE) -> dict[str, Any]:
    """The columns of an outcome, read from the decision that `consult` gives."""
    base, case = knowledge_base(guideline), case_from_tree(tree)
    found = decide(base.edition, case, base.derive(case))
    by_line = {
        line: [each["regimen"] for each in found["recommendations"] if each["line"] == line]
        for line in ("first", "alternative")
    }
    doses = [dose for each in found["recommendations"] for dose in each["doses"]]
    return {
        "status": found["status"],
        "first_line": by_line["first"],
        "alternatives": by_line["alternative"],
        "doses": {
            (d["drug"], d["phase"], d["amount"], d["interval_h"], str(d["infusion_h"]), d["route"]) for d in doses
        },
        "warnings": [each["conclusion"] for each in found["warnings"]],
        "missing": [each["fact"] for each in found["missing"]],
    }


def outcome(row: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found = {name: row[f"{prefix}{name}"] for name in expected(TREES[0])}
    found["doses"] = {tuple(value for name, value in dose.items() if name != "row") for dose in found["doses"]}
    return found


# --- the same as one by one ---------------------------------------------------------------------------------


@pytest.mark.parametrize("guideline", GUIDELINES)
def test_a_row_says_what_consult_says_of_the_case(guideline, tmp_path):
    cases = written([cells(tree) for tree in TREES], tmp_path / "cases.parquet")
    assert ran(cases, tmp_path / "out.parquet", guideline) == Done(len(TREES), 0)
    for tree, row in zip(TREES, made(tmp_path / "out.parquet"), strict=True):
        assert outcome(row) == expected(tree, guideline)


def test_the_facts_of_a_row_are_the_working_memory_of_the_case():
    rows, measures = [cells(tree) for tree in TREES], edition().measures
    table = pa.table({name: pa.array(column, pa.string()) for name, column in columns(rows).items()})
    found = Situations(table.schema.names, measures).rows(Table(table.to_batches()[0]))
    for place, tree in enumerate(TREES):
        assert found.at(place) == {fact.id for fact in working_memory(case_from_tree(tree), measures)}


@pytest.mark.parametrize("creatinine", ["1 mg/dL", "88.4 umol/L"])
@pytest.mark.parametrize("guideline", GUIDELINES)
def test_a_clearance_at_a_bound_of_a_dose_table_is_in_the_range_the_exact_value_is_in(creatinine, guideline):
    """Cockcroft-Gault for a man of 68 with creatinine 1 mg/dL is his weight in mL/min: (140 - 68) / 72 = 1."""
    measures = edition(guideline).measures
    bounds = {bound for atom in measures.clearance for bound in (atom.low, atom.high) if bound}
    assert len(bounds) > 5
    near = [Fraction(sign, 10**places) for places in (3, 6, 9) for sign in (-1, 0, 1)]
    weights = {exact_text(bound + each) for bound in bounds for each in near}
    patients = [
        {"age": "68", "sex": "male", "creatinine": creatinine, "weight": f"{weight} kg", "height": height}
        for weight in sorted(weights)
        for height in ("152.4 cm", "152.3 cm", "180 cm", None)
    ]
    rows = [{f"patient.{name}": value for name, value in each.items() if value} for each in patients]
    table = pa.table({name: pa.array(column, pa.string()) for name, column in columns(rows).items()})
    found = Situations(table.schema.names, measures).rows(Table(table.to_batches()[0]))
    for place, row in enumerate(rows):
        here = {name for name in found.at(place) if name.startswith("clearance/")}
        exact = {f.id for f in working_memory(case_from_tree(nested(row)), measures) if f.type == "Clearance"}
        assert here == exact


def test_decisions_as_lines_are_those_of_consult_without_the_trace(tmp_path):
    trees = TREES[:12]
    ran(json_lines(trees, tmp_path / "cases.jsonl"), tmp_path / "out.jsonl")
    base = knowledge_base()
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    for number, (tree, line) in enumerate(zip(trees, lines, strict=True), start=1):
        case = case_from_tree(tree)
        decision = dict(decide(base.edition, case, base.derive(case)))
        del decision["trace"]
        assert line == {"id": tree.get("id", str(number)), "decision": json.loads(json.dumps(decision))}


def test_guidelines_stand_side_by_side(tmp_path):
    trees = TREES[:20]
    cases = written([cells(tree) for tree in trees], tmp_path / "cases.parquet")
    ran(cases, tmp_path / "out.parquet", *GUIDELINES)
    for tree, row in zip(trees, made(tmp_path / "out.parquet"), strict=True):
        for guideline in GUIDELINES:
            assert outcome(row, f"{guideline}.") == expected(tree, guideline)


def test_every_format_says_the_same(tmp_path):
    rows = [cells(tree) for tree in TREES]
    files = [written(rows, tmp_path / f"cases{suffix}") for suffix in (".parquet", ".csv")]
    files.append(json_lines(TREES, tmp_path / "cases.jsonl"))
    found = []
    for number, file in enumerate(files):
        ran(file, tmp_path / f"{number}.parquet")
        found.append([outcome(row) for row in made(tmp_path / f"{number}.parquet")])
    assert found[0] == found[1] == found[2]


def test_parts_that_name_other_fields_come_to_the_same_columns(tmp_path, small_parts):
    """Of lines of JSON each part has the columns that its own lines name; the file has all of them in every row."""
    trees: list[dict[str, Any]] = [{"patient": {"age": 64}}] * 16 + [{"as_of": "2026-11-22"}] * 16 + TREES[:20]
    cases = json_lines(trees, tmp_path / "cases.jsonl")
    for name, workers in (("one", 1), ("two", 2)):
        assert ran(cases, tmp_path / f"{name}.parquet", workers=workers) == Done(len(trees), 0)
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()
    rows = made(tmp_path / "one.parquet")
    assert [outcome(row) for row in rows] == [expected(tree) for tree in trees]
    assert [row["patient.age"] for row in rows[:17]] == ["64"] * 16 + [None]
    for number, tree in enumerate(trees, start=1):
        case, _ = case_and_guideline(str(tmp_path / "one.parquet"), number, None)
        assert case == case_from_tree(tree)


def test_typed_columns_are_read_as_their_texts(tmp_path):
    table = {
        "patient.age": pa.array([64, None], pa.int64()),
        "infection.septic_shock": pa.array([True, None]),
        "isolate.carbapenemases": pa.array([["NDM-1", "KPC-2"], []]),
        "as_of": pa.array([20000 * 86_400_000, None], pa.timestamp("ms")),
        "patient.creatinine_trend": pa.array(["stable", None], pa.large_string()),
        "patient.sex": pa.array(["male", " "]).dictionary_encode(),
    }
    pq.write_table(pa.table(table), tmp_path / "cases.parquet")
    assert ran(tmp_path / "cases.parquet", tmp_path / "out.parquet") == Done(2, 0)
    one, other = (case_and_guideline(str(tmp_path / "out.parquet"), row, None)[0].as_understood() for row in (1, 2))
    assert one == {
        "as_of": "2024-10-04",
        "patient": {"age": 64, "sex": "male", "creatinine_trend": "stable"},
        "isolate": {"carbapenemases": ["KPC-2", "NDM-1"]},
        "infection": {"septic_shock": True},
    }
    assert other == {"isolate": {"carbapenemases": []}}


# --- the same bytes -----------------------------------------------------------------------------------------


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(batch, "PART_ROWS", {".parquet": 16, ".jsonl": 16})


@pytest.mark.parametrize("suffix", [".parquet", ".jsonl"])
def test_the_bytes_do_not_depend_on_the_number_of_workers(suffix, tmp_path):
    cases = written([cells(tree) for tree in TREES[:30]], tmp_path / "cases.csv")
    for workers in (1, 2):
        ran(cases, tmp_path / f"{workers}{suffix}", workers=workers)
    assert (tmp_path / f"1{suffix}").read_bytes() == (tmp_path / f"2{suffix}").read_bytes()


@pytest.mark.parametrize("suffix", [".parquet", ".jsonl"])
def test_a_run_that_was_stopped_goes_on_and_ends_in_the_same_bytes(suffix, tmp_path, small_parts, monkeypatch):
    cases = written([cells(tree) for tree in TREES], tmp_path / "cases.parquet")
    ran(cases, tmp_path / f"whole{suffix}")
    parts_made = []

    def stops(part, *task):
        if len(parts_made) == 3:
            raise KeyboardInterrupt
        parts_made.append(part.number)
        return make(part, *task)

    make = batch.make
    monkeypatch.setattr(batch, "make", stops)
    with pytest.raises(KeyboardInterrupt):
        ran(cases, tmp_path / f"out{suffix}")
    assert not (tmp_path / f"out{suffix}").exists()
    monkeypatch.setattr(batch, "make", lambda part, *task: (parts_made.append(part.number), make(part, *task))[1])
    ran(cases, tmp_path / f"out{suffix}")
    assert parts_made == list(range(-(-len(TREES) // 16)))  # none is made twice
    assert (tmp_path / f"out{suffix}").read_bytes() == (tmp_path / f"whole{suffix}").read_bytes()
    assert not (tmp_path / f"out{suffix}.parts").exists()


def test_a_worker_that_is_killed_changes_nothing(tmp_path, small_parts):
    cases = written([cells(tree) for tree in TREES], tmp_path / "cases.parquet")
    ran(cases, tmp_path / "whole.parquet")
    killed: list[int] = []

    def kill(_rows: int) -> None:
        if not killed:
            killed.append(multiprocessing.active_children()[0].pid or 0)
            os.kill(killed[0], signal.SIGKILL)

    seen: list[int] = []
    job = Job(cases, tmp_path / "out.parquet", (DEFAULT_GUIDELINE,))
    assert run(job, 2, lambda rows: (kill(rows), seen.append(rows))[1]) == Done(len(TREES), 0)
    assert killed
    assert sum(seen) == len(TREES)
    assert (tmp_path / "out.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()


RUNS = """
import sys
from pathlib import Path
from sessions import others
from whyrx.cohort import batch
batch.PART_ROWS = {".parquet": 4, ".jsonl": 4}
make = batch.make


def said(part, *task):
    print(part.number, flush=True)
    return make(part, *task)


batch.make = said
if __name__ == "__main__":
    batch.run(batch.Job(Path(sys.argv[1]), Path(sys.argv[2]), ("severe-ndm-klebsiella",)), 1)
"""


@pytest.mark.parametrize("words", [127, 128, 129, 32_767, 32_768])
def test_a_column_of_many_different_words_is_read_row_by_row(words, tmp_path):
    """Its numbers are handed over in one byte, two or four; one more stands for the cells that are empty."""
    weights = [f"{40 + n / 1000:g} kg" for n in range(words)] + [None, "40 kg"]
    table = {"patient.weight": pa.array(weights, pa.string()), "patient.sex": pa.array(["male"] * len(weights))}
    pq.write_table(pa.table(table), tmp_path / "cases.parquet")
    part = next(parts(tmp_path / "cases.parquet", len(weights)))
    found = Table(part.batch)
    numbers, texts = found.column("patient.weight")
    assert [texts[number] for number in numbers.tolist()] == weights
    assert outcomes(part.rows, found, (DEFAULT_GUIDELINE,)).column("patient.weight").to_pylist() == weights


def test_a_process_that_is_killed_loses_nothing_that_was_done(tmp_path):
    cases = written([cells(tree) for tree in TREES], tmp_path / "cases.parquet")
    out, script = tmp_path / "out.jsonl", tmp_path / "runs.py"
    script.write_text(RUNS, encoding="utf-8")
    command = [sys.executable, str(script), str(cases), str(out)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, env=environment) as process:
        while not list(tmp_path.glob("out.jsonl.parts/*.count")) and process.poll() is None:
            time.sleep(0.005)
        process.kill()
    assert not out.exists()
    before = {int(path.stem) for path in tmp_path.glob("out.jsonl.parts/*.count")}
    assert before
    again = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    assert {*map(int, again.stdout.split())} == {*range(-(-len(TREES) // 4))} - before
    ran(cases, tmp_path / "whole.jsonl")
    assert out.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_no_worker_outlives_a_run_that_is_killed(tmp_path):
    cases = written([cells(tree) for tree in TREES], tmp_path / "cases.parquet")
    program = [
        sys.executable,
        "-m",
        "whyrx",
        "batch",
        str(cases),
        "--out",
        str(tmp_path / "out.jsonl"),
        "--workers",
        "2",
    ]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}

    with subprocess.Popen(program, env=environment, start_new_session=True) as process:
        while len(others(process.pid)) < 4 and process.poll() is None:  # two workers, and two that look after them
            time.sleep(0.005)
        assert process.poll() is None
        process.kill()
    deadline = time.monotonic() + 60
    while others(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert others(process.pid) == []


def test_parts_of_another_run_are_refused(tmp_path, small_parts, monkeypatch):
    cases = written([cells(tree) for tree in TREES[:20]], tmp_path / "cases.parquet")
    monkeypatch.setattr(batch, "_put_together", lambda job, count: None)
    ran(cases, tmp_path / "out.parquet")
    with pytest.raises(CaseError, match="the same cases, guidelines and knowledge"):
        ran(cases, tmp_path / "out.parquet", "idsa-2026")
    written([cells(tree) for tree in TREES[:21]], cases)
    with pytest.raises(CaseError, match="remove the folder"):
        ran(cases, tmp_path / "out.parquet")


@pytest.mark.parametrize("killed_before", ["rejects", "whole"])
def test_a_run_that_is_killed_while_it_puts_its_parts_together_goes_on(killed_before, tmp_path, monkeypatch):
    cases = written([cells(TREES[0]), {"patient.age": "sixty"}], tmp_path / "cases.csv")
    ran(cases, tmp_path / "whole.parquet")
    replace = Path.replace

    def killed(path: Path, target: Path) -> Path:
        if path.name == killed_before:
            raise KeyboardInterrupt
        return replace(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            ran(cases, tmp_path / "out.parquet")
    assert not (tmp_path / "out.parquet").exists()
    assert ran(cases, tmp_path / "out.parquet") == Done(1, 1)
    for name in ("parquet", "parquet.rejects.jsonl"):
        assert (tmp_path / f"out.{name}").read_bytes() == (tmp_path / f"whole.{name}").read_bytes()


def test_a_folder_that_batch_did_not_make_is_left_alone(tmp_path):
    cases = written([cells(TREES[0])], tmp_path / "cases.csv")
    (tmp_path / "out.parquet.parts").mkdir()
    (tmp_path / "out.parquet.parts" / "notes.txt").write_text("mine")
    with pytest.raises(CaseError, match="a folder that batch made"):
        ran(cases, tmp_path / "out.parquet")
    assert (tmp_path / "out.parquet.parts" / "notes.txt").read_text() == "mine"


def test_a_file_that_is_there_is_not_overwritten(tmp_path):
    cases = written([cells(TREES[0])], tmp_path / "cases.csv")
    (tmp_path / "out.parquet").write_text("mine")
    with pytest.raises(CaseError, match="a new file"):
        ran(cases, tmp_path / "out.parquet")
    assert (tmp_path / "out.parquet").read_text() == "mine"


# --- rows that cannot be read -------------------------------------------------------------------------------

POISON = [
    ({"patient.age": "sixty"}, "patient.age"),
    ({"patient.age": "-1"}, "patient.age"),
    ({"patient.weight": "70"}, "patient.weight"),
    ({"patient.weight": "7000 kg"}, "patient.weight"),
    ({"patient.sex": "M"}, "patient.sex"),
    ({"patient.allergies": "kiwi severe"}, "patient.allergies"),
    ({"isolate.carbapenemases": "NDM-1, XYZ-9"}, "isolate.carbapenemases"),
    ({"isolate.organism": "Klebsiela"}, "isolate.organism"),
    ({f"{RESULTS}.cefiderocol": "Q"}, f"{RESULTS}"),
    ({f"{RESULTS}.cefiderocol.mic": "0.5 mg/L"}, f"{RESULTS}"),
    ({RESULTS: "S"}, RESULTS),
    ({RESULTS: "none", f"{RESULTS}.cefiderocol": "S"}, RESULTS),
    ({"as_of": "2026-02-30"}, "as_of"),
    ({"infection.septic_shock": "maybe"}, "infection.septic_shock"),
    ({"isolate.carbapenem_resistant": "false", f"{RESULTS}.meropenem": "R"}, "isolate.carbapenem_resistant"),
    ({"id": "a b"}, "id"),
    ({"patient.sex": "\x00"}, "patient.sex"),
]


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_a_bad_row_is_rejected_with_path_value_and_what_is_accepted_and_stops_nothing(suffix, tmp_path):
    r, good = random.Random(0), [cells(tree) for tree in TREES[:40]]
    rows: list[tuple[dict[str, str], str]] = [*((row, "") for row in good), *POISON]
    r.shuffle(rows)
    cases = written([row for row, _ in rows], tmp_path / f"cases{suffix}")
    assert ran(cases, tmp_path / "out.parquet") == Done(len(good), len(POISON))
    lines = (tmp_path / "out.parquet.rejects.jsonl").read_text(encoding="utf-8").splitlines()
    rejected = {line["row"]: line["errors"] for line in map(json.loads, lines)}
    assert list(rejected) == [number for number, (_, path) in enumerate(rows, start=1) if path]
    for number, errors in rejected.items():
        path = rows[number - 1][1]
        assert all(each["accepted"] for each in errors)
        assert [each["path"].startswith(path) for each in errors] == [True]
    assert [row["row"] for row in made(tmp_path / "out.parquet")] == [
        number for number, (_, path) in enumerate(rows, start=1) if not path
    ]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        "3",
        '{"patient": 3}',
        '{"patient": {"age": null}}',
        '{"patient": {"age": 64, "age": 65}}',
        '{"patient.age": 64, "patient": {"age": 65}}',
        '{"patient": {"ag": 64}}',
        '{"therapy": {"current": "colistin", "x": 1}}',
        '{"isolate": {"susceptibilities": {"cefiderocol": {"mic": "1 mg/L"}}}}',
        '{"isolate": {"susceptibilities": {"cefiderocol": {"result": "S", "x": 1}}}}',
        '{"isolate": {"susceptibilities": ["S"]}}',
        '{"patient": {"sex": ""}}',
        "[" * 100_000,
    ],
    ids=lambda line: line[:60],
)
def test_a_line_that_is_no_case_is_rejected(line, tmp_path):
    (tmp_path / "cases.jsonl").write_text(f"{line}\n" + '{"patient": {"age": 64}}\n', encoding="utf-8")
    assert ran(tmp_path / "cases.jsonl", tmp_path / "out.parquet") == Done(1, 1)
    rejected = json.loads((tmp_path / "out.parquet.rejects.jsonl").read_text(encoding="utf-8"))
    assert rejected["row"] == 1
    assert rejected["errors"]


def rejects(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_a_rejected_row_is_named_by_its_number_and_its_id_if_it_has_one(suffix, tmp_path):
    rows = [
        {"id": "a-1", "patient.age": "sixty"},
        {"id": "a-2", "patient.age": "60"},
        {"patient.age": "sixty"},
        {"id": " ", "patient.age": "sixty"},
        {"id": " a-5", "patient.age": "sixty"},
        {"id": "a b", "patient.age": "60"},
    ]
    ran(written(rows, tmp_path / f"cases{suffix}"), tmp_path / "out.parquet")
    named = [(line["row"], line.get("id")) for line in rejects(tmp_path / "out.parquet.rejects.jsonl")]
    assert named == [(1, "a-1"), (3, None), (4, None), (5, "a-5"), (6, "a b")]


def test_a_line_that_is_no_case_is_named_by_its_id_where_that_can_be_read(tmp_path):
    lines = [
        '{"id": "a-1", "patient": 3}',
        "[]",
        '{"id": 12, "patient": 3}',
        '{"id": {}}',
        '{"id": "a-5"',
        '{"id": " "}',
    ]
    (tmp_path / "cases.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    ran(tmp_path / "cases.jsonl", tmp_path / "out.parquet")
    named = [(line["row"], line.get("id")) for line in rejects(tmp_path / "out.parquet.rejects.jsonl")]
    assert named == [(1, "a-1"), (2, None), (3, "12"), (4, None), (5, None), (6, None)]


def test_a_row_with_too_many_cells_is_not_named_by_what_may_be_another_cell(tmp_path):
    (tmp_path / "cases.csv").write_text("patient.sex,id\nmale,a-1,male\n", encoding="utf-8")
    ran(tmp_path / "cases.csv", tmp_path / "out.parquet")
    (line,) = rejects(tmp_path / "out.parquet.rejects.jsonl")
    assert line["row"] == 1
    assert "id" not in line


def test_rows_whose_results_contradict_each_other_are_rejected_and_no_others(tmp_path):
    trees = [drawn_tree(seed) for seed in range(150)]
    wrong = [number for number, tree in enumerate(trees, start=1) if contradictions(case_from_tree(tree))]
    assert wrong
    ran(written([cells(tree) for tree in trees], tmp_path / "cases.parquet"), tmp_path / "out.parquet")
    lines = (tmp_path / "out.parquet.rejects.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["row"] for line in lines] == wrong


@pytest.mark.parametrize("label", ["123", "1e5", "0.5", "true", "A-1", "null"])
def test_an_id_is_text_whatever_it_looks_like(label, tmp_path):
    cases = written([{"id": label, "patient.age": "64"}], tmp_path / "cases.csv")
    assert ran(cases, tmp_path / "out.parquet") == Done(1, 0)
    assert made(tmp_path / "out.parquet")[0]["id"] == label
    assert ran(cases, tmp_path / "out.jsonl") == Done(1, 0)
    decision = json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))
    assert decision["id"] == decision["decision"]["case"]["id"] == label


def test_a_row_of_csv_with_too_few_cells_is_rejected(tmp_path):
    (tmp_path / "cases.csv").write_text("patient.age,patient.sex\n64\n65,male\n", encoding="utf-8")
    assert ran(tmp_path / "cases.csv", tmp_path / "out.parquet") == Done(1, 1)
    assert made(tmp_path / "out.parquet")[0]["row"] == 2


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["patient.aeg"], "patient.aeg"),
        (["patient.age", "patient.age"], "each column once"),
        (["isolate.susceptibilities.kiwi"], "isolate.susceptibilities.kiwi"),
        (["isolate.susceptibilities.cefiderocol.zone"], "zone"),
        (["patient"], "patient"),
        ([""], "without a name"),
    ],
)
def test_a_table_with_a_column_that_is_no_field_is_refused(names, says):
    with pytest.raises(CaseError, match=says):
        check_columns(names)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("cases.txt", b""),
        ("cases.parquet", b"PAR1 not really"),
        ("cases.csv", b"patient.age\n\xff\xfe\n"),
        ("cases.csv", b'patient.sex\n"male\n'),
        ("none.csv", None),
        ("cases.csv", b"patient.aeg\n64\n"),
        ("cases.csv", b""),
    ],
)
def test_a_file_that_is_no_table_is_refused_and_leaves_nothing_behind(name, data, tmp_path):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(CaseError):
        ran(tmp_path / name, tmp_path / "out.parquet")
    assert sorted(path.name for path in tmp_path.iterdir()) == ([name] if data is not None else [])


@pytest.mark.parametrize(("name", "text"), [("cases.csv", "patient.age\n"), ("cases.jsonl", "")])
def test_a_table_without_rows_gives_one_without_rows(name, text, tmp_path):
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert ran(tmp_path / name, tmp_path / "out.parquet") == Done(0, 0)
    assert made(tmp_path / "out.parquet") == []
    assert summary(str(tmp_path / "out.parquet"))["cases"] == 0
    assert command("batch", "summary", tmp_path / "out.parquet").stdout.startswith("0 cases")
    assert ran(tmp_path / name, tmp_path / "out.jsonl") == Done(0, 0)


def test_a_case_about_which_nothing_is_stated_is_decided_like_any_other(tmp_path):
    assert ran(json_lines([{}, {}], tmp_path / "cases.jsonl"), tmp_path / "out.parquet") == Done(2, 0)
    assert [outcome(row) for row in made(tmp_path / "out.parquet")] == [expected({})] * 2


# --- reading what was made ----------------------------------------------------------------------------------


def test_the_case_of_a_row_is_the_case_that_was_given(tmp_path):
    cases = written([cells(tree) for tree in TREES], tmp_path / "cases.parquet")
    ran(cases, tmp_path / "out.parquet", "escmid-2022")
    for row in (1, 7, len(TREES)):
        case, guideline = case_and_guideline(str(tmp_path / "out.parquet"), row, None)
        assert guideline == "escmid-2022"
        assert case == case_from_tree(TREES[row - 1])


def test_a_file_of_other_knowledge_explains_nothing(tmp_path, monkeypatch):
    ran(written([cells(TREES[0])], tmp_path / "cases.csv"), tmp_path / "out.parquet")
    table = pq.read_table(tmp_path / "out.parquet")
    note = json.loads(table.schema.metadata[b"whyrx"])
    note["knowledge"][DEFAULT_GUIDELINE] = "0" * 64
    pq.write_table(table.replace_schema_metadata({"whyrx": json.dumps(note)}), tmp_path / "old.parquet")
    with pytest.raises(CaseError, match="made by another"):
        case_and_guideline(str(tmp_path / "old.parquet"), 1, None)


def test_a_summary_counts_every_case_once(tmp_path):
    ran(written([cells(tree) for tree in TREES], tmp_path / "cases.parquet"), tmp_path / "out.parquet", *GUIDELINES)
    found, rows = summary(str(tmp_path / "out.parquet")), made(tmp_path / "out.parquet")
    assert found["cases"] == len(TREES)
    for each in found["guidelines"]:
        assert sum(count["cases"] for count in each["status"]) == len(TREES)
        advised = sum(row[f"{each['guideline']}.status"] == "advice" for row in rows)
        assert {"value": "advice", "cases": advised} in each["status"]
        missing = sum("as_of" in row[f"{each['guideline']}.missing"] for row in rows)
        assert {"value": "as_of", "cases": missing} in each["missing"]
    for pair in found["against"]:
        same = sum(row[f"{pair['one']}.first_line"] == row[f"{pair['other']}.first_line"] for row in rows)
        assert pair["same"] == same


# --- a cluster ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scheduler():
    """A cluster of two workers, each a process of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what a cluster does with ports and signals on this machine
        distributed = pytest.importorskip("distributed")
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
        ) as cluster:
            yield cluster


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("suffix", [".parquet", ".jsonl"])
def test_a_cluster_makes_the_same_bytes(suffix, scheduler, tmp_path, small_parts):
    cases = written([cells(tree) for tree in TREES[:40]], tmp_path / "cases.parquet")
    ran(cases, tmp_path / f"here{suffix}")
    job = Job(cases, tmp_path / f"there{suffix}", (DEFAULT_GUIDELINE,))
    kept = tmp_path / "file.states"
    assert run(job, cluster=scheduler.scheduler_address, states_file=kept) == Done(40, 0)
    assert kept.exists()  # what the workers derived came back with their parts
    assert (tmp_path / f"here{suffix}").read_bytes() == (tmp_path / f"there{suffix}").read_bytes()


@pytest.mark.filterwarnings("ignore")
def test_a_worker_of_a_cluster_that_is_killed_changes_nothing(scheduler, tmp_path, small_parts):
    cases = written([cells(tree) for tree in TREES], tmp_path / "cases.parquet")
    ran(cases, tmp_path / "here.parquet")
    killed: list[int] = []

    def kill(_rows: int) -> None:
        if not killed:
            killed.append(next(iter(scheduler.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

    job = Job(cases, tmp_path / "there.parquet", (DEFAULT_GUIDELINE,))
    assert run(job, progress=kill, cluster=scheduler.scheduler_address) == Done(len(TREES), 0)
    assert killed
    assert (tmp_path / "here.parquet").read_bytes() == (tmp_path / "there.parquet").read_bytes()


@pytest.mark.filterwarnings("ignore")
def test_a_worker_with_other_knowledge_is_refused(scheduler, tmp_path, monkeypatch):
    cases = written([cells(TREES[0])], tmp_path / "cases.csv")
    monkeypatch.setattr(Job, "knowledge", lambda job: {DEFAULT_GUIDELINE: "0" * 64})
    with pytest.raises(CaseError, match=r"worker: value severe-ndm-klebsiella with digest .*; accepted: digest 000000"):
        run(Job(cases, tmp_path / "out.parquet", (DEFAULT_GUIDELINE,)), cluster=scheduler.scheduler_address)
    assert not (tmp_path / "out.parquet").exists()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "tcp://"])
def test_a_cluster_that_is_not_there_is_an_error_of_input(address, tmp_path):
    cases = written([cells(TREES[0])], tmp_path / "cases.csv")
    with pytest.raises(CaseError, match="--cluster"):
        run(Job(cases, tmp_path / "out.parquet", (DEFAULT_GUIDELINE,)), cluster=address)


# --- the command line ---------------------------------------------------------------------------------------

COHORT = Path(__file__).parent.parent / "examples" / "cohort.csv"


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    program = [sys.executable, "-m", "whyrx", *map(str, arguments)]
    return subprocess.run(program, capture_output=True, text=True, env=environment, check=False)


def test_the_example_goes_through_all_commands(tmp_path):
    out = tmp_path / "advice.parquet"
    done = command("batch", COHORT, "--out", out, "--guideline", "severe-ndm-klebsiella", "--guideline", "idsa-2026")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"10 cases decided: {out}\n"
    told = command("batch", "summary", out)
    assert told.returncode == 0
    assert "severe-ndm-klebsiella against idsa-2026" in told.stdout
    why = command("batch", "why", out, 1, "R1", "--guideline", "idsa-2026")
    assert why.returncode == 0
    assert "NDM-1" in why.stdout
    without = command("batch", "why", out, 1)
    assert without.returncode == 2
    assert without.stderr.startswith("error: --guideline: value none; accepted: a guideline of the file")
    beyond = command("batch", "why", out, 11, "--guideline", "idsa-2026")
    assert beyond.returncode == 2
    assert beyond.stderr.startswith("error: ROW: value 11")


def test_a_file_that_only_calls_itself_parquet_is_an_error_of_one_line(tmp_path):
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 not really")
    done = command("batch", tmp_path / "bad.parquet", "--out", tmp_path / "out.parquet")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith("error: CASES: ")


def test_rejected_rows_are_counted_and_the_exit_status_says_so(tmp_path):
    (tmp_path / "cases.csv").write_text("patient.age\n64\nsixty\n", encoding="utf-8")
    done = command("batch", tmp_path / "cases.csv", "--out", tmp_path / "out.jsonl")
    assert done.returncode == 1
    assert done.stdout == (
        f"1 case decided: {tmp_path}/out.jsonl\n1 row rejected: {tmp_path}/out.jsonl.rejects.jsonl\n"
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["none.csv", "--out", "out.parquet"], "error: CASES: value none.csv"),
        (["none.parquet", "--out", "out.parquet"], "error: CASES: value none.parquet"),
        ([str(COHORT), "--out", "out.txt"], "error: --out: value out.txt; accepted: a file that ends in .parquet"),
        ([str(COHORT), "--out", "no/out.parquet"], "error: --out: value no/out.parquet"),
        ([str(COHORT), "--out", "out.parquet", "--guideline", "idsa"], "error: --guideline: value idsa"),
        ([str(COHORT)], "error: command line"),
        (["summary", str(COHORT)], "error: FILE: "),
        (["why", str(COHORT), "1"], "error: FILE: "),
    ],
)
def test_a_call_that_is_wrong_is_an_error_of_one_line_and_leaves_nothing(arguments, says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = command("batch", *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith(says)
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_without_the_libraries_for_tables_it_is_said_what_to_install(tmp_path):
    (tmp_path / "pyarrow.py").write_text("raise ModuleNotFoundError(\"No module named 'pyarrow'\", name='pyarrow')\n")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    program = [sys.executable, "-m", "whyrx", "batch", str(COHORT), "--out", "x.parquet"]
    done = subprocess.run(program, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 2
    assert "pip install 'whyrx[batch]'" in done.stderr
