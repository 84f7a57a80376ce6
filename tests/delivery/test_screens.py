# SPDX-License-Identifier: Apache-2.0
"""The screens about deliveries: who sees what, what the buttons do, what is taken along."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from onrecord.delivery import actions, channels, counting
from onrecord.delivery.channels import Channel
from onrecord.delivery.inbound.models import Return, Word
from onrecord.delivery.inbound.reading import Kind
from onrecord.delivery.models import Distribution, Pace, Route, State, Suppression
from onrecord.journal.events import CLOCK
from onrecord.journal.models import Entry
from onrecord.people.models import User
from onrecord.people.roles import Right
from onrecord.wiring import CORE
from tests.delivery.pigeons import recipients, send

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def lofts() -> Iterator[None]:
    """One channel whose recipients press officers know, and one for moderators alone."""
    channels.register(Channel("loft", "Pigeons", "pigeons", frozenset({"edition"})))
    channels.register(
        Channel("court", "Notices", "pigeons", frozenset({"notice"}), frozenset({Right.MODERATE}))
    )
    counting.forget()
    yield
    channels.forget("loft")
    channels.forget("court")


def test_a_press_officer_drills_down_to_one_recipient_and_its_reply(olga: User, sign_in: SignIn) -> None:
    distribution = send(recipients(2))
    row = distribution.deliveries.get(recipient="reader1@loft.example")
    distribution.deliveries.filter(pk=row.pk).update(
        state=State.FAILED, attempts=1, reply="550 5.1.1 no such reader", settled_at=timezone.now()
    )
    Route.objects.create(transport="pigeons", name="loft.example", failing_since=timezone.now())
    browser = sign_in(olga)

    assert "Water is safe (1)" in browser.get("/desk/deliveries/").content.decode()
    page = browser.get(f"/desk/deliveries/{distribution.pk}/?show=trouble").content.decode()
    assert "550 5.1.1 no such reader" in page
    page = browser.get(
        f"/desk/deliveries/{distribution.pk}/recipients/?state=failed&host=loft.example"
    ).content.decode()
    assert "reader1@loft.example" in page
    assert "reader0@loft.example" not in page
    page = browser.get(f"/desk/deliveries/to/{row.pk}/").content.decode()
    assert row.message_id in page
    assert "550 5.1.1 no such reader" in page
    assert "does not answer since" in page


def test_an_administrator_sees_hosts_and_no_addresses(ada: User, sign_in: SignIn) -> None:
    distribution = send(recipients(1))
    browser = sign_in(ada)

    page = browser.get(f"/desk/deliveries/{distribution.pk}/").content.decode()

    assert "loft.example" in page
    assert "reader0" not in page
    refused = (
        browser.get(f"/desk/deliveries/{distribution.pk}/recipients/"),
        browser.post(f"/desk/deliveries/{distribution.pk}/export/"),
        browser.get(f"/desk/deliveries/to/{distribution.deliveries.get().pk}/"),
    )
    assert all(answer.status_code in {302, 403} for answer in refused)
    assert not Entry.objects.filter(event="delivery.exported").exists()


def test_what_goes_to_commenters_is_no_concern_of_press_officers(
    olga: User, mo: User, sign_in: SignIn
) -> None:
    notice = send(recipients(1), purpose="notice", label="Your comment was held")
    row = notice.deliveries.get()

    assert sign_in(olga).get(f"/desk/deliveries/{notice.pk}/").status_code == 404
    assert sign_in(olga).get(f"/desk/deliveries/to/{row.pk}/").status_code == 404
    found = sign_in(olga).post("/desk/deliveries/find/", {"asked": row.recipient})
    assert found.headers["Location"] == "/desk/deliveries/"
    found = sign_in(mo).post("/desk/deliveries/find/", {"asked": row.recipient})
    assert found.headers["Location"] == f"/desk/deliveries/to/{row.pk}/"


def test_a_whole_address_or_a_host_is_found(olga: User, sign_in: SignIn) -> None:
    row = send(recipients(1)).deliveries.get()
    browser = sign_in(olga)

    by_address = browser.post("/desk/deliveries/find/", {"asked": " Reader0@loft.example "})
    assert by_address.headers["Location"] == f"/desk/deliveries/to/{row.pk}/"
    by_host = browser.post("/desk/deliveries/find/", {"asked": "loft.example"})
    assert by_host.headers["Location"] == "/desk/deliveries/hosts/loft.example/"
    assert browser.get(by_host.headers["Location"]).status_code == 200
    part = browser.post("/desk/deliveries/find/", {"asked": "reader"}, follow=True)
    assert "Nothing went to this address or host" in part.content.decode()


def test_one_recipient_is_shown_across_editions(olga: User, sign_in: SignIn) -> None:
    send(recipients(1))
    second = send(recipients(1), version=2)

    page = sign_in(olga).get(f"/desk/deliveries/to/{second.deliveries.get().pk}/").content.decode()

    assert "Water is safe (1)" in page
    assert "Water is safe (2)" in page
    assert "Replaced by a newer edition" in page


def test_what_came_back_stands_beside_a_delivery(olga: User, sign_in: SignIn) -> None:
    first, second = send(recipients(2)).deliveries.order_by("pk")
    Return.objects.create(
        digest="1",
        door="mailbox",
        kind="refused",
        status="5.7.1",
        diagnostic="blocked",
        delivery_number=first.pk,
    )
    browser = sign_in(olga)
    page = browser.get(f"/desk/deliveries/to/{first.pk}/").content.decode()
    assert "Refused for its content or its sender" in page
    assert "5.7.1 blocked" in page
    other = browser.get(f"/desk/deliveries/to/{second.pk}/").content.decode()
    assert "What came back" not in other


def test_why_an_address_gets_nothing_more_is_shown_and_a_wrong_bounce_is_lifted(
    ada: User, olga: User, sign_in: SignIn
) -> None:
    row = send(recipients(1)).deliveries.get()
    evidence = "hard by lmtp, 2026-11-24: 550 5.1.1 no such mailbox"
    actions.suppress(row.recipient, reason="hard_bounce", evidence=evidence, by=CLOCK)
    browser = sign_in(olga)
    here = f"/desk/deliveries/to/{row.pk}/"

    page = browser.get(here).content.decode()
    assert "Nothing is sent to this address since" in page
    assert "There is no such address" in page
    assert evidence in page
    asked = {"address": row.recipient, "back": here}
    assert sign_in(ada).post("/desk/deliveries/allow/", asked).status_code in {302, 403}
    assert Suppression.objects.exists(), "an administrator sees no recipient"

    answer = browser.post("/desk/deliveries/allow/", asked)
    assert answer.headers["Location"] == here
    assert not Suppression.objects.exists()
    assert Entry.objects.get(event="delivery.allowed").data["reason"] == "hard_bounce"
    assert evidence not in browser.get(here).content.decode()


@pytest.mark.parametrize("reason", ["complaint", "request"])
def test_nobody_at_the_desk_lifts_what_the_owner_of_an_address_wants(
    olga: User, sign_in: SignIn, reason: str
) -> None:
    row = send(recipients(1)).deliveries.get()
    actions.suppress(row.recipient, reason=reason, by=CLOCK)
    browser = sign_in(olga)

    assert "Let it have mail again" not in browser.get(f"/desk/deliveries/to/{row.pk}/").content.decode()
    browser.post("/desk/deliveries/allow/", {"address": row.recipient})
    assert Suppression.objects.exists()


def test_every_kind_of_what_comes_back_has_a_word_for_the_screen() -> None:
    assert set(Word.values) == set(Kind)


def test_buttons_pause_resume_and_cancel(olga: User, sign_in: SignIn) -> None:
    distribution = send(recipients(2))
    browser = sign_in(olga)
    address = f"/desk/deliveries/{distribution.pk}"

    def state() -> str:
        return str(Distribution.objects.get(pk=distribution.pk).state)

    assert "Pause" in browser.get(f"{address}/").content.decode()
    answer = browser.post(f"{address}/pause/", {"back": "/desk/statements/1/editions/1/"})
    assert (state(), answer.headers["Location"]) == ("paused", "/desk/statements/1/editions/1/")
    answer = browser.post(f"{address}/resume/", {"back": "https://elsewhere.example/"})
    assert (state(), answer.headers["Location"]) == ("open", f"{address}/"), "nobody is led elsewhere"
    browser.post(f"{address}/cancel/")
    assert state() == "cancelled"
    page = browser.post(f"{address}/pause/", follow=True).content.decode()
    assert "is “Cancelled”, so this cannot be done with it." in page
    page = browser.post(f"{address}/hosts/retry/", {"host": "loft.example"}, follow=True).content.decode()
    assert "was cancelled, so nothing of it is tried again." in page
    assert browser.post(f"{address}/burn/").status_code == 404
    assert browser.get(f"{address}/pause/").status_code == 405


def test_one_host_is_tried_again_or_given_up(olga: User, sign_in: SignIn) -> None:
    distribution = send([*recipients(1, "a.example"), *recipients(1, "b.example", start=1)])
    distribution.deliveries.filter(destination="a.example").update(state=State.FAILED)
    browser = sign_in(olga)

    browser.post(f"/desk/deliveries/{distribution.pk}/hosts/retry/", {"host": "a.example"})
    browser.post(f"/desk/deliveries/{distribution.pk}/hosts/give-up/", {"host": "b.example"})

    found = dict(distribution.deliveries.values_list("destination", "state"))
    assert found == {"a.example": "queued", "b.example": "failed"}


def test_a_host_is_given_up_in_one_s_own_channel_alone(olga: User, sign_in: SignIn) -> None:
    here, there = send(recipients(1)), send(recipients(1), object_key="statement/2")
    notice = send(recipients(1), purpose="notice")

    sign_in(olga).post(f"/desk/deliveries/{here.pk}/hosts/give-up/", {"host": "loft.example"})

    assert [row.deliveries.get().state for row in (here, there, notice)] == ["failed", "failed", "queued"]


def test_what_waits_for_its_next_attempt_at_a_host_is_tried_at_once(olga: User, sign_in: SignIn) -> None:
    distribution = send([*recipients(1, "a.example"), *recipients(1, "b.example", start=1)])
    later = timezone.now() + timedelta(hours=8)
    distribution.deliveries.update(state=State.DEFERRED, due_at=later, reply="503 Service Unavailable")
    Pace.objects.create(transport="pigeons", name="a.example", put_off=5, rests_until=later)
    browser = sign_in(olga)
    here = f"/desk/deliveries/{distribution.pk}/"
    assert "/hosts/retry/" in browser.get(here).content.decode()

    browser.post(f"{here}hosts/retry/", {"host": "a.example"})

    now, other = (distribution.deliveries.get(destination=f"{name}.example") for name in "ab")
    assert (now.state, now.due_at < later) == ("queued", True)
    assert Pace.objects.get().rests_until is None
    assert (other.state, other.due_at) == ("deferred", later)


def test_a_list_is_taken_along_without_formulas_and_with_a_line_in_the_journal(
    olga: User, sign_in: SignIn
) -> None:
    distribution = send(recipients(3), label="=HYPERLINK(1)")
    distribution.deliveries.filter(recipient_key="subscription/0").update(
        state=State.FAILED, reply="+1 call us"
    )

    answer = sign_in(olga).post(f"/desk/deliveries/{distribution.pk}/export/", {"state": "failed"})

    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["recipient"] == "reader0@loft.example"
    assert row["about"] == "'=HYPERLINK(1)"
    assert row["reply"] == "'+1 call us"
    entry = Entry.objects.get(event="delivery.exported")
    assert (entry.actor_name, entry.data["rows"], entry.data["state"]) == (olga.name, 1, "failed")
    assert "reader0" not in str(entry.data)


def test_the_part_that_is_asked_for_again_is_no_whole_page(olga: User, sign_in: SignIn) -> None:
    distribution = send(recipients(2))
    part = sign_in(olga).get(f"/desk/deliveries/{distribution.pk}/?part").content.decode()
    assert "<progress" in part
    assert "<html" not in part


def test_every_transport_of_the_core_has_a_channel() -> None:
    seen = {channel.transport for channel in CORE.channels}
    assert {transport.name for transport in CORE.transports} <= seen
