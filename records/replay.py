"""Replay: the stored case under the stored edition, and what today's knowledge would advise instead.

What decides (rules, bindings, values, what is advised) is compared byte for byte, and wording apart from it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..explain.proof import shown
from ..facts.case import case_from_tree
from ..facts.problems import CaseError
from ..kb.check import KnowledgeError
from ..kb.decision import decide
from ..kb.edition import Edition, canonical
from ..kb.inference import KnowledgeBase
from ..kb.trace import Trace
from .answers import decision_in, everything
from .record import Record, tree_of
from .store import Store

MOST_DIFFERENCES = 20
"""Places at which two decisions differ that are told."""
MOST_TOLD = 1000
"""Replays that did not come out as the same bytes that are told."""
MOST_TRIED = 200
"""Rules and tables that are put back one by one to see which made the difference."""

_WORDING = frozenset({"text", "says", "reason", "issuer", "source", "formula", "basis"})
"""Fields that hold what only people read."""
_AS_IT_IS = frozenset({"bindings", "case"})
"""Fields whose own fields are named by rules and cases."""


class Replayer:
    """Replays records; an edition that many records share is compiled once."""

    def __init__(self, edition: Callable[[str], Mapping[str, Any]]) -> None:
        """`edition` gives the data of an edition by its digest."""
        self._edition = edition
        self._bases: dict[str, KnowledgeBase] = {}

    def base(self, digest: str) -> KnowledgeBase:
        """A stored edition, checked and compiled. KnowledgeError if this version cannot run it."""
        if digest not in self._bases:
            try:
                self._bases[digest] = KnowledgeBase(Edition.from_json(self._edition(digest)))
            except KnowledgeError:
                raise
            except ValueError as error:
                if isinstance(error, CaseError):
                    raise
                raise KnowledgeError([str(error)]) from None
        return self._bases[digest]

    def replay(self, record: Record) -> dict[str, Any]:
        """`{"record", "verdict", "logic", "wording", "case", "why_not"}`.

        The verdict is `same`, `same_logic` (only wording differs), `different` or `impossible`, with why in `why_not`;
        `logic` and `wording` list places that differ, `{"path", "then", "now"}`.
        """
        assert record.content is not None
        then = record.content["decision"]
        found: dict[str, Any] = {"record": record.seq, "logic": [], "wording": [], "why_not": []}
        try:
            now = decision_under(self.base(record.content["edition"]), record)
        except KnowledgeError as error:
            return {**found, "verdict": "impossible", "why_not": error.findings}
        except CaseError as error:
            return {**found, "verdict": "impossible", "why_not": [problem.line() for problem in error.problems]}
        if canonical(now) == canonical(then):
            return {**found, "verdict": "same"}
        differ = list(_differences(logic(then), logic(now)))
        worded = [] if differ else list(_differences(then, now))
        found |= {"logic": differ[:MOST_DIFFERENCES], "wording": worded[:MOST_DIFFERENCES]}
        return {**found, "verdict": "different" if differ else "same_logic"}

    def against(self, record: Record, current: Edition, tick: Callable[[int], None] = lambda _: None) -> dict[str, Any]:
        """What `current` would advise, and which rule or table made the difference.

        `{"record", "same", "then", "now", "gone", "new", "changed", "made_by"}`: `changed` are the rules and tables
        that differ between the editions; `made_by` those of them that, put back alone as they were, bring back what was
        advised then. Where no single one does, it is empty.
        """
        assert record.content is not None
        then = record.content["decision"]
        old = Edition.from_json(self._edition(record.content["edition"]))
        now = decision_under(KnowledgeBase(current), record)
        changed = list(_changes(old, current))
        before, after = _advised(then), _advised(now)
        made_by = []
        if before != after:
            for kind, name, how, back in changed[:MOST_TRIED]:
                tick(1)
                if self._brings_back(back, record, before):
                    made_by.append({"kind": kind, "id": name, "how": how})
        was, its = shown(then), shown(now)
        return {
            "record": record.seq,
            "knowledge": {"then": then["knowledge"], "now": now["knowledge"]},
            "same": before == after,
            "then": before,
            "now": after,
            "gone": [each for each in was if each not in its],
            "new": [each for each in its if each not in was],
            "changed": [{"kind": kind, "id": name, "how": how} for kind, name, how, _ in changed],
            "made_by": made_by,
        }

    @staticmethod
    def _brings_back(edition: Edition, record: Record, before: Any) -> bool:
        try:
            return bool(_advised(decision_under(KnowledgeBase(edition), record)) == before)
        except (KnowledgeError, CaseError, ValueError, KeyError):
            return False  # one alone does not fit into the others


def replays(
    store: Store, replayer: Replayer, only: int | None = None, tick: Callable[[int], None] = lambda _: None
) -> dict[str, Any]:
    """Replay one decision, or all that are there: `{"replays", "counts"}`.

    Of all, those that are the same bytes are only counted. CaseError for a record that is no decision.
    """
    counts: dict[str, int] = {}
    told: list[dict[str, Any]] = []
    if only is not None:
        decision_in(store.record(only))

    def broken(seq: int, error: CaseError) -> None:
        counts["impossible"] = counts.get("impossible", 0) + 1
        why_not = [problem.line() for problem in error.problems]
        told.append({"record": seq, "verdict": "impossible", "logic": [], "wording": [], "why_not": why_not})

    with everything(store, only, broken) as records:
        for record in records:
            if record.kind == "decision":
                tick(1)
            if record.kind == "decision" and record.content is not None:
                found = replayer.replay(record)
                counts[found["verdict"]] = counts.get(found["verdict"], 0) + 1
                if only is not None or (found["verdict"] != "same" and len(told) < MOST_TOLD):
                    told.append(found)
    return {"replays": told, "counts": counts}


def decision_under(base: KnowledgeBase, record: Record) -> Any:
    """The decision on the case of a record, as given then, under an edition. CaseError if it is no case any more."""
    assert record.content is not None
    case = case_from_tree(tree_of(record.content["given"]))
    return decide(base.edition, case, base.derive(case))


def trace_of(record: Record) -> Trace:
    """The derivation that a record holds."""
    assert record.content is not None
    return Trace.from_json(record.content["decision"]["trace"])


def logic(decision: Mapping[str, Any]) -> Any:
    """A decision without what only people read: sentences, titles, sources and formulas in words."""
    return _bare({name: value for name, value in decision.items() if name != "guideline"}) | {
        "guideline": decision["guideline"]["id"]
    }


def _bare(value: Any) -> Any:
    if isinstance(value, list):
        return [_bare(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    worded = _WORDING | {"value"} if value.get("kind") == "known" else _WORDING  # of a row of a table: a sentence
    return {name: inner if name in _AS_IT_IS else _bare(inner) for name, inner in value.items() if name not in worded}


def _differences(then: Any, now: Any, path: str = "") -> Iterator[dict[str, Any]]:
    """The places at which two data differ."""
    if isinstance(then, dict) and isinstance(now, dict):
        for name in sorted(then.keys() | now.keys()):
            yield from _differences(then.get(name), now.get(name), f"{path}.{name}" if path else name)
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for place, (one, other) in enumerate(zip(then, now, strict=True)):
            yield from _differences(one, other, f"{path}[{place}]")
    elif then != now:
        yield {"path": path, "then": then, "now": now}


def _advised(decision: Mapping[str, Any]) -> dict[str, Any]:
    """What somebody would have done: status, regimens in order with doses, and what is not given."""
    return {
        "status": decision["status"],
        "recommendations": [
            {
                "regimen": each["regimen"],
                "line": each["line"],
                "doses": [
                    f"{dose['drug']}, {dose['phase']}: {dose['amount']} {dose['when']}".strip()
                    for dose in each["doses"]
                ],
            }
            for each in decision["recommendations"]
        ],
        "avoid": sorted(f"{each['regimen']}: {each['category']}" for each in decision["avoid"]),
    }


def _changes(old: Edition, new: Edition) -> Iterator[tuple[str, str, str, Edition]]:
    """What decides in one edition and not, or otherwise, in the other, with `new` put back to `old` in that alone."""
    logic_of = {"old": old.logic(), "new": new.logic()}
    for kind, then, now in (
        ("rule", old.rule, new.rule),
        ("table", old.tables, new.tables),
    ):
        texts = {
            which: {each["id"]: canonical(each) for each in logic_of[which][f"{kind}s"]} for which in ("old", "new")
        }
        for name in sorted(texts["old"].keys() | texts["new"].keys()):
            if texts["old"].get(name) != texts["new"].get(name):
                how = "changed" if name in then and name in now else "removed" if name in then else "added"
                yield kind, name, how, _back(new, old, kind, name)


def _back(new: Edition, old: Edition, kind: str, name: str) -> Edition:
    """`new` with one rule or table as `old` has it, and with the documents and statements that it then needs."""
    rules, tables = new.rules, dict(new.tables)
    if kind == "rule":
        rules = tuple(rule for rule in new.rules if rule.id != name)
        rules += tuple(rule for rule in old.rules if rule.id == name)
    elif name in old.tables:
        tables[name] = old.tables[name]
    else:
        del tables[name]
    there = {rule.id for rule in rules}
    lines = {row.statement: row for row in (*old.coverage, *new.coverage)}
    coverage = tuple(
        replace(row, rules=tuple(rule for rule in row.rules if rule in there), note=row.note or "as it was")
        for row in lines.values()
    )
    sources, statements = {**old.sources, **new.sources}, {**old.statements, **new.statements}
    return replace(new, rules=rules, tables=tables, sources=sources, statements=statements, coverage=coverage)
