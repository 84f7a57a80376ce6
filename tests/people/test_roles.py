# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.db import IntegrityError
from wagtail.models import GroupPagePermission

from onrecord.journal.events import Actor
from onrecord.people.errors import NotAllowed, NotSetUp
from onrecord.people.models import Organisation, User
from onrecord.people.roles import Right, Role, may, require


def test_each_role_gives_its_rights_and_no_more(
    olga: User, ines: User, mo: User, rosa: User, ada: User
) -> None:
    def rights(user: User) -> set[Right]:
        return {right for right in Right if user.may(right)}

    assert rights(olga) == {Right.WRITE}
    assert rights(ines) == {Right.WRITE, Right.APPROVE, Right.SIGN}
    assert rights(mo) == {Right.MODERATE, Right.SIGN}
    assert rights(rosa) == {Right.HEAR_APPEALS}
    assert rights(ada) == {Right.ADMINISTER}


def test_a_stranger_may_do_nothing(max: User) -> None:
    assert not any(max.may(right) for right in Right)
    assert not any(may(AnonymousUser(), right) for right in Right)


def test_a_refusal_names_the_person_the_deed_and_the_role(olga: User) -> None:
    with pytest.raises(
        NotAllowed, match="Olga Writer may not approve statements: this needs the role “Editor”"
    ):
        require(olga, Right.APPROVE)


def test_a_right_that_is_held_is_not_refused(ines: User) -> None:
    require(ines, Right.APPROVE)


def test_somebody_deactivated_may_do_nothing(ines: User) -> None:
    ines.is_active = False

    assert not any(ines.may(right) for right in Right)


def test_there_is_no_superuser(olga: User) -> None:
    olga.is_superuser = True

    with pytest.raises(IntegrityError):
        olga.save()


def test_no_group_may_publish_pages(db: None) -> None:
    assert {group.name for group in Group.objects.all()} == {role.value for role in Role}
    assert not GroupPagePermission.objects.exists()


def test_people_who_hold_a_right_are_found_once(olga: User, ines: User, mo: User) -> None:
    ines.groups.add(Group.objects.get(name=Role.PRESS_OFFICER))

    assert set(User.objects.who_may(Right.WRITE)) == {olga, ines}
    assert User.objects.who_may(Right.WRITE).count() == 2


def test_a_person_acts_under_their_own_name(olga: User) -> None:
    assert olga.as_actor() == Actor(id=olga.pk, name="Olga Writer")


def test_before_set_up_there_is_no_organisation(db: None) -> None:
    with pytest.raises(NotSetUp, match="Open the link that `onrecord start` prints"):
        Organisation.current()


def test_the_log_is_named_after_the_address(organisation: Organisation) -> None:
    assert Organisation.current().origin == "news.elmford.example/log"
