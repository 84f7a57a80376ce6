# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from onrecord.desk import panels
from onrecord.journal.models import Entry
from onrecord.people.models import User
from onrecord.press.distributions import actions
from onrecord.press.models import DistributionPolicy, PressDistribution, Stage
from tests.press.people import HEALTH, hand_list, journalist
from tests.press.sendings import composed, published, rows, who

pytestmark = pytest.mark.usefixtures("a_relay")

SignIn = Callable[[User], Client]


def test_a_distribution_is_composed_looked_at_and_sent_at_the_desk(
    olga: User, ines: User, sign_in: SignIn
) -> None:
    edition = published(olga, ines)
    jan, bo = journalist(olga), journalist(olga, "Bo Lind", "bo@p.example")
    hands = hand_list(olga, jan, bo)
    browser = sign_in(olga)
    page = browser.get(f"/desk/snippets/statements/statement/edit/{edition.statement_id}/", follow=True)
    going = browser.get(f"/desk/statements/{edition.statement_id}/editions/1/", follow=True)
    assert f"/desk/press/distributions/of/{edition.statement_id}/" in (page.content + going.content).decode()

    form = {f"list-{hands.pk}": "on", f"note-{hands.pk}": "<b>Note</b>", "when": "now", "zone": "UTC"}
    form |= {"subject-en": "Water", "greeting-en": "Hello {first_name},", "without_people": "bo lind"}
    address = f"/desk/press/distributions/of/{edition.statement_id}/"
    asked = browser.get(address).content.decode()
    assert re.search(r'name="not_to_followers"[^>]* checked', asked)
    made = browser.post(address, form)
    assert made.status_code == 302, made.content.decode()
    looked = browser.get(made["Location"]).content.decode()
    assert "<strong>1</strong> person would get it now" in looked
    assert "Left out by you: 1" in looked
    assert "Send to 1 person" in looked
    framed = browser.get(made["Location"] + "preview/en-1/")
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert "Hello Jan," in framed.content.decode()
    assert "&lt;b&gt;Note&lt;/b&gt;" in framed.content.decode()
    written = browser.get(made["Location"] + "preview/en-1/?text").content.decode()
    assert "Hello Jan,\n\n<b>Note</b>" in written
    assert browser.get(made["Location"] + "preview/xx-0/").status_code == 404

    assert browser.get(made["Location"] + "edit/").status_code == 200
    browser.post(made["Location"] + "send/")
    assert who() == [jan.address]
    done = browser.get(made["Location"]).content.decode()
    assert "Recipients, reasons, pause and cancel stand behind each line" in done
    assert "Water is safe to drink" in browser.get("/desk/press/distributions/").content.decode()
    assert "Only a draft" in browser.get(made["Location"] + "edit/", follow=True).content.decode()


def test_what_cannot_be_is_said_beside_the_form(olga: User, ines: User, sign_in: SignIn) -> None:
    edition = published(olga, ines)
    journalist(olga)
    journalist(olga, address="jan@other.example")
    address = f"/desk/press/distributions/of/{edition.statement_id}/"
    for changes, said in (
        ({}, "Choose a media list or a journalist."),
        ({"people": "nobody@p.example"}, "Nobody on the press list is"),
        ({"people": "Jan Reporter"}, "Several people are called"),
        ({"people": "jan@other.example", "when": "at"}, "Give the day and the time"),
        (
            {"people": "jan@other.example", "when": "at", "day": "2020-01-01", "clock": "10:00"},
            "That moment has passed",
        ),
        ({"people": "jan@other.example", "greeting-en": "Dear {adress}"}, "There is no field {adress}."),
    ):
        answer = sign_in(olga).post(address, {"when": "now", "zone": "UTC"} | changes)
        assert said in answer.content.decode(), changes
    assert not PressDistribution.objects.exists()


def test_an_editor_sees_on_the_front_page_what_waits_and_approves_it(
    olga: User, ines: User, sign_in: SignIn
) -> None:
    edition = published(olga, ines)
    browser = sign_in(ines)
    form = {"approval_above": "1", "replies": "officer", "mailbox": "", "morning": "07:15"}
    assert browser.post("/desk/press/distributions/policy/", form).status_code == 302
    assert DistributionPolicy.current().morning.isoformat() == "07:15:00"
    seen = sign_in(olga).get("/desk/press/distributions/policy/").content.decode()
    assert "An editor can change this." in seen
    sign_in(olga).post("/desk/press/distributions/policy/", form | {"approval_above": "9"})
    assert DistributionPolicy.current().approval_above == 1

    row = composed(edition.statement, olga, journalist(olga), journalist(olga, "Bo", "bo@p.example"))
    address = f"/desk/press/distributions/{row.pk}/"
    assert "Submit for approval" in sign_in(olga).get(address).content.decode()
    sign_in(olga).post(address + "send/")
    assert [one.url for one in panels.needs_for(olga) if one.url == address] == []
    [need] = [one for one in panels.needs_for(ines) if one.url == address]
    assert need.title == "“\u2068Water is safe to drink\u2069” to the press waits for your approval"
    assert need.detail == "To 2 journalists."
    assert "Approve for 2 people" in browser.get(address).content.decode()
    assert "Approve for" not in sign_in(olga).get(address).content.decode()
    browser.post(address + "take-back/", {"remark": "Shorter, please."})
    assert "Shorter, please." in sign_in(olga).get(address).content.decode()
    actions.send(row, by=olga)
    browser.post(address + "approve/")
    row.refresh_from_db()
    assert (row.stage, len(rows())) == (Stage.SENT, 2)
    assert "sent a statement to 2 journalists" in [said for _entry, said in panels.recent_activity(olga)]


def test_a_list_is_taken_along_by_who_may_see_it_and_the_journal_says_so(
    olga: User, ada: User, mo: User, sign_in: SignIn
) -> None:
    jan = journalist(olga, "=Jan", outlet="The Post", beats=(HEALTH,), phone="+32 2 555 12 34")
    hands = hand_list(olga, jan)
    address = f"/desk/press/lists/{hands.pk}/export.csv"
    for other in (ada, mo):
        assert sign_in(other).post(address).status_code in {302, 403}
    assert not Entry.objects.filter(event="press.list_exported").exists()
    assert sign_in(olga).get(address).status_code == 405
    table = sign_in(olga).post(address).getvalue().decode()
    head, line = table.removeprefix("\ufeff").splitlines()
    assert head.startswith("name,email,phone,outlet,role,medium,country,beats,languages")
    assert line.startswith("'=Jan,jan@paper.example,'+32 2 555 12 34,The Post,,print,,07000000,en,")
    assert Entry.objects.get(event="press.list_exported").data == {"people": 1}
