# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from onrecord.bakery.headers import media_type_of
from onrecord.bakery.pages import File
from onrecord.people.models import Organisation, User
from onrecord.statements import actions
from onrecord.statements.formats import feeds
from onrecord.statements.models import Edition, Statement, Topic
from onrecord.statements.pages import entries, hub
from onrecord.statements.pages.feeds import feed_keys, keys_for, render_feed
from tests.bakery.test_server import Reader
from tests.statements.drafts import corrected, released, write

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
ADDRESS = "https://news.elmford.example"


def baked(*key: str) -> dict[str, bytes]:
    files: list[File] = list(render_feed(key))
    assert all(file.media_type == media_type_of(file.path) for file in files)
    return {file.path: file.body for file in files}


def items(*key: str) -> list[ET.Element]:
    (rss,) = (body for path, body in baked(*key).items() if path.endswith("feed.xml"))
    return ET.fromstring(rss).findall("channel/item")


def atoms(*key: str) -> list[ET.Element]:
    (atom,) = (body for path, body in baked(*key).items() if path.endswith("atom.xml"))
    return ET.fromstring(atom).findall(f"{ATOM}entry")


def jsons(*key: str) -> list[dict[str, Any]]:
    (body,) = (body for path, body in baked(*key).items() if path.endswith("feed.json"))
    found: list[dict[str, Any]] = json.loads(body)["items"]
    return found


@pytest.fixture
def first(olga: User, ines: User) -> Edition:
    """The first edition of a statement about water."""
    return released(olga, ines, slug="water", summary="Safe & sound.")


def channel(**changes: Any) -> feeds.Channel:
    base: dict[str, Any] = {
        "title": "Town of Elmford",
        "description": "",
        "language": "en",
        "home": f"{ADDRESS}/",
        "rss": f"{ADDRESS}/feed.xml",
        "atom": f"{ADDRESS}/atom.xml",
        "json": f"{ADDRESS}/feed.json",
        "issuer": "Town of Elmford",
        "icon": f"{ADDRESS}/favicon.ico",
        "logo": f"{ADDRESS}/icon-512.png",
        "updated": datetime(2026, 11, 24, 8, tzinfo=UTC),
    }
    return feeds.Channel(**{**base, **changes})


def entry(**changes: Any) -> feeds.Entry:
    base: dict[str, Any] = {
        "url": f"{ADDRESS}/s/2026/water/",
        "change_url": f"{ADDRESS}/s/2026/water/1/",
        "title": "Water",
        "summary": "Safe.",
        "html": "<p>Safe.</p>",
        "language": "en",
        "topics": (("water", "Water"),),
        "authors": (),
        "issuer": "Town of Elmford",
        "published": datetime(2026, 11, 24, 8, tzinfo=UTC),
        "updated": datetime(2026, 11, 24, 8, tzinfo=UTC),
        "image": f"{ADDRESS}/s/2026/water/1/card-0123456789abcdef.png",
    }
    return feeds.Entry(**{**base, **changes})


def test_rss_has_what_the_specification_requires(first: Edition) -> None:
    root = ET.fromstring(baked("en")["/feed.xml"])

    assert root.tag == "rss"
    assert root.get("version") == "2.0"
    for name in ("title", "link", "description", "language", "lastBuildDate"):
        assert root.findtext(f"channel/{name}")
    own = root.find(f"channel/{ATOM}link")
    assert own is not None
    assert own.attrib == {"rel": "self", "type": "application/rss+xml", "href": f"{ADDRESS}/feed.xml"}
    (item,) = root.findall("channel/item")
    assert item.findtext("title") == "Water is safe to drink"
    assert item.findtext("link") == f"{ADDRESS}/s/{timezone.now().year}/water/"
    assert item.findtext("description") == "Safe & sound."
    assert "We tested it on Monday." in (item.findtext(CONTENT) or "")
    assert parsedate_to_datetime(item.findtext("pubDate") or "") == first.released_at.replace(microsecond=0)


def test_atom_has_what_the_specification_requires(first: Edition) -> None:
    root = ET.fromstring(baked("en")["/atom.xml"])

    assert root.tag == f"{ATOM}feed"
    assert root.findtext(f"{ATOM}id") == f"{ADDRESS}/atom.xml"
    assert root.findtext(f"{ATOM}title") == "Town of Elmford"
    assert {link.get("rel") for link in root.findall(f"{ATOM}link")} == {"self", "alternate", "hub"}
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Town of Elmford"
    (one,) = root.findall(f"{ATOM}entry")
    for name in ("id", "title", "updated", "published", "summary"):
        assert one.findtext(f"{ATOM}{name}")
    assert root.findtext(f"{ATOM}updated") == one.findtext(f"{ATOM}updated")
    content = one.find(f"{ATOM}content")
    assert content is not None
    assert content.get("type") == "html"
    assert one.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"


def test_json_feed_has_what_the_specification_requires(first: Edition) -> None:
    feed = json.loads(baked("en")["/feed.json"])

    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"{ADDRESS}/feed.json"
    assert feed["home_page_url"] == f"{ADDRESS}/"
    assert feed["language"] == "en"
    assert all(set(author) <= {"name", "url", "avatar"} for author in feed["authors"])
    (item,) = feed["items"]
    assert isinstance(item["id"], str)
    assert item["url"].startswith(ADDRESS)
    assert datetime.fromisoformat(item["date_published"]) == first.released_at.replace(microsecond=0)
    assert item["content_html"]
    assert item["image"].endswith(".png")


def test_a_correction_comes_back_and_says_so(first: Edition, olga: User, ines: User) -> None:
    released(olga, ines, title="The bridge is open")
    assert [one["title"] for one in jsons("en")] == ["The bridge is open", "Water is safe to drink"]

    corrected(first, olga, ines, "We tested it on Tuesday.")

    titles = ["Corrected: Water is safe to drink", "The bridge is open"]
    assert [one["title"] for one in jsons("en")] == titles
    assert [item.findtext("title") for item in items("en")] == titles
    assert jsons("en")[0]["content_html"].startswith("<p><strong>Corrected on ")
    assert "The day was wrong." in jsons("en")[0]["content_html"]
    assert "Tuesday" in jsons("en")[0]["content_html"]


def test_a_correction_is_the_same_entry_in_atom_and_a_new_item_in_rss(
    first: Edition, olga: User, ines: User
) -> None:
    (atom,), (item,) = atoms("en"), items("en")

    corrected(first, olga, ines, "We tested it on Tuesday.")

    (atom_after,), (item_after,) = atoms("en"), items("en")
    assert atom_after.findtext(f"{ATOM}id") == atom.findtext(f"{ATOM}id")
    assert atom_after.findtext(f"{ATOM}published") == atom.findtext(f"{ATOM}published")
    assert item_after.findtext("guid") == (item.findtext("guid") or "").replace("/1/", "/2/")
    assert item_after.findtext("link") == item.findtext("link")


def test_a_minor_change_alarms_nobody(first: Edition, olga: User, ines: User) -> None:
    released(olga, ines, title="The bridge is open")
    before = items("en")[1].findtext("guid"), jsons("en")[1]["date_modified"]
    statement = Statement.objects.get(pk=first.statement_id)
    statement.body = [("paragraph", "<p>The water is safe.</p>")]
    actions.save_draft(statement, by=olga)
    actions.submit(statement, by=olga, change="minor")
    actions.approve(statement, by=ines)
    actions.release(statement, by=ines)

    assert (items("en")[1].findtext("guid"), jsons("en")[1]["date_modified"]) == before
    assert jsons("en")[1]["title"] == "Water is safe to drink"
    assert "The water is safe." in jsons("en")[1]["content_html"]


def test_a_withdrawn_statement_stays_marked_with_its_reason(first: Edition, olga: User, ines: User) -> None:
    statement = Statement.objects.get(pk=first.statement_id)
    actions.propose_withdrawal(statement, by=olga, reason="The laboratory mixed up the samples.")
    actions.approve(statement, by=ines)
    actions.release(statement, by=ines)

    (one,) = jsons("en")
    assert one["title"] == "Withdrawn: Water is safe to drink"
    assert "The laboratory mixed up the samples." in one["content_html"]
    assert "We tested it on Monday." in one["content_html"]


def test_nothing_is_announced_that_is_not_in_the_log(first: Edition) -> None:
    Edition.objects.filter(pk=first.pk).update(leaf_index=None)

    assert items("en") == []
    assert atoms("en") == []


def test_each_language_and_each_topic_has_its_feeds(
    organisation: Organisation, olga: User, ines: User
) -> None:
    water = Topic.objects.create(slug="water", name="Water")
    statement = write(olga, title="The water")
    statement.topics.set([water])
    actions.save_draft(statement, by=olga)
    actions.submit(statement, by=olga)
    actions.approve(statement, by=ines)
    edition = actions.release(statement, by=ines)
    released(olga, ines, title="L’eau est saine", language="fr")

    assert list(feed_keys()) == [("en",), ("fr",), ("ar",), ("en", "water")]
    assert sorted(baked("en", "water")) == [
        "/topics/water/atom.xml",
        "/topics/water/feed.json",
        "/topics/water/feed.xml",
    ]
    assert [one["title"] for one in jsons("en", "water")] == ["The water"]
    assert jsons("en", "water")[0]["tags"] == ["Water"]
    assert [one["title"] for one in jsons("fr")] == ["L’eau est saine"]
    assert "/fr/feed.xml" in baked("fr")
    assert baked("fr", "water") == {}
    assert baked("de") == {}
    assert ("statements.feed", ("en", "water")) in keys_for(edition)


def test_a_feed_holds_twenty_entries_and_not_too_much_text(
    olga: User, ines: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        released(olga, ines, title=f"Number {number}")

    assert entries.MOST_ENTRIES == 20
    monkeypatch.setattr(entries, "_newest_in", entries._in_language(6))
    assert [one["title"] for one in jsons("en")] == [f"Number {n}" for n in (6, 5, 4, 3, 2, 1)]
    monkeypatch.setattr(entries, "MOST_CHARACTERS", 10)
    assert len(jsons("en")) == entries.FEWEST_ENTRIES


def test_addresses_in_the_text_are_whole() -> None:
    html = '<a href="/s/2026/x/">x</a> <img src="/media/a" srcset="/media/a 800w, /media/b 1600w">'
    html += ' <a href="//x">'

    assert feeds.absolute(html, ADDRESS) == (
        f'<a href="{ADDRESS}/s/2026/x/">x</a> <img src="{ADDRESS}/media/a" '
        f'srcset="{ADDRESS}/media/a 800w, {ADDRESS}/media/b 1600w"> <a href="//x">'
    )


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_breaks_a_feed(title: str, html: str) -> None:
    title, html = (text.encode("utf-8", "replace").decode() for text in (title, html))
    one = entry(title=title, html=html, topics=((title, title),), authors=(title,))

    rss = ET.fromstring(feeds.rss(channel(title=title), [one]))
    atom = ET.fromstring(feeds.atom(channel(title=title), [one]))
    parsed = json.loads(feeds.json_feed(channel(title=title), [one]))

    assert (atom.findtext(f"{ATOM}title") or "") == (rss.findtext("channel/title") or "")
    assert parsed["items"][0]["content_html"] == html


def test_control_characters_become_visible() -> None:
    one = entry(title="Bell\x07 ]]> \ufffe &amp; <b>\r\n")

    rss = ET.fromstring(feeds.rss(channel(), [one]))

    assert rss.findtext("channel/item/title") == "Bell\ufffd ]]> \ufffd &amp; <b>\r\n"


def test_an_empty_newsroom_has_feeds_too(organisation: Organisation) -> None:
    assert ET.fromstring(baked("en")["/feed.xml"]).find("channel/item") is None
    assert ET.fromstring(baked("ar")["/ar/atom.xml"]).findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"
    assert json.loads(baked("en")["/feed.json"])["items"] == []


@pytest.mark.parametrize("name", ["feed.xml", "atom.xml", "feed.json"])
def test_a_subscriber_that_reads_headers_alone_finds_hub_and_topic(
    name: str, olga: User, ines: User, settings: Settings, tmp_path: Path
) -> None:
    released(olga, ines, slug="water")
    reader = Reader(tmp_path / "site")
    (feed,) = (file for file in render_feed(("en",)) if file.path == f"/{name}")
    reader.bake(feed)
    said = f'<{ADDRESS}/websub/>; rel="hub", <{ADDRESS}/{name}>; rel="self"'
    assert reader.get(f"/{name}").headers["Link"] == said
    etag = reader.get(f"/{name}").headers["ETag"]
    assert reader.get(f"/{name}", if_none_match=etag).headers["Link"] == said

    settings.WEBSUB_HUB = "off"
    reader.bake(*(file for file in render_feed(("en",)) if file.path == f"/{name}"))
    assert "Link" not in reader.get(f"/{name}").headers


def test_a_feed_that_says_nonsense_has_no_links() -> None:
    for body in (b"", b"{", b'{"hubs": []}', b'{"hubs": [1], "feed_url": ""}', b"<rss/>"):
        assert hub.links_of(body) == ()
