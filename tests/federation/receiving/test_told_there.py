# SPDX-License-Identifier: Apache-2.0
"""Who answered from elsewhere is told of a decision there, alone, and appeals by the link."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onrecord.conversation import actions as conversation
from onrecord.conversation.errors import Closed
from onrecord.conversation.models import Comment, Mode, State
from onrecord.delivery.models import Delivery, Distribution
from onrecord.delivery.models import State as DeliveryState
from onrecord.federation import actors
from onrecord.federation.models import DomainBlock, RemoteActor
from onrecord.federation.sending import direct
from onrecord.journal.models import Entry
from onrecord.moderation import actions, doors, items
from onrecord.moderation.actions import Ruling, Wanted
from onrecord.moderation.desk import reading
from onrecord.moderation.models import Appeal, Case, Decision, Notice
from onrecord.people.models import Organisation, User
from onrecord.statements.models import Publication
from tests.federation.receiving.remote import Remote, Somebody
from tests.federation.receiving.test_handlers import answer, tell
from tests.moderation.judging import rules

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules(organisation: Organisation, ines: User) -> None:
    rules(ines)


def sealed(comment: Comment, by: User, **more: object) -> Decision:
    """Take what somebody said elsewhere out of view."""
    item = items.find("comment", str(comment.pk))
    case = actions.open_by_staff(item, category="", by=by)
    ruling = Ruling(
        item_version=item.version,
        facts="It calls all neighbours vermin.",
        explanation="It degrades people.",
        effects=(Wanted("seal"),),
        rule=None,
        legal_ground="Criminal Code, section 130",
        **more,  # type: ignore[arg-type]  # as each test says
    )
    return actions.decide(case, ruling, by=by, revision=case.revision)


def direct_ones() -> list[dict[str, Any]]:
    """Return the activities that were sent to one account alone."""
    rows = Distribution.objects.filter(purpose=direct.PURPOSE).order_by("pk")
    return [row.body["letters"]["activity"]["activity"] for row in rows]


def page_of(decision: Decision) -> str:
    return doors.notice_path(Notice.objects.get(decision=decision, party="author"))


def test_the_author_is_answered_alone_with_the_link_to_the_page(
    water: Publication, jan: Somebody, mo: User
) -> None:
    comment = answer(jan, water)
    decision = sealed(comment, mo)
    (activity,) = direct_ones()
    note = activity["object"]
    assert (activity["type"], note["type"]) == ("Create", "Note")
    assert activity["to"] == note["to"] == [jan.uri]
    assert activity["cc"] == note["cc"] == []
    assert note["inReplyTo"] == comment.source_id
    assert note["tag"][0]["href"] == jan.uri
    link = f"https://news.elmford.example{page_of(decision)}"
    assert link in note["content"]
    assert decision.public_number in note["content"]
    told = json.dumps(activity)
    for secret in ("vermin", "section 130", "Thank you", "Mo Moderator", "Public"):
        assert secret not in told, secret
    row = Delivery.objects.get(distribution__purpose=direct.PURPOSE)
    assert (row.recipient, row.distribution.transport) == (f"{jan.uri}/inbox", "activitypub")
    notice = Notice.objects.get(decision=decision)
    assert notice.state == "queued"
    journal = json.dumps(list(Entry.objects.values_list("data", flat=True)))
    assert page_of(decision).split("/")[2] not in journal


def test_they_appeal_by_the_link_and_hear_of_it_the_same_way(
    water: Publication, jan: Somebody, mo: User, rosa: User
) -> None:
    decision = sealed(answer(jan, water), mo)
    page = page_of(decision)
    assert Client().get(page).status_code == 200
    notice = Notice.objects.get(decision=decision)
    assert notice.informed_at is not None
    appeal = actions.appeal(notice, "I quoted what my neighbour had said.", language="en")
    actions.assign(appeal, to=rosa, by=rosa)
    actions.ask(appeal, "Where did your neighbour say that?", by=rosa)
    received, question = direct_ones()[1:]
    assert received["id"] != question["id"]
    for one in (received, question):
        assert page in one["object"]["content"]
        assert "neighbour" not in one["object"]["content"]
    assert Appeal.objects.get().state == "question"


def test_what_a_server_accepts_is_not_yet_known_to_the_person(
    water: Publication, jan: Somebody, mo: User
) -> None:
    decision = sealed(answer(jan, water), mo)
    rows = Delivery.objects.filter(distribution__purpose=direct.PURPOSE)
    rows.update(state=DeliveryState.ACCEPTED, settled_at=timezone.now())
    assert actions.follow_notices() == 1
    notice = Notice.objects.get(decision=decision)
    assert (notice.state, notice.informed_at) == ("sent", None)
    Notice.objects.update(state="queued")
    rows.update(state=DeliveryState.FAILED)
    actions.follow_notices()
    notice.refresh_from_db()
    assert notice.state == "bounced"


def test_spam_blocked_servers_and_gone_accounts_get_the_page_alone(
    water: Publication, elsewhere: Remote, jan: Somebody, mo: User
) -> None:
    sealed(answer(jan, water), mo, spam=True)
    assert direct_ones() == []
    comment = answer(jan, water, "<p>Vermin, all of them.</p>")
    DomainBlock.objects.create(host="127.0.0.1", reason="Spam.")
    decision = sealed(comment, mo)
    assert direct_ones() == []
    assert Notice.objects.get(decision=decision).state == "page_only"
    DomainBlock.objects.all().delete()
    kim = elsewhere.somebody("kim")
    comment = answer(kim, water, "<p>Vermin, each of them.</p>")
    RemoteActor.objects.filter(uri=kim.uri).update(
        gone_at=timezone.now(), inbox="", shared_inbox="", name="", url=""
    )
    assert Notice.objects.get(decision=sealed(comment, mo)).state == "page_only"


def test_no_account_is_written_to_without_end(
    water: Publication, jan: Somebody, mo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(direct.MOST, "account", 2)
    decisions = [sealed(answer(jan, water, f"<p>Vermin, number {n}.</p>"), mo) for n in range(3)]
    assert len(direct_ones()) == 2
    assert Notice.objects.get(decision=decisions[2]).state == "page_only"


def test_an_answer_to_it_starts_nothing(water: Publication, jan: Somebody, mo: User) -> None:
    sealed(answer(jan, water), mo)
    (activity,) = direct_ones()
    before = Comment.objects.count()
    for more in ({}, {"to": [actors.address_of(actors.newsroom())], "cc": []}):
        note = jan.note("<p>I disagree.</p>", activity["object"]["id"], **more)
        tell(jan, jan.create(note))
    assert Comment.objects.count() == before
    assert len(direct_ones()) == 1


def test_what_came_from_elsewhere_is_a_lane_of_the_queue_with_its_host(
    water: Publication, jan: Somebody, mo: User, sign_in: Any
) -> None:
    comment = answer(jan, water)
    actions.open_held("comment", str(comment.pk))
    actions.open_by_staff(items.find("statement", str(water.pk)), category="", by=mo)
    assert len(reading.queue().cases) == 2
    (case,) = reading.queue(only="elsewhere").cases
    host = RemoteActor.objects.get(uri=jan.uri).host.name
    assert (case.item_kind, case.origin) == ("comment", host)
    page = sign_in(mo).get(reverse("moderation_queue") + "?only=elsewhere").content.decode()
    assert f"<bdi>{host}</bdi>" in page
    assert page.count("data-case") == 1
    assert f"from {host}" in sign_in(mo).get(reverse("moderation_case", args=[case.pk])).content.decode()
    assert Case.objects.filter(elsewhere=True).count() == 1


def test_the_newsroom_may_be_stricter_with_what_comes_from_elsewhere(
    water: Publication, jan: Somebody, mo: User
) -> None:
    conversation.set_policy(Mode.AFTER, None, elsewhere=Mode.BEFORE, by=mo)
    first = answer(jan, water)
    conversation.approve(first, by=mo)
    second = answer(jan, water, "<p>And who tested it?</p>")
    assert second.state == State.HELD
    conversation.set_policy(Mode.AFTER, None, by=mo)
    assert answer(jan, water, "<p>And how often?</p>").state == State.HELD, "what was set stays"
    conversation.set_policy(Mode.AFTER, None, elsewhere=Mode.CLOSED, by=mo)
    before = Comment.objects.count()
    note = jan.note("<p>Nobody hears me.</p>", f"https://news.elmford.example{water.path}")
    tell(jan, jan.create(note))
    assert Comment.objects.count() == before
    with pytest.raises(Closed):
        conversation.submit_from_elsewhere(
            water,
            conversation.Author(origin=jan.uri, name="Jan", handle="@jan@r.example", link=""),
            conversation.Remark(uri="https://r.example/1", text="Nobody hears me."),
        )
