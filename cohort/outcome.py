"""What a decision comes to, as columns: a row for each case, in the terms of `consult --json`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from ..facts.atoms import Fact
from ..kb.edition import Edition
from .coded import Rows, narrow

Array = Any

GOALS = ("Status", "Recommend", "Dose", "Warn", "Missing")
"""Types of the conclusions that the columns show; only what these rest on is derived."""

_WORD = pa.dictionary(pa.int32(), pa.string())
_TEXT = pa.string()
_DOSE = pa.struct(
    {
        "drug": pa.string(),
        "phase": pa.string(),
        "amount": pa.string(),
        "interval_h": pa.int32(),
        "infusion_h": pa.string(),
        "route": pa.string(),
        "row": pa.string(),
    }
)
COLUMNS = {
    "status": (_WORD, "advice, insufficient, out_of_scope or refer"),
    "first_line": (pa.list_(_WORD), "the regimens recommended first"),
    "alternatives": (pa.list_(_WORD), "the regimens recommended as alternatives"),
    "doses": (pa.list_(_DOSE), "for each drug and phase the labelled dose, and the row of the table it is"),
    "warnings": (pa.list_(_WORD), "the warnings, by the ids of their conclusions"),
    "missing": (pa.list_(_WORD), "the fields whose value could change the advice"),
}
"""The columns of an outcome: type, and what stands in it."""


def outcome(edition: Edition, rows: Rows) -> dict[str, pa.Array]:
    """The columns of `COLUMNS` for the rows of a table in which everything was derived."""
    words = _Words(edition, rows)
    return {
        "status": words.one("Status", lambda fact: fact.value("value")),
        "first_line": words.lists("Recommend", "line", lambda fact: fact.value("regimen"), line="first"),
        "alternatives": words.lists("Recommend", "line", lambda fact: fact.value("regimen"), line="alternative"),
        "doses": words.lists("Dose", "phase", lambda fact: _dose(edition, fact), _DOSE),
        "warnings": words.lists("Warn", "kind", lambda fact: fact.id),
        "missing": words.lists("Missing", "fact", lambda fact: fact.value("fact")),
    }


def _dose(edition: Edition, fact: Fact) -> dict[str, Any]:
    _, row = edition.row[fact.value("row")]
    said = {name: row.payload[name] for name in ("amount", "interval_h", "infusion_h", "route")}
    return {
        "drug": fact.value("drug"),
        "phase": fact.value("phase"),
        **said,
        "infusion_h": str(said["infusion_h"]),
        "row": row.id,
    }


class _Words:
    """Columns from the rows of facts, in the order in which a decision lists them."""

    def __init__(self, edition: Edition, rows: Rows) -> None:
        self._edition, self._rows = edition, rows

    def one(self, fact_type: str, says: Callable[[Fact], Any]) -> pa.Array:
        """What the first fact of a type says in each row."""
        holding = self._rows.holding(fact_type)
        said = [says(fact) for fact, _ in holding]
        words = list(dict.fromkeys(said))
        places = np.full(self._rows.count, -1, np.int32)
        for (_, holds), word in reversed(list(zip(holding, said, strict=True))):
            places[holds] = words.index(word)
        return _worded(pa.array(places, mask=places < 0), pa.array(words, _TEXT))

    def lists(
        self, fact_type: str, by: str, says: Callable[[Fact], Any], kind: pa.DataType = _TEXT, **terms: str
    ) -> pa.Array:
        """What the facts of a type say in each row, each thing once."""
        said: list[Any] = []
        where: list[Array] = []
        for fact, holds in self._ordered(fact_type, by):
            if all(fact.value(name) == value for name, value in terms.items()):
                word = says(fact)
                if word in said:
                    where[said.index(word)] |= holds
                else:
                    said.append(word)
                    where.append(holds)
        places, words = _listed(where, self._rows.count)
        return pa.ListArray.from_arrays(pa.array(places), _worded(pa.array(words), pa.array(said, kind)))

    def _ordered(self, fact_type: str, by: str) -> list[tuple[Fact, Array]]:
        field = self._edition.vocabulary[fact_type].get(by)
        order = (field.allowed if field is not None else None) or ()
        holding = self._rows.holding(fact_type)
        return sorted(holding, key=lambda each: order.index(each[0].value(by))) if order else holding


def _listed(where: Sequence[Array], count: int) -> tuple[Array, Array]:
    """For each row where its words begin and end, and the words of all rows: those, in order, that hold in it."""
    rows = [np.flatnonzero(holds) for holds in where]
    many = np.zeros(count, np.int32)
    for holds in where:
        many += holds
    ends = np.cumsum(many, dtype=np.int32)
    next_place = ends - many
    words = np.zeros(ends[-1] if count else 0, narrow(len(where)))
    for word, numbers in enumerate(rows):
        places = np.take(next_place, numbers)
        words[places] = word
        next_place[numbers] = places + 1
    return np.concatenate((np.zeros(1, np.int32), ends)), words


def _worded(places: pa.Array, words: pa.Array) -> pa.Array:
    return pa.DictionaryArray.from_arrays(places, words, safe=False)
