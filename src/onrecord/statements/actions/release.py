# SPDX-License-Identifier: Apache-2.0
"""Release: the one place where a draft becomes an edition, by a person or by the clock."""

from __future__ import annotations

import base64
import logging
import secrets
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK, Actor
from onrecord.people.models import Organisation, User
from onrecord.people.roles import Right, require
from onrecord.proof.edition import commitment
from onrecord.record import guard
from onrecord.record.errors import RecordError
from onrecord.statements import events
from onrecord.statements.actions.addresses import address_of, file_under_topics, publish_at
from onrecord.statements.actions.approval import (
    MAY_BE_SUBMITTED,
    check_complete,
    expect,
    is_writer,
    locked_progress,
    newest_edition,
    set_change,
    writers_of,
)
from onrecord.statements.errors import (
    Incomplete,
    Late,
    LogUnfit,
    NotYetLogged,
    Refused,
    TextChanged,
    WrongState,
)
from onrecord.statements.formats.body import FrozenBody
from onrecord.statements.formats.edition import (
    TEXT_FIELDS,
    Frame,
    Text,
    edition_bytes,
    freeze_text,
)
from onrecord.statements.models import Asset, Change, Edition, Progress, State, Statement

logger = logging.getLogger(__name__)

LATE_AFTER = timedelta(hours=2)
"""A scheduled release that is later than this waits for a person: the moment may have passed."""
RELEASABLE = frozenset({State.APPROVED, State.SCHEDULED, State.OVERDUE})


@transaction.atomic
def schedule(
    statement: Statement, *, by: User, at: datetime, zone: str, embargoed: bool = False, terms: str = ""
) -> Progress:
    """Set the moment at which an approved text is released: `at` with a zone, `zone` an IANA name."""
    require(by, Right.WRITE)
    progress = locked_progress(statement)
    expect(progress, RELEASABLE, _("scheduled"))
    _check_moment(at, zone)
    progress.state = State.SCHEDULED
    progress.release_at, progress.release_zone, progress.release_by = at, zone, by
    progress.embargoed, progress.embargo_terms = embargoed, terms.strip()
    progress.save()
    journal.write(
        events.Scheduled(
            subject=statement.subject,
            at=at.astimezone(ZoneInfo("UTC")).isoformat(),
            zone=zone,
            embargoed=embargoed,
        ),
        by=by.as_actor(),
    )
    return progress


@transaction.atomic
def unschedule(statement: Statement, *, by: User) -> Progress:
    """Take the moment of release back; the approval stays."""
    require(by, Right.WRITE)
    progress = locked_progress(statement)
    expect(progress, {State.SCHEDULED, State.OVERDUE}, _("unscheduled"))
    progress.state = State.APPROVED
    progress.release_at, progress.release_by, progress.release_zone = None, None, ""
    progress.embargoed, progress.embargo_terms = False, ""
    progress.save()
    journal.write(events.Unscheduled(subject=statement.subject), by=by.as_actor())
    return progress


def release(statement: Statement, *, by: User) -> Edition:
    """Freeze the approved text as the next edition and send it on its way: record, site, announcement.

    Refuses a text that is not exactly the one approved. When this returns, the edition is committed; in
    the ordinary case it is logged and readable too, and if not, the worker sees to it.
    """
    require(by, Right.WRITE)
    return _release(statement, by=by, actor=by.as_actor())


def publish_now_review_after(
    statement: Statement, *, by: User, change: str = "", change_note: str = ""
) -> Edition:
    """Release an unapproved text at once, at the word of one editor.

    An editor who had no hand in the text has thereby approved it. Otherwise the edition is marked until
    somebody else has reviewed it.
    """
    require(by, Right.APPROVE)
    check_log()
    text = freeze_text(statement)
    with transaction.atomic():
        progress = locked_progress(statement)
        expect(progress, MAY_BE_SUBMITTED | {State.SUBMITTED}, _("published now"))
        check_complete(statement)
        if progress.state != State.SUBMITTED or change:
            set_change(progress, statement, change=change, change_note=change_note)
        if progress.withdrawing:
            text = _text_of_newest(statement)
        progress.digest, progress.approved_by, progress.approved_at = text.digest, None, None
        if not is_writer(progress, by):
            progress.approved_by, progress.approved_at = by, timezone.now()
            journal.write(
                events.Approved(subject=statement.subject, digest=text.digest, sole_editor=False),
                by=by.as_actor(),
            )
        return _freeze(progress, text, by=by, actor=by.as_actor())


def release_due() -> int:
    """Release every scheduled statement whose moment has come, and return how many there were.

    One that fails does not stop the others: it waits, marked, for a person; so does one that is more than
    two hours late.
    """
    released = 0
    now = timezone.now()
    due = Progress.objects.filter(state=State.SCHEDULED, release_at__lte=now).order_by("release_at", "pk")
    for progress in due.select_related("statement__locale", "release_by"):
        moment, person = progress.release_at, progress.release_by
        if moment is None or person is None:
            continue
        try:
            if now - moment > LATE_AFTER:
                _mark_overdue(
                    progress, events.Overdue(subject=progress.statement.subject, at=moment.isoformat())
                )
            else:
                _release(progress.statement, by=person, actor=CLOCK, only_if_scheduled_for=moment)
                released += 1
        except Refused as refusal:
            _mark_overdue(
                progress, events.ReleaseRefused(subject=progress.statement.subject, reason=str(refusal))
            )
        except Exception:  # the others must not wait for this one; the next tick tries again
            logger.exception("scheduled release of %s failed", progress.statement.subject)
    return released


def check_log() -> None:
    """Refuse to freeze anything while the record here does not continue the one that readers have seen."""
    try:
        guard.refuse_fork()
    except RecordError as error:
        raise LogUnfit(str(error)) from error


def _release(
    statement: Statement, *, by: User, actor: Actor, only_if_scheduled_for: datetime | None = None
) -> Edition:
    check_log()
    text = freeze_text(statement)
    with transaction.atomic():
        progress = locked_progress(statement)
        expect(progress, RELEASABLE, _("released"))
        if only_if_scheduled_for is not None and (
            progress.state != State.SCHEDULED or progress.release_at != only_if_scheduled_for
        ):
            raise Late(_("The date of “%s” was changed at the last moment.") % statement.title)
        if progress.withdrawing:
            text = _text_of_newest(statement)
        if text.digest != progress.digest:
            raise TextChanged(
                _("“%s” is no longer the text that was approved. Submit it again.") % statement.title
            )
        return _freeze(progress, text, by=by, actor=actor)


def _freeze(progress: Progress, text: Text, *, by: User, actor: Actor) -> Edition:
    """Write the edition, its address and its journal entry; the caller's transaction holds them together."""
    statement, now = progress.statement, timezone.now()
    # One release at a time: positions in the archive are given out in order.
    organisation = Organisation.objects.select_for_update().get(pk=Organisation.ONLY)
    previous = newest_edition(statement)
    if previous is not None and previous.leaf_index is None:
        raise NotYetLogged(
            _("Edition %(number)s of “%(title)s” is not in the record yet. Try again in a minute.")
            % {"number": previous.number, "title": statement.title}
        )
    address = address_of(statement)
    op = _operation(progress, previous)
    frame = Frame(
        log=organisation.origin,
        issuer=organisation.name,
        statement=organisation.address + address.path,
        edition=previous.number + 1 if previous else 1,
        op=op,
        change=progress.change,
        reason=progress.withdrawal_reason if progress.withdrawing else progress.change_note,
        prev=_previous(previous),
        translation_of=_translation_of(statement, organisation),
        issued=now,
    )
    content, nonce = edition_bytes(text, frame), secrets.token_bytes(32)
    edition = Edition.objects.create(
        statement=statement,
        number=frame.edition,
        language=statement.language,
        op=op,
        change=progress.change,
        content=content,
        body_html=text.body.html,
        nonce=nonce,
        commitment=commitment(nonce, content),
        released_at=now,
        released_by=by,
        approved_by=progress.approved_by,
        review_due=progress.approved_by_id is None,
    )
    edition.assets.set(_assets(text, previous))
    edition.writers.set(writers_of(progress))
    edition.contacts.set(statement.contacts.all())
    publication = publish_at(address, edition)
    file_under_topics(publication, [topic["slug"] for topic in text.fields["topics"]])
    _settle(progress, op)
    journal.write(
        events.Released(subject=statement.subject, edition_id=edition.pk, number=edition.number), by=actor
    )
    return edition


def _operation(progress: Progress, previous: Edition | None) -> str:
    """Return the edition's `op` as the edition file names it."""
    if progress.withdrawing:
        return "withdraw"
    if previous is None:
        return "translate" if progress.statement.original_id else "publish"
    return "correct" if progress.change == Change.CORRECTION else "update"


def _previous(previous: Edition | None) -> dict[str, Any] | None:
    if previous is None:
        return None
    return {
        "index": previous.leaf_index,
        "commitment": base64.b64encode(bytes(previous.commitment)).decode(),
    }


def _translation_of(statement: Statement, organisation: Organisation) -> dict[str, Any] | None:
    if statement.original is None:
        return None
    return {
        "statement": organisation.address + statement.original.publication.path,
        "edition": statement.original_edition or 1,
    }


def _text_of_newest(statement: Statement) -> Text:
    """Return the text of the newest edition as it was frozen then: a withdrawal repeats it."""
    newest = newest_edition(statement)
    if newest is None:
        raise WrongState(_("“%s” is not published, so there is nothing to withdraw.") % statement.title)
    fields = {name: newest.data[name] for name in TEXT_FIELDS}
    return Text(fields, FrozenBody(blocks=newest.data["blocks"], html=newest.body_html))


def _assets(text: Text, previous: Edition | None) -> list[Asset]:
    """Return the rows of the files that the text refers to."""
    rows = list(previous.assets.all()) if previous else []
    known = {row.sha256 for row in rows}
    for file in text.body.files:
        if file.sha256 not in known:
            row, _created = Asset.objects.get_or_create(
                sha256=file.sha256,
                defaults={
                    "name": file.name,
                    "media_type": file.media_type,
                    "size": file.size,
                    "width": file.width,
                    "height": file.height,
                },
            )
            rows.append(row)
    wanted = {file["sha256"] for file in text.fields["files"]}
    return [row for row in rows if row.sha256 in wanted]


def _settle(progress: Progress, op: str) -> None:
    progress.start_over()
    progress.state = State.WITHDRAWN if op == "withdraw" else State.PUBLISHED
    progress.change = progress.change_note = progress.request = ""
    progress.withdrawing, progress.withdrawal_reason = False, ""
    progress.save()
    progress.writers.clear()


def _mark_overdue(progress: Progress, event: events.Overdue | events.ReleaseRefused) -> None:
    with transaction.atomic():
        won = Progress.objects.filter(
            pk=progress.pk, state=State.SCHEDULED, release_at=progress.release_at
        ).update(state=State.OVERDUE)
        if won:
            journal.write(event, by=CLOCK)


def _check_moment(at: datetime, zone: str) -> None:
    if at.tzinfo is None:
        raise Incomplete("at", _("The moment %s has no time zone. Name one.") % at.isoformat())
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise Incomplete(
            "zone", _("“%s” is no time zone. Use a name such as Europe/Brussels.") % zone
        ) from None
    if at <= timezone.now():
        raise Late(_("%s has passed already. Release now, or choose a later moment.") % at.isoformat())
