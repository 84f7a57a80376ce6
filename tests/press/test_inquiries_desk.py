# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import translation

from onrecord.delivery import actions as delivery
from onrecord.delivery.models import Delivery
from onrecord.desk import panels
from onrecord.journal.models import Entry
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from onrecord.press.errors import NoRelay
from onrecord.press.inquiries.actions import answering, policies, receiving, working
from onrecord.press.inquiries.errors import (
    BadInquiry,
    DraftChanged,
    NotSignedOff,
    OwnDraft,
    TakenAlready,
    WrongState,
)
from onrecord.press.models import Inquiry, InquiryFile, InquiryMessage, InquiryState, Origin, Outcome, SignOff
from onrecord.statements import actions as statements
from onrecord.statements.models import Progress, Spokesperson, Statement
from tests.followers.readers import text_of
from tests.press.inquiring import JAN, QUESTION, answered, asked, drafted, mails_to, path_of, words_of

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.usefixtures("organisation")
Browser = Callable[[User], Client]


def test_of_two_who_take_an_inquiry_the_second_is_told_who_has_it(olga: User, ines: User) -> None:
    row = asked()
    seen_by_ines = Inquiry.objects.get(pk=row.pk)
    working.take(row, by=olga)
    with pytest.raises(TakenAlready, match="Olga Writer has this inquiry already"):
        working.take(seen_by_ines, by=ines)
    row.refresh_from_db()
    assert row.owner == olga
    assert Entry.objects.filter(event="press.inquiry_taken").count() == 1


def test_an_inquiry_is_handed_over_once(olga: User, ines: User, mo: User) -> None:
    row = working.take(asked(), by=olga)
    working.hand_over(row, ines, seen_owner=olga.pk, by=olga)
    assert row.owner == ines
    with pytest.raises(TakenAlready, match="Ines Editor has this inquiry"):
        working.hand_over(row, olga, seen_owner=olga.pk, by=olga)
    with pytest.raises(BadInquiry, match="Mo Moderator may not answer"):
        working.hand_over(row, mo, seen_owner=ines.pk, by=ines)


def test_an_answer_on_the_record_needs_a_second_person(olga: User, ines: User) -> None:
    row = drafted(olga)
    with pytest.raises(NotSignedOff, match="A second person has to sign off"):
        answering.send_answer(row, seen=row.draft_number, by=olga)
    working.ask_sign_off(row, by=olga)
    assert row.state == InquiryState.SIGN_OFF
    with pytest.raises(OwnDraft, match="You wrote on this draft"):
        working.sign_off(row, seen=row.draft_number, by=olga)
    working.sign_off(row, seen=row.draft_number, by=ines)
    answering.send_answer(row, seen=row.draft_number, by=olga)
    assert row.state == InquiryState.ANSWERED
    assert row.answered_at is not None
    assert "Forty wells" in text_of(mails_to(JAN)[-1])
    entry = Entry.objects.get(event="press.inquiry_answered")
    assert (entry.data["first"], entry.data["in_time"]) == (True, True)


def test_a_change_makes_a_sign_off_void_and_whoever_changed_it_is_a_writer(olga: User, ines: User) -> None:
    row = drafted(olga)
    working.sign_off(row, seen=1, by=ines)
    working.save_draft(row, "Fifty wells.", seen=1, by=ines)
    assert not row.is_signed_off
    for person in (olga, ines):
        with pytest.raises(OwnDraft):
            working.sign_off(row, seen=2, by=person)


def test_a_second_answer_needs_a_second_sign_off(olga: User, ines: User) -> None:
    row = answered(olga, ines)
    receiving.go_on(row, "And where?", Origin.PAGE)
    assert not row.is_signed_off
    working.save_draft(row, "Everywhere.", seen=row.draft_number, by=ines)
    with pytest.raises(NotSignedOff):
        answering.send_answer(row, seen=row.draft_number, by=ines)
    working.sign_off(row, seen=row.draft_number, by=olga)
    answering.send_answer(row, seen=row.draft_number, by=ines)
    assert [text for kind, text in words_of(row) if kind == "answer"][-1] == "Everywhere."


def test_a_sign_off_that_was_taken_back_meanwhile_sends_nothing(olga: User, ines: User) -> None:
    row = drafted(olga)
    working.sign_off(row, seen=1, by=ines)
    seen_by_olga = Inquiry.objects.get(pk=row.pk)
    working.ask_sign_off(row, by=olga)
    working.send_back(row, "Wait.", by=ines)
    with pytest.raises(NotSignedOff):
        answering.send_answer(seen_by_olga, seen=1, by=olga)
    assert not Delivery.objects.filter(distribution__purpose="inquiry-answer").exists()


def test_what_was_read_is_what_is_signed_off_and_sent(olga: User, ines: User) -> None:
    row = drafted(olga)
    working.save_draft(row, "Fifty wells.", seen=1, by=olga)
    with pytest.raises(DraftChanged, match="changed since you read it"):
        working.sign_off(row, seen=1, by=ines)
    with pytest.raises(DraftChanged, match="A colleague has changed the draft"):
        working.save_draft(row, "Sixty wells.", seen=1, by=ines)
    working.sign_off(row, seen=2, by=ines)
    with pytest.raises(WrongState, match="changed meanwhile"):
        answering.send_answer(row, seen=1, by=olga)
    assert not Delivery.objects.filter(distribution__purpose="inquiry-answer").exists()


def test_a_sole_officer_signs_off_alone_and_the_journal_says_so(olga: User) -> None:
    row = drafted(olga)
    working.sign_off(row, seen=1, by=olga)
    answering.send_answer(row, seen=1, by=olga)
    assert Entry.objects.get(event="press.answer_signed_off").data["alone"] is True


@pytest.mark.parametrize(
    ("rule", "terms", "needed"),
    [
        (SignOff.ALWAYS, "background", True),
        (SignOff.ON_RECORD, "on-record", True),
        (SignOff.ON_RECORD, "background", False),
        (SignOff.NEVER, "on-record", False),
    ],
)
def test_editors_say_which_answers_need_a_second_person(
    rule: SignOff, terms: str, needed: bool, olga: User, ines: User
) -> None:
    policies.set_policy(rule, show_response_time=False, by=ines)
    row = drafted(olga, terms=terms)
    assert working.needs_sign_off(row) is needed
    if not needed:
        answering.send_answer(row, seen=1, by=olga)
        assert row.state == InquiryState.ANSWERED


def test_a_draft_is_sent_back_with_a_reason(olga: User, ines: User) -> None:
    row = drafted(olga)
    working.ask_sign_off(row, by=olga)
    with pytest.raises(BadInquiry, match="Say what should be changed"):
        working.send_back(row, " ", by=ines)
    working.send_back(row, "Name the streets.", by=ines)
    assert row.state == InquiryState.TAKEN
    assert words_of(row)[-1] == ("note", "Name the streets.")


def test_a_spokesperson_is_asked_and_a_draft_means_that_they_have_answered(olga: User) -> None:
    ana = Spokesperson.objects.create(name="Ana Lind", role="Mayor")
    row = working.take(asked(), by=olga)
    working.ask_spokesperson(row, ana, by=olga)
    assert row.state == InquiryState.SPOKESPERSON
    working.save_draft(row, "She says yes.", seen=0, by=olga)
    assert row.state == InquiryState.TAKEN


def test_nothing_is_worked_on_before_somebody_takes_it(olga: User) -> None:
    row = asked()
    ana = Spokesperson.objects.create(name="Ana Lind", role="Mayor")
    with pytest.raises(WrongState, match="Somebody has to take it first"):
        working.save_draft(row, "Yes.", seen=0, by=olga)
    with pytest.raises(WrongState, match="Somebody has to take it first"):
        working.ask_spokesperson(row, ana, by=olga)


def test_a_refusal_is_mailed_with_its_reason(olga: User) -> None:
    row = working.take(asked(), by=olga)
    with pytest.raises(BadInquiry, match="Say why"):
        answering.close(row, Outcome.DECLINED, by=olga)
    answering.close(row, Outcome.DECLINED, reason="A court is hearing it.", by=olga)
    assert "A court is hearing it." in text_of(mails_to(JAN)[-1])
    with pytest.raises(WrongState, match="closed already"):
        answering.close(row, Outcome.NO_ANSWER, by=olga)
    with pytest.raises(WrongState, match="No answer was sent"):
        answering.close(asked(), Outcome.ANSWERED, by=olga)


def test_without_relay_or_address_an_answer_is_not_lost(olga: User, settings: Settings) -> None:
    row = drafted(olga, terms="background")
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_url="")
    with pytest.raises(NoRelay):
        answering.send_answer(row, seen=1, by=olga)
    row.refresh_from_db()
    assert (row.state, row.draft) == ("taken", "Forty wells, by the water board.")


def test_an_answer_becomes_a_statement_without_whoever_asked(olga: User, ines: User) -> None:
    text = f"Hello,\nthis is Jan Reporter of The Elm Post.\n{QUESTION}\nRegards, Reporter\n+32 2 555 01 02"
    row = answered(olga, ines, text="Forty wells.\n\nAll of them <safe>.", phone="+32 2 555 01 02")
    InquiryMessage.objects.filter(inquiry=row, kind="asked").update(text=text)

    statement = answering.publish_answer(row, by=olga)

    statement = Statement.objects.get(pk=statement.pk)
    body = str(statement.body.stream_block.get_prep_value(statement.body))
    whole = f"{statement.title} {statement.summary} {body}"
    assert statement.kind == "q-and-a"
    assert QUESTION in body
    assert "All of them &lt;safe&gt;." in body
    for personal in ("Jan", "Reporter", "Elm Post", "555 01", JAN):
        assert personal not in whole
    assert Progress.objects.get(statement=statement).state == "draft"
    row.refresh_from_db()
    assert row.published_as == statement
    with pytest.raises(WrongState, match="begun from this answer already"):
        answering.publish_answer(row, by=ines)


def test_the_journalist_sees_the_statement_once_it_is_public(
    olga: User, ines: User, second_editor: User, client: Client
) -> None:
    row = answered(olga, ines)
    statement = answering.publish_answer(row, by=olga)
    assert statement.title not in client.get(path_of(row)).content.decode().replace(QUESTION, "")
    statements.submit(statement, by=olga)
    statements.approve(statement, by=second_editor)
    statements.release(statement, by=second_editor)
    assert "<dt>Published</dt>" in client.get(path_of(row)).content.decode()


def test_what_was_said_off_the_record_is_not_published(olga: User, ines: User) -> None:
    row = answered(olga, ines, terms="off-record")
    with pytest.raises(WrongState, match="off the record"):
        answering.publish_answer(row, by=olga)


def test_the_whole_work_is_done_by_buttons(olga: User, ines: User, sign_in: Browser) -> None:
    row = asked()
    browser, second = sign_in(olga), sign_in(ines)

    def press(by: Client, deed: str, **fields: str) -> str:
        return by.post(f"/desk/inquiries/{row.pk}/{deed}/", fields, follow=True).content.decode()

    assert "It is yours." in press(browser, "take")
    assert "Olga Writer has this inquiry already" in press(second, "take")
    assert "Ask for sign-off" in press(browser, "note", note="Ring him too.")
    assert "It waits for a colleague" in press(browser, "draft", draft="Forty.", seen="0", then="sign-off")
    conflicting = second.post(
        f"/desk/inquiries/{row.pk}/draft/", {"draft": "Fifty.", "seen": "0", "then": "save"}
    )
    assert conflicting.status_code == 409
    assert "Fifty." in conflicting.content.decode(), "what was typed is not lost"
    assert "The answer goes out now." in press(second, "sign-off", seen="1", then="send")
    page = browser.get(f"/desk/inquiries/{row.pk}/").content.decode()
    assert "Queued" in page
    delivery_row = Delivery.objects.get(distribution__purpose="inquiry-answer")
    Delivery.objects.filter(pk=delivery_row.pk).update(state="accepted", reply="250 2.0.0 taken")
    delivery.finish()
    assert "250 2.0.0 taken" in browser.get(f"/desk/inquiries/{row.pk}/").content.decode()
    assert "A statement is begun" in press(browser, "publish")
    assert "Closed." in press(browser, "close", outcome="answered")
    press(browser, "reopen")
    row.refresh_from_db()
    assert row.state == InquiryState.TAKEN
    assert "Tick the box" in press(browser, "erase")
    assert "Erased." in press(browser, "erase", sure="yes")


def test_a_call_is_entered_at_the_desk(olga: User, sign_in: Browser) -> None:
    whole = {
        "kind": "interview",
        "text": "Can the mayor speak at six?",
        "name": "Bo Lind",
        "outlet": "Radio Elm",
        "phone": "+32 2 1",
        "deadline_zone": "Europe/Brussels",
        "terms": "on-record",
        "language": "en",
    }
    browser = sign_in(olga)
    refused = browser.post("/desk/inquiries/add/", {**whole, "phone": ""})
    assert "is no e-mail address" in refused.content.decode()
    assert browser.post("/desk/inquiries/add/", whole).status_code == 302
    row = Inquiry.objects.get()
    assert (row.owner, row.origin, row.contact) == (olga, "desk", None)


def test_files_of_strangers_are_saved_and_never_shown(olga: User, sign_in: Browser) -> None:
    row = asked()
    message = row.messages.get()
    file = InquiryFile.objects.create(
        message=message, name='a"b ü.pdf', media_type="text/html", size=3, sha256="0" * 64, body=b"<b>"
    )
    answer = sign_in(olga).get(f"/desk/inquiries/{row.pk}/files/{file.pk}/")
    assert answer.content == b"<b>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert (
        answer["Content-Disposition"]
        == "attachment; filename=\"a_b _.pdf\"; filename*=UTF-8''a%22b%20%C3%BC.pdf"
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    other = asked()
    assert sign_in(olga).get(f"/desk/inquiries/{other.pk}/files/{file.pk}/").status_code == 404


@pytest.mark.parametrize("who", ["mo", "rosa", "otto", "ada", "max"])
def test_nobody_else_reads_or_answers_inquiries(
    who: str, request: pytest.FixtureRequest, olga: User, sign_in: Browser
) -> None:
    person: User = request.getfixturevalue(who)
    row = drafted(olga)
    message = row.messages.get(kind="asked")
    browser = sign_in(person)
    for path in ("", "answers/", "add/", "settings/", f"{row.pk}/", f"{row.pk}/files/1/"):
        assert browser.get(f"/desk/inquiries/{path}").status_code in (302, 403)
    for deed in ("take", "draft", "send", "erase", "publish", "close"):
        assert browser.post(f"/desk/inquiries/{row.pk}/{deed}/", {"sure": "yes"}).status_code in (302, 403)
    row.refresh_from_db()
    assert (row.state, row.name) == ("taken", "Jan Reporter")
    for act in (
        lambda: working.take(row, by=person),
        lambda: working.hand_over(row, olga, seen_owner=olga.pk, by=person),
        lambda: working.note(row, "x", by=person),
        lambda: working.save_draft(row, "x", seen=1, by=person),
        lambda: working.ask_sign_off(row, by=person),
        lambda: working.sign_off(row, seen=1, by=person),
        lambda: working.send_back(row, "x", by=person),
        lambda: answering.send_answer(row, seen=1, by=person),
        lambda: answering.close(row, Outcome.NO_ANSWER, by=person),
        lambda: answering.reopen(row, by=person),
        lambda: answering.mark_answer(message, reusable=True, by=person),
        lambda: answering.publish_answer(row, by=person),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_press_officers_see_the_settings_and_editors_change_them(
    olga: User, ines: User, sign_in: Browser
) -> None:
    chosen = {"sign_off": "never", "show_response_time": "on"}
    assert "Editors change this." in sign_in(olga).get("/desk/inquiries/settings/").content.decode()
    sign_in(olga).post("/desk/inquiries/settings/", chosen)
    assert not Entry.objects.filter(event="press.inquiry_policy_changed").exists()
    with pytest.raises(NotAllowed):
        policies.set_policy(SignOff.NEVER, show_response_time=False, by=olga)
    sign_in(ines).post("/desk/inquiries/settings/", chosen)
    assert Entry.objects.get(event="press.inquiry_policy_changed").data["sign_off"] == "never"


def test_the_front_page_of_the_desk_says_what_is_due(olga: User, ines: User, ada: User) -> None:
    asked(hours=3)
    waiting = drafted(olga, hours=60)
    working.ask_sign_off(waiting, by=olga)
    titles = [need.title for need in panels.needs_for(ines)]
    assert "1 inquiry due within 4 hours" in titles
    assert "Answers to be signed off" in titles
    [due] = [need for need in panels.needs_for(olga) if "due within" in need.title]
    assert "The Elm Post" in due.detail
    assert "(Brussels)" in due.detail
    with translation.override("ar"):
        [due] = [need for need in panels.needs_for(olga) if "4" in need.title]
    assert "(بروكسل)" in due.detail, "the desk speaks the language of whoever reads it"
    assert "Answers to be signed off" not in [need.title for need in panels.needs_for(olga)], "she wrote it"
    assert not [need for need in panels.needs_for(ada) if "inquir" in need.title]


def test_a_journalist_who_goes_on_reopens_it_for_whoever_had_it(olga: User, ines: User) -> None:
    row = answered(olga, ines)
    receiving.go_on(row, "And where?", Origin.PAGE)
    assert (row.state, row.owner) == ("taken", olga)
    User.objects.filter(pk=olga.pk).update(is_active=False)
    answering.close(row, Outcome.NO_ANSWER, by=ines)
    row = Inquiry.objects.get(pk=row.pk)
    receiving.go_on(row, "Hello?", Origin.PAGE)
    assert (row.state, row.owner) == ("new", None)
