"""A store of records: one way to open it, append to it and read from it, in SQLite (one file) or PostgreSQL.

What `append` returned is on the disk. Nothing half-written is ever read: a record is appended in one transaction with
all that belongs to it, and what is read is checked against its hash first.
"""

import hashlib
import os
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, func, insert, make_url, select, text

from ..facts.problems import CaseError, Problem
from ..kb.edition import Edition, canonical
from .marks import finding, mark
from .migrations import VERSION, migrate, version_of
from .packing import cut, expanded, joined, loaded, numbered, squeezed
from .reading import Bounded, Pieces
from .record import FIRST, Record, Term, digest, envelope, hash_of, stamp, terms
from .tables import EDITIONS, PIECES, RECORDS

WAIT = 10.0
"""Seconds to wait for another process that is writing."""
_AT_ONCE = 500
_REMEMBERED = 100_000
"""Pieces whose numbers a writer remembers."""
_ONE_WRITER = 0x776879727801
"""The lock that writers to PostgreSQL take in turn."""


@dataclass(frozen=True)
class Archived:
    """A whole edition as it is stored: compressed canonical JSON, and SHA-256 over that JSON."""

    digest: str
    body: bytes

    @classmethod
    def of(cls, edition: Edition) -> "Archived":
        """An edition to be stored: made once for many records, since it takes some 40 ms."""
        data = canonical(edition.as_json())
        return cls(digest(data), squeezed(data))


class Prepared:
    """A content that is ready to be appended: completed, cut into pieces, and hashed."""

    def __init__(self, content: Mapping[str, Any], edition: Archived | None = None) -> None:
        self.content, self.edition = {**content, "nonce": secrets.token_hex(16)}, edition
        if edition is not None:
            self.content["edition"] = edition.digest
        self.texts: dict[bytes, bytes] = {}
        self.skeleton = cut(self.content, self._piece)
        self.content_hash = digest(joined(self.skeleton, self.texts.__getitem__))

    def _piece(self, data: bytes) -> bytes:
        name = hashlib.sha256(data).digest()
        self.texts[name] = data
        return name


class Store:
    """An open store. Safe under threads; several processes may write to it at once, in turn."""

    def __init__(self, engine: Engine, where: str) -> None:
        self.engine, self.where = engine, where
        self._lock = threading.Lock()
        self._numbers: Bounded[int] = Bounded(_REMEMBERED)
        self._terms: dict[Term, int] = {}
        self._erasures = 0

    def close(self) -> None:
        """Let go of the database: of SQLite, what was written goes from its log into the one file."""
        self.engine.dispose()

    # --- writing ------------------------------------------------------------------------------------------

    def append(
        self,
        kind: str,
        content: Mapping[str, Any],
        now: datetime,
        about: int | None = None,
        edition: Archived | None = None,
    ) -> Record:
        """Append one record; it is on the disk when this returns.

        `content` is completed by a number drawn at random (`nonce`), so that its hash tells nothing of it once it is
        erased, and by the digest of the `edition`, which is stored once. CaseError if the store cannot be written to.
        """
        prepared = Prepared(content, edition)  # before others have to wait
        with self._lock, damage(self.where), self.writing() as connection:
            return self.append_in(connection, kind, prepared, now, about)

    def append_in(
        self, connection: Connection, kind: str, prepared: Prepared, now: datetime, about: int | None = None
    ) -> Record:
        """As `append`, in a transaction of `writing`."""
        if prepared.edition is not None:
            _keep_edition(connection, prepared.edition)
        numbers = self._keep_pieces(connection, prepared.texts)
        last = connection.execute(
            select(RECORDS.c.seq, RECORDS.c.hash).order_by(RECORDS.c.seq.desc()).limit(1)
        ).one_or_none()
        sealed: dict[str, Any] = {
            "seq": last.seq + 1 if last else 1,
            "time": stamp(now),
            "kind": kind,
            "about": about,
            "previous": last.hash if last else FIRST,
            "content_hash": prepared.content_hash,
        }
        record = Record(**sealed, hash=hash_of(sealed), content=prepared.content)
        body = squeezed(canonical(numbered(prepared.skeleton, numbers.__getitem__)))
        connection.execute(insert(RECORDS).values(**sealed, hash=record.hash, body=body))
        mark(connection, record.seq, terms(kind, prepared.content), self._terms)
        return record

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes, alone: on the disk at its end, or nothing of it."""
        with self.alone() as connection:
            self._forget_what_was_erased(connection)
            try:
                yield connection
            except BaseException:
                self._numbers.clear()  # what was given them is taken back
                self._terms.clear()
                raise

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """A transaction that no other writes beside, of a store of whatever format."""
        with faults(self.where), self.engine.connect() as plain:
            connection = plain.execution_options(whyrx_writes=True)
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_WRITER})
                yield connection

    def _forget_what_was_erased(self, connection: Connection) -> None:
        """Erasing removes pieces and terms; another process may have done so since they were remembered."""
        erasures = connection.execute(
            select(func.count()).select_from(RECORDS).where(RECORDS.c.about.is_not(None), RECORDS.c.kind == "erasure")
        ).scalar_one()
        if erasures != self._erasures:
            self._numbers.clear()
            self._terms.clear()
            self._erasures = erasures

    def _keep_pieces(self, connection: Connection, texts: Mapping[bytes, bytes]) -> dict[bytes, int]:
        """The numbers of pieces by digest; those that are new are stored."""
        numbers = {name: self._numbers[name] for name in texts if name in self._numbers}
        numbers |= _numbers_of(connection, [name for name in texts if name not in numbers])
        new = [name for name in texts if name not in numbers]
        if new:
            connection.execute(insert(PIECES), [{"digest": name, "body": squeezed(texts[name])} for name in new])
            numbers |= _numbers_of(connection, new)
        for name, number in numbers.items():
            self._numbers[name] = number
        return numbers

    def log_ahead(self) -> None:
        """Have SQLite write to a log first, which lets others read meanwhile: said once, of an empty file."""
        if self.engine.dialect.name == "sqlite":
            with faults(self.where), self.engine.connect() as plain:
                connection = plain.connection.driver_connection
                assert isinstance(connection, sqlite3.Connection)
                connection.execute("PRAGMA journal_mode = WAL")

    def leave_no_copy(self) -> None:
        """After an erasure: what SQLite keeps in its log goes into the file, where it is overwritten.

        A database server cleans up in its own time. CaseError if somebody reads the old state at this moment.
        """
        if self.engine.dialect.name == "sqlite":
            with faults(self.where), self.engine.connect() as plain:
                connection = plain.connection.driver_connection
                assert isinstance(connection, sqlite3.Connection)
                (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:
                accepted = (
                    "a store that nobody reads now: it is erased, but a copy stays in the log until that is emptied"
                )
                raise CaseError([Problem("--store", self.where, accepted)])
        self._numbers.clear()
        self._terms.clear()

    # --- reading ------------------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that reads: all in it is as it was at one moment."""
        with faults(self.where), self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    def record(self, seq: int) -> Record:
        """The record of a number. CaseError if there is none, or it is not what its hash says."""
        with self.reading() as connection:
            found = next(self.read(connection, [seq]), None)
        if found is None:
            raise CaseError([Problem("RECORD", str(seq), f"the number of a record in {self.where}; whyrx audit list")])
        return found

    def read(
        self, connection: Connection, wanted: Iterable[int], broken: Callable[[int, CaseError], None] | None = None
    ) -> Iterator[Record]:
        """Records by number, each checked against its hash.

        CaseError for one that was changed; with `broken` that is told instead, and the others are read.
        """
        pieces = Pieces(connection)
        for some in _chunks(wanted, 100):
            rows = connection.execute(select(RECORDS).where(RECORDS.c.seq.in_(some))).all()
            pieces.want(row.body for row in rows)
            by_number = {row.seq: row for row in rows}
            for seq in some:
                try:
                    found = _record(by_number[seq], pieces) if seq in by_number else None
                except CaseError as error:
                    if broken is None:
                        raise
                    broken(seq, error)
                    continue
                if found is not None:
                    yield found

    def find(
        self,
        connection: Connection,
        wanted: Sequence[Term] = (),
        since: str = "",
        until: str = "",
        about: int | None = None,
        newest_first: bool = True,
    ) -> Iterator[int]:
        """The numbers of records of which all terms are true, between two moments (`until` is not in it)."""
        times = [RECORDS.c.time >= since] * bool(since) + [RECORDS.c.time < until] * bool(until)
        times += [RECORDS.c.about == about] * (about is not None)
        if not wanted:
            order = RECORDS.c.seq.desc() if newest_first else RECORDS.c.seq
            query = select(RECORDS.c.seq).where(*times).order_by(order)
            yield from connection.execute(query.execution_options(yield_per=200)).scalars()
            return
        within = None
        if times:
            query = select(func.min(RECORDS.c.seq), func.max(RECORDS.c.seq)).where(*times)
            first, last = connection.execute(query).one()
            if first is None:
                return
            within = first, last
        for some in _chunks(finding(connection, wanted, newest_first, within), 200):
            if times:
                query = select(RECORDS.c.seq).where(RECORDS.c.seq.in_(some), *times)
                inside = set(connection.execute(query).scalars())
                some = [seq for seq in some if seq in inside]
            yield from some

    def edition(self, name: str) -> dict[str, Any]:
        """The edition of a digest, as data. CaseError if it is gone or was changed."""
        with self.reading() as connection:
            return self.edition_in(connection, name)

    def edition_in(self, connection: Connection, name: str) -> dict[str, Any]:
        """As `edition`, in a transaction of `reading`."""
        body = connection.execute(select(EDITIONS.c.body).where(EDITIONS.c.digest == name)).scalar_one_or_none()
        try:
            data = expanded(body)
            if digest(data) != name:
                raise ValueError("it was changed")
        except ValueError as error:
            raise CaseError([_damaged(self.where, f"edition {name[:12]}: {error}")]) from None
        found: dict[str, Any] = loaded(data)
        return found


def _record(row: Any, pieces: Pieces) -> Record:
    """A row as a record. CaseError, which names it, if it is not what its hash says."""
    with damage(f"record {row.seq}"):
        content = None
        if row.body is not None:
            whole = joined(loaded(expanded(row.body)), pieces.text)
            if digest(whole) != row.content_hash:
                raise ValueError("its content is not what its hash says")
            content = loaded(whole)
        if hash_of(envelope(row)) != row.hash:
            raise ValueError("it is not what its hash says")
    return Record(**envelope(row), hash=row.hash, content=content)


def _damaged(path: str, what: str) -> Problem:
    return Problem("--store", path, f"a store that nobody changed ({what}); what else is wrong: whyrx audit verify")


def _keep_edition(connection: Connection, edition: Archived) -> None:
    known = select(EDITIONS.c.digest).where(EDITIONS.c.digest == edition.digest)
    if connection.execute(known).one_or_none() is None:
        connection.execute(insert(EDITIONS).values(digest=edition.digest, body=edition.body))


def _numbers_of(connection: Connection, names: Sequence[bytes]) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    for some in _chunks(names, _AT_ONCE):
        query = select(PIECES.c.digest, PIECES.c.id).where(PIECES.c.digest.in_(some))
        found |= {row.digest: row.id for row in connection.execute(query)}
    return found


def _chunks(values: Iterable[Any], size: int) -> Iterator[list[Any]]:
    some: list[Any] = []
    for value in values:
        some.append(value)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some


# --- opening ------------------------------------------------------------------------------------------------


@contextmanager
def opened(where: str, *, make: bool = False, upgrade: bool = False, wait: float | None = None) -> Iterator[Store]:
    """The store at a path, or at a URL such as `postgresql://user@host/database`.

    With `make` it is made where there is none, and brought up to this version's format; with `upgrade` only the
    latter. CaseError, which says what is accepted, if it cannot be opened.
    """
    url = _url(where)
    shown = url.render_as_string(hide_password=True).replace("+psycopg", "") if "://" in where else where
    if url.get_backend_name() == "sqlite":
        _file(Path(url.database or ""), shown, make)
    with faults(shown):
        store = Store(_engine(url, WAIT if wait is None else wait), shown)
    try:
        _bring_up(store, make, upgrade)
        yield store
    finally:
        store.close()


def _file(path: Path, shown: str, make: bool) -> None:
    """A new file of SQLite is for its owner alone: it holds cases of patients."""
    if make:
        with faults(shown), suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    elif not path.is_file():
        raise CaseError([Problem("--store", shown, "a store that is there; whyrx consult --record makes one")])


def _bring_up(store: Store, make: bool, upgrade: bool) -> None:
    """See to it that a store has the format of this version. CaseError if it has not and may not be given it."""
    with damage(store.where):
        with store.reading() as connection:
            version = version_of(connection)
        if version < VERSION and (make or (upgrade and version)):
            if not version:
                store.log_ahead()
            with store.alone() as connection:
                migrate(connection)
            version = VERSION
    if version != VERSION:
        accepted = f"a store of format {VERSION}, which this version reads"
        if not version:
            accepted = "a store with records; this database is empty"
        elif version < VERSION:
            accepted += f", and this one is of format {version}: whyrx audit upgrade --store …"
        else:
            accepted += f"; this one is of format {version}, which a newer version made"
        raise CaseError([Problem("--store", store.where, accepted)])


def _url(where: str) -> URL:
    if "://" not in where:
        return URL.create("sqlite", database=where)
    try:
        url = make_url(where)
        backend = url.get_backend_name()
    except (exc.ArgumentError, ValueError):
        backend = ""
    if backend not in ("sqlite", "postgresql"):
        scheme = where.partition("://")[0]
        raise CaseError([Problem("--store", f"{scheme}://…", "a path, or a URL that begins with postgresql://")])
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def _only_to_read(path: Path) -> bool:
    """Whether a file lies where nothing can be written, as an auditor's copy may, and has no log that must be read."""
    log = path.with_name(f"{path.name}-wal")
    return path.is_file() and not os.access(path.parent, os.W_OK) and not (log.is_file() and log.stat().st_size)


def _engine(url: URL, wait: float) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, connect_args={"connect_timeout": max(2, round(wait))})
    path = Path(url.database or "")
    if _only_to_read(path):
        url = URL.create("sqlite", database=f"{path.resolve().as_uri()}", query={"immutable": "1", "uri": "true"})
    engine = create_engine(url, connect_args={"timeout": wait, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _durable(connection: sqlite3.Connection, _record: object) -> None:
        connection.text_factory = _text
        connection.isolation_level = None  # transactions are begun below, by name
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA trusted_schema = OFF")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("whyrx_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def damage(where: str) -> Iterator[None]:
    """What goes wrong with rows as they stand in a store is a fault of the store. CaseError that says so."""
    try:
        yield
    except CaseError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError) as error:
        raise CaseError([_damaged(where, f"{error}")]) from None


def _text(data: bytes) -> str:
    """Text as it stands, damaged or not: whoever reads it finds out."""
    return data.decode("utf-8", "surrogateescape")


@contextmanager
def faults(where: str) -> Iterator[None]:
    """What a database refuses, as one problem of the store that says what to do about it."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        accepted = "a driver for PostgreSQL: pip install 'whyrx[postgres]'"
        raise CaseError([Problem("--store", where, accepted)]) from None
    except (exc.SQLAlchemyError, sqlite3.Error) as error:
        raise CaseError([Problem("--store", where, _accepted(error))]) from None
    except OSError as error:
        raise CaseError([Problem("--store", where, f"a file that can be written ({error.strerror})")]) from None


def _accepted(error: Exception) -> str:
    words = " ".join(str(getattr(error, "orig", None) or error).split())
    if "locked" in words or "busy" in words:
        return f"a store that is free: another process has been writing to it for too long ({words})"
    if "full" in words or "disk I/O" in words or "No space" in words:
        return f"a disk with room for it; nothing was recorded ({words})"
    if "unable to open" in words:
        return f"a file in a folder that is there and can be written to ({words})"
    if "readonly" in words or "read-only" in words:
        return f"a store that may be written to ({words})"
    if "not a database" in words or "malformed" in words or "corrupt" in words:
        return f"a store that is not damaged ({words})"
    return f"a store that can be used ({words})"
