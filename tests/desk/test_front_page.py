# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import time_machine
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.models import Group
from django.contrib.staticfiles import finders
from django.test import Client
from wagtail.users.models import UserProfile

from onrecord.desk import panels
from onrecord.desk.panels import Need, QuickAction, Urgency
from onrecord.people import actions
from onrecord.people.models import User
from onrecord.people.roles import Right, Role

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

SignIn = Callable[[User], Client]


@pytest.fixture
def providers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start from a front page that asks nobody."""
    monkeypatch.setattr(panels, "_needs", {})
    monkeypatch.setattr(panels, "_quick_actions", {})


def later(user: User) -> Iterator[Need]:
    yield Need("Later", "", "/later/", Urgency.LATER)
    yield Need("None of these", "", "/none/", count=0)


def now(user: User) -> Iterator[Need]:
    yield Need(f"Now, {user}", "because", "/now/", Urgency.NOW, count=3)


def broken(user: User) -> Iterator[Need]:
    raise ValueError("no connection")
    yield


@pytest.mark.usefixtures("providers")
def test_needs_come_most_urgent_first_and_without_those_that_are_none(olga: User) -> None:
    panels.register(later)
    panels.register(now)

    assert [need.title for need in panels.needs_for(olga)] == ["Now, Olga Writer", "Later"]


@pytest.mark.usefixtures("providers")
def test_a_provider_that_fails_is_reported_beside_the_others(olga: User) -> None:
    panels.register(broken)
    panels.register(later)

    assert [need.title for need in panels.needs_for(olga)] == ["Something could not be read", "Later"]


@pytest.mark.usefixtures("providers")
def test_buttons_are_for_those_who_hold_the_right(olga: User, mo: User) -> None:
    panels.register_quick_actions(lambda user: [QuickAction("Write", "/write/", Right.WRITE)])

    assert [action.label for action in panels.quick_actions_for(olga)] == ["Write"]
    assert panels.quick_actions_for(mo) == []


@pytest.mark.usefixtures("providers")
def test_the_front_page_shows_what_waits_for_me(olga: User, sign_in: SignIn) -> None:
    panels.register(now)

    page = sign_in(olga).get("/desk/").content.decode()

    assert 'href="/now/"' in page
    assert "Now, Olga Writer" in page
    assert "because" in page


@pytest.mark.usefixtures("providers")
def test_an_empty_front_page_says_so(mo: User, sign_in: SignIn) -> None:
    assert "Nothing is waiting for you." in sign_in(mo).get("/desk/").content.decode()


def test_recent_activity_is_told_in_sentences(ada: User, ines: User, sign_in: SignIn) -> None:
    actions.invite(name="Jan Newcomer", email="jan@example.org", roles=[Role.EDITOR], by=ada)
    actions.change_roles(ines, roles=[Role.PRESS_OFFICER, Role.EDITOR], by=ada)

    page = sign_in(ada).get("/desk/").content.decode()

    assert "<strong>Ada Administrator</strong> invited Jan Newcomer" in page
    assert "changed the roles of Ines Editor to: Editor, Press officer" in page


def test_an_administrator_is_told_when_nobody_can_approve(ada: User, ines: User, sign_in: SignIn) -> None:
    assert "Nobody can approve statements" not in sign_in(ada).get("/desk/").content.decode()
    ines.groups.set(Group.objects.filter(name=Role.PRESS_OFFICER))

    assert "Nobody can approve statements" in sign_in(ada).get("/desk/").content.decode()
    assert "Nobody can approve statements" not in sign_in(ines).get("/desk/").content.decode()


def test_an_administrator_is_told_of_people_without_a_role(ada: User, max: User, sign_in: SignIn) -> None:
    assert "1 person has no role" in sign_in(ada).get("/desk/").content.decode()


def test_the_menu_shows_only_what_exists_here(ada: User, olga: User, sign_in: SignIn) -> None:
    for user, sees in ((ada, True), (olga, False)):
        page = sign_in(user).get("/desk/").content.decode()
        assert ('"/desk/people/"' in page) is sees
        for hidden in ("explorer", "reports", "settings", "help", "forms"):
            assert f'["{hidden}", ' not in page


def test_files_are_for_staff_and_never_run_as_a_page(olga: User, sign_in: SignIn, settings: Settings) -> None:
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    (root / "page.html").write_text("<script>alert(1)</script>")

    answer = sign_in(olga).get("/desk/media/page.html")
    answer.getvalue()

    assert answer["Content-Security-Policy"].startswith("sandbox;")
    assert answer["Content-Disposition"] == "attachment"
    assert Client().get("/desk/media/page.html")["Location"].startswith("/accounts/login/")


def test_the_link_dialog_opens_at_external_addresses(olga: User, sign_in: SignIn) -> None:
    answer = sign_in(olga).get("/desk/choose-page/?allow_external_link=true")

    assert answer["Location"] == "/desk/choose-external-link/?allow_external_link=true"


def test_everybody_sets_their_own_language_and_theme(mo: User, sign_in: SignIn) -> None:
    page = sign_in(mo).get("/desk/account/").content.decode()

    assert "theme-theme" in page
    assert "name_email-first_name" not in page


def test_times_are_those_of_the_organisation_until_somebody_prefers_another_zone(
    ada: User, sign_in: SignIn
) -> None:
    moment = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        actions.change_organisation({"name": "City of Elmford"}, by=ada)
        browser = sign_in(ada)
        assert "09:30" in shown(browser, "/desk/"), "no preference: Brussels"

        page = browser.get("/desk/account/").content.decode()
        assert "Time zone of the organisation" in page
        assert 'server-time-zone-param="Europe/Brussels"' in page
        assert "09:30" in shown(browser, "/desk/"), "having looked at the preferences is no choice"

        UserProfile.objects.filter(user=ada).update(current_time_zone="America/New_York")
        assert "03:30" in shown(browser, "/desk/")

        UserProfile.objects.filter(user=ada).update(current_time_zone="")
        actions.change_organisation({"time_zone": "Asia/Tokyo"}, by=ada)
        assert "17:30" in shown(browser, "/desk/"), "the organisation has moved"


def shown(browser: Client, address: str) -> str:
    """Return a page of the desk."""
    return str(browser.get(address).content.decode())


def test_without_scripts_the_empty_menu_covers_nothing(olga: User, sign_in: SignIn) -> None:
    page = sign_in(olga).get("/desk/").content.decode()
    found = re.search(
        r'<noscript><link rel="stylesheet" href="/static/(desk/no_script[^"]*\.css)"></noscript>', page
    )
    assert found is not None
    path = finders.find("desk/no_script.css")
    assert path is not None
    assert ".sidebar-loading { display: none; }" in Path(path).read_text(encoding="utf-8")


def test_whoever_has_few_recovery_codes_is_told_to_make_new_ones(olga: User, sign_in: SignIn) -> None:
    codes = RecoveryCodes.activate(olga)
    browser = sign_in(olga)
    for code in codes.get_unused_codes()[:6]:
        assert codes.validate_code(code)
    assert "recovery code" not in browser.get("/desk/").content.decode()

    codes.validate_code(codes.get_unused_codes()[0])
    assert "3 recovery codes are left" in browser.get("/desk/").content.decode()
    for code in codes.get_unused_codes():
        codes.validate_code(code)
    shown = browser.get("/desk/").content.decode()
    assert "No recovery code is left" in shown
    assert 'href="/accounts/2fa/"' in shown


def test_without_scripts_the_desk_says_what_works_and_has_its_menu(ada: User, sign_in: SignIn) -> None:
    shown = sign_in(ada).get("/desk/").content.decode()
    told = next(part for part in shown.split("<noscript>") if "desk-no-script" in part).partition(
        "</noscript>"
    )[0]

    assert "This browser runs no JavaScript. You can read, approve, release, answer and decide" in told
    for address in ("/desk/", "/desk/people/", "/desk/organisation/", "/accounts/sessions/"):
        assert f'href="{address}"' in told
    assert "/desk/statements/" not in told, "Ada writes nothing"
