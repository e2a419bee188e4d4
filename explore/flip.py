"""What would it take: every smallest set of changes that brings a regimen into the advice, or takes it out."""

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

from ..facts.case import Case
from ..facts.vocabulary import Recommend
from ..kb.asp import asp_pattern
from ..kb.edition import Edition
from ..kb.inference import KnowledgeBase
from .advice import Brief
from .neighbourhood import Neighbourhood
from .space import Alternative, Nature, Slot, Space

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
    is reached, with less of it not. What is stated and cannot change (age, sex, height) is left alone; what nobody
    stated may turn out either way. Fewest changes first, then what a test can show, then what treatment can do.
    """
    edition = base.edition
    space = Space(edition, case, edition.behind(_GOAL))
    neighbourhood = Neighbourhood(space, _GOAL)
    recommended = asp_pattern(Recommend(regimen=regimen), edition.vocabulary)
    found = neighbourhood.minimal(recommended if into else f"not {recommended}")
    slots = {slot.id: slot for slot in space.slots}
    name = edition.label("Recommend", "regimen", regimen)
    answers = sorted((changes for changes in found if changes), key=lambda changes: _rank(changes, slots))
    already = () in found
    return {
        "regimen": regimen,
        "goal": "in" if into else "out",
        "already": already,
        "text": _text(edition, name, into, already, answers),
        "answers": [_answer(base, space, slots, changes, regimen, into) for changes in answers],
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


def _answer(
    base: KnowledgeBase,
    space: Space,
    slots: dict[str, Slot],
    changes: tuple[Alternative, ...],
    regimen: str,
    into: bool,
) -> dict[str, Any]:
    after = _confirmed(base, space, changes, regimen, into)
    return {
        "changes": [_change(space, slots[each.slot], each) for each in changes],
        "set": space.settings(changes),
        "after": after,
    }


def _change(space: Space, slot: Slot, to: Alternative) -> dict[str, Any]:
    return {
        "path": slot.id,
        "field": slot.path,
        "element": slot.element,
        "text": f"{space.label(slot)}: {space.value_label(slot, slot.stated)} → {space.value_label(slot, to.value)}",
        "from": slot.stated,
        "to": to.value,
        "same_as": list(to.same),
        "how": "found out" if slot.stated is None else _HOW[slot.nature],
    }


def _confirmed(
    base: KnowledgeBase, space: Space, changes: tuple[Alternative, ...], regimen: str, into: bool
) -> list[dict[str, str]]:
    """What is recommended after the changes, by the engine. RuntimeError if it does not agree with the solver."""

    def reached(some: Iterable[Alternative]) -> tuple[bool, list[dict[str, str]]]:
        conclusions = base.concludes(space.with_changes(some), _GOAL)
        return any(fact.value("regimen") == regimen for fact in conclusions) is into, Brief.regimens(conclusions)

    done, after = reached(changes)
    fewer = (part for size in range(1, len(changes)) for part in combinations(changes, size))
    if not done or any(reached(part)[0] for part in fewer):
        raise RuntimeError(f"solver and engine disagree on {[(each.slot, each.value) for each in changes]}")
    return after
