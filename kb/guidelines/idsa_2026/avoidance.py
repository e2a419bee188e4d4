"""What the guidance does not suggest."""

from ....facts.atoms import V
from ....facts.vocabulary import (
    Avoid,
    DrugClass,
    GradedSeverity,
    Inactive,
    InScope,
    Mechanism,
    OtherMetallo,
    Recommend,
    Site,
    SiteGroup,
    StatementRegimen,
    Target,
    Warn,
)
from ...examples import put_to
from ...language import Cite, Rule

GUIDELINE = "idsa-2026"
fires, silent = put_to(GUIDELINE)
SITE, FOUND = "infection.site", "isolate.carbapenemases"
Changes = dict[str, object]
VIM: Changes = {FOUND: ["VIM-2"]}
KPC, OXA = {FOUND: ["KPC-2"]}, {FOUND: ["OXA-48"]}
CYSTITIS = {SITE: "cystitis", "infection.severity": "non_severe"}
CZA, IMR, MVB = "ceftazidime-avibactam", "imipenem-relebactam", "meropenem-vaborbactam"

RULES = (
    *(
        Rule(
            id=f"idsa-q{question.replace('.', '-')}-not-{regimen}{suffix}",
            says=f"{words}: {regimen} alone is not suggested.",
            source=Cite(
                GUIDELINE, f"question {question}{', extended from NDM to the other class B families' * bool(suffix)}"
            ),
            when=(InScope(), Mechanism(value=mechanism), *who, Inactive(regimen=regimen, enzyme=V.enzyme)),
            then=Avoid(regimen=regimen, category="not_recommended", statement=f"Q{question}-not-suggested{suffix}"),
            because=f"{regimen} alone is not suggested by IDSA 2026 against {{enzyme}}: it is not active{more}.",
            cases=(
                fires(words, case),
                silent("KPC", KPC),
                silent("another enzyme", other),
                silent("child", {**case, "patient.age": 17}),
            ),
        )
        for question, suffix, mechanism, who, words, regimens, more, case, other in (
            ("3.5", "", "metallo", (Target(enzyme=V.enzyme, family="NDM"),), "NDM", (CZA, IMR, MVB), "", {}, VIM),
            (
                "3.5",
                "-other-mbl",
                "metallo",
                (Target(enzyme=V.enzyme, family=V.family), OtherMetallo(family=V.family)),
                "Another metallo-beta-lactamase than NDM",
                (CZA, IMR, MVB),
                " (said of NDM; our extension)",
                VIM,
                {},
            ),
            (
                "3.6",
                "",
                "oxa_48_like",
                (),
                "An OXA-48-like enzyme",
                (IMR, MVB),
                ", even if it is reported susceptible",
                OXA,
                {},
            ),
        )
        for regimen in regimens
    ),
    *(
        Rule(
            id=f"idsa-q3-7-not-tetracyclines-{name.replace('_', '-')}",
            says=f"{words}: tetracyclines are not suggested.",
            source=Cite(GUIDELINE, "question 3.7"),
            when=(InScope(), *condition, DrugClass(drug=V.drug, drug_class="tetracycline")),
            then=Avoid(regimen=V.drug, category="not_recommended", statement="Q3.7-not-suggested"),
            because="{drug} is not suggested by IDSA 2026 in {site}.",
            cases=(
                fires(words, {SITE: site}),
                silent("intra-abdominal", {SITE: "intra_abdominal"}),
                silent("child", {SITE: site, "patient.age": 17}),
            ),
        )
        for name, words, site, condition in (
            (
                "bloodstream",
                "Bloodstream infection",
                "bloodstream",
                (Site(value=V.site), SiteGroup(site=V.site, group="bloodstream")),
            ),
            (
                "urinary",
                "Pyelonephritis or cUTI",
                "pyelonephritis",
                (Site(value=V.site), SiteGroup(site=V.site, group="urinary")),
            ),
            ("cystitis", "Cystitis", "cystitis", (Site(value=V.site), SiteGroup(site=V.site, group="cystitis"))),
        )
    ),
    Rule(
        id="idsa-q3-1-new-agents-reserved",
        says="Cystitis that is not severe: the new intravenous agents are reserved for invasive infection.",
        source=Cite(GUIDELINE, "question 3.1"),
        when=(
            InScope(),
            Site(value="cystitis"),
            GradedSeverity(value="non_severe"),
            StatementRegimen(statement="Q3.2-preferred", regimen=V.regimen),
        ),
        then=Avoid(regimen=V.regimen, category="not_recommended", statement="Q3.1-reserved"),
        because="{regimen} is reserved by IDSA 2026 for invasive infection: not for cystitis that is not severe.",
        cases=(fires("cystitis", CYSTITIS), silent("severe", {SITE: "cystitis"}), silent("bloodstream", {})),
    ),
    Rule(
        id="idsa-q3-8-no-routine-combination",
        says="Once a beta-lactam is active, no second agent is added as a routine.",
        source=Cite(GUIDELINE, "question 3.8"),
        when=(Recommend(regimen=V.regimen), DrugClass(drug=V.regimen, drug_class="beta_lactam")),
        then=Warn(kind="evidence", topic="no_routine_combination"),
        because="an active beta-lactam is given alone: IDSA 2026 does not suggest adding an aminoglycoside, a fluoroquinolone, fosfomycin, a tetracycline or a polymyxin "
        "as a routine once it is known to be active; a second agent has its place only before that, or when nothing is active.",
        cases=(fires("NDM-1", {}), silent("child", {"patient.age": 17})),
    ),
)
