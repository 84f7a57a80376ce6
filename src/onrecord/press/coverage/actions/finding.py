# SPDX-License-Identifier: Apache-2.0
"""What comes from outside: it waits for a press officer, and goes when its page goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK
from onrecord.press.coverage import addresses, events
from onrecord.press.coverage.actions.copying import forget_files
from onrecord.press.coverage.actions.entering import name_outlet
from onrecord.press.errors import BadEntry
from onrecord.press.models import (
    Coverage,
    CoverageCopy,
    CoverageOf,
    CoverageSource,
    CoverageState,
    Medium,
    Outlet,
)
from onrecord.press.places import checked_language

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A page that is said to be about a statement, and what it says of itself."""

    url: str
    statement: int
    source: CoverageSource
    headline: str = ""
    outlet: str = ""
    language: str = ""
    published_on: date | None = None


@transaction.atomic
def suggest(given: Suggestion) -> Coverage:
    """Keep a page as a candidate, or what is new about a known one. It counts once somebody has looked.

    What a press officer entered or corrected stays; what was refused stays refused. Safe to repeat.
    """
    digest = addresses.hash_of(given.url)
    row = Coverage.objects.select_for_update().filter(url_hash=digest).first()
    if row is None:
        row = Coverage(url=given.url, url_hash=digest, source=given.source, state=CoverageState.CANDIDATE)
    if row.state == CoverageState.REFUSED:
        return row
    before = (row.state, row.waits)
    if row.state == CoverageState.GONE:
        row.state = CoverageState.CANDIDATE
    if row.state == CoverageState.CANDIDATE:
        _describe(row, given)
        row.waits = True
    elif row.read_headline and given.headline and given.headline != row.read_headline:
        row.waits = True
    row.read_headline, row.gone_at = given.headline[:300] or row.read_headline, None
    row.save()
    _link, is_new = CoverageOf.objects.get_or_create(coverage=row, statement_id=given.statement)
    if is_new and not row.waits:
        row.waits = True
        row.save(update_fields=["waits"])
    if is_new or before != (row.state, row.waits):
        event = events.CoverageFound(subject=row.subject, source=given.source, statement_id=given.statement)
        journal.write(event, by=CLOCK)
    return row


@transaction.atomic
def link_removed(row: Coverage, statement: int) -> None:
    """Take note that a page links to a statement no more. What came by Webmention goes with its last link.

    What somebody entered by hand stays: an article need not link to what it is about.
    """
    row = Coverage.objects.select_for_update().get(pk=row.pk)
    if row.source != CoverageSource.WEBMENTION or row.state == CoverageState.REFUSED:
        return
    others = row.links.exclude(statement=statement)
    if others.exists():
        row.links.filter(statement=statement).delete()
        if not row.links.filter(confirmed_at=None).exists() and row.state == CoverageState.CONFIRMED:
            row.waits = False
            row.save(update_fields=["waits"])
        _tell_gone(row, [statement])
    else:
        _set_gone(row)


@transaction.atomic
def page_gone(row: Coverage) -> None:
    """Take note that a page is not there any more. What somebody entered by hand stays, marked as gone."""
    row = Coverage.objects.select_for_update().get(pk=row.pk)
    if row.state in {CoverageState.REFUSED, CoverageState.GONE}:
        return
    if row.source in {CoverageSource.WEBMENTION, CoverageSource.FEDIVERSE}:
        _set_gone(row)
    elif row.gone_at is None:
        row.gone_at = timezone.now()
        row.save(update_fields=["gone_at"])
        _tell_gone(row, list(row.links.values_list("statement_id", flat=True)))


def forget_without_statements() -> int:
    """Forget coverage whose statements were all erased, with its copies; return how many."""
    rows = Coverage.objects.filter(links=None).order_by("pk")
    found = list(rows.values_list("pk", flat=True)[:_AT_ONCE])
    with transaction.atomic():
        kept = list(
            CoverageCopy.objects.filter(coverage__in=found, is_kept=True).values_list("sha256", flat=True)
        )
        Coverage.objects.filter(pk__in=found).delete()
    forget_files(kept)
    return len(found)


def _set_gone(row: Coverage) -> None:
    row.state, row.waits, row.gone_at = CoverageState.GONE, False, timezone.now()
    row.save(update_fields=["state", "waits", "gone_at"])
    _tell_gone(row, list(row.links.values_list("statement_id", flat=True)))


def _tell_gone(row: Coverage, statements: list[int]) -> None:
    journal.write(events.CoverageGone(subject=row.subject, statements=statements), by=CLOCK)


def _describe(row: Coverage, given: Suggestion) -> None:
    """Let a candidate be as its page says now."""
    row.headline = given.headline[:300]
    row.medium = row.medium or Medium.WEB
    row.published_on = given.published_on
    if row.published_on is not None and row.published_on > timezone.localdate():
        row.published_on = None
    row.day = row.published_on or timezone.localdate(row.found_at)
    try:
        row.language = checked_language(given.language) if given.language else ""
    except BadEntry:
        row.language = ""
    site = _outlet_at(addresses.host_of(given.url))
    name_outlet(row, site.name if site is not None else given.outlet)
    if row.outlet is not None:
        row.medium = row.outlet.medium


def _outlet_at(host: str) -> Outlet | None:
    """Return the outlet of the press list whose website this host is."""
    bare = host.removeprefix("www.")
    for scheme in ("https", "http"):
        for name in (bare, f"www.{bare}"):
            address = f"{scheme}://{name}"
            found = Outlet.objects.filter(website__in=[address, f"{address}/"]).order_by("pk").first()
            if found is not None:
                return found
    return None
