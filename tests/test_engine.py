"""The engine concludes what the rules mean: by hand, by a second logic engine, under threads, run after run."""

import json
import logging
import os
import random
import subprocess
import sys
import threading
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain, permutations, product
from typing import Any

import clingo
import pytest
from drawing import drawn_cases, drawn_tree, drawn_values
from whyrx.facts.atoms import Computed, Fact, FactType, FieldType, Known, NotStated, Pattern, V, Var
from whyrx.facts.case import Case, case_from_tree, field_paths
from whyrx.facts.working_memory import working_memory
from whyrx.kb import engine as engine_module
from whyrx.kb.asp import asp_fact, asp_firings
from whyrx.kb.engine import RawFiring, RuleEngine
from whyrx.kb.guidelines import GUIDELINES
from whyrx.kb.inference import KnowledgeBase
from whyrx.kb.knowledge import edition, knowledge_base
from whyrx.kb.language import DEFAULT_GUIDELINE, Cite, Rule
from whyrx.kb.own_cases import own_cases as cases_of

# --- rule sets by hand --------------------------------------------------------------------------------------


def a_type(name: str, *fields: str, origin: str = "concluded") -> FactType:
    return FactType(name, origin, name.lower(), tuple(FieldType(field) for field in fields))


Item = a_type("Item", "value", origin="asked")
Edge = a_type("Edge", "start", "end", origin="asked")
Colour = a_type("Colour", "value", "colour", origin="known")
Flag = a_type("Flag", "value")
Clear = a_type("Clear", "value")
Alarm = a_type("Alarm", "value")
Stop = a_type("Stop")
Trio = a_type("Trio", "one", "two", "three")
Path = a_type("Path", "start", "end")
Apart = a_type("Apart", "start", "end")
Tally = a_type("Tally", "value")
TOY = {t.name: t for t in (Item, Edge, Colour, Flag, Clear, Alarm, Stop, Trio, Path, Apart, Tally)}


def rule(name: str, when: Sequence[Pattern], then: Pattern, unless: Sequence[Pattern] = ()) -> Rule:
    return Rule(name, name, Cite("toy", "here"), tuple(when), then, name, tuple(unless))


def fact(fact_type: FactType, *values: str) -> Fact:
    return Fact(fact_type.name, tuple(zip(fact_type.matched(), values, strict=True)))


def items(*values: str) -> list[Fact]:
    return [fact(Item, value) for value in values]


def run(rules: Sequence[Rule], facts: Sequence[Fact], known: Sequence[Fact] = ()) -> list[RawFiring]:
    return RuleEngine(rules, TOY, known).run(facts)


def concluded(firings: Iterable[RawFiring]) -> list[str]:
    return [firing.conclusion.id for firing in firings if firing.new]


ANY_THREE = (Item(value=V.x), Item(value=V.y), Item(value=V.z))
ALL_OF_THEM = Trio(one=V.x, two=V.y, three=V.z)


def test_a_rule_whose_exception_holds_fires_for_no_order_of_the_same_facts():
    """All permutations of the same facts wait on the agenda and have to leave it, each of them."""
    rules = (
        rule("a-trio", ANY_THREE, ALL_OF_THEM, unless=[Stop()]),
        rule("z-stop", [Item(value="c")], Stop()),
    )
    for order in permutations("abc"):
        assert concluded(run(rules, items(*order))) == ["stop"]


def test_an_exception_takes_out_the_permutations_it_is_about_and_no_others():
    rules = (
        rule("a-trio", ANY_THREE, ALL_OF_THEM, unless=[Flag(value=V.y)]),
        rule("z-flag", [Item(value="c")], Flag(value="c")),
    )
    trios = [f for f in run(rules, items("b", "d", "c", "a")) if f.rule == "a-trio"]
    expected = [p for p in product("abcd", repeat=3) if p[1] != "c"]
    assert [tuple(premise.value("value") for premise in f.premises) for f in trios] == expected


def test_premises_stand_in_the_order_of_the_conditions_also_where_one_fact_meets_several():
    firings = run([rule("trio", ANY_THREE, ALL_OF_THEM)], items("a", "b"))
    for firing in firings:
        assert firing.bindings == tuple(zip("xyz", (p.value("value") for p in firing.premises), strict=True))
    assert [tuple(p.value("value") for p in f.premises) for f in firings] == list(product("ab", repeat=3))
    assert len(run([rule("trio", ANY_THREE, ALL_OF_THEM)], items("a"))) == 1


def test_an_exception_without_a_field_is_about_any_value_of_it():
    rules = (
        rule("flag", [Item(value="b")], Flag(value="b")),
        rule("alarm", [Item(value=V.x)], Alarm(value=V.x), unless=[Flag()]),
    )
    assert concluded(run(rules, items("a"))) == ["alarm/a"]
    assert concluded(run(rules, items("a", "b"))) == ["flag/b"]


def test_a_variable_that_stands_twice_in_a_condition_means_equal_values():
    rules = [rule("loop", [Edge(start=V.x, end=V.x)], Flag(value=V.x))]
    assert concluded(run(rules, [fact(Edge, "a", "b"), fact(Edge, "b", "b")])) == ["flag/b"]


def test_rules_may_feed_themselves():
    """Three places in a circle: each is reached from each, in nine pairs, and nothing is apart."""
    rules = (
        rule("edge", [Edge(start=V.x, end=V.y)], Path(start=V.x, end=V.y)),
        rule("further", [Path(start=V.x, end=V.y), Edge(start=V.y, end=V.z)], Path(start=V.x, end=V.z)),
        rule("apart", [Item(value=V.x), Item(value=V.y)], Apart(start=V.x, end=V.y), [Path(start=V.x, end=V.y)]),
    )
    circle = [fact(Edge, *pair) for pair in ("ab", "bc", "ca")]
    assert sorted(concluded(run(rules, [*circle, *items("a", "b", "c")]))) == sorted(
        f"path/{x}/{y}" for x, y in product("abc", repeat=2)
    )
    line = circle[:2]
    assert set(concluded(run(rules, [*line, *items("a", "b", "c")]))) == {
        *("path/a/b", "path/a/c", "path/b/c"),
        *("apart/a/a", "apart/b/a", "apart/b/b", "apart/c/a", "apart/c/b", "apart/c/c"),
    }


# Each rule's name sorts against its stratum, so that neither order of names nor of declaration helps.
CHAIN = (
    rule("a-tally", [Item(value=V.x)], Tally(value=V.x), unless=[Alarm(value=V.x)]),
    rule("b-alarm", [Item(value=V.x)], Alarm(value=V.x), unless=[Clear(value=V.x)]),
    rule("c-clear", [Item(value=V.x)], Clear(value=V.x), unless=[Flag(value=V.x)]),
    rule("d-flag", [Item(value=V.x), Colour(value=V.x, colour="red")], Flag(value=V.x)),
)
RED_A = [fact(Colour, "a", "red"), fact(Colour, "b", "blue")]
CHAINED = ["flag/a", "clear/b", "clear/c", "alarm/a", "tally/b", "tally/c"]


def test_negation_is_asked_only_when_nothing_more_can_be_concluded_below_it():
    for rules, facts in zip(permutations(CHAIN), permutations([*items("a", "b", "c"), RED_A[0]]), strict=True):
        assert concluded(run(rules, facts)) == CHAINED


def test_firings_come_by_stratum_then_rule_then_premises():
    rules = (
        rule("b", [Item(value=V.x)], Flag(value=V.x)),
        rule("a", [Item(value=V.x), Item(value=V.y)], Clear(value=V.y)),
        rule("0", [Flag(value=V.x)], Alarm(value=V.x)),
    )
    firings = run(rules, items("b", "a"))
    assert [(f.stratum, f.rule, *(p.id for p in f.premises)) for f in firings] == [
        (1, "a", "item/a", "item/a"),
        (1, "a", "item/a", "item/b"),
        (1, "a", "item/b", "item/a"),
        (1, "a", "item/b", "item/b"),
        (1, "b", "item/a"),
        (1, "b", "item/b"),
        (2, "0", "flag/a"),
        (2, "0", "flag/b"),
    ]


IN_ANOTHER_PROCESS = """
from whyrx.facts.atoms import Fact, FactType, FieldType, V
from whyrx.kb.engine import RuleEngine
from whyrx.kb.language import Cite, Rule

types = {n: FactType(n, "concluded", n, (FieldType("value"),)) for n in ("Item", "Colour", *"PQRS")}
Item, P, Q, R, S = (types[n] for n in ("Item", *"PQRS"))

def rule(name, when, then, *unless):
    return Rule(name, name, Cite("toy", "here"), when, then, name, unless)

rules = (
    rule("s", (Item(value=V.x), Item(value=V.y)), S(value=V.x), R(value=V.y)),
    rule("r", (Item(value=V.x), Item(value=V.y)), R(value=V.x), Q(value=V.y)),
    rule("q", (Item(value=V.x), Item(value=V.y)), Q(value=V.y), P(value=V.x)),
    rule("p", (Item(value="a"),), P(value="a")),
)
for firing in RuleEngine(rules, types).run([Fact("Item", (("value", v),)) for v in "cab"]):
    print(firing.rule, *(premise.id for premise in firing.premises), firing.conclusion.id, firing.new)
"""


def test_order_and_conclusions_are_the_same_in_every_process():
    """By hand: P of a; so Q of everything (through b, c); so no R; so S of everything."""
    pairs = list(product("abc", repeat=2))
    through = [(x, y) for x, y in pairs if x != "a"]
    expected = [
        "p item/a p/a True",
        *(f"q item/{x} item/{y} q/{y} {x == 'b'}" for x, y in through),
        *(f"s item/{x} item/{y} s/{x} {y == 'a'}" for x, y in pairs),
    ]
    for seed in ("0", "1", "2", "random", "random"):
        assert python(IN_ANOTHER_PROCESS, PYTHONHASHSEED=seed).splitlines() == expected


def python(code: str, *options: str, **environment: str) -> str:
    """What a fresh interpreter prints."""
    command = [sys.executable, *options, "-c", code]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_earlier_run_leaves_nothing_behind():
    engine = RuleEngine(CHAIN, TOY, RED_A)
    cases = [items("a"), items("b"), items("a", "b", "c"), [], items("c", "b"), items("a")]
    fresh = [RuleEngine(CHAIN, TOY, RED_A).run(case) for case in cases]
    kept = [engine.run(case) for case in (*cases, *cases)]
    assert kept == fresh * 2  # compared at the end: a later run does not write into the result of an earlier one


def test_what_two_rules_conclude_is_new_once_and_has_consequences_once():
    rules = (
        rule("first", [Item(value=V.x)], Flag(value="it")),
        rule("second", [Item(value="b")], Flag(value="it")),
        rule("then", [Flag(value=V.x)], Alarm(value=V.x)),
    )
    firings = run(rules, items("a", "b"))
    assert [(f.rule, f.new) for f in firings] == [("first", True), ("first", False), ("second", False), ("then", True)]
    assert concluded(firings) == ["flag/it", "alarm/it"]


# --- facts that every case has ------------------------------------------------------------------------------


def test_known_facts_behave_as_declared_ones_in_every_run():
    cases = [items(*chosen) for size in range(4) for chosen in permutations("abc", size)]
    rules = (*CHAIN, rule("e-known", [Colour(value=V.x, colour=V.c), Colour(value=V.y)], Path(start=V.x, end=V.y)))
    preloaded, declared = RuleEngine(rules, TOY, RED_A), RuleEngine(rules, TOY)
    for case in cases:
        assert preloaded.run(case) == declared.run([*RED_A, *case])


def test_a_fact_both_known_and_declared_is_one_fact():
    rules = [rule("flag", [Item(value=V.x)], Flag(value=V.x))]
    assert len(run(rules, items("a", "a"))) == 1
    assert len(run(rules, items("a"), known=items("a"))) == 1


def test_a_rule_that_reads_only_known_facts_fires_in_every_run():
    rules = (
        rule("known", [Colour(value=V.x, colour="red")], Flag(value=V.x), unless=[Stop()]),
        rule("stop", [Item(value="b")], Stop()),
    )
    engine = RuleEngine(rules, TOY, RED_A)
    found = [concluded(engine.run(case)) for case in ([], items("b"), [], items("a"))]
    assert found == [["flag/a"], ["stop"], ["flag/a"], ["flag/a"]]


def test_known_facts_of_the_edition_behave_as_declared_ones():
    e = edition()
    preloaded, declared = RuleEngine(e.rules, e.vocabulary, e.known), RuleEngine(e.rules, e.vocabulary)
    for case in drawn_cases(12):
        stated = list(facts_of(case))
        expected = preloaded.run(stated)
        random.Random(1).shuffle(stated)
        assert preloaded.run(stated) == expected
        assert declared.run([*e.known, *stated]) == expected


def test_no_two_facts_share_an_id():
    """The engine tells facts apart by id; ids are values joined by a slash, and some values hold one."""
    found: dict[str, tuple[Any, ...]] = {}
    facts = chain(edition().known, *(t.facts.values() for t in map(knowledge_base().derive, drawn_cases(40))))
    for each in facts:
        assert found.setdefault(each.id, (each.type, each.values)) == (each.type, each.values)


# --- a second logic engine ----------------------------------------------------------------------------------

Conclusion = tuple[str, tuple[str, ...]]
Fired = tuple[str, tuple[str, ...]]


def asp_facts(facts: Iterable[Fact]) -> str:
    return "\n".join(f"{asp_fact(fact)}." for fact in facts)


def stable_models(program: str, limit: int = 2) -> list[list[clingo.Symbol]]:
    said: list[str] = []
    control = clingo.Control([str(limit), "--warn=no-atom-undefined"], logger=lambda _, text: said.append(text))
    control.add("base", [], program)
    control.ground([("base", [])])
    models = []
    with control.solve(yield_=True) as handle:
        models = [model.symbols(atoms=True) for model in handle]
    assert not said
    return models


def words(symbol: clingo.Symbol) -> Fired:
    """`t_Flag("a")` -> `("Flag", ("a",))`."""
    return symbol.name.removeprefix("t_"), tuple(argument.string for argument in symbol.arguments)


def by_clingo(rules: str, facts: Iterable[Fact], concluded_types: set[str]) -> tuple[set[Conclusion], Counter[Any]]:
    """Conclusions and firings in the one stable model, a firing being the rule and its premises in order."""
    models = stable_models(rules + "\n" + asp_facts(facts))
    assert len(models) == 1
    atoms = models[0]
    conclusions = {words(a) for a in atoms if a.name.removeprefix("t_") in concluded_types}
    fired = Counter(
        (a.arguments[0].string, tuple(words(premise) for premise in a.arguments[1:]))
        for a in atoms
        if a.name == "fired"
    )
    return conclusions, fired


def plain(each: Fact) -> Fired:
    return each.type, tuple(value for _, value in each.values)


def by_engine(firings: Iterable[RawFiring]) -> tuple[set[Conclusion], Counter[Any]]:
    firings = list(firings)
    return (
        {plain(f.conclusion) for f in firings},
        Counter((f.rule, tuple(plain(premise) for premise in f.premises)) for f in firings),
    )


def drawn_program(r: random.Random) -> tuple[list[Rule], dict[str, FactType]]:
    """A stratified program at random: inputs A and B, table rows K, conclusions P0 to P4, each negating lower ones."""
    arity = {"A": 1, "B": 2, "K": 2, **{f"P{i}": r.randint(0, 2) for i in range(5)}}
    types = {name: a_type(name, *"uv"[:n]) for name, n in arity.items()}

    def pattern(name: str, terms: Sequence[Any]) -> Pattern:
        return types[name](**{field: t for field in types[name].matched() if (t := r.choice(terms)) is not None})

    rules = []
    for level in range(5):
        for number in range(r.randint(1, 3)):
            readable = ["A", "B", "K", *(f"P{i}" for i in range(level + 1))]
            names = [r.choice("AB"), *(r.choice(readable) for _ in range(r.randint(0, 2)))]
            when = list(dict.fromkeys(pattern(name, [V.x, V.y, V.z, "a", "b", None]) for name in names))
            bound = sorted(set().union(*(p.variables() for p in when)))
            terms = [*(Var(name) for name in bound), "a", "c"]
            unless = [pattern(f"P{r.randrange(level)}", [*terms, None]) for _ in range(r.randint(0, 2)) if level]
            then = types[f"P{level}"](**{field: r.choice(terms) for field in types[f"P{level}"].matched()})
            rules.append(rule(f"{r.choice('abc')}-{level}-{number}", when, then, unless))
    r.shuffle(rules)
    return rules, types


def drawn_facts(r: random.Random, types: dict[str, FactType], names: str) -> list[Fact]:
    every = [fact(types[name], *values) for name in names for values in product("abc", repeat=len(types[name].fields))]
    return [each for each in every if r.random() < 0.5]


@pytest.mark.parametrize("seed", range(150))
def test_a_random_stratified_program_concludes_what_clingo_concludes(seed):
    r = random.Random(seed)
    rules, types = drawn_program(r)
    known = drawn_facts(r, types, "K")
    engine, program = RuleEngine(rules, types, known), asp_firings(rules, types)
    for _ in range(3):
        facts = drawn_facts(r, types, "AB")
        firings = engine.run(facts)
        assert by_engine(firings) == by_clingo(program, [*known, *facts], {r.then.type for r in rules})
        assert len({f.conclusion.id for f in firings}) == sum(f.new for f in firings)


# --- the whole edition, over cases drawn at random ------------------------------------------------------------


def facts_of(case: Case, guideline: str = DEFAULT_GUIDELINE) -> tuple[Fact, ...]:
    return working_memory(case, edition(guideline).measures)


def own_cases(guideline: str = DEFAULT_GUIDELINE) -> list[Case]:
    """The cases in the rules that are put to a guideline, each once: every rule fires in one of some guideline."""
    found = {json.dumps(case.document(), sort_keys=True) for _, case in cases_of(edition(guideline))}
    return [case_from_tree(json.loads(document)) for document in sorted(found)]


DRAWN = 100


def test_the_drawn_cases_state_leave_out_and_empty_every_field():
    wanted = field_paths()
    wanted_states = {(path, state) for path in wanted for state in ("stated", "not stated")}
    lists = {p for p, value in drawn_values(random.Random(0)).items() if isinstance(value, list | dict)}
    wanted_states |= {(path, "empty") for path in lists}
    seen = set()
    for tree in map(drawn_tree, range(DRAWN)):
        for path in wanted:
            *sections, field = path.split(".")
            value = (tree.get(sections[0], {}) if sections else tree).get(field)
            seen.add((path, "not stated" if value is None else "empty" if value in ([], {}) else "stated"))
    assert seen == wanted_states


@pytest.mark.parametrize("guideline", GUIDELINES)
def test_the_edition_concludes_what_clingo_concludes_in_every_case(guideline):
    base = knowledge_base(guideline)
    e = base.edition
    program = asp_firings(e.rules, dict(e.vocabulary)) + "\n" + asp_facts(e.known)
    types = {each.then.type for each in e.rules}
    drawn = drawn_cases(DRAWN if guideline == DEFAULT_GUIDELINE else DRAWN // 5)
    fired_somewhere = set()
    for case in (*drawn, *own_cases(guideline)):
        trace = base.derive(case)
        conclusions, fired = by_clingo(program, facts_of(case, guideline), types)
        ours = {plain(f) for f in trace.facts.values() if not isinstance(f.origin, Known | Computed | NotStated)}
        assert {(kind, values) for kind, values in ours if e.vocabulary[kind].origin == "concluded"} == conclusions
        assert {plain(trace.facts[f.conclusion]) for f in trace.firings if f.new} == conclusions
        assert fired == Counter((f.rule, tuple(plain(trace.facts[p]) for p in f.premises)) for f in trace.firings)
        fired_somewhere |= {f.rule for f in trace.firings}
    assert fired_somewhere >= {rule.id for rule, case in cases_of(e) if case.fires}


def test_experta_wires_and_searches_the_same(monkeypatch):
    """The network with experta's own wiring, and every row of the tables in it, fires alike."""
    e = edition()
    cases = [facts_of(case) for case in drawn_cases(8)]
    ours = RuleEngine(e.rules, e.vocabulary, e.known)
    expected = [ours.run(facts) for facts in cases]
    with monkeypatch.context() as patch:
        patch.delattr(engine_module._Matcher, "build_beta_part")
        patch.setattr(engine_module, "match", lambda *_: {})
        plain_engine = RuleEngine(e.rules, e.vocabulary, e.known)
    assert [plain_engine.run(facts) for facts in cases] == expected
    assert len({len(firings) for firings in expected}) > 1


# --- threads ------------------------------------------------------------------------------------------------

THREADS, EACH = 8, 60


def test_eight_threads_over_one_knowledge_base_mix_nothing_up():
    cases = [case_from_tree(drawn_tree(seed, 0.1, 0.6, 0.7, 0.8)) for seed in range(EACH)]
    alone = KnowledgeBase(edition(), shared=False)
    expected = [alone.derive(case) for case in cases]
    # An edition of its own, so that the threads also meet everything that is made on first use.
    shared = KnowledgeBase(replace(edition()))
    start = threading.Barrier(THREADS)
    wrong: list[Any] = []
    done = Counter[int]()

    def work(thread: int) -> None:
        order = list(range(EACH))
        random.Random(thread).shuffle(order)
        start.wait()
        try:
            for index in order:
                if shared.derive(cases[index]) != expected[index]:
                    wrong.append((thread, index))
                done[thread] += 1
        except Exception as error:
            wrong.append((thread, error))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(0.001)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert wrong == []
    assert done == dict.fromkeys(range(THREADS), EACH)


# --- the host -----------------------------------------------------------------------------------------------

HOST = """
import collections, logging, sys, warnings
{before}

def state():
    root = logging.getLogger()
    loggers = {{
        name: (logger.level, list(logger.handlers), logger.propagate, logger.disabled)
        for name, logger in root.manager.loggerDict.items()
        if isinstance(logger, logging.Logger) and not name.startswith("experta")
    }}
    return (
        list(root.handlers), list(root.filters), root.level, root.disabled, root.manager.disable, loggers,
        logging.lastResort, logging.raiseExceptions, list(warnings.filters), warnings.showwarning,
        getattr(collections, "Mapping", None), sys.excepthook, sys.getrecursionlimit(), sys.getswitchinterval(),
    )

before = state()
{does}
for one, other in zip(before, state(), strict=True):
    assert one == other, (one, other)
"""

HOSTS = {
    "nothing set up": "",
    "a handler and a level": "logging.getLogger().addHandler(logging.NullHandler()); logging.getLogger().setLevel(33)",
    "basicConfig at DEBUG": "logging.basicConfig(level=logging.DEBUG)",
    "a logger of its own": "logging.getLogger('host').setLevel(7); logging.getLogger('host').propagate = False",
    "warnings are filtered": "warnings.simplefilter('error'); warnings.filterwarnings('ignore', message='x')",
    "collections.Mapping is there": "import collections.abc; collections.Mapping = collections.abc.Mapping",
}


@pytest.mark.parametrize("before", HOSTS.values(), ids=HOSTS)
def test_importing_and_running_the_engine_leaves_the_host_as_it_was(before):
    assert python(HOST.format(before=before, does=IN_ANOTHER_PROCESS), "-W", "error").startswith("p item/a")


@pytest.mark.parametrize(
    "module",
    [
        "whyrx",
        "whyrx.cli",
        "whyrx.commands.rules",
        "whyrx.facts.case",
        "whyrx.kb.inference",
        "whyrx.kb.knowledge",
    ],
)
def test_importing_a_part_leaves_the_host_as_it_was(module):
    python(HOST.format(before="", does=f"import {module}"))


def test_a_case_leaves_no_warning_and_no_handler():
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        root = logging.getLogger()
        before = (list(root.handlers), root.level, list(warnings.filters))
        KnowledgeBase(edition()).derive(case_from_tree(drawn_tree(0)))
        assert (list(root.handlers), root.level, list(warnings.filters)) == before
    assert said == []


def test_a_host_can_still_set_up_its_logging_afterwards():
    said = python(
        "import logging, sys, whyrx.kb.engine\n"
        "logging.basicConfig(stream=sys.stdout, level=logging.INFO, format='%(message)s')\n"
        "logging.info('host speaks')\n"
    )
    assert said == "host speaks\n"
