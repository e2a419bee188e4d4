"""A cohort on the workers of a Dask cluster: the same function over the same parts, so the same bytes.

Dask, because it is Python throughout, runs on a laptop, under the batch systems of universities and on Kubernetes,
and gives an executor of the standard library's kind. whyrx must be installed where the workers are, with the same
knowledge: a worker with another digest refuses its part. Workers need no files; a part whose worker is lost is made by
another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager
from typing import cast

from ..facts.problems import CaseError, Problem


@contextmanager
def workers_of(address: str) -> Iterator[tuple[Executor, int]]:
    """The workers of the scheduler at an address such as tcp://10.0.0.5:8786, and how many parts they make at once.

    CaseError where there is no scheduler, or one without workers.
    """
    from distributed import Client
    from distributed.comm.core import CommClosedError
    from distributed.scheduler import KilledWorker

    if not re.fullmatch(r"(tcp|tls)://[^/:\s]+:[0-9]{1,5}", address):
        raise CaseError([Problem("--cluster", address, "the address of a Dask scheduler, such as tcp://10.0.0.5:8786")])
    try:
        client = Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CaseError([Problem("--cluster", address, f"the address of a Dask scheduler ({reason})")]) from None
    with client:
        at_once = sum(client.ncores().values())
        if not at_once:
            raise CaseError([Problem("--cluster", address, "a scheduler that has workers")])
        try:
            yield cast("Executor", client.get_executor(retries=3)), at_once
        except (CancelledError, CommClosedError, KilledWorker) as error:
            accepts = f"a cluster that lasts ({type(error).__name__}); what is done is kept for the next run"
            raise CaseError([Problem("--cluster", address, accepts)]) from None
