"""Which rules, conditions and exceptions the cases exercise, in the manner of MC/DC.

A part of a rule is *paired* by two cases between which, as the rule sees it, nothing but that part differs: the rule
fires in one; in the other all its other conditions are met and no other exception holds, this part keeps it back, and
the rule does not conclude there what it concluded in the first. So a rule without that part would be noticed.

Pairs are looked for among the cases; then by changing one field of a case in which the rule fires to a value that some
case has there, or leaving it out. What stays unpaired may be implied by the rest of the rule: that is for a proof.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any

from ..facts.atoms import Pattern, Var
from ..facts.case import Case, case_from_tree, field_paths
from ..facts.working_memory import BEHIND
from ..kb.edition import Edition
from ..kb.inference import KnowledgeBase
from ..kb.language import Rule
from ..kb.shared import slots
from ..kb.words import Words
from .trials import Trial
from .ways import Bindings, Finished, Part, parts

Values = Mapping[str, Any]
"""What a case states, by path of field."""

FIELDS = field_paths()
"""The paths of all fields, in the order of a case file."""

_TRIED = 12
"""Cases on either side that are compared when the pair that differs least is chosen."""

_STARTS = 4
"""Cases in which a rule fires that a search starts from."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two cases that differ, as a rule sees it, in one part alone, and the fields in which they differ.

    `changed` is empty if both are cases that were given; else the second is the first with this change. `same` says
    whether everything else that the rule's variables stand for is the same in both.
    """

    fires: str
    silent: str
    fields: tuple[str, ...]
    same: bool
    changed: str = ""


@dataclass(frozen=True, slots=True)
class RuleExercise:
    """How the cases exercise one rule: in how many it fires, and what pairs each of its parts. `edition` has it."""

    edition: Edition
    rule: Rule
    fired: int
    pairs: Mapping[Part, Pair | None]


@dataclass(frozen=True)
class Exercise:
    """How cases exercise the rules of one edition or of several; rules by id."""

    cases: int
    rules: tuple[RuleExercise, ...]

    def unpaired(self) -> list[Part]:
        """The conditions and exceptions that no pair of cases shows to matter, for a solver to prove dead or not."""
        return [part for rule in self.rules for part, pair in rule.pairs.items() if pair is None]

    def as_json(self) -> dict[str, Any]:
        """Figures, then every rule with its parts in words and the pair that each has; ready for JSON."""
        return {
            "cases": self.cases,
            "rules": _share(self.fired()),
            "conditions": _share(self.paired("when")),
            "exceptions": _share(self.paired("unless")),
            "by_rule": [_rule_json(each) for each in self.rules],
        }

    def paired(self, role: str) -> tuple[int, int]:
        """How many conditions (`when`) or exceptions (`unless`) are paired, of how many."""
        found = [pair for rule in self.rules for part, pair in rule.pairs.items() if part.role == role]
        return sum(pair is not None for pair in found), len(found)

    def fired(self) -> tuple[int, int]:
        """How many rules fire in some case, of how many."""
        return sum(rule.fired > 0 for rule in self.rules), len(self.rules)


def _share(of: tuple[int, int]) -> dict[str, int]:
    return {"exercised": of[0], "of": of[1]}


def _rule_json(exercised: RuleExercise) -> dict[str, Any]:
    rule, words = exercised.rule, Words(exercised.edition)
    return {
        "id": rule.id,
        "concludes": exercised.edition.vocabulary[rule.then.type].label,
        "fired": exercised.fired,
        "parts": [
            {
                "role": part.role,
                "number": part.index + 1,
                "text": words.pattern(part.pattern(rule)),
                "always_met": always_met(exercised.edition, rule, part),
                "pair": asdict(pair) if pair else None,
            }
            for part, pair in exercised.pairs.items()
        ],
    }


def always_met(edition: Edition, rule: Rule, part: Part) -> bool:
    """Whether a condition is met in every case by the form of its facts, and only gives values to variables.

    So it is where its type has one fact in every case, or one for each value of its key, and nothing else is asked of
    that fact.
    """
    pattern = part.pattern(rule)
    fact_type = edition.vocabulary[pattern.type]
    total = fact_type.origin == "computed" or (fact_type.origin == "asked" and not fact_type.closed_by)
    if part.role != "when" or not total:
        return False
    others = [*rule.when[: part.index], *rule.when[part.index + 1 :], *rule.unless]
    elsewhere = {name for other in others for name in other.variables()}
    asked = [name for name, term in pattern.terms if not isinstance(term, Var) or (term.name in elsewhere)]
    fields = [fact_type.get(name) for name in asked]
    return all(field is not None and field.name in fact_type.key and field.allowed for field in fields)


def exercise(
    tried: Iterable[tuple[KnowledgeBase, Sequence[Trial]]],
    *,
    search: bool = True,
    tick: Callable[[], object] = lambda: None,
) -> Exercise:
    """How cases exercise rules: those put to each of some guidelines, a rule that several of them have counted once.

    `tick` is called once for each rule of each edition, when it was looked at in the cases and, with `search`, again
    when pairs were searched for. ValueError if two editions have different rules by one id.
    """
    runs = [_Exercising(base, trials) for base, trials in tried]
    found: dict[str, RuleExercise] = {}
    for run in runs:
        for each in run.rules():
            found[each.rule.id] = _both(found.get(each.rule.id), each)
            tick()
    for run in runs if search else ():
        for rule in run.edition.rules:
            found[rule.id] = run.searched(found[rule.id])
            tick()
    return Exercise(sum(run.cases for run in runs), tuple(found[name] for name in sorted(found)))


def _both(one: RuleExercise | None, other: RuleExercise) -> RuleExercise:
    if one is None:
        return other
    if one.rule != other.rule:
        raise ValueError(f"two rules are called {one.rule.id}")
    pairs = {part: pair or other.pairs[part] for part, pair in one.pairs.items()}
    return RuleExercise(one.edition, one.rule, one.fired + other.fired, pairs)


@dataclass(frozen=True, slots=True)
class _Looked:
    """A case as a rule is looked at in it."""

    name: str
    case: Case
    values: Values
    facts: Finished


@dataclass(frozen=True, slots=True)
class _Fired:
    """A way in which a rule fires in a case, and what it then concludes."""

    where: _Looked
    way: Bindings
    conclusion: Pattern


class _Exercising:
    """The cases put to one guideline."""

    def __init__(self, base: KnowledgeBase, trials: Sequence[Trial]) -> None:
        self._base, self.edition, self.cases = base, base.edition, len(trials)
        self._looked = [self._look(trial.name, trial.case) for trial in trials]
        self._own: dict[str, list[_Looked]] = {}
        for trial, looked in zip(trials, self._looked, strict=True):
            self._own.setdefault(trial.rule, []).append(looked)
        self._values = _values_met(looked.values for looked in self._looked)
        self._neighbours: dict[tuple[str, str], list[_Looked]] = {}
        self._pairings: dict[str, _Pairing] = {}

    def rules(self) -> Iterator[RuleExercise]:
        """What the cases as they are exercise."""
        for rule in self.edition.rules:
            own = self._own.get(rule.id, [])
            cases = [*own, *(looked for looked in self._looked if looked not in own)] if own else self._looked
            pairing = self._pairings[rule.id] = _Pairing(self.edition, rule, cases)
            pairs = {part: pairing.pair(part) for part in parts(rule)}
            yield RuleExercise(self.edition, rule, len({each.where.name for each in pairing.fired}), pairs)

    def searched(self, known: RuleExercise) -> RuleExercise:
        """The same with pairs for what has none, found by changing one field of a case in which the rule fires."""
        pairs = {part: pair or self._search(known.rule, part) for part, pair in known.pairs.items()}
        return replace(known, pairs=pairs)

    def _look(self, name: str, case: Case) -> _Looked:
        return _Looked(name, case, flat(case), Finished(self._base.finished(case)))

    def _search(self, rule: Rule, part: Part) -> Pair | None:
        pairing = self._pairings[rule.id]
        paths = _paths(self.edition, rule, part)
        starts = list({each.where.name: each.where for each in pairing.fired}.values())
        for start in starts[:_STARTS]:
            for path in paths:
                found = pairing.next_to(start, self._next_to(start, path), part)
                if found is not None:
                    return Pair(start.name, start.name, (path,), found.same, found.silent)
        return None

    def _next_to(self, start: _Looked, path: str) -> list[_Looked]:
        """The cases that are like one but for a field, named by what is changed."""
        if (start.name, path) not in self._neighbours:
            changes = (value for value in (None, *self._values.get(path, ())) if value != start.values.get(path))
            self._neighbours[start.name, path] = [
                self._look(
                    f"{path} = {'not stated' if value is None else value}",
                    case_from_tree(_tree({**start.values, path: value})),
                )
                for value in changes
            ]
        return self._neighbours[start.name, path]


class _Pairing:
    """One rule, and how it stands in the cases."""

    def __init__(self, edition: Edition, rule: Rule, cases: Sequence[_Looked]) -> None:
        self.rule = rule
        self._payload = {name for name, _, _ in slots(rule, edition.vocabulary)}
        self._near: dict[int | None, list[_Looked]] = {}
        for looked in cases:
            failing = looked.facts.failing(rule)
            if len(failing) < 2:
                self._near.setdefault(failing[0] if failing else None, []).append(looked)
        self.fired = [
            _Fired(looked, way, rule.then.bound(way))
            for looked in self._near.get(None, ())
            for way in looked.facts.firings(rule)
        ]

    def pair(self, part: Part) -> Pair | None:
        """The pair for a part among the cases."""
        near = list(self._near.get(None, ()))
        if part.role == "when":
            near = [*self._near.get(part.index, ()), *near]
        return self._closest(part, self.fired, near)

    def next_to(self, start: _Looked, neighbours: Iterable[_Looked], part: Part) -> Pair | None:
        """The pair for a part between a case in which the rule fires and one of its neighbours."""
        wanted = ([], [part.index]) if part.role == "when" else ([],)
        near = [looked for looked in neighbours if looked.facts.failing(self.rule) in wanted]
        return self._closest(part, [each for each in self.fired if each.where is start], near)

    def _closest(self, part: Part, fired: Sequence[_Fired], near: Iterable[_Looked]) -> Pair | None:
        """The pair whose cases differ least, among the first that there are."""
        if not fired:
            return None
        shared = self._shared(part)
        by_way: dict[tuple[str, ...], list[_Fired]] = {}
        for each in fired:
            by_way.setdefault(tuple([each.way[name] for name in shared]), []).append(each)
        found: list[tuple[bool, int, Pair]] = []
        tried = 0
        for looked in near:
            ways = looked.facts.held_back(self.rule, part)
            concluded = looked.facts.conclusions(self.rule) if ways else frozenset()
            for way in ways:
                same = by_way.get(tuple([way[name] for name in shared]), ())
                for others, alike in ((same, True), (fired, False)):
                    lost = list(islice((each for each in others if each.conclusion not in concluded), _TRIED))
                    for each in lost:
                        fields = differing(each.where.values, looked.values)
                        found.append((not alike, len(fields), Pair(each.where.name, looked.name, fields, alike)))
                    if lost:
                        break
            tried += bool(ways)
            if tried == _TRIED:
                break
        return min(found, key=lambda each: each[:2])[2] if found else None

    def _shared(self, part: Part) -> list[str]:
        """The variables that the rest of the rule's conditions bind to what a rule can test."""
        kept = [c for index, c in enumerate(self.rule.when) if (part.role, part.index) != ("when", index)]
        return sorted({name for condition in kept for name in condition.variables()} - self._payload)


def _paths(edition: Edition, rule: Rule, part: Part) -> list[str]:
    """The fields that may decide about a part; for the row of a table those that may choose another row."""
    asked = part.pattern(rule).type
    behind = edition.behind(rule.reads() if edition.vocabulary[asked].origin == "known" else [asked])
    paths = {edition.vocabulary[name].path for name in behind}
    paths |= {path for name in behind for path in BEHIND.get(name, ())}
    return [path for path in FIELDS if path in paths]


# --- what cases state ----------------------------------------------------------------------------------------------


def flat(case: Case) -> Values:
    """What a case states, by path of field."""
    found: dict[str, Any] = {}
    for name, value in case.as_understood().items():
        found |= (
            {f"{name}.{inner}": each for inner, each in value.items()} if isinstance(value, dict) else {name: value}
        )
    return found


def _tree(values: Values) -> dict[str, Any]:
    """The case that states some values; None is for what is not stated."""
    root: dict[str, Any] = {}
    for path, value in values.items():
        section, _, name = path.rpartition(".")
        if value is not None:
            (root.setdefault(section, {}) if section else root)[name] = value
    return root


def differing(one: Values, other: Values) -> tuple[str, ...]:
    """The fields in which two cases differ, in the order of a case file."""
    return tuple(path for path in FIELDS if one.get(path) != other.get(path))


def _values_met(cases: Iterable[Values]) -> dict[str, list[Any]]:
    """The values that cases have in each field, each once, in the order in which they come."""
    found: dict[str, dict[str, Any]] = {}
    for values in cases:
        for path, value in values.items():
            found.setdefault(path, {}).setdefault(repr(value), value)
    return {path: list(values.values()) for path, values in found.items()}
