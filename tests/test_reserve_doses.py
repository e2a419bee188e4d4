"""Dose tables of the drugs for other mechanisms and of last resort, on both sides of every boundary and on it.

Expected rows are the labels': EMBLAVEO and Emblaveo, RECARBRIO and Recarbrio, Vaborem, meropenem (US generic, Meronem),
tigecycline (US and UK generic), XERAVA and Xerava, COLY-MYCIN M and Colomycin. Bands are read without gaps and with
nothing rounded. Each drug is recommended by IDSA 2026 in the case that it is put to.
"""

import pytest
from whyrx.facts.case import case_from_tree
from whyrx.kb.decision import decide
from whyrx.kb.knowledge import knowledge_base

KB = knowledge_base("idsa-2026")
AZA, IMR, MEM, MVB = "aztreonam-avibactam", "imipenem-relebactam", "meropenem", "meropenem-vaborbactam"
TGC, ERV, COL = "tigecycline", "eravacycline", "colistin"
US, EU, UK = "US", "EU", "UK"
ONCE = None

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
    TGC: NDM,
    ERV: NDM,
    COL: {**NDM, "susceptibilities": {"colistin": "S"}},
}
BLOOD = {"site": "bloodstream", "severity": "severe", "septic_shock": False}
ABDOMEN = {**BLOOD, "site": "intra_abdominal"}
CYSTITIS = {"site": "cystitis", "severity": "non_severe", "septic_shock": False}
INFECTION = {AZA: BLOOD, IMR: BLOOD, MVB: BLOOD, MEM: BLOOD, TGC: ABDOMEN, ERV: ABDOMEN, COL: CYSTITIS}
HD = {"renal_replacement": "intermittent_hemodialysis"}
CRRT = {"renal_replacement": "crrt", "crrt_effluent": "2.5 L/h"}


def decision_for(drug, patient, jurisdiction):
    base = {
        "age": 64,
        "sex": "male",
        "weight": "70 kg",
        "renal_replacement": "none",
        "hepatic_impairment": "none",
        "allergies": [],
    }
    setting = {"unavailable": []} | ({"jurisdiction": jurisdiction} if jurisdiction else {})
    stated = {name: value for name, value in {**base, **patient}.items() if value is not None}
    case = {
        "patient": stated,
        "isolate": {"organism": "Klebsiella pneumoniae", **ISOLATE[drug]},
        "infection": INFECTION[drug],
        "setting": setting,
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


def given(found):
    return {phase: (dose["amount"], dose["interval_h"]) for phase, dose in found.items()}


def at(clearance):
    return {"creatinine_clearance": f"{clearance} mL/min"}


def by_clearance(rows):
    """(clearance, row) for each clearance of each row."""
    return [(clearance, row) for row, clearances in rows.items() for clearance in clearances.split()]


def taken_out(decision, drug):
    """What is said of a drug that its label forbids: it is not recommended."""
    assert drug not in {regimen["regimen"] for regimen in decision["recommendations"]}
    return " ".join(each["reason"] for each in decision["avoid"] if each["regimen"] == drug)


def without_a_dose(decision, drug):
    """What is said, as a warning or as something to do, of a recommended drug that has no dose: never silence."""
    name = "imipenem-cilastatin-relebactam" if drug == IMR else drug
    said = [each["text"] for each in decision["warnings"] if each["kind"] == "no_labelled_dose"]
    said += [each["text"] for each in decision["actions"] if each["kind"] == "adjust"]
    return " ".join(text for text in map(str.casefold, said) if text.startswith((f"{name} ", f"{name}:")))


def missing(decision):
    return {each["fact"] for each in decision["missing"]}


# --- aztreonam-avibactam -------------------------------------------------------------------------------------------

# loading, maintenance, interval: grams of aztreonam and of avibactam. The US label prints the same doses as totals.
AZA_ROWS = {
    (("2 g", "0.67 g"), ("1.5 g", "0.5 g"), 6): "200 90 50.4 50.1",
    (("2 g", "0.67 g"), ("0.75 g", "0.25 g"), 6): "50 49.9 40 30.4 30.1",
    (("1.35 g", "0.45 g"), ("0.675 g", "0.225 g"), 8): "30 29.9 20 15.4 15.1",
}
AZA_LOWEST = (("1 g", "0.33 g"), ("0.675 g", "0.225 g"), 12)
AZA_TOTALS = {  # US label, tables 1 and 2
    ("2 g", "0.67 g"): "2.67 g",
    ("1.35 g", "0.45 g"): "1.8 g",
    ("1 g", "0.33 g"): "1.33 g",
    ("1.5 g", "0.5 g"): "2 g",
    ("0.75 g", "0.25 g"): "1 g",
    ("0.675 g", "0.225 g"): "0.9 g",
}


def check_aztreonam_avibactam(found, row, jurisdiction):
    first, then, every = row
    assert set(found) == {"loading", "maintenance"}
    for phase, parts, interval in (("loading", first, ONCE), ("maintenance", then, every)):
        dose = found[phase]
        assert dose["components"] == {"aztreonam": parts[0], "avibactam": parts[1]}
        assert dose["interval_h"] == interval
        assert dose["infusion_h"] == 3
        assert dose["route"] == "IV"
        assert ("EMBLAVEO" if jurisdiction == US else "Emblaveo") in dose["source"]
        if jurisdiction == US:
            assert dose["amount"] == AZA_TOTALS[parts]
    # "followed by maintenance doses beginning at the next dosing interval"
    assert f"{every} h later" in found["loading"]["when"]


@pytest.mark.parametrize("jurisdiction", [US, EU, UK])
@pytest.mark.parametrize(("clearance", "row"), by_clearance(AZA_ROWS))
def test_aztreonam_avibactam_has_a_loading_and_a_maintenance_dose_by_clearance(clearance, row, jurisdiction):
    check_aztreonam_avibactam(doses(decision_for(AZA, at(clearance), jurisdiction), AZA), row, jurisdiction)


@pytest.mark.parametrize("jurisdiction", [EU, UK])
def test_aztreonam_avibactam_is_written_as_its_parts_where_the_vial_is_called_by_them(jurisdiction):
    # The US "2 g" vial is the UK "1.5 g/0.5 g" vial: the total alone would be a trap.
    basis = doses(decision_for(AZA, at("90"), jurisdiction), AZA)["maintenance"]["basis"]
    assert "1.5 g aztreonam" in basis
    assert "0.5 g avibactam" in basis


@pytest.mark.parametrize("clearance", ["15", "14.9", "10", "5", "0"])
def test_at_or_below_15_off_renal_replacement_the_us_label_doses_aztreonam_avibactam(clearance):
    # "Less than or equal to 15 mL/min, including on hemodialysis"
    check_aztreonam_avibactam(doses(decision_for(AZA, at(clearance), US), AZA), AZA_LOWEST, US)


@pytest.mark.parametrize("jurisdiction", [EU, UK])
@pytest.mark.parametrize("clearance", ["15", "14.9", "10", "5", "0"])
def test_at_or_below_15_off_renal_replacement_the_eu_and_uk_label_gives_no_aztreonam_avibactam(clearance, jurisdiction):
    # "should not be used in patients with CrCL <= 15 mL/min unless haemodialysis or another form of renal replacement
    # therapy is initiated"
    decision = decision_for(AZA, at(clearance), jurisdiction)
    assert "renal replacement" in taken_out(decision, AZA)


@pytest.mark.parametrize("jurisdiction", [US, EU, UK])
@pytest.mark.parametrize("residual", [None, "0", "5", "14.9", "15"])
def test_on_haemodialysis_aztreonam_avibactam_has_the_lowest_row_in_every_label(residual, jurisdiction):
    patient = {**HD, **(at(residual) if residual else {})}
    found = doses(decision_for(AZA, patient, jurisdiction), AZA)
    check_aztreonam_avibactam(found, AZA_LOWEST, jurisdiction)
    assert "after dialysis" in found["maintenance"]["when"] or "after haemodialysis" in found["maintenance"]["when"]


@pytest.mark.parametrize("jurisdiction", [US, EU, UK, None])
def test_on_crrt_no_label_prints_a_dose_of_aztreonam_avibactam(jurisdiction):
    decision = decision_for(AZA, CRRT, jurisdiction)
    assert doses(decision, AZA) == {}
    assert without_a_dose(decision, AZA)


def test_without_a_jurisdiction_the_labels_of_aztreonam_avibactam_agree_above_15():
    found = doses(decision_for(AZA, at("40"), None), AZA)
    assert found["loading"]["components"] == {"aztreonam": "2 g", "avibactam": "0.67 g"}
    assert found["maintenance"]["components"] == {"aztreonam": "0.75 g", "avibactam": "0.25 g"}
    assert found["maintenance"]["interval_h"] == 6


@pytest.mark.parametrize("clearance", ["15", "14.9"])
def test_without_a_jurisdiction_the_labels_of_aztreonam_avibactam_disagree_at_15_and_below(clearance):
    decision = decision_for(AZA, at(clearance), None)
    assert doses(decision, AZA) == {}
    assert "setting.jurisdiction" in missing(decision)


# --- imipenem-relebactam -------------------------------------------------------------------------------------------

IMR_ROWS = {  # amount, imipenem and cilastatin each, relebactam; every 6 h
    ("1.25 g", "0.5 g", "0.25 g"): "200 120 90.1 90",
    ("1 g", "0.4 g", "0.2 g"): "89.9 89.6 75 60.1 60",
    ("0.75 g", "0.3 g", "0.15 g"): "59.9 59.6 45 30.1 30",
    ("0.5 g", "0.2 g", "0.1 g"): "29.9 29.6 20 15.1 15",
}


def check_imipenem_relebactam(found, row):
    assert given(found) == {"maintenance": (row[0], 6)}
    dose = found["maintenance"]
    assert dose["components"] == {"imipenem": row[1], "cilastatin": row[1], "relebactam": row[2]}
    assert dose["infusion_h"] == "30 min"
    assert dose["route"] == "IV"


@pytest.mark.parametrize("jurisdiction", [US, EU, UK])
@pytest.mark.parametrize(("clearance", "row"), by_clearance(IMR_ROWS))
def test_imipenem_relebactam_every_6_h_by_clearance(clearance, row, jurisdiction):
    decision = decision_for(IMR, at(clearance), jurisdiction)
    check_imipenem_relebactam(doses(decision, IMR), row)


@pytest.mark.parametrize("jurisdiction", [US, EU, UK])
def test_imipenem_relebactam_on_haemodialysis_has_the_lowest_row(jurisdiction):
    check_imipenem_relebactam(doses(decision_for(IMR, HD, jurisdiction), IMR), ("0.5 g", "0.2 g", "0.1 g"))


@pytest.mark.parametrize("jurisdiction", [US, EU, UK])
@pytest.mark.parametrize("clearance", ["14.9", "10", "0"])
def test_below_15_off_haemodialysis_imipenem_relebactam_has_no_dose(clearance, jurisdiction):
    # "should not receive Recarbrio unless haemodialysis is instituted within 48 hours"
    decision = decision_for(IMR, at(clearance), jurisdiction)
    assert "48 h" in taken_out(decision, IMR)


@pytest.mark.parametrize("jurisdiction", [US, EU, UK])
def test_on_crrt_imipenem_relebactam_has_no_dose(jurisdiction):
    decision = decision_for(IMR, CRRT, jurisdiction)
    assert doses(decision, IMR) == {}
    assert without_a_dose(decision, IMR)


# --- meropenem -----------------------------------------------------------------------------------------------------

MEM_ROWS = {  # printed > 50, 26-50, 10-25, < 10: every 8 h, the same every 12 h, half every 12 h, half every 24 h
    ("1 g", 8): "200 90 51 50.1",
    ("1 g", 12): "50 49.9 40 26.1 26 25.1",
    ("0.5 g", 12): "25 24.9 15 10.1 10",
    ("0.5 g", 24): "9.9 5 0",
}


def check_meropenem(found, row):
    assert given(found) == {"maintenance": row}
    assert found["maintenance"]["components"] == {"meropenem": row[0]}
    assert found["maintenance"]["infusion_h"] == "15 to 30 min"
    assert found["maintenance"]["route"] == "IV"


@pytest.mark.parametrize(("clearance", "row"), by_clearance(MEM_ROWS))
def test_meropenem_by_clearance_as_the_us_label_prints_it(clearance, row):
    check_meropenem(doses(decision_for(MEM, at(clearance), US), MEM), row)


MEM_EU_ROWS = {
    # "should be adjusted when creatinine clearance is less than 51 ml/min": 50.1 and 50.9 are
    ("1 g", 8): "200 90 51.1 51",
    ("1 g", 12): "50.9 50.1 50 49.9 40 26.1 26 25.1",
    ("0.5 g", 12): "25 24.9 15 10.1 10",
    ("0.5 g", 24): "9.9 5 0",
}


@pytest.mark.parametrize("jurisdiction", [EU, UK])
@pytest.mark.parametrize(("clearance", "row"), by_clearance(MEM_EU_ROWS))
def test_meropenem_by_clearance_as_the_uk_label_prints_it(clearance, row, jurisdiction):
    check_meropenem(doses(decision_for(MEM, at(clearance), jurisdiction), MEM), row)


@pytest.mark.parametrize("jurisdiction", [US, EU, UK])
@pytest.mark.parametrize("patient", [HD, CRRT], ids=["haemodialysis", "CRRT"])
def test_meropenem_has_no_number_on_renal_replacement(patient, jurisdiction):
    # US: "inadequate information regarding hemodialysis"; UK: after the cycle, no number; CRRT: not printed
    decision = decision_for(MEM, patient, jurisdiction)
    assert doses(decision, MEM) == {}
    assert without_a_dose(decision, MEM)


def test_that_guidance_extends_the_infusion_of_meropenem_is_said_beside_the_labels_minutes():
    # IDSA 2026, question 3.3: extended infusion
    assert "infusion" in {each["kind"] for each in decision_for(MEM, at("90"), US)["warnings"]}


# --- meropenem-vaborbactam -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("jurisdiction", [EU, UK])
@pytest.mark.parametrize("clearance", ["200", "90", "50", "40.1", "40.001"])
def test_meropenem_vaborbactam_above_40_in_the_eu_and_uk(clearance, jurisdiction):
    found = doses(decision_for(MVB, at(clearance), jurisdiction), MVB)
    assert given(found) == {"maintenance": ("4 g", 8)}
    assert found["maintenance"]["components"] == {"meropenem": "2 g", "vaborbactam": "2 g"}
    assert found["maintenance"]["infusion_h"] == 3


@pytest.mark.parametrize("jurisdiction", [EU, UK])
@pytest.mark.parametrize("clearance", ["40", "39.9", "20", "0"])
def test_meropenem_vaborbactam_at_40_and_below_was_not_read_so_there_is_no_dose(clearance, jurisdiction):
    decision = decision_for(MVB, at(clearance), jurisdiction)
    assert doses(decision, MVB) == {}
    assert without_a_dose(decision, MVB)


@pytest.mark.parametrize("clearance", ["90", "50", "49.9", "45", "30", "29.9", "15", "14.9", "0"])
def test_the_us_table_of_meropenem_vaborbactam_is_entered_with_egfr_so_no_clearance_gives_a_dose(clearance):
    decision = decision_for(MVB, at(clearance), US)
    assert doses(decision, MVB) == {}
    assert "egfr" in without_a_dose(decision, MVB)


@pytest.mark.parametrize("jurisdiction", [US, EU, UK])
@pytest.mark.parametrize("patient", [HD, CRRT], ids=["haemodialysis", "CRRT"])
def test_on_renal_replacement_meropenem_vaborbactam_has_no_dose_and_that_is_said(patient, jurisdiction):
    # The haemodialysis row of the US table (1 g every 12 h after dialysis) was seen second-hand only, the EU one not.
    decision = decision_for(MVB, patient, jurisdiction)
    assert doses(decision, MVB) == {}
    assert without_a_dose(decision, MVB)


# --- tigecycline and eravacycline ----------------------------------------------------------------------------------

KIDNEYS = [at("120"), at("50"), at("30"), at("10"), at("0"), HD]
"""No adjustment in renal impairment or on haemodialysis: both labels of both drugs."""


@pytest.mark.parametrize("jurisdiction", [US, EU, UK])
@pytest.mark.parametrize("kidneys", KIDNEYS, ids=str)
@pytest.mark.parametrize(
    ("liver", "amount"),
    [("none", "50 mg"), ("child_pugh_a", "50 mg"), ("child_pugh_b", "50 mg"), ("child_pugh_c", "25 mg")],
)
def test_tigecycline_goes_by_the_liver_and_not_by_the_kidneys(liver, amount, kidneys, jurisdiction):
    decision = decision_for(TGC, {**kidneys, "hepatic_impairment": liver}, jurisdiction)
    found = doses(decision, TGC)
    assert given(found) == {"loading": ("100 mg", ONCE), "maintenance": (amount, 12)}
    for dose in found.values():
        assert dose["components"] == {"tigecycline": dose["amount"]}
        assert dose["infusion_h"] == "30 to 60 min"
        assert dose["route"] == "IV"


@pytest.mark.parametrize("jurisdiction", [US, EU, UK])
@pytest.mark.parametrize("kidneys", KIDNEYS, ids=str)
@pytest.mark.parametrize("liver", ["none", "child_pugh_a", "child_pugh_b", "child_pugh_c"])
def test_eravacycline_goes_by_weight_and_in_the_us_by_the_liver_and_not_by_the_kidneys(liver, kidneys, jurisdiction):
    decision = decision_for(ERV, {**kidneys, "hepatic_impairment": liver}, jurisdiction)
    found = doses(decision, ERV)
    # US, Child-Pugh C: every 12 h on day 1, then every 24 h from day 2; EU/UK: no adjustment in hepatic impairment
    reduced = jurisdiction == US and liver == "child_pugh_c"
    assert given(found)["maintenance"] == ("1 mg/kg", 24 if reduced else 12)
    assert found["maintenance"]["components"] == {"eravacycline": "1 mg/kg"}
    assert found["maintenance"]["infusion_h"] == "about 60 min"
    if reduced:
        assert "every 12 h on day 1" in found["maintenance"]["when"]
    else:
        assert set(found) == {"maintenance"}


@pytest.mark.parametrize("jurisdiction", [US, EU, UK])
@pytest.mark.parametrize("drug", [TGC, ERV])
def test_on_crrt_no_label_prints_a_dose_of_the_tetracyclines(drug, jurisdiction):
    decision = decision_for(drug, CRRT, jurisdiction)
    assert doses(decision, drug) == {}
    assert without_a_dose(decision, drug)


@pytest.mark.parametrize("drug", [TGC, ERV])
def test_without_creatinine_the_tetracyclines_still_have_their_doses(drug):
    assert "maintenance" in doses(decision_for(drug, {}, US), drug)


def test_in_child_pugh_c_without_a_jurisdiction_the_labels_of_eravacycline_disagree():
    decision = decision_for(ERV, {**at("90"), "hepatic_impairment": "child_pugh_c"}, None)
    assert doses(decision, ERV) == {}
    assert "setting.jurisdiction" in missing(decision)


def test_in_child_pugh_c_without_a_jurisdiction_the_labels_of_tigecycline_agree():
    decision = decision_for(TGC, {**at("90"), "hepatic_impairment": "child_pugh_c"}, None)
    assert given(doses(decision, TGC)) == {"loading": ("100 mg", ONCE), "maintenance": ("25 mg", 12)}


@pytest.mark.parametrize("drug", [TGC, ERV])
def test_hepatic_impairment_nobody_classified_is_missing(drug):
    assert "patient.hepatic_impairment" in missing(
        decision_for(drug, {**at("90"), "hepatic_impairment": "unclassified"}, US)
    )


# --- colistin ------------------------------------------------------------------------------------------------------

COL_US = {  # COLY-MYCIN M, table 1: mg of colistin base activity per kg
    ("2.5 to 5 mg CBA/kg", ONCE, "2 to 4 doses"): "150 80.1 80",
    ("2.5 to 3.8 mg CBA/kg", ONCE, "2 doses"): "79.9 79.6 65 50.1 50",
    ("2.5 mg CBA/kg", ONCE, "once or in 2 doses"): "49.9 49.6 40 30.1 30",
    ("1.5 mg CBA/kg", 36, "every 36 h"): "29.9 29.6 20 10.1 10",
}
COL_EU = {  # Colomycin s.4.2: million international units a day, in two doses below 50
    ("9 MIU", ONCE, "2 or 3 doses"): "150 80 79.9 50.1 50",
    ("5.5 to 7.5 MIU", ONCE, "2 doses"): "49.9 40 30.1 30",
    ("4.5 to 5.5 MIU", ONCE, "2 doses"): "29.9 20 10.1 10",
    ("3.5 MIU", ONCE, "2 doses"): "9.9 5 0",
}


def check_colistin(found, row, part):
    amount, every, when = row
    dose = found["maintenance"]
    assert (dose["amount"], dose["interval_h"]) == (amount, every)
    assert when in dose["when"]
    assert dose["components"] == {part: amount}
    assert dose["route"] == "IV"


@pytest.mark.parametrize(("clearance", "row"), by_clearance(COL_US))
def test_colistin_in_the_us_by_clearance_in_base_activity(clearance, row):
    found = doses(decision_for(COL, at(clearance), US), COL)
    check_colistin(found, row, "colistin base activity")
    assert set(found) == {"maintenance"}  # no loading dose is printed
    assert "ideal body weight" in found["maintenance"]["when"]
    assert "MIU" not in found["maintenance"]["basis"]


@pytest.mark.parametrize("jurisdiction", [EU, UK])
@pytest.mark.parametrize(("clearance", "row"), by_clearance(COL_EU))
def test_colistin_in_the_eu_and_uk_by_clearance_in_million_units(clearance, row, jurisdiction):
    found = doses(decision_for(COL, at(clearance), jurisdiction), COL)
    check_colistin(found, row, "colistimethate sodium")
    assert "9 MIU" in found["maintenance"]["when"]  # loading dose if critically ill, whatever the kidneys
    assert "critically ill" in found["maintenance"]["when"]
    assert found["maintenance"]["infusion_h"] == "30 to 60 min"
    assert "CBA" not in found["maintenance"]["basis"]


@pytest.mark.parametrize("clearance", ["9.9", "5", "0"])
def test_below_10_the_us_label_prints_no_dose_of_colistin(clearance):
    decision = decision_for(COL, at(clearance), US)
    assert doses(decision, COL) == {}
    assert "10 ml/min" in without_a_dose(decision, COL)


@pytest.mark.parametrize("patient", [HD, CRRT], ids=["haemodialysis", "CRRT"])
def test_on_renal_replacement_the_us_label_prints_no_dose_of_colistin(patient):
    decision = decision_for(COL, patient, US)
    assert doses(decision, COL) == {}
    assert without_a_dose(decision, COL)


@pytest.mark.parametrize("jurisdiction", [EU, UK])
def test_on_haemodialysis_the_eu_and_uk_label_doses_colistin_by_the_day(jurisdiction):
    found = doses(decision_for(COL, HD, jurisdiction), COL)
    check_colistin(found, ("2.25 MIU", ONCE, "3 MIU"), "colistimethate sodium")
    assert "2 doses" in found["maintenance"]["when"]


@pytest.mark.parametrize("jurisdiction", [EU, UK])
def test_on_crrt_the_eu_and_uk_label_doses_colistin_as_with_normal_kidneys(jurisdiction):
    # "As in patients with normal renal function. Three times daily dosing"
    found = doses(decision_for(COL, CRRT, jurisdiction), COL)
    check_colistin(found, ("9 MIU", ONCE, "3 doses"), "colistimethate sodium")


@pytest.mark.parametrize("clearance", ["90", "60", "40", "20", "5"])
def test_without_a_jurisdiction_there_is_no_unit_system_and_no_dose_of_colistin(clearance):
    decision = decision_for(COL, at(clearance), None)
    assert doses(decision, COL) == {}
    assert "setting.jurisdiction" in missing(decision)


# --- without a dose, whatever the reason ---------------------------------------------------------------------------


@pytest.mark.parametrize(("drug", "clearance"), [(IMR, "14.9"), (MVB, "90"), (MVB, "40"), (COL, "9.9"), (AZA, "15")])
def test_without_a_jurisdiction_a_drug_without_a_dose_is_never_passed_over_in_silence(drug, clearance):
    decision = decision_for(drug, at(clearance), None)
    assert doses(decision, drug) == {}
    assert "setting.jurisdiction" in missing(decision)
    assert without_a_dose(decision, drug)
