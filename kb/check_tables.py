"""Checks the tables of an edition: rows that fit their type, bands without gap or overlap, doses that can be given."""

from collections import Counter
from collections.abc import Iterator

from ..facts.bands import ANY, Interval, check_bands
from .dose import dose_problems
from .edition import Edition, Table


def table_problems(edition: Edition, table: Table) -> Iterator[str]:
    """What is wrong with one table, if anything."""
    fact_type = edition.vocabulary.get(table.type)
    if fact_type is None or fact_type.origin != "known":
        yield f"{table.type} is not a known fact type"
        return
    fields = [f for f in fact_type.fields if not f.payload]
    if table.quantity:
        if fields[-1].name != "atom":
            yield f"{table.type} has no atom as its last field, which a table of bands needs"
            return
        fields.pop()
    for row in table.rows:
        if not row.source:
            yield f"row {row.id} has no source"
        if len(row.values) != len(fields):
            yield f"row {row.id} has {len(row.values)} values for {len(fields)} fields"
            return
        for known, value in zip(fields, row.values, strict=True):
            if known.allowed is not None and value not in known.allowed:
                yield f"row {row.id}: {known.name} cannot be {value!r}"
        if table.type == "DoseRow":
            schedule = row.values[[known.name for known in fields].index("schedule")]
            yield from (f"row {row.id} {problem}" for problem in dose_problems(row.payload, schedule, row.text))
        if row.band and not table.quantity:
            yield f"row {row.id} has a band in a table without a quantity"
    doubled = [v for v, n in Counter((row.values, row.band) for row in table.rows).items() if n > 1]
    yield from (f"two rows say {', '.join(values)} {band}".rstrip() for values, band in doubled)
    yield from _band_problems(table, [fields.index(f) for f in fields if f.name in fact_type.key])


def _band_problems(table: Table, key: list[int]) -> Iterator[str]:
    """Rows that agree on the key share out every value, or a range if they may be partial: no gap, no overlap."""
    groups: dict[tuple[str, ...], list[Interval]] = {}
    for row in table.rows:
        if row.band and key:  # without a key, ranges are named and not entered with
            try:
                groups.setdefault(tuple(row.values[i] for i in key), []).append(Interval.parse(row.band))
            except ValueError as error:
                yield f"row {row.id}: {error}"
    for values, bands in groups.items():
        first, last = min(bands, key=lambda b: b.start), max(bands, key=lambda b: b.end)
        hull = Interval(first.low, first.low_closed, last.high, last.high_closed)
        try:
            check_bands(bands, hull if set(values) & set(table.partial) else ANY)
        except ValueError as error:
            yield f"rows {', '.join(values)}: {error}"
