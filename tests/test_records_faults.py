"""What can go wrong with a store: nothing acknowledged is lost, nothing half-written is read, and one line says it."""

import os
import resource
import sqlite3
import subprocess
import sys
import sysconfig
import tempfile
from collections import deque
from datetime import timedelta
from pathlib import Path

import pytest
from recording import ROOT, START, copied, edited, fill, put, whyrx_ran
from sqlalchemy import create_engine
from whyrx.facts.problems import CaseError
from whyrx.records.chain import verify
from whyrx.records.migrations import VERSION, migrate
from whyrx.records.store import opened

CASE = "examples/severe-bloodstream.yaml"
WRITING = str(Path(__file__).parent / "writing.py")
PROGRAM = str(Path(sysconfig.get_path("scripts")) / "whyrx")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    store = tmp_path_factory.mktemp("records") / "whole.db"
    fill(str(store), range(6))
    return store


@pytest.fixture
def store(whole, tmp_path):
    return copied(whole, tmp_path / "records.db")


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def one_error(ran, *words):
    """One line that says what is wrong, nothing on standard output, exit status 2."""
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("error: ")
    assert ran.err.count("\n") == 1
    assert [word for word in words if word not in ran.err] == []


def findings(store):
    with opened(str(store)) as records:
        return verify(records).findings


def write(*arguments):
    path = os.pathsep.join([str(ROOT / ".dev"), str(ROOT / "tests")])
    return subprocess.Popen(
        [sys.executable, WRITING, *map(str, arguments)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}
    )


def test_nothing_acknowledged_is_lost_when_a_writer_is_killed_at_many_points(tmp_path):
    store = tmp_path / "records.db"
    said, _ = write("killed", store, 40).communicate(timeout=300)
    told = [int(line) for line in said.split()]
    assert len(told) > 40
    assert len(set(told)) == len(told)
    assert findings(store) == []
    with opened(str(store)) as records, records.reading() as connection:
        there = list(records.find(connection, newest_first=False))
        assert set(told) <= set(there)
        assert len(there) - len(told) <= 40  # of each child at most one that it was not told of
        assert [record.seq for record in records.read(connection, there)] == there


def test_two_processes_with_eight_threads_each_write_one_chain(tmp_path):
    store = tmp_path / "records.db"
    writers = [write("threads", store, 40) for _ in range(2)]
    told = [int(line) for writer in writers for line in writer.communicate(timeout=300)[0].split()]
    assert [writer.returncode for writer in writers] == [0, 0]
    assert sorted(told) == list(range(1, 81))
    assert findings(store) == []


def test_a_full_disk_is_said_and_what_was_recorded_before_stays(store):
    def little_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))  # of any file: less than what a record is logged with

    arguments = [PROGRAM, "consult", CASE, "--record", "--store", str(store)]
    ran = subprocess.run(arguments, capture_output=True, preexec_fn=little_room, check=False)
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert ran.stderr.startswith(b"error: --store: ")
    assert ran.stderr.count(b"\n") == 1
    assert b"room" in ran.stderr
    assert findings(store) == []
    assert whyrx_ran("audit", "show", "7", "--store", store).status == 0


def test_a_store_that_may_not_grow_takes_nothing_and_keeps_what_it_has(store):
    with opened(str(store)) as records:
        with records.engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        seeds = iter(range(6, 40))
        with pytest.raises(CaseError, match="room"):
            deque((put(records, seed) for seed in seeds), 0)
    assert findings(store) == []


def test_a_locked_store_is_waited_for_and_then_said(store, monkeypatch):
    monkeypatch.setattr("whyrx.records.store.WAIT", 0.1)
    with edited(store) as database:
        database.isolation_level = None
        database.execute("BEGIN IMMEDIATE")
        one_error(whyrx_ran("consult", CASE, "--record", "--store", store), "another process has been writing")
        assert whyrx_ran("audit", "list", "--store", store).status == 0  # reading needs no lock
        database.execute("ROLLBACK")
    assert whyrx_ran("consult", CASE, "--record", "--store", store).status == 0


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_store_cut_short_is_said_to_be(store, share):
    data = store.read_bytes()
    store.write_bytes(data[: int(len(data) * share)])
    ran = whyrx_ran("audit", "verify", "--store", store)
    assert ran.status in (1, 2)
    assert "damaged" in ran.out + ran.err
    for command in (["list"], ["show", "3"], ["why", "3"], ["stats"], ["replay", "--all"], ["export"]):
        ran = whyrx_ran("audit", *command, "--store", store)
        assert "Traceback" not in ran.err
        assert ran.status in (0, 1, 2)


def test_records_cut_short_are_named(store):
    with edited(store) as database:
        database.execute("UPDATE records SET body = substr(body, 1, length(body) / 2) WHERE seq = 4")
    ran = whyrx_ran("audit", "verify", "--store", store)
    assert ran.status == 1
    assert ran.out.startswith("changed: record 4 ")
    one_error(whyrx_ran("audit", "show", "4", "--store", store), "record 4", "audit verify")


def test_one_damaged_record_hides_no_other(store):
    with edited(store) as database:
        database.execute("UPDATE records SET body = x'00' WHERE seq = 4")
    listed = whyrx_ran("audit", "list", "--store", store)
    assert listed.status == 0
    lines = [line.split() for line in listed.out.splitlines()[1:] if line[:6].strip()]
    assert [line[0] for line in lines] == ["7", "6", "5", "4", "3", "2", "1"]
    assert lines[3][1] == "DAMAGED"
    ran = whyrx_ran("audit", "replay", "--all", "--store", store)
    assert ran.status == 1
    assert "record 4" in ran.out
    assert ran.out.endswith("6 replayed: 5 same, 1 impossible\n")


def test_a_clock_that_goes_back_is_noted_and_no_fault(store):
    with opened(str(store)) as records:
        put(records, 2, START - timedelta(days=400))
    ran = whyrx_ran("audit", "verify", "--store", store)
    assert ran.status == 0
    assert "note: the clock went back 1 times" in ran.out
    assert whyrx_ran("audit", "list", "--store", store).out.splitlines()[1].split()[:2] == ["8", "2025-09-25"]


def older(store: Path, version: int) -> Path:
    """The same records in a store of an older version of the format."""
    old = store.with_name(f"format-{version}.db")
    engine = create_engine(f"sqlite:///{old}")
    with engine.begin() as connection:
        migrate(connection, upto=version)
    engine.dispose()
    with edited(old) as database:
        database.execute("ATTACH ? AS new", [str(store)])
        for table in ("records", "pieces", "editions"):
            database.execute(f"INSERT INTO {table} SELECT * FROM new.{table}")
        database.commit()
    return old


def test_an_older_store_is_read_once_it_is_upgraded(store):
    old = older(store, 1)
    one_error(whyrx_ran("audit", "list", "--store", old), "format 1", "whyrx audit upgrade")
    assert whyrx_ran("audit", "upgrade", "--store", old).out == f"format {VERSION}\n"
    assert findings(old) == []
    new, before = (whyrx_ran("audit", "export", "--store", each).out for each in (old, store))
    assert new == before
    assert whyrx_ran("audit", "list", "--status", "out_of_scope", "--json", "--store", old).out == (
        whyrx_ran("audit", "list", "--status", "out_of_scope", "--json", "--store", store).out
    )


def test_a_writer_upgrades_an_older_store(store):
    old = older(store, 1)
    assert whyrx_ran("consult", CASE, "--record", "--store", old).status == 0
    assert findings(old) == []


def test_an_upgrade_that_fails_leaves_the_store_as_it_was(store):
    old = older(store, 1)
    with edited(old) as database:
        database.execute("UPDATE records SET body = x'00' WHERE seq = 3")
    one_error(whyrx_ran("audit", "upgrade", "--store", old))
    with edited(old) as database:
        assert database.execute("SELECT version FROM format").fetchall() == [(1,)]
        tables = database.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('terms', 'marks')")
        assert tables.fetchone() == (0,)


# --- what is no store ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("nowhere.db", ["a store that is there"]),
        ("", ["--store"]),
        ("mysql://root:secret@host/records", ["postgresql://"]),
        ("postgresql://nobody:secret@127.0.0.1:1/records", ["can be used"]),
        ("://", ["--store"]),
    ],
)
def test_what_cannot_be_opened_is_said_without_a_password(where, words):
    ran = whyrx_ran("audit", "list", "--store", where)
    one_error(ran, *words)
    assert "secret" not in ran.err


def test_a_file_that_is_no_store_is_refused_and_not_touched(tmp_path):
    text, other = tmp_path / "notes.txt", tmp_path / "other.db"
    text.write_text("not a database, but a text that is long enough to be one" * 40)
    with edited(other) as database:
        database.execute("CREATE TABLE patients (name)")
    for file in (text, other):
        before = file.read_bytes()
        for command in (["audit", "verify"], ["audit", "list"], ["consult", CASE, "--record"]):
            one_error(whyrx_ran(*command, "--store", file))
        assert file.read_bytes() == before
    assert sqlite3.connect(other).execute("SELECT count(*) FROM patients").fetchone() == (0,)


def test_a_folder_and_a_path_into_nowhere_are_refused(tmp_path):
    for where in (tmp_path, tmp_path / "no" / "records.db"):
        one_error(whyrx_ran("consult", CASE, "--record", "--store", where))


def test_without_the_driver_of_postgresql_what_to_install_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    ran = whyrx_ran("audit", "list", "--store", "postgresql://host/records")
    one_error(ran, "pip install 'whyrx[postgres]'")


def test_where_to_record_must_be_said():
    one_error(whyrx_ran("consult", CASE, "--record", WHYRX_STORE=""), "WHYRX_STORE")


def test_a_store_is_for_its_owner_alone(tmp_path):
    assert whyrx_ran("consult", CASE, "--record", "--store", tmp_path / "records.db").status == 0
    assert (tmp_path / "records.db").stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not write")
def test_a_copy_in_a_folder_that_only_lets_read_is_read(whole):
    with tempfile.TemporaryDirectory() as name:  # which others may reach
        folder = Path(name)
        read_by_somebody_else(folder, copied(whole, folder / "records.db"))


def read_by_somebody_else(folder, store):
    store.chmod(0o444)
    arguments = ("audit", "verify", "--store", store)
    before = whyrx_ran(*arguments)  # which imports what it needs
    folder.chmod(0o555)
    os.setresuid(65534, 65534, 0)
    try:
        ran = whyrx_ran(*arguments)
        refused = whyrx_ran("audit", "override", "1", "--reason", "cost", "--store", store)
    finally:
        os.setresuid(0, 0, 0)
    assert (ran, ran.status) == (before, 0)
    one_error(refused, "written to")
    assert sorted(each.name for each in folder.iterdir()) == ["records.db"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE marks SET bits = 'many'",
        "UPDATE marks SET block = 'x'",
        "UPDATE marks SET bits = x'00ff'",
        "UPDATE terms SET kind = 7, name = x'00' || id",
        "UPDATE records SET body = x'00'",
        "UPDATE records SET time = 7, kind = 8",
        "UPDATE records SET seq = seq + 9000000000000000000 WHERE seq > 3",
        "UPDATE records SET seq = -seq",
        "UPDATE pieces SET body = x'ff'",
        "UPDATE editions SET body = 'x'",
        "DELETE FROM records",
        "DELETE FROM terms",
    ],
)
def test_no_edit_makes_any_command_fail_without_a_word(store, change, tmp_path):
    with edited(store) as database:
        database.execute(change)
    for command in (
        ["list"],
        ["list", "--status", "advice"],
        ["list", "--regimen", "cefiderocol", "--since", "2026-01-01"],
        ["show", "3"],
        ["why", "1"],
        ["replay", "--all"],
        ["replay", "1", "--current"],
        ["verify"],
        ["stats"],
        ["export"],
        ["override", "1", "--reason", "cost"],
        ["erase", "2", "--reason", "court-order"],
    ):
        ran = whyrx_ran("audit", *command, "--store", store)
        assert ran.status in (0, 1, 2), command
        assert ran.status != 2 or ran.err.startswith("error: "), command
