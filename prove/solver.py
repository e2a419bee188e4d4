"""Asks an answer set solver. The only module of this part that imports clingo.

A message of the solver, such as that some atom is in no rule's head, is an error: a misspelt atom would make a proof
empty.
"""

from collections.abc import Iterable, Iterator, Sequence
from time import monotonic

import clingo

VERSION = f"clingo {clingo.__version__}"

Symbol = clingo.Symbol
"""A ground atom or term."""

Atom = str
"""An atom of the program as text: `scope("colistin-never-first")`."""


class Solver:
    """A ground program, asked many times under other assumptions."""

    def __init__(self, program: str, *options: str, strict: bool = True) -> None:
        """RuntimeError for a program that the solver has anything to say of; unless `strict`, unknown atoms pass."""
        said: list[str] = []
        self._control = clingo.Control(list(options), logger=lambda _, text: said.append(text))
        self._control.add("base", [], program)
        began = monotonic()
        self._control.ground([("base", [])])
        self.grounding_s = monotonic() - began
        said = [text for text in said if strict or "does not occur in any rule head" not in text]
        if said:
            raise RuntimeError("; ".join(said))

    def add(self, rules: str, name: str) -> None:
        """More rules, under a name not used before. RuntimeError as above."""
        self._control.add(name, [], rules)
        self._control.ground([(name, [])])

    def model(self, *true: Atom, without: Iterable[Atom] = (), conflicts: int = 0) -> frozenset[Symbol] | None:
        """The shown atoms of a situation in which all of some atoms hold and none of others; None if there is none,
        or if none was found within so many `conflicts` of the search (0: however many it takes)."""
        self._control.configuration.solve.solve_limit = str(conflicts or "umax")  # type: ignore[union-attr]
        wanted = [(clingo.parse_term(atom), True) for atom in true]
        wanted += [(clingo.parse_term(atom), False) for atom in without]
        with self._control.solve(assumptions=wanted, yield_=True) as models:
            for model in models:
                return frozenset(model.symbols(shown=True))
        return None

    def core(self, inputs: Sequence[Symbol], *, without: Atom) -> list[Symbol] | None:
        """Those of some atoms that are enough to exclude every situation without another atom; None if all are not."""
        literals = {self._literal(symbol): symbol for symbol in inputs}
        assumed = [*literals, -self._literal(clingo.parse_term(without))]
        with self._control.solve(assumptions=assumed, yield_=True) as handle:
            if handle.get().satisfiable:
                return None
            needed = set(handle.core())
        return [symbol for literal, symbol in literals.items() if literal in needed]

    def _literal(self, symbol: Symbol) -> int:
        found = self._control.symbolic_atoms[symbol]
        assert found is not None  # an atom that was shown
        return found.literal

    def choices(self, *signatures: tuple[str, int]) -> dict[Symbol, int]:
        """The literals of all atoms of some names and numbers of arguments."""
        atoms = self._control.symbolic_atoms
        return {each.symbol: each.literal for signature in signatures for each in atoms.by_signature(*signature)}

    def only(self, literals: Sequence[int]) -> frozenset[Symbol] | None:
        """The shown atoms where just these literals are given; None if they exclude each other. RuntimeError where
        something is left open."""
        with self._control.solve(assumptions=list(literals), yield_=True) as models:
            found = [frozenset(model.symbols(shown=True)) for model in models]
        if len(found) > 1:
            raise RuntimeError("a situation that is given in full has several stable models")
        return found[0] if found else None

    def possible(self, name: str, arity: int, *, shown: bool = False) -> frozenset[Symbol]:
        """The atoms of a name that hold in some situation. Sooner where the program shows them (`shown`)."""
        todo = {each.symbol for each in self._control.symbolic_atoms.by_signature(name, arity)}
        found: set[Symbol] = set()
        while todo:
            # one atom a time, and all others that the same situation shows
            atom = min(todo)
            with self._control.solve(assumptions=[(atom, True)], yield_=True) as models:
                held = next((set(model.symbols(atoms=not shown, shown=shown)) for model in models), None)
            found |= set() if held is None else todo & held
            todo -= {atom} if held is None else held
        return frozenset(found)


def number_of(symbol: Symbol) -> int | None:
    """The number that a term is; None for a text."""
    return symbol.number if symbol.type is clingo.SymbolType.Number else None


def external(symbol: Symbol) -> Sequence[str]:
    """The arguments of an atom as text."""
    return [each.string if each.type is clingo.SymbolType.String else str(each) for each in symbol.arguments]


def atoms(symbols: Iterable[Symbol], name: str) -> Iterator[Sequence[str]]:
    """The arguments of the atoms of one name."""
    return (external(symbol) for symbol in symbols if symbol.name == name)
