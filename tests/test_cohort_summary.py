"""What a cohort comes to: counted, in words and as a picture; every figure is found again one case at a time."""

import csv
import io
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from whyrx.cohort.batch import Job, run
from whyrx.cohort.cells import case_of
from whyrx.cohort.picture import picture
from whyrx.cohort.summary import SITUATIONS, summary
from whyrx.cohort.text import cohort, outcome
from whyrx.explain.text import show
from whyrx.kb.decision import decide
from whyrx.kb.guidelines import GUIDELINES
from whyrx.kb.knowledge import knowledge_base

COHORT = Path(__file__).parent.parent / "examples" / "cohort.csv"
SVG = "{http://www.w3.org/2000/svg}"
Row = tuple[dict[str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """The example under every guideline."""
    out = tmp_path_factory.mktemp("made") / "out.parquet"
    run(Job(COHORT, out, tuple(GUIDELINES)), workers=1)
    return out


@pytest.fixture(scope="module")
def found(made) -> dict[str, Any]:
    return summary(str(made))


@pytest.fixture(scope="module")
def decided() -> dict[str, list[Row]]:
    """Under each guideline the cells of each row with the decision that `consult` gives."""
    with COHORT.open(encoding="utf-8", newline="") as file:
        rows = [{name: text for name, text in row.items() if text} for row in csv.DictReader(file)]
    return {name: [(row, dict(_decision(row, name))) for row in rows] for name in GUIDELINES}


def _decision(row: dict[str, str], guideline: str) -> Any:
    base, case = knowledge_base(guideline), case_of(row)
    return decide(base.edition, case, base.derive(case))


def first_line(decision: dict[str, Any]) -> str:
    return " or ".join(each["regimen"] for each in decision["recommendations"] if each["line"] == "first") or "none"


def told(found: dict[str, Any]) -> str:
    out = io.StringIO()
    show(cohort(found), out=out)
    return out.getvalue()


# --- counted --------------------------------------------------------------------------------------------------


def test_advice_by_situation_is_that_of_each_case_with_the_value(found, decided):
    for guideline in found["guidelines"]:
        rows = decided[guideline["guideline"]]
        assert [each["field"] for each in guideline["situations"]] == list(SITUATIONS)
        for situation in guideline["situations"]:
            expected = Counter(
                (row.get(situation["field"]), decision["status"], first_line(decision)) for row, decision in rows
            )
            counted = {
                (each["value"], advice["status"], advice["first_line"]): advice["cases"]
                for each in situation["values"]
                for advice in each["advice"]
            }
            assert counted == expected
            for each in situation["values"]:
                assert each["cases"] == sum(row.get(situation["field"]) == each["value"] for row, _ in rows)


def test_advice_over_all_cases_and_what_was_missing_are_those_of_each_case(found, decided):
    for guideline in found["guidelines"]:
        decisions = [decision for _, decision in decided[guideline["guideline"]]]
        advice = {(each["status"], each["first_line"]): each["cases"] for each in guideline["advice"]}
        assert advice == Counter((each["status"], first_line(each)) for each in decisions)
        missing = {each["value"]: each["cases"] for each in guideline["missing"]}
        assert missing == Counter(each["fact"] for decision in decisions for each in decision["missing"])


def test_guidelines_stand_against_each_other_case_by_case(found, decided):
    assert len(found["against"]) == 3
    for pair in found["against"]:
        together = zip(decided[pair["one"]], decided[pair["other"]], strict=True)
        expected = Counter((first_line(one), first_line(other)) for (_, one), (_, other) in together)
        assert {(each["one"], each["other"]): each["cases"] for each in pair["pairs"]} == expected
        assert pair["same"] == sum(cases for (one, other), cases in expected.items() if one == other)


def test_a_warning_is_worded_as_the_decision_on_the_first_case_with_it(found, decided):
    for guideline in found["guidelines"]:
        rows = decided[guideline["guideline"]]
        warned = [{each["conclusion"]: each["text"] for each in decision["warnings"]} for _, decision in rows]
        assert guideline["warnings"]
        for each in guideline["warnings"]:
            having = [number for number, texts in enumerate(warned, start=1) if each["value"] in texts]
            assert (each["cases"], each["row"]) == (len(having), having[0])
            assert each["text"] == warned[having[0] - 1][each["value"]]


def test_a_warning_of_other_knowledge_keeps_its_id(made, tmp_path):
    table = pq.read_table(made)
    note = json.loads(table.schema.metadata[b"whyrx"])
    note["knowledge"]["idsa-2026"] = "0" * 64
    old = tmp_path / "old.parquet"
    pq.write_table(table.replace_schema_metadata({"whyrx": json.dumps(note)}), old)
    found = {each["guideline"]: each for each in summary(str(old))["guidelines"]}
    assert found["idsa-2026"]["knowledge"] == "0" * 64
    assert {each["text"] for each in found["idsa-2026"]["warnings"]} == {None}
    assert all(each["text"] for each in found["escmid-2022"]["warnings"])
    assert found["idsa-2026"]["warnings"][0]["value"] in told(summary(str(old)))


def test_a_cell_that_says_nothing_is_a_value_that_is_not_stated(tmp_path):
    (tmp_path / "cases.jsonl").write_text(
        '{"patient": {"age": 64}}\n{"infection.site": "pneumonia"}\n', encoding="utf-8"
    )
    (tmp_path / "cases.csv").write_text("id,infection.site\n1,\n2, \n3,pneumonia\n", encoding="utf-8")
    for name, expected in (("cases.jsonl", {None: 1, "pneumonia": 1}), ("cases.csv", {None: 2, "pneumonia": 1})):
        out = tmp_path / f"{name}.parquet"
        run(Job(tmp_path / name, out, ("idsa-2026",)), workers=1)
        (situation,) = summary(str(out))["guidelines"][0]["situations"]
        assert {each["value"]: each["cases"] for each in situation["values"]} == expected


# --- in words -------------------------------------------------------------------------------------------------


def test_the_text_tells_of_every_guideline_and_every_situation(found):
    text = told(found)
    for guideline in found["guidelines"]:
        name = guideline["guideline"]
        for title in ("Status", "First line", "Missing most", *(f"Advice by {field}" for field in SITUATIONS)):
            assert f"\n{title}, {name}\n" in text
        for each in guideline["warnings"]:
            said = f"{each['text']} (row {each['row']})"
            assert "".join(said.split()) in "".join(text.split())
            assert each["value"] not in text
    assert "None" not in text


def test_beside_a_value_stand_the_shares_of_what_was_advised_in_its_cases():
    advice = [
        {"status": "advice", "first_line": "a", "cases": 5},
        {"status": "out_of_scope", "first_line": "none", "cases": 2},
        {"status": "advice", "first_line": "none", "cases": 1},
        {"status": "refer", "first_line": "none", "cases": 1},
    ]
    values = [{"value": None, "cases": 10, "advice": advice}]
    guideline = {
        "guideline": "g",
        "status": [],
        "first_line": [],
        "missing": [],
        "warnings": [],
        "situations": [{"field": "infection.site", "values": values}],
    }
    text = told({"cases": 20, "guidelines": [guideline], "against": []})
    assert "not stated  10  a 50.0%; out of scope 20.0%; no first line 10.0%; others 20.0%\n" in text


# --- as a picture ---------------------------------------------------------------------------------------------


def drawn(svg: str) -> tuple[list[ET.Element], list[str]]:
    """The boxes of a picture that mean something, and its words."""
    root = ET.fromstring(svg)
    boxes = [each for each in root.iter(f"{SVG}rect") if each.find(f"{SVG}title") is not None]
    return boxes, ["".join(each.itertext()).removeprefix(each[0].text or "") for each in root.iter(f"{SVG}text")]


def test_the_picture_shows_for_each_guideline_and_value_what_was_advised(found):
    boxes, words = drawn(picture(found))
    titles = Counter(box[0].text for box in boxes)
    shown = 0
    for guideline in found["guidelines"]:
        for situation in guideline["situations"]:
            for each in situation["values"]:
                for advice in each["advice"]:
                    part = f"{advice['cases']:,} of {each['cases']:,} ({advice['cases'] / each['cases']:.1%})"
                    assert titles[f"{outcome(advice)}: {part}"]
                    shown += 1
    assert shown
    assert {each["guideline"] for each in found["guidelines"]} <= set(words)
    assert {f"Advice by {field}" for field in SITUATIONS} <= set(words)
    for pair in found["against"]:
        assert any(each.startswith(f"First line, {pair['one']} against {pair['other']}") for each in words)
        for each in pair["pairs"]:
            assert (f"{each['one']} → {each['other']}" in words) == (each["one"] != each["other"])
    most = max(
        (each for guideline in found["guidelines"] for each in guideline["missing"]), key=lambda each: each["cases"]
    )
    assert titles[f"{most['value']}: {most['cases']:,} of {found['cases']:,}"]


def test_the_bars_of_a_row_fill_their_column_and_none_leaves_the_picture(found):
    svg = picture(found)
    boxes, _ = drawn(svg)
    width, height = (float(ET.fromstring(svg).attrib[name]) for name in ("width", "height"))
    for box in boxes:
        assert 0 <= float(box.attrib["x"]) <= float(box.attrib["x"]) + float(box.attrib["width"]) <= width
        assert 0 <= float(box.attrib["y"]) < height
    shares = [box for box in boxes if "%" in (box[0].text or "")]
    rows = [list(row) for _, row in groupby(shares, key=lambda box: box.attrib["y"])]
    columns = {sum(float(box.attrib["width"]) for box in row) for row in rows}
    assert len(rows) == 1 + sum(len(each["values"]) for each in found["guidelines"][0]["situations"])
    assert max(columns) - min(columns) < 1


def test_words_mean_themselves_in_the_picture(found):
    cruel = json.loads(json.dumps(found).replace("cefiderocol", "<b>&cefiderocol</b>"))
    boxes, words = drawn(picture(cruel))
    assert any("<b>&cefiderocol</b>" in (box[0].text or "") for box in boxes)
    assert any("<b>&cefiderocol</b>" in each for each in words)


def test_a_cohort_without_cases_has_a_picture(tmp_path):
    (tmp_path / "cases.csv").write_text("infection.site\n", encoding="utf-8")
    run(Job(tmp_path / "cases.csv", tmp_path / "out.parquet", tuple(GUIDELINES)), workers=1)
    _, words = drawn(picture(summary(str(tmp_path / "out.parquet"))))
    assert words[0] == "0 cases"


# --- the command ----------------------------------------------------------------------------------------------


def command(*arguments: object, seed: int = 0, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": str(seed)}
    program = [sys.executable, "-m", "whyrx", "batch", "summary", *map(str, arguments)]
    return subprocess.run(program, capture_output=True, text=True, env=environment, cwd=folder, check=False)


def test_summary_and_picture_are_the_same_bytes_under_every_hash_seed(made, found, tmp_path):
    runs = [command(made, "--json", "--plot", tmp_path / f"{seed}.svg", seed=seed) for seed in (1, 2)]
    assert {(each.returncode, each.stderr) for each in runs} == {(0, "")}
    assert runs[0].stdout == runs[1].stdout
    assert json.loads(runs[0].stdout) == found
    assert (tmp_path / "1.svg").read_bytes() == (tmp_path / "2.svg").read_bytes() == picture(found).encode()


@pytest.mark.parametrize("plot", ["there.svg", "picture.png", "no/picture.svg", "picture"])
def test_a_picture_is_written_to_a_new_file_that_ends_in_svg_or_not_at_all(plot, made, tmp_path):
    (tmp_path / "there.svg").write_text("kept", encoding="utf-8")
    done = command(made, "--plot", plot, folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"error: --plot: value {plot}; accepted: a ")
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {"there.svg": "kept"}
