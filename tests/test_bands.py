"""Bands, the atoms they share, the check of a table's rows, and figures that never suggest another band."""

import re
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whyrx.facts.bands import ANY, Interval, atom_of, check_bands, covers, decimal_text, partition
from whyrx.facts.numerals import exact_text, read_decimal

F = Fraction


def bands(*texts):
    return tuple(Interval.parse(text) for text in texts)


def texts(intervals):
    return [interval.text for interval in intervals]


# Tables on creatinine clearance as labels print them; closed above here, closed below there.
CLOSED_ABOVE = bands("(,5]", "(5,15]", "(15,30]", "(30,50]", "(50,)")
CLOSED_BELOW = bands("(,15)", "[15,30)", "[30,60)", "[60,120)", "[120,)")
MIXED = bands("(,10)", "[10,30]", "(30,)")

ATOMS = [
    "(,5]",
    "(5,10)",
    "[10,15)",
    "[15,15]",
    "(15,30)",
    "[30,30]",
    "(30,50]",
    "(50,60)",
    "[60,120)",
    "[120,)",
]

# few distinct bounds, so that ranges often share them
bounds = st.one_of(st.sampled_from([5, 10, 15, 30, 50, 60, 120]).map(F), st.integers(0, 400).map(lambda n: F(n, 4)))


@st.composite
def intervals(draw):
    ends = st.one_of(st.none(), bounds)
    low, high = draw(ends), draw(ends)
    if low is not None and high is not None and low > high:
        low, high = high, low
    low_closed = low is not None and low != 0 and draw(st.booleans())
    high_closed = high is not None and draw(st.booleans())
    if high is not None and (low or 0) == high:  # one value: closed on both sides
        low, low_closed, high_closed = (low, True, True) if high else (None, False, True)
    return Interval(low, low_closed, high, high_closed)


def probes(ranges):
    """Each bound, both sides of each, and the ends: some value of every set that bounds can separate."""
    values = {F(0), F(10**6)}
    for interval in ranges:
        for bound in (interval.low, interval.high):
            if bound is not None:
                values |= {bound, bound + F(1, 1000)} | ({bound - F(1, 1000)} if bound else set())
    return sorted(values)


# --- one range -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "label", "name"),
    [
        ("(30,50]", "> 30 to ≤ 50 mL/min", "over-30-to-50"),
        ("[60,120)", "≥ 60 to < 120 mL/min", "from-60-under-120"),
        ("[10,30]", "≥ 10 to ≤ 30 mL/min", "from-10-to-30"),
        ("(5,10)", "> 5 to < 10 mL/min", "over-5-under-10"),
        ("[120,)", "≥ 120 mL/min", "from-120"),
        ("(50,)", "> 50 mL/min", "over-50"),
        ("(,5]", "≤ 5 mL/min", "to-5"),
        ("(,10)", "< 10 mL/min", "under-10"),
        ("[15,15]", "exactly 15 mL/min", "exactly-15"),
        ("(,0]", "exactly 0 mL/min", "exactly-0"),
        ("(0,5]", "> 0 to ≤ 5 mL/min", "over-0-to-5"),
        ("(2.5,3]", "> 2.5 to ≤ 3 mL/min", "over-2-point-5-to-3"),
        ("(,)", "any value", "any"),
    ],
)
def test_text_label_and_name(text, label, name):
    interval = Interval.parse(text)
    assert (interval.text, interval.label("mL/min"), interval.id) == (text, label, name)
    assert interval.label() == label.removesuffix(" mL/min")


def test_one_text_whatever_the_numeral():
    assert Interval.parse("(30.0,50.50]") == Interval.parse("(30,50.5]") == Interval(F(30), False, F("50.5"), True)


@pytest.mark.parametrize(
    "text",
    [
        "", "30", "30,50", "(30;50]", "(30, 50]", " (30,50]", "(30,50]\n", "(a,5]", "(1e1,50]", "(-5,5]",
        "(05,5]", "(.5,5]", "(1/3,5]", "(5.,6]", "(٣,٥]", "]30,50[", "(50,30]", "(30,30)", "[30,30)",
        "(30,30]", "(,0)", "(0,0]", "[0,5]", "[0,)", "[0,0]", "[,5]", "(5,]", "[,]",
    ],
)  # fmt: skip
def test_refused_texts(text):
    with pytest.raises(ValueError, match=r"is not a|contains no value|bracket|starts at 0"):
        Interval.parse(text)


@pytest.mark.parametrize("bound", [F(1, 3), F(-1), F(10, 7)])
def test_bounds_are_decimal_and_not_negative(bound):
    with pytest.raises(ValueError, match=r"negative|decimal"):
        Interval(bound, False, None, False)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("(30,50]", "30.0001 49.9999 50", "0 30 50.0001"),
        ("[60,120)", "60 119.9999", "59.9999 120"),
        ("(,5]", "0 0.0001 5", "-0.0001 5.0001"),
        ("(0,5]", "0.0001 5", "0"),
        ("[15,15]", "15", "14.9999 15.0001"),
        ("(,0]", "0", "-1 0.0001"),
        ("[120,)", "120 1000000", "119.9999"),
        ("(,)", "0 1000000", "-0.0001"),
    ],
)
def test_contains(text, inside, outside):
    interval = Interval.parse(text)
    assert [value for value in inside.split() if not interval.contains(F(value))] == []
    assert [value for value in outside.split() if interval.contains(F(value))] == []


@given(intervals())
def test_text_reads_back(interval):
    assert Interval.parse(interval.text) == interval


@given(intervals(), intervals())
def test_a_name_is_one_range(one, other):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", one.id)
    assert (one.id == other.id) == (one == other) == (one.label() == other.label())


# --- atoms -----------------------------------------------------------------------------------------------


def test_atoms_of_three_tables():
    assert texts(partition(CLOSED_ABOVE + CLOSED_BELOW + MIXED)) == ATOMS


def test_values_cut_two_ways_become_atoms_and_no_others():
    assert texts(partition(bands("(15,30]", "[30,60)"))) == [
        "(,15]",
        "(15,30)",
        "[30,30]",
        "(30,60)",
        "[60,)",
    ]
    assert texts(partition(bands("(15,30]", "(30,60]"))) == ["(,15]", "(15,30]", "(30,60]", "(60,)"]
    assert texts(partition(bands("(0,5]"))) == ["(,0]", "(0,5]", "(5,)"]
    assert texts(partition(bands("(,)"))) == texts(partition([])) == ["(,)"]


@pytest.mark.parametrize(
    ("value", "below", "at", "above"),
    [
        (5, "(,5]", "(,5]", "(5,10)"),
        (10, "(5,10)", "[10,15)", "[10,15)"),
        (15, "[10,15)", "[15,15]", "(15,30)"),
        (30, "(15,30)", "[30,30]", "(30,50]"),
        (50, "(30,50]", "(30,50]", "(50,60)"),
        (60, "(50,60)", "[60,120)", "[60,120)"),
        (120, "[60,120)", "[120,)", "[120,)"),
    ],
)
@pytest.mark.parametrize("step", ["1", "0.1", "0.000000000000000000001"])
def test_both_sides_of_each_cut_and_the_cut_itself(value, below, at, above, step):
    atoms = partition(CLOSED_ABOVE + CLOSED_BELOW + MIXED)
    found = [atom_of(value + offset, atoms).text for offset in (-F(step), F(0), F(step))]
    assert found == [below, at, above]


def test_zero_has_an_atom_and_less_has_none():
    assert atom_of(F(0), partition(CLOSED_ABOVE)).text == "(,5]"
    with pytest.raises(ValueError, match="-1 is in none of"):
        atom_of(F(-1), partition(CLOSED_ABOVE))
    with pytest.raises(ValueError, match="no ranges"):
        atom_of(F(1), [])


@given(st.lists(intervals(), max_size=8))
def test_atoms_are_disjoint_and_cover_everything(ranges):
    atoms = partition(ranges)
    check_bands(atoms)
    for value in probes(ranges):
        assert sum(atom.contains(value) for atom in atoms) == 1
    assert list(atoms) == sorted(atoms, key=lambda atom: atom.start)


@given(st.lists(intervals(), max_size=8))
def test_each_interval_is_a_union_of_atoms(ranges):
    atoms = partition(ranges)
    for interval in ranges:
        parts = [atom for atom in atoms if covers(interval, atom)]
        for value in probes(ranges):
            assert interval.contains(value) == any(part.contains(value) for part in parts)
            assert interval.contains(value) == covers(interval, atom_of(value, atoms))


@given(st.lists(intervals(), max_size=8))
def test_no_fewer_atoms_would_do(ranges):
    atoms = partition(ranges)
    for left, right in pairwise(atoms):
        assert any(covers(interval, left) != covers(interval, right) for interval in ranges)


@given(st.lists(intervals(), max_size=8), st.randoms())
def test_order_and_repetition_do_not_matter(ranges, random):
    shuffled = ranges * 2
    random.shuffle(shuffled)
    assert partition(shuffled) == partition(ranges)


@given(st.lists(intervals(), max_size=8))
def test_atoms_of_atoms_are_the_atoms(ranges):
    assert partition(partition(ranges)) == partition(ranges)


@given(intervals(), intervals())
def test_covers_means_every_value(one, other):
    assert covers(one, other) == all(one.contains(v) for v in probes([one, other]) if other.contains(v))


# --- the rows of one table -------------------------------------------------------------------------------


@pytest.mark.parametrize("table", [CLOSED_ABOVE, CLOSED_BELOW, MIXED, (ANY,)])
def test_complete_tables(table):
    check_bands(table)
    check_bands(reversed(table))


def test_a_table_may_be_about_a_part():
    check_bands(bands("[10,30)", "[30,50)", "[50,80)", "[80,)"), within=Interval.parse("[10,)"))


@pytest.mark.parametrize(
    ("rows", "within", "message"),
    [
        ([], "(,)", "gap: no band for (,)"),
        (["(,30)", "(30,)"], "(,)", "gap: no band for [30,30]"),
        (["(,30]", "[30,)"], "(,)", "overlap: [30,30] is in (,30] and [30,)"),
        # whole numbers, as some labels print them: 30.4 would fall between
        (["(,30]", "[31,50]", "(50,)"], "(,)", "gap: no band for (30,31)"),
        (["(,15]", "(15,30]"], "(,)", "gap: no band for (30,)"),
        (["(5,)"], "(,)", "gap: no band for (,5]"),
        (["(0,)"], "(,)", "gap: no band for (,0]"),
        (["(,50]", "(30,)"], "(,)", "overlap: (30,50] is in (,50] and (30,)"),
        (["(,)", "(,)"], "(,)", "overlap: (,) is in (,) and (,)"),
        (["(5,)"], "[10,)", "(5,10) is outside [10,) but in (5,)"),
        (["(,5]", "[5,9)"], "(,)", "overlap: [5,5] is in (,5] and [5,9); gap: no band for [9,)"),
    ],
)
def test_incomplete_tables(rows, within, message):
    with pytest.raises(ValueError, match=re.escape(message) + "$"):
        check_bands(bands(*rows), Interval.parse(within))


@given(st.lists(intervals(), max_size=5))
def test_check_agrees_with_counting(ranges):
    once = all(sum(interval.contains(value) for interval in ranges) == 1 for value in probes(ranges))
    try:
        check_bands(ranges)
    except ValueError:
        assert not once
    else:
        assert once


# --- figures ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "places", "interval", "text"),
    [
        ("50", 1, "(30,50]", "50"),  # exact: no padding
        ("43.5", 2, "(30,50]", "43.5"),
        ("43.75", 1, "(30,50]", "43.8"),
        ("43.65", 1, "(30,50]", "43.7"),  # half away from zero
        ("625/12", 1, "(50,60)", "52.1"),
        ("52.96", 1, "(50,60)", "53.0"),  # rounded: keeps its places
        ("49.96", 1, "(30,50]", "49.96"),  # 50.0 would be read as exactly 50
        ("49.95", 1, "(30,50]", "49.95"),
        ("49.94", 1, "(30,50]", "49.9"),
        ("50.04", 1, "(50,60)", "50.04"),
        ("50.05", 1, "(50,60)", "50.1"),
        ("50.0004", 1, "(50,60)", "50.0004"),
        ("150001/3000", 1, "(50,60)", "50.0003"),
        ("149999/3000", 1, "(30,50]", "49.9997"),
        ("59.999", 0, "(50,60)", "59.999"),
        ("30.2", 0, "(30,50]", "30.2"),
        ("29.6", 0, "(29.5,29.8)", "29.6"),  # 30 would be beyond the bound, not on it
        ("30", 1, "[30,30]", "30"),
        ("2.25", 1, "[2.25,3)", "2.25"),  # on a bound: exact, whatever the places
        ("119.99999", 1, "[60,120)", "119.99999"),
        ("0", 1, "(,5]", "0"),
        ("0.04", 1, "(,5]", "0.0"),
        ("0.04", 1, "(0,5]", "0.04"),
        ("49.96", 1, None, "50.0"),
        ("1/3", 3, None, "0.333"),
        ("2/3", 0, None, "1"),
        ("-1/3", 2, None, "-0.33"),
        ("-1/300", 1, None, "0.0"),
        ("-2.5", 0, None, "-3"),
    ],
)
def test_figures(value, places, interval, text):
    assert decimal_text(F(value), places, interval and Interval.parse(interval)) == text


def test_a_value_very_near_a_bound_ends():
    tiny = F(1, 10**4400)
    assert decimal_text(50 + tiny, 1, Interval.parse("(50,60)")) == "50." + "0" * 4399 + "1"


def test_figure_refusals():
    with pytest.raises(ValueError, match=r"60 is not in \(30,50\]"):
        decimal_text(F(60), 1, Interval.parse("(30,50]"))
    with pytest.raises(ValueError, match="decimal places"):
        decimal_text(F(60), -1)


near_bounds = st.one_of(
    st.fractions(min_value=0, max_value=500),
    st.builds(
        lambda bound, sign, distance: max(F(0), bound + sign * distance),
        bounds, st.sampled_from([-1, 1]), st.builds(F, st.integers(0, 9), st.integers(1, 10**9)),
    ),
)  # fmt: skip


@given(near_bounds, st.lists(intervals(), max_size=6), st.integers(0, 4))
def test_a_figure_stays_in_its_atom_and_within_rounding(value, ranges, places):
    atom = atom_of(value, partition(ranges))
    text = decimal_text(value, places, atom)
    shown = read_decimal(text)
    assert atom.contains(shown)
    assert abs(shown - value) <= F(1, 2 * 10**places)
    for bound in (atom.low, atom.high):
        if bound is not None:
            assert (shown == bound) == (value == bound)
    printed_places = len(text.partition(".")[2])
    assert shown == value or (printed_places >= places and abs(shown - value) <= F(1, 2 * 10**printed_places))
    for interval in ranges:  # the figure and the value are in the same bands of every table
        assert interval.contains(shown) == interval.contains(value)


@given(st.fractions(), st.integers(0, 6))
def test_figures_without_a_band_are_plain_rounding(value, places):
    text = decimal_text(value, places)
    assert re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text)
    assert abs(F(text) - value) <= F(1, 2 * 10**places)
    assert len(text.partition(".")[2]) <= places


# --- numerals --------------------------------------------------------------------------------------------


@given(st.integers(0, 10**9), st.integers(0, 12))
def test_exact_text_reads_back(units, places):
    value = F(units, 10**places)
    assert read_decimal(exact_text(value)) == value
    assert not re.search(r"\.[0-9]*0$", exact_text(value))


def test_numerals_refused():
    with pytest.raises(ValueError, match="no finite decimal"):
        exact_text(F(1, 3))
    for text in ("", "-1", "+1", "1,5", "1e3", ".5", "5.", "1_000", "٣", "01", " 1", "1/2", "1\n"):
        with pytest.raises(ValueError, match="plain decimal"):
            read_decimal(text)
