"""Where the guideline is imprecise, contradicted or unconfirmed: the rule follows it, and a warning says what others say."""

from ....facts.atoms import V
from ....facts.vocabulary import (
    Action,
    CarbapenemaseFound,
    CurrentDrug,
    Enzyme,
    Indication,
    IndicationsRead,
    InfectionSite,
    InScope,
    Jurisdiction,
    Labelled,
    LabelServes,
    NeedsDose,
    PreviousDrug,
    Ranks,
    Recommend,
    Site,
    Target,
    Warn,
)
from ...examples import BASE, NOT_STATED, PAIR, SUSPECTED, fires, silent
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
            Target(enzyme=V.target),
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
        "high_mics",
        "High cefiderocol MICs occur in NDM producers.",
        "cefiderocol: some NDM producers have high MICs (susceptible by EUCAST 50.3 % of 577 MBL producers, ATLAS 2021–22; about 85 % of NDM in the "
        "US, IDSA 2026 second-hand).",
        "S7; ATLAS 2021-22 (abstract) and IDSA 2026 (second-hand) beside it",
    ),
    _caution(
        "resistance_during_therapy",
        "Resistance to cefiderocol can emerge during therapy; the guideline's own example is unconfirmed.",
        "cefiderocol: resistance can emerge during therapy. UNCONFIRMED: the guideline's example (NDM-5 K. pneumoniae, 32 days, cirA and fiu) was "
        "not found; the nearest is a series with VIM (2 of 5 patients within 3 weeks, PMC10989021).",
        "S7",
    ),
    _caution(
        "primary_resistance",
        "Primary resistance to cefiderocol occurs in NDM producers never exposed to it.",
        "cefiderocol: primary resistance without exposure occurs in NDM producers (21 of 52 isolates, Florence 2021–22; two patients, MIC 32 and "
        "> 256 mg/L, China 2022).",
        "S7; Euro Surveill 2022;27(43); Microbiol Spectr 2022;10:e00084-22",
    ),
    _caution(
        "failure_before_results",
        "Cefiderocol has failed before its susceptibility was known.",
        "cefiderocol: the guideline reports failures before susceptibility results were available; the report itself was not traced.",
        "S7",
    ),
    _caution(
        "mortality_warning",
        "The US label of cefiderocol warns of higher mortality in its trial of carbapenem-resistant infections.",
        "cefiderocol, US label warning: 28-day mortality 25/101 (24.8 %) against 9/49 (18.4 %) with best available therapy in carbapenem-resistant "
        "infections (CREDIBLE-CR).",
        "s.5.1",
        "fetroja-us-2026",
    ),
    _caution(
        "crab_caution_not_carried_over",
        "The advice against cefiderocol in Acinetobacter does not carry over to Klebsiella.",
        "the guideline takes ESCMID's advice against cefiderocol in carbapenem-resistant Acinetobacter as a reason for caution; it concerns another "
        "organism, and we do not carry it over (a deviation).",
        "S8",
        kind="provenance",
    ),
    Rule(
        id="cefiderocol-retest-on-failure",
        says="If cefiderocol is used and fails, test again: our addition.",
        source=Cite("whyrx-rulings", "re-test on failure"),
        when=(Recommend(regimen="cefiderocol"),),
        then=Action(kind="reassess", topic="cefiderocol_failure"),
        because="if cefiderocol is used and the patient does not improve: culture again and test cefiderocol again (our addition, since resistance "
        "emerges during therapy).",
        cases=(fires("alternative", BASE), silent("resistant", BASE, RESISTANT)),
    ),
    *(
        Rule(
            id=f"cefiderocol-exposure-{name}",
            says=f"Cefiderocol was given {words}: test it again.",
            source=Cite("whyrx-rulings", "re-test on failure"),
            when=(Recommend(regimen="cefiderocol"), condition),
            then=Action(kind="test", topic="cefiderocol_exposure"),
            because=f"cefiderocol was given {words}: test the present isolate again before relying on it, unless its result is from after that (our "
            "addition).",
            cases=(
                fires(name, BASE, {path: ["cefiderocol"]}),
                silent("not given", BASE),
                silent("not stated", BASE, {path: NOT_STATED}),
            ),
        )
        for name, path, words, condition in (
            ("current", "therapy.current", "up to now", CurrentDrug(drug="cefiderocol")),
            ("previous", "therapy.previous", "before", PreviousDrug(drug="cefiderocol")),
        )
    ),
    Rule(
        id="site-labelled",
        says="The label of the jurisdiction covers this site of infection.",
        source=Cite("labels", "US s.1, UK s.4.1"),
        when=(
            Site(value=V.site),
            Jurisdiction(value=V.jurisdiction),
            LabelServes(jurisdiction=V.jurisdiction, drug=V.drug, label=V.label),
            Indication(drug=V.drug, label=V.label, site=V.site),
        ),
        then=Labelled(drug=V.drug),
        because="the {label} label of {drug} covers {site}.",
        cases=(
            fires("pneumonia, US", BASE, {"infection.site": "pneumonia"}),
            silent("bone, US", BASE, {"infection.site": "bone_joint"}),
            silent("jurisdiction not stated", BASE, {"setting.jurisdiction": NOT_STATED}),
        ),
    ),
    Rule(
        id="site-off-label",
        says="The label of the jurisdiction does not cover this site of infection: off-label use is said.",
        source=Cite("labels", "US s.1, UK s.4.1"),
        when=(
            NeedsDose(drug=V.drug),
            IndicationsRead(drug=V.drug),
            Site(value=V.site),
            InfectionSite(site=V.site),
            Jurisdiction(value=V.jurisdiction),
            LabelServes(jurisdiction=V.jurisdiction, drug=V.drug, label=V.label),
        ),
        unless=(Labelled(drug=V.drug),),
        then=Warn(kind="off_label", topic=V.drug),
        because="{drug} for {site}: off-label under the {label} label.",
        cases=(
            fires("bloodstream, US", BASE),
            silent("bloodstream, EU", BASE, {"setting.jurisdiction": "EU"}),
            silent("pneumonia, US", BASE, {"infection.site": "pneumonia"}),
            silent("site not stated", BASE, {"infection.site": NOT_STATED}),
            silent("jurisdiction not stated", BASE, {"setting.jurisdiction": NOT_STATED}),
        ),
    ),
)
