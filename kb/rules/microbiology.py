"""What the isolate is and which carbapenemases it makes, is suspected to make, or is shown not to make."""

from ...facts.atoms import V
from ...facts.vocabulary import (
    Action,
    CarbapenemaseFound,
    CarbapenemaseList,
    CarbapenemResistance,
    CarbapenemResistant,
    CoProduced,
    Enterobacterales,
    Enzyme,
    EnzymeInformation,
    FamilyFound,
    FamilyRuledOut,
    InScope,
    Missing,
    Organism,
    OrganismOrder,
    OtherEnzyme,
    Susceptibility,
    Suspected,
    SuspicionBasis,
    Target,
    TestCoverageList,
    TestCovers,
    Warn,
)
from ..examples import BASE, NOT_STATED, PAIR, SUSPECTED, fires, silent
from ..language import Cite, Rule

RULINGS = "whyrx-rulings"

RULES = (
    Rule(
        id="isolate-is-enterobacterales",
        says="The isolate belongs to the order Enterobacterales.",
        source=Cite("adeolu-2016", "order Enterobacterales"),
        when=(Organism(organism=V.organism), OrganismOrder(organism=V.organism, order="Enterobacterales")),
        then=Enterobacterales(),
        because="{organism} belongs to the Enterobacterales.",
        cases=(
            fires("K. pneumoniae", BASE),
            fires("E. coli", BASE, {"isolate.organism": "Escherichia coli"}),
            silent("Acinetobacter", BASE, {"isolate.organism": "Acinetobacter baumannii"}),
            silent("organism not stated", BASE, {"isolate.organism": NOT_STATED}),
        ),
    ),
    Rule(
        id="carbapenem-resistance-stated",
        says="The isolate is stated to be resistant to carbapenems.",
        source=Cite(RULINGS, "carbapenem resistance: stated, or meropenem reported resistant"),
        when=(CarbapenemResistance(value="yes"),),
        then=CarbapenemResistant(),
        because="the isolate is stated to be carbapenem-resistant.",
        cases=(
            fires("stated", BASE),
            silent("susceptible", BASE, {"isolate.carbapenem_resistant": False}),
            silent("not stated", BASE, {"isolate.carbapenem_resistant": NOT_STATED}),
        ),
    ),
    Rule(
        id="carbapenem-resistance-by-meropenem",
        says="Where resistance to carbapenems is not stated, meropenem reported resistant shows it.",
        source=Cite(RULINGS, "carbapenem resistance: stated, or meropenem reported resistant"),
        when=(CarbapenemResistance(value="not_stated"), Susceptibility(regimen="meropenem", result="R")),
        then=CarbapenemResistant(),
        because="meropenem is reported resistant.",
        cases=(
            fires(
                "meropenem R",
                BASE,
                {"isolate.carbapenem_resistant": NOT_STATED, "isolate.susceptibilities": {"meropenem": "R"}},
            ),
            silent(
                "meropenem S",
                BASE,
                {"isolate.carbapenem_resistant": NOT_STATED, "isolate.susceptibilities": {"meropenem": "S"}},
            ),
            silent(
                "neither stated",
                BASE,
                {"isolate.carbapenem_resistant": NOT_STATED, "isolate.susceptibilities": NOT_STATED},
            ),
        ),
    ),
    Rule(
        id="carbapenemase-found",
        says="A confirmed carbapenemase is information on the isolate's carbapenemases.",
        source=Cite(RULINGS, "enzyme information"),
        when=(CarbapenemaseFound(enzyme=V.enzyme),),
        then=EnzymeInformation(source="found"),
        because="{enzyme} was found.",
        cases=(
            fires("NDM-1 found", BASE),
            silent("tested, none found", BASE, {"isolate.carbapenemases": []}),
            silent("nothing stated", BASE, {"isolate.carbapenemases": NOT_STATED}),
        ),
    ),
    Rule(
        id="carbapenemase-suspected",
        says="A suspected carbapenemase is information on the isolate's carbapenemases.",
        source=Cite(RULINGS, "enzyme information"),
        when=(Suspected(enzyme=V.enzyme),),
        then=EnzymeInformation(source="suspected"),
        because="{enzyme} is suspected.",
        cases=(
            fires("NDM suspected", SUSPECTED),
            silent("no longer suspected", SUSPECTED, {"isolate.suspected_carbapenemases": []}),
            silent("suspicion not stated", BASE, {"isolate.suspected_carbapenemases": NOT_STATED}),
        ),
    ),
    Rule(
        id="carbapenemases-tested-none-found",
        says="A carbapenemase test that found none is information too.",
        source=Cite(RULINGS, "enzyme information"),
        when=(CarbapenemaseList(state="none"),),
        then=EnzymeInformation(source="tested"),
        because="the isolate was tested and no carbapenemase was found.",
        cases=(
            fires("none found", BASE, {"isolate.carbapenemases": []}),
            silent("one found", BASE),
            silent("not stated", BASE, {"isolate.carbapenemases": NOT_STATED}),
        ),
    ),
    Rule(
        id="carbapenemase-family-found",
        says="The family of a confirmed carbapenemase counts as found.",
        source=Cite("ncbi-reference-gene-catalog", "family of each allele"),
        when=(CarbapenemaseFound(enzyme=V.enzyme), Enzyme(enzyme=V.enzyme, family=V.family)),
        then=FamilyFound(family=V.family),
        because="{enzyme} belongs to the {family} family.",
        cases=(
            fires("NDM-1 is of the NDM family", BASE),
            silent("none found", BASE, {"isolate.carbapenemases": []}),
            silent("not stated", SUSPECTED),
        ),
    ),
    Rule(
        id="carbapenemase-family-ruled-out",
        says="A family is ruled out if the test covers it, its result is stated, and it was not found.",
        source=Cite(RULINGS, "a found enzyme never means that others were excluded"),
        when=(
            Suspected(enzyme=V.enzyme),
            Enzyme(enzyme=V.enzyme, family=V.family),
            TestCovers(family=V.family),
            CarbapenemaseList(answered="yes"),
        ),
        unless=(FamilyFound(family=V.family),),
        then=FamilyRuledOut(family=V.family),
        because="{family} was suspected, but the test covers {family} and did not find it.",
        cases=(
            fires(
                "test covers NDM and found KPC only",
                SUSPECTED,
                {"isolate.carbapenemases": ["KPC-2"], "isolate.carbapenemases_tested_for": ["KPC", "NDM"]},
            ),
            fires(
                "test covers NDM and found nothing",
                SUSPECTED,
                {"isolate.carbapenemases": [], "isolate.carbapenemases_tested_for": ["NDM"]},
            ),
            silent(
                "KPC found, NDM not covered",
                SUSPECTED,
                {"isolate.carbapenemases": ["KPC-2"], "isolate.carbapenemases_tested_for": ["KPC"]},
            ),
            silent("coverage not stated", SUSPECTED, {"isolate.carbapenemases": ["KPC-2"]}),
            silent("result not stated", SUSPECTED, {"isolate.carbapenemases_tested_for": ["NDM"]}),
            silent(
                "NDM found",
                SUSPECTED,
                {"isolate.carbapenemases": ["NDM-5"], "isolate.carbapenemases_tested_for": ["NDM"]},
            ),
        ),
    ),
    Rule(
        id="rapid-test-contradicted",
        says="A suspicion from a rapid test that another test rules out is a contradiction.",
        source=Cite(RULINGS, "contradictions in the case are shown"),
        when=(FamilyRuledOut(family=V.family), SuspicionBasis(basis="rapid_molecular_test")),
        then=Warn(kind="contradiction", topic="rapid_test"),
        because="{family} is suspected from a rapid molecular test, but a test that covers it did not find it: ask the laboratory which is right.",
        cases=(
            fires(
                "rapid test against full test",
                SUSPECTED,
                {
                    "isolate.suspicion_basis": ["rapid_molecular_test"],
                    "isolate.carbapenemases": [],
                    "isolate.carbapenemases_tested_for": ["NDM"],
                },
            ),
            silent(
                "epidemiology", SUSPECTED, {"isolate.carbapenemases": [], "isolate.carbapenemases_tested_for": ["NDM"]}
            ),
            silent("nothing typed", SUSPECTED, {"isolate.suspicion_basis": ["rapid_molecular_test"]}),
        ),
    ),
    Rule(
        id="carbapenemase-confirmed",
        says="A confirmed carbapenemase is an enzyme to treat, whatever the carbapenem phenotype.",
        source=Cite(RULINGS, "the gene wins over the phenotype"),
        when=(
            CarbapenemaseFound(enzyme=V.enzyme),
            Enzyme(enzyme=V.enzyme, family=V.family, ambler=V.ambler),
        ),
        then=Target(enzyme=V.enzyme, family=V.family, ambler=V.ambler, certainty="confirmed"),
        because="{enzyme} was found: a class {ambler} carbapenemase of the {family} family.",
        cases=(
            fires("NDM-1", BASE),
            fires("VIM-2", BASE, {"isolate.carbapenemases": ["VIM-2"]}),
            fires("NDM by gene, carbapenem-susceptible", BASE, {"isolate.carbapenem_resistant": False}),
            fires("KPC-2", BASE, {"isolate.carbapenemases": ["KPC-2"]}),
            silent("none found", BASE, {"isolate.carbapenemases": []}),
            silent("not stated", SUSPECTED),
        ),
    ),
    Rule(
        id="carbapenemase-suspected-to-treat",
        says="A suspected carbapenemase is treated as present until a test that covers it has ruled it out.",
        source=Cite(RULINGS, "suspicion stands until a test that covers the family rules it out"),
        when=(
            Suspected(enzyme=V.enzyme),
            Enzyme(enzyme=V.enzyme, family=V.family, ambler=V.ambler),
        ),
        unless=(FamilyFound(family=V.family), FamilyRuledOut(family=V.family)),
        then=Target(enzyme=V.enzyme, family=V.family, ambler=V.ambler, certainty="suspected"),
        because="{family} is suspected and no test that covers it has ruled it out.",
        cases=(
            fires("NDM suspected, nothing typed", SUSPECTED),
            fires(
                "KPC found, NDM not covered by the test",
                SUSPECTED,
                {"isolate.carbapenemases": ["KPC-2"], "isolate.carbapenemases_tested_for": ["KPC"]},
            ),
            silent(
                "ruled out",
                SUSPECTED,
                {"isolate.carbapenemases": ["KPC-2"], "isolate.carbapenemases_tested_for": ["KPC", "NDM"]},
            ),
            fires("KPC suspected", SUSPECTED, {"isolate.suspected_carbapenemases": ["KPC"]}),
            silent("suspicion not stated", SUSPECTED, {"isolate.suspected_carbapenemases": NOT_STATED}),
        ),
    ),
    Rule(
        id="other-enzyme-co-produced",
        says="Other beta-lactamases found beside the class B carbapenemase are co-produced.",
        source=Cite("severe-ndm-klebsiella", "S3"),
        when=(OtherEnzyme(enzyme=V.enzyme),),
        then=CoProduced(enzyme=V.enzyme),
        because="{enzyme} was found.",
        cases=(
            fires("CTX-M-15", BASE),
            silent("none found", BASE, {"isolate.other_beta_lactamases": []}),
            silent("not stated", BASE, {"isolate.other_beta_lactamases": NOT_STATED}),
        ),
    ),
    *(
        Rule(
            id=f"class-{ambler.lower()}-carbapenemase-co-produced",
            says=f"A class {ambler} carbapenemase found beside the class B one is co-produced.",
            source=Cite("severe-ndm-klebsiella", "S3"),
            when=(CarbapenemaseFound(enzyme=V.enzyme), Enzyme(enzyme=V.enzyme, ambler=ambler)),
            then=CoProduced(enzyme=V.enzyme),
            because=f"{{enzyme}}, a class {ambler} carbapenemase, was found.",
            cases=(
                fires(f"{enzyme} beside NDM-1", BASE, {"isolate.carbapenemases": ["NDM-1", enzyme]}),
                silent("NDM-1 alone", BASE),
                silent("not stated", SUSPECTED),
            ),
        )
        for ambler, enzyme in (("A", "KPC-2"), ("D", "OXA-48"))
    ),
    Rule(
        id="carbapenem-susceptible-phenotype-discordant",
        says="A class B carbapenemase by gene with a carbapenem-susceptible phenotype is discordant: the gene wins, and it is said.",
        source=Cite(RULINGS, "the gene wins over the phenotype"),
        when=(Target(enzyme=V.enzyme, ambler="B", certainty=V.certainty), CarbapenemResistance(value="no")),
        then=Warn(kind="contradiction", topic="carbapenem_susceptible_phenotype"),
        because="the isolate is reported carbapenem-susceptible although it is {certainty} to make {enzyme}; "
        "the enzyme decides here. Ask the laboratory to confirm both.",
        cases=(
            fires("NDM-1, carbapenem-susceptible", BASE, {"isolate.carbapenem_resistant": False}),
            silent("resistant", BASE),
            silent("phenotype not stated", BASE, {"isolate.carbapenem_resistant": NOT_STATED}),
        ),
    ),
    Rule(
        id="meropenem-susceptible-phenotype-discordant",
        says="A class B carbapenemase by gene with meropenem reported susceptible is discordant: the gene wins, and it is said.",
        source=Cite(RULINGS, "the gene wins over the phenotype"),
        when=(
            Target(enzyme=V.enzyme, ambler="B", certainty=V.certainty),
            Susceptibility(regimen="meropenem", result="S"),
        ),
        then=Warn(kind="contradiction", topic="meropenem_susceptible"),
        because="meropenem is reported susceptible although the isolate is {certainty} to make {enzyme}, which "
        "hydrolyses it; the enzyme decides here. Ask the laboratory to confirm both.",
        cases=(
            fires("meropenem S", BASE, {"isolate.susceptibilities": {"meropenem": "S", PAIR: "S"}}),
            silent("meropenem R", BASE, {"isolate.susceptibilities": {"meropenem": "R", PAIR: "S"}}),
            silent("meropenem not tested", BASE),
            silent("susceptibilities not stated", BASE, {"isolate.susceptibilities": NOT_STATED}),
        ),
    ),
    Rule(
        id="typing-of-suspected-enzyme-missing",
        says="While a carbapenemase is only suspected, a carbapenemase test that covers it is missing.",
        source=Cite(RULINGS, "suspicion stands until a test that covers the family rules it out"),
        when=(Target(family=V.family, certainty="suspected"), CarbapenemaseList(answered="no")),
        then=Missing(fact="isolate.carbapenemases", need="advice"),
        because="carbapenemase typing: {family} is only suspected. A test that covers it and does not find it changes this advice.",
        cases=(
            fires("nothing typed", SUSPECTED),
            silent("no longer suspected", SUSPECTED, {"isolate.suspected_carbapenemases": []}),
            silent("typed", BASE),
        ),
    ),
    Rule(
        id="coverage-of-suspected-enzyme-missing",
        says="A typing result that does not say whether its test covers the suspected enzyme leaves the suspicion standing.",
        source=Cite(RULINGS, "suspicion stands until a test that covers the family rules it out"),
        when=(
            Target(family=V.family, certainty="suspected"),
            CarbapenemaseList(answered="yes"),
            TestCoverageList(answered="no"),
        ),
        then=Missing(fact="isolate.carbapenemases_tested_for", need="advice"),
        because="which carbapenemases the test covers: if it covers {family}, the suspicion is refuted; if not, it stands.",
        cases=(
            fires("KPC found, coverage not stated", SUSPECTED, {"isolate.carbapenemases": ["KPC-2"]}),
            silent(
                "coverage stated",
                SUSPECTED,
                {"isolate.carbapenemases": ["KPC-2"], "isolate.carbapenemases_tested_for": ["KPC"]},
            ),
            silent("nothing typed", SUSPECTED),
        ),
    ),
    Rule(
        id="suspected-enzyme-not-covered-missing",
        says="A test that does not cover the suspected enzyme leaves it open: one that does is missing.",
        source=Cite(RULINGS, "suspicion stands until a test that covers the family rules it out"),
        when=(
            Target(family=V.family, certainty="suspected"),
            CarbapenemaseList(answered="yes"),
            TestCoverageList(answered="yes"),
        ),
        then=Missing(fact="isolate.carbapenemases_tested_for", need="advice"),
        because="a test that covers {family}: the one reported does not, so the suspicion stands.",
        cases=(
            fires(
                "KPC found, test covers KPC",
                SUSPECTED,
                {"isolate.carbapenemases": ["KPC-2"], "isolate.carbapenemases_tested_for": ["KPC"]},
            ),
            silent("coverage not stated", SUSPECTED, {"isolate.carbapenemases": ["KPC-2"]}),
            silent("nothing typed", SUSPECTED),
        ),
    ),
    Rule(
        id="suspected-enzyme-to-be-typed",
        says="A test that covers a suspected carbapenemase is asked for.",
        source=Cite(RULINGS, "suspicion stands until a test that covers the family rules it out"),
        when=(InScope(), Target(family=V.family, certainty="suspected")),
        then=Action(kind="test", topic="typing"),
        because="have {family} confirmed or ruled out by a test that covers it; do not wait for the result.",
        cases=(
            fires("nothing typed", SUSPECTED),
            fires(
                "KPC found, NDM not covered",
                SUSPECTED,
                {"isolate.carbapenemases": ["KPC-2"], "isolate.carbapenemases_tested_for": ["KPC"]},
            ),
            fires(
                "VIM confirmed, NDM suspected and not covered",
                SUSPECTED,
                {"isolate.carbapenemases": ["VIM-1"], "isolate.carbapenemases_tested_for": ["VIM"]},
            ),
            silent("no longer suspected", SUSPECTED, {"isolate.suspected_carbapenemases": []}),
            silent("confirmed", BASE),
        ),
    ),
)
