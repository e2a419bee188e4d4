"""Dose tables of the drugs for class B producers, one per drug and label. How to read them: `kb.tables.dose_rows`."""

from collections.abc import Mapping
from fractions import Fraction

from ...facts.numerals import exact_text
from ..edition import Row, Table
from ..sources import cite
from .dose_rows import ATM, AZA, CZA, EU_UK, FDC, US, dose_row

_AVYCAZ = cite("avycaz-us-2026", "s.2.1 table 1, s.2.3 table 3")
_AVYCAZ_HD = cite("avycaz-us-2026", "s.2.3 table 3, footnote c")
_ZAVICEFTA = cite("zavicefta-uk-2025", "s.4.2 tables 1 and 4")
_AZACTAM = cite("azactam-us", "dosage and administration, renal impairment in adults")
_FETROJA = cite("fetroja-us-2026", "s.2.1, s.2.2 table 1")
_FETROJA_CRRT = cite("fetroja-us-2026", "s.2.2 table 2")
_EMBLAVEO_US = cite("emblaveo-us-2026", "s.2.1-2.2 tables 1 and 2")
_EMBLAVEO_UK = cite("emblaveo-uk-2026", "s.4.2 tables 1 and 2")
_FETCROJA = cite("fetcroja-uk-2026", "s.4.2 tables 1 and 2")

# Amounts as the US label rounds the total, parts as each label prints them.
_CZA_US: Mapping[str, dict[str, str]] = {
    "2.5 g": {"ceftazidime": "2 g", "avibactam": "0.5 g"},
    "1.25 g": {"ceftazidime": "1 g", "avibactam": "0.25 g"},
    "0.94 g": {"ceftazidime": "0.75 g", "avibactam": "0.19 g"},
}
_CZA_EU_UK = {**_CZA_US, "0.94 g": {"ceftazidime": "0.75 g", "avibactam": "0.1875 g"}}


def _cza(label: str, band: str, amount: str, every_h: int, source: str, setting: str = "clearance") -> Row:
    parts = (_CZA_US if label == US else _CZA_EU_UK)[amount]
    note = "" if setting == "clearance" else "after dialysis on dialysis days"
    return dose_row(
        CZA, label, setting, "maintenance", amount, every_h, 2, source, band=band, components=parts, note=note
    )


CEFTAZIDIME_AVIBACTAM = Table(
    "ceftazidime-avibactam-doses",
    "ceftazidime-avibactam by creatinine clearance",
    "DoseRow",
    (
        _cza(US, "(50,)", "2.5 g", 8, _AVYCAZ),
        _cza(US, "(30,50]", "1.25 g", 8, _AVYCAZ),
        _cza(US, "(15,30]", "0.94 g", 12, _AVYCAZ),
        _cza(US, "(5,15]", "0.94 g", 24, _AVYCAZ),
        _cza(US, "(,5]", "0.94 g", 48, _AVYCAZ),
        # On haemodialysis the US label keeps its lowest two rows, by residual clearance.
        _cza(US, "(5,15]", "0.94 g", 24, _AVYCAZ_HD, "residual_clearance"),
        _cza(US, "(,5]", "0.94 g", 48, _AVYCAZ_HD, "residual_clearance"),
        _cza(EU_UK, "(50,)", "2.5 g", 8, _ZAVICEFTA),
        _cza(EU_UK, "(30,50]", "1.25 g", 8, _ZAVICEFTA),
        _cza(EU_UK, "(15,30]", "0.94 g", 12, _ZAVICEFTA),
        _cza(EU_UK, "(5,15]", "0.94 g", 24, _ZAVICEFTA),
        _cza(
            EU_UK,
            "(,5]",
            "0.94 g",
            48,
            f"{_ZAVICEFTA}; printed as end-stage renal disease, read here as 5 mL/min or less",
        ),
        _cza(EU_UK, "", "0.94 g", 48, _ZAVICEFTA, "hemodialysis"),
    ),
    quantity="Clearance",
    partial=("residual_clearance",),
)

# 2 g every 8 h is the guideline's dose (S1), within the label's 2 g every 6 or 8 h for severe infection. The label words
# its reductions as shares of it: a half, a quarter, and an eighth after each dialysis.


def _atm(setting: str, phase: str, amount: str, band: str = "", every_h: int | None = 8, when: str = "") -> Row:
    return dose_row(ATM, US, setting, phase, amount, every_h, "20 to 60 min", _AZACTAM, band=band, when=when)


AZTREONAM = Table(
    "aztreonam-doses",
    "aztreonam by creatinine clearance (printed per 1.73 m²; mL/min used here)",
    "DoseRow",
    (
        _atm("clearance", "maintenance", "2 g", "(30,)"),
        _atm("clearance", "loading", "2 g", "[10,30]", None),
        _atm("clearance", "maintenance", "1 g", "[10,30]"),
        _atm("clearance", "loading", "2 g", "(,10)", None),
        _atm("clearance", "maintenance", "0.5 g", "(,10)"),
        _atm("hemodialysis", "loading", "2 g", "", None),
        _atm("hemodialysis", "maintenance", "0.5 g"),
        _atm("hemodialysis_severe", "supplement", "0.25 g", "", None, "after each dialysis"),
        _atm("any_clearance", "loading", "2 g", "", None),
    ),
    quantity="Clearance",
    partial=("loading",),
)


def _fdc(label: str, setting: str, band: str, amount: str, every_h: int, source: str, note: str = "") -> Row:
    return dose_row(FDC, label, setting, "maintenance", amount, every_h, 3, source, band=band, note=note)


_AFTER_HD = "straight after dialysis on dialysis days"

CEFIDEROCOL = Table(
    "cefiderocol-doses",
    "cefiderocol by creatinine clearance",
    "DoseRow",
    (
        _fdc(US, "clearance", "[120,)", "2 g", 6, _FETROJA),
        _fdc(US, "clearance", "[60,120)", "2 g", 8, _FETROJA),
        _fdc(US, "clearance", "[30,60)", "1.5 g", 8, _FETROJA),
        _fdc(US, "clearance", "[15,30)", "1 g", 8, _FETROJA),
        _fdc(US, "clearance", "(,15)", "0.75 g", 12, _FETROJA),
        _fdc(US, "hemodialysis", "", "0.75 g", 12, _FETROJA, _AFTER_HD),
        _fdc(EU_UK, "clearance", "[120,)", "2 g", 6, _FETCROJA),
        _fdc(EU_UK, "clearance", "[90,120)", "2 g", 8, _FETCROJA),
        _fdc(EU_UK, "clearance", "[60,90)", "2 g", 8, _FETCROJA),
        _fdc(EU_UK, "clearance", "[30,60)", "1.5 g", 8, _FETCROJA),
        _fdc(EU_UK, "clearance", "[15,30)", "1 g", 8, _FETCROJA),
        _fdc(EU_UK, "clearance", "(,15)", "0.75 g", 12, _FETCROJA),
        _fdc(EU_UK, "hemodialysis", "", "0.75 g", 12, _FETCROJA, _AFTER_HD),
    ),
    quantity="Clearance",
)

CEFIDEROCOL_CRRT = Table(
    "cefiderocol-crrt-doses",
    "cefiderocol on CRRT by effluent flow (US label only; printed ≤ 2, 2.1-3, 3.1-4, ≥ 4.1 L/h)",
    "DoseRow",
    tuple(
        _fdc(US, "crrt", band, amount, every_h, _FETROJA_CRRT, "an initial dose")
        for band, amount, every_h in (
            ("(,2]", "1.5 g", 12),
            ("(2,3]", "2 g", 12),
            ("(3,4]", "1.5 g", 8),
            ("(4,)", "2 g", 8),
        )
    ),
    quantity="Effluent",
)

# The US label prints totals, the UK SmPC the parts: its "1.5 g/0.5 g" is the US "2 g". Amounts are totals, parts stand beside.
_AZA_PARTS: Mapping[str, dict[str, str]] = {
    "2.67 g": {"aztreonam": "2 g", "avibactam": "0.67 g"},
    "2 g": {"aztreonam": "1.5 g", "avibactam": "0.5 g"},
    "1 g": {"aztreonam": "0.75 g", "avibactam": "0.25 g"},
    "1.8 g": {"aztreonam": "1.35 g", "avibactam": "0.45 g"},
    "0.9 g": {"aztreonam": "0.675 g", "avibactam": "0.225 g"},
    "1.33 g": {"aztreonam": "1 g", "avibactam": "0.33 g"},
}


def _aza(label: str, setting: str, band: str, load: str, amount: str, every_h: int, note: str = "") -> tuple[Row, Row]:
    """The single loading dose and the maintenance dose, which begins at the next interval."""
    source = _EMBLAVEO_US if label == US else _EMBLAVEO_UK
    first = f"then the maintenance dose {every_h} h later"
    return (
        dose_row(
            AZA, label, setting, "loading", load, None, 3, source, band=band, components=_AZA_PARTS[load], note=first
        ),
        dose_row(
            AZA,
            label,
            setting,
            "maintenance",
            amount,
            every_h,
            3,
            source,
            band=band,
            components=_AZA_PARTS[amount],
            note=note,
        ),
    )


_AZA_BANDS = (("(50,)", "2.67 g", "2 g", 6), ("(30,50]", "2.67 g", "1 g", 6), ("(15,30]", "1.8 g", "0.9 g", 8))
_AFTER_HD_DAYS = "after dialysis on dialysis days"

AZTREONAM_AVIBACTAM = Table(
    "aztreonam-avibactam-doses",
    "aztreonam-avibactam by creatinine clearance",
    "DoseRow",
    (
        *(row for band in _AZA_BANDS for row in _aza(US, "clearance", *band)),
        *_aza(US, "clearance", "(,15]", "1.33 g", "0.9 g", 12),
        *_aza(US, "hemodialysis", "", "1.33 g", "0.9 g", 12, _AFTER_HD_DAYS),
        *(row for band in _AZA_BANDS for row in _aza(EU_UK, "clearance", *band)),
        *_aza(EU_UK, "hemodialysis", "", "1.33 g", "0.9 g", 12, _AFTER_HD_DAYS),
    ),
    quantity="Clearance",
    partial=(EU_UK,),  # off renal replacement not to be used at 15 mL/min or less: see the gaps of labels
)

NEAR_INDEXED_EDGE = Table(
    "aztreonam-near-edge",
    "clearances within a fifth of a cut point that the aztreonam label prints per 1.73 m²",
    "NearEdge",
    tuple(
        Row(
            f"aztreonam-near-{edge}",
            (ATM,),
            f"within a fifth of {edge} mL/min",
            cite("whyrx-rulings", "a fifth either way: body surfaces of about 1.4 to 2.1 m²"),
            band=f"[{exact_text(edge * Fraction(4, 5))},{exact_text(edge * Fraction(6, 5))}]",
        )
        for edge in (10, 30)
    ),
    quantity="Clearance",
)

TABLES = (
    CEFTAZIDIME_AVIBACTAM,
    AZTREONAM,
    AZTREONAM_AVIBACTAM,
    CEFIDEROCOL,
    CEFIDEROCOL_CRRT,
    NEAR_INDEXED_EDGE,
)
