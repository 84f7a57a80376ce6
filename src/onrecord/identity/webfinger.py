# SPDX-License-Identifier: Apache-2.0
"""WebFinger (RFC 7033): who stands behind `acct:newsroom@<host>` or the address of the site.

It is answered by the program, not baked: the answer depends on the query, and a file server would say the
same of everybody. Whoever knows more about a resource registers a provider, as federation will for actors.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from onrecord.identity.formats import did
from onrecord.identity.profiles import profiles
from onrecord.people.models import Organisation

PATH = "/.well-known/webfinger"
MEDIA_TYPE = "application/jrd+json"
LONGEST = 1000
NEWSROOM = "newsroom"
"""The account that stands for the newsroom as a whole."""


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a resource; what is empty is left out."""

    rel: str
    href: str = ""
    type: str = ""
    template: str = ""

    def described(self) -> dict[str, str]:
        """Return the link as it is written."""
        members = {"rel": self.rel, "type": self.type, "href": self.href, "template": self.template}
        return {name: value for name, value in members.items() if value}


@dataclass(frozen=True, slots=True)
class Resource:
    """What a provider knows about a resource."""

    subject: str
    aliases: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    links: tuple[Link, ...] = ()


ResourceProvider = Callable[[str], Resource | None]
"""Told what is asked for in its one spelling (see `normalise`); None if it knows nothing of it."""


class Ended(Exception):
    """Raised by a provider for what was here once, and never will be again."""


_providers: dict[str, ResourceProvider] = {}


def register(provider: ResourceProvider) -> None:
    """Ask `provider` about every resource too. A second registration replaces the first."""
    _providers[f"{provider.__module__}.{provider.__qualname__}"] = provider


def unregister(provider: ResourceProvider) -> None:
    """Ask it no longer."""
    _providers.pop(f"{provider.__module__}.{provider.__qualname__}", None)


def answer(resource: str, rels: Collection[str] = ()) -> bytes | None:
    """Return the description of a resource (JRD), its links narrowed to `rels`; None if nobody knows it.

    Raises Ended for what is gone.

    The first provider that knows it names the subject; what all of them say is put together.
    """
    asked = normalise(resource)
    known = [found for provider in list(_providers.values()) if (found := provider(asked)) is not None]
    if not known:
        return None
    properties: dict[str, str] = {}
    for one in known:
        properties = {**one.properties, **properties}
    links = list(dict.fromkeys(link for one in known for link in one.links))
    described = {
        "subject": known[0].subject,
        "aliases": list(dict.fromkeys(alias for one in known for alias in one.aliases)),
        "properties": properties,
        "links": [link.described() for link in links if not rels or link.rel in rels],
    }
    return json.dumps({name: value for name, value in described.items() if value or name == "links"}).encode()


def normalise(resource: str) -> str:
    """Return a resource in its one spelling: scheme, host and accounts in lower case, `/` for no path."""
    resource = resource.strip()
    if resource[:5].lower() == "acct:":
        return resource.lower()
    try:
        parts = urlsplit(resource)
    except ValueError:
        return resource
    return parts._replace(netloc=parts.netloc.lower(), path=parts.path or "/").geturl()


def newsroom(resource: str) -> Resource | None:
    """Describe the newsroom itself: its pages, its keys, its profiles elsewhere."""
    organisation = Organisation.current()
    home = organisation.address + "/"
    account = f"acct:{NEWSROOM}@{organisation.host}"
    if resource not in {home, account}:
        return None
    own = [
        Link("http://webfinger.net/rel/profile-page", home, "text/html"),
        Link("alternate", f"{home}atom.xml", "application/atom+xml"),
    ]
    if organisation.address.startswith("https://"):
        own.append(Link("describedby", organisation.address + did.PATH, "application/json"))
    mine = [Link("me", address, "text/html") for address in profiles(organisation.relations)]
    return Resource(
        subject=account,
        aliases=(home,),
        properties={"http://schema.org/name": organisation.name},
        links=(*own, *mine),
    )
