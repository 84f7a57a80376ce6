# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from onrecord.journal.models import Entry
from onrecord.people import actions
from onrecord.people.errors import LinkExpired, NotAllowed, Refused
from onrecord.people.models import Invitation, User
from onrecord.people.roles import Right, Role
from tests.conftest import PASSWORD, person
from tests.meanwhile import SEVERAL_WRITERS, Meanwhile

SignIn = Callable[[User], Client]


def invite_jan(by: User) -> actions.Issued:
    return actions.invite(name="Jan Newcomer", email="Jan@example.org", roles=[Role.EDITOR], by=by)


def events() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("event", flat=True))


def test_somebody_invited_chooses_a_password_and_is_led_to_a_second_factor(ada: User, client: Client) -> None:
    issued = invite_jan(ada)
    assert not issued.person.may(Right.WRITE)
    assert client.get(issued.path).status_code == 200

    response = client.post(issued.path, {"password": PASSWORD, "password_again": PASSWORD})

    assert response["Location"] == "/desk/"
    jan = User.objects.get(email="jan@example.org")
    assert jan.check_password(PASSWORD)
    assert jan.may(Right.APPROVE)
    assert client.get("/desk/")["Location"] == "/accounts/2fa/"
    assert events() == ["people.invited", "people.joined"]


def test_an_invitation_works_once(ada: User, client: Client) -> None:
    issued = invite_jan(ada)
    actions.accept_invitation(issued.token, password=PASSWORD)

    with pytest.raises(LinkExpired, match="Ask an administrator of the newsroom for a new one"):
        actions.accept_invitation(issued.token, password=PASSWORD)
    assert client.get(issued.path).status_code == 404


def test_an_invitation_lasts_seven_days(ada: User) -> None:
    issued = invite_jan(ada)

    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=1)), pytest.raises(LinkExpired):
        actions.find_invitation(issued.token)


def test_an_invitation_can_be_revoked(ada: User) -> None:
    issued = invite_jan(ada)

    actions.revoke_invitation(issued.person, by=ada)

    with pytest.raises(LinkExpired):
        actions.find_invitation(issued.token)
    with pytest.raises(Refused, match="Jan Newcomer has no open link"):
        actions.revoke_invitation(issued.person, by=ada)


def test_only_the_hash_of_an_invitation_is_stored(ada: User) -> None:
    issued = invite_jan(ada)

    stored = Invitation.objects.get()
    assert issued.token not in (stored.token_hash, str(stored))
    assert all(issued.token not in str(entry.data) for entry in Entry.objects.all())


def test_nobody_is_invited_twice(ada: User, olga: User) -> None:
    with pytest.raises(ValidationError, match=r"olga@example\.org has an account already"):
        actions.invite(name="Olga", email="OLGA@example.org", roles=[Role.EDITOR], by=ada)


@pytest.mark.django_db(transaction=True)
@SEVERAL_WRITERS
def test_two_who_invite_the_same_person_get_one_account(monkeypatch: pytest.MonkeyPatch) -> None:
    ada = person("Ada", Role.ADMINISTRATOR)
    other = Meanwhile(monkeypatch, User, "save", lambda: invite_jan(ada))
    with pytest.raises(ValidationError, match="has an account already"):
        invite_jan(ada)
    assert other.ended() == []
    assert Invitation.objects.count() == 1


def test_an_invitation_gives_at_least_one_role(ada: User) -> None:
    with pytest.raises(ValidationError, match="Choose at least one role"):
        actions.invite(name="Jan", email="jan@example.org", roles=[], by=ada)


def test_a_weak_password_does_not_use_the_invitation_up(ada: User) -> None:
    issued = invite_jan(ada)

    with pytest.raises(ValidationError):
        actions.accept_invitation(issued.token, password="newcomer")

    assert actions.find_invitation(issued.token).person == issued.person


def test_a_new_link_replaces_password_second_factor_and_sessions_when_it_is_used(
    ada: User, olga: User, sign_in: SignIn
) -> None:
    elsewhere = sign_in(olga)
    elsewhere.get("/desk/")
    assert UserSession.objects.filter(user=olga).exists()
    issued = actions.issue_new_link(olga, by=ada)
    assert elsewhere.get("/desk/").status_code == 200

    actions.accept_invitation(issued.token, password="another long afternoon")

    olga.refresh_from_db()
    assert olga.check_password("another long afternoon")
    assert not Authenticator.objects.filter(user=olga).exists()
    assert elsewhere.get("/desk/")["Location"].startswith("/accounts/login/")
    assert events() == ["people.new_link_issued", "people.access_renewed"]


def test_a_second_link_kills_the_first(ada: User, olga: User) -> None:
    first = actions.issue_new_link(olga, by=ada)
    second = actions.issue_new_link(olga, by=ada)

    with pytest.raises(LinkExpired):
        actions.find_invitation(first.token)
    assert actions.find_invitation(second.token).person == olga


def test_changed_roles_count_from_the_next_request_on(ada: User, olga: User, sign_in: SignIn) -> None:
    browser = sign_in(olga)

    changed = actions.change_roles(olga, roles=[Role.ADMINISTRATOR], by=ada)

    assert changed.roles == {Role.ADMINISTRATOR}
    assert browser.get("/desk/people/").status_code == 200
    entry = Entry.objects.get(event="people.roles_changed")
    assert (entry.data["before"], entry.data["after"]) == (["press_officer"], ["administrator"])


def test_roles_that_stay_the_same_are_not_journalled(ada: User, olga: User) -> None:
    actions.change_roles(olga, roles=[Role.PRESS_OFFICER], by=ada)

    assert events() == []


def test_a_closed_account_ends_its_sessions_and_can_be_opened_again(
    ada: User, olga: User, sign_in: SignIn
) -> None:
    browser = sign_in(olga)
    assert browser.get("/desk/").status_code == 200

    actions.deactivate(olga, by=ada)

    assert browser.get("/desk/")["Location"].startswith("/accounts/login/")
    assert not UserSession.objects.filter(user=olga).exists()
    assert actions.reactivate(olga, by=ada).may(Right.WRITE)
    assert events() == ["people.deactivated", "people.reactivated"]


def test_a_closed_account_gets_no_new_link(ada: User, olga: User) -> None:
    issued = actions.issue_new_link(olga, by=ada)
    actions.deactivate(olga, by=ada)

    with pytest.raises(LinkExpired):
        actions.find_invitation(issued.token)
    with pytest.raises(Refused, match="Open it again first"):
        actions.issue_new_link(olga, by=ada)


def test_the_last_administrator_stays(ada: User) -> None:
    with pytest.raises(Refused, match="Ada Administrator is the only administrator"):
        actions.deactivate(ada, by=ada)
    with pytest.raises(Refused, match="Make somebody else an administrator first"):
        actions.change_roles(ada, roles=[Role.EDITOR], by=ada)


def test_with_two_administrators_one_may_go(ada: User) -> None:
    person("Bea Administrator", Role.ADMINISTRATOR)

    actions.deactivate(ada, by=ada)

    assert not User.objects.get(pk=ada.pk).is_active


@pytest.mark.parametrize("name", ["olga", "ines", "mo", "rosa", "max"])
def test_nobody_else_looks_after_people(name: str, ada: User, request: pytest.FixtureRequest) -> None:
    somebody: User = request.getfixturevalue(name)
    attempts: list[Callable[[], object]] = [
        lambda: invite_jan(somebody),
        lambda: actions.issue_new_link(ada, by=somebody),
        lambda: actions.revoke_invitation(ada, by=somebody),
        lambda: actions.change_roles(somebody, roles=[Role.ADMINISTRATOR], by=somebody),
        lambda: actions.deactivate(ada, by=somebody),
        lambda: actions.reactivate(ada, by=somebody),
    ]

    for attempt in attempts:
        with pytest.raises(NotAllowed, match="needs the role “Administrator”"):
            attempt()
    assert events() == []


def test_the_operator_of_the_machine_lets_a_lost_administrator_in_again(ada: User) -> None:
    out = StringIO()

    call_command("newlink", "Ada@Example.org", stdout=out)

    address = out.getvalue().strip()
    assert address.startswith("https://news.elmford.example/invitation/")
    assert actions.find_invitation(address.split("/")[-2]).person == ada
    assert Entry.objects.get(event="people.new_link_issued").actor_name == "the operator"


def test_the_operator_is_told_of_an_unknown_address(ada: User) -> None:
    with pytest.raises(CommandError, match="Nobody here has the address nobody@example"):
        call_command("newlink", "nobody@example.org")


def test_an_account_is_closed_once_somebody_has_read_what_that_means(
    ada: User, olga: User, sign_in: SignIn
) -> None:
    browser, close = sign_in(ada), f"/desk/people/{olga.pk}/deactivate/"
    assert f'href="{close}"' in browser.get(f"/desk/people/{olga.pk}/").content.decode()

    page = browser.get(close).content.decode()
    assert "Close the account of Olga Writer" in page
    assert "All sessions end at once" in page
    assert "This is your own account" not in page
    assert User.objects.get(pk=olga.pk).is_active

    assert browser.post(close)["Location"] == f"/desk/people/{olga.pk}/"
    assert not User.objects.get(pk=olga.pk).is_active
    assert browser.get(close)["Location"] == f"/desk/people/{olga.pk}/"
