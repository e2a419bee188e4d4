"""The processes that make parts on this machine. Light to import: they can begin to start before anything else does."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from ..kb.processes import end_with_parent
from .worker import AHEAD

_METHOD = "forkserver" if sys.platform == "linux" else "spawn"
"""On Linux processes are copies of one that has done nothing but import; elsewhere such copies are not always sound."""


def ahead(guidelines: Sequence[str] = (), states: str = "") -> None:
    """Let the process that others are copied from get ready for a run over some guidelines, with a file of states if
    there is one, where there is such a process."""
    if sys.platform == "linux":
        from multiprocessing import forkserver

        get_context(_METHOD).set_forkserver_preload([f"{__name__.rpartition('.')[0]}.worker"])
        os.environ[AHEAD] = json.dumps([guidelines, states])
        forkserver.ensure_running()
        del os.environ[AHEAD]


@contextmanager
def processes(number: int) -> Iterator[tuple[Executor, int]]:
    """So many processes, which start at once, and how many parts they make at a time."""
    ahead()
    with ProcessPoolExecutor(number, mp_context=get_context(_METHOD), initializer=end_with_parent) as executor:
        for _ in range(number):
            executor.submit(os.getpid)
        yield executor, number
