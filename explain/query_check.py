"""Questions against a vocabulary: what each condition matches, and everything that is wrong with a question."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..facts.atoms import Fact, FactType, FieldType, Pattern, Var, kebab
from ..facts.domains import DRUGS
from ..facts.enzymes import FAMILIES, enzyme_names
from ..facts.organisms import ORGANISMS
from ..facts.problems import CaseError, Problem, near_miss
from ..facts.reported import check_regimen
from ..kb.edition import Edition
from .query_syntax import PATH, Atom, Comparison, Condition, Negation, named_variables, parsed, snake


def predicates(edition: Edition) -> list[dict[str, Any]]:
    """What can be asked about, in order of name.

    `fields` are the arguments in their order, `named_only` those that are given by name alone; `origin` says whether
    these facts are asked of the user, computed, known from a table or concluded; `label` is the name people read.
    """
    return [
        {
            "name": name,
            "fields": list(fact_type.matched()),
            "named_only": [field.name for field in fact_type.fields if field.payload],
            "label": fact_type.label,
            "origin": fact_type.origin,
        }
        for name, fact_type in sorted(_types(edition).items())
    ]


def _types(edition: Edition) -> dict[str, FactType]:
    return {snake(kebab(name)): fact_type for name, fact_type in edition.vocabulary.items()}


# --- checking -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Question:
    """A question that was checked: what must match, and the tests on each way to match it."""

    conditions: tuple[Condition, ...]
    patterns: Mapping[Atom, Pattern]

    def pattern(self, atom: Atom) -> Pattern:
        """What facts must match, the anonymous variable left out."""
        return self.patterns[atom]

    @property
    def variables(self) -> list[str]:
        """Names of the variables, in order."""
        return named_variables(term for condition in self.conditions for term in condition.terms())

    @property
    def positive(self) -> list[Atom]:
        """The conditions that some fact has to fit."""
        return [condition for condition in self.conditions if isinstance(condition, Atom)]

    def __str__(self) -> str:
        return ", ".join(map(str, self.conditions))


class QuestionReader:
    """Reads questions against a vocabulary; collects everything that is wrong with one."""

    def __init__(self, edition: Edition, facts: Mapping[str, Sequence[Fact]]) -> None:
        self._edition, self._facts = edition, facts
        self._types = _types(edition)
        self._problems: list[Problem] = []

    def read(self, text: str) -> Question:
        """The question that `text` is. CaseError, with all that is wrong, if it is none."""
        conditions = parsed(text, self._types)
        patterns: dict[Atom, Pattern] = {}
        for condition in conditions:
            if not isinstance(condition, Comparison):
                atom = condition.atom if isinstance(condition, Negation) else condition
                patterns[atom] = self._pattern(atom)
        question = Question(conditions, patterns)
        self._check_variables(question)
        self._check_comparisons(question)
        if self._problems:
            raise CaseError(self._problems)
        return question

    def notes(self, question: Question) -> list[str]:
        """Variables that look like a value of the field they stand in, as `S` does in `susceptibility(R, S)`."""
        found = [
            f"{name} is a variable here; to ask for the value, write '{name}'"
            for name in question.variables
            for field in self._places(question, name)
            if name in (field.allowed or _NAMES.get(field.name, ()))
        ]
        return list(dict.fromkeys(found))

    def _pattern(self, atom: Atom) -> Pattern:
        fact_type = self._types.get(atom.name)
        if fact_type is None:
            return self._refuse(
                atom.name, "a kind of fact, such as recommend or avoid", near_miss(atom.name, self._types)
            )
        fields = fact_type.matched()
        if len(atom.positional) > len(fields):
            return self._refuse(str(atom), self._arguments(atom, fact_type))
        terms = dict(zip(fields, atom.positional, strict=False))
        for name, term in atom.named:
            if fact_type.get(name) is None:
                names = [field.name for field in fact_type.fields]
                accepted = f"a field of {atom.name}: {' | '.join(names)}" if names else f"{atom.name} without fields"
                return self._refuse(name, accepted, near_miss(name, names))
            if name in terms:
                return self._refuse(str(atom), f"each field once: {name} is given twice")
            terms[name] = term
        for name, term in terms.items():
            field = fact_type.get(name)
            if field is not None and isinstance(term, str):
                self._check_value(field, term)
        return fact_type(**{name: term for name, term in terms.items() if term != Var("_")})

    def _arguments(self, atom: Atom, fact_type: FactType) -> str:
        fields = fact_type.matched()
        by_name = [field.name for field in fact_type.fields if field.payload]
        count = f"at most {len(fields)}: {', '.join(fields)}" if fields else "none"
        return f"as arguments of {atom.name} {count}" + (f"; by name only: {', '.join(by_name)}" if by_name else "")

    def _check_variables(self, question: Question) -> None:
        """Safety: what is negated or compared must be found by a positive condition."""
        bound = set(named_variables(term for atom in question.positive for term in atom.terms()))
        for condition in question.conditions:
            if isinstance(condition, Comparison) and Var("_") in condition.terms():
                self._refuse(str(condition), "a named variable or a value: _ is any value, and cannot be compared")
            for name in named_variables(condition.terms()):
                if name not in bound:
                    accepted = (
                        f"a variable that also stands in a condition without not: nothing here gives {name} a value, "
                        "and not, = and \\= only test values"
                    )
                    self._refuse(f"{name} in {condition}", accepted)

    def _check_comparisons(self, question: Question) -> None:
        """A value compared with a variable must be one that the variable can have."""
        for condition in question.conditions:
            if isinstance(condition, Comparison):
                for one, other in ((condition.left, condition.right), (condition.right, condition.left)):
                    if isinstance(one, Var) and isinstance(other, str):
                        for field in self._places(question, one.name):
                            self._check_value(field, other)

    def _places(self, question: Question, variable: str) -> list[FieldType]:
        """The fields that give a variable its value."""
        return [
            field
            for atom in question.positive
            for name, term in question.pattern(atom).terms
            if term == Var(variable)
            if (field := self._edition.vocabulary[question.pattern(atom).type].get(name)) is not None
        ]

    def _check_value(self, field: FieldType, value: str) -> None:
        if field.payload:
            return
        if field.allowed is not None:
            if value not in field.allowed:
                self._refuse(
                    value, f"a value of {field.name}: {' | '.join(field.allowed)}", near_miss(value, field.allowed)
                )
        elif value in self._values:
            return
        elif field.name == "regimen":
            try:
                check_regimen(value)
            except CaseError as error:
                self._problems += [problem.under(PATH) for problem in error.problems]
        else:
            near = near_miss(value, _NAMES.get(field.name, self._values))
            self._refuse(
                value, f"as {field.name} a value that occurs in this case, its derivation or the knowledge base", near
            )

    @cached_property
    def _values(self) -> dict[str, None]:
        """Every value that some fact could have, in whatever field: rules carry values from field to field."""
        types = self._edition.vocabulary.values()
        patterns = [p for rule in self._edition.rules for p in (*rule.when, *rule.unless, rule.then)]
        quantities = {table.quantity for table in self._edition.tables.values()} - {""}
        groups: tuple[Iterable[str], ...] = (
            *(field.allowed or () for fact_type in types for field in fact_type.fields),
            (fact_type.path for fact_type in types if fact_type.path),
            (value for facts in self._facts.values() for fact in facts for _, value in fact.values),
            (term for pattern in patterns for _, term in pattern.terms if isinstance(term, str)),
            (atom.id for quantity in sorted(quantities) for atom in self._edition.atoms(quantity)),
            self._edition.statements,
            self._edition.row,
            DRUGS.values,
            *_NAMES.values(),
        )
        return dict.fromkeys(value for group in groups for value in group)

    def _refuse(self, value: str, accepted: str, suggestion: str | None = None) -> Pattern:
        """Notes a problem; gives a pattern that asks for nothing, so that reading can go on."""
        self._problems.append(Problem(PATH, value, accepted, suggestion))
        return Pattern("", ())


_NAMES: Mapping[str, tuple[str, ...]] = {
    "organism": tuple(ORGANISMS),
    "enzyme": enzyme_names(),
    "family": tuple(FAMILIES),
}
"""Names that a field of an open set may have beside those that occur."""
