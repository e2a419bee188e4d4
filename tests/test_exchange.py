"""Processes that derive at the same time hand each other states: each is derived by one, and nothing else changes."""

from pathlib import Path

import pytest
from test_states import CASES
from whyrx.cohort.exchange import Exchange
from whyrx.kb.inference import KnowledgeBase
from whyrx.kb.knowledge import edition
from whyrx.kb.language import DEFAULT_GUIDELINE
from whyrx.kb.shared import Derived
from whyrx.kb.states import line_of


def base() -> KnowledgeBase:
    return KnowledgeBase(edition(DEFAULT_GUIDELINE))


def taking_part(folder: Path) -> KnowledgeBase:
    """A knowledge base as another process of a run has it."""
    found = base()
    assert found.shared is not None
    found.shared.exchange = Exchange(folder, DEFAULT_GUIDELINE, found)
    return found


def derived(of: KnowledgeBase) -> list[Derived]:
    assert of.shared is not None
    return of.shared.fresh()


def told(folder: Path) -> list[Derived]:
    return list(Exchange(folder, DEFAULT_GUIDELINE, base()).told())


def test_what_one_derived_another_need_not(tmp_path):
    alone, one, other = base(), taking_part(tmp_path), taking_part(tmp_path)
    traces = [[each.derive(case) for case in CASES] for each in (alone, one, other)]
    assert traces[0] == traces[1] == traces[2]
    assert len(derived(one)) == len(derived(alone)) > 100
    assert derived(other) == []


def test_states_derived_in_turns_are_all_known_to_both(tmp_path):
    alone, one, other = base(), taking_part(tmp_path), taking_part(tmp_path)
    for number, case in enumerate(CASES):
        assert alone.derive(case) == (one, other)[number % 2].derive(case)
    ours, theirs = derived(one), derived(other)
    assert ours
    assert theirs
    assert len(ours) + len(theirs) == len(derived(alone))


def test_a_line_is_read_when_it_is_whole(tmp_path):
    warm = base()
    warm.derive(CASES[0])
    states = derived(warm)[:3]
    lines = b"".join(map(line_of, states))
    reader = Exchange(tmp_path, DEFAULT_GUIDELINE, base())
    with (tmp_path / f"9.{DEFAULT_GUIDELINE}.derived").open("wb", buffering=0) as file:
        found = []
        for byte in range(len(lines)):
            file.write(lines[byte : byte + 1])
            found += reader.told()
    assert list(map(line_of, found)) == list(map(line_of, states))


@pytest.mark.parametrize(
    "line", [b"", b"{", b"[1, 2]", b'[{}, [0, "no such fact", [], []]]', b'[{"a": ["Age", "b"]}, []]', b"\xff"]
)
def test_a_line_that_cannot_be_believed_is_passed_over(line, tmp_path):
    warm = base()
    warm.derive(CASES[0])
    state = derived(warm)[0]
    (tmp_path / f"9.{DEFAULT_GUIDELINE}.derived").write_bytes(line + b"\n" + line_of(state) + line_of(state)[:20])
    assert list(map(line_of, told(tmp_path))) == [line_of(state)]


def test_states_of_another_guideline_are_not_looked_at(tmp_path):
    warm = base()
    warm.derive(CASES[0])
    (tmp_path / "0.idsa-2026.derived").write_bytes(line_of(derived(warm)[0]))
    assert told(tmp_path) == []


@pytest.mark.parametrize("count", [0, 1, 2, 9])
def test_each_goes_through_all_states_in_an_order_of_its_own(count, tmp_path):
    orders = [list(Exchange(tmp_path, DEFAULT_GUIDELINE, base()).order(count)) for _ in range(4)]
    assert all(sorted(order) == list(range(count)) for order in orders)
    assert orders[0] == orders[1][::-1]
    assert count < 9 or len(set(map(tuple, orders))) == 4
