"""The knowledge base over all situations, as one answer set program: a stable model for each situation."""

from collections.abc import Iterable
from functools import cached_property

from ..facts.atoms import Pattern, unify
from ..facts.case import Case
from ..kb.asp import asp_pattern, asp_rows, asp_rules
from ..kb.edition import Edition
from .numbers import NoSuchPatientError, mic_text
from .solver import Solver, Symbol, atoms
from .space import Chosen, Space

SHOWN = "#show in/2. #show has/3. #show num/2. #show got/2. #show mic/3. #show flow/1."


class Program:
    """An edition and its space, asked of a solver."""

    def __init__(
        self,
        edition: Edition,
        more: str = "",
        asked: Iterable[Pattern] = (),
        by: Iterable[str] = (),
        *,
        shown: bool = True,
    ) -> None:
        """`more` are rules that ask, and `asked` the patterns that they read; of conclusions whose type is in `by`,
        `by(RULE, CONCLUSION)` tells the rules. With `shown` false `more` says what is shown, not the choices."""
        self.edition, self.space = edition, Space(edition)
        self._more, self._asked, self._by = more, tuple(asked), frozenset(by)
        self._shown = SHOWN if shown else ""
        self._forbidden = 0

    @cached_property
    def text(self) -> str:
        """The whole program."""
        rules = asp_rules(self.edition.rules, self.edition.vocabulary, by=self._by)
        return "\n".join([rules, asp_rows(self.edition), *self._lacking(), self.space.program, self._more, self._shown])

    def _lacking(self) -> Iterable[str]:
        """What rules read and this edition never has, as the vocabulary allows: false, and known to the solver."""
        edition = self.edition
        read = {each for rule in edition.rules for each in (*rule.when, *rule.unless)}
        for pattern in sorted({*read, *self._asked}, key=str):
            fact_type = edition.vocabulary[pattern.type]
            if (fact_type.may_lack or fact_type.origin == "known") and not self._had(pattern):
                constants = {name: term for name, term in pattern.terms if isinstance(term, str)}
                never = fact_type(**{**dict.fromkeys(fact_type.matched(), "-"), **constants})
                yield f"#external {asp_pattern(never, edition.vocabulary)}."

    def _had(self, pattern: Pattern) -> bool:
        edition = self.edition
        if any(unify(rule.then, pattern) is not None for rule in edition.concluding.get(pattern.type, ())):
            return True
        if pattern.type in ("OrganismOrder", "Enzyme", "Hydrolysis", "Inhibition"):
            return True
        fields = edition.vocabulary[pattern.type].matched()
        wanted = [(fields.index(name), term) for name, term in pattern.terms if isinstance(term, str)]
        rows = (row for table in edition.tables.values() if table.type == pattern.type for row in table.rows)
        return any(all(row.values[place] == term for place, term in wanted) for row in rows)

    @cached_property
    def solver(self) -> Solver:
        """The program, ground."""
        return Solver(self.text)

    def case(self, *true: str, without: Iterable[str] = ()) -> Case | None:
        """A case in which some atoms hold and others do not; None if there is none.

        Numbers that no patient can have together are passed over.
        """
        while (model := self.solver.model(*true, without=without)) is not None:
            try:
                return self.space.situation(*told(model))
            except NoSuchPatientError as unreal:
                self._forbid(unreal.combination)
        return None

    def _forbid(self, combination: Iterable[str]) -> None:
        self._forbidden += 1
        self.solver.add(f":- {', '.join(combination)}.", f"unreal{self._forbidden}")


def told(model: Iterable[Symbol]) -> tuple[Chosen, dict[str, str]]:
    """What a situation states: the fields and elements chosen, and the numbers."""
    model = list(model)
    chosen = {(path, ""): value for path, value in atoms(model, "in")}
    chosen |= {(path, element): value for path, element, value in atoms(model, "has")}
    numbers = {path: state for path, state in atoms(model, "num")}  # noqa: C416  # pairs of two texts, to the checker
    numbers |= {f"got {basis}": value for basis, value in atoms(model, "got")}
    numbers |= {name: value for name in ("flow",) for (value,) in atoms(model, name)}
    numbers |= {f"mic {drug}": mic_text(bound, int(value)) for drug, bound, value in atoms(model, "mic")}
    return chosen, numbers
