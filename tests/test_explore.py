"""What would be otherwise: held against the engine run on the neighbouring cases themselves."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from drawing import drawn_tree
from whyrx.explore.advice import ADVICE, ANSWER
from whyrx.explore.fields import FIELDS, NATURE
from whyrx.explore.firm import firmness
from whyrx.explore.flip import flip
from whyrx.explore.neighbourhood import Neighbourhood
from whyrx.explore.numbers import RANGES, telling
from whyrx.explore.slots import Alternative
from whyrx.explore.space import Space
from whyrx.explore.worth import worth_knowing
from whyrx.facts import domains as d
from whyrx.facts.case import Case, case_from_tree, with_changes
from whyrx.facts.document import tree_of
from whyrx.facts.problems import CaseError
from whyrx.facts.working_memory import BEHIND
from whyrx.kb.examples import BASE, NOT_STATED
from whyrx.kb.knowledge import knowledge_base
from whyrx.kb.language import Example

KB = knowledge_base()
PAIR = "aztreonam+ceftazidime-avibactam"
ALL = frozenset(KB.edition.vocabulary)


def case(changes: dict[str, Any] | None = None, base: dict[str, Any] = BASE) -> Case:
    """The common case of the rules' examples, with changes."""
    given = {path: value for path, value in {**base, **(changes or {})}.items() if value is not NOT_STATED}
    return case_from_tree(Example("", given, True).document())


def drawn(seed: int) -> Case:
    return case_from_tree(drawn_tree(seed))


def recommended(of: Case) -> set[str]:
    return {fact.value("regimen") for fact in KB.concludes(of, ("Recommend",))}


# --- the space ----------------------------------------------------------------------------------------------


def test_every_field_that_rules_read_is_in_the_space_with_how_it_could_change():
    read = {t.path for t in KB.edition.vocabulary.values() if t.path} - {
        "as_of"
    }  # the day of the question is no finding
    assert set(FIELDS) == read == set(NATURE)
    assert len(set(FIELDS)) == len(FIELDS)


@pytest.mark.parametrize("seed", range(6))
def test_a_change_touches_only_facts_of_its_field_and_those_said_to_stand_on_it(seed):
    space = Space(KB.edition, drawn(seed), ALL)
    for slot in space.slots:
        for alternative in slot.alternatives:
            changed = set(space.facts) ^ set(space.facts_with(alternative))
            types = {(space.facts.get(each) or space.facts_with(alternative)[each]).type for each in changed}
            for name in types:
                fact_type = KB.edition.vocabulary[name]
                assert slot.path in BEHIND.get(name, (fact_type.path,)), (slot.id, name)


@pytest.mark.parametrize("seed", range(6))
def test_values_that_one_stands_for_make_no_difference_from_it(seed):
    """Any 40 of the thousands of genes and organisms: the same conclusions but for the name."""
    r = random.Random(seed)
    space = Space(KB.edition, drawn(seed), ALL)
    alike = [(a, other) for slot in space.slots for a in slot.alternatives for other in a.same]
    for alternative, other in r.sample(alike, 40):
        (edit,) = alternative.edits
        name = edit.element or edit.value
        renamed = Alternative(
            alternative.slot,
            other,
            (type(edit)(edit.path, other if edit.element else None, True if edit.element else other),),
        )
        one = KB.concludes(space.with_changes([alternative]), ANSWER)
        two = KB.concludes(space.with_changes([renamed]), ANSWER)
        assert {f.id.replace(name, "*") for f in one} == {f.id.replace(other, "*") for f in two}, (name, other)


def test_a_number_stands_for_each_category_and_says_for_which_numbers():
    """Bands of cefiderocol in the US: cut points 15, 30, 60, 120 (15 and 30 belong to the higher band)."""

    def band(value: str | int) -> int:
        number = Fraction(str(value).split()[0])
        return sum(number >= cut for cut in (15, 30, 60, 120))

    found = list(telling("patient.creatinine_clearance", band))
    assert [band(value) for value, _ in found] == [0, 1, 2, 3, 4]
    assert [span for _, span in found] == [
        ("0 mL/min", "14 mL/min"),
        ("15 mL/min", "29 mL/min"),
        ("30 mL/min", "59 mL/min"),
        ("60 mL/min", "119 mL/min"),
        ("120 mL/min", "400 mL/min"),
    ]


def test_what_was_stated_and_cannot_change_is_left_alone():
    full = Space(KB.edition, case(), ALL)
    assert not {"patient.age", "patient.sex", "patient.height"} & {slot.path for slot in full.slots}
    unknown = Space(KB.edition, case({"patient.age": NOT_STATED}), ALL)
    assert "patient.age" in {slot.path for slot in unknown.slots}


# --- the solver against the engine ----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_solver_and_engine_agree_on_neighbouring_cases(seed):
    space = Space(KB.edition, drawn(seed), KB.edition.behind(ANSWER), unknown_only=seed % 2 == 0)
    now, *others = Neighbourhood(space, ANSWER).single()
    for outcome in (now, *random.Random(seed).sample(others, min(12, len(others)))):
        changed = space.with_changes(outcome.changes)
        assert outcome.conclusions == KB.concludes(changed, ANSWER)
        fired = {(f.rule, f.conclusion) for f in KB.derive(changed).firings}
        assert all((rule, fact.id) in fired for fact, rules in outcome.rules.items() for rule in rules)


@pytest.mark.parametrize("seed", range(8))
def test_solver_and_engine_agree_on_changes_made_together(seed):
    r = random.Random(seed)
    space = Space(KB.edition, drawn(seed), KB.edition.behind(ANSWER), unknown_only=seed % 2 == 0)
    neighbourhood, tried = Neighbourhood(space, ANSWER), 0
    for size in (2, 2, 3, 4):
        changes = [r.choice(slot.alternatives) for slot in r.sample(space.slots, size)]
        outcome = neighbourhood.under(changes)
        if outcome is not None and not whole_list_and_element(changes):
            assert outcome.conclusions == KB.concludes(space.with_changes(changes), ANSWER)
            tried += 1
    assert tried


def whole_list_and_element(changes: list[Alternative]) -> bool:
    """Whether one change answers a list with none and another puts something in it: which came last is not said."""
    edits = [edit for change in changes for edit in change.edits]
    return any(a.path == b.path and (a.element is None) is not (b.element is None) for a, b in combinations(edits, 2))


@pytest.mark.parametrize("seed", range(3))
def test_what_holds_whatever_the_unknowns_are_holds_in_each_way_they_may_turn_out(seed):
    space = Space(KB.edition, drawn(seed), KB.edition.behind(ADVICE), unknown_only=True)
    certain, possible = Neighbourhood(space, ADVICE).whatever()
    r = random.Random(seed)
    for _ in range(25):
        changes = [r.choice(slot.alternatives) for slot in space.slots if r.random() < 0.3 and "and" not in slot.id]
        conclusions = KB.concludes(space.with_changes(changes), ("Recommend", "Status"))
        assert {fact for fact in certain if fact.type != "Dose"} <= conclusions <= possible


# --- flip -----------------------------------------------------------------------------------------------------


def neighbours(of: Case) -> Iterator[tuple[str, str, Case]]:
    """Cases that differ in one fact, made from the words of the contract and not from the space; age and sex stay."""
    tree = of.as_understood()

    def at(path: str, value: Any) -> Case:
        section, name = path.split(".")
        changed = deepcopy(tree)
        changed.setdefault(section, {})[name] = value
        return case_from_tree(changed)

    for path, values in {
        "infection.site": d.SITES.values,
        "infection.severity": d.SEVERITIES.values,
        "setting.jurisdiction": d.JURISDICTIONS.values,
        "patient.renal_replacement": d.RENAL_REPLACEMENTS.values,
        "isolate.organism": ("Klebsiella pneumoniae", "Escherichia coli", "Pseudomonas aeruginosa"),
    }.items():
        yield from ((path, value, at(path, value)) for value in values)
    yield from (("infection.septic_shock", word, at("infection.septic_shock", word == "yes")) for word in ("yes", "no"))
    yield from (("infection.pitt_score", str(n), at("infection.pitt_score", n)) for n in (3, 4))
    results = tree.get("isolate", {}).get("susceptibilities", {})
    for regimen in (*d.DRUGS.values, PAIR):
        for result in "SIR":
            changed = at("isolate.susceptibilities", {**results, regimen: result})
            yield f"isolate.susceptibilities.{regimen}", result, changed
    allergies = {each["substance"]: each for each in tree.get("patient", {}).get("allergies", [])}
    for substance in d.ALLERGY_SUBSTANCES.values:
        for reaction in ("severe", "severe_cutaneous", "non_severe", "unknown"):
            all_of_them = {**allergies, substance: {"substance": substance, "reaction": reaction}}
            yield f"patient.allergies[{substance}]", reaction, at("patient.allergies", list(all_of_them.values()))
    for path, names in {
        "setting.unavailable": d.DRUGS.values,
        "isolate.carbapenemases": ("NDM", "VIM", "KPC", "OXA-48-like"),
        "isolate.suspected_carbapenemases": ("NDM", "VIM", "KPC"),
        "isolate.suspicion_basis": d.SUSPICION_BASES.values,
    }.items():
        now = tree.get(path.split(".")[0], {}).get(path.split(".")[1], [])
        for name in names:
            if name not in now:
                yield f"{path}[{name}]", "yes", at(path, [*now, name])
        for name in now:
            yield f"{path}[{name}]", "no", at(path, [each for each in now if each != name])


def single_changes(answer: dict[str, Any]) -> set[tuple[str, str]]:
    """Path and value of every answer of one change, those that come to the same included."""
    found = set()
    for each in answer["answers"]:
        if len(each["changes"]) == 1:
            (change,) = each["changes"]
            for value in (change["to"], *change["same_as"]):
                if change["range"]:
                    low, high = map(int, change["range"])
                    found |= {(change["path"], str(number)) for number in range(low, high + 1)}
                elif change["element"] and "[" in change["path"] and change["to"] in ("yes", "no"):
                    name = change["element"] if value == change["to"] else value
                    found.add((f"{change['field']}[{name}]", change["to"]))
                else:
                    found.add((change["path"], value))
    return found


TURNED = {
    "in scope": case(),
    "suspected": case({"isolate.carbapenemases": NOT_STATED, "isolate.suspected_carbapenemases": ["NDM"]}),
    "allergic": case({"patient.allergies": [{"substance": "ceftazidime", "reaction": "severe"}]}),
    "KPC": case({"isolate.carbapenemases": ["KPC-2"]}),
    "little known": case_from_tree({"isolate": {"organism": "Klebsiella pneumoniae", "carbapenemases": ["NDM-1"]}}),
    "two reasons out": case({"isolate.susceptibilities": {PAIR: "R"}, "setting.unavailable": ["aztreonam"]}),
    **{f"drawn {seed}": drawn(seed) for seed in (0, 1, 2, 4)},
}


@pytest.mark.parametrize("name", TURNED)
@pytest.mark.parametrize("regimen", [PAIR, "cefiderocol"])
def test_flip_finds_just_the_single_changes_that_turn_a_regimen(name, regimen):
    now = regimen in recommended(TURNED[name])
    answer = flip(KB, TURNED[name], regimen, into=not now)
    found = single_changes(answer)
    for path, value, changed in neighbours(TURNED[name]):
        turned = (regimen in recommended(changed)) is not now
        assert ((path, value) in found) is turned, (path, value)


@pytest.mark.parametrize("name", ["in scope", "suspected", "little known", "two reasons out", "drawn 1"])
def test_flip_misses_no_pair_of_changes_of_which_neither_is_enough(name):
    of, r = TURNED[name], random.Random(name)
    now = PAIR in recommended(of)
    answer = flip(KB, of, PAIR, into=not now)
    space = Space(KB.edition, of, KB.edition.behind(("Recommend",)))
    sets = [{(change["path"], change["to"]) for change in each["changes"]} for each in answer["answers"]]
    quiet = [a for s in space.slots for a in s.alternatives if {(a.slot, a.value)} not in sets]
    for _ in range(120):
        one, two = r.sample(quiet, 2)
        if one.slot == two.slot or whole_list_and_element([one, two]):
            continue
        turned = (PAIR in recommended(space.with_changes([one, two]))) is not now
        assert turned is ({(one.slot, one.value), (two.slot, two.value)} in sets), (one.slot, two.slot)


def test_a_regimen_out_for_two_reasons_comes_in_only_without_both():
    answer = flip(KB, TURNED["two reasons out"], PAIR, into=True)
    assert answer["answers"]
    for each in answer["answers"]:
        fields = {change["field"] for change in each["changes"]}
        assert fields == {"isolate.susceptibilities", "setting.unavailable"}


@pytest.mark.parametrize("name", TURNED)
def test_what_flip_says_to_set_turns_the_regimen(name):
    now = "cefiderocol" in recommended(TURNED[name])
    tree = tree_of(TURNED[name].as_understood())
    for each in flip(KB, TURNED[name], "cefiderocol", into=not now)["answers"]:
        pairs = [tuple(setting.split("=", 1)) for setting in each["set"]]
        changed = case_from_tree(with_changes(tree, pairs))
        assert ("cefiderocol" in recommended(changed)) is not now
        assert {r["regimen"] for r in each["after"]} == recommended(changed)


def test_what_is_in_already_needs_no_change_and_what_no_rule_ranks_cannot_come_in():
    assert flip(KB, case(), PAIR, into=True)["already"]
    assert flip(KB, case(), "colistin", into=False)["already"]
    never = flip(KB, case(), "colistin", into=True)
    assert (never["already"], never["answers"]) == (False, [])


def test_a_child_stays_a_child():
    answer = flip(KB, case({"patient.age": 17}), PAIR, into=True)
    assert answer["answers"] == []


def test_tests_come_before_treatment_before_history_and_fewest_changes_first():
    order = {"a test result": 0, "treatment or supply": 1, "a judgement": 2, "history or setting": 3}
    answers = flip(KB, case(), "cefiderocol", into=False)["answers"]
    sizes = [len(each["changes"]) for each in answers]
    assert sizes == sorted(sizes)
    hows = [order[each["changes"][0]["how"]] for each in answers if len(each["changes"]) == 1]
    assert hows == sorted(hows)


# --- worth knowing ----------------------------------------------------------------------------------------------


def advice(of: Case) -> frozenset[Any]:
    """Kind of answer, regimens and doses; a dose is what is given, whichever row of a label prints it."""
    payload = {row.id: row.payload for table in KB.edition.tables.values() for row in table.rows}
    shown = {"amount", "when"}
    return frozenset(
        (f.value("drug"), f.value("phase"), *(str(v) for k, v in payload[f.value("row")].items() if k in shown))
        if f.type == "Dose"
        else f
        for f in KB.concludes(of, ADVICE)
    )


OPEN = {
    "nothing known": case_from_tree({}),
    "organism only": case_from_tree({"isolate": {"organism": "Klebsiella pneumoniae"}}),
    "NDM only": TURNED["little known"],
    "no creatinine": case({"patient.creatinine": NOT_STATED}),
    "no weight, no creatinine": case({"patient.creatinine": NOT_STATED, "patient.weight": NOT_STATED}),
    "no allergies": case({"patient.allergies": NOT_STATED}),
    **{f"drawn {seed}": drawn(seed) for seed in range(100, 105)},
}


@pytest.mark.parametrize("name", OPEN)
def test_a_fact_is_said_to_change_the_advice_just_if_one_of_its_values_does(name):
    now, answer = advice(OPEN[name]), worth_knowing(KB.edition, OPEN[name])
    said = {fact["fact"]: fact for fact in answer["facts"]}
    turning = {}
    for path, value, changed in neighbours(OPEN[name]):
        field = path.partition("[")[0].removesuffix(f".{value}")
        field = ".".join(field.split(".")[:2])
        section, leaf = field.split(".")
        if getattr(getattr(OPEN[name], section), leaf) is None:
            turning[field] = turning.get(field, False) or advice(changed) != now
    for field, turns in turning.items():
        assert (said[field]["effect"] in ("regimen", "dose")) is turns, field


MEASURED = {"patient.creatinine_clearance": "45 mL/min"}
LEFT_OPEN = dict.fromkeys(("patient.pregnancy", "infection.foci", "therapy.current", "patient.height"), NOT_STATED)
SETTLED = {
    "everything that matters is stated": case({**MEASURED, "infection.pitt_score": 2}),
    "what matters for other things is open": case({**MEASURED, **LEFT_OPEN}),
}


@pytest.mark.parametrize("name", ["everything that matters is stated", "what matters for other things is open"])
def test_where_it_is_settled_nothing_left_open_changes_the_advice(name):
    of, r = SETTLED[name], random.Random(name)
    assert worth_knowing(KB.edition, of)["settled"]
    space, turned = Space(KB.edition, of, ALL, unknown_only=True), 0
    for _ in range(60):
        changes = [r.choice(slot.alternatives) for slot in space.slots if r.random() < 0.5]
        assert advice(space.with_changes(changes)) == advice(of)
        turned += bool(changes)
    assert turned


@pytest.mark.parametrize("name", OPEN)
def test_where_it_is_not_settled_some_way_in_which_the_open_facts_turn_out_changes_the_advice(name):
    assert not worth_knowing(KB.edition, OPEN[name])["settled"]
    space = Space(KB.edition, OPEN[name], ALL, unknown_only=True)
    turned = (advice(space.with_changes([a])) != advice(OPEN[name]) for slot in space.slots for a in slot.alternatives)
    assert any(turned)


def test_with_everything_stated_nothing_more_changes_the_advice():
    answer = worth_knowing(KB.edition, SETTLED["everything that matters is stated"])
    assert answer["settled"]
    assert answer["certain"] == answer["possible"]
    assert answer["text"].startswith("Nothing that is not stated would change")


def test_what_only_works_together_is_said_to():
    """Cockcroft-Gault needs weight and creatinine; either alone leaves the clearance unknown."""
    answer = worth_knowing(KB.edition, OPEN["no weight, no creatinine"])
    by_fact = {fact["fact"]: fact for fact in answer["facts"]}
    assert by_fact["patient.weight"]["effect"] == "together"
    assert by_fact["patient.weight"]["with"] == [["patient.creatinine"]]
    assert by_fact["patient.creatinine"]["with"] == [["patient.weight"]]


def test_the_organism_comes_first_where_nothing_is_known():
    first, *_ = worth_knowing(KB.edition, OPEN["nothing known"])["facts"]
    assert first["fact"] == "isolate.organism"


def test_the_gravest_effects_come_first():
    order = ["regimen", "dose", "together", "actions", "warnings", "none"]
    for of in OPEN.values():
        effects = [order.index(fact["effect"]) for fact in worth_knowing(KB.edition, of)["facts"]]
        assert effects == sorted(effects)


def test_the_values_of_a_missing_creatinine_lead_to_the_doses_of_the_label():
    """AVYCAZ s.2.2 by clearance: > 50 2.5 g every 8 h, 31-50 1.25 g every 8 h, 16-30 0.94 g every 12 h,
    6-15 0.94 g every 24 h, 5 and less 0.94 g every 48 h."""
    answer = worth_knowing(KB.edition, OPEN["no creatinine"])
    fact = next(each for each in answer["facts"] if each["fact"] == "patient.creatinine")
    doses = {dose for value in fact["values"] for dose in value["advice"]["doses"] if dose.startswith("ceftazidime")}
    assert doses == {
        f"ceftazidime-avibactam, maintenance: {amount}"
        for amount in (
            "2.5 g every 8 h",
            "1.25 g every 8 h",
            "0.94 g every 12 h",
            "0.94 g every 24 h",
            "0.94 g every 48 h",
        )
    }


# --- how firm ---------------------------------------------------------------------------------------------------


def lines(of: Case, kind: str) -> list[dict[str, Any]]:
    return [line for line in firmness(KB, of)["lines"] if line["kind"] == kind]


def with_mic(result: str, mic: str, standard: str | None) -> Case:
    found = {"result": result, "mic": mic} | ({"standard": standard} if standard else {})
    return case({"isolate.susceptibilities": {PAIR: "S", "cefiderocol": found}})


@pytest.mark.parametrize(
    ("result", "mic", "standard", "turning"),
    [
        ("S", "0.5 mg/L", "EUCAST 2026", set()),  # 1 is still S
        ("S", "1 mg/L", "EUCAST 2026", set()),  # 2 is still S
        ("S", "2 mg/L", "EUCAST 2026", {"4 mg/L"}),  # EUCAST: S to 2, R above
        ("R", "4 mg/L", "EUCAST 2026", {"2 mg/L"}),
        ("R", "8 mg/L", "EUCAST 2026", set()),
        ("S", "2 mg/L", "CLSI 2025", set()),  # CLSI: S to 4, I at 8, R from 16
        ("S", "4 mg/L", "CLSI 2025", {"8 mg/L"}),
        ("I", "8 mg/L", "CLSI 2025", {"4 mg/L"}),  # 16 is R, and I was not offered either
        ("R", "16 mg/L", "CLSI 2025", set()),
        ("S", "4 mg/L", "FDA 2025", {"8 mg/L"}),
        ("S", "4 mg/L", None, {"8 mg/L"}),  # only CLSI calls 4 susceptible
    ],
)
def test_a_mic_is_firm_if_one_doubling_dilution_changes_nothing(result, mic, standard, turning):
    found = [line for line in lines(with_mic(result, mic, standard), "mic") if line["turns"]]
    assert {line["text"].split()[3] + " mg/L" for line in found} == turning


@pytest.mark.parametrize(
    ("result", "mic", "standard", "turns"),
    [
        ("S", "4 mg/L", "CLSI 2025", True),  # EUCAST calls 4 resistant
        ("R", "4 mg/L", "EUCAST 2026", True),  # CLSI calls 4 susceptible
        ("S", "2 mg/L", "EUCAST 2026", False),
        ("R", "16 mg/L", "CLSI 2025", False),
    ],
)
def test_a_mic_that_another_issuer_calls_otherwise_is_not_firm(result, mic, standard, turns):
    (line,) = lines(with_mic(result, mic, standard), "standard")
    assert line["turns"] is turns


def test_without_a_mic_no_dilution_is_tried():
    assert not lines(case(), "mic")
    assert not lines(case({"isolate.susceptibilities": {"cefiderocol": "S"}}), "standard")


def test_the_other_side_of_a_renal_band_is_shown_with_how_far_it_is():
    """44.9 mL/min by hand: (140 - 64) x 70 / (72 x 1.4) x 0.85 = 44.86; the pair's dose changes at 50 and 30."""
    up, down = sorted(lines(case(), "renal_band"), key=lambda line: "away" in line["text"] and "14.9" in line["text"])
    assert "5.1 mL/min away" in up["text"]
    assert "ceftazidime-avibactam, maintenance: 2.5 g every 8 h" in up["gains"]
    assert "14.9 mL/min away" in down["text"]
    assert "ceftazidime-avibactam, maintenance: 0.94 g every 12 h" in down["gains"]


@pytest.mark.parametrize("measured", ["4", "10", "15", "29.5", "30", "31", "50", "59", "90", "119", "130", "200"])
def test_the_nearest_clearance_at_which_a_dose_changes_changes_it_and_nothing_nearer_does(measured):
    of = case({"patient.creatinine_clearance": f"{measured} mL/min"})
    for line in lines(of, "renal_band"):
        value = Fraction(line["set"].partition("=")[2].split()[0])
        now = Fraction(measured)
        between = now + (value - now) * Fraction(9, 10)
        assert line["turns"]
        if abs(value - now) > 1:  # else a cut point lies between that is a band of its own
            near = case({"patient.creatinine_clearance": f"{float(between):.4f} mL/min"})
            assert advice(near) == advice(of)


def test_a_weight_that_would_change_the_dose_is_shown():
    """A woman of 120 kg and 165 cm: actual 76.9, adjusted 52.6 (82.1 kg), ideal 36.5 mL/min (56.9 kg)."""
    heavy = case({"patient.weight": "120 kg"})
    by_name = {line["text"].split()[0]: line for line in lines(heavy, "weight")}
    assert set(by_name) == {"ideal", "adjusted"}
    assert by_name["ideal"]["turns"]
    assert "ceftazidime-avibactam, maintenance: 1.25 g every 8 h" in by_name["ideal"]["gains"]
    assert by_name["adjusted"]["turns"]  # cefiderocol changes below 60


@pytest.mark.parametrize(
    ("result", "mic"), [("R", "4096 mg/L"), ("R", ">4096 mg/L"), ("S", "0.0001 mg/L")], ids=["most", "more", "least"]
)
def test_a_step_outside_what_a_case_takes_is_left_out(result, mic):
    """Of the two steps from an MIC at the end of the range one is outside it."""
    assert len(lines(with_mic(result, mic, "EUCAST 2026"), "mic")) == 1


def test_every_step_is_a_change_that_a_case_takes():
    """Creatinine of 0.11 mg/dL: the next dose up would need 0.09, and a case takes 0.1 and more."""
    of = case({"patient.age": 100, "patient.weight": "25 kg", "patient.creatinine": "0.11 mg/dL"})
    found = firmness(KB, of)["lines"]
    assert found
    for line in found:
        case_from_tree(with_changes(tree_of(of.as_understood()), [tuple(line["set"].split("=", 1))]))


@pytest.mark.parametrize(
    ("result", "mic", "standard", "judged"),
    [
        ("S", "4 mg/L", "EUCAST 2026", {"EUCAST: R", "CLSI: also S"}),  # the report contradicts its own standard
        ("S", "2 mg/L", "EUCAST 2026", {"CLSI: also S"}),
        ("I", "4 mg/L", None, {"EUCAST: R", "CLSI: S"}),  # no issuer calls it intermediate
    ],
)
def test_a_result_that_no_issuer_or_not_its_own_standard_gives_is_said(result, mic, standard, judged):
    found = lines(with_mic(result, mic, standard), "standard")
    assert {line["step"].partition("judged by ")[2] for line in found} == judged


@pytest.mark.parametrize(
    ("effluent", "up", "down"),
    [
        ("2 L/h", "2 g every 12 h", None),  # FETROJA table 2: to 2 L/h 1.5 g q12h, to 3 L/h 2 g q12h,
        ("2.5 L/h", "1.5 g every 8 h", "1.5 g every 12 h"),  # to 4 L/h 1.5 g q8h,
        ("4 L/h", "2 g every 8 h", "2 g every 12 h"),  # above 2 g q8h
        ("4.1 L/h", None, "1.5 g every 8 h"),
    ],
)
def test_on_continuous_replacement_the_effluent_flow_is_what_a_dose_turns_on(effluent, up, down):
    found = lines(case({"patient.renal_replacement": "crrt", "patient.crrt_effluent": effluent}), "renal_band")
    gains = [each for line in found for each in line["gains"] if each.startswith("cefiderocol")]
    assert gains == [f"cefiderocol, maintenance: {dose}" for dose in (up, down) if dose]


def test_two_rows_of_a_label_with_one_dose_are_one_dose():
    """Fetcroja prints 2 g every 8 h in two rows, from 60 to below 90 and from 90 to below 120; below 60 it is 1.5 g."""
    eu = {"setting.jurisdiction": "EU", "patient.creatinine_clearance": "100 mL/min"}
    found = lines(case({**eu, "setting.unavailable": ["aztreonam"]}), "renal_band")
    assert len(found) == 2
    assert not any(set(line["gains"]) & set(line["loses"]) for line in found)
    down = next(line for line in found if Fraction(line["set"].partition("=")[2].split()[0]) < 100)
    assert down["gains"] == ["cefiderocol, maintenance: 1.5 g every 8 h"]


def test_on_renal_replacement_no_band_and_no_weight_is_tried():
    dialysed = case({"patient.renal_replacement": "intermittent_hemodialysis"})
    assert not lines(dialysed, "renal_band")
    assert not lines(dialysed, "weight")


@pytest.mark.parametrize("path", RANGES)
def test_the_least_and_the_greatest_number_looked_at_are_the_last_a_case_takes(path):
    section, name = path.split(".")
    span = RANGES[path]

    def taken(steps: int) -> bool:
        try:
            case_from_tree({section: {name: span.text(steps)}})
        except CaseError:
            return False
        return True

    low, high = span.steps(span.low), span.steps(span.high)
    assert taken(low)
    assert taken(high)
    assert low == 0 or not taken(low - 1) or path == "patient.weight"  # whole kilograms from 1; grams are for newborns
    assert not taken(high + 1)


def test_every_quantity_of_a_case_has_a_range_to_look_in():
    numbers = {t.path for t in KB.edition.vocabulary.values() if t.path and t.get("amount")}
    assert numbers - {"as_of"} == set(RANGES)


# --- the same bytes ---------------------------------------------------------------------------------------------

ASKED = """
import sys
from whyrx.explore.firm import firmness
from whyrx.explore.flip import flip
from whyrx.explore.worth import worth_knowing
from whyrx.facts.case import read_case
from whyrx.kb.edition import canonical
from whyrx.kb.knowledge import knowledge_base

base, case = knowledge_base(), read_case(sys.stdin.read())
for answer in (worth_knowing(base.edition, case), flip(base, case, "cefiderocol", into=False), firmness(base, case)):
    print(canonical(answer).decode())
"""


def test_answers_are_the_same_bytes_whatever_the_hash_seed_and_the_order_of_the_input():
    tree = drawn_tree(4)
    turned = {name: dict(reversed(part.items())) if isinstance(part, dict) else part for name, part in tree.items()}
    printed = {
        subprocess.run(
            [sys.executable, "-c", ASKED],
            input=json.dumps(document),
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, document in (("0", tree), ("1", tree), ("2", turned), ("random", turned))
    }
    assert len(printed) == 1
    assert printed != {""}
