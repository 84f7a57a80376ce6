# SPDX-License-Identifier: Apache-2.0
"""Where the list of blocked servers stands, and how somebody objects to a block."""

from __future__ import annotations

import re
from urllib.parse import quote

from onrecord.federation import actors
from onrecord.federation.models import DomainBlock, Policy

PATH = "blocked-servers/"
_ANCHOR = re.compile(r"(?:/[A-Za-z-]{2,20})?/blocked-servers/#block-(\d{1,18})")


def how_to_object() -> str:
    """Say in a sentence where a blocked server can object: by a report if the list is public."""
    if Policy.current().public_blocks:
        return f"All blocks, and how to object: {actors.base()}/{PATH}"
    return f"To object, write to the newsroom: {actors.base()}/contacts/"


def path_of(block: DomainBlock) -> str:
    """Return where a block stands on the site."""
    return f"/{PATH}#block-{block.pk}"


def report_path(block: DomainBlock, language: str) -> str:
    """Return where anybody reports that a block is wrong."""
    return f"/report?url={quote(path_of(block), safe='/')}&language={language}"


def block_at(path: str) -> DomainBlock | None:
    """Return the block that stands at a path of the site; None while the list is not public."""
    found = _ANCHOR.fullmatch(path)
    if found is None or not Policy.current().public_blocks:
        return None
    return DomainBlock.objects.filter(pk=int(found[1])).first()
