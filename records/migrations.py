"""What brings a store from one version of its format to the next: numbered steps, each a function.

A step is never changed once a release has it; what it makes stands here and not in `tables`. All steps that a store
lacks run in one transaction, so that a store has one version or the next and nothing between. Alembic does the same
with files, templates and a configuration, and makes the import half as long again.
"""

from collections.abc import Callable

from sqlalchemy import Connection, insert, inspect, select

from .tables import EDITIONS, FORMAT, MARKS, PIECES, RECORDS, TERMS


def _the_chain(connection: Connection) -> None:
    """1: records, what they hold, and the version itself."""
    for table in (FORMAT, RECORDS, PIECES, EDITIONS):
        table.create(connection)


def _what_is_found(connection: Connection) -> None:
    """2: terms and marks, so that records are found by rule, regimen and status; those that are there are marked."""
    from .marks import mark_all

    for table in (TERMS, MARKS):
        table.create(connection)
    mark_all(connection)


STEPS: tuple[Callable[[Connection], None], ...] = (_the_chain, _what_is_found)
VERSION = len(STEPS)
"""The version of the format that this program reads and writes."""


def version_of(connection: Connection) -> int:
    """The version of a store; 0 of an empty database. ValueError for a database that is no store."""
    names = set(inspect(connection).get_table_names())
    if FORMAT.name not in names:
        if names:
            raise ValueError("a database with other tables")
        return 0
    rows = connection.execute(select(FORMAT.c.version)).all()
    if len(rows) != 1 or type(rows[0][0]) is not int:
        raise ValueError("a store that does not say its version")
    return int(rows[0][0])


def migrate(connection: Connection, upto: int = VERSION) -> None:
    """Bring a store, or an empty database, up to a version, in the transaction that is open."""
    for number, step in enumerate(STEPS[:upto], start=1):
        if version_of(connection) < number:
            step(connection)
            connection.execute(FORMAT.delete())
            connection.execute(insert(FORMAT).values(version=number))
