"""Scope of guidelines on Enterobacterales with carbapenemases: what each of them includes in its rules."""

from ...facts.atoms import V
from ...facts.vocabulary import (
    CarbapenemaseList,
    Enterobacterales,
    EnzymeInformation,
    Insufficient,
    Missing,
    NdmCovered,
    Organism,
    OrganismOrder,
    OutOfScope,
    TestCovers,
)
from ..examples import BASE, NOT_STATED, SUSPECTED, fires, silent
from ..language import Cite, Rule

RULINGS = "whyrx-rulings"
NOTHING = {"isolate.carbapenemases": NOT_STATED, "isolate.suspected_carbapenemases": NOT_STATED}


RULES = (
    Rule(
        id="organism-not-enterobacterales",
        says="An organism outside the Enterobacterales is outside the scope.",
        source=Cite(RULINGS, "not Enterobacterales"),
        when=(Organism(organism=V.organism), OrganismOrder(organism=V.organism, order=V.order)),
        unless=(Enterobacterales(),),
        then=OutOfScope(reason="organism"),
        because="{organism} ({order}) is not one of the Enterobacterales, and this guideline advises no regimen for it.",
        cases=(
            fires("Acinetobacter", BASE, {"isolate.organism": "Acinetobacter baumannii"}),
            silent("E. coli", BASE, {"isolate.organism": "Escherichia coli"}),
            silent("not stated", BASE, {"isolate.organism": NOT_STATED}),
        ),
    ),
    Rule(
        id="enzyme-not-stated",
        says="With no carbapenemase found, suspected or tested for, nothing can be advised.",
        source=Cite(RULINGS, "no enzyme tested, found or suspected"),
        when=(CarbapenemaseList(state="not_stated"),),
        unless=(EnzymeInformation(),),
        then=Insufficient(reason="carbapenemase"),
        because="no carbapenemase is stated as found, suspected or looked for.",
        cases=(
            fires("nothing", BASE, NOTHING),
            silent("suspected", BASE, {**NOTHING, "isolate.suspected_carbapenemases": ["NDM"]}),
            silent("none found", BASE, {"isolate.carbapenemases": []}),
        ),
    ),
    Rule(
        id="enzyme-missing",
        says="With no carbapenemase found, suspected or tested for, the typing result is missing.",
        source=Cite(RULINGS, "no enzyme tested, found or suspected"),
        when=(CarbapenemaseList(state="not_stated"),),
        unless=(EnzymeInformation(), OutOfScope()),
        then=Missing(fact="isolate.carbapenemases", need="status"),
        because="carbapenemase typing, or whether NDM is suspected and why: nothing can be advised without it.",
        cases=(
            fires("nothing", BASE, NOTHING),
            silent("suspected", SUSPECTED),
            silent("found", BASE),
            silent("Acinetobacter", BASE, {**NOTHING, "isolate.organism": "Acinetobacter baumannii"}),
        ),
    ),
    Rule(
        id="ndm-covered-by-test",
        says="The carbapenemase test is stated to cover NDM.",
        source=Cite(RULINGS, "a found enzyme never means that others were excluded"),
        when=(TestCovers(family="NDM"),),
        then=NdmCovered(),
        because="the test covers NDM.",
        cases=(
            fires("covered", BASE),
            silent("KPC only", BASE, {"isolate.carbapenemases_tested_for": ["KPC"]}),
            silent("not stated", BASE, {"isolate.carbapenemases_tested_for": NOT_STATED}),
        ),
    ),
)
