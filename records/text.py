"""Answers about records as text for people."""

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ..explain.text import STATUS
from ..explain.text import decision as decision_text
from .reasons import ERASURES, OVERRIDES

_VERDICTS = {
    "same": ("SAME", "bold white on green", "the same bytes, wording included"),
    "same_logic": ("SAME LOGIC", "bold white on green", "the same rules, bindings and values; wording differs"),
    "different": ("DIFFERENT", "bold white on red", "the stored case under the stored edition gives something else"),
    "impossible": ("NOT REPLAYED", "bold white on dark_orange3", "this version cannot run the stored edition or case"),
}


def records(found: Any) -> RenderableType:
    """Records in a line each, the newest first."""
    table = Table(box=None, pad_edge=False, show_header=bool(found["records"]), header_style="bold")
    for name in ("record", "time", "what", "case", "advised or done"):
        table.add_column(name, overflow="fold", justify="right" if name == "record" else "left")
    for each in found["records"]:
        if "damaged" in each:
            table.add_row(
                str(each["seq"]), "", Text("DAMAGED", "red"), "", "it is not what its hash says: whyrx audit verify"
            )
            continue
        table.add_row(str(each["seq"]), _moment(each["time"]), each["kind"], _label(each), _outcome(each))
    parts: list[RenderableType] = [table] if found["records"] else ["no such record"]
    if found["more"]:
        parts += ["", Text("There are more: --last N shows more of them.", "dim")]
    return Group(*parts)


def _label(short: Any) -> str:
    return f"about {short['about']}" if short["about"] is not None else str(short.get("id") or "")


def _outcome(short: Any) -> str:
    if "by" not in short:
        return f"erased (record {short['erased_by'][0]})" if short["erased_by"] else "erased"
    if short["kind"] == "decision":
        words = " or ".join(short["first"]) or short["status"].replace("_", " ")
        by = f"; overridden: {', '.join(map(str, short['overridden_by']))}" if short["overridden_by"] else ""
        return f"{words}{by}"
    instead = f"; instead: {short['instead']}" if short["instead"] else ""
    return f"{short['reason']}{instead}"


def _moment(time: str) -> str:
    return f"{time[:10]} {time[11:19]}"


def record(found: Any) -> RenderableType:
    """One record in full: where it stands in the chain, who and why, and what it holds."""
    content = found["content"]
    parts: list[RenderableType] = [
        Text(f"Record {found['seq']}, {found['kind']}, {_moment(found['time'])} UTC", "bold")
    ]
    if found["about"] is not None:
        parts += [f"about      record {found['about']}"]
    if content is None:
        parts += ["content    erased; its hash stays"]
    else:
        parts += [f"by         {content['by']}"] * bool(content["by"])
        parts += [f"because    {content['because']}"] * bool(content["because"])
        parts += [f"software   whyrx {content['software']}"]
        parts += [f"edition    {content['edition']}"] * ("edition" in content)
    parts += [f"hash       {found['hash']}", f"before it  {found['previous']}", f"content    {found['content_hash']}"]
    if content is not None and found["kind"] != "decision":
        parts += [f"reason     {content['reason']}: {_reason(content['reason'])}"]
        parts += [f"instead    {content['instead']}"] * bool(content.get("instead"))
    for each in found["about_it"]:
        its = each["content"] or {"reason": "erased", "by": None, "because": None}
        said = ", ".join(filter(None, (its.get("instead") and f"instead: {its['instead']}", its["by"], its["because"])))
        words = f"{each['kind']} in record {each['seq']}, {_moment(each['time'])}: {its['reason']}"
        parts += [Text(f"           {words}{f' ({said})' if said else ''}", "yellow")]
    if content is not None and found["kind"] == "decision":
        parts += ["", decision_text(content["decision"])]
    return Group(*parts)


def _reason(code: str) -> str:
    return OVERRIDES[code].says if code in OVERRIDES else ERASURES.get(code, "a code this version does not know")


def added(found: Any) -> RenderableType:
    """That something was recorded."""
    return Group(f"recorded as {found['seq']}, hash {found['hash']}")


def replayed(found: Any) -> RenderableType:
    """How replays came out; those that are not the same bytes with what differs."""
    parts: list[RenderableType] = []
    for each in found["replays"]:
        words, style, what = _VERDICTS[each["verdict"]]
        parts += [Text.assemble((f" {words} ", style), f" record {each['record']}: {what}")]
        parts += [f"  {reason}" for reason in each["why_not"]]
        parts += [
            f"  {d['path']}: then {_short(d['then'])}, now {_short(d['now'])}" for d in each["logic"] + each["wording"]
        ]
    counts = ", ".join(f"{number} {verdict.replace('_', ' ')}" for verdict, number in found["counts"].items())
    return Group(*parts, f"{sum(found['counts'].values())} replayed: {counts or 'none'}")


def current(found: Any) -> RenderableType:
    """What would be advised today, beside what was."""
    old, new = found["knowledge"]["then"], found["knowledge"]["now"]
    parts: list[RenderableType] = [
        f"Record {found['record']}: knowledge {old['version']} ({old['digest'][:12]}) then, "
        f"{new['version']} ({new['digest'][:12]}) now",
        "",
    ]
    parts += [
        Text("The advice would be the same.", "bold") if found["same"] else Text("The advice would differ.", "bold")
    ]
    for title, advised in (("THEN", found["then"]), ("NOW", found["now"])):
        parts += ["", Text(f"{title}: {STATUS[advised['status']][0].lower()}", "bold")]
        for each in advised["recommendations"]:
            parts += [f"  {each['line']}: {each['regimen']}", *(f"    {dose}" for dose in each["doses"])]
    if not found["same"]:
        parts += ["", Text("MADE BY", "bold")]
        parts += [f"  {each['kind']} {each['id']}, {each['how']}" for each in found["made_by"]]
        if not found["made_by"]:
            parts += ["  no single rule or table: several changes together"]
    if found["changed"]:
        parts += ["", Text("ALL THAT CHANGED IN WHAT DECIDES", "bold")]
        parts += [f"  {each['kind']} {each['id']}, {each['how']}" for each in found["changed"]]
    return Group(*parts)


def verified(found: Any) -> RenderableType:
    """What verification found, the first place first."""
    parts: list[RenderableType] = [f"{each['what']}: {each['text']}" for each in found["findings"]]
    parts += [Text(f"note: {note}", "dim") for note in found["notes"]]
    number = len(found["findings"])
    parts += [f"{found['records']} records, {found['erased']} of them erased: {number or 'no'} findings"]
    parts += [Text(f"last hash {found['last']}", "dim")]
    return Group(*parts)


def _short(value: Any) -> str:
    words = str(value)
    return words if len(words) <= 60 else words[:59] + "…"


def counted(found: Any) -> RenderableType:
    """Counts as tables."""
    undone = found["overridden"]
    head = f"{found['records']} records, {undone['of']} decisions, {undone['decisions']} of them overridden"
    parts: list[RenderableType] = [Text(head, "bold")]
    decisions = undone["of"]
    for title, name in (
        ("STATUS", "status"),
        ("GUIDELINE", "guideline"),
        ("FIRST LINE", "first"),
        ("ALTERNATIVE", "alternative"),
        ("TAKEN FOR GRANTED", "assumed"),
        ("RULES THAT FIRED", "rule"),
        ("REASONS OF OVERRIDES AND ERASURES", "reason"),
        ("GIVEN INSTEAD", "instead"),
    ):
        whole = decisions if name not in ("reason", "instead") else 0
        parts += _table(title, [(each["name"], each["count"], whole) for each in found[name]])
    for title, name in (("FIRST LINES MOST OVERRIDDEN", "first"), ("RULES MOST OVERRIDDEN", "rule")):
        parts += _table(title, [(each["name"], each["overridden"], each["of"]) for each in undone[name]])
    months = found["months"]["status"]
    rows = [
        (f"{m['month']} {each['name'].replace('_', ' ')}", each["count"], 0) for m in months for each in m["counts"]
    ]
    parts += _table("BY MONTH", rows)
    if found["never_fired"]:
        parts += ["", Text(f"RULES THAT NEVER FIRED ({len(found['never_fired'])})", "bold")]
        parts += [f"  {name}" for name in found["never_fired"]]
    return Group(*parts)


def _table(title: str, rows: list[tuple[str, int, int]]) -> list[RenderableType]:
    """Counts, each with its share of a whole where there is one."""
    if not rows:
        return []
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2))
    table.add_column(min_width=50, overflow="fold")
    table.add_column(justify="right")
    table.add_column(justify="right")
    for name, count, whole in rows:
        table.add_row(f"  {name}", f"{count:,}", f"{count / whole:.0%} of {whole:,}" if whole else "")
    return ["", Text(title, "bold"), table]
