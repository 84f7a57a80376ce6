# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from onrecord.journal.models import Entry
from onrecord.people.models import Contact, User
from onrecord.press import actions
from onrecord.press.actions.journalists import JournalistEntry
from onrecord.press.errors import BadEntry
from onrecord.press.models import Journalist, Outlet
from tests.press.people import GLOBAL_WARMING, HEALTH, JAN, hand_list, journalist

pytestmark = pytest.mark.usefixtures("organisation")

FORM = {
    "name": "Ana Reyes",
    "address": "Ana@Diario.example",
    "source": "press conference",
    "legal_basis": "legitimate interest",
    "languages": ["en"],
    "more_languages": ["es"],
    "more_beats": ["environment › climate change › global warming", "Salud"],
    "time_zone": "Europe/Madrid",
    "rhythm": "morning",
    "role-TOTAL_FORMS": "1",
    "role-INITIAL_FORMS": "0",
    "role-0-outlet": "El Diario",
    "role-0-title": "Reporter",
}


def test_a_journalist_is_entered_with_outlet_beats_and_languages(
    olga: User, sign_in: Callable[[User], Client]
) -> None:
    browser = sign_in(olga)
    answer = browser.post("/desk/press/add/", FORM)
    assert answer.status_code == 302, answer.content.decode()
    ana = Journalist.objects.get()
    assert ana.address == "ana@diario.example"
    assert sorted(one.code for one in ana.beats.all()) == [HEALTH, GLOBAL_WARMING]
    assert sorted(one.language for one in ana.languages.all()) == ["en", "es"]
    assert (ana.time_zone, ana.rhythm) == ("Europe/Madrid", "morning")
    assert ana.roles.get().outlet == Outlet.objects.get(name="El Diario")
    assert "diario" not in str([entry.data for entry in Entry.objects.all()]).lower()

    page = browser.get(f"/desk/press/{ana.pk}/").content.decode()
    assert "global warming" in page
    assert "El Diario" in page
    assert "Ana Reyes" in browser.get("/desk/press/", {"q": "reyes"}).content.decode()
    assert "Ana Reyes" in browser.get("/desk/press/", {"q": "el dia"}).content.decode()
    assert "Ana Reyes" in browser.get("/desk/press/", {"q": "ana@diario.example"}).content.decode()
    assert "Ana Reyes" not in browser.get("/desk/press/", {"q": "somebody"}).content.decode()


def test_what_cannot_be_is_said_beside_the_form(olga: User, sign_in: Callable[[User], Client]) -> None:
    journalist(olga, address="ana@diario.example")
    browser = sign_in(olga)
    for changes, said in (
        ({}, "Jan Reporter has this address already"),
        ({"more_beats": ["enviroment"]}, "There is no beat “enviroment”. Perhaps: environment"),
        ({"time_zone": "Mars/Olympus", "address": ""}, "“Mars/Olympus” is not a time zone"),
        ({"address": "nobody"}, "“nobody” is no e-mail address"),
        ({"role-0-since": "2026-02-01", "role-0-until": "2026-01-01", "address": ""}, "before it begins"),
        ({"more_languages": ["klingon"], "address": ""}, "“klingon” is no language"),
    ):
        answer = browser.post("/desk/press/add/", FORM | changes)
        assert said in answer.content.decode(), changes
    assert Journalist.objects.count() == 1


def test_an_address_that_nobody_needs_any_more_is_forgotten(olga: User) -> None:
    jan = journalist(olga)
    entry = JournalistEntry(name="Jan Reporter", address="new@paper.example", source="s", legal_basis="b")
    actions.change_journalist(jan, entry, by=olga)
    assert [one.address for one in Contact.objects.all()] == ["new@paper.example"]


def test_two_entries_of_one_person_are_found_and_become_one(
    olga: User, sign_in: Callable[[User], Client]
) -> None:
    first = journalist(olga, "Zoë Müller", "", outlet="Le Matin", phone="+32 2 555 12 34")
    second = journalist(
        olga, "Muller, Zoe", "zoe@p.example", outlet="Radio Elm", beats=(HEALTH,), greeting="Hi"
    )
    third = journalist(olga, "Z. Müller", "z@p.example", phone="02 555 12 34")
    row = hand_list(olga, second)

    groups = [[one.pk for one in group] for group in actions.duplicates()]
    assert [first.pk, second.pk] in groups
    browser = sign_in(olga)
    assert "zoe@p.example" in browser.get("/desk/press/duplicates/").content.decode()
    browser.post("/desk/press/duplicates/", {"keep": first.pk, "other": second.pk})

    kept = Journalist.objects.get(pk=first.pk)
    assert (kept.address, kept.greeting, kept.phone) == ("zoe@p.example", "Hi", "+32 2 555 12 34")
    assert [one.code for one in kept.beats.all()] == [HEALTH]
    assert sorted(role.outlet.name for role in kept.roles.all()) == ["Le Matin", "Radio Elm"]
    assert row.members.get().journalist == kept
    assert not Journalist.objects.filter(pk=second.pk).exists()
    assert Journalist.objects.filter(pk=third.pk).exists()
    with pytest.raises(BadEntry, match="Choose two"):
        actions.merge(kept, kept, by=olga)


def test_the_address_that_is_not_kept_is_forgotten(olga: User) -> None:
    keep, other = journalist(olga), journalist(olga, address="jan@old.example")
    actions.merge(keep, other, by=olga)
    assert [one.address for one in Contact.objects.all()] == [JAN]


def test_outlets_have_one_entry_each(olga: User, sign_in: Callable[[User], Client]) -> None:
    browser = sign_in(olga)
    form = {"name": "Le Matin", "medium": "print", "country": "BE", "languages": ["fr"], "website": ""}
    assert browser.post("/desk/press/outlets/add/", form).status_code == 302
    again = browser.post("/desk/press/outlets/add/", form | {"name": "le  MATIN"})
    assert "There is an outlet “Le Matin” already." in again.content.decode()
    there = Outlet.objects.get()
    assert (there.country, there.languages) == ("BE", ["fr"])
    assert "Le Matin" in browser.get("/desk/press/outlets/", {"q": "matin"}).content.decode()
    browser.post(f"/desk/press/outlets/{there.pk}/", form | {"medium": "web"})
    there.refresh_from_db()
    assert there.medium == "web"


def test_a_list_is_made_and_counted_at_the_desk(olga: User, sign_in: Callable[[User], Client]) -> None:
    journalist(olga, beats=(GLOBAL_WARMING,))
    browser = sign_in(olga)
    made = browser.post("/desk/press/lists/", {"name": "Climate", "kind": "criteria", "match": "all"})
    page = browser.get(made["Location"]).content.decode()
    assert "<strong>0</strong>" in page
    browser.post(made["Location"] + "ask/", {"field": "beat", "value": "environment › climate change"})
    page = browser.get(made["Location"]).content.decode()
    assert "<strong>1</strong>" in page
    assert JAN in page
    refused = browser.post(made["Location"] + "ask/", {"field": "beat", "value": "climte"}, follow=True)
    assert "There is no beat “climte”" in refused.content.decode()
    assert "Climate" in browser.get("/desk/press/lists/").content.decode()
