# SPDX-License-Identifier: Apache-2.0
"""The text that waits for its moment, exactly as it was approved or sealed. Nothing of it is kept twice."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onrecord.press.distributions.editions import family
from onrecord.statements.actions.approval import newest_edition
from onrecord.statements.actions.freezing import approved_text
from onrecord.statements.errors import Refused
from onrecord.statements.formats.edition import freeze_text
from onrecord.statements.models import PressContact, Progress, State, Statement


@dataclass(frozen=True, slots=True)
class Waiting:
    """A statement that waits under embargo: what its coming edition will be."""

    statement: Statement
    number: int
    until: datetime
    zone: str
    terms: str
    sealed: bool

    @property
    def language(self) -> str:
        """The language of the text."""
        return self.statement.language


@dataclass(frozen=True, slots=True)
class EarlyText:
    """What stands behind a link. `data` has the fields of an edition file that the writers fill in."""

    data: Mapping[str, Any]
    body_html: str
    contacts: Sequence[PressContact]
    seal: int | None
    """The place in the log of the commitment to it, if it is sealed."""


def waiting(statement: Statement) -> Waiting | None:
    """Return what waits under embargo of a statement, if anything does."""
    progress = _progress(statement.pk)
    if progress is None or not _waits(progress) or progress.release_at is None:
        return None
    newest = newest_edition(statement)
    return Waiting(
        statement=progress.statement,
        number=newest.number + 1 if newest else 1,
        until=progress.release_at,
        zone=progress.release_zone or "UTC",
        terms=progress.embargo_terms,
        sealed=progress.seal_id is not None,
    )


def waiting_family(statement: Statement) -> Mapping[str, Waiting]:
    """Return what waits of a statement and its translations, by language, the original first."""
    found = (waiting(one) for one in family(statement))
    return {one.language: one for one in found if one is not None}


def text_of(statement: Statement) -> EarlyText | None:
    """Return the text that waits; None if it waits no more, or is not the one that was approved."""
    progress = _progress(statement.pk)
    if progress is None or not _waits(progress):
        return None
    contacts = list(statement.contacts.all())
    if progress.seal is not None:
        data = json.loads(bytes(progress.seal.content))
        return EarlyText(data, progress.seal.body_html, contacts, progress.seal.leaf_index)
    try:
        text = approved_text(progress, freeze_text(statement))
    except Refused:
        return None
    return EarlyText(text.fields, text.body.html, contacts, None)


def _progress(statement: int) -> Progress | None:
    rows = Progress.objects.select_related("statement__locale", "seal")
    return rows.filter(statement=statement).first()


def _waits(progress: Progress) -> bool:
    """Tell whether it is not released. One whose moment has come waits for the clock, or for a person."""
    return progress.embargoed and progress.state in (State.SCHEDULED, State.OVERDUE)
