"""Why not: what keeps a regimen out, or the nearest rule that would rank it and each of its conditions that fails."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any

from ..facts.atoms import Computed, Fact, FactBase, Given, Known, NotStated, Pattern, Var, join, unify
from ..facts.domains import parse_regimen
from ..facts.vocabulary import Avoid, Excluded, Inactive, Ranks, Recommend
from ..kb.absence import AbsenceExplainer
from ..kb.decision import assuming
from ..kb.edition import Edition
from ..kb.language import Rule
from ..kb.trace import Trace
from ..kb.words import Words
from .proof import Node, Proofs

_DEEPEST = 5
"""How many rules below the one asked about a failing condition is followed to the inputs that decide it."""

_NOT_CONCLUDED = "not concluded"


def why_not(edition: Edition, trace: Trace, regimen: str) -> dict[str, Any]:
    """The answer for one regimen id.

    `verdict` is `recommended` (it *is* in), `excluded` (ranked, but taken out: `excluded_by`) or `not_ranked` (no
    rule of the guideline ranks it here). `avoid` is what is said against it, or against its drugs alone. Both hold
    every derivation.

    `nearest` is the rule that comes nearest to admitting it, the one with the fewest failing parts, or None: of a
    regimen not ranked a rule that would rank it, if any could; of one taken out the rule that would recommend it. It
    is `{rule, parts, turns_on}`. A part is `{text, holds, wanted, value, state, found, nearest}`: what is wanted and
    what stands there in words, whether that is `given`, `assumed`, `unknown`, `computed`, `known`, `concluded` or
    `absent`, the proofs of what was found, and, where a conclusion is wanted that was not drawn, the rule nearest to
    drawing it.

    `turns_on` lists the inputs that decide, each `{fact, text, value, state, wanted, stops, way}`. Where a conclusion
    keeps the rule back, `stops` is that conclusion: it falls if of each `way` it rests on one input is otherwise.
    """
    return _WhyNot(edition, trace).answer(regimen)


@dataclass(frozen=True)
class _Part:
    """A condition or an exception of a rule, held against the facts.

    `found` is what meets it or stands in its place, `grounds` what the absence of a conclusion rests on, `chosen` what
    bound the variables of a table row that is not there. One that `waits` fails because of another: the row to look at
    is not chosen yet.
    """

    says: str
    holds: bool
    wanted: str
    found: tuple[Fact, ...]
    grounds: tuple[str, ...] = ()
    chosen: tuple[Fact, ...] = ()
    nearest: "_Nearest | None" = None
    is_exception: bool = False
    waits: bool = False


@dataclass(frozen=True)
class _Nearest:
    rule: Rule
    parts: tuple[_Part, ...]

    @cached_property
    def failing(self) -> tuple[_Part, ...]:
        return tuple(part for part in self.parts if not part.holds)

    @cached_property
    def distance(self) -> tuple[int, bool, int, str]:
        """Fewer failing parts are nearer, then what takes nothing for granted, then fewer failing all the way down."""
        return len(self.failing), self.rule.assumes is not None, sum(1 for _ in self.deciding()), self.rule.id

    def deciding(self) -> Iterator[_Part]:
        """The failing parts that nothing further is known below."""
        for part in self.failing:
            if part.nearest:
                yield from part.nearest.deciding()
            elif not part.waits:
                yield part


class _WhyNot:
    def __init__(self, edition: Edition, trace: Trace) -> None:
        everything = {fact.id: fact for fact in (*edition.known, *trace.facts.values())}
        self._edition, self._trace = edition, trace
        self._facts = FactBase(everything.values())
        self._absences = AbsenceExplainer(edition, self._facts)
        self._words = Words(edition)
        self._assumed = assuming(edition, trace)
        self._memo: dict[tuple[Pattern, int], _Nearest | None] = {}

    def answer(self, regimen: str) -> dict[str, Any]:
        recommended, ranked = self._found(Recommend(regimen=regimen)), self._found(Ranks(regimen=regimen))
        against = [*self._found(Excluded(regimen=regimen)), *self._found(Inactive(regimen=regimen))]
        verdict = "recommended" if recommended else "excluded" if ranked and against else "not_ranked"
        proofs = Proofs(self._edition, self._trace)
        name = self._edition.label("Recommend", "regimen", regimen)
        text = {
            "recommended": f"{name} is recommended",
            "excluded": f"{name} is ranked by the guideline, but taken out for this patient",
            "not_ranked": f"{name} is not ranked by this guideline for this case",
        }[verdict]
        if verdict == "recommended":
            text = f"{text} ({recommended[0].value('line')} line): nothing keeps it out."
        return {
            "regimen": regimen,
            "verdict": verdict,
            "text": text if verdict == "recommended" else f"{text}.",
            "recommended_by": [proofs.node(fact.id) for fact in recommended],
            "excluded_by": [proofs.node(fact.id) for fact in against],
            "avoid": [proofs.node(fact.id) for fact in self._against(regimen, recommended)],
            "nearest": self._admitting(verdict, regimen),
        }

    def _against(self, regimen: str, recommended: list[Fact]) -> list[Fact]:
        """What is said against the regimen, and, if it is not recommended, against its drugs alone."""
        drugs = [] if recommended else [drug for drug in parse_regimen(regimen) if drug != regimen]
        return [fact for each in (regimen, *drugs) for fact in self._found(Avoid(regimen=each))]

    def _found(self, pattern: Pattern) -> list[Fact]:
        return self._absences.matching(pattern)

    # --- the nearest rule -----------------------------------------------------------------------------------

    def _admitting(self, verdict: str, regimen: str) -> dict[str, Any] | None:
        if verdict == "recommended":
            return None
        wanted = Recommend(regimen=regimen) if verdict == "excluded" else Ranks(regimen=regimen)
        nearest = self._nearest(wanted, _DEEPEST)
        return {**self._shown(nearest), "turns_on": self._turns_on(nearest)} if nearest else None

    def _nearest(self, wanted: Pattern, depth: int) -> _Nearest | None:
        """Of the rules that could conclude it, the one with the fewest failing parts; None if no rule could."""
        wanted = _ground(wanted)
        if (wanted, depth) not in self._memo:
            candidates = [
                self._compare(rule, bindings, depth)
                for rule in self._edition.concluding.get(wanted.type, ())
                if (bindings := unify(rule.then, wanted)) is not None and self._possible(rule, bindings)
            ]
            self._memo[wanted, depth] = min(candidates, key=lambda each: each.distance, default=None)
        return self._memo[wanted, depth]

    def _possible(self, rule: Rule, bindings: Mapping[str, str]) -> bool:
        """False if a table, the same for every case, says that the rule cannot conclude this."""
        bound = (condition.bound(bindings) for condition in rule.when)
        fixed = (each for each in bound if each.type in self._tables and not each.variables() and each.terms)
        return all(self._found(each) for each in fixed)

    @cached_property
    def _tables(self) -> frozenset[str]:
        return frozenset(table.type for table in self._edition.tables.values())

    def _compare(self, rule: Rule, bindings: Mapping[str, str], depth: int) -> _Nearest:
        """Each part of a rule, held against the facts: conditions in order, each under the ways those before it fit."""
        partials: list[dict[str, str]] = [dict(bindings)]
        parts = []
        for index, condition in enumerate(rule.when):
            extended = [found for partial in partials for found in join([condition], self._facts, partial)]
            wanted = condition.bound(bindings)
            if extended:
                met = self._found(condition.bound(extended[0]))
                parts.append(_Part(self._needs(condition), True, self._wanted(wanted, wanted), tuple(met[:1])))
                partials = extended
            else:
                tried = list(dict.fromkeys(condition.bound(partial) for partial in partials))
                part = _Part(self._needs(condition), False, self._wanted(wanted, tried[0]), ())
                parts.append(self._failing(part, tried, rule.when[:index], partials, depth))
        parts += [self._exception(exception, partials) for exception in rule.unless]
        return _Nearest(rule, tuple(parts))

    def _failing(
        self, part: _Part, tried: list[Pattern], before: tuple[Pattern, ...], partials: list[dict[str, str]], depth: int
    ) -> _Part:
        """A condition that nothing meets, with what stands in its place and the nearest way to meet it."""
        kind = self._edition.vocabulary[tried[0].type]
        if kind.origin == "known" and any(isinstance(dict(tried[0].terms).get(name), Var) for name in kind.key):
            return replace(part, waits=True, grounds=self._absences.unmatched(tried[0]))
        grounds = tuple(dict.fromkeys(fact for each in tried for fact in self._absences.unmatched(each)))
        if kind.origin != "concluded":
            found = tuple(self._absences.grounds[each] for each in grounds)
            return replace(part, found=found, grounds=grounds, chosen=self._chosen(before, tried[0], partials))
        near = [rule for each in tried if depth and (rule := self._nearest(each, depth - 1))]
        instead = tuple(dict.fromkeys(fact for each in tried for fact in self._instead(each)))
        nearest = min(near, key=lambda each: each.distance, default=None)
        return replace(part, found=instead, grounds=grounds, nearest=nearest)

    def _exception(self, exception: Pattern, partials: list[dict[str, str]]) -> _Part:
        held = tuple(dict.fromkeys(fact for partial in partials for fact in self._found(exception.bound(partial))))
        says = f"is kept back by: {self._words.pattern(_ground(exception.bound(partials[0])))}"
        return _Part(says, not held, _NOT_CONCLUDED, held, tuple(fact.id for fact in held), is_exception=True)

    def _instead(self, wanted: Pattern) -> list[Fact]:
        """Conclusions of the kind wanted, about the same thing, that differ in one value."""
        terms = dict(_ground(wanted).terms)
        if len(terms) == 1 and len(self._edition.vocabulary[wanted.type].matched()) > 1:
            return []
        return [
            fact
            for fact in self._facts.get(wanted.type, ())
            if [name for name, term in terms.items() if fact.value(name) != term and name not in _SUBJECTS]
            and sum(fact.value(name) != term for name, term in terms.items()) == 1
        ]

    def _chosen(self, before: tuple[Pattern, ...], row: Pattern, partials: list[dict[str, str]]) -> tuple[Fact, ...]:
        """What bound the variables of a table row that is not there."""
        if self._edition.vocabulary[row.type].origin != "known":
            return ()
        values = {term for _, term in row.terms}
        facts = (
            fact
            for each in before
            if self._edition.vocabulary[each.type].origin != "known"
            for partial in partials
            for fact in self._found(each.bound(partial))
        )
        return tuple(dict.fromkeys(fact for fact in facts if values & {value for _, value in fact.values}))

    # --- in words -------------------------------------------------------------------------------------------

    def _needs(self, condition: Pattern) -> str:
        return f"needs: {self._words.pattern(_ground(condition))}"

    def _wanted(self, asked: Pattern, tried: Pattern) -> str:
        """What the fields have to be: what the rule asks for, else what its other conditions make of it."""
        kind = self._edition.vocabulary[asked.type]
        says_more = [name for name, _ in _ground(asked).terms if name not in kind.key]
        pattern = _ground(asked if says_more else tried)
        if kind.origin == "known":
            return self._words.pattern(pattern)
        said = [(name.replace("_", " "), self._edition.label(asked.type, name, str(t))) for name, t in pattern.terms]
        if len(said) == 1:
            return said[0][1]
        return ", ".join(f"{name} {value}" for name, value in said) or (
            "concluded" if kind.origin == "concluded" else "any"
        )

    def _value(self, part: _Part) -> str:
        if part.waits:
            return "depends on what fails above"
        shown = part.found[:1] if part.found and self._is_list(part.found[0]) else part.found
        return " ".join(dict.fromkeys(self._stands(fact) for fact in shown)) or _NOT_CONCLUDED

    def _is_list(self, fact: Fact) -> bool:
        return any(each.closed_by == fact.type for each in self._edition.vocabulary.values())

    def _stands(self, fact: Fact) -> str:
        """What stands there, without the name of the place if that is an input."""
        if fact.id in self._trace.derivations:
            firings = self._trace.derivations[fact.id]
            said = (self._words.sentence(self._edition.rule[each.rule], each.bindings) for each in firings)
            return " ".join(dict.fromkeys(said))
        text = self._words.fact(fact)
        return text.partition(": ")[2] if isinstance(fact.origin, Given | NotStated | Computed) else text

    def _state(self, facts: Iterable[Fact]) -> str:
        for fact in facts:
            match fact.origin:
                case Given():
                    return "given"
                case NotStated(path):
                    return "assumed" if path in self._assumed else "unknown"
                case Computed():
                    return "computed"
                case Known():
                    return "known"
                case _:
                    return "concluded"
        return "absent"

    def _shown(self, nearest: _Nearest) -> dict[str, Any]:
        return {
            "rule": self._edition.cited(nearest.rule),
            "parts": [
                {
                    "text": part.says,
                    "holds": part.holds,
                    "wanted": part.wanted,
                    "value": self._value(part),
                    "state": self._state(part.found),
                    "found": self._nodes(part),
                    "nearest": self._shown(part.nearest) if part.nearest else None,
                }
                for part in nearest.parts
            ],
        }

    def _nodes(self, part: _Part) -> list[Node]:
        """Proofs of what was found, each whole, also of facts that the derivation did not touch."""
        ids = part.grounds or tuple(fact.id for fact in part.found)
        return [
            Proofs(self._edition, self._everything).node(each, self._assumed)
            for each in dict.fromkeys((*ids, *(fact.id for fact in part.chosen)))
        ]

    @cached_property
    def _everything(self) -> Trace:
        known = {fact.id: fact for fact in self._edition.known}
        return replace(self._trace, facts={**known, **self._absences.grounds, **self._trace.facts})

    # --- what it turns on -----------------------------------------------------------------------------------

    def _turns_on(self, nearest: _Nearest) -> list[dict[str, Any]]:
        """The inputs behind the parts that fail; one that a condition asks for stands for what keeps back as well."""
        entries = [entry for part in nearest.deciding() for entry in self._entries(part)]
        entries = [entry for entry in entries if entry["state"] != "known"] or entries
        asked = {entry["fact"] for entry in entries if not entry["stops"]}
        said: list[dict[str, Any]] = []
        for entry in entries:
            if entry not in said and not (entry["stops"] and entry["fact"] in asked):
                said.append(entry)
        return said

    def _entries(self, part: _Part) -> Iterator[dict[str, Any]]:
        if not part.is_exception:
            for fact in self._inputs(part):
                yield self._entry(fact, part.says.partition(": ")[2])
        for held in part.found if part.is_exception else ():
            for way, inputs in enumerate(self._supports(held, frozenset()), start=1):
                for fact in inputs:
                    other = "stated" if isinstance(fact.origin, NotStated) else f"other than {self._stands(fact)}"
                    yield self._entry(fact, other) | {"stops": held.id, "way": way}

    def _inputs(self, part: _Part) -> list[Fact]:
        """What of the case decides a condition: the list rather than its elements, what a value was computed from."""
        facts = part.chosen or part.found or tuple(self._everything.facts[each] for each in part.grounds)
        if facts and self._is_list(facts[0]):
            facts = facts[:1]
        return list(dict.fromkeys(leaf for fact in facts for leaf in self._leaves(fact))) or list(facts)

    def _leaves(self, fact: Fact) -> Iterator[Fact]:
        """The inputs behind an input or a value; of a conclusion those of all its derivations."""
        if isinstance(fact.origin, Given | NotStated):
            yield fact
        elif isinstance(fact.origin, Computed):
            for each in fact.origin.inputs:
                yield from self._leaves(self._trace.facts[each])
        else:
            yield from (leaf for inputs in self._supports(fact, frozenset()) for leaf in inputs)

    def _supports(self, fact: Fact, above: frozenset[str]) -> list[tuple[Fact, ...]]:
        """The sets of inputs that each carry a fact by themselves, through premises: it falls when each set does."""
        if fact.id in above:
            return []
        if fact.id not in self._trace.derivations:
            return [() if isinstance(fact.origin, Known) else tuple(self._leaves(fact))]
        found = []
        for firing in self._trace.derivations[fact.id]:
            premises = [self._supports(self._trace.facts[each], above | {fact.id}) for each in firing.premises]
            found += [tuple(dict.fromkeys(leaf for part in chosen for leaf in part)) for chosen in product(*premises)]
        smallest = [each for each in found if not any({*other} < {*each} for other in found)]
        return list({frozenset(each): each for each in reversed(smallest)}.values())[::-1]

    def _entry(self, fact: Fact, wanted: str) -> dict[str, Any]:
        return {
            "fact": fact.origin.path if isinstance(fact.origin, Given | NotStated) else fact.id,
            "text": self._words.fact(fact),
            "value": self._stands(fact),
            "state": self._state([fact]),
            "wanted": wanted,
            "stops": "",
            "way": 0,
        }


_SUBJECTS = ("regimen", "drug")
"""Fields that say what a conclusion is about: one about something else does not stand in its place."""


def _ground(pattern: Pattern) -> Pattern:
    """The pattern without its variables, which ask for nothing."""
    return Pattern(pattern.type, tuple((name, term) for name, term in pattern.terms if not isinstance(term, Var)))
