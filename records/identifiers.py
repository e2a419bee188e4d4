"""What looks like a patient identifier is not recorded. The rules are few and stated; names cannot be recognised."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..facts.problems import CaseError, Problem

LONGEST_NAME, LONGEST_TEXT = 80, 500
"""Characters of `--by` and of `--because`."""

_DAY, _MONTH, _YEAR = "(0?[1-9]|[12][0-9]|3[01])", "(0?[1-9]|1[0-2])", "(19|20)[0-9]{2}"
_KINDS = (
    (re.compile(r"[0-9]{6,}"), "six or more digits in a row"),
    (
        re.compile(rf"(?<![0-9])({_YEAR}[-./_ ]{_MONTH}[-./_ ]{_DAY}|{_DAY}[-./_ ]{_MONTH}[-./_ ]{_YEAR})(?![0-9])"),
        "a date",
    ),
    (
        re.compile(rf"(?<![0-9]){_MONTH}[-./_ ]{_DAY}[-./_ ]{_YEAR}(?![0-9])"),
        "a date",
    ),
    (
        re.compile(r"(?<![0-9])(?=(?:[-. _/]?[0-9]){9})[0-9]{2,}(?:[-. _/][0-9]{2,}){2,}"),
        "nine or more digits in groups",
    ),
    (
        re.compile(
            r"(?<![a-z])(mrn|nhs|ssn|dob|born|chi|nhi|medicare|insurance|patient[-_. ]?(id|no|nr|number)|case[-_. ]?no)"
            r"[^a-z0-9]*[0-9]",
            re.IGNORECASE,
        ),
        "a number named as that of a patient (MRN, NHS, SSN, DOB …)",
    ),
    (re.compile(r"(?<![A-Za-z])(Mr|Mrs|Ms|Miss|Herr|Frau|Mme|Sr|Sra)[. _-]+[A-Z]"), "the name of a person"),
    (re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"), "an address of electronic mail"),
)


def resembles(text: str) -> str:
    """What kind of identifier a text holds something like, in words; empty if none is seen."""
    return next((words for pattern, words in _KINDS if pattern.search(text)), "")


def check_names(texts: Mapping[str, str | None], lengths: Mapping[str, int]) -> None:
    """CaseError for texts, by the name of their option, that are too long, not one line, or hold an identifier."""
    problems = [p for option, text in texts.items() if text is not None for p in _problems(option, text, lengths)]
    if problems:
        raise CaseError(problems)


def check_label(case: Mapping[str, Any]) -> None:
    """CaseError if the label of a case (as understood) looks like what identifies a patient."""
    if (kind := resembles(str(case.get("id", "")))) != "":
        accepted = f"a label that identifies nobody: this holds {kind}, and records hold no patient identifiers"
        raise CaseError([Problem("id", case["id"], accepted)])


def _problems(option: str, text: str, lengths: Mapping[str, int]) -> Iterator[Problem]:
    longest = lengths[option]
    if not text.strip() or len(text) > longest or not text.isprintable():
        yield Problem(option, text, f"one line of at most {longest} characters")
    elif kind := resembles(text):
        yield Problem(option, text, f"words that identify no patient: this holds {kind}")
