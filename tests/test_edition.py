"""An edition is data: it reads back, its digest follows its logic, a wrong one is refused, nothing is forgotten."""

import json
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from whyrx.facts import formulas, working_memory
from whyrx.facts import vocabulary as v
from whyrx.facts.atoms import Computed, FactType, FieldType, Known, Pattern, V
from whyrx.facts.bands import Interval, check_bands
from whyrx.facts.case import Case, case_from_tree
from whyrx.kb import sources, tables
from whyrx.kb.check import KnowledgeError, check
from whyrx.kb.check_tables import dose_edge_problems
from whyrx.kb.decision import decide
from whyrx.kb.edition import CoverageRow, Edition, Row, canonical
from whyrx.kb.inference import KnowledgeBase
from whyrx.kb.knowledge import DEFAULT_GUIDELINE, GUIDELINES, edition, knowledge_base
from whyrx.kb.language import Cite, Example, Rule
from whyrx.kb.rules import STATEMENTS as RULINGS
from whyrx.kb.trace import Trace

E = edition()
Change = Callable[[Edition], Edition]


def own_cases() -> list[Case]:
    """A third of the different cases that stand in the rules."""
    found = {json.dumps(case.document(), sort_keys=True) for rule in E.rules for case in rule.cases}
    return [case_from_tree(json.loads(document)) for document in sorted(found)[::3]]


@cache
def derived() -> list[tuple[Case, Trace]]:
    return [(case, knowledge_base().derive(case)) for case in own_cases()]


def through_json(data: Mapping[str, Any]) -> Any:
    """What another program that reads the canonical JSON has."""
    return json.loads(canonical(data))


# --- changes of one thing -----------------------------------------------------------------------------------


def with_rule(name: str, **changes: Any) -> Change:
    assert name in E.rule
    return lambda e: replace(e, rules=tuple(replace(r, **changes) if r.id == name else r for r in e.rules))


def plus(*rules: Rule, types: tuple[FactType, ...] = ()) -> Change:
    return lambda e: replace(e, rules=(*e.rules, *rules), vocabulary={**e.vocabulary, **{t.name: t for t in types}})


def with_rows(table: str, change: Callable[[tuple[Row, ...]], tuple[Row, ...]]) -> Change:
    return lambda e: replace(e, tables={**e.tables, table: replace(e.tables[table], rows=change(e.tables[table].rows))})


def with_row(row: str, **changes: Any) -> Change:
    def changed(rows: tuple[Row, ...]) -> tuple[Row, ...]:
        return tuple(replace(r, **changes) if r.id == row else r for r in rows)

    return lambda e: with_rows(e.row[row][0].id, changed)(e)


def without_row(row: str) -> Change:
    return lambda e: with_rows(e.row[row][0].id, lambda rows: tuple(r for r in rows if r.id != row))(e)


def with_key(name: str, key: str, **changes: Any) -> Change:
    """The edition with a value of one of its mappings changed."""
    return lambda e: replace(e, **{name: {**getattr(e, name), key: replace(getattr(e, name)[key], **changes)}})


def band_of(drug: str, label: str, value: int, setting: str = "clearance", phase: str = "maintenance") -> Row:
    """The row of the dose tables for a clearance in mL/min (or an effluent in L/h)."""
    (row,) = [
        row
        for _, row in E.row.values()
        if row.values[1:5] == (drug, label, setting, phase) and Interval.parse(row.band).contains(Fraction(value))
    ]
    return row


# --- round trip ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def again() -> Edition:
    return Edition.from_json(through_json(E.as_json()))


def test_an_edition_reads_back_from_its_canonical_json(again):
    """Rules and rows are sets: their order is not kept, everything else is."""
    assert again.rule == E.rule
    assert again.row.keys() == E.row.keys()
    for name, table in again.tables.items():
        assert replace(table, rows=()) == replace(E.tables[name], rows=())
        assert {row.id: row for row in table.rows} == {row.id: row for row in E.tables[name].rows}
    same = dict.fromkeys(("rules", "tables"), ())
    assert replace(again, **same) == replace(E, **same)


def test_what_was_read_back_is_the_same_data_and_has_the_same_digest(again):
    assert again.as_json() == E.as_json()
    assert canonical(again.as_json()) == canonical(E.as_json())
    assert again.digest == E.digest
    assert Edition.from_json(through_json(again.as_json())) == again
    assert len(again.rules) == len(E.rules)


def test_what_was_read_back_derives_the_same(again):
    base = KnowledgeBase(again)
    for case, expected in derived():
        trace = base.derive(case)
        assert trace == expected
        assert canonical(decide(again, case, trace)) == canonical(decide(E, case, expected))


def test_canonical_json_is_sorted_and_has_no_number_but_whole_ones():
    def walk(value: Any) -> None:
        assert not isinstance(value, float)
        for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(each)

    text = canonical(E.as_json())
    data = json.loads(text)
    walk(data)
    assert text == json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_data_of_another_schema_is_no_edition():
    with pytest.raises(ValueError, match="whyrx-edition/0"):
        Edition.from_json({**E.as_json(), "schema": "whyrx-edition/0"})


def test_a_trace_reads_back_from_its_canonical_json():
    for case, trace in derived():
        data = canonical(trace.as_json())
        again = Trace.from_json(json.loads(data))
        assert again == trace
        assert canonical(again.as_json()) == data
        assert canonical(decide(E, case, again)) == canonical(decide(E, case, trace))


def test_a_trace_names_the_edition_it_was_made_with():
    trace = knowledge_base().derive(case_from_tree({}))
    assert trace.as_json()["knowledge"] == {"digest": E.digest, "version": E.version}
    with pytest.raises(ValueError, match="whyrx-trace/0"):
        Trace.from_json({**trace.as_json(), "schema": "whyrx-trace/0"})


# --- the digest ---------------------------------------------------------------------------------------------


def test_the_digest_changes_with_each_condition_exception_and_conclusion_of_each_rule():
    for rule in E.rules:
        changed = [rule, replace(rule, then=v.Status(value="refer", reason="changed"))]
        for part in ("when", "unless"):
            patterns = getattr(rule, part)
            changed += [replace(rule, **{part: patterns[:i] + patterns[i + 1 :]}) for i in range(len(patterns))]
        # Alone in an edition: the rest of it is the same each time, and long.
        digests = {replace(E, rules=(each,), tables={}, vocabulary={}).digest for each in changed}
        assert len(digests) == len(changed)


FIRST_CZA = band_of("ceftazidime-avibactam", "US", 60)
LOGIC: dict[str, Change] = {
    "a value in a condition": with_rule(
        "recommend-ranked", when=(v.Ranks(regimen=V.regimen, line="first", statement=V.statement),)
    ),
    "a condition becomes an exception": with_rule(
        "in-scope", when=E.rule["in-scope"].when[1:], unless=(*E.rule["in-scope"].unless, v.Adult())
    ),
    "the type of a pattern, its fields being the same": with_rule(
        "recommend-ranked", unless=(v.Labelled(drug=V.regimen), E.rule["recommend-ranked"].unless[1])
    ),
    "a variable becomes the word it is called": with_rule("recommend-ranked", then=v.Recommend(regimen="regimen")),
    "what is assumed": with_rule("assume-infection", assumes="infection.severity"),
    "a value of a table": with_row(FIRST_CZA.id, values=(*FIRST_CZA.values[:-1], "2 g every 8 h")),
    "a dose": with_row(FIRST_CZA.id, payload={**FIRST_CZA.payload, "interval_h": 12}),
    "a band": with_row(FIRST_CZA.id, band="[50,)"),
    "a row less": without_row(FIRST_CZA.id),
    "the quantity of a table": with_key("tables", "cefiderocol-crrt-doses", quantity="Clearance"),
    "a grade": with_key("statements", "S2", strength="conditional"),
    "whose grade": with_key("statements", "S2", graded_by="escmid-2022"),
    "values a field may have": with_key("vocabulary", "Sex", fields=(FieldType("value", ("female", "male")),)),
    "a function less": lambda e: replace(e, functions=e.functions[1:]),
}


@pytest.mark.parametrize("change", LOGIC.values(), ids=LOGIC)
def test_the_digest_changes_with_what_decides(change):
    assert change(E).digest != E.digest


WORDING: dict[str, Change] = {
    "sentence": with_rule("recommend-ranked", because="{regimen} is recommended."),
    "what a rule says": with_rule("recommend-ranked", says="Another way to say it."),
    "place of a source": with_rule("recommend-ranked", source=Cite("whyrx-rulings", "another place")),
    "cases": with_rule("recommend-ranked", cases=(Example("other", {}, False),)),
    "labels": lambda e: replace(e, labels={**e.labels, "drug": {"aztreonam": "Azactam"}}),
    "label of a fact type": with_key("vocabulary", "Sex", label="sex of the patient"),
    "text of a row": with_row(FIRST_CZA.id, text="two and a half grams"),
    "title of a table": with_key("tables", "aztreonam-doses", title="doses of aztreonam"),
    "words of a statement": with_key("statements", "S1", says="Said otherwise."),
    "title of a source": with_key("sources", "azactam-us", title="AZACTAM"),
    "note of the coverage": lambda e: replace(e, coverage=tuple(replace(row, note="mended") for row in e.coverage)),
    "version": lambda e: replace(e, version="2099.01"),
    "order of rules and rows": lambda e: replace(
        e,
        rules=e.rules[::-1],
        tables={name: replace(t, rows=t.rows[::-1]) for name, t in reversed(e.tables.items())},
        statements=dict(reversed(e.statements.items())),
        vocabulary=dict(reversed(e.vocabulary.items())),
    ),
}


@pytest.mark.parametrize("change", WORDING.values(), ids=WORDING)
def test_the_digest_does_not_change_with_words_and_order(change):
    assert change(E).digest == E.digest


def test_words_stand_in_the_data_though_not_in_the_digest():
    for name in WORDING.keys() - {"order of rules and rows"}:
        assert canonical(WORDING[name](E).as_json()) != canonical(E.as_json()), name


def freshly_made() -> Edition:
    """The edition as a program would make it whose functions and tables are what they are now."""
    return edition.__wrapped__(DEFAULT_GUIDELINE)


@pytest.mark.parametrize("name", formulas.FORMULAS)
def test_the_digest_changes_with_the_behaviour_of_a_formula_and_with_its_version(name, monkeypatch):
    formula = formulas.FORMULAS[name]
    assert freshly_made().digest == E.digest
    changed = {
        "an answer": replace(formula, function=lambda **inputs: formula.function(**inputs) + Fraction(1, 1000)),
        "a refusal": replace(formula, function=lambda **_: Fraction(1)),
        "version": replace(formula, version=formula.version + 1),
        "unit": replace(formula, unit="another"),
    }
    for other in changed.values():
        patched = {**formulas.FORMULAS, name: other}
        monkeypatch.setattr(formulas, "FORMULAS", patched)
        monkeypatch.setattr(working_memory, "FORMULAS", patched)
        assert freshly_made().digest != E.digest
    worded = replace(formula, label="another label", expression="in other words", source="the same, cited otherwise")
    patched = {**formulas.FORMULAS, name: worded}
    monkeypatch.setattr(formulas, "FORMULAS", patched)
    monkeypatch.setattr(working_memory, "FORMULAS", patched)
    assert freshly_made().digest == E.digest


def origins(kind: type[Any]) -> list[Any]:
    return [f.origin for _, trace in derived() for f in trace.facts.values() if isinstance(f.origin, kind)]


def test_every_table_row_a_trace_rests_on_is_of_a_table_the_digest_covers():
    covered = {*E.tables, *(function["name"] for function in E.functions)}
    assert {origin.table for origin in origins(Known) if origin.row} <= covered


def test_every_function_a_trace_names_is_among_those_the_digest_covers():
    covered = {f"{function['name']}/{function['version']}" for function in E.functions if "version" in function}
    assert {origin.function for origin in origins(Computed)} <= covered


def test_every_table_row_of_a_trace_is_in_the_edition_word_for_word():
    for origin in origins(Known):
        if origin.row and origin.table in E.tables:
            table, row = E.row[origin.row]
            assert (origin.table, origin.value, origin.source) == (table.id, row.text, row.source)


# --- refused at load ----------------------------------------------------------------------------------------


def findings(change: Change) -> list[str]:
    with pytest.raises(KnowledgeError) as refused:
        KnowledgeBase(change(E))
    return refused.value.findings


def test_the_edition_as_released_is_accepted():
    check(E)


RANKED = (v.Ranks(regimen=V.regimen, line=V.line, statement=V.statement),)


def wrong(**changes: Any) -> Change:
    return with_rule("recommend-ranked", **changes)


def with_condition(*patterns: Pattern) -> Change:
    return wrong(when=(*RANKED, *patterns))


def with_exception(*patterns: Pattern) -> Change:
    return wrong(unless=patterns)


# What is wrong, and what has to be said of it beside the rule.
REFUSED_RULES: dict[str, tuple[Change, str]] = {
    "unknown fact type in a condition": (with_condition(Pattern("Recomend", ())), "condition Recomend: unknown fact"),
    "unknown fact type in an exception": (with_exception(Pattern("Exclude", ())), "exception Exclude: unknown fact"),
    "unknown fact type in the conclusion": (wrong(then=Pattern("Advise", ())), "conclusion Advise: unknown fact"),
    "unknown field in a condition": (wrong(when=(*RANKED, v.Target(enzime=V.enzyme))), "unknown field enzime"),
    "unknown field in an exception": (with_exception(v.Excluded(regimem=V.regimen)), "unknown field regimem"),
    "unknown field in the conclusion": (wrong(then=v.Recommend(regimen=V.regimen, lien=V.line)), "unknown field lien"),
    "unknown value in a condition": (with_condition(v.Target(certainty="sure")), "unknown value 'sure'"),
    "unknown value in an exception": (with_exception(v.Excluded(reason="alergy")), "unknown value 'alergy'"),
    "unknown value in the conclusion": (wrong(then=v.Recommend(regimen=V.regimen, line="frist")), "'frist'"),
    "unknown value of an input": (with_condition(v.Site(value="blood")), "unknown value 'blood'"),
    "unknown statement": (with_condition(v.Ranks(statement="S99")), "unknown value 'S99'"),
    "unbound variable in the conclusion": (wrong(then=v.Recommend(regimen=V.drug, line=V.line)), "variable drug"),
    "unbound variable in an exception": (with_exception(v.Excluded(regimen=V.regimn)), "variable regimn"),
    "unbound variable in the sentence": (wrong(because="{regimn} is recommended"), "{regimn}"),
    "unbound variable in what it says": (wrong(says="{drug} is recommended"), "{drug}"),
    "a sentence that calculates": (wrong(because="{regimen.upper}"), "not the plain name"),
    "a sentence with a format": (wrong(because="{regimen:>10}"), "not the plain name"),
    "a sentence whose brace is open": (wrong(because="{regimen"), "sentence"),
    "no sentence": (wrong(because=""), "no sentence"),
    "negated input": (with_exception(v.Site(value="cystitis")), "exception Site: outside the sound fragment"),
    "negated list": (with_exception(v.Allergy(substance="aztreonam")), "exception Allergy: outside the sound fragment"),
    "negated category": (with_exception(v.AgeGroup(value="child")), "exception AgeGroup: outside the sound fragment"),
    "negated row": (with_exception(v.Contains(regimen=V.regimen)), "exception Contains: outside the sound fragment"),
    "a condition twice": (wrong(when=(*RANKED, *RANKED)), "outside the sound fragment: the condition Ranks"),
    "a condition on code": (with_condition(Pattern("Sex", (("value", len),))), "not a symbol"),
    "a condition on a number": (with_condition(Pattern("Sex", (("value", 1),))), "not a symbol"),
    "a condition on a truth value": (with_condition(Pattern("SepticShock", (("value", True),))), "not a symbol"),
    "a condition on a figure for people": (with_condition(v.Age(amount="64")), "amount"),
    "a join on a figure for people": (with_condition(v.Age(amount=V.n), v.PittScore(amount=V.n)), "variable n"),
    "no condition": (wrong(when=(), unless=(), then=v.InScope(), because="x", says="x"), "no condition"),
    "a conclusion about an input": (wrong(then=v.Site(value="other")), "conclusion Site: is asked"),
    "a conclusion about a computed value": (wrong(then=v.AgeGroup(value="adult")), "conclusion AgeGroup: is computed"),
    "a conclusion with a field left out": (wrong(then=v.Recommend(regimen=V.regimen)), "field line is not given"),
    "source not given": (wrong(source=Cite("", "")), "source missing"),
    "source not known": (wrong(source=Cite("hearsay", "p. 1")), "source missing: hearsay"),
    "place in the source not given": (wrong(source=Cite("whyrx-rulings", "")), "source missing"),
    "an assumption about something else": (wrong(assumes="patient.age"), "assumes patient.age"),
    "two cases of one name": (wrong(cases=(Example("a", {}, True), Example("a", {}, False))), "same name"),
    "an id used twice": (plus(replace(E.rule["recommend-ranked"], says="Again.")), "id is used 2 times"),
}


@pytest.mark.parametrize(("change", "says"), REFUSED_RULES.values(), ids=REFUSED_RULES)
def test_a_wrong_rule_is_refused_by_name_and_with_what_is_wrong(change, says):
    found = findings(change)
    assert any("rule recommend-ranked: " in finding and says in finding for finding in found), found


@pytest.mark.parametrize(
    ("rule", "then", "says"),
    [
        (
            "assume-not-resistant",
            v.Assumed(fact="patient.allergies"),
            "says patient.allergies, but the rule assumes isolate.susceptibilities",
        ),
        (
            "ndm-klebsiella-severe-pair-first",
            v.Ranks(regimen="aztreonam+ceftazidime-avibactam", line="first", statement="S5"),
            "concludes by statement S5, whose coverage does not name it",
        ),
    ],
)
def test_a_conclusion_that_does_not_fit_what_stands_beside_it_is_refused(rule, then, says):
    (found,) = [each for each in findings(with_rule(rule, then=then)) if says in each]
    assert found.startswith(f"rule {rule}: ")


P, Q, R = (FactType(name, "concluded", name, seen=True) for name in ("P", "Q", "R"))
UNSEEN = FactType("Unseen", "concluded", "unseen")


def toy(name: str, when: Pattern, then: Pattern, *unless: Pattern) -> Rule:
    return Rule(name, "It says.", Cite("whyrx-rulings", "here"), (when,), then, "It is so.", unless)


REFUSED_TOGETHER: dict[str, tuple[Change, tuple[str, ...], str]] = {
    "a rule against itself": (plus(toy("p-if-not-p", v.Adult(), P(), P()), types=(P,)), ("p-if-not-p",), "cycle"),
    "two rules against each other": (
        plus(toy("p-if-not-q", v.Adult(), P(), Q()), toy("q-if-not-p", v.Adult(), Q(), P()), types=(P, Q)),
        ("p-if-not-q", "q-if-not-p"),
        "cycle through negation",
    ),
    "a rule against what follows from it": (
        plus(toy("p", v.Adult(), P(), R()), toy("q", P(), Q()), toy("r", Q(), R()), types=(P, Q, R)),
        ("p", "q", "r"),
        "cycle through negation",
    ),
    "a conclusion nobody uses or sees": (
        plus(toy("in-vain", v.Adult(), UNSEEN()), types=(UNSEEN,)),
        ("in-vain",),
        "concludes Unseen, which no rule uses and nobody sees",
    ),
    "a condition nobody concludes": (
        plus(toy("waits", UNSEEN(), P()), types=(P, UNSEEN)),
        ("waits",),
        "reads Unseen(), which no rule concludes",
    ),
}


@pytest.mark.parametrize(("change", "rules", "says"), REFUSED_TOGETHER.values(), ids=REFUSED_TOGETHER)
def test_rules_that_do_not_go_together_are_refused_by_name(change, rules, says):
    found = findings(change)
    assert any(says in each and all(re.search(rf"\b{rule}\b", each) for rule in rules) for each in found), found


def test_a_cycle_without_negation_is_accepted():
    check(plus(toy("p", v.Adult(), P()), toy("q", P(), Q()), toy("p-again", Q(), P()), types=(P, Q))(E))


def test_everything_wrong_is_said_at_once():
    found = findings(lambda e: without_row(band_of("cefiderocol", "US", 45).id)(wrong(because="", then=P())(e)))
    for says in ("no sentence", "unknown fact type", "gap"):
        assert any(says in each for each in found), found


CZA_45, FDC_45 = band_of("ceftazidime-avibactam", "US", 45), band_of("cefiderocol", "EU/UK", 45)
EFFLUENT_3 = band_of("cefiderocol", "US", 3, "crrt")
REFUSED_TABLES: dict[str, tuple[Change, tuple[str, ...]]] = {
    "a gap": (without_row(CZA_45.id), ("ceftazidime-avibactam-doses", "US", "gap", "(30,50]")),
    "a gap of one value": (with_row(CZA_45.id, band="(30,50)"), ("ceftazidime-avibactam-doses", "gap", "[50,50]")),
    "a gap between 119 and 120": (
        with_row(band_of("cefiderocol", "US", 100).id, band="[60,119]"),
        ("cefiderocol-doses", "gap", "(119,120)"),
    ),
    "a gap of effluents": (without_row(EFFLUENT_3.id), ("cefiderocol-crrt-doses", "gap", "(2,3]")),
    "an overlap": (with_row(FDC_45.id, band="[30,61)"), ("cefiderocol-doses", "EU/UK", "overlap", "[60,61)")),
    "an overlap of one value": (with_row(FDC_45.id, band="[30,60]"), ("cefiderocol-doses", "overlap", "[60,60]")),
    "a band that is no range": (with_row(FDC_45.id, band="30-59"), ("cefiderocol-doses", FDC_45.id, "30-59")),
    "a row doubled": (
        with_rows("contains", lambda rows: (*rows, replace(rows[0], id="again"))),
        ("contains", "two rows", *E.tables["contains"].rows[0].values),
    ),
    "a dose row doubled": (
        with_rows("cefiderocol-doses", lambda rows: (*rows, replace(FDC_45, id="again"))),
        ("cefiderocol-doses", "two rows", FDC_45.values[0]),
    ),
    "an id used twice": (
        with_rows("contains", lambda rows: (*rows, replace(rows[0], values=("colistin", "colistin")))),
        (f"row {E.tables['contains'].rows[0].id}", "2 times"),
    ),
    "an unknown value": (
        with_rows("contains", lambda rows: (*rows, replace(rows[0], id="new", values=("x", "asprin")))),
        ("contains", "row new", "asprin"),
    ),
    "a value too few": (
        with_rows("contains", lambda rows: (*rows, replace(rows[0], id="new", values=("x",)))),
        ("contains", "row new", "1 values"),
    ),
    "a row without a source": (with_row(FDC_45.id, source=""), ("cefiderocol-doses", FDC_45.id, "no source")),
    "a band without a quantity": (with_key("tables", "cefiderocol-doses", quantity=""), ("cefiderocol-doses",)),
    "rows of no known type": (with_key("tables", "contains", type="Site"), ("contains", "Site")),
    "a statement from nowhere": (with_key("statements", "S1", source=Cite("hearsay", "x")), ("S1", "hearsay")),
    "a grade by nobody": (with_key("statements", "S2", graded_by="somebody"), ("S2", "somebody")),
    "coverage by no rule": (
        lambda e: replace(e, coverage=(CoverageRow("S1", "x", ("no-such-rule",)),)),
        ("S1", "no-such-rule"),
    ),
    "coverage by nothing": (lambda e: replace(e, coverage=(CoverageRow("S1", "x", ()),)), ("S1", "reason")),
}


@pytest.mark.parametrize(("change", "says"), REFUSED_TABLES.values(), ids=REFUSED_TABLES)
def test_a_wrong_table_is_refused_by_name_and_with_what_is_wrong(change, says):
    found = findings(change)
    assert any(all(word in each for word in says) for each in found), found


IDSA = edition("idsa-2026")
"""With drugs whose labels have no dose at some clearances."""
EDGES: dict[str, tuple[Change, tuple[str, ...]]] = {
    "the lowest row left out": (
        without_row("imipenem-relebactam-us-from-15-under-30"),
        ("imipenem-relebactam, US", "gap", "[15,30)"),
    ),
    "the highest row left out": (
        without_row("imipenem-relebactam-us-from-90"),
        ("imipenem-relebactam, US", "gap", "[90,)"),
    ),
    "the gap left out": (
        without_row("gap-aztreonam-avibactam-only-on-renal-replacement"),
        ("aztreonam-avibactam, EU/UK", "gap", "(,15]"),
    ),
    "a gap that ends elsewhere": (
        with_row("gap-colistin-below-10-us", band="(,10]"),
        ("colistin, US", "overlap", "[10,10]"),
    ),
    "a gap of a drug without doses that does not say all": (
        with_row("gap-meropenem-vaborbactam-by-egfr", band="(,50)"),
        ("meropenem-vaborbactam, US", "gap", "[50,)"),
    ),
}


@pytest.mark.parametrize(("change", "says"), EDGES.values(), ids=EDGES)
def test_doses_by_clearance_and_what_a_label_says_of_the_rest_meet(change, says):
    found = list(dose_edge_problems(change(IDSA)))
    assert found
    assert all(word in each for each in found for word in says), found
    with pytest.raises(KnowledgeError, match="do not meet"):
        check(change(IDSA))


OPEN_VALUES: dict[str, Change] = {
    "a regimen": with_condition(v.Excluded(regimen="aztreonam+ceftazidime-avibactm")),
    "a regimen in the conclusion": wrong(then=v.Recommend(regimen="cefiderocl", line=V.line)),
    "an organism": with_condition(v.Organism(organism="Klebsiela pneumoniae")),
    "an order": with_condition(v.OrganismOrder(order="Enterobacteriales")),
    "an enzyme": with_condition(v.CarbapenemaseFound(enzyme="NMD-1")),
    "a family": with_condition(v.Target(family="NMD")),
    "a reason that no rule gives": with_exception(v.OutOfScope(reason="chld")),
    "a field of the case that does not exist": plus(
        toy("asks", v.Adult(), v.Missing(fact="patient.wieght", need="dose"))
    ),
}


@pytest.mark.parametrize("change", OPEN_VALUES.values(), ids=OPEN_VALUES)
def test_an_unknown_name_is_refused_too(change):
    assert findings(change)


def test_a_condition_that_names_a_field_twice_is_refused():
    assert findings(with_condition(Pattern("Target", (("certainty", "confirmed"), ("certainty", "suspected")))))


@pytest.mark.parametrize("clearance", [3, 60])
def test_a_dose_table_that_lost_its_first_or_last_band_is_refused(clearance):
    assert findings(without_row(band_of("ceftazidime-avibactam", "US", clearance).id))


def test_a_dose_row_without_an_amount_is_refused():
    assert findings(with_row(CZA_45.id, payload={}))


# --- the same, from a file ----------------------------------------------------------------------------------


def rule_in(data: Any) -> Any:
    return next(rule for rule in data["logic"]["rules"] if rule["id"] == "in-scope")


def cite_nothing(data: Any) -> None:
    data["wording"]["rules"]["in-scope"]["source"] = {"document": "", "place": ""}


def drop_source(data: Any) -> None:
    del data["wording"]["rules"]["in-scope"]["source"]


def add(part: str, pattern: dict[str, Any]) -> Callable[[Any], None]:
    return lambda data: rule_in(data)[part].append(pattern)


FILES: dict[str, Any] = {
    "unknown fact type": add("when", {"type": "Targt", "terms": []}),
    "unknown field": add("when", {"type": "Target", "terms": [["enzime", "NDM-1"]]}),
    "unknown value": add("when", {"type": "Target", "terms": [["certainty", "sure"]]}),
    "number": add("when", {"type": "Target", "terms": [["certainty", 1]]}),
    "negated input": add("unless", {"type": "Site", "terms": [["value", "cystitis"]]}),
    "source empty": cite_nothing,
    "doubled": lambda data: data["logic"]["rules"].append(deepcopy(rule_in(data))),
    "list of alternatives": add("when", {"type": "Target", "terms": [["certainty", ["confirmed", "suspected"]]]}),
    "nested negation": add("when", {"not": {"type": "Target", "terms": []}}),
    "source left out": drop_source,
}


@pytest.mark.parametrize("change", FILES.values(), ids=FILES)
def test_a_file_with_a_wrong_rule_is_refused_by_its_name(change):
    data = through_json(E.as_json())
    change(data)
    with pytest.raises(ValueError, match="in-scope"):
        check(Edition.from_json(data))


# --- what is released ---------------------------------------------------------------------------------------


def test_no_id_was_lost_when_things_were_gathered_by_id():
    guideline = GUIDELINES[DEFAULT_GUIDELINE]
    assert len(E.statements) == len(guideline.statements) + len(RULINGS)
    made = {
        "contains",
        "extensions",
        "judged-by-partners",
    }  # of the regimens that are named, and of the guideline's statements
    assert set(E.tables) == {table.id for table in tables.TABLES} | made
    held = {row for name in GUIDELINES for row in edition(name).row}
    assert {row.id for table in tables.TABLES for row in table.rows} <= held
    assert len(E.row) == sum(len(table.rows) for table in E.tables.values())
    assert len(E.sources) == len(sources._ALL)
    assert len(E.rule) == len(E.rules)


def test_dose_tables_by_clearance_have_a_row_for_every_clearance():
    """Of the loading doses and of residual clearance the labels print a part only."""
    groups: dict[tuple[str, ...], list[Interval]] = {}
    for table in E.tables.values():
        for row in table.rows:
            if table.type == "DoseRow" and row.values[3:5] in (("clearance", "maintenance"), ("crrt", "maintenance")):
                groups.setdefault(row.values[1:5], []).append(Interval.parse(row.band))
    assert {(drug, label) for drug, label, setting, _ in groups if setting == "clearance"} == {
        ("ceftazidime-avibactam", "US"),
        ("ceftazidime-avibactam", "EU/UK"),
        ("cefiderocol", "US"),
        ("cefiderocol", "EU/UK"),
        ("aztreonam", "US"),
    }
    for bands in groups.values():
        check_bands(bands)


STATEMENTS = [f"S{number}" for number in range(1, 18)]


def statements_named(text: str) -> set[str]:
    return set(re.findall(r"\bS\d+\b", text))


def test_every_statement_of_the_guideline_has_rules_or_a_reason():
    assert [row.statement for row in E.coverage] == STATEMENTS
    for row in E.coverage:
        assert row.says
        assert row.rules or row.note
        assert set(row.rules) <= set(E.rule)
        assert len(set(row.rules)) == len(row.rules)


@pytest.mark.parametrize("row", [row for row in E.coverage if row.rules], ids=lambda row: row.statement)
def test_a_statement_is_encoded_by_a_rule_that_cites_or_ranks_by_it(row):
    def about(rule: Rule) -> set[str]:
        return statements_named(rule.source.place) | statements_named(str(dict(rule.then.terms).get("statement", "")))

    assert any(row.statement in about(E.rule[name]) for name in row.rules)


COVERAGE = {row.statement: row for row in E.coverage}
CITING = [rule for rule in E.rules if rule.source.document == "severe-ndm-klebsiella"]
ABOUT_THE_PAGE = {"guideline-pending-review"}
"""Says what the guideline is, not what it states."""


@pytest.mark.parametrize(
    "rule",
    [pytest.param(rule, id=rule.id) for rule in CITING if rule.id not in ABOUT_THE_PAGE],
)
def test_a_rule_that_cites_the_guideline_is_reached_from_the_statement_it_cites(rule):
    """It stands in the row of a statement it cites, or concludes what a rule of that row reads."""
    cited = statements_named(rule.source.place)
    assert cited <= set(STATEMENTS)
    assert any(
        rule.id in COVERAGE[statement].rules
        or any(rule.then.type in E.rule[name].reads() for name in COVERAGE[statement].rules)
        for statement in cited
    )


REPORTED = {"italian-societies-2022", "escmid-2022", "falcone-2021", "bassetti-2021", "timsit-2022"}
"""What the guideline's reference numbers are taken to be: a rule that rests on these encodes what it reports."""


def test_a_rule_in_no_row_rests_on_nothing_the_guideline_reports():
    """Besides those that cite the guideline itself, asked about above, it is a ruling of ours or another's word."""
    covered = {name for row in E.coverage for name in row.rules}
    assert E.sources.keys() >= REPORTED
    assert {rule.id for rule in E.rules if rule.source.document in REPORTED} <= covered


def test_what_extends_a_statement_has_no_grade_and_names_it():
    rulings = {statement.id for statement in RULINGS}
    extensions = [s for s in E.statements.values() if s.id not in STATEMENTS and s.id not in rulings]
    assert extensions
    for statement in extensions:
        assert statement.extends in STATEMENTS
        assert (statement.strength, statement.certainty, statement.graded_by) == ("not graded", "not graded", "")


def test_a_ruling_of_ours_is_no_statement_of_the_guideline_and_has_no_grade():
    for statement in RULINGS:
        assert statement.source.document == "whyrx-rulings"
        assert (statement.extends, statement.strength, statement.graded_by) == ("", "not graded", "")


def test_grades_are_those_that_the_guideline_reports():
    """As they stand in its text, in capitals: five statements have one, all others none."""
    graded = {s.id: (s.strength, s.certainty) for s in E.statements.values() if s.strength != "not graded"}
    assert graded == {
        "S2": ("strong", "moderate"),
        "S5": ("conditional", "low"),
        "S8": ("conditional", "low"),
        "S13": ("conditional", "moderate"),
        "S14": ("strong", "low"),
    }
