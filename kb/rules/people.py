"""Who the patient is: adult or child, pregnant or not; and what an infection of the nervous system asks for."""

from ...facts.atoms import V
from ...facts.vocabulary import (
    Action,
    Adult,
    Age,
    AgeGroup,
    InScope,
    Jurisdiction,
    Missing,
    NeedsDose,
    OutOfScope,
    Pregnancy,
    PregnancyLabel,
    Sex,
    Site,
    Warn,
)
from ..examples import BASE, NOT_STATED, fires, silent
from ..language import Cite, Rule

RULINGS = "whyrx-rulings"
AGE, PREGNANCY = "patient.age", "patient.pregnancy"
KPC = {"isolate.carbapenemases": ["KPC-2"]}

RULES = (
    Rule(
        id="adult-by-age",
        says="From 18 years the patient is an adult.",
        source=Cite("fetroja-us-2026", "s.8.4: not established below 18"),
        when=(AgeGroup(value="adult"),),
        then=Adult(),
        because="the patient is an adult.",
        cases=(
            fires("18", BASE, {AGE: 18}),
            silent("17", BASE, {AGE: 17}),
            silent("not stated", BASE, {AGE: NOT_STATED}),
        ),
    ),
    Rule(
        id="assume-adult",
        says="Age not stated: an adult is assumed.",
        source=Cite(RULINGS, "age not stated"),
        when=(Age(state="not_stated"),),
        then=Adult(),
        because="the age is not stated; an adult is assumed.",
        assumes=AGE,
        cases=(fires("not stated", BASE, {AGE: NOT_STATED}), silent("64", BASE), silent("17", BASE, {AGE: 17})),
    ),
    Rule(
        id="age-missing",
        says="Age not stated: it is missing, since below 18 nothing here applies.",
        source=Cite(RULINGS, "age not stated"),
        when=(Age(state="not_stated"), InScope()),
        then=Missing(fact=AGE, need="advice"),
        because="age: below 18 years this advice does not apply.",
        cases=(
            fires("not stated", BASE, {AGE: NOT_STATED}),
            silent("64", BASE),
            silent("out of scope", BASE, {AGE: NOT_STATED, **KPC}),
        ),
    ),
    Rule(
        id="child-out-of-scope",
        says="Below 18 years the patient is outside the scope: refused, not extrapolated.",
        source=Cite(RULINGS, "under 18: out of scope"),
        when=(AgeGroup(value="child"),),
        then=OutOfScope(reason="child"),
        because="the patient is under 18 years: these adult regimens and doses do not apply, and none is extrapolated. Ask a "
        "paediatric infection specialist now.",
        cases=(
            fires("17", BASE, {AGE: 17}),
            silent("18", BASE, {AGE: 18}),
            silent("not stated", BASE, {AGE: NOT_STATED}),
        ),
    ),
    Rule(
        id="child-refer",
        says="Below 18 years a paediatric infection specialist is asked.",
        source=Cite(RULINGS, "under 18: out of scope"),
        when=(AgeGroup(value="child"),),
        then=Action(kind="refer", topic="child"),
        because="the patient is under 18: ask a paediatric infection specialist now; do not wait.",
        cases=(
            fires("17", BASE, {AGE: 17}),
            silent("18", BASE, {AGE: 18}),
            silent("not stated", BASE, {AGE: NOT_STATED}),
        ),
    ),
    Rule(
        id="pregnancy-label-statement",
        says="In pregnancy, what the labels of the jurisdiction say of each drug is shown; the regimen stays visible.",
        source=Cite("labels", "US s.8.1, UK s.4.3 and 4.6"),
        when=(
            Pregnancy(value="pregnant"),
            NeedsDose(drug=V.drug),
            Jurisdiction(value=V.jurisdiction),
            PregnancyLabel(drug=V.drug, jurisdiction=V.jurisdiction, notice=V.notice),
        ),
        then=Warn(kind="pregnancy", topic=V.notice),
        because="pregnancy and {drug}: {notice}.",
        cases=(
            fires("pregnant", BASE, {PREGNANCY: "pregnant"}),
            silent("not pregnant", BASE),
            silent("not stated", BASE, {PREGNANCY: NOT_STATED}),
            silent("out of scope", BASE, {PREGNANCY: "pregnant", **KPC}),
        ),
    ),
    Rule(
        id="pregnancy-consult",
        says="In pregnancy, obstetric and infection specialists decide with the clinician.",
        source=Cite(RULINGS, "pregnancy: regimen visible, label statements, refer"),
        when=(Pregnancy(value="pregnant"), NeedsDose(drug=V.drug)),
        then=Action(kind="refer", topic="pregnancy"),
        because="pregnancy: decide together with obstetric and infection specialists; do not delay treatment of a severe infection.",
        cases=(
            fires("pregnant", BASE, {PREGNANCY: "pregnant"}),
            silent("not pregnant", BASE),
            silent("not stated", BASE, {PREGNANCY: NOT_STATED}),
        ),
    ),
    Rule(
        id="pregnant-and-male",
        says="Pregnancy stated of a male patient contradicts.",
        source=Cite(RULINGS, "contradictions in the case are shown"),
        when=(Pregnancy(value="pregnant"), Sex(value="male")),
        then=Warn(kind="contradiction", topic="pregnant_and_male"),
        because="pregnancy is stated of a male patient: one of the two is wrong, and Cockcroft-Gault depends on the sex.",
        cases=(
            fires("both", BASE, {PREGNANCY: "pregnant", "patient.sex": "male"}),
            silent("female", BASE, {PREGNANCY: "pregnant"}),
            silent("sex not stated", BASE, {PREGNANCY: "pregnant", "patient.sex": NOT_STATED}),
        ),
    ),
    *(
        Rule(
            id=f"pregnancy-missing-{name}",
            says="Pregnancy not stated in someone not stated to be male: it is missing.",
            source=Cite(RULINGS, "pregnancy not stated"),
            when=(Pregnancy(value="not_stated"), Sex(value=sex), NeedsDose(drug=V.drug)),
            then=Missing(fact=PREGNANCY, need=V.drug),
            because="pregnancy, where it is possible: labels advise against or forbid some of these drugs then.",
            cases=(
                fires(sex, BASE, {PREGNANCY: NOT_STATED, "patient.sex": NOT_STATED if sex == "not_stated" else sex}),
                silent("male", BASE, {PREGNANCY: NOT_STATED, "patient.sex": "male"}),
                silent("stated", BASE),
            ),
        )
        for name, sex in (("female", "female"), ("sex-not-stated", "not_stated"))
    ),
    Rule(
        id="cns-penetration-and-neurotoxicity",
        says="In infection of the central nervous system, each drug's penetration and neurotoxicity are warned of.",
        source=Cite(
            "avycaz-us-2026", "s.5.4 neurotoxicity; of the labels read only the UK one of meropenem covers meningitis"
        ),
        when=(Site(value="cns"), NeedsDose(drug=V.drug)),
        then=Warn(kind="cns", topic=V.drug),
        because="central nervous system: how well {drug} reaches it is uncertain, and no dose shown here is one for meningitis; beta-lactams cause "
        "seizures and encephalopathy, above all with impaired kidneys.",
        cases=(
            fires("cns", BASE, {"infection.site": "cns"}),
            silent("bloodstream", BASE),
            silent("not stated", BASE, {"infection.site": NOT_STATED}),
        ),
    ),
    Rule(
        id="cns-consult",
        says="Infection of the central nervous system is referred.",
        source=Cite(RULINGS, "central nervous system: warning and refer"),
        when=(Site(value="cns"), NeedsDose(drug=V.drug)),
        then=Action(kind="refer", topic="cns"),
        because="central nervous system infection: consult infection specialists and neurosurgery now about dose, route and drainage.",
        cases=(
            fires("cns", BASE, {"infection.site": "cns"}),
            silent("bloodstream", BASE),
            silent("not stated", BASE, {"infection.site": NOT_STATED}),
        ),
    ),
)
