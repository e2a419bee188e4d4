"""The decision: what a trace advises, as outside callers read it. Knows which conclusion goes where, no medicine."""

from collections.abc import Iterable, Iterator
from typing import cast

from ..facts.atoms import Computed, Fact, NotStated
from ..facts.case import Case
from ..facts.domains import parse_regimen
from . import decision_form as form
from .edition import Edition
from .trace import Firing, Trace
from .words import Words


def decide(edition: Edition, case: Case, trace: Trace) -> form.Decision:
    """The decision that `trace`, the derivation of `case` under `edition`, amounts to; ready for JSON."""
    return _Reader(edition, case, trace).decision()


class _Reader:
    def __init__(self, edition: Edition, case: Case, trace: Trace) -> None:
        self._edition, self._case, self._trace = edition, case, trace
        self._words = Words(edition)
        self._assuming = assuming(edition, trace)
        self._granted: dict[str, frozenset[str]] = {}

    def decision(self) -> form.Decision:
        status, reason = self._status()
        return {
            "schema": form.SCHEMA,
            "guideline": cast("form.GuidelineHeader", dict(self._edition.guideline)),
            "knowledge": {"version": self._trace.version, "digest": self._trace.digest},
            "case": self._case.as_understood(),
            "status": status,
            "status_reason": reason,
            "recommendations": list(self._recommendations()),
            "avoid": list(self._avoid()),
            "actions": [
                {"kind": cast("form.ActionKind", fact.value("kind")), **self._said(fact)}
                for fact in self._ordered("Action", "kind")
            ],
            "warnings": [{"kind": fact.value("kind"), **self._said(fact)} for fact in self._ordered("Warn", "kind")],
            "assumptions": list(self._assumptions()),
            "missing": list(self._missing()),
            "trace": self._trace.as_json(),
        }

    def _facts(self, fact_type: str, **terms: str) -> list[Fact]:
        return [f for f in self._trace.by_type.get(fact_type, ()) if all(f.value(k) == v for k, v in terms.items())]

    def _ordered(self, fact_type: str, by: str, **terms: str) -> list[Fact]:
        """Facts in the order in which the vocabulary lists the values of a field."""
        field = self._edition.vocabulary[fact_type].get(by)
        assert field is not None
        order = field.allowed or ()
        return sorted(self._facts(fact_type, **terms), key=lambda fact: (order.index(fact.value(by)), fact.id))

    def _text(self, fact: Fact) -> str:
        """Everything that is said for a conclusion: each derivation has its own reason to be read."""
        return " ".join(dict.fromkeys(self._sentence(firing) for firing in self._trace.derivations[fact.id]))

    def _sentence(self, firing: Firing) -> str:
        return self._words.sentence(self._edition.rule[firing.rule], firing.bindings)

    def _said(self, fact: Fact) -> form.Said:
        return {"text": self._text(fact), "conclusion": fact.id}

    def _status(self) -> tuple[form.DecisionStatus, form.StatusReason]:
        found = self._facts("Status")
        reason: form.StatusReason = {
            "text": " ".join(self._text(fact) for fact in found),
            "conclusion": found[0].id,
            "conclusions": [fact.id for fact in found],
        }
        return cast("form.DecisionStatus", found[0].value("value")), reason

    def _recommendations(self) -> Iterator[form.Recommendation]:
        for fact in self._ordered("Recommend", "line"):
            regimen = fact.value("regimen")
            ranked = {fact.value("statement") for fact in self._facts("Ranks", regimen=regimen)}
            statements = sorted(ranked, key=lambda each: (len(each.partition("-")[0]), each))  # S2 before S13
            drugs = list(parse_regimen(regimen))
            yield {
                "regimen": regimen,
                "drugs": drugs,
                "line": cast("form.Line", fact.value("line")),
                "grades": list(self._grades(statements)),
                "statements": [{"id": s, "says": self._edition.statements[s].says} for s in statements],
                "doses": [self._dose(d) for drug in drugs for d in self._ordered("Dose", "phase", drug=drug)],
                "rationale": [self._said(f) for f in self._facts("Rationale", regimen=regimen)],
                "evidence": [self._evidence(f) for f in self._facts("Evidence", regimen=regimen)],
                "conclusion": fact.id,
            }

    def _grades(self, statements: Iterable[str]) -> Iterator[form.Grade]:
        """The grades of the statements that carry one, each with who gave it: never merged."""
        for statement in (self._edition.statements[s] for s in statements):
            if statement.graded_by:
                issuer = self._edition.sources[statement.graded_by]
                yield {
                    "issuer": issuer.issuer,
                    "year": issuer.year,
                    "strength": statement.strength,
                    "certainty": statement.certainty,
                    "source": f"{issuer.cite()}; {statement.attribution}",
                    "statement": statement.id,
                    "seen": issuer.seen,
                }

    def _dose(self, fact: Fact) -> form.Dose:
        _, row = self._edition.row[fact.value("row")]
        dose = row.payload
        return {
            "drug": fact.value("drug"),
            "phase": cast("form.Phase", fact.value("phase")),
            "amount": dose["amount"],
            "components": dict(dose["components"]),
            "interval_h": dose["interval_h"],
            "infusion_h": dose["infusion_h"],
            "route": dose["route"],
            "when": ", ".join(part for part in (dose["when"], dose["note"]) if part),
            "basis": self._text(fact),
            "source": row.source,
            "conclusion": fact.id,
        }

    def _evidence(self, fact: Fact) -> form.EvidenceSaid:
        rule = self._edition.rule[self._trace.derivations[fact.id][0].rule]
        return {"item": fact.value("item"), **self._said(fact), "source": self._edition.cited(rule)["source"]}

    def _avoid(self) -> Iterator[form.Avoidance]:
        for fact in self._ordered("Avoid", "category"):
            regimen = fact.value("regimen")
            yield {
                "regimen": regimen,
                "drugs": list(parse_regimen(regimen)),
                "category": cast("form.Category", fact.value("category")),
                "reason": self._text(fact),
                "grades": list(self._grades([fact.value("statement")])),
                "conclusion": fact.id,
            }

    def _assumptions(self) -> Iterator[form.Assumption]:
        """Each input that a default stood in for, and what of this decision rests on it, other assumptions included."""
        seen = (name for name, fact_type in self._edition.vocabulary.items() if fact_type.seen and name != "Assumed")
        shown = {fact.id for name in seen for fact in self._facts(name)}
        found: set[str] = set()
        while added := {path for each in shown for path in self._granted_behind(each)} - found:
            found |= added
            shown |= {self._assuming[path].conclusion for path in added}
        for path in sorted(found):
            firing = self._assuming[path]
            rests = sorted(each for each in shown if path in self._granted_behind(each))
            yield {
                "fact": path,
                "text": self._sentence(firing),
                "supports": [each for each in rests if each != firing.conclusion],
                "conclusion": firing.conclusion,
            }

    def _granted_behind(self, conclusion: str) -> frozenset[str]:
        """Paths of the inputs that some derivation of a conclusion takes for granted, absences included."""
        if conclusion not in self._granted:
            self._granted[conclusion] = frozenset()  # where a derivation comes back to its own conclusion
            found: set[str] = set()
            for firing in self._trace.derivations[conclusion]:
                assumes = self._edition.rule[firing.rule].assumes
                found |= {assumes} if assumes else set()
                grounds = [fact for absence in firing.absences for fact in absence.because()]
                found |= {path for fact in grounds for path in self._unstated(fact) if path in self._assuming}
                for fact in (*firing.premises, *grounds):
                    if fact in self._trace.derivations:
                        found |= self._granted_behind(fact)
            self._granted[conclusion] = frozenset(found)
        return self._granted[conclusion]

    def _unstated(self, fact_id: str) -> Iterator[str]:
        """The paths of inputs that are not stated, of a fact that is one or is computed from some."""
        fact = self._trace.facts[fact_id]
        if isinstance(fact.origin, NotStated):
            yield fact.origin.path
        elif isinstance(fact.origin, Computed):
            for each in fact.origin.inputs:
                yield from self._unstated(each)

    def _missing(self) -> Iterator[form.MissingFact]:
        by_path: dict[str, list[Fact]] = {}
        for fact in self._facts("Missing"):
            by_path.setdefault(fact.value("fact"), []).append(fact)
        for path, facts in by_path.items():
            yield {
                "fact": path,
                "text": " ".join(dict.fromkeys(self._text(fact) for fact in facts)),
                "needed_by": [fact.value("need") for fact in facts],
                "conclusions": [fact.id for fact in facts],
            }


def assuming(edition: Edition, trace: Trace) -> dict[str, Firing]:
    """By path of an input nobody stated, the first firing of a rule that takes something for granted instead."""
    found: dict[str, Firing] = {}
    for firing in trace.firings:
        path = edition.rule[firing.rule].assumes
        if path is not None:
            found.setdefault(path, firing)
    return found
