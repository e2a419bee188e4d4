"""From the columns of a table to the facts of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..facts.problems import CaseError, Problem
from ..facts.quantity import Quantity
from ..facts.working_memory import Measures
from .cells import (
    LABEL,
    LABEL_PATTERN,
    RESULTS,
    Cell,
    Reader,
    case_of,
    groups,
    label_problems,
    list_of_results,
    without_mic,
)
from .clearance import Clearances, Patients, Stated
from .coded import Column, Combined, Rows, looked_up, narrow

Array = Any


class Table:
    """A part of a cohort's table: each column as the different texts in it and, for each row, which it has."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        self.batch, self.count = batch, batch.num_rows
        self._columns = {name: _encoded(batch.column(name)) for name in batch.schema.names if name != LABEL}
        self.cells: dict[Reader, tuple[Array, list[Cell]]] = {}
        """What was read of the table: by reader the number of each row's cell, and the cells by number."""
        self.labels = batch.column(LABEL) if LABEL in batch.schema.names else None
        """The ids of the rows, if they have a column: as many different ones as there are rows."""

    def column(self, name: str) -> tuple[Array, list[str | None]]:
        """The number of each row's text, and the texts by number; one empty text for a column that is not there."""
        return self._columns.get(name) or (np.zeros(self.count, np.uint8), [None])

    def row(self, number: int) -> dict[str, str]:
        """The cells of a row that say something, by column."""
        texts = {name: texts[numbers[number]] for name, (numbers, texts) in self._columns.items()}
        if self.labels is not None:
            texts[LABEL] = self.labels[number].as_py()
        return {name: text for name, text in texts.items() if text and text.strip()}


def _encoded(column: pa.Array) -> tuple[Array, list[str | None]]:
    """Numbers and texts; what is missing or blank is None."""
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    raw = encoded.dictionary.to_pylist()
    texts = [text.strip() or None if text else None for text in raw]
    numbers = encoded.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False)
    return numbers.astype(narrow(len(texts) + 1), copy=False), [*texts, None]


class Situations:
    """Reads tables with one set of columns. What a cell says is remembered from table to table."""

    def __init__(self, names: Sequence[str], measures: Measures) -> None:
        self._readers = [Reader(group, measures) for group in groups(names)]
        self._regimens = [reader.group.regimen for reader in self._readers if reader.group.regimen]
        self._without_mic = tuple(without_mic(self._regimens))
        self._clearances = Clearances(measures)

    def problems(self, table: Table) -> dict[int, list[Problem]]:
        """What is wrong with each row that cannot be read."""
        found: dict[int, list[Problem]] = {}
        if table.labels is not None:
            good = pc.fill_null(pc.match_substring_regex(table.labels.cast(pa.string()), LABEL_PATTERN), True)
            for row in np.flatnonzero(~good.to_numpy(zero_copy_only=False)).tolist():
                text = table.labels[row].as_py()
                if text.strip() and (problems := label_problems(text)):
                    found[row] = list(problems)
        for reader in self._readers:
            numbers, cells = _read(reader, table)
            _note(found, numbers, [cell.problems for cell in cells])
        for row in np.flatnonzero(self._results(table) & _stated(table, RESULTS)).tolist():
            try:
                case_of({name: text for name, text in table.row(row).items() if name.startswith(RESULTS)})
            except CaseError as error:
                said = found.setdefault(row, [])
                said += [problem for problem in error.problems if problem not in said]
        return found

    def rows(self, table: Table) -> Rows:
        """The facts of the rows of a table that can be read throughout."""
        rows = Rows(table.count)
        for reader in self._readers:
            places, cells = _read(reader, table)
            rows.add(Column(places, [cell.facts for cell in cells]))
        rows.add(Column(np.zeros(table.count, np.uint8), [self._without_mic]))
        rows.add(self._list_of_results(table))
        for column in self._clearances.columns(self._patients(table)):
            rows.add(column)
        return rows

    def _list_of_results(self, table: Table) -> Column:
        listed, none = self._results(table), _stated(table, RESULTS)
        said = ((False, False), (False, True), (True, False), (True, False))
        numbers = listed.view(np.uint8) * np.uint8(2) + none.view(np.uint8)
        return Column(numbers, [(list_of_results(*each),) for each in said])

    def _results(self, table: Table) -> Array:
        """In which rows some result stands."""
        stated = (_stated(table, f"{RESULTS}.{regimen}") for regimen in self._regimens)
        return np.logical_or.reduce([np.zeros(table.count, bool), *stated])

    def _patients(self, table: Table) -> Patients:
        """What clearances are computed from."""
        by_column = {reader.group.columns: reader for reader in self._readers}

        def stated(name: str) -> Stated:
            places, cells = _read(by_column[f"patient.{name}",], table)
            values = [getattr(cell.case.patient, name) for cell in cells]
            return Stated(places, [each.value if isinstance(each, Quantity) else each for each in values])

        needed = ("age", "sex", "weight", "height", "creatinine", "renal_replacement")
        return Patients(*(stated(name) for name in needed))


def _stated(table: Table, name: str) -> Array:
    """In which rows a column says something."""
    numbers, texts = table.column(name)
    return looked_up([text is not None for text in texts], 2, numbers).view(bool)


def _note(found: dict[int, list[Problem]], numbers: Array, problems: Sequence[Sequence[Problem]]) -> None:
    """Add to what was found in rows the problems of what they have, each once."""
    bad = [number for number, those in enumerate(problems) if those]
    for row in np.flatnonzero(np.isin(numbers, bad)).tolist() if bad else ():
        said = found.setdefault(row, [])
        said += [problem for problem in problems[numbers[row]] if problem not in said]


def _read(reader: Reader, table: Table) -> tuple[Array, list[Cell]]:
    """For each row the number of its cell, and the cells by number; kept with the table."""
    if reader not in table.cells:
        columns = [table.column(name) for name in reader.group.columns]
        combined = Combined(np.zeros(table.count, np.uint8))
        for numbers, texts in columns:
            combined.add(numbers, len(texts))
        cells = [Cell()] * combined.bound
        occurring = combined.occurring()
        parts = zip(*(each.tolist() for each in combined.columns(occurring)), strict=True)
        for place, each in zip(occurring.tolist(), parts, strict=True):
            cells[place] = reader.read(tuple([texts[number] for number, (_, texts) in zip(each, columns, strict=True)]))
        table.cells[reader] = combined.place, cells
    return table.cells[reader]
