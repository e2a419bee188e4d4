"""Verification: a database edited by hand in many ways, and whether the first place is named."""

import json
import os
import random
import zlib
from pathlib import Path

import pytest
from recording import START, copied, edited, fill, put
from whyrx.facts.problems import CaseError
from whyrx.kb.edition import canonical
from whyrx.records.chain import verify
from whyrx.records.consultation import Who
from whyrx.records.erasure import erase
from whyrx.records.heads import make_key, read_head, sign
from whyrx.records.record import envelope, hash_of
from whyrx.records.store import opened


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Twelve records: ten decisions, and overrides of the fifth and the tenth (records 6 and 12)."""
    store = tmp_path_factory.mktemp("records") / "whole.db"
    fill(str(store), range(10))
    return store


@pytest.fixture
def store(whole, tmp_path):
    return copied(whole, tmp_path / "records.db")


def found(store, *heads):
    with opened(str(store)) as records:
        return verify(records, heads)


def first(store):
    return found(store).findings[0]


def test_a_store_that_nobody_changed_has_no_findings(store):
    seen = found(store)
    assert (seen.findings, seen.notes, seen.records, seen.erased) == ([], [], 12, 0)


@pytest.mark.parametrize(
    "change",
    [
        "time = '2026-01-01T00:00:00.000000Z'",
        "kind = 'override'",
        "kind = 'note'",
        "about = 3",
        "previous = hash",
        "content_hash = hash",
        "hash = content_hash",
        "time = 7",
        "time = x'00'",
        "hash = x'00'",
        "hash = upper(hash)",
        "body = x'00'",
        "body = (SELECT body FROM records WHERE seq = 3)",
        "body = substr(body, 1, 100)",
        "body = body || x'00'",
        "body = 'text'",
    ],
)
def test_a_changed_column_of_a_record_is_found_and_the_record_named(store, change):
    with edited(store) as database:
        database.execute(f"UPDATE records SET {change} WHERE seq = 4")
    seen = first(store)
    assert seen.record == 4
    assert seen.what == "changed"


def test_a_changed_content_is_found_though_it_is_well_formed(store):
    with edited(store) as database:
        ((body,),) = database.execute("SELECT body FROM records WHERE seq = 7")
        content = json.loads(zlib.decompress(body))
        content["by"] = "somebody else"
        database.execute("UPDATE records SET body = ? WHERE seq = 7", [zlib.compress(canonical(content))])
    assert (first(store).record, first(store).what) == (7, "changed")


def rehashed(database, seq, **columns):
    """Change a record and give it a hash that is right by itself."""
    names = ("seq", "time", "kind", "about", "previous", "content_hash")
    (row,) = database.execute(f"SELECT {', '.join(names)} FROM records WHERE seq = ?", [seq])
    sealed = dict(zip(names, row, strict=True)) | columns
    sets = ", ".join(f"{name} = ?" for name in names[1:])
    values = [*(sealed[name] for name in names[1:]), hash_of(sealed), seq]
    database.execute(f"UPDATE records SET {sets}, hash = ? WHERE seq = ?", values)


def test_a_changed_record_with_a_hash_of_its_own_is_named_since_the_next_holds_the_old_one(store):
    with edited(store) as database:
        rehashed(database, 5, time="2026-01-01T00:00:00.000000Z")
    assert (first(store).record, first(store).what) == (5, "changed")


@pytest.mark.parametrize(("gone", "named"), [("seq = 1", 1), ("seq = 6", 6), ("seq BETWEEN 3 AND 5", 3)])
def test_a_removed_record_is_named(store, gone, named):
    with edited(store) as database:
        database.execute(f"DELETE FROM records WHERE {gone}")
    assert (first(store).record, first(store).what) == (named, "removed")


def test_a_removed_record_is_named_though_the_others_are_numbered_anew(store):
    with edited(store) as database:
        database.execute("DELETE FROM records WHERE seq = 6")
        for seq in range(7, 13):
            database.execute("UPDATE records SET seq = ? WHERE seq = ?", [seq - 1, seq])
    assert (first(store).record, first(store).what) == (6, "removed")


def test_an_inserted_record_is_named(store):
    with edited(store) as database:
        for seq in range(12, 4, -1):
            database.execute("UPDATE records SET seq = ? WHERE seq = ?", [seq + 1, seq])
        database.execute(
            "INSERT INTO records SELECT 5, time, kind, about, previous, content_hash, hash, body "
            "FROM records WHERE seq = 4"
        )
        ((last,),) = database.execute("SELECT hash FROM records WHERE seq = 4")
        rehashed(database, 5, previous=last)
    assert (first(store).record, first(store).what) == (5, "inserted")


def test_two_records_that_changed_places_are_named(store):
    with edited(store) as database:
        for old, new in ((4, 100), (5, 4), (100, 5)):
            database.execute("UPDATE records SET seq = ? WHERE seq = ?", [new, old])
    assert (first(store).record, first(store).what) == (4, "reordered")


def test_an_appended_forgery_is_named(store):
    with edited(store) as database:
        database.execute(
            "INSERT INTO records SELECT 13, time, kind, about, hash, content_hash, hash, body "
            "FROM records WHERE seq = 12"
        )
    assert first(store).record == 13


def test_a_content_that_is_gone_without_an_erasure_is_named(store):
    with edited(store) as database:
        database.execute("UPDATE records SET body = NULL WHERE seq = 8")
    assert (first(store).record, first(store).what) == (8, "removed")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE marks SET bits = bits | 1 << 59 WHERE term = (SELECT min(term) FROM marks)",
        "UPDATE marks SET bits = bits & ~1 WHERE term = (SELECT id FROM terms WHERE name = 'infection-at-site')",
        "UPDATE marks SET block = 7 WHERE term = (SELECT min(term) FROM marks)",
        "UPDATE marks SET bits = 'many' WHERE term = (SELECT min(term) FROM marks)",
        "DELETE FROM marks WHERE term = (SELECT max(term) FROM marks)",
        "INSERT INTO marks VALUES (0, 9999, 1)",
        "UPDATE terms SET name = 'advise' WHERE name = 'out_of_scope'",
        "UPDATE terms SET kind = 'regimen' WHERE name = 'out_of_scope'",
        "UPDATE terms SET id = 7777 WHERE name = 'out_of_scope'",
        "INSERT INTO terms VALUES (9999, 'rule', 'of-nobody')",
        "DELETE FROM terms WHERE name = 'out_of_scope'",
        "UPDATE pieces SET digest = x'00' WHERE id = 3",
        "UPDATE pieces SET id = 99999 WHERE id = 3",
        "UPDATE pieces SET body = (SELECT body FROM pieces WHERE id = 4) WHERE id = 3",
        "UPDATE pieces SET body = 7 WHERE id = 3",
        "INSERT INTO pieces SELECT 99999, x'01', body FROM pieces WHERE id = 3",
        "DELETE FROM pieces WHERE id = 3",
        "UPDATE editions SET digest = 'x'",
        "UPDATE editions SET body = x'00'",
        "DELETE FROM editions",
        "INSERT INTO editions SELECT 'x', body FROM editions",
        "DROP INDEX records_by_time",
        "CREATE TABLE more (a)",
        "ALTER TABLE records ADD COLUMN remark TEXT",
        "CREATE TRIGGER t AFTER INSERT ON records BEGIN DELETE FROM records; END",
        "CREATE VIEW v AS SELECT 1",
    ],
)
def test_a_change_beside_the_records_is_found(store, change):
    with edited(store) as database:
        database.execute(change)
    assert found(store).findings


def test_a_piece_may_have_any_number_and_is_the_same_piece(store):
    number = 1 << 52
    with edited(store) as database:
        rows = database.execute("SELECT seq, body FROM records").fetchall()
        bodies = {seq: json.loads(zlib.decompress(body)) for seq, body in rows}
        old = bodies[1]["decision"]["trace"]["firings"]["#"][0]
        database.execute("UPDATE pieces SET id = ? WHERE id = ?", [number, old])
        for seq, body in bodies.items():
            firings = body.get("decision", {}).get("trace", {}).get("firings", {"#": []})
            firings["#"] = [number if each == old else each for each in firings["#"]]
            database.execute("UPDATE records SET body = ? WHERE seq = ?", [zlib.compress(canonical(body)), seq])
    assert found(store).findings == []


@pytest.mark.parametrize("change", ["UPDATE format SET version = 99", "DELETE FROM format", "DROP TABLE format"])
def test_a_store_of_another_format_is_refused_when_it_is_opened(store, change):
    with edited(store) as database:
        database.execute(change)
    with pytest.raises(CaseError, match="--store"), opened(str(store)):
        pass


def test_a_changed_record_is_not_read(store):
    with edited(store) as database:
        database.execute("UPDATE records SET time = '2026-01-01T00:00:00.000000Z' WHERE seq = 4")
    with opened(str(store)) as records, pytest.raises(CaseError, match="record 4"):
        records.record(4)


# --- heads --------------------------------------------------------------------------------------------------


@pytest.fixture
def signing(store, tmp_path):
    """A signed head of the last record, and the files of the keys, which lie apart from the store."""
    keys = tmp_path.parent / f"{tmp_path.name}-keys"
    keys.mkdir()
    private, public, head = keys / "auditor.pem", keys / "auditor.pub", keys / "head.json"
    make_key(str(private), str(public))
    with opened(str(store)) as records:
        head.write_text(json.dumps(sign(records.record(12), str(private), str(store), START)))
    return private, public, head


def test_a_cut_off_end_is_found_by_a_head_and_only_by_it(store, signing):
    _, public, head = signing
    with edited(store) as database:
        database.execute("DELETE FROM records WHERE seq > 10")
        for seq in (11, 12):
            bit = 1 << (seq - 1)
            database.execute("UPDATE marks SET bits = bits & ~?", [bit])
        database.execute("DELETE FROM marks WHERE bits = 0")
        database.execute("DELETE FROM terms WHERE id NOT IN (SELECT term FROM marks)")
    alone = found(store).findings
    assert {each.what for each in alone} <= {"inserted"}  # pieces that no record has any more
    assert not [each for each in alone if each.record]
    (cut,) = [each for each in found(store, read_head(str(head), str(public))).findings if each.what == "truncated"]
    assert cut.record == 11


def test_a_chain_made_anew_is_found_by_a_head(store, signing):
    _, public, head = signing
    with edited(store) as database:
        rehashed(database, 3, time="2026-01-01T00:00:00.000000Z")
        for seq in range(4, 13):
            ((last,),) = database.execute("SELECT hash FROM records WHERE seq = ?", [seq - 1])
            rehashed(database, seq, previous=last)
    assert found(store).findings == []
    seen = found(store, read_head(str(head), str(public))).findings
    assert [(each.what, each.record) for each in seen] == [("rewritten", 12)]


def test_a_head_of_another_key_or_with_another_number_is_refused(signing, tmp_path):
    private, public, head = signing
    other = tmp_path / "other.pub"
    make_key(str(tmp_path / "other.pem"), str(other))
    with pytest.raises(CaseError, match="signed with the key"):
        read_head(str(head), str(other))
    head.write_text(head.read_text().replace('"seq": 12', '"seq": 10'))
    with pytest.raises(CaseError, match="signed with the key"):
        read_head(str(head), str(public))
    with pytest.raises(CaseError, match="public Ed25519 key"):
        read_head(str(head), str(private))


def test_a_private_key_beside_the_store_is_refused(store, signing, tmp_path):
    for place in (tmp_path / "key.pem", tmp_path / "deeper" / "key.pem"):
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(signing[0].read_bytes())
        with opened(str(store)) as records, pytest.raises(CaseError, match="apart from the store"):
            sign(records.record(1), str(place), str(store), START)
    assert signing[0].stat().st_mode & 0o077 == 0


# --- erasure ------------------------------------------------------------------------------------------------


def test_an_erased_content_is_nowhere_in_the_file_and_the_chain_still_holds(store, whole):
    with opened(str(store)) as records:
        sealed = envelope(records.record(2))
        pieces = pieces_of(store)
        erase(records, 2, "court-order", "0", Who(by="legal department"), START)
        gone = records.record(2)
    assert gone.content is None
    assert envelope(gone) == sealed
    assert found(store).findings == []
    assert found(store).erased == 1
    lost = pieces - pieces_of(store)
    assert lost
    bytes_now = Path(store).read_bytes()
    assert all(body in Path(whole).read_bytes() for _, body in lost if len(body) < 1000)
    assert not [number for number, body in lost if body in bytes_now]
    with edited(whole) as database:
        ((body,),) = database.execute("SELECT body FROM records WHERE seq = 2")
    assert body[:200] not in bytes_now
    with edited(store) as database:
        assert database.execute("SELECT count(*) FROM marks WHERE bits & 2").fetchone() == (0,)


def pieces_of(store):
    with edited(store) as database:
        return set(database.execute("SELECT id, body FROM pieces"))


def test_an_erased_record_that_gets_a_content_again_is_named(store, whole):
    with opened(str(store)) as records:
        erase(records, 2, "court-order", "0", Who(), START)
    with edited(store) as database, edited(whole) as before:
        ((body,),) = before.execute("SELECT body FROM records WHERE seq = 2")
        database.execute("UPDATE records SET body = ? WHERE seq = 2", [body])
    assert first(store).record == 2


def test_what_others_hold_too_stays_with_them(store):
    with opened(str(store)) as records:
        put(records, 0)
        for seq in (1, 6):
            erase(records, seq, "person-asked", "0", Who(), START)
        assert records.record(13).content["decision"]["status"]
        put(records, 0)  # by a writer that remembered pieces which are gone
    assert found(store).findings == []


@pytest.mark.parametrize("seq", [2, 13])
def test_what_is_erased_and_what_says_so_cannot_be_erased_again(store, seq):
    with opened(str(store)) as records:
        erase(records, 2, "court-order", "0", Who(), START)
        with pytest.raises(CaseError, match="RECORD"):
            erase(records, seq, "court-order", "0", Who(), START)


# --- flipped bits -------------------------------------------------------------------------------------------


def everything(store):
    """All that can be read of a store."""
    with edited(store) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(database.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in names}


def flips(store, whole, places):
    """Each of some bits turned over by itself: what was found of it."""
    data, before = Path(whole).read_bytes(), everything(whole)
    for place, bit in places:
        changed = bytearray(data)
        changed[place] ^= 1 << bit
        Path(store).write_bytes(changed)
        for beside in ("-wal", "-shm"):
            Path(f"{store}{beside}").unlink(missing_ok=True)
        try:
            seen = bool(found(store).findings)
        except CaseError as error:
            seen = "--store" in str(error)
        if not seen:  # then nothing that can be read is otherwise: the bit lies where nothing is kept
            assert values(everything(store)) == values(before), (place, bit)
        yield seen


def values(tables):
    """What is kept, whatever way it is compressed."""

    def plain(value):
        try:
            return zlib.decompress(value) if isinstance(value, bytes) and len(value) > 32 else value
        except zlib.error:
            return value

    return {name: [tuple(map(plain, row)) for row in rows] for name, rows in tables.items()}


def test_a_flipped_bit_is_found_wherever_something_is_kept(tmp_path, whole):
    r, size = random.Random(7), Path(whole).stat().st_size
    places = [(r.randrange(size), r.randrange(8)) for _ in range(150)] + [
        (place, place % 8) for place in range(0, 100, 4)
    ]
    seen = list(flips(tmp_path / "records.db", whole, places))
    assert sum(seen) > len(seen) / 2


@pytest.mark.skipif("WHYRX_LONG" not in os.environ, reason="takes minutes: WHYRX_LONG=1")
def test_a_flipped_bit_among_ten_thousand_records_is_found(tmp_path):
    large = tmp_path / "large.db"
    with opened(str(large), make=True) as records:
        for number in range(10_000):
            put(records, number % 400)
    r, size = random.Random(11), large.stat().st_size
    places = [(r.randrange(size), r.randrange(8)) for _ in range(12)]
    assert sum(flips(tmp_path / "records.db", large, places)) > 6
