"""Derived states as a file that survives the process, and what is asked of it before it is believed.

The file has two lines of JSON: a header with the version of this form, the software and the SHA-256 of the second line;
and for each guideline the digest of its edition and of its modules, the facts that occur, and the states. Of a firing
only the rule and its premises are kept. What it binds and concludes is worked out from the rule again, so no file can
say that a rule concludes what it does not. What a file could hide is a firing that it leaves out; that shows where the
state is among those that experta derives again.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from .. import __version__
from ..facts.atoms import Fact, FactBase, FactType, match
from ..facts.problems import CaseError, Problem
from .edition import canonical
from .inference import KnowledgeBase
from .language import Rule
from .modules import Module
from .shared import MOST_STATES, ORDER, Derived, Shared, SharedDerivation

SCHEMA = "whyrx-states/1"
DERIVED_AGAIN = 32
"""States of each guideline, drawn at random, that are derived again before a file is believed."""

_OURS = "a file that --states wrote, or a new one"
_LONGEST = 120
_OTHERWISE = (KeyError, TypeError, AttributeError, IndexError)
"""What is raised where JSON does not have the form that is expected."""

States = dict[str, Any]
"""The states of one edition as they stand in a file: `knowledge` and `modules`, digests of the edition and of how its
rules are split; `facts`, type and values by id; `states`, lists of a module's number, the id of the fact at its pivot,
the ids of all facts seen, and the firings, each a rule with the ids of its premises."""


def states_of(base: KnowledgeBase, derived: Iterable[Derived]) -> States:
    """States in the form in which they are kept. Nothing of a patient that no rule can test is in them."""
    derived = list(derived)
    return {
        "facts": _facts(derived),
        "knowledge": base.edition.digest,
        "modules": _digest_of_modules(_shared(base)),
        "states": [_row(state) for state in derived],
    }


def _facts(derived: Iterable[Derived]) -> dict[str, list[str]]:
    facts = {fact.id: fact for state in derived for fact in state.seen}
    return {name: [fact.type, *(value for _, value in fact.values)] for name, fact in facts.items()}


def _row(state: Derived) -> list[Any]:
    seen = [fact.id for fact in state.seen]
    return [state.module, state.pivot.id, seen, [[firing.rule, list(firing.premises)] for firing in state.firings]]


def derived_of(base: KnowledgeBase, states: States) -> Iterator[Derived]:
    """States taken back. ValueError for what the rules of the edition do not bear out."""
    reader = _Reader(base)
    reader.add(states["facts"])
    for state in states["states"]:
        yield reader.state(*state)


def line_of(state: Derived) -> bytes:
    """One state with its facts as a line, for `Lines`."""
    return json.dumps([_facts([state]), _row(state)]).encode() + b"\n"


class Lines:
    """Takes states of one edition back from lines, as they come."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._reader = _Reader(base)

    def read(self, line: bytes) -> Derived:
        """The state in a line. ValueError for one that the rules of the edition do not bear out."""
        try:
            facts, state = json.loads(line)
            self._reader.add(facts)
            return self._reader.state(*state)
        except _OTHERWISE as error:
            raise ValueError(f"a line that holds no state: {type(error).__name__}") from None


def together(one: States, other: States) -> States:
    """Both, each state once; the newer ones alone where there would be more than are kept."""
    known = {_place(state) for state in one["states"]}
    more = [state for state in other["states"] if _place(state) not in known]
    if len(known) + len(more) > MOST_STATES:
        return other
    return {**one, "facts": {**one["facts"], **other["facts"]}, "states": [*one["states"], *more]}


def _place(state: Sequence[Any]) -> tuple[Any, ...]:
    number, pivot, seen, _ = state
    return number, pivot, tuple(seen)


# --- the file -----------------------------------------------------------------------------------------------


def write(path: Path, states: Mapping[str, States]) -> None:
    """Write states by guideline: the file is there whole or as it was before. OSError if it cannot be written."""
    content = canonical(states)
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    try:
        with draft.open("wb") as file:
            file.write(canonical(_header(content)) + b"\n" + content + b"\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def read(path: Path, bases: Mapping[str, KnowledgeBase]) -> dict[str, States]:
    """The states of guidelines that a file holds, as far as they were derived by the same software from the same
    knowledge; those of others are left aside.

    CaseError for a file that is not one of states, is damaged, or says what experta does not derive.
    """
    try:
        first, _, rest = path.read_bytes().partition(b"\n")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise _refused(path, f"an error: {error.strerror}", _OURS) from None
    header, content = _json(first), rest.removesuffix(b"\n")
    if not isinstance(header, dict) or not str(header.get("schema")).startswith("whyrx-states/"):
        raise _refused(path, "no header of one", _OURS)
    expected = _header(content)
    if header.get("sha256") != expected["sha256"]:
        found = f"SHA-256 {expected['sha256'][:12]} and its header says {str(header.get('sha256'))[:12]}"
        raise _refused(path, found, "a file as it was written, or none")
    if header != expected:
        return {}
    try:
        held = {name: states for name, states in json.loads(content).items() if name in bases}
        return {name: states for name, states in held.items() if _borne_out(bases[name], states)}
    except (ValueError, *_OTHERWISE) as error:
        raise _refused(path, str(error) or type(error).__name__, "states that the rules bear out, or none") from None


def unchecked(path: Path) -> dict[str, States]:
    """What a file says that it holds, to be believed only where `read` finds it in it too."""
    return dict(json.loads(path.read_bytes().partition(b"\n")[2]))


def _header(content: bytes) -> dict[str, str]:
    return {"schema": SCHEMA, "sha256": hashlib.sha256(content).hexdigest(), "software": __version__}


def _json(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _borne_out(base: KnowledgeBase, states: States) -> bool:
    """Whether states are of this edition. ValueError where experta derives another thing in one of a sample."""
    shared = _shared(base)
    if (states["knowledge"], states["modules"]) != (base.edition.digest, _digest_of_modules(shared)):
        return False
    derived = list(derived_of(base, states))
    for state in random.SystemRandom().sample(derived, min(len(derived), DERIVED_AGAIN)):
        if shared.again(state) != state.firings:
            raise ValueError(f"a state of {state.pivot.id} that experta derives otherwise")
    return True


def _refused(path: Path, found: str, accepted: str) -> CaseError:
    said = "".join(each for each in found if each.isprintable())  # it may come from the file
    return CaseError([Problem("--states", path.name, f"{accepted}; this one has {said[:_LONGEST]}")])


def _shared(base: KnowledgeBase) -> SharedDerivation:
    if base.shared is None:
        raise ValueError("the rules of this edition depend on themselves: it has no states")
    return base.shared


def _digest_of_modules(shared: SharedDerivation) -> str:
    """How the rules are split: the same number means the same module wherever this agrees."""
    modules = [
        [
            [each.stratum, each.concludes, each.type, each.fixed],
            [[[v.type, v.fixed, v.shared] for v in views] for views in (each.needed, each.barring, each.compared)],
            sorted(each.places.items()),
        ]
        for each in shared.modules
    ]
    return hashlib.sha256(json.dumps(modules).encode()).hexdigest()


# --- taking states back -------------------------------------------------------------------------------------


class _Reader:
    """Takes states of one edition back, working out from its rules whatever follows from them."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._shared, self._rules, self._vocabulary = _shared(base), base.edition.rule, base.edition.vocabulary
        self._known = {fact.id: fact for fact in base.edition.known}
        self._tables = FactBase(base.edition.known)
        self._facts: dict[str, Fact] = {}
        self._read: dict[tuple[str, ...], Shared] = {}

    def add(self, facts: Mapping[str, Sequence[str]]) -> None:
        """Note facts that states are given by. ValueError for one with another's id."""
        self._facts |= {name: self._fact(name, *terms) for name, terms in facts.items() if name not in self._facts}

    def state(self, number: int, pivot: str, names: Sequence[str], firings: Iterable[Sequence[Any]]) -> Derived:
        """One state. ValueError where it is none of this module, or a firing none of its rules in it."""
        module, at = self._shared.modules[number], self._facts[pivot]
        seen = {name: self._facts[name] for name in names}
        fits = {pivot} if at.type == module.type and module.starts_at(at) else set()
        for view in (*module.needed, *module.compared, *module.barring):
            fits.update(view.among(seen.values(), at))
        if fits != seen.keys() or list(seen) != sorted(names):
            raise ValueError(f"facts beside {pivot} that no rule sees there")
        found = tuple([self._firing(module, pivot, seen, rule, premises) for rule, premises in firings])
        if any(ORDER(one) >= ORDER(other) for one, other in pairwise(found)):
            raise ValueError(f"firings beside {pivot} that are out of order")
        return Derived(number, at, tuple(seen.values()), found)

    def _firing(
        self, module: Module, pivot: str, seen: Mapping[str, Fact], name: str, premises: Sequence[str]
    ) -> Shared:
        rule = self._rules[name]
        facts = [seen.get(each) or self._known[each] for each in premises]
        if name not in module.places or premises[module.places[name]] != pivot:
            raise ValueError(f"{name} beside {pivot}, where it does not start")
        firing = self._read.get((name, *premises))
        if firing is None:
            firing = self._read[name, *premises] = self._worked_out(rule, facts)
        for exception in rule.unless:
            bound = exception.bound(dict(firing.bindings))
            if any(match(bound, fact, {}) is not None for fact in (*seen.values(), *self._tables.fitting(bound, {}))):
                raise ValueError(f"{name} where its exception holds")
        return firing

    def _worked_out(self, rule: Rule, premises: Sequence[Fact]) -> Shared:
        """What a rule binds and concludes where its conditions are these facts."""
        bindings: dict[str, str] | None = {}
        for pattern, fact in zip(rule.when, premises, strict=True):
            bindings = None if bindings is None else match(pattern, fact, bindings)
        if bindings is None:
            raise ValueError(f"{rule.id} with premises that are not its own")
        terms = dict(rule.then.bound(bindings).terms)
        fields = self._vocabulary[rule.then.type].matched()
        conclusion = Fact(rule.then.type, tuple((name, str(terms[name])) for name in fields))
        return self._shared.firing(rule.id, sorted(bindings.items()), premises, conclusion)

    def _fact(self, name: str, fact_type: str, *values: str) -> Fact:
        """A fact by type and values. What is payload is another for each patient: it is empty here."""
        kind: FactType = self._vocabulary[fact_type]
        payload = tuple((each.name, "") for each in kind.fields if each.payload)
        fact = Fact(fact_type, tuple(zip(kind.matched(), values, strict=True)), payload)
        if fact.id != name:
            raise ValueError(f"a fact {name} that is {fact.id}")
        return fact
