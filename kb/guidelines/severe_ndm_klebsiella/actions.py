"""What the guideline says to do beside giving drugs: start, do not wait, change what cannot work."""

from ....facts.atoms import V
from ....facts.vocabulary import (
    Action,
    CurrentDrug,
    InScope,
    OnPair,
    OtherMetallo,
    Recommend,
    SuspicionBasis,
    SuspicionBasisList,
    SuspicionSupported,
    Target,
)
from ...examples import BASE, NOT_STATED, SUSPECTED, fires, silent
from ...language import Cite, Rule

GUIDELINE = "severe-ndm-klebsiella"
CONFIRMED = Target(ambler="B", certainty="confirmed")
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
        when=(Target(ambler="B", certainty="suspected"), SuspicionBasisList(state="not_stated")),
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
        unless=(CONFIRMED,),
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
        unless=(CONFIRMED,),
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
        when=(InScope(), Target(enzyme=V.enzyme, ambler="B", certainty="suspected")),
        unless=(SuspicionSupported(), CONFIRMED),
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
        when=(InScope(), Target(enzyme=V.enzyme, ambler="B", certainty="suspected")),
        unless=(CONFIRMED,),
        then=Action(kind="reassess", topic="typing"),
        because="reassess when typing arrives, at 48 to 72 h at the latest: confirmed, go on; ruled out (KPC or OXA-48 alone, or nothing), "
        "this advice ends and treatment is changed to what is active ({enzyme} is only suspected).",
        cases=(fires("suspected", SUSPECTED), silent("confirmed", BASE), silent("colonisation", SUSPECTED, COLONISED)),
    ),
)
