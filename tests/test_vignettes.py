"""Whole patients, each held against what its source says of it: `vignettes/*.yaml`.

Their form is that of `prove.vignettes`. A `source` has parts separated by `;`: `S1` where a statement holds, `not S1`
where it does not, `ruling: …`, a label.
"""

import re
from pathlib import Path
from typing import Any

import pytest
from whyrx.facts.case import case_from_tree
from whyrx.kb.decision import decide
from whyrx.kb.guidelines import GUIDELINES
from whyrx.kb.guidelines.severe_ndm_klebsiella.coverage import COVERAGE as COMMISSIONED
from whyrx.kb.knowledge import knowledge_base
from whyrx.prove.vignettes import check_form, guideline_of, of_each_patient, read, unmet

STATEMENTS_OF = {
    name: {row.statement for row in knowledge_base(name).edition.coverage} - {row.statement for row in COMMISSIONED}
    for name in GUIDELINES
}
"""The lines of the coverage tables of the other guidelines; those of the commissioned one are listed below."""
FILES = sorted((Path(__file__).parent / "vignettes").glob("*.yaml"))

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


def load() -> list[Any]:
    parameters = []
    for file in FILES:
        for vignette in read(file):
            marks = [pytest.mark.xfail(strict=True, reason=vignette["defect"])] if "defect" in vignette else []
            parameters.append(pytest.param(vignette, id=f"{file.stem}: {vignette['name']}", marks=marks))
    return parameters


VIGNETTES = load()


def decision_of(vignette: dict[str, Any]) -> dict[str, Any]:
    base = knowledge_base(guideline_of(vignette))
    read_case = case_from_tree(vignette["case"])
    return dict(decide(base.edition, read_case, base.derive(read_case)))


# --- the tests ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vignette", VIGNETTES)
def test_the_decision_is_what_the_source_says(vignette):
    assert list(unmet(vignette["expect"], decision_of(vignette))) == []


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
        {"expect": {"status": "insufficient", "complete": ["status"]}},
        {"expect": {"status": "advice", "first": []}},
        {"expect": {"first": []}},
        {"exspect": {}},
        {"vary": {"patient": [None]}},
        {"vary": {"patient.age": []}},
        {"expect": {"status": "insufficient", "doses": {"aztreonam": {"maintenance": {"infusion": 2}}}}},
        {
            "expect": {
                "status": "insufficient",
                "doses": {"aztreonam": {"maintenance": {"dose": ["2 g", 8], "hours": 2}}},
            }
        },
    ],
    ids=str,
)
def test_a_vignette_with_an_unknown_or_a_missing_key_is_refused(bad):
    check_form(GOOD)
    with pytest.raises(ValueError, match="n: "):
        check_form({**GOOD, **bad})


@pytest.mark.parametrize(
    "bad",
    [
        {"expect": {"status": "insufficient", "missing": ["isolate.organism", "patient.sex"]}},
        {"expect": {"status": "advice", "first": [], "alternative": []}},
        {"expect": {"status": "insufficient", "not": {"missing": ["isolate.organism"]}}},
        {"expect": {"status": "insufficient", "warnings": [{"kind": "off_label", "contains": "nothing"}]}},
        {"expect": {"status": "insufficient", "missing": ["isolate.organism"], "complete": ["missing"]}},
        {"expect": {"status": "insufficient", "avoid_by": {"aztreonam": "S9"}}},
        {"expect": {"status": "insufficient", "basis": {"aztreonam": "maintenance"}}},
    ],
    ids=str,
)
def test_an_expectation_that_is_not_met_fails(bad):
    test_the_decision_is_what_the_source_says({**GOOD, "expect": {"status": "insufficient"}})
    with pytest.raises(AssertionError):
        test_the_decision_is_what_the_source_says({**GOOD, **bad})


def test_a_vignette_that_varies_is_one_for_each_combination_of_its_values():
    case = {"patient": {"age": 64, "sex": "male"}}
    varied = {**GOOD, "case": case, "vary": {"patient.age": [17, None], "setting.jurisdiction": ["US", "EU"]}}
    found = list(of_each_patient([varied, GOOD]))
    assert [each["name"] for each in found] == ["n (17, US)", "n (17, EU)", "n (None, US)", "n (None, EU)", "n"]
    assert found[0]["case"] == {"patient": {"age": 17, "sex": "male"}, "setting": {"jurisdiction": "US"}}
    assert found[3]["case"] == {"patient": {"sex": "male"}, "setting": {"jurisdiction": "EU"}}
    assert case == {"patient": {"age": 64, "sex": "male"}}
    assert all("vary" not in each for each in found)


DOSE = {"dose": ["2.5 g", 8], "components": {"ceftazidime": "2 g", "avibactam": "0.5 g"}, "infusion": 2}
TOLD = {"source": "AVYCAZ", "when": "every 8 h"}


@pytest.mark.parametrize(
    ("dose", "said"),
    [
        (["2.5 g", 8], ""),
        ({**DOSE, **TOLD}, ""),
        (["2.5 g", 12], "2.5 g"),
        ({**DOSE, "components": {"ceftazidime": "2 g"}}, "avibactam"),
        ({**DOSE, "infusion": 3}, "'infusion': 2"),
        ({**DOSE, "source": "Zavicefta"}, "AVYCAZ"),
        ({**DOSE, "when": "after dialysis"}, "every 8 h"),
    ],
    ids=str,
)
def test_of_a_dose_everything_that_is_written_is_expected(dose, said):
    case = {
        "patient": {"age": 64, "creatinine_clearance": "60 mL/min"},
        "isolate": {"organism": "Klebsiella pneumoniae", "carbapenemases": ["NDM-1"]},
        "infection": {"site": "bloodstream", "severity": "severe"},
        "setting": {"jurisdiction": "US"},
    }
    decision = decision_of({"case": case})
    found = list(unmet({"status": "advice", "doses": {"ceftazidime-avibactam": {"maintenance": dose}}}, decision))
    assert len(found) == bool(said)
    assert not said or said in found[0]


def test_a_number_where_a_text_is_expected_is_refused():
    """Without quotation marks YAML reads 1.73 as a number, which is in no text."""
    with pytest.raises(ValueError, match="weight"):
        check_form({**GOOD, "expect": {"status": "insufficient", "warnings": {"weight": {"contains": 1.73}}}})
