"""Coded reasons: why a clinician did otherwise, and why the content of a record was erased.

CDS Hooks leaves the codes of an override to the organisation. Ours are few and about this advice; each names, where one
fits, its code in the HL7 code system of reasons for not following decision support, which CDS Hooks 3.0.0 brings.
"""

from collections.abc import Mapping
from dataclasses import dataclass

HL7 = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"
"""The code system that `Reason.hl7` is of."""

OURS = "urn:whyrx:override-reason"
"""The code system of our own codes."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What a code says, and the code of HL7 that says it most nearly."""

    says: str
    hl7: str


OVERRIDES: Mapping[str, Reason] = {
    "newer-result": Reason("A result that came later, or was not in the case, changes the picture", "need-more-info"),
    "not-applicable": Reason("The patient is not one the guideline means", "patient-ineligible"),
    "already-treated": Reason("What is advised was given before, or is being given", "action-completed"),
    "failed-before": Reason("What is advised was given before and did not work", "action-unsuccessful"),
    "tolerated-before": Reason("What is advised against was tolerated before", "action-performed-no-adverse-effect"),
    "other-priority": Reason("Something else comes first, such as comfort at the end of life", "action-not-priority"),
    "specialist-advice": Reason("A specialist advised otherwise", "expert-contradicts"),
    "local-policy": Reason("Local policy or epidemiology says otherwise", "policy-contradicts"),
    "newer-evidence": Reason("Evidence that the guideline does not have yet", "does-not-align-latest-evidence"),
    "disagrees": Reason("The clinician does not agree with the rule", "recipient-does-not-trust"),
    "risk-outweighs": Reason("For this patient the risk outweighs the benefit", "risk-benefit-ratio"),
    "contraindicated": Reason("A contraindication that the case does not hold", "patient-contraindication"),
    "adverse-event": Reason("An adverse event under what is advised", "likely-negative-health-outcomes"),
    "patient-prefers": Reason("The patient prefers something else", "prefers-alternative"),
    "patient-declines": Reason("The patient declines", "patient-refuses"),
    "unavailable": Reason("The drug cannot be had here in time", "service-not-available"),
    "cost": Reason("Cost, or nobody pays for it", "too-costly-uncovered"),
}

ERASURES: Mapping[str, str] = {
    "person-asked": "The person whose data it is asked for it, and may",
    "court-order": "A court or an authority ordered it",
    "retention-over": "The time for which it had to be kept is over",
    "identifier-found": "It held what identifies a patient",
    "recorded-in-error": "It was recorded in error",
}
