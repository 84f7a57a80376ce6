# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client

from onrecord.people import actions
from onrecord.people.models import User
from onrecord.people.roles import Role
from tests.conftest import PASSWORD, TOTP_SECRET, person

SignIn = Callable[[User], Client]
LOGIN = "/accounts/login/"


def code() -> str:
    return str(format_hotp_value(hotp_value(TOTP_SECRET, int(time.time()) // 30)))


def give_password(client: Client, email: str, password: str = PASSWORD) -> str:
    response = client.post(LOGIN, {"login": email, "password": password})
    return str(response.get("Location", response.content.decode()))


def test_password_and_code_open_the_desk(olga: User, client: Client) -> None:
    assert give_password(client, "olga@example.org") == "/accounts/2fa/authenticate/"
    assert client.get("/desk/").status_code == 302

    assert client.post("/accounts/2fa/authenticate/", {"code": code()})["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200


def test_the_case_of_the_address_does_not_matter(olga: User, client: Client) -> None:
    assert give_password(client, "Olga@Example.ORG") == "/accounts/2fa/authenticate/"


def test_a_code_works_once(olga: User) -> None:
    first, second = Client(), Client()
    now = code()
    for browser in (first, second):
        give_password(browser, "olga@example.org")
    first.post("/accounts/2fa/authenticate/", {"code": now})

    assert second.post("/accounts/2fa/authenticate/", {"code": now}).status_code == 200
    assert second.get("/desk/").status_code == 302


def test_a_recovery_code_stands_in_for_a_lost_phone(olga: User, client: Client) -> None:
    codes = RecoveryCodes.activate(olga).get_unused_codes()
    give_password(client, "olga@example.org")

    page = client.get("/accounts/2fa/authenticate/").content.decode()
    assert "Without it, one of your recovery codes: each works once." in page
    assert client.post("/accounts/2fa/authenticate/", {"code": codes[0]})["Location"] == "/desk/"

    again = Client()
    give_password(again, "olga@example.org")
    assert "Incorrect code." in again.post("/accounts/2fa/authenticate/", {"code": codes[0]}).content.decode()


def test_the_answer_does_not_tell_which_addresses_have_accounts(olga: User) -> None:
    def said(email: str) -> str:
        page = give_password(Client(), email, "not the password")
        return page[page.index('class="errors"') :].split("</div>")[0]

    assert said("olga@example.org") == said("nobody@example.org")
    assert "The email address and/or password you specified are not correct." in said("nobody@example.org")


@pytest.mark.parametrize("email", ["olga@example.org", "nobody@example.org"])
def test_guessers_are_locked_out_for_that_address(email: str, olga: User) -> None:
    for _ in range(5):
        give_password(Client(), email, "a guess")

    assert "Too many wrong passwords" in give_password(Client(), email)
    assert give_password(Client(), "ines@example.org", "a guess").count("Too many") == 0


def test_one_address_of_the_network_cannot_guess_many_passwords(organisation: object) -> None:
    answers = [give_password(Client(), f"somebody{n}@example.org", "a guess") for n in range(11)]

    assert "Too many wrong passwords" in answers[10]
    assert "Too many wrong passwords" not in answers[9]


def test_wrong_passwords_still_count_when_strangers_have_much_else_remembered(olga: User) -> None:
    for guess in range(5):
        give_password(Client(), "olga@example.org", f"guess {guess}")
    for statement in range(400):
        cache.set(f"federation/like/{statement}", 0, 60)
    assert "Too many wrong passwords" in give_password(Client(), "olga@example.org", "another guess")


def test_only_its_owner_learns_that_an_account_is_closed(ada: User, olga: User, client: Client) -> None:
    actions.deactivate(olga, by=ada)

    assert "are not correct" in give_password(client, "olga@example.org", "a guess")
    assert give_password(client, "olga@example.org") == "/accounts/inactive/"
    assert "Your account is closed" in client.get("/accounts/inactive/").content.decode()
    assert client.get("/desk/").status_code == 302


@pytest.mark.parametrize("role", [Role.PRESS_OFFICER, Role.EDITOR, Role.ADMINISTRATOR])
def test_whoever_may_publish_or_administer_sets_a_second_factor_up_first(
    role: Role, organisation: object, sign_in: SignIn
) -> None:
    browser = sign_in(person("Kim Newcomer", role, second_factor=False))

    for address in ("/desk/", "/desk/account/", "/desk/images/", "/desk/jsi18n/"):
        assert browser.get(address)["Location"] == "/accounts/2fa/"
    page = browser.get("/accounts/2fa/").content.decode()
    assert "a stolen password publishes nothing" in page


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.APPEAL_REVIEWER])
def test_others_may_do_without(role: Role, organisation: object, sign_in: SignIn) -> None:
    assert sign_in(person("Kim Newcomer", role, second_factor=False)).get("/desk/").status_code == 200


def test_recovery_codes_alone_are_no_second_factor(organisation: object, sign_in: SignIn) -> None:
    kim = person("Kim Newcomer", Role.EDITOR, second_factor=False)
    Authenticator.objects.create(
        user=kim, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "00", "used_mask": 0}
    )

    assert sign_in(kim).get("/desk/")["Location"] == "/accounts/2fa/"


def test_the_last_second_factor_stays_while_it_is_needed(olga: User, client: Client) -> None:
    give_password(client, "olga@example.org")
    client.post("/accounts/2fa/authenticate/", {"code": code()})

    page = client.post("/accounts/2fa/totp/deactivate/").content.decode()

    assert "You cannot deactivate two-factor authentication." in page
    assert olga.has_second_factor


def test_an_old_session_gives_its_password_again_before_factors_change(olga: User, sign_in: SignIn) -> None:
    answer = sign_in(olga).get("/accounts/2fa/totp/deactivate/")

    assert answer["Location"].startswith("/accounts/reauthenticate/")


def test_a_session_elsewhere_can_be_ended(olga: User, ines: User, sign_in: SignIn) -> None:
    here, there, hers = sign_in(olga), sign_in(olga), sign_in(ines)
    for browser in (here, there, hers):
        assert browser.get("/desk/").status_code == 200
    other = UserSession.objects.filter(user=olga).exclude(session_key=here.session.session_key).get()

    assert hers.post(f"/accounts/sessions/{other.pk}/end/").status_code == 404
    assert here.get(f"/accounts/sessions/{other.pk}/end/").status_code == 405
    assert here.post(f"/accounts/sessions/{other.pk}/end/")["Location"] == "/accounts/sessions/"
    assert there.get("/desk/").status_code == 302
    assert here.get("/desk/").status_code == 200
    assert hers.get("/desk/").status_code == 200


def test_somebody_without_a_role_is_told_whom_to_ask(max: User, sign_in: SignIn) -> None:
    response = sign_in(max).get("/desk/")

    assert response.status_code == 403
    assert "nobody has given you a role in this newsroom. Ask an administrator." in response.content.decode()


def test_a_forgotten_password_is_an_administrators_matter(organisation: object, client: Client) -> None:
    page = client.get("/accounts/password/reset/").content.decode()

    assert "Ask an administrator of your newsroom for a new link." in page
    assert client.get("/accounts/signup/").status_code == 404


def test_pages_before_the_desk_run_no_inline_script_and_carry_no_style(olga: User, client: Client) -> None:
    page = client.get(LOGIN)

    assert "'unsafe-inline'" not in page["Content-Security-Policy"]
    text = page.content.decode()
    assert " style=" not in text
    assert "<style" not in text
    assert all("src=" in tag or "json" in tag for tag in text.split("<script")[1:])


def test_the_accent_colour_comes_as_a_style_sheet(organisation: object, client: Client) -> None:
    answer = client.get("/accounts/look.css")

    assert answer.content == b":root{--accent:#8a1538}\n"
    assert not answer.cookies


def test_sessions_are_told_in_words_and_whole(olga: User, sign_in: SignIn) -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"
    browser = sign_in(olga)
    browser.get("/desk/", headers={"user-agent": agent})

    page = browser.get("/accounts/sessions/", headers={"user-agent": agent}).content.decode()
    assert '<strong class="sessions__agent"><bdi>Firefox on Windows</bdi></strong>' in page
    assert page.count(agent) == 1
