"""Whole patients, each held against what its source says of it.

A vignette has a `name` (one sentence), a `source`, a `case`, and what to `expect`; a `guideline` where it is not the
default one. `first`, `alternative`, the phases of a drug in `doses` and what is named under `complete` are complete
lists, and so are `statements`, `grades` and `avoid_grades` of each regimen that is named; of everything else, what is
listed must be said and may not be all. Under `not` stands what must not be said. `avoid` looks at categories and
reasons, `avoid_by` at the statement behind an avoidance; `basis` at why a drug has its dose. `defect` marks a vignette
that the program is known to fail, and why. `vary` names fields of the case with several values each: the same is
expected of every combination of them (`null`: not stated).
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from itertools import product
from pathlib import Path
from typing import Any

from ..kb.language import DEFAULT_GUIDELINE

Vignette = dict[str, Any]

REQUIRED = frozenset({"name", "source", "case", "expect"})
OPTIONAL = frozenset({"defect", "guideline", "vary"})
COMPLETE = frozenset({"first", "alternative", "statements", "grades", "avoid_grades"})
OF_NAMED = frozenset({"statements", "grades", "avoid_grades"})
OF_A_DOSE = frozenset({"dose", "components", "infusion", "source", "when"})
SAID = COMPLETE | {
    "rationale",
    "evidence",
    "avoid",
    "avoid_by",
    "basis",
    "actions",
    "warnings",
    "assumptions",
    "missing",
}
EXPECT = SAID | {"status", "doses", "not", "complete"}

Item = tuple[str, str, str]
"""What is said of something: its name, a detail (category, statement, grade), a text."""

Want = tuple[str, str, tuple[str, ...]]
"""The same as expected: an empty name or detail stands for any, and one text must contain all of the texts."""


def read(file: Path) -> list[Vignette]:
    """The vignettes of a YAML file, one for each patient. ValueError for one that does not have the form."""
    from ruamel.yaml import YAML

    found = YAML(typ="safe", pure=True).load(file)
    if not isinstance(found, list):
        raise ValueError(f"{file.name}: a list of vignettes is expected")
    return list(of_each_patient(found))


def of_each_patient(vignettes: Iterable[Vignette]) -> Iterator[Vignette]:
    """The vignettes, checked for their form, those that vary one by one with the values in their names."""
    for vignette in vignettes:
        check_form(vignette)
        fields = vignette.get("vary", {})
        for values in product(*fields.values()):
            varied = dict(zip(fields, values, strict=True))
            told = f" ({', '.join(map(str, values))})" if varied else ""
            yield {
                **{key: value for key, value in vignette.items() if key != "vary"},
                "name": vignette["name"] + told,
                "case": _varied(vignette["case"], varied),
            }


def _varied(case: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """The case with other values in some fields, each named as `section.field`."""
    found = dict(case)
    for path, value in fields.items():
        section, _, field = path.partition(".")
        stated = {**found.get(section, {}), field: value}
        found[section] = {name: each for name, each in stated.items() if each is not None}
    return found


def check_form(vignette: Vignette) -> None:
    """Refuse, with ValueError, a vignette with a key too many or too few: a misspelt expectation must not pass for a
    met one."""
    if not isinstance(vignette, dict):
        raise ValueError("a vignette is a mapping")
    name, keys = vignette.get("name"), set(vignette)
    _refuse(name, (REQUIRED - keys) | (keys - REQUIRED - OPTIONAL))
    expect = vignette["expect"]
    _refuse(name, set(expect) - EXPECT)
    _refuse(name, set(expect.get("not", {})) - SAID)
    _refuse(name, set(expect.get("complete", ())) - SAID)
    needed = {"status"} | ({"first", "alternative"} if expect.get("status") == "advice" else set())
    _refuse(name, needed - set(expect))
    for key in SAID & set(expect):
        wanted(expect[key])
    for items in expect.get("not", {}).values():
        wanted(items)
    for phases in expect.get("doses", {}).values():
        for phase, dose in phases.items():
            _refuse(name, (set(_of_dose(dose)) - OF_A_DOSE) | ({phase} if "dose" not in _of_dose(dose) else set()))
    _refuse(name, {path for path, values in vignette.get("vary", {}).items() if "." not in path or not values})


def _refuse(name: object, keys: Set[str]) -> None:
    if keys:
        raise ValueError(f"{name}: {', '.join(sorted(keys))} missing or not known")


def guideline_of(vignette: Vignette) -> str:
    """The guideline that a vignette is put to."""
    return str(vignette.get("guideline", DEFAULT_GUIDELINE))


def wanted(expected: Any) -> list[Want]:
    """Items from `[name]`, `[{kind: name, contains: text}]`, `{name: detail}` or `{name: {detail: …, contains: …}}`."""
    if isinstance(expected, dict):
        pairs = [(name, each) for name, of_name in expected.items() for each in _listed(of_name)]
        items = [(name, {"detail": each} if isinstance(each, str) else each) for name, each in pairs]
    else:
        mappings = [{"kind": each} if isinstance(each, str) else each for each in expected]
        items = [(each.get("kind", ""), {k: v for k, v in each.items() if k != "kind"}) for each in mappings]
    for name, each in items:
        texts = [name, *(text for value in each.values() for text in _listed(value))]
        if not (name or each) or set(each) - {"detail", "contains"} or not all(isinstance(text, str) for text in texts):
            raise ValueError(f"{name or 'an item'}: {each or 'neither a name nor a text'}")
    return [(name, each.get("detail", ""), tuple(_listed(each.get("contains", [])))) for name, each in items]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def said(decision: Mapping[str, Any]) -> dict[str, list[Item]]:
    """What a decision says, under the keys that a vignette may expect something of."""
    regimens = decision["recommendations"]
    return {
        **{
            line: [(regimen["regimen"], "", "") for regimen in regimens if regimen["line"] == line]
            for line in ("first", "alternative")
        },
        "statements": [(r["regimen"], statement["id"], "") for r in regimens for statement in r["statements"]],
        "grades": [(r["regimen"], _grade(grade), "") for r in regimens for grade in r["grades"]],
        "rationale": [(r["regimen"], "", each["text"]) for r in regimens for each in r["rationale"]],
        "evidence": [(r["regimen"], each["item"], each["text"]) for r in regimens for each in r["evidence"]],
        "avoid": [(each["regimen"], each["category"], each["reason"]) for each in decision["avoid"]],
        "avoid_by": [(each["regimen"], _statement_of(each["conclusion"]), "") for each in decision["avoid"]],
        "basis": [(dose["drug"], dose["phase"], dose["basis"]) for r in regimens for dose in r["doses"]],
        "avoid_grades": [(e["regimen"], _grade(grade), "") for e in decision["avoid"] for grade in e["grades"]],
        "actions": [(each["kind"], "", each["text"]) for each in decision["actions"]],
        "warnings": [(each["kind"], "", each["text"]) for each in decision["warnings"]],
        "assumptions": [(each["fact"], "", each["text"]) for each in decision["assumptions"]],
        "missing": [(each["fact"], "", each["text"]) for each in decision["missing"]],
    }


def _statement_of(avoided: str) -> str:
    """The last part of a conclusion's id: `avoid/aztreonam/never/S9`."""
    return avoided.rpartition("/")[2]


def _grade(grade: Mapping[str, str]) -> str:
    return f"{grade['strength']}, {grade['certainty']}"


def doses(decision: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """By drug of a recommended regimen, its doses; several regimens with a drug give the same ones."""
    found: dict[str, list[dict[str, Any]]] = {}
    for regimen in decision["recommendations"]:
        for drug in regimen["drugs"]:
            found[drug] = [dose for dose in regimen["doses"] if dose["drug"] == drug]
    return found


def _of_dose(wanted: Any) -> dict[str, Any]:
    """What is expected of a dose, which may be written as amount and hours between doses alone."""
    return wanted if isinstance(wanted, dict) else {"dose": wanted}


def _given(dose: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What a dose is in the matters that something is expected of; of texts, what was expected if it is in them."""
    found = {
        "dose": [dose["amount"], dose["interval_h"]],
        "components": dose["components"],
        "infusion": dose["infusion_h"],
        **{key: wanted[key] if key in wanted and wanted[key] in dose[key] else dose[key] for key in ("source", "when")},
    }
    return {key: found[key] for key in wanted}


def _matches(item: Item, want: Want) -> bool:
    contains = all(text.casefold() in item[2].casefold() for text in want[2])
    return want[0] in ("", item[0]) and want[1] in ("", item[1]) and contains


def unmet(expect: Mapping[str, Any], decision: Mapping[str, Any]) -> Iterator[str]:
    """What is expected of a decision and does not hold, each in words."""
    found = said(decision)
    if decision["status"] != expect["status"]:
        yield f"the status is {decision['status']}: {decision['status_reason']['text']}"
    if expect["status"] != "advice" and decision["recommendations"]:
        yield "something is recommended"
    complete = expect.get("complete", ())
    for key in sorted((SAID & set(expect)) | set(complete)):
        items = wanted(expect.get(key, []))
        if key in complete:
            kinds = sorted(name for name, _, _ in found[key])
            if kinds != sorted(name for name, _, _ in items):
                yield f"{key}: {kinds}"
        if key in COMPLETE:
            # statements and grades are complete for the regimens that are named
            names = set(expect[key]) if key in OF_NAMED else {i[0] for i in found[key]}
            is_said = sorted(i[:2] for i in found[key] if i[0] in names)
            if is_said != sorted(i[:2] for i in items):
                yield f"{key}: {is_said}"
        yield from (f"{key}: {i} is not said" for i in items if not any(_matches(each, i) for each in found[key]))
    for key, unwanted in expect.get("not", {}).items():
        for item in wanted(unwanted):
            yield from (f"not {key}: {each} is said" for each in found[key] if _matches(each, item))
    given = doses(decision)
    for drug, phases in expect.get("doses", {}).items():
        found_phases = [(dose["phase"], dose) for dose in given.get(drug, ())]
        if drug not in given or sorted(phase for phase, _ in found_phases) != sorted(phases):
            yield f"doses of {drug}: {[phase for phase, _ in found_phases] if drug in given else 'not recommended'}"
            continue
        for phase, dose in found_phases:
            wanted_dose = _of_dose(phases[phase])
            if (is_given := _given(dose, wanted_dose)) != wanted_dose:
                yield f"{phase} dose of {drug}: {is_given}"
