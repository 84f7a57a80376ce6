# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from onrecord.config import django_setup

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def command() -> None:
    """Write what the law wants filed about moderation, and check it."""


@command.command()
@click.option("--year", required=True, type=int, help="Which calendar year.")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The directory to write to.",
)
def report(year: int, out: Path) -> None:
    """Write the transparency report about a year: eleven CSV files.

    Nothing is written, and status 1, if a sum does not add up; each is named with both figures.
    """
    django_setup.load()
    from onrecord.moderation.errors import ModerationError
    from onrecord.moderation.filing import actions
    from onrecord.moderation.formats.transparency_report import Inconsistent
    from onrecord.people.errors import NotSetUp

    try:
        files = actions.make_report(year)
    except (ModerationError, Inconsistent, NotSetUp) as error:
        raise click.ClickException(str(error)) from error
    _write(files, out)


@command.command("check-report")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
def check_report(directory: Path) -> None:
    """Check a transparency report that anybody has written: eleven CSV files in a directory.

    Status 1 if it does not follow the template, or does not add up.
    """
    django_setup.load()
    from onrecord.moderation.formats.transparency_report import Sheet, check, templates

    found = [directory / f"{sheet.name}.csv" for sheet in templates.blank()]
    missing = [path.name for path in found if not path.is_file()]
    if missing:
        raise click.ClickException(f"{', '.join(missing)} is not in {directory}.")
    sheets = [Sheet.read(path.stem, path.read_bytes().decode("utf-8-sig")) for path in found]
    problems = check(sheets)
    for problem in problems:
        click.echo(str(problem))
    if problems:
        raise SystemExit(1)
    click.echo("It follows the template, and every sum adds up.")


@command.command("statements-of-reasons")
@click.option("--since", required=True, type=DAY, help="The first day, as 2026-01-01.")
@click.option("--until", required=True, type=DAY, help="The last day.")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The directory to write to.",
)
def statements_of_reasons(since: datetime, until: datetime, out: Path) -> None:
    """Write statements of reasons as the DSA Transparency Database takes them, a hundred in each file.

    Only where the newsroom is an online platform. Nothing is written, and status 1, if the database would
    refuse one of them.
    """
    django_setup.load()
    from onrecord.moderation.errors import ModerationError
    from onrecord.moderation.filing import actions
    from onrecord.moderation.formats.statements_of_reasons import Refused
    from onrecord.people.actions.access import OPERATOR
    from onrecord.people.errors import NotSetUp

    try:
        files = actions.export_statements(since.date(), until.date(), by=OPERATOR)
    except (ModerationError, Refused, NotSetUp) as error:
        raise click.ClickException(str(error)) from error
    _write(files, out)


def _write(files: dict[str, bytes], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (out / name).write_bytes(content)
    click.echo(f"{len(files)} files are in {out}")
