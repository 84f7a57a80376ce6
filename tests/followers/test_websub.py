# SPDX-License-Identifier: Apache-2.0
"""The hub and its subscribers over real connections; signatures are computed by the tests themselves."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from onrecord.bakery.actions import bake
from onrecord.delivery import actions as delivery
from onrecord.delivery import transports
from onrecord.delivery.models import Delivery, Distribution
from onrecord.delivery.sender import Sender
from onrecord.delivery.transports.websub import WebsubTransport
from onrecord.delivery.transports.websub.sealing import seal, unseal
from onrecord.followers.models import FeedRequest, FeedSubscription
from onrecord.followers.websub import actions
from onrecord.followers.websub.actions import asking, verifying
from onrecord.journal.models import Entry
from onrecord.outbound.addresses import networks
from onrecord.people.models import User
from onrecord.statements.pages import feeds
from onrecord.statements.tasks import announce_hub
from tests.followers.readers import tell
from tests.outbound.servers import Answer, Seen, Server, serving
from tests.outbound.test_fetch import names
from tests.statements.drafts import corrected, released

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

TOPIC = "https://news.elmford.example/atom.xml"
HUB = "https://news.elmford.example/websub/"
LOOPBACK = networks("127.0.0.0/8")
DAY = 24 * 3600


@pytest.fixture(autouse=True)
def strangers_may_name_loopback(settings: Settings, own_home: Path) -> Iterator[None]:
    """Let subscribers be on this machine, as nobody but a test does."""
    settings.STRANGERS_PRIVATE_ADDRESSES = LOOPBACK

    def read(path: str) -> bytes | None:
        file = own_home / "site" / path.lstrip("/")
        return file.read_bytes() if file.exists() else None

    before = transports.named("websub")
    transports.register(WebsubTransport(read, LOOPBACK, LOOPBACK))
    yield
    transports.register(before)


@dataclass
class Reader:
    """A subscriber: confirms what it means, and takes feeds."""

    means: set[str] = field(default_factory=lambda: {"subscribe"})
    answer: int = 202
    asked: list[dict[str, str]] = field(default_factory=list)
    got: list[Seen] = field(default_factory=list)

    def __call__(self, seen: Seen) -> Answer:
        if seen.method == "POST":
            self.got.append(seen)
            return Answer(self.answer)
        fields = {name: values[0] for name, values in parse_qs(urlsplit(seen.path).query).items()}
        self.asked.append(fields)
        if fields["hub.mode"] in self.means:
            return Answer(200, fields["hub.challenge"].encode())
        return Answer(404)


def _ask(callback: str, mode: str = "subscribe", topic: str = TOPIC, **fields: str) -> Any:
    form = {"hub.mode": mode, "hub.topic": topic, "hub.callback": callback}
    form |= {f"hub.{name}": value for name, value in fields.items()}
    return Client().post("/websub/", form)


def _subscribed(
    server: Server, topic: str = TOPIC, path: str = "/callback?me=1", **fields: str
) -> FeedSubscription:
    answer = _ask(server.url + path, topic=topic, **fields)
    assert answer.status_code == 202, answer.text
    actions.verify_due()
    return FeedSubscription.objects.get(callback=server.url + path, path=urlsplit(topic).path)


def _deliver() -> None:
    asyncio.run(Sender("sender").run(until_idle=True))


@pytest.fixture
def published(olga: User, ines: User) -> Any:
    """A newsroom with one statement, so that there are feeds."""
    edition = released(olga, ines)
    tell()
    return edition


@pytest.mark.usefixtures("published")
def test_a_feed_reader_subscribes_once_it_has_confirmed() -> None:
    reader = Reader()
    with serving(reader) as server:
        answer = _ask(
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
        row = _subscribed(server, lease_seconds=asked)
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
        _ask(server.url)
        assert actions.verify_due() == 0, what
        assert len(server.seen) == 1
    assert not FeedSubscription.objects.exists()


@pytest.mark.usefixtures("published")
def test_a_callback_that_cannot_be_reached_is_asked_three_times_and_then_forgotten() -> None:
    with serving(Reader()) as server:
        url = server.url
    _ask(url)
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
    answer = _ask(**{"callback": "https://reader.example/", **over})
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
        _ask(server.url)
        names(monkeypatch, ["127.0.0.1"])
        _ask(f"http://inside.example:{server.port}/")
        assert actions.verify_due() == 0
        assert server.seen == []
    assert not FeedRequest.objects.exists()


def _pushed(server: Server, reader: Reader, count: int) -> list[Seen]:
    _deliver()
    assert len(reader.got) == count, list(Delivery.objects.values("state", "reply"))
    return reader.got


@pytest.mark.django_db(transaction=True)
def test_a_publication_is_pushed_whole_signed_and_linked(olga: User, ines: User, own_home: Path) -> None:
    released(olga, ines)
    tell()
    reader = Reader()
    with serving(reader) as server:
        _subscribed(server, secret="s3cret")
        _subscribed(server, topic="https://news.elmford.example/feed.json", path="/json")
        edition = released(olga, ines, title="The bridge is open")
        tell()
        seen = {one.path: one for one in _pushed(server, reader, 2)}
    atom, as_json = seen["/callback?me=1"], seen["/json"]
    assert atom.body == (own_home / "site/atom.xml").read_bytes()
    assert b"The bridge is open" in atom.body
    assert atom.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert atom.headers["link"] == f'<{HUB}>; rel="hub", <{TOPIC}>; rel="self"'
    proof = hmac.digest(b"s3cret", atom.body, hashlib.sha256).hex()
    assert atom.headers["x-hub-signature"] == f"sha256={proof}"
    assert "x-hub-signature" not in as_json.headers
    assert json.loads(as_json.body)["hubs"] == [{"type": "WebSub", "url": HUB}]
    distribution = Distribution.objects.get(transport="websub")
    assert (distribution.object_key, distribution.version) == (edition.statement.subject, 1)
    assert {row.state for row in distribution.deliveries.all()} == {"accepted"}


def test_only_feeds_that_changed_are_pushed_and_a_newer_push_replaces_one_that_waits(
    olga: User, ines: User
) -> None:
    first = released(olga, ines)
    tell()
    with serving(Reader()) as server:
        bake([(feeds.FEED, ("fr",))])
        row = _subscribed(server)
        _subscribed(server, topic="https://news.elmford.example/fr/atom.xml", path="/french")
        corrected(first, olga, ines, "We tested it on Tuesday.")
        tell()
        released(olga, ines, title="The bridge is open")
        tell()
    sent = Delivery.objects.filter(distribution__transport="websub").order_by("pk")
    assert [(one.recipient_key, one.state) for one in sent] == [
        (row.subject, "superseded"),
        (row.subject, "queued"),
    ]


@pytest.mark.usefixtures("published")
def test_renewing_changes_lease_and_secret_and_those_of_what_waits(olga: User, ines: User) -> None:
    with serving(Reader()) as server:
        row = _subscribed(server, secret="old", lease_seconds=str(DAY))
        released(olga, ines)
        tell()
        with time_machine.travel(timezone.now() + timedelta(hours=1)):
            again = _subscribed(server, secret="new", lease_seconds=str(2 * DAY))
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
        _subscribed(server)
        for _ in range(2):
            _ask(f"{server.url}/callback?me=1", "unsubscribe")
            actions.verify_due()
        assert FeedSubscription.objects.count() == 1
        reader.means = {"unsubscribe"}
        _ask(f"{server.url}/callback?me=1", "subscribe", secret="stolen")
        actions.verify_due()
        assert FeedSubscription.objects.get().secret == ""

        _ask(f"{server.url}/callback?me=1", "unsubscribe")
        assert actions.verify_due() == 1
        assert not FeedSubscription.objects.exists()
        _ask(f"{server.url}/callback?me=1", "unsubscribe")  # once more, as if recorded
        assert actions.verify_due() == 0
    assert "hub.lease_seconds" not in reader.asked[-1]
    assert Entry.objects.get(event="followers.feed_ended").data["reason"] == "request"


@pytest.mark.usefixtures("published")
def test_what_nobody_renews_ends(olga: User, ines: User) -> None:
    with serving(Reader()) as server:
        _subscribed(server, lease_seconds=str(DAY))
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        released(olga, ines)
        tell()
        assert not Distribution.objects.filter(transport="websub").exists()
        assert (actions.end_expired(), actions.end_expired()) == (1, 0)
    assert not FeedSubscription.objects.exists()
    assert Entry.objects.get(event="followers.feed_ended").data["reason"] == "expired"


@pytest.mark.django_db(transaction=True)
def test_a_callback_that_is_gone_ends_its_subscription(olga: User, ines: User) -> None:
    released(olga, ines)
    tell()
    reader = Reader(answer=410)
    with serving(reader) as server:
        _subscribed(server)
        released(olga, ines, title="The bridge is open")
        tell()
        _pushed(server, reader, 1)
    delivery.finish()
    tell()
    assert not FeedSubscription.objects.exists()
    assert Entry.objects.get(event="followers.feed_ended").data["reason"] == "gone"


@pytest.mark.django_db(transaction=True)
def test_a_lease_that_ended_while_a_push_waited_is_not_used(olga: User, ines: User) -> None:
    released(olga, ines)
    tell()
    reader = Reader()
    with serving(reader) as server:
        _subscribed(server, lease_seconds="3600")
        released(olga, ines, title="The bridge is open")
        tell()
        with time_machine.travel(timezone.now() + timedelta(minutes=61)):
            _pushed(server, reader, 0)
    row = Delivery.objects.get(distribution__transport="websub")
    assert (row.state, row.reply) == ("failed", "The lease of the subscription has ended.")


@pytest.mark.usefixtures("published")
def test_a_host_has_only_so_many_subscriptions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST_PER_HOST", 2)
    reader = Reader()
    with serving(reader) as server:
        _subscribed(server, path="/1")
        _ask(f"{server.url}/2")
        _ask(f"{server.url}/3")
        assert actions.verify_due() == 1
        denied = [one for one in reader.asked if one["hub.mode"] == "denied"]
        assert len(denied) == 1
        assert denied[0]["hub.reason"] == "There are too many subscriptions for this host."
        assert _ask(f"{server.url}/4").status_code == 400
        _subscribed(server, path="/1")
    assert FeedSubscription.objects.count() == 2


@pytest.mark.usefixtures("published")
def test_the_hub_floods_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST_WAITING", 3)
    answers = [_ask(f"https://victim.example/{number}").status_code for number in range(5)]
    assert answers == [202, 202, 202, 429, 429]
    assert _ask("https://victim.example/1").status_code == 202, "the same again takes no more room"
    monkeypatch.setattr(asking, "PER_HOUR", {"network": 8, "address": 300, "all": 5000})
    answer = [_ask("https://other.example/") for _ in range(5)][-1]
    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")


@pytest.mark.usefixtures("published")
def test_two_processes_do_not_ask_the_same_callback() -> None:
    reader = Reader()
    with serving(reader) as server:
        _ask(server.url)
        first = verifying._claim()
        assert (len(first), verifying._claim()) == (1, [])
        _ask(server.url, secret="newer")  # asked anew while the first is being verified
        assert actions.verify_due() == 1
    assert unseal(FeedSubscription.objects.get().secret) == b"newer"


def test_every_feed_says_whom_to_ask(published: Any, own_home: Path) -> None:
    site = own_home / "site"
    assert f'<atom:link rel="hub" href="{HUB}"/>' in (site / "feed.xml").read_text()
    atom = (site / "atom.xml").read_text()
    assert f'<link rel="hub" href="{HUB}"/>' in atom
    assert f'<link rel="self" type="application/atom+xml" href="{TOPIC}"/>' in atom
    assert json.loads((site / "feed.json").read_text())["hubs"] == [{"type": "WebSub", "url": HUB}]


@pytest.mark.usefixtures("published")
def test_another_hub_is_announced_in_every_feed_after_the_setting_changed(
    settings: Settings, own_home: Path
) -> None:
    assert feeds.keys_without_hub() == []
    settings.WEBSUB_HUB = "https://hub.example.org/"
    keys = feeds.keys_without_hub()
    assert keys[-1] == (feeds.FEED, ("en",))
    announce_hub.call()
    assert 'rel="hub" href="https://hub.example.org/"' in (own_home / "site/atom.xml").read_text()
    assert feeds.keys_without_hub() == []
    settings.WEBSUB_HUB = "off"
    announce_hub.call()
    assert "hub" not in (own_home / "site/atom.xml").read_text()
    assert "hubs" not in json.loads((own_home / "site/feed.json").read_text())
    assert _ask("https://reader.example/").status_code == 400


@pytest.mark.django_db(transaction=True)
def test_a_hub_elsewhere_is_told_which_feeds_changed(olga: User, ines: User, settings: Settings) -> None:
    with serving(lambda _: Answer(204)) as server:
        settings.WEBSUB_HUB = f"{server.url}/hub"
        released(olga, ines)
        tell()
        _deliver()
        forms = [parse_qs(seen.body.decode()) for seen in server.seen]
    assert sorted(form["hub.url"][0] for form in forms) == [
        "https://news.elmford.example/atom.xml",
        "https://news.elmford.example/feed.json",
        "https://news.elmford.example/feed.xml",
    ]
    assert {form["hub.mode"][0] for form in forms} == {"publish"}


def test_without_a_hub_nothing_is_frozen(olga: User, ines: User, settings: Settings) -> None:
    settings.WEBSUB_HUB = "off"
    released(olga, ines)
    tell()
    assert not Distribution.objects.filter(transport="websub").exists()


def test_sealed_secrets_open_with_their_key_alone(own_home: Path) -> None:
    sealed = seal("s3cret")
    assert sealed != seal("s3cret")
    assert unseal(sealed) == b"s3cret"
    with pytest.raises(ValueError, match="another key"):
        unseal(sealed[:-4] + "AAAA")
