# SPDX-License-Identifier: Apache-2.0
"""Writing, checking and publishing the yearly report; giving out statements of reasons."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.journal import actions as journal
from onrecord.journal.events import Actor
from onrecord.moderation.filing import events, gathering
from onrecord.moderation.filing.errors import NotOwed, NotReady
from onrecord.moderation.formats import transparency_report
from onrecord.moderation.formats.statements_of_reasons import batches
from onrecord.moderation.models import Policy, ReportTexts, Role, TransparencyReport
from onrecord.people.models import User
from onrecord.people.roles import Right, require

FIELDS = ("summary", "meaning", "automated_means", "accuracy", "purposes", "safeguards")
_STAMP = (1980, 1, 1, 0, 0, 0)
"""In archives, so that the same report is the same file."""


@transaction.atomic
def write_texts(year: int, said: Mapping[str, str], *, by: User) -> ReportTexts:
    """Keep the words of the report about a year."""
    require(by, Right.ADMINISTER)
    words = {name: said.get(name, "").strip() for name in FIELDS}
    row, _new = ReportTexts.objects.update_or_create(
        year=year, defaults={**words, "changed_at": timezone.now()}
    )
    journal.write(events.TextsChanged(subject=_subject(year)), by=by.as_actor())
    return row


def make_report(year: int, *, published: date | None = None) -> dict[str, bytes]:
    """Return the eleven files about a year, checked.

    Raises NotReady without texts or before the year is over, Inconsistent with each sum that is wrong.
    """
    published = published or timezone.now().date()
    if published.year <= year:
        raise NotReady(
            _("%(year)s is not over. Its report can be made from 1 January %(next)s on.")
            % {"year": year, "next": year + 1}
        )
    facts = gathering.report_facts(year, published=published)
    return transparency_report.files(transparency_report.report(facts))


@transaction.atomic
def publish_report(year: int, *, by: User, changes: str = "") -> TransparencyReport:
    """Publish the report about a year as its next version; it stays public.

    Raises NotReady (also for a later version that does not say what it corrects), Inconsistent.
    """
    require(by, Right.ADMINISTER)
    files = make_report(year)
    last = TransparencyReport.objects.filter(year=year).order_by("-version").first()
    if last is not None and not changes.strip():
        raise NotReady(
            _("Version %(version)s is public. Say what the new one changes, why, and how it was counted.")
            % {"version": last.version}
        )
    row = TransparencyReport.objects.create(
        year=year,
        version=last.version + 1 if last else 1,
        published_on=timezone.now().date(),
        published_by=by,
        changes=changes.strip() if last else "",
        files={name: content.decode() for name, content in files.items()},
    )
    event = events.ReportPublished(subject=_subject(year), year=year, version=row.version)
    journal.write(event, by=by.as_actor())
    return row


def export_statements(since: date, until: date, *, by: Actor) -> dict[str, bytes]:
    """Return batches for the Transparency Database by file name.

    Raises NotOwed for a newsroom that is no online platform: the database takes nothing from others; Refused,
    naming each statement that it would not take.
    """
    if Policy.current().dsa_role != Role.ONLINE_PLATFORM:
        raise NotOwed(
            _(
                "Only online platforms send statements of reasons to the Transparency Database. "
                "If a lawyer says that this newsroom is one, say so in the settings of moderation."
            )
        )
    statements = list(gathering.statements_of_reasons(since, until))
    found = {
        f"statements-of-reasons-{number:04}.json": body
        for number, body in enumerate(batches(statements), start=1)
    }
    event = events.StatementsExported(subject="moderation", since=str(since), number=len(statements))
    journal.write(event, by=by)
    return found


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return files as one ZIP archive; the same files give the same bytes."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            written.writestr(entry, content)
    return archive.getvalue()


def _subject(year: int) -> str:
    return f"transparency-report/{year}"
