"""The content of records: what a consultation, an override and an erasure leave behind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..facts.document import Tree
from ..facts.problems import CaseError, Problem, near_miss
from ..facts.reported import check_regimen
from .identifiers import LONGEST_NAME, LONGEST_TEXT, check_label, check_names
from .reasons import OVERRIDES
from .record import Record, given
from .store import Archived, Store

NOTHING = "nothing"
"""What was given instead where nothing was."""


@dataclass(frozen=True, slots=True)
class Who:
    """By whom, and in their words why, where somebody says so. CaseError for what looks like a patient identifier."""

    by: str | None = None
    because: str | None = None

    def __post_init__(self) -> None:
        lengths = {"--by": LONGEST_NAME, "--because": LONGEST_TEXT}
        check_names({"--by": self.by, "--because": self.because}, lengths)

    def as_json(self) -> dict[str, str | None]:
        """Ready for JSON: null where nothing was said."""
        return {"by": self.by, "because": self.because}


def check_case(understood: Mapping[str, Any]) -> None:
    """CaseError for a case that is not recorded: its label looks like a patient identifier."""
    check_label(understood)


def record_decision(
    store: Store, tree: Tree, decision: Mapping[str, Any], edition: Archived, software: str, who: Who, now: datetime
) -> Record:
    """Record a consultation: the case as given and as understood, the decision with its trace, and the edition."""
    check_case(decision["case"])
    content = {"given": given(tree), "decision": dict(decision), "software": software, **who.as_json()}
    return store.append("decision", content, now, edition=edition)


def record_override(
    store: Store, about: int, reason: str, instead: str | None, software: str, who: Who, now: datetime
) -> Record:
    """Record that a clinician did otherwise than a decision advised, with a coded reason and what was done instead."""
    if reason not in OVERRIDES:
        accepted = f"one of {' | '.join(OVERRIDES)}"
        raise CaseError([Problem("--reason", reason, accepted, near_miss(reason, OVERRIDES))])
    if instead not in (None, NOTHING):
        try:
            check_regimen(str(instead))
        except CaseError as error:
            raise CaseError([problem.under("--instead") for problem in error.problems]) from None
    of = store.record(about)
    if of.kind != "decision" or of.content is None:
        what = "an erased record" if of.content is None else f"an {of.kind}"
        raise CaseError([Problem("RECORD", str(about), f"the number of a decision; this is {what}")])
    content = {"reason": reason, "instead": instead, "software": software, **who.as_json()}
    return store.append("override", content, now, about=about)
