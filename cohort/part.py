"""One part of a cohort, from cells to outcomes: what a worker does, on this machine or another."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc

from ..facts.case import Case
from ..facts.problems import CaseError, Problem
from ..kb.decision import decide
from ..kb.edition import canonical
from ..kb.inference import KnowledgeBase
from ..kb.knowledge import knowledge_base
from .cells import LABEL, case_of
from .derive import derive
from .files import Part
from .outcome import GOALS, outcome
from .situations import Situations, Table

ROW = "row"
"""The column with the number of a row in the file of cases, from 1."""


@cache
def _situations(guideline: str, names: tuple[str, ...]) -> Situations:
    return Situations(names, knowledge_base(guideline).edition.measures)


@dataclass(frozen=True)
class Made:
    """What came of a part: rows that were decided and rejected, and what the files of both hold of it."""

    decided: int
    rejected: int
    content: bytes
    rejects: bytes


def make(part: Part, guidelines: tuple[str, ...], knowledge: Mapping[str, str], columns: bool) -> Made:
    """Make one part, wherever this runs: it reads nothing but the part and leaves nothing behind.

    `knowledge` has the digests of the guidelines; CaseError where others are at hand. With `columns` the content is an
    Arrow file of outcomes, else lines of decisions.
    """
    for guideline, digest in knowledge.items():
        here = knowledge_base(guideline).edition.digest
        if here != digest:
            raise CaseError([Problem("worker", f"{guideline} with digest {here[:12]}", f"digest {digest[:12]}")])
    rows, batch, problems = accepted(part, guidelines[0])
    ids = _ids(part, problems)
    rejects = b"".join(reject_line(row, ids.get(row), found) for row, found in problems.items())
    if columns:
        found, sink = outcomes(rows, batch, guidelines), pa.BufferOutputStream()
        with pa.ipc.new_file(sink, found.schema) as writer:
            writer.write_batch(found)
        content = sink.getvalue().to_pybytes()
    else:
        content = b"".join(decisions(rows, batch, guidelines))
    return Made(len(rows), len(problems), content, rejects)


def accepted(part: Part, guideline: str) -> tuple[list[int], pa.RecordBatch, dict[int, list[Problem]]]:
    """The rows of a part that can be read, by number and as a batch, and what is wrong with the others."""
    table = Table(part.batch)
    wrong = _situations(guideline, tuple(part.batch.schema.names)).problems(table)
    problems = {**part.problems, **{part.rows[place]: found for place, found in wrong.items()}}
    if not wrong:
        return part.rows, part.batch, problems
    good = [place for place in range(table.count) if place not in wrong]
    return (
        [part.rows[place] for place in good],
        part.batch.take(pa.array(good, pa.int64())),
        dict(sorted(problems.items())),
    )


def outcomes(rows: Sequence[int], batch: pa.RecordBatch, guidelines: Sequence[str]) -> pa.RecordBatch:
    """What each guideline makes of each row, with the number of the row, its id and its cells.

    With several guidelines the columns of an outcome are named after them: `idsa-2026.status`.
    """
    columns: dict[str, Any] = {ROW: pa.array(np.asarray(rows, np.int64)), LABEL: _labels(rows, batch)}
    table = Table(batch)
    for guideline in guidelines:
        found = _derived(table, guideline, tuple(batch.schema.names))
        columns |= {f"{guideline}.{name}" if len(guidelines) > 1 else name: values for name, values in found.items()}
    columns |= {name: batch.column(name) for name in batch.schema.names if name != LABEL}
    return pa.RecordBatch.from_pydict(columns)


def _derived(table: Table, guideline: str, names: tuple[str, ...]) -> dict[str, pa.Array]:
    base = knowledge_base(guideline)
    facts = _situations(guideline, names).rows(table)
    derive(_shared(base), facts, base.edition.behind(GOALS))
    return outcome(base.edition, facts)


def _shared(base: KnowledgeBase) -> Any:
    if base.shared is None:
        raise ValueError("the rules of this edition depend on themselves: its cases cannot be derived as columns")
    return base.shared


def _labels(rows: Sequence[int], batch: pa.RecordBatch) -> pa.Array:
    """The id of each row: its own, or its number."""
    numbers = pa.array(rows, pa.int64()).cast(pa.string())
    if LABEL not in batch.schema.names:
        return numbers
    own = batch.column(LABEL).cast(pa.string())
    return pc.if_else(pc.equal(pc.fill_null(pc.utf8_trim_whitespace(own), ""), ""), numbers, own)


def decisions(rows: Sequence[int], batch: pa.RecordBatch, guidelines: Sequence[str]) -> Iterator[bytes]:
    """A line of canonical JSON for each row and guideline: its id, and the decision as `consult --json` has it,
    without the trace."""
    table = Table(batch)
    for place, row in enumerate(rows):
        cells = table.row(place)
        case = case_of(cells)
        for guideline in guidelines:
            yield canonical({"id": cells.get(LABEL, str(row)), "decision": _decision(case, guideline)}) + b"\n"


def _decision(case: Case, guideline: str) -> dict[str, Any]:
    base = knowledge_base(guideline)
    decision = dict(decide(base.edition, case, base.derive(case)))
    del decision["trace"]
    return decision


def _ids(part: Part, rows: Iterable[int]) -> dict[int, str]:
    """The ids of some rows as their cells have them; of rows that could not be split into cells, where it is known."""
    found = dict(part.ids)
    if LABEL in part.batch.schema.names:
        column, rejected = part.batch.column(LABEL), set(rows)
        for place, row in enumerate(part.rows) if rejected else ():
            text = column[place].as_py() if row in rejected else None
            if text and text.strip():
                found[row] = text.strip()
    return found


def reject_line(row: int, label: str | None, problems: Sequence[Problem]) -> bytes:
    """A line of the file of rejects: the number of the row, its id if it has one, and what is wrong with it."""
    line = {"errors": [problem.as_json() for problem in problems], "row": row}
    if label is not None:
        line["id"] = label
    return json.dumps(line, ensure_ascii=False, sort_keys=True).encode() + b"\n"
