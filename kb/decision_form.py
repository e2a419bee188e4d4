"""The form of a decision, as outside callers rely on it, and the JSON Schema of it."""

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

SCHEMA = "whyrx-decision/1"

DecisionStatus = Literal["advice", "insufficient", "out_of_scope", "refer"]
Line = Literal["first", "alternative"]
Phase = Literal["loading", "maintenance", "supplement"]
Category = Literal["never", "contraindicated", "not_first_line", "not_recommended"]
ActionKind = Literal["start_now", "source_control", "test", "adjust", "monitor", "reassess", "refer"]


class GuidelineHeader(TypedDict):
    """The guideline used to rank."""

    id: str
    title: str
    issuer: str
    year: int
    issued: str
    review_by: str


class KnowledgeId(TypedDict):
    """The knowledge base: equal digests conclude equally."""

    version: str
    digest: str


class Said(TypedDict):
    """A sentence and the conclusion it says: `why` takes its id."""

    text: str
    conclusion: str


class StatusReason(Said):
    """Why the status is what it is; all conclusions that make it so."""

    conclusions: list[str]


class Grade(TypedDict):
    """What one issuer gave one statement, in its own terms.

    An issuer that does not use GRADE has a term of its own as strength (preferred) and `none given` as certainty.
    `seen` says how the document was read: seen, second_hand, attributed.
    """

    issuer: str
    year: int
    strength: str
    certainty: str
    source: str
    statement: str
    seen: str


class StatementSaid(TypedDict):
    """A statement of the guideline that a recommendation rests on, graded or not."""

    id: str
    says: str


class Dose(TypedDict):
    """A labelled dose. Hours are whole numbers; a text where the label gives a range; null for a single dose."""

    drug: str
    phase: Phase
    amount: str
    components: dict[str, str]
    interval_h: int | None
    infusion_h: int | str
    route: str
    when: str
    basis: str
    source: str
    conclusion: str


class EvidenceSaid(Said):
    """What a study found, as its source describes it."""

    item: str
    source: str


class Recommendation(TypedDict):
    """A regimen the guideline ranks and nothing excludes."""

    regimen: str
    drugs: list[str]
    line: Line
    grades: list[Grade]
    statements: list[StatementSaid]
    doses: list[Dose]
    rationale: list[Said]
    evidence: list[EvidenceSaid]
    conclusion: str


class Avoidance(TypedDict):
    """A regimen not to give, and in what sense."""

    regimen: str
    drugs: list[str]
    category: Category
    reason: str
    grades: list[Grade]
    conclusion: str


class ActionSaid(Said):
    """Something to do beside giving drugs."""

    kind: ActionKind


class WarningSaid(Said):
    """Something to know before acting."""

    kind: str


class Assumption(TypedDict):
    """Taken for granted because nobody stated it; `supports` are the conclusions that rest on it."""

    fact: str
    text: str
    supports: list[str]
    conclusion: str


class MissingFact(TypedDict):
    """What to find out; `needed_by` are drugs, regimens or `advice`."""

    fact: str
    text: str
    needed_by: list[str]
    conclusions: list[str]


class Decision(TypedDict):
    """The whole decision. Canonical by RFC 8785; no clock and no floating-point number in it."""

    schema: str
    guideline: GuidelineHeader
    knowledge: KnowledgeId
    case: dict[str, Any]
    status: DecisionStatus
    status_reason: StatusReason
    recommendations: list[Recommendation]
    avoid: list[Avoidance]
    actions: list[ActionSaid]
    warnings: list[WarningSaid]
    assumptions: list[Assumption]
    missing: list[MissingFact]
    trace: NotRequired[dict[str, Any]]


def decision_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a decision, from the types above."""
    from pydantic import TypeAdapter

    schema = TypeAdapter(Decision).json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
