"""Dose tables of the drugs for other mechanisms and of last resort. How to read them: `kb.tables.dose_rows`."""

from ..edition import Row, Table
from ..sources import cite
from .dose_rows import COL, ERV, EU_UK, IMR, MEM, MVB, TGC, US, dose_row

_VABOREM = cite("vaborem-eu", "s.4.2 table 1, above 40 mL/min; its lower bands were not seen")
_MEROPENEM = {
    US: cite("meropenem-us-2026", "s.2.1, s.2.2: 1 g every 8 h (intra-abdominal infection) and its reductions"),
    EU_UK: cite("meronem-uk-2026", "s.4.2: 1 g every 8 h and its reductions; up to 2 g in very severe infection"),
}
_RECARBRIO = {
    US: cite("recarbrio-us", "s.2: bands through a copy of the label and Yahav et al. 2020, table 9"),
    EU_UK: cite("recarbrio-eu", "s.4.2 table 1; bands through a hospital monograph"),
}
_TIGECYCLINE = {US: cite("tigecycline-us-2026", "s.2.1, s.2.2, s.12.3"), EU_UK: cite("tigecycline-uk-2026", "s.4.2")}
_XERAVA = {US: cite("xerava-us", "s.2.1, s.2.2 (highlights)"), EU_UK: cite("xerava-uk-2023", "s.4.2")}
_COLY_MYCIN = cite("coly-mycin-us-2026", "dosage and administration, table 1")
_COLOMYCIN = cite("colomycin-uk-2023", "s.4.2")

MEROPENEM_VABORBACTAM = Table(
    "meropenem-vaborbactam-doses",
    "meropenem-vaborbactam by creatinine clearance (EU/UK; the US label enters its table with eGFR by MDRD)",
    "DoseRow",
    (
        dose_row(
            MVB,
            EU_UK,
            "clearance",
            "maintenance",
            "4 g",
            8,
            3,
            _VABOREM,
            band="(40,)",
            components={"meropenem": "2 g", "vaborbactam": "2 g"},
        ),
    ),
    quantity="Clearance",
    partial=(EU_UK,),
)


def _imr(label: str, setting: str, band: str, amount: str, parts: tuple[str, str, str], note: str = "") -> Row:
    components = dict(zip(("imipenem", "cilastatin", "relebactam"), parts, strict=True))
    source = _RECARBRIO[label]
    return dose_row(
        IMR, label, setting, "maintenance", amount, 6, "30 min", source, band=band, components=components, note=note
    )


_IMR_BANDS = (
    ("[90,)", "1.25 g", ("0.5 g", "0.5 g", "0.25 g")),
    ("[60,90)", "1 g", ("0.4 g", "0.4 g", "0.2 g")),
    ("[30,60)", "0.75 g", ("0.3 g", "0.3 g", "0.15 g")),
    ("[15,30)", "0.5 g", ("0.2 g", "0.2 g", "0.1 g")),
)

IMIPENEM_RELEBACTAM = Table(
    "imipenem-relebactam-doses",
    "imipenem-cilastatin-relebactam by creatinine clearance",
    "DoseRow",
    tuple(
        row
        for label in (US, EU_UK)
        for row in (
            *(_imr(label, "clearance", *band) for band in _IMR_BANDS),
            _imr(label, "hemodialysis", "", *_IMR_BANDS[-1][1:], "after dialysis on dialysis days"),
        )
    ),
    quantity="Clearance",
    partial=("clearance",),  # below 15 mL/min only on haemodialysis: the gaps of labels begin where its rows end
)

MEROPENEM = Table(
    "meropenem-doses",
    "meropenem by creatinine clearance (printed > 50, 26-50, 10-25, < 10; the UK SmPC reduces below 51)",
    "DoseRow",
    tuple(
        dose_row(MEM, label, "clearance", "maintenance", amount, every_h, "15 to 30 min", _MEROPENEM[label], band=band)
        for label, full, reduced in ((US, "(50,)", "(25,50]"), (EU_UK, "[51,)", "(25,51)"))
        for band, amount, every_h in (
            (full, "1 g", 8),
            (reduced, "1 g", 12),
            ("[10,25]", "0.5 g", 12),
            ("(,10)", "0.5 g", 24),
        )
    ),
    quantity="Clearance",
)

# The next two do not depend on the kidneys; severe hepatic impairment (Child-Pugh C) changes them.


def _tgc(label: str, setting: str, phase: str, amount: str, every_h: int | None) -> Row:
    return dose_row(TGC, label, setting, phase, amount, every_h, "30 to 60 min", _TIGECYCLINE[label])


TIGECYCLINE = Table(
    "tigecycline-doses",
    "tigecycline, whatever the kidneys; less in severe hepatic impairment",
    "DoseRow",
    tuple(
        row
        for label in (US, EU_UK)
        for row in (
            _tgc(label, "any_kidneys", "loading", "100 mg", None),
            _tgc(label, "any_kidneys", "maintenance", "50 mg", 12),
            _tgc(label, "child_pugh_c", "loading", "100 mg", None),
            _tgc(label, "child_pugh_c", "maintenance", "25 mg", 12),
        )
    ),
    quantity="Clearance",  # none of its rows depends on it
)


def _erv(label: str, setting: str, every_h: int, when: str = "") -> Row:
    source = _XERAVA[label]
    return dose_row(ERV, label, setting, "maintenance", "1 mg/kg", every_h, "about 60 min", source, when=when)


ERAVACYCLINE = Table(
    "eravacycline-doses",
    "eravacycline by body weight, whatever the kidneys; in severe hepatic impairment the labels differ",
    "DoseRow",
    (
        _erv(US, "any_kidneys", 12),
        _erv(US, "child_pugh_c", 24, "every 12 h on day 1, then every 24 h"),
        _erv(EU_UK, "any_kidneys", 12),
        _erv(EU_UK, "child_pugh_c", 12),
    ),
    quantity="Clearance",  # none of its rows depends on it
)

# Each amount names its unit system: the US label counts mg of colistin base activity (CBA) per kg, the UK label million
# international units (MIU) of colistimethate sodium. They are never converted here.


def _col(label: str, setting: str, phase: str, amount: str, when: str, band: str = "", note: str = "") -> Row:
    source, infusion = (_COLY_MYCIN, "as labelled") if label == US else (_COLOMYCIN, "30 to 60 min")
    part = {"colistin base activity" if label == US else "colistimethate sodium": amount}
    every_h = 36 if "36" in when else None
    return dose_row(
        COL, label, setting, phase, amount, every_h, infusion, source, band=band, when=when, components=part, note=note
    )


_LOAD = "after a loading dose of 9 MIU if critically ill, whatever the kidneys"
_IDEAL = "by ideal body weight in obesity"

COLISTIN = Table(
    "colistin-doses",
    "colistin by creatinine clearance, in the unit system of each label",
    "DoseRow",
    (
        _col(US, "clearance", "maintenance", "2.5 to 5 mg CBA/kg", "a day, in 2 to 4 doses", "[80,)", _IDEAL),
        _col(US, "clearance", "maintenance", "2.5 to 3.8 mg CBA/kg", "a day, in 2 doses", "[50,80)", _IDEAL),
        _col(US, "clearance", "maintenance", "2.5 mg CBA/kg", "a day, once or in 2 doses", "[30,50)", _IDEAL),
        _col(US, "clearance", "maintenance", "1.5 mg CBA/kg", "every 36 h", "[10,30)", _IDEAL),
        _col(EU_UK, "clearance", "maintenance", "9 MIU", "a day, in 2 or 3 doses", "[50,)", _LOAD),
        _col(EU_UK, "clearance", "maintenance", "5.5 to 7.5 MIU", "a day, in 2 doses", "[30,50)", _LOAD),
        _col(EU_UK, "clearance", "maintenance", "4.5 to 5.5 MIU", "a day, in 2 doses", "[10,30)", _LOAD),
        _col(EU_UK, "clearance", "maintenance", "3.5 MIU", "a day, in 2 doses", "(,10)", _LOAD),
        _col(
            EU_UK,
            "hemodialysis",
            "maintenance",
            "2.25 MIU",
            "a day without dialysis, 3 MIU after dialysis on days with it, in 2 doses",
            note=_LOAD,
        ),
        _col(EU_UK, "crrt_any_flow", "maintenance", "9 MIU", "a day, in 3 doses", note=_LOAD),
    ),
    quantity="Clearance",
    partial=(US,),
)

TABLES = (
    MEROPENEM_VABORBACTAM,
    IMIPENEM_RELEBACTAM,
    MEROPENEM,
    TIGECYCLINE,
    ERAVACYCLINE,
    COLISTIN,
)
