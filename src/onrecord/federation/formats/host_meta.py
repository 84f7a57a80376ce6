# SPDX-License-Identifier: Apache-2.0
"""Where WebFinger is asked (RFC 6415): some servers look here first."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

PATH = "/.well-known/host-meta"


def write(address: str) -> bytes:
    """Return the file for the site at this address."""
    template = quoteattr(f"{address}/.well-known/webfinger?resource={{uri}}")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n'
        f'<Link rel="lrdd" type="application/jrd+json" template={template}/>\n</XRD>\n'
    ).encode()
