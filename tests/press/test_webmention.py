# SPDX-License-Identifier: Apache-2.0
"""Receiving Webmentions (W3C Webmention, 3.2), against pages elsewhere that a test writes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from onrecord.bakery.server import BakedSite
from onrecord.journal.models import Entry
from onrecord.outbound.addresses import networks
from onrecord.people.models import User
from onrecord.press.coverage import actions, receiving, verifying
from onrecord.press.models import Coverage, CoveragePolicy, CoverageState, Mention, MentionState
from onrecord.statements.models import Publication
from tests.press.pages_elsewhere import SITE, Elsewhere, elsewhere, looked_at, mention
from tests.press.people import outlet
from tests.statements import drafts

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import Settings

LINK = '<a href="{}">They said so</a>'


@pytest.fixture
def paper(settings: Settings) -> Iterator[Elsewhere]:
    """Return a paper elsewhere; loopback may be asked, for once."""
    settings.STRANGERS_PRIVATE_ADDRESSES = networks("127.0.0.0/8")
    with elsewhere() as site:
        yield site


@pytest.fixture
def water(olga: User, ines: User, own_home: Path) -> Publication:
    """Return the statement about the water, released and baked."""
    edition = drafts.released(olga, ines)
    return Publication.objects.get(statement=edition.statement_id)


@pytest.fixture
def target(water: Publication) -> str:
    """Return its whole address."""
    return f"{SITE}{water.path}"


def test_pages_of_statements_say_where_webmentions_go(water: Publication, own_home: Path) -> None:
    page = (own_home / "site" / water.path.strip("/") / "index.html").read_text()
    assert f'<link rel="webmention" href="{SITE}/webmention">' in page
    edition = (own_home / "site" / water.path.strip("/") / "1" / "index.html").read_text()
    assert "webmention" not in edition, "pages of editions hold the record alone"

    def nothing(_environ: object, _start: object) -> list[bytes]:
        return []

    said: list[tuple[str, str]] = []
    baked = BakedSite(nothing, own_home / "site", dynamic=())
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": water.path, "HTTP_ACCEPT": "text/html"}
    list(baked(environ, lambda _status, fields, *_rest: said.extend(fields)))  # type: ignore[arg-type]  # as servers call it
    assert ("Link", f'<{SITE}/webmention>; rel="webmention"') in said


def test_a_webmention_is_answered_with_the_address_of_its_status(paper: Elsewhere, target: str) -> None:
    source = paper.shows("/story", LINK.format(target))
    answer = mention(source, target)
    assert answer.status_code == 201
    assert paper.asked() == [], "nobody waits for another server"
    path = answer["Location"].removeprefix(SITE)
    assert "It will be looked at." in Client().get(path).content.decode()
    verifying.verify_due()
    page = Client().get(path)
    assert "The page links to the statement." in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert Client().get("/webmention/nothing").status_code == 404


def test_what_is_found_counts_only_once_a_press_officer_has_looked(
    paper: Elsewhere, target: str, olga: User
) -> None:
    known = outlet(olga, "The Elm Post", website=f"https://{paper.server.url[7:].partition(':')[0]}")
    html = (
        '<html lang="fr"><head><title>x</title><meta property="og:title" content="Water &amp; trust">'
        '<meta property="article:published_time" content="2026-11-20T08:00:00+01:00"></head>'
        f"<body>{LINK.format(target)}</body></html>"
    )
    looked_at(paper.shows("/story", html), target)
    row = Coverage.objects.get()
    assert (row.state, row.waits, row.headline) == (CoverageState.CANDIDATE, True, "Water & trust")
    assert (row.language, row.published_on, row.outlet) == ("fr", date(2026, 11, 20), known)
    assert row.links.get().confirmed_at is None
    found = Entry.objects.get(event="press.coverage_found")
    assert "story" not in str(found.data)
    actions.confirm(row, actions.entry_of(row), by=olga)
    row.refresh_from_db()
    assert (row.state, row.waits) == (CoverageState.CONFIRMED, False)


PAGES = {
    "an absolute link": (LINK, True),
    "single quotes and no quotes": ("<a href={0}>x</a>", True),
    "an address without its scheme": ("<a href='{bare}'>x</a>", True),
    "a base that leads here": ("<base href='" + SITE + "/'><a href='{path}'>x</a>", True),
    "escapes in the address": ("<a href='{escaped}'>x</a>", True),
    "a picture": ("<img src='{0}' alt=''>", True),
    "a quotation's source": ("<blockquote cite='{0}'>x</blockquote>", True),
    "a link relative to the page itself": ("<a href='{path}'>x</a>", False),
    "a comment alone": ("<!-- <a href='{0}'>x</a> -->", False),
    "a comment that ends oddly": (
        "<!--> <a href='https://x.example/'>y</a> <!-- <a href='{0}'>x</a> --!>",
        False,
    ),
    "a script alone": ("<script>document.write(\"<a href='{0}'>x</a>\")</script>", False),
    "a style alone": ("<style>a {{ background: url('{0}') }}</style>", False),
    "a template alone": ("<template><a href='{0}'>x</a></template>", False),
    "a text field alone": ("<textarea><a href='{0}'>x</a></textarea>", False),
    "a link element, which nobody sees": ("<link rel='alternate' href='{0}'>", False),
    "a meta element": ("<meta property='og:see_also' content='{0}'>", False),
    "the address as text": ("<p>{0}</p>", False),
    "a longer address": ("<a href='{0}more/'>x</a>", False),
    "another attribute": ("<a data-href='{0}'>x</a>", False),
    "a script's address": ("<a href=\"javascript:open('{0}')\">x</a>", False),
}


def test_a_page_has_to_link_where_a_reader_can_see_it(paper: Elsewhere, target: str) -> None:
    path, bare = target.removeprefix(SITE), target.removeprefix("https:")
    escaped = target.replace("/s/", "/%73/")
    for number, (what, (html, links)) in enumerate(PAGES.items()):
        written = html.format(target, path=path, bare=bare, escaped=escaped)
        source = paper.shows(f"/{number}", f"<!doctype html><title>T</title><body>{written}")
        found = looked_at(source, target)
        assert found.state == (MentionState.LINKED if links else MentionState.NO_LINK), what
        assert (found.coverage is not None) == links, what


TYPES = [
    ("text/plain", "See {0}.", MentionState.LINKED),
    ("text/plain", "See {0}more/", MentionState.NO_LINK),
    ("application/json", '{{"links": [{{"to": "{0}"}}]}}', MentionState.LINKED),
    ("application/feed+json", '{{"to": "{0} and more"}}', MentionState.NO_LINK),
    ("application/json", "{0}", MentionState.UNREADABLE),
    ("application/xhtml+xml", LINK, MentionState.LINKED),
    ("image/svg+xml", LINK, MentionState.UNREADABLE),
    ("application/octet-stream", LINK, MentionState.UNREADABLE),
    ("", LINK, MentionState.UNREADABLE),
]


def test_a_page_is_read_as_what_it_says_it_is(paper: Elsewhere, target: str) -> None:
    for number, (media_type, text, state) in enumerate(TYPES):
        source = paper.shows(f"/{number}", text.format(target), media_type)
        assert looked_at(source, target).state == state, (media_type, text)


def test_redirects_are_followed_and_checked_again(paper: Elsewhere, target: str) -> None:
    paper.shows("/here/story", f"<base href='x'>{LINK.format(target)}")
    assert (
        looked_at(paper.answers("/moved", 301, Location="/here/story"), target).state == MentionState.LINKED
    )
    with elsewhere() as other:
        secret = other.shows("/secret", LINK.format(target)).replace("127.0.0.1", "localhost")
        away = looked_at(paper.answers("/away", 302, Location=secret), target)
        assert away.state == MentionState.UNREADABLE
        assert "not on the public internet" in away.problem
        assert other.asked() == []
    assert looked_at(paper.answers("/round", 302, Location="/round"), target).state == MentionState.UNREADABLE


def test_what_may_not_be_asked_is_not_asked(settings: Settings, target: str) -> None:
    with elsewhere() as site:
        found = looked_at(site.shows("/story", LINK.format(target)), target)
        assert found.state == MentionState.UNREADABLE
        assert site.asked() == []


def test_a_page_that_is_too_long_or_too_odd_is_not_read(paper: Elsewhere, target: str) -> None:
    long = looked_at(paper.shows("/long", LINK.format(target) + "x" * 1_000_000), target)
    assert long.state == MentionState.UNREADABLE
    odd = looked_at(paper.shows("/odd", LINK.format(target) + "<div>" * 150_000), target)
    assert (odd.state, "too many elements" in odd.problem) == (MentionState.UNREADABLE, True)


def test_the_same_sent_again_is_an_update(paper: Elsewhere, target: str, olga: User) -> None:
    source = paper.shows("/story", f"<h1>First words</h1>{LINK.format(target)}")
    first = looked_at(source, target)
    paper.shows("/story", f"<h1>Better words</h1>{LINK.format(target)}")
    again = looked_at(source, target)
    assert (again.pk, again.number) == (first.pk, first.number)
    row = Coverage.objects.get()
    assert row.headline == "Better words"
    actions.confirm(row, actions.entry_of(row), by=olga)
    paper.shows("/story", f"<h1>Other words</h1>{LINK.format(target)}")
    looked_at(source, target)
    row.refresh_from_db()
    assert (row.headline, row.read_headline, row.waits) == ("Better words", "Other words", True)
    assert row.state == CoverageState.CONFIRMED


def test_what_is_deleted_or_links_no_more_is_taken_away(paper: Elsewhere, target: str, olga: User) -> None:
    for status in (404, 410, 0):
        path = f"/story-{status}"
        linking = f"<h1>T</h1>{LINK.format(target)}"
        source = paper.shows(path, linking)
        row = looked_at(source, target).coverage
        assert row is not None
        actions.confirm(row, actions.entry_of(row), by=olga)
        if status:
            paper.answers(path, status)
        else:
            paper.shows(path, "<h1>T</h1>")
        looked_at(source, target)
        row.refresh_from_db()
        assert (row.state, row.waits, row.gone_at is not None) == (CoverageState.GONE, False, True), status
        paper.shows(path, linking)
        looked_at(source, target)
        row.refresh_from_db()
        assert (row.state, row.waits) == (CoverageState.CANDIDATE, True), status


def test_what_was_refused_does_not_come_again(paper: Elsewhere, target: str, olga: User) -> None:
    source = paper.shows("/story", f"<h1>T</h1>{LINK.format(target)}")
    looked_at(source, target)
    actions.refuse(Coverage.objects.get(), by=olga)
    looked_at(source, target)
    assert Coverage.objects.get().state == CoverageState.REFUSED


def test_nobody_answers_is_tried_again_and_then_given_up(paper: Elsewhere, target: str) -> None:
    source = paper.answers("/story", 503)
    looked_at(source, target)
    row = Mention.objects.get()
    assert (row.state, row.tries) == (MentionState.WAITING, 1)
    for hours in (1, 3, 20):
        with time_machine.travel(timezone.now() + timedelta(hours=hours)):
            verifying.verify_due()
    row.refresh_from_db()
    assert (row.state, row.due_at) == (MentionState.UNREACHABLE, None)
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert verifying.forget_old() == 1


REFUSED = [
    ("nothing", "", "Only http and https"),
    ("ftp://paper.example/x", "", "Only http and https"),
    ("https://paper.example/x", "https://other.example/s/2026/water/", "no statement of this newsroom"),
    ("https://paper.example/x", SITE + "/s/2026/nowhere/", "no statement of this newsroom"),
    ("https://paper.example/x", SITE + "/", "no statement of this newsroom"),
    ("https://news.elmford.example/about/", "", "a page of this newsroom itself"),
    ("same", "", "the same address"),
    ("https://u:p@paper.example/", "", "user name or a password"),
]


def test_what_cannot_be_a_webmention_is_refused_at_once(target: str) -> None:
    for source, aim, said in REFUSED:
        answer = mention(target if source == "same" else source, aim or target)
        assert (answer.status_code, said in answer.content.decode()) == (400, True), (source, aim)
    assert not Mention.objects.exists()


@pytest.mark.usefixtures("stopped_clock")
def test_one_host_cannot_send_without_end(
    paper: Elsewhere, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "PER_HOST", 2)
    for number in range(2):
        assert mention(f"https://paper.example/{number}", target).status_code == 201
    answer = mention("https://paper.example/3", target)
    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
    assert mention("https://other.example/3", target).status_code == 201


def test_people_send_the_same_with_a_form(target: str) -> None:
    assert 'name="source"' in Client().get("/webmention").content.decode()
    browser = Client(headers={"accept": "text/html,application/xhtml+xml"})
    answer = browser.post("/webmention", {"source": "https://paper.example/x", "target": target})
    assert (answer.status_code, "It is looked at now" in answer.content.decode()) == (201, True)
    wrong = browser.post("/webmention", {"source": '"><script>', "target": target})
    assert (wrong.status_code, "<script>" in wrong.content.decode().split("<h1>")[1]) == (400, False)
    assert browser.cookies == {}


def test_a_newsroom_may_take_none(target: str, water: Publication, ines: User, own_home: Path) -> None:
    actions.set_policy(CoveragePolicy(pk=1, takes_mentions=False), by=ines)
    assert mention("https://paper.example/x", target).status_code == 404
    assert Client().get("/webmention").status_code == 404


def test_an_address_that_no_statement_can_have_is_refused_as_any_other(target: str) -> None:
    for path in ("/s/2026/water%00/", "/s/" + "a/" * 900):
        answer = mention("https://paper.example/wells", f"{SITE}{path}")
        assert (answer.status_code, b"no statement" in answer.content) == (400, True)
