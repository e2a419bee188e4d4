"""The numbers of a case in an answer set program: values at, below and above every cut point, not our own bands.

`num(PATH, STATE)` says what is stated of a number; `value_Clearance(V)` and `value_Effluent(V)` are the values tried,
as whole numbers (`kb.cuts`); `got(BASIS, V)` is the clearance by each basis; `mic(DRUG, BOUND, V)` a MIC in hundredths
of a mg/L. What the formulas compute is not computed here: any values are tried that stand in the order which the
formulas enforce. So more is proved than patients can have; `stated` finds a patient, or says that there is none.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise, product
from math import prod

from ..facts import breakpoints
from ..facts.bands import Interval
from ..facts.case import Case
from ..facts.formulas import FORMULAS
from ..facts.numerals import exact_places, exact_text
from ..facts.quantity import CLEARANCE, CREATININE, EFFLUENT, LENGTH, MASS
from ..facts.working_memory import ADULT_FROM, PITT_HIGH_FROM
from ..kb.cuts import scale
from ..kb.edition import Edition

CHILD, ADULT = ADULT_FROM - 1, 68
"""Ages. At 68, (140 - age) / 72 is 1: a creatinine and a weight for any clearance are then decimal numbers."""

SHORT, TALL = "short", "tall"
"""Heights: the formula of ideal weight is not defined below 60 inches."""

_SIXTY_INCHES = 60 * Fraction("2.54")

BASES = ("actual_weight", "ideal_weight", "adjusted_weight")


class NoSuchPatientError(ValueError):
    """Numbers that no patient can have together: `combination` are the atoms of the program that say so."""

    def __init__(self, combination: Iterable[str]) -> None:
        self.combination = tuple(combination)
        super().__init__(", ".join(self.combination))


class Numbers:
    """The numbers under one edition."""

    paths = (
        "as_of",
        "patient.age",
        "patient.weight",
        "patient.height",
        "patient.creatinine",
        "patient.creatinine_clearance",
        "patient.crrt_effluent",
        "infection.pitt_score",
    )

    def __init__(self, edition: Edition) -> None:
        self._scale = {name: scale(edition, name) for name in ("Clearance", "Effluent")}
        self.values = {
            name: tried(edition, name, self._scale[name], CLEARANCE.high if name == "Clearance" else EFFLUENT.high)
            for name in self._scale
        }
        measures = edition.measures
        issued, review_by, a_day = measures.issued, measures.review_by, timedelta(days=1)
        self.days = [issued - a_day, issued, review_by, review_by + a_day]
        self._dates = issued, review_by
        self._types = {name: edition.vocabulary[name] for name in ("Clearance", "Effluent", "MicCategory")}

    scores = (PITT_HIGH_FROM - 1, PITT_HIGH_FROM)
    """Pitt scores below and at the cut."""

    def texts(self, quantity: str) -> list[str]:
        """The values tried of a quantity, as a case states them."""
        unit = {"Clearance": "mL/min", "Effluent": "L/h"}[quantity]
        return [f"{exact_text(self.number(quantity, value))} {unit}" for value in self.values[quantity]]

    def mics(self, drug: str) -> list[str]:
        """The MICs tried of a drug, as a case states them."""
        return [f"{mic_text(bound, value)} mg/L" for bound, value in _mics(drug)]

    @property
    def size(self) -> int:
        """How many combinations are tried, those that the formulas exclude included."""
        clearances = prod(1 + len(self.values["Clearance"]) for _ in (*BASES, "measured"))
        mics = prod(1 + len(_mics(drug)) for drug in breakpoints.BREAKPOINTS)
        return 5 * 3 * 2 * 3 * 2 * 3 * clearances * (1 + len(self.values["Effluent"])) * mics

    @property
    def program(self) -> str:
        """What may be stated of numbers, and the facts that come of it."""
        return "\n".join([*self._stated(), *self._computed(), *_CLEARANCES, *_mic_program()])

    def _stated(self) -> Iterator[str]:
        states: dict[str, list[object]] = {
            "as_of": [day.toordinal() for day in self.days],
            "patient.age": [CHILD, ADULT],
            "patient.height": [f'"{SHORT}"', f'"{TALL}"'],
            "infection.pitt_score": [PITT_HIGH_FROM - 1, PITT_HIGH_FROM],
        }
        types = {
            "as_of": "AsOf",
            "infection.pitt_score": "PittScore",
            "patient.creatinine_clearance": "MeasuredClearance",
        }
        for path in self.paths:
            values = "; ".join(f'num("{path}", {state})' for state in ('"not_stated"', *states.get(path, ['"stated"'])))
            name = types.get(path) or "".join(part.capitalize() for part in path.partition(".")[2].split("_"))
            yield f"1 {{ {values} }} 1."
            yield f't_{name}("not_stated") :- num("{path}", "not_stated").'
            yield f't_{name}("stated") :- num("{path}", S), S != "not_stated".'

    def _computed(self) -> Iterator[str]:
        issued, review_by = (day.toordinal() for day in self._dates)
        yield from (f"value_{name}({value})." for name, values in self.values.items() for value in values)
        yield f"""
t_GuidelineAge("not_stated") :- num("as_of", "not_stated").
t_GuidelineAge("not_yet_issued") :- num("as_of", D), D < {issued}.
t_GuidelineAge("current") :- num("as_of", D), {issued} <= D, D <= {review_by}.
t_GuidelineAge("past_review") :- num("as_of", D), {review_by} < D, D != "not_stated".
t_AgeGroup("not_stated") :- num("patient.age", "not_stated").
t_AgeGroup("child") :- num("patient.age", A), A < {ADULT_FROM}.
t_AgeGroup("adult") :- num("patient.age", A), {ADULT_FROM} <= A, A != "not_stated".
t_PittBand("not_stated") :- num("infection.pitt_score", "not_stated").
t_PittBand("low") :- num("infection.pitt_score", P), P < {PITT_HIGH_FROM}.
t_PittBand("high") :- num("infection.pitt_score", P), {PITT_HIGH_FROM} <= P, P != "not_stated"."""

    # --- and back --------------------------------------------------------------------------------------------

    def number(self, quantity: str, value: int) -> Fraction:
        """The value of a quantity that a whole number of the program stands for, in the quantity's own unit."""
        return Fraction(value, self._scale[quantity])

    def nearest(self, quantity: str, number: int) -> int:
        """The value tried that no cut point separates from a whole number (`kb.cuts.whole`)."""
        values = self.values[quantity]
        cuts = values[1::2]
        place = bisect_left(cuts, number)
        return number if place < len(cuts) and cuts[place] == number else values[2 * place]

    def states(self, case: Case) -> dict[str, str | int]:
        """What the program says of the numbers of a case, by path. ValueError for one that is not tried."""
        patient = case.patient
        found: dict[str, str | int] = {
            path: "not_stated" if getattr(patient, path.partition(".")[2]) is None else "stated"
            for path in self.paths
            if path.startswith("patient.")
        }
        if patient.age is not None:
            found["patient.age"] = CHILD if patient.age < ADULT_FROM else ADULT
        if patient.height is not None:
            found["patient.height"] = SHORT if patient.height.value < _SIXTY_INCHES else TALL
        score = case.infection.pitt_score
        found["infection.pitt_score"] = "not_stated" if score is None else self.scores[score >= PITT_HIGH_FROM]
        found["as_of"] = "not_stated" if case.as_of is None else self._day(case.as_of).toordinal()
        return found

    def _day(self, day: date) -> date:
        """The day tried on the same side of the dates of the guideline."""
        before, issued, review_by, after = self.days
        return before if day < issued else after if day > review_by else issued if day < review_by else review_by

    def mics_of(self, case: Case) -> Iterator[tuple[str, str, int]]:
        """Drug, bound and hundredths of a mg/L of each MIC of a case that an issuer has breakpoints for."""
        for drug, result in (case.isolate.susceptibilities or {}).items():
            if result.mic is not None and drug in breakpoints.BREAKPOINTS:
                yield drug, result.mic.bound, int(result.mic.value * _HUNDREDTHS)

    def stated(self, found: Mapping[str, str], chosen: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], str]:
        """What a case file states, by path and drug: `found` are values by path, basis (`got ...`) or drug (`mic ...`).

        Raises `NoSuchPatientError` for clearances by several weights that no one patient has.
        """
        stated: dict[tuple[str, str], str] = {}
        if (day := found["as_of"]) != "not_stated":
            stated["as_of", ""] = date.fromordinal(int(day)).isoformat()
        if (score := found["infection.pitt_score"]) != "not_stated":
            stated["infection.pitt_score", ""] = score
        if (age := found["patient.age"]) != "not_stated":
            stated["patient.age", ""] = age
        if "got measured" in found:
            measured = self.number("Clearance", int(found["got measured"]))
            stated["patient.creatinine_clearance", ""] = f"{exact_text(measured)} mL/min"
        if found["patient.crrt_effluent"] != "not_stated":
            flow = self.number("Effluent", int(found["flow"])) if "flow" in found else Fraction(2)
            stated["patient.crrt_effluent", ""] = f"{exact_text(flow)} L/h"
        for name, value in found.items():
            if name.startswith("mic "):
                stated["isolate.susceptibilities.mic", name.removeprefix("mic ")] = f"{value} mg/L"
        weights = {path: found[path] for path in ("patient.weight", "patient.height", "patient.creatinine")}
        wanted = {basis: int(found[f"got {basis}"]) for basis in BASES if f"got {basis}" in found}
        patient = self._patient(wanted, chosen.get(("patient.sex", "")) == "female", found)
        if patient is None:
            raise NoSuchPatientError([f'got("{basis}", {value})' for basis, value in wanted.items()])
        usual = {"patient.weight": "70 kg", "patient.height": "170 cm", "patient.creatinine": "1 mg/dL"}
        if found["patient.height"] == SHORT:
            usual["patient.height"] = "150 cm"
        named = (path for path, state in weights.items() if state != "not_stated")
        return stated | {(path, ""): patient.get(path, usual[path]) for path in named}

    def _patient(self, wanted: Mapping[str, int], female: bool, found: Mapping[str, str]) -> dict[str, str] | None:
        """Weight, height and creatinine that give the clearances wanted, at the age of 68."""
        factor = Fraction("0.85") if female else Fraction(1)
        if not wanted:
            return {}
        if "ideal_weight" not in wanted:
            return self._light(self._around("Clearance", wanted["actual_weight"]), factor)
        both = "actual_weight" in wanted
        for inches in range(120, 221):  # halves
            height = Fraction(inches, 2) * Fraction("2.54")
            if not LENGTH.low <= height <= LENGTH.high:
                continue
            ideal = FORMULAS["devine-ideal-weight/1"].function(height_cm=height, female=female)
            for of_ideal in self._around("Clearance", wanted["ideal_weight"]):
                if of_ideal == 0:
                    continue
                creatinine = ideal * factor / of_ideal
                if not _sayable(creatinine, CREATININE.low, CREATININE.high):
                    continue
                if not both:
                    return {"patient.height": f"{exact_text(height)} cm", "patient.creatinine": _mg(creatinine)}
                for of_actual in self._around("Clearance", wanted["actual_weight"]):
                    weight = of_actual * creatinine / factor
                    if not _sayable(weight, MASS.low, MASS.high):
                        continue
                    if (weight > ideal) is not ("adjusted_weight" in wanted):
                        continue
                    if weight > ideal:
                        adjusted = FORMULAS["adjusted-weight/1"].function(actual_kg=weight, ideal_kg=ideal)
                        if not self._same("Clearance", wanted["adjusted_weight"], adjusted * factor / creatinine):
                            continue
                    return {
                        "patient.weight": f"{exact_text(weight)} kg",
                        "patient.height": f"{exact_text(height)} cm",
                        "patient.creatinine": _mg(creatinine),
                    }
        return None

    def _light(self, clearances: Iterable[Fraction], factor: Fraction) -> dict[str, str] | None:
        for clearance, weight in product(clearances, (Fraction(w) for w in (60, 75, 40, 90, 120, 36))):
            if clearance and _sayable(creatinine := weight * factor / clearance, CREATININE.low, CREATININE.high):
                return {"patient.weight": f"{exact_text(weight)} kg", "patient.creatinine": _mg(creatinine)}
            creatinine = Fraction(1) if clearance < 200 else Fraction("0.25")
            if _sayable(weight := clearance * creatinine / factor, MASS.low, MASS.high):
                return {"patient.weight": f"{exact_text(weight)} kg", "patient.creatinine": _mg(creatinine)}
        return None

    def _around(self, quantity: str, value: int) -> list[Fraction]:
        """Values that no cut point separates from one."""
        values = self.values[quantity]
        place, middle = values.index(value), self.number(quantity, value)
        if place % 2:  # a cut point: itself only
            return [middle]
        low = self.number(quantity, values[place - 1]) if place else Fraction(0)
        high = self.number(quantity, values[place + 1]) if place + 1 < len(values) else CLEARANCE.high
        steps = (Fraction(n, 40) for n in (20, 10, 30, 5, 35, 2, 38, 15, 25, 1, 39))
        return [middle, *(low + (high - low) * step for step in steps)]

    def _same(self, quantity: str, value: int, other: Fraction) -> bool:
        values = self.values[quantity]
        place = values.index(value)
        if place % 2:
            return other == self.number(quantity, value)
        low = self.number(quantity, values[place - 1]) if place else Fraction(-1)
        return low < other and (place + 1 == len(values) or other < self.number(quantity, values[place + 1]))


def tried(edition: Edition, quantity: str, size: int, most: Fraction) -> list[int]:
    """Every cut point of the tables on a quantity, times `size`, and a value on each side: at odd places cut points."""
    bands = [band for table in edition.tables.values() for band in table.bands(quantity)]
    cuts = sorted({cut for band in bands for cut in _bounds(band)})
    if not cuts:
        return [int(most * size) // 2]
    between = [(a + b) / 2 for a, b in pairwise([Fraction(0), *cuts, most])]
    values = [between[0], *(value for pair in zip(cuts, between[1:], strict=True) for value in pair)]
    return [int(value * size) for value in values]


def _bounds(band: Interval) -> Iterator[Fraction]:
    yield from (bound for bound in (band.low, band.high) if bound is not None)


def _sayable(value: Fraction, low: Fraction, high: Fraction) -> bool:
    places = exact_places(value)
    return places is not None and places <= 12 and low <= value <= high


def _mg(creatinine: Fraction) -> str:
    return f"{exact_text(creatinine)} mg/dL"


_CLEARANCES = (
    # which clearances have a value, as `facts.working_memory` has it
    """
replaced :- in("patient.renal_replacement", R), R != "none", R != "not_stated".
barred :- t_AgeGroup("child").
barred :- replaced.
lacking :- num("patient.age", "not_stated").
lacking :- in("patient.sex", "not_stated").
lacking :- num("patient.creatinine", "not_stated").
lacks("actual_weight") :- num("patient.weight", "not_stated").
lacks("ideal_weight") :- num("patient.height", "not_stated").
lacks("adjusted_weight") :- lacks("actual_weight").
lacks("adjusted_weight") :- lacks("ideal_weight").
basis("actual_weight"; "ideal_weight"; "adjusted_weight").
inapplicable(B) :- basis(B), barred.
unknown(B) :- basis(B), lacking, not barred.
unknown(B) :- lacks(B), not barred.
heavy :- not light.
{ light }.
undefined("ideal_weight"; "adjusted_weight") :- num("patient.height", "short").
undefined("adjusted_weight") :- light.
inapplicable(B) :- undefined(B), not unknown(B).
1 { got(B, V) : value_Clearance(V) } 1 :- basis(B), not inapplicable(B), not unknown(B).
1 { got("measured", V) : value_Clearance(V) } 1 :- num("patient.creatinine_clearance", "stated").
unknown("measured") :- num("patient.creatinine_clearance", "not_stated").
t_Clearance(B, "known", V) :- got(B, V).
t_Clearance(B, "unknown", "unknown") :- unknown(B).
t_Clearance(B, "not_applicable", "not_applicable") :- inapplicable(B), not unknown(B).
:- got("adjusted_weight", A), got("ideal_weight", I), A < I.
:- got("adjusted_weight", A), got("actual_weight", W), W < A.
:- light, got("actual_weight", W), got("ideal_weight", I), I < W.
:- light, not got("ideal_weight", _).
:- light, not got("actual_weight", _).
t_Effluent("not_applicable", "not_applicable") :- not in("patient.renal_replacement", "crrt").
t_Effluent("unknown", "unknown") :- in("patient.renal_replacement", "crrt"), num("patient.crrt_effluent", "not_stated").
1 { flow(V) : value_Effluent(V) } 1 :- in("patient.renal_replacement", "crrt"), num("patient.crrt_effluent", "stated").
t_Effluent("known", V) :- flow(V).""",
)

# --- MICs -----------------------------------------------------------------------------------------------------

_HUNDREDTHS = 100
_BOUNDS = ("", "<", "<=", ">", ">=")


def mic_text(bound: str, value: int) -> str:
    """A MIC of the program as a case states it, without its unit: `<=0.25`."""
    return f"{bound}{exact_text(Fraction(value, _HUNDREDTHS))}"


def _mics(drug: str) -> list[tuple[str, int]]:
    """MICs of a drug at, below and above each breakpoint, censored ones among them, in hundredths of a mg/L."""
    cuts = breakpoints.BREAKPOINTS[drug].values()
    found = sorted({cut for each in cuts for cut in (each.susceptible, each.resistant) if cut is not None})
    values = [found[0] / 2, *(value for a, b in pairwise([*found, found[-1] * 3]) for value in (a, (a + b) / 2))]
    return [(bound, int(value * _HUNDREDTHS)) for value in values for bound in _BOUNDS]


def _mic_program() -> Iterator[str]:
    for drug, issuers in breakpoints.BREAKPOINTS.items():
        values = "; ".join(f'mic("{drug}", "{bound}", {value})' for bound, value in _mics(drug))
        yield f'{{ {values} }} 1 :- has("isolate.susceptibilities", "{drug}", _).'
        for issuer, cut in issuers.items():
            yield f'breakpoint("{drug}", "{issuer}", {int(cut.susceptible * _HUNDREDTHS)}).'
            if cut.resistant is not None:
                side = "above" if cut.above else "from"
                yield f'resistant("{drug}", "{issuer}", {int(cut.resistant * _HUNDREDTHS)}, "{side}").'
    yield _MIC_RULES


_MIC_RULES = """
% all values that the MIC allows are susceptible, or all are resistant, by the breakpoints of the issuer
called(D, I, "S") :- mic(D, "", V), breakpoint(D, I, S), V <= S.
called(D, I, "S") :- mic(D, "<=", V), breakpoint(D, I, S), V <= S.
called(D, I, "S") :- mic(D, "<", V), breakpoint(D, I, S), V <= S.
called(D, I, "R") :- mic(D, "", V), resistant(D, I, R, "above"), V > R.
called(D, I, "R") :- mic(D, "", V), resistant(D, I, R, "from"), V >= R.
called(D, I, "R") :- mic(D, ">", V), resistant(D, I, R, _), V >= R.
called(D, I, "R") :- mic(D, ">=", V), resistant(D, I, R, "above"), V > R.
called(D, I, "R") :- mic(D, ">=", V), resistant(D, I, R, "from"), V >= R.
called(D, I, "I") :- mic(D, "", V), breakpoint(D, I, S), V > S, resistant(D, I, R, "above"), V <= R.
called(D, I, "I") :- mic(D, "", V), breakpoint(D, I, S), V > S, resistant(D, I, R, "from"), V < R.
t_MicCategory(D, I, C) :- called(D, I, C).
t_MicCategory(D, I, "unknown") :- mic(D, _, _), breakpoint(D, I, _), not called(D, I, _).
t_MicCategory(D, I, "not_stated") :- breakpoint(D, I, _), not mic(D, _, _).
"""
