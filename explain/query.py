"""Questions in the manner of Prolog over one derivation: `recommend(R, first), not avoid(R, _)`.

A question is a conjunction of conditions over the facts of a trace and the table rows of its edition. `not` is
negation as failure, safe because each variable in it stands in a positive condition too; so the order in which
conditions are written does not change what is answered.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import islice
from typing import Any

from lark import Lark, Transformer
from lark.exceptions import UnexpectedInput, UnexpectedToken

from ..facts.atoms import Fact, FactType, FieldType, Pattern, Term, Var, kebab, match
from ..facts.domains import DRUGS
from ..facts.enzymes import FAMILIES, enzyme_names
from ..facts.organisms import ORGANISMS
from ..facts.problems import CaseError, Problem, near_miss
from ..facts.reported import check_regimen
from ..kb.absence import AbsenceExplainer
from ..kb.edition import Edition
from ..kb.trace import Absence, Failure, Trace, by_type
from ..kb.words import Words
from .proof import Node, Proofs

LONGEST = 1_000
"""Characters of a question."""

MOST_CONDITIONS = 20
MOST_WAYS = 20_000
"""Ways to satisfy all positive conditions of one question at once."""

MOST_ANSWERS = 1_000
_MOST_BLOCKERS = 5
"""Facts shown of those that keep a question from having an answer."""

_PATH = "QUERY"

_WORD = r"[a-z0-9]([a-z0-9_+.\/-]*[a-z0-9_+-])?"
_GRAMMAR = rf"""
query: ["?-"] _condition ("," _condition)* ["."]
_condition: atom | negation | equal | unequal
negation: ("not" | "\\+") (atom | "(" atom ")")
equal: _term "=" _term
unequal: _term _UNEQUAL _term
atom: WORD ["(" [_arguments] ")"]
_arguments: _term ("," _term)* ("," named)* | named ("," named)*
named: WORD "=" _term
_term: word | variable | quoted
word: WORD
variable: VARIABLE
quoted: QUOTED

_UNEQUAL: "\\=" | "!="
WORD: /{_WORD}/
VARIABLE: /[A-Z_][A-Za-z0-9_]*/
QUOTED: /'[^'\t\r\n]*'|"[^"\t\r\n]*"/
%ignore /\s+/
"""
_TERMINALS = {
    "WORD": "a name or value in lower case",
    "VARIABLE": "a variable",
    "QUOTED": "a quoted value",
    "LPAR": "an opening bracket",
    "RPAR": "a closing bracket",
    "COMMA": "a comma",
    "EQUAL": "=",
    "_UNEQUAL": "\\=",
    "DOT": "a full stop",
    "$END": "the end",
    "NOT": "not",
}
"""Of what the grammar may expect, what people are told of; the rest are other spellings of these."""


# --- questions as data ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Atom:
    """A predicate as it was written: the variable `_` stands for any value."""

    name: str
    positional: tuple[Term, ...]
    named: tuple[tuple[str, Term], ...]

    def terms(self) -> tuple[Term, ...]:
        return (*self.positional, *(term for _, term in self.named))

    def __str__(self) -> str:
        arguments = [*map(_written, self.positional), *(f"{name}={_written(term)}" for name, term in self.named)]
        return f"{self.name}({', '.join(arguments)})" if arguments else self.name


@dataclass(frozen=True, slots=True)
class _Negation:
    """That no fact fits `atom`."""

    atom: _Atom

    def terms(self) -> tuple[Term, ...]:
        return self.atom.terms()

    def __str__(self) -> str:
        return f"not {self.atom}"


@dataclass(frozen=True, slots=True)
class _Comparison:
    """That two terms are, or are not, the same value."""

    left: Term
    right: Term
    same: bool

    def terms(self) -> tuple[Term, ...]:
        return (self.left, self.right)

    def __str__(self) -> str:
        return f"{_written(self.left)} {'=' if self.same else chr(92) + '='} {_written(self.right)}"

    def holds(self, bindings: Mapping[str, str]) -> bool:
        return (_value(self.left, bindings) == _value(self.right, bindings)) is self.same

    def says(self, bindings: Mapping[str, str]) -> str:
        values = (_value(self.left, bindings), _value(self.right, bindings))
        return f"{self}: {values[0]} is {'' if self.same else 'not '}{values[1]}"


_Condition = _Atom | _Negation | _Comparison


def _written(term: Term) -> str:
    if isinstance(term, Var):
        return term.name
    if re.fullmatch(_WORD, term) and term != "not":
        return term
    return f'"{term}"' if "'" in term else f"'{term}'"


def _value(term: Term, bindings: Mapping[str, str]) -> str:
    return bindings[term.name] if isinstance(term, Var) else term


def _named(terms: Iterable[Term]) -> list[str]:
    """Names of the variables among terms, each once, without the anonymous one."""
    return list(dict.fromkeys(term.name for term in terms if isinstance(term, Var) and term.name != "_"))


# --- reading --------------------------------------------------------------------------------------------------


class _Builder(Transformer[Any, tuple[_Condition, ...]]):
    """From the parse tree to conditions."""

    def query(self, parts: list[Any]) -> tuple[_Condition, ...]:
        return tuple(part for part in parts if part is not None)

    def negation(self, parts: list[Any]) -> _Negation:
        return _Negation(parts[0])

    def equal(self, parts: list[Any]) -> _Comparison:
        return _Comparison(parts[0], parts[1], True)

    def unequal(self, parts: list[Any]) -> _Comparison:
        return _Comparison(parts[0], parts[1], False)

    def atom(self, parts: list[Any]) -> _Atom:
        name, *arguments = (part for part in parts if part is not None)
        positional = tuple(each for each in arguments if not isinstance(each, tuple))
        return _Atom(_snake(str(name)), positional, tuple(each for each in arguments if isinstance(each, tuple)))

    def named(self, parts: list[Any]) -> tuple[str, Term]:
        return _snake(str(parts[0])), parts[1]

    def word(self, parts: list[Any]) -> str:
        return str(parts[0])

    def variable(self, parts: list[Any]) -> Var:
        return Var(str(parts[0]))

    def quoted(self, parts: list[Any]) -> str:
        return str(parts[0])[1:-1]


@cache
def _grammar() -> Lark:
    return Lark(_GRAMMAR, start="query", parser="lalr", lexer="basic", maybe_placeholders=False)


def _parsed(text: str, names: Iterable[str]) -> tuple[_Condition, ...]:
    """The conditions of a question. CaseError where it is too long or cannot be read."""
    if len(text) > LONGEST:
        raise CaseError([Problem(_PATH, text, f"at most {LONGEST:,} characters; these are {len(text):,}")])
    hidden = next((at for at, c in enumerate(text) if not (c.isprintable() or c in "\t\r\n")), None)
    if hidden is not None:
        raise CaseError([Problem(_PATH, text[hidden:], f"at character {hidden + 1}, characters that can be seen")])
    try:
        conditions = _Builder().transform(_grammar().parse(text))
    except UnexpectedInput as error:
        raise CaseError([_misread(text, error, names)]) from None
    if len(conditions) > MOST_CONDITIONS:
        raise CaseError([Problem(_PATH, text, f"at most {MOST_CONDITIONS} conditions; these are {len(conditions)}")])
    return conditions


def _misread(text: str, error: UnexpectedInput, names: Iterable[str]) -> Problem:
    """Where a question stops making sense, what stands there, and what could."""
    at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    at = len(text) if at_end else error.pos_in_stream or 0
    before, rest = text[:at], text[at:]
    capital = re.search(r"[A-Z_]\w*$", before.rstrip())
    place = f"at character {at + 1}, "
    if rest[:1] in ("'", '"'):
        return Problem(_PATH, rest, place + f"a value between quotes: this quote is not closed by another {rest[0]}")
    if rest.startswith("(") and capital:
        meant = near_miss(_snake(kebab(capital[0])), names)
        accepted = place + "no bracket: names with a capital letter are variables, predicates are in lower case"
        return Problem(_PATH, f"{capital[0]}{rest}", accepted, meant)
    is_value = before.count("(") > before.count(")") and rest[:1] not in ("", *"(),.=")
    hint = "; a value with a capital letter, a space or another sign stands in quotes: 'NDM-1'" if is_value else ""
    return Problem(_PATH, rest or "(the end)", f"{place}{_expected(before)}{hint}")


def _expected(before: str) -> str:
    """What may follow the part of a question that can be read."""
    parser = _grammar().parse_interactive(before)
    parser.exhaust_lexer()
    accepted = parser.accepts()  # type: ignore[no-untyped-call]  # lark leaves this one without types
    *words, last = (words for terminal, words in _TERMINALS.items() if terminal in accepted)
    return f"{', '.join(words)} or {last}" if words else last


def _snake(name: str) -> str:
    return name.replace("-", "_")


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
    return {_snake(kebab(name)): fact_type for name, fact_type in edition.vocabulary.items()}


# --- checking -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Question:
    """A question that was checked: what must match, and the tests on each way to match it."""

    conditions: tuple[_Condition, ...]
    patterns: Mapping[_Atom, Pattern]

    def pattern(self, atom: _Atom) -> Pattern:
        """What facts must match, the anonymous variable left out."""
        return self.patterns[atom]

    @property
    def variables(self) -> list[str]:
        return _named(term for condition in self.conditions for term in condition.terms())

    @property
    def positive(self) -> list[_Atom]:
        return [condition for condition in self.conditions if isinstance(condition, _Atom)]

    def __str__(self) -> str:
        return ", ".join(map(str, self.conditions))


class _Reader:
    """Reads questions against a vocabulary; collects everything that is wrong with one."""

    def __init__(self, edition: Edition, facts: Mapping[str, Sequence[Fact]]) -> None:
        self._edition, self._facts = edition, facts
        self._types = _types(edition)
        self._problems: list[Problem] = []

    def read(self, text: str) -> _Question:
        """The question that `text` is. CaseError, with all that is wrong, if it is none."""
        conditions = _parsed(text, self._types)
        patterns: dict[_Atom, Pattern] = {}
        for condition in conditions:
            if not isinstance(condition, _Comparison):
                atom = condition.atom if isinstance(condition, _Negation) else condition
                patterns[atom] = self._pattern(atom)
        question = _Question(conditions, patterns)
        self._check_variables(question)
        self._check_comparisons(question)
        if self._problems:
            raise CaseError(self._problems)
        return question

    def notes(self, question: _Question) -> list[str]:
        """Variables that look like a value of the field they stand in, as `S` does in `susceptibility(R, S)`."""
        found = [
            f"{name} is a variable here; to ask for the value, write '{name}'"
            for name in question.variables
            for field in self._places(question, name)
            if name in (field.allowed or _NAMES.get(field.name, ()))
        ]
        return list(dict.fromkeys(found))

    def _pattern(self, atom: _Atom) -> Pattern:
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

    def _arguments(self, atom: _Atom, fact_type: FactType) -> str:
        fields = fact_type.matched()
        by_name = [field.name for field in fact_type.fields if field.payload]
        count = f"at most {len(fields)}: {', '.join(fields)}" if fields else "none"
        return f"as arguments of {atom.name} {count}" + (f"; by name only: {', '.join(by_name)}" if by_name else "")

    def _check_variables(self, question: _Question) -> None:
        """Safety: what is negated or compared must be found by a positive condition."""
        bound = set(_named(term for atom in question.positive for term in atom.terms()))
        for condition in question.conditions:
            if isinstance(condition, _Comparison) and Var("_") in condition.terms():
                self._refuse(str(condition), "a named variable or a value: _ is any value, and cannot be compared")
            for name in _named(condition.terms()):
                if name not in bound:
                    accepted = (
                        f"a variable that also stands in a condition without not: nothing here gives {name} a value, "
                        "and not, = and \\= only test values"
                    )
                    self._refuse(f"{name} in {condition}", accepted)

    def _check_comparisons(self, question: _Question) -> None:
        """A value compared with a variable must be one that the variable can have."""
        for condition in question.conditions:
            if isinstance(condition, _Comparison):
                for one, other in ((condition.left, condition.right), (condition.right, condition.left)):
                    if isinstance(one, Var) and isinstance(other, str):
                        for field in self._places(question, one.name):
                            self._check_value(field, other)

    def _places(self, question: _Question, variable: str) -> list[FieldType]:
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
                self._problems += [problem.under(_PATH) for problem in error.problems]
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
        self._problems.append(Problem(_PATH, value, accepted, suggestion))
        return Pattern("", ())


_NAMES: Mapping[str, tuple[str, ...]] = {
    "organism": tuple(ORGANISMS),
    "enzyme": enzyme_names(),
    "family": tuple(FAMILIES),
}
"""Names that a field of an open set may have beside those that occur."""


# --- answering ------------------------------------------------------------------------------------------------


def ask(edition: Edition, trace: Trace, text: str) -> dict[str, Any]:
    """The answers to a question over the facts of `trace` and the table rows of `edition`.

    `{"query", "variables", "answers": [{"bindings": {variable: value}, "proof": [node…]}], "text", "because",
    "notes"}`: the question in its normal form; the answers in order of their values, each once. A proof has a node
    for each condition in the order written: the proof of a fact that fits (of several, the first by id); for a
    negation `{"text", "because", "rules"}`; for a comparison `{"text"}`. What one answer expands, later ones refer to.
    Without answers, `because` holds nodes that say why. `notes` are hints. CaseError, with everything that is wrong,
    for a question that cannot be read, asks for what cannot be, or has too many answers.
    """
    return _Answers(edition, trace, text).as_json()


_Way = Mapping[str, str]
"""Values for variables."""

_Test = Callable[[_Way], bool]
_Ground = Fact | Absence | str
"""What a condition rests on: the fact that fits, why none does, or what a comparison says."""


class _Answers:
    """One question put to one derivation."""

    def __init__(self, edition: Edition, trace: Trace, text: str) -> None:
        self._edition, self._trace, self._words = edition, trace, Words(edition)
        self._everything = {fact.id: fact for fact in (*edition.known, *trace.facts.values())}
        self._facts = by_type(self._everything.values())
        self._absences = AbsenceExplainer(edition, self._facts)
        self._reader = _Reader(edition, self._facts)
        self._question = self._reader.read(text)

    def as_json(self) -> dict[str, Any]:
        question, names = self._question, self._question.variables
        ways = self._ways()
        tests = [(condition, self._test(condition)) for condition in question.conditions]
        answers = [way for way in ways if all(test(way) for _, test in tests)]
        if len(answers) > MOST_ANSWERS:
            raise _too_wide(question, f"with at most {MOST_ANSWERS:,} answers; this one has {len(answers):,}")
        answers.sort(key=lambda way: [way[name] for name in names])
        says, because = (_count(answers, names), []) if answers else self._why_none(ways, tests)
        grounds = [[self._ground(condition, way) for condition in question.conditions] for way in answers]
        node = self._nodes()
        return {
            "query": str(question),
            "variables": names,
            "answers": [
                {"bindings": {name: way[name] for name in names}, "proof": [node(ground) for ground in found]}
                for way, found in zip(answers, grounds, strict=True)
            ],
            "text": says,
            "because": [node(ground) for ground in because],
            "notes": self._reader.notes(question),
        }

    # --- which values ---

    def _fitting(self, pattern: Pattern) -> Iterator[tuple[Fact, dict[str, str]]]:
        """Each fact that fits a pattern, in order of id, with what it binds. A payload left empty fits nothing."""
        for fact in self._facts.get(pattern.type, ()):
            empty = {name for name, value in fact.payload if not value}
            if not any(name in empty for name, _ in pattern.terms) and (found := match(pattern, fact, {})) is not None:
                yield fact, found

    def _rows(self, pattern: Pattern) -> list[_Way]:
        """What the facts that fit a pattern bind, each way once."""
        return list({tuple(found.items()): found for _, found in self._fitting(pattern)}.values())

    def _ways(self) -> list[_Way]:
        """Every way to satisfy the positive conditions at once. CaseError if there are too many."""
        pending = {pattern: self._rows(pattern) for pattern in map(self._question.pattern, self._question.positive)}
        ways: list[_Way] = [{}]
        bound: set[str] = set()
        while pending:
            pattern = min(pending, key=lambda p: _turn(p, len(pending[p]), bound))
            ways = _joined(ways, pending.pop(pattern), sorted(pattern.variables() & bound))
            bound |= pattern.variables()
            if len(ways) > MOST_WAYS:
                raise _too_wide(
                    self._question, "whose conditions can be combined in fewer ways: let them share variables"
                )
        return ways

    def _test(self, condition: _Condition) -> _Test:
        """Whether a negation or comparison holds of a way; a positive condition holds of all of them."""
        match condition:
            case _Negation(atom):
                pattern = self._question.pattern(atom)
                names = sorted(pattern.variables())
                present = {tuple(row[name] for name in names) for row in self._rows(pattern)}
                return lambda way: tuple(way[name] for name in names) not in present
            case _Comparison():
                return condition.holds
            case _:
                return lambda _: True

    # --- why ---

    def _ground(self, condition: _Condition, way: _Way) -> _Ground:
        match condition:
            case _Atom():
                return self._witness(self._question.pattern(condition).bound(way))
            case _Negation(atom):
                return self._absence(self._question.pattern(atom).bound(way))
            case _Comparison():
                return condition.says(way)

    def _witness(self, pattern: Pattern) -> Fact:
        return next(fact for fact, _ in self._fitting(pattern))

    def _absence(self, pattern: Pattern) -> Absence:
        """Why no fact fits: of a conclusion, what each rule lacks; of an input or table, what stands in its place."""
        if self._concluded(pattern):
            return self._absences.explain(pattern)
        return Absence(pattern, (Failure("", "when", 0, self._absences.unmatched(pattern)),))

    def _concluded(self, pattern: Pattern) -> bool:
        return self._edition.vocabulary[pattern.type].origin == "concluded"

    def _nodes(self) -> Callable[[_Ground], Node]:
        """Makes nodes of grounds, all of which were found before: the facts behind absences are then known."""
        facts = {**self._everything, **self._absences.grounds}
        proofs = Proofs(self._edition, replace(self._trace, facts=facts))

        def node(ground: _Ground) -> Node:
            match ground:
                case Fact():
                    return proofs.node(ground.id)
                case Absence(pattern) if not self._concluded(pattern):
                    return {**proofs.absent(ground), "text": f"No such fact: {self._words.pattern(pattern)}"}
                case Absence():
                    return proofs.absent(ground)
                case _:
                    return {"text": ground}

        return node

    def _why_none(
        self, ways: Sequence[_Way], tests: Sequence[tuple[_Condition, _Test]]
    ) -> tuple[str, Sequence[_Ground]]:
        """Why there is no answer: a condition that nothing fits on its own, or what stands against all that fits."""
        for atom in self._question.positive:
            pattern = self._question.pattern(atom)
            if not any(self._fitting(pattern)):
                wanted = Pattern(pattern.type, tuple(t for t in pattern.terms if isinstance(t[1], str)))
                twice = self._concluded(pattern) and any(self._fitting(wanted))  # one variable, different values
                return f"No. Nothing fits {atom}.", [] if twice else [self._absence(wanted)]
        if not ways:
            return "No. Each condition fits something on its own, but nothing fits all of them at once.", []
        failing = [(next(condition for condition, test in tests if not test(way)), way) for way in ways]
        blocked = {
            self._question.pattern(condition.atom).bound(way): None
            for condition, way in failing
            if isinstance(condition, _Negation)
        }
        blockers = {fact.id: fact for fact in map(self._witness, islice(blocked, _MOST_BLOCKERS))}
        fails = {condition for condition, _ in failing}
        names = " or ".join(dict.fromkeys(str(condition) for condition, _ in tests if condition in fails))
        says = f"No. What fits the rest fails: {names}." if self._question.positive else f"No. This fails: {names}."
        return says, [fact for _, fact in sorted(blockers.items())]


def _turn(pattern: Pattern, rows: int, bound: set[str]) -> tuple[bool, int, str]:
    """Sorts conditions to be joined: those that share a variable first, few rows before many, however written."""
    apart = bool(pattern.variables()) and not pattern.variables() & bound
    return apart, rows, repr(pattern)


def _joined(ways: Sequence[_Way], rows: Sequence[_Way], shared: Sequence[str]) -> list[_Way]:
    """Every way extended by every row that agrees on the shared variables; stops soon after there are too many."""
    by_key: dict[tuple[str, ...], list[_Way]] = {}
    for row in rows:
        by_key.setdefault(tuple(row[name] for name in shared), []).append(row)
    found: list[_Way] = []
    for way in ways:
        found += [{**way, **row} for row in by_key.get(tuple(way[name] for name in shared), ())]
        if len(found) > MOST_WAYS:
            break
    return found


def _too_wide(question: _Question, accepted: str) -> CaseError:
    return CaseError([Problem(_PATH, str(question), f"a question {accepted}")])


def _count(answers: Sequence[_Way], names: Sequence[str]) -> str:
    if not names:
        return "Yes."
    return "1 answer." if len(answers) == 1 else f"{len(answers)} answers."
