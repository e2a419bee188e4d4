"""Short names for what a decision shows, so that people can ask about a line they see: R1, D2, W3."""

from typing import Any


def handles(decision: Any) -> dict[str, str]:
    """Conclusion by handle, in the order of the decision: status, regimens, doses, rationale, evidence, and so on."""
    regimens = decision["recommendations"]
    lines = {
        "S": decision["status_reason"]["conclusions"],
        "R": [each["conclusion"] for each in regimens],
        "D": _unique(dose["conclusion"] for each in regimens for dose in each["doses"]),
        "B": [said["conclusion"] for each in regimens for said in each["rationale"]],
        "E": [said["conclusion"] for each in regimens for said in each["evidence"]],
        "X": [each["conclusion"] for each in decision["avoid"]],
        "A": [each["conclusion"] for each in decision["actions"]],
        "W": [each["conclusion"] for each in decision["warnings"]],
        "G": [each["conclusion"] for each in decision["assumptions"]],
        "M": [conclusion for each in decision["missing"] for conclusion in each["conclusions"]],
    }
    return {f"{letter}{number}": each for letter, found in lines.items() for number, each in enumerate(found, start=1)}


def by_conclusion(decision: Any) -> dict[str, str]:
    """Handle by conclusion; the first where a conclusion has several."""
    found: dict[str, str] = {}
    for handle, conclusion in handles(decision).items():
        found.setdefault(conclusion, handle)
    return found


def _unique(conclusions: Any) -> list[str]:
    return list(dict.fromkeys(conclusions))
