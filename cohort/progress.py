"""A run on a terminal: how far it is, how fast it goes, and how long it will take."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from .processes import ahead


class _Rate(ProgressColumn):
    """Rows per second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "")


def run_with_progress(
    cases: str, out: str, guidelines: tuple[str, ...], workers: int, cluster: str, states: str = ""
) -> dict[str, Any]:
    """Run a cohort, showing progress where somebody looks. `{"decided", "out", "rejected", "rejects"}`: how many rows,
    and in which file. CaseError as `batch.run`.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # its own one is slow to begin: half a second here
    if workers != 1 and not cluster:
        ahead(guidelines, states)  # while this process imports what it needs itself
    from .batch import Job, run
    from .files import count

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
        done = run(
            job, workers, lambda rows: progress.update(task, advance=rows), cluster, Path(states) if states else None
        )
    return {
        "decided": done.decided,
        "out": str(job.out),
        "rejected": done.rejected,
        "rejects": str(job.rejects) if done.rejected else "",
    }
