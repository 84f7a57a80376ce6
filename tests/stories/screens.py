# SPDX-License-Identifier: Apache-2.0
"""Pictures of the public pages, to be looked at: `python -m tests.stories.screens DIRECTORY`.

Fills a newsroom of its own, bakes it, serves it as readers get it and photographs each page at phone and
desktop width, light and dark.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import time_machine
from playwright.sync_api import Page, sync_playwright

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first has the same engine without the windows around it, and needs two thirds of the processor time."""
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = {"phone": 390, "desktop": 1280}


def chromium_program() -> str:
    """Return where Chromium is; without it the test is skipped, or fails in continuous integration."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        missing = "there is no Chromium on this machine (Debian: apt install chromium)"
        if os.environ.get("ONRECORD_CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return program


class Silent(WSGIRequestHandler):
    """Keeps requests out of the terminal."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def served(root: Path) -> Iterator[str]:
    """Serve a site directory as the program does, and return its address."""
    from onrecord.bakery.server import BakedSite

    def nothing_dynamic(environ: Any, start_response: Any) -> list[bytes]:
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"not baked"]

    server = make_server("127.0.0.1", 0, BakedSite(nothing_dynamic, root, dynamic=()), handler_class=Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def browser(**context: Any) -> Iterator[Page]:
    """Return a page of a Chromium in which scripts are off."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_program(), args=ARGUMENTS)
        try:
            yield chromium.new_context(**{"java_script_enabled": False, **context}).new_page()
        finally:
            chromium.close()


def photograph_open(page: Page, directory: Path, name: str) -> None:
    """Photograph the page that is open at each width, light and dark; leave it light, as wide as it was."""
    usual = page.viewport_size
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        for width_name, width in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": 860})
            path = directory / f"{name}-{width_name}-{scheme}.png"
            page.screenshot(path=path, full_page=True, animations="disabled")  # what moves aside has moved
    page.emulate_media(color_scheme="light")
    if usual:
        page.set_viewport_size(usual)


def photograph(site: str, addresses: dict[str, str], directory: Path) -> None:
    """Photograph each address in full at each width, light and dark."""
    for width_name, width in WIDTHS.items():
        for scheme in ("light", "dark"):
            viewport = {"width": width, "height": 860}
            with browser(viewport=viewport, color_scheme=scheme) as page:
                for name, address in addresses.items():
                    page.goto(site + address)
                    path = directory / f"{name}-{width_name}-{scheme}.png"
                    page.screenshot(path=path, full_page=True)


def main(directory: Path) -> None:
    """Fill a newsroom, bake it and photograph its pages."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["ONRECORD_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "onrecord.config.settings"
        import django

        django.setup()
        addresses = _newsroom()
        directory.mkdir(parents=True, exist_ok=True)
        with served(Path(home) / "site") as site:
            photograph(site, addresses, directory)
    sys.stdout.write(f"{len(addresses)} pages are in {directory}\n")


def _newsroom() -> dict[str, str]:
    from django.core.management import call_command

    from onrecord.bakery.actions import bake_all
    from onrecord.people.models import Organisation
    from onrecord.people.roles import Role
    from onrecord.record import register
    from tests.conftest import person
    from tests.moderation.year import a_year_of_judging
    from tests.statements import newsroom

    call_command("migrate", verbosity=0)
    Organisation.objects.create(
        id=Organisation.ONLY,
        name="Town of Elmford",
        address="https://news.elmford.example",
        languages=["en", "fr", "ar"],
        time_zone="Europe/Brussels",
        about="Elmford is a town of 40,000 people on the river Elm.",
    )
    with time_machine.travel(datetime(2026, 11, 24, 8, 0, tzinfo=UTC), tick=True):
        register.bring_up_to_date()
        a_year_of_judging()
        made = newsroom.fill(person("Olga Writer", Role.PRESS_OFFICER), person("Ines Editor", Role.EDITOR))
    bake_all()
    return _addresses(made)


def _addresses(made: Any) -> dict[str, str]:
    def path(edition: Any) -> str:
        return str(edition.statement.publication.path)

    water = path(made.corrected)
    return {
        "front": "/",
        "front-ar": "/ar/",
        "statement": water,
        "statement-ar": path(made.arabic),
        "statement-fr": path(made.french),
        "edition-old": f"{water}1/",
        "changes": f"{water}2/changes/",
        "withdrawn": path(made.withdrawn),
        "pending": path(made.pending),
        "proof": f"{water}2/proof/",
        "proof-ar": f"{path(made.arabic)}1/proof/",
        "log": "/log/",
        "log-ar": "/ar/log/",
        "archive": "/archive/",
        "archive-year": "/archive/2026/",
        "topics": "/topics/",
        "topic": "/topics/water/",
        "contacts": "/contacts/",
        "contacts-ar": "/ar/contacts/",
        "about": "/about/",
        "transparency": "/transparency/",
        "transparency-year": "/transparency/2026/",
        "transparency-ar": "/ar/transparency/2026/",
        "not-found": "/404.html",
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
