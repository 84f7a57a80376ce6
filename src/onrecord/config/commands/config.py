# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import sys

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from onrecord.config.environment import Given, given


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Write JSON for a script to read.")
def command(as_json: bool) -> None:
    """Show every setting, its value and where that came from; secrets are masked."""
    settings = [one for one in given() if not one.setting.tests_only]
    if as_json:
        click.echo(json.dumps({one.setting.name: _described(one) for one in settings}, indent=2))
    elif sys.stdout.isatty():
        _print_table(settings)
    else:
        for one in settings:
            click.echo(f"{one.setting.name}={_text(one)}  # {one.source}")


def _described(one: Given) -> dict[str, object]:
    return {
        "value": one.shown,
        "source": one.source,
        "default": one.setting.default,
        "help": one.setting.help,
    }


def _print_table(settings: list[Given]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("setting", "value", "source", "what it is"):
        table.add_column(heading, overflow="fold")
    for one in settings:
        # Values are shown as they are: rich would take what stands in brackets for a colour.
        table.add_row(*map(Text, (one.setting.name, _text(one) or "(empty)", one.source, one.setting.help)))
    Console().print(table)


def _text(one: Given) -> str:
    return str(one.shown).lower() if isinstance(one.value, bool) else str(one.shown)
