"""Which label serves which jurisdiction, what sites it covers, and what it says of pregnancy."""

from ...facts.domains import JURISDICTIONS, SITES
from ...facts.vocabulary import NOT_STATED
from ..edition import Row, Table
from ..sources import cite
from .doses import ATM, CZA, EU_UK, FDC, US

_LABEL_OF = {"US": US, "EU": EU_UK, "UK": EU_UK}
_ONE_SMPC = cite("whyrx-rulings", "the EU and UK texts are one family; the UK text was read")
_ONLY_LABEL = cite("whyrx-rulings", "the only label seen serves all, with a warning")

SERVES = Table(
    "label-serves",
    "label that serves each jurisdiction",
    "LabelServes",
    (
        *(
            Row(
                f"{drug}-label-in-{j.lower()}",
                (j, drug, label),
                f"in the {j} the {label} label of {drug} serves",
                _ONE_SMPC,
            )
            for drug in (CZA, FDC)
            for j, label in _LABEL_OF.items()
        ),
        *(
            Row(
                f"{ATM}-label-in-{j.lower().replace('_', '-')}",
                (j, ATM, US),
                f"the US label of {ATM} serves",
                _ONLY_LABEL,
            )
            for j in (*JURISDICTIONS.values, NOT_STATED)
        ),
    ),
)

FOREIGN = Table(
    "foreign-label",
    "label of another jurisdiction that serves because no other was seen",
    "ForeignLabel",
    tuple(
        Row(
            f"{ATM}-foreign-in-{j.lower().replace('_', '-')}",
            (j, ATM, US),
            f"the US label of {ATM} stands in",
            _ONLY_LABEL,
        )
        for j in ("EU", "UK", NOT_STATED)
    ),
)

_INFECTIONS = tuple(site for site in SITES.values if site != "colonisation")
_US_SITES = {
    CZA: ("intra_abdominal", "complicated_uti", "pyelonephritis", "pneumonia"),
    FDC: ("complicated_uti", "pyelonephritis", "pneumonia"),
}
_US_SOURCE = {
    CZA: cite(
        "avycaz-us-2026", "s.1: cIAI (with metronidazole), cUTI, hospital-acquired and ventilator-associated pneumonia"
    ),
    FDC: cite("fetroja-us-2026", "s.1: cUTI, hospital-acquired and ventilator-associated pneumonia"),
}
_EU_UK_SOURCE = {
    CZA: cite("zavicefta-uk-2025", "s.4.1: among others, aerobic Gram-negative infections with limited options"),
    FDC: cite("fetcroja-uk-2026", "s.4.1: aerobic Gram-negative infections with limited options"),
}

INDICATIONS = Table(
    "indications",
    "sites a label covers",
    "Indication",
    tuple(
        Row(
            f"{drug}-{label.lower().replace('/', '-')}-{site.replace('_', '-')}",
            (drug, label, site),
            f"the {label} label of {drug} covers {SITES.values[site]}",
            source[drug],
        )
        for drug in (CZA, FDC)
        for label, sites, source in ((US, _US_SITES[drug], _US_SOURCE), (EU_UK, _INFECTIONS, _EU_UK_SOURCE))
        for site in sites
    ),
)

INDICATIONS_READ = Table(
    "indications-read",
    "drugs whose labelled indications were read",
    "IndicationsRead",
    tuple(
        Row(f"{drug}-indications-read", (drug,), f"the indications of {drug} were read", _US_SOURCE[drug])
        for drug in (CZA, FDC)
    ),
)

_NOTICES = (
    (
        "cefiderocol-pregnancy-us",
        FDC,
        ("US",),
        "the US label has no data in pregnant women and knows no signal for cephalosporins",
        cite("fetroja-us-2026", "s.8.1"),
    ),
    (
        "ceftazidime-avibactam-pregnancy-eu-uk",
        CZA,
        ("EU", "UK"),
        "by the EU/UK label only if the benefit outweighs the risk; avibactam was toxic to reproduction in animals, not teratogenic",
        cite("zavicefta-uk-2025", "s.4.6"),
    ),
    (
        "cefiderocol-pregnancy-eu-uk",
        FDC,
        ("EU", "UK"),
        "by the EU/UK label preferably avoided",
        cite("fetcroja-uk-2026", "s.4.6"),
    ),
    (
        "aztreonam-pregnancy-eu-uk",
        ATM,
        ("EU", "UK"),
        "CONTRAINDICATED in pregnancy by the UK label and an Irish one; the US label has no such contraindication",
        cite("azactam-uk", "s.4.3"),
    ),
)

PREGNANCY = Table(
    "pregnancy-labels",
    "what the labels of a jurisdiction say of pregnancy; jurisdiction not stated: all of them",
    "PregnancyLabel",
    tuple(
        Row(f"{notice}-in-{j.lower().replace('_', '-')}", (drug, j, notice), text, source)
        for notice, drug, jurisdictions, text, source in _NOTICES
        for j in (*jurisdictions, NOT_STATED)
    ),
)

NOTICES = {notice: text for notice, _, _, text, _ in _NOTICES}
"""What each notice says, for people."""

TABLES = (SERVES, FOREIGN, INDICATIONS, INDICATIONS_READ, PREGNANCY)
