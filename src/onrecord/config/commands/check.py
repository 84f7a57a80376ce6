# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import click

from onrecord.config import django_setup
from onrecord.config.errors import ConfigError

if TYPE_CHECKING:
    from django.core.checks import CheckMessage


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Write JSON for a script to read.")
@click.option(
    "--mail",
    "address",
    is_flag=False,
    flag_value="",
    metavar="[ADDRESS]",
    help="Also look at mail as others see it, over the network; send a message to ADDRESS if there is one.",
)
@click.option(
    "--federation",
    is_flag=True,
    help="Also look at this newsroom from outside, as another server of the fediverse would.",
)
def command(as_json: bool, address: str | None, federation: bool) -> None:
    """Say what is wrong with this newsroom and how to mend it.

    Ends with status 1 when something is wrong, and with 0 when there are at most warnings.
    """
    try:
        django_setup.load()
    except ConfigError as error:
        if not as_json:
            raise
        unusable = {"id": "onrecord.E012", "level": "error", "message": str(error), "mend": None}
        click.echo(json.dumps([unusable], indent=2))
        raise SystemExit(1) from error
    from django.core import checks

    messages = checks.run_checks(include_deployment_checks=True, databases=["default"])
    if address is not None:
        from onrecord.config import mail_checks

        messages += mail_checks.problems()
        messages += _test_message(address) if address else []
    if federation:
        from onrecord.federation.checks import looking

        messages += looking.problems()
    found = sorted(messages, key=lambda message: -message.level)
    errors = [message for message in found if message.is_serious() and not message.is_silenced()]
    if as_json:
        click.echo(
            json.dumps([_described(message) for message in found if not message.is_silenced()], indent=2)
        )
    else:
        for message in found:
            if not message.is_silenced():
                _print(message)
        click.echo(_summed_up(len(errors)))
    raise SystemExit(1 if errors else 0)


def _summed_up(errors: int) -> str:
    match errors:
        case 0:
            return "Nothing is wrong."
        case 1:
            return "One thing has to be mended."
    return f"{errors} things have to be mended."


def _test_message(address: str) -> list[CheckMessage]:
    """Hand the relay a message; say what it answers."""
    from django.core.checks import Error, Info

    from onrecord.config.commands.mail import hand_over
    from onrecord.delivery.errors import DeliveryError, RouteDown

    try:
        is_taken, reply = asyncio.run(hand_over(address))
    except (DeliveryError, RouteDown, ValueError) as error:
        is_taken, reply = False, str(error)
    if not is_taken:
        hint = "docs/mail.md says what the parts of ONRECORD_MAIL_URL mean."
        return [Error(f"The test message was not taken: {reply}", hint=hint, id="mail.E014")]
    hint = "Whether it arrives is seen only in the mailbox; look among spam too."
    return [Info(f"The relay took the test message: {reply}", hint=hint, id="mail.I015")]


def _described(message: object) -> dict[str, object]:
    from django.core.checks import ERROR, WARNING, CheckMessage

    assert isinstance(message, CheckMessage)  # noqa: S101 - narrows the type
    level = "error" if message.level >= ERROR else "warning" if message.level >= WARNING else "note"
    return {"id": message.id, "level": level, "message": str(message.msg), "mend": message.hint}


def _print(message: object) -> None:
    described = _described(message)
    click.secho(f"{described['level']} {described['id']}: ", bold=True, nl=False)
    click.echo(described["message"])
    if described["mend"]:
        click.echo(f"    {described['mend']}")
