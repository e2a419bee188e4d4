"""What the guidance states on CRE, question by question, in our own words and in its own terms: it grades nothing."""

from ...edition import NO_CERTAINTY, Statement
from ...language import Cite

GUIDELINE = "idsa-2026"
SEEN = "seen second-hand in several public extractions that agree; IDSA does not use GRADE"
ONE = "seen second-hand in one public extraction; IDSA does not use GRADE"

PREFERRED, ALTERNATIVE, NOT_SUGGESTED = "preferred", "alternative", "not suggested"


def _statement(name: str, question: str, term: str, population: str, says: str, attribution: str = SEEN) -> Statement:
    return Statement(
        id=name,
        says=says,
        source=Cite(GUIDELINE, f"question {question}"),
        population=population,
        strength=term,
        certainty=NO_CERTAINTY,
        graded_by=GUIDELINE,
        attribution=attribution,
    )


def _suspected(name: str, question: str, what: str) -> Statement:
    return Statement(
        id=f"{name}-suspected",
        says=f"{what}, while the carbapenemase is only suspected: our extension of {name}.",
        source=Cite(GUIDELINE, f"question {question}, extended from confirmed to suspected"),
        population="infection with Enterobacterales suspected to produce the carbapenemase",
        extends=name,
    )


def _other_metallo(name: str, what: str) -> Statement:
    return Statement(
        id=f"{name}-other-mbl",
        says=f"{what} for other metallo-beta-lactamases than NDM: our extension of {name}.",
        source=Cite(GUIDELINE, "question 3.5, extended from NDM to the other class B families"),
        population="invasive infection with CRE that produce VIM, IMP or another class B enzyme",
        extends=name,
    )


_UTI = "pyelonephritis or complicated urinary tract infection with CRE"
_NONE = "invasive infection with CRE without a carbapenemase"
_KPC = "invasive infection with KPC-producing CRE"
_NDM = "invasive infection with NDM-producing CRE"
_OXA = "invasive infection with OXA-48-like-producing CRE"
_TETRACYCLINES = "eravacycline or tigecycline as alternatives, not for bloodstream or urinary tract infection"

STATEMENTS = (
    _statement(
        "Q3.1-preferred",
        "3.1",
        PREFERRED,
        "uncomplicated cystitis with CRE",
        "Cystitis: ciprofloxacin, levofloxacin, nitrofurantoin, trimethoprim-sulfamethoxazole or a single dose of an aminoglycoside, by susceptibility.",
    ),
    _statement(
        "Q3.1-alternative",
        "3.1",
        ALTERNATIVE,
        "uncomplicated cystitis with CRE",
        "Cystitis: colistin, fosfomycin by mouth (E. coli only), gepotidacin or pivmecillinam as alternatives.",
    ),
    Statement(
        id="Q3.1-reserved",
        says="Cystitis: the new intravenous agents are active but reserved for invasive infection.",
        source=Cite(GUIDELINE, "question 3.1"),
        population="uncomplicated cystitis with CRE",
    ),
    _statement(
        "Q3.2-preferred",
        "3.2",
        PREFERRED,
        _UTI,
        "Pyelonephritis, cUTI: ciprofloxacin, levofloxacin or trimethoprim-sulfamethoxazole if susceptible; else aztreonam-avibactam, cefiderocol, "
        "ceftazidime-avibactam, imipenem-relebactam or meropenem-vaborbactam, as the mechanism allows.",
    ),
    _statement(
        "Q3.2-alternative",
        "3.2",
        ALTERNATIVE,
        _UTI,
        "Pyelonephritis, cUTI: intravenous fosfomycin after testing, or a once-daily aminoglycoside, as alternatives.",
    ),
    _statement(
        "Q3.3-meropenem",
        "3.3",
        PREFERRED,
        f"{_NONE}, susceptible to meropenem and imipenem (MIC of 1 mg/L or less)",
        "No carbapenemase, meropenem and imipenem susceptible: one of them by extended infusion; if only one is, it may be considered where the "
        "patient is not critically ill and the source is controlled.",
        ONE,
    ),
    _statement(
        "Q3.3-preferred",
        "3.3",
        PREFERRED,
        f"{_NONE}, not susceptible to meropenem or imipenem",
        "No carbapenemase, no active carbapenem: aztreonam-avibactam, ceftazidime-avibactam, imipenem-relebactam or meropenem-vaborbactam.",
        ONE,
    ),
    _statement("Q3.3-alternative", "3.3", ALTERNATIVE, _NONE, f"No carbapenemase: cefiderocol; {_TETRACYCLINES}.", ONE),
    _statement(
        "Q3.4-preferred",
        "3.4",
        PREFERRED,
        _KPC,
        "KPC: ceftazidime-avibactam, imipenem-relebactam or meropenem-vaborbactam (its rationale slightly favours meropenem-vaborbactam, then "
        "ceftazidime-avibactam).",
    ),
    _statement(
        "Q3.4-alternative",
        "3.4",
        ALTERNATIVE,
        _KPC,
        f"KPC: aztreonam-avibactam or cefiderocol; {_TETRACYCLINES}.",
    ),
    _statement("Q3.5-preferred", "3.5", PREFERRED, _NDM, "NDM: aztreonam-avibactam or cefiderocol."),
    _statement(
        "Q3.5-alternative",
        "3.5",
        ALTERNATIVE,
        _NDM,
        "NDM: ceftazidime-avibactam plus aztreonam where aztreonam-avibactam cannot be had.",
    ),
    _statement("Q3.5-tetracyclines", "3.5", ALTERNATIVE, _NDM, f"NDM: {_TETRACYCLINES}."),
    _statement(
        "Q3.5-not-suggested",
        "3.5",
        NOT_SUGGESTED,
        _NDM,
        "NDM: not ceftazidime-avibactam, meropenem-vaborbactam or imipenem-relebactam alone.",
    ),
    _statement("Q3.6-preferred", "3.6", PREFERRED, _OXA, "OXA-48-like: ceftazidime-avibactam."),
    _statement(
        "Q3.6-alternative",
        "3.6",
        ALTERNATIVE,
        _OXA,
        f"OXA-48-like: aztreonam-avibactam or cefiderocol; {_TETRACYCLINES}.",
    ),
    _statement(
        "Q3.6-not-suggested",
        "3.6",
        NOT_SUGGESTED,
        _OXA,
        "OXA-48-like: not meropenem-vaborbactam or imipenem-relebactam, even if reported susceptible.",
        ONE,
    ),
    _statement(
        "Q3.7-not-suggested",
        "3.7",
        NOT_SUGGESTED,
        "bloodstream or urinary tract infection with CRE",
        "Tetracyclines: not for bloodstream or urinary tract infection.",
    ),
    _statement(
        "Q3.8-not-suggested",
        "3.8",
        NOT_SUGGESTED,
        "CRE infection with an active beta-lactam",
        "Combination: no second agent as a routine once an active beta-lactam is identified.",
        ONE,
    ),
    Statement(
        id="Q3.3-preferred-imipenem-unknown",
        says="No carbapenemase, meropenem susceptible and imipenem unknown: the new agents as alternatives: our extension of Q3.3-preferred.",
        source=Cite(GUIDELINE, "question 3.3, where it is not known whether imipenem is susceptible too"),
        population="invasive infection with CRE without a carbapenemase, susceptible to meropenem",
        extends="Q3.3-preferred",
    ),
    Statement(
        id="Q3.5-alternative-otherwise",
        says="Ceftazidime-avibactam plus aztreonam, tested susceptible, where aztreonam-avibactam is out for another reason than supply: our "
        "extension of Q3.5-alternative.",
        source=Cite(GUIDELINE, "question 3.5, extended from unavailable to otherwise out"),
        population="invasive infection with MBL-producing CRE that the pair is reported susceptible to",
        extends="Q3.5-alternative",
    ),
    _suspected("Q3.2-preferred", "3.2", "The agents for pyelonephritis and cUTI"),
    _suspected("Q3.4-preferred", "3.4", "The agents preferred for KPC"),
    _suspected("Q3.4-alternative", "3.4", "The alternatives for KPC"),
    _suspected("Q3.5-preferred", "3.5", "Aztreonam-avibactam or cefiderocol"),
    _suspected(
        "Q3.5-alternative", "3.5", "Ceftazidime-avibactam plus aztreonam where aztreonam-avibactam cannot be had"
    ),
    _suspected("Q3.5-tetracyclines", "3.5", "The tetracyclines for NDM"),
    _suspected("Q3.6-preferred", "3.6", "Ceftazidime-avibactam for OXA-48-like enzymes"),
    _suspected("Q3.6-alternative", "3.6", "The alternatives for OXA-48-like enzymes"),
    _other_metallo("Q3.5-preferred", "Aztreonam-avibactam or cefiderocol"),
    _other_metallo("Q3.5-alternative", "Ceftazidime-avibactam plus aztreonam where aztreonam-avibactam cannot be had"),
    _other_metallo("Q3.5-tetracyclines", "The tetracyclines"),
    _other_metallo(
        "Q3.5-not-suggested", "Not ceftazidime-avibactam, meropenem-vaborbactam or imipenem-relebactam alone"
    ),
)
