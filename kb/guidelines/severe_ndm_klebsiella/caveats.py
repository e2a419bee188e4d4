"""Where the guideline is imprecise, contradicted or unconfirmed: the rule follows it, and a warning says what others say."""

from ....facts.atoms import V
from ....facts.vocabulary import CarbapenemaseFound, Enzyme, InScope, Ranks, Recommend, Target, Warn
from ...examples import BASE, PAIR, SUSPECTED, fires, silent
from ...language import Cite, Rule

GUIDELINE = "severe-ndm-klebsiella"
KPC = {"isolate.carbapenemases": ["KPC-2"]}
RESISTANT = {"isolate.susceptibilities": {"cefiderocol": "R"}}


def _caution(name: str, says: str, because: str, place: str, document: str = GUIDELINE, kind: str = "safety") -> Rule:
    """A concern about cefiderocol, said wherever it is recommended."""
    return Rule(
        id=f"cefiderocol-{name.replace('_', '-')}",
        says=says,
        source=Cite(document, place),
        when=(Recommend(regimen="cefiderocol"),),
        then=Warn(kind=kind, topic=f"cefiderocol_{name}"),
        because=because,
        cases=(fires("alternative", BASE), silent("resistant: not offered", BASE, RESISTANT), silent("KPC", BASE, KPC)),
    )


RULES = (
    Rule(
        id="guideline-pending-review",
        says="The guideline is an online summary that its publisher marks as pending review.",
        source=Cite(GUIDELINE, "banner of the page, updated 4 February 2026"),
        when=(InScope(),),
        then=Warn(kind="provenance", topic="pending_review"),
        because="this guideline is an online clinical summary of February 2026 that its publisher marks as pending human review; it cites its "
        "sources by number only, and which they are is our attribution.",
        cases=(fires("in scope", BASE), silent("KPC", BASE, KPC)),
    ),
    Rule(
        id="idsa-2026-ranks-otherwise",
        says="IDSA 2026 prefers other regimens for NDM.",
        source=Cite("idsa-2026", "question 3.5"),
        when=(InScope(),),
        then=Warn(kind="issuers_disagree", topic="idsa_2026"),
        because="IDSA 2026 (30 July 2026, newer than this guideline; seen second-hand; no GRADE) prefers aztreonam-avibactam or cefiderocol for invasive "
        "NDM infection and gives ceftazidime-avibactam plus aztreonam only where aztreonam-avibactam cannot be had. This guideline does not mention "
        "aztreonam-avibactam: ask whether it can be had, is licensed for this infection and suits this patient's allergies.",
        cases=(
            fires("pair first", BASE),
            fires("pair out", BASE, {"setting.unavailable": ["aztreonam"]}),
            silent("KPC", BASE, KPC),
        ),
    ),
    Rule(
        id="grades-of-pair-differ",
        says="The two grades of the pair come from two issuers and differ.",
        source=Cite(GUIDELINE, "S2 against S13"),
        when=(Ranks(regimen=PAIR, statement="S2"), Ranks(regimen=PAIR, statement="S13"), Recommend(regimen=PAIR)),
        then=Warn(kind="issuers_disagree", topic="grades_of_pair"),
        because="the pair carries two grades from two issuers: strong, moderate (attributed to the Italian societies 2022) and conditional, "
        "moderate (attributed to ESCMID 2022). They are kept apart.",
        cases=(
            fires("severe", BASE),
            silent("non-severe", BASE, {"infection.severity": "non_severe"}),
            silent("suspected", SUSPECTED),
        ),
    ),
    Rule(
        id="oxa-48-does-not-inactivate-aztreonam",
        says="The guideline says OXA-48 inactivates aztreonam; by the enzyme table it hardly does.",
        source=Cite("whyrx-rulings", "OXA-48 and aztreonam (from memory, for expert review)"),
        when=(
            Target(enzyme=V.target, ambler="B"),
            CarbapenemaseFound(enzyme=V.enzyme),
            Enzyme(enzyme=V.enzyme, family="OXA-48-like"),
        ),
        then=Warn(kind="evidence", topic="oxa_48_aztreonam"),
        because="the guideline counts OXA-48 among the enzymes that inactivate aztreonam; {enzyme} itself hardly hydrolyses it (from memory, not "
        "verified). ESBL, AmpC and KPC do. The advice is the same.",
        cases=(
            fires("NDM-1 and OXA-48", BASE, {"isolate.carbapenemases": ["NDM-1", "OXA-48"]}),
            silent("NDM-1", BASE),
            silent("OXA-48 alone", BASE, {"isolate.carbapenemases": ["OXA-48"]}),
        ),
    ),
    _caution(
        "resistance_during_therapy",
        "Resistance to cefiderocol can emerge during therapy; the guideline's own example is unconfirmed.",
        "cefiderocol: resistance can emerge during therapy. UNCONFIRMED: the guideline's example (NDM-5 K. pneumoniae, 32 days, cirA and fiu) was "
        "not found; the nearest is a series with VIM (2 of 5 patients within 3 weeks, PMC10989021).",
        "S7",
    ),
    _caution(
        "failure_before_results",
        "Cefiderocol has failed before its susceptibility was known.",
        "cefiderocol: the guideline reports failures before susceptibility results were available; the report itself was not traced.",
        "S7",
    ),
    _caution(
        "crab_caution_not_carried_over",
        "The advice against cefiderocol in Acinetobacter does not carry over to Klebsiella.",
        "the guideline takes ESCMID's advice against cefiderocol in carbapenem-resistant Acinetobacter as a reason for caution; it concerns another "
        "organism, and we do not carry it over (a deviation).",
        "S8",
        kind="provenance",
    ),
)
