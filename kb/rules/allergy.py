"""Which drugs an allergy excludes. Severe, not severe, of unknown kind, and not stated behave differently."""

from ...facts.atoms import V
from ...facts.vocabulary import (
    Action,
    Allergy,
    AllergyList,
    AllergyRule,
    Assumed,
    Contains,
    DrugExcluded,
    Excluded,
    InScope,
    Jurisdiction,
    LabelServes,
    LabelWarns,
    Missing,
    NeedsDose,
    Ranks,
    SevereAllergy,
    UnavailableDrug,
    UnavailableList,
    Warn,
)
from ..examples import BASE, NOT_STATED, fires, silent
from ..language import Cite, Example, Rule

RULINGS = "whyrx-rulings"
ALLERGIES = "patient.allergies"


def _allergic(substance: str, reaction: str | None = "severe") -> dict[str, object]:
    return {ALLERGIES: [{"substance": substance} | ({"reaction": reaction} if reaction else {})]}


def _stated(reaction: str) -> str | None:
    return None if reaction == "not_stated" else reaction


_COMMON: tuple[Example, ...] = (
    silent("no allergies", BASE),
    silent("allergies not stated", BASE, {ALLERGIES: NOT_STATED}),
)

RULES = (
    *(
        Rule(
            id=f"allergy-{reaction.replace('_', '-')}",
            says=f"{words} makes the allergy severe.",
            source=Cite(RULINGS, "severe allergy: immediate, anaphylactic or severe cutaneous"),
            when=(Allergy(substance=V.substance, reaction=reaction),),
            then=SevereAllergy(substance=V.substance, reaction=reaction),
            because=f"{words.lower()} to {{substance}} is recorded.",
            cases=(
                fires(reaction, BASE, _allergic("ceftazidime", reaction)),
                silent("non-severe", BASE, _allergic("ceftazidime", "non_severe")),
                silent("reaction unknown", BASE, _allergic("ceftazidime", "unknown")),
                silent("reaction not stated", BASE, _allergic("ceftazidime", None)),
                *_COMMON,
            ),
        )
        for reaction, words in (
            ("severe", "An immediate or anaphylactic reaction"),
            ("severe_cutaneous", "A severe cutaneous reaction (SJS, TEN, DRESS)"),
        )
    ),
    Rule(
        id="severe-allergy-excludes-drug",
        says="A severe allergy excludes the drugs it concerns in every jurisdiction: the drug itself, its class, its side chain.",
        source=Cite("labels", "contraindications (US s.4, UK s.4.3); shared side chain from the chemical names"),
        when=(
            SevereAllergy(substance=V.substance),
            AllergyRule(substance=V.substance, drug=V.drug, scope="any", verdict="excluded"),
        ),
        then=DrugExcluded(drug=V.drug, reason="allergy"),
        because="a severe allergy to {substance} excludes {drug}.",
        cases=(
            fires("ceftazidime", BASE, _allergic("ceftazidime")),
            fires("aztreonam", BASE, _allergic("aztreonam")),
            fires("cephalosporins", BASE, _allergic("cephalosporins")),
            silent("penicillins: by label only", BASE, _allergic("penicillins")),
            *_COMMON,
        ),
    ),
    Rule(
        id="severe-allergy-excludes-drug-by-label",
        says="A severe reaction to another beta-lactam excludes a drug where the label of the jurisdiction says so.",
        source=Cite("labels", "contraindications (US s.4, UK s.4.3)"),
        when=(
            SevereAllergy(substance=V.substance),
            Jurisdiction(value=V.jurisdiction),
            LabelServes(jurisdiction=V.jurisdiction, drug=V.drug, label=V.label),
            AllergyRule(substance=V.substance, drug=V.drug, scope=V.label, verdict="excluded"),
        ),
        then=DrugExcluded(drug=V.drug, reason="allergy"),
        because="the {label} label of {drug} contraindicates it after a severe reaction to {substance}.",
        cases=(
            fires("penicillins, EU", BASE, {**_allergic("penicillins"), "setting.jurisdiction": "EU"}),
            fires("meropenem, UK", BASE, {**_allergic("meropenem"), "setting.jurisdiction": "UK"}),
            fires("penicillins, US: cefiderocol", BASE, _allergic("penicillins")),
            silent("avibactam", BASE, _allergic("avibactam")),
            silent(
                "penicillins, jurisdiction not stated",
                BASE,
                {**_allergic("penicillins"), "setting.jurisdiction": NOT_STATED},
            ),
            *_COMMON,
        ),
    ),
    Rule(
        id="severe-allergy-excludes-drug-by-every-label",
        says="Jurisdiction not stated: what all labels contraindicate after a severe reaction to another beta-lactam is excluded.",
        source=Cite("labels", "contraindications (US s.4, UK s.4.3)"),
        when=(
            SevereAllergy(substance=V.substance),
            Jurisdiction(value="not_stated"),
            AllergyRule(substance=V.substance, drug=V.drug, scope="US", verdict="excluded"),
            AllergyRule(substance=V.substance, drug=V.drug, scope="EU/UK", verdict="excluded"),
        ),
        then=DrugExcluded(drug=V.drug, reason="allergy"),
        because="the US, EU and UK labels all contraindicate {drug} after a severe reaction to {substance}.",
        cases=(
            fires("penicillins: cefiderocol", BASE, {**_allergic("penicillins"), "setting.jurisdiction": NOT_STATED}),
            silent("US", BASE, _allergic("penicillins")),
            silent("allergies not stated", BASE, {ALLERGIES: NOT_STATED, "setting.jurisdiction": NOT_STATED}),
        ),
    ),
    *(
        Rule(
            id=f"severe-allergy-jurisdiction-not-stated-{verdict}",
            says="Labels disagree on a severe reaction to another beta-lactam; without the jurisdiction the stricter one holds.",
            source=Cite(RULINGS, "jurisdiction not stated: only what all labels allow"),
            when=(
                SevereAllergy(substance=V.substance),
                Jurisdiction(value="not_stated"),
                AllergyRule(substance=V.substance, drug=V.drug, scope="EU/UK", verdict="excluded"),
                AllergyRule(substance=V.substance, drug=V.drug, scope="US", verdict=verdict),
            ),
            then=DrugExcluded(drug=V.drug, reason="allergy"),
            because=f"the EU and UK labels contraindicate {{drug}} after a severe reaction to {{substance}}, the US label {words}; "
            "the jurisdiction is not stated, so the stricter holds.",
            cases=(
                fires(drug, BASE, {**_allergic("penicillins"), "setting.jurisdiction": NOT_STATED}, under),
                silent("US", BASE, _allergic("penicillins"), under),
                silent("not stated", BASE, {ALLERGIES: NOT_STATED, "setting.jurisdiction": NOT_STATED}, under),
            ),
        )
        for verdict, words, drug, under in (
            ("caution", "asks for caution", "penicillins: ceftazidime-avibactam", "severe-ndm-klebsiella"),
            ("allowed", "does not speak against it", "penicillins: aztreonam-avibactam", "idsa-2026"),
        )
    ),
    *(
        Rule(
            id=f"allergy-needs-jurisdiction-{verdict}",
            says="Where labels disagree on an allergy, the jurisdiction is missing.",
            source=Cite(RULINGS, "jurisdiction not stated: only what all labels allow"),
            when=(
                Ranks(regimen=V.regimen),
                Contains(regimen=V.regimen, drug=V.drug),
                SevereAllergy(substance=V.substance),
                Jurisdiction(value="not_stated"),
                AllergyRule(substance=V.substance, drug=V.drug, scope="EU/UK", verdict="excluded"),
                AllergyRule(substance=V.substance, drug=V.drug, scope="US", verdict=verdict),
            ),
            then=Missing(fact="setting.jurisdiction", need="advice"),
            because=f"the jurisdiction: under the US label {{drug}} could be given{words} after a severe reaction to {{substance}}; "
            "under the EU and UK labels it is contraindicated.",
            cases=(
                fires("penicillins", BASE, {**_allergic("penicillins"), "setting.jurisdiction": NOT_STATED}, under),
                silent("US", BASE, _allergic("penicillins"), under),
            ),
        )
        for verdict, words, under in (
            ("caution", " with caution", "severe-ndm-klebsiella"),
            ("allowed", "", "idsa-2026"),
        )
    ),
    Rule(
        id="severe-allergy-caution",
        says="After an immediate severe reaction to another beta-lactam, a drug whose label allows it is given with caution.",
        source=Cite("labels", "warnings on hypersensitivity (US s.5)"),
        when=(
            SevereAllergy(substance=V.substance, reaction="severe"),
            Jurisdiction(value=V.jurisdiction),
            LabelServes(jurisdiction=V.jurisdiction, drug=V.drug, label=V.label),
            AllergyRule(substance=V.substance, drug=V.drug, scope=V.label, verdict="caution"),
            NeedsDose(drug=V.drug),
        ),
        then=Warn(kind="allergy", topic=V.drug),
        because="severe reaction to {substance}: the {label} label of {drug} does not forbid it and asks for caution. Give the first "
        "dose where anaphylaxis can be treated.",
        cases=(
            fires("penicillins, US", BASE, _allergic("penicillins")),
            silent("EU: excluded instead", BASE, {**_allergic("penicillins"), "setting.jurisdiction": "EU"}),
            silent("severe cutaneous", BASE, _allergic("penicillins", "severe_cutaneous")),
            *_COMMON,
        ),
    ),
    Rule(
        id="severe-allergy-allowed",
        says="After a severe reaction to another beta-lactam, a drug whose label does not speak against it: said, with care.",
        source=Cite("emblaveo-us-2026", "s.4: its components only; the EU/UK label contraindicates"),
        when=(
            SevereAllergy(substance=V.substance),
            Jurisdiction(value=V.jurisdiction),
            LabelServes(jurisdiction=V.jurisdiction, drug=V.drug, label=V.label),
            AllergyRule(substance=V.substance, drug=V.drug, scope=V.label, verdict="allowed"),
            NeedsDose(drug=V.drug),
        ),
        then=Warn(kind="allergy", topic=V.drug),
        because="severe reaction to {substance}: the {label} label of {drug} does not speak against it, while the EU/UK label contraindicates it. Decide with allergy "
        "specialists, and give the first dose where anaphylaxis can be treated.",
        cases=(
            fires("penicillins, US", BASE, _allergic("penicillins"), "idsa-2026"),
            silent(
                "EU: excluded instead", BASE, {**_allergic("penicillins"), "setting.jurisdiction": "EU"}, "idsa-2026"
            ),
            silent("non-severe", BASE, _allergic("penicillins", "non_severe"), "idsa-2026"),
            silent("not stated", BASE, {ALLERGIES: NOT_STATED}, "idsa-2026"),
        ),
    ),
    Rule(
        id="cephalosporin-side-chain-missing",
        says="A severe reaction to some cephalosporin and aztreonam-avibactam: which one it was is missing, for ceftazidime shares its side chain.",
        source=Cite("emblaveo-us-2026", "s.11: side chain, shared with ceftazidime and cefiderocol"),
        when=(SevereAllergy(substance="cephalosporins"), NeedsDose(drug="aztreonam-avibactam")),
        then=Missing(fact=ALLERGIES, need="aztreonam-avibactam"),
        because="which cephalosporin it was: ceftazidime and cefiderocol share their side chain with aztreonam, and would exclude aztreonam-avibactam.",
        cases=(
            fires("cephalosporins, US", BASE, _allergic("cephalosporins"), "idsa-2026"),
            silent(
                "cephalosporins, EU: excluded",
                BASE,
                {**_allergic("cephalosporins"), "setting.jurisdiction": "EU"},
                "idsa-2026",
            ),
            silent("penicillins", BASE, _allergic("penicillins"), "idsa-2026"),
        ),
    ),
    Rule(
        id="severe-cutaneous-allergy-caution",
        says="After a severe cutaneous reaction to another beta-lactam, specialists decide before the first dose.",
        source=Cite("zavicefta-uk-2025", "s.4.4, severe cutaneous reactions"),
        when=(
            SevereAllergy(substance=V.substance, reaction="severe_cutaneous"),
            Jurisdiction(value=V.jurisdiction),
            LabelServes(jurisdiction=V.jurisdiction, drug=V.drug, label=V.label),
            AllergyRule(substance=V.substance, drug=V.drug, scope=V.label, verdict="caution"),
            NeedsDose(drug=V.drug),
        ),
        then=Warn(kind="allergy", topic=V.drug),
        because="severe cutaneous reaction (SJS, TEN, DRESS) to {substance}: the {label} label of {drug} does not forbid it; decide with "
        "allergy specialists before the first dose.",
        cases=(
            fires("penicillins, US", BASE, _allergic("penicillins", "severe_cutaneous")),
            silent("immediate reaction", BASE, _allergic("penicillins")),
            *_COMMON,
        ),
    ),
    Rule(
        id="severe-cutaneous-allergy-never-again",
        says="After a severe cutaneous reaction to a drug or its like, it is never given again, not even as a test.",
        source=Cite("zavicefta-uk-2025", "s.4.4: must not be restarted at any time"),
        when=(
            Ranks(regimen=V.regimen),
            Contains(regimen=V.regimen, drug=V.drug),
            SevereAllergy(substance=V.substance, reaction="severe_cutaneous"),
            AllergyRule(substance=V.substance, drug=V.drug, scope="any", verdict="excluded"),
        ),
        then=Warn(kind="allergy", topic=V.drug),
        because="severe cutaneous reaction (SJS, TEN, DRESS) to {substance}: never give {drug}; no test dose, no desensitisation.",
        cases=(
            fires("ceftazidime", BASE, _allergic("ceftazidime", "severe_cutaneous")),
            silent("immediate reaction", BASE, _allergic("ceftazidime")),
            silent("penicillins", BASE, _allergic("penicillins", "severe_cutaneous")),
            *_COMMON,
        ),
    ),
    *(
        Rule(
            id=f"allergy-{name}-warned",
            says=f"An allergy {words} does not exclude a drug it concerns; it is said.",
            source=Cite(RULINGS, "non-severe, unknown or unstated allergy: not excluded, warned or assumed"),
            when=(
                Allergy(substance=V.substance, reaction=reaction),
                AllergyRule(substance=V.substance, drug=V.drug),
                NeedsDose(drug=V.drug),
            ),
            then=Warn(kind="allergy", topic=V.drug),
            because=f"allergy to {{substance}} {words}: {{drug}} is not excluded. {advice}",
            cases=(
                fires(reaction, BASE, _allergic("ceftazidime", _stated(reaction))),
                silent("severe: excluded instead", BASE, _allergic("ceftazidime")),
                *_COMMON,
            ),
        )
        for name, reaction, words, advice in (
            ("non-severe", "non_severe", "that was not severe", "Watch the first dose."),
            ("unknown", "unknown", "of unknown kind", "Ask now what happened; if it was severe, this advice changes."),
            (
                "reaction-not-stated",
                "not_stated",
                "whose reaction nobody stated",
                "Ask now what happened; if it was severe, this advice changes.",
            ),
        )
    ),
    *(
        Rule(
            id=f"allergy-reaction-missing-{reaction.replace('_', '-')}",
            says="The kind of an allergic reaction is missing: a severe one would exclude the drug everywhere.",
            source=Cite(RULINGS, "non-severe, unknown or unstated allergy: not excluded, warned or assumed"),
            when=(
                Allergy(substance=V.substance, reaction=reaction),
                AllergyRule(substance=V.substance, drug=V.drug, scope="any", verdict="excluded"),
                NeedsDose(drug=V.drug),
            ),
            then=Missing(fact=ALLERGIES, need=V.drug),
            because="what the reaction to {substance} was: a severe one would exclude {drug}.",
            cases=(
                fires(reaction, BASE, _allergic("ceftazidime", _stated(reaction))),
                silent("non-severe", BASE, _allergic("ceftazidime", "non_severe")),
                silent("penicillins", BASE, _allergic("penicillins", _stated(reaction))),
                *_COMMON,
            ),
        )
        for reaction in ("unknown", "not_stated")
    ),
    *(
        Rule(
            id=f"allergy-reaction-missing-by-label-{verdict}-{reaction.replace('_', '-')}",
            says="The kind of an allergic reaction is missing: a severe one would count by the label of the jurisdiction.",
            source=Cite("labels", "contraindications and warnings (US s.4, s.5, UK s.4.3)"),
            when=(
                Allergy(substance=V.substance, reaction=reaction),
                Jurisdiction(value=V.jurisdiction),
                LabelServes(jurisdiction=V.jurisdiction, drug=V.drug, label=V.label),
                AllergyRule(substance=V.substance, drug=V.drug, scope=V.label, verdict=verdict),
                NeedsDose(drug=V.drug),
            ),
            then=Missing(fact=ALLERGIES, need=V.drug),
            because=f"what the reaction to {{substance}} was: after a severe one {{drug}} is {words} by the {{label}} label.",
            cases=(
                fires("penicillins, US", BASE, _allergic("penicillins", _stated(reaction))),
                fires(
                    "penicillins, EU",
                    BASE,
                    {**_allergic("penicillins", _stated(reaction)), "setting.jurisdiction": "EU"},
                ),
                silent("non-severe", BASE, _allergic("penicillins", "non_severe")),
                *_COMMON,
            ),
        )
        for reaction in ("unknown", "not_stated")
        for verdict, words in (("excluded", "excluded"), ("caution", "given with caution only"))
    ),
    *(
        Rule(
            id=f"allergy-label-contraindicates-any-reaction-{reaction.replace('_', '-')}",
            says="A label that contraindicates a drug after any hypersensitivity, however mild: said, not enforced.",
            source=Cite("labels", "US s.4, UK s.4.3: any hypersensitivity, each row with its own place"),
            when=(
                Allergy(substance=V.substance, reaction=reaction),
                Jurisdiction(value=V.jurisdiction),
                LabelServes(jurisdiction=V.jurisdiction, drug=V.drug, label=V.label),
                LabelWarns(substance=V.substance, drug=V.drug, label=V.label),
                NeedsDose(drug=V.drug),
            ),
            then=Warn(kind="allergy", topic=V.drug),
            because="the {label} label contraindicates {drug} after any hypersensitivity to {substance}, also a mild one; here it is kept "
            "back after a severe reaction only. Decide with that in mind.",
            cases=(
                fires(reaction, BASE, {**_allergic("ceftazidime", _stated(reaction)), "setting.jurisdiction": "EU"}),
                silent("US", BASE, _allergic("ceftazidime", _stated(reaction))),
                *_COMMON,
            ),
        )
        for reaction in ("non_severe", "unknown", "not_stated")
    ),
    *(
        Rule(
            id=f"allergy-label-of-unstated-jurisdiction-{reaction.replace('_', '-')}",
            says="Jurisdiction not stated: what a label says after any hypersensitivity is said too.",
            source=Cite("labels", "US s.4, UK s.4.3: any hypersensitivity, each row with its own place"),
            when=(
                Allergy(substance=V.substance, reaction=reaction),
                Jurisdiction(value="not_stated"),
                LabelWarns(substance=V.substance, drug=V.drug, label=V.label),
                NeedsDose(drug=V.drug),
            ),
            then=Warn(kind="allergy", topic=V.drug),
            because="the {label} label contraindicates {drug} after any hypersensitivity to {substance}, also a mild one; the "
            "jurisdiction is not stated.",
            cases=(
                fires(
                    reaction, BASE, {**_allergic("ceftazidime", _stated(reaction)), "setting.jurisdiction": NOT_STATED}
                ),
                silent("US", BASE, _allergic("ceftazidime", _stated(reaction))),
                *_COMMON,
            ),
        )
        for reaction in ("non_severe", "unknown", "not_stated")
    ),
    Rule(
        id="assume-no-allergy",
        says="Allergies not stated: taken as none.",
        source=Cite(RULINGS, "non-severe, unknown or unstated allergy: not excluded, warned or assumed"),
        when=(AllergyList(state="not_stated"),),
        then=Assumed(fact=ALLERGIES),
        because="allergies are not stated; none is assumed. Ask before the first dose.",
        assumes=ALLERGIES,
        cases=(
            fires("not stated", BASE, {ALLERGIES: NOT_STATED}),
            silent("none", BASE),
            silent("one", BASE, _allergic("ceftazidime")),
        ),
    ),
    Rule(
        id="allergies-missing",
        says="Allergies not stated: they are missing, since a severe one may take a regimen out.",
        source=Cite(RULINGS, "non-severe, unknown or unstated allergy: not excluded, warned or assumed"),
        when=(AllergyList(state="not_stated"), InScope()),
        then=Missing(fact=ALLERGIES, need="advice"),
        because="allergies: a severe one to a beta-lactam may take a regimen out.",
        cases=(
            fires("not stated", BASE, {ALLERGIES: NOT_STATED}),
            silent("none", BASE),
            silent("out of scope", BASE, {ALLERGIES: NOT_STATED, "isolate.carbapenemases": ["KPC-2"]}),
        ),
    ),
    Rule(
        id="drug-unavailable-excluded",
        says="A drug that is unavailable is excluded.",
        source=Cite(RULINGS, "an unavailable drug moves the advice to the next option"),
        when=(UnavailableDrug(drug=V.drug),),
        then=DrugExcluded(drug=V.drug, reason="unavailable"),
        because="{drug} is unavailable.",
        cases=(
            fires("aztreonam", BASE, {"setting.unavailable": ["aztreonam"]}),
            silent("none", BASE),
            silent("not stated", BASE, {"setting.unavailable": NOT_STATED}),
        ),
    ),
    Rule(
        id="assume-drugs-available",
        says="Availability not stated: every drug is taken to be available.",
        source=Cite(RULINGS, "an unavailable drug moves the advice to the next option"),
        when=(UnavailableList(state="not_stated"),),
        then=Assumed(fact="setting.unavailable"),
        because="it is not stated which drugs are unavailable; all are taken to be available.",
        assumes="setting.unavailable",
        cases=(fires("not stated", BASE, {"setting.unavailable": NOT_STATED}), silent("none", BASE)),
    ),
    Rule(
        id="regimen-excluded-with-its-drug",
        says="A regimen is excluded with any of its drugs.",
        source=Cite(RULINGS, "a regimen is excluded with any of its drugs"),
        when=(Contains(regimen=V.regimen, drug=V.drug), DrugExcluded(drug=V.drug, reason=V.reason)),
        then=Excluded(regimen=V.regimen, reason=V.reason),
        because="{regimen} contains {drug}, which is excluded ({reason}).",
        cases=(
            fires("aztreonam unavailable", BASE, {"setting.unavailable": ["aztreonam"]}),
            fires("ceftazidime allergy", BASE, _allergic("ceftazidime")),
            *_COMMON,
        ),
    ),
    Rule(
        id="allergy-consult",
        says="Where an allergy takes a ranked regimen out, an urgent allergy and infection consult is due.",
        source=Cite(RULINGS, "severe allergy with nothing acceptable left: refer"),
        when=(Ranks(regimen=V.regimen), Excluded(regimen=V.regimen, reason="allergy")),
        then=Action(kind="refer", topic="allergy_consult"),
        because="an allergy excludes {regimen}: urgent consult of allergy and infection specialists.",
        cases=(
            fires("ceftazidime", BASE, _allergic("ceftazidime")),
            silent("unavailable, not allergic", BASE, {"setting.unavailable": ["aztreonam"]}),
            *_COMMON,
        ),
    ),
)
