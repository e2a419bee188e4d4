"""What one-off commands cost as whole processes, each round beside an empty one.

    pytest benchmarks/test_process_benchmarks.py

Processor time is user and system together. `compiled` is what an installation has: Python keeps what it compiled.
`from source` is a checkout whose own modules are compiled anew by every process, as under PYTHONDONTWRITEBYTECODE=1.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).parent.parent
ROUNDS = 9

COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "whyrx --help": ["-m", "whyrx", "--help"],
    "whyrx consult": ["-m", "whyrx", "consult", str(ROOT / "examples" / "nevada-2016.yaml")],
    "whyrx consult --json": ["-m", "whyrx", "consult", str(ROOT / "examples" / "nevada-2016.yaml"), "--json"],
}


def test_processes_beside_an_empty_one(tmp_path, capsys):
    """Not timed against a limit: printed for the reader."""
    keeps = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path)}
    keeps.pop("PYTHONDONTWRITEBYTECODE", None)
    compiled = measured(keeps)
    shutil.rmtree(tmp_path.joinpath(*ROOT.parts[1:]))  # of this project alone
    from_source = measured({**keeps, "PYTHONDONTWRITEBYTECODE": "1"})
    with capsys.disabled():
        print(f"\n{'':34} processor ms   wall ms   times an empty process (processor)")
        for name, found in {"compiled": compiled, "from source": from_source}.items():
            for command, (processor, wall, times) in found.items():
                print(f"{f'{command}, {name}':34} {processor:12.0f} {wall:9.0f} {times:9.1f}")


def measured(environment: dict[str, str]) -> dict[str, tuple[float, float, float]]:
    """Medians by command: milliseconds of processor and of the clock, and processor time over an empty process's."""
    for arguments in COMMANDS.values():
        once(arguments, environment)
    rounds = [{name: once(arguments, environment) for name, arguments in COMMANDS.items()} for _ in range(ROUNDS)]
    empty = next(iter(COMMANDS))
    return {
        name: (
            median(each[name][0] for each in rounds),
            median(each[name][1] for each in rounds),
            median(each[name][0] / each[empty][0] for each in rounds),
        )
        for name in COMMANDS
    }


def once(arguments: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Milliseconds of processor and of the clock that one process takes."""
    start = perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    took = perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return 1000 * (usage.ru_utime + usage.ru_stime), 1000 * took
