# SPDX-License-Identifier: Apache-2.0
"""Readers comment, report and appeal, in one newsroom and in Chromium."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from pytest_django import DjangoDbBlocker

from tests.config.newsrooms import newsroom
from tests.delivery.relays import in_a_thread
from tests.statements.baked import checker
from tests.stories.screens import ARGUMENTS, chromium_program
from tests.stories.talking import Talk
from tests.stories.talking_mails import Relay
from tests.stories.talking_room import opened
from tests.stories.talking_words import Entry, tellings
from tests.stories.test_axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SCRIPTS = json.loads((Path(__file__).parent / "ten_scripts.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def talk(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Talk]:
    """Return one newsroom for all stories here, with people at its desk, statements, a relay and Chromium."""
    program = chromium_program()
    folder = tmp_path_factory.mktemp("talking")
    with django_db_blocker.unblock(), newsroom(folder) as made, in_a_thread(Relay()) as relay:
        assert isinstance(relay, Relay)
        cast = opened(made, relay)
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
            yield Talk(made, chromium, relay, cast)
            chromium.close()


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(0, id="without scripts in English", marks=pytest.mark.once),
        pytest.param(1, id="with scripts in Arabic"),
    ],
)
def test_a_comment_is_shown_answered_reported_sealed_and_put_back_after_an_appeal(
    talk: Talk, number: int
) -> None:
    axe, found = checker("axe-core/axe.min.js").read_text(encoding="utf-8"), list[str]()
    telling = tellings(talk.cast)[number]
    if telling.scripts:  # the checker is one itself
        talk.inspect = lambda page: found.extend(violations(page, axe))

    talk.tell(telling)
    talk.inspect = lambda page: None

    assert max(talk.seconds) < 10, f"readable after {talk.seconds} s; two are promised on a quiet machine"
    assert not found, "\n".join(sorted(set(found)))
    figures = talk.figures()
    assert figures["appeals"]["by_outcome"]["reversed"] >= 1
    assert figures["reports"]["done"] >= 1
    assert [rule["reversed"] for rule in figures["decisions"]["by_rule"]] == [figures["decisions"]["done"]]


@pytest.mark.once
def test_fifty_comments_in_ten_scripts_are_shown_as_they_were_written(talk: Talk) -> None:
    path = talk.cast.paths["scripts"]
    assert talk.everybody_comments(path, [Entry(row["name"], row["text"]) for row in SCRIPTS]) == 50
    talk.approves_all(talk.a_desk("mo"))

    page = talk.a_reader(scripts=True)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 860})
        page.goto(talk.site + path)
        told = page.locator(".comment").evaluate_all(
            "all => all.map(one => { const text = one.querySelector('.comment-text p');"
            " const name = one.querySelector('.comment-who bdi');"
            " return [name.textContent, text.textContent, getComputedStyle(text).direction]; })"
        )
        assert sorted(map(tuple, told)) == sorted((r["name"], r["text"], r["direction"]) for r in SCRIPTS)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider == 0, f"{wider} pixels too wide at {width}"
    talk.photograph(page, "ten-scripts")
    page.context.close()
