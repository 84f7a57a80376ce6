# SPDX-License-Identifier: Apache-2.0
"""What another site makes a browser send changes nothing: not at the desk, and not where anybody may send."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import NoReverseMatch, reverse

from onrecord.conversation import actions as conversation
from onrecord.conversation import doors
from onrecord.conversation.models import Comment
from onrecord.conversation.views.sending import GUARD as COMMENT
from onrecord.people.models import User
from onrecord.statements.models import Publication
from tests.conversation.readers import somebody_known
from tests.desk.test_permissions import addresses, door_of
from tests.people.forms import read_ticket
from tests.security.open_forms import PROTECTED, WAGTAIL, exempt

CROSS = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", "Referer": "https://evil.example/"}
SignIn = Callable[[User], Client]


def test_every_address_that_is_not_checked_for_forgery_says_why() -> None:
    found = {one.name for one in exempt() if not one.route.startswith(WAGTAIL)}
    assert found - set(PROTECTED) == set(), "what protects these?"
    assert set(PROTECTED) - found == set(), "these are checked by now, or gone"


def test_at_the_desk_a_forged_request_of_whoever_may_is_refused(sign_in: SignIn, ada: User, mo: User) -> None:
    open_ones = {one.name for one in exempt()}
    tried = 0
    for person in (ada, mo):
        session = sign_in(person).cookies
        forger = Client(enforce_csrf_checks=True)
        forger.cookies = session
        for address in addresses():
            door = door_of(address)
            if door is None or address.name in open_ones or address.route.startswith(WAGTAIL):
                continue
            if person.email.partition("@")[0] not in door.who or any(map(callable, door.arguments.values())):
                continue
            try:
                path = address.written_for(door)
            except NoReverseMatch:
                continue
            answer: HttpResponseBase = forger.post(path, headers=CROSS)
            answer.getvalue()
            assert answer.status_code in {403, 405, 302, 404}, f"{path}: {answer.status_code}"
            if answer.status_code == 302:
                assert "/login" in answer["Location"] or "/accounts/" in answer["Location"], path
            tried += answer.status_code == 403
    assert tried > 60, "so many addresses of the desk were asked, and refused"


def test_wagtails_own_interface_checks_whoever_has_a_session(sign_in: SignIn, ada: User) -> None:
    forger = Client(enforce_csrf_checks=True)
    forger.cookies = sign_in(ada).cookies
    for path in ("/desk/api/main/pages/", "/desk/api/main/pages/1/action/publish/"):
        assert forger.post(path, headers=CROSS).status_code in {403, 404, 405}


def test_a_browser_that_is_known_comments_for_nobody_else(water: Publication, mo: User) -> None:
    """The one cookie that readers may have: Strict, for one path, and it counts on our own pages alone."""
    known = somebody_known(water, mo)
    browser = Client(enforce_csrf_checks=True)
    browser.cookies[doors.COOKIE] = doors.cookie_for(known)
    fields = {
        "publication": water.pk,
        "name": "Jan",
        "address": "jan@reader.example",
        "text": "Words that Jan never wrote.",
        "ticket": read_ticket(COMMENT, str(water.pk)),
    }
    assert browser.post(reverse("comments_send"), fields, headers=CROSS).status_code == 200
    conversation.take_arrivals()
    assert Comment.objects.get(versions__text="Words that Jan never wrote.").state == "unconfirmed"


def test_the_cookie_is_strict_unreadable_and_for_one_path(water: Publication, mo: User) -> None:
    known = somebody_known(water, mo)
    browser = Client()
    browser.post(doors.address_of(known), {"deed": "remember"})
    cookie = browser.cookies[doors.COOKIE]
    assert (cookie["samesite"], cookie["httponly"], cookie["path"]) == ("Strict", True, "/comments/")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("comments_mine", ["x"]), ("report_status", ["x"]), ("notice", ["x"]), ("following", ["x"])],
)
def test_looking_changes_nothing_and_pages_of_ones_own_are_kept_nowhere(
    name: str, arguments: list[str]
) -> None:
    answer = Client().get(reverse(name, args=arguments))
    assert answer.status_code == 404
    assert "no-store" in answer["Cache-Control"]
    assert answer.cookies == {}
