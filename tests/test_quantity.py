import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whyrx.facts.problems import CaseError, Problem
from whyrx.facts.quantity import CLEARANCE, CREATININE, EFFLUENT, LENGTH, MASS, MIC, Measure

MEASURES = [MASS, LENGTH, CREATININE, CLEARANCE, EFFLUENT, MIC]


@pytest.mark.parametrize(
    ("measure", "text", "value", "canonical"),
    [
        (MASS, "70 kg", Fraction(70), "70 kg"),
        (MASS, "70.0 kg", Fraction(70), "70 kg"),
        (MASS, "154 lb", 154 * Fraction("0.45359237"), "154 lb"),
        (MASS, "3500 g", Fraction("3.5"), "3500 g"),
        (LENGTH, "1.65 m", Fraction(165), "1.65 m"),
        (LENGTH, "65 in", Fraction("165.1"), "65 in"),
        (CREATININE, "1.40 mg/dL", Fraction("1.4"), "1.4 mg/dL"),
        (CREATININE, "88.4 umol/L", Fraction(1), "88.4 umol/L"),
        (CREATININE, "88.4 \u00b5mol/L", Fraction(1), "88.4 umol/L"),
        (CREATININE, "88.4 \u03bcmol/L", Fraction(1), "88.4 umol/L"),
        (CREATININE, "100 umol/L", Fraction(1000, 884), "100 umol/L"),
        (CLEARANCE, "0 mL/min", Fraction(0), "0 mL/min"),
        (EFFLUENT, "2.50 L/h", Fraction("2.5"), "2.5 L/h"),
        (MIC, "0.5 mg/L", Fraction("0.5"), "0.5 mg/L"),
        (MIC, "<=0.250 mg/L", Fraction("0.25"), "<=0.25 mg/L"),
        (MIC, ">16 mg/L", Fraction(16), ">16 mg/L"),
    ],
)
def test_quantities_are_exact(measure: Measure, text: str, value: Fraction, canonical: str):
    quantity = measure.read(text)
    assert (quantity.value, quantity.text) == (value, canonical)
    assert measure.read(quantity.text) == quantity
    assert quantity.unit in measure.units


def test_a_censored_mic_says_on_which_side():
    assert [MIC.read(f"{bound}1 mg/L").bound for bound in ("", "<", "<=", ">", ">=")] == [
        "",
        "<",
        "<=",
        ">",
        ">=",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "70", "70kg", "70  kg", " 70 kg", "70 kg ", "70 kg\n", "70\u00a0kg", "70 KG", "70 kilogram", "007 kg",
        ".5 kg", "5. kg", "+70 kg", "-70 kg", "7,0 kg", "7e1 kg", "70±1 kg", "60+10 kg", "1_0 kg", "0x46 kg",
        "٧٠ kg", "<70 kg", "70 kg kg", "", "kg", "nan kg", "inf kg", "1234567890123 kg", "70.00000000000 kg",
        "7000 kg", "0 kg", "0.1 kg",
    ],
)  # fmt: skip
def test_what_is_no_weight(text: str):
    assert problem_of(MASS, text).accepted == "a number, a space and kg | g | lb; 0.2 to 700 kg"


def problem_of(measure: Measure, text: str) -> Problem:
    with pytest.raises(CaseError) as caught:
        measure.read(text)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize("text", ["43 mL/min/1.73 m2", "43 mL/min/1.73m²", "43 mL/min per 1.73 m2"])
def test_clearance_for_a_body_surface_is_refused_with_the_reason(text: str):
    assert "absolute clearance" in problem_of(CLEARANCE, text).accepted


@pytest.mark.parametrize(
    ("measure", "text", "suggestion"),
    [
        (MASS, "70kg", "70 kg"),
        (MASS, " 70  KG", "70 kg"),
        (CREATININE, "1.4 mg/dl", "1.4 mg/dL"),
        (CREATININE, "124 µMOL/L", "124 umol/L"),
        (MIC, "> 16 mg/l", ">16 mg/L"),
        (EFFLUENT, "2500 mL/h", None),  # another unit is another amount
        (CREATININE, "1.4 mg/L", None),
        (MASS, "7,0 kg", None),
    ],
)
def test_only_spelling_is_ever_suggested(measure: Measure, text: str, suggestion: str | None):
    assert problem_of(measure, text).suggestion == suggestion


@pytest.mark.parametrize("text", ["88 mg/dL", "1.4 umol/L", "0 mg/dL"])
def test_a_creatinine_in_the_other_unit_is_impossible(text: str):
    assert "0.1 to 40 mg/dL" in problem_of(CREATININE, text).accepted


@given(st.sampled_from(MEASURES), st.text(max_size=20))
def test_nothing_but_a_case_error_comes_of_any_text(measure: Measure, text: str):
    with pytest.raises(CaseError):
        measure.read(text)


@given(st.sampled_from(MEASURES), st.decimals(0, 1000, places=4), st.data())
def test_a_quantity_reads_back_from_its_text(measure: Measure, number: object, data: st.DataObject):
    text = f"{number} {data.draw(st.sampled_from(list(measure.units)))}"
    assert re.search(measure.pattern, text)
    try:
        quantity = measure.read(text)
    except CaseError:
        return
    assert measure.low <= quantity.value <= measure.high
    assert measure.read(quantity.text) == quantity
