"""Verification: every row and column of a store held against the chain, and what was changed, by its first place.

A record is what its hash says, names the record before it, and comes right after it. Whoever changes one must change
all that follow; and whoever changes all that follow, or cuts the end off, is found by a head that was signed before.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, exc, inspect, select, text

from ..facts.problems import CaseError
from .heads import Head
from .marks import expected, in_batches
from .packing import expanded, joined, loaded, pieces
from .reading import Pieces, piece_text
from .record import FIRST, KINDS, Term, digest, envelope, hash_of, terms
from .store import Store
from .tables import BLOCK, EDITIONS, MARKS, METADATA, PIECES, RECORDS, TERMS, place

MOST_FINDINGS = 100
"""So many are told; the first is what counts."""
_NEAR = 1000
"""A record that stands at a wrong place is looked for so far from it."""
_PAGE = 12
_LAST = (1 << _PAGE) - 1
"""Which pieces are used is noted in pages of 2**12, however large a number somebody wrote."""
_FIRST = 10
"""After so many findings what stands at a wrong place is no longer looked for far away."""
_BATCH = 2 * BLOCK
"""Records that are read at once."""


_BESIDE = {
    "sqlite": "SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'view') ORDER BY name",
    "postgresql": "SELECT 'trigger', tgname FROM pg_trigger WHERE NOT tgisinternal UNION "
    "SELECT 'rule', rulename FROM pg_rules WHERE schemaname = current_schema() UNION "
    "SELECT 'view', viewname FROM pg_views WHERE schemaname = current_schema() ORDER BY 2",
}
"""What can change rows, or show others, behind one's back."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was changed: `record` is the number of the first record it concerns, if it concerns one."""

    what: str
    text: str
    record: int | None = None


@dataclass
class Verified:
    """What verification found: `findings` in order of record, `notes` that are no fault, and how far it got."""

    records: int = 0
    erased: int = 0
    last: str = FIRST
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Ready for JSON."""
        findings = [{"record": each.record, "text": each.text, "what": each.what} for each in self.findings]
        return {
            "erased": self.erased,
            "findings": findings,
            "last": self.last,
            "notes": self.notes,
            "records": self.records,
        }


def verify(store: Store, heads: Sequence[Head] = (), tick: Callable[[int], None] = lambda _: None) -> Verified:
    """Verify all of a store; `tick` is told how many more records were looked at. `heads` are signed and checked."""
    return _Verification(store, heads, tick).run()


class _Verification:
    def __init__(self, store: Store, heads: Sequence[Head], tick: Callable[[int], None]) -> None:
        self._store, self._tick = store, tick
        self._heads = {head.seq: head for head in heads}
        self._all_heads = heads
        self._found = Verified()
        self._used: dict[int, bytearray] = defaultdict(lambda: bytearray(1 << _PAGE))
        self._editions: set[str] = set()
        self._bare: dict[int, None] = {}
        self._erased_by: dict[int, int] = {}
        self._before: tuple[int, str, str] = (0, FIRST, "")
        self._two_before = ""
        self._backwards = 0
        self._names: dict[int, Term] = {}
        self._wanted: dict[int, dict[Term, int]] = {}
        self._compared = -(1 << 62)

    def run(self) -> Verified:
        try:
            with self._store.reading() as connection:
                self._connection = connection
                self._shape(connection)
                self._chain(connection)
                self._erasures()
                self._stored(connection)
        except CaseError as error:
            self._say(
                "damaged", error.problems[0].accepted.replace("a store that is not damaged", "the file is damaged")
            )
        except (exc.SQLAlchemyError, ValueError, TypeError, OverflowError, RecursionError, KeyError) as error:
            self._say("damaged", f"the file is damaged: {' '.join(str(error).split())[:200]}")
        self._against_heads()
        found = self._found
        found.findings.sort(key=lambda each: (each.record is None, each.record or 0, each.what == "changed"))
        if self._backwards:
            found.notes.append(f"the clock went back {self._backwards} times: order is by number, not by time")
        return found

    # --- the chain ----------------------------------------------------------------------------------------

    def _chain(self, connection: Connection) -> None:
        self._names = {row.id: (row.kind, row.name) for row in connection.execute(select(TERMS))}
        store_pieces = Pieces(connection)
        for rows in in_batches(connection, size=_BATCH, after=-(1 << 62)):
            numbers = [row.seq for row in rows]
            if not all(type(number) is int for number in numbers):
                self._say("changed", "a record has a number that is none")
                break
            store_pieces.want(row.body for row in rows)
            found = [(row.seq, self._record(row, store_pieces)) for row in rows]
            self._marks(connection, found, place(rows[-1].seq)[0])
            self._tick(len(rows))
        self._marks(connection, (), None)

    def _record(self, row: Any, store_pieces: Pieces) -> Iterable[Term]:
        """Check one record; what it can be found by."""
        found, (before, last, time) = self._found, self._before
        if row.seq > before + 1:
            gone = f"record {before + 1}" + (f" to {row.seq - 1}" if row.seq > before + 2 else "")
            self._say("removed", f"{gone} is gone", before + 1)
        elif row.seq <= before:
            self._say("inserted", f"record {row.seq} is no number of a record", row.seq)
        try:
            self._place(row, last)
            its = self._content(row, store_pieces)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            self._say("changed", f"record {row.seq} cannot be read: {error}", row.seq)
            its = ()
        if isinstance(row.time, str):
            self._backwards += row.time < time
        head = self._heads.get(row.seq)
        if head is not None and head.hash != row.hash:
            self._say("rewritten", f"record {row.seq} is not the one of which a head was signed", row.seq)
        found.records += 1
        found.last = str(row.hash)
        self._two_before, self._before = last, (row.seq, str(row.hash), str(row.time))
        return its

    def _place(self, row: Any, last: str) -> None:
        """Whether a record is what its hash says and follows the one before."""
        if row.kind not in KINDS:
            raise ValueError(f"kind {row.kind!r}")
        sealed = envelope(row)
        if hash_of(sealed) != row.hash:
            moved = self._recorded_as(sealed, row)
            if moved is None:
                self._say("changed", f"record {row.seq} was changed: it is not what its hash says", row.seq)
            elif moved == row.seq - 1 and row.previous == self._two_before:
                self._say(
                    "inserted", f"record {moved} was put in: the one that was record {moved} stands after it", moved
                )
            elif moved == row.seq + 1 and row.previous != last and not self._is_there(row.previous):
                self._say("removed", f"record {row.seq} was removed: in its place stands record {moved}", row.seq)
            elif moved in (row.seq - 1, row.seq + 1) and row.previous == last:
                self._say("reordered", f"record {row.seq} was recorded as {moved}", row.seq)
            else:
                self._say("reordered", f"record {row.seq} stands where it was not: it was record {moved}", row.seq)
        elif row.previous != last:
            if row.seq == 1:
                self._say("removed", "before record 1 there was another", 1)
            else:
                words = f"record {row.seq - 1} is not the one that record {row.seq} was chained to: changed or replaced"
                self._say("changed", words, row.seq - 1)

    def _is_there(self, name: str) -> bool:
        """Whether some record has a hash."""
        query = select(RECORDS.c.seq).where(RECORDS.c.hash == name).limit(1)
        return self._connection.execute(query).one_or_none() is not None

    def _recorded_as(self, sealed: Mapping[str, Any], row: Any) -> int | None:
        """The number under which the hash of a record is right, if there is one near: looked for at first places."""
        far = _NEAR if len(self._found.findings) < _FIRST else 1
        near = range(max(1, row.seq - far), row.seq + far + 1)
        return next((seq for seq in near if hash_of({**sealed, "seq": seq}) == row.hash), None)

    def _content(self, row: Any, store_pieces: Pieces) -> Iterable[Term]:
        if row.about is not None and row.kind == "erasure":
            self._erased_by[row.about] = row.seq
        if row.body is None:
            self._bare[row.seq] = None
            return ()
        skeleton = loaded(expanded(row.body))
        numbers = pieces(skeleton)
        if digest(joined(skeleton, store_pieces.text)) != row.content_hash:
            raise ValueError("its content is not what its hash says")
        self._use(numbers)
        if "edition" in skeleton:
            self._editions.add(skeleton["edition"])
        return terms(row.kind, skeleton, store_pieces.told)

    def _use(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            self._used[number >> _PAGE][number & _LAST] = 1

    def _is_used(self, number: int) -> bool:
        return (number >> _PAGE) in self._used and self._used[number >> _PAGE][number & _LAST] == 1

    def _erasures(self) -> None:
        for seq in self._bare:
            if seq in self._erased_by:
                self._found.erased += 1
            else:
                self._say("removed", f"the content of record {seq} is gone, and no record says it was erased", seq)
        for seq, by in self._erased_by.items():
            if seq not in self._bare:
                self._say("changed", f"record {seq} has a content, though record {by} says it was erased", seq)

    # --- what is stored beside the records ----------------------------------------------------------------

    def _marks(self, connection: Connection, found: Iterable[tuple[int, Iterable[Term]]], upto: int | None) -> None:
        """Take in what some records are found by, and compare the marks of all blocks before `upto` (None: of all)."""
        for block, its in expected(found).items():
            bits = self._wanted.setdefault(block, {})
            for term, more in its.items():
                bits[term] = bits.get(term, 0) | more
        if upto is not None and upto <= self._compared:
            return
        query = select(MARKS).where(MARKS.c.block >= self._compared)
        if upto is not None:
            query = query.where(MARKS.c.block < upto)
        there: dict[int, dict[Term, int]] = {}
        for row in connection.execute(query.execution_options(yield_per=1000)):
            there.setdefault(row.block, {})[self._names.get(row.term, ("unknown", str(row.term)))] = row.bits
        done = [block for block in self._wanted if upto is None or block < upto]
        wanted = {block: self._wanted.pop(block) for block in done}
        for block in sorted(wanted.keys() | there.keys()):
            self._compare(block, wanted.get(block, {}), there.get(block, {}))
        self._compared = upto or 0

    def _compare(self, block: int, wanted: Mapping[Term, int], there: Mapping[Term, int]) -> None:
        differ = [term for term in wanted.keys() | there.keys() if wanted.get(term) != there.get(term)]
        if differ:
            first, term = min((_first_seq(block, wanted.get(each, 0), there.get(each, 0)), each) for each in differ)
            self._say("changed", f"what record {first} is found by was changed: {' '.join(map(str, term))}", first)

    def _stored(self, connection: Connection) -> None:
        """Pieces, editions and terms: each is what its digest says, and some record holds it."""
        used = {number for row in connection.execute(select(MARKS.c.term).distinct()) for number in row}
        for number, term in self._names.items():
            if number not in used:
                self._say("inserted", f"the term {' '.join(map(str, term))} is of no record")
        after, idle = -(1 << 62), 0
        while rows := connection.execute(
            select(PIECES).where(PIECES.c.id > after).order_by(PIECES.c.id).limit(1000)
        ).all():
            after = rows[-1].id
            for row in rows:
                try:
                    piece_text(row)
                    idle += not self._is_used(row.id)
                except (ValueError, TypeError) as error:
                    self._say("changed", str(error))
        if idle:
            self._say("inserted", f"{idle} pieces are of no record")
        there = set()
        for name, body in connection.execute(select(EDITIONS.c.digest, EDITIONS.c.body)):
            there.add(name)
            try:
                if digest(expanded(body)) != name:
                    raise ValueError("it is not what its digest says")
                if name not in self._editions:
                    raise ValueError("it is of no record")
            except ValueError as error:
                self._say("changed", f"edition {str(name)[:12]} was changed: {error}")
        for name in sorted(self._editions - there):
            self._say("removed", f"edition {name[:12]}, which records name, is gone")

    def _shape(self, connection: Connection) -> None:
        """That the database is whole, and has the tables, columns and indexes of a store and nothing beside."""
        if connection.dialect.name == "sqlite":
            for (line,) in connection.exec_driver_sql("PRAGMA integrity_check(10)"):
                if line != "ok":
                    self._say("damaged", f"the file is damaged: {line}")
        for kind, name in connection.execute(text(_BESIDE[connection.dialect.name])):
            self._say("inserted", f"a {kind} {name}, which no store has")
        seen = inspect(connection)
        for name in sorted(set(seen.get_table_names()) ^ set(METADATA.tables)):
            what = "removed" if name in METADATA.tables else "inserted"
            self._say(what, f"the table {name} " + ("is gone" if what == "removed" else "is none of a store"))
        for name, table in METADATA.tables.items():
            if seen.has_table(name):
                there = {column["name"] for column in seen.get_columns(name)}
                if there != (columns := {column.name for column in table.columns}):
                    self._say("changed", f"the table {name} has other columns: {', '.join(sorted(there ^ columns))}")
                indexes = {index["name"] for index in seen.get_indexes(name)}
                for index in sorted(str(i.name) for i in table.indexes if i.name not in indexes):
                    self._say("removed", f"the index {index} is gone")

    def _against_heads(self) -> None:
        for head in self._all_heads:
            if head.seq > self._before[0]:
                signed = f"the end was cut off: a head of record {head.seq} was signed on {head.time}"
                words = f"{signed}, and the last record here is {self._before[0]}"
                self._say("truncated", words, self._before[0] + 1)

    def _say(self, what: str, words: str, record: int | None = None) -> None:
        if len(self._found.findings) < MOST_FINDINGS or what in ("truncated", "rewritten"):
            self._found.findings.append(Finding(what, words, record))


def _first_seq(block: int, one: Any, other: Any) -> int:
    """The first record on which two rows of marks disagree."""
    try:
        differ = one ^ other
        return int(block * BLOCK + (differ & -differ).bit_length())
    except TypeError:
        return block * BLOCK + 1


def count(store: Store) -> int:
    """How many records there are, about: the number of the last."""
    with store.reading() as connection:
        query = select(RECORDS.c.seq).order_by(RECORDS.c.seq.desc()).limit(1)
        return int(connection.execute(query).scalar_one_or_none() or 0)
