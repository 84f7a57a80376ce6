# SPDX-License-Identifier: Apache-2.0
"""`onrecord federation`: accounts that move, and their followers (docs/fediverse.md)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from onrecord.config import django_setup
from onrecord.config.commands.progress import bar

if TYPE_CHECKING:
    from onrecord.federation.models import Actor

SHOWN = 50
"""Problems that are printed one by one."""


class Federation(click.Group):
    """Says in a sentence what was refused."""

    def invoke(self, ctx: click.Context) -> object:
        from onrecord.federation.errors import FederationError

        try:
            return super().invoke(ctx)
        except FederationError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Federation)
def command() -> None:
    """Move accounts in the fediverse, and take their followers along."""


@command.command()
@click.argument("account")
@click.argument("target")
@click.option("--yes", is_flag=True, help="Do not ask.")
def move(account: str, target: str, yes: bool) -> None:
    """Ask all who follow ACCOUNT to follow TARGET: an account of the newsroom, or @name@host elsewhere.

    An account elsewhere has to name this one first, as where it moves from.
    """
    actor = _account(account)
    from onrecord.federation.moving import actions
    from onrecord.people.actions import OPERATOR

    if not yes:
        click.confirm(
            f"Everybody who follows @{actor.name} will be asked to follow {target}. Go on?", abort=True
        )
    moved = actions.move(actor, target, by=OPERATOR)
    click.echo(f"@{moved.name} has moved to {moved.moved_to}. Its followers are told within a minute.")


@command.command("take-back")
@click.argument("account")
def take_back(account: str) -> None:
    """Let ACCOUNT no longer say that it has moved. Whoever went stays away."""
    actor = _account(account)
    from onrecord.federation.moving import actions
    from onrecord.people.actions import OPERATOR

    actions.take_back(actor, by=OPERATOR)
    click.echo(f"@{actor.name} can be followed again.")


@command.command()
@click.argument("account")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def rename(account: str, name: str, yes: bool) -> None:
    """Give ACCOUNT another NAME: a new account, to which the followers of the old one are moved."""
    actor = _account(account)
    from onrecord.federation.moving import actions
    from onrecord.people.actions import OPERATOR

    if not yes:
        click.confirm(
            f"Everybody who follows @{actor.name} will be asked to follow @{name}. Go on?", abort=True
        )
    made = actions.rename(actor, name, by=OPERATOR)
    click.echo(f"@{made.name} follows on @{actor.name}. Followers are told within a minute.")


@command.command()
@click.argument("account")
@click.argument("was", nargs=-1)
def origins(account: str, was: tuple[str, ...]) -> None:
    """Say which accounts elsewhere ACCOUNT was: all of them, as @name@host. Their followers can move here.

    Without any, show those that are named. Then start the move where the old account is.
    """
    actor = _account(account)
    from onrecord.federation.moving import actions
    from onrecord.people.actions import OPERATOR

    if was:
        actor = actions.name_origins(actor, was, by=OPERATOR)
    for address in actor.also_known_as:
        click.echo(address)


@command.command()
@click.option(
    "--export", "out", type=click.Path(dir_okay=False, path_type=Path), help="Write them to a file."
)
@click.option(
    "--import",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Bring them along from a file that another installation of the same accounts exported.",
)
@click.option("--account", help="Export the followers of this account alone.")
@click.option("--dry-run", is_flag=True, help="Only say what an import would do.")
def followers(out: Path | None, file: Path | None, account: str | None, dry_run: bool) -> None:
    """Write who follows in the fediverse as CSV, or bring followers along from such a file.

    An import ends with status 1 if a line cannot be taken; the others are imported all the same.
    """
    if (out is None) == (file is None):
        raise click.UsageError("Give --export or --import, and a file.")
    _load()
    from onrecord.federation.moving import followers as lists
    from onrecord.people.actions import OPERATOR

    if out is not None:
        actor = _account(account) if account else None
        with out.open("w", encoding="utf-8", newline="") as written:
            count = lists.export(written, by=OPERATOR, actor=actor)
        click.echo(f"{count} followers are in {out}.")
        return
    if file is not None:
        _import(file, dry_run)


def _import(file: Path, dry_run: bool) -> None:
    from onrecord.federation.moving import followers as lists
    from onrecord.people.actions import OPERATOR

    with file.open(encoding="utf-8-sig", newline="") as lines:
        total = max(sum(1 for _ in lines) - 1, 0)
        lines.seek(0)
        with click.progressbar(length=total, file=sys.stderr, label=file.name) as moved:
            outcome = lists.bring(lines, by=OPERATOR, dry_run=dry_run, progress=moved.update)
    for line, problem in outcome.problems[:SHOWN]:
        click.echo(f"line {line}: {problem}", err=True)
    if outcome.refused > SHOWN:
        click.echo(f"and {outcome.refused - SHOWN} more lines that cannot be taken", err=True)
    click.echo(
        f"{'would be added' if dry_run else 'added'}: {outcome.added}; known already: {outcome.known};"
        f" have left here: {outcome.left}; cannot be taken: {outcome.refused}"
    )
    if outcome.refused:
        raise SystemExit(1)


@command.command("change-domain")
@click.argument("address", required=False)
@click.option("--tell", is_flag=True, help="Step 3: check both hosts, and send the Moves.")
@click.option("--status", is_flag=True, help="Say who was told, and who came over.")
@click.option("--folder", is_flag=True, help="Write the folders for former hosts again.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def change_domain(address: str | None, tell: bool, status: bool, folder: bool, yes: bool) -> None:
    """Move the whole newsroom to ADDRESS, as https://news.example.org, and its followers with it.

    In three steps: 1. `change-domain ADDRESS` changes the address, opens an account there for each of today's
    and writes a folder for the old host. 2. Serve the site at ADDRESS, and the folder at the old host, as it
    says. 3. `change-domain --tell` looks whether both can be read, and tells all followers.
    """
    if sum((address is not None, tell, status, folder)) != 1:
        raise click.UsageError("Give the new address, or one of --tell, --status and --folder.")
    _load()
    if address is not None:
        _change(address, yes)
    elif tell:
        _tell()
    elif folder:
        _write_folders()
    if status or tell:
        _print_standing()


def _change(address: str, yes: bool) -> None:
    from onrecord.bakery.actions import bake_all
    from onrecord.federation import actors
    from onrecord.federation.moving import domain
    from onrecord.people.actions import OPERATOR

    old = actors.base()
    if not yes:
        click.echo(
            f"The site will have the address {address} instead of {old}. Accounts in the fediverse get"
            " successors there; nobody is told before you say so. It cannot be taken back."
        )
        click.confirm("Go on?", abort=True)
    left = domain.change(address, by=OPERATOR)
    with bar("Baking") as moved:
        bake_all(progress=moved)
    for actor in left:
        click.echo(f"{actors.handle_of(actor)} is followed by {actor.moved_to}.")
    _write_folders()
    _print_serving(old, actors.base())


def _write_folders() -> None:
    from onrecord.federation.moving import outpost

    for base in outpost.former_bases():
        with bar(base) as moved:
            count = outpost.write(base, progress=moved)
        click.echo(f"{count} files for {base} are in {outpost.folder_of(base)}.")


def _print_serving(old: str, new: str) -> None:
    from onrecord.federation.moving import outpost

    click.echo(
        f"""
Now let {urlsplit(old).netloc} serve that folder; everything else leads to the new address. For Caddy:

{urlsplit(old).netloc} {{
    root * {outpost.folder_of(old)}
    @inbox path /ap/inbox /ap/actors/*/inbox /ap/followers/*
    handle @inbox {{
        reverse_proxy <address and port of the program>
    }}
    @said path /ap/*
    handle @said {{
        header Content-Type application/activity+json
        file_server
    }}
    handle {{
        redir {new}{{uri}}
    }}
}}

Then: onrecord federation change-domain --tell"""
    )


def _tell() -> None:
    from onrecord.federation import actors
    from onrecord.federation.moving import domain

    problems = [problem for actor in domain.former() for problem in domain.check(actor)]
    if problems:
        raise click.ClickException("Nobody is told yet. " + " ".join(problems))
    for actor in domain.former():
        if domain.tell(actor) is not None:
            click.echo(f"The followers of {actors.handle_of(actor)} are being told.")


def _print_standing() -> None:
    from onrecord.federation import actors
    from onrecord.federation.moving import domain, telling

    for actor in domain.former():
        standing = telling.standing(actor)
        told = ", ".join(f"{count} {state}" for state, count in sorted(standing.told.items())) or "nobody yet"
        came = "" if standing.came is None else f"; {standing.came} came over"
        click.echo(f"{actors.handle_of(actor)}: told: {told}; {standing.following} follow it still{came}")


def _account(name: str) -> Actor:
    _load()
    from onrecord.federation import actors
    from onrecord.federation.errors import FederationError
    from onrecord.federation.models import Actor

    actors.newsroom()  # made at first use
    found = Actor.objects.filter(name=name.removeprefix("@")).first()
    if found is None:
        names = ", ".join(Actor.objects.order_by("name").values_list("name", flat=True))
        raise FederationError(f"There is no account {name!r} here. There are: {names}.")
    return found


def _load() -> None:
    django_setup.load()
    from onrecord.people.errors import NotSetUp
    from onrecord.people.models import Organisation

    try:
        Organisation.current()
    except NotSetUp as error:
        raise click.ClickException(str(error)) from error
