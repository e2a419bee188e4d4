"""Input that is refused: raised by commands, printed by the program as lines of errors with exit status 2."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..facts.problems import Problem


class RefusedError(Exception):
    """Input that was refused, with all that is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__(problems)


def fail(problems: Iterable[Problem]) -> NoReturn:
    """Refuse an input for these problems."""
    raise RefusedError(tuple(problems))


def refuse(path: str, value: str, accepted: str, near: Iterable[str] = ()) -> NoReturn:
    """Refuse what stands at a place; of `near` the word that it resembles is named."""
    from ..facts.problems import Problem, near_miss

    fail([Problem(path, value, accepted, near_miss(value, near))])


@contextmanager
def errors_of_input() -> Iterator[None]:
    """What the layers below find wrong with an input (CaseError) is what it is refused for."""
    from ..facts.problems import CaseError

    try:
        yield
    except CaseError as error:
        fail(error.problems)
