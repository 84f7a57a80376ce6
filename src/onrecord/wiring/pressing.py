# SPDX-License-Identifier: Apache-2.0
"""What follows for the press: addresses that are gone."""

from __future__ import annotations

from onrecord.journal.models import Entry
from onrecord.press import actions as press


def stop_unreachable(entry: Entry) -> None:
    press.stop_unreachable(entry.data["recipient_key"])
