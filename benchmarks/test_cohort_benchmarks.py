"""Cohorts, Parquet to Parquet, as a process: on this machine, and on a Dask cluster of two workers on this machine.

    pytest benchmarks/test_cohort_benchmarks.py

WHYRX_ROWS sets the number of rows (a million if left out). Peak memory is that of the largest process, workers of this
machine included; processor time is that of all of them, of the cluster too. What each case takes one by one is
measured in the same run.
"""

import ctypes
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from statistics import median

import distributed
import psutil
import pyarrow.parquet as pq
import pytest
from drawn_cohort import table
from whyrx.cohort.cells import case_of
from whyrx.kb.decision import decide
from whyrx.kb.knowledge import knowledge_base

ROWS = int(os.environ.get("WHYRX_ROWS", "1000000"))
ROUNDS = 3
ONE_BY_ONE = 300


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    path = tmp_path_factory.mktemp("cohort") / "cases.parquet"
    pq.write_table(table(ROWS), path)
    return path


class Here:
    """So many processes of this machine, new ones for each run."""

    def __init__(self, workers: int, *options: str) -> None:
        self.options = ["--workers", str(workers), *options]

    def start(self) -> None:
        pass

    def used(self) -> float:
        return 0.0  # that of the processes a run starts is counted with it


class Cluster:
    """A cluster of two workers and a scheduler; with `new`, another for each run, so that no worker has met a case."""

    def __init__(self, stack: ExitStack, *, new: bool) -> None:
        self._stack, self._new, self._local = stack, new, None

    def start(self) -> None:
        if self._new or self._local is None:
            self._stack.close()
            self._local = self._stack.enter_context(
                distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50)
            )

    @property
    def options(self) -> list[str]:
        return ["--cluster", self._local.scheduler_address]

    def used(self) -> float:
        """Processor time of the workers, and of this process: the scheduler runs in it."""
        workers = (psutil.Process(nanny.pid).cpu_times() for nanny in self._local.workers.values())
        return sum(times.user + times.system for times in workers) + time.process_time()


class Adopted:
    """Processes that a program leaves behind, which this one is given when it ends: those that make its parts."""

    def __init__(self) -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
        self._before = {each.pid for each in psutil.Process().children()}

    def used(self) -> float:
        """Wait for them to end: the processor time that they used."""
        found = [each.pid for each in psutil.Process().children() if each.pid not in self._before]
        usages = [os.wait4(pid, 0)[2] for pid in found]
        return sum(usage.ru_utime + usage.ru_stime for usage in usages)


_SUBREAPER = 36  # prctl(2)


def measured(benchmark, cases, out, where: Here | Cluster, warmup: int = 0) -> None:
    """Time runs of `batch`, each with a new process and a new file."""
    peaks, processor, adopted = [], [], []

    def setup():
        out.unlink(missing_ok=True)
        where.start()
        adopted.append(Adopted())

    def run():
        program = [sys.executable, "-m", "whyrx", "batch", "run", str(cases), "--out", str(out), *where.options]
        before = where.used()
        process = subprocess.Popen(program, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)  # of this run alone
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        processor.append(usage.ru_utime + usage.ru_stime + where.used() - before)
        peaks.append(usage.ru_maxrss)

    def ended(*_):
        processor[-1] += adopted.pop().used()

    benchmark.pedantic(run, setup=setup, teardown=ended, rounds=ROUNDS, warmup_rounds=warmup)
    benchmark.extra_info |= {"cases": ROWS, "processor s": round(median(processor), 1)}
    if isinstance(where, Here):
        benchmark.extra_info["peak MiB"] = round(max(peaks) / 1024)


@pytest.mark.benchmark(group="a cohort")
@pytest.mark.parametrize("workers", [1, 2], ids=["1 process", "2 processes"])
def test_this_machine(benchmark, workers, cases, tmp_path):
    measured(benchmark, cases, tmp_path / "out.parquet", Here(workers))


@pytest.mark.benchmark(group="a cohort")
@pytest.mark.parametrize("workers", [1, 2], ids=["1 process, states known", "2 processes, states known"])
def test_this_machine_with_states(benchmark, workers, cases, tmp_path):
    """A first run, which is not timed, makes the file of states."""
    measured(
        benchmark,
        cases,
        tmp_path / "out.parquet",
        Here(workers, "--states", str(tmp_path / "states")),
        warmup=1,
    )


@pytest.mark.filterwarnings("ignore")
@pytest.mark.benchmark(group="a cohort")
@pytest.mark.parametrize("workers", ["2 new workers", "2 workers that did it before"])
def test_cluster(benchmark, workers, cases, tmp_path):
    new = "new" in workers
    with ExitStack() as stack:
        measured(benchmark, cases, tmp_path / "out.parquet", Cluster(stack, new=new), warmup=0 if new else 1)


@pytest.mark.benchmark(group="a cohort")
@pytest.mark.parametrize("met", ["first met", "warm"])
def test_one_by_one(benchmark, met, cases):
    """The same rows, each read, derived and decided as `consult` does it, in one process; warm: after as many."""
    base = knowledge_base()
    rows = pq.read_table(cases).slice(0, 2 * ONE_BY_ONE).to_pylist()
    stated = [{name: text for name, text in row.items() if text and text.strip()} for row in rows]

    def decide_all(some):
        for cells in some:
            case = case_of(cells)
            decide(base.edition, case, base.derive(case))

    decided = stated[:ONE_BY_ONE] if met == "first met" else stated[ONE_BY_ONE:]
    benchmark.pedantic(decide_all, (decided,), rounds=1)
    benchmark.extra_info["cases"] = len(decided)
