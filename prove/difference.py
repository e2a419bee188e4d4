"""Two guidelines, or two editions of one, compared over all situations, and told as profiles of patients.

Both rule sets stand in one answer set program over the same inputs. What may differ is the verdict on a regimen, the
status of the answer, and the labelled dose of a drug. Of each change that some situation shows, profiles are told: as
few inputs as possible, such that every situation that has them shows the change. A profile is found from one situation
by contradiction: the inputs that the solver needs to show that the change cannot fail, less each it can do without.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from ..facts.case import Case
from ..kb.asp import asp_rows, asp_rules
from ..kb.edition import Edition, Table
from ..kb.inference import KnowledgeBase
from .numbers import CHILD, NoSuchPatientError
from .program import SHOWN, told
from .sample import Sample
from .solver import Solver, Symbol, external
from .space import Space

MOST_PROFILES = 3
"""Profiles told of one change. `complete` says whether they are all situations that show it."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is otherwise: of a regimen, the status or a dose, from what to what."""

    kind: str
    of: str
    before: str
    after: str

    @property
    def atom(self) -> str:
        """As the program has it."""
        return f'changed("{self.kind}", "{self.of}", "{self.before}", "{self.after}")'


@dataclass(frozen=True, slots=True)
class Profile:
    """Whoever has these inputs gets the change: path, element, value. `case` is one of them, `situations` how many
    there are (an upper bound); the rules are those behind the verdicts in that case, before and after."""

    inputs: tuple[tuple[str, str, str], ...]
    case: Case
    situations: int
    rules_before: tuple[str, ...]
    rules_after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A change with its profiles; `complete` if every situation that shows it has one of them."""

    change: Change
    profiles: tuple[Profile, ...]
    complete: bool

    def as_json(self, drawn: int) -> dict[str, Any]:
        """For a reader; `drawn` is the number of random cases that show the change."""
        return {
            "after": self.change.after,
            "before": self.change.before,
            "complete": self.complete,
            "drawn": drawn,
            "kind": self.change.kind,
            "of": self.change.of,
            "profiles": [
                {
                    "case": profile.case.as_understood(),
                    "inputs": [{"element": element, "path": path, "value": v} for path, element, v in profile.inputs],
                    "rules_after": list(profile.rules_after),
                    "rules_before": list(profile.rules_before),
                    "situations": str(profile.situations),
                }
                for profile in self.profiles
            ],
        }


class Difference:
    """What differs between two editions."""

    def __init__(self, one: Edition, other: Edition) -> None:
        self.one, self.other = one, other
        self.both = both(one, other)
        self.space = Space(self.both)
        self._asked = 0

    @cached_property
    def _solver(self) -> Solver:
        return Solver(self.text, strict=False)

    @cached_property
    def text(self) -> str:
        """The program: the inputs, both rule sets, and what changes."""
        return "\n".join(
            [
                self.space.program,
                *self._side(self.one, "a"),
                *self._side(self.other, "b"),
                *self._absent(),
                *_CHANGES,
                SHOWN,
                "#show absent/2. #show bare/1. #show only/2. #show light/0.",
                "#show changed/4. #show a_why/3. #show b_why/3.",
            ]
        )

    def _side(self, edition: Edition, side: str) -> Iterator[str]:
        """The rules and tables of one edition, its own types renamed, and its verdicts."""
        own = {t.name for t in edition.vocabulary.values() if t.origin in ("concluded", "known")}
        own -= {"OrganismOrder", "Enzyme", "Hydrolysis", "Inhibition"}
        own.add("GuidelineAge")
        rules = asp_rules(edition.rules, edition.vocabulary, by=("Ranks", "Excluded", "Inactive", "Avoid", "Dose"))
        issued, review_by = edition.measures.issued.toordinal(), edition.measures.review_by.toordinal()
        text = f"""
{rules}
{asp_rows(self.both, edition.tables.values())}
t_GuidelineAge("not_stated") :- num("as_of", "not_stated").
t_GuidelineAge("not_yet_issued") :- num("as_of", D), D < {issued}.
t_GuidelineAge("current") :- num("as_of", D), {issued} <= D, D <= {review_by}.
t_GuidelineAge("past_review") :- num("as_of", D), {review_by} < D, D != "not_stated".
{_VERDICTS}"""
        text = re.sub(r"\bt_(\w+)", lambda found: f"{side}_{found[1]}" if found[1] in own else found[0], text)
        yield re.sub(r"\b(by|verdict|why|dosed)\(", rf"{side}_\1(", text)

    def _absent(self) -> Iterator[str]:
        for fact_type in self.space.elements:
            for name in self.space.names(fact_type):
                yield f'element("{fact_type.path}", "{name}").'
        yield "absent(P, E) :- element(P, E), not has(P, E, _)."
        yield "bare(P) :- element(P, _), not has(P, _, _)."
        yield "only(P, E) :- has(P, E, _), { has(P, X, _) : X != E } 0."

    # --- what changes -----------------------------------------------------------------------------------------

    def changes(self) -> list[Change]:
        """Every change that some situation shows, regimens first."""
        found = [Change(*external(symbol)) for symbol in self._solver.possible("changed", 4, shown=True)]
        return sorted(found, key=lambda each: (_KINDS.index(each.kind), each.of, each.before, each.after))

    def told(self, change: Change) -> Told:
        """The profiles of one change."""
        profiles: list[Profile] = []
        while len(profiles) < MOST_PROFILES and (model := self._typical(change.atom)) is not None:
            kept = self._smallest(model, change.atom)
            try:
                profiles.append(self._profile(change, model, kept))
                self._forbid(change.atom, *map(str, kept))
            except NoSuchPatientError as unreal:
                self._forbid(*unreal.combination)
        return Told(change, tuple(profiles), self._solver.model(change.atom) is None)

    def _forbid(self, *atoms: str) -> None:
        self._asked += 1
        self._solver.add(f":- {', '.join(atoms)}.", f"asked{self._asked}")

    def _typical(self, atom: str) -> frozenset[Symbol] | None:
        """A situation that shows a change, as usual otherwise as may be."""
        wanted = [atom]
        model = self._solver.model(*wanted)
        if model is None:
            return None
        for usual in _USUAL:
            more = self._solver.model(*wanted, usual)
            if more is not None:
                wanted.append(usual)
                model = more
        return model

    def _smallest(self, model: Iterable[Symbol], atom: str) -> list[Symbol]:
        """As few inputs of a situation as the change needs, the most telling kept last."""
        inputs = sorted((s for s in model if s.name in _INPUTS), key=lambda s: (_weight(s), str(s)))
        coarse = [each for each in inputs if each.name != "absent"]  # that a list is empty says it in one
        stated = [each for each in coarse if each.name not in _COMPUTED]
        kept = next(
            (core for some in (stated, coarse, inputs) if (core := self._solver.core(some, without=atom))), inputs
        )
        for each in [each for each in inputs if each in kept]:
            smaller = self._solver.core([other for other in kept if other != each], without=atom)
            kept = kept if smaller is None else smaller
        return [each for each in reversed(inputs) if each in kept]

    def _profile(self, change: Change, model: Iterable[Symbol], kept: Sequence[Symbol]) -> Profile:
        model = list(model)
        before, after = (tuple(_behind(change, model, f"{side}_why")) for side in "ab")
        case = self.space.situation(*told(model))
        return Profile(tuple(map(_said, kept)), case, self._situations(kept), before, after)

    def _situations(self, kept: Iterable[Symbol]) -> int:
        """How many situations have some inputs, were each free of the others."""
        values = {str(t.path): len(self.space.values(t)) for t in self.space.choices}
        elements = {str(t.path): 1 + len(self.space.values(t)) for t in self.space.elements}
        names = {str(t.path): len(self.space.names(t)) for t in self.space.elements}
        count = self.space.size
        for symbol in kept:
            path = external(symbol)[0] if symbol.arguments else ""
            match symbol.name:
                case "in":
                    count //= values.get(path, 2)
                case "has" | "absent":
                    count //= elements[path]
                case "only":
                    count //= elements[path] ** (names[path] - 1)
                case "bare":
                    count //= elements[path] ** names[path]
                case "got":
                    count //= len(self.space.numbers.values["Clearance"])
                case _:
                    count //= 2
        return max(count, 1)

    def drawn(self, count: int) -> Counter[Change]:
        """In how many of so many random cases each change is seen, by experta under either edition."""
        one, other = KnowledgeBase(self.one), KnowledgeBase(self.other)
        sample = Sample(self.space)
        seen: Counter[Change] = Counter()
        for seed in range(count):
            case = sample.case(sample.drawn(seed))
            seen.update(changed(one, other, case))
        return seen


def rules_changed(one: Edition, other: Edition) -> dict[str, list[str]]:
    """The rules that only one of two editions has, and those whose logic is not the same in both."""
    logic = [{rule["id"]: rule for rule in edition.logic()["rules"]} for edition in (one, other)]
    return {
        "added": sorted(logic[1].keys() - logic[0].keys()),
        "changed": sorted(name for name in logic[0].keys() & logic[1].keys() if logic[0][name] != logic[1][name]),
        "removed": sorted(logic[0].keys() - logic[1].keys()),
    }


def changed(one: KnowledgeBase, other: KnowledgeBase, case: Case) -> set[Change]:
    """What changes for one case, by experta."""
    before, after = _verdicts(one, case), _verdicts(other, case)
    found = {
        Change(kind, of, was, now)
        for kind, of in before.keys() | after.keys()
        for was in [before.get((kind, of), _NOT_RANKED)]
        for now in [after.get((kind, of), _NOT_RANKED)]
        if was != now and (kind == "status" or {was, now} & _RECOMMENDED)
    }
    doses = [base.concludes(case, ("Dose",)) for base in (one, other)]
    for was in doses[0] - doses[1]:
        for now in doses[1] - doses[0]:
            if was.values[:2] == now.values[:2]:
                found.add(Change("dose", was.value("drug"), was.value("row"), now.value("row")))
    return found


def _verdicts(base: KnowledgeBase, case: Case) -> dict[tuple[str, str], str]:
    """The status, and the verdict on each regimen that is spoken of."""
    facts = base.concludes(case, ("Recommend", "Avoid", "Ranks", "Status", "InScope"))
    found: dict[tuple[str, str], str] = {}
    in_scope = any(fact.type == "InScope" for fact in facts)
    for fact in sorted(facts, key=lambda each: each.id):
        match fact.type:
            case "Status":
                found["status", "answer"] = fact.value("value")
            case "Ranks":
                found.setdefault(("regimen", fact.value("regimen")), "taken out")
    for fact in facts:
        if fact.type == "Avoid" and fact.value("category") != "not_first_line" and in_scope:
            found["regimen", fact.value("regimen")] = "advised against"
    for line, words in (("alternative", "alternative"), ("first", "first line")):
        for fact in facts:
            if fact.type == "Recommend" and fact.value("line") == line:
                found["regimen", fact.value("regimen")] = words
    return found


_NOT_RANKED = "not ranked"
_RECOMMENDED = {"first line", "alternative"}


def both(one: Edition, other: Edition) -> Edition:
    """The rules and tables of two editions together: what tells inputs apart in either tells them apart."""
    tables: dict[str, Table] = {}
    for side, edition in (("a", one), ("b", other)):
        tables |= {f"{side}-{name}": table for name, table in edition.tables.items()}
    named = [e.tables["contains"].rows for e in (one, other) if "contains" in e.tables]
    contains = {row.values: row for rows in named for row in rows}
    if contains:
        tables["contains"] = replace(one.tables["contains"], rows=tuple(contains.values()))
    rules = (*one.rules, *(rule for rule in other.rules if one.rule.get(rule.id) != rule))
    return replace(one, rules=rules, tables=tables)


_KINDS = ("status", "regimen", "dose")
_INPUTS = ("in", "has", "absent", "bare", "only", "num", "got", "mic", "flow", "light")
_COMPUTED = ("got", "light")
"""Inputs of the program that a case does not state as such: what it states says more."""

_VERDICTS = """
verdict(R, "first line") :- t_Recommend(R, "first").
verdict(R, "alternative") :- t_Recommend(R, "alternative"), not t_Recommend(R, "first").
verdict(R, "advised against") :- t_Avoid(R, C, _), C != "not_first_line", not t_Recommend(R, _), t_InScope.
verdict(R, "taken out") :- t_Ranks(R, _, _), not t_Recommend(R, _), not verdict(R, "advised against").
dosed(D, P, W) :- t_Dose(D, P, W).
why(X, "ranked", R) :- by(X, t_Ranks(R, _, _)), t_Recommend(R, _).
why(X, "against", R) :- by(X, t_Avoid(R, C, _)), C != "not_first_line", verdict(R, "advised against").
why(X, "taken out", R) :- by(X, t_Excluded(R, _)), t_Ranks(R, _, _).
why(X, "taken out", R) :- by(X, t_Inactive(R, _)), t_Ranks(R, _, _).
"""

_CHANGES = (
    """
side_verdict("a", R, V) :- a_verdict(R, V).
side_verdict("b", R, V) :- b_verdict(R, V).
spoken(R) :- side_verdict(_, R, _).
has_verdict(S, R) :- side_verdict(S, R, _).
verdict_of(S, R, V) :- side_verdict(S, R, V).
verdict_of(S, R, "not ranked") :- spoken(R), side(S), not has_verdict(S, R).
side("a"; "b").
changed("regimen", R, V, W) :- verdict_of("a", R, V), verdict_of("b", R, W), V != W, recommended(R).
recommended(R) :- a_Recommend(R, _).
recommended(R) :- b_Recommend(R, _).
changed("status", "answer", V, W) :- a_Status(V, _), b_Status(W, _), V != W.
changed("dose", D, V, W) :- a_dosed(D, P, V), b_dosed(D, P, W), V != W, not b_dosed(D, P, V), not a_dosed(D, P, W).
""",
)

_LISTS = (
    "patient.allergies",
    "setting.unavailable",
    "isolate.susceptibilities",
    "isolate.suspected_carbapenemases",
    "isolate.carbapenemases_tested_for",
    "isolate.other_beta_lactamases",
    "isolate.suspicion_basis",
    "infection.foci",
    "therapy.current",
    "therapy.previous",
)

_USUAL = (
    'in("isolate.organism", "Klebsiella pneumoniae")',
    'num("patient.age", 68)',
    'in("infection.site", "bloodstream")',
    'in("infection.severity", "severe")',
    *(f'only("isolate.carbapenemases", "{name}")' for name in ("NDM", "KPC", "OXA-48-like", "VIM")),
    *(f'bare("{path}")' for path in _LISTS),
    'in("patient.renal_replacement", "none")',
    'in("setting.jurisdiction", "US")',
    'in("infection.septic_shock", "no")',
    'num("infection.pitt_score", "not_stated")',
    'num("as_of", "not_stated")',
)
"""What a typical situation has, as far as the change allows, in this order."""

_TELLING = ("isolate.organism", "isolate.carbapenemases", "infection.site", "infection.severity", "patient.age")


def _behind(change: Change, model: Iterable[Symbol], name: str) -> list[str]:
    """The rules behind a verdict: on the regimen that changes, or on all that is ranked where the answer does."""
    whys = [external(symbol) for symbol in model if symbol.name == name]
    if change.kind == "status":
        return sorted({rule for rule, why, _ in whys if why != "against"})
    return sorted({rule for rule, _, regimen in whys if change.of in (regimen, *regimen.split("+"))})


def _weight(symbol: Symbol) -> int:
    """How telling an input is: the others are dropped first."""
    path = external(symbol)[0] if symbol.arguments else ""
    if symbol.name in ("mic", "light", "num", "got", "flow"):
        return 2 if path == "patient.age" else 0
    if symbol.name in ("absent", "has"):
        return 1
    if symbol.name == "in" and external(symbol)[1] in ("answered", "not_stated"):
        return 2
    if symbol.name in ("bare", "only"):
        return 3
    return 4 if path in _TELLING else 3


def _number(path: str, state: str) -> str:
    """What is stated of a number, in words."""
    if state == "not_stated":
        return state
    if path == "patient.age":
        return "child" if int(state) == CHILD else "adult"
    if path == "as_of":
        return date.fromordinal(int(state)).isoformat()
    return state


def _said(symbol: Symbol) -> tuple[str, str, str]:
    """An input as path, element and value; an element that is absent has the value `absent`."""
    values = external(symbol)
    match symbol.name:
        case "in":
            return values[0], "", values[1]
        case "num":
            return values[0], "", _number(*values)
        case "has":
            return values[0], values[1], values[2] or "named"
        case "only":
            return values[0], values[1], "only"
        case "bare":
            return values[0], "", "none or not stated"
        case "absent":
            return values[0], values[1], "absent"
        case _:
            return symbol.name, values[0] if values else "", values[-1] if len(values) > 1 else ""
