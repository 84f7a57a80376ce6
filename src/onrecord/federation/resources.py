# SPDX-License-Identifier: Apache-2.0
"""What WebFinger says of the newsroom's accounts: `acct:press@news.example.org` and their ids, either way."""

from __future__ import annotations

from urllib.parse import urlsplit

from onrecord.federation.actors import ACTORS, by_address
from onrecord.federation.documents.context import MEDIA_TYPE
from onrecord.federation.facts import actor_address, described, speaker
from onrecord.federation.models import Actor
from onrecord.identity.webfinger import Ended, Link, Resource
from onrecord.statements.pages.site import Site

PROFILE = "http://webfinger.net/rel/profile-page"


def account(resource: str) -> Resource | None:
    """Describe an account by its name or its id; None for what is none of the newsroom's.

    Raises Ended for an account that was closed.
    """
    site = Site.current()
    host = urlsplit(site.address).netloc.lower()
    start, end = f"{site.address.lower()}{ACTORS}", f"@{host}"
    former = _former(resource)
    if former is not None:
        return _described(site, former)
    if resource.startswith("acct:") and resource.endswith(end):
        name = resource.removeprefix("acct:").removesuffix(end).removeprefix("@")
    elif resource.lower().startswith(start):
        name = resource[len(start) :]
    else:
        return None
    speaker()  # made at first use
    actor = Actor.objects.filter(name=name, former_base="").select_related("topic").first()
    if actor is not None and actor.closed_at is not None:
        raise Ended
    return _described(site, actor) if actor is not None else None


def _former(resource: str) -> Actor | None:
    """Return the account that has this name or id at a former address of the site."""
    rows = Actor.objects.exclude(former_base="").filter(closed_at=None).select_related("topic")
    if resource.startswith("acct:"):
        return rows.filter(name=resource.removeprefix("acct:").removeprefix("@")).first()
    found = by_address(resource)
    return found if found is not None and found.former_base and found.closed_at is None else None


def _described(site: Site, actor: Actor) -> Resource:
    host = urlsplit(actor.former_base or site.address).netloc.lower()
    address, page = actor_address(site, actor), described(site, actor).page
    return Resource(
        subject=f"acct:{actor.local}@{host}",
        aliases=(address, page),
        links=(Link("self", address, MEDIA_TYPE), Link(PROFILE, page, "text/html")),
    )
