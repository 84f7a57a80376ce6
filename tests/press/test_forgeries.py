# SPDX-License-Identifier: Apache-2.0
"""A denial archives what was forged: its hash is in the record, its words are nobody's to quote us with."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any
from urllib.robotparser import RobotFileParser

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.documents.models import Document

from onrecord.people.models import User
from onrecord.press.wire import items
from onrecord.statements.blocks import BodyBlock
from onrecord.statements.errors import Incomplete
from onrecord.statements.formats import thawed
from onrecord.statements.formats.body import freeze_body
from onrecord.statements.formats.files import location
from onrecord.statements.models import Edition
from tests.press.desks import tell
from tests.statements.drafts import approved, released

pytestmark = pytest.mark.django_db
FORGED = "The town sells its waterworks <script>alert(1)</script>\r\nto Evil Corp for 1 euro."


def forgery(**changes: Any) -> tuple[str, dict[str, Any]]:
    whole = {
        "false": "This letter is not from us.\nNothing is for sale.",
        "appeared": "Mail from press@e1mford.example",
        "seen": date(2026, 11, 20),
        "file": None,
        "words": FORGED,
        **changes,
    }
    return ("forgery", whole)


def denied(olga: User, ines: User, **changes: Any) -> Edition:
    body = [("paragraph", "<p>We did not issue this.</p>"), forgery(**changes)]
    return released(olga, ines, kind="denial", title="The waterworks are not for sale", body=body)


def upload(name: str, body: bytes) -> Document:
    return Document.objects.create(title=name, file=ContentFile(body, name=name))


def test_the_forged_words_are_kept_as_they_came_and_their_hash_is_in_the_edition(
    olga: User, ines: User, own_home: Path
) -> None:
    edition = denied(olga, ines)
    tell()
    block = edition.data["blocks"][1]
    assert block["file"] == hashlib.sha256(FORGED.encode()).hexdigest()
    assert block["text"] == "This letter is not from us.\nNothing is for sale."
    assert (block["appeared"], block["seen"]) == ("Mail from press@e1mford.example", "2026-11-20")
    [file] = edition.data["files"]
    assert (file["sha256"], file["type"]) == (block["file"], "text/plain")
    assert location(file["sha256"]).read_bytes() == FORGED.encode()
    assert (own_home / "site" / file["path"].lstrip("/")).read_bytes() == FORGED.encode()
    page = (own_home / "site" / edition.statement.publication.path.lstrip("/") / "index.html").read_text()
    assert '<aside class="forgery"' in page
    assert "Nothing is for sale." in page
    assert block["file"] in page
    assert "Evil Corp" not in page


def test_no_search_engine_is_to_look_at_it(olga: User, ines: User, own_home: Path) -> None:
    edition = denied(olga, ines)
    tell()
    path = edition.data["files"][0]["path"]
    robots = (own_home / "site/robots.txt").read_text()
    assert "Disallow: /media/*-forgery-" in robots
    assert "-forgery-" in path
    parser = RobotFileParser()
    parser.parse(robots.splitlines())
    assert parser.can_fetch("*", f"https://news.elmford.example{edition.statement.publication.path}")
    assert 'rel="nofollow"' in edition.body_html


def test_the_forged_words_are_not_found_as_ours_nor_handed_on(olga: User, ines: User, own_home: Path) -> None:
    edition = denied(olga, ines)
    tell()
    edition.refresh_from_db()
    assert b"Evil Corp" not in bytes(edition.content)
    assert items.of_edition(edition).assets == ()
    browser = Client()
    path = edition.statement.publication.path
    assert path in browser.get("/search?q=Nothing+is+for+sale").content.decode()
    assert path not in browser.get("/search?q=Evil+Corp").content.decode()


@pytest.mark.parametrize(
    ("name", "served"),
    [
        ("letter.pdf", "letter.pdf"),
        ("mail.html", "mail.txt"),
        ("logo.SVG", "logo.txt"),
        ("shot.png", "shot.png"),
    ],
)
def test_an_item_that_would_run_in_a_browser_is_served_as_text(
    olga: User, ines: User, own_home: Path, name: str, served: str
) -> None:
    body = b"<script>alert(1)</script>"
    edition = denied(olga, ines, file=upload(name, body), words="")
    tell()
    [file] = edition.data["files"]
    assert file["path"].endswith(f"-forgery-{served}")
    assert "html" not in file["type"]
    assert (own_home / "site" / file["path"].lstrip("/")).read_bytes() == body


@pytest.mark.parametrize("both", [True, False])
def test_item_or_words_one_of_the_two(olga: User, ines: User, both: bool) -> None:
    given = {"file": upload("a.pdf", b"x"), "words": "y"} if both else {"file": None, "words": " "}
    with pytest.raises(Incomplete, match="not filled in yet"):
        approved(olga, ines, kind="denial", body=[("paragraph", "<p>No.</p>"), forgery(**given)])


@pytest.mark.parametrize("as_file", [True, False])
def test_a_denial_that_was_recovered_freezes_to_the_same_bytes(olga: User, ines: User, as_file: bool) -> None:
    changes = {"file": upload("letter.pdf", b"%PDF"), "words": ""} if as_file else {}
    edition = denied(olga, ines, **changes)
    document = Document.objects.first()
    raw = thawed.stream(
        edition.data["blocks"],
        edition.body_html,
        picture=lambda _sha: None,
        document=lambda _sha: document.pk if document else None,
    )
    again = freeze_body(BodyBlock().to_python(raw))
    assert again.blocks == edition.data["blocks"]
    assert again.html == edition.body_html
