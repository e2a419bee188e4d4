"""Checks the tables of an edition: rows that fit their type, bands without gap or overlap, doses that can be given."""

from collections import Counter
from collections.abc import Collection, Iterator

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
        try:
            check_bands(bands, _hull(bands) if set(values) & set(table.partial) else ANY)
        except ValueError as error:
            yield f"rows {', '.join(values)}: {error}"


def _hull(bands: Collection[Interval]) -> Interval:
    """From where the lowest of some bands begins to where the highest ends."""
    first, last = min(bands, key=lambda b: b.start), max(bands, key=lambda b: b.end)
    return Interval(first.low, first.low_closed, last.high, last.high_closed)


def dose_edge_problems(edition: Edition) -> Iterator[str]:
    """Clearances below or above a label's doses of which the label's gaps (`LabelGap`) say nothing, and those of which
    they do although there is a dose.

    A table that names a phase as partial, such as loading doses, has it in some bands only.
    """
    doses: dict[tuple[str, str], dict[str, list[Interval]]] = {}
    gaps: dict[tuple[str, str], list[Interval]] = {}
    for table, row in edition.row.values():
        value = dict(zip(_fields(edition, table), row.values, strict=False))
        try:
            band = Interval.parse(row.band)
        except ValueError:
            continue  # no band, or one that is said to be none
        match table.type, value:
            case "LabelGap", {"drug": drug, "label": label}:
                gaps.setdefault((drug, label), []).append(band)
            case "DoseRow", {"drug": drug, "label": label, "setting": "clearance", "phase": phase}:
                if phase not in table.partial:
                    doses.setdefault((drug, label), {}).setdefault(phase, []).append(band)
    for key in sorted(doses.keys() | gaps.keys()):
        for phase, bands in doses.get(key, {"maintenance": []}).items():
            try:
                check_bands([*([_hull(bands)] if bands else []), *gaps.get(key, ())])
            except ValueError as error:
                yield f"{', '.join(key)}, {phase}: doses by clearance and gaps of the label do not meet: {error}"


def _fields(edition: Edition, table: Table) -> tuple[str, ...]:
    fact_type = edition.vocabulary.get(table.type)
    return () if fact_type is None else fact_type.matched()
