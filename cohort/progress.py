"""A run on a terminal: how far it is, how fast it goes, how long it will take, and what came of it."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from .batch import Done, Job, run
from .files import count


class _Rate(ProgressColumn):
    """Rows per second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "")


def run_with_progress(cases: str, out: str, guidelines: tuple[str, ...], workers: int) -> int:
    """Run a cohort, showing progress where somebody looks; say in the end what came of it. The number of rejected rows.

    CaseError as `batch.run`.
    """
    job = Job(Path(cases), Path(out), guidelines)
    console = Console(file=sys.stderr, highlight=False)
    columns = (
        TextColumn("deciding"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=count(job.cases) if job.cases.is_file() else None)
        done = run(job, workers, lambda rows: progress.update(task, advance=rows))
    sys.stderr.write(_said(job, done))
    return done.rejected


def _said(job: Job, done: Done) -> str:
    said = f"{done.decided:,} cases decided: {job.out}\n"
    return said + (f"{done.rejected:,} rows rejected: {job.rejects}\n" if done.rejected else "")
