# SPDX-License-Identifier: Apache-2.0
"""What a person reads before a decision, and where an edition is on its way out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from onrecord.journal.models import Entry, Reaction, ReactionState
from onrecord.people.models import Organisation
from onrecord.record.witnesses import standing, wording
from onrecord.record.witnesses.standing import State
from onrecord.statements import events
from onrecord.statements.actions.addresses import address_of
from onrecord.statements.errors import WrongState
from onrecord.statements.formats.body import FrozenBody
from onrecord.statements.formats.edition import freeze_text, text_digest
from onrecord.statements.models import Edition, Statement
from onrecord.statements.pages import languages
from onrecord.statements.pages.comparison import Comparison, compare_editions
from onrecord.statements.pages.preview import self_contained


@dataclass(frozen=True)
class Proof:
    """A text as it would be, or was, frozen; `changes` is the comparison with the edition before."""

    fields: Mapping[str, Any]
    body_html: SafeString
    dated: str
    direction: str
    lang: str
    changes: Comparison | None
    against: int | None

    @property
    def digest(self) -> str:
        """What stands for the text."""
        return text_digest(self.fields)


def proof_of(statement: Statement, newest: Edition | None) -> Proof:
    """Return a draft as it would be frozen, beside the newest edition."""
    text = freeze_text(statement)
    return _proof(text.fields, _with_files(text.body), newest)


def proof_of_edition(edition: Edition) -> Proof:
    """Return a published edition beside the one before it."""
    before = Edition.objects.filter(statement=edition.statement_id, number=edition.number - 1).first()
    return _proof(edition.data, edition.body_html, before)


def proof_of_withdrawn(edition: Edition) -> Proof:
    """Return the text that a withdrawal repeats: the newest edition's, whatever the draft says since."""
    return _proof(edition.data, edition.body_html, None)


def address_before_release(statement: Statement) -> str | None:
    """Return where a draft would stand for good if it were released now; None while nobody can say."""
    try:
        path = address_of(statement).path
    except WrongState:  # the original is not released, or something was erased there
        return None
    return f"{Organisation.current().address}{path}"


def _with_files(body: FrozenBody) -> str:
    """Let pictures and files be looked at before they have a public address."""
    markup = self_contained(body)
    for file in body.files:
        here = reverse("desk_media", args=[f"frozen/{file.sha256[:2]}/{file.sha256}"])
        markup = markup.replace(f'href="{file.path}" download', f'href="{here}" download="{file.name}"')
    return markup


def _proof(fields: Mapping[str, Any], body_html: str, before: Edition | None) -> Proof:
    return Proof(
        fields=fields,
        body_html=mark_safe(body_html),  # noqa: S308  # cleaned when it was frozen, see formats/body.py
        dated=languages.full_date(date.fromisoformat(fields["dated"]), fields["lang"]),
        direction=languages.direction(fields["lang"]),
        lang=languages.html_code(fields["lang"]),
        changes=compare_editions(before.data, fields) if before else None,
        against=before.number if before else None,
    )


@dataclass(frozen=True)
class Going:
    """How far an edition has come; `trouble` says why no further, `again_at` when it is tried next."""

    released_at: datetime
    leaf_index: int | None
    published_at: datetime | None
    path: str
    trouble: str
    again_at: datetime | None
    witnesses: str
    witnessed: bool

    @property
    def done(self) -> bool:
        """Tell whether it can be read."""
        return self.published_at is not None


def going_out(edition: Edition) -> Going:
    """Return how far an edition has come on its way from the desk to its readers."""
    stuck = _stuck(edition)
    confirmed = standing.standing(edition.leaf_index)
    return Going(
        released_at=edition.released_at,
        leaf_index=edition.leaf_index,
        published_at=edition.published_at,
        path=f"{edition.statement.publication.path}{edition.number}",
        trouble=stuck.last_error if stuck else "",
        again_at=stuck.due_at if stuck and stuck.state != ReactionState.FAILED else None,
        witnesses=wording.told(confirmed),
        witnessed=confirmed.state is State.WITNESSED,
    )


def _stuck(edition: Edition) -> Reaction | None:
    """Return the first thing that should have followed the release, or the publication, and has failed."""
    entries = Entry.objects.filter(
        subject=f"statement/{edition.statement_id}",
        event__in=[events.Released.name, events.Sequenced.name, events.Published.name],
        data__edition_id=edition.pk,
    )
    return (
        Reaction.objects.filter(entry_id__in=list(entries.values_list("pk", flat=True)))
        .exclude(state=ReactionState.DONE)
        .exclude(last_error="")
        .order_by("pk")
        .first()
    )
