"""What commands print and write: answers, new files, and how far they are."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn, TextIO

import click

from .refusal import refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def print_answer(as_json: bool, answer: Any, render: str = "", module: str = "explain.text") -> None:
    """Print an answer as canonical JSON, or as text by the function `render` of a module of the package."""
    if as_json:
        from ..kb.edition import canonical

        sys.stdout.write(canonical(answer).decode() + "\n")
        return
    from importlib import import_module

    from ..explain.text import show

    show(getattr(import_module(f"..{module}", __package__), render)(answer))


def leave_with_findings() -> NoReturn:
    """Leave with exit status 1: the answer is printed, and is not what one would want."""
    sys.stdout.flush()
    sys.exit(1)


def new_file(name: str, option: str = "--save") -> TextIO:
    """A file made before the work begins: none is lost for want of a place to write. None is overwritten."""
    try:
        return open(name, "x", encoding="utf-8")  # noqa: PTH123  # "" and odd names fail here with a plain error
    except (OSError, ValueError) as error:
        _no_place(option, name, error)


@contextmanager
def standard_output_or_new_file(name: str | None) -> Iterator[BinaryIO]:
    """Standard output as bytes, or a new file, which goes again if it cannot be written to its end."""
    if name is None:
        sys.stdout.flush()
        yield sys.stdout.buffer
        return
    try:
        file = open(name, "xb")  # noqa: PTH123, SIM115  # as above
    except (OSError, ValueError) as error:
        _no_place("--out", name, error)
    try:
        with file:
            yield file
    except BaseException:
        os.unlink(name)  # noqa: PTH108
        raise


def _no_place(option: str, name: str, error: Exception) -> NoReturn:
    reason = getattr(error, "strerror", None) or str(error)
    refuse(option, name, f"a new file in a folder that can be written to ({reason})")


@contextmanager
def progress(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """A way to say that so many steps are done, shown on a terminal's error output."""
    with click.progressbar(length=total, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield bar.update
