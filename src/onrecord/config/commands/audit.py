# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import BinaryIO

import click

from onrecord.config.commands.pins import given_pins, pin_options
from onrecord.config.commands.progress import bar
from onrecord.config.commands.words import NO_ROOTS, print_cannot_tell, readable_anywhere, safe
from onrecord.config.evidence import register_from
from onrecord.config.sources import Source, SourceError, open_log
from onrecord.proof import verdict
from onrecord.proof.audit import Audit
from onrecord.proof.case import Pins
from onrecord.proof.tree import Defect
from onrecord.proof.verdict import LIMITS, Outcome

OUTCOMES = (Outcome.HOLDS, Outcome.FAILS, Outcome.UNKNOWN)


@click.command()
@click.argument("place")
@pin_options
@click.option("--tree-only", is_flag=True, help="Check tiles, entries and root alone, of any tlog-tiles log.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON for a script to read.")
def command(  # noqa: PLR0917 - click passes every option by name
    place: str,
    policy_file: BinaryIO | None,
    root: str | None,
    vkeys: tuple[str, ...],
    tree_only: bool,
    as_json: bool,
) -> None:
    """Check a whole log: every tile, every leaf, every edition.

    PLACE is the folder of a baked site or a mirror, or the address of a site. Every defect is named with its
    file and its place in the log.

    Ends with status 0 if nothing is wrong, 1 if something is, 2 if that cannot be told.
    """
    readable_anywhere()
    pins = given_pins(policy_file, root, vkeys)
    kept: list[Defect] = []
    try:
        source, log = open_log(place)
        trusted = (*pins.keys, *(known.key for known in (pins.policy.logs if pins.policy else ())))
        audit = Audit(source.read_many, log=log, trusted=trusted, tree_only=tree_only or not log)
        with bar("Auditing", quiet=as_json) as moved:
            for defect in audit.defects(moved):
                if as_json:
                    kept.append(defect)
                else:
                    _print_defect(defect)
        for reason in _not_pinned(source, log, pins):
            audit.undecided.append(reason)
    except SourceError as error:
        print_cannot_tell(str(error))
        raise SystemExit(2) from error
    status = 1 if audit.tally.defects else 2 if audit.undecided else 0
    if as_json:
        listed = [asdict(defect) for defect in kept]
        found = {**audit.to_json(), "verdict": str(OUTCOMES[status]), "defects": listed, "limits": LIMITS}
        click.echo(json.dumps(found, indent=2))
    else:
        _print(audit, status)
    raise SystemExit(status)


def _not_pinned(source: Source, log: str, pins: Pins) -> Iterator[str]:
    """Compare the log with what the reader knows from elsewhere, if he gave anything."""
    if pins == Pins():
        return
    signed = source.read(f"{log}/checkpoint") or b""
    step = verdict.judge_checkpoint(signed, register_from(source), pins).step("identity")
    if step.outcome is not Outcome.HOLDS:
        yield step.detail


def _print_defect(defect: Defect) -> None:
    at = "" if defect.position is None else f", {defect.position}"
    click.secho("✗ ", fg="red", nl=False)
    click.echo(f"{defect.code:<10} {safe(defect.file)}{at}: {safe(defect.message)}")


def _print(audit: Audit, status: int) -> None:
    found = audit.to_json()
    what = (
        "every leaf of this log is there and accounted for."
        if audit.tally.states
        else "tiles, entries and root fit together. No edition was looked at."
    )
    headline, colour = (
        (f"NOTHING IS WRONG: {what}", "green"),
        (f"DEFECTS: {audit.tally.defects}. Do not rely on this copy of the log.", "red"),
        (f"CANNOT TELL: {safe(audit.undecided[0]) if audit.undecided else ''}", "yellow"),
    )[status]
    click.secho(headline, bold=True, fg=colour)
    click.echo()
    states = ", ".join(f"{count} {state}" for state, count in sorted(audit.tally.states.items()))
    for name, value in (
        ("Log", found.get("origin")),
        ("Who", found.get("organisation")),
        ("Size", f"{found.get('size', 0)} entries" + (f": {states}" if states else "")),
        ("Root", found.get("root")),
        ("Roots", found.get("fingerprint") if found.get("fingerprint") != NO_ROOTS else None),
    ):
        if value:
            click.echo(f"{name:<11} {safe(str(value))}")
    for reason in audit.undecided if status != 2 else audit.undecided[1:]:
        click.echo(f"{'Undecided':<11} {safe(reason)}")
    click.echo(f"\n{LIMITS}")
