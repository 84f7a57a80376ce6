# SPDX-License-Identifier: Apache-2.0
"""Coverage as press officers enter it, and what they say about what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.journal import actions as journal
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.press.comparing import outlet_key
from onrecord.press.coverage import addresses, events
from onrecord.press.coverage.errors import AlreadyDecided, BadCoverage, KnownCoverage
from onrecord.press.models import (
    Coverage,
    CoverageOf,
    CoverageSource,
    CoverageState,
    Inquiry,
    Journalist,
    Medium,
    Outlet,
)
from onrecord.press.places import checked_country, checked_language
from onrecord.statements.models import Publication

MOST_STATEMENTS = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """Coverage as somebody enters it. `statements` are numbers of published statements."""

    url: str
    headline: str
    statements: Sequence[int]
    outlet: str = ""
    journalist: Journalist | None = None
    inquiry: Inquiry | None = None
    published_on: date | None = None
    medium: str = Medium.WEB
    language: str = ""
    country: str = ""
    note: str = ""


def add(entry: Entry, *, by: User, source: CoverageSource = CoverageSource.MANUAL) -> Coverage:
    """Enter coverage; it counts at once. Raises BadCoverage, KnownCoverage for a known address."""
    require(by, Right.WRITE)
    row = Coverage(source=source, state=CoverageState.CONFIRMED, decided_at=timezone.now(), decided_by=by)
    statements = _fill(row, entry)
    _refuse_known(row)
    try:
        with transaction.atomic():
            row.save()
            _link(row, statements)
            event = events.CoverageAdded(subject=row.subject, source=source, statements=statements)
            journal.write(event, by=by.as_actor())
    except IntegrityError:
        _refuse_known(row)
        raise
    return row


@transaction.atomic
def change(row: Coverage, entry: Entry, *, by: User) -> Coverage:
    """Change details of coverage that counts. Raises BadCoverage, KnownCoverage, AlreadyDecided."""
    require(by, Right.WRITE)
    row = Coverage.objects.select_for_update().get(pk=row.pk)
    if row.state != CoverageState.CONFIRMED:
        raise AlreadyDecided(_("It is not confirmed. Confirm it with these details."))
    before = _statements_of(row)
    statements = _fill(row, entry)
    _refuse_known(row)
    row.waits = False
    row.save()
    _link(row, statements)
    touched = sorted({*before, *statements})
    journal.write(events.CoverageChanged(subject=row.subject, statements=touched), by=by.as_actor())
    return row


@transaction.atomic
def confirm(row: Coverage, entry: Entry, *, by: User) -> Coverage:
    """Say that it is coverage, with these details. Raises BadCoverage, KnownCoverage, AlreadyDecided."""
    require(by, Right.WRITE)
    row = Coverage.objects.select_for_update().get(pk=row.pk)
    if row.state == CoverageState.CONFIRMED and not row.waits:
        raise AlreadyDecided(_("Somebody has confirmed it meanwhile."))
    statements = _fill(row, entry)
    _refuse_known(row)
    row.state, row.waits, row.gone_at = CoverageState.CONFIRMED, False, None
    row.decided_at, row.decided_by = timezone.now(), by
    row.save()
    _link(row, statements)
    journal.write(events.CoverageConfirmed(subject=row.subject, statements=statements), by=by.as_actor())
    return row


@transaction.atomic
def refuse(row: Coverage, *, by: User) -> Coverage:
    """Say that it is no coverage. The address stays known, so that it does not come again. AlreadyDecided."""
    require(by, Right.WRITE)
    now = timezone.now()
    claimed = Coverage.objects.filter(pk=row.pk).exclude(state=CoverageState.REFUSED)
    if claimed.update(state=CoverageState.REFUSED, waits=False, decided_at=now, decided_by=by) != 1:
        raise AlreadyDecided(_("Somebody has refused it meanwhile."))
    row.refresh_from_db()
    event = events.CoverageRefused(subject=row.subject, statements=_statements_of(row))
    journal.write(event, by=by.as_actor())
    return row


def entry_of(row: Coverage) -> Entry:
    """Return coverage as it could have been entered."""
    return Entry(
        url=row.url,
        headline=row.headline,
        statements=_statements_of(row),
        outlet=row.outlet_shown,
        journalist=row.journalist,
        inquiry=row.inquiry,
        published_on=row.published_on,
        medium=row.medium,
        language=row.language,
        country=row.country,
        note=row.note,
    )


def known_at(url: str) -> Coverage | None:
    """Return the coverage at an address, if it is known. Raises BadCoverage for what is no address."""
    return Coverage.objects.filter(url_hash=addresses.hash_of(addresses.checked_page(url))).first()


def name_outlet(row: Coverage, name: str) -> None:
    """Note an outlet by its name: one of the press list where there is one, which lends its country."""
    name = " ".join(name.split())[:200]
    known = Outlet.objects.filter(name_key=outlet_key(name)).first() if name else None
    row.outlet, row.outlet_name, row.outlet_key = known, name, outlet_key(name)
    if known is not None and not row.country:
        row.country = known.country


def _fill(row: Coverage, entry: Entry) -> list[int]:
    row.url = addresses.checked_page(entry.url)
    row.url_hash = addresses.hash_of(row.url)
    row.headline = " ".join(entry.headline.split())[:300]
    if not row.headline:
        raise BadCoverage(_("Write the headline, as it stands there."))
    if entry.medium not in Medium.values:
        raise BadCoverage(_("“%(value)s” is no medium. Choose one.") % {"value": entry.medium[:40]})
    if entry.published_on is not None and entry.published_on > timezone.localdate():
        raise BadCoverage(
            _("%(day)s lies ahead. Give the day on which it appeared.") % {"day": entry.published_on}
        )
    row.country = checked_country(entry.country)
    row.language = checked_language(entry.language) if entry.language.strip() else ""
    name_outlet(row, entry.outlet)
    row.journalist, row.inquiry = entry.journalist, entry.inquiry
    row.medium, row.note = entry.medium, entry.note.strip()[:5000]
    row.published_on = entry.published_on
    row.day = entry.published_on or timezone.localdate(row.found_at)
    return _published(entry.statements)


def _published(asked: Sequence[int]) -> list[int]:
    found = Publication.objects.filter(statement__in=asked).values_list("statement_id", flat=True)
    statements = sorted(set(found))
    if not statements:
        raise BadCoverage(_("Say which published statement it is about."))
    if len(statements) > MOST_STATEMENTS:
        raise BadCoverage(_("At most %(most)s statements at once.") % {"most": MOST_STATEMENTS})
    return statements


def _link(row: Coverage, statements: Sequence[int]) -> None:
    """Let it be about just these, looked at now."""
    now = timezone.now()
    row.links.exclude(statement__in=statements).delete()
    row.links.filter(confirmed_at=None).update(confirmed_at=now)
    present = set(row.links.values_list("statement_id", flat=True))
    CoverageOf.objects.bulk_create(
        CoverageOf(coverage=row, statement_id=pk, confirmed_at=now) for pk in statements if pk not in present
    )


def _statements_of(row: Coverage) -> list[int]:
    return list(row.links.order_by("statement_id").values_list("statement_id", flat=True))


def _refuse_known(row: Coverage) -> None:
    same = Coverage.objects.filter(url_hash=row.url_hash).exclude(pk=row.pk).first()
    if same is not None:
        raise KnownCoverage(_("This address is at the desk already."), same.pk)
