# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import connection, transaction
from wagtail.models import Locale

from onrecord.bakery.pages import File, Key
from onrecord.people.models import Organisation, User
from onrecord.statements import actions, pages
from onrecord.statements.models import Edition, PressContact, Publication, Statement
from tests.statements import newsroom
from tests.statements.drafts import corrected, released, write
from tests.statements.newsroom import Newsroom

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(olga: User, ines: User) -> Newsroom:
    """A newsroom with a bit of everything, logged but not baked."""
    with transaction.atomic():
        made = newsroom.fill(olga, ines, others=0, picture_width=40)
        connection.run_on_commit.clear()
    return made


def files(family: str, key: Key) -> dict[str, File]:
    """Return what a key renders to, by path."""
    found = next(each for each in pages.families() if each.name == family)
    return {file.path: file for file in found.render(key)}


def html(family: str, key: Key, path: str) -> str:
    """Return a rendered page."""
    return files(family, key)[path].body.decode()


def key_of(edition: Edition) -> Key:
    """Return the key of what belongs to an edition alone."""
    return (str(Publication.objects.get(statement=edition.statement_id).pk), str(edition.pk))


def page_of(edition: Edition) -> str:
    """Return the page at the stable address."""
    publication = Publication.objects.get(statement=edition.statement_id)
    return html("statements.statement", (str(publication.pk),), publication.path)


def own_page_of(edition: Edition) -> str:
    """Return the page of an edition alone."""
    publication = Publication.objects.get(statement=edition.statement_id)
    return html("statements.statement", key_of(edition), f"{publication.path}{edition.number}/")


def every_file() -> Iterator[File]:
    """Render everything this app has."""
    for family in pages.families():
        for key in family.keys():  # noqa: SIM118
            yield from family.render(key)


FOLLOW = {"/follow/", "/fr/follow/", "/ar/follow/"}
PRESS = {"/press/", "/fr/press/", "/ar/press/"}
"""Pages of another app: tests/followers."""
_HOMES, _NAMES = ("/", "/fr/", "/ar/"), ("rules", "transparency")
MODERATION = {"/report", *(f"{home}{name}/" for home in _HOMES for name in _NAMES)}
"""Likewise: tests/moderation."""


class Ids(HTMLParser):
    """Collects ids and the addresses that a page leads to."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.inline: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found[name] for name in ("href", "src") if name in found]
        scripted = tag == "script" and found.get("type") != "application/ld+json"
        if scripted or "style" in found or tag == "style" or any(name.startswith("on") for name in found):
            self.inline.append(f"<{tag} {found}>")


def structured(page: str) -> dict[str, Any]:
    """Return the JSON-LD of a page."""
    match = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert match
    found: dict[str, Any] = json.loads(match[1])
    return found


def test_a_statement_stands_at_its_address_with_its_words(town: Newsroom) -> None:
    assert town.corrected
    page = page_of(town.corrected)

    assert "<h1>Elmford’s water is safe to drink, tests in all six districts show</h1>" in page
    assert town.corrected.body_html in page
    assert "Tuesday 24 November 2026" in page
    assert 'href="tel:+3225550120"' in page
    assert "Hanna Brand" in page
    assert 'href="/topics/water/"' in page


def test_a_correction_is_told_on_the_page_with_its_note(town: Newsroom) -> None:
    assert town.corrected
    page = page_of(town.corrected)

    assert "Corrected on" in page
    assert "Twenty-six samples were taken, not twenty-four" in page
    assert f'href="{town.corrected.statement.publication.path}2/changes/"' in page


def test_an_old_edition_says_that_there_is_a_newer_one(town: Newsroom) -> None:
    assert town.corrected
    old = Edition.objects.get(statement=town.corrected.statement_id, number=1)

    assert "There is a newer edition." in own_page_of(old)
    assert "You are reading edition 1." in own_page_of(old)
    assert '<meta name="robots" content="noindex">' in own_page_of(old)
    assert "There is a newer edition." not in own_page_of(town.corrected)


def test_a_withdrawal_is_told_on_every_edition_with_its_reason(town: Newsroom) -> None:
    assert town.withdrawn
    first = Edition.objects.get(statement=town.withdrawn.statement_id, number=1)

    for page in (page_of(town.withdrawn), own_page_of(town.withdrawn), own_page_of(first)):
        assert "<title>Withdrawn: " in page, "tabs and search engines show it"
        assert '<meta property="og:title" content="Withdrawn: ' in page, "so do links elsewhere"
        assert "This statement no longer stands." in page
        assert "The inspection was of another bridge." in page
        assert first.body_html in page


def test_what_was_published_before_review_is_marked(town: Newsroom) -> None:
    assert town.pending
    assert "Published now, review pending." in page_of(town.pending)


def test_a_translation_behind_its_original_says_so_and_the_original_says_it_too(town: Newsroom) -> None:
    assert town.french
    assert town.arabic
    assert town.corrected
    original = Publication.objects.get(statement=town.corrected.statement_id)

    assert "Cette traduction est en retard sur l’original." in page_of(town.french)
    assert "Cette traduction" not in page_of(town.arabic)
    assert "(an earlier edition)" in html("statements.statement", (str(original.pk),), original.path)


def test_a_minor_change_of_the_original_leaves_translations_current(town: Newsroom) -> None:
    assert town.corrected
    assert town.arabic
    statement = Statement.objects.get(pk=town.corrected.statement_id)
    statement.summary += " More soon."
    actions.save_draft(statement, by=town.writer)
    newsroom.release(town, statement, change="minor")

    assert "هذه الترجمة متأخرة" not in page_of(town.arabic)


def test_the_seal_says_what_it_proves_and_what_not(town: Newsroom) -> None:
    assert town.corrected
    page = page_of(town.corrected)

    assert bytes(town.corrected.commitment).hex() in page
    assert f"entry {town.corrected.leaf_index}" in page
    assert "It does not prove that what is said is true." in page


def test_an_edition_brings_its_bytes_and_its_proof(town: Newsroom) -> None:
    assert town.corrected
    path = town.corrected.statement.publication.path
    found = files("statements.statement", key_of(town.corrected))

    (card,) = (each for each in found if each.startswith(f"{path}2/card-"))
    made = ("2/", "2.json", "2.tlog-proof", "2.onrecord.zip", "2/proof/", "2/changes/")
    assert set(found) == {card, *(f"{path}{name}" for name in made)}
    assert found[f"{path}2.json"].body == bytes(town.corrected.content)
    assert found[f"{path}2.json"].immutable
    assert found[f"{path}2.tlog-proof"].body.startswith(b"c2sp.org/tlog-proof@v1\n")


def test_an_edition_that_is_not_logged_shows_nowhere(town: Newsroom) -> None:
    assert town.pending
    Edition.objects.filter(pk=town.pending.pk).update(leaf_index=None)

    assert b"Letters asking for bank details" not in b"".join(
        file.body for file in every_file() if file.media_type.startswith("text/html")
    )


def test_until_a_correction_is_logged_the_edition_before_is_shown(olga: User, ines: User) -> None:
    first = released(olga, ines)
    second = corrected(first, olga, ines, "The water is not safe at all.")
    Edition.objects.filter(pk=second.pk).update(leaf_index=None)

    page = page_of(first)
    assert first.body_html in page
    assert "not safe at all" not in page
    assert "not safe at all" not in html("statements.front", ("en",), "/")


def test_every_list_exists_in_every_language(town: Newsroom) -> None:
    archives = (("en", "ltr", "Archive"), ("fr", "ltr", "Archives"), ("ar", "rtl", "الأرشيف"))
    for language, direction, word in archives:
        home = "/" if language == "en" else f"/{language}/"
        made: dict[str, File] = {}
        for family in ("front", "archive", "topics", "contacts", "about"):
            made |= files(f"statements.{family}", (language,))

        assert set(made) == {home, *(f"{home}{name}/" for name in ("archive", "topics", "contacts", "about"))}
        for file in made.values():
            page = file.body.decode()
            assert f'<html lang="{language}" dir="{direction}">' in page
            assert word in page


@pytest.mark.parametrize("language", ["es", "ru", "zh-hans"])
def test_the_words_of_the_site_are_in_each_language_it_ships(olga: User, ines: User, language: str) -> None:
    Organisation.objects.update(languages=[language])
    Locale.objects.get_or_create(language_code=language)
    edition = released(olga, ines, language=language)

    page = page_of(edition)
    for english in ("Statements", "Published", "On record", "What this proves", "Editions", "Contacts"):
        assert f">{english}<" not in page
        assert f"{english}:" not in page


def test_addresses_for_search_engines_lead_to_the_stable_page_and_its_translations(town: Newsroom) -> None:
    assert town.corrected
    path = town.corrected.statement.publication.path
    address = f"https://news.elmford.example{path}"
    page, own = page_of(town.corrected), own_page_of(town.corrected)

    assert f'<link rel="canonical" href="{address}">' in page
    assert f'<link rel="canonical" href="{address}">' in own
    for code, place in (("en", ""), ("fr", "fr/"), ("ar", "ar/"), ("x-default", "")):
        assert f'<link rel="alternate" hreflang="{code}" href="{address}{place}">' in page
    assert 'hreflang="x-default"' not in own


def test_machines_read_the_history_of_a_statement(town: Newsroom) -> None:
    assert town.corrected
    assert town.withdrawn
    assert town.french
    described = structured(page_of(town.corrected))

    assert described["@type"] == "NewsArticle"
    assert described["version"] == 2
    assert described["correction"][0]["@type"] == "CorrectionComment"
    assert described["correction"][0]["text"].startswith("Twenty-six samples")
    assert described["creativeWorkStatus"] == "Published"
    assert structured(page_of(town.withdrawn))["creativeWorkStatus"] == "Withdrawn"
    original = structured(page_of(town.french))["translationOfWork"]["@id"]
    assert original == described["@id"]


TO_TAKE_HOME = {"/verify.html", "/fr/verify.html", "/ar/verify.html"}
"""Made to be opened from a disk, where there are no other files."""


def test_nothing_a_writer_types_becomes_markup(olga: User, ines: User) -> None:
    evil = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    contact = PressContact.objects.create(name=evil, role=evil, phone='1"><b>', email="a@b.example")
    statement = write(
        olga,
        title=evil,
        summary=evil,
        place=evil,
        slug="evil",
        body=[
            ("paragraph", f"<p>{evil}</p>"),
            ("heading", {"text": evil, "level": "2"}),
            ("quotation", {"text": evil, "speaker": evil, "role": evil}),
        ],
    )
    statement.contacts.set([contact])
    actions.save_draft(statement, by=olga)
    made = Newsroom(olga, ines)
    newsroom.release(made, statement)
    statement.summary += evil
    actions.save_draft(statement, by=olga)
    newsroom.release(made, statement, change="correction", change_note=evil)
    newsroom.withdraw(made, statement, evil)
    Organisation.objects.update(name=evil, about=evil)

    for file in every_file():
        if file.media_type.startswith("text/html"):
            page = file.body.decode()
            assert Ids(page).inline == [] or file.path in TO_TAKE_HOME, file.path
            assert "<script>alert" not in page
            assert "<img src=x" not in page


def test_every_page_is_whole(town: Newsroom) -> None:
    made = list(every_file())
    known = {file.path for file in made} | {
        "/search",
        "/log/checkpoint",
        "/verify",
        "/inquiries/",
        *FOLLOW,
        *MODERATION,
        *PRESS,
    }
    made_elsewhere = r"/[^/]*\.(ico|svg|webmanifest)$|.*(feed\.xml|atom\.xml|feed\.json)$|.*\.assets\.zip$"
    elsewhere = re.compile(rf"https?:|mailto:|tel:|#|{made_elsewhere}")
    for file in made:
        if not file.media_type.startswith("text/html"):
            continue
        page = file.body.decode()
        found = Ids(page)
        assert found.inline == [] or file.path in TO_TAKE_HOME, "scripts and styles stand in files"
        assert len(found.ids) == len(set(found.ids)), file.path
        for link in found.links:
            assert elsewhere.match(link) or re.split("[#?]", link)[0] in known, (file.path, link)
        assert not re.search(r'<(?:img|script|iframe|source)[^>]+src="(?!/)', page), (
            "nothing from other hosts"
        )
        assert not re.search(r'rel="(?:stylesheet|icon|manifest)"[^>]+href="(?!/)', page), file.path
    for edition in Edition.objects.all():
        paths = {file["path"] for file in edition.data["files"]}
        assert paths <= known, "the same picture under two names is found under both"
