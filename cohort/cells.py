"""The table of a cohort: a column for each field of a case, and what its cells say.

A cell holds a value as people type it (`facts.typed`); an empty one says nothing, so the field is unknown. Each
different cell is read once, by what reads case files, and gives the facts that follow of it. Columns are named by the
paths of fields; of susceptibilities each drug or regimen has columns of its own, `isolate.susceptibilities.cefiderocol`
and, below it, `.mic` and `.standard`, and `isolate.susceptibilities` itself can only say that there are none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..facts import vocabulary as v
from ..facts.atoms import Fact
from ..facts.breakpoints import BREAKPOINTS
from ..facts.case import CAN_CONTRADICT, Case, case_from_tree, contradictions, field_paths, reader_of, with_changes
from ..facts.problems import CaseError, Problem, near_miss
from ..facts.reported import check_regimen
from ..facts.typed import as_written
from ..facts.working_memory import BEHIND, Measures, about_isolate, about_patient, about_the_rest

RESULTS = "isolate.susceptibilities"
EFFLUENT = ("patient.renal_replacement", "patient.crrt_effluent")
LABEL = "id"
FIELDS = tuple(path for path in field_paths() if path != LABEL)
"""The fields of a case that have a column, in their order; those of results stand for one column or many."""
_ADDED = {v.Enzyme.name, v.Hydrolysis.name, v.Inhibition.name}
"""Rows of tables of nature that several fields can name: what one names does not depend on the others."""
_MOST_CELLS = 100_000
LABEL_PATTERN = reader_of(LABEL).schema["pattern"]
"""What an id looks like: there may be one for each row, too many to read each as a case file is."""


@dataclass(frozen=True, slots=True)
class Group:
    """Columns that are read together, and the types of facts that follow of them; of results, about one regimen."""

    columns: tuple[str, ...]
    types: frozenset[str]
    regimen: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What the cells of a group say: facts, or what is wrong. `case` states them and nothing else."""

    facts: tuple[Fact, ...] = ()
    problems: tuple[Problem, ...] = ()
    case: Case = field(default_factory=Case)


def check_columns(names: Sequence[str]) -> None:
    """CaseError for a table without columns, with one that is no field of a case, or one that stands twice."""
    problems = [] if names else [Problem("CASES", "a table without columns", "a column for each field that is stated")]
    known = (LABEL, *FIELDS)
    for place, name in enumerate(names):
        if name in names[:place]:
            problems.append(Problem(f"column {place + 1}", name, "each column once"))
        elif name not in known and not _of_results(name):
            accepted = "the path of a field, such as patient.age; all of them: whyrx schema cohort"
            problems.append(Problem(f"column {place + 1}", name or "without a name", accepted, near_miss(name, known)))
    if problems:
        raise CaseError(problems)


def _of_results(name: str) -> bool:
    regimen, _, below = name.removeprefix(f"{RESULTS}.").partition(".")
    try:
        check_regimen(regimen)
    except CaseError:
        return False
    return name.startswith(f"{RESULTS}.") and below in ("", "mic", "standard")


def groups(names: Iterable[str]) -> tuple[Group, ...]:
    """How the columns of a table are read; columns that it lacks are read as empty ones."""
    names = list(names)
    of_results = (name.removeprefix(f"{RESULTS}.") for name in names if name.startswith(f"{RESULTS}."))
    regimens = sorted({name.split(".")[0] for name in of_results})
    results = frozenset((v.Susceptibility.name, v.MicCategory.name))
    return (
        *(Group((path,), _alone(path)) for path in FIELDS if path != RESULTS),
        Group((RESULTS,), frozenset()),
        Group(EFFLUENT, frozenset((v.Effluent.name,))),
        *(Group(_columns(regimen), results, regimen) for regimen in regimens),
        *(Group(tuple(name for path in paths for name in _of_field(path)), frozenset()) for paths in CAN_CONTRADICT),
    )


def _of_field(path: str) -> tuple[str, ...]:
    """The columns of a field; those of a regimen's result are three."""
    return _columns(path.removeprefix(f"{RESULTS}.")) if path.startswith(f"{RESULTS}.") else (path,)


def _columns(regimen: str) -> tuple[str, ...]:
    return tuple(f"{RESULTS}.{regimen}{below}" for below in ("", ".mic", ".standard"))


def _alone(path: str) -> frozenset[str]:
    """The types of facts that follow of one field, of others too if each adds its own."""
    asked = {name for name, fact_type in v.VOCABULARY.items() if fact_type.path == path}
    computed = {name for name, paths in BEHIND.items() if paths == (path,)}
    return frozenset(asked | computed | {name for name in _ADDED if path in BEHIND[name]})


def label_problems(text: str) -> tuple[Problem, ...]:
    """What is wrong with the id of a row."""
    try:
        case_of({LABEL: text})
    except CaseError as error:
        return tuple(error.problems)
    return ()


class Reader:
    """Reads the cells of a group of columns, each different one once."""

    def __init__(self, group: Group, measures: Measures) -> None:
        self.group = group
        self._measures = measures
        self._read: dict[tuple[str | None, ...], Cell] = {}

    def read(self, texts: tuple[str | None, ...]) -> Cell:
        """What cells say, given in the order of the group's columns; None for an empty one."""
        found = self._read.get(texts)
        if found is None:
            if len(self._read) >= _MOST_CELLS:
                self._read = {}
            found = self._read[texts] = self._new(texts)
        return found

    def _new(self, texts: tuple[str | None, ...]) -> Cell:
        stated = {name: text for name, text in zip(self.group.columns, texts, strict=True) if text is not None}
        try:
            case = case_of(stated)
        except CaseError as error:
            return Cell(problems=tuple(error.problems))
        if problems := contradictions(case):
            return Cell(problems=tuple(problems))
        return Cell(tuple(self._facts(case)), (), case)

    def _facts(self, case: Case) -> Iterator[Fact]:
        group, section = self.group, self.group.columns[0].partition(".")[0]
        if section == "patient":
            facts: Iterable[Fact] = about_patient(case, self._measures)
        else:
            facts = about_isolate(case) if section == "isolate" else about_the_rest(case, self._measures)
        for fact in facts:
            if fact.type == v.Clearance.name and group.columns == ("patient.creatinine_clearance",):
                follows = fact.value("basis") == "measured"
            else:
                follows = fact.type in group.types and (not group.regimen or fact.value("regimen") == group.regimen)
            if follows:
                yield fact


def case_of(row: Mapping[str, str]) -> Case:
    """The case that a row states: the text of each cell by its column. CaseError with all that is wrong."""
    problems: list[Problem] = []
    changes = []
    for name, text in row.items():
        try:
            if name == RESULTS and as_written(name, text) != "{}":
                raise CaseError([Problem(name, text, "none; a result stands in a column of its drug")])
            changes.append((name, _written(name, text)))
        except CaseError as error:
            problems += error.problems
    if RESULTS in row and (results := [name for name in row if name.startswith(f"{RESULTS}.")]):
        none = f"{row[RESULTS]}, while {results[0]} is {row[results[0]]}"
        problems.append(Problem(RESULTS, none, "none, or results, not both"))
    try:
        case = case_from_tree(with_changes({}, changes))
    except CaseError as error:
        raise CaseError([*problems, *error.problems]) from None
    if problems:
        raise CaseError(problems)
    return case


def _written(name: str, text: str) -> str:
    """A cell as it stands in a case file. What stands in an id is text, digits too."""
    if name == LABEL:
        return json.dumps(text)
    return text if name.startswith(f"{RESULTS}.") else as_written(name, text)


def list_of_results(stated: bool, none: bool) -> Fact:
    """The fact that says whether results are listed, said to be none, or not stated."""
    state = v.LISTED if stated else v.NONE if none else v.NOT_STATED
    answered = "no" if state == v.NOT_STATED else "yes"
    return Fact(v.SusceptibilityList.name, (("state", state), ("answered", answered)))


def without_mic(regimens: Iterable[str]) -> Iterator[Fact]:
    """The facts on the MICs of drugs that a table has no column for."""
    for fact in about_isolate(Case()):
        if fact.type == v.MicCategory.name and fact.value("regimen") in BREAKPOINTS.keys() - set(regimens):
            yield fact
