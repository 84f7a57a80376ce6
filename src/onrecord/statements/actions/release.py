# SPDX-License-Identifier: Apache-2.0
"""Release: the one place where a draft becomes an edition, by a person or by the clock."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK, Actor
from onrecord.people.models import Organisation, User
from onrecord.people.roles import Right, require
from onrecord.prepared import Prepared, insert
from onrecord.statements import events
from onrecord.statements.actions import sealing
from onrecord.statements.actions.addresses import file_under_topics, publish_at
from onrecord.statements.actions.approval import (
    MAY_BE_SUBMITTED,
    check_complete,
    check_not_saved_since,
    check_seen,
    check_unlocked,
    expect,
    is_writer,
    let_go,
    locked_progress,
    set_change,
    writers_of,
)
from onrecord.statements.actions.freezing import Frozen, approved_text, check_log, freeze, text_of_newest
from onrecord.statements.errors import Incomplete, Late, NotYetLogged, Refused
from onrecord.statements.formats.edition import freeze_text
from onrecord.statements.models import Edition, Progress, State, Statement

logger = logging.getLogger(__name__)

LATE_AFTER = timedelta(hours=2)
"""A scheduled release that is later than this waits for a person: the moment may have passed."""
RELEASABLE = frozenset({State.APPROVED, State.SCHEDULED, State.OVERDUE})


def schedule(
    statement: Statement,
    *,
    by: User,
    at: datetime,
    zone: str,
    embargoed: bool = False,
    terms: str = "",
    seal: bool = False,
    reason: str = "",
) -> Progress:
    """Set the moment at which an approved text is released: `at` with a zone, `zone` an IANA name.

    With `seal` the edition is frozen and committed to in the record now, and opened at that moment. A seal
    that there was before is given up in public, for this reason. Asking for the same again changes nothing.
    """
    require(by, Right.WRITE)
    text = sealing.text_to_seal(statement) if seal else None
    with transaction.atomic():
        progress = locked_progress(statement)
        expect(progress, RELEASABLE, _("scheduled"))
        wanted = (State.SCHEDULED, at, zone, embargoed, terms.strip(), seal)
        if wanted == _date_of(progress) and not reason.strip():
            return progress
        _check_moment(at, zone)
        let_go(progress, by=by, reason=reason)
        progress.state = State.SCHEDULED
        progress.release_at, progress.release_zone, progress.release_by = at, zone, by
        progress.embargoed, progress.embargo_terms = embargoed, terms.strip()
        if text is not None:
            sealing.seal(progress, text, by=by)
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
def unschedule(statement: Statement, *, by: User, reason: str = "") -> Progress:
    """Take the moment of release back; the approval stays. A seal is given up in public, for this reason."""
    require(by, Right.WRITE)
    progress = locked_progress(statement)
    expect(progress, {State.SCHEDULED, State.OVERDUE}, _("unscheduled"))
    let_go(progress, by=by, reason=reason)
    progress.state = State.APPROVED
    progress.release_at, progress.release_by, progress.release_zone = None, None, ""
    progress.embargoed, progress.embargo_terms = False, ""
    progress.save()
    journal.write(events.Unscheduled(subject=statement.subject), by=by.as_actor())
    return progress


def release(statement: Statement, *, by: User, seen: str = "") -> Edition:
    """Freeze the approved text as the next edition and send it on its way: record, site, announcement.

    Refuses a text that is not exactly the one approved, or not the one that was `seen` (see `approve`). When
    this returns, the edition is committed; in the ordinary case it is logged and readable too, and if not,
    the worker sees to it.
    """
    require(by, Right.WRITE)
    return _release(statement, by=by, actor=by.as_actor(), seen=seen)


def publish_now_review_after(
    statement: Statement, *, by: User, change: str = "", change_note: str = "", seen: str = ""
) -> Edition:
    """Release an unapproved text at once, at the word of one editor: the one that was `seen` (see `approve`).

    An editor who had no hand in the text has thereby approved it. Otherwise the edition is marked until
    somebody else has reviewed it.
    """
    require(by, Right.APPROVE)
    check_log()
    text = freeze_text(statement)
    with transaction.atomic():
        progress = locked_progress(statement)
        expect(progress, MAY_BE_SUBMITTED | {State.SUBMITTED}, _("published now"))
        if progress.state != State.SUBMITTED:
            check_unlocked(statement, by)
        check_not_saved_since(statement)
        if progress.withdrawing:
            text = text_of_newest(statement)
        check_seen(progress, text.digest, seen)
        check_complete(statement)
        if progress.state != State.SUBMITTED or change:
            set_change(progress, statement, change=change, change_note=change_note)
        progress.digest, progress.approved_by, progress.approved_at = text.digest, None, None
        if not is_writer(progress, by):
            progress.approved_by, progress.approved_at = by, timezone.now()
            journal.write(
                events.Approved(subject=statement.subject, digest=text.digest, sole_editor=False),
                by=by.as_actor(),
            )
        now = timezone.now()
        return _publish(progress, freeze(progress, text, issued=now), at=now, by=by, actor=by.as_actor())


def release_due() -> int:
    """Release every scheduled statement whose moment has come, and return how many there were.

    One that fails does not stop the others: it waits, marked, for a person; so does one that is more than
    two hours late. One whose last edition is on its way to the record is tried again.
    """
    released = 0
    if not _anything_scheduled():
        return released
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
        except NotYetLogged as waiting:  # a moment, as a rule: the next tick tries again, for two hours
            logger.info("scheduled release of %s waits: %s", progress.statement.subject, waiting)
        except Refused as refusal:
            _mark_overdue(
                progress, events.ReleaseRefused(subject=progress.statement.subject, reason=str(refusal))
            )
        except Exception:  # the others must not wait for this one; the next tick tries again
            logger.exception("scheduled release of %s failed", progress.statement.subject)
    return released


_anything_scheduled = Prepared(lambda: Progress.objects.filter(state=State.SCHEDULED).values_list("pk")[:1])


def _release(
    statement: Statement,
    *,
    by: User,
    actor: Actor,
    only_if_scheduled_for: datetime | None = None,
    seen: str = "",
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
        now = timezone.now()
        frozen = sealing.frozen_of(progress)
        if frozen is None:
            text = approved_text(progress, text)
            check_seen(progress, text.digest, seen)
            frozen = freeze(progress, text, issued=now)
        return _publish(progress, frozen, at=now, by=by, actor=actor)


def _publish(progress: Progress, frozen: Frozen, *, at: datetime, by: User, actor: Actor) -> Edition:
    """Write the edition, its address and its journal entry; the caller's transaction holds them together."""
    statement = progress.statement
    if progress.seal_id is not None:
        # What was sealed earlier was frozen under another lock: places in the archive are given out in order.
        Organisation.locked()
    edition = Edition(
        statement=statement,
        number=frozen.number,
        language=statement.language,
        op=frozen.op,
        change=frozen.change,
        content=frozen.content,
        body_html=frozen.body_html,
        nonce=frozen.nonce,
        commitment=frozen.commitment,
        released_at=at,
        released_by=by,
        approved_by_id=progress.approved_by_id,
        review_due=progress.approved_by_id is None,
    )
    insert(edition)
    edition.assets.add(*frozen.assets)
    edition.writers.add(*writers_of(progress))
    edition.contacts.add(*statement.contacts.all())
    publication = publish_at(frozen.address, edition)
    file_under_topics(publication, [topic["slug"] for topic in edition.data["topics"]])
    seal = progress.seal
    _settle(progress, frozen.op)
    if seal is not None:
        seal.delete()  # what was sealed is the edition now
    journal.write(
        events.Released(
            subject=statement.subject, edition_id=edition.pk, number=edition.number, op=edition.op
        ),
        by=actor,
    )
    return edition


def _settle(progress: Progress, op: str) -> None:
    progress.void()
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


def _date_of(progress: Progress) -> tuple[object, ...]:
    """Return what `schedule` sets."""
    moment = (progress.release_at, progress.release_zone)
    embargo = (progress.embargoed, progress.embargo_terms, progress.seal_id is not None)
    return (progress.state, *moment, *embargo)


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
