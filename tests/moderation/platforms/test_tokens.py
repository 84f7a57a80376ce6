# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client

from onrecord.journal.models import Entry
from onrecord.moderation.models import (
    ApiToken,
    ExternalItem,
    Platform,
    Scope,
)
from onrecord.moderation.platforms import actions, views
from onrecord.moderation.platforms.actions import BadPlatform
from onrecord.moderation.platforms.rates import Rate
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from tests.moderation.platforms.calling import call, decision, item


@pytest.mark.parametrize(
    ("method", "path", "body", "needed"),
    [
        ("POST", "/items", item(), Scope.ITEMS),
        ("GET", "/items/post-7", None, Scope.READ),
        ("POST", "/decisions", decision("1/post-7/1"), Scope.DECISIONS),
        ("GET", "/decisions/2026-000001-1", None, Scope.READ),
    ],
)
def test_each_address_needs_its_scope(
    token: str, forum: Platform, ada: User, mo: User, method: str, path: str, body: object, needed: Scope
) -> None:
    call(token, "POST", "/items", item())
    others = [scope.value for scope in Scope if scope is not needed]
    secret = actions.make_token(forum, "Less", others, by=ada, acts_for=mo)[1]
    status, told = call(secret, method, path, body)
    assert (status, told["detail"]) == (403, f"This token lacks the scope “{needed.value}”.")


def test_a_stranger_and_an_ended_token_open_nothing(token: str, forum: Platform, ada: User) -> None:
    assert call("", "POST", "/items", item())[0] == 401
    assert call("onrecord_mod_guessed", "GET", "/items/post-7")[0] == 401
    actions.end_token(ApiToken.objects.get(), by=ada)
    assert call(token, "POST", "/items", item())[0] == 401
    other = actions.make_token(forum, "Reading", ["read"], by=ada)[1]
    actions.end_platform(forum, by=ada)
    assert call(other, "GET", "/items/post-7")[0] == 401
    assert ExternalItem.objects.count() == 0


def test_a_platform_sees_nothing_of_another(token: str, ada: User) -> None:
    _status, submitted = call(token, "POST", "/items", item())
    _status, made = call(token, "POST", "/decisions", decision(submitted["version"]))
    app = actions.add_platform("App", "", by=ada)
    stranger = actions.make_token(app, "Reading", ["read"], by=ada)[1]
    assert call(stranger, "GET", "/items/post-7")[0] == 404
    assert call(stranger, "GET", f"/decisions/{made['number']}")[0] == 404


@pytest.mark.usefixtures("stopped_clock")
def test_too_many_requests_of_one_token_are_put_off(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "ALLOWANCE", Rate("token", most=3, seconds=86_400))
    statuses = [call(token, "GET", "/items/post-7")[0] for _again in range(5)]
    assert statuses == [404, 404, 404, 429, 429]


@pytest.mark.usefixtures("stopped_clock")
def test_a_rate_is_shared_by_all_processes_and_each_token_has_its_own() -> None:
    here, elsewhere = (Rate("token", most=2, seconds=86_400) for _process in range(2))
    assert [here.take("1"), elsewhere.take("1"), here.take("1"), elsewhere.take("1")] == [
        True,
        True,
        False,
        False,
    ]
    assert here.take("2")


def test_only_a_hash_of_a_token_is_kept(token: str) -> None:
    row = ApiToken.objects.get()
    assert token.startswith(actions.PREFIX)
    assert token not in json.dumps([row.secret_hash, row.label])
    assert token not in json.dumps(list(Entry.objects.values_list("data", flat=True)))


def test_a_token_that_decides_names_a_moderator(forum: Platform, ada: User, olga: User) -> None:
    for somebody in (None, olga):
        with pytest.raises(BadPlatform, match="acts for one moderator"):
            actions.make_token(forum, "Deciding", ["decisions"], by=ada, acts_for=somebody)
    with pytest.raises(NotAllowed):
        actions.make_token(forum, "Reading", ["read"], by=olga)


def test_an_administrator_adds_a_platform_and_sees_its_token_once(
    ada: User, mo: User, sign_in: Callable[[User], Client]
) -> None:
    browser, page = sign_in(ada), "/desk/moderation/platforms/"
    assert (
        "whsec_"
        in browser.post(
            f"{page}add/", {"name": "Forum", "webhook_url": "https://f.example/"}
        ).content.decode()
    )
    made = browser.post(
        f"{page}{Platform.objects.get().pk}/token/",
        {"label": "Server", "scope": ["read", "decisions"], "acts_for": str(mo.pk)},
    ).content.decode()
    assert actions.PREFIX in made
    again = browser.get(page).content.decode()
    assert actions.PREFIX not in again
    assert "Decide, for one moderator" in again
    browser.post(f"/desk/moderation/tokens/{ApiToken.objects.get().pk}/end/")
    assert ApiToken.objects.get().ended_at is not None
