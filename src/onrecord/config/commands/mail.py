# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio

import click

from onrecord.config import django_setup


@click.group()
def command() -> None:
    """Try the mail relay."""


@command.command()
@click.argument("address")
def test(address: str) -> None:
    """Send a message to ADDRESS and show what the relay answers.

    Ends with status 0 when the relay took it, and with 1 when it did not.
    """
    django_setup.load()
    from onrecord.delivery import mail
    from onrecord.delivery.errors import DeliveryError, RouteDown

    try:
        reply = asyncio.run(_hand_over(address))
    except (DeliveryError, RouteDown, ValueError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{mail.relay_name()} answers: {reply}")
    if not reply.startswith("2"):
        raise SystemExit(1)
    click.echo("It took the message. Whether it arrives is seen only in the mailbox; look among spam too.")


async def _hand_over(address: str) -> str:
    from onrecord.delivery import mail
    from onrecord.delivery.errors import BadRelay
    from onrecord.delivery.mail.trial import trial
    from onrecord.delivery.transports.smtp.client import open_connection

    relay = mail.relay()
    if relay is None:
        raise BadRelay("No mail relay is set. Set ONRECORD_MAIL_URL; docs/mail.md says how.")
    envelope = trial(address, sender=mail.sender(), host=mail.own_name())
    connection = await open_connection(relay, mail.own_name())
    try:
        refusal = await connection.offer(envelope)
        if refusal is not None:
            return str(refusal)
        taken, _ = await connection.send_body(envelope, None)
        return str(taken)
    finally:
        await connection.quit()
