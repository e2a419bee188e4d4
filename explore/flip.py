"""What would it take: every smallest set of changes that brings a regimen into the advice, or takes it out."""

from collections.abc import Sequence
from typing import Any

from ..facts.case import Case, contradictions
from ..facts.vocabulary import Recommend
from ..kb.asp import asp_pattern
from ..kb.edition import Edition
from ..kb.inference import KnowledgeBase
from .advice import Brief
from .fields import Nature
from .neighbourhood import Neighbourhood
from .slots import Alternative, Slot
from .space import Space

_ORDER: Sequence[Nature] = ("test", "treat", "judge", "history", "fixed")
_HOW: dict[Nature, str] = {
    "test": "a test result",
    "treat": "treatment or supply",
    "judge": "a judgement",
    "history": "history or setting",
    "fixed": "cannot change",
}
_GOAL = ("Recommend",)


def flip(base: KnowledgeBase, case: Case, regimen: str, *, into: bool) -> dict[str, Any]:
    """The answer for one regimen id, `into` the advice or out of it.

    `answers` are all subset-minimal sets of changes, each confirmed by running the engine: with all of the set the goal
    is reached, with one change less it is not. What is stated and cannot change (age, sex, height) is left alone; what
    nobody stated may turn out either way. Fewest changes first, then what a test can show, then what treatment can do.
    """
    edition = base.edition
    space = Space(edition, case, edition.behind(_GOAL))
    neighbourhood = Neighbourhood(space, _GOAL)
    recommended = asp_pattern(Recommend(regimen=regimen), edition.vocabulary)
    found = neighbourhood.minimal(recommended if into else f"not {recommended}")
    slots = {slot.id: slot for slot in space.slots}
    name = edition.label("Recommend", "regimen", regimen)
    stated = contradictions(case)
    possible = (changes for changes in found if changes and (stated or not contradictions(space.with_changes(changes))))
    answers = sorted(possible, key=lambda changes: _rank(changes, slots))
    already = () in found
    confirmed = _Confirmed(base, space, regimen, into)
    return {
        "regimen": regimen,
        "goal": "in" if into else "out",
        "already": already,
        "text": _text(edition, name, into, already, answers),
        "answers": [
            {
                "changes": [_change(space, slots[each.slot], each) for each in changes],
                "set": space.settings(changes),
                "after": confirmed.after(changes),
            }
            for changes in answers
        ],
    }


def _text(edition: Edition, name: str, into: bool, already: bool, answers: Sequence[object]) -> str:
    if already:
        return f"{name} is {'already recommended' if into else 'not recommended now'}: nothing has to change."
    goal = f"bring {name} in" if into else f"take {name} out"
    if not answers:
        return f"No change of facts would {goal}; what cannot change (age, sex, height) was left as stated."
    ways = "1 smallest set" if len(answers) == 1 else f"{len(answers)} smallest sets"
    return f"{ways} of changes would {goal}; each was confirmed by running the rules."


def _rank(changes: tuple[Alternative, ...], slots: dict[str, Slot]) -> tuple[object, ...]:
    natures = sorted((_ORDER.index(slots[each.slot].nature) for each in changes), reverse=True)
    places = list(slots)
    return (len(changes), natures, [places.index(each.slot) for each in changes], [each.value for each in changes])


class _Confirmed:
    """Runs the engine on changed cases, each once."""

    def __init__(self, base: KnowledgeBase, space: Space, regimen: str, into: bool) -> None:
        self._base, self._space, self._regimen, self._into = base, space, regimen, into
        self._known: dict[frozenset[tuple[str, str]], list[dict[str, str]]] = {}

    def after(self, changes: tuple[Alternative, ...]) -> list[dict[str, str]]:
        """What is recommended after the changes.

        RuntimeError if the engine does not agree with the solver: all of them reach the goal, all but one do not.
        """
        all_but_one = (changes[:number] + changes[number + 1 :] for number in range(len(changes)))
        if not self._reached(changes) or any(self._reached(fewer) for fewer in all_but_one):
            raise RuntimeError(f"solver and engine disagree on {[(each.slot, each.value) for each in changes]}")
        return self._regimens(changes)

    def _reached(self, changes: tuple[Alternative, ...]) -> bool:
        return any(each["regimen"] == self._regimen for each in self._regimens(changes)) is self._into

    def _regimens(self, changes: tuple[Alternative, ...]) -> list[dict[str, str]]:
        key = frozenset((each.slot, each.value) for each in changes)
        if key not in self._known:
            conclusions = self._base.concludes(self._space.with_changes(changes), _GOAL)
            self._known[key] = Brief.regimens(conclusions)
        return self._known[key]


def _change(space: Space, slot: Slot, to: Alternative) -> dict[str, Any]:
    return {
        "path": slot.id,
        "field": slot.path,
        "element": slot.element,
        "text": f"{space.label(slot)}: {space.value_label(slot, slot.stated)} → {space.value_label(slot, to.value)}",
        "from": slot.stated,
        "to": to.value,
        "same_as": list(to.same),
        "range": list(to.span),
        "how": "found out" if slot.stated is None else _HOW[slot.nature],
    }
