"""Records as an auditor has them: who was advised what, on which facts, by which rules, and what was done instead."""

import copy
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import rfc8785
from recording import ROOT, START, archived, consultation, fill, put, whyrx_ran
from whyrx.commands.audit import audit
from whyrx.facts.case import read_case
from whyrx.facts.document import parse
from whyrx.facts.problems import CaseError
from whyrx.kb.decision import decide
from whyrx.kb.edition import Edition
from whyrx.kb.inference import KnowledgeBase
from whyrx.kb.knowledge import edition, knowledge_base
from whyrx.records import identifiers, reasons
from whyrx.records.answers import listed
from whyrx.records.chain import verify
from whyrx.records.consultation import Who, record_decision, record_override
from whyrx.records.packing import cut, expanded, joined, pieces, squeezed
from whyrx.records.record import FIRST, digest, given, tree_of
from whyrx.records.replay import Replayer
from whyrx.records.stats import stats
from whyrx.records.store import Archived, opened
from whyrx.records.tables import BLOCK, place, seqs

NEVADA, SEVERE = "examples/nevada-2016.yaml", "examples/severe-bloodstream.yaml"
PAIR = "aztreonam+ceftazidime-avibactam"


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("WHYRX_STORE", str(tmp_path / "records.db"))
    return str(tmp_path / "records.db")


def read(*arguments):
    """The JSON of an answer."""
    ran = whyrx_ran(*arguments, "--json")
    assert (ran.status, ran.err) == (0, "")
    return json.loads(ran.out)


def refused(*arguments):
    """The one line of a refusal."""
    ran = whyrx_ran(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.count("\n") == 1
    return ran.err


# --- recording ----------------------------------------------------------------------------------------------


def test_a_recorded_consultation_answers_as_one_that_is_not(store):
    assert whyrx_ran("consult", NEVADA, "--record").out == whyrx_ran("consult", NEVADA).out
    assert whyrx_ran("consult", NEVADA, "--record", "--json").out == whyrx_ran("consult", NEVADA, "--json").out


def test_a_record_holds_all_that_an_auditor_asks_for(store):
    whyrx_ran("consult", SEVERE, "--record", "--by", "ward 7", "--because", "night shift")
    record = read("audit", "show", "1")
    content = record["content"]
    assert content["decision"] == read("consult", SEVERE)
    assert tree_of(content["given"]) == parse((ROOT / SEVERE).read_bytes())
    assert (content["by"], content["because"]) == ("ward 7", "night shift")
    assert record["previous"] == FIRST
    assert record["content_hash"] == digest(rfc8785.dumps(content))
    sealed = {name: record[name] for name in ("about", "content_hash", "kind", "previous", "seq", "time")}
    assert record["hash"] == digest(rfc8785.dumps(sealed))
    with opened(store) as records:
        kept = records.edition(content["edition"])
    assert kept == json.loads(json.dumps(edition().as_json()))
    assert content["edition"] == digest(rfc8785.dumps(kept))


def test_what_was_typed_by_hand_beside_the_fields_is_not_kept(store, tmp_path):
    case = tmp_path / "case.yaml"
    case.write_text("# Jane Doe, bed 4\n" + (ROOT / NEVADA).read_text())
    whyrx_ran("consult", case, "--record")
    assert "Jane" not in whyrx_ran("audit", "export").out


@pytest.mark.parametrize("text", ["64", '"64"', "070 kg", "'a'", '"a\\"b"', "NDM-1"])
def test_a_value_is_kept_as_it_was_written(text):
    tree = parse(f"id: {text}\n")
    assert tree_of(json.loads(json.dumps(given(tree)))) == tree


def test_what_is_refused_is_neither_answered_nor_recorded(store, tmp_path):
    case = tmp_path / "case.yaml"
    case.write_text("id: MRN-4711\npatient: {age: 64}\n")
    assert "error: id: value MRN-4711; " in refused("consult", case, "--record")
    case.write_text("patient: {age: 640}\n")
    assert "patient.age" in refused("consult", case, "--record")
    assert not Path(store).exists()
    assert "--record" in refused("consult", NEVADA, "--by", "ward 7")


@pytest.mark.parametrize(
    "text",
    [
        "1234567",
        "bed-123456",
        "1961-11-22",
        "22.11.1961",
        "11/22/1961",
        "born 1961",
        "MRN 4711",
        "mrn-4711",
        "patient_id 12",
        "DOB: 61",
        "123-45-6789",
        "943 476 5919",
        "756.1234.5678.97",
        "Mrs Smith",
        "jane@example.org",
    ],
)
def test_what_looks_like_an_identifier_is_refused(text):
    assert identifiers.resembles(text)
    with pytest.raises(CaseError, match="identif"):
        Who(because=f"seen with {text}")


@pytest.mark.parametrize(
    "text",
    [
        "ward-7-example",
        "mmwr-2017-66-33-nevada",
        "kpc-heart-transplant-2018",
        "row-12345",
        "case 12 of 40",
        "MIC 0.25 mg/L, EUCAST 2026",
        "CrCl 43 mL/min; 2.5 g every 8 h over 3 h",
        "NDM-1, OXA-48, CTX-M-15",
        "2026",
        "infectious diseases, second opinion",
    ],
)
def test_what_does_not_is_kept(text):
    assert identifiers.resembles(text) == ""
    assert Who(by=text).by == text


@pytest.mark.parametrize("text", ["", "  ", "two\nlines", "x" * 501])
def test_words_are_one_line_and_not_too_long(text):
    with pytest.raises(CaseError, match="one line"):
        Who(because=text)


# --- asking -------------------------------------------------------------------------------------------------


def test_records_are_listed_by_what_they_hold_the_newest_first(store):
    fill(store, range(30))
    everything = [(seed, consultation(seed)[1]) for seed in range(30)]
    with opened(store) as records:
        found = listed(records, [("kind", "decision")], None, "", "", 100)["records"]
        order = [each["seq"] for each in found]
        assert order == sorted(order, reverse=True)
        number = dict(zip(range(29, -1, -1), order, strict=True))
        rule = everything[3][1]["trace"]["firings"][5]["rule"]
        for wanted, regimen, holds in (
            ([("status", "out_of_scope")], None, lambda d: d["status"] == "out_of_scope"),
            ([("rule", rule)], None, lambda d: rule in {f["rule"] for f in d["trace"]["firings"]}),
            ([], "cefiderocol", lambda d: "cefiderocol" in {r["regimen"] for r in d["recommendations"]}),
            ([("status", "advice")], PAIR, lambda d: PAIR in {r["regimen"] for r in d["recommendations"]}),
            ([("assumed", "patient.age")], None, lambda d: "patient.age" in {a["fact"] for a in d["assumptions"]}),
            ([("rule", "no-such-rule")], None, lambda _: False),
        ):
            seen = [each["seq"] for each in listed(records, wanted, regimen, "", "", 100)["records"]]
            assert seen == [number[seed] for seed, decision in reversed(everything) if holds(decision)]
        some = listed(records, [], None, "2026-10-30T17:00", "2026-10-30T20:00", 100)["records"]
        assert [each["time"][11:16] for each in some if each["kind"] == "decision"] == ["19:00", "18:00", "17:00"]
        few = listed(records, [], None, "", "", 4)
        assert (len(few["records"]), few["more"]) == (4, True)


def test_time_can_be_given_with_a_zone_and_nonsense_is_refused(store):
    fill(store, range(3))
    assert len(read("audit", "list", "--since", "2026-10-30T14:30:00+01:00")["records"]) == 1
    assert "--since" in refused("audit", "list", "--since", "yesterday")


def test_why_is_answered_from_the_record_alone(store, monkeypatch):
    whyrx_ran("consult", NEVADA, "--record")
    now = whyrx_ran("why", NEVADA, "W1")

    def gone(*_):
        raise AssertionError("today's rules were asked")

    monkeypatch.setattr("whyrx.kb.knowledge.edition", gone)
    monkeypatch.setattr("whyrx.kb.knowledge.knowledge_base", gone)
    assert whyrx_ran("audit", "why", "1", "W1") == now
    assert "CONCLUSION" in refused("audit", "why", "1", "R9")
    assert read("audit", "why", "1")


@pytest.mark.parametrize("command", [["show", "7"], ["why", "7"], ["replay", "7"], ["export", "--record", "7"]])
def test_a_record_that_is_not_there_is_refused(store, command):
    whyrx_ran("consult", NEVADA, "--record")
    assert f"{'--record' if '--record' in command else 'RECORD'}: value 7; " in refused("audit", *command)


def test_export_gives_each_record_on_a_line_of_canonical_json(store):
    fill(store, range(6))
    lines = whyrx_ran("audit", "export").out.splitlines()
    records = [json.loads(line) for line in lines]
    assert [each["seq"] for each in records] == [1, 2, 3, 4, 5, 6, 7]
    assert [rfc8785.dumps(each).decode() for each in records] == lines
    assert [each["previous"] for each in records] == [FIRST, *(each["hash"] for each in records[:-1])]
    assert whyrx_ran("audit", "export", "--record", "3").out == lines[2] + "\n"


# --- overrides ----------------------------------------------------------------------------------------------


def test_a_decision_can_be_overridden_more_than_once_in_the_same_chain(store):
    whyrx_ran("consult", NEVADA, "--record")
    for reason, more in (("unavailable", ["--instead", "cefiderocol"]), ("patient-declines", ["--instead", "nothing"])):
        ran = whyrx_ran("audit", "override", "1", "--reason", reason, *more, "--by", "infectious diseases")
        assert (ran.status, ran.err) == (0, "")
    shown = read("audit", "show", "1")["about_it"]
    assert [(each["seq"], each["about"], each["content"]["reason"]) for each in shown] == [
        (2, 1, "unavailable"),
        (3, 1, "patient-declines"),
    ]
    assert read("audit", "list")["records"][-1]["overridden_by"] == [2, 3]
    assert whyrx_ran("audit", "verify").status == 0


def test_an_override_is_of_a_decision_and_has_a_reason_of_the_list(store):
    whyrx_ran("consult", NEVADA, "--record")
    assert "did you mean unavailable" in refused("audit", "override", "1", "--reason", "unavailible")
    assert "--instead" in refused("audit", "override", "1", "--reason", "cost", "--instead", "penicillin")
    assert "Mr" in refused("audit", "override", "1", "--reason", "cost", "--because", "Mr Smith asked")
    whyrx_ran("audit", "override", "1", "--reason", "cost")
    assert "this is an override" in refused("audit", "override", "2", "--reason", "cost")
    whyrx_ran("audit", "erase", "1", "--reason", "court-order")
    assert "erased" in refused("audit", "override", "1", "--reason", "cost")
    assert "erased" in refused("audit", "why", "1")


def test_help_lists_the_codes_that_are_accepted():
    for command, codes in (("override", reasons.OVERRIDES), ("erase", reasons.ERASURES)):
        words = " ".join((audit.commands[command].help or "").split())
        assert f"Codes: {', '.join(codes)}." in words


# --- replay -------------------------------------------------------------------------------------------------


def kept_under(store, base: KnowledgeBase, case: str = SEVERE):
    """Record a consultation under an edition of one's own."""
    data = (ROOT / case).read_bytes()
    stated = read_case(data)
    decision = decide(base.edition, stated, base.derive(stated))
    with opened(store, make=True) as records:
        record_decision(records, parse(data), decision, Archived.of(base.edition), "0", Who(), START)
    return decision


def test_records_replay_byte_for_byte_under_other_hash_seeds(store):
    fill(store, range(8))
    for seed in ("0", "1"):
        program = [sys.executable, "-m", "whyrx", "audit", "replay", "--all"]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "WHYRX_STORE": store}
        ran = subprocess.run(program, capture_output=True, text=True, check=False, cwd=ROOT / ".dev", env=environment)
        assert (ran.returncode, ran.stdout) == (0, "8 replayed: 8 same\n")


def test_wording_is_told_from_logic(store, monkeypatch):
    whyrx_ran("consult", SEVERE, "--record")
    from whyrx.kb.words import Words

    plain = Words.sentence
    monkeypatch.setattr(Words, "sentence", lambda *given: plain(*given) + " Indeed.")
    found = read("audit", "replay", "1")["replays"][0]
    assert found["verdict"] == "same_logic"
    assert found["logic"] == []
    assert {each["path"].rpartition(".")[2] for each in found["wording"]} <= {"text", "reason", "basis"}


def test_another_result_is_a_finding_with_its_place(store):
    tree, decision = consultation(4)
    other = copy.deepcopy(decision)
    other["trace"]["firings"][0]["rule"] = "another-rule"
    with opened(store, make=True) as records:
        record_decision(records, tree, other, archived(), "0", Who(), START)
    ran = whyrx_ran("audit", "replay", "1")
    assert ran.status == 1
    assert "trace.firings[0].rule: then another-rule, now" in ran.out


def test_an_edition_with_a_function_that_is_no_longer_there_says_so(store):
    data = json.loads(json.dumps(edition().as_json()))
    function = next(each for each in data["logic"]["functions"] if each["name"] == "cockcroft-gault")
    function["version"] = 99
    tree, decision = consultation(4)
    with opened(store, make=True) as records:
        archive = Archived.of(Edition.from_json(data))
        record_decision(records, tree, decision, archive, "0", Who(), START)
    ran = whyrx_ran("audit", "replay", "1")
    assert ran.status == 1
    assert "NOT REPLAYED" in ran.out
    assert "cockcroft-gault" in ran.out
    assert whyrx_ran("audit", "why", "1").status == 0


@pytest.fixture(scope="module")
def without_alternative():
    """The edition without the rule that ranks cefiderocol as an alternative: its id, and the compiled edition."""
    today = edition()
    (rule,) = [
        each
        for each in today.rules
        if each.then.type == "Ranks"
        and dict(each.then.terms)["regimen"] == "cefiderocol"
        and not each.assumes
        and "alternative" in str(each.then)
        and each.id in _fired()
    ]
    coverage = tuple(
        replace(row, rules=tuple(r for r in row.rules if r != rule.id), note=row.note or "left out")
        for row in today.coverage
    )
    rules = tuple(each for each in today.rules if each.id != rule.id)
    return rule.id, KnowledgeBase(replace(today, rules=rules, coverage=coverage))


def _fired():
    base = knowledge_base()
    return {firing.rule for firing in base.derive(read_case((ROOT / SEVERE).read_bytes())).firings}


def test_today_is_compared_and_the_rule_that_made_the_difference_is_named(store, without_alternative):
    name, old = without_alternative
    then = kept_under(store, old)
    assert "cefiderocol" not in {each["regimen"] for each in then["recommendations"]}
    found = read("audit", "replay", "1", "--current")
    assert not found["same"]
    assert found["changed"] == [{"kind": "rule", "id": name, "how": "added"}]
    assert found["made_by"] == found["changed"]
    assert "cefiderocol" in {each["regimen"] for each in found["now"]["recommendations"]}
    assert read("audit", "replay", "1")["counts"] == {"same": 1}
    text = whyrx_ran("audit", "replay", "1", "--current").out
    assert f"MADE BY\n  rule {name}, added" in text


def test_a_changed_table_is_named_too(store):
    today = edition()
    table = today.tables["severe-allergy"]
    rows = tuple(row for row in table.rows if "cefiderocol" not in row.values[:2])
    case = "examples/ceftazidime-anaphylaxis.yaml"
    kept_under(store, KnowledgeBase(replace(today, tables={**today.tables, table.id: replace(table, rows=rows)})), case)
    found = read("audit", "replay", "1", "--current")
    assert not found["same"]
    assert found["changed"] == [{"kind": "table", "id": table.id, "how": "changed"}]
    assert found["made_by"] == found["changed"]


def test_an_edition_that_many_records_share_is_compiled_once(store):
    fill(store, range(3))
    asked = []
    with opened(store) as records:

        def kept(name):
            asked.append(name)
            return records.edition(name)

        replayer = Replayer(kept)
        for seq in (1, 2, 3):
            assert replayer.replay(records.record(seq))["verdict"] == "same"
    assert len(asked) == 1


# --- counting -----------------------------------------------------------------------------------------------


def test_counts_are_those_of_the_decisions(store):
    with opened(store, make=True) as records:
        for seed in range(70):  # more than a block
            month = datetime(2026, 1 + seed % 3, 1 + seed % 25, tzinfo=UTC)
            put(records, seed % 25, month)
        for seq in (1, 2, 2, 27):
            record_override(records, seq, "cost", None, "0", Who(), datetime(2026, 4, 1, tzinfo=UTC))
        found = stats(records)
    decisions = [consultation(seed % 25)[1] for seed in range(70)]

    def counted(names):
        counts = {}
        for each in names:
            for name in each:
                counts[name] = counts.get(name, 0) + 1
        return counts

    def told(kind):
        return {each["name"]: each["count"] for each in found[kind]}

    fired = [{firing["rule"] for firing in each["trace"]["firings"]} for each in decisions]
    assert told("kinds") == {"decision": 70, "override": 4}
    assert told("status") == counted([{each["status"]} for each in decisions])
    assert told("rule") == counted(fired)
    assert told("assumed") == counted([{a["fact"] for a in each["assumptions"]} for each in decisions])
    assert found["never_fired"] == sorted(edition().rule.keys() - set().union(*fired))
    assert (found["overridden"]["decisions"], found["overridden"]["of"]) == (3, 70)
    undone = {each["name"]: (each["overridden"], each["of"]) for each in found["overridden"]["rule"]}
    for name, (part, whole) in undone.items():
        assert part == sum(name in fired[seq - 1] for seq in (1, 2, 27))
        assert whole == told("rule")[name]
    months = {each["month"]: {c["name"]: c["count"] for c in each["counts"]} for each in found["months"]["status"]}
    for month in (1, 2, 3):
        its = [{each["status"]} for seed, each in enumerate(decisions) if seed % 3 == month - 1]
        assert months[f"2026-{month:02}"] == counted(its)


def test_counts_of_a_time_only(store):
    fill(store, range(6))
    since = stats_of(store, "2026-10-30T14", "2026-10-30T16")
    assert since["kinds"] == [{"count": 2, "name": "decision"}]


def stats_of(store, since, until):
    return read("audit", "stats", "--since", since, "--until", until)


def test_the_picture_is_drawn_alike_and_needs_nothing_else(store, tmp_path):
    fill(store, range(12))
    for name in ("one.svg", "two.svg"):
        assert whyrx_ran("audit", "stats", "--plot", tmp_path / name).status == 0
    one, two = ((tmp_path / name).read_text() for name in ("one.svg", "two.svg"))
    assert one == two
    root = ET.fromstring(one)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "href" not in one
    words = ["".join(text.itertext()) for text in root.iter() if text.tag.endswith("}text")]
    assert any("14 records, 12 decisions, 2 overridden" in each for each in words)
    assert "--plot" in refused("audit", "stats", "--plot", tmp_path / "one.svg")


# --- how it is kept -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_a_content_that_was_cut_is_joined_to_the_same_bytes(seed):
    _, decision = consultation(seed)
    texts = {}

    def piece(data):
        return texts.setdefault(data, len(texts))

    skeleton = cut(decision, piece)
    by_number = {number: data for data, number in texts.items()}
    assert joined(json.loads(json.dumps(skeleton)), by_number.__getitem__) == rfc8785.dumps(decision)
    assert set(pieces(skeleton)) == set(by_number)


@pytest.mark.parametrize("damage", [b"", b"x", squeezed(b"{}")[:-1], squeezed(b"{}") + b"x", None, "text", 7])
def test_what_is_no_compressed_data_is_an_error_of_value(damage):
    with pytest.raises(ValueError, match=r"compressed|damaged|cut short"):
        expanded(damage)


def test_the_same_derivation_is_stored_once(store):
    with opened(store, make=True) as records:
        put(records, 4)
        with records.reading() as connection:
            before = connection.exec_driver_sql("SELECT count(*) FROM pieces").scalar_one()
        for _ in range(20):
            put(records, 4)
        with records.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM pieces").scalar_one() == before
            assert connection.exec_driver_sql("SELECT count(*) FROM editions").scalar_one() == 1
        assert verify(records).findings == []


def test_every_record_has_a_bit_of_its_own():
    for seq in (1, 2, BLOCK, BLOCK + 1, 10 * BLOCK + 7):
        block, bit = place(seq)
        assert seqs(block, bit) == [seq]
        assert bit < 1 << 62


@pytest.mark.parametrize(
    "query",
    [
        "SELECT seq FROM records WHERE time >= '2026-01-01' ORDER BY time",
        "SELECT seq FROM records WHERE about IN (1, 2)",
        "SELECT block, bits FROM marks WHERE term = 7 ORDER BY block DESC",
        "SELECT id FROM terms WHERE kind = 'rule' AND name = 'x'",
        "SELECT id FROM pieces WHERE digest = x'00'",
    ],
)
def test_what_is_asked_often_uses_an_index(store, query):
    fill(store, range(2))
    with opened(store) as records, records.reading() as connection:
        plan = " ".join(str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}"))
    assert "SEARCH" in plan
    assert "SCAN" not in plan
