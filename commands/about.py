"""Commands on the program itself: the guidelines it knows, and the form of what it reads and prints."""

from __future__ import annotations

import json

import click

from .batch import errors_of_tables
from .parameters import JSON
from .printing import print_answer


@click.command()
@JSON
def guidelines(as_json: bool) -> None:
    """Every guideline: issuer, dates between which it holds, what it covers, and how well it is sourced.

    Example: whyrx guidelines
    """
    from ..explain.guidelines import guidelines as entries
    from ..kb.guidelines import GUIDELINES
    from ..kb.knowledge import edition

    found = entries((guideline, edition(name)) for name, guideline in GUIDELINES.items())
    print_answer(as_json, found, "guideline_list", "explain.text_compare")


@click.command()
@click.argument("of", type=click.Choice(["case", "decision", "cohort"]))
@JSON
def schema(of: str, as_json: bool) -> None:
    """The JSON Schema of a case or of a decision; the columns of a cohort.

    Example: whyrx schema case
    """
    from ..facts.case import case_schema
    from ..kb.decision_form import decision_schema

    if of == "cohort":
        with errors_of_tables():
            from ..cohort.columns import cohort_schema

            found = cohort_schema()
    else:
        found = case_schema() if of == "case" else decision_schema()
    if as_json:
        print_answer(True, found)
    else:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
