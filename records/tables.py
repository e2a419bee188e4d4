"""The tables of a store. `records` and what it holds are the evidence; `terms` and `marks` are derived from it."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text

METADATA = MetaData()
_NUMBER = BigInteger().with_variant(Integer, "sqlite")

FORMAT = Table("format", METADATA, Column("version", Integer, primary_key=True, autoincrement=False))

RECORDS = Table(
    "records",
    METADATA,
    Column("seq", _NUMBER, primary_key=True, autoincrement=False),
    Column("time", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("about", _NUMBER),
    Column("previous", Text, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("body", LargeBinary),
    Index("records_by_time", "time"),
    Index("records_by_about", "about"),
)

PIECES = Table(
    "pieces",
    METADATA,
    Column("id", _NUMBER, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("body", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

EDITIONS = Table(
    "editions",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

TERMS = Table(
    "terms",
    METADATA,
    Column("id", _NUMBER, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Index("terms_by_name", "kind", "name", unique=True),
    sqlite_autoincrement=True,
)

BLOCK = 60
"""So many records, one after the other, share the bits of a row of `marks`."""

MARKS = Table(
    "marks",
    METADATA,
    Column("block", _NUMBER, primary_key=True, autoincrement=False),
    Column("term", _NUMBER, ForeignKey("terms.id"), primary_key=True, autoincrement=False),
    Column("bits", BigInteger, nullable=False),
    Index("marks_by_term", "term", "block"),
    sqlite_with_rowid=False,
)
"""Which records a term is true of: bit n of block b is record b x BLOCK + n + 1. A record adds to the rows of one
block, which lie together, instead of to one place in an index for each of the some fifty rules that fired."""


def place(seq: int) -> tuple[int, int]:
    """The block of a record, and its bit there."""
    block, bit = divmod(seq - 1, BLOCK)
    return block, 1 << bit


def seqs(block: int, bits: int) -> list[int]:
    """The records whose bits are set in a block."""
    return [block * BLOCK + place + 1 for place in range(BLOCK) if bits >> place & 1]
