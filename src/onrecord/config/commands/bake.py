# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from dataclasses import asdict

import click

from onrecord.config import django_setup
from onrecord.config.commands.progress import bar


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Write JSON for a script to read.")
def command(as_json: bool) -> None:
    """Render the whole public site again.

    Readers notice nothing: each page is replaced in one step, and only if its bytes differ.
    """
    django_setup.load()
    from onrecord.bakery.actions import bake_all
    from onrecord.record.errors import RecordError

    try:
        with bar("Baking", quiet=as_json) as moved:
            baked = bake_all(progress=moved)
    except RecordError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(asdict(baked)))
        return
    click.echo(f"{baked.written} files written, {baked.unchanged} unchanged, {baked.removed} removed.")
