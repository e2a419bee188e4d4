"""Scope of guidelines on carbapenem-resistant Enterobacterales of every mechanism: each of them includes these rules.

The mechanism decides: a class B enzyme before all others, since what is active against it is needed whatever else is there.
"""

from ...facts.atoms import Pattern, V
from ...facts.domains import SITES as DOMAIN
from ...facts.vocabulary import (
    Action,
    Adult,
    CarbapenemaseList,
    CarbapenemasesCovered,
    CarbapenemResistant,
    Enterobacterales,
    EnzymeInformation,
    InfectionPresent,
    InScope,
    Insufficient,
    Mechanism,
    Missing,
    NdmCovered,
    OutOfScope,
    PrefersOthers,
    Pregnancy,
    Recommend,
    Status,
    Target,
    TestCoverageList,
    TestCovers,
    Warn,
)
from ..edition import Row, Table
from ..examples import BASE, NOT_STATED, SUSPECTED, fires, silent
from ..language import Cite, Rule
from ..sources import cite
from . import enterobacterales

RULINGS = "whyrx-rulings"
UNDER = "idsa-2026"
METALLO = Target(ambler="B")
KPC: dict[str, object] = {"isolate.carbapenemases": ["KPC-2"]}
OXA: dict[str, object] = {"isolate.carbapenemases": ["OXA-48"]}
GES = {"isolate.carbapenemases": ["GES-5"]}
NONE_FOUND: dict[str, object] = {"isolate.carbapenemases": []}
WITHOUT_KPC: dict[str, object] = {"isolate.carbapenemases_tested_for": ["NDM", "OXA-48-like"]}
CYSTITIS = {"infection.site": "cystitis", "infection.severity": "non_severe"}

LABELS = {
    "OutOfScope.reason": {
        "mechanism": "the mechanism is none that this guideline treats (class B, KPC, OXA-48-like, or resistance without a carbapenemase)",
    },
    "Mechanism.value": {
        "metallo": "metallo-beta-lactamase",
        "kpc": "KPC",
        "oxa_48_like": "OXA-48-like",
        "no_carbapenemase": "no carbapenemase",
    },
}
"""Words that a guideline which includes these rules needs."""

_MECHANISMS: tuple[tuple[str, Pattern, tuple[Pattern, ...], str, dict[str, object]], ...] = (
    ("metallo", Target(enzyme=V.enzyme, ambler="B", certainty=V.certainty), (), "a metallo-beta-lactamase", {}),
    (
        "kpc",
        Target(enzyme=V.enzyme, family="KPC", certainty=V.certainty),
        (METALLO,),
        "a KPC, and no class B enzyme",
        KPC,
    ),
    (
        "oxa_48_like",
        Target(enzyme=V.enzyme, family="OXA-48-like", certainty=V.certainty),
        (METALLO,),
        "an OXA-48-like enzyme, and no class B enzyme",
        OXA,
    ),
)

_SITE_GROUPS = {
    "urinary": ("complicated_uti", "pyelonephritis"),
    "cystitis": ("cystitis",),
    "tetracycline": ("intra_abdominal", "skin_soft_tissue", "bone_joint", "pneumonia"),
    "bloodstream": ("bloodstream",),
    "invasive": (
        "bloodstream",
        "pneumonia",
        "intra_abdominal",
        "skin_soft_tissue",
        "bone_joint",
        "cns",
        "other",
        "not_stated",
    ),
}

SITES = Table(
    "site-groups",
    "kinds of site: urinary, cystitis, invasive (not stated is read so), and those at which tetracyclines may serve",
    "SiteGroup",
    tuple(
        Row(
            f"{site.replace('_', '-')}-is-{group}",
            (site, group),
            f"{DOMAIN.values.get(site, 'a site not stated')}: {words}",
            cite(document, place),
        )
        for group, words, document, place in (
            ("urinary", "urinary tract, not simple cystitis", "idsa-2026", "question 3.2"),
            ("cystitis", "cystitis", "idsa-2026", "question 3.1"),
            ("bloodstream", "the bloodstream", "idsa-2026", "question 3.7"),
            ("tetracycline", "a site at which tetracyclines may serve", "idsa-2026", "question 3.7"),
            (
                "invasive",
                "outside the urinary tract",
                "whyrx-rulings",
                "invasive: outside the urinary tract; site not stated: read so",
            ),
        )
        for site in _SITE_GROUPS[group]
    ),
)

RULES = (
    *enterobacterales.RULES,
    *(
        Rule(
            id=f"mechanism-{value.replace('_', '-')}",
            says=f"The mechanism to treat is {words}.",
            source=Cite(RULINGS, "mechanism: class B before the others; a suspicion stands until it is ruled out"),
            when=(condition,),
            unless=unless,
            then=Mechanism(value=value, certainty=V.certainty),
            because=f"{{enzyme}} is {{certainty}}: {words}.",
            cases=(
                fires(value, BASE, case, UNDER),
                *(
                    (silent("NDM-1 too", BASE, {"isolate.carbapenemases": ["KPC-2", "NDM-1", "OXA-48"]}, UNDER),)
                    if case
                    else ()
                ),
                silent("GES-5", BASE, GES, UNDER),
                silent("not stated", BASE, {"isolate.carbapenemases": NOT_STATED}, UNDER),
            ),
        )
        for value, condition, unless, words, case in _MECHANISMS
    ),
    Rule(
        id="mechanism-no-carbapenemase",
        says="Carbapenem resistance with no carbapenemase found or suspected is non-carbapenemase resistance.",
        source=Cite(RULINGS, "mechanism: carbapenem-resistant, tested, none found and none suspected"),
        when=(CarbapenemResistant(), CarbapenemaseList(state="none"), CarbapenemasesCovered()),
        unless=(Target(),),
        then=Mechanism(value="no_carbapenemase", certainty="confirmed"),
        because="the isolate is carbapenem-resistant; it was tested, no carbapenemase was found, and none is suspected.",
        cases=(
            fires("none found", BASE, NONE_FOUND, UNDER),
            silent("KPC not covered", BASE, {**NONE_FOUND, **WITHOUT_KPC}, UNDER),
            silent("susceptible", BASE, {**NONE_FOUND, "isolate.carbapenem_resistant": False}, UNDER),
            silent("NDM suspected", SUSPECTED, NONE_FOUND, UNDER),
            silent("not stated", BASE, {"isolate.carbapenemases": NOT_STATED}, UNDER),
        ),
    ),
    Rule(
        id="carbapenemases-covered",
        says="A test that covers NDM, KPC and OXA-48-like and finds none speaks against the carbapenemases treated here.",
        source=Cite(RULINGS, "none found means none only of what the test covers"),
        when=(TestCovers(family="NDM"), TestCovers(family="KPC"), TestCovers(family="OXA-48-like")),
        then=CarbapenemasesCovered(),
        because="the test covers NDM, KPC and OXA-48-like carbapenemases.",
        cases=(
            fires("all three", BASE, NONE_FOUND, UNDER),
            silent("KPC not covered", BASE, {**NONE_FOUND, **WITHOUT_KPC}, UNDER),
            silent("not stated", BASE, {**NONE_FOUND, "isolate.carbapenemases_tested_for": NOT_STATED}, UNDER),
        ),
    ),
    Rule(
        id="assume-carbapenemases-covered",
        says="No carbapenemase found, coverage of the test not stated: NDM, KPC and OXA-48-like are taken to be covered.",
        source=Cite(RULINGS, "none found means none only of what the test covers"),
        when=(CarbapenemaseList(state="none"), TestCoverageList(state="not_stated")),
        then=CarbapenemasesCovered(),
        because="no carbapenemase was found, and it is not stated what the test covers; NDM, KPC and OXA-48-like are taken to be covered.",
        assumes="isolate.carbapenemases_tested_for",
        cases=(
            fires("not stated", BASE, {**NONE_FOUND, "isolate.carbapenemases_tested_for": NOT_STATED}, UNDER),
            silent("stated", BASE, NONE_FOUND, UNDER),
            silent("KPC-2", BASE, {**KPC, "isolate.carbapenemases_tested_for": NOT_STATED}, UNDER),
        ),
    ),
    *(
        Rule(
            id=f"coverage-insufficient-{name}",
            says="No carbapenemase found by a test that does not cover NDM, KPC and OXA-48-like: too little is known to advise.",
            source=Cite(RULINGS, "none found means none only of what the test covers"),
            when=(CarbapenemaseList(state="none"), TestCoverageList(answered="yes")),
            unless=(CarbapenemasesCovered(), Target()),
            then=then,
            because=because,
            cases=(
                fires("KPC not covered", BASE, {**NONE_FOUND, **WITHOUT_KPC}, UNDER),
                silent("all covered", BASE, NONE_FOUND, UNDER),
                silent(
                    "coverage not stated", BASE, {**NONE_FOUND, "isolate.carbapenemases_tested_for": NOT_STATED}, UNDER
                ),
                silent(
                    "NDM suspected",
                    SUSPECTED,
                    {**NONE_FOUND, **WITHOUT_KPC, "isolate.carbapenemases_tested_for": ["KPC"]},
                    UNDER,
                ),
            ),
        )
        for name, then, because in (
            (
                "status",
                Insufficient(reason="coverage"),
                "no carbapenemase was found, but the test is not stated to cover all of NDM, KPC and OXA-48-like: one of them may be there.",
            ),
            (
                "missing",
                Missing(fact="isolate.carbapenemases_tested_for", need="status"),
                "a test that covers NDM, KPC and OXA-48-like: the one reported does not, so that none found does not mean none.",
            ),
            (
                "test",
                Action(kind="test", topic="carbapenemases"),
                "have the isolate tested for NDM, KPC and OXA-48-like now: which of them it makes decides; in severe infection do not wait, ask infection specialists.",
            ),
        )
    ),
    Rule(
        id="cre-in-scope",
        says="An adult with an infection by carbapenem-resistant Enterobacterales of a mechanism that the guideline treats is in scope.",
        source=Cite(RULINGS, "scope of guidelines on CRE"),
        when=(Adult(), Enterobacterales(), InfectionPresent(), Mechanism(value=V.mechanism)),
        unless=(OutOfScope(), Insufficient()),
        then=InScope(),
        because="an adult has an infection with Enterobacterales (mechanism: {mechanism}).",
        cases=(
            fires("NDM-1", BASE, {}, UNDER),
            fires("KPC-2", BASE, KPC, UNDER),
            silent("child", BASE, {"patient.age": 17}, UNDER),
            silent("organism not stated", BASE, {"isolate.organism": NOT_STATED}, UNDER),
        ),
    ),
    Rule(
        id="mechanism-not-treated",
        says="What is known of the isolate's enzymes is no mechanism that the guideline treats.",
        source=Cite(RULINGS, "scope of guidelines on CRE"),
        when=(EnzymeInformation(),),
        unless=(Mechanism(), Insufficient(reason="coverage")),
        then=OutOfScope(reason="mechanism"),
        because="what is known of the isolate (no class B, KPC or OXA-48-like carbapenemase, nor carbapenem resistance without one) is not a "
        "mechanism that this guideline treats.",
        cases=(
            fires("GES-5", BASE, GES, UNDER),
            fires("none found, susceptible", BASE, {**NONE_FOUND, "isolate.carbapenem_resistant": False}, UNDER),
            silent("KPC-2", BASE, KPC, UNDER),
            silent("none found, resistant", BASE, NONE_FOUND, UNDER),
        ),
    ),
    Rule(
        id="resistance-missing-without-carbapenemase",
        says="With no carbapenemase found, whether the isolate is carbapenem-resistant is missing.",
        source=Cite(RULINGS, "scope of guidelines on CRE"),
        when=(OutOfScope(reason="mechanism"), CarbapenemaseList(state="none")),
        unless=(CarbapenemResistant(),),
        then=Missing(fact="isolate.carbapenem_resistant", need="status"),
        because="carbapenem resistance: if the isolate is resistant without a carbapenemase, this guideline has advice for it.",
        cases=(
            fires("not stated", BASE, {**NONE_FOUND, "isolate.carbapenem_resistant": NOT_STATED}, UNDER),
            silent("resistant", BASE, NONE_FOUND, UNDER),
            silent("KPC-2", BASE, KPC, UNDER),
        ),
    ),
    Rule(
        id="ndm-not-excluded",
        says="Where the mechanism is another one and the test is not stated to cover NDM, NDM is not excluded: test for it.",
        source=Cite(RULINGS, "a found enzyme never means that others were excluded"),
        when=(InScope(), TestCoverageList(state=V.state)),
        unless=(NdmCovered(), METALLO),
        then=Action(kind="test", topic="ndm"),
        because="NDM is not excluded: the carbapenemase test is not stated to cover it. Test for NDM, VIM and IMP; with one of them this advice "
        "changes.",
        cases=(
            fires("KPC found, test covers KPC", BASE, {**KPC, "isolate.carbapenemases_tested_for": ["KPC"]}, UNDER),
            silent("NDM covered", BASE, KPC, UNDER),
            silent("NDM-1", BASE, {"isolate.carbapenemases_tested_for": ["KPC"]}, UNDER),
        ),
    ),
    Rule(
        id="coverage-of-test-missing",
        says="Where the mechanism is another one and the coverage of the test is not stated, the coverage is missing.",
        source=Cite(RULINGS, "a found enzyme never means that others were excluded"),
        when=(InScope(), TestCoverageList(state="not_stated")),
        unless=(METALLO,),
        then=Missing(fact="isolate.carbapenemases_tested_for", need="advice"),
        because="which carbapenemases the test covers: if not NDM, it may still be there.",
        cases=(
            fires("not stated", BASE, {**KPC, "isolate.carbapenemases_tested_for": NOT_STATED}, UNDER),
            silent("stated", BASE, KPC, UNDER),
        ),
    ),
    Rule(
        id="status-refer-to-other-agents",
        says="Where the guideline prefers agents outside this formulary, and none of the formulary is left, the answer is to refer.",
        source=Cite(RULINGS, "agents outside the formulary"),
        when=(InScope(), PrefersOthers(reason=V.reason)),
        unless=(Recommend(),),
        then=Status(value="refer", reason=V.reason),
        because="{reason}",
        cases=(
            fires("cystitis", BASE, CYSTITIS, UNDER),
            silent("pyelonephritis", BASE, {**CYSTITIS, "infection.site": "pyelonephritis"}, UNDER),
            silent("bloodstream", BASE, {}, UNDER),
        ),
    ),
    Rule(
        id="pregnancy-and-other-agents",
        says="In pregnancy the agents outside the formulary have risks of their own: said where they are pointed to.",
        source=Cite("from-memory", "fluoroquinolones, aminoglycosides, trimethoprim-sulfamethoxazole in pregnancy"),
        when=(PrefersOthers(), Pregnancy(value="pregnant")),
        then=Warn(kind="pregnancy", topic="other_agents"),
        because="pregnancy: of the agents outside this formulary fluoroquinolones, aminoglycosides and trimethoprim-sulfamethoxazole have risks of their own (from memory, not verified): "
        "choose with obstetric and infection specialists.",
        cases=(
            fires("pregnant", BASE, {**CYSTITIS, "patient.pregnancy": "pregnant"}, UNDER),
            silent("not pregnant", BASE, CYSTITIS, UNDER),
            silent("not stated", BASE, {**CYSTITIS, "patient.pregnancy": NOT_STATED}, UNDER),
        ),
    ),
)
