"""The README shows what the program prints."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from whyrx.cli import cli

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ELISION = "…"


def shown():
    """Each command of a console block with the lines shown below it."""
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


@pytest.mark.parametrize(("command", "output"), list(shown()), ids=[command for command, _ in shown()])
def test_the_readme_shows_what_the_command_prints(command, output, monkeypatch):
    monkeypatch.chdir(ROOT)
    program, *arguments = shlex.split(command)
    assert program == "whyrx"
    result = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    pieces = [re.escape(piece) for piece in output.split(ELISION + "\n")]
    assert re.fullmatch("(?:.*\n)*?".join(pieces) + "\n*", result.stdout), result.stdout


def commands(group=cli, path=()):
    for name, command in group.commands.items():
        yield from commands(command, (*path, name)) if hasattr(command, "commands") else [" ".join((*path, name))]


@pytest.mark.parametrize("command", list(commands()))
def test_every_command_stands_in_the_readme(command):
    first, _, second = command.partition(" ")
    assert re.search(rf"`whyrx {first}[ `]", README)
    assert not second or re.search(rf"`whyrx {first}[^\n|]*\b{second}\b", README)
