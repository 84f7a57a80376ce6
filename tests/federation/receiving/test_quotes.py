# SPDX-License-Identifier: Apache-2.0
"""Who is given a stamp to quote, and how it is taken back at the desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from onrecord.federation import objects, policies
from onrecord.federation.models import Interaction, Policy
from onrecord.people.models import User
from onrecord.statements.models import Publication
from tests.federation.receiving.remote import Somebody
from tests.federation.receiving.test_handlers import follow, sent, tell

pytestmark = pytest.mark.django_db
QUOTES = "/desk/fediverse/quotes/"
SignIn = Callable[[User], Client]


def ask(by: Somebody, publication: Publication, name: str = "quote") -> str:
    """Ask for a stamp; return the address of the quote."""
    quote = f"{by.uri}/notes/{name}"
    tell(by, by.activity("QuoteRequest", objects.address_of(publication), instrument=quote))
    return quote


def test_nobody_is_given_a_stamp_if_the_newsroom_chose_so(
    water: Publication, jan: Somebody, ada: User
) -> None:
    policies.set_policy({"quoters": "nobody"}, by=ada)
    quote = ask(jan, water)
    [reject] = sent("Reject")
    assert reject["object"]["instrument"] == quote
    assert "result" not in reject
    assert not Interaction.objects.exists()


def test_followers_alone_are_given_one_if_the_newsroom_chose_so(
    water: Publication, jan: Somebody, ada: User
) -> None:
    policies.set_policy({"quoters": "followers"}, by=ada)
    ask(jan, water)
    assert len(sent("Reject")) == 1
    tell(jan, follow(jan))
    ask(jan, water)
    assert Interaction.objects.get().ended_at is None


def test_a_stamp_that_was_taken_back_is_not_given_again(
    water: Publication, jan: Somebody, mo: User, sign_in: SignIn
) -> None:
    quote = ask(jan, water)
    row = Interaction.objects.get()
    page = sign_in(mo).get(QUOTES).content.decode()
    assert quote in page
    assert "Take it back" in page
    assert Client().get(f"/ap/quotes/{row.number}").status_code == 200
    assert sign_in(mo).post(f"{QUOTES}{row.pk}/revoke/").status_code == 302
    assert Client().get(f"/ap/quotes/{row.number}").status_code == 410
    assert sent("Delete")[0]["object"]["id"].endswith(f"/ap/quotes/{row.number}")
    assert "taken back" in sign_in(mo).get(QUOTES).content.decode()
    ask(jan, water)
    assert len(sent("Reject")) == 1
    assert Client().get(f"/ap/quotes/{row.number}").status_code == 410
    ask(jan, water, "another")
    assert Interaction.objects.filter(ended_at=None).count() == 1, "another quote is another matter"


def test_quotes_are_seen_by_those_who_write_and_taken_back_by_moderators(
    water: Publication, jan: Somebody, olga: User, ada: User, sign_in: SignIn
) -> None:
    quote = ask(jan, water)
    row = Interaction.objects.get()
    page = sign_in(olga).get(f"{QUOTES}?of={objects.address_of(water)}").content.decode()
    assert quote in page
    assert "Take it back" not in page
    for person in (olga, ada):
        sign_in(person).post(f"{QUOTES}{row.pk}/revoke/")
        row.refresh_from_db()
        assert row.ended_at is None
    sign_in(ada).post(f"{QUOTES}policy/", {"quoters": "followers"})
    assert Policy.current().quoters == "followers"
    assert "No published statement has this address" in sign_in(olga).get(f"{QUOTES}?of=x").content.decode()
