"""Two engines, one answer: what experta concludes of a case is what the answer set solver concludes of it.

The solver has the exported rules, the tables by their cut points, and the numbers of the case as numbers; so it finds
the bands by itself. It is ground once; a case is then a set of assumptions under which it has one stable model.
"""

from collections.abc import Iterator

from ..facts.atoms import Fact
from ..facts.bands import atom_of
from ..facts.case import Case
from ..kb.cuts import case_facts
from ..kb.inference import KnowledgeBase
from .program import Program
from .solver import Symbol, external, number_of

Told = tuple[str, tuple[str, ...]]
"""A conclusion: type and values."""

_CHOSEN = (("in", 2), ("has", 3), ("num", 2), ("got", 2), ("flow", 1), ("mic", 3), ("light", 0))


class Twins:
    """The two engines over one edition."""

    def __init__(self, base: KnowledgeBase) -> None:
        edition = base.edition
        self.base = base
        shown = (f"#show t_{name}/{len(edition.vocabulary[name].matched())}." for name in edition.concluding)
        self._program = Program(edition, "\n".join(["#show.", *shown]), shown=False)
        self.space = self._program.space
        choices = self._program.solver.choices(*_CHOSEN)
        self._place = {(symbol.name, *external(symbol)): place for place, symbol in enumerate(choices)}
        self._literals = list(choices.values())
        self._told: dict[Symbol, Told] = {}
        self._kind = {
            t.name: (kind, str(t.path))
            for kind, types in (
                ("choice", self.space.choices),
                ("list", self.space.lists),
                ("element", self.space.elements),
            )
            for t in types
        }

    def difference(self, case: Case) -> tuple[frozenset[Told], frozenset[Told]]:
        """What only experta concludes, and what only the solver does."""
        experta = frozenset(_told(firing.conclusion) for firing in self.base.firings(case))
        solver = self.solved(case)
        return experta - solver, solver - experta

    def solved(self, case: Case) -> frozenset[Told]:
        """What the solver concludes. ValueError for a case outside its space, as when it names another organism."""
        literals = [-literal for literal in self._literals]
        try:
            for place in map(self._place.__getitem__, self._chosen(case)):
                literals[place] = -literals[place]
            model = self._program.solver.only(literals)
        except KeyError:
            model = None
        if model is None:
            raise ValueError(f"not a situation of the space: {case.as_understood()}")
        return frozenset(map(self._of, model))

    def _of(self, symbol: Symbol) -> Told:
        if symbol not in self._told:
            fact_type = self.base.edition.vocabulary[symbol.name.removeprefix("t_")]
            values = []
            for argument in symbol.arguments:
                whole = number_of(argument)
                if whole is None:
                    values.append(argument.string)
                else:
                    number = self.space.numbers.number("Clearance", whole)
                    values.append(atom_of(number, self.base.edition.measures.clearance).id)
            self._told[symbol] = fact_type.name, tuple(values)
        return self._told[symbol]

    def _chosen(self, case: Case) -> Iterator[tuple[str, ...]]:
        """The choices that make a case, each its name and arguments."""
        numbers = self.space.numbers
        got = set()
        for fact in case_facts(self.base.edition, case):
            kind, path = self._kind.get(fact.type, ("", ""))
            if kind == "element":
                yield "has", path, str(fact.values[0]), str(fact.values[1]) if len(fact.values) == 2 else ""
            elif kind == "list":
                yield "in", path, "answered" if fact.values[1] == "yes" else "not_stated"
            elif kind == "choice":
                yield "in", path, str(fact.values[0])
            elif fact.type == "Clearance" and isinstance(fact.values[-1], int):
                got.add(basis := str(fact.values[0]))
                yield "got", basis, str(numbers.nearest("Clearance", fact.values[-1]))
            elif fact.type == "Effluent" and isinstance(fact.values[-1], int):
                yield "flow", str(numbers.nearest("Effluent", fact.values[-1]))
        if {"actual_weight", "ideal_weight"} <= got and "adjusted_weight" not in got:
            yield ("light",)
        yield from (("num", path, str(state)) for path, state in numbers.states(case).items())
        yield from (("mic", drug, bound, str(value)) for drug, bound, value in numbers.mics_of(case))


def _told(fact: Fact) -> Told:
    return fact.type, tuple(value for _, value in fact.values)
