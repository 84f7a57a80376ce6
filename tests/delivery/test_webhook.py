# SPDX-License-Identifier: Apache-2.0
"""Webhooks over real connections; signatures are checked by a computation of the tests' own."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.utils import timezone

from onrecord.delivery import transports
from onrecord.delivery.actions import Recipient
from onrecord.delivery.models import Delivery, Distribution, Route
from onrecord.delivery.transports.http import retry_after
from onrecord.delivery.transports.webhook import WebhookTransport
from onrecord.delivery.transports.webhook.signing import new_number, secret_of
from onrecord.outbound.addresses import networks
from tests.delivery.pigeons import carry, send
from tests.outbound.servers import Answer, Seen, serving

pytestmark = pytest.mark.django_db(transaction=True)
LOOPBACK = networks("127.0.0.0/8")


@pytest.fixture(autouse=True)
def loopback_is_asked() -> Iterator[None]:
    """Let the transport reach this machine, as no operator would."""
    transports.register(WebhookTransport(LOOPBACK))
    yield
    transports.forget("webhook")


def _to(url: str, *numbers: str, earlier: datetime | None = None, key: str = "endpoint/1") -> Recipient:
    ends = [None, earlier.isoformat() if earlier else None]
    keys = [{"number": one, "until": end} for one, end in zip(numbers, ends, strict=False)]
    return Recipient(key, url, urlsplit(url).netloc, {"keys": keys})


def _post(recipient: Recipient, version: int = 1, **document: Any) -> Distribution:
    body = {"event": "edition.published", "document": {"v": "onrecord/webhook/1", **document}}
    return send([recipient], version=version, transport="webhook", body=body)


def _answers(*statuses: int, **headers: str) -> Callable[[Seen], Answer]:
    waiting = list(statuses)
    return lambda _: Answer(waiting.pop(0) if len(waiting) > 1 else waiting[0], b"said", headers)


def _proofs(seen: Seen, *numbers: str) -> list[str]:
    """Compute what the header has to be."""
    at = dict(part.split("=", 1) for part in seen.headers["onrecord-signature"].split(","))["t"]
    assert abs(int(at) - datetime.now(UTC).timestamp()) < 3600 * 24 * 7
    signed = f"{at}.".encode() + seen.body
    return [
        f"t={at}",
        *(f"v1={hmac.digest(secret_of(n).encode(), signed, hashlib.sha256).hex()}" for n in numbers),
    ]


def test_a_document_arrives_signed_and_named() -> None:
    number = new_number()
    with serving(lambda _: Answer(204)) as server:
        distribution = _post(_to(f"{server.url}/hook", number), title="Das Wasser ist «sauber»")
        assert carry() == 1
    row = Delivery.objects.get(distribution=distribution)
    [seen] = server.seen
    assert (row.state, row.attempts) == ("accepted", 1)
    assert row.reply.startswith("204 No Content (0.")
    assert json.loads(seen.body) == {
        "delivery": row.message_id,
        "event": "edition.published",
        "v": "onrecord/webhook/1",
        "title": "Das Wasser ist «sauber»",
    }
    assert seen.headers["onrecord-signature"].split(",") == _proofs(seen, number)
    assert seen.headers["onrecord-delivery"] == row.message_id
    assert seen.headers["onrecord-event"] == "edition.published"
    assert seen.headers["content-type"] == "application/json"


def test_while_a_secret_is_renewed_both_count_and_afterwards_the_new_one_alone() -> None:
    new, old = new_number(), new_number()
    soon = timezone.now() + timedelta(minutes=1)
    with serving(_answers(500, 200)) as server:
        _post(_to(server.url, new, old, earlier=soon))
        carry()
        with time_machine.travel(timezone.now() + timedelta(minutes=3)):
            carry()
    first, second = server.seen
    assert first.headers["onrecord-signature"].split(",") == _proofs(first, new, old)
    assert second.headers["onrecord-signature"].split(",") == _proofs(second, new)
    assert first.body == second.body
    assert first.headers["onrecord-delivery"] == second.headers["onrecord-delivery"]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, "accepted"),
        (202, "accepted"),
        (301, "failed"),
        (307, "failed"),
        (400, "deferred"),
        (404, "deferred"),
        (408, "deferred"),
        (410, "failed"),
        (425, "deferred"),
        (429, "deferred"),
        (500, "deferred"),
        (503, "deferred"),
        (599, "deferred"),
    ],
)
def test_what_an_answer_means(status: int, state: str) -> None:
    with serving(_answers(status, Location="http://169.254.169.254/")) as server:
        _post(_to(server.url, new_number()))
        carry()
        assert len(server.seen) == 1, "a redirect is not followed"
    row = Delivery.objects.get()
    assert row.state == state
    assert row.reply.startswith(f"{status} ")


def test_a_refusal_is_believed_at_the_third_attempt() -> None:
    moment = timezone.now()
    with serving(_answers(404)) as server:
        _post(_to(server.url, new_number()))
        for minutes in (0, 2, 9):
            with time_machine.travel(moment + timedelta(minutes=minutes)):
                carry()
    row = Delivery.objects.get()
    assert (row.state, row.attempts, len(server.seen)) == ("failed", 3, 3)


@pytest.mark.parametrize("status", [429, 503])
def test_who_asks_to_be_asked_later_is(status: int) -> None:
    before = timezone.now()
    headers = {"Retry-After": "7200"}
    with serving(lambda _: Answer(status, b"", headers)) as server:
        _post(_to(server.url, new_number()))
        carry()
    row = Delivery.objects.get()
    assert row.state == "deferred"
    assert row.due_at >= before + timedelta(hours=2)


def test_retry_after_is_read_in_both_forms() -> None:
    now = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
    assert retry_after("120") == 120
    assert retry_after("Thu, 26 Nov 2026 12:01:00 GMT", now) == 60
    assert retry_after("Thu, 26 Nov 2026 11:00:00 GMT", now) == 0
    assert [retry_after(text) for text in ("", "soon", "-5", "１２")] == [None] * 4


def test_a_host_that_asks_for_a_moment_that_is_none_is_tried_again_as_any_other() -> None:
    moment = "Thu, 26 Nov 99999999999999999999 12:01:00 GMT"
    assert retry_after(moment) is None
    with serving(_answers(503, **{"Retry-After": moment})) as server:
        distribution = _post(_to(server.url, new_number()))
        carry()
    row = Delivery.objects.get(distribution=distribution)
    assert (row.state, row.attempts) == ("deferred", 1), "the attempt counts"


def test_nobody_there_costs_no_attempt() -> None:
    with serving(_answers(200)) as server:
        url = server.url
    _post(_to(url, new_number()))
    carry()
    row = Delivery.objects.get()
    assert (row.state, row.attempts) == ("deferred", 0)
    assert Route.objects.get(name=urlsplit(url).netloc).failures == 1


def test_who_hangs_up_is_tried_again_and_the_host_stays_open_to_others() -> None:
    with serving(lambda asked: Answer(length=-1) if asked.path == "/bad" else Answer()) as server:
        _post(_to(f"{server.url}/bad", new_number()))
        other = send(
            [_to(server.url, new_number())],
            transport="webhook",
            object_key="statement/2",
            body={"event": "ping", "document": {}},
        )
        carry()
    assert other.deliveries.get().state == "accepted"


def test_private_addresses_are_refused_for_good() -> None:
    transports.register(WebhookTransport())
    with serving(_answers(200)) as server:
        _post(_to(server.url, new_number()))
        carry()
        assert server.seen == []
    row = Delivery.objects.get()
    assert row.state == "failed"
    assert "is not on the public internet" in row.reply


def test_answers_are_cut_and_hold_nothing_that_cannot_be_kept() -> None:
    with serving(lambda _: Answer(200, b"a\x00\x1b[31m\xff\n" + b"x" * 100_000)) as server:
        _post(_to(server.url, new_number()))
        carry()
    reply = Delivery.objects.get().reply
    assert len(reply) == 500
    assert reply.isprintable()


def test_an_erased_text_is_not_posted() -> None:
    with serving(_answers(200)) as server:
        distribution = _post(_to(server.url, new_number()))
        Distribution.objects.filter(pk=distribution.pk).update(body={})
        carry()
        assert server.seen == []
    assert Delivery.objects.get().state == "failed"


def test_no_more_than_two_requests_are_under_way_to_a_host() -> None:
    with serving(_answers(200)) as server:
        some = [_to(f"{server.url}/{n}", new_number(), key=f"endpoint/{n}") for n in range(20)]
        send(some, transport="webhook", body={"event": "ping", "document": {}})
        assert carry() == 20
        assert len({seen.headers["from-port"] for seen in server.seen}) <= 2
