"""`whyrx rules`: the knowledge base listed, shown, checked, proved, measured, compared, kept and exported."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import click

from .parameters import GUIDELINE, JSON, ONLY_GUIDELINES, PLOT, WORKERS, InOrder, known_guideline
from .printing import leave_with_findings, new_file, print_answer, progress
from .reading import case_in, edition_in
from .refusal import errors_of_input, refuse

if TYPE_CHECKING:
    from ..kb.edition import Edition

_FILE = click.argument("file", required=False)
_FILES = click.argument("files", metavar="[FILE]...", nargs=-1)


@click.group(cls=InOrder)
def rules() -> None:
    """The knowledge base: list, show, coverage, check, verify, exercised, mutate, diff, archive, export."""


@rules.command("list")
@GUIDELINE
@JSON
def rules_list(guideline: str, as_json: bool) -> None:
    """Every rule in one line.

    Example: whyrx rules list
    """
    from ..explain.pages import summaries
    from ..kb.knowledge import edition

    print_answer(as_json, summaries(edition(guideline)), "rule_list", "explain.text_rules")


@rules.command("show")
@click.argument("rule_id", metavar="ID")
@GUIDELINE
@JSON
def rules_show(rule_id: str, guideline: str, as_json: bool) -> None:
    """One rule as a page for its reviewer: statement, source, conditions in words, cases.

    Example: whyrx rules show ndm-klebsiella-severe-pair-first
    """
    from ..explain.pages import page
    from ..kb.knowledge import edition

    if rule_id not in edition(guideline).rule:
        refuse("ID", rule_id, "the id of a rule; all of them: whyrx rules list", edition(guideline).rule)
    print_answer(as_json, page(edition(guideline), rule_id), "rule_page", "explain.text_rules")


@rules.command("coverage")
@GUIDELINE
@JSON
def rules_coverage(guideline: str, as_json: bool) -> None:
    """What became of each statement of the guideline: its rules, or the reason why there are none.

    Example: whyrx rules coverage
    """
    from ..explain.pages import coverage
    from ..kb.knowledge import edition

    print_answer(as_json, coverage(edition(guideline)), "coverage", "explain.text_rules")


@rules.command("check")
@_FILE
@GUIDELINE
@JSON
def rules_check(file: str | None, guideline: str, as_json: bool) -> None:
    """Check the knowledge base, or the one in FILE as rules export writes it: each rule by itself, its own cases, and
    over all situations what never fires, never matters, stands twice or contradicts.

    A finding that is accepted by its name, with a reason, is counted only. Exit status 1 for any other.

    Example: whyrx rules check
    """
    from ..kb.check import KnowledgeError
    from ..kb.inference import KnowledgeBase
    from ..kb.own_cases import failing_cases, own_cases

    chosen = _chosen(file, guideline)
    findings: list[str] = []
    told: list[Any] = []
    try:
        base = KnowledgeBase(chosen)
        with progress("running the cases of rules", len(own_cases(chosen))) as done:
            for finding in failing_cases(base):
                if finding:
                    findings.append(finding)
                done(1)
        if not findings:
            told = _over_all_situations(chosen)
    except KnowledgeError as error:
        findings = list(error.findings)
    except Exception as error:  # a damaged file may break what checks it
        if file is None:
            raise
        refuse("FILE", file, f"an edition as rules export writes it ({type(error).__name__}: {error})")
    found = {
        "accepted": [each for each in told if each["accepted"]],
        "cases": len(own_cases(chosen)),
        "findings": [*findings, *(each["id"] for each in told if not each["accepted"])],
        "rules": len(chosen.rules),
        "situations": [each for each in told if not each["accepted"]],
    }
    print_answer(as_json, found, "checked", "prove.text")
    if found["findings"]:
        leave_with_findings()


def _over_all_situations(edition: Edition) -> list[Any]:
    from ..kb.accepted import ACCEPTED
    from ..prove.findings import Findings

    findings = Findings(edition)
    with progress("looking at all situations", len(findings.steps)) as done:
        found = []
        for step in findings.look():
            found += [each.as_json(ACCEPTED.get(each.id, "")) for each in step]
            done(1)
    return found


@rules.command("verify")
@_FILE
@click.option("--samples", type=click.IntRange(0), default=100_000, show_default=True, help="Random cases.")
@WORKERS
@click.option(
    "--certificate", metavar="OUT", help="Where the certificate is written; a run that was ended goes on there."
)
@GUIDELINE
@JSON
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

    from ..prove.verify import Plan, holds, verify

    chosen = _chosen(file, guideline)
    out = None if certificate is None else Path(certificate)
    if out is not None and not out.parent.is_dir():
        refuse("--certificate", str(out), "a file in a folder that exists")
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
    print_answer(as_json, found, "verified", "prove.text")
    if not holds(found):
        leave_with_findings()


def _chosen(file: str | None, guideline: str) -> Edition:
    """The edition in a file, or that of a guideline."""
    from ..kb.knowledge import edition

    return edition(guideline) if file is None else edition_in(file)


def _edition_of(name: str) -> Edition:
    """The edition of a guideline, or that in a file."""
    from ..kb.check import KnowledgeError, check
    from ..kb.guidelines import GUIDELINES
    from ..kb.knowledge import edition

    if name in GUIDELINES:
        return edition(name)
    if not os.path.exists(name):  # noqa: PTH110  # as above
        refuse("edition", name, f"a file, or a guideline: {' | '.join(GUIDELINES)}", GUIDELINES)
    found = edition_in(name)
    try:
        check(found)
    except KnowledgeError as error:
        refuse("edition", name, f"an edition that this program can use ({error.findings[0]})")
    return found


@rules.command("exercised")
@_FILES
@ONLY_GUIDELINES
@PLOT
@JSON
def rules_exercised(files: tuple[str, ...], names: tuple[str, ...], plot: str | None, as_json: bool) -> None:
    """Which rules, conditions and exceptions the cases exercise: by each condition a pair of cases that shows it to
    matter, found among the cases or by changing one field of one of them.

    The cases are those that stand in the rules; each FILE adds a case or a list of vignettes. What coverage says is
    another thing: which statements of the guideline have rules.

    Example: whyrx rules exercised --guideline escmid-2022
    """
    from pathlib import Path

    from ..kb.guidelines import GUIDELINES
    from ..kb.knowledge import knowledge_base
    from ..prove.coverage import exercise
    from ..prove.picture import picture
    from ..prove.trials import trials

    bases = [knowledge_base(name) for name in map(known_guideline, names or GUIDELINES)]
    with errors_of_input():
        tried = [(base, trials(base.edition, map(Path, files))) for base in bases]
    with (
        nullcontext() if plot is None else new_file(plot, "--plot") as file,
        progress("looking at rules", 2 * sum(len(base.edition.rules) for base in bases)) as done,
    ):
        found = exercise(tried, tick=lambda: done(1)).as_json()
        if file is not None:
            file.write(picture(found))
    print_answer(as_json, found, "exercised", "prove.text_exercised")


@rules.command("mutate")
@_FILES
@ONLY_GUIDELINES
@click.option("--sample", type=click.IntRange(1), default=200, show_default=True, help="How many mutants are tried.")
@click.option("--all", "everything", is_flag=True, help="Try every mutant; takes hours.")
@click.option("--keep", metavar="FILE", type=click.Path(dir_okay=False), help="Keep verdicts there; go on from them.")
@WORKERS
@JSON
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

    from ..kb.guidelines import GUIDELINES
    from ..kb.knowledge import edition
    from ..prove.kept import Kept
    from ..prove.mutation import mutate, plan
    from ..prove.trials import trials

    guidelines = list(map(known_guideline, names or GUIDELINES))
    paths = [Path(file) for file in files]
    kept = Path(keep) if keep else None
    with errors_of_input():
        trials(edition(guidelines[0]), paths)
    if kept is not None:
        try:
            Kept(kept, {})
            kept.open("a").close()
        except (OSError, ValueError) as error:
            refuse("--keep", str(keep), f"a file of verdicts, or a place where one can be written ({error})")
    planned = plan(guidelines, 0 if everything else sample)
    with progress("trying mutants", planned.size) as done:
        processes = workers or os.cpu_count() or 1
        found = mutate(planned, paths, workers=processes, tick=lambda: done(1), keep=kept).as_json()
    print_answer(as_json, found, "mutation", "prove.text_mutation")
    if found["survivors"]:
        leave_with_findings()


@rules.command("diff")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--cases", type=click.IntRange(0), default=500, show_default=True, help="Random cases to count in.")
@JSON
def rules_diff(before: str, after: str, cases: int, as_json: bool) -> None:
    """Who gets other advice under B than under A: over all situations, as the smallest descriptions of patients.

    A and B are guidelines, or files of editions as rules archive or rules export writes them.

    Example: whyrx rules diff severe-ndm-klebsiella escmid-2022
    """
    from ..prove.difference import Difference, rules_changed

    one, other = _edition_of(before), _edition_of(after)
    difference = Difference(one, other)
    changes = difference.changes()
    with progress("looking for profiles", 1 + len(changes)) as done:
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
    print_answer(as_json, found, "different", "prove.text")


@rules.command("archive")
@click.argument("folder", metavar="FOLDER")
@GUIDELINE
@JSON
def rules_archive(folder: str, guideline: str, as_json: bool) -> None:
    """Keep an edition for later: a file in FOLDER, named by guideline, version and digest, that rules diff reads.

    Example: whyrx rules archive editions
    """
    from pathlib import Path

    from ..kb.edition import canonical
    from ..kb.knowledge import edition

    chosen = edition(guideline)
    try:
        Path(folder).mkdir(exist_ok=True)
    except OSError as error:
        refuse("FOLDER", folder, f"a folder, or a new one in a folder that can be written to ({error.strerror})")
    path = Path(folder, f"{guideline}-{chosen.version}-{chosen.digest[:12]}.json")
    content = canonical(chosen.as_json()).decode() + "\n"
    if not path.exists():
        with new_file(str(path), "FOLDER") as file:
            file.write(content)
    elif path.read_text("utf-8") != content:
        refuse("FOLDER", str(path), "a folder whose file of this name holds this edition; move it away")
    print_answer(as_json, {"digest": chosen.digest, "file": str(path)}, "archived", "prove.text")


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
@GUIDELINE
@JSON
def rules_export(language: str, case: str | None, guideline: str, as_json: bool) -> None:
    """The whole edition (rules, tables, statements, sources) as canonical JSON, or its logic for another engine.

    A program gives the answers of whyrx: asp in clingo, prolog in SWI-Prolog, clips in CLIPS. Its first lines say which
    edition it is and how it is run. Bands of tables are comparisons there, which the other engine makes itself.

    Example: whyrx rules export > edition.json

    Example: whyrx rules export --format prolog --case examples/nevada-2016.yaml > case.pl && swipl case.pl
    """
    from ..kb.knowledge import edition

    if language == "json":
        if case is not None:
            refuse("--case", case, "a case goes with --format asp, prolog or clips")
        print_answer(True, edition(guideline).as_json())
        return
    if as_json:
        refuse("--format", language, "json, where --json asks for it")
    from ..kb.export import exported

    click.echo(exported(edition(guideline), language, None if case is None else case_in(case)), nl=False)
