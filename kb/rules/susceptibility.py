"""What susceptibility results mean for a regimen. A regimen not tested is neither susceptible nor resistant."""

from ...facts.atoms import V
from ...facts.vocabulary import (
    Action,
    Assumed,
    CarbapenemResistant,
    Enterobacterales,
    Excluded,
    IntrinsicResistance,
    MicCategory,
    MicDisputed,
    Missing,
    Organism,
    OrganismOrder,
    OtherResult,
    PartnersResistant,
    Ranks,
    Rationale,
    Recommend,
    Susceptibility,
    SusceptibilityList,
    Target,
    Tested,
    TestedAlone,
    Warn,
)
from ..examples import BASE, NOT_STATED, PAIR, fires, silent
from ..language import Cite, Rule

RULINGS = "whyrx-rulings"
TESTS = "isolate.susceptibilities"


def _results(**results: str) -> dict[str, object]:
    return {TESTS: {{"pair": PAIR}.get(k, k.replace("_", "-")): v for k, v in results.items()}}


RULES = (
    Rule(
        id="regimen-tested",
        says="A susceptibility result for the regimen itself is stated.",
        source=Cite(RULINGS, "not tested is neither susceptible nor resistant"),
        when=(Susceptibility(regimen=V.regimen, result=V.result),),
        then=Tested(regimen=V.regimen),
        because="{regimen} was tested ({result}).",
        cases=(
            fires("pair and cefiderocol tested", BASE),
            silent("empty list", BASE, {TESTS: {}}),
            silent("not stated", BASE, {TESTS: NOT_STATED}),
        ),
    ),
    Rule(
        id="tested-resistant-excluded",
        says="A regimen reported resistant is excluded.",
        source=Cite(RULINGS, "a regimen reported resistant is not offered"),
        when=(Susceptibility(regimen=V.regimen, result="R"),),
        then=Excluded(regimen=V.regimen, reason="resistant"),
        because="the isolate is reported resistant to {regimen}.",
        cases=(
            fires("pair R", BASE, _results(pair="R")),
            fires("cefiderocol R", BASE, _results(pair="S", cefiderocol="R")),
            silent("both S", BASE),
            silent("not stated", BASE, {TESTS: NOT_STATED}),
        ),
    ),
    Rule(
        id="resistant-by-nature-excluded",
        says="A drug to which the genus is resistant by nature is excluded, whatever is reported.",
        source=Cite("labels", "UK s.5.1, each row with its own place"),
        when=(
            Organism(organism=V.organism),
            OrganismOrder(organism=V.organism, genus=V.genus),
            IntrinsicResistance(genus=V.genus, drug=V.drug),
        ),
        then=Excluded(regimen=V.drug, reason="intrinsic"),
        because="{organism}: the genus {genus} is resistant by nature to {drug}.",
        cases=(
            fires("Proteus", BASE, {"isolate.organism": "Proteus mirabilis"}),
            fires("Serratia", BASE, {"isolate.organism": "Serratia marcescens"}),
            silent("Klebsiella", BASE),
            silent("not stated", BASE, {"isolate.organism": NOT_STATED}),
        ),
    ),
    Rule(
        id="cefiderocol-intermediate-excluded",
        says="Cefiderocol reported intermediate is not offered.",
        source=Cite(RULINGS, "cefiderocol I or R: not offered"),
        when=(Susceptibility(regimen="cefiderocol", result="I"),),
        then=Excluded(regimen="cefiderocol", reason="resistant"),
        because="cefiderocol is reported intermediate: it is not offered.",
        cases=(
            fires("cefiderocol I", BASE, _results(pair="S", cefiderocol="I")),
            silent("cefiderocol S", BASE),
            silent("cefiderocol not tested", BASE, _results(pair="S")),
        ),
    ),
    Rule(
        id="pair-partners-both-resistant",
        says="Both partners of the pair are reported resistant, each alone.",
        source=Cite(RULINGS, "partners R each alone: no effect on the pair"),
        when=(
            Susceptibility(regimen="aztreonam", result="R"),
            Susceptibility(regimen="ceftazidime-avibactam", result="R"),
        ),
        then=PartnersResistant(),
        because="aztreonam and ceftazidime-avibactam are each reported resistant.",
        cases=(
            fires("both R", BASE, _results(pair="S", aztreonam="R", ceftazidime_avibactam="R")),
            silent("one R", BASE, _results(pair="S", aztreonam="R")),
            silent("not tested", BASE),
        ),
    ),
    Rule(
        id="pair-partners-resistant-alone",
        says="Resistance to each partner alone does not predict resistance to the pair.",
        source=Cite(RULINGS, "partners R each alone: no effect on the pair"),
        when=(Recommend(regimen=PAIR), PartnersResistant()),
        then=Warn(kind="susceptibility", topic="partners_resistant_alone"),
        because="aztreonam and ceftazidime-avibactam are each reported resistant: expected here, and no argument against the two together, since each "
        "removes what defeats the other. Only the test of the combination counts.",
        cases=(
            fires("both R", BASE, _results(pair="S", aztreonam="R", ceftazidime_avibactam="R")),
            silent("one R", BASE, _results(pair="S", aztreonam="R")),
            silent("partners not tested", BASE),
        ),
    ),
    *(
        Rule(
            id=f"pair-partner-{drug}-resistant",
            says=f"{drug.capitalize()} reported resistant alone does not speak against the pair.",
            source=Cite(RULINGS, "partners R each alone: no effect on the pair"),
            when=(Recommend(regimen=PAIR), Susceptibility(regimen=drug, result="R")),
            unless=(PartnersResistant(),),
            then=Warn(kind="susceptibility", topic=f"{drug}_resistant_alone"),
            because=f"{drug} alone is reported resistant; this does not predict the pair and does not exclude it.",
            cases=(
                fires("R", BASE, _results(**{"pair": "S", drug.replace("-", "_"): "R"})),
                silent("S", BASE, _results(**{"pair": "S", drug.replace("-", "_"): "S"})),
                silent("not tested", BASE),
            ),
        )
        for drug in ("aztreonam", "ceftazidime-avibactam")
    ),
    Rule(
        id="pair-intermediate-warned",
        says="A combination test reported intermediate is said; the pair stays.",
        source=Cite(RULINGS, "the pair tested R: out; anything else is said"),
        when=(Recommend(regimen=PAIR), Susceptibility(regimen=PAIR, result="I")),
        then=Warn(kind="susceptibility", topic="pair_intermediate"),
        because="the combination is reported intermediate; no standard that was read defines that category for it. Ask the laboratory.",
        cases=(fires("I", BASE, _results(pair="I")), silent("S", BASE), silent("not tested", BASE, {TESTS: {}})),
    ),
    Rule(
        id="pair-untested",
        says="Where the combination itself was not tested, ask for the test: a result R would take the pair out.",
        source=Cite("idsa-2026", "CRE, testing of ceftazidime-avibactam with aztreonam by broth disk elution"),
        when=(Recommend(regimen=PAIR),),
        unless=(Tested(regimen=PAIR),),
        then=Action(kind="test", topic="pair_combination_test"),
        because="ask the laboratory to test ceftazidime-avibactam together with aztreonam (broth disk elution). Do not wait for it.",
        cases=(
            fires("cefiderocol only tested", BASE, _results(cefiderocol="S")),
            fires("not stated", BASE, {TESTS: NOT_STATED}),
            silent("pair tested", BASE),
        ),
    ),
    Rule(
        id="pair-test-missing",
        says="The combination test is missing: a result R would take the pair out.",
        source=Cite(RULINGS, "the pair tested R: out"),
        when=(Recommend(regimen=PAIR),),
        unless=(Tested(regimen=PAIR),),
        then=Missing(fact=f"{TESTS}[{PAIR}]", need=PAIR),
        because="a susceptibility test of the two drugs together: reported resistant, it would take the pair out.",
        cases=(fires("not stated", BASE, {TESTS: NOT_STATED}), silent("pair tested", BASE)),
    ),
    Rule(
        id="assume-not-resistant",
        says="No susceptibility result stated: the regimens are offered as if not resistant.",
        source=Cite(RULINGS, "not tested is neither susceptible nor resistant"),
        when=(SusceptibilityList(state="not_stated"),),
        then=Assumed(fact=TESTS),
        because="no susceptibility result is stated; nothing here is confirmed to be susceptible.",
        assumes=TESTS,
        cases=(
            fires("not stated", BASE, {TESTS: NOT_STATED}),
            silent("stated", BASE),
            silent("none tested", BASE, {TESTS: {}}),
        ),
    ),
    Rule(
        id="mic-called-otherwise",
        says="A MIC that another issuer of breakpoints calls otherwise is disputed.",
        source=Cite("breakpoints", "by drug and issuer, each with its own source"),
        when=(
            Susceptibility(regimen=V.regimen, result=V.result),
            MicCategory(regimen=V.regimen, issuer=V.issuer, category=V.category),
            OtherResult(one=V.result, other=V.category),
        ),
        then=MicDisputed(regimen=V.regimen),
        because="{regimen} is reported {result}, but by {issuer} breakpoints its MIC is {category}.",
        cases=(
            fires(
                "4 mg/L, S",
                BASE,
                {TESTS: {PAIR: "S", "cefiderocol": {"result": "S", "mic": "4 mg/L", "standard": "CLSI M100"}}},
            ),
            fires(
                "4 mg/L, R",
                BASE,
                {TESTS: {PAIR: "S", "cefiderocol": {"result": "R", "mic": "4 mg/L", "standard": "EUCAST 2026"}}},
            ),
            silent("2 mg/L, S", BASE, {TESTS: {PAIR: "S", "cefiderocol": {"result": "S", "mic": "2 mg/L"}}}),
            silent("16 mg/L, R", BASE, {TESTS: {PAIR: "S", "cefiderocol": {"result": "R", "mic": "16 mg/L"}}}),
            silent("no MIC", BASE),
            silent("not stated", BASE, {TESTS: NOT_STATED}),
        ),
    ),
    Rule(
        id="mic-disputed-warned",
        says="A MIC that issuers of breakpoints call differently is shown as a conflict, not resolved.",
        source=Cite("breakpoints", "by drug and issuer, each with its own source"),
        when=(
            Susceptibility(regimen=V.regimen, result=V.result, mic=V.mic, standard=V.standard),
            MicCategory(regimen=V.regimen, issuer=V.issuer, category=V.category, cuts=V.cuts),
            OtherResult(one=V.result, other=V.category),
        ),
        then=Warn(kind="contradiction", topic="mic_disputed"),
        because="{regimen}, MIC {mic}: reported {result} {standard}, but {category} by {issuer} breakpoints ({cuts}). Ask the laboratory which holds here before relying on it.",
        cases=(
            fires(
                "4 mg/L, S",
                BASE,
                {TESTS: {PAIR: "S", "cefiderocol": {"result": "S", "mic": "4 mg/L", "standard": "CLSI M100"}}},
            ),
            fires("above 16 mg/L, S", BASE, {TESTS: {PAIR: "S", "cefiderocol": {"result": "S", "mic": ">16 mg/L"}}}),
            silent("0.5 mg/L, S", BASE, {TESTS: {PAIR: "S", "cefiderocol": {"result": "S", "mic": "0.5 mg/L"}}}),
            silent("not stated", BASE, {TESTS: NOT_STATED}),
        ),
    ),
    Rule(
        id="cefiderocol-susceptible-confirmed",
        says="Cefiderocol reported susceptible is confirmed to be active.",
        source=Cite(RULINGS, "cefiderocol S, untested, I or R"),
        when=(Recommend(regimen="cefiderocol"), Susceptibility(regimen="cefiderocol", result="S")),
        unless=(MicDisputed(regimen="cefiderocol"),),
        then=Rationale(regimen="cefiderocol", topic="confirmed_susceptible", detail="S"),
        because="the isolate is reported susceptible to cefiderocol: its activity is confirmed.",
        cases=(
            fires("S", BASE),
            silent("MIC disputed", BASE, {TESTS: {PAIR: "S", "cefiderocol": {"result": "S", "mic": "4 mg/L"}}}),
            silent("not tested", BASE, _results(pair="S")),
            silent("not stated", BASE, {TESTS: NOT_STATED}),
        ),
    ),
    Rule(
        id="cefiderocol-untested",
        says="Cefiderocol that was not tested stays an alternative, with caution; test it first.",
        source=Cite("severe-ndm-klebsiella", "S7"),
        when=(Recommend(regimen="cefiderocol"),),
        unless=(Tested(regimen="cefiderocol"),),
        then=Action(kind="test", topic="cefiderocol_susceptibility"),
        because="test cefiderocol (iron-depleted medium) before relying on it: high MICs and primary resistance occur in NDM "
        "producers, and failures have come before the result was known.",
        cases=(
            fires("pair only tested", BASE, _results(pair="S")),
            fires("not stated", BASE, {TESTS: NOT_STATED}),
            silent("S", BASE),
            silent("R: not recommended", BASE, _results(pair="S", cefiderocol="R")),
        ),
    ),
    Rule(
        id="cefiderocol-untested-caution",
        says="Cefiderocol that was not tested is an alternative with caution only.",
        source=Cite("severe-ndm-klebsiella", "S7"),
        when=(Recommend(regimen="cefiderocol"),),
        unless=(Tested(regimen="cefiderocol"),),
        then=Warn(kind="susceptibility", topic="cefiderocol_untested"),
        because="cefiderocol was not tested: its activity is unconfirmed; use it with caution until it is reported susceptible.",
        cases=(fires("not stated", BASE, {TESTS: NOT_STATED}), silent("S", BASE)),
    ),
    Rule(
        id="cefiderocol-test-missing",
        says="The cefiderocol result is missing: S would confirm the alternative, I or R would take it out.",
        source=Cite(RULINGS, "cefiderocol S, untested, I or R"),
        when=(Recommend(regimen="cefiderocol"),),
        unless=(Tested(regimen="cefiderocol"),),
        then=Missing(fact=f"{TESTS}[cefiderocol]", need="cefiderocol"),
        because="cefiderocol susceptibility: S would confirm it, I or R would take it out.",
        cases=(fires("not stated", BASE, {TESTS: NOT_STATED}), silent("S", BASE)),
    ),
    Rule(
        id="aztreonam-avibactam-resistant-pair-in-doubt",
        says="Resistance to aztreonam-avibactam puts the pair in doubt; only the combination test decides.",
        source=Cite("from-memory", "aztreonam-avibactam as a surrogate for the pair"),
        when=(Ranks(regimen=PAIR), Susceptibility(regimen="aztreonam-avibactam", result="R")),
        then=Warn(kind="susceptibility", topic="aztreonam_avibactam_resistant"),
        because="aztreonam-avibactam is reported resistant: the pair works the same way and may fail too (from memory, not verified). "
        "Have the combination tested at once.",
        cases=(
            fires("R", BASE, _results(pair="S", aztreonam_avibactam="R")),
            silent("S", BASE, _results(pair="S", aztreonam_avibactam="S")),
            silent("not tested", BASE),
        ),
    ),
    Rule(
        id="recommended-drug-untested",
        says="A recommended drug that was not tested is to be tested: susceptible and not tested are two things.",
        source=Cite(RULINGS, "not tested is neither susceptible nor resistant"),
        when=(Recommend(regimen=V.regimen), TestedAlone(regimen=V.regimen)),
        unless=(Tested(regimen=V.regimen),),
        then=Action(kind="test", topic=V.regimen),
        because="have {regimen} tested: nobody stated a result; reported resistant, it would be taken out. Do not wait for it.",
        cases=(
            fires("aztreonam-avibactam", BASE, {}, "idsa-2026"),
            silent("tested", BASE, {TESTS: {"aztreonam-avibactam": "S", "cefiderocol": "S"}}, "idsa-2026"),
            silent("the pair has rules of its own", BASE),
        ),
    ),
    Rule(
        id="recommended-drug-test-missing",
        says="The result of a recommended drug that was not tested is missing.",
        source=Cite(RULINGS, "not tested is neither susceptible nor resistant"),
        when=(Recommend(regimen=V.regimen), TestedAlone(regimen=V.regimen)),
        unless=(Tested(regimen=V.regimen),),
        then=Missing(fact=TESTS, need=V.regimen),
        because="a susceptibility result of {regimen}: reported resistant, it would be taken out.",
        cases=(
            fires("aztreonam-avibactam", BASE, {}, "idsa-2026"),
            silent("tested", BASE, {TESTS: {"aztreonam-avibactam": "S", "cefiderocol": "S"}}, "idsa-2026"),
        ),
    ),
    Rule(
        id="class-b-to-be-thought-of",
        says="Resistant to carbapenems and to ceftazidime-avibactam, and no class B enzyme known: think of one, test for it.",
        source=Cite("avycaz-us-2026", "s.12.4: not active against producers of metallo-beta-lactamases"),
        when=(
            Enterobacterales(),
            CarbapenemResistant(),
            Susceptibility(regimen="ceftazidime-avibactam", result="R"),
        ),
        unless=(Target(ambler="B"),),
        then=Action(kind="test", topic="class_b"),
        because="the isolate is resistant to carbapenems and to ceftazidime-avibactam, and no class B carbapenemase is known: think of one. Test for NDM, VIM and IMP now.",
        cases=(
            fires("KPC found", BASE, {"isolate.carbapenemases": ["KPC-2"], TESTS: {"ceftazidime-avibactam": "R"}}),
            silent("NDM-1", BASE, {TESTS: {"ceftazidime-avibactam": "R"}}),
            silent("S", BASE, {"isolate.carbapenemases": ["KPC-2"], TESTS: {"ceftazidime-avibactam": "S"}}),
            silent("not tested", BASE, {"isolate.carbapenemases": ["KPC-2"]}),
        ),
    ),
)
