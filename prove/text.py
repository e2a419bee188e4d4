"""What was checked and proved, as text for people."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

_SAYS = {
    "never-fires": "fires in no situation",
    "idle-condition": "has a condition that holds whenever the others do",
    "idle-exception": "has an exception that never holds while its conditions do",
    "subsumed": "concludes nothing that the second rule does not conclude",
    "recommended-and-forbidden": "ranks a regimen that the second rule advises against, and it is recommended",
    "no-answer": "there is a situation in scope without any answer",
}


def checked(found: Mapping[str, Any]) -> RenderableType:
    """The findings, with a case for each that has one, and how many were accepted."""
    parts: list[RenderableType] = []
    by_id = {each["id"]: each for each in found["situations"]}
    for finding in found["findings"]:
        each = by_id.get(finding)
        parts.append(Text(finding, "bold") if each else finding)
        if each:
            parts.append(f"  {_SAYS[each['kind']]}")
            parts += [Text(f"  case: {_flow(each['case'])}", "dim")] if each["case"] else []
    parts += [
        f"{kind}: {count} accepted, each with its reason (--json)"
        for kind, count in sorted(Counter(each["kind"] for each in found["accepted"]).items())
    ]
    count = len(found["findings"])
    parts.append(f"{found['rules']} rules, {found['cases']} cases: {count or 'no'} finding{'' if count == 1 else 's'}")
    return Group(*parts)


def verified(found: Mapping[str, Any]) -> RenderableType:
    """A certificate: what was proved, looked at state by state, and sampled; and what is wrong."""
    parts: list[RenderableType] = []
    proved = [each for each in found["invariants"] if each["result"] == "proved"]
    for each in found["invariants"]:
        if each["result"] == "broken":
            parts += [Text(f"broken: {each['id']}", "bold red"), f"  {each['says']} Since {each['because']}."]
            parts.append(f"  {each['source']}")
            parts.append(Text(f"  case: {_flow(each['case'])}", "dim"))
        elif each["result"] == "idle":
            parts.append(Text(f"idle: {each['id']}: no situation is one that it speaks of", "bold red"))
        else:
            parts += [Text(f"proved: {each['says']}"), Text(f"  {each['source']}", "dim")]
    for each in found["differences"]["first"]:
        parts.append(Text("two answers", "bold red"))
        parts.append(f"  in {_flow(each.get('case', each.get('facts')))}")
        parts.append(f"  only experta: {_flow(each['experta'])}; only the solver: {_flow(each['solver'])}")
    grid = Table.grid(padding=(0, 2))
    states = sum(each["states"] for each in found["cones"])
    modules = sum(each["modules"] for each in found["cones"])
    sampled, seconds = found["sampled"], found["seconds"]
    rows = [
        ("situations", f"about 10^{len(found['situations']) - 1}"),
        ("enzymes", _stand_for_all(found["enzymes"])),
        ("proved", f"{len(proved)} of {len(found['invariants'])} invariants, over all of them, by {found['solver']}"),
        ("state by state", f"{states} states of {modules} modules: experta fires as the solver does"),
        ("sampled", f"{sampled['pairwise']} cases in which any two values meet, {sampled['random']} random ones"),
        ("differences", f"{found['differences']['count'] or 'none'}"),
        ("knowledge", f"{found['guideline']}, digest {found['knowledge']['digest'][:12]}"),
        ("time", f"{seconds['all']} s, of which proofs {seconds['proofs']} s"),
    ]
    for name, said in rows:
        grid.add_row(Text(name, "bold"), said)
    return Group(*parts, grid)


def _stand_for_all(names: Mapping[str, int]) -> str:
    seen = f"a fact holds at most {names['in_a_fact']} of them, a rule sees at most {names['in_a_rule']}"
    return f"{names['stand_for_all']} stand for all {names['all']}: {seen}"


def different(found: Mapping[str, Any]) -> RenderableType:
    """What changes, for whom, because of which rules."""
    before, after = found["before"], found["after"]
    names = [f"{each['guideline']} {each['version']} ({each['digest'][:12]})" for each in (before, after)]
    parts: list[RenderableType] = [Text(f"from {names[0]} to {names[1]}", "bold")]
    for kind, rules in found["rules"].items():
        if rules and before["guideline"] == after["guideline"]:
            parts.append(f"rules {kind}: {', '.join(rules)}")
    for each in found["changes"]:
        what = {"status": "the answer", "regimen": each["of"], "dose": f"dose of {each['of']}"}[each["kind"]]
        words = f"{what}: {each['before'].replace('_', ' ')} → {each['after'].replace('_', ' ')}"
        parts += ["", Text(words, "bold"), f"  in {each['drawn']} of {found['cases']} random cases"]
        for profile in each["profiles"]:
            parts.append(Padding(Text(f"• {_patient(profile['inputs'])}"), (0, 0, 0, 2)))
            for side, rules in (("before", profile["rules_before"]), ("after", profile["rules_after"])):
                parts.append(
                    Padding(Text(f"{side}: {', '.join(rules) or 'no rule ranks anything'}", "dim"), (0, 0, 0, 4))
                )
        if not each["complete"]:
            parts.append("  and others")
    if not found["changes"]:
        parts.append("No situation gets other advice.")
    return Group(*parts)


def archived(found: Mapping[str, str]) -> RenderableType:
    """Where an edition was put."""
    return f"digest {found['digest'][:12]}: {found['file']}"


def _patient(inputs: Sequence[Mapping[str, str]]) -> str:
    """The inputs of a profile in words: fields, then lists, what a list does not name together."""
    said, absent = [], dict[str, list[str]]()
    for each in inputs:
        name = each["path"].partition(".")[2].replace("_", " ") or each["path"]
        if each["value"] == "absent":
            absent.setdefault(name, []).append(each["element"])
        elif each["element"]:
            value = {"named": "", "only": " only"}.get(each["value"], f" {each['value']}")
            said.append(f"{name}: {each['element']}{value}")
        else:
            said.append(f"{name}: {each['value'].replace('_', ' ')}")
    said += [f"{name} without {', '.join(sorted(names))}" for name, names in sorted(absent.items())]
    return "; ".join(said)


def _flow(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
