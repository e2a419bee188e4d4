"""Guidelines as editions: dates, terms of their own, side by side; one more needs nothing changed elsewhere."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import whyrx.kb.guidelines
from whyrx.explain.compare import compare
from whyrx.explain.guidelines import guidelines
from whyrx.facts.atoms import V
from whyrx.facts.case import case_from_tree
from whyrx.facts.vocabulary import Avoid, InScope, Ranks, Site, Target
from whyrx.kb.check import KnowledgeError
from whyrx.kb.decision import decide
from whyrx.kb.edition import CoverageRow, Edition, Source, Statement, canonical
from whyrx.kb.examples import BASE
from whyrx.kb.guidelines import GUIDELINES, cre
from whyrx.kb.guidelines.guideline import Guideline
from whyrx.kb.inference import KnowledgeBase
from whyrx.kb.knowledge import edition, edition_of, knowledge_base
from whyrx.kb.language import DEFAULT_GUIDELINE, Cite, Example, Rule, fires, silent
from whyrx.kb.own_cases import failing_cases, own_cases

ROOT = Path(__file__).parent.parent
NAMES = list(GUIDELINES)


def case(**changes):
    return case_from_tree(
        Example("", {**BASE, **{path.replace("__", "."): v for path, v in changes.items()}}, True).document()
    )


def decided(base, of):
    return decide(base.edition, of, base.derive(of))


THREE = ("severe-ndm-klebsiella", "idsa-2026", "escmid-2022")


def answers(of, names=THREE):
    found = []
    for name in names:
        base = knowledge_base(name)
        trace = base.derive(of)
        found.append((base.edition, decide(base.edition, of, trace), trace))
    return found


# --- what a guideline says of itself ---------------------------------------------------------------------------


def test_the_commissioned_guideline_comes_first():
    assert NAMES[0] == DEFAULT_GUIDELINE
    assert {"idsa-2026", "escmid-2022"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_guideline_says_who_issued_it_when_it_holds_and_how_its_text_was_seen(name):
    guideline = GUIDELINES[name]
    assert guideline.issued < guideline.review_by
    assert all((guideline.title, guideline.issuer, guideline.scope, guideline.sourced, guideline.review_basis))
    [entry] = guidelines([(guideline, edition(name))])
    assert entry["modelled"] + len(entry["not_modelled"]) == len(guideline.coverage)
    assert entry["graded"] <= entry["statements"] == len(guideline.statements)


@pytest.mark.parametrize("name", NAMES)
def test_every_statement_stands_in_the_coverage_table_or_extends_one_that_does(name):
    guideline = GUIDELINES[name]
    covered = {row.statement for row in guideline.coverage}
    for statement in guideline.statements:
        assert (statement.extends or statement.id) in covered, statement.id
        assert not (statement.extends and statement.graded_by), f"{statement.id}: an extension carries no grade"


@pytest.mark.parametrize("name", NAMES)
def test_a_guideline_reads_back_from_its_canonical_json(name):
    read = Edition.from_json(json.loads(canonical(edition(name).as_json())))
    assert read.digest == edition(name).digest


def test_the_digest_covers_the_dates():
    guideline = GUIDELINES["idsa-2026"]
    assert edition_of(replace(guideline, review_by="2028-01-01")).digest != edition("idsa-2026").digest


# --- dates ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("of", "says"),
    [("before", ["validity"]), ("issued", []), ("review_by", []), ("after", ["validity"])],
)
def test_a_guideline_outside_its_dates_says_so_against_the_day_of_the_question(name, of, says):
    guideline = GUIDELINES[name]
    before = (date.fromisoformat(guideline.issued) - timedelta(days=1)).isoformat()
    after = (date.fromisoformat(guideline.review_by) + timedelta(days=1)).isoformat()
    day = {"before": before, "issued": guideline.issued, "review_by": guideline.review_by, "after": after}[of]
    warnings = decided(knowledge_base(name), case(as_of=day))["warnings"]
    assert [each["kind"] for each in warnings if each["kind"] == "validity"] == says


@pytest.mark.parametrize("name", NAMES)
def test_without_a_day_it_is_missing(name):
    tree = case().as_understood()
    del tree["as_of"]
    found = decided(knowledge_base(name), case_from_tree(tree))
    assert "as_of" in [each["fact"] for each in found["missing"]]
    assert not [each for each in found["warnings"] if each["kind"] == "validity"]


# --- terms ------------------------------------------------------------------------------------------------------

IDSA_CASES = [
    {},
    {"isolate__carbapenemases": ["VIM-2"]},
    {"isolate__carbapenemases": ["KPC-2"]},
    {"isolate__carbapenemases": ["OXA-48"]},
    {"isolate__carbapenemases": []},
    {"infection__site": "pyelonephritis"},
    {"infection__site": "intra_abdominal", "setting__unavailable": ["aztreonam-avibactam"]},
]


@pytest.mark.parametrize("changes", IDSA_CASES, ids=str)
def test_idsa_speaks_in_its_own_terms_and_never_in_those_of_grade(changes):
    found = decided(knowledge_base("idsa-2026"), case(**changes))
    grades = [grade for part in ("recommendations", "avoid") for each in found[part] for grade in each["grades"]]
    assert {grade["issuer"] for grade in grades} <= {"IDSA"}
    assert {grade["strength"] for grade in grades} <= {"preferred", "alternative", "not suggested"}
    assert {grade["certainty"] for grade in grades} <= {"none given"}
    assert {grade["seen"] for grade in grades} <= {"second_hand"}


def test_no_text_of_the_idsa_edition_says_strong_or_conditional():
    of = ROOT / "examples" / "severe-bloodstream.yaml"
    ran = subprocess.run(
        [sys.executable, "-m", "whyrx", "consult", str(of), "--guideline", "idsa-2026"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "preferred by IDSA 2026 (no GRADE), seen second-hand" in ran.stdout
    assert "strong" not in ran.stdout
    assert "conditional" not in ran.stdout


# --- side by side -----------------------------------------------------------------------------------------------


def verdicts(found, regimen):
    [entry] = [each for each in found["regimens"] if each["regimen"] == regimen]
    return [each["verdict"] for each in entry["by"]]


PAIR = "aztreonam+ceftazidime-avibactam"


def test_the_three_rank_the_regimens_for_ndm_as_their_statements_say():
    found = compare(answers(case()))
    assert verdicts(found, PAIR) == ["first", "not_ranked", "first"]
    assert verdicts(found, "aztreonam-avibactam") == ["not_ranked", "first", "not_ranked"]
    assert verdicts(found, "cefiderocol") == ["alternative", "first", "alternative"]


def test_where_they_differ_the_statements_that_decide_are_named():
    found = compare(answers(case()))
    [entry] = [each for each in found["regimens"] if each["regimen"] == "cefiderocol"]
    assert [[s["id"] for s in each["statements"]] for each in entry["by"]] == [
        ["S5"],
        ["Q3.5-preferred"],
        ["E-mbl-cefiderocol"],
    ]
    assert [[(g["strength"], g["certainty"]) for g in each["grades"]] for each in entry["by"]] == [
        [("conditional", "low")],
        [("preferred", "none given")],
        [("conditional", "low")],
    ]


def test_what_is_taken_out_is_said_to_be_with_the_statement_that_ranks_it():
    found = compare(answers(case(isolate__susceptibilities={"cefiderocol": "R"})))
    assert verdicts(found, "cefiderocol") == ["excluded"] * 3
    [entry] = [each for each in found["regimens"] if each["regimen"] == "cefiderocol"]
    assert all("resistant" in each["reason"] for each in entry["by"])
    assert all(each["statements"] for each in entry["by"])


def test_a_case_outside_one_scope_is_within_another():
    found = compare(answers(case(isolate__carbapenemases=["KPC-2"])))
    assert [each["status"] for each in found["guidelines"]] == ["out_of_scope", "advice", "advice"]
    assert verdicts(found, "ceftazidime-avibactam") == ["not_ranked", "first", "first"]


def test_every_dose_in_a_comparison_stands_in_the_decision_of_that_guideline():
    of = answers(case())
    found = compare(of)
    for place, (_, decision, _) in enumerate(of):
        for recommended in decision["recommendations"]:
            [entry] = [each for each in found["regimens"] if each["regimen"] == recommended["regimen"]]
            shown = entry["by"][place]["doses"]
            assert len(shown) == len(recommended["doses"]) > 0
            for line, dose in zip(shown, recommended["doses"], strict=True):
                assert line.startswith(dose["drug"])
                assert f" {dose['amount']} IV {dose['when']}" in line
                assert str(dose["infusion_h"]) in line


# --- one more guideline -----------------------------------------------------------------------------------------

# A small hospital guideline of made-up content: a document, statements, a combination of three drugs, own words.
HOUSE = Source("house-2026", "House rules on NDM", "A hospital", 2026, "intranet page", "seen")
TRIPLE = "colistin+meropenem+tigecycline"
STATEMENTS = (
    Statement(
        "H1",
        "NDM: colistin, meropenem and tigecycline together.",
        Cite("house-2026", "p. 1"),
        "anyone",
        "advised",
        "none given",
        "house-2026",
        "as printed",
    ),
    Statement("H2", "NDM: colistin as alternative.", Cite("house-2026", "p. 2"), "anyone"),
    Statement("H3", "Bloodstream infection: not aztreonam.", Cite("house-2026", "p. 3"), "anyone"),
)
HERE = "house-2026"


def rule(name, then, *when, place):
    return Rule(
        id=name,
        says=f"Made up: {name}.",
        source=Cite("house-2026", place),
        when=(InScope(), *when),
        then=then,
        because=f"made up: {name}.",
        cases=(fires("NDM-1", BASE, {}, HERE), silent("child", BASE, {"patient.age": 17}, HERE)),
    )


SMALL = Guideline(
    id=HERE,
    title="House rules on NDM",
    issuer="A hospital",
    year=2026,
    issued="2026-01-01",
    review_by="2027-01-01",
    review_basis="its own",
    scope="adults with NDM",
    sourced="its own text",
    statements=STATEMENTS,
    rules=(
        *cre.RULES,
        rule(
            "house-triple",
            Ranks(regimen=TRIPLE, line="first", statement="H1"),
            Target(enzyme=V.enzyme, family="NDM"),
            place="p. 1",
        ),
        rule(
            "house-colistin",
            Ranks(regimen="colistin", line="alternative", statement="H2"),
            Target(enzyme=V.enzyme, family="NDM"),
            place="p. 2",
        ),
        *(
            replace(
                rule(
                    name, Avoid(regimen="colistin", category=category, statement="H2"), Site(value=site), place="p. 2"
                ),
                cases=(
                    fires(site, BASE, {"infection.site": site}, HERE),
                    silent("bloodstream", BASE, {}, HERE),
                ),
            )
            for name, category, site in (
                ("house-colistin-never", "never", "other"),
                ("house-colistin-not-bone", "not_recommended", "bone_joint"),
            )
        ),
        rule(
            "house-not-aztreonam",
            Avoid(regimen="aztreonam", category="not_recommended", statement="H3"),
            Site(value="bloodstream"),
            place="p. 3",
        ),
    ),
    coverage=(
        CoverageRow("H1", "made up", ("house-triple",)),
        CoverageRow("H2", "made up", ("house-colistin", "house-colistin-never", "house-colistin-not-bone")),
        CoverageRow("H3", "made up", ("house-not-aztreonam",)),
    ),
    sources=(HOUSE,),
    tables=(cre.SITES,),
    labels={"Mechanism.value": {"metallo": "made-up words"}},
)


@pytest.fixture(scope="module")
def small():
    return KnowledgeBase(edition_of(SMALL))


def test_a_guideline_of_its_own_folder_alone_is_checked_and_advises(small):
    found = decided(small, case(isolate__organism="Klebsiella pneumoniae"))
    assert found["status"] == "advice"
    assert found["guideline"]["id"] == HERE
    assert [(r["regimen"], r["line"]) for r in found["recommendations"]] == [
        (TRIPLE, "first"),
        ("colistin", "alternative"),
    ]


def test_the_shared_safety_net_holds_for_it(small):
    """NDM hydrolyses meropenem: alone it is inactive; an allergy to one drug takes the combination of three out."""
    allergic = [{"substance": "tetracyclines", "reaction": "severe"}]
    found = decided(small, case(patient__allergies=allergic))
    assert [r["regimen"] for r in found["recommendations"]] == ["colistin"]
    assert TRIPLE in [each["regimen"] for each in found["avoid"] if each["category"] == "contraindicated"]
    gone = decided(small, case(setting__unavailable=["tigecycline"]))
    assert [r["regimen"] for r in gone["recommendations"]] == ["colistin"]


@pytest.mark.parametrize(("jurisdiction", "unit"), [("US", "mg CBA/kg"), ("EU", "MIU"), ("UK", "MIU")])
def test_colistin_is_never_dosed_without_its_unit_system(small, jurisdiction, unit):
    found = decided(small, case(setting__jurisdiction=jurisdiction))
    doses = [dose for each in found["recommendations"] for dose in each["doses"] if dose["drug"] == "colistin"]
    assert doses
    assert all(dose["amount"].endswith(unit) for dose in doses)


def test_jurisdiction_not_stated_colistin_gets_no_dose(small):
    tree = case().as_understood()
    del tree["setting"]["jurisdiction"]
    found = decided(small, case_from_tree(tree))
    doses = [dose for each in found["recommendations"] for dose in each["doses"] if dose["drug"] == "colistin"]
    assert not doses
    assert "setting.jurisdiction" in [each["fact"] for each in found["missing"]]


def test_a_combination_falls_with_a_drug_of_it_that_is_reported_resistant(small):
    found = decided(small, case(isolate__susceptibilities={"tigecycline": "R"}))
    assert [r["regimen"] for r in found["recommendations"]] == ["colistin"]


def test_what_is_known_against_a_drug_is_said_of_a_combination_with_it(small):
    found = decided(small, case())
    assert [w for w in found["warnings"] if "boxed warning" in w["text"]]


def test_a_guideline_that_contradicts_itself_is_said_to(small):
    found = decided(small, case(infection__site="other"))
    assert [w for w in found["warnings"] if w["kind"] == "contradiction" and "advised against" in w["text"]]


def test_the_cases_put_to_it_hold(small):
    assert not [finding for finding in failing_cases(small) if finding]
    assert len(own_cases(small.edition)) > 5


MISTAKES = {
    "a table with the id of a shared one": (
        {"tables": (replace(cre.SITES, id="contains"),)},
        "table contains: the id is used twice",
    ),
    "a source with the id of a shared one": ({"sources": (HOUSE, replace(HOUSE, id="idsa-2026"))}, "source idsa-2026"),
    "a statement twice": ({"statements": (*STATEMENTS, STATEMENTS[0])}, "statement H1: the id is used twice"),
    "a strength that nobody gave": (
        {"statements": (replace(STATEMENTS[0], graded_by=""), *STATEMENTS[1:])},
        "statement H1: has a strength that nobody gave",
    ),
    "an extension of nothing": (
        {"statements": (*STATEMENTS[:2], replace(STATEMENTS[2], extends="ZZ"))},
        "statement H3: extends ZZ",
    ),
    "a date that is none": ({"review_by": "March 2027"}, "review_by 'March 2027' is no date"),
    "a review before the issue": ({"review_by": "2025-01-01"}, "review date is not after"),
    "a way of being seen that is none": ({"sources": (replace(HOUSE, seen="secondhand"),)}, "seen cannot be"),
    "coverage of an unknown statement": (
        {"coverage": (CoverageRow("H9", "made up", ("house-triple",)),)},
        "coverage H9: no such statement",
    ),
    "a regimen that is none": (
        {"rules": (*SMALL.rules, rule("x", Ranks(regimen="tigecyclin", line="first", statement="H1"), place="p. 9"))},
        "rule x: conclusion Ranks: field regimen: unknown value 'tigecyclin'",
    ),
    "a misspelt statement": (
        {"rules": (*SMALL.rules, rule("x", Ranks(regimen="colistin", line="first", statement="H7"), place="p. 9"))},
        "field statement: unknown value 'H7'",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_guideline_is_refused_and_named(mistake):
    changes, says = MISTAKES[mistake]
    with pytest.raises(KnowledgeError, match=re.escape(says)):
        KnowledgeBase(edition_of(replace(SMALL, **changes)))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"id": "house-2027"}, "calls itself house-2027"),
        ({"coverage": SMALL.coverage[1:]}, "no line of coverage for H1"),
    ],
)
def test_a_registered_guideline_is_what_it_is_registered_as_and_covered(changes, says, monkeypatch):
    found = SimpleNamespace(GUIDELINE=replace(SMALL, **changes))
    monkeypatch.setattr(whyrx.kb.guidelines, "_IDS", (HERE,))
    monkeypatch.setattr(whyrx.kb.guidelines, "import_module", lambda *_: found)
    with pytest.raises(KnowledgeError, match=says):
        GUIDELINES[HERE]


def test_it_can_be_compared_with_the_others(small):
    of = case()
    trace = small.derive(of)
    found = compare([*answers(of), (small.edition, decide(small.edition, of, trace), trace)])
    assert verdicts(found, TRIPLE) == ["not_ranked", "not_ranked", "not_ranked", "first"]


# --- near misses ------------------------------------------------------------------------------------------------

RULES = {each.id: each for name in NAMES for each in edition(name).rules}


@pytest.mark.parametrize("name", RULES)
def test_every_rule_has_a_near_miss_one_fact_apart(name):
    """A case in which it fires and one in which it does not, under the same guideline, that differ in one field."""
    cases = RULES[name].cases
    apart = [
        {
            path
            for path in {*one.given, *other.given}
            if one.given.get(path, _NOTHING) != other.given.get(path, _NOTHING)
        }
        for one in cases
        for other in cases
        if one.fires and not other.fires and one.under == other.under
    ]
    assert any(len(paths) == 1 for paths in apart)


_NOTHING = object()
