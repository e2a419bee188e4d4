"""Records: durable appends, verification and replay per second, bytes per record; beside one plain insert with a sync.

pytest benchmarks/test_records_benchmarks.py -s prints a table. Cases are drawn at random, each field by itself, so that
hardly two situations are alike: a hospital's are more so, and its records smaller.
"""

import os
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from drawing import likely_tree
from whyrx.facts.case import case_from_tree
from whyrx.facts.document import tree_of
from whyrx.kb.decision import decide
from whyrx.kb.edition import canonical
from whyrx.kb.knowledge import knowledge_base
from whyrx.records.answers import listed
from whyrx.records.chain import verify
from whyrx.records.consultation import Who, record_decision
from whyrx.records.replay import Replayer
from whyrx.records.stats import stats
from whyrx.records.store import Archived, opened

RECORDS = int(os.environ.get("WHYRX_RECORDS", "1000"))
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def made():
    base = knowledge_base()
    trees = [tree_of(likely_tree(seed)) for seed in range(RECORDS)]
    cases = [case_from_tree(tree) for tree in trees]
    return [(tree, decide(base.edition, case, base.derive(case))) for tree, case in zip(trees, cases, strict=True)]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return tmp_path_factory.mktemp("records") / "records.db"


def told(what: str, count: int, since: float, cpu: float) -> None:
    seconds, spent = time.perf_counter() - since, time.process_time() - cpu
    print(f"\n{what:45} {count / seconds:10,.0f}/s  {1000 * spent / count:8.3f} ms of processor each")


def test_plain_inserts(tmp_path, made):
    """What a durable insert of as many bytes costs in SQLite, without anything of ours."""
    database = sqlite3.connect(tmp_path / "plain.db", isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE plain (seq INTEGER PRIMARY KEY, body BLOB)")
    since, cpu = time.perf_counter(), time.process_time()
    for _, decision in made:
        database.execute("INSERT INTO plain (body) VALUES (?)", [canonical(decision)])
    told("plain inserts of the whole text", len(made), since, cpu)
    database.close()
    print(f"{(tmp_path / 'plain.db').stat().st_size / len(made):,.0f} bytes each")


def test_appends(store, made):
    archived = Archived.of(knowledge_base().edition)
    with opened(str(store), make=True) as records:
        since, cpu = time.perf_counter(), time.process_time()
        for number, (tree, decision) in enumerate(made):
            record_decision(records, tree, decision, archived, "0", Who(), START + timedelta(minutes=number))
        told("durable appends", len(made), since, cpu)
    size = store.stat().st_size
    print(f"{size / len(made):,.0f} bytes each, the edition among them")
    sizes = []
    again = Path(f"{store}.again")
    for times in (1, 9):
        with opened(str(again), make=True) as records:
            for number, (tree, decision) in enumerate(made[:100] * times):
                record_decision(records, tree, decision, archived, "0", Who(), START + timedelta(minutes=number))
        sizes.append(again.stat().st_size)
    print(f"{(sizes[1] - sizes[0]) / 900:,.0f} bytes each more where situations come again")


def test_verification(store):
    with opened(str(store)) as records:
        since, cpu = time.perf_counter(), time.process_time()
        found = verify(records)
        told("verified", found.records, since, cpu)
    assert found.findings == []


def test_replays(store):
    with opened(str(store)) as records:
        replayer = Replayer(records.edition)
        replayer.replay(records.record(1))  # which compiles the edition
        since, cpu = time.perf_counter(), time.process_time()
        for seq in range(1, 201):
            assert replayer.replay(records.record(seq))["verdict"] == "same"
        told("replayed", 200, since, cpu)


def test_counts_and_lists(store):
    with opened(str(store)) as records:
        since, cpu = time.perf_counter(), time.process_time()
        found = stats(records)
        told("counted", found["records"], since, cpu)
        for words, wanted in (("status", [("status", "advice")]), ("rule", [("rule", "ndm-cefiderocol-alternative")])):
            since, cpu = time.perf_counter(), time.process_time()
            assert listed(records, wanted, None, "", "", 20)["records"]
            told(f"lists of 20 by {words}", 1, since, cpu)
