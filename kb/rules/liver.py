"""How the liver is accounted for: doses that depend on it, and drugs that may harm it."""

from ...facts.atoms import V
from ...facts.vocabulary import (
    Action,
    Dose,
    DoseRow,
    HepaticImpairment,
    HepaticRoute,
    Jurisdiction,
    LabelServes,
    Missing,
    NeedsDose,
    RenalRoute,
    Warn,
)
from ..examples import BASE, NOT_STATED, fires, silent
from ..language import Cite, Rule

RULINGS = "whyrx-rulings"
LIVER = "patient.hepatic_impairment"
IDSA = "idsa-2026"
ABDOMEN = {"infection.site": "intra_abdominal"}
C = {LIVER: "child_pugh_c"}
LABELS = Cite("labels", "dose tables of the labels, each row with its own place")

RULES = (
    *(
        Rule(
            id=f"hepatic-impairment-{value.replace('_', '-')}",
            says=f"Hepatic impairment stated as {words}: doses are the {route} ones.",
            source=Cite("tigecycline-us-2026", "s.2.2: Child-Pugh A and B unchanged, C reduced"),
            when=(HepaticImpairment(value=value),),
            then=HepaticRoute(route="child_pugh_c" if value == "child_pugh_c" else "usual"),
            because=f"hepatic impairment: {words}.",
            cases=(
                fires(words, BASE, {LIVER: value}),
                silent("another", BASE, {LIVER: "none" if value != "none" else "child_pugh_c"}),
                silent("not stated", BASE, {LIVER: NOT_STATED}),
            ),
        )
        for value, words, route in (
            ("none", "none", "usual"),
            ("child_pugh_a", "mild (Child-Pugh A)", "usual"),
            ("child_pugh_b", "moderate (Child-Pugh B)", "usual"),
            ("child_pugh_c", "severe (Child-Pugh C)", "reduced"),
        )
    ),
    Rule(
        id="assume-no-severe-hepatic-impairment",
        says="Hepatic impairment not stated: no severe one is assumed.",
        source=Cite(RULINGS, "hepatic impairment not stated"),
        when=(HepaticImpairment(value="not_stated"),),
        then=HepaticRoute(route="usual"),
        because="it is not stated whether there is hepatic impairment; no severe one is assumed.",
        assumes=LIVER,
        cases=(fires("not stated", BASE, {LIVER: NOT_STATED}), silent("none", BASE), silent("severe", BASE, C)),
    ),
    *(
        Rule(
            id=f"hepatic-impairment-missing-{value.replace('_', '-')}",
            says="Where a dose depends on the Child-Pugh class and that is not known, it is missing.",
            source=Cite(RULINGS, "hepatic impairment not stated"),
            when=(HepaticImpairment(value=value), NeedsDose(drug=V.drug), DoseRow(drug=V.drug, setting="child_pugh_c")),
            then=Missing(fact=LIVER, need=V.drug),
            because="hepatic impairment: in Child-Pugh class C the dose of {drug} may be another.",
            cases=(
                fires(value, BASE, {**ABDOMEN, LIVER: NOT_STATED if value == "not_stated" else value}, IDSA),
                silent("none", BASE, ABDOMEN, IDSA),
                silent("no such drug", BASE, {LIVER: NOT_STATED if value == "not_stated" else value}),
            ),
        )
        for value in ("not_stated", "unclassified")
    ),
    *(
        Rule(
            id=f"{name}-{route}",
            says=says,
            source=LABELS,
            when=(
                NeedsDose(drug=V.drug),
                RenalRoute(route=route),
                HepaticRoute(route=liver),
                Jurisdiction(value=V.jurisdiction),
                LabelServes(jurisdiction=V.jurisdiction, drug=V.drug, label=V.label),
                DoseRow(row=V.row, drug=V.drug, label=V.label, setting=setting, phase=V.phase),
            ),
            then=Dose(drug=V.drug, phase=V.phase, row=V.row),
            because=f"{{drug}}, {{phase}}: {{row}} ({{label}} label{more}).",
            cases=(
                fires("tigecycline", BASE, {**ABDOMEN, **case, "patient.renal_replacement": stated}, IDSA),
                silent("another liver", BASE, {**ABDOMEN, **other, "patient.renal_replacement": stated}, IDSA),
                silent("CRRT", BASE, {**ABDOMEN, **case, "patient.renal_replacement": "crrt"}, IDSA),
            ),
        )
        for name, says, liver, setting, more, case, other in (
            (
                "dose-whatever-the-kidneys",
                "A drug whose dose does not depend on the kidneys is dosed by the liver alone.",
                "usual",
                "any_kidneys",
                ", the same whatever the kidneys",
                {},
                C,
            ),
            (
                "dose-in-child-pugh-c",
                "In severe hepatic impairment, the row of the label for it.",
                "child_pugh_c",
                "child_pugh_c",
                ", severe hepatic impairment",
                C,
                {LIVER: "child_pugh_b"},
            ),
        )
        for route, stated in (("clearance", "none"), ("hemodialysis", "intermittent_hemodialysis"))
    ),
    *(
        Rule(
            id=f"dose-by-liver-where-labels-agree-{setting.replace('_', '-')}",
            says="Jurisdiction not stated: a dose that depends on the liver alone is given where both labels prescribe the same.",
            source=Cite(RULINGS, "jurisdiction not stated: a dose only where the labels agree"),
            when=(
                NeedsDose(drug=V.drug),
                Jurisdiction(value="not_stated"),
                RenalRoute(route="clearance"),
                HepaticRoute(route=route),
                DoseRow(row=V.row, drug=V.drug, label="US", setting=setting, phase=V.phase, schedule=V.schedule),
                DoseRow(row=V.other, drug=V.drug, label="EU/UK", setting=setting, phase=V.phase, schedule=V.schedule),
            ),
            then=Dose(drug=V.drug, phase=V.phase, row=V.row),
            because="{drug}, {phase}: {row}; the jurisdiction is not stated and the US and EU/UK labels agree.",
            cases=(
                fires("not stated", BASE, {**ABDOMEN, **liver, "setting.jurisdiction": NOT_STATED}, IDSA),
                silent("US", BASE, {**ABDOMEN, **liver}, IDSA),
            ),
        )
        for setting, route, liver in (("any_kidneys", "usual", {}), ("child_pugh_c", "child_pugh_c", C))
    ),
    *(
        Rule(
            id=f"liver-watched-with-{name}",
            says=f"Transaminases are watched under {words}.",
            source=Cite(document, place),
            when=(NeedsDose(drug=drug),),
            then=Action(kind="monitor", topic=f"liver_{name.replace('-', '_')}"),
            because=because,
            cases=(fires(words, BASE, {}, under), silent("child: nothing advised", BASE, {"patient.age": 17}, under)),
        )
        for name, words, drug, document, place, because, under in (
            (
                "aztreonam",
                "the pair",
                "aztreonam",
                "idsa-2026",
                "hepatic signal, seen second-hand",
                "check ALT and AST before and during the pair: in healthy volunteers on ceftazidime-avibactam with or without aztreonam "
                "transaminases rose in 40 %, mainly with 8 g of aztreonam a day; in the trials of aztreonam-avibactam (6 g a day) in about 6 %.",
                "severe-ndm-klebsiella",
            ),
            (
                "aztreonam-avibactam",
                "aztreonam-avibactam",
                "aztreonam-avibactam",
                "emblaveo-us-2026",
                "s.5.3: monitoring of liver tests recommended; ALT ≥ 5 x ULN 3.8 % against 3.1 %",
                "check liver tests during aztreonam-avibactam, above all with liver disease or other hepatotoxic drugs (ALT five times the upper limit or more in "
                "3.8 % against 3.1 % with the comparator).",
                IDSA,
            ),
        )
    ),
    *(
        Rule(
            id=f"hepatic-disease-and-{name}-{value.replace('_', '-')}",
            says=f"Hepatic impairment and {words}: no dose change, and a warning.",
            source=Cite(document, place),
            when=(NeedsDose(drug=drug), HepaticImpairment(value=value)),
            then=Warn(kind="safety", topic=f"liver_{name.replace('-', '_')}"),
            because=because,
            cases=(
                fires(value, BASE, {LIVER: value}, under),
                silent("none", BASE, {}, under),
                silent("not stated", BASE, {LIVER: NOT_STATED}, under),
            ),
        )
        for name, words, drug, document, place, because, under in (
            (
                "aztreonam",
                "the pair",
                "aztreonam",
                "idsa-2026",
                "hepatic signal, seen second-hand",
                "hepatic impairment: the labels change no dose of the pair, but transaminases may rise with aztreonam; check them often, and decide with "
                "that in mind if they rise.",
                "severe-ndm-klebsiella",
            ),
            (
                "aztreonam-avibactam",
                "aztreonam-avibactam",
                "aztreonam-avibactam",
                "emblaveo-uk-2026",
                "s.4.4: close monitoring in hepatic impairment",
                "hepatic impairment: no dose change, but the EU/UK label asks for close monitoring of liver tests under aztreonam-avibactam.",
                IDSA,
            ),
        )
        for value in ("child_pugh_a", "child_pugh_b", "child_pugh_c", "unclassified")
    ),
)
