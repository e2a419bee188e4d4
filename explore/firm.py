"""How firm is it: does the advice turn over one doubling dilution, standard, renal band or weight away."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..facts import breakpoints
from ..facts import vocabulary as v
from ..facts.atoms import Fact
from ..facts.bands import Interval, decimal_text
from ..facts.case import Case, case_from_tree
from ..facts.numerals import exact_text
from ..facts.problems import CaseError
from ..facts.working_memory import COCKCROFT_GAULT, other_weights
from ..kb.inference import KnowledgeBase
from .advice import ADVICE, Brief
from .slots import Edit

_TESTED = "cefiderocol"
"""The drug whose breakpoints are known (`facts.breakpoints`)."""


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
    clearance, up and down, at which the dose changes) or `weight` (ideal or adjusted instead of actual).
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
            text = "Not to be said: no MIC and no creatinine clearance is known that the advice could rest on."
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

    def _dilutions(self) -> Iterator[Step]:
        found = (self._case.isolate.susceptibilities or {}).get(_TESTED)
        issuer = self._issuer()
        if found is None or found.mic is None or issuer is None:
            return
        for factor in (Fraction(2), Fraction(1, 2)):
            mic = f"{found.mic.bound}{exact_text(found.mic.value * factor)} {found.mic.unit}"
            tree = {"result": found.result, "mic": mic}
            moved = self._with(Edit("isolate.susceptibilities", _TESTED, tree))
            if moved is None:
                continue
            quantity = (moved.isolate.susceptibilities or {})[_TESTED].mic
            assert quantity is not None
            result = breakpoints.category(quantity, breakpoints.READ_AS[issuer])
            if result in v.Susceptibility.fields[1].allowed:  # type: ignore[operator]
                says = f"MIC of {_TESTED} {mic} instead of {found.mic} (one doubling dilution), {result} by {issuer}"
                yield Step("mic", says, self._result(result, mic, found.standard))

    def _standards(self) -> Iterator[Step]:
        found = (self._case.isolate.susceptibilities or {}).get(_TESTED)
        issuer = self._issuer()
        if found is None or found.mic is None or issuer is None:
            return
        for other in breakpoints.CEFIDEROCOL:
            result = breakpoints.category(found.mic, other)
            if other != breakpoints.READ_AS[issuer] and result in ("S", "I", "R"):
                also = "also " if result == found.result else ""
                says = f"MIC of {_TESTED} {found.mic} judged by {other} instead of {issuer}, {also}{result}"
                yield Step("standard", says, self._result(result, str(found.mic), None))

    def _issuer(self) -> str | None:
        """Whose breakpoints the result goes by: the standard stated, else the first that agrees with the result."""
        found = (self._case.isolate.susceptibilities or {}).get(_TESTED)
        if found is None or found.mic is None:
            return None
        if found.standard is not None:
            return found.standard.split()[0]
        agreeing = (i for i in breakpoints.CEFIDEROCOL if breakpoints.category(found.mic, i) == found.result)
        return next(agreeing, None)

    @staticmethod
    def _result(result: str, mic: str, standard: str | None) -> Edit:
        value = {"result": result, "mic": mic} | ({"standard": standard} if standard else {})
        return Edit("isolate.susceptibilities", _TESTED, value)

    # --- clearance -------------------------------------------------------------------------------------------

    def _dosing(self) -> Fact | None:
        found = self._base.concludes(self._case, ("DosingClearance",))
        return next(iter(found), None)

    def _bands(self) -> Iterator[Step]:
        dosing = self._dosing()
        if dosing is None:
            return
        atoms = self._base.edition.atoms("Clearance")
        here = next(number for number, atom in enumerate(atoms) if atom.id == dosing.value("atom"))
        measured = dosing.value("basis") == "measured"
        for direction, others in (("up", atoms[here + 1 :]), ("down", atoms[:here][::-1])):
            for atom in others:
                if atom.single is None and (step := self._into(atom, direction, measured)) and self._turns(step):
                    yield step
                    break

    def _turns(self, step: Step) -> bool:
        return not self._brief.same(self._after(step.edit), self._now)

    def _into(self, atom: Interval, direction: str, measured: bool) -> Step | None:
        """The nearest value that can be stated and puts the clearance into `atom`."""
        patient = self._case.patient
        edge = atom.low if direction == "up" else atom.high
        assert edge is not None
        if measured:
            assert patient.creatinine_clearance is not None
            now = patient.creatinine_clearance.value
            value = _near(edge, up=direction == "up", inside=atom.contains)
            path, stated, unit = "patient.creatinine_clearance", str(patient.creatinine_clearance), "mL/min"
        else:
            assert patient.age is not None and patient.weight is not None and patient.creatinine is not None  # noqa: PT018
            now = COCKCROFT_GAULT.function(
                age_years=patient.age,
                weight_kg=patient.weight.value,
                creatinine_mg_dl=patient.creatinine.value,
                female=patient.sex == "female",
            )
            product = now * patient.creatinine.value
            if edge == 0:
                return None
            value = _near(product / edge, up=direction == "down", inside=lambda c: c > 0 and atom.contains(product / c))
            path, stated, unit = "patient.creatinine", str(patient.creatinine), "mg/dL"
        if value is None:
            return None
        text = f"{exact_text(value)} {unit}"
        away = decimal_text(abs(edge - now), 1)
        says = (
            f"creatinine clearance {atom.label('mL/min')}, {away} mL/min away "
            f"({path.removeprefix('patient.').replace('_', ' ')} {text} instead of {stated})"
        )
        return Step("renal_band", says, Edit(path, None, text))

    def _weights(self) -> Iterator[Step]:
        dosing = self._dosing()
        if dosing is None or dosing.value("basis") != "actual_weight":
            return
        for name, weight in other_weights(self._case):
            shown = f"{decimal_text(weight, 1)} kg"
            says = f"{name} weight {shown} instead of the actual {self._case.patient.weight}"
            yield Step("weight", says, Edit("patient.weight", None, shown))


def _near(edge: Fraction, *, up: bool, inside: Any) -> Fraction | None:
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
