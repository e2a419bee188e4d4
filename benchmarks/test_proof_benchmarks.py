"""How the time of proofs grows with the rules of the knowledge base, and with the enzymes that a case may name.

    pytest benchmarks/test_proof_benchmarks.py

Processor time. Copies of rules ask for sites that there are (`grown`), so each has situations in which it fires. With
fewer rules some invariants are broken or speak of nothing, which is looked for in the same way.
"""

import time
from collections.abc import Callable
from contextlib import contextmanager
from functools import cache, partial
from statistics import median

import pytest
from grown import grown
from whyrx.facts.case import case_from_tree
from whyrx.kb import inference, knowledge
from whyrx.kb.edition import Edition
from whyrx.kb.inference import KnowledgeBase
from whyrx.prove import program
from whyrx.prove.cones import Cones
from whyrx.prove.names import Names
from whyrx.prove.proof import prove
from whyrx.prove.solver import Solver
from whyrx.prove.space import Space

Size = tuple[int, int]
"""Rules, and how many enzymes of each kind a case may name (nought: as many as stand for all)."""

RULES: tuple[Size, ...] = tuple((rules, 0) for rules in (87, 175, 320, 640))
ENZYMES: tuple[Size, ...] = tuple((320, enzymes) for enzymes in (1, 2, 4, 8))
SITES = ("bloodstream", "cystitis", "pneumonia", "cns")
MODULES, STATES = 40, 20
"""So many modules, evenly spread, and at most so many states of each are put to both engines."""


@pytest.fixture(autouse=True)
def whatever_the_rules(monkeypatch):
    """Editions that no check lets pass: with fewer rules, some read what none concludes."""
    monkeypatch.setattr(inference, "check", lambda _edition: None)
    monkeypatch.setattr(program, "Solver", partial(Solver, strict=False))


@cache
def with_rules(size: int) -> Edition:
    released = knowledge.edition()
    fired = {firing.rule for firing in KnowledgeBase(released).derive(case_from_tree({})).firings}
    return grown(released, fired, size, SITES)


@contextmanager
def space_of(size: Size):
    """The edition of a size, while its space has so many enzymes."""
    rules, enzymes = size
    with pytest.MonkeyPatch.context() as patch:
        if enzymes:
            patch.setattr(Names, "needed", lambda _self, _lists: enzymes)
        yield with_rules(rules)


def all_invariants(size: Size) -> float:
    with space_of(size) as edition:
        began = time.process_time()
        for _ in prove(edition):
            pass
        return time.process_time() - began


def states_found(size: Size) -> float:
    return _found(size)[2]


@cache
def _found(size: Size) -> tuple[Cones, int, float]:
    """The modules, how many states they have, and the seconds that it takes to find them."""
    with space_of(size) as edition:
        began = time.process_time()
        cones = Cones(KnowledgeBase(edition))
        count = sum(1 for number in range(len(cones.shared.modules)) for _ in cones.states(number))
        return cones, count, time.process_time() - began


def a_thousand_states(size: Size) -> float:
    """By both engines; what the modules can see is found before."""
    cones, _, _ = _found(size)
    modules = range(0, len(cones.shared.modules), max(1, len(cones.shared.modules) // MODULES))
    began = time.process_time()
    looked = [difference for number in modules for difference in cones.differences(number, 0, STATES)]
    took = time.process_time() - began
    assert not any(looked)
    return took / len(looked) * 1000


WAYS: dict[str, tuple[Callable[[Size], float], int]] = {
    "all invariants": (all_invariants, 3),
    "states of modules found": (states_found, 1),
    "a thousand states by both engines": (a_thousand_states, 1),
}
"""What is timed, and how many turns each size gets."""


@cache
def described(size: Size) -> dict[str, int | str]:
    """What a row of the table says of a size."""
    with space_of(size) as edition:
        space = Space(edition)
        return {
            "rules": len(edition.rules),
            "enzymes": space.enzymes.as_json()["stand_for_all"],
            "situations": f"10^{len(str(space.size)) - 1}",
            "states": _found(size)[1],
        }


def in_turns(benchmark, way: str, sizes: tuple[Size, ...]) -> None:
    """Time all sizes in turns: whatever else the machine does, it does to all of them."""
    timed, turns = WAYS[way]
    times: list[list[float]] = [[] for _ in sizes]

    def each_in_its_turn():
        for size, took in zip(sizes, times, strict=True):
            took.append(timed(size))

    benchmark.pedantic(each_in_its_turn, rounds=turns)
    benchmark.extra_info["sizes"] = [
        {**described(size), "median": median(took)} for size, took in zip(sizes, times, strict=True)
    ]


@pytest.mark.benchmark(group="growth of proofs over rules")
@pytest.mark.parametrize("way", WAYS)
def test_growth_of_proofs_over_rules(benchmark, way):
    in_turns(benchmark, way, RULES)


@pytest.mark.benchmark(group="growth of proofs over enzymes")
@pytest.mark.parametrize("way", WAYS)
def test_growth_of_proofs_over_enzymes(benchmark, way):
    in_turns(benchmark, way, ENZYMES)
