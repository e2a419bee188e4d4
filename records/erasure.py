"""Erasing the content of a record: it goes, with all that only it held; its hash and the reason stay in the chain."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, select

from ..facts.problems import CaseError, Problem, near_miss
from .consultation import Who
from .marks import in_batches, unmark
from .packing import expanded, loaded, pieces
from .reasons import ERASURES
from .record import Record
from .store import Prepared, Store, damage
from .tables import EDITIONS, PIECES, RECORDS

_AT_ONCE = 500


def erase(
    store: Store,
    seq: int,
    reason: str,
    software: str,
    who: Who,
    now: datetime,
    tick: Callable[[int], None] = lambda _: None,
) -> Record:
    """Erase the content of a record and record that, in one transaction; the record that says so.

    What other records hold too stays with them; looking for that reads them all, and `tick` is told how many more were.
    """
    if reason not in ERASURES:
        accepted = f"one of {' | '.join(ERASURES)}"
        raise CaseError([Problem("--reason", reason, accepted, near_miss(reason, ERASURES))])
    of = store.record(seq)
    if of.kind == "erasure" or of.content is None:
        what = "is erased already" if of.content is None else "says what was erased, and stays"
        raise CaseError([Problem("RECORD", str(seq), f"the number of a record with a content; this one {what}")])
    with damage(store.where), store.writing() as connection:
        _erase(connection, seq, tick)
        content = Prepared({"reason": reason, "software": software, **who.as_json()})
        record = store.append_in(connection, "erasure", content, now, about=seq)
    store.leave_no_copy()
    return record


def _erase(connection: Connection, seq: int, tick: Callable[[int], None]) -> None:
    this = RECORDS.c.seq == seq
    body = connection.execute(select(RECORDS.c.body).where(this)).scalar_one()
    skeleton = loaded(expanded(body))
    alone, edition = set(pieces(skeleton)), skeleton.get("edition")
    for rows in in_batches(connection, (RECORDS.c.seq, RECORDS.c.body)):
        for row in rows:
            if row.seq != seq and row.body is not None:
                other = loaded(expanded(row.body))
                alone.difference_update(pieces(other))
                edition = None if other.get("edition") == edition else edition
        tick(len(rows))
    connection.execute(RECORDS.update().where(this).values(body=None))
    numbers = sorted(alone)
    for start in range(0, len(numbers), _AT_ONCE):
        connection.execute(PIECES.delete().where(PIECES.c.id.in_(numbers[start : start + _AT_ONCE])))
    if edition is not None:
        connection.execute(EDITIONS.delete().where(EDITIONS.c.digest == edition))
    unmark(connection, seq)
