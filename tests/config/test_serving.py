# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
import logging
import socket
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

from onrecord import waiting
from onrecord.config import environment, listening, logs, prepare
from onrecord.config.answering import before_django, starting
from onrecord.config.database import describe

DEFAULTS = environment.read({})


def ask(application: object, **environ: object) -> tuple[str, dict[str, str], bytes]:
    heard: list[object] = []
    asked = {"REQUEST_METHOD": "GET", "PATH_INFO": "/accounts/login/", "wsgi.url_scheme": "http"} | environ
    body = b"".join(application(asked, lambda status, headers: heard.extend((status, dict(headers)))))  # type: ignore[operator]  # a WSGI application
    return heard[0], heard[1], body  # type: ignore[return-value]  # as the lambda has put them


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [f"{environ.get('REMOTE_ADDR')} {environ['wsgi.url_scheme']}".encode()]


def test_while_the_program_starts_it_says_so_and_when_to_come_back() -> None:
    status, headers, body = ask(starting)
    assert status == "503 Service Unavailable"
    assert headers["Retry-After"] == "2"
    assert b"This newsroom is starting" in body


def test_no_answer_waits_until_its_beginning_was_acknowledged() -> None:
    with closing(listening.listen("127.0.0.1", 0)) as listener:
        listener.setblocking(True)
        with socket.create_connection(listener.getsockname(), timeout=10), listener.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_proxy_is_believed_only_where_it_is_trusted(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    application = before_django(echo, DEFAULTS, tmp_path)
    forwarded = {"HTTP_X_FORWARDED_FOR": "203.0.113.9", "HTTP_X_FORWARDED_PROTO": "https"}
    assert ask(application, REMOTE_ADDR="127.0.0.1", **forwarded)[2] == b"203.0.113.9 https"
    assert ask(application, REMOTE_ADDR="198.51.100.4", **forwarded)[2] == b"198.51.100.4 http"


def test_who_sends_byte_by_byte_leaves_a_thread_for_readers(tmp_path: Path) -> None:
    def take(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with suppress(Exception):  # as frameworks do
            body = environ["wsgi.input"].read(10)
        start_response("200 OK", [])
        return [body]

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            arrived.wait(10)
            return super().read(size)

    (tmp_path / "static").mkdir()
    application = before_django(take, DEFAULTS, tmp_path)
    arrived = threading.Event()
    post = {"REQUEST_METHOD": "POST", "PATH_INFO": "/ap/inbox"}
    with ThreadPoolExecutor(waiting.THREADS) as threads:
        slow = [
            threads.submit(ask, application, **post, **{"wsgi.input": Slow(b"slow")})
            for _ in range(waiting.THREADS)
        ]
        refused, headers, told = next(as_completed(slow)).result()
        assert (refused, headers["Retry-After"]) == ("503 Service Unavailable", "5")
        assert b"Send it again" in told
        arrived.set()
        assert sorted(one.result()[0] for one in slow) == ["200 OK"] * 3 + ["503 Service Unavailable"]
    assert ask(application, **post, **{"wsgi.input": io.BytesIO(b"whole")})[2] == b"whole"


def test_what_the_database_and_the_desk_were_prepared_for_is_remembered(tmp_path: Path) -> None:
    assert not prepare.is_current(DEFAULTS, tmp_path)
    prepare.mark(DEFAULTS, tmp_path)
    assert prepare.is_current(DEFAULTS, tmp_path)
    other = replace(DEFAULTS, database_url="postgresql://me@host/other")
    assert not prepare.is_current(other, tmp_path)


def test_logs_are_one_line_each_and_hold_no_secret() -> None:
    formatter = logs.OneLine(secrets=("hunter2",))
    record = logging.LogRecord("a.b", logging.WARNING, "", 0, "password %s\nof %s", ("hunter2", "me"), None)
    line = formatter.format(record)
    assert line.endswith("a.b password •••\\nof me")
    assert "\n" not in line


def test_sqlite_is_treated_as_a_record_deserves(tmp_path: Path) -> None:
    options = describe(DEFAULTS, tmp_path)["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]
    assert "synchronous=FULL" in options["init_command"]


def test_postgresql_is_described_by_its_address(tmp_path: Path) -> None:
    url = "postgresql://me:p%40ss@host:5433/na%20me?sslmode=require&pool=4"
    described = describe(replace(DEFAULTS, database_url=url), tmp_path)
    assert (described["USER"], described["PASSWORD"], described["NAME"]) == ("me", "p@ss", "na me")
    assert described["OPTIONS"]["sslmode"] == "require"
    assert described["OPTIONS"]["pool"]["max_size"] == 4
