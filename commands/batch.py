"""`whyrx batch`: many cases at once, the chain behind one of them, and what they come to."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from .parameters import DEFAULT, JSON, WORKERS, InOrder, known_guideline
from .printing import leave_with_findings, print_answer
from .reasons import print_why
from .refusal import errors_of_input, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Batch(InOrder):
    """`whyrx batch CASES` is short for `whyrx batch run CASES`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        return super().resolve_command(ctx, args if args[0] in self.commands else ["run", *args])


@click.group(cls=_Batch)
def batch() -> None:
    """Many cases at once: a table in, a table or decisions out.

    Example: whyrx batch examples/cohort.csv --out advice.parquet
    """


@batch.command("run")
@click.argument("cases", metavar="CASES")
@click.option("--out", metavar="FILE", required=True, help="A new file: .parquet for columns, .jsonl for decisions.")
@click.option("--guideline", "guidelines", metavar="ID", multiple=True, help="A guideline; several for comparison.")
@WORKERS
@click.option("--cluster", metavar="ADDRESS", default="", help="A Dask scheduler whose workers do it instead.")
@click.option("--states", metavar="FILE", default="", help="Derived states, kept from run to run; made if not there.")
@JSON
def batch_run(
    cases: str, out: str, guidelines: tuple[str, ...], workers: int | None, cluster: str, states: str, as_json: bool
) -> None:
    """Decide every case of a table: .parquet or .csv with a column for each field, or .jsonl with a case on each line.

    The columns: whyrx schema cohort. A row that cannot be read goes to FILE.rejects.jsonl with what is wrong with it,
    and the exit status is then 1. A run that was stopped goes on where it was when it is started again.

    Example: whyrx batch run examples/cohort.csv --out advice.parquet
    """
    with errors_of_tables():
        from ..cohort.progress import run_with_progress

        names = tuple(dict.fromkeys(map(known_guideline, guidelines))) or (DEFAULT,)
        found = run_with_progress(cases, out, names, workers or 0, cluster, states)
        if as_json:
            print_answer(True, found)
        else:
            from ..cohort.text import done

            click.echo(done(found))
    if found["rejected"]:
        leave_with_findings()


@batch.command("why")
@click.argument("file", metavar="FILE")
@click.argument("row", type=click.IntRange(1))
@click.argument("conclusion", required=False)
@click.option("--guideline", metavar="ID", help="Of a file that compares several: which.")
@JSON
def batch_why(file: str, row: int, conclusion: str | None, guideline: str | None, as_json: bool) -> None:
    """The chain behind one row of a file that batch made (.parquet); ROW is the number of the case in its table.

    Example: whyrx batch why advice.parquet 1 R1
    """
    with errors_of_tables():
        from ..cohort.rows import case_and_guideline

        case, name = case_and_guideline(file, row, guideline)
    print_why(case, conclusion, name, as_json)


@batch.command("summary")
@click.argument("file", metavar="FILE")
@click.option("--plot", metavar="FILE", help="Write a picture of it as well: a new file that ends in .svg.")
@JSON
def batch_summary(file: str, plot: str | None, as_json: bool) -> None:
    """What a cohort comes to: advice by situation, guidelines against each other, what was missing most, warnings.

    Example: whyrx batch summary advice.parquet --plot advice.svg
    """
    with errors_of_tables():
        from ..cohort.summary import summary

        found = summary(file)
        if plot is not None:
            from ..cohort.picture import draw

            draw(found, plot)
    print_answer(as_json, found, "cohort", "cohort.text")


@contextmanager
def errors_of_tables() -> Iterator[None]:
    """What is wrong with a table, as errors of input; what to install where the libraries for tables are lacking."""
    try:
        with errors_of_input():
            yield
    except ImportError as error:
        extra = {"numpy": "batch", "pyarrow": "batch", "distributed": "cluster"}.get(error.name or "")
        if extra is None:
            raise
        refuse("batch", f"no {error.name} here", f"an installation with it: pip install 'whyrx[{extra}]'")
