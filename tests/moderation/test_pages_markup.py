# SPDX-License-Identifier: Apache-2.0
"""Threads, forms, rules, statistics and what people are told, as the checker of HTML reads them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from onrecord.bakery import actions as bakery
from onrecord.conversation import actions as conversation
from onrecord.conversation import doors as commenters
from onrecord.conversation.models import Comment
from onrecord.conversation.pages import threads
from onrecord.conversation.views.sending import GUARD as COMMENT
from onrecord.moderation import actions, doors, items, pages
from onrecord.moderation.actions import Notification, Ruling, Wanted
from onrecord.moderation.models import Notice, Rule
from onrecord.moderation.transparency import pages as transparency
from onrecord.people.models import User
from onrecord.statements.models import Publication
from tests.conversation.conftest import a_relay, committed_at_once, own_home
from tests.conversation.readers import KIM, commented, page, shown, work
from tests.moderation import year
from tests.moderation.judging import JAN, RUDE, rules
from tests.people.forms import read_ticket
from tests.statements import drafts
from tests.statements.baked import complaints

__all__ = ["a_relay", "committed_at_once", "own_home"]

WORDS = {
    "en": (
        "Thank you for **testing**, see https://example.org/?a=1&b=2",
        "> Quoted\n\n- one\n- `two` & <three>",
    ),
    "ar": (
        "شكرًا على **الفحص**، انظروا https://example.org/?a=1&b=2",
        "> اقتباس\n\n- واحد\n- `اثنان` & <ثلاثة>",
    ),
}


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.usefixtures("own_home", "a_relay")
def test_the_html_checker_finds_no_error_where_readers_talk_and_are_judged(
    olga: User, ines: User, mo: User, client: Client, tmp_path: Path
) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=30), tick=True):
        rules(ines)
    root = tmp_path / "pages"
    root.mkdir()
    for language, (first, second) in WORDS.items():
        publication = _statement(olga, ines, language)
        sealed = _thread(publication, mo, first, second)
        for name, content in {
            "thread": page(publication).encode(),
            **dict(_forms(client, publication, sealed)),
            **dict(_about_the_decision(client, sealed, mo)),
        }.items():
            assert b"<html" in content, name
            (root / f"{name}-{language}.html").write_bytes(content)
    assert complaints(root) == []


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.usefixtures("own_home", "organisation")
def test_the_html_checker_finds_no_error_in_rules_and_statistics(ines: User) -> None:
    rules(ines)
    year.a_year_of_judging()
    rule_keys, figure_keys = pages.keys(), transparency.keys()
    bakery.bake([(pages.NAME, key) for key in rule_keys])
    bakery.bake([(transparency.PAGES, key) for key in figure_keys])
    assert (bakery.site_directory() / "ar" / "transparency" / "index.html").exists()
    assert complaints(bakery.site_directory(), "--also-check-css", "--skip-non-html") == []


def _statement(olga: User, ines: User, language: str) -> Publication:
    title = {"en": "Water is safe to drink", "ar": "الماء صالح للشرب"}[language]
    edition = drafts.released(olga, ines, language=language, title=title)
    return Publication.objects.select_related("edition").get(statement=edition.statement_id)


def _thread(publication: Publication, mo: User, first: str, second: str) -> Comment:
    """Bring answers of every depth below a statement, one that is gone, one to be sealed; return the last."""
    answered = shown(publication, mo, first, link="https://jan.example/?a=1&b=2")
    for number in range(6):
        answered = shown(publication, mo, f"{second}\n\n{number}", address=KIM, answers=answered)
    gone = shown(publication, mo, f"{first} 8")
    shown(publication, mo, f"{second} 9", address=KIM, answers=gone)
    conversation.withdraw(gone)
    sealed = shown(publication, mo, f"{first} 10", address="vera@reader.example")
    work()
    return sealed


def _forms(client: Client, publication: Publication, comment: Comment) -> Iterator[tuple[str, bytes]]:
    fields = {"publication": publication.pk, "name": "Jan", "address": JAN, "text": "<b>1</b> & 2"}
    ticket = read_ticket(COMMENT, str(publication.pk))
    yield "answer", client.get(f"/comments/{comment.pk}/answer").content
    yield "preview", client.post("/comments/send", {**fields, "deed": "preview"}).content
    yield "wrong", client.post("/comments/send", {**fields, "name": "", "ticket": ticket}).content
    again = read_ticket(COMMENT, str(publication.pk))
    yield "asked", client.post("/comments/send", {**fields, "ticket": again}).content
    mine = commented(publication, "Mine.", address="lena@reader.example").commenter
    yield "mine", client.get(commenters.address_of(mine)).content


def _about_the_decision(client: Client, comment: Comment, mo: User) -> Iterator[tuple[str, bytes]]:
    language = "ar" if "/ar/" in threads.address_of(comment) else "en"
    asked = {"url": f"/comments/{comment.pk}", "language": language}
    yield "report", client.get("/report", asked).content
    yield "report-wrong", client.post("/report", {**asked, "address": "jan"}).content
    report = actions.report(
        Notification(
            url=f"/comments/{comment.pk}",
            explanation="This insults <my> neighbours & me.",
            category=RUDE,
            name="Jan Reader",
            address=JAN,
            good_faith=True,
        ),
        language=language,
    )
    case = actions.confirm(report).case
    assert case is not None
    yield "reported", client.get(doors.report_path(report)).content
    ruling = Ruling(
        item_version=items.find("comment", str(comment.pk)).version,
        facts="It calls all neighbours <vermin> & worse.",
        explanation="It degrades people for what they are.",
        effects=(Wanted("seal", None),),
        rule=Rule.objects.get(number="2"),
    )
    decision = actions.decide(case, ruling, by=mo, revision=case.revision)
    work()
    yield "thread-sealed", page(Publication.objects.get(statement=comment.statement_id)).encode()
    for party in ("author", "reporter"):
        path = doors.notice_path(Notice.objects.get(decision=decision, party=party))
        yield f"notice-{party}", client.get(path).content
    author = Notice.objects.get(decision=decision, party="author")
    actions.appeal(author, "That is <not> what I wrote.", language=language)
    yield "appealed", client.get(doors.notice_path(author)).content
