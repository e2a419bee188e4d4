"""How far the guidance was seen, where reports of it disagree, and where other issuers rank otherwise."""

from ....facts.vocabulary import InScope, Mechanism, Missing, NeedsDose, Recommend, Site, UnavailableList, Warn
from ...examples import NOT_STATED, PAIR, put_to
from ...language import Cite, Rule

GUIDELINE = "idsa-2026"
fires, silent = put_to(GUIDELINE)
KPC = {"isolate.carbapenemases": ["KPC-2"]}
CHILD = {"patient.age": 17}
MEROPENEM = {"isolate.carbapenemases": [], "isolate.susceptibilities": {"meropenem": "S"}}

RULES = (
    Rule(
        id="idsa-seen-second-hand",
        says="The guidance was seen second-hand only, and it does not use GRADE.",
        source=Cite(GUIDELINE, "as reported in public extractions"),
        when=(InScope(),),
        then=Warn(kind="provenance", topic="second_hand"),
        because="IDSA 2026 was seen second-hand only: its statements are encoded from public extractions that agree. It grades nothing: its terms are "
        "preferred, alternative and not suggested.",
        cases=(fires("NDM-1", {}), silent("child", CHILD)),
    ),
    Rule(
        id="idsa-others-rank-otherwise",
        says="Other issuers rank the regimens for class B enzymes otherwise.",
        source=Cite("whyrx-rulings", "issuers that disagree are shown, never merged"),
        when=(InScope(), Mechanism(value="metallo")),
        then=Warn(kind="issuers_disagree", topic="class_b"),
        because="issuers disagree: for class B enzymes the Italian societies and ESCMID 2022 are reported to put ceftazidime-avibactam plus aztreonam "
        "before cefiderocol, and do not speak of aztreonam-avibactam. Side by side: whyrx compare.",
        cases=(fires("NDM-1", {}), silent("KPC", KPC)),
    ),
    Rule(
        id="idsa-cefiderocol-reported-otherwise",
        says="One report of the guidance puts cefiderocol second for NDM.",
        source=Cite(GUIDELINE, "question 3.5, reports of it compared"),
        when=(Recommend(regimen="cefiderocol", line="first"), Mechanism(value="metallo")),
        then=Warn(kind="provenance", topic="cefiderocol_reports"),
        because="cefiderocol: three reports of IDSA 2026 list it as preferred for NDM beside aztreonam-avibactam, one as an alternative; the three are "
        "followed. Check the original.",
        cases=(fires("NDM-1", {}), silent("KPC", KPC)),
    ),
    Rule(
        id="idsa-availability-missing",
        says="Whether aztreonam-avibactam can be had is missing: if not, the pair is the alternative.",
        source=Cite(GUIDELINE, "question 3.5"),
        when=(InScope(), Mechanism(value="metallo"), UnavailableList(state="not_stated")),
        then=Missing(fact="setting.unavailable", need=PAIR),
        because="whether aztreonam-avibactam can be had: if not, ceftazidime-avibactam plus aztreonam is the alternative.",
        cases=(
            fires("not stated", {"setting.unavailable": NOT_STATED}),
            silent("stated", {}),
            silent("KPC", {**KPC, "setting.unavailable": NOT_STATED}),
        ),
    ),
    *(
        Rule(
            id=f"idsa-infusion-{name}",
            says=f"The guidance infuses {regimen} longer than its label.",
            source=Cite(GUIDELINE, place),
            when=(Recommend(regimen=regimen),),
            then=Warn(kind="infusion", topic=f"{name}_3_h"),
            because=because,
            cases=(fires(regimen, case), silent("child", {**case, **CHILD})),
        )
        for name, regimen, place, because, case in (
            (
                "ceftazidime-avibactam",
                "ceftazidime-avibactam",
                "table 1",
                "ceftazidime-avibactam: the labels infuse over 2 h; table 1 of IDSA 2026 (for normal kidneys and liver) over 3 h.",
                KPC,
            ),
            (
                "meropenem",
                "meropenem",
                "table 1 (one report)",
                "meropenem: the labels infuse over 15 to 30 min; table 1 of IDSA 2026 is reported to give, with normal kidneys, 1 to 2 g every 8 h over 3 h "
                "(extended infusion). Ask the pharmacy.",
                {"isolate.carbapenemases": [], "isolate.susceptibilities": {"meropenem": "S"}},
            ),
        )
    ),
    Rule(
        id="meropenem-in-meningitis",
        says="In meningitis meropenem is given at 2 g; the dose shown is not that one.",
        source=Cite(
            "meronem-uk-2026", "s.4.2: acute bacterial meningitis 2 g every 8 h; IDSA 2026 table 1 (one report) alike"
        ),
        when=(NeedsDose(drug="meropenem"), Site(value="cns")),
        then=Warn(kind="cns", topic="meropenem_dose"),
        because="meropenem: the dose shown is not that for meningitis, which is 2 g every 8 h by the UK label (and by table 1 of IDSA 2026, one report).",
        cases=(
            fires("cns", {**MEROPENEM, "infection.site": "cns"}),
            silent("bloodstream", MEROPENEM),
            silent("not stated", {**MEROPENEM, "infection.site": NOT_STATED}),
        ),
    ),
    Rule(
        id="idsa-tigecycline-dose",
        says="The guidance is reported to mention a high dose of tigecycline; the label's is printed.",
        source=Cite(GUIDELINE, "table 1 (reports differ)"),
        when=(Recommend(regimen="tigecycline"),),
        then=Warn(kind="issuers_disagree", topic="tigecycline_dose"),
        because="tigecycline: the labelled dose is printed; IDSA 2026 is reported to give 200 mg, then 100 mg every 12 h in selected resistant infections (one "
        "report: for Acinetobacter). Ask infection specialists.",
        cases=(fires("intra-abdominal", {"infection.site": "intra_abdominal"}), silent("bloodstream", {})),
    ),
)
