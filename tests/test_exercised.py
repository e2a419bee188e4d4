"""Coverage of rules by cases: pairs found or not, on small editions where the answer is known by thought."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from whyrx.cli import cli
from whyrx.facts.atoms import V
from whyrx.facts.case import case_from_tree
from whyrx.facts.problems import CaseError
from whyrx.facts.vocabulary import (
    Action,
    Allergy,
    CarbapenemaseFound,
    Enzyme,
    Organism,
    SepticShock,
    Shock,
    Site,
    Target,
    Warn,
)
from whyrx.kb.guidelines import GUIDELINES
from whyrx.kb.inference import KnowledgeBase
from whyrx.kb.knowledge import edition, knowledge_base
from whyrx.kb.language import Cite, Rule
from whyrx.prove.coverage import always_met, exercise
from whyrx.prove.picture import picture
from whyrx.prove.text_exercised import figures
from whyrx.prove.trials import Trial, trials
from whyrx.prove.ways import Part, parts

RULINGS = Cite("whyrx-rulings", "a rule of a test")


def rule(name, when, then, unless=()):
    return Rule(name, "A rule of a test.", RULINGS, when, then, "A rule of a test.", unless)


SHOCK = rule("shock", (SepticShock(value="yes"),), Shock())
BLOOD_IN_SHOCK = rule(
    "blood-in-shock",
    (Shock(), SepticShock(value="yes"), Site(value="bloodstream")),
    Warn(kind="safety", topic="blood"),
)
"""Its first two conditions imply each other: neither can be shown to matter."""
QUIET_BLOOD = rule("quiet-blood", (Site(value="bloodstream"),), Action(kind="test", topic="blood"), (Shock(),))
CLASS_B = rule(
    "class-b",
    (CarbapenemaseFound(enzyme=V.enzyme), Enzyme(enzyme=V.enzyme, family=V.family, ambler="B")),
    Target(enzyme=V.enzyme, family=V.family, ambler="B", certainty="confirmed"),
)
"""What an enzyme is never changes: its second condition differs between cases with different enzymes only."""


def small(*rules):
    read = {name for each in rules for name in each.reads()}
    shown = {name: replace(t, seen=t.seen or name not in read) for name, t in edition().vocabulary.items()}
    return KnowledgeBase(replace(edition(), rules=rules, tables={}, coverage=(), vocabulary=shown))


def trial(name, of_rule="", **fields):
    tree = {}
    for path, value in fields.items():
        section, field = path.split("__")
        tree.setdefault(section, {})[field] = value
    return Trial(name, case_from_tree(tree), of_rule)


SHOCKED = trial("shocked", infection__site="bloodstream", infection__septic_shock=True)
CALM = trial("calm", infection__site="bloodstream", infection__septic_shock=False)
LUNG = trial("lung", infection__site="pneumonia", infection__septic_shock=True)
NOTHING = trial("nothing")


def pairs(base, cases, *, search=False):
    found = exercise([(base, cases)], search=search)
    return {part: pair for each in found.rules for part, pair in each.pairs.items()}


def test_a_pair_is_two_cases_that_differ_as_the_rule_sees_it_in_one_condition_alone():
    found = pairs(small(SHOCK, BLOOD_IN_SHOCK), [SHOCKED, LUNG, CALM])
    pair = found[Part("blood-in-shock", "when", 2)]
    assert (pair.fires, pair.silent, pair.fields, pair.changed) == ("shocked", "lung", ("infection.site",), "")


def test_conditions_that_imply_each_other_have_no_pair_however_hard_one_looks():
    base = small(SHOCK, BLOOD_IN_SHOCK)
    found = exercise([(base, [SHOCKED, LUNG, CALM, NOTHING])])
    assert found.unpaired() == [Part("blood-in-shock", "when", 0), Part("blood-in-shock", "when", 1)]
    assert found.fired() == (2, 2)
    assert found.paired("when") == (2, 4)
    assert found.paired("unless") == (0, 0)


def test_an_exception_is_paired_by_a_case_in_which_it_alone_holds():
    found = pairs(small(SHOCK, QUIET_BLOOD), [CALM, SHOCKED])
    pair = found[Part("quiet-blood", "unless", 0)]
    assert (pair.fires, pair.silent, pair.fields) == ("calm", "shocked", ("infection.septic_shock",))


def test_a_case_in_which_two_parts_fail_pairs_neither():
    found = pairs(small(SHOCK, BLOOD_IN_SHOCK), [SHOCKED, NOTHING])
    assert found[Part("blood-in-shock", "when", 2)] is None


def test_a_rule_that_never_fires_pairs_nothing():
    base = small(SHOCK, QUIET_BLOOD)
    found = exercise([(base, [LUNG])])
    assert found.fired() == (1, 2)
    assert Part("quiet-blood", "when", 0) in found.unpaired()


def test_a_pair_is_searched_for_by_giving_one_field_a_value_that_another_case_has():
    base = small(SHOCK, QUIET_BLOOD)
    other = trial("other", infection__site="pneumonia", infection__septic_shock=True)
    assert pairs(base, [CALM, other])[Part("quiet-blood", "unless", 0)] is None
    found = pairs(base, [CALM, other], search=True)[Part("quiet-blood", "unless", 0)]
    assert (found.fires, found.fields, found.changed) == (
        "calm",
        ("infection.septic_shock",),
        "infection.septic_shock = True",
    )


def test_a_row_that_never_changes_is_paired_by_another_row_and_that_is_said():
    ndm = trial("NDM", isolate__carbapenemases=["NDM-1"])
    kpc = trial("KPC", isolate__carbapenemases=["KPC-2"])
    pair = pairs(small(CLASS_B), [ndm, kpc])[Part("class-b", "when", 1)]
    assert (pair.fires, pair.silent, pair.same) == ("NDM", "KPC", False)
    assert pairs(small(CLASS_B), [ndm, NOTHING])[Part("class-b", "when", 1)] is None


def test_the_conclusion_must_change_and_not_only_the_way_to_it():
    """With two enzymes of one family the rule concludes the same by either: the failing one pairs nothing."""
    family = rule("ndm", (CarbapenemaseFound(enzyme=V.e), Enzyme(enzyme=V.e, family="NDM")), Shock())
    ndm = trial("NDM", isolate__carbapenemases=["NDM-1"])
    both = trial("both", isolate__carbapenemases=["KPC-2", "NDM-5"])
    assert pairs(small(family), [ndm, both])[Part("ndm", "when", 1)] is None


def test_a_condition_that_every_case_meets_is_told_from_one_that_can_fail():
    asked = rule("asked", (Organism(organism=V.any), Site(value="bloodstream"), Allergy(substance=V.a)), Shock())
    e = small(asked).edition
    assert [always_met(e, asked, part) for part in parts(asked)] == [True, False, False]


def test_a_rule_that_two_editions_share_counts_once_and_is_paired_by_the_cases_of_either():
    one, other = small(SHOCK, QUIET_BLOOD), small(SHOCK)
    found = exercise([(one, [CALM]), (other, [SHOCKED, CALM])], search=False)
    assert len(found.rules) == 2
    assert Part("shock", "when", 0) not in found.unpaired()
    with pytest.raises(ValueError, match="two rules are called shock"):
        exercise([(one, [CALM]), (small(replace(SHOCK, when=QUIET_BLOOD.when)), [CALM])])


# --- the knowledge base itself --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def exercised():
    bases = [knowledge_base(name) for name in GUIDELINES]
    return exercise([(base, trials(base.edition, vignette_files())) for base in bases], search=False)


def vignette_files():
    from pathlib import Path

    return sorted((Path(__file__).parent / "vignettes").glob("*.yaml"))


def test_the_cases_exercise_the_rules(exercised, record_property):
    """The figures are printed at the end of the run (`conftest.py`)."""
    found = exercised.as_json()
    for line in figures(found):
        record_property("exercised", line)
    fired, of = exercised.fired()
    assert fired >= of - 3
    assert exercised.paired("when")[0] >= 900
    assert exercised.paired("unless")[0] >= 80


def test_the_picture_is_one_drawing_with_a_mark_for_each_part_and_the_same_each_time(exercised):
    found = exercised.as_json()
    drawn = picture(found)
    assert drawn == picture(exercised.as_json())
    root = ElementTree.fromstring(drawn)
    titles = [each.text for each in root.iter("{http://www.w3.org/2000/svg}title")]
    assert len(titles) == len(found["by_rule"]) + sum(len(each["parts"]) for each in found["by_rule"])
    assert "href" not in drawn


# --- the command ----------------------------------------------------------------------------------------------------


def test_a_file_that_is_neither_a_case_nor_vignettes_is_refused(tmp_path):
    for text in ("- {name: n, source: s, case: {}, exspect: {}}", "patient: {age: old}", "- 3", "- {name: n"):
        file = tmp_path / "file.yaml"
        file.write_text(text)
        with pytest.raises(CaseError, match=r"file\.yaml"):
            trials(edition(), [file])


def test_files_hold_cases_or_vignettes_of_which_those_of_other_guidelines_are_left_out(tmp_path):
    case, vignettes = tmp_path / "case.yaml", tmp_path / "some.yaml"
    case.write_text("infection: {site: bloodstream}")
    vignettes.write_text(
        "- {name: a, source: s, case: {}, expect: {status: insufficient}}\n"
        "- {name: b, source: s, guideline: idsa-2026, case: {}, expect: {status: insufficient}}\n"
    )
    own = len(trials(edition()))
    names = [each.name for each in trials(edition(), [case, vignettes])[own:]]
    assert names == ["case.yaml", "some: a"]
    assert [each.name for each in trials(edition("idsa-2026"), [vignettes])][-1] == "some: b"


def test_the_command_refuses_a_picture_that_exists_before_it_starts(tmp_path):
    file = tmp_path / "there.svg"
    file.write_text("")
    found = CliRunner().invoke(cli, ["rules", "exercised", "--plot", str(file)])
    assert found.exit_code != 0
    assert file.read_text() == ""
