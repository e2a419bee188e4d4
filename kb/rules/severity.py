"""How severe the infection is: what the clinician judged, what follows from signs, what is assumed."""

from ...facts.atoms import V
from ...facts.vocabulary import (
    Assumed,
    GradedSeverity,
    InScope,
    Missing,
    PittBand,
    SepticShock,
    SevereSign,
    Severity,
    Shock,
    Site,
    Warn,
)
from ..examples import BASE, NOT_STATED, fires, silent
from ..language import Cite, Rule

RULINGS = "whyrx-rulings"

RULES = (
    Rule(
        id="septic-shock-stated",
        says="Septic shock is stated.",
        source=Cite("singer-2016", "Sepsis-3, septic shock"),
        when=(SepticShock(value="yes"),),
        then=Shock(),
        because="septic shock is stated.",
        cases=(
            fires("shock", BASE, {"infection.septic_shock": True}),
            silent("no shock", BASE),
            silent("not stated", BASE, {"infection.septic_shock": NOT_STATED}),
        ),
    ),
    Rule(
        id="septic-shock-means-severe",
        says="An infection with septic shock is severe, whatever else was judged.",
        source=Cite(RULINGS, "septic shock is severe"),
        when=(Shock(),),
        then=SevereSign(sign="septic_shock"),
        because="there is septic shock.",
        cases=(
            fires("shock", BASE, {"infection.septic_shock": True}),
            fires(
                "shock judged non-severe", BASE, {"infection.septic_shock": True, "infection.severity": "non_severe"}
            ),
            silent("no shock", BASE),
            silent("not stated", BASE, {"infection.septic_shock": NOT_STATED}),
        ),
    ),
    Rule(
        id="pitt-score-means-severe",
        says="Where nobody judged the severity, a Pitt bacteraemia score of 4 or more is read as severe.",
        source=Cite("henderson-2020", "abstract: 4 or more goes with mortality"),
        when=(Severity(value="not_stated"), PittBand(value="high")),
        then=SevereSign(sign="pitt_score"),
        because="the Pitt bacteraemia score is 4 or more, and nobody judged the severity.",
        cases=(
            fires("Pitt 4", BASE, {"infection.severity": NOT_STATED, "infection.pitt_score": 4}),
            silent("Pitt 3", BASE, {"infection.severity": NOT_STATED, "infection.pitt_score": 3}),
            silent("Pitt 5, judged non-severe", BASE, {"infection.severity": "non_severe", "infection.pitt_score": 5}),
            silent("Pitt not stated", BASE, {"infection.severity": NOT_STATED}),
        ),
    ),
    Rule(
        id="severity-judged-severe",
        says="The clinician judges the infection severe.",
        source=Cite(RULINGS, "severity is the clinician's judgement"),
        when=(Severity(value="severe"),),
        then=GradedSeverity(value="severe"),
        because="the infection is judged severe.",
        cases=(
            fires("severe", BASE),
            silent("non-severe", BASE, {"infection.severity": "non_severe"}),
            silent("not stated", BASE, {"infection.severity": NOT_STATED}),
        ),
    ),
    Rule(
        id="severity-follows-from-sign",
        says="A sign of severe infection makes it severe.",
        source=Cite(RULINGS, "septic shock is severe"),
        when=(SevereSign(sign=V.sign),),
        then=GradedSeverity(value="severe"),
        because="the infection is severe by its {sign}.",
        cases=(
            fires("shock", BASE, {"infection.septic_shock": True}),
            fires(
                "shock, judged non-severe", BASE, {"infection.septic_shock": True, "infection.severity": "non_severe"}
            ),
            fires("Pitt 4, severity not stated", BASE, {"infection.severity": NOT_STATED, "infection.pitt_score": 4}),
            silent("no sign", BASE),
        ),
    ),
    Rule(
        id="severity-judged-non-severe",
        says="The clinician judges the infection not severe, and there is no septic shock.",
        source=Cite(RULINGS, "severity is the clinician's judgement"),
        when=(Severity(value="non_severe"),),
        unless=(Shock(),),
        then=GradedSeverity(value="non_severe"),
        because="the infection is judged not severe.",
        cases=(
            fires("non-severe", BASE, {"infection.severity": "non_severe"}),
            silent("with shock", BASE, {"infection.severity": "non_severe", "infection.septic_shock": True}),
            silent("not stated", BASE, {"infection.severity": NOT_STATED}),
        ),
    ),
    Rule(
        id="assume-severe",
        says="Severity not stated and nothing to derive it from: the advice is for the severe case.",
        source=Cite(RULINGS, "severity not stated"),
        when=(Severity(value="not_stated"),),
        unless=(SevereSign(),),
        then=GradedSeverity(value="severe"),
        because="the severity is not stated; the infection is taken as severe, the case this guideline is for.",
        assumes="infection.severity",
        cases=(
            fires("not stated", BASE, {"infection.severity": NOT_STATED}),
            silent("shock", BASE, {"infection.severity": NOT_STATED, "infection.septic_shock": True}),
            silent("non-severe", BASE, {"infection.severity": "non_severe"}),
        ),
    ),
    Rule(
        id="severity-missing",
        says="Severity not stated and nothing to derive it from: it is missing.",
        source=Cite(RULINGS, "severity not stated"),
        when=(Severity(value="not_stated"), InScope()),
        unless=(SevereSign(),),
        then=Missing(fact="infection.severity", need="advice"),
        because="how severe the infection is: fewer statements hold for one that is not severe, and cystitis that is not severe is out of scope.",
        cases=(
            fires("not stated", BASE, {"infection.severity": NOT_STATED}),
            silent("stated", BASE),
            silent("shock", BASE, {"infection.severity": NOT_STATED, "infection.septic_shock": True}),
        ),
    ),
    Rule(
        id="assume-no-septic-shock",
        says="Septic shock not stated: taken as absent.",
        source=Cite(RULINGS, "septic shock not stated"),
        when=(SepticShock(value="not_stated"),),
        then=Assumed(fact="infection.septic_shock"),
        because="septic shock is not stated; it is taken as absent.",
        assumes="infection.septic_shock",
        cases=(
            fires("not stated", BASE, {"infection.septic_shock": NOT_STATED}),
            silent("no shock", BASE),
        ),
    ),
    *(
        Rule(
            id=f"septic-shock-missing-{name}",
            says=f"Septic shock not stated in {words}: it is missing, since it would change the answer.",
            source=Cite(RULINGS, "septic shock is severe"),
            when=(SepticShock(value="not_stated"), condition),
            then=Missing(fact="infection.septic_shock", need="advice"),
            because=f"whether there is septic shock: in {words} it would change the answer.",
            cases=(
                fires("not stated", BASE, {"infection.septic_shock": NOT_STATED, path: value}),
                silent("no shock", BASE, {path: value}),
                silent("otherwise", BASE, {"infection.septic_shock": NOT_STATED}),
            ),
        )
        for name, path, value, words, condition in (
            (
                "non-severe",
                "infection.severity",
                "non_severe",
                "an infection judged not severe",
                Severity(value="non_severe"),
            ),
            ("colonisation", "infection.site", "colonisation", "colonisation", Site(value="colonisation")),
        )
    ),
    Rule(
        id="shock-contradicts-non-severe",
        says="Septic shock and a judgement of not severe contradict one another.",
        source=Cite(RULINGS, "septic shock is severe"),
        when=(Shock(), Severity(value="non_severe")),
        then=Warn(kind="contradiction", topic="septic_shock_judged_non_severe"),
        because="septic shock is stated and the infection is judged not severe: these contradict. It is treated as severe.",
        cases=(
            fires("both", BASE, {"infection.severity": "non_severe", "infection.septic_shock": True}),
            silent("severe", BASE, {"infection.septic_shock": True}),
            silent(
                "shock not stated", BASE, {"infection.severity": "non_severe", "infection.septic_shock": NOT_STATED}
            ),
        ),
    ),
    Rule(
        id="pitt-score-contradicts-non-severe",
        says="A Pitt score of 4 or more sits ill with a judgement of not severe; the judgement stands, and it is said.",
        source=Cite("henderson-2020", "abstract: 4 or more goes with mortality"),
        when=(PittBand(value="high"), Severity(value="non_severe")),
        unless=(Shock(),),
        then=Warn(kind="contradiction", topic="high_pitt_score_judged_non_severe"),
        because="the Pitt bacteraemia score is 4 or more (high risk) but the infection is judged not severe; the judgement "
        "stands. Check it.",
        cases=(
            fires("Pitt 4", BASE, {"infection.severity": "non_severe", "infection.pitt_score": 4}),
            silent("Pitt 3", BASE, {"infection.severity": "non_severe", "infection.pitt_score": 3}),
            silent("Pitt not stated", BASE, {"infection.severity": "non_severe"}),
        ),
    ),
)
