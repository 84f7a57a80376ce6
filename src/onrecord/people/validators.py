# SPDX-License-Identifier: Apache-2.0
"""What an organisation's details must look like; each refusal says what to use instead."""

from __future__ import annotations

import ipaddress
import re
from functools import cache
from typing import Protocol
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from onrecord.people import colours

LOGO_BYTES = 2 * 2**20
LOGO_PIXELS = 4000
LOGO_FORMATS = frozenset({"PNG", "JPEG", "WEBP"})
_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class Picture(Protocol):
    """As much of a stored picture as is looked at."""

    @property
    def size(self) -> int: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...


def normalise_address(text: str) -> str:
    """Return the address in its one spelling: scheme and host in lower case, no default port, no slash.

    Names beyond ASCII are written as browsers send them (RFC 5891). Raises ValidationError when the
    text is no address of a whole site.
    """
    try:
        parts = urlsplit(text.strip() if "://" in text else f"https://{text.strip()}")
        host = (parts.hostname or "").encode("idna").decode("ascii").lower()
        port = parts.port
    except ValueError:
        raise ValidationError(
            _("“%(text)s” is not an address. Write it as https://news.example.org.") % {"text": text}
        ) from None
    if parts.path not in {"", "/"} or parts.query or parts.fragment or parts.username:
        raise ValidationError(
            _(
                "“%(text)s” goes on after the host. Give the site a host of its own, as https://news.example.org."
            )
            % {"text": text}
        )
    if port in {None, {"http": 80, "https": 443}.get(parts.scheme)}:
        return f"{parts.scheme.lower()}://{_bracketed(host)}"
    return f"{parts.scheme.lower()}://{_bracketed(host)}:{port}"


def validate_address(text: str) -> None:
    """Refuse what is not `scheme://host[:port]`, and plain http where readers come over the Internet."""
    parts = urlsplit(text)
    host = parts.hostname or ""
    if normalise_address(text) != text or not (_HOST.fullmatch(host) or _is_ip_address(host)):
        raise ValidationError(
            _("“%(text)s” is not an address. Write it as https://news.example.org.") % {"text": text}
        )
    if parts.scheme not in {"http", "https"}:
        raise ValidationError(
            _("“%(scheme)s” is not for web sites. Use https://.") % {"scheme": parts.scheme}
        )
    if parts.scheme == "http" and not _is_private(host):
        raise ValidationError(
            _(
                "Plain http can be altered on the way to the reader. Use https://%(host)s; only an address "
                "on this machine or in a private network, or an onion address, may do without."
            )
            % {"host": host}
        )


def validate_languages(codes: object) -> None:
    """Refuse an empty list, a language twice, and codes Django does not know."""
    if not isinstance(codes, list) or not codes:
        raise ValidationError(_("Choose at least one language."))
    known = dict(settings.LANGUAGES)
    for code in codes:
        if code not in known:
            raise ValidationError(_("“%(code)s” is not a language this program knows.") % {"code": code})
    if len(set(codes)) != len(codes):
        raise ValidationError(_("A language is named twice."))


def validate_time_zone(name: str) -> None:
    """Refuse names the IANA time zone database does not have."""
    if name not in known_time_zones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Use a name as Europe/Brussels.") % {"name": name}
        )


def validate_accent(colour: str) -> None:
    """Refuse a colour in which text on white would be hard to read."""
    if not colours.is_colour(colour):
        raise ValidationError(_("“%(colour)s” is not a colour. Write it as #8a1538.") % {"colour": colour})
    contrast = colours.contrast_with_white(colour)
    if contrast < colours.ENOUGH:
        raise ValidationError(
            _(
                "Links in %(colour)s would be hard to read: its contrast with white is %(contrast).1f to 1, "
                "and 4.5 to 1 is needed. The nearest shade that can be read is %(shade)s."
            )
            % {"colour": colour, "contrast": contrast, "shade": colours.darkened_until_readable(colour)}
        )


def validate_logo(logo: Picture) -> None:
    """Refuse pictures that are too heavy or too large."""
    validate_logo_size(logo.size, logo.width, logo.height)


def validate_logo_size(size: int, width: int, height: int) -> None:
    """Refuse pictures of too many bytes or pixels."""
    if size > LOGO_BYTES:
        raise ValidationError(
            _("The logo has %(size).1f MB; use one of at most 2 MB.") % {"size": size / 2**20}
        )
    if max(width, height) > LOGO_PIXELS:
        raise ValidationError(
            _("The logo measures %(width)d × %(height)d pixels; use one of at most 4000 × 4000.")
            % {"width": width, "height": height}
        )


@cache
def known_time_zones() -> frozenset[str]:
    """Return the names of places, as `Europe/Brussels`, and `UTC`."""
    regions = (
        "Africa/",
        "America/",
        "Antarctica/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    )
    return frozenset({"UTC", *(name for name in available_timezones() if name.startswith(regions))})


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _is_ip_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_private(host: str) -> bool:
    if _is_ip_address(host):
        return ipaddress.ip_address(host).is_private
    return host == "localhost" or host.endswith((".localhost", ".onion", ".test", ".internal", ".local"))
