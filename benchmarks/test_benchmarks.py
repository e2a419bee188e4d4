"""How long things take. Each figure is to be read against the others of the same run, never against a clock elsewhere.

    pytest benchmarks

`python -c pass` is the floor under every process. What runs in one process is measured in processor time. The share of
experta's matcher in a warm consultation is printed in the end.
"""

import subprocess
import sys
import time
from collections import deque
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from time import perf_counter

import pytest
from whyrx.explore.advice import ANSWER
from whyrx.explore.firm import firmness
from whyrx.explore.flip import flip
from whyrx.explore.space import Space
from whyrx.explore.worth import worth_knowing
from whyrx.facts.case import read_case
from whyrx.facts.working_memory import working_memory
from whyrx.kb.decision import decide
from whyrx.kb.engine import RuleEngine
from whyrx.kb.guidelines import GUIDELINES
from whyrx.kb.inference import KnowledgeBase
from whyrx.kb.knowledge import edition, knowledge_base

ROOT = Path(__file__).parent.parent
CASE = ROOT / "examples" / "severe-bloodstream.yaml"

ONE_CASE = pytest.mark.benchmark(group="one warm case", timer=time.process_time)
WARM = pytest.mark.benchmark(group="questions, warm", timer=time.process_time)
PROCESSES = {
    "python -c pass": ["-c", "pass"],
    "import whyrx.cli": ["-c", "import whyrx.cli"],
    "whyrx --help": ["-m", "whyrx", "--help"],
    "whyrx consult": ["-m", "whyrx", "consult", str(CASE)],
    "whyrx consult --json": ["-m", "whyrx", "consult", str(CASE), "--json"],
    "whyrx why": ["-m", "whyrx", "why", str(CASE)],
    "whyrx consult --guideline idsa-2026": ["-m", "whyrx", "consult", str(CASE), "--guideline", "idsa-2026"],
    "whyrx compare": ["-m", "whyrx", "compare", str(CASE)],
    "whyrx options": ["-m", "whyrx", "options", str(CASE)],
    "whyrx flip": ["-m", "whyrx", "flip", str(CASE), "--drop", "cefiderocol"],
    "whyrx worth": ["-m", "whyrx", "worth", str(CASE)],
    "whyrx firm": ["-m", "whyrx", "firm", str(CASE)],
    "whyrx query": ["-m", "whyrx", "query", str(CASE), "recommend(R, first), not avoid(R, _)"],
    "whyrx report": ["-m", "whyrx", "report", str(CASE), "--format", "html"],
}


@pytest.mark.benchmark(group="process")
@pytest.mark.parametrize("arguments", PROCESSES.values(), ids=PROCESSES)
def test_process(benchmark, arguments):
    used = []

    def run():
        before = getrusage(RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        after = getrusage(RUSAGE_CHILDREN)
        used.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

    benchmark.pedantic(run, rounds=7, warmup_rounds=1)
    benchmark.extra_info["processor s"] = round(median(used), 3)


@pytest.mark.benchmark(group="once per process", timer=time.process_time)
def test_network_build(benchmark):
    known = edition()
    benchmark.pedantic(RuleEngine, (known.rules, known.vocabulary, known.known), rounds=7, warmup_rounds=1)


@pytest.fixture(scope="module")
def warm():
    base, case = knowledge_base(), read_case(CASE.read_bytes())
    facts = working_memory(case, base.edition.measures)
    engine = RuleEngine(base.edition.rules, base.edition.vocabulary, base.edition.known)
    engine.run(facts)
    base.derive(case)
    return base, case, facts, engine


@ONE_CASE
def test_reading_the_case_file(benchmark):
    benchmark(read_case, CASE.read_bytes())


@ONE_CASE
def test_engine_run(benchmark, warm):
    _, _, facts, engine = warm
    benchmark(engine.run, facts)


@ONE_CASE
def test_the_whole_derivation_with_trace(benchmark, warm):
    base, case, _, _ = warm
    benchmark(base.derive, case)


@ONE_CASE
@pytest.mark.parametrize("guideline", GUIDELINES)
def test_consultation_with_trace(benchmark, guideline):
    base, case = knowledge_base(guideline), read_case(CASE.read_bytes())
    base.derive(case)
    benchmark(lambda: decide(base.edition, case, base.derive(case)))


def test_share_of_the_matcher(warm, capsys):
    """Not timed against a limit: printed for the reader."""
    base, case, _, engine = KnowledgeBase(edition(), shared=False), *warm[1:]
    matcher = engine._engine.matcher
    inside, changes = [], matcher.changes

    def timed(*arguments, **named):
        start = perf_counter()
        try:
            return changes(*arguments, **named)
        finally:
            inside.append(perf_counter() - start)

    matcher.changes = timed
    base._idle[()] = deque([engine])  # the next derivation takes this engine
    start = perf_counter()
    for _ in range(50):
        decide(base.edition, case, base.derive(case))
    whole = perf_counter() - start
    with capsys.disabled():
        print(f"\nmatcher: {sum(inside) / whole:.0%} of {whole / 50 * 1000:.1f} ms for a warm consultation with trace")


QUESTIONS = {
    "flip --drop": lambda base, case: flip(base, case, "cefiderocol", into=False),
    "worth": lambda base, case: worth_knowing(base.edition, case),
    "firm": firmness,
}


@WARM
@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
@pytest.mark.parametrize("name", ["severe-bloodstream", "nevada-2016", "suspected-ndm"])
def test_question(benchmark, question, name, warm):
    case = read_case((ROOT / "examples" / f"{name}.yaml").read_bytes())
    benchmark.pedantic(question, (warm[0], case), rounds=5, warmup_rounds=1)


@WARM
def test_one_run_of_the_engine_for_each_neighbour(benchmark, warm):
    """What `worth` would take by running the engine on each neighbouring case instead of asking a solver."""
    base, case, *_ = warm
    space = Space(base.edition, case, base.edition.behind(ANSWER), unknown_only=True)
    neighbours = [space.with_changes([each]) for slot in space.slots for each in slot.alternatives]

    def each():
        for neighbour in neighbours:
            base.concludes(neighbour, ANSWER)

    benchmark.pedantic(each, rounds=3, warmup_rounds=1)
