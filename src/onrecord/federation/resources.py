# SPDX-License-Identifier: Apache-2.0
"""What WebFinger says of the newsroom's accounts: `acct:press@news.example.org` and their ids, either way."""

from __future__ import annotations

from urllib.parse import urlsplit

from onrecord.federation.actors import ACTORS
from onrecord.federation.documents.context import MEDIA_TYPE
from onrecord.federation.facts import actor_address, described, speaker
from onrecord.federation.models import Actor
from onrecord.identity.webfinger import Link, Resource
from onrecord.statements.pages.site import Site

PROFILE = "http://webfinger.net/rel/profile-page"


def account(resource: str) -> Resource | None:
    """Describe an account by its name or its id; None for what is none of the newsroom's, or closed."""
    site = Site.current()
    host = urlsplit(site.address).netloc.lower()
    start, end = f"{site.address.lower()}{ACTORS}", f"@{host}"
    if resource.startswith("acct:") and resource.endswith(end):
        name = resource.removeprefix("acct:").removesuffix(end).removeprefix("@")
    elif resource.lower().startswith(start):
        name = resource[len(start) :]
    else:
        return None
    speaker()  # made at first use
    actor = Actor.objects.filter(name=name, closed_at=None).select_related("topic").first()
    if actor is None:
        return None
    address, page = actor_address(site, actor), described(site, actor).page
    return Resource(
        subject=f"acct:{actor.name}@{host}",
        aliases=(address, page),
        links=(Link("self", address, MEDIA_TYPE), Link(PROFILE, page, "text/html")),
    )
