# SPDX-License-Identifier: Apache-2.0
"""nginx and Caddy, configured as the documentation says, answer as the program itself does."""

from __future__ import annotations

import gzip
import http.client
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin

import brotli
import pytest

from onrecord.bakery import headers
from onrecord.bakery.targets.directory import DirectoryTarget
from onrecord.statements.formats.feeds import Channel, atom, json_feed, rss
from tests.bakery.conftest import a_file, a_page
from tests.bakery.programs import caddy, free_port, nginx
from tests.bakery.test_server import Answered, Reader

pytestmark = [pytest.mark.slow, pytest.mark.once]

COMPARED = (
    "Content-Type",
    "Cache-Control",
    "Vary",
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Access-Control-Allow-Origin",
    "Link",
)
STATEMENTS = re.compile(r"/s/\d+/[\w.~-]+/([a-z]{2,3}/)?$")
MENTIONS = b'<link rel="webmention" href="http://news.example.org/webmention"></head>'
"""As the page of a statement says where Webmentions about it go."""
FEEDS = ["/feed.xml", "/topics/water/feed.xml", "/fr/atom.xml", "/feed.json"]
ADDRESSES = [
    "/",
    "/s/2026/water/",
    "/s/2026/water/1.json",
    "/s/2026/water/1.tlog-proof",
    "/s/2026/water/card-3f2a9c01.png",
    *FEEDS,
    "/sitemap.xml",
    "/robots.txt",
    "/site.webmanifest",
    "/.well-known/security.txt",
    "/assets/site.3f2a9c01.css",
    "/media/3f2a9c017733-plan.pdf",
    "/log/checkpoint",
    "/log/tile/0/x001/067",
    "/log/tile/0/000.p/5",
    "/log/open/0.jsonl",
    "/log/anchors/12.tsr",
    "/log/",
    "/fr/log/",
    "/s/2026/water/1/proof/",
    "/s/2026/water/1.onrecord.zip",
    "/register.json",
    "/register/2.tlog-proof",
    "/register.note",
    "/policy.txt",
    "/s/2026/report/",
    "/s/2026/report/fr/",
    "/ap/statements/2026/report/original",
    "/ap/statements/2026/report/fr",
    "/ap/actors/press",
    "/ap/statements/2026/report-20261124-water/original",
    "/.well-known/host-meta",
    "/.well-known/nodeinfo",
    "/nodeinfo/2.0",
    "/nodeinfo/2.1",
    *(f"/every.{ending}" for ending in headers.ENDINGS),
]
TRICKS = [
    "/nowhere/",
    "/nowhere",
    "/404.html",
    "/s/2026/erased/gone.html",
    "/ap/statements/2026/erased/original.gone",
    "/.env",
    "/s/.baking-1",
    "/../secret_key",
    "/s/%2e%2e/%2e%2e/secret_key",
    "/s/..%2f..%2fsecret_key",
    "/..%5csecret_key",
    "/index.html.br",
    "/index.html.gz",
    "/%00",
    "/s/2026/water/%00",
    "//secret_key",
]


class Server:
    """A server of another kind on the same directory."""

    def __init__(self, port: int) -> None:
        self.port = port

    def get(self, address: str, method: str = "GET", **fields: str) -> Answered:
        """Ask without tidying the address up."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.putrequest(method, address, skip_host=True, skip_accept_encoding=True)
            connection.putheader("Host", "news.example.org")
            for name, value in fields.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            response = connection.getresponse()
            names = [name.title() for name, _ in response.getheaders()]
            assert len(names) == len(set(names)), "no header twice"
            return Answered(f"{response.status}", dict(response.getheaders()), response.read())


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Bake one file of every kind."""
    root = tmp_path_factory.mktemp("serving") / "site"
    root.parent.chmod(0o755)
    target = DirectoryTarget(root)
    target.write(a_page("/404.html", "Nothing here"))
    target.write(a_page("/503.html", "Statements can be read"))
    target.write(a_page("/s/2026/erased/gone.html", "This was erased"))
    target.write(a_file("/ap/statements/2026/erased/original.gone", '{"type":"Tombstone"}'))
    for address in ADDRESSES:
        body = a_feed(address) if address in FEEDS else a_page(address, f"At {address}").body
        if STATEMENTS.match(address):
            body = body.replace(b"</title>", b"</title>" + MENTIONS, 1)
        target.write(a_file(address, body, immutable=True))
    (root.parent / "secret_key").write_text("secret")
    (root / ".env").write_text("secret")
    (root / "s/.baking-1").write_text("secret")
    return root


@pytest.fixture(scope="module")
def ours(root: Path) -> Reader:
    return Reader(root)


@pytest.fixture(scope="module")
def application() -> Iterator[int]:
    """Stand in for the program: a server that says it was asked."""
    code = """
from wsgiref.simple_server import make_server, WSGIRequestHandler
WSGIRequestHandler.log_message = lambda *ignored: None
def application(environ, start_response):
    start_response("200 OK", [("Content-Security-Policy", "own")])
    return [b"application " + environ["HTTP_HOST"].encode()]
server = make_server("127.0.0.1", 0, application)
print(server.server_port, flush=True)
server.serve_forever()
"""
    with subprocess.Popen(
        [shutil.which("python3") or "python3", "-c", code], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.terminate()


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def server(
    request: pytest.FixtureRequest, root: Path, application: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with running(request.param, tmp_path_factory.mktemp(request.param), root, application) as port:
        yield Server(port)


@contextmanager
def running(name: str, folder: Path, root: Path, application: int) -> Iterator[int]:
    program = shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if program is None:
        pytest.skip(f"{name} is not installed here")
    port = free_port()
    with {"nginx": nginx, "caddy": caddy}[name](program, folder, root, port, application):
        yield port


@pytest.mark.parametrize("name", ["nginx", "caddy"])
def test_readers_are_told_what_waits_while_the_program_is_stopped(
    name: str, root: Path, tmp_path: Path
) -> None:
    with running(name, tmp_path, root, application=free_port()) as port:
        for address in ("/search?q=water", "/desk/"):
            answered = Server(port).get(address)
            assert answered.status == "503"
            assert b"Statements can be read" in answered.body
            assert answered.headers["Cache-Control"] == "no-cache"
            assert "default-src 'none'" in answered.headers["Content-Security-Policy"]
        assert Server(port).get("/").status == "200"


@pytest.mark.parametrize("coding", ["", "gzip", "br"])
def test_every_kind_of_file_is_answered_alike(server: Server, ours: Reader, coding: str) -> None:
    if coding == "br" and server.get("/", Accept_Encoding="br").headers.get("Content-Encoding") is None:
        pytest.skip("this nginx has no brotli module")
    for address in ADDRESSES:
        compare(server, ours, address, coding)


def test_a_feed_names_its_hub_and_itself_in_a_header(server: Server) -> None:
    for address in FEEDS:
        here = f"http://news.example.org{address}"
        assert server.get(address).headers["Link"] == (
            f'<http://news.example.org/websub/>; rel="hub", <{here}>; rel="self"'
        )
    assert "Link" not in server.get("/sitemap.xml").headers


def a_feed(address: str) -> bytes:
    """Write a feed that names its hub, as the newsroom at this address does."""
    site = "http://news.example.org"
    own = site + address
    channel = Channel(
        title="News",
        description="",
        home=f"{site}/",
        language="en",
        issuer="Elmford",
        updated=datetime(2026, 1, 1, tzinfo=UTC),
        logo=f"{site}/logo.png",
        icon=f"{site}/icon.png",
        rss=own,
        atom=own,
        json=own,
        hub=f"{site}/websub/",
    )
    write = {"feed.xml": rss, "atom.xml": atom, "feed.json": json_feed}[address.rpartition("/")[2]]
    return write(channel, [])


def compare(server: Server, ours: Reader, address: str, coding: str) -> None:
    """Compare what two servers say about one file."""
    theirs, own = server.get(address, Accept_Encoding=coding), ours.get(address, accept_encoding=coding)
    assert theirs.status == own.status[:3] == "200", address
    assert {name: theirs.headers.get(name) for name in COMPARED} == {
        name: own.headers.get(name) for name in COMPARED
    }
    expected = own.headers.get("Content-Encoding")
    assert theirs.headers.get("Content-Encoding") == expected
    decode = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[expected]
    assert decode(theirs.body) == decode(own.body)


def test_what_a_reader_has_is_not_sent_again(server: Server) -> None:
    first = server.get("/", Accept_Encoding="gzip")
    assert (
        server.get(
            "/",
            Accept_Encoding="gzip",
            If_None_Match=first.headers["Etag" if "Etag" in first.headers else "ETag"],
        ).status
        == "304"
    )


def test_tricks_get_nothing(server: Server) -> None:
    for address in TRICKS:
        answered = server.get(address)
        assert answered.status in {"400", "404"}, address
        assert b"secret" not in answered.body


def test_an_unknown_address_gets_the_baked_404_page(server: Server, ours: Reader) -> None:
    theirs, own = (
        server.get("/nowhere/", Accept_Encoding="gzip"),
        ours.get("/nowhere/", accept_encoding="gzip"),
    )
    assert theirs.status == own.status[:3] == "404"
    assert {name: theirs.headers.get(name) for name in COMPARED} == {
        name: own.headers.get(name) for name in COMPARED
    }
    body = gzip.decompress(theirs.body) if "Content-Encoding" in theirs.headers else theirs.body
    assert b"Nothing here" in body


@pytest.mark.parametrize(
    ("accept", "is_sent_on"),
    [
        ("application/activity+json", True),
        ('application/ld+json; profile="https://www.w3.org/ns/activitystreams"', True),
        ("application/activity+json, application/ld+json;q=0.9,application/json", True),
        ("application/activity+json, text/html;q=0.1", False),
        ("application/json, */*", False),
        ("application/jsonl", False),
        ("text/html", False),
        ("", False),
    ],
)
def test_who_takes_json_alone_is_sent_from_a_page_to_its_object(
    server: Server, ours: Reader, accept: str, is_sent_on: bool
) -> None:
    for address, place in (("/s/2026/report/", "original"), ("/s/2026/report/fr/", "fr")):
        theirs, own = server.get(address, Accept=accept), ours.get(address, accept=accept)
        assert theirs.status == own.status[:3] == ("302" if is_sent_on else "200")
        assert theirs.headers["Vary"] == own.headers["Vary"] == "Accept-Encoding, Accept"
        if is_sent_on:
            there = f"/ap/statements/2026/report/{place}"
            assert urljoin(address, theirs.headers["Location"]) == own.headers["Location"] == there
    for address, status in (("/s/2026/water/", "200"), ("/s/2026/erased/", "410"), ("/", "200")):
        theirs, own = server.get(address, Accept=accept), ours.get(address, accept=accept)
        assert theirs.status == own.status[:3] == status, "there is no object to be sent to"


def test_an_erased_object_is_gone(server: Server, ours: Reader) -> None:
    address = "/ap/statements/2026/erased/original"
    theirs, own = server.get(address), ours.get(address)
    assert theirs.status == own.status[:3] == "410"
    assert theirs.body == own.body == b'{"type":"Tombstone"}'
    assert theirs.headers["Content-Type"] == "application/activity+json"
    assert {name: theirs.headers.get(name) for name in COMPARED} == {
        name: own.headers.get(name) for name in COMPARED
    }


def test_an_erased_page_is_gone(server: Server, ours: Reader) -> None:
    address = "/s/2026/erased/"
    theirs, own = server.get(address, Accept_Encoding="gzip"), ours.get(address, accept_encoding="gzip")
    assert theirs.status == own.status[:3] == "410"
    assert {name: theirs.headers.get(name) for name in COMPARED} == {
        name: own.headers.get(name) for name in COMPARED
    }
    body = gzip.decompress(theirs.body) if "Content-Encoding" in theirs.headers else theirs.body
    assert b"This was erased" in body


@pytest.mark.parametrize(
    ("address", "location"),
    [
        ("/s/2026/water", "/s/2026/water/"),
        ("/s/2026/erased", "/s/2026/erased/"),
        ("/s/2026/water/index.html", "/s/2026/water/"),
        ("/index.html", "/"),
    ],
)
def test_a_forgotten_slash_and_a_file_name_lead_to_the_page(
    server: Server, address: str, location: str
) -> None:
    answered = server.get(address)
    assert answered.status in {"301", "308"}
    assert urljoin(address, answered.headers["Location"]) == location


@pytest.mark.parametrize(
    "address",
    [
        *("/desk/", "/desk", "/accounts/login/", "/search?q=a", "/static/a.css", "/setup/x/", "/websub/"),
        "/.well-known/webfinger?resource=acct:newsroom@news.example.org",
    ],
)
def test_dynamic_addresses_go_to_the_program(server: Server, address: str) -> None:
    answered = server.get(address)
    assert answered.body == b"application news.example.org"
    assert answered.headers["Content-Security-Policy"] == "own", (
        "the site's headers are not laid over the desk's"
    )


def test_baked_files_can_only_be_read(server: Server) -> None:
    assert server.get("/s/2026/water/", "POST", Content_Length="0").status == "405"
