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
    """Say whose newsroom this is, and what known domains say about it."""


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Write JSON for a script to read.")
def show(as_json: bool) -> None:
    """Print what each known domain has to enter, and the newsroom's own names."""
    organisation = _organisation()
    from onrecord.identity.formats import did
    from onrecord.identity.keys import expected_record
    from onrecord.identity.webfinger import NEWSROOM
    from onrecord.proof import dns_record

    record = expected_record(organisation)
    shown = {
        "organisation": organisation.name,
        "site": organisation.address,
        "log": record.log,
        "root": record.root,
        "did": did.identifier(organisation.address),
        "webfinger": f"acct:{NEWSROOM}@{organisation.host}",
        "identifiers": organisation.register_numbers(),
        "domains": [
            {
                "domain": domain,
                "name": dns_record.name_for(domain),
                "text": record.to_text(),
                "trust.txt": f"control={organisation.address}/",
            }
            for domain in organisation.domains
        ],
    }
    if as_json:
        click.echo(json.dumps(shown, indent=2, ensure_ascii=False))
        return
    for name in ("organisation", "site", "log", "root", "did", "webfinger"):
        click.echo(f"{name:13} {shown[name] or 'no root keys yet'}")
    for number in organisation.register_numbers():
        click.echo(f"{'register':13} {number.get('register', number['scheme'])} {number['value']}")
    for domain in organisation.domains:
        click.echo(f"\n{domain} has to enter in DNS:")
        click.echo(f'    {dns_record.name_for(domain)}. IN TXT "{record.to_text()}"')
        click.echo(f"and in https://{domain}/.well-known/trust.txt:")
        click.echo(f"    control={organisation.address}/")
    if not organisation.domains:
        click.echo("\nNo domain is known yet: an administrator names it at the desk, under Identity.")


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Write JSON for a script to read.")
def check(as_json: bool) -> None:
    """Ask every known domain now whether it vouches for this newsroom.

    Ends with status 0 if the DNS of each does, with 1 if one does not, with 2 if one could not be asked
    or none is known.
    """
    _organisation()
    from onrecord.identity.actions import ask_domains
    from onrecord.identity.links import Outcome, Way
    from onrecord.identity.wording import sentence
    from onrecord.journal.events import Actor

    findings = ask_domains(by=Actor(id=None, name="the operator"))
    if as_json:
        members = ("domain", "way", "outcome", "detail", "trouble")
        click.echo(json.dumps([{name: getattr(one, name) for name in members} for one in findings], indent=2))
    else:
        for one in findings:
            click.echo(f"{one.domain}: {sentence(one)}")
        if not findings:
            click.echo("No domain is known yet: an administrator names it at the desk, under Identity.")
    in_dns = [one for one in findings if one.way == Way.DNS]
    unknown = not in_dns or any(one.trouble or one.outcome == Outcome.UNANSWERED for one in in_dns)
    wrong = any(not one.is_right and one.outcome != Outcome.UNANSWERED for one in in_dns)
    raise SystemExit(1 if wrong else 2 if unknown else 0)


def _organisation() -> Organisation:
    django_setup.load()
    from onrecord.people.errors import NotSetUp
    from onrecord.people.models import Organisation

    try:
        return Organisation.current()
    except NotSetUp as error:
        raise click.ClickException(str(error)) from error
