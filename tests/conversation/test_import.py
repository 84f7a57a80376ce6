# SPDX-License-Identifier: Apache-2.0
"""Comments come along from other systems: once, in their places, and nobody gets mail."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onrecord.conversation import actions
from onrecord.conversation.actions.importing import Outcome
from onrecord.conversation.errors import BadFile
from onrecord.conversation.formats import FORMATS, wxr
from onrecord.conversation.formats.foreign import plain
from onrecord.conversation.models import Comment, Commenter, State
from onrecord.delivery.models import Delivery
from onrecord.journal.events import CLOCK
from onrecord.people.models import Contact, User
from onrecord.statements.models import Publication
from tests.conversation.readers import KIM, page, shown
from tests.proof.cast import conformance

PAGE = "https://old.example/2019/water.html"

DISQUS = f"""<?xml version="1.0"?>
<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
<thread dsq:id="7"><link>{PAGE}</link></thread>
<thread dsq:id="8"><link>https://old.example/else.html</link></thread>
<post dsq:id="2"><message><![CDATA[<p>An <b>answer</b>.</p>]]></message>
 <createdAt>2019-05-02T10:00:00Z</createdAt><isDeleted>false</isDeleted><isSpam>false</isSpam>
 <author><name>Kim</name><email>{KIM}</email></author><ipAddress>203.0.113.77</ipAddress>
 <thread dsq:id="7"/><parent dsq:id="1"/></post>
<post dsq:id="1"><message><![CDATA[<p>First &amp; <a href="https://a.example/x">best</a></p><p>Two</p>]]></message>
 <createdAt>2019-05-01T10:00:00Z</createdAt><isDeleted>false</isDeleted><isSpam>false</isSpam>
 <author><name>Jan</name><username>jan</username></author><thread dsq:id="7"/></post>
<post dsq:id="3"><message>Spam</message><createdAt>2019-05-01T10:00:00Z</createdAt>
 <isDeleted>false</isDeleted><isSpam>true</isSpam><thread dsq:id="7"/></post>
<post dsq:id="4"><message>Elsewhere</message><createdAt>2019-05-01T10:00:00Z</createdAt>
 <isDeleted>false</isDeleted><isSpam>false</isSpam><thread dsq:id="8"/></post>
</disqus>"""

WXR = f"""<?xml version="1.0"?>
<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><item><link>{PAGE}</link>
<wp:comment><wp:comment_id>11</wp:comment_id><wp:comment_author><![CDATA[Jan]]></wp:comment_author>
<wp:comment_author_email>jan@reader.example</wp:comment_author_email>
<wp:comment_author_url>https://jan.example/</wp:comment_author_url>
<wp:comment_author_IP>203.0.113.77</wp:comment_author_IP>
<wp:comment_date_gmt>2019-05-01 10:00:00</wp:comment_date_gmt>
<wp:comment_content><![CDATA[Line one
line two]]></wp:comment_content><wp:comment_approved>1</wp:comment_approved><wp:comment_type/>
<wp:comment_parent>0</wp:comment_parent></wp:comment>
<wp:comment><wp:comment_id>12</wp:comment_id><wp:comment_author>Kim</wp:comment_author>
<wp:comment_author_email>{KIM}</wp:comment_author_email>
<wp:comment_date_gmt>2019-05-02 10:00:00</wp:comment_date_gmt><wp:comment_content>Waits</wp:comment_content>
<wp:comment_approved>0</wp:comment_approved><wp:comment_type>comment</wp:comment_type>
<wp:comment_parent>11</wp:comment_parent></wp:comment>
<wp:comment><wp:comment_id>13</wp:comment_id><wp:comment_approved>1</wp:comment_approved>
<wp:comment_type>pingback</wp:comment_type></wp:comment>
</item></channel></rss>"""


def _isso(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR UNIQUE, title VARCHAR)")
        database.execute(
            "CREATE TABLE comments (tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER,"
            " created FLOAT NOT NULL, modified FLOAT, mode INTEGER, remote_addr VARCHAR, text VARCHAR,"
            " author VARCHAR, email VARCHAR, website VARCHAR, likes INTEGER, dislikes INTEGER, voters BLOB)"
        )
        database.execute("INSERT INTO threads VALUES (1, '/2019/water.html', 'Water')")
        rows = [
            (1, 1, None, 1556704800.0, 1, "203.0.113.77", "*First*", "Jan", "jan@reader.example", None),
            (1, 2, 1, 1556791200.0, 1, "203.0.113.77", "An answer", "Kim", KIM, "https://kim.example/"),
            (1, 3, None, 1556791300.0, 4, "", "", None, None, None),
        ]
        database.executemany(
            "INSERT INTO comments (tid, id, parent, created, mode, remote_addr, text, author, email, website)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )


def _remark42(path: Path) -> None:
    user = {"name": "Jan", "id": "github_ab12", "ip": "203.0.113.77", "picture": "https://x.example/p.png"}
    locator = {"site": "old", "url": PAGE}
    rows = [
        {"version": 1, "users": [], "posts": []},
        {"id": "b", "pid": "a", "text": "<p>Answer</p>", "user": user, "locator": locator,
         "time": "2019-05-02T10:00:00.123456789Z"[:26] + "+00:00"},
        {"id": "a", "pid": "", "text": "<p>x</p>", "orig": "**First**", "user": user, "locator": locator,
         "time": "2019-05-01T12:00:00+02:00"},
        {"id": "c", "pid": "", "text": "", "user": user, "locator": locator, "time": "2019-05-01T12:00:00Z",
         "delete": True},
    ]  # fmt: skip
    path.write_bytes(gzip.compress("\n".join(json.dumps(row) for row in rows).encode()))


WRITERS: dict[str, Callable[[Path], object]] = {
    "disqus": lambda path: path.write_text(DISQUS, encoding="utf-8"),
    "wxr": lambda path: path.write_text(WXR, encoding="utf-8"),
    "isso": _isso,
    "remark42": _remark42,
}


def _import(name: str, path: Path, water: Publication, *, dry_run: bool = False) -> Outcome:
    pages = {"/2019/water.html": water.path}
    return actions.import_comments(FORMATS[name](path), source=name, pages=pages, by=CLOCK, dry_run=dry_run)


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_comments_come_once_with_their_places_and_moments(
    water: Publication, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    WRITERS[name](path)
    assert _import(name, path, water, dry_run=True).added == 2
    assert not Comment.objects.exists()

    outcome = _import(name, path, water)
    again = _import(name, path, water)
    actions.bake_threads(outcome.statements)

    assert (outcome.added, outcome.known) == (2, 0)
    assert (again.added, again.known) == (0, 2)
    first, second = Comment.objects.order_by("path")
    assert second.parent == first
    assert first.created_at == datetime(2019, 5, 1, 10, tzinfo=UTC)
    assert f'id="comment-{first.pk}"' in page(water)
    kept = str([list(model.objects.values_list()) for model in (Comment, Commenter, Contact)])
    assert "203.0.113.77" not in kept
    assert not Delivery.objects.exists(), "nobody gets mail"
    assert not Contact.objects.exclude(confirmed_at=None).exists()


def test_pages_that_are_no_statement_here_are_told(water: Publication, tmp_path: Path) -> None:
    path = tmp_path / "disqus.xml"
    WRITERS["disqus"](path)

    assert _import("disqus", path, water).unmatched == {"https://old.example/else.html": 1}


def test_what_waited_elsewhere_waits_here(water: Publication, tmp_path: Path) -> None:
    path = tmp_path / "wxr.xml"
    WRITERS["wxr"](path)
    _import("wxr", path, water)

    waiting = Comment.objects.get(source_id="wxr:12")
    assert (waiting.state, waiting.shown_at) == (State.HELD, None)
    assert Comment.objects.get(source_id="wxr:11").versions.get().text == "Line one\nline two"


def test_who_was_erased_is_not_brought_back(water: Publication, tmp_path: Path) -> None:
    path = tmp_path / "wxr.xml"
    WRITERS["wxr"](path)
    _import("wxr", path, water)
    actions.erase(Commenter.objects.get(contact__address="jan@reader.example"))

    assert _import("wxr", path, water).added == 0
    assert not Contact.objects.filter(address="jan@reader.example").exists()


def test_html_becomes_what_somebody_would_have_written() -> None:
    assert plain("<p>A &lt;b&gt; &amp; c</p><p>d<br>e <script>f</script></p>") == "A <b> & c\n\nd\ne"
    assert (
        plain('<a href="https://a.example/long/path">https://a.example/lo…</a>')
        == "https://a.example/long/path"
    )
    assert plain('<a href="https://a.example">here</a>') == "here https://a.example"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("disqus", b"<disqus><post>"),
        ("wxr", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss>&a;</rss>'),
        ("wxr", b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rss>&b;</rss>'),
        ("isso", b"not a database at all, not even nearly"),
        ("remark42", b'{"locator": {"url": "x"}}'),
        ("remark42", b"\x1f\x8bnot gzip"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_place(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)

    with pytest.raises(BadFile, match="file"):
        list(FORMATS[name](path))


@pytest.mark.conformance
def test_real_exports_of_wordpress_are_read() -> None:
    samples = conformance("imports/wxr")
    names = ("valid-wxr-1.0", "valid-wxr-1.1", "slashes", "small-export")
    found = {name: list(wxr.read(samples / f"{name}.xml")) for name in names}

    assert [one.name for one in found["valid-wxr-1.1"]] == ["Mr WordPress"]
    assert sum(map(len, found.values())) > 2
    with pytest.raises(BadFile, match=r"malformed\.xml"):
        list(wxr.read(samples / "malformed.xml"))


def test_comments_are_written_to_a_file(water: Publication, mo: User) -> None:
    first = shown(water, mo, "To be taken along")
    file = io.StringIO()

    assert actions.export_comments(file, by=CLOCK) == 1
    row = json.loads(file.getvalue())
    assert (row["id"], row["statement"], row["text"]) == (first.pk, water.path, "To be taken along")
