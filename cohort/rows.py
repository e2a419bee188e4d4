"""One row of a file of outcomes, as the case it was: all that is needed to explain it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
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
        found = pq.read_table(path, filters=pc.field(ROW) == row)
    if found.num_rows != 1:
        accepted = "the number of a row that was decided; rejected ones are in the file of rejects"
        raise CaseError([Problem("ROW", str(row), accepted)])
    return case_of(_cells(found)), name


def _chosen(made: dict[str, str], guideline: str | None) -> str:
    if guideline is None and len(made) == 1:
        return next(iter(made))
    if guideline not in made:
        accepted = f"a guideline of the file: {' | '.join(made)}"
        raise CaseError([Problem("--guideline", guideline or "none", accepted, near_miss(guideline or "", made))])
    return guideline


def _cells(found: pa.Table) -> dict[str, str]:
    """The cells of the case in a table of one row."""
    row = found.to_pylist()[0]
    of_case = (LABEL, *FIELDS)
    cells = {name: row[name] for name in row if name in of_case or name.startswith(f"{RESULTS}.")}
    cells = {name: text for name, text in cells.items() if text and text.strip()}
    if cells.get(LABEL) == str(row[ROW]):
        del cells[LABEL]  # not stated: the number of the row stands for it
    return cells
