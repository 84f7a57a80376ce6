# SPDX-License-Identifier: Apache-2.0
"""Webmentions as they come in (W3C Webmention, section 3.2): checked for what can be told at once, and kept.

Whether the page really links is found out later, by a task, so that nobody makes a request wait for another.
"""

from __future__ import annotations

import secrets
from urllib.parse import unquote, urlsplit

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.outbound.addresses import checked
from onrecord.outbound.errors import BadAddress
from onrecord.people.strangers import counting
from onrecord.press.coverage import addresses
from onrecord.press.coverage.errors import BadMention, TooManyMentions
from onrecord.press.models import Mention, MentionState
from onrecord.statements.models import Publication
from onrecord.statements.pages.site import Site

HOUR = 3600
PER_HOST, PER_NETWORK, FROM_ALL = 60, 120, 2000
"""Webmentions in an hour: whose pages are on one host, from one network, in all."""


def receive(source: str, target: str, *, reader: str) -> Mention:
    """Take a Webmention, or look again at one that came before. Raises BadMention, TooManyMentions."""
    site = Site.current()
    source, target = source.strip(), target.strip()
    for name, value in (("source", source), ("target", target)):
        try:
            checked(value)
        except (BadAddress, UnicodeError) as error:
            raise BadMention(f"{name}: {error}") from error
    if addresses.comparable(source) == addresses.comparable(target):
        raise BadMention(_("Source and target are the same address."))
    publication = published_at(target, site)
    if publication is None:
        raise BadMention(_("The target is no statement of this newsroom."))
    if addresses.host_of(source) == addresses.host_of(site.address):
        raise BadMention(_("The source is a page of this newsroom itself."))
    _count(addresses.host_of(source), reader)
    return _keep(source, target, publication)


def published_at(address: str, site: Site) -> Publication | None:
    """Return the statement at a whole address: of its page, of an edition, of what belongs to it."""
    here, asked = urlsplit(site.address), urlsplit(address)
    if (asked.hostname or "").lower() != (here.hostname or "").lower() or asked.port != here.port:
        return None
    parts = unquote(asked.path).strip("/").split("/")
    if parts[:1] != ["s"] or any("\0" in part for part in parts):
        return None
    paths = ["/" + "/".join(parts[:length]) + "/" for length in range(len(parts), 2, -1)]
    found = {one.path: one for one in Publication.objects.filter(path__in=paths)}
    return next((found[path] for path in paths if path in found), None)


def _count(host: str, reader: str) -> None:
    network = counting.hidden(counting.network_of(reader))
    limits = {
        f"webmention/host/{host[:80]}": PER_HOST,
        f"webmention/network/{network}": PER_NETWORK,
        "webmention/all": FROM_ALL,
    }
    so_far = counting.counted(limits, seconds=HOUR)
    if any(so_far[name] >= most for name, most in limits.items()):
        raise TooManyMentions(_("Too many Webmentions came from there. Send this one again in an hour."))
    counting.count(limits, 1, seconds=HOUR)


@transaction.atomic
def _keep(source: str, target: str, publication: Publication) -> Mention:
    now = timezone.now()
    row, is_new = Mention.objects.get_or_create(
        pair_hash=addresses.pair_hash(source, target),
        defaults={
            "number": secrets.token_urlsafe(16),
            "source": source,
            "target": target,
            "statement_id": publication.statement_id,
            "due_at": now,
        },
    )
    if not is_new:
        waiting = Mention.objects.filter(pk=row.pk, due_at=None)
        waiting.update(due_at=now, received_at=now, tries=0, problem="", state=MentionState.WAITING)
        row.refresh_from_db()
    return row
