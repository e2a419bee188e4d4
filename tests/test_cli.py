"""The program as its callers meet it: commands, exit statuses, streams, errors, and the schemas it prints."""

import gc
import inspect
import io
import json
import os
import pty
import re
import shlex
import subprocess
import sys
import sysconfig
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
import rfc8785
import whyrx.cli
from jsonschema import Draft202012Validator
from whyrx.prove import coverage, mutation
from whyrx.prove.difference import Change, Difference
from whyrx.prove.findings import Findings
from whyrx.prove.mutation import Result, Verdict
from whyrx.prove.verify import Verifier

ROOT = Path(__file__).parent.parent
PROGRAM = str(Path(sysconfig.get_path("scripts")) / "whyrx")
NEVADA = "examples/nevada-2016.yaml"
PAIR = "aztreonam+ceftazidime-avibactam"


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


@pytest.fixture
def run(monkeypatch):
    """Runs the program's own `main` in this process, from the repository's root unless told: a process takes longer."""

    def ran(*arguments: str, stdin: bytes = b"") -> Ran:
        streams = {name: io.TextIOWrapper(io.BytesIO(), encoding="ascii") for name in ("stdout", "stderr")}
        with monkeypatch.context() as patch:
            patch.chdir(ran.folder)
            patch.setattr(gc, "disable", lambda: None)  # these tests go on after it
            patch.setattr(sys, "argv", ["whyrx", *arguments])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            for name, stream in streams.items():
                patch.setattr(sys, name, stream)
            with pytest.raises(SystemExit) as left:
                whyrx.cli.main()
        for stream in streams.values():
            stream.flush()
        out, err = (stream.buffer.getvalue().decode("utf-8") for stream in streams.values())
        return Ran(left.value.code or 0, out, err)

    ran.folder = ROOT
    return ran


def process(*arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The installed program as a process of its own, from the root of the repository."""
    return subprocess.run(
        [PROGRAM, *arguments],
        input=stdin,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    )


# --- every command ------------------------------------------------------------------------------------------


def commands(command: click.Command = whyrx.cli.cli, name: str = "whyrx") -> dict[str, click.Command]:
    """Every command by what one types for it, groups among them."""
    found = {name: command}
    if isinstance(command, click.Group):
        for each, inner in command.commands.items():
            found |= commands(inner, f"{name} {each}")
    return found


COMMANDS = commands()
SINGLE = [name for name, command in COMMANDS.items() if not isinstance(command, click.Group)]


def example(name: str) -> list[str]:
    """The arguments of a command's example; what the shell does with its output is the shell's."""
    line = re.search(r"^Example: whyrx (.*)$", inspect.cleandoc(COMMANDS[name].help or ""), re.MULTILINE)
    assert line, f"{name}: help without an example"
    return shlex.split(line[1].partition(" > ")[0])


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_help_and_shows_an_example(name, run):
    ran = run(*name.split()[1:], "--help")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: {name} ")
    assert COMMANDS[name].help
    if name in SINGLE:
        assert shlex.join(["Example:", "whyrx"]) in " ".join(ran.out.split())
        assert example(name)[: len(name.split()) - 1] == name.split()[1:]


CHANGES = [Change("regimen", "aztreonam+ceftazidime-avibactam", "first line", "not ranked")]


def run_already(monkeypatch):
    """What takes long and has tests of its own: the cases of rules (`test_rules.py`), what they exercise
    (`test_exercised.py`), mutants (`test_mutation.py`), proofs, differences (`test_prove.py`, `test_difference.py`)."""
    monkeypatch.setattr(Verifier, "units", lambda self, samples: iter([("random", 0, 0, 3)]))
    monkeypatch.setattr(Difference, "drawn", lambda self, count: Counter())
    monkeypatch.setattr(Difference, "changes", lambda self: CHANGES)
    monkeypatch.setattr(Findings, "look", lambda self: iter([[]] * len(self.steps)))
    monkeypatch.setattr("whyrx.kb.own_cases.failing_cases", lambda base: iter(()))
    monkeypatch.setattr(coverage, "exercise", with_five_cases(coverage.exercise))
    caught = (Verdict("recommend-ranked/exception 1 left out", "exception left out", "case", "both excluded"),)
    monkeypatch.setattr(mutation, "mutate", lambda planned, *_, **__: Result(planned.made, caught, {}))


def with_five_cases(exercise):
    return lambda tried, **_: exercise([(base, cases[:5]) for base, cases in tried], search=False)


@pytest.fixture
def _where_examples_work(request, run, tmp_path):
    """In a folder of their own for commands that make a file, with the file that they read."""
    name = request.getfixturevalue("name")
    if name.startswith("whyrx batch"):
        (tmp_path / "examples").symlink_to(ROOT / "examples")
        run.folder = tmp_path
        if name != "whyrx batch run":
            run(*example("whyrx batch run"))
    if name in ("whyrx rules archive", "whyrx rules verify"):
        run.folder = tmp_path
    if name == "whyrx consult" or name.startswith("whyrx audit"):
        run.folder = tmp_path / "here"
        run.folder.mkdir()
        (run.folder / "examples").symlink_to(ROOT / "examples")
    if name.startswith("whyrx audit") and name != "whyrx audit key":
        (tmp_path / "keys").mkdir()
        assert run("consult", NEVADA, "--record", "--store", "records.db").status == 0
        assert run("audit", "key", "../keys/auditor.pem", "auditor.pub").status == 0
        (run.folder / "head.json").write_text(run(*example("whyrx audit head")).out)


@pytest.mark.usefixtures("_where_examples_work")
@pytest.mark.parametrize("name", SINGLE)
def test_the_example_of_a_command_works(name, run, monkeypatch):
    run_already(monkeypatch)
    ran = run(*example(name))
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.strip()
    assert ran.out.endswith("\n")
    assert "\x1b" not in ran.out


@pytest.mark.usefixtures("_where_examples_work")
@pytest.mark.parametrize("name", SINGLE)
def test_the_structure_behind_an_example_is_canonical_json(name, run, monkeypatch):
    run_already(monkeypatch)
    if not any("--json" in parameter.opts for parameter in COMMANDS[name].params):
        assert name in ("whyrx rules export", "whyrx schema")  # what these print is a structure already
        assert json.loads(run(*example(name)).out)
        return
    ran = run(*example(name), "--json")
    assert ran.status == 0
    assert ran.err == "" or name == "whyrx ask"  # whose questions stand there
    assert ran.out.encode() == rfc8785.dumps(json.loads(ran.out)) + b"\n"


def test_a_mutant_that_survives_is_named_and_makes_the_exit_status_1(run, monkeypatch):
    verdicts = (Verdict("a-rule/condition 1 left out", "condition left out", "nothing"),)
    monkeypatch.setattr(mutation, "mutate", lambda planned, *_, **__: Result(planned.made, verdicts, {}))
    ran = run("rules", "mutate", "--sample", "1")
    assert ran.status == 1
    assert "a-rule/condition 1 left out" in ran.out
    assert json.loads(run("rules", "mutate", "--json").out)["survivors"] == ["a-rule/condition 1 left out"]


def test_verdicts_are_kept_only_where_they_can_be_and_in_no_other_file(run, tmp_path):
    notes = tmp_path / "notes.txt"
    notes.write_text("mine\n")
    for place in (notes, tmp_path / "no-such-folder" / "verdicts"):
        ran = run("rules", "mutate", "--keep", str(place))
        assert (ran.status, ran.out) == (2, "")
        assert "--keep" in ran.err
    assert notes.read_text() == "mine\n"


def test_what_cases_exercise_is_drawn_into_a_new_file(run, monkeypatch, tmp_path):
    run_already(monkeypatch)
    file = tmp_path / "exercised.svg"
    assert run("rules", "exercised", "--guideline", "escmid-2022", "--plot", str(file)).status == 0
    assert file.read_text().startswith("<svg ")
    again = run("rules", "exercised", "--plot", str(file))
    assert (again.status, again.out) == (2, "")
    assert "--plot" in again.err


@pytest.mark.parametrize("command", ["exercised", "mutate"])
def test_a_file_without_cases_is_refused(command, run, tmp_path):
    file = tmp_path / "none.yaml"
    file.write_text("- {name: n}")
    ran = run("rules", command, str(file))
    assert (ran.status, ran.out) == (2, "")
    assert "none.yaml" in ran.err


@pytest.mark.parametrize("name", ["consult", "why", "why-not", "what-if", "step", "ask", "rules", "schema"])
def test_a_command_of_the_contract_is_there(name):
    assert f"whyrx {name}" in COMMANDS


@pytest.mark.parametrize("name", ["list", "show", "check", "export"])
def test_the_knowledge_base_can_be_listed_shown_checked_and_exported(name):
    assert f"whyrx rules {name}" in COMMANDS


def test_every_command_that_the_readme_names_exists():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"(?:`|\$ |bin/)whyrx +([a-z][a-z-]*)(?: +([a-z][a-z-]*)\b(?![./]))?", readme)
    assert named
    for first, second in named:
        assert f"whyrx {first}" in COMMANDS
        if isinstance(COMMANDS[f"whyrx {first}"], click.Group) and second:
            assert f"whyrx {first} {second}" in COMMANDS


def test_the_version_is_printed(run):
    assert run("--version").out == f"whyrx, version {whyrx.__version__}\n"


# --- wrong input --------------------------------------------------------------------------------------------


def nested(levels: int) -> str:
    return "isolate: " + "[" * levels + "]" * levels


# A document and, where a place in the case is wrong, its path and what stands there.
BROKEN = {
    "empty": ("", "", ""),
    "only a comment": ("# nothing\n", "", ""),
    "null": ("null\n", "", ""),
    "a list": ("[1, 2]\n", "", ""),
    "a word": ("hello\n", "", ""),
    "binary": (b"\x00\x01\x02\xff\xfe", "", ""),
    "not UTF-8": ("patient: {creatinine: 124 µmol/L}".encode("latin-1"), "", "0xb5"),
    "UTF-16": ("patient: {age: 64}".encode("utf-16"), "", ""),
    "a tag": ("patient: {age: !!int 64}\n", "patient.age", "tag"),
    "a tag of Python": ("patient: !!python/object/apply:os.system ['true']\n", "patient", "tag"),
    "an anchor": ("patient: &p {age: 64}\n", "patient", "&p"),
    "an alias": ("therapy: {current: &t [meropenem], previous: *t}\n", "therapy.previous", "*t"),
    "a merge key": ("patient: {<<: {age: 64}}\n", "patient", "<<"),
    "laughter": (
        "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\npatient: {allergies: [*c, *c]}\n",
        "patient.allergies",
        "*c",
    ),
    "a key twice": ("patient: {age: 64, age: 65}\n", "patient.age", ""),
    "a section twice": ("patient: {age: 64}\npatient: {sex: female}\n", "patient", ""),
    "two documents": ("patient: {age: 64}\n---\npatient: {age: 65}\n", "", "second document"),
    "a tab": ("patient:\n\tage: 64\n", "", ""),
    "a bracket left open": ('{"patient": {"age": 64}', "", ""),
    "half a line": ("patient: {age: 64, sex\n", "", ""),
    "a directive": ("%YAML 1.1\n---\npatient: {age: 64}\n", "", "directive"),
    "a number as key": ("patient: {1: 2}\n", "patient", "1"),
    "deep nesting": (nested(100), "isolate", ""),
    "very deep nesting": (nested(20_000), "isolate", ""),
    "300 KB": (f"id: case\n# {'x' * 300_000}\n", "", "262144"),
    "a long list": (f"isolate: {{carbapenemases: [{', '.join(['NDM-1'] * 6000)}]}}\n", "isolate.carbapenemases", ""),
    "decimal comma": ("patient: {creatinine: '1,4 mg/dL'}\n", "patient.creatinine", "1,4 mg/dL"),
    "arithmetic": ("patient: {weight: 9**9**9 kg}\n", "patient.weight", "9**9**9 kg"),
    "negative": ("patient: {weight: -5 kg}\n", "patient.weight", "-5 kg"),
    "exponent": ("patient: {weight: 1e3 g}\n", "patient.weight", "1e3 g"),
    "uncertainty": ("patient: {weight: 70 ± 2 kg}\n", "patient.weight", "70 ± 2 kg"),
    "infinite": ("patient: {weight: inf kg}\n", "patient.weight", "inf kg"),
    "not a number": ("patient: {creatinine: NaN mg/dL}\n", "patient.creatinine", "NaN mg/dL"),
    "no unit": ("patient: {creatinine: 1.4}\n", "patient.creatinine", "1.4"),
    "no space": ("patient: {weight: 70kg}\n", "patient.weight", "70kg"),
    "another unit": ("patient: {weight: 11 stone}\n", "patient.weight", "11 stone"),
    "a unit of another field": ("patient: {weight: 165 cm}\n", "patient.weight", "165 cm"),
    "per surface": (
        "patient: {creatinine_clearance: 43 mL/min/1.73 m2}\n",
        "patient.creatinine_clearance",
        "43 mL/min/1.73 m2",
    ),
    "age 430": ("patient: {age: 430}\n", "patient.age", "430"),
    "half a year": ("patient: {age: 64.5}\n", "patient.age", "64.5"),
    "age in words": ("patient: {age: sixty}\n", "patient.age", "sixty"),
    "age below zero": ("patient: {age: -1}\n", "patient.age", "-1"),
    "a date for an age": ("patient: {age: 1961-11-22}\n", "patient.age", "1961-11-22"),
    "weight 7000 kg": ("patient: {weight: 7000 kg}\n", "patient.weight", "7000 kg"),
    "creatinine 0": ("patient: {creatinine: 0 mg/dL}\n", "patient.creatinine", "0 mg/dL"),
    "no such day": ("as_of: 2026-02-30\n", "as_of", "2026-02-30"),
    "a day in another form": ("as_of: 22.11.2026\n", "as_of", "22.11.2026"),
    "yesterday": ("as_of: yesterday\n", "as_of", "yesterday"),
    "a name for a label": ("id: Jane Doe born 1961\n", "id", "Jane Doe born 1961"),
    "wieght": ("patient: {wieght: 70 kg}\n", "patient.wieght", "70 kg"),
    "pateint": ("pateint: {age: 64}\n", "pateint", ""),
    "NMD-1": ("isolate: {carbapenemases: [NMD-1]}\n", "isolate.carbapenemases[NMD-1]", "NMD-1"),
    "an element twice": ("isolate: {carbapenemases: [NDM-1, NDM-1]}\n", "isolate.carbapenemases[NDM-1]", ""),
    "no list": ("isolate: {carbapenemases: NDM-1}\n", "isolate.carbapenemases", "NDM-1"),
    "no carbapenemase": ("isolate: {carbapenemases: [CTX-M-15]}\n", "isolate.carbapenemases[CTX-M-15]", "CTX-M-15"),
    "a null": ("patient: {age: null}\n", "patient.age", "null"),
    "nothing after a key": ("patient:\n  age:\n  sex: female\n", "patient.age", ""),
    "a null section": ("patient: ~\n", "patient", "~"),
    "a null in a list": ("therapy: {current: [null]}\n", "therapy.current", "null"),
    "a number in quotes": ('patient: {age: "64"}\n', "patient.age", '"64"'),
    "F for female": ("patient: {sex: F}\n", "patient.sex", "F"),
    "yes for true": ("infection: {septic_shock: yes}\n", "infection.septic_shock", "yes"),
    "true in quotes": ('infection: {septic_shock: "true"}\n', "infection.septic_shock", '"true"'),
    "another site": ("infection: {site: blood}\n", "infection.site", "blood"),
    "Pitt score 15": ("infection: {pitt_score: 15}\n", "infection.pitt_score", "15"),
    "a section of one word": ("patient: female\n", "patient", "female"),
    "a section that is a list": ("patient: [64]\n", "patient", ""),
    "an allergy of one word": ("patient: {allergies: [ceftazidime]}\n", "patient.allergies[ceftazidime]", ""),
    "an allergy without substance": ("patient: {allergies: [{reaction: severe}]}\n", "patient.allergies", ""),
    "another reaction": (
        "patient: {allergies: [{substance: ceftazidime, reaction: bad}]}\n",
        "patient.allergies[ceftazidime].reaction",
        "bad",
    ),
    "an allergy twice": (
        "patient: {allergies: [{substance: aztreonam, reaction: severe}, {substance: aztreonam, reaction: unknown}]}\n",
        "patient.allergies[aztreonam]",
        "",
    ),
    "no such organism": ("isolate: {organism: Klebsiella pneumonia}\n", "isolate.organism", "Klebsiella pneumonia"),
    "drugs out of order": (
        "isolate: {susceptibilities: {ceftazidime-avibactam+aztreonam: S}}\n",
        "isolate.susceptibilities[ceftazidime-avibactam+aztreonam]",
        "ceftazidime-avibactam+aztreonam",
    ),
    "another result": (
        "isolate: {susceptibilities: {cefiderocol: X}}\n",
        "isolate.susceptibilities[cefiderocol].result",
        "X",
    ),
    "a wrong MIC": (
        "isolate: {susceptibilities: {cefiderocol: {result: S, mic: 0.5 mg/dL}}}\n",
        "isolate.susceptibilities[cefiderocol].mic",
        "0.5 mg/dL",
    ),
    "no such drug": ("setting: {unavailable: [azactam]}\n", "setting.unavailable[azactam]", "azactam"),
    "no such jurisdiction": ("setting: {jurisdiction: USA}\n", "setting.jurisdiction", "USA"),
}


def assert_refused(ran: Ran, path: str = "", value: str = "") -> None:
    assert ran.status == 2
    assert ran.out == ""
    assert "Traceback" not in ran.err
    lines = ran.err.splitlines()
    assert lines
    assert all(line.startswith("error: ") for line in lines), ran.err
    assert any(path in line and value in line for line in lines), ran.err


def assert_refused_as_json(ran: Ran, path: str = "", value: str = "") -> list[dict[str, object]]:
    assert ran.status == 2
    assert all(line.startswith("error: ") for line in ran.err.splitlines())
    assert ran.out.count("\n") == 1
    found = json.loads(ran.out)
    assert found.keys() == {"errors"}
    assert found["errors"]
    for error in found["errors"]:
        assert isinstance(error["path"], str)
        assert error["accepted"]
    assert any(path in error["path"] and value in json.dumps(error, ensure_ascii=False) for error in found["errors"])
    return found["errors"]


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_case_is_refused_by_path_and_value(name, run, tmp_path):
    document, path, value = BROKEN[name]
    data = document if isinstance(document, bytes) else document.encode()
    file = tmp_path / "case.yaml"
    file.write_bytes(data)
    text = run("consult", str(file))
    assert_refused(text, path, value)
    assert run("consult", "-", stdin=data) == text
    as_json = run("consult", str(file), "--json")
    errors = assert_refused_as_json(as_json, path, value.strip('"'))
    assert len(errors) == len(text.err.splitlines())


@pytest.mark.parametrize(
    "command",
    [
        ["why"],
        ["why", "R1"],
        ["why-not", PAIR],
        ["options"],
        ["what-if", "--set", "patient.age=70"],
        ["flip", "--to", PAIR],
        ["worth"],
        ["firm"],
        ["query", "recommend(R)"],
        ["report"],
        ["report", "--format", "html"],
        ["step"],
    ],
)
def test_every_command_that_takes_a_case_refuses_a_broken_one(command, run):
    first, *others = command
    ran = run(first, "-", *others, stdin=b"patient: {wieght: 70 kg}\n")
    assert_refused(ran, "patient.wieght", "70 kg")
    assert "weight" in ran.err


@pytest.mark.parametrize(
    ("document", "meant"),
    [
        ("patient: {wieght: 70 kg}", "weight"),
        ("pateint: {age: 64}", "patient"),
        ("isolate: {carbapenemases: [NMD-1]}", "NDM-1"),
        ("isolate: {organism: Klebsiella pneumonia}", "Klebsiella pneumoniae"),
        ("infection: {site: pnuemonia}", "pneumonia"),
        ("patient: {weight: 70kg}", "70 kg"),
        ("isolate: {susceptibilities: {ceftazidime-avibactam+aztreonam: S}}", PAIR),
    ],
)
def test_a_near_miss_is_told_what_was_probably_meant(document, meant, run):
    assert f"did you mean {meant}?" in run("consult", "-", stdin=document.encode()).err
    errors = json.loads(run("consult", "-", "--json", stdin=document.encode()).out)["errors"]
    assert errors[0]["suggestion"] == meant


def test_all_errors_of_a_case_are_told_at_once(run):
    document = (
        "patient: {age: 430, wieght: 70 kg}\nisolate: {carbapenemases: [NMD-1, NDM-5]}\nsetting: {jurisdiction: X}"
    )
    lines = run("consult", "-", stdin=document.encode()).err.splitlines()
    assert len(lines) == 4
    for path in ("patient.age", "patient.wieght", "isolate.carbapenemases[NMD-1]", "setting.jurisdiction"):
        assert len([line for line in lines if path in line]) == 1


# --- wrong calls --------------------------------------------------------------------------------------------

# The arguments, and words that have to stand in the error.
WRONG = {
    "no case": (["consult"], ["CASE"]),
    "no such file": (["consult", "no-such-file.yaml"], ["CASE", "no-such-file.yaml"]),
    "a directory": (["consult", "examples"], ["CASE", "examples"]),
    "no name": (["consult", ""], ["CASE"]),
    "two cases": (["consult", NEVADA, NEVADA], [NEVADA]),
    "no such option": (["consult", NEVADA, "--pdf"], ["--pdf"]),
    "no such command": (["consutl", NEVADA], ["consutl"]),
    "no such command of a group": (["rules", "edit"], ["edit"]),
    "no such conclusion": (["why", NEVADA, "recommend/meropenem/first"], ["CONCLUSION", "recommend/meropenem/first"]),
    "no such line": (["why", NEVADA, "R99"], ["CONCLUSION", "R99"]),
    "a fact that is no conclusion": (["why", NEVADA, "sex/female"], ["CONCLUSION", "sex/female"]),
    "an empty conclusion": (["why", NEVADA, ""], ["CONCLUSION"]),
    "why of no such file": (["why", "no-such-file.yaml", "R1"], ["CASE", "no-such-file.yaml"]),
    "no regimen": (["why-not", NEVADA], ["REGIMEN"]),
    "an empty regimen": (["why-not", NEVADA, ""], ["REGIMEN"]),
    "no such drug": (["why-not", NEVADA, "azactam"], ["REGIMEN", "azactam"]),
    "drugs out of order": (
        ["why-not", NEVADA, "ceftazidime-avibactam+aztreonam"],
        ["REGIMEN", "ceftazidime-avibactam+aztreonam", f"did you mean {PAIR}?"],
    ),
    "a drug twice": (["why-not", NEVADA, "colistin+colistin"], ["REGIMEN", "colistin+colistin"]),
    "no change": (["what-if", NEVADA], ["--set"]),
    "a change without =": (["what-if", NEVADA, "--set", "patient.age"], ["--set", "patient.age"]),
    "a change of nothing": (["what-if", NEVADA, "--set", "=70"], []),
    "no such path": (["what-if", NEVADA, "--set", "patient.wieght=70 kg"], ["patient.wieght", "patient.weight"]),
    "a path into a value": (["what-if", NEVADA, "--set", "patient.weight.unit=kg"], ["patient.weight.unit"]),
    "a wrong value": (["what-if", NEVADA, "--set", "patient.age=430"], ["patient.age", "430"]),
    "a wrong unit": (["what-if", NEVADA, "--set", "patient.creatinine=1,4 mg/dL"], ["patient.creatinine", "1,4 mg/dL"]),
    "an empty value": (["what-if", NEVADA, "--set", "patient.age="], ["patient.age"]),
    "a tag in a change": (["what-if", NEVADA, "--set", "patient.age=!!int 64"], ["patient.age"]),
    "flip to nothing": (["flip", NEVADA], ["--to", "--drop"]),
    "flip both ways": (["flip", NEVADA, "--to", PAIR, "--drop", "cefiderocol"], ["--to", "--drop"]),
    "flip to a drug misspelt": (["flip", NEVADA, "--to", "cefidrocol"], ["--to", "did you mean cefiderocol?"]),
    "flip to drugs out of order": (
        ["flip", NEVADA, "--drop", "ceftazidime-avibactam+aztreonam"],
        ["--drop", f"did you mean {PAIR}?"],
    ),
    "flip of no such file": (["flip", "no-such-file.yaml", "--to", PAIR], ["CASE", "no-such-file.yaml"]),
    "worth of a directory": (["worth", "examples"], ["CASE", "examples"]),
    "no query": (["query", NEVADA], ["QUERY"]),
    "an unknown predicate": (["query", NEVADA, "recomend(R)"], ["QUERY", "recomend", "did you mean recommend?"]),
    "an unsafe query": (["query", NEVADA, "not avoid(R)"], ["QUERY", "R"]),
    "an unreadable query": (["query", NEVADA, "recommend(R"], ["QUERY"]),
    "an empty query": (["query", NEVADA, ""], ["QUERY"]),
    "a report in another format": (["report", NEVADA, "--format", "pdf"], ["--format", "pdf"]),
    "a consultation from no such file": (["ask", "--from", "no-such-file.yaml"], ["no-such-file.yaml"]),
    "a consultation saved to a folder": (["ask", "--save", "examples"], ["--save", "examples"]),
    "step of a directory": (["step", "examples"], ["CASE", "examples"]),
    "no such rule": (["rules", "show", "no-such-rule"], ["ID", "no-such-rule"]),
    "a rule misspelt": (
        ["rules", "show", "ndm-klebsiella-severe-pair-frist"],
        ["ID", "did you mean ndm-klebsiella-severe-pair-first?"],
    ),
    "no rule": (["rules", "show"], ["ID"]),
    "check no such file": (["rules", "check", "no-such-file.json"], ["FILE", "no-such-file.json"]),
    "check a directory": (["rules", "check", "examples"], ["FILE", "examples"]),
    "check what is no edition": (["rules", "check", NEVADA], ["FILE", NEVADA]),
    "schema of nothing": (["schema"], ["case", "decision"]),
    "schema of something else": (["schema", "trace"], ["trace"]),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_call_is_refused_and_says_what_was_wrong(name, run):
    arguments, words = WRONG[name]
    ran = run(*arguments)
    assert_refused(ran)
    for word in words:
        assert word in ran.err
    errors = assert_refused_as_json(run(*arguments, "--json"))
    assert len(errors) >= len(ran.err.splitlines())


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b"null", b'{"schema": "whyrx-edition/1", "logic": 1}', b'{"rules":', b"\xff", b"1", b'"x"'],
    ids=["empty", "list", "mapping", "null", "number for rules", "cut off", "not UTF-8", "number", "text"],
)
def test_a_file_that_is_no_edition_is_refused(data, run, tmp_path):
    file = tmp_path / "edition.json"
    file.write_bytes(data)
    assert_refused(run("rules", "check", str(file)), "FILE", str(tmp_path)[:20])


def test_a_deeply_nested_file_is_no_edition(run, tmp_path):
    file = tmp_path / "edition.json"
    file.write_bytes(b"[" * 100_000)
    assert_refused(run("rules", "check", str(file)), "FILE", str(tmp_path)[:20])


def test_standard_input_that_is_closed_is_refused():
    ran = subprocess.run(
        ["sh", "-c", f"{shlex.quote(PROGRAM)} consult - <&-"], capture_output=True, cwd=ROOT, text=True, check=False
    )
    assert_refused(Ran(ran.returncode, ran.stdout, ran.stderr), "CASE", "-")


def exported(run, tmp_path, changes=lambda edition: None):
    """The edition as exported, then changed, in a file; without the cases of its rules, which take long to run."""
    edition = json.loads(run("rules", "export").out)
    edition["cases"] = {rule: [] for rule in edition["cases"]}
    changes(edition)
    file = tmp_path / "edition.json"
    file.write_text(json.dumps(edition), encoding="utf-8")
    return str(file)


LANGUAGES = {"asp": "clingo FILE", "prolog": "swipl FILE", "clips": "clips -f2 FILE"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("guideline", ["severe-ndm-klebsiella", "idsa-2026"])
def test_an_export_for_another_engine_says_which_edition_it_is_and_how_to_run_it(language, guideline, run):
    chosen = ("rules", "export", "--format", language, "--guideline", guideline)
    digest = json.loads(run("consult", NEVADA, "--guideline", guideline, "--json").out)["knowledge"]["digest"]
    alone, ran = run(*chosen), run(*chosen, "--case", NEVADA)
    assert (alone.status, alone.err, ran.status, ran.err) == (0, "", 0, "")
    for out in (alone.out, ran.out):
        assert guideline in out.splitlines()[0]
        assert out.splitlines()[1].endswith(f"digest {digest}")
    assert f"Run: {LANGUAGES[language]}\n" in ran.out
    assert ran.out == run(*chosen, "--case", "-", stdin=(ROOT / NEVADA).read_bytes()).out
    assert len(ran.out.splitlines()) > len(alone.out.splitlines()) + 30  # the facts of the case


def test_an_export_as_json_is_the_edition_with_and_without_saying_so(run):
    assert run("rules", "export").out == run("rules", "export", "--format", "json").out
    assert run("rules", "export").out == run("rules", "export", "--json").out


def test_an_export_refuses_what_does_not_go_together(run):
    assert_refused(run("rules", "export", "--case", NEVADA), "--case", NEVADA)
    assert_refused_as_json(run("rules", "export", "--json", "--format", "clips"), "--format", "clips")
    assert_refused(run("rules", "export", "--format", "asp", "--case", "none.yaml"), "none.yaml")


def test_the_help_of_an_export_tells_languages_and_shows_one_run(run):
    words = " ".join(run("rules", "export", "--help").out.split())
    assert "[json|asp|prolog|clips]" in words
    assert f"Example: whyrx rules export --format prolog --case {NEVADA} > case.pl && swipl case.pl" in words


def test_an_exported_edition_can_be_read_back_and_checked(run, tmp_path):
    """Its cases taken out, for speed: then that is all there is to find."""
    ran = run("rules", "check", exported(run, tmp_path), "--json")
    assert (ran.status, ran.err) == (1, "")
    found = json.loads(ran.out)
    assert len(found["findings"]) == 2 * found["rules"]
    assert all("has no case in which it" in finding for finding in found["findings"])


def test_a_rule_of_an_edition_with_an_unknown_fact_type_is_found_by_its_name(run, tmp_path):
    def misspelt(edition):
        edition["logic"]["rules"][0]["when"][0]["type"] = "Recomend"

    name = json.loads(run("rules", "export").out)["logic"]["rules"][0]["id"]
    ran = run("rules", "check", exported(run, tmp_path, misspelt))
    assert ran.status == 1
    assert any(name in line and "Recomend" in line for line in ran.out.splitlines())


def test_what_a_check_finds_is_an_answer_with_status_1(run, monkeypatch):
    finding = "rule some-rule, case some case: it should fire"
    monkeypatch.setattr("whyrx.kb.own_cases.failing_cases", lambda base: iter([finding, None]))
    ran = run("rules", "check")
    assert (ran.status, ran.err) == (1, "")
    assert finding in ran.out.splitlines()
    assert json.loads(run("rules", "check", "--json").out)["findings"] == [finding]


def test_an_error_never_breaks_its_line(run):
    ran = run("consult", "no\nsuch\x1b[31m\rfile")
    assert_refused(ran)
    assert ran.err.count("\n") == 1
    assert "\x1b" not in ran.err
    assert "\r" not in ran.err


@pytest.mark.parametrize("arguments", [[], ["rules"]], ids=["whyrx", "whyrx rules"])
def test_a_group_without_a_command_does_not_pass_for_an_answer(arguments, run):
    ran = run(*arguments)
    assert "Traceback" not in ran.err
    if ran.status == 2:
        assert_refused(ran)
    else:
        assert (ran.status, ran.err) == (0, "")
        assert ran.out.startswith("Usage: whyrx")


# --- answers ------------------------------------------------------------------------------------------------

ANSWERED = {
    "advice": (
        b"patient: {age: 64, sex: female, weight: 70 kg, creatinine: 124 \xc2\xb5mol/L, allergies: []}\n"
        b"isolate: {organism: Klebsiella pneumoniae, carbapenemases: [NDM-1], susceptibilities: {cefiderocol: S}}\n"
        b"infection: {site: bloodstream, severity: severe, foci: [undrained_abscess]}\nsetting: {jurisdiction: EU}\n"
    ),
    "insufficient": b"{}\n",
    "out_of_scope": b"isolate: {organism: Klebsiella pneumoniae, carbapenemases: [KPC-2]}\n",
    "refer": (
        b"patient: {allergies: [{substance: ceftazidime, reaction: severe}]}\n"
        b"isolate: {organism: Klebsiella pneumoniae, carbapenemases: [NDM-1]}\ninfection: {severity: severe}\n"
    ),
}


def numbers(value: object) -> list[object]:
    if isinstance(value, dict):
        return [number for inner in value.values() for number in numbers(inner)]
    if isinstance(value, list):
        return [number for inner in value for number in numbers(inner)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


@pytest.mark.parametrize("status", ANSWERED)
def test_an_answer_of_every_status_is_an_answer(status, run):
    text = run("consult", "-", stdin=ANSWERED[status])
    assert (text.status, text.err) == (0, "")
    assert text.out.strip()
    ran = run("consult", "-", "--json", stdin=ANSWERED[status])
    assert (ran.status, ran.err) == (0, "")
    assert json.loads(ran.out)["status"] == status


@pytest.mark.parametrize("status", ANSWERED)
@pytest.mark.parametrize(
    "command",
    [
        ["options"],
        ["flip", "--to", PAIR],
        ["flip", "--drop", "cefiderocol"],
        ["worth"],
        ["firm"],
        ["query", "status(S)"],
        ["report"],
        ["report", "--format", "md"],
    ],
    ids=" ".join,
)
def test_every_question_about_an_answer_of_every_status_is_answered(command, status, run):
    first, *others = command
    ran = run(first, "-", *others, stdin=ANSWERED[status])
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.strip()


@pytest.mark.parametrize("status", ANSWERED)
def test_a_decision_is_canonical_and_as_the_printed_schemas_say(status, run):
    ran = run("consult", "-", "--json", stdin=ANSWERED[status])
    decision = json.loads(ran.out)
    assert ran.out.encode() == rfc8785.dumps(decision) + b"\n"
    assert all(isinstance(number, int) for number in numbers(decision))
    for of, instance in (("decision", decision), ("case", decision["case"])):
        schema = json.loads(run("schema", of).out)
        Draft202012Validator.check_schema(schema)
        Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(instance)


@pytest.mark.parametrize("status", ANSWERED)
def test_the_case_of_a_decision_is_understood_the_same_when_read_again(status, run):
    first = json.loads(run("consult", "-", "--json", stdin=ANSWERED[status]).out)
    again = run("consult", "-", "--json", stdin=json.dumps(first["case"]).encode())
    assert json.loads(again.out) == first


def test_every_example_file_is_answered_and_every_status_has_one(run):
    files = sorted((ROOT / "examples").glob("*.yaml"))
    assert ROOT / NEVADA in files
    found = set()
    for file in files:
        ran = run("consult", str(file), "--json")
        assert (ran.status, ran.err) == (0, "")
        assert run("consult", str(file)).status == 0
        found.add(json.loads(ran.out)["status"])
    assert found == {"advice", "insufficient", "out_of_scope", "refer"}


def test_why_answers_one_node_for_each_conclusion_and_a_list_of_one_for_one(run):
    everything = json.loads(run("why", NEVADA, "--json").out)
    assert all(node.get("conclusion") or node.get("see") for node in everything)
    first = run("why", NEVADA, f"recommend/{PAIR}/first", "--json")
    assert [node["conclusion"] for node in json.loads(first.out)] == [f"recommend/{PAIR}/first"]
    assert run("why", NEVADA, "R1", "--json").out == first.out


def test_every_line_that_consult_prints_can_be_asked_by_its_number(run):
    lines = re.findall(r"^ *([A-Z][0-9]+) ", run("consult", NEVADA).out, re.MULTILINE)
    assert len(lines) > 20
    for line in lines:
        ran = run("why", NEVADA, line)
        assert (ran.status, ran.err) == (0, "")


def test_the_id_of_every_conclusion_in_a_decision_can_be_asked(run):
    decision = json.loads(run("consult", NEVADA, "--json").out)
    parts = ("avoid", "actions", "warnings", "assumptions")
    ids = [decision["status_reason"]["conclusion"], *(each["conclusion"] for part in parts for each in decision[part])]
    ids += [found["conclusion"] for each in decision["recommendations"] for found in (each, *each["doses"])]
    for conclusion in ids:
        assert json.loads(run("why", NEVADA, conclusion, "--json").out)[0]["conclusion"] == conclusion


def test_changes_may_be_repeated_and_a_fact_taken_back(run):
    """Nevada with an allergy that excludes both regimens has nothing left; without the organism nothing is known."""
    allergy = "patient.allergies=[{substance: ceftazidime, reaction: severe}]"
    ran = run("what-if", NEVADA, "--set", allergy, "--set", "setting.jurisdiction=EU", "--json")
    assert json.loads(ran.out)["status"] == {"before": "advice", "after": "refer"}
    ran = run("what-if", NEVADA, "--set", "isolate.organism=not_stated", "--json")
    assert json.loads(ran.out)["status"] == {"before": "advice", "after": "insufficient"}


# --- the program as a process -------------------------------------------------------------------------------


def test_the_program_and_the_module_and_standard_input_give_the_same_bytes():
    answer = process("consult", NEVADA)
    assert (answer.returncode, answer.stderr) == (0, b"")
    data = (ROOT / NEVADA).read_bytes()
    assert process("consult", "-", stdin=data).stdout == answer.stdout
    module = subprocess.run(
        [sys.executable, "-m", "whyrx", "consult", NEVADA], capture_output=True, cwd=ROOT, check=True
    )
    assert module.stdout == answer.stdout
    assert process("consult", NEVADA, "--json").stdout == process("consult", "-", "--json", stdin=data).stdout


@pytest.mark.parametrize(
    ("name", "environment"),
    [
        ("C", {"LC_ALL": "C"}),
        ("C, and Python told to keep it", {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}),
        ("UTF-8", {"LC_ALL": "C.UTF-8"}),
        ("streams in Latin-1", {"PYTHONIOENCODING": "latin-1"}),
        ("a narrow screen", {"COLUMNS": "40", "LINES": "10"}),
        ("colour wished for", {"FORCE_COLOR": "1", "CLICOLOR_FORCE": "1", "TERM": "xterm-256color"}),
        ("a notebook", {"JPY_PARENT_PID": "1"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_output_does_not_depend_on_the_environment(name, environment):
    plain = process("consult", "-", stdin=ANSWERED["advice"])
    changed = process("consult", "-", stdin=ANSWERED["advice"], **environment)
    assert (changed.returncode, changed.stderr) == (0, b"")
    assert changed.stdout == plain.stdout
    assert b"\x1b" not in changed.stdout


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_an_error_is_in_utf_8_whatever_the_locale(locale):
    ran = process("consult", "-", stdin="patient: {weight: 70 ± 2 kg}".encode(), LC_ALL=locale)
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert "70 ± 2 kg" in ran.stderr.decode("utf-8")
    assert ran.stderr.startswith(b"error: ")


@pytest.mark.parametrize(
    "arguments", [["consult", NEVADA], ["consult", NEVADA, "--json"], ["why", NEVADA], ["rules", "export"], ["--help"]]
)
def test_a_reader_that_leaves_early_brings_no_traceback(arguments):
    command = f"{shlex.join([PROGRAM, *arguments])} | head -1"
    ran = subprocess.run(["sh", "-c", command], capture_output=True, cwd=ROOT, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout


@pytest.mark.parametrize("arguments", [["consult", NEVADA], ["rules", "export"]])
def test_a_reader_that_is_gone_brings_no_traceback(arguments):
    read, write = os.pipe()
    os.close(read)
    ran = subprocess.run([PROGRAM, *arguments], stdout=write, stderr=subprocess.PIPE, cwd=ROOT, check=False)
    os.close(write)
    assert ran.stderr == b""


def on_terminal(*arguments: str, **environment: str) -> str:
    """What the program prints to a terminal of its own."""
    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", **environment}
    with subprocess.Popen([PROGRAM, *arguments], stdout=slave, stderr=subprocess.PIPE, cwd=ROOT, env=environment):
        os.close(slave)
        printed = b""
        while chunk := _read(master):
            printed += chunk
    os.close(master)
    return printed.decode("utf-8")


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # how Linux says that the other side of a terminal is closed
        return b""


def test_a_terminal_gets_colour_unless_it_is_refused():
    environment = {name: "" for name in ("NO_COLOR", "FORCE_COLOR") if name in os.environ}
    assert "\x1b[1" in on_terminal("consult", NEVADA, **environment)
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", on_terminal("consult", NEVADA, NO_COLOR="1"))


# --- the printed schemas, held against the contract ---------------------------------------------------------

CASE_FIELDS = {
    "": {"id", "as_of", "patient", "isolate", "infection", "therapy", "setting"},
    "patient": {
        "age",
        "sex",
        "weight",
        "height",
        "creatinine",
        "creatinine_clearance",
        "creatinine_trend",
        "renal_replacement",
        "crrt_effluent",
        "pregnancy",
        "allergies",
    },
    "patient.allergies[]": {"substance", "reaction"},
    "isolate": {
        "organism",
        "carbapenem_resistant",
        "carbapenemases",
        "carbapenemases_tested_for",
        "suspected_carbapenemases",
        "suspicion_basis",
        "other_beta_lactamases",
        "susceptibilities",
    },
    "isolate.susceptibilities{}": {"result", "mic", "standard"},
    "infection": {"site", "severity", "septic_shock", "pitt_score", "foci"},
    "therapy": {"current", "previous"},
    "setting": {"jurisdiction", "unavailable"},
}
FORMULARY = {
    "aztreonam",
    "aztreonam-avibactam",
    "cefiderocol",
    "ceftazidime-avibactam",
    "colistin",
    "eravacycline",
    "imipenem-relebactam",
    "meropenem",
    "meropenem-vaborbactam",
    "tigecycline",
}
CASE_WORDS = {
    "patient.sex": {"female", "male"},
    "patient.creatinine_trend": {"stable", "rising", "falling"},
    "patient.renal_replacement": {"none", "intermittent_hemodialysis", "crrt"},
    "patient.pregnancy": {"not_pregnant", "pregnant"},
    "patient.allergies[].reaction": {"severe", "severe_cutaneous", "non_severe", "unknown"},
    "isolate.suspicion_basis[]": {"epidemiology", "rapid_molecular_test", "phenotype"},
    "isolate.susceptibilities{}.result": {"S", "I", "R"},
    "infection.site": {
        "bloodstream",
        "pneumonia",
        "intra_abdominal",
        "complicated_uti",
        "pyelonephritis",
        "cystitis",
        "skin_soft_tissue",
        "bone_joint",
        "cns",
        "colonisation",
        "other",
    },
    "infection.severity": {"severe", "non_severe"},
    "infection.foci[]": {"undrained_abscess", "infected_device", "necrotic_tissue"},
    "therapy.current[]": FORMULARY,
    "therapy.previous[]": FORMULARY,
    "setting.jurisdiction": {"US", "EU", "UK"},
    "setting.unavailable[]": FORMULARY,
}
CASE_WORDS_AMONG_OTHERS = {
    "patient.allergies[].substance": FORMULARY
    | {"ceftazidime", "penicillins", "cephalosporins", "carbapenems", "beta-lactams"},
    "isolate.organism": {"Klebsiella pneumoniae"},
    "isolate.carbapenemases[]": {"NDM-1", "NDM", "KPC", "OXA-48", "VIM", "IMP"},
    "isolate.carbapenemases_tested_for[]": {"NDM", "KPC", "OXA-48", "VIM", "IMP"},
    "isolate.suspected_carbapenemases[]": {"NDM"},
    "isolate.other_beta_lactamases[]": {"CTX-M-15", "SHV-11"},
}
DECISION_FIELDS = {
    "": {
        "schema",
        "guideline",
        "knowledge",
        "case",
        "status",
        "status_reason",
        "recommendations",
        "avoid",
        "actions",
        "warnings",
        "assumptions",
        "missing",
        "trace",
    },
    "guideline": {"id", "title", "issuer", "year"},
    "knowledge": {"version", "digest"},
    "status_reason": {"text", "conclusion"},
    "recommendations[]": {"regimen", "drugs", "line", "grades", "doses", "evidence", "conclusion"},
    "recommendations[].grades[]": {"issuer", "year", "strength", "certainty", "source"},
    "recommendations[].doses[]": {
        "drug",
        "phase",
        "amount",
        "components",
        "interval_h",
        "infusion_h",
        "route",
        "basis",
        "source",
        "conclusion",
    },
    "avoid[]": {"regimen", "drugs", "category", "reason", "grades", "conclusion"},
    "avoid[].grades[]": {"issuer", "year", "strength", "certainty", "source"},
    "actions[]": {"kind", "text", "conclusion"},
    "warnings[]": {"kind", "text", "conclusion"},
    "assumptions[]": {"fact", "text", "supports"},
    "missing[]": {"fact", "text", "needed_by"},
}
DECISION_WORDS = {
    "status": {"advice", "insufficient", "out_of_scope", "refer"},
    "recommendations[].line": {"first", "alternative"},
    "recommendations[].doses[].phase": {"maintenance", "loading", "supplement"},
    "avoid[].category": {"never", "contraindicated", "not_first_line", "not_recommended"},
    "actions[].kind": {"start_now", "source_control", "test", "monitor", "adjust", "refer", "reassess"},
}


def at(schema: dict, path: str) -> dict:
    """What a schema says of a place: `a.b` a field, `a[]` the elements of a list, `a{}` the values of a mapping."""
    node = schema
    for step in re.findall(r"[a-z_]+|\[\]|\{\}", path):
        node = plain(schema, node)
        node = plain(
            schema,
            node["items"]
            if step == "[]"
            else node["additionalProperties"]
            if step == "{}"
            else node["properties"][step],
        )
    return plain(schema, node)


def plain(schema: dict, node: dict) -> dict:
    """A node with its reference followed; of several forms, the one with fields."""
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].removeprefix("#/$defs/")]
    forms = [plain(schema, form) for form in node.get("anyOf", ())]
    return next((form for form in forms if "properties" in form), node)


@pytest.fixture
def printed(run):
    return {of: json.loads(run("schema", of).out) for of in ("case", "decision")}


@pytest.mark.parametrize("path", CASE_FIELDS)
def test_the_schema_of_a_case_has_the_fields_of_the_contract_all_optional(path, printed):
    node = at(printed["case"], path)
    assert node["properties"].keys() >= CASE_FIELDS[path]
    assert node["additionalProperties"] is False  # unknown keys are errors
    assert set(node.get("required", ())) <= {"substance", "result"}  # without which an element says nothing


@pytest.mark.parametrize("path", DECISION_FIELDS)
def test_the_schema_of_a_decision_has_the_fields_of_the_contract(path, printed):
    node = at(printed["decision"], path)
    assert node["properties"].keys() >= DECISION_FIELDS[path]
    assert set(node["required"]) >= DECISION_FIELDS[path] - {"trace"}


@pytest.mark.parametrize(
    ("of", "path", "words"),
    [
        *(("case", path, words) for path, words in CASE_WORDS.items()),
        *(("decision", path, words) for path, words in DECISION_WORDS.items()),
    ],
)
def test_the_words_of_a_field_are_those_of_the_contract(of, path, words, printed):
    assert set(at(printed[of], path)["enum"]) == words


@pytest.mark.parametrize("path", CASE_WORDS_AMONG_OTHERS)
def test_the_words_that_the_contract_names_are_among_those_of_a_larger_vocabulary(path, printed):
    assert set(at(printed["case"], path)["enum"]) >= CASE_WORDS_AMONG_OTHERS[path]


@pytest.mark.parametrize(
    ("path", "accepted", "refused"),
    [
        ("patient.weight", ["70 kg", "70000 g", "154.3 lb"], ["70kg", "-5 kg", "9**9**9 kg", "1e3 g", "70 stone"]),
        ("patient.height", ["165 cm", "1.65 m", "65 in"], ["165", "5 ft 5 in"]),
        ("patient.creatinine", ["1.4 mg/dL", "124 umol/L", "124 \u00b5mol/L", "124 \u03bcmol/L"], ["1,4 mg/dL", "1.4"]),
        ("patient.creatinine_clearance", ["43 mL/min"], ["43 mL/min/1.73 m2", "43"]),
        ("patient.crrt_effluent", ["2.5 L/h"], ["2500 mL/h"]),
        ("isolate.susceptibilities{}.mic", ["0.5 mg/L", "<=0.25 mg/L", ">16 mg/L"], ["0.5", "~1 mg/L"]),
    ],
)
def test_the_schema_takes_the_quantities_of_the_contract_and_no_others(path, accepted, refused, printed):
    schema = Draft202012Validator(at(printed["case"], path))
    assert [text for text in accepted if not schema.is_valid(text)] == []
    assert [text for text in refused if schema.is_valid(text)] == []


# --- what a process imports --------------------------------------------------------------------------------------

HEAVY = {
    *("asyncio", "email", "multiprocessing", "sqlite3"),
    *(
        "clingo",
        "cryptography",
        "distributed",
        "jinja2",
        "lark",
        "numpy",
        "pyarrow",
        "pydantic",
        "pydantic_core",
        "rfc8785",
    ),
    *("psycopg", "sqlalchemy", "whyrx.records"),
    *("whyrx.cohort", "whyrx.explore", "whyrx.kb.guidelines.idsa_2026", "whyrx.kb.guidelines.escmid_2022"),
}
"""What neither help nor advice on one case needs."""

OTHERS = {f"whyrx.commands.{name}" for name in ("about", "audit", "batch", "changes", "reasons", "rules")}
"""Where commands stand that are not run."""

IMPORTS = {
    "--help": ({"click"}, HEAVY | {"experta", "hashlib", "rich", "ruamel", "whyrx.explain", "whyrx.facts", "whyrx.kb"}),
    f"consult {NEVADA}": ({"click", "experta", "rich", "ruamel", "whyrx.explain", "whyrx.kb"}, HEAVY | OTHERS),
    f"consult {NEVADA} --json": (
        {"click", "experta", "ruamel", "whyrx.kb"},
        HEAVY | OTHERS | {"rich", "whyrx.explain"},
    ),
}


@pytest.mark.parametrize("command", IMPORTS)
def test_a_process_imports_nothing_that_it_does_not_need(command):
    needed, unneeded = IMPORTS[command]
    program = [sys.executable, "-X", "importtime", "-m", "whyrx", *command.split()]
    ran = subprocess.run(program, capture_output=True, check=True, cwd=ROOT, text=True)
    imported = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines() if line.startswith("import time:")}
    assert needed <= imported
    assert not unneeded & imported
