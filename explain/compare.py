"""One case under several guidelines: line, grade and dose of each regimen side by side, and what makes them differ."""

from collections.abc import Sequence
from typing import Any

from ..facts.vocabulary import Avoid, Excluded, Inactive, Ranks
from ..kb.decision_form import Decision
from ..kb.edition import Edition
from ..kb.trace import Trace
from ..kb.words import Words
from .why_not import why_not

Answer = tuple[Edition, Decision, Trace]


def compare(answers: Sequence[Answer]) -> dict[str, Any]:
    """What each guideline makes of a case: `{guidelines, regimens, text}`.

    `guidelines` are `{guideline, status, status_reason, validity}`. `regimens` has an entry for each regimen that at
    least one of them ranks or advises against: `{regimen, differs, by}`. `by` holds, for each guideline in the same
    order, `{guideline, verdict, line, grades, statements, doses, avoid, reason}`. A verdict is `first`, `alternative`,
    `excluded` (ranked, but taken out for this patient), `not_recommended` (advised against) or `not_ranked`.
    `statements` are those that decide: that rank it, or that speak against it; `grades` are in the issuers' own terms.
    `reason` says what decides in words. What is ranked first by any of them stands first.
    """
    views = [_View(*answer) for answer in answers]
    regimens = sorted({regimen for view in views for regimen in view.spoken_of()})
    entries: list[dict[str, Any]] = []
    for regimen in regimens:
        by = [view.of(regimen) for view in views]
        entries.append({"regimen": regimen, "differs": len({each["verdict"] for each in by}) > 1, "by": by})
    best = {each["regimen"]: min(_ORDER.index(of["verdict"]) for of in each["by"]) for each in entries}
    entries.sort(key=lambda each: (best[each["regimen"]], not each["differs"], each["regimen"]))
    return {
        "guidelines": [view.header() for view in views],
        "regimens": entries,
        "text": _text(views, entries),
    }


_ORDER = ("first", "alternative", "excluded", "not_recommended", "not_ranked")


def _text(views: "list[_View]", entries: list[dict[str, Any]]) -> str:
    ranked = [each for each in entries if any(of["verdict"] in _ORDER[:3] for of in each["by"])]
    differing = [each["regimen"].replace("+", " + ") for each in ranked if each["differs"]]
    statuses = {view.decision["status"] for view in views}
    if len(statuses) > 1:
        return "The guidelines differ already in what kind of answer they give."
    if not differing:
        return "The guidelines agree on every regimen that one of them ranks, each in its own terms."
    return f"The guidelines differ on {', '.join(differing)}."


class _View:
    """A case as one guideline sees it."""

    def __init__(self, edition: Edition, decision: Decision, trace: Trace) -> None:
        self._edition, self.decision, self._trace = edition, decision, trace
        self._words = Words(edition)
        self._id = str(edition.guideline["id"])

    def header(self) -> dict[str, Any]:
        warnings = [each for each in self.decision["warnings"] if each["kind"] == "validity"]
        return {
            "guideline": dict(self._edition.guideline),
            "status": self.decision["status"],
            "status_reason": self.decision["status_reason"]["text"],
            "validity": [each["text"] for each in warnings],
        }

    def spoken_of(self) -> set[str]:
        """Regimens that the guideline ranks or advises against here; of two drugs or more only those it ranks."""
        ranked = {fact.value("regimen") for fact in self._trace.by_type.get(Ranks.name, ())}
        against = {fact.value("regimen") for fact in self._trace.by_type.get(Avoid.name, ())}
        return ranked | {each for each in against if "+" not in each}

    def of(self, regimen: str) -> dict[str, Any]:
        recommended = next((r for r in self.decision["recommendations"] if r["regimen"] == regimen), None)
        against = [each for each in self.decision["avoid"] if each["regimen"] == regimen]
        entry: dict[str, Any] = {
            "guideline": self._id,
            "line": recommended["line"] if recommended else None,
            "grades": [],
            "statements": [],
            "doses": [],
            "avoid": [{"category": each["category"], "reason": each["reason"]} for each in against],
        }
        if recommended:
            doses = [self._dose(dose) for dose in recommended["doses"]]
            undosed = [
                f"{drug}: no dose can be grounded" for drug in recommended["drugs"] if not _dosed(recommended, drug)
            ]
            return entry | {
                "verdict": recommended["line"],
                "grades": recommended["grades"],
                "statements": recommended["statements"],
                "doses": doses + undosed,
                "reason": " ".join(each["says"] for each in recommended["statements"]),
            }
        ranks = [fact for fact in self._trace.by_type.get(Ranks.name, ()) if fact.value("regimen") == regimen]
        out = [
            fact
            for kind in (Excluded, Inactive)
            for fact in self._trace.by_type.get(kind.name, ())
            if fact.value("regimen") == regimen
        ]
        if ranks and out:
            return entry | {
                "verdict": "excluded",
                "statements": self._statements({fact.value("statement") for fact in ranks}),
                "reason": " ".join([each["reason"] for each in against])
                or " ".join(dict.fromkeys(self._said(fact.id) for fact in out)),
            }
        if against:
            facts = [self._trace.facts[each["conclusion"]] for each in against]
            return entry | {
                "verdict": "not_recommended",
                "grades": [grade for each in against for grade in each["grades"]],
                "statements": self._statements({fact.value("statement") for fact in facts}),
                "reason": " ".join(each["reason"] for each in against),
            }
        nearest = why_not(self._edition, self._trace, regimen)["nearest"]
        if nearest:
            wanted = "; ".join(f"{each['text']} (wanted: {each['wanted']})" for each in nearest["turns_on"])
            reason = f"The nearest rule ({nearest['rule']['id']}) does not apply. {wanted}."
        else:
            reason = "No rule of this guideline ranks it."
        return entry | {"verdict": "not_ranked", "reason": reason}

    def _dose(self, dose: Any) -> str:
        infusion = f"{dose['infusion_h']} h" if isinstance(dose["infusion_h"], int) else dose["infusion_h"]
        phase = "" if dose["phase"] == "maintenance" else f" ({dose['phase']})"
        return f"{dose['drug']}{phase}: {dose['amount']} {dose['route']} {dose['when']}, over {infusion}"

    def _said(self, conclusion: str) -> str:
        firing = self._trace.derivations[conclusion][0]
        return self._words.sentence(self._edition.rule[firing.rule], firing.bindings)

    def _statements(self, names: set[str]) -> list[dict[str, str]]:
        return [{"id": name, "says": self._edition.statements[name].says} for name in sorted(names)]


def _dosed(recommended: Any, drug: str) -> bool:
    return any(dose["drug"] == drug and dose["phase"] == "maintenance" for dose in recommended["doses"])
