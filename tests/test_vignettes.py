"""Whole patients, each held against what its source says of it: `vignettes/*.yaml`.

A vignette has a `name` (one sentence), a `source` (parts separated by `;`: `S1` where a statement holds, `not S1`
where it does not, `ruling: …`, a label), a `case`, and what to `expect`; a `guideline` where it is not the default one.
`first`, `alternative`, `statements`, `grades`
and the phases of a drug in `doses` are complete lists; of everything else, what is listed must be said and may not be
all. Under `not` stands what must not be said. `defect` marks a vignette that the program is known to fail, and why.
"""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from whyrx.facts.case import case_from_tree
from whyrx.kb.decision import decide
from whyrx.kb.guidelines import GUIDELINES
from whyrx.kb.guidelines.severe_ndm_klebsiella.coverage import COVERAGE as COMMISSIONED
from whyrx.kb.knowledge import knowledge_base
from whyrx.kb.language import DEFAULT_GUIDELINE

STATEMENTS_OF = {
    name: {row.statement for row in knowledge_base(name).edition.coverage} - {row.statement for row in COMMISSIONED}
    for name in GUIDELINES
}
"""The lines of the coverage tables of the other guidelines; those of the commissioned one are listed below."""
FILES = sorted((Path(__file__).parent / "vignettes").glob("*.yaml"))

REQUIRED, OPTIONAL = {"name", "source", "case", "expect"}, {"defect", "guideline"}
COMPLETE = {"first", "alternative", "statements", "grades"}
SAID = COMPLETE | {"rationale", "evidence", "avoid", "actions", "warnings", "assumptions", "missing"}
EXPECT = SAID | {"status", "doses", "not"}

STATEMENTS = [f"S{number}" for number in range(1, 18)]
RULINGS = [
    "gene wins over phenotype",
    "suspicion not covered by the test stands",
    "non-severe with an invasive site",
    "cystitis, non-severe",
    "septic shock with non-severe",
    "severity not stated",
    "colonisation",
    "age not stated",
    "under 18",
    "organism not stated",
    "no enzyme tested, found or suspected",
    "not Enterobacterales",
    "no class B enzyme",
    "cefiderocol S, untested, I or R",
    "partners R each alone",
    "the pair tested R",
    "severe allergy",
    "non-severe, unknown or unstated allergy",
    "creatinine missing",
    "haemodialysis",
    "CRRT",
    "pregnancy",
    "central nervous system",
]
"""The rows of the table of rulings, in short; those of two situations are two."""

Item = tuple[str, str, str]
"""What is said of something: its name, a detail (category, statement, grade), a text."""

Want = tuple[str, str, tuple[str, ...]]
"""The same as expected: an empty name or detail stands for any, and one text must contain all of the texts."""


# --- what a vignette may say -------------------------------------------------------------------------------------


def check_form(vignette: dict[str, Any]) -> None:
    """Refuse a vignette with a key too many or too few: a misspelt expectation must not pass for a met one."""
    name, keys = vignette.get("name"), set(vignette)
    assert REQUIRED <= keys <= REQUIRED | OPTIONAL, f"{name}: {keys ^ REQUIRED}"
    expect = vignette["expect"]
    assert set(expect) <= EXPECT, f"{name}: {set(expect) - EXPECT}"
    assert set(expect.get("not", {})) <= SAID, f"{name}: not {set(expect['not']) - SAID}"
    needed = {"status"} | ({"first", "alternative"} if expect.get("status") == "advice" else set())
    assert needed <= set(expect), f"{name}: {needed - set(expect)} is to be expected"


def load() -> list[Any]:
    parameters = []
    for file in FILES:
        for vignette in YAML(typ="safe", pure=True).load(file):
            check_form(vignette)
            marks = [pytest.mark.xfail(strict=True, reason=vignette["defect"])] if "defect" in vignette else []
            parameters.append(pytest.param(vignette, id=f"{file.stem}: {vignette['name']}", marks=marks))
    return parameters


VIGNETTES = load()


def wanted(expected: Any) -> list[Want]:
    """Items from `[name]`, `[{kind: name, contains: text}]`, `{name: detail}` or `{name: {detail: …, contains: …}}`."""
    if isinstance(expected, dict):
        pairs = [(name, each) for name, of_name in expected.items() for each in _listed(of_name)]
        items = [(name, {"detail": each} if isinstance(each, str) else each) for name, each in pairs]
    else:
        mappings = [{"kind": each} if isinstance(each, str) else each for each in expected]
        items = [(each.get("kind", ""), {k: v for k, v in each.items() if k != "kind"}) for each in mappings]
    for name, each in items:
        assert name or each, "neither a name nor a text"
        assert set(each) <= {"detail", "contains"}, f"{name}: {each}"
    return [(name, each.get("detail", ""), tuple(_listed(each.get("contains", [])))) for name, each in items]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


# --- what a decision says ----------------------------------------------------------------------------------------


def said(decision: dict[str, Any]) -> dict[str, list[Item]]:
    regimens = decision["recommendations"]
    return {
        **{
            line: [(regimen["regimen"], "", "") for regimen in regimens if regimen["line"] == line]
            for line in ("first", "alternative")
        },
        "statements": [(r["regimen"], statement["id"], "") for r in regimens for statement in r["statements"]],
        "grades": [(r["regimen"], f"{g['strength']}, {g['certainty']}", "") for r in regimens for g in r["grades"]],
        "rationale": [(r["regimen"], "", each["text"]) for r in regimens for each in r["rationale"]],
        "evidence": [(r["regimen"], "", each["text"]) for r in regimens for each in r["evidence"]],
        "avoid": [(each["regimen"], each["category"], each["reason"]) for each in decision["avoid"]],
        "actions": [(each["kind"], "", each["text"]) for each in decision["actions"]],
        "warnings": [(each["kind"], "", each["text"]) for each in decision["warnings"]],
        "assumptions": [(each["fact"], "", each["text"]) for each in decision["assumptions"]],
        "missing": [(each["fact"], "", each["text"]) for each in decision["missing"]],
    }


def doses(decision: dict[str, Any]) -> dict[str, dict[str, list[Any]]]:
    """By drug of a recommended regimen and by phase: amount and interval."""
    found: dict[str, dict[str, list[Any]]] = {}
    for regimen in decision["recommendations"]:
        found |= {drug: {} for drug in regimen["drugs"]}
        for dose in regimen["doses"]:
            assert dose["phase"] not in found[dose["drug"]], f"two doses: {dose}"
            found[dose["drug"]][dose["phase"]] = [dose["amount"], dose["interval_h"]]
    return found


def matches(item: Item, want: Want) -> bool:
    contains = all(text.casefold() in item[2].casefold() for text in want[2])
    return want[0] in ("", item[0]) and want[1] in ("", item[1]) and contains


def decision_of(vignette: dict[str, Any]) -> dict[str, Any]:
    base = knowledge_base(vignette.get("guideline", DEFAULT_GUIDELINE))
    read = case_from_tree(vignette["case"])
    return dict(decide(base.edition, read, base.derive(read)))


# --- the tests ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vignette", VIGNETTES)
def test_the_decision_is_what_the_source_says(vignette):
    expect = vignette["expect"]
    decision = decision_of(vignette)
    found = said(decision)
    assert decision["status"] == expect["status"], decision["status_reason"]["text"]
    if expect["status"] != "advice":
        assert not decision["recommendations"]
    for key in SAID & set(expect):
        items = wanted(expect[key])
        if key in {"statements", "grades"}:  # complete for the regimens that are named
            names = set(expect[key])
            assert sorted(i[:2] for i in found[key] if i[0] in names) == sorted(i[:2] for i in items), key
        elif key in COMPLETE:
            assert sorted(i[:2] for i in found[key]) == sorted(i[:2] for i in items), key
        for item in items:
            assert any(matches(each, item) for each in found[key]), (key, item, found[key])
    for key, unwanted in expect.get("not", {}).items():
        for item in wanted(unwanted):
            assert not [each for each in found[key] if matches(each, item)], (f"not {key}", item)
    for drug, phases in expect.get("doses", {}).items():
        assert doses(decision)[drug] == phases, drug


def test_each_vignette_has_a_name_of_its_own():
    names = [each.values[0]["name"] for each in VIGNETTES]
    assert sorted(set(names)) == sorted(names)
    assert len(names) >= 120


SOURCES = {part.strip() for each in VIGNETTES for part in each.values[0]["source"].split(";")}


@pytest.mark.parametrize("statement", STATEMENTS)
def test_each_statement_of_the_guideline_is_shown_to_hold_and_not_to_hold(statement):
    assert {statement, f"not {statement}"} <= SOURCES


@pytest.mark.parametrize(("guideline", "statement"), [(g, s) for g, of in STATEMENTS_OF.items() for s in sorted(of)])
def test_each_statement_of_another_guideline_is_shown_to_hold_and_not_to_hold(guideline, statement):
    of = [each.values[0] for each in VIGNETTES if each.values[0].get("guideline") == guideline]
    sources = {part.strip() for each in of for part in each["source"].split(";")}
    assert {statement, f"not {statement}"} <= sources


@pytest.mark.parametrize("ruling", RULINGS)
def test_each_ruling_has_a_vignette(ruling):
    assert f"ruling: {ruling}" in SOURCES


def test_a_ruling_or_statement_nobody_made_is_not_cited():
    rulings = {f"ruling: {ruling}" for ruling in RULINGS}
    statements = {f"{no}{statement}" for statement in STATEMENTS for no in ("", "not ")}
    assert {source for source in SOURCES if source.startswith("ruling")} <= rulings
    assert {source for source in SOURCES if re.match(r"(not )?S[0-9]", source)} <= statements


GOOD = {"name": "n", "source": "S1", "case": {}, "expect": {"status": "insufficient"}}


@pytest.mark.parametrize(
    "bad",
    [
        {"expect": {"status": "insufficient", "warning": []}},
        {"expect": {"status": "insufficient", "not": {"warning": []}}},
        {"expect": {"status": "insufficient", "not": {"status": "advice"}}},
        {"expect": {"status": "advice", "first": []}},
        {"expect": {"first": []}},
        {"exspect": {}},
    ],
    ids=str,
)
def test_a_vignette_with_an_unknown_or_a_missing_key_is_refused(bad):
    check_form(GOOD)
    with pytest.raises(AssertionError):
        check_form({**GOOD, **bad})


@pytest.mark.parametrize(
    "bad",
    [
        {"expect": {"status": "insufficient", "missing": ["isolate.organism", "patient.sex"]}},
        {"expect": {"status": "advice", "first": [], "alternative": []}},
        {"expect": {"status": "insufficient", "not": {"missing": ["isolate.organism"]}}},
        {"expect": {"status": "insufficient", "warnings": [{"kind": "off_label", "contains": "nothing"}]}},
    ],
    ids=str,
)
def test_an_expectation_that_is_not_met_fails(bad):
    test_the_decision_is_what_the_source_says({**GOOD, "expect": {"status": "insufficient"}})
    with pytest.raises(AssertionError):
        test_the_decision_is_what_the_source_says({**GOOD, **bad})
