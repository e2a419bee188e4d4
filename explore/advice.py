"""Advice in short, from conclusions alone: what is given, how much, and how far two answers are apart."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..facts.atoms import Fact
from ..kb.dose import dose_schedule
from ..kb.edition import Edition
from ..kb.words import Words

ADVICE = ("Status", "Recommend", "Dose")
"""Fact types that make the advice: what kind of answer it is, which regimens, which doses."""

LEVELS = (("Status", "Recommend"), ("Dose",), ("Avoid", "Action"), ("Warn",))
LEVEL_NAMES = ("regimen", "dose", "actions", "warnings")
"""What a change reaches, the gravest first."""

ANSWER = tuple(fact_type for level in LEVELS for fact_type in level)

_REASONED = {"out_of_scope": "OutOfScope", "insufficient": "Insufficient"}
"""Answers that are no advice, and the conclusions whose reasons they have."""


class Brief:
    """Tells advice under one edition."""

    def __init__(self, edition: Edition) -> None:
        self._edition, self._words = edition, Words(edition)

    def level(self, one: frozenset[Fact], other: frozenset[Fact]) -> str | None:
        """The gravest of the levels on which two answers differ; None if they agree.

        That a fact would contradict what is stated makes it no more worth knowing.
        """
        differing = {fact_type for fact_type, _ in self._told(one) ^ self._told(other)}
        return next((name for name, types in zip(LEVEL_NAMES, LEVELS, strict=True) if differing & set(types)), None)

    def same(self, one: frozenset[Fact], other: frozenset[Fact]) -> bool:
        """Whether two answers say the same: two rows of a label with one dose are one dose."""
        return self._told(one) == self._told(other)

    def given(self, row: str) -> str:
        """All that is given by a row of a dose table, in one text: rows that give the same share it."""
        payload = self._edition.row[row][1].payload
        return f"{dose_schedule(payload)}; {payload['infusion_h']}; {payload['route']}"

    def _told(self, facts: Iterable[Fact]) -> set[tuple[str, str]]:
        """Conclusions with what tells them apart, but for contradictions: they make no fact more worth knowing."""
        return {
            (
                f.type,
                f"{f.value('drug')}, {f.value('phase')}: {self.given(f.value('row'))}" if f.type == "Dose" else f.id,
            )
            for f in facts
            if f.type != "Warn" or f.value("kind") != "contradiction"
        }

    def advice(self, conclusions: Iterable[Fact]) -> dict[str, Any]:
        """`{status, reasons, regimens, doses}`, of which all but the status are lists."""
        found = sorted(conclusions, key=lambda fact: fact.id)
        status = [fact for fact in found if fact.type == "Status"]
        return {
            "status": status[0].value("value"),
            "reasons": [self._reason(fact) for fact in status if fact.value("value") in _REASONED],
            "regimens": self.regimens(found),
            "doses": [self.dose(fact) for fact in found if fact.type == "Dose"],
        }

    @staticmethod
    def regimens(conclusions: Iterable[Fact]) -> list[dict[str, str]]:
        """`{regimen, line}` of each regimen recommended, first line first."""
        found = [(f.value("line"), f.value("regimen")) for f in conclusions if f.type == "Recommend"]
        return [
            {"regimen": regimen, "line": line} for line, regimen in sorted(found, key=lambda f: (f[0] != "first", f))
        ]

    def _reason(self, status: Fact) -> str:
        return self._edition.label(_REASONED[status.value("value")], "reason", status.value("reason"))

    def dose(self, fact: Fact) -> str:
        """A dose in one line: drug, phase, amount, when."""
        _, row = self._edition.row[fact.value("row")]
        return f"{fact.value('drug')}, {fact.value('phase')}: {dose_schedule(row.payload)}"

    def said(self, facts: Iterable[Fact], rules: Mapping[Fact, Sequence[str]] | None = None) -> list[str]:
        """Conclusions in words, the gravest first; `rules` are those that draw them, where anybody knows."""
        order = {name: number for number, name in enumerate(ANSWER)}
        sorted_facts = sorted(facts, key=lambda f: (order[f.type], f.id))
        return list(
            dict.fromkeys(each for fact in sorted_facts for each in self._said(fact, (rules or {}).get(fact, ())))
        )

    def _said(self, fact: Fact, rules: Sequence[str]) -> list[str]:
        if fact.type == "Dose":
            return [self.dose(fact)]
        if fact.type == "Recommend":
            return [f"{fact.value('line')} line: {self._edition.label('Recommend', 'regimen', fact.value('regimen'))}"]
        if fact.type == "Status":
            value, reason = fact.value("value"), self._reason(fact) if fact.value("value") in _REASONED else ""
            return [f"status: {value.replace('_', ' ')}{f' ({reason})' if reason else ''}"]
        if fact.type == "Avoid":
            regimen = self._edition.label("Avoid", "regimen", fact.value("regimen"))
            return [f"avoid {regimen}: {fact.value('category').replace('_', ' ')}"]
        return [self._edition.rule[rule].says for rule in rules] or [self._words.fact(fact)]
