"""Which regimens the guideline ranks where, and on which statement."""

from ....facts.atoms import V
from ....facts.vocabulary import (
    Active,
    GradedSeverity,
    InScope,
    Organism,
    OrganismOrder,
    OtherMetallo,
    Ranks,
    SuspicionSupported,
    Target,
)
from ...examples import BASE, NOT_STATED, PAIR, SUSPECTED, fires, silent
from ...language import Cite, Rule

GUIDELINE = "severe-ndm-klebsiella"
CONFIRMED = Target(ambler="B", certainty="confirmed")
NON_SEVERE = {"infection.severity": "non_severe"}
VIM = {"isolate.carbapenemases": ["VIM-2"]}
KPC = {"isolate.carbapenemases": ["KPC-2"]}
CHILD = {"patient.age": 17}
BASIS = "isolate.suspicion_basis"

RULES = (
    Rule(
        id="ndm-klebsiella-severe-pair-first",
        says="Severe infection with NDM-producing K. pneumoniae: ceftazidime-avibactam plus aztreonam first.",
        source=Cite(GUIDELINE, "S1"),
        when=(
            InScope(),
            Organism(organism=V.organism),
            OrganismOrder(organism=V.organism, species="Klebsiella pneumoniae"),
            Target(enzyme=V.enzyme, family="NDM", certainty="confirmed"),
            GradedSeverity(value="severe"),
            Active(regimen=PAIR, enzyme=V.enzyme),
        ),
        then=Ranks(regimen=PAIR, line="first", statement="S1"),
        because="the infection is severe, and this {organism} makes {enzyme}.",
        cases=(
            fires("NDM-1, severe", BASE),
            fires("a subspecies", BASE, {"isolate.organism": "Klebsiella pneumoniae subsp. ozaenae"}),
            silent("another Klebsiella", BASE, {"isolate.organism": "Klebsiella oxytoca"}),
            silent("E. coli", BASE, {"isolate.organism": "Escherichia coli"}),
            silent("non-severe", BASE, NON_SEVERE),
            silent("VIM", BASE, VIM),
            silent("NDM only suspected", SUSPECTED),
            fires("severity not stated", BASE, {"infection.severity": NOT_STATED}),
        ),
    ),
    Rule(
        id="metallo-beta-lactamase-pair-first",
        says="Enterobacterales with any confirmed class B carbapenemase: ceftazidime-avibactam plus aztreonam first, severe or not.",
        source=Cite(GUIDELINE, "S2"),
        when=(
            InScope(),
            Target(enzyme=V.enzyme, ambler="B", certainty="confirmed"),
            Active(regimen=PAIR, enzyme=V.enzyme),
        ),
        then=Ranks(regimen=PAIR, line="first", statement="S2"),
        because="the isolate makes {enzyme}, a metallo-beta-lactamase.",
        cases=(
            fires("NDM-1", BASE),
            fires("VIM-2, non-severe", BASE, {**VIM, **NON_SEVERE}),
            silent("KPC", BASE, KPC),
            silent("child", BASE, CHILD),
            silent("NDM only suspected", SUSPECTED),
        ),
    ),
    Rule(
        id="severe-metallo-beta-lactamase-pair-first",
        says="Severe infection by Enterobacterales with a confirmed class B carbapenemase: the pair is suggested.",
        source=Cite(GUIDELINE, "S13"),
        when=(
            InScope(),
            Target(enzyme=V.enzyme, ambler="B", certainty="confirmed"),
            GradedSeverity(value="severe"),
            Active(regimen=PAIR, enzyme=V.enzyme),
        ),
        then=Ranks(regimen=PAIR, line="first", statement="S13"),
        because="the infection is severe and the isolate makes {enzyme}, a metallo-beta-lactamase.",
        cases=(
            fires("NDM-1, severe", BASE),
            fires("VIM-2, severe", BASE, VIM),
            silent("non-severe", BASE, NON_SEVERE),
            silent("KPC", BASE, KPC),
            fires("severity not stated", BASE, {"infection.severity": NOT_STATED}),
        ),
    ),
    Rule(
        id="ndm-suspected-pair-first",
        says="NDM suspected from epidemiology or a rapid test and nothing confirmed: the pair, without waiting for complete typing.",
        source=Cite(GUIDELINE, "S11"),
        when=(
            InScope(),
            Target(enzyme=V.enzyme, family="NDM", certainty="suspected"),
            SuspicionSupported(basis=V.basis),
            Active(regimen=PAIR, enzyme=V.enzyme),
        ),
        unless=(CONFIRMED,),
        then=Ranks(regimen=PAIR, line="first", statement="S11"),
        because="{enzyme} is suspected (basis: {basis}) and not ruled out, and no class B enzyme is confirmed yet.",
        cases=(
            fires("suspected", SUSPECTED),
            fires("KPC found, NDM not covered", SUSPECTED, {**KPC, "isolate.carbapenemases_tested_for": ["KPC"]}),
            fires("basis not stated", SUSPECTED, {BASIS: NOT_STATED}),
            silent("phenotype", SUSPECTED, {BASIS: ["phenotype"]}),
            silent("confirmed", BASE),
            silent("VIM suspected", SUSPECTED, {"isolate.suspected_carbapenemases": ["VIM"]}),
            silent(
                "ruled out", SUSPECTED, {"isolate.carbapenemases": [], "isolate.carbapenemases_tested_for": ["NDM"]}
            ),
        ),
    ),
    Rule(
        id="ndm-suspected-on-other-basis-pair-first",
        says="NDM suspected on another basis and nothing confirmed: the pair too; our extension.",
        source=Cite(GUIDELINE, "S11, extended to other grounds of suspicion"),
        when=(
            InScope(),
            Target(enzyme=V.enzyme, family="NDM", certainty="suspected"),
            Active(regimen=PAIR, enzyme=V.enzyme),
        ),
        unless=(CONFIRMED, SuspicionSupported()),
        then=Ranks(regimen=PAIR, line="first", statement="S11-other-basis"),
        because="{enzyme} is suspected, on neither epidemiology nor a rapid test, and not ruled out; suspicion stands.",
        cases=(
            fires("phenotype", SUSPECTED, {BASIS: ["phenotype"]}),
            silent("epidemiology", SUSPECTED),
            silent("not stated", SUSPECTED, {BASIS: NOT_STATED}),
            silent("confirmed", BASE),
        ),
    ),
    Rule(
        id="other-metallo-suspected-pair-first",
        says="Another class B enzyme suspected and nothing confirmed: the pair too; our extension.",
        source=Cite(GUIDELINE, "S11, extended to the other class B families"),
        when=(
            InScope(),
            Target(enzyme=V.enzyme, family=V.family, certainty="suspected"),
            OtherMetallo(family=V.family),
            Active(regimen=PAIR, enzyme=V.enzyme),
        ),
        unless=(CONFIRMED,),
        then=Ranks(regimen=PAIR, line="first", statement="S11-other-mbl"),
        because="{enzyme} is suspected and not ruled out; the guideline says this of NDM, we extend it to {family}.",
        cases=(
            fires("VIM suspected", SUSPECTED, {"isolate.suspected_carbapenemases": ["VIM"]}),
            silent("NDM suspected", SUSPECTED),
            silent("VIM confirmed", BASE, VIM),
        ),
    ),
    Rule(
        id="ndm-cefiderocol-alternative",
        says="NDM-producing Enterobacterales: cefiderocol is a conditional alternative.",
        source=Cite(GUIDELINE, "S5"),
        when=(
            InScope(),
            Target(enzyme=V.enzyme, family="NDM", certainty="confirmed"),
            Active(regimen="cefiderocol", enzyme=V.enzyme),
        ),
        then=Ranks(regimen="cefiderocol", line="alternative", statement="S5"),
        because="the isolate makes {enzyme}; cefiderocol is active against some such strains.",
        cases=(
            fires("NDM-1", BASE),
            silent("VIM", BASE, VIM),
            silent("KPC", BASE, KPC),
            silent("suspected", SUSPECTED),
        ),
    ),
    Rule(
        id="other-metallo-cefiderocol-alternative",
        says="Another confirmed class B enzyme: cefiderocol as alternative; our extension.",
        source=Cite(GUIDELINE, "S5, extended to the other class B families"),
        when=(
            InScope(),
            Target(enzyme=V.enzyme, family=V.family, certainty="confirmed"),
            OtherMetallo(family=V.family),
            Active(regimen="cefiderocol", enzyme=V.enzyme),
        ),
        then=Ranks(regimen="cefiderocol", line="alternative", statement="S5-other-mbl"),
        because="the isolate makes {enzyme}; the guideline says this of NDM, we extend it to {family}.",
        cases=(
            fires("VIM-2", BASE, VIM),
            silent("NDM-1", BASE),
            silent("VIM suspected", SUSPECTED, {"isolate.suspected_carbapenemases": ["VIM"]}),
        ),
    ),
    Rule(
        id="suspected-metallo-cefiderocol-alternative",
        says="A class B enzyme suspected and nothing confirmed: cefiderocol as alternative; our extension.",
        source=Cite(GUIDELINE, "S5, extended from confirmed to suspected"),
        when=(
            InScope(),
            Target(enzyme=V.enzyme, ambler="B", certainty="suspected"),
            Active(regimen="cefiderocol", enzyme=V.enzyme),
        ),
        unless=(CONFIRMED,),
        then=Ranks(regimen="cefiderocol", line="alternative", statement="S5-suspected"),
        because="{enzyme} is suspected and not ruled out; the guideline says this of confirmed NDM, we extend it.",
        cases=(
            fires("NDM suspected", SUSPECTED),
            silent("no longer suspected", SUSPECTED, {"isolate.suspected_carbapenemases": []}),
            silent("confirmed", BASE),
            silent("KPC", BASE, KPC),
        ),
    ),
)
