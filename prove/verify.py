"""Verifies a knowledge base over every situation: by contradiction, state by state, by sampling; with a certificate.

The work is cut into units that do not depend on each other, each with a name; what is done is kept beside the
certificate until all is, so that a run that was ended goes on where it stood.
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from time import monotonic
from typing import Any

from ..kb.edition import Edition, canonical
from ..kb.inference import KnowledgeBase
from ..kb.processes import end_with_parent
from ..kb.sources import cite
from .agree import Twins
from .cones import Cones, State
from .kept import Kept, Result
from .proof import prove
from .sample import Sample
from .solver import VERSION as SOLVER
from .space import Space

SCHEMA = "whyrx-certificate/1"

STATES, DRAWN, PAIRED = 2_000, 500, 200
"""In one unit: states of a module, random cases, cases of the covering array."""

MOST_DIFFERENCES = 20
"""So many are told; more are counted."""

Unit = tuple[str, int, int, int]
"""What is looked at (`cone`, `random`, `pairwise`), of which module, from where, to where."""

Done = Callable[[int, int], None]


class Verifier:
    """The units of work on one edition; each process has its own."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition

    @cached_property
    def base(self) -> KnowledgeBase:
        """The edition, compiled."""
        return KnowledgeBase(self.edition)

    @cached_property
    def cones(self) -> Cones:
        """The modules and what they can see."""
        return Cones(self.base)

    @cached_property
    def _twins(self) -> Twins:
        return Twins(self.base)

    @cached_property
    def _sample(self) -> Sample:
        return Sample(self._twins.space)

    @cached_property
    def _pairwise(self) -> list[Mapping[tuple[str, str], str]]:
        return list(self._sample.pairwise())

    def units(self, samples: int) -> Iterator[Unit]:
        """All there is to do but the proofs."""
        yield "pairwise", 0, 0, 0
        for number in range(len(self.cones.shared.modules)):
            states = sum(1 for _ in self.cones.states(number))
            yield from (("cone", number, start, min(start + STATES, states)) for start in range(0, states, STATES))
        yield from (("random", 0, start, min(start + DRAWN, samples)) for start in range(0, samples, DRAWN))

    def do(self, unit: Unit) -> Result:
        """`{"cases" or "states": count, "differences": [...]}`."""
        kind, number, start, stop = unit
        if kind == "cone":
            return self._cone(number, start, stop)
        drawn = self._pairwise if kind == "pairwise" else map(self._sample.drawn, range(start, stop))
        return {"kind": kind, **self._compared(drawn)}

    def _cone(self, number: int, start: int, stop: int) -> Result:
        concludes = self.base.shared.modules[number].concludes if self.base.shared else ""
        found, states = [], 0
        for difference in self.cones.differences(number, start, stop):
            states += 1
            if difference is not None:
                state, experta, solver = difference
                found.append({"facts": _ids(state), "experta": sorted(experta), "solver": sorted(solver)})
        return {"concludes": concludes, "differences": found, "module": number, "states": states}

    def _compared(self, assignments: Iterable[Mapping[tuple[str, str], str]]) -> Result:
        found, cases = [], 0
        for assignment in assignments:
            case = self._sample.case(assignment)
            experta, solver = self._twins.difference(case)
            cases += 1
            if experta or solver:
                found.append({"case": case.as_understood(), "experta": sorted(experta), "solver": sorted(solver)})
        return {"cases": cases, "differences": found}


def _ids(state: State) -> list[str]:
    return [fact.id for fact in state.facts()]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be verified: an edition, with how many random cases, in how many processes."""

    edition: Edition
    samples: int
    workers: int

    def identity(self) -> dict[str, Any]:
        """What results of units hold for."""
        from .. import __version__

        return {"digest": self.edition.digest, "samples": self.samples, "software": __version__, "solver": SOLVER}


def verify(plan: Plan, certificate: Path | None, done: Done) -> dict[str, Any]:
    """The certificate. `done(N, OF)` is told of each unit. With a path it is written there, when all is done."""
    began = monotonic()
    proofs = _proofs(plan.edition)
    space = Space(plan.edition)
    proving_s = monotonic() - began
    kept = Kept(certificate and certificate.with_name(f"{certificate.name}.partial"), plan.identity())
    verifier = Verifier(plan.edition)
    units = list(verifier.units(plan.samples))
    results = {unit: kept.results[_name(unit)] for unit in units if _name(unit) in kept.results}
    left = [unit for unit in units if unit not in results]
    done(len(results), len(units))
    for unit, result in _results(plan, verifier, left):
        results[unit] = result
        kept.add(_name(unit), result)
        done(len(results), len(units))
    found = _certificate(plan, proofs, space, [results[unit] for unit in units])
    found["seconds"] = {"all": round(monotonic() - began, 1), "proofs": round(proving_s, 1)}
    if certificate is not None:
        _write(certificate, {**found, "seconds": {name: str(value) for name, value in found["seconds"].items()}})
        kept.forget()
    return found


def _write(certificate: Path, found: Result) -> None:
    """Whole or not at all."""
    written = certificate.with_name(f"{certificate.name}.new")
    written.write_bytes(canonical(found) + b"\n")
    os.replace(written, certificate)  # noqa: PTH105  # the name of what it does


def _proofs(edition: Edition) -> list[Result]:
    return [
        {
            "because": verdict.invariant.because,
            "case": None if verdict.case is None else verdict.case.as_understood(),
            "id": verdict.invariant.id,
            "result": verdict.result,
            "says": verdict.invariant.says,
            "source": cite(verdict.invariant.source.document, verdict.invariant.source.place),
        }
        for verdict in prove(edition)
    ]


def _results(plan: Plan, verifier: Verifier, left: Sequence[Unit]) -> Iterator[tuple[Unit, Result]]:
    if plan.workers == 1 or len(left) < 2:
        yield from ((unit, verifier.do(unit)) for unit in left)
        return
    data = json.dumps(plan.edition.as_json())
    # a process that begins anew shares no lock and no thread with this one
    with ProcessPoolExecutor(plan.workers, get_context("spawn"), _begin, (data,)) as pool:
        waiting = {pool.submit(_do, unit): unit for unit in left}
        for future in as_completed(waiting):
            yield waiting[future], future.result()


_verifier: Verifier | None = None


def _begin(data: str) -> None:
    end_with_parent()
    global _verifier  # what a process keeps from unit to unit
    _verifier = Verifier(Edition.from_json(json.loads(data)))


def _do(unit: Unit) -> Result:
    assert _verifier is not None
    return _verifier.do(unit)


def _name(unit: Unit) -> str:
    return "/".join(map(str, unit))


def _certificate(plan: Plan, proofs: list[Result], space: Space, results: Sequence[Result]) -> dict[str, Any]:
    states: Counter[str] = Counter()
    modules: dict[str, set[int]] = {}
    for result in results:
        if "module" in result:
            states[result["concludes"]] += result["states"]
            modules.setdefault(result["concludes"], set()).add(result["module"])
    cases: Counter[str] = Counter()
    for result in results:
        if "kind" in result:
            cases[result["kind"]] += result["cases"]
    differences = [difference for result in results for difference in result["differences"]]
    return {
        "cones": [
            {"conclusion": name, "modules": len(modules[name]), "states": states[name]} for name in sorted(modules)
        ],
        "differences": {"count": len(differences), "first": list(islice(differences, MOST_DIFFERENCES))},
        "enzymes": space.enzymes.as_json(),
        "guideline": plan.edition.guideline["id"],
        "invariants": proofs,
        "knowledge": {"digest": plan.edition.digest, "version": plan.edition.version},
        "sampled": {"pairwise": cases["pairwise"], "random": cases["random"]},
        "schema": SCHEMA,
        "situations": str(space.size),
        "software": plan.identity()["software"],
        "solver": SOLVER,
    }


def holds(certificate: Mapping[str, Any]) -> bool:
    """Whether everything was proved and no two answers differed."""
    proved = all(each["result"] == "proved" for each in certificate["invariants"])
    return proved and certificate["differences"]["count"] == 0
