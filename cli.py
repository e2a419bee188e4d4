"""The command line: its commands by name, how it ends, and what is printed of input that was refused."""

from __future__ import annotations

import atexit
import gc
import json
import os
import sys
from collections import UserDict
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

import click

from . import __version__
from .commands.parameters import InOrder
from .commands.refusal import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .facts.problems import Problem


class _Imported(UserDict[str, Any]):
    """Commands by name: what is kept is the module of `commands` that has one, imported when it is looked up."""

    def __getitem__(self, name: str) -> click.Command:
        module = import_module(f".commands.{self.data[name]}", __package__)
        command: click.Command = getattr(module, name.replace("-", "_"))
        return command


_COMMANDS = _Imported(
    {
        "consult": "advice",
        "why": "reasons",
        "why-not": "reasons",
        "options": "reasons",
        "what-if": "changes",
        "compare": "advice",
        "guidelines": "about",
        "flip": "changes",
        "worth": "changes",
        "firm": "changes",
        "step": "reasons",
        "query": "reasons",
        "report": "advice",
        "ask": "advice",
        "rules": "rules",
        "schema": "about",
        "batch": "batch",
        "audit": "audit",
    }
)
"""In the order a reader meets them."""


@click.group(
    cls=InOrder, commands=_COMMANDS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="whyrx")
def cli() -> None:
    """Advice on severe NDM-producing Klebsiella infection, and why, for every word of it.

    CASE is a case file in YAML or JSON, or - for standard input. What a file may hold: whyrx schema case.
    A decision aid for adults; it does not replace the judgement of those who treat the patient.
    """


def main() -> None:
    """The program: errors of input are lines of standard error, with exit status 2."""
    gc.disable()  # a process of half a second that keeps nearly all it makes
    atexit.register(gc.freeze)  # nor has the collection at the interpreter's end, which cannot be disabled, any to find
    sys.stdout, sys.stderr = (stream or open(os.devnull, "w") for stream in (sys.stdout, sys.stderr))  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # the same bytes whatever the locale
            stream.reconfigure(encoding="utf-8", newline="\n")
    as_json = "--json" in sys.argv[1:]
    try:
        cli.main(standalone_mode=False)
        sys.stdout.flush()
    except RefusedError as refused:
        _errors(as_json, refused.problems)
    except click.exceptions.NoArgsIsHelpError as asked:
        click.echo(asked.format_message())
    except click.ClickException as error:
        from .facts.problems import Problem

        accepted = f"{' '.join(error.format_message().split())} See --help."
        _errors(as_json, [Problem("command line", " ".join(sys.argv[1:]), accepted)])
    except click.Abort:
        _leave(130)
    except BrokenPipeError:
        _leave(0)  # the reader has gone: nobody to tell
    except OSError as error:
        print(f"error: output: {error.strerror}", file=sys.stderr)
        _leave(1)
    except ValueError as error:
        from .kb.check import KnowledgeError

        if not isinstance(error, KnowledgeError):
            raise
        sys.stderr.writelines(f"error: knowledge base refused: {finding}\n" for finding in error.findings)
        sys.exit(1)
    sys.exit(0)


def _errors(as_json: bool, problems: Iterable[Problem]) -> NoReturn:
    """A line for each on standard error; with --json their structure on standard output, where the answer would be."""
    sys.stderr.writelines(f"error: {problem.line()}\n" for problem in problems)
    if as_json:
        structure = {"errors": [problem.as_json() for problem in problems]}
        sys.stdout.write(json.dumps(structure, ensure_ascii=False, sort_keys=True) + "\n")
    sys.exit(2)


def _leave(status: int) -> NoReturn:
    """Leave without the flush at exit, which would fail as the output did."""
    os._exit(status)
