"""The evidence the guideline reports for its recommendations, described as its sources describe it."""

from ....facts.vocabulary import Evidence, Recommend, Site
from ...examples import BASE, NOT_STATED, PAIR, SUSPECTED, fires, silent
from ...language import Cite, Rule

KPC = {"isolate.carbapenemases": ["KPC-2"]}

RULES = (
    Rule(
        id="evidence-pair-bloodstream-mortality",
        says="Bloodstream infection with MBL producers: 30-day mortality with the pair and with other active antibiotics.",
        source=Cite("falcone-2021", "S4; numbers through IDSA 2026"),
        when=(Recommend(regimen=PAIR), Site(value="bloodstream")),
        then=Evidence(regimen=PAIR, item="bloodstream_mortality"),
        because="30-day mortality 19.2 % (10/52) with the pair against 44 % (22/50) with other active antibiotics: an observational cohort, "
        "not randomised, crude, of 102 bloodstream infections with MBL-producing Enterobacterales, 82 of them NDM (the guideline says "
        "NDM-producing K. pneumoniae only). The 56 % relative reduction is arithmetic, not a proven effect.",
        cases=(
            fires("bloodstream", BASE),
            silent("pneumonia", BASE, {"infection.site": "pneumonia"}),
            silent("not stated", BASE, {"infection.site": NOT_STATED}),
            silent("KPC", BASE, KPC),
        ),
    ),
    Rule(
        id="evidence-cefiderocol-credible-cr",
        says="Cefiderocol in MBL-producing CRE: clinical cure in CREDIBLE-CR.",
        source=Cite("bassetti-2021", "S6; 12/16 v 2/7 seen second-hand"),
        when=(Recommend(regimen="cefiderocol"),),
        then=Evidence(regimen="cefiderocol", item="credible_cr"),
        because="clinical cure 75 % (12/16) in MBL-producing CRE in CREDIBLE-CR, against 2/7 with best available therapy: very few patients.",
        cases=(fires("recommended", BASE), fires("suspected", SUSPECTED), silent("KPC", BASE, KPC)),
    ),
    Rule(
        id="evidence-cefiderocol-pooled",
        says="Cefiderocol in MBL producers: pooled cure and mortality of two trials.",
        source=Cite("timsit-2022", "S6; abstract"),
        when=(Recommend(regimen="cefiderocol"),),
        then=Evidence(regimen="cefiderocol", item="pooled_trials"),
        because="pooled over two trials in MBL-producing Gram-negatives (not CRE only): cure 70.8 % (17/24), 28-day mortality 12.5 % (3/24); "
        "comparators 4/10 and 5/10. Too few to rank on.",
        cases=(fires("recommended", BASE), silent("KPC", BASE, KPC)),
    ),
    Rule(
        id="evidence-cefiderocol-ndm-subgroups",
        says="Cefiderocol in NDM: what IDSA 2026 is reported to cite of its trials.",
        source=Cite("idsa-2026", "question 3.5; not in the guideline"),
        when=(Recommend(regimen="cefiderocol"),),
        then=Evidence(regimen="cefiderocol", item="ndm_subgroups"),
        because="NDM alone, as IDSA 2026 is reported to cite: in its trials (unnamed there; by our inference CREDIBLE-CR and APEKS-NP) cure 60 % (6/10) and 28-day survival 90 % (9/10), comparators 1/5 and "
        "2/5; in a later trial of bloodstream infection 30-day survival 50 % (8/16) against 82 % (9/11). Very few patients.",
        cases=(fires("recommended", BASE), silent("KPC", BASE, KPC)),
    ),
)
