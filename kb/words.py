"""Facts, patterns and sentences as people read them."""

from collections.abc import Mapping

from ..facts.atoms import Computed, Fact, Given, Known, NotStated, Pattern, Var
from .edition import Edition
from .language import Rule

_FIELDS = {"atom": "range"}
"""Names of fields that people call otherwise."""


class Words:
    """The wording of one edition."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._places = {rule.id: _places(rule) for rule in edition.rules}

    def sentence(self, rule: Rule, bindings: Mapping[str, str]) -> str:
        """What a firing of `rule` says: its sentence with the variables filled in."""
        places = self._places[rule.id]
        words = {name: self._edition.label(*places[name], value) for name, value in bindings.items()}
        return capital(rule.because.format(**words))

    def fact(self, fact: Fact) -> str:
        """An input, computed value or table row; of a conclusion only what kind it is and its values."""
        origin, label = (
            fact.origin,
            self._edition.vocabulary[fact.type].label if fact.type in self._edition.vocabulary else "",
        )
        if isinstance(origin, Given):
            return capital(f"{label}{self._which(fact)}: {self._stated(fact, origin)}")
        if isinstance(origin, NotStated):
            return capital(f"{label}: not stated")
        if isinstance(origin, Computed):
            return capital(f"{label}{self._which(fact)}: {origin.value}")
        if isinstance(origin, Known):
            return capital(origin.value)
        return capital(self.pattern(Pattern(fact.type, fact.values)))

    def pattern(self, pattern: Pattern) -> str:
        """What a condition asks for: what it is about, and what its fields have to be; variables stand in braces."""
        fact_type = self._edition.vocabulary[pattern.type]
        parts = []
        for name, term in pattern.terms:
            field = _FIELDS.get(name, name.replace("_", " "))
            if not isinstance(term, Var):
                parts.append((field, self._edition.label(pattern.type, name, term)))
            elif not fact_type.is_payload(name):
                parts.append((field, f"{{{term.name}}}"))
        if len(parts) == 1 and parts[0][0] in ("value", "state", "answered"):
            return f"{fact_type.label}: {parts[0][1]}"
        return f"{fact_type.label} ({', '.join(f'{n} {w}' for n, w in parts)})" if parts else fact_type.label

    def _stated(self, fact: Fact, origin: Given) -> str:
        if len(fact.values) == 1 and fact.values[0][1] == origin.value:
            return self._edition.label(fact.type, *fact.values[0])
        return origin.value

    def _which(self, fact: Fact) -> str:
        key = self._edition.vocabulary[fact.type].key
        words = [self._edition.label(fact.type, name, fact.value(name)) for name in key]
        return f" ({', '.join(words)})" if words else ""


def _places(rule: Rule) -> dict[str, tuple[str, str]]:
    """The fact type and field that first binds each variable."""
    found: dict[str, tuple[str, str]] = {}
    for pattern in rule.when:
        for name, term in pattern.terms:
            if isinstance(term, Var):
                found.setdefault(term.name, (pattern.type, name))
    return found


def capital(text: str) -> str:
    """A sentence with a capital letter at its start; the rest as it is: gene names keep theirs."""
    return text[:1].upper() + text[1:]
