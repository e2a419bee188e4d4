"""Whether the label of the jurisdiction covers the site of infection; use outside it is said."""

from ...facts.atoms import V
from ...facts.vocabulary import (
    Indication,
    IndicationsRead,
    InfectionSite,
    Jurisdiction,
    Labelled,
    LabelServes,
    NeedsDose,
    Site,
    Warn,
)
from ..examples import BASE, NOT_STATED, fires, silent
from ..language import Cite, Rule

RULES = (
    Rule(
        id="site-labelled",
        says="The label of the jurisdiction covers this site of infection.",
        source=Cite("labels", "US s.1, UK s.4.1"),
        when=(
            Site(value=V.site),
            Jurisdiction(value=V.jurisdiction),
            LabelServes(jurisdiction=V.jurisdiction, drug=V.drug, label=V.label),
            Indication(drug=V.drug, label=V.label, site=V.site),
        ),
        then=Labelled(drug=V.drug),
        because="the {label} label of {drug} covers {site}.",
        cases=(
            fires("pneumonia, US", BASE, {"infection.site": "pneumonia"}),
            silent("bone, US", BASE, {"infection.site": "bone_joint"}),
            silent("jurisdiction not stated", BASE, {"setting.jurisdiction": NOT_STATED}),
        ),
    ),
    Rule(
        id="site-off-label",
        says="The label of the jurisdiction does not cover this site of infection: off-label use is said.",
        source=Cite("labels", "US s.1, UK s.4.1"),
        when=(
            NeedsDose(drug=V.drug),
            IndicationsRead(drug=V.drug),
            Site(value=V.site),
            InfectionSite(site=V.site),
            Jurisdiction(value=V.jurisdiction),
            LabelServes(jurisdiction=V.jurisdiction, drug=V.drug, label=V.label),
        ),
        unless=(Labelled(drug=V.drug),),
        then=Warn(kind="off_label", topic=V.drug),
        because="{drug} for {site}: off-label under the {label} label.",
        cases=(
            fires("bloodstream, US", BASE),
            silent("bloodstream, EU", BASE, {"setting.jurisdiction": "EU"}),
            silent("pneumonia, US", BASE, {"infection.site": "pneumonia"}),
            silent("site not stated", BASE, {"infection.site": NOT_STATED}),
            silent("jurisdiction not stated", BASE, {"setting.jurisdiction": NOT_STATED}),
        ),
    ),
)
