"""The file of derived states of a run over a cohort: read before it begins, written when it is done."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..facts.problems import CaseError, Problem
from ..kb import states
from ..kb.knowledge import knowledge_base


class Kept:
    """What a file of states held at the beginning, and what the run adds to it."""

    def __init__(self, path: Path, guidelines: Sequence[str]) -> None:
        """CaseError for a file that cannot be believed, and for a place where none can be written."""
        if not path.parent.is_dir():
            raise CaseError(
                [Problem("--states", str(path), "a file of states, or a new one in a folder that is there")]
            )
        self._path = path
        self._states = states.read(path, {name: knowledge_base(name) for name in guidelines})
        self._added = False
        self.known = {name: json.dumps(found).encode() for name, found in self._states.items()}

    def add(self, fresh: Mapping[str, bytes]) -> None:
        """Note states that were derived for a part."""
        for name, found in fresh.items():
            new = json.loads(found)
            self._states[name] = states.together(self._states[name], new) if name in self._states else new
            self._added = True

    def save(self) -> None:
        """Write the file anew if anything was added."""
        if not self._added:
            return
        try:
            states.write(self._path, self._states)
        except OSError as error:
            accepts = f"a file that can be written ({error.strerror}); the outcomes are whole"
            raise CaseError([Problem("--states", str(self._path), accepts)]) from None
