# SPDX-License-Identifier: Apache-2.0
"""Every address that takes a POST without Django's own check against forgery, and what protects it instead.

Nobody who reads has a session. What identifies somebody stands in the address (a secret from a mail), in a
header that no page can set for another site (a token, a signature), or nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

SECRET = "a secret of 256 bits in the address"
TICKET = "a signed ticket, for this form, once; and whoever sends is known by nothing"
TOKEN = "a token in the Authorization header"
SIGNATURE = "an HTTP signature by the sender's own key"
PUBLIC = "answers the same to everybody and changes nothing that is anybody's"

PROTECTED = {
    "accredit": TICKET,
    "accredit_mine": SECRET,
    "comments_send": TICKET,
    "comments_mine": SECRET,
    "comments_edit": SECRET,
    "comments_replies": SECRET,
    "following_ask": TICKET,
    "following": SECRET,
    "following_unsubscribe": SECRET,
    "report": TICKET,
    "report_status": SECRET,
    "notice": SECRET,
    "press_own": SECRET,
    "press_early": SECRET,
    "inquiry_ask": TICKET,
    "inquiry_own": SECRET,
    "press_unsubscribe": SECRET,
    "moderation_api_items": TOKEN,
    "moderation_api_item": TOKEN,
    "moderation_api_reports": TOKEN,
    "moderation_api_decisions": TOKEN,
    "moderation_api_decision": TOKEN,
    "moderation_api_signatures": TOKEN,
    "moderation_api_proposal": TOKEN,
    "wire_feed": TOKEN,
    "wire_item": TOKEN,
    "federation_shared_inbox": SIGNATURE,
    "federation_inbox": SIGNATURE,
    "websub": PUBLIC,
    "webmention": PUBLIC,
    "verify": PUBLIC,
    "witness_add_checkpoint": SIGNATURE,
    "mail_events": TOKEN,
}
"""By the name of the address. A new one needs a line here, and a reason."""
WAGTAIL = "desk/api/main/"
"""Wagtail's own interface: Django REST Framework checks whoever has a session itself."""


@dataclass(frozen=True)
class Open:
    """An address whose view is exempt."""

    name: str
    route: str


def exempt() -> Iterator[Open]:
    """Yield every address of the program that Django does not check for forged requests."""
    yield from _walk(get_resolver(), "")


def _walk(resolver: URLResolver, before: str) -> Iterator[Open]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, route)
        elif isinstance(entry, URLPattern) and _is_exempt(entry.callback):
            yield Open(entry.name or "", route)


def _is_exempt(view: Callable[..., object]) -> bool:
    return bool(getattr(view, "csrf_exempt", False))
