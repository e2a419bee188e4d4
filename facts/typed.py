"""Values as people type them, in one line or one cell of a table, and as they then stand in a case file."""

import json
from typing import Any

from .case import reader_of
from .domains import REACTIONS
from .problems import CaseError, Problem


def accepts_typed(path: str) -> str:
    """What may be typed: of a list without brackets, of pairs with a space."""
    pairs = {
        "patient.allergies": f"as in: ceftazidime severe, penicillins unknown ({' | '.join(REACTIONS.values)})",
        "isolate.susceptibilities": "as in: cefiderocol S, aztreonam+ceftazidime-avibactam R",
    }
    reader = reader_of(path)
    if reader.schema.get("type") == "boolean":
        return "yes | no"
    accepted = reader.accepted
    if path in pairs:
        return f"none, or {pairs[path]}"
    return accepted.replace("a list, [] if there are none; of:", "none, or one or more, with commas, of:")


def as_written(path: str, text: str) -> str:
    """What was typed, as it stands in a case file: lists without brackets, pairs with a space, yes and no."""
    text, schema = text.strip(), reader_of(path).schema
    kind = schema.get("type")
    if kind == "boolean":
        return {"yes": "true", "y": "true", "no": "false", "n": "false"}.get(text.lower(), text)
    if kind in ("array", "object") and not text.startswith(("[", "{")):
        if text.lower() in ("none", "no"):
            return json.dumps(_listed(path, []))
        if not text.strip(", \t"):  # a slip of the finger must not state that there are none
            raise CaseError([Problem(path, text, accepts_typed(path))])
        return json.dumps(_listed(path, text.split(",")))
    underscored = text.replace(" ", "_")
    return underscored if underscored in schema.get("enum", ()) else text


def _listed(path: str, parts: list[str]) -> Any:
    """`ceftazidime severe, penicillins` and `cefiderocol S` as what a case file says of allergies and results."""
    parts = [part for part in parts if part.strip()]
    if path not in ("patient.allergies", "isolate.susceptibilities"):
        return [part.strip() for part in parts]
    pairs = [part.split(maxsplit=1) for part in parts]
    if path == "isolate.susceptibilities":
        for name in (name for name, *_ in pairs if [each[0] for each in pairs].count(name) > 1):
            raise CaseError([Problem(f"{path}[{name}]", ",".join(parts), "one result for each drug or regimen")])
        return {name: rest[0] if rest else "" for name, *rest in pairs}
    return [{"substance": name, **({"reaction": rest[0].replace(" ", "_")} if rest else {})} for name, *rest in pairs]
