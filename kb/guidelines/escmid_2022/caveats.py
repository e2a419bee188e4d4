"""How far the guideline was seen, where our reading goes beyond it, and where newer issuers rank otherwise."""

from ....facts.vocabulary import Action, GradedSeverity, InScope, Mechanism, Ranks, Recommend, Tested, Warn
from ...examples import PAIR, put_to
from ...language import Cite, Rule

GUIDELINE = "escmid-2022"
fires, silent = put_to(GUIDELINE)
KPC = {"isolate.carbapenemases": ["KPC-2"]}
NONE: dict[str, object] = {"isolate.carbapenemases": []}
CHILD = {"patient.age": 17}

RULES = (
    Rule(
        id="escmid-seen-second-hand",
        says="The guideline was seen second-hand only.",
        source=Cite(GUIDELINE, "as reported in two documents"),
        when=(InScope(),),
        then=Warn(kind="provenance", topic="second_hand"),
        because="ESCMID 2022 was seen second-hand only: what is encoded is what a table of 2022 restates with grades and what the commissioned guideline reports. "
        "Statements known from memory alone (more than one active old drug in severe infection, how severe is defined) are left out.",
        cases=(fires("NDM-1", {}), silent("child", CHILD)),
    ),
    Rule(
        id="escmid-order-is-ours",
        says="That the pair comes before cefiderocol is read from their certainty.",
        source=Cite("whyrx-rulings", "ESCMID 2022: the pair (moderate certainty) before cefiderocol (low certainty)"),
        when=(Ranks(regimen=PAIR), Ranks(regimen="cefiderocol")),
        then=Warn(kind="provenance", topic="order"),
        because="the order is our reading: ESCMID 2022 is reported to suggest both for metallo-beta-lactamases, conditionally, the pair with moderate and cefiderocol with "
        "low certainty.",
        cases=(fires("NDM-1", {}), silent("KPC", KPC)),
    ),
    Rule(
        id="escmid-newer-guidance",
        says="Newer guidance ranks the regimens for class B enzymes otherwise.",
        source=Cite("idsa-2026", "question 3.5"),
        when=(InScope(), Mechanism(value="metallo")),
        then=Warn(kind="issuers_disagree", topic="idsa_2026"),
        because="IDSA 2026 (30 July 2026, newer than this guideline; seen second-hand; no GRADE) prefers aztreonam-avibactam or cefiderocol for NDM. This guideline does "
        "not speak of aztreonam-avibactam. Side by side: whyrx compare.",
        cases=(fires("NDM-1", {}), silent("KPC", KPC)),
    ),
    Rule(
        id="escmid-active-in-vitro",
        says="Ceftazidime-avibactam and meropenem-vaborbactam are suggested if active in vitro.",
        source=Cite(GUIDELINE, "CRE, severe infection"),
        when=(Recommend(regimen="ceftazidime-avibactam"),),
        then=Warn(kind="susceptibility", topic="active_in_vitro"),
        because="ceftazidime-avibactam is suggested by ESCMID 2022 if it is active in vitro: rely on its test result.",
        cases=(fires("KPC", KPC), silent("NDM-1", {})),
    ),
    *(
        Rule(
            id=f"escmid-{regimen}-to-be-tested",
            says=f"Severe, no carbapenemase, {regimen} not tested: it is suggested if active, so it is tested.",
            source=Cite(GUIDELINE, "CRE, severe infection: if active in vitro"),
            when=(InScope(), Mechanism(value="no_carbapenemase"), GradedSeverity(value="severe")),
            unless=(Tested(regimen=regimen),),
            then=Action(kind="test", topic=regimen),
            because=f"have {regimen} tested now: ESCMID 2022 suggests it in severe infection if it is active in vitro.",
            cases=(
                fires("not tested", NONE),
                silent("tested", {**NONE, "isolate.susceptibilities": {regimen: "R"}}),
                silent("NDM-1", {}),
            ),
        )
        for regimen in ("ceftazidime-avibactam", "meropenem-vaborbactam")
    ),
)
