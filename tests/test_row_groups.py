"""Parquet files joined without writing their data again."""

import io
import struct

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from whyrx.cohort.row_groups import join, same_columns


def table(start: int, rows: int = 10) -> pa.Table:
    """Every kind of column that outcomes have, and more columns than fit in the short form of a list."""
    words = pa.array([["a", "b"], [], None, ["c"]] * rows, pa.list_(pa.dictionary(pa.int32(), pa.string())))
    doses = pa.array(
        [[{"drug": "x", "hours": start}], []] * rows, pa.list_(pa.struct({"drug": pa.string(), "hours": pa.int32()}))
    )
    return pa.table(
        {
            "row": pa.array(range(start, start + rows), pa.int64()),
            "words": words[:rows],
            "doses": doses[:rows],
            "ratio": pa.array([0.5, None] * rows, pa.float64())[:rows],
            "empty": pa.nulls(rows, pa.string()),
            **{f"c{n}": pa.array([None, f"{n}", ""] * rows, pa.string())[:rows].dictionary_encode() for n in range(20)},
        }
    ).replace_schema_metadata({"note": "of all"})


def written(path, *tables, **options):
    with pq.ParquetWriter(path, tables[0].schema, compression="zstd", **options) as writer:
        for each in tables:
            writer.write_table(each)
    return path


@pytest.mark.parametrize(
    "options", [{}, {"write_page_index": True}, {"write_statistics": False}, {"data_page_version": "2.0"}]
)
def test_files_joined_hold_the_rows_of_all_in_order_and_the_metadata(options, tmp_path):
    tables = [table(1), table(11, 7), table(18, 0), table(18, 300)]
    files = [written(tmp_path / f"{n}.parquet", each, **options) for n, each in enumerate(tables)]
    files.append(written(tmp_path / "two.parquet", table(318), table(328), **options))
    whole = tmp_path / "whole.parquet"
    with whole.open("wb") as out:
        join(files, out)
    found = pq.read_table(whole)
    assert found.equals(pa.concat_tables([pq.read_table(file) for file in files]), check_metadata=True)
    assert found.schema.metadata == {b"note": b"of all"}
    assert found["row"].to_pylist() == list(range(1, 338))
    assert pq.read_metadata(whole).num_row_groups == sum(pq.read_metadata(file).num_row_groups for file in files)
    assert pq.read_table(whole, filters=pc.field("row") == 320)["row"].to_pylist() == [320]


def test_one_file_joined_is_that_file(tmp_path):
    file, out = written(tmp_path / "one.parquet", table(1)), io.BytesIO()
    join([file], out)
    assert pq.read_table(pa.BufferReader(out.getvalue())).equals(pq.read_table(file), check_metadata=True)


def test_the_data_are_copied_as_they_are(tmp_path):
    files, out = [written(tmp_path / f"{n}.parquet", table(n)) for n in (1, 2)], io.BytesIO()
    join(files, out)
    for file in files:
        data = file.read_bytes()
        footer = struct.unpack("<I", data[-8:-4])[0]
        assert data[4 : -8 - footer] in out.getvalue()


def test_other_columns_or_metadata_are_told(tmp_path):
    one, same = (written(tmp_path / f"{n}.parquet", table(n)) for n in (1, 2))
    assert same_columns([one, same])
    assert same_columns([one])
    less = written(tmp_path / "less.parquet", table(3).drop_columns(["c3"]))
    noted = written(tmp_path / "noted.parquet", table(3).replace_schema_metadata({"note": "of another"}))
    assert not same_columns([one, less])
    assert not same_columns([one, same, noted])


@pytest.mark.parametrize(
    "damage", [lambda d: b"", lambda d: d[:-1], lambda d: b"PAR1\xff\xff\xff\xffPAR1", lambda d: d[:4] + d[-9:]]
)
def test_a_file_that_is_not_whole_is_refused(damage, tmp_path):
    file = written(tmp_path / "one.parquet", table(1))
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(ValueError, match=r"no Parquet file|ends too soon|of kind"):
        join([file], io.BytesIO())
