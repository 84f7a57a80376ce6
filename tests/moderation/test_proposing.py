# SPDX-License-Identifier: Apache-2.0
"""Ending somebody's standing for good: proposed by one moderator, signed by another person, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from onrecord.delivery.models import Delivery
from onrecord.journal.models import Entry
from onrecord.moderation import actions, needs, standing
from onrecord.moderation.actions import Finding, Ruling, appealing
from onrecord.moderation.errors import BadDecision, Changed, NotEligible, WrongState
from onrecord.moderation.models import (
    Appeal,
    Case,
    Decision,
    DecisionFact,
    Effect,
    Notice,
    Proposal,
    Rung,
)
from onrecord.moderation.transparency import counting
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from onrecord.people.roles import Role
from tests.conftest import person
from tests.moderation.judging import JAN, appealed, decided, mails_to, reported, ruling, text_of
from tests.moderation.things import Board

SignIn = Callable[[User], Client]
NINA = "reader-1@reader.example"
pytestmark = pytest.mark.usefixtures("rules_in_force")


@pytest.fixture
def mia(db: None) -> User:
    """The second moderator."""
    return person("Mia Second", Role.MODERATOR)


def end(key: str = "1", *effects: str, **changes: object) -> Ruling:
    """Return what Mo proposes about a note: by law, so that nothing has to come before."""
    given: dict[str, Any] = {"rule": None, "legal_ground": "Criminal Code, section 130"} | changes
    return ruling(key, "seal", "terminate", *effects, **given)


def proposed(case: Case, by: User, **changes: object) -> Proposal:
    """Return what somebody proposes about a case."""
    case.refresh_from_db()
    return actions.propose(case, end(case.item_key, **changes), by=by, revision=case.revision)


def test_nothing_is_in_force_and_nobody_told_before_somebody_else_has_signed(
    board: Board, case: Case, mo: User, mia: User
) -> None:
    mails = Delivery.objects.count()
    row = proposed(case, mo)

    assert (row.state, row.case.state) == ("waiting", "proposed")
    assert (board.on_persons, board.is_hidden("1")) == ({}, False)
    assert not Decision.objects.exists()
    assert not Notice.objects.exists()
    assert not DecisionFact.objects.exists()
    assert Delivery.objects.count() == mails

    decision = actions.sign(row, by=mia)

    (order,) = board.on_persons.values()
    assert (order.kind, order.person, order.until) == ("terminate", "reader/1", None)
    assert board.is_hidden("1")
    assert (decision.decider, decision.second) == (mo, mia)
    case.refresh_from_db()
    assert case.state == "decided"
    row.refresh_from_db()
    assert (row.state, row.second, row.decision, row.facts) == ("signed", mia, decision, "")
    assert decision.reasons.facts == "It calls all neighbours vermin."
    (mail,) = mails_to(NINA)
    words = text_of(mail)
    for point in (
        "End: the author can never write here again",
        "two people decided",
        "Moderator 1, and a second",
    ):
        assert point in words, point
    assert str(mia) not in words
    assert "It applies until it is reversed." in words
    fact = DecisionFact.objects.get()
    assert (fact.terminate, fact.seal, fact.until) == (True, True, None)
    assert counting.period(None).by_kind["terminate"] == 1
    assert standing.of("reader/1").rung == Rung.ENDED
    assert b'"signatures":2' in bytes(decision.reasons.frozen or b"")
    entry = Entry.objects.get(event="moderation.decided")
    assert entry.actor_id == mia.pk


def test_nobody_signs_what_they_proposed_wrote_or_reported(board: Board, case: Case, mo: User) -> None:
    row = proposed(case, mo)
    with pytest.raises(NotEligible, match="You have proposed this yourself"):
        actions.sign(row, by=mo)
    jan, nina = person("Jan Reader", Role.MODERATOR), person("Nina Writer", Role.EDITOR)
    User.objects.filter(pk=jan.pk).update(email=JAN)
    User.objects.filter(pk=nina.pk).update(email=NINA)
    jan.refresh_from_db()
    nina.refresh_from_db()
    with pytest.raises(NotEligible, match="You wrote or reported this yourself"):
        actions.sign(row, by=jan)
    with pytest.raises(NotEligible, match="You wrote or reported this yourself"):
        actions.sign(row, by=nina)
    assert not Effect.objects.exists()


def test_who_lacks_the_right_neither_proposes_nor_signs(
    case: Case, mo: User, olga: User, rosa: User, ada: User, max: User
) -> None:
    for somebody in (olga, rosa, ada, max):
        with pytest.raises(NotAllowed):
            proposed(case, somebody)
    row = proposed(case, mo)
    for somebody in (olga, rosa, ada, max):
        with pytest.raises(NotAllowed, match="sign what a moderator proposes"):
            actions.sign(row, by=somebody)
        with pytest.raises(NotAllowed):
            actions.decline(row, "I am not convinced of it.", by=somebody)


def test_an_editor_signs_where_there_is_one_moderator(case: Case, mo: User, ines: User) -> None:
    assert actions.sign(proposed(case, mo), by=ines).second == ines


def test_nobody_ends_it_alone_neither_as_a_decision_nor_on_appeal(
    board: Board, case: Case, mo: User, rosa: User
) -> None:
    with pytest.raises(BadDecision, match="Propose it; another person signs"):
        actions.decide(case, end(), by=mo, revision=case.revision)
    decision = decided(case, mo)
    appeal = appealed(decision, "reporter", "It is hatred, plainly.")
    actions.assign(appeal, to=rosa, by=rosa)
    with pytest.raises(BadDecision, match="Propose it; another person signs"):
        actions.hear(appeal, Finding("reversed", end()), by=rosa)


def test_by_a_rule_it_is_the_last_step_after_a_suspension(board: Board, case: Case, mo: User) -> None:
    by_rule = ruling("1", "terminate")
    with pytest.raises(BadDecision, match="who was not suspended before"):
        actions.propose(case, by_rule, by=mo, revision=case.revision)
    decided(case, mo, "warn")
    board.pin("2", "Vermin, again.")
    decided(_case("2"), mo, "suspend", days=7)
    board.pin("3", "Vermin, and again.")
    third = _case("3")
    row = actions.propose(third, ruling("3", "terminate"), by=mo, revision=third.revision)
    assert row.rule is not None


def test_an_end_stands_alone_among_what_befalls_the_author(case: Case, mo: User) -> None:
    both = end("1", "limit")
    with pytest.raises(BadDecision, match="neither limited nor suspended"):
        actions.propose(case, both, by=mo, revision=case.revision)


def test_while_it_waits_nobody_decides_claims_or_approves_it_otherwise(
    case: Case, mo: User, mia: User
) -> None:
    proposed(case, mo)
    with pytest.raises(WrongState, match="waits for a second signature"):
        decided(case, mia, "seal")
    case.refresh_from_db()
    with pytest.raises(WrongState, match="waits for a second signature"):
        actions.claim(case, by=mia, revision=case.revision)
    with pytest.raises(WrongState, match="waits for a second signature"):
        actions.propose(case, end(), by=mia, revision=case.revision)


def test_what_is_declined_says_why_and_waits_for_a_decision_again(
    board: Board, case: Case, mo: User, mia: User
) -> None:
    row = proposed(case, mo)
    with pytest.raises(BadDecision, match="Say why"):
        actions.decline(row, "No.", by=mia)
    actions.decline(row, "A suspension is enough here.", by=mia)
    with pytest.raises(WrongState, match="closed"):
        actions.sign(row, by=mia)
    case.refresh_from_db()
    assert case.state == "triaged"
    decision = decided(case, mo, "seal")
    bea = person("Bea Both", Role.APPEAL_REVIEWER)
    mia.groups.add(bea.groups.get())
    appeal = appealed(decision)
    assert not appealing.why_not(appeal, bea)
    assert "had a part" in appealing.why_not(appeal, User.objects.get(pk=mia.pk))


def test_who_proposed_takes_it_back_and_nobody_else(case: Case, mo: User, mia: User) -> None:
    row = proposed(case, mo)
    with pytest.raises(NotEligible, match="has proposed this"):
        actions.withdraw_proposal(row, by=mia)
    actions.withdraw_proposal(row, by=mo)
    case.refresh_from_db()
    assert case.state == "triaged"
    assert proposed(case, mia).state == "waiting"


def test_what_its_author_has_changed_is_not_signed(board: Board, case: Case, mo: User, mia: User) -> None:
    row = proposed(case, mo)
    board.edit("1", "Some of them annoy me.")
    with pytest.raises(Changed):
        actions.sign(row, by=mia)
    assert board.on_persons == {}


def test_what_is_gone_takes_its_proposal_along(case: Case, mo: User) -> None:
    row = proposed(case, mo)
    actions.close_gone(case, by=mo.as_actor())
    row.refresh_from_db()
    assert row.state == "lapsed"


def test_a_third_person_hears_the_appeal_and_puts_everything_back(
    board: Board, case: Case, mo: User, mia: User, rosa: User
) -> None:
    before = board.image("1")
    decision = actions.sign(proposed(case, mo), by=mia)
    for somebody in (mo, mia):
        somebody.groups.add(rosa.groups.get())
    appeal = appealed(decision)
    for somebody in User.objects.filter(pk__in=[mo.pk, mia.pk]):
        with pytest.raises(NotEligible, match="had a part in the decision"):
            actions.assign(appeal, to=somebody, by=somebody)
    with pytest.raises(DatabaseError), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(reviewer=mia)
    actions.assign(appeal, to=rosa, by=rosa)
    found = ruling("1", facts="It quotes somebody else.")
    actions.hear(appeal, Finding("reversed", found), by=rosa)
    assert board.on_persons == {}
    assert board.image("1") == before
    assert standing.of("reader/1").rung == Rung.CLEAN


def test_the_database_refuses_an_end_with_one_signature(case: Case, mo: User) -> None:
    decision = decided(case, mo, "seal")
    given: dict[str, Any] = {
        "decision": decision,
        "number": 2,
        "kind": "terminate",
        "item_kind": "note",
        "item_key": "1",
        "person": "reader/1",
        "before_hash": "0" * 64,
    }
    with pytest.raises(DatabaseError, match="end_is_signed_twice"), transaction.atomic():
        Effect.objects.create(**given)


def test_two_people_at_the_desk_end_somebodys_standing(
    board: Board, case: Case, mo: User, ines: User, sign_in: SignIn
) -> None:
    browser = sign_in(mo)
    page = reverse("moderation_case", args=[case.pk])
    form = {
        "effects": ["terminate"],
        "legal_ground": "Criminal Code, section 130",
        "facts": "It threatens <b>people</b>.",
        "explanation": "It calls for violence.",
        "item_version": "1.1",
        "revision": str(case.revision),
    }
    assert browser.post(page, form).status_code == 302
    row = Proposal.objects.get()
    told = browser.get(page).content.decode()
    assert "proposes to end the author’s standing for good" in told
    assert 'id="decide"' not in told
    own = reverse("moderation_proposal", args=[row.pk])
    told = browser.get(own).content.decode()
    assert "You have proposed this yourself" in told
    assert reverse("moderation_sign", args=[row.pk]) not in told
    assert "second signature" in browser.get(reverse("moderation_queue")).content.decode()

    second = sign_in(ines)
    told = second.get(own).content.decode()
    assert "It threatens &lt;b&gt;people&lt;/b&gt;." in told
    assert reverse("moderation_case", args=[case.pk]) not in told
    second.post(reverse("moderation_sign", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == "signed"
    assert len(board.on_persons) == 1


def test_who_may_sign_is_told_on_the_front_page(case: Case, mo: User, ines: User, ada: User) -> None:
    proposed(case, mo)
    assert any("standing would end" in need.title for need in needs.needs(ines))
    assert not any("standing would end" in need.title for need in needs.needs(mo))
    ines.groups.clear()
    assert any("Nobody may sign" in need.title for need in needs.needs(User.objects.get(pk=ada.pk)))


def _case(key: str) -> Case:
    found = reported(key).case
    assert found is not None
    return found
