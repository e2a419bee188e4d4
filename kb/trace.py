"""The trace: plain data that says what was known, which rules fired in which order, and why exceptions did not hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..facts.atoms import Computed, Concluded, Fact, FactBase, FactOrigin, Given, Known, NotStated, Pattern
from .edition import pattern_from_json, pattern_json

SCHEMA = "whyrx-trace/1"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one rule did not conclude something.

    `part` and `index` say which condition (`when`) fails or which exception (`unless`) holds, `because` which facts
    make it so, by id.
    """

    rule: str
    part: str
    index: int
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Absence:
    """Why a conclusion is absent: for each rule that could have drawn it, what failed."""

    pattern: Pattern
    failures: tuple[Failure, ...]

    def because(self) -> tuple[str, ...]:
        """Ids of all facts the absence rests on, each once, in order."""
        return tuple(dict.fromkeys(fact for failure in self.failures for fact in failure.because))


@dataclass(frozen=True, slots=True)
class Firing:
    """One rule fired: what its variables were bound to, on which facts, against which exceptions, concluding what.

    `new` is false where an earlier firing had concluded the same: this is then another derivation of it.
    """

    step: int
    stratum: int
    rule: str
    bindings: Mapping[str, str]
    premises: tuple[str, ...]
    absences: tuple[Absence, ...]
    conclusion: str
    new: bool


@dataclass(frozen=True)
class Trace:
    """The whole derivation of one case under one edition.

    `facts` holds every fact of the case and each table row and conclusion that the derivation touched, by id.
    """

    version: str
    digest: str
    facts: Mapping[str, Fact]
    firings: tuple[Firing, ...]

    @cached_property
    def derivations(self) -> Mapping[str, tuple[Firing, ...]]:
        """Firings by conclusion, the first derivation first."""
        found: dict[str, list[Firing]] = {}
        for firing in self.firings:
            found.setdefault(firing.conclusion, []).append(firing)
        return {fact: tuple(firings) for fact, firings in found.items()}

    @cached_property
    def by_type(self) -> FactBase:
        """Facts by type, in order of id."""
        return FactBase(self.facts.values())

    def supporting(self, fact: Fact) -> list[str]:
        """Ids of the facts one fact directly rests on: premises and grounds of absences, or inputs of a formula."""
        if isinstance(fact.origin, Computed):
            return list(fact.origin.inputs)
        return [
            ground
            for firing in self.derivations.get(fact.id, ())
            for ground in (*firing.premises, *(g for absence in firing.absences for g in absence.because()))
        ]

    def as_json(self) -> dict[str, Any]:
        """JSON-ready, in canonical order."""
        return {
            "facts": [_fact_json(fact) for _, fact in sorted(self.facts.items())],
            "firings": [_firing_json(firing) for firing in self.firings],
            "knowledge": {"digest": self.digest, "version": self.version},
            "schema": SCHEMA,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Trace":
        """The trace that `as_json` wrote. ValueError for another schema."""
        if data["schema"] != SCHEMA:
            raise ValueError(f"not a trace this version reads: {data['schema']}")
        facts = [_fact_from_json(fact) for fact in data["facts"]]
        return cls(
            version=data["knowledge"]["version"],
            digest=data["knowledge"]["digest"],
            facts={fact.id: fact for fact in facts},
            firings=tuple(_firing_from_json(step, f) for step, f in enumerate(data["firings"], start=1)),
        )


_ORIGINS: dict[str, type[Any]] = {
    "given": Given,
    "not_stated": NotStated,
    "computed": Computed,
    "known": Known,
    "concluded": Concluded,
}


def _fact_json(fact: Fact) -> dict[str, Any]:
    kind = next(name for name, cls in _ORIGINS.items() if isinstance(fact.origin, cls))
    details = {name: getattr(fact.origin, name) for name in fact.origin.__slots__}
    origin = {"kind": kind, **{k: list(v) if isinstance(v, tuple) else v for k, v in details.items()}}
    found: dict[str, Any] = {
        "id": fact.id,
        "origin": origin,
        "type": fact.type,
        "values": [list(v) for v in fact.values],
    }
    if fact.payload:
        found["payload"] = [list(v) for v in fact.payload]
    return found


def _fact_from_json(data: Mapping[str, Any]) -> Fact:
    details: dict[str, Any] = {
        k: tuple(v) if isinstance(v, list) else v for k, v in data["origin"].items() if k != "kind"
    }
    origin: FactOrigin = _ORIGINS[data["origin"]["kind"]](**details)
    return Fact(
        data["type"],
        tuple((k, v) for k, v in data["values"]),
        tuple((k, v) for k, v in data.get("payload", ())),
        origin,
    )


def _firing_json(firing: Firing) -> dict[str, Any]:
    return {
        "absences": [
            {
                "failures": [
                    {"because": list(f.because), "index": f.index, "part": f.part, "rule": f.rule} for f in a.failures
                ],
                "pattern": pattern_json(a.pattern),
            }
            for a in firing.absences
        ],
        "bindings": dict(firing.bindings),
        "conclusion": firing.conclusion,
        "new": firing.new,
        "premises": list(firing.premises),
        "rule": firing.rule,
        "stratum": firing.stratum,
    }


def _firing_from_json(step: int, data: Mapping[str, Any]) -> Firing:
    return Firing(
        step=step,
        stratum=data["stratum"],
        rule=data["rule"],
        bindings=dict(data["bindings"]),
        premises=tuple(data["premises"]),
        absences=tuple(
            Absence(
                pattern_from_json(a["pattern"]),
                tuple(Failure(f["rule"], f["part"], f["index"], tuple(f["because"])) for f in a["failures"]),
            )
            for a in data["absences"]
        ),
        conclusion=data["conclusion"],
        new=data["new"],
    )
