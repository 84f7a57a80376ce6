# SPDX-License-Identifier: Apache-2.0
"""Who is told of an edition, of what, and in which words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from onrecord.delivery import lacking
from onrecord.delivery.models import Delivery, Distribution
from onrecord.federation import actors
from onrecord.federation.models import (
    Actor,
    ActorKind,
    DomainBlock,
    Follow,
    Interaction,
    InteractionKind,
    RemoteHost,
)
from onrecord.federation.sending import actions
from onrecord.federation.sending.errors import NotBaked
from onrecord.people.models import User
from onrecord.statements import actions as verbs
from onrecord.statements.models import Edition, Publication, Statement, Topic, TopicName
from onrecord.wiring.telling import heed_all_gone
from tests.federation.sending.elsewhere import follow, somebody
from tests.statements import newsroom as words
from tests.statements.newsroom import Newsroom

pytestmark = pytest.mark.django_db
SHARED = "https://social.example/inbox"


def baked(path: str) -> bytes:
    """Return what stands on the site, as far as it matters here: its address and what it is."""
    return json.dumps({"id": f"https://news.elmford.example{path}", "type": "baked"}).encode()


def said(desk: Newsroom, statement: Statement | None = None, **fields: Any) -> Edition:
    """Publish a first edition, or a later one of a statement."""
    change = (
        {"change": fields.pop("change"), "change_note": "A number was wrong."} if "change" in fields else {}
    )
    statement = statement or words.write(desk, "Water is safe", "It was tested.", **fields)
    return published(words.release(desk, statement, **change))


def published(edition: Edition) -> Edition:
    Edition.objects.filter(pk=edition.pk).update(published_at=edition.released_at)
    return Edition.objects.get(pk=edition.pk)


def corrected(
    desk: Newsroom, edition: Edition, change: str = "correction", topics: Sequence[Topic] | None = None
) -> Edition:
    statement = Statement.objects.get(pk=edition.statement_id)
    statement.title = "Water is safe again"
    if topics is not None:
        statement.topics.set(topics)
    verbs.save_draft(statement, by=desk.writer)
    return said(desk, statement, change=change)


def selection(name: str, language: str = "", topic: Topic | None = None) -> Actor:
    return Actor.objects.create(name=name, kind=ActorKind.SELECTION, language=language, topic=topic)


def water() -> Topic:
    topic: Topic = Topic.objects.create(slug="water")
    TopicName.objects.create(topic=topic, language="en", name="Water")
    return topic


def told(distribution: Distribution) -> dict[str, str]:
    """Return inboxes with the address of what each gets."""
    letters = distribution.body["letters"]
    rows = distribution.deliveries.values_list("recipient", "data")
    return {inbox: letters[data.get("letter", "activity")]["activity"]["id"] for inbox, data in rows}


def answered(distribution: Distribution, state: str = "accepted") -> None:
    distribution.deliveries.update(state=state, settled_at=timezone.now())


def test_followers_of_one_server_share_a_message(desk: Newsroom, newsroom: Actor) -> None:
    for who in (somebody("rosa"), somebody("jan"), somebody("mo", at="https://small.example", shared=False)):
        follow(newsroom, who)
    edition = said(desk)
    [distribution] = actions.tell(edition.pk, baked)
    address = "https://news.elmford.example/ap/activities/create/2026/water-is-safe/original"
    assert told(distribution) == {SHARED: address, "https://small.example/users/mo/inbox": address}
    assert (distribution.object_key, distribution.version) == (edition.statement.subject, 1)
    assert distribution.purpose == "edition"
    assert set(distribution.deliveries.values_list("destination", flat=True)) == {
        "social.example",
        "small.example",
    }
    assert actions.tell(edition.pk, baked) == [distribution], "it is safe to run twice"


def test_who_follows_no_more_is_gone_or_blocked_gets_nothing(desk: Newsroom, newsroom: Actor) -> None:
    gone = somebody("gone", at="https://a.example")
    gone.inbox = gone.shared_inbox = ""
    gone.gone_at = timezone.now()
    gone.save()
    follow(newsroom, gone)
    over = follow(newsroom, somebody("over", at="https://b.example"))
    Follow.objects.filter(pk=over.pk).update(ended_at=timezone.now(), ended_reason="undone")
    for host in ("bad.example", "below.bad.example", "bad.example:8443", "notbad.example", "past.example"):
        follow(newsroom, somebody("x", at=f"https://{host}"))
    DomainBlock.objects.create(host="bad.example", reason="Spam, rule 3")
    DomainBlock.objects.create(
        host="past.example", reason="Spam", until=timezone.now() - timedelta(minutes=1)
    )
    [distribution] = actions.tell(said(desk).pk, baked)
    assert set(told(distribution)) == {"https://notbad.example/inbox", "https://past.example/inbox"}


def test_nothing_is_frozen_for_nobody_nor_before_it_can_be_read(desk: Newsroom, newsroom: Actor) -> None:
    edition = said(desk)
    assert actions.tell(edition.pk, lambda _: None) == []
    follow(newsroom, somebody())
    with pytest.raises(NotBaked, match=r"/ap/activities/create/2026/water-is-safe/original is not baked"):
        actions.tell(edition.pk, lambda _: None)
    Edition.objects.update(published_at=None)
    assert actions.tell(edition.pk, baked) == []
    assert not Distribution.objects.exists()


def test_a_correction_goes_to_whoever_follows_or_did_something_with_it(
    desk: Newsroom, newsroom: Actor
) -> None:
    follow(newsroom, somebody("rosa"))
    first = said(desk)
    [distribution] = actions.tell(first.pk, baked)
    answered(distribution)
    reader = somebody("max", at="https://reader.example")
    Interaction.objects.create(
        publication=Publication.objects.get(),
        kind=InteractionKind.SHARE,
        by=reader,
        uri="https://reader.example/1",
    )
    [update] = actions.tell(corrected(desk, first).pk, baked)
    address = "https://news.elmford.example/ap/activities/update/2/2026/water-is-safe/original"
    assert told(update) == {SHARED: address, "https://reader.example/inbox": address}
    assert (update.version, update.purpose) == (2, "correction")


@pytest.mark.parametrize("change", ["clarification", "update", "minor"])
def test_every_later_edition_goes_out(desk: Newsroom, newsroom: Actor, change: str) -> None:
    follow(newsroom, somebody())
    first = said(desk)
    actions.tell(first.pk, baked)
    [later] = actions.tell(corrected(desk, first, change).pk, baked)
    assert later.purpose == change


def test_who_may_not_have_the_first_edition_gets_the_newest_as_the_first(
    desk: Newsroom, newsroom: Actor
) -> None:
    for name in ("has-it", "is-down", "refused", "waits"):
        follow(newsroom, somebody(at=f"https://{name}.example"))
    first = said(desk)
    [distribution] = actions.tell(first.pk, baked)
    for name, state in (("has-it", "accepted"), ("is-down", "deferred"), ("refused", "failed")):
        distribution.deliveries.filter(destination=f"{name}.example").update(state=state)
    follow(newsroom, somebody(at="https://new.example"))
    [update] = actions.tell(corrected(desk, first).pk, baked)
    kinds = {inbox.split("/")[2]: address.split("/")[5] for inbox, address in told(update).items()}
    assert kinds == {
        "has-it.example": "update",
        "is-down.example": "create",
        "refused.example": "create",
        "waits.example": "create",
        "new.example": "update",
    }
    states = dict(distribution.deliveries.values_list("destination", "state"))
    assert states["is-down.example"] == states["waits.example"] == "superseded"


def test_a_withdrawal_stops_what_is_pending_and_goes_to_all(desk: Newsroom, newsroom: Actor) -> None:
    follow(newsroom, somebody("rosa"))
    ended = follow(newsroom, somebody(at="https://ended.example"))
    first = said(desk)
    [distribution] = actions.tell(first.pk, baked)
    Follow.objects.filter(pk=ended.pk).update(ended_at=timezone.now(), ended_reason="undone")
    edition = published(words.withdraw(desk, Statement.objects.get(), "It was wrong."))
    [withdrawal] = actions.tell(edition.pk, baked)
    address = "https://news.elmford.example/ap/activities/withdraw/2/2026/water-is-safe/original"
    assert told(withdrawal) == {SHARED: address}
    assert withdrawal.purpose == "withdrawal"
    states = dict(distribution.deliveries.values_list("destination", "state"))
    assert states == {"social.example": "superseded", "ended.example": "cancelled"}


def test_selections_announce_what_is_theirs_to_their_own_followers(desk: Newsroom, newsroom: Actor) -> None:
    topic = water()
    follow(newsroom, somebody("rosa"))
    for actor in (selection("water", topic=topic), selection("english", "en"), selection("french", "fr")):
        follow(actor, somebody(f"of-{actor.name}"))
        follow(actor, somebody(f"for-{actor.name}", at=f"https://{actor.name}.example"))
    first = said(desk, topics=[topic])
    own, announced = actions.tell(first.pk, baked)
    assert set(told(own)) == {SHARED}
    assert announced.purpose == "announcement"
    rows = announced.deliveries.values_list("recipient", "data")
    assert sorted((inbox, data["letter"]) for inbox, data in rows) == [
        ("https://english.example/inbox", "english"),
        (SHARED, "english"),
        (SHARED, "water"),
        ("https://water.example/inbox", "water"),
    ]
    letter = announced.body["letters"]["water"]
    assert letter["actor"] == "water"
    assert letter["activity"]["type"] == "Announce"
    assert (
        letter["activity"]["object"]
        == "https://news.elmford.example/ap/statements/2026/water-is-safe/original"
    )
    assert letter["activity"]["actor"] == "https://news.elmford.example/ap/actors/water"
    answered(own)
    answered(announced)
    [update] = actions.tell(corrected(desk, first).pk, baked)
    assert set(told(update)) == {SHARED, "https://english.example/inbox", "https://water.example/inbox"}


def test_a_selection_announces_what_becomes_its_own_later(desk: Newsroom, newsroom: Actor) -> None:
    topic = water()
    actor = selection("water", topic=topic)
    follow(actor, somebody())
    first = said(desk)
    assert actions.tell(first.pk, baked) == []
    _update, announced = actions.tell(corrected(desk, first, topics=[topic]).pk, baked)
    assert list(announced.body["letters"]) == ["water"]


def test_who_still_lacks_a_correction_is_told(desk: Newsroom, newsroom: Actor, olga: User) -> None:
    topic = water()
    follow(selection("water", topic=topic), somebody(at="https://water.example"))
    for name in ("one", "two", "three"):
        follow(newsroom, somebody(at=f"https://{name}.example"))
    first = said(desk, topics=[topic])
    for distribution in actions.tell(first.pk, baked):
        answered(distribution)
    second = corrected(desk, first)
    [update] = actions.tell(second.pk, baked)
    update.deliveries.filter(destination="one.example").update(state="accepted")
    update.deliveries.filter(destination="two.example").update(state="failed", reply="410 Gone")
    lacking.forget()
    [lack] = lacking.of(first.statement.subject, 2, to=olga)
    assert (lack.channel.name, lack.had, lack.got, lack.refused, lack.pending) == ("fediverse", 3, 1, 1, 1)


def test_hosts_that_want_the_other_signature_are_named_when_the_audience_is_frozen(
    desk: Newsroom, newsroom: Actor
) -> None:
    follow(newsroom, somebody("rosa"))
    follow(newsroom, somebody(at="https://new.example"))
    RemoteHost.objects.filter(name="new.example").update(signature="rfc9421")
    actions.tell(said(desk).pk, baked)
    assert dict(Delivery.objects.values_list("destination", "data")) == {
        "social.example": {"digest": "elmford"},
        "new.example": {"digest": "elmford", "signature": "rfc9421"},
    }


def test_a_newsroom_whose_account_is_closed_says_nothing(desk: Newsroom, newsroom: Actor) -> None:
    follow(newsroom, somebody())
    Actor.objects.filter(pk=newsroom.pk).update(closed_at=timezone.now())
    assert actions.tell(said(desk).pk, baked) == []
    assert actors.newsroom() == newsroom


def test_an_account_whose_inbox_is_gone_follows_no_more(desk: Newsroom, newsroom: Actor) -> None:
    alone = follow(newsroom, somebody("jan", at="https://small.example", shared=False))
    back = follow(newsroom, somebody("max", at="https://back.example", shared=False))
    shared = follow(newsroom, somebody("rosa"))
    [distribution] = actions.tell(said(desk).pk, baked)
    answered(distribution, "failed")
    distribution.deliveries.update(reply="404 Not Found")
    Follow.objects.filter(pk=back.pk).update(since=timezone.now())
    heed_all_gone()
    ended = dict(Follow.objects.values_list("pk", "ended_reason"))
    assert ended == {alone.pk: "gone", back.pk: "", shared.pk: ""}
