# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import csv
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from onrecord.desk import panels
from onrecord.federation.models import Interaction, InteractionKind, RemoteActor, RemoteHost
from onrecord.federation.receiving import events as heard
from onrecord.journal import actions as journal
from onrecord.journal import reactions
from onrecord.journal.events import CLOCK
from onrecord.journal.models import Entry as JournalEntry
from onrecord.outbound.addresses import networks
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from onrecord.press.coverage import actions, figures, listing, reading
from onrecord.press.coverage.actions import Entry, Suggestion
from onrecord.press.coverage.errors import AlreadyDecided, BadCoverage, KnownCoverage, Unreadable
from onrecord.press.coverage.listing import Filter
from onrecord.press.models import (
    Coverage,
    CoverageCopy,
    CoveragePolicy,
    CoverageSource,
    CoverageState,
    Keeping,
)
from onrecord.statements.models import Publication
from tests.outbound.servers import Answer
from tests.press.inquiring import answered
from tests.press.pages_elsewhere import Elsewhere, elsewhere
from tests.press.people import journalist, outlet
from tests.statements import drafts
from tests.trees import measured, never_closed

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

STORY = "https://paper.example/water?utm_source=x#top"
Browser = Callable[[User], Client]


@pytest.fixture
def water(olga: User, ines: User, own_home: Path) -> Publication:
    """Return the statement about the water, released and baked."""
    figures.forget()
    edition = drafts.released(olga, ines)
    return Publication.objects.get(statement=edition.statement_id)


@pytest.fixture
def paper(settings: Settings) -> Iterator[Elsewhere]:
    """Return a paper elsewhere; loopback may be asked, for once."""
    settings.STRANGERS_PRIVATE_ADDRESSES = networks("127.0.0.0/8")
    with elsewhere() as site:
        yield site


@pytest.fixture
def shown(ines: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the newsroom show coverage to readers. What is baked then is baked in this process."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: ())
    actions.set_policy(CoveragePolicy(pk=1, is_public=True), by=ines)


def entry(water: Publication, **changes: Any) -> Entry:
    whole = Entry(url=STORY, headline="Water is safe, says town", statements=[water.statement_id])
    return replace(whole, **{"outlet": "The Elm Post", "published_on": date(2026, 11, 3), **changes})


def page_of(water: Publication, home: Path) -> str:
    return (home / "site" / water.path.strip("/") / "index.html").read_text()


def test_a_press_officer_enters_coverage(olga: User, water: Publication, sign_in: Browser) -> None:
    known = outlet(olga, "The Elm Post", country="BE")
    jan = journalist(olga)
    browser = sign_in(olga)
    given = {
        "url": STORY,
        "headline": "Water is safe,  says town",
        "statements": [f"x · {water.path}"],
        "outlet": "the elm POST",
        "journalist": "Reporter, Jan",
        "published_on": "2026-11-03",
        "medium": "print",
        "language": "en",
    }
    answer = browser.post("/desk/coverage/add/", given)
    assert answer.status_code == 302, answer.content.decode()
    row = Coverage.objects.get()
    assert (row.outlet, row.country, row.journalist, row.day) == (known, "BE", jan, date(2026, 11, 3))
    assert (row.headline, row.state) == ("Water is safe, says town", CoverageState.CONFIRMED)
    assert row.links.get().confirmed_at is not None
    said = JournalEntry.objects.get(event="press.coverage_added")
    assert said.data == {"source": "manual", "statements": [water.statement_id]}
    again = browser.post("/desk/coverage/add/", given | {"url": "https://paper.example/water#end"})
    assert again["Location"] == f"/desk/coverage/{row.pk}/"
    listed = browser.get("/desk/coverage/").content.decode()
    assert "Water is safe, says town" in listed
    assert "There is no sentiment" not in listed
    assert (
        "Water is safe, says town"
        in browser.get(f"/desk/statements/edit/{water.statement_id}/").content.decode()
    )


def test_an_inquiry_and_its_coverage_lead_to_each_other(
    olga: User, ines: User, water: Publication, sign_in: Browser
) -> None:
    asked = answered(olga, ines, about=water.statement)
    browser = sign_in(olga)
    there = f"/desk/inquiries/{asked.pk}/"
    assert f"/desk/coverage/add/?inquiry={asked.pk}" in browser.get(there).content.decode()
    form = browser.get("/desk/coverage/add/", {"inquiry": asked.pk}).content.decode()
    for filled_in in (asked.reference, "The Elm Post", water.path):
        assert filled_in in form
    given = {
        "url": STORY,
        "headline": "Forty wells",
        "statements": [f"x · {water.path}"],
        "outlet": "The Elm Post",
        "medium": "print",
        "inquiry": asked.reference.lower(),
    }
    wrong = browser.post("/desk/coverage/add/", given | {"inquiry": "XX-2222"}).content.decode()
    assert "There is no inquiry “XX-2222”." in wrong
    assert browser.post("/desk/coverage/add/", given).status_code == 302
    row = Coverage.objects.get()
    assert row.inquiry == asked
    assert "Forty wells" in browser.get(there).content.decode()
    page = browser.get(f"/desk/coverage/{row.pk}/").content.decode()
    assert f"Came of inquiry {asked.reference}" in page
    assert there in page
    assert actions.entry_of(row).inquiry == asked, "changing something else keeps it"


def test_what_cannot_be_is_said(olga: User, water: Publication) -> None:
    for changes, words in (
        ({"url": "paper.example/x"}, "is no address of a page"),
        ({"url": "javascript:alert(1)"}, "is no address of a page"),
        ({"headline": " "}, "Write the headline"),
        ({"statements": [987]}, "which published statement"),
        ({"published_on": timezone.localdate() + timedelta(days=2)}, "lies ahead"),
        ({"medium": "smoke"}, "is no medium"),
    ):
        with pytest.raises(BadCoverage, match=words):
            actions.add(entry(water, **changes), by=olga)
    assert not Coverage.objects.exists()


def test_who_does_not_write_neither_sees_nor_does_anything(
    olga: User, mo: User, ada: User, max: User, water: Publication, sign_in: Browser
) -> None:
    row = actions.add(entry(water), by=olga)
    deeds: tuple[Callable[[User], object], ...] = (
        lambda who: actions.add(entry(water, url="https://x.example/"), by=who),
        lambda who: actions.change(row, entry(water), by=who),
        lambda who: actions.confirm(row, entry(water), by=who),
        lambda who: actions.refuse(row, by=who),
        lambda who: actions.ask_copy(row, Keeping.HASH, by=who),
    )
    for stranger in (mo, ada, max):
        for deed in deeds:
            with pytest.raises(NotAllowed):
                deed(stranger)
    for stranger in (olga, ada, mo):
        with pytest.raises(NotAllowed):
            actions.set_policy(CoveragePolicy(pk=1, is_public=True), by=stranger)
    assert sign_in(olga).post("/desk/coverage/settings/", {"is_public": "on"}).status_code in {302, 403}
    assert not CoveragePolicy.current().is_public


def test_the_bookmark_opens_the_form_filled_in_and_keeps_nothing(
    olga: User, water: Publication, sign_in: Browser
) -> None:
    browser = sign_in(olga)
    page = browser.get("/desk/coverage/settings/").content.decode()
    bookmark = page.split('href="javascript:')[1].split('"')[0].replace("&#x27;", "'").replace("&amp;", "&")
    script = unquote(bookmark)
    assert script.startswith("location.href='https://news.elmford.example/desk/coverage/add/?url='")
    assert " " not in bookmark
    opened = browser.get(
        "/desk/coverage/add/", {"url": "https://p.example/a", "title": '"><script>alert(1)</script>'}
    )
    form = opened.content.decode()
    assert 'value="https://p.example/a"' in form
    assert "&quot;&gt;&lt;script&gt;" in form
    assert not Coverage.objects.exists()
    assert parse_qs(urlsplit("?url=https%3A%2F%2Fp.example%2Fa").query)["url"] == ["https://p.example/a"]
    given = {"url": "https://p.example/a", "headline": "H", "statements": [water.path], "medium": "web"}
    browser.post("/desk/coverage/add/", given | {"from": "bookmark"})
    assert Coverage.objects.get().source == CoverageSource.BOOKMARK


def test_quotes_in_the_fediverse_become_candidates_and_go_again(olga: User, water: Publication) -> None:
    host = RemoteHost.objects.create(name="social.example")
    jan = RemoteActor.objects.create(uri="https://social.example/jan", host=host, handle="jan", inbox="x")
    quote = Interaction.objects.create(
        publication=water, kind=InteractionKind.QUOTE, by=jan, uri="https://social.example/q/1", number="n1"
    )
    tell(heard.QuoteAuthorised(subject=f"quote/{quote.pk}", statement_id=water.statement_id, uri=quote.uri))
    row = Coverage.objects.get()
    assert (row.source, row.state, row.waits) == (CoverageSource.FEDIVERSE, CoverageState.CANDIDATE, True)
    assert row.headline == "@jan@social.example"
    needs = [need.title for need in panels.needs_for(olga)]
    assert "Somebody wrote about your statements" in needs
    tell(heard.QuoteRevoked(subject=f"quote/{quote.pk}", statement_id=water.statement_id, uri=quote.uri))
    row.refresh_from_db()
    assert row.state == CoverageState.GONE


def tell(event: Any) -> None:

    with transaction.atomic():
        journal.write(event, by=CLOCK)
    reactions.drain()


@pytest.mark.usefixtures("shown")
def test_what_comes_from_outside_is_shown_to_nobody_before_it_is_confirmed(
    olga: User, ines: User, water: Publication, own_home: Path, sign_in: Browser
) -> None:
    row = actions.suggest(
        Suggestion(
            "https://p.example/a", water.statement_id, CoverageSource.WEBMENTION, headline="Found & kept"
        )
    )
    reactions.drain()
    assert "In the media" not in page_of(water, own_home)
    browser = sign_in(olga)
    waiting = browser.get("/desk/coverage/?state=waiting").content.decode()
    assert "Found &amp; kept" in waiting
    back = browser.post(f"/desk/coverage/{row.pk}/confirm/", {"state": "waiting"})
    assert back["Location"] == "/desk/coverage/?state=waiting"
    reactions.drain()
    page = page_of(water, own_home)
    assert '<a href="https://p.example/a" rel="nofollow noopener"' in page
    assert "Found &amp; kept" in page
    with pytest.raises(AlreadyDecided):
        actions.confirm(row, actions.entry_of(row), by=olga)
    actions.refuse(row, by=olga)
    reactions.drain()
    assert "In the media" not in page_of(water, own_home)


@pytest.mark.usefixtures("shown")
def test_a_second_statement_is_not_shown_because_a_page_says_so(
    olga: User, ines: User, water: Publication, own_home: Path
) -> None:
    row = actions.add(entry(water), by=olga)
    other = Publication.objects.get(
        statement=drafts.released(olga, ines, title="The bridge is open").statement_id
    )
    actions.suggest(Suggestion(STORY, other.statement_id, CoverageSource.WEBMENTION, headline="Other"))
    reactions.drain()
    row.refresh_from_db()
    assert (row.state, row.waits, row.headline) == (CoverageState.CONFIRMED, True, "Water is safe, says town")
    assert "In the media" in page_of(water, own_home)
    assert "In the media" not in page_of(other, own_home)


def test_a_page_is_fetched_for_its_hash_and_a_change_is_seen(
    olga: User, water: Publication, paper: Elsewhere, own_home: Path, sign_in: Browser
) -> None:
    url = paper.shows("/story", "<script>alert(1)</script>as it was")
    row = actions.add(entry(water, url=url), by=olga)
    browser = sign_in(olga)
    browser.post(f"/desk/coverage/{row.pk}/fetch/", {"keeping": "bytes"})
    with pytest.raises(BadCoverage, match="already"):
        actions.ask_copy(row, Keeping.HASH, by=olga)
    assert actions.fetch_due() == 1
    copy = CoverageCopy.objects.get()
    body = b"<script>alert(1)</script>as it was"
    assert (copy.sha256, copy.size, copy.is_kept) == (hashlib.sha256(body).hexdigest(), len(body), True)
    given = browser.get(f"/desk/coverage/copies/{copy.pk}/")
    assert given.content == body
    assert given["Content-Type"] == "text/plain; charset=utf-8"
    assert given["Content-Disposition"].startswith("attachment;")
    assert given["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in given["Content-Security-Policy"]
    assert "Changed since" not in browser.get(f"/desk/coverage/{row.pk}/").content.decode()
    paper.shows("/story", "as it is")
    actions.ask_copy(row, Keeping.HASH, by=olga)
    actions.fetch_due()
    page = browser.get(f"/desk/coverage/{row.pk}/").content.decode()
    assert page.count("Changed since") == 1
    assert Client().get(f"/desk/coverage/copies/{copy.pk}/").status_code == 302
    browser.post(f"/desk/coverage/{row.pk}/forget/", {"copy": copy.pk})
    assert not (own_home / "coverage" / copy.sha256[:2] / copy.sha256).exists()
    assert browser.get(f"/desk/coverage/copies/{copy.pk}/").status_code == 404
    hashes = [
        one.data["sha256"] for one in JournalEntry.objects.filter(event="press.page_fetched").order_by("pk")
    ]
    assert hashes == [copy.sha256, hashlib.sha256(b"as it is").hexdigest()]


def test_a_page_that_cannot_be_fetched_says_why(olga: User, water: Publication, paper: Elsewhere) -> None:
    for path, answer, words in (
        ("/gone", Answer(status=410), "answers 410"),
        ("/long", Answer(body=b"x" * 5_000_001), "more than 5000000 bytes"),
    ):
        paper.pages[path] = answer
        row = actions.add(entry(water, url=paper.server.url + path), by=olga)
        copy = actions.ask_copy(row, Keeping.BYTES, by=olga)
        actions.fetch_due()
        copy.refresh_from_db()
        assert words in copy.problem
        assert (copy.sha256, copy.is_kept, copy.due_at) == ("", False, None)


def test_filters_pages_figures_and_the_table(
    olga: User, ines: User, water: Publication, sign_in: Browser
) -> None:
    bridge = Publication.objects.get(statement=drafts.released(olga, ines, title="Bridge").statement_id)
    for number in range(60):
        about = bridge if number % 3 == 0 else water
        given = entry(
            about,
            url=f"https://p.example/{number}",
            headline=f"=H{number}",
            country="BE" if number % 2 else "FR",
            language="fr" if number % 4 == 0 else "en",
            published_on=date(2026, 1 + number % 10, 1 + number % 28),
            outlet="Diario" if number < 5 else "The Elm Post",
        )
        actions.add(given, by=olga)
    browser = sign_in(olga)
    seen: list[str] = []
    after = ""
    while True:
        rows, after = listing.page(Filter(), after)
        seen += [row.url for row in rows]
        if not after:
            break
    assert len(seen) == len(set(seen)) == 60
    assert len(listing.page(Filter(statement=bridge.statement_id))[0]) == 20
    assert len(listing.page(Filter(outlet="diario"))[0]) == 5
    assert len(listing.page(Filter(country="FR", language="fr"))[0]) == 15
    assert len(listing.page(Filter(since=date(2026, 10, 1)))[0]) == 6
    assert browser.get("/desk/coverage/?outlet=nobody").content.decode().count("None is found") == 1
    drawn = browser.get("/desk/coverage/figures/").content.decode()
    assert "Most, 30: Belgium" in drawn or "Most, 30: France" in drawn
    assert drawn.count("<svg") >= 2
    table = b"".join(browser.post("/desk/coverage/export/", {"country": "BE"}).streaming_content).decode()  # type: ignore[attr-defined]  # of a streaming answer
    lines = list(csv.DictReader(table.splitlines()))
    assert len(lines) == 30
    assert lines[0]["headline"].startswith("'=H")
    assert JournalEntry.objects.filter(event="press.coverage_exported").exists()


def test_erasing_a_statement_forgets_what_was_about_it_alone(olga: User, water: Publication) -> None:
    row = actions.add(entry(water), by=olga)
    row.links.all().delete()
    assert actions.forget_without_statements() == 1
    assert not Coverage.objects.exists()


def test_known_addresses_are_told_apart_by_what_counts(olga: User, water: Publication) -> None:
    actions.add(entry(water), by=olga)
    for same in ("http://PAPER.example:80/water", "https://paper.example/w%61ter?utm_campaign=1"):
        with pytest.raises(KnownCoverage):
            actions.add(entry(water, url=same), by=olga)
    actions.add(entry(water, url="https://paper.example/water?page=2"), by=olga)


def test_a_page_whose_base_is_half_an_address_is_read_as_if_it_had_none() -> None:
    page = b'<base href="https://[/"><a href="/s/2026/water/">water</a>'
    found = reading.read(page, "text/html", address="https://x.example/")
    assert found.links == {"x.example/s/2026/water/"}


def test_no_page_keeps_the_worker_busy_for_long() -> None:
    for page in ("<!--" * 250_000, "<div>" * 10_000, "&" * 99_999, "<b><p>" * 12_000, "<a\t" * 20_000):
        began = time.process_time()
        reading.read(page.encode(), "text/html", address="https://x.example/")
        assert time.process_time() - began < 5
    with pytest.raises(Unreadable, match="too many elements"):
        reading.read(b"<a " * 330_000, "text/html", address="https://x.example/")


def test_a_small_page_whose_bold_is_never_closed_is_no_huge_tree() -> None:
    link, heading = '<a href="/s/2026/water/">water</a>', "<h1>Wells <strong>in</strong> Elmford</h1>"
    page = f"{never_closed(300)}{link}{heading}"
    with measured() as sizes:
        found = reading.read(page.encode(), "text/html", address="https://x.example/")
    assert set(found.links) == {"x.example/s/2026/water/"}
    assert found.headline == "Wells in Elmford"
    assert 300 <= max(sizes) < 1000
