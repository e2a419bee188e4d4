"""Guidelines, each in a folder of its own. To add one: write its folder and name it here; nothing else changes."""

from collections.abc import Iterator, Mapping
from importlib import import_module

from ..check import KnowledgeError
from .guideline import Guideline

_IDS = ("severe-ndm-klebsiella", "idsa-2026", "escmid-2022")
"""In the order in which they are listed and compared. The folder of `idsa-2026` is `idsa_2026`."""


class _Guidelines(Mapping[str, Guideline]):
    """Guidelines by id, each read from its folder when it is first asked for."""

    def __getitem__(self, name: str) -> Guideline:
        if name not in _IDS:
            raise KeyError(name)
        found: Guideline = import_module(f".{name.replace('-', '_')}", __package__).GUIDELINE
        if found.id != name:
            raise KnowledgeError([f"guideline {name}: calls itself {found.id}"])
        uncovered = {s.id for s in found.statements if not s.extends} - {row.statement for row in found.coverage}
        if uncovered:
            raise KnowledgeError([f"guideline {name}: no line of coverage for {', '.join(sorted(uncovered))}"])
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(_IDS)

    def __len__(self) -> int:
        return len(_IDS)


GUIDELINES: Mapping[str, Guideline] = _Guidelines()
"""Every guideline by its id."""
