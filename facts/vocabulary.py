"""The vocabulary: every kind of fact and every field of it, once.

Asked facts are total: each input field of a case is stated, stated as none, or `not_stated`, and that value is
itself a fact that rules can match. A list of the case gives one fact that says whether it was stated (the type
its elements name as `closed_by`) and one fact for each element.

Values stand in the order in which a decision shows them.
"""

from collections.abc import Iterable

from . import domains
from .atoms import FactType, FieldType

NOT_STATED = "not_stated"

LISTED, NONE = "listed", "none"
"""States of a list beside `not_stated`: it names something; it was stated to be empty."""

KNOWN, UNKNOWN, NOT_APPLICABLE = "known", "unknown", "not_applicable"
"""States of a computed quantity: it has a value; an input is missing; the formula does not apply."""


YES_NO = ("yes", "no")


def _choice(name: str, path: str, label: str, values: Iterable[str]) -> FactType:
    return FactType(name, "asked", label, (FieldType("value", (*values, NOT_STATED)),), path=path)


def _number(name: str, path: str, label: str) -> FactType:
    return FactType(
        name, "asked", label, (FieldType("state", ("stated", NOT_STATED)), FieldType("amount", payload=True)), path=path
    )


def _list(name: str, path: str, label: str) -> FactType:
    return FactType(
        name,
        "asked",
        label,
        (FieldType("state", (LISTED, NONE, NOT_STATED)), FieldType("answered", ("yes", "no"))),
        path=path,
    )


def _element(name: str, label: str, closed_by: FactType, *fields: FieldType, key: tuple[str, ...] = ()) -> FactType:
    return FactType(name, "asked", label, fields, path=closed_by.path, closed_by=closed_by.name, key=key)


def _computed(name: str, label: str, *fields: FieldType, key: tuple[str, ...] = ()) -> FactType:
    return FactType(name, "computed", label, fields, key=key)


def _known(name: str, label: str, *fields: FieldType, key: tuple[str, ...] = ()) -> FactType:
    return FactType(name, "known", label, fields, key=key)


def _concluded(name: str, label: str, *fields: FieldType, seen: bool = False, may_lack: bool = False) -> FactType:
    return FactType(name, "concluded", label, fields, seen=seen, may_lack=may_lack)


def _one_of(name: str, *values: str) -> FieldType:
    return FieldType(name, values)


_DRUG = FieldType("drug", tuple(domains.DRUGS.values))
_REGIMEN = FieldType("regimen")
_ENZYME = FieldType("enzyme")
_FAMILY = FieldType("family")
_AMBLER = _one_of("ambler", "A", "B", "C", "D", UNKNOWN)
_ATOM = FieldType("atom")
_ROW = FieldType("row")
_LABEL = _one_of("label", "US", "EU/UK")
_PHASE = _one_of("phase", "loading", "maintenance", "supplement")

# --- asked: the question -----------------------------------------------------------------------------------

AsOf = _number("AsOf", "as_of", "date of the question")

# --- asked: the patient ------------------------------------------------------------------------------------

Age = _number("Age", "patient.age", "age")
Sex = _choice("Sex", "patient.sex", "sex", domains.SEXES.values)
Weight = _number("Weight", "patient.weight", "weight")
Height = _number("Height", "patient.height", "height")
Creatinine = _number("Creatinine", "patient.creatinine", "serum creatinine")
MeasuredClearance = _number("MeasuredClearance", "patient.creatinine_clearance", "measured creatinine clearance")
CreatinineTrend = _choice(
    "CreatinineTrend", "patient.creatinine_trend", "trend of creatinine", domains.CREATININE_TRENDS.values
)
RenalReplacement = _choice(
    "RenalReplacement", "patient.renal_replacement", "renal replacement therapy", domains.RENAL_REPLACEMENTS.values
)
CrrtEffluent = _number("CrrtEffluent", "patient.crrt_effluent", "CRRT effluent flow")
Pregnancy = _choice("Pregnancy", "patient.pregnancy", "pregnancy", domains.PREGNANCIES.values)
HepaticImpairment = _choice(
    "HepaticImpairment",
    "patient.hepatic_impairment",
    "hepatic impairment",
    domains.HEPATIC_IMPAIRMENTS.values,
)
AllergyList = _list("AllergyList", "patient.allergies", "allergies")
Allergy = _element(
    "Allergy",
    "allergy",
    AllergyList,
    FieldType("substance", tuple(domains.ALLERGY_SUBSTANCES.values)),
    FieldType("reaction", (*domains.REACTIONS.values, NOT_STATED)),
    key=("substance",),
)

# --- asked: the isolate ------------------------------------------------------------------------------------

Organism = FactType("Organism", "asked", "organism", (FieldType("organism"),), path="isolate.organism")
CarbapenemResistance = _choice("CarbapenemResistance", "isolate.carbapenem_resistant", "carbapenem resistance", YES_NO)
CarbapenemaseList = _list("CarbapenemaseList", "isolate.carbapenemases", "carbapenemases found")
CarbapenemaseFound = _element("CarbapenemaseFound", "carbapenemase found", CarbapenemaseList, _ENZYME)
TestCoverageList = _list("TestCoverageList", "isolate.carbapenemases_tested_for", "carbapenemases the test covers")
TestCovers = _element("TestCovers", "the test covers", TestCoverageList, _FAMILY)
SuspicionList = _list("SuspicionList", "isolate.suspected_carbapenemases", "carbapenemases suspected")
Suspected = _element("Suspected", "carbapenemase suspected", SuspicionList, _ENZYME)
SuspicionBasisList = _list("SuspicionBasisList", "isolate.suspicion_basis", "basis of the suspicion")
SuspicionBasis = _element(
    "SuspicionBasis",
    "basis of the suspicion",
    SuspicionBasisList,
    FieldType("basis", tuple(domains.SUSPICION_BASES.values)),
)
OtherEnzymeList = _list("OtherEnzymeList", "isolate.other_beta_lactamases", "other beta-lactamases")
OtherEnzyme = _element("OtherEnzyme", "other beta-lactamase found", OtherEnzymeList, _ENZYME)
SusceptibilityList = _list("SusceptibilityList", "isolate.susceptibilities", "susceptibility results")
Susceptibility = _element(
    "Susceptibility",
    "susceptibility",
    SusceptibilityList,
    _REGIMEN,
    FieldType("result", tuple(domains.SUSCEPTIBILITIES.values)),
    FieldType("mic", payload=True),
    FieldType("standard", payload=True),
    key=("regimen",),
)

# --- asked: the infection, its treatment, the setting -------------------------------------------------------

Site = _choice("Site", "infection.site", "site of infection", domains.SITES.values)
Severity = _choice("Severity", "infection.severity", "severity judged by the clinician", domains.SEVERITIES.values)
SepticShock = _choice("SepticShock", "infection.septic_shock", "septic shock", YES_NO)
PittScore = _number("PittScore", "infection.pitt_score", "Pitt bacteraemia score")
FocusList = _list("FocusList", "infection.foci", "foci for source control")
Focus = _element("Focus", "focus for source control", FocusList, FieldType("focus", tuple(domains.FOCI.values)))
CurrentList = _list("CurrentList", "therapy.current", "current antibiotics")
CurrentDrug = _element("CurrentDrug", "current antibiotic", CurrentList, _DRUG)
PreviousList = _list("PreviousList", "therapy.previous", "previous antibiotics")
PreviousDrug = _element("PreviousDrug", "previous antibiotic", PreviousList, _DRUG)
Jurisdiction = _choice(
    "Jurisdiction", "setting.jurisdiction", "jurisdiction whose labels apply", domains.JURISDICTIONS.values
)
UnavailableList = _list("UnavailableList", "setting.unavailable", "drugs that are unavailable")
UnavailableDrug = _element("UnavailableDrug", "unavailable drug", UnavailableList, _DRUG)

# --- computed: numbers become categories --------------------------------------------------------------------

AgeGroup = _computed("AgeGroup", "age group", _one_of("value", "adult", "child", NOT_STATED))
PittBand = _computed("PittBand", "Pitt score", _one_of("value", "high", "low", NOT_STATED))
Clearance = _computed(
    "Clearance",
    "creatinine clearance",
    _one_of("basis", "measured", "actual_weight", "ideal_weight", "adjusted_weight"),
    _one_of("state", KNOWN, UNKNOWN, NOT_APPLICABLE),
    _ATOM,
    FieldType("amount", payload=True),
    key=("basis",),
)
Effluent = _computed(
    "Effluent",
    "CRRT effluent flow",
    _one_of("state", KNOWN, UNKNOWN, NOT_APPLICABLE),
    _ATOM,
    FieldType("amount", payload=True),
)

GuidelineAge = _computed(
    "GuidelineAge",
    "age of the guideline on the date of the question",
    _one_of("value", "not_yet_issued", "current", "past_review", NOT_STATED),
    FieldType("issued", payload=True),
    FieldType("review_by", payload=True),
)
MicCategory = _computed(
    "MicCategory",
    "what an issuer of breakpoints calls the MIC",
    _REGIMEN,
    _one_of("issuer", "EUCAST", "CLSI"),
    _one_of("category", "S", "I", "R", UNKNOWN, NOT_STATED),
    FieldType("cuts", payload=True),
    key=("regimen", "issuer"),
)

# --- known: rows of sourced tables --------------------------------------------------------------------------

OrganismOrder = _known(
    "OrganismOrder",
    "taxonomy",
    FieldType("organism"),
    FieldType("species"),
    FieldType("genus"),
    FieldType("order"),
    key=("organism",),
)
Enzyme = _known(
    "Enzyme",
    "enzyme",
    _ENZYME,
    _FAMILY,
    _AMBLER,
    _one_of("carbapenemase", "yes", "no", UNKNOWN),
    key=("enzyme",),
)
Hydrolysis = _known(
    "Hydrolysis",
    "hydrolysis",
    _ENZYME,
    FieldType("drug"),
    _one_of("degree", "yes", "no", "weak", "variable", UNKNOWN),
    key=("enzyme", "drug"),
)
Inhibition = _known(
    "Inhibition",
    "inhibition by avibactam",
    _ENZYME,
    _one_of("inhibited", "yes", "no", "variable", UNKNOWN),
    key=("enzyme",),
)
ClassActivity = _known(
    "ClassActivity",
    "activity by enzyme class",
    _REGIMEN,
    _AMBLER,
    _one_of("activity", "active", "variable", "none"),
)
FamilyActivity = _known(
    "FamilyActivity",
    "activity by carbapenemase family",
    _REGIMEN,
    _FAMILY,
    _one_of("activity", "active", "variable", "none"),
)
Contains = _known("Contains", "drugs of a regimen", _REGIMEN, _DRUG)
DrugClass = _known(
    "DrugClass", "class of a drug", _DRUG, _one_of("drug_class", "beta_lactam", "tetracycline", "polymyxin")
)
Combination = _known("Combination", "regimens of two drugs", _REGIMEN, _DRUG)
AllergyRule = _known(
    "AllergyRule",
    "what a severe reaction to a substance means for a drug",
    FieldType("substance", tuple(domains.ALLERGY_SUBSTANCES.values)),
    _DRUG,
    _one_of("scope", "any", "US", "EU/UK"),
    _one_of("verdict", "excluded", "caution", "allowed"),
)
Monitoring = _known("Monitoring", "what is watched under a drug", _DRUG, FieldType("notice"))
LabelledDuration = _known(
    "LabelledDuration",
    "labelled duration",
    _DRUG,
    _LABEL,
    FieldType("site", tuple(domains.SITES.values)),
    FieldType("notice"),
    key=("drug", "label", "site"),
)
AugmentedClearance = _known(
    "AugmentedClearance", "augmented clearance, for which no label has a dose of the drug", _DRUG, _ATOM
)
ForClassB = _known("ForClassB", "drug given for class B carbapenemases above all", _DRUG)
IntrinsicResistance = _known("IntrinsicResistance", "genus resistant by nature to a drug", FieldType("genus"), _DRUG)
JudgedByPartners = _known("JudgedByPartners", "combination that falls with any of its drugs", _REGIMEN)
NotIfIntermediate = _known("NotIfIntermediate", "drug that is not offered if reported intermediate", _DRUG)
Extension = _known("Extension", "statement of ours that stretches one of the guideline", FieldType("statement"))
TestedAlone = _known("TestedAlone", "regimen that an ordinary susceptibility test tells of", _REGIMEN)
PregnancyLabel = _known(
    "PregnancyLabel",
    "what the labels of a jurisdiction say of pregnancy",
    _DRUG,
    FieldType("jurisdiction", (*domains.JURISDICTIONS.values, NOT_STATED)),
    FieldType("notice"),
)
StatementRegimen = _known(
    "StatementRegimen",
    "regimen that a statement names",
    FieldType("statement"),
    _REGIMEN,
    key=("statement", "regimen"),
)
SiteGroup = _known(
    "SiteGroup",
    "kind of site",
    FieldType("site", (*domains.SITES.values, NOT_STATED)),
    _one_of("group", "urinary", "cystitis", "bloodstream", "invasive", "tetracycline"),
    key=("site", "group"),
)
InfectionSite = _known("InfectionSite", "site that is an infection", FieldType("site", tuple(domains.SITES.values)))
OtherMetallo = _known("OtherMetallo", "class B family other than NDM", _FAMILY)
Indication = _known("Indication", "labelled indication", _DRUG, _LABEL, FieldType("site", tuple(domains.SITES.values)))
IndicationsRead = _known("IndicationsRead", "drug whose labelled indications were read", _DRUG)
LabelWarns = _known(
    "LabelWarns",
    "label that contraindicates a drug after any reaction to a substance",
    FieldType("substance", tuple(domains.ALLERGY_SUBSTANCES.values)),
    _DRUG,
    _LABEL,
)
LabelServes = _known(
    "LabelServes",
    "label that serves a jurisdiction",
    FieldType("jurisdiction", (*domains.JURISDICTIONS.values, NOT_STATED)),
    _DRUG,
    _LABEL,
)
LabelGap = _known(
    "LabelGap",
    "label that gives no dose",
    _DRUG,
    _LABEL,
    _one_of("verdict", "forbidden", "no_dose"),
    FieldType("notice"),
    _ATOM,
    key=("drug", "label"),
)
DoseRow = _known(
    "DoseRow",
    "dose table",
    _ROW,
    _DRUG,
    _LABEL,
    _one_of(
        "setting",
        "clearance",
        "hemodialysis",
        "residual_clearance",
        "crrt",
        "crrt_any_flow",
        "any_clearance",
        "any_kidneys",
        "child_pugh_c",
        "hemodialysis_severe",
    ),
    _PHASE,
    FieldType("schedule"),
    _ATOM,
    key=("drug", "label", "setting", "phase"),
)
ForeignLabel = _known(
    "ForeignLabel",
    "label of another jurisdiction that serves because no other was seen",
    FieldType("jurisdiction", (*domains.JURISDICTIONS.values, NOT_STATED)),
    _DRUG,
    _LABEL,
)
OtherWeight = _known(
    "OtherWeight", "weight other than the actual one", _one_of("basis", "ideal_weight", "adjusted_weight")
)
_RESULTS = tuple(domains.SUSCEPTIBILITIES.values)
OtherResult = _known("OtherResult", "results that differ", FieldType("one", _RESULTS), FieldType("other", _RESULTS))
NearEdge = _known("NearEdge", "clearance near a cut point printed per 1.73 m²", _DRUG, _ATOM)

# --- concluded: properties of the case ----------------------------------------------------------------------

Adult = _concluded("Adult", "the patient is an adult")
Enterobacterales = _concluded("Enterobacterales", "the isolate belongs to the Enterobacterales")
EnzymeInformation = _concluded(
    "EnzymeInformation",
    "something is known of the isolate's carbapenemases",
    _one_of("source", "found", "suspected", "tested"),
)
FamilyFound = _concluded("FamilyFound", "carbapenemase family found", _FAMILY)
FamilyRuledOut = _concluded("FamilyRuledOut", "carbapenemase family ruled out by the test", _FAMILY)
Target = _concluded(
    "Target",
    "carbapenemase to treat",
    _ENZYME,
    _FAMILY,
    _AMBLER,
    _one_of("certainty", "confirmed", "suspected"),
)
CoProduced = _concluded("CoProduced", "enzyme produced beside the class B carbapenemase", _ENZYME)
AztreonamThreat = _concluded("AztreonamThreat", "co-produced enzyme that hydrolyses aztreonam", _ENZYME)
SuspicionSupported = _concluded(
    "SuspicionSupported",
    "suspicion the guideline acts on",
    _one_of("basis", "epidemiology", "rapid_molecular_test", NOT_STATED),
)
Shock = _concluded("Shock", "septic shock")
SevereSign = _concluded(
    "SevereSign", "sign that the infection is severe", _one_of("sign", "septic_shock", "pitt_score")
)
GradedSeverity = _concluded(
    "GradedSeverity", "severity the guideline is read for", _one_of("value", "severe", "non_severe")
)
InfectionPresent = _concluded("InfectionPresent", "there is an infection to treat")
OutOfScope = _concluded("OutOfScope", "outside the scope", FieldType("reason"))
Insufficient = _concluded("Insufficient", "a fact is missing without which nothing can be advised", FieldType("reason"))
InScope = _concluded("InScope", "within the scope of the guideline")
Mechanism = _concluded(
    "Mechanism",
    "mechanism that the guideline treats",
    _one_of("value", "metallo", "kpc", "oxa_48_like", "no_carbapenemase"),
    _one_of("certainty", "confirmed", "suspected"),
    may_lack=True,
)
CarbapenemasesCovered = _concluded(
    "CarbapenemasesCovered", "the test covers NDM, KPC and OXA-48-like carbapenemases", may_lack=True
)
MeropenemUsable = _concluded("MeropenemUsable", "meropenem is reported susceptible by every breakpoint", may_lack=True)
PrefersOthers = _concluded(
    "PrefersOthers", "the guideline prefers agents outside this formulary", FieldType("reason"), may_lack=True
)

# --- concluded: properties of drugs and regimens ------------------------------------------------------------

Active = _concluded(
    "Active", "regimen active against the enzyme class", _REGIMEN, _ENZYME, _one_of("degree", "active", "variable")
)
Inactive = _concluded("Inactive", "regimen without activity", _REGIMEN, _ENZYME)
Tested = _concluded("Tested", "susceptibility tested", _REGIMEN)
PartnersResistant = _concluded("PartnersResistant", "both partners of the pair are reported resistant")
CarbapenemResistant = _concluded("CarbapenemResistant", "the isolate is resistant to carbapenems")
MicDisputed = _concluded("MicDisputed", "issuers of breakpoints disagree on the MIC", _REGIMEN)
SevereAllergy = _concluded(
    "SevereAllergy",
    "severe allergy",
    FieldType("substance", tuple(domains.ALLERGY_SUBSTANCES.values)),
    _one_of("reaction", "severe", "severe_cutaneous"),
)
DrugExcluded = _concluded("DrugExcluded", "drug excluded", _DRUG, _one_of("reason", "allergy", "unavailable", "label"))
Excluded = _concluded(
    "Excluded",
    "regimen excluded",
    _REGIMEN,
    _one_of("reason", "allergy", "unavailable", "resistant", "intrinsic", "label"),
)
Labelled = _concluded("Labelled", "the label covers this site", _DRUG)
OnPair = _concluded("OnPair", "the pair is being given")
NdmCovered = _concluded("NdmCovered", "the carbapenemase test covers NDM")
HepaticRoute = _concluded("HepaticRoute", "how the liver is accounted for", _one_of("route", "usual", "child_pugh_c"))
RenalRoute = _concluded(
    "RenalRoute", "how the kidneys are accounted for", _one_of("route", "clearance", "hemodialysis", "crrt")
)
CreatinineUsable = _concluded(
    "CreatinineUsable", "creatinine can be read as", _one_of("how", "steady", "rising", "falling")
)
DosingClearance = _concluded(
    "DosingClearance", "clearance the dose rests on", _one_of("basis", "measured", "actual_weight"), _ATOM
)
NeedsDose = _concluded("NeedsDose", "drug that needs a dose", _DRUG)
NoMaintenanceDose = _concluded("NoMaintenanceDose", "drug without a dose", _DRUG)
AlternativeDose = _concluded(
    "AlternativeDose",
    "dose another weight would give",
    _DRUG,
    _one_of("basis", "ideal_weight", "adjusted_weight"),
    _ROW,
    FieldType("schedule"),
)
MaintenanceSchedule = _concluded("MaintenanceSchedule", "amount and interval", _DRUG, FieldType("schedule"))

# --- concluded: what a guideline says, and what is advised --------------------------------------------------

Ranks = _concluded(
    "Ranks",
    "the guideline ranks",
    _REGIMEN,
    _one_of("line", "first", "alternative"),
    FieldType("statement"),
    may_lack=True,
)
Recommend = _concluded("Recommend", "recommended", _REGIMEN, _one_of("line", "first", "alternative"), seen=True)
Dose = _concluded("Dose", "dose", _DRUG, _PHASE, _ROW, seen=True)
Avoid = _concluded(
    "Avoid",
    "to avoid",
    _REGIMEN,
    _one_of("category", "never", "contraindicated", "not_recommended", "not_first_line"),
    FieldType("statement"),
    seen=True,
    may_lack=True,
)
Rationale = _concluded("Rationale", "why it works", _REGIMEN, FieldType("topic"), FieldType("detail"), seen=True)
Evidence = _concluded("Evidence", "evidence", _REGIMEN, FieldType("item"), seen=True)
Action = _concluded(
    "Action",
    "to do",
    _one_of("kind", "start_now", "refer", "source_control", "test", "adjust", "monitor", "reassess"),
    FieldType("topic"),
    seen=True,
)
Warn = _concluded(
    "Warn",
    "warning",
    _one_of(
        "kind",
        # what may change the choice or the dose first, where the advice comes from last
        "contradiction",
        "validity",
        "pregnancy",
        "allergy",
        "cns",
        "no_labelled_dose",
        "susceptibility",
        "issuers_disagree",
        "clearance",
        "weight",
        "labels_disagree",
        "safety",
        "off_label",
        "infusion",
        "evidence",
        "extension",
        "provenance",
    ),
    FieldType("topic"),
    seen=True,
)
Assumed = _concluded("Assumed", "taken for granted", FieldType("fact"), seen=True)
Missing = _concluded("Missing", "to find out", FieldType("fact"), FieldType("need"), seen=True)
Status = _concluded(
    "Status",
    "status",
    _one_of("value", "advice", "insufficient", "out_of_scope", "refer"),
    FieldType("reason"),
    seen=True,
)

VOCABULARY: dict[str, FactType] = {
    value.name: value for value in list(globals().values()) if isinstance(value, FactType)
}
"""Every fact type by name."""
