# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from onrecord.people.models import User
from tests.statements.baked import bake_newsroom, complaints


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.django_db
def test_the_html_checker_finds_no_error_on_any_page(olga: User, ines: User) -> None:
    root = bake_newsroom(olga, ines)
    assert complaints(root, "--also-check-css", "--skip-non-html") == []
