"""Records as other programs get them: what is exported is what was recorded, valid, and the same bytes each time."""

import csv
import gc
import hashlib
import io
import json
import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from graphlib import TopologicalSorter
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pyarrow.parquet as pq
import pytest
import whyrx.cli
from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.bundle import Bundle
from prov.model import (
    ProvActivity,
    ProvDerivation,
    ProvDocument,
    ProvElement,
    ProvEntity,
    ProvGeneration,
    ProvInvalidation,
    ProvMembership,
    ProvUsage,
)
from whyrx.facts.case import case_from_tree
from whyrx.facts.document import parse
from whyrx.kb.decision import decide
from whyrx.kb.edition import canonical
from whyrx.kb.knowledge import knowledge_base
from whyrx.records import export
from whyrx.records.consultation import Who, record_decision, record_override
from whyrx.records.erasure import erase
from whyrx.records.store import Archived, opened

ROOT = Path(__file__).parent.parent
START = datetime(2026, 10, 30, 12, tzinfo=UTC)
TEXTS = ("jsonl", "csv", "prov", "prov-n", "fhir")
CASES = (
    "nevada-2016",
    "kpc-heart-transplant-2018",
    "severe-bloodstream",
    "organism-unknown",
    "ceftazidime-anaphylaxis",
)
DECISIONS = {1: "advice", 3: "out_of_scope", 4: "advice", 5: "insufficient", 6: "refer"}
"""Of the store below. 2 is an override of 1; 7 a decision that 8 erased; 9 an override of 4 that 10 erased."""


def put(store, name, now, who):
    tree = parse((ROOT / f"examples/{name}.yaml").read_bytes())
    base, case = knowledge_base(), case_from_tree(tree)
    decision = decide(base.edition, case, base.derive(case))
    return record_decision(store, tree, decision, Archived.of(base.edition), "1.2.3", who, now)


@pytest.fixture(scope="module")
def where(tmp_path_factory):
    path = str(tmp_path_factory.mktemp("records") / "records.db")
    times = (START + timedelta(minutes=number) for number in range(100))
    with opened(path, make=True) as store:
        put(store, CASES[0], next(times), Who("=ward 7", "asked on the round"))
        record_override(store, 1, "unavailable", "cefiderocol", "1.2.3", Who("pharmacy", "no stock"), next(times))
        for name in CASES[1:]:
            put(store, name, next(times), Who())
        put(store, "suspected-ndm", next(times), Who("a name that goes"))
        erase(store, 7, "court-order", "1.2.3", Who("registry"), next(times))
        record_override(store, 4, "cost", "colistin", "1.2.3", Who("somebody who goes"), next(times))
        erase(store, 9, "person-asked", "1.2.3", Who(), next(times))
    return path


@pytest.fixture
def run(monkeypatch):
    def ran(*arguments):
        streams = {name: io.TextIOWrapper(io.BytesIO()) for name in ("stdout", "stderr")}
        with monkeypatch.context() as patch:
            patch.setattr(gc, "disable", lambda: None)
            patch.setattr(sys, "argv", ["whyrx", *map(str, arguments)])
            for name, stream in streams.items():
                patch.setattr(sys, name, stream)
            with pytest.raises(SystemExit) as left:
                whyrx.cli.main()
        for stream in streams.values():
            stream.flush()
        out, err = (stream.buffer.getvalue() for stream in streams.values())
        return SimpleNamespace(status=left.value.code or 0, out=out, err=err.decode())

    return ran


@pytest.fixture
def exported(run, where):
    def ran(form, *options):
        found = run("audit", "export", "--format", form, *options, "--store", where)
        assert (found.status, found.err) == (0, "")
        return found.out

    return ran


@pytest.fixture(scope="module")
def kept(where):
    with opened(where) as store:
        return {seq: store.record(seq) for seq in range(1, 11)}


# --- which records ------------------------------------------------------------------------------------------


def test_a_line_of_json_is_a_record_as_it_is_stored(exported, kept):
    lines = [json.loads(line) for line in exported("jsonl").splitlines()]
    assert lines == [record.as_json() for record in kept.values()]
    for line in lines:
        sealed = {name: line[name] for name in ("seq", "time", "kind", "about", "previous", "content_hash")}
        assert hashlib.sha256(canonical(sealed)).hexdigest() == line["hash"]


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        (("--record", "5", "--record", "1", "--record", "5"), [1, 5]),
        (("--status", "advice"), [1, 4]),
        (("--kind", "override"), [2]),
        (("--kind", "decision", "--since", "2026-10-30T12:03"), [4, 5, 6]),
        (("--until", "2026-10-30T12:02"), [1, 2]),
        (("--regimen", "cefiderocol"), [1, 4]),
        (("--reason", "unavailable"), [2]),
        (("--status", "advice", "--until", "2026-10-30T12:01"), [1]),
        (("--guideline", "another"), []),
    ],
)
def test_records_are_chosen_by_number_or_filters(exported, options, numbers):
    assert [json.loads(line)["seq"] for line in exported("jsonl", *options).splitlines()] == numbers


@pytest.mark.parametrize("options", [("--record", "1"), ("--record", "2"), ("--reason", "unavailable")])
def test_linked_formats_take_along_what_belongs_to_a_record(exported, options):
    document = ProvDocument.deserialize(content=exported("prov", *options).decode(), format="json")
    assert {str(each.identifier) for each in document.records if str(each.identifier).endswith(":record")} == {
        "r1:record",
        "r2:record",
    }


# --- tables -------------------------------------------------------------------------------------------------


def test_a_row_says_what_a_record_holds(exported, kept):
    rows = list(csv.DictReader(io.StringIO(exported("csv").decode(), newline="")))
    assert [int(row["record"]) for row in rows] == list(kept)
    for seq, status in DECISIONS.items():
        row, decision = rows[seq - 1], kept[seq].content["decision"]
        advised = decision["recommendations"]
        assert (row["status"], row["case"]) == (status, decision["case"].get("id", ""))
        assert row["first"] == ", ".join(each["regimen"] for each in advised if each["line"] == "first")
        assert int(row["doses"]) == sum(len(each["doses"]) for each in advised)
        assert set(row["rules"].split(", ")) == {each["rule"] for each in decision["trace"]["firings"]}
        assert row["hash"] == kept[seq].hash
    override = rows[1]
    assert (override["about"], override["reason"], override["instead"]) == ("1", "unavailable", "cefiderocol")
    assert [row["record"] for row in rows if row["erased"] == "true"] == ["7", "9"]
    assert {value for name, value in rows[6].items() if name in ("by", "status", "first", "rules", "firings")} == {""}


def test_what_somebody_typed_is_no_formula_to_a_spreadsheet(exported):
    (row,) = csv.DictReader(io.StringIO(exported("csv", "--record", "1").decode(), newline=""))
    assert row["by"] == "'=ward 7"


def test_parquet_has_the_same_rows_with_types(run, where, exported, tmp_path):
    file = tmp_path / "records.parquet"
    assert run("audit", "export", "--format", "parquet", "--out", file, "--store", where).status == 0
    table = pq.read_table(file)
    rows = list(csv.DictReader(io.StringIO(exported("csv").decode(), newline="")))
    assert table.column_names == list(rows[0])
    for typed, row in zip(table.to_pylist(), rows, strict=True):
        for name, value in typed.items():
            text = ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)
            text = text.lower() if isinstance(value, bool) else text
            assert row[name].removeprefix("'") == text


# --- PROV ---------------------------------------------------------------------------------------------------


@pytest.fixture
def document(exported):
    return ProvDocument.deserialize(content=exported("prov").decode(), format="json")


def test_both_forms_of_prov_are_read_back_as_the_same_document(exported, document):
    assert ProvDocument.deserialize(content=exported("prov-n").decode(), format="provn", profile="strict") == document
    assert ProvDocument.deserialize(content=document.serialize(format="json"), format="json") == document


def test_every_name_in_prov_is_of_something_that_is_there(document):
    there = {each.identifier for each in document.get_records() if isinstance(each, ProvElement)}
    named = {
        value
        for each in document.get_records()
        if not isinstance(each, ProvElement)
        for value in each.args
        if value is not None and hasattr(value, "localpart")
    }
    assert named <= there
    assert len(there) == sum(isinstance(each, ProvElement) for each in document.get_records()), "said once"


def pairs(document, kind, prefix):
    """Relations of a kind that begin in a record, as the local names of both ends."""
    found = [each.args[:2] for each in document.get_records(kind)]
    return {(a.localpart, b.localpart) for a, b in found if a.namespace.prefix == prefix}


@pytest.mark.parametrize("seq", DECISIONS)
def test_prov_says_what_the_trace_says(document, kept, seq):
    trace, prefix = kept[seq].content["decision"]["trace"], f"r{seq}"
    ids = {
        str(value): each.identifier.localpart
        for each in document.get_records(ProvEntity)
        if each.identifier.namespace.prefix == prefix
        for name, value in each.attributes
        if str(name) == "whyrx:id"
    }
    assert set(ids) == {fact["id"] for fact in trace["facts"]}
    used, made = pairs(document, ProvUsage, prefix), pairs(document, ProvGeneration, prefix)
    derived = pairs(document, ProvDerivation, prefix)
    for step, firing in enumerate(trace["firings"], start=1):
        name = f"firing/{step}"
        mine = {other for one, other in used if one == name}
        assert {each for each in mine if each.startswith("fact/")} == {ids[each] for each in firing["premises"]}
        assert len(mine) - len(set(firing["premises"])) == len(firing["absences"])
        assert ((ids[firing["conclusion"]], name) in made) == firing["new"]
        for absence, absent in zip(firing["absences"], sorted(mine - set(ids.values())), strict=False):
            if len(firing["absences"]) == 1:
                grounds = {ids[ground] for failure in absence["failures"] for ground in failure["because"]}
                assert {other for one, other in derived if one == absent} == grounds
    for fact in trace["facts"]:
        if fact["origin"]["kind"] == "computed":
            inputs = {ids[each] for each in fact["origin"]["inputs"]}
            assert {other for one, other in derived if one == ids[fact["id"]]} == inputs


def types(element):
    return {each.localpart for each in element.get_asserted_types()}


def test_assumptions_absences_and_plans_are_entities(document, kept):
    entities = list(document.get_records(ProvEntity))
    assumed = {str(each.label) for each in entities if "Assumption" in types(each)}
    told = {each["text"] for seq in DECISIONS for each in kept[seq].content["decision"]["assumptions"]}
    assert all(any(text in label for label in assumed) for text in told)
    assert any("Absence" in types(each) and each.label for each in entities)
    fired = {each["rule"] for seq in DECISIONS for each in kept[seq].content["decision"]["trace"]["firings"]}
    plans = {each.identifier.localpart.removeprefix("rule/"): each for each in entities if "Rule" in types(each)}
    assert set(plans) == fired
    rules = knowledge_base().edition.rule
    assert {name: str(each.label) for name, each in plans.items()} == {name: rules[name].says for name in fired}


def test_lines_of_a_decision_are_its_members(document, kept):
    members = pairs(document, ProvMembership, "r1")
    advised = kept[1].content["decision"]["recommendations"]
    for each in advised:
        assert ("content", f"fact/{each['conclusion']}") in members


def test_an_erasure_invalidates_what_it_erased_and_an_override_uses_what_was_decided(document):
    found = [(str(each.args[0]), str(each.args[1])) for each in document.get_records(ProvInvalidation)]
    assert found == [("r7:content", "r8:doing"), ("r9:content", "r10:doing")]
    assert ("doing", "content") in pairs(document, ProvUsage, "r2")
    erased = next(each for each in document.get_records(ProvEntity) if str(each.identifier) == "r7:content")
    assert types(erased) == {"Erased"}


def test_nothing_in_prov_came_of_itself(document):
    graph = {}
    for each in document.get_records((ProvUsage, ProvGeneration, ProvDerivation)):
        graph.setdefault(each.args[0], set()).add(each.args[1])
    list(TopologicalSorter(graph).static_order())  # raises for a cycle


def test_the_picture_shows_what_the_decision_came_of(exported, document):
    drawn = ElementTree.fromstring(exported("prov-svg", "--record", "1"))
    names = {each.text for each in drawn.iter("{http://www.w3.org/2000/svg}title")}
    firings = {str(each.identifier) for each in document.get_records(ProvActivity)}
    assert {"r1:content", "r1:doing", "r2:content", "r1:fact/adult"} <= names
    assert len(names & firings) > 50
    assert not [each for each in drawn.iter() if any("href" in name for name in each.attrib)], "needs nothing else"


# --- FHIR ---------------------------------------------------------------------------------------------------


@pytest.fixture
def resources(exported):
    return {each["fullUrl"]: each["resource"] for each in json.loads(exported("fhir"))["entry"]}


def of(resources, kind):
    return [each for each in resources.values() if each["resourceType"] == kind]


def every(tree):
    """All objects in a tree."""
    if isinstance(tree, dict):
        yield tree
    for each in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from every(each)


def test_a_bundle_is_what_its_library_would_write(exported):
    found = exported("fhir")
    again = Bundle.model_validate_json(found).model_dump_json()
    assert json.loads(again.replace("+00:00", "Z")) == json.loads(found.replace(b".000000Z", b"Z"))
    for entry in json.loads(found)["entry"]:
        for each in (entry["resource"], *entry["resource"].get("contained", ())):
            get_fhir_model_class(each["resourceType"]).model_validate(each)


def test_every_reference_in_a_bundle_leads_somewhere(resources):
    for resource in resources.values():
        contained = {f"#{each['id']}" for each in resource.get("contained", ())}
        named = {each["reference"] for each in every(resource) if isinstance(each.get("reference"), str)}
        assert named <= contained | set(resources)
        assert contained <= named, "what is contained is referred to"  # dom-3 of FHIR


def test_decisions_are_guidance_with_what_is_missing(resources, kept):
    found = {each["identifier"][0]["value"]: each for each in of(resources, "GuidanceResponse")}
    assert set(found) == {kept[seq].hash for seq in DECISIONS}
    for seq in DECISIONS:
        guidance, decision = found[kept[seq].hash], kept[seq].content["decision"]
        wanted = "data-requested" if decision["missing"] else "success"
        assert guidance["status"] == ("data-required" if decision["status"] == "insufficient" else wanted)
        assert guidance["moduleCanonical"] == (
            f"urn:whyrx:guideline:{decision['guideline']['id']}|{decision['knowledge']['version']}"
        )
        assert guidance["occurrenceDateTime"] == kept[seq].time
        assert guidance["note"][0]["text"].startswith(decision["status"])
        issues = [each for part in guidance["contained"] for each in part.get("issue", ())]
        missing = [each for each in issues if each["diagnostics"].startswith("missing: ")]
        assert [each["details"]["text"] for each in missing] == [each["text"] for each in decision["missing"]]
        avoided = [each for each in issues if each["diagnostics"].startswith("avoid: ")]
        assert [each["details"]["text"] for each in avoided] == [each["reason"] for each in decision["avoid"]]


def test_what_is_proposed_is_what_was_advised_one_regimen_of_all(resources, kept):
    for guidance in of(resources, "GuidanceResponse"):
        (seq,) = (seq for seq in DECISIONS if kept[seq].hash == guidance["identifier"][0]["value"])
        advised = kept[seq].content["decision"]["recommendations"]
        groups = [each for each in guidance["contained"] if each["resourceType"] == "RequestGroup"]
        drugs = {
            f"#{each['id']}": each for each in guidance["contained"] if each["resourceType"] == "MedicationRequest"
        }
        if not advised:
            assert not drugs
            continue
        one, *_ = groups[0]["action"]
        assert one["selectionBehavior"] == "exactly-one"
        regimens = [each for line in one["action"] for each in line["action"]]
        assert [each["title"] for each in regimens] == [each["regimen"] for each in advised]
        for regimen, wanted in zip(regimens, advised, strict=True):
            requests = [drugs[each["resource"]["reference"]] for each in regimen["action"]]
            assert [each["medicationCodeableConcept"]["text"] for each in requests] == wanted["drugs"]
            for request in requests:
                name = request["medicationCodeableConcept"]["text"]
                doses = [each for each in wanted["doses"] if each["drug"] == name]
                given = [
                    f"{d['doseAndRate'][0]['doseQuantity']['value']} g" for d in request.get("dosageInstruction", ())
                ]
                assert given == [each["amount"] for each in doses]
                for instruction, dose in zip(request.get("dosageInstruction", ()), doses, strict=True):
                    hours = instruction.get("timing", {"repeat": {"period": None}})["repeat"]["period"]
                    assert (instruction["text"], hours) == (dose["basis"], dose["interval_h"])
        for action in (each for each in every(groups) if "title" in each):
            assert ("resource" in action) != ("action" in action)  # rqg-1 of FHIR


def test_nobody_is_a_patient_and_nothing_an_order(exported, resources):
    assert b'"Patient"' not in exported("fhir")
    for each in every(list(resources.values())):
        if each.get("resourceType") in ("MedicationRequest", "RequestGroup", "Task"):
            assert (each["status"], each["intent"]) == ("draft", "proposal")
        if "subject" in each:
            assert set(each["subject"]) == {"display"}


def test_drugs_have_only_codes_that_were_seen_in_a_source(resources):
    seen = {"J01DF01": "aztreonam", "J01DF51": "aztreonam-avibactam", "J01DI04": "cefiderocol"}
    seen |= {"J01DD52": "ceftazidime-avibactam", "J01DH52": "meropenem-vaborbactam"}
    for each in every(list(resources.values())):
        if "medicationCodeableConcept" in each:
            concept = each["medicationCodeableConcept"]
            for coding in concept.get("coding", ()):
                assert (coding["system"], seen[coding["code"]]) == ("http://www.whocc.no/atc", concept["text"])


def test_overrides_and_erasures_are_provenance_with_their_reason(resources, kept):
    found = {each["entity"][0]["what"]["identifier"]["value"]: each for each in of(resources, "Provenance")}
    assert set(found) == {record.hash for record in kept.values()}
    for seq, record in kept.items():
        each = found[record.hash]
        assert (each["recorded"], each["occurredDateTime"]) == (record.time, record.time)
        assert [part["what"]["identifier"]["value"] for part in each["entity"][:3]] == [
            record.hash,
            record.content_hash,
            record.previous,
        ], seq
    override = found[kept[2].hash]
    assert override["target"][0]["reference"] in resources
    codes = [each["code"] for each in override["reason"][0]["coding"]]
    assert codes == ["unavailable", "service-not-available"]
    assert override["reason"][1]["text"] == "no stock"
    assert [each["who"]["display"] for each in override["agent"]] == ["whyrx 1.2.3", "pharmacy"]
    assert override["entity"][-1]["what"]["identifier"]["value"] == "cefiderocol"
    erasure = found[kept[8].hash]
    assert erasure["activity"]["coding"][0]["code"] == "DELETE"
    assert erasure["reason"][0]["coding"][0]["code"] == "court-order"
    assert erasure["target"][0]["identifier"]["value"] == kept[7].hash
    assert "erased" in erasure["target"][0]["display"]
    assert "erased" in found[kept[9].hash]["activity"]["text"].lower()


# --- all of them --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", TEXTS)
def test_what_was_erased_is_in_no_export(exported, form):
    found = exported(form).decode()
    assert "that goes" not in found
    assert "who goes" not in found


@pytest.mark.parametrize("form", [*TEXTS, "parquet", "prov-svg"])
def test_the_same_bytes_under_every_hash_seed(where, tmp_path, form):
    found = set()
    for seed in "12":
        file = tmp_path / seed
        command = ["audit", "export", "--format", form, "--record", "1", "--store", where, "--out", str(file)]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-m", "whyrx", *command], check=True, env=environment, capture_output=True)
        found.add(file.read_bytes())
    assert len(found) == 1


def refused(run, where, *options):
    found = run("audit", "export", *options, "--store", where)
    assert (found.status, found.out) == (2, b"")
    assert all(line.startswith("error: ") for line in found.err.splitlines())
    return found.err


@pytest.mark.parametrize("form", [*TEXTS, "prov-svg"])
def test_an_unknown_record_is_refused_before_anything_is_written(run, where, tmp_path, form):
    file = tmp_path / "out"
    error = refused(run, where, "--format", form, "--record", "1", "--record", "99", "--record", "11", "--out", file)
    assert [("11" in line, "99" in line) for line in error.splitlines()] == [(True, False), (False, True)]
    assert not file.exists()


def test_a_file_that_is_there_is_left_as_it_is(run, where, tmp_path):
    file = tmp_path / "out"
    file.write_text("mine")
    assert "--out" in refused(run, where, "--out", file)
    assert file.read_text() == "mine"
    assert "--out" in refused(run, where, "--out", tmp_path / "no" / "folder")


@pytest.mark.parametrize("form", [*TEXTS, "parquet"])
def test_an_empty_store_is_an_export_of_nothing(run, tmp_path, form):
    empty, file = tmp_path / "empty.db", tmp_path / "out"
    with opened(str(empty), make=True):
        pass
    assert run("audit", "export", "--format", form, "--out", file, "--store", empty).status == 0
    found = file.read_bytes()
    if form == "parquet":
        assert pq.read_table(file).num_rows == 0
    elif form == "fhir":
        Bundle.model_validate_json(found)
    elif form.startswith("prov"):
        kind = "json" if form == "prov" else "provn"
        assert not ProvDocument.deserialize(content=found.decode(), format=kind).records
    else:
        assert len(found.splitlines()) == (form == "csv")


def test_a_picture_is_of_one_decision(run, where, tmp_path):
    assert "one decision" in refused(run, where, "--format", "prov-svg")
    file = tmp_path / "out"
    refused(run, where, "--format", "prov-svg", "--out", file)
    assert not file.exists()


def test_numbers_and_filters_exclude_each_other(run, where):
    assert "--record" in refused(run, where, "--record", "1", "--status", "advice")


def test_parquet_is_no_text(run, where):
    assert "--out" in refused(run, where, "--format", "parquet")


def test_without_pyarrow_the_error_says_what_to_install(run, where, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "whyrx.records.parquet", raising=False)
    file = tmp_path / "out"
    assert "whyrx[batch]" in refused(run, where, "--format", "parquet", "--out", file)
    assert not file.exists()


@pytest.mark.parametrize("form", ["prov", "prov-n", "fhir"])
def test_a_document_is_bounded(run, where, form, monkeypatch):
    monkeypatch.setattr(export, "MOST", 3)
    assert "at most 3" in refused(run, where, "--format", form)
    assert run("audit", "export", "--format", form, "--record", "1", "--store", where).status == 0


def test_a_record_that_was_changed_is_not_exported(run, where, tmp_path):
    copy, file = tmp_path / "copy.db", tmp_path / "out"
    copy.write_bytes(Path(where).read_bytes())
    connection = sqlite3.connect(copy)
    connection.execute("UPDATE records SET time = '2020' WHERE seq = 2")
    connection.commit()
    connection.close()
    assert "record 2" in refused(run, copy, "--format", "fhir", "--out", file)
    assert not file.exists()
