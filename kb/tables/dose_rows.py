"""How a row of a dose table is made: adults, intravenous, bands half-open and without gaps.

How to read a row: label, band, amount, hours between doses, source. `(30,50]` is more than 30 and up to 50, `[60,120)` from
60 to less than 120, `(,5]` up to 5, `(50,)` more than 50. The labels print bands for whole numbers (31-50, 16-30); a
clearance between two rows belongs to the lower one, as "50 or less" elsewhere in the same label says, and an effluent
flow to the higher. Nothing is rounded before the band is found. A loading dose stands in some bands only (`partial`).
"""

from collections.abc import Mapping

from ...facts.bands import Interval
from ..dose import dose_schedule, dose_text
from ..edition import Row

US, EU_UK = "US", "EU/UK"
CZA, ATM, FDC, AZA = "ceftazidime-avibactam", "aztreonam", "cefiderocol", "aztreonam-avibactam"
MEM, MVB, IMR = "meropenem", "meropenem-vaborbactam", "imipenem-relebactam"
TGC, ERV, COL = "tigecycline", "eravacycline", "colistin"


def _interval(every_h: int | None) -> str:
    return f"every {every_h} h" if every_h else "once"


_QUANTITIES = {"clearance": "a clearance", "residual_clearance": "a residual clearance", "crrt": "an effluent flow"}
_UNITS = {"clearance": "mL/min", "residual_clearance": "mL/min", "crrt": "L/h"}


def dose_row(
    drug: str,
    label: str,
    setting: str,
    phase: str,
    amount: str,
    every_h: int | None,
    infusion: int | str,
    source: str,
    *,
    band: str = "",
    components: Mapping[str, str] | None = None,
    note: str = "",
    when: str = "",
) -> Row:
    """One row. `setting` says what the table is entered with; `every_h` of None means a single dose."""
    payload: dict[str, object] = {
        "amount": amount,
        "components": dict(components or {drug: amount}),
        "interval_h": every_h,
        "infusion_h": infusion,
        "route": "IV",
        "when": when or _interval(every_h),
        "note": note,
        "range": f"at {_QUANTITIES[setting]} {Interval.parse(band).label(_UNITS[setting])}" if band else "",
    }
    where = {"clearance": "", "hemodialysis_severe": "hemodialysis"}.get(setting, setting.replace("_", "-"))
    parts = (drug, label.lower().replace("/", "-"), "" if phase == "maintenance" else phase, where)
    name = "-".join(part for part in (*parts, Interval.parse(band).id if band else "") if part)
    return Row(
        name, (name, drug, label, setting, phase, dose_schedule(payload)), dose_text(payload), source, payload, band
    )
