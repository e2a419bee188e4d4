"""What a store comes to: what was advised, which rules fired and which never did, what was overridden, month by month.

Counted from the marks, a block of records at a time: memory does not grow with the number of records.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, select

from ..kb.edition import Edition
from .marks import in_batches
from .record import Term
from .store import Store, damage
from .tables import BLOCK, EDITIONS, MARKS, RECORDS, TERMS, place

COUNTED = ("status", "guideline", "first", "alternative", "assumed", "rule", "reason", "instead")
"""The kinds of terms that are counted one by one."""
MOST_OVERRIDDEN = 20
_BATCH = 20 * BLOCK


def stats(
    store: Store, since: str = "", until: str = "", tick: Callable[[int], None] = lambda _: None
) -> dict[str, Any]:
    """Counts over the records of a time: by term, by term and month, and of decisions that were overridden."""
    with damage(store.where), store.reading() as connection:
        return _Counts(connection, since, until, tick).found(store)


class _Counts:
    def __init__(self, connection: Connection, since: str, until: str, tick: Callable[[int], None]) -> None:
        self._connection, self._since, self._until, self._tick = connection, since, until, tick
        self._terms: dict[int, Term] = {
            row.id: (row.kind, row.name) for row in connection.execute(select(TERMS)) if row.kind in (*COUNTED, "kind")
        }
        self._overridden = self._overridden_bits()
        self.counts: dict[str, Counter[str]] = defaultdict(Counter)
        self.months: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self.overridden: dict[str, Counter[str]] = defaultdict(Counter)

    def found(self, store: Store) -> dict[str, Any]:
        self._count()
        rules = self.counts["rule"]
        kinds = self.counts["kind"]
        return {
            "records": sum(kinds.values()),
            "kinds": _listed(kinds),
            **{kind: _listed(self.counts[kind]) for kind in COUNTED},
            "never_fired": sorted(set(self._all_rules(store)) - rules.keys()),
            "overridden": {
                "decisions": self.overridden["kind"]["decision"],
                "of": kinds["decision"],
                **{kind: _shares(self.overridden[kind], self.counts[kind]) for kind in ("first", "rule")},
            },
            "months": {
                kind: [
                    {"month": month, "counts": _listed(counts)}
                    for (its, month), counts in sorted(self.months.items())
                    if its == kind
                ]
                for kind in ("kind", "status", "first", "assumed", "rule")
            },
        }

    def _count(self) -> None:
        months: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        first = -1
        for rows in in_batches(self._connection, (RECORDS.c.seq, RECORDS.c.time), size=_BATCH):
            for seq, time in rows:
                if (not self._since or time >= self._since) and (not self._until or time < self._until):
                    block, bit = place(seq)
                    months[block][time[:7]] |= bit
            last = place(rows[-1].seq)[0]
            self._blocks(first, last, months)  # the last block may have more records to come
            first = last - 1
            months = defaultdict(lambda: defaultdict(int), {last: months[last]})
            self._tick(len(rows))
        self._blocks(first, first + 2, months)

    def _blocks(self, after: int, before: int, months: dict[int, dict[str, int]]) -> None:
        """Count the marks of the blocks between two."""
        query = select(MARKS).where(MARKS.c.block > after, MARKS.c.block < before)
        for block, number, bits in self._connection.execute(query):
            term = self._terms.get(number)
            if term is None:
                continue
            kind, name = term
            for month, its in months[block].items():
                if count := (bits & its).bit_count():
                    self.counts[kind][name] += count
                    self.months[kind, month][name] += count
                undone = (bits & its & self._overridden.get(block, 0)).bit_count()
                if undone and kind in ("kind", "first", "rule"):
                    self.overridden[kind][name] += undone

    def _overridden_bits(self) -> dict[int, int]:
        """The decisions that were overridden, as bits by block."""
        found: dict[int, int] = defaultdict(int)
        query = select(RECORDS.c.about).where(RECORDS.c.about.is_not(None), RECORDS.c.kind == "override")
        for about in self._connection.execute(query).scalars():
            block, bit = place(about)
            found[block] |= bit
        return dict(found)

    def _all_rules(self, store: Store) -> Iterator[str]:
        """The rules of every edition that is stored."""
        for name in self._connection.execute(select(EDITIONS.c.digest)).scalars().all():
            yield from Edition.from_json(store.edition_in(self._connection, name)).rule


def _listed(counts: Counter[str]) -> list[dict[str, Any]]:
    """Most first; what is as frequent in the order of names."""
    return [{"name": name, "count": n} for name, n in sorted(counts.items(), key=lambda each: (-each[1], each[0]))]


def _shares(part: Counter[str], whole: Counter[str]) -> list[dict[str, Any]]:
    """Where the largest share was overridden first; of equal shares the one with more decisions."""
    names = sorted(part, key=lambda name: (-part[name] / whole[name], -whole[name], name))
    return [{"name": name, "overridden": part[name], "of": whole[name]} for name in names[:MOST_OVERRIDDEN]]
