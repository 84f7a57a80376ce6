# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from onrecord.delivery import actions as delivery
from onrecord.delivery.models import Delivery, Distribution, Suppression
from onrecord.followers import actions as followers
from onrecord.followers.models import Reason
from onrecord.journal import reactions
from onrecord.journal.events import CLOCK
from onrecord.people.models import Contact, User
from onrecord.press import actions, doors
from onrecord.press.models import Journalist
from tests.followers.readers import follower, sent, text_of
from tests.press.people import GLOBAL_WARMING, HEALTH, JAN, journalist
from tests.press.sendings import accept

pytestmark = pytest.mark.usefixtures("organisation")


def test_everybody_new_is_told_once_why_they_are_listed_and_how_to_leave(olga: User, client: Client) -> None:
    jan = journalist(olga)
    marie = journalist(olga, "Marie", "marie@p.example", language="fr", languages=("fr",))
    journalist(olga, "Nobody", "")

    assert actions.give_notice(by=olga) == 2
    assert actions.give_notice(by=olga) == 0
    distribution = Distribution.objects.get()
    mails = sent(distribution)
    text = text_of(mails[JAN])
    assert "business card" in text
    assert "legitimate interest" in text
    path = doors.path_of(jan)
    assert f"https://news.elmford.example{path}" in text.replace("=\n", "")
    assert mails[JAN]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mails["marie@p.example"]["Content-Language"] == "fr"
    marie.refresh_from_db()
    assert marie.noticed_at is None
    accept(*distribution.deliveries.all())
    actions.settle_notices()
    marie.refresh_from_db()
    assert marie.noticed_at is not None
    page = client.get(path)
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    assert client.cookies == {}


def test_a_journalist_chooses_without_an_account(olga: User, client: Client) -> None:
    jan = journalist(olga, beats=(GLOBAL_WARMING,))
    path = doors.path_of(jan)
    page = client.get(path).content.decode()
    assert "global warming" in page
    choice = {
        "deed": "change",
        "more_beats": ["health", ""],
        "speaks": ["en", "fr"],
        "more_speaks": "sv",
        "rhythm": "morning",
        "time_zone": "Asia/Tokyo",
    }
    assert "Saved." in client.post(path, choice).content.decode()
    jan.refresh_from_db()
    assert [one.code for one in jan.beats.all()] == [HEALTH]
    assert sorted(one.language for one in jan.languages.all()) == ["en", "fr", "sv"]
    assert (jan.rhythm, jan.time_zone) == ("morning", "Asia/Tokyo")

    refused = client.post(path, choice | {"time_zone": "Tokyo"})
    assert refused.status_code == 422
    assert "“Tokyo” is not a time zone" in refused.content.decode()
    assert client.post(path, choice | {"more_beats": ["knitting a"]}).status_code == 422


def test_one_click_stops_everything_and_opening_the_link_does_nothing(olga: User, client: Client) -> None:
    jan = journalist(olga)
    actions.give_notice(by=olga)
    path = doors.path_of(jan) + "unsubscribe"
    client.get(path)
    jan.refresh_from_db()
    assert jan.standing == "active"
    client.post(path, {"List-Unsubscribe": "One-Click"})
    jan.refresh_from_db()
    assert (jan.standing, jan.stop_reason) == ("stopped", "one_click")
    assert Delivery.objects.get().state == "suppressed", "what is pending is not sent"
    client.post(doors.path_of(jan), {"deed": "resume"})
    jan.refresh_from_db()
    assert jan.standing == "active"


def test_what_is_kept_can_be_had_and_erased(olga: User, client: Client) -> None:
    jan = journalist(olga, outlet="Le Matin", beats=(HEALTH,))
    path = doors.path_of(jan)
    kept = client.get(path + "data.json").json()
    assert (kept["address"], kept["source"], kept["beats"]) == (JAN, "business card", {HEALTH: "health"})
    assert client.post(path, {"deed": "erase"}).status_code == 200
    assert Journalist.objects.exists(), "only with the box ticked"
    client.post(path, {"deed": "erase", "sure": "yes"})
    assert not Journalist.objects.exists()
    assert not Contact.objects.exists()
    assert Suppression.objects.get().reason == "request"
    assert client.get(path).status_code == 404


def test_a_link_that_somebody_guesses_opens_nothing(olga: User, client: Client) -> None:
    jan = journalist(olga)
    for secret in ("x" * 43, jan.door_number, jan.door_hash):
        assert client.get(f"/press-list/{secret}/").status_code == 404
        assert client.post(f"/press-list/{secret}/unsubscribe").status_code == 404
        assert client.get(f"/press-list/{secret}/data.json").status_code == 404


def test_who_stopped_is_reduced_to_a_mark_after_28_days(olga: User, client: Client) -> None:
    jan = journalist(olga)
    client.post(doors.path_of(jan) + "unsubscribe")
    assert actions.reduce_stopped() == 0
    with time_machine.travel(timezone.now() + timedelta(days=29), tick=False):
        assert actions.reduce_stopped() == 1
    assert not Journalist.objects.exists()
    assert Suppression.objects.count() == 1


def test_an_address_that_is_gone_for_good_stops_its_journalist(olga: User) -> None:
    jan = journalist(olga)
    actions.give_notice(by=olga)
    Delivery.objects.update(state="accepted")
    delivery.bounce(
        Delivery.objects.get().message_id, reply="5.1.1", evidence="no such user", permanent=True, by=CLOCK
    )
    reactions.drain()
    jan.refresh_from_db()
    assert (jan.standing, jan.stop_reason) == ("stopped", "hard_bounce")


def test_a_follower_who_leaves_stays_on_the_press_list_until_erased(olga: User) -> None:
    jan = journalist(olga)
    row = follower(JAN)
    followers.end(row, Reason.REQUEST)
    jan.refresh_from_db()
    assert jan.standing == "active"
    assert actions.give_notice(by=olga) == 1
    assert Delivery.objects.get(recipient_key=jan.subject).state == "queued"
    followers.erase(follower(JAN))
    jan.refresh_from_db()
    assert jan.address == JAN, "the address is still needed here"
    assert Suppression.objects.count() == 1, "but nothing is sent to it"
