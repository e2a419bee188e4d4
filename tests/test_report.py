"""A report shows everything a decision says with the proof behind it, in a page that needs nothing else."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from html.parser import HTMLParser
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from rich.console import Console
from whyrx.explain.handles import handles
from whyrx.explain.proof import shown, why
from whyrx.explain.report import every_line, headline, report, spans
from whyrx.explain.report_graph import pictures, svg
from whyrx.explain.report_page import render, text
from whyrx.explain.step import steps
from whyrx.facts.case import case_from_tree, read_case
from whyrx.kb.decision import decide
from whyrx.kb.knowledge import knowledge_base

KB = knowledge_base()
EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.yaml"))
NAMES = [path.stem for path in EXAMPLES]
VOID = {"meta", "link", "br", "img", "hr", "input"}


@cache
def answered(name: str) -> tuple[Any, Any, Any]:
    """The decision, trace and report of an example."""
    case = read_case(next(path for path in EXAMPLES if path.stem == name).read_bytes())
    trace = KB.derive(case)
    decision = decide(KB.edition, case, trace)
    return decision, trace, report(KB.edition, decision, trace)


def of_case(tree: Any) -> dict[str, Any]:
    case = case_from_tree(tree)
    trace = KB.derive(case)
    return report(KB.edition, decide(KB.edition, case, trace), trace)


def read_markdown(source: str) -> str:
    """The words of a page in Markdown, with its escapes and its markup undone."""
    return Page(re.sub(r"\\([\\`*_\[\]|~])", r"\1", source)).words


def as_text(found: Any) -> str:
    console = Console(file=StringIO(), width=100_000, highlight=False, emoji=False, color_system=None)
    console.print(text(found))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


class Page(HTMLParser):
    """Reads a page and refuses tags that do not match; `words` is what is read, `under` what each id holds."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.words, self.open, self.attributes = "", [], []
        self.under: dict[str, str] = {}
        self.feed(source)
        self.close()
        assert not self.open
        self.words = " ".join(self.words.split())

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("id"), len(self.words)))

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        opened, name, start = self.open.pop()
        assert opened == tag
        if name:
            assert name not in self.under, f"two elements are called {name}"
            self.under[name] = " ".join(self.words[start:].split())

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1][0] != "style":
            self.words += data


@cache
def page(name: str) -> Page:
    return Page(render(answered(name)[2], "html"))


def said(decision: Any) -> Iterator[str]:
    """Every sentence of a decision."""
    yield decision["status_reason"]["text"]
    for each in decision["recommendations"]:
        yield from (statement["says"] for statement in each["statements"])
        yield from (dose["basis"] for dose in each["doses"])
        yield from (one["text"] for key in ("rationale", "evidence") for one in each[key])
    yield from (each["reason"] for each in decision["avoid"])
    yield from (each["text"] for key in ("actions", "warnings", "assumptions", "missing") for each in decision[key])


def texts(node: Any) -> Iterator[str]:
    """What a proof says, in the order in which it is read."""
    yield node["text"]
    for each in (*node.get("premises", ()), *node.get("inputs", ())):
        yield from texts(each)
    for absent in node.get("absent", ()):
        yield absent["text"]
        for each in absent["because"]:
            yield from texts(each)
    for each in node.get("also", ()):
        yield from texts(each)


# --- the page -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_well_formed_and_asks_nothing_of_the_network(name: str) -> None:
    found, source = page(name), render(answered(name)[2], "html")
    assert source.startswith("<!DOCTYPE html>")
    assert ("html", "lang", "en") in found.attributes
    assert ("meta", "charset", "utf-8") in found.attributes
    assert not {tag for tag, _, _ in found.attributes} & {"script", "link", "img", "iframe", "object"}
    assert not [name for _, name, _ in found.attributes if name in ("src", "srcset") or name.startswith("on")]
    assert all(value.startswith("#") for _, name, value in found.attributes if name == "href")
    assert not [word for word in ("<script", "@import", "@font-face", "src=", "url(http") if word in source]
    outside = source.replace("http://www.w3.org/2000/svg", "")  # the name of a format, never fetched
    assert "http:" not in outside
    assert "https:" not in outside


@pytest.mark.parametrize("name", NAMES)
def test_every_link_of_a_page_leads_somewhere_in_it(name: str) -> None:
    found = page(name)
    assert {value for _, key, value in found.attributes if key == "href"} <= {f"#{each}" for each in found.under}


@pytest.mark.parametrize("name", NAMES)
def test_every_handle_and_every_sentence_of_a_decision_stands_in_the_page(name: str) -> None:
    decision, _, _ = answered(name)
    assert set(handles(decision)) <= set(page(name).under)
    assert [sentence for sentence in said(decision) if sentence not in page(name).words] == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["md", "text"])
def test_markdown_and_text_hold_every_line(name: str, form: str) -> None:
    _, _, found = answered(name)
    written = as_text(found) if form == "text" else read_markdown(render(found, "md"))
    for line in every_line(found):
        assert line["handle"] in written
        assert line["text"] in written


@pytest.mark.parametrize("name", NAMES)
def test_advice_comes_before_warnings_and_these_before_reasons_and_sources(name: str) -> None:
    words = page(name).words
    titles = [
        "Give",
        "Read before giving",
        "Do not give",
        "Know before acting",
        "Taken for granted",
        "Still to find out",
        "Reasons",
        "How it was derived",
        "Sources used here",
        "The case as understood",
    ]
    places = [words.find(f" {title} ") for title in titles if f" {title} " in words]
    assert places == sorted(places)


def test_doses_stand_in_the_table_as_the_label_gives_them() -> None:
    # Zavicefta at a clearance over 30 to 50 mL/min: 1 g/0.25 g every 8 h over 2 h
    pair = answered("severe-bloodstream")[2]["regimens"][0]
    dose = next(each for each in pair["doses"] if each["drug"] == "ceftazidime-avibactam")
    wanted = {"amount": "1.25 g", "components": "1 g ceftazidime + 0.25 g avibactam", "interval": "every 8 h"}
    assert {**dose, **wanted, "infusion": "2 h", "route": "IV"} == dose
    assert pair["undosed"] == []


def test_a_drug_without_a_dose_says_so_in_the_table() -> None:
    found = answered("nevada-2016")[2]
    assert [each["undosed"] for each in found["regimens"]] == [["aztreonam", "ceftazidime-avibactam"], ["cefiderocol"]]
    assert page("nevada-2016").words.count("NO DOSE CAN BE GROUNDED") == 3


def test_urgent_warnings_stand_before_everything_but_the_advice() -> None:
    pregnant = {
        "patient": {"age": 30, "sex": "female", "pregnancy": "pregnant", "allergies": []},
        "isolate": {"organism": "Klebsiella pneumoniae", "carbapenemases": ["NDM-1"]},
        "infection": {"site": "bloodstream", "severity": "severe"},
        "setting": {"jurisdiction": "US"},
    }
    found = of_case(pregnant)
    assert found["sections"][0]["id"] == "before"
    assert {line["label"] for line in found["sections"][0]["lines"]} == {"pregnancy"}
    urgent = {line["handle"] for line in found["sections"][0]["lines"]}
    later = {line["handle"] for section in found["sections"][1:] for line in section["lines"]}
    assert not urgent & later


@pytest.mark.parametrize(
    ("name", "headed"),
    [
        ("severe-bloodstream", "ADVICE"),
        ("ceftazidime-anaphylaxis", "REFER NOW"),
        ("kpc-heart-transplant-2018", "OUT OF SCOPE"),
        ("organism-unknown", "NOT ENOUGH IS KNOWN"),
    ],
)
def test_every_status_heads_its_page_and_its_reason_follows(name: str, headed: str) -> None:
    decision, _, found = answered(name)
    assert found["headline"].startswith(headed)
    assert found["headline"] in page(name).words
    assert decision["status_reason"]["text"] in as_text(found)
    assert decision["status_reason"]["text"] in read_markdown(render(found, "md"))


def test_a_case_about_which_nothing_is_known_has_a_report() -> None:
    found = of_case({})
    assert found["status"] == "insufficient"
    assert found["case"] == []
    Page(render(found, "html"))


def test_answers_made_elsewhere_get_sections_of_their_own() -> None:
    decision, trace, without = answered("suspected-ndm")
    worth = {"text": "One fact can still change this.", "lines": [{"text": "Typing: if NDM is ruled out, no advice."}]}
    firm = {"text": "Firm within one renal band.", "lines": []}
    found = report(KB.edition, decision, trace, worth=worth, firm=firm)
    for written in (
        Page(render(found, "html")).words,
        read_markdown(render(found, "md")),
        as_text(found),
    ):
        assert worth["text"] in written
        assert "Typing: if NDM is ruled out, no advice." in written
        assert firm["text"] in written
    assert not {"worth", "firm"} & {section["id"] for section in without["sections"]}


def test_what_a_wording_holds_cannot_become_markup() -> None:
    found = deepcopy(answered("severe-bloodstream")[2])
    hostile = '<script>alert("x")</script> & <b>'
    for line in every_line(found):
        line["text"] = line["label"] = line["note"] = line["proof"]["text"] = hostile
    found["label"] = found["guideline"]["title"] = hostile
    found["sources"][0]["title"] = found["case"][0]["value"] = found["regimens"][0]["doses"][0]["amount"] = hostile
    found["pictures"][0]["title"] = hostile
    for box in found["pictures"][0]["boxes"]:
        box["texts"] = (hostile,)
    written = render(found, "html")
    assert "<script" not in written
    assert hostile in Page(written).words
    assert "<script" not in render(found, "md")


# --- one proof ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_proof_of_every_line_in_the_page_is_what_why_answers(name: str) -> None:
    decision, trace, _ = answered(name)
    for handle, conclusion in handles(decision).items():
        (proof,) = why(KB.edition, trace, [conclusion])
        at, body = 0, page(name).under[handle]
        for sentence in texts(proof):
            at = body.find(sentence, at)
            assert at >= 0, f"{handle}: {sentence}"
            at += len(sentence)


@pytest.mark.parametrize("name", NAMES)
def test_the_proof_of_every_line_in_markdown_is_what_why_answers(name: str) -> None:
    _, _, found = answered(name)
    at, written = 0, read_markdown(render(found, "md"))
    for line in every_line(found):
        for sentence in texts(line["proof"]):
            at = written.find(sentence, at)
            assert at >= 0, f"{line['handle']}: {sentence}"
            at += len(sentence)


@pytest.mark.parametrize("name", NAMES)
def test_text_expands_every_conclusion_of_the_proofs_once(name: str) -> None:
    _, _, found = answered(name)
    chain = as_text(found).partition("THE CHAIN BEHIND EACH LINE")[2]

    def expanded(node: Any) -> Iterator[str]:
        if "conclusion" in node:
            yield f"[{node['conclusion']}] rule {node['rule']['id']} "
        grounds = [each for absent in node.get("absent", ()) for each in absent["because"]]
        for each in (*node.get("premises", ()), *grounds, *node.get("also", ())):
            yield from expanded(each)

    heads = {head for line in every_line(found) for head in expanded(line["proof"])}
    assert heads
    assert all(head in chain for head in heads)


@pytest.mark.parametrize("name", NAMES)
def test_short_line_full_chain_and_steps_agree(name: str) -> None:
    decision, trace, found = answered(name)
    added: dict[str, list[str]] = {}
    for step in steps(KB.edition, trace):
        added.setdefault(step["adds"]["conclusion"], []).append(step["adds"]["text"])
    lines = list(every_line(found))
    assert {line["proof"]["conclusion"] for line in lines} == set(shown(decision))
    for line in lines:
        steps_say = list(dict.fromkeys(added[line["proof"]["conclusion"]]))
        assert headline(line["proof"]) == " ".join(steps_say)
        shortened = line["handle"].startswith("R")  # one of the statements that rank it; its chain has them all
        assert line["text"] == (steps_say[0] if shortened else headline(line["proof"]))


@pytest.mark.parametrize("name", NAMES)
def test_each_line_carries_its_own_handle(name: str) -> None:
    decision, _, found = answered(name)
    named = handles(decision)
    assert {line["handle"]: line["proof"]["conclusion"] for line in every_line(found)} == named


def test_handles_that_follow_one_another_are_drawn_together() -> None:
    assert spans(["X3", "X5", "X4", "X7"]) == "X3–X5, X7"
    assert spans(["W1", "W2", "R1"]) == "R1, W1, W2"


# --- sources ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_sources_are_those_of_the_rules_in_the_proofs_marked_where_not_seen(name: str) -> None:
    _, _, found = answered(name)
    listed = {(each["issuer"], each["title"]): each["seen"] for each in found["sources"] if each["issuer"]}
    words = {"seen": "", "own": "our own ruling", "second_hand": "SECOND-HAND", "attributed": "ATTRIBUTED"}

    def rules(node: Any) -> Iterator[str]:
        if "rule" in node:
            yield node["rule"]["id"]
        below = [each for absent in node.get("absent", ()) for each in absent["because"]]
        for each in (*node.get("premises", ()), *node.get("also", ()), *below):
            yield from rules(each)

    cited = {KB.edition.rule[rule].source.document for line in every_line(found) for rule in rules(line["proof"])}
    for source in (KB.edition.sources[each] for each in cited):
        assert listed[source.issuer, source.title] == {**words, "from_memory": "FROM MEMORY"}[source.seen]


def test_what_is_known_only_at_second_hand_says_so_in_every_form() -> None:
    _, _, found = answered("severe-bloodstream")
    marks = {each["title"]: each["seen"] for each in found["sources"]}
    assert marks["AZACTAM US label"] == "SECOND-HAND"
    assert marks["Fetcroja UK SmPC"] == ""
    escmid = "Guidelines for the treatment of infections caused by multidrug-resistant Gram-negative bacilli"
    assert marks[escmid] == "SECOND-HAND"
    assert found["regimens"][0]["doses"][0]["source"].endswith("(second-hand)")
    for written in (page("severe-bloodstream").words, as_text(found), render(found, "md")):
        assert "SECOND-HAND" in written
        assert "ATTRIBUTED" in written


def test_sources_that_nothing_rests_on_are_left_out() -> None:
    titles = {each["title"] for each in answered("organism-unknown")[2]["sources"]}
    assert "CREDIBLE-CR" not in titles


# --- the picture --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_edge_leads_to_a_later_column(name: str) -> None:
    for picture in answered(name)[2]["pictures"]:
        column = {box["id"]: box["column"] for box in picture["boxes"]}
        assert all(column[source] < column[target] for source, target, _ in picture["edges"])
        assert set(column.values()) <= set(range(len(picture["columns"])))


@pytest.mark.parametrize("name", NAMES)
def test_the_pictures_hold_the_status_the_regimens_and_the_maintenance_doses(name: str) -> None:
    decision, _, found = answered(name)
    wanted = {*decision["status_reason"]["conclusions"]}
    for each in decision["recommendations"]:
        maintained = [dose["conclusion"] for dose in each["doses"] if dose["phase"] == "maintenance"]
        wanted |= {each["conclusion"], *maintained}
    assert wanted <= {box["id"] for picture in found["pictures"] for box in picture["boxes"]}


@pytest.mark.parametrize("name", NAMES)
def test_each_box_of_a_drawing_has_its_id_as_title_and_lies_within_it(name: str) -> None:
    for picture in answered(name)[2]["pictures"]:
        drawn = ElementTree.fromstring(svg(picture, "g"))
        space = "{http://www.w3.org/2000/svg}"
        assert {g.findtext(f"{space}title") for g in drawn.iter(f"{space}g")} == {box["id"] for box in picture["boxes"]}
        _, _, width, height = map(float, drawn.attrib["viewBox"].split())
        assert drawn.find(f"{space}title") is not None
        assert drawn.find(f"{space}desc") is not None
        boxes = [
            {key: float(rect.attrib[key]) for key in ("x", "y", "width", "height")}
            for rect in drawn.iter(f"{space}rect")
        ]
        assert all(b["x"] >= 0 and b["x"] + b["width"] <= width + 1 for b in boxes)
        assert all(b["y"] >= 0 and b["y"] + b["height"] <= height + 1 for b in boxes)


@pytest.mark.parametrize("name", NAMES)
def test_boxes_of_one_column_do_not_overlap(name: str) -> None:
    for picture in answered(name)[2]["pictures"]:
        shapes: dict[float, list[tuple[float, float]]] = {}
        for group in ElementTree.fromstring(svg(picture, "g")).iter("{http://www.w3.org/2000/svg}g"):
            rect = next(iter(group.iter("{http://www.w3.org/2000/svg}rect")), None)
            if rect is not None:
                top = float(rect.attrib["y"])
                shapes.setdefault(float(rect.attrib["x"]), []).append((top, top + float(rect.attrib["height"])))
        for column in shapes.values():
            column.sort()
            assert all(end <= start for (_, end), (start, _) in pairwise(column))


def test_what_was_taken_for_granted_leads_by_a_dashed_edge_to_what_rests_on_it() -> None:
    # nevada-2016 states neither allergies nor what is unavailable, and nothing excludes the pair
    (picture,) = answered("nevada-2016")[2]["pictures"]
    assumed = {box["id"] for box in picture["boxes"] if box["kind"] == "assumed" and "patient.allergies" in box["id"]}
    regimen = "recommend/aztreonam+ceftazidime-avibactam/first"
    assert [edge for edge in picture["edges"] if edge[0] in assumed] != []
    assert all(edge[2] for edge in picture["edges"] if edge[0] in assumed and edge[1] == regimen)


def test_a_refusal_shows_what_excluded_the_regimens() -> None:
    (picture,) = answered("ceftazidime-anaphylaxis")[2]["pictures"]
    into = {
        source for source, target, excepted in picture["edges"] if target == "status/refer/nothing_left" and excepted
    }
    assert any(each.startswith("excluded/cefiderocol") for each in into)


def test_nothing_to_draw_is_no_picture() -> None:
    assert pictures([("empty", [])], str, len, {}) == []


# --- the same bytes -----------------------------------------------------------------------------------------


def test_a_report_has_the_same_bytes_under_every_hash_seed() -> None:
    program = (
        "import sys, hashlib; from pathlib import Path;"
        "from whyrx.facts.case import read_case; from whyrx.kb.knowledge import knowledge_base;"
        "from whyrx.kb.decision import decide; from whyrx.explain.report import report;"
        "from whyrx.explain.report_page import render;"
        "kb = knowledge_base(); case = read_case(Path(sys.argv[1]).read_bytes()); trace = kb.derive(case);"
        "found = report(kb.edition, decide(kb.edition, case, trace), trace);"
        "print([hashlib.sha256(render(found, f).encode()).hexdigest() for f in ('html', 'md')])"
    )
    example = str(next(path for path in EXAMPLES if path.stem == "suspected-ndm"))
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program, example],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "42")
    }
    assert len(outputs) == 1
