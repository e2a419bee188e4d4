"""Questions over one derivation: every answer is right and has a proof, every wrong question says what is wrong."""

import itertools
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import clingo
import pytest
from whyrx.explain.query import MOST_ANSWERS, ask
from whyrx.explain.query_check import predicates
from whyrx.explain.query_syntax import LONGEST, MOST_CONDITIONS
from whyrx.explain.text import show
from whyrx.explain.text_query import answers as as_text
from whyrx.explain.text_query import predicate_list
from whyrx.facts.atoms import kebab
from whyrx.facts.case import case_from_tree
from whyrx.facts.problems import CaseError, Problem
from whyrx.kb.edition import canonical
from whyrx.kb.knowledge import knowledge_base
from whyrx.kb.trace import Trace

KB = knowledge_base()
PAIR = "aztreonam+ceftazidime-avibactam"
CASE: dict[str, Any] = {
    "patient": {
        "age": 64,
        "sex": "female",
        "weight": "70 kg",
        "height": "165 cm",
        "creatinine": "1.4 mg/dL",
        "creatinine_trend": "stable",
        "renal_replacement": "none",
        "pregnancy": "not_pregnant",
        "allergies": [],
    },
    "isolate": {
        "organism": "Klebsiella pneumoniae",
        "carbapenem_resistant": True,
        "carbapenemases": ["NDM-1"],
        "other_beta_lactamases": ["CTX-M-15", "SHV-11"],
        "susceptibilities": {PAIR: "S", "cefiderocol": {"result": "S", "mic": "0.5 mg/L", "standard": "EUCAST 2026"}},
    },
    "infection": {"site": "bloodstream", "severity": "severe", "septic_shock": False},
    "setting": {"jurisdiction": "EU", "unavailable": []},
}
TRACE = KB.derive(case_from_tree(CASE))


def asked(text: str, trace: Trace = TRACE) -> dict[str, Any]:
    return ask(KB.edition, trace, text)


def found(text: str) -> list[tuple[str, ...]]:
    """The values of each answer, in the order of the variables."""
    answer = asked(text)
    return [tuple(each["bindings"][name] for name in answer["variables"]) for each in answer["answers"]]


def refused(text: str) -> tuple[Problem, ...]:
    with pytest.raises(CaseError) as error:
        asked(text)
    assert all(problem.path == "QUERY" for problem in error.value.problems)
    assert all("\n" not in problem.line() for problem in error.value.problems)
    return error.value.problems


def the_problem(text: str) -> Problem:
    (problem,) = refused(text)
    return problem


# --- what is answered ---------------------------------------------------------------------------------------

# The guideline puts the pair first in severe infection with NDM and cefiderocol second; against cefiderocol it says
# "not first line", so a regimen that is recommended and against which nothing is said is the pair alone.


def test_a_conjunction_with_negation_answers_with_the_values_of_its_variables():
    answer = asked("recommend(R, first), not avoid(R, _)")
    assert answer["variables"] == ["R"]
    assert [each["bindings"] for each in answer["answers"]] == [{"R": PAIR}]
    assert (answer["text"], answer["because"], answer["notes"]) == ("1 answer.", [], [])


def test_variables_are_bound_in_order_of_appearance_and_answers_stand_in_order_of_values():
    assert asked("recommend(R, L)")["variables"] == ["R", "L"]
    assert found("recommend(R, L)") == [(PAIR, "first"), ("cefiderocol", "alternative")]
    assert found("recommend(regimen=R, line=_L)") == found("recommend(R, L)")


def test_a_variable_that_stands_twice_has_one_value():
    assert found("recommend(R, alternative), avoid(R, C)") == [("cefiderocol", "not_first_line")]
    assert found("other_result(X, X)") == []  # the table is of results that differ
    assert asked("other_result(X, X)")["text"] == "No. Nothing fits other_result(X, X)."


def test_trailing_arguments_may_be_left_out_and_match_anything():
    assert found("avoid(R)") == found("avoid(R, _)") == found("avoid(R, _, _)")
    assert found("tested") == found("tested()") == found("tested(_)") == [()]


def test_an_anonymous_variable_gives_no_further_answers():
    # Three statements rank the pair first: S1, S2 and S13.
    assert found("ranks(R, first, S), R = aztreonam+ceftazidime-avibactam") == [(PAIR, s) for s in ("S1", "S13", "S2")]
    assert found("ranks(R, first, _)") == [(PAIR,)]


def test_fields_may_be_named_and_what_people_read_only_so():
    # Cockcroft-Gault by hand: (140 - 64) x 70 / (72 x 1.4) x 0.85 = 44.9 mL/min.
    assert found("clearance(actual_weight, amount=A)") == [("44.9 mL/min",)]
    assert found("clearance(state=known, basis=actual_weight, amount='44.9 mL/min')") == [()]
    assert found("susceptibility(cefiderocol, mic=M, standard=S)") == [("0.5 mg/L", "EUCAST 2026")]


def test_an_amount_that_nobody_stated_is_no_value():
    assert found("age(amount=A)") == [("64",)]
    answer = asked("pitt_score(amount=A)")
    assert answer["answers"] == []
    assert answer["because"][0]["because"] == [
        {"unknown": "infection.pitt_score", "text": "Pitt bacteraemia score: not stated"}
    ]


def test_the_rows_of_tables_can_be_asked_for_though_the_derivation_did_not_touch_them():
    row = "allergy-rule/avibactam/ceftazidime-avibactam/any/excluded"
    assert row not in TRACE.facts
    answer = asked("allergy_rule(avibactam, ceftazidime-avibactam, any, V)")
    assert [each["bindings"] for each in answer["answers"]] == [{"V": "excluded"}]
    (node,) = answer["answers"][0]["proof"]
    assert node["known"]
    assert node["source"]


def test_comparisons_keep_or_drop_values():
    assert found("recommend(R, L), L = first") == [(PAIR, "first")]
    assert found("recommend(R, L), first = L") == [(PAIR, "first")]
    for unlike in (r"L \= first", "L != first", r"first \= L"):
        assert found(f"recommend(R, L), {unlike}") == [("cefiderocol", "alternative")]
    pairs = found("recommend(X, _), recommend(Y, _), X != Y")
    assert pairs == [(PAIR, "cefiderocol"), ("cefiderocol", PAIR)]
    assert found("recommend(X, _), recommend(Y, _), X = Y") == [(PAIR, PAIR), ("cefiderocol", "cefiderocol")]


def test_a_query_without_variables_answers_yes_or_no():
    assert (asked("adult")["text"], asked("adult")["answers"][0]["bindings"]) == ("Yes.", {})
    assert asked("not shock")["text"] == "Yes."
    assert asked("shock")["text"].startswith("No.")
    assert asked("not adult")["text"].startswith("No.")
    assert asked("first = first")["text"] == "Yes."
    assert asked("first = alternative")["text"].startswith("No.")


@pytest.mark.parametrize(
    "spelling",
    [
        "?- recommend(R, first), not avoid(R, _).",
        "recommend(R,first),not(avoid(R,_))",
        r"recommend( R , 'first' ) , \+ avoid(R, _) .",
        '?-recommend(R,\n"first"),\\+(avoid(R,_)).',
    ],
)
def test_spellings_of_one_query_have_one_normal_form_and_one_answer(spelling):
    assert asked(spelling) == asked("recommend(R, first), not avoid(R, _)")


def test_the_normal_form_is_a_query_with_the_same_answer():
    for text in (
        "carbapenemase_found('NDM-1')",
        "clearance(basis=B, amount='44.9 mL/min')",
        "recommend(R, L), L!=first",
    ):
        normal = asked(text)["query"]
        assert asked(normal) == asked(text)
        assert asked(normal)["query"] == normal


def test_predicates_may_be_written_in_kebab_case_and_quotes_of_either_kind_serve():
    assert found('carbapenemase-found("NDM-1")') == found("carbapenemase_found('NDM-1')") == [()]
    assert found("organism('Klebsiella pneumoniae')") == [()]
    assert found("status(advice)") == [()]


def test_the_word_not_stated_is_a_value_and_not_a_negation():
    assert found("pitt_band(not_stated)") == [()]
    assert found("not pitt_band(not_stated)") == []


def test_the_order_of_conditions_does_not_matter():
    conditions = ["recommend(R, L)", "not avoid(R, never)", "ranks(R, L, S)", r"L \= alternative"]
    answers = {
        frozenset(tuple(sorted(each["bindings"].items())) for each in asked(", ".join(order))["answers"])
        for order in itertools.permutations(conditions)
    }
    expected = {(("L", "first"), ("R", PAIR), ("S", s)) for s in ("S1", "S2", "S13")}
    assert answers == {frozenset(expected)}


def test_a_variable_that_looks_like_a_value_is_pointed_out():
    answer = asked("susceptibility(R, S)")
    assert len(answer["answers"]) == 2
    assert answer["notes"] == ["S is a variable here; to ask for the value, write 'S'"]
    assert asked("susceptibility(R, 'S')")["notes"] == []


def test_the_same_question_gives_the_same_bytes_under_every_hash_seed():
    program = (
        "import sys\n"
        "from whyrx.explain.query import ask\n"
        "from whyrx.facts.case import case_from_tree\n"
        "from whyrx.kb.edition import canonical\n"
        "from whyrx.kb.knowledge import knowledge_base\n"
        "kb = knowledge_base()\n"
        "isolate = {'organism': 'Klebsiella pneumoniae', 'carbapenemases': ['NDM-1']}\n"
        "trace = kb.derive(case_from_tree({'isolate': isolate}))\n"
        "for text in sys.argv[1:]:\n"
        "    sys.stdout.buffer.write(canonical(ask(kb.edition, trace, text)))\n"
    )
    texts = ["avoid(R, C), not recommend(R, _)", "combination(R, D), R != D", "recommend(R), not ranks(R)"]
    runs = {
        subprocess.run(
            [sys.executable, "-c", program, *texts],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            cwd=Path(__file__).parent,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


# --- why it is so --------------------------------------------------------------------------------------------


def test_a_proof_has_a_node_for_each_condition_in_the_order_written():
    answer = asked(r"not avoid(R, _), R \= colistin, recommend(R, first)")
    absent, compared, derived = answer["answers"][0]["proof"]
    assert absent["text"].startswith("Not concluded: to avoid")
    assert absent["because"]
    assert absent["rules"]
    assert compared == {"text": rf"R \= colistin: {PAIR} is not colistin"}
    assert derived["conclusion"] == f"recommend/{PAIR}/first"
    assert derived["premises"]


def test_every_branch_of_every_proof_ends_in_what_was_given_known_assumed_or_not_stated():
    leaves = {"given", "known", "assumed", "unknown", "see"}

    def ends(node: dict[str, Any]) -> bool:
        below = [*node.get("premises", ()), *node.get("inputs", ()), *node.get("also", ()), *node.get("because", ())]
        below += [ground for absent in node.get("absent", ()) for ground in absent["because"]]
        return bool(leaves & set(node)) or (bool(below) and all(map(ends, below)))

    for name in (each["name"] for each in predicates(KB.edition)):
        for text in (name, f"not {name}"):
            answer = asked(text)
            nodes = [node for each in answer["answers"] for node in each["proof"]] + answer["because"]
            assert nodes
            assert all(map(ends, nodes)), text


def test_the_absence_of_an_input_rests_on_what_was_stated_in_its_place():
    ((absent,),) = (each["proof"] for each in asked("not carbapenemase_found('KPC-2')")["answers"])
    assert absent["text"] == "No such fact: carbapenemase found (enzyme KPC-2)"
    assert [node["given"] for node in absent["because"]] == [
        "isolate.carbapenemases",
        "isolate.carbapenemases[NDM-1]",
    ]


def test_no_answer_says_why_the_first_condition_that_nothing_fits_is_not_met():
    answer = asked("recommend(R, _), shock, carbapenemase_found('KPC-2')")
    assert answer["text"] == "No. Nothing fits shock."
    (absent,) = answer["because"]
    assert absent["text"] == "Not concluded: septic shock"
    assert [node["given"] for node in absent["because"]] == ["infection.septic_shock"]


def test_no_answer_shows_what_stands_against_everything_that_fits():
    answer = asked("recommend(R, alternative), not avoid(R, _)")
    assert answer["text"] == "No. What fits the rest fails: not avoid(R, _)."
    assert [node["conclusion"] for node in answer["because"]] == ["avoid/cefiderocol/not_first_line/S1"]
    assert asked("recommend(R, L), avoid(R, C), C = never")["text"] == "No. What fits the rest fails: C = never."
    assert "all of them at once" in asked("recommend(R, first), avoid(R)")["text"]


def test_text_shows_values_proofs_absences_and_notes(capsys):
    show(as_text(asked("recommend(R, first), not avoid(R, _), R != colistin")))
    show(as_text(asked("susceptibility(D, S)")))
    show(as_text(asked("shock")))
    text = capsys.readouterr().out
    for part in (
        r"?- recommend(R, first), not avoid(R, _), R \= colistin.",
        "1 answer.",
        f"R = {PAIR}",
        "(given: patient.age)",
        "Not concluded: to avoid",
        f"{PAIR} is not colistin",
        "Note: S is a variable here",
        "No. Nothing fits shock.",
        "└── Septic shock: no (given: infection.septic_shock)",
    ):
        assert part in text


def test_the_list_of_predicates_names_every_kind_of_fact_with_its_fields(capsys):
    listed = {each["name"]: each for each in predicates(KB.edition)}
    assert len(listed) == len(KB.edition.vocabulary)
    assert listed["avoid"]["fields"] == ["regimen", "category", "statement"]
    assert (listed["clearance"]["fields"], listed["clearance"]["named_only"]) == (
        ["basis", "state", "atom"],
        ["amount"],
    )
    assert (listed["recommend"]["label"], listed["recommend"]["origin"]) == ("recommended", "concluded")
    show(predicate_list(predicates(KB.edition)))
    text = capsys.readouterr().out
    assert all(name in text for name in listed)
    assert "clearance(basis, state, atom, amount=…)" in text


# --- wrong questions ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "at", "there", "expected"),
    [
        ("", 1, "(the end)", "a name or value in lower case"),
        ("recommend(R", 12, "(the end)", "a closing bracket or a comma"),
        ("recommend(R, first) not avoid(R)", 21, "not avoid(R)", "a comma, a full stop or the end"),
        ("recommend(R,, first)", 13, ", first)", "a variable"),
        ("recommend(R), ", 15, "(the end)", "not"),
        ("adult. adult", 8, "adult", "the end"),
        ("not not adult", 5, "not adult", "an opening bracket"),
        ("carbapenemase_found(NDM-1)", 24, "-1)", "stands in quotes: 'NDM-1'"),
        ("organism(klebsiella pneumoniae)", 21, "pneumoniae)", "stands in quotes"),
        ("organism('Klebsiella)", 10, "'Klebsiella)", "this quote is not closed"),
        ("clearance(basis=B, known)", 25, ")", "="),
        ("recommend(R); adult", 13, "; adult", "a comma"),
        ("recommend(R, first) :- adult", 21, ":- adult", "a comma"),
    ],
)
def test_a_syntax_error_says_where_and_what_was_expected(text, at, there, expected):
    problem = the_problem(text)
    assert problem.value == there
    assert problem.accepted.startswith(f"at character {at}, ")
    assert expected in problem.accepted


def test_a_capital_at_the_start_of_a_predicate_is_explained():
    problem = the_problem("adult, CarbapenemaseFound(X)")
    assert "predicates are in lower case" in problem.accepted
    assert problem.suggestion == "carbapenemase_found"


def test_an_unknown_predicate_gets_its_near_miss():
    problem = the_problem("recomend(R, first)")
    assert (problem.value, problem.suggestion) == ("recomend", "recommend")
    assert the_problem("xyzzy(R)").suggestion is None


def test_too_many_arguments_are_answered_with_the_fields():
    assert "at most 3: regimen, category, statement" in the_problem("avoid(R, _, _, _)").accepted
    assert "by name only: amount" in the_problem("age(_, A)").accepted
    assert "none" in the_problem("adult(X)").accepted


def test_an_unknown_or_repeated_field_is_refused():
    problem = the_problem("clearance(bais=B)")
    assert (problem.value, problem.suggestion) == ("bais", "basis")
    assert "given twice" in the_problem("recommend(R, regimen=S)").accepted
    assert "without fields" in the_problem("adult(age=A)").accepted


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("not avoid(R, _)", "R"),
        ("recommend(R, L), not avoid(Q, _)", "Q"),
        ("not avoid(R), not recommend(R)", "R"),
        ("X = first", "X"),
        (r"recommend(R), R \= Q", "Q"),
    ],
)
def test_a_variable_that_only_stands_in_negations_or_comparisons_is_unsafe(text, name):
    for problem in refused(text):
        assert problem.value.startswith(f"{name} in ")
        assert f"nothing here gives {name} a value" in problem.accepted


def test_the_anonymous_variable_cannot_be_compared():
    assert "_ is any value" in the_problem("recommend(R), R = _").accepted


@pytest.mark.parametrize(
    ("text", "value", "suggestion"),
    [
        ("recommend(R, frist)", "frist", "first"),
        ("recommend(R, L), L = alternate", "alternate", "alternative"),
        ("not site(blodstream)", "blodstream", "bloodstream"),
        ("carbapenemase_found('NDM1')", "NDM1", "NDM-1"),
        ("organism('klebsiella pneumonia')", "klebsiella pneumonia", "Klebsiella pneumoniae"),
        ("avoid(cefiderocol+aztreonam)", "cefiderocol+aztreonam", "aztreonam+cefiderocol"),
        ("recommend(cefiderocal)", "cefiderocal", "cefiderocol"),
        ("status(advice, recomended)", "recomended", "recommended"),
        ("tested('')", "", None),
    ],
)
def test_a_value_that_a_field_can_never_have_is_refused_with_the_nearest(text, value, suggestion):
    problem = the_problem(text)
    assert (problem.value, problem.suggestion) == (value, suggestion)


@pytest.mark.parametrize(
    "text",
    [
        "avoid(aztreonam+colistin)",  # a regimen that no table names
        "carbapenemase_found('KPC-3')",
        "organism('Escherichia coli')",
        "clearance(atom=over-36-to-50)",
        "missing('patient.creatinine')",
        "ranks(R, first, 'S2')",
        "age(amount='99')",  # what people read is not checked
    ],
)
def test_a_value_that_another_case_could_have_is_accepted(text):
    assert asked(text)["text"]


def test_everything_wrong_is_said_at_once():
    problems = refused("recomend(R), avoid(Q, nevr), not shock(X), clearance(bais=B), Z = first")
    assert len(problems) == 6  # a predicate, a value, arguments of shock, X in a negation, a field, Z in a comparison
    assert {problem.suggestion for problem in problems} == {"recommend", "never", "basis", None}


# --- hostile questions ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "a" * (LONGEST + 1),
        "adult, " * 100_000,
        "(" * 900,
        "not " * 200 + "adult",
        "not(" * 200 + "adult" + ")" * 200,
        "recommend(" * 90,
        "'" * 999,
        "'\n'",
        "recommend(\"R'",
        "recommend(R, 'fi\x00rst')",
        "\x1b[31mrecommend(R)",
        "рecommend(R)",  # a Cyrillic letter
        "recommend(Ω)",
        "recommend(R)\u202e",
        "age(amount='\udc80')",
        "age(amount='\x1b[31m')",
        "age(amount='6\t4')",
        "{{R}}",
        "recommend(R, {0.__class__})",
        "\\",
        "...",
        "?-",
        "?- ?- adult",
        ", ".join(["adult"] * (MOST_CONDITIONS + 1)),
    ],
)
def test_hostile_text_is_refused_in_one_short_printable_line(text):
    for problem in refused(text):
        assert len(problem.line()) < 600
        assert problem.line().isprintable()


def test_a_question_of_the_greatest_length_is_answered():
    text = "adult" + " " * (LONGEST - 5)
    assert asked(text)["text"] == "Yes."


def test_too_many_ways_or_answers_are_refused_before_they_are_made():
    assert "share variables" in the_problem(", ".join(f"dose_row(V{i})" for i in range(MOST_CONDITIONS))).accepted
    assert f"at most {MOST_ANSWERS:,} answers" in the_problem("dose_row(A, atom=B), allergy_rule(C, D)").accepted


# --- held against other ways to answer ------------------------------------------------------------------------

FACTS = {fact.id: fact for fact in (*KB.edition.known, *TRACE.facts.values())}
ROWS: dict[str, list[tuple[str, ...]]] = {}
for _fact in FACTS.values():
    if _fact.type in KB.edition.vocabulary:
        name = kebab(_fact.type).replace("-", "_")
        ROWS.setdefault(name, []).append(tuple(value for _, value in _fact.values))
Literal = tuple[str, str, tuple[str, ...]]
"""`+` or `-`, a predicate and its arguments; or `=` or `!=`, nothing, and two terms."""


def is_variable(term: str) -> bool:
    return term in ("X", "Y", "Z")


def literal(rng: random.Random, sign: str, bound: list[str]) -> Literal:
    """A condition whose values, if any, are those of some fact; a negation takes only bound variables."""
    predicate = rng.choice([each for each, rows in ROWS.items() if len(rows) <= 60])
    variables = rng.sample(bound if sign == "-" else ["X", "Y", "Z"], len(bound) if sign == "-" else 3)
    terms = []
    for value in rng.choice(ROWS[predicate]):
        kind = rng.choice(["value", "_", "variable", "variable"])
        if rng.random() < 0.1:  # the same variable twice in one condition
            variables = [*variables, *(term for term in terms if is_variable(term))]
        terms.append(variables.pop() if kind == "variable" and variables else f"'{value}'" if kind == "value" else "_")
    return sign, predicate, tuple(terms)


def related(rng: random.Random, first: Literal) -> Literal:
    """A positive condition that shares a field with another, so that their variables may meet."""
    fields = {each["name"]: each["fields"] for each in predicates(KB.edition)}
    shared = {field: term for field, term in zip(fields[first[1]], first[2], strict=True) if is_variable(term)}
    others = [each for each in ROWS if set(shared) & set(fields[each]) and len(ROWS[each]) <= 60]
    if not others:
        return literal(rng, "+", [])
    chosen = rng.choice(others)
    return "+", chosen, tuple(shared.get(field, rng.choice(["_", "Z"])) for field in fields[chosen])


def question(rng: random.Random) -> list[Literal]:
    first = literal(rng, "+", [])
    literals = [first, related(rng, first)]
    bound = sorted({term for _, _, terms in literals for term in terms if is_variable(term)})
    literals += [literal(rng, "-", bound) for _ in range(rng.randrange(3)) if bound]
    if bound and rng.random() < 0.5:
        literals.append((rng.choice(["=", "!="]), "", (rng.choice(bound), rng.choice(bound))))
    rng.shuffle(literals)
    return literals


def written(each: Literal) -> str:
    sign, predicate, terms = each
    if sign in ("=", "!="):
        return f"{terms[0]} {sign} {terms[1]}"
    return f"{'not ' if sign == '-' else ''}{predicate}({', '.join(terms)})"


def fits(row: tuple[str, ...], terms: tuple[str, ...], chosen: dict[str, str]) -> bool:
    wanted = (chosen[term] if is_variable(term) else term.strip("'") for term in terms)
    return all(value in ("_", is_) for value, is_ in zip(wanted, row, strict=True))


def naively(literals: list[Literal]) -> set[tuple[str, ...]]:
    """Every choice of values that stand where the variables stand, tried against every condition."""
    candidates: dict[str, set[str]] = {}
    for sign, predicate, terms in literals:
        for at, term in enumerate(terms):
            if sign == "+" and is_variable(term):
                values = {row[at] for row in ROWS[predicate]}
                candidates[term] = candidates.get(term, values) & values

    def holds(each: Literal, chosen: dict[str, str]) -> bool:
        sign, predicate, terms = each
        if sign in ("=", "!="):
            return (chosen[terms[0]] == chosen[terms[1]]) == (sign == "=")
        return any(fits(row, terms, chosen) for row in ROWS[predicate]) == (sign == "+")

    names = sorted(candidates)
    choices = (dict(zip(names, values, strict=True)) for values in itertools.product(*map(candidates.get, names)))
    return {tuple(c[n] for n in names) for c in choices if all(holds(each, c) for each in literals)}


def by_clingo(literals: list[Literal]) -> set[tuple[str, ...]]:
    names = sorted({term for sign, _, terms in literals if sign == "+" for term in terms if is_variable(term)})

    def atom(predicate: str, terms: tuple[str, ...]) -> str:
        inside = ", ".join(term if is_variable(term) or term == "_" else json.dumps(term.strip("'")) for term in terms)
        return f"p_{predicate}({inside})" if terms else f"p_{predicate}"

    body = [
        f"{terms[0]} {sign} {terms[1]}"
        if sign in ("=", "!=")
        else f"{'not ' if sign == '-' else ''}{atom(predicate, terms)}"
        for sign, predicate, terms in literals
    ]
    facts = [
        f"{atom(each, tuple(f'{chr(39)}{v}{chr(39)}' for v in row))}." for each, rows in ROWS.items() for row in rows
    ]
    control = clingo.Control(["--warn=no-atom-undefined"])
    control.add(
        "base", [], "\n".join([*facts, f"answer(({','.join(names)}{',' if names else ''})) :- {', '.join(body)}."])
    )
    control.ground([("base", [])])
    with control.solve(yield_=True) as handle:
        (model,) = [each.symbols(atoms=True) for each in handle]
    return {tuple(value.string for value in s.arguments[0].arguments) for s in model if s.name == "answer"}


def questions() -> list[list[Literal]]:
    rng = random.Random(20260)
    return [question(rng) for _ in range(60)]


def test_random_questions_are_answered_as_by_generate_and_test_and_as_by_clingo():
    answered = 0
    for literals in questions():
        text = ", ".join(map(written, literals))
        expected = naively(literals)
        if len(expected) > MOST_ANSWERS:
            refused(text)
            continue
        answer = asked(text)
        names = sorted(answer["variables"])
        answers = [tuple(each["bindings"][name] for name in names) for each in answer["answers"]]
        assert len(answers) == len(set(answers))
        assert set(answers) == expected == by_clingo(literals), text
        assert canonical(answer) == canonical(asked(text))
        answered += bool(answers)
    assert 10 <= answered <= 55  # there are questions of both kinds
