"""Stores for tests: records made of real consultations, at times that the test says."""

import gc
import io
import shutil
import sqlite3
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest
import whyrx.cli
from drawing import likely_tree
from whyrx.facts.case import case_from_tree
from whyrx.facts.document import tree_of
from whyrx.kb.decision import decide
from whyrx.kb.knowledge import knowledge_base
from whyrx.records.consultation import Who, record_decision, record_override
from whyrx.records.store import Archived, Store, opened

ROOT = Path(__file__).parent.parent
START = datetime(2026, 10, 30, 12, tzinfo=UTC)


@cache
def consultation(seed: int):
    """A case as a tree, and the decision on it."""
    base = knowledge_base()
    tree = tree_of(likely_tree(seed))
    case = case_from_tree(tree)
    return tree, decide(base.edition, case, base.derive(case))


@cache
def archived() -> Archived:
    return Archived.of(knowledge_base().edition)


def put(store: Store, seed: int, now: datetime | None = None, **who: str):
    """Record one consultation."""
    tree, decision = consultation(seed)
    return record_decision(store, tree, decision, archived(), "0", Who(**who), now or START + timedelta(hours=seed))


def fill(where: str, seeds: range) -> None:
    """A store with a record for each seed, and an override of every fifth."""
    with opened(where, make=True) as store:
        for seed in seeds:
            record = put(store, seed, by="ward 7")
            if seed % 5 == 4:
                now = START + timedelta(hours=seed, minutes=1)
                record_override(store, record.seq, "unavailable", "colistin", "0", Who(), now)


@contextmanager
def edited(store: Path):
    """The database of a store as somebody with the file and a tool for databases has it."""
    connection = sqlite3.connect(store)
    try:
        yield connection
        connection.commit()
    finally:
        connection.close()


def copied(store: Path, to: Path) -> Path:
    """A copy of a store that nobody has open."""
    assert not store.with_name(store.name + "-wal").exists()
    return Path(shutil.copyfile(store, to))


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


def whyrx_ran(*arguments: str, **environment: str) -> Ran:
    """What the program's own `main` does with arguments, in this process: statuses, streams."""
    streams = {name: io.TextIOWrapper(io.BytesIO()) for name in ("stdout", "stderr")}
    with (
        patch.object(sys, "argv", ["whyrx", *map(str, arguments)]),
        patch.object(sys, "stdout", streams["stdout"]),
        patch.object(sys, "stderr", streams["stderr"]),
        patch.object(gc, "disable"),
        patch.dict("os.environ", environment),
        pytest.raises(SystemExit) as left,
    ):
        whyrx.cli.main()
    for stream in streams.values():
        stream.flush()
    out, err = (streams[name].buffer.getvalue().decode() for name in ("stdout", "stderr"))
    return Ran(left.value.code or 0, out, err)
