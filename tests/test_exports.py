"""The knowledge base in other logic languages gives the answers of this one, and defects seeded on either side show."""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import clingo
import clips
import pytest
from drawing import drawn_cases, likely_tree
from whyrx.facts.atoms import Pattern, V, Var, kebab
from whyrx.facts.bands import Interval, atom_of
from whyrx.facts.case import Case, case_from_tree, read_case
from whyrx.facts.numerals import rounded
from whyrx.facts.vocabulary import Action, Clearance, DosingClearance, Severity
from whyrx.facts.working_memory import working_memory
from whyrx.kb import asp, cuts, prolog
from whyrx.kb import clips as clips_export
from whyrx.kb.clips import clips_facts
from whyrx.kb.edition import Edition
from whyrx.kb.engine import RuleEngine
from whyrx.kb.export import LANGUAGES, exported
from whyrx.kb.guidelines import GUIDELINES
from whyrx.kb.knowledge import edition, knowledge_base
from whyrx.kb.own_cases import own_cases
from whyrx.kb.prolog import prolog_fact

STRING = clingo.SymbolType.String

# --- numbers ------------------------------------------------------------------------------------------------


def near(cut: Fraction) -> list[Fraction]:
    """Values on a cut point, just beside it and well beside it."""
    steps = (Fraction(0), Fraction(1, 10**9), Fraction(1, 3), Fraction(1, 2), Fraction(1))
    return [cut + sign * step for step in steps for sign in (-1, 1) if cut + sign * step >= 0]


def passes(value: int, bounds: tuple[tuple[str, int], ...]) -> bool:
    results = {"<": int.__lt__, "<=": int.__le__, ">": int.__gt__, ">=": int.__ge__}
    return all(results[operator](value, bound) for operator, bound in bounds)


@pytest.mark.parametrize("guideline", GUIDELINES)
def test_a_whole_number_passes_the_bounds_of_exactly_the_bands_its_value_is_in(guideline):
    e = edition(guideline)
    for quantity in cuts.quantities(e):
        scale = cuts.scale(e, quantity)
        bands = {band.text for table in e.tables.values() for band in table.bands(quantity)}
        cut_points = {cut for text in bands for cut in (Interval.parse(text).low, Interval.parse(text).high) if cut}
        assert cut_points
        for cut in cut_points:
            assert cuts.whole(cut, scale) == cut * scale
            assert cuts.whole(cut, scale) % 2 == 0
            for value in near(cut):
                number = cuts.whole(value, scale)
                inside = {text for text in bands if passes(number, cuts.bounds(text, scale))}
                assert inside == {text for text in bands if Interval.parse(text).contains(value)}


def test_a_bound_with_decimal_places_sets_the_scale():
    e = edition()
    table = e.tables["aztreonam-doses"]
    row = replace(table.rows[0], band="(2.25,)")
    changed = replace(e, tables={"aztreonam-doses": replace(table, rows=(row,))})
    assert cuts.scale(changed, "Clearance") == 8
    assert cuts.bounds(row.band, 8) == ((">", 18),)
    assert [cuts.whole(Fraction(value), 8) for value in ("2.25", "2.26", "2.375", "2.5")] == [18, 19, 19, 20]


@pytest.mark.parametrize("guideline", GUIDELINES)
def test_rules_do_nothing_with_an_atom_but_look_up_rows(guideline):
    cuts.refuse_other_uses(edition(guideline))


def changed_rule(e: Edition, **changes: object) -> Edition:
    """The edition with its first rule changed."""
    return replace(e, rules=(replace(e.rules[0], **changes), *e.rules[1:]))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"when": (Clearance(atom="over-30-to-50"),)}, "the atom of Clearance is the constant 'over-30-to-50'"),
        (
            {"when": (Clearance(atom=V.a), DosingClearance(atom=V.a))},
            "a is the atom of 2 facts that have a value, not of one",
        ),
        (
            {"when": (Clearance(atom=V.a),), "unless": (DosingClearance(atom=V.a),)},
            "a is the atom of 2 facts that have a value, not of one",
        ),
        ({"when": (Clearance(atom=V.a, basis=V.a),)}, "a is an atom and the basis of Clearance"),
        ({"then": DosingClearance(basis="measured", atom=V.a)}, "a is the atom of 0 facts that have a value"),
    ],
)
def test_a_rule_that_would_mean_something_else_with_numbers_is_refused(changes, problem):
    with pytest.raises(ValueError, match=problem):
        cuts.refuse_other_uses(changed_rule(edition(), **changes))


# --- answers ------------------------------------------------------------------------------------------------

LONG = bool(os.environ.get("WHYRX_LONG"))
SWIPL = shutil.which("swipl")
needs_prolog = pytest.mark.skipif(SWIPL is None, reason="SWI-Prolog is not installed: apt-get install swi-prolog-nox")

Answers = list[list[str]]
"""Of each case, its conclusions as lines in order."""


def by_experta(e: Edition, cases: Sequence[Case]) -> Answers:
    """What `whyrx consult` rests on."""
    base = knowledge_base(e.guideline["id"])
    return [sorted({firing.conclusion for firing in base.derive(case).firings}) for case in cases]


def by_one_engine(e: Edition, cases: Sequence[Case]) -> Answers:
    """What one experta engine concludes whose rules are compiled now."""
    engine = RuleEngine(e.rules, e.vocabulary, e.known)
    return [sorted({firing.conclusion.id for firing in engine.run(working_memory(c, e.measures))}) for c in cases]


def by_clingo(e: Edition, cases: Sequence[Case]) -> Answers:
    program = exported(e, "asp")
    facts = ("\n".join(f"{asp.asp_ground(fact)}." for fact in cuts.case_facts(e, case)) for case in cases)
    return [one_model(f"{program}\n{each}") for each in facts]


def one_model(program: str) -> list[str]:
    said: list[str] = []
    control = clingo.Control(["0"], logger=lambda _, text: said.append(text))
    control.add("base", [], program)
    control.ground([("base", [])])
    with control.solve(yield_=True) as handle:
        models = [model.symbols(shown=True) for model in handle]
    assert not said
    assert len(models) == 1
    return sorted(
        "/".join(
            [kebab(atom.name.removeprefix("t_")), *(a.string if a.type is STRING else str(a) for a in atom.arguments)]
        )
        for atom in models[0]
    )


DRIVER = """
answer :- case(Facts), forall(member(Fact, Facts), assertz(Fact)), conclusions, write('end of case'), nl,
    forall(member(Fact, Facts), retract(Fact)), abolish_all_tables, fail.
answer.
:- initialization((answer, halt)).
"""


def by_prolog(e: Edition, cases: Sequence[Case]) -> Answers:
    """All cases in one process: a rule base, then the facts of each case in turn."""
    terms = (", ".join(prolog_fact(fact).removesuffix(".") for fact in cuts.case_facts(e, case)) for case in cases)
    listed = "\n".join(f"case([{each}])." for each in terms)
    out = swipl(f"{exported(e, 'prolog')}\n{listed}\n{DRIVER}")
    *answers, rest = out.split("end of case\n")
    assert not rest
    return [answer.splitlines() for answer in answers]


def swipl(program: str) -> str:
    """What the program prints, without a word of complaint from SWI-Prolog."""
    assert SWIPL is not None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "program.pl")
        file.write_text(program, encoding="utf-8")
        done = subprocess.run([SWIPL, file], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


class Printed(clips.Router):
    """Takes what CLIPS prints."""

    def __init__(self) -> None:
        super().__init__("printed", 40)
        self.text = ""

    def query(self, name: str) -> bool:
        return name == "stdout"

    def write(self, _name: str, message: str) -> None:
        self.text += message


def by_clips(e: Edition, cases: Sequence[Case]) -> Answers:
    """All cases in one environment, reset for each."""
    env, printed = clips.Environment(), Printed()
    env.add_router(printed)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "program.clp")
        file.write_text(exported(e, "clips"), encoding="utf-8")
        env.load(str(file))
    answers = []
    for case in cases:
        env.reset()
        env.load_facts(clips_facts(cuts.case_facts(e, case), e.vocabulary))
        env.run()
        printed.text = ""
        env.eval("(conclusions)")
        answers.append(printed.text.splitlines())
    return answers


ENGINES = {"clingo": by_clingo, "prolog": by_prolog, "clips": by_clips}
EACH_ENGINE = [pytest.param(name, marks=needs_prolog if name == "prolog" else ()) for name in ENGINES]


def by_range(e: Edition, line: str) -> str:
    """A line as experta has it: for the whole number of a clearance, the range that it lies in."""
    start, slash, number = line.rpartition("/")
    if not line.startswith("dosing-clearance/"):
        return line
    return f"{start}{slash}{atom_of(Fraction(int(number), cuts.scale(e, 'Clearance')), e.atoms('Clearance')).id}"


def differences(cases: Sequence[Case], ours: Answers, theirs: Answers, e: Edition) -> list[tuple[Case, set[str]]]:
    """Cases in which another engine concludes something else than experta, with the lines that only one has."""
    for lines in theirs:
        assert lines == sorted(set(lines))
    found = zip(cases, ours, theirs, strict=True)
    return [(case, odd) for case, mine, lines in found if (odd := set(mine) ^ {by_range(e, line) for line in lines})]


# --- cases --------------------------------------------------------------------------------------------------

STATED = {
    "patient": {"age": 64, "sex": "male", "renal_replacement": "none", "creatinine_trend": "stable", "allergies": []},
    "isolate": {"organism": "Klebsiella pneumoniae", "carbapenem_resistant": True, "carbapenemases": ["NDM-1"]},
    "infection": {"site": "bloodstream", "severity": "severe"},
    "setting": {"jurisdiction": "US"},
}


def with_patient(**stated: str) -> Case:
    return case_from_tree({**STATED, "patient": {**STATED["patient"], **stated}})


def text_of(value: Fraction) -> str:
    return rounded(value, 6)[1]


def about_cuts(e: Edition, quantity: str) -> list[Fraction]:
    """On each cut point of a quantity, just below it and just above."""
    cut_points = {cut for atom in e.atoms(quantity) for cut in (atom.low, atom.high) if cut}
    return [cut + step for cut in sorted(cut_points) for step in (-LEAST, Fraction(0), LEAST)]


LEAST = Fraction(1, 10**6)


def measured(e: Edition) -> list[Case]:
    """Three for each cut point of clearance: just below it, on it, just above it."""
    return [with_patient(creatinine_clearance=f"{text_of(value)} mL/min") for value in about_cuts(e, "Clearance")]


def boundary_cases(e: Edition) -> list[Case]:
    """Clearances measured, and computed: (140 - 68) x weight / (72 x 1) of a man of 68 is his weight; and effluents."""
    clearances = [text_of(value) for value in about_cuts(e, "Clearance")]
    return [
        *measured(e),
        *(
            with_patient(age=68, height="180 cm", creatinine="1 mg/dL", weight=f"{value} kg")  # type: ignore[arg-type]
            for value in (clearances if LONG else clearances[1::3])
        ),
        *(
            with_patient(renal_replacement="crrt", crrt_effluent=f"{text_of(value)} L/h")
            for value in about_cuts(e, "Effluent")
        ),
    ]


def examples() -> list[Case]:
    folder = Path(__file__).parent.parent / "examples"
    return [read_case(file.read_bytes()) for file in sorted(folder.glob("*.yaml"))]


def own(e: Edition, most: int) -> list[Case]:
    """Cases of rules, as many as wanted, from the whole of them."""
    documents = sorted({json.dumps(case.document(), sort_keys=True) for _, case in own_cases(e)})
    chosen = random.Random(0).sample(documents, min(most, len(documents)))
    return [case_from_tree(json.loads(document)) for document in chosen]


def sample(e: Edition) -> list[Case]:
    likely = [case_from_tree(likely_tree(seed)) for seed in range(1000 if LONG else 8)]
    return [
        *examples(),
        *boundary_cases(e),
        *own(e, 10**6 if LONG else 16),
        *drawn_cases(1000 if LONG else 8),
        *likely,
    ]


# --- the same answers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("guideline", GUIDELINES)
@pytest.mark.parametrize("engine", EACH_ENGINE)
def test_another_engine_concludes_from_the_export_what_experta_concludes(engine, guideline):
    e = edition(guideline)
    cases = sample(e)
    assert differences(cases, by_experta(e, cases), ENGINES[engine](e, cases), e) == []


@pytest.mark.parametrize("guideline", GUIDELINES)
def test_the_sample_concludes_of_most_types_something(guideline):
    e = edition(guideline)
    concluded = {line.split("/")[0] for lines in by_experta(e, sample(e)) for line in lines}
    assert len(concluded) > 0.8 * len(e.concluding)


def test_cases_leave_nothing_behind_for_one_another():
    e = edition()
    cases = [*measured(e)[:3], case_from_tree({}), *drawn_cases(3)]
    for engine in ENGINES.values():
        if engine is by_prolog and SWIPL is None:
            continue
        forth, back = engine(e, cases), engine(e, cases[::-1])
        assert forth == back[::-1]


def runs_by_itself(command: Sequence[str | Path], language: str, folder: Path) -> list[str]:
    file = folder / f"case.{language}"
    file.write_text(exported(edition(), language, measured(edition())[0]), encoding="utf-8")
    done = subprocess.run([*command, file], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    return done.stdout.splitlines()


def expected_of_that_case() -> list[str]:
    return by_experta(edition(), measured(edition())[:1])[0]


def ranges(lines: Sequence[str]) -> list[str]:
    return sorted(by_range(edition(), line) for line in lines)


@needs_prolog
def test_a_prolog_file_with_a_case_runs_by_itself(tmp_path):
    assert ranges(runs_by_itself([str(SWIPL)], "prolog", tmp_path)) == expected_of_that_case()


def test_a_clips_file_with_a_case_runs_by_itself(tmp_path):
    """As `clips -f2 FILE` does, which is `(batch* FILE)`."""
    reader = "import clips, sys; clips.Environment().batch_star(sys.argv[1])"
    assert ranges(runs_by_itself([sys.executable, "-c", reader], "clips", tmp_path)) == expected_of_that_case()


def test_an_answer_set_program_with_a_case_runs_by_itself(tmp_path):
    out = runs_by_itself([sys.executable, "-m", "clingo"], "asp", tmp_path)
    answers = [line for before, line in pairwise(out) if before.startswith("Answer: ")]
    assert [len(answer.split(" t_")) for answer in answers] == [len(expected_of_that_case())]


def test_a_file_says_which_edition_it_is_and_how_to_run_it():
    e = edition()
    for language, written in LANGUAGES.items():
        first, second, third, *_ = exported(e, language, measured(e)[0]).splitlines()
        assert first == f"{written.comment} whyrx {e.version}, guideline severe-ndm-klebsiella"
        assert second == f"{written.comment} digest {e.digest}"
        assert third == f"{written.comment} Run: {written.run}"


@pytest.mark.parametrize("engine", EACH_ENGINE)
def test_texts_of_any_characters_arrive_as_they_are(engine):
    text = 'it\'s "so" \\ {x} ?y $z _ % ; 2.5 µg'
    e = edition()
    rule = replace(e.rules[0], when=(Severity(value="severe"),), unless=(), then=Action(kind="test", topic=text))
    only = replace(e, rules=(rule,), tables={})
    assert ENGINES[engine](only, [with_patient(), case_from_tree({})]) == [[f"action/test/{text}"], []]


# --- seeded defects -------------------------------------------------------------------------------------------


Answering = Callable[[Edition, Sequence[Case]], Answers]


def found_in(engine: str, exporting: Edition | None = None, ours: Answering = by_experta) -> bool:
    """Whether a small sample shows a difference under the default guideline."""
    e = edition()
    on, above = measured(e)[1::3], measured(e)[2::9]
    cases = [*on, *above, *examples()]
    return differences(cases, ours(e, cases), ENGINES[engine](exporting or e, cases), e) != []


def test_the_sample_for_defects_shows_none_where_there_is_none():
    """Prolog and CLIPS are held to the same cases above."""
    assert not found_in("clingo")
    assert not found_in("clingo", ours=by_one_engine)


@pytest.mark.parametrize("engine", EACH_ENGINE)
def test_an_exporter_that_drops_exceptions_is_caught(engine, monkeypatch):
    module = {"clingo": asp, "prolog": prolog, "clips": clips_export}[engine]
    plain = prolog._absent

    def met(*of):
        """Goals that hold in any case; without any at all SWI-Prolog would complain of singleton variables."""
        return [f"(true ; {goal})" for goal in plain(*of)]

    monkeypatch.setattr(module, "_absent", met if engine == "prolog" else lambda *_: [])
    assert found_in(engine)


@pytest.mark.parametrize("engine", EACH_ENGINE)
@pytest.mark.parametrize(("closed", "opened"), [("<=", "<"), (">=", ">")])
def test_an_exporter_that_opens_closed_bounds_is_caught(engine, closed, opened, monkeypatch):
    plain = cuts.bounds

    def ajar(band: str, scale: int) -> tuple[tuple[str, int], ...]:
        return tuple((opened if operator == closed else operator, number) for operator, number in plain(band, scale))

    monkeypatch.setattr(cuts, "bounds", ajar)
    assert found_in(engine)


def test_an_exporter_that_rounds_values_to_a_bound_is_caught(monkeypatch):
    monkeypatch.setattr(cuts, "whole", lambda value, scale: round(value * scale))
    assert found_in("clingo")


@pytest.mark.parametrize("engine", EACH_ENGINE)
def test_a_compiler_that_ignores_that_a_variable_joins_conditions_is_caught(engine, monkeypatch):
    compiled, pattern = RuleEngine._compile, RuleEngine._pattern
    seen: set[str] = set()

    def compile_rule(self, rule, *others):
        seen.clear()
        return compiled(self, rule, *others)

    def unjoined(self, each):
        """A variable that stood in an earlier condition becomes another one."""
        terms = [
            (n, Var(f"{t.name}_{len(seen)}_{n}") if isinstance(t, Var) and t.name in seen else t) for n, t in each.terms
        ]
        seen.update(t.name for _, t in each.terms if isinstance(t, Var))
        return pattern(self, Pattern(each.type, tuple(terms)))

    monkeypatch.setattr(RuleEngine, "_compile", compile_rule)
    monkeypatch.setattr(RuleEngine, "_pattern", unjoined)
    assert found_in(engine, ours=by_one_engine)


@pytest.mark.parametrize("engine", EACH_ENGINE)
def test_a_rule_without_its_exception_in_the_exported_edition_is_caught(engine):
    e = edition()
    wanted = next(rule for rule in e.rules if rule.then.type == "Recommend" and rule.unless)
    rules = tuple(replace(rule, unless=()) if rule is wanted else rule for rule in e.rules)
    assert found_in(engine, exporting=replace(e, rules=rules))
