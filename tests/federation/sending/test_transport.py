# SPDX-License-Identifier: Apache-2.0
"""Messages to inboxes over real connections; how they were signed is checked apart from what signed them."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from onrecord.delivery import transports
from onrecord.delivery.models import Delivery, Distribution, Route
from onrecord.federation.models import Actor, RemoteHost
from onrecord.federation.sending import actions, audiences, hosts, signing, synchronising
from onrecord.federation.sending.errors import NotReachable
from onrecord.federation.sending.transport import ActivityPubTransport, Learned
from onrecord.outbound import resolving
from tests.delivery.pigeons import carry, send
from tests.federation.sending.elsewhere import (
    check_cavage,
    check_rfc9421,
    follow,
    reaching_this_machine,
    somebody,
)
from tests.outbound.servers import Answer, Seen, serving

pytestmark = pytest.mark.django_db(transaction=True)


def _send(actor: Actor, *inboxes: str, version: int = 1, **fields: Any) -> Distribution:
    activity = {"id": f"https://news.elmford.example/ap/activities/{version}", "type": "Create", **fields}
    return send(
        [audiences.recipient(inbox) for inbox in inboxes],
        version=version,
        transport="activitypub",
        body={"letters": {"activity": actions.letter(actor, activity)}},
    )


def _answers(*statuses: int, **headers: str) -> Callable[[Seen], Answer]:
    waiting = list(statuses)
    return lambda _: Answer(waiting.pop(0) if len(waiting) > 1 else waiting[0], b"said", headers)


def _speaks_rfc9421(seen: Seen) -> Answer:
    return Answer(202 if "signature-input" in seen.headers else 401)


def test_a_message_arrives_signed_by_the_account_that_sends_it(newsroom: Actor) -> None:
    with serving(_answers(202)) as server:
        distribution = _send(newsroom, f"{server.url}/inbox", content="Das Wasser ist «sauber»")
        assert carry() == 1
    row = Delivery.objects.get(distribution=distribution)
    [seen] = server.seen
    assert (row.state, row.attempts) == ("accepted", 1)
    assert row.reply.startswith("202 Accepted (0.")
    assert json.loads(seen.body)["content"] == "Das Wasser ist «sauber»"
    assert (seen.method, seen.path) == ("POST", "/inbox")
    assert seen.headers["content-type"] == "application/activity+json"
    assert seen.headers["user-agent"].endswith("(+https://news.elmford.example/)")
    check_cavage(seen, server, newsroom)


def test_no_signature_is_kept_anywhere(newsroom: Actor) -> None:
    with serving(_answers(202)) as server:
        _send(newsroom, server.url)
        carry()
    proof = server.seen[0].headers["signature"].rpartition('signature="')[2].rstrip('"')
    kept = [*Delivery.objects.values(), *Distribution.objects.values(), *Route.objects.values()]
    assert proof not in str(kept)


@pytest.mark.parametrize("refusal", [400, 401])
def test_who_does_not_read_the_usual_signature_gets_the_other_and_is_known_by_it(
    newsroom: Actor, refusal: int
) -> None:
    with serving(lambda seen: Answer(202 if "signature-input" in seen.headers else refusal)) as server:
        _send(newsroom, f"{server.url}/inbox")
        carry()
        _send(newsroom, f"{server.url}/inbox", version=2)
        carry()
        host = server.url.partition("//")[2]
        transports.register(reaching_this_machine())  # as after a start of the program
        actions.send_to(
            newsroom, somebody(at=server.url), {"id": "https://news.elmford.example/1"}, purpose="accept"
        )
        carry()
    assert set(Delivery.objects.values_list("state", "attempts")) == {("accepted", 1)}
    first, knock, later, after_a_start = server.seen
    check_cavage(first, server, newsroom)
    for seen in (knock, later, after_a_start):
        check_rfc9421(seen, server, newsroom)
    assert first.body == knock.body
    assert RemoteHost.objects.get(name=host).signature == "rfc9421"
    assert hosts.unusual_signatures() == {host: "rfc9421"}


def test_a_host_that_takes_neither_is_asked_twice_and_no_more(newsroom: Actor) -> None:
    with serving(_answers(401)) as server:
        _send(newsroom, server.url)
        carry()
    assert len(server.seen) == 2
    assert Delivery.objects.get().state == "deferred"
    assert not hosts.unusual_signatures()


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, "accepted"),
        (202, "accepted"),
        (301, "deferred"),
        (308, "deferred"),
        (400, "failed"),
        (401, "deferred"),
        (403, "failed"),
        (404, "failed"),
        (408, "deferred"),
        (410, "failed"),
        (413, "failed"),
        (429, "deferred"),
        (500, "deferred"),
        (501, "failed"),
        (503, "deferred"),
        (522, "deferred"),
    ],
)
def test_what_an_answer_means(newsroom: Actor, status: int, state: str) -> None:
    with serving(_answers(status, Location="http://169.254.169.254/")) as server:
        _send(newsroom, server.url)
        carry()
        assert len(server.seen) == (2 if status in {400, 401} else 1), "a redirect is not followed"
    row = Delivery.objects.get()
    assert row.state == state
    assert row.reply.startswith(f"{status} ")


@pytest.mark.parametrize("status", [429, 503])
def test_who_asks_to_be_asked_later_is_but_within_a_day(newsroom: Actor, status: int) -> None:
    before = timezone.now()
    with serving(_answers(status, **{"Retry-After": "7200"})) as server:
        _send(newsroom, server.url)
        carry()
    due = Delivery.objects.get().due_at
    assert timedelta(minutes=119) < due - before < timedelta(minutes=122)
    with serving(_answers(status, **{"Retry-After": "9999999"})) as server:
        _send(newsroom, server.url, version=2)
        carry()
    due = Delivery.objects.get(distribution__version=2).due_at
    assert due - before < timedelta(hours=25)


def test_what_is_put_off_is_tried_for_four_days(newsroom: Actor) -> None:
    moment = timezone.now()
    with serving(_answers(401)) as server:
        _send(newsroom, server.url)
        row = Delivery.objects.get()
        while row.state in {"queued", "deferred"}:
            with time_machine.travel(max(row.due_at, moment) + timedelta(seconds=1)):
                carry()
            moment, row = row.due_at, Delivery.objects.get()
    assert (row.state, row.attempts) == ("failed", 11)
    assert row.settled_at is not None
    assert timedelta(days=1, hours=22) < row.settled_at - row.distribution.release_at < timedelta(days=7)


def test_a_host_that_is_not_there_costs_no_attempt_and_is_left_alone_for_half_an_hour(
    newsroom: Actor,
) -> None:
    moment = timezone.now()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{taken.getsockname()[1]}"
        _send(newsroom, f"http://{host}/inbox")
        for minutes in range(6):
            with time_machine.travel(moment + timedelta(minutes=minutes * 1.1)):
                carry()
    row, route = Delivery.objects.get(), Route.objects.get()
    assert (row.state, row.attempts, route.failures) == ("deferred", 0, 5)
    assert route.closed_until is not None
    assert timedelta(minutes=33) < route.closed_until - moment < timedelta(minutes=36)


def test_a_host_that_fails_from_within_is_left_alone_too(newsroom: Actor) -> None:
    with serving(_answers(502)) as server:
        for version in range(1, 8):
            _send(newsroom, f"{server.url}/users/{version}/inbox", version=version, purpose=str(version))
            carry()
    assert len(server.seen) == 5
    route = Route.objects.get()
    assert (route.failures, route.last_reply[:3]) == (5, "502")


def test_a_host_that_answers_nothing_for_a_week_is_tried_daily_and_lives_when_it_is_heard_from(
    newsroom: Actor,
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{taken.getsockname()[1]}"
    failing = timezone.now() - timedelta(days=8)
    Route.objects.create(transport="activitypub", name=host, failures=40, failing_since=failing)
    _send(newsroom, f"http://{host}/inbox")
    carry()
    route = Route.objects.get()
    assert route.closed_until is not None
    assert route.closed_until - timezone.now() > timedelta(hours=23)
    assert not hosts.heard_from("social.example")
    assert hosts.heard_from(host)
    assert not hosts.heard_from(host)
    assert Delivery.objects.get().due_at <= timezone.now()
    assert Route.objects.get().failures == 0


def test_keys_that_were_renewed_sign_what_was_written_down_before(newsroom: Actor) -> None:
    with serving(_answers(202)) as server:
        _send(newsroom, server.url)
        old = signing.load(newsroom.name).key.public_key().public_numbers()
        Actor.objects.update(key_number=2)
        carry()
    newsroom.refresh_from_db()
    check_cavage(server.seen[0], server, newsroom)
    assert signing.load(newsroom.name).key.public_key().public_numbers() != old


def test_a_message_whose_text_was_erased_is_not_sent(newsroom: Actor) -> None:
    with serving(_answers(202)) as server:
        _send(newsroom, server.url)
        Distribution.objects.update(body={})
        carry()
    assert (Delivery.objects.get().state, server.seen) == ("failed", [])


def test_a_name_that_leads_into_the_network_of_the_newsroom_is_not_asked(
    newsroom: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever holds the domain of a follower may point it anywhere; it may be mended within the hour."""
    transports.register(ActivityPubTransport(Learned(signing.load, hosts.remember_signature), False))

    async def stolen(host: str, port: int, family: int) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(resolving, "_lookup", stolen)
    with serving(_answers(202)) as server:
        port = server.url.rpartition(":")[2]
        _send(newsroom, f"http://social.example:{port}/inbox", f"{server.url}/inbox")
        carry()
        assert server.seen == []
    for row in Delivery.objects.all():
        assert row.state == "deferred"
        assert "not on the public internet" in row.reply


def test_an_answer_to_one_account_goes_ahead_once(newsroom: Actor) -> None:
    with serving(_answers(202)) as server:
        jan = somebody("jan", at=server.url)
        answer = {"id": "https://news.elmford.example/ap/accepts/1", "type": "Accept"}
        distribution = actions.send_to(newsroom, jan, answer, purpose="accept")
        assert actions.send_to(newsroom, jan, answer, purpose="accept") == distribution
        assert carry() == 1
    assert distribution.lane == "a-transactional"
    assert server.seen[0].path == "/users/jan/inbox"
    assert json.loads(server.seen[0].body) == answer


def test_nothing_is_sent_to_an_account_that_is_gone(newsroom: Actor) -> None:
    jan = somebody("jan")
    jan.gone_at, jan.inbox = timezone.now(), ""
    with pytest.raises(NotReachable, match=r"https://social.example/users/jan has no inbox any more"):
        actions.send_to(newsroom, jan, {"id": "https://news.elmford.example/1"}, purpose="accept")
    jan.gone_at, jan.inbox = None, "https://social.example/users/jan/inbox"
    with pytest.raises(ValueError, match="has no id"):
        actions.send_to(newsroom, jan, {"type": "Accept"}, purpose="accept")


def test_a_host_that_speaks_only_the_new_way_is_asked_so_from_then_on(newsroom: Actor) -> None:
    with serving(_speaks_rfc9421) as server:
        for version in (1, 2, 3):
            _send(newsroom, server.url, version=version)
            carry()
    assert len(server.seen) == 4


def test_a_host_whose_turn_it_is_gets_a_digest_of_its_followers_that_is_signed(newsroom: Actor) -> None:
    with serving(_answers(202)) as server:
        rosa = somebody(at=server.url)
        follow(newsroom, rosa)
        recipients = audiences.synchronised([audiences.recipient(f"{server.url}/inbox")], newsroom)
        activity = {"id": "https://news.elmford.example/ap/activities/1", "type": "Create"}
        body = {"letters": {"activity": actions.letter(newsroom, activity)}}
        send(recipients, version=1, transport="activitypub", body=body)
        carry()
        _send(newsroom, f"{server.url}/inbox", version=2)
        carry()
    first, second = server.seen
    said = first.headers["collection-synchronization"]
    assert said == (
        f'collectionId="https://news.elmford.example/ap/followers/elmford", '
        f'url="https://news.elmford.example/ap/followers/elmford/here", '
        f'digest="{synchronising.digest([rosa.uri])}"'
    )
    assert "collection-synchronization" in first.headers["signature"].partition('signature="')[0]
    assert "collection-synchronization" not in second.headers
