"""`whyrx audit`: recorded decisions listed, shown, explained, replayed, verified, overridden, erased, exported."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from .. import __version__
from .parameters import JSON, PLOT, InOrder, known_guideline
from .printing import leave_with_findings, new_file, print_answer, progress, standard_output_or_new_file
from .reasons import proofs
from .refusal import errors_of_input, refuse
from .store import now, opened_store, who_asks

if TYPE_CHECKING:
    from collections.abc import Callable


STORE = click.option(
    "--store",
    metavar="PATH|URL",
    envvar="WHYRX_STORE",
    help="Where records are: a file, or a URL such as postgresql://user@host/database. Else $WHYRX_STORE.",
)


RECORD = click.argument("record", type=click.IntRange(1))


BY = click.option("--by", metavar="NAME", help="Who: a role or a user name.")


BECAUSE = click.option("--because", metavar="TEXT", help="Why, in words. Free text is kept only if given here.")
_SINCE = click.option("--since", metavar="WHEN", help="From this day or moment (UTC).")
_UNTIL = click.option("--until", metavar="WHEN", help="Before this day or moment (UTC).")


def _filters(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say which records."""
    for option in reversed(
        (
            click.option("--status", help="advice, insufficient, out_of_scope or refer."),
            click.option("--rule", metavar="ID", help="A rule that fired."),
            click.option(
                "--regimen", metavar="REGIMEN", help="A regimen that was advised, first or as an alternative."
            ),
            click.option("--guideline", metavar="ID", help="The guideline that was followed."),
            click.option("--assumed", metavar="PATH", help="A field that nobody stated and a rule took for granted."),
            click.option("--reason", metavar="CODE", help="The reason of an override or an erasure."),
            click.option(
                "--kind", type=click.Choice(["decision", "override", "erasure"]), help="Only records of a kind."
            ),
            _SINCE,
            _UNTIL,
        )
    ):
        command = option(command)
    return command


@click.group(cls=InOrder)
def audit() -> None:
    """Recorded decisions: who was advised what, on which facts, by which rules, and what was done instead.

    consult --record makes records. Each is chained to the one before; verify finds what was changed.

    Example: whyrx consult examples/nevada-2016.yaml --record --store records.db && whyrx audit list --store records.db
    """


@audit.command("list")
@_filters
@click.option("--last", "most", type=click.IntRange(1, 100_000), default=20, show_default=True, help="At most so many.")
@STORE
@JSON
def audit_list(
    regimen: str | None,
    since: str | None,
    until: str | None,
    most: int,
    store: str | None,
    as_json: bool,
    **filters: str | None,
) -> None:
    """Records in a line each, the newest first.

    Example: whyrx audit list --regimen aztreonam-avibactam --since 2026-11-01 --store records.db
    """
    with opened_store(store) as records:
        from ..records.answers import listed, moment

        wanted = [(name, value) for name, value in filters.items() if value is not None]
        start, end = moment("--since", since), moment("--until", until)
        found = listed(records, wanted, regimen, start, end, most)
    print_answer(as_json, found, "records", "records.text")


@audit.command("show")
@RECORD
@STORE
@JSON
def audit_show(record: int, store: str | None, as_json: bool) -> None:
    """One record in full: the decision as it was given, who and why, its hashes, and the overrides of it.

    Example: whyrx audit show 1 --store records.db
    """
    with opened_store(store) as records:
        from ..records.answers import shown

        found = shown(records, record)
    print_answer(as_json, found, "record", "records.text")


@audit.command("why")
@RECORD
@click.argument("conclusion", required=False)
@STORE
@JSON
def audit_why(record: int, conclusion: str | None, store: str | None, as_json: bool) -> None:
    """The chain behind a recorded decision, from the record alone: its own trace and the edition stored with it.

    CONCLUSION is a line of that decision (R1, D2, W3), or the id of any conclusion.

    Example: whyrx audit why 1 R1 --store records.db
    """
    with opened_store(store) as records:
        from ..kb.edition import Edition
        from ..records.answers import decision_in
        from ..records.replay import trace_of

        kept = records.record(record)
        decision = decision_in(kept)
        edition = Edition.from_json(records.edition((kept.content or {})["edition"]))
    print_answer(as_json, proofs(edition, decision, trace_of(kept), conclusion), "proofs")


@audit.command("replay")
@click.argument("record", type=click.IntRange(1), required=False)
@click.option("--all", "every", is_flag=True, help="Every decision that is there.")
@click.option("--current", is_flag=True, help="Under today's edition of the same guideline: what would be advised now.")
@STORE
@JSON
def audit_replay(record: int | None, every: bool, current: bool, store: str | None, as_json: bool) -> None:
    """Run the stored case under the stored edition: the same rules, bindings and values, byte for byte?

    Wording is compared apart. With --current, what would be advised today, and which rule made the difference: the one
    that, put back alone as it was, brings back the advice of then. Exit status 1 if something does not come out alike.

    Example: whyrx audit replay 1 --store records.db
    """
    if (record is None) != every or (current and every):
        refuse("RECORD", "nothing" if record is None else str(record), "the number of one record, or --all alone")
    with opened_store(store) as records:
        from ..records.answers import decision_in, decisions
        from ..records.replay import Replayer, replays

        replayer = Replayer(records.edition)
        if current and record is not None:
            kept = records.record(record)
            name = decision_in(kept)["guideline"]["id"]
            from ..kb.knowledge import edition

            today = edition(known_guideline(name))
            with progress("putting back what changed", 200) as done:
                print_answer(as_json, replayer.against(kept, today, done), "current", "records.text")
            return
        with progress("replaying", decisions(records)) as done:
            found = replays(records, replayer, record, done)
    print_answer(as_json, found, "replayed", "records.text")
    if found["counts"].keys() - {"same", "same_logic"}:
        leave_with_findings()


@audit.command("verify")
@click.option("--head", "heads", metavar="FILE", multiple=True, help="A signed head that was kept elsewhere.")
@click.option("--public-key", metavar="FILE", help="The key that heads are signed with.")
@STORE
@JSON
def audit_verify(heads: tuple[str, ...], public_key: str | None, store: str | None, as_json: bool) -> None:
    """Find what was changed, removed, inserted or reordered: every row and column of every table is looked at.

    Whoever can write to the store can also make a new chain, or cut off the end of this one: only a head that was
    signed before and kept elsewhere shows that. Exit status 1 if something is found.

    Example: whyrx audit verify --store records.db --head head.json --public-key auditor.pub
    """
    if bool(heads) != (public_key is not None):
        refuse("--head", ", ".join(heads) or "none", "a head and --public-key, the key it is signed with")
    with opened_store(store) as records:
        from ..records.chain import count, verify
        from ..records.heads import read_head

        known = [read_head(head, public_key or "") for head in heads]
        with progress("verifying", count(records)) as done:
            found = verify(records, known, done).as_json()
    print_answer(as_json, found, "verified", "records.text")
    if found["findings"]:
        leave_with_findings()


@audit.command("head")
@click.option("--key", metavar="FILE", required=True, help="The private key; never in the folder of the store.")
@STORE
@JSON
def audit_head(key: str, store: str | None, as_json: bool) -> None:
    """Sign the last record, so that everything up to it can be shown to be unchanged. Keep what is printed elsewhere.

    Example: whyrx audit head --key ../keys/auditor.pem --store records.db > head.json
    """
    with opened_store(store) as records:
        from ..records.answers import last
        from ..records.heads import sign

        found = sign(last(records), key, store or "", now())
    print_answer(True, found)


@audit.command("key")
@click.argument("private")
@click.argument("public")
@JSON
def audit_key(private: str, public: str, as_json: bool) -> None:
    """Draw a pair of keys for heads, into two new files: PRIVATE, to be kept by who signs, and PUBLIC, for all.

    Example: whyrx audit key auditor.pem auditor.pub
    """
    from ..records.heads import make_key

    with errors_of_input():
        found = make_key(private, public)
    if as_json:
        print_answer(True, {"fingerprint": found})
    else:
        click.echo(f"fingerprint {found}")


@audit.command("override")
@RECORD
@click.option("--reason", metavar="CODE", required=True, help="Why: one of the codes above.")
@click.option("--instead", metavar="REGIMEN", help="What was given instead, or nothing.")
@BY
@BECAUSE
@STORE
@JSON
def audit_override(
    record: int,
    reason: str,
    instead: str | None,
    by: str | None,
    because: str | None,
    store: str | None,
    as_json: bool,
) -> None:
    """Record that a clinician did otherwise than a recorded decision advised. A decision may be overridden again.

    Codes: newer-result, not-applicable, already-treated, failed-before, tolerated-before, other-priority,
    specialist-advice, local-policy, newer-evidence, disagrees, risk-outweighs, contraindicated, adverse-event,
    patient-prefers, patient-declines, unavailable, cost.

    Example: whyrx audit override 1 --reason unavailable --instead cefiderocol --store records.db
    """
    who = who_asks(by, because)
    with opened_store(store, upgrade=True) as records:
        from ..records.consultation import record_override

        found = record_override(records, record, reason, instead, __version__, who, now())
    print_answer(as_json, found.as_json(), "added", "records.text")


@audit.command("erase")
@RECORD
@click.option("--reason", metavar="CODE", required=True, help="Why: one of the codes above.")
@BY
@BECAUSE
@STORE
@JSON
def audit_erase(
    record: int, reason: str, by: str | None, because: str | None, store: str | None, as_json: bool
) -> None:
    """Erase the content of a record for a legal reason: its hash and the reason stay, and the chain still holds.

    Codes: person-asked, court-order, retention-over, identifier-found, recorded-in-error.

    Example: whyrx audit erase 1 --reason court-order --store records.db
    """
    who = who_asks(by, because)
    with opened_store(store, upgrade=True) as records:
        from ..records.chain import count
        from ..records.erasure import erase

        with progress("looking at what others hold too", count(records)) as done:
            found = erase(records, record, reason, __version__, who, now(), done)
    print_answer(as_json, found.as_json(), "added", "records.text")


@audit.command("stats")
@_SINCE
@_UNTIL
@PLOT
@STORE
@JSON
def audit_stats(since: str | None, until: str | None, plot: str | None, store: str | None, as_json: bool) -> None:
    """What the records come to: what was advised, rules that fired and that never did, what was overridden, by month.

    Example: whyrx audit stats --plot records.svg --store records.db
    """
    with opened_store(store) as records:
        from ..records.answers import moment
        from ..records.chain import count
        from ..records.stats import stats

        start, end = moment("--since", since), moment("--until", until)
        with (
            nullcontext() if plot is None else new_file(plot, "--plot") as file,
            progress("counting", count(records)) as done,
        ):
            found = stats(records, start, end, done)
            if file is not None:
                from ..records.picture import picture

                file.write(picture(found))
    print_answer(as_json, found, "counted", "records.text")


@audit.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv", "parquet", "prov", "prov-n", "prov-svg", "fhir"]),
    default="jsonl",
    show_default=True,
    help="JSON Lines as stored; a table; W3C PROV as JSON, as PROV-N or drawn; a FHIR R4 Bundle.",
)
@click.option("--record", "numbers", type=click.IntRange(1), multiple=True, metavar="N", help="Only this one; again.")
@_filters
@click.option("--out", metavar="FILE", help="A new file. Else standard output, where the format is text.")
@STORE
@JSON
def audit_export(
    form: str,
    numbers: tuple[int, ...],
    regimen: str | None,
    since: str | None,
    until: str | None,
    out: str | None,
    store: str | None,
    as_json: bool,
    **filters: str | None,
) -> None:
    """Records for other programs, in order; all of them, those of some numbers, or those that filters choose.

    prov and fhir take along what the records are about and what is about them. The same records give the same bytes.

    Example: whyrx audit export --status advice --since 2026-11-01 --store records.db > records.jsonl

    Example: whyrx audit export --format fhir --record 1 --out record-1.json --store records.db
    """
    with opened_store(store) as records:
        from ..records.export import BINARY, FORMATS, Chosen, exported

        terms = tuple((name, value) for name, value in filters.items() if value is not None)
        found = exported(records, Chosen(numbers, terms, regimen, since, until), form)
        if out is None and form in BINARY:
            refuse("--out", "not given", f"a new file: {form} is no text")
        with standard_output_or_new_file(out) as file, progress("exporting", len(found.seqs) if out else 0) as done:
            FORMATS[form](found, file, done)


@audit.command("upgrade")
@STORE
@JSON
def audit_upgrade(store: str | None, as_json: bool) -> None:
    """Bring a store that an older version made to the format of this one; all of it, or nothing.

    Example: whyrx audit upgrade --store records.db
    """
    with opened_store(store, upgrade=True):
        from ..records.migrations import VERSION
    if as_json:
        print_answer(True, {"format": VERSION})
    else:
        click.echo(f"format {VERSION}")
