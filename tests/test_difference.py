"""Two editions over all situations: what changes, for whom, because of which rules."""

import json
from dataclasses import replace
from functools import cache

import pytest
from click.testing import CliRunner
from whyrx.cli import cli
from whyrx.facts.atoms import Pattern
from whyrx.kb.edition import Edition
from whyrx.kb.inference import KnowledgeBase
from whyrx.kb.knowledge import edition, knowledge_base
from whyrx.kb.language import DEFAULT_GUIDELINE
from whyrx.prove.difference import Change, Difference, changed, rules_changed
from whyrx.prove.sample import Sample

OTHER = "escmid-2022"


def with_rule(rule_id: str, **changes: object) -> Edition:
    e = edition()
    return replace(e, rules=tuple(replace(r, **changes) if r.id == rule_id else r for r in e.rules))


@cache
def cefiderocol_first() -> Edition:
    rule = edition().rule["ndm-cefiderocol-alternative"]
    then = Pattern("Ranks", tuple((name, "first" if name == "line" else term) for name, term in rule.then.terms))
    return with_rule(rule.id, then=then)


def test_an_edition_does_not_differ_from_itself():
    assert Difference(edition(), edition()).changes() == []
    assert rules_changed(edition(), edition()) == {"added": [], "changed": [], "removed": []}


def test_a_rule_that_ranks_higher_is_told_by_what_it_changes_and_by_its_name():
    difference = Difference(edition(), cefiderocol_first())
    change = Change("regimen", "cefiderocol", "alternative", "first line")
    assert difference.changes() == [change]
    assert rules_changed(edition(), cefiderocol_first())["changed"] == ["ndm-cefiderocol-alternative"]
    told = difference.told(change)
    for profile in told.profiles:
        assert "ndm-cefiderocol-alternative" in profile.rules_after
        assert change in changed(knowledge_base(), KnowledgeBase(cefiderocol_first()), profile.case)
        named = {(path, element) for path, element, _ in profile.inputs}
        assert ("isolate.organism", "") in named
        assert any(path == "isolate.carbapenemases" for path, _ in named)


def test_a_dose_read_from_another_row_is_a_change():
    """Cefiderocol at 60 to under 120 mL/min: the US label's 2 g every 8 h for its 1.5 g."""
    e = edition()
    wanted = next(row for t in e.tables.values() for row in t.rows if row.id == "cefiderocol-us-from-60-under-120")
    table = next(t for t in e.tables.values() if wanted in t.rows)
    renamed = replace(wanted, id=f"{wanted.id}-new", values=(f"{wanted.values[0]}-new", *wanted.values[1:]))
    rows = tuple(renamed if row is wanted else row for row in table.rows)
    other = replace(e, tables={**e.tables, table.id: replace(table, rows=rows)})
    found = Difference(e, other).changes()
    assert found == [Change("dose", "cefiderocol", wanted.id, renamed.id)]


@cache
def between_guidelines() -> Difference:
    return Difference(edition(), edition(OTHER))


def test_every_change_that_drawn_cases_show_is_among_those_found():
    drawn = between_guidelines().drawn(80)
    assert drawn
    assert set(drawn) <= set(between_guidelines().changes())


@pytest.mark.parametrize(
    "change",
    [
        Change("status", "answer", "out_of_scope", "advice"),
        Change("regimen", "aztreonam+ceftazidime-avibactam", "first line", "not ranked"),
    ],
)
def test_whoever_has_the_inputs_of_a_profile_gets_the_change(change):
    """The other inputs are drawn at random; experta decides under both guidelines."""
    sample = Sample(between_guidelines().space)
    inputs = {each.key: each for each in sample.inputs}
    named = {path: each.values[1:] for (path, element), each in inputs.items() if element}
    told = between_guidelines().told(change)
    assert told.profiles
    for profile in told.profiles:
        fixed = {(path, element): value for path, element, value in profile.inputs}
        for seed in range(12):
            drawn = dict(sample.drawn(seed))
            for (path, element), value in fixed.items():
                others = [key for key in inputs if key[0] == path and key[1]]
                if value in ("none or not stated", "only"):
                    drawn |= dict.fromkeys(others, "")
                match value:
                    case "only" | "named":
                        values = named[path]
                        drawn |= {(path, element): values[seed % len(values)], (path, ""): "answered"}
                    case "absent":
                        drawn[path, element] = ""
                    case "none or not stated":
                        drawn[path, ""] = "not_stated" if seed % 2 else "answered"
                    case "adult":  # any age from 18 on is one
                        drawn[path, ""] = "68"
                    case _:
                        drawn[path, element] = value
                        if element:
                            drawn[path, ""] = "answered"
            if drawn["isolate.carbapenem_resistant", ""] == "no":
                drawn["isolate.carbapenem_resistant", ""] = "yes"
            lists = {path for path, element in inputs if element}
            for path, element in inputs:
                if element and path in lists and drawn.get((path, ""), "not_stated") == "not_stated":
                    drawn[path, element] = ""
            drawn |= {key: "" for key in inputs if key[0].endswith(".mic")}
            # a profile may name an enzyme that no drawn case names; a clearance by formula is no field of a case
            stated = {key: value for key, value in drawn.items() if value != "" and (key in inputs or key[0] in named)}
            case = between_guidelines().space.case(stated)
            assert change in changed(knowledge_base(), knowledge_base(OTHER), case), (profile.inputs, case)


# --- commands -------------------------------------------------------------------------------------------------


def run(*arguments: object) -> tuple[int, str]:
    found = CliRunner().invoke(cli, [str(each) for each in arguments])
    return (found.exit_code, found.output) if found.exception is None else (2, repr(found.exception))


def test_an_archived_edition_is_compared_with_the_one_of_today(tmp_path):
    status, said = run("rules", "archive", tmp_path)
    assert status == 0
    (path,) = tmp_path.iterdir()
    assert str(path) in said.replace("\n", "")
    assert path.name == f"{DEFAULT_GUIDELINE}-{edition().version}-{edition().digest[:12]}.json"
    assert Edition.from_json(json.loads(path.read_text())).digest == edition().digest
    assert run("rules", "archive", tmp_path)[0] == 0
    status, said = run("rules", "diff", path, DEFAULT_GUIDELINE, "--cases", 3)
    assert status == 0
    assert "No situation gets other advice." in said
    path.write_text("{}")
    assert run("rules", "archive", tmp_path)[0] == 2
    assert run("rules", "diff", path, DEFAULT_GUIDELINE)[0] == 2
    assert run("rules", "archive", tmp_path / "nowhere" / "below")[0] == 2


def test_the_difference_of_an_edition_in_a_file_names_its_rule(tmp_path):
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(cefiderocol_first().as_json()))
    status, said = run("rules", "diff", DEFAULT_GUIDELINE, path, "--cases", 10)
    assert status == 0
    assert "rules changed: ndm-cefiderocol-alternative" in said
    assert "cefiderocol: alternative → first line" in said
    status, said = run("rules", "diff", DEFAULT_GUIDELINE, path, "--cases", 10, "--json")
    found = json.loads(said)
    assert [each["of"] for each in found["changes"]] == ["cefiderocol"]
    assert found["changes"][0]["drawn"] >= 0
    assert int(found["changes"][0]["profiles"][0]["situations"]) < int(found["situations"])


def test_what_is_neither_guideline_nor_file_is_refused():
    status, said = run("rules", "diff", "escmid-2021", DEFAULT_GUIDELINE)
    assert status == 2
    assert "escmid-2021" in said
