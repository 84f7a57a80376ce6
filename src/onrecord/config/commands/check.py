# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json

import click

from onrecord.config import django_setup


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Write JSON for a script to read.")
def command(as_json: bool) -> None:
    """Say what is wrong with this newsroom and how to mend it.

    Ends with status 1 when something is wrong, and with 0 when there are at most warnings.
    """
    django_setup.load()
    from django.core import checks

    messages = checks.run_checks(include_deployment_checks=True, databases=["default"])
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
        click.echo("Nothing is wrong." if not errors else f"{len(errors)} things have to be mended.")
    raise SystemExit(1 if errors else 0)


def _described(message: object) -> dict[str, object]:
    from django.core.checks import ERROR, CheckMessage

    assert isinstance(message, CheckMessage)  # noqa: S101 - narrows the type
    level = "error" if message.level >= ERROR else "warning"
    return {"id": message.id, "level": level, "message": str(message.msg), "mend": message.hint}


def _print(message: object) -> None:
    described = _described(message)
    click.secho(f"{described['level']} {described['id']}: ", bold=True, nl=False)
    click.echo(described["message"])
    if described["mend"]:
        click.echo(f"    {described['mend']}")
