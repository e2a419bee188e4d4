"""From a case to the trace of its derivation under one edition."""

from collections import ChainMap, deque
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from ..facts.atoms import Fact, FactBase, NotStated
from ..facts.case import Case
from ..facts.working_memory import working_memory
from .absence import AbsenceExplainer, SharedAbsences
from .check import check
from .edition import Edition
from .engine import RawFiring, RuleEngine
from .modules import recursive
from .shared import SharedDerivation, slots
from .trace import Firing, Trace

MOST_SITUATIONS = 2000
"""Cases that are kept to be given to others in the same situation; when there are more, all are forgotten."""


class KnowledgeBase:
    """An edition that was checked and compiled. Safe under threads.

    States of its modules are derived once and shared between cases; cases that differ in nothing that a rule can test
    share the whole derivation, each with its own numbers. With `shared` false, or where its rules cannot be
    split, each case is derived by one engine over all rules: the reference, which gives the same bytes.
    """

    def __init__(self, edition: Edition, *, shared: bool = True) -> None:
        """Raises KnowledgeError, naming every finding, for an edition that must not be used."""
        check(edition)
        self.edition = edition
        self.shared: SharedDerivation | None = None
        self._absences: SharedAbsences | None = None
        self._rows = {fact.id: fact for fact in edition.known}
        if shared and not recursive(edition.rules):
            self.shared = SharedDerivation(edition.rules, edition.vocabulary, edition.known)
            self._absences = SharedAbsences(edition.table_types)
        self._situations: dict[tuple[str, ...], Trace] = {}
        self._tables = FactBase(edition.known)
        self._idle: dict[tuple[str, ...], deque[RuleEngine]] = {}

    @cached_property
    def _slots(self) -> Mapping[str, tuple[tuple[str, int, str], ...]]:
        """By rule, its variables that each case fills for itself: wanted only once two cases share a situation."""
        return {rule.id: slots(rule, self.edition.vocabulary) for rule in self.edition.rules}

    def derive(self, case: Case) -> Trace:
        """The derivation of one case, the same for the same case on every machine and in every order."""
        stated = working_memory(case, self.edition.measures)
        if self.shared is None:
            return self._trace(stated)
        situation = tuple([fact.id for fact in stated])
        known = self._situations.get(situation)
        if known is None:
            if len(self._situations) >= MOST_SITUATIONS:
                self._situations.clear()
            known = self._situations[situation] = self._trace(stated)
            return known
        facts = {**known.facts, **{fact.id: fact for fact in stated}}
        firings = tuple([self._of_this_patient(firing, facts) for firing in known.firings])
        return Trace(known.version, known.digest, facts, firings)

    def _of_this_patient(self, firing: Firing, facts: Mapping[str, Fact]) -> Firing:
        """A firing of another case in the same situation, with what no rule can test taken from this one."""
        slots = self._slots[firing.rule]
        if not slots:
            return firing
        filled = {name: facts[firing.premises[place]].value(of) for name, place, of in slots}
        return replace(firing, bindings={name: filled.get(name, value) for name, value in firing.bindings.items()})

    def _trace(self, stated: tuple[Fact, ...]) -> Trace:
        raw = self._run(stated)
        conclusions = [firing.conclusion for firing in raw if firing.new]
        given = {fact.id: fact for fact in (*stated, *conclusions)}
        facts = FactBase(given.values(), self._tables)
        absences = AbsenceExplainer(self.edition, facts, self._absences, ChainMap(given, self._rows))
        relied: dict[str, frozenset[str]] = {}
        firings = tuple(self._firing(step, firing, absences, relied) for step, firing in enumerate(raw, start=1))
        relied_on = {fact: absences.grounds[fact] for f in firings for a in f.absences for fact in a.because()}
        touched = {fact.id: fact for firing in raw for fact in firing.premises}
        return Trace(self.edition.version, self.edition.digest, {**relied_on, **touched, **given}, firings)

    def concludes(self, case: Case, goals: tuple[str, ...]) -> frozenset[Fact]:
        """What follows of a case that is of one of the fact types `goals`; only rules that they depend on are run."""
        stated = working_memory(case, self.edition.measures)
        return frozenset(firing.conclusion for firing in self._run(stated, goals) if firing.conclusion.type in goals)

    def firings(self, case: Case) -> list[RawFiring]:
        """Every firing of one case in order: a derivation without reasons for what is absent."""
        return self._run(working_memory(case, self.edition.measures))

    def finished(self, case: Case) -> FactBase:
        """Every fact of a case with all that follows from it, and the rows of tables."""
        stated = working_memory(case, self.edition.measures)
        concluded = {firing.conclusion.id: firing.conclusion for firing in self._run(stated)}
        return FactBase({**concluded, **{fact.id: fact for fact in stated}}.values(), self._tables)

    def adopt(self, other: "KnowledgeBase") -> None:
        """Take over what the base of a similar edition has derived in modules that are the same here."""
        if self.shared is not None and other.shared is not None:
            self.shared.adopt(other.shared)

    def _run(self, facts: tuple[Fact, ...], goals: tuple[str, ...] = ()) -> list[RawFiring]:
        if self.shared is not None:
            return self.shared.run(facts, self.edition.behind(goals) if goals else None)
        idle = self._idle.setdefault(goals, deque())
        try:
            engine = idle.pop()
        except IndexError:
            engine = self._engine(goals)
        firings = engine.run(facts)
        idle.append(engine)  # an engine whose run failed is not used again
        return firings

    def _engine(self, goals: tuple[str, ...]) -> RuleEngine:
        rules = self.edition.rules
        if goals:
            needed = self.edition.behind(goals)
            rules = tuple(rule for rule in rules if rule.then.type in needed)
        return RuleEngine(rules, self.edition.vocabulary, self.edition.known)

    def _firing(
        self, step: int, raw: RawFiring, absences: AbsenceExplainer, relied: dict[str, frozenset[str]]
    ) -> Firing:
        """A firing with why its exceptions do not hold; `relied` gathers what nobody stated behind each conclusion."""
        bindings = dict(raw.bindings)
        open_facts = frozenset().union(*(_open(premise, relied) for premise in raw.premises))
        relied[raw.conclusion.id] = relied.get(raw.conclusion.id, open_facts) & open_facts
        return Firing(
            step=step,
            stratum=raw.stratum,
            rule=raw.rule,
            bindings=bindings,
            premises=tuple(fact.id for fact in raw.premises),
            absences=tuple(
                absences.explain(exception.bound(bindings), open_facts)
                for exception in self.edition.rule[raw.rule].unless
            ),
            conclusion=raw.conclusion.id,
            new=raw.new,
        )


def _open(fact: Fact, relied: dict[str, frozenset[str]]) -> frozenset[str]:
    """Ids of the facts nobody stated that a premise is or rests on."""
    return frozenset((fact.id,)) if isinstance(fact.origin, NotStated) else relied.get(fact.id, frozenset())
