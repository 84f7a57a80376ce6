# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import click

from onrecord.config import django_setup
from onrecord.config.commands.progress import bar

if TYPE_CHECKING:
    from onrecord.record.elsewhere import Answer
    from onrecord.statements.actions.recovery import Outcome


@click.group()
def command() -> None:
    """Say how the public log stands, and bring it back after a loss."""


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Write JSON for a script to read.")
def status(as_json: bool) -> None:
    """Say what this database has of the log, what others hold of it, and whether it may go on.

    Asks every mirror and witness. Ends with status 1 if nothing may be signed.
    """
    django_setup.load()
    from onrecord.people.models import Organisation
    from onrecord.record import elsewhere, guard
    from onrecord.record.errors import RecordError
    from onrecord.record.models import LogHead

    head, reason = LogHead.current(), ""
    organisation = Organisation.objects.first()
    asked: list[Answer] = []
    try:
        asked = elsewhere.ask(organisation.origin) if organisation else []
        guard.refuse_fork()
    except RecordError as error:
        reason = str(error)
    names = {one.where for one in asked}
    answers = [*(one for one in _here() if one.where not in names), *asked]
    told: dict[str, object] = {
        "log": head.origin if head else "",
        "size": head.size if head else 0,
        "root": bytes(head.root).hex() if head else "",
        "sources": [
            {"where": one.where, "state": one.state.value, "size": one.size, "detail": one.detail}
            for one in answers
        ],
        "may_go_on": not reason,
        "reason": reason,
    }
    if as_json:
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        click.echo(
            f"{told['log'] or 'No log yet'}: {told['size']} leaves in this database, root {told['root']}"
        )
        for one in answers:
            click.echo(f"{one.where}: {one.state.value}" + (f" ({one.size} leaves)" if one.size else ""))
            if one.detail and one.state not in elsewhere.STOPPING:
                click.echo(f"    {one.detail}")
        click.echo(reason or "The log may go on.")
    raise SystemExit(1 if reason else 0)


@command.command()
@click.option(
    "--from", "place", required=True, metavar="URL|DIR", help="A mirror, or the folder of a copy of the site."
)
@click.option("--dry-run", is_flag=True, help="Read and verify everything, and change nothing.")
@click.option(
    "--give-up-seals",
    is_flag=True,
    help="Say in public that sealed texts which were lost will never be shown.",
)
def recover(place: str, dry_run: bool, give_up_seals: bool) -> None:
    """Bring back what the database has lost of the public record, from a mirror or a copy of the site.

    Everything is verified before anything is changed: the checkpoint by a key that lies here, every leaf,
    every edition, every file. What was never public cannot come back: drafts, remarks, press contacts beside
    texts, and who wrote, approved and released them.
    """
    django_setup.load()
    logging.getLogger("wagtail").setLevel(logging.WARNING)  # one line for each draft says nothing here
    from onrecord.people.actions.access import OPERATOR
    from onrecord.people.errors import NotSetUp
    from onrecord.record.errors import RecordError
    from onrecord.statements.actions.recovery import recover as bring_back

    try:
        with bar("Reading and verifying") as moved:
            outcome = bring_back(
                place, give_up_seals=give_up_seals, dry_run=dry_run, progress=moved, by=OPERATOR
            )
    except RecordError as error:
        raise click.ClickException(str(error)) from error
    except NotSetUp as error:
        raise click.ClickException(
            f"{error} Give it the address that the lost one had: the name of the log follows from it."
            " Then run this again."
        ) from error
    for line in _told(outcome):
        click.echo(line)


def _here() -> list[Answer]:
    """Return what this machine knows, as far as its files can be read."""
    from onrecord.record import elsewhere
    from onrecord.record.errors import RecordError

    try:
        return list(elsewhere.reports())
    except RecordError:
        return []


def _told(outcome: Outcome) -> list[str]:
    if outcome.nothing:
        return [f"There is nothing to recover: this database has all {outcome.size} leaves."]
    done = "would be" if outcome.dry_run else "were"
    lines = [f"The log at {outcome.source} is genuine and goes on from the one here."]
    lines.append(
        f"{outcome.size - outcome.from_size} leaves, {outcome.editions} editions of statements and"
        f" {outcome.documents} of the log's own {done} brought back."
    )
    if outcome.changed:
        lines.append(f"{outcome.changed} earlier leaves {done} opened or erased, as they are in public.")
    if outcome.lost_seals:
        lines.append(f"The texts of sealed leaves are lost: {list(outcome.lost_seals)}.")
    if outcome.overdue:
        lines.append(f"{outcome.overdue} scheduled releases, whose moment has passed, wait for a person.")
    if outcome.editions:
        lines.append(
            "Not in the record, and so not brought back: drafts, remarks, press contacts beside texts, and"
            " who wrote, approved and released each edition."
        )
    if outcome.dry_run:
        return [*lines, "Nothing was changed. Run it again without --dry-run."]
    return [*lines, "Now run `onrecord bake`."]
