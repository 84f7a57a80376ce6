# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from typing import Any

import pytest

from onrecord.outbound import Response, fetch
from onrecord.outbound.conversations import Conversation, Question, converse
from onrecord.outbound.errors import (
    BadAddress,
    OutboundError,
    RefusedAddress,
    TooLarge,
    TooManyRedirects,
    TooSlow,
    Unreachable,
)
from tests.outbound.servers import Answer, Seen, Server, serving


def _echo(asked: Seen) -> Answer:
    return Answer(body=asked.body or asked.path.encode(), headers={"X-Said": "yes"})


def _redirect(target: str, status: int = 302) -> Callable[[Seen], Answer]:
    return lambda asked: Answer(status, headers={"Location": target}) if asked.path == "/" else _echo(asked)


def names(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let DNS give these answers, one after the other; return the list of what it was asked."""
    asked: list[str] = []
    waiting = list(answers)

    def lookup(host: str, port: int, **_options: Any) -> list[Any]:
        asked.append(host)
        found = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    return asked


def test_an_answer_comes_back_whole_whatever_its_status() -> None:
    with serving(lambda asked: Answer(409, b"12\n", {"Content-Type": "text/x.tlog.size"})) as server:
        answer = fetch(f"{server.url}/add?x=1#part", method="POST", body=b"body", allow_private=True)
        assert (answer.status, answer.body, answer.headers["content-type"]) == (
            409,
            b"12\n",
            "text/x.tlog.size",
        )
        [asked] = server.seen
        assert (asked.method, asked.path, asked.body) == ("POST", "/add?x=1", b"body")
        assert asked.headers["user-agent"].startswith("OnRecord/")
        assert "cookie" not in asked.headers


def test_machines_of_ones_own_network_are_not_asked_unless_that_is_allowed() -> None:
    with serving(_echo) as server:
        for host in (
            "127.0.0.1",
            "localhost",
            "127.1",
            "2130706433",
            "0x7f000001",
            "[::ffff:127.0.0.1]",
            "[::1]",
        ):
            with pytest.raises((RefusedAddress, Unreachable)):
                fetch(f"http://{host}:{server.port}/")
        with pytest.raises(RefusedAddress, match=r"leads to 127.0.0.1, which is not on the public internet"):
            fetch(server.url)
        assert server.seen == []
        assert fetch(server.url, allow_private=True).status == 200


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:10.0.0.1", "fe80::1", "224.0.0.1"]
)
def test_names_that_lead_to_ones_own_network_are_refused(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    names(monkeypatch, [address])
    with pytest.raises(RefusedAddress, match=r"https://witness.example/add leads to "):
        fetch("https://witness.example/add?token=secret")


def test_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, ["9.9.9.9", "127.0.0.1"])
    with pytest.raises(RefusedAddress, match=r"leads to 127.0.0.1"):
        fetch("http://witness.example/")


def test_a_name_whose_answer_changes_is_resolved_once_and_asked_at_that_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first answer is public; whoever resolved again for the connection would reach 127.0.0.1."""
    connected: list[str] = []

    async def connect(_loop: object, _sock: socket.socket, address: tuple[Any, ...]) -> None:
        connected.append(address[0])
        raise OSError(113, "No route to host")

    monkeypatch.setattr("asyncio.selector_events.BaseSelectorEventLoop.sock_connect", connect)
    with serving(_echo) as server:
        asked = names(monkeypatch, ["9.9.9.9"], ["127.0.0.1"])
        with pytest.raises(Unreachable, match=r"cannot be asked: "):
            fetch(f"http://rebinding.example:{server.port}/")
        assert (asked, connected, server.seen) == (["rebinding.example"], ["9.9.9.9"], [])


def test_a_redirect_to_ones_own_network_is_refused_even_where_the_first_host_is_allowed() -> None:
    with serving(_echo) as inner:
        for target in (
            f"http://localhost:{inner.port}/",
            f"http://127.0.0.2:{inner.port}/",
            f"http://[::ffff:127.0.0.1]:{inner.port}/",
            "http://169.254.169.254/latest/meta-data/",
        ):
            with serving(_redirect(target)) as outer, pytest.raises(RefusedAddress):
                fetch(outer.url + "/", allow_private=True)
        assert inner.seen == []


def test_a_redirect_to_a_name_that_is_private_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(_redirect("http://inside.example/")) as server:
        names(monkeypatch, ["10.0.0.1"])
        with pytest.raises(RefusedAddress, match=r"http://inside.example/ leads to 10.0.0.1"):
            fetch(server.url + "/", allow_private=True)


def test_a_redirect_to_half_an_address_is_refused() -> None:
    with serving(_redirect("http://[/")) as server, pytest.raises(BadAddress, match="is no address"):
        fetch(server.url + "/", allow_private=True)


def test_three_redirects_are_followed_and_no_more() -> None:
    def step(asked: Seen) -> Answer:
        left = int(asked.path[1:])
        return Answer(302, headers={"Location": f"/{left - 1}"}) if left else Answer(body=b"there")

    with serving(step) as server:
        answer = fetch(f"{server.url}/3", allow_private=True)
        assert (answer.body, answer.url) == (b"there", f"{server.url}/0")
        with pytest.raises(TooManyRedirects, match=r"leads on and on; 3 redirects are followed"):
            fetch(f"{server.url}/4", allow_private=True)


@pytest.mark.parametrize(("status", "followed"), [(302, False), (303, False), (307, True), (308, True)])
def test_what_was_sent_is_sent_again_only_where_the_redirect_says_so(status: int, followed: bool) -> None:
    with serving(_redirect("/there", status)) as server:
        answer = fetch(server.url + "/", method="POST", body=b"body", allow_private=True)
        assert answer.status == (200 if followed else status)
        assert [asked.method for asked in server.seen] == ["POST"] * (1 + followed)
        assert answer.body == (b"body" if followed else b"")


def test_headers_are_not_carried_to_another_host_or_port() -> None:
    with serving(_echo) as other, serving(_redirect(f"http://127.0.0.1:{other.port}/", 307)) as server:
        fetch(server.url + "/", headers={"Authorization": "secret"}, allow_private=True)
        assert server.seen[0].headers["authorization"] == "secret"
        assert "authorization" not in other.seen[0].headers


def test_a_redirect_to_what_cannot_be_asked_is_refused() -> None:
    for target in ("file:///etc/passwd", "ftp://example.org/", "http://me:secret@127.0.0.1/"):
        with serving(_redirect(target)) as server, pytest.raises(BadAddress) as refused:
            fetch(server.url + "/", allow_private=True)
        assert "secret" not in str(refused.value)


def test_an_answer_is_read_up_to_its_limit_and_no_further() -> None:
    with serving(lambda _: Answer(body=b"x" * 70_000)) as server:
        assert len(fetch(server.url, limit=70_000, allow_private=True).body) == 70_000
        with pytest.raises(TooLarge, match=r"answers with more than 69999 bytes"):
            fetch(server.url, limit=69_999, allow_private=True)


def test_compressed_answers_are_refused_so_that_none_can_swell() -> None:
    with serving(lambda _: Answer(headers={"Content-Encoding": "gzip"}, body=b"x")) as server:
        with pytest.raises(Unreachable, match=r"answers compressed although it was asked not to"):
            fetch(server.url, allow_private=True)
        assert server.seen[0].headers["accept-encoding"] == "identity"


def test_whoever_answers_too_late_is_not_waited_for() -> None:
    never = threading.Event()
    with serving(lambda _: Answer(wait=never)) as server:
        started = time.monotonic()
        with pytest.raises(TooSlow, match=r"gave no complete answer within 0.1 seconds"):
            fetch(server.url + "/slow?token=secret", timeout=0.1, allow_private=True)
        assert time.monotonic() - started < 2
        never.set()


def test_an_answer_that_never_ends_is_not_waited_for() -> None:
    with serving(lambda _: Answer(body=b"begin", length=10_000)) as server, pytest.raises(Unreachable):
        fetch(server.url, timeout=5, allow_private=True)  # the server hangs up early


def test_a_resolver_that_hangs_does_not_outlast_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    never = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: never.wait(10) and [])
    started = time.monotonic()
    with pytest.raises(TooSlow):
        fetch("http://witness.example/", timeout=0.1)
    assert time.monotonic() - started < 2
    never.set()


def test_unknown_names_and_closed_doors_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(_echo) as server:
        port = server.port
    with pytest.raises(Unreachable, match=r"127.0.0.1:\d+/ cannot be asked: Connect"):
        fetch(f"http://127.0.0.1:{port}/", allow_private=True)

    def unknown(*_arguments: object, **_options: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Unreachable, match=r"http://nowhere.example/ cannot be asked: the name is not known"):
        fetch("http://nowhere.example/")


def test_something_that_speaks_no_http_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            other, _ = listening.accept()
            with other:
                other.sendall(b"220 smtp.example ESMTP\r\n")
                other.recv(1000)

        thread = threading.Thread(target=greet, daemon=True)
        thread.start()
        with pytest.raises(Unreachable, match=r"the answer is no HTTP"):
            fetch(f"http://127.0.0.1:{listening.getsockname()[1]}/", allow_private=True)
        thread.join()


def test_a_plain_server_behind_an_https_address_is_refused() -> None:
    with serving(_echo) as server, pytest.raises(Unreachable, match=r"secure connection failed"):
        fetch(f"https://127.0.0.1:{server.port}/", allow_private=True)


def test_a_secure_connection_that_never_comes_about_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:  # takes connections and says nothing
        started = time.monotonic()
        with pytest.raises(TooSlow):
            fetch(f"https://127.0.0.1:{listening.getsockname()[1]}/", timeout=0.2, allow_private=True)
        assert time.monotonic() - started < 2


def test_an_answer_that_comes_byte_by_byte_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        over = threading.Event()

        def drip() -> None:
            other, _ = listening.accept()
            with other:
                other.recv(1000)
                other.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                while not over.wait(0.02):
                    try:
                        other.sendall(b"x")
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        with pytest.raises(TooSlow):
            fetch(f"http://127.0.0.1:{listening.getsockname()[1]}/", timeout=0.2, allow_private=True)
        over.set()
        thread.join()


def test_nothing_secret_is_logged_or_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(lambda _: Answer(body=b"x" * 100)) as server, pytest.raises(TooLarge) as refused:
        fetch(
            f"{server.url}/path?token=secret",
            headers={"Authorization": "secret"},
            body=b"secret",
            method="POST",
            limit=5,
            allow_private=True,
        )
    assert f"{server.url}/path answers" in str(refused.value)
    assert "secret" not in str(refused.value) + repr(refused.value) + caplog.text
    assert "secret" not in repr(Question("http://x/", body=b"secret", headers={"Authorization": "secret"}))


@pytest.mark.slow
def test_the_library_is_loaded_only_when_something_is_asked() -> None:
    code = "import sys, onrecord.outbound, onrecord.outbound.conversations; print('aiohttp' in sys.modules)"
    assert subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout == ("False\n")


def _ask_twice(server: Server) -> Conversation[str]:
    first = yield Question(f"{server.url}/1", allow_private=True)
    assert isinstance(first, Response)
    second = yield Question(f"{server.url}{first.body.decode()}/2", allow_private=True)
    assert isinstance(second, Response)
    return f"{second.body.decode()} in {threading.current_thread().name}"


def _ask(url: str) -> Generator[Question, Response | OutboundError, str]:
    answer = yield Question(url, allow_private=True)
    return type(answer).__name__


def test_several_are_asked_at_once_and_the_slow_do_not_hold_up_the_quick() -> None:
    never = threading.Event()
    both = threading.Barrier(2)

    def meet(asked: Seen) -> Answer:
        both.wait(5)  # only passed when two are asked at the same time
        return _echo(asked)

    with serving(lambda _: Answer(wait=never)) as slow, serving(_echo) as quick, serving(meet) as meeting:
        started = time.monotonic()
        found = converse(
            [
                _ask(slow.url),
                _ask_twice(quick),
                _ask(meeting.url),
                _ask(meeting.url),
                _ask("http://127.0.0.1:1/"),
            ],
            seconds=0.4,
        )
        assert time.monotonic() - started < 3
        here = threading.current_thread().name
        assert found == ["TooSlow", f"/1/2 in {here}", "Response", "Response", "Unreachable"]
        never.set()
    assert converse([], seconds=1) == []


def test_a_question_after_the_time_is_not_asked() -> None:
    def late(url: str) -> Generator[Question, Response | OutboundError, str]:
        yield Question(url, allow_private=True)
        time.sleep(0.25)
        answer = yield Question(url, allow_private=True)
        return type(answer).__name__

    with serving(_echo) as server:
        assert converse([late(server.url)], seconds=0.2) == ["TooSlow"]
        assert len(server.seen) == 1
