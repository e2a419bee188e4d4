"""Whom the guidance speaks of beyond what every guideline on CRE covers: the three kinds of urinary and other infection."""

from ....facts.vocabulary import Action, GradedSeverity, InScope, PrefersOthers, Site
from ...examples import NOT_STATED, put_to
from ...language import Cite, Rule
from .. import cre

GUIDELINE = "idsa-2026"
fires, silent = put_to(GUIDELINE)
CYSTITIS = {"infection.site": "cystitis", "infection.severity": "non_severe"}
SITE = "infection.site"

URINARY = ("complicated_uti", "pyelonephritis")

LABELS = {
    **cre.LABELS,
    "Status.reason": {
        "other_agents": "the guideline prefers agents by mouth or others that this formulary does not hold",
    },
    "PrefersOthers.reason": {
        "other_agents": "cystitis that is not severe: the agents that IDSA 2026 prefers (nitrofurantoin, trimethoprim-sulfamethoxazole, "
        "ciprofloxacin, levofloxacin, one dose of an aminoglycoside) stand outside this formulary: choose one of them by susceptibility.",
    },
}

RULES = (
    *cre.RULES,
    Rule(
        id="cystitis-other-agents",
        says="Cystitis that is not severe: the preferred agents stand outside the formulary.",
        source=Cite(GUIDELINE, "question 3.1"),
        when=(InScope(), Site(value="cystitis"), GradedSeverity(value="non_severe")),
        then=PrefersOthers(reason="other_agents"),
        because="cystitis that is not severe: the preferred agents are ciprofloxacin, levofloxacin, nitrofurantoin, "
        "trimethoprim-sulfamethoxazole and a single dose of an aminoglycoside.",
        cases=(
            fires("cystitis", CYSTITIS),
            silent("severe", {SITE: "cystitis"}),
            silent("pyelonephritis", {**CYSTITIS, SITE: "pyelonephritis"}),
            silent("site not stated", {**CYSTITIS, SITE: NOT_STATED}),
        ),
    ),
    Rule(
        id="cystitis-choose-other-agent",
        says="Cystitis that is not severe: choose a preferred agent by susceptibility; reserve the new agents.",
        source=Cite(GUIDELINE, "question 3.1"),
        when=(InScope(), PrefersOthers()),
        then=Action(kind="adjust", topic="cystitis"),
        because="choose by susceptibility: nitrofurantoin, trimethoprim-sulfamethoxazole, ciprofloxacin or levofloxacin, or one dose of an "
        "aminoglycoside; else (alternatives) fosfomycin by mouth for E. coli only, gepotidacin, pivmecillinam or colistin. Keep the new "
        "intravenous agents for invasive infection.",
        cases=(
            fires("cystitis", CYSTITIS),
            silent("pyelonephritis", {**CYSTITIS, SITE: "pyelonephritis"}),
            silent("bloodstream", {}),
        ),
    ),
    *(
        Rule(
            id=f"urinary-oral-agents-first-{site.replace('_', '-')}",
            says="Pyelonephritis and cUTI: a fluoroquinolone or trimethoprim-sulfamethoxazole, if susceptible, is preferred too.",
            source=Cite(GUIDELINE, "question 3.2"),
            when=(InScope(), Site(value=site)),
            then=Action(kind="adjust", topic="urinary_oral_agents"),
            because="if the isolate is susceptible, ciprofloxacin, levofloxacin or trimethoprim-sulfamethoxazole are preferred as well (outside this "
            "formulary); the new intravenous agents above all where the patient is unstable; alternatives outside it are intravenous fosfomycin after testing or a once-daily "
            "aminoglycoside.",
            cases=(fires(site, {SITE: site}), silent("bloodstream", {}), silent("not stated", {SITE: NOT_STATED})),
        )
        for site in URINARY
    ),
)
