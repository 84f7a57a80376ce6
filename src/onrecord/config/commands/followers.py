# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import sys
from pathlib import Path

import click

from onrecord.config import django_setup

SHOWN = 50
"""Problems that are printed one by one."""


@click.group()
def command() -> None:
    """Bring followers along from a list, or write their list."""


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", required=True, help="Where the list comes from.")
@click.option("--legal-basis", required=True, help="Why these people may be written to.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def import_list(file: Path, source: str, legal_basis: str, dry_run: bool) -> None:
    """Let the people on a list follow: CSV with the columns email, languages, topics, frequency, language.

    Ends with status 1 if a line cannot be read; the others are imported all the same.
    """
    _load()
    from onrecord.followers import actions
    from onrecord.followers.errors import FollowersError
    from onrecord.people.actions.access import OPERATOR

    with file.open(encoding="utf-8-sig", newline="") as lines:
        try:
            total = max(sum(1 for _ in lines) - 1, 0)
            lines.seek(0)
            with click.progressbar(length=total, file=sys.stderr, label=file.name) as bar:
                outcome = actions.import_list(
                    lines,
                    source=source,
                    legal_basis=legal_basis,
                    by=OPERATOR,
                    dry_run=dry_run,
                    progress=bar.update,
                )
        except UnicodeDecodeError as error:
            raise click.ClickException(
                f"{file.name} is not in UTF-8. Save it as “CSV UTF-8” in your spreadsheet, then try again."
            ) from error
        except FollowersError as error:
            raise click.ClickException(str(error)) from error
    for line, problem in outcome.problems[:SHOWN]:
        click.echo(f"line {line}: {problem}", err=True)
    if len(outcome.problems) > SHOWN:
        click.echo(f"and {len(outcome.problems) - SHOWN} more lines that cannot be read", err=True)
    if outcome.ignored:
        click.echo(f"columns that mean nothing here: {', '.join(outcome.ignored)}", err=True)
    click.echo(
        f"{'would be added' if dry_run else 'added'}: {outcome.added}; known already: {outcome.known};"
        f" want no mail: {outcome.silent}; cannot be read: {len(outcome.problems)}"
    )
    if outcome.problems:
        raise SystemExit(1)


@command.command("export")
def export_list() -> None:
    """Write everybody who follows as CSV to standard output, in the columns that import reads."""
    _load()
    from onrecord.followers import actions
    from onrecord.people.actions.access import OPERATOR

    count = actions.export_list(sys.stdout, by=OPERATOR)
    click.echo(f"{count} followers", err=True)


def _load() -> None:
    django_setup.load()
    from onrecord.people.errors import NotSetUp
    from onrecord.people.models import Organisation

    try:
        Organisation.current()
    except NotSetUp as error:
        raise click.ClickException(str(error)) from error
