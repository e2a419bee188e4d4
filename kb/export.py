"""The knowledge base for other logic engines, alone or with the facts of a case: a file that says what it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..facts.case import Case
from .asp import asp_program
from .clips import clips_program
from .cuts import Ground, case_facts, quantities, refuse_other_uses, scale
from .edition import Edition
from .prolog import prolog_program


@dataclass(frozen=True, slots=True)
class Language:
    """How an edition is written for one engine: the program, what a comment starts with, how a file is run."""

    program: Callable[[Edition, Sequence[Ground] | None], str]
    comment: str
    run: str


LANGUAGES = {
    "asp": Language(lambda edition, facts: asp_program(edition, facts or ()), "%", "clingo FILE"),
    "prolog": Language(prolog_program, "%", "swipl FILE"),
    "clips": Language(clips_program, ";", "clips -f2 FILE"),
}


def exported(edition: Edition, language: str, case: Case | None = None) -> str:
    """The edition in one of `LANGUAGES`; with a case also its facts, and the file prints the conclusions.

    ValueError for an edition with a rule that would mean something else there.
    """
    refuse_other_uses(edition)
    written = LANGUAGES[language]
    facts = None if case is None else case_facts(edition, case)
    scales = ", ".join(f"{quantity} times {scale(edition, quantity)}" for quantity in quantities(edition))
    heading = [
        f"whyrx {edition.version}, guideline {edition.guideline['id']}",
        f"digest {edition.digest}",
        f"Run: {written.run}" if case else f"Rules and tables without a case; to run with one: {written.run}",
        f"Quantities are whole numbers: {scales}; an odd number stands for all between the even ones beside it.",
    ]
    return "\n".join([*(f"{written.comment} {line}" for line in heading), written.program(edition, facts), ""])
