"""Results of units of work in a file, a line each, so that a run that was ended goes on where it stood."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Result = dict[str, Any]

_BEGINS = '{"for": '


class Kept:
    """What a file holds of results, by unit. Without a file nothing is kept."""

    def __init__(self, file: Path | None, identity: Mapping[str, Any]) -> None:
        """`identity` says what results hold for: those that were written for another are passed over. ValueError for
        a file that holds something else than results."""
        self._file, self._identity = file, identity
        self.results: dict[str, Result] = {}
        lines = file.read_text("utf-8").splitlines() if file is not None and file.exists() else []
        if lines and not lines[0].startswith(_BEGINS[: len(lines[0])]):
            raise ValueError("it holds something else")
        for line in lines:
            try:
                said = json.loads(line)
            except ValueError:
                continue  # a line cut short: its unit is done again
            if said["for"] == identity:
                self.results[said["unit"]] = said["result"]

    def add(self, unit: str, result: Result) -> None:
        """Keep one more."""
        if self._file is not None:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"for": self._identity, "result": result, "unit": unit}) + "\n")

    def forget(self) -> None:
        """Remove the file."""
        if self._file is not None:
            self._file.unlink(missing_ok=True)
