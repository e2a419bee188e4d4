"""The safety net that no guideline can forget: what is ranked is recommended only if not excluded and not inactive."""

from ...facts.atoms import V
from ...facts.vocabulary import (
    Action,
    Adult,
    Avoid,
    Enterobacterales,
    Excluded,
    Inactive,
    InfectionPresent,
    InScope,
    Insufficient,
    OutOfScope,
    Ranks,
    Recommend,
    Status,
    Target,
)
from ..examples import BASE, NOT_STATED, fires, silent
from ..language import Cite, Rule

RULINGS = "whyrx-rulings"
KPC = {"isolate.carbapenemases": ["KPC-2"]}
NO_ORGANISM = {"isolate.organism": NOT_STATED}
ALLERGIC = {"patient.allergies": [{"substance": "ceftazidime", "reaction": "severe"}]}

RULES = (
    Rule(
        id="in-scope",
        says="An adult with an infection by Enterobacterales with a class B carbapenemase, known or suspected, is in scope.",
        source=Cite("severe-ndm-klebsiella", "title, S1, S2"),
        when=(Adult(), Enterobacterales(), InfectionPresent(), Target(enzyme=V.enzyme)),
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
        id="allergy-contraindicates-ranked-regimen",
        says="A ranked regimen that an allergy excludes is contraindicated.",
        source=Cite(RULINGS, "what an allergy excludes is shown as contraindicated"),
        when=(Ranks(regimen=V.regimen, statement=V.statement), Excluded(regimen=V.regimen, reason="allergy")),
        then=Avoid(regimen=V.regimen, category="contraindicated", statement=V.statement),
        because="{regimen} is ranked ({statement}) but an allergy excludes it.",
        cases=(
            fires("ceftazidime", BASE, ALLERGIC),
            silent("none", BASE),
            silent("not stated", BASE, {"patient.allergies": NOT_STATED}),
        ),
    ),
    Rule(
        id="resistance-forbids-ranked-regimen",
        says="A ranked regimen reported resistant is not recommended.",
        source=Cite(RULINGS, "a regimen reported resistant is not offered"),
        when=(Ranks(regimen=V.regimen, statement=V.statement), Excluded(regimen=V.regimen, reason="resistant")),
        then=Avoid(regimen=V.regimen, category="not_recommended", statement=V.statement),
        because="{regimen} is ranked ({statement}) but the isolate is not reported susceptible to it.",
        cases=(
            fires("cefiderocol R", BASE, {"isolate.susceptibilities": {"cefiderocol": "R"}}),
            silent("S", BASE),
            silent("not stated", BASE, {"isolate.susceptibilities": NOT_STATED}),
        ),
    ),
    Rule(
        id="unavailable-regimen-said",
        says="A ranked regimen that cannot be had is said to be left out for that reason.",
        source=Cite(RULINGS, "an unavailable drug moves the advice to the next option"),
        when=(Ranks(regimen=V.regimen, line="first"), Excluded(regimen=V.regimen, reason="unavailable")),
        then=Action(kind="refer", topic="unavailable"),
        because="{regimen} would be first line but is unavailable: ask the pharmacy to obtain it; meanwhile see the next option.",
        cases=(
            fires("aztreonam", BASE, {"setting.unavailable": ["aztreonam"]}),
            silent("none", BASE),
            silent("not stated", BASE, {"setting.unavailable": NOT_STATED}),
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
        unless=(Recommend(),),
        then=Status(value="refer", reason="nothing_left"),
        because="every regimen the guideline ranks is excluded for this patient: no acceptable regimen is left. Refer now.",
        cases=(fires("ceftazidime allergy", BASE, ALLERGIC), silent("NDM-1", BASE), silent("KPC", BASE, KPC)),
    ),
    Rule(
        id="nothing-left-consult",
        says="With no acceptable regimen left, infection specialists are consulted now.",
        source=Cite(RULINGS, "severe allergy with nothing acceptable left: refer"),
        when=(InScope(),),
        unless=(Recommend(),),
        then=Action(kind="refer", topic="nothing_left"),
        because="urgent infection consult: no regimen of this guideline is acceptable; ask about other agents, desensitisation and "
        "combination by susceptibility.",
        cases=(fires("ceftazidime allergy", BASE, ALLERGIC), silent("NDM-1", BASE)),
    ),
)
