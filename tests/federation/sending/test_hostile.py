# SPDX-License-Identifier: Apache-2.0
"""Servers that hang, drip, flood, lead astray or speak no TLS cost little, and keep nobody else waiting."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from onrecord.delivery.models import Delivery, Route
from onrecord.federation.models import Actor
from onrecord.federation.sending import actions, audiences, transport
from onrecord.outbound import connections
from tests.delivery.pigeons import carry, send
from tests.outbound.servers import Answer, serving

pytestmark = pytest.mark.django_db(transaction=True)
Behave = Callable[[socket.socket], None]
ACCEPTED = b"HTTP/1.1 202 Accepted\r\n"


def _hang(peer: socket.socket) -> None:
    peer.recv(65_536)
    with contextlib.suppress(OSError):
        while peer.recv(65_536):
            pass


def _drip_the_head(peer: socket.socket) -> None:
    peer.recv(65_536)
    for letter in ACCEPTED * 50:
        peer.sendall(bytes([letter]))
        time.sleep(0.05)


def _drip_the_body(peer: socket.socket) -> None:
    peer.recv(65_536)
    peer.sendall(ACCEPTED + b"Content-Length: 500\r\n\r\n")
    for _ in range(500):
        peer.sendall(b"x")
        time.sleep(0.05)


def _flood(peer: socket.socket) -> None:
    peer.recv(65_536)
    peer.sendall(ACCEPTED + b"Content-Length: 1000000000\r\n\r\n")
    for _ in range(1_000_000_000 // 65_536):
        peer.sendall(b"x" * 65_536)
        _flooded.append(65_536)


def _flood_the_head(peer: socket.socket) -> None:
    peer.recv(65_536)
    peer.sendall(ACCEPTED)
    for number in range(100_000):
        peer.sendall(b"x-%d: %s\r\n" % (number, b"y" * 4_000))
        _flooded.append(4_000)


def _hang_up(peer: socket.socket) -> None:
    peer.recv(10)


def _hang_up_in_the_head(peer: socket.socket) -> None:
    peer.recv(65_536)
    peer.sendall(ACCEPTED + b"Content-Le")


def _speak_nonsense(peer: socket.socket) -> None:
    peer.recv(65_536)
    peer.sendall(b"\x00\x01 what?\r\n\r\n")


_flooded: list[int] = []


@contextmanager
def behaving(behave: Behave) -> Iterator[str]:
    """Run a server that does as it is told with each connection; return its host."""
    listener = socket.create_server(("127.0.0.1", 0))

    def one(peer: socket.socket) -> None:
        with peer, contextlib.suppress(OSError):
            behave(peer)

    def listen() -> None:
        with contextlib.suppress(OSError):
            while True:
                peer, _ = listener.accept()
                threading.Thread(target=one, args=(peer,), daemon=True).start()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def _post(newsroom: Actor, *inboxes: str) -> None:
    activity = {"id": "https://news.elmford.example/ap/activities/1", "type": "Create"}
    send(
        [audiences.recipient(inbox) for inbox in inboxes],
        transport="activitypub",
        body={"letters": {"activity": actions.letter(newsroom, activity)}},
    )
    carry()


def _row(inbox: str) -> Delivery:
    return Delivery.objects.get(recipient=inbox)


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a second for what is waited for fifteen."""
    monkeypatch.setattr(transport, "SECONDS", 1.0)
    monkeypatch.setattr(connections, "BODY_SECONDS", 0.3)
    _flooded.clear()


@pytest.mark.parametrize(
    ("behave", "state", "said"),
    [
        (_hang, "deferred", "no answer within 1 seconds"),
        (_drip_the_head, "deferred", "no answer within 1 seconds"),
        (_drip_the_body, "accepted", "202 Accepted"),
        (_flood, "accepted", "202 Accepted"),
        (_flood_the_head, "deferred", ""),
        (_hang_up, "deferred", ""),
        (_hang_up_in_the_head, "deferred", ""),
        (_speak_nonsense, "deferred", ""),
    ],
)
def test_a_server_that_misbehaves_is_put_off_and_the_others_get_theirs(
    newsroom: Actor, behave: Behave, state: str, said: str
) -> None:
    with behaving(behave) as host, serving(lambda _: Answer(202)) as well:
        began = time.monotonic()
        _post(newsroom, f"http://{host}/inbox", f"{well.url}/inbox")
        took = time.monotonic() - began
    row = _row(f"http://{host}/inbox")
    assert (row.state, row.attempts) == (state, 1), row.reply
    assert said in row.reply
    assert len(row.reply) <= 500
    assert _row(f"{well.url}/inbox").state == "accepted"
    assert len(well.seen) == 1
    assert sum(_flooded) < 20_000_000, "no more is read than is shown"
    assert took < 30


def test_who_speaks_no_tls_costs_no_attempt(newsroom: Actor) -> None:
    with behaving(_speak_nonsense) as host:
        _post(newsroom, f"https://{host}/inbox")
    row = _row(f"https://{host}/inbox")
    assert (row.state, Route.objects.get(name=host).failures) == ("deferred", 1)
    assert "TLS" in row.reply or "cannot be asked" in row.reply or "hung up" in row.reply


def test_nobody_is_led_to_this_machine_by_a_redirect(newsroom: Actor) -> None:
    with serving(lambda _: Answer(202)) as inside:
        there = {"Location": f"{inside.url}/secret"}
        with serving(lambda _: Answer(307, b"", there)) as outside:
            _post(newsroom, f"{outside.url}/inbox")
        assert inside.seen == []
    assert _row(f"{outside.url}/inbox").state == "deferred"


def test_a_sender_that_is_told_to_stop_amid_servers_that_hang_strands_nothing(newsroom: Actor) -> None:
    from onrecord.delivery.sender import Sender

    async def run_and_stop() -> None:
        sender = Sender("sender 1")
        running = asyncio.create_task(sender.run())
        await asyncio.sleep(0.5)
        sender.stop()
        async with asyncio.timeout(20):
            await running

    with behaving(_hang) as host:
        activity = {"id": "https://news.elmford.example/ap/activities/1", "type": "Create"}
        send(
            [audiences.recipient(f"http://{host}/inbox#{number}") for number in range(12)],
            transport="activitypub",
            body={"letters": {"activity": actions.letter(newsroom, activity)}},
        )
        asyncio.run(run_and_stop())
    assert set(Delivery.objects.values_list("state", flat=True)) == {"deferred"} | (
        {"queued"} if Delivery.objects.filter(state="queued").exists() else set()
    )
    assert not Delivery.objects.exclude(lease_by="").exists()
