# SPDX-License-Identifier: Apache-2.0
"""The page on which anyone checks a statement, as Chromium runs it. No server: answers are put in its way."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, Route, sync_playwright

from onrecord.people.models import Organisation
from onrecord.proof import bundle, edition
from onrecord.proof.bundle import Bundle
from onrecord.statements.pages import verification
from onrecord.statements.pages.site import Site
from tests.proof.cast import LOG_KEY
from tests.proof.proved import entry, log_with, proved
from tests.proof.small_log import SITE, SmallLog
from tests.statements.baked import checker
from tests.statements.test_pages_in_a_browser import violations
from tests.stories.screens import ARGUMENTS, chromium_program
from tests.verifier.cases import generate
from tests.verifier.decided import MODULE, by_python, comparable

pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.once]

SECURE, PLAIN = "http://localhost:1", "http://mirror.example"
DECIDE = Path(__file__).parents[1] / "verifier" / "decide.mjs"
PAGE = f"{SITE}/s/2026/1/"
PAGE_LINK = b'<!doctype html><html><link rel="alternate" type="application/json" href="1.json"></html>'


@dataclass
class Web:
    """What can be had at which address, and what was asked for."""

    answers: dict[str, tuple[bytes, dict[str, str]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)
    saved: bytes = b""
    """The page that readers take home."""

    def put(self, address: str, body: bytes, **headers: str) -> None:
        """Put something at an address."""
        kind = mimetypes.guess_type(address)[0] or "text/html; charset=utf-8"
        self.answers[address] = body, {"content-type": kind, "access-control-allow-origin": "*", **headers}

    def __call__(self, route: Route) -> None:
        """Answer in place of the network."""
        address = route.request.url
        self.asked.append(address)
        if route.request.method == "POST":
            self.sent.append(route.request.post_data_buffer or b"")
        if address in self.answers:
            body, headers = self.answers[address]
            route.fulfill(status=200, body=body, headers=headers)
        else:
            route.fulfill(status=404, body=b"")


@pytest.fixture
def log() -> SmallLog:
    """Return another newsroom's log: a register, a statement."""
    log = SmallLog()
    log.register()
    log.publish(1)
    return log


@pytest.fixture
def web(organisation: Organisation, client: Client, log: SmallLog) -> Web:
    """Return this newsroom's page, on a secure and on a plain address, and the other newsroom's site."""
    web = Web()
    (saved,) = verification.render_saved(("en",))
    web.saved = saved.body
    site = Site.current()
    for host in (SECURE, PLAIN):
        for language in site.languages:
            path = verification.address_of(site, language)
            answer = client.get(path)
            web.put(host + path, answer.content, **{name.lower(): value for name, value in answer.items()})
        for asset in (*site.assets, *verification.scripts()):
            web.put(host + asset.path, asset.body)
    web.put(f"{SITE}/register.json", log.files["/register/1.json"])
    web.put(f"{SITE}/register.tlog-proof", log.proof(0))
    web.put(PAGE, PAGE_LINK)
    web.put(f"{PAGE}1.json", log.files["/s/2026/1/1.json"])
    web.put(f"{PAGE}1.tlog-proof", log.proof(1))
    return web


@pytest.fixture
def chromium(web: Web) -> Iterator[Browser]:
    """Return Chromium, started after the database was needed for the last time."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, web: Web) -> Callable[..., Page]:
    """Return a function that opens an address, with complaints of the browser as errors."""

    def opened(address: str, **looks: Any) -> Page:
        context: BrowserContext = chromium.new_context(**looks)
        context.route("http**", web)
        page = context.new_page()
        complaints: list[str] = []
        page.on(
            "console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.complaints = complaints  # type: ignore[attr-defined]  # read by the tests
        page.goto(address)
        return page

    return opened


def archive(held: Bundle) -> FilePayload:
    data = bundle.write(held, edition.read(held.edition).issued)
    return {"name": "1.onrecord.zip", "mimeType": "application/zip", "buffer": data}


def check(page: Page, *files: FilePayload, address: str = "") -> str:
    """Fill the form in, send it, and return what is said."""
    page.set_input_files("#verify-files", list(files))
    page.fill("#verify-address", address)
    page.click("#verify-form button[type=submit]")
    page.wait_for_selector("#verify-result:not([hidden]):not([aria-busy])")
    return page.text_content("#verify-result") or ""


@pytest.mark.parametrize("host", [SECURE, PLAIN])
def test_a_bundle_is_checked_in_the_browser(
    host: str, visit: Callable[..., Page], web: Web, log: SmallLog
) -> None:
    page = visit(f"{host}/verify")
    assert page.evaluate("Boolean(globalThis.crypto?.subtle)") is (host == SECURE)
    said = check(page, archive(log.bundle(1)))
    assert "It is on the record." in said
    assert "Town of Elmford" in said
    assert "never that it is true" in said
    assert page.evaluate("document.activeElement.id") == "verify-heading"
    # The statement's own page and the newsroom's register were asked; the file went nowhere.
    assert {one for one in web.asked if one.startswith(SITE)} == {f"{SITE}/register.json", PAGE}
    assert web.sent == []

    changed = archive(log.bundle(1))
    changed["buffer"] = changed["buffer"].replace(b"bridge", b"Bridge")
    assert "It does not hold." in check(page, changed)
    assert page.complaints == []  # type: ignore[attr-defined]


def test_a_page_of_another_newsroom_is_checked_by_its_address(visit: Callable[..., Page]) -> None:
    page = visit(f"{SECURE}/verify")
    said = check(page, address=PAGE)
    assert "It is on the record." in said
    assert "There is a newer edition" not in said


def test_a_newer_edition_and_a_withdrawal_are_not_overlooked(
    visit: Callable[..., Page], web: Web, log: SmallLog
) -> None:
    log.publish(2, op="withdraw", prev={"index": 1, "commitment": "A" * 43 + "="}, reason="It was wrong.")
    web.put(f"{SITE}/s/2026/2/", PAGE_LINK.replace(b"1.json", b"2.json"))
    page = visit(f"{SECURE}/verify")
    said = check(page, archive(log.bundle(2)))
    assert "It is on the record." in said
    assert page.locator(".verify-notice").all_text_contents() == [
        "With this edition the statement was withdrawn.",
        "There is a newer edition of this statement. Read that one as well.",
    ]


def test_a_checkpoint_alone_says_nothing_of_a_statement(visit: Callable[..., Page], log: SmallLog) -> None:
    page = visit(f"{SECURE}/verify")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    page.fill("#verify-policy", f"log {LOG_KEY.public.vkey}\nquorum none\n")
    said = check(page, {"name": "checkpoint", "mimeType": "text/plain", "buffer": log.checkpoint()})
    assert "The log signed this." in said
    assert "It is on the record." not in said


def test_an_object_of_the_fediverse_is_checked_with_the_register_of_its_site(
    visit: Callable[..., Page], web: Web
) -> None:
    with_key = log_with(entry())
    web.put(f"{SITE}/register.json", with_key.files["/register/1.json"])
    web.put(f"{SITE}/register.tlog-proof", with_key.proof(0))
    address = f"{SITE}/ap/statements/2026/bridge/original"
    web.put(address, proved(), **{"content-type": "application/activity+json"})
    page = visit(f"{SECURE}/verify")
    saved: FilePayload = {"name": "object.json", "mimeType": "application/json", "buffer": proved()}
    for said in (check(page, saved), check(page, address=address)):
        assert "An account of theirs said this." in said
        assert "Town of Elmford" in said
        assert "It is on the record." not in said
    saved["buffer"] = proved().replace(b"Monday", b"Friday")
    assert "It does not hold." in check(page, saved)
    assert page.complaints == []  # type: ignore[attr-defined]


def test_a_kept_checkpoint_is_compared_with_the_log_of_today(
    visit: Callable[..., Page], web: Web, log: SmallLog, tmp_path: Path
) -> None:
    kept: FilePayload = {"name": "checkpoint", "mimeType": "text/plain", "buffer": log.checkpoint()}
    rewritten = SmallLog()
    rewritten.register()
    for number in (5, 6, 7):
        log.publish(number)
        rewritten.publish(number)
    policy = f"log {LOG_KEY.public.vkey}\nquorum none\n"
    for today, told in ((log, "still holds everything"), (rewritten, "evidence that the log was rewritten")):
        today.write(tmp_path)
        for path in (tmp_path / "log").rglob("*"):
            if path.is_file():
                web.put(f"{SITE}/{path.relative_to(tmp_path)}", path.read_bytes())
        page = visit(f"{SECURE}/verify")
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        page.fill("#verify-policy", policy)
        assert told in check(page, kept)
    assert page.locator("#verify-result.verify-result-fails").count() == 1


def test_files_are_dropped_anywhere(visit: Callable[..., Page], log: SmallLog) -> None:
    page = visit(f"{SECURE}/verify")
    page.evaluate(
        """([edition, proof]) => {
            const carried = new DataTransfer();
            carried.items.add(new File([new Uint8Array(edition)], "1.json"));
            carried.items.add(new File([new Uint8Array(proof)], "1.tlog-proof"));
            document.body.dispatchEvent(
                new DragEvent("drop", {dataTransfer: carried, bubbles: true, cancelable: true}));
        }""",
        [list(log.files["/s/2026/1/1.json"]), list(log.proof(1))],
    )
    page.wait_for_selector("#verify-result:not([hidden])")
    assert "It is on the record." in page.inner_text("#verify-result")


def test_the_saved_page_works_from_a_disk_alone(
    visit: Callable[..., Page], web: Web, tmp_path: Path, log: SmallLog
) -> None:
    saved = tmp_path / "verify.html"
    saved.write_bytes(web.saved)
    page = visit(saved.as_uri())
    assert "It is on the record." in check(page, archive(log.bundle(1)))
    assert page.complaints == []  # type: ignore[attr-defined]


def test_without_scripts_the_form_is_sent_to_the_server(visit: Callable[..., Page], web: Web) -> None:
    page = visit(f"{SECURE}/verify", java_script_enabled=False)
    assert page.locator(".verify-without-script").is_visible()
    page.set_input_files("#verify-files", {"name": "1.json", "mimeType": "x/y", "buffer": b"sent as it is"})
    page.click("#verify-form button[type=submit]")
    assert len(web.sent) == 1
    assert b'name="files"; filename="1.json"' in web.sent[0]
    assert b"sent as it is" in web.sent[0]


def test_what_others_wrote_stays_text(visit: Callable[..., Page], log: SmallLog) -> None:
    log.publish(2, title="<img src=x onerror=alert(1)>", statement="javascript:alert(2)")
    page = visit(f"{SECURE}/verify")
    said = check(page, archive(log.bundle(2)))
    assert "<img src=x" in said
    assert page.locator("#verify-result img").count() == 0
    assert page.locator("#verify-result a").count() == 0


def test_the_page_shuts_nobody_out(
    visit: Callable[..., Page], organisation: Organisation, log: SmallLog
) -> None:
    axe = checker("axe-core/axe.min.js").read_text(encoding="utf-8")
    looks: tuple[dict[str, Any], ...] = (
        {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
        {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"},
    )
    changed = archive(log.bundle(1))
    changed["buffer"] = changed["buffer"].replace(b"bridge", b"Bridge")
    for look in looks:
        for path in ("/verify", "/verify?language=ar"):
            page = visit(SECURE + path, **look)
            page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
            for file in (archive(log.bundle(1)), changed):
                check(page, file)
                assert violations(page, axe) == []
            assert page.evaluate("document.scrollingElement.scrollWidth") <= look["viewport"]["width"]
            small = page.evaluate(
                """() => [...document.querySelectorAll('main button, main summary, main a, main input')]
                    .filter(one => one.type !== 'checkbox' && one.getClientRects().length
                        && !one.closest('dd') && one.getBoundingClientRect().height < 43.5)
                    .map(one => one.outerHTML)"""
            )
            assert small == []


def test_chromium_answers_what_python_answers(visit: Callable[..., Page], web: Web) -> None:
    web.put(f"{SECURE}/verify.mjs", MODULE.read_bytes(), **{"content-type": "text/javascript"})
    web.put(f"{SECURE}/decide.mjs", DECIDE.read_bytes(), **{"content-type": "text/javascript"})
    page = visit(f"{SECURE}/verify")
    cases = list(generate(3, 200))
    answers = page.evaluate(
        """async asked => {
            const verifier = await import("/verify.mjs");
            const { decide } = await import("/decide.mjs");
            const answers = [];
            for (const one of asked) answers.push(await decide(verifier, one));
            return answers;
        }""",
        [case.to_json() for case in cases],
    )
    differing = [
        case.name
        for case, answer in zip(cases, answers, strict=True)
        if comparable(json.loads(answer)) != by_python(case)
    ]
    assert differing == []
