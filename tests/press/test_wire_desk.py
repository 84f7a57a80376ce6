# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from onrecord.delivery.mail.message import Letter
from onrecord.delivery.models import Delivery, Distribution
from onrecord.delivery.transports import Outgoing
from onrecord.desk import panels
from onrecord.people.models import User
from onrecord.press.models import Destination, DestinationState, TopicCode
from onrecord.press.wire import actions
from onrecord.press.wire.errors import BadDestination
from onrecord.statements.models import Topic
from tests.press.desks import bearer, destination, numbers, outlet, tell
from tests.statements.drafts import released

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


def added(browser: Client, **changes: Any) -> Any:
    given = {
        "outlet": "the elm post",
        "name": "Post",
        "format": "ninjs",
        "transport": "https",
        "address": "https://in.example.org/news",
        **changes,
    }
    return browser.post(reverse("destination_add"), given, follow=True)


def test_an_administrator_adds_a_destination_and_sees_its_secret_once(ada: User, sign_in: Browser) -> None:
    outlet()
    browser = sign_in(ada)
    page = added(browser)
    assert b"whsec_" in page.content
    row = Destination.objects.get()
    assert b"whsec_" not in browser.get(reverse("destination", args=[row.pk])).content
    assert "There is no outlet “Nowhere”" in added(browser, outlet="Nowhere").content.decode()
    assert "Give the destination a name that no other has." in added(browser).content.decode()


def test_a_token_is_shown_once_and_kept_nowhere(ada: User, sign_in: Browser) -> None:
    row, browser = destination(ada), sign_in(ada)
    page = browser.post(reverse("destination_token", args=[row.pk]), {"token_name": "import"})
    secret = page.content.decode().split('id="secret" type="text" readonly value="')[1].split('"')[0]
    assert bearer(secret).get("/wire/feed").status_code == 200
    assert secret not in browser.get(reverse("destination", args=[row.pk])).content.decode()
    assert secret not in str(dict(browser.session))
    token = row.tokens.get()
    browser.post(reverse("destination_token_revoke", args=[row.pk, token.pk]))
    assert bearer(secret).get("/wire/feed").status_code == 401


def test_a_press_officer_sees_the_queue_and_sends_but_changes_nothing(
    olga: User, ines: User, ada: User, sign_in: Browser
) -> None:
    edition = released(olga, ines)
    tell()
    row = destination(ada, transport="https", address="https://in.example.org/news")
    browser = sign_in(olga)
    path = edition.statement.publication.path
    page = browser.post(reverse("destination_send", args=[row.pk]), {"path": path}, follow=True)
    assert "It is in the queue." in page.content.decode()
    assert "Water is safe to drink" in page.content.decode()
    assert "Make a new secret" not in page.content.decode()
    assert numbers(row) == [(1, 1, "open")]
    wrong = browser.post(reverse("destination_send", args=[row.pk]), {"path": "/s/no/"}, follow=True)
    assert "There is no statement at “/s/no/”" in wrong.content.decode()
    browser.post(reverse("destination_act", args=[row.pk, "pause"]))
    row.refresh_from_db()
    assert row.state == DestinationState.PAUSED
    assert browser.post(reverse("destination_act", args=[row.pk, "nonsense"])).status_code == 404
    assert b"Post" in browser.get(reverse("destinations")).content


def test_a_destination_that_stands_still_is_told_of_on_the_front_page(olga: User, ada: User) -> None:
    row = destination(ada)
    Destination.objects.filter(pk=row.pk).update(state="stopped", last_answer="410 Gone")
    told = [need for need in panels.needs_for(olga) if "takes nothing any more" in str(need.title)]
    assert [need.detail for need in told] == ["410 Gone"]


def test_topics_are_coded_at_the_desk(olga: User, sign_in: Browser) -> None:
    topic = Topic.objects.create(slug="water", name="Water")
    browser = sign_in(olga)
    page = browser.post(reverse("wire_topics"), {f"topic-{topic.pk}": "1"})
    assert "is no Media Topic" in page.content.decode()
    browser.post(reverse("wire_topics"), {f"topic-{topic.pk}": "06000000"})
    assert TopicCode.objects.get().code == "06000000"


def test_a_closed_destination_is_kept_and_gets_nothing(
    olga: User, ines: User, ada: User, sign_in: Browser
) -> None:
    row, browser = destination(ada), sign_in(ada)
    released(olga, ines)
    tell()
    browser.post(reverse("destination_close", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == DestinationState.ACTIVE
    browser.post(reverse("destination_close", args=[row.pk]), {"sure": "yes"})
    released(olga, ines, title="The bridge is open")
    tell()
    assert numbers(row) == [(1, 1, "left-out")]
    assert "Make a token" not in browser.get(reverse("destination", args=[row.pk])).content.decode()


@pytest.mark.parametrize(("name", "ending"), [("ninjs", "json"), ("newsml-g2", "xml")])
def test_a_desk_that_takes_mail_gets_the_item_attached(
    olga: User, ines: User, ada: User, name: str, ending: str
) -> None:
    destination(ada, format=name, transport="mail", address="desk@post.example")
    released(olga, ines)
    tell()
    distribution = Distribution.objects.get(transport="smtp", purpose="wire-edition")
    row = Delivery.objects.get(distribution=distribution)
    outgoing = Outgoing(row.pk, distribution.pk, row.recipient, row.destination, row.message_id, row.data, 1)
    raw = Letter.from_json(distribution.body).envelope(outgoing).message
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert message["OnRecord-Number"] == "1"
    assert message["Subject"] == "Water is safe to drink"
    [attached] = message.iter_attachments()
    assert attached.get_filename() == f"1-v1.{ending}"
    assert b"https://news.elmford.example/s/2026/water-is-safe-to-drink/" in attached.get_content()
    body = message.get_body(("plain",))
    assert body is not None
    assert "We tested it on Monday." in body.get_content()
    assert "Number 1." in body.get_content()


def test_mail_destinations_need_a_relay(ada: User, settings: Any) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_url="")
    with pytest.raises(BadDestination, match="no relay is set"):
        destination(ada, transport="mail", address="desk@post.example")


def test_the_page_of_an_outlet_tells_where_it_receives_by_machine(
    olga: User, ada: User, sign_in: Browser
) -> None:
    row = destination(ada, "Post CMS")
    page = f"/desk/press/outlets/{row.outlet_id}/"
    assert (
        f'<a href="/desk/wire/{row.pk}/"><bdi>Post CMS</bdi></a>' in sign_in(olga).get(page).content.decode()
    )
    actions.close(row, by=ada)
    assert "Nowhere. Administrators add destinations" in sign_in(olga).get(page).content.decode()
