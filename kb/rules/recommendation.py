"""The safety net that no guideline can forget: what is ranked is recommended only if not excluded and not inactive."""

from ...facts.atoms import V
from ...facts.vocabulary import (
    Action,
    Adult,
    Avoid,
    Contains,
    DosingClearance,
    DrugExcluded,
    Excluded,
    Extension,
    Inactive,
    InfectionPresent,
    InScope,
    Insufficient,
    Jurisdiction,
    LabelGap,
    LabelServes,
    OutOfScope,
    PrefersOthers,
    Ranks,
    Recommend,
    SevereAllergy,
    Shock,
    Status,
    Susceptibility,
    Warn,
)
from ..edition import Statement
from ..examples import BASE, NOT_STATED, PAIR, SUSPECTED, fires, silent
from ..language import Cite, Rule

RULINGS = "whyrx-rulings"
MEASURED = "patient.creatinine_clearance"
ABDOMEN = {"infection.site": "intra_abdominal"}
KPC = {"isolate.carbapenemases": ["KPC-2"]}
NO_ORGANISM = {"isolate.organism": NOT_STATED}
ALLERGIC = {"patient.allergies": [{"substance": "ceftazidime", "reaction": "severe"}]}

STATEMENTS = (
    Statement(
        id="excluded-by-allergy",
        says="What a severe allergy excludes is contraindicated: our ruling.",
        source=Cite(RULINGS, "what an allergy excludes is shown as contraindicated"),
        population="anyone with a severe allergy to a drug of a ranked regimen",
    ),
    Statement(
        id="excluded-by-intrinsic",
        says="What the organism is resistant to by nature is not recommended: our ruling.",
        source=Cite(RULINGS, "what is ranked and taken out is said to be"),
        population="anyone whose organism is resistant by nature to a ranked regimen",
    ),
    Statement(
        id="excluded-by-label",
        says="What its label forbids at a clearance is not recommended: our ruling.",
        source=Cite(RULINGS, "what is ranked and taken out is said to be"),
        population="anyone whose clearance is one at which the label says not to use a ranked regimen",
    ),
    Statement(
        id="excluded-by-resistance",
        says="What the isolate is not reported susceptible to is not recommended: our ruling.",
        source=Cite(RULINGS, "a regimen reported resistant is not offered"),
        population="anyone whose isolate is reported resistant to a ranked regimen",
    ),
)


RULES = (
    Rule(
        id="recommend-ranked",
        says="A regimen that the guideline ranks is recommended unless it is excluded or inactive.",
        source=Cite(RULINGS, "one shared rule recommends"),
        when=(Ranks(regimen=V.regimen, line=V.line, statement=V.statement),),
        unless=(Excluded(regimen=V.regimen), Inactive(regimen=V.regimen)),
        then=Recommend(regimen=V.regimen, line=V.line),
        because="{regimen}: {line} line by statement {statement}; nothing excludes it.",
        cases=(
            fires("NDM-1", BASE),
            silent("both regimens excluded", BASE, ALLERGIC),
            silent("KPC: nothing ranked", BASE, KPC),
        ),
    ),
    Rule(
        id="extension-named",
        says="Where a recommendation rests on a statement of ours that stretches the guideline, that is said.",
        source=Cite(RULINGS, "extensions of the guideline are named"),
        when=(
            Extension(statement=V.statement),
            Ranks(regimen=V.regimen, statement=V.statement),
            Recommend(regimen=V.regimen),
        ),
        then=Warn(kind="extension", topic=V.statement),
        because="{regimen}: {statement} It carries no grade.",
        cases=(
            fires("VIM: cefiderocol", BASE, {"isolate.carbapenemases": ["VIM-2"]}),
            fires("suspected", SUSPECTED),
            silent("NDM-1 confirmed", BASE),
        ),
    ),
    Rule(
        id="allergy-contraindicates-ranked-regimen",
        says="A ranked regimen that an allergy excludes is contraindicated.",
        source=Cite(RULINGS, "what an allergy excludes is shown as contraindicated"),
        when=(
            Ranks(regimen=V.regimen),
            Contains(regimen=V.regimen, drug=V.drug),
            DrugExcluded(drug=V.drug, reason="allergy"),
        ),
        then=Avoid(regimen=V.regimen, category="contraindicated", statement="excluded-by-allergy"),
        because="{regimen}: contraindicated, an allergy excludes {drug}.",
        cases=(
            fires("ceftazidime", BASE, ALLERGIC),
            silent("none", BASE),
            silent("not stated", BASE, {"patient.allergies": NOT_STATED}),
        ),
    ),
    Rule(
        id="resistance-forbids-ranked-regimen",
        says="A ranked regimen to which the isolate is not reported susceptible is not recommended.",
        source=Cite(RULINGS, "a regimen reported resistant is not offered"),
        when=(
            Ranks(regimen=V.regimen),
            Excluded(regimen=V.regimen, reason="resistant"),
            Susceptibility(regimen=V.regimen, result=V.result),
        ),
        then=Avoid(regimen=V.regimen, category="not_recommended", statement="excluded-by-resistance"),
        because="{regimen}: the isolate is reported {result}; do not use.",
        cases=(
            fires("cefiderocol R", BASE, {"isolate.susceptibilities": {"cefiderocol": "R"}}),
            fires("cefiderocol I", BASE, {"isolate.susceptibilities": {"cefiderocol": "I"}}),
            silent("S", BASE),
            silent("not stated", BASE, {"isolate.susceptibilities": NOT_STATED}),
        ),
    ),
    Rule(
        id="resistance-forbids-colistin",
        says="Colistin reported resistant is not recommended at all.",
        source=Cite(RULINGS, "a regimen reported resistant is not offered"),
        when=(InScope(), Susceptibility(regimen="colistin", result="R")),
        then=Avoid(regimen="colistin", category="not_recommended", statement="excluded-by-resistance"),
        because="colistin: the isolate is reported resistant; do not use.",
        cases=(
            fires("R", BASE, {"isolate.susceptibilities": {"colistin": "R"}}),
            silent("not tested", BASE),
            silent("not stated", BASE, {"isolate.susceptibilities": NOT_STATED}),
        ),
    ),
    Rule(
        id="unavailable-regimen-said",
        says="A ranked regimen that cannot be had is said to be left out for that reason.",
        source=Cite(RULINGS, "an unavailable drug moves the advice to the next option"),
        when=(
            Ranks(regimen=V.regimen, line=V.line),
            Contains(regimen=V.regimen, drug=V.drug),
            DrugExcluded(drug=V.drug, reason="unavailable"),
        ),
        then=Action(kind="refer", topic="unavailable"),
        because="{regimen} ({line} line) is left out because {drug} is unavailable: ask the pharmacy to obtain it.",
        cases=(
            fires("aztreonam", BASE, {"setting.unavailable": ["aztreonam"]}),
            fires("cefiderocol", BASE, {"setting.unavailable": ["cefiderocol"]}),
            silent("none", BASE),
            silent("not stated", BASE, {"setting.unavailable": NOT_STATED}),
        ),
    ),
    Rule(
        id="start-now-in-septic-shock",
        says="In septic shock the first-line regimen is started now.",
        source=Cite(RULINGS, "septic shock: start now"),
        when=(Shock(), Recommend(regimen=V.regimen, line="first")),
        then=Action(kind="start_now", topic="septic_shock"),
        because="septic shock: start now: {regimen} (one first-line regimen, not several together).",
        cases=(
            fires("shock", BASE, {"infection.septic_shock": True}),
            silent("no shock", BASE),
            silent("not stated", BASE, {"infection.septic_shock": NOT_STATED}),
        ),
    ),
    Rule(
        id="start-alternative-now-in-septic-shock",
        says="In septic shock with no first-line regimen left, the alternative is started now.",
        source=Cite(RULINGS, "septic shock: start now"),
        when=(Shock(), Recommend(regimen=V.regimen, line="alternative")),
        unless=(Recommend(line="first"),),
        then=Action(kind="start_now", topic="septic_shock"),
        because="septic shock, and no first-line regimen is acceptable: start now: {regimen} (one alternative, not several together).",
        cases=(
            fires(
                "the pair resistant",
                BASE,
                {"infection.septic_shock": True, "isolate.susceptibilities": {PAIR: "R", "cefiderocol": "S"}},
            ),
            silent("the pair stands", BASE, {"infection.septic_shock": True}),
            silent("no shock", BASE, {"isolate.susceptibilities": {PAIR: "R", "cefiderocol": "S"}}),
        ),
    ),
    Rule(
        id="status-out-of-scope",
        says="What lies outside the scope is answered as such, with the reason.",
        source=Cite(RULINGS, "status"),
        when=(OutOfScope(reason=V.reason),),
        then=Status(value="out_of_scope", reason=V.reason),
        because="outside the scope: {reason}.",
        cases=(fires("child", BASE, {"patient.age": 17}), fires("KPC", BASE, KPC), silent("in scope", BASE)),
    ),
    Rule(
        id="status-insufficient",
        says="Where a fact is missing without which nothing can be advised, the answer is insufficient.",
        source=Cite(RULINGS, "status"),
        when=(Insufficient(reason=V.reason),),
        unless=(OutOfScope(),),
        then=Status(value="insufficient", reason=V.reason),
        because="not enough is known: {reason}.",
        cases=(
            fires("organism not stated", BASE, NO_ORGANISM),
            silent("child too", BASE, {**NO_ORGANISM, "patient.age": 17}),
            silent("in scope", BASE),
        ),
    ),
    Rule(
        id="status-advice",
        says="With at least one regimen recommended, the answer is advice.",
        source=Cite(RULINGS, "status"),
        when=(InScope(), Recommend(regimen=V.regimen)),
        then=Status(value="advice", reason="recommended"),
        because="there is an acceptable regimen: {regimen}.",
        cases=(fires("NDM-1", BASE), silent("nothing left", BASE, ALLERGIC), silent("KPC", BASE, KPC)),
    ),
    Rule(
        id="status-refer",
        says="In scope, but no acceptable regimen is left: refer.",
        source=Cite(RULINGS, "severe allergy with nothing acceptable left: refer"),
        when=(InScope(),),
        unless=(Recommend(), PrefersOthers()),
        then=Status(value="refer", reason="nothing_left"),
        because="no regimen of this guideline can be recommended for this patient on these facts: what it ranks is excluded, or it ranks none. Refer now.",
        cases=(fires("ceftazidime allergy", BASE, ALLERGIC), silent("NDM-1", BASE), silent("KPC", BASE, KPC)),
    ),
    Rule(
        id="nothing-left-consult",
        says="With no acceptable regimen left, infection specialists are consulted now.",
        source=Cite(RULINGS, "severe allergy with nothing acceptable left: refer"),
        when=(InScope(),),
        unless=(Recommend(), PrefersOthers()),
        then=Action(kind="refer", topic="nothing_left"),
        because="urgent infection consult now: no regimen of this guideline is acceptable for this patient; choose other agents by "
        "susceptibility, and do not wait.",
        cases=(fires("ceftazidime allergy", BASE, ALLERGIC), silent("NDM-1", BASE)),
    ),
    Rule(
        id="other-guideline-refer",
        says="An infection that this guideline does not cover is treated by another one, now.",
        source=Cite(RULINGS, "outside the scope with an infection: refer"),
        when=(OutOfScope(), InfectionPresent(), Adult()),
        unless=(InScope(),),
        then=Action(kind="refer", topic="other_guideline"),
        because="there is an infection that this guideline does not cover: choose treatment by another guideline with infection "
        "specialists; do not wait.",
        cases=(
            fires("KPC", BASE, KPC),
            fires("Pseudomonas", BASE, {"isolate.organism": "Pseudomonas aeruginosa"}),
            silent("colonisation", BASE, {"infection.site": "colonisation"}),
            silent("in scope", BASE),
        ),
    ),
    Rule(
        id="insufficient-with-shock-refer",
        says="Septic shock does not wait for a missing fact.",
        source=Cite(RULINGS, "septic shock: start now"),
        when=(Insufficient(), Shock()),
        then=Action(kind="refer", topic="septic_shock"),
        because="septic shock: do not wait for what is missing here; treat now with infection specialists.",
        cases=(
            fires("organism not stated", BASE, {**NO_ORGANISM, "infection.septic_shock": True}),
            silent("no shock", BASE, NO_ORGANISM),
            silent("in scope", BASE, {"infection.septic_shock": True}),
        ),
    ),
    Rule(
        id="nature-forbids-ranked-regimen",
        says="A ranked regimen to which the organism is resistant by nature is not recommended.",
        source=Cite(RULINGS, "what is ranked and taken out is said to be"),
        when=(Ranks(regimen=V.regimen), Excluded(regimen=V.regimen, reason="intrinsic")),
        then=Avoid(regimen=V.regimen, category="not_recommended", statement="excluded-by-intrinsic"),
        because="{regimen}: the organism is resistant by nature to it; do not use.",
        cases=(
            fires("Proteus", BASE, {**ABDOMEN, "isolate.organism": "Proteus mirabilis"}, "idsa-2026"),
            silent("K. pneumoniae", BASE, ABDOMEN, "idsa-2026"),
        ),
    ),
    Rule(
        id="label-forbids-ranked-regimen",
        says="A ranked regimen with a drug that its label forbids at this clearance is not recommended.",
        source=Cite(RULINGS, "what is ranked and taken out is said to be"),
        when=(
            Ranks(regimen=V.regimen),
            Contains(regimen=V.regimen, drug=V.drug),
            DrugExcluded(drug=V.drug, reason="label"),
            DosingClearance(atom=V.atom),
            Jurisdiction(value=V.jurisdiction),
            LabelServes(jurisdiction=V.jurisdiction, drug=V.drug, label=V.label),
            LabelGap(drug=V.drug, label=V.label, verdict="forbidden", notice=V.notice, atom=V.atom),
        ),
        then=Avoid(regimen=V.regimen, category="not_recommended", statement="excluded-by-label"),
        because="{regimen}, {label} label: {notice}.",
        cases=(
            fires("15 mL/min, EU", BASE, {"setting.jurisdiction": "EU", MEASURED: "15 mL/min"}, "idsa-2026"),
            silent("15.1 mL/min, EU", BASE, {"setting.jurisdiction": "EU", MEASURED: "15.1 mL/min"}, "idsa-2026"),
            silent("15 mL/min, US", BASE, {"setting.jurisdiction": "US", MEASURED: "15 mL/min"}, "idsa-2026"),
        ),
    ),
    Rule(
        id="allergic-to-the-drug-itself",
        says="A drug of the formulary with a severe reaction to it on record is contraindicated, ranked or not.",
        source=Cite(RULINGS, "what an allergy excludes is shown as contraindicated"),
        when=(InScope(), SevereAllergy(substance=V.drug), Contains(regimen=V.drug, drug=V.drug)),
        then=Avoid(regimen=V.drug, category="contraindicated", statement="excluded-by-allergy"),
        because="{drug}: contraindicated, a severe reaction to it is recorded.",
        cases=(
            fires("colistin", BASE, {"patient.allergies": [{"substance": "colistin", "reaction": "severe"}]}),
            silent("non-severe", BASE, {"patient.allergies": [{"substance": "colistin", "reaction": "non_severe"}]}),
            silent("not stated", BASE, {"patient.allergies": NOT_STATED}),
        ),
    ),
    Rule(
        id="allergic-to-polymyxins",
        says="After a severe reaction to a polymyxin colistin is contraindicated, ranked or not.",
        source=Cite("colomycin-uk-2023", "s.4.3: hypersensitivity to colistin or polymyxin B"),
        when=(InScope(), SevereAllergy(substance="polymyxins")),
        then=Avoid(regimen="colistin", category="contraindicated", statement="excluded-by-allergy"),
        because="colistin: contraindicated, a severe reaction to polymyxins is recorded.",
        cases=(
            fires("polymyxins", BASE, {"patient.allergies": [{"substance": "polymyxins", "reaction": "severe"}]}),
            silent("non-severe", BASE, {"patient.allergies": [{"substance": "polymyxins", "reaction": "non_severe"}]}),
            silent("not stated", BASE, {"patient.allergies": NOT_STATED}),
        ),
    ),
    *(
        Rule(
            id=f"recommended-and-{category.replace('_', '-')}",
            says="A guideline that ranks a regimen and advises against it contradicts itself: that is said.",
            source=Cite(RULINGS, "contradictions are shown"),
            when=(Recommend(regimen=V.regimen), Avoid(regimen=V.regimen, category=category, statement=V.statement)),
            then=Warn(kind="contradiction", topic="recommended_and_advised_against"),
            because="{regimen} is recommended and advised against by the same guideline (statement {statement}): do not give it before that is resolved.",
            cases=(
                fires(category, BASE, {"infection.site": site}, "house-2026"),
                silent("bloodstream", BASE, {}, "house-2026"),
            ),
        )
        for category, site in (("never", "other"), ("not_recommended", "bone_joint"))
    ),
)
