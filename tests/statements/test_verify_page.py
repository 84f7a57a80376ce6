# SPDX-License-Identifier: Apache-2.0
"""The page on which anyone checks a statement, as the server answers it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from onrecord import outbound
from onrecord.outbound import OutboundError, Response
from onrecord.people.models import Organisation
from onrecord.proof import bundle, edition
from onrecord.statements import verifying
from onrecord.statements.pages import verification
from onrecord.statements.pages.site import Site
from onrecord.statements.verifying import Turns
from tests.proof.cast import LOG_KEY
from tests.proof.proved import entry, log_with, proved
from tests.proof.small_log import SITE, SmallLog

pytestmark = pytest.mark.django_db

PAGE = f"{SITE}/s/2026/1/"


class Others:
    """Other people's sites, as the server would find them."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.asked: list[str] = []

    def __call__(self, url: str, **limits: Any) -> Response:
        """Answer in place of the network."""
        self.asked.append(url)
        assert not limits.get("allow_private")
        assert limits["limit"]
        if url not in self.pages:
            raise OutboundError("nobody listens")
        return Response(200, {}, self.pages[url], url)


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> Others:
    """Return the sites that can be asked: none at first."""
    sites = Others()
    monkeypatch.setattr(outbound, "fetch", sites)
    return sites


@pytest.fixture(autouse=True)
def nobody_has_asked_before(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns()
    monkeypatch.setattr(verifying, "_turns", turns)
    monkeypatch.setattr(verifying, "count", turns.count)


@pytest.fixture
def log() -> SmallLog:
    """Return another newsroom's log: a register, a statement."""
    log = SmallLog()
    log.register()
    log.publish(1)
    return log


def kept(log: SmallLog) -> bytes:
    held = log.bundle(1)
    return bundle.write(held, edition.read(held.edition).issued)


def send(rosa: Client, *files: tuple[str, bytes], **fields: str) -> Any:
    uploads = [SimpleUploadedFile(name, data) for name, data in files]
    return rosa.post("/verify", {"files": uploads, **fields})


def said(answer: Any) -> str:
    """Return what is said below the title; all other words stand in the page for the script as well."""
    found = re.search(r'<section id="verify-result".*?</section>', answer.content.decode(), re.DOTALL)
    return found[0] if found else ""


def show_site(others: Others, log: SmallLog) -> None:
    """Let the newsroom's own site be asked."""
    others.pages |= {
        f"{SITE}/register.json": log.files["/register/1.json"],
        f"{SITE}/register.tlog-proof": log.proof(0),
        PAGE: b'<html><link rel="alternate" type="application/json" href="1.json"></html>',
        f"{PAGE}1.json": log.files["/s/2026/1/1.json"],
        f"{PAGE}1.tlog-proof": log.proof(1),
    }


def test_a_bundle_of_another_newsroom_is_on_the_record(
    client: Client, organisation: Organisation, others: Others, log: SmallLog
) -> None:
    show_site(others, log)
    answer = send(client, ("1.onrecord.zip", kept(log)))
    text = said(answer)
    assert "It is on the record." in text
    assert "Town of Elmford" in text
    assert "This proves who said what and when, never that it is true." in text
    assert others.asked == [f"{SITE}/register.json", PAGE]


def test_a_changed_bundle_does_not_hold(
    client: Client, organisation: Organisation, others: Others, log: SmallLog
) -> None:
    show_site(others, log)
    answer = send(client, ("1.onrecord.zip", kept(log).replace(b"bridge", b"Bridge")))
    assert "It does not hold." in said(answer)


def test_nobody_is_asked_when_the_reader_does_not_want_it(
    client: Client, organisation: Organisation, others: Others, log: SmallLog
) -> None:
    policy = f"log {LOG_KEY.public.vkey}\r\nquorum none\r\n"
    answer = send(client, ("1.onrecord.zip", kept(log)), policy=policy, offline="yes")
    assert "It is on the record." in said(answer)
    assert others.asked == []


def test_an_object_of_the_fediverse_is_checked_with_its_register(
    client: Client, organisation: Organisation, others: Others
) -> None:
    log = log_with(entry())
    register = [
        ("register.json", log.files["/register/1.json"]),
        ("register.tlog-proof", log.proof(0)),
    ]
    policy = f"log {LOG_KEY.public.vkey}\nquorum none\n"
    text = said(send(client, ("object.json", proved()), *register, policy=policy, offline="yes"))
    assert "An account of theirs said this." in text
    assert "https://news.example.org/ap/actors/press" in text
    assert others.asked == []
    forged = proved().replace(b"Monday", b"Friday")
    text = said(send(client, ("object.json", forged), *register, policy=policy, offline="yes"))
    assert "It does not hold." in text
    # Its own site is asked where no register was given.
    others.pages |= {f"{SITE}/{name}": data for name, data in register}
    assert "An account of theirs said this." in said(send(client, ("object.json", proved())))


def test_an_edition_and_its_proof_are_put_together(
    client: Client, organisation: Organisation, others: Others, log: SmallLog
) -> None:
    show_site(others, log)
    answer = send(client, ("1.json", log.files["/s/2026/1/1.json"]), ("1.tlog-proof", log.proof(1)))
    assert "It is on the record." in said(answer)


def test_the_page_of_a_statement_is_checked_by_its_address(
    client: Client, organisation: Organisation, others: Others, log: SmallLog
) -> None:
    show_site(others, log)
    answer = send(client, address=PAGE)
    assert "It is on the record." in said(answer)
    assert f'value="{PAGE}"' in answer.content.decode()


def test_a_page_cannot_lead_the_server_to_another_site(
    client: Client, organisation: Organisation, others: Others
) -> None:
    link = b'<html><link rel="alternate" type="application/json" href="http://inside.example/1.json">'
    others.pages[PAGE] = link
    answer = send(client, address=PAGE)
    assert "does not say where its signed edition is" in said(answer)
    assert others.asked == [PAGE]


def test_a_checkpoint_alone_says_nothing_of_a_statement(
    client: Client, organisation: Organisation, others: Others, log: SmallLog
) -> None:
    show_site(others, log)
    policy = f"log {LOG_KEY.public.vkey}\nquorum none\n"
    text = said(send(client, ("checkpoint", log.checkpoint()), policy=policy))
    assert "The log signed this." in text
    assert "It says nothing of any statement." in text
    assert "It is on the record." not in text


def test_an_edition_that_would_take_long_to_read_is_not_read(
    client: Client, organisation: Organisation, log: SmallLog
) -> None:
    long = b'{"v":"onrecord/edition/1","x":"' + b"x" * verifying.MAX_JSON + b'"}'
    answer = send(client, ("1.json", long), ("1.tlog-proof", log.proof(1)), offline="yes")
    assert answer.status_code == 413


def test_a_newer_edition_and_a_withdrawal_are_not_overlooked(
    client: Client, organisation: Organisation, others: Others, log: SmallLog
) -> None:
    log.publish(2, op="withdraw", prev={"index": 1, "commitment": "A" * 43 + "="}, reason="It was wrong.")
    show_site(others, log)
    others.pages[f"{SITE}/s/2026/2/"] = others.pages[PAGE].replace(b"1.json", b"2.json")
    held = log.bundle(2)
    archive = bundle.write(held, edition.read(held.edition).issued)
    text = said(send(client, ("x.onrecord.zip", archive)))
    assert "It is on the record." in text
    assert "With this edition the statement was withdrawn." in text
    assert "There is a newer edition of this statement." in text


def test_a_private_address_is_not_asked(client: Client, organisation: Organisation) -> None:
    answer = send(client, address="http://127.0.0.1:1/1.json")
    assert "Nothing could be read at that address." in said(answer)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([], "Choose a file, or enter the address of a page."),
        ([("letter.txt", b"Dear Sir")], "This is nothing that can be checked here."),
        ([("1.tlog-proof", b"c2sp.org/tlog-proof@v1\n")], "Choose the edition (.json)"),
        ([("1.json", b'{"v":"onrecord/edition/1"}')], "Choose its proof (.tlog-proof)"),
    ],
)
def test_what_is_missing_is_told(
    files: list[tuple[str, bytes]], message: str, client: Client, organisation: Organisation
) -> None:
    assert message in said(send(client, *files))


def test_nothing_is_stored_and_no_cookie_is_set(
    client: Client, organisation: Organisation, others: Others, log: SmallLog
) -> None:
    with CaptureQueriesContext(connection) as queries:
        answer = send(client, ("1.onrecord.zip", kept(log)))
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"
    assert [query["sql"] for query in queries if not query["sql"].startswith("SELECT")] == []


@pytest.mark.usefixtures("stopped_clock")
def test_a_stranger_may_not_ask_without_end(
    client: Client, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "PER_MINUTE", 2)
    answers = [send(client, ("x", b"x")).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


def test_a_stranger_may_not_send_too_much(client: Client, organisation: Organisation) -> None:
    answer = client.post("/verify", b"", "multipart/form-data; boundary=x", CONTENT_LENGTH=str(2**30))
    assert answer.status_code == 413
    assert "too large" in said(answer)


def test_what_others_wrote_cannot_become_part_of_the_page(
    client: Client, organisation: Organisation, others: Others, log: SmallLog
) -> None:
    log.publish(2, title="<script>alert(1)</script>", statement="javascript:alert(2)")
    held = log.bundle(2)
    archive = bundle.write(held, edition.read(held.edition).issued)
    answer = send(client, ("2.onrecord.zip", archive), address='"><script>')
    text = answer.content.decode()
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert" not in text
    assert 'href="javascript:' not in text


def test_the_page_is_strict_about_scripts_and_speaks_the_readers_language(
    client: Client, organisation: Organisation
) -> None:
    answer = client.get("/verify?language=fr&url=https://a.example/s/")
    text = answer.content.decode()
    assert '<html lang="fr"' in text
    assert 'value="https://a.example/s/"' in text
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "'unsafe-inline'" not in policy
    assert not answer.cookies


def test_the_file_to_take_home_needs_nothing_else(organisation: Organisation) -> None:
    for language in Site.current().languages:
        (file,) = verification.render_saved((language,))
        text = file.body.decode()
        assert file.path == f"{Site.current().home(language)}verify.html"
        assert "src=" not in text
        assert "import {" not in text
        assert 'rel="stylesheet"' not in text
        assert "ownEd25519" in text
