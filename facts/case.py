"""A case: what somebody stated about a patient, an isolate, an infection and a setting, and nothing else.

Attributes are named as the fields of a case file. Not stated is ``None``; stated to be empty is ``()``. A
section is always there, so that ``case.patient.age`` can be asked of every case. All problems of an input are
reported at once, and an input with any problem gives no case at all. What contradicts itself clinically (an
effluent without continuous replacement) is a case nonetheless: that is for rules to see.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from . import domains as d
from .document import Scalar, Tree, parse, parse_value
from .fields import BOOLEAN, DAY, Reader, matching, quantity, refused, set_of, text_of, whole, word
from .parts import Part, part_of, part_schema, readers, required, section, stated
from .problems import CaseError, Problem, near_miss
from .quantity import CLEARANCE, CREATININE, EFFLUENT, LENGTH, MASS, MIC, Quantity
from .reported import (
    CARBAPENEMASES,
    ORGANISM,
    OTHER_BETA_LACTAMASES,
    REGIMEN_PATTERN,
    TESTED_FOR,
    check_regimen,
)

Names = tuple[str, ...] | None

# --- the sections -------------------------------------------------------------------------------------------

_drugs = set_of(word(d.DRUGS))
_STANDARD = matching(
    rf"^({'|'.join(d.STANDARD_ISSUERS.values)}) (?=[^0-9]*[0-9])[A-Za-z0-9.-]+( [A-Za-z0-9.-]+)?$",
    f"{' | '.join(d.STANDARD_ISSUERS.values)}, a space and a version, as EUCAST 2026 or CLSI M100 Ed36",
)


@dataclass(frozen=True, init=False)
class Allergy(Part):
    """An allergy; a reaction nobody stated differs from one stated to be unknown."""

    substance: str = required(word(d.ALLERGY_SUBSTANCES), "A drug, a class or a component.")
    reaction: str | None = stated(word(d.REACTIONS), "The worst reaction.")


@dataclass(frozen=True, init=False)
class Susceptibility(Part):
    """The result of a susceptibility test, with the MIC and the breakpoints it was judged by, if stated."""

    result: str = required(word(d.SUSCEPTIBILITIES), "S, I or R.")
    mic: Quantity | None = stated(quantity(MIC), "", title="MIC", examples=("0.5 mg/L", "<=0.25 mg/L", ">16 mg/L"))
    standard: str | None = stated(_STANDARD, "Issuer and version of the breakpoints.", examples=("EUCAST 2026",))


def _allergy_name(tree: Tree) -> str:
    return text_of(tree.get("substance") if isinstance(tree, dict) else tree)


_allergies = set_of(
    Reader(partial(part_of, Allergy), "{substance: …, reaction: …}", part_schema(Allergy)),
    key=lambda allergy: allergy.substance,
    name=_allergy_name,
)


def _read_susceptibilities(tree: Tree) -> Mapping[str, Susceptibility]:
    """By regimen id, in its order; ``S`` alone is short for ``{result: S}``."""
    if not isinstance(tree, dict):
        raise refused(tree, _susceptibilities.accepted)
    found: dict[str, Susceptibility] = {}
    problems: list[Problem] = []
    for regimen, result in sorted(tree.items()):
        try:
            check_regimen(regimen)
            full: Tree = {"result": result} if isinstance(result, Scalar) else result
            found[regimen] = part_of(Susceptibility, full)
        except CaseError as error:
            problems += [problem.under(f"[{regimen}]") for problem in error.problems]
    if problems:
        raise CaseError(problems)
    return found


_susceptibilities = Reader(
    _read_susceptibilities,
    "a mapping of drugs, or of regimens such as aztreonam+ceftazidime-avibactam, to S | I | R or {result: S, mic: …}",
    {
        "type": "object",
        "propertyNames": {"pattern": REGIMEN_PATTERN},
        "additionalProperties": {
            "anyOf": [word(d.SUSCEPTIBILITIES).schema, part_schema(Susceptibility)],
        },
    },
)


@dataclass(frozen=True, init=False)
class Patient(Part):
    """The patient."""

    # The ranges of age and of quantities are ours: they refuse the impossible, not the unusual.
    age: int | None = stated(whole(0, 120, " of years"), "Age in years.", examples=(64,))
    sex: str | None = stated(word(d.SEXES), "Sex, as formulas ask for it.")
    weight: Quantity | None = stated(quantity(MASS), "", title="Body weight", examples=("70 kg",))
    height: Quantity | None = stated(quantity(LENGTH), "", title="Body height", examples=("165 cm",))
    creatinine: Quantity | None = stated(
        quantity(CREATININE), "", title="Creatinine in serum", examples=("1.4 mg/dL", "124 umol/L")
    )
    creatinine_clearance: Quantity | None = stated(
        quantity(CLEARANCE), "", title="Measured clearance of creatinine", examples=("43 mL/min",)
    )
    creatinine_trend: str | None = stated(word(d.CREATININE_TRENDS), "Where creatinine is going.")
    renal_replacement: str | None = stated(word(d.RENAL_REPLACEMENTS), "Renal replacement therapy.")
    crrt_effluent: Quantity | None = stated(
        quantity(EFFLUENT), "", title="Effluent rate of continuous replacement", examples=("2.5 L/h",)
    )
    pregnancy: str | None = stated(word(d.PREGNANCIES), "Pregnancy.")
    hepatic_impairment: str | None = stated(word(d.HEPATIC_IMPAIRMENTS), "Hepatic impairment, by Child-Pugh class.")
    allergies: tuple[Allergy, ...] | None = stated(_allergies, "[]: none known.")


@dataclass(frozen=True, init=False)
class Isolate(Part):
    """The organism and what its laboratory report says."""

    organism: str | None = stated(ORGANISM, "The organism.", examples=("Klebsiella pneumoniae",))
    carbapenem_resistant: bool | None = stated(BOOLEAN, "Resistance to carbapenems.")
    carbapenemases: Names = stated(CARBAPENEMASES, "Confirmed; []: tested, none.", examples=(["NDM-1"],))
    carbapenemases_tested_for: Names = stated(
        TESTED_FOR, "What the test covers; other families stay unknown.", examples=(["NDM", "KPC"],)
    )
    suspected_carbapenemases: Names = stated(CARBAPENEMASES, "Suspected, not confirmed.", examples=(["NDM"],))
    suspicion_basis: Names = stated(set_of(word(d.SUSPICION_BASES)), "What the suspicion rests on.")
    other_beta_lactamases: Names = stated(OTHER_BETA_LACTAMASES, "Beside carbapenemases.", examples=(["CTX-M-15"],))
    susceptibilities: Mapping[str, Susceptibility] | None = stated(
        _susceptibilities, "By drug or regimen.", examples=({"cefiderocol": {"mic": "0.5 mg/L", "result": "S"}},)
    )


@dataclass(frozen=True, init=False)
class Infection(Part):
    """The infection."""

    site: str | None = stated(word(d.SITES), "Where the infection is.")
    severity: str | None = stated(word(d.SEVERITIES), "The clinician's judgement.")
    septic_shock: bool | None = stated(BOOLEAN, "Septic shock.")
    pitt_score: int | None = stated(whole(0, 14, ""), "Pitt bacteraemia score.")
    foci: Names = stated(set_of(word(d.FOCI)), "Foci that call for source control.")


@dataclass(frozen=True, init=False)
class Therapy(Part):
    """Treatment so far."""

    current: Names = stated(_drugs, "Antibiotics given now.")
    previous: Names = stated(_drugs, "Antibiotics given before.")


@dataclass(frozen=True, init=False)
class Setting(Part):
    """Where the patient is treated."""

    jurisdiction: str | None = stated(word(d.JURISDICTIONS), "Whose labels apply.")
    unavailable: Names = stated(_drugs, "Drugs that cannot be had.")


@dataclass(frozen=True, init=False)
class Case(Part):
    """A case; whatever is left out is unknown."""

    id: str | None = stated(
        matching("^[A-Za-z0-9._-]{1,64}$", "a label of at most 64 letters, digits, . _ and -"),
        "A label, never a patient identifier.",
        examples=("ward-7-example",),
    )
    as_of: date | None = stated(DAY, "Date of the question.", examples=("2026-11-22",))
    patient: Patient = section(Patient)
    isolate: Isolate = section(Isolate)
    infection: Infection = section(Infection)
    therapy: Therapy = section(Therapy)
    setting: Setting = section(Setting)

    def as_understood(self) -> dict[str, Any]:
        """What was stated, in one spelling, as data of JSON: reading it again gives an equal case."""
        return {name: plain for name, value in vars(self).items() if (plain := _plain(value)) not in (None, {})}


def _plain(value: object) -> Any:
    if isinstance(value, Part):
        return {name: _plain(inner) for name, inner in vars(value).items() if inner is not None}
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    return str(value) if isinstance(value, Quantity | date) else value


# --- reading ------------------------------------------------------------------------------------------------


def read_case(data: bytes | str) -> Case:
    """The case of a document in YAML or JSON (bytes: UTF-8); CaseError with all problems at once."""
    case = case_from_tree(parse(data))
    if problems := contradictions(case):
        raise CaseError(problems)
    return case


CAN_CONTRADICT = (("isolate.carbapenem_resistant", "isolate.susceptibilities.meropenem"),)
"""The fields that `contradictions` compares: whoever reads fields one by one must look at these together."""


def contradictions(case: Case) -> list[Problem]:
    """Results of one isolate that exclude each other: no case file may hold both."""
    isolate = case.isolate
    meropenem = (isolate.susceptibilities or {}).get("meropenem")
    if isolate.carbapenem_resistant is False and meropenem is not None and meropenem.result == "R":
        both = "false, while isolate.susceptibilities.meropenem is R"
        return [
            Problem(
                "isolate.carbapenem_resistant", both, "results that do not contradict each other: ask the laboratory"
            )
        ]
    return []


def case_from_tree(tree: object) -> Case:
    """The case of a tree, or of plain data of JSON; CaseError with all problems at once."""
    return part_of(Case, tree)


# --- what if ------------------------------------------------------------------------------------------------

NOT_STATED = "not_stated"
"""What stands for a field that is to be left out."""

_SUSCEPTIBILITIES = "isolate.susceptibilities"
_SECTIONS: Mapping[str, type[Part]] = {
    name: reader for name, reader in readers(Case).items() if not isinstance(reader, Reader)
}
_PATHS = tuple(
    path
    for name in readers(Case)
    for path in (name, *(f"{name}.{inner}" for inner in (readers(_SECTIONS[name]) if name in _SECTIONS else ())))
)


def field_paths() -> tuple[str, ...]:
    """The paths of all fields, in the order of a case file."""
    return tuple(path for path in _PATHS if path not in _SECTIONS)


def reader_of(path: str) -> Reader[object]:
    """What reads the field at a path such as ``patient.age``: it knows what is accepted there. KeyError for another."""
    section, _, name = path.partition(".")
    reader = readers(_SECTIONS[section])[name] if name else readers(Case)[section]
    if not isinstance(reader, Reader):
        raise KeyError(path)
    return reader


def with_changes(tree: Tree, changes: Iterable[tuple[str, str]]) -> Tree:
    """A new tree, still to be read, with the value at each path replaced by one written as in a file.

    Paths are those of fields, ``patient.creatinine``, and of susceptibilities,
    ``isolate.susceptibilities.DRUG`` (or ``[DRUG]``; and ``.mic`` and the like below). The value
    ``not_stated`` removes. Later changes see earlier ones. CaseError with the problems of all paths and
    values.
    """
    problems: list[Problem] = []
    for path, text in changes:
        try:
            names = _place(path)
            value = None if text.strip() == NOT_STATED else parse_value(text)
            tree = _with(tree, names, value) or {}
        except CaseError as error:
            problems += [replace(problem.under(path), row=0) for problem in error.problems]
    if problems:
        raise CaseError(problems)
    return tree


def _place(path: str) -> list[str]:
    """The names along a path; CaseError if there is no such place in a case."""
    if not re.fullmatch(r"[^.\[\]]+(\.[^.\[\]]+|\[[^.\[\]]+\])*", path):
        raise refused(Scalar(path), "a path such as patient.creatinine")
    names = re.findall(r"[^.\[\]]+", path)
    field, below = ".".join(names[:2]), names[2:]
    if field not in _PATHS:
        suggestion = next((each for each in _PATHS if each.endswith(f".{path}")), near_miss(path, _PATHS))
        raise refused(Scalar(path), "the path of a field such as patient.creatinine", suggestion)
    if below and field != _SUSCEPTIBILITIES:
        raise refused(Scalar(path), f"{field} as a whole, such as {field}=[]", field)
    if below:
        check_regimen(below[0])
    if len(below) > 2 or not set(below[1:]) <= set(readers(Susceptibility)):
        raise refused(Scalar(path), f"{_SUSCEPTIBILITIES}.DRUG, and below it {' | '.join(readers(Susceptibility))}")
    return names


def _with(node: Tree, names: list[str], value: Tree | None) -> Tree | None:
    """``node`` with the value at ``names`` replaced, or removed if None; None if nothing is left of it."""
    if not names:
        return value
    name, *rest = names
    if isinstance(node, Scalar) and name in readers(Susceptibility):
        node = {"result": node}
    if not isinstance(node, dict):
        raise refused(node, "a mapping")
    if value is None and name not in node:
        return node
    others = {key: inner for key, inner in node.items() if key != name}
    changed = _with(node.get(name, {}), rest, value)
    return (others or None) if changed is None else {**others, name: changed}


# --- schema -------------------------------------------------------------------------------------------------


def case_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a case, from its parts.

    It cannot say all that the reader checks: ranges of quantities, dates of the calendar, each substance of
    the allergies once.
    """
    vocabularies: dict[str, Any] = {}
    schema = _hoisted(part_schema(Case), vocabularies)
    schema["$defs"].update(sorted(vocabularies.items()))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _hoisted(node: Any, vocabularies: dict[str, Any]) -> Any:
    """``node`` with each named vocabulary moved to ``vocabularies``, so that a long one is printed once."""
    if isinstance(node, list):
        return [_hoisted(inner, vocabularies) for inner in node]
    if not isinstance(node, dict):
        return node
    if "enum" in node:
        others = {key: inner for key, inner in node.items() if key not in ("enum", "title")}
        name = node["title"].replace(" ", "_")
        vocabularies[name] = {"enum": node["enum"]}
        return {"$ref": f"#/$defs/{name}", **others}
    return {key: _hoisted(inner, vocabularies) for key, inner in node.items()}
