"""The coverage table: every statement that was seen reported, with its rules, or the reason why there are none."""

from ...edition import CoverageRow

COVERAGE = (
    CoverageRow(
        "E-severe-meropenem-vaborbactam",
        "severe CRE: meropenem-vaborbactam if active",
        (
            "escmid-severe-meropenem-vaborbactam-kpc",
            "escmid-severe-meropenem-vaborbactam-no-carbapenemase",
            "escmid-active-in-vitro",
        ),
        "not for OXA-48-like enzymes, against which it has no activity",
    ),
    CoverageRow(
        "E-severe-ceftazidime-avibactam",
        "severe CRE: ceftazidime-avibactam if active",
        (
            "escmid-severe-ceftazidime-avibactam-kpc",
            "escmid-severe-ceftazidime-avibactam-oxa-48-like",
            "escmid-severe-ceftazidime-avibactam-no-carbapenemase",
            "escmid-active-in-vitro",
        ),
    ),
    CoverageRow(
        "E-mbl-pair",
        "severe MBL-CRE: aztreonam with ceftazidime-avibactam",
        ("escmid-mbl-pair", "escmid-mbl-pair-suspected", "escmid-order-is-ours"),
    ),
    CoverageRow(
        "E-mbl-cefiderocol",
        "MBL or resistant to any other: cefiderocol",
        ("escmid-mbl-cefiderocol", "escmid-mbl-cefiderocol-suspected", "escmid-resistant-cefiderocol"),
        "resistant to any other drug is read as resistant to ceftazidime-avibactam and meropenem-vaborbactam",
    ),
    CoverageRow(
        "E-non-severe",
        "not severe: an older drug",
        ("escmid-non-severe-older-drugs", "escmid-choose-older-drug", "status-refer-to-other-agents"),
    ),
    CoverageRow(
        "E-urinary-aminoglycosides",
        "urinary tract: aminoglycosides",
        ("escmid-choose-older-drug",),
        "outside the formulary: named in an action",
    ),
    CoverageRow(
        "E-not-tigecycline",
        "not tigecycline in BSI, HAP/VAP",
        ("escmid-not-tigecycline-bloodstream", "escmid-not-tigecycline-pneumonia"),
        "pneumonia is not told apart into hospital-acquired and other",
    ),
    CoverageRow("E-no-combination", "no combination with cefiderocol", ("escmid-cefiderocol-not-combined",)),
    CoverageRow("E-crab", "CRAB: not cefiderocol", ("escmid-crab-not-cefiderocol",)),
)
