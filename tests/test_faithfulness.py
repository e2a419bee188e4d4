"""An explanation is the reason: what it cites is enough, nothing of it is idle, and a false one is caught.

Each check reads what an explainer says of one conclusion and returns its complaints: none about the real explainer,
some about each one that was made unfaithful on purpose.
"""

import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from drawing import likely_tree
from whyrx.explain.proof import why
from whyrx.facts.atoms import Computed, Fact, Given, Known, NotStated
from whyrx.facts.bands import Interval
from whyrx.facts.case import case_from_tree, read_case
from whyrx.kb.edition import Edition
from whyrx.kb.knowledge import GUIDELINES, knowledge_base
from whyrx.kb.language import DEFAULT_GUIDELINE, Rule
from whyrx.kb.own_cases import own_cases
from whyrx.kb.trace import Firing, Trace
from whyrx.kb.words import Words

BASES = {name: knowledge_base(name) for name in GUIDELINES}
KB = BASES[DEFAULT_GUIDELINE]
WORDS = {base.edition.digest: Words(base.edition) for base in BASES.values()}
Node = dict[str, Any]
Explainer = Callable[[Trace, str], Node]
"""The proof of one conclusion of a trace."""


def faithful(trace: Trace, conclusion: str) -> Node:
    return why(edition_of(trace), trace, [conclusion])[0]


def edition_of(trace: Trace) -> Edition:
    return next(base.edition for base in BASES.values() if base.edition.digest == trace.digest)


# --- cases --------------------------------------------------------------------------------------------------

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.yaml"))
DRAWN = 25
PAIR = "aztreonam+ceftazidime-avibactam"


@dataclass(frozen=True, eq=False)
class Asked:
    """A case as understood, and its derivation under a guideline."""

    document: str
    trace: Trace
    under: str

    @property
    def case(self) -> dict[str, Any]:
        return dict(json.loads(self.document))

    def proof(self, conclusion: str, explainer: Explainer = faithful) -> Node:
        """What an explainer says of one conclusion, asked alone."""
        return _proof(explainer, self, conclusion)

    def instead(self, tree: dict[str, Any]) -> "Asked":
        """Another case under the same guideline."""
        return asked(tree, self.under)


@cache
def _proof(explainer: Explainer, given: Asked, conclusion: str) -> Node:
    return explainer(given.trace, conclusion)


@cache
def _derived(document: str, under: str) -> Asked:
    """Equal cases are derived once."""
    return Asked(document, BASES[under].derive(case_from_tree(json.loads(document))), under)


def asked(tree: dict[str, Any], under: str = DEFAULT_GUIDELINE) -> Asked:
    return _derived(json.dumps(tree, sort_keys=True), under)


CASES: dict[str, dict[str, Any]] = {
    **{path.stem: read_case(path.read_bytes()).as_understood() for path in EXAMPLES},
    **{f"drawn {seed}": case_from_tree(likely_tree(seed)).as_understood() for seed in range(DRAWN)},
}
every_case = pytest.mark.parametrize("name", CASES)


def own_case(rule: Rule) -> Asked:
    """The first case of a rule in which it fires."""
    example = next(each for each in rule.cases if each.fires and each.under == DEFAULT_GUIDELINE)
    return asked(case_from_tree(example.document()).as_understood())


# --- proofs and cases taken apart ---------------------------------------------------------------------------


def below(node: Node) -> list[Node]:
    """The nodes directly under a node."""
    grounds = [ground for absent in node.get("absent", ()) for ground in absent["because"]]
    return [*node.get("premises", ()), *node.get("inputs", ()), *grounds, *node.get("also", ())]


def nodes(node: Node) -> Iterator[Node]:
    """Every node of a proof, itself first."""
    yield node
    for each in below(node):
        yield from nodes(each)


def named(proof: Node, kind: str) -> set[str]:
    """What the nodes of one kind name."""
    return {node[kind] for node in nodes(proof) if kind in node}


def rests_on(proof: Node) -> set[tuple[str, ...]]:
    """The inputs of a proof: what was given, with its value, what was assumed and what is unknown; and what each
    absence rests on."""
    given = {("given", node["given"], node["value"]) for node in nodes(proof) if "given" in node}
    absences = [absent for node in nodes(proof) for absent in node.get("absent", ())]
    grounds = {("absent", absent["text"], *key(ground)) for absent in absences for ground in absent["because"]}
    return given | grounds | {(kind, path) for kind in ("assumed", "unknown") for path in named(proof, kind)}


def derivation(node: Node) -> str:
    """One derivation of a conclusion: its rule, what that was bound to, and the facts it fired on."""
    premises = [list(key(each)) for each in node["premises"]]
    return json.dumps([node["conclusion"], node["rule"]["id"], node["bindings"], premises], sort_keys=True)


def key(node: Node) -> tuple[str, ...]:
    """Which fact a node is about."""
    match node:
        case {"conclusion": found} | {"see": found}:
            return ("concluded", found)
        case {"assumed": path} | {"unknown": path}:
            return ("not stated", path)
        case {"given": path}:
            return ("given", path, node["value"])
        case {"known": row}:
            return ("known", row, node["value"])
        case _:
            return ("computed", node["computed"], node["value"])


def key_of(fact: Fact) -> tuple[str, ...]:
    """The same of a fact of the trace."""
    match fact.origin:
        case Given(path, value):
            return ("given", path, value)
        case NotStated(path):
            return ("not stated", path)
        case Known(table, row, value, _):
            return ("known", row or table, value)
        case Computed(function, value, _, _, _):
            return ("computed", function, value)
        case _:
            return ("concluded", fact.id)


def place(path: str) -> tuple[str, str, str]:
    """`isolate.carbapenemases[NDM-1]` in its parts; the element is empty where the path is that of a field."""
    name, _, element = path.partition("[")
    section, _, name = name.partition(".")
    return section, name, element.removesuffix("]")


def only(case: dict[str, Any], paths: set[str]) -> dict[str, Any]:
    """What stands at these paths of a case, and nothing else. KeyError for a path where nothing stands."""
    kept: dict[str, Any] = {}
    whole = {place(path)[:2] for path in paths if not place(path)[2]}
    for section, name, element in (place(path) for path in sorted(paths)):
        if not name:
            kept[section] = case[section]
            continue
        held, here = case[section][name], kept.setdefault(section, {})
        if (section, name) in whole:
            here[name] = held
        elif isinstance(held, dict):
            here.setdefault(name, {})[element] = held[element]
        else:
            here.setdefault(name, []).append({name_of(each): each for each in held}[element])
    return kept


def without(case: dict[str, Any], path: str) -> dict[str, Any]:
    """The case with one fact of it unknown: a list that named nothing else is then not stated."""
    section, name, element = place(path)
    less = deepcopy(case)
    if not name:
        del less[section]
        return less
    if element:
        held = less[section][name]
        if isinstance(held, dict):
            del held[element]
        else:
            held[:] = [each for each in held if name_of(each) != element]
    if not element or not held:
        del less[section][name]
    return less


def name_of(element: Any) -> str:
    return element["substance"] if isinstance(element, dict) else element


# --- the checks ---------------------------------------------------------------------------------------------


def sufficient(explainer: Explainer, given: Asked, conclusion: str) -> list[str]:
    """(a) A case of the cited facts alone, all else unknown, gives the same conclusion."""
    cited = named(given.proof(conclusion, explainer), "given")
    try:
        alone = only(given.case, cited)
    except KeyError as missing:
        return [f"cites what the case does not say: {missing}"]
    return [] if conclusion in given.instead(alone).trace.derivations else [f"{sorted(cited)} do not give {conclusion}"]


def minimal(explainer: Explainer, given: Asked, conclusion: str) -> list[str]:
    """(b) Of the cited facts none is idle: were it unknown, the conclusion would fall, rest on something that it did
    not rest on, or lose a derivation where several are shown.

    An element of a list that names more cannot be made unknown; it leaves a list that says less.
    """
    proof = given.proof(conclusion, explainer)
    several = [each for node in nodes(proof) if node.get("also") for each in (node, *node["also"])]
    idle = []
    for path in sorted(named(proof, "given")):
        try:
            rest = given.instead(without(only(given.case, named(proof, "given")), path))
        except KeyError as missing:
            return [f"cites what the case does not say: {missing}"]
        if conclusion not in rest.trace.derivations:
            continue
        now = rest.proof(conclusion, explainer)
        left = {derivation(node) for node in nodes(now) if "conclusion" in node}
        lost = {derivation(each) for each in several} - left
        if not lost and not rests_on(now) - rests_on(proof):
            idle.append(f"{conclusion} stands as well without {path}")
    return idle


def complete(explainer: Explainer, given: Asked, conclusion: str) -> list[str]:
    """(c) Every derivation, and of each every condition, every exception with its grounds, every input and band."""
    said: list[str] = []
    for node in nodes(given.proof(conclusion, explainer)):
        if "computed" in node:
            said += incomplete_value(given.trace, node)
        elif "known" in node:
            said += incomplete_row(given.trace, node)
    for node in whole(given.proof(conclusion, explainer)):
        firings = given.trace.derivations.get(node["conclusion"], ())
        derivations = [node, *node["also"]]
        if [each["rule"]["id"] for each in derivations] != [firing.rule for firing in firings]:
            said.append(f"{node['conclusion']}: not all of its derivations")
            continue
        for each, firing in zip(derivations, firings, strict=True):
            said += incomplete_derivation(given.trace, each, firing)
    return said


def whole(proof: Node) -> Iterator[Node]:
    """The conclusions of a proof, each with its other derivations under it."""
    others = [id(other) for node in nodes(proof) for other in node.get("also", ())]
    return (node for node in nodes(proof) if "conclusion" in node and id(node) not in others)


def incomplete_derivation(trace: Trace, node: Node, firing: Firing) -> Iterator[str]:
    rule, name = edition_of(trace).rule[firing.rule], node["conclusion"]
    if node["bindings"] != firing.bindings:
        yield f"{name}: bound to something else"
    if len(node["premises"]) != len(rule.when):
        yield f"{name}: {len(node['premises'])} premises for the {len(rule.when)} conditions of {rule.id}"
    if [key(each) for each in node["premises"]] != [key_of(trace.facts[each]) for each in firing.premises]:
        yield f"{name}: other premises than {rule.id} fired on"
    if len(node["absent"]) != len(rule.unless):
        yield f"{name}: {len(node['absent'])} absences for the {len(rule.unless)} exceptions of {rule.id}"
        return
    for absent, absence in zip(node["absent"], firing.absences, strict=True):
        if WORDS[trace.digest].pattern(absence.pattern) not in absent["text"]:
            yield f"{name}: an exception is another than that of {rule.id}"
        if [key(each) for each in absent["because"]] != [key_of(trace.facts[each]) for each in absence.because()]:
            yield f"{name}: an absence rests on something else"
        if {each["rule"] for each in absent["rules"]} != {each.rule for each in absence.failures if each.rule}:
            yield f"{name}: not every rule that could bring an exception about"


def incomplete_value(trace: Trace, node: Node) -> Iterator[str]:
    """A computed value shows its figure, its formula and all that went in."""
    origins = [fact.origin for fact in trace.facts.values() if key_of(fact) == key(node)]
    inputs = [[key_of(trace.facts[each]) for each in o.inputs] for o in origins if isinstance(o, Computed)]
    if not node["formula"] or not node["source"] or node["value"] not in node["text"]:
        yield f"{node['computed']}: without formula, source or figure"
    if [key(each) for each in node["inputs"]] not in inputs:
        yield f"{node['computed']}: not what it was computed from"


def incomplete_row(trace: Trace, node: Node) -> Iterator[str]:
    """A row that holds for a range says where that ends, or what it lies around."""
    _, row = edition_of(trace).row.get(node["known"], (None, None))
    if row is not None and row.band:
        band = Interval.parse(row.band)
        edges = [edge for edge in (band.low, band.high) if edge is not None]
        shown = {float(figure) for figure in re.findall(r"\d+(?:\.\d+)?", node["text"])}
        if not shown >= {*map(float, edges)} and float(sum(edges) / len(edges)) not in shown:
            yield f"{node['known']}: does not show its range {row.band}"


def truthful(explainer: Explainer, given: Asked, conclusion: str) -> list[str]:
    """(d) Each node is a fact of the trace, under the name of its kind and in its words."""
    proof, trace = given.proof(conclusion, explainer), given.trace
    texts: dict[tuple[str, ...], set[str]] = {}
    for fact in trace.facts.values():
        texts.setdefault(key_of(fact), set()).add(WORDS[trace.digest].fact(fact))
    for firing in trace.firings:
        texts.setdefault(("concluded", firing.conclusion), set()).add(sentence(trace, firing))
    said = [f"not of this trace: {key(node)}" for node in nodes(proof) if key(node) not in texts]
    defaults = {edition_of(trace).rule[firing.rule].assumes: firing for firing in reversed(trace.firings)}
    for node in nodes(proof):
        if "assumed" in node:
            true = node["assumed"] in defaults and node["text"] == sentence(trace, defaults[node["assumed"]])
        else:
            true = node["text"] in texts.get(key(node), ())
        said += [] if true else [f"not in the words of {key(node)}: {node['text']}"]
        rule = edition_of(trace).rule[node["rule"]["id"]] if "conclusion" in node else None
        if rule and rule.assumes in {each["unknown"] for each in node["premises"] if "unknown" in each}:
            said.append(f"{rule.id} takes for granted what is called unknown")
    if proof.get("conclusion") != conclusion:
        said.append(f"the proof of another conclusion than {conclusion}")
    return said


def sentence(trace: Trace, firing: Firing) -> str:
    return WORDS[trace.digest].sentence(edition_of(trace).rule[firing.rule], firing.bindings)


Check = Callable[[Explainer, Asked, str], list[str]]
CHECKS: list[Check] = [sufficient, minimal, complete, truthful]
every_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)


@pytest.mark.parametrize("under", GUIDELINES)
@every_case
@every_check
def test_every_conclusion_is_explained_faithfully(name, check, under):
    given = asked(CASES[name], under)
    assert given.trace.derivations
    assert [said for conclusion in given.trace.derivations for said in check(faithful, given, conclusion)] == []


@every_check
def test_what_each_rule_concludes_in_its_own_case_is_explained_faithfully(check):
    for rule in {rule.id: rule for rule, case in own_cases(KB.edition) if case.fires}.values():
        given = own_case(rule)
        conclusion = next(firing.conclusion for firing in given.trace.firings if firing.rule == rule.id)
        assert check(faithful, given, conclusion) == [], rule.id


def test_no_absence_cites_a_stated_fact_where_what_it_assumes_suffices():
    """No allergy is assumed, so that no label excludes the pair anywhere: where the patient is has no part in it."""
    isolate = {"organism": "Klebsiella pneumoniae", "carbapenemases": ["NDM-1"]}
    given = asked({"isolate": isolate, "setting": {"jurisdiction": "US"}})
    assert "setting.jurisdiction" not in named(given.proof(f"recommend/{PAIR}/first"), "given")


# --- explainers that are unfaithful -------------------------------------------------------------------------

Mutation = Callable[[Node, Trace], bool]
"""Falsifies a proof in place; false where there is nothing to falsify."""


def first(proof: Node, holds: Callable[[Node], Any]) -> Node | None:
    return next((node for node in nodes(proof) if holds(node)), None)


def drops_a_premise(proof: Node, trace: Trace) -> bool:
    proof["premises"].pop()
    return True


def drops_a_given_fact(proof: Node, trace: Trace) -> bool:
    node = first(proof, lambda n: [p for p in n.get("premises", ()) if "given" in p])
    if node:
        node["premises"] = [each for each in node["premises"] if "given" not in each]
    return bool(node)


def unrelated(proof: Node, trace: Trace) -> Node | None:
    """A given fact that the conclusion does not rest on."""
    cited = named(proof, "given")
    for fact in trace.facts.values():
        if isinstance(fact.origin, Given) and not fact.origin.path.startswith(tuple(p.split("[")[0] for p in cited)):
            return {"given": fact.origin.path, "value": fact.origin.value, "text": WORDS[trace.digest].fact(fact)}
    return None


def adds_an_unrelated_premise(proof: Node, trace: Trace) -> bool:
    extra = unrelated(proof, trace)
    proof["premises"] += [extra] if extra else []
    return bool(extra)


def adds_an_unrelated_ground(proof: Node, trace: Trace) -> bool:
    extra, node = unrelated(proof, trace), first(proof, lambda n: n.get("absent"))
    if extra and node:
        node["absent"][0]["because"].append(extra)
    return bool(extra and node)


def cites_one_of_several_derivations(proof: Node, trace: Trace) -> bool:
    node = first(proof, lambda n: n.get("also"))
    if node:
        node["also"] = []
    return bool(node)


def drops_an_absence(proof: Node, trace: Trace) -> bool:
    node = first(proof, lambda n: n.get("absent"))
    return bool(node and node["absent"].pop())


def drops_a_ground_of_an_absence(proof: Node, trace: Trace) -> bool:
    node = first(proof, lambda n: n.get("absent"))
    return bool(node and node["absent"][0]["because"].pop())


def swaps_the_path_of_a_leaf(proof: Node, trace: Trace) -> bool:
    extra, node = unrelated(proof, trace), first(proof, lambda n: "given" in n)
    if extra and node:
        node["given"] = extra["given"]
    return bool(extra and node)


def states_another_value(proof: Node, trace: Trace) -> bool:
    node = first(proof, lambda n: "given" in n)
    if node:
        node["value"] = f"not {node['value']}"
    return bool(node)


def calls_an_assumption_given(proof: Node, trace: Trace) -> bool:
    node = first(proof, lambda n: "assumed" in n)
    if node:
        node |= {"given": node.pop("assumed"), "value": "none"}
    return bool(node)


def calls_an_assumption_unknown(proof: Node, trace: Trace) -> bool:
    node = first(proof, lambda n: [p for p in n.get("premises", ()) if "assumed" in p])
    leaf = first(node, lambda n: "assumed" in n) if node else None
    if leaf:
        leaf["unknown"] = leaf.pop("assumed")
    return bool(leaf)


def uses_the_text_of_another_conclusion(proof: Node, trace: Trace) -> bool:
    other = next((f for f in trace.firings if sentence(trace, f) not in {n["text"] for n in nodes(proof)}), None)
    proof["text"] = sentence(trace, other) if other else ""
    return bool(other)


def explains_another_conclusion(proof: Node, trace: Trace) -> bool:
    other = next((f.conclusion for f in trace.firings if f.conclusion != proof["conclusion"]), None)
    if other:
        proof.update(deepcopy(faithful(trace, other)))
    return bool(other)


def hides_what_a_value_was_computed_from(proof: Node, trace: Trace) -> bool:
    node = first(proof, lambda n: n.get("inputs"))
    return bool(node and node["inputs"].pop())


def hides_a_formula(proof: Node, trace: Trace) -> bool:
    node = first(proof, lambda n: n.get("formula"))
    if node:
        node["formula"] = ""
    return bool(node)


def hides_a_range(proof: Node, trace: Trace) -> bool:
    node = first(proof, lambda n: "known" in n and ", at a " in n["text"])
    if node:
        node["text"] = node["text"].partition(", at a ")[0]
    return bool(node)


def cuts_the_chain_short(proof: Node, trace: Trace) -> bool:
    for node in nodes(proof):
        for index, premise in enumerate(node.get("premises", ())):
            if "conclusion" in premise:
                text = premise["text"]
                node["premises"][index] = {"known": premise["conclusion"], "value": text, "source": "x", "text": text}
                return True
    return False


MUTANTS: dict[Mutation, list[Check]] = {
    drops_a_premise: [complete, sufficient],
    drops_a_given_fact: [complete, sufficient],
    adds_an_unrelated_premise: [complete, minimal],
    adds_an_unrelated_ground: [complete, minimal],
    cites_one_of_several_derivations: [complete],
    drops_an_absence: [complete],
    drops_a_ground_of_an_absence: [complete],
    swaps_the_path_of_a_leaf: [truthful, sufficient],
    states_another_value: [truthful],
    calls_an_assumption_given: [truthful, sufficient],
    calls_an_assumption_unknown: [truthful],
    uses_the_text_of_another_conclusion: [truthful],
    explains_another_conclusion: [truthful],
    hides_what_a_value_was_computed_from: [complete],
    hides_a_formula: [complete],
    hides_a_range: [complete],
    cuts_the_chain_short: [complete, truthful],
}
MUTATED = ["nevada-2016", "severe-bloodstream", "suspected-ndm", "ceftazidime-anaphylaxis"]


@pytest.mark.parametrize("mutation", MUTANTS, ids=lambda each: each.__name__)
def test_an_unfaithful_explainer_is_caught_wherever_it_is_unfaithful(mutation):
    caught: set[Check] = set()
    falsified = 0
    for given, conclusion in falsifiable():
        proof = deepcopy(given.proof(conclusion))
        if not mutation(proof, given.trace):
            continue
        falsified += 1

        def explainer(trace: Trace, asked_for: str, given: Asked = given, proof: Node = proof) -> Node:
            return proof if trace is given.trace else faithful(trace, asked_for)

        complaining = {check for check in CHECKS if check(explainer, given, conclusion)}
        assert complaining, (mutation.__name__, conclusion)
        caught |= complaining
    assert falsified >= 5
    assert caught >= set(MUTANTS[mutation])


def falsifiable() -> Iterator[tuple[Asked, str]]:
    """The doses of some cases, and every ninth of their other conclusions."""
    for name in MUTATED:
        given = asked(CASES[name])
        doses = [each for each in given.trace.derivations if each.startswith("dose/")]
        others = [each for each in given.trace.derivations if each not in doses]
        yield from ((given, conclusion) for conclusion in [*doses, *others[::9]])
