# SPDX-License-Identifier: Apache-2.0
"""Where statements stand in the fediverse. One object for each language, whatever its edition.

`https://news.example.org/ap/statements/2026/water/original` is what stands for people at `/s/2026/water/`,
its translation `…/2026/water/fr` what stands at `/s/2026/water/fr/`. The last name is always there: a file
and a folder cannot have one name. Servers that only know files can derive one address from the other.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from django.db.models import Exists, OuterRef

from onrecord.federation.actors import base
from onrecord.statements.models import Edition, Publication

STATEMENTS = "/ap/statements/"
ACTIVITIES = "/ap/activities/"
ORIGINAL = "original"
_SAFE = "/:@!$&'()*+,;=~-._"
_KEY = re.compile(r"(\d{1,9}/[^/\0]{1,90})/([^/\0]{1,20})")
_PAGE = re.compile(r"/s/(\d{1,9}/[^/\0]{1,90})/(?:([^/\0]{1,20})/)?")


def key_of(publication: Publication) -> str:
    """Return what names a statement in every address here; not percent-encoded."""
    return key_at(publication.path)


def key_at(path: str) -> str:
    """Return what names the statement at this path: for /s/2026/water/ that is 2026/water/original."""
    found = _PAGE.fullmatch(path)
    if found is None:
        raise ValueError(f"{path!r} is not the address of a statement.")
    return f"{found[1]}/{found[2] or ORIGINAL}"


def address_of(publication: Publication) -> str:
    """Return the id of a statement's object."""
    return base() + quoted(STATEMENTS + key_of(publication))


def likes_of(publication: Publication) -> str:
    """Return the address of the number of those who like a statement."""
    return base() + quoted(f"/ap/likes/{key_of(publication)}")


def shares_of(publication: Publication) -> str:
    """Return the address of the number of those who announced a statement."""
    return base() + quoted(f"/ap/shares/{key_of(publication)}")


def replies_of(publication: Publication) -> str:
    """Return the address of what is answered to a statement and shown."""
    return base() + quoted(f"/ap/replies/{key_of(publication)}")


def create_of(publication: Publication) -> str:
    """Return the id of the activity that first brought a statement."""
    return base() + quoted(f"{ACTIVITIES}create/{key_of(publication)}")


def update_of(publication: Publication, edition: Edition) -> str:
    """Return the id of the activity that brought a later edition: an update or a withdrawal."""
    verb = "withdraw" if edition.op == "withdraw" else "update"
    return base() + quoted(f"{ACTIVITIES}{verb}/{edition.number}/{key_of(publication)}")


def publication_at(uri: str) -> Publication | None:
    """Return the published statement whose object, or page for people, has this address; None for others.

    What is under embargo, erased, or released but not yet readable is not there.
    """
    start = base()
    if not uri.startswith(start):
        return None
    path = unquote(re.split(r"[?#]", uri[len(start) :], maxsplit=1)[0])
    if path.startswith(STATEMENTS):
        return publication_of(path.removeprefix(STATEMENTS))
    path = path.rstrip("/") + "/"
    return _published(path) if _PAGE.fullmatch(path) else None


def publication_of(key: str) -> Publication | None:
    """Return the published statement that a key names, as 2026/water/fr; None if there is none."""
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    below = "" if found[2] == ORIGINAL else f"{found[2]}/"
    return _published(f"/s/{found[1]}/{below}")


def quoted(path: str) -> str:
    """Return a path percent-encoded, as ids have it everywhere."""
    return quote(path, safe=_SAFE)


def unquoted(path: str) -> str:
    """Return a path as the bakery names it."""
    return unquote(path)


def _published(path: str) -> Publication | None:
    readable = Edition.objects.filter(statement=OuterRef("statement"), published_at__isnull=False)
    rows = Publication.objects.filter(Exists(readable), path=path)
    return rows.select_related("edition", "statement").first()
