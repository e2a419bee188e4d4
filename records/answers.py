"""What is asked of a store, answered as data: lists of records, one record in full, what it is found by."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from heapq import merge
from typing import Any

from sqlalchemy import Connection, func, select

from ..facts.problems import CaseError, Problem
from .record import Record, Term, stamp
from .store import Store, damage
from .tables import RECORDS


def moment(option: str, text: str | None) -> str:
    """A day or a moment, as the times of records begin. CaseError for anything else."""
    if not text:
        return ""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        accepted = "a day or a moment, such as 2026-11-22 or 2026-11-22T14:30:00+01:00 (UTC if it has no zone)"
        raise CaseError([Problem(option, text, accepted)]) from None
    return stamp(found if found.tzinfo else found.replace(tzinfo=UTC))


def listed(
    store: Store, wanted: Iterable[Term], regimen: str | None, since: str, until: str, most: int
) -> dict[str, Any]:
    """The newest records of which all is true, at most so many: `{"records", "more"}`, each in short."""
    found: list[int] = []
    with damage(store.where), store.reading() as connection:
        for seq in finding(store, connection, list(wanted), regimen, since, until):
            found.append(seq)
            if len(found) > most:
                break
        about = _about(connection, found[:most])
        broken: dict[int, dict[str, Any]] = {}

        def note(seq: int, error: CaseError) -> None:
            broken[seq] = {"seq": seq, "damaged": error.problems[0].accepted}

        rows = {record.seq: in_short(record, about) for record in store.read(connection, found[:most], note)}
    rows |= broken  # and of a record that is gone nothing is said here
    return {"records": [rows[seq] for seq in found[:most] if seq in rows], "more": len(found) > most}


def finding(
    store: Store, connection: Connection, wanted: list[Term], regimen: str | None, since: str, until: str
) -> Iterator[int]:
    """The numbers of records of which all is true, the newest first; times as `moment` gives them."""
    if regimen is None:
        yield from store.find(connection, wanted, since, until)
        return
    lines = [store.find(connection, [*wanted, (line, regimen)], since, until) for line in ("first", "alternative")]
    yield from _merged(*lines)


def _merged(one: Iterator[int], other: Iterator[int]) -> Iterator[int]:
    """Two falling rows of numbers as one, each number once."""
    last = None
    for seq in merge(one, other, reverse=True):
        if seq != last:
            yield seq
        last = seq


def _about(connection: Connection, seqs: list[int]) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = {}
    query = select(RECORDS.c.seq, RECORDS.c.kind, RECORDS.c.about).where(RECORDS.c.about.in_(seqs))
    for row in connection.execute(query.order_by(RECORDS.c.seq)):
        found.setdefault(row.about, []).append((row.seq, row.kind))
    return found


def in_short(record: Record, about: Mapping[int, list[tuple[int, str]]]) -> dict[str, Any]:
    """A record in a line: what was advised or done, and which records are about it."""
    short: dict[str, Any] = {"seq": record.seq, "time": record.time, "kind": record.kind, "about": record.about}
    short["overridden_by"] = [seq for seq, kind in about.get(record.seq, ()) if kind == "override"]
    short["erased_by"] = [seq for seq, kind in about.get(record.seq, ()) if kind == "erasure"]
    content = record.content
    if content is None:
        return short
    short["by"] = content["by"]
    if record.kind == "decision":
        decision = content["decision"]
        first = [each["regimen"] for each in decision["recommendations"] if each["line"] == "first"]
        short |= {"id": decision["case"].get("id"), "status": decision["status"], "first": first}
        short |= {"guideline": decision["guideline"]["id"]}
    else:
        short |= {"reason": content["reason"], "instead": content.get("instead")}
    return short


def shown(store: Store, seq: int) -> dict[str, Any]:
    """One record in full, with the records that are about it."""
    record = store.record(seq)
    with store.reading() as connection:
        numbers = list(store.find(connection, about=seq, newest_first=False))
        about = [each.as_json() for each in store.read(connection, numbers)]
    return {**record.as_json(), "about_it": about}


def last(store: Store) -> Record:
    """The last record. CaseError if there is none."""
    with store.reading() as connection:
        seq = next(store.find(connection), None)
    if seq is None:
        raise CaseError([Problem("--store", store.where, "a store with a record")])
    return store.record(seq)


@contextmanager
def everything(
    store: Store, only: int | None = None, broken: Callable[[int, CaseError], None] | None = None
) -> Iterator[Iterator[Record]]:
    """All records in order, or only one, read a few at a time; `broken` as in `Store.read`."""
    if only is not None:
        yield iter([store.record(only)])
        return
    with store.reading() as connection, store.reading() as beside:
        yield store.read(beside, store.find(connection, newest_first=False), broken)


def decisions(store: Store) -> int:
    """How many decisions there are, erased ones too."""
    query = select(func.count()).select_from(RECORDS).where(RECORDS.c.kind == "decision")
    with store.reading() as connection:
        return int(connection.execute(query).scalar_one())


def decision_in(record: Record) -> Any:
    """The decision that a record holds. CaseError if it holds none."""
    if record.kind != "decision" or record.content is None:
        what = "its content was erased" if record.content is None else f"it is an {record.kind}"
        raise CaseError([Problem("RECORD", str(record.seq), f"the number of a decision that is there; {what}")])
    return record.content["decision"]
