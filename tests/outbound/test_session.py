# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from onrecord.outbound import Response
from onrecord.outbound.addresses import Private, may_be_asked, networks
from onrecord.outbound.errors import BadAddress, RefusedAddress, TooSlow, Unreachable
from onrecord.outbound.sessions import Session, shared
from tests.outbound.servers import Answer, Seen, certified, serving
from tests.outbound.test_fetch import names

Result = TypeVar("Result")
LOOPBACK = networks("127.0.0.0/8,::1")


def _with(do: Callable[[Session], Awaitable[Result]], private: Private = LOOPBACK) -> Result:
    async def run() -> Result:
        async with shared(private) as session:
            return await do(session)

    return asyncio.run(run())


def _ask(url: str, private: Private = LOOPBACK, **how: Any) -> Response:
    return _with(lambda session: session.ask(url, timeout=how.pop("timeout", 5.0), **how), private)


def test_what_is_posted_arrives_and_the_answer_comes_back() -> None:
    with serving(lambda asked: Answer(202, b"thank you")) as server:
        answer = _ask(f"{server.url}/hook?a=1", body=b'{"v":1}', headers={"Content-Type": "application/json"})
        [seen] = server.seen
        assert (answer.status, answer.body) == (202, b"thank you")
        assert (seen.method, seen.path, seen.body) == ("POST", "/hook?a=1", b'{"v":1}')
        assert seen.headers["content-type"] == "application/json"
        assert seen.headers["user-agent"].startswith("OnRecord/")


@pytest.mark.parametrize("private", [False, networks("10.0.0.0/8")])
def test_private_addresses_are_refused_whatever_they_are_called(
    private: Private, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(lambda _: Answer()) as server:
        for host in ("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254"):
            with pytest.raises(RefusedAddress):
                _ask(f"http://{host}:{server.port}/", private)
        names(monkeypatch, ["9.9.9.9", "127.0.0.1"])
        with pytest.raises(RefusedAddress, match=r"inside.example:\d+/ leads to 127.0.0.1"):
            _ask(f"http://inside.example:{server.port}/?token=secret", private)
        assert server.seen == []


def test_a_name_whose_answer_changes_is_asked_at_the_address_that_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first answer is public; whoever resolved again for the connection would reach 127.0.0.1."""
    connected: list[str] = []

    async def connect(_loop: object, _sock: socket.socket, address: tuple[Any, ...]) -> None:
        connected.append(address[0])
        raise OSError(113, "No route to host")

    monkeypatch.setattr("asyncio.selector_events.BaseSelectorEventLoop.sock_connect", connect)
    with serving(lambda _: Answer()) as server:
        asked = names(monkeypatch, ["9.9.9.9"], ["127.0.0.1"])
        with pytest.raises(Unreachable, match=r"cannot be asked: "):
            _ask(f"http://rebinding.example:{server.port}/", False)
        assert (asked, connected, server.seen) == (["rebinding.example"], ["9.9.9.9"], [])
        asked = names(monkeypatch, ["9.9.9.9", "9.9.9.10"], ["127.0.0.1"])
        with pytest.raises(Unreachable, match=r"cannot be asked: "):
            _ask(f"http://rebinding.example:{server.port}/", False)
        assert (len(asked), sorted(connected[1:]), server.seen) == (1, ["9.9.9.10", "9.9.9.9"], [])


def test_allowed_networks_admit_just_their_addresses() -> None:
    allowed = networks("10.1.0.0/16, 192.168.7.4")
    assert may_be_asked("10.1.2.3", allowed)
    assert may_be_asked("::ffff:192.168.7.4", allowed)
    assert may_be_asked("9.9.9.9", allowed)
    for address in ("10.2.0.1", "192.168.7.5", "127.0.0.1", "::1", "169.254.169.254", "::ffff:10.2.0.1"):
        assert not may_be_asked(address, allowed), address


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with serving(lambda _: Answer(307, headers={"Location": "http://169.254.169.254/"})) as server:
        assert _ask(server.url).status == 307
        assert len(server.seen) == 1


def test_an_address_that_cannot_be_asked_is_refused() -> None:
    for url in ("file:///etc/passwd", "http://me:secret@127.0.0.1/"):
        with pytest.raises(BadAddress):
            _ask(url)


def test_of_a_huge_answer_only_the_beginning_is_read() -> None:
    with serving(lambda _: Answer(body=b"x" * 5_000_000)) as server:
        assert _ask(server.url, limit=500).body == b"x" * 500


def test_a_compressed_answer_is_not_unpacked() -> None:
    with serving(lambda _: Answer(202, b"bomb", {"Content-Encoding": "gzip"})) as server:
        answer = _ask(server.url)
        assert (answer.status, answer.body) == (202, b"")


def test_whoever_does_not_answer_in_time_is_not_waited_for() -> None:
    never = threading.Event()
    with serving(lambda _: Answer(wait=never)) as server:
        started = time.monotonic()
        with pytest.raises(TooSlow, match=r"gave no answer within 0.1 seconds"):
            _ask(server.url, timeout=0.1)
        assert time.monotonic() - started < 2
        never.set()


def test_a_status_counts_although_its_body_never_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onrecord.outbound.connections.BODY_SECONDS", 0.1)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            other, _ = listening.accept()
            with other:
                other.recv(1000)
                other.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nwell")
                over.wait(5)

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        answer = _ask(f"http://127.0.0.1:{listening.getsockname()[1]}/", timeout=1.0)
        assert (answer.status, answer.body) == (200, b"well")
        over.set()
        thread.join()


def _hangs_up_after_one(connections: list[int], listening: socket.socket) -> None:
    """Say that connections stay open, and close each after one answer all the same."""
    while True:
        try:
            other, _ = listening.accept()
        except OSError:
            return
        connections.append(1)
        with other:
            if other.recv(1000):
                other.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


def test_a_kept_connection_that_was_closed_meanwhile_is_opened_again() -> None:
    connections: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_hangs_up_after_one, args=(connections, listening), daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"

        async def twice(session: Session) -> list[int]:
            return [(await session.ask(url, timeout=5)).status for _ in range(3)]

        assert _with(twice) == [200, 200, 200]
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()
    assert len(connections) == 3


def test_a_connection_is_kept_for_the_next_request_and_shared() -> None:
    ports: set[Any] = set()

    async def ask(url: str, private: Private) -> int:
        async with shared(private) as session:
            return (await session.ask(url, timeout=5)).status

    async def several(url: str) -> list[bool]:
        async with shared(LOOPBACK) as one, shared(LOOPBACK) as other, shared(False) as third:
            for _ in range(3):
                await one.ask(url, timeout=5)
                await ask(url, LOOPBACK)
            return [one is other, one is third]

    def answer(asked: Seen) -> Answer:
        ports.add(asked.headers["from-port"])
        return Answer()

    with serving(answer) as server:
        assert asyncio.run(several(server.url)) == [True, False]
        assert len(server.seen) == 6
        assert len(ports) == 1


def test_a_request_and_its_body_go_out_together() -> None:
    pieces: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def take() -> None:
            other, _ = listening.accept()
            with other:
                pieces.append(other.recv(100_000))
                other.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/inbox?a=%C3%A4#part"
        assert _ask(url, body=b"x" * 6_000, headers={"Host": "named.example"}).status == 202
        thread.join(5)
    head, _, body = pieces[0].partition(b"\r\n\r\n")
    assert body == b"x" * 6_000
    assert head.startswith(b"POST /inbox?a=%C3%A4 HTTP/1.1\r\nHost: named.example\r\n")
    assert b"\r\nContent-Length: 6000" in head


def test_it_is_told_when_only_the_answer_is_waited_for() -> None:
    told: list[str] = []
    answering = threading.Event()
    with serving(lambda _: Answer(wait=answering)) as server:

        def sent() -> None:
            told.append("sent")
            answering.set()

        async def ask(session: Session) -> int:
            return (await session.ask(server.url, body=b"{}", timeout=5, sent=sent)).status

        assert _with(ask) == 200
        with pytest.raises(Unreachable):
            _ask("http://127.0.0.1:1/", sent=sent)
    assert told == ["sent"]


def test_no_header_is_sent_that_would_be_another_one() -> None:
    with serving(lambda _: Answer()) as server:
        for bad in ("a\r\nX-Admin: yes", "a\nX: y", "a\rX: y", "a\0"):
            with pytest.raises(BadAddress, match="holds the end of a line"):
                _ask(server.url, headers={"X-Topic": bad})
        assert server.seen == []


def test_a_connection_over_which_more_came_than_was_asked_is_not_used_again() -> None:
    connections: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def talk() -> None:
            while True:
                try:
                    other, _ = listening.accept()
                except OSError:
                    return
                connections.append(1)
                with other:
                    other.recv(1000)
                    other.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                    time.sleep(0.05)  # by now the connection is kept
                    other.sendall(b"HTTP/1.1 500 Forged\r\nContent-Length: 0\r\n\r\n")
                    other.recv(1000)

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"

        async def twice(session: Session) -> list[int]:
            first = (await session.ask(url, timeout=5)).status
            await asyncio.sleep(0.15)
            return [first, (await session.ask(url, timeout=5)).status]

        assert _with(twice) == [200, 200]
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()
    assert len(connections) == 2


def test_a_machine_with_several_addresses_is_reached_at_the_one_that_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names(monkeypatch, ["127.0.0.2", "127.0.0.1"])
    with serving(lambda _: Answer(202)) as server:
        assert _ask(f"http://inbox.example:{server.port}/").status == 202
        with pytest.raises(Unreachable, match="cannot be asked: "):
            _ask("http://inbox.example:1/")


def test_no_more_connections_are_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onrecord.outbound.connections.AT_ONCE", 8)
    with contextlib.ExitStack() as servers:
        urls = [servers.enter_context(serving(lambda _: Answer())).url for _ in range(10)]

        async def ask_all(session: Session) -> list[int]:
            answers = await asyncio.gather(*(session.ask(url, timeout=5) for url in urls))
            kept = session._connections._in_turn  # type: ignore[attr-defined]  # what there is no door to
            open_still = session._connections._kept  # type: ignore[attr-defined]
            assert (len(kept), sum(map(len, open_still.values()))) == (8, 8)
            return [answer.status for answer in answers]

        assert _with(ask_all) == [200] * 10


def test_a_kept_connection_is_closed_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onrecord.outbound.connections.KEPT_SECONDS", 0.05)
    with serving(lambda _: Answer()) as server:

        async def ask(session: Session) -> None:
            await session.ask(server.url, timeout=5)
            await asyncio.sleep(0.2)
            assert session._connections._kept == {}  # type: ignore[attr-defined]

        _with(ask)


def test_secure_connections_are_made_to_who_has_the_certificate_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = certified("inbox.example", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    names(monkeypatch, ["127.0.0.1"])
    seen: set[str] = set()

    def answer(asked: Seen) -> Answer:
        seen.add(asked.headers["from-port"])
        return Answer(202, b"thank you")

    with serving(answer, certificate=(certificate, key)) as server:

        async def ask(session: Session) -> list[int]:
            url = f"https://inbox.example:{server.port}/inbox"
            return [(await session.ask(url, body=b"{}", timeout=5)).status for _ in range(2)]

        assert _with(ask) == [202, 202]
        assert len(seen) == 1
        with pytest.raises(Unreachable, match="its certificate is not valid for this host"):
            _ask(f"https://other.example:{server.port}/inbox", body=b"{}")
        assert len(server.seen) == 2


def test_an_endless_head_is_not_read_to_its_end() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        sent: list[int] = [0]

        def talk() -> None:
            other, _ = listening.accept()
            with other:
                other.recv(1000)
                try:
                    other.sendall(b"HTTP/1.1 200 OK\r\n")
                    while sent[0] < 200_000_000:
                        sent[0] += other.send(b"".join(b"X-%d: %s\r\n" % (n, b"x" * 900) for n in range(100)))
                except OSError:
                    return

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        with pytest.raises((Unreachable, TooSlow)):
            _ask(f"http://127.0.0.1:{listening.getsockname()[1]}/", timeout=3.0)
        thread.join(5)
        assert sent[0] < 20_000_000


def test_nothing_secret_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unreachable) as refused:
        _ask("http://127.0.0.1:1/path?token=secret", headers={"Authorization": "secret"})
    assert "secret" not in str(refused.value)
