# SPDX-License-Identifier: Apache-2.0
"""The pages of inquiries that the program answers itself, checked as the baked ones are."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from django.test import Client

from onrecord.people.models import User
from tests.press.inquiring import answered, asked, fields, path_of
from tests.statements.baked import checker


@pytest.mark.slow
@pytest.mark.django_db
def test_the_html_checker_finds_no_error_on_the_pages_of_journalists(
    olga: User, ines: User, client: Client, tmp_path: Path
) -> None:
    jar, java = checker("vnu-jar/build/dist/vnu.jar"), shutil.which("java")
    if java is None:
        pytest.skip("there is no Java on this machine (Debian: apt install default-jre-headless)")
    pages = {
        "form": client.get("/inquiries/?language=ar"),
        "wrong": client.post("/inquiries/", fields(deadline_date="", address="jan", name="")),
        "once-more": client.post("/inquiries/", fields(ticket="")),
        "thanks": client.post("/inquiries/", fields()),
        "held": client.get(path_of(asked(held=True))),
        "answered": client.get(path_of(answered(olga, ines))),
    }
    root = tmp_path / "pages"
    root.mkdir()
    for name, answer in pages.items():
        (root / f"{name}.html").write_bytes(answer.content)

    checked = [java, "-jar", str(jar), "--errors-only", "--format", "json", str(root)]
    said = subprocess.run(checked, capture_output=True, check=False, timeout=180)
    messages = json.loads(said.stderr or said.stdout or b'{"messages": []}')["messages"]
    assert [f"{one.get('url')}: {one['message']}: {one.get('extract')}" for one in messages] == []
