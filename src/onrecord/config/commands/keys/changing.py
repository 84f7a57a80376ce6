# SPDX-License-Identifier: Apache-2.0
"""`onrecord keys rotate | revoke | update`: each logs a register, which root keys then sign."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.config.commands.keys.roots import FILE
from onrecord.config.commands.keys.showing import finish, newsroom, operator
from onrecord.config.commands.progress import bar

if TYPE_CHECKING:
    from onrecord.record.models import Document

ROLES = {"release": ("release",), "log": ("log",), "both": ("release", "log")}


@click.command("rotate")
@click.argument("role", type=click.Choice(["release", "log", "federation"]))
@click.option("--label", default="", help="For a release key: whose it is, as press or mayor.")
@click.option("--add", is_flag=True, help="For a release key: the ones before stay in use as well.")
@click.option("--account", help="For keys of the fediverse: whose, as press. Otherwise the newsroom's own.")
@click.option("--root-key", "root_keys", type=FILE, multiple=True, help="Sign with it now. Repeatable.")
@click.option("--passphrase-file", type=FILE, help="Opens the root keys. Otherwise you are asked.")
def rotate(  # noqa: PLR0917 - click passes every option by name
    role: str,
    label: str,
    add: bool,
    account: str | None,
    root_keys: tuple[Path, ...],
    passphrase_file: Path | None,
) -> None:
    """Replace the release key, the log key, or the keys of an account in the fediverse by new ones.

    Nothing needs to be wrong for that. The old release key is deleted, and so are the old keys of an account.
    The old log key signs beside the new one for at least 30 days.
    """
    if account and role != "federation":
        raise click.UsageError("--account is for keys of the fediverse.")
    if role != "release" and (label or add):
        raise click.UsageError("--label and --add are for release keys.")
    if add and not label:
        raise click.UsageError("With --add, say with --label whose key it will be.")
    newsroom()
    from onrecord.federation import keyring
    from onrecord.record import rotation

    if role == "federation":
        document = _of_account(account, lambda name: keyring.rotate(name, by=operator()))
    elif role == "log":
        document = rotation.rotate_log_key(by=operator())
    elif add:
        document = rotation.add_release_key(label=label, by=operator())
    else:
        document = rotation.rotate_release_key(label=label, by=operator())
    click.echo(f"The new {role} key signs from now on. Put a copy of the keys into your backup of keys.")
    finish(document, root_keys, passphrase_file)


@click.command("revoke")
@click.argument("role", type=click.Choice([*ROLES, "federation"]))
@click.option("--reason", required=True, help="Why. Readers will see it in the register.")
@click.option("--account", help="For keys of the fediverse: whose, as press. Otherwise the newsroom's own.")
@click.option("--key", "key_id", default="", help="Its id, if it is not the one in use.")
@click.option(
    "--up-to", type=click.IntRange(0), help="The last leaf (release) or tree size (log) that is ours."
)
@click.option("--disown", type=click.IntRange(0), multiple=True, help="A leaf that is not ours. Repeatable.")
@click.option("--lost", is_flag=True, help="Nobody has the key, neither you nor a thief.")
@click.option("--root-key", "root_keys", type=FILE, multiple=True, help="Sign with it now. Repeatable.")
@click.option("--passphrase-file", type=FILE, help="Opens the root keys. Otherwise you are asked.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def revoke(  # noqa: PLR0917 - click passes every option by name
    role: str,
    reason: str,
    account: str | None,
    key_id: str,
    up_to: int | None,
    disown: tuple[int, ...],
    lost: bool,
    root_keys: tuple[Path, ...],
    passphrase_file: Path | None,
    yes: bool,
) -> None:
    """Close a key that was stolen or lost, and sign with a new one at once.

    This cannot be taken back. ROLE is the key that it is about: release, log, or both after a break-in, or
    federation. docs/keys.md has the whole drill.
    """
    if role == "federation" and (key_id or up_to is not None or disown or lost):
        raise click.UsageError("Of keys of the fediverse only --reason and --account can be given.")
    if account and role != "federation":
        raise click.UsageError("--account is for keys of the fediverse.")
    newsroom()
    from onrecord.proof.register import COMPROMISED, RETIRED
    from onrecord.record import erasures, rotation

    if not yes:
        click.echo(f"Readers will be told: {'lost' if lost else 'compromised'}: {reason}")
        click.confirm("This cannot be taken back. Close the key?", abort=True)
    if role == "federation":
        from onrecord.federation import keyring

        document = _of_account(account, lambda name: keyring.revoke(name, reason=reason, by=operator()))
        click.echo("The keys are closed, and new ones prove from now on: all objects are being baked anew.")
        finish(document, root_keys, passphrase_file)
        return
    document = rotation.revoke(
        ROLES[role],
        reason=reason,
        key_id=key_id,
        up_to=up_to,
        state=RETIRED if lost else COMPROMISED,
        by=operator(),
    )
    if disown:
        erased = erasures.erase(disown, reason=f"Not ours: {reason}", by=operator())
        click.echo(f"Entry {erased.leaf_index} of the log disowns {', '.join(map(str, disown))}.")
    click.echo("The key is closed. Put a copy of the new keys into your backup of keys, and delete the old.")
    finish(document, root_keys, passphrase_file)
    if disown or ("log" in ROLES[role] and not lost):
        from onrecord.bakery.actions import bake_all

        with bar("Baking everything again") as moved:
            bake_all(progress=moved)
        click.echo("Every proof on the site is made anew.")


def _of_account(account: str | None, change: Callable[[str], Document]) -> Document:
    """Change the keys of an account in the fediverse, of the newsroom's own if none is named."""
    from onrecord.federation import actors
    from onrecord.federation.errors import FederationError

    try:
        return change(account or actors.newsroom().name)
    except FederationError as error:
        raise click.ClickException(str(error)) from error


@click.command("update")
@click.option("--root-key", "root_keys", type=FILE, multiple=True, help="Sign with it now. Repeatable.")
@click.option("--passphrase-file", type=FILE, help="Opens the root keys. Otherwise you are asked.")
def update(root_keys: tuple[Path, ...], passphrase_file: Path | None) -> None:
    """Log a register if what it says has changed, and close log keys that were replaced 30 days ago.

    Needed once there are root keys; before, the program does it by itself.
    """
    newsroom()
    from onrecord.record import register, rotation

    rotation.tidy()
    logged = [
        document
        for document in (
            register.bring_up_to_date(by=operator()),
            rotation.close_log_keys(by=operator()),
            register.log_pending(by=operator()),
        )
        if document
    ]
    if not logged:
        click.echo("The register says what is so.")
        return
    finish(logged[-1], root_keys, passphrase_file)


@click.command("lock")
@click.option("--before", type=FILE, help="File with the passphrase so far, if the keys are locked already.")
def lock(before: Path | None) -> None:
    """Lock the files of release and log keys with ONRECORD_KEY_PASSPHRASE; unlock them if that is empty.

    Stop the program first and start it again afterwards, with the same passphrase.
    """
    newsroom()
    from onrecord.record import keys

    old = before.read_text(encoding="utf-8").strip() if before else ""
    for path in keys.lock(before=old):
        click.echo(f"{path} is rewritten.")
    click.echo("Put a copy of the keys into your backup of keys.")
