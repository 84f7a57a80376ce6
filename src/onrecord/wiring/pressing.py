# SPDX-License-Identifier: Apache-2.0
"""What follows for the press: later editions, moments of embargoes, addresses that are gone."""

from __future__ import annotations

from onrecord.journal.models import Entry
from onrecord.press import actions as press
from onrecord.press.distributions import actions as distributions
from onrecord.press.embargoes import actions as embargoes
from onrecord.statements import actions as statements


def follow_up(entry: Entry) -> None:
    if statements.is_there(entry.data["edition_id"]):
        embargoes.tell_of(entry.data["edition_id"])
        distributions.tell_of(entry.data["edition_id"])


def forget_words(_entry: Entry) -> None:
    distributions.forget_erased()


def heed_moment(_entry: Entry) -> None:
    embargoes.heed()


def stop_unreachable(entry: Entry) -> None:
    press.stop_unreachable(entry.data["recipient_key"])
