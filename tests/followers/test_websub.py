# SPDX-License-Identifier: Apache-2.0
"""Subscribing to the hub, over real connections: confirmed, limited, ended."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from onrecord.delivery.models import Delivery, Distribution
from onrecord.delivery.transports.websub.sealing import unseal
from onrecord.followers.models import FeedRequest, FeedSubscription
from onrecord.followers.websub import actions
from onrecord.followers.websub.actions import asking, verifying
from onrecord.journal.models import Entry
from onrecord.people.models import User
from tests.followers.feed_readers import DAY, TOPIC, Reader, ask, subscribed
from tests.followers.readers import tell
from tests.outbound.servers import Answer, Seen, serving
from tests.outbound.test_fetch import names
from tests.statements.drafts import released

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.usefixtures("strangers_may_name_loopback")


@pytest.mark.usefixtures("published")
def test_a_feed_reader_subscribes_once_it_has_confirmed() -> None:
    reader = Reader()
    with serving(reader) as server:
        answer = ask(
            f"{server.url}/callback?me=1", lease_seconds=str(5 * DAY), secret="s3cret", extra="ignored"
        )
        assert (answer.status_code, server.seen) == (202, []), "nobody is asked within the request"
        assert not FeedSubscription.objects.exists()
        assert actions.anything_due()
        before = timezone.now()
        assert actions.verify_due() == 1
    [asked] = reader.asked
    assert (asked["me"], asked["hub.mode"], asked["hub.topic"]) == ("1", "subscribe", TOPIC)
    assert asked["hub.lease_seconds"] == str(5 * DAY)
    assert len(asked["hub.challenge"]) == 43
    row = FeedSubscription.objects.get()
    assert row.lease_until >= before + timedelta(days=5)
    assert "s3cret" not in row.secret
    assert unseal(row.secret) == b"s3cret"
    assert not FeedRequest.objects.exists()
    entry = Entry.objects.get(event="followers.feed_subscribed")
    assert entry.data["feed"] == "/atom.xml"
    assert "127.0.0.1" not in json.dumps([entry.data, entry.subject])


@pytest.mark.parametrize(
    ("asked", "granted"),
    [("", 10 * DAY), ("1", 3600), ("0", 3600), ("99999999999999", 30 * DAY), ("864000", 864_000)],
)
@pytest.mark.usefixtures("published")
def test_no_lease_is_for_ever(asked: str, granted: int) -> None:
    reader = Reader()
    with serving(reader) as server:
        row = subscribed(server, lease_seconds=asked)
    assert reader.asked[0]["hub.lease_seconds"] == str(granted)
    assert abs((row.lease_until - timezone.now()).total_seconds() - granted) < 60


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (lambda seen: Answer(200, b"another challenge"), "a wrong challenge"),
        (lambda seen: Answer(404), "no"),
        (lambda seen: Answer(500), "an error"),
        (lambda seen: Answer(302, headers={"Location": "http://169.254.169.254/"}), "a redirect"),
        (lambda seen: Answer(200, b"x" * 5_000_000), "a huge answer"),
        (lambda seen: Answer(200, seen.path.encode()), "an echo of the whole question"),
    ],
)
@pytest.mark.usefixtures("published")
def test_whoever_does_not_confirm_is_not_subscribed(answer: Callable[[Seen], Answer], what: str) -> None:
    with serving(answer) as server:
        ask(server.url)
        assert actions.verify_due() == 0, what
        assert len(server.seen) == 1
    assert not FeedSubscription.objects.exists()


@pytest.mark.usefixtures("published")
def test_a_callback_that_cannot_be_reached_is_asked_three_times_and_then_forgotten() -> None:
    with serving(Reader()) as server:
        url = server.url
    ask(url)
    moment = timezone.now()
    for minutes, left in ((0, 1), (2, 1), (14, 0)):
        with time_machine.travel(moment + timedelta(minutes=minutes)):
            assert actions.verify_due() == 0
            assert FeedRequest.objects.count() == left
    assert not FeedSubscription.objects.exists()


@pytest.mark.parametrize(
    ("over", "why"),
    [
        ({"topic": "https://elsewhere.example/atom.xml"}, "none of the feeds"),
        ({"topic": "https://news.elmford.example/%00"}, "none of the feeds"),
        ({"callback": f"https://{'a.' * 130}example/"}, "The host has 267 characters"),
        ({"topic": "https://news.elmford.example/"}, "none of the feeds"),
        ({"topic": "https://news.elmford.example/atom.xml?x=1"}, "none of the feeds"),
        ({"topic": "https://news.elmford.example/topics/none/feed.xml"}, "none of the feeds"),
        ({"topic": "https://news.elmford.example.evil.example/atom.xml"}, "none of the feeds"),
        ({"topic": ""}, "none of the feeds"),
        ({"mode": "publish"}, "Use subscribe or unsubscribe"),
        ({"mode": ""}, "Use subscribe or unsubscribe"),
        ({"callback": ""}, "hub.callback cannot be used"),
        ({"callback": "ftp://reader.example/"}, "hub.callback cannot be used"),
        ({"callback": "https://me:secret@reader.example/"}, "hub.callback cannot be used"),
        ({"callback": "https://reader.example/" + "a" * 500}, "at most 500 characters"),
        ({"callback": "https://reader.example/é"}, "ASCII"),
        ({"callback": "https://reader.example/#x"}, "without a fragment"),
        ({"secret": "é" * 100}, "less than 200 bytes"),
        ({"lease_seconds": "soon"}, "no number of seconds"),
        ({"lease_seconds": "-1"}, "no number of seconds"),
    ],
)
@pytest.mark.usefixtures("published")
def test_what_the_hub_does_not_do_is_refused_with_a_reason(over: dict[str, str], why: str) -> None:
    answer = ask(**{"callback": "https://reader.example/", **over})
    assert answer.status_code == 400
    assert why in answer.text
    assert "secret" not in answer.text.replace("hub.secret", "")
    assert answer["Content-Type"].startswith("text/plain")
    assert not FeedRequest.objects.exists()


@pytest.mark.usefixtures("published")
def test_the_hub_answers_nothing_but_posted_forms() -> None:
    assert Client().get("/websub/").status_code == 405
    assert Client().post("/websub/", b"{}", content_type="application/json").status_code == 400


@pytest.mark.usefixtures("published")
def test_a_callback_in_a_private_network_is_never_asked(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.STRANGERS_PRIVATE_ADDRESSES = False
    settings.ALLOW_PRIVATE_ADDRESSES = True  # what an operator allows is not for strangers
    with serving(Reader()) as server:
        for literal in (server.url, "http://10.0.0.1/", "https://[::ffff:192.168.0.1]/", "http://[fe80::1]/"):
            refused = ask(literal)
            assert (refused.status_code, "no address of the public internet" in refused.text) == (400, True)
        names(monkeypatch, ["127.0.0.1"])
        ask(f"http://inside.example:{server.port}/")
        assert actions.verify_due() == 0
        assert server.seen == []
    assert not FeedRequest.objects.exists()


@pytest.mark.usefixtures("published")
def test_renewing_changes_lease_and_secret_and_those_of_what_waits(olga: User, ines: User) -> None:
    with serving(Reader()) as server:
        row = subscribed(server, secret="old", lease_seconds=str(DAY))
        released(olga, ines)
        tell()
        with time_machine.travel(timezone.now() + timedelta(hours=1)):
            again = subscribed(server, secret="new", lease_seconds=str(2 * DAY))
    assert again.pk == row.pk
    assert again.lease_until > row.lease_until + timedelta(days=1)
    waiting = Delivery.objects.get(distribution__transport="websub")
    assert unseal(waiting.data["secret"]) == b"new"
    assert waiting.data["until"] == again.lease_until.isoformat()
    renewed = Entry.objects.filter(event="followers.feed_subscribed").values_list("data__renewed", flat=True)
    assert list(renewed.order_by("pk")) == [False, True]


@pytest.mark.usefixtures("published")
def test_an_unsubscription_that_somebody_else_asks_for_changes_nothing() -> None:
    reader = Reader()
    with serving(reader) as server:
        subscribed(server)
        for _ in range(2):
            ask(f"{server.url}/callback?me=1", "unsubscribe")
            actions.verify_due()
        assert FeedSubscription.objects.count() == 1
        reader.means = {"unsubscribe"}
        ask(f"{server.url}/callback?me=1", "subscribe", secret="stolen")
        actions.verify_due()
        assert FeedSubscription.objects.get().secret == ""

        ask(f"{server.url}/callback?me=1", "unsubscribe")
        assert actions.verify_due() == 1
        assert not FeedSubscription.objects.exists()
        ask(f"{server.url}/callback?me=1", "unsubscribe")  # once more, as if recorded
        assert actions.verify_due() == 0
    assert "hub.lease_seconds" not in reader.asked[-1]
    assert Entry.objects.get(event="followers.feed_ended").data["reason"] == "request"


@pytest.mark.usefixtures("published")
def test_what_nobody_renews_ends(olga: User, ines: User) -> None:
    with serving(Reader()) as server:
        subscribed(server, lease_seconds=str(DAY))
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        released(olga, ines)
        tell()
        assert not Distribution.objects.filter(transport="websub").exists()
        assert (actions.end_expired(), actions.end_expired()) == (1, 0)
    assert not FeedSubscription.objects.exists()
    assert Entry.objects.get(event="followers.feed_ended").data["reason"] == "expired"


@pytest.mark.usefixtures("published")
def test_a_host_has_only_so_many_subscriptions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST_PER_HOST", 2)
    reader = Reader()
    with serving(reader) as server:
        subscribed(server, path="/1")
        ask(f"{server.url}/2")
        ask(f"{server.url}/3")
        assert actions.verify_due() == 1
        denied = [one for one in reader.asked if one["hub.mode"] == "denied"]
        assert len(denied) == 1
        assert denied[0]["hub.reason"] == "There are too many subscriptions for this host."
        assert ask(f"{server.url}/4").status_code == 400
        subscribed(server, path="/1")
    assert FeedSubscription.objects.count() == 2


@pytest.mark.usefixtures("published", "stopped_clock")
def test_the_hub_floods_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST_WAITING", 3)
    answers = [ask(f"https://victim.example/{number}").status_code for number in range(5)]
    assert answers == [202, 202, 202, 429, 429]
    assert ask("https://victim.example/1").status_code == 202, "the same again takes no more room"
    monkeypatch.setattr(asking, "PER_HOUR", {"network": 8, "address": 300, "all": 5000})
    answer = [ask("https://other.example/") for _ in range(5)][-1]
    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")


@pytest.mark.usefixtures("published")
def test_two_processes_do_not_ask_the_same_callback() -> None:
    reader = Reader()
    with serving(reader) as server:
        ask(server.url)
        first = verifying._claim()
        assert (len(first), verifying._claim()) == (1, [])
        ask(server.url, secret="newer")  # asked anew while the first is being verified
        assert actions.verify_due() == 1
    assert unseal(FeedSubscription.objects.get().secret) == b"newer"
