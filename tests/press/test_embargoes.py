# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from onrecord.delivery.mail import doors
from onrecord.journal import reactions
from onrecord.journal.models import Entry
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from onrecord.press import actions as press
from onrecord.press.distributions import actions as distributions
from onrecord.press.distributions.actions import Given
from onrecord.press.distributions.errors import NotNow
from onrecord.press.embargoes import actions, links, views
from onrecord.press.errors import BadEntry
from onrecord.press.models import Embargo, EmbargoLink, EmbargoState, Journalist, PressDistribution, When
from onrecord.statements import actions as statements
from onrecord.statements.models import Edition, Progress, Statement
from tests.press.people import hand_list, journalist, outlet
from tests.press.sendings import accept, message, published, rows, text
from tests.statements.drafts import approved, corrected

pytestmark = pytest.mark.usefixtures("a_relay")

WORDS = "<p>Zanzibar the water is safe to drink.</p>"
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def allowances_begin_anew() -> None:
    views.ALLOWANCE.forget()
    views.STRANGERS.forget()


def early(olga: User, ines: User, *, hours: int = 5, seal: bool = False, **fields: Any) -> Statement:
    """Return a statement that waits under embargo."""
    told = {"title": "Quagga in the title", "summary": "Quagga in the summary."}
    statement = approved(olga, ines, **{**told, "body": [("paragraph", WORDS)], **fields})
    at = timezone.now().replace(microsecond=0) + timedelta(hours=hours)
    statements.schedule(
        statement, by=olga, at=at, zone="Europe/Brussels", embargoed=True, terms="Not online.", seal=seal
    )
    return statement


def given(statement: Statement, by: User, *people: Journalist, **more: Any) -> PressDistribution:
    """Return a distribution of a text under embargo that was sent."""
    row = distributions.compose_early(statement, Given(people=people, **more), by=by)
    return distributions.send(row, by=by)


def address(person: Journalist) -> str:
    """Return the path of somebody's link."""
    link = EmbargoLink.objects.get(journalist=person)
    return f"/press-list/embargo/{doors.secret_of(link.door_number)}/"


def acknowledged(person: Journalist) -> str:
    """Let somebody acknowledge the terms; return the path of their link."""
    path = address(person)
    terms = re.search(r'name="terms" value="(\d+)"', Client().get(path).content.decode())
    assert terms is not None
    assert Client().post(path, {"terms": terms[1]}).status_code == 302
    return path


def test_a_link_shows_the_terms_first_and_then_the_text(olga: User, ines: User) -> None:
    statement = early(olga, ines)
    jan = journalist(olga, time_zone="Asia/Tokyo")
    row = given(statement, olga, jan, covers={"en": "Big news about water."})
    [mail] = rows(row.purpose)
    words = text(mail)
    assert message(mail)["Subject"] == "Under embargo: a statement of Town of Elmford"
    assert "Big news about water." in words
    assert " in Tokyo, that is " in words
    assert f"https://news.elmford.example{address(jan)}" in words
    assert "Zanzibar" not in str(message(mail))
    assert "Quagga" not in str(message(mail))
    assert doors.secret_of(EmbargoLink.objects.get().door_number) not in str(mail.data)

    first = Client().get(address(jan))
    page = first.content.decode()
    assert (first["Cache-Control"], first["X-Robots-Tag"]) == ("no-store", "noindex")
    assert first["Referrer-Policy"] == "no-referrer"
    assert "Not online." in page
    assert " in Tokyo, that is " in page
    assert " in Brussels, that is " in page
    assert "The embargo ends in 5 hours." in page
    assert "Zanzibar" not in page
    assert "Quagga" not in page
    assert Client().post(address(jan), {"terms": "7"}).status_code == 302
    assert "Zanzibar" not in Client().get(address(jan)).content.decode()
    assert EmbargoLink.objects.get().opened == 0

    path = acknowledged(jan)
    assert not first.cookies
    shown = Client().get(path)
    assert "Zanzibar the water is safe to drink." in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    link = EmbargoLink.objects.get()
    assert (link.acknowledged_terms, link.opened) == (1, 1)
    entry = Entry.objects.get(event="press.embargo_acknowledged")
    assert entry.data == {"link": link.pk, "terms_version": 1}


def test_strangers_and_revoked_links_and_who_was_erased_see_nothing(
    olga: User, ines: User, ada: User
) -> None:
    statement = early(olga, ines)
    there = outlet(olga, "The Post")
    jan = journalist(olga, outlet="The Post")
    bo = journalist(olga, "bo", "bo@p.example", outlet="The Post")
    cy = journalist(olga, "cy", "cy@p.example")
    dee = journalist(olga, "dee", "dee@p.example")
    row = given(statement, olga, jan, bo, cy, dee)
    embargo = Embargo.objects.get()
    paths = [acknowledged(one) for one in (jan, bo, cy)]
    with pytest.raises(NotAllowed):
        actions.revoke(EmbargoLink.objects.get(journalist=jan), by=ada)
    assert actions.revoke_outlet(embargo, there, by=olga) == 2
    assert actions.revoke(EmbargoLink.objects.get(journalist=dee), by=olga) == 1
    assert [Client().get(path).status_code for path in paths] == [404, 404, 200]
    for path in paths[:2]:
        assert "Zanzibar" not in Client().get(path).content.decode()
        assert Client().post(path, {"terms": "1"}).status_code == 404
    assert {one.recipient: one.state for one in rows(row.purpose)}["dee@p.example"] == "cancelled"
    press.erase(cy)
    assert Client().get(paths[2]).status_code == 404
    for wrong in ("x", "A" * 43, "1"):
        assert Client().get(f"/press-list/embargo/{wrong}/").status_code == 404
    again = distributions.compose_early(statement, Given(people=[jan, bo, dee]), by=olga)
    with pytest.raises(NotNow, match="Nobody would get it"):
        distributions.send(again, by=olga)
    lifted = Entry.objects.filter(event="press.embargo_links_revoked")
    assert [len(one.data["links"]) for one in lifted.order_by("pk")] == [2, 1]


@pytest.mark.usefixtures("stopped_clock")
def test_guessing_and_fetching_in_a_loop_are_refused(olga: User, ines: User) -> None:
    codes = {Client().get("/press-list/embargo/nothing/").status_code for _ in range(30)}
    assert codes == {404, 429}
    jan = journalist(olga)
    given(early(olga, ines), olga, jan)
    path = acknowledged(jan)
    assert {Client().get(path).status_code for _ in range(80)} == {200, 429}


@pytest.mark.parametrize("seal", [True, False])
def test_lifted_now_for_everybody_it_is_public_and_all_who_had_it_are_told_first(
    olga: User, ines: User, ada: User, seal: bool
) -> None:
    statement = early(olga, ines, seal=seal)
    jan, bo = journalist(olga), journalist(olga, "bo", "bo@p.example")
    row = given(statement, olga, jan)
    accept(*rows(row.purpose))
    given(statement, olga, bo, when=When.MORNING)
    path = acknowledged(jan)
    reactions.drain()
    embargo = Embargo.objects.get()
    with pytest.raises(NotAllowed):
        actions.lift(embargo, by=ada)
    [edition] = actions.lift(embargo, reason="The Post broke it.", by=olga)
    reactions.drain()
    embargo.refresh_from_db()
    assert (embargo.state, embargo.lifted_by) == (EmbargoState.LIFTED, olga)
    told = rows("press-lifted")
    assert sorted(one.recipient for one in told) == ["bo@p.example", "jan@paper.example"]
    assert {one.distribution.lane for one in told} == {"a-transactional"}
    words = text(told[0])
    assert "The embargo is lifted for everybody: you may use this now." in words
    assert "Zanzibar the water is safe to drink." in words
    assert f"Entry {Edition.objects.get(pk=edition.pk).leaf_index} of the log" in words
    assert {one.state for one in rows() if one.distribution.object_key == embargo.subject} == {
        "accepted",
        "superseded",
    }
    moved = Client().get(path)
    assert (moved.status_code, moved["Location"]) == (302, edition.statement.publication.path)
    assert Entry.objects.get(event="press.embargo_lifted").data == {"reason": "The Post broke it."}
    assert not rows("press-embargo-held")
    with pytest.raises(NotNow):
        actions.lift(embargo, by=olga)


def test_at_its_moment_it_ends_by_itself_and_corrections_find_who_had_it(olga: User, ines: User) -> None:
    statement = early(olga, ines)
    jan = journalist(olga)
    accept(*rows(given(statement, olga, jan).purpose))
    path = acknowledged(jan)
    at = Progress.objects.get(statement=statement).release_at
    assert at is not None
    with time_machine.travel(at + timedelta(seconds=3), tick=True):
        assert "Zanzibar" in Client().get(path).content.decode()
        statements.release_due()
        reactions.drain()
        assert Embargo.objects.get().state == EmbargoState.ENDED
        [told] = rows("press-lifted")
        assert "The embargo has ended: you may use this now." in text(told)
        accept(told)
        edition = Edition.objects.get()
        corrected(edition, olga, ines, "Not so.")
        reactions.drain()
        [second] = rows("press-correction")
        assert second.recipient == jan.address
        assert Client().get(path).status_code == 302


def test_another_moment_is_told_to_all_who_have_it_and_the_terms_are_asked_anew(
    olga: User, ines: User
) -> None:
    statement = early(olga, ines)
    jan, bo = journalist(olga), journalist(olga, "bo", "bo@p.example")
    accept(*rows(given(statement, olga, jan).purpose))
    given(statement, olga, bo, when=When.MORNING)
    path = acknowledged(jan)
    at = timezone.now().replace(microsecond=0) + timedelta(hours=30)
    statements.schedule(statement, by=ines, at=at, zone="Europe/Paris", embargoed=True, terms="Not online.")
    reactions.drain()
    assert actions.heed() == 0
    moved = rows("press-embargo-moved")
    assert sorted(one.recipient for one in moved) == ["bo@p.example", "jan@paper.example"]
    assert "Moment or terms of this embargo have changed." in text(moved[0])
    assert " in Brussels, that is " in text(moved[0]) or " in Paris, that is " in text(moved[0])
    assert {one.state for one in rows() if one.recipient == bo.address} == {"superseded", "queued"}
    page = Client().get(path).content.decode()
    assert "Zanzibar" not in page
    acknowledged(jan)
    assert "Zanzibar" in Client().get(path).content.decode()


def test_a_moment_that_is_taken_back_puts_it_on_hold(olga: User, ines: User) -> None:
    statement = early(olga, ines)
    jan = journalist(olga)
    accept(*rows(given(statement, olga, jan).purpose))
    path = acknowledged(jan)
    statements.unschedule(statement, by=ines)
    held = Client().get(path)
    assert "On hold" in held.content.decode()
    assert "Zanzibar" not in held.content.decode()
    reactions.drain()
    assert Embargo.objects.get().state == EmbargoState.HELD
    [told] = rows("press-embargo-held")
    assert "On hold: the moment of release was taken back." in text(told)
    statements.reopen(statement, by=olga)
    reactions.drain()
    assert len(rows("press-embargo-held")) == 1


def test_whoever_broke_one_gets_nothing_early_until_an_officer_lets_them(
    olga: User, ines: User, mo: User
) -> None:
    statement = early(olga, ines)
    there = outlet(olga, "The Post")
    jan = journalist(olga, outlet="The Post")
    bo, cy = journalist(olga, "bo", "bo@p.example"), journalist(olga, "cy", "cy@p.example")
    given(statement, olga, jan, bo, cy)
    embargo = Embargo.objects.get()
    for wrong, said in (
        ({"evidence": "https://post.example/1"}, "Say who broke it"),
        ({"evidence": "post.example", "outlet": there}, "Give the address"),
        (
            {"evidence": "https://a.example", "outlet": there, "happened_at": timezone.now() + timedelta(1)},
            "not come yet",
        ),
    ):
        with pytest.raises(BadEntry, match=said):
            actions.record_breach(embargo, by=olga, **wrong)
    with pytest.raises(NotAllowed):
        actions.record_breach(embargo, outlet=there, evidence="https://post.example/1", by=mo)
    breach = actions.record_breach(embargo, outlet=there, evidence="https://post.example/1", by=olga)
    actions.record_breach(embargo, journalist=bo, evidence="https://blog.example/1", by=olga)
    assert links.barred() == {jan.pk, bo.pk}
    other = early(olga, ines, slug="another")
    row = distributions.compose_early(other, Given(lists=[(hand_list(olga, jan, bo, cy), "")]), by=olga)
    found = distributions.audience_of(row)
    assert (list(found.people), found.barred) == ([cy.pk], 2)
    actions.forgive(breach, by=ines)
    assert set(distributions.audience_of(row).people) == {cy.pk, jan.pk}
    public = published(olga, ines, slug="public")
    everybody = distributions.compose(public.statement, Given(people=[jan, bo]), by=olga)
    assert len(distributions.audience_of(everybody)) == 2


def test_only_what_is_under_embargo_is_sent_early_and_not_after_its_moment(olga: User, ines: User) -> None:
    jan = journalist(olga)
    edition = published(olga, ines)
    with pytest.raises(NotNow, match="Nothing of this statement is under embargo"):
        given(edition.statement, olga, jan)
    statement = early(olga, ines, slug="early")
    with pytest.raises(NotNow, match="not published"):
        distributions.compose(statement, Given(people=[jan]), by=olga)
    late = Given(people=[jan], when=When.AT, send_at=timezone.now() + timedelta(hours=6), zone="UTC")
    with pytest.raises(BadEntry, match="By then the embargo has ended"):
        distributions.compose_early(statement, late, by=olga)


def test_an_embargo_is_given_watched_and_lifted_at_the_desk(olga: User, ines: User, sign_in: SignIn) -> None:
    statement = early(olga, ines)
    jan = journalist(olga, outlet="The Post")
    browser = sign_in(olga)
    start = f"/desk/press/distributions/early/{statement.pk}/"
    asked = browser.get(start).content.decode()
    assert "Seal the text now" in asked
    assert "Under embargo until" in asked
    made = browser.post(start, {"people": jan.address, "when": "now", "zone": "UTC", "seal": "on"})
    assert made.status_code == 302, made.content.decode()
    assert Progress.objects.get(statement=statement).seal is not None
    looked = browser.get(made["Location"] + "preview/en-0/").content.decode()
    assert "Zanzibar" not in looked
    assert "Acknowledge the terms and read it" in looked
    browser.post(made["Location"] + "send/")
    embargo = Embargo.objects.get()
    page = f"/desk/press/embargoes/{embargo.pk}/"
    assert f'href="{page}"' in browser.get(made["Location"]).content.decode()
    Client().get(acknowledged(jan))
    seen = browser.get(page).content.decode()
    assert "Have a link: 1" in seen
    assert "Acknowledged the terms: 1" in seen
    assert "Opened the text: 1" in seen
    form = {"outlet": "the post", "who": "", "evidence": "https://post.example/early"}
    recorded = browser.post(page + "breach/", form, follow=True).content.decode()
    assert "Consider lifting it for everybody" in recorded
    assert "https://post.example/early" in recorded
    assert "was broken" in browser.get("/desk/").content.decode()
    wrong = browser.post(page + "breach/", form | {"outlet": "Nobody"}).content.decode()
    assert "There is no outlet “Nobody”." in wrong
    assert Embargo.objects.get().state == EmbargoState.STANDING
    assert "Tick the box" in browser.post(page + "lift/", follow=True).content.decode()
    browser.post(page + "lift/", {"sure": "yes"})
    assert Edition.objects.filter(statement=statement).count() == 1
    assert "lifted by Olga Writer" in browser.get(page).content.decode()


def test_whoever_is_entered_twice_keeps_link_and_breach_when_the_entries_become_one(
    olga: User, ines: User
) -> None:
    statement = early(olga, ines)
    kept, twice = journalist(olga), journalist(olga, "J. Reporter", "jr@paper.example")
    row = given(statement, olga, twice)
    path = acknowledged(twice)
    actions.record_breach(Embargo.objects.get(), journalist=twice, evidence="https://b.example", by=olga)
    without = distributions.compose_early(
        statement, Given(people=[journalist(olga, "Cy", "cy@p.example")], without_people=[twice]), by=olga
    )

    press.merge(kept, twice, by=olga)

    assert "Zanzibar" in Client().get(path).content.decode()
    assert links.barred() == {kept.pk}
    assert [one.pk for one in without.without_people.all()] == [kept.pk]
    [mail] = rows(row.purpose)
    assert (mail.recipient_key, mail.recipient) == (kept.subject, kept.address)
    actions.lift(Embargo.objects.get(), by=ines)
    reactions.drain()
    assert [one.recipient_key for one in rows("press-lifted")] == [kept.subject]


def test_what_could_not_be_released_is_not_lifted_and_whoever_has_it_hears_that_it_is_on_hold(
    olga: User, ines: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement, jan = early(olga, ines, seal=True), journalist(olga)
    given(statement, olga, jan)

    def full(*_given: Any, **_named: Any) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(statements, "release", full)
        with pytest.raises(OSError, match="No space"):
            actions.lift(Embargo.objects.get(), by=ines)
    assert Embargo.objects.get().state == EmbargoState.STANDING
    actions.heed()
    assert Embargo.objects.get().state == EmbargoState.HELD
    assert len(rows("press-embargo-held")) == 1
