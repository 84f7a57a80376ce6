# SPDX-License-Identifier: Apache-2.0
"""What pages for people say of the fediverse: where the same is there, who speaks, how often it was taken up.

Who liked or shared a statement stands on no page, only how many did when it was baked.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from onrecord.bakery.batch import once_per_batch
from onrecord.federation import facts, objects
from onrecord.federation.documents.context import MEDIA_TYPE
from onrecord.federation.models import Interaction, InteractionKind
from onrecord.federation.objects import quoted
from onrecord.statements.pages.articles import Article, publications_of_batch
from onrecord.statements.pages.below import Below
from onrecord.statements.pages.gathered import Gathered
from onrecord.statements.pages.site import Site

_taken_up = Gathered(
    lambda publications: (
        Interaction.objects.filter(publication__in=publications, ended_at=None)
        .order_by()
        .values_list("publication", "kind")
        .annotate(count=Count("pk"))
    ),
    publications_of_batch,
)
_TAKEN_UP = Markup('<p class="meta">{where}: {counts}</p>')
_HEAD = Markup('<link rel="alternate" type="%s" href="%s">\n<meta name="fediverse:creator" content="%s">')


def below(site: Site, publication: int, article: Article) -> Below | None:
    """Return the head of a statement's page: its object, and the account that previews name as the author."""
    if article.preview:
        return None
    address = site.address + quoted(objects.STATEMENTS + objects.key_at(article.path))
    head = _HEAD % (MEDIA_TYPE, address, _creator(site))
    return Below(markup=_counts(publication), head=head)


@once_per_batch
def _creator(site: Site) -> str:
    return f"@{facts.speaker().name}@{urlsplit(site.address).netloc}"


def _counts(publication: int) -> Markup:
    """Return how often a statement was liked, shared and quoted; nothing for one that nobody took up."""
    found: dict[str, int] = dict(_taken_up(publication))
    if not found:
        return Markup("")
    likes, shares, quotes = (
        found.get(kind, 0) for kind in (InteractionKind.LIKE, InteractionKind.SHARE, InteractionKind.QUOTE)
    )
    said = [
        ngettext("%(count)s like", "%(count)s likes", likes) % {"count": likes} if likes else "",
        ngettext("shared once", "shared %(count)s times", shares) % {"count": shares} if shares else "",
        ngettext("quoted once", "quoted %(count)s times", quotes) % {"count": quotes} if quotes else "",
    ]
    if not any(said):
        return Markup("")
    return _TAKEN_UP.format(where=_("In the fediverse"), counts=", ".join(filter(None, said)))
