# SPDX-License-Identifier: Apache-2.0
"""The newsroom's pages as files, for those who check them from outside."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.db import connection, transaction

from onrecord.bakery import actions as bakery
from onrecord.followers import pages as follow_pages
from onrecord.people.models import Organisation, User
from onrecord.press.room import pages as press_room
from onrecord.statements import pages
from tests.statements import newsroom

SHORT_LIVED = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss8m")
"""A Java that ends after seconds wins nothing back from better compiling; without it, its stack is deeper."""
CHECKERS = Path(__file__).resolve().parents[2] / "node_modules"
"""Where `npm ci` puts what package.json names."""


def bake_newsroom(writer: User, editor: User) -> Path:
    """Publish a bit of everything, bake all of it and return the site directory."""
    with transaction.atomic():
        newsroom.fill(writer, editor, others=3, picture_width=400)
        _say_who_it_is()
        connection.run_on_commit.clear()
    elsewhere = [*follow_pages.all_keys(), *press_room.room_keys()]
    bakery.bake([*pages.keys_for_organisation(), *elsewhere])
    return bakery.site_directory()


def _say_who_it_is() -> None:
    organisation = Organisation.current()
    organisation.domains = ["elmford.example"]
    organisation.identifiers = [{"scheme": "lei", "value": "529900T8BM49AURSDO55"}]
    organisation.relations = [
        {"kind": "social", "url": "https://social.example/@town-of-elmford-on-the-river-elm/and-more"}
    ]
    organisation.save()


def checker(path: str) -> Path:
    """Return a checker's file; without it the test is skipped, except where `ONRECORD_CI` forbids that."""
    found = CHECKERS / path
    if not found.exists():
        missing = f"{found.name} is not installed (`npm ci` in the checkout)"
        if os.environ.get("ONRECORD_CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return found


def complaints(root: Path, *options: str) -> list[str]:
    """Return what the HTML checker calls an error in the pages below a directory; none: they are good."""
    jar, java = checker("vnu-jar/build/dist/vnu.jar"), shutil.which("java")
    if java is None:
        pytest.skip("there is no Java on this machine (Debian: apt install default-jre-headless)")
    asked = [java, *SHORT_LIVED, "-jar", str(jar), "--errors-only", "--format", "json", *options, str(root)]
    answer = subprocess.run(asked, capture_output=True, check=False, timeout=180)
    messages = json.loads(answer.stderr or answer.stdout or b'{"messages": []}')["messages"]
    return [f"{one.get('url')}: {one['message']}: {one.get('extract')}" for one in messages]
