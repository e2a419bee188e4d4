"""Tables of few words as Parquet: what is written is what pyarrow reads, however the words are spread."""

import io
import random
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from whyrx.cohort.pages import parquet

DOSE = pa.struct({"drug": pa.string(), "hours": pa.int32()})


def words(of: int) -> pa.Array:
    return pa.array([f"word {n}" for n in range(of)], pa.string())


def doses(of: int) -> pa.Array:
    """Structures some of whose fields are the same, and some of which are empty."""
    return pa.array([{"drug": f"drug {n % 3}", "hours": None if n % 4 == 1 else n // 2} for n in range(of)], DOSE)


def dictionary(numbers: list[int | None], of: pa.Array, bits: pa.DataType) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(numbers, bits), of)


def drawn(rows: int, of: int, bits: pa.DataType, seed: int) -> pa.RecordBatch:
    """A table of every kind of column that outcomes have."""
    r = random.Random(seed)

    def some(none: float) -> list[int | None]:
        return [None if not of or r.random() < none else r.randrange(of) for _ in range(rows)]

    def lists(values: pa.Array) -> pa.Array:
        sizes = [r.choice((0, 0, 1, 3)) if of else 0 for _ in range(rows)]
        numbers: list[int | None] = [r.randrange(of) for _ in range(sum(sizes))]
        places = [sum(sizes[:row]) for row in range(rows + 1)]
        return pa.ListArray.from_arrays(pa.array(places, pa.int32()), dictionary(numbers, values, bits))

    columns = {
        "row": pa.array(range(1, rows + 1), pa.int64()),
        "id": pa.array([f"id-{n}" for n in range(rows)]),
        "all": dictionary(some(0), words(of), bits),
        "some": dictionary(some(0.3), words(of), bits),
        "none": dictionary(some(1), words(of), bits),
        "lists": lists(words(of)),
        "doses": lists(doses(of)),
        "ratio": pa.array([r.choice((0.5, None)) for _ in range(rows)], pa.float64()),
    }
    return pa.RecordBatch.from_pydict(columns).replace_schema_metadata({"note": "of all"})


def read(data: bytes) -> pa.Table:
    return pq.read_table(io.BytesIO(data))


@pytest.mark.parametrize("rows", [0, 1, 7, 8, 9, 64, 500])
@pytest.mark.parametrize(
    ("of", "bits"), [(0, pa.int8()), (1, pa.int8()), (5, pa.uint8()), (300, pa.int16()), (300, pa.int32())]
)
def test_what_is_read_is_what_was_written(rows, of, bits):
    batch = drawn(rows, of, bits, rows)
    found = read(parquet(batch, ["row"]))
    assert found.to_pylist() == batch.to_pylist()
    assert found.schema.metadata == {b"note": b"of all"}
    assert [field.type for field in found.schema][2:7] == [
        *[pa.dictionary(pa.int32(), pa.string())] * 3,
        pa.list_(pa.dictionary(pa.int32(), pa.string())),
        pa.list_(DOSE),
    ]


@pytest.mark.parametrize("of", [255, 256, 257, 65_535, 65_536, 65_537])
def test_a_column_of_many_words_is_the_same(of):
    numbers = [*range(of), None, 0]
    column = dictionary(numbers, words(of), pa.int32())
    batch = pa.RecordBatch.from_pydict({"word": column})
    assert read(parquet(batch))["word"].to_pylist() == column.to_pylist()


def test_the_metadata_are_those_of_each_table():
    batch = drawn(5, 2, pa.int8(), 0)
    for note in ("one", "other"):
        found = read(parquet(batch.replace_schema_metadata({"note": note})))
        assert found.schema.metadata == {b"note": note.encode()}


def test_nothing_is_said_of_pages_but_what_they_are():
    """Readers look at the encodings of a column's pages to see whether its dictionary has all that is in it."""
    column = pq.ParquetFile(io.BytesIO(parquet(drawn(50, 5, pa.int8(), 0)))).metadata.row_group(0).column(2)
    assert column.path_in_schema == "all"
    assert set(column.encodings) == {"PLAIN", "RLE", "RLE_DICTIONARY"}
    assert column.has_dictionary_page
    assert not column.is_stats_set


def test_a_part_of_a_table_is_written_as_that_part():
    batch = drawn(100, 9, pa.int8(), 0)
    assert read(parquet(batch.slice(13, 50))).to_pylist() == batch.to_pylist()[13:63]


@pytest.mark.parametrize(
    "column",
    [
        pa.array([["a"], None, []], pa.list_(pa.dictionary(pa.int8(), pa.string()))),
        pa.array([["a"], [None], []], pa.list_(pa.dictionary(pa.int8(), pa.string()))),
        pa.array([[{"drug": "a", "hours": 1}], [], []], pa.list_(DOSE)),
        pa.array([3, 4, 3]).dictionary_encode(),
        pa.array([["a"], ["b"], []], pa.list_(pa.string())),
    ],
)
def test_columns_of_other_kinds_are_left_to_pyarrow(column):
    batch = pa.RecordBatch.from_pydict({"other": column, "word": pa.array(["a", "b", "a"]).dictionary_encode()})
    assert read(parquet(batch)).to_pylist() == batch.to_pylist()


def test_the_file_says_of_itself_what_pyarrow_says_of_the_same():
    batch = drawn(200, 7, pa.int8(), 1)
    ours, theirs = io.BytesIO(parquet(batch, ["row"])), io.BytesIO()
    pq.write_table(read(ours.getvalue()), theirs, compression="zstd", write_statistics=["row"])
    for one, other in zip(*(_said(file) for file in (ours, theirs)), strict=True):
        assert one == other


def _said(file: io.BytesIO) -> list[dict[str, Any]]:
    about = pq.ParquetFile(file).metadata
    assert about.num_row_groups == 1
    columns = [about.row_group(0).column(number).to_dict() for number in range(about.num_columns)]
    kept = ("path_in_schema", "physical_type", "num_values", "compression", "statistics")
    return [{name: column[name] for name in kept} for column in columns]


def test_a_row_is_found_by_its_number_and_a_column_by_its_name():
    batch = drawn(300, 7, pa.int8(), 2)
    data = parquet(batch, ["row"])
    found = pq.read_table(io.BytesIO(data), columns=["doses"], filters=pc.field("row") == 77)
    assert found.to_pylist() == [{"doses": batch["doses"][76].as_py()}]
    assert parquet(batch, ["row"]) == data


@pytest.mark.parametrize(("rows", "of", "bits"), [(1, 1, pa.int8()), (500, 200, pa.uint8()), (700, 300, pa.int16())])
def test_another_reader_reads_the_same(tmp_path, rows, of, bits):
    """DuckDB's reader of Parquet shares no code with pyarrow's."""
    data = parquet(drawn(rows, of, bits, 3), statistics=["row"])
    file = tmp_path / "table.parquet"
    file.write_bytes(data)
    found = duckdb.sql(f"select * from read_parquet('{file}')")
    names = [name for name, *_ in found.description]
    assert [dict(zip(names, row, strict=True)) for row in found.fetchall()] == read(data).to_pylist()
