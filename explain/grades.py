"""A grade in its issuer's own terms, and how it was seen."""

from typing import Any

from ..kb.edition import NO_CERTAINTY

_SEEN = {"attributed": ", as attributed", "second_hand": ", seen second-hand"}


def graded(grade: Any) -> str:
    """One grade of a decision in words: an issuer that does not use GRADE has no certainty to show."""
    if grade["certainty"] == NO_CERTAINTY:
        said = f"{grade['strength']} by {grade['issuer']} {grade['year']} (no GRADE)"
    else:
        said = f"{grade['strength']} recommendation, {grade['certainty']} certainty ({grade['issuer']} {grade['year']})"
    return f"{said}{_SEEN.get(grade['seen'], '')}"
