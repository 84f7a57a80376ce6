# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from onrecord.people.models import User
from tests.statements.baked import bake_newsroom, checker


@pytest.mark.slow
@pytest.mark.django_db
def test_the_html_checker_finds_no_error_on_any_page(olga: User, ines: User) -> None:
    jar, java = checker("vnu-jar/build/dist/vnu.jar"), shutil.which("java")
    if java is None:
        pytest.skip("there is no Java on this machine (Debian: apt install default-jre-headless)")
    root = bake_newsroom(olga, ines)

    options = ["--errors-only", "--format", "json", "--also-check-css", "--skip-non-html"]
    asked = [java, "-jar", str(jar), *options, str(root)]
    answer = subprocess.run(asked, capture_output=True, check=False, timeout=180)
    messages = json.loads(answer.stderr or answer.stdout or b'{"messages": []}')["messages"]
    assert [f"{one.get('url')}: {one['message']}: {one.get('extract')}" for one in messages] == []
