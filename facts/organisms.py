"""The organisms a laboratory reports, each with its genus and its order.

Wide enough that infection with another common organism is answered with "out of scope", not with an error.
The table knows names, not spellings: what it lacks is refused, and suggestions are made elsewhere. A genus
alone (`Klebsiella species`) and a complex are names of their own, since laboratories report them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

NCBI_TAXONOMY = "National Center for Biotechnology Information, NCBI Taxonomy, 2024-09"
ADEOLU = f"Adeolu et al., 2016, Int J Syst Evol Microbiol 66:5575 (order); {NCBI_TAXONOMY} (genus in order)"


@dataclass(frozen=True, slots=True)
class Organism:
    """One name a laboratory reports, with the species, genus and order as they are used now.

    A subspecies belongs to its species; a complex and a genus without a species are names of their own.
    """

    name: str
    species: str
    genus: str
    order: str
    source: str
    verified: bool

    @property
    def id(self) -> str:
        """Name this row in a derivation."""
        return f"organism/{self.name}"


@dataclass(frozen=True, slots=True)
class _Genus:
    """One genus: the epithets reported, and names still reported that begin with another genus."""

    name: str
    epithets: str
    also: tuple[str, ...] = ()


_ENTEROBACTERALES = (
    _Genus(
        "Klebsiella",
        "pneumoniae, pneumoniae complex, pneumoniae subsp. pneumoniae, pneumoniae subsp. ozaenae, "
        "pneumoniae subsp. rhinoscleromatis, quasipneumoniae, variicola, africana, oxytoca, oxytoca complex, "
        "michiganensis, grimontii, pasteurii, aerogenes",
        ("Enterobacter aerogenes",),
    ),
    _Genus(
        "Raoultella",
        "ornithinolytica, planticola, terrigena",
        ("Klebsiella ornithinolytica", "Klebsiella planticola", "Klebsiella terrigena"),
    ),
    _Genus("Escherichia", "coli, albertii, fergusonii"),
    _Genus("Atlantibacter", "hermannii", ("Escherichia hermannii",)),
    _Genus("Pseudescherichia", "vulneris", ("Escherichia vulneris",)),
    _Genus("Shigella", "boydii, dysenteriae, flexneri, sonnei"),
    _Genus("Salmonella", "enterica, bongori, Typhi, Paratyphi, Enteritidis, Typhimurium"),
    _Genus(
        "Enterobacter",
        "cloacae, cloacae complex, hormaechei, asburiae, kobei, ludwigii, roggenkampii, bugandensis, cancerogenus",
    ),
    _Genus(
        "Citrobacter",
        "freundii, freundii complex, koseri, amalonaticus, braakii, farmeri, sedlakii, werkmanii, youngae",
    ),
    _Genus("Cronobacter", "sakazakii, malonaticus"),
    _Genus("Kluyvera", "ascorbata, cryocrescens, intermedia"),
    _Genus("Leclercia", "adecarboxylata"),
    _Genus("Lelliottia", "amnigena", ("Enterobacter amnigenus",)),
    _Genus("Pluralibacter", "gergoviae", ("Enterobacter gergoviae",)),
    _Genus("Cedecea", "davisae, lapagei"),
    _Genus("Pantoea", "agglomerans, ananatis, dispersa"),
    _Genus("Hafnia", "alvei, paralvei"),
    _Genus("Edwardsiella", "tarda"),
    _Genus("Serratia", "marcescens, liquefaciens, odorifera, plymuthica, fonticola, rubidaea"),
    _Genus("Rahnella", "aquatilis"),
    _Genus("Yersinia", "enterocolitica, pestis, pseudotuberculosis"),
    _Genus("Proteus", "mirabilis, vulgaris, penneri, hauseri"),
    _Genus("Providencia", "rettgeri, stuartii, alcalifaciens"),
    _Genus("Morganella", "morganii"),
    _Genus("Plesiomonas", "shigelloides"),
)

_OTHER_ORDERS = {
    # other Gram-negatives
    "Moraxellales": (
        _Genus(
            "Acinetobacter",
            "baumannii, baumannii complex, calcoaceticus-baumannii complex, calcoaceticus, nosocomialis, "
            "pittii, junii, lwoffii, ursingii",
        ),
        _Genus("Moraxella", "catarrhalis"),
    ),
    "Pseudomonadales": (
        _Genus("Pseudomonas", "aeruginosa, putida, fluorescens"),
        _Genus("Stutzerimonas", "stutzeri", ("Pseudomonas stutzeri",)),
    ),
    "Lysobacterales": (_Genus("Stenotrophomonas", "maltophilia"),),
    "Burkholderiales": (
        _Genus("Burkholderia", "cepacia, cepacia complex, cenocepacia, multivorans, gladioli, pseudomallei"),
        _Genus("Achromobacter", "xylosoxidans"),
        _Genus("Alcaligenes", "faecalis"),
        _Genus("Ralstonia", "pickettii, mannitolilytica"),
    ),
    "Flavobacteriales": (
        _Genus("Elizabethkingia", "anophelis, meningoseptica"),
        _Genus("Chryseobacterium", "indologenes"),
    ),
    "Aeromonadales": (_Genus("Aeromonas", "hydrophila, caviae, veronii"),),
    "Vibrionales": (_Genus("Vibrio", "cholerae, parahaemolyticus, vulnificus"),),
    "Pasteurellales": (
        _Genus("Haemophilus", "influenzae, parainfluenzae"),
        _Genus("Pasteurella", "multocida"),
    ),
    "Neisseriales": (_Genus("Neisseria", "meningitidis, gonorrhoeae"),),
    "Campylobacterales": (_Genus("Campylobacter", "jejuni, coli"), _Genus("Helicobacter", "pylori")),
    "Legionellales": (_Genus("Legionella", "pneumophila"),),
    "Bacteroidales": (_Genus("Bacteroides", "fragilis"),),
    # Gram-positives and mycobacteria
    "Bacillales": (
        _Genus("Staphylococcus", "aureus, epidermidis, haemolyticus, hominis, lugdunensis, saprophyticus"),
        _Genus("Listeria", "monocytogenes"),
        _Genus("Bacillus", "cereus"),
    ),
    "Lactobacillales": (
        _Genus(
            "Streptococcus",
            "pneumoniae, pyogenes, agalactiae, dysgalactiae, anginosus, mitis, gallolyticus",
        ),
        _Genus("Enterococcus", "faecalis, faecium, gallinarum, casseliflavus"),
    ),
    "Mycobacteriales": (
        _Genus("Corynebacterium", "striatum, jeikeium"),
        _Genus("Mycobacterium", "tuberculosis"),
    ),
    "Propionibacteriales": (_Genus("Cutibacterium", "acnes"),),
    "Eubacteriales": (_Genus("Clostridium", "perfringens"),),
    "Peptostreptococcales": (_Genus("Clostridioides", "difficile"),),
    # yeasts
    "Serinales": (
        _Genus("Candida", "albicans, parapsilosis, tropicalis"),
        _Genus("Candidozyma", "auris", ("Candida auris",)),
    ),
    "Saccharomycetales": (_Genus("Nakaseomyces", "glabratus", ("Candida glabrata",)),),
    "Pichiales": (_Genus("Pichia", "kudriavzevii", ("Candida krusei",)),),
    "Tremellales": (_Genus("Cryptococcus", "neoformans"),),
}


def _organisms(order: str, genera: tuple[_Genus, ...], source: str) -> Iterator[Organism]:
    """Give a row for each species, for the genus without a species, and for each name from another genus."""
    for genus in genera:
        for epithet in (*genus.epithets.split(", "), "species"):
            species, _, _ = epithet.partition(" subsp. ")
            yield Organism(
                f"{genus.name} {epithet}", f"{genus.name} {species}", genus.name, order, source, verified=True
            )
        for name in genus.also:
            older = f"from memory: a name of a {genus.name} species; {source}"
            yield Organism(name, name, genus.name, order, older, verified=False)


def _all() -> Iterator[Organism]:
    """Give every row, Enterobacterales first."""
    yield from _organisms("Enterobacterales", _ENTEROBACTERALES, ADEOLU)
    for order, genera in _OTHER_ORDERS.items():
        yield from _organisms(order, genera, NCBI_TAXONOMY)


ORGANISMS: Mapping[str, Organism] = MappingProxyType({organism.name: organism for organism in _all()})
