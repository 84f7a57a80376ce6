# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from onrecord.config import django_setup

if TYPE_CHECKING:
    from onrecord.people.models import Organisation


@click.group()
def command() -> None:
    """Say who witnesses this log, and for whose logs this newsroom is a witness."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Write JSON for a script to read.")
def list_all(as_json: bool) -> None:
    """Print both, with what was said last, and the keys that the other sides need."""
    organisation = _organisation()
    from onrecord.record import keys
    from onrecord.record.errors import RecordError
    from onrecord.record.models import FollowedLog, Witness
    from onrecord.record.witnesses import standing, wording
    from onrecord.record.witnessing import following

    followed = FollowedLog.objects.filter(active=True)
    try:
        log_key = keys.public_keys(organisation.origin).log.vkey
    except RecordError:  # the first release makes it
        log_key = ""
    shown = {
        "log": log_key,
        "state": wording.told(standing.standing()),
        "witnesses": [
            {
                "name": row.name,
                "url": row.url,
                "outside": row.outside,
                "answer": wording.answer_of(row),
                "detail": row.detail,
                "size": row.cosigned_size,
            }
            for row in Witness.objects.filter(active=True)
        ],
        "own_key": following.witness_key(organisation.origin).public.vkey if followed else "",
        "followed": [{"log": row.origin, "size": row.size} for row in followed],
    }
    if as_json:
        click.echo(json.dumps(shown, indent=2, ensure_ascii=False))
        return
    click.echo(f"log: {log_key or 'its key is made at the first release'}\n{shown['state']}")
    for row in Witness.objects.filter(active=True):
        own = "" if row.outside else " (our own)"
        click.echo(f"\n{row.name}{own}\n    {row.url}\n    {wording.answer_of(row)} {row.detail}".rstrip())
        click.echo(f"    has cosigned {row.cosigned_size} entries")
    if followed:
        click.echo(f"\nWitness for others, with the key {shown['own_key']}")
        click.echo(f"at {organisation.address.rstrip('/')}/witness")
    for log in followed:
        click.echo(f"    {log.origin}: {log.size} entries")


@command.command()
@click.argument("vkey")
@click.argument("url")
@click.option("--own", is_flag=True, help="This organisation runs it itself: it does not count.")
def add(vkey: str, url: str, own: bool) -> None:
    """Ask the witness with this key at this address from now on."""
    _organisation()
    from onrecord.people.actions import OPERATOR
    from onrecord.record.errors import BadWitness
    from onrecord.record.witnesses import asking, roster

    try:
        added = roster.add(vkey=vkey, url=url, outside=not own, by=OPERATOR)
    except BadWitness as refusal:
        raise click.ClickException(str(refusal)) from refusal
    asking.ask([added])
    added.refresh_from_db()
    click.echo(f"{added.name} is asked from now on. {_last_answer(added)}")


@command.command()
@click.argument("name")
def remove(name: str) -> None:
    """Ask the witness of this name no longer."""
    _organisation()
    from onrecord.people.actions import OPERATOR
    from onrecord.record.models import Witness
    from onrecord.record.witnesses import roster

    found = Witness.objects.filter(name=name, active=True).first()
    if found is None:
        raise click.ClickException(f"No witness is named {name}. `onrecord witness list` names them.")
    roster.remove(found, by=OPERATOR)
    click.echo(f"{name} is no longer asked.")


@command.command()
def ask() -> None:
    """Ask all witnesses now. Status 0 if each has cosigned, 1 if one has not."""
    _organisation()
    from onrecord.people.actions import OPERATOR
    from onrecord.record.models import Witness
    from onrecord.record.witnesses import asking

    asking.ask_everybody(by=OPERATOR)
    rows = list(Witness.objects.filter(active=True))
    for row in rows:
        click.echo(f"{row.name}: {_last_answer(row)}")
    raise SystemExit(any(row.failures for row in rows))


@command.command()
@click.argument("vkeys", nargs=-1, required=True)
def follow(vkeys: tuple[str, ...]) -> None:
    """Be a witness for the log that signs with these keys."""
    organisation = _organisation()
    from onrecord.people.actions import OPERATOR
    from onrecord.record.errors import BadLogKey
    from onrecord.record.witnessing import following

    try:
        log = following.follow(vkeys, by=OPERATOR)
    except BadLogKey as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"This newsroom is a witness for {log.origin} from now on. It needs to know:")
    click.echo(f"    key      {following.witness_key(organisation.origin).public.vkey}")
    click.echo(f"    address  {organisation.address.rstrip('/')}/witness")


@command.command()
@click.argument("origin")
def unfollow(origin: str) -> None:
    """Be a witness for the log of this name no longer."""
    _organisation()
    from onrecord.people.actions import OPERATOR
    from onrecord.record.models import FollowedLog
    from onrecord.record.witnessing import following

    log = FollowedLog.objects.filter(origin=origin, active=True).first()
    if log is None:
        raise click.ClickException(f"No log {origin} is followed. `onrecord witness list` names them.")
    following.unfollow(log, by=OPERATOR)
    click.echo(f"This newsroom is no longer a witness for {origin}.")


def _organisation() -> Organisation:
    django_setup.load()
    from onrecord.people.errors import NotSetUp
    from onrecord.people.models import Organisation

    try:
        return Organisation.current()
    except NotSetUp as error:
        raise click.ClickException("There is no newsroom yet. Complete its set-up first.") from error


def _last_answer(witness: object) -> str:
    from onrecord.record.models import Witness
    from onrecord.record.witnesses import wording

    assert isinstance(witness, Witness)  # noqa: S101 - narrows the type
    return f"{wording.answer_of(witness)} {witness.detail}".strip()
