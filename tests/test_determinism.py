"""Same case, same edition, same bytes: whatever the process, the order of anything given, and what was asked before."""

import json
import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from whyrx.facts.case import case_from_tree
from whyrx.kb.decision import decide
from whyrx.kb.edition import Edition, canonical
from whyrx.kb.inference import KnowledgeBase
from whyrx.kb.knowledge import edition, knowledge_base

PAIR = "aztreonam+ceftazidime-avibactam"
PROCESSES = 20

# Many lists, so that there is much to put in another order.
ALL: dict[str, dict[str, Any]] = {
    "much is known": {
        "id": "order",
        "as_of": "2026-11-22",
        "patient": {
            "age": 64,
            "sex": "female",
            "weight": "104 kg",
            "height": "165 cm",
            "creatinine": "1.4 mg/dL",
            "creatinine_trend": "rising",
            "renal_replacement": "none",
            "pregnancy": "not_pregnant",
            "allergies": [
                {"substance": "penicillins", "reaction": "severe"},
                {"substance": "colistin", "reaction": "non_severe"},
                {"substance": "aztreonam", "reaction": "unknown"},
                {"substance": "carbapenems"},
            ],
        },
        "isolate": {
            "organism": "Klebsiella pneumoniae",
            "carbapenem_resistant": False,
            "carbapenemases": ["NDM-1", "VIM-2", "OXA-48", "KPC-2"],
            "carbapenemases_tested_for": ["VIM", "NDM", "OXA-48", "KPC"],
            "suspected_carbapenemases": ["IMP", "NDM-5"],
            "suspicion_basis": ["rapid_molecular_test", "epidemiology", "phenotype"],
            "other_beta_lactamases": ["SHV-11", "CTX-M-15", "CMY-2", "TEM-1"],
            "susceptibilities": {
                PAIR: "S",
                "cefiderocol": {"result": "I", "mic": "4 mg/L", "standard": "EUCAST 2026"},
                "aztreonam": "R",
                "ceftazidime-avibactam": {"result": "R", "mic": ">16 mg/L"},
            },
        },
        "infection": {
            "site": "pneumonia",
            "severity": "non_severe",
            "septic_shock": True,
            "pitt_score": 6,
            "foci": ["undrained_abscess", "necrotic_tissue", "infected_device"],
        },
        "therapy": {"current": ["meropenem", "colistin", "cefiderocol"], "previous": ["tigecycline", "cefiderocol"]},
        "setting": {"jurisdiction": "US", "unavailable": ["eravacycline", "aztreonam-avibactam"]},
    },
    "on dialysis, where is not stated": {
        "patient": {"age": 71, "renal_replacement": "intermittent_hemodialysis", "allergies": []},
        "isolate": {
            "organism": "Escherichia coli",
            "carbapenemases": ["VIM-1", "NDM-7"],
            "susceptibilities": {"cefiderocol": "S", PAIR: "S"},
        },
        "infection": {"site": "cns", "foci": ["infected_device", "undrained_abscess"]},
    },
    "nothing acceptable is left": {
        "patient": {
            "allergies": [
                {"substance": "cephalosporins", "reaction": "severe_cutaneous"},
                {"substance": "aztreonam", "reaction": "severe"},
            ]
        },
        "isolate": {"organism": "Klebsiella pneumoniae", "carbapenemases": ["NDM-1", "KPC"]},
        "setting": {"unavailable": ["cefiderocol", "aztreonam"]},
    },
    "nothing is known": {},
    "out of scope": {"isolate": {"organism": "Acinetobacter baumannii", "carbapenemases": ["OXA-23", "NDM-1"]}},
    "suspected": {"isolate": {"organism": "Klebsiella pneumoniae", "suspected_carbapenemases": ["VIM", "NDM"]}},
    "CRRT": {
        "patient": {"age": 50, "renal_replacement": "crrt", "crrt_effluent": "3 L/h"},
        "isolate": {"organism": "Klebsiella pneumoniae", "carbapenemases": ["NDM-1"]},
        "setting": {"jurisdiction": "US"},
    },
}


def shuffled(tree: Any, rng: random.Random) -> Any:
    """The same tree with keys and elements in another order."""
    if isinstance(tree, dict):
        keys = rng.sample(list(tree), len(tree))
        return {key: shuffled(tree[key], rng) for key in keys}
    if isinstance(tree, list):
        return [shuffled(each, rng) for each in rng.sample(tree, len(tree))]
    return tree


def decision(base: KnowledgeBase, tree: dict[str, Any]) -> bytes:
    case = case_from_tree(deepcopy(tree))
    return canonical(decide(base.edition, case, base.derive(case)))


# --- processes ----------------------------------------------------------------------------------------------


CONSULT_EACH = """
import sys
from whyrx.cli import main

for path in sys.argv[1:]:
    sys.argv = ["whyrx", "consult", path, "--json"]
    try:
        main()
    except SystemExit as done:
        assert not done.code
"""


def test_decisions_are_the_same_bytes_in_every_process_and_for_every_order_of_the_input(tmp_path):
    """Each process has another hash seed, meets the cases in another order, and each case in another order."""

    def consult(seed: int) -> dict[str, bytes]:
        rng = random.Random(seed)
        names = rng.sample(list(ALL), len(ALL))
        paths = [tmp_path / f"{seed}-{index}.json" for index in range(len(names))]
        for name, path in zip(names, paths, strict=True):
            path.write_text(json.dumps(shuffled(ALL[name], rng)), "utf-8")
        command = [sys.executable, "-c", CONSULT_EACH, *map(str, paths)]
        environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
        answers = subprocess.run(command, env=environment, check=True, capture_output=True).stdout
        return dict(zip(names, answers.splitlines(keepends=True), strict=True))

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(consult, range(PROCESSES)))
    for name in ALL:
        assert {answers[name] for answers in found} == {decision(knowledge_base(), ALL[name]) + b"\n"}, name
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) > 5 * PROCESSES / 2  # the files did differ


@pytest.mark.parametrize("name", ALL)
def test_a_process_of_its_own_for_one_case_gives_the_same_bytes(name, tmp_path):
    path = tmp_path / "case.json"
    path.write_text(json.dumps(shuffled(ALL[name], random.Random(name))), "utf-8")
    assert consulted(path) == decision(knowledge_base(), ALL[name]) + b"\n"


def consulted(path: Path) -> bytes:
    command = [sys.executable, "-m", "whyrx", "consult", str(path), "--json"]
    return subprocess.run(command, check=True, capture_output=True).stdout


def test_yaml_and_json_of_one_case_give_the_same_bytes(tmp_path):
    tree = {
        "patient": {"age": 64, "allergies": []},
        "isolate": {"organism": "Klebsiella pneumoniae", "carbapenemases": ["NDM-1", "OXA-48"]},
    }
    text = """# the same
isolate:
  carbapenemases:
    - OXA-48
    - NDM-1
  organism: "Klebsiella pneumoniae"
patient: {allergies: [], age: 64}
"""
    expected = decision(knowledge_base(), tree) + b"\n"
    for name, content in (("case.json", json.dumps(tree, indent=1)), ("case.yaml", text)):
        path = tmp_path / name
        path.write_text(content, "utf-8")
        assert consulted(path) == expected


@pytest.mark.parametrize("name", ALL)
def test_the_order_of_keys_and_elements_means_nothing(name):
    answers = {decision(knowledge_base(), shuffled(ALL[name], random.Random(seed))) for seed in range(8)}
    assert answers == {decision(knowledge_base(), ALL[name])}


@pytest.mark.parametrize("name", ALL)
def test_a_decision_is_canonical_and_names_its_knowledge(name):
    text = decision(knowledge_base(), ALL[name])
    found = json.loads(text)
    assert text == json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert found["knowledge"] == {"digest": edition().digest, "version": edition().version}


# --- the edition --------------------------------------------------------------------------------------------


def reordered(e: Edition, seed: int) -> Edition:
    """The same edition with rules, rows and whatever is gathered by id in another order."""
    rng = random.Random(seed)

    def mixed(mapping: Any) -> dict[str, Any]:
        return {key: mapping[key] for key in rng.sample(list(mapping), len(mapping))}

    return replace(
        e,
        rules=tuple(rng.sample(e.rules, len(e.rules))),
        tables={
            name: replace(table, rows=tuple(rng.sample(table.rows, len(table.rows))))
            for name, table in mixed(e.tables).items()
        },
        vocabulary=mixed(e.vocabulary),
        statements=mixed(e.statements),
        sources=mixed(e.sources),
        labels=mixed(e.labels),
    )


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rules_and_rows_in_an_edition_means_nothing(seed):
    other = reordered(edition(), seed)
    assert [rule.id for rule in other.rules] != [rule.id for rule in edition().rules]
    assert other.digest == edition().digest
    assert canonical(other.as_json()) == canonical(edition().as_json())
    base = KnowledgeBase(other)
    for name, tree in ALL.items():
        assert decision(base, tree) == decision(knowledge_base(), tree), name


def test_an_edition_through_json_decides_in_the_same_bytes():
    base = KnowledgeBase(Edition.from_json(json.loads(canonical(edition().as_json()))))
    for name, tree in ALL.items():
        assert decision(base, tree) == decision(knowledge_base(), tree), name


# --- what was asked before ----------------------------------------------------------------------------------


def test_a_warm_knowledge_base_decides_in_the_same_bytes_as_a_fresh_one():
    fresh = {name: decision(KnowledgeBase(edition()), tree) for name, tree in ALL.items()}
    warm = KnowledgeBase(edition())
    own = [case.document() for rule in edition().rules[::7] for case in rule.cases]
    rng = random.Random(0)
    for _ in range(3):
        for name in rng.sample(list(ALL), len(ALL)):
            for tree in rng.sample(own, 2):
                warm.derive(case_from_tree(tree))
            assert decision(warm, ALL[name]) == fresh[name], name


def test_asking_does_not_change_what_was_answered():
    base = knowledge_base()
    case = case_from_tree(ALL["much is known"])
    trace = base.derive(case)
    before = canonical(decide(base.edition, case, trace))
    for tree in ALL.values():
        base.derive(case_from_tree(tree))
    assert canonical(decide(base.edition, case, trace)) == before
    assert trace == base.derive(case)
