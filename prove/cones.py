"""The shipped engine over every state of every module: what each conclusion's cone of influence can hold.

Why this covers all situations. A conclusion is drawn by a firing, and a firing reads its premises and whether its
exceptions hold: nothing else. The rules are stratified and split into modules (`kb.modules`), so the firings of a
situation are those of its modules' states, stratum by stratum (the splitting set theorem: Lifschitz and Turner 1994,
Proc ICLP, pp. 23-37). A firing has one fact for each condition, so a state needs to hold one fact for each; an
exception is one pattern and joins nothing, so it is enough that none or one fact of those that can fit it is there. If
experta fires as the solver does in each of these states, then by induction over the strata it does so everywhere.

A module's facts are those that some situation has, by the solver's word (`Solver.possible`). Of facts that differ only
in fields that no rule of the module tests one stands for all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product

from ..facts.atoms import Fact, Var, match
from ..facts.bands import atom_of
from ..kb.asp import asp_firings, asp_rows
from ..kb.cuts import Ground, plain_rows
from ..kb.inference import KnowledgeBase
from ..kb.modules import Module, View
from ..kb.shared import Shared
from .program import Program
from .solver import Solver, Symbol, number_of

Fired = tuple[str, tuple[str, ...]]
"""A firing: its rule, and the ids of its premises."""


@dataclass(frozen=True, slots=True)
class State:
    """A state of a module: the fact at the pivot and those that its other conditions and exceptions see."""

    pivot: Fact
    seen: tuple[Fact, ...]
    barred: tuple[Fact | None, ...]
    compared: tuple[Fact | None, ...]

    def facts(self) -> list[Fact]:
        """All of them."""
        others = (*self.seen, *self.barred, *self.compared)
        return list(dict.fromkeys([self.pivot, *(fact for fact in others if fact is not None)]))


class Cones:
    """The modules of a knowledge base."""

    def __init__(self, base: KnowledgeBase) -> None:
        """ValueError for rules that cannot be split into modules."""
        if base.shared is None:
            raise ValueError("rules that rest on conclusions of their own stratum have no modules")
        self.base, self.shared = base, base.shared
        self._symbols: dict[str, Symbol] = {}
        self._by_id: dict[str, Fact] = {}
        self._facts: dict[str, tuple[Fact, ...]] = {}
        self._classes: dict[tuple[str, frozenset[str]], tuple[Fact, ...]] = {}

    @cached_property
    def _program(self) -> Program:
        return Program(self.base.edition, shown=False)

    def facts(self, name: str) -> tuple[Fact, ...]:
        """The facts of a type that some situation has, in order of id."""
        if name not in self._facts:
            fact_type = self.base.edition.vocabulary[name]
            found = {}
            for symbol in self._program.solver.possible(f"t_{name}", len(fact_type.matched())):
                values = (self._value(self._quantity(symbol), each) for each in symbol.arguments)
                payload = tuple((each.name, "") for each in fact_type.fields if each.payload)
                fact = Fact(name, tuple(zip(fact_type.matched(), values, strict=True)), payload)
                found[fact.id] = fact
                self._symbols[fact.id] = symbol
            self._facts[name] = tuple(found[each] for each in sorted(found))
        return self._facts[name]

    def _value(self, quantity: str, argument: Symbol) -> str:
        whole = number_of(argument)
        if whole is None:
            return argument.string
        number = self._program.space.numbers.number(quantity, whole)
        return atom_of(number, self.base.edition.atoms(quantity)).id

    def _quantity(self, symbol: Symbol) -> str:
        """Which quantity a number in an atom is of."""
        edition, name = self.base.edition, symbol.name.removeprefix("t_")
        if name in ("Clearance", "Effluent"):
            return name
        fields = edition.vocabulary[name].matched()
        if edition.vocabulary[name].origin == "known" and "row" in fields:
            return edition.row[symbol.arguments[fields.index("row")].string][0].quantity
        tables = (table.quantity for table in edition.tables.values() if table.type == name)
        return next(tables, "Clearance")  # conclusions carry the atom of a clearance

    def states(self, number: int) -> Iterator[State]:
        """Every state of a module."""
        module = self.shared.modules[number]
        for pivot in self._alike(module, module.type):
            if module.starts_at(pivot):
                needed, barred, compared = (
                    [self._seen(module, view, pivot) for view in views]
                    for views in (module.needed, module.barring, module.compared)
                )
                yield from (
                    State(pivot, seen, bars, against)
                    for seen in product(*needed)
                    for bars in product(*((None, *facts[:1]) for facts in barred))
                    for against in product(*((None, *facts) for facts in compared))
                )

    def _seen(self, module: Module, view: View, pivot: Fact) -> list[Fact]:
        wanted = view.on(pivot)
        return [
            fact for fact in self._alike(module, view.type) if all(fact.value(name) == value for name, value in wanted)
        ]

    def _alike(self, module: Module, name: str) -> Sequence[Fact]:
        """One fact of each class of facts that no rule of a module tells apart."""
        tested = _tested(module, name)
        if (name, tested) not in self._classes:
            found: dict[tuple[str, ...], Fact] = {}
            for fact in self.facts(name):
                found.setdefault(tuple(value for field, value in fact.values if field in tested), fact)
            self._classes[name, tested] = tuple(found.values())
        return self._classes[name, tested]

    def differences(
        self, number: int, start: int = 0, stop: int | None = None
    ) -> Iterator[tuple[State, frozenset[Fired], frozenset[Fired]] | None]:
        """For each of some states of a module None, or the firings that only experta has and those that only the
        solver has."""
        module = self.shared.modules[number]
        solver: Solver | None = None
        for state in islice(self.states(number), start, stop):
            if solver is None:
                solver = self._solver(module)
                literal = solver.choices(*sorted({(s.name, len(s.arguments)) for s in self._leaves(module).values()}))
                of = {fact: literal[symbol] for fact, symbol in self._leaves(module).items()}
            there = {fact.id for fact in state.facts()}
            model = solver.only([value if fact in there else -value for fact, value in of.items()])
            assert model is not None  # nothing excludes any of these facts
            told = frozenset(
                (rule, premises)
                for rule, premises in map(self._fired, model)
                if premises[module.places[rule]] == state.pivot.id and self._is_firing(rule, premises)
            )
            fired = frozenset((each.rule, each.premises) for each in self._derived(number, state))
            yield None if fired == told else (state, fired - told, told - fired)

    def _derived(self, number: int, state: State) -> Sequence[Shared]:
        key = (
            state.pivot.id,
            *((fact.id,) for fact in state.seen),
            *(() if fact is None else (fact.id,) for fact in state.compared),
            *(fact is not None for fact in state.barred),
        )
        return self.shared.state(number, key, state.facts())

    def _leaves(self, module: Module) -> dict[str, Symbol]:
        """The facts that a module may see, by id, as the solver knows them."""
        names = {module.type, *(view.type for view in (*module.needed, *module.barring, *module.compared))}
        return {fact.id: self._symbols[fact.id] for name in sorted(names) for fact in self._alike(module, name)}

    def _solver(self, module: Module) -> Solver:
        edition = self.base.edition
        read = {name for rule in module.rules for name in rule.reads()}
        rows = [line for line in asp_rows(edition).splitlines() if line[2 : line.index("(")] in read]
        values = (
            f"value_{quantity}({value})."
            for quantity, values in self._program.space.numbers.values.items()
            for value in values
        )
        rules = asp_firings(module.rules, edition.vocabulary)
        leaves = "".join(f"{{ {symbol} }}." for symbol in self._leaves(module).values())
        return Solver("\n".join([rules, *rows, *values, leaves, *self._shows(module)]), strict=False)

    def _shows(self, module: Module) -> Iterator[str]:
        yield from (f"#show fired/{1 + n}." for n in sorted({len(rule.when) for rule in module.rules}))

    def _fired(self, symbol: Symbol) -> Fired:
        rule, *premises = symbol.arguments
        return rule.string, tuple(self._id(each) for each in premises)

    def _id(self, symbol: Symbol) -> str:
        name = symbol.name.removeprefix("t_")
        fields = self.base.edition.vocabulary[name].matched()
        values = tuple(self._value(self._quantity(symbol), each) for each in symbol.arguments)
        payload = tuple((each.name, "") for each in self.base.edition.vocabulary[name].fields if each.payload)
        fact = Fact(name, tuple(zip(fields, values, strict=True)), payload)
        self._by_id[fact.id] = fact
        return fact.id

    def _is_firing(self, rule: str, premises: Sequence[str]) -> bool:
        """Whether a firing of the solver is one: numbers of two quantities may be equal, their ranges are not."""
        if not self._stand_in.isdisjoint(premises):
            return False
        bindings: dict[str, str] = {}
        for pattern, premise in zip(self.base.edition.rule[rule].when, premises, strict=True):
            found = match(pattern, self._by_id[premise], bindings)
            if found is None:
                return False
            bindings = found
        return True

    @cached_property
    def _stand_in(self) -> frozenset[str]:
        """Rows that the export has once more, for conditions that do not ask for an atom: experta has them for each."""
        rows = (Fact(row.type, self._named(row)).id for row in plain_rows(self.base.edition))
        return frozenset(rows) - {fact.id for fact in self.base.edition.known}

    def _named(self, row: Ground) -> tuple[tuple[str, str], ...]:
        return tuple(zip(self.base.edition.vocabulary[row.type].matched(), map(str, row.values), strict=True))


def _tested(module: Module, name: str) -> frozenset[str]:
    """The fields of a type that some rule of a module tests: by a constant, or by a variable that stands elsewhere."""
    found = set()
    for rule in module.rules:
        patterns = (*rule.when, *rule.unless)
        variables = [t.name for p in (*patterns, rule.then) for _, t in p.terms if isinstance(t, Var)]
        for pattern in patterns:
            if pattern.type == name:
                found |= {
                    field
                    for field, term in pattern.terms
                    if not isinstance(term, Var) or variables.count(term.name) > 1
                }
    views = (*module.needed, *module.barring, *module.compared)
    found |= {field for view in views if view.type == name for field, _ in (*view.fixed, *view.shared)}
    if module.type == name:
        found |= {of for view in views for _, of in view.shared} | {field for field, _ in module.fixed}
    return frozenset(found)
