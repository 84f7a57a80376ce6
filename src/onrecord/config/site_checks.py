# SPDX-License-Identifier: Apache-2.0
"""Whether the site is what was said: complete, baked by this program, not behind. docs/checks.md explains."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution
from django.db import DatabaseError
from django.utils import timezone

from onrecord.bakery import addresses
from onrecord.bakery.models import BakedFile
from onrecord.journal.models import Reaction, ReactionState
from onrecord.people.errors import NotSetUp
from onrecord.statements.models import Edition
from onrecord.statements.pages.site import Site

NEWEST_FILES = 20_000
"""How many files are looked for, from the newest: a check should take seconds in an archive of a million."""
SLOW = timedelta(minutes=5)
"""Longer than publishing takes when something has to be tried again."""
CLOCK_BEHIND = timedelta(seconds=30)
Check = Callable[[], list[CheckMessage]]


def missing_files() -> list[CheckMessage]:
    """E013: every file that was baked lies in the site."""
    site: Path = settings.HOME / "site"
    if not (site / "index.html").exists():
        return []  # E008 says so, or nothing was ever baked
    newest = BakedFile.objects.order_by("-pk").values_list("path", flat=True)[:NEWEST_FILES]
    missing = [path for path in newest.iterator() if not (site / addresses.file_name(path)).is_file()]
    if not missing:
        return []
    return [
        Error(
            f"Files of the site are missing ({len(missing)}), as {min(missing)}: readers do not find them.",
            hint="Run `onrecord bake`. Nothing but OnRecord should write in the folder `site`.",
            id="onrecord.E013",
        )
    ]


def other_program() -> list[CheckMessage]:
    """W014: the pages were baked by this version, with this colour and these languages."""
    try:
        sheet = Site.current().stylesheet.path
    except NotSetUp:
        return []
    page: Path = settings.HOME / "site" / "404.html"  # baked when everything is, and then alone
    if not page.exists() or sheet in page.read_text(encoding="utf-8"):
        return []
    return [
        Caution(
            "Pages of the site were baked by another version of OnRecord, and look as that one drew them.",
            hint="Run `onrecord bake`, as after every upgrade that asks for it.",
            id="onrecord.W014",
        )
    ]


def left_undone() -> list[CheckMessage]:
    """E015: nothing that has to follow an event has been given up."""
    failed = Reaction.objects.filter(state=ReactionState.FAILED)
    last = failed.order_by("-pk").first()
    if last is None:
        return []
    return [
        Error(
            f"Something that has to follow was given up ({failed.count()} in all). The last is {last.name}: "
            f"{last.last_error}",
            hint="Mend the cause, then stop and start OnRecord: it tries again.",
            id="onrecord.E015",
        )
    ]


def waiting_editions() -> list[CheckMessage]:
    """W016: what was released can be read."""
    waiting = Edition.objects.filter(published_at=None, released_at__lt=timezone.now() - SLOW)
    first = waiting.order_by("released_at").first()
    if first is None:
        return []
    return [
        Caution(
            f"Released {first.released_at:%Y-%m-%d %H:%M} UTC and still not on the site: {first}.",
            hint="Does `onrecord start` run? If so, its page at the desk says what is stuck.",
            id="onrecord.W016",
        )
    ]


def clock() -> list[CheckMessage]:
    """E017: this machine's clock is not behind what it has signed already."""
    newest = Edition.objects.order_by("-pk").values_list("released_at", flat=True).first()
    now = timezone.now()
    if newest is None or newest - now < CLOCK_BEHIND:
        return []
    return [
        Error(
            f"The clock of this machine says {now:%Y-%m-%d %H:%M} UTC, but the newest edition was released "
            f"{newest:%Y-%m-%d %H:%M} UTC.",
            hint="Set the clock by the network (NTP): what is scheduled would be released too late.",
            id="onrecord.E017",
        )
    ]


def _if_asked(check: Check) -> Check:
    def checked() -> list[CheckMessage]:
        try:
            return check()
        except DatabaseError:
            return []  # E004 or E005 say why

    return checked


SITE_CHECKS: tuple[Check, ...] = tuple(
    map(_if_asked, (missing_files, other_program, left_undone, waiting_editions, clock))
)
