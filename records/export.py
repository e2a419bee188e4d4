"""Records for other programs: JSON Lines, one record on each line as canonical JSON, in order of number."""

from collections.abc import Iterable, Iterator

from ..kb.edition import canonical
from .record import Record


def json_lines(records: Iterable[Record]) -> Iterator[str]:
    """A line for each record, with what `Record.as_json` says of it."""
    for record in records:
        yield canonical(record.as_json()).decode() + "\n"
