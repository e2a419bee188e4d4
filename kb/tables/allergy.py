"""What a severe reaction to a substance means for each drug: by shared side chain everywhere, by label elsewhere."""

from ...facts.activity import share_side_chain
from ..edition import Row, Table
from ..sources import cite
from .doses import ATM, CZA, EU_UK, FDC, US

_DRUGS = (ATM, CZA, FDC)
_PENICILLINS_AND_CARBAPENEMS = (
    "penicillins",
    "carbapenems",
    "imipenem",
    "imipenem-relebactam",
    "meropenem",
    "meropenem-vaborbactam",
)
_CEPHALOSPORINS = ("cefiderocol", "ceftazidime", "ceftazidime-avibactam", "cephalosporins")

_SIDE_CHAIN = (
    cite("emblaveo-us-2026", "s.11")
    + " and "
    + cite("fetroja-us-2026", "s.11")
    + ": one R1 side chain by their chemical names; that it makes cefiderocol cross-react is inferred"
)
_US = {
    CZA: cite("avycaz-us-2026", "s.4, s.5.2"),
    FDC: cite("fetroja-us-2026", "s.4"),
    ATM: cite("azactam-us", "warnings"),
}
_EU_UK = {CZA: cite("zavicefta-uk-2025", "s.4.3"), FDC: cite("fetcroja-uk-2026", "s.4.3")}


def _row(substance: str, drug: str, scope: str, verdict: str, source: str) -> Row:
    where = "everywhere" if scope == "any" else f"by the {scope} label"
    what = "excludes" if verdict == "excluded" else "asks for caution with"
    return Row(
        f"allergy-{substance}-{drug}-{scope.lower().replace('/', '-')}",
        (substance, drug, scope, verdict),
        f"a severe reaction to {substance} {what} {drug}, {where}",
        source,
    )


SEVERE = Table(
    "severe-allergy",
    "what a severe reaction to a substance means for a drug",
    "AllergyRule",
    (
        *(
            _row(substance, drug, "any", "excluded", _SIDE_CHAIN)
            for substance in (ATM, "aztreonam-avibactam", *_CEPHALOSPORINS[:-1])
            for drug in _DRUGS
            if substance == drug or share_side_chain(substance, drug)
        ),
        _row("avibactam", CZA, "any", "excluded", _US[CZA]),
        # the class a drug belongs to
        _row("cephalosporins", CZA, "any", "excluded", f"{_US[CZA]} and {_EU_UK[CZA]}"),
        _row("cephalosporins", FDC, "any", "excluded", f"{_US[FDC]} and {_EU_UK[FDC]}"),
        *(
            _row(
                "beta-lactams",
                drug,
                "any",
                "excluded",
                cite("whyrx-rulings", "an allergy to the class includes its drugs"),
            )
            for drug in _DRUGS
        ),
        # other beta-lactams, where the labels differ
        *(
            row
            for substance in _PENICILLINS_AND_CARBAPENEMS
            for row in (
                _row(substance, CZA, US, "caution", _US[CZA]),
                _row(substance, FDC, US, "excluded", _US[FDC]),
                _row(substance, ATM, US, "caution", _US[ATM]),
                _row(substance, CZA, EU_UK, "excluded", _EU_UK[CZA]),
                _row(substance, FDC, EU_UK, "excluded", _EU_UK[FDC]),
            )
        ),
    ),
)

ANY_REACTION = Table(
    "allergy-any-reaction",
    "labels that contraindicate a drug after any reaction to a cephalosporin, however mild",
    "LabelWarns",
    tuple(
        Row(
            f"any-reaction-{substance}-{drug}",
            (substance, drug, EU_UK),
            f"the EU/UK label contraindicates {drug} after any hypersensitivity to {substance}",
            _EU_UK[drug],
        )
        for substance in _CEPHALOSPORINS
        for drug in (CZA, FDC)
    ),
)

TABLES = (SEVERE, ANY_REACTION)
