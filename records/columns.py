"""A row for each record: what it is found by, and counts of what it holds."""

import csv
from collections.abc import Callable, Iterable
from io import TextIOWrapper
from typing import Any, BinaryIO

from .record import Record

COLUMNS: dict[str, type] = {
    "record": int,
    "time": str,
    "kind": str,
    "about": int,
    "erased": bool,
    "by": str,
    "because": str,
    "software": str,
    "case": str,
    "guideline": str,
    "knowledge": str,
    "edition": str,
    "status": str,
    "first": list,
    "alternative": list,
    "avoid": list,
    "assumed": list,
    "missing": list,
    "reason": str,
    "instead": str,
    "rules": list,
    "recommendations": int,
    "doses": int,
    "actions": int,
    "warnings": int,
    "firings": int,
    "facts": int,
    "previous": str,
    "content_hash": str,
    "hash": str,
}
"""Columns with the type of their cells; a list is one of texts. None where a record has no such thing."""


def row(record: Record) -> dict[str, Any]:
    """A record as a row: a cell for each column."""
    found: dict[str, Any] = dict.fromkeys(COLUMNS)
    found |= {"record": record.seq, "time": record.time, "kind": record.kind, "about": record.about}
    found |= {"previous": record.previous, "content_hash": record.content_hash, "hash": record.hash}
    content = record.content
    found["erased"] = content is None
    if content is None:
        return found
    found |= {name: content.get(name) for name in ("by", "because", "software", "edition", "reason", "instead")}
    if record.kind == "decision":
        found |= _decided(content["decision"])
    return found


def _decided(decision: Any) -> dict[str, Any]:
    advised, trace = decision["recommendations"], decision["trace"]
    return {
        "case": decision["case"].get("id"),
        "guideline": decision["guideline"]["id"],
        "knowledge": decision["knowledge"]["digest"],
        "status": decision["status"],
        "first": [each["regimen"] for each in advised if each["line"] == "first"],
        "alternative": [each["regimen"] for each in advised if each["line"] == "alternative"],
        "avoid": list(dict.fromkeys(each["regimen"] for each in decision["avoid"])),
        "assumed": [each["fact"] for each in decision["assumptions"]],
        "missing": [each["fact"] for each in decision["missing"]],
        "rules": sorted({each["rule"] for each in trace["firings"]}),
        "recommendations": len(advised),
        "doses": sum(len(each["doses"]) for each in advised),
        "actions": len(decision["actions"]),
        "warnings": len(decision["warnings"]),
        "firings": len(trace["firings"]),
        "facts": len(trace["facts"]),
    }


def write_csv(records: Iterable[Record], file: BinaryIO, tick: Callable[[int], None]) -> None:
    """Records as CSV (RFC 4180, UTF-8), with a line of names; elements of a list are apart by a comma and a space."""
    text = TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    try:
        lines = csv.writer(text, lineterminator="\r\n")
        lines.writerow(COLUMNS)
        for record in records:
            lines.writerow([_cell(value) for value in row(record).values()])
            tick(1)
    finally:
        text.detach()  # the file is closed by who opened it


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = ", ".join(value) if isinstance(value, list) else str(value)
    # What somebody typed is never a formula to a spreadsheet.
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
