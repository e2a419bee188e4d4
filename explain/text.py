"""Answers as text for people: headings, lists and trees, with colour where the output is a terminal."""

import sys
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any, TextIO

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from ..kb.words import capital
from .grades import graded
from .handles import by_conclusion, handles
from .proof import Node

_PLAIN_WIDTH = 100
"""Columns where the output is no terminal, so that it is the same everywhere."""

STATUS = {
    "advice": ("ADVICE", "bold white on green"),
    "insufficient": ("NOT ENOUGH IS KNOWN TO ADVISE", "bold white on dark_orange3"),
    "out_of_scope": ("OUT OF SCOPE: THIS GUIDELINE DOES NOT ADVISE HERE", "bold white on dark_orange3"),
    "refer": ("REFER NOW: NO REGIMEN OF THIS FORMULARY TO RECOMMEND", "bold white on red"),
}
LINE = {"first": "FIRST LINE", "alternative": "ALTERNATIVE"}
URGENT = ("contradiction", "validity", "pregnancy", "allergy", "cns", "no_labelled_dose")
"""Kinds of warnings that are pointed to right under the regimens."""

CATEGORY = {
    "never": "never",
    "contraindicated": "contraindicated",
    "not_first_line": "not first line",
    "not_recommended": "not recommended",
}


def show(*parts: RenderableType, out: TextIO | None = None) -> None:
    """Print to `out` or standard output: coloured on a terminal and as wide, plain and 100 columns wide elsewhere."""
    out = out or sys.stdout
    if out.isatty():
        Console(file=out, highlight=False, emoji=False).print(*parts, sep="\n")
        return
    plain = StringIO()
    Console(file=plain, width=_PLAIN_WIDTH, highlight=False, emoji=False, color_system=None).print(*parts, sep="\n")
    out.writelines(f"{line.rstrip()}\n" for line in plain.getvalue().splitlines())


def decision(found: Any) -> RenderableType:
    """A decision: what to give and how much, what never, what to do, what to know, what was assumed and is missing."""
    handle = by_conclusion(found)
    words, style = STATUS[found["status"]]
    guideline = found["guideline"]
    parts: list[RenderableType] = [
        Text.assemble((f" {words} ", style), "  ", (found["case"].get("id", ""), "dim")),
        Text(f"by: {guideline['title']}, {guideline['issuer']}, {guideline['year']}", "dim"),
    ]
    if found["status"] != "advice":
        parts += [_lines([(handle[found["status_reason"]["conclusion"]], found["status_reason"]["text"])])]
    for regimen in found["recommendations"]:
        parts += ["", *_regimen(regimen, handle)]
    urgent = [handle[w["conclusion"]] for w in found["warnings"] if w["kind"] in URGENT]
    if found["recommendations"] and urgent:
        parts += ["", Text(f"     BEFORE GIVING: read {', '.join(urgent)} below", "bold red")]
    never = [each for each in found["avoid"] if each["category"] != "not_first_line"]
    later = [each for each in found["avoid"] if each["category"] == "not_first_line"]
    parts += _section("DO NOT GIVE", _avoid(never, handle), "red")
    parts += _section("NOT FIRST", _avoid(later, handle), "yellow")
    parts += _section("DO", [(handle[a["conclusion"]], f"{_kind(a)}: {a['text']}") for a in found["actions"]], "cyan")
    parts += _section(
        "KNOW BEFORE ACTING",
        [(handle[w["conclusion"]], f"{_kind(w)}: {w['text']}") for w in found["warnings"]],
        "yellow",
    )
    parts += _section(
        "TAKEN FOR GRANTED, because nobody stated it",
        [(handle[a["conclusion"]], a["text"]) for a in found["assumptions"]],
        "magenta",
    )
    parts += _section(
        "STILL TO FIND OUT",
        [(handle[m["conclusions"][0]], f"{m['text']} ({m['fact']})") for m in found["missing"]],
        "magenta",
    )
    line = "R1" if found["recommendations"] else next(iter(handles(found)))
    parts += [
        "",
        Text(f"Ask why of any line by its letter and number, as in: whyrx why CASE {line}", "dim"),
        Text("What is most worth finding out, and what it would change: whyrx worth CASE", "dim"),
    ]
    return Group(*parts)


def _kind(said: Any) -> str:
    return str(said["kind"]).replace("_", " ")


def _avoid(avoided: Any, handle: dict[str, str]) -> Iterator[tuple[str, str]]:
    """One line each; combinations that one reason keeps out stand in one line together."""
    groups: dict[tuple[str, str], list[Any]] = {}
    for each in avoided:
        reason = each["reason"].partition(": ")[2] if len(each["drugs"]) > 1 else each["reason"]
        groups.setdefault((each["category"], reason), []).append(each)
    for (category, shared_reason), members in groups.items():
        first, reason = members[0], members[0]["reason"]
        name = first["regimen"].replace("+", " + ")
        if len(members) > 1:
            shared = set.intersection(*(set(each["drugs"]) for each in members))
            name = f"{' + '.join(sorted(shared))} combined with any of {len(members)} other drugs"
            reason = shared_reason
        grades = "".join(f" ({graded(grade)})" for grade in first["grades"])
        headed = f"{CATEGORY[category]}: {name}. {capital(reason)}"
        yield handle[first["conclusion"]], f"{reason if category == 'never' else headed}{grades}"


def _regimen(regimen: Any, handle: dict[str, str]) -> Iterator[RenderableType]:
    title = regimen["regimen"].replace("+", " + ")
    yield Text.assemble(
        (f"{handle[regimen['conclusion']]:>4} ", "dim"), (LINE[regimen["line"]], "bold green"), "  ", (title, "bold")
    )
    for grade in regimen["grades"]:
        yield Padding(Text(graded(grade)), (0, 0, 0, 5))
    if not regimen["grades"]:
        yield Padding(Text("not graded"), (0, 0, 0, 5))
    yield _lines((handle[dose["conclusion"]], Text(dose["basis"], "bold")) for dose in regimen["doses"])
    undosed = [drug for drug in regimen["drugs"] if not _has_maintenance(regimen, drug)]
    for drug in undosed:
        yield Padding(
            Text(f"{drug}: no dose can be grounded: see what to do and what to find out below", "bold red"),
            (0, 0, 0, 5),
        )
    yield _lines([(handle[r["conclusion"]], r["text"]) for r in (*regimen["rationale"], *regimen["evidence"])])


def _has_maintenance(regimen: Any, drug: str) -> bool:
    return any(dose["drug"] == drug and dose["phase"] == "maintenance" for dose in regimen["doses"])


def _section(title: str, lines: Iterable[tuple[str, str | Text]], style: str) -> list[RenderableType]:
    found = list(lines)
    return ["", Text(title, f"bold {style}"), _lines(found)] if found else []


def _lines(lines: Iterable[tuple[str, str | Text]]) -> RenderableType:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(style="dim", justify="right", width=4)
    grid.add_column()
    for name, text in lines:
        grid.add_row(name, Text(text) if isinstance(text, str) else text)
    return grid if grid.row_count else Text("", end="")


# --- why, why not ---------------------------------------------------------------------------------------------


def proofs(nodes: Iterable[Node]) -> RenderableType:
    """Proof trees."""
    return Group(*(tree for node in nodes for tree in (_tree(node), "")))


def _tree(node: Node) -> Tree:
    tree = Tree(headline(node), guide_style="dim")
    grow(tree, node)
    return tree


def grow(tree: Tree, node: Node) -> None:
    """Hang below a tree what a node of a proof rests on."""
    if "conclusion" in node:
        for premise in node["premises"]:
            grow(tree.add(headline(premise)), premise)
        for absent in node["absent"]:
            branch = tree.add(Text(absent["text"], "italic"))
            for ground in absent["because"]:
                grow(branch.add(headline(ground)), ground)
        for other in node["also"]:
            grow(tree.add(Text.assemble(("also: ", "dim"), headline(other))), other)
    for given in node.get("inputs", ()):
        tree.add(headline(given))


def headline(node: Node) -> Text:
    """A node of a proof in a line: what it says, and what kind of reason it is."""
    if "conclusion" in node:
        rule = node["rule"]
        return Text.assemble(node["text"], (f"\n[{node['conclusion']}] rule {rule['id']} · {rule['cite']}", "dim"))
    if "see" in node:
        return Text.assemble(node["text"], (f" (shown above: {node['see']})", "dim"))
    if "computed" in node:
        return Text.assemble(
            node["text"], (f"\n{node['computed']}: {node['formula']} · {node['source']}".rstrip(" ·"), "dim")
        )
    if "known" in node:
        return Text.assemble(node["text"], (f"\ntable row {node['known']} · {node['source']}", "dim"))
    if "given" in node:
        return Text.assemble((node["text"], "green"), (f" (given: {node['given']})", "dim"))
    if "assumed" in node:
        return Text.assemble((f"ASSUMED: {node['text']}", "magenta"), (f" ({node['assumed']})", "dim"))
    return Text.assemble((node["text"], "magenta"), (f" (unknown: {node['unknown']})", "dim"))


def why_not(answer: Any) -> RenderableType:
    """What keeps a regimen out: in short, then every proof, then the nearest rule part by part."""
    nearest = answer["nearest"]
    parts: list[RenderableType] = [Text(answer["text"], "bold")]
    parts += _section("TAKEN OUT", [("-", each) for each in _in_short(answer["excluded_by"])], "red")
    against = "SAID AGAINST IT" + (", OR AGAINST A DRUG OF IT ALONE" if "+" in answer["regimen"] else "")
    parts += _section(against, [("-", each) for each in _in_short(answer["avoid"])], "red")
    if nearest:
        parts += _section("WHAT WOULD HAVE TO BE OTHERWISE", _otherwise(nearest["turns_on"]), "yellow")
        closest = f"for the nearest rule, {nearest['rule']['id']}: {nearest['rule']['says']}"
        parts.append(Padding(Text(closest, "dim"), (0, 0, 0, 5)))
    elif answer["verdict"] == "not_ranked":
        parts += ["", "No rule of this guideline ranks it in any case."]
    for title, key in (
        ("WHY IT IS RECOMMENDED", "recommended_by"),
        ("WHY IT IS TAKEN OUT", "excluded_by"),
        ("WHY THAT IS SAID AGAINST IT", "avoid"),
    ):
        if answer[key]:
            parts += ["", Text(title, "bold"), proofs(answer[key])]
    if answer["verdict"] == "not_ranked" and nearest:
        parts += ["", Text("THE NEAREST RULE THAT WOULD RANK IT, PART BY PART", "bold")]
        parts.append(_compared(Tree(_rule(nearest["rule"]), guide_style="dim"), nearest, set()))
    return Group(*parts)


def _in_short(nodes: Iterable[Node]) -> Iterator[str]:
    """What conclusions say, every derivation of each."""
    for node in nodes:
        said = [node["text"], *(other["text"] for other in node.get("also", ()))]
        yield " ".join(dict.fromkeys(said))


def _otherwise(inputs: Iterable[Any]) -> Iterator[tuple[str, Text]]:
    """The inputs that decide; those that a conclusion against the rule rests on together stand together."""
    groups: dict[str, list[Any]] = {}
    for each in inputs:
        groups.setdefault(f"{each['stops']} {each['way']}" if each["stops"] else each["fact"], []).append(each)
    for members in groups.values():
        lines = [
            Text.assemble(
                (each["fact"], "bold"),
                f": {each['value']}",
                (f" ({each['state']})", "dim"),
                f"; wanted: {each['wanted']}",
            )
            for each in members
        ]
        joined = "\nor " if members[0]["stops"] else "\nand "
        stops = f"\nso that this falls: {members[0]['stops']}" if members[0]["stops"] else ""
        yield "-", Text(joined).join(lines).append(stops, "dim")


def _rule(rule: Any) -> Text:
    return Text.assemble(rule["says"], (f"\nrule {rule['id']} · {rule['cite']}", "dim"))


def _compared(tree: Tree, nearest: Any, expanded: set[str]) -> Tree:
    """A rule part by part, what fails followed down; a rule that stands above already is only named."""
    expanded.add(nearest["rule"]["id"])
    for part in nearest["parts"]:
        if part["holds"]:
            said = part["text"].replace("is kept back by", "is not kept back by")
            tree.add(Text.assemble(("holds  ", "green"), said))
            continue
        headed, below = Text.assemble(("FAILS  ", "bold red"), part["text"]), part["nearest"]
        if part["state"] != "absent" and (below or part["state"] != "concluded"):
            headed.append(f"\nfound: {part['value']} ({part['state']}); wanted: {part['wanted']}")
        branch = tree.add(headed)
        if below and below["rule"]["id"] in expanded:
            branch.add(Text(f"would follow from rule {below['rule']['id']}: see above", "dim"))
        elif below:
            _compared(branch.add(Text.assemble(("would follow from: ", "dim"), _rule(below["rule"]))), below, expanded)
        else:
            for found in part["found"]:
                grow(branch.add(headline(found)), found)
    return tree


# --- what if, step --------------------------------------------------------------------------------------------


def what_if(answer: Any) -> RenderableType:
    """What changes in the advice and in the reasons."""
    status = answer["status"]
    same = status["before"] == status["after"]
    parts: list[RenderableType] = [
        Text(f"status: {status['before']}" if same else f"status: {status['before']} → {status['after']}", "bold")
    ]
    before, after = answer["recommendations"]["before"], answer["recommendations"]["after"]
    if before == after:
        parts.append("The recommended regimens and doses stay as they are.")
    else:
        parts += _section("BEFORE", [("", line) for line in _brief(before)], "dim")
        parts += _section("AFTER", [("", line) for line in _brief(after)], "green")
    changed = answer["changed_dose"]
    parts += _section("CHANGED DOSE", [("→", _changed_dose(each)) for each in changed], "yellow")
    shown = {conclusion for each in changed for conclusion in each["conclusions"].values()}
    for title, key, mark, style in (("NEW", "appeared", "+", "green"), ("GONE", "vanished", "−", "red")):
        said = [(mark, each["text"]) for each in answer[key] if each["conclusion"] not in shown]
        parts += _section(title, said, style)
    groups: dict[tuple[str, ...], list[str]] = {}
    for change in answer["other_reason"]:
        reasons = (*(f"no longer: {each}" for each in change["no_longer"]), *(f"now: {each}" for each in change["now"]))
        groups.setdefault(reasons, []).append(change["text"])
    for reasons, texts in groups.items():
        lines = [*(("", reason) for reason in reasons), *(("=", text) for text in texts)]
        parts += _section("STAYS, FOR ANOTHER REASON", lines, "yellow")
    if not any(answer[key] for key in ("appeared", "vanished", "other_reason")):
        parts.append("Nothing changes, neither in the advice nor in the reasons.")
    return Group(*parts)


def _changed_dose(change: Any) -> Text:
    drug = Text(f"{change['drug']}, {change['phase']}: ", "bold")
    return drug.append(f"{change['before']}\n→ {change['after']}", "not bold")


def _brief(recommendations: Any) -> Iterator[str]:
    for each in recommendations:
        yield f"{each['line']}: {each['regimen'].replace('+', ' + ')}; {'; '.join(each['doses']) or 'no dose'}"
    if not recommendations:
        yield "no regimen"


def steps(found: Any) -> RenderableType:
    """The derivation, one firing after the other."""
    return Group(*(part for each in found for part in (_step(each), "")))


def _step(step: Any) -> RenderableType:
    tree = Tree(
        Text.assemble((f"{step['step']}. ", "dim"), (step["rule"], "bold"), f"  {step['says']}"), guide_style="dim"
    )
    known = tree.add(Text("known", "cyan"))
    for premise in step["premises"]:
        known.add(Text(premise["text"]))
    for absent in step["absent"]:
        known.add(Text(absent, "italic"))
    tree.add(Text.assemble(("its turn  ", "cyan"), step["turn"]))
    adds = step["adds"]
    kind = "adds" if adds["new"] else "confirms"
    tree.add(Text.assemble((f"{kind}  ", "green"), adds["text"], (f"  [{adds['conclusion']}]", "dim")))
    if step["waiting"]:
        tree.add(Text.assemble(("waits  ", "cyan"), (", ".join(step["waiting"]), "dim")))
    return tree
