"""One row of a file of outcomes, as the case it was: all that is needed to explain it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..facts.case import Case
from ..facts.problems import CaseError, Problem, near_miss
from ..kb.knowledge import edition
from .batch import made_by
from .cells import FIELDS, LABEL, RESULTS, case_of
from .files import readable
from .part import ROW


def case_and_guideline(file: str, row: int, guideline: str | None) -> tuple[Case, str]:
    """The case of a row, and the guideline that was followed. CaseError for a row that is not there, and where the
    knowledge has changed since: what is derived now would not explain what the file says."""
    path = Path(file)
    with readable(path, "FILE"):
        made = dict(made_by(path))
        name = _chosen(made, guideline)
        if edition(name).digest != made[name]:
            here = f"a file made by the knowledge at hand (digest {edition(name).digest[:12]})"
            raise CaseError([Problem("FILE", f"made by another (digest {made[name][:12]})", here)])
        found = cases_of(path, [row])
    if row not in found:
        accepted = "the number of a row that was decided; rejected ones are in the file of rejects"
        raise CaseError([Problem("ROW", str(row), accepted)])
    return found[row], name


def cases_of(path: Path, rows: Iterable[int]) -> dict[int, Case]:
    """The cases of some rows of a file that batch made, by number; of those that are there."""
    names = [name for name in pq.read_schema(path).names if _of_case(name)]
    found = pq.read_table(path, columns=[ROW, *names], filters=pc.field(ROW).isin(sorted(rows)))
    return {row[ROW]: case_of(_cells(row)) for row in found.to_pylist()}


def _of_case(column: str) -> bool:
    return column in (LABEL, *FIELDS) or column.startswith(f"{RESULTS}.")


def _chosen(made: dict[str, str], guideline: str | None) -> str:
    if guideline is None and len(made) == 1:
        return next(iter(made))
    if guideline not in made:
        accepted = f"a guideline of the file: {' | '.join(made)}"
        raise CaseError([Problem("--guideline", guideline or "none", accepted, near_miss(guideline or "", made))])
    return guideline


def _cells(row: dict[str, Any]) -> dict[str, str]:
    """The cells of the case in a row that say something."""
    cells = {name: text for name, text in row.items() if _of_case(name) and text and text.strip()}
    if cells.get(LABEL) == str(row[ROW]):
        del cells[LABEL]  # not stated: the number of the row stands for it
    return cells
