"""Questions as text: their grammar, and the conditions that one says."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from lark import Lark, Transformer
from lark.exceptions import UnexpectedInput, UnexpectedToken

from ..facts.atoms import Term, Var, kebab
from ..facts.problems import CaseError, Problem, near_miss

LONGEST = 1_000
"""Characters of a question."""

MOST_CONDITIONS = 20


PATH = "QUERY"

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
class Atom:
    """A predicate as it was written: the variable `_` stands for any value."""

    name: str
    positional: tuple[Term, ...]
    named: tuple[tuple[str, Term], ...]

    def terms(self) -> tuple[Term, ...]:
        """Its arguments."""
        return (*self.positional, *(term for _, term in self.named))

    def __str__(self) -> str:
        arguments = [*map(written, self.positional), *(f"{name}={written(term)}" for name, term in self.named)]
        return f"{self.name}({', '.join(arguments)})" if arguments else self.name


@dataclass(frozen=True, slots=True)
class Negation:
    """That no fact fits `atom`."""

    atom: Atom

    def terms(self) -> tuple[Term, ...]:
        """Its arguments."""
        return self.atom.terms()

    def __str__(self) -> str:
        return f"not {self.atom}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """That two terms are, or are not, the same value."""

    left: Term
    right: Term
    same: bool

    def terms(self) -> tuple[Term, ...]:
        """Its arguments."""
        return (self.left, self.right)

    def __str__(self) -> str:
        return f"{written(self.left)} {'=' if self.same else chr(92) + '='} {written(self.right)}"

    def holds(self, bindings: Mapping[str, str]) -> bool:
        """Whether it is so under bindings of its variables."""
        return (value_of(self.left, bindings) == value_of(self.right, bindings)) is self.same

    def says(self, bindings: Mapping[str, str]) -> str:
        """What it comes to under bindings of its variables."""
        values = (value_of(self.left, bindings), value_of(self.right, bindings))
        return f"{self}: {values[0]} is {'' if self.same else 'not '}{values[1]}"


Condition = Atom | Negation | Comparison


def written(term: Term) -> str:
    """A term as it stands in a question."""
    if isinstance(term, Var):
        return term.name
    if re.fullmatch(_WORD, term) and term != "not":
        return term
    return f'"{term}"' if "'" in term else f"'{term}'"


def value_of(term: Term, bindings: Mapping[str, str]) -> str:
    """What a term stands for."""
    return bindings[term.name] if isinstance(term, Var) else term


def named_variables(terms: Iterable[Term]) -> list[str]:
    """Names of the variables among terms, each once, without the anonymous one."""
    return list(dict.fromkeys(term.name for term in terms if isinstance(term, Var) and term.name != "_"))


# --- reading --------------------------------------------------------------------------------------------------


class _Builder(Transformer[Any, tuple[Condition, ...]]):
    """From the parse tree to conditions."""

    def query(self, parts: list[Any]) -> tuple[Condition, ...]:
        return tuple(part for part in parts if part is not None)

    def negation(self, parts: list[Any]) -> Negation:
        return Negation(parts[0])

    def equal(self, parts: list[Any]) -> Comparison:
        return Comparison(parts[0], parts[1], True)

    def unequal(self, parts: list[Any]) -> Comparison:
        return Comparison(parts[0], parts[1], False)

    def atom(self, parts: list[Any]) -> Atom:
        name, *arguments = (part for part in parts if part is not None)
        positional = tuple(each for each in arguments if not isinstance(each, tuple))
        return Atom(snake(str(name)), positional, tuple(each for each in arguments if isinstance(each, tuple)))

    def named(self, parts: list[Any]) -> tuple[str, Term]:
        return snake(str(parts[0])), parts[1]

    def word(self, parts: list[Any]) -> str:
        return str(parts[0])

    def variable(self, parts: list[Any]) -> Var:
        return Var(str(parts[0]))

    def quoted(self, parts: list[Any]) -> str:
        return str(parts[0])[1:-1]


@cache
def _grammar() -> Lark:
    return Lark(_GRAMMAR, start="query", parser="lalr", lexer="basic", maybe_placeholders=False)


def parsed(text: str, names: Iterable[str]) -> tuple[Condition, ...]:
    """The conditions of a question. CaseError where it is too long or cannot be read."""
    if len(text) > LONGEST:
        raise CaseError([Problem(PATH, text, f"at most {LONGEST:,} characters; these are {len(text):,}")])
    hidden = next((at for at, c in enumerate(text) if not (c.isprintable() or c in "\t\r\n")), None)
    if hidden is not None:
        raise CaseError([Problem(PATH, text[hidden:], f"at character {hidden + 1}, characters that can be seen")])
    try:
        conditions = _Builder().transform(_grammar().parse(text))
    except UnexpectedInput as error:
        raise CaseError([_misread(text, error, names)]) from None
    if len(conditions) > MOST_CONDITIONS:
        raise CaseError([Problem(PATH, text, f"at most {MOST_CONDITIONS} conditions; these are {len(conditions)}")])
    return conditions


def _misread(text: str, error: UnexpectedInput, names: Iterable[str]) -> Problem:
    """Where a question stops making sense, what stands there, and what could."""
    at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    at = len(text) if at_end else error.pos_in_stream or 0
    before, rest = text[:at], text[at:]
    capital = re.search(r"[A-Z_]\w*$", before.rstrip())
    place = f"at character {at + 1}, "
    if rest[:1] in ("'", '"'):
        return Problem(PATH, rest, place + f"a value between quotes: this quote is not closed by another {rest[0]}")
    if rest.startswith("(") and capital:
        meant = near_miss(snake(kebab(capital[0])), names)
        accepted = place + "no bracket: names with a capital letter are variables, predicates are in lower case"
        return Problem(PATH, f"{capital[0]}{rest}", accepted, meant)
    is_value = before.count("(") > before.count(")") and rest[:1] not in ("", *"(),.=")
    hint = "; a value with a capital letter, a space or another sign stands in quotes: 'NDM-1'" if is_value else ""
    return Problem(PATH, rest or "(the end)", f"{place}{_expected(before)}{hint}")


def _expected(before: str) -> str:
    """What may follow the part of a question that can be read."""
    parser = _grammar().parse_interactive(before)
    parser.exhaust_lexer()
    accepted = parser.accepts()  # type: ignore[no-untyped-call]  # lark leaves this one without types
    *words, last = (words for terminal, words in _TERMINALS.items() if terminal in accepted)
    return f"{', '.join(words)} or {last}" if words else last


def snake(name: str) -> str:
    """A predicate or field written with hyphens as it is written with underscores."""
    return name.replace("-", "_")
