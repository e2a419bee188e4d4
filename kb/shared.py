"""Derives each state of each module once and shares it between all cases that look the same to that module."""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple, Protocol

from ..facts.atoms import Fact, FactType, Var
from .engine import RawFiring, RuleEngine
from .language import Rule
from .modules import View, modules

MOST_STATES = 200_000
"""Derived states that are kept; when there are more all are forgotten, and derived again when they are met."""

MOST_PIVOTS = 20_000
"""Facts of which it is kept where modules look beside them; when there are more, all are forgotten."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A firing as every case in the same state has it: `slots` are variables that hold what no rule can test, such
    as a patient's clearance, with the premise and the field that each case fills them from."""

    rule: str
    bindings: tuple[tuple[str, str], ...]
    premises: tuple[str, ...]
    conclusion: Fact
    slots: tuple[tuple[str, int, str], ...]


ORDER = attrgetter("rule", "premises")
"""The order in which firings of one stratum are told."""

_State = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Derived:
    """A state of a module and what it concludes: the fact at the pivot, all facts that are seen in order of id, that
    one included, and the firings in order."""

    module: int
    pivot: Fact
    seen: tuple[Fact, ...]
    firings: tuple[Shared, ...]


_Values = tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """Facts of one type with certain values in some fields: one object for the same, so that it is found fast."""

    type: str
    terms: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """Fields of facts of one type, by whose values modules are found: those that need others cost nothing. One object
    for the same."""

    type: str
    names: tuple[str, ...]


class Start(NamedTuple):
    """A module beside one fact at its pivot, with what its views ask for there."""

    module: int
    needed: tuple[Look, ...]
    compared: tuple[Look, ...]
    barring: tuple[Look, ...]


_Opens = Mapping[_Values, Sequence[Start]]
"""Modules beside a pivot by the values that they need to see at a gate."""


class Exchange(Protocol):
    """Others who derive states of the same edition at the same time, each process for itself."""

    def told(self) -> Iterable[Derived]:
        """The states that others derived since this was last asked."""

    def tell(self, state: Derived) -> None:
        """Let the others have a state that was derived here."""

    def order(self, count: int) -> Iterable[int]:
        """In which order to look at so many states: not the one in which others do."""


class SharedDerivation:
    """What one rule set concludes, with every state of its modules derived by experta when it is first met.

    Gives what one engine over all the rules gives, firing by firing. Safe under threads: what is known is read without
    a lock, what is not is derived under one.
    """

    def __init__(self, rules: Sequence[Rule], vocabulary: Mapping[str, FactType], known: Sequence[Fact]) -> None:
        """`known` are the rows of tables, as facts. The rules must not be recursive (`modules.recursive`)."""
        self._vocabulary = vocabulary
        self._tables = {fact.id: fact for fact in known}
        self._types = frozenset(fact.type for fact in known)
        self.modules = modules(rules, vocabulary, self._types)
        self._height = 1 + max(module.stratum for module in self.modules)
        self._by_pivot: dict[str, list[int]] = {}
        for number, module in enumerate(self.modules):
            self._by_pivot.setdefault(module.type, []).append(number)
        self._starting: dict[str, tuple[tuple[int, Gate, _Opens], ...]] = {}
        self._gates: dict[tuple[str, _Values], Gate] = {}
        self._looks: dict[tuple[str, tuple[tuple[str, str], ...]], Look] = {}
        self._slots = {rule.id: slots(rule, vocabulary) for rule in rules}
        self._engines: dict[int, RuleEngine] = {}
        self._states: list[dict[_State, tuple[Shared, ...]]] = [{} for _ in self.modules]
        self._fresh: list[Derived] = []
        self._lock = threading.Lock()
        self.derived = 0
        """States that are known."""
        self.exchange: Exchange | None = None

    def run(self, facts: Sequence[Fact], wanted: frozenset[str] | None = None) -> list[RawFiring]:
        """The firings over `facts` and the rows of tables, in the order in which one engine has them.

        With `wanted` only conclusions of these types are drawn: they must include all that they rest on.
        """
        return _Run(self, facts, wanted).firings()

    def known(self, number: int, key: _State) -> tuple[Shared, ...] | None:
        """The firings of a module in a state, if it was met."""
        return self._states[number].get(key)

    def state(self, number: int, key: _State, seen: Iterable[Fact]) -> tuple[Shared, ...]:
        """The firings of a module in a state, which `seen` are the facts of: known, or derived now."""
        found = self._states[number].get(key)
        if found is None:
            with self._lock:
                if self.exchange is not None:
                    self._learn(self.exchange.told())
                found = self._states[number].get(key)
                if found is None:
                    facts = {fact.id: fact for fact in seen}
                    found = self._derive(number, str(key[0]), facts.values())
                    self._keep(number, key, found)
                    ordered = tuple(facts[name] for name in sorted(facts))
                    self._fresh.append(Derived(number, facts[str(key[0])], ordered, found))
                    if self.exchange is not None:
                        self.exchange.tell(self._fresh[-1])
        return found

    def order(self, count: int) -> Iterable[int]:
        """In which order to look at so many states, known or not."""
        return range(count) if self.exchange is None else self.exchange.order(count)

    def fresh(self) -> list[Derived]:
        """The states that were derived here since this was last asked."""
        with self._lock:
            found, self._fresh = self._fresh, []
        return found

    def learn(self, states: Iterable[Derived]) -> None:
        """Take over states that were derived elsewhere. They are believed (`kb.states` sees whether they may be)."""
        with self._lock:
            self._learn(states)

    def again(self, state: Derived) -> tuple[Shared, ...]:
        """What experta derives in a state now, whatever is known of it."""
        with self._lock:
            return self._derive(state.module, state.pivot.id, state.seen)

    def _learn(self, states: Iterable[Derived]) -> None:
        for state in states:
            key = self._key(state)
            if key not in self._states[state.module]:
                self._keep(state.module, key, state.firings)

    def _keep(self, number: int, key: _State, firings: tuple[Shared, ...]) -> None:
        if self.derived >= MOST_STATES:
            self._states = [{} for _ in self.modules]
            self._fresh = []
            self.derived = 0
        self._states[number][key] = firings
        self.derived += 1

    def _key(self, state: Derived) -> _State:
        """What a state is found by. Of a fact that several views see it does not matter for which it was noted."""
        module, pivot = self.modules[state.module], state.pivot
        compared = [view.among(state.seen, pivot) for view in (*module.needed, *module.compared)]
        return (pivot.id, *compared, *(bool(view.among(state.seen, pivot)) for view in module.barring))

    def starting(self, pivot: Fact) -> tuple[tuple[int, Gate, _Opens], ...]:
        """The modules that a fact is the pivot of, by stratum and gate."""
        found = self._starting.get(pivot.id)
        if found is None:
            waiting: dict[tuple[int, Gate], dict[_Values, list[Start]]] = {}
            for number in self._by_pivot.get(pivot.type, ()):
                module = self.modules[number]
                if module.starts_at(pivot):
                    start = Start(
                        number, *(self._at(pivot, views) for views in (module.needed, module.compared, module.barring))
                    )
                    gate, values = self._gate(start, pivot)
                    waiting.setdefault((module.stratum, gate), {}).setdefault(values, []).append(start)
            if len(self._starting) >= MOST_PIVOTS:
                self._starting, self._looks = {}, {}
            found = self._starting[pivot.id] = tuple((*place, opens) for place, opens in waiting.items())
        return found

    def _at(self, pivot: Fact, views: Iterable[View]) -> tuple[Look, ...]:
        asked = ((view.type, view.on(pivot)) for view in views)
        return tuple([self._looks.setdefault(each, Look(*each)) for each in asked])

    def _gate(self, start: Start, pivot: Fact) -> tuple[Gate, _Values]:
        """What is needed most narrowly beside a pivot; where nothing is, a fact like the pivot."""
        looks = [(look.type, sorted(look.terms)) for look in start.needed]
        type_, terms = max(looks, key=lambda look: len(look[1]), default=(pivot.type, []))
        names = tuple([name for name, _ in terms])
        return self._gates.setdefault((type_, names), Gate(type_, names)), tuple([value for _, value in terms])

    def adopt(self, other: "SharedDerivation") -> None:
        """Take over the states of modules that are the same here, with the same rows in the tables they read."""
        theirs = {tuple(map(id, module.rules)): number for number, module in enumerate(other.modules)}
        moved = self._tables.keys() ^ other._tables.keys()
        changed = {(self._tables.get(name) or other._tables[name]).type for name in moved}
        for number, module in enumerate(self.modules):
            found = theirs.get(tuple(map(id, module.rules)))
            reads = {name for rule in module.rules for name in rule.reads()}
            if found is not None and module == other.modules[found] and not reads & changed:
                with other._lock:
                    self._states[number] = dict(other._states[found])
                self.derived += len(self._states[number])

    def _derive(self, number: int, pivot: str, seen: Iterable[Fact]) -> tuple[Shared, ...]:
        module, engine = self.modules[number], self._engines.pop(number, None)
        if engine is None:
            read = {name for rule in module.rules for name in rule.reads()} & self._types
            known = [fact for fact in self._tables.values() if fact.type in read]
            engine = RuleEngine(module.rules, self._vocabulary, known)
        firings = engine.run(list(seen))
        self._engines[number] = engine  # an engine whose run failed is not used again
        return tuple(
            self.firing(firing.rule, firing.bindings, firing.premises, firing.conclusion)
            for firing in firings
            if firing.premises[module.places[firing.rule]].id == pivot
        )

    def firing(
        self, rule: str, bindings: Iterable[tuple[str, str]], premises: Iterable[Fact], conclusion: Fact
    ) -> Shared:
        """A firing without what no rule can test; `bindings` in order of their names."""
        slots = self._slots[rule]
        open_to = {name for name, _, _ in slots}
        kept = tuple((name, value) for name, value in bindings if name not in open_to)
        return Shared(rule, kept, _ids(premises), conclusion, slots)


def _ids(facts: Iterable[Fact]) -> tuple[str, ...]:
    return tuple([fact.id for fact in facts])


_FEW = 4
"""So many facts are looked through as fast as an index is asked."""


class _Run:
    """One case."""

    def __init__(self, shared: SharedDerivation, facts: Sequence[Fact], wanted: frozenset[str] | None) -> None:
        self._shared, self._wanted = shared, wanted
        self._facts: dict[str, Fact] = {}
        self._by_type: dict[str, list[Fact]] = {}
        self._views: dict[Look, tuple[str, ...]] = {}
        self._indexes: dict[tuple[str, str], dict[str, list[Fact]]] = {}
        self._present: dict[Gate, set[_Values]] = {}
        self._waiting: list[list[tuple[Fact, Gate, _Opens]]] = [[] for _ in range(shared._height)]
        for fact in sorted(facts, key=lambda each: each.id):
            self._add(fact)

    def firings(self) -> list[RawFiring]:
        found = []
        for stratum, waiting in enumerate(self._waiting):
            fired = [firing for pivot, start in self._open(waiting) for firing in self._of(pivot, start)]
            fired.sort(key=ORDER)
            for firing in fired:
                new = firing.conclusion.id not in self._facts
                premises = tuple([self._fact(each) for each in firing.premises])
                bindings = firing.bindings
                if firing.slots:
                    filled = ((name, premises[place].value(of)) for name, place, of in firing.slots)
                    bindings = tuple(sorted((*bindings, *filled)))
                found.append(RawFiring(firing.rule, stratum, bindings, premises, firing.conclusion, new))
                if new:
                    self._add(firing.conclusion)
        return found

    def _open(self, waiting: Iterable[tuple[Fact, Gate, _Opens]]) -> Iterator[tuple[Fact, Start]]:
        """The modules that see what they need at their gates, with the pivots. All strata below are complete."""
        wanted = self._wanted
        for pivot, gate, opens in waiting:
            values = self._present.get(gate)
            if values is None:
                facts = self._by_type.get(gate.type, ())
                values = self._present[gate] = {tuple([fact.value(name) for name in gate.names]) for fact in facts}
            for each in values:
                for start in opens.get(each, ()):
                    if wanted is None or self._shared.modules[start.module].concludes in wanted:
                        yield pivot, start

    def _of(self, pivot: Fact, start: Start) -> tuple[Shared, ...]:
        """The firings of a module beside one fact at its pivot."""
        key: list[object] = [pivot.id]
        for look in start.needed:
            ids = self._ids(look)
            if not ids:
                return ()
            key.append(ids)
        key += map(self._ids, start.compared)
        key += [bool(self._ids(look)) for look in start.barring]
        found = self._shared.known(start.module, tuple(key))
        if found is None:
            looks = (*start.needed, *start.compared, *start.barring)
            seen = [pivot, *(self._facts[name] for look in looks for name in self._ids(look))]
            found = self._shared.state(start.module, tuple(key), seen)
        return found

    def _ids(self, look: Look) -> tuple[str, ...]:
        """The facts that are looked for, by their ids in order: concluded in whatever order, a state is the same."""
        found = self._views.get(look)
        if found is None:
            facts: Sequence[Fact] = self._by_type.get(look.type, ())
            if look.terms and len(facts) > _FEW:
                name, value = look.terms[-1]
                facts = self._by_value(look.type, name).get(value, ())
            ids = sorted([fact.id for fact in facts if all(fact.value(name) == value for name, value in look.terms)])
            found = self._views[look] = tuple(ids)
        return found

    def _by_value(self, name: str, field: str) -> Mapping[str, Sequence[Fact]]:
        """The facts of a type by the value of a field. All are there when one is asked for: its stratum is complete."""
        found = self._indexes.get((name, field))
        if found is None:
            found = self._indexes[name, field] = {}
            for fact in self._by_type[name]:
                found.setdefault(fact.value(field), []).append(fact)
        return found

    def _fact(self, name: str) -> Fact:
        return self._facts.get(name) or self._shared._tables[name]

    def _add(self, fact: Fact) -> None:
        self._facts[fact.id] = fact
        self._by_type.setdefault(fact.type, []).append(fact)
        for stratum, gate, opens in self._shared.starting(fact):
            self._waiting[stratum].append((fact, gate, opens))


def slots(rule: Rule, vocabulary: Mapping[str, FactType]) -> tuple[tuple[str, int, str], ...]:
    """Variable, condition and field, for each variable of a rule that holds what no rule can test."""
    return tuple(
        (term.name, place, name)
        for place, pattern in enumerate(rule.when)
        for name, term in pattern.terms
        if isinstance(term, Var) and vocabulary[pattern.type].is_payload(name)
    )
