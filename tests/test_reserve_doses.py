"""Doses of the drugs for other mechanisms and of last resort: how they are worded, and what is said without one.

The doses themselves, on both sides of every cut point and on it, stand in `vignettes/doses.yaml`.
"""

import pytest
from whyrx.facts.case import case_from_tree
from whyrx.kb.decision import decide
from whyrx.kb.knowledge import knowledge_base

KB = knowledge_base("idsa-2026")
AZA, IMR, MEM, MVB = "aztreonam-avibactam", "imipenem-relebactam", "meropenem", "meropenem-vaborbactam"
COL = "colistin"
US, EU, UK = "US", "EU", "UK"

NDM = {"carbapenemases": ["NDM-1"]}
ISOLATE = {
    AZA: NDM,
    IMR: {"carbapenemases": ["KPC-2"]},
    MVB: {"carbapenemases": ["KPC-2"]},
    # resistant to ertapenem alone, say: meropenem is reported susceptible
    MEM: {
        "carbapenem_resistant": True,
        "carbapenemases": [],
        "carbapenemases_tested_for": ["IMP", "KPC", "NDM", "OXA-48-like", "VIM"],
        "susceptibilities": {"meropenem": "S"},
    },
    COL: {**NDM, "susceptibilities": {"colistin": "S"}},
}
BLOOD = {"site": "bloodstream", "severity": "severe", "septic_shock": False}
CYSTITIS = {"site": "cystitis", "severity": "non_severe", "septic_shock": False}
INFECTION = {AZA: BLOOD, IMR: BLOOD, MVB: BLOOD, MEM: BLOOD, COL: CYSTITIS}


def decision_for(drug, clearance, jurisdiction):
    case = {
        "patient": {
            "age": 64,
            "sex": "male",
            "weight": "70 kg",
            "renal_replacement": "none",
            "hepatic_impairment": "none",
            "allergies": [],
            "creatinine_clearance": f"{clearance} mL/min",
        },
        "isolate": {"organism": "Klebsiella pneumoniae", **ISOLATE[drug]},
        "infection": INFECTION[drug],
        "setting": {"unavailable": []} | ({"jurisdiction": jurisdiction} if jurisdiction else {}),
    }
    read = case_from_tree(case)
    return decide(KB.edition, read, KB.derive(read))


def doses(decision, drug):
    """By phase, the doses of a drug that is recommended; one of each phase at most."""
    assert drug in {each for regimen in decision["recommendations"] for each in regimen["drugs"]}, drug
    found = [dose for regimen in decision["recommendations"] for dose in regimen["doses"] if dose["drug"] == drug]
    by_phase = {dose["phase"]: dose for dose in found}
    assert len(by_phase) == len(found)
    return by_phase


def without_a_dose(decision, drug):
    """What is said, as a warning or as something to do, of a recommended drug that has no dose: never silence."""
    name = "imipenem-cilastatin-relebactam" if drug == IMR else drug
    said = [each["text"] for each in decision["warnings"] if each["kind"] == "no_labelled_dose"]
    said += [each["text"] for each in decision["actions"] if each["kind"] == "adjust"]
    return " ".join(text for text in map(str.casefold, said) if text.startswith((f"{name} ", f"{name}:")))


def test_every_dose_is_intravenous():
    rows = [row for table in KB.edition.tables.values() if table.type == "DoseRow" for row in table.rows]
    assert len(rows) > 90
    assert {row.payload["route"] for row in rows} == {"IV"}


@pytest.mark.parametrize("jurisdiction", [EU, UK])
def test_aztreonam_avibactam_is_written_as_its_parts_where_the_vial_is_called_by_them(jurisdiction):
    # The US "2 g" vial is the UK "1.5 g/0.5 g" vial: the total alone would be a trap.
    basis = doses(decision_for(AZA, "90", jurisdiction), AZA)["maintenance"]["basis"]
    assert "1.5 g aztreonam" in basis
    assert "0.5 g avibactam" in basis


@pytest.mark.parametrize(("jurisdiction", "other"), [(US, "MIU"), (EU, "CBA"), (UK, "CBA")])
@pytest.mark.parametrize("clearance", ["90", "40", "20"])
def test_a_dose_of_colistin_names_one_unit_system_and_not_the_other(clearance, jurisdiction, other):
    assert other not in doses(decision_for(COL, clearance, jurisdiction), COL)["maintenance"]["basis"]


def test_that_guidance_extends_the_infusion_of_meropenem_is_said_beside_the_labels_minutes():
    # IDSA 2026, question 3.3: extended infusion
    assert "infusion" in {each["kind"] for each in decision_for(MEM, "90", US)["warnings"]}


@pytest.mark.parametrize(("drug", "clearance"), [(IMR, "14.9"), (MVB, "90"), (MVB, "40"), (COL, "9.9"), (AZA, "15")])
def test_without_a_jurisdiction_a_drug_without_a_dose_is_never_passed_over_in_silence(drug, clearance):
    decision = decision_for(drug, clearance, None)
    assert doses(decision, drug) == {}
    assert "setting.jurisdiction" in {each["fact"] for each in decision["missing"]}
    assert without_a_dose(decision, drug)
