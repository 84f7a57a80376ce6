# SPDX-License-Identifier: Apache-2.0
"""Stories are told in a real browser, against the whole program."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.config.conftest import open_newsroom
from tests.config.newsrooms import Newsroom, until
from tests.stories.screens import ARGUMENTS

__all__ = ["open_newsroom"]


@pytest.fixture
def running(open_newsroom: Callable[..., Newsroom]) -> Newsroom:
    """Return a newsroom that nobody has set up yet, with its program started and its link printed."""
    newsroom = open_newsroom()
    (newsroom.home / "prepared").unlink()  # the desk's styles and scripts have to be collected first
    newsroom.start()
    assert until(lambda: "/setup/" in newsroom.log, seconds=60), newsroom.log
    return newsroom


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep pictures of what everybody saw when a story failed."""
    report = yield
    browser, folder = (getattr(item, "funcargs", {}).get(name) for name in ("chromium", "tmp_path"))
    if report.when == "call" and report.failed and isinstance(browser, Browser) and folder:
        pages = [page for context in browser.contexts for page in context.pages]
        for number, page in enumerate(pages):
            page.screenshot(path=folder / f"page-{number}.png")
        report.sections.append(("pictures", f"{len(pages)} in {folder}"))
    return report


@pytest.fixture
def chromium(running: Newsroom) -> Iterator[Browser]:
    """Return Chromium; without one the story is skipped, except where `ONRECORD_CI` forbids that.

    It comes after the newsroom: while it runs, Django refuses to use the database in this thread.
    """
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        missing = "there is no Chromium on this machine (Debian: apt install chromium)"
        if os.environ.get("ONRECORD_CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()
