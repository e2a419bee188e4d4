"""Cohorts, Parquet to Parquet, as a process; and what each case takes one by one, in the same run.

    pytest benchmarks/test_cohort_benchmarks.py

WHYRX_ROWS sets the number of rows (a million if left out). Memory and processor time are those of all processes of the
run, read from /proc while it lasts: the peaks of each added up, so memory is at most that.
"""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import perf_counter, sleep

import pyarrow.parquet as pq
import pytest
from drawn_cohort import table
from whyrx.cohort.cells import case_of
from whyrx.kb.decision import decide
from whyrx.kb.knowledge import knowledge_base

ROWS = int(os.environ.get("WHYRX_ROWS", "1000000"))
ONE_BY_ONE = 300


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    path = tmp_path_factory.mktemp("cohort") / "cases.parquet"
    pq.write_table(table(ROWS), path)
    return path


@pytest.mark.parametrize("workers", [1, os.cpu_count() or 1])
def test_rows_per_second(workers, cases, tmp_path, capsys):
    """Without states, making a file of them, and with it."""
    for name, states in (
        ("none kept", []),
        ("none known", ["--states", tmp_path / "states"]),
        ("all known", ["--states", tmp_path / "states"]),
    ):
        out = tmp_path / f"{name}.parquet"
        files = [cases, "--out", out, *states, "--workers", workers]
        program = [sys.executable, "-m", "whyrx", "batch", "run", *map(str, files)]
        start = perf_counter()
        process = subprocess.Popen(program, stdout=subprocess.DEVNULL, start_new_session=True)
        used: dict[str, tuple[float, float]] = {}
        while process.poll() is None:
            used |= _used(process.pid)
            sleep(0.02)
        took = perf_counter() - start
        assert process.returncode == 0
        peaks = [each for each, _ in used.values()]
        with capsys.disabled():
            print(
                f"\n{ROWS:,} cases, {workers} workers, states: {name}: {took:.1f} s, {ROWS / took:,.0f}/s; "
                f"{sum(each for _, each in used.values()):.1f} s of processors; "
                f"{max(peaks):,.0f} MiB at most in one process, {sum(peaks):,.0f} in all"
            )


def _used(session: int) -> dict[str, tuple[float, float]]:
    """For each process of a session its peak memory in MiB and the time it has had of processors in seconds."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # gone in the meantime
            numbers = (place / "stat").read_text().rpartition(")")[2].split()
            if int(numbers[3]) == session:
                peak = (place / "status").read_text().partition("VmHWM:")[2].split()
                seconds = (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")
                found[place.name] = float(peak[0]) / 1024 if peak else 0.0, seconds
    return found


def test_one_by_one(cases, capsys):
    """The same rows, each read, derived and decided as `consult` does it, in one process that is warm."""
    base = knowledge_base()
    rows = pq.read_table(cases).slice(0, 2 * ONE_BY_ONE).to_pylist()
    stated = [{name: text for name, text in row.items() if text and text.strip()} for row in rows]
    for half in ("first met", "warm"):
        start = perf_counter()
        for cells in stated[:ONE_BY_ONE] if half == "first met" else stated[ONE_BY_ONE:]:
            case = case_of(cells)
            decide(base.edition, case, base.derive(case))
        took = (perf_counter() - start) / ONE_BY_ONE
        with capsys.disabled():
            print(f"\none by one, {half}: {took * 1000:.2f} ms a case, {1 / took:,.0f}/s")
