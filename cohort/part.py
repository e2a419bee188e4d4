"""One part of a cohort, from cells to outcomes: what a worker does, on this machine or another."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..facts.case import Case
from ..facts.problems import CaseError, Problem
from ..kb.decision import decide
from ..kb.edition import canonical
from ..kb.inference import KnowledgeBase
from ..kb.knowledge import knowledge_base
from ..kb.shared import Derived
from ..kb.states import derived_of, states_of
from .cells import LABEL, case_of
from .derive import derive
from .files import Part
from .outcome import GOALS, outcome
from .pages import parquet
from .situations import Situations, Table

ROW = "row"
"""The column with the number of a row in the file of cases, from 1."""
NOTE = "whyrx"
"""What a file of outcomes says about its run in its metadata."""


@cache
def _situations(guideline: str, names: tuple[str, ...]) -> Situations:
    return Situations(names, knowledge_base(guideline).edition.measures)


@dataclass(frozen=True)
class Made:
    """What came of a part: rows that were decided and rejected, and what the files of both hold of it; and by
    guideline the states that were derived for it, where they are asked for."""

    decided: int
    rejected: int
    content: bytes | None
    rejects: bytes
    states: Mapping[str, bytes]


def make(part: Part, about: Mapping[str, Any], columns: bool, states: Mapping[str, bytes] | None = None) -> Made:
    """Make one part, wherever this runs: it reads nothing but the part and leaves nothing behind.

    `about` is what the run is about (`batch.Job.identity`): its `guidelines`, and their digests under `knowledge`;
    CaseError where others are at hand. With `columns` the content is a Parquet file of outcomes, else lines of
    decisions. `states` are those that are known, by guideline; they change nothing but how long it takes. None where
    nobody keeps any.
    """
    guidelines = about["guidelines"]
    for guideline, digest in about["knowledge"].items():
        here = knowledge_base(guideline).edition.digest
        if here != digest:
            raise CaseError([Problem("worker", f"{guideline} with digest {here[:12]}", f"digest {digest[:12]}")])
        if states and guideline in states:
            learn(guideline, states[guideline])
    rows, table, problems = accepted(part, guidelines[0])
    ids = _ids(part, problems)
    rejects = b"".join(reject_line(row, ids.get(row), found) for row, found in problems.items())
    if columns:
        found = outcomes(rows, table, guidelines).replace_schema_metadata({NOTE: json.dumps(about, sort_keys=True)})
        content = parquet(found, statistics=[ROW])
    else:
        content = b"".join(decisions(rows, table, guidelines))
    fresh = {guideline: found for guideline in guidelines if (found := _fresh(guideline)) and states is not None}
    return Made(len(rows), len(problems), content, rejects, fresh)


@lru_cache(8)
def learn(guideline: str, states: bytes) -> None:
    """Take states over, once in each process: only those that the run gives are believed."""
    _shared(knowledge_base(guideline)).learn(understood(guideline, states))


@lru_cache(8)
def understood(guideline: str, states: bytes) -> tuple[Derived, ...]:
    """States as the rules bear them out, which is no reason to believe them. ValueError for others."""
    return tuple(derived_of(knowledge_base(guideline), json.loads(states)))


def _fresh(guideline: str) -> bytes:
    """The states that were derived since this was last asked; nothing if there are none."""
    base = knowledge_base(guideline)
    derived = base.shared.fresh() if base.shared is not None else []
    return json.dumps(states_of(base, derived)).encode() if derived else b""


def accepted(part: Part, guideline: str) -> tuple[Sequence[int], Table, dict[int, list[Problem]]]:
    """The rows of a part that can be read, by number and as a table, and what is wrong with the others."""
    table = Table(part.batch)
    wrong = _situations(guideline, tuple(part.batch.schema.names)).problems(table)
    problems = {**part.problems, **{part.rows[place]: found for place, found in wrong.items()}}
    if not wrong:
        return part.rows, table, problems
    good = [place for place in range(table.count) if place not in wrong]
    return (
        [part.rows[place] for place in good],
        Table(part.batch.take(pa.array(good, pa.int64()))),
        dict(sorted(problems.items())),
    )


def outcomes(rows: Sequence[int], table: Table, guidelines: Sequence[str]) -> pa.RecordBatch:
    """What each guideline makes of each row, with the number of the row, its id and its cells.

    With several guidelines the columns of an outcome are named after them: `idsa-2026.status`.
    """
    batch = table.batch
    columns: dict[str, Any] = {ROW: pa.array(_numbers(rows)), LABEL: _labels(rows, batch)}
    for guideline in guidelines:
        found = _derived(table, guideline, tuple(batch.schema.names))
        columns |= {f"{guideline}.{name}" if len(guidelines) > 1 else name: values for name, values in found.items()}
    columns |= {name: batch.column(name) for name in batch.schema.names if name != LABEL}
    return pa.RecordBatch.from_pydict(columns)


def _numbers(rows: Sequence[int]) -> Any:
    return np.arange(rows.start, rows.stop) if isinstance(rows, range) else np.asarray(rows, np.int64)


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
    if LABEL in batch.schema.names:
        own = batch.column(LABEL).cast(pa.string())
        without = pc.equal(pc.fill_null(pc.utf8_trim_whitespace(own), ""), "")
        if not pc.any(without).as_py():
            return own
    numbers = pa.array(_numbers(rows)).cast(pa.string())
    return pc.if_else(without, numbers, own) if LABEL in batch.schema.names else numbers


def decisions(rows: Sequence[int], table: Table, guidelines: Sequence[str]) -> Iterator[bytes]:
    """A line of canonical JSON for each row and guideline: its id, and the decision as `consult --json` has it,
    without the trace."""
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
