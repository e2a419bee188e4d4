"""The shape of a rule: conditions, exceptions, conclusion, source, sentence and cases stand together as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from ..facts.atoms import Pattern

Document = dict[str, Any]

DEFAULT_GUIDELINE = "severe-ndm-klebsiella"
"""The guideline that is followed where none is named."""


@dataclass(frozen=True, slots=True)
class Cite:
    """Where something is said: the id of a document in `kb.sources` and the place in it."""

    document: str
    place: str


@dataclass(frozen=True, slots=True)
class Example:
    """A boundary case of a rule: a case, given as paths and values, in which the rule fires or does not.

    `under` is the guideline it is put to. A shared rule is tried under the one that makes it matter.
    """

    name: str
    given: Mapping[str, Any]
    fires: bool
    under: str = DEFAULT_GUIDELINE

    def document(self) -> Document:
        """The case file this example stands for."""
        root: Document = {}
        for path, value in self.given.items():
            *parents, last = path.split(".")
            node = root
            for parent in parents:
                node = node.setdefault(parent, {})
            node[last] = value
        return root


NOT_STATED = object()
"""In the changes of an example: leave the field out."""


def fires(
    name: str, base: Mapping[str, Any], changes: Mapping[str, Any] | None = None, under: str = DEFAULT_GUIDELINE
) -> Example:
    """An example in which the rule fires: `base` with `changes` made to it, put to the guideline `under`."""
    return Example(name, _changed(base, changes), True, under)


def silent(
    name: str, base: Mapping[str, Any], changes: Mapping[str, Any] | None = None, under: str = DEFAULT_GUIDELINE
) -> Example:
    """An example in which the rule does not fire."""
    return Example(name, _changed(base, changes), False, under)


def _changed(base: Mapping[str, Any], changes: Mapping[str, Any] | None) -> dict[str, Any]:
    merged = {**base, **(changes or {})}
    return {path: value for path, value in merged.items() if value is not NOT_STATED}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, one identifier, one screen.

    `when` are the conditions, all needed; `unless` the exceptions, over concluded facts only; `then` the
    conclusion. `because` is the sentence people read, with the rule's variables in braces. A rule with
    `assumes` is a default: it fires because nobody stated that field, and whatever rests on it says so.
    """

    id: str
    says: str
    source: Cite
    when: tuple[Pattern, ...]
    then: Pattern
    because: str
    unless: tuple[Pattern, ...] = ()
    assumes: str | None = None
    cases: tuple[Example, ...] = ()

    def reads(self) -> frozenset[str]:
        """Fact types the rule depends on, negated ones included."""
        return frozenset(p.type for p in (*self.when, *self.unless))

    def variables(self) -> set[str]:
        """Variables bound by the conditions."""
        return set().union(*(p.variables() for p in self.when)) if self.when else set()


def sentence_variables(sentence: str) -> set[str]:
    """Names in braces in a sentence. ValueError if the braces do not balance or hold anything but a name."""
    names = set()
    for _, name, spec, conversion in Formatter().parse(sentence):
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(f"{{{name}}} is not the plain name of a variable")
        names.add(name)
    return names
