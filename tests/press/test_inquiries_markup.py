# SPDX-License-Identifier: Apache-2.0
"""The pages of inquiries that the program answers itself, checked as the baked ones are."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from onrecord.people.models import User
from tests.press.inquiring import answered, asked, fields, path_of
from tests.statements.baked import complaints


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.django_db
def test_the_html_checker_finds_no_error_on_the_pages_of_journalists(
    olga: User, ines: User, client: Client, tmp_path: Path
) -> None:
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
    assert complaints(root) == []
