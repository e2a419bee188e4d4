"""As many enzymes as stand for all: counted from the rules, and held against cases that name many more."""

import random
from collections import defaultdict
from dataclasses import replace
from functools import cache

import pytest
from whyrx.facts.atoms import FactType, FieldType, V
from whyrx.facts.case import case_from_tree
from whyrx.facts.enzymes import enzyme_names
from whyrx.facts.vocabulary import CarbapenemaseFound, Target, Warn
from whyrx.facts.working_memory import working_memory
from whyrx.kb.guidelines import GUIDELINES
from whyrx.kb.knowledge import edition, knowledge_base
from whyrx.kb.language import Cite, Rule
from whyrx.prove.names import Names
from whyrx.prove.program import Program
from whyrx.prove.sample import Sample
from whyrx.prove.space import Space

EACH = pytest.mark.parametrize("guideline", GUIDELINES)
LISTS = ("carbapenemases", "suspected_carbapenemases", "other_beta_lactamases")


@cache
def names(guideline: str = next(iter(GUIDELINES))) -> Names:
    return Names(edition(guideline))


@EACH
def test_no_fact_of_the_released_guidelines_holds_two_names_and_no_rule_sees_more_than_two(guideline):
    assert (names(guideline).in_a_fact, names(guideline).in_a_rule) == (1, 2)


@EACH
def test_names_are_followed_from_the_lists_through_conclusions(guideline):
    followed = {("CarbapenemaseFound", "enzyme"), ("Target", "enzyme"), ("Active", "enzyme"), ("Rationale", "detail")}
    assert followed <= names(guideline).places
    assert not {("Target", "family"), ("Active", "regimen"), ("Rationale", "regimen")} & names(guideline).places


def test_enzymes_of_one_kind_bring_the_same_facts_but_for_their_names():
    kinds = names().kinds
    assert sorted(name for kind in kinds for name in kind) == sorted(enzyme_names())
    for kind in kinds:
        brought = set()
        for name in (kind[0], kind[len(kind) // 2], kind[-1]):
            for field in LISTS[::2]:
                try:
                    facts = working_memory(case_from_tree({"isolate": {field: [name]}}), edition().measures)
                except ValueError:
                    continue  # a list for the other sort
                brought.add((field, frozenset(map(_but_for_the_name, facts))))
        assert len(brought) == len({field for field, _ in brought})


def _but_for_the_name(fact):
    return fact.type, tuple((field, value) for field, value in fact.values if field != "enzyme")


@EACH
def test_so_many_stand_for_all_lists_that_may_name_them(guideline):
    vocabulary = edition(guideline).vocabulary
    listed = {
        name: names(guideline).of(vocabulary[name]) for name in ("CarbapenemaseFound", "Suspected", "OtherEnzyme")
    }
    assert listed["CarbapenemaseFound"] == listed["Suspected"]
    ndm = next(kind for kind in names(guideline).kinds if kind[0] == "NDM")
    assert len(set(ndm) & set(listed["Suspected"])) == 3  # found, suspected, both
    ctx_m = next(kind for kind in names(guideline).kinds if kind[0] == "CTX-M")
    assert len(set(ctx_m) & set(listed["OtherEnzyme"])) == 2  # one list, and rules that see two


@EACH
def test_a_case_of_many_names_is_answered_as_the_one_that_names_their_stand_ins(guideline):
    base, kinds = knowledge_base(guideline), [kind for kind in names(guideline).kinds if len(kind) > 8]
    nameless = [name for name in base.edition.concluding if name not in {each for each, _ in names(guideline).places}]
    answered = set()
    for seed in range(40):
        drawing = random.Random(seed)
        chosen = [name for kind in drawing.sample(kinds, 3) for name in drawing.sample(kind, 7)]
        many = {name: frozenset(drawing.sample(LISTS, drawing.choice((0, 1, 1, 2)))) & _lists(name) for name in chosen}
        few: dict[str, frozenset[str]] = {}
        for kind in kinds:
            sets = sorted({many[name] for name in kind if many.get(name)}, key=sorted)
            few |= dict(zip(kind, sets, strict=False))
        one, other = ({fact.id for fact in base.concludes(_case(each), nameless)} for each in (many, few))
        assert one == other
        assert sum(map(bool, many.values())) > len(few)
        answered.add(frozenset(one))
    assert len(answered) > 10


@cache
def _lists(name: str) -> frozenset[str]:
    found = set()
    for field in LISTS:
        try:
            case_from_tree({"isolate": {field: [name]}})
        except ValueError:
            continue
        found.add(field)
    return frozenset(found)


def _case(listed):
    lists = defaultdict(list)
    for name, fields in listed.items():
        for field in fields:
            lists[field].append(name)
    stated = {
        "isolate": {"organism": "Klebsiella pneumoniae", "carbapenem_resistant": True, **lists},
        "infection": {"site": "bloodstream", "severity": "severe"},
        "patient": {"age": 68, "creatinine_clearance": "90 mL/min", "renal_replacement": "none"},
    }
    return case_from_tree(stated)


def test_a_situation_and_a_drawn_case_name_no_more_than_a_case_may():
    of = [f'#count {{ E : has("isolate.other_beta_lactamases", E, _) }} >= {number}' for number in (64, 65)]
    asked = Program(edition(), "".join(f"many({n}) :- {each}." for n, each in enumerate(of)))
    assert len(asked.case("many(0)").isolate.other_beta_lactamases) == 64
    assert asked.case("many(1)") is None
    drawn = Sample(Space(edition()))
    drawn.case({each.key: each.values[1] for each in drawn.inputs})


# --- rules that compare -----------------------------------------------------------------------------------------

SOURCE = Cite("whyrx-rulings", "a made-up one")
SAME, OTHER = (
    FactType(name, "concluded", name, (FieldType("one"), FieldType("other"))) for name in ("MadeSame", "MadeOther")
)


def made_up(*rules: Rule):
    e = edition()
    vocabulary = {**e.vocabulary, SAME.name: SAME, OTHER.name: OTHER}
    return replace(e, vocabulary=vocabulary, rules=(*e.rules, *rules))


def rule(name, *when, then, unless=()):
    return Rule(name, "says", SOURCE, when, then, "because.", unless)


A_PAIR = (
    rule("same", CarbapenemaseFound(enzyme=V.a), then=SAME(one=V.a, other=V.a)),
    rule(
        "other",
        CarbapenemaseFound(enzyme=V.a),
        CarbapenemaseFound(enzyme=V.b),
        then=OTHER(one=V.a, other=V.b),
        unless=(SAME(one=V.a, other=V.b),),
    ),
)
OF_NDM = [Target(enzyme=each, family="NDM") for each in (V.a, V.b, V.c)]
A_THIRD = rule(
    "three",
    OTHER(one=V.a, other=V.b),
    OTHER(one=V.b, other=V.c),
    OTHER(one=V.a, other=V.c),
    *OF_NDM,
    then=Warn(kind="safety", topic="three"),
)


def test_a_conclusion_that_carries_two_names_and_is_joined_with_a_third_is_found():
    pair, third = Names(made_up(*A_PAIR)), Names(made_up(*A_PAIR, A_THIRD))
    assert (pair.in_a_fact, pair.in_a_rule) == (2, 2)
    assert (third.in_a_fact, third.in_a_rule) == (2, 3)
    assert (pair.needed(1), third.needed(1), third.needed(2)) == (2, 3, 9)


def test_what_only_three_names_of_a_kind_bring_about_is_found_with_as_many_as_are_computed(monkeypatch):
    asked, three = made_up(*A_PAIR, A_THIRD), 't_Warn("safety", "three")'
    case = Program(asked).case(three)
    assert case is not None
    assert len([name for name in case.isolate.carbapenemases if name.startswith("NDM")]) >= 3
    monkeypatch.setattr(Names, "needed", lambda self, lists: 2)
    assert Program(asked).case(three) is None


def test_an_enzyme_that_a_rule_names_is_of_a_kind_of_its_own():
    named = rule("named", CarbapenemaseFound(enzyme="NDM-5"), then=Warn(kind="safety", topic="named"))
    assert ("NDM-5",) in Names(made_up(named)).kinds
    assert ("NDM-5",) not in names().kinds


def test_a_name_that_a_pattern_leaves_open_counts():
    asks = rule(
        "asks",
        CarbapenemaseFound(enzyme=V.a),
        CarbapenemaseFound(enzyme=V.b),
        Target(family="KPC"),
        then=Warn(kind="safety", topic="asks"),
    )
    assert Names(made_up(asks)).in_a_rule == 3
