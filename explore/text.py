"""Answers about what would be otherwise, as text for people."""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

_REACH = {
    "regimen": "COULD CHANGE WHICH REGIMENS ARE ADVISED",
    "dose": "COULD CHANGE A DOSE",
    "together": "COULD CHANGE THE ADVICE ONLY TOGETHER",
    "actions": "COULD CHANGE WHAT ELSE IS DONE OR AVOIDED",
    "warnings": "COULD CHANGE WHAT IS WARNED OF",
    "none": "CHANGE NOTHING AS THINGS STAND",
}
_MOST_VALUES = 6
"""Values of one fact that are told; more are counted."""
_MOST_RULES = 3
"""Rules that are told of those that need a fact."""


def flip(answer: Any) -> RenderableType:
    """What would bring a regimen in or take it out; changes that come to the same stand in one line."""
    parts: list[RenderableType] = [Text(answer["text"], "bold")]
    by_size: dict[int, list[Any]] = {}
    for each in answer["answers"]:
        by_size.setdefault(len(each["changes"]), []).append(each)
    for size, answers in by_size.items():
        parts += ["", Text("BY ONE CHANGE" if size == 1 else f"BY {size} CHANGES TOGETHER", "bold cyan")]
        parts += [_block(line) for line in (_single(answers) if size == 1 else _several(answers))]
    if answer["answers"]:
        first = " ".join(f"--set {shlex.quote(each)}" for each in answer["answers"][0]["set"])
        parts += ["", Text(f"See all that would change with the first of them: whyrx what-if CASE {first}", "dim")]
    return Group(*parts)


def _single(answers: Sequence[Any]) -> Iterator[Text]:
    """A line for all elements of a list, and for all their new values, that come to the same."""
    slots: dict[tuple[str, str], list[Any]] = {}
    for each in answers:
        slots.setdefault((each["changes"][0]["path"], str(each["after"])), []).append(each)
    groups: dict[tuple[str, ...], list[list[Any]]] = {}
    for (_, after), members in slots.items():
        first = members[0]["changes"][0]
        values = [member["changes"][0]["to"] for member in members]
        kind = [first["field"], str(first["from"])] if first["element"] else [first["path"]]
        groups.setdefault((*kind, after, *values), []).append(members)
    for alike in groups.values():
        changes = [member["changes"][0] for members in alike for member in members]
        about, _, values = changes[0]["text"].partition(": ")
        if len(alike) > 1:
            elements = ", ".join(members[0]["changes"][0]["element"] for members in alike)
            about = f"{about.removesuffix(changes[0]['element']).rstrip()} ({elements})"
        news = (member["changes"][0]["text"].partition(" → ")[2] for member in alike[0])
        yield _line(f"{about}: {values.partition(' → ')[0]} → {' or '.join(news)}", changes, alike[0][0]["after"])


def _several(answers: Sequence[Any]) -> Iterator[Text]:
    for each in answers:
        yield _line("  and  ".join(change["text"] for change in each["changes"]), each["changes"], each["after"])


def _line(text: str, changes: Sequence[Any], after: Any) -> Text:
    alike = sum(len(change["same_as"]) for change in changes)
    spans = ", ".join(_span(change["range"]) for change in changes if change["range"])
    how = ", ".join(dict.fromkeys(change["how"] for change in changes))
    left = ", ".join(f"{each['line']} {each['regimen'].replace('+', ' + ')}" for each in after) or "no regimen"
    return Text.assemble(
        text,
        (f" (or {alike} others that come to the same)" if alike else "", "dim"),
        (f" (any of {spans})" if spans else "", "dim"),
        (f"\n  {how}; then: {left}", "dim"),
    )


def worth(answer: Any) -> RenderableType:
    """What is still worth finding out, the most valuable first, with what each value would lead to."""
    parts: list[RenderableType] = [Text(answer["text"], "bold")]
    if answer["facts"]:
        certain = f"Recommended whatever the rest turns out to be: {_regimens(answer['certain'])}"
        parts += [Text(certain if answer["certain"] else "No regimen is certain yet.", "dim")]
    for effect, title in _REACH.items():
        facts = [fact for fact in answer["facts"] if fact["effect"] == effect]
        if not facts:
            continue
        parts += ["", Text(title, "bold cyan")]
        if effect == "none":
            parts.append(_block(Text(", ".join(fact["fact"] for fact in facts), "dim")))
            if not answer["settled"]:
                parts.append(_block(Text("(they may matter once one of the others is known)", "dim")))
            continue
        for fact in facts:
            parts.append(_block(Text.assemble((fact["text"], "bold"), (f"  {fact['fact']}", "dim"))))
            if effect == "together":
                parts += [_block(Text(f"with {', '.join(others)}"), 7) for others in fact["with"][:2]]
            parts += [_block(line, 7) for line in _values(fact, effect)]
    return Group(*parts)


def _values(fact: Any, effect: str) -> Iterator[Text]:
    """The values that reach as far as the fact does, those that come to the same in one line."""
    groups: dict[tuple[str, ...], list[Any]] = {}
    for value in fact["values"]:
        if value["changes"] == effect:
            groups.setdefault(tuple(_outcome(value, effect)), []).append(value)
    for said, values in list(groups.items())[:_MOST_VALUES]:
        yield Text(_named(values))
        yield from (Text(f"  {each}", "dim") for each in said)
    if len(groups) > _MOST_VALUES:
        yield Text(f"and {len(groups) - _MOST_VALUES} more outcomes: all of them with --json", "dim")


def _outcome(value: Any, effect: str) -> list[str]:
    """What a value leads to, on the level it reaches."""
    if effect == "regimen":
        advice = value["advice"]
        reasons = f": {'; '.join(advice['reasons'])}" if advice["reasons"] else ""
        return [
            f"then: {_regimens(advice['regimens'])}"
            if advice["regimens"]
            else f"then: {advice['status'].replace('_', ' ')}{reasons}"
        ]
    if effect == "dose":
        return [f"then: {'; '.join(value['advice']['doses'])}" if value["advice"]["doses"] else "then: no dose"]
    return [*(f"+ {each}" for each in value["appears"]), *(f"− {each}" for each in value["vanishes"])]


def _named(values: Sequence[Any]) -> str:
    """Values in words; elements of a list by what they share: `severe: aztreonam, cefiderocol`."""
    by_value: dict[str, list[str]] = {}
    for value in values:
        words = value["text"].removeprefix(f"{value['element']}: ")
        alike = value["same_as"]
        if value["range"]:
            words = _span(value["range"])
        elif alike and not value["element"]:
            words = f"{words} (and {len(alike)} alike)"
        element = f"{value['element']}{f' (and {len(alike)} alike)' if alike else ''}" if value["element"] else ""
        by_value.setdefault(words, []).append(element)
    return "; or ".join(
        ", ".join(elements)
        if words == "yes" and elements[0]
        else f"{words}: {', '.join(elements)}"
        if elements[0]
        else words
        for words, elements in by_value.items()
    )


def _span(values: Sequence[str]) -> str:
    least, greatest = values
    return least if least == greatest else f"{least} to {greatest}"


def _regimens(regimens: Iterable[Any]) -> str:
    return ", ".join(f"{each['regimen'].replace('+', ' + ')} ({each['line']})" for each in regimens) or "none"


def reach(fact: Any) -> str:
    """In one line, what a fact could change."""
    if fact["effect"] == "together":
        return f"could change the advice, together with {', '.join(fact['with'][0])}"
    return _REACH[fact["effect"]].lower()


def worth_in_short(answer: Any) -> dict[str, Any]:
    """`{text, lines: [{text}]}`: the facts that could change the advice, a line for each way in which they could."""
    lines = []
    for effect in ("regimen", "dose", "together"):
        facts = [fact["text"] for fact in answer["facts"] if fact["effect"] == effect]
        if facts:
            lines.append({"text": f"{_sentence(_REACH[effect])}: {', '.join(facts)}."})
    return {"text": answer["text"], "lines": lines}


def firm_in_short(answer: Any) -> dict[str, Any]:
    """`{text, lines: [{text}]}`: a line for each step that turns the advice over, with the other side."""
    turning = [line for line in answer["lines"] if line["turns"]]
    return {"text": answer["text"], "lines": [{"text": _other_side(line)} for line in turning]}


def _other_side(line: Any) -> str:
    then = "; ".join(line["gains"]) or f"without {'; '.join(line['loses'])}"
    return f"{line['step']}: then {then}."


def _sentence(title: str) -> str:
    return title[:1] + title[1:].lower()


def why_asked(answer: Any) -> RenderableType:
    """Why a fact is asked for: what its values lead to, and the rules that need it."""
    question = answer["question"]
    parts: list[RenderableType] = [Text(f"{question['text']}: {reach(question)}", "bold")]
    parts += [_block(line) for line in _values(question, question["effect"])]
    for each in answer["rules"][:_MOST_RULES]:
        rule = each["rule"]
        parts += ["", _block(Text.assemble(rule["says"], (f"  rule {rule['id']} · {rule['cite']}", "dim")))]
        parts += [_block(Text.assemble(("would conclude  ", "cyan"), each["concludes"]), 7)]
        parts += [_block(Text.assemble(("if this is      ", "cyan"), wanted), 7) for wanted in each["asks"]]
        parts += [_block(Text.assemble(("known already   ", "green"), has), 7) for has in each["has"]]
        parts += [_block(Text.assemble(("still needs     ", "magenta"), lacks), 7) for lacks in each["lacks"]]
    if len(answer["rules"]) > _MOST_RULES:
        parts.append(_block(Text(f"and {len(answer['rules']) - _MOST_RULES} more rules read it", "dim")))
    return Group(*parts)


def firm(answer: Any) -> RenderableType:
    """How firm the advice is: the other side of every limit that is one step away."""
    parts: list[RenderableType] = [Text(answer["text"], "bold")]
    for title, turns, style in (("TURNS OVER", True, "bold yellow"), ("STAYS", False, "bold green")):
        lines = [line for line in answer["lines"] if line["turns"] is turns]
        if lines:
            parts += ["", Text(title, style)]
        for line in lines:
            parts.append(_block(Text(line["text"])))
            parts += [_block(Text(f"+ {each}", "green"), 7) for each in line["gains"]]
            parts += [_block(Text(f"− {each}", "red"), 7) for each in line["loses"]]
    return Group(*parts)


def _block(text: Text, indent: int = 5) -> RenderableType:
    return Padding(text, (0, 0, 0, indent))
