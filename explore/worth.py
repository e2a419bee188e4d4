"""What is still worth knowing: which of the facts that nobody stated could change the answer, and to what."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..facts.case import Case
from ..kb.edition import Edition
from .advice import ADVICE, ANSWER, LEVEL_NAMES, Brief
from .fields import FIELDS
from .neighbourhood import Neighbourhood, Outcome
from .space import Space


def worth_knowing(edition: Edition, case: Case) -> dict[str, Any]:
    """The facts left open, most worth obtaining first.

    Each fact has an `effect`: `regimen`, `dose`, `actions` or `warnings` (the gravest that one of its values alone
    changes), `together` (it changes the advice only with the facts in `with`) or `none`; and `values`, those that
    change something, each with the `advice` it leads to and what `appears` and `vanishes`.

    `settled` says that nothing left open could change which regimens and doses are advised; `certain` and `possible`
    are the regimens recommended whatever the open facts turn out to be, and for some way in which they turn out.
    """
    return _Worth(edition, case).answer()


class _Worth:
    def __init__(self, edition: Edition, case: Case) -> None:
        self._edition, self._brief = edition, Brief(edition)
        self._space = Space(edition, case, edition.behind(ANSWER), unknown_only=True)
        self._neighbourhood = Neighbourhood(self._space, ANSWER)
        self._slots = {slot.id: slot for slot in self._space.slots}

    def answer(self) -> dict[str, Any]:
        now, *others = self._neighbourhood.single()
        combined = self._combined(now)
        by_path: dict[str, list[Outcome]] = {}
        for outcome in others:
            paths = outcome.changes[0].paths
            if len(paths) == 1:
                by_path.setdefault(paths[0], []).append(outcome)
        facts = [self._fact(path, now, by_path[path], combined.get(path, [])) for path in FIELDS if path in by_path]
        facts.sort(key=lambda fact: _EFFECTS.index(fact["effect"]))
        certain, possible = self._neighbourhood.whatever()
        settled = not any(fact["effect"] in ("regimen", "dose", "together") for fact in facts)
        return {
            "text": self._text(facts, settled),
            "settled": settled,
            "facts": facts,
            "certain": Brief.regimens(certain),
            "possible": Brief.regimens(possible),
        }

    def _combined(self, now: Outcome) -> Mapping[str, list[list[str]]]:
        """For each field, with which others together it changes the advice though none of them does alone."""
        found: dict[str, list[list[str]]] = {}
        advised = [fact for fact in now.conclusions if fact.type in ADVICE]
        rows = {
            row: self._brief.given(row) for row in self._edition.row if "amount" in self._edition.row[row][1].payload
        }
        for changes in self._neighbourhood.differing(advised, ADVICE, {"row": rows}):
            paths = sorted({path for each in changes for path in each.paths}, key=FIELDS.index)
            for path in paths if len(changes) > 1 or len(paths) > 1 else ():
                others = [each for each in paths if each != path]
                if others not in found.setdefault(path, []):
                    found[path].append(others)
        return found

    def _fact(self, path: str, now: Outcome, outcomes: Iterable[Outcome], combined: list[list[str]]) -> dict[str, Any]:
        changing = [(outcome, level) for outcome in outcomes if (level := self._level(now, outcome))]
        levels = [level for _, level in changing]
        effect = min(levels, key=LEVEL_NAMES.index, default="none")
        if combined and effect not in ("regimen", "dose"):
            effect = "together"
        return {
            "fact": path,
            "text": self._label(path),
            "effect": effect,
            "values": [self._value(now, *each) for each in changing],
            "with": combined if effect == "together" else [],
        }

    def _value(self, now: Outcome, then: Outcome, level: str) -> dict[str, Any]:
        to = then.changes[0]
        slot = self._slots[to.slot]
        came = self._brief.said(then.conclusions - now.conclusions, then.rules)
        went = self._brief.said(now.conclusions - then.conclusions, now.rules)
        words = self._space.value_label(slot, to.value)
        return {
            "value": to.value,
            "element": slot.element,
            "text": f"{slot.element}: {words}" if slot.element else words,
            "same_as": list(to.same),
            "range": list(to.span),
            "changes": level,
            "advice": self._brief.advice(then.conclusions),
            "appears": [each for each in came if each not in went],
            "vanishes": [each for each in went if each not in came],
        }

    def _level(self, now: Outcome, then: Outcome) -> str | None:
        return self._brief.level(now.conclusions, then.conclusions)

    def _label(self, path: str) -> str:
        found = (t.label for t in self._edition.vocabulary.values() if t.path == path and not t.closed_by)
        return next(found, path)

    def _text(self, facts: Sequence[Mapping[str, Any]], settled: bool) -> str:
        if settled and all(fact["effect"] == "none" for fact in facts):
            return "Nothing that is not stated would change the answer."
        if settled:
            return f"{_SETTLED}; some of it would change what else is said."
        first = facts[0]
        reach = {"regimen": "which regimens are advised", "dose": "the dose"}
        if first["effect"] == "together":
            others = ", ".join(self._label(path) for path in first["with"][0])
            return f"Most worth finding out: {first['text']}, together with {others}."
        return f"Most worth finding out: {first['text']}; it could change {reach[first['effect']]}."


_SETTLED = "Nothing that is not stated would change which regimens and doses are advised"
_EFFECTS = ("regimen", "dose", "together", "actions", "warnings", "none")
