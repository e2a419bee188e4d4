"""Arguments and options that several commands share, and the order in which groups list their commands."""

from __future__ import annotations

import click

from .refusal import refuse

DEFAULT = "severe-ndm-klebsiella"


class InOrder(click.Group):
    """Commands in the order a reader meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of commands as they were added."""
        return list(self.commands)


def known_guideline(name: str) -> str:
    """The name of a guideline; refuses another."""
    from ..kb.guidelines import GUIDELINES

    if name not in GUIDELINES:
        refuse("--guideline", name, f"a guideline: {' | '.join(GUIDELINES)}", GUIDELINES)
    return name


CASE = click.argument("case", metavar="CASE")
GUIDELINE = click.option(
    "--guideline",
    metavar="ID",
    default=DEFAULT,
    show_default=True,
    callback=lambda _context, _option, name: known_guideline(name),
    help="The guideline to follow. All of them: whyrx guidelines",
)
ONLY_GUIDELINES = click.option(
    "--guideline", "names", metavar="ID", multiple=True, help="Only these guidelines; may be repeated."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print the structure behind the answer (canonical JSON).")
WORKERS = click.option("--workers", type=click.IntRange(1, 256), help="Processes; as many as processors if left out.")
PLOT = click.option("--plot", metavar="FILE", help="Also draw it: a new SVG file.")
