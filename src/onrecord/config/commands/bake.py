# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import click

from onrecord.config import django_setup
from onrecord.config.commands.progress import bar


@click.command()
def command() -> None:
    """Render the whole public site again.

    Readers notice nothing: each page is replaced in one step, and only if its bytes differ.
    """
    django_setup.load()
    from onrecord.bakery.actions import bake_all
    from onrecord.record.errors import RecordError

    try:
        with bar("Baking") as moved:
            baked = bake_all(progress=moved)
    except RecordError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{baked.written} files written, {baked.unchanged} unchanged, {baked.removed} removed.")
