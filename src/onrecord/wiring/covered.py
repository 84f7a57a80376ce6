# SPDX-License-Identifier: Apache-2.0
"""What follows about coverage: quotes of the fediverse become candidates, pages show what was confirmed."""

from __future__ import annotations

from onrecord.bakery import actions as bakery
from onrecord.federation.models import Interaction
from onrecord.journal.models import Entry
from onrecord.press.coverage import actions, pages, tasks, verifying
from onrecord.press.coverage.actions import Suggestion
from onrecord.press.models import CoveragePolicy, CoverageSource


def suggest_quote(entry: Entry) -> None:
    """Let a press officer look at a quote of a statement in the fediverse."""
    quote = Interaction.objects.select_related("by__host").filter(pk=_number(entry)).first()
    if quote is None or quote.ended_at is not None:
        return
    account = f"@{quote.by.handle}@{quote.by.host.name}" if quote.by.handle else quote.by.host.name
    actions.suggest(
        Suggestion(
            url=quote.uri,
            statement=entry.data["statement_id"],
            source=CoverageSource.FEDIVERSE,
            headline=account,
            outlet=quote.by.host.name,
        )
    )


def drop_quote(entry: Entry) -> None:
    """Let a quote go whose stamp was taken back."""
    row = actions.known_at(entry.data["uri"])
    if row is not None and row.source == CoverageSource.FEDIVERSE:
        actions.page_gone(row)


def bake_statements(entry: Entry) -> None:
    """Show on the pages of statements what counts now, if the newsroom shows it at all."""
    if CoveragePolicy.current().is_public:
        bakery.bake(pages.keys_of(entry.data["statements"]))


def bake_policy(_entry: Entry) -> None:
    """Show, or show no more, what was chosen: each statement's page says where Webmentions go."""
    bakery.bake_all()


def forget_coverage(_entry: Entry) -> None:
    """Forget what was about erased statements alone, with the copies of its pages."""
    while actions.forget_without_statements():
        pass


def verify_mentions() -> None:
    """Kick the task that looks at Webmentions, if one waits."""
    if verifying.anything_due():
        tasks.verify_mentions.enqueue()


def fetch_pages() -> None:
    """Kick the task that fetches pages, if one was asked for."""
    if actions.anything_to_fetch():
        tasks.fetch_pages.enqueue()


def _number(entry: Entry) -> int:
    return int(entry.subject.partition("/")[2])
