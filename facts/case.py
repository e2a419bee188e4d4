"""A case: what somebody stated about a patient, an isolate, an infection and a setting, and nothing else.

Attributes are named as the fields of a case file. Not stated is ``None``; stated to be empty is ``()``. A
section is always there, so that ``case.patient.age`` can be asked of every case. All problems of an input are
reported at once, and an input with any problem gives no case at all. What contradicts itself clinically (an
effluent without continuous replacement) is a case nonetheless: that is for rules to see.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Annotated, Any, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import WithDefaultSchema

from . import domains as d
from .document import Scalar, Tree, is_null, parse, parse_value, shown, tree_of
from .fields import BOOLEAN, DAY, Reader, Schema, matching, quantity, refused, set_of, text_of, whole, word
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

M = TypeVar("M", bound=BaseModel)
Names = tuple[str, ...] | None


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# --- the sections -------------------------------------------------------------------------------------------

_drugs = set_of(word(d.DRUGS))
_STANDARD = matching(
    rf"^({'|'.join(d.STANDARD_ISSUERS.values)}) (?=[^0-9]*[0-9])[A-Za-z0-9.-]+( [A-Za-z0-9.-]+)?$",
    f"{' | '.join(d.STANDARD_ISSUERS.values)}, a space and a version, as EUCAST 2026 or CLSI M100 Ed36",
)


class Allergy(_Part):
    """An allergy; a reaction nobody stated differs from one stated to be unknown."""

    substance: Annotated[str, word(d.ALLERGY_SUBSTANCES), Field(description="A drug, a class or a component.")]
    reaction: Annotated[str | None, word(d.REACTIONS), Field(description="The worst reaction.")] = None


class Susceptibility(_Part):
    """The result of a susceptibility test, with the MIC and the breakpoints it was judged by, if stated."""

    result: Annotated[str, word(d.SUSCEPTIBILITIES), Field(description="S, I or R.")]
    mic: Annotated[
        Quantity | None,
        quantity(MIC),
        Field(title="MIC", examples=["0.5 mg/L", "<=0.25 mg/L", ">16 mg/L"]),
    ] = None
    standard: Annotated[
        str | None,
        _STANDARD,
        Field(description="Issuer and version of the breakpoints.", examples=["EUCAST 2026"]),
    ] = None


def _read_part(part: type[M], tree: Tree) -> M:
    """The model of a tree; CaseError with every problem found."""
    try:
        return part.model_validate(tree)
    except ValidationError as error:
        raise CaseError(_problems(part, error)) from None


def _model_schema(part: type[BaseModel]) -> Schema:
    return part.model_json_schema(schema_generator=_WithoutDefaults)


class _WithoutDefaults(GenerateJsonSchema):
    """A field that is left out is unknown: no default value stands for it, and null is not one."""

    def default_schema(self, schema: WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def _allergy_name(tree: Tree) -> str:
    return text_of(tree.get("substance") if isinstance(tree, dict) else tree)


_allergies = set_of(
    Reader(partial(_read_part, Allergy), "{substance: …, reaction: …}", _model_schema(Allergy)),
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
            found[regimen] = _read_part(Susceptibility, full)
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
            "anyOf": [word(d.SUSCEPTIBILITIES).schema, _model_schema(Susceptibility)],
        },
    },
)


class Patient(_Part):
    """The patient."""

    # The ranges of age and of quantities are ours: they refuse the impossible, not the unusual.
    age: Annotated[int | None, whole(0, 120, " of years"), Field(description="Age in years.", examples=[64])] = None
    sex: Annotated[str | None, word(d.SEXES), Field(description="Sex, as formulas ask for it.")] = None
    weight: Annotated[Quantity | None, quantity(MASS), Field(title="Body weight", examples=["70 kg"])] = None
    height: Annotated[
        Quantity | None,
        quantity(LENGTH),
        Field(title="Body height", examples=["165 cm"]),
    ] = None
    creatinine: Annotated[
        Quantity | None,
        quantity(CREATININE),
        Field(title="Creatinine in serum", examples=["1.4 mg/dL", "124 umol/L"]),
    ] = None
    creatinine_clearance: Annotated[
        Quantity | None,
        quantity(CLEARANCE),
        Field(title="Measured clearance of creatinine", examples=["43 mL/min"]),
    ] = None
    creatinine_trend: Annotated[
        str | None, word(d.CREATININE_TRENDS), Field(description="Where creatinine is going.")
    ] = None
    renal_replacement: Annotated[
        str | None, word(d.RENAL_REPLACEMENTS), Field(description="Renal replacement therapy.")
    ] = None
    crrt_effluent: Annotated[
        Quantity | None,
        quantity(EFFLUENT),
        Field(title="Effluent rate of continuous replacement", examples=["2.5 L/h"]),
    ] = None
    pregnancy: Annotated[str | None, word(d.PREGNANCIES), Field(description="Pregnancy.")] = None
    hepatic_impairment: Annotated[
        str | None, word(d.HEPATIC_IMPAIRMENTS), Field(description="Hepatic impairment, by Child-Pugh class.")
    ] = None
    allergies: Annotated[tuple[Allergy, ...] | None, _allergies, Field(description="[]: none known.")] = None


class Isolate(_Part):
    """The organism and what its laboratory report says."""

    organism: Annotated[
        str | None,
        ORGANISM,
        Field(description="The organism.", examples=["Klebsiella pneumoniae"]),
    ] = None
    carbapenem_resistant: Annotated[bool | None, BOOLEAN, Field(description="Resistance to carbapenems.")] = None
    carbapenemases: Annotated[
        Names, CARBAPENEMASES, Field(description="Confirmed; []: tested, none.", examples=[["NDM-1"]])
    ] = None
    carbapenemases_tested_for: Annotated[
        Names,
        TESTED_FOR,
        Field(description="What the test covers; other families stay unknown.", examples=[["NDM", "KPC"]]),
    ] = None
    suspected_carbapenemases: Annotated[
        Names, CARBAPENEMASES, Field(description="Suspected, not confirmed.", examples=[["NDM"]])
    ] = None
    suspicion_basis: Annotated[
        Names, set_of(word(d.SUSPICION_BASES)), Field(description="What the suspicion rests on.")
    ] = None
    other_beta_lactamases: Annotated[
        Names, OTHER_BETA_LACTAMASES, Field(description="Beside carbapenemases.", examples=[["CTX-M-15"]])
    ] = None
    susceptibilities: Annotated[
        Mapping[str, Susceptibility] | None,
        _susceptibilities,
        Field(description="By drug or regimen.", examples=[{"cefiderocol": {"result": "S", "mic": "0.5 mg/L"}}]),
    ] = None


class Infection(_Part):
    """The infection."""

    site: Annotated[str | None, word(d.SITES), Field(description="Where the infection is.")] = None
    severity: Annotated[str | None, word(d.SEVERITIES), Field(description="The clinician's judgement.")] = None
    septic_shock: Annotated[bool | None, BOOLEAN, Field(description="Septic shock.")] = None
    pitt_score: Annotated[int | None, whole(0, 14, ""), Field(description="Pitt bacteraemia score.")] = None
    foci: Annotated[Names, set_of(word(d.FOCI)), Field(description="Foci that call for source control.")] = None


class Therapy(_Part):
    """Treatment so far."""

    current: Annotated[Names, _drugs, Field(description="Antibiotics given now.")] = None
    previous: Annotated[Names, _drugs, Field(description="Antibiotics given before.")] = None


class Setting(_Part):
    """Where the patient is treated."""

    jurisdiction: Annotated[str | None, word(d.JURISDICTIONS), Field(description="Whose labels apply.")] = None
    unavailable: Annotated[Names, _drugs, Field(description="Drugs that cannot be had.")] = None


class Case(_Part):
    """A case; whatever is left out is unknown."""

    id: Annotated[
        str | None,
        matching("^[A-Za-z0-9._-]{1,64}$", "a label of at most 64 letters, digits, . _ and -"),
        Field(description="A label, never a patient identifier.", examples=["ward-7-example"]),
    ] = None
    as_of: Annotated[date | None, DAY, Field(description="Date of the question.", examples=["2026-11-22"])] = None
    patient: Patient = Patient()
    isolate: Isolate = Isolate()
    infection: Infection = Infection()
    therapy: Therapy = Therapy()
    setting: Setting = Setting()

    def as_understood(self) -> dict[str, Any]:
        """What was stated, in one spelling, as data of JSON: reading it again gives an equal case."""
        return {name: plain for name, value in self if (plain := _plain(value)) not in (None, {})}


def _plain(value: object) -> Any:
    if isinstance(value, BaseModel):
        return {name: _plain(inner) for name, inner in value if inner is not None}
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
    return _read_part(Case, tree_of(tree))


def _problems(part: type[BaseModel], error: ValidationError) -> Iterable[Problem]:
    """What pydantic found, in words of ours."""
    for found in error.errors(include_url=False):
        names = [str(name) for name in found["loc"]]
        path, value = ".".join(names), shown(found["input"])
        holder = _part_at(part, names[:-1])
        if isinstance(ours := found.get("ctx", {}).get("error"), CaseError):
            yield from (problem.under(path) for problem in ours.problems)
        elif found["type"] == "missing":
            yield Problem(path, "nothing", f"required: {_reader(holder, names[-1]).accepted}")
        elif found["type"] == "extra_forbidden":
            yield Problem(path, value, _names(holder), near_miss(names[-1], holder.model_fields))
        else:  # neither a mapping nor an instance of the part
            unknown = "; leave it out if nothing is known" if is_null(found["input"]) else ""
            yield Problem(path, value, f"a mapping with {_names(_part_at(part, names))}{unknown}")


def _part_at(part: type[BaseModel], names: Iterable[str]) -> type[BaseModel]:
    for name in names:
        part = cast("type[BaseModel]", part.model_fields[name].annotation)
    return part


def _reader(part: type[BaseModel], name: str) -> Reader[object]:
    return next(note for note in part.model_fields[name].metadata if isinstance(note, Reader))


def _names(part: type[BaseModel]) -> str:
    return " | ".join(part.model_fields)


# --- what if ------------------------------------------------------------------------------------------------

NOT_STATED = "not_stated"
"""What stands for a field that is to be left out."""

_SUSCEPTIBILITIES = "isolate.susceptibilities"
_PATHS = tuple(
    path
    for name, field in Case.model_fields.items()
    for path in (name, *(f"{name}.{inner}" for inner in getattr(field.annotation, "model_fields", ())))
)


def field_paths() -> tuple[str, ...]:
    """The paths of all fields, in the order of a case file."""
    sections = {path.partition(".")[0] for path in _PATHS if "." in path}
    return tuple(path for path in _PATHS if path not in sections)


def reader_of(path: str) -> Reader[object]:
    """What reads the field at a path such as ``patient.age``: it knows what is accepted there. KeyError for another."""
    section, _, name = path.partition(".")
    return _reader(_part_at(Case, [section]), name) if name else _reader(Case, section)


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
    if len(below) > 2 or not set(below[1:]) <= set(Susceptibility.model_fields):
        raise refused(Scalar(path), f"{_SUSCEPTIBILITIES}.DRUG, and below it {_names(Susceptibility)}")
    return names


def _with(node: Tree, names: list[str], value: Tree | None) -> Tree | None:
    """``node`` with the value at ``names`` replaced, or removed if None; None if nothing is left of it."""
    if not names:
        return value
    name, *rest = names
    if isinstance(node, Scalar) and name in Susceptibility.model_fields:
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
    """The JSON Schema (2020-12) of a case, from the models.

    It cannot say all that the reader checks: ranges of quantities, dates of the calendar, each substance of
    the allergies once.
    """
    vocabularies: dict[str, Any] = {}
    schema = _hoisted(_model_schema(Case), vocabularies)
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
