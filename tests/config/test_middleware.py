# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import OperationalError
from django.test import Client
from django.urls import URLPattern, URLResolver

from onrecord.bakery.headers import CONTENT_SECURITY_POLICY
from onrecord.config import urls
from onrecord.config.answering import DYNAMIC
from onrecord.people.models import Organisation

LOGIN = "/accounts/login/"


def test_any_host_may_ask_until_the_newsroom_is_set_up(db: None, client: Client) -> None:
    assert client.get(LOGIN, headers={"host": "anything.example"}).status_code == 200


@pytest.mark.parametrize("host", ["news.elmford.example", "127.0.0.1:8000", "localhost", "[::1]:8000"])
def test_our_own_hosts_are_answered(organisation: Organisation, client: Client, host: str) -> None:
    assert client.get(LOGIN, headers={"host": host}).status_code == 200


def test_other_hosts_are_refused(organisation: Organisation, client: Client) -> None:
    refused = client.get(LOGIN, headers={"host": "evil.example"})
    assert refused.status_code == 400
    assert refused.text == "This newsroom does not answer for evil.example."


def test_a_host_that_is_none_is_refused(organisation: Organisation, client: Client) -> None:
    assert client.get(LOGIN, headers={"host": "a b"}).status_code == 400


def test_pages_outside_the_desk_have_the_policy_of_the_baked_site(
    organisation: Organisation, client: Client
) -> None:
    assert client.get(LOGIN).headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert "unsafe-inline" in client.get("/desk/").headers["Content-Security-Policy"]


def test_cookies_are_secure_and_https_is_remembered_over_https(
    organisation: Organisation, client: Client
) -> None:
    plain, secure = client.get(LOGIN), client.get(LOGIN, secure=True)
    assert not plain.cookies["csrftoken"]["secure"]
    assert secure.cookies["csrftoken"]["secure"]
    assert "Strict-Transport-Security" in secure.headers
    assert "Strict-Transport-Security" not in plain.headers


def test_the_server_in_front_lets_every_address_of_the_program_through() -> None:
    def first_part(pattern: URLPattern | URLResolver) -> list[str]:
        text = str(pattern.pattern).lstrip("^")
        if not text and isinstance(pattern, URLResolver):
            return [part for inner in pattern.url_patterns for part in first_part(inner)]
        if text.startswith("ap/"):  # most of it is baked; a name may stand between
            kept = text.replace("<str:name>/", "*/").partition("/<")[0]
            return ["/" + kept]
        # Of what is well known most is baked.
        return ["/" + text if text.startswith(".well-known/") else "/" + text.partition("/")[0]]

    served = {part for pattern in urls.urlpatterns for part in first_part(pattern)}
    # The front page is baked; the program answers there only before set-up, when nothing is baked.
    missing = [part for part in served if not any(f"{part}/".startswith(f"{one}/") for one in DYNAMIC)]
    assert missing == ["/"]


def test_staff_read_what_fails_and_readers_that_something_does(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(SessionMiddleware, "process_request", fail)
    browser = Client(raise_request_exception=False)
    desk, search = browser.get("/desk/"), browser.get("/search?q=water")
    assert desk.status_code == 503
    assert "The disk is full. Tell whoever looks after the machine" in desk.text
    assert search.status_code == 500
    assert "This did not work" in search.text
    assert "disk" not in search.text


def test_nobody_reads_where_the_database_is_before_they_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise OperationalError('connection to server at "10.1.2.3" failed: no password for user "newsroom"')

    monkeypatch.setattr(SessionMiddleware, "process_request", fail)
    page = Client(raise_request_exception=False).get("/accounts/login/")
    assert page.status_code == 503
    assert "The database does not answer." in page.text
    assert "10.1.2.3" not in page.text
    assert "newsroom" not in page.text
