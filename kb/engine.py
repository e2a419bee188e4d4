"""Compiles rules to experta and runs them. The only module that imports experta.

experta is used unmodified, through the extension points it offers (`__strategy__`, `__matcher__`), and only
inside the fragment in which it is sound: positive patterns, variables, then single negated patterns.
"""

import collections
import collections.abc
import logging
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..facts.atoms import Fact, FactType, Pattern, Var, match
from .language import Rule
from .strata import strata


def _import_experta() -> Any:
    """experta, leaving the host as it was.

    Its frozendict looks for `collections.Mapping`, gone since Python 3.10, and it calls
    `logging.basicConfig()`; the alias is lent for the import and the root logger restored.
    """
    root = logging.getLogger()
    handlers, level, missing = list(root.handlers), root.level, not hasattr(collections, "Mapping")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if missing:
            collections.Mapping = collections.abc.Mapping  # type: ignore[attr-defined]
        try:
            import experta
            import experta.abstract
            import experta.matchers.rete.token
        finally:
            if missing:
                del collections.Mapping  # type: ignore[attr-defined]
            for handler in [h for h in root.handlers if h not in handlers]:
                root.removeHandler(handler)
            root.setLevel(level)
    return experta


experta = _import_experta()
_nodes = experta.matchers.rete.nodes
_ConflictSet = _nodes.ConflictSetNode
_SameContext = experta.matchers.rete.check.SameContextCheck

# experta keeps tables of its checks on its classes; two networks must not be built at once.
_building = threading.Lock()


class RawFiring(NamedTuple):
    """What the engine reports of one firing: the rule, what its variables are bound to, the facts that matched
    its conditions in order, and the conclusion (`new` unless another rule concluded the same before)."""

    rule: str
    stratum: int
    bindings: tuple[tuple[str, str], ...]
    premises: tuple[Fact, ...]
    conclusion: Fact
    new: bool


class _TotalOrder(experta.abstract.Strategy):  # type: ignore[misc,name-defined]
    """Fires by (stratum, rule id, premises, bindings), which leaves nothing to chance.

    experta's own strategy orders equal salience at random and can overlook a removed activation.
    """

    @staticmethod
    def key(activation: Any) -> tuple[Any, ...]:
        if activation.key is None:
            context = activation.context
            rule = activation.rule.whyrx
            activation.key = (
                rule.stratum,
                rule.id,
                tuple(context[f"f{i}"].ours.id for i in range(rule.conditions)),
                tuple(context[f"v_{name}"] for name in rule.variables),
            )
        return activation.key  # type: ignore[no-any-return]

    def _update_agenda(self, agenda: Any, added: list[Any], removed: list[Any]) -> None:
        if not added and not removed:
            return
        gone = {self.key(activation) for activation in removed}
        waiting = [a for a in agenda.activations if self.key(a) not in gone]
        # The agenda fires its last element first.
        agenda.activations = sorted([*waiting, *added], key=self.key, reverse=True)


class _Matcher(experta.matchers.rete.ReteMatcher):  # type: ignore[misc,name-defined]
    """experta's Rete network, spared what is the same for every case.

    A fact goes only to the patterns of its own type, where the original shows it to all. The facts of `preload` are
    matched once: `reset` puts the memories back as they were after it, where the original wipes them.
    """

    def __init__(self, engine: Any) -> None:
        super().__init__(engine)
        self._nodes = list(dict.fromkeys(_below(self.root_node)))
        self._touched: dict[Any, None] = {}
        for node in (self.root_node, *self._nodes):
            node.children = [
                child._replace(callback=self._touching(child)) if isinstance(child.node, _ConflictSet) else child
                for child in node.children
            ]
        self._entries: dict[Any, list[Any]] = {}  # past the test of the type, which each pattern starts with
        for typed in self.root_node.children:
            found = self._entries.setdefault(typed.node.matcher.fact_type, [])
            found.extend(child.callback for child in typed.node.children)
        self.preload(())

    @staticmethod
    def prepare_ruleset(engine: Any) -> set[Any]:
        """The rules: inside the sound fragment each already is in the normal form the original makes."""
        return set(engine.get_rules())

    @staticmethod
    def build_beta_part(ruleset: set[Any], alpha_terminals: Mapping[Any, Any]) -> None:
        """Each rule's chain of joins, as the original makes it inside the sound fragment.

        The original sets up a dispatcher for all kinds of conditions anew for every rule, which takes a third of the
        time that a network does.
        """
        for rule in ruleset:
            first, *others = rule
            node = alpha_terminals[first]
            for condition in others:
                negated = isinstance(condition, experta.NOT)
                join = (_nodes.NotNode if negated else _nodes.OrdinaryMatchNode)(_SameContext())
                node.add_child(join, join.activate_left)
                right = alpha_terminals[condition[0] if negated else condition]
                right.add_child(join, join.activate_right)
                node = join
            last = _ConflictSet(rule)
            node.add_child(last, last.activate)

    def preload(self, facts: Sequence[Any]) -> None:
        """Match facts that every case has."""
        self._feed(facts)
        self._preloaded = self._memories()

    def changes(self, adding: Any = None, deleting: Any = None) -> tuple[list[Any], list[Any]]:
        """The activations that new facts bring and take. Facts are never deleted: rules only add."""
        if deleting:
            raise ValueError("rules only add facts")
        self._feed(adding or ())
        added: list[Any] = []
        removed: list[Any] = []
        for node in self._touched:
            came, went = node.get_activations()
            added.extend(came)
            removed.extend(went)
        self._touched = {}
        return added, removed

    def reset(self) -> None:
        """Forget everything but what was preloaded."""
        for node, memory in self._preloaded:
            for name, content in memory.items():
                setattr(node, name, content.copy())
        self._touched = {node: None for node in self._nodes if isinstance(node, _ConflictSet) and node.added}

    def _touching(self, child: Any) -> Any:
        """A way into a conflict set that notes it: only those that were touched need to be asked for activations."""

        def receive(token: Any) -> None:
            self._touched[child.node] = None
            child.callback(token)

        return receive

    def _feed(self, facts: Sequence[Any]) -> None:
        for fact in facts:
            token = experta.matchers.rete.token.Token.valid(fact)
            for receive in self._entries.get(type(fact), ()):
                receive(token)

    def _memories(self) -> list[tuple[Any, dict[str, Any]]]:
        """What each node remembers, copied."""
        names = ("left_memory", "right_memory", "memory", "added", "removed")
        found = ((node, {n: vars(node)[n].copy() for n in names if n in vars(node)}) for node in self._nodes)
        return [(node, memory) for node, memory in found if memory]


class _Engine(experta.KnowledgeEngine):  # type: ignore[misc,name-defined]
    """experta's engine over rules that it is handed, where the original looks for them among all its attributes.

    As no rule is looked up on an engine, none is bound to it: activations call the unbound one.
    """

    __matcher__ = _Matcher
    __strategy__ = _TotalOrder

    def __init__(self, rules: Sequence[Any]) -> None:
        self._rules = rules
        super().__init__()

    def get_rules(self) -> list[Any]:
        return list(self._rules)

    def get_deffacts(self) -> list[Any]:
        """The original's only one: asked for at every reset."""
        return [self._declare_initial_fact]


def _below(node: Any) -> Iterator[Any]:
    for child in node.children:
        yield child.node
        yield from _below(child.node)


_classes: dict[str, Any] = {}


def _class(fact_type: str) -> Any:
    """experta's class of facts of a type, one for all engines and threads: it holds nothing but its name."""
    return _classes.get(fact_type) or _classes.setdefault(fact_type, type(fact_type, (experta.Fact,), {}))


@dataclass(frozen=True, slots=True)
class _Compiled:
    """What the strategy needs to know of a rule."""

    id: str
    stratum: int
    conditions: int
    variables: tuple[str, ...]


class RuleEngine:
    """A Rete network over a rule set. One engine serves one case at a time: give each thread its own."""

    def __init__(self, rules: Sequence[Rule], vocabulary: Mapping[str, FactType], known: Sequence[Fact] = ()) -> None:
        """Build the network. `known` are facts that are there in every case: the rows of tables."""
        levels = strata(rules)
        in_order = sorted(rules, key=lambda rule: rule.id)
        compiled = [self._compile(rule, levels[rule.then.type], vocabulary) for rule in in_order]
        with _building:
            self._engine = _Engine(compiled)
        read: dict[str, list[Pattern]] = {}
        for pattern in (pattern for rule in rules for pattern in (*rule.when, *rule.unless)):
            read.setdefault(pattern.type, []).append(pattern)
        matched = [fact for fact in known if any(match(p, fact, {}) is not None for p in read.get(fact.type, ()))]
        self._engine.matcher.preload([self._declared(fact) for fact in matched])
        self._preloaded = {fact.id for fact in known}
        self._firings: list[RawFiring] = []
        self._known: set[str] = set()

    def run(self, facts: Sequence[Fact]) -> list[RawFiring]:
        """Fire to the end over `facts` and the known ones; the firings in order. Earlier runs leave nothing."""
        self._firings = []
        self._known = {*self._preloaded, *(fact.id for fact in facts)}
        self._engine.reset()
        self._engine.declare(*(self._declared(fact) for fact in facts if fact.id not in self._preloaded))
        self._engine.run()
        return self._firings

    def _declared(self, fact: Fact) -> Any:
        declared = _class(fact.type)(**dict((*fact.values, *fact.payload)))
        declared.ours = fact
        return declared

    def _pattern(self, pattern: Pattern) -> Any:
        return _class(pattern.type)(
            **{
                name: experta.W(f"v_{term.name}") if isinstance(term, Var) else experta.L(term)
                for name, term in pattern.terms
            }
        )

    def _compile(self, rule: Rule, stratum: int, vocabulary: Mapping[str, FactType]) -> Any:
        variables = tuple(sorted(rule.variables()))
        fields = vocabulary[rule.then.type].matched()

        def fire(engine: Any, **context: Any) -> None:
            bindings = {name: context[f"v_{name}"] for name in variables}
            terms = dict(rule.then.bound(bindings).terms)
            conclusion = Fact(rule.then.type, tuple((name, str(terms[name])) for name in fields))
            new = conclusion.id not in self._known
            self._firings.append(
                RawFiring(
                    rule=rule.id,
                    stratum=stratum,
                    bindings=tuple(sorted(bindings.items())),
                    premises=tuple(context[f"f{i}"].ours for i in range(len(rule.when))),
                    conclusion=conclusion,
                    new=new,
                )
            )
            if new:
                self._known.add(conclusion.id)
                engine.declare(self._declared(conclusion))

        fire.__name__ = rule.id
        fire.whyrx = _Compiled(rule.id, stratum, len(rule.when), variables)  # type: ignore[attr-defined]
        conditions = [f"f{i}" << self._pattern(p) for i, p in enumerate(rule.when)]
        exceptions = [experta.NOT(self._pattern(p)) for p in rule.unless]
        return experta.Rule(*conditions, *exceptions)(fire)
