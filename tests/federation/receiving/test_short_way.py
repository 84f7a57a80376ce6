# SPDX-License-Identifier: Apache-2.0
"""What machines post and ask takes a short way through the program, and is held to the same rules there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory

from onrecord.bakery.headers import CONTENT_SECURITY_POLICY
from onrecord.config.answering import LateDjango
from onrecord.federation import actors
from onrecord.federation.models import DomainBlock, ReceivedActivity
from onrecord.federation.receiving import limits
from onrecord.federation.signatures.messages import Message
from onrecord.people.models import Organisation
from tests.federation.receiving.remote import ACTIVITY_JSON, HOME, Somebody

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db


@dataclass
class Said:
    status: int
    headers: dict[str, str]
    text: str


@contextmanager
def connections_kept() -> Iterator[None]:
    """Let no request end the transaction that the test runs in."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def ask(path: str, method: str = "POST", message: Message | None = None, **more: Any) -> Said:
    """Ask the program as the web server does."""
    application = LateDjango()
    headers = dict(message.headers) if message else {"host": "news.elmford.example"}
    environ = (
        RequestFactory()
        .generic(
            method,
            path,
            message.body if message else b"",
            content_type=ACTIVITY_JSON,
            headers={**headers, **more},
            REMOTE_ADDR="198.51.100.7",
        )
        .environ
    )
    said: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], *_: object) -> Any:
        said.append((status, headers))

    with connections_kept():
        answer: Any = application(environ, start)
        text = b"".join(answer).decode()
        answer.close()
    [(status, given)] = said
    return Said(int(status[:3]), {name.lower(): value for name, value in given}, text)


def test_a_signed_activity_is_taken_and_the_answer_is_as_guarded_as_any(
    organisation: Organisation, jan: Somebody
) -> None:
    message = jan.signed(jan.activity("Follow", actors.address_of(actors.newsroom())))
    said = ask("/ap/inbox", message=message)
    assert (said.status, said.text) == (202, "")
    assert said.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert said.headers["x-content-type-options"] == "nosniff"
    assert said.headers["cache-control"] == "no-store"
    assert "set-cookie" not in said.headers
    assert ReceivedActivity.objects.count() == 1


def test_what_is_signed_for_another_host_or_another_inbox_is_refused(
    organisation: Organisation, jan: Somebody
) -> None:
    activity = jan.activity("Follow", actors.address_of(actors.newsroom()))
    elsewhere = jan.signed(activity, url="https://other.example/ap/inbox")
    assert ask("/ap/inbox", message=elsewhere).status == 401
    own = actors.inbox_of(actors.newsroom())
    assert ask("/ap/inbox", message=jan.signed(activity, url=own)).status == 401
    assert ask(own.removeprefix(HOME), message=jan.signed(activity, url=own)).status == 202
    assert ReceivedActivity.objects.count() == 1


@pytest.mark.usefixtures("stopped_clock")
def test_who_is_blocked_and_who_sends_too_much_is_refused(
    organisation: Organisation, jan: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sent() -> Said:
        return ask("/ap/inbox", message=jan.signed(jan.activity("Like", f"{HOME}/s/2026/water/")))

    assert sent().status == 202
    monkeypatch.setitem(limits.ACTIVITIES, "host", 1)
    refused = sent()
    assert (refused.status, refused.headers["retry-after"]) == (429, "60")
    block = DomainBlock.objects.create(host=jan.home.url.removeprefix("http://"), reason="Rule 4: floods.")
    refused = sent()
    assert refused.status == 403
    assert "Rule 4: floods." in refused.text
    block.delete()
    DomainBlock.objects.create(host="127.0.0.1", reason="And all of it.")
    assert sent().status == 403
    assert ReceivedActivity.objects.count() == 1


@pytest.mark.parametrize("letter", ["\0", "\ud800"])
def test_an_activity_that_holds_what_is_no_letter_is_refused(
    organisation: Organisation, jan: Somebody, letter: str
) -> None:
    said = ask("/ap/inbox", message=jan.signed(jan.activity("Like", "x", name=f"a{letter}b")))
    assert said.status == 400, said.text
    assert ask("/ap/inbox", message=jan.signed(jan.activity("Like", "x", name="a\\u0000😀"))).status == 202


def test_whatever_else_is_asked_goes_the_usual_way(organisation: Organisation, jan: Somebody) -> None:
    message = jan.signed(jan.activity("Like", f"{HOME}/s/2026/water/"))
    assert ask("/ap/inbox", "GET").status == 405
    assert ask("/ap/inbox/", message=message).status == 404
    assert ask("/ap/inbox", "GET", host="evil.example").status == 400
    assert ask("/ap/actors/nobody/inbox", message=message).status == 404
    assert not ReceivedActivity.objects.exists()


def test_what_is_too_large_is_not_read_to_its_end(organisation: Organisation, jan: Somebody) -> None:
    said = ask("/ap/inbox", message=jan.signed(b'{"a": "' + b"x" * 1_000_001 + b'"}'))
    assert said.status == 413


def test_webfinger_is_answered_with_little_work_and_as_guarded_as_any(
    organisation: Organisation, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    actors.newsroom()
    path = "/.well-known/webfinger?resource=acct:press@news.elmford.example"
    with django_assert_max_num_queries(3):
        said = ask(path, "GET")
    assert json.loads(said.text)["subject"] == "acct:press@news.elmford.example"
    assert said.headers["content-type"] == "application/jrd+json"
    assert said.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert said.headers["x-content-type-options"] == "nosniff"
    assert said.headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in said.headers
    assert ask(path, "GET", host="evil.example").text == said.text, "the query says whom it is about"


def test_webfinger_refuses_what_it_cannot_answer(organisation: Organisation) -> None:
    finger = "/.well-known/webfinger"
    assert ask(finger, "GET").status == 400
    assert ask(f"{finger}?resource=acct:pre%00ss@news.elmford.example", "GET").status == 400
    assert ask(f"{finger}?resource=acct:nobody@news.elmford.example", "GET").status == 404
    assert ask(f"{finger}?resource=acct:press@other.example", "GET").status == 404
    assert ask(f"{finger}?resource=acct:press", "GET").status == 404
    assert ask(finger, "POST").status == 405
