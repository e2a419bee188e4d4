"""Runs the benchmarks and writes what they found into the documentation: tables, pictures, and which aims are met.

    python benchmarks/figures.py           run everything, then write
    python benchmarks/figures.py FILE      write what `pytest benchmarks --benchmark-json FILE` found before

Everything below the mark in docs/benchmarks.md is replaced; the pictures stand in docs/benchmarks/.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib import pyplot as plt

ROOT = Path(__file__).parent.parent
PAGE, PICTURES = ROOT / "docs" / "benchmarks.md", ROOT / "docs" / "benchmarks"
MARK = "<!-- Written by benchmarks/figures.py from here on. -->\n"
TITLES = {
    "one case, warm": "One case, warm",
    "one case, nothing known": "One case, nothing known, networks to be built",
    "growth over rules": "Growth over rules",
    "growth over facts": "Growth over facts",
    "growth of proofs over rules": "Growth of proofs over rules",
    "growth of proofs over enzymes": "Growth of proofs over enzymes that a case may name",
    "a cohort": "A cohort, Parquet to Parquet",
    "process": "Commands, as processes",
    "once per process": "Once per process",
    "one warm case": "Parts of one case",
    "questions, warm": "Questions, warm",
}
"""Groups of benchmarks, in the order of the page."""
BY_THE_CLOCK = ("a cohort", "process")
"""Groups that start processes; the others are measured in processor time."""
Group = dict[str, dict[str, Any]]
Groups = dict[str, Group]

mpl.use("svg")
plt.rcParams.update(
    {
        "svg.hashsalt": "whyrx",  # the same figures, the same bytes
        "svg.fonttype": "path",
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": 10,
        "axes.titlelocation": "left",
    }
)
BAR = "#4d6f8f"
COLOURS = {
    "known situation": "#0072b2",
    "known states": "#009e73",
    "CLIPS": "#b87400",
    "one experta engine": "#d55e00",
    "all invariants": "#0072b2",
    "states of modules found": "#009e73",
    "a thousand states by both engines": "#b87400",
}
AXES = {
    "growth over rules": ("rules", "rules of the knowledge base; those that fire are the same"),
    "growth over facts": ("facts", "facts of the case"),
    "growth of proofs over rules": ("rules", "rules of the knowledge base"),
    "growth of proofs over enzymes": ("enzymes", "enzymes that a case may name"),
}
"""What a growth is over: the name of it, and its words."""


def groups_of(found: Any) -> Groups:
    """The benchmarks by group and by what they are called."""
    groups: Groups = {title: {} for title in TITLES}
    for each in found["benchmarks"]:
        groups.setdefault(each["group"], {})[label(each["name"])] = {**each["stats"], **each["extra_info"]}
    return {name: group for name, group in groups.items() if group}


def label(test: str) -> str:
    """The name of a test, as people read it."""
    name, _, parameters = test.removeprefix("test_").removesuffix("]").partition("[")
    words = name.replace("_", " ").replace("clips", "CLIPS")
    return {"process": parameters}.get(name) or f"{words}{', ' if parameters else ''}{parameters}"


# --- aims -----------------------------------------------------------------------------------------------------


def aims(groups: Groups) -> Iterator[tuple[str, str, str, bool]]:
    """What was aimed at: in words, the aim, what was found, and whether it is met."""
    warm, cold = groups["one case, warm"], groups["one case, nothing known"]
    clips = warm["CLIPS without a trace"]["median"]
    yield _ratio(
        "a known situation with its full trace, against CLIPS without one",
        warm["known situation with full trace"]["median"] / clips,
        0.2,
    )
    yield _ratio(
        "all states known, firings in order, against CLIPS without a trace",
        warm["known states firings in order"]["median"] / clips,
        0.2,
    )
    traced = cold["CLIPS with its network, with a trace read back"]["median"]
    yield _ratio(
        "nothing known, against CLIPS with a trace, networks to be built",
        cold["states derived by experta"]["median"] / traced,
        1,
    )
    for way in ("known situation", "known states"):
        by_rules = {
            each["rules"]: each["median"] for each in groups["growth over rules"][f"growth over rules, {way}"]["sizes"]
        }
        yield _ratio(f"from 87 to 700 rules, {way}", by_rules[700] / by_rules[87], 1.3)
    run = groups["a cohort"]["this machine, 2 processes"]
    if run["cases"] == 1_000_000:
        yield _within("a million cases, two processes", run["median"], 3, "s")
        known = groups["a cohort"].get("this machine with states, 2 processes, states known")
        if known is not None:
            yield _within("… with the states of a run before", known["median"], 3, "s")
        yield _within("memory of the largest of them", run["peak MiB"] / 1024, 2, "GiB")
    for command, most in (("whyrx --help", 0.15), ("whyrx consult", 0.4)):
        yield _within(f"`{command}` as a process", groups["process"][command]["median"], most, "s")


def _ratio(words: str, found: float, most: float) -> tuple[str, str, str, bool]:
    return words, f"≤ {most:g} ×", f"{found:.2g} ×" if found < 1 else f"{found:.2f} ×", found <= most


def _within(words: str, found: float, most: float, unit: str) -> tuple[str, str, str, bool]:
    return words, f"≤ {most:g} {unit}", f"{found:.2g} {unit}" if found < 10 else f"{found:.1f} {unit}", found <= most


# --- tables ---------------------------------------------------------------------------------------------------


def tables(found: Any, groups: Groups) -> Iterator[str]:
    """The part of the page below the mark, block by block."""
    machine, day = found["machine_info"], found["datetime"][:10]
    where = f"{machine['cpu']['count']} processors, CPython {machine['python_version']}"
    consult = groups["process"]["whyrx consult"]
    yield (
        f"## Measured\n\nOne run on {day}: {where}. Medians. A process had a processor for "
        f"{consult['processor s'] / consult['median']:.0%} of its time (`whyrx consult`); where that is far from all "
        "of it, the machine was busy with other things, and what is said by the clock is too long."
    )
    rows = ((words, aim, value, "yes" if met else "**no**") for words, aim, value, met in aims(groups))
    yield table(("", "aim", "found", "met"), rows)
    for name, group in groups.items():
        yield f"### {TITLES.get(name, name)}"
        yield "By the clock." if name in BY_THE_CLOCK else "Processor time."
        if name in PICTURED:
            yield f"![{TITLES[name]}](benchmarks/{PICTURED[name]}.svg)"
        yield growth_table(group) if name.startswith("growth") else group_table(group)
        if name == "a cohort":
            yield overhead(group)


def table(head: tuple[str, ...], rows: Any) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def group_table(group: Group) -> str:
    """A row for each benchmark, with the middle half of its rounds."""
    more = [name for name in ("processor s", "peak MiB") if any(name in each for each in group.values())]
    rate = any("cases" in each for each in group.values())
    head = ("", "median", "middle half", "rounds", *(("cases/s",) if rate else ()), *more)
    return table(
        head,
        (
            (
                name,
                duration(each["median"]),
                f"{duration(each['q1'])} to {duration(each['q3'])}" if each["rounds"] > 1 else "",
                str(each["rounds"]),
                *((f"{each['cases'] / each['median']:,.0f}",) if rate else ()),
                *(f"{each[extra]:,}" if extra in each else "" for extra in more),
            )
            for name, each in group.items()
        ),
    )


def overhead(cohort: Group) -> str:
    """What a cluster costs beside processes of the same machine."""
    here, there = cohort["this machine, 2 processes"], cohort["cluster, 2 new workers"]
    by_clock, processor = (there[name] / here[name] for name in ("median", "processor s"))
    return (
        f"A cluster of two new workers, scheduler and client included, takes {by_clock:.2f} times as long as two "
        f"processes, and {processor:.2f} times their processor time."
    )


def growth_table(group: Group) -> str:
    """A row for each size, a column for each way."""
    ways = {name.partition(", ")[2]: each["sizes"] for name, each in group.items()}
    columns = [name for name in next(iter(ways.values()))[0] if name != "median"]
    head = (*({"facts": "facts of the case"}.get(name, name) for name in columns), *ways)
    rows = (
        (
            *(f"{sizes[0][name]}" for name in columns),
            *(duration(each["median"]) for each in sizes),
        )
        for sizes in zip(*ways.values(), strict=True)
    )
    return table(head, rows)


def duration(seconds: float) -> str:
    """Three figures, in seconds or milliseconds."""
    value, unit = (seconds, "s") if seconds >= 1 else (seconds * 1000, "ms")
    return f"{value:.3g} {unit}" if value < 1000 else f"{value:,.0f} {unit}"


# --- pictures -------------------------------------------------------------------------------------------------

PICTURED = {
    "one case, warm": "one_case",
    "growth over rules": "growth_over_rules",
    "growth over facts": "growth_over_facts",
    "growth of proofs over rules": "proofs_over_rules",
    "growth of proofs over enzymes": "proofs_over_enzymes",
    "a cohort": "cohort",
    "process": "commands",
}


def pictures(groups: Groups) -> None:
    PICTURES.mkdir(exist_ok=True)
    warm = {name: each["median"] * 1000 for name, each in groups["one case, warm"].items()}
    dots("one_case", warm, "ms of processor time for one case, warm")
    runs = {name: each for name, each in groups["a cohort"].items() if "processor s" in each}
    cases = next(iter(runs.values()))["cases"]
    bars("cohort", {name: each["median"] for name, each in runs.items()}, f"seconds for {cases:,} cases")
    commands = {name: each["median"] for name, each in groups["process"].items()}
    bars("commands", commands, "seconds for a process")
    for name in AXES:
        growth(name, groups[name])


def bars(name: str, values: dict[str, float], axis: str) -> None:
    """Bars, from nought."""
    figure, axes = _rows(values)
    drawn = axes.barh(list(values), list(values.values()), color=BAR)
    axes.bar_label(drawn, [f"{value:.3g}" for value in values.values()], padding=3)
    axes.margins(x=0.1)
    axes.set_xlabel(axis)
    save(figure, name)


def dots(name: str, values: dict[str, float], axis: str) -> None:
    """Dots on a logarithmic axis, which has no nought for bars to begin at."""
    figure, axes = _rows(values)
    axes.plot(list(values.values()), list(values), "o", color=BAR)
    for number, value in enumerate(values.values()):
        axes.annotate(f"{value:.3g}", (value, number), xytext=(7, 0), textcoords="offset points", va="center")
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(plain)
    axes.margins(x=0.12)
    axes.grid(color="#e3e3e3")
    axes.set_axisbelow(True)
    axes.set_xlabel(axis)
    save(figure, name)


def _rows(values: dict[str, float]) -> Any:
    figure, axes = plt.subplots(figsize=(7, 0.6 + 0.28 * len(values)), layout="constrained")
    axes.set_ylim(len(values) - 0.4, -0.6)
    return figure, axes


def plain(value: float, _place: int) -> str:
    """The words of a tick."""
    return f"{value:,g}"


def growth(name: str, group: Group) -> None:
    """A line for each way, named at its end."""
    over, words_of_axis = AXES[name]
    figure, axes = plt.subplots(figsize=(7, 3.4), layout="constrained")
    ends = []
    for way, each in group.items():
        xs, ys = [size[over] for size in each["sizes"]], [size["median"] * 1000 for size in each["sizes"]]
        words = way.partition(", ")[2]
        axes.plot(xs, ys, marker="o", markersize=4, color=COLOURS[words])
        ends.append((ys[-1], xs[-1], words))
    lowest = 0.0
    for y, x, words in sorted(ends):
        lowest = max(y, lowest * 1.6)  # names do not stand on each other
        place = {"xytext": (x * 1.02, lowest), "va": "center", "annotation_clip": False}
        axes.annotate(words, (x, y), **place, color=COLOURS[words])
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(plain)
    axes.set_xlim(0, None)
    axes.set_xlabel(words_of_axis)
    axes.set_ylabel("ms of processor time" if "proofs" in name else "ms of processor time for one case")
    axes.grid(axis="y", color="#e3e3e3")
    save(figure, PICTURED[name])


def save(figure: Any, name: str) -> None:
    figure.savefig(PICTURES / f"{name}.svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)


# --- all of it ------------------------------------------------------------------------------------------------


def measured() -> Any:
    """Run the benchmarks."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "found.json"
        if status := pytest.main([str(Path(__file__).parent), f"--rootdir={ROOT}", f"--benchmark-json={file}"]):
            sys.exit(status)
        return json.loads(file.read_bytes())


def main() -> None:
    """Measure, or read what was measured, and write."""
    found = json.loads(Path(sys.argv[1]).read_bytes()) if sys.argv[1:] else measured()
    groups = groups_of(found)
    pictures(groups)
    prose = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    PAGE.write_text(prose + MARK + "\n" + "\n\n".join(tables(found, groups)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
