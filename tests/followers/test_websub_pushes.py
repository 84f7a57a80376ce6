# SPDX-License-Identifier: Apache-2.0
"""What subscribers of the hub are sent; signatures are computed by the tests themselves."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest
import time_machine
from django.utils import timezone

from onrecord.bakery.actions import bake
from onrecord.delivery import actions as delivery
from onrecord.delivery.models import Delivery, Distribution
from onrecord.delivery.transports.websub.sealing import seal, unseal
from onrecord.followers.models import FeedSubscription
from onrecord.journal.models import Entry
from onrecord.people.models import User
from onrecord.statements.pages import feeds
from onrecord.statements.tasks import announce_hub
from tests.followers.feed_readers import HUB, TOPIC, Reader, ask, deliver, subscribed
from tests.followers.readers import tell
from tests.outbound.servers import Answer, Seen, Server, serving
from tests.statements.drafts import corrected, released

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.usefixtures("strangers_may_name_loopback")


def _pushed(server: Server, reader: Reader, count: int) -> list[Seen]:
    deliver()
    assert len(reader.got) == count, list(Delivery.objects.values("state", "reply"))
    return reader.got


@pytest.mark.django_db(transaction=True)
def test_a_publication_is_pushed_whole_signed_and_linked(olga: User, ines: User, own_home: Path) -> None:
    released(olga, ines)
    tell()
    reader = Reader()
    with serving(reader) as server:
        subscribed(server, secret="s3cret")
        subscribed(server, topic="https://news.elmford.example/feed.json", path="/json")
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
        row = subscribed(server)
        subscribed(server, topic="https://news.elmford.example/fr/atom.xml", path="/french")
        corrected(first, olga, ines, "We tested it on Tuesday.")
        tell()
        released(olga, ines, title="The bridge is open")
        tell()
    sent = Delivery.objects.filter(distribution__transport="websub").order_by("pk")
    assert [(one.recipient_key, one.state) for one in sent] == [
        (row.subject, "superseded"),
        (row.subject, "queued"),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_callback_that_is_gone_ends_its_subscription(olga: User, ines: User) -> None:
    released(olga, ines)
    tell()
    reader = Reader(answer=410)
    with serving(reader) as server:
        subscribed(server)
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
        subscribed(server, lease_seconds="3600")
        released(olga, ines, title="The bridge is open")
        tell()
        with time_machine.travel(timezone.now() + timedelta(minutes=61)):
            _pushed(server, reader, 0)
    row = Delivery.objects.get(distribution__transport="websub")
    assert (row.state, row.reply) == ("failed", "The lease of the subscription has ended.")


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
    assert ask("https://reader.example/").status_code == 400


@pytest.mark.django_db(transaction=True)
def test_a_hub_elsewhere_is_told_which_feeds_changed(olga: User, ines: User, settings: Settings) -> None:
    with serving(lambda _: Answer(204)) as server:
        settings.WEBSUB_HUB = f"{server.url}/hub"
        released(olga, ines)
        tell()
        deliver()
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
