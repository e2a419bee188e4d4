import pytest
from whyrx.facts import activity
from whyrx.facts.activity import (
    DRUGS,
    HYDROLYSIS,
    INHIBITION,
    SIDE_CHAINS,
    hydrolysis,
    inhibition,
    share_side_chain,
)
from whyrx.facts.enzymes import FAMILIES, Enzyme, Family, enzyme_names, lookup


def known(name: str) -> Enzyme:
    enzyme = lookup(name)
    assert enzyme is not None, name
    return enzyme


@pytest.mark.parametrize(
    ("name", "family", "ambler", "carbapenemase", "spectrum"),
    [
        ("NDM-1", "NDM", "B", True, "metallo"),
        ("NDM-98", "NDM", "B", True, "metallo"),
        ("NDM", "NDM", "B", True, "metallo"),
        ("VIM-2", "VIM", "B", True, "metallo"),
        ("IMP-4", "IMP", "B", True, "metallo"),
        ("GIM-1", "GIM", "B", True, "metallo"),
        ("SPM-1", "SPM", "B", True, "metallo"),
        ("SIM-1", "SIM", "B", True, "metallo"),
        ("KPC-2", "KPC", "A", True, "carbapenemase"),
        ("KPC-31", "KPC", "A", False, "esbl"),
        ("IMI-1", "IMI", "A", True, "carbapenemase"),
        ("NMC-A", "IMI", "A", True, "carbapenemase"),
        ("SME-1", "SME", "A", True, "carbapenemase"),
        ("GES-5", "GES", "A", True, "carbapenemase"),
        ("GES-1", "GES", "A", False, "esbl"),
        ("GES", "GES", "A", None, "unknown"),
        ("CTX-M-15", "CTX-M", "A", False, "esbl"),
        ("CTX-M", "CTX-M", "A", False, "esbl"),
        ("SHV-1", "SHV", "A", False, "narrow"),
        ("SHV-11", "SHV", "A", False, "narrow"),
        ("SHV-2", "SHV", "A", False, "esbl"),
        ("SHV-5", "SHV", "A", False, "esbl"),
        ("SHV-12", "SHV", "A", False, "esbl"),
        ("SHV-27", "SHV", "A", False, "unknown"),
        ("SHV", "SHV", "A", False, "unknown"),
        ("TEM-1", "TEM", "A", False, "narrow"),
        ("TEM-1B", "TEM", "A", False, "narrow"),
        ("TEM-2", "TEM", "A", False, "narrow"),
        ("TEM-3", "TEM", "A", False, "esbl"),
        ("TEM-10", "TEM", "A", False, "esbl"),
        ("TEM-26", "TEM", "A", False, "esbl"),
        ("TEM-52", "TEM", "A", False, "esbl"),
        ("TEM-30", "TEM", "A", False, "unknown"),
        ("PER-1", "PER", "A", False, "esbl"),
        ("VEB-1", "VEB", "A", False, "esbl"),
        ("CMY-2", "CMY", "C", False, "ampc"),
        ("DHA-1", "DHA", "C", False, "ampc"),
        ("ACT-1", "ACT", "C", False, "ampc"),
        ("AmpC", "AmpC", "C", False, "ampc"),
        ("OXA-48", "OXA-48-like", "D", True, "carbapenemase"),
        ("OXA-48-like", "OXA-48-like", "D", True, "carbapenemase"),
        ("OXA-181", "OXA-48-like", "D", True, "carbapenemase"),
        ("OXA-232", "OXA-48-like", "D", True, "carbapenemase"),
        ("OXA-244", "OXA-48-like", "D", True, "carbapenemase"),
        ("OXA-162", "OXA-48-like", "D", True, "carbapenemase"),
        ("OXA-163", "OXA-48-like", "D", False, "esbl"),
        ("OXA-405", "OXA-48-like", "D", False, "esbl"),
        ("OXA-23", "OXA-23-like", "D", True, "carbapenemase"),
        ("OXA-24", "OXA-24/40-like", "D", True, "carbapenemase"),
        ("OXA-40", "OXA-24/40-like", "D", True, "carbapenemase"),
        ("OXA-24/40", "OXA-24/40-like", "D", True, "carbapenemase"),
        ("OXA-58", "OXA-58-like", "D", True, "carbapenemase"),
        ("OXA-1", "OXA-1-like", "D", False, "narrow"),
        ("OXA-10", "OXA-10-like", "D", False, "narrow"),
        ("OXA", "OXA", "D", None, "unknown"),
    ],
)
def test_a_name_stands_for_its_family_and_spectrum(
    name: str, family: str, ambler: str, carbapenemase: bool | None, spectrum: str
) -> None:
    enzyme = known(name)
    assert (enzyme.name, enzyme.family, enzyme.ambler) == (name, family, ambler)
    assert (enzyme.carbapenemase, enzyme.spectrum) == (carbapenemase, spectrum)


@pytest.mark.parametrize(
    "name",
    [
        "NDM-0",
        "NDM-99",
        "NDM-99999",
        "NDM-01",
        "NDM-",
        "NDM-1a",
        "NMD-1",
        "ndm-1",
        "NDM 1",
        " NDM-1",
        "",
        "blaNDM-1",
        "bla_NDM-1",
        "blaKPC",
        "KPC-0",
        "KPC-300",
        "GES-71",
        "IMP-113",
        "VIM-98",
        "CTX-M-0",
        "CTX-15",
        "SHV-0",
        "SHV-257",
        "OXA-0",
        "OXA-9999",
        "OXA-48-1",
        "NMC-1",
        "NMC",
        "AmpC-1",
        "OXA-24/41",
        "CARBA-1",
    ],
)
def test_a_name_outside_the_table_is_not_guessed_at(name: str) -> None:
    assert lookup(name) is None


def test_names_are_unique_whatever_their_case() -> None:
    names = [name.casefold() for name in enzyme_names()]
    assert len(names) == len(set(names))
    assert all(lookup(name) is not None for name in enzyme_names())


def test_every_family_is_itself_a_name() -> None:
    for family in FAMILIES.values():
        enzyme = known(family.name)
        assert (enzyme.family, enzyme.carbapenemase) == (family.name, family.carbapenemase)


def test_class_carbapenemase_and_spectrum_agree() -> None:
    for enzyme in map(known, enzyme_names()):
        assert (enzyme.ambler == "B") == (enzyme.spectrum == "metallo"), enzyme
        assert (enzyme.ambler == "C") == (enzyme.spectrum == "ampc"), enzyme
        if enzyme.spectrum != "unknown":
            assert enzyme.carbapenemase == (enzyme.spectrum in ("metallo", "carbapenemase")), enzyme
        else:
            assert enzyme.carbapenemase is not True, enzyme


def test_every_enzyme_meets_one_row_per_drug_and_one_on_avibactam() -> None:
    for enzyme in map(known, enzyme_names()):
        for drug in DRUGS:
            assert hydrolysis(enzyme, drug).drug == drug
        assert inhibition(enzyme).group in activity.groups(enzyme)


def test_every_row_speaks_of_some_enzyme() -> None:
    met = {group for enzyme in map(known, enzyme_names()) for group in activity.groups(enzyme)}
    assert {row.group for row in HYDROLYSIS.values()} <= met
    assert {row.group for row in INHIBITION.values()} <= met


@pytest.mark.parametrize(
    ("name", "drug", "degree"),
    [
        ("NDM-1", "aztreonam", "no"),
        ("NDM-1", "ceftazidime", "yes"),
        ("NDM-1", "meropenem", "yes"),
        ("VIM", "aztreonam", "no"),
        ("IMP-4", "aztreonam", "no"),
        ("KPC-2", "aztreonam", "yes"),
        ("KPC-31", "meropenem", "variable"),
        ("CTX-M-15", "aztreonam", "yes"),
        ("CTX-M-15", "meropenem", "no"),
        ("SHV-12", "aztreonam", "yes"),
        ("SHV-11", "aztreonam", "no"),
        ("SHV", "aztreonam", "variable"),
        ("TEM-1", "aztreonam", "no"),
        ("CMY-2", "aztreonam", "yes"),
        ("AmpC", "aztreonam", "yes"),
        ("OXA-48", "aztreonam", "no"),
        ("OXA-48", "meropenem", "weak"),
        ("OXA-48", "ceftazidime", "no"),
        ("OXA-163", "ceftazidime", "yes"),
        ("OXA-163", "meropenem", "weak"),
        ("OXA-1", "aztreonam", "no"),
        ("OXA-10", "aztreonam", "weak"),
        ("OXA-10", "meropenem", "no"),
        ("GES-1", "meropenem", "no"),
        ("GES-5", "meropenem", "yes"),
        ("GES", "meropenem", "variable"),
    ],
)
def test_what_an_enzyme_does_to_a_drug(name: str, drug: activity.Drug, degree: str) -> None:
    assert hydrolysis(known(name), drug).degree == degree


@pytest.mark.parametrize(
    ("name", "inhibited"),
    [
        ("NDM-1", "no"),
        ("VIM-2", "no"),
        ("IMP", "no"),
        ("KPC-3", "yes"),
        ("KPC-31", "variable"),
        ("CTX-M-15", "yes"),
        ("SHV-12", "yes"),
        ("TEM-1", "yes"),
        ("PER-1", "variable"),
        ("GES-5", "yes"),
        ("GES-55", "variable"),
        ("CMY-2", "yes"),
        ("DHA-1", "yes"),
        ("OXA-48", "yes"),
        ("OXA-181", "yes"),
        ("OXA-163", "yes"),
        ("OXA-23", "variable"),
        ("OXA-10", "variable"),
        ("OXA", "variable"),
    ],
)
def test_what_avibactam_inhibits(name: str, inhibited: str) -> None:
    assert inhibition(known(name)).inhibited == inhibited


def test_side_chains_are_shared_both_ways_and_only_as_the_table_says() -> None:
    for one in SIDE_CHAINS:
        for other in SIDE_CHAINS:
            assert share_side_chain(one, other)
        assert not share_side_chain(one, "meropenem")
        assert not share_side_chain("meropenem", one)


def test_a_row_that_nobody_checked_says_so() -> None:
    rows: list[Family | Enzyme | activity.Hydrolysis | activity.Inhibition | activity.SideChain] = [
        *FAMILIES.values(),
        *map(known, enzyme_names()),
        *HYDROLYSIS.values(),
        *INHIBITION.values(),
        *SIDE_CHAINS.values(),
    ]
    for row in rows:
        assert row.source
        assert row.verified != row.source.startswith("from memory"), row
    ids = [row.id for row in rows]
    assert len(ids) == len(set(ids))
