# SPDX-License-Identifier: Apache-2.0
"""Somebody outside the staff hears appeals: those assigned, under the same rules, and sees nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from onrecord.moderation import actions
from onrecord.moderation.actions import Finding
from onrecord.moderation.actions.appealing import why_not
from onrecord.moderation.errors import NotEligible, WrongState
from onrecord.moderation.files import Sent
from onrecord.moderation.models import Appeal, AppealState, Attachment, Case, Notice
from onrecord.people import actions as people
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from onrecord.people.roles import Role
from tests.conftest import person
from tests.moderation.judging import JAN, appealed, decided, reported, ruling
from tests.moderation.things import Board

Browser = Callable[[User], Client]


@pytest.fixture
def appeal(case: Case, mo: User) -> Appeal:
    """The author's appeal against Mo's decision; nobody of the staff may hear it."""
    return appealed(decided(case, mo, "seal"))


def test_an_appeal_that_nobody_of_the_staff_may_hear_waits_for_administrators(
    appeal: Appeal, otto: User
) -> None:
    actions.look_for_reviewers()
    appeal.refresh_from_db()
    assert (appeal.state, appeal.owner) == (AppealState.AWAITING_REVIEWER, "administrators")


def test_an_administrator_assigns_it_outside_and_it_is_heard_there(
    appeal: Appeal, otto: User, ada: User
) -> None:
    actions.assign(appeal, to=otto, by=ada)
    found = Finding("reversed", ruling("1", facts="It says “some”, not “all”."))
    decision = actions.hear(Appeal.objects.get(), found, by=otto)
    assert decision.decider == otto
    assert decision.reverts.get().restored_exactly


def test_nobody_outside_takes_an_appeal_by_themselves(appeal: Appeal, otto: User) -> None:
    with pytest.raises(NotAllowed, match="Appeal reviewer"):
        actions.assign(appeal, to=otto, by=otto)


def test_a_moderator_assigns_nothing(appeal: Appeal, otto: User, mo: User) -> None:
    with pytest.raises(NotAllowed):
        actions.assign(appeal, to=otto, by=mo)


def test_the_same_rules_hold_outside(board: Board, rules_in_force: None, mo: User, ada: User) -> None:
    board.pin("1", "They are all vermin.")
    jan = person("Jan Reader", Role.OUTSIDE_REVIEWER)
    User.objects.filter(pk=jan.pk).update(email=JAN)
    jan.refresh_from_db()
    case = reported("1").case
    assert case is not None
    row = appealed(decided(case, mo, "seal"))
    with pytest.raises(NotEligible, match="concerned by the case"):
        actions.assign(row, to=jan, by=ada)
    assert "does not hear appeals" in why_not(row, ada)


def test_whoever_cannot_hear_it_gives_it_back_and_an_administrator_takes_it_back(
    appeal: Appeal, otto: User, ada: User, rosa: User
) -> None:
    actions.assign(appeal, to=otto, by=ada)
    with pytest.raises(NotEligible, match="Otto"):
        actions.give_back(appeal, by=rosa)
    given = actions.give_back(appeal, by=otto)
    assert (given.state, given.reviewer) == (AppealState.SUBMITTED, None), "Rosa may hear it"
    with pytest.raises(WrongState):
        actions.give_back(appeal, by=otto)
    actions.assign(appeal, to=otto, by=ada)
    assert actions.give_back(appeal, by=ada).reviewer is None


def test_an_outside_reviewer_has_no_other_role_and_needs_a_second_factor(ada: User, otto: User) -> None:
    assert otto.needs_second_factor
    with pytest.raises(ValidationError, match="not of the staff"):
        people.change_roles(otto, roles=[Role.OUTSIDE_REVIEWER, Role.MODERATOR], by=ada)
    with pytest.raises(ValidationError, match="not of the staff"):
        people.invite(
            name="Nora", email="nora@example.org", roles=[Role.OUTSIDE_REVIEWER, Role.EDITOR], by=ada
        )


def test_somebody_outside_sees_their_own_appeals_and_nothing_else(
    appeal: Appeal, otto: User, ada: User, sign_in: Browser
) -> None:
    sent = [Sent("proof.txt", b"It says some.")]
    other = Notice.objects.get(decision=appeal.decision, party="reporter")
    second = actions.appeal(other, "This should not be hidden.", language="en", sent=sent)
    actions.assign(appeal, to=otto, by=ada)
    browser = sign_in(otto)
    page = browser.get(reverse("moderation_appeals")).content.decode()
    assert reverse("moderation_appeal", args=[appeal.pk]) in page
    assert reverse("moderation_appeal", args=[second.pk]) not in page
    own = browser.get(reverse("moderation_appeal", args=[appeal.pk])).content.decode()
    assert "Decide, carry it out, tell both sides" in own
    assert reverse("moderation_case", args=[appeal.case_id]) not in own
    file = Attachment.objects.get()
    for address in (
        reverse("moderation_appeal", args=[second.pk]),
        reverse("moderation_attachment", args=[file.pk]),
    ):
        assert browser.get(address).status_code == 404
    assert "What happened last" not in browser.get("/desk/").content.decode()
    assert "You are hearing appeals" in browser.get("/desk/").content.decode()


def test_an_administrator_assigns_at_the_desk_and_reads_nothing_of_the_case(
    appeal: Appeal, otto: User, ada: User, sign_in: Browser
) -> None:
    browser = sign_in(ada)
    page = browser.get(reverse("moderation_appeals")).content.decode()
    assert "Otto Ombudsperson (outside)" in page
    assert appeal.case.title not in page
    browser.post(reverse("moderation_assign", args=[appeal.pk]), {"person": otto.pk})
    assert Appeal.objects.get().reviewer == otto
    browser.post(reverse("moderation_give_back", args=[appeal.pk]))
    assert Appeal.objects.get().reviewer is None
    answer = browser.post(reverse("moderation_assign", args=[appeal.pk]), {"person": "x"}, follow=True)
    assert "Choose who hears it." in answer.content.decode()


def test_where_nobody_may_hear_it_the_list_says_whom_to_invite(
    appeal: Appeal, ada: User, sign_in: Browser
) -> None:
    assert "Invite an outside reviewer" in sign_in(ada).get(reverse("moderation_appeals")).content.decode()
