# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import csv
import sys
from pathlib import Path

import click

from onrecord.config import django_setup

SHOWN = 50
"""Pages that are printed one by one."""
FORMATS = ("disqus", "isso", "remark42", "wxr")


@click.group()
def command() -> None:
    """Bring comments along from another system, or write them to a file."""


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "format_", required=True, type=click.Choice(FORMATS), help="What wrote the file.")
@click.option("--source", default="", help="Name of where they come from. Without it: the format.")
@click.option(
    "--pages",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV with the columns page (there) and statement (its path here), where they differ.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def import_comments(file: Path, format_: str, source: str, pages: Path | None, dry_run: bool) -> None:
    """Bring comments along. Safe to repeat: each comes once. Nobody gets mail.

    Ends with status 1 if there are comments on pages that are no statement here.
    """
    _load()
    from onrecord.conversation import actions
    from onrecord.conversation.errors import ConversationError
    from onrecord.conversation.formats import FORMATS
    from onrecord.people.actions.access import OPERATOR

    try:
        with click.progressbar(length=0, file=sys.stderr, label=f"{file.name}: reading") as bar:
            found = []
            for one in FORMATS[format_](file):
                found.append(one)
                bar.update(1)
        with click.progressbar(length=len(found), file=sys.stderr, label=file.name) as bar:
            outcome = actions.import_comments(
                found,
                source=source or format_,
                pages=_pages(pages) if pages else {},
                by=OPERATOR,
                dry_run=dry_run,
                progress=bar.update,
            )
    except ConversationError as error:
        raise click.ClickException(str(error)) from error
    if not dry_run:
        actions.bake_threads(outcome.statements)
    for page, count in outcome.unmatched.most_common(SHOWN):
        click.echo(f"{page or '(no page)'}: no statement here; {count} comments", err=True)
    if len(outcome.unmatched) > SHOWN:
        click.echo(f"and {len(outcome.unmatched) - SHOWN} more pages that are no statement here", err=True)
    click.echo(
        f"{'would be added' if dry_run else 'added'}: {outcome.added}; known already: {outcome.known};"
        f" without words: {outcome.empty}; without a statement: {outcome.unmatched.total()}"
    )
    if outcome.unmatched:
        raise SystemExit(1)


@command.command("export")
def export_comments() -> None:
    """Write every confirmed comment as JSON Lines to standard output, with addresses: keep it private."""
    _load()
    from onrecord.conversation import actions
    from onrecord.people.actions.access import OPERATOR

    count = actions.export_comments(sys.stdout, by=OPERATOR)
    click.echo(f"{count} comments", err=True)


def _pages(file: Path) -> dict[str, str]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        if not {"page", "statement"} <= set(reader.fieldnames or ()):
            raise click.ClickException(f"{file.name} needs the columns page and statement.")
        return {row["page"].strip(): row["statement"].strip() for row in reader}


def _load() -> None:
    django_setup.load()
    from onrecord.people.errors import NotSetUp
    from onrecord.people.models import Organisation

    try:
        Organisation.current()
    except NotSetUp as error:
        raise click.ClickException(str(error)) from error
