# SPDX-License-Identifier: Apache-2.0
"""Promise 3: a text under embargo stands nowhere in public before its moment, and everywhere after it.

Everything that anybody outside can read, or is sent, is looked through for the words of a marked statement.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import brotli
import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from wagtail.documents.models import Document

from onrecord.bakery import actions as bakery
from onrecord.delivery.mail import doors
from onrecord.delivery.models import Delivery, Distribution
from onrecord.federation import actors
from onrecord.followers.webhooks import actions as webhooks
from onrecord.followers.webhooks.actions.endpoints import Wanted
from onrecord.journal.models import Entry
from onrecord.people.models import User
from onrecord.press.doors import path_of as own_page
from onrecord.press.embargoes import actions, views
from onrecord.press.models import Destination, Embargo, EmbargoLink, Journalist, PressDistribution
from onrecord.press.wire import actions as wire
from onrecord.press.wire import views as wire_views
from onrecord.statements import actions as statements
from onrecord.statements.models import Statement
from tests.federation.sending.elsewhere import follow, somebody
from tests.followers.readers import follower, path_of
from tests.press import inquiring
from tests.press.desks import bearer, destination, tell
from tests.press.people import journalist
from tests.press.sendings import message, published
from tests.press.test_embargoes import acknowledged, address, early, given

pytestmark = pytest.mark.usefixtures("a_relay")

MARKS = (b"zanzibar", b"quagga", b"axolotl", b"okapi")
"""One each in the body, in title and summary, in a file or what changed, and in a note to editors."""
SLUG = b"numbat"
"""The end of its address: searched for in what is kept; whoever asks for it is answered with it."""
PUBLIC = ("record_", "federation_", "statements_search", "followers_", "conversation_")
PRIVATE = "record_opening"
"""Holds where a sealed leaf leads; what is baked of it, below `/log/open/`, is looked through as a file."""
SignIn = Callable[[User], Client]


@pytest.fixture
def marked(olga: User, ines: User) -> Statement:
    """Return the statement under embargo, with a file, sealed."""
    return marked_one(olga, ines, seal=True)


def marked_one(olga: User, ines: User, *, seal: bool, slug: str = "numbat") -> Statement:
    """Return a statement under embargo, with a file."""
    paper = Document.objects.create(title="axolotl", file=ContentFile(b"%PDF axolotl", "axolotl.pdf"))
    words = "<p>Zanzibar the water is safe to drink.</p>"
    body = [
        ("paragraph", words),
        ("file", {"file": paper, "description": "Axolotl"}),
        ("note", "<p>Okapi.</p>"),
    ]
    told: Statement = early(olga, ines, seal=seal, title="Quagga in the title", body=body, slug=slug)
    return told


def address_of(person: Journalist, statement: Statement) -> str:
    """Return the path of somebody's link to one of several texts."""
    link = EmbargoLink.objects.get(journalist=person, embargo__statement=statement)
    return f"/press-list/embargo/{doors.secret_of(link.door_number)}/"


def changing(olga: User, ines: User) -> Statement:
    """Return the same as the second edition of something that everybody knows."""
    edition = published(olga, ines, slug="other", title="The bridge is open")
    statement: Statement = Statement.objects.get(pk=edition.statement_id)
    statement.title, statement.summary = "Quagga in the title", "Quagga in the summary."
    words = "<p>Zanzibar the water is safe to drink.</p>"
    statement.body = [("paragraph", words), ("note", "<p>Okapi.</p>")]
    statements.save_draft(statement, by=olga)
    statements.submit(statement, by=olga, change="correction", change_note="Axolotl.")
    statements.approve(statement, by=ines)
    at = timezone.now().replace(microsecond=0) + timedelta(hours=5)
    statements.schedule(statement, by=olga, at=at, zone="Europe/Brussels", embargoed=True, seal=True)
    return statement


def baked() -> Iterator[tuple[str, bytes]]:
    """Yield every file of the site, its name, and its content as it is and unpacked."""
    root = bakery.site_directory()
    for path in sorted(root.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        yield f"the name of {path.relative_to(root)}", str(path.relative_to(root)).encode()
        yield f"{path.relative_to(root)}", content
        if path.suffix == ".gz":
            yield f"{path.name} unpacked", gzip.decompress(content)
        elif path.suffix == ".br":
            yield f"{path.name} unpacked", brotli.decompress(content)
        elif path.suffix == ".zip":
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                yield from ((f"{path.name}/{name}", packed.read(name)) for name in packed.namelist())


def answered(
    jan_at: str, opened: Iterable[str], secrets: dict[str, str], browsers: dict[str, Client]
) -> Iterator[tuple[str, bytes]]:
    """Yield what the program answers to strangers, and to those who may not see it, or not yet.

    `opened` are addresses that somebody's own link opens: of a follower, of journalists, of an inquiry.
    """
    stranger = Client()
    for path in (*ASKED, jan_at, f"{jan_at}abc/", f"{jan_at}files.zip", *opened):
        answer = stranger.get(path)
        assert answer.status_code < 500, path
        yield f"GET {path}", answer.content + str(answer.headers).encode()
    for path, fields in posted().items():
        answer = stranger.post(path, fields)
        assert answer.status_code < 500, path
        yield f"POST {path}", answer.content + str(answer.headers).encode()
    for name, secret in secrets.items():
        machine = bearer(secret)
        yield f"wire of {name}", machine.get("/wire/feed?after=0").content
        yield from ((f"item of {name}", machine.get(f"/wire/items/{one}").content) for one in range(1, 6))
    for who, browser in browsers.items():
        for path in screens():
            answer = browser.get(path, follow=True)
            assert answer.status_code < 500, path
            yield f"{who} {path}", answer.content


ASKED = (
    *("/search?q=water", "/search?q=drink&language=en", "/verify", "/api/", "/nowhere/"),
    *("/s/2026/numbat/", "/s/2026/numbat/1.json", "/s/2026/numbat/1.assets.zip", "/s/2026/other/2.json"),
    *("/s/2026/other/2/", "/s/2026/other/2/changes/", "/s/2026/other/2/proof/", "/media/axolotl.pdf"),
    *("/inquiries/?about=/s/2026/numbat/", "/report?url=/s/2026/numbat/", "/webmention", "/accredit/"),
    *("/forms/ticket?purpose=comment&about=1", "/forms/ticket?purpose=comment&about=2", "/comments/1"),
    *("/ap/actors/press/outbox", "/ap/followers/press", "/ap/likes/s/2026/numbat", "/ap/quotes/1"),
    *("/ap/replies/s/2026/numbat/", "/ap/shares/s/2026/numbat/", "/api/moderation/v1/items"),
    "/.well-known/webfinger?resource=acct:press@news.elmford.example",
    "/.well-known/webfinger?resource=https://news.elmford.example/s/2026/numbat/",
)
"""Whatever answers strangers while it runs, asked about it by the address that it will have."""


def posted() -> dict[str, dict[str, str]]:
    """Return what strangers send: forms that name it."""
    quote, there = "the water is safe to drink", "https://news.elmford.example/s/2026/numbat/"
    hub = {"hub.mode": "subscribe", "hub.topic": there, "hub.callback": "https://reader.example/"}
    return {
        "/verify": {"address": there},
        "/webmention": {"source": "https://paper.example/1", "target": there},
        "/websub/": hub,
        "/comments/send": {"publication": "2", "text": quote, "name": "Max", "address": "max@r.example"},
        "/report": {"url": there, "explanation": quote, "category": "other"},
        "/inquiries/": {"about": "/s/2026/numbat/", "text": quote, "kind": "question"},
    }


def screens() -> Iterator[str]:
    """Yield the screens of the desk that name statements, deliveries, or what goes over the wire."""
    for one in Statement.objects.filter(title__startswith="Quagga"):
        yield from (f"/desk/statements/edit/{one.pk}/", f"/desk/statements/{one.pk}/editions/1/")
    for one in PressDistribution.objects.all():
        yield from (
            f"/desk/press/distributions/{one.pk}/",
            f"/desk/press/distributions/{one.pk}/preview/en-0/",
        )
    yield from (f"/desk/press/embargoes/{one.pk}/" for one in Embargo.objects.all())
    yield from (f"/desk/wire/{one.pk}/" for one in Destination.objects.all())
    yield from (f"/desk/deliveries/{one.pk}/" for one in Distribution.objects.all())
    yield from (f"/desk/deliveries/to/{one.pk}/" for one in Delivery.objects.all())
    yield from ("/desk/", "/desk/statements/", "/desk/press/distributions/", "/desk/deliveries/")
    yield from ("/desk/coverage/", "/desk/inquiries/", "/desk/moderation/", "/desk/wire/", "/desk/documents/")


def stored() -> Iterator[tuple[str, bytes]]:
    """Yield what is kept where it is public, exported, or on its way to somebody who may not see it."""
    for entry in Entry.objects.order_by("pk"):
        yield f"journal {entry.event}", json.dumps([entry.subject, entry.data]).encode()
    for row in Distribution.objects.all():
        yield f"ledger {row.purpose}", json.dumps([row.label, row.object_key]).encode()
    for row in Distribution.objects.exclude(transport__startswith="wire"):
        yield f"what goes out {row.purpose}", json.dumps(row.body).encode()
    for delivery in Delivery.objects.filter(distribution__transport="smtp").select_related("distribution"):
        yield f"mail {delivery.distribution.purpose}", bytes(message(delivery)) + str(delivery.data).encode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM onrecord_cache")
        for key, value in cursor.fetchall():
            yield f"cache {key}", key.encode() + base64.b64decode(value)
        for table in connection.introspection.table_names(cursor):
            if table.startswith(PUBLIC) and table != PRIVATE:
                cursor.execute(f'SELECT * FROM "{table}"')
                for values in cursor.fetchall():
                    raw = [
                        bytes(one) if isinstance(one, bytes | memoryview) else str(one).encode()
                        for one in values
                    ]
                    yield f"table {table}", b"|".join(raw)


def marks_in(
    everything: Iterator[tuple[str, bytes]], marks: tuple[bytes, ...] = MARKS
) -> list[tuple[str, bytes]]:
    """Return where a marked word stands, by any spelling of letters."""
    return [(where, mark) for where, content in everything for mark in marks if mark in content.lower()]


@dataclass
class World:
    """Who is told of what is published, and who looks for what is not."""

    secrets: dict[str, str]
    browsers: dict[str, Client]
    opened: list[str]

    def finds(self, jan_at: str, *, staff: bool = True) -> list[tuple[str, bytes]]:
        """Return where a marked word stands in what is answered."""
        browsers = self.browsers if staff else {}
        return marks_in(answered(jan_at, self.opened, self.secrets, browsers))


@pytest.fixture
def world(olga: User, ines: User, ada: User, mo: User, max: User, sign_in: SignIn) -> World:
    """Return a newsroom that is followed, hooked, fetched from and watched."""
    for allowance in (views.ALLOWANCE, views.STRANGERS, wire_views.ALLOWANCE, wire_views.STRANGERS):
        allowance.forget()
    reader = follower()
    follow(actors.newsroom(), somebody())
    webhooks.add("Hook", "https://hooks.example.org/newsroom", Wanted(), by=ada)
    narrow, wide = destination(ada, "Blog"), destination(ada, "Agency", embargoed=True)
    _token, blog = wire.make_token(narrow, "import", by=ada)
    _token, unseeing = wire.make_token(wide, "archive", by=ada)
    browsers = {"Max": sign_in(max), "Mo": sign_in(mo), "Ada": sign_in(ada)}
    inquiry = inquiring.answered(olga, ines)
    opened = [path_of(reader), f"{path_of(reader)}data.json", inquiring.path_of(inquiry)]
    return World({"a blog": blog, "a token without the right": unseeing}, browsers, opened)


def nowhere_to_be_found(world: World, jan_at: str) -> None:
    """Look through everything."""
    tell()
    bakery.bake_all(workers=0)
    assert sum(1 for _ in baked()) > 100
    assert marks_in(baked(), (*MARKS, SLUG)) == []
    assert marks_in(stored(), (*MARKS, SLUG)) == []
    assert world.finds(jan_at) == []


def test_a_text_under_embargo_stands_nowhere_before_its_moment_and_everywhere_after(
    olga: User, ines: User, world: World, marked: Statement
) -> None:
    published(olga, ines, slug="other", title="The bridge is open")
    jan, bo = journalist(olga), journalist(olga, "bo", "bo@p.example")
    given(marked, olga, jan, bo, covers={"en": "News about the water."})
    world.opened += [own_page(jan), f"{own_page(jan)}data.json"]
    nowhere_to_be_found(world, address(jan))
    assert "Zanzibar" in Client().get(acknowledged(bo)).content.decode()
    assert world.finds(address(jan), staff=False) == []

    actions.lift(Embargo.objects.get(), reason="It got out.", by=olga)
    tell()
    bakery.bake_all(workers=0)
    there = {where for where, mark in marks_in(baked()) if mark == MARKS[0]}
    wanted = ("s/2026/numbat/index.html", "s/2026/numbat/1.json", "feed", "index.html")
    assert all(any(part in where for where in there) for part in wanted), sorted(there)
    assert any("sitemap" in where or "news" in where for where, mark in marks_in(baked()) if mark == MARKS[1])
    after = {where for where, _mark in world.finds(address(jan), staff=False)}
    assert {"GET /search?q=water", "wire of a blog", "wire of a token without the right"} <= after
    assert f"GET {own_page(jan)}data.json" in after, "what was mailed to Jan"
    told = {where for where, mark in marks_in(stored()) if mark == MARKS[0]}
    assert {"mail press-lifted", "mail edition"} <= told
    ways = set(Distribution.objects.filter(label__startswith="Quagga").values_list("transport", flat=True))
    assert {"webhook", "activitypub", "smtp", "wire-pull"} <= ways
    assert Client().get(address(jan))["Location"] == "/s/2026/numbat/"


def test_a_moment_that_passes_unused_opens_nothing(olga: User, ines: User, world: World) -> None:
    marked, held = marked_one(olga, ines, seal=False), marked_one(olga, ines, seal=False, slug="numbat-2")
    jan = journalist(olga)
    for one in (marked, held):
        given(one, olga, jan, covers={"en": "News about the water."})
    tell()
    at = timezone.now().replace(microsecond=0) + timedelta(hours=9)
    statements.schedule(marked, by=ines, at=at, zone="UTC", embargoed=True)
    statements.unschedule(held, by=ines)
    tell()
    wire.heed_embargoes()
    with time_machine.travel(timezone.now() + timedelta(hours=6), tick=True):
        statements.release_due()
        nowhere_to_be_found(world, address_of(jan, marked))


def test_a_change_under_embargo_stands_nowhere_before_its_moment_and_everywhere_after(
    olga: User, ines: User, world: World
) -> None:
    statement = changing(olga, ines)
    jan = journalist(olga)
    given(statement, olga, jan, covers={"en": "News about the water."})
    nowhere_to_be_found(world, address(jan))
    assert "Zanzibar" in Client().get(acknowledged(jan)).content.decode()

    actions.lift(Embargo.objects.get(), reason="It got out.", by=olga)
    tell()
    bakery.bake_all(workers=0)
    there = {where for where, mark in marks_in(baked()) if mark == MARKS[0]}
    assert any("s/2026/other/2.json" in where for where in there), sorted(there)
    assert any("s/2026/other/2/changes/" in where for where in there), sorted(there)


def test_nothing_of_it_is_in_the_page_of_a_link_before_the_terms_are_acknowledged(
    olga: User, ines: User, marked: Statement
) -> None:
    jan = journalist(olga)
    given(marked, olga, jan)
    path = address(jan)
    sha256 = Client().get(path).content.decode()
    assert marks_in(iter([("page", sha256.encode())])) == []
    acknowledged(jan)
    shown = Client().get(path).content.decode()
    assert "Zanzibar" in shown
    file = next(part.partition('"')[0] for part in shown.split(f'href="{path}')[1:])
    given_file = Client().get(path + file)
    assert given_file.getvalue() == b"%PDF axolotl"
    assert given_file["Cache-Control"] == "no-store"
    assert "attachment" in given_file["Content-Disposition"]
    bo = journalist(olga, "bo", "bo@p.example")
    given(marked, olga, bo)
    assert Client().get(address(bo) + file).status_code == 404
    assert Client().get("/press-list/embargo/x/" + file).status_code == 404
    packed = Client().get(f"{path}files.zip")
    assert (packed["Cache-Control"], packed["Content-Type"]) == ("no-store", "application/zip")
    with zipfile.ZipFile(io.BytesIO(b"".join(packed))) as archive:
        assert archive.read("axolotl.pdf") == b"%PDF axolotl"
        assert "Under embargo until" in archive.read("README.txt").decode()
    assert Client().get(f"{address(bo)}files.zip").status_code == 404
    assert Client().get("/press-list/embargo/x/files.zip").status_code == 404
