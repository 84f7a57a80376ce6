# SPDX-License-Identifier: Apache-2.0
"""Links that open a report or a notice: found by the hash of what stands in them, and worth an account."""

from __future__ import annotations

from django.utils.translation import gettext as _

from onrecord.delivery.mail import doors
from onrecord.moderation.errors import NoSuchDoor
from onrecord.moderation.models import Notice, Report

REPORT, NOTICE = "/report/", "/notice/"
"""Followed by the secret and a slash."""


def report_behind(secret: str) -> Report:
    """Return the report that a link opens. Raises NoSuchDoor."""
    found = Report.objects.select_related("case").filter(door_hash=doors.hash_of(secret)).first()
    if found is None or not doors.opens(secret, found.door_hash):
        raise NoSuchDoor(_no_door())
    return found


def notice_behind(secret: str) -> Notice:
    """Return the notice that a link opens. Raises NoSuchDoor."""
    rows = Notice.objects.select_related(
        "decision__case", "decision__rule__book", "decision__reasons", "report"
    )
    found = rows.filter(door_hash=doors.hash_of(secret)).first()
    if found is None or not doors.opens(secret, found.door_hash):
        raise NoSuchDoor(_no_door())
    return found


def report_path(report: Report) -> str:
    """Return the path that opens a report."""
    return f"{REPORT}{doors.secret_of(report.door_number)}/"


def notice_path(notice: Notice) -> str:
    """Return the path that opens a notice."""
    return f"{NOTICE}{doors.secret_of(notice.door_number)}/"


def _no_door() -> str:
    return _("This link opens nothing. Perhaps a part of it is missing: copy all of it from the mail.")
