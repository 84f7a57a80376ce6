# SPDX-License-Identifier: Apache-2.0
"""Stories are told in a real browser, against the whole program."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django import DjangoDbBlocker

from tests.config.conftest import open_newsroom
from tests.config.newsrooms import Newsroom, copy_of, lasting_port, newsroom, until
from tests.delivery.relays import MailServer, in_a_thread
from tests.stories import staffed
from tests.stories.desk import LATEST
from tests.stories.screens import ARGUMENTS, chromium_program

__all__ = ["open_newsroom"]

expect.set_options(timeout=LATEST)  # a busy machine is no mistake


@pytest.fixture(scope="session")
def model(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Newsroom]:
    """Return a newsroom that is set up and has its staff; it is never started: stories are told in copies."""
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            folder, port = tmp_path_factory.mktemp("model"), lasting_port()
            made = stack.enter_context(newsroom(folder, None, port=port, **staffed.MAIL))
            staffed.fill(made)
        yield made
        with django_db_blocker.unblock():
            stack.close()


@pytest.fixture
def open_copy(
    tmp_path: Path, model: Newsroom, django_db_blocker: DjangoDbBlocker
) -> Iterator[Callable[..., Newsroom]]:
    """Return a function that copies the model and starts the copy; arguments are its variables."""

    def opened(**variables: str) -> Newsroom:
        copy = stack.enter_context(copy_of(model, tmp_path, **variables))
        copy.start()
        assert until(lambda: "The desk is at" in copy.log, seconds=60), copy.log
        return copy

    with ExitStack() as stack, django_db_blocker.unblock():
        yield opened


@pytest.fixture
def relay() -> Iterator[MailServer]:
    """Return the mail server that takes everything."""
    with in_a_thread(MailServer()) as server:
        yield server


@pytest.fixture
def running(open_copy: Callable[..., Newsroom], relay: MailServer) -> Newsroom:
    """Return a newsroom with Ada, Olga and Ines at its desk, and that relay."""
    return open_copy(**staffed.MAIL | {"ONRECORD_MAIL_URL": f"smtp://127.0.0.1:{relay.port}?tls=none"})


@pytest.fixture
def brand_new(open_newsroom: Callable[..., Newsroom]) -> Newsroom:
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
    program = chromium_program()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()
