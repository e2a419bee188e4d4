"""Every line of every answer leads to what was given, known, assumed or not stated, and no chain says what is false."""

import json
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from drawing import likely_tree
from whyrx.explain.proof import shown, why
from whyrx.explain.step import steps
from whyrx.explain.what_if import what_if
from whyrx.explain.why_not import why_not
from whyrx.facts.atoms import Concluded, Var
from whyrx.facts.case import case_from_tree
from whyrx.kb.decision import decide
from whyrx.kb.knowledge import knowledge_base
from whyrx.kb.trace import Trace

KB = knowledge_base()
PAIR = "aztreonam+ceftazidime-avibactam"

# What the table of the contract says of each node; a node is known by the first of its fields.
NODES = {
    "conclusion": {"conclusion", "text", "rule", "bindings", "premises", "absent", "also"},
    "given": {"given", "value", "text"},
    "computed": {"computed", "value", "formula", "inputs", "source", "text"},
    "known": {"known", "value", "source", "text"},
    "assumed": {"assumed", "text"},
    "unknown": {"unknown", "text"},
    "see": {"see"},
}

# --- cases --------------------------------------------------------------------------------------------------

# Cockcroft-Gault by hand: (140 - 64) x 70 / (72 x 1.4) x 0.85 = 44.9 mL/min.
FULL = {
    "patient.age": 64,
    "patient.sex": "female",
    "patient.weight": "70 kg",
    "patient.height": "165 cm",
    "patient.creatinine": "1.4 mg/dL",
    "patient.creatinine_trend": "stable",
    "patient.renal_replacement": "none",
    "patient.pregnancy": "not_pregnant",
    "patient.allergies": [],
    "isolate.organism": "Klebsiella pneumoniae",
    "isolate.carbapenem_resistant": True,
    "isolate.carbapenemases": ["NDM-1"],
    "isolate.carbapenemases_tested_for": ["NDM", "KPC", "OXA-48", "VIM", "IMP"],
    "isolate.suspected_carbapenemases": [],
    "isolate.other_beta_lactamases": ["CTX-M-15"],
    "isolate.susceptibilities": {PAIR: "S", "cefiderocol": {"result": "S", "mic": "0.5 mg/L"}},
    "infection.site": "bloodstream",
    "infection.severity": "severe",
    "infection.septic_shock": False,
    "infection.foci": [],
    "therapy.current": [],
    "therapy.previous": [],
    "setting.jurisdiction": "US",
    "setting.unavailable": [],
}
LEFT_OUT = object()
MINIMAL = {"isolate.organism": "Klebsiella pneumoniae", "isolate.carbapenemases": ["NDM-1"]}
SUSPECTED = {
    **{path: value for path, value in FULL.items() if not path.startswith("isolate.")},
    "isolate.organism": "Klebsiella pneumoniae",
    "isolate.suspected_carbapenemases": ["NDM"],
    "isolate.suspicion_basis": ["epidemiology"],
}


def tree(base: dict[str, Any], changes: dict[str, Any] | None = None) -> dict[str, Any]:
    """The document with these values at these paths."""
    document: dict[str, Any] = {}
    for path, value in {**base, **(changes or {})}.items():
        if value is not LEFT_OUT:
            section, field = path.split(".")
            document.setdefault(section, {})[field] = deepcopy(value)
    return document


def allergic(substance: str, reaction: str | None = "severe") -> dict[str, Any]:
    entry = {"substance": substance} | ({"reaction": reaction} if reaction else {})
    return {"patient.allergies": [entry]}


def dialysed(jurisdiction: object) -> dict[str, Any]:
    return {"patient.renal_replacement": "intermittent_hemodialysis", "setting.jurisdiction": jurisdiction}


def crrt(effluent: object) -> dict[str, Any]:
    return {"patient.renal_replacement": "crrt", "patient.crrt_effluent": effluent}


HAND_MADE = {
    # advice
    "all stated": tree(FULL),
    "only organism and enzyme": tree(MINIMAL),
    "VIM in E. coli": tree(FULL, {"isolate.organism": "Escherichia coli", "isolate.carbapenemases": ["VIM-2"]}),
    "two enzymes": tree(FULL, {"isolate.carbapenemases": ["NDM-1", "OXA-48", "KPC-2"]}),
    "not severe": tree(FULL, {"infection.severity": "non_severe", "infection.site": "pneumonia"}),
    "shock judged not severe": tree(FULL, {"infection.severity": "non_severe", "infection.septic_shock": True}),
    "severity by Pitt score": tree(FULL, {"infection.severity": LEFT_OUT, "infection.pitt_score": 6}),
    "severity not stated": tree(FULL, {"infection.severity": LEFT_OUT, "infection.septic_shock": LEFT_OUT}),
    "foci": tree(FULL, {"infection.foci": ["undrained_abscess", "infected_device", "necrotic_tissue"]}),
    "treated already": tree(FULL, {"therapy.current": ["meropenem"], "therapy.previous": ["cefiderocol", "colistin"]}),
    "cns": tree(FULL, {"infection.site": "cns"}),
    "site not stated": tree(FULL, {"infection.site": LEFT_OUT}),
    "pregnant": tree(FULL, {"patient.pregnancy": "pregnant", "patient.age": 31}),
    "EU": tree(FULL, {"setting.jurisdiction": "EU"}),
    "jurisdiction not stated": tree(FULL, {"setting.jurisdiction": LEFT_OUT}),
    "susceptible phenotype": tree(FULL, {"isolate.carbapenem_resistant": False}),
    # susceptibility and supply
    "nothing tested": tree(FULL, {"isolate.susceptibilities": {}}),
    "cefiderocol R": tree(FULL, {"isolate.susceptibilities": {"cefiderocol": {"result": "R", "mic": ">16 mg/L"}}}),
    "cefiderocol I": tree(FULL, {"isolate.susceptibilities": {"cefiderocol": "I"}}),
    "pair R": tree(FULL, {"isolate.susceptibilities": {PAIR: "R", "cefiderocol": "S"}}),
    "partners R": tree(FULL, {"isolate.susceptibilities": {"aztreonam": "R", "ceftazidime-avibactam": "R"}}),
    "aztreonam unavailable": tree(FULL, {"setting.unavailable": ["aztreonam"]}),
    # kidneys
    "creatinine not stated": tree(FULL, {"patient.creatinine": LEFT_OUT}),
    "creatinine in umol/L": tree(FULL, {"patient.creatinine": "221 umol/L"}),
    "creatinine rising": tree(FULL, {"patient.creatinine_trend": "rising", "patient.creatinine": "3.1 mg/dL"}),
    "clearance measured": tree(FULL, {"patient.creatinine_clearance": "8 mL/min"}),
    "clearance augmented": tree(FULL, {"patient.creatinine_clearance": "140 mL/min"}),
    "obese": tree(FULL, {"patient.weight": "140 kg", "patient.height": "160 cm"}),
    "haemodialysis, US": tree(FULL, dialysed("US")),
    "haemodialysis, US, residual clearance": tree(FULL, {**dialysed("US"), "patient.creatinine_clearance": "4 mL/min"}),
    "haemodialysis, UK": tree(FULL, dialysed("UK")),
    "haemodialysis, jurisdiction not stated": tree(FULL, dialysed(LEFT_OUT)),
    "CRRT": tree(FULL, crrt("2.5 L/h")),
    "CRRT, effluent not stated": tree(FULL, crrt(LEFT_OUT)),
    "CRRT, EU": tree(FULL, {**crrt("4.05 L/h"), "setting.jurisdiction": "EU"}),
    "effluent without CRRT": tree(FULL, {"patient.crrt_effluent": "2.5 L/h"}),
    # allergy
    "allergy not severe": tree(FULL, allergic("ceftazidime", "non_severe")),
    "allergy of unknown kind": tree(FULL, allergic("aztreonam", "unknown")),
    "reaction not stated": tree(FULL, allergic("cephalosporins", None)),
    "allergy to penicillins, US": tree(FULL, allergic("penicillins")),
    "allergy to penicillins, where is not stated": tree(
        FULL, {**allergic("penicillins"), "setting.jurisdiction": LEFT_OUT}
    ),
    "allergy to colistin": tree(FULL, allergic("colistin", "severe_cutaneous")),
    "allergies not stated": tree(FULL, {"patient.allergies": LEFT_OUT}),
    # refer
    "refer: ceftazidime": tree(FULL, allergic("ceftazidime")),
    "refer: penicillins, EU": tree(FULL, {**allergic("penicillins"), "setting.jurisdiction": "EU"}),
    "refer: both resistant": tree(FULL, {"isolate.susceptibilities": {PAIR: "R", "cefiderocol": "R"}}),
    "refer: supply and resistance": tree(
        FULL, {"setting.unavailable": ["ceftazidime-avibactam"], "isolate.susceptibilities": {"cefiderocol": "R"}}
    ),
    # suspected
    "NDM suspected": tree(SUSPECTED),
    "NDM suspected by phenotype": tree(SUSPECTED, {"isolate.suspicion_basis": ["phenotype"]}),
    "NDM suspected, on what is not stated": tree(SUSPECTED, {"isolate.suspicion_basis": LEFT_OUT}),
    "VIM suspected": tree(SUSPECTED, {"isolate.suspected_carbapenemases": ["VIM"]}),
    "KPC found, NDM not covered": tree(
        SUSPECTED, {"isolate.carbapenemases": ["KPC-2"], "isolate.carbapenemases_tested_for": ["KPC"]}
    ),
    # insufficient
    "insufficient: nothing known": {},
    "insufficient: no organism": tree(FULL, {"isolate.organism": LEFT_OUT}),
    "insufficient: no enzyme": tree({"isolate.organism": "Klebsiella pneumoniae", "infection.severity": "severe"}),
    "insufficient: shock at a colonised site": tree(
        FULL, {"infection.site": "colonisation", "infection.septic_shock": True}
    ),
    # out_of_scope
    "out_of_scope: child": tree(FULL, {"patient.age": 17}),
    "out_of_scope: KPC": tree(FULL, {"isolate.carbapenemases": ["KPC-2"]}),
    "out_of_scope: none found": tree(FULL, {"isolate.carbapenemases": []}),
    "out_of_scope: NDM ruled out": tree(
        SUSPECTED, {"isolate.carbapenemases": [], "isolate.carbapenemases_tested_for": ["NDM", "KPC"]}
    ),
    "out_of_scope: Acinetobacter": tree(FULL, {"isolate.organism": "Acinetobacter baumannii"}),
    "out_of_scope: Acinetobacter, age not stated": tree(
        FULL, {"isolate.organism": "Acinetobacter baumannii", "patient.age": LEFT_OUT}
    ),
    "out_of_scope: colonisation": tree(FULL, {"infection.site": "colonisation"}),
    "out_of_scope: cystitis": tree(FULL, {"infection.site": "cystitis", "infection.severity": "non_severe"}),
}


CASES = {**HAND_MADE, **{f"drawn {seed}": likely_tree(seed) for seed in range(40)}}
every_case = pytest.mark.parametrize("name", CASES)


@dataclass(frozen=True)
class Answer:
    """A case and all that the program concludes from it."""

    trace: Trace
    decision: Any

    def proof(self, conclusion: str) -> dict[str, Any]:
        """The proof of one conclusion, asked alone."""
        return why(KB.edition, self.trace, [conclusion])[0]

    def shown(self) -> list[str]:
        """Every id under `conclusion` or `conclusions` in the decision, the trace aside; found without the program."""
        found: list[str] = []

        def walk(value: Any) -> None:
            if isinstance(value, list):
                for each in value:
                    walk(each)
            elif isinstance(value, dict):
                found.extend([value["conclusion"]] if "conclusion" in value else [])
                found.extend(value.get("conclusions", []))
                for each in value.values():
                    walk(each)

        walk({part: value for part, value in self.decision.items() if part not in ("trace", "case")})
        return list(dict.fromkeys(found))


def answer_to(document: dict[str, Any]) -> Answer:
    return _answer(json.dumps(document, sort_keys=True))


@cache
def _answer(document: str) -> Answer:
    case = case_from_tree(json.loads(document))
    trace = KB.derive(case)
    return Answer(trace, decide(KB.edition, case, trace))


def kind(node: dict[str, Any]) -> str:
    found = [each for each in NODES if each in node]
    assert len(found) == 1, f"not one kind of node: {node}"
    return found[0]


def below(node: dict[str, Any]) -> list[dict[str, Any]]:
    """The nodes directly under a node."""
    grounds = [ground for absent in node.get("absent", ()) for ground in absent["because"]]
    return [*node.get("premises", ()), *node.get("inputs", ()), *grounds, *node.get("also", ())]


def leaves(node: dict[str, Any], wanted: str) -> list[dict[str, Any]]:
    """Every node of one kind in a proof."""
    here = [node] if kind(node) == wanted else []
    return here + [leaf for each in below(node) for leaf in leaves(each, wanted)]


def place(path: str) -> tuple[str, str, str]:
    """`isolate.carbapenemases[NDM-1]` in its parts; the element is empty where the path is that of a field."""
    field, _, element = path.partition("[")
    section, _, name = field.partition(".")
    return section, name, element.removesuffix("]")


def name_of(element: Any) -> str:
    return element["substance"] if isinstance(element, dict) else element


# --- every line has a whole chain ---------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["advice", "insufficient", "out_of_scope", "refer"])
def test_a_case_of_each_status_is_among_those_asked(status):
    named = [name for name in HAND_MADE if name.startswith(f"{status}: ")] or ["all stated", "NDM suspected", "CRRT"]
    assert {answer_to(HAND_MADE[name]).decision["status"] for name in named} == {status}


@every_case
def test_whatever_a_decision_shows_can_be_asked_why(name):
    answer = answer_to(CASES[name])
    said = answer.shown()
    assert set(said) == set(shown(answer.decision))
    assert said
    assert [node["conclusion"] for node in map(answer.proof, said)] == said


@every_case
def test_every_line_of_a_decision_names_its_conclusion_and_says_what_its_proof_says(name):
    decision = answer_to(CASES[name]).decision
    recommended = decision["recommendations"]
    parts = ("doses", "rationale", "evidence")
    single = [*recommended, *(each for regimen in recommended for part in parts for each in regimen[part])]
    single += [each for part in ("avoid", "actions", "warnings", "assumptions") for each in decision[part]]
    for line in single:
        proof = answer_to(CASES[name]).proof(line["conclusion"])
        sentences = list(dict.fromkeys(each["text"] for each in (proof, *proof["also"])))
        said = line.get("text") or line.get("reason") or line.get("basis") or " ".join(sentences)
        # a default is told in one sentence, everything else by all its derivations
        assert said == sentences[0] if line in decision["assumptions"] else said == " ".join(sentences)
    for line in (decision["status_reason"], *decision["missing"]):
        assert line["conclusions"]
        for conclusion in line["conclusions"]:
            assert answer_to(CASES[name]).proof(conclusion)["text"] in line["text"]


@every_case
def test_every_node_has_the_fields_of_the_contract_and_every_branch_ends(name):
    answer = answer_to(CASES[name])
    for asked in ([[each] for each in answer.shown()], [answer.shown()]):
        for conclusions in asked:
            finished: set[str] = set()
            for node in why(KB.edition, answer.trace, conclusions):
                check(node, finished)
            assert finished >= set(conclusions)


def check(node: dict[str, Any], finished: set[str]) -> None:
    """Fails on a node of another form, a branch that ends in nothing, and a chain that goes in a circle."""
    found = kind(node)
    assert node.keys() >= NODES[found], f"{NODES[found] - node.keys()} missing in {node}"
    assert node[found]
    assert found == "see" or node["text"].strip()
    if found == "see":
        assert node["see"] in finished, f"{node['see']} was not expanded before"
    elif found == "known":
        assert node["value"]
        assert node["source"]
    elif found == "computed":
        assert node["inputs"]
        assert node["value"]
        assert node["formula"]
    elif found == "conclusion":
        assert node["rule"].keys() >= {"id", "says", "source"}
        assert all(node["rule"].values())
        assert node["premises"]
        for absent in node["absent"]:
            assert absent.keys() >= {"text", "because"}
            assert absent["text"]
            assert absent["because"]
    assert found in ("conclusion", "computed") or not below(node)
    for each in below(node):
        check(each, finished)
    if found == "conclusion":
        finished.add(node["conclusion"])


def test_a_computed_value_has_a_source():
    for name in CASES:
        answer = answer_to(CASES[name])
        for conclusion in answer.shown():
            for node in leaves(answer.proof(conclusion), "computed"):
                assert node["source"], node


@every_case
def test_what_a_proof_calls_given_stands_in_the_case(name):
    answer = answer_to(CASES[name])
    for conclusion in answer.shown():
        for leaf in leaves(answer.proof(conclusion), "given"):
            said = words(*leaf["value"].split(", "))
            element = words(place(leaf["given"])[2]) - {""}  # the path names it already
            assert said | element == stands_there(answer.decision["case"], leaf["given"]) | element, leaf


def words(*values: object) -> set[str]:
    return {str(each).replace("_", " ") for each in values}


def stands_there(case: dict[str, Any], path: str) -> set[str]:
    """What stands at a path of the case, in the words that answers use for it."""
    section, field, element = place(path)
    value = case[section][field] if field else case[section]
    if element and isinstance(value, dict):
        return words(*value[element].values())
    if element:
        value = next(each for each in value if name_of(each) == element)
        return words(f"reaction {value.get('reaction', 'not stated')}" if isinstance(value, dict) else value)
    if isinstance(value, list | dict):
        return words(*(name_of(each) for each in value)) or {"none"}
    return words({True: "yes", False: "no"}[value] if isinstance(value, bool) else value)


@every_case
def test_what_a_proof_calls_unknown_or_assumed_does_not_stand_in_the_case(name):
    answer = answer_to(CASES[name])
    for conclusion in answer.shown():
        proof = answer.proof(conclusion)
        for path in [leaf["unknown"] for leaf in leaves(proof, "unknown")] + assumed(proof):
            section, field, _ = place(path)
            stated = answer.decision["case"].get(section, {})
            assert field not in stated if field else not stated


def assumed(proof: dict[str, Any]) -> list[str]:
    return [leaf["assumed"] for leaf in leaves(proof, "assumed")]


@every_case
def test_what_the_proof_of_advice_calls_assumed_is_among_the_assumptions(name):
    answer = answer_to(CASES[name])
    listed = {each["fact"] for each in answer.decision["assumptions"]}
    for conclusion in set(answer.shown()) - remarks(answer.decision):
        assert set(assumed(answer.proof(conclusion))) <= listed, conclusion


def test_what_the_proof_of_something_missing_calls_assumed_is_among_the_assumptions():
    for name in CASES:
        answer = answer_to(CASES[name])
        listed = {each["fact"] for each in answer.decision["assumptions"]}
        for conclusion in remarks(answer.decision):
            assert set(assumed(answer.proof(conclusion))) <= listed, (name, conclusion)


def remarks(decision: Any) -> set[str]:
    """What is assumed and what is missing: said about the advice, not part of it."""
    return {each["conclusion"] for each in decision["assumptions"]} | {
        conclusion for each in decision["missing"] for conclusion in each["conclusions"]
    }


@every_case
def test_an_assumption_supports_exactly_the_advice_that_rests_on_it(name):
    answer = answer_to(CASES[name])
    shown = set(answer.shown())
    rests: dict[str, set[str]] = {}
    for conclusion in shown:
        for path in assumed(answer.proof(conclusion)):
            rests.setdefault(path, set()).add(conclusion)
    supports = {each["fact"]: set(each["supports"]) for each in answer.decision["assumptions"]}
    own = {each["fact"]: each["conclusion"] for each in answer.decision["assumptions"]}  # needs no support of itself
    assert {path: found & shown for path, found in supports.items()} == {
        path: found - {own.get(path)} for path, found in rests.items()
    }
    for found in supports.values():
        assert found <= answer.trace.derivations.keys()


@every_case
def test_every_exception_is_answered_for_each_rule_that_could_bring_it_about(name):
    answer = answer_to(CASES[name])
    for firing in answer.trace.firings:
        exceptions = KB.edition.rule[firing.rule].unless
        assert [absence.pattern.type for absence in firing.absences] == [each.type for each in exceptions]
        for absence in firing.absences:
            wanted = dict(absence.pattern.terms)
            could = {rule.id for rule in KB.edition.rules if could_conclude(rule.then, absence.pattern.type, wanted)}
            assert {failure.rule for failure in absence.failures if failure.rule} == could
            assert all(failure.because for failure in absence.failures)
            held = answer.trace.by_type.get(absence.pattern.type, ())
            assert not [fact for fact in held if all(fact.value(field) == value for field, value in wanted.items())]


def could_conclude(then, fact_type, wanted):
    fixed = {name: term for name, term in then.terms if not isinstance(term, Var)}
    return then.type == fact_type and all(fixed.get(name, value) == value for name, value in wanted.items())


@every_case
def test_a_proof_holds_every_derivation_of_a_conclusion(name):
    answer = answer_to(CASES[name])
    for conclusion in answer.shown():
        proof = answer.proof(conclusion)
        fired = [f.rule for f in answer.trace.firings if f.conclusion == conclusion]
        assert [proof["rule"]["id"], *(other["rule"]["id"] for other in proof["also"])] == fired
        assert {other["conclusion"] for other in proof["also"]} <= {conclusion}


def test_a_conclusion_that_is_not_there_is_not_explained():
    with pytest.raises(KeyError):
        why(KB.edition, answer_to(HAND_MADE["all stated"]).trace, ["recommend/meropenem/first"])


# --- later, from the trace alone ----------------------------------------------------------------------------


@every_case
def test_the_trace_is_enough_to_explain_a_decision_later(name):
    answer = answer_to(CASES[name])
    stored = Trace.from_json(json.loads(json.dumps(answer.decision["trace"])))
    assert stored.as_json() == answer.trace.as_json()
    asked = answer.shown()
    assert why(KB.edition, stored, asked) == why(KB.edition, answer.trace, asked)
    assert steps(KB.edition, stored) == steps(KB.edition, answer.trace)
    for regimen in (PAIR, "cefiderocol", "colistin"):
        assert why_not(KB.edition, stored, regimen) == why_not(KB.edition, answer.trace, regimen)


# --- why not ------------------------------------------------------------------------------------------------


def asked_why_not(document: dict[str, Any], regimen: str) -> dict[str, Any]:
    return why_not(KB.edition, answer_to(document).trace, regimen)


def given_in(nodes: list[dict[str, Any]]) -> dict[str, str]:
    return {leaf["given"]: leaf["value"] for node in nodes for leaf in leaves(node, "given")}


@pytest.mark.parametrize(("regimen", "line"), [(PAIR, "first"), ("cefiderocol", "alternative")])
def test_of_a_recommended_regimen_it_is_said_that_it_is_in(regimen, line):
    found = asked_why_not(HAND_MADE["all stated"], regimen)
    assert found["verdict"] == "recommended"
    assert "is recommended" in found["text"]
    assert f"{line} line" in found["text"]
    assert [node["conclusion"] for node in found["recommended_by"]] == [f"recommend/{regimen}/{line}"]
    assert found["excluded_by"] == []
    assert found["nearest"] is None


@pytest.mark.parametrize(
    ("changes", "regimen", "path", "value"),
    [
        (allergic("ceftazidime"), PAIR, "patient.allergies[ceftazidime]", "severe"),
        (allergic("ceftazidime"), "cefiderocol", "patient.allergies[ceftazidime]", "severe"),
        (
            {**allergic("penicillins", "severe_cutaneous"), "setting.jurisdiction": "EU"},
            "cefiderocol",
            "patient.allergies[penicillins]",
            "severe cutaneous",
        ),
        (
            {"isolate.susceptibilities": {"cefiderocol": {"result": "R", "mic": "32 mg/L"}}},
            "cefiderocol",
            "isolate.susceptibilities[cefiderocol]",
            "R, 32 mg/L",
        ),
        ({"isolate.susceptibilities": {PAIR: "R"}}, PAIR, f"isolate.susceptibilities[{PAIR}]", "R"),
        (
            {"isolate.susceptibilities": {"cefiderocol": "I"}},
            "cefiderocol",
            "isolate.susceptibilities[cefiderocol]",
            "I",
        ),
        ({"setting.unavailable": ["aztreonam"]}, PAIR, "setting.unavailable[aztreonam]", "aztreonam"),
        ({"setting.unavailable": ["cefiderocol"]}, "cefiderocol", "setting.unavailable[cefiderocol]", "cefiderocol"),
    ],
    ids=["allergy", "same side chain", "label", "resistant", "pair resistant", "intermediate", "partner", "supply"],
)
def test_of_an_excluded_regimen_what_took_it_out_is_said(changes, regimen, path, value):
    found = asked_why_not(tree(FULL, changes), regimen)
    assert found["verdict"] == "excluded"
    assert found["recommended_by"] == []
    assert value in given_in(found["excluded_by"])[path].replace("_", " ")


@pytest.mark.parametrize(
    ("document", "regimen", "found"),
    [
        (HAND_MADE["out_of_scope: KPC"], PAIR, {"isolate.carbapenemases": "KPC-2"}),
        (HAND_MADE["out_of_scope: child"], PAIR, {"patient.age": "17"}),
        (HAND_MADE["out_of_scope: child"], "cefiderocol", {"patient.age": "17"}),
        (HAND_MADE["out_of_scope: Acinetobacter"], PAIR, {"isolate.organism": "Acinetobacter baumannii"}),
        (HAND_MADE["out_of_scope: colonisation"], PAIR, {"infection.site": "colonisation"}),
        (
            HAND_MADE["out_of_scope: cystitis"],
            PAIR,
            {"infection.site": "cystitis", "infection.severity": "non_severe"},
        ),
    ],
    ids=["KPC", "child", "child, cefiderocol", "organism", "colonisation", "cystitis"],
)
def test_of_a_regimen_not_ranked_the_nearest_rule_is_shown_with_what_fails(document, regimen, found):
    answer = asked_why_not(document, regimen)
    assert answer["verdict"] == "not_ranked"
    rule = KB.edition.rule[answer["nearest"]["rule"]["id"]]
    assert dict(rule.then.terms)["regimen"] == regimen
    assert len(answer["nearest"]["parts"]) == len(rule.when) + len(rule.unless)
    failing = [part for part in answer["nearest"]["parts"] if not part["holds"]]
    assert failing
    for part in failing:
        assert part["text"]
        assert part["found"]
        for node in part["found"]:
            check(node, set())
    values = given_in([node for part in failing for node in part["found"]])
    assert found.items() <= values.items()


def test_of_a_condition_that_fails_what_is_wanted_what_is_there_and_how_it_is_known_is_said():
    """Down from the scope of the guideline, through two rules, to the age of the patient."""
    answer = asked_why_not(HAND_MADE["out_of_scope: child"], PAIR)
    scope = one(answer["nearest"], "within the scope")
    adult = one(scope["nearest"], "adult")
    age = one(adult["nearest"], "age group")
    assert (scope["state"], scope["value"], adult["value"]) == ("absent", "not concluded", "not concluded")
    assert (age["wanted"], age["value"], age["state"], age["nearest"]) == ("adult", "child", "computed", None)
    assert given_in(age["found"]) == {"patient.age": "17"}
    assert [(e["fact"], e["value"], e["state"], e["wanted"]) for e in answer["nearest"]["turns_on"]] == [
        ("patient.age", "17", "given", "age group: adult")
    ]


def one(nearest: dict[str, Any], words: str) -> dict[str, Any]:
    """The one failing part that asks for this."""
    [part] = [each for each in nearest["parts"] if not each["holds"] and each["text"].startswith("needs: ")]
    assert words in part["text"]
    return part


def test_of_a_row_that_does_not_fit_the_input_that_chose_it_is_named():
    answer = asked_why_not(HAND_MADE["out_of_scope: Acinetobacter"], "cefiderocol")
    assert [(e["fact"], e["state"], e["wanted"]) for e in answer["nearest"]["turns_on"]] == [
        ("isolate.organism", "given", "taxonomy (order Enterobacterales)")
    ]


def test_of_the_rules_that_could_rank_it_the_one_with_the_fewest_failing_parts_is_shown():
    """A child with NDM suspected: the rules for a suspicion fail on scope alone, those for a confirmed enzyme twice."""
    nearest = asked_why_not(tree(SUSPECTED, {"patient.age": 17}), PAIR)["nearest"]
    assert nearest["rule"]["id"] == "ndm-suspected-pair-first"
    assert [part["text"] for part in nearest["parts"] if not part["holds"]] == [
        "needs: within the scope of the guideline"
    ]


def test_of_what_keeps_a_rule_back_any_input_that_it_rests_on_would_do():
    answer = asked_why_not(HAND_MADE["out_of_scope: cystitis"], PAIR)
    assert [(e["fact"], e["value"], e["stops"], e["way"]) for e in answer["nearest"]["turns_on"]] == [
        ("infection.site", "cystitis", "out-of-scope/cystitis", 1),
        ("infection.severity", "not severe", "out-of-scope/cystitis", 1),
    ]


def test_of_an_excluded_regimen_everything_that_would_have_to_stop_is_said():
    """Two allergies, a result and supply each take the pair out: all four would have to be otherwise."""
    changes = {
        "patient.allergies": [{"substance": each, "reaction": "severe"} for each in ("cephalosporins", "aztreonam")],
        "isolate.susceptibilities": {PAIR: "R"},
        "setting.unavailable": ["aztreonam"],
    }
    answer = asked_why_not(tree(FULL, changes), PAIR)
    assert answer["verdict"] == "excluded"
    assert {node["conclusion"].rpartition("/")[2] for node in answer["excluded_by"]} == {
        "allergy",
        "resistant",
        "unavailable",
    }
    allergy = next(node for node in answer["excluded_by"] if node["conclusion"].endswith("/allergy"))
    assert len([allergy, *allergy["also"]]) == 2  # through each of the two drugs
    assert answer["nearest"]["rule"]["id"] == "recommend-ranked"
    ways = {(each["stops"].rpartition("/")[2], each["way"], each["fact"]) for each in answer["nearest"]["turns_on"]}
    assert {(reason, fact) for reason, _, fact in ways} == {
        ("allergy", "patient.allergies[cephalosporins]"),
        ("allergy", "patient.allergies[aztreonam]"),
        ("resistant", f"isolate.susceptibilities[{PAIR}]"),
        ("unavailable", "setting.unavailable[aztreonam]"),
    }
    assert len({(reason, way) for reason, way, _ in ways}) == len(ways)  # none can stand for another


@every_case
@pytest.mark.parametrize("regimen", [PAIR, "cefiderocol"])
def test_what_fails_in_the_nearest_rule_leads_to_inputs(name, regimen):
    nearest = why_not(KB.edition, answer_to(CASES[name]).trace, regimen)["nearest"]
    if nearest:
        assert all(part["state"] in STATES for part in every_part(nearest))
        assert all(part["wanted"] and part["value"] for part in every_part(nearest))
        assert nearest["turns_on"]
        for each in nearest["turns_on"]:
            assert each["state"] in ("given", "assumed", "unknown")
            assert each["fact"].split(".")[0] in ("patient", "isolate", "infection", "therapy", "setting")


STATES = {"given", "assumed", "unknown", "computed", "known", "concluded", "absent"}


def every_part(nearest: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        each for part in nearest["parts"] for each in (part, *(every_part(part["nearest"]) if part["nearest"] else []))
    ]


@every_case
@pytest.mark.parametrize("regimen", [PAIR, "cefiderocol", "colistin", "aztreonam+cefiderocol"])
def test_why_not_agrees_with_the_decision_on_what_is_recommended(name, regimen):
    answer = answer_to(CASES[name])
    found = why_not(KB.edition, answer.trace, regimen)
    recommended = regimen in [each["regimen"] for each in answer.decision["recommendations"]]
    assert (found["verdict"] == "recommended") == bool(found["recommended_by"]) == recommended
    if found["verdict"] == "excluded":
        assert found["excluded_by"]
    if found["verdict"] == "not_ranked" and regimen in (PAIR, "cefiderocol"):
        failing = [part for part in found["nearest"]["parts"] if not part["holds"]]
        assert failing
        assert all(part["found"] for part in failing)
        for node in (node for part in failing for node in part["found"]):
            check(node, set())


@every_case
def test_a_proof_within_why_not_has_no_hole_either(name):
    answer = answer_to(CASES[name])
    for regimen in (PAIR, "cefiderocol", "aztreonam", "ceftazidime-avibactam"):
        found = why_not(KB.edition, answer.trace, regimen)
        finished: set[str] = set()  # one answer: what one part expands, another may refer to
        for part in ("recommended_by", "excluded_by", "avoid"):
            for node in found[part]:
                check(node, finished)


@pytest.mark.parametrize("regimen", ["colistin", "colistin+meropenem", "tigecycline"])
def test_of_a_regimen_no_rule_ranks_that_is_said(regimen):
    found = asked_why_not(HAND_MADE["all stated"], regimen)
    assert found["verdict"] == "not_ranked"
    assert found["nearest"] is None
    assert "not ranked" in found["text"]


def test_of_a_regimen_the_guideline_speaks_against_that_is_shown_too():
    found = asked_why_not(HAND_MADE["all stated"], "ceftazidime-avibactam")
    assert found["verdict"] == "not_ranked"
    assert [node["conclusion"].split("/")[:3] for node in found["avoid"]] == [
        ["avoid", "ceftazidime-avibactam", "never"]
    ]
    nodes = [*found["excluded_by"], *found["avoid"]]  # one answer: the second may refer to what the first expands
    assert given_in(nodes)["isolate.carbapenemases[NDM-1]"] == "NDM-1"


# --- what if ------------------------------------------------------------------------------------------------


def compared(changes: dict[str, Any], base: dict[str, Any] = FULL) -> dict[str, Any]:
    before, after = answer_to(tree(base)), answer_to(tree(base, changes))
    return what_if(KB.edition, (before.decision, before.trace), (after.decision, after.trace))


@pytest.mark.parametrize("name", list(CASES)[::4])
def test_a_change_to_the_same_changes_nothing(name):
    answer = answer_to(CASES[name])
    found = what_if(KB.edition, (answer.decision, answer.trace), (answer.decision, answer.trace))
    assert found["appeared"] == found["vanished"] == found["other_reason"] == []
    assert found["status"]["before"] == found["status"]["after"]
    assert found["recommendations"]["before"] == found["recommendations"]["after"]


def doses(advice: list[dict[str, Any]]) -> dict[str, list[str]]:
    return {each["regimen"]: each["doses"] for each in advice}


def test_a_change_of_the_kidneys_changes_the_dose():
    """By hand: 44.9 mL/min, and (140 - 64) x 70 / (72 x 2.5) x 0.85 = 25.1 mL/min with a creatinine of 2.5 mg/dL.

    AVYCAZ table 3: 1.25 g q8h at 31 to 50, 0.94 g q12h at 16 to 30. FETROJA table 1: 1.5 g q8h at 30 to 59, 1 g q8h
    at 15 to 29. Aztreonam label: 2 g q8h above 30; at 10 to 30 a first dose of 2 g, then half.
    """
    found = compared({"patient.creatinine": "2.5 mg/dL"})
    assert found["status"] == {"before": "advice", "after": "advice"}
    before, after = doses(found["recommendations"]["before"]), doses(found["recommendations"]["after"])
    assert_doses(before[PAIR], {"ceftazidime-avibactam, maintenance": "1.25 g", "aztreonam, maintenance": "2 g"})
    assert_doses(after[PAIR], {"ceftazidime-avibactam, maintenance": "0.94 g", "aztreonam, maintenance": "1 g"})
    assert_doses(after[PAIR], {"aztreonam, loading": "2 g"})
    assert_doses(before["cefiderocol"], {"cefiderocol, maintenance": "1.5 g"})
    assert_doses(after["cefiderocol"], {"cefiderocol, maintenance": "1 g"})
    appeared = {each["conclusion"].split("/")[0] for each in found["appeared"]}
    vanished = {each["conclusion"].split("/")[0] for each in found["vanished"]}
    assert "dose" in appeared & vanished
    assert "recommend" not in appeared | vanished


def assert_doses(lines: list[str], wanted: dict[str, str]) -> None:
    amounts = {head: text for head, _, text in (line.partition(": ") for line in lines)}
    for head, amount in wanted.items():
        assert amounts[head].startswith(f"{amount} "), lines


def test_a_changed_dose_is_told_as_one_change():
    """The rows of the test above, each with the one it takes the place of; a loading dose is new, not changed."""
    found = compared({"patient.creatinine": "2.5 mg/dL"})
    changed = {(each["drug"], each["phase"]): (each["before"], each["after"]) for each in found["changed_dose"]}
    assert list(changed) == [
        ("aztreonam", "maintenance"),
        ("ceftazidime-avibactam", "maintenance"),
        ("cefiderocol", "maintenance"),
    ]
    for drug, before, after in (
        ("aztreonam", "2 g IV every 8 h", "1 g IV every 8 h"),
        ("ceftazidime-avibactam", "1.25 g ", "0.94 g "),
        ("cefiderocol", "1.5 g IV every 8 h", "1 g IV every 8 h"),
    ):
        old, new = changed[drug, "maintenance"]
        assert old.startswith(before)
        assert new.startswith(after)
    assert {each["conclusions"]["before"] for each in found["changed_dose"]} <= ids(found["vanished"])
    assert {each["conclusions"]["after"] for each in found["changed_dose"]} <= ids(found["appeared"])


def ids(said: list[dict[str, Any]]) -> set[str]:
    return {each["conclusion"] for each in said}


def test_a_dose_that_stays_or_falls_away_is_no_changed_dose():
    assert compared({"infection.septic_shock": True})["changed_dose"] == []
    assert compared(allergic("ceftazidime"))["changed_dose"] == []


def test_a_change_that_keeps_the_advice_for_another_reason_says_what_it_rests_on_now():
    """Measured 43 mL/min lies in the same bands as the computed 44.9: same doses, resting on another clearance."""
    found = compared({"patient.creatinine_clearance": "43 mL/min"})
    assert found["recommendations"]["before"] == found["recommendations"]["after"]
    dose = next(
        e for e in found["other_reason"] if e["conclusion"].startswith("dose/ceftazidime-avibactam/maintenance")
    )
    assert [each for each in dose["now"] if "43 mL/min" in each]
    assert [each for each in dose["no_longer"] if "44.9 mL/min" in each]
    assert not [e for e in found["appeared"] + found["vanished"] if e["conclusion"].startswith(("dose/", "recommend/"))]


def test_an_assumption_that_gets_confirmed_keeps_the_advice_for_another_reason():
    base = {path: value for path, value in FULL.items() if path != "patient.allergies"}
    found = compared({"patient.allergies": []}, base)
    assert found["recommendations"]["before"] == found["recommendations"]["after"]
    assert "assumed/patient.allergies" in [each["conclusion"] for each in found["vanished"]]
    kept = {each["conclusion"]: each for each in found["other_reason"]}[f"recommend/{PAIR}/first"]
    assert [each for each in kept["no_longer"] if each == "Allergies: not stated"]
    assert [each for each in kept["now"] if each == "Allergies: none"]


def test_a_change_that_turns_the_advice_over_says_so():
    found = compared(allergic("ceftazidime"))
    assert found["status"] == {"before": "advice", "after": "refer"}
    assert found["recommendations"]["after"] == []
    assert f"recommend/{PAIR}/first" in [each["conclusion"] for each in found["vanished"]]


@pytest.mark.parametrize("name", list(HAND_MADE)[1::3])
def test_what_appears_and_vanishes_is_the_difference_of_the_two_decisions(name):
    before, after = answer_to(HAND_MADE["all stated"]), answer_to(HAND_MADE[name])
    found = what_if(KB.edition, (before.decision, before.trace), (after.decision, after.trace))
    old, new = set(before.shown()), set(after.shown())
    assert {each["conclusion"] for each in found["appeared"]} == new - old
    assert {each["conclusion"] for each in found["vanished"]} == old - new
    assert {each["conclusion"] for each in found["other_reason"]} <= old & new
    for each in old & new - {each["conclusion"] for each in found["other_reason"]}:
        given = [given_in([answer.proof(each)]) for answer in (before, after)]
        assert given[0] == given[1], f"{each} stays for other facts, and that is not said"


# --- step ---------------------------------------------------------------------------------------------------


@every_case
def test_the_steps_are_all_firings_in_order(name):
    answer = answer_to(CASES[name])
    found = steps(KB.edition, answer.trace)
    assert [each["step"] for each in found] == list(range(1, len(answer.trace.firings) + 1))
    assert [(each["rule"], each["adds"]["conclusion"]) for each in found] == [
        (firing.rule, firing.conclusion) for firing in answer.trace.firings
    ]
    strata = [each["stratum"] for each in found]
    assert strata == sorted(strata)


@every_case
def test_a_step_rests_on_inputs_and_on_what_was_concluded_before_it(name):
    answer = answer_to(CASES[name])
    concluded: set[str] = set()
    for each in steps(KB.edition, answer.trace):
        assert len(each["premises"]) == len(KB.edition.rule[each["rule"]].when)
        for premise in each["premises"]:
            is_conclusion = isinstance(answer.trace.facts[premise["fact"]].origin, Concluded)
            assert not is_conclusion or premise["fact"] in concluded
            assert premise["text"]
        assert len(each["absent"]) == len(KB.edition.rule[each["rule"]].unless)
        assert each["turn"]
        assert each["adds"]["text"]
        assert each["adds"]["new"] == (each["adds"]["conclusion"] not in concluded)
        concluded.add(each["adds"]["conclusion"])
    assert set(answer.shown()) <= concluded


@every_case
def test_what_waits_fires_later(name):
    answer = answer_to(CASES[name])
    found = steps(KB.edition, answer.trace)
    for position, each in enumerate(found):
        assert set(each["waiting"]) <= {later["rule"] for later in found[position + 1 :]}
    assert found[-1]["waiting"] == []
