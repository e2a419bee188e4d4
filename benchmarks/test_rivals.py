"""One case by shared derivations, one experta engine, CLIPS and clingo: the same rules, the same facts, one run.

    pytest benchmarks/test_rivals.py

Needs clipspy (extra `bench`). CLIPS is given its facts as one text, so that clipspy makes no object of a fact: those it
never lets go of, and each case would be slower than the one before. Processor time: none of them waits for anything.
"""

import time
from pathlib import Path

import clingo
import pytest
from whyrx.facts.case import read_case
from whyrx.facts.working_memory import working_memory
from whyrx.kb.asp import asp_fact, asp_firings
from whyrx.kb.engine import RuleEngine
from whyrx.kb.inference import KnowledgeBase
from whyrx.kb.knowledge import edition
from whyrx.kb.shared import SharedDerivation

clips_program = pytest.importorskip("clips_program", reason="clipspy is not installed: pip install 'whyrx[bench]'")

EDITION = edition()
CASE = read_case((Path(__file__).parent.parent / "examples" / "severe-bloodstream.yaml").read_bytes())
FACTS = working_memory(CASE, EDITION.measures)

WARM = pytest.mark.benchmark(group="one case, warm", timer=time.process_time)
COLD = pytest.mark.benchmark(group="one case, nothing known", timer=time.process_time)


def whole(rounds: int = 30):
    return {"rounds": rounds, "warmup_rounds": 2}


def test_clips_concludes_what_we_conclude():
    env = clips_program.environment(EDITION)
    env.reset()
    env.load_facts(clips_program.asserted(FACTS, EDITION))
    env.run()
    trace = KnowledgeBase(EDITION).derive(CASE)
    concluded = (trace.facts[firing.conclusion] for firing in trace.firings)
    ours = {(fact.type, tuple(value for _, value in fact.values)) for fact in concluded}
    assert clips_program.conclusions(env, EDITION) == ours


@WARM
def test_known_situation_with_full_trace(benchmark):
    base = KnowledgeBase(EDITION)
    base.derive(CASE)
    benchmark.pedantic(base.derive, (CASE,), **whole(300))


@WARM
def test_known_states_firings_in_order(benchmark):
    parts = SharedDerivation(EDITION.rules, EDITION.vocabulary, EDITION.known)
    parts.run(FACTS)
    benchmark.pedantic(parts.run, (FACTS,), **whole(100))


@WARM
def test_one_experta_engine_with_full_trace(benchmark):
    base = KnowledgeBase(EDITION, shared=False)
    base.derive(CASE)
    benchmark.pedantic(base.derive, (CASE,), **whole())


@WARM
def test_clips_without_a_trace(benchmark):
    env, facts = clips_program.environment(EDITION), clips_program.asserted(FACTS, EDITION)

    def run():
        env.reset()
        env.load_facts(facts)
        env.run()

    benchmark.pedantic(run, **whole(100))


@WARM
def test_clips_with_a_trace_read_back(benchmark):
    env, facts = clips_program.environment(EDITION, traced=True), clips_program.asserted(FACTS, EDITION)

    def run():
        env.reset()
        env.load_facts(facts)
        env.run()
        return clips_program.trace(env)

    benchmark.pedantic(run, **whole())


@WARM
def test_clingo_ground_and_solve(benchmark):
    rules = asp_firings(EDITION.rules, dict(EDITION.vocabulary))
    program = "\n".join([rules, *(f"{asp_fact(fact)}." for fact in (*EDITION.known, *FACTS))])

    def run():
        control = clingo.Control(["--warn=none"])
        control.add("base", [], program)
        control.ground([("base", [])])
        control.solve()

    benchmark.pedantic(run, **whole(10))


@COLD
def test_states_derived_by_experta(benchmark):
    def setup():
        return (SharedDerivation(EDITION.rules, EDITION.vocabulary, EDITION.known), FACTS), {}

    benchmark.pedantic(lambda parts, facts: parts.run(facts), setup=setup, rounds=7)


@COLD
def test_one_experta_engine_with_its_network(benchmark):
    benchmark.pedantic(lambda: RuleEngine(EDITION.rules, EDITION.vocabulary, EDITION.known).run(FACTS), rounds=7)


@COLD
@pytest.mark.parametrize("traced", [False, True], ids=["without a trace", "with a trace read back"])
def test_clips_with_its_network(benchmark, traced):
    facts = clips_program.asserted(FACTS, EDITION)

    def run():
        env = clips_program.environment(EDITION, traced=traced)
        env.reset()
        env.load_facts(facts)
        env.run()
        return clips_program.trace(env) if traced else None

    benchmark.pedantic(run, rounds=7)
