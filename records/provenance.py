"""Records as W3C PROV: facts, absences and what was decided as entities, firings as activities, rules and editions as
plans, the software and whoever asked as agents.

Names are of the record they belong to, by its hash, and of the edition, by its digest: documents of different stores
can be put together. What a record says nothing about (who stands behind a name) PROV says nothing about either.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote

from prov.constants import PROV_TYPE
from prov.identifier import Namespace, QualifiedName
from prov.model import ProvDocument

from ..facts.atoms import Computed, Fact, Given, Known, NotStated, Pattern
from ..kb.edition import Edition, canonical
from ..kb.trace import Absence, Firing
from .reasons import ERASURES, HL7, OVERRIDES
from .record import Record
from .replay import trace_of

WHYRX = Namespace("whyrx", "urn:whyrx:prov:")
"""Types and attributes that PROV does not have."""
_AGENT = Namespace("agent", "urn:whyrx:agent:")
_PROV = Namespace("prov", "http://www.w3.org/ns/prov#")

Attributes = list[tuple[QualifiedName, Any]]


def document(records: Iterable[Record], edition: Callable[[str], Edition]) -> ProvDocument:
    """What some records say, as one document; `edition` finds what a decision was made under, by digest."""
    return _Document(list(records), edition).build()


def prov_json(found: ProvDocument) -> bytes:
    """A document as PROV-JSON, in canonical order."""
    return canonical(json.loads(str(found.serialize(format="json")))) + b"\n"


def prov_n(found: ProvDocument) -> bytes:
    """A document as PROV-N."""
    text: str = found.get_provn()
    return text.encode() + b"\n"


def lines(decision: Any) -> Iterator[tuple[str, str, str]]:
    """What a decision says, each with the conclusion it stands on: conclusion, kind, text."""
    for each in decision["status_reason"]["conclusions"]:
        yield each, "Status", decision["status_reason"]["text"]
    for each in decision["recommendations"]:
        yield each["conclusion"], "Recommendation", f"{each['line']}: {each['regimen']}"
        for dose in each["doses"]:
            yield dose["conclusion"], "Dose", dose["basis"]
        for kind, parts in (("Rationale", each["rationale"]), ("Evidence", each["evidence"])):
            yield from ((part["conclusion"], kind, part["text"]) for part in parts)
    for each in decision["avoid"]:
        yield each["conclusion"], "Avoid", each["reason"]
    for kind, name in (("Action", "actions"), ("Warning", "warnings"), ("Assumption", "assumptions")):
        yield from ((each["conclusion"], kind, each["text"]) for each in decision[name])
    for each in decision["missing"]:
        yield from ((conclusion, "Missing", each["text"]) for conclusion in each["conclusions"])


class _Document:
    def __init__(self, records: list[Record], edition: Callable[[str], Edition]) -> None:
        self._records, self._edition = records, edition
        self._there = {record.seq: record for record in records}
        self._found = ProvDocument()
        for namespace in (WHYRX, _AGENT):
            self._found.add_namespace(namespace)
        self._said: set[QualifiedName] = set()

    def build(self) -> ProvDocument:
        for record in self._records:
            self._record(record)
        return self._found

    # --- records ------------------------------------------------------------------------------------------

    def _record(self, record: Record) -> None:
        """The record, its content and how that came to be: the content of an erased one is there, and invalidated."""
        space = _space(record)
        self._found.add_namespace(space)
        doing, content, time = space["doing"], space["content"], datetime.fromisoformat(record.time)
        said: Attributes = [_type("Record"), *_named(record=record.seq, hash=record.hash, previous=record.previous)]
        said += _named(content_hash=record.content_hash)
        self._found.entity(space["record"], [*said, _label(f"Record {record.seq}: {record.kind}")])
        self._found.activity(doing, time, time, [_type(_DOING[record.kind]), _label(_DOING[record.kind])])
        self._found.generation(space["record"], doing, time)
        self._found.generation(content, doing, time)
        self._found.derivation(space["record"], content, doing)
        about = self._there.get(record.about or 0)
        if about is not None:
            self._about(record, about)
        if record.content is None:
            words = f"The content of record {record.seq} ({record.kind}) was erased"
            self._found.entity(content, [_type("Erased"), _label(words)])
            return
        agents = self._agents(record)
        if record.kind == "decision":
            self._decision(record, agents[0])
        else:
            self._found.entity(content, [_type(record.kind.capitalize()), *_reason(record)])

    def _about(self, record: Record, about: Record) -> None:
        """An override used what was decided; an erasure put an end to it."""
        doing, theirs = _space(record)["doing"], _space(about)
        if record.kind == "erasure":
            self._found.invalidation(theirs["content"], doing, datetime.fromisoformat(record.time))
            self._found.usage(doing, theirs["record"])
        else:
            self._found.usage(doing, theirs["content"])
            self._found.derivation(_space(record)["content"], theirs["content"], doing)

    def _agents(self, record: Record) -> list[QualifiedName]:
        """The software, and who asked where somebody said so, as agents of what was done."""
        content, doing = record.content or {}, _space(record)["doing"]
        software = _AGENT[_local(f"software/whyrx/{content['software']}")]
        edition = self._plan(content["edition"]) if "edition" in content else None
        if self._new(software):
            words = f"whyrx {content['software']}"
            self._found.agent(software, [(PROV_TYPE, _PROV["SoftwareAgent"]), _label(words)])
        self._found.association(doing, software, edition)
        if content["by"] is None:
            return [software]
        who = _AGENT[_local(f"named/{content['by']}")]
        if self._new(who):
            self._found.agent(who, [_type("Named"), _label(content["by"])])
        self._found.association(doing, who)
        self._found.delegation(software, who, doing)
        return [software, who]

    # --- decisions ----------------------------------------------------------------------------------------

    def _decision(self, record: Record, software: QualifiedName) -> None:
        space, content = _space(record), record.content or {}
        decision, trace = content["decision"], trace_of(record)
        said = _named(status=decision["status"], guideline=decision["guideline"]["id"], because=content["because"])
        said += [_type("Decision"), (PROV_TYPE, _PROV["Collection"]), _label(decision["status_reason"]["text"])]
        self._found.entity(space["content"], said)
        words = f"Case {decision['case']['id']}" if "id" in decision["case"] else "Case"
        self._found.entity(space["case"], [_type("Case"), (PROV_TYPE, _PROV["Collection"]), _label(words)])
        self._found.usage(space["doing"], space["case"])
        told = list(dict.fromkeys(lines(decision)))
        by_conclusion: dict[str, list[tuple[str, str]]] = {}
        for conclusion, kind, text in told:
            by_conclusion.setdefault(conclusion, []).append((kind, text))
        for _, fact in sorted(trace.facts.items()):
            self._fact(space, fact, by_conclusion.get(fact.id, []), content["edition"])
        for conclusion in by_conclusion:
            self._found.membership(space["content"], _fact_name(space, conclusion))
        absences: dict[bytes, QualifiedName] = {}
        for firing in trace.firings:
            self._firing(space, firing, content["edition"], software, absences)

    def _fact(self, space: Namespace, fact: Fact, told: list[tuple[str, str]], edition: str) -> None:
        """A fact with its origin, and what of the decision stands on it."""
        name, origin = _fact_name(space, fact.id), fact.origin
        said = [*_named(id=fact.id), *(_type(kind) for kind in dict.fromkeys(kind for kind, _ in told))]
        label = " ".join(dict.fromkeys(text for _, text in told)) or fact.id
        if isinstance(origin, Given):
            said += [_type("Given"), *_named(path=origin.path, value=origin.value)]
            label = f"{origin.path}: {origin.value}"
        elif isinstance(origin, NotStated):
            said += [_type("NotStated"), *_named(path=origin.path)]
            label = f"{origin.path}: not stated"
        elif isinstance(origin, Computed):
            said += [_type("Computed"), *_named(value=origin.value, function=origin.function, formula=origin.formula)]
            said += _named(source=origin.source)
            label = f"{origin.function}: {origin.value}"
        elif isinstance(origin, Known):
            said += [_type("Known"), *_named(table=origin.table, row=origin.row, value=origin.value)]
            said += _named(source=origin.source)
            label = f"{origin.table}: {origin.row}" if origin.row else origin.value  # that there is no row
        else:
            said.append(_type("Concluded"))
        self._found.entity(name, [*said, _label(label)])
        if isinstance(origin, Given | NotStated):
            self._found.membership(space["case"], name)
        elif isinstance(origin, Computed):
            for each in origin.inputs:
                self._found.derivation(name, _fact_name(space, each))
        elif isinstance(origin, Known):
            self._found.derivation(name, self._plan(edition))

    def _firing(
        self,
        space: Namespace,
        firing: Firing,
        edition: str,
        software: QualifiedName,
        absences: dict[bytes, QualifiedName],
    ) -> None:
        """A rule at work: on which facts, on which absences, concluding what."""
        name, conclusion = space[f"firing/{firing.step}"], _fact_name(space, firing.conclusion)
        said = [_type("Firing"), *_named(step=firing.step, stratum=firing.stratum)]
        said += [(WHYRX["binding"], f"{key}={value}") for key, value in sorted(firing.bindings.items())]
        self._found.activity(name, None, None, [*said, _label(firing.rule)])
        self._found.association(name, software, self._rule(edition, firing.rule))
        self._found.communication(name, space["doing"])
        premises = [_fact_name(space, each) for each in dict.fromkeys(firing.premises)]
        premises += list(dict.fromkeys(self._absence(space, each, absences) for each in firing.absences))
        for each in premises:
            self._found.usage(name, each)
        if not firing.new:  # concluded before, so that it may lie behind the premises: no second beginning of it
            self._found.influence(conclusion, name, other_attributes=[_type("DerivedAgain")])
            return
        self._found.generation(conclusion, name)
        for each in premises:
            self._found.derivation(conclusion, each, name)

    def _absence(self, space: Namespace, absence: Absence, absences: dict[bytes, QualifiedName]) -> QualifiedName:
        """What is not there, and why not: for each rule that could have concluded it, what failed."""
        failed = [(each.rule, each.part, each.index, list(each.because)) for each in absence.failures]
        key = canonical([_pattern(absence.pattern), failed])
        if key not in absences:
            name = absences[key] = space[f"absence/{len(absences) + 1}"]
            said = [(WHYRX["failure"], f"{rule}: {part} {index + 1}") for rule, part, index, _ in failed]
            self._found.entity(name, [_type("Absence"), *said, _label(f"no {_pattern(absence.pattern)}")])
            for each in absence.because():
                self._found.derivation(name, _fact_name(space, each))
        return absences[key]

    # --- plans --------------------------------------------------------------------------------------------

    def _plan(self, edition: str) -> QualifiedName:
        """The edition as a plan, and a collection of rules."""
        space, kept = _knowledge(edition), self._edition(edition)
        if self._new(space["edition"]):
            self._found.add_namespace(space)
            said = [(PROV_TYPE, _PROV["Plan"]), (PROV_TYPE, _PROV["Collection"]), _type("Edition")]
            said += _named(version=kept.version, digest=kept.digest, archived=edition, guideline=kept.guideline["id"])
            words = f"Knowledge {kept.version}, {kept.guideline['title']}"
            self._found.entity(space["edition"], [*said, _label(words)])
        return space["edition"]

    def _rule(self, edition: str, rule: str) -> QualifiedName:
        """A rule of an edition as a plan."""
        space = _knowledge(edition)
        name = space[_local(f"rule/{rule}")]
        if self._new(name):
            kept = self._edition(edition)
            cited = kept.cited(kept.rule[rule])
            said = [(PROV_TYPE, _PROV["Plan"]), _type("Rule"), *_named(id=rule, source=cited["source"])]
            self._found.entity(name, [*said, _label(cited["says"])])
            self._found.membership(self._plan(edition), name)
        return name

    def _new(self, name: QualifiedName) -> bool:
        """Whether something that records share is said for the first time."""
        new = name not in self._said
        self._said.add(name)
        return new


_DOING = {"decision": "Consultation", "override": "Overriding", "erasure": "Erasing"}


def _reason(record: Record) -> Attributes:
    content = record.content or {}
    code = content["reason"]
    said = _named(reason=code, instead=content.get("instead"), because=content["because"])
    if record.kind == "override" and code in OVERRIDES:
        said += [*_named(hl7=f"{HL7}#{OVERRIDES[code].hl7}"), _label(OVERRIDES[code].says)]
    elif code in ERASURES:
        said.append(_label(ERASURES[code]))
    return said


def _space(record: Record) -> Namespace:
    return Namespace(f"r{record.seq}", f"urn:whyrx:record:{record.hash}:")


def _knowledge(edition: str) -> Namespace:
    return Namespace(f"k{edition[:12]}", f"urn:whyrx:edition:{edition}:")


def _fact_name(space: Namespace, fact: str) -> QualifiedName:
    return space[_local(f"fact/{fact}")]


def _local(name: str) -> str:
    """A name without what PROV-N would have to escape."""
    return quote(name, safe="/+")


def _type(name: str) -> tuple[QualifiedName, QualifiedName]:
    return PROV_TYPE, WHYRX[name]


def _label(words: str) -> tuple[QualifiedName, str]:
    return _PROV["label"], words


def _named(**values: Any) -> Attributes:
    return [(WHYRX[name], value) for name, value in values.items() if value is not None]


def _pattern(pattern: Pattern) -> str:
    terms = ", ".join(f"{name}={getattr(term, 'name', term)}" for name, term in pattern.terms)
    return f"{pattern.type}({terms})"
