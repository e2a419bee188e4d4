"""The processes of a session, for tests that kill a program and see what is left. Linux only: looks into /proc."""

from contextlib import suppress
from pathlib import Path


def others(session: int) -> list[str]:
    """The processes of a session that still run, but for its leader."""
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, _, its = place.read_text().rpartition(")")[2].split()[:4]
            found += [place.parent.name] if int(its) == session and state != "Z" else []
    return [each for each in found if int(each) != session]
