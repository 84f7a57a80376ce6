# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from onrecord.bakery import actions as bakery
from onrecord.delivery.models import Delivery
from onrecord.people.models import Contact, User
from onrecord.press.inquiries import figures, searching
from onrecord.press.inquiries.actions import answering, keeping, policies, reminding, working
from onrecord.press.models import Inquiry, InquiryMessage, Outcome, SignOff
from onrecord.press.room import pages as room
from tests.followers.readers import text_of
from tests.press.desks import tell
from tests.press.inquiring import JAN, QUESTION, answered, asked, drafted, mails_to

pytestmark = pytest.mark.usefixtures("organisation")


def at(moment: datetime) -> time_machine.travel:
    return time_machine.travel(moment, tick=False)


def reminders(person: User) -> list[str]:
    """Return the subjects of what somebody was reminded of."""
    rows = Delivery.objects.filter(recipient=person.email, distribution__purpose="inquiry-reminder")
    return [row.distribution.label for row in rows.order_by("pk")]


def test_colleagues_are_reminded_as_the_deadline_comes_near_each_time_once(olga: User, ines: User) -> None:
    start = timezone.now()
    row = asked(hours=30)
    with at(start + timedelta(hours=1)):
        assert reminding.remind_due() == 0
    for hours in (7.0, 8.0):
        with at(start + timedelta(hours=hours)):
            reminding.remind_due()
    assert reminders(olga) == reminders(ines) == [f"{row.reference} is due in less than 24 hours"]
    working.take(row, by=olga)
    for hours in (26.5, 27, 29.5, 29.6, 31):
        with at(start + timedelta(hours=hours)):
            reminding.remind_due()
    assert len(reminders(ines)) == 1, "who has it is reminded alone"
    assert reminders(olga)[1:] == [
        f"{row.reference} is due in less than 4 hours",
        f"{row.reference} is due in less than 1 hour",
    ]
    text = text_of(mails_to(olga.email)[0])
    assert f"/desk/inquiries/{row.pk}/" in text
    assert "(Brussels)" in text
    for personal in (QUESTION, JAN, "Jan Reporter"):
        assert personal not in text


def test_who_asks_three_hours_before_causes_only_the_reminder_that_is_left(olga: User) -> None:
    start = timezone.now()
    row = asked(hours=3)
    for minutes in (0, 5, 100, 125, 130):
        with at(start + timedelta(minutes=minutes)):
            reminding.remind_due()
    assert reminders(olga) == [f"{row.reference} is due in less than 1 hour"]


def test_after_a_standstill_the_last_reminder_alone_is_sent(olga: User) -> None:
    start = timezone.now()
    asked(hours=30)
    with at(start + timedelta(hours=29.5)):
        assert reminding.remind_due() == 1
    assert len(reminders(olga)) == 1


def test_nobody_is_reminded_of_what_is_answered_closed_or_not_confirmed(olga: User, ines: User) -> None:
    start = timezone.now()
    answered(olga, ines)
    answering.close(working.take(asked(), by=olga), Outcome.NO_ANSWER, by=olga)
    asked(held=True)
    asked(hours=None)
    with at(start + timedelta(hours=29.5)):
        assert reminding.remind_due() == 0


def test_what_is_personal_goes_two_years_after_closing_and_counts_stay(olga: User, ines: User) -> None:
    row = answered(olga, ines, text="Forty wells.", phone="+32 2 5")
    answering.close(row, Outcome.ANSWERED, by=olga)
    closed = timezone.now()
    with at(closed + timedelta(days=729)):
        assert keeping.reduce_old() == 0
    with at(closed + timedelta(days=731)):
        assert keeping.reduce_old() == 1
        assert keeping.reduce_old() == 0
    row.refresh_from_db()
    assert (row.kind, row.outcome, row.answered_at is not None) == ("question", "answered", True)
    assert row.reduced_at is not None
    assert not InquiryMessage.objects.exists()
    assert not Contact.objects.exists()
    assert searching.find("wells") == []
    left = json.dumps([list(model.objects.values()) for model in (Inquiry, Delivery)], default=str)
    left += json.dumps(list(Delivery.objects.values_list("distribution__body", flat=True)))
    for personal in (JAN, "Jan Reporter", "Elm Post", "Forty", "+32"):
        assert personal not in left
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM press_inquirywords")
        assert cursor.fetchone() == (0,)


def test_an_address_that_others_need_stays(olga: User, ines: User) -> None:
    first, second = asked(), asked()
    keeping.erase(first)
    assert Contact.objects.filter(address=JAN).exists()
    second.refresh_from_db()
    assert second.address == JAN


def test_what_nobody_confirmed_is_forgotten_after_a_month() -> None:
    asked(held=True)
    with at(timezone.now() + timedelta(days=31)):
        assert keeping.reduce_old() == 1
    assert (Inquiry.objects.get().state, Inquiry.objects.get().outcome) == ("closed", "no-inquiry")
    assert not Contact.objects.exists()


def test_an_answered_inquiry_that_goes_no_further_closes_itself(olga: User, ines: User) -> None:
    row, other = answered(olga, ines), answered(olga, ines)
    start = timezone.now()
    with at(start + timedelta(days=20)):
        working.note(other, "He may come back.", by=olga)
    with at(start + timedelta(days=31)):
        assert keeping.close_quiet() == 1
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.state, row.outcome, other.state) == ("closed", "answered", "answered")


def test_response_times_are_shown_if_the_newsroom_wants_it_and_anybody_can_recount_them(
    olga: User, ines: User, own_home: Path
) -> None:
    start = timezone.now()
    hours = [1, 1, 2, 2, 3, 5, 8, 13, 21, 40]
    for each in hours[:-1]:
        with at(start):
            row = drafted(olga, terms="background", hours=200)
        with at(start + timedelta(hours=each)):
            answering.send_answer(row, seen=1, by=olga)
    for _ in range(2):  # neither is counted as an answer, one counts as asked
        asked(hours=200)
    answering.close(asked(), Outcome.NONE, by=olga)
    moment = start + timedelta(days=2)
    assert figures.response_time(moment) is None, "nine are too few"
    with at(start):
        row = drafted(olga, terms="background", hours=200)
    with at(start + timedelta(hours=40)):
        answering.send_answer(row, seen=1, by=olga)
    found = figures.response_time(moment)
    assert found is not None
    assert (found.received, found.answered, found.median) == (12, 10, timedelta(hours=median(hours)))
    assert figures.response_time(start + timedelta(days=91)) is None

    def baked() -> str:
        with at(moment):
            tell()
            bakery.bake(room.room_keys())
        return (own_home / "site/press/index.html").read_text()

    assert "have an answer" not in baked()
    policies.set_policy(SignOff.ON_RECORD, show_response_time=True, by=ines)
    assert "Of 12 inquiries in 90 days, 10 have an answer; half of these came within 4 hours." in baked()
