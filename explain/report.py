"""A report as data: one decision for paper and page, every line with its handle and its whole proof.

`explain.report_page` draws it. What is said is the decision's, why it is said the proof's; nothing is added here but
order and the names of sections.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from ..facts.atoms import NotStated
from ..kb.absence import KNOWLEDGE_BASE
from ..kb.edition import Edition, Source
from ..kb.trace import Trace
from ..kb.words import Words, capital
from .grades import graded
from .handles import by_conclusion
from .proof import Node, why
from .report_graph import pictures
from .text import CATEGORY, LINE, STATUS, URGENT

SCHEMA = "whyrx-report/1"

Line = dict[str, Any]
"""`{handle, label, text, note, cited, proof, members}`; one that stands for several has them as `members`, no proof."""

_BLANK: Line = {"handle": "", "label": "", "text": "", "note": "", "cited": [], "proof": None, "members": []}

SEEN = {
    "seen": "",
    "own": "our own ruling",
    "second_hand": "SECOND-HAND",
    "attributed": "ATTRIBUTED",
    "from_memory": "FROM MEMORY",
}
"""How a source was seen, in a word; nothing where its own text was read."""

_MARKED = {"second-hand": "second_hand", "attribution": "attributed", "from memory": "from_memory"}
"""What the text of a source says where it was not seen itself."""

_NO_DOCUMENT = (KNOWLEDGE_BASE, "stated in the case", "")
"""Sources that are no documents."""

_PRINTED: dict[str, Any] = {"issuer": "", "year": "", "title": "", "place": "", "cited": [], "seen": ""}

_TELLING = 12
"""A title longer than this tells which document a text names."""

_SHORT = {"second_hand": "second-hand", "attributed": "attributed", "from_memory": "from memory"}


def report(
    edition: Edition,
    decision: Any,
    trace: Trace,
    worth: Mapping[str, Any] | None = None,
    firm: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Everything that a report shows, as plain data in the order in which it shows it.

    `worth` (what is still worth finding out) and `firm` (how firm the advice is) are answers made elsewhere, each
    `{text, lines: [{text}]}`, and are left out where they are None.
    """
    return _Reporter(edition, decision, trace).report(worth, firm)


class _Reporter:
    def __init__(self, edition: Edition, decision: Any, trace: Trace) -> None:
        self._edition, self._decision, self._trace = edition, decision, trace
        facts = ((fact, fact.origin) for fact in trace.facts.values())
        words = Words(edition)
        self._unstated = {o.path: words.fact(fact) for fact, o in facts if isinstance(o, NotStated)}
        self._handle = by_conclusion(decision)

    def report(self, worth: Mapping[str, Any] | None, firm: Mapping[str, Any] | None) -> dict[str, Any]:
        found = self._decision
        sections = [*self._sections(), _extra("worth", "Still worth finding out", worth)]
        sections += [_extra("firm", "How firm this is", firm), self._reasons()]
        shown = [section for section in sections if section["lines"] or section["intro"]]
        return {
            "schema": SCHEMA,
            "label": found["case"].get("id", ""),
            "as_of": found["case"].get("as_of", ""),
            "status": found["status"],
            "headline": STATUS[found["status"]][0],
            "reason": found["status_reason"]["text"],
            "guideline": dict(found["guideline"]),
            "knowledge": dict(found["knowledge"]),
            "regimens": [self._regimen(each) for each in found["recommendations"]],
            "sections": shown,
            "pictures": self._pictures(),
            "sources": _sources(self._edition, found, [line for section in shown for line in section["lines"]]),
            "case": _case(self._edition, found["case"]),
        }

    # --- lines ------------------------------------------------------------------------------------------------

    def _line(self, conclusion: str, text: str = "", label: str = "", note: str = "") -> Line:
        """One line with its proof; without `text` it says what its proof says."""
        (proof,) = why(self._edition, self._trace, [conclusion])
        return {
            "handle": self._handle[conclusion],
            "label": label,
            "text": text or headline(proof),
            "note": note,
            "cited": [],
            "proof": proof,
            "members": [],
        }

    def _together(self, members: Sequence[Line], text: str, label: str = "", note: str = "") -> Line:
        """Several lines under one that stands for them; of one line, that line."""
        if len(members) == 1:
            return {**members[0], "label": label, "note": note}
        spanned = spans([member["handle"] for member in members])
        return {**_BLANK, "handle": spanned, "label": label, "text": text, "note": note, "members": list(members)}

    def _sections(self) -> Iterator[dict[str, Any]]:
        found = self._decision
        warnings = [(self._line(w["conclusion"], w["text"], _plain(w["kind"])), w["kind"]) for w in found["warnings"]]
        urgent = [line for line, kind in warnings if kind in URGENT]
        yield _section("before", "Read before giving", urgent)
        avoided = list(self._avoided())
        yield _section("avoid", "Do not give", [line for category, line in avoided if category != "not_first_line"])
        yield _section("later", "Not first", [line for category, line in avoided if category == "not_first_line"])
        actions = [self._line(a["conclusion"], a["text"], _plain(a["kind"])) for a in found["actions"]]
        yield _section("actions", "Do", actions)
        yield _section("warnings", "Know before acting", [line for line, kind in warnings if kind not in URGENT])
        yield _section("assumptions", "Taken for granted, because nobody stated it", list(self._assumed()))
        yield _section("missing", "Still to find out", list(self._missing()))

    def _avoided(self) -> Iterator[tuple[str, Line]]:
        """What not to give, each with its category; combinations that one reason keeps out stand together."""
        groups: dict[tuple[str, str], list[Any]] = {}
        for each in self._decision["avoid"]:
            reason = each["reason"].partition(": ")[2] if len(each["drugs"]) > 1 else each["reason"]
            groups.setdefault((each["category"], reason), []).append(each)
        for (category, reason), members in groups.items():
            lines = [self._line(each["conclusion"], each["reason"]) for each in members]
            shared = sorted(set.intersection(*(set(each["drugs"]) for each in members)))
            name = " + ".join(shared)
            if len(members) > 1:
                name += f" combined with any of {len(members)} other drugs"
            label = "" if category == "never" else f"{CATEGORY[category]}: {name}"
            yield category, self._together(lines, capital(reason), label, "; ".join(map(graded, members[0]["grades"])))

    def _assumed(self) -> Iterator[Line]:
        for each in self._decision["assumptions"]:
            note = _resting([self._handle[conclusion] for conclusion in each["supports"]])
            yield self._line(each["conclusion"], each["text"], "ASSUMED", note)

    def _missing(self) -> Iterator[Line]:
        for each in self._decision["missing"]:
            lines = [
                self._line(conclusion, note=f"for {_plain(need)}")
                for conclusion, need in zip(each["conclusions"], each["needed_by"], strict=True)
            ]
            yield self._together(lines, each["text"], "", each["fact"])

    def _reasons(self) -> dict[str, Any]:
        """The lines behind the table: status, regimens, doses, why it works, what studies found."""
        found = self._decision
        lines = [self._line(conclusion) for conclusion in found["status_reason"]["conclusions"]]
        lines += [self._ranked(each) for each in found["recommendations"]]
        doses = [dose for each in found["recommendations"] for dose in each["doses"]]
        lines += [self._line(c, basis) for c, basis in {d["conclusion"]: d["basis"] for d in doses}.items()]
        said = [s for key in ("rationale", "evidence") for each in found["recommendations"] for s in each[key]]
        lines += [self._line(each["conclusion"], each["text"], "", _seen_note(self._edition, each)) for each in said]
        return _section("reasons", "Reasons", lines)

    def _ranked(self, each: Any) -> Line:
        """A regimen, with the statements that rank it."""
        line = self._line(each["conclusion"])
        cited = [f"{statement['id']}: {statement['says']}" for statement in each["statements"]]
        return {**line, "text": line["proof"]["text"], "cited": cited}

    # --- advice -----------------------------------------------------------------------------------------------

    def _regimen(self, each: Any) -> dict[str, Any]:
        maintained = {dose["drug"] for dose in each["doses"] if dose["phase"] == "maintenance"}
        return {
            "handle": self._handle[each["conclusion"]],
            "line": LINE[each["line"]],
            "name": each["regimen"].replace("+", " + "),
            "grades": [graded(grade) for grade in each["grades"]] or ["not graded"],
            "doses": [self._dose(dose) for dose in each["doses"]],
            "undosed": [drug for drug in each["drugs"] if drug not in maintained],
        }

    def _dose(self, dose: Any) -> dict[str, str]:
        parts = dose["components"]
        over = dose["infusion_h"]
        source, mark = dose["source"], _seen(self._edition, dose["source"])
        return {
            "handle": self._handle[dose["conclusion"]],
            "drug": dose["drug"],
            "phase": dose["phase"],
            "amount": dose["amount"],
            "components": " + ".join(f"{amount} {part}" for part, amount in parts.items()) if len(parts) > 1 else "",
            "interval": dose["when"],
            "infusion": f"{over} h" if isinstance(over, int) else over,
            "route": dose["route"],
            "source": source.partition(";")[0] + (f" ({_SHORT[mark]})" if mark in _SHORT else ""),
        }

    # --- pictures ---------------------------------------------------------------------------------------------

    def _pictures(self) -> list[dict[str, Any]]:
        """What leads to the status and the regimens, and then to the doses that go on."""
        found = self._decision
        regimens = [each["conclusion"] for each in found["recommendations"]]
        doses = [dose["conclusion"] for each in found["recommendations"] for dose in each["doses"]]
        doses = [each for each in dict.fromkeys(doses) if self._trace.facts[each].value("phase") == "maintenance"]
        first = [*regimens, *found["status_reason"]["conclusions"]]
        proofs = why(self._edition, self._trace, [*first, *doses])
        wanted = [("To the status and the regimens", proofs[: len(first)]), ("To the doses", proofs[len(first) :])]
        return pictures(wanted, self._brief, self._stratum, self._handle)

    def _brief(self, name: str) -> str:
        """A conclusion in few words, what kind of thing it is and its values; or which input is not stated."""
        if name in self._unstated:
            return self._unstated[name]
        fact = self._trace.facts[name]
        values = [self._edition.label(fact.type, name, value) for name, value in fact.values]
        return ": ".join(part for part in (self._edition.vocabulary[fact.type].label, ", ".join(values)) if part)

    def _stratum(self, conclusion: str) -> int:
        return self._trace.derivations[conclusion][0].stratum


def headline(proof: Node) -> str:
    """What a derived node says, with what its other derivations add: the short form of a proof."""
    return " ".join(dict.fromkeys(each["text"] for each in (proof, *proof["also"])))


def every_line(report: Mapping[str, Any]) -> Iterator[Line]:
    """The lines of a report that have proofs, in its order."""
    for section in report["sections"]:
        for line in section["lines"]:
            yield from (each for each in (line, *line["members"]) if each["proof"])


def spans(names: Sequence[str]) -> str:
    """Handles in short: R1, W2–W5. Those that follow one another are drawn together."""
    numbered = sorted({(name[0], int(name[1:])) for name in names}, key=lambda each: (_LETTERS.index(each[0]), each[1]))
    runs = groupby(enumerate(numbered), key=lambda item: (item[1][0], item[1][1] - item[0]))
    found = [[f"{letter}{number}" for _, (letter, number) in run] for _, run in runs]
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(run) for run in found)


_LETTERS = "SRDBEXAWGM"
"""The letters of handles in the order of a decision."""


def _section(name: str, title: str, lines: Sequence[Line], intro: str = "") -> dict[str, Any]:
    return {"id": name, "title": title, "intro": intro, "lines": list(lines)}


def _extra(name: str, title: str, answer: Mapping[str, Any] | None) -> dict[str, Any]:
    """A section made elsewhere, whose lines have no handles."""
    lines = [{**_BLANK, "text": line["text"]} for line in answer["lines"]] if answer else []
    return _section(name, title, lines, answer["text"] if answer else "")


def _resting(names: Sequence[str]) -> str:
    """Which lines rest on an assumption: the status, regimens and doses by name, of the others how many."""
    main = [name for name in names if name[0] in "SRD"]
    others = len(names) - len(main)
    parts = [spans(main)] * bool(main) + [f"{others} {'other lines' if main else 'lines'}"] * bool(others)
    return f"on it rest {' and '.join(parts)}" if parts else ""


def _plain(kind: str) -> str:
    return kind.replace("_", " ")


# --- sources --------------------------------------------------------------------------------------------------


def _sources(edition: Edition, decision: Any, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The sources of everything that stands in a proof of these lines or is cited by a recommendation.

    Rules and statements cite documents; rows of tables and formulas print theirs, which is then listed as it stands.
    """
    found: dict[str, set[str]] = {}
    printed: set[str] = set()
    for node in (each for line in lines for one in (line, *line["members"]) for each in _nodes(one["proof"])):
        if "rule" in node:
            cite = edition.rule[node["rule"]["id"]].source
            found.setdefault(cite.document, set()).add(cite.place)
        elif node.get("source", KNOWLEDGE_BASE) not in _NO_DOCUMENT:
            printed.add(node["source"])
    for name in _statements(decision):
        statement = edition.statements[name]
        found.setdefault(statement.source.document, set()).add(statement.source.place)
        if statement.graded_by:
            found.setdefault(statement.graded_by, set()).add(f"grade of {name}")
    rest = []
    for text in sorted(printed):
        source, place = _named(edition, text)
        if source is None:
            rest.append({**_PRINTED, "title": text, "seen": SEEN.get(_seen(edition, text), "")})
        else:
            found.setdefault(source.id, set()).update([place] if place else [])
    documents = sorted((edition.sources[name] for name in found), key=lambda s: (s.issuer, s.year, s.title))
    return [*(_document(source, sorted(found[source.id])) for source in documents), *rest]


def _named(edition: Edition, text: str) -> tuple[Source | None, str]:
    """The one document that a printed source names, with the place in it; None if it names others besides."""
    for source in edition.sources.values():
        title = f"{source.issuer} {source.year}: {source.title}"
        if text.startswith(title):
            parts = text.removeprefix(title).split("; ")
            known = {"", *source.cite().removeprefix(title).split("; ")}
            return source, "; ".join(part for part in parts if part not in known)
        bare = source.title.replace(",", "")
        if len(bare) > _TELLING and bare in text.replace(",", "") and "; " not in text:
            return source, text.replace(",", "").rpartition(bare)[2].strip(" .")
    return None, ""


def _document(source: Source, places: list[str]) -> dict[str, Any]:
    return {
        "issuer": source.issuer,
        "year": str(source.year),
        "title": source.title,
        "place": source.place,
        "cited": places,
        "seen": SEEN[source.seen],
    }


def _seen(edition: Edition, text: str) -> str:
    """How the sources that a text names were seen, as far as can be told; "" where it cannot."""
    low = text.casefold()
    for words, seen in _MARKED.items():
        if words in low:
            return seen
    named = (s for s in edition.sources.values() if len(s.title) > _TELLING and s.title.casefold() in low)
    return next((s.seen for s in named), "")


def _seen_note(edition: Edition, said: Any) -> str:
    return _SHORT.get(_seen(edition, said.get("source", "")), "")


def _statements(decision: Any) -> list[str]:
    ranked = [statement["id"] for each in decision["recommendations"] for statement in each["statements"]]
    graded = [g["statement"] for key in ("recommendations", "avoid") for each in decision[key] for g in each["grades"]]
    return list(dict.fromkeys([*ranked, *graded]))


def _nodes(node: Node | None) -> Iterator[Node]:
    if node is None:
        return
    yield node
    for key in ("premises", "also", "inputs"):
        for each in node.get(key, ()):
            yield from _nodes(each)
    for absent in node.get("absent", ()):
        for each in absent["because"]:
            yield from _nodes(each)


# --- the case -------------------------------------------------------------------------------------------------


def _case(edition: Edition, case: Mapping[str, Any]) -> list[dict[str, str]]:
    """What was stated, field by field, as people call it."""
    types = {t.path: t for t in reversed(list(edition.vocabulary.values())) if t.path}
    found = []
    for part, fields in case.items():
        for field, value in fields.items() if isinstance(fields, Mapping) else ():
            path = f"{part}.{field}"
            fact_type = types.get(path)
            label = fact_type.label if fact_type else _plain(field)
            words = _value(edition, fact_type.name if fact_type else "", value) or "none"
            found.append({"path": path, "label": label, "value": words})
    return found


def _value(edition: Edition, fact_type: str, value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case []:
            return "none"
        case list():
            return ", ".join(_value(edition, fact_type, each) for each in value)
        case Mapping():
            colon = {name: ":" if isinstance(each, Mapping) else "" for name, each in value.items()}
            return ", ".join(f"{name}{colon[name]} {_value(edition, fact_type, each)}" for name, each in value.items())
        case str():
            return edition.label(fact_type, "value", value)
    return str(value)
