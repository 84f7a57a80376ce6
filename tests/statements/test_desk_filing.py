# SPDX-License-Identifier: Apache-2.0
"""Topics, spokespeople and press contacts at the desk, and what may be uploaded there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image as Picture
from wagtail.documents.models import Document
from wagtail.images.models import Image

from onrecord.bakery import processes
from onrecord.bakery.pages import Family, Key, families, register
from onrecord.journal import reactions
from onrecord.journal.models import Entry, Reaction
from onrecord.people.models import User
from onrecord.statements import actions
from onrecord.statements.models import PressContact, Spokesperson, Statement, Topic
from tests.statements.drafts import approved, write

SignIn = Callable[[User], Client]
NO_NAMES = {"names-TOTAL_FORMS": "0", "names-INITIAL_FORMS": "0"}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_topic_has_a_name_in_each_language_and_its_pages_follow(olga: User, sign_in: SignIn) -> None:
    names = {
        "names-TOTAL_FORMS": "1",
        "names-INITIAL_FORMS": "0",
        "names-0-language": "fr",
        "names-0-name": "Eau",
        "names-0-id": "",
    }
    sign_in(olga).post(reverse("topics:add"), {"name": "Water", "slug": "water"} | names)
    topic = Topic.objects.get()
    assert topic.name_in("fr") == "Eau"
    assert Entry.objects.get(event="statements.filing_changed").subject == f"topic/{topic.pk}"


def test_a_topic_s_address_is_free_until_something_published_is_filed_there(
    olga: User, ines: User, sign_in: SignIn
) -> None:
    topic = Topic.objects.create(name="Water", slug="water")
    edit = reverse("topics:edit", args=[topic.pk])
    browser = sign_in(olga)
    browser.post(edit, {"name": "Water", "slug": "drinking-water"} | NO_NAMES)
    topic.refresh_from_db()
    assert topic.slug == "drinking-water"
    statement = write(olga)
    statement.topics.add(topic)
    actions.save_draft(statement, by=olga)
    actions.submit(statement, by=olga)
    actions.approve(statement, by=ines)
    actions.release(statement, by=olga)
    browser.post(edit, {"name": "Drinking water", "slug": "other"} | NO_NAMES)
    topic.refresh_from_db()
    assert (topic.name, topic.slug) == ("Drinking water", "drinking-water")
    assert "so it never changes" in text(browser.get(edit))


def test_what_a_statement_names_is_not_deleted(olga: User, sign_in: SignIn) -> None:
    contact = PressContact.objects.create(name="Piet", phone="+32 2 555 01 01")
    statement = write(olga)
    statement.contacts.add(contact)
    actions.save_draft(statement, by=olga)
    browser = sign_in(olga)
    answer = browser.post(reverse("press_contacts:delete", args=[contact.pk]), follow=True)
    assert "is named by 1 statement, so it cannot be deleted" in text(answer)
    assert "untick" in text(answer)
    browser.post(f"/desk/bulk/statements/presscontact/delete/?id={contact.pk}")
    assert PressContact.objects.exists()


def test_what_nothing_names_is_deleted_and_the_contacts_page_follows(olga: User, sign_in: SignIn) -> None:
    person = Spokesperson.objects.create(name="Ann Ode", role="Mayor")
    sign_in(olga).post(reverse("spokespeople:delete", args=[person.pk]))
    assert not Spokesperson.objects.exists()
    assert Entry.objects.filter(
        event="statements.filing_changed", subject__startswith="spokesperson/"
    ).exists()


def test_a_contact_that_nobody_can_reach_is_refused(olga: User, sign_in: SignIn) -> None:
    answer = sign_in(olga).post(reverse("press_contacts:add"), {"name": "Piet", "phone": "", "email": ""})
    assert "Give a phone number or an e-mail address." in text(answer)


def picture(name: str, kind: str) -> SimpleUploadedFile:
    body = BytesIO()
    Picture.new("RGB", (40, 30), "navy").save(body, kind)
    return SimpleUploadedFile(name, body.getvalue())


def test_a_press_officer_uploads_pictures(olga: User, sign_in: SignIn) -> None:
    answer = sign_in(olga).post(
        reverse("wagtailimages:add"), {"title": "Spring", "file": picture("spring.png", "PNG")}
    )
    assert answer.status_code == 302, text(answer)
    assert Image.objects.get().title == "Spring"


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("x.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'),
        SimpleUploadedFile("x.png", b"<html><script>1</script></html>"),
        picture("x.tiff", "TIFF"),
    ],
    ids=lambda upload: upload.name,
)
def test_what_is_no_picture_is_refused(olga: User, sign_in: SignIn, upload: SimpleUploadedFile) -> None:
    answer = sign_in(olga).post(reverse("wagtailimages:add"), {"title": "x", "file": upload})
    assert answer.status_code == 200
    assert not Image.objects.exists()


@pytest.mark.parametrize("name", ["x.html", "x.svg", "x.js", "x.exe", "x.htm", "x"])
def test_files_that_a_browser_would_run_are_refused(olga: User, sign_in: SignIn, name: str) -> None:
    upload = SimpleUploadedFile(name, b"<script>1</script>")
    answer = sign_in(olga).post(reverse("wagtaildocs:add"), {"title": "x", "file": upload})
    assert answer.status_code == 200
    assert not Document.objects.exists()


def test_a_file_that_is_too_large_is_refused_with_its_limit(olga: User, sign_in: SignIn) -> None:
    upload = SimpleUploadedFile("x.pdf", b"x" * (25 * 1024 * 1024 + 1))
    answer = sign_in(olga).post(reverse("wagtaildocs:add"), {"title": "x", "file": upload})
    assert "25" in text(answer)
    assert not Document.objects.exists()


def test_an_approved_statement_keeps_its_contacts(olga: User, ines: User, sign_in: SignIn) -> None:
    contact = PressContact.objects.create(name="Piet", phone="+32 2 555 01 01")
    statement = approved(olga, ines)
    statement.contacts.add(contact)
    statement.save()
    edition = actions.release(statement, by=ines)
    statement.contacts.clear()
    statement.save()
    sign_in(olga).post(reverse("press_contacts:delete", args=[contact.pk]))
    assert list(edition.contacts.all()) == [contact]


def test_many_changes_in_a_row_take_one_full_bake(olga: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "children_to_use", lambda: 0)
    bakes: list[str] = []

    def keys() -> Iterator[Key]:
        bakes.append("one")
        yield from ()

    register(Family("counted", keys, lambda _key: []))
    try:
        for name in ("Water", "Roads", "Parks"):
            actions.filing_changed(Topic.objects.create(name=name, slug=name.lower()), by=olga)
        assert Reaction.objects.filter(name="statements.bake_everything").count() == 3
        while reactions.drain():
            pass
    finally:
        del families["counted"]
    assert bakes == ["one"]
    assert not Reaction.objects.filter(name="statements.bake_everything").exclude(state="done").exists()


def approved_under_a_topic(olga: User, ines: User) -> tuple[Topic, Statement]:
    topic = Topic.objects.create(name="Water", slug="water")
    statement = write(olga)
    statement.topics.add(topic)
    actions.save_draft(statement, by=olga)
    actions.submit(statement, by=olga)
    actions.approve(statement, by=ines)
    return topic, statement


def test_a_topic_that_published_statements_are_filed_under_is_not_deleted_although_no_draft_names_it(
    olga: User, ines: User, sign_in: SignIn
) -> None:
    topic, statement = approved_under_a_topic(olga, ines)
    actions.release(statement, by=olga)
    statement.topics.clear()
    actions.save_draft(statement, by=olga)
    answer = sign_in(olga).post(reverse("topics:delete", args=[topic.pk]), follow=True)
    assert "is named by 1 statement, so it cannot be deleted" in text(answer)
    assert Topic.objects.exists()


def test_whoever_renames_what_an_approved_text_names_learns_that_it_needs_approval_again(
    olga: User, ines: User, sign_in: SignIn
) -> None:
    topic, _statement = approved_under_a_topic(olga, ines)
    warning = "They have to be taken back and approved again: “\u2068Water is safe to drink\u2069”"
    edit = reverse("topics:edit", args=[topic.pk])
    browser = sign_in(olga)
    assert warning not in text(browser.post(edit, {"name": "Water", "slug": "water"} | NO_NAMES, follow=True))
    answer = browser.post(edit, {"name": "Drinking water", "slug": "water"} | NO_NAMES, follow=True)
    assert warning in text(answer)
