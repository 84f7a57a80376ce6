# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from onrecord.press import actions, segments
from onrecord.press.actions.journalists import JournalistEntry, RoleEntry, Wishes
from onrecord.press.errors import BadEntry
from onrecord.press.models import Field, ListKind, Match, MediaList, StopReason
from tests.press.people import (
    ENVIRONMENT,
    GLOBAL_WARMING,
    HEALTH,
    criteria_list,
    hand_list,
    journalist,
    outlet,
)

pytestmark = pytest.mark.usefixtures("organisation")


def _names(row: MediaList) -> list[str]:
    found = [one.name for one in segments.members(row).order_by("name")]
    assert segments.count(row) == len(found), "what is counted is who is there"
    return found


@pytest.fixture
def people(olga: User) -> None:
    """Four journalists: what they cover, read, and where they work."""
    outlet(olga, "Le Matin", medium="print", country="BE")
    outlet(olga, "Radio Elm", medium="radio", country="BE")
    outlet(olga, "The Sun", medium="print", country="GB")
    journalist(olga, "Ann", "ann@p.example", outlet="Le Matin", beats=(GLOBAL_WARMING,), languages=("fr",))
    journalist(olga, "Bob", "bob@p.example", outlet="Radio Elm", beats=(HEALTH,), languages=("en", "fr"))
    journalist(olga, "Cy", "cy@p.example", outlet="The Sun", beats=(ENVIRONMENT,))
    journalist(olga, "Di", "di@p.example")


@pytest.mark.usefixtures("people")
def test_whoever_covers_what_is_below_a_beat_is_on_its_list(olga: User) -> None:
    row = criteria_list(olga)
    assert _names(row) == [], "nobody is on a list without criteria"
    actions.add_criterion(row, Field.BEAT, [ENVIRONMENT], by=olga)
    assert _names(row) == ["Ann", "Cy"]
    actions.add_criterion(row, Field.BEAT, [HEALTH], by=olga)
    assert _names(row) == ["Ann", "Bob", "Cy"], "values of one criterion are alternatives"
    assert row.criteria.count() == 1


@pytest.mark.usefixtures("people")
def test_all_criteria_have_to_be_met_or_one_is_enough(olga: User) -> None:
    row = criteria_list(olga)
    actions.add_criterion(row, Field.BEAT, [ENVIRONMENT], by=olga)
    actions.add_criterion(row, Field.LANGUAGE, ["fr"], by=olga)
    assert _names(row) == ["Ann"]
    actions.change_list(row, row.name, match=Match.ANY, note="", by=olga)
    row.refresh_from_db()
    assert _names(row) == ["Ann", "Bob", "Cy"]
    actions.add_criterion(row, Field.COUNTRY, ["GB"], excludes=True, by=olga)
    assert _names(row) == ["Ann", "Bob"], "what is excluded counts also where one is enough"


@pytest.mark.usefixtures("people")
def test_what_is_said_about_an_outlet_is_true_of_one_role(olga: User) -> None:
    actions.add_journalist(
        JournalistEntry(
            name="Eve",
            address="eve@p.example",
            source="card",
            legal_basis="consent",
            wishes=Wishes(("en",)),
            roles=[RoleEntry("Radio Elm"), RoleEntry("The Sun")],
        ),
        by=olga,
    )
    row = criteria_list(olga)
    actions.add_criterion(row, Field.MEDIUM, ["radio"], by=olga)
    assert _names(row) == ["Bob", "Eve"]
    actions.add_criterion(row, Field.COUNTRY, ["GB"], by=olga)
    assert _names(row) == [], "there is no radio in Britain, though Eve works for both"


def test_who_left_an_outlet_is_no_longer_found_by_it(olga: User) -> None:
    there = outlet(olga, "Le Matin", country="BE")
    gone = JournalistEntry(
        name="Ann",
        address="ann@p.example",
        source="card",
        legal_basis="consent",
        wishes=Wishes(("en",)),
        roles=[RoleEntry("Le Matin", until=timezone.localdate() - timedelta(days=1))],
    )
    ann = actions.add_journalist(gone, by=olga)
    row = criteria_list(olga)
    actions.add_criterion(row, Field.OUTLET, [str(there.pk)], by=olga)
    assert _names(row) == []
    back = replace(gone, roles=[RoleEntry("le matin")])
    actions.change_journalist(ann, back, by=olga)
    assert _names(row) == ["Ann"]


@pytest.mark.usefixtures("people")
def test_nobody_who_stopped_or_has_no_address_is_on_any_list(olga: User) -> None:
    flo = journalist(olga, "Flo", "", beats=(HEALTH,))
    gil = journalist(olga, "Gil", "gil@p.example", beats=(HEALTH,))
    actions.stop(gil, StopReason.STAFF, by=olga.as_actor())
    row = criteria_list(olga)
    actions.add_criterion(row, Field.BEAT, [HEALTH], by=olga)
    assert _names(row) == ["Bob"]
    assert _names(hand_list(olga, flo, gil)) == []


def test_a_list_by_hand_takes_people_once_and_lets_them_go(olga: User) -> None:
    jan = journalist(olga)
    row = hand_list(olga, jan, jan)
    assert actions.add_member(row, [jan], by=olga) == 0
    assert _names(row) == ["Jan Reporter"]
    actions.remove_member(row, jan, by=olga)
    assert _names(row) == []


@pytest.mark.usefixtures("people")
def test_somebody_on_two_lists_is_there_once(olga: User) -> None:
    row = criteria_list(olga)
    actions.add_criterion(row, Field.LANGUAGE, ["fr"], by=olga)
    jan = journalist(olga)
    ann = segments.members(row).get(name="Ann")
    both = segments.of_lists([row, hand_list(olga, jan, ann)])
    assert [one.name for one in both.order_by("name")] == ["Ann", "Bob", "Jan Reporter"]


def test_a_criterion_asks_for_what_there_is(olga: User) -> None:
    row = criteria_list(olga)
    for field, value, said in (
        (Field.BEAT, "99999999", "There is no beat “99999999”"),
        (Field.COUNTRY, "Atlantis", "“Atlantis” is no country"),
        (Field.LANGUAGE, "qqq", "“qqq” is no language"),
        (Field.MEDIUM, "drum", "“drum” is no type of outlet"),
        (Field.OUTLET, "4711", "There is no outlet “4711”"),
        (Field.BEAT, " ", "Choose what the criterion asks for"),
    ):
        with pytest.raises(BadEntry, match=said):
            actions.add_criterion(row, field, [value], by=olga)
    with pytest.raises(BadEntry, match="that no other list has"):
        actions.add_list("by CRITERIA", ListKind.STATIC, by=olga)
    with pytest.raises(BadEntry, match="goes by criteria"):
        actions.add_member(row, [], by=olga)


def test_a_value_is_taken_out_of_a_criterion_and_the_last_one_takes_it_along(olga: User) -> None:
    row = criteria_list(olga)
    criterion = actions.add_criterion(row, Field.COUNTRY, ["BE", "belgium", "GB"], by=olga)
    assert criterion.values == ["BE", "GB"]
    actions.remove_criterion(criterion, "BE", by=olga)
    assert row.criteria.get().values == ["GB"]
    actions.remove_criterion(criterion, "GB", by=olga)
    assert row.criteria.count() == 0


def test_who_does_not_write_makes_no_lists(ada: User, mo: User, max: User) -> None:
    for somebody in (ada, mo, max):
        with pytest.raises(NotAllowed):
            actions.add_list("Mine", ListKind.STATIC, by=somebody)
        with pytest.raises(NotAllowed):
            journalist(somebody)
