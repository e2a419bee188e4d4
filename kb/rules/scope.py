"""Whom any guideline can speak of: someone with an infection, by an organism that is stated."""

from ...facts.atoms import V
from ...facts.vocabulary import (
    InfectionPresent,
    InfectionSite,
    InScope,
    Insufficient,
    Missing,
    Organism,
    OutOfScope,
    Shock,
    Site,
)
from ..examples import BASE, NOT_STATED, fires, silent
from ..language import Cite, Rule

RULINGS = "whyrx-rulings"
SITE, SHOCK = "infection.site", "infection.septic_shock"
CHILD = {"patient.age": 17}


RULES = (
    Rule(
        id="infection-at-site",
        says="A site of infection is stated.",
        source=Cite(RULINGS, "colonisation is no infection"),
        when=(Site(value=V.site), InfectionSite(site=V.site)),
        then=InfectionPresent(),
        because="there is an infection: {site}.",
        cases=(
            fires("bloodstream", BASE),
            silent("colonisation", BASE, {SITE: "colonisation"}),
            silent("not stated", BASE, {SITE: NOT_STATED}),
        ),
    ),
    Rule(
        id="assume-infection",
        says="Site not stated: an infection is assumed, not colonisation.",
        source=Cite(RULINGS, "site not stated"),
        when=(Site(value="not_stated"),),
        then=InfectionPresent(),
        because="the site is not stated; an infection is assumed (not colonisation, not cystitis), outside the urinary tract.",
        assumes=SITE,
        cases=(
            fires("not stated", BASE, {SITE: NOT_STATED}),
            silent("bloodstream", BASE),
            silent("colonisation", BASE, {SITE: "colonisation"}),
        ),
    ),
    Rule(
        id="site-missing",
        says="Site not stated: it is missing, since colonisation and mild cystitis are outside the scope.",
        source=Cite(RULINGS, "site not stated"),
        when=(Site(value="not_stated"), InScope()),
        then=Missing(fact=SITE, need="advice"),
        because="the site of infection: colonisation is not treated, and other sites call for other measures.",
        cases=(
            fires("not stated", BASE, {SITE: NOT_STATED}),
            silent("bloodstream", BASE),
            silent("out of scope", BASE, {SITE: NOT_STATED, **CHILD}),
        ),
    ),
    Rule(
        id="organism-not-stated",
        says="Without the organism nothing can be advised.",
        source=Cite(RULINGS, "organism not stated"),
        when=(Organism(organism="not_stated"),),
        then=Insufficient(reason="organism"),
        because="the organism is not stated; everything here depends on it.",
        cases=(fires("not stated", BASE, {"isolate.organism": NOT_STATED}), silent("stated", BASE)),
    ),
    Rule(
        id="organism-missing",
        says="Without the organism nothing can be advised: it is missing.",
        source=Cite(RULINGS, "organism not stated"),
        when=(Organism(organism="not_stated"),),
        then=Missing(fact="isolate.organism", need="status"),
        because="the organism: nothing can be advised without it.",
        cases=(fires("not stated", BASE, {"isolate.organism": NOT_STATED}), silent("stated", BASE)),
    ),
    Rule(
        id="colonisation-out-of-scope",
        says="Colonisation without septic shock is not treated.",
        source=Cite(RULINGS, "colonisation"),
        when=(Site(value="colonisation"),),
        unless=(Shock(),),
        then=OutOfScope(reason="colonisation"),
        because="colonisation without infection: no antibiotic treatment.",
        cases=(
            fires("colonisation", BASE, {SITE: "colonisation"}),
            fires("shock not stated", BASE, {SITE: "colonisation", SHOCK: NOT_STATED}),
            silent("with shock", BASE, {SITE: "colonisation", SHOCK: True}),
            silent("site not stated", BASE, {SITE: NOT_STATED}),
        ),
    ),
    Rule(
        id="colonisation-with-shock-insufficient",
        says="Colonisation with septic shock does not fit together: the site must be found.",
        source=Cite(RULINGS, "colonisation with septic shock"),
        when=(Site(value="colonisation"), Shock()),
        then=Insufficient(reason="site"),
        because="only colonisation is stated, yet there is septic shock: where is the infection?",
        cases=(
            fires("both", BASE, {SITE: "colonisation", SHOCK: True}),
            silent("no shock", BASE, {SITE: "colonisation"}),
            silent("bloodstream with shock", BASE, {SHOCK: True}),
        ),
    ),
    Rule(
        id="colonisation-with-shock-site-missing",
        says="Colonisation with septic shock: the site of infection is missing.",
        source=Cite(RULINGS, "colonisation with septic shock"),
        when=(Site(value="colonisation"), Shock()),
        then=Missing(fact=SITE, need="status"),
        because="the site of infection: septic shock is not explained by colonisation.",
        cases=(
            fires("both", BASE, {SITE: "colonisation", SHOCK: True}),
            silent("no shock", BASE, {SITE: "colonisation"}),
        ),
    ),
)
