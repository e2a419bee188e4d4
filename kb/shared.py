"""Derives each state of each module once and shares it between all cases that look the same to that module."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

from ..facts.atoms import Fact, FactType, Var
from .engine import RawFiring, RuleEngine
from .language import Rule
from .modules import modules

MOST_STATES = 200_000
"""Derived states that are kept; when there are more all are forgotten, and derived again when they are met."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A firing as every case in the same state has it: `slots` are variables that hold what no rule can test, such
    as a patient's clearance, with the premise and the field that each case fills them from."""

    rule: str
    bindings: tuple[tuple[str, str], ...]
    premises: tuple[str, ...]
    conclusion: Fact
    slots: tuple[tuple[str, int, str], ...]

    def __lt__(self, other: "Shared") -> bool:
        return (self.rule, self.premises) < (other.rule, other.premises)


_State = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Derived:
    """A state of a module and what it concludes: the fact at the pivot, all facts that are seen in order of id, that
    one included, and the firings in order."""

    module: int
    pivot: Fact
    seen: tuple[Fact, ...]
    firings: tuple[Shared, ...]


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
        self._starting: dict[str, tuple[tuple[int, int], ...]] = {}
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

    def starting(self, fact: Fact) -> tuple[tuple[int, int], ...]:
        """Stratum and number of the modules that a fact is a pivot of."""
        found = self._starting.get(fact.id)
        if found is None:
            fits = (n for n in self._by_pivot.get(fact.type, ()) if self.modules[n].starts_at(fact))
            found = self._starting[fact.id] = tuple((self.modules[number].stratum, number) for number in fits)
            if len(self._starting) > MOST_STATES:
                self._starting = {}
        return found

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
        self._views: dict[tuple[str, object], tuple[Fact, ...]] = {}
        self._indexes: dict[tuple[str, str], dict[str, list[Fact]]] = {}
        self._waiting: list[list[tuple[int, Fact]]] = [[] for _ in range(shared._height)]
        for fact in sorted(facts, key=lambda each: each.id):
            self._add(fact)

    def firings(self) -> list[RawFiring]:
        found = []
        for stratum, waiting in enumerate(self._waiting):
            fired = [firing for number, pivot in waiting for firing in self._of(number, pivot)]
            fired.sort()
            for firing in fired:
                new = firing.conclusion.id not in self._facts
                premises = tuple(self._fact(each) for each in firing.premises)
                bindings = firing.bindings
                if firing.slots:
                    filled = ((name, premises[place].value(of)) for name, place, of in firing.slots)
                    bindings = tuple(sorted((*bindings, *filled)))
                found.append(RawFiring(firing.rule, stratum, bindings, premises, firing.conclusion, new))
                if new:
                    self._add(firing.conclusion)
        return found

    def _of(self, number: int, pivot: Fact) -> tuple[Shared, ...]:
        module, seen = self._shared.modules[number], []
        for view in module.needed:
            found = self._seen(view.type, view.on(pivot))
            if not found:
                return ()
            seen.append(found)
        seen += [self._seen(view.type, view.on(pivot)) for view in module.compared]
        barred = [self._seen(view.type, view.on(pivot)) for view in module.barring]
        key = (pivot.id, *map(_ids, seen), *map(bool, barred))
        return self._shared.state(number, key, [pivot, *chain.from_iterable(seen), *chain.from_iterable(barred)])

    def _seen(self, name: str, terms: tuple[tuple[str, str], ...]) -> tuple[Fact, ...]:
        found = self._views.get((name, terms))
        if found is None:
            facts: Sequence[Fact] = self._by_type.get(name, ())
            if terms and len(facts) > _FEW:
                facts = self._by_value(name, terms[-1][0]).get(terms[-1][1], ())
            found = tuple([fact for fact in facts if all(fact.value(n) == value for n, value in terms)])
            if len(found) > 1:  # concluded in whatever order: a state is the same in each
                found = tuple(sorted(found, key=lambda fact: fact.id))
            self._views[name, terms] = found
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
        for stratum, number in self._shared.starting(fact):
            if self._wanted is None or self._shared.modules[number].concludes in self._wanted:
                self._waiting[stratum].append((number, fact))


def slots(rule: Rule, vocabulary: Mapping[str, FactType]) -> tuple[tuple[str, int, str], ...]:
    """Variable, condition and field, for each variable of a rule that holds what no rule can test."""
    return tuple(
        (term.name, place, name)
        for place, pattern in enumerate(rule.when)
        for name, term in pattern.terms
        if isinstance(term, Var) and vocabulary[pattern.type].is_payload(name)
    )
