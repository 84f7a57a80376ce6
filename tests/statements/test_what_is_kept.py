# SPDX-License-Identifier: Apache-2.0
"""docs/what-is-kept.md names every file that a newsroom really bakes and keeps, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction

from onrecord import wiring
from onrecord.bakery import actions as bakery
from onrecord.bakery.addresses import address_of
from onrecord.people.models import User
from onrecord.record import register
from tests.architecture.sources import ROOT
from tests.statements import newsroom

PAGE = ROOT / "docs/what-is-kept.md"
PLACEHOLDERS = {"<n>": r"\d+", "<N>": r"(?:x\d{3}/)*\d{3}(?:\.p/\d+)?", "<language>": r"[a-z-]+", "…": ".*"}
OF_THE_PROGRAM = {
    "onrecord.sqlite3",
    "static/",
    "accreditation/",
    "coverage/",
    "former/<host>/",
    "prepared",
    "secret_key",
    "version",
    "lock",
    "keys/retired/",
    "keys/log.seen-elsewhere",
    "keys/log.asked",
    "keys/witness.key",
    "keys/witnessed/",
    "keys/suppression.key",
    "keys/webhooks.key",
    "keys/websub.key",
    "keys/wire.key",
    "keys/comments.key",
    "keys/mail-links.key",
    "keys/dkim-<selector>.pem",
}
"""What only a running program has, or only at times."""


def rows(heading: str) -> Iterator[tuple[list[str], str]]:
    """Yield what stands in backquotes in the first column of a table, and the second column."""
    text = PAGE.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    for line in text.splitlines():
        if line.startswith("| `"):
            first, second, *rest = line.strip("| ").split(" | ")
            assert all(rest), line
            yield re.findall(r"`([^`]+)`", first), second


def pattern(name: str) -> re.Pattern[str]:
    """Return what a name of the page stands for."""
    parts = re.split(f"({'|'.join(map(re.escape, PLACEHOLDERS))})", name)
    return re.compile("".join(PLACEHOLDERS.get(part, re.escape(part)) for part in parts))


@pytest.fixture
def baked(olga: User, ines: User) -> set[str]:
    """Bake a small newsroom with everything that wiring names; return the addresses of its files."""
    register.bring_up_to_date()
    with transaction.atomic():
        newsroom.fill(olga, ines, others=0, picture_width=40)
        connection.run_on_commit.clear()
    bakery.bake(
        (family.name, key)
        for family in wiring.CORE.families
        for key in family.keys()  # noqa: SIM118  # a field, not a dict
    )
    root = bakery.site_directory()
    names = (str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
    return {address_of(name) for name in names if not name.endswith((".br", ".gz"))}


@pytest.mark.django_db
def test_every_public_file_is_explained_and_what_is_always_there_is_there(baked: set[str]) -> None:
    explained = {name: there for names, there in rows("On the public site") for name in names}
    everything_else = "/…"
    del explained[everything_else]
    patterns = {name: pattern(name) for name in explained}

    for name, there in explained.items():
        if there == "always":
            assert any(patterns[name].fullmatch(address) for address in baked), f"{name} was not baked"
    unexplained = {
        address for address in baked if not any(known.fullmatch(address) for known in patterns.values())
    }
    readings = re.compile(r".*(/|\.xml|\.html|\.png|\.svg|\.ico|/robots\.txt|/feed\.json|\.webmanifest)")
    assert {address for address in unexplained if not readings.fullmatch(address)} == set()


@pytest.mark.django_db
def test_every_file_of_the_data_directory_is_explained(baked: set[str], own_home: Path) -> None:
    explained = {name for names, _what in rows("In the data directory") for name in names} - {"-wal", "-shm"}
    keys = {f"keys/{path.name}{'/' * path.is_dir()}" for path in (own_home / "keys").iterdir()}
    kept = {path.name + "/" * path.is_dir() for path in own_home.iterdir()} - {"keys/"}

    assert keys | kept <= explained
    assert explained - OF_THE_PROGRAM <= keys | kept
    assert explained >= OF_THE_PROGRAM
