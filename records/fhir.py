"""Records as a Bundle of FHIR R4: a GuidanceResponse for each decision, and a Provenance for each record.

What was advised stands inside the GuidanceResponse, contained: nothing in the Bundle is an order by itself. There is no
Patient: a proposal that must have a subject names nobody. `fhir.resources` validates what is written; its R4B has the
resources used here as R4 has them.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from fhir.resources.R4B.bundle import Bundle

from .reasons import ERASURES, HL7, OURS, OVERRIDES
from .record import Record

Resource = dict[str, Any]

_RECORD, _CONTENT, _EDITION = "urn:whyrx:record", "urn:whyrx:content", "urn:whyrx:edition"
_NAMES = uuid.uuid5(uuid.NAMESPACE_URL, _RECORD)
_ERASURE = "urn:whyrx:erasure-reason"
_PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
_OPERATION = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"
_UCUM = "http://unitsofmeasure.org"
_NOBODY = {"display": "The patient of the case, who is not identified"}

ATC: Mapping[str, tuple[str, str | None]] = {
    "aztreonam": ("J01DF01", "aztreonam"),
    "aztreonam-avibactam": ("J01DF51", "aztreonam and beta-lactamase inhibitor"),
    "cefiderocol": ("J01DI04", "cefiderocol"),
    "ceftazidime-avibactam": ("J01DD52", "ceftazidime and beta-lactamase inhibitor"),
    "meropenem-vaborbactam": ("J01DH52", None),
}
"""Codes of drugs in the Anatomical Therapeutic Chemical classification that were seen in a source, with the name there.
The other drugs go by our name alone."""


def bundle(records: Iterable[Record]) -> Resource:
    """Some records as a Bundle, ready for JSON. What a record is about is in it if it is among them."""
    kept = list(records)
    there = {record.seq: record for record in kept}
    entries: dict[str, Resource] = {}
    for record in kept:
        for name, resource in _resources(record, there):
            entries.setdefault(name, {"fullUrl": name, "resource": resource})
    found: Resource = {"resourceType": "Bundle", "type": "collection"}
    if entries:
        found["entry"] = list(entries.values())
    Bundle.model_validate(found)
    return found


def _resources(record: Record, there: Mapping[int, Record]) -> Iterator[tuple[str, Resource]]:
    """The resources of a record, each with its address."""
    content = record.content
    if content is not None:
        yield _software(content), _device(content)
        if record.kind == "decision":
            yield _address(record), _guidance(record)
    target = there.get(record.about or 0, record)
    yield _name(record.hash, "provenance"), _provenance(record, target)


# --- provenance ---------------------------------------------------------------------------------------------


def _provenance(record: Record, target: Record) -> Resource:
    """Who did what, when and why: a decision that was made, an override of it, an erasure."""
    content = record.content or {}
    found: Resource = {
        "resourceType": "Provenance",
        "target": [_reference(target)],
        "occurredDateTime": record.time,
        "recorded": record.time,
        "activity": _activity(record),
        "agent": _agents(content),
        "entity": _entities(record),
    }
    if reasons := _reasons(record):
        found["reason"] = reasons
    return found


def _activity(record: Record) -> Resource:
    """What was done, as a code where FHIR has one, and in words."""
    content = record.content
    if record.kind == "override":
        if content is None:
            return {"text": "Something else was done than advised; what, was erased"}
        instead = f"; done instead: {content['instead']}" if content["instead"] else ""
        return {"text": f"Something else was done than advised{instead}"}
    code, words = ("DELETE", "delete") if record.kind == "erasure" else ("CREATE", "create")
    text = "The content of a record was erased" if record.kind == "erasure" else "A decision was made and recorded"
    return {"coding": [_coding(_OPERATION, code, words)], "text": text}


def _agents(content: Mapping[str, Any]) -> list[Resource]:
    """The software, and who asked where somebody said so."""
    if not content:
        return [{"who": {"display": "Erased with the content of the record"}}]
    software = {"reference": _software(content), "display": f"whyrx {content['software']}"}
    found: list[Resource] = [_agent("assembler", "Assembler", software)]
    if content["by"] is not None:
        found.append(_agent("enterer", "Enterer", {"display": content["by"]}))
    return found


def _agent(code: str, words: str, who: Resource) -> Resource:
    return {"type": {"coding": [_coding(_PARTICIPANT, code, words)]}, "who": who}


def _entities(record: Record) -> list[Resource]:
    """The record in its chain, its content, and the edition: by their hashes."""
    content = record.content
    gone = "" if content is not None else ", which was erased"
    found = [
        _entity(_RECORD, record.hash, f"Record {record.seq}: {record.kind}"),
        _entity(_CONTENT, record.content_hash, f"The content of record {record.seq}{gone}"),
        _entity(_RECORD, record.previous, f"What stands before record {record.seq} in the chain"),
    ]
    if content is not None and "edition" in content:
        knowledge = content["decision"]["knowledge"]
        found.append(_entity(_EDITION, content["edition"], f"Knowledge {knowledge['version']}, {knowledge['digest']}"))
    if content is not None and content.get("instead"):
        found.append(_entity("urn:whyrx:regimen", content["instead"], f"Done instead: {content['instead']}"))
    return found


def _entity(system: str, value: str, words: str) -> Resource:
    return {"role": "source", "what": {"identifier": {"system": system, "value": value}, "display": words}}


def _reasons(record: Record) -> list[Resource]:
    content = record.content
    if content is None:
        return [{"text": "Erased with the content of the record"}]
    found: list[Resource] = []
    if (code := content.get("reason")) is not None:
        known = OVERRIDES.get(code) if record.kind == "override" else None
        says = known.says if known else ERASURES.get(code, code)
        coded = [_coding(OURS if record.kind == "override" else _ERASURE, code, says)]
        coded += [_coding(HL7, known.hl7)] if known else []
        found.append({"coding": coded, "text": says})
    if content["because"] is not None:
        found.append({"text": content["because"]})
    return found


def _reference(record: Record) -> Resource:
    """What a Provenance is of: the GuidanceResponse, or, where there is none (any more), the record by its hash."""
    words = f"Record {record.seq}: {record.kind}"
    if record.kind == "decision" and record.content is not None:
        return {"reference": _address(record), "display": words}
    identifier = {"system": _RECORD, "value": record.hash}
    gone = ", whose content was erased" if record.content is None else ""
    return {"identifier": identifier, "display": f"{words}{gone}"}


def _device(content: Mapping[str, Any]) -> Resource:
    return {
        "resourceType": "Device",
        "deviceName": [{"name": "whyrx", "type": "model-name"}],
        "version": [{"value": content["software"]}],
    }


# --- guidance -----------------------------------------------------------------------------------------------


def _guidance(record: Record) -> Resource:
    """A decision: what was asked, whether more would help, what to note, and what is proposed."""
    content = record.content or {}
    decision = content["decision"]
    guideline, knowledge = decision["guideline"], decision["knowledge"]
    notes, proposed = _notes(decision), list(_proposed(decision))
    found: Resource = {
        "resourceType": "GuidanceResponse",
        "identifier": [{"system": _RECORD, "value": record.hash}],
        "moduleCanonical": f"urn:whyrx:guideline:{guideline['id']}|{knowledge['version']}",
        "status": _status(decision),
        "occurrenceDateTime": record.time,
        "performer": {"reference": _software(content), "display": f"whyrx {content['software']}"},
        "reasonCode": [{"text": _asked(decision["case"])}],
        "note": [{"text": f"{decision['status']}: {decision['status_reason']['text']}"}],
        "contained": [resource for resource in (notes, *proposed) if resource is not None],
    }
    if "id" in decision["case"]:
        found["requestIdentifier"] = {"system": "urn:whyrx:case", "value": decision["case"]["id"]}
    if notes is not None:
        found["evaluationMessage"] = [{"reference": f"#{notes['id']}"}]
    if proposed:
        found["result"] = {"reference": f"#{proposed[0]['id']}"}
    if not found["contained"]:
        del found["contained"]
    return found


def _status(decision: Any) -> str:
    """Whether the request was answered, and whether more would have helped; that no regimen is left is an answer."""
    if decision["status"] == "insufficient":
        return "data-required"
    return "data-requested" if decision["missing"] else "success"


def _asked(case: Any) -> str:
    """Why guidance was asked for, of what the case says of the infection."""
    infection, isolate = case.get("infection", {}), case.get("isolate", {})
    enzymes = isolate.get("carbapenemases") or isolate.get("suspected_carbapenemases") or []
    said = [infection.get("severity"), infection.get("site"), isolate.get("organism"), *enzymes]
    told = ", ".join(each.replace("_", " ") for each in said if each)
    return f"Treatment of an infection: {told}" if told else "Treatment of an infection of which nothing is stated"


def _notes(decision: Any) -> Resource | None:
    """What is missing, taken for granted, warned of and not to be given, as the issues of an OperationOutcome."""
    severity = "error" if decision["status"] == "insufficient" else "warning"
    issues = [_issue(severity, "required", each["text"], f"missing: {each['fact']}") for each in decision["missing"]]
    issues += [
        _issue("information", "informational", each["text"], f"assumed: {each['fact']}")
        for each in decision["assumptions"]
    ]
    issues += [
        _issue("warning", "business-rule", each["reason"], f"avoid: {each['regimen']}, {each['category']}")
        for each in decision["avoid"]
    ]
    issues += [
        _issue("warning", "informational", each["text"], f"warning: {each['kind']}") for each in decision["warnings"]
    ]
    return {"resourceType": "OperationOutcome", "id": "messages", "issue": issues} if issues else None


def _issue(severity: str, code: str, text: str, diagnostics: str) -> Resource:
    return {"severity": severity, "code": code, "details": {"text": text}, "diagnostics": diagnostics}


# --- what is proposed ---------------------------------------------------------------------------------------


def _proposed(decision: Any) -> Iterator[Resource]:
    """A RequestGroup, then what it refers to: the regimens of each line, of which one is to be chosen, and actions."""
    lines: list[Resource] = []
    resources: list[Resource] = []
    for line, title in (("first", "First line"), ("alternative", "Alternative")):
        advised = [each for each in decision["recommendations"] if each["line"] == line]
        if advised:
            actions = [_regimen(each, resources) for each in advised]
            lines.append({"title": title, "selectionBehavior": "exactly-one", "action": actions})
    groups: list[Resource] = []
    if lines:
        groups.append({"title": "One regimen", "selectionBehavior": "exactly-one", "action": lines})
    todo = []
    for number, each in enumerate(decision["actions"], start=1):
        resources.append(_task(f"action-{number}", each))
        todo.append({"title": each["kind"], "resource": {"reference": f"#action-{number}"}})
    if todo:
        groups.append({"title": "What else to do", "selectionBehavior": "any", "action": todo})
    if groups:
        yield {
            "resourceType": "RequestGroup",
            "id": "proposal",
            "status": "draft",
            "intent": "proposal",
            "action": groups,
        }
        yield from resources


def _regimen(advised: Any, resources: list[Resource]) -> Resource:
    """A regimen as an action: all its drugs. The proposals of its drugs go to `resources`."""
    drugs = []
    for drug in advised["drugs"]:
        name = f"drug-{len(resources) + 1}"
        resources.append(_medication(name, drug, [dose for dose in advised["doses"] if dose["drug"] == drug]))
        drugs.append({"title": drug, "resource": {"reference": f"#{name}"}})
    found: Resource = {"title": advised["regimen"], "selectionBehavior": "all", "action": drugs}
    if advised["grades"]:
        found["documentation"] = [_cited(grade) for grade in advised["grades"]]
    if advised["statements"]:
        found["description"] = " ".join(each["says"] for each in advised["statements"])
    return found


def _cited(grade: Any) -> Resource:
    graded = ", ".join(str(grade[name]) for name in ("strength", "certainty") if grade[name])
    return {"type": "citation", "label": graded or "no grade", "citation": grade["source"]}


def _medication(name: str, drug: str, doses: Sequence[Any]) -> Resource:
    """A drug as a proposal, with the doses that a label grounds; without one it has none, and says so."""
    concept: Resource = {"text": drug}
    if drug in ATC:
        concept["coding"] = [_coding("http://www.whocc.no/atc", *ATC[drug])]
    found: Resource = {
        "resourceType": "MedicationRequest",
        "id": name,
        "status": "draft",
        "intent": "proposal",
        "medicationCodeableConcept": concept,
        "subject": dict(_NOBODY),
    }
    if doses:
        found["dosageInstruction"] = [_dosage(number, dose) for number, dose in enumerate(doses, start=1)]
    else:
        found["note"] = [{"text": "No dose is given: see what is missing or warned of"}]
    return found


def _dosage(number: int, dose: Any) -> Resource:
    found: Resource = {"sequence": number, "text": dose["basis"], "route": {"text": dose["route"]}}
    parts = ", ".join(f"{substance} {amount}" for substance, amount in dose["components"].items())
    found["additionalInstruction"] = [{"text": f"{dose['phase']} dose: {parts}"}, {"text": dose["source"]}]
    amount, _, unit = dose["amount"].partition(" ")
    if unit == "g" and amount.replace(".", "", 1).isdigit():
        quantity = {"value": _number(amount), "unit": unit, "system": _UCUM, "code": unit}
        found["doseAndRate"] = [{"doseQuantity": quantity}]
    if isinstance(dose["interval_h"], int):
        found["timing"] = {"repeat": {"frequency": 1, "period": dose["interval_h"], "periodUnit": "h"}}
    return found


def _number(text: str) -> int | float:
    """A decimal number as JSON has it: `2`, `0.94`."""
    return int(text) if text.isdigit() else float(text)


def _task(name: str, action: Any) -> Resource:
    return {
        "resourceType": "Task",
        "id": name,
        "status": "draft",
        "intent": "proposal",
        "code": {"text": action["kind"]},
        "description": action["text"],
    }


# --- names --------------------------------------------------------------------------------------------------


def _coding(system: str, code: str, words: str | None = None) -> Resource:
    return {"system": system, "code": code} | ({"display": words} if words else {})


def _name(*parts: str) -> str:
    """An address that is always the same for the same thing."""
    return uuid.uuid5(_NAMES, "/".join(parts)).urn


def _address(record: Record) -> str:
    return _name(record.hash, "guidance")


def _software(content: Mapping[str, Any]) -> str:
    return _name("software", content["software"])
