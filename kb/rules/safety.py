"""What is known against a drug and said wherever it is recommended, whichever guideline ranks it."""

from ...facts.atoms import Pattern
from ...facts.vocabulary import Action, CurrentDrug, NeedsDose, PreviousDrug, Target, Warn
from ..examples import BASE, NOT_STATED, fires, silent
from ..language import Cite, Rule

KPC = {"isolate.carbapenemases": ["KPC-2"]}
RESISTANT = {"isolate.susceptibilities": {"cefiderocol": "R"}}


def _caution(name: str, says: str, because: str, document: str, place: str, *when: Pattern) -> Rule:
    """A concern about cefiderocol, said wherever it is recommended."""
    return Rule(
        id=f"cefiderocol-{name.replace('_', '-')}",
        says=says,
        source=Cite(document, place),
        when=(NeedsDose(drug="cefiderocol"), *when),
        then=Warn(kind="safety", topic=f"cefiderocol_{name}"),
        because=because,
        cases=(fires("alternative", BASE), silent("resistant: not offered", BASE, RESISTANT), silent("KPC", BASE, KPC)),
    )


RULES = (
    _caution(
        "high_mics",
        "High cefiderocol MICs occur in NDM producers.",
        "cefiderocol: some NDM producers have high MICs (susceptible by EUCAST 50.3 % of 577 MBL producers, ATLAS 2021–22; about 85 % of NDM in the "
        "US, IDSA 2026 second-hand).",
        "idsa-2026",
        "question 3.5, with ATLAS 2021-22 (abstract) beside it",
        Target(ambler="B"),
    ),
    _caution(
        "primary_resistance",
        "Primary resistance to cefiderocol occurs in NDM producers never exposed to it.",
        "cefiderocol: primary resistance without exposure occurs in NDM producers (21 of 52 isolates, Florence 2021–22; two patients, MIC 32 and "
        "> 256 mg/L, China 2022).",
        "coppi-2022",
        "abstract; also Lan et al., Microbiol Spectr 2022;10:e00084-22",
        Target(ambler="B"),
    ),
    _caution(
        "mortality_warning",
        "The US label of cefiderocol warns of higher mortality in its trial of carbapenem-resistant infections.",
        "cefiderocol, US label warning: 28-day mortality 25/101 (24.8 %) against 9/49 (18.4 %) with best available therapy in carbapenem-resistant "
        "infections (CREDIBLE-CR).",
        "fetroja-us-2026",
        "s.5.1",
    ),
    Rule(
        id="cefiderocol-retest-on-failure",
        says="If cefiderocol is used and fails, test again: our addition.",
        source=Cite("whyrx-rulings", "re-test on failure"),
        when=(NeedsDose(drug="cefiderocol"),),
        then=Action(kind="reassess", topic="cefiderocol_failure"),
        because="if cefiderocol is used and the patient does not improve: culture again and test cefiderocol again (our addition, since resistance "
        "emerges during therapy).",
        cases=(fires("alternative", BASE), silent("resistant", BASE, RESISTANT)),
    ),
    *(
        Rule(
            id=f"cefiderocol-exposure-{name}",
            says=f"Cefiderocol was given {words}: test it again.",
            source=Cite("whyrx-rulings", "re-test on failure"),
            when=(NeedsDose(drug="cefiderocol"), condition),
            then=Action(kind="test", topic="cefiderocol_exposure"),
            because=f"cefiderocol was given {words}: test the present isolate again before relying on it, unless its result is from after that (our "
            "addition).",
            cases=(
                fires(name, BASE, {path: ["cefiderocol"]}),
                silent("not given", BASE),
                silent("not stated", BASE, {path: NOT_STATED}),
            ),
        )
        for name, path, words, condition in (
            ("current", "therapy.current", "up to now", CurrentDrug(drug="cefiderocol")),
            ("previous", "therapy.previous", "before", PreviousDrug(drug="cefiderocol")),
        )
    ),
    Rule(
        id="tigecycline-mortality-warning",
        says="The US label of tigecycline warns of higher mortality and does not cover hospital-acquired pneumonia.",
        source=Cite("tigecycline-us-2026", "boxed warning (referred to), s.1, s.5.1, s.5.2"),
        when=(NeedsDose(drug="tigecycline"),),
        then=Warn(kind="safety", topic="tigecycline_mortality"),
        because="tigecycline: the US label carries a boxed warning of higher all-cause mortality, reserves it for when nothing else is suitable, and does not cover "
        "hospital-acquired or ventilator-associated pneumonia (mortality 19.1 % against 12.3 %).",
        cases=(
            fires("intra-abdominal", BASE, {"infection.site": "intra_abdominal"}, "idsa-2026"),
            silent("bloodstream", BASE, {}, "idsa-2026"),
        ),
    ),
)
