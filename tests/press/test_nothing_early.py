# SPDX-License-Identifier: Apache-2.0
"""Promise 3: a text under embargo stands nowhere in public before its moment, and everywhere after it.

Everything that anybody outside can read, or is sent, is looked through for the words of a marked statement.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator

import brotli
import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from wagtail.documents.models import Document

from onrecord.bakery import actions as bakery
from onrecord.delivery.models import Delivery, Distribution
from onrecord.federation import actors
from onrecord.followers.models import Subscription
from onrecord.journal.models import Entry
from onrecord.people.models import User
from onrecord.press.embargoes import actions, views
from onrecord.press.models import Embargo
from onrecord.press.wire import actions as wire
from onrecord.press.wire import views as wire_views
from onrecord.statements.models import Statement
from tests.federation.sending.elsewhere import follow, somebody
from tests.followers.readers import follower, path_of
from tests.press.desks import bearer, destination, tell
from tests.press.people import journalist
from tests.press.sendings import message, published
from tests.press.test_embargoes import acknowledged, address, early, given

pytestmark = pytest.mark.usefixtures("a_relay")

MARKS = (b"zanzibar", b"quagga", b"axolotl", b"okapi")
"""One each in the body, in title and summary, in the name of a file, and in a note to editors."""
PUBLIC = ("record_", "federation_", "statements_search", "followers_", "conversation_")
PRIVATE = "record_opening"
"""Holds where a sealed leaf leads; what is baked of it, below `/log/open/`, is looked through as a file."""
SignIn = Callable[[User], Client]


@pytest.fixture
def marked(olga: User, ines: User) -> Statement:
    """Return the statement under embargo, with a file."""
    paper = Document.objects.create(title="axolotl", file=ContentFile(b"%PDF axolotl", "axolotl.pdf"))
    words = "<p>Zanzibar the water is safe to drink.</p>"
    body = [
        ("paragraph", words),
        ("file", {"file": paper, "description": "Axolotl"}),
        ("note", "<p>Okapi.</p>"),
    ]
    return early(olga, ines, seal=True, title="Quagga in the title", body=body, slug="quagga")


def baked() -> Iterator[tuple[str, bytes]]:
    """Yield every file of the site, as it is and unpacked."""
    root = bakery.site_directory()
    for path in sorted(root.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        yield f"{path.relative_to(root)}", content
        if path.suffix == ".gz":
            yield f"{path.name} unpacked", gzip.decompress(content)
        elif path.suffix == ".br":
            yield f"{path.name} unpacked", brotli.decompress(content)
        elif path.suffix == ".zip":
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                yield from ((f"{path.name}/{name}", packed.read(name)) for name in packed.namelist())


def answered(
    jan_at: str, reader_at: str, secrets: dict[str, str], browsers: dict[str, Client]
) -> Iterator[tuple[str, bytes]]:
    """Yield what the program answers to strangers, and to those who may not see it, or not yet."""
    stranger = Client()
    asked = (
        *(
            "/search?q=water",
            "/search?q=drink&language=en",
            "/verify",
            "/s/2026/quagga/",
            "/s/2026/quagga/1.json",
        ),
        *("/media/axolotl.pdf", "/nowhere/", "/api/", "/ap/actors/press/outbox", jan_at, reader_at),
        *("/.well-known/webfinger?resource=acct:press@news.elmford.example", f"{jan_at}abc/"),
        f"{reader_at}data.json",
    )
    for path in asked:
        answer = stranger.get(path)
        yield f"GET {path}", answer.content + str(answer.headers).encode()
    quote = "the water is safe to drink"
    yield "a quote", stranger.post("/verify", {"text": quote, "quote": quote}).content
    for name, secret in secrets.items():
        machine = bearer(secret)
        yield f"wire of {name}", machine.get("/wire/feed?after=0").content
        yield f"item of {name}", machine.get("/wire/items/1").content
    statement = Statement.objects.get(slug="quagga")
    embargo = Embargo.objects.get()
    screens = (
        f"/desk/statements/edit/{statement.pk}/",
        f"/desk/statements/{statement.pk}/editions/1/",
        f"/desk/press/embargoes/{embargo.pk}/",
        "/desk/press/distributions/",
        "/desk/deliveries/",
    )
    for who, browser in browsers.items():
        for path in screens:
            yield f"{who} {path}", browser.get(path).content


def stored() -> Iterator[tuple[str, bytes]]:
    """Yield what is kept where it is public, exported, or on its way to somebody who may not see it."""
    for entry in Entry.objects.order_by("pk"):
        yield f"journal {entry.event}", json.dumps([entry.subject, entry.data]).encode()
    for row in Distribution.objects.exclude(transport__startswith="wire"):
        yield f"ledger {row.purpose}", json.dumps([row.label, row.body, row.object_key]).encode()
    for delivery in Delivery.objects.filter(distribution__transport="smtp").select_related("distribution"):
        yield f"mail {delivery.distribution.purpose}", bytes(message(delivery)) + str(delivery.data).encode()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(PUBLIC) and table != PRIVATE:
                cursor.execute(f'SELECT * FROM "{table}"')
                for values in cursor.fetchall():
                    raw = [
                        bytes(one) if isinstance(one, bytes | memoryview) else str(one).encode()
                        for one in values
                    ]
                    yield f"table {table}", b"|".join(raw)


def marks_in(everything: Iterator[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Return where a marked word stands, by any spelling of letters."""
    return [(where, mark) for where, content in everything for mark in MARKS if mark in content.lower()]


def test_a_text_under_embargo_stands_nowhere_before_its_moment_and_everywhere_after(
    olga: User, ines: User, ada: User, mo: User, max: User, sign_in: SignIn, marked: Statement
) -> None:
    for allowance in (views.ALLOWANCE, views.STRANGERS, wire_views.ALLOWANCE, wire_views.STRANGERS):
        allowance.forget()
    published(olga, ines, slug="other", title="The bridge is open")
    reader = follower()
    follow(actors.newsroom(), somebody())
    narrow, wide = destination(ada, "Blog"), destination(ada, "Agency", embargoed=True)
    _token, blog = wire.make_token(narrow, "import", by=ada)
    _token, unseeing = wire.make_token(wide, "archive", by=ada)
    jan, bo = journalist(olga), journalist(olga, "bo", "bo@p.example")
    given(marked, olga, jan, bo, covers={"en": "News about the water."})
    tell()
    bakery.bake_all(workers=0)
    secrets = {"a blog": blog, "a token without the right": unseeing}
    browsers = {"Max": sign_in(max), "Mo": sign_in(mo)}
    places = (address(jan), path_of(reader), secrets, browsers)

    assert sum(1 for _ in baked()) > 100
    assert marks_in(baked()) == []
    assert marks_in(answered(*places)) == []
    assert marks_in(stored()) == []
    assert Subscription.objects.filter(state="confirmed").count() == 1
    assert "Zanzibar" in Client().get(acknowledged(bo)).content.decode()
    assert marks_in(answered(*places)) == []

    actions.lift(Embargo.objects.get(), reason="It got out.", by=olga)
    tell()
    bakery.bake_all(workers=0)
    there = {where for where, mark in marks_in(baked()) if mark == MARKS[0]}
    wanted = ("s/2026/quagga/index.html", "s/2026/quagga/1.json", "feed", "index.html")
    assert all(any(part in where for where in there) for part in wanted), sorted(there)
    assert any("sitemap" in where or "news" in where for where, mark in marks_in(baked()) if mark == MARKS[1])
    after = {where for where, _mark in marks_in(answered(*places))}
    assert {"GET /search?q=water", "wire of a blog", "wire of a token without the right"} <= after
    mails = {where for where, mark in marks_in(stored()) if mark == MARKS[0]}
    assert {"mail press-lifted", "mail edition"} <= mails
    assert Client().get(address(jan))["Location"] == "/s/2026/quagga/"


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
