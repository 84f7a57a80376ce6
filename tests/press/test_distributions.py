# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from onrecord.delivery import lacking
from onrecord.delivery.models import Delivery, Distribution
from onrecord.followers import actions as readers
from onrecord.journal import reactions
from onrecord.journal.models import Entry
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from onrecord.press import actions as press
from onrecord.press.actions.journalists import JournalistEntry
from onrecord.press.distributions import actions
from onrecord.press.distributions.actions import Given
from onrecord.press.distributions.errors import NotNow, OwnWork
from onrecord.press.errors import BadEntry
from onrecord.press.models import Field, PressDistribution, Stage, StopReason, When
from onrecord.statements import actions as statements
from onrecord.statements.models import Statement
from tests.press.people import HEALTH, JAN, criteria_list, hand_list, journalist
from tests.press.sendings import accept, composed, message, published, rows, sent, text, who
from tests.statements.drafts import corrected
from tests.statements.erasing import erased

pytestmark = pytest.mark.usefixtures("a_relay")


def test_a_statement_goes_to_lists_and_single_people_once_each(olga: User, ines: User) -> None:
    edition = published(olga, ines)
    jan, bo, cy = (journalist(olga, name, f"{name}@p.example") for name in ("jan", "bo", "cy"))
    health = criteria_list(olga, "Health")
    press.add_criterion(health, Field.BEAT, [HEALTH], by=olga)
    dee = journalist(olga, "dee", "dee@p.example", beats=(HEALTH,))
    row = composed(
        edition.statement, olga, hand_list(olga, jan, bo), health, jan, cy, dee, without_people=[bo]
    )
    found = actions.audience_of(row)
    assert (len(found), found.left_out) == (3, 1)
    row = actions.send(row, by=olga)
    assert who() == ["cy@p.example", "dee@p.example", "jan@p.example"]
    assert (row.stage, row.count) == (Stage.SENT, 3)
    entry = Entry.objects.get(event="press.distribution_sent")
    assert entry.data["recipients"] == 3
    assert "p.example" not in str(entry.data)
    [ledger] = Distribution.objects.filter(purpose=row.purpose)
    assert (ledger.object_key, ledger.version) == (edition.statement.subject, 1)


def test_nobody_gets_an_edition_twice_over_lists_or_as_a_follower(olga: User, ines: User) -> None:
    edition = published(olga, ines)
    jan, bo, cy = (journalist(olga, name, f"{name}@p.example") for name in ("jan", "bo", "cy"))
    first = sent(edition.statement, olga, jan)
    follows = Distribution.objects.get(object_key=edition.statement.subject, purpose="edition")
    Delivery.objects.create(
        distribution=follows, recipient_key="subscription/9", recipient=bo.address, destination="p.example"
    )
    again = composed(edition.statement, olga, hand_list(olga, jan, bo, cy))
    found = actions.audience_of(again)
    assert (list(found.people), found.have_it, found.followers) == ([cy.pk], 1, 1)
    everybody = actions.change(again, Given(people=[jan, bo, cy], not_to_followers=False), by=olga)
    actions.send(everybody, by=olga)
    assert who() == ["bo@p.example", "cy@p.example", "jan@p.example"]
    assert who(first.purpose) == ["jan@p.example"]
    third = composed(edition.statement, olga, jan, bo)
    with pytest.raises(NotNow, match="Nobody would get it now"):
        actions.send(third, by=olga)


def test_the_mail_says_who_writes_what_is_said_whom_to_call_and_how_to_check_it(
    olga: User, ines: User
) -> None:
    edition = published(olga, ines)
    jan = journalist(olga)
    health, press_list = hand_list(olga, jan, name="One"), hand_list(olga, jan, name="Two")
    sent(
        edition.statement,
        olga,
        lists=[(health, "You asked\nabout health."), (press_list, "Second note")],
        subjects={"en": "Water: the results"},
        greetings={"en": "Hello {first_name}!"},
        covers={"en": "We measured.\n\nCall me ⟦to⟧."},
    )
    [row] = rows()
    mail, words = message(row), text(row)
    assert mail["Subject"] == "Water: the results"
    assert mail["Reply-To"] == "olga@example.org"
    assert mail["To"] == JAN
    assert "press-list" in mail["List-Unsubscribe"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert words.startswith(
        "Hello Jan!\n\nWe measured.\n\nCall me ⟦\u2060to⟧.\n\nYou asked about health.\n\n"
    )
    assert "Second note" not in words
    assert "The water in Elmford is safe to drink. We tested it on Monday." in words
    assert f"https://news.elmford.example{edition.statement.publication.path}1.json" in words
    assert f"Entry {edition.leaf_index} of the log news.elmford.example/log" in words
    assert "SHA-256: " in words
    html = mail.get_body(("html",))
    assert html is not None
    assert "Hello Jan!" in html.get_content()
    assert "<img" not in html.get_content()


def test_a_greeting_has_a_closed_set_of_fields_and_ones_own_counts_first(olga: User, ines: User) -> None:
    edition = published(olga, ines)
    jan = journalist(olga, outlet="The Post")
    ana = journalist(olga, "Ana Reyes", "ana@p.example", greeting="Dear Ms Reyes,")
    for bad in ("Hello {address}", "Hello {name", "{__class__}"):
        with pytest.raises(BadEntry, match=r"field|greeting"):
            composed(edition.statement, olga, jan, greetings={"en": bad})
    sent(edition.statement, olga, jan, ana, greetings={"en": "Dear {family_name} of {outlet},"})
    assert [text(row).partition("\n")[0] for row in rows()] == [
        "Dear Reporter of The Post,",
        "Dear Ms Reyes,",
    ]


def test_each_reads_it_in_a_language_of_theirs(olga: User, ines: User) -> None:
    edition = published(olga, ines)
    original = Statement.objects.get(pk=edition.statement_id)
    french = statements.translate(original, language="fr", by=olga)
    french.title, french.summary = "L’eau est potable", "Elle l’est."
    statements.save_draft(french, by=olga)
    statements.submit(french, by=olga)
    statements.approve(french, by=ines)
    statements.release(french, by=ines)
    reactions.drain()
    jan = journalist(olga)
    luc = journalist(olga, "Luc", "luc@p.example", languages=("fr", "en"))
    ole = journalist(olga, "Ole", "ole@p.example", languages=("da", "fr"))
    per = journalist(olga, "Per", "per@p.example", languages=("sv",))
    row = composed(original, olga, jan, luc, ole, per, covers={"fr": "Bonjour à tous.", "en": "Hello all."})
    assert dict(actions.audience_of(row).by_language) == {"en": 2, "fr": 2}
    actions.send(row, by=olga)
    got = {one.recipient: (message(one)["Content-Language"], one) for one in rows()}
    assert {address: language for address, (language, _row) in got.items()} == {
        JAN: "en",
        "per@p.example": "en",
        "luc@p.example": "fr",
        "ole@p.example": "fr",
    }
    assert "Bonjour à tous." in text(got["luc@p.example"][1])
    assert message(got["luc@p.example"][1])["Subject"] == "L’eau est potable"
    again = composed(original, olga, luc)
    assert len(actions.audience_of(again)) == 0


def test_what_goes_to_many_waits_for_somebody_else(olga: User, ines: User) -> None:
    edition = published(olga, ines)
    actions.change_policy(approval_above=2, replies="mailbox", mailbox="press@elmford.example", by=ines)
    people = [journalist(olga, name, f"{name}@p.example") for name in ("jan", "bo", "cy")]
    row = actions.send(composed(edition.statement, ines, *people), by=olga)
    assert row.stage == Stage.WAITING
    assert rows() == []
    with pytest.raises(OwnWork, match="Somebody else"):
        actions.approve(row, by=ines)
    with pytest.raises(NotAllowed):
        actions.approve(row, by=olga)
    row = actions.take_back(row, remark="Say more.", by=olga)
    assert (row.stage, row.remark) == (Stage.DRAFT, "Say more.")
    again = actions.send(composed(edition.statement, olga, *people), by=olga)
    again = actions.approve(again, by=ines)
    assert (again.stage, len(rows())) == (Stage.SENT, 3)
    assert message(rows()[0])["Reply-To"] == "press@elmford.example"
    assert Entry.objects.get(event="press.distribution_approved").actor_name == "Ines Editor"


@pytest.mark.parametrize("name", ["mo", "ada", "max", "rosa"])
def test_only_who_writes_sends_to_the_press(
    name: str, olga: User, ines: User, request: pytest.FixtureRequest
) -> None:
    other = request.getfixturevalue(name)
    edition = published(olga, ines)
    jan = journalist(olga)
    row = composed(edition.statement, olga, jan)
    for deed in (
        actions.send,
        actions.test,
        actions.approve,
        actions.take_back,
        actions.cancel,
        actions.let_go,
    ):
        with pytest.raises(NotAllowed):
            deed(row, by=other)
    with pytest.raises(NotAllowed):
        composed(edition.statement, other, jan)
    with pytest.raises(NotAllowed):
        actions.change(row, Given(people=[jan]), by=other)
    for person in (other, olga):
        with pytest.raises(NotAllowed):
            actions.change_policy(approval_above=9, replies="officer", mailbox="", by=person)


def test_the_clock_sends_at_its_moment_with_the_lists_of_that_moment(olga: User, ines: User) -> None:
    edition = published(olga, ines)
    jan, bo = journalist(olga), journalist(olga, "bo", "bo@p.example")
    hands = hand_list(olga, jan)
    at = timezone.now() + timedelta(hours=3)
    row = composed(edition.statement, olga, hands, when=When.AT, send_at=at, zone="Europe/Brussels")
    row = actions.send(row, by=olga)
    assert (row.stage, actions.send_due(), rows()) == (Stage.SCHEDULED, 0, [])
    press.add_member(hands, [bo], by=olga)
    with time_machine.travel(at + timedelta(seconds=2), tick=False):
        assert actions.send_due() == 1
        assert actions.send_due() == 0
    assert who() == ["bo@p.example", JAN]


def test_what_is_late_withdrawn_or_has_grown_waits_for_a_person(olga: User, ines: User) -> None:
    at = timezone.now() + timedelta(hours=3)
    edition = published(olga, ines)
    people = [journalist(olga, name, f"{name}@p.example") for name in ("jan", "bo", "cy")]
    hands = hand_list(olga, people[0])

    def scheduled() -> PressDistribution:
        row = composed(edition.statement, olga, hands, when=When.AT, send_at=at, zone="UTC")
        return actions.send(row, by=olga)

    late = scheduled()
    with time_machine.travel(at + timedelta(hours=3), tick=False):
        assert actions.send_due() == 0
        late.refresh_from_db()
        assert (late.stage, "two hours late" in late.remark) == (Stage.HELD, True)
    actions.change_policy(approval_above=2, replies="officer", mailbox="", by=ines)
    grown = scheduled()
    press.add_member(hands, people, by=olga)
    with time_machine.travel(at + timedelta(seconds=1), tick=False):
        actions.send_due()
        grown.refresh_from_db()
        assert (grown.stage, "more people than were approved" in grown.remark) == (Stage.HELD, True)
        assert actions.let_go(grown, by=olga).stage == Stage.WAITING
        assert actions.approve(grown, by=ines).stage == Stage.SENT
    assert len(rows()) == 3
    with pytest.raises(NotNow, match="Nobody"):
        actions.let_go(late, by=olga)


def test_a_correction_goes_to_whoever_got_it_and_says_first_what_changed(olga: User, ines: User) -> None:
    edition = published(olga, ines)
    jan, bo, cy = (journalist(olga, name, f"{name}@p.example") for name in ("jan", "bo", "cy"))
    sent(edition.statement, olga, jan, cy)
    sent(edition.statement, olga, bo)
    accept(*rows())
    press.stop(cy, StopReason.REQUEST)
    second = corrected(edition, olga, ines, "We tested it on Tuesday.")
    reactions.drain()
    actions.tell_of(second.pk)
    told = rows("press-correction")
    assert [row.recipient for row in told] == ["jan@p.example", "bo@p.example"]
    assert {row.distribution.lane for row in told} == {"a-transactional"}
    assert message(told[0])["Subject"] == "Corrected: Water is safe to drink"
    assert message(told[0])["Reply-To"] == "olga@example.org"
    words = text(told[0])
    assert words.index("The day was wrong.") < words.index("We tested it on Tuesday.")
    lacking.forget()
    found = {lack.channel.name: lack for lack in lacking.of(edition.statement.subject, 2, to=olga)}
    assert (found["press"].had, found["press"].pending) == (3, 2)
    later = composed(edition.statement, olga, jan, bo)
    assert len(actions.audience_of(later)) == 0


def test_a_newer_edition_takes_the_place_of_what_still_waits_and_keeps_its_moment(
    olga: User, ines: User
) -> None:
    edition = published(olga, ines)
    jan = journalist(olga, time_zone="Asia/Tokyo")
    sent(edition.statement, olga, jan, when=When.MORNING)
    [before] = rows()
    corrected(edition, olga, ines, "We tested it on Tuesday.")
    reactions.drain()
    before.refresh_from_db()
    [after] = rows("press-correction")
    assert before.state == "superseded"
    assert (after.state, after.due_at) == ("queued", before.due_at)


def test_a_withdrawal_reaches_who_has_it_and_nobody_else(olga: User, ines: User) -> None:
    edition = published(olga, ines)
    jan, bo = journalist(olga), journalist(olga, "bo", "bo@p.example")
    sent(edition.statement, olga, jan)
    accept(*rows())
    sent(edition.statement, olga, bo, when=When.MORNING)
    statement = Statement.objects.get(pk=edition.statement_id)
    statements.propose_withdrawal(statement, by=olga, reason="The samples were mixed up.")
    statements.approve(statement, by=ines)
    statements.release(statement, by=ines)
    reactions.drain()
    [told] = rows("press-withdrawal")
    assert told.recipient == JAN
    assert "The samples were mixed up." in text(told)
    assert "safe to drink. We tested" not in text(told)
    assert {row.state for row in rows() if row.recipient == bo.address} == {"cancelled"}
    with pytest.raises(NotNow, match="not published"):
        composed(statement, olga, bo)


def test_a_test_goes_to_oneself_in_each_variant_and_counts_for_nothing(olga: User, ines: User) -> None:
    edition = published(olga, ines)
    jan = journalist(olga)
    row = composed(edition.statement, olga, lists=[(hand_list(olga, jan), "A note")])
    actions.test(row, by=olga)
    actions.test(row, by=ines)
    tests = [one for one in rows("press-test") if one.state == "queued"]
    assert sorted(one.recipient for one in tests) == ["ines@example.org"] * 2 + ["olga@example.org"] * 2
    assert "Dear Olga Writer," in text(tests[0])
    assert len(actions.audience_of(row)) == 1


def test_an_address_that_changes_takes_along_what_waits(olga: User, ines: User) -> None:
    edition = published(olga, ines)
    jan = journalist(olga)
    sent(edition.statement, olga, jan, when=When.MORNING)
    entry = JournalistEntry(name="Jan Reporter", address="new@radio.example", source="s", legal_basis="b")
    press.change_journalist(jan, entry, by=olga)
    [row] = rows()
    assert (row.recipient, row.destination, row.state) == ("new@radio.example", "radio.example", "queued")
    assert "Dear Jan Reporter," in text(row)


def test_who_stops_gets_nothing_of_what_waits(olga: User, ines: User) -> None:
    edition = published(olga, ines)
    jan = journalist(olga)
    sent(edition.statement, olga, jan, when=When.MORNING)
    press.stop(jan, StopReason.ONE_CLICK)
    assert [row.state for row in rows()] == ["suppressed"]


def test_what_the_law_wants_erased_is_kept_in_no_words_of_ours(olga: User, ines: User, ada: User) -> None:
    edition = published(olga, ines)
    jan = journalist(olga)
    row = composed(
        edition.statement,
        olga,
        lists=[(hand_list(olga, jan), "About Rosa Reader.")],
        subjects={"en": "Rosa Reader"},
        covers={"en": "It is about Rosa Reader."},
    )
    actions.test(row, by=olga)
    actions.send(row, by=olga)
    erased(edition.statement.publication.path, ada, ines)
    readers.forget_erased()
    assert actions.forget_erased() == 1
    assert actions.forget_erased() == 0
    kept = PressDistribution.objects.get()
    assert (kept.subjects, kept.covers, kept.lists.get().note) == ({}, {}, "")
    assert [one.body for one in Distribution.objects.filter(purpose__startswith="press-")] == [{}, {}]
    assert "Rosa" not in str(list(Distribution.objects.values("label", "body")))
    assert {one.state for one in rows()} == {"cancelled"}


def test_whoever_is_entered_twice_gets_the_correction_once_and_nothing_after_stopping(
    olga: User, ines: User
) -> None:
    edition = published(olga, ines)
    kept, twice = journalist(olga), journalist(olga, "J. Reporter", "jr@paper.example")
    sent(edition.statement, olga, twice)
    accept(*rows())

    press.merge(kept, twice, by=olga)

    with pytest.raises(NotNow):
        sent(edition.statement, olga, kept)
    corrected(edition, olga, ines, "Boil the water.")
    reactions.drain()
    [correction] = rows("press-correction")
    assert (correction.recipient, correction.recipient_key) == (kept.address, kept.subject)
    stopped = journalist(olga, "Jan R.", "j@stopped.example")
    press.stop(stopped, StopReason.REQUEST)
    press.merge(kept, stopped, by=olga)
    correction.refresh_from_db()
    assert correction.state == "suppressed"
