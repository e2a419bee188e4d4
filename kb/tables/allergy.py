"""What a severe reaction to a substance means for each drug: by shared side chain everywhere, by label elsewhere.

A verdict is `excluded`, `caution` (the label allows it and asks for caution) or `allowed` (the label that was read says
nothing against it). Where the US and the EU/UK label agree, one row holds everywhere (`any`).
"""

from collections.abc import Iterator

from ...facts.activity import share_side_chain
from ..edition import Row, Table
from ..sources import cite
from .dose_rows import ATM, AZA, COL, CZA, ERV, EU_UK, FDC, IMR, MEM, MVB, TGC, US

_PENICILLINS = ("penicillins",)
_CARBAPENEMS = ("carbapenems", "imipenem", IMR, MEM, MVB)
_CEPHALOSPORINS = (FDC, "ceftazidime", CZA, "cephalosporins")
_MONOBACTAMS = (ATM, AZA)

_SIDE_CHAIN = (
    cite("emblaveo-us-2026", "s.11")
    + " and "
    + cite("fetroja-us-2026", "s.11")
    + ": one R1 side chain by their chemical names; that it makes cefiderocol cross-react is inferred"
)
_CLASS = cite("whyrx-rulings", "an allergy to the class includes its drugs")
_US = {
    CZA: cite("avycaz-us-2026", "s.4, s.5.2"),
    FDC: cite("fetroja-us-2026", "s.4"),
    ATM: cite("azactam-us", "warnings"),
    AZA: cite("emblaveo-us-2026", "s.4: its components only"),
    MEM: cite("meropenem-us-2026", "s.4: drugs of the same class, anaphylaxis to beta-lactams"),
    MVB: cite("vabomere-us", "s.4: drugs of the same class, anaphylaxis to beta-lactams"),
    IMR: cite(
        "recarbrio-us", "s.4: severe hypersensitivity to its components; s.5.1: inquire about other beta-lactams"
    ),
}
_EU_UK = {
    CZA: cite("zavicefta-uk-2025", "s.4.3"),
    FDC: cite("fetcroja-uk-2026", "s.4.3"),
    AZA: cite("emblaveo-uk-2026", "s.4.3: severe hypersensitivity to any other beta-lactam"),
    MEM: cite("meronem-uk-2026", "s.4.3: any carbapenem; severe hypersensitivity to any other beta-lactam"),
    MVB: cite("vaborem-eu", "s.4.3: any carbapenem; severe hypersensitivity to any other beta-lactam"),
    IMR: cite("recarbrio-eu", "s.4.3: any carbapenem; severe hypersensitivity to any other beta-lactam"),
}
_WORDS = {"excluded": "excludes", "caution": "asks for caution with", "allowed": "does not speak against"}


def _row(substance: str, drug: str, scope: str, verdict: str, source: str) -> Row:
    where = "everywhere" if scope == "any" else f"by the {scope} label"
    return Row(
        f"allergy-{substance}-{drug}-{scope.lower().replace('/', '-')}",
        (substance, drug, scope, verdict),
        f"a severe reaction to {substance} {_WORDS[verdict]} {drug}, {where}",
        source,
    )


def _by_label(drug: str, us: str, *substances: str) -> Iterator[Row]:
    """Other beta-lactams: what the US label makes of them, and the EU/UK label, which excludes."""
    for substance in substances:
        yield _row(substance, drug, US, us, _US[drug])
        if drug in _EU_UK:
            yield _row(substance, drug, EU_UK, "excluded", _EU_UK[drug])


SEVERE = Table(
    "severe-allergy",
    "what a severe reaction to a substance means for a drug",
    "AllergyRule",
    (
        # the drug itself, and drugs that share its side chain
        *(
            _row(substance, drug, "any", "excluded", _SIDE_CHAIN)
            for substance in (*_MONOBACTAMS, *_CEPHALOSPORINS[:-1])
            for drug in (ATM, AZA, CZA, FDC)
            if substance == drug or share_side_chain(substance, drug)
        ),
        _row("avibactam", CZA, "any", "excluded", _US[CZA]),
        _row("avibactam", AZA, "any", "excluded", f"{_US[AZA]} and {cite('emblaveo-uk-2026', 's.4.3')}"),
        *(_row(each, IMR, "any", "excluded", _US[IMR]) for each in ("imipenem", IMR, "cilastatin", "relebactam")),
        _row("vaborbactam", MVB, "any", "excluded", _US[MVB]),
        _row(
            TGC,
            TGC,
            "any",
            "excluded",
            f"{cite('tigecycline-us-2026', 's.4')} and {cite('tigecycline-uk-2026', 's.4.3')}",
        ),
        _row(ERV, ERV, "any", "excluded", f"{cite('xerava-us', 's.4')} and {cite('xerava-uk-2023', 's.4.3')}"),
        _row(
            COL,
            COL,
            "any",
            "excluded",
            f"{cite('coly-mycin-us-2026', 'contraindications')} and {cite('colomycin-uk-2023', 's.4.3')}",
        ),
        # the class a drug belongs to
        _row("cephalosporins", CZA, "any", "excluded", f"{_US[CZA]} and {_EU_UK[CZA]}"),
        _row("carbapenems", IMR, "any", "excluded", f"{_CLASS}; {_EU_UK[IMR]}"),
        _row("cephalosporins", FDC, "any", "excluded", f"{_US[FDC]} and {_EU_UK[FDC]}"),
        *(
            _row(substance, drug, "any", "excluded", f"{_US[drug]} and {_EU_UK[drug]}")
            for drug in (MEM, MVB)
            for substance in _CARBAPENEMS
        ),
        *(_row("beta-lactams", drug, "any", "excluded", _CLASS) for drug in (ATM, AZA, CZA, FDC, IMR, MEM, MVB)),
        *(
            _row(
                each,
                ERV,
                "any",
                "excluded",
                f"{cite('xerava-us', 's.4')} and {cite('xerava-uk-2023', 's.4.3')}: tetracycline class",
            )
            for each in ("tetracyclines", TGC)
        ),
        *(
            _row(
                each,
                TGC,
                "any",
                "excluded",
                f"{cite('tigecycline-us-2026', 's.5.3: to be avoided')}; {cite('tigecycline-uk-2026', 's.4.3: may be hypersensitive')}",
            )
            for each in ("tetracyclines", ERV)
        ),
        _row("polymyxins", COL, "any", "excluded", cite("colomycin-uk-2023", "s.4.3: polymyxin B")),
        # other beta-lactams, where the labels differ
        *_by_label(CZA, "caution", *_PENICILLINS, *_CARBAPENEMS),
        *_by_label(FDC, "excluded", *_PENICILLINS, *_CARBAPENEMS),
        *_by_label(ATM, "caution", *_PENICILLINS, *_CARBAPENEMS),
        *_by_label(AZA, "allowed", *_PENICILLINS, *_CARBAPENEMS, "cephalosporins"),
        *_by_label(MEM, "excluded", *_PENICILLINS, *_CEPHALOSPORINS, *_MONOBACTAMS),
        *_by_label(MVB, "excluded", *_PENICILLINS, *_CEPHALOSPORINS, *_MONOBACTAMS),
        *_by_label(IMR, "caution", MEM, MVB, *_PENICILLINS, *_CEPHALOSPORINS, *_MONOBACTAMS),
    ),
)

_OWN = {
    AZA: (AZA, ATM, "avibactam"),
    TGC: (TGC,),
    ERV: (ERV, "tetracyclines", TGC),
    COL: (COL,),
    MEM: _CARBAPENEMS,
    MVB: (*_CARBAPENEMS, "vaborbactam"),
}
"""What known hypersensitivity, however mild, contraindicates a drug by both labels: itself and its parts or class."""

_KNOWN = {
    **{(drug, US): source for drug, source in _US.items()},
    **{(drug, EU_UK): source for drug, source in _EU_UK.items()},
    (TGC, US): cite("tigecycline-us-2026", "s.4"),
    (TGC, EU_UK): cite("tigecycline-uk-2026", "s.4.3"),
    (ERV, US): cite("xerava-us", "s.4"),
    (ERV, EU_UK): cite("xerava-uk-2023", "s.4.3"),
    (COL, US): cite("coly-mycin-us-2026", "contraindications"),
    (COL, EU_UK): cite("colomycin-uk-2023", "s.4.3"),
}

ANY_REACTION = Table(
    "allergy-any-reaction",
    "labels that contraindicate a drug after any hypersensitivity, however mild",
    "LabelWarns",
    tuple(
        Row(
            f"any-reaction-{substance}-{drug}-{label.lower().replace('/', '-')}",
            (substance, drug, label),
            f"the {label} label contraindicates {drug} after any hypersensitivity to {substance}",
            _KNOWN[drug, label],
        )
        for drug, substances, labels in (
            (CZA, _CEPHALOSPORINS, (EU_UK,)),
            (FDC, _CEPHALOSPORINS, (EU_UK,)),
            (IMR, _CARBAPENEMS, (EU_UK,)),
            *((drug, substances, (US, EU_UK)) for drug, substances in _OWN.items()),
            (COL, ("polymyxins",), (EU_UK,)),
        )
        for label in labels
        for substance in substances
    ),
)

TABLES = (SEVERE, ANY_REACTION)
