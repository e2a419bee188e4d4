import json
import pickle
import random
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from whyrx.facts import domains
from whyrx.facts.case import (
    Case,
    Patient,
    Susceptibility,
    case_from_tree,
    case_schema,
    contradictions,
    read_case,
    with_changes,
)
from whyrx.facts.document import parse
from whyrx.facts.enzymes import FAMILIES, enzyme_names, lookup
from whyrx.facts.organisms import ORGANISMS
from whyrx.facts.parts import Part
from whyrx.facts.problems import CaseError, Problem

EXAMPLE = """
id: ward-7-example              # a label, never a patient identifier
as_of: 2026-11-22
patient:
  age: 64
  sex: female
  weight: 70 kg
  height: 165 cm
  creatinine: 1.4 mg/dL
  creatinine_clearance: 43 mL/min
  creatinine_trend: stable
  renal_replacement: none
  crrt_effluent: 2.5 L/h
  pregnancy: not_pregnant
  allergies:
    - {substance: ceftazidime, reaction: severe}
isolate:
  organism: Klebsiella pneumoniae
  carbapenem_resistant: true
  carbapenemases: [NDM-1]
  carbapenemases_tested_for: [NDM, KPC, OXA-48, VIM, IMP]
  suspected_carbapenemases: [NDM]
  suspicion_basis: [epidemiology, rapid_molecular_test, phenotype]
  other_beta_lactamases: [CTX-M-15, SHV-11]
  susceptibilities:
    cefiderocol: {result: S, mic: 0.5 mg/L, standard: EUCAST 2026}
    aztreonam+ceftazidime-avibactam: S
infection:
  site: bloodstream
  severity: severe
  septic_shock: false
  pitt_score: 5
  foci: [undrained_abscess, infected_device, necrotic_tissue]
therapy:
  current: [meropenem]
  previous: [cefiderocol]
setting:
  jurisdiction: EU
  unavailable: [aztreonam-avibactam]
"""
SCHEMA = Draft202012Validator(case_schema())


def problems(data: bytes | str) -> dict[str, Problem]:
    with pytest.raises(CaseError) as caught:
        read_case(data)
    return {problem.path: problem for problem in caught.value.problems}


def refusal(read: Callable[[Any], object], data: object) -> tuple[Problem, ...]:
    """The problems of what is refused, none of what is accepted; any other exception is an error."""
    try:
        read(data)
    except CaseError as error:
        return error.problems
    return ()


def test_the_example_of_the_contract():
    case = read_case(EXAMPLE)
    assert (case.id, case.as_of) == ("ward-7-example", date(2026, 11, 22))
    assert case.patient.age == 64
    assert case.patient.weight is not None
    assert case.patient.weight.text == "70 kg"
    assert case.isolate.carbapenem_resistant is True
    assert case.isolate.carbapenemases == ("NDM-1",)
    assert case.infection.septic_shock is False
    assert case.infection.foci == ("infected_device", "necrotic_tissue", "undrained_abscess")
    assert case.isolate.susceptibilities is not None
    assert list(case.isolate.susceptibilities) == ["aztreonam+ceftazidime-avibactam", "cefiderocol"]
    assert case.isolate.susceptibilities["aztreonam+ceftazidime-avibactam"].mic is None
    assert SCHEMA.is_valid(case.as_understood())


def test_nothing_is_known_of_an_empty_case():
    case = read_case("{}")
    assert case == Case()
    assert case.patient.age is None
    assert case.as_understood() == {}


def test_an_empty_list_is_stated_and_an_omitted_one_is_not():
    case = read_case("{patient: {allergies: []}, isolate: {carbapenemases: [], susceptibilities: {}}}")
    assert case.patient.allergies == case.isolate.carbapenemases == ()
    assert case.isolate.susceptibilities == {}
    assert case.isolate.other_beta_lactamases is None
    assert case.as_understood() == {
        "patient": {"allergies": []},
        "isolate": {"carbapenemases": [], "susceptibilities": {}},
    }


def test_an_empty_section_states_nothing():
    assert read_case("{patient: {}, setting: {}}") == read_case("{}")


def test_an_unstated_reaction_is_not_an_unknown_one():
    case = read_case("patient: {allergies: [{substance: colistin}, {substance: aztreonam, reaction: unknown}]}")
    assert case.patient.allergies is not None
    assert [(a.substance, a.reaction) for a in case.patient.allergies] == [
        ("aztreonam", "unknown"),
        ("colistin", None),
    ]


def test_a_family_is_understood_by_its_short_name():
    tested = read_case("isolate: {carbapenemases_tested_for: [OXA-48, NDM]}").isolate.carbapenemases_tested_for
    assert tested == ("NDM", "OXA-48-like")


def test_an_enzyme_that_may_be_a_carbapenemase_fits_in_either_list():
    isolate = read_case("isolate: {carbapenemases: [GES], other_beta_lactamases: [GES, KPC-31]}").isolate
    assert (isolate.carbapenemases, isolate.other_beta_lactamases) == (("GES",), ("GES", "KPC-31"))


def test_a_child_is_a_case():
    assert read_case("patient: {age: 0, weight: 3.2 kg, height: 50 cm}").patient.age == 0


def test_a_case_cannot_be_changed_and_travels():
    case = read_case(EXAMPLE)
    with pytest.raises(AttributeError, match="cannot assign"):
        case.patient.age = 3  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(case)) == case


@pytest.mark.parametrize(
    ("part", "values", "path", "fragment"),
    [
        (Patient, {"age": 430, "sex": "female"}, "age", "0 to 120"),
        (Patient, {"aeg": 43}, "aeg", "did you mean age?"),
        (Susceptibility, {"standard": "EUCAST 2026"}, "result", "required: S | I | R"),
        (Case, {"patient": {"weight": "7000 kg"}}, "patient.weight", "kg"),
        (Case, {"patient": None}, "patient", "leave it out"),
    ],
)
def test_no_part_holds_what_was_not_read(part: type[Part], values: dict[str, Any], path: str, fragment: str):
    with pytest.raises(CaseError) as refused:
        part(**values)
    (problem,) = refused.value.problems
    assert problem.path == path
    assert fragment in problem.line()


def test_plain_data_makes_a_case():
    assert Patient(age=64, weight="70 kg").weight == read_case("patient: {weight: 70.0 kg}").patient.weight  # type: ignore[arg-type]
    assert case_from_tree(json.loads(json.dumps(read_case(EXAMPLE).as_understood()))) == read_case(EXAMPLE)


BROKEN = [
    ("[]", "", "a mapping with id"),
    ("5", "", "a mapping with id"),
    ("{patient: 5}", "patient", "a mapping with age"),
    ("{patient: }", "patient", "leave it out"),
    ("{patient: []}", "patient", "a mapping with age"),
    ("{pateint: {}}", "pateint", "did you mean patient?"),
    ("{self: 5}", "self", "id | as_of | patient"),
    ("{patient: {wieght: 70 kg}}", "patient.wieght", "did you mean weight?"),
    ("{patient: {age: 430}}", "patient.age", "0 to 120"),
    ("{patient: {age: -1}}", "patient.age", "0 to 120"),
    ("{patient: {age: 64.0}}", "patient.age", "a whole number"),
    ("{patient: {age: 064}}", "patient.age", "a whole number"),
    ("{patient: {age: 0x40}}", "patient.age", "a whole number"),
    ("{patient: {age: 1_0}}", "patient.age", "a whole number"),
    ("{patient: {age: '64'}}", "patient.age", "without quotes; did you mean 64?"),
    ("{patient: {age: 64 years}}", "patient.age", "a whole number of years"),
    ("{patient: {age: ~}}", "patient.age", "leave the field out if it is not known"),
    ("{patient: {age: null}}", "patient.age", "leave the field out"),
    ("{patient: {age: }}", "patient.age", "leave the field out"),
    ("{patient: {age: [64]}}", "patient.age", "value a list"),
    ("{patient: {sex: F}}", "patient.sex", "female | male"),
    ("{patient: {weight: 70}}", "patient.weight", "kg | g | lb"),
    ("{patient: {weight: 7000 kg}}", "patient.weight", "0.2 to 700 kg"),
    ("{patient: {weight: {kg: 70}}}", "patient.weight", "value a mapping"),
    ("{patient: {height: 5 ft}}", "patient.height", "cm | m | in"),
    ("{patient: {creatinine: 0 mg/dL}}", "patient.creatinine", "0.1 to 40 mg/dL"),
    (
        "{patient: {creatinine_clearance: 43 mL/min/1.73 m2}}",
        "patient.creatinine_clearance",
        "never per 1.73 m2",
    ),
    ("{patient: {renal_replacement: no}}", "patient.renal_replacement", "intermittent_hemodialysis"),
    ("{patient: {allergies: ceftazidime}}", "patient.allergies", "a list"),
    ("{patient: {allergies: none}}", "patient.allergies", "[] if there are none"),
    ("{patient: {allergies: [ceftazidime]}}", "patient.allergies[ceftazidime]", "a mapping with substance"),
    ("{patient: {allergies: [~]}}", "patient.allergies[~]", "leave"),
    ("{patient: {allergies: [{reaction: severe}]}}", "patient.allergies[].substance", "required"),
    (
        "{patient: {allergies: [{substance: penicillin}]}}",
        "patient.allergies[penicillin].substance",
        "did you mean penicillins?",
    ),
    (
        "{patient: {allergies: [{substance: colistin, reaction: mild}]}}",
        "patient.allergies[colistin].reaction",
        "severe | severe_cutaneous",
    ),
    (
        "{patient: {allergies: [{substance: colistin, reaction: severe}, {substance: colistin}]}}",
        "patient.allergies[colistin]",
        "each element once",
    ),
    (
        "{isolate: {organism: klebsiella pneumonia}}",
        "isolate.organism",
        "did you mean Klebsiella pneumoniae?",
    ),
    ("{isolate: {carbapenem_resistant: yes}}", "isolate.carbapenem_resistant", "did you mean true?"),
    ("{isolate: {carbapenem_resistant: 'true'}}", "isolate.carbapenem_resistant", "true | false"),
    ("{isolate: {carbapenem_resistant: True}}", "isolate.carbapenem_resistant", "did you mean true?"),
    ("{isolate: {carbapenemases: NDM-1}}", "isolate.carbapenemases", "a list"),
    ("{isolate: {carbapenemases: {NDM-1: 1}}}", "isolate.carbapenemases", "a list"),
    ("{isolate: {carbapenemases: [NMD-1]}}", "isolate.carbapenemases[NMD-1]", "did you mean NDM-1?"),
    ("{isolate: {carbapenemases: [ndm-1]}}", "isolate.carbapenemases[ndm-1]", "did you mean NDM-1?"),
    (
        "{isolate: {carbapenemases: [NDM-1, KPC, NDM-1]}}",
        "isolate.carbapenemases[NDM-1]",
        "each element once",
    ),
    (
        "{isolate: {carbapenemases: [CTX-M-15]}}",
        "isolate.carbapenemases[CTX-M-15]",
        "isolate.other_beta_lactamases",
    ),
    (
        "{isolate: {other_beta_lactamases: [NDM]}}",
        "isolate.other_beta_lactamases[NDM]",
        "isolate.carbapenemases",
    ),
    (
        "{isolate: {carbapenemases_tested_for: [NDM-1]}}",
        "isolate.carbapenemases_tested_for[NDM-1]",
        "belongs to NDM",
    ),
    (
        "{isolate: {carbapenemases_tested_for: [OXA-48, OXA-48-like]}}",
        "isolate.carbapenemases_tested_for[OXA-48-like]",
        "each element once",
    ),
    ("{isolate: {susceptibilities: [S]}}", "isolate.susceptibilities", "a mapping of drugs"),
    (
        "{isolate: {susceptibilities: {meropenem: s}}}",
        "isolate.susceptibilities[meropenem].result",
        "did you mean S?",
    ),
    ("{isolate: {susceptibilities: {meropenem: }}}", "isolate.susceptibilities[meropenem].result", "leave"),
    (
        "{isolate: {susceptibilities: {meropenem: {mic: 2 mg/L}}}}",
        "isolate.susceptibilities[meropenem].result",
        "required",
    ),
    (
        "{isolate: {susceptibilities: {meropenem: {result: R, mic: 2}}}}",
        "isolate.susceptibilities[meropenem].mic",
        "mg/L",
    ),
    (
        "{isolate: {susceptibilities: {meropenem: {result: R, standard: EUCAST}}}}",
        "isolate.susceptibilities[meropenem].standard",
        "EUCAST 2026",
    ),
    (
        "{isolate: {susceptibilities: {ceftazidime-avibactam+aztreonam: S}}}",
        "isolate.susceptibilities[ceftazidime-avibactam+aztreonam]",
        "did you mean aztreonam+ceftazidime-avibactam?",
    ),
    (
        "{isolate: {susceptibilities: {colistin+colistin: S}}}",
        "isolate.susceptibilities[colistin+colistin]",
        "did you mean colistin?",
    ),
    (
        "{isolate: {susceptibilities: {cefiderocl: S}}}",
        "isolate.susceptibilities[cefiderocl]",
        "did you mean cefiderocol?",
    ),
    ("{infection: {site: blood}}", "infection.site", "bloodstream | pneumonia"),
    ("{infection: {pitt_score: 15}}", "infection.pitt_score", "0 to 14"),
    ("{infection: {foci: [abscess]}}", "infection.foci[abscess]", "undrained_abscess"),
    (
        "{therapy: {current: [aztreonam+meropenem]}}",
        "therapy.current[aztreonam+meropenem]",
        "aztreonam-avibactam",
    ),
    ("{setting: {jurisdiction: eu}}", "setting.jurisdiction", "did you mean EU?"),
    (
        "{setting: {unavailable: [" + ",".join("abc" for _ in range(65)) + "]}}",
        "setting.unavailable",
        "64 elements",
    ),
    ("{as_of: 2026-02-30}", "as_of", "a date of the calendar"),
    ("{as_of: 22.11.2026}", "as_of", "a date of the calendar"),
    ("{as_of: 0000-01-01}", "as_of", "a date of the calendar"),
    ("{id: Jane Doe}", "id", "a label"),
    ("{id: 42}", "id", "in quotes"),
    ('{id: "a\\n"}', "id", "a label"),
    ("{id: " + "x" * 65 + "}", "id", "at most 64"),
]


@pytest.mark.parametrize(("text", "path", "fragment"), BROKEN)
def test_what_is_no_case(text: str, path: str, fragment: str):
    found = problems(text)
    assert list(found) == [path]
    line = found[path].line()
    assert fragment in line
    assert line.isprintable()
    assert "pydantic" not in line
    assert "http" not in line


def test_all_problems_at_once_and_in_one_order():
    text = "{patient: {wieght: 1, age: ~, allergies: [x]}, setting: {unavailable: [y]}, id: '', isolate: 7}"
    assert list(problems(text)) == [
        "id", "isolate", "patient.age", "patient.allergies[x]", "patient.wieght", "setting.unavailable[y]",
    ]  # fmt: skip


# --- properties ---------------------------------------------------------------------------------------------


def some(names: Any) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(sorted(names)), unique=True, max_size=4)


def not_carbapenemase(value: bool) -> list[str]:
    return [name for name in enzyme_names() if (enzyme := lookup(name)) and enzyme.carbapenemase is not value]


def section(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


drugs = some(domains.DRUGS.values)
result = st.sampled_from(["S", "I", "R"])
cases = section(
    id=st.from_regex(r"[a-z][A-Za-z0-9._-]{0,63}", fullmatch=True).filter(
        lambda text: text not in ("true", "false", "null")
    ),
    as_of=st.dates().map(date.isoformat),
    patient=section(
        age=st.integers(0, 120),
        weight=st.decimals(30, 300, places=2).map(lambda number: f"{number} kg"),
        creatinine=st.decimals(9, 3000, places=1).map(lambda number: f"{number} µmol/L"),
        renal_replacement=st.sampled_from(sorted(domains.RENAL_REPLACEMENTS.values)),
        allergies=st.lists(
            st.fixed_dictionaries(
                {"substance": st.sampled_from(sorted(domains.ALLERGY_SUBSTANCES.values))},
                optional={"reaction": st.sampled_from(sorted(domains.REACTIONS.values))},
            ),
            unique_by=lambda allergy: allergy["substance"],
            max_size=3,
        ),
    ),
    isolate=section(
        organism=st.sampled_from(sorted(ORGANISMS)),
        carbapenem_resistant=st.booleans(),
        carbapenemases=some(not_carbapenemase(False)),
        carbapenemases_tested_for=some(name for name, f in FAMILIES.items() if f.carbapenemase is not False),
        other_beta_lactamases=some(not_carbapenemase(True)),
        susceptibilities=st.dictionaries(
            drugs.filter(bool).map(domains.regimen_id),
            result
            | st.fixed_dictionaries(
                {"result": result},
                optional={"mic": st.just("<=0.250 mg/L"), "standard": st.just("CLSI M100 Ed36")},
            ),
            max_size=3,
        ),
    ),
    infection=section(site=st.sampled_from(sorted(domains.SITES.values)), pitt_score=st.integers(0, 14)),
    therapy=section(current=drugs, previous=drugs),
    setting=section(jurisdiction=st.sampled_from(sorted(domains.JURISDICTIONS.values)), unavailable=drugs),
)


def shuffled(value: Any, rng: random.Random) -> Any:
    if isinstance(value, dict):
        entries = [(key, shuffled(inner, rng)) for key, inner in value.items()]
        rng.shuffle(entries)
        return dict(entries)
    if isinstance(value, list):
        items = [shuffled(inner, rng) for inner in value]
        rng.shuffle(items)
        return items
    return value


@given(cases, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_what_is_understood_reads_back_whatever_the_order(data: dict[str, Any], rng: random.Random):
    assume(not contradictions(case_from_tree(data)))  # such a case is refused, which has a test of its own
    case = read_case(json.dumps(data))
    assert read_case(json.dumps(shuffled(data, rng))) == case
    understood = case.as_understood()
    assert read_case(json.dumps(understood)) == case
    assert json.dumps(read_case(json.dumps(shuffled(data, rng))).as_understood()) == json.dumps(understood)
    assert SCHEMA.is_valid(data)
    assert SCHEMA.is_valid(understood)


words = st.sampled_from([
    "id", "patient", "isolate", "age", "weight", "allergies", "substance", "carbapenemases",
    "susceptibilities", "meropenem", "S", "NDM-1", "result", "mic", "1 mg/L", "as_of", "70 kg", "",
    "\x00", "\ud800",
])  # fmt: skip
trees = st.recursive(
    words | st.none() | st.booleans() | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words | st.integers(), inner, max_size=4),
    max_leaves=20,
)


@given(trees)
@settings(max_examples=300, deadline=None)
def test_nothing_but_a_case_error_comes_of_any_tree(tree: object):
    assert all(problem.line().isprintable() for problem in refusal(case_from_tree, tree))


@given(st.binary() | st.text())
@settings(deadline=None)
def test_nothing_but_a_case_error_comes_of_any_bytes(data: bytes | str):
    assert all(problem.line().isprintable() for problem in refusal(read_case, data))


# --- what if ------------------------------------------------------------------------------------------------


def changed(*changes: tuple[str, str], base: str = EXAMPLE) -> Case:
    return case_from_tree(with_changes(parse(base), changes))


def test_a_change_replaces_one_value_and_leaves_the_tree_alone():
    tree = parse(EXAMPLE)
    case = case_from_tree(with_changes(tree, [("patient.creatinine", "2 mg/dL")]))
    assert case.patient.creatinine == read_case("patient: {creatinine: 2 mg/dL}").patient.creatinine
    assert tree == parse(EXAMPLE)


def test_changes_of_every_kind():
    case = changed(
        ("isolate.carbapenemases", "[]"),
        ("isolate.susceptibilities.cefiderocol", "R"),
        ("isolate.susceptibilities[aztreonam+ceftazidime-avibactam].mic", ">16 mg/L"),
        ("setting", "{jurisdiction: US}"),
        ("infection.septic_shock", "true"),
        ("as_of", "not_stated"),
    )
    assert case.isolate.carbapenemases == ()
    assert case.as_understood()["isolate"]["susceptibilities"] == {
        "aztreonam+ceftazidime-avibactam": {"result": "S", "mic": ">16 mg/L"},
        "cefiderocol": {"result": "R"},
    }
    assert case.setting == read_case("setting: {jurisdiction: US}").setting
    assert case.infection.septic_shock is True
    assert case.as_of is None


def test_a_change_can_state_what_nothing_was_known_of():
    assert changed(("patient.age", "64"), base="{}") == read_case("patient: {age: 64}")


def test_removing_leaves_it_unknown_and_never_none():
    base = "isolate: {susceptibilities: {meropenem: R}}"
    assert changed(("isolate.susceptibilities.meropenem", "not_stated"), base=base) == Case()
    assert changed(("isolate.susceptibilities.meropenem", "not_stated"), base="{}") == Case()
    empty = "isolate: {susceptibilities: {}}"
    assert changed(("isolate.susceptibilities.meropenem", "not_stated"), base=empty) == read_case(empty)


@pytest.mark.parametrize(
    ("path", "value", "at", "fragment"),
    [
        ("patient.wieght", "70 kg", "patient.wieght", "did you mean patient.weight?"),
        ("patient.wieght", "not_stated", "patient.wieght", "did you mean patient.weight?"),
        ("creatinine", "2 mg/dL", "creatinine", "did you mean patient.creatinine?"),
        ("", "1", "", "a path such as"),
        ("patient..age", "1", "patient..age", "a path such as"),
        (
            "isolate.carbapenemases[NDM-1]",
            "x",
            "isolate.carbapenemases[NDM-1]",
            "isolate.carbapenemases as a whole",
        ),
        (
            "isolate.susceptibilities.cefiderocl",
            "S",
            "isolate.susceptibilities.cefiderocl",
            "did you mean cefiderocol?",
        ),
        (
            "isolate.susceptibilities.cefiderocol.mics",
            "1 mg/L",
            "isolate.susceptibilities.cefiderocol.mics",
            "result | mic | standard",
        ),
        ("patient.age", "", "patient.age", "one value on one line"),
        ("patient.age", "a: b", "patient.age", "one value on one line"),
        ("patient.age", "&x 64", "patient.age", "without anchors"),
        ("patient.age", "430", "patient.age", "0 to 120"),
        ("patient.age", "[64", "patient.age", "YAML or JSON"),
    ],
)
def test_what_is_no_change(path: str, value: str, at: str, fragment: str):
    with pytest.raises(CaseError) as caught:
        changed((path, value))
    (problem,) = caught.value.problems
    assert problem.path == at
    assert fragment in problem.line()


# --- schema -------------------------------------------------------------------------------------------------

BEYOND_SCHEMA = {
    "{patient: {age: 64.0}}",  # JSON Schema takes 64.0 for an integer
    "{patient: {weight: 7000 kg}}",
    "{patient: {creatinine: 0 mg/dL}}",
    "{patient: {allergies: [{substance: colistin, reaction: severe}, {substance: colistin}]}}",
    "{isolate: {carbapenemases_tested_for: [OXA-48, OXA-48-like]}}",
    "{as_of: 2026-02-30}",
    "{as_of: 0000-01-01}",
    '{id: "a\\n"}',  # Python's $ matches before a last line break, that of JSON Schema does not
}


def as_json(tree: Any) -> Any:
    """A tree as a program would send it: plain scalars that JSON reads are numbers, booleans and null."""
    if isinstance(tree, dict):
        return {key: as_json(inner) for key, inner in tree.items()}
    if isinstance(tree, list):
        return [as_json(inner) for inner in tree]
    if tree.quoted:
        return tree.text
    try:
        return json.loads(tree.text)
    except ValueError:
        return tree.text if tree.is_string else None


@pytest.mark.parametrize("text", [text for text, _, _ in BROKEN])
def test_the_schema_refuses_what_the_reader_refuses(text: str):
    assert SCHEMA.is_valid(as_json(parse(text))) is (text in BEYOND_SCHEMA)


def test_the_schema_is_one_and_every_field_says_what_it_is():
    schema = case_schema()
    Draft202012Validator.check_schema(schema)
    assert schema == case_schema()
    assert "default" not in json.dumps(schema)
    for part in ("Patient", "Isolate", "Infection", "Therapy", "Setting"):
        for name, field in schema["$defs"][part]["properties"].items():
            assert "description" in field, name
            for example in field.get("examples", ()):
                read_case(json.dumps({part.lower(): {name: example}}))


@pytest.mark.parametrize(
    ("drugs", "regimen"),
    [(["ceftazidime-avibactam", "aztreonam"], "aztreonam+ceftazidime-avibactam"), (["colistin"], "colistin")],
)
def test_a_regimen_has_one_id(drugs: list[str], regimen: str):
    assert domains.regimen_id(drugs) == regimen
    assert domains.parse_regimen(regimen) == tuple(sorted(drugs))


@pytest.mark.parametrize(
    "text", ["", "+", "colistin+", "colistin+colistin", "b", "tigecycline+colistin", "colistin +x"]
)
def test_what_is_no_regimen(text: str):
    with pytest.raises(ValueError, match=r"alphabetical|formulary"):
        domains.parse_regimen(text)
