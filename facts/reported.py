"""The names a laboratory reports: organisms, enzymes and regimens, each read against its table."""

from __future__ import annotations

from functools import partial

from .document import Scalar, Tree
from .domains import DRUGS, parse_regimen, regimen_id
from .enzymes import FAMILIES, enzyme_names, lookup
from .fields import Reader, name_of, refused, set_of
from .organisms import ORGANISMS
from .problems import near_miss

ORGANISM = name_of("organism", ORGANISMS, "the name of an organism such as Klebsiella pneumoniae")

_ENZYMES = tuple(enzyme for name in enzyme_names() if (enzyme := lookup(name)))
CARBAPENEMASE_FAMILIES = [name for name, family in FAMILIES.items() if family.carbapenemase is not False]
"""Families that a test for carbapenemases may cover, in the order of the table."""


def _elsewhere(refuse: bool, says: str, text: str) -> str | None:
    """Of a known enzyme in the wrong list: which list it belongs in."""
    enzyme = lookup(text)
    return f"{text} {says}" if enzyme and enzyme.carbapenemase is refuse else None


def _enzymes(title: str, refuse: bool, accepted: str, says: str) -> Reader[tuple[str, ...]]:
    """A list of enzymes, without those that surely are (``refuse``) or surely are not carbapenemases."""
    names = (enzyme.name for enzyme in _ENZYMES if enzyme.carbapenemase is not refuse)
    return set_of(name_of(title, names, accepted, partial(_elsewhere, refuse, says)))


CARBAPENEMASES = _enzymes(
    "carbapenemase",
    False,
    "a carbapenemase gene such as NDM-1 or a family such as NDM",
    "is not known to be a carbapenemase: list it under isolate.other_beta_lactamases",
)
OTHER_BETA_LACTAMASES = _enzymes(
    "other beta-lactamase",
    True,
    "a beta-lactamase such as CTX-M-15 or a family such as SHV, carbapenemases aside",
    "is a carbapenemase: list it under isolate.carbapenemases",
)


def _family_of_gene(text: str) -> str | None:
    enzyme = lookup(text)
    return f"{text} belongs to {enzyme.family}" if enzyme and enzyme.family in CARBAPENEMASE_FAMILIES else None


def _tested_family(tree: Tree) -> str:
    """Laboratories call a test for ``OXA-48-like`` one for ``OXA-48``: the family is what is understood."""
    name = _FAMILY.of_tree(tree)
    return f"{name}-like" if f"{name}-like" in FAMILIES else name


_FAMILY = name_of(
    "carbapenemase family",
    sorted({*CARBAPENEMASE_FAMILIES, *(name.removesuffix("-like") for name in CARBAPENEMASE_FAMILIES)}),
    f"a family of carbapenemases: {' | '.join(CARBAPENEMASE_FAMILIES)}",
    _family_of_gene,
)
TESTED_FOR = set_of(Reader(_tested_family, _FAMILY.accepted, _FAMILY.schema))


REGIMEN_PATTERN = "^(?=.)" + "".join(rf"((^|\+){drug})?" for drug in sorted(DRUGS.values)) + "$"
"""A regimen id as a regular expression: drugs in alphabetical order, joined by ``+``."""


def check_regimen(text: str) -> None:
    """CaseError, with the id that was probably meant, unless ``text`` is a regimen id."""
    try:
        parse_regimen(text)
    except ValueError:
        drugs = {near_miss(drug.strip(), DRUGS.values) for drug in text.split("+")}
        suggestion = regimen_id(drug for drug in drugs if drug) if None not in drugs else None
        accepted = f"drugs in alphabetical order joined by +, of: {' | '.join(DRUGS.values)}"
        raise refused(Scalar(text), accepted, suggestion) from None
