"""What a decision comes to, as columns: a row for each case, in the terms of `consult --json`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from ..facts.atoms import Fact
from ..kb.edition import Edition
from .derive import Rows

Array = Any

GOALS = ("Status", "Recommend", "Dose", "Warn", "Missing")
"""Types of the conclusions that the columns show; only what these rest on is derived."""

_WORD = pa.dictionary(pa.int32(), pa.string())
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
        "doses": words.lists("Dose", "phase", lambda fact: _dose(edition, fact), kind=_DOSE),
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
        facts = self._rows.having(fact_type)
        said = [says(fact) for fact in facts]
        words = list(dict.fromkeys(said))  # Parquet is not written in the same bytes where a dictionary repeats a word
        places = np.full(self._rows.count, -1, np.int32)
        for fact, word in reversed(list(zip(facts, said, strict=True))):
            places[self._rows.of[fact.id]] = words.index(word)
        return _worded(pa.array(places, mask=places < 0), pa.array(words, pa.string()))

    def lists(
        self, fact_type: str, by: str, says: Callable[[Fact], Any], kind: pa.DataType | None = None, **terms: str
    ) -> pa.Array:
        """What the facts of a type say in each row, each thing once."""
        facts = self._ordered(fact_type, by)
        facts = [fact for fact in facts if all(fact.value(name) == value for name, value in terms.items())]
        said: list[Any] = []
        parts: list[tuple[Array, int]] = []
        for fact in facts:
            word = says(fact)
            if word not in said:
                said.append(word)
            parts.append((self._rows.of[fact.id], said.index(word)))
        places, words = self._listed(parts)
        if kind is None:
            return pa.ListArray.from_arrays(pa.array(places), _worded(pa.array(words), pa.array(said, pa.string())))
        return pa.ListArray.from_arrays(pa.array(places), pa.array(said, kind).take(pa.array(words)))

    def _listed(self, parts: Sequence[tuple[Array, int]]) -> tuple[Array, Array]:
        """For each row where its words begin and end, and the words of all rows, each once in a row."""
        count = self._rows.count
        if not parts:
            return np.zeros(count + 1, np.int32), np.zeros(0, np.int32)
        rows = np.concatenate([rows for rows, _ in parts])
        words = np.concatenate([np.full(len(rows), word, np.int32) for rows, word in parts])
        order = np.argsort(rows, kind="stable")
        rows, words = rows[order], words[order]
        if len({word for _, word in parts}) < len(parts):
            rows, words = _once(rows, words)
        return np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=count)))).astype(np.int32), words

    def _ordered(self, fact_type: str, by: str) -> list[Fact]:
        field = self._edition.vocabulary[fact_type].get(by)
        order = (field.allowed if field is not None else None) or ()
        facts = self._rows.having(fact_type)
        return sorted(facts, key=lambda fact: order.index(fact.value(by))) if order else facts


def _once(rows: Array, words: Array) -> tuple[Array, Array]:
    """Without words that stood before in the same row."""
    _, first = np.unique(rows.astype(np.int64) * (int(words.max()) + 1) + words, return_index=True)
    first.sort()
    return rows[first], words[first]


def _worded(places: pa.Array, words: pa.Array) -> pa.Array:
    return pa.DictionaryArray.from_arrays(places.cast(pa.int32()), words)
