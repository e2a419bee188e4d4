"""The cases that a knowledge base is tried with: those that stand in its rules, vignettes, and any files given."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..facts.case import Case, case_from_tree, read_case
from ..facts.problems import CaseError, Problem
from ..kb.edition import Edition
from ..kb.own_cases import own_cases
from .vignettes import Vignette, guideline_of, of_each_patient


@dataclass(frozen=True)
class Trial:
    """A case with a name. `rule` is the rule that it stands in, which must fire or not (`fires`); `expect` what a
    vignette expects of the decision; both are empty for a case that is only looked at."""

    name: str
    case: Case
    rule: str = ""
    fires: bool = False
    expect: Mapping[str, Any] | None = None


def trials(edition: Edition, files: Iterable[Path] = ()) -> list[Trial]:
    """The cases of the rules that are put to this edition's guideline, and those of files.

    A file holds a case, or a list of vignettes, of which those put to another guideline are left out. CaseError, whose
    path names the file, for one that holds neither.
    """
    found = [
        Trial(f"{rule.id}: {example.name}", case_from_tree(example.document()), rule.id, example.fires)
        for rule, example in own_cases(edition)
    ]
    for file in files:
        found += _of_file(file, str(edition.guideline["id"]))
    return found


def _of_file(file: Path, guideline: str) -> Iterator[Trial]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        data = file.read_bytes()
        held = YAML(typ="safe", pure=True).load(data)
        if isinstance(held, list):
            yield from (_of_vignette(file, each) for each in of_each_patient(held) if guideline_of(each) == guideline)
        else:
            yield Trial(file.name, read_case(data))
    except CaseError as error:
        raise CaseError([problem.under(file.name) for problem in error.problems]) from error
    except (OSError, ValueError, YAMLError) as error:
        raise CaseError(
            [Problem(str(file), type(error).__name__, f"a case or a list of vignettes ({error})")]
        ) from error


def _of_vignette(file: Path, vignette: Vignette) -> Trial:
    return Trial(f"{file.stem}: {vignette['name']}", case_from_tree(vignette["case"]), expect=vignette["expect"])
