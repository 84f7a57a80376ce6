# SPDX-License-Identifier: Apache-2.0
"""What pages for people say in their heads: where the same is for the fediverse, and who speaks there."""

from __future__ import annotations

from urllib.parse import urlsplit

from markupsafe import Markup

from onrecord.federation import facts, objects
from onrecord.federation.documents.context import MEDIA_TYPE
from onrecord.federation.objects import quoted
from onrecord.statements.pages.articles import Article
from onrecord.statements.pages.below import Below
from onrecord.statements.pages.site import Site

_HEAD = Markup(
    '<link rel="alternate" type="{type}" href="{object}">\n'
    '<meta name="fediverse:creator" content="{creator}">'
)


def below(site: Site, publication: int, article: Article) -> Below | None:
    """Return the head of a statement's page: its object, and the account that previews name as the author."""
    if article.preview:
        return None
    address = site.address + quoted(objects.STATEMENTS + objects.key_at(article.path))
    creator = f"@{facts.speaker().name}@{urlsplit(site.address).netloc}"
    return Below(markup=Markup(""), head=_HEAD.format(type=MEDIA_TYPE, object=address, creator=creator))
