# SPDX-License-Identifier: Apache-2.0
"""Accreditation: applied for without an account, judged by the one engine, shown on a card, over in time."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from onrecord.delivery.models import Delivery
from onrecord.journal import reactions
from onrecord.journal.models import Entry
from onrecord.moderation import actions as moderation
from onrecord.moderation import manners, pages
from onrecord.moderation.actions import examining
from onrecord.moderation.actions import rules as drafting
from onrecord.moderation.errors import BadAppeal, BadDecision, NotEligible, WrongState
from onrecord.moderation.filing import gathering
from onrecord.moderation.models import (
    AppealFact,
    Case,
    DecisionFact,
    Effect,
    Notice,
    Reasons,
    Recheck,
    RecheckFact,
    RuleBook,
)
from onrecord.moderation.transparency import counting
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from onrecord.people.roles import Role
from onrecord.press.accreditation import actions, doors
from onrecord.press.accreditation.errors import BadApplication
from onrecord.press.accreditation.files import Sent
from onrecord.press.accreditation.views import GUARD
from onrecord.press.models import Application, ApplicationState
from onrecord.wiring import accrediting
from tests.conftest import person
from tests.moderation.judging import mails_to, text_of
from tests.people.forms import read_ticket
from tests.press.applying import (
    JAN,
    PDF,
    appealed,
    applied,
    asked,
    case_of,
    criteria,
    decided,
    heard,
    in_days,
    ruling,
)

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

Browser = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("organisation", "a_relay")


@pytest.fixture(autouse=True)
def published(ines: User) -> None:
    """Publish the criteria by which tests judge."""
    criteria(ines)


def standing(row: Application) -> str:
    row.refresh_from_db()
    return row.standing


def card(row: Application) -> str:
    return Client().get(doors.card_path(row)).content.decode()


def test_an_application_counts_once_its_address_is_confirmed(own_home: Path) -> None:
    row = actions.apply(asked(address="JAN@Paper.example"), language="en", sent=[Sent("card.pdf", PDF)])
    reactions.drain()
    assert row.state == ApplicationState.UNCONFIRMED
    assert not Case.objects.exists()
    (told,) = mails_to(JAN)
    path = doors.path_of(row)
    assert path in text_of(told)
    browser = Client()
    assert "Is it from you?" in browser.get(path).content.decode()
    assert Application.objects.get().state == ApplicationState.UNCONFIRMED, "a GET changes nothing"
    browser.post(path, {"deed": "confirm"})
    browser.post(path, {"deed": "confirm"})
    reactions.drain()
    case = Case.objects.get()
    assert (case.item_kind, case.held, case.owner) == ("accreditation", True, "moderators")
    assert browser.cookies == {}
    said = str([entry.data for entry in Entry.objects.all()]) + str(
        [one.subject for one in Entry.objects.all()]
    )
    assert "jan" not in said.lower()
    assert "elm post" not in said.lower()


def test_the_form_takes_what_a_person_sends_and_says_what_is_missing() -> None:
    browser = Client()
    page = browser.get("/accredit/?language=fr").content.decode()
    assert 'enctype="multipart/form-data"' in page
    given = {
        "ticket": read_ticket(GUARD),
        "name": "Jan Reporter",
        "address": JAN,
        "outlet": "The Elm Post",
        "role": "reporter",
        "begins_on": timezone.localdate().isoformat(),
        "ends_on": in_days(30).isoformat(),
        "files": SimpleUploadedFile("card.pdf", PDF),
    }
    answer = browser.post("/accredit/", given)
    assert "Look into your mailbox" in answer.content.decode()
    assert Application.objects.get().files.get().name == "card.pdf"
    for changes, words in (
        ({"name": ""}, "Write your name."),
        ({"address": "nobody"}, "nobody"),
        ({"ends_on": in_days(400).isoformat()}, "lasts a year at most"),
        ({"ends_on": "2020-01-01"}, "the last one lies ahead"),
        ({"files": SimpleUploadedFile("page.pdf", b"<html>")}, "is no PDF, PNG or JPEG"),
    ):
        again = (
            given | {"ticket": read_ticket(GUARD)} | {"files": SimpleUploadedFile("card.pdf", PDF)} | changes
        )
        answer = browser.post("/accredit/", again)
        assert (answer.status_code, words in answer.content.decode()) == (422, True), words
    trapped = browser.post("/accredit/", given | {"website": "x"})
    assert "Look into your mailbox" in trapped.content.decode()
    assert Application.objects.count() == 1


def test_who_is_admitted_is_told_why_and_shows_a_card(mo: User) -> None:
    row = applied()
    assert "Not valid" in card(row)
    assert "Jan" not in card(row)
    decision = decided(row, mo)
    assert (decision.verdict, standing(row)) == ("no_action", "admitted")
    page = card(row)
    for words in ("Valid until", "Jan Reporter", "The Elm Post"):
        assert words in page
    assert Client().get(doors.card_path(row))["Cache-Control"] == "no-store"
    told = text_of(mails_to(JAN)[-1])
    assert "Admitted as asked." in told
    assert "nothing to appeal against" in told
    notice = Notice.objects.get()
    with pytest.raises(BadAppeal):
        moderation.appeal(notice, "I want to appeal anyway.", language="en")
    assert doors.card_path(row).split("/")[3] not in Client().get("/").content.decode()
    mine = Client().get(doors.path_of(row)).content.decode()
    assert "You are accredited" in mine
    assert "/notice/" in mine


def test_who_is_refused_gets_criterion_reasons_and_appeal_to_another_person(mo: User, rosa: User) -> None:
    row = applied()
    refused = decided(row, mo, "seal")
    assert (refused.verdict, standing(row)) == ("restrict", "refused")
    assert "Not valid" in card(row)
    told = text_of(mails_to(JAN)[-1])
    for words in (
        "A decision about your accreditation",
        "Not admitted: refused or withdrawn",
        "Criterion 1 of version 1: Journalistic work",
        "/accreditation/1/#rule-1",
        "Nothing shows journalistic work.",
        "You can appeal here for 183 days",
    ):
        assert words in told, words
    appeal = appealed(refused)
    mo.groups.add(rosa.groups.get())
    judge = User.objects.get(pk=mo.pk)
    with pytest.raises(NotEligible):
        moderation.assign(appeal, to=judge, by=judge)
    outcome = heard(appeal, row, rosa, "reversed")
    assert (outcome.verdict, standing(row)) == ("reversed", "admitted")
    assert Effect.objects.get().restored_exactly
    assert "Valid until" in card(row)
    assert "The decision is reversed" in text_of(mails_to(JAN)[-1])


def test_limits_stand_on_the_card_and_can_be_appealed_alone(mo: User, rosa: User) -> None:
    row = applied()
    with pytest.raises(BadDecision, match="Write what applies"):
        decided(row, mo, "label", criterion="3")
    with pytest.raises(BadDecision, match="does not allow"):
        decided(row, mo, "seal", criterion="3")
    limited = decided(row, mo, "label", criterion="3", words="Without camera, in the gallery.")
    assert standing(row) == "admitted"
    assert "Without camera, in the gallery." in card(row)
    assert "Without camera, in the gallery." in Reasons.objects.get(decision=limited).explanation
    heard(appealed(limited), row, rosa, "reversed")
    assert "Without camera" not in card(row)
    assert standing(row) == "admitted"


def test_an_accreditation_is_withdrawn_at_once_and_given_back_exactly(
    mo: User, rosa: User, sign_in: Browser
) -> None:
    row = applied()
    decided(row, mo)
    browser = sign_in(mo)
    assert "Open a case" in browser.get(f"/desk/accreditation/{row.pk}/").content.decode()
    opened = browser.post("/desk/moderation/open/", {"kind": "accreditation", "key": str(row.pk)})
    case = case_of(row)
    assert opened["Location"] == f"/desk/moderation/case/{case.pk}/"
    assert not case.held
    before = accrediting.AccreditationKind().image(str(row.pk))
    withdrawn = decided(row, mo, "seal", criterion="4")
    assert "Not valid" in card(row)
    heard(appealed(withdrawn), row, rosa, "reversed")
    assert accrediting.AccreditationKind().image(str(row.pk)) == before
    assert "Valid until" in card(row)


def test_nobody_is_admitted_past_a_decision_with_reasons(
    mo: User, olga: User, ada: User, rosa: User, sign_in: Browser
) -> None:
    row = applied()
    case = case_of(row)
    with pytest.raises(WrongState, match="needs a decision with reasons"):
        moderation.approve(case, by=mo, revision=case.revision)
    for stranger in (olga, ada, rosa):
        with pytest.raises(NotAllowed):
            moderation.decide(case, ruling(row), by=stranger, revision=case.revision)
    page = sign_in(mo).get(f"/desk/moderation/case/{case.pk}/").content.decode()
    assert "Approve: show it" not in page
    assert "Admitted with limits" in page
    assert "Suspension" not in page
    jan = person("Jan Reporter", Role.MODERATOR)
    User.objects.filter(pk=jan.pk).update(email=JAN)
    with pytest.raises(NotEligible):
        moderation.decide(case, ruling(row), by=User.objects.get(pk=jan.pk), revision=case.revision)
    assert standing(row) == "none"


def test_an_application_is_judged_by_the_criteria_of_its_day(mo: User, ines: User) -> None:
    row = applied()
    book = manners.book_called("accreditation")
    content = drafting.draft(book)
    content["changes"] = dict.fromkeys(content["preamble"], "Something new.")
    moderation.save_draft(content, by=mo, book=book)
    moderation.publish(by=ines, book=book)
    with time_machine.travel(timezone.now() + timedelta(days=20), tick=True):
        found = ruling(row, "seal")
        assert found.rule is not None
        assert found.rule.book.version == 2
        case = case_of(row)
        with pytest.raises(BadDecision, match="version 1"):
            moderation.decide(case, found, by=mo, revision=case.revision)
    assert RuleBook.objects.filter(code="").count() == 0, "the rules for readers are another book"
    assert [one.version for one in RuleBook.objects.order_by("version")] == [1, 2]


def test_a_version_of_the_criteria_never_changes() -> None:
    for statement in (
        "UPDATE moderation_rulebook SET version = 7",
        "DELETE FROM moderation_rulebook",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_criteria_have_pages_and_figures_of_their_own(mo: User, rosa: User, own_home: Path) -> None:
    first, second = applied(), applied(address="bo@radio.example", name="Bo Lind")
    decided(first, mo)
    heard(appealed(decided(second, mo, "seal")), second, rosa, "reversed")
    written = {file.path: file for key in list(pages.keys()) for file in pages.render_rules(key)}
    page = next(
        bytes(one.body).decode()
        for path, one in written.items()
        if path == "/accreditation/index.html" or path == "/accreditation/"
    )
    assert "Journalistic work" in page
    assert "Criticism of us is no criterion" in page
    assert "<td>2</td><td>1</td><td>1</td><td>1</td>" in page
    assert "Jan" not in page
    assert any("/ar/accreditation/" in path for path in written)
    data = {file.path: file for key in pages.data_keys() for file in pages.render_data(key)}
    assert json.loads(bytes(data["/accreditation.json"].body))["version"] == 1
    assert DecisionFact.objects.filter(item_kind="accreditation").count() == 3
    assert AppealFact.objects.count() == 1
    assert counting.period(None).decisions.number == 0, "they are no decisions about content"


def test_links_open_only_what_is_theirs(mo: User) -> None:
    row = applied()
    decided(row, mo)
    own, shown = doors.path_of(row).split("/")[3], doors.card_path(row).split("/")[3]
    browser = Client()
    assert browser.get(f"/accredit/card/{own}/").status_code == 404
    assert browser.get(f"/accredit/mine/{shown}/").status_code == 404
    assert browser.get("/accredit/card/nothing/").status_code == 404
    assert browser.post(f"/accredit/card/{shown}/").status_code == 405
    assert (
        browser.get(f"/report?url=/desk/accreditation/{row.pk}/").content.decode().count("Jan Reporter") == 0
    )


def test_moderators_see_evidence_and_press_officers_the_list(
    mo: User, olga: User, ada: User, otto: User, sign_in: Browser
) -> None:
    row = applied()
    case = case_of(row)
    judge = sign_in(mo)
    page = judge.get(f"/desk/moderation/case/{case.pk}/").content.decode()
    assert "Files that came with it" in page
    given = judge.get(f"/desk/moderation/{case.pk}/files/0/")
    assert (given.content, given["Content-Disposition"]) == (
        PDF,
        f'attachment; filename="evidence-{case.pk}-1"',
    )
    assert given["Content-Type"] == "application/octet-stream"
    assert judge.get(f"/desk/moderation/{case.pk}/files/7/").status_code == 404
    for outsider in (olga, ada, otto):
        assert sign_in(outsider).get(f"/desk/moderation/{case.pk}/files/0/").status_code != 200
    queue = judge.get("/desk/moderation/?only=accreditation").content.decode()
    assert "Jan Reporter" in queue
    decided(row, mo)
    writer = sign_in(olga)
    assert "Jan Reporter" in writer.get("/desk/accreditation/").content.decode()
    table = b"".join(writer.post("/desk/accreditation/export/").streaming_content).decode()  # type: ignore[attr-defined]  # of a streaming answer
    assert "Jan Reporter,The Elm Post,reporter" in table
    assert JAN not in table
    assert sign_in(ada).get("/desk/accreditation/").status_code in {302, 403}


def test_without_mail_the_page_alone_tells(settings: Settings, mo: User) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_url="")
    row = actions.apply(asked(), language="en")
    reactions.drain()
    assert row.state == ApplicationState.WAITING
    decided(row, mo, "seal")
    assert not Delivery.objects.exists()
    mine = Client().get(doors.path_of(row)).content.decode()
    notice = mine.split('href="/notice/')[1].split('"')[0]
    page = Client().get(f"/notice/{notice}").content.decode()
    assert "Nothing shows journalistic work." in page


def test_what_is_asked_has_to_be_possible() -> None:
    with pytest.raises(BadApplication):
        actions.apply(asked(begins_on=None), language="en")


def test_who_judges_a_drawn_accreditation_again_does_so_by_its_criteria(mo: User) -> None:
    decision = decided(applied(), mo, "seal")
    assert decision.rule in examining.rules_then(decision)


def test_a_drawn_accreditation_is_examined_and_counts_in_no_figure_about_content(mo: User) -> None:
    row = applied()
    assert moderation.keep_sampling() is not None, "the seed comes before the decision"
    decided(row, mo, "seal")
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        moderation.log_commitments()
    with time_machine.travel(timezone.now() + timedelta(days=40)):
        moderation.keep_sampling()
        judgement = moderation.Judgement("A press card was sent along.")
        drawn = moderation.examine(Recheck.objects.get(), judgement, by=person("Mina", Role.MODERATOR))
        assert drawn.outcome == "wrong"
        assert (RecheckFact.objects.count(), counting.period(None).rechecks.drawn) == (1, 0)
        year = timezone.localdate(drawn.decision.decided_at).year
        assert gathering.measured((date(year, 1, 1), date(year, 12, 31))) == ""
