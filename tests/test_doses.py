"""Every boundary of every dose table of the labels, just below, exactly at and just above it, through whole cases.

The expected rows are the labels' (AVYCAZ, Zavicefta, AZACTAM, FETROJA, Fetcroja), read as half-open bands without gaps
and with nothing rounded: 30.4 and 50.4 are above 30 and 50, 119.6 and 9.6 below 120 and 10.
"""

import re
from decimal import Decimal

import pytest
from whyrx.facts.case import case_from_tree
from whyrx.kb.decision import decide
from whyrx.kb.knowledge import knowledge_base

KB = knowledge_base()
CZA, ATM, FDC = "ceftazidime-avibactam", "aztreonam", "cefiderocol"
US, EU, UK, NOT_STATED = "US", "EU", "UK", None
ONCE = None

# By drug: (amount, interval in hours) of the maintenance dose, and the clearances in mL/min it is labelled for.
MAINTENANCE = {
    CZA: {  # > 50, 31-50, 16-30, 6-15, <= 5
        ("2.5 g", 8): "400 150 120.1 120 119.9 119.6 90.1 90 89.9 60.1 60 59.9 50.4 50.1",
        ("1.25 g", 8): "50 49.9 30.4 30.1",
        ("0.94 g", 12): "30 29.9 15.4 15.1",
        ("0.94 g", 24): "15 14.9 10.1 10 9.9 9.6 5.4 5.1",
        ("0.94 g", 48): "5 4.9 0",
    },
    ATM: {  # > 30, 10-30, < 10: 2 g, half, a quarter
        ("2 g", 8): "400 150 120.1 120 119.9 119.6 90.1 90 89.9 60.1 60 59.9 50.4 50.1 50 49.9 30.4 30.1",
        ("1 g", 8): "30 29.9 15.4 15.1 15 14.9 10.1 10",
        ("0.5 g", 8): "9.9 9.6 5.4 5.1 5 4.9 0",
    },
    FDC: {  # >= 120, 60-119, 30-59, 15-29, < 15
        ("2 g", 6): "400 150 120.1 120",
        ("2 g", 8): "119.9 119.6 90.1 90 89.9 60.1 60",
        ("1.5 g", 8): "59.9 50.4 50.1 50 49.9 30.4 30.1 30",
        ("1 g", 8): "29.9 15.4 15.1 15",
        ("0.75 g", 12): "14.9 10.1 10 9.9 9.6 5.4 5.1 5 4.9 0",
    },
}
BY_CLEARANCE = {
    drug: {clearance: dose for dose, clearances in rows.items() for clearance in clearances.split()}
    for drug, rows in MAINTENANCE.items()
}
CLEARANCES = list(BY_CLEARANCE[CZA])

COMPONENTS = {
    (CZA, "2.5 g"): {"ceftazidime": "2 g", "avibactam": "0.5 g"},
    (CZA, "1.25 g"): {"ceftazidime": "1 g", "avibactam": "0.25 g"},
    (CZA, "0.94 g"): {"ceftazidime": "0.75 g", "avibactam": "0.19 g"},
}
"""As the US label prints them; of the last, the EU and UK label prints 0.1875 g."""

INFUSION = {CZA: 2, FDC: 3}
LABEL = {
    (CZA, US): "AVYCAZ",
    (CZA, EU): "Zavicefta",
    (CZA, UK): "Zavicefta",
    (FDC, US): "FETROJA",
    (FDC, EU): "Fetcroja",
    (FDC, UK): "Fetcroja",
    (ATM, US): "AZACTAM",
    (ATM, EU): "AZACTAM",  # the only aztreonam label that was read
    (ATM, UK): "AZACTAM",
}


def decision_for(patient, jurisdiction, severity="severe"):
    stated = {"age": 64, "sex": "female", "allergies": [], **patient}
    case = {
        "patient": {name: value for name, value in stated.items() if value is not None},
        "isolate": {"organism": "Klebsiella pneumoniae", "carbapenemases": ["NDM-1"]},
        "infection": {"site": "bloodstream", "severity": severity, "septic_shock": False},
    }
    if jurisdiction:
        case["setting"] = {"jurisdiction": jurisdiction}
    read = case_from_tree(case)
    return decide(KB.edition, read, KB.derive(read))


def doses(decision, drug):
    """By phase, the doses of a drug; one of each phase at most."""
    found = [dose for regimen in decision["recommendations"] for dose in regimen["doses"] if dose["drug"] == drug]
    by_phase = {dose["phase"]: dose for dose in found}
    assert len(by_phase) == len(found)
    return by_phase


def given(dose):
    return dose["amount"], dose["interval_h"]


def components(drug, amount, jurisdiction):
    parts = dict(COMPONENTS.get((drug, amount), {drug: amount}))
    if jurisdiction != US and parts.get("avibactam") == "0.19 g":
        parts["avibactam"] = "0.1875 g"
    return parts


def missing(decision):
    return {each["fact"] for each in decision["missing"]}


def said(decision):
    return " ".join(each["text"] for each in decision["warnings"])


# --- by clearance ------------------------------------------------------------------------------------------------


def test_the_tables_of_this_test_speak_of_the_same_clearances():
    assert all(sorted(rows) == sorted(CLEARANCES) for rows in BY_CLEARANCE.values())
    assert all(sum(len(each.split()) for each in rows.values()) == len(CLEARANCES) for rows in MAINTENANCE.values())


@pytest.mark.parametrize("jurisdiction", [US, EU, UK])
@pytest.mark.parametrize("clearance", CLEARANCES)
def test_a_measured_clearance_picks_the_row_of_each_drugs_own_table(clearance, jurisdiction):
    decision = decision_for({"creatinine_clearance": f"{clearance} mL/min"}, jurisdiction)
    for drug, rows in BY_CLEARANCE.items():
        found = doses(decision, drug)
        # Aztreonam alone has a first dose of its own, below or at 30 mL/min.
        loading = drug == ATM and Decimal(clearance) <= 30
        assert set(found) == ({"loading", "maintenance"} if loading else {"maintenance"})
        amount, _ = given(found["maintenance"])
        assert given(found["maintenance"]) == rows[clearance], drug
        assert found["maintenance"]["components"] == components(drug, amount, jurisdiction)
        assert LABEL[drug, jurisdiction] in found["maintenance"]["source"]
        for dose in found.values():
            assert dose["route"] == "IV"
            assert dose["infusion_h"] == INFUSION.get(drug, "20 to 60 min")
        if loading:
            assert given(found["loading"]) == ("2 g", ONCE)
            assert found["loading"]["components"] == {ATM: "2 g"}


@pytest.mark.parametrize("clearance", CLEARANCES)
def test_off_dialysis_the_labels_agree_so_the_jurisdiction_need_not_be_stated(clearance):
    decision = decision_for({"creatinine_clearance": f"{clearance} mL/min"}, NOT_STATED)
    for drug, rows in BY_CLEARANCE.items():
        assert given(doses(decision, drug)["maintenance"]) == rows[clearance], drug


@pytest.mark.parametrize("clearance", ["8.1", "9.6", "9.9", "10", "10.1", "29.9", "30", "30.1", "35"])
def test_near_a_cut_point_of_aztreonam_it_is_said_that_the_label_prints_it_per_body_surface(clearance):
    assert "1.73" in said(decision_for({"creatinine_clearance": f"{clearance} mL/min"}, US))


@pytest.mark.parametrize("clearance", ["4", "20", "60", "119.6"])
def test_far_from_a_cut_point_of_aztreonam_nothing_is_said_of_body_surface(clearance):
    assert "1.73" not in said(decision_for({"creatinine_clearance": f"{clearance} mL/min"}, US))


# --- computed clearances, exactly on a boundary --------------------------------------------------------------------

# (140 - age) x weight / (72 x creatinine), x 0.85 for women; 88.4 umol/L = 1 mg/dL.
ON_A_BOUNDARY = [
    ("120", 20, "male", "72 kg", "1", "88.4"),  # 120 x 72 / 72
    ("90", 50, "male", "72000 g", "1", "88.4"),  # 90 x 72 / 72
    ("60", 80, "male", "72 kg", "1", "88.4"),  # 60 x 72 / 72
    ("60", 40, "female", "86.4 kg", "1.7", "150.28"),  # 100 x 86.4 / (72 x 1.7) x 0.85 = 102 / 1.7
    ("50", 68, "male", "100 kg", "2", "176.8"),  # 72 x 100 / (72 x 2)
    ("50", 40, "female", "72 kg", "1.7", "150.28"),  # 100 x 72 / (72 x 1.7) x 0.85 = 85 / 1.7
    ("30", 68, "male", "60 kg", "2", "176.8"),  # 72 x 60 / (72 x 2)
    ("30", 40, "female", "108 kg", "4.25", "375.7"),  # 100 x 108 / (72 x 4.25) x 0.85 = 127.5 / 4.25
    ("15", 68, "male", "60 kg", "4", "353.6"),  # 72 x 60 / (72 x 4)
    ("15", 40, "female", "108 kg", "8.5", "751.4"),  # 127.5 / 8.5
    ("10", 68, "male", "60 kg", "6", "530.4"),  # 72 x 60 / (72 x 6)
    ("10", 40, "female", "72 kg", "8.5", "751.4"),  # 85 / 8.5
    ("5", 68, "male", "60 kg", "12", "1060.8"),  # 72 x 60 / (72 x 12)
    ("5", 40, "female", "72 kg", "17", "1502.8"),  # 85 / 17
]
LITTLE = {"mg/dL": Decimal("0.001"), "umol/L": Decimal("0.01")}


def shift(boundary, step):
    """The clearance of the tables above that stands for one just below (-1), at (0) or just above (1) a boundary."""
    return str(Decimal(boundary) + step * Decimal("0.1")) if step else boundary


@pytest.mark.parametrize("step", [-1, 0, 1], ids=["just below", "exactly at", "just above"])
@pytest.mark.parametrize("unit", LITTLE)
@pytest.mark.parametrize(
    ("boundary", "age", "sex", "weight", "mg_dl", "umol_l"),
    ON_A_BOUNDARY,
    ids=[f"{p[0]} {p[2]}" for p in ON_A_BOUNDARY],
)
def test_a_clearance_computed_exactly_on_a_boundary_falls_where_the_label_puts_it(
    boundary, age, sex, weight, mg_dl, umol_l, unit, step
):
    exact = Decimal(mg_dl if unit == "mg/dL" else umol_l)
    creatinine = exact - step * LITTLE[unit]  # less creatinine is more clearance
    patient = {"age": age, "sex": sex, "weight": weight, "creatinine": f"{creatinine} {unit}"}
    for jurisdiction in (US, EU, UK):
        decision = decision_for(patient, jurisdiction)
        for drug, rows in BY_CLEARANCE.items():
            dose = doses(decision, drug)["maintenance"]
            assert given(dose) == rows[shift(boundary, step)], drug
            printed = Decimal(re.search(r"clearance is ([0-9.]+) mL/min", dose["basis"])[1])
            assert (printed > Decimal(boundary)) - (printed < Decimal(boundary)) == step


@pytest.mark.parametrize(("clearance", "boundary"), [("119.99999", 120), ("50.00001", 50), ("9.99999", 10)])
def test_a_printed_clearance_does_not_suggest_another_band(clearance, boundary):
    decision = decision_for({"creatinine_clearance": f"{clearance} mL/min"}, US)
    for drug in BY_CLEARANCE:
        basis = doses(decision, drug)["maintenance"]["basis"]
        printed = Decimal(re.search(r"clearance is ([0-9.]+) mL/min", basis)[1])
        assert (printed > boundary) == (Decimal(clearance) > boundary)
        assert printed != boundary


# --- haemodialysis -------------------------------------------------------------------------------------------------

HD = {"renal_replacement": "intermittent_hemodialysis"}


@pytest.mark.parametrize("jurisdiction", [US, EU, UK, NOT_STATED])
def test_on_haemodialysis_cefiderocol_and_aztreonam_have_one_row_each(jurisdiction):
    decision = decision_for(HD, jurisdiction)
    cefiderocol, aztreonam = doses(decision, FDC), doses(decision, ATM)
    assert {phase: given(dose) for phase, dose in cefiderocol.items()} == {"maintenance": ("0.75 g", 12)}
    assert "dialysis" in cefiderocol["maintenance"]["when"]
    # first dose 2 g, then a quarter; an eighth of the first dose after each dialysis in serious infection
    assert {phase: given(dose) for phase, dose in aztreonam.items()} == {
        "loading": ("2 g", ONCE),
        "maintenance": ("0.5 g", 8),
        "supplement": ("0.25 g", ONCE),
    }
    assert "after each dialysis" in aztreonam["supplement"]["when"]


def test_on_haemodialysis_the_supplement_of_aztreonam_is_for_severe_infection_only():
    assert set(doses(decision_for(HD, US, "non_severe"), ATM)) == {"loading", "maintenance"}


@pytest.mark.parametrize("jurisdiction", [EU, UK])
@pytest.mark.parametrize("residual", [None, "0", "4.9", "5", "5.1", "10", "14.9", "15", "15.1", "60"])
def test_on_haemodialysis_the_eu_and_uk_label_of_ceftazidime_avibactam_has_one_row(residual, jurisdiction):
    patient = {**HD, "creatinine_clearance": f"{residual} mL/min"} if residual else HD
    found = doses(decision_for(patient, jurisdiction), CZA)
    assert {phase: given(dose) for phase, dose in found.items()} == {"maintenance": ("0.94 g", 48)}
    assert found["maintenance"]["components"] == {"ceftazidime": "0.75 g", "avibactam": "0.1875 g"}
    assert "dialysis" in found["maintenance"]["when"]


@pytest.mark.parametrize(
    ("residual", "interval"),
    [("0", 48), ("4.9", 48), ("5", 48), ("5.1", 24), ("5.4", 24), ("9.6", 24), ("14.9", 24), ("15", 24)],
)
def test_on_haemodialysis_the_us_label_of_ceftazidime_avibactam_goes_by_the_residual_clearance(residual, interval):
    decision = decision_for({**HD, "creatinine_clearance": f"{residual} mL/min"}, US)
    found = doses(decision, CZA)
    assert {phase: given(dose) for phase, dose in found.items()} == {"maintenance": ("0.94 g", interval)}
    assert found["maintenance"]["components"] == {"ceftazidime": "0.75 g", "avibactam": "0.19 g"}
    assert "dialysis" in found["maintenance"]["when"]
    assert "patient.creatinine_clearance" not in missing(decision)


@pytest.mark.parametrize("residual", ["15.1", "60"])
def test_on_haemodialysis_the_us_label_has_no_row_above_a_residual_clearance_of_15(residual):
    decision = decision_for({**HD, "creatinine_clearance": f"{residual} mL/min"}, US)
    assert doses(decision, CZA) == {}
    assert "ceftazidime-avibactam on haemodialysis" in said(decision).casefold()


@pytest.mark.parametrize(
    ("jurisdiction", "needed"), [(US, "patient.creatinine_clearance"), (NOT_STATED, "setting.jurisdiction")]
)
def test_on_haemodialysis_without_a_single_row_both_are_shown_and_none_is_picked(jurisdiction, needed):
    decision = decision_for(HD, jurisdiction)
    assert doses(decision, CZA) == {}
    assert needed in missing(decision)
    assert all(f"every {hours} h" in said(decision) for hours in (24, 48))


# --- CRRT ----------------------------------------------------------------------------------------------------------

# FETROJA table 2 prints <= 2, 2.1-3, 3.1-4 and >= 4.1 L/h.
EFFLUENTS = {
    ("1.5 g", 12): "0.1 1.95 2",
    ("2 g", 12): "2.05 2.1 2.95 3",
    ("1.5 g", 8): "3.05 3.1 3.95 4",
    ("2 g", 8): "4.05 4.1 20",
}
BY_EFFLUENT = [(effluent, dose) for dose, effluents in EFFLUENTS.items() for effluent in effluents.split()]


def crrt(effluent=None, **patient):
    flow = {"crrt_effluent": f"{effluent} L/h"} if effluent else {}
    return {"renal_replacement": "crrt", **flow, **patient}


@pytest.mark.parametrize(("effluent", "dose"), BY_EFFLUENT, ids=[each for each, _ in BY_EFFLUENT])
def test_on_crrt_the_us_label_doses_cefiderocol_by_the_effluent_and_no_label_the_pair(effluent, dose):
    decision = decision_for(crrt(effluent), US)
    found = doses(decision, FDC)
    assert {phase: given(each) for phase, each in found.items()} == {"maintenance": dose}
    assert found["maintenance"]["infusion_h"] == 3
    assert found["maintenance"]["components"] == {FDC: dose[0]}
    assert doses(decision, CZA) == doses(decision, ATM) == {}
    assert "patient.crrt_effluent" not in missing(decision)


@pytest.mark.parametrize("jurisdiction", [US, EU, UK, NOT_STATED])
def test_on_crrt_without_an_effluent_flow_nothing_has_a_dose(jurisdiction):
    decision = decision_for(crrt(), jurisdiction)
    assert not [doses(decision, drug) for drug in BY_CLEARANCE if doses(decision, drug)]
    assert decision["status"] == "advice"


def test_on_crrt_in_the_us_the_effluent_flow_is_what_is_missing():
    assert "patient.crrt_effluent" in missing(decision_for(crrt(), US))


@pytest.mark.parametrize("jurisdiction", [EU, UK, NOT_STATED])
@pytest.mark.parametrize("effluent", ["2", "2.05", "3.05", "4.05"])
def test_on_crrt_no_dose_is_taken_from_the_label_of_another_jurisdiction(effluent, jurisdiction):
    decision = decision_for(crrt(effluent), jurisdiction)
    assert not [doses(decision, drug) for drug in BY_CLEARANCE if doses(decision, drug)]
    if jurisdiction is NOT_STATED:
        assert "setting.jurisdiction" in missing(decision)


def test_on_crrt_a_measured_clearance_picks_no_dose():
    decision = decision_for(crrt("2.5", creatinine_clearance="60 mL/min"), US)
    assert given(doses(decision, FDC)["maintenance"]) == ("2 g", 12)
    assert doses(decision, CZA) == doses(decision, ATM) == {}


# --- what wins -----------------------------------------------------------------------------------------------------

# Cockcroft-Gault: 90 x 72 / 72 = 90 mL/min.
COMPUTED_90 = {"age": 50, "sex": "male", "weight": "72 kg", "creatinine": "1 mg/dL"}


def test_a_measured_clearance_wins_over_cockcroft_gault():
    decision = decision_for({**COMPUTED_90, "creatinine_clearance": "29.9 mL/min"}, US)
    for drug, rows in BY_CLEARANCE.items():
        assert given(doses(decision, drug)["maintenance"]) == rows["29.9"]


def test_haemodialysis_wins_over_a_measured_clearance_and_over_cockcroft_gault():
    for patient in (COMPUTED_90, {**COMPUTED_90, "creatinine_clearance": "90 mL/min"}):
        decision = decision_for({**patient, **HD}, EU)
        assert given(doses(decision, CZA)["maintenance"]) == ("0.94 g", 48)
        assert given(doses(decision, ATM)["maintenance"]) == ("0.5 g", 8)
        assert given(doses(decision, FDC)["maintenance"]) == ("0.75 g", 12)


@pytest.mark.parametrize("jurisdiction", [US, EU, UK, NOT_STATED])
@pytest.mark.parametrize("left_out", ["age", "sex", "weight", "creatinine"])
def test_without_a_clearance_only_the_first_dose_of_aztreonam_stands(left_out, jurisdiction):
    decision = decision_for({**COMPUTED_90, "renal_replacement": "none", left_out: None}, jurisdiction)
    assert {phase: given(dose) for phase, dose in doses(decision, ATM).items()} == {"loading": ("2 g", ONCE)}
    assert doses(decision, CZA) == doses(decision, FDC) == {}
    assert f"patient.{left_out}" in missing(decision)
