# SPDX-License-Identifier: Apache-2.0
"""What follows what is said: a leaf in the record, pages, seals that open or are given up, erasures."""

from __future__ import annotations

from onrecord.bakery import actions as bakery
from onrecord.journal import reactions
from onrecord.journal.models import Entry
from onrecord.statements import actions as statements
from onrecord.statements.pages import assets
from onrecord.statements.pages.feeds import stale_news_keys


def sequence(entry: Entry) -> None:
    if statements.is_there(entry.data["edition_id"]):
        statements.sequence(entry.data["edition_id"])


def bake_edition(entry: Entry) -> None:
    if statements.is_there(entry.data["edition_id"]):
        statements.bake_edition(entry.data["edition_id"])


def log_seal(entry: Entry) -> None:
    statements.log_seal(entry.data["seal_id"])


def give_up_seals(_entry: Entry) -> None:
    statements.give_up_seals()


def bake_given_up(entry: Entry) -> None:
    statements.bake_given_up(entry.data["leaf_index"], entry.data["document_path"])


def erase(entry: Entry) -> None:
    statements.erase(entry.data["erasure_id"])


def bake_erased(entry: Entry) -> None:
    statements.bake_erased(entry.data["erasure_id"])


def bake_everything(entry: Entry) -> None:
    """Bake everything, unless that is due once more anyway: many changes at once take one bake."""
    if not reactions.later_is_due("statements.bake_everything", entry):
        bakery.bake_all()


def bake_assets() -> None:
    """Bake the stylesheet and scripts of this version: the next page that is baked refers to them.

    Those of the version before stay until everything is baked again: pages that it has baked refer to them.
    """
    if (bakery.site_directory() / "index.html").exists():
        bakery.bake(assets.file_keys())


def bake_aged_news() -> None:
    bakery.bake(stale_news_keys())
