# SPDX-License-Identifier: Apache-2.0
"""Readers get baked files: the right bytes, the right headers, and never anything else."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from typing import Any

import brotli
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings

from onrecord import waiting
from onrecord.bakery import headers
from onrecord.bakery.answers import IN_MEMORY_UP_TO, IN_ONE_PIECE_UP_TO, PIECE
from onrecord.bakery.server import BakedSite
from onrecord.bakery.targets.directory import DirectoryTarget
from tests.bakery.conftest import a_file, a_page
from tests.bakery.test_addresses import TRICKS

DYNAMIC = ("/desk/", "/search", "/static/", "/ap/actors/*/inbox")


@dataclass
class Answered:
    status: str
    headers: dict[str, str]
    body: bytes


class Reader:
    """Asks a site as a web server would."""

    def __init__(self, root: Path) -> None:
        self.target = DirectoryTarget(root)
        self.application_was_asked = 0
        self.site = BakedSite(self._application, root, dynamic=DYNAMIC)

    def bake(self, *files: Any) -> None:
        for file in files:
            self.target.write(file)
        self.target.announce()

    def get(self, address: str, method: str = "GET", query: str = "", **fields: str) -> Answered:
        said: list[Any] = []
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": address.encode("utf-8", "surrogateescape").decode("latin-1"),
            "QUERY_STRING": query,
            "wsgi.input": io.BytesIO(),
            **{f"HTTP_{name.upper()}": value for name, value in fields.items()},
        }
        body = b"".join(self.site(environ, lambda *arguments: said.extend(arguments)))  # type: ignore[arg-type]  # enough of one
        names = [name for name, _ in said[1]]
        assert len(names) == len(set(names)), "no header twice"
        return Answered(said[0], dict(said[1]), body)

    def _application(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        self.application_was_asked += 1
        start_response("200 OK", [])
        return [b"application"]


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    reader = Reader(tmp_path / "site")
    reader.bake(a_page("/", "Front"), a_page("/404.html", "Nothing here"), a_page("/s/2026/water/", "Water"))
    return reader


def test_an_erased_page_answers_410_until_there_is_a_page_again(reader: Reader) -> None:
    reader.bake(a_page("/s/2026/erased/gone.html", "This was erased"))
    answered = reader.get("/s/2026/erased/")
    assert (answered.status, answered.headers["Content-Type"]) == ("410 Gone", "text/html; charset=utf-8")
    assert answered.headers["Cache-Control"] == "no-cache"
    assert b"This was erased" in answered.body
    assert reader.get("/s/2026/erased/", "HEAD").body == b""
    assert reader.get("/s/2026/erased/", if_none_match=answered.headers["ETag"]).status == "410 Gone"
    assert reader.get("/s/2026/erased").headers["Location"] == "/s/2026/erased/"
    assert reader.get("/s/2026/erased/gone.html").status == "404 Not Found"
    assert reader.get("/s/2026/erased/1.json").status == "404 Not Found"
    reader.bake(a_page("/s/2026/erased/", "Here again"))
    assert reader.get("/s/2026/erased/").status == "200 OK"


def test_the_server_loads_neither_django_nor_a_database() -> None:
    code = "import sys, onrecord.bakery.server; print({'django', 'sqlite3', 'psycopg'} & set(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "set()"


def test_a_page_has_every_header(reader: Reader) -> None:
    answered = reader.get("/s/2026/water/", accept_encoding="gzip, deflate, br")
    assert answered.status == "200 OK"
    assert b"Water" in brotli.decompress(answered.body)
    etag, modified = answered.headers.pop("ETag"), answered.headers.pop("Last-Modified")
    assert etag.startswith('"')
    assert modified.endswith("GMT")
    assert answered.headers == {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(answered.body)),
        "Content-Encoding": "br",
        "Cache-Control": "public, no-cache",
        "Accept-Ranges": "bytes",
        "Vary": "Accept-Encoding, Accept",
        "Content-Security-Policy": headers.CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Access-Control-Allow-Origin": "*",
    }
    assert "unsafe" not in headers.CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(
    ("accepts", "coding"),
    [
        ("", None),
        ("br", "br"),
        ("gzip", "gzip"),
        ("gzip, br;q=0.1", "br"),
        ("gzip, br;q=0", "gzip"),
        ("br;q=0.000, gzip; q=0", None),
        ("*", "br"),
        ("*;q=0", None),
        ("brotli, zgzip", None),
        ("BR", "br"),
        ("deflate, zstd", None),
    ],
)
def test_the_best_coding_a_reader_takes_is_sent(reader: Reader, accepts: str, coding: str | None) -> None:
    answered = reader.get("/", accept_encoding=accepts)
    assert answered.headers.get("Content-Encoding") == coding
    decode = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding]
    assert decode(answered.body) == a_page("/", "Front").body


def test_every_coding_has_an_etag_of_its_own(reader: Reader) -> None:
    tags = {reader.get("/", accept_encoding=coding).headers["ETag"] for coding in ("br", "gzip", "")}
    assert len(tags) == 3


def test_what_a_reader_has_is_not_sent_again(reader: Reader) -> None:
    first = reader.get("/", accept_encoding="br")
    for tag in (first.headers["ETag"], "W/" + first.headers["ETag"], '"x", ' + first.headers["ETag"], "*"):
        again = reader.get("/", accept_encoding="br", if_none_match=tag)
        assert (again.status, again.body) == ("304 Not Modified", b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers["Vary"] == "Accept-Encoding"
        assert "Content-Length" not in again.headers
    assert reader.get("/", if_none_match=first.headers["ETag"]).status == "200 OK", "another coding"
    assert reader.get("/", if_modified_since=first.headers["Last-Modified"]).status == "304 Not Modified"
    assert reader.get("/", if_modified_since=formatdate(0, usegmt=True)).status == "200 OK"
    assert reader.get("/", if_modified_since="yesterday").status == "200 OK"
    assert (
        reader.get("/", if_none_match='"x"', if_modified_since=first.headers["Last-Modified"]).status
        == "200 OK"
    )


@pytest.mark.parametrize("size", [1000, IN_MEMORY_UP_TO * 3 + 5])
def test_parts_are_sent(reader: Reader, size: int) -> None:
    body = bytes(number % 251 for number in range(size))
    reader.bake(a_file("/media/film.mp4", body))
    for wanted, part in (
        ("bytes=0-0", body[:1]),
        ("bytes=10-19", body[10:20]),
        ("bytes=-7", body[-7:]),
        (f"bytes={size - 3}-", body[-3:]),
        (f"bytes=990-{size * 9}", body[990:]),
    ):
        answered = reader.get("/media/film.mp4", range=wanted)
        assert (answered.status, answered.body) == ("206 Partial Content", part)
        assert answered.headers["Content-Length"] == str(len(part))
        assert answered.headers["Content-Range"].endswith(f"/{size}")
    assert (
        reader.get("/media/film.mp4", range="bytes=10-19").headers["Content-Range"] == f"bytes 10-19/{size}"
    )
    for wanted in (f"bytes={size}-", "bytes=-0"):
        refused = reader.get("/media/film.mp4", range=wanted)
        assert refused.status == "416 Range Not Satisfiable"
        assert refused.headers["Content-Range"] == f"bytes */{size}"
    for ignored in ("bytes=5-2", "bytes=-", "lines=1-2", "bytes=0-1,5-6", "bytes=a-b"):
        assert reader.get("/media/film.mp4", range=ignored).body == body


def test_a_part_of_an_older_version_is_not_mixed_with_the_new(reader: Reader) -> None:
    first = reader.get("/")
    part = reader.get("/", range="bytes=0-3", if_range=first.headers["ETag"])
    assert part.status == "206 Partial Content"
    reader.bake(a_page("/", "Changed"))
    assert reader.get("/", range="bytes=0-3", if_range=first.headers["ETag"]).status == "200 OK"


def test_head_is_get_without_a_body(reader: Reader) -> None:
    got, head = reader.get("/", accept_encoding="br"), reader.get("/", "HEAD", accept_encoding="br")
    assert (head.status, head.headers, head.body) == (got.status, got.headers, b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_baked_files_can_only_be_read(reader: Reader, method: str) -> None:
    for address in ("/", "/nowhere/", "/"):
        answered = reader.get(address, method)
        assert (answered.status, answered.headers["Allow"]) == ("405 Method Not Allowed", "GET, HEAD")


def test_changes_are_seen_as_soon_as_the_bake_has_ended(reader: Reader) -> None:
    assert b"Front" in reader.get("/").body
    assert reader.get("/s/new/").status == "404 Not Found"
    reader.target.write(a_page("/", "Changed"))
    assert b"Front" in reader.get("/").body, "from memory"
    reader.bake(a_page("/s/new/", "New"))
    assert b"Changed" in reader.get("/").body
    assert b"New" in reader.get("/s/new/").body
    reader.target.remove("/s/new/")
    reader.target.announce()
    assert reader.get("/s/new/").status == "404 Not Found"


def test_an_unknown_address_gets_the_baked_404_page(reader: Reader) -> None:
    for address in ("/nowhere/", "/404.html", "/s/2026/other"):
        answered = reader.get(address, accept_encoding="br", if_none_match="*", range="bytes=0-1")
        assert answered.status == "404 Not Found"
        assert b"Nothing here" in brotli.decompress(answered.body)
        assert answered.headers["Cache-Control"] == "no-cache"
    assert reader.application_was_asked == 0


def test_before_anything_is_baked_the_application_answers(tmp_path: Path) -> None:
    reader = Reader(tmp_path / "site")
    assert reader.get("/").body == b"application"


@pytest.mark.parametrize(
    "address",
    ["/desk/", "/desk", "/desk/x/", "/search", "/search/", "/static/a.css", "/ap/actors/press/inbox"],
)
def test_dynamic_addresses_go_to_the_application(reader: Reader, address: str) -> None:
    assert reader.get(address, "POST").body == b"application"


@pytest.mark.parametrize(
    "address", ["/desks/", "/searching", "/statics", "/ap/actors/press", "/ap/actors/a/b/inbox"]
)
def test_what_only_begins_alike_does_not(reader: Reader, address: str) -> None:
    assert reader.get(address).status == "404 Not Found"


def test_a_forgotten_slash_and_a_file_name_lead_to_the_page(reader: Reader) -> None:
    for asked, query, location in (
        ("/s/2026/water", "", "/s/2026/water/"),
        ("/s/2026/water", "a=1", "/s/2026/water/?a=1"),
        ("/s/2026/water/index.html", "", "/s/2026/water/"),
        ("/index.html", "", "/"),
    ):
        answered = reader.get(asked, query=query)
        assert (answered.status, answered.headers["Location"]) == ("301 Moved Permanently", location)
    reader.bake(a_page("/s/eau-chère/", "Eau"))
    assert reader.get("/s/eau-chère").headers["Location"] == "/s/eau-ch%C3%A8re/"
    assert b"Eau" in reader.get("/s/eau-chère/").body


@pytest.mark.parametrize(
    "address",
    [
        "/../secret_key",
        "/s/../../secret_key",
        "//secret_key",
        "/s//2026/water/",
        "/./index.html",
        "/s\\2026",
        "/\x00",
        "/s/2026/water/\x00",
        "/.baking-1",
        "/.env",
        "/s/2026/water/index.html.br",
        "/index.html.gz",
        "/link.txt",
        "/folder-link/secret.txt",
        "/pipe",
        "/\udce9",
        "/" + "x" * 5000,
        "s/2026/water/",
    ],
)
def test_tricks_get_nothing(reader: Reader, address: str) -> None:
    root = reader.target.root
    (root.parent / "secret_key").write_text("secret")
    (root / ".env").write_text("secret")
    (root / ".baking-1").write_text("secret")
    (root / "link.txt").symlink_to(root.parent / "secret_key")
    assert reader.get(address).status == "404 Not Found"
    assert b"secret" not in reader.get(address).body


@given(TRICKS)
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_address_reads_a_file_outside(reader: Reader, address: str) -> None:
    root = reader.target.root
    for name in (".env", "a", "index.html", "x.br"):
        (root.parent / name).write_text("outside")
    try:
        answered = reader.get("/" + address)
    except UnicodeEncodeError:
        return  # no web server can be asked that
    assert b"outside" not in answered.body
    assert answered.status[:3] in {"200", "301", "404"}


def test_a_large_file_is_read_to_its_end_though_it_is_replaced_meanwhile(reader: Reader) -> None:
    size = IN_ONE_PIECE_UP_TO * 2
    reader.bake(a_file("/media/film.mp4", b"a" * size))
    said: list[Any] = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/media/film.mp4"}
    pieces = iter(reader.site(environ, lambda *arguments: said.extend(arguments)))  # type: ignore[arg-type]  # enough of one
    body = next(pieces)
    reader.bake(a_file("/media/film.mp4", b"b" * 10))
    body += b"".join(pieces)
    assert body == b"a" * size
    assert reader.get("/media/film.mp4").body == b"b" * 10


def test_slow_readers_of_large_files_leave_threads_for_pages(reader: Reader) -> None:
    film, picture = b"a" * (IN_ONE_PIECE_UP_TO + 1), b"b" * IN_ONE_PIECE_UP_TO
    reader.bake(a_file("/media/film.mp4", film), a_file("/media/picture.jpg", picture), a_page("/", "here"))
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/media/film.mp4"}

    def read_slowly() -> Any:
        return reader.site(environ, lambda *_arguments: None)  # type: ignore[arg-type]  # enough of one

    slow = [read_slowly() for _ in range(waiting.THREADS - 2)]
    assert [len(next(one)) for one in slow] == [PIECE] * (waiting.THREADS - 2)

    refused = reader.get("/media/film.mp4")
    assert (refused.status, refused.headers["Retry-After"]) == ("503 Service Unavailable", "5")
    assert refused.headers["Cache-Control"] == "no-store"
    assert refused.headers["Content-Length"] == str(len(refused.body))
    assert reader.get("/media/film.mp4", method="HEAD").status == "200 OK"
    assert reader.get("/media/film.mp4", range="bytes=1-9").body == b"a" * 9
    assert reader.get("/media/picture.jpg").body == picture
    assert b"here" in reader.get("/").body

    slow.pop().close()  # as a web server does whose reader has gone
    assert reader.get("/media/film.mp4").body == film
    slow[0].close()
    slow[0].close()
    reading = [read_slowly(), read_slowly()]
    assert all(b"".join(one) == film for one in reading)
    left = [read_slowly(), read_slowly()]
    del left[:]  # one that forgets to close it
    assert reader.get("/media/film.mp4").status == "200 OK"


def test_memory_is_bounded(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onrecord.bakery.server.REMEMBERED_BYTES", 100_000)
    monkeypatch.setattr("onrecord.bakery.server.FEW", 2)
    for number in range(8):
        reader.bake(
            a_file(f"/{number}.bin", bytes(40_000)), a_file(f"/{number}.mp4", bytes(IN_MEMORY_UP_TO + 1))
        )
    for number in range(8):
        assert len(reader.get(f"/{number}.bin").body) == 40_000
        assert len(reader.get(f"/{number}.mp4").body) == IN_MEMORY_UP_TO + 1
    memory = reader.site._memory
    assert sum(answer.bytes_in_memory for answer in memory.answers.values()) <= 100_000
    assert sum(answer.is_open for answer in memory.answers.values()) <= 2


@pytest.mark.parametrize(
    ("address", "media_type", "cache"),
    [
        ("/feed.xml", "application/rss+xml; charset=utf-8", headers.ASK),
        ("/topics/water/feed.xml", "application/rss+xml; charset=utf-8", headers.ASK),
        ("/atom.xml", "application/atom+xml; charset=utf-8", headers.ASK),
        ("/feed.json", "application/feed+json; charset=utf-8", headers.ASK),
        ("/sitemap.xml", "application/xml; charset=utf-8", headers.ASK),
        ("/robots.txt", "text/plain; charset=utf-8", headers.ASK),
        ("/site.webmanifest", "application/manifest+json; charset=utf-8", headers.ASK),
        ("/log/checkpoint", "text/plain; charset=utf-8", headers.SECONDS),
        ("/log/tile/0/x001/067", "application/octet-stream", headers.YEAR),
        ("/log/tile/0/000.p/5", "application/octet-stream", headers.YEAR),
        ("/assets/site.3f2a9c01.css", "text/css; charset=utf-8", headers.YEAR),
        ("/media/3f2a9c017733-photo.jpg", "image/jpeg", headers.YEAR),
        ("/s/2026/water/card-3f2a9c01.png", "image/png", headers.YEAR),
        ("/s/2026/water/1.json", "application/json; charset=utf-8", headers.ASK),
        ("/s/2026/water/1.tlog-proof", "text/plain; charset=utf-8", headers.ASK),
        ("/s/2026/water/1.onrecord.zip", "application/zip", headers.ASK),
        ("/s/2026/water/1/proof/", "text/html; charset=utf-8", headers.ASK),
        ("/register.json", "application/json; charset=utf-8", headers.ASK),
        ("/register/2.note", "text/plain; charset=utf-8", headers.ASK),
        ("/policy.txt", "text/plain; charset=utf-8", headers.ASK),
        ("/log/open/000.jsonl", "application/jsonl; charset=utf-8", headers.ASK),
        ("/log/anchors/12.tsr", "application/timestamp-reply", headers.ASK),
    ],
)
def test_the_name_says_type_and_lifetime(reader: Reader, address: str, media_type: str, cache: str) -> None:
    reader.bake(a_file(address, "x", immutable=True))
    answered = reader.get(address)
    assert (answered.headers["Content-Type"], answered.headers["Cache-Control"]) == (media_type, cache)
    assert answered.headers["Access-Control-Allow-Origin"] == "*", "whoever checks may be another origin"
