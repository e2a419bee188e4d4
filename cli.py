"""The command line: parses, asks the layers below, prints. Heavy imports wait until a command needs them."""

from __future__ import annotations

import atexit
import gc
import json
import os
import sys
from contextlib import contextmanager, nullcontext
from io import StringIO, TextIOWrapper
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn, TextIO

import click

from . import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from .facts.case import Case
    from .facts.problems import Problem
    from .kb.decision_form import Decision
    from .kb.edition import Edition
    from .kb.trace import Trace
    from .records.consultation import Who
    from .records.store import Store

DEFAULT = "severe-ndm-klebsiella"
_CASE = click.argument("case", metavar="CASE")


def _known_guideline(name: str) -> str:
    from .kb.guidelines import GUIDELINES

    if name not in GUIDELINES:
        _refuse("--guideline", name, f"a guideline: {' | '.join(GUIDELINES)}", GUIDELINES)
    return name


_GUIDELINE = click.option(
    "--guideline",
    metavar="ID",
    default=DEFAULT,
    show_default=True,
    callback=lambda _context, _option, name: _known_guideline(name),
    help="The guideline to follow. All of them: whyrx guidelines",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the structure behind the answer (canonical JSON).")


class _Commands(click.Group):
    """Commands in the order a reader meets them, and errors as one line each."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="whyrx")
def cli() -> None:
    """Advice on severe NDM-producing Klebsiella infection, and why, for every word of it.

    CASE is a case file in YAML or JSON, or - for standard input. What a file may hold: whyrx schema case.
    A decision aid for adults; it does not replace the judgement of those who treat the patient.
    """


@cli.command()
@_CASE
@_GUIDELINE
@click.option("--record", "recording", is_flag=True, help="Keep it as a record that can be audited: whyrx audit.")
@click.option("--store", metavar="PATH|URL", envvar="WHYRX_STORE", help="Where to record it. Else $WHYRX_STORE.")
@click.option("--by", metavar="NAME", help="Who asked: a role or a user name, to be recorded.")
@click.option("--because", metavar="TEXT", help="Why, in words, to be recorded.")
@_JSON
def consult(
    case: str,
    guideline: str,
    recording: bool,
    store: str | None,
    by: str | None,
    because: str | None,
    as_json: bool,
) -> None:
    """What to give, how much, what never to give, and what else to do.

    Example: whyrx consult examples/nevada-2016.yaml

    Example: whyrx consult examples/nevada-2016.yaml --record --store records.db --by "ward 7"
    """
    if recording:
        found = _recorded(case, guideline, store, by, because)
    elif by is not None or because is not None:
        _refuse("--by" if by is not None else "--because", by or because or "", "nothing unless --record is given")
    else:
        found, _ = _decided(_read(case), guideline)
    _print(as_json, found, "decision")


@cli.command()
@_CASE
@click.argument("conclusion", required=False)
@_GUIDELINE
@_JSON
def why(case: str, conclusion: str | None, guideline: str, as_json: bool) -> None:
    """The chain behind one conclusion, or behind every line of the decision.

    CONCLUSION is a line of the decision as consult numbers it (R1, D2, W3), or the id of any conclusion.

    Example: whyrx why examples/nevada-2016.yaml R1
    """
    _why(_read(case), conclusion, guideline, as_json)


def _why(case: Case, conclusion: str | None, guideline: str, as_json: bool) -> None:
    from .kb.knowledge import edition

    found, trace = _decided(case, guideline)
    _print(as_json, _proofs(edition(guideline), found, trace, conclusion), "proofs")


def _proofs(edition: Edition, found: Decision, trace: Trace, conclusion: str | None) -> Any:
    """The proofs of one conclusion, or of every line of a decision, from its trace and its edition alone."""
    from .explain.handles import handles
    from .explain.proof import shown
    from .explain.proof import why as proofs_of

    wanted = shown(found)
    if conclusion is not None:
        by_handle = handles(found)
        wanted = [by_handle.get(conclusion.upper(), conclusion)]
        if wanted[0] not in trace.derivations:
            accepted = f"a line of the decision ({', '.join(by_handle)}) or the id of a conclusion"
            _refuse("CONCLUSION", conclusion, accepted, trace.derivations)
    return proofs_of(edition, trace, wanted)


@cli.command("why-not")
@_CASE
@click.argument("regimen")
@_GUIDELINE
@_JSON
def why_not(case: str, regimen: str, guideline: str, as_json: bool) -> None:
    """What keeps a regimen out, or what would have to hold for it to be ranked.

    REGIMEN is a drug, or drugs in alphabetical order joined by +.

    Example: whyrx why-not examples/nevada-2016.yaml colistin
    """
    from .explain.why_not import why_not as answer
    from .kb.knowledge import edition

    stated = _read(case)
    _check_regimen(regimen, "REGIMEN")
    _, trace = _decided(stated, guideline)
    _print(as_json, answer(edition(guideline), trace, regimen), "why_not")


@cli.command()
@_CASE
@_GUIDELINE
@_JSON
def options(case: str, guideline: str, as_json: bool) -> None:
    """The whole formulary as a matrix: each drug and regimen with its verdict, the rule that decides, and the reason.

    Example: whyrx options examples/severe-bloodstream.yaml
    """
    from .explain.options import options as matrix
    from .kb.knowledge import edition

    _, trace = _decided(_read(case), guideline)
    _print(as_json, matrix(edition(guideline), trace), "matrix", "explain.text_options")


@cli.command("what-if")
@_CASE
@click.option(
    "--set",
    "changes",
    metavar="PATH=VALUE",
    multiple=True,
    required=True,
    help="A fact to change, as it would stand in the file; VALUE not_stated leaves it out. May be repeated.",
)
@_GUIDELINE
@_JSON
def what_if(case: str, changes: tuple[str, ...], guideline: str, as_json: bool) -> None:
    """What changes in the advice, and in the reasons, if facts were otherwise.

    Example: whyrx what-if examples/nevada-2016.yaml --set "patient.creatinine=2.5 mg/dL" --set "patient.weight=70 kg"
    """
    from .explain.what_if import what_if as compare
    from .facts.case import case_from_tree, contradictions, with_changes
    from .facts.document import parse
    from .facts.problems import CaseError
    from .kb.knowledge import edition

    pairs = []
    for change in changes:
        path, equals, value = change.partition("=")
        if not equals:
            _refuse("--set", change, "PATH=VALUE, such as patient.age=70")
        pairs.append((path.strip(), value))
    data = _bytes(case)
    problems: list[Problem] = []
    try:
        tree = changed = parse(data)
        before = case_from_tree(tree)
        problems += contradictions(before)
    except CaseError as error:
        _fail(error.problems)
    for pair in pairs:
        try:
            changed = with_changes(changed, [pair])
        except CaseError as error:
            problems += error.problems
    try:
        after = case_from_tree(changed)
        problems += contradictions(after)
    except CaseError as error:
        problems += error.problems
    if problems:
        _fail(problems)
    _print(as_json, compare(edition(guideline), _decided(before, guideline), _decided(after, guideline)), "what_if")


@cli.command()
@_CASE
@click.option("--guideline", "names", metavar="ID", multiple=True, help="Only these guidelines; may be repeated.")
@_JSON
def compare(case: str, names: tuple[str, ...], as_json: bool) -> None:
    """One case under every guideline, side by side: line, grade in its issuer's terms, dose, what makes them differ.

    Example: whyrx compare examples/severe-bloodstream.yaml
    """
    from .explain.compare import compare as side_by_side
    from .kb.guidelines import GUIDELINES
    from .kb.knowledge import edition

    chosen = [_known_guideline(name) for name in names] or list(GUIDELINES)
    if len(set(chosen)) < len(chosen):
        _refuse("--guideline", ", ".join(chosen), "each guideline once")
    stated = _read(case)
    answers = [(edition(name), *_decided(stated, name)) for name in chosen]
    _print(as_json, side_by_side(answers), "comparison", "explain.text_compare")


@cli.command("guidelines")
@_JSON
def guidelines_(as_json: bool) -> None:
    """Every guideline: issuer, dates between which it holds, what it covers, and how well it is sourced.

    Example: whyrx guidelines
    """
    from .explain.guidelines import guidelines as entries
    from .kb.guidelines import GUIDELINES
    from .kb.knowledge import edition

    found = entries((guideline, edition(name)) for name, guideline in GUIDELINES.items())
    _print(as_json, found, "guideline_list", "explain.text_compare")


@cli.command()
@_CASE
@click.option("--to", "wanted", metavar="REGIMEN", help="A regimen to bring into the advice.")
@click.option("--drop", "unwanted", metavar="REGIMEN", help="A regimen to take out of it.")
@_GUIDELINE
@_JSON
def flip(case: str, wanted: str | None, unwanted: str | None, guideline: str, as_json: bool) -> None:
    """What would it take: every smallest set of changes that brings a regimen in, or takes it out.

    What cannot change (age, sex, height) is left as stated. Each answer is confirmed by running the rules.

    Example: whyrx flip examples/ceftazidime-anaphylaxis.yaml --to cefiderocol
    """
    from .explore.flip import flip as answer
    from .kb.knowledge import knowledge_base

    if (wanted is None) == (unwanted is None):
        _refuse("--to", wanted or "nothing", "one of --to REGIMEN and --drop REGIMEN")
    stated = _read(case)
    regimen = wanted or unwanted or ""
    _check_regimen(regimen, "--drop" if wanted is None else "--to")
    _print(as_json, answer(knowledge_base(guideline), stated, regimen, into=wanted is not None), "flip", "explore.text")


@cli.command()
@_CASE
@_GUIDELINE
@_JSON
def worth(case: str, guideline: str, as_json: bool) -> None:
    """What is still worth finding out: which facts left open could change the answer, to what, and which first.

    Example: whyrx worth examples/nevada-2016.yaml
    """
    from .explore.worth import worth_knowing
    from .kb.knowledge import edition

    _print(as_json, worth_knowing(edition(guideline), _read(case)), "worth", "explore.text")


@cli.command()
@_CASE
@_GUIDELINE
@_JSON
def firm(case: str, guideline: str, as_json: bool) -> None:
    """How firm is it: what turns over one doubling dilution, one standard, one renal band or one weight away.

    Example: whyrx firm examples/severe-bloodstream.yaml
    """
    from .explore.firm import firmness
    from .kb.knowledge import knowledge_base

    _print(as_json, firmness(knowledge_base(guideline), _read(case)), "firm", "explore.text")


@cli.command()
@_CASE
@_GUIDELINE
@_JSON
def step(case: str, guideline: str, as_json: bool) -> None:
    """The derivation one firing at a time: what was known, which rule, why its turn, what it added, what waits.

    Example: whyrx step examples/nevada-2016.yaml
    """
    from .explain.step import steps
    from .kb.knowledge import edition

    _, trace = _decided(_read(case), guideline)
    _print(as_json, steps(edition(guideline), trace), "steps")


@cli.command()
@click.argument("case", metavar="[CASE]", required=False)
@click.argument("query", required=False)
@click.option("--predicates", "listing", is_flag=True, help="List what can be asked about, with the fields of each.")
@_GUIDELINE
@_JSON
def query(case: str | None, query: str | None, listing: bool, guideline: str, as_json: bool) -> None:
    """Ask of a derivation in the manner of Prolog: every answer with its proof.

    Conditions are joined by commas; not asks for absence; Capitals are variables, _ is anything, 'quotes' hold names
    with capitals; trailing fields may be left out. What there is to ask about: whyrx query --predicates

    Example: whyrx query examples/severe-bloodstream.yaml "recommend(R, first), not avoid(R, _)"
    """
    from .explain.query import ask as answer
    from .explain.query_check import predicates
    from .facts.problems import CaseError
    from .kb.knowledge import edition

    if listing:
        _print(as_json, predicates(edition(guideline)), "predicate_list", "explain.text_query")
        return
    if case is None or query is None:
        _refuse("CASE QUERY", case or "nothing", 'a case and a query, such as "recommend(R, first)"')
    _, trace = _decided(_read(case), guideline)
    try:
        found = answer(edition(guideline), trace, query)
    except CaseError as error:
        _fail(error.problems)
    _print(as_json, found, "answers", "explain.text_query")


@cli.command()
@_CASE
@click.option("--format", "form", type=click.Choice(["html", "md", "text"]), default="text", show_default=True)
@_GUIDELINE
@_JSON
def report(case: str, form: str, guideline: str, as_json: bool) -> None:
    """The decision as one page: advice at the top, every line with its proof, a picture of the derivation, sources.

    HTML opens without network or JavaScript and prints on two sides.

    Example: whyrx report examples/severe-bloodstream.yaml --format html > report.html
    """
    from .explain.report import report as gather
    from .explain.report_page import render
    from .explore.firm import firmness
    from .explore.text import firm_in_short, worth_in_short
    from .explore.worth import worth_knowing
    from .kb.knowledge import knowledge_base

    stated, base = _read(case), knowledge_base(guideline)
    decision, trace = _decided(stated, guideline)
    worth, firm = worth_in_short(worth_knowing(base.edition, stated)), firm_in_short(firmness(base, stated))
    found = gather(base.edition, decision, trace, worth, firm)
    if as_json or form == "text":
        _print(as_json, found, "text", "explain.report_page")
    else:
        sys.stdout.write(render(found, "html" if form == "html" else "md"))


@cli.command()
@click.option("--from", "start", metavar="CASE", help="A case file to start from; else nothing is known.")
@click.option("--save", metavar="FILE", help="Where to write the case file at the end; it must not exist yet.")
@_GUIDELINE
@_JSON
def ask(start: str | None, save: str | None, guideline: str, as_json: bool) -> None:
    """A consultation: asks only what still matters, the most valuable fact first, and ends in a decision.

    Answer with a value, or with unknown, why, how LINE, back, review or done. Answers may come through a pipe, one a
    line; with --json the questions go to standard error and the decision to standard output.

    Example: whyrx ask --from examples/organism-unknown.yaml
    """
    from .explore.ask import begin
    from .explore.dialogue import hold
    from .facts.problems import CaseError
    from .kb.knowledge import knowledge_base

    try:
        consultation = begin(knowledge_base(guideline), None if start is None else _bytes(start))
    except CaseError as error:
        _fail(error.problems)
    with nullcontext() if save is None else _new_file(save) as file:
        finished = hold(consultation, _typed(), sys.stderr if as_json else sys.stdout)
        if file is not None:
            _write_case(file, finished.case)
    _print(as_json, finished.derived[0], "decision")


@cli.group(cls=_Commands)
def rules() -> None:
    """The knowledge base: list, show, coverage, check, verify, exercised, mutate, diff, archive, export."""


@rules.command("list")
@_GUIDELINE
@_JSON
def rules_list(guideline: str, as_json: bool) -> None:
    """Every rule in one line.

    Example: whyrx rules list
    """
    from .explain.pages import summaries
    from .kb.knowledge import edition

    _print(as_json, summaries(edition(guideline)), "rule_list", "explain.text_rules")


@rules.command("show")
@click.argument("rule_id", metavar="ID")
@_GUIDELINE
@_JSON
def rules_show(rule_id: str, guideline: str, as_json: bool) -> None:
    """One rule as a page for its reviewer: statement, source, conditions in words, cases.

    Example: whyrx rules show ndm-klebsiella-severe-pair-first
    """
    from .explain.pages import page
    from .kb.knowledge import edition

    if rule_id not in edition(guideline).rule:
        _refuse("ID", rule_id, "the id of a rule; all of them: whyrx rules list", edition(guideline).rule)
    _print(as_json, page(edition(guideline), rule_id), "rule_page", "explain.text_rules")


@rules.command("coverage")
@_GUIDELINE
@_JSON
def rules_coverage(guideline: str, as_json: bool) -> None:
    """What became of each statement of the guideline: its rules, or the reason why there are none.

    Example: whyrx rules coverage
    """
    from .explain.pages import coverage
    from .kb.knowledge import edition

    _print(as_json, coverage(edition(guideline)), "coverage", "explain.text_rules")


@rules.command("check")
@click.argument("file", required=False)
@_GUIDELINE
@_JSON
def rules_check(file: str | None, guideline: str, as_json: bool) -> None:
    """Check the knowledge base, or the one in FILE as rules export writes it: each rule by itself, its own cases, and
    over all situations what never fires, never matters, stands twice or contradicts.

    A finding that is accepted by its name, with a reason, is counted only. Exit status 1 for any other.

    Example: whyrx rules check
    """
    from .kb.check import KnowledgeError
    from .kb.inference import KnowledgeBase
    from .kb.own_cases import failing_cases, own_cases

    chosen = _chosen(file, guideline)
    told: list[Any] = []
    try:
        base = KnowledgeBase(chosen)
        findings = _with_progress(failing_cases(base), len(own_cases(chosen)))
        if not findings:
            told = _over_all_situations(chosen)
    except KnowledgeError as error:
        findings = error.findings
    except Exception as error:  # a damaged file may break what checks it
        if file is None:
            raise
        _refuse("FILE", file, f"an edition as rules export writes it ({type(error).__name__}: {error})")
    found = {
        "accepted": [each for each in told if each["accepted"]],
        "cases": len(own_cases(chosen)),
        "findings": [*findings, *(each["id"] for each in told if not each["accepted"])],
        "rules": len(chosen.rules),
        "situations": [each for each in told if not each["accepted"]],
    }
    _print(as_json, found, "checked", "prove.text")
    if found["findings"]:
        sys.exit(1)


def _over_all_situations(edition: Edition) -> list[Any]:
    from .kb.accepted import ACCEPTED
    from .prove.findings import Findings

    findings = Findings(edition)
    with _progress("looking at all situations", len(findings.steps)) as done:
        found = []
        for step in findings.look():
            found += [each.as_json(ACCEPTED.get(each.id, "")) for each in step]
            done(1)
    return found


@rules.command("verify")
@click.argument("file", required=False)
@click.option("--samples", type=click.IntRange(0), default=100_000, show_default=True, help="Random cases.")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes; as many as processors if left out.")
@click.option(
    "--certificate", metavar="OUT", help="Where the certificate is written; a run that was ended goes on there."
)
@_GUIDELINE
@_JSON
def rules_verify(
    file: str | None, samples: int, workers: int | None, certificate: str | None, guideline: str, as_json: bool
) -> None:
    """Prove the invariants over every situation; hold experta against an answer set solver in every state of every
    module, in cases where any two values of any two inputs meet, and in random ones.

    FILE is an edition as rules export writes it. Exit status 1 if an invariant is broken (with a case that consult
    takes) or two answers differ.

    Example: whyrx rules verify --samples 2000 --certificate certificate.json
    """
    from pathlib import Path

    from .prove.verify import Plan, holds, verify

    chosen = _chosen(file, guideline)
    out = None if certificate is None else Path(certificate)
    if out is not None and not out.parent.is_dir():
        _refuse("--certificate", str(out), "a file in a folder that exists")
    told = 0
    with click.progressbar(
        length=1, label="verifying", file=sys.stderr, hidden=not sys.stderr.isatty(), show_pos=True
    ) as bar:

        def done(units: int, of: int) -> None:
            nonlocal told
            bar.length = of
            bar.update(units - told)
            told = units

        found = verify(Plan(chosen, samples, workers or os.cpu_count() or 1), out, done)
    _print(as_json, found, "verified", "prove.text")
    if not holds(found):
        sys.exit(1)


def _chosen(file: str | None, guideline: str) -> Edition:
    """The edition in a file, or that of a guideline."""
    from .kb.knowledge import edition

    return edition(guideline) if file is None else _edition(file)


@rules.command("exercised")
@click.argument("files", metavar="[FILE]...", nargs=-1)
@click.option("--guideline", "names", metavar="ID", multiple=True, help="Only these guidelines; may be repeated.")
@click.option("--plot", metavar="FILE", help="Also draw it: a new SVG file.")
@_JSON
def rules_exercised(files: tuple[str, ...], names: tuple[str, ...], plot: str | None, as_json: bool) -> None:
    """Which rules, conditions and exceptions the cases exercise: by each condition a pair of cases that shows it to
    matter, found among the cases or by changing one field of one of them.

    The cases are those that stand in the rules; each FILE adds a case or a list of vignettes. What coverage says is
    another thing: which statements of the guideline have rules.

    Example: whyrx rules exercised --guideline escmid-2022
    """
    from pathlib import Path

    from .facts.problems import CaseError
    from .kb.guidelines import GUIDELINES
    from .kb.knowledge import knowledge_base
    from .prove.coverage import exercise
    from .prove.picture import picture
    from .prove.trials import trials

    bases = [knowledge_base(name) for name in map(_known_guideline, names or GUIDELINES)]
    try:
        tried = [(base, trials(base.edition, map(Path, files))) for base in bases]
    except CaseError as error:
        _fail(error.problems)
    with (
        nullcontext() if plot is None else _new_file(plot, "--plot") as file,
        _progress("looking at rules", 2 * sum(len(base.edition.rules) for base in bases)) as done,
    ):
        found = exercise(tried, tick=lambda: done(1)).as_json()
        if file is not None:
            file.write(picture(found))
    _print(as_json, found, "exercised", "prove.text_exercised")


@rules.command("mutate")
@click.argument("files", metavar="[FILE]...", nargs=-1)
@click.option("--guideline", "names", metavar="ID", multiple=True, help="Only these guidelines; may be repeated.")
@click.option("--sample", type=click.IntRange(1), default=200, show_default=True, help="How many mutants are tried.")
@click.option("--all", "everything", is_flag=True, help="Try every mutant; takes hours.")
@click.option("--keep", metavar="FILE", type=click.Path(dir_okay=False), help="Keep verdicts there; go on from them.")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes; as many as processors if left out.")
@_JSON
def rules_mutate(
    files: tuple[str, ...],
    names: tuple[str, ...],
    sample: int,
    everything: bool,
    keep: str | None,
    workers: int | None,
    as_json: bool,
) -> None:
    """Make small defects in rules, tables and grades, one at a time, and see whether anything notices.

    What may notice: the check that every edition goes through, the cases that stand in the rules, the vignettes in
    each FILE, the invariants. Of what nothing notices it is proved that it says the same in every situation, or told
    what it changes. The sample is always the same; a run with --keep that was ended goes on where it stood. Exit status
    1 if a mutant survives that is not accepted by name.

    Example: whyrx rules mutate --guideline escmid-2022 --sample 50
    """
    from pathlib import Path

    from .facts.problems import CaseError, Problem
    from .kb.guidelines import GUIDELINES
    from .kb.knowledge import edition
    from .prove.kept import Kept
    from .prove.mutation import mutate, plan
    from .prove.trials import trials

    guidelines = list(map(_known_guideline, names or GUIDELINES))
    paths = [Path(file) for file in files]
    kept = Path(keep) if keep else None
    try:
        trials(edition(guidelines[0]), paths)
        if kept is not None:
            Kept(kept, {})
            kept.open("a").close()
    except CaseError as error:
        _fail(error.problems)
    except (OSError, ValueError) as error:
        _fail([Problem("--keep", str(keep), f"a file of verdicts, or a place where one can be written ({error})")])
    planned = plan(guidelines, 0 if everything else sample)
    with _progress("trying mutants", planned.size) as done:
        processes = workers or os.cpu_count() or 1
        found = mutate(planned, paths, workers=processes, tick=lambda: done(1), keep=kept).as_json()
    _print(as_json, found, "mutation", "prove.text_mutation")
    if found["survivors"]:
        sys.stdout.flush()
        sys.exit(1)


@rules.command("diff")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--cases", type=click.IntRange(0), default=500, show_default=True, help="Random cases to count in.")
@_JSON
def rules_diff(before: str, after: str, cases: int, as_json: bool) -> None:
    """Who gets other advice under B than under A: over all situations, as the smallest descriptions of patients.

    A and B are guidelines, or files of editions as rules archive or rules export writes them.

    Example: whyrx rules diff severe-ndm-klebsiella escmid-2022
    """
    from .prove.difference import Difference, rules_changed

    one, other = _edition_of(before), _edition_of(after)
    difference = Difference(one, other)
    changes = difference.changes()
    with _progress("looking for profiles", 1 + len(changes)) as done:
        drawn = difference.drawn(cases)
        done(1)
        told = []
        for change in changes:
            told.append(difference.told(change).as_json(drawn[change]))
            done(1)
    found = {
        "after": {"digest": other.digest, "guideline": other.guideline["id"], "version": other.version},
        "before": {"digest": one.digest, "guideline": one.guideline["id"], "version": one.version},
        "cases": cases,
        "changes": told,
        "rules": rules_changed(one, other),
        "situations": str(difference.space.size),
    }
    _print(as_json, found, "different", "prove.text")


@rules.command("archive")
@click.argument("folder", metavar="FOLDER")
@_GUIDELINE
@_JSON
def rules_archive(folder: str, guideline: str, as_json: bool) -> None:
    """Keep an edition for later: a file in FOLDER, named by guideline, version and digest, that rules diff reads.

    Example: whyrx rules archive editions
    """
    from pathlib import Path

    from .kb.edition import canonical
    from .kb.knowledge import edition

    chosen = edition(guideline)
    try:
        Path(folder).mkdir(exist_ok=True)
    except OSError as error:
        _refuse("FOLDER", folder, f"a folder, or a new one in a folder that can be written to ({error.strerror})")
    path = Path(folder, f"{guideline}-{chosen.version}-{chosen.digest[:12]}.json")
    content = canonical(chosen.as_json()).decode() + "\n"
    if not path.exists():
        with _new_file(str(path), "FOLDER") as file:
            file.write(content)
    elif path.read_text("utf-8") != content:
        _refuse("FOLDER", str(path), "a folder whose file of this name holds this edition; move it away")
    _print(as_json, {"digest": chosen.digest, "file": str(path)}, "archived", "prove.text")


@rules.command("export")
@click.option(
    "--format",
    "language",
    type=click.Choice(["json", "asp", "prolog", "clips"]),
    default="json",
    show_default=True,
    help="The edition as data, or its rules and tables as a program.",
)
@click.option("--case", metavar="CASE", help="Facts to put into the program, which then prints what follows from them.")
@_GUIDELINE
@_JSON
def rules_export(language: str, case: str | None, guideline: str, as_json: bool) -> None:
    """The whole edition (rules, tables, statements, sources) as canonical JSON, or its logic for another engine.

    A program gives the answers of whyrx: asp in clingo, prolog in SWI-Prolog, clips in CLIPS. Its first lines say which
    edition it is and how it is run. Bands of tables are comparisons there, which the other engine makes itself.

    Example: whyrx rules export > edition.json

    Example: whyrx rules export --format prolog --case examples/nevada-2016.yaml > case.pl && swipl case.pl
    """
    from .kb.knowledge import edition

    if language == "json":
        if case is not None:
            _refuse("--case", case, "a case goes with --format asp, prolog or clips")
        _print(True, edition(guideline).as_json(), "")
        return
    if as_json:
        _refuse("--format", language, "json, where --json asks for it")
    from .kb.export import exported

    click.echo(exported(edition(guideline), language, None if case is None else _read(case)), nl=False)


@cli.command()
@click.argument("of", type=click.Choice(["case", "decision", "cohort"]))
@_JSON
def schema(of: str, as_json: bool) -> None:
    """The JSON Schema of a case or of a decision; the columns of a cohort.

    Example: whyrx schema case
    """
    from .facts.case import case_schema
    from .kb.decision_form import decision_schema

    if of == "cohort":
        with _cohort_errors():
            from .cohort.columns import cohort_schema

            found = cohort_schema()
    else:
        found = case_schema() if of == "case" else decision_schema()
    if as_json:
        _print(True, found, "")
    else:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))


# --- cohorts -------------------------------------------------------------------------------------------------


class _Batch(click.Group):
    """`whyrx batch CASES` is short for `whyrx batch run CASES`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        return super().resolve_command(ctx, args if args[0] in self.commands else ["run", *args])

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@cli.group(cls=_Batch)
def batch() -> None:
    """Many cases at once: a table in, a table or decisions out.

    Example: whyrx batch examples/cohort.csv --out advice.parquet
    """


@batch.command("run")
@click.argument("cases", metavar="CASES")
@click.option("--out", metavar="FILE", required=True, help="A new file: .parquet for columns, .jsonl for decisions.")
@click.option("--guideline", "guidelines", metavar="ID", multiple=True, help="A guideline; several for comparison.")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes; as many as processors if left out.")
@click.option("--cluster", metavar="ADDRESS", default="", help="A Dask scheduler whose workers do it instead.")
@click.option("--states", metavar="FILE", default="", help="Derived states, kept from run to run; made if not there.")
@_JSON
def batch_run(
    cases: str, out: str, guidelines: tuple[str, ...], workers: int | None, cluster: str, states: str, as_json: bool
) -> None:
    """Decide every case of a table: .parquet or .csv with a column for each field, or .jsonl with a case on each line.

    The columns: whyrx schema cohort. A row that cannot be read goes to FILE.rejects.jsonl with what is wrong with it,
    and the exit status is then 1. A run that was stopped goes on where it was when it is started again.

    Example: whyrx batch run examples/cohort.csv --out advice.parquet
    """
    with _cohort_errors():
        from .cohort.progress import run_with_progress

        names = tuple(dict.fromkeys(map(_known_guideline, guidelines))) or (DEFAULT,)
        found = run_with_progress(cases, out, names, workers or 0, cluster, states)
        if as_json:
            _print(True, found, "")
        else:
            from .cohort.text import done

            click.echo(done(found))
    if found["rejected"]:
        sys.stdout.flush()
        sys.exit(1)


@batch.command("why")
@click.argument("file", metavar="FILE")
@click.argument("row", type=click.IntRange(1))
@click.argument("conclusion", required=False)
@click.option("--guideline", metavar="ID", help="Of a file that compares several: which.")
@_JSON
def batch_why(file: str, row: int, conclusion: str | None, guideline: str | None, as_json: bool) -> None:
    """The chain behind one row of a file that batch made (.parquet); ROW is the number of the case in its table.

    Example: whyrx batch why advice.parquet 1 R1
    """
    with _cohort_errors():
        from .cohort.rows import case_and_guideline

        case, name = case_and_guideline(file, row, guideline)
    _why(case, conclusion, name, as_json)


@batch.command("summary")
@click.argument("file", metavar="FILE")
@click.option("--plot", metavar="FILE", help="Write a picture of it as well: a new file that ends in .svg.")
@_JSON
def batch_summary(file: str, plot: str | None, as_json: bool) -> None:
    """What a cohort comes to: advice by situation, guidelines against each other, what was missing most, warnings.

    Example: whyrx batch summary advice.parquet --plot advice.svg
    """
    with _cohort_errors():
        from .cohort.summary import summary

        found = summary(file)
        if plot is not None:
            from .cohort.picture import draw

            draw(found, plot)
    _print(as_json, found, "cohort", "cohort.text")


@contextmanager
def _cohort_errors() -> Iterator[None]:
    """What is wrong with a table, as errors of input; what to install where the libraries for tables are lacking."""
    from .facts.problems import CaseError

    try:
        yield
    except ImportError as error:
        extra = {"numpy": "batch", "pyarrow": "batch", "distributed": "cluster"}.get(error.name or "")
        if extra is None:
            raise
        _refuse("batch", f"no {error.name} here", f"an installation with it: pip install 'whyrx[{extra}]'")
    except CaseError as error:
        _fail(error.problems)


# --- records -------------------------------------------------------------------------------------------------

_STORE = click.option(
    "--store",
    metavar="PATH|URL",
    envvar="WHYRX_STORE",
    help="Where records are: a file, or a URL such as postgresql://user@host/database. Else $WHYRX_STORE.",
)
_RECORD = click.argument("record", type=click.IntRange(1))
_BY = click.option("--by", metavar="NAME", help="Who: a role or a user name.")
_BECAUSE = click.option("--because", metavar="TEXT", help="Why, in words. Free text is kept only if given here.")


def _filters(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say which records."""
    for option in reversed(
        (
            click.option("--status", help="advice, insufficient, out_of_scope or refer."),
            click.option("--rule", metavar="ID", help="A rule that fired."),
            click.option(
                "--regimen", metavar="REGIMEN", help="A regimen that was advised, first or as an alternative."
            ),
            click.option("--guideline", metavar="ID", help="The guideline that was followed."),
            click.option("--assumed", metavar="PATH", help="A field that nobody stated and a rule took for granted."),
            click.option("--reason", metavar="CODE", help="The reason of an override or an erasure."),
            click.option(
                "--kind", type=click.Choice(["decision", "override", "erasure"]), help="Only records of a kind."
            ),
            click.option("--since", metavar="WHEN", help="From this day or moment (UTC)."),
            click.option("--until", metavar="WHEN", help="Before this day or moment (UTC)."),
        )
    ):
        command = option(command)
    return command


@contextmanager
def _opened(where: str | None, *, make: bool = False, upgrade: bool = False) -> Iterator[Store]:
    """The store of records; what is wrong with it, or with what is asked of it, as errors of input."""
    from .facts.problems import CaseError

    if not where:
        _refuse("--store", "not given", "a path or URL, here or in the environment as WHYRX_STORE")
    try:
        from .records.store import opened

        with opened(where, make=make, upgrade=upgrade) as store:
            yield store
    except CaseError as error:
        _fail(error.problems)


def _who(by: str | None, because: str | None) -> Who:
    from .facts.problems import CaseError
    from .records.consultation import Who

    try:
        return Who(by, because)
    except CaseError as error:
        _fail(error.problems)


def _now() -> datetime:
    """The clock of the system: read here alone, and by no decision."""
    from datetime import UTC, datetime

    return datetime.now(UTC)


def _recorded(case: str, guideline: str, where: str | None, by: str | None, because: str | None) -> Decision:
    """Decide and record; nothing is answered that was not recorded."""
    from .facts.case import case_from_tree, contradictions
    from .facts.document import parse
    from .facts.problems import CaseError
    from .records.consultation import check_case, record_decision

    who, data = _who(by, because), _bytes(case)
    try:
        tree = parse(data)
        stated = case_from_tree(tree)
        if problems := contradictions(stated):
            raise CaseError(problems)
        check_case(stated.as_understood())
    except CaseError as error:
        _fail(error.problems)
    found, _ = _decided(stated, guideline)
    with _opened(where, make=True) as store:
        from .kb.knowledge import edition
        from .records.store import Archived

        record_decision(store, tree, found, Archived.of(edition(guideline)), __version__, who, _now())
    return found


@cli.group(cls=_Commands)
def audit() -> None:
    """Recorded decisions: who was advised what, on which facts, by which rules, and what was done instead.

    consult --record makes records. Each is chained to the one before; verify finds what was changed.

    Example: whyrx consult examples/nevada-2016.yaml --record --store records.db && whyrx audit list --store records.db
    """


@audit.command("list")
@_filters
@click.option("--last", "most", type=click.IntRange(1, 100_000), default=20, show_default=True, help="At most so many.")
@_STORE
@_JSON
def audit_list(
    regimen: str | None,
    since: str | None,
    until: str | None,
    most: int,
    store: str | None,
    as_json: bool,
    **filters: str | None,
) -> None:
    """Records in a line each, the newest first.

    Example: whyrx audit list --regimen aztreonam-avibactam --since 2026-11-01 --store records.db
    """
    with _opened(store) as records:
        from .records.answers import listed, moment

        wanted = [(name, value) for name, value in filters.items() if value is not None]
        start, end = moment("--since", since), moment("--until", until)
        found = listed(records, wanted, regimen, start, end, most)
    _print(as_json, found, "records", "records.text")


@audit.command("show")
@_RECORD
@_STORE
@_JSON
def audit_show(record: int, store: str | None, as_json: bool) -> None:
    """One record in full: the decision as it was given, who and why, its hashes, and the overrides of it.

    Example: whyrx audit show 1 --store records.db
    """
    with _opened(store) as records:
        from .records.answers import shown

        found = shown(records, record)
    _print(as_json, found, "record", "records.text")


@audit.command("why")
@_RECORD
@click.argument("conclusion", required=False)
@_STORE
@_JSON
def audit_why(record: int, conclusion: str | None, store: str | None, as_json: bool) -> None:
    """The chain behind a recorded decision, from the record alone: its own trace and the edition stored with it.

    CONCLUSION is a line of that decision (R1, D2, W3), or the id of any conclusion.

    Example: whyrx audit why 1 R1 --store records.db
    """
    with _opened(store) as records:
        from .kb.edition import Edition
        from .records.answers import decision_in
        from .records.replay import trace_of

        kept = records.record(record)
        decision = decision_in(kept)
        edition = Edition.from_json(records.edition((kept.content or {})["edition"]))
    _print(as_json, _proofs(edition, decision, trace_of(kept), conclusion), "proofs")


@audit.command("replay")
@click.argument("record", type=click.IntRange(1), required=False)
@click.option("--all", "every", is_flag=True, help="Every decision that is there.")
@click.option("--current", is_flag=True, help="Under today's edition of the same guideline: what would be advised now.")
@_STORE
@_JSON
def audit_replay(record: int | None, every: bool, current: bool, store: str | None, as_json: bool) -> None:
    """Run the stored case under the stored edition: the same rules, bindings and values, byte for byte?

    Wording is compared apart. With --current, what would be advised today, and which rule made the difference: the one
    that, put back alone as it was, brings back the advice of then. Exit status 1 if something does not come out alike.

    Example: whyrx audit replay 1 --store records.db
    """
    if (record is None) != every or (current and every):
        _refuse("RECORD", "nothing" if record is None else str(record), "the number of one record, or --all alone")
    with _opened(store) as records:
        from .records.answers import decision_in, decisions
        from .records.replay import Replayer, replays

        replayer = Replayer(records.edition)
        if current and record is not None:
            kept = records.record(record)
            name = decision_in(kept)["guideline"]["id"]
            from .kb.knowledge import edition

            today = edition(_known_guideline(name))
            with _progress("putting back what changed", 200) as done:
                _print(as_json, replayer.against(kept, today, done), "current", "records.text")
            return
        with _progress("replaying", decisions(records)) as done:
            found = replays(records, replayer, record, done)
    _print(as_json, found, "replayed", "records.text")
    if found["counts"].keys() - {"same", "same_logic"}:
        sys.stdout.flush()
        sys.exit(1)


@audit.command("verify")
@click.option("--head", "heads", metavar="FILE", multiple=True, help="A signed head that was kept elsewhere.")
@click.option("--public-key", metavar="FILE", help="The key that heads are signed with.")
@_STORE
@_JSON
def audit_verify(heads: tuple[str, ...], public_key: str | None, store: str | None, as_json: bool) -> None:
    """Find what was changed, removed, inserted or reordered: every row and column of every table is looked at.

    Whoever can write to the store can also make a new chain, or cut off the end of this one: only a head that was
    signed before and kept elsewhere shows that. Exit status 1 if something is found.

    Example: whyrx audit verify --store records.db --head head.json --public-key auditor.pub
    """
    if bool(heads) != (public_key is not None):
        _refuse("--head", ", ".join(heads) or "none", "a head and --public-key, the key it is signed with")
    with _opened(store) as records:
        from .records.chain import count, verify
        from .records.heads import read_head

        known = [read_head(head, public_key or "") for head in heads]
        with _progress("verifying", count(records)) as done:
            found = verify(records, known, done).as_json()
    _print(as_json, found, "verified", "records.text")
    if found["findings"]:
        sys.stdout.flush()
        sys.exit(1)


@audit.command("head")
@click.option("--key", metavar="FILE", required=True, help="The private key; never in the folder of the store.")
@_STORE
@_JSON
def audit_head(key: str, store: str | None, as_json: bool) -> None:
    """Sign the last record, so that everything up to it can be shown to be unchanged. Keep what is printed elsewhere.

    Example: whyrx audit head --key ../keys/auditor.pem --store records.db > head.json
    """
    with _opened(store) as records:
        from .records.answers import last
        from .records.heads import sign

        found = sign(last(records), key, store or "", _now())
    _print(True, found, "")


@audit.command("key")
@click.argument("private")
@click.argument("public")
@_JSON
def audit_key(private: str, public: str, as_json: bool) -> None:
    """Draw a pair of keys for heads, into two new files: PRIVATE, to be kept by who signs, and PUBLIC, for all.

    Example: whyrx audit key auditor.pem auditor.pub
    """
    from .facts.problems import CaseError
    from .records.heads import make_key

    try:
        found = make_key(private, public)
    except CaseError as error:
        _fail(error.problems)
    if as_json:
        _print(True, {"fingerprint": found}, "")
    else:
        click.echo(f"fingerprint {found}")


@audit.command("override")
@_RECORD
@click.option("--reason", metavar="CODE", required=True, help="Why: one of the codes above.")
@click.option("--instead", metavar="REGIMEN", help="What was given instead, or nothing.")
@_BY
@_BECAUSE
@_STORE
@_JSON
def audit_override(
    record: int,
    reason: str,
    instead: str | None,
    by: str | None,
    because: str | None,
    store: str | None,
    as_json: bool,
) -> None:
    """Record that a clinician did otherwise than a recorded decision advised. A decision may be overridden again.

    Codes: newer-result, not-applicable, already-treated, failed-before, tolerated-before, other-priority,
    specialist-advice, local-policy, newer-evidence, disagrees, risk-outweighs, contraindicated, adverse-event,
    patient-prefers, patient-declines, unavailable, cost.

    Example: whyrx audit override 1 --reason unavailable --instead cefiderocol --store records.db
    """
    who = _who(by, because)
    with _opened(store, upgrade=True) as records:
        from .records.consultation import record_override

        found = record_override(records, record, reason, instead, __version__, who, _now())
    _print(as_json, found.as_json(), "added", "records.text")


@audit.command("erase")
@_RECORD
@click.option("--reason", metavar="CODE", required=True, help="Why: one of the codes above.")
@_BY
@_BECAUSE
@_STORE
@_JSON
def audit_erase(
    record: int, reason: str, by: str | None, because: str | None, store: str | None, as_json: bool
) -> None:
    """Erase the content of a record for a legal reason: its hash and the reason stay, and the chain still holds.

    Codes: person-asked, court-order, retention-over, identifier-found, recorded-in-error.

    Example: whyrx audit erase 1 --reason court-order --store records.db
    """
    who = _who(by, because)
    with _opened(store, upgrade=True) as records:
        from .records.chain import count
        from .records.erasure import erase

        with _progress("looking at what others hold too", count(records)) as done:
            found = erase(records, record, reason, __version__, who, _now(), done)
    _print(as_json, found.as_json(), "added", "records.text")


@audit.command("stats")
@click.option("--since", metavar="WHEN", help="From this day or moment (UTC).")
@click.option("--until", metavar="WHEN", help="Before this day or moment (UTC).")
@click.option("--plot", metavar="FILE", help="Also draw it: a new SVG file.")
@_STORE
@_JSON
def audit_stats(since: str | None, until: str | None, plot: str | None, store: str | None, as_json: bool) -> None:
    """What the records come to: what was advised, rules that fired and that never did, what was overridden, by month.

    Example: whyrx audit stats --plot records.svg --store records.db
    """
    with _opened(store) as records:
        from .records.answers import moment
        from .records.chain import count
        from .records.stats import stats

        start, end = moment("--since", since), moment("--until", until)
        with (
            nullcontext() if plot is None else _new_file(plot, "--plot") as file,
            _progress("counting", count(records)) as done,
        ):
            found = stats(records, start, end, done)
            if file is not None:
                from .records.picture import picture

                file.write(picture(found))
    _print(as_json, found, "counted", "records.text")


@audit.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv", "parquet", "prov", "prov-n", "prov-svg", "fhir"]),
    default="jsonl",
    show_default=True,
    help="JSON Lines as stored; a table; W3C PROV as JSON, as PROV-N or drawn; a FHIR R4 Bundle.",
)
@click.option("--record", "numbers", type=click.IntRange(1), multiple=True, metavar="N", help="Only this one; again.")
@_filters
@click.option("--out", metavar="FILE", help="A new file. Else standard output, where the format is text.")
@_STORE
@_JSON
def audit_export(
    form: str,
    numbers: tuple[int, ...],
    regimen: str | None,
    since: str | None,
    until: str | None,
    out: str | None,
    store: str | None,
    as_json: bool,
    **filters: str | None,
) -> None:
    """Records for other programs, in order; all of them, those of some numbers, or those that filters choose.

    prov and fhir take along what the records are about and what is about them. The same records give the same bytes.

    Example: whyrx audit export --status advice --since 2026-11-01 --store records.db > records.jsonl

    Example: whyrx audit export --format fhir --record 1 --out record-1.json --store records.db
    """
    with _opened(store) as records:
        from .records.export import BINARY, FORMATS, Chosen, exported

        terms = tuple((name, value) for name, value in filters.items() if value is not None)
        found = exported(records, Chosen(numbers, terms, regimen, since, until), form)
        if out is None and form in BINARY:
            _refuse("--out", "not given", f"a new file: {form} is no text")
        with _export_file(out) as file, _progress("exporting", len(found.seqs) if out else 0) as done:
            FORMATS[form](found, file, done)


@contextmanager
def _export_file(name: str | None) -> Iterator[BinaryIO]:
    """Standard output as bytes, or a new file, which goes again if it cannot be written to its end."""
    if name is None:
        sys.stdout.flush()
        yield sys.stdout.buffer
        return
    try:
        file = open(name, "xb")  # noqa: PTH123, SIM115  # as in _bytes
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        _refuse("--out", name, f"a new file in a folder that can be written to ({reason})")
    try:
        with file:
            yield file
    except BaseException:
        os.unlink(name)  # noqa: PTH108
        raise


@audit.command("upgrade")
@_STORE
@_JSON
def audit_upgrade(store: str | None, as_json: bool) -> None:
    """Bring a store that an older version made to the format of this one; all of it, or nothing.

    Example: whyrx audit upgrade --store records.db
    """
    with _opened(store, upgrade=True):
        from .records.migrations import VERSION
    if as_json:
        _print(True, {"format": VERSION}, "")
    else:
        click.echo(f"format {VERSION}")


# --- reading, deciding, printing ------------------------------------------------------------------------------


def _bytes(case: str) -> bytes:
    """What stands in a file or on standard input, no more of it than a case may have."""
    from .facts.document import MAX_BYTES

    try:
        if case == "-":
            if sys.stdin is None:
                raise ValueError("which is closed")
            return sys.stdin.buffer.read(MAX_BYTES + 1)
        with open(case, "rb") as file:  # noqa: PTH123  # "" and odd names fail here with a plain error
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        _refuse("CASE", case, f"a file that can be read, or - for standard input ({reason})")


def _read(case: str) -> Case:
    from .facts.case import read_case
    from .facts.problems import CaseError

    data = _bytes(case)
    try:
        return read_case(data)
    except CaseError as error:
        _fail(error.problems)


def _typed() -> TextIO:
    """Standard input as text in UTF-8; what is not UTF-8 is an answer that nobody accepts."""
    if sys.stdin is None:
        return StringIO()
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    return sys.stdin


def _new_file(name: str, option: str = "--save") -> TextIO:
    """A file made before the first question: no answer is lost for want of a place to write. None is overwritten."""
    try:
        return open(name, "x", encoding="utf-8")  # noqa: PTH123  # as above
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        _refuse(option, name, f"a new file in a folder that can be written to ({reason})")


def _write_case(file: TextIO, case: Case) -> None:
    from ruamel.yaml import YAML

    YAML().dump(case.as_understood(), file)


def _decided(case: Case, guideline: str) -> tuple[Decision, Trace]:
    from .kb.decision import decide
    from .kb.knowledge import knowledge_base

    base = knowledge_base(guideline)
    trace = base.derive(case)
    return decide(base.edition, case, trace), trace


def _edition(file: str) -> Edition:
    from .kb.edition import Edition

    try:
        with open(file, "rb") as opened:  # noqa: PTH123  # as above
            return Edition.from_json(json.load(opened))
    except OSError as error:
        _refuse("FILE", file, f"a file that can be read ({error.strerror})")
    except Exception as error:  # whatever a damaged file makes fail
        _refuse("FILE", file, f"an edition as rules export writes it ({error})")


def _edition_of(name: str) -> Edition:
    """The edition of a guideline, or that in a file."""
    from .kb.check import KnowledgeError, check
    from .kb.guidelines import GUIDELINES
    from .kb.knowledge import edition

    if name in GUIDELINES:
        return edition(name)
    if not os.path.exists(name):  # noqa: PTH110  # as above
        _refuse("edition", name, f"a file, or a guideline: {' | '.join(GUIDELINES)}", GUIDELINES)
    found = _edition(name)
    try:
        check(found)
    except KnowledgeError as error:
        _refuse("edition", name, f"an edition that this program can use ({error.findings[0]})")
    return found


def _with_progress(findings: Any, total: int) -> list[str]:
    """Exhaust an iterator of findings (None for a case without one), showing progress on a terminal's error output."""
    found: list[str] = []
    with click.progressbar(
        findings, length=total, label="running the cases of rules", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as running:
        found += [finding for finding in running if finding]
    return found


@contextmanager
def _progress(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """A way to say that so many steps are done, shown on a terminal's error output."""
    with click.progressbar(length=total, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield bar.update


def _check_regimen(regimen: str, option: str) -> None:
    from .facts.problems import CaseError
    from .facts.reported import check_regimen

    try:
        check_regimen(regimen)
    except CaseError as error:
        _fail([problem.under(option) for problem in error.problems])


def _print(as_json: bool, answer: Any, render: str, module: str = "explain.text") -> None:
    if as_json:
        from .kb.edition import canonical

        sys.stdout.write(canonical(answer).decode() + "\n")
        return
    from importlib import import_module

    from .explain.text import show

    show(getattr(import_module(f".{module}", __package__), render)(answer))


def _refuse(path: str, value: str, accepted: str, near: Any = ()) -> NoReturn:
    from .facts.problems import Problem, near_miss

    _fail([Problem(path, value, accepted, near_miss(value, near))])


class _RefusedError(Exception):
    """Input that was refused, with all that is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__(problems)


def _fail(problems: Any) -> NoReturn:
    raise _RefusedError(tuple(problems))


def main() -> None:
    """The program: errors of input are lines of standard error, with exit status 2."""
    gc.disable()  # a process of half a second that keeps nearly all it makes
    atexit.register(gc.freeze)  # nor has the collection at the interpreter's end, which cannot be disabled, any to find
    sys.stdout, sys.stderr = (stream or open(os.devnull, "w") for stream in (sys.stdout, sys.stderr))  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # the same bytes whatever the locale
            stream.reconfigure(encoding="utf-8", newline="\n")
    as_json = "--json" in sys.argv[1:]
    try:
        cli.main(standalone_mode=False)
        sys.stdout.flush()
    except _RefusedError as refused:
        _errors(as_json, refused.problems)
    except click.exceptions.NoArgsIsHelpError as asked:
        click.echo(asked.format_message())
    except click.ClickException as error:
        from .facts.problems import Problem

        accepted = f"{' '.join(error.format_message().split())} See --help."
        _errors(as_json, [Problem("command line", " ".join(sys.argv[1:]), accepted)])
    except click.Abort:
        _leave(130)
    except BrokenPipeError:
        _leave(0)  # the reader has gone: nobody to tell
    except OSError as error:
        print(f"error: output: {error.strerror}", file=sys.stderr)
        _leave(1)
    except ValueError as error:
        from .kb.check import KnowledgeError

        if not isinstance(error, KnowledgeError):
            raise
        sys.stderr.writelines(f"error: knowledge base refused: {finding}\n" for finding in error.findings)
        sys.exit(1)
    sys.exit(0)


def _errors(as_json: bool, problems: Any) -> NoReturn:
    """A line for each on standard error; with --json their structure on standard output, where the answer would be."""
    sys.stderr.writelines(f"error: {problem.line()}\n" for problem in problems)
    if as_json:
        structure = {"errors": [problem.as_json() for problem in problems]}
        sys.stdout.write(json.dumps(structure, ensure_ascii=False, sort_keys=True) + "\n")
    sys.exit(2)


def _leave(status: int) -> NoReturn:
    """Leave without the flush at exit, which would fail as the output did."""
    os._exit(status)
