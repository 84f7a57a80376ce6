# SPDX-License-Identifier: Apache-2.0
"""What software this is and what it speaks (NodeInfo 2.0 and 2.1, https://nodeinfo.diaspora.software)."""

from __future__ import annotations

import json
from typing import Any

from onrecord import __version__

PATH = "/.well-known/nodeinfo"
VERSIONS = ("2.0", "2.1")
_SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/"


def discovery(address: str) -> bytes:
    """Return the document that says where the others are."""
    links = [{"rel": _SCHEMA + each, "href": f"{address}/nodeinfo/{each}"} for each in VERSIONS]
    return json.dumps({"links": links}).encode()


def write(version: str, *, title: str, statements: int) -> bytes:
    """Return the document in one version: there is one who speaks, nobody can sign up."""
    software: dict[str, Any] = {"name": "onrecord", "version": __version__}
    return json.dumps(
        {
            "version": version,
            "software": software,
            "protocols": ["activitypub"],
            "services": {"inbound": [], "outbound": ["atom1.0", "rss2.0"]},
            "openRegistrations": False,
            "usage": {"users": {"total": 1}, "localPosts": statements},
            "metadata": {"nodeName": title},
        }
    ).encode()
