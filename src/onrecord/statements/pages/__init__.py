# SPDX-License-Identifier: Apache-2.0
"""What statements contribute to the baked site, and which of it a release changes.

statement    the newest edition at the stable address, each edition, comparisons, media
lists        front page, archive, topics
plain        contacts, about, the page for unknown addresses
proofs       what proves an edition, and its bundle; logbook: the page of the log
assets       stylesheet, logo, portraits
feeds        feeds, sitemaps, cards, icons
keys         what has to be baked again; beside: what apps above bake with it
verification the page that checks statements, and the file of it to take home
tombstones   what stands where a text was erased
preview      a draft as the page it would become
"""

from __future__ import annotations

from collections.abc import Iterator

from onrecord.bakery.pages import Family, Key
from onrecord.statements.models import Edition
from onrecord.statements.pages import (
    assets,
    beside,
    feeds,
    keys,
    lists,
    logbook,
    plain,
    statement,
    tombstones,
    verification,
)
from onrecord.statements.pages.preview import preview


def families() -> tuple[Family, ...]:
    """Return every family of pages of this app, in the order in which a full bake takes them."""
    return (
        *assets.FAMILIES,
        *statement.FAMILIES,
        *tombstones.FAMILIES,
        *lists.FAMILIES,
        *plain.FAMILIES,
        *logbook.FAMILIES,
        *feeds.families(),
        *verification.FAMILIES,
    )


def keys_for(edition: Edition) -> list[tuple[str, Key]]:
    """Return everything to bake again when an edition is released, reviewed or withdrawn.

    The number does not depend on the size of the archive.
    """
    found = [*beside.keys_for(edition), *keys.keys_for(edition), *feeds.keys_for(edition)]
    return list(dict.fromkeys([*found, *logbook.all_keys()]))


def keys_for_organisation() -> Iterator[tuple[str, Key]]:
    """Return everything: the name, look, languages, topics or contacts stand on every page."""
    for family in families():
        yield from ((family.name, key) for key in family.keys())  # noqa: SIM118  # a field, not a dict


__all__ = ["families", "keys_for", "keys_for_organisation", "preview"]
