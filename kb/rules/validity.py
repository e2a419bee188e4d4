"""Whether the guideline still holds on the date of the question."""

from ...facts.atoms import V
from ...facts.vocabulary import AsOf, GuidelineAge, InScope, Missing, Warn
from ..examples import BASE, NOT_STATED, fires, silent
from ..language import Cite, Rule

DATED = Cite("whyrx-rulings", "a guideline says when it was issued and when it is to be reviewed")
AS_OF = "as_of"

RULES = (
    Rule(
        id="guideline-past-review",
        says="A guideline that is past its review date on the date of the question says so.",
        source=DATED,
        when=(InScope(), GuidelineAge(value="past_review", review_by=V.review_by), AsOf(amount=V.day)),
        then=Warn(kind="validity", topic="past_review"),
        because="this guideline was to be reviewed by {review_by}, and the question is of {day}: look for a newer edition before relying on it.",
        cases=(
            fires("long after", BASE, {AS_OF: "2040-01-01"}),
            silent("while it holds", BASE),
            silent("not stated", BASE, {AS_OF: NOT_STATED}),
            silent("out of scope", BASE, {AS_OF: "2040-01-01", "patient.age": 17}),
        ),
    ),
    Rule(
        id="guideline-not-yet-issued",
        says="A question from before the guideline was issued is answered, and that is said.",
        source=DATED,
        when=(InScope(), GuidelineAge(value="not_yet_issued", issued=V.issued), AsOf(amount=V.day)),
        then=Warn(kind="validity", topic="not_yet_issued"),
        because="this guideline was issued on {issued}, after the day of the question ({day}): nobody could have followed it then.",
        cases=(
            fires("long before", BASE, {AS_OF: "2000-01-01"}),
            silent("while it holds", BASE),
            silent("not stated", BASE, {AS_OF: NOT_STATED}),
            silent("out of scope", BASE, {AS_OF: "2000-01-01", "patient.age": 17}),
        ),
    ),
    Rule(
        id="date-of-question-missing",
        says="Date of the question not stated: nobody can say whether the guideline still holds.",
        source=DATED,
        when=(InScope(), AsOf(state="not_stated"), GuidelineAge(issued=V.issued, review_by=V.review_by)),
        then=Missing(fact=AS_OF, need="advice"),
        because="the date of the question: this guideline is of {issued} and to be reviewed by {review_by}; without a date nobody can say whether it still holds.",
        cases=(fires("not stated", BASE, {AS_OF: NOT_STATED}), silent("stated", BASE)),
    ),
)
