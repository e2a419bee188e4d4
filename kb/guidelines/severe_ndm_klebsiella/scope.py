"""Whom the guideline speaks of, and what is answered to the others."""

from ....facts.atoms import V
from ....facts.vocabulary import (
    Action,
    Adult,
    Enterobacterales,
    EnzymeInformation,
    GradedSeverity,
    InfectionPresent,
    InScope,
    Insufficient,
    Missing,
    NdmCovered,
    OutOfScope,
    Site,
    Target,
    TestCoverageList,
    Warn,
)
from ...examples import BASE, NOT_STATED, SUSPECTED, fires, silent
from ...language import Cite, Rule
from .. import enterobacterales

GUIDELINE = "severe-ndm-klebsiella"
RULINGS = "whyrx-rulings"
SITE = "infection.site"
NON_SEVERE = {"infection.severity": "non_severe"}
NOTHING = {"isolate.carbapenemases": NOT_STATED, "isolate.suspected_carbapenemases": NOT_STATED}
KPC = {"isolate.carbapenemases": ["KPC-2"]}
NO_ORGANISM = {"isolate.organism": NOT_STATED}


RULES = (
    *enterobacterales.RULES,
    Rule(
        id="in-scope",
        says="An adult with an infection by Enterobacterales with a class B carbapenemase, known or suspected, is in scope.",
        source=Cite(GUIDELINE, "title, S1, S2"),
        when=(Adult(), Enterobacterales(), InfectionPresent(), Target(enzyme=V.enzyme, ambler="B")),
        unless=(OutOfScope(), Insufficient()),
        then=InScope(),
        because="an adult has an infection with Enterobacterales, and {enzyme} is found or suspected.",
        cases=(
            fires("NDM-1 K. pneumoniae", BASE),
            silent("child", BASE, {"patient.age": 17}),
            silent("KPC", BASE, KPC),
            silent("organism not stated", BASE, NO_ORGANISM),
        ),
    ),
    Rule(
        id="no-metallo-beta-lactamase",
        says="With no class B carbapenemase known or suspected the isolate is outside the scope.",
        source=Cite(RULINGS, "no class B enzyme known or suspected"),
        when=(EnzymeInformation(),),
        unless=(Target(ambler="B"),),
        then=OutOfScope(reason="no_class_b"),
        because="no class B carbapenemase (NDM, VIM, IMP …) is found or, if suspected, left standing; this guideline advises nothing "
        "for other mechanisms such as KPC or OXA-48 alone.",
        cases=(
            fires("KPC-2", BASE, KPC),
            fires("OXA-48", BASE, {"isolate.carbapenemases": ["OXA-48"]}),
            fires("none found", BASE, {"isolate.carbapenemases": []}),
            silent("NDM-1", BASE),
            silent("KPC found, NDM suspected", SUSPECTED, KPC),
            silent("nothing stated", BASE, NOTHING),
        ),
    ),
    Rule(
        id="ndm-not-covered-test",
        says="Where no class B enzyme is known but the test did not cover NDM, NDM is not excluded: test for it.",
        source=Cite(RULINGS, "a found enzyme never means that others were excluded"),
        when=(OutOfScope(reason="no_class_b"), TestCoverageList(state=V.state)),
        unless=(NdmCovered(),),
        then=Action(kind="test", topic="ndm"),
        because="NDM is not excluded: the carbapenemase test is not stated to cover it. Test for NDM, VIM and IMP.",
        cases=(
            fires("KPC found, test covers KPC", BASE, {**KPC, "isolate.carbapenemases_tested_for": ["KPC"]}),
            fires("coverage not stated", BASE, {**KPC, "isolate.carbapenemases_tested_for": NOT_STATED}),
            silent("NDM covered", BASE, KPC),
            silent("NDM-1", BASE),
        ),
    ),
    Rule(
        id="coverage-missing",
        says="Where no class B enzyme is known and the coverage of the test is not stated, the coverage is missing.",
        source=Cite(RULINGS, "a found enzyme never means that others were excluded"),
        when=(OutOfScope(reason="no_class_b"), TestCoverageList(state="not_stated")),
        then=Missing(fact="isolate.carbapenemases_tested_for", need="status"),
        because="which carbapenemases the test covers: if not NDM, it may still be there.",
        cases=(
            fires("not stated", BASE, {**KPC, "isolate.carbapenemases_tested_for": NOT_STATED}),
            silent("stated", BASE, KPC),
        ),
    ),
    Rule(
        id="cystitis-non-severe-out-of-scope",
        says="Non-severe cystitis is outside the scope.",
        source=Cite(RULINGS, "cystitis, non-severe"),
        when=(Site(value="cystitis"), GradedSeverity(value="non_severe")),
        then=OutOfScope(reason="cystitis"),
        because="cystitis that is not severe: this guideline is not for it; reserved agents are not advised.",
        cases=(
            fires("cystitis", BASE, {SITE: "cystitis", **NON_SEVERE}),
            silent("severe", BASE, {SITE: "cystitis"}),
            silent("pyelonephritis", BASE, {SITE: "pyelonephritis", **NON_SEVERE}),
            silent("severity not stated", BASE, {SITE: "cystitis", "infection.severity": NOT_STATED}),
        ),
    ),
    Rule(
        id="non-severe-invasive-warned",
        says="A non-severe invasive infection: only the statement that does not mention severity holds.",
        source=Cite(RULINGS, "non-severe with an invasive site: S2 only"),
        when=(InScope(), GradedSeverity(value="non_severe"), Site(value=V.site)),
        then=Warn(kind="evidence", topic="non_severe"),
        because="the infection is judged not severe: the statements on severe infection (S1, S13) do not hold, only S2, which does not "
        "mention severity; the doses are those of S1, for severe infection (label range of aztreonam in moderately severe infection: "
        "1 to 2 g every 8 to 12 h). ESCMID 2022 is reported to prefer older agents by susceptibility here.",
        cases=(
            fires("bloodstream", BASE, NON_SEVERE),
            fires("pneumonia", BASE, {SITE: "pneumonia", **NON_SEVERE}),
            silent("severe", BASE),
            silent("not stated", BASE, {"infection.severity": NOT_STATED}),
        ),
    ),
)
