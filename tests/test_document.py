import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whyrx.facts.document import MAX_BYTES, Scalar, parse, parse_value, tree_of
from whyrx.facts.problems import CaseError, Problem, near_miss


def only_problem(data: bytes | str) -> Problem:
    with pytest.raises(CaseError) as caught:
        parse(data)
    (problem,) = caught.value.problems
    return problem


def refusal(read: Callable[[Any], object], data: object) -> tuple[Problem, ...]:
    """The problems of what is refused, none of what is accepted; any other exception is an error."""
    try:
        read(data)
    except CaseError as error:
        return error.problems
    return ()


def test_scalars_stay_as_written():
    assert parse("a: 010\nb: '010'\nc: 2026-11-22\nd: yes\ne: 1.40 mg/dL") == {
        "a": Scalar("010"),
        "b": Scalar("010", quoted=True),
        "c": Scalar("2026-11-22"),
        "d": Scalar("yes"),
        "e": Scalar("1.40 mg/dL"),
    }


@pytest.mark.parametrize(
    ("text", "is_string"),
    [
        ("yes", True), ("2026-11-22", True), ("70 kg", True), ("1_000", True), ("", False), ("~", False),
        ("null", False), ("true", False), ("FALSE", False), ("010", False), ("0x10", False),
        ("-1.5e3", False), (".inf", False), (".5", False),
    ],
)  # fmt: skip
def test_the_core_schema_of_yaml_1_2_says_what_a_string_is(text: str, is_string: bool):
    assert Scalar(text).is_string is is_string
    assert Scalar(text, quoted=True).is_string


@pytest.mark.parametrize(
    "text",
    [
        '{"a":\t"x\\/y \\ud83d\\ude00", "b":[1,\t-2.5, true, null, {}]}',
        '\t \n{\n\t"a": {"b": []}\n}\n\t',
        '{"a": "\\u00b5mol\\/L \\"q\\" \\\\ \\n"}\r\n',
    ],
)
def test_json_reads_as_json(text: str):
    assert parse(text) == tree_of(json.loads(text))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=10,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from("abcd"), json_values), st.sampled_from([None, 1, "\t"]), st.booleans())
@settings(max_examples=200, deadline=None)
def test_every_json_document_reads_as_json(value: dict[str, object], indent: int | str | None, ascii_only: bool):
    assert parse(json.dumps(value, indent=indent, ensure_ascii=ascii_only)) == tree_of(value)


@pytest.mark.parametrize(
    ("data", "path", "row", "fragment"),
    [
        ("", "", 0, "{} for a case"),
        ("# only a comment\n", "", 0, "{} for a case"),
        ("null", "", 0, "{} for a case"),
        ("---\n", "", 0, "{} for a case"),
        ("a: 1\n---\nb: 2", "", 2, "one case per file"),
        ("%YAML 1.1\n---\na: yes", "", 2, "YAML 1.2"),
        ("%TAG ! tag:x\n---\na: 1", "", 2, "directives"),
        ("p:\n  a: !x 1", "p.a", 2, "without tags"),
        ("p:\n  a: !!str 1", "p.a", 2, "without tags"),
        ("p: &x {a: 1}", "p", 1, "without anchors"),
        ("p: *x", "p", 1, "without aliases"),
        ("p: {<<: {a: 1}}", "p", 1, "without merge keys"),
        ("p:\n  a: 1\n  b: 2\n  a: 1", "p.a", 4, "each key once"),
        ('{"p":{"a":1,"a":1}}', "p.a", 1, "each key once"),
        ("p: [x, {a: 1, a: 2}]", "p[].a", 1, "each key once"),
        ("5: 1", "", 1, "keys that are text"),
        ("true: 1", "", 1, "keys that are text"),
        ("? [a]\n: 1", "", 1, "keys that are text"),
        ("{:}", "", 1, "keys that are text"),
        (b"a: 1\nb: \xff", "", 2, "UTF-8"),
        (b"\xff\xfea\x00", "", 1, "UTF-8"),
        (b"a: \xed\xa0\x80", "", 1, "UTF-8"),
        ("a: 1\nb: \x00", "", 2, "control characters"),
        ("a: \x7f", "", 1, "control characters"),
        ('{"a": "\\u0000"}', "a", 1, "control characters"),
        ('{"a": "\\ud83d"}', "a", 1, "halves of characters"),
        ("a: \ud83d", "", 1, "UTF-8"),
        ('a: "\\UFFFFFFFF"', "a", 0, "YAML or JSON"),
        ("a: >16 mg/L", "a", 1, "in quotes"),
        ("{a: 1", "", 1, "YAML or JSON"),
        ("a:\n\tb: 1", "a", 2, "YAML or JSON"),
        ("[" * 13 + "]" * 13, "[]" * 12, 1, "12 levels"),
        ("[" * 100_000, "[]" * 12, 1, "12 levels"),
        ("{a: " * 13, ".".join("a" * 11), 1, "12 levels"),
        ("- " * 100_000, "[]" * 12, 1, "12 levels"),
        ("x" * (MAX_BYTES + 1), "", 0, "bytes"),
        (b"\xff" * (MAX_BYTES + 1), "", 0, "bytes"),
        ("[" + "a," * 5000 + "]", "[a]", 1, "5000 values"),
    ],
)
def test_what_is_no_document(data: bytes | str, path: str, row: int, fragment: str):
    problem = only_problem(data)
    assert (problem.path, problem.row) == (path, row)
    assert fragment in problem.accepted


def test_all_problems_of_a_document_at_once():
    with pytest.raises(CaseError) as caught:
        parse("a: &x 1\nb: !t 2\na: *x")
    assert [problem.row for problem in caught.value.problems] == [1, 3, 3, 2]


def test_a_byte_order_mark_is_no_part_of_the_document():
    assert parse(b"\xef\xbb\xbfa: 1") == {"a": Scalar("1")}


def test_an_empty_mapping_is_a_document():
    assert parse("{}") == {}


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("70 kg", Scalar("70 kg")),
        ("[NDM-1]", [Scalar("NDM-1")]),
        ("{result: S}", {"result": Scalar("S")}),
        (">16 mg/L", Scalar(">16 mg/L")),
        ("[]", []),
    ],
)
def test_one_value_on_a_line(text: str, tree: object):
    assert parse_value(text) == tree


@pytest.mark.parametrize("text", ["", "~", "- a", "a: b", "&x 1", "1\n---\n2", "[", "\x00"])
def test_what_is_no_value_on_a_line(text: str):
    with pytest.raises(CaseError):
        parse_value(text)


@given(
    st.binary()
    | st.text(st.characters(exclude_categories=[]))
    | st.text("{}[]:,-?&*!|>'\"%@`#~\n\t ab\\ux0D", max_size=60)
)
@settings(max_examples=500, deadline=None)
def test_nothing_but_a_case_error_comes_of_any_input(data: bytes | str):
    assert all(problem.line().isprintable() for problem in refusal(parse, data))


@pytest.mark.parametrize(
    "pattern",
    [
        "[",
        "{",
        "- ",
        "? ",
        "#\n",
        "\n",
        "a ",
        "a\n",
        "[]",
        "{a,",
        "!",
        "&a ",
        '"',
        "'",
        "%F\n",
        "|\n",
        "[a:",
        ": ",
        "\t",
    ],
)
def test_hostile_repetition_ends(pattern: str):
    for prefix in ("", "a: ", "{a: ", '{"'):
        with suppress(CaseError):
            parse(prefix + pattern * ((MAX_BYTES - 10) // len(pattern)))


def test_a_problem_is_one_printable_line():
    problem = Problem("a\nb", "x\x1b[31m\u202e" + "y" * 1000, "z", "w")
    assert problem.line().startswith("a\\nb: value x\\x1b[31m\\u202eyyy")
    assert problem.line().endswith("…; accepted: z; did you mean w?")
    assert len(problem.line()) < 200


def test_problems_are_sorted_and_each_once():
    first, second = Problem("a", "1", "x"), Problem("b", "1", "x")
    assert CaseError([second, first, second]).problems == (first, second)


@pytest.mark.parametrize(
    ("written", "accepted", "meant"),
    [
        ("wieght", ["height", "weight"], "weight"),
        ("NMD-1", ["NDM-1", "IMP-1"], "NDM-1"),
        ("klebsiella pneumonia", ["Klebsiella oxytoca", "Klebsiella pneumoniae"], "Klebsiella pneumoniae"),
        ("S", ["R"], None),
        ("a" * 10_000, ["a"], None),
    ],
)
def test_near_misses(written: str, accepted: list[str], meant: str | None):
    assert near_miss(written, accepted) == meant
