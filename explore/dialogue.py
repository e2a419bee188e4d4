"""The conversation of `whyrx ask`: prints questions, reads answers line by line, also from a pipe."""

from typing import TextIO

from rich.console import Group, RenderableType
from rich.text import Text

from ..explain import text as explained
from ..explain.text import show
from ..facts.problems import CaseError
from . import text
from .ask import Consultation

_HELP = "or: unknown, why, how LINE, back, review, done"


def hold(consultation: Consultation, answers: TextIO, out: TextIO) -> Consultation:
    """Ask until nothing matters any more, or the user says done, or there are no more answers to read."""
    asked: object = None
    while (question := consultation.question) is not None:
        if question is not asked:
            show(_question(consultation, question), out=out)
            asked = question
        line = _typed(answers, out)
        if line is None or line.lower() in ("done", "quit", "exit"):
            break
        try:
            consultation = _turn(consultation, line, out)
        except CaseError as error:
            show(*(Text(f"error: {problem.line()}", "red") for problem in error.problems), out=out)
    else:
        show(Text("Nothing that is not stated would change what is advised or done.", "bold"), out=out)
    out.write("\n")
    return consultation


def _typed(answers: TextIO, out: TextIO) -> str | None:
    """The next line, None at the end. Of answers that come through a pipe the conversation shows what they were."""
    out.write("> ")
    out.flush()
    try:
        line = answers.readline()
    except KeyboardInterrupt:  # what was answered is not lost
        line = ""
    if not answers.isatty():
        out.write(f"{line.strip() if line else '(end of the answers)'}\n")
    return line.strip() if line else None


def _turn(consultation: Consultation, line: str, out: TextIO) -> Consultation:
    word, _, rest = line.partition(" ")
    match word.lower():
        case "":
            return consultation
        case "why" if not rest:
            show(text.why_asked(consultation.why()), out=out)
        case "how":
            show(_how(consultation, rest.strip()), out=out)
        case "review" if not rest:
            show(_review(consultation), out=out)
        case "back" if not rest:
            return consultation.back()
        case _:
            return consultation.answer(line)
    return consultation


def _question(consultation: Consultation, question: dict[str, object]) -> RenderableType:
    number = len(consultation.answered) + 1
    return Group(
        "",
        Text.assemble((f"{number}. ", "dim"), (f"{question['text']}?", "bold"), (f"  {question['fact']}", "dim")),
        Text(f"   {text.reach(question)}", "cyan"),
        Text(f"   {question['accepts']}; {_HELP}", "dim"),
    )


def _how(consultation: Consultation, line: str) -> RenderableType:
    """The proof of a line; without one, the lines there are."""
    return explained.proofs(consultation.how(line)) if line else explained.decision(consultation.derived[0])


def _review(consultation: Consultation) -> RenderableType:
    answers = [Text(f"   {path}: {answer}") for path, answer in consultation.answered] or [Text("   nothing yet")]
    decision = consultation.derived[0]
    regimens = ", ".join(f"{each['line']}: {each['regimen']}" for each in decision["recommendations"]) or "no regimen"
    so_far = f"so far: {decision['status'].replace('_', ' ')}; {regimens}"
    return Group(Text("answered", "bold"), *answers, Text(so_far, "bold"))
