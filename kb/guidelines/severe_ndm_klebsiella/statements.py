"""What the guideline states, in our own words, with the grades it reports and the issuers they are attributed to.

The guideline cites its grades by reference number only. Reference 2 is taken to be the Italian societies' guideline of
2022, reference 5 ESCMID 2022; neither original was seen.
"""

from ...edition import Statement
from ...language import Cite

GUIDELINE = "severe-ndm-klebsiella"


def _at(place: str) -> Cite:
    return Cite(GUIDELINE, place)


STATEMENTS = (
    Statement(
        id="S1",
        says="For severe NDM-producing K. pneumoniae infection, ceftazidime-avibactam 2.5 g every 8 h plus aztreonam 2 g every 8 h, "
        "both intravenous, come first; not cefiderocol alone.",
        source=_at("opening paragraph (its reference 1)"),
        population="severe infection with NDM-producing Klebsiella pneumoniae",
    ),
    Statement(
        id="S2",
        says="Ceftazidime-avibactam plus aztreonam is first line for MBL-producing CRE, NDM included.",
        source=_at("First-Line Recommendation (its references 2, 1)"),
        population="infection with MBL-producing carbapenem-resistant Enterobacterales",
        strength="strong",
        certainty="moderate",
        graded_by="italian-societies-2022",
        attribution="the guideline's reference 2, taken to be the Italian societies 2022; their text was not seen",
    ),
    Statement(
        id="S3",
        says="Metallo-beta-lactamases do not hydrolyse aztreonam; avibactam blocks the co-produced enzymes that would; the two act in synergy.",
        source=_at("First-Line Recommendation (its reference 1)"),
        population="NDM producers",
    ),
    Statement(
        id="S4",
        says="In bloodstream infection, 30-day mortality was 19.2 % with the pair and 44 % with other active antibiotics.",
        source=_at("First-Line Recommendation (its reference 1)"),
        population="bloodstream infection with NDM-producing K. pneumoniae, as the guideline describes it",
    ),
    Statement(
        id="S5",
        says="Cefiderocol is a conditional alternative for NDM-producing CRE.",
        source=_at("Cefiderocol as Alternative (its references 2, 1)"),
        population="infection with NDM-producing carbapenem-resistant Enterobacterales",
        strength="conditional",
        certainty="low",
        graded_by="italian-societies-2022",
        attribution="the guideline's reference 2, taken to be the Italian societies 2022; their text was not seen. ESCMID 2022 is "
        "reported to give the same grade",
    ),
    Statement(
        id="S5-other-mbl",
        says="Cefiderocol as alternative for other metallo-beta-lactamases: our extension of S5.",
        source=_at("Cefiderocol as Alternative, extended from NDM to the other class B families"),
        population="infection with Enterobacterales that produce VIM, IMP or another class B enzyme",
        extends="S5",
    ),
    Statement(
        id="S5-suspected",
        says="Cefiderocol as alternative while the class B enzyme is only suspected: our extension of S5.",
        source=_at("Cefiderocol as Alternative, extended from confirmed to suspected"),
        population="infection with Enterobacterales suspected to produce a class B enzyme",
        extends="S5",
    ),
    Statement(
        id="S6",
        says="Cefiderocol: 75 % clinical cure in MBL-producing CRE in CREDIBLE-CR; pooled 70.8 % cure and 12.5 % 28-day mortality.",
        source=_at("Cefiderocol as Alternative (its reference 2)"),
        population="MBL producers in two trials",
    ),
    Statement(
        id="S7",
        says="Concerns with cefiderocol in NDM: high MICs, resistance emerging during therapy, primary resistance, failures before results.",
        source=_at("Cefiderocol as Alternative (its references 2, 3, 4)"),
        population="NDM producers",
    ),
    Statement(
        id="S8",
        says="Against cefiderocol for carbapenem-resistant Acinetobacter baumannii, taken by the guideline as a reason for caution.",
        source=_at("Cefiderocol as Alternative (its reference 5)"),
        population="carbapenem-resistant Acinetobacter baumannii",
        strength="conditional",
        certainty="low",
        graded_by="escmid-2022",
        attribution="the guideline's reference 5; text not seen",
    ),
    Statement(
        id="S9",
        says="Never aztreonam alone for NDM: co-produced beta-lactamases inactivate it.",
        source=_at("Critical Pitfalls (its reference 1)"),
        population="infection with NDM producers",
    ),
    Statement(
        id="S9-other-mbl",
        says="Never aztreonam alone for other class B enzymes: our extension of S9 by the enzyme table.",
        source=_at("Critical Pitfalls, extended by the enzyme table"),
        population="infection with producers of VIM, IMP or another class B enzyme",
        extends="S9",
    ),
    Statement(
        id="S10",
        says="Never ceftazidime-avibactam alone for NDM producers: it has no activity against metallo-beta-lactamases.",
        source=_at("Critical Pitfalls (its reference 1)"),
        population="infection with NDM producers",
    ),
    Statement(
        id="S10-other-mbl",
        says="Never ceftazidime-avibactam alone for other class B enzymes: our extension of S10 by the enzyme table.",
        source=_at("Critical Pitfalls, extended by the enzyme table"),
        population="infection with producers of VIM, IMP or another class B enzyme",
        extends="S10",
    ),
    Statement(
        id="S11",
        says="Do not wait for complete typing: if NDM is suspected from epidemiology or a rapid test, start the pair at once.",
        source=_at("Critical Pitfalls (its reference 1)"),
        population="suspected NDM",
    ),
    Statement(
        id="S11-other-mbl",
        says="Starting the pair when another class B enzyme is suspected: our extension of S11.",
        source=_at("Critical Pitfalls, extended from NDM to the other class B families"),
        population="suspected VIM, IMP or another class B enzyme",
        extends="S11",
    ),
    Statement(
        id="S11-other-basis",
        says="Starting the pair when NDM is suspected on other grounds than epidemiology or a rapid test: our extension of S11.",
        source=_at("Critical Pitfalls, extended to other grounds of suspicion"),
        population="NDM suspected on another basis",
        extends="S11",
    ),
    Statement(
        id="S12",
        says="No colistin-based regimen first: mortality is higher than with the pair.",
        source=_at("Critical Pitfalls (its reference 1)"),
        population="infection with NDM producers",
    ),
    Statement(
        id="S13",
        says="Severe infection by CRE with a metallo-beta-lactamase: aztreonam with ceftazidime-avibactam is suggested.",
        source=_at("Combination Therapy Guidance (its reference 5)"),
        population="severe infection with MBL-carrying carbapenem-resistant Enterobacterales",
        strength="conditional",
        certainty="moderate",
        graded_by="escmid-2022",
        attribution="the guideline's reference 5; confirmed in paraphrase (J Anesth Analg Crit Care 2022), text not seen",
    ),
    Statement(
        id="S14",
        says="CRE susceptible to cefiderocol and treated with it: no combination.",
        source=_at("Combination Therapy Guidance (its reference 5)"),
        population="CRE infection treated with cefiderocol, susceptibility confirmed",
        strength="strong",
        certainty="low",
        graded_by="escmid-2022",
        attribution="the guideline's reference 5; text not seen",
    ),
    Statement(
        id="S15",
        says="Adjust both drugs of the pair to renal function.",
        source=_at("Dosing Adjustments (its reference 1)"),
        population="anyone treated with the pair",
    ),
    Statement(
        id="S16",
        says="Adjust cefiderocol to creatinine clearance; a 3 to 4 h haemodialysis removes about 60 %.",
        source=_at("Dosing Adjustments (its reference 6)"),
        population="anyone treated with cefiderocol",
    ),
    Statement(
        id="S17",
        says="Source control is mandatory and complementary: drain abscesses, remove infected devices, debride necrotic tissue.",
        source=_at("Source Control (its reference 1)"),
        population="any such infection",
    ),
)
