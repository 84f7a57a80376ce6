# SPDX-License-Identifier: Apache-2.0
"""What every server of the site directory sends with a file. No Django, no database.

A static server knows nothing but the name of a file, so the name alone decides. The same tables stand in
docs/serving/nginx.conf and docs/serving/Caddyfile; tests compare the answers of all three. What a file says
about itself, and has to be said in a header too, is read from the file (`Spoken`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

NAMES = {
    "feed.xml": "application/rss+xml; charset=utf-8",
    "atom.xml": "application/atom+xml; charset=utf-8",
    "feed.json": "application/feed+json; charset=utf-8",
}
"""Names that say more than their ending does."""

ENDINGS = {
    "avif": "image/avif",
    "css": "text/css; charset=utf-8",
    "checkpoint": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "epub": "application/epub+zip",
    "gif": "image/gif",
    "html": "text/html; charset=utf-8",
    "ico": "image/vnd.microsoft.icon",
    "ics": "text/calendar; charset=utf-8",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "m4a": "audio/mp4",
    "md": "text/markdown; charset=utf-8",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "note": "text/plain; charset=utf-8",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ogg": "audio/ogg",
    "pdf": "application/pdf",
    "png": "image/png",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "rtf": "application/rtf",
    "svg": "image/svg+xml; charset=utf-8",
    "tlog-proof": "text/plain; charset=utf-8",
    "tsr": "application/timestamp-reply",
    "ttf": "font/ttf",
    "txt": "text/plain; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
    "webm": "video/webm",
    "webmanifest": "application/manifest+json; charset=utf-8",
    "webp": "image/webp",
    "woff2": "font/woff2",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml; charset=utf-8",
    "zip": "application/zip",
}
"""What the ending of a name says."""

NODEINFO = 'application/json; profile="http://nodeinfo.diaspora.software/ns/schema/{}#"'
ADDRESSES = {
    "/log/checkpoint": ENDINGS["txt"],
    "/.well-known/host-meta": "application/xrd+xml; charset=utf-8",
    "/.well-known/nodeinfo": "application/json; charset=utf-8",
    "/nodeinfo/2.0": NODEINFO.format("2.0"),
    "/nodeinfo/2.1": NODEINFO.format("2.1"),
}
"""Addresses that say more than their name does."""

FEDIVERSE = "/ap/"
"""All below is ActivityStreams (W3C activitypub, 3.2); nothing there is named by a hash."""
ACTIVITY_JSON = "application/activity+json"

_STATEMENT = re.compile(r"/s/([0-9]{1,9}/[0-9A-Za-z_.~-]{1,90})/(?:([a-z]{2,3}(?:-[0-9A-Za-z]{2,8})*)/)?")
_JSON_TYPE = re.compile(r"\s*application/(activity\+json|ld\+json|json)\s*(;[^,]*)?", re.IGNORECASE)

CHECKPOINT = "/log/checkpoint"
TILES = "/log/tile/"
ANYTHING_ELSE = "application/octet-stream"

YEAR = "public, max-age=31536000, immutable"
SECONDS = "public, max-age=5, must-revalidate"
ASK = "public, no-cache"
"""Kept by readers, but asked about each time (304 costs next to nothing): a correction is seen at once."""
NOT_FOUND = "no-cache"
"""Also of the page in place of one that was erased."""

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
    "media-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

ALWAYS = (
    ("Vary", "Accept-Encoding"),
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    # Everything here is public; mirrors and other people's verifiers read it from a browser.
    ("Access-Control-Allow-Origin", "*"),
)
"""Sent with every baked file, with a redirect to one and with the page for addresses that do not exist."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Header fields that files of some names carry because of what stands in them, as the links of a feed.

    `read` gets the bytes of a file whenever a server process loads it, so it must be quick, need no database,
    and return nothing for what it does not understand.
    """

    names: frozenset[str]
    """Last parts of addresses, as `feed.json`."""
    read: Callable[[bytes], tuple[tuple[str, str], ...]]


_spoken: dict[str, Spoken] = {}

_HASHED = re.compile(r"(?:^|[.-])[0-9a-f]{8,64}[.-]")


@lru_cache(maxsize=1024)
def media_type_of(address: str) -> str:
    """Return the media type that every server sends for this address, with its charset."""
    if address.endswith("/"):
        return ENDINGS["html"]
    if address.startswith(FEDIVERSE):
        return ACTIVITY_JSON
    if address in ADDRESSES:
        return ADDRESSES[address]
    name = address.rpartition("/")[2]
    ending = name.rpartition(".")[2] if "." in name else ""
    return NAMES.get(name) or ENDINGS.get(ending, ANYTHING_ELSE)


def register(spoken: Spoken) -> None:
    """Let files say header fields themselves; a later one replaces what is known of a name. At start."""
    for name in spoken.names:
        _spoken[name] = spoken


def spoken_by(address: str, body: Callable[[], bytes]) -> tuple[tuple[str, str], ...]:
    """Return the header fields that a file says itself; `body` is called only if its name may say any."""
    found = _spoken.get(address.rpartition("/")[2])
    return found.read(body()) if found else ()


def object_of(address: str) -> str | None:
    """Return where the ActivityStreams object of the statement at this address would be; None for others."""
    found = _STATEMENT.fullmatch(address)
    return f"{FEDIVERSE}statements/{found[1]}/{found[2] or 'original'}" if found else None


def takes_json_alone(accept: str) -> bool:
    """Tell whether an Accept field names JSON types alone, as servers of the fediverse write it."""
    return all(_JSON_TYPE.fullmatch(part) for part in accept.split(","))


def always(address: str) -> tuple[tuple[str, str], ...]:
    """Return what is sent with the file at this address, whatever stands in it."""
    if object_of(address) is None:
        return ALWAYS
    return (("Vary", "Accept-Encoding, Accept"), *ALWAYS[1:])


def is_text(address: str) -> bool:
    """Tell whether a file is worth compressing."""
    return "charset=" in media_type_of(address)


def is_named_by_content(address: str) -> bool:
    """Tell whether the name holds a hash (eight or more hexadecimal digits set apart by '.' or '-')."""
    return _HASHED.search(address.rpartition("/")[2]) is not None


def cache_control_of(address: str) -> str:
    """Return how long readers and caches may keep what they got from this address."""
    if address == CHECKPOINT:
        return SECONDS
    if address.startswith(FEDIVERSE):
        return ASK
    if address.startswith(TILES) or is_named_by_content(address):
        return YEAR
    return ASK
