"""What must hold in every situation whatever the rules say: data beside the rules, with clinical reasons and sources.

An invariant speaks of the situations in which `when` holds. There all of `never` must not hold together, or, where
`must` is given, one of it must hold (with `never` as more conditions). It is written over what the case states and what
tables say as far as that is possible, so that a wrong rule in between cannot hide behind its own conclusion.
"""

from dataclasses import dataclass, field

from ..facts.atoms import Pattern, V
from ..facts.vocabulary import (
    Action,
    AgeGroup,
    Allergy,
    AllergyList,
    AllergyRule,
    Assumed,
    Avoid,
    CarbapenemaseFound,
    Clearance,
    Contains,
    Dose,
    DoseRow,
    DosingClearance,
    DrugClass,
    Enzyme,
    FamilyActivity,
    Focus,
    InfectionPresent,
    InScope,
    Insufficient,
    IntrinsicResistance,
    Jurisdiction,
    Missing,
    NotIfIntermediate,
    Organism,
    OrganismOrder,
    OutOfScope,
    PrefersOthers,
    Pregnancy,
    Ranks,
    Recommend,
    RenalReplacement,
    SepticShock,
    Site,
    Status,
    Susceptibility,
    SuspicionSupported,
    Target,
    UnavailableDrug,
    UnavailableList,
    Warn,
)
from .language import DEFAULT_GUIDELINE, Cite
from .tables.regimens import PAIR


@dataclass(frozen=True, slots=True)
class Invariant:
    """Something that must hold in every situation; `under` names the guidelines it is for (empty: every one).

    `source` is where it comes from: a document that the knowledge rests on, or a ruling of this project by its name.
    `differ` are pairs of variables that must have different values for it to be broken.
    """

    id: str
    says: str
    because: str
    source: Cite
    when: tuple[Pattern, ...]
    never: tuple[Pattern, ...] = ()
    must: tuple[Pattern, ...] = ()
    differ: tuple[tuple[str, str], ...] = ()
    under: tuple[str, ...] = field(default=())


def invariants(guideline: str) -> tuple[Invariant, ...]:
    """The invariants that hold under one guideline, in order of id."""
    found = (each for each in INVARIANTS if not each.under or guideline in each.under)
    return tuple(sorted(found, key=lambda each: each.id))


_METALLO = (CarbapenemaseFound(enzyme=V.enzyme), Enzyme(enzyme=V.enzyme, ambler="B"))
_LABELS, _RULINGS = "labels", "whyrx-rulings"
_DOSE_TABLES = Cite(_LABELS, "dose tables of the labels, each row with its own place")
_CONTRAINDICATED = "contraindications (US s.4, UK s.4.3)"
_STATUS = Cite(_RULINGS, "status")
_ALLERGY = "a severe reaction may recur and kill; the label there, or a shared side chain, forbids the drug"

INVARIANTS: tuple[Invariant, ...] = (
    # --- choice of a regimen ---------------------------------------------------------------------------------
    *(
        Invariant(
            id=f"{drug}-never-alone-against-a-metallo-enzyme",
            says=f"With a metallo-beta-lactamase found, {drug} alone is never recommended.",
            because=why,
            source=Cite(DEFAULT_GUIDELINE, f"{statement}, {statement}-other-mbl"),
            when=_METALLO,
            never=(Recommend(regimen=drug),),
        )
        for drug, statement, why in (
            ("aztreonam", "S9", "co-produced beta-lactamases hydrolyse aztreonam that nothing protects"),
            (
                "ceftazidime-avibactam",
                "S10",
                "metallo-beta-lactamases hydrolyse ceftazidime; avibactam does not stop them",
            ),
        )
    ),
    Invariant(
        id="first-line-active-against-each-carbapenemase-found",
        says="What is first line is not without activity against any carbapenemase that was found.",
        because="a drug that one of the isolate's enzymes destroys fails, whatever it does to the others",
        source=Cite(_RULINGS, "activity tables, each row with its own source"),
        when=(CarbapenemaseFound(enzyme=V.enzyme), Enzyme(enzyme=V.enzyme, family=V.family)),
        never=(
            FamilyActivity(regimen=V.regimen, family=V.family, activity="none"),
            Recommend(regimen=V.regimen, line="first"),
        ),
    ),
    Invariant(
        id="reported-resistant-never-recommended",
        says="What the isolate is reported resistant to is never recommended.",
        because="the laboratory's result for this isolate outranks what is usual for its enzymes",
        source=Cite(_RULINGS, "a regimen reported resistant is not offered"),
        when=(Susceptibility(regimen=V.regimen, result="R"),),
        never=(Recommend(regimen=V.regimen),),
    ),
    Invariant(
        id="intermediate-not-offered-where-that-is-ruled",
        says="A drug that is not to be given when intermediate is not recommended then.",
        because="its exposure cannot be raised by a labelled dose",
        source=Cite(_RULINGS, "reported intermediate: not offered, as cefiderocol"),
        when=(NotIfIntermediate(drug=V.drug), Susceptibility(regimen=V.drug, result="I")),
        never=(Recommend(regimen=V.drug),),
    ),
    *(
        Invariant(
            id=f"no-drug-forbidden-by-{reaction.replace('_', '-')}-allergy-{name}",
            says=f"A regimen with a drug that a stated allergy excludes ({words}) is never recommended.",
            because=_ALLERGY,
            source=Cite(_LABELS, place),
            when=(
                *where,
                Allergy(substance=V.substance, reaction=reaction),
                AllergyRule(substance=V.substance, drug=V.drug, scope=scope, verdict="excluded"),
                Contains(regimen=V.regimen, drug=V.drug),
            ),
            never=(Recommend(regimen=V.regimen),),
        )
        for reaction in ("severe", "severe_cutaneous")
        for name, scope, where, words, place in (
            (
                "everywhere",
                "any",
                (),
                "under every label",
                _CONTRAINDICATED + "; shared side chain from the chemical names",
            ),
            ("us", "US", (Jurisdiction(value="US"),), "in the US", _CONTRAINDICATED),
            ("eu", "EU/UK", (Jurisdiction(value="EU"),), "in the EU", _CONTRAINDICATED),
            ("uk", "EU/UK", (Jurisdiction(value="UK"),), "in the UK", _CONTRAINDICATED),
        )
    ),
    Invariant(
        id="unavailable-never-recommended",
        says="A regimen with a drug that cannot be had is never recommended.",
        because="advice that cannot be followed costs hours",
        source=Cite(_RULINGS, "an unavailable drug moves the advice to the next option"),
        when=(UnavailableDrug(drug=V.drug), Contains(regimen=V.regimen, drug=V.drug)),
        never=(Recommend(regimen=V.regimen),),
    ),
    Invariant(
        id="resistant-by-nature-never-recommended",
        says="A drug to which the genus is resistant by nature is never recommended alone.",
        because="a test that reads susceptible would be wrong",
        source=Cite(_LABELS, "UK s.5.1, each row with its own place"),
        when=(
            Organism(organism=V.organism),
            OrganismOrder(organism=V.organism, genus=V.genus),
            IntrinsicResistance(genus=V.genus, drug=V.drug),
        ),
        never=(Recommend(regimen=V.drug),),
    ),
    Invariant(
        id="colistin-never-first",
        says="No regimen with colistin is first line.",
        because="mortality and kidney injury are higher than with the alternatives",
        source=Cite(
            DEFAULT_GUIDELINE, "S12; on the comparison Falcone et al. 2021, on the kidneys IDSA 2026 (both second-hand)"
        ),
        when=(InScope(), Contains(regimen=V.regimen, drug="colistin")),
        never=(Recommend(regimen=V.regimen, line="first"),),
    ),
    *(
        Invariant(
            id=f"{category.replace('_', '-')}-is-not-recommended",
            says=f"What is to be avoided ({category.replace('_', ' ')}) is not recommended.",
            because="advice that says both give it and do not cannot be followed",
            source=Cite(_RULINGS, "what is advised against is not advised"),
            when=(Avoid(regimen=V.regimen, category=category),),
            never=(Recommend(regimen=V.regimen, **line),),
            under=under,
        )
        for category, line, under in (
            ("never", {}, (DEFAULT_GUIDELINE,)),  # the others never say never, nor not first
            ("contraindicated", {}, ()),
            ("not_recommended", {}, ()),
            ("not_first_line", {"line": "first"}, (DEFAULT_GUIDELINE,)),
        )
    ),
    Invariant(
        id="tetracyclines-not-in-the-bloodstream",
        says="No tetracycline alone is recommended for a bloodstream infection.",
        because="their concentrations in serum are too low",
        source=Cite("idsa-2026", "question 3.7"),
        when=(Site(value="bloodstream"), DrugClass(drug=V.drug, drug_class="tetracycline")),
        never=(Recommend(regimen=V.drug),),
    ),
    Invariant(
        id="recommended-only-if-ranked",
        says="Only what the guideline ranks is recommended, in the line in which it ranks it.",
        because="whyrx repeats guidelines and invents no regimen",
        source=Cite(_RULINGS, "a guideline is repeated, and no regimen invented"),
        when=(Recommend(regimen=V.regimen, line=V.line),),
        must=(Ranks(regimen=V.regimen, line=V.line),),
    ),
    Invariant(
        id="typing-is-not-awaited",
        says="NDM suspected on epidemiology or a rapid test: the pair is ranked first at once.",
        because="the guideline says not to wait for typing; each hour of ineffective treatment counts",
        source=Cite(DEFAULT_GUIDELINE, "S11"),
        when=(
            InScope(),
            Target(family="NDM", certainty="suspected"),
            SuspicionSupported(basis=V.basis),
        ),
        must=(Ranks(regimen=PAIR, line="first"),),
        under=(DEFAULT_GUIDELINE,),
    ),
    Invariant(
        id="cefiderocol-not-first",
        says="Cefiderocol is never first line against a metallo-beta-lactamase.",
        because="the guideline has it as a conditional alternative of low certainty",
        source=Cite(DEFAULT_GUIDELINE, "S1, S5, S5-other-mbl"),
        when=_METALLO,
        never=(Recommend(regimen="cefiderocol", line="first"),),
        under=(DEFAULT_GUIDELINE, "escmid-2022"),
    ),
    # --- scope and status ------------------------------------------------------------------------------------
    Invariant(
        id="every-situation-has-a-status",
        says="Every situation is answered: advice, insufficient, out of scope or refer.",
        because="silence reads as approval",
        source=_STATUS,
        when=(),
        must=(Status(),),
    ),
    Invariant(
        id="one-status",
        says="No situation is answered in two ways.",
        because="the reader would follow the one that comes first",
        source=_STATUS,
        when=(Status(value=V.one), Status(value=V.other)),
        differ=(("one", "other"),),
    ),
    Invariant(
        id="in-scope-ends-in-a-regimen-or-a-referral",
        says="What is in scope ends in a regimen, a referral, or the guideline's word that it prefers other agents.",
        because="a patient with a severe infection must not be left without a next step",
        source=Cite(_RULINGS, "severe allergy with nothing acceptable left: refer"),
        when=(InScope(),),
        must=(Recommend(), Status(value="refer"), PrefersOthers()),
    ),
    *(
        Invariant(
            id=f"nothing-recommended-{name}",
            says=f"Nothing is recommended {words}.",
            because=why,
            source=Cite(_RULINGS, ruling),
            when=when,
            never=(Recommend(),),
        )
        for name, words, when, why, ruling in (
            (
                "to-a-child",
                "to a child",
                (AgeGroup(value="child"),),
                "doses of adults are not extrapolated",
                "under 18: out of scope",
            ),
            (
                "outside-the-scope",
                "outside the scope",
                (OutOfScope(),),
                "the guideline does not speak of it",
                "outside the scope with an infection: refer",
            ),
            ("on-too-little", "where too little is known", (Insufficient(),), "it would be a guess", "status"),
        )
    ),
    Invariant(
        id="only-enterobacterales",
        says="Regimens are recommended against Enterobacterales only.",
        because="the guidelines and the breakpoints behind them speak of these",
        source=Cite(_RULINGS, "not Enterobacterales"),
        when=(Recommend(),),
        must=(OrganismOrder(order="Enterobacterales"),),
    ),
    Invariant(
        id="shock-is-answered-now",
        says="In septic shock there is always something to do at once.",
        because="mortality rises with every hour",
        source=Cite(_RULINGS, "septic shock: start now"),
        when=(SepticShock(value="yes"), InfectionPresent(), AgeGroup(value="adult")),
        must=(Action(kind="start_now"), Action(kind="refer")),
    ),
    Invariant(
        id="focus-is-controlled",
        says="Where a focus is stated and the case is in scope, its control is among what to do.",
        because="antibiotics do not sterilise an abscess or a device",
        source=Cite(DEFAULT_GUIDELINE, "S17"),
        when=(InScope(), Focus(focus=V.focus)),
        must=(Action(kind="source_control"),),
    ),
    # --- doses -----------------------------------------------------------------------------------------------
    Invariant(
        id="dose-by-clearance-needs-a-clearance",
        says="A dose from a table of clearances is given only where a clearance is known.",
        because="the wrong band is a toxic or a useless dose",
        source=_DOSE_TABLES,
        when=(Dose(drug=V.drug, row=V.row), DoseRow(row=V.row, setting="clearance")),
        must=(Clearance(basis="measured", state="known"), Clearance(basis="actual_weight", state="known")),
    ),
    Invariant(
        id="dose-is-the-row-of-the-clearance",
        says="A dose from a table of clearances is the row in whose bounds the clearance lies.",
        because="the wrong band is a toxic or a useless dose",
        source=_DOSE_TABLES,
        when=(Dose(drug=V.drug, row=V.row), DoseRow(row=V.row, setting="clearance"), DosingClearance(atom=V.atom)),
        must=(DoseRow(row=V.row, atom=V.atom),),
    ),
    *(
        Invariant(
            id=f"no-dose-by-clearance-on-{name}",
            says=f"On {words} no dose is read from a table of clearances.",
            because="creatinine no longer tells the clearance, and the treatment removes the drug",
            source=Cite(_RULINGS, "renal replacement wins over a measured clearance, which wins over Cockcroft-Gault"),
            when=(RenalReplacement(value=value),),
            never=(Dose(row=V.row), DoseRow(row=V.row, setting="clearance")),
        )
        for name, value, words in (
            ("hemodialysis", "intermittent_hemodialysis", "intermittent haemodialysis"),
            ("crrt", "crrt", "continuous renal replacement"),
        )
    ),
    *(
        Invariant(
            id=f"{setting.replace('_', '-')}-rows-need-{value.replace('_', '-')}",
            says=f"A row for {setting.replace('_', ' ')} is used only where that treatment is stated.",
            because="it would be the wrong dose for anyone else",
            source=source,
            when=(Dose(row=V.row), DoseRow(row=V.row, setting=setting)),
            must=(RenalReplacement(value=value),),
            under=under,
        )
        for setting, value, under, source in (
            ("hemodialysis", "intermittent_hemodialysis", (), _DOSE_TABLES),
            (
                "residual_clearance",
                "intermittent_hemodialysis",
                (),
                Cite("avycaz-us-2026", "s.2.3, table 3, footnote c"),
            ),
            ("crrt", "crrt", (), Cite("fetroja-us-2026", "s.2.2, table 2")),
            (
                "crrt_any_flow",
                "crrt",
                ("idsa-2026",),  # of colistin, which the others do not rank
                Cite("colomycin-uk-2023", "s.4.2: CVVHF and CVVHDF as with normal renal function, three times a day"),
            ),
        )
    ),
    Invariant(
        id="one-maintenance-dose",
        says="A drug has one maintenance dose.",
        because="of two the reader would have to choose",
        source=Cite(_RULINGS, "jurisdiction not stated: a dose only where the labels agree"),
        when=(
            Dose(drug=V.drug, phase="maintenance", row=V.one),
            Dose(drug=V.drug, phase="maintenance", row=V.other),
            DoseRow(row=V.one, schedule=V.this),
            DoseRow(row=V.other, schedule=V.that),
        ),
        differ=(("this", "that"),),
    ),
    Invariant(
        id="recommended-drug-has-a-dose-or-a-word-why-not",
        says="Each drug of a recommended regimen has a dose, or it is said why not and what to do.",
        because="a regimen without a dose is a silent gap",
        source=Cite(_RULINGS, "no labelled dose means no dose and a reason"),
        when=(Recommend(regimen=V.regimen), Contains(regimen=V.regimen, drug=V.drug)),
        must=(
            Dose(drug=V.drug, phase="maintenance"),
            Missing(need=V.drug),
            Warn(kind="no_labelled_dose", topic=V.drug),
            Action(kind="adjust", topic=V.drug),
        ),
    ),
    Invariant(
        id="no-dose-without-recommendation",
        says="Doses are given of drugs that are recommended, and of no other.",
        because="a dose on the page is taken for advice",
        source=Cite(_RULINGS, "a dose is part of advice"),
        when=(Dose(drug=V.drug),),
        must=(Recommend(),),
    ),
    # --- unknown is not absent -------------------------------------------------------------------------------
    *(
        Invariant(
            id=f"{name}-not-stated-is-said",
            says=f"Where {words} nobody stated and something is recommended, the assumption stands in the answer.",
            because="what was taken for granted must be seen to be checked",
            source=Cite(_RULINGS, ruling),
            when=(condition,),
            never=(Recommend(),),
            must=(Assumed(fact=path),),
        )
        for name, words, condition, path, ruling in (
            (
                "allergies",
                "allergies",
                AllergyList(state="not_stated"),
                "patient.allergies",
                "non-severe, unknown or unstated allergy: not excluded, warned or assumed",
            ),
            (
                "availability",
                "availability",
                UnavailableList(state="not_stated"),
                "setting.unavailable",
                "an unavailable drug moves the advice to the next option",
            ),
        )
    ),
    Invariant(
        id="pregnancy-is-not-decided-alone",
        says="Whatever is recommended in pregnancy comes with the word to decide together with specialists.",
        because="some of these drugs harm the child, and not every label was read for it",
        source=Cite(_RULINGS, "pregnancy: regimen visible, label statements, refer"),
        when=(Pregnancy(value="pregnant"), Recommend()),
        must=(Action(kind="refer", topic="pregnancy"),),
    ),
)
"""All of them. `kb.check` knows nothing of them; `prove` shows that they hold, or a case in which one does not."""
