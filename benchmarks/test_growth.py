"""How the time for one case grows with the rules of the knowledge base, and with the facts of the case.

    pytest benchmarks/test_growth.py

Processor time. Over rules, the case fires the same rules in every edition (`grown`): what is asked is whether rules
that do not concern a case slow it down. Over facts, the case names more and more beta-lactamases beside its NDM; each
brings some seven facts, and the rules on mechanisms fire for it.
"""

import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from statistics import median

import pytest
from grown import grown
from whyrx.facts.case import Case, case_from_tree, read_case
from whyrx.facts.working_memory import working_memory
from whyrx.kb import inference, knowledge
from whyrx.kb.edition import Edition
from whyrx.kb.engine import RuleEngine
from whyrx.kb.inference import KnowledgeBase
from whyrx.kb.shared import SharedDerivation

clips_program = pytest.importorskip("clips_program", reason="clipspy is not installed: pip install 'whyrx[bench]'")

EXAMPLES = Path(__file__).parent.parent / "examples"
RELEASED = knowledge.edition()
RULES = (50, 87, 100, 200, 400, 700, 800)
GENES = (0, 8, 16, 32, 64)
"""How many other beta-lactamases are named; a case may list 64."""
NAMES = [f"{family}-{number}" for number in range(1, 17) for family in ("CMY", "CTX-M", "SHV", "TEM")]


def example(name: str) -> Case:
    return read_case((EXAMPLES / f"{name}.yaml").read_bytes())


@cache
def with_rules(size: int) -> tuple[Edition, Case]:
    case = example("ceftazidime-anaphylaxis")  # fewer than 50 rules fire
    fired = {firing.rule for firing in KnowledgeBase(RELEASED).derive(case).firings}
    return grown(RELEASED, fired, size), case


@cache
def with_genes(count: int) -> tuple[Edition, Case]:
    tree = example("severe-bloodstream").as_understood()
    tree["isolate"]["other_beta_lactamases"] = NAMES[:count]
    return RELEASED, case_from_tree(tree)


Way = Callable[[Edition, Case], Callable[[], object]]


def known_situation(edition: Edition, case: Case) -> Callable[[], object]:
    base = KnowledgeBase(edition)
    return lambda: base.derive(case)


def known_states(edition: Edition, case: Case) -> Callable[[], object]:
    parts = SharedDerivation(*_logic(edition))
    facts = working_memory(case, edition.measures)
    return lambda: parts.run(facts)


def one_experta_engine(edition: Edition, case: Case) -> Callable[[], object]:
    engine = RuleEngine(*_logic(edition))
    facts = working_memory(case, edition.measures)
    return lambda: engine.run(facts)


def clips(edition: Edition, case: Case) -> Callable[[], object]:
    env = clips_program.environment(edition)
    facts = clips_program.asserted(working_memory(case, edition.measures), edition)

    def run():
        env.reset()
        env.load_facts(facts)
        env.run()

    return run


WAYS: dict[str, tuple[Way, int]] = {
    "known situation": (known_situation, 60),
    "known states": (known_states, 30),
    "CLIPS": (clips, 15),
    "one experta engine": (one_experta_engine, 5),
}
"""Ways to derive a case, and how many turns each size gets. CLIPS keeps no trace here; experta and known states give
the firings in order, a known situation the full trace."""
RUNS = 5
"""One after another in each turn."""


def in_turns(benchmark, way: str, sizes: list[tuple[Edition, Case]]) -> None:
    """Time all sizes in turns: whatever else the machine does, it does to all of them."""
    make, turns = WAYS[way]
    runs = [make(*size) for size in sizes]
    times: list[list[float]] = [[] for _ in sizes]

    def each_in_its_turn():
        for run, took in zip(runs, times, strict=True):
            for _ in range(RUNS):
                start = time.process_time()
                run()
                took.append(time.process_time() - start)

    benchmark.pedantic(each_in_its_turn, rounds=turns, warmup_rounds=1)
    benchmark.extra_info["sizes"] = [
        {
            "rules": len(edition.rules),
            "facts": len(working_memory(case, edition.measures)),
            "firings": len(KnowledgeBase(edition).derive(case).firings),
            "median": median(took),
        }
        for (edition, case), took in zip(sizes, times, strict=True)
    ]


@pytest.fixture(autouse=True)
def unchecked(monkeypatch):
    """Sites of infection that copies of rules ask for are in no vocabulary."""
    monkeypatch.setattr(inference, "check", lambda _edition: None)


@pytest.mark.parametrize("size", RULES)
def test_the_same_rules_fire_and_all_ways_conclude_the_same(size):
    edition, case = with_rules(size)
    facts = working_memory(case, edition.measures)
    reference = {(firing.rule, firing.conclusion) for firing in RuleEngine(*_logic(RELEASED)).run(facts)}
    for engine in (RuleEngine(*_logic(edition)), SharedDerivation(*_logic(edition))):
        assert {(firing.rule, firing.conclusion) for firing in engine.run(facts)} == reference
    env = clips_program.environment(edition)
    env.reset()
    env.load_facts(clips_program.asserted(facts, edition))
    env.run()
    concluded = {(fact.type, tuple(value for _, value in fact.values)) for _, fact in reference}
    assert clips_program.conclusions(env, edition) == concluded


def _logic(edition: Edition):
    return edition.rules, edition.vocabulary, edition.known


@pytest.mark.benchmark(group="growth over rules")
@pytest.mark.parametrize("way", WAYS)
def test_growth_over_rules(benchmark, way):
    in_turns(benchmark, way, [with_rules(size) for size in RULES])


@pytest.mark.benchmark(group="growth over facts")
@pytest.mark.parametrize("way", WAYS)
def test_growth_over_facts(benchmark, way):
    in_turns(benchmark, way, [with_genes(count) for count in GENES])
