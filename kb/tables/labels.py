"""Which label serves which jurisdiction, what sites it covers, where it gives no dose, and what it says of pregnancy."""

from ...facts.domains import JURISDICTIONS, SITES
from ...facts.vocabulary import NOT_STATED
from ..edition import Row, Table
from ..sources import cite
from .dose_rows import ATM, AZA, COL, CZA, ERV, EU_UK, FDC, IMR, MEM, MVB, TGC, US

_LABEL_OF = {"US": US, "EU": EU_UK, "UK": EU_UK}
_ONE_SMPC = cite("whyrx-rulings", "the EU and UK texts are one family; one of them was read")
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
            for drug in (AZA, CZA, COL, ERV, FDC, IMR, MEM, MVB, TGC)
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
_URINARY = ("complicated_uti", "pyelonephritis")
_LIMITED = "among others, aerobic Gram-negative infections with limited options"

# One line per label: the sites it covers, and where that stands. Colistin: the US indication was not read.
_SITES: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    (
        CZA,
        US,
        ("intra_abdominal", *_URINARY, "pneumonia"),
        cite(
            "avycaz-us-2026",
            "s.1: cIAI (with metronidazole), cUTI, hospital-acquired and ventilator-associated pneumonia",
        ),
    ),
    (CZA, EU_UK, _INFECTIONS, cite("zavicefta-uk-2025", f"s.4.1: {_LIMITED}")),
    (
        FDC,
        US,
        (*_URINARY, "pneumonia"),
        cite("fetroja-us-2026", "s.1: cUTI, hospital-acquired and ventilator-associated pneumonia"),
    ),
    (FDC, EU_UK, _INFECTIONS, cite("fetcroja-uk-2026", "s.4.1: aerobic Gram-negative infections with limited options")),
    (
        AZA,
        US,
        ("intra_abdominal",),
        cite("emblaveo-us-2026", "s.1.1: cIAI only, with metronidazole, with limited or no options"),
    ),
    (AZA, EU_UK, _INFECTIONS, cite("emblaveo-uk-2026", f"s.4.1: {_LIMITED}")),
    (MVB, US, _URINARY, cite("vabomere-us", "s.1: cUTI, pyelonephritis included")),
    (MVB, EU_UK, _INFECTIONS, cite("vaborem-eu", f"s.4.1: {_LIMITED}")),
    (
        IMR,
        US,
        ("pneumonia", "intra_abdominal", *_URINARY),
        cite("recarbrio-us", "s.1: HABP/VABP; cIAI and cUTI with limited options"),
    ),
    (IMR, EU_UK, _INFECTIONS, cite("recarbrio-eu", f"s.4.1: {_LIMITED}")),
    (MEM, US, ("skin_soft_tissue", "intra_abdominal"), cite("meropenem-us-2026", "s.1, adults: cSSSI, cIAI")),
    (
        MEM,
        EU_UK,
        ("pneumonia", *_URINARY, "intra_abdominal", "skin_soft_tissue", "cns", "bloodstream"),
        cite(
            "meronem-uk-2026",
            "s.4.1: among others severe pneumonia, cUTI, cIAI, cSSTI, meningitis, bacteraemia with these",
        ),
    ),
    (
        TGC,
        US,
        ("skin_soft_tissue", "intra_abdominal"),
        cite("tigecycline-us-2026", "s.1: cSSSI, cIAI; not hospital-acquired pneumonia"),
    ),
    (TGC, EU_UK, ("skin_soft_tissue", "intra_abdominal"), cite("tigecycline-uk-2026", "s.4.1: cSSTI, cIAI")),
    (ERV, US, ("intra_abdominal",), cite("xerava-us", "s.1: cIAI; not cUTI")),
    (ERV, EU_UK, ("intra_abdominal",), cite("xerava-uk-2023", "s.4.1: cIAI")),
)

INDICATIONS = Table(
    "indications",
    "sites a label covers",
    "Indication",
    tuple(
        Row(
            f"{drug}-{label.lower().replace('/', '-')}-{site.replace('_', '-')}",
            (drug, label, site),
            f"the {label} label of {drug} covers {SITES.values[site]}",
            source,
        )
        for drug, label, sites, source in _SITES
        for site in sites
    ),
)

INDICATIONS_READ = Table(
    "indications-read",
    "drugs whose labelled indications were read",
    "IndicationsRead",
    tuple(
        Row(f"{drug}-indications-read", (drug,), f"the indications of {drug} were read", source)
        for drug, label, _, source in _SITES
        if label == US
    ),
)

_GAPS = (
    (
        "aztreonam-avibactam-only-on-renal-replacement",
        AZA,
        EU_UK,
        "forbidden",
        "(,15]",
        "the EU/UK label says not to use it at 15 mL/min or less unless haemodialysis or another renal replacement is begun; the US label has "
        "a dose there",
        cite("emblaveo-uk-2026", "s.4.2 table 2, footnote d"),
    ),
    (
        "meropenem-vaborbactam-by-egfr",
        MVB,
        US,
        "no_dose",
        "(,)",
        "the US label enters its table with eGFR by MDRD (mL/min/1.73 m²), not with a clearance: 4 g every 8 h over 3 h from 50, 2 g every 8 h "
        "at 30 to 49, 2 g every 12 h at 15 to 29, 1 g every 12 h below",
        cite("vabomere-us", "s.2 through Yahav et al. 2020, table 9"),
    ),
    (
        "meropenem-vaborbactam-below-40",
        MVB,
        EU_UK,
        "no_dose",
        "(,40]",
        "the EU label has reduced doses at 40 mL/min or less that were not seen",
        cite("vaborem-eu", "s.4.2 table 1 heads its doses: above 40 mL/min"),
    ),
    *(
        (
            f"imipenem-relebactam-below-15-{name}",
            IMR,
            label,
            "forbidden",
            "(,15)",
            "below 15 mL/min only if haemodialysis is begun within 48 h",
            cite("recarbrio-eu", "s.4.2 through a hospital monograph"),
        )
        for name, label in (("us", US), ("eu-uk", EU_UK))
    ),
    (
        "colistin-below-10-us",
        COL,
        US,
        "no_dose",
        "(,10)",
        "the US label prints no dose below 10 mL/min",
        cite("coly-mycin-us-2026", "table 1"),
    ),
)

LABEL_GAPS = Table(
    "label-gaps",
    "clearances off renal replacement at which a label gives no dose that could be used here",
    "LabelGap",
    tuple(
        Row(f"gap-{notice}", (drug, label, verdict, notice), text, source, band=band)
        for notice, drug, label, verdict, band, text, source in _GAPS
    ),
    quantity="Clearance",
    partial=(AZA, COL, IMR, MVB),
)

_EVERY = ("US", "EU", "UK")
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
    (
        "aztreonam-avibactam-pregnancy-us",
        AZA,
        ("US",),
        "the US label has no data in pregnant women and no contraindication",
        cite("emblaveo-us-2026", "s.8.1"),
    ),
    (
        "aztreonam-avibactam-pregnancy-eu-uk",
        AZA,
        ("EU", "UK"),
        "by the EU/UK label only if clearly indicated and the benefit outweighs the risk (while the UK label of aztreonam alone contraindicates it)",
        cite("emblaveo-uk-2026", "s.4.6"),
    ),
    (
        "meropenem-pregnancy-eu-uk",
        MEM,
        ("EU", "UK"),
        "by the EU/UK label preferably avoided, as a precaution",
        cite("meronem-uk-2026", "s.4.6"),
    ),
    (
        "meropenem-vaborbactam-pregnancy-eu-uk",
        MVB,
        ("EU", "UK"),
        "by the EU leaflet not to be given in pregnancy, as a precaution",
        cite("vaborem-eu", "package leaflet"),
    ),
    (
        "imipenem-relebactam-pregnancy-eu-uk",
        IMR,
        ("EU", "UK"),
        "only if the benefit outweighs the risk",
        cite("recarbrio-eu", "s.4.6 through a hospital monograph"),
    ),
    (
        "meropenem-pregnancy-us",
        MEM,
        ("US",),
        "the US label has too few data in pregnant women and no contraindication",
        cite("meropenem-us-2026", "s.8.1"),
    ),
    (
        "eravacycline-pregnancy-us",
        ERV,
        ("US",),
        "the US label warns of discoloured teeth and slowed bone growth of the child (second and third trimester)",
        cite("xerava-us", "s.5.2, s.5.3"),
    ),
    (
        "tigecycline-pregnancy-us",
        TGC,
        ("US",),
        "the US label warns of risk to the fetus (teeth and bone, second and third trimester)",
        cite("tigecycline-us-2026", "s.8.1"),
    ),
    (
        "tigecycline-pregnancy-eu-uk",
        TGC,
        ("EU", "UK"),
        "by the EU/UK label not unless the woman's condition requires it",
        cite("tigecycline-uk-2026", "s.4.6"),
    ),
    (
        "eravacycline-pregnancy-eu-uk",
        ERV,
        ("EU", "UK"),
        "by the EU leaflet not recommended in pregnancy",
        cite("xerava-uk-2023", "package leaflet (EMA)"),
    ),
    (
        "colistin-pregnancy",
        COL,
        _EVERY,
        "by the labels only if the benefit outweighs the risk; it crosses the placenta",
        cite("coly-mycin-us-2026", "pregnancy; Colomycin UK 2023 s.4.6 alike"),
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

NOTICES = {
    **{notice: text for notice, _, _, text, _ in _NOTICES},
    **{notice: text for notice, _, _, _, _, text, _ in _GAPS},
}
"""What each notice says, for people."""

TABLES = (SERVES, FOREIGN, INDICATIONS, INDICATIONS_READ, LABEL_GAPS, PREGNANCY)
