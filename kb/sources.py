"""Every document that knowledge rests on, once: rules, rows and statements cite these ids.

Nothing here was read on a live page: labels as archived copies of their text, papers as far as said. How far a
document was seen stands with it and is shown wherever it is cited.
"""

from .edition import Source

OWN, SEEN, SECOND_HAND, ATTRIBUTED, MEMORY = "own", "seen", "second_hand", "attributed", "from_memory"

_ALL = (
    # the guideline, and our rulings where it is silent
    Source(
        "severe-ndm-klebsiella",
        "Treatment of Severe NDM-Producing Klebsiella Infection",
        "Dr.Oracle",
        2026,
        "online clinical summary, updated 4 February 2026, marked by its publisher as pending human review",
        SEEN,
    ),
    Source("whyrx-rulings", "rulings where the guideline is silent", "whyrx", 2026, "", OWN),
    # other guidelines and what the guideline's reference numbers are taken to be
    Source(
        "italian-societies-2022",
        "Diagnosis and management of infections caused by multidrug-resistant bacteria",
        "SIMIT/SITA/GISA/AMCLI/SIM",
        2022,
        "Tiseo et al., Int J Antimicrob Agents 60:106611",
        ATTRIBUTED,
    ),
    Source(
        "escmid-2022",
        "Guidelines for the treatment of infections caused by multidrug-resistant Gram-negative bacilli",
        "ESCMID",
        2022,
        "Paul et al., Clin Microbiol Infect 28:521-547",
        SECOND_HAND,
    ),
    Source(
        "idsa-2026",
        "Guidance on the Treatment of Antimicrobial-Resistant Gram-Negative Infections, version 5.0",
        "IDSA",
        2026,
        "Tamma et al., Clin Infect Dis, doi:10.1093/cid/ciag481, 30 July 2026",
        SECOND_HAND,
    ),
    # labels
    Source("avycaz-us-2026", "AVYCAZ US label, version 25", "AbbVie", 2026, "revised 11 August 2026", SEEN),
    Source("zavicefta-uk-2025", "Zavicefta UK SmPC", "Pfizer", 2025, "revised August 2025", SEEN),
    Source("fetroja-us-2026", "FETROJA US label, version 11", "Shionogi", 2026, "revised 30 April 2026", SEEN),
    Source("fetcroja-uk-2026", "Fetcroja UK SmPC", "Shionogi", 2026, "revised 25 June 2026", SEEN),
    Source("emblaveo-us-2026", "EMBLAVEO US label, version 7", "AbbVie", 2026, "revised 5 August 2026", SEEN),
    Source("emblaveo-uk-2026", "Emblaveo UK SmPC", "Pfizer", 2026, "revised May 2026", SEEN),
    Source(
        "meropenem-us-2026",
        "meropenem US label (generic), version 6",
        "WG Critical Care",
        2026,
        "revised 24 September 2026",
        SEEN,
    ),
    Source("meronem-uk-2026", "Meronem UK SmPC", "eMC 9834", 2026, "revised March 2026", SEEN),
    Source(
        "vabomere-us",
        "VABOMERE US label",
        "Melinta",
        2026,
        "indications as of 18 July 2026; dosing through Yahav et al. 2020, Clin Microbiol Rev 34:e00115-20, table 9",
        SECOND_HAND,
    ),
    Source(
        "vaborem-eu",
        "Vaborem EU SmPC and leaflet",
        "EMA product information",
        2023,
        "excerpts only, revision of 2023",
        SECOND_HAND,
    ),
    Source(
        "recarbrio-us",
        "RECARBRIO US label",
        "FDA label",
        2023,
        "revision of 2023 (sections 1 and 2 were revised in December 2025, not read)",
        SECOND_HAND,
    ),
    Source(
        "recarbrio-eu",
        "Recarbrio EU SmPC",
        "EMA product information",
        2022,
        "excerpts of the revision of 2022, and a monograph of Oxford University Hospitals",
        SECOND_HAND,
    ),
    Source(
        "tigecycline-us-2026", "tigecycline US label (Sandoz), version 21", "Sandoz", 2026, "revised 27 July 2026", SEEN
    ),
    Source("tigecycline-uk-2026", "tigecycline UK SmPC (generic)", "eMC 101433", 2026, "16 February 2026", SEEN),
    Source(
        "xerava-us",
        "XERAVA US label",
        "FDA label",
        2024,
        "section 2 as of 12 February 2024; highlights of an undated copy",
        SECOND_HAND,
    ),
    Source("xerava-uk-2023", "Xerava UK SmPC", "PAION", 2023, "31 October 2023, excerpts", SEEN),
    Source("coly-mycin-us-2026", "COLY-MYCIN M US label, version 27", "Par", 2026, "revised 22 June 2026", SEEN),
    Source("colomycin-uk-2023", "Colomycin UK SmPC", "eMC 1094", 2023, "revised 19 April 2023", SEEN),
    Source(
        "azactam-us",
        "AZACTAM US label",
        "Bristol-Myers Squibb",
        2023,
        "revised March 2023; its dosing section through older copies and concordant secondary texts",
        SECOND_HAND,
    ),
    Source(
        "azactam-uk",
        "Azactam UK SmPC",
        "Bristol-Myers Squibb",
        2023,
        "updated 11 September 2023; s.4.3 through a copy of the text of 2019, renal dosing through hospital monographs",
        SECOND_HAND,
    ),
    Source(
        "labels",
        "labels of the drugs of the formulary",
        "manufacturers",
        2026,
        "each row of their tables names its own label",
        SEEN,
    ),
    # studies the guideline reports
    Source(
        "falcone-2021",
        "Ceftazidime-avibactam plus aztreonam in bloodstream infections by MBL-producing Enterobacterales",
        "Falcone et al.",
        2021,
        "Clin Infect Dis 72:1871-1878",
        SECOND_HAND,
    ),
    Source(
        "shea-choosing-wisely",
        "Choosing Wisely: antibiotics after three days",
        "SHEA",
        2019,
        "released 1 October 2015, revised 2 December 2019, first item",
        SEEN,
    ),
    Source(
        "coppi-2022",
        "Outbreak of NDM-1 K. pneumoniae highly resistant to cefiderocol, Florence 2021-22",
        "Coppi et al.",
        2022,
        "Euro Surveill 27(43)",
        SEEN,
    ),
    Source("bassetti-2021", "CREDIBLE-CR", "Bassetti et al.", 2021, "Lancet Infect Dis 21:226-240", SECOND_HAND),
    Source(
        "timsit-2022",
        "Cefiderocol for MBL producers in CREDIBLE-CR and APEKS-NP",
        "Timsit et al.",
        2022,
        "Clin Infect Dis 75:1081-1084, PMC9522395 (abstract)",
        SEEN,
    ),
    Source(
        "breakpoints",
        "breakpoints for Enterobacterales",
        "EUCAST, CLSI and FDA",
        2026,
        "EUCAST v16.1, CLSI M100; each drug's own source stands with what was computed",
        SECOND_HAND,
    ),
    # organisms, enzymes, severity, formulas
    Source("from-memory", "general knowledge of the field", "whyrx", 2026, "no source read", MEMORY),
    Source(
        "adeolu-2016",
        "Genome-based phylogeny and taxonomy of the Enterobacteriales",
        "Adeolu et al.",
        2016,
        "Int J Syst Evol Microbiol 66:5575",
        SEEN,
    ),
    Source("ncbi-reference-gene-catalog", "Reference Gene Catalog", "NCBI", 2026, "version 2026-05-15.1", SEEN),
    Source("singer-2016", "Sepsis-3 definitions", "Singer et al.", 2016, "JAMA 315:801-810", SECOND_HAND),
    Source(
        "henderson-2020",
        "The Pitt bacteremia score predicts mortality in nonbacteremic infections",
        "Henderson et al.",
        2020,
        "Clin Infect Dis 70:1826-1833, abstract",
        SEEN,
    ),
    Source("devine-1974", "Gentamicin therapy", "Devine", 1974, "Drug Intell Clin Pharm 8:650-655", SECOND_HAND),
    Source(
        "cockcroft-gault-1976",
        "Prediction of creatinine clearance from serum creatinine",
        "Cockcroft and Gault",
        1976,
        "Nephron 16:31-41",
        SECOND_HAND,
    ),
)

SOURCES = {source.id: source for source in _ALL}


def cite(document: str, place: str = "") -> str:
    """The citation people read. KeyError for a document that is not listed here."""
    return SOURCES[document].cite(place)
