"""Records for other programs: which of them, in which format, to a stream of bytes; the same records, the same bytes.

Tables are written a record at a time. What links records (PROV, FHIR) is one document, held in memory: it is bounded,
and takes along the records that those chosen are about and those that are about them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, BinaryIO

from sqlalchemy import select

from ..facts.problems import CaseError, Problem
from ..kb.edition import Edition, canonical
from .answers import finding, moment
from .record import Record, Term
from .store import Store
from .tables import RECORDS

MOST = 250
"""Records in one document: those of PROV take some 4 MB of memory each, and 0.2 MB in the file."""
_AT_ONCE = 500

Tick = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which records: those of the numbers, or if there are none all that have every term and lie between two times."""

    numbers: tuple[int, ...] = ()
    terms: tuple[Term, ...] = ()
    regimen: str | None = None
    since: str | None = None
    until: str | None = None

    def __post_init__(self) -> None:
        if self.numbers and (self.terms or self.regimen or self.since or self.until):
            shown = ", ".join(map(str, self.numbers))
            raise CaseError([Problem("--record", shown, "numbers of records or filters, not both")])


@dataclass(frozen=True)
class Exported:
    """The records of an export: `seqs` in order, `records()` reads them, `edition` knows those they were made under."""

    store: Store
    seqs: Sequence[int]

    @contextmanager
    def records(self) -> Iterator[Iterator[Record]]:
        """The records in order, read a few at a time."""
        with self.store.reading() as connection:
            yield self.store.read(connection, self.seqs)

    def edition(self) -> Callable[[str], Edition]:
        """A way to the editions of the store by digest, each read once."""
        return cache(lambda name: Edition.from_json(self.store.edition(name)))


def exported(store: Store, chosen: Chosen, form: str) -> Exported:
    """The records that an export in a format holds. CaseError for an unknown number, or for too many."""
    seqs = _seqs(store, chosen)
    if form in LINKED:
        seqs = _linked(store, seqs)
        if len(seqs) > MOST:
            accepted = (
                f"a choice of at most {MOST:,} records for {form}, with what belongs to them: --record or filters"
            )
            raise CaseError([Problem("--format", f"{form} of {len(seqs):,} records", accepted)])
    return Exported(store, seqs)


def _seqs(store: Store, chosen: Chosen) -> list[int]:
    with store.reading() as connection:
        if not chosen.numbers:
            since, until = moment("--since", chosen.since), moment("--until", chosen.until)
            return sorted(finding(store, connection, list(chosen.terms), chosen.regimen, since, until))
        wanted = sorted(set(chosen.numbers))
        there = {seq for seq, _ in _about(connection, RECORDS.c.seq, wanted)}
    problems = [
        Problem("--record", str(seq), f"the number of a record in {store.where}; whyrx audit list")
        for seq in wanted
        if seq not in there
    ]
    if problems:
        raise CaseError(problems)
    return wanted


def _linked(store: Store, seqs: Iterable[int]) -> list[int]:
    """Records with all that they are about and all that is about them."""
    found: set[int] = set()
    new = set(seqs)
    with store.reading() as connection:
        while new and len(found) <= MOST:
            found |= new
            some = sorted(new)
            pairs = [*_about(connection, RECORDS.c.seq, some), *_about(connection, RECORDS.c.about, some)]
            new = {seq for pair in pairs for seq in pair if seq is not None} - found
    return sorted(found | new)


def _about(connection: Any, column: Any, wanted: Sequence[int]) -> list[tuple[int, int | None]]:
    """The numbers of records, chosen by a column, each with that of the record it is about."""
    found: list[tuple[int, int | None]] = []
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(RECORDS.c.seq, RECORDS.c.about).where(column.in_(wanted[start : start + _AT_ONCE]))
        found += [(row.seq, row.about) for row in connection.execute(query)]
    return found


# --- formats ------------------------------------------------------------------------------------------------


def _json_lines(found: Exported, file: BinaryIO, tick: Tick) -> None:
    with found.records() as records:
        for record in records:
            file.write(canonical(record.as_json()) + b"\n")
            tick(1)


def _csv(found: Exported, file: BinaryIO, tick: Tick) -> None:
    from .columns import write_csv

    with found.records() as records:
        write_csv(records, file, tick)


def _parquet(found: Exported, file: BinaryIO, tick: Tick) -> None:
    try:
        from .parquet import write_parquet
    except ModuleNotFoundError as error:
        if error.name != "pyarrow":
            raise
        accepted = "an installation with it: pip install 'whyrx[batch]'"
        raise CaseError([Problem("--format", "parquet, and no pyarrow here", accepted)]) from None
    with found.records() as records:
        write_parquet(records, file, tick)


def _prov(found: Exported, file: BinaryIO, tick: Tick) -> None:
    from .provenance import document, prov_json

    with found.records() as records:
        file.write(prov_json(document(_ticked(records, tick), found.edition())))


def _prov_n(found: Exported, file: BinaryIO, tick: Tick) -> None:
    from .provenance import document, prov_n

    with found.records() as records:
        file.write(prov_n(document(_ticked(records, tick), found.edition())))


def _prov_svg(found: Exported, file: BinaryIO, tick: Tick) -> None:
    from .provenance import document
    from .provenance_picture import drawn

    with found.records() as records:
        kept = list(_ticked(records, tick))
    decisions = [record for record in kept if record.kind == "decision"]
    if len(decisions) != 1:
        accepted = "one decision, with what belongs to it: --record N"
        raise CaseError([Problem("--format", f"prov-svg of {len(decisions)} decisions", accepted)])
    title = f"Provenance of record {decisions[0].seq}"
    file.write(drawn(document(kept, found.edition()), title))


def _fhir(found: Exported, file: BinaryIO, tick: Tick) -> None:
    from .fhir import bundle

    with found.records() as records:
        file.write(canonical(bundle(_ticked(records, tick))) + b"\n")


def _ticked(records: Iterable[Record], tick: Tick) -> Iterator[Record]:
    for record in records:
        yield record
        tick(1)


FORMATS: dict[str, Callable[[Exported, BinaryIO, Tick], None]] = {
    "jsonl": _json_lines,
    "csv": _csv,
    "parquet": _parquet,
    "prov": _prov,
    "prov-n": _prov_n,
    "prov-svg": _prov_svg,
    "fhir": _fhir,
}
"""What writes records in a format, by its name."""

LINKED = ("prov", "prov-n", "prov-svg", "fhir")
"""Formats that are one document in which records are linked."""
BINARY = ("parquet",)
"""Formats that are no text."""
