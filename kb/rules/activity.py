"""Which regimens are active against the enzymes found, and by what mechanism."""

from ...facts.atoms import V
from ...facts.vocabulary import (
    Active,
    AztreonamThreat,
    ClassActivity,
    CoProduced,
    Enzyme,
    Hydrolysis,
    Inactive,
    Inhibition,
    Rationale,
    Recommend,
    Target,
    Warn,
)
from ..examples import BASE, NOT_STATED, PAIR, SUSPECTED, fires, silent
from ..language import Cite, Rule

RULES = (
    Rule(
        id="pair-active-aztreonam-not-hydrolysed",
        says="The pair is active against a class B enzyme that does not hydrolyse aztreonam.",
        source=Cite("emblaveo-us-2026", "s.12.4: aztreonam is stable to class B enzymes"),
        when=(Target(enzyme=V.enzyme), Hydrolysis(enzyme=V.enzyme, drug="aztreonam", degree="no")),
        then=Active(regimen=PAIR, enzyme=V.enzyme, degree="active"),
        because="{enzyme} does not hydrolyse aztreonam.",
        cases=(
            fires("NDM-1", BASE),
            fires("VIM suspected", SUSPECTED, {"isolate.suspected_carbapenemases": ["VIM"]}),
            silent("KPC-2 alone", BASE, {"isolate.carbapenemases": ["KPC-2"]}),
            silent("nothing typed or suspected", BASE, {"isolate.carbapenemases": NOT_STATED}),
        ),
    ),
    Rule(
        id="regimen-active-by-class",
        says="A regimen whose label reports activity against class B producers is active, if with varying reliability.",
        source=Cite("fetroja-us-2026", "s.12.4 and the other labels' microbiology sections"),
        when=(
            Target(enzyme=V.enzyme),
            Enzyme(enzyme=V.enzyme, ambler=V.ambler),
            ClassActivity(regimen=V.regimen, ambler=V.ambler, activity="variable"),
        ),
        then=Active(regimen=V.regimen, enzyme=V.enzyme, degree="variable"),
        because="{regimen} is active against some producers of {enzyme} (class {ambler}); strains differ.",
        cases=(
            fires("cefiderocol against NDM-1", BASE),
            silent("KPC-2 alone", BASE, {"isolate.carbapenemases": ["KPC-2"]}),
            silent("nothing typed or suspected", BASE, {"isolate.carbapenemases": NOT_STATED}),
        ),
    ),
    Rule(
        id="regimen-inactive-by-class",
        says="A regimen without activity against the class of the enzyme is inactive.",
        source=Cite("avycaz-us-2026", "s.12.4 and the other labels' microbiology sections"),
        when=(
            Target(enzyme=V.enzyme),
            Enzyme(enzyme=V.enzyme, ambler=V.ambler),
            ClassActivity(regimen=V.regimen, ambler=V.ambler, activity="none"),
        ),
        then=Inactive(regimen=V.regimen, enzyme=V.enzyme),
        because="{regimen} has no activity against producers of {enzyme} (class {ambler}).",
        cases=(
            fires("ceftazidime-avibactam alone, NDM-1", BASE),
            silent("KPC-2 alone", BASE, {"isolate.carbapenemases": ["KPC-2"]}),
            silent("nothing typed or suspected", BASE, {"isolate.carbapenemases": NOT_STATED}),
        ),
    ),
    Rule(
        id="co-produced-enzyme-hydrolyses-aztreonam",
        says="A co-produced enzyme that hydrolyses aztreonam inactivates it when it is given alone.",
        source=Cite("severe-ndm-klebsiella", "S3, S9"),
        when=(CoProduced(enzyme=V.enzyme), Hydrolysis(enzyme=V.enzyme, drug="aztreonam", degree="yes")),
        then=AztreonamThreat(enzyme=V.enzyme),
        because="{enzyme} hydrolyses aztreonam.",
        cases=(
            fires("CTX-M-15", BASE),
            fires(
                "KPC-2 beside NDM-1",
                BASE,
                {"isolate.carbapenemases": ["NDM-1", "KPC-2"], "isolate.other_beta_lactamases": []},
            ),
            silent(
                "OXA-48 hardly hydrolyses it",
                BASE,
                {"isolate.carbapenemases": ["NDM-1", "OXA-48"], "isolate.other_beta_lactamases": []},
            ),
            silent("TEM-1 does not", BASE, {"isolate.other_beta_lactamases": ["TEM-1"]}),
            silent("not stated", BASE, {"isolate.other_beta_lactamases": NOT_STATED}),
        ),
    ),
    Rule(
        id="pair-rationale-aztreonam-stable",
        says="Why the pair works: the class B enzyme does not hydrolyse aztreonam.",
        source=Cite("severe-ndm-klebsiella", "S3"),
        when=(Recommend(regimen=PAIR), Active(regimen=PAIR, enzyme=V.enzyme)),
        then=Rationale(regimen=PAIR, topic="aztreonam_stable", detail=V.enzyme),
        because="aztreonam withstands {enzyme}: metallo-beta-lactamases do not hydrolyse monobactams.",
        cases=(
            fires("NDM-1", BASE),
            silent("out of scope", BASE, {"isolate.carbapenemases": ["KPC-2"]}),
        ),
    ),
    Rule(
        id="pair-rationale-avibactam-protects",
        says="Why the pair works: avibactam blocks a co-produced enzyme that would hydrolyse aztreonam.",
        source=Cite("severe-ndm-klebsiella", "S3"),
        when=(
            Recommend(regimen=PAIR),
            AztreonamThreat(enzyme=V.enzyme),
            Inhibition(enzyme=V.enzyme, inhibited="yes"),
        ),
        then=Rationale(regimen=PAIR, topic="avibactam_protects", detail=V.enzyme),
        because="avibactam blocks {enzyme}, which was found and would hydrolyse aztreonam: the two drugs act in synergy.",
        cases=(
            fires("CTX-M-15", BASE),
            silent("nothing co-produced", BASE, {"isolate.other_beta_lactamases": []}),
            silent("co-produced enzymes not stated", BASE, {"isolate.other_beta_lactamases": NOT_STATED}),
        ),
    ),
    Rule(
        id="co-produced-enzyme-may-escape-avibactam",
        says="A co-produced enzyme that hydrolyses aztreonam and that avibactam blocks only in part puts the pair in doubt.",
        source=Cite("emblaveo-us-2026", "s.12.4: enzymes refractory to avibactam that hydrolyse aztreonam"),
        when=(
            Recommend(regimen=PAIR),
            AztreonamThreat(enzyme=V.enzyme),
            Inhibition(enzyme=V.enzyme, inhibited="variable"),
        ),
        then=Warn(kind="susceptibility", topic="enzyme_escapes_avibactam"),
        because="{enzyme} hydrolyses aztreonam, and avibactam blocks it only in part: the pair may fail. Test the combination.",
        cases=(
            fires("PER-1", BASE, {"isolate.other_beta_lactamases": ["PER-1"]}),
            silent("CTX-M-15 is inhibited", BASE),
            silent("co-produced enzymes not stated", BASE, {"isolate.other_beta_lactamases": NOT_STATED}),
        ),
    ),
)
