"""Commands that give advice: on one case, as a report, by asking, and under every guideline side by side."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from io import StringIO, TextIOWrapper
from typing import TYPE_CHECKING, TextIO

import click

from .. import __version__
from .parameters import CASE, GUIDELINE, JSON, ONLY_GUIDELINES, known_guideline
from .printing import new_file, print_answer
from .reading import case_in, content_of, decided
from .refusal import errors_of_input, fail, refuse
from .store import now, opened_store, who_asks

if TYPE_CHECKING:
    from ..facts.case import Case
    from ..kb.decision_form import Decision


@click.command()
@CASE
@GUIDELINE
@click.option("--record", "recording", is_flag=True, help="Keep it as a record that can be audited: whyrx audit.")
@click.option("--store", metavar="PATH|URL", envvar="WHYRX_STORE", help="Where to record it. Else $WHYRX_STORE.")
@click.option("--by", metavar="NAME", help="Who asked: a role or a user name, to be recorded.")
@click.option("--because", metavar="TEXT", help="Why, in words, to be recorded.")
@JSON
def consult(
    case: str,
    guideline: str,
    recording: bool,
    store: str | None,
    by: str | None,
    because: str | None,
    as_json: bool,
) -> None:
    """What to give, how much, what never to give, and what else to do.

    Example: whyrx consult examples/nevada-2016.yaml

    Example: whyrx consult examples/nevada-2016.yaml --record --store records.db --by "ward 7"
    """
    if recording:
        found = _recorded(case, guideline, store, by, because)
    elif by is not None or because is not None:
        refuse("--by" if by is not None else "--because", by or because or "", "nothing unless --record is given")
    else:
        found, _ = decided(case_in(case), guideline)
    print_answer(as_json, found, "decision")


def _recorded(case: str, guideline: str, where: str | None, by: str | None, because: str | None) -> Decision:
    """Decide and record; nothing is answered that was not recorded."""
    from ..facts.case import case_from_tree, contradictions
    from ..facts.document import parse
    from ..records.consultation import check_case, record_decision

    who, data = who_asks(by, because), content_of(case)
    with errors_of_input():
        tree = parse(data)
        stated = case_from_tree(tree)
        if problems := contradictions(stated):
            fail(problems)
        check_case(stated.as_understood())
    found, _ = decided(stated, guideline)
    with opened_store(where, make=True) as store:
        from ..kb.knowledge import edition
        from ..records.store import Archived

        record_decision(store, tree, found, Archived.of(edition(guideline)), __version__, who, now())
    return found


@click.command()
@CASE
@ONLY_GUIDELINES
@JSON
def compare(case: str, names: tuple[str, ...], as_json: bool) -> None:
    """One case under every guideline, side by side: line, grade in its issuer's terms, dose, what makes them differ.

    Example: whyrx compare examples/severe-bloodstream.yaml
    """
    from ..explain.compare import compare as side_by_side
    from ..kb.guidelines import GUIDELINES
    from ..kb.knowledge import edition

    chosen = [known_guideline(name) for name in names] or list(GUIDELINES)
    if len(set(chosen)) < len(chosen):
        refuse("--guideline", ", ".join(chosen), "each guideline once")
    stated = case_in(case)
    answers = [(edition(name), *decided(stated, name)) for name in chosen]
    print_answer(as_json, side_by_side(answers), "comparison", "explain.text_compare")


@click.command()
@CASE
@click.option("--format", "form", type=click.Choice(["html", "md", "text"]), default="text", show_default=True)
@GUIDELINE
@JSON
def report(case: str, form: str, guideline: str, as_json: bool) -> None:
    """The decision as one page: advice at the top, every line with its proof, a picture of the derivation, sources.

    HTML opens without network or JavaScript and prints on two sides.

    Example: whyrx report examples/severe-bloodstream.yaml --format html > report.html
    """
    from ..explain.report import report as gather
    from ..explain.report_page import render
    from ..explore.firm import firmness
    from ..explore.text import firm_in_short, worth_in_short
    from ..explore.worth import worth_knowing
    from ..kb.knowledge import knowledge_base

    stated, base = case_in(case), knowledge_base(guideline)
    decision, trace = decided(stated, guideline)
    worth, firm = worth_in_short(worth_knowing(base.edition, stated)), firm_in_short(firmness(base, stated))
    found = gather(base.edition, decision, trace, worth, firm)
    if as_json or form == "text":
        print_answer(as_json, found, "text", "explain.report_page")
    else:
        sys.stdout.write(render(found, "html" if form == "html" else "md"))


@click.command()
@click.option("--from", "start", metavar="CASE", help="A case file to start from; else nothing is known.")
@click.option("--save", metavar="FILE", help="Where to write the case file at the end; it must not exist yet.")
@GUIDELINE
@JSON
def ask(start: str | None, save: str | None, guideline: str, as_json: bool) -> None:
    """A consultation: asks only what still matters, the most valuable fact first, and ends in a decision.

    Answer with a value, or with unknown, why, how LINE, back, review or done. Answers may come through a pipe, one a
    line; with --json the questions go to standard error and the decision to standard output.

    Example: whyrx ask --from examples/organism-unknown.yaml
    """
    from ..explore.ask import begin
    from ..explore.dialogue import hold
    from ..kb.knowledge import knowledge_base

    with errors_of_input():
        consultation = begin(knowledge_base(guideline), None if start is None else content_of(start))
    with nullcontext() if save is None else new_file(save) as file:
        finished = hold(consultation, _typed(), sys.stderr if as_json else sys.stdout)
        if file is not None:
            _write_case(file, finished.case)
    print_answer(as_json, finished.derived[0], "decision")


def _typed() -> TextIO:
    """Standard input as text in UTF-8; what is not UTF-8 is an answer that nobody accepts."""
    if sys.stdin is None:
        return StringIO()
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    return sys.stdin


def _write_case(file: TextIO, case: Case) -> None:
    from ruamel.yaml import YAML

    YAML().dump(case.as_understood(), file)
