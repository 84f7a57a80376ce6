# SPDX-License-Identifier: Apache-2.0
"""`onrecord keys show`, and what is printed after every change."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.config import django_setup
from onrecord.config.commands.keys.roots import grouped, names, sign_with
from onrecord.config.errors import ConfigError

if TYPE_CHECKING:
    from onrecord.journal.events import Actor
    from onrecord.people.models import Organisation
    from onrecord.proof.register import ListedKey
    from onrecord.record.models import Document


@click.command("show")
@click.option("--json", "as_json", is_flag=True, help="Write JSON for a script to read.")
def show(as_json: bool) -> None:
    """Show the newest register, its fingerprint, and which keys are on this machine. Never a secret."""
    origin = newsroom().origin
    from onrecord.proof import register as registers
    from onrecord.record import ceremony, keys, register
    from onrecord.record.models import Document

    document = Document.newest_register()
    if document is None:
        raise click.ClickException(
            "There is no register yet. `onrecord keys update` logs the first one, and so does the program."
        )
    found, standing = registers.read(bytes(document.content)), ceremony.standing_of(document)
    files = {listed.key: keys.where(listed.key) for listed in found.keys}
    if as_json:
        shown = {
            "log": origin,
            "register": document.number,
            "leaf": document.leaf_index,
            "fingerprint": found.fingerprint() if found.roots else None,
            "threshold": found.threshold,
            "roots": [root.vkey for root in found.roots],
            "signed_by": list(standing.signed),
            "complete": standing.complete,
            "pending": register.pending(),
            "keys": [
                {**listed.to_json(), "key_id": listed.key.key_id.hex(), "file": _text(files[listed.key])}
                for listed in found.keys
            ],
        }
        click.echo(json.dumps(shown, indent=2))
        return
    click.echo(f"Log          {origin}")
    click.echo(f"Register     {document.number}, entry {document.leaf_index} of the log")
    if found.roots:
        click.echo(f"Root keys    any {found.threshold} of {len(found.roots)}: {names(found.roots)}")
        click.echo(f"Fingerprint  {grouped(found.fingerprint())}")
        who = ", ".join(name.rpartition("/root/")[2] for name in standing.signed) or "nobody"
        click.echo(f"Signed by    {who}: {'enough' if standing.complete else 'too few'}")
    else:
        click.echo("Root keys    none: only this machine says which keys count. `onrecord keys init`")
    for listed in found.keys:
        click.echo(f"\n{listed.role} key {listed.key.key_id.hex()}: {listed.state}")
        click.echo(f"  counts     {_counts(listed)}")
        if listed.method:
            click.echo(f"  address    {listed.method}")
        else:
            click.echo(f"  file       {_text(files[listed.key]) or 'not on this machine'}")
        click.echo(f"  public     {listed.key.vkey}")
        if listed.reason:
            click.echo(f"  reason     {listed.reason}")


def _counts(listed: ListedKey) -> str:
    """Say for which part of the log, or from when until when, a key counts."""
    if listed.method:
        return f"from {listed.since}" + (f" to {listed.until}" if listed.until else "")
    until = "" if listed.to_index is None else f" to {listed.to_index}"
    return f"from {'leaf' if listed.role == 'release' else 'size'} {listed.from_index}{until}"


def _text(path: Path | None) -> str | None:
    return str(path) if path else None


def finish(document: Document, root_keys: Sequence[Path], passphrase_file: Path | None) -> None:
    """Say what was logged; have it signed with the root keys at hand, or say how that is done elsewhere."""
    from onrecord.proof import register as registers
    from onrecord.record import ceremony
    from onrecord.record.models import Document

    click.echo(f"Register {document.number} is entry {document.leaf_index} of the log.")
    data = bytes(document.content)
    found = registers.read(data)
    if not found.roots:
        return
    if root_keys:
        before = Document.objects.filter(kind="register", number=document.number - 1).first()
        earlier = [registers.read(bytes(before.content))] if before else []
        ceremony.add_signatures(sign_with(data, root_keys, passphrase_file, *earlier), by=operator())
    print_standing(document)


def print_standing(document: Document) -> None:
    """Say whether enough root keys have signed, and if not, what to do."""
    from onrecord.record import ceremony

    document.refresh_from_db()
    standing = ceremony.standing_of(document)
    if standing.complete:
        click.echo("Enough root keys have signed it. Readers who know the fingerprint accept it.")
        return
    stem = f"register-{document.number}"
    click.echo(
        f"Root keys have to sign it: {standing.threshold} are needed, {len(standing.signed)} have signed."
        "\n  1. On this machine:         onrecord keys export --to <folder>"
        f"\n  2. Where the root keys are: onrecord keys sign {stem}.json --root-key <file>"
        f"\n  3. On this machine:         onrecord keys import {stem}.note"
        "\nUntil then readers who rely on the root keys are told that it cannot be decided."
    )


def newsroom() -> Organisation:
    """Load Django and return whose newsroom this is; ConfigError before set-up."""
    django_setup.load()
    from onrecord.people.errors import NotSetUp
    from onrecord.people.models import Organisation

    try:
        return Organisation.current()
    except NotSetUp as error:
        raise ConfigError(str(error)) from error


def operator() -> Actor:
    """Return how the journal names whoever runs commands on this machine."""
    from onrecord.people.actions.access import OPERATOR

    return OPERATOR
