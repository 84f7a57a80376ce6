# SPDX-License-Identifier: Apache-2.0
"""Pages of an empty newsroom, of addresses that lead nowhere, previews; what every page is made with."""

from __future__ import annotations

import re

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.models import Locale

from onrecord.people.models import Organisation, User
from onrecord.statements import pages
from onrecord.statements.models import Publication, Statement, Topic, TopicListing, TopicName
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.templates import render
from tests.statements import newsroom
from tests.statements.drafts import write
from tests.statements.newsroom import Newsroom
from tests.statements.test_pages import files, html, town

__all__ = ["town"]

pytestmark = pytest.mark.django_db


def test_an_empty_newsroom_has_a_front_page_worth_seeing(organisation: Organisation) -> None:
    page = html("statements.front", ("en",), "/")

    assert "Nothing has been published here yet." in page
    assert "Here Town of Elmford will publish its statements" in page


def test_the_page_for_unknown_addresses_speaks_every_language(organisation: Organisation) -> None:
    page = html("statements.notfound", (), "/404.html")

    for words in ("There is nothing at this address", "Il n’y a rien à cette adresse", "لا يوجد شيء"):
        assert words in page
    assert '<section class="blank" lang="ar" dir="rtl">' in page
    assert 'rel="canonical"' not in page


def test_the_page_for_a_program_that_does_not_answer_sends_readers_to_what_can_be_read(
    organisation: Organisation,
) -> None:
    page = html("statements.notfound", (), "/503.html")

    for words in ("This part of the newsroom does not answer at present", "ne répond pas pour le moment"):
        assert words in page
    assert '<a href="/ar/">' in page


def test_the_logo_and_the_stylesheet_are_named_by_what_they_are(organisation: Organisation) -> None:
    before = Site.current().stylesheet.path
    organisation.accent = "#ffd700"
    organisation.logo.save("logo.png", ContentFile(_png()))
    organisation.save()
    site = Site.current()

    assert site.stylesheet.path != before
    assert site.logo_asset is not None
    page = html("statements.about", ("en",), "/about/")
    assert site.stylesheet.path in page
    assert f'<img src="{site.logo_asset.path}" width="2" height="1" alt="">' in page
    assert set(files("statements.assets", ("file", site.logo_asset.path))) == {site.logo_asset.path}
    assert files("statements.assets", ("file", before)) == {}


def test_a_draft_can_be_previewed_saved_or_not(olga: User, organisation: Organisation) -> None:
    locale, _created = Locale.objects.get_or_create(language_code="en")
    unsaved = Statement(title="Not yet", summary="Soon.", body=[], locale=locale)
    shown = {"image": newsroom.picture(40), "alt": "A river", "caption": "", "credit": ""}
    saved = write(olga, title="A draft", body=[("image", shown)])

    assert "Nobody outside the newsroom can read this." in pages.preview(unsaved)
    page = pages.preview(saved)
    assert "<h1>A draft</h1>" in page
    assert 'src="data:image/png;base64,' in page
    assert "On record" not in page


def test_a_preview_of_a_translation_speaks_its_language(town: Newsroom) -> None:
    assert town.arabic
    page = pages.preview(Statement.objects.get(pk=town.arabic.statement_id))

    assert '<html lang="ar" dir="rtl">' in page
    assert "معاينة." in page


def test_topics_are_listed_as_their_names_are_looked_up_in_each_language(town: Newsroom) -> None:
    for slug, french in (("schools", "Écoles"), ("zones", "zones bleues"), ("roads", "Routes")):
        topic = Topic.objects.create(slug=slug, name=slug)
        TopicName.objects.create(topic=topic, language="fr", name=french)
        place = {"publication": _french(town), "language": "fr", "position": 1}
        TopicListing.objects.create(topic=topic, changed_at=timezone.now(), **place)

    page = html("statements.topics", ("fr",), "/fr/topics/")
    named = re.findall(r'<li><a href="/fr/topics/[^"]+">([^<]+)</a>', page)
    assert named == ["Eau", "Écoles", "Routes", "zones bleues"]


def _french(town: Newsroom) -> Publication:
    assert town.french
    return Publication.objects.get(statement=town.french.statement_id)


def test_templates_refuse_names_they_do_not_know(organisation: Organisation) -> None:
    with pytest.raises(Exception, match="'page' is undefined"):
        render("about.html", {"paragraphs": []}, "en")


def _png() -> bytes:
    import io

    from PIL import Image

    content = io.BytesIO()
    Image.new("RGB", (2, 1)).save(content, "PNG")
    return content.getvalue()
