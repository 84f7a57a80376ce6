# SPDX-License-Identifier: Apache-2.0
"""Orders of authorities and disputes elsewhere: recorded, followed up, counted for the yearly report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onrecord.moderation import actions
from onrecord.moderation.actions import Ordered
from onrecord.moderation.errors import BadDecision, WrongState
from onrecord.moderation.filing import gathering
from onrecord.moderation.models import (
    AppealFact,
    AuthorityOrder,
    Case,
    Decision,
    External,
    ExternalFact,
    Notice,
    OrderFact,
)
from onrecord.moderation.reasons import points
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from tests.moderation.judging import RUDE, decided, reported
from tests.moderation.things import Board

Browser = Callable[[User], Client]


def ordered(**changes: object) -> Ordered:
    """Return an order about the first note."""
    given = Ordered(
        authority="District Court of Elmford",
        reference="7 O 12/26",
        member_state="DE",
        received_at=timezone.now() - timedelta(hours=2),
        category=RUDE,
        url="/board/#1",
    )
    return replace(given, **changes)  # type: ignore[arg-type]  # as each test says


def test_an_order_to_act_opens_an_urgent_case_that_a_person_decides(
    board: Board, rules_in_force: None, ada: User, mo: User
) -> None:
    board.pin("1", "They are all vermin.")
    row = actions.record_order(ordered(), by=ada)
    assert row.case is not None
    assert (row.case.urgent, row.case.state) == (True, "open")
    with pytest.raises(WrongState, match="not decided yet"):
        actions.effect_order(row, by=ada)
    actions.confirm_order(row, by=ada)
    decided(row.case, mo, "seal", rule=None, legal_ground="Section 185 of the code")
    told = [line for one in points(Notice.objects.get(party="author")) for line in one.lines]
    assert "An authority ordered it." in told
    row.case.refresh_from_db()
    actions.effect_order(row, by=ada)
    fact = OrderFact.objects.get()
    assert (fact.member_state, fact.information, fact.hours_to_receipt, fact.hours_to_effect) == (
        "DE",
        False,
        2 + 1,
        2 + 1,
    )
    assert Decision.objects.get().source == "order"


def test_an_order_to_give_information_has_no_case(board: Board, ada: User) -> None:
    row = actions.record_order(ordered(information=True, url=""), by=ada)
    assert row.case is None
    with pytest.raises(BadDecision, match="leave it empty"):
        actions.record_order(ordered(information=True, reference="8"), by=ada)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"member_state": "US"}, "no Member State"),
        ({"authority": " "}, "Name the authority"),
        ({"category": "x"}, "what the order is about"),
        ({"items": 0}, "one thing at least"),
        ({"url": "/nowhere/"}, "Nothing that can be judged"),
    ],
)
def test_an_order_that_cannot_be_is_refused(
    board: Board, ada: User, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(BadDecision, match=message):
        actions.record_order(ordered(**changes), by=ada)


def test_an_order_is_recorded_and_followed_up_once(board: Board, rules_in_force: None, ada: User) -> None:
    board.pin("1", "They are all vermin.")
    row = actions.record_order(ordered(), by=ada)
    with pytest.raises(BadDecision, match="recorded already"):
        actions.record_order(ordered(), by=ada)
    actions.confirm_order(row, by=ada)
    with pytest.raises(WrongState):
        actions.confirm_order(row, by=ada)


def test_moderators_record_neither_orders_nor_disputes(board: Board, mo: User, case: Case) -> None:
    with pytest.raises(NotAllowed):
        actions.record_order(ordered(), by=mo)
    with pytest.raises(NotAllowed):
        actions.record_dispute(case.number, body="B", reference="1", filed_at=timezone.now(), by=mo)


def test_a_dispute_keeps_its_case_open_until_the_body_has_decided(case: Case, mo: User, ada: User) -> None:
    decided(case, mo, "seal")
    filed = timezone.now()
    row = actions.record_dispute(case.number, body="Appeals Centre", reference="A-1", filed_at=filed, by=ada)
    with time_machine.travel(timezone.now() + timedelta(days=900)):
        actions.finish_cases()
        case.refresh_from_db()
        assert case.state != "final"
        with pytest.raises(BadDecision, match="Say why"):
            actions.close_dispute(row, outcome="reversed", implemented=False, by=ada)
        actions.close_dispute(
            row, outcome="reversed", implemented=False, costs="EUR 95", note="The law binds us.", by=ada
        )
        with pytest.raises(WrongState):
            actions.close_dispute(row, outcome="upheld", implemented=True, by=ada)
        actions.finish_cases()
    case.refresh_from_db()
    assert case.state == "final"
    fact = ExternalFact.objects.get()
    assert (fact.outcome, fact.implemented, fact.hours) == ("reversed", False, 900 * 24 + 1)


def test_a_dispute_names_a_case_that_is_decided(case: Case, ada: User) -> None:
    for number in (case.number, "2026-999999", "nonsense", ""):
        with pytest.raises(BadDecision, match="no decided case"):
            actions.record_dispute(number, body="B", reference="1", filed_at=timezone.now(), by=ada)


def test_what_comes_from_outside_is_in_the_yearly_report(
    board: Board, case: Case, mo: User, ada: User
) -> None:
    actions.add_flagger(name="Hotline", address="desk@hotline.example", field="", awarded_by="BNetzA", by=ada)
    flagged = reported("1", address="desk@hotline.example")
    decision = decided(case, mo)
    notice = Notice.objects.get(decision=decision, report=flagged)
    actions.appeal(notice, "This has to go all the same.", language="en")
    actions.record_order(ordered(), by=ada)
    now = timezone.now()
    actions.record_dispute(case.number, body="B", reference="1", filed_at=now, by=ada)
    assert AppealFact.objects.get().trusted
    assert gathering._complaint(AppealFact.objects.get()).trusted
    assert gathering._order(OrderFact.objects.get()).member_state == "DE"
    assert ExternalFact.objects.get().day == now.date()


def test_administrators_record_and_follow_up_at_the_desk(
    board: Board, case: Case, mo: User, ada: User, sign_in: Browser
) -> None:
    browser = sign_in(ada)
    form = {
        "authority": "Court",
        "reference": "7",
        "member_state": "FR",
        "received_at": "2026-01-02T08:00",
        "category": RUDE,
        "url": "/board/#1",
        "items": "1",
    }
    browser.post(reverse("moderation_order"), form)
    row = AuthorityOrder.objects.get()
    assert row.case == case
    browser.post(reverse("moderation_order_follow", args=[row.pk]), {"deed": "confirm"})
    assert AuthorityOrder.objects.get().confirmed_at is not None
    assert (
        "An authority orders it"
        in sign_in(mo).get(reverse("moderation_case", args=[case.pk])).content.decode()
    )
    decided(case, mo, "seal")
    browser.post(
        reverse("moderation_dispute"),
        {"number": case.number, "body": "B", "dispute": "1", "filed_at": "2026-01-03T08:00"},
    )
    filed = External.objects.get()
    page = browser.get(reverse("moderation_outside")).content.decode()
    assert "What the body decided" in page
    browser.post(reverse("moderation_dispute_outcome", args=[filed.pk]), {"outcome": "upheld", "costs": "0"})
    assert External.objects.get().outcome == "upheld"
