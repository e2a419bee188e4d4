"""Formulas: worked examples from sources and by hand, exactness on band boundaries, refusals."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whyrx.facts.bands import Interval, atom_of, partition
from whyrx.facts.formulas import (
    FORMULAS,
    Formula,
    adjusted_weight,
    cockcroft_gault,
    devine_ideal_weight,
)

F = Fraction
CUTS = (5, 10, 15, 30, 50, 60, 120)

weights = st.fractions(min_value=F(30), max_value=F(300), max_denominator=1000)


# --- worked examples -------------------------------------------------------------------------------------


def test_cockcroft_gault_published_man():
    # Published: man, 65 years, 70 kg, 1.4 mg/dL: 75 × 70 / 100.8 = 52.1 (superglobalcalculator.com).
    # By hand: 5250 / 100.8 = 52500 / 1008 = 625/12 = 52.0833…
    clearance = cockcroft_gault(65, F(70), F("1.4"), female=False)
    assert clearance == F(625, 12)
    assert F("52.05") <= clearance < F("52.15")


def test_cockcroft_gault_published_woman():
    # Published: woman, 45 years, 60 kg, 0.9 mg/dL: 5700 / 64.8 × 0.85 = 74.8 (superglobalcalculator.com).
    # By hand: 5700 / 64.8 = 2375/27; × 17/20 = 8075/108 = 74.7685…
    clearance = cockcroft_gault(45, F(60), F("0.9"), female=True)
    assert clearance == F(8075, 108)
    assert F("74.75") <= clearance < F("74.85")


@pytest.mark.parametrize(
    ("height_in", "female", "kg"),
    [
        # calculators by Devine 1974: 5'10" man 73 kg, 5'6" woman 59.3 kg (worldlycalc.com)
        (70, False, "73"),
        (66, True, "59.3"),
        # 64 inches: man 59.2 kg, woman 54.7 kg (manuelsweb.com/IBW.htm)
        (64, False, "59.2"),
        (64, True, "54.7"),
        (60, False, "50"),
        (60, True, "45.5"),
    ],
)
def test_devine_published(height_in, female, kg):
    assert devine_ideal_weight(height_in * F("2.54"), female) == F(kg)


def test_devine_between_whole_inches():
    # 165 cm = 16500/254 = 8250/127 in, 630/127 in over 60; 2.3 × 630/127 = 1449/127 = 11.409…; + 45.5
    assert devine_ideal_weight(F(165), female=True) == F(91, 2) + F(1449, 127)


@pytest.mark.parametrize(
    ("actual", "ideal", "kg"),
    [
        ("110", "73", "87.8"),  # 73 + 0.4 × 37 (theprimecalculator.com)
        ("80", "54.7", "64.82"),  # 54.7 + 0.4 × 25.3; printed as 64.8 (manuelsweb.com/IBW.htm)
        ("60", "60", "60"),
        ("50", "60", "56"),  # 60 - 0.4 × 10: defined, though not in use below the ideal weight
    ],
)
def test_adjusted_weight(actual, ideal, kg):
    assert adjusted_weight(F(actual), F(ideal)) == F(kg)


# --- exact on the boundaries -----------------------------------------------------------------------------


def test_micromoles_reach_a_boundary_exactly():
    # 176.8 µmol/L / 88.4 = 2 mg/dL; man, 68 years, 100 kg: 72 × 100 / (72 × 2) = 50
    assert cockcroft_gault(68, F(100), F("176.8") / F("88.4"), female=False) == 50


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("female", [False, True])
def test_every_cut_is_met_exactly_and_both_sides_differ(cut, female):
    # man, 68 years: 72 × weight / (72 × 1) = weight; woman, 40 years, 1.0 mg/dL, 72 kg: 85, so weight × 85/72
    age, factor = (40, F(72, 85)) if female else (68, F(1))
    step = F("0.001")
    values = [cockcroft_gault(age, (cut + offset) * factor, F(1), female) for offset in (-step, F(0), step)]
    assert values == [cut - step, cut, cut + step]


def test_floating_point_misses_exact_boundaries():
    # man, 38 years, 72 kg, 3.4 mg/dL: 102 × 72 / (72 × 3.4) = 30, where a dose changes
    assert cockcroft_gault(38, F(72), F("3.4"), female=False) == 30
    assert (140 - 38) * 72.0 / (72 * 3.4) > 30
    # man, 68 years, 117.5 kg, 2.35 mg/dL: 117.5 / 2.35 = 50
    assert cockcroft_gault(68, F("117.5"), F("2.35"), female=False) == 50
    assert (140 - 68) * 117.5 / (72 * 2.35) < 50


def test_floating_point_misses_a_quarter_of_them():
    """Every adult, weight by half kilograms, whose creatinine in 0.01 mg/dL gives a cut exactly."""
    exact = missed = 0
    for cut in CUTS:
        for female in (False, True):
            for age in range(18, 100):
                for half_kg in range(80, 301):
                    weight = F(half_kg, 2)
                    creatinine = (140 - age) * weight * (F(17, 20) if female else 1) / (72 * cut)
                    if (creatinine * 100).denominator != 1 or not F("0.3") <= creatinine <= 15:
                        continue
                    exact += 1
                    assert cockcroft_gault(age, weight, creatinine, female) == cut
                    rough = (140 - age) * float(weight) / (72 * float(creatinine)) * (0.85 if female else 1.0)
                    missed += rough != cut
    assert exact > 5000
    assert missed > exact / 5


def test_a_missed_boundary_is_another_band():
    atoms = partition([Interval.parse("(15,30]"), Interval.parse("(30,50]")])
    rough = (140 - 38) * 72.0 / (72 * 3.4)
    assert atom_of(cockcroft_gault(38, F(72), F("3.4"), female=False), atoms).text == "(15,30]"
    assert atom_of(F(rough), atoms).text == "(30,50]"


# --- properties ------------------------------------------------------------------------------------------


@given(st.integers(0, 139), weights, st.fractions(F(1, 10), F(20), max_denominator=1000))
def test_clearance_is_exact_positive_and_lower_in_women(age, weight, creatinine):
    man = cockcroft_gault(age, weight, creatinine, female=False)
    woman = cockcroft_gault(age, weight, creatinine, female=True)
    assert type(man) is Fraction
    assert type(woman) is Fraction
    assert 0 < woman < man
    assert woman * 20 == man * 17
    assert man * 72 * creatinine == (140 - age) * weight


def test_whole_numbers_do_not_turn_into_floating_point():
    results = (cockcroft_gault(65, 70, 3, False), devine_ideal_weight(165, False), adjusted_weight(80, 61))
    assert [type(result) for result in results] == [Fraction] * 3
    assert results[0] == F(75 * 70, 72 * 3)


@given(weights, weights)
def test_adjusted_weight_lies_between(actual, ideal):
    assert min(actual, ideal) <= adjusted_weight(actual, ideal) <= max(actual, ideal)


@given(st.fractions(F("152.4"), F(230), max_denominator=100))
def test_ideal_weight_of_men_is_four_and_a_half_more(height):
    assert devine_ideal_weight(height, female=False) - devine_ideal_weight(height, female=True) == F("4.5")


# --- refusals --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("height", ["152.4", "152.401"])
def test_devine_from_sixty_inches(height):
    assert devine_ideal_weight(F(height), female=False) >= 50


@pytest.mark.parametrize("height", ["152.399", "100", "0", "-1"])
def test_devine_not_below_sixty_inches(height):
    with pytest.raises(ValueError, match=r"152\.4|above 0"):
        devine_ideal_weight(F(height), female=False)


@pytest.mark.parametrize(
    ("age", "weight", "creatinine"),
    [(-1, 70, 1), (140, 70, 1), (64, 0, 1), (64, -70, 1), (64, 70, 0), (64, 70, -1)],
)
def test_cockcroft_gault_refuses_what_cannot_be(age, weight, creatinine):
    with pytest.raises(ValueError, match=r"age|weight|creatinine"):
        cockcroft_gault(age, F(weight), F(creatinine), female=False)


@pytest.mark.parametrize(("actual", "ideal"), [(0, 60), (80, 0)])
def test_adjusted_weight_refuses_no_weight(actual, ideal):
    with pytest.raises(ValueError, match="weight must be above 0"):
        adjusted_weight(F(actual), F(ideal))


@pytest.mark.parametrize(
    "call",
    [
        lambda: cockcroft_gault(64, 70.0, F(1), female=False),
        lambda: cockcroft_gault(64, F(70), 1.4, female=False),
        lambda: cockcroft_gault(F(129, 2), F(70), F(1), female=False),
        lambda: cockcroft_gault(True, F(70), F(1), female=False),
        lambda: cockcroft_gault(64, F(70), F(1), female="male"),
        lambda: devine_ideal_weight(165.0, female=True),
        lambda: devine_ideal_weight(F(165), female="male"),
        lambda: adjusted_weight(F(80), True),
    ],
)
def test_inexact_or_mistyped_arguments_never_pass(call):
    with pytest.raises(TypeError):
        call()


# --- the catalogue ---------------------------------------------------------------------------------------


def test_the_catalogue():
    assert list(FORMULAS) == ["cockcroft-gault/1", "devine-ideal-weight/1", "adjusted-weight/1"]
    assert [formula.unit for formula in FORMULAS.values()] == ["mL/min", "kg", "kg"]
    for key, formula in FORMULAS.items():
        assert formula.id == key
        assert formula.source
        assert formula.expression


@pytest.mark.parametrize("formula", FORMULAS.values(), ids=list(FORMULAS))
def test_reference_examples(formula: Formula):
    for inputs, expected in formula.examples:
        assert tuple(inputs) == formula.inputs
        assert formula.function(**inputs) == expected
    for inputs in formula.refused:
        assert tuple(inputs) == formula.inputs
        with pytest.raises(ValueError):  # noqa: PT011 - the messages are tested above
            formula.function(**inputs)


def test_digest_material():
    for formula in FORMULAS.values():
        assert json.loads(json.dumps(formula.digest_material())) == formula.digest_material()
    references = FORMULAS["cockcroft-gault/1"].digest_material()["references"]
    assert references[0] == {
        "inputs": {"age_years": "65", "weight_kg": "70", "creatinine_mg_dl": "7/5", "female": False},
        "output": "625/12",
    }
    assert references[-1]["output"] == "refused"


def test_digest_material_shows_a_changed_function_and_nothing_else():
    formula = FORMULAS["devine-ideal-weight/1"]
    same = replace(formula, label="other words", function=lambda **inputs: devine_ideal_weight(**inputs))
    assert same.digest_material() == formula.digest_material()
    for other in (
        replace(formula, version=2),
        replace(formula, function=lambda height_cm, female: F(50)),
        # the same results, but no longer refused below 60 inches
        replace(
            formula,
            function=lambda height_cm, female: devine_ideal_weight(max(height_cm, F("152.4")), female),
        ),
    ):
        assert other.digest_material() != formula.digest_material()
