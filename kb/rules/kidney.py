"""How the kidneys are accounted for: renal replacement before a measured clearance before Cockcroft-Gault."""

from ...facts.atoms import V
from ...facts.vocabulary import (
    Action,
    AugmentedClearance,
    Clearance,
    Creatinine,
    CreatinineTrend,
    CreatinineUsable,
    CrrtEffluent,
    DosingClearance,
    Missing,
    NeedsDose,
    RenalReplacement,
    RenalRoute,
    Warn,
)
from ..examples import BASE, NOT_STATED, fires, silent
from ..language import Cite, Rule

RULINGS = "whyrx-rulings"
TREND = "patient.creatinine_trend"
REPLACEMENT = "patient.renal_replacement"
MEASURED = "patient.creatinine_clearance"


def _stated_route(value: str, route: str, says: str, because: str) -> Rule:
    other = {"none": "crrt", "intermittent_hemodialysis": "none", "crrt": "none"}[value]
    return Rule(
        id=f"renal-route-{route}",
        says=says,
        source=Cite(RULINGS, "renal replacement wins over a measured clearance, which wins over Cockcroft-Gault"),
        when=(RenalReplacement(value=value),),
        then=RenalRoute(route=route),
        because=because,
        cases=(
            fires(value, BASE, {REPLACEMENT: value}),
            silent(other, BASE, {REPLACEMENT: other}),
            silent("not stated", BASE, {REPLACEMENT: NOT_STATED}),
        ),
    )


def _trend(value: str, how: str, effect: str, consequence: str) -> tuple[Rule, Rule]:
    usable = Rule(
        id=f"creatinine-{how}",
        says=f"Creatinine that is {value} is used as it is, and what that does to the clearance is said.",
        source=Cite("azactam-us", "creatinine should represent a steady state of renal function (seen second-hand)"),
        when=(CreatinineTrend(value=value),),
        then=CreatinineUsable(how=how),
        because=f"creatinine is {value}.",
        cases=(
            fires(value, BASE, {TREND: value}),
            silent("stable", BASE),
            silent("not stated", BASE, {TREND: NOT_STATED}),
        ),
    )
    warning = Rule(
        id=f"creatinine-{how}-warned",
        says=f"With {value} creatinine, Cockcroft-Gault {effect} the clearance.",
        source=Cite("azactam-us", "creatinine should represent a steady state of renal function (seen second-hand)"),
        when=(
            DosingClearance(basis="actual_weight"),
            CreatinineUsable(how=how),
            Clearance(basis="actual_weight", amount=V.amount),
        ),
        then=Warn(kind="clearance", topic=f"creatinine_{how}"),
        because=f"creatinine is {value}: Cockcroft-Gault assumes a steady state, so {{amount}} {consequence} Recalculate at least daily.",
        cases=(
            fires(value, BASE, {TREND: value}),
            silent("stable", BASE),
            silent("clearance measured", BASE, {TREND: value, MEASURED: "43 mL/min"}),
            silent("not stated", BASE, {TREND: NOT_STATED}),
        ),
    )
    return usable, warning


RULES = (
    _stated_route(
        "none",
        "clearance",
        "Without renal replacement, doses follow the creatinine clearance.",
        "there is no renal replacement therapy.",
    ),
    _stated_route(
        "intermittent_hemodialysis",
        "hemodialysis",
        "On intermittent haemodialysis, doses follow the haemodialysis rows of the labels.",
        "the patient is on intermittent haemodialysis.",
    ),
    _stated_route(
        "crrt",
        "crrt",
        "On CRRT, doses follow the CRRT rows of the labels, by effluent flow.",
        "the patient is on continuous renal replacement therapy.",
    ),
    Rule(
        id="assume-no-renal-replacement",
        says="Renal replacement not stated: none is assumed.",
        source=Cite(RULINGS, "renal replacement not stated"),
        when=(RenalReplacement(value="not_stated"),),
        then=RenalRoute(route="clearance"),
        because="it is not stated whether the patient is on renal replacement therapy; none is assumed.",
        assumes=REPLACEMENT,
        cases=(
            fires("not stated", BASE, {REPLACEMENT: NOT_STATED}),
            silent("none", BASE),
            silent("haemodialysis", BASE, {REPLACEMENT: "intermittent_hemodialysis"}),
        ),
    ),
    *(
        Rule(
            id=f"effluent-without-crrt-{name}",
            says=f"An effluent flow is stated, but {words}: that contradicts.",
            source=Cite(RULINGS, "an effluent flow means CRRT"),
            when=(CrrtEffluent(state="stated"), RenalReplacement(value=value)),
            then=Warn(kind="contradiction", topic="effluent_without_crrt"),
            because=f"a CRRT effluent flow is stated, but {words}. These doses are not for CRRT: state renal_replacement: crrt if that is what is meant.",
            cases=(
                fires(
                    words,
                    BASE,
                    {REPLACEMENT: NOT_STATED if value == "not_stated" else value, "patient.crrt_effluent": "2.5 L/h"},
                ),
                silent("CRRT", BASE, {REPLACEMENT: "crrt", "patient.crrt_effluent": "2.5 L/h"}),
                silent("no effluent", BASE, {REPLACEMENT: NOT_STATED if value == "not_stated" else value}),
            ),
        )
        for name, value, words in (
            ("not-stated", "not_stated", "renal replacement is not stated"),
            ("none", "none", "no renal replacement is stated"),
            ("hemodialysis", "intermittent_hemodialysis", "intermittent haemodialysis is stated"),
        )
    ),
    Rule(
        id="renal-replacement-missing",
        says="Renal replacement not stated: it is missing, since every dose depends on it.",
        source=Cite(RULINGS, "renal replacement not stated"),
        when=(RenalReplacement(value="not_stated"), NeedsDose(drug=V.drug)),
        then=Missing(fact=REPLACEMENT, need=V.drug),
        because="renal replacement therapy: on dialysis or CRRT every dose is different.",
        cases=(
            fires("not stated", BASE, {REPLACEMENT: NOT_STATED}),
            silent("none", BASE),
            silent("out of scope", BASE, {REPLACEMENT: NOT_STATED, "isolate.carbapenemases": ["KPC-2"]}),
        ),
    ),
    Rule(
        id="creatinine-steady",
        says="Stable creatinine is at a steady state.",
        source=Cite("azactam-us", "creatinine should represent a steady state of renal function (seen second-hand)"),
        when=(CreatinineTrend(value="stable"),),
        then=CreatinineUsable(how="steady"),
        because="creatinine is stable.",
        cases=(
            fires("stable", BASE),
            silent("rising", BASE, {TREND: "rising"}),
            silent("not stated", BASE, {TREND: NOT_STATED}),
        ),
    ),
    Rule(
        id="assume-steady-creatinine",
        says="Trend of creatinine not stated: a steady state is assumed.",
        source=Cite(RULINGS, "trend of creatinine not stated"),
        when=(CreatinineTrend(value="not_stated"), Creatinine(state="stated")),
        then=CreatinineUsable(how="steady"),
        because="it is not stated whether creatinine is stable; a steady state is assumed.",
        assumes=TREND,
        cases=(
            fires("not stated", BASE, {TREND: NOT_STATED}),
            silent("stable", BASE),
            silent("no creatinine either", BASE, {TREND: NOT_STATED, "patient.creatinine": NOT_STATED}),
        ),
    ),
    *_trend(
        "rising",
        "rising",
        "overestimates",
        "is too high: the true clearance is lower, and a dose by it may be too large. Ask the pharmacy before reducing early doses in sepsis.",
    ),
    *_trend(
        "falling",
        "falling",
        "underestimates",
        "is too low: the true clearance is higher, and a dose by it may be too small.",
    ),
    Rule(
        id="clearance-measured",
        says="Off renal replacement, a measured clearance is the one doses rest on.",
        source=Cite(RULINGS, "renal replacement wins over a measured clearance, which wins over Cockcroft-Gault"),
        when=(RenalRoute(route="clearance"), Clearance(basis="measured", state="known", atom=V.atom, amount=V.amount)),
        then=DosingClearance(basis="measured", atom=V.atom),
        because="the measured creatinine clearance is {amount}.",
        cases=(
            fires("measured", BASE, {MEASURED: "43 mL/min"}),
            silent("not measured", BASE),
            silent("on haemodialysis", BASE, {MEASURED: "10 mL/min", REPLACEMENT: "intermittent_hemodialysis"}),
        ),
    ),
    Rule(
        id="clearance-cockcroft-gault",
        says="Off renal replacement and without a measured clearance, doses rest on Cockcroft-Gault with the actual weight.",
        source=Cite("cockcroft-gault-1976", "the formula as printed, with the actual weight"),
        when=(
            RenalRoute(route="clearance"),
            Clearance(basis="measured", state="unknown"),
            Clearance(basis="actual_weight", state="known", atom=V.atom, amount=V.amount),
            CreatinineUsable(how=V.how),
        ),
        then=DosingClearance(basis="actual_weight", atom=V.atom),
        because="the creatinine clearance by Cockcroft-Gault (actual weight) is {amount}, creatinine read as {how}.",
        cases=(
            fires("all inputs stated", BASE),
            silent("measured", BASE, {MEASURED: "43 mL/min"}),
            silent("no creatinine", BASE, {"patient.creatinine": NOT_STATED}),
            silent("no weight", BASE, {"patient.weight": NOT_STATED}),
            silent("on CRRT", BASE, {REPLACEMENT: "crrt"}),
        ),
    ),
    Rule(
        id="clearance-monitored",
        says="Where a dose rests on the clearance, the clearance is checked at least daily.",
        source=Cite("avycaz-us-2026", "s.2.3: monitor CrCl at least daily when renal function is changing"),
        when=(NeedsDose(drug=V.drug), DosingClearance()),
        then=Action(kind="monitor", topic="creatinine_clearance"),
        because="check the creatinine clearance at least daily while it may change, and adjust each drug by its own table.",
        cases=(
            fires("clearance known", BASE),
            silent("on haemodialysis", BASE, {REPLACEMENT: "intermittent_hemodialysis"}),
        ),
    ),
    Rule(
        id="early-reduction-trade-off",
        says="Rising creatinine and ceftazidime-avibactam: reducing early and not reducing both have a price; it is said, not decided.",
        source=Cite("avycaz-us-2026", "s.5.1, s.6.1 (cure in cIAI at 30 to 50 mL/min), s.5.4 (neurotoxicity)"),
        when=(
            DosingClearance(basis="actual_weight"),
            CreatinineUsable(how="rising"),
            NeedsDose(drug="ceftazidime-avibactam"),
        ),
        then=Warn(kind="clearance", topic="early_reduction"),
        because="reducing ceftazidime-avibactam early or not: in intra-abdominal infection at 30 to 50 mL/min, with a daily dose a third lower than now labelled, cure was 45 % "
        "(14/31) against 74 % (26/35) with meropenem; too much harms the brain where kidneys fail. Kidney injury of the first 48 h often recovers, and some "
        "put off the reduction that long (from memory, not verified): an option for clinician and pharmacy, not decided here.",
        cases=(
            fires("rising", BASE, {TREND: "rising"}),
            silent("stable", BASE),
            silent("not stated", BASE, {TREND: NOT_STATED}),
            silent("clearance measured", BASE, {TREND: "rising", MEASURED: "43 mL/min"}),
        ),
    ),
    Rule(
        id="augmented-clearance-warned",
        says="With a clearance of 120 mL/min or more, a drug without a labelled dose for it may be underdosed.",
        source=Cite("fetroja-us-2026", "s.2.1: 120 mL/min or more; no such row in the other labels"),
        when=(
            NeedsDose(drug=V.drug),
            DosingClearance(basis=V.basis, atom=V.atom),
            Clearance(basis=V.basis, amount=V.amount),
            AugmentedClearance(drug=V.drug, atom=V.atom),
        ),
        then=Warn(kind="clearance", topic="augmented"),
        because="{drug} at {amount}: augmented clearance, for which its label has no higher dose; it may be too little. Ask the pharmacy about prolonged infusion and drug "
        "levels.",
        cases=(
            fires("120 mL/min", BASE, {MEASURED: "120 mL/min"}),
            silent("119.9 mL/min", BASE, {MEASURED: "119.9 mL/min"}),
            silent("no clearance", BASE, {"patient.creatinine": NOT_STATED}),
        ),
    ),
)
