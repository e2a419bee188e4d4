"""An edition of the knowledge base as data: one canonical JSON form, a digest over its logic, and back again."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from ..facts.atoms import Fact, FactType, FieldType, Known, Pattern, Term, Var
from ..facts.bands import Interval, covers, partition
from ..facts.working_memory import Measures
from .language import Cite, Example, Rule

SCHEMA = "whyrx-edition/1"

NO_CERTAINTY = "none given"
"""The certainty of a term by an issuer that does not use GRADE."""

NO_BAND = "any"
"""The atom of a row that does not depend on the quantity its table is entered with."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document that knowledge rests on.

    `seen` says how it was read: `seen` (its own text), `second_hand` (only through another document), `attributed`
    (cited by number elsewhere and identified by us), `from_memory` (no document read), `own` (a ruling of this
    project).
    """

    id: str
    title: str
    issuer: str
    year: int
    place: str
    seen: str

    def short(self, place: str) -> str:
        """Issuer, year and place: enough to find the document in the list of sources."""
        return f"{self.issuer} {self.year}, {place}"

    def cite(self, place: str = "") -> str:
        """The citation people read: issuer, year, document, place, and how it was seen unless directly."""
        note = {
            "second_hand": "seen second-hand only",
            "attributed": "attribution, original not seen",
            "from_memory": "from memory, not verified",
        }.get(self.seen)
        parts = (f"{self.issuer} {self.year}: {self.title}", self.place, place, note or "")
        return "; ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a guideline, in our own words.

    Strength and certainty belong to whoever graded (`graded_by`, the id of a source); `not graded` where nobody
    did. `attribution` says how the grade came to that issuer; `extends` names the statement this one stretches
    beyond its own words, for which there is then no grade.
    """

    id: str
    says: str
    source: Cite
    population: str
    strength: str = "not graded"
    certainty: str = "not graded"
    graded_by: str = ""
    attribution: str = ""
    extends: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: `values` are matched by rules, `payload` is read by people, `band` is a range of the
    quantity the table is entered with (empty: the row does not depend on it)."""

    id: str
    values: tuple[str, ...]
    text: str
    source: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    band: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A sourced table whose rows are facts of one type.

    `quantity` is the computed fact type (`Clearance`, `Effluent`) whose ranges the rows' bands are. Its rows are
    then facts once for each atom of their band, and the atom is their last field. Rows that agree on the key of their
    type share out every value of the quantity, but for those with one of the values in `partial`.
    """

    id: str
    title: str
    type: str
    rows: tuple[Row, ...]
    quantity: str = ""
    partial: tuple[str, ...] = ()

    def bands(self, quantity: str) -> tuple[Interval, ...]:
        """The bands of its rows, if it is entered with that quantity."""
        return tuple(Interval.parse(row.band) for row in self.rows if row.band and self.quantity == quantity)


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """What became of one statement of the guideline: the rules that encode it, or why there are none."""

    statement: str
    says: str
    rules: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Edition:
    """Everything a decision rests on besides the case. Immutable; `digest` identifies its logic."""

    version: str
    guideline: Mapping[str, Any]
    vocabulary: Mapping[str, FactType]
    sources: Mapping[str, Source]
    statements: Mapping[str, Statement]
    tables: Mapping[str, Table]
    rules: tuple[Rule, ...]
    functions: tuple[Mapping[str, Any], ...]
    labels: Mapping[str, Mapping[str, str]]
    coverage: tuple[CoverageRow, ...]

    @cached_property
    def rule(self) -> Mapping[str, Rule]:
        """Rules by id."""
        return {rule.id: rule for rule in self.rules}

    def cited(self, rule: Rule) -> dict[str, str]:
        """A rule as explanations name it: id, what it says, its source in full and in short."""
        source, place = self.sources[rule.source.document], rule.source.place
        return {"id": rule.id, "says": rule.says, "source": source.cite(place), "cite": source.short(place)}

    @cached_property
    def concluding(self) -> Mapping[str, tuple[Rule, ...]]:
        """Rules by the fact type they conclude, in order of id."""
        found: dict[str, list[Rule]] = {}
        for rule in sorted(self.rules, key=lambda r: r.id):
            found.setdefault(rule.then.type, []).append(rule)
        return {name: tuple(rules) for name, rules in found.items()}

    def behind(self, goals: Iterable[str]) -> frozenset[str]:
        """The fact types that conclusions of some types depend on, those types included."""
        found: set[str] = set()
        waiting = list(goals)
        while waiting:
            if (name := waiting.pop()) not in found:
                found.add(name)
                waiting += [each for rule in self.concluding.get(name, ()) for each in rule.reads()]
        return frozenset(found)

    @cached_property
    def row(self) -> Mapping[str, tuple[Table, Row]]:
        """Table and row by the row's id."""
        return {row.id: (table, row) for table in self.tables.values() for row in table.rows}

    @cached_property
    def table_types(self) -> frozenset[str]:
        """The types of facts that stand in tables, be it without a row."""
        return frozenset(table.type for table in self.tables.values())

    @cached_property
    def known(self) -> tuple[Fact, ...]:
        """The rows of every table as facts, in order of id."""
        facts = [
            Fact(
                table.type,
                tuple(zip(self.vocabulary[table.type].matched(), values, strict=True)),
                origin=Known(table.id, row.id, row.text, row.source),
            )
            for table in self.tables.values()
            for row in table.rows
            for values in self._ground(table, row)
        ]
        return tuple(sorted(facts, key=lambda fact: fact.id))

    def _ground(self, table: Table, row: Row) -> Iterator[tuple[str, ...]]:
        if not table.quantity:
            yield row.values
        elif not row.band:
            yield (*row.values, NO_BAND)
        else:
            band = Interval.parse(row.band)
            yield from ((*row.values, atom.id) for atom in self.atoms(table.quantity) if covers(band, atom))

    def atoms(self, quantity: str) -> tuple[Interval, ...]:
        """The atoms of a quantity: the fewest ranges that every band of every table on it is a union of."""
        if quantity not in self._atoms:
            tables = self.tables.values()
            self._atoms[quantity] = partition(band for table in tables for band in table.bands(quantity))
        return self._atoms[quantity]

    @cached_property
    def measures(self) -> Measures:
        """What a case is measured against: the atoms of its quantities, the dates of the guideline."""
        issued, review_by = (date.fromisoformat(self.guideline[name]) for name in ("issued", "review_by"))
        return Measures(self.atoms("Clearance"), self.atoms("Effluent"), issued, review_by)

    @cached_property
    def _atoms(self) -> dict[str, tuple[Interval, ...]]:
        return {}

    def label(self, fact_type: str, field: str, value: str) -> str:
        """A value of a field as people read it: wording for that type's field, else for any field of that name."""
        for name in (f"{fact_type}.{field}", field):
            if words := self.labels.get(name, {}).get(value):
                return words
        return value.replace("_", " ")

    def logic(self) -> dict[str, Any]:
        """What decides: vocabulary, conditions and conclusions, table values, functions by name and behaviour."""
        return {
            "functions": [dict(function) for function in self.functions],
            "guideline": {name: self.guideline.get(name, "") for name in ("issued", "review_by")},
            "rules": [_rule_logic(rule) for rule in sorted(self.rules, key=lambda r: r.id)],
            "statements": [
                {"certainty": s.certainty, "graded_by": s.graded_by, "id": s.id, "strength": s.strength}
                for s in sorted(self.statements.values(), key=lambda s: s.id)
            ],
            "tables": [
                {
                    "id": table.id,
                    "partial": list(table.partial),
                    "quantity": table.quantity,
                    "rows": [
                        {"band": row.band, "id": row.id, "payload": dict(row.payload), "values": list(row.values)}
                        for row in sorted(table.rows, key=lambda r: r.id)
                    ],
                    "type": table.type,
                }
                for table in sorted(self.tables.values(), key=lambda t: t.id)
            ],
            "vocabulary": [_type_json(t) for t in sorted(self.vocabulary.values(), key=lambda t: t.name)],
        }

    def wording(self) -> dict[str, Any]:
        """What people read: sentences, labels, sources. Changes here do not change what is concluded."""
        return {
            "coverage": [asdict(row) for row in self.coverage],
            "labels": {name: dict(labels) for name, labels in self.labels.items()},
            "rules": {
                rule.id: {"because": rule.because, "says": rule.says, "source": asdict(rule.source)}
                for rule in self.rules
            },
            "sources": {s.id: asdict(s) for s in self.sources.values()},
            "statements": {s.id: _without_grade(s) for s in self.statements.values()},
            "tables": {
                t.id: {"rows": {r.id: {"source": r.source, "text": r.text} for r in t.rows}, "title": t.title}
                for t in self.tables.values()
            },
            "vocabulary": {t.name: t.label for t in self.vocabulary.values()},
        }

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the canonical JSON of the logic: equal digests conclude equally."""
        return hashlib.sha256(canonical(self.logic())).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """The whole edition as JSON-ready data; `from_json` reads it back."""
        return {
            "cases": {rule.id: [_example_json(e) for e in rule.cases] for rule in self.rules},
            "guideline": dict(self.guideline),
            "logic": self.logic(),
            "schema": SCHEMA,
            "version": self.version,
            "wording": self.wording(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Edition":
        """The edition that `as_json` wrote. ValueError, naming the part, for anything else."""
        with _reading("edition", "as a whole"):
            return cls._from_json(data)

    @classmethod
    def _from_json(cls, data: Mapping[str, Any]) -> "Edition":
        if data["schema"] != SCHEMA:
            raise ValueError(f"not an edition this version reads: {data['schema']}")
        logic, words = data["logic"], data["wording"]
        vocabulary = {t["name"]: _type_from_json(t, words["vocabulary"][t["name"]]) for t in logic["vocabulary"]}
        return cls(
            version=data["version"],
            guideline=data["guideline"],
            vocabulary=vocabulary,
            sources={key: Source(**value) for key, value in words["sources"].items()},
            statements={s["id"]: _statement_from_json(s, words["statements"]) for s in logic["statements"]},
            tables={t["id"]: _table_from_json(t, words["tables"]) for t in logic["tables"]},
            rules=tuple(_rule_from_json(r, words["rules"], data["cases"]) for r in logic["rules"]),
            functions=tuple(logic["functions"]),
            labels=words["labels"],
            coverage=tuple(CoverageRow(**{**row, "rules": tuple(row["rules"])}) for row in words["coverage"]),
        )


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(value: Any) -> bytes:
    """Canonical JSON (RFC 8785).

    The encoder of the standard library, in C, gives the same bytes for what has neither floating point numbers nor
    unusual keys, which is nearly all we write, and a program of half a second has its digest twenty times sooner.
    """
    if _plain(value):
        return _ENCODER.encode(value).encode()
    import rfc8785

    return rfc8785.dumps(value)


def _plain(value: Any) -> bool:
    """Whether a value is made of mappings with ASCII keys, lists, texts, truth values, null and small whole numbers."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is dict:
        return all(type(key) is str and key.isascii() and _plain(inner) for key, inner in value.items())
    if kind is list or kind is tuple:
        return all(map(_plain, value))
    return kind is int and abs(value) < 1 << 53


def pattern_json(pattern: Pattern) -> dict[str, Any]:
    """`{"type": "Severity", "terms": [["value", "severe"]]}`; a variable is `{"var": "name"}`."""
    terms = [[name, {"var": term.name} if isinstance(term, Var) else term] for name, term in pattern.terms]
    return {"terms": terms, "type": pattern.type}


def pattern_from_json(data: Mapping[str, Any]) -> Pattern:
    """The pattern that `pattern_json` wrote, whether or not the vocabulary knows it."""
    return Pattern(data["type"], tuple((name, _term(term)) for name, term in data["terms"]))


def _term(data: Any) -> Term:
    if isinstance(data, Mapping):
        return Var(data["var"])
    if not isinstance(data, str):
        raise ValueError(f"{data!r} is neither a value nor a variable")
    return data


@contextmanager
def _reading(kind: str, name: str) -> Iterator[None]:
    """Says which part of an edition cannot be read, whatever is wrong with it; the innermost part counts."""
    try:
        yield
    except _UnreadableError:
        raise
    except KeyError as error:
        raise _UnreadableError(f"{kind} {name}: {error} is missing") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise _UnreadableError(f"{kind} {name}: {error}") from error


class _UnreadableError(ValueError):
    """A part of an edition that cannot be read, already named."""


def _texts(kind: str, name: str, *values: Any) -> None:
    """ValueError unless all values are text."""
    for value in values:
        if not isinstance(value, str):
            raise _UnreadableError(f"{kind} {name}: {value!r} is no text")


def _rule_logic(rule: Rule) -> dict[str, Any]:
    return {
        "assumes": rule.assumes,
        "id": rule.id,
        "then": pattern_json(rule.then),
        "unless": [pattern_json(p) for p in rule.unless],
        "when": [pattern_json(p) for p in rule.when],
    }


_GRADE = ("certainty", "graded_by", "strength")


def _without_grade(statement: Statement) -> dict[str, Any]:
    return {name: value for name, value in asdict(statement).items() if name not in _GRADE}


def _statement_from_json(logic: Mapping[str, Any], words: Mapping[str, Any]) -> Statement:
    with _reading("statement", logic["id"]):
        wording = words[logic["id"]]
        return Statement(**{**wording, **logic, "source": Cite(**wording["source"])})


def _rule_from_json(logic: Mapping[str, Any], words: Mapping[str, Any], cases: Mapping[str, Any]) -> Rule:
    name = logic["id"]
    with _reading("rule", name):
        rule = Rule(
            id=name,
            says=words[name]["says"],
            source=Cite(**words[name]["source"]),
            when=tuple(pattern_from_json(p) for p in logic["when"]),
            then=pattern_from_json(logic["then"]),
            because=words[name]["because"],
            unless=tuple(pattern_from_json(p) for p in logic["unless"]),
            assumes=logic["assumes"],
            cases=tuple(Example(**case) for case in cases[name]),
        )
        _texts("rule", name, rule.id, rule.says, rule.because, rule.source.document, rule.source.place)
        return rule


def _example_json(example: Example) -> dict[str, Any]:
    return {"fires": example.fires, "given": dict(example.given), "name": example.name, "under": example.under}


def _type_json(fact_type: FactType) -> dict[str, Any]:
    return {
        "closed_by": fact_type.closed_by,
        "fields": [
            {"allowed": list(f.allowed) if f.allowed is not None else None, "name": f.name, "payload": f.payload}
            for f in fact_type.fields
        ],
        "key": list(fact_type.key),
        "may_lack": fact_type.may_lack,
        "name": fact_type.name,
        "origin": fact_type.origin,
        "path": fact_type.path,
        "seen": fact_type.seen,
    }


def _type_from_json(data: Mapping[str, Any], label: str) -> FactType:
    fields = tuple(
        FieldType(f["name"], tuple(f["allowed"]) if f["allowed"] is not None else None, f["payload"])
        for f in data["fields"]
    )
    return FactType(**{**data, "fields": fields, "key": tuple(data["key"]), "label": label})


def _table_from_json(logic: Mapping[str, Any], words: Mapping[str, Any]) -> Table:
    name = logic["id"]
    with _reading("table", name):
        return Table(
            id=name,
            title=words[name]["title"],
            type=logic["type"],
            rows=tuple(_row_from_json(row, words[name]["rows"]) for row in logic["rows"]),
            quantity=logic["quantity"],
            partial=tuple(logic["partial"]),
        )


def _row_from_json(logic: Mapping[str, Any], words: Mapping[str, Any]) -> Row:
    name = logic["id"]
    with _reading("row", name):
        text, source = words[name]["text"], words[name]["source"]
        _texts("row", name, name, text, source, logic["band"], *logic["values"])
        return Row(name, tuple(logic["values"]), text, source, dict(logic["payload"]), logic["band"])
