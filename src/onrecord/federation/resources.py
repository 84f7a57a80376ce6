# SPDX-License-Identifier: Apache-2.0
"""What WebFinger says of the newsroom's accounts: `acct:press@news.example.org` and their ids, either way."""

from __future__ import annotations

from urllib.parse import urlsplit

from onrecord.federation.actors import ACTORS, by_address
from onrecord.federation.documents.context import MEDIA_TYPE
from onrecord.federation.facts import actor_address, page_of, speaker
from onrecord.federation.models import Actor
from onrecord.identity.webfinger import Ended, Link, Resource
from onrecord.statements.pages.site import Site

PROFILE = "http://webfinger.net/rel/profile-page"


def account(resource: str) -> Resource | None:
    """Describe an account by its name or its id; None for what is none of the newsroom's.

    Raises Ended for an account that was closed.
    """
    site = Site.current()
    if resource.startswith("acct:"):
        actor = _named(resource.removeprefix("acct:").removeprefix("@"), site)
    elif resource.lower().startswith(f"{site.address.lower()}{ACTORS}"):
        actor = _own(resource[len(f"{site.address}{ACTORS}") :])
    else:
        actor = _at_former(resource)
    if actor is None:
        return None
    if actor.closed_at is not None:
        raise Ended
    return _described(site, actor)


def _named(name: str, site: Site) -> Actor | None:
    """Return the account of this name: one that is open at a former address of the site, or one here."""
    local, at, host = name.rpartition("@")
    is_here = bool(at) and host == urlsplit(site.address).netloc.lower()
    found = list(Actor.objects.filter(name__in=[name, local]).select_related("topic"))
    former = (one for one in found if one.former_base and one.name == name and one.closed_at is None)
    here = (one for one in found if is_here and not one.former_base and one.name == local)
    return next(former, None) or next(here, None) or (_own(local) if is_here else None)


def _own(name: str) -> Actor | None:
    """Return the account here of this name; the newsroom's own is made when it is first asked for."""
    rows = Actor.objects.filter(former_base="", name=name).select_related("topic")
    actor = rows.first()
    if actor is None and speaker().name == name:
        actor = rows.first()
    return actor


def _at_former(resource: str) -> Actor | None:
    """Return the account that has this id at a former address of the site."""
    found = by_address(resource)
    return found if found is not None and found.former_base and found.closed_at is None else None


def _described(site: Site, actor: Actor) -> Resource:
    host = urlsplit(actor.former_base or site.address).netloc.lower()
    address, page = actor_address(site, actor), page_of(site, actor)
    return Resource(
        subject=f"acct:{actor.local}@{host}",
        aliases=(address, page),
        links=(Link("self", address, MEDIA_TYPE), Link(PROFILE, page, "text/html")),
    )
