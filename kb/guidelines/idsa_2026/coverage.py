"""The coverage table: every question of the section on CRE, with the rules that encode it or the reason why there are none."""

from ...edition import CoverageRow

_NO_URINE = (
    "idsa-q3-7-not-tetracyclines-bloodstream",
    "idsa-q3-7-not-tetracyclines-urinary",
    "idsa-q3-7-not-tetracyclines-cystitis",
)

COVERAGE = (
    CoverageRow(
        "Q3.1-preferred",
        "cystitis: agents by mouth, or one dose of an aminoglycoside",
        ("cystitis-other-agents", "cystitis-choose-other-agent", "status-refer-to-other-agents"),
        "these agents stand outside the formulary: named in an action, not dosed",
    ),
    CoverageRow(
        "Q3.1-alternative",
        "cystitis: colistin, oral fosfomycin, gepotidacin, pivmecillinam",
        ("idsa-q3-1-colistin-s", "idsa-q3-1-colistin-i", "cystitis-choose-other-agent"),
        "colistin is ranked where it is reported S or I; the others stand outside the formulary",
    ),
    CoverageRow("Q3.1-reserved", "cystitis: the new agents are reserved", ("idsa-q3-1-new-agents-reserved",)),
    CoverageRow(
        "Q3.2-preferred",
        "pyelonephritis, cUTI: oral agents if susceptible, else the new agents by mechanism",
        (
            *(
                f"idsa-q3-2-{mechanism}-{group}{suffix}"
                for mechanism in ("metallo", "kpc", "oxa-48-like")
                for group in ("urinary", "cystitis")
                for suffix in ("", "-suspected")
            ),
            *(f"idsa-q3-2-no-carbapenemase-{group}" for group in ("urinary", "cystitis")),
            "urinary-oral-agents-first-complicated-uti",
            "urinary-oral-agents-first-pyelonephritis",
        ),
        "severe cystitis is read as complicated: our ruling",
    ),
    CoverageRow(
        "Q3.2-alternative", "pyelonephritis, cUTI: fosfomycin, aminoglycosides", (), "agents outside the formulary"
    ),
    CoverageRow(
        "Q3.3-meropenem",
        "no carbapenemase: meropenem or imipenem if susceptible",
        (
            "meropenem-usable-by-mic",
            "meropenem-usable-without-mic",
            "idsa-q3-3-meropenem-test-missing",
            "idsa-q3-3-imipenem-to-be-tested",
            "idsa-q3-3-meropenem",
            "idsa-q3-3-meropenem-conditions",
            "idsa-infusion-meropenem",
        ),
        "imipenem without relebactam stands outside the formulary",
    ),
    CoverageRow(
        "Q3.3-preferred",
        "no carbapenemase, no active carbapenem: aztreonam-avibactam, ceftazidime-avibactam, imipenem-relebactam, meropenem-vaborbactam",
        ("idsa-q3-3-preferred", "idsa-q3-3-preferred-imipenem-unknown"),
    ),
    CoverageRow(
        "Q3.3-alternative",
        "no carbapenemase: cefiderocol; tetracyclines outside blood and urine",
        ("idsa-q3-3-alternative", "idsa-q3-3-alternative-tetracyclines"),
    ),
    CoverageRow(
        "Q3.4-preferred",
        "KPC: ceftazidime-avibactam, imipenem-relebactam or meropenem-vaborbactam",
        ("idsa-q3-4-preferred", "idsa-q3-4-preferred-suspected"),
        "the slight preference of its rationale is said in the statement and not ranked",
    ),
    CoverageRow(
        "Q3.4-alternative",
        "KPC: aztreonam-avibactam, cefiderocol; tetracyclines outside blood and urine",
        (
            "idsa-q3-4-alternative",
            "idsa-q3-4-alternative-suspected",
            "idsa-q3-4-alternative-tetracyclines",
            "idsa-q3-4-alternative-tetracyclines-suspected",
        ),
    ),
    CoverageRow(
        "Q3.5-preferred",
        "NDM: aztreonam-avibactam or cefiderocol",
        ("idsa-q3-5-preferred", "idsa-q3-5-preferred-suspected", "idsa-q3-5-preferred-other-mbl"),
    ),
    CoverageRow(
        "Q3.5-alternative",
        "NDM: the pair where aztreonam-avibactam cannot be had",
        (
            "idsa-q3-5-alternative",
            "idsa-q3-5-alternative-suspected",
            "idsa-q3-5-alternative-other-mbl",
            "idsa-q3-5-alternative-otherwise-resistant",
            "idsa-q3-5-alternative-otherwise-label",
            "idsa-availability-missing",
        ),
    ),
    CoverageRow(
        "Q3.5-tetracyclines",
        "NDM: tetracyclines outside blood and urine",
        (
            "idsa-q3-5-tetracyclines-tetracyclines",
            "idsa-q3-5-tetracyclines-tetracyclines-suspected",
            "idsa-q3-5-tetracyclines-tetracyclines-other-mbl",
        ),
    ),
    CoverageRow(
        "Q3.5-not-suggested",
        "NDM: not CZA, MVB, IMR alone",
        tuple(
            f"idsa-q3-5-not-{each}{extended}"
            for extended in ("", "-other-mbl")
            for each in ("ceftazidime-avibactam", "imipenem-relebactam", "meropenem-vaborbactam")
        ),
    ),
    CoverageRow(
        "Q3.6-preferred", "OXA-48-like: ceftazidime-avibactam", ("idsa-q3-6-preferred", "idsa-q3-6-preferred-suspected")
    ),
    CoverageRow(
        "Q3.6-alternative",
        "OXA-48-like: aztreonam-avibactam, cefiderocol; tetracyclines outside blood and urine",
        (
            "idsa-q3-6-alternative",
            "idsa-q3-6-alternative-suspected",
            "idsa-q3-6-alternative-tetracyclines",
            "idsa-q3-6-alternative-tetracyclines-suspected",
        ),
    ),
    CoverageRow(
        "Q3.6-not-suggested",
        "OXA-48-like: not MVB or IMR, even if S",
        tuple(f"idsa-q3-6-not-{each}" for each in ("imipenem-relebactam", "meropenem-vaborbactam")),
    ),
    CoverageRow("Q3.7-not-suggested", "tetracyclines: not in blood or urine", _NO_URINE),
    CoverageRow("Q3.8-not-suggested", "no routine combination", ("idsa-q3-8-no-routine-combination",)),
)
