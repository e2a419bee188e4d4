"""Runs a cohort: part by part, in several processes, so that a run that was killed goes on where it was.

Beside the file that is to be made stands a folder for its parts while the run lasts. A part is there whole or not at
all. When all are there they are put together in order, the file appears at once, and the folder goes.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .. import __version__
from ..facts.problems import CaseError, Problem
from ..kb.knowledge import edition, knowledge_base
from .exchange import Exchange
from .files import Part, parts
from .kept import Kept
from .pages import parquet
from .part import NOTE, ROW, Made, make
from .processes import processes
from .row_groups import join, same_columns

PART_ROWS = {".parquet": 262_144, ".jsonl": 500}
"""Rows of a part, by what is made of them: columns are quick, a decision in words takes milliseconds."""
OUTPUTS = tuple(PART_ROWS)


@dataclass(frozen=True)
class Job:
    """What is made of which cases: file of cases, file to be made, guidelines."""

    cases: Path
    out: Path
    guidelines: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """Where parts are kept until all are there."""
        return self.out.with_name(f"{self.out.name}.parts")

    @property
    def rejects(self) -> Path:
        """Where rows go that cannot be read, with what is wrong with them."""
        return self.out.with_name(f"{self.out.name}.rejects.jsonl")

    def knowledge(self) -> dict[str, str]:
        """The digest of each guideline's edition."""
        return {guideline: edition(guideline).digest for guideline in self.guidelines}

    def identity(self) -> dict[str, Any]:
        """What a run must agree on with one that it goes on from."""
        with self.cases.open("rb") as file:
            cases = hashlib.file_digest(file, "sha256").hexdigest()
        return {
            "cases": cases,
            "guidelines": list(self.guidelines),
            "knowledge": self.knowledge(),
            "rows": PART_ROWS[self.out.suffix],
            "software": __version__,
        }


@dataclass(frozen=True)
class Done:
    """What came of a run: rows that were decided, rows that were rejected."""

    decided: int
    rejected: int


Progress = Callable[[int], None]


def run(
    job: Job,
    workers: int = 0,
    progress: Progress = lambda _rows: None,
    cluster: str = "",
    states_file: Path | None = None,
) -> Done:
    """Make the file, in so many processes (0: as many as processors) or on the workers of a cluster.

    `cluster` is the address of its scheduler (`cohort.cluster`). `progress` is told how many rows were done each time
    some are. `states_file` holds derived states: it is used, and made or added to (`kb.states`). CaseError for cases
    that cannot be read as a table at all, for a folder of parts left by a run over other cases, guidelines or
    knowledge, for a cluster that cannot be used and for states that cannot be believed. A row that cannot be read is
    rejected and stops nothing.
    """
    _check(job, states_file)
    counts: dict[int, tuple[int, int]] = {}
    begun: _Begun | None = None

    def done(number: int, count: tuple[int, int]) -> None:
        if number not in counts:
            counts[number] = count
            progress(sum(count))

    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with _workers(workers or os.cpu_count() or 1, cluster) as (executor, at_once):
                cells = _one_ahead(parts(job.cases, PART_ROWS[job.out.suffix]))
                begun = begun or _begin(job, states_file)  # while processes start
                _make_all(job, begun, cells, executor, at_once, done)
            break
        except BrokenProcessPool:  # a worker was killed: what is whole stays, the rest is made again
            if attempt == _ATTEMPTS:
                accepts = "fewer workers, or more memory; what is done is kept for the next run"
                raise CaseError([Problem("--workers", f"killed {attempt} times", accepts)]) from None
    _put_together(job, len(counts))
    if begun is not None and begun.kept is not None:
        begun.kept.save()
    return Done(sum(one for one, _ in counts.values()), sum(other for _, other in counts.values()))


_NOTE = "run.json"
_ATTEMPTS = 5
"""Times that a run begins again after a worker was killed."""


@dataclass(frozen=True)
class _Begun:
    """What a run is about (`Job.identity`), and the states that it keeps, if any."""

    about: dict[str, Any]
    kept: Kept | None


def _begin(job: Job, states_file: Path | None) -> _Begun:
    """See whether the run can go ahead, and make the folder for its parts."""
    kept = None if states_file is None else Kept(states_file, job.guidelines)
    about = job.identity()
    job.folder.mkdir(exist_ok=True)
    _same_run(job, about)
    return _Begun(about, kept)


def _make_all(
    job: Job,
    begun: _Begun,
    cells: Iterable[Part],
    executor: Executor | None,
    at_once: int,
    done: Callable[[int, tuple[int, int]], None],
) -> None:
    """Make the parts that are not there yet, no more of them waiting than are made at once."""
    kept = begun.kept
    task = (begun.about, job.out.suffix == ".parquet", None if kept is None else kept.known)
    waiting: dict[int, Future[Made]] = {}
    by_files = isinstance(executor, ProcessPoolExecutor)  # those of a cluster have no place in common
    if by_files:
        _hand(job, "task", task)

    def keep(number: int, made: Made) -> None:
        if kept is not None:
            kept.add(made.states or _states(job, number))
        done(number, _keep(job, number, made))

    for part in cells:
        if (known := _counted(job, part.number)) is not None:
            done(part.number, known)
        elif executor is None:
            keep(part.number, make(part, *task))
        elif by_files:
            _hand(job, f"{part.number:06}.cells", part)
            waiting[part.number] = executor.submit(_leave, job, part.number)
        else:
            waiting[part.number] = executor.submit(make, part, *task)
        if len(waiting) > at_once:
            first = min(waiting)
            keep(first, waiting.pop(first).result())
    for number, future in waiting.items():
        keep(number, future.result())


def _one_ahead(cells: Iterator[Part]) -> Iterator[Part]:
    """The same parts, each read while something else is done: the first from now on."""
    thread = ThreadPoolExecutor(1)
    first = thread.submit(next, cells, None)

    def rest() -> Iterator[Part]:
        coming = first
        while (part := coming.result()) is not None:
            coming = thread.submit(next, cells, None)
            yield part
        thread.shutdown()

    return rest()


def _workers(number: int, cluster: str) -> AbstractContextManager[tuple[Executor | None, int]]:
    """Who makes parts, and how many at once."""
    if cluster:
        from .cluster import workers_of

        return workers_of(cluster)
    return nullcontext((None, 0)) if number == 1 else processes(number)


def _keep(job: Job, number: int, made: Made) -> tuple[int, int]:
    """Keep a part; how many rows were decided and rejected. The count is written last: with it the part is whole."""
    if made.content is not None:
        _write(_place(job, number, "rejects"), made.rejects)
        _write(_place(job, number, "made"), made.content)
    _place(job, number, "states").unlink(missing_ok=True)
    _write(_place(job, number, "count"), json.dumps([made.decided, made.rejected]).encode())
    return made.decided, made.rejected


def _hand(job: Job, name: str, given: object) -> None:
    """Leave something for the processes of this machine in a file of this run.

    A pipe that nobody empties any more, since those who did were killed, blocks whoever writes megabytes into it for
    ever, and so the end of the pool (Python before 3.11.5 does not close it). So only numbers go that way.
    """
    (job.folder / name).write_bytes(pickle.dumps(given, protocol=5))


@cache
def _task(job: Job) -> tuple[Any, ...]:
    """What is the same for all parts of a run, in a process that makes some of them."""
    task: tuple[Any, ...] = pickle.loads((job.folder / "task").read_bytes())  # this run wrote it
    return task


def _leave(job: Job, number: int) -> Made:
    """Make a part in another process of this machine and leave it in files.

    A process that is killed while it hands over megabytes leaves half a message in the pipe through which all results
    come, and whoever reads there waits for ever for the other half. So only counts go that way.
    """
    _exchange(job)
    cells = job.folder / f"{number:06}.cells"
    part: Part = pickle.loads(cells.read_bytes())  # this run wrote it
    made = make(part, *_task(job))
    _write(_place(job, number, "rejects"), made.rejects)
    _write(_place(job, number, "made"), made.content or b"")
    if made.states:
        packed = {guideline: states.decode() for guideline, states in made.states.items()}
        _write(_place(job, number, "states"), json.dumps(packed).encode())
    cells.unlink()
    return Made(made.decided, made.rejected, None, b"", {})


@cache
def _exchange(job: Job) -> None:
    """Let this process and the others that make parts of a run hand each other what they derive."""
    for guideline in job.guidelines:
        base = knowledge_base(guideline)
        if base.shared is not None:
            base.shared.exchange = Exchange(job.folder, guideline, base)


def _states(job: Job, number: int) -> dict[str, bytes]:
    """The states that a process left with a part."""
    place = _place(job, number, "states")
    if not place.exists():
        return {}
    return {guideline: states.encode() for guideline, states in json.loads(place.read_bytes()).items()}


def _check(job: Job, states_file: Path | None) -> None:
    if job.out.suffix not in OUTPUTS:
        raise CaseError([Problem("--out", job.out.name, f"a file that ends in {' | '.join(OUTPUTS)}")])
    ours = (job.folder / _NOTE).exists()  # rejects are put in their place a moment before the file itself
    for made in (job.out,) if ours else (job.out, job.rejects):
        if made.exists():
            raise CaseError([Problem("--out", str(job.out), f"a new file; {made.name} is there")])
    if states_file is not None and states_file.resolve() == job.out.resolve():
        raise CaseError([Problem("--states", str(states_file), "another file than that of the outcomes")])
    if not job.out.parent.is_dir():
        raise CaseError([Problem("--out", str(job.out), "a file in a folder that is there")])
    next(parts(job.cases, 1), None)  # refuses a file that is no table before anything is made


def _same_run(job: Job, identity: dict[str, Any]) -> None:
    """Note what the run is about, or see that the parts that are there are of the same."""
    note = job.folder / _NOTE
    if not note.exists():
        if others := sorted(path.name for path in job.folder.iterdir() if not path.name.startswith(_NOTE)):
            raise CaseError(
                [Problem("--out", f"{job.folder.name} with {others[0]}", "a folder that batch made, or none")]
            )
        _write(note, json.dumps(identity, sort_keys=True).encode())
    elif json.loads(note.read_bytes()) != identity:
        accepted_instead = "the same cases, guidelines and knowledge as before; remove the folder to begin anew"
        raise CaseError([Problem("--out", job.folder.name, accepted_instead)])


def _place(job: Job, number: int, what: str) -> Path:
    return job.folder / f"{number:06}.{what}"


def _counted(job: Job, number: int) -> tuple[int, int] | None:
    """The counts of a part that was made before."""
    try:
        decided, rejected = json.loads(_place(job, number, "count").read_bytes())
    except FileNotFoundError:
        return None
    return decided, rejected


def _write(path: Path, data: bytes) -> None:
    """A file that is there whole or not at all."""
    draft = path.with_name(f"{path.name}.draft")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _put_together(job: Job, count: int) -> None:
    """The parts in order as one file; the rejects, if there are any, first: a file of outcomes means all is there."""
    made = [_place(job, number, "made") for number in range(count)]
    rejected = job.folder / "rejects"
    with rejected.open("wb") as file:
        for number in range(count):
            file.write(_place(job, number, "rejects").read_bytes())
    whole = job.folder / "whole"
    columns = job.out.suffix == ".parquet"
    if columns and not same_columns(made):
        _same_columns(made)
    with whole.open("wb") as file:
        if columns:
            join(made, file)
        else:
            for path in made:
                file.write(path.read_bytes())
    for path in (rejected, whole):
        with path.open("rb") as file:
            os.fsync(file.fileno())
    if rejected.stat().st_size:
        rejected.replace(job.rejects)
    whole.replace(job.out)
    shutil.rmtree(job.folder)


def _same_columns(made: list[Path]) -> None:
    """Give every part all columns, those that it lacks empty: lines of JSON need not name the same fields."""
    schema = pa.unify_schemas([pq.read_schema(path) for path in made])
    for path in made:
        table = pq.read_table(path)
        if table.schema != schema:
            columns = [
                table[field.name] if field.name in table.schema.names else pa.nulls(len(table), field.type)
                for field in schema
            ]
            whole = pa.table(columns, schema.with_metadata(table.schema.metadata)).combine_chunks()
            _write(path, parquet(whole.to_batches()[0], statistics=[ROW]))


def made_by(path: Path) -> Iterator[tuple[str, str]]:
    """Guideline and digest of the knowledge behind a file of outcomes. CaseError for another file."""
    note = (pq.read_schema(path).metadata or {}).get(NOTE.encode())
    if note is None:
        raise CaseError([Problem("FILE", path.name, "a file that whyrx batch made")])
    found = json.loads(note)
    yield from ((guideline, found["knowledge"][guideline]) for guideline in found["guidelines"])
