"""The matrix of options says of every regimen what the decision and why-not say of it."""

import json
import random
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from whyrx.explain.options import VERDICTS, options
from whyrx.explain.text_options import matrix
from whyrx.explain.why_not import why_not
from whyrx.facts import domains as d
from whyrx.facts.case import case_from_tree, read_case
from whyrx.kb.decision import decide
from whyrx.kb.knowledge import knowledge_base

KB = knowledge_base()
PAIR = "aztreonam+ceftazidime-avibactam"
EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.yaml"))
AVOIDED = {"never", "contraindicated", "not_recommended", "not_first_line"}


def drawn(seed: int) -> dict[str, Any]:
    """A case drawn at random in which much is resistant, unavailable or excluded by an allergy."""
    r = random.Random(seed)
    tested = [*d.DRUGS.values, PAIR, "cefiderocol+colistin", "colistin+meropenem"]

    def some(values: Any, most: int) -> list[str]:
        return r.sample(list(values), r.randint(0, most))

    values = {
        "patient.age": r.choice([17, 64]),
        "patient.allergies": [
            {"substance": each, "reaction": r.choice(list(d.REACTIONS.values))}
            for each in some(d.ALLERGY_SUBSTANCES.values, 2)
        ],
        "isolate.organism": r.choice(["Klebsiella pneumoniae"] * 3 + ["Escherichia coli", "Acinetobacter baumannii"]),
        "isolate.carbapenem_resistant": True,
        "isolate.carbapenemases": r.choice([["NDM-1"], some(["NDM-5", "VIM-2", "KPC-2", "OXA-48"], 3)]),
        "isolate.suspected_carbapenemases": some(["NDM", "VIM"], 1),
        "isolate.other_beta_lactamases": some(["CTX-M-15", "SHV-11", "CMY-2"], 2),
        "isolate.susceptibilities": {each: r.choice("SIR") for each in some(tested, 4)},
        "infection.site": r.choice(list(d.SITES.values)),
        "infection.severity": r.choice(list(d.SEVERITIES.values)),
        "setting.jurisdiction": r.choice(list(d.JURISDICTIONS.values)),
        "setting.unavailable": some(d.DRUGS.values, 2),
    }
    tree: dict[str, Any] = {}
    for path, value in values.items():
        if r.random() >= 0.15:
            section, name = path.split(".")
            tree.setdefault(section, {})[name] = value
    return tree


CASES: dict[str, Any] = {
    **{path.stem: read_case(path.read_bytes()).as_understood() for path in EXAMPLES},
    **{f"drawn {seed}": case_from_tree(drawn(seed)).as_understood() for seed in range(40)},
}
every_case = pytest.mark.parametrize("name", CASES)


def asked(tree: Any) -> tuple[Any, Any, dict[str, Any]]:
    return _asked(json.dumps(tree, sort_keys=True))


@cache
def _asked(document: str) -> tuple[Any, Any, dict[str, Any]]:
    """The decision, the trace, and the rows by regimen in their order."""
    case = case_from_tree(json.loads(document))
    trace = KB.derive(case)
    rows = options(KB.edition, trace)["rows"]
    assert len({row["regimen"] for row in rows}) == len(rows)
    return decide(KB.edition, case, trace), trace, {row["regimen"]: row for row in rows}


@every_case
def test_the_rows_are_the_formulary_what_the_guideline_ranks_and_what_the_case_names(name):
    _, _, rows = asked(CASES[name])
    named = CASES[name].get("isolate", {}).get("susceptibilities", {})
    assert set(rows) == {*d.DRUGS.values, PAIR, *named}


@every_case
def test_what_is_recommended_stands_first_and_by_line(name):
    decision, _, rows = asked(CASES[name])
    recommended = [(each["regimen"], each["line"]) for each in decision["recommendations"]]
    found = [(row["regimen"], row["verdict"]) for row in rows.values() if row["verdict"] in ("first", "alternative")]
    assert sorted(found) == sorted(recommended)
    assert list(rows)[: len(found)] == [regimen for regimen, _ in found]
    order = [(VERDICTS.index(row["verdict"]), row["regimen"]) for row in rows.values()]
    assert order == sorted(order)


@every_case
def test_what_the_decision_says_against_a_regimen_is_in_its_row(name):
    decision, trace, rows = asked(CASES[name])
    for avoided in decision["avoid"]:
        row = rows.get(avoided["regimen"])
        if row is None:  # a combination that neither guideline nor case is about
            continue
        assert avoided["conclusion"] in row["said"]
        assert row["verdict"] != "not_ranked"
        if row["conclusion"] == avoided["conclusion"]:
            assert row["verdict"] == avoided["category"]
            assert row["reason"] in avoided["reason"]
    for row in rows.values():
        if row["conclusion"]:
            assert row["conclusion"] == row["said"][0]
            firing = trace.derivations[row["conclusion"]][0]
            assert (firing.rule, firing.conclusion) == (row["rule"], row["conclusion"])


@every_case
def test_each_verdict_is_that_of_why_not(name):
    _, trace, rows = asked(CASES[name])
    for regimen, row in rows.items():
        answer = why_not(KB.edition, trace, regimen)
        against = {key: {node["conclusion"] for node in answer[key] if "conclusion" in node} for key in KEYS}
        assert (answer["verdict"] == "recommended") == (row["verdict"] in ("first", "alternative"))
        if answer["verdict"] == "excluded":
            assert row["verdict"] in {"excluded", "never", "contraindicated", "not_recommended"}
        if row["verdict"] == "excluded":
            assert row["conclusion"] in against["excluded_by"]
        elif row["verdict"] in AVOIDED:
            assert row["conclusion"] in against["avoid"]
        elif row["verdict"] == "not_ranked":
            assert not against["excluded_by"]
            assert answer["verdict"] == "not_ranked"
            assert row["rule"] == (answer["nearest"]["rule"]["id"] if answer["nearest"] else None)


KEYS = ("recommended_by", "excluded_by", "avoid")

# --- by hand ------------------------------------------------------------------------------------------------

STATED = {
    "patient": {"age": 64, "allergies": []},
    "isolate": {
        "organism": "Klebsiella pneumoniae",
        "carbapenemases": ["NDM-1"],
        "other_beta_lactamases": ["CTX-M-15"],
        "susceptibilities": {PAIR: "S", "cefiderocol": "S", "cefiderocol+colistin": "R"},
    },
    "infection": {"site": "bloodstream", "severity": "severe"},
    "setting": {"unavailable": []},
}


def test_of_a_severe_infection_the_guideline_puts_every_drug_in_its_place():
    """S1 the pair, S5 cefiderocol, S9 and S10 never a partner alone, S12 colistin; carbapenems do not work on NDM."""
    _, _, rows = asked(STATED)
    assert {regimen: row["verdict"] for regimen, row in rows.items()} == {
        PAIR: "first",
        "cefiderocol": "alternative",
        "colistin": "not_first_line",
        "cefiderocol+colistin": "not_recommended",
        "imipenem-relebactam": "excluded",
        "meropenem": "excluded",
        "meropenem-vaborbactam": "excluded",
        "aztreonam": "never",
        "ceftazidime-avibactam": "never",
        "aztreonam-avibactam": "not_ranked",
        "eravacycline": "not_ranked",
        "tigecycline": "not_ranked",
    }
    assert rows["colistin"]["rule"] == "colistin-not-first"
    assert rows["aztreonam-avibactam"]["rule"] is None


def test_the_columns_say_what_was_found_what_was_looked_for_and_what_nobody_stated():
    _, _, rows = asked(STATED)
    pair, unknown = rows[PAIR], asked({"isolate": {"carbapenemases": ["NDM-1"]}})[2][PAIR]
    assert [(each["enzyme"], each["degree"]) for each in pair["activity"]] == [("NDM-1", "active")]
    assert [each["degree"] for each in rows["meropenem"]["activity"]] == ["none"]
    assert [each["degree"] for each in rows["cefiderocol"]["activity"]] == ["variable"]
    assert pair["susceptibility"]["result"] == "S"
    assert rows["meropenem"]["susceptibility"]["result"] == "not_tested"
    assert rows["cefiderocol+colistin"]["susceptibility"] == {
        "result": "R",
        "drugs": {"cefiderocol": "S", "colistin": "not_tested"},
    }
    assert (pair["allergy"], pair["availability"]) == ("none_known", "available")
    assert (unknown["susceptibility"]["result"], unknown["allergy"], unknown["availability"]) == ("not_stated",) * 3


@pytest.mark.parametrize(
    ("substance", "reaction", "regimen", "expected"),
    [
        ("ceftazidime", "severe", "cefiderocol", "excluded"),
        ("ceftazidime", "severe", PAIR, "excluded"),
        ("ceftazidime", "non_severe", "cefiderocol", "caution"),
        ("colistin", "severe", "cefiderocol", "no_bar"),
        ("colistin", "severe", "colistin", "caution"),
        ("ceftazidime", "severe", "tigecycline", "not_judged"),
    ],
)
def test_an_allergy_excludes_warns_or_is_not_judged(substance, reaction, regimen, expected):
    allergies = [{"substance": substance, "reaction": reaction}]
    _, _, rows = asked({**STATED, "patient": {"age": 64, "allergies": allergies}})
    assert rows[regimen]["allergy"] == expected


def test_supply_that_excludes_shows_in_both_column_and_verdict():
    _, _, rows = asked({**STATED, "setting": {"unavailable": ["aztreonam"]}})
    assert (rows[PAIR]["verdict"], rows[PAIR]["availability"]) == ("excluded", "unavailable")
    assert "unavailable" in rows[PAIR]["reason"]
    assert rows["cefiderocol"]["availability"] == "available"


@every_case
def test_the_matrix_fits_100_columns_and_shows_each_verdict_and_rule(name):
    _, trace, rows = asked(CASES[name])
    console = Console(file=StringIO(), width=100, color_system=None, highlight=False, emoji=False)
    console.print(matrix(options(KB.edition, trace)))
    text = console.file.getvalue()
    assert max(map(len, text.splitlines())) <= 100
    told = " ".join(text.split())
    for regimen, row in rows.items():
        line = next(each for each in text.splitlines() if each[:33].strip() == regimen.replace("+", " + "))
        assert row["verdict"].replace("_", " ").partition(" ")[0] in line.lower()
        assert " ".join(row["reason"].split()) in told
        assert row["rule"] is None or f"[rule {row['rule']}]" in told
