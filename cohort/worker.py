"""What the process that others are copied from does ahead, while the program itself begins: imported, it is ready.

Nothing here changes what a copy does, only how soon it can begin. A file of states is understood here and not taken
over: whether it may be believed is found out by the program, which then gives the states to each copy.
"""

from __future__ import annotations

import gc
import json
import os
from contextlib import suppress
from pathlib import Path

AHEAD = "WHYRX_AHEAD"
"""In the environment of that process: the guidelines of the run and its file of states, if any, as JSON."""


def _get_ready(guidelines: list[str], states: str) -> None:
    from ..kb.knowledge import knowledge_base
    from ..kb.states import unchecked
    from .part import understood

    for guideline in guidelines:
        knowledge_base(guideline)
    for guideline, found in unchecked(Path(states)).items() if states else ():
        if guideline in guidelines:
            understood(guideline, json.dumps(found).encode())


if AHEAD in os.environ:
    gc.disable()  # nearly all that is made here stays
    with suppress(Exception):  # whatever is wrong, the program finds it too, and says so
        _get_ready(*json.loads(os.environ[AHEAD]))
    gc.freeze()
    gc.enable()
