"""Whom the guideline speaks of beyond what every guideline on CRE covers: infections that are not severe."""

from ....facts.vocabulary import Action, GradedSeverity, InScope, PrefersOthers
from ...examples import put_to
from ...language import Cite, Rule
from .. import cre

GUIDELINE = "escmid-2022"
fires, silent = put_to(GUIDELINE)
NON_SEVERE = {"infection.severity": "non_severe"}

LABELS = {
    **cre.LABELS,
    "Status.reason": {"other_agents": "the guideline prefers older drugs that this formulary does not hold"},
    "PrefersOthers.reason": {
        "other_agents": "the infection is not severe: ESCMID 2022 is reported to prefer an older drug, chosen by susceptibility and site of infection; "
        "none is ranked here.",
    },
}

RULES = (
    *cre.RULES,
    Rule(
        id="escmid-non-severe-older-drugs",
        says="An infection that is not severe: an older drug, by susceptibility and site.",
        source=Cite(GUIDELINE, "CRE, not severe"),
        when=(InScope(), GradedSeverity(value="non_severe")),
        then=PrefersOthers(reason="other_agents"),
        because="the infection is not severe: an older drug is preferred.",
        cases=(
            fires("non-severe", NON_SEVERE),
            silent("severe", {}),
            silent("child", {**NON_SEVERE, "patient.age": 17}),
        ),
    ),
    Rule(
        id="escmid-choose-older-drug",
        says="An infection that is not severe: choose an older drug that is active, with infection specialists.",
        source=Cite(GUIDELINE, "CRE, not severe; urinary tract infection: aminoglycosides (conditional, low)"),
        when=(InScope(), PrefersOthers()),
        then=Action(kind="refer", topic="older_drug"),
        because="choose, with infection specialists, an older drug to which the isolate is susceptible and that reaches the site (urinary tract: an "
        "aminoglycoside; conditional, low). If the infection becomes severe, ask again.",
        cases=(fires("non-severe", NON_SEVERE), silent("severe", {})),
    ),
)
