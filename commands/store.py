"""The store of records as commands meet it: what is wrong with it, or with what is asked of it, is refused."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from .refusal import errors_of_input, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ..records.consultation import Who
    from ..records.store import Store


@contextmanager
def opened_store(where: str | None, *, make: bool = False, upgrade: bool = False) -> Iterator[Store]:
    """The store of records at a path or URL; `make` one that is not there, `upgrade` one of an older format."""
    if not where:
        refuse("--store", "not given", "a path or URL, here or in the environment as WHYRX_STORE")
    with errors_of_input():
        from ..records.store import opened

        with opened(where, make=make, upgrade=upgrade) as store:
            yield store


@errors_of_input()
def who_asks(by: str | None, because: str | None) -> Who:
    """Who does something and why, as it is recorded."""
    from ..records.consultation import Who

    return Who(by, because)


def now() -> datetime:
    """The clock of the system: read here alone, and by no decision."""
    from datetime import UTC, datetime

    return datetime.now(UTC)
