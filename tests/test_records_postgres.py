"""The same store in PostgreSQL: a server of our own, started from its package, or a clear word that there is none."""

import os
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from recording import ROOT, START, fill, put, whyrx_ran
from sqlalchemy import create_engine, text
from whyrx.records.chain import verify
from whyrx.records.consultation import Who
from whyrx.records.erasure import erase
from whyrx.records.stats import stats
from whyrx.records.store import opened


def programs() -> Path | None:
    """Where the programs of a PostgreSQL server are, the newest first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: float(each.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@pytest.fixture(scope="module")
def server():
    """The URL of a server's socket, with no database in it yet."""
    pytest.importorskip("psycopg", reason="no driver for PostgreSQL: pip install 'whyrx[postgres]'")
    bin_ = programs()
    if bin_ is None:
        pytest.skip("no PostgreSQL server here: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))  # short enough for a socket, and not only for root
    as_whom: list[str] = []
    if os.geteuid() == 0:  # as whom the server refuses to run
        shutil.chown(folder, "nobody")
        as_whom = ["setpriv", "--reuid=nobody", "--clear-groups", "--"]
    data = folder / "data"
    start = [*as_whom, str(bin_ / "initdb"), "-D", str(data), "-U", "auditor", "-A", "trust", "--no-sync", "-E", "UTF8"]
    ran = subprocess.run(start, capture_output=True, text=True, check=False, cwd=folder)
    if ran.returncode:
        pytest.skip(f"PostgreSQL does not start here: {ran.stderr.strip().splitlines()[-1:]}")
    control = [*as_whom, str(bin_ / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log")]
    options = f"-k {folder} -c listen_addresses='' -c fsync=on"
    subprocess.run([*control, "-o", options, "start"], capture_output=True, check=True, cwd=folder)
    yield folder
    subprocess.run([*control, "-m", "immediate", "stop"], capture_output=True, check=True, cwd=folder)
    shutil.rmtree(folder)


@pytest.fixture
def store(server, request):
    """The URL of a new database."""
    name = f"d{abs(hash(request.node.name))}"
    plain = f"postgresql+psycopg://auditor@/postgres?host={server}"
    engine = create_engine(plain, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"postgresql://auditor@/{name}?host={server}"


def sql(store, statement):
    engine = create_engine(store.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_records_are_made_shown_replayed_overridden_erased_and_verified(store, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("WHYRX_STORE", store)
    assert whyrx_ran("audit", "list").err.startswith("error: --store: ")
    for case in ("nevada-2016", "severe-bloodstream"):
        assert whyrx_ran("consult", f"examples/{case}.yaml", "--record").err == ""
    assert whyrx_ran("audit", "override", "1", "--reason", "unavailable").out.startswith("recorded as 3, ")
    assert "mmwr-2017-66-33-nevada" in whyrx_ran("audit", "list", "--status", "advice").out
    assert whyrx_ran("audit", "why", "1", "R1").out == whyrx_ran("why", "examples/nevada-2016.yaml", "R1").out
    assert whyrx_ran("audit", "replay", "--all").out == "2 replayed: 2 same\n"
    assert whyrx_ran("audit", "erase", "2", "--reason", "court-order").status == 0
    ran = whyrx_ran("audit", "verify")
    assert (ran.status, ran.out.splitlines()[0]) == (0, "4 records, 1 of them erased: no findings")
    assert whyrx_ran("audit", "export").out.count("\n") == 4
    assert "1 decisions, 1 of them overridden" in whyrx_ran("audit", "stats").out


def test_it_holds_what_sqlite_holds(store, tmp_path):
    other = str(tmp_path / "records.db")
    for where in (store, other):
        fill(where, range(5))
    counts, chains = [], []
    for where in (store, other):
        with opened(where) as records:
            assert verify(records).findings == []
            counts.append(stats(records))
            with records.reading() as connection:
                found = list(records.read(connection, range(1, 7)))
            chains.append([({**each.content, "nonce": ""}, each.time, each.kind, each.about) for each in found])
    assert counts[0] == counts[1]
    assert chains[0] == chains[1]


def test_threads_write_one_chain(store):
    with opened(store, make=True) as records, ThreadPoolExecutor(8) as pool:
        found = sorted(record.seq for record in pool.map(lambda number: put(records, number % 4), range(24)))
        assert found == list(range(1, 25))
        assert verify(records).findings == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE records SET time = '2026-01-01' WHERE seq = 3", 3),
        ("DELETE FROM records WHERE seq = 2", 2),
        ("UPDATE records SET body = NULL WHERE seq = 4", 4),
        ("UPDATE marks SET bits = bits | 8 WHERE term = (SELECT id FROM terms WHERE name = 'override')", 4),
        ("UPDATE records SET seq = 0 - seq WHERE seq = 5", -5),
    ],
)
def test_what_was_changed_is_named(store, change, named):
    fill(store, range(5))
    sql(store, change)
    with opened(store) as records:
        seen = verify(records).findings[0]
    assert seen.record == named


@pytest.mark.parametrize(
    "change",
    [
        "CREATE VIEW v AS SELECT 1",
        "CREATE TABLE more (a integer)",
        "CREATE RULE r AS ON DELETE TO records DO INSTEAD NOTHING",
        "CREATE TRIGGER t BEFORE UPDATE ON records EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "DROP INDEX records_by_time",
    ],
)
def test_what_stands_beside_the_tables_is_found(store, change):
    fill(store, range(2))
    sql(store, change)
    with opened(store) as records:
        assert len(verify(records).findings) == 1


def test_an_erased_content_is_gone(store):
    fill(store, range(5))
    with opened(store) as records:
        erase(records, 2, "retention-over", "0", Who(), START)
        assert records.record(2).content is None
        assert verify(records).findings == []
