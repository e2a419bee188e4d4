"""What is watched under each drug, how long labels treat, and where kidneys clear more than labels provide for."""

from ..edition import Row, Table
from ..sources import cite
from .dose_rows import ATM, AZA, COL, CZA, ERV, EU_UK, FDC, IMR, MEM, MVB, TGC, US

_WATCHED = (
    (
        CZA,
        "neurotoxicity",
        "watch for confusion, myoclonus and seizures, above all with impaired kidneys: reduce the dose with the clearance",
        cite("avycaz-us-2026", "s.5.4"),
    ),
    (
        CZA,
        "haemolysis",
        "investigate an anaemia for haemolysis (direct Coombs test positive in 3.2 to 20.8 %)",
        cite("zavicefta-uk-2025", "warnings and undesirable effects"),
    ),
    (
        ATM,
        "coagulation",
        "check INR or prothrombin time if the patient takes an oral anticoagulant",
        cite("emblaveo-uk-2026", "s.4.4, of aztreonam with avibactam; the aztreonam label's own warning was not read"),
    ),
    (
        AZA,
        "coagulation",
        "check INR or prothrombin time if the patient takes an oral anticoagulant",
        cite("emblaveo-uk-2026", "s.4.4"),
    ),
    (
        AZA,
        "blood-count-and-potassium",
        "check the blood count (anaemia in 8 %) and potassium (low in 5.8 %)",
        cite("emblaveo-us-2026", "adverse reactions"),
    ),
    (
        FDC,
        "electrolytes",
        "check potassium and magnesium (potassium low in 11 % in pneumonia, magnesium in 5 %); dipsticks may show protein, ketones or blood falsely",
        cite("fetroja-us-2026", "adverse reactions and laboratory interference"),
    ),
    (
        COL,
        "kidneys-and-nerves",
        "check creatinine at the start and regularly in every patient; watch for paraesthesia, weakness and apnoea; keep aminoglycosides and neuromuscular "
        "blockers away",
        cite("colomycin-uk-2023", "s.4.4"),
    ),
    (
        TGC,
        "coagulation-and-liver",
        "check coagulation with fibrinogen before and during treatment; watch liver tests and for pancreatitis",
        f"{cite('tigecycline-us-2026', 's.5.6')}; {cite('tigecycline-uk-2026', 's.4.4')}",
    ),
    (
        MEM,
        "liver-and-valproate",
        "watch liver tests; not together with valproate, whose level falls",
        f"{cite('meronem-uk-2026', 's.4.4, s.4.5')}; {cite('meropenem-us-2026', 's.5')}",
    ),
    (
        IMR,
        "liver-and-seizures",
        "watch liver tests and for seizures; not together with valproate, whose level falls",
        f"{cite('recarbrio-eu', 's.4.4')}; {cite('recarbrio-us', 's.5.3')}",
    ),
    (MVB, "liver-and-blood", "watch liver tests and the blood count", cite("vaborem-eu", "package leaflet")),
    *(
        (drug, "probenecid", "not together with probenecid", cite(document, place))
        for drug, document, place in ((AZA, "emblaveo-us-2026", "s.7.1"), (CZA, "avycaz-us-2026", "s.7"))
    ),
    *(
        (
            drug,
            "clostridioides",
            "think of C. difficile in diarrhoea, up to two months and more after treatment",
            cite("labels", "US s.5, UK s.4.4"),
        )
        for drug in (AZA, CZA, FDC)
    ),
)

MONITORING = Table(
    "monitoring",
    "what is watched under each drug",
    "Monitoring",
    tuple(
        Row(f"watch-{drug}-{name}", (drug, f"watch-{drug}-{name}"), f"{drug}: {text}", source)
        for drug, name, text, source in _WATCHED
    ),
)

_URINARY = ("complicated_uti", "pyelonephritis")
_DAYS = (
    (CZA, US, ("intra_abdominal",), "5 to 14 days, with metronidazole", cite("avycaz-us-2026", "s.2.1 table 1")),
    (CZA, US, (*_URINARY, "pneumonia"), "7 to 14 days", cite("avycaz-us-2026", "s.2.1 table 1")),
    (CZA, EU_UK, _URINARY, "5 to 10 days", cite("zavicefta-uk-2025", "s.4.2 table 1")),
    (
        CZA,
        EU_UK,
        ("intra_abdominal",),
        "5 to 14 days, with metronidazole where anaerobes are known or suspected",
        cite("zavicefta-uk-2025", "s.4.2 table 1"),
    ),
    (CZA, EU_UK, ("pneumonia",), "7 to 14 days", cite("zavicefta-uk-2025", "s.4.2 table 1")),
    (CZA, EU_UK, ("bloodstream",), "by the site that it comes from", cite("zavicefta-uk-2025", "s.4.2 table 1")),
    (
        CZA,
        EU_UK,
        ("skin_soft_tissue", "bone_joint", "cystitis", "other"),
        "by severity, pathogen and course, with very little experience beyond 14 days",
        cite("zavicefta-uk-2025", "s.4.2 table 1, limited treatment options"),
    ),
    (FDC, US, (*_URINARY, "pneumonia"), "7 to 14 days", cite("fetroja-us-2026", "s.2.1")),
    (FDC, EU_UK, (*_URINARY, "intra_abdominal"), "5 to 10 days", cite("fetcroja-uk-2026", "s.4.2")),
    (FDC, EU_UK, ("pneumonia",), "7 to 14 days, up to 21 may be required", cite("fetcroja-uk-2026", "s.4.2")),
    (
        FDC,
        EU_UK,
        ("bloodstream", "skin_soft_tissue", "bone_joint", "cystitis", "other"),
        "by the site of infection, up to 21 days may be required",
        cite("fetcroja-uk-2026", "s.4.2 table 1"),
    ),
    (AZA, US, ("intra_abdominal",), "5 to 14 days", cite("emblaveo-us-2026", "s.2.1")),
    (AZA, EU_UK, ("intra_abdominal", *_URINARY), "5 to 10 days", cite("emblaveo-uk-2026", "s.4.2 table 1")),
    (AZA, EU_UK, ("pneumonia",), "7 to 14 days", cite("emblaveo-uk-2026", "s.4.2 table 1")),
    (
        AZA,
        EU_UK,
        ("bloodstream", "skin_soft_tissue", "bone_joint", "cystitis", "other"),
        "by site, up to 14 days",
        cite("emblaveo-uk-2026", "s.4.2 table 1, limited treatment options"),
    ),
    (IMR, EU_UK, ("pneumonia",), "7 to 14 days", cite("recarbrio-eu", "s.4.2 table 1")),
    *(
        (TGC, label, ("skin_soft_tissue", "intra_abdominal"), "5 to 14 days", cite(document, place))
        for label, document, place in ((US, "tigecycline-us-2026", "s.2.1"), (EU_UK, "tigecycline-uk-2026", "s.4.2"))
    ),
    *(
        (ERV, label, ("intra_abdominal",), "4 to 14 days", cite(document, place))
        for label, document, place in ((US, "xerava-us", "s.2.1"), (EU_UK, "xerava-uk-2023", "s.4.2"))
    ),
)


def _duration(drug: str, label: str, site: str) -> str:
    return f"duration-{drug}-{label.lower().replace('/', '-')}-{site.replace('_', '-')}"


DURATIONS = Table(
    "labelled-durations",
    "how long a label treats an infection at a site",
    "LabelledDuration",
    tuple(
        Row(name, (drug, label, site, name), f"{drug}, {label} label, {site.replace('_', ' ')}: {days}", source)
        for drug, label, sites, days, source in _DAYS
        for site in sites
        for name in (_duration(drug, label, site),)
    ),
)

AUGMENTED = Table(
    "augmented-clearance",
    "clearances of 120 mL/min and more, for which cefiderocol alone has a labelled dose",
    "AugmentedClearance",
    tuple(
        Row(
            f"augmented-{drug}",
            (drug,),
            f"{drug}: no labelled dose above the usual one at 120 mL/min or more",
            cite("fetroja-us-2026", "s.2.1: 120 mL/min or more; no such row in the other labels"),
            band="[120,)",
        )
        for drug in (ATM, AZA, CZA, IMR, MEM, MVB)
    ),
    quantity="Clearance",
)

FOR_CLASS_B = Table(
    "for-class-b",
    "drugs begun for class B carbapenemases above all, to be changed where there is none",
    "ForClassB",
    tuple(
        Row(f"{drug}-for-class-b", (drug,), f"{drug} is begun for class B carbapenemases", cite(document, place))
        for drug, document, place in (
            (ATM, "severe-ndm-klebsiella", "S3: with ceftazidime-avibactam"),
            (AZA, "idsa-2026", "questions 3.4 to 3.6: preferred for NDM, alternative for KPC and OXA-48-like"),
            (FDC, "idsa-2026", "questions 3.4 to 3.6: preferred for NDM, alternative for KPC and OXA-48-like"),
        )
    ),
)

NOT_IF_INTERMEDIATE = Table(
    "not-if-intermediate",
    "drugs that are not offered if reported intermediate; colistin has no category S by CLSI, meropenem is used if S only",
    "NotIfIntermediate",
    tuple(
        Row(
            f"{drug}-not-if-intermediate",
            (drug,),
            f"{drug} reported intermediate is not offered",
            cite("whyrx-rulings", "reported intermediate: not offered, as cefiderocol"),
        )
        for drug in (AZA, CZA, ERV, IMR, MVB, TGC)
    ),
)

TESTED_ALONE = Table(
    "tested-alone",
    "drugs of which an ordinary susceptibility test tells, other than those with rules of their own",
    "TestedAlone",
    tuple(
        Row(
            f"{drug}-tested-alone",
            (drug,),
            f"{drug} is tested alone",
            cite("whyrx-rulings", "not tested is neither susceptible nor resistant"),
        )
        for drug in (AZA, COL, CZA, ERV, IMR, MEM, MVB, TGC)
    ),
)

NOTICES = {
    **{f"watch-{drug}-{name}": text for drug, name, text, _ in _WATCHED},
    **{_duration(drug, label, site): days for drug, label, sites, days, _ in _DAYS for site in sites},
}
"""What each notice says, for people."""

TABLES = (MONITORING, DURATIONS, AUGMENTED, FOR_CLASS_B, NOT_IF_INTERMEDIATE, TESTED_ALONE)
