# SPDX-License-Identifier: Apache-2.0
"""Short ways to a statement in some state, through the same actions as everybody."""

from __future__ import annotations

from typing import Any

from wagtail.models import Locale

from onrecord.people.models import User
from onrecord.statements import actions
from onrecord.statements.models import Edition, Statement

WORDS = "<p>The water in Elmford is safe to drink. We tested it on Monday.</p>"


def write(by: User, *, title: str = "Water is safe to drink", body: Any = None, **fields: Any) -> Statement:
    """Return a saved draft with one paragraph."""
    locale, _created = Locale.objects.get_or_create(language_code=fields.pop("language", "en"))
    statement = Statement(
        title=title,
        summary=fields.pop("summary", "The town tested the water on Monday and found it safe."),
        body=body or [("paragraph", WORDS)],
        locale=locale,
        **fields,
    )
    return actions.save_draft(statement, by=by)


def approved(writer: User, editor: User, **fields: Any) -> Statement:
    """Return a statement that somebody else has approved."""
    statement = write(writer, **fields)
    actions.submit(statement, by=writer)
    actions.approve(statement, by=editor)
    return statement


def released(writer: User, editor: User, **fields: Any) -> Edition:
    """Return the first edition of an approved statement."""
    statement = approved(writer, editor, **fields)
    edition = actions.release(statement, by=editor)
    edition.refresh_from_db()
    return edition


def corrected(edition: Edition, writer: User, editor: User, words: str) -> Edition:
    """Return a correction of a statement."""
    statement = Statement.objects.get(pk=edition.statement_id)
    statement.body = [("paragraph", f"<p>{words}</p>")]
    actions.save_draft(statement, by=writer)
    actions.submit(statement, by=writer, change="correction", change_note="The day was wrong.")
    actions.approve(statement, by=editor)
    return actions.release(statement, by=editor)
