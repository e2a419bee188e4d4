"""What beta-lactamases do to drugs, which of them avibactam inhibits, and which drugs share a side chain.

Three tables of sourced rows. A row of the first two speaks of a *group*: one enzyme (`OXA-10`), a family's
members of one spectrum (`KPC esbl`), or all enzymes of one class and spectrum (`class A esbl`). The most
specific group with a row for the drug answers for an enzyme, so each enzyme meets exactly one row per drug.

A row tells of the enzyme alone. Whether a bacterium is susceptible also depends on how much enzyme it makes,
and on porins, efflux, siderophore receptors and targets: that is for the susceptibility test to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from .enzymes import CATALOGUE, Enzyme

Drug = Literal["aztreonam", "ceftazidime", "meropenem", "cefiderocol"]
Degree = Literal["yes", "no", "weak", "variable", "unknown"]
Inhibited = Literal["yes", "no", "variable", "unknown"]

DRUGS: tuple[Drug, ...] = ("aztreonam", "ceftazidime", "meropenem", "cefiderocol")

_MEMORY = "from memory: textbook knowledge, no source read"

_AVYCAZ = "Allergan (AbbVie), 2026, AVYCAZ US label version 25"
_EMBLAVEO = "AbbVie, 2026, EMBLAVEO US label version 7"
_FETROJA = "Shionogi, 2026, FETROJA US label version 11"
_ZAVICEFTA = "Pfizer, 2025, Zavicefta UK SmPC"

_BUSH_1982 = "Bush et al., 1982, interaction of azthreonam with beta-lactamases of Gram-negatives, abstract"
_CARATTOLI = "Carattoli et al., 2021, Antimicrob Agents Chemother 65:e00574-21, abstract"
_DELBRUCK = "Delbrück et al., 2012, Antimicrob Agents Chemother, PMC3486532, abstract"
_DORTET_2014 = "Dortet, Poirel and Nordmann, 2014, Biomed Res Int 2014:249856, abstract"
_DORTET_2015 = "Dortet et al., 2015, Antimicrob Agents Chemother, PMC4468662, abstract"
_ESBL_KINETICS = "study of GES-22, PMC5106332, introduction: what ESBLs hydrolyse and what not"
_FRERE = "Frère et al., 2020, Biomolecules 10:483, abstract"
_HIGGINS = "Higgins et al., 2009, Antimicrob Agents Chemother 53:5035, abstract"
_LAHIRI = "Lahiri et al., 2016, J Antimicrob Chemother 71:2848, abstract"
_LIAKOPOULOS = "Liakopoulos, Mevius and Ceccarelli, 2016, Front Microbiol 7:1374, abstract"
_NORDMANN = "Nordmann, Vazquez-Rojo and Poirel, poster P0185 (cefiderocol and oxacillinases), abstract"
_OXA_48_REVIEW = "review of OXA-48-like enzymes in Korea, koreamed article 1098354, abstract"
_OXA_REVIEW = "review of beta-lactamase classification, passage on OXA enzymes with an extended spectrum"
_PAPP_WALLACE = "Papp-Wallace et al., 2010, Antimicrob Agents Chemother 54:890, abstract"
_PATERSON = "Paterson and Bonomo, 2005, Clin Microbiol Rev 18:657, PMC1265908, abstract"
_POIREL_2011 = "Poirel et al., 2011, Antimicrob Agents Chemother 55:2546, abstract"
_POIREL_2020 = "Poirel et al., 2020, Antimicrob Agents Chemother 64:e00321-20, abstract"
_POIREL_2022 = "Poirel et al., 2022, Antimicrob Agents Chemother 66:e00311-22, abstract"
_QUEENAN = "Queenan and Bush, 2007, Clin Microbiol Rev 20:440, abstract"
_STEWART = "Stewart et al., 2015, Biochemistry 54:588, abstract"
_VAZQUEZ_UCHA = "study of LN-1-255 and avibactam, 2017, Antimicrob Agents Chemother, PMC5655052, abstract"
_WALSH = "Walsh et al., 2005, Clin Microbiol Rev 18:306, abstract"
_WU = "Wu, Dornbusch and Kronvall, 1999, Antimicrob Agents Chemother 43:1294, abstract"


@dataclass(frozen=True, slots=True)
class Hydrolysis:
    """Whether a group of enzymes hydrolyses a drug."""

    id: str
    group: str
    drug: Drug
    degree: Degree
    source: str
    verified: bool
    note: str


@dataclass(frozen=True, slots=True)
class Inhibition:
    """Whether avibactam inhibits a group of enzymes."""

    id: str
    group: str
    inhibited: Inhibited
    source: str
    verified: bool
    note: str


@dataclass(frozen=True, slots=True)
class SideChain:
    """The side chain a drug carries at the position that decides most cross-allergy (R1)."""

    id: str
    drug: str
    group: str
    source: str
    verified: bool
    note: str


@dataclass(frozen=True, slots=True)
class _Says:
    """One cell of the table below."""

    degree: Degree
    source: str = _MEMORY
    note: str = ""


_no, _variable = _Says("no"), _Says("variable")
_unknown = _Says("unknown", "from memory: no source found on it")

# One line per group, a cell per drug in the order of DRUGS; None leaves the drug to the less specific group.
_HYDROLYSIS: Mapping[str, tuple[_Says | None, _Says | None, _Says | None, _Says | None]] = {
    "class B metallo": (
        _Says("no", f"{_EMBLAVEO}, section 12.4", "aztreonam is stable to class B enzymes"),
        _Says("yes", _WALSH),
        _Says("yes", _WALSH),
        _Says("variable", f"{_FETROJA}, section 12.4", "active against some producers of NDM and VIM"),
    ),
    "NDM metallo": (
        _Says("no", f"{_EMBLAVEO}, section 12.4; {_DORTET_2014}"),
        _Says("yes", _DORTET_2014),
        _Says("yes", _DORTET_2014),
        _Says("weak", _POIREL_2022, "NDM-35 about ten times more than NDM-1"),
    ),
    "class A carbapenemase": (
        _Says("yes", _QUEENAN, "said of carbapenemases in general"),
        _Says("weak", note="IMI, SME and their like leave most of ceftazidime"),
        _Says("yes", _QUEENAN),
        _unknown,
    ),
    "KPC carbapenemase": (
        _Says("yes", _QUEENAN, "said of carbapenemases in general"),
        _Says("yes", _PAPP_WALLACE, "oxyimino-cephalosporins"),
        _Says("yes", _PAPP_WALLACE),
        _Says("weak", note="most producers stay susceptible"),
    ),
    "KPC esbl": (
        _variable,
        _Says("yes", _CARATTOLI, "resistance to ceftazidime-avibactam"),
        _Says("variable", _CARATTOLI, "lost in omega-loop variants, partly kept by others"),
        _Says("variable", CATALOGUE, "KPC-31, -35 and -62 are listed for cefiderocol"),
    ),
    "GES carbapenemase": (
        _Says("variable", _DELBRUCK, "poor in GES-1; more with alanine at position 243, as in GES-14"),
        _Says("yes", CATALOGUE),
        _Says("yes", _STEWART, "GES-5 about a hundred times GES-1"),
        _unknown,
    ),
    "GES esbl": (
        _Says("variable", _DELBRUCK, "poor in GES-1; more with alanine at position 243, as in GES-11"),
        _Says("yes", _DELBRUCK),
        _Says("no", _DELBRUCK, "very low turnover of carbapenems"),
        _unknown,
    ),
    "GES unknown": (
        _Says("variable", _DELBRUCK, "depends on the member"),
        _Says("yes", _DELBRUCK),
        _Says("variable", _STEWART, "depends on the residue at position 170"),
        _unknown,
    ),
    "class A esbl": (
        _Says("yes", f"{_PATERSON}; {_LIAKOPOULOS}"),
        _Says("yes", f"{_PATERSON}; {_AVYCAZ}, section 12.4", "rates differ widely"),
        _Says("no", _ESBL_KINETICS),
        _Says("weak", note="the label lists activity against producers; some SHV and PER raise the MIC"),
    ),
    "SHV-12": (
        None,
        None,
        None,
        _Says("weak", CATALOGUE, "listed for cefiderocol"),
    ),
    "OXY esbl": (
        _Says("variable", f"{_WU}; {_BUSH_1982}", "poor substrate; overproduction of OXY-2 makes resistant"),
        _variable,
        _no,
        _unknown,
    ),
    "class A narrow": (
        _Says("no", f"{_BUSH_1982}; {_PATERSON}", "poor substrate of TEM-2"),
        _Says("no", _PATERSON, "TEM-1, TEM-2 and SHV-1 need mutations for it"),
        _no,
        _no,
    ),
    "class A unknown": (
        _Says("variable", CATALOGUE, "depends on the member, and the report does not say or it is not known"),
        _Says("variable", CATALOGUE, "depends on the member, and the report does not say or it is not known"),
        _no,
        _unknown,
    ),
    "class C ampc": (
        _Says("yes", _BUSH_1982, "bound tightly and opened slowly; what defeats it is overproduction"),
        _Says("yes", f"{_AVYCAZ}, section 12.4", "among the enzymes avibactam protects ceftazidime from"),
        _no,
        _Says("weak", note="the label lists activity against producers"),
    ),
    "class D carbapenemase": (
        _no,
        _Says("no", _HIGGINS, "shown for OXA-143"),
        _Says("yes", _HIGGINS, "shown for OXA-143; in Acinetobacter these enzymes defeat it"),
        _Says("no", _NORDMANN, "shown for OXA-23 and OXA-40"),
    ),
    "OXA-48-like carbapenemase": (
        _Says("no", note="negligible; resistance points to an ESBL or AmpC beside it"),
        _Says("no", _POIREL_2011),
        _Says("weak", _OXA_48_REVIEW),
        _Says("no", _NORDMANN, "shown for OXA-48"),
    ),
    "OXA-427-like carbapenemase": (None, _Says("yes", _FRERE), None, _unknown),
    "class D esbl": (
        _variable,
        _Says("variable", _OXA_REVIEW, "shown for OXA-11, -15, -18 and -45"),
        _no,
        _unknown,
    ),
    "OXA-48-like esbl": (
        _variable,
        _Says("yes", _POIREL_2011, "shown for OXA-163"),
        _Says("weak", f"{_POIREL_2011}; {_DORTET_2015}", "hardly: OXA-163 and OXA-405"),
        _unknown,
    ),
    "OXA-48-like unknown": (_unknown, _unknown, _unknown, _unknown),
    "class D narrow": (_no, _no, _no, _no),
    "OXA-10": (_Says("weak", note="some activity against aztreonam and cefotaxime"), None, None, None),
    "class D unknown": (
        _Says("variable", CATALOGUE, "depends on the member"),
        _Says("variable", CATALOGUE, "depends on the member"),
        _Says("variable", CATALOGUE, "depends on the member"),
        _unknown,
    ),
}

_INHIBITION: Mapping[str, tuple[Inhibited, str, str]] = {
    "class A carbapenemase": ("yes", _LAHIRI, "the vast majority of class A"),
    "KPC carbapenemase": ("yes", f"{_EMBLAVEO}, section 12.4", ""),
    "KPC esbl": ("variable", f"{_POIREL_2020}; {_CARATTOLI}", "variants resist ceftazidime-avibactam"),
    "GES carbapenemase": ("yes", _LAHIRI, ""),
    "GES esbl": ("yes", _LAHIRI, ""),
    "GES unknown": ("yes", _LAHIRI, ""),
    "GES-55": ("variable", CATALOGUE, "listed for avibactam"),
    "class A esbl": ("yes", f"{_EMBLAVEO}, section 12.4", ""),
    "PER esbl": ("variable", _LAHIRI, "an omega loop that hinders avibactam"),
    "class A narrow": ("yes", _LAHIRI, "the vast majority of class A"),
    "class A unknown": ("yes", _LAHIRI, "the vast majority of class A"),
    "class B metallo": ("no", f"{_EMBLAVEO}, section 12.4; {_ZAVICEFTA}, section 5.1", ""),
    "class C ampc": ("yes", f"{_EMBLAVEO}, section 12.4", ""),
    "CMY-219": ("variable", CATALOGUE, "listed for avibactam"),
    "CMY-42": ("variable", "from memory: goes with resistance to aztreonam-avibactam in Escherichia coli", ""),
    "class D carbapenemase": (
        "variable",
        f"{_ZAVICEFTA}, section 5.1; {_VAZQUEZ_UCHA}",
        "not many of class D; not reliably those of Acinetobacter",
    ),
    "OXA-48-like carbapenemase": ("yes", f"{_EMBLAVEO}, section 12.4", ""),
    "OXA-48-like esbl": ("yes", _FRERE, "shown for OXA-163"),
    "OXA-48-like unknown": ("unknown", _unknown.source, ""),
    "OXA-427-like carbapenemase": ("yes", _FRERE, ""),
    "class D esbl": ("variable", f"{_ZAVICEFTA}, section 5.1", "not many of class D"),
    "class D narrow": ("variable", f"{_ZAVICEFTA}, section 5.1", "not many of class D"),
    "class D unknown": ("variable", f"{_ZAVICEFTA}, section 5.1", "not many of class D"),
}

HYDROLYSIS: Mapping[str, Hydrolysis] = MappingProxyType(
    {
        row.id: row
        for group, cells in _HYDROLYSIS.items()
        for drug, says in zip(DRUGS, cells, strict=True)
        if says is not None
        for row in (
            Hydrolysis(
                f"hydrolysis/{group}/{drug}",
                group,
                drug,
                says.degree,
                says.source,
                not says.source.startswith("from memory"),
                says.note,
            ),
        )
    }
)

INHIBITION: Mapping[str, Inhibition] = MappingProxyType(
    {
        f"avibactam/{group}": Inhibition(
            f"avibactam/{group}",
            group,
            inhibited,
            source,
            not source.startswith("from memory"),
            note,
        )
        for group, (inhibited, source, note) in _INHIBITION.items()
    }
)

_SHARED = "aminothiazolyl with carboxypropyloxyimino"
_SHARED_NOTE = "the same oxime side chain; cross-allergy between the three is inferred from it"

SIDE_CHAINS: Mapping[str, SideChain] = MappingProxyType(
    {
        drug: SideChain(f"side-chain/{drug}", drug, _SHARED, source, verified=True, note=_SHARED_NOTE)
        for drug, source in (
            ("aztreonam", f"{_EMBLAVEO}, section 11"),
            ("aztreonam-avibactam", f"{_EMBLAVEO}, section 11"),
            ("cefiderocol", f"{_FETROJA}, section 11"),
            ("ceftazidime", f"{_AVYCAZ}, section 11"),
            ("ceftazidime-avibactam", f"{_AVYCAZ}, section 11"),
        )
    }
)


def groups(enzyme: Enzyme) -> tuple[str, str, str]:
    """Name the groups an enzyme belongs to, the most specific first."""
    return (
        enzyme.name,
        f"{enzyme.family} {enzyme.spectrum}",
        f"class {enzyme.ambler} {enzyme.spectrum}",
    )


def hydrolysis(enzyme: Enzyme, drug: Drug) -> Hydrolysis:
    """Give the one row that says whether this enzyme hydrolyses this drug."""
    for group in groups(enzyme):
        row = HYDROLYSIS.get(f"hydrolysis/{group}/{drug}")
        if row is not None:
            return row
    raise LookupError(f"no row on {drug} for {enzyme.name}")


def inhibition(enzyme: Enzyme) -> Inhibition:
    """Give the one row that says whether avibactam inhibits this enzyme."""
    for group in groups(enzyme):
        row = INHIBITION.get(f"avibactam/{group}")
        if row is not None:
            return row
    raise LookupError(f"no row on avibactam for {enzyme.name}")


def share_side_chain(one: str, other: str) -> bool:
    """Tell whether two drugs stand in the table with the same side chain.

    False means that the table does not say so, not that their side chains were compared.
    """
    first, second = SIDE_CHAINS.get(one), SIDE_CHAINS.get(other)
    return first is not None and second is not None and first.group == second.group
