"""Options: the whole formulary at a glance, each regimen with its verdict, the rule that decides and the reason."""

from collections.abc import Iterable, Iterator
from typing import Any

from ..facts.atoms import Fact, Given, NotStated, Pattern
from ..facts.domains import parse_regimen
from ..facts.vocabulary import (
    Active,
    Allergy,
    AllergyList,
    AllergyRule,
    Avoid,
    DrugExcluded,
    Excluded,
    Inactive,
    Ranks,
    Recommend,
    Susceptibility,
    SusceptibilityList,
    UnavailableList,
)
from ..kb.edition import Edition
from ..kb.trace import Trace
from ..kb.words import Words
from .why_not import why_not

VERDICTS = (
    "first",
    "alternative",
    "not_first_line",
    "not_recommended",
    "excluded",
    "contraindicated",
    "never",
    "not_ranked",
)
"""In the order of the rows. The first two are recommended; `excluded` is taken out without a word of the guideline."""

_DECIDES = ("first", "alternative", "never", "contraindicated", "not_recommended", "excluded", "not_first_line")
"""Where several things are said of a regimen, the one that decides: what forbids outweighs what puts second."""


def options(edition: Edition, trace: Trace) -> dict[str, Any]:
    """The formulary as a matrix: `{rows: [...]}`, every drug, every regimen that a rule ranks, every one in the case.

    A row is `{regimen, drugs, verdict, rule, reason, more, conclusion, said, activity, susceptibility, allergy,
    availability}`. `rule` and `conclusion` are those that decide (of a regimen not ranked the nearest rule, if any
    could rank it, and no conclusion), `reason` is one sentence, `more` the number of further ones, `said` all
    conclusions about the regimen, the deciding one first. `activity` is a list of `{enzyme, degree, conclusion}`,
    `degree` being `active`, `variable` or `none`. `susceptibility` is `{result, drugs}`: S, I, R, `not_tested` or
    `not_stated`, and the results of the drugs of a combination. `allergy` is `excluded`, `caution` (recorded to the
    drug or to what a table relates it to), `no_bar`, `not_judged` (no table speaks of the drug), `none_known` or
    `not_stated`; `availability` is `available`, `unavailable` or `not_stated`. What is `not_stated` is taken for
    granted by the advice, never known.
    """
    matrix = _Matrix(edition, trace)
    rows = [matrix.row(regimen) for regimen in matrix.regimens()]
    return {"rows": sorted(rows, key=lambda row: (VERDICTS.index(row["verdict"]), row["regimen"]))}


class _Matrix:
    def __init__(self, edition: Edition, trace: Trace) -> None:
        self._edition, self._trace = edition, trace
        self._words = Words(edition)
        self._judged: dict[str, set[str]] = {}
        for fact in edition.known:
            if fact.type == AllergyRule.name:
                self._judged.setdefault(fact.value("drug"), set()).add(fact.value("substance"))

    def regimens(self) -> list[str]:
        named = {row.values[0] for row in self._edition.tables["contains"].rows}
        for fact in self._trace.facts.values():
            if isinstance(fact.origin, Given) or fact.type in (Ranks.name, Recommend.name):
                named |= {value for name, value in fact.values if name == "regimen"}
        return sorted(named)

    def row(self, regimen: str) -> dict[str, Any]:
        said = sorted(self._said(regimen), key=lambda each: (_DECIDES.index(each[0]), each[1].id))
        drugs = parse_regimen(regimen)
        return {
            "regimen": regimen,
            "drugs": list(drugs),
            **(self._decided(said) if said else self._not_ranked(regimen)),
            "said": list(dict.fromkeys(fact.id for _, fact in said)),
            "activity": list(self._activity(regimen)),
            "susceptibility": {
                "result": self._tested(regimen),
                "drugs": {drug: self._tested(drug) for drug in drugs if drug != regimen},
            },
            "allergy": self._allergy(drugs),
            "availability": self._availability(drugs),
        }

    # --- the verdict ----------------------------------------------------------------------------------------

    def _said(self, regimen: str) -> Iterator[tuple[str, Fact]]:
        """All conclusions about a regimen, each with the verdict it amounts to."""
        for fact in self._found(Recommend(regimen=regimen)):
            yield fact.value("line"), fact
        for fact in self._found(Avoid(regimen=regimen)):
            yield fact.value("category"), fact
        for fact in (*self._found(Excluded(regimen=regimen)), *self._found(Inactive(regimen=regimen))):
            yield "excluded", fact

    def _decided(self, said: list[tuple[str, Fact]]) -> dict[str, Any]:
        verdict, fact = said[0]
        firings = self._trace.derivations[fact.id]
        sentences = (self._words.sentence(self._edition.rule[each.rule], each.bindings) for each in firings)
        reason, *more = dict.fromkeys(sentences)
        rule = firings[0].rule
        return {"verdict": verdict, "rule": rule, "reason": reason, "more": len(more), "conclusion": fact.id}

    def _not_ranked(self, regimen: str) -> dict[str, Any]:
        nearest = why_not(self._edition, self._trace, regimen)["nearest"]
        reason = "No rule of this guideline ranks it in any case."
        if nearest:
            wanted = "; ".join(f"{each['text']} (wanted: {each['wanted']})" for each in nearest["turns_on"])
            reason = f"The nearest rule does not apply. {wanted}."
        rule = nearest["rule"]["id"] if nearest else None
        return {"verdict": "not_ranked", "rule": rule, "reason": reason, "more": 0, "conclusion": None}

    # --- the columns ----------------------------------------------------------------------------------------

    def _activity(self, regimen: str) -> Iterator[dict[str, str]]:
        for fact in self._found(Active(regimen=regimen)):
            yield {"enzyme": fact.value("enzyme"), "degree": fact.value("degree"), "conclusion": fact.id}
        for fact in self._found(Inactive(regimen=regimen)):
            yield {"enzyme": fact.value("enzyme"), "degree": "none", "conclusion": fact.id}

    def _tested(self, regimen: str) -> str:
        results = self._found(Susceptibility(regimen=regimen))
        return (
            results[0].value("result") if results else self._list(SusceptibilityList.name, "not_tested", "not_tested")
        )

    def _allergy(self, drugs: Iterable[str]) -> str:
        """What a combination contains counts for it; where no table judges a drug, that is said."""
        if any(self._found(DrugExcluded(drug=drug, reason="allergy")) for drug in drugs):
            return "excluded"
        recorded = {fact.value("substance") for fact in self._trace.by_type.get(Allergy.name, ())}
        if any(recorded & {drug, *self._judged.get(drug, ())} for drug in drugs):
            return "caution"
        judged = all(drug in self._judged for drug in drugs)
        return self._list(AllergyList.name, "no_bar" if judged else "not_judged", "none_known")

    def _availability(self, drugs: Iterable[str]) -> str:
        if any(self._found(DrugExcluded(drug=drug, reason="unavailable")) for drug in drugs):
            return "unavailable"
        return self._list(UnavailableList.name, "available", "available")

    def _list(self, fact_type: str, listed: str, none: str) -> str:
        """What a list says of something it does not name."""
        fact = self._trace.by_type[fact_type][0]
        if isinstance(fact.origin, NotStated):
            return "not_stated"
        return none if fact.value("state") == "none" else listed

    def _found(self, pattern: Pattern) -> list[Fact]:
        wanted = dict(pattern.terms)
        facts = self._trace.by_type.get(pattern.type, ())
        return [fact for fact in facts if all(fact.value(name) == term for name, term in wanted.items())]
