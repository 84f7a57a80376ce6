# SPDX-License-Identifier: Apache-2.0
"""Drafts, remarks and translations: nothing here is public."""

from __future__ import annotations

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale

from onrecord.journal import actions as journal
from onrecord.people.models import Organisation, User
from onrecord.people.roles import Right, require
from onrecord.statements import events
from onrecord.statements.actions.approval import (
    MAY_BE_SUBMITTED,
    check_unlocked,
    expect,
    locked_progress,
    newest_edition,
)
from onrecord.statements.errors import Incomplete, Refused, WrongState
from onrecord.statements.models import Progress, Remark, State, Statement


@transaction.atomic
def begin(statement: Statement, *, by: User) -> Progress:
    """Put a statement under way: from here on it has a state. Asking again changes nothing."""
    require(by, Right.WRITE)
    progress, created = Progress.objects.get_or_create(statement=statement)
    progress.writers.add(by)
    if statement.created_by_id is None:
        statement.created_by = by
        Statement.objects.filter(pk=statement.pk).update(created_by=by)
        journal.write(events.Begun(subject=statement.subject), by=by.as_actor())
    elif created:
        journal.write(events.Begun(subject=statement.subject), by=by.as_actor())
    return progress


@transaction.atomic
def save_draft(statement: Statement, *, by: User) -> Statement:
    """Store a new or changed draft and keep it as a revision, as the desk does on every save."""
    require(by, Right.WRITE)
    statement.changed_at = timezone.now()
    statement.save()
    begin(statement, by=by)
    statement.save_revision(user=by)
    return statement


@transaction.atomic
def discard(statement: Statement, *, by: User) -> None:
    """Throw a draft away; a press officer may discard only their own.

    Refuses once there is an edition, and what somebody judges or has judged.
    """
    require(by, Right.WRITE)
    if statement.editions.exists():
        raise WrongState(_("“%s” has been published. It can be withdrawn, never deleted.") % statement.title)
    if statement.translations.exists():
        raise WrongState(_("“%s” has translations. Discard those first.") % statement.title)
    if statement.created_by_id != by.pk:
        require(by, Right.APPROVE)
    expect(locked_progress(statement), MAY_BE_SUBMITTED, _("discarded"))
    check_unlocked(statement, by)
    journal.write(events.Discarded(subject=statement.subject, title=statement.title), by=by.as_actor())
    statement.delete()


@transaction.atomic
def translate(statement: Statement, *, by: User, language: str) -> Statement:
    """Begin a translation: a draft in another language that starts from the text as it stands at the desk.

    Refuses a language that the newsroom does not have and one in which there is a translation already.
    """
    require(by, Right.WRITE)
    original = statement.original or statement
    locked_progress(original)  # so that two who begin it at the same moment come one after the other
    _check_language(original, language)
    locale, _created = Locale.objects.get_or_create(language_code=language)
    translation: Statement = original.copy_for_translation(locale)
    translation.original = original
    translation.original_edition = original.editions.aggregate(newest=models.Max("number"))["newest"]
    translation.created_by = None
    translation.created_at = translation.changed_at = timezone.now()
    translation.slug = ""
    translation.locked, translation.locked_by, translation.locked_at = False, None, None
    translation.save()
    begin(translation, by=by)
    translation.save_revision(user=by)
    journal.write(
        events.TranslationBegun(subject=translation.subject, language=language, original=original.pk),
        by=by.as_actor(),
    )
    return translation


@transaction.atomic
def mark_translation_current(statement: Statement, *, by: User) -> Statement:
    """Confirm that a translation's draft renders the newest edition of its original.

    Readers learn that with its next edition. Refuses while one is on its way, which somebody judges as it is.
    """
    require(by, Right.WRITE)
    if statement.original is None:
        raise Refused(_("“%s” is not a translation.") % statement.title)
    newest = statement.original.editions.aggregate(newest=models.Max("number"))["newest"]
    if newest is None:
        raise Refused(_("The original of “%s” has not been published yet.") % statement.title)
    progress = locked_progress(statement)
    expect(progress, MAY_BE_SUBMITTED | {State.PUBLISHED, State.WITHDRAWN}, _("called current"))
    statement.original_edition = newest
    Statement.objects.filter(pk=statement.pk).update(original_edition=newest)
    public = newest_edition(statement)
    if progress.state == State.PUBLISHED and public is not None and statement.differs_from(public.data):
        progress.state = State.DRAFT
        progress.save(update_fields=["state"])
    journal.write(
        events.TranslationConfirmed(subject=statement.subject, original_edition=newest), by=by.as_actor()
    )
    return statement


@transaction.atomic
def remark(statement: Statement, *, by: User, text: str) -> Remark:
    """Leave a remark on a draft for colleagues."""
    require(by, Right.WRITE)
    if not text.strip():
        raise Incomplete("text", _("The remark is empty. Write what your colleagues should know."))
    row = Remark.objects.create(statement=statement, author=by, text=text.strip())
    journal.write(events.Remarked(subject=statement.subject, remark_id=row.pk), by=by.as_actor())
    return row


@transaction.atomic
def resolve_remark(remark: Remark, *, by: User) -> Remark:
    """Settle a remark. Settling it twice changes nothing."""
    require(by, Right.WRITE)
    won = Remark.objects.filter(pk=remark.pk, resolved_at=None).update(
        resolved_at=timezone.now(), resolved_by=by
    )
    if won:
        journal.write(
            events.RemarkResolved(subject=f"statement/{remark.statement_id}", remark_id=remark.pk),
            by=by.as_actor(),
        )
    remark.refresh_from_db()
    return remark


@transaction.atomic
def filing_changed(row: models.Model, *, by: User) -> None:
    """Journal that a topic, spokesperson or press contact was changed, so that pages showing it follow."""
    require(by, Right.WRITE)
    subject = f"{row._meta.model_name}/{row.pk}"
    journal.write(events.FilingChanged(subject=subject), by=by.as_actor())


def _check_language(original: Statement, language: str) -> None:
    languages = Organisation.current().languages
    if language not in languages:
        raise Incomplete(
            "language",
            _("The newsroom has no language “%(code)s”. It has: %(all)s.")
            % {"code": language, "all": ", ".join(languages)},
        )
    if language == original.language or original.translations.filter(locale__language_code=language).exists():
        raise Incomplete(
            "language",
            _("“%(title)s” exists in “%(code)s” already.") % {"title": original.title, "code": language},
        )
