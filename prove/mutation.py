"""What share of small defects the cases, the checks and the invariants notice.

A mutant is caught by the first of: the check that every edition goes through; a case that stands in a rule, which then
fires where it must not or the other way round; a vignette, of which something expected is no longer said; an invariant.
One that no case notices is no defect if it is proved that it says the same in every situation (`equivalence`).
A mutant cannot change a case in which the rule that it changes, or those that read the table that it changes,
conclude the same as before for the same reasons; so only the other cases are derived again, and that with what is
known of the modules that are the same.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..facts.atoms import join, match
from ..kb.accepted_mutants import ACCEPTED
from ..kb.check import KnowledgeError, check
from ..kb.decision import decide
from ..kb.edition import Edition
from ..kb.inference import KnowledgeBase
from ..kb.invariants import invariants
from ..kb.knowledge import knowledge_base
from ..kb.language import Rule, sentence_variables
from ..kb.processes import end_with_parent
from .equivalence import Equivalence
from .kept import Kept
from .mutants import Mutant, mutants, sample
from .proof import prove
from .solver import VERSION as SOLVER
from .trials import Trial, trials
from .vignettes import unmet
from .ways import Finished

Check = Callable[[Edition], str | None]
"""Something that must hold of an edition: a finding in words, or None."""


def broken_invariant(edition: Edition) -> str | None:
    """The first invariant that some situation breaks, or that no situation is about any more."""
    try:
        return next((verdict.invariant.id for verdict in prove(edition) if verdict.result != "proved"), None)
    except RuntimeError as error:  # the solver knows that nothing concludes what is asked for
        return str(error)


CHECKS: Mapping[str, Check] = {"invariant": broken_invariant}
"""What is asked of a mutant that no case notices, by the name under which it is counted."""

SURVIVED = "nothing"

EQUIVALENT = "equivalent"
"""Of a mutant that says the same as the edition in every situation, by proof."""

_NOT_CAUGHT = (EQUIVALENT, SURVIVED)
"""What counts less comes first, where a mutant is tried under several guidelines."""

MEASURES = ("cut point", "bound of one row")
"""Kinds of mutants under which a case is measured otherwise, so that its facts are not what they were."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """By what a mutant was caught (`check`, `case`, `vignette`, the name of a check), and how; or that it is
    `equivalent`, or survived (`nothing`): then what it changes, and a smallest case file in which it does."""

    mutant: str
    kind: str
    by: str
    how: str = ""
    case: Mapping[str, Any] | None = None


class Suite:
    """The cases and checks that an edition is held against, ready for one mutant after the other."""

    def __init__(
        self,
        base: KnowledgeBase,
        tried: Sequence[Trial],
        checks: Mapping[str, Check] = MappingProxyType({}),
        *,
        differ: bool = False,
    ) -> None:
        """With `differ`, it is proved of a mutant that no case notices that it is equivalent, or told what it changes
        over all situations."""
        self.edition = base.edition
        self._base, self._checks, self._differ = base, checks, differ
        self._tried = [(trial, Finished(base.finished(trial.case))) for trial in tried]
        self._own: dict[str, list[tuple[Trial, Finished]]] = {}
        for each in self._tried:
            self._own.setdefault(each[0].rule, []).append(each)
        self._before: dict[str, list[frozenset[object]]] = {}

    def verdict(self, mutant: Mutant) -> Verdict:
        """What catches a mutant first."""
        return Verdict(mutant.id, mutant.kind, *self._caught(mutant))

    def _caught(self, mutant: Mutant) -> tuple[str, str] | tuple[str, str, Mapping[str, Any] | None]:
        edition = mutant.of(self.edition)
        try:
            check(edition)
            if mutant.rule is not None and (own := self._own_case(mutant.rule)):
                return "case", own
            affected = self._affected(mutant)
            caught = self._noticed(mutant, edition, affected) if affected else None
        except KnowledgeError as error:
            return "check", error.findings[0]
        if caught:
            return caught
        witness = Equivalence(self.edition, edition).witness() if self._differ else None
        if self._differ and witness is None:
            return EQUIVALENT, ""
        for name, holds in self._checks.items():
            if finding := holds(edition):
                return name, finding
        return (SURVIVED, "") if witness is None else (SURVIVED, witness.changes, witness.case)

    def _own_case(self, rule: Rule) -> str | None:
        """A case of the changed rule itself that does not go as it should: what the rule reads is as it was."""
        for trial, finished in self._own.get(rule.id, ()):
            if trial.fires != bool(finished.firings(rule)):
                return trial.name
        return None

    def _noticed(self, mutant: Mutant, edition: Edition, affected: Sequence[Trial]) -> tuple[str, str] | None:
        """The first case or vignette that does not go as it should."""
        try:
            base = KnowledgeBase(edition)
        except ValueError as error:  # a rule that says nothing about a case, which is found when it is compiled
            return "check", str(error)
        base.adopt(self._base)
        for trial in affected:
            if trial.rule and trial.fires != any(firing.rule == trial.rule for firing in base.firings(trial.case)):
                return "case", trial.name
        for trial in affected:
            if trial.expect is not None and (findings := _unmet(base, trial)):
                return "vignette", f"{trial.name} {findings[0]}"
        return None

    def _affected(self, mutant: Mutant) -> list[Trial]:
        """The cases that a mutant may change."""
        if mutant.rule is not None:
            return self._under_another_rule(mutant.rule)
        if mutant.statement is not None:
            return [trial for trial, finished in self._tried if self._names(finished, mutant.statement.id)]
        if mutant.kind in MEASURES:
            return [trial for trial, _ in self._tried]
        assert mutant.table is not None
        return self._with_other_rows(mutant.table.type, mutant.of(self.edition))

    def _under_another_rule(self, rule: Rule) -> list[Trial]:
        old = self.edition.rule[rule.id]
        if rule.id not in self._before:
            self._before[rule.id] = [_outcome(old, finished) for _, finished in self._tried]
        before = self._before[rule.id]
        differs = (_outcome(rule, finished) != known for (_, finished), known in zip(self._tried, before, strict=True))
        return [trial for (trial, _), differing in zip(self._tried, differs, strict=True) if differing]

    def _with_other_rows(self, fact_type: str, edition: Edition) -> list[Trial]:
        """The cases in which some rule has a use for a row that has come or gone."""
        old, new = ({f.id: f for f in each.known if f.type == fact_type} for each in (self.edition, edition))
        moved = [fact for name, fact in {**old, **new}.items() if name not in old or name not in new]
        uses = [
            (others, bindings)
            for rule in self.edition.rules
            for index, condition in enumerate(rule.when)
            for fact in moved
            if (bindings := match(condition, fact, {})) is not None
            for others in [(*rule.when[:index], *rule.when[index + 1 :])]
        ]
        return [
            trial
            for trial, finished in self._tried
            if any(all(map(finished.holds, others)) and join(others, finished.facts, way) for others, way in uses)
        ]

    def _names(self, finished: Finished, statement: str) -> bool:
        types = (name for name, known in self.edition.vocabulary.items() if known.get("statement"))
        return any(fact.value("statement") == statement for name in types for fact in finished.facts.get(name, ()))


def _outcome(rule: Rule, finished: Finished) -> frozenset[object]:
    """What a rule concludes in a case, and with which words."""
    said = sorted(sentence_variables(rule.because))
    return frozenset((rule.then.bound(way), *(way[name] for name in said)) for way in finished.firings(rule))


def _unmet(base: KnowledgeBase, trial: Trial) -> list[str]:
    assert trial.expect is not None
    try:
        decision = decide(base.edition, trial.case, base.derive(trial.case))
    except (IndexError, KeyError, ValueError) as error:  # no status, say, or a dose that nobody can word
        return [f"no decision: {type(error).__name__} {error}"]
    return list(unmet(trial.expect, decision))


# --- all of them ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    """The verdicts on some of the `made` mutants, in order of id, and why survivors among them are accepted."""

    made: int
    verdicts: tuple[Verdict, ...]
    accepted: Mapping[str, str]

    def survivors(self) -> list[Verdict]:
        """What nothing caught and nobody accepted."""
        return [each for each in self.verdicts if each.by == SURVIVED and each.mutant not in self.accepted]

    def as_json(self) -> dict[str, Any]:
        """Shares by what caught them and by kind, and the survivors; ready for JSON."""
        by_kind: dict[str, Counter[str]] = {}
        for each in self.verdicts:
            by_kind.setdefault(each.kind, Counter())[self._by(each)] += 1
        return {
            "made": self.made,
            "tried": len(self.verdicts),
            "caught": dict(sorted(Counter(map(self._by, self.verdicts)).items())),
            "by_kind": {kind: dict(sorted(counts.items())) for kind, counts in sorted(by_kind.items())},
            "survivors": [each.mutant for each in self.survivors()],
            "witnesses": {e.mutant: {"case": e.case, "changes": e.how} for e in self.survivors()},
            "accepted": {
                each.mutant: self.accepted[each.mutant]
                for each in self.verdicts
                if each.by == SURVIVED and each.mutant in self.accepted
            },
            "accepted_but_caught": [e.mutant for e in self.verdicts if e.by != SURVIVED and e.mutant in self.accepted],
        }

    def _by(self, verdict: Verdict) -> str:
        return "accepted" if verdict.by == SURVIVED and verdict.mutant in self.accepted else verdict.by


@dataclass(frozen=True)
class Plan:
    """Which mutants are tried, by guideline. Those of several guidelines are tried under each until caught, and are
    equivalent if they are under each."""

    made: int
    chosen: Mapping[str, tuple[Mutant, ...]]

    @property
    def size(self) -> int:
        """How many different mutants are tried."""
        return len({mutant.id for of in self.chosen.values() for mutant in of})


def plan(guidelines: Iterable[str], size: int = 0) -> Plan:
    """The mutants of the editions of some guidelines: `size` of them, or all if 0."""
    made = {guideline: mutants(knowledge_base(guideline).edition) for guideline in guidelines}
    by_id = {mutant.id: mutant for of in made.values() for mutant in of}
    chosen = {mutant.id for mutant in (sample(by_id.values(), size) if size else by_id.values())}
    return Plan(len(by_id), {name: tuple(mutant for mutant in of if mutant.id in chosen) for name, of in made.items()})


def mutate(
    planned: Plan,
    files: Sequence[Path] = (),
    *,
    workers: int = 1,
    tick: Callable[[], object] = lambda: None,
    accepted: Mapping[str, str] = ACCEPTED,
    keep: Path | None = None,
) -> Result:
    """Hold mutants against the cases of their guidelines, those of files included.

    `tick` is called once for each mutant, when it is caught or was tried under all guidelines that have it. Verdicts
    are kept in the file `keep` as they come, and found there by a later run over the same edition and cases.
    """
    found: dict[str, Verdict] = {}
    waiting = Counter(mutant.id for of in planned.chosen.values() for mutant in of)
    for guideline, of in planned.chosen.items():
        left = [mutant for mutant in of if mutant.id not in found or found[mutant.id].by in _NOT_CAUGHT]
        for verdict in _verdicts(guideline, files, left, workers, keep):
            before = found.get(verdict.mutant)
            if before is None or verdict.by not in _NOT_CAUGHT or before.by == EQUIVALENT:
                found[verdict.mutant] = verdict
            waiting[verdict.mutant] -= 1
            if verdict.by not in _NOT_CAUGHT or not waiting[verdict.mutant]:
                tick()
    return Result(planned.made, tuple(found[name] for name in sorted(found)), accepted)


def _verdicts(
    guideline: str, files: Sequence[Path], chosen: Sequence[Mutant], workers: int, keep: Path | None
) -> Iterator[Verdict]:
    """Those that are kept, and the others as they come."""
    kept = Kept(keep, {} if keep is None else _identity(guideline, files))
    yield from (Verdict(**kept.results[mutant.id]) for mutant in chosen if mutant.id in kept.results)
    left = [mutant for mutant in chosen if mutant.id not in kept.results]
    for verdict in _made(guideline, files, left, workers):
        kept.add(verdict.mutant, asdict(verdict))
        yield verdict


def _identity(guideline: str, files: Sequence[Path]) -> Mapping[str, str]:
    """What verdicts hold for: an edition with all its words, the cases and the invariants, the program."""
    from .. import __version__

    edition = knowledge_base(guideline).edition
    cases = [
        (each.name, each.case.as_understood(), each.rule, each.fires, each.expect) for each in trials(edition, files)
    ]
    return {
        "cases": _digest([cases, repr(invariants(guideline))]),
        "edition": _digest(edition.as_json()),
        "guideline": guideline,
        "software": __version__,
        "solver": SOLVER,
    }


def _digest(value: object) -> str:
    return sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def _made(guideline: str, files: Sequence[Path], chosen: Sequence[Mutant], workers: int) -> Iterator[Verdict]:
    """Neighbours have much in common, so a process is given several at once."""
    if workers == 1 or len(chosen) <= _AT_ONCE:
        if chosen:
            yield from map(_suite(guideline, files).verdict, chosen)
        return
    names = [mutant.id for mutant in chosen]
    with ProcessPoolExecutor(workers, get_context("spawn"), _prepare, (guideline, files)) as processes:
        waiting = [processes.submit(_some, names[at : at + _AT_ONCE]) for at in range(0, len(names), _AT_ONCE)]
        for future in as_completed(waiting):
            yield from future.result()


_AT_ONCE = 4
"""Mutants that a process is given at once."""

_prepared: list[tuple[Suite, Mapping[str, Mutant]]] = []
"""Of a process that helps: its suite, and the mutants by id."""


def _prepare(guideline: str, files: Sequence[Path]) -> None:
    end_with_parent()
    suite = _suite(guideline, files)
    _prepared[:] = [(suite, {mutant.id: mutant for mutant in mutants(suite.edition)})]


def _some(names: Sequence[str]) -> list[Verdict]:
    suite, by_id = _prepared[0]
    return [suite.verdict(by_id[name]) for name in names]


def _suite(guideline: str, files: Iterable[Path]) -> Suite:
    base = knowledge_base(guideline)
    return Suite(base, trials(base.edition, files), CHECKS, differ=True)
