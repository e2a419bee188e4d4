"""The coverage table: every statement of the guideline, with the rules that encode it or the reason why there are none."""

from ...edition import CoverageRow

_ALONE = ("enzyme-found", "enzymes-not-stated", "harmless-enzymes-found", "no-enzyme-found")

COVERAGE = (
    CoverageRow(
        "S1",
        "severe NDM K. pneumoniae: the pair first, with doses; not cefiderocol alone",
        ("ndm-klebsiella-severe-pair-first", "ndm-klebsiella-severe-not-cefiderocol-first", "dose-by-clearance"),
        "the doses are rows of the labels' tables",
    ),
    CoverageRow("S2", "MBL-producing CRE: the pair first, strong, moderate", ("metallo-beta-lactamase-pair-first",)),
    CoverageRow(
        "S3",
        "why the pair works",
        (
            "pair-active-aztreonam-not-hydrolysed",
            "co-produced-enzyme-hydrolyses-aztreonam",
            "pair-rationale-aztreonam-stable",
            "pair-rationale-avibactam-protects",
        ),
        "on the sourced enzyme tables in facts/activity.py; OXA-48 is corrected by oxa-48-does-not-inactivate-aztreonam",
    ),
    CoverageRow("S4", "30-day mortality 19.2 % v 44 %", ("evidence-pair-bloodstream-mortality",)),
    CoverageRow(
        "S5",
        "cefiderocol: conditional alternative, low certainty",
        (
            "ndm-cefiderocol-alternative",
            "other-metallo-cefiderocol-alternative",
            "suspected-metallo-cefiderocol-alternative",
        ),
        "the last two are extensions and say so",
    ),
    CoverageRow(
        "S6", "CREDIBLE-CR and pooled cure", ("evidence-cefiderocol-credible-cr", "evidence-cefiderocol-pooled")
    ),
    CoverageRow(
        "S7",
        "concerns with cefiderocol",
        (
            "cefiderocol-high-mics",
            "cefiderocol-resistance-during-therapy",
            "cefiderocol-primary-resistance",
            "cefiderocol-failure-before-results",
            "cefiderocol-untested",
            "cefiderocol-untested-caution",
            "cefiderocol-retest-on-failure",
        ),
        "the re-test on failure is our addition; the NDM-5 report is marked unconfirmed",
    ),
    CoverageRow(
        "S8",
        "against cefiderocol in CRAB",
        ("crab-not-cefiderocol", "acinetobacter-resistance-missing", "cefiderocol-crab-caution-not-carried-over"),
        "fires for Acinetobacter only; that it does not carry over to Klebsiella is a deviation",
    ),
    CoverageRow(
        "S9",
        "never aztreonam alone",
        (
            *(f"ndm-never-aztreonam-alone-{name}" for name in _ALONE),
            *(f"other-metallo-never-aztreonam-alone-{name}" for name in _ALONE),
            "ndm-present-treatment-aztreonam-alone",
            "other-metallo-present-treatment-aztreonam-alone",
        ),
        "one rule for each thing that may be known of co-produced enzymes, so that no reason claims an enzyme that was not found",
    ),
    CoverageRow(
        "S10",
        "never ceftazidime-avibactam alone",
        ("ndm-never-ceftazidime-avibactam-alone", "other-metallo-never-ceftazidime-avibactam-alone"),
    ),
    CoverageRow(
        "S11",
        "do not wait for typing",
        (
            "ndm-suspected-pair-first",
            "ndm-suspected-on-other-basis-pair-first",
            "other-metallo-suspected-pair-first",
            "ndm-suspected-start-now",
            "reassess-when-typing-arrives",
            "other-metallo-suspected-start-now",
        ),
    ),
    CoverageRow("S12", "no colistin-based regimen first", ("colistin-not-first",)),
    CoverageRow(
        "S13",
        "severe MBL-CRE: the pair suggested, conditional, moderate",
        ("severe-metallo-beta-lactamase-pair-first", "grades-of-pair-differ"),
    ),
    CoverageRow("S14", "no combination with cefiderocol", ("cefiderocol-susceptible-not-combined",)),
    CoverageRow(
        "S15",
        "adjust both drugs to renal function",
        ("adjust-pair-to-renal-function", "dose-by-clearance", "dose-on-hemodialysis"),
    ),
    CoverageRow(
        "S16",
        "cefiderocol by clearance; 60 % removed by haemodialysis",
        ("dose-by-clearance", "dose-on-hemodialysis", "dose-on-crrt", "cefiderocol-after-hemodialysis"),
        "with the rows the guideline leaves out: 120 mL/min and more, and CRRT (US label)",
    ),
    CoverageRow(
        "S17",
        "source control",
        (
            "source-control-undrained-abscess",
            "source-control-infected-device",
            "source-control-necrotic-tissue",
            "source-control-reminder",
        ),
    ),
)
