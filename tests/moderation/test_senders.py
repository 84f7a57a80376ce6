# SPDX-License-Identifier: Apache-2.0
"""Whoever appeals again and again without any ground is warned, then not heard for a time (Art. 23(2))."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from onrecord.moderation import actions, standing
from onrecord.moderation.actions import senders
from onrecord.moderation.actions.senders import Sender
from onrecord.moderation.errors import BadDecision, TooOften
from onrecord.moderation.models import Appeal, Case, Conduct, Mark, SuspensionFact
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from tests.moderation.judging import appealed, decided, mails_to, reported, text_of
from tests.moderation.things import Board

NINA = "reader-1@reader.example"


def refused(case: Case, mo: User, rosa: User, party: str = "author") -> tuple[Appeal, Sender]:
    """Return an appeal that Rosa found manifestly without ground, and who sent it."""
    row = appealed(decided(case, mo, "seal"), party)
    actions.assign(row, to=rosa, by=rosa)
    row = actions.refuse_admission(row, "It says nothing about the decision.", unfounded=True, by=rosa)
    found = senders.of_appeal(row)
    assert found is not None
    return row, found


def another(board: Board, key: str) -> Case:
    """Return a case about another note of Nina's."""
    board.pin(key, "Vermin again.")
    found = reported(key).case
    assert found is not None
    return found


def test_an_author_who_appeals_without_ground_is_warned_first_and_then_not_heard(
    board: Board, case: Case, mo: User, rosa: User
) -> None:
    _row, nina = refused(case, mo, rosa)
    with pytest.raises(BadDecision, match="Warn first"):
        actions.suspend(nina, Conduct.APPEALS, days=30, reason="All of them.", by=rosa)
    actions.warn(nina, Conduct.APPEALS, reason="One of one.", by=rosa)
    assert "One of one." in text_of(mails_to(NINA)[-1])
    with pytest.raises(BadDecision, match="since the warning"):
        actions.suspend(nina, Conduct.APPEALS, days=30, reason="All of them.", by=rosa)
    refused(another(board, "2"), mo, rosa)
    actions.suspend(nina, Conduct.APPEALS, days=30, reason="Two of two.", by=rosa)
    third = decided(another(board, "3"), mo, "seal")
    with pytest.raises(TooOften, match="not looked at until"):
        appealed(third)
    assert SuspensionFact.objects.get().conduct == "appeals"
    sent = standing.sent_by(nina.person, Conduct.APPEALS)
    assert (sent.all, sent.unfounded, sent.warned) == (2, 2, True)


def test_a_suspension_for_appeals_leaves_the_right_to_report_and_to_write(
    board: Board, case: Case, mo: User, rosa: User
) -> None:
    _row, jan = refused(case, mo, rosa, "reporter")
    actions.warn(jan, Conduct.APPEALS, reason="One of one.", by=rosa)
    refused(another(board, "2"), mo, rosa, "reporter")
    actions.suspend(jan, Conduct.APPEALS, days=30, reason="Two of two.", by=rosa)
    assert another(board, "3").state == "open"
    assert standing.suspension_of(jan.person, Conduct.REPORTS) is None


def test_those_whose_decisions_appeals_are_against_do_not_follow_them_up(
    case: Case, mo: User, rosa: User
) -> None:
    _row, nina = refused(case, mo, rosa)
    with pytest.raises(NotAllowed, match="Appeal reviewer"):
        actions.warn(nina, Conduct.APPEALS, reason="One of one.", by=mo)


def test_nobody_is_warned_of_an_appeal_that_had_a_ground(case: Case, mo: User, rosa: User) -> None:
    row = appealed(decided(case, mo, "seal"))
    found = senders.of_appeal(row)
    assert found is not None
    assert not Mark.objects.filter(conduct="appeals").exists()
    with pytest.raises(BadDecision, match="nothing to warn of"):
        actions.warn(found, Conduct.APPEALS, reason="No reason.", by=rosa)


def test_a_reviewer_warns_on_the_screen_of_the_appeal_with_the_figures_beside_it(
    case: Case, mo: User, rosa: User, otto: User, sign_in: Callable[[User], Client]
) -> None:
    row, nina = refused(case, mo, rosa)
    browser = sign_in(rosa)
    screen = reverse("moderation_appeal", args=[row.pk])
    assert "1 of 1 that they sent were manifestly without any ground" in browser.get(screen).content.decode()
    browser.post(reverse("moderation_appellant", args=[row.pk]), {"reason": "One of one.", "deed": "warn"})
    assert standing.sent_by(nina.person, Conduct.APPEALS).warned
    assert "They were warned." in browser.get(screen).content.decode()
    answer = sign_in(otto).post(reverse("moderation_appellant", args=[row.pk]), {"reason": "x"})
    assert answer.status_code in {302, 403}
    assert standing.sent_by(nina.person, Conduct.APPEALS).suspended_until is None
