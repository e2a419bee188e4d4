import pytest
from whyrx.facts.organisms import ORGANISMS


@pytest.mark.parametrize(
    ("name", "genus", "order"),
    [
        ("Klebsiella pneumoniae", "Klebsiella", "Enterobacterales"),
        ("Klebsiella species", "Klebsiella", "Enterobacterales"),
        ("Klebsiella aerogenes", "Klebsiella", "Enterobacterales"),
        ("Enterobacter aerogenes", "Klebsiella", "Enterobacterales"),
        ("Raoultella ornithinolytica", "Raoultella", "Enterobacterales"),
        ("Escherichia coli", "Escherichia", "Enterobacterales"),
        ("Enterobacter cloacae complex", "Enterobacter", "Enterobacterales"),
        ("Morganella morganii", "Morganella", "Enterobacterales"),
        ("Serratia marcescens", "Serratia", "Enterobacterales"),
        ("Acinetobacter baumannii", "Acinetobacter", "Moraxellales"),
        ("Pseudomonas aeruginosa", "Pseudomonas", "Pseudomonadales"),
        ("Stenotrophomonas maltophilia", "Stenotrophomonas", "Lysobacterales"),
        ("Burkholderia cepacia complex", "Burkholderia", "Burkholderiales"),
        ("Staphylococcus aureus", "Staphylococcus", "Bacillales"),
        ("Candida albicans", "Candida", "Serinales"),
    ],
)
def test_an_organism_has_its_genus_and_order(name: str, genus: str, order: str) -> None:
    organism = ORGANISMS[name]
    assert (organism.name, organism.genus, organism.order) == (name, genus, order)


@pytest.mark.parametrize("name", ["klebsiella pneumoniae", "K. pneumoniae", "Klebsiela oxytoca", "Klebs"])
def test_a_name_outside_the_table_is_not_guessed_at(name: str) -> None:
    assert name not in ORGANISMS


def test_names_are_unique_whatever_their_case() -> None:
    names = [name.casefold() for name in ORGANISMS]
    assert len(names) == len(set(names))
    assert all(name == organism.name for name, organism in ORGANISMS.items())


def test_a_genus_has_one_order_and_a_name_without_species() -> None:
    orders: dict[str, set[str]] = {}
    for organism in ORGANISMS.values():
        orders.setdefault(organism.genus, set()).add(organism.order)
        assert f"{organism.genus} species" in ORGANISMS
    assert all(len(found) == 1 for found in orders.values())


def test_a_row_that_nobody_checked_says_so() -> None:
    for organism in ORGANISMS.values():
        assert organism.source
        assert organism.verified != organism.source.startswith("from memory"), organism
