"""Answers as text for people: headings, lists and trees, with colour where the output is a terminal."""

import sys
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from .handles import by_conclusion, handles
from .proof import Node

_PLAIN_WIDTH = 100
"""Columns where the output is no terminal, so that it is the same everywhere."""

_STATUS = {
    "advice": ("ADVICE", "bold white on green"),
    "insufficient": ("NOT ENOUGH IS KNOWN TO ADVISE", "bold white on dark_orange3"),
    "out_of_scope": ("OUT OF SCOPE: THIS GUIDELINE DOES NOT ADVISE HERE", "bold white on dark_orange3"),
    "refer": ("REFER NOW: NO ACCEPTABLE REGIMEN IS LEFT", "bold white on red"),
}
_LINE = {"first": "FIRST LINE", "alternative": "ALTERNATIVE"}
_URGENT = ("contradiction", "pregnancy", "allergy", "no_labelled_dose")
"""Kinds of warnings that are pointed to right under the regimens."""

_CATEGORY = {
    "never": "never",
    "contraindicated": "contraindicated",
    "not_first_line": "not first line",
    "not_recommended": "not recommended",
}


def show(*parts: RenderableType) -> None:
    """Print to standard output: coloured and as wide as the terminal, or plain and 100 columns wide elsewhere."""
    if sys.stdout.isatty():
        console = Console(highlight=False, emoji=False)
        console.print(*parts, sep="\n")
        return
    plain = Console(file=StringIO(), width=_PLAIN_WIDTH, highlight=False, emoji=False, color_system=None)
    plain.print(*parts, sep="\n")
    assert isinstance(plain.file, StringIO)
    sys.stdout.writelines(f"{line.rstrip()}\n" for line in plain.file.getvalue().splitlines())


def decision(found: Any) -> RenderableType:
    """A decision: what to give and how much, what never, what to do, what to know, what was assumed and is missing."""
    handle = by_conclusion(found)
    words, style = _STATUS[found["status"]]
    guideline = found["guideline"]
    parts: list[RenderableType] = [
        Text.assemble((f" {words} ", style), "  ", (found["case"].get("id", ""), "dim")),
        Text(f"by: {guideline['title']}, {guideline['issuer']}, {guideline['year']}", "dim"),
    ]
    if found["status"] != "advice":
        parts += [_lines([(handle[found["status_reason"]["conclusion"]], found["status_reason"]["text"])])]
    for regimen in found["recommendations"]:
        parts += ["", *_regimen(regimen, handle)]
    urgent = [handle[w["conclusion"]] for w in found["warnings"] if w["kind"] in _URGENT]
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
    parts += ["", Text(f"Ask why of any line by its letter and number, as in: whyrx why CASE {line}", "dim")]
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
        graded = "".join(
            f" ({grade['strength']} recommendation, {grade['certainty']} certainty: {grade['issuer']} {grade['year']})"
            for grade in first["grades"]
        )
        headed = f"{_CATEGORY[category]}: {name}. {_sentence_case(reason)}"
        yield handle[first["conclusion"]], f"{reason if category == 'never' else headed}{graded}"


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def _regimen(regimen: Any, handle: dict[str, str]) -> Iterator[RenderableType]:
    title = regimen["regimen"].replace("+", " + ")
    yield Text.assemble(
        (f"{handle[regimen['conclusion']]:>4} ", "dim"), (_LINE[regimen["line"]], "bold green"), "  ", (title, "bold")
    )
    for grade in regimen["grades"]:
        graded = f"{grade['strength']} recommendation, {grade['certainty']} certainty"
        yield Padding(Text(f"{graded} ({grade['issuer']} {grade['year']}, as attributed)"), (0, 0, 0, 5))
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
    tree = Tree(_headline(node), guide_style="dim")
    _grow(tree, node)
    return tree


def _grow(tree: Tree, node: Node) -> None:
    if "conclusion" in node:
        for premise in node["premises"]:
            _grow(tree.add(_headline(premise)), premise)
        for absent in node["absent"]:
            branch = tree.add(Text(absent["text"], "italic"))
            for ground in absent["because"]:
                _grow(branch.add(_headline(ground)), ground)
        for other in node["also"]:
            _grow(tree.add(Text.assemble(("also: ", "dim"), _headline(other))), other)
    for given in node.get("inputs", ()):
        tree.add(_headline(given))


def _headline(node: Node) -> Text:
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
    """What keeps a regimen out."""
    parts: list[RenderableType] = [Text(answer["text"], "bold"), ""]
    for title, key in (
        ("RECOMMENDED BY", "recommended_by"),
        ("TAKEN OUT BY", "excluded_by"),
        ("SAID AGAINST IT", "avoid"),
    ):
        if answer[key]:
            parts += [Text(title, "bold"), proofs(answer[key])]
    if answer["nearest"]:
        rule = answer["nearest"]["rule"]
        tree = Tree(Text.assemble(rule["says"], (f"\nrule {rule['id']} · {rule['cite']}", "dim")), guide_style="dim")
        for part in answer["nearest"]["parts"]:
            mark = ("holds  ", "green") if part["holds"] else ("FAILS  ", "bold red")
            branch = tree.add(Text.assemble(mark, part["text"]))
            if not part["holds"]:
                for found in part["found"]:
                    _grow(branch.add(Text.assemble(("found: ", "dim"), _headline(found))), found)
        parts += [Text("THE NEAREST RULE THAT WOULD RANK IT", "bold"), tree]
    elif answer["verdict"] == "not_ranked":
        parts.append("No rule of this guideline ranks it in any case.")
    return Group(*parts)


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
    for title, key, mark, style in (("NEW", "appeared", "+", "green"), ("GONE", "vanished", "−", "red")):
        parts += _section(title, [(mark, said["text"]) for said in answer[key]], style)
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
