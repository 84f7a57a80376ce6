# SPDX-License-Identifier: Apache-2.0
"""The live page of an edition, the statement's page, and the desk's front page, with followers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onrecord.delivery import actions as delivery
from onrecord.delivery import counting, lacking, transports
from onrecord.delivery.models import Distribution, Route, State
from onrecord.people.models import User
from onrecord.statements.models import Edition
from tests.delivery.pigeons import Pigeons
from tests.followers.readers import follower, tell
from tests.statements.drafts import corrected, released

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def relay() -> Iterator[Pigeons]:
    """Something of the name of the transport of mails, with one route."""
    known = {name: transports.named(name) for name in transports.names() if name == "smtp"}
    kind = Pigeons(name="smtp", only_route="relay.example:25")
    transports.register(kind)
    yield kind
    transports.forget("smtp")
    for each in known.values():
        transports.register(each)


@pytest.fixture(autouse=True)
def counted_anew() -> Iterator[None]:
    counting.forget()
    lacking.forget()
    yield
    counting.forget()
    lacking.forget()


def _told(olga: User, ines: User, readers: int = 3) -> tuple[Edition, Distribution]:
    for number in range(readers):
        follower(f"reader{number}@reader.example")
    edition = released(olga, ines)
    tell()
    return edition, Distribution.objects.get(object_key=edition.statement.subject, version=1)


def _page(edition: Edition) -> str:
    return reverse("statements:going_out", args=[edition.statement_id, edition.number])


def _text(browser: Client, address: str) -> str:
    counting.forget()
    lacking.forget()
    return browser.get(address).content.decode()


def test_the_page_shows_each_channel_and_asks_again_while_anything_remains(
    olga: User, ines: User, sign_in: SignIn
) -> None:
    edition, distribution = _told(olga, ines)
    browser = sign_in(olga)

    page = _text(browser, _page(edition))
    assert "0 of 3 accepted" in page
    assert "3 remaining" in page
    assert "http-equiv" in page
    assert "data-live-done" not in page

    distribution.deliveries.update(state=State.ACCEPTED, settled_at=timezone.now())
    delivery.finish()
    page = _text(browser, _page(edition))
    assert "3 of 3 accepted" in page
    assert "data-live-done" in page
    assert "http-equiv" not in page
    assert "reader0@" not in page


def test_a_late_one_waits_on_the_page_and_on_the_front_page(olga: User, ines: User, sign_in: SignIn) -> None:
    edition, distribution = _told(olga, ines)
    before = timezone.now() - timedelta(hours=3)
    Distribution.objects.update(release_at=before)
    distribution.deliveries.update(due_at=before)
    delivery.hold_back_late()
    browser = sign_in(olga)

    assert "more than two hours ago" in _text(browser, _page(edition))
    front = _text(browser, "/desk/")
    assert "waits for you" in front
    assert f'href="{_page(edition)}"' in front
    browser.post(f"/desk/deliveries/{distribution.pk}/resume/", {"back": _page(edition)})
    assert "is going out" in _text(browser, "/desk/")


def test_the_front_page_tells_that_the_relay_does_not_answer_and_that_many_came_back(
    olga: User, ines: User, mo: User, sign_in: SignIn, relay: Pigeons
) -> None:
    _edition, distribution = _told(olga, ines, readers=20)
    Route.objects.create(
        transport="smtp",
        name=relay.route("reader.example"),
        closed_until=timezone.now() + timedelta(hours=1),
        last_reply="421 too busy",
    )
    assert "421 too busy" in _text(sign_in(olga), "/desk/")
    distribution.deliveries.update(state=State.BOUNCED, settled_at=timezone.now())

    front = _text(sign_in(olga), "/desk/")
    assert "Many did not get" in front
    assert "20 of 20" in front
    assert "Many did not get" not in _text(sign_in(mo), "/desk/")


def test_a_correction_says_who_still_lacks_it(olga: User, ines: User, sign_in: SignIn) -> None:
    first, distribution = _told(olga, ines)
    distribution.deliveries.update(state=State.ACCEPTED, settled_at=timezone.now())
    second = corrected(first, olga, ines, "We tested the water on Tuesday.")
    tell()
    newest = Distribution.objects.get(object_key=first.statement.subject, version=2)
    one = newest.deliveries.order_by("pk").first()
    assert one is not None
    newest.deliveries.filter(pk=one.pk).update(state=State.ACCEPTED, settled_at=timezone.now())
    browser = sign_in(olga)

    told = "3 got an earlier edition, 1 of them the newest; 2 still lack it."
    assert told in _text(browser, _page(second))
    assert told in _text(browser, reverse("statements:edit", args=[first.statement_id]))
    assert "still lack" not in _text(browser, _page(first))

    newest.deliveries.update(state=State.ACCEPTED, settled_at=timezone.now())
    assert "everybody who got an earlier edition, 3, has the newest." in _text(browser, _page(second))


def test_a_distribution_leads_to_its_edition(olga: User, ines: User, sign_in: SignIn) -> None:
    edition, distribution = _told(olga, ines)
    page = _text(sign_in(olga), f"/desk/deliveries/{distribution.pk}/")
    assert f'href="{_page(edition)}"' in page
