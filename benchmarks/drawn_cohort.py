"""A cohort drawn at random, as large as one likes: every field is left out in some rows and has all kinds of values.

python benchmarks/drawn_cohort.py 1000000 cases.parquet
"""

import sys
from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from whyrx.facts import domains as d

DRUGS = (
    "cefiderocol",
    "aztreonam",
    "ceftazidime-avibactam",
    "aztreonam+ceftazidime-avibactam",
    "aztreonam-avibactam",
    "colistin",
    "tigecycline",
    "meropenem",
)
ALLERGIES = [f"{name} {how}" for name in d.ALLERGY_SUBSTANCES.values for how in ("severe", "non_severe", "unknown")]


def table(rows: int, seed: int = 0) -> pa.Table:
    """So many rows, each cell drawn by itself."""
    r = np.random.default_rng(seed)

    def one_of(*values: str | None) -> pa.Array:
        return pa.array(values, pa.string()).take(pa.array(r.integers(0, len(values), rows)))

    def number(low: int, high: int, unit: str, step: float = 1, empty: int = 5) -> pa.Array:
        return one_of(*[None] * empty, *(f"{each * step:g} {unit}".strip() for each in range(low, high)))

    columns = {
        "id": pa.array([f"row-{each}" for each in range(rows)]),
        "as_of": one_of(None, "2026-11-22", "2026-10-01"),
        "patient.age": number(16, 96, ""),
        "patient.sex": one_of(None, *["male", "female"] * 3),
        "patient.weight": number(40, 130, "kg"),
        "patient.height": number(148, 196, "cm"),
        "patient.creatinine": number(4, 60, "mg/dL", 0.1),
        "patient.creatinine_clearance": number(3, 150, "mL/min", empty=200),
        "patient.creatinine_trend": one_of(None, *d.CREATININE_TRENDS.values),
        "patient.renal_replacement": one_of(None, *["none"] * 4, *d.RENAL_REPLACEMENTS.values),
        "patient.crrt_effluent": number(10, 45, "L/h", 0.1, empty=40),
        "patient.pregnancy": one_of(None, *d.PREGNANCIES.values),
        "patient.hepatic_impairment": one_of(None, *d.HEPATIC_IMPAIRMENTS.values),
        "patient.allergies": one_of(None, *["none"] * 20, *ALLERGIES),
        "isolate.organism": one_of(
            None, *["Klebsiella pneumoniae"] * 12, "Escherichia coli", "Klebsiella oxytoca", "Enterobacter cloacae"
        ),
        "isolate.carbapenem_resistant": one_of(None, "yes", "yes"),
        "isolate.carbapenemases": one_of(
            None, None, "none", *["NDM-1", "NDM-5"] * 12, *_some(["NDM-1", "VIM-2", "KPC-2", "OXA-48", "IMP-4"], 3)
        ),
        "isolate.carbapenemases_tested_for": one_of(None, *_some(["NDM", "KPC", "OXA-48", "VIM", "IMP"], 5)),
        "isolate.suspected_carbapenemases": one_of(*[None] * 10, *["none"] * 8, *_some(["NDM", "VIM", "KPC"], 2)),
        "isolate.suspicion_basis": one_of(None, "none", *_some(d.SUSPICION_BASES.values, 2)),
        "isolate.other_beta_lactamases": one_of(
            None, "none", *_some(["CTX-M-15", "SHV-11", "TEM-1", "CMY-2", "PER-1"], 3)
        ),
        "infection.site": one_of(None, *d.SITES.values),
        "infection.severity": one_of(None, *d.SEVERITIES.values),
        "infection.septic_shock": one_of(None, "yes", "no", "no"),
        "infection.pitt_score": number(0, 9, ""),
        "infection.foci": one_of(None, "none", *d.FOCI.values),
        "therapy.current": one_of(None, "none", *_some(list(d.DRUGS.values)[:8], 2)),
        "therapy.previous": one_of(None, "none", *list(d.DRUGS.values)[:8]),
        "setting.jurisdiction": one_of(None, *d.JURISDICTIONS.values),
        "setting.unavailable": one_of(None, *["none"] * 10, *d.DRUGS.values),
        **{f"isolate.susceptibilities.{drug}": one_of(*[None] * 4, "S", "S", "I", "R", "R") for drug in DRUGS},
    }
    tested = pc.is_valid(columns["isolate.susceptibilities.cefiderocol"])
    columns["isolate.susceptibilities.cefiderocol.mic"] = pc.if_else(
        tested, one_of(*[None] * 3, "0.5 mg/L", "4 mg/L"), None
    )
    return pa.table(columns)


def _some(names: Iterable[str], most: int) -> Sequence[str]:
    """Every list of up to so many names, as a cell holds it."""
    names = list(names)
    return [", ".join(each) for length in range(1, most + 1) for each in combinations(names, length)]


if __name__ == "__main__":
    pq.write_table(table(int(sys.argv[1])), sys.argv[2])
