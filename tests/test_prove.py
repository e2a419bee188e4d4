"""Statements about every situation: proofs, states of modules, samples, findings, the certificate."""

import json
import re
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import combinations

import pytest
from whyrx.facts.atoms import Pattern, match
from whyrx.facts.case import case_from_tree
from whyrx.facts.vocabulary import Adult, InScope, Insufficient, Severity, Shock, Warn
from whyrx.facts.working_memory import working_memory
from whyrx.kb import cuts
from whyrx.kb.accepted import ACCEPTED
from whyrx.kb.engine import RuleEngine
from whyrx.kb.guidelines import GUIDELINES
from whyrx.kb.inference import KnowledgeBase
from whyrx.kb.invariants import INVARIANTS, invariants
from whyrx.kb.knowledge import edition, knowledge_base
from whyrx.kb.language import DEFAULT_GUIDELINE, Cite, Rule
from whyrx.prove.agree import Twins
from whyrx.prove.cones import Cones
from whyrx.prove.findings import Findings
from whyrx.prove.program import Program
from whyrx.prove.proof import asking, prove
from whyrx.prove.sample import Input, Sample
from whyrx.prove.solver import Solver
from whyrx.prove.space import Space
from whyrx.prove.verify import Plan, Verifier, holds, verify

EACH = pytest.mark.parametrize("guideline", GUIDELINES)


@cache
def twins(guideline: str = DEFAULT_GUIDELINE) -> Twins:
    return Twins(knowledge_base(guideline))


@cache
def sample(guideline: str = DEFAULT_GUIDELINE) -> Sample:
    return Sample(twins(guideline).space)


# --- invariants -----------------------------------------------------------------------------------------------


@EACH
def test_every_invariant_is_proved(guideline):
    verdicts = list(prove(edition(guideline)))
    assert [verdict.invariant for verdict in verdicts] == list(invariants(guideline))
    assert not [(v.invariant.id, v.result, v.case) for v in verdicts if v.result != "proved"]


@EACH
def test_every_invariant_names_a_source_that_its_guideline_rests_on_and_a_place_that_rules_cite_too(guideline):
    e = edition(guideline)
    cited = {(each.source.document, each.source.place) for name in GUIDELINES for each in edition(name).rules}
    statements = edition().statements
    for each in invariants(guideline):
        assert each.source.document in e.sources, each.id
        named = re.findall(r"S\d+(?:-[a-z]+)*", each.source.place) if each.source.document == DEFAULT_GUIDELINE else []
        assert set(named) <= set(statements), each.id
        place = each.source.document, each.source.place
        assert named or place in cited or each.source.place in OF_THE_PROGRAM, each.id


OF_THE_PROGRAM = (
    "a dose is part of advice",
    "a guideline is repeated, and no regimen invented",
    "what is advised against is not advised",
)
"""What no rule says, since it is about all of them."""


def test_invariants_have_names_of_their_own_and_are_of_guidelines_that_exist():
    assert len({each.id for each in INVARIANTS}) == len(INVARIANTS)
    assert {name for each in INVARIANTS for name in each.under} <= set(GUIDELINES)
    for each in INVARIANTS:
        assert each.never or each.must or each.differ, each.id
        patterns = (*each.when, *each.never, *each.must)
        for pattern in patterns:
            fields = edition().vocabulary[pattern.type].matched()
            assert all(name in fields for name, _ in pattern.terms), each.id


@EACH
def test_an_invariant_speaks_of_cases_in_which_experta_finds_its_conditions(guideline):
    base, asked = knowledge_base(guideline), invariants(guideline)
    patterns = (pattern for each in asked for pattern in (*each.when, *each.never, *each.must))
    program = Program(base.edition, asking(base.edition, asked), patterns)
    for each in asked:
        case = program.case(f'scope("{each.id}")')
        facts = [fact for group in base.finished(case).values() for fact in group]
        for pattern in each.when:
            constants = Pattern(pattern.type, tuple((n, t) for n, t in pattern.terms if isinstance(t, str)))
            assert any(match(constants, fact, {}) is not None for fact in facts), (each.id, pattern)


def without_exceptions(rule_id: str, *types: str) -> KnowledgeBase:
    e = edition()
    rules = tuple(
        replace(rule, unless=tuple(p for p in rule.unless if p.type not in types)) if rule.id == rule_id else rule
        for rule in e.rules
    )
    return KnowledgeBase(replace(e, rules=rules))


def test_a_rule_that_recommends_what_is_excluded_breaks_invariants_in_cases_that_show_it():
    base = without_exceptions("recommend-ranked", "Excluded")
    broken = {v.invariant.id: v.case for v in prove(base.edition) if v.result == "broken"}
    assert {"reported-resistant-never-recommended", "unavailable-never-recommended"} <= set(broken)
    case = broken["unavailable-never-recommended"]
    recommended = {fact.value("regimen") for fact in base.concludes(case, ("Recommend",))}
    assert any(set(regimen.split("+")) & set(case.setting.unavailable) for regimen in recommended)
    assert not any(
        set(fact.value("regimen").split("+")) & set(case.setting.unavailable)
        for fact in knowledge_base().concludes(case, ("Recommend",))
    )


def test_a_wrong_line_is_found():
    e = edition()
    swapped = {"first": "alternative", "alternative": "first"}
    rules = tuple(
        replace(rule, then=Pattern("Ranks", tuple((n, swapped.get(t, t)) for n, t in rule.then.terms)))
        if rule.id == "ndm-cefiderocol-alternative"
        else rule
        for rule in e.rules
    )
    broken = {v.invariant.id for v in prove(replace(e, rules=rules)) if v.result == "broken"}
    assert {"cefiderocol-not-first", "not-first-line-is-not-recommended"} <= broken


def test_an_invariant_of_which_no_situation_speaks_is_not_called_proved():
    e = edition()
    rules = tuple(rule for rule in e.rules if rule.then.type != "Avoid")
    results = {v.invariant.id: v.result for v in prove(replace(e, rules=rules))}
    assert results["never-is-not-recommended"] == "idle"


def test_an_atom_that_nothing_concludes_is_an_error():
    with pytest.raises(RuntimeError, match="t_Misspelt"):
        Solver("broken :- t_Misspelt.")
    with pytest.raises(RuntimeError, match="t_Recomend"):
        Program(edition(), "broken :- t_Recomend(_, _).").solver.model()


# --- situations and cases -------------------------------------------------------------------------------------


@EACH
def test_experta_and_the_solver_conclude_the_same_of_cases_drawn(guideline):
    cases = [sample(guideline).case(sample(guideline).drawn(seed)) for seed in range(150)]
    assert not [(case, found) for case in cases if any(found := twins(guideline).difference(case))]
    statuses = {fact.value("value") for c in cases for fact in knowledge_base(guideline).concludes(c, ("Status",))}
    assert statuses == {"advice", "insufficient", "out_of_scope", "refer"}


def test_the_case_of_a_situation_has_the_facts_of_the_situation():
    """From the solver to a case and back: `solved` takes the case apart again, and its facts decide all."""
    program = Program(edition())
    for place in range(0, 12):
        value = program.space.numbers.values["Clearance"][place]
        for basis in ("measured", "actual_weight", "ideal_weight", "adjusted_weight"):
            case = program.case(f'got("{basis}", {value})', 't_Status("advice", "recommended")')
            if case is None:
                continue
            facts = {fact.id for fact in working_memory(case, edition().measures)}
            number = program.space.numbers.number("Clearance", value)
            atom = next(atom.id for atom in edition().atoms("Clearance") if atom.contains(number))
            assert f"clearance/{basis}/known/{atom}" in facts
            assert not any(twins().difference(case))


def test_a_case_outside_the_space_is_refused():
    with pytest.raises(ValueError, match="not a situation"):
        twins().solved(case_from_tree({"isolate": {"organism": "Klebsiella aerogenes"}}))


@EACH
def test_values_are_tried_on_each_cut_point_and_on_both_sides(guideline):
    space = Space(edition(guideline))
    for quantity in ("Clearance", "Effluent"):
        tried = [space.numbers.number(quantity, value) for value in space.numbers.values[quantity]]
        bands = [band for table in edition(guideline).tables.values() for band in table.bands(quantity)]
        bounds = sorted({cut for band in bands for cut in (band.low, band.high) if cut is not None})
        assert tried[1::2] == bounds
        assert all(
            low < value < high for low, value, high in zip([Fraction(0), *bounds], tried[::2], bounds, strict=False)
        )
        assert tried[-1] > bounds[-1]


def test_the_size_of_the_space_is_that_of_its_choices():
    space = Space(edition())
    assert space.size > 10**18
    assert len(space.values(edition().vocabulary["Site"])) == 12  # eleven sites, and not stated


def test_a_covering_array_has_any_two_values_that_can_stand_together():
    small = Sample(Space(edition()))
    inputs = (
        Input("infection.site", "", ("not_stated", "cns", "cystitis", "bloodstream")),
        Input("infection.severity", "", ("not_stated", "severe", "non_severe")),
        Input("isolate.carbapenem_resistant", "", ("not_stated", "yes", "no")),
        Input("isolate.susceptibilities", "", ("not_stated", "answered")),
        Input("isolate.susceptibilities", "meropenem", ("", "S", "R"), ("isolate.susceptibilities", "")),
    )
    small.__dict__["inputs"] = inputs
    rows = list(small.pairwise())
    met = {frozenset(pair) for row in rows for pair in combinations(row.items(), 2)}
    impossible = {
        frozenset({((path, element), value), other})
        for (path, element), value, other in (
            (("isolate.susceptibilities", "meropenem"), "S", (("isolate.susceptibilities", ""), "not_stated")),
            (("isolate.susceptibilities", "meropenem"), "R", (("isolate.susceptibilities", ""), "not_stated")),
            (("isolate.susceptibilities", "meropenem"), "R", (("isolate.carbapenem_resistant", ""), "no")),
        )
    }
    every = {
        frozenset({(one.key, v), (other.key, w)})
        for one, other in combinations(inputs, 2)
        for v in one.values
        for w in other.values
    }
    assert met == every - impossible
    assert len(rows) < 20
    assert rows == list(small.pairwise())


# --- states of modules ----------------------------------------------------------------------------------------

SMALL = 60
"""Modules of more states are left to `rules verify`."""


@EACH
def test_experta_fires_as_the_solver_does_in_every_state_of_small_modules(guideline):
    cones = Cones(knowledge_base(guideline))
    looked = states = 0
    for number, _ in enumerate(cones.shared.modules):
        found = list(cones.differences(number, 0, SMALL))
        assert not any(found), (number, next(filter(None, found)))
        looked += bool(found)
        states += len(found)
    assert looked > 0.75 * len(cones.shared.modules)
    assert states > 1000


def test_a_compiler_that_forgets_exceptions_differs_in_some_state(monkeypatch):
    compiled = RuleEngine._compile
    monkeypatch.setattr(
        RuleEngine, "_compile", lambda self, rule, *others: compiled(self, replace(rule, unless=()), *others)
    )
    base = KnowledgeBase(edition())
    cones = Cones(base)
    number = next(n for n, m in enumerate(base.shared.modules) if m.concludes == "Recommend")
    assert any(cones.differences(number))


def test_an_exporter_that_opens_closed_bounds_differs_in_some_drawn_case(monkeypatch):
    plain = cuts.bounds
    monkeypatch.setattr(
        cuts, "bounds", lambda band, scale: tuple(("<" if op == "<=" else op, n) for op, n in plain(band, scale))
    )
    wrong = Twins(knowledge_base())
    on_bounds = [{"patient": {"creatinine_clearance": f"{value} mL/min"}} for value in (30, 50, 15)]
    advised = {
        "isolate": {"organism": "Klebsiella pneumoniae", "carbapenemases": ["NDM"]},
        "infection": {"site": "bloodstream", "severity": "severe"},
        "setting": {"jurisdiction": "US"},
    }
    cases = [
        case_from_tree({**advised, "patient": {"age": 68, "renal_replacement": "none", **each["patient"]}})
        for each in on_bounds
    ]
    assert any(any(wrong.difference(case)) for case in cases)
    monkeypatch.undo()
    assert not any(any(twins().difference(case)) for case in cases)


# --- findings -------------------------------------------------------------------------------------------------

SOURCE = Cite("whyrx-rulings", "status")


def rule(name: str, *when: Pattern, topic: str = "test", unless: tuple[Pattern, ...] = ()) -> Rule:
    return Rule(name, "says", SOURCE, when, Warn(kind="safety", topic=topic), "because.", unless)


def found_with(*rules: Rule) -> dict[str, object]:
    e = edition()
    ids = {each.id for each in rules}
    findings = Findings(replace(e, rules=(*e.rules, *rules)))
    return {each.id: each.case for step in findings.look() for each in step if set(each.rules) & ids}


def test_a_rule_that_cannot_fire_is_found():
    found = found_with(rule("impossible", Severity(value="severe"), Severity(value="non_severe")))
    assert list(found) == ["never-fires:impossible"]


def test_a_condition_that_others_imply_and_an_exception_that_cannot_be_are_found_with_a_case():
    found = found_with(rule("implied", InScope(), Adult(), unless=(Insufficient(),)))
    assert list(found) == ["idle-condition:implied:Adult", "idle-exception:implied:Insufficient"]
    base = knowledge_base()
    assert base.concludes(found["idle-condition:implied:Adult"], ("InScope",))


def test_a_rule_that_adds_nothing_to_another_is_found():
    wide = rule("wide", Shock(), topic="shock")
    narrow = rule("narrow", Shock(), InScope(), topic="shock")
    assert list(found_with(wide, narrow)) == ["subsumed:narrow:wide"]


def test_a_guideline_that_ranks_what_it_advises_against_is_found():
    e = edition()
    against = next(each for each in e.rules if each.id == "colistin-not-first")
    forbidden = Pattern("Avoid", (("regimen", "cefiderocol"), ("category", "not_recommended"), ("statement", "S12")))
    added = replace(against, id="against", when=(InScope(),), then=forbidden, because="because.")
    found = found_with(added)
    assert any(name.startswith("recommended-and-forbidden:") and "against" in name for name in found)
    case = next(case for name, case in found.items() if name.startswith("recommended-and-forbidden:"))
    assert "cefiderocol" in {fact.value("regimen") for fact in knowledge_base().concludes(case, ("Recommend",))}


def test_findings_on_the_released_guidelines_are_those_that_are_accepted():
    found = {finding.id for guideline in GUIDELINES for step in Findings(edition(guideline)).look() for finding in step}
    assert found == set(ACCEPTED)


# --- the certificate ------------------------------------------------------------------------------------------


@pytest.fixture
def few_units(monkeypatch):
    """Proofs, the states of three modules and forty random cases; what is done is noted."""
    did = []
    do = Verifier.do

    def units(self, samples):
        yield "pairwise", 0, 0, 0
        yield from (("cone", number, 0, 50) for number in (0, 1, 2))
        yield "random", 0, 0, samples

    def noted(self, unit):
        did.append(unit)
        return do(self, unit)

    monkeypatch.setattr(Verifier, "units", units)
    monkeypatch.setattr(Verifier, "_pairwise", [])
    monkeypatch.setattr(Verifier, "do", noted)
    return did


def test_a_certificate_says_what_was_proved_looked_at_and_sampled(few_units, tmp_path):
    out = tmp_path / "certificate.json"
    told = []
    found = verify(Plan(edition(), 40, 1), out, lambda done, of: told.append((done, of)))
    written = json.loads(out.read_text())
    assert {**written, "seconds": 0} == {**found, "seconds": 0}
    assert told == [(n, 5) for n in range(6)]
    assert holds(found)
    assert found["sampled"] == {"pairwise": 0, "random": 40}
    assert found["knowledge"]["digest"] == edition().digest
    assert {each["result"] for each in found["invariants"]} == {"proved"}
    assert all(re.search(r"^[^:]+ (19|20)\d\d: .+; .+", each["source"]) for each in found["invariants"])
    assert int(found["situations"]) == Space(edition()).size
    assert found["enzymes"] == Space(edition()).enzymes.as_json()
    assert list(tmp_path.iterdir()) == [out]


def test_a_run_that_was_ended_goes_on_where_it_stood(few_units, tmp_path):
    out = tmp_path / "certificate.json"
    plan = Plan(edition(), 20, 1)

    def ended(done, of):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verify(plan, out, ended)
    assert not out.exists()
    kept = tmp_path / "certificate.json.partial"
    with kept.open("a") as file:
        file.write('{"for": {"digest": "cut sho')
    before = list(few_units)
    verify(plan, out, lambda *_: None)
    assert set(few_units[len(before) :]).isdisjoint(before)
    assert len(few_units) == 5
    assert not kept.exists()


def test_what_was_done_of_another_edition_is_done_again(few_units, tmp_path):
    out = tmp_path / "certificate.json"
    identity = {**Plan(edition(), 20, 1).identity(), "digest": "0" * 64}
    line = {"for": identity, "result": {"cases": 0, "differences": [], "kind": "random"}, "unit": "random/0/0/20"}
    (tmp_path / "certificate.json.partial").write_text(json.dumps(line) + "\n")
    found = verify(Plan(edition(), 20, 1), out, lambda *_: None)
    assert found["sampled"]["random"] == 20


def test_a_broken_rule_and_a_difference_make_a_certificate_that_does_not_hold(few_units, monkeypatch):
    base = without_exceptions("recommend-ranked", "Excluded")
    found = verify(Plan(base.edition, 5, 1), None, lambda *_: None)
    assert not holds(found)
    assert found["differences"]["count"] == 0
    case = next(each["case"] for each in found["invariants"] if each["result"] == "broken")
    assert case_from_tree(case).as_understood() == case

    monkeypatch.setattr(Twins, "solved", lambda self, case: frozenset())
    found = verify(Plan(edition(), 5, 1), None, lambda *_: None)
    assert found["differences"]["count"] == 5
    assert not holds(found)


def test_units_are_done_alike_in_other_processes(monkeypatch):
    units = [("cone", 0, 0, 20), ("cone", 1, 0, 20), ("random", 0, 0, 10)]
    monkeypatch.setattr(Verifier, "units", lambda self, samples: iter(units))
    one = verify(Plan(edition(), 10, 1), None, lambda *_: None)
    two = verify(Plan(edition(), 10, 2), None, lambda *_: None)
    assert {**one, "seconds": 0} == {**two, "seconds": 0}
