"""The processes that make parts on this machine. Light to import: they can begin to start before anything else does."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from ..kb.processes import end_with_parent

_METHOD = "forkserver" if sys.platform == "linux" else "spawn"
"""On Linux processes are copies of one that has done nothing but import; elsewhere such copies are not always sound."""
_IMPORTS = [f"{__name__.rpartition('.')[0]}.part"]


def ahead() -> None:
    """Let the process that others are copied from begin to import, where there is such a one."""
    if sys.platform == "linux":
        from multiprocessing import forkserver

        get_context(_METHOD).set_forkserver_preload(_IMPORTS)
        forkserver.ensure_running()


@contextmanager
def processes(number: int) -> Iterator[tuple[Executor, int]]:
    """So many processes, which start at once, and how many parts they make at a time."""
    ahead()
    with ProcessPoolExecutor(number, mp_context=get_context(_METHOD), initializer=end_with_parent) as executor:
        for _ in range(number):
            executor.submit(os.getpid)
        yield executor, number
