"""Cohorts, Parquet to Parquet, as a process; and what each case takes one by one, in the same run.

    pytest benchmarks/test_cohort_benchmarks.py

WHYRX_ROWS sets the number of rows (a million if left out). Peak memory is that of the largest process, workers
included.
"""

import os
import subprocess
import sys
from time import perf_counter

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
    files = [str(cases), "--out", str(tmp_path / "out.parquet")]
    program = [sys.executable, "-m", "whyrx", "batch", "run", *files, "--workers", str(workers)]
    start = perf_counter()
    process = subprocess.Popen(program, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)  # of this run alone: of its largest process, workers included
    took, peak = perf_counter() - start, usage.ru_maxrss / 1024
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    with capsys.disabled():
        print(f"\n{ROWS:,} cases, {workers} workers: {took:.1f} s, {ROWS / took:,.0f}/s; {peak:,.0f} MiB a process")


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
