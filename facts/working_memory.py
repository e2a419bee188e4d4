"""A case as facts: what is stated, what is not, what is computed from it, and the table rows it touches.

Total: every input field of the case becomes a fact whether stated or not, and every number becomes a category
(an atom, see `facts.bands`) before any rule sees it.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import lru_cache

from . import activity, breakpoints, enzymes
from . import vocabulary as v
from .atoms import Computed, Fact, FactType, Given, Known, NotStated
from .bands import Interval, atom_of, decimal_text
from .case import Case
from .formulas import FORMULAS
from .organisms import ORGANISMS
from .quantity import Quantity
from .vocabulary import KNOWN, LISTED, NONE, NOT_APPLICABLE, NOT_STATED, UNKNOWN

ADULT_FROM = 18
"""Years. The labels' adult tables begin here (FETROJA and EMBLAVEO s.8.4: not established below 18)."""

PITT_HIGH_FROM = 4
"""Pitt bacteraemia score that counts as high risk (Henderson et al. 2020, Clin Infect Dis 70:1826, abstract)."""

COCKCROFT_GAULT = FORMULAS["cockcroft-gault/1"]
DEVINE = FORMULAS["devine-ideal-weight/1"]
ADJUSTED = FORMULAS["adjusted-weight/1"]


@dataclass(frozen=True, slots=True)
class Measures:
    """What an edition measures a case against: the atoms its dose tables need, in mL/min and L/h, and the dates
    between which its guideline holds (`review_by` is the last day)."""

    clearance: Sequence[Interval]
    effluent: Sequence[Interval]
    issued: date
    review_by: date
    clearances: dict[object, tuple[Fact, ...]] = field(default_factory=dict, compare=False, repr=False)
    """Facts on clearance that were computed before, by what they were computed from."""


BEHIND: Mapping[str, tuple[str, ...]] = {
    v.GuidelineAge.name: ("as_of",),
    v.AgeGroup.name: ("patient.age",),
    v.PittBand.name: ("infection.pitt_score",),
    v.MicCategory.name: ("isolate.susceptibilities",),
    v.Clearance.name: (
        "patient.creatinine_clearance",
        "patient.age",
        "patient.sex",
        "patient.weight",
        "patient.height",
        "patient.creatinine",
        "patient.renal_replacement",
    ),
    v.Effluent.name: ("patient.renal_replacement", "patient.crrt_effluent"),
    v.OrganismOrder.name: ("isolate.organism",),
    **dict.fromkeys(
        (v.Enzyme.name, v.Hydrolysis.name, v.Inhibition.name),
        ("isolate.carbapenemases", "isolate.suspected_carbapenemases", "isolate.other_beta_lactamases"),
    ),
}
"""Which fields of a case stand behind a fact that is computed or looked up."""


def working_memory(case: Case, measures: Measures) -> tuple[Fact, ...]:
    """All facts about one case under what an edition measures it against, in order of id."""
    facts = [*about_patient(case, measures), *about_isolate(case), *about_the_rest(case, measures)]
    return tuple(sorted(facts, key=lambda fact: fact.id))


def about_patient(case: Case, measures: Measures) -> Iterable[Fact]:
    """The facts that come from what is stated of the patient."""
    patient = case.patient
    yield _number(v.Age, patient.age)
    yield _choice(v.Sex, patient.sex)
    yield _number(v.Weight, patient.weight)
    yield _number(v.Height, patient.height)
    yield _number(v.Creatinine, patient.creatinine)
    yield _number(v.MeasuredClearance, patient.creatinine_clearance)
    yield _choice(v.CreatinineTrend, patient.creatinine_trend)
    yield _choice(v.RenalReplacement, patient.renal_replacement)
    yield _number(v.CrrtEffluent, patient.crrt_effluent)
    yield _choice(v.Pregnancy, patient.pregnancy)
    yield _choice(v.HepaticImpairment, patient.hepatic_impairment)
    yield from _allergies(case)
    yield _age_group(patient.age)
    yield from _known_clearances(case, measures)
    yield _effluent(case, measures.effluent)


def about_isolate(case: Case) -> Iterable[Fact]:
    """The facts that come from what is stated of the isolate, rows of the tables of nature included."""
    isolate = case.isolate
    yield _choice(v.Organism, isolate.organism)
    yield _choice(v.CarbapenemResistance, _yes_no(isolate.carbapenem_resistant))
    yield from _names(v.CarbapenemaseList, v.CarbapenemaseFound, isolate.carbapenemases)
    yield from _names(v.TestCoverageList, v.TestCovers, isolate.carbapenemases_tested_for)
    yield from _names(v.SuspicionList, v.Suspected, isolate.suspected_carbapenemases)
    yield from _names(v.SuspicionBasisList, v.SuspicionBasis, isolate.suspicion_basis)
    yield from _names(v.OtherEnzymeList, v.OtherEnzyme, isolate.other_beta_lactamases)
    yield from _susceptibilities(case)
    yield from _mic_categories(case)
    yield from _table_rows(case)


def about_the_rest(case: Case, measures: Measures) -> Iterable[Fact]:
    """The facts that come from what is stated of the question, the infection, its treatment and the setting."""
    yield _day(v.AsOf, case.as_of)
    yield _guideline_age(case.as_of, measures.issued, measures.review_by)
    infection = case.infection
    yield _choice(v.Site, infection.site)
    yield _choice(v.Severity, infection.severity)
    yield _choice(v.SepticShock, _yes_no(infection.septic_shock))
    yield _number(v.PittScore, infection.pitt_score)
    yield _pitt_band(infection.pitt_score)
    yield from _names(v.FocusList, v.Focus, infection.foci)
    yield from _names(v.CurrentList, v.CurrentDrug, case.therapy.current)
    yield from _names(v.PreviousList, v.PreviousDrug, case.therapy.previous)
    yield _choice(v.Jurisdiction, case.setting.jurisdiction)
    yield from _names(v.UnavailableList, v.UnavailableDrug, case.setting.unavailable)


# --- asked ---------------------------------------------------------------------------------------------------


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def _path(fact_type: FactType) -> str:
    assert fact_type.path is not None
    return fact_type.path


# A fact is made once for all cases that state the same: cases are many, values few.
_KEPT = 1 << 15


def _choice(fact_type: FactType, value: str | None) -> Fact:
    return _chosen(fact_type.name, value)


@lru_cache(_KEPT)
def _chosen(name: str, value: str | None) -> Fact:
    fact_type = v.VOCABULARY[name]
    path, of = _path(fact_type), fact_type.fields[0].name
    if value is None:
        return Fact(name, ((of, NOT_STATED),), origin=NotStated(path))
    return Fact(name, ((of, value),), origin=Given(path, value))


def _number(fact_type: FactType, value: Quantity | int | None) -> Fact:
    return _amount(fact_type.name, None if value is None else str(value))


def _day(fact_type: FactType, value: date | None) -> Fact:
    return _amount(fact_type.name, None if value is None else value.isoformat())


@lru_cache(_KEPT)
def _amount(name: str, value: str | None) -> Fact:
    path = _path(v.VOCABULARY[name])
    if value is None:
        return Fact(name, (("state", NOT_STATED),), (("amount", ""),), NotStated(path))
    return Fact(name, (("state", "stated"),), (("amount", value),), Given(path, value))


def _list(list_type: FactType, elements: Sequence[str] | None) -> Fact:
    """The fact that says whether a list was stated, and what it names."""
    if elements is None:
        return Fact(list_type.name, (("state", NOT_STATED), ("answered", "no")), origin=NotStated(_path(list_type)))
    state, listed = (LISTED, ", ".join(elements)) if elements else (NONE, "none")
    return Fact(list_type.name, (("state", state), ("answered", "yes")), origin=Given(_path(list_type), listed))


def _element(element_type: FactType, name: str, values: Sequence[str], shown: str, **payload: str) -> Fact:
    fields = tuple(zip(element_type.matched(), values, strict=True))
    return Fact(element_type.name, fields, tuple(payload.items()), Given(f"{_path(element_type)}[{name}]", shown))


def _names(list_type: FactType, element_type: FactType, names: Sequence[str] | None) -> tuple[Fact, ...]:
    return _named(list_type.name, element_type.name, None if names is None else tuple(names))


@lru_cache(_KEPT)
def _named(list_type: str, element_type: str, names: tuple[str, ...] | None) -> tuple[Fact, ...]:
    elements = (_element(v.VOCABULARY[element_type], name, (name,), name) for name in names or ())
    return (_list(v.VOCABULARY[list_type], names), *elements)


def _allergies(case: Case) -> tuple[Fact, ...]:
    allergies = case.patient.allergies
    return _allergic(None if allergies is None else tuple((each.substance, each.reaction) for each in allergies))


@lru_cache(_KEPT)
def _allergic(allergies: tuple[tuple[str, str | None], ...] | None) -> tuple[Fact, ...]:
    facts = [_list(v.AllergyList, None if allergies is None else [substance for substance, _ in allergies])]
    for substance, reaction in allergies or ():
        shown = f"reaction {reaction or NOT_STATED}".replace("_", " ")
        facts.append(_element(v.Allergy, substance, (substance, reaction or NOT_STATED), shown))
    return tuple(facts)


def _susceptibilities(case: Case) -> tuple[Fact, ...]:
    results = case.isolate.susceptibilities
    if results is None:
        return (_listed_results(None),)
    found = sorted(results.items())
    return (
        _listed_results(tuple(regimen for regimen, _ in found)),
        *(_result(regimen, each.result, str(each.mic or ""), each.standard or "") for regimen, each in found),
    )


@lru_cache(_KEPT)
def _listed_results(regimens: tuple[str, ...] | None) -> Fact:
    return _list(v.SusceptibilityList, regimens)


@lru_cache(_KEPT)
def _result(regimen: str, result: str, mic: str, standard: str) -> Fact:
    shown = ", ".join(part for part in (result, mic, standard) if part)
    return _element(v.Susceptibility, regimen, (regimen, result), shown, mic=mic, standard=standard)


# --- computed ------------------------------------------------------------------------------------------------


def _unknown_inputs(*inputs: Fact) -> tuple[str, ...]:
    return tuple(fact.id for fact in inputs if isinstance(fact.origin, NotStated))


@lru_cache(_KEPT)
def _age_group(years: int | None) -> Fact:
    age = _number(v.Age, years)
    group = NOT_STATED if years is None else "adult" if years >= ADULT_FROM else "child"
    return Fact(
        v.AgeGroup.name,
        (("value", group),),
        origin=Computed(
            "age-group/1",
            group.replace("_", " "),
            f"adult from {ADULT_FROM} years",
            "FETROJA (US 2026) s.8.4, adults only",
            (age.id,),
        ),
    )


@lru_cache(_KEPT)
def _guideline_age(as_of: date | None, issued: date, review_by: date) -> Fact:
    """Where the date of the question lies: before the guideline was issued, while it holds, or after."""
    if as_of is None:
        value = NOT_STATED
    else:
        value = "not_yet_issued" if as_of < issued else "past_review" if as_of > review_by else "current"
    return Fact(
        v.GuidelineAge.name,
        (("value", value),),
        (("issued", issued.isoformat()), ("review_by", review_by.isoformat())),
        Computed(
            "guideline-age/1",
            value.replace("_", " "),
            f"issued {issued.isoformat()}, to be reviewed by {review_by.isoformat()}",
            "the dates of the guideline",
            (_day(v.AsOf, as_of).id,),
        ),
    )


@lru_cache(_KEPT)
def _pitt_band(score: int | None) -> Fact:
    pitt = _number(v.PittScore, score)
    band = NOT_STATED if score is None else "high" if score >= PITT_HIGH_FROM else "low"
    return Fact(
        v.PittBand.name,
        (("value", band),),
        origin=Computed(
            "pitt-band/1",
            band.replace("_", " "),
            f"high from {PITT_HIGH_FROM}",
            "Henderson et al. 2020: Clin Infect Dis 70:1826-1833, abstract: a score of 4 or more goes with mortality",
            (pitt.id,),
        ),
    )


def _mic_categories(case: Case) -> Iterable[Fact]:
    """What each issuer of breakpoints calls the MIC of each drug that it has breakpoints for, if one is stated."""
    results = case.isolate.susceptibilities or {}
    listed, *each_result = _susceptibilities(case)
    stated = {fact.value("regimen"): fact for fact in each_result}
    for drug in breakpoints.BREAKPOINTS:
        mic = results[drug].mic if drug in results else None
        for issuer in breakpoints.ISSUERS:
            yield _mic_category(drug, issuer, mic, stated.get(drug, listed).id)


@lru_cache(_KEPT)
def _mic_category(drug: str, issuer: str, mic: Quantity | None, stated: str) -> Fact:
    cut = breakpoints.BREAKPOINTS[drug][issuer]
    called = breakpoints.category(drug, mic, issuer) if mic else NOT_STATED
    value = f"{mic}: {called}" if mic else "no MIC stated"
    formula = f"{issuer} breakpoints: {cut.text()}"
    return Fact(
        v.MicCategory.name,
        (("regimen", drug), ("issuer", issuer), ("category", called)),
        (("cuts", cut.text()),),
        Computed("mic-category/2", value, formula, cut.source, (stated,)),
    )


def _clearance(basis: str, state: str, origin: Computed, atom: Interval | None = None, amount: str = "") -> Fact:
    return Fact(
        v.Clearance.name,
        (("basis", basis), ("state", state), ("atom", atom.id if atom else state)),
        (("amount", amount),),
        origin,
    )


def _known_clearances(case: Case, measures: Measures) -> tuple[Fact, ...]:
    """The facts on clearance, computed once for all cases that state the same of what they depend on."""
    p, known = case.patient, measures.clearances
    weights = (str(p.weight), str(p.height), str(p.creatinine), str(p.creatinine_clearance))
    key = (p.age, p.sex, p.renal_replacement, *weights)
    found = known.get(key)
    if found is None:
        if len(known) >= _KEPT:
            known.clear()
        found = known[key] = tuple(_clearances(case, measures.clearance))
    return found


def _clearances(case: Case, atoms: Sequence[Interval]) -> Iterable[Fact]:
    """The measured clearance, and Cockcroft-Gault with actual, ideal and adjusted weight, each known, unknown or
    not applicable: the formula is for adults off renal replacement."""
    patient = case.patient
    measured = _number(v.MeasuredClearance, patient.creatinine_clearance)
    if patient.creatinine_clearance is None:
        yield _clearance(
            "measured",
            UNKNOWN,
            Computed("measured-clearance/1", "not stated", "as measured", "stated in the case", (measured.id,)),
        )
    else:
        value = patient.creatinine_clearance.value
        atom = atom_of(value, atoms)
        amount = f"{decimal_text(value, 1, atom)} mL/min"
        yield _clearance(
            "measured",
            KNOWN,
            Computed(
                "measured-clearance/1",
                f"{amount} ({atom.label('mL/min')})",
                "as measured",
                "stated in the case",
                (measured.id,),
            ),
            atom,
            amount,
        )
    age, sex = _number(v.Age, patient.age), _choice(v.Sex, patient.sex)
    weight, height = _number(v.Weight, patient.weight), _number(v.Height, patient.height)
    creatinine, replacement = (
        _number(v.Creatinine, patient.creatinine),
        _choice(v.RenalReplacement, patient.renal_replacement),
    )

    def clearance(basis: str, weight_kg: Fraction | None, weight_inputs: tuple[Fact, ...], how: str) -> Fact:
        formula = f"{COCKCROFT_GAULT.expression}, {how}"

        def result(state: str, value: str, inputs: tuple[str, ...], **found: Interval | str) -> Fact:
            origin = Computed(COCKCROFT_GAULT.id, value, formula, COCKCROFT_GAULT.source, inputs)
            return _clearance(basis, state, origin, **found)  # type: ignore[arg-type]

        if patient.age is not None and patient.age < ADULT_FROM:
            return result(NOT_APPLICABLE, "not computed: the formula is for adults", (age.id,))
        if patient.renal_replacement not in (None, "none"):
            return result(NOT_APPLICABLE, "not computed: on renal replacement", (replacement.id,))
        missing = _unknown_inputs(age, sex, creatinine, *weight_inputs)
        if missing:
            return result(UNKNOWN, "cannot be computed: an input is not stated", missing)
        if basis == "adjusted_weight" and actual is not None and ideal is not None and actual <= ideal:
            return result(
                NOT_APPLICABLE, "not computed: the actual weight is not above the ideal one", (height.id, weight.id)
            )
        if weight_kg is None:
            return result(
                NOT_APPLICABLE, "not computed: ideal weight is defined from 152.4 cm (60 inches) up", (height.id,)
            )
        value = _cockcroft_gault(case, weight_kg)
        atom = atom_of(value, atoms)
        amount = f"{decimal_text(value, 1, atom)} mL/min"
        inputs = tuple(fact.id for fact in (age, sex, *weight_inputs, creatinine))
        return result(KNOWN, f"{amount} ({atom.label('mL/min')})", inputs, atom=atom, amount=amount)

    actual, ideal, adjusted = _weights(case).values()
    yield clearance("actual_weight", actual, (weight,), "actual weight")
    yield clearance("ideal_weight", ideal, (height,), f"ideal weight {_kg(ideal)}".strip())
    yield clearance("adjusted_weight", adjusted, (height, weight), f"adjusted weight {_kg(adjusted)}".strip())


def _weights(case: Case) -> dict[str, Fraction | None]:
    """The weights that Cockcroft-Gault is computed with, in kg, by basis."""
    actual, ideal = case.patient.weight.value if case.patient.weight else None, _ideal_weight(case)
    adjusted = ADJUSTED.function(actual_kg=actual, ideal_kg=ideal) if actual is not None and ideal is not None else None
    return {"actual_weight": actual, "ideal_weight": ideal, "adjusted_weight": adjusted}


def _cockcroft_gault(case: Case, weight_kg: Fraction) -> Fraction:
    """In mL/min, exactly. Age and creatinine are stated."""
    patient = case.patient
    assert patient.age is not None
    assert patient.creatinine is not None
    return COCKCROFT_GAULT.function(
        age_years=patient.age,
        weight_kg=weight_kg,
        creatinine_mg_dl=patient.creatinine.value,
        female=patient.sex == "female",
    )


def exact_value(case: Case, fact: Fact) -> Fraction:
    """The number behind a fact of a case on a quantity that is known, in the unit of its tables: mL/min or L/h."""
    patient = case.patient
    if fact.type == v.Effluent.name:
        stated = patient.crrt_effluent
    elif fact.value("basis") == "measured":
        stated = patient.creatinine_clearance
    else:
        weight = _weights(case)[fact.value("basis")]
        assert weight is not None
        return _cockcroft_gault(case, weight)
    assert stated is not None
    return stated.value


def other_weights(case: Case) -> Iterable[tuple[str, Fraction]]:
    """The weights that could stand for the actual one, in kg: ideal, and adjusted where the actual is above it."""
    ideal, actual = _ideal_weight(case), case.patient.weight
    if ideal is not None:
        yield "ideal", ideal
        if actual is not None and actual.value > ideal:
            yield "adjusted", ADJUSTED.function(actual_kg=actual.value, ideal_kg=ideal)


def _kg(weight: Fraction | None) -> str:
    return "" if weight is None else f"{decimal_text(weight, 1)} kg"


def _ideal_weight(case: Case) -> Fraction | None:
    """In kg; None if height or sex is not stated or the formula is not defined for the height."""
    if case.patient.height is None or case.patient.sex is None:
        return None
    return ideal_weight(case.patient.height.value, female=case.patient.sex == "female")


def ideal_weight(height_cm: Fraction, *, female: bool) -> Fraction | None:
    """In kg; None where the formula is not defined."""
    try:
        return DEVINE.function(height_cm=height_cm, female=female)
    except ValueError:
        return None


def _effluent(case: Case, atoms: Sequence[Interval]) -> Fact:
    patient = case.patient
    stated, replacement = (
        _number(v.CrrtEffluent, patient.crrt_effluent),
        _choice(v.RenalReplacement, patient.renal_replacement),
    )

    def effluent(state: str, value: str, inputs: tuple[str, ...], atom: str, amount: str = "") -> Fact:
        origin = Computed("crrt-effluent/1", value, "as stated", "stated in the case", inputs)
        return Fact(v.Effluent.name, (("state", state), ("atom", atom)), (("amount", amount),), origin)

    if patient.renal_replacement != "crrt":
        return effluent(NOT_APPLICABLE, "not on CRRT", (replacement.id,), NOT_APPLICABLE)
    if patient.crrt_effluent is None:
        return effluent(UNKNOWN, "not stated", (stated.id,), UNKNOWN)
    atom = atom_of(patient.crrt_effluent.value, atoms)
    return effluent(
        KNOWN, f"{patient.crrt_effluent} ({atom.label('L/h')})", (stated.id,), atom.id, str(patient.crrt_effluent)
    )


# --- rows of the tables of nature: what organisms and enzymes are ---------------------------------------------


def _table_rows(case: Case) -> Iterable[Fact]:
    isolate = case.isolate
    if isolate.organism is not None:
        yield _order(isolate.organism)
    named = {
        *(isolate.carbapenemases or ()),
        *(isolate.suspected_carbapenemases or ()),
        *(isolate.other_beta_lactamases or ()),
    }
    for name in sorted(named):
        yield from _about_enzyme(name)


@lru_cache(_KEPT)
def _order(name: str) -> Fact:
    organism = ORGANISMS[name]
    return Fact(
        v.OrganismOrder.name,
        (
            ("organism", organism.name),
            ("species", organism.species),
            ("genus", organism.genus),
            ("order", organism.order),
        ),
        origin=Known("organisms", organism.name, f"{organism.name} belongs to the {organism.order}", organism.source),
    )


@lru_cache(_KEPT)
def _about_enzyme(name: str) -> tuple[Fact, ...]:
    """The rows of the tables of enzymes, hydrolysis and inhibition on one enzyme."""
    enzyme = enzymes.lookup(name)
    assert enzyme is not None  # the case was validated against the same table
    blocked = activity.inhibition(enzyme)
    hydrolysed = ((drug, activity.hydrolysis(enzyme, drug)) for drug in activity.DRUGS)
    return (
        Fact(
            v.Enzyme.name,
            (
                ("enzyme", name),
                ("family", enzyme.family),
                ("ambler", enzyme.ambler),
                ("carbapenemase", _yes_no(enzyme.carbapenemase) or UNKNOWN),
            ),
            origin=Known(
                "enzymes", name, f"{name}: family {enzyme.family}, Ambler class {enzyme.ambler}", enzyme.source
            ),
        ),
        *(
            Fact(
                v.Hydrolysis.name,
                (("enzyme", name), ("drug", drug), ("degree", row.degree)),
                origin=Known("hydrolysis", row.id, f"{name} hydrolyses {drug}: {row.degree}", row.source),
            )
            for drug, row in hydrolysed
        ),
        Fact(
            v.Inhibition.name,
            (("enzyme", name), ("inhibited", blocked.inhibited)),
            origin=Known("inhibition", blocked.id, f"avibactam inhibits {name}: {blocked.inhibited}", blocked.source),
        ),
    )


# --- what all this depends on ----------------------------------------------------------------------------------


def digest_material() -> tuple[dict[str, object], ...]:
    """What decides how a case becomes facts, ready for JSON: formulas by their answers, cut points, tables by hash."""
    return (
        *(formula.digest_material() for formula in FORMULAS.values()),
        {"name": "age-group", "version": 1, "adult_from": ADULT_FROM},
        {"name": "measured-clearance", "version": 1},
        {"name": "guideline-age", "version": 1},
        {"name": "crrt-effluent", "version": 1},
        {"name": "pitt-band", "version": 1, "high_from": PITT_HIGH_FROM},
        _table_material("organisms", ((o.name, o.species, o.genus, o.order) for o in ORGANISMS.values())),
        _table_material(
            "enzymes",
            (
                (enzyme.name, enzyme.family, enzyme.ambler, str(enzyme.carbapenemase), enzyme.spectrum)
                for enzyme in map(enzymes.lookup, enzymes.enzyme_names())
                if enzyme is not None
            ),
        ),
        {
            "name": "mic-category",
            "version": 2,
            "breakpoints": {
                drug: {issuer: cut.text() for issuer, cut in cuts.items()}
                for drug, cuts in breakpoints.BREAKPOINTS.items()
            },
        },
        _table_material("hydrolysis", ((row.id, row.degree) for row in activity.HYDROLYSIS.values())),
        _table_material("inhibition", ((row.id, row.inhibited) for row in activity.INHIBITION.values())),
    )


def _table_material(name: str, rows: Iterable[tuple[str, ...]]) -> dict[str, object]:
    """A table by the SHA-256 of its rows: too long to stand in every edition, too important to be left out."""
    lines = sorted("\t".join(row) for row in rows)
    return {"name": name, "sha256": hashlib.sha256("\n".join(lines).encode()).hexdigest()}
