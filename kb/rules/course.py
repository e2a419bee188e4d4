"""What is done beside and after the first dose: control the source, adjust, monitor, look again, stop."""

from ...facts.atoms import V
from ...facts.vocabulary import (
    Action,
    CurrentDrug,
    Enterobacterales,
    Focus,
    FocusList,
    ForClassB,
    InScope,
    Jurisdiction,
    LabelledDuration,
    LabelServes,
    Monitoring,
    NeedsDose,
    Recommend,
    RenalRoute,
    Site,
    Target,
    TestCovers,
)
from ..examples import BASE, NOT_STATED, PAIR, fires, silent
from ..language import Cite, Rule

FOCI = "infection.foci"
ON_PAIR = {"therapy.current": ["aztreonam", "ceftazidime-avibactam"]}
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
            because=f"{words} as soon as possible: source control complements the antibiotics (the commissioned guideline calls it mandatory).",
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
        "Source control complements the antibiotics (the commissioned guideline calls it mandatory).",
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
    Rule(
        id="reassess-at-48-to-72-h",
        says="Treatment is looked at again at 48 to 72 h: narrowed, changed or stopped by what is known then.",
        source=Cite("shea-choosing-wisely", "after three days antibiotics are narrowed or stopped; 48 h: our ruling"),
        when=(InScope(), Recommend()),
        then=Action(kind="reassess", topic="48_to_72_h"),
        because="look again at 48 to 72 h (cultures, susceptibility, course, focus): go on, narrow, change or stop.",
        cases=(fires("NDM-1", BASE), silent("child", BASE, {"patient.age": 17})),
    ),
    *(
        Rule(
            id=f"de-escalate-{name}",
            says=f"Typing shows {words} alone: what was begun for a class B enzyme is changed to what the other needs.",
            source=Cite("whyrx-rulings", "de-escalation when typing shows KPC or OXA-48 alone"),
            when=(
                Enterobacterales(),
                Target(enzyme=V.enzyme, family=family, certainty="confirmed"),
                TestCovers(family="NDM"),
                ForClassB(drug=V.drug),
                CurrentDrug(drug=V.drug),
            ),
            unless=(Target(ambler="B"),),
            then=Action(kind="reassess", topic="de_escalation"),
            because="typing shows {enzyme}, the test covers NDM, and no class B enzyme was found or is suspected: {drug}, given now, is not needed for one. "
            f"De-escalate to one agent that is active against {words} and tested (a guideline for it: idsa-2026).",
            cases=(
                fires(words, BASE, {**case, **ON_PAIR}),
                silent(
                    "NDM-1 too", BASE, {"isolate.carbapenemases": ["NDM-1", *case["isolate.carbapenemases"]], **ON_PAIR}
                ),
                silent("NDM not covered", BASE, {**case, **ON_PAIR, "isolate.carbapenemases_tested_for": ["KPC"]}),
                silent(
                    "coverage not stated", BASE, {**case, **ON_PAIR, "isolate.carbapenemases_tested_for": NOT_STATED}
                ),
                silent("another drug", BASE, {**case, "therapy.current": ["ceftazidime-avibactam"]}),
                silent("not stated", BASE, {**case, "therapy.current": NOT_STATED}),
            ),
        )
        for name, family, words, case in (
            ("kpc", "KPC", "KPC", {"isolate.carbapenemases": ["KPC-2"]}),
            ("oxa-48", "OXA-48-like", "OXA-48-like", {"isolate.carbapenemases": ["OXA-48"]}),
        )
    ),
    Rule(
        id="drug-monitored",
        says="What the labels ask to be watched under each recommended drug.",
        source=Cite("labels", "warnings and adverse reactions, each row with its own place"),
        when=(NeedsDose(drug=V.drug), Monitoring(drug=V.drug, notice=V.notice)),
        then=Action(kind="monitor", topic=V.drug),
        because="{drug}: {notice}.",
        cases=(fires("NDM-1", BASE), silent("child", BASE, {"patient.age": 17})),
    ),
    Rule(
        id="labelled-duration",
        says="How long the label of the jurisdiction treats this site.",
        source=Cite("labels", "US s.2, UK s.4.2, each row with its own place"),
        when=(
            NeedsDose(drug=V.drug),
            Site(value=V.site),
            Jurisdiction(value=V.jurisdiction),
            LabelServes(jurisdiction=V.jurisdiction, drug=V.drug, label=V.label),
            LabelledDuration(drug=V.drug, label=V.label, site=V.site, notice=V.notice),
        ),
        then=Action(kind="reassess", topic=V.notice),
        because="{drug} in {site}: labelled duration ({label}) {notice}; the course decides.",
        cases=(
            fires("pneumonia, US", BASE, {"infection.site": "pneumonia"}),
            silent("bloodstream, US: none labelled", BASE),
            silent("not stated", BASE, {"infection.site": NOT_STATED}),
            silent(
                "jurisdiction not stated", BASE, {"infection.site": "pneumonia", "setting.jurisdiction": NOT_STATED}
            ),
        ),
    ),
)
