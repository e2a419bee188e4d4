"""The evidence that the guidance is reported to cite on NDM; very few patients, seen second-hand."""

from collections.abc import Mapping

from ....facts.vocabulary import Evidence, Mechanism, Recommend
from ...examples import PAIR, put_to
from ...language import Cite, Rule

GUIDELINE = "idsa-2026"
fires, silent = put_to(GUIDELINE)
KPC = {"isolate.carbapenemases": ["KPC-2"]}
NO_AZA = {"setting.unavailable": ["aztreonam-avibactam"]}


def _evidence(name: str, regimen: str, item: str, says: str, because: str, case: Mapping[str, object]) -> Rule:
    return Rule(
        id=f"idsa-evidence-{name}",
        says=says,
        source=Cite(GUIDELINE, "question 3.5, evidence cited"),
        when=(Recommend(regimen=regimen), Mechanism(value="metallo")),
        then=Evidence(regimen=regimen, item=item),
        because=because,
        cases=(fires("NDM-1", case), silent("KPC", {**KPC, **case})),
    )


RULES = (
    _evidence(
        "aztreonam-avibactam",
        "aztreonam-avibactam",
        "ndm_subgroups",
        "Aztreonam-avibactam in NDM: the subgroups of its trials.",
        "NDM alone, as IDSA 2026 is reported to cite: in one trial cure 33 % (2/6) and survival 83 % (5/6), in another cure 44 % (4/9) and survival "
        "89 % (8/9). Very few patients. More than 95 % of US NDM producers are reported susceptible.",
        {},
    ),
    _evidence(
        "cefiderocol",
        "cefiderocol",
        "ndm_subgroups",
        "Cefiderocol in NDM: the subgroups of its trials.",
        "NDM alone, as IDSA 2026 is reported to cite: cure 60 % (6/10) and 28-day survival 90 % (9/10), comparators 1/5 and 2/5; in a later trial of bloodstream "
        "infection 30-day survival 50 % (8/16) against 82 % (9/11). Very few patients. About 85 % of US NDM producers are reported susceptible.",
        {},
    ),
    _evidence(
        "pair",
        PAIR,
        "bloodstream_mortality",
        "The pair in bloodstream infection with MBL producers: 30-day survival.",
        "bloodstream infection with MBL producers (102, of them 82 NDM): 30-day survival 81 % (42/52) with ceftazidime-avibactam plus aztreonam "
        "against 56 % (28/50) with other active agents; observational.",
        NO_AZA,
    ),
)
