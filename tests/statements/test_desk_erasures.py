# SPDX-License-Identifier: Apache-2.0
"""Erasing at the desk: the administrator names address and ground, the editor sees what goes and confirms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from onrecord.people.models import User
from onrecord.people.roles import Role
from onrecord.statements import actions
from onrecord.statements.desk import erasures
from onrecord.statements.desk.erasures import needs
from onrecord.statements.models import Edition, Erasure
from tests.conftest import person
from tests.statements.drafts import corrected, released

SignIn = Callable[[User], Client]
GROUND = "A court found that the statement named a person without need."


def text(answer: Any) -> str:
    return str(answer.content.decode())


def proposed(olga: User, ines: User, ada: User) -> Erasure:
    path = released(olga, ines).statement.publication.path
    return actions.propose_erasure(path, ground=GROUND, by=ada)


def test_an_administrator_proposes_and_an_editor_confirms(
    olga: User, ines: User, ada: User, sign_in: SignIn
) -> None:
    edition = released(olga, ines)
    corrected(edition, olga, ines, "It was on Sunday.")
    address = f"https://news.elmford.example{edition.statement.publication.path}"
    browser = sign_in(ada)
    page = text(browser.get(reverse("erasure_propose")))
    assert "It stays in the record and at the address for good." in page
    answer = browser.post(reverse("erasure_propose"), {"address": address, "ground": GROUND}, follow=True)
    assert "The erasure waits for an editor to confirm it." in text(answer)
    erasure = Erasure.objects.get()
    assert [need.title for need in needs(ines)] == ["Erasures to confirm"]
    assert list(needs(ada)) == list(needs(olga)) == []
    browser = sign_in(ines)
    assert reverse("erasure_decide", args=[erasure.pk]) in text(browser.get(reverse("erasures")))
    page = text(browser.get(reverse("erasure_decide", args=[erasure.pk])))
    assert "Water is safe to drink (1)" in page
    assert "Water is safe to drink (2)" in page
    assert GROUND in page
    answer = browser.post(reverse("erasure_decide", args=[erasure.pk]))
    assert "This field is required." in text(answer)
    assert Edition.objects.count() == 2
    answer = browser.post(reverse("erasure_decide", args=[erasure.pk]), {"understood": "on"}, follow=True)
    assert "It is erased. The address says so, and the record." in text(answer)
    assert 'href="/erased/1.json"' in text(answer)
    assert not Edition.objects.exists()
    assert list(needs(ines)) == []
    assert browser.get(reverse("erasure_decide", args=[erasure.pk])).status_code == 404


def test_a_mistaken_address_is_said_beside_the_field(
    olga: User, ines: User, ada: User, sign_in: SignIn
) -> None:
    path = released(olga, ines).statement.publication.path
    browser = sign_in(ada)
    for address, message in (
        ("/s/2026/else/", "No statement stands at"),
        (f"{path}1/", "the newest edition"),
    ):
        answer = browser.post(reverse("erasure_propose"), {"address": address, "ground": GROUND})
        assert message in text(answer)
    assert not Erasure.objects.exists()


def test_who_proposed_it_can_take_it_back_and_an_editor_can_refuse(
    olga: User, ines: User, ada: User, sign_in: SignIn
) -> None:
    erasure = proposed(olga, ines, ada)
    assert "Look at it and decide" not in text(sign_in(ada).get(reverse("erasures")))
    sign_in(ada).post(reverse("erasure_drop", args=[erasure.pk]))
    erasure.refresh_from_db()
    assert (erasure.state, erasure.decided_by) == ("dropped", ada)
    again = actions.propose_erasure(erasure.path, ground=GROUND, by=ada)
    sign_in(ines).post(reverse("erasure_drop", args=[again.pk]))
    again.refresh_from_db()
    assert (again.state, again.decided_by) == ("dropped", ines)
    assert Edition.objects.count() == 1


def test_the_proposer_is_told_that_somebody_else_has_to_confirm(
    olga: User, ines: User, sign_in: SignIn
) -> None:
    kim = person("Kim Everything", Role.ADMINISTRATOR, Role.EDITOR)
    erasure = proposed(olga, ines, kim)
    browser = sign_in(kim)
    page = text(browser.get(reverse("erasure_decide", args=[erasure.pk])))
    assert "You proposed this erasure yourself. Somebody else has to confirm it." in page
    assert "Erase it for good" not in page
    browser.post(reverse("erasure_decide", args=[erasure.pk]), {"understood": "on"})
    assert Edition.objects.count() == 1
    assert list(needs(kim)) == []


def test_an_address_that_no_browser_could_open_is_said_beside_the_field(ada: User, sign_in: SignIn) -> None:
    entered = {"address": "http://[news/s/2026/water/", "ground": GROUND}
    page = text(sign_in(ada).post(reverse("erasure_propose"), entered))
    assert "No statement stands at “" in page
    assert not Erasure.objects.exists()


def test_who_lets_an_erasure_be_that_was_decided_meanwhile_is_told(
    olga: User, ines: User, ada: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    erasure = proposed(olga, ines, ada)
    me = erasures._me

    def while_the_editor_drops_it(request: HttpRequest) -> User:
        actions.drop_erasure(Erasure.objects.get(pk=erasure.pk), by=ines)
        return me(request)

    monkeypatch.setattr(erasures, "_me", while_the_editor_drops_it)
    answer = sign_in(ada).post(reverse("erasure_drop", args=[erasure.pk]), follow=True)
    assert "This erasure was decided already." in text(answer)
