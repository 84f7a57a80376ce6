# SPDX-License-Identifier: Apache-2.0
"""What bytes that somebody hands over are meant to be, and where a page says that its edition file is."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

from onrecord.proof import bundle, checkpoint
from onrecord.proof.errors import ProofError

_LINK = re.compile(r"<link\s[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_EDITION_FILE = re.compile(r"/([1-9][0-9]{0,8})\.json$")
_EDITION_PAGE = re.compile(r"/[1-9][0-9]*/?$")


def kind_of(data: bytes, name: str = "") -> str | None:
    """Tell what bytes are meant to be, by what they hold and their name, also if one of them was changed.

    The answer is bundle, object, decision, proof, edition, checkpoint, page or None.
    """
    if bundle.is_bundle(data) or name.endswith(bundle.SUFFIX):
        return "bundle"
    if b"tlog-proof@v1\n" in data[:40] or name.endswith(".tlog-proof"):
        return "proof"
    if data[:100].lstrip(b" \t\n\r")[:1] == b"{" and (kind := _kind_of_json(data)):
        return kind
    if b"\n\n\xe2\x80\x94 " in data and _is_checkpoint(data):
        return "checkpoint"
    if b"<html" in data[:2000].lower():
        return "page"
    return None


def _kind_of_json(data: bytes) -> str | None:
    if b'"cryptosuite"' in data and b'"eddsa-jcs-2022"' in data:
        return "object"
    if data[:1] != b"{":
        return None
    if b'"onrecord/decision-proof/' in data:
        return "decision"
    return "edition" if b'"onrecord/edition/' in data else None


def edition_link(html: str, base: str) -> str | None:
    """Return the address of the edition file that a statement's page links (`rel=alternate`, JSON)."""
    for link in _LINK.findall(html):
        attributes = {name.lower(): unescape(one or two) for name, one, two in _ATTRIBUTE.findall(link)}
        if (attributes.get("rel"), attributes.get("type")) != ("alternate", "application/json"):
            continue
        try:
            target = urljoin(base, attributes.get("href", ""))
        except ValueError:  # no address at all
            continue
        if edition_number(target) is not None:
            return target
    return None


def edition_number(url: str) -> int | None:
    """Return which edition the file at an address is, as `/s/2026/bridge/2.json`; None if it is none."""
    found = _EDITION_FILE.search(urlsplit(url).path)
    return int(found[1]) if found else None


def is_edition_page(url: str) -> bool:
    """Tell whether an address is that of one edition, not of the statement in its newest."""
    return _EDITION_PAGE.search(urlsplit(url).path) is not None


def _is_checkpoint(data: bytes) -> bool:
    try:
        checkpoint.parse(data)
    except ProofError:
        return False
    return True
