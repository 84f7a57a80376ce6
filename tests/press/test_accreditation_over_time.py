# SPDX-License-Identifier: Apache-2.0
"""An accreditation ends, is renewed, is taken back; what is personal goes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from onrecord.journal import reactions
from onrecord.moderation import actions as moderation
from onrecord.moderation.models import (
    Case,
    Decision,
    Notice,
    Reasons,
)
from onrecord.people.models import Contact, User
from onrecord.press.accreditation import actions, doors
from onrecord.press.accreditation.errors import NotNow
from onrecord.press.accreditation.files import Sent
from onrecord.press.models import AccreditationStanding, Application, ApplicationState
from onrecord.wiring import accrediting
from tests.moderation.judging import mails_to
from tests.press.applying import (
    JAN,
    PDF,
    applied,
    asked,
    case_of,
    decided,
    in_days,
)

if TYPE_CHECKING:
    pass
from tests.press.test_accreditation import card, published, standing

__all__ = ["published"]

pytestmark = pytest.mark.usefixtures("organisation", "a_relay")


def test_it_ends_on_its_day_is_told_before_and_renewed(mo: User) -> None:
    row = applied(ends_on=in_days(90))
    decided(row, mo)
    with pytest.raises(NotNow):
        actions.renew(row, in_days(300))
    assert actions.tell_of_end() == 0
    with time_machine.travel(timezone.now() + timedelta(days=70), tick=True):
        assert actions.tell_of_end() == 1
        assert actions.tell_of_end() == 0
        assert "Your accreditation ends soon" in str(mails_to(JAN)[-1]["Subject"])
        answer = Client().post(doors.path_of(row), {"deed": "renew", "ends_on": in_days(200).isoformat()})
        assert answer.status_code == 200, answer.content
        reactions.drain()
        new = row.renewals.get()
        assert (new.state, new.begins_on) == (ApplicationState.WAITING, row.ends_on + timedelta(days=1))
        assert new.files.get().name == "card.pdf"
        assert case_of(new).held
        decided(new, mo)
        assert "Not valid yet" in card(new)
        row.refresh_from_db()
        with pytest.raises(NotNow, match="already"):
            actions.renew(row, in_days(250))
    with time_machine.travel(timezone.now() + timedelta(days=91), tick=True):
        assert "Not valid" in card(row)
        assert "Valid until" in card(new)
        assert actions.end_over() == 1
        assert standing(row) == AccreditationStanding.OVER


def test_what_is_personal_goes_when_nobody_can_appeal_any_more(mo: User, own_home: Path) -> None:
    row = applied()
    decided(row, mo, "seal")
    kept = own_home / "accreditation"
    assert [one for one in kept.rglob("*") if one.is_file()]
    moderation.seen(Notice.objects.get())
    with time_machine.travel(timezone.now() + timedelta(days=188), tick=True):
        accrediting.reduce_over()
        row.refresh_from_db()
        assert row.name == "Jan Reporter", "a case is open as long as an appeal is possible"
    with time_machine.travel(timezone.now() + timedelta(days=192), tick=True):
        moderation.finish_cases()
        accrediting.reduce_over()
        reactions.drain()
        moderation.forget_words()
    row.refresh_from_db()
    assert (row.name, row.outlet_name, row.purpose, row.contact) == ("", "", "", None)
    assert not Contact.objects.filter(address=JAN).exists()
    assert not [one for one in kept.rglob("*") if one.is_file()]
    assert not Reasons.objects.exists()
    case = Case.objects.get()
    assert (case.title, case.author_name) == ("", "")
    assert Decision.objects.count() == 1
    assert "What was personal in it is removed." in Client().get(doors.path_of(row)).content.decode()


def test_who_takes_it_back_is_judged_no_further(mo: User) -> None:
    row = applied()
    Client().post(doors.path_of(row), {"deed": "take_back"})
    reactions.drain()
    assert Case.objects.get().state == "final"
    with pytest.raises(NotNow):
        actions.take_back(row)
    second = applied()
    decided(second, mo)
    Client().post(doors.path_of(second), {"deed": "take_back"})
    assert "Not valid" in card(second)


def test_what_was_never_confirmed_is_forgotten(own_home: Path) -> None:
    actions.apply(asked(), language="en", sent=[Sent("card.pdf", PDF)])
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=True):
        assert actions.forget_unconfirmed() == 1
    assert not Application.objects.exists()
    assert not Contact.objects.exists()
    assert not [one for one in (own_home / "accreditation").rglob("*") if one.is_file()]
