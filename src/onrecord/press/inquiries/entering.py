# SPDX-License-Identifier: Apache-2.0
"""What is entered into the form of an inquiry, and what has to be said about it before it is taken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.people.addresses import normalised
from onrecord.people.errors import BadAddress
from onrecord.people.validators import known_time_zones
from onrecord.press.inquiries.actions.receiving import Asked
from onrecord.press.inquiries.errors import BadInquiry
from onrecord.press.models import InquiryKind, Terms
from onrecord.statements.models import Publication

FIELDS = (
    *("kind", "outlet", "name", "address", "phone", "terms", "text"),
    *("deadline_date", "deadline_time", "deadline_zone", "about"),
)
LONGEST = {"outlet": 200, "name": 200, "address": 254, "phone": 50, "text": 8000}
FARTHEST = timedelta(days=730)


def given(fields: Mapping[str, str]) -> dict[str, str]:
    """Return what was sent, each field cut before it is looked at; NUL, which no database takes, left out."""
    sent = {name: fields.get(name, "").replace("\x00", "") for name in FIELDS}
    return {name: text[: LONGEST.get(name, 200) + 1].strip() for name, text in sent.items()}


def read(entered: Mapping[str, str], language: str, *, needs_address: bool = True) -> Asked:
    """Return what is asked. Raises BadInquiry for the first field that does not make sense."""
    for name, longest in LONGEST.items():
        if len(entered[name]) > longest:
            message = _("This is too long: at most %(count)d characters.") % {"count": longest}
            raise BadInquiry(name, message)
    if entered["kind"] not in InquiryKind.values:
        raise BadInquiry("kind", _("Choose what you need."))
    if not entered["name"]:
        raise BadInquiry("name", _("Say who you are."))
    if not entered["outlet"]:
        raise BadInquiry("outlet", _("Say for which outlet you ask; if you are freelance, say that."))
    if len(entered["text"]) < 10:
        raise BadInquiry("text", _("Say what you want to know, in a sentence at least."))
    deadline, zone = _deadline(entered)
    about = Publication.objects.filter(path=entered["about"]).select_related("statement").first()
    return Asked(
        kind=entered["kind"],
        text=entered["text"],
        address=_address(entered["address"], needed=needs_address or not entered["phone"]),
        name=entered["name"],
        language=language,
        outlet=entered["outlet"],
        phone=entered["phone"],
        terms=entered["terms"] if entered["terms"] in Terms.values else Terms.ON_RECORD,
        deadline_at=deadline,
        deadline_zone=zone if deadline else "",
        about=about.statement if about else None,
    )


def _address(text: str, *, needed: bool) -> str:
    if not text and not needed:
        return ""
    try:
        return normalised(text)
    except BadAddress as error:
        raise BadInquiry("address", str(error)) from error


def _deadline(entered: Mapping[str, str]) -> tuple[datetime | None, str]:
    """Return when the answer is needed, by the clock that they named. Raises BadInquiry."""
    day, clock, zone = (entered[f"deadline_{part}"] for part in ("date", "time", "zone"))
    if not day and not clock:
        return None, zone
    if not day:
        raise BadInquiry("deadline_date", _("Give the day of your deadline too."))
    if not clock:
        raise BadInquiry("deadline_time", _("Give the time of your deadline too."))
    if zone not in known_time_zones():
        raise BadInquiry("deadline_zone", _("Choose the time zone of your deadline."))
    try:
        local = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), ZoneInfo(zone))
    except ValueError:
        raise BadInquiry("deadline_date", _("Write the day as 2026-11-27 and the time as 17:30.")) from None
    moment = local.astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise BadInquiry(
            "deadline_time", _("Clocks are put forward then: this time does not exist on that day.")
        )
    if moment <= timezone.now():
        raise BadInquiry("deadline_date", _("This deadline has passed."))
    if moment > timezone.now() + FARTHEST:
        raise BadInquiry("deadline_date", _("This deadline is more than two years ahead."))
    return moment, zone
