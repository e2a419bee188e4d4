"""Which regimens are active against the enzymes found, and by what mechanism."""

from ...facts.atoms import V
from ...facts.vocabulary import (
    Action,
    Active,
    AztreonamThreat,
    ClassActivity,
    CoProduced,
    CurrentDrug,
    Excluded,
    FamilyActivity,
    Hydrolysis,
    Inactive,
    Inhibition,
    InScope,
    OnPair,
    Rationale,
    Recommend,
    Target,
    Warn,
)
from ..examples import BASE, NOT_STATED, PAIR, SUSPECTED, fires, silent
from ..language import Cite, Rule

_ACTIVE = "{regimen} is active against producers of {enzyme} ({group})."
_VARIABLE = "{regimen} is active against some producers of {enzyme} ({group}); strains differ."
_INACTIVE = "{regimen} has no activity against producers of {enzyme} ({group})."

RULES = (
    Rule(
        id="pair-active-aztreonam-not-hydrolysed",
        says="The pair is active against a class B enzyme that does not hydrolyse aztreonam.",
        source=Cite("emblaveo-us-2026", "s.12.4: aztreonam is stable to class B enzymes"),
        when=(Target(enzyme=V.enzyme, ambler="B"), Hydrolysis(enzyme=V.enzyme, drug="aztreonam", degree="no")),
        then=Active(regimen=PAIR, enzyme=V.enzyme, degree="active"),
        because="{enzyme} does not hydrolyse aztreonam.",
        cases=(
            fires("NDM-1", BASE),
            fires("VIM suspected", SUSPECTED, {"isolate.suspected_carbapenemases": ["VIM"]}),
            silent("KPC-2 alone", BASE, {"isolate.carbapenemases": ["KPC-2"]}),
            silent("nothing typed or suspected", BASE, {"isolate.carbapenemases": NOT_STATED}),
        ),
    ),
    *(
        Rule(
            id=f"regimen-{degree}-by-{unit}",
            says=f"A regimen that the table calls {says} against the {unit} of the enzyme: {degree}.",
            source=Cite("whyrx-rulings", "activity tables, each row with its own source"),
            when=(
                Target(enzyme=V.enzyme, **{field: V.group}),
                kind(regimen=V.regimen, **{field: V.group}, activity=says),
            ),
            then=Inactive(regimen=V.regimen, enzyme=V.enzyme)
            if degree == "inactive"
            else Active(regimen=V.regimen, enzyme=V.enzyme, degree=degree),
            because=because,
            cases=(
                *(fires(found, BASE, {"isolate.carbapenemases": [found]}) for found in firing),
                *(silent(found, BASE, {"isolate.carbapenemases": [found]}) for found in quiet),
                silent("nothing typed or suspected", BASE, {"isolate.carbapenemases": NOT_STATED}),
            ),
        )
        for unit, field, kind, degree, says, because, firing, quiet in (
            ("class", "ambler", ClassActivity, "active", "active", _ACTIVE, ["NDM-1", "VIM-2"], ["KPC-2", "GES-5"]),
            ("class", "ambler", ClassActivity, "variable", "variable", _VARIABLE, ["NDM-1", "VIM-2"], ["KPC-2"]),
            ("class", "ambler", ClassActivity, "inactive", "none", _INACTIVE, ["NDM-1", "VIM-2"], ["KPC-2", "OXA-48"]),
            ("family", "family", FamilyActivity, "active", "active", _ACTIVE, ["KPC-2", "OXA-48"], ["NDM-1", "GES-5"]),
            (
                "family",
                "family",
                FamilyActivity,
                "inactive",
                "none",
                _INACTIVE,
                ["KPC-2", "OXA-48"],
                ["NDM-1", "GES-5"],
            ),
        )
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
    Rule(
        id="co-produced-enzyme-of-doubtful-effect",
        says="A co-produced enzyme that hydrolyses aztreonam in some variants and that avibactam blocks only in part is said.",
        source=Cite("emblaveo-us-2026", "s.12.4: enzymes refractory to avibactam that hydrolyse aztreonam"),
        when=(
            Recommend(regimen=PAIR),
            CoProduced(enzyme=V.enzyme),
            Hydrolysis(enzyme=V.enzyme, drug="aztreonam", degree="variable"),
            Inhibition(enzyme=V.enzyme, inhibited="variable"),
        ),
        then=Warn(kind="susceptibility", topic="enzyme_escapes_avibactam"),
        because="{enzyme} may hydrolyse aztreonam, and avibactam blocks it only in part: test the combination.",
        cases=(
            fires("KPC-31", BASE, {"isolate.other_beta_lactamases": ["KPC-31"]}),
            silent("CTX-M-15", BASE),
            silent("not stated", BASE, {"isolate.other_beta_lactamases": NOT_STATED}),
        ),
    ),
    Rule(
        id="pair-being-given",
        says="Aztreonam and ceftazidime-avibactam, both given now, are the pair.",
        source=Cite("whyrx-rulings", "present treatment that cannot work is changed now"),
        when=(CurrentDrug(drug="aztreonam"), CurrentDrug(drug="ceftazidime-avibactam")),
        then=OnPair(),
        because="the pair is being given.",
        cases=(
            fires("both", BASE, {"therapy.current": ["aztreonam", "ceftazidime-avibactam"]}),
            silent("one", BASE, {"therapy.current": ["aztreonam"]}),
            silent("not stated", BASE, {"therapy.current": NOT_STATED}),
        ),
    ),
    Rule(
        id="present-treatment-inactive",
        says="Present treatment with a drug that has no activity against the enzyme is changed now.",
        source=Cite("whyrx-rulings", "present treatment that cannot work is changed now"),
        when=(InScope(), CurrentDrug(drug=V.drug), Inactive(regimen=V.drug, enzyme=V.enzyme)),
        unless=(OnPair(),),
        then=Action(kind="start_now", topic="present_treatment"),
        because="present treatment: {drug} alone has no activity against producers of {enzyme}. Change it now.",
        cases=(
            fires("meropenem", BASE, {"therapy.current": ["meropenem"]}),
            fires("ceftazidime-avibactam alone", BASE, {"therapy.current": ["ceftazidime-avibactam"]}),
            silent("the pair", BASE, {"therapy.current": ["aztreonam", "ceftazidime-avibactam"]}),
            silent("cefiderocol", BASE, {"therapy.current": ["cefiderocol"]}),
            silent("not stated", BASE, {"therapy.current": NOT_STATED}),
        ),
    ),
    Rule(
        id="present-treatment-resistant",
        says="Present treatment with a drug that the isolate is reported resistant to is changed now.",
        source=Cite("whyrx-rulings", "present treatment that cannot work is changed now"),
        when=(InScope(), CurrentDrug(drug=V.drug), Excluded(regimen=V.drug, reason="resistant")),
        unless=(OnPair(),),
        then=Action(kind="start_now", topic="present_treatment"),
        because="present treatment: the isolate is not reported susceptible to {drug}. Change it now.",
        cases=(
            fires(
                "cefiderocol R",
                BASE,
                {"therapy.current": ["cefiderocol"], "isolate.susceptibilities": {"cefiderocol": "R"}},
            ),
            silent("cefiderocol S", BASE, {"therapy.current": ["cefiderocol"]}),
            silent("not stated", BASE, {"therapy.current": NOT_STATED}),
        ),
    ),
    Rule(
        id="present-pair-resistant",
        says="Present treatment with the pair that the isolate is reported resistant to is changed now.",
        source=Cite("whyrx-rulings", "present treatment that cannot work is changed now"),
        when=(InScope(), OnPair(), Excluded(regimen=PAIR, reason="resistant")),
        then=Action(kind="start_now", topic="present_treatment"),
        because="present treatment: the isolate is reported resistant to the pair. Change it now.",
        cases=(
            fires(
                "pair R",
                BASE,
                {"therapy.current": ["aztreonam", "ceftazidime-avibactam"], "isolate.susceptibilities": {PAIR: "R"}},
            ),
            silent("pair S", BASE, {"therapy.current": ["aztreonam", "ceftazidime-avibactam"]}),
            silent("not stated", BASE, {"therapy.current": NOT_STATED, "isolate.susceptibilities": {PAIR: "R"}}),
        ),
    ),
)
