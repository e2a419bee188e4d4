"""Marks: what records can be found by, kept beside them and computed from their content alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from .packing import expanded, loaded
from .reading import Pieces
from .record import Term, terms
from .tables import MARKS, RECORDS, TERMS, place, seqs


def mark(connection: Connection, seq: int, found: Iterable[Term], known: dict[Term, int]) -> None:
    """Note what a new record can be found by; `known` are the ids of terms, to which new ones are added."""
    block, bit = place(seq)
    rows = [{"block": block, "term": each, "bits": bit} for each in sorted(_ids(connection, found, known))]
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(MARKS)
    both = MARKS.c.bits.op("|")(statement.excluded.bits)
    columns = [MARKS.c.block, MARKS.c.term]
    connection.execute(statement.on_conflict_do_update(index_elements=columns, set_={"bits": both}), rows)


def mark_all(connection: Connection) -> None:
    """Mark every record that is there; there must be no marks yet."""
    known: dict[Term, int] = {}
    pieces = Pieces(connection)
    for rows in in_batches(connection):
        pieces.want(row.body for row in rows)
        for row in rows:
            if row.body is not None:
                found = terms(row.kind, loaded(expanded(row.body)), pieces.told)
                mark(connection, row.seq, found, known)


def unmark(connection: Connection, seq: int) -> None:
    """Forget what a record can be found by, and terms that no record has any more."""
    block, bit = place(seq)
    here = MARKS.c.block == block
    rows = connection.execute(select(MARKS.c.term, MARKS.c.bits).where(here)).all()
    for term, bits in rows:
        if bits & bit:
            this = and_(here, MARKS.c.term == term)
            left = bits & ~bit
            connection.execute(MARKS.update().where(this).values(bits=left) if left else MARKS.delete().where(this))
    connection.execute(TERMS.delete().where(TERMS.c.id.not_in(select(MARKS.c.term))))


def _ids(connection: Connection, found: Iterable[Term], known: dict[Term, int]) -> list[int]:
    found = list(found)
    lacking = {kind for kind, name in found if (kind, name) not in known}
    if lacking:
        known |= terms_by_name(connection, lacking)
    new = [each for each in found if each not in known]
    if new:
        connection.execute(insert(TERMS), [{"kind": kind, "name": name} for kind, name in sorted(new)])
        known |= terms_by_name(connection, {kind for kind, _ in new})
    return [known[each] for each in found]


def terms_by_name(connection: Connection, kinds: Iterable[str]) -> dict[Term, int]:
    """The ids of all terms of some kinds."""
    rows = connection.execute(select(TERMS).where(TERMS.c.kind.in_(list(kinds))))
    return {(row.kind, row.name): row.id for row in rows}


def finding(
    connection: Connection, wanted: Sequence[Term], newest_first: bool = True, within: tuple[int, int] | None = None
) -> Iterator[int]:
    """The records of which all of some terms are true (at least one must be given), the newest first or last.

    `within` are the numbers of a first and a last record; a few beside them may be found too.
    """
    known = terms_by_name(connection, {kind for kind, _ in wanted})
    if not all(each in known for each in wanted):
        return
    tables = [MARKS.alias(f"m{number}") for number in range(len(wanted))]
    bits: ColumnElement[int] = tables[0].c.bits
    query = select(tables[0].c.block)
    for table, term in zip(tables, wanted, strict=True):
        query = query.where(table.c.term == known[term], table.c.block == tables[0].c.block)
        bits = bits if table is tables[0] else bits.op("&")(table.c.bits)
    block = tables[0].c.block
    if within is not None:
        query = query.where(block.between(place(within[0])[0], place(within[1])[0]))
    query = query.add_columns(bits.label("both")).where(bits != 0)
    query = query.order_by(block.desc() if newest_first else block)
    for number, both in connection.execute(query.execution_options(yield_per=200)):
        yield from sorted(seqs(number, both), reverse=newest_first)


def in_batches(
    connection: Connection, columns: Sequence[Any] = (RECORDS,), after: int = 0, size: int = 200
) -> Iterator[Sequence[Any]]:
    """The records in order, some at a time: memory does not grow with their number."""
    while rows := connection.execute(
        select(*columns).where(RECORDS.c.seq > after).order_by(RECORDS.c.seq).limit(size)
    ).all():
        yield rows
        after = rows[-1].seq


def expected(rows: Iterable[tuple[int, Iterable[Term]]]) -> Mapping[int, Mapping[Term, int]]:
    """By block and term the bits that records, each with its terms, should have."""
    found: dict[int, dict[Term, int]] = defaultdict(lambda: defaultdict(int))
    for seq, its in rows:
        block, bit = place(seq)
        for term in its:
            found[block][term] |= bit
    return found
