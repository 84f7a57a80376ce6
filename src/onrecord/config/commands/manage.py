# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import click

from onrecord.config import django_setup


@click.command(
    add_help_option=False, context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False}
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Run one of Django's own commands, as `onrecord manage showmigrations`."""
    django_setup.load()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["onrecord manage", *arguments])
