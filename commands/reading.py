"""What commands read, and what they derive from it; all that is wrong with it is an error of input."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from .refusal import errors_of_input, fail, refuse

if TYPE_CHECKING:
    from ..facts.case import Case
    from ..kb.decision_form import Decision
    from ..kb.edition import Edition
    from ..kb.trace import Trace


def content_of(case: str) -> bytes:
    """What stands in a file or on standard input, no more of it than a case may have."""
    from ..facts.document import MAX_BYTES

    try:
        if case == "-":
            if sys.stdin is None:
                raise ValueError("which is closed")
            return sys.stdin.buffer.read(MAX_BYTES + 1)
        with open(case, "rb") as file:  # noqa: PTH123  # "" and odd names fail here with a plain error
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        refuse("CASE", case, f"a file that can be read, or - for standard input ({reason})")


@errors_of_input()
def case_in(file: str) -> Case:
    """The case in a file or on standard input."""
    from ..facts.case import read_case

    return read_case(content_of(file))


def edition_in(file: str) -> Edition:
    """The edition in a file that rules export or rules archive wrote."""
    from ..kb.edition import Edition

    try:
        with open(file, "rb") as opened:  # noqa: PTH123  # as above
            return Edition.from_json(json.load(opened))
    except OSError as error:
        refuse("FILE", file, f"a file that can be read ({error.strerror})")
    except Exception as error:  # whatever a damaged file makes fail
        refuse("FILE", file, f"an edition as rules export writes it ({error})")


def check_regimen(regimen: str, option: str) -> None:
    """Refuse what is not the name of a regimen; `option` is where it was given."""
    from ..facts.problems import CaseError
    from ..facts.reported import check_regimen as check

    try:
        check(regimen)
    except CaseError as error:
        fail([problem.under(option) for problem in error.problems])


def decided(case: Case, guideline: str) -> tuple[Decision, Trace]:
    """The decision on a case under a guideline, and the trace it was derived by."""
    from ..kb.decision import decide
    from ..kb.knowledge import knowledge_base

    base = knowledge_base(guideline)
    trace = base.derive(case)
    return decide(base.edition, case, trace), trace
