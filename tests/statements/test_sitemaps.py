# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as ET

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from onrecord.bakery.headers import media_type_of
from onrecord.bakery.pages import Key
from onrecord.people.models import Organisation, User
from onrecord.statements import actions
from onrecord.statements.formats import icons, sitemaps
from onrecord.statements.models import Edition, Publication, Statement, Topic
from onrecord.statements.pages.feeds import families, keys_for, stale_news_keys
from tests.statements.drafts import released, write

if TYPE_CHECKING:
    from time_machine import TimeMachineFixture

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
ADDRESS = "https://news.elmford.example"
FAMILIES = {family.name: family for family in families()}


def baked(name: str, key: Key = ()) -> dict[str, bytes]:
    files = list(FAMILIES[name].render(key))
    assert all(file.media_type == media_type_of(file.path) for file in files)
    return {file.path: file.body for file in files}


def locations(xml: bytes) -> list[str]:
    return [node.text or "" for node in ET.fromstring(xml).iter(f"{MAP}loc")]


@pytest.fixture
def first(olga: User, ines: User) -> Edition:
    """A statement about water, in English."""
    return released(olga, ines, slug="water")


def test_the_index_names_every_sitemap(first: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    (name,) = list(FAMILIES["statements.sitemap"].keys())[-1]

    found = locations(baked("statements.sitemaps")["/sitemap.xml"])

    assert f"{ADDRESS}/sitemaps/pages.xml" in found
    assert f"{ADDRESS}/sitemaps/{name}.xml" in found
    assert found[-1] == f"{ADDRESS}/sitemaps/news.xml"


def test_a_statement_is_in_one_sitemap_with_the_date_of_its_newest_edition(first: Edition) -> None:
    path = first.statement.publication.path
    xml = [
        body
        for key in FAMILIES["statements.sitemap"].keys()  # noqa: SIM118  # a field, not a dict
        for name, body in baked("statements.sitemap", key).items()
        if name != "/sitemaps/pages.xml"
    ]

    (url,) = [
        url for each in xml for url in ET.fromstring(each) if url.findtext(f"{MAP}loc") == ADDRESS + path
    ]
    assert url.findtext(f"{MAP}lastmod") == first.released_at.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_sitemap_ends_at_its_thousandth_place(first: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "MOST_URLS", 1)
    pk = first.statement.publication.pk

    assert list(FAMILIES["statements.sitemap"].keys())[-1] == (str(pk),)
    assert len(locations(baked("statements.sitemap", (str(pk),))[f"/sitemaps/{pk}.xml"])) == 1
    assert baked("statements.sitemap", (str(pk + 1),)) == {}


def test_translations_point_at_each_other(first: Edition, olga: User, ines: User) -> None:
    translated = actions.translate(Statement.objects.get(pk=first.statement_id), by=olga, language="fr")
    actions.submit(translated, by=olga)
    actions.approve(translated, by=ines)
    edition = actions.release(translated, by=ines)
    bucket = (first.statement.publication.pk - 1) // sitemaps.MOST_URLS + 1

    urls = list(ET.fromstring(baked("statements.sitemap", (str(bucket),))[f"/sitemaps/{bucket}.xml"]))

    path = first.statement.publication.path
    links = {(link.get("hreflang"), link.get("href")) for link in urls[0].iter(LINK)}
    assert links == {("en", ADDRESS + path), ("fr", f"{ADDRESS}{path}fr/")}
    assert ("statements.sitemap", (str(bucket),)) in keys_for(edition)


def test_the_pages_that_are_no_statements_are_listed_in_every_language(olga: User, ines: User) -> None:
    statement = write(olga)
    statement.topics.set([Topic.objects.create(slug="water", name="Water")])
    actions.save_draft(statement, by=olga)
    actions.submit(statement, by=olga)
    actions.approve(statement, by=ines)
    actions.release(statement, by=ines)

    found = locations(baked("statements.sitemap", ("pages",))["/sitemaps/pages.xml"])

    assert {f"{ADDRESS}/", f"{ADDRESS}/fr/", f"{ADDRESS}/ar/about/", f"{ADDRESS}/topics/water/"} <= set(found)
    assert f"{ADDRESS}/fr/topics/water/" not in found


def test_the_news_sitemap_forgets_after_two_days(first: Edition, time_machine: TimeMachineFixture) -> None:
    def news() -> list[ET.Element]:
        return list(ET.fromstring(baked("statements.newssitemap")["/sitemaps/news.xml"]))

    (url,) = news()
    assert url.findtext(f"{NEWS}news/{NEWS}publication/{NEWS}name") == "Town of Elmford"
    assert url.findtext(f"{NEWS}news/{NEWS}publication/{NEWS}language") == "en"
    assert url.findtext(f"{NEWS}news/{NEWS}title") == "Water is safe to drink"
    assert url.findtext(f"{NEWS}news/{NEWS}publication_date")
    assert stale_news_keys() == []

    time_machine.move_to(timezone.now() + timedelta(days=2, minutes=1))
    assert stale_news_keys() == [("statements.newssitemap", ())]
    assert news() == []

    time_machine.move_to(timezone.now() + timedelta(days=8))
    assert stale_news_keys() == []


def test_a_withdrawn_statement_is_no_news(first: Edition) -> None:
    Publication.objects.update(withdrawn=True)

    assert locations(baked("statements.newssitemap")["/sitemaps/news.xml"]) == []


def test_chinese_is_named_as_news_readers_want_it() -> None:
    item = sitemaps.News("https://x/", "zh-hans", "水", timezone.now())

    assert b"<news:language>zh-cn</news:language>" in sitemaps.news_sitemap("X", [item])


def test_robots_may_read_everything_that_is_baked(organisation: Organisation) -> None:
    robots = RobotFileParser()
    text = baked("statements.sitemaps")["/robots.txt"].decode()
    robots.parse(text.splitlines())

    assert robots.can_fetch("anybody", f"{ADDRESS}/s/2026/water/")
    assert not robots.can_fetch("anybody", f"{ADDRESS}/search?q=water")
    assert not robots.can_fetch("anybody", f"{ADDRESS}/desk/")
    assert robots.site_maps() == [f"{ADDRESS}/sitemap.xml"]


def test_a_release_touches_few_files(first: Edition) -> None:
    assert len(keys_for(first)) <= 6


def test_icons_are_made_from_the_first_letter(organisation: Organisation) -> None:
    found = baked("statements.icons")

    assert set(found) == {
        "/favicon.svg",
        "/favicon.ico",
        "/apple-touch-icon.png",
        "/icon-192.png",
        "/icon-512.png",
        "/site.webmanifest",
    }
    assert b">T</text>" in found["/favicon.svg"]
    with Image.open(BytesIO(found["/favicon.ico"])) as icon:
        assert icon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
    with Image.open(BytesIO(found["/apple-touch-icon.png"])) as icon:
        assert (icon.size, icon.mode) == ((180, 180), "RGB")
        assert icon.getpixel((2, 2)) == (0x8A, 0x15, 0x38)
    manifest = json.loads(found["/site.webmanifest"])
    assert manifest["name"] == "Town of Elmford"
    assert {icon["src"] for icon in manifest["icons"]} <= set(found)


def test_icons_are_made_from_the_logo_where_there_is_one(organisation: Organisation) -> None:
    picture = BytesIO()
    Image.new("RGB", (300, 100), (0, 128, 0)).save(picture, "PNG")
    organisation.logo.save("logo.png", ContentFile(picture.getvalue()))

    found = baked("statements.icons")

    assert b"data:image/png;base64," in found["/favicon.svg"]
    with Image.open(BytesIO(found["/icon-192.png"])) as icon:
        assert icon.getpixel((96, 96)) == (0, 128, 0)
        assert icon.getpixel((96, 4)) == (255, 255, 255)


def test_a_logo_that_is_no_picture_gives_way_to_the_letter() -> None:
    assert icons.favicon_ico("Elmford", "#8a1538", b"not a picture") == icons.favicon_ico(
        "Elmford", "#8a1538", b""
    )


@pytest.mark.parametrize(("name", "letter"), [("Ville", "V"), ("«ßen»", "S"), ("بلدية", "ب"), ("…", "•")])
def test_the_first_letter_is_found_in_any_name(name: str, letter: str) -> None:
    assert icons.initial(name) == letter
