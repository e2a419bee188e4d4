"""What is shipped: exactly the package, and nothing else."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("facts", "kb", "explain", "explore", "cohort", "prove", "records", "commands")
FILES = ("__init__.py", "__main__.py", "py.typed", "cli.py")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_the_modules_and_nothing_else(wheel):
    paths = (path for folder in FOLDERS for kind in ("*.py", "*.j2") for path in (ROOT / folder).rglob(kind))
    modules = {path.relative_to(ROOT).as_posix() for path in paths}
    shipped = {name for name in wheel if not name.startswith("whyrx-")}
    assert shipped == {f"whyrx/{name}" for name in (*modules, *FILES)}


def test_the_rest_of_the_wheel_is_its_metadata(wheel):
    metadata = {re.sub(r"whyrx-[^/]*\.dist-info/", "", name) for name in wheel if name.startswith("whyrx-")}
    assert metadata == {"METADATA", "RECORD", "WHEEL", "entry_points.txt"}
