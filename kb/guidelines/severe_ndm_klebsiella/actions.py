"""What the guideline says to do beside giving drugs: start, control the source, adjust, look again."""

from ....facts.atoms import V
from ....facts.vocabulary import (
    Action,
    Confirmed,
    CurrentDrug,
    Focus,
    FocusList,
    InScope,
    NeedsDose,
    OnPair,
    OtherMetallo,
    Recommend,
    RenalRoute,
    SuspicionBasis,
    SuspicionBasisList,
    SuspicionSupported,
    Target,
)
from ...examples import BASE, NOT_STATED, PAIR, SUSPECTED, fires, silent
from ...language import Cite, Rule

GUIDELINE = "severe-ndm-klebsiella"
BASIS = "isolate.suspicion_basis"
FOCI = "infection.foci"
COLONISED = {"infection.site": "colonisation"}
VIM = {"isolate.suspected_carbapenemases": ["VIM"]}
HD = {"patient.renal_replacement": "intermittent_hemodialysis"}
VIM_FOUND = {"isolate.carbapenemases": ["VIM-2"]}
ON_AZTREONAM = {"therapy.current": ["aztreonam"]}

RULES = (
    *(
        Rule(
            id=f"suspicion-from-{basis.replace('_', '-')}",
            says=f"A suspicion from {words} is one the guideline acts on.",
            source=Cite(GUIDELINE, "S11"),
            when=(SuspicionBasis(basis=basis),),
            then=SuspicionSupported(basis=basis),
            because=f"the suspicion rests on {words}.",
            cases=(
                fires(basis, SUSPECTED, {BASIS: [basis]}),
                silent("phenotype", SUSPECTED, {BASIS: ["phenotype"]}),
                silent("not stated", SUSPECTED, {BASIS: NOT_STATED}),
            ),
        )
        for basis, words in (("epidemiology", "epidemiology"), ("rapid_molecular_test", "a rapid molecular test"))
    ),
    Rule(
        id="assume-suspicion-supported",
        says="Basis of the suspicion not stated: one that the guideline acts on is assumed, since delay is the greater danger.",
        source=Cite("whyrx-rulings", "basis of suspicion not stated"),
        when=(Target(certainty="suspected"), SuspicionBasisList(state="not_stated")),
        then=SuspicionSupported(basis="not_stated"),
        because="it is not stated what the suspicion rests on; epidemiology or a rapid test is assumed.",
        assumes=BASIS,
        cases=(
            fires("not stated", SUSPECTED, {BASIS: NOT_STATED}),
            silent("stated", SUSPECTED),
            silent("confirmed", BASE),
        ),
    ),
    Rule(
        id="ndm-suspected-start-now",
        says="NDM suspected from epidemiology or a rapid test, with an infection: start now, do not wait for complete typing.",
        source=Cite(GUIDELINE, "S11"),
        when=(
            InScope(),
            Target(enzyme=V.enzyme, family="NDM", certainty="suspected"),
            SuspicionSupported(basis=V.basis),
            Recommend(regimen=V.regimen, line="first"),
        ),
        unless=(Confirmed(),),
        then=Action(kind="start_now", topic="ndm_suspected"),
        because="{enzyme} is suspected (basis: {basis}): start {regimen} now; do not wait for complete carbapenemase typing.",
        cases=(
            fires("epidemiology", SUSPECTED),
            fires("rapid test", SUSPECTED, {BASIS: ["rapid_molecular_test"]}),
            silent("phenotype only", SUSPECTED, {BASIS: ["phenotype"]}),
            silent("colonisation", SUSPECTED, COLONISED),
            silent("confirmed", BASE),
        ),
    ),
    Rule(
        id="other-metallo-suspected-start-now",
        says="Another class B enzyme suspected, with an infection: start now; our extension.",
        source=Cite(GUIDELINE, "S11, extended to the other class B families"),
        when=(
            InScope(),
            Target(enzyme=V.enzyme, family=V.family, certainty="suspected"),
            OtherMetallo(family=V.family),
            SuspicionSupported(basis=V.basis),
            Recommend(regimen=V.regimen, line="first"),
        ),
        unless=(Confirmed(),),
        then=Action(kind="start_now", topic="other_mbl_suspected"),
        because="{enzyme} is suspected (basis: {basis}): start {regimen} now (the guideline says this of NDM, we extend it to {family}).",
        cases=(
            fires("VIM", SUSPECTED, VIM),
            silent("NDM", SUSPECTED),
            silent("colonisation", SUSPECTED, {**VIM, **COLONISED}),
        ),
    ),
    Rule(
        id="ndm-present-treatment-aztreonam-alone",
        says="NDM: present treatment with aztreonam without ceftazidime-avibactam is changed now.",
        source=Cite(GUIDELINE, "S9"),
        when=(InScope(), CurrentDrug(drug="aztreonam"), Target(enzyme=V.enzyme, family="NDM")),
        unless=(OnPair(),),
        then=Action(kind="start_now", topic="present_treatment"),
        because="present treatment: aztreonam without ceftazidime-avibactam is never to be relied on against producers of {enzyme}. Change it now.",
        cases=(
            fires("aztreonam", BASE, ON_AZTREONAM),
            silent("VIM", BASE, {**VIM_FOUND, **ON_AZTREONAM}),
            silent("the pair", BASE, {"therapy.current": ["aztreonam", "ceftazidime-avibactam"]}),
            silent("not stated", BASE, {"therapy.current": NOT_STATED}),
        ),
    ),
    Rule(
        id="other-metallo-present-treatment-aztreonam-alone",
        says="Other class B enzymes: present treatment with aztreonam without ceftazidime-avibactam is changed now; our extension.",
        source=Cite(GUIDELINE, "S9, extended by the enzyme table"),
        when=(
            InScope(),
            CurrentDrug(drug="aztreonam"),
            Target(enzyme=V.enzyme, family=V.family),
            OtherMetallo(family=V.family),
        ),
        unless=(OnPair(),),
        then=Action(kind="start_now", topic="present_treatment"),
        because="present treatment: aztreonam without ceftazidime-avibactam is never to be relied on against producers of {enzyme} (the guideline says this of "
        "NDM, we extend it to {family}). Change it now.",
        cases=(
            fires("VIM", BASE, {**VIM_FOUND, **ON_AZTREONAM}),
            silent("NDM", BASE, ON_AZTREONAM),
            silent("the pair", BASE, {**VIM_FOUND, "therapy.current": ["aztreonam", "ceftazidime-avibactam"]}),
            silent("not stated", BASE, {**VIM_FOUND, "therapy.current": NOT_STATED}),
        ),
    ),
    Rule(
        id="suspicion-on-other-basis",
        says="A suspicion on a basis that the guideline does not name for starting at once calls for a rapid test.",
        source=Cite("whyrx-rulings", "suspicion on another basis than epidemiology or a rapid test"),
        when=(InScope(), Target(enzyme=V.enzyme, certainty="suspected")),
        unless=(SuspicionSupported(), Confirmed()),
        then=Action(kind="test", topic="rapid_test"),
        because="{enzyme} is suspected on neither epidemiology nor a rapid test, the grounds that the guideline names to start at once: get a "
        "rapid molecular test now, and do not let it delay treatment of a severe infection.",
        cases=(
            fires("phenotype", SUSPECTED, {BASIS: ["phenotype"]}),
            fires("none", SUSPECTED, {BASIS: []}),
            silent("epidemiology too", SUSPECTED, {BASIS: ["epidemiology", "phenotype"]}),
            silent("not stated", SUSPECTED, {BASIS: NOT_STATED}),
        ),
    ),
    Rule(
        id="reassess-when-typing-arrives",
        says="Treatment started on suspicion is reassessed when typing arrives.",
        source=Cite(GUIDELINE, "S11; reassessment is our addition"),
        when=(InScope(), Target(enzyme=V.enzyme, certainty="suspected")),
        unless=(Confirmed(),),
        then=Action(kind="reassess", topic="typing"),
        because="reassess when typing arrives, at 48 to 72 h at the latest: confirmed, go on; ruled out (KPC or OXA-48 alone, or nothing), "
        "this advice ends and treatment is changed to what is active ({enzyme} is only suspected).",
        cases=(fires("suspected", SUSPECTED), silent("confirmed", BASE), silent("colonisation", SUSPECTED, COLONISED)),
    ),
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
