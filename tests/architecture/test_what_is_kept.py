# SPDX-License-Identifier: Apache-2.0
"""For each table of the record, administrators can read what its loss or forgery would mean."""

from __future__ import annotations

import re

from django.apps import apps

from tests.architecture.sources import ROOT

PAGE = ROOT / "docs/what-is-kept.md"
BESIDE = {f"statements_{name}" for name in ("edition", "seal", "erasure", "tombstone", "asset")}
"""Tables of another app on which the record rests."""


def test_every_table_of_the_record_is_explained() -> None:
    text = PAGE.read_text(encoding="utf-8").partition("## Tables of the record")[2]
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    explained = {name for row in rows for name in re.findall(r"`(\w+)`", row.split(" | ")[0])}

    tables = {model._meta.db_table for model in apps.get_app_config("record").get_models()}
    assert explained == tables | BESIDE
    assert all(row.count(" | ") == 3 and not re.search(r"\|\s*\|", row) for row in rows)
