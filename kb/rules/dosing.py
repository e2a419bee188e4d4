"""From the clearance, the renal replacement and the jurisdiction to a labelled dose of each drug, or to why there is none.

A guideline ranks regimens; the doses of their drugs come from the labels, each drug by its own table.
"""

from ...facts.atoms import V
from ...facts.vocabulary import (
    Action,
    Age,
    AlternativeDose,
    Clearance,
    Contains,
    Creatinine,
    CrrtEffluent,
    Dose,
    DoseRow,
    DosingClearance,
    DrugExcluded,
    Effluent,
    ForeignLabel,
    GradedSeverity,
    Height,
    HepaticImpairment,
    Jurisdiction,
    LabelGap,
    LabelServes,
    MaintenanceSchedule,
    MeasuredClearance,
    Missing,
    NearEdge,
    NeedsDose,
    NoMaintenanceDose,
    OtherWeight,
    Recommend,
    RenalRoute,
    Sex,
    Site,
    Warn,
    Weight,
)
from ..examples import BASE, NOT_STATED, PAIR, fires, silent
from ..language import Cite, Rule

RULINGS = "whyrx-rulings"
CZA = "ceftazidime-avibactam"
HD = {"patient.renal_replacement": "intermittent_hemodialysis"}
CRRT = {"patient.renal_replacement": "crrt"}
EU = {"setting.jurisdiction": "EU"}
ANYWHERE = {"setting.jurisdiction": NOT_STATED}
NO_CREATININE = {"patient.creatinine": NOT_STATED}
LIVER = "patient.hepatic_impairment"
MEASURED = "patient.creatinine_clearance"
IDSA = "idsa-2026"
COLISTIN = {
    "infection.site": "cystitis",
    "infection.severity": "non_severe",
    "isolate.susceptibilities": {"colistin": "S"},
}
KPC = {"isolate.carbapenemases": ["KPC-2"]}

LABELS = Cite("labels", "dose tables of the labels, each row with its own place")
AGREE = Cite(RULINGS, "jurisdiction not stated: a dose only where the labels agree")

RULES = (
    Rule(
        id="recommended-drug-needs-dose",
        says="Every drug of a recommended regimen needs a dose.",
        source=Cite("severe-ndm-klebsiella", "S15"),
        when=(Recommend(regimen=V.regimen), Contains(regimen=V.regimen, drug=V.drug)),
        then=NeedsDose(drug=V.drug),
        because="{drug} is part of {regimen}, which is recommended.",
        cases=(fires("NDM", BASE), silent("KPC: out of scope", BASE, KPC)),
    ),
    Rule(
        id="dose-by-clearance",
        says="Off renal replacement, the dose is the row of the jurisdiction's label in whose band the clearance lies.",
        source=LABELS,
        when=(
            NeedsDose(drug=V.drug),
            RenalRoute(route="clearance"),
            DosingClearance(basis=V.basis, atom=V.atom),
            Clearance(basis=V.basis, amount=V.amount),
            Jurisdiction(value=V.jurisdiction),
            LabelServes(jurisdiction=V.jurisdiction, drug=V.drug, label=V.label),
            DoseRow(row=V.row, drug=V.drug, label=V.label, setting="clearance", phase=V.phase, atom=V.atom),
        ),
        then=Dose(drug=V.drug, phase=V.phase, row=V.row),
        because="{drug}, {phase}: {row} ({label} label); the clearance is {amount} ({basis}).",
        cases=(
            fires("US", BASE),
            fires("EU", BASE, EU),
            silent("no clearance", BASE, NO_CREATININE),
            silent("on haemodialysis", BASE, HD),
        ),
    ),
    Rule(
        id="dose-where-labels-agree",
        says="Jurisdiction not stated: the dose is given where the US and the EU/UK label prescribe the same.",
        source=AGREE,
        when=(
            NeedsDose(drug=V.drug),
            Jurisdiction(value="not_stated"),
            RenalRoute(route="clearance"),
            DosingClearance(basis=V.basis, atom=V.atom),
            Clearance(basis=V.basis, amount=V.amount),
            DoseRow(
                row=V.row, drug=V.drug, label="US", setting="clearance", phase=V.phase, schedule=V.schedule, atom=V.atom
            ),
            DoseRow(
                row=V.other,
                drug=V.drug,
                label="EU/UK",
                setting="clearance",
                phase=V.phase,
                schedule=V.schedule,
                atom=V.atom,
            ),
        ),
        then=Dose(drug=V.drug, phase=V.phase, row=V.row),
        because="{drug}, {phase}: {row}; the jurisdiction is not stated and the US and EU/UK labels agree; the clearance is {amount} ({basis}).",
        cases=(
            fires("not stated", BASE, ANYWHERE),
            silent("US", BASE),
            silent("no clearance", BASE, {**ANYWHERE, **NO_CREATININE}),
        ),
    ),
    Rule(
        id="dose-on-hemodialysis",
        says="On intermittent haemodialysis, the dose is the haemodialysis row of the jurisdiction's label.",
        source=LABELS,
        when=(
            NeedsDose(drug=V.drug),
            RenalRoute(route="hemodialysis"),
            Jurisdiction(value=V.jurisdiction),
            LabelServes(jurisdiction=V.jurisdiction, drug=V.drug, label=V.label),
            DoseRow(row=V.row, drug=V.drug, label=V.label, setting="hemodialysis", phase=V.phase),
        ),
        then=Dose(drug=V.drug, phase=V.phase, row=V.row),
        because="{drug}, {phase}: {row} ({label} label, intermittent haemodialysis).",
        cases=(
            fires("EU", BASE, {**HD, **EU}),
            fires("US: aztreonam and cefiderocol", BASE, HD),
            silent("off renal replacement", BASE),
            silent("renal replacement not stated", BASE, {"patient.renal_replacement": NOT_STATED}),
        ),
    ),
    Rule(
        id="dose-on-hemodialysis-by-residual-clearance",
        says="Where the label keeps its clearance rows on haemodialysis, the measured residual clearance picks the row.",
        source=Cite("avycaz-us-2026", "s.2.3, table 3, footnote c"),
        when=(
            NeedsDose(drug=V.drug),
            RenalRoute(route="hemodialysis"),
            Jurisdiction(value=V.jurisdiction),
            LabelServes(jurisdiction=V.jurisdiction, drug=V.drug, label=V.label),
            Clearance(basis="measured", state="known", atom=V.atom, amount=V.amount),
            DoseRow(row=V.row, drug=V.drug, label=V.label, setting="residual_clearance", phase=V.phase, atom=V.atom),
        ),
        then=Dose(drug=V.drug, phase=V.phase, row=V.row),
        because="{drug}, {phase}: {row} ({label} label, haemodialysis with a residual clearance of {amount}).",
        cases=(
            fires("US, residual 15", BASE, {**HD, "patient.creatinine_clearance": "15 mL/min"}),
            fires("US, residual 5", BASE, {**HD, "patient.creatinine_clearance": "5 mL/min"}),
            silent("US, residual 15.1", BASE, {**HD, "patient.creatinine_clearance": "15.1 mL/min"}),
            silent("US, residual not stated", BASE, HD),
            silent("EU", BASE, {**HD, **EU, "patient.creatinine_clearance": "10 mL/min"}),
        ),
    ),
    Rule(
        id="dose-on-hemodialysis-where-labels-agree",
        says="On haemodialysis with the jurisdiction not stated: the dose is given where both labels prescribe the same.",
        source=AGREE,
        when=(
            NeedsDose(drug=V.drug),
            Jurisdiction(value="not_stated"),
            RenalRoute(route="hemodialysis"),
            DoseRow(row=V.row, drug=V.drug, label="US", setting="hemodialysis", phase=V.phase, schedule=V.schedule),
            DoseRow(
                row=V.other, drug=V.drug, label="EU/UK", setting="hemodialysis", phase=V.phase, schedule=V.schedule
            ),
        ),
        then=Dose(drug=V.drug, phase=V.phase, row=V.row),
        because="{drug}, {phase}: {row}; the jurisdiction is not stated and the US and EU/UK labels agree (haemodialysis).",
        cases=(
            fires("cefiderocol", BASE, {**HD, **ANYWHERE}),
            silent("US", BASE, HD),
            silent("off renal replacement", BASE, ANYWHERE),
        ),
    ),
    Rule(
        id="supplement-after-hemodialysis",
        says="In severe infection, aztreonam is topped up after each haemodialysis.",
        source=Cite(
            "azactam-us", "an eighth of the first dose after each haemodialysis in serious infection (seen second-hand)"
        ),
        when=(
            NeedsDose(drug=V.drug),
            RenalRoute(route="hemodialysis"),
            GradedSeverity(value="severe"),
            DoseRow(row=V.row, drug=V.drug, setting="hemodialysis_severe", phase="supplement"),
        ),
        then=Dose(drug=V.drug, phase="supplement", row=V.row),
        because="{drug}, supplement: {row}, in addition to the regular doses, since the infection is severe.",
        cases=(
            fires("severe", BASE, HD),
            silent("non-severe", BASE, {**HD, "infection.severity": "non_severe"}),
            silent("off renal replacement", BASE),
            silent("renal replacement not stated", BASE, {"patient.renal_replacement": NOT_STATED}),
        ),
    ),
    Rule(
        id="dose-on-crrt",
        says="On CRRT, the dose is the row of the jurisdiction's label in whose effluent band the flow lies.",
        source=Cite("fetroja-us-2026", "s.2.2, table 2"),
        when=(
            NeedsDose(drug=V.drug),
            RenalRoute(route="crrt"),
            Jurisdiction(value=V.jurisdiction),
            LabelServes(jurisdiction=V.jurisdiction, drug=V.drug, label=V.label),
            Effluent(state="known", atom=V.atom, amount=V.amount),
            DoseRow(row=V.row, drug=V.drug, label=V.label, setting="crrt", phase=V.phase, atom=V.atom),
        ),
        then=Dose(drug=V.drug, phase=V.phase, row=V.row),
        because="{drug}, {phase}: {row} ({label} label); the effluent flow is {amount}.",
        cases=(
            fires("2.5 L/h, US", BASE, {**CRRT, "patient.crrt_effluent": "2.5 L/h"}),
            silent("flow not stated", BASE, CRRT),
            silent("EU label has no CRRT table", BASE, {**CRRT, **EU, "patient.crrt_effluent": "2.5 L/h"}),
            silent("off renal replacement", BASE),
        ),
    ),
    Rule(
        id="first-dose-at-any-clearance",
        says="Without a clearance, the labelled first dose of aztreonam still stands: it is the same at any clearance.",
        source=Cite("azactam-us", "initial dose at any clearance (CrCl < 10 second-hand)"),
        when=(
            NeedsDose(drug=V.drug),
            RenalRoute(route="clearance"),
            DoseRow(row=V.row, drug=V.drug, setting="any_clearance", phase="loading"),
        ),
        unless=(DosingClearance(),),
        then=Dose(drug=V.drug, phase="loading", row=V.row),
        because="{drug}, loading: {row}; its first dose is the same at any clearance, so it need not wait for creatinine.",
        cases=(
            fires("creatinine not stated", BASE, NO_CREATININE),
            silent("clearance known", BASE),
            silent("on CRRT", BASE, {**CRRT, **NO_CREATININE}),
        ),
    ),
    Rule(
        id="no-maintenance-dose",
        says="A drug of a recommended regimen has no dose that a label grounds.",
        source=Cite(RULINGS, "no labelled dose means no dose and a reason"),
        when=(NeedsDose(drug=V.drug),),
        unless=(Dose(drug=V.drug, phase="maintenance"),),
        then=NoMaintenanceDose(drug=V.drug),
        because="no label grounds a maintenance dose of {drug} on these facts.",
        cases=(
            fires("creatinine not stated", BASE, NO_CREATININE),
            fires("CRRT", BASE, CRRT),
            silent("clearance known", BASE),
        ),
    ),
    *(
        Rule(
            id=f"dose-needs-{path.split('.')[1].replace('_', '-')}",
            says=f"Without a clearance the dose is missing, and the {words} is one of the facts it needs.",
            source=Cite(RULINGS, "creatinine missing, off renal replacement"),
            when=(NoMaintenanceDose(drug=V.drug), RenalRoute(route="clearance"), condition),
            unless=(DosingClearance(),),
            then=Missing(fact=path, need=V.drug),
            because=f"{words}: without it no creatinine clearance can be computed, and doses depend on that.",
            cases=(
                fires("not stated", BASE, {path: NOT_STATED}),
                silent("stated", BASE),
                silent("clearance measured", BASE, {path: NOT_STATED, "patient.creatinine_clearance": "43 mL/min"}),
            ),
        )
        for path, words, condition in (
            ("patient.creatinine", "serum creatinine", Creatinine(state="not_stated")),
            ("patient.weight", "weight", Weight(state="not_stated")),
            ("patient.age", "age", Age(state="not_stated")),
            ("patient.sex", "sex", Sex(value="not_stated")),
        )
    ),
    Rule(
        id="pair-does-not-wait-for-clearance",
        says="Without a clearance the pair is started all the same, both drugs together.",
        source=Cite(RULINGS, "creatinine missing, off renal replacement"),
        when=(Recommend(regimen=PAIR, line="first"), RenalRoute(route="clearance")),
        unless=(DosingClearance(),),
        then=Action(kind="start_now", topic="without_clearance"),
        because="do not wait for the clearance: start both drugs of the pair together now. Aztreonam's first dose is the same at any "
        "clearance; ask the pharmacy now for the dose of ceftazidime-avibactam, and do not give aztreonam alone.",
        cases=(
            fires("creatinine not stated", BASE, NO_CREATININE),
            silent("clearance known", BASE),
            silent("CRRT", BASE, CRRT),
        ),
    ),
    Rule(
        id="alternative-dose-asked-of-pharmacy",
        says="Without a clearance the dose of the alternative is asked of the pharmacy.",
        source=Cite(RULINGS, "creatinine missing, off renal replacement"),
        when=(NoMaintenanceDose(drug=V.drug), Recommend(regimen=V.drug), RenalRoute(route="clearance")),
        unless=(DosingClearance(),),
        then=Action(kind="adjust", topic=V.drug),
        because="if {drug} is used: its dose depends on the clearance; ask the pharmacy, and do not wait.",
        cases=(
            fires("creatinine not stated", BASE, NO_CREATININE),
            silent("clearance known", BASE),
            silent("CRRT", BASE, CRRT),
        ),
    ),
    *(
        Rule(
            id=f"dose-on-{route}-asked-of-pharmacy",
            says=f"On {words} a drug of the recommended regimens without a grounded dose does not wait: the pharmacy is asked.",
            source=Cite(RULINGS, place),
            when=(NoMaintenanceDose(drug=V.drug), RenalRoute(route=route)),
            then=Action(kind="adjust", topic=V.drug),
            because=f"{{drug}} on {words}: no single dose can be grounded. Do not wait: ask pharmacy and nephrology for it now.",
            cases=(
                fires(words, BASE, {"patient.renal_replacement": value}),
                silent("off renal replacement", BASE),
                silent("not stated", BASE, {"patient.renal_replacement": NOT_STATED}),
            ),
        )
        for route, value, words, place in (
            (
                "hemodialysis",
                "intermittent_hemodialysis",
                "haemodialysis",
                "haemodialysis: both rows shown, none picked",
            ),
            ("crrt", "crrt", "continuous renal replacement", "CRRT: only cefiderocol, US label, by effluent"),
        )
    ),
    Rule(
        id="hemodialysis-needs-residual-clearance",
        says="On haemodialysis under a label that keeps its clearance rows, the residual clearance is missing.",
        source=Cite("avycaz-us-2026", "s.2.3, table 3, footnote c"),
        when=(
            NoMaintenanceDose(drug=V.drug),
            RenalRoute(route="hemodialysis"),
            Jurisdiction(value=V.jurisdiction),
            LabelServes(jurisdiction=V.jurisdiction, drug=V.drug, label=V.label),
            DoseRow(drug=V.drug, label=V.label, setting="residual_clearance"),
            MeasuredClearance(state="not_stated"),
        ),
        then=Missing(fact="patient.creatinine_clearance", need=V.drug),
        because="the residual creatinine clearance: on haemodialysis the {label} label doses {drug} by it.",
        cases=(
            fires("US", BASE, HD),
            silent("US, residual 10", BASE, {**HD, "patient.creatinine_clearance": "10 mL/min"}),
            silent("EU", BASE, {**HD, **EU}),
        ),
    ),
    Rule(
        id="hemodialysis-needs-jurisdiction",
        says="On haemodialysis the labels disagree on ceftazidime-avibactam: without the jurisdiction there is no single row.",
        source=Cite(RULINGS, "haemodialysis: both rows shown, none picked"),
        when=(NoMaintenanceDose(drug=V.drug), RenalRoute(route="hemodialysis"), Jurisdiction(value="not_stated")),
        then=Missing(fact="setting.jurisdiction", need=V.drug),
        because="the jurisdiction: on haemodialysis the US label doses {drug} by the residual clearance and the EU/UK label does not.",
        cases=(fires("not stated", BASE, {**HD, **ANYWHERE}), silent("US", BASE, HD)),
    ),
    Rule(
        id="hemodialysis-needs-residual-clearance-too",
        says="On haemodialysis with the jurisdiction not stated, the residual clearance would be needed under the US label.",
        source=Cite(RULINGS, "haemodialysis: both rows shown, none picked"),
        when=(
            NoMaintenanceDose(drug=V.drug),
            RenalRoute(route="hemodialysis"),
            Jurisdiction(value="not_stated"),
            DoseRow(drug=V.drug, label="US", setting="residual_clearance"),
            MeasuredClearance(state="not_stated"),
        ),
        then=Missing(fact="patient.creatinine_clearance", need=V.drug),
        because="the residual creatinine clearance: the US label doses {drug} by it on haemodialysis.",
        cases=(fires("not stated", BASE, {**HD, **ANYWHERE}), silent("US", BASE, HD), silent("EU", BASE, {**HD, **EU})),
    ),
    Rule(
        id="hemodialysis-rows-shown",
        says="On haemodialysis without a single row for ceftazidime-avibactam, both labels' rows are shown and none is picked.",
        source=Cite(RULINGS, "haemodialysis: both rows shown, none picked"),
        when=(NoMaintenanceDose(drug=CZA), RenalRoute(route="hemodialysis")),
        then=Warn(kind="no_labelled_dose", topic="hemodialysis"),
        because="ceftazidime-avibactam on haemodialysis has no single row here. All rows give 0.94 g (0.75 g ceftazidime), after dialysis, and "
        "differ in the interval: US label every 24 h with a residual clearance of > 5 to 15 mL/min and every 48 h at 5 mL/min or less; EU/UK "
        "label every 48 h. None is picked.",
        cases=(
            fires("US, residual not stated", BASE, HD),
            fires("jurisdiction not stated", BASE, {**HD, **ANYWHERE}),
            silent("EU", BASE, {**HD, **EU}),
            silent("US, residual 10", BASE, {**HD, "patient.creatinine_clearance": "10 mL/min"}),
        ),
    ),
    Rule(
        id="residual-clearance-outside-hemodialysis-rows",
        says="A residual clearance above the haemodialysis rows of the label is said to have no row.",
        source=Cite("avycaz-us-2026", "s.2.3, table 3, footnote c"),
        when=(
            NoMaintenanceDose(drug=V.drug),
            RenalRoute(route="hemodialysis"),
            Jurisdiction(value=V.jurisdiction),
            LabelServes(jurisdiction=V.jurisdiction, drug=V.drug, label=V.label),
            DoseRow(drug=V.drug, label=V.label, setting="residual_clearance"),
            Clearance(basis="measured", state="known", amount=V.amount),
        ),
        then=Warn(kind="no_labelled_dose", topic="residual_clearance"),
        because="the residual clearance of {amount} lies above the rows that the {label} label of {drug} marks for haemodialysis.",
        cases=(
            fires("15.1 mL/min", BASE, {**HD, "patient.creatinine_clearance": "15.1 mL/min"}),
            silent("15 mL/min", BASE, {**HD, "patient.creatinine_clearance": "15 mL/min"}),
            silent("not stated", BASE, HD),
        ),
    ),
    Rule(
        id="crrt-no-labelled-dose",
        says="On CRRT a drug without a labelled CRRT dose gets none, and that is said.",
        source=Cite(RULINGS, "CRRT: only cefiderocol, US label, by effluent"),
        when=(NoMaintenanceDose(drug=V.drug), RenalRoute(route="crrt")),
        then=Warn(kind="no_labelled_dose", topic=V.drug),
        because="{drug} on continuous renal replacement: no label that applies gives a dose on these facts, and none is invented.",
        cases=(fires("US", BASE, CRRT), silent("off renal replacement", BASE)),
    ),
    Rule(
        id="dose-on-crrt-at-any-flow",
        says="On CRRT, a label that gives one dose whatever the effluent flow gives it.",
        source=Cite("colomycin-uk-2023", "s.4.2: CVVHF and CVVHDF as with normal renal function, three times a day"),
        when=(
            NeedsDose(drug=V.drug),
            RenalRoute(route="crrt"),
            Jurisdiction(value=V.jurisdiction),
            LabelServes(jurisdiction=V.jurisdiction, drug=V.drug, label=V.label),
            DoseRow(row=V.row, drug=V.drug, label=V.label, setting="crrt_any_flow", phase=V.phase),
        ),
        then=Dose(drug=V.drug, phase=V.phase, row=V.row),
        because="{drug}, {phase}: {row} ({label} label, CRRT).",
        cases=(
            fires("colistin, EU", BASE, {**CRRT, **EU, **COLISTIN}, IDSA),
            silent("colistin, US", BASE, {**CRRT, **COLISTIN}, IDSA),
            silent("off renal replacement", BASE, {**EU, **COLISTIN}, IDSA),
        ),
    ),
    Rule(
        id="label-forbids-drug",
        says="A clearance at which the label of the jurisdiction says not to use the drug excludes it.",
        source=LABELS,
        when=(
            RenalRoute(route="clearance"),
            DosingClearance(basis=V.basis, atom=V.atom),
            Clearance(basis=V.basis, amount=V.amount),
            Jurisdiction(value=V.jurisdiction),
            LabelServes(jurisdiction=V.jurisdiction, drug=V.drug, label=V.label),
            LabelGap(drug=V.drug, label=V.label, verdict="forbidden", notice=V.notice, atom=V.atom),
        ),
        then=DrugExcluded(drug=V.drug, reason="label"),
        because="{drug} at {amount}: {notice}.",
        cases=(
            fires("15 mL/min, EU", BASE, {**EU, MEASURED: "15 mL/min"}, IDSA),
            silent("15.1 mL/min, EU", BASE, {**EU, MEASURED: "15.1 mL/min"}, IDSA),
            silent("15 mL/min, US", BASE, {MEASURED: "15 mL/min"}, IDSA),
            silent("haemodialysis", BASE, {**EU, **HD}, IDSA),
        ),
    ),
    Rule(
        id="label-of-unstated-jurisdiction-forbids",
        says="Jurisdiction not stated: that a label forbids a drug at this clearance is said.",
        source=LABELS,
        when=(
            NeedsDose(drug=V.drug),
            RenalRoute(route="clearance"),
            DosingClearance(basis=V.basis, atom=V.atom),
            Clearance(basis=V.basis, amount=V.amount),
            Jurisdiction(value="not_stated"),
            LabelGap(drug=V.drug, verdict="forbidden", notice=V.notice, atom=V.atom),
        ),
        then=Warn(kind="no_labelled_dose", topic=V.drug),
        because="{drug} at {amount}, jurisdiction not stated: {notice}.",
        cases=(
            fires("15 mL/min", BASE, {**ANYWHERE, MEASURED: "15 mL/min"}, IDSA),
            silent("15.1 mL/min", BASE, {**ANYWHERE, MEASURED: "15.1 mL/min"}, IDSA),
            silent("15 mL/min, US", BASE, {MEASURED: "15 mL/min"}, IDSA),
        ),
    ),
    Rule(
        id="label-gap-said",
        says="A clearance at which the label of the jurisdiction gives no dose that could be used is said to be one.",
        source=LABELS,
        when=(
            NoMaintenanceDose(drug=V.drug),
            RenalRoute(route="clearance"),
            DosingClearance(basis=V.basis, atom=V.atom),
            Clearance(basis=V.basis, amount=V.amount),
            Jurisdiction(value=V.jurisdiction),
            LabelServes(jurisdiction=V.jurisdiction, drug=V.drug, label=V.label),
            LabelGap(drug=V.drug, label=V.label, verdict="no_dose", notice=V.notice, atom=V.atom),
        ),
        then=Warn(kind="no_labelled_dose", topic=V.drug),
        because="{drug} at {amount}: {notice}.",
        cases=(
            fires("KPC, 40 mL/min, EU", BASE, {**EU, **KPC, MEASURED: "40 mL/min"}, IDSA),
            silent("KPC, 40.1 mL/min, EU", BASE, {**EU, **KPC, MEASURED: "40.1 mL/min"}, IDSA),
            silent("not stated", BASE, {**ANYWHERE, **KPC, MEASURED: "40 mL/min"}, IDSA),
        ),
    ),
    Rule(
        id="label-gap-asked-of-pharmacy",
        says="Where the label of the jurisdiction gives no dose at this clearance, the pharmacy is asked, without waiting.",
        source=Cite(RULINGS, "no labelled dose means no dose and a reason"),
        when=(
            NoMaintenanceDose(drug=V.drug),
            RenalRoute(route="clearance"),
            DosingClearance(atom=V.atom),
            Jurisdiction(value=V.jurisdiction),
            LabelServes(jurisdiction=V.jurisdiction, drug=V.drug, label=V.label),
            LabelGap(drug=V.drug, label=V.label, verdict="no_dose", atom=V.atom),
        ),
        then=Action(kind="adjust", topic=V.drug),
        because="{drug}: no dose of the {label} label can be used at this clearance. Prefer a regimen that has a dose; if there is none, do not wait: ask the pharmacy now.",
        cases=(
            fires("KPC, 40 mL/min, EU", BASE, {**EU, **KPC, MEASURED: "40 mL/min"}, IDSA),
            silent("KPC, 40.1 mL/min, EU", BASE, {**EU, **KPC, MEASURED: "40.1 mL/min"}, IDSA),
            silent("no clearance", BASE, NO_CREATININE),
        ),
    ),
    Rule(
        id="dose-asked-for-want-of-child-pugh-class",
        says="Where a dose depends on the Child-Pugh class, and hepatic impairment is stated without it, the pharmacy is asked.",
        source=Cite(RULINGS, "hepatic impairment not stated"),
        when=(
            NoMaintenanceDose(drug=V.drug),
            HepaticImpairment(value="unclassified"),
            DoseRow(drug=V.drug, setting="child_pugh_c"),
        ),
        then=Action(kind="adjust", topic=V.drug),
        because="{drug}: its dose depends on the Child-Pugh class, which is not stated. Find it out; do not wait: ask the pharmacy now.",
        cases=(
            fires("unclassified", BASE, {"infection.site": "intra_abdominal", LIVER: "unclassified"}, IDSA),
            silent("Child-Pugh C", BASE, {"infection.site": "intra_abdominal", LIVER: "child_pugh_c"}, IDSA),
            silent("not stated", BASE, {"infection.site": "intra_abdominal", LIVER: NOT_STATED}, IDSA),
        ),
    ),
    Rule(
        id="labels-give-no-common-dose",
        says="Jurisdiction not stated, and no dose at this clearance on which the labels agree: state it, or ask the pharmacy.",
        source=AGREE,
        when=(
            NoMaintenanceDose(drug=V.drug),
            RenalRoute(route="clearance"),
            DosingClearance(),
            Jurisdiction(value="not_stated"),
        ),
        then=Action(kind="adjust", topic=V.drug),
        because="{drug}: the labels do not give one and the same dose at this clearance, and the jurisdiction is not stated. Do not wait: ask the pharmacy for it now.",
        cases=(
            fires("15 mL/min", BASE, {**ANYWHERE, MEASURED: "15 mL/min"}, IDSA),
            silent("43 mL/min", BASE, {**ANYWHERE, MEASURED: "43 mL/min"}, IDSA),
            silent("US", BASE, {MEASURED: "15 mL/min"}, IDSA),
        ),
    ),
    Rule(
        id="crrt-needs-effluent",
        says="On CRRT under a label with a CRRT table, the effluent flow is missing.",
        source=Cite("fetroja-us-2026", "s.2.2, table 2"),
        when=(
            NoMaintenanceDose(drug=V.drug),
            RenalRoute(route="crrt"),
            CrrtEffluent(state="not_stated"),
            DoseRow(drug=V.drug, setting="crrt"),
        ),
        then=Missing(fact="patient.crrt_effluent", need=V.drug),
        because="the effluent flow of the CRRT: the US label doses {drug} by it.",
        cases=(
            fires("not stated", BASE, CRRT),
            silent("stated", BASE, {**CRRT, "patient.crrt_effluent": "2.5 L/h"}),
            silent("off renal replacement", BASE),
        ),
    ),
    *(
        Rule(
            id=f"crrt-table-of-other-label-{j.lower().replace('_', '-')}",
            says="The EU/UK cefiderocol label has no CRRT table; what the US label gives is shown, not picked.",
            source=Cite("fetroja-us-2026", "s.2.2, table 2; no such table in the UK SmPC 2026"),
            when=(
                NoMaintenanceDose(drug=V.drug),
                RenalRoute(route="crrt"),
                Jurisdiction(value=j),
                Effluent(state="known", atom=V.atom),
                DoseRow(row=V.row, drug=V.drug, label="US", setting="crrt", atom=V.atom),
            ),
            then=Warn(kind="labels_disagree", topic="crrt"),
            because="{drug} on CRRT: the US label would start with {row}; the EU/UK label gives no CRRT dose. None is picked: ask the pharmacy.",
            cases=(
                fires(
                    j,
                    BASE,
                    {
                        **CRRT,
                        "setting.jurisdiction": NOT_STATED if j == "not_stated" else j,
                        "patient.crrt_effluent": "2.5 L/h",
                    },
                ),
                silent("US", BASE, {**CRRT, "patient.crrt_effluent": "2.5 L/h"}),
            ),
        )
        for j in ("EU", "UK", "not_stated")
    ),
    Rule(
        id="crrt-needs-jurisdiction",
        says="On CRRT with the jurisdiction not stated, it is missing: only the US label has a CRRT table.",
        source=AGREE,
        when=(
            NoMaintenanceDose(drug=V.drug),
            RenalRoute(route="crrt"),
            Jurisdiction(value="not_stated"),
            DoseRow(drug=V.drug, setting="crrt"),
        ),
        then=Missing(fact="setting.jurisdiction", need=V.drug),
        because="the jurisdiction: only the US label gives a dose of {drug} on CRRT.",
        cases=(fires("not stated", BASE, {**CRRT, **ANYWHERE}), silent("US", BASE, CRRT)),
    ),
    Rule(
        id="only-label-seen-warned",
        says="Where the label of another jurisdiction serves because no other was seen, that is said.",
        source=Cite(RULINGS, "the only label seen serves all, with a warning"),
        when=(
            Dose(drug=V.drug),
            Jurisdiction(value=V.jurisdiction),
            ForeignLabel(jurisdiction=V.jurisdiction, drug=V.drug, label=V.label),
        ),
        then=Warn(kind="labels_disagree", topic="only_label_seen"),
        because="the dose of {drug} follows the {label} label, the only one read; check it against the label that applies (jurisdiction: "
        "{jurisdiction}).",
        cases=(fires("EU", BASE, EU), fires("not stated", BASE, ANYWHERE), silent("US", BASE)),
    ),
    Rule(
        id="aztreonam-label-second-hand",
        says="What of the aztreonam label was seen only second-hand is said with its dose.",
        source=Cite("azactam-us", "dosage and administration"),
        when=(Dose(drug="aztreonam"),),
        then=Warn(kind="provenance", topic="aztreonam_label"),
        because="aztreonam: the dosing section of its label was seen in older copies; its doses below 10 mL/min and on haemodialysis and its "
        "infusion time of 20 to 60 min only second-hand, in concordant sources.",
        cases=(fires("pair dosed", BASE), silent("KPC: out of scope", BASE, KPC)),
    ),
    *(
        Rule(
            id=f"supplement-not-seen-{j.lower()}",
            says="The supplement after haemodialysis was not seen in an EU or UK source; that is said.",
            source=Cite("azactam-uk", "haemodialysis as clearance below 10, after dialysis (seen second-hand)"),
            when=(Dose(drug="aztreonam", phase="supplement"), Jurisdiction(value=j)),
            then=Warn(kind="labels_disagree", topic="aztreonam_supplement"),
            because="the supplement of aztreonam after dialysis stands in the US label only; no EU or UK source that was read has it.",
            cases=(fires(j, BASE, {**HD, "setting.jurisdiction": j}), silent("US", BASE, HD)),
        )
        for j in ("EU", "UK")
    ),
    Rule(
        id="dose-by-another-weight",
        says="The dose that ideal or adjusted weight would give is worked out beside that of the actual weight.",
        source=Cite(RULINGS, "no label says which weight: actual weight, the others shown where they change the band"),
        when=(
            Dose(drug=V.drug, phase="maintenance", row=V.chosen),
            DosingClearance(basis="actual_weight", atom=V.actual),
            DoseRow(row=V.chosen, label=V.label, atom=V.actual),
            Clearance(basis=V.basis, state="known", atom=V.atom),
            OtherWeight(basis=V.basis),
            DoseRow(
                row=V.row,
                drug=V.drug,
                label=V.label,
                setting="clearance",
                phase="maintenance",
                schedule=V.schedule,
                atom=V.atom,
            ),
        ),
        then=AlternativeDose(drug=V.drug, basis=V.basis, row=V.row, schedule=V.schedule),
        because="{drug} by {basis}: {row}.",
        cases=(
            fires("height stated", BASE),
            silent("height not stated", BASE, {"patient.height": NOT_STATED}),
            silent("clearance measured", BASE, {"patient.creatinine_clearance": "43 mL/min"}),
        ),
    ),
    Rule(
        id="maintenance-schedule",
        says="What the chosen maintenance row gives and how often, to compare doses by.",
        source=LABELS,
        when=(
            Dose(drug=V.drug, phase="maintenance", row=V.row),
            DosingClearance(atom=V.atom),
            DoseRow(row=V.row, schedule=V.schedule, atom=V.atom),
        ),
        then=MaintenanceSchedule(drug=V.drug, schedule=V.schedule),
        because="{drug}: {schedule}.",
        cases=(
            fires("clearance known", BASE),
            silent("creatinine not stated", BASE, NO_CREATININE),
            silent("haemodialysis", BASE, HD),
        ),
    ),
    Rule(
        id="weight-changes-dose",
        says="Where the choice of weight changes the band, both doses are shown.",
        source=Cite(RULINGS, "no label says which weight: actual weight, the others shown where they change the band"),
        when=(
            AlternativeDose(drug=V.drug, basis=V.basis, row=V.other, schedule=V.schedule),
            Dose(drug=V.drug, phase="maintenance", row=V.row),
            Clearance(basis=V.basis, amount=V.amount),
            Clearance(basis="actual_weight", amount=V.actual),
        ),
        unless=(MaintenanceSchedule(drug=V.drug, schedule=V.schedule),),
        then=Warn(kind="weight", topic=V.drug),
        because="{drug}: {row} by actual weight ({actual}), but {other} by {basis} ({amount}); no label says which weight to use.",
        cases=(
            fires("110 kg, 165 cm", BASE, {"patient.weight": "110 kg"}),
            silent(
                "another band with the same dose",
                BASE,
                {
                    "setting.jurisdiction": "EU",
                    "patient.weight": "85 kg",
                    "patient.height": "160 cm",
                    "patient.creatinine": "0.7 mg/dL",
                },
            ),
            silent("60 kg, 165 cm", BASE, {"patient.weight": "60 kg"}),
            silent("height not stated", BASE, {"patient.weight": "110 kg", "patient.height": NOT_STATED}),
        ),
    ),
    Rule(
        id="weight-cannot-be-compared",
        says="Below 152.4 cm there is no ideal weight to compare the actual one with.",
        source=Cite("devine-1974", "defined from 60 inches up"),
        when=(
            Dose(drug=V.drug, phase="maintenance"),
            DosingClearance(basis="actual_weight"),
            Height(state="stated"),
            Clearance(basis="ideal_weight", state="not_applicable"),
        ),
        then=Warn(kind="weight", topic="no_ideal_weight"),
        because="ideal weight is not defined below 152.4 cm: nobody can say here whether another weight would change a dose. Check with the pharmacy.",
        cases=(
            fires("152.3 cm", BASE, {"patient.height": "152.3 cm"}),
            silent("152.4 cm", BASE, {"patient.height": "152.4 cm"}),
            silent("not stated", BASE, {"patient.height": NOT_STATED}),
        ),
    ),
    Rule(
        id="height-missing",
        says="Without the height, ideal and adjusted weight cannot be compared with the actual one.",
        source=Cite(RULINGS, "no label says which weight: actual weight, the others shown where they change the band"),
        when=(
            Dose(drug=V.drug, phase="maintenance"),
            DosingClearance(basis="actual_weight"),
            Height(state="not_stated"),
        ),
        then=Missing(fact="patient.height", need=V.drug),
        because="height: without it nobody can say whether ideal or adjusted weight would change a dose.",
        cases=(fires("not stated", BASE, {"patient.height": NOT_STATED}), silent("stated", BASE)),
    ),
    Rule(
        id="clearance-near-indexed-edge",
        says="Aztreonam's cut points are printed per 1.73 m2; near one, the unindexed clearance may fall on the other side.",
        source=Cite("azactam-us", "bands per 1.73 m2; mL/min used here"),
        when=(Dose(drug=V.drug), DosingClearance(atom=V.atom), NearEdge(drug=V.drug, atom=V.atom)),
        then=Warn(kind="clearance", topic="aztreonam_per_1.73_m2"),
        because="the label prints the cut points of {drug} per 1.73 m², and here mL/min is used: this close to one, a small or "
        "large body may belong to the other side. Check with the pharmacy.",
        cases=(
            fires("24 mL/min", BASE, {"patient.creatinine_clearance": "24 mL/min"}),
            fires("36 mL/min", BASE, {"patient.creatinine_clearance": "36 mL/min"}),
            silent("36.1 mL/min", BASE, {"patient.creatinine_clearance": "36.1 mL/min"}),
            silent("23.9 mL/min", BASE, {"patient.creatinine_clearance": "23.9 mL/min"}),
            silent("no clearance", BASE, NO_CREATININE),
        ),
    ),
    Rule(
        id="guidance-infuses-pair-over-3-h",
        says="The labels' infusion times of the pair differ from the 3 h that guidance gives.",
        source=Cite("idsa-2026", "table 1: both drugs over 3 h, given together (seen second-hand)"),
        when=(Recommend(regimen=PAIR),),
        then=Warn(kind="infusion", topic="pair_3_h"),
        because="the labels say 2 h for ceftazidime-avibactam and 20 to 60 min for aztreonam, and these are printed; IDSA "
        "2026 gives both over 3 h, together (Y-site compatible at 20 mg/mL of ceftazidime, AVYCAZ s.2.5).",
        cases=(fires("pair recommended", BASE), silent("out of scope", BASE, KPC)),
    ),
    Rule(
        id="jurisdiction-missing",
        says="Jurisdiction not stated: it is missing, since labels differ.",
        source=AGREE,
        when=(NeedsDose(drug=V.drug), Jurisdiction(value="not_stated")),
        then=Missing(fact="setting.jurisdiction", need=V.drug),
        because="the jurisdiction: labels differ on doses, sites of infection, allergy and pregnancy.",
        cases=(
            fires("not stated", BASE, ANYWHERE),
            silent("US", BASE),
            silent("out of scope", BASE, {**ANYWHERE, **KPC}),
        ),
    ),
    *(
        Rule(
            id=f"intra-abdominal-with-metronidazole{suffix}",
            says=f"In intra-abdominal infection the label gives {drug} together with metronidazole.",
            source=Cite(document, place),
            when=(Site(value="intra_abdominal"), NeedsDose(drug=drug)),
            then=Action(kind="adjust", topic=f"metronidazole{suffix.replace('-', '_')}"),
            because=f"intra-abdominal infection: the label gives {drug} together with metronidazole, for anaerobes.",
            cases=(
                fires("intra-abdominal", BASE, {"infection.site": "intra_abdominal"}, under),
                silent("bloodstream", BASE, {}, under),
                silent("not stated", BASE, {"infection.site": NOT_STATED}, under),
            ),
        )
        for suffix, drug, document, place, under in (
            ("", CZA, "avycaz-us-2026", "s.1, s.2.1: cIAI, with metronidazole", "severe-ndm-klebsiella"),
            (
                "-aztreonam-avibactam",
                "aztreonam-avibactam",
                "emblaveo-us-2026",
                "s.1.1: cIAI, with metronidazole; UK s.4.2: where anaerobes are known or suspected",
                IDSA,
            ),
        )
    ),
)
