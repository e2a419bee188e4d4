"""What is done beside and after the first dose: control the source, adjust, monitor, look again, stop."""

from ...facts.vocabulary import Action, Focus, FocusList, InScope, NeedsDose, Recommend, RenalRoute
from ..examples import BASE, NOT_STATED, PAIR, fires, silent
from ..language import Cite, Rule

FOCI = "infection.foci"
COLONISED = {"infection.site": "colonisation"}
HD = {"patient.renal_replacement": "intermittent_hemodialysis"}
GUIDELINE = "severe-ndm-klebsiella"


RULES = (
    *(
        Rule(
            id=f"source-control-{focus.replace('_', '-')}",
            says=f"Source control: {words}.",
            source=Cite(GUIDELINE, "S17"),
            when=(InScope(), Focus(focus=focus)),
            then=Action(kind="source_control", topic=focus),
            because=f"{words} as soon as possible: source control is mandatory and complements the antibiotics.",
            cases=(
                fires(focus, BASE, {FOCI: [focus]}),
                silent("none", BASE),
                silent("not stated", BASE, {FOCI: NOT_STATED}),
                silent("colonisation", BASE, {FOCI: [focus], **COLONISED}),
            ),
        )
        for focus, words in (
            ("undrained_abscess", "drain the abscess"),
            ("infected_device", "remove the infected device"),
            ("necrotic_tissue", "debride the necrotic tissue"),
        )
    ),
    Rule(
        id="source-control-reminder",
        says="Foci not stated: a reminder to look for them.",
        source=Cite(GUIDELINE, "S17"),
        when=(InScope(), FocusList(state="not_stated")),
        then=Action(kind="source_control", topic="look_for_focus"),
        because="nothing is stated about foci: look for an abscess, an infected device, necrotic tissue or another source, and control it. "
        "Source control is mandatory and complements the antibiotics.",
        cases=(
            fires("not stated", BASE, {FOCI: NOT_STATED}),
            silent("none", BASE),
            silent("one", BASE, {FOCI: ["infected_device"]}),
        ),
    ),
    Rule(
        id="adjust-pair-to-renal-function",
        says="Both drugs of the pair are adjusted to renal function, each by its own table.",
        source=Cite(GUIDELINE, "S15"),
        when=(Recommend(regimen=PAIR),),
        then=Action(kind="adjust", topic="renal_function"),
        because="both drugs are dosed to renal function, each by its own table, whose cut points differ (ceftazidime-avibactam 50, 30, 15, 5; "
        "aztreonam 30, 10 mL/min): look again whenever renal function changes.",
        cases=(fires("pair recommended", BASE), silent("KPC", BASE, {"isolate.carbapenemases": ["KPC-2"]})),
    ),
    Rule(
        id="cefiderocol-after-hemodialysis",
        says="Cefiderocol on haemodialysis is given straight after it, which removes about 60 %.",
        source=Cite(GUIDELINE, "S16; FETROJA (US 2026) s.2.2, s.12.3"),
        when=(NeedsDose(drug="cefiderocol"), RenalRoute(route="hemodialysis")),
        then=Action(kind="adjust", topic="cefiderocol_after_hemodialysis"),
        because="if cefiderocol is used: give it straight after haemodialysis; a session of 3 to 4 h removes about 60 % of it.",
        cases=(
            fires("haemodialysis", BASE, HD),
            silent("none", BASE),
            silent("not stated", BASE, {"patient.renal_replacement": NOT_STATED}),
        ),
    ),
)
