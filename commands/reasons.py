"""Commands that read the derivation of a case: why, why not, step by step, and questions of any kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .parameters import CASE, GUIDELINE, JSON
from .printing import print_answer
from .reading import case_in, check_regimen, decided
from .refusal import errors_of_input, refuse

if TYPE_CHECKING:
    from ..explain.proof import Node
    from ..facts.case import Case
    from ..kb.decision_form import Decision
    from ..kb.edition import Edition
    from ..kb.trace import Trace


@click.command()
@CASE
@click.argument("conclusion", required=False)
@GUIDELINE
@JSON
def why(case: str, conclusion: str | None, guideline: str, as_json: bool) -> None:
    """The chain behind one conclusion, or behind every line of the decision.

    CONCLUSION is a line of the decision as consult numbers it (R1, D2, W3), or the id of any conclusion.

    Example: whyrx why examples/nevada-2016.yaml R1
    """
    print_why(case_in(case), conclusion, guideline, as_json)


def print_why(case: Case, conclusion: str | None, guideline: str, as_json: bool) -> None:
    """Print the proofs of one conclusion on a case, or of every line of the decision."""
    from ..kb.knowledge import edition

    found, trace = decided(case, guideline)
    print_answer(as_json, proofs(edition(guideline), found, trace, conclusion), "proofs")


def proofs(edition: Edition, found: Decision, trace: Trace, conclusion: str | None) -> list[Node]:
    """The proofs of one conclusion, or of every line of a decision, from its trace and its edition alone."""
    from ..explain.handles import handles
    from ..explain.proof import shown
    from ..explain.proof import why as proofs_of

    wanted = shown(found)
    if conclusion is not None:
        by_handle = handles(found)
        wanted = [by_handle.get(conclusion.upper(), conclusion)]
        if wanted[0] not in trace.derivations:
            accepted = f"a line of the decision ({', '.join(by_handle)}) or the id of a conclusion"
            refuse("CONCLUSION", conclusion, accepted, trace.derivations)
    return proofs_of(edition, trace, wanted)


@click.command("why-not")
@CASE
@click.argument("regimen")
@GUIDELINE
@JSON
def why_not(case: str, regimen: str, guideline: str, as_json: bool) -> None:
    """What keeps a regimen out, or what would have to hold for it to be ranked.

    REGIMEN is a drug, or drugs in alphabetical order joined by +.

    Example: whyrx why-not examples/nevada-2016.yaml colistin
    """
    from ..explain.why_not import why_not as answer
    from ..kb.knowledge import edition

    stated = case_in(case)
    check_regimen(regimen, "REGIMEN")
    _, trace = decided(stated, guideline)
    print_answer(as_json, answer(edition(guideline), trace, regimen), "why_not")


@click.command()
@CASE
@GUIDELINE
@JSON
def options(case: str, guideline: str, as_json: bool) -> None:
    """The whole formulary as a matrix: each drug and regimen with its verdict, the rule that decides, and the reason.

    Example: whyrx options examples/severe-bloodstream.yaml
    """
    from ..explain.options import options as matrix
    from ..kb.knowledge import edition

    _, trace = decided(case_in(case), guideline)
    print_answer(as_json, matrix(edition(guideline), trace), "matrix", "explain.text_options")


@click.command()
@CASE
@GUIDELINE
@JSON
def step(case: str, guideline: str, as_json: bool) -> None:
    """The derivation one firing at a time: what was known, which rule, why its turn, what it added, what waits.

    Example: whyrx step examples/nevada-2016.yaml
    """
    from ..explain.step import steps
    from ..kb.knowledge import edition

    _, trace = decided(case_in(case), guideline)
    print_answer(as_json, steps(edition(guideline), trace), "steps")


@click.command()
@click.argument("case", metavar="[CASE]", required=False)
@click.argument("query", required=False)
@click.option("--predicates", "listing", is_flag=True, help="List what can be asked about, with the fields of each.")
@GUIDELINE
@JSON
def query(case: str | None, query: str | None, listing: bool, guideline: str, as_json: bool) -> None:
    """Ask of a derivation in the manner of Prolog: every answer with its proof.

    Conditions are joined by commas; not asks for absence; Capitals are variables, _ is anything, 'quotes' hold names
    with capitals; trailing fields may be left out. What there is to ask about: whyrx query --predicates

    Example: whyrx query examples/severe-bloodstream.yaml "recommend(R, first), not avoid(R, _)"
    """
    from ..explain.query import ask as answer
    from ..explain.query_check import predicates
    from ..kb.knowledge import edition

    if listing:
        print_answer(as_json, predicates(edition(guideline)), "predicate_list", "explain.text_query")
        return
    if case is None or query is None:
        refuse("CASE QUERY", case or "nothing", 'a case and a query, such as "recommend(R, first)"')
    _, trace = decided(case_in(case), guideline)
    with errors_of_input():
        found = answer(edition(guideline), trace, query)
    print_answer(as_json, found, "answers", "explain.text_query")
