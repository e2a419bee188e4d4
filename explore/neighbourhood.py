"""Every combination of changes to one case as an answer set program. The only module that imports clingo.

One stable model for each combination: the facts it brings about, and all that the rules conclude from them. Questions
about all combinations are then asked of the solver at once instead of running the engine on each.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import clingo

from ..facts.atoms import Fact, FactType, Pattern
from ..kb.asp import asp_fact, asp_pattern, asp_rules
from .slots import Alternative
from .space import Space


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one combination of changes leads to: conclusions of the types asked about, each with the rules behind it."""

    changes: tuple[Alternative, ...]
    rules: Mapping[Fact, tuple[str, ...]]

    @property
    def conclusions(self) -> frozenset[Fact]:
        """What is concluded."""
        return frozenset(self.rules)


class Neighbourhood:
    """The combinations of changes that a space allows, under the rules of its edition."""

    def __init__(self, space: Space, goals: Sequence[str]) -> None:
        """`goals` are the fact types asked about; rules and facts that they do not depend on are left out."""
        self._space, self._goals = space, tuple(goals)
        self._vocabulary = space.edition.vocabulary
        self._read = space.edition.behind(goals)
        self._seen: dict[clingo.Symbol, Fact] = {}
        self._alternatives = [each for slot in space.slots for each in slot.alternatives]

    def minimal(self, goal: str, rules: str = "") -> list[tuple[Alternative, ...]]:
        """All subset-minimal sets of changes under which `goal`, a body of literals, holds; the empty one if it does.

        `rules` are what else the goal needs.
        """
        control = self._control(f"{rules}\n:- not goal. goal :- {goal}. #show c/1.", *_MINIMAL)
        return [outcome.changes for outcome in self._models(control)]

    def differing(
        self, now: Iterable[Fact], types: Iterable[str], classes: Mapping[str, Mapping[str, str]]
    ) -> list[tuple[Alternative, ...]]:
        """All subset-minimal sets of changes under which conclusions of some types are not what they are now.

        Of a field in `classes` only the class of its value counts, by value.
        """
        rules = [
            f"class_{field}({_text(value)}, {_text(alike)})."
            for field, members in classes.items()
            for value, alike in members.items()
        ]
        for name in types:
            fields = self._vocabulary[name].matched()
            variables = ", ".join(f"X{number}" for number in range(len(fields)))
            told = ", ".join(f"C{number}" if field in classes else f"X{number}" for number, field in enumerate(fields))
            body = [f"class_{field}(X{number}, C{number})" for number, field in enumerate(fields) if field in classes]
            rules += [
                f"told_{name}({told}) :- {', '.join([f't_{name}({variables})', *body])}.",
                f"differs :- told_{name}({told}), not now_{name}({told}).",
                f"differs :- now_{name}({told}), not told_{name}({told}).",
                f"#defined now_{name}/{len(fields)}.",
            ]
        for fact in now:
            values = (classes.get(field, {}).get(value, value) for field, value in fact.values)
            rules.append(f"now_{fact.type}({', '.join(map(_text, values))}).")
        return self.minimal("differs", "\n".join(rules))

    def single(self) -> list[Outcome]:
        """What the case leads to as it is, first, and with each one change."""
        control = self._control(":- 2 { c(I) }. #show c/1. #show by/2.")
        return sorted(self._models(control), key=lambda o: [self._alternatives.index(each) for each in o.changes])

    def under(self, changes: Iterable[Alternative]) -> Outcome | None:
        """What just these changes lead to together; None where that is not the sum of what each does."""
        chosen = {self._alternatives.index(change) for change in changes}
        fixed = " ".join(f":- {'not ' if n in chosen else ''}c({n})." for n in range(len(self._alternatives)))
        return next(self._models(self._control(f"{fixed} #show c/1. #show by/2.")), None)

    def whatever(self) -> tuple[frozenset[Fact], frozenset[Fact]]:
        """Conclusions that hold under every combination of changes, and those that hold under some."""
        control = self._control(
            " ".join(f"#show t_{name}/{len(self._vocabulary[name].matched())}." for name in self._goals)
        )
        cautious, brave = (self._consequences(control, mode) for mode in ("cautious", "brave"))
        return cautious, brave

    def _consequences(self, control: clingo.Control, mode: str) -> frozenset[Fact]:
        control.configuration.solve.enum_mode = mode  # type: ignore[union-attr]
        *_, last = self._models(control)
        return last.conclusions

    # --- the program -----------------------------------------------------------------------------------------

    @cached_property
    def _program(self) -> str:
        edition = self._space.edition
        rules = [rule for rule in edition.rules if rule.then.type in self._read]
        known = [fact for fact in edition.known if fact.type in self._read]
        lines = [asp_rules(rules, self._vocabulary, by=self._goals), *(f"{asp_fact(fact)}." for fact in known)]
        return "\n".join([*lines, *self._facts(), *self._lists(), *self._choices()])

    def _facts(self) -> Iterator[str]:
        """The facts of the case, each unless a change takes it away, and those that changes bring."""
        base = {fact.id: fact for fact in self._space.facts.values() if self._matters(fact)}
        gone: dict[str, list[int]] = {}
        cells: dict[tuple[str, ...], set[int]] = {}
        for number, alternative in enumerate(self._alternatives):
            now = self._space.facts_with(alternative)
            for fact in now.values():
                if self._matters(fact) and fact.id not in base:
                    yield f"{asp_fact(fact)}." if self._known(fact) else f"{asp_fact(fact)} :- c({number})."
                if self._is_list(fact) and fact.value("answered") == "yes":
                    yield f"answered({_text(fact.type)}) :- c({number})."
            for each in base.keys() - now.keys():
                if not self._known(base[each]):
                    gone.setdefault(each, []).append(number)
            for each in base.keys() ^ {fact.id for fact in now.values() if self._matters(fact)}:
                fact = base.get(each) or now[each]
                if self._vocabulary[fact.type].origin == "computed":
                    cells.setdefault(self._cell(fact), set()).add(number)
        for fact in base.values():
            unless = ", ".join(f"not c({number})" for number in gone.get(fact.id, ()))
            yield f"{asp_fact(fact)} :- {unless}." if unless else f"{asp_fact(fact)}."
        for fact in self._space.facts.values():
            if self._is_list(fact) and fact.value("answered") == "yes":
                yield f"answered({_text(fact.type)})."
        # what two changes do together to one computed value is not the sum of what each does
        for cell in sorted(cells):
            yield f":- 2 {{ {'; '.join(f'c({number})' for number in sorted(cells[cell]))} }}."

    def _lists(self) -> Iterator[str]:
        """What a list says of itself follows from whether it was answered and whether it names anything."""
        for element in self._vocabulary.values():
            if element.closed_by in self._read:
                anything = asp_pattern(Pattern(element.name, ()), self._vocabulary)
                yield f"named({_text(element.closed_by)}) :- {anything}."
        for name in sorted(self._list_types & self._read):
            quoted = _text(name)
            yield f't_{name}("listed", "yes") :- named({quoted}).'
            yield f't_{name}("none", "yes") :- answered({quoted}), not named({quoted}).'
            yield f't_{name}("not_stated", "no") :- not answered({quoted}).'

    def _choices(self) -> Iterator[str]:
        numbers = iter(range(len(self._alternatives)))
        for slot in self._space.slots:
            yield f"{{ {'; '.join(f'c({next(numbers)})' for _ in slot.alternatives)} }} 1."
        yield "#defined c/1. #defined by/2. #defined answered/1. #defined named/1."

    @cached_property
    def _list_types(self) -> frozenset[str]:
        return frozenset(t.closed_by for t in self._vocabulary.values() if t.closed_by)

    def _is_list(self, fact: Fact) -> bool:
        return fact.type in self._list_types

    def _known(self, fact: Fact) -> bool:
        """Rows of tables are there whether or not the case names what they are about: no rule reads them alone."""
        return self._vocabulary[fact.type].origin == "known"

    def _matters(self, fact: Fact) -> bool:
        return fact.type in self._read and not self._is_list(fact)

    def _cell(self, fact: Fact) -> tuple[str, ...]:
        return (fact.type, *(fact.value(name) for name in self._vocabulary[fact.type].key))

    # --- solving ---------------------------------------------------------------------------------------------

    def _control(self, question: str, *options: str) -> clingo.Control:
        said: list[str] = []
        control = clingo.Control(["0", *options], logger=lambda _, text: said.append(text))
        control.add("base", [], f"{self._program}\n{question}")
        control.ground([("base", [])])
        if problems := [text for text in said if "atom does not occur in any rule head" not in text]:
            raise RuntimeError("; ".join(problems))
        return control

    def _models(self, control: clingo.Control) -> Iterator[Outcome]:
        with control.solve(yield_=True) as models:
            for model in models:
                changes: list[int] = []
                rules: dict[Fact, list[str]] = {}
                for symbol in model.symbols(shown=True):
                    if symbol.name == "c":
                        changes.append(symbol.arguments[0].number)
                    elif symbol.name == "by":
                        rules.setdefault(self._fact(symbol.arguments[1]), []).append(symbol.arguments[0].string)
                    else:
                        rules.setdefault(self._fact(symbol), [])
                yield Outcome(
                    tuple(self._alternatives[number] for number in sorted(changes)),
                    {fact: tuple(sorted(found)) for fact, found in rules.items()},
                )

    def _fact(self, symbol: clingo.Symbol) -> Fact:
        if symbol not in self._seen:
            self._seen[symbol] = self._read_fact(symbol)
        return self._seen[symbol]

    def _read_fact(self, symbol: clingo.Symbol) -> Fact:
        fact_type: FactType = self._vocabulary[symbol.name.removeprefix("t_")]
        values = (argument.string for argument in symbol.arguments)
        return Fact(fact_type.name, tuple(zip(fact_type.matched(), values, strict=True)))


_MINIMAL = ("--heuristic=Domain", "--enum-mode=domRec", "--dom-mod=false,show")
"""Enumerate only models whose shown atoms are subset-minimal (clingo guide, chapter on domain-specific heuristics)."""


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
