"""A case as facts: total, exact, and with everything that made them named in the digest."""

import json

import pytest
from whyrx.facts import working_memory as module
from whyrx.facts.atoms import Computed, Given, NotStated
from whyrx.facts.case import case_from_tree
from whyrx.facts.vocabulary import VOCABULARY
from whyrx.kb.knowledge import edition

PATIENT = {"age": 64, "sex": "female", "weight": "70 kg", "height": "165 cm", "creatinine": "1.4 mg/dL"}


def facts(**sections):
    known = edition()
    found = module.working_memory(case_from_tree(sections), known.measures)
    return {fact.id: fact for fact in found}


def clearance(basis, **patient):
    (fact,) = [f for f in facts(patient=patient).values() if f.type == "Clearance" and f.value("basis") == basis]
    return fact


def test_every_input_field_is_a_fact_in_a_case_about_which_nothing_is_known():
    asked = {t.name for t in VOCABULARY.values() if t.origin == "asked" and not t.closed_by}
    found = facts()
    assert {f.type for f in found.values() if isinstance(f.origin, NotStated)} == asked


def test_an_empty_list_is_stated():
    found = facts(patient={"allergies": []})
    assert found["allergy-list/none/yes"].origin == Given("patient.allergies", "none")


def test_the_clearance_is_computed_with_each_weight():
    # (140 - 64) x 70 / (72 x 1.4) x 0.85 = 44.86; ideal 45.5 + 2.3 x (165 / 2.54 - 60) = 56.9 kg: 36.5
    assert clearance("actual_weight", **PATIENT).value("amount") == "44.9 mL/min"
    assert clearance("ideal_weight", **PATIENT).value("amount") == "36.5 mL/min"
    # 56.9 + 0.4 x 13.1 = 62.1 kg: 39.8
    assert clearance("adjusted_weight", **PATIENT).value("amount") == "39.8 mL/min"


@pytest.mark.parametrize("without", ["age", "sex", "weight", "creatinine"])
def test_without_an_input_the_clearance_is_unknown_and_names_it(without):
    fact = clearance("actual_weight", **{name: value for name, value in PATIENT.items() if name != without})
    assert fact.value("state") == "unknown"
    assert isinstance(fact.origin, Computed)
    assert [each.partition("/")[0] for each in fact.origin.inputs] == [without]


@pytest.mark.parametrize(
    ("change", "decides"),
    [
        ({"age": 17}, "age"),
        ({"renal_replacement": "crrt"}, "renal-replacement"),
        ({"renal_replacement": "intermittent_hemodialysis"}, "renal-replacement"),
    ],
)
def test_the_formula_is_for_adults_off_renal_replacement(change, decides):
    fact = clearance("actual_weight", **{**PATIENT, **change})
    assert fact.value("state") == "not_applicable"
    assert [each.partition("/")[0] for each in fact.origin.inputs] == [decides]


def test_the_ideal_weight_is_not_used_below_60_inches():
    assert clearance("ideal_weight", **{**PATIENT, "height": "152.3 cm"}).value("state") == "not_applicable"
    assert clearance("ideal_weight", **{**PATIENT, "height": "152.4 cm"}).value("state") == "known"


def test_the_material_is_json_and_each_name_stands_once():
    material = module.digest_material()
    assert json.loads(json.dumps(material)) == list(material)
    names = [each["name"] for each in material]
    assert len(names) == len(set(names))
    assert {"cockcroft-gault", "age-group", "pitt-band", "organisms", "enzymes", "hydrolysis", "inhibition"} <= {*names}


def test_a_changed_table_shows_in_the_material(monkeypatch):
    before = module.digest_material()
    monkeypatch.setattr(module, "PITT_HIGH_FROM", 5)
    monkeypatch.setattr(module, "ORGANISMS", {})
    changed = [now["name"] for now, was in zip(module.digest_material(), before, strict=True) if now != was]
    assert changed == ["pitt-band", "organisms"]
