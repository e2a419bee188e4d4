"""Commands that ask what would change the advice: given facts, smallest changes, what is open, what is near."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .parameters import CASE, GUIDELINE, JSON
from .printing import print_answer
from .reading import case_in, check_regimen, content_of, decided
from .refusal import fail, refuse

if TYPE_CHECKING:
    from ..facts.problems import Problem


@click.command("what-if")
@CASE
@click.option(
    "--set",
    "changes",
    metavar="PATH=VALUE",
    multiple=True,
    required=True,
    help="A fact to change, as it would stand in the file; VALUE not_stated leaves it out. May be repeated.",
)
@GUIDELINE
@JSON
def what_if(case: str, changes: tuple[str, ...], guideline: str, as_json: bool) -> None:
    """What changes in the advice, and in the reasons, if facts were otherwise.

    Example: whyrx what-if examples/nevada-2016.yaml --set "patient.creatinine=2.5 mg/dL" --set "patient.weight=70 kg"
    """
    from ..explain.what_if import what_if as compare
    from ..facts.case import case_from_tree, contradictions, with_changes
    from ..facts.document import parse
    from ..facts.problems import CaseError
    from ..kb.knowledge import edition

    pairs = []
    for change in changes:
        path, equals, value = change.partition("=")
        if not equals:
            refuse("--set", change, "PATH=VALUE, such as patient.age=70")
        pairs.append((path.strip(), value))
    data = content_of(case)
    problems: list[Problem] = []
    try:
        tree = changed = parse(data)
        before = case_from_tree(tree)
        problems += contradictions(before)
    except CaseError as error:
        fail(error.problems)
    for pair in pairs:
        try:
            changed = with_changes(changed, [pair])
        except CaseError as error:
            problems += error.problems
    try:
        after = case_from_tree(changed)
        problems += contradictions(after)
    except CaseError as error:
        problems += error.problems
    if problems:
        fail(problems)
    print_answer(as_json, compare(edition(guideline), decided(before, guideline), decided(after, guideline)), "what_if")


@click.command()
@CASE
@click.option("--to", "wanted", metavar="REGIMEN", help="A regimen to bring into the advice.")
@click.option("--drop", "unwanted", metavar="REGIMEN", help="A regimen to take out of it.")
@GUIDELINE
@JSON
def flip(case: str, wanted: str | None, unwanted: str | None, guideline: str, as_json: bool) -> None:
    """What would it take: every smallest set of changes that brings a regimen in, or takes it out.

    What cannot change (age, sex, height) is left as stated. Each answer is confirmed by running the rules.

    Example: whyrx flip examples/ceftazidime-anaphylaxis.yaml --to cefiderocol
    """
    from ..explore.flip import flip as answer
    from ..kb.knowledge import knowledge_base

    if (wanted is None) == (unwanted is None):
        refuse("--to", wanted or "nothing", "one of --to REGIMEN and --drop REGIMEN")
    stated = case_in(case)
    regimen = wanted or unwanted or ""
    check_regimen(regimen, "--drop" if wanted is None else "--to")
    print_answer(
        as_json, answer(knowledge_base(guideline), stated, regimen, into=wanted is not None), "flip", "explore.text"
    )


@click.command()
@CASE
@GUIDELINE
@JSON
def worth(case: str, guideline: str, as_json: bool) -> None:
    """What is still worth finding out: which facts left open could change the answer, to what, and which first.

    Example: whyrx worth examples/nevada-2016.yaml
    """
    from ..explore.worth import worth_knowing
    from ..kb.knowledge import edition

    print_answer(as_json, worth_knowing(edition(guideline), case_in(case)), "worth", "explore.text")


@click.command()
@CASE
@GUIDELINE
@JSON
def firm(case: str, guideline: str, as_json: bool) -> None:
    """How firm is it: what turns over one doubling dilution, one standard, one renal band or one weight away.

    Example: whyrx firm examples/severe-bloodstream.yaml
    """
    from ..explore.firm import firmness
    from ..kb.knowledge import knowledge_base

    print_answer(as_json, firmness(knowledge_base(guideline), case_in(case)), "firm", "explore.text")
