"""How firm is it: does the advice turn over one doubling dilution, standard, renal band or weight away."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import Any

from ..facts import breakpoints
from ..facts.atoms import Fact
from ..facts.bands import Interval, decimal_text
from ..facts.case import Case, Susceptibility, case_from_tree
from ..facts.domains import SUSCEPTIBILITIES
from ..facts.numerals import exact_text
from ..facts.problems import CaseError
from ..facts.quantity import Quantity
from ..facts.working_memory import COCKCROFT_GAULT, other_weights
from ..kb.inference import KnowledgeBase
from .advice import ADVICE, Brief
from .numbers import RANGES
from .slots import Edit


@dataclass(frozen=True, slots=True)
class Step:
    """A case one step away: what is other, in words, and how to get there."""

    kind: str
    says: str
    edit: Edit


def firmness(base: KnowledgeBase, case: Case) -> dict[str, Any]:
    """Every step away from a case, and whether the advice (kind of answer, regimens, doses) turns over with it.

    `{text, firm, lines}`; a line is `{kind, step, text, set, turns, gains, loses, advice}`, those that turn first. A
    kind is `mic` (one doubling dilution), `standard` (the breakpoints of another issuer), `renal_band` (the nearest
    clearance or CRRT effluent flow, up and down, at which the dose changes) or `weight` (ideal or adjusted instead of
    actual).
    """
    return _Firmness(base, case).answer()


class _Firmness:
    def __init__(self, base: KnowledgeBase, case: Case) -> None:
        self._base, self._case = base, case
        self._brief = Brief(base.edition)
        self._now = base.concludes(case, ADVICE)

    def answer(self) -> dict[str, Any]:
        steps = (*self._dilutions(), *self._standards(), *self._bands(), *self._weights())
        lines = [self._line(step) for step in steps if self._with(step.edit) is not None]
        lines.sort(key=lambda line: not line["turns"])
        turning = [line for line in lines if line["turns"]]
        if not lines:
            text = "Cannot be assessed: no MIC, creatinine clearance or CRRT effluent flow is known."
        elif not turning:
            text = "Firm: the advice is the same one step away in every direction that was tried."
        else:
            text = f"The advice turns over in {len(turning)} of the {len(lines)} steps that were tried."
        return {"text": text, "firm": not turning, "lines": lines}

    def _line(self, step: Step) -> dict[str, Any]:
        then = self._after(step.edit)
        after, before = self._brief.said(then), self._brief.said(self._now)
        gains, loses = [each for each in after if each not in before], [each for each in before if each not in after]
        return {
            "kind": step.kind,
            "step": step.says,
            "text": f"{step.says}: {'the advice would change' if gains or loses else 'the advice would be the same'}.",
            "set": f"{step.edit.path}{f'.{step.edit.element}' if step.edit.element else ''}={_shown(step.edit.value)}",
            "turns": bool(gains or loses),
            "gains": gains,
            "loses": loses,
            "advice": self._brief.advice(then),
        }

    def _after(self, edit: Edit) -> frozenset[Fact]:
        """What is advised after a change; what is advised now, where no case takes the changed value."""
        changed = self._with(edit)
        return self._now if changed is None else self._base.concludes(changed, ADVICE)

    def _with(self, edit: Edit) -> Case | None:
        """The case with a change; None where the value is outside what a case takes."""
        tree = self._case.as_understood()
        edit.apply(tree)
        try:
            return case_from_tree(tree)
        except CaseError:
            return None

    # --- susceptibility --------------------------------------------------------------------------------------

    def _tested(self) -> Iterator[tuple[str, Susceptibility, Quantity]]:
        """Results with a MIC, of drugs whose breakpoints are known."""
        for drug, found in sorted((self._case.isolate.susceptibilities or {}).items()):
            if drug in breakpoints.BREAKPOINTS and found.mic is not None:
                yield drug, found, found.mic

    def _dilutions(self) -> Iterator[Step]:
        for drug, found, stated in self._tested():
            issuer = self._issuer(drug, found, stated)
            for factor in (Fraction(2), Fraction(1, 2)) if issuer else ():
                mic = f"{stated.bound}{exact_text(stated.value * factor)} {stated.unit}"
                moved = self._with(_result(drug, found.result, mic))
                if moved is None:
                    continue
                quantity = (moved.isolate.susceptibilities or {})[drug].mic
                assert quantity is not None
                assert issuer is not None
                result = breakpoints.category(drug, quantity, issuer)
                if result in SUSCEPTIBILITIES.values:
                    says = f"MIC of {drug} {mic} instead of {stated} (one doubling dilution), {result} by {issuer}"
                    yield Step("mic", says, _result(drug, result, mic, found.standard))

    def _standards(self) -> Iterator[Step]:
        """The stated MIC as each issuer calls it; left out where the issuer of the report calls it as reported."""
        for drug, found, stated in self._tested():
            for issuer in breakpoints.ISSUERS:
                result = breakpoints.category(drug, stated, issuer)
                same = "also " if result == found.result else ""
                if result in SUSCEPTIBILITIES.values and not (same and issuer == self._issuer(drug, found, stated)):
                    says = f"MIC of {drug} {stated}, reported {found.result}, judged by {issuer}: {same}{result}"
                    yield Step("standard", says, _result(drug, result, str(stated)))

    @staticmethod
    def _issuer(drug: str, found: Susceptibility, mic: Quantity) -> str | None:
        """Whose breakpoints the result goes by: the standard stated, else the first that agrees with the result."""
        if found.standard is not None:
            return breakpoints.READ_AS[found.standard.split()[0]]
        agreeing = (i for i in breakpoints.ISSUERS if breakpoints.category(drug, mic, i) == found.result)
        return next(agreeing, None)

    # --- kidneys ---------------------------------------------------------------------------------------------

    def _bands(self) -> Iterator[Step]:
        """Up and down, the nearest value at which the dose changes, of what the dose is read by."""
        patient, dosing = self._case.patient, self._dosing()
        if patient.renal_replacement == "crrt" and patient.crrt_effluent is not None:
            scale = _Scale(
                "Effluent", "CRRT effluent flow", "L/h", patient.crrt_effluent.value, "patient.crrt_effluent"
            )
        elif dosing is None:
            return
        elif dosing.value("basis") == "measured":
            assert patient.creatinine_clearance is not None
            path = "patient.creatinine_clearance"
            scale = _Scale("Clearance", "creatinine clearance", "mL/min", patient.creatinine_clearance.value, path)
        else:
            assert patient.age is not None and patient.weight is not None and patient.creatinine is not None  # noqa: PT018
            clearance = COCKCROFT_GAULT.function(
                age_years=patient.age,
                weight_kg=patient.weight.value,
                creatinine_mg_dl=patient.creatinine.value,
                female=patient.sex == "female",
            )
            product = clearance * patient.creatinine.value
            scale = _Scale("Clearance", "creatinine clearance", "mL/min", clearance, "patient.creatinine", product)
        atoms = self._base.edition.atoms(scale.quantity)
        here = next(number for number, atom in enumerate(atoms) if atom.contains(scale.now))
        for up, others in ((True, atoms[here + 1 :]), (False, atoms[:here][::-1])):
            steps = (step for atom in others if atom.single is None and (step := self._into(atom, scale, up)))
            yield from islice((step for step in steps if self._turns(step)), 1)

    def _dosing(self) -> Fact | None:
        return next(iter(self._base.concludes(self._case, ("DosingClearance",))), None)

    def _turns(self, step: Step) -> bool:
        return not self._brief.same(self._after(step.edit), self._now)

    def _into(self, atom: Interval, scale: "_Scale", up: bool) -> Step | None:
        """The nearest value that can be stated and puts a quantity into `atom`."""
        edge = atom.low if up else atom.high
        assert edge is not None
        value = scale.stating(edge, atom, up)
        if value is None:
            return None
        section, name = scale.path.split(".")
        stated = getattr(getattr(self._case, section), name)
        text = f"{exact_text(value)} {RANGES[scale.path].unit}"
        away = f"{decimal_text(abs(edge - scale.now), 1)} {scale.unit} away"
        says = f"{scale.label} {atom.label(scale.unit)}, {away} ({name.replace('_', ' ')} {text} instead of {stated})"
        return Step("renal_band", says, Edit(scale.path, None, text))

    def _weights(self) -> Iterator[Step]:
        dosing = self._dosing()
        if dosing is None or dosing.value("basis") != "actual_weight":
            return
        for name, weight in other_weights(self._case):
            shown = f"{decimal_text(weight, 1)} kg"
            says = f"{name} weight {shown} instead of the actual {self._case.patient.weight}"
            yield Step("weight", says, Edit("patient.weight", None, shown))


@dataclass(frozen=True, slots=True)
class _Scale:
    """What a dose is read by, its value now, and the field that moves it; `product` where it is product / field."""

    quantity: str
    label: str
    unit: str
    now: Fraction
    path: str
    product: Fraction | None = None

    def stating(self, edge: Fraction, atom: Interval, up: bool) -> Fraction | None:
        """The value of the field nearest to an edge of `atom` that puts the quantity into it; None if there is none."""
        product = self.product
        if product is None:
            return _near(edge, up, atom.contains)
        return _near(product / edge, not up, lambda c: c > 0 and atom.contains(product / c)) if edge else None


def _result(drug: str, result: str, mic: str, standard: str | None = None) -> Edit:
    value = {"result": result, "mic": mic} | ({"standard": standard} if standard else {})
    return Edit("isolate.susceptibilities", drug, value)


def _near(edge: Fraction, up: bool, inside: Callable[[Fraction], bool]) -> Fraction | None:
    """The value with the fewest decimal places (two to four) at or next to an edge that is inside."""
    for places in (2, 3, 4):
        scale = 10**places
        start = edge.numerator * scale // edge.denominator
        for steps in (start, start + 1, start + 2) if up else (start + 1, start, start - 1):
            if inside(Fraction(steps, scale)):
                return Fraction(steps, scale)
    return None


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {each}" for key, each in value.items()) + "}"
    return str(value)
