"""The columns of a cohort, described for those who make or read its files."""

from __future__ import annotations

from typing import Any

from ..facts.typed import accepts_typed
from .cells import FIELDS, LABEL, RESULTS
from .outcome import COLUMNS
from .part import ROW

EMPTY = "an empty cell says nothing: the field is unknown"


def cohort_schema() -> dict[str, Any]:
    """`{"cases": [{"column", "accepts"}], "outcomes": [{"column", "type", "says"}], "note"}`."""
    of_results = [
        {"column": f"{RESULTS}.DRUG", "accepts": "S | I | R; DRUG: a drug or a regimen such as cefiderocol"},
        {"column": f"{RESULTS}.DRUG.mic", "accepts": "a MIC such as 0.5 mg/L or <=0.25 mg/L"},
        {"column": f"{RESULTS}.DRUG.standard", "accepts": "issuer and version of the breakpoints, such as EUCAST 2026"},
        {"column": RESULTS, "accepts": "none: nothing was tested; else empty"},
    ]
    fields = [{"column": path, "accepts": accepts_typed(path)} for path in (LABEL, *FIELDS) if path != RESULTS]
    outcomes = [
        {"column": ROW, "type": "int64", "says": "the number of the row in the file of cases, from 1"},
        {"column": LABEL, "type": "string", "says": "the id of the case, or that number"},
        *({"column": name, "type": str(kind), "says": says} for name, (kind, says) in COLUMNS.items()),
    ]
    return {"cases": [*fields, *of_results], "note": EMPTY, "outcomes": outcomes}
