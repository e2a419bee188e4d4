"""Beta-lactamases as laboratories report them: the family of each, its class, and what it is known to do.

Membership is this table and nothing else. A number tells nothing by itself (GES-1 is no carbapenemase, GES-5
is one; OXA-48 and OXA-1 share three letters), so each is listed under what it does, or falls to the row that
takes the rest of its family. A name outside the table is not guessed at: `lookup` answers None. What an
enzyme does to a drug stands in `activity`.

The numbers come from one catalogue, which classes each allele by the drugs it defeats: carbapenems,
cephalosporins, or no more than beta-lactams. The last is no proof of a narrow spectrum: only a few well-known
alleles are called narrow here, the others stay unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal, NamedTuple

Ambler = Literal["A", "B", "C", "D"]
Spectrum = Literal["metallo", "carbapenemase", "esbl", "ampc", "narrow", "unknown"]

PATERSON = "Paterson and Bonomo, 2005, Clin Microbiol Rev 18:657, PMC1265908, abstract"
NUESCH = "Nüesch-Inderbinen et al., 1997, Antimicrob Agents Chemother 41:943, abstract"
CATALOGUE = (
    "National Center for Biotechnology Information, Reference Gene Catalog, version 2026-05-15.1, "
    "family and subclass of each allele"
)


class Enzyme(NamedTuple):
    """One beta-lactamase, or a family where the report names no more than that.

    `carbapenemase` is None where the name leaves it open, as GES without a number does.
    """

    name: str
    family: str
    ambler: Ambler
    carbapenemase: bool | None
    spectrum: Spectrum
    source: str
    verified: bool
    note: str = ""

    @property
    def id(self) -> str:
        """Name this row in a derivation."""
        return f"enzyme/{self.name}"


@dataclass(frozen=True, slots=True)
class Members:
    """Alleles of one family that do the same: numbers as `1-8 10`, names as they are written."""

    spectrum: Spectrum
    numbers: str = ""
    names: tuple[str, ...] = ()
    source: str = CATALOGUE
    verified: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """A family of beta-lactamases; spectrum and note are those of a report that names only the family."""

    name: str
    ambler: Ambler
    spectrum: Spectrum
    carbapenemase: bool | None
    members: tuple[Members, ...] = ()
    prefix: str = ""
    source: str = CATALOGUE
    verified: bool = True
    note: str = ""

    @property
    def id(self) -> str:
        """Name this row in a derivation."""
        return f"enzyme-family/{self.name}"


def _metallo(name: str, numbers: str) -> Family:
    """All members of an acquired class B family hydrolyse carbapenems."""
    return Family(name, "B", "metallo", True, (Members("metallo", numbers),))


def _serine(name: str, numbers: str, *names: str) -> Family:
    """All members of a class A carbapenemase family hydrolyse carbapenems."""
    return Family(name, "A", "carbapenemase", True, (Members("carbapenemase", numbers, names),))


def _esbl(name: str, numbers: str) -> Family:
    """All members of a class A family have an extended spectrum."""
    return Family(name, "A", "esbl", False, (Members("esbl", numbers),))


def _ampc(name: str, numbers: str) -> Family:
    """All members of a class C family are cephalosporinases."""
    return Family(name, "C", "ampc", False, (Members("ampc", numbers),))


def _narrow(name: str, numbers: str, *names: str) -> Family:
    """All members of a class A family are penicillinases, listed for no more than beta-lactams."""
    return Family(name, "A", "narrow", False, (Members("narrow", numbers, names),))


_CLASS_B = (
    _metallo("NDM", "1-98"),
    _metallo("VIM", "1-97"),
    _metallo("IMP", "1-112"),
    _metallo("GIM", "1-3"),
    _metallo("SIM", "1-2"),
    _metallo("SPM", "1"),
    _metallo("DIM", "1"),
    _metallo("TMB", "1-2"),
    _metallo("KHM", "1-2"),
    _metallo("FIM", "1"),
    _metallo("AIM", "1-2"),
    _metallo("AFM", "1-5"),
)

_CLASS_A = (
    Family(
        "KPC",
        "A",
        "carbapenemase",
        True,
        (
            Members(
                "esbl",
                "12 14 25 28 31-33 35 39 41 46-53 57 61-66 68-74 76 79 82 86 88 90 92-95 110-112 115 121 "
                "123 138 145 151-155 159 167 169-170 172-173 175 179 185-186 189 194 197 201 203 206-209 "
                "219-222 226 228 230 248 255 258-259 264 267-269 272 287 289-290 295-296",
                note="listed for cephalosporins and not for carbapenems, like variants that arise under "
                "ceftazidime-avibactam",
            ),
            Members("carbapenemase", "1-299"),
        ),
    ),
    Family(
        "GES",
        "A",
        "unknown",
        None,
        (
            Members("carbapenemase", "4-6 14 16 18 20-21 24-25 28 30 33 39-40 47-51 53-54 61 66"),
            Members("esbl", "1-3 7-13 15 17 19 22-23 26-27 29 31-32 34-38 41-46 52 55-60 62 65 67-70"),
            Members("unknown", "1-70"),
        ),
        source="Stewart et al., 2015, Biochemistry 54:588, abstract; and " + CATALOGUE,
        note="the residue at position 170 decides: GES-1 is not a carbapenemase, GES-5 is",
    ),
    _serine("IMI", "1-31", "NMC-A"),
    _serine("SME", "1-6"),
    _serine("FRI", "1-12"),
    _serine("BKC", "1-3"),
    _serine("SFC", "1-3"),
    Family(
        "CTX-M",
        "A",
        "esbl",
        False,
        (
            Members("unknown", "178 255", note="listed for no more than beta-lactams"),
            Members("esbl", "1-285"),
        ),
    ),
    Family(
        "SHV",
        "A",
        "unknown",
        False,
        (
            Members("narrow", "1", source=PATERSON),
            Members("narrow", "11", source=NUESCH),
            Members("esbl", "12", source=NUESCH + "; and " + CATALOGUE),
            Members(
                "esbl",
                "2-5 7-9 13 15-16 18 24 29-31 34-35 38 45-46 55 57 64-66 70 86 97-100 102 104-106 120 "
                "128-129 134 141 148 152-154 160 162-165 183 187 200 203 230",
                ("SHV-2a",),
            ),
            Members("unknown", "1-256"),
        ),
        source="Tsang et al., 2024, Microb Genom, abstract (wild-type, ESBL and inhibitor-resistant alleles)",
        note="a narrow, chromosomal member is usual in Klebsiella pneumoniae; the report does not say which",
    ),
    Family(
        "TEM",
        "A",
        "unknown",
        False,
        (
            Members("narrow", "1-2", ("TEM-1A", "TEM-1B", "TEM-1C", "TEM-1D"), source=PATERSON),
            Members(
                "esbl",
                "3-12 15-17 19-22 24 26 28-29 43 47-49 52-53 60-61 63 68 71-72 85-88 91-94 101-102 106-107 "
                "109 112-115 120-121 123-126 129-134 136-139 142-144 147 149 151-155 157-158 164 167-169 "
                "177-178 184 187-188 191 197 207 211 230",
            ),
            Members("unknown", "1-272"),
        ),
        note="mostly TEM-1, which is narrow; the report does not say",
    ),
    _esbl("PER", "1-18"),
    _esbl("VEB", "1-42"),
    _esbl("BEL", "1-5"),
    _esbl("TLA", "1-4"),
    _esbl("SFO", "1"),
    _esbl("BES", "1"),
    Family(
        "OXY",
        "A",
        "esbl",
        False,
        (Members("esbl", "1-13"),),
        note="chromosomal in Klebsiella oxytoca and its relatives; matters when it is overproduced",
    ),
    _narrow("LEN", "1-211"),
    _narrow("OKP", "", "OKP-A", "OKP-B", "OKP-C", "OKP-D"),
    _narrow("LAP", "1-2"),
    _narrow("SCO", "1-2"),
    Family("CARB", "A", "narrow", False, (Members("unknown", "10"), Members("narrow", "1-62"))),
)

_CLASS_C = (
    Family(
        "AmpC",
        "C",
        "ampc",
        False,
        source="Bush and Bradford, 2016, Cold Spring Harb Perspect Med, abstract",
        note="what a laboratory reports when it saw a cephalosporinase and no gene",
    ),
    _ampc("CMY", "1-227"),
    _ampc("DHA", "1-38"),
    _ampc("ACT", "1-215"),
    _ampc("MIR", "1-39"),
    _ampc("FOX", "1-23"),
    _ampc("ACC", "1-7"),
    _ampc("MOX", "1-32"),
    _ampc("CFE", "1-2"),
    _ampc("LAT", "1-3"),
    _ampc("BIL", "1"),
    _ampc("ADC", "1-67 69-408"),  # ADC-68 is listed for carbapenems, as no other of class C here: left out
    _ampc("PDC", "1-717"),
)

# OXA numbers were given in order of discovery and say nothing: each member stands under its family.
_CLASS_D = (
    Family(
        "OXA",
        "D",
        "unknown",
        None,
        note="the letters alone do not tell a carbapenemase from a penicillinase",
    ),
    Family(
        "OXA-48-like",
        "D",
        "carbapenemase",
        True,
        (
            Members(
                "carbapenemase",
                "48 54 162 181 199 204 232 244-245 252 370 416 436 438-439 484 505 514-515 517 519 535 538 "
                "547 788 894 1205 1207",
            ),
            Members(
                "esbl",
                "163",
                source="Poirel et al., 2011, Antimicrob Agents Chemother 55:2546, abstract",
                note="hydrolyses cephalosporins, carbapenems hardly; may be reported as OXA-48-like",
            ),
            Members(
                "esbl",
                "405",
                source="Dortet et al., 2015, Antimicrob Agents Chemother 59:3823, abstract",
                note="hydrolyses cephalosporins, carbapenems hardly; may be reported as OXA-48-like",
            ),
            Members(
                "esbl",
                "247 546 566-567 793 833 918 920 922-924 929 933-934 1012 1038-1039 1055 1119 1146 1167 "
                "1181 1200-1201 1240 1399",
                note="listed for cephalosporins and not for carbapenems",
            ),
            Members(
                "unknown",
                "731 1211-1213 1226 1242 1304-1309 1371 1382 1384-1385 1396 1398 1400 1420-1421 1431 1435 1450",
                note="listed for no more than beta-lactams",
            ),
        ),
        "OXA",
        note="a gene test for the family may also find members that hardly hydrolyse carbapenems: OXA-163",
    ),
    Family(
        "OXA-23-like",
        "D",
        "carbapenemase",
        True,
        (
            Members(
                "carbapenemase",
                "23 27 49 73 103 105 133 146 165-171 225 239 366 398 422-423 435 440 482-483 565 657 806-818 "
                "893 911 966-969 1095 1216 1221 1223 1236 1241 1324-1326",
            ),
        ),
        "OXA",
    ),
    Family(
        "OXA-24/40-like",
        "D",
        "carbapenemase",
        True,
        (
            Members(
                "carbapenemase",
                "24-26 40 72 139 160 207 437 653 897 1040 1081 1225 1303 1322",
                ("OXA-24/40",),
                note="OXA-24 and OXA-40 are two names of one enzyme",
            ),
        ),
        "OXA",
    ),
    Family(
        "OXA-58-like",
        "D",
        "carbapenemase",
        True,
        (Members("carbapenemase", "58 96-97 164 397 420 512 1178 1376"),),
        "OXA",
    ),
    Family(
        "OXA-143-like",
        "D",
        "carbapenemase",
        True,
        (Members("carbapenemase", "143 182 231 253 255 499 649 825 945 1139 1182 1330 1373 1432"),),
        "OXA",
    ),
    Family(
        "OXA-51-like",
        "D",
        "carbapenemase",
        True,
        (
            Members(
                "carbapenemase",
                "51 64-71 75-80 82-84 86-95 98-100 104 106-113 115 117 120-128 130-132 138 144 148-150 172-180 "
                "194-197 200-203 206 208 216-217 219 223 234 241-242 248-250 254 259-263 312-317 336-346 365 "
                "371 374-391 400-404 406-414 424-426 429-433 441-442 480 497 507-511 516 521 523-525 528-532 "
                "536 545 554-562 654 680 682-723",
            ),
        ),
        "OXA",
        note="chromosomal in Acinetobacter baumannii; weak unless overproduced",
    ),
    Family(
        "OXA-427-like",
        "D",
        "carbapenemase",
        True,
        (
            Members(
                "carbapenemase",
                "427",
                source="Frère et al., 2020, Biomolecules 10:483, abstract; and " + CATALOGUE,
            ),
        ),
        "OXA",
    ),
    Family(
        "OXA-1-like",
        "D",
        "narrow",
        False,
        (
            Members("narrow", "1 30", note="OXA-30 is another name of OXA-1; raises cefepime MICs"),
            Members("narrow", "4 47"),
            Members("unknown", "31 224 320 392 534 675 796 921"),
        ),
        "OXA",
    ),
    Family(
        "OXA-2-like",
        "D",
        "unknown",
        False,
        (
            Members("narrow", "2-3 21"),
            Members("esbl", "15 32 53 141 161 210 226 539 543-544 681"),
            Members("unknown", "415 540-541 737 838"),
        ),
        "OXA",
    ),
    Family(
        "OXA-9-like",
        "D",
        "narrow",
        False,
        (Members("narrow", "9"), Members("unknown", "896")),
        "OXA",
    ),
    Family(
        "OXA-10-like",
        "D",
        "unknown",
        False,
        (
            Members(
                "narrow",
                "10",
                source="Naas and Nordmann, 1999, Curr Pharm Des 5:865, abstract (restricted spectrum)",
                note="the catalogue lists it for cephalosporins",
            ),
            Members("narrow", "7"),
            Members("esbl", "11 13-14 17 19 28 35 74 142 145 147 183 240 256 676 736 935"),
            Members(
                "esbl",
                "16",
                source="Danel et al., 1998, Antimicrob Agents Chemother 42:3117, abstract",
            ),
            Members("carbapenemase", "233 655"),
            Members("unknown", "56 101 246 251 368 454 520 656 663 677"),
        ),
        "OXA",
    ),
    Family("OXA-18-like", "D", "esbl", False, (Members("esbl", "18 1239"),), "OXA"),
    Family("OXA-45-like", "D", "esbl", False, (Members("esbl", "45"),), "OXA"),
)

FAMILIES: Mapping[str, Family] = MappingProxyType(
    {family.name: family for family in (*_CLASS_B, *_CLASS_A, *_CLASS_C, *_CLASS_D)}
)


def _ranges(numbers: str) -> Iterator[range]:
    """Read `1-8 10` as the ranges 1 to 8 and 10 to 10."""
    for part in numbers.split():
        first, _, last = part.partition("-")
        yield range(int(first), int(last or first) + 1)


def _enzyme(name: str, family: Family, members: Members | None) -> Enzyme:
    """Say of one name what its row says; an unknown spectrum leaves open what the family leaves open."""
    if members is None:
        return Enzyme(
            name,
            family.name,
            family.ambler,
            family.carbapenemase,
            family.spectrum,
            family.source,
            family.verified,
            family.note,
        )
    carbapenemase: bool | None = members.spectrum in ("metallo", "carbapenemase")
    if members.spectrum == "unknown" and family.carbapenemase is not False:
        carbapenemase = None
    return Enzyme(
        name,
        family.name,
        family.ambler,
        carbapenemase,
        members.spectrum,
        members.source,
        members.verified,
        members.note,
    )


@cache
def _table() -> Mapping[str, Enzyme]:
    """Give every name in the table; where a number stands in two rows of a family, the earlier row holds."""
    table: dict[str, Enzyme] = {}
    for family in FAMILIES.values():
        table[family.name] = _enzyme(family.name, family, None)
        for members in family.members:
            prefix = family.prefix or family.name
            numbered = (f"{prefix}-{number}" for numbers in _ranges(members.numbers) for number in numbers)
            for name in (*numbered, *members.names):
                found = table.setdefault(name, _enzyme(name, family, members))
                if found.family != family.name:
                    raise ValueError(f"{name} stands under {found.family} and under {family.name}")
    return MappingProxyType(table)


def lookup(name: str) -> Enzyme | None:
    """Find an enzyme or family by the name a laboratory reports, written exactly so.

    Does not correct: `bla` before the name, other capitals and unassigned numbers find nothing.
    """
    return _table().get(name)


def enzyme_names() -> tuple[str, ...]:
    """Give every name `lookup` knows, in the order of the table, for suggestions."""
    return tuple(_table())
