# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio
import sys
from dataclasses import replace

import click

from onrecord.config import django_setup


@click.group()
def command() -> None:
    """Try the mail relay, and take in mail that comes back."""


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
        is_taken, reply = asyncio.run(hand_over(address))
    except (DeliveryError, RouteDown, ValueError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{mail.relay_name()} answers: {reply}")
    if not is_taken:
        raise SystemExit(1)
    click.echo("It took the message. Whether it arrives is seen only in the mailbox; look among spam too.")


@command.command()
@click.option("--make", "selector", metavar="SELECTOR", help="Make a key first, named as 2026-11.")
@click.option("--ed25519", is_flag=True, help="With --make: an Ed25519 key beside the RSA key.")
def dkim(selector: str | None, ed25519: bool) -> None:
    """Show the DNS records with which receivers check our signatures; with --make, make a key.

    Leave it when the relay signs. A new key signs from the next start on: enter its record before.
    """
    django_setup.load()
    from onrecord.delivery import mail
    from onrecord.delivery.errors import DeliveryError
    from onrecord.delivery.mail import signing

    if not mail.sender():
        raise click.ClickException("ONRECORD_MAIL_FROM is empty. Set it: mail is signed for its domain.")
    try:
        if selector:
            signing.make(mail.own_name(), selector, edwards=ed25519)
        found = signing.signers(mail.own_name())
    except DeliveryError as error:
        raise click.ClickException(str(error)) from error
    for signer in found:
        click.echo(f"{signer.dns_name}. TXT")
        click.echo(f"    {signer.dns_text}")
    if not found:
        click.echo("There is no key: mail is not signed here. `onrecord mail dkim --make 2026-11` makes one.")


EX_OK, EX_NOUSER, EX_TEMPFAIL = 0, 67, 75
"""From sysexits.h: what mail servers understand."""


@command.command()
@click.argument("recipient", nargs=-1)
@click.option("--sender", default=None, help="The envelope sender; empty for mail of mail servers.")
def inbound(recipient: tuple[str, ...], sender: str | None) -> None:
    """Take in one message from standard input, which came back to RECIPIENT.

    For a mail server that pipes messages to a program. Ends with status 0 when the message is dealt with,
    with 67 when nobody reads it, and with 75, try again later, whatever else is the matter.
    """
    raise SystemExit(_take_in(recipient, sender))


def _take_in(recipients: tuple[str, ...], sender: str | None) -> int:
    try:
        django_setup.load()
        from onrecord.delivery.inbound.actions import Outcome, take_in
        from onrecord.delivery.inbound.lmtp import MOST_BYTES

        raw = sys.stdin.buffer.read(MOST_BYTES)
        outcome = take_in(raw, door="pipe", recipients=recipients, sender=sender)
    except Exception as error:  # the mail server keeps the message whatever it was
        click.echo(f"The message cannot be taken in now: {error}", err=True)
        return EX_TEMPFAIL
    if outcome == Outcome.UNREAD and sender:
        click.echo("Nobody reads this address. The newsroom's site says whom to write to.", err=True)
        return EX_NOUSER
    return EX_OK


async def hand_over(address: str) -> tuple[bool, str]:
    """Hand the relay a trial message; return whether it took it, and its words.

    Raises DeliveryError, RouteDown.
    """
    from onrecord.delivery import mail
    from onrecord.delivery.errors import BadRelay
    from onrecord.delivery.mail.dkim import signed
    from onrecord.delivery.mail.signing import signers
    from onrecord.delivery.mail.trial import trial
    from onrecord.delivery.models import State
    from onrecord.delivery.transports.anymail.transport import hand_over
    from onrecord.delivery.transports.smtp.client import open_connection

    relay = mail.relay()
    if relay is None:
        raise BadRelay("No mail relay is set. Set ONRECORD_MAIL_URL; docs/mail.md says how.")
    envelope = trial(address, sender=mail.sender(), host=mail.own_name())
    if isinstance(relay, mail.Service):
        settled = hand_over(relay, envelope)
        return settled.state == State.ACCEPTED, settled.reply
    envelope = replace(envelope, message=signed(envelope.message, signers(mail.own_name())))
    connection = await open_connection(relay, mail.own_name())
    try:
        reply = await connection.send(envelope)
        return reply.ok, str(reply)
    finally:
        await connection.quit()
