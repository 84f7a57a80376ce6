# SPDX-License-Identifier: Apache-2.0
"""Press conferences as iCalendar (RFC 5545). Moments are in UTC, so no calendar has to know our zones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event, vCalAddress, vText


@dataclass(frozen=True, slots=True)
class Appointment:
    """One press conference. `uid` is the same for all its changes, which `changes` counts."""

    uid: str
    title: str
    begins: datetime
    ends: datetime | None
    changed: datetime
    changes: int
    place: str = ""
    text: str = ""
    url: str = ""
    cancelled: bool = False


def write(organisation: str, appointments: Iterable[Appointment]) -> bytes:
    """Return appointments as a calendar; each with its alarm left to whoever subscribes."""
    calendar = Calendar()
    calendar.add("prodid", f"-//OnRecord//{organisation}//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", organisation)
    for one in appointments:
        calendar.add_component(_event(organisation, one))
    return bytes(calendar.to_ical())


def _event(organisation: str, one: Appointment) -> Event:
    event = Event()
    event.add("uid", one.uid)
    event.add("dtstamp", one.changed.astimezone(UTC))
    event.add("last-modified", one.changed.astimezone(UTC))
    event.add("sequence", one.changes)
    event.add("dtstart", one.begins.astimezone(UTC))
    if one.ends is not None:
        event.add("dtend", one.ends.astimezone(UTC))
    event.add("summary", one.title)
    event.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
    event.add("class", "PUBLIC")
    organiser = vCalAddress("invalid:nomail")
    organiser.params["cn"] = vText(organisation)
    event.add("organizer", organiser)
    for name, value in (("location", one.place), ("description", one.text), ("url", one.url)):
        if value:
            event.add(name, value)
    return event
