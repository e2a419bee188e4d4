"""The knowledge base in other logic languages gives the answers of this one, and defects seeded on either side show."""

from dataclasses import replace
from fractions import Fraction

import pytest
from whyrx.facts.atoms import V
from whyrx.facts.bands import Interval
from whyrx.facts.vocabulary import Clearance, DosingClearance
from whyrx.kb import cuts
from whyrx.kb.edition import Edition
from whyrx.kb.guidelines import GUIDELINES
from whyrx.kb.knowledge import edition

# --- numbers ------------------------------------------------------------------------------------------------


def near(cut: Fraction) -> list[Fraction]:
    """Values on a cut point, just beside it and well beside it."""
    steps = (Fraction(0), Fraction(1, 10**9), Fraction(1, 3), Fraction(1, 2), Fraction(1))
    return [cut + sign * step for step in steps for sign in (-1, 1) if cut + sign * step >= 0]


def passes(value: int, bounds: tuple[tuple[str, int], ...]) -> bool:
    results = {"<": int.__lt__, "<=": int.__le__, ">": int.__gt__, ">=": int.__ge__}
    return all(results[operator](value, bound) for operator, bound in bounds)


@pytest.mark.parametrize("guideline", GUIDELINES)
def test_a_whole_number_passes_the_bounds_of_exactly_the_bands_its_value_is_in(guideline):
    e = edition(guideline)
    for quantity in cuts.quantities(e):
        scale = cuts.scale(e, quantity)
        bands = {band.text for table in e.tables.values() for band in table.bands(quantity)}
        cut_points = {cut for text in bands for cut in (Interval.parse(text).low, Interval.parse(text).high) if cut}
        assert cut_points
        for cut in cut_points:
            assert cuts.whole(cut, scale) == cut * scale
            assert cuts.whole(cut, scale) % 2 == 0
            for value in near(cut):
                number = cuts.whole(value, scale)
                inside = {text for text in bands if passes(number, cuts.bounds(text, scale))}
                assert inside == {text for text in bands if Interval.parse(text).contains(value)}


def test_a_bound_with_decimal_places_sets_the_scale():
    e = edition()
    table = e.tables["aztreonam-doses"]
    row = replace(table.rows[0], band="(2.25,)")
    changed = replace(e, tables={"aztreonam-doses": replace(table, rows=(row,))})
    assert cuts.scale(changed, "Clearance") == 8
    assert cuts.bounds(row.band, 8) == ((">", 18),)
    assert [cuts.whole(Fraction(value), 8) for value in ("2.25", "2.26", "2.375", "2.5")] == [18, 19, 19, 20]


@pytest.mark.parametrize("guideline", GUIDELINES)
def test_rules_do_nothing_with_an_atom_but_look_up_rows(guideline):
    cuts.refuse_other_uses(edition(guideline))


def changed_rule(e: Edition, **changes: object) -> Edition:
    """The edition with its first rule changed."""
    return replace(e, rules=(replace(e.rules[0], **changes), *e.rules[1:]))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"when": (Clearance(atom="over-30-to-50"),)}, "the atom of Clearance is the constant 'over-30-to-50'"),
        (
            {"when": (Clearance(atom=V.a), DosingClearance(atom=V.a))},
            "a is the atom of 2 facts that have a value, not of one",
        ),
        (
            {"when": (Clearance(atom=V.a),), "unless": (DosingClearance(atom=V.a),)},
            "a is the atom of 2 facts that have a value, not of one",
        ),
        ({"when": (Clearance(atom=V.a, basis=V.a),)}, "a is an atom and the basis of Clearance"),
        ({"then": DosingClearance(basis="measured", atom=V.a)}, "a is the atom of 0 facts that have a value"),
    ],
)
def test_a_rule_that_would_mean_something_else_with_numbers_is_refused(changes, problem):
    with pytest.raises(ValueError, match=problem):
        cuts.refuse_other_uses(changed_rule(edition(), **changes))
