# SPDX-License-Identifier: Apache-2.0
"""What is known of servers elsewhere: which signature they take, and that they are there again."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q
from django.utils import timezone

from onrecord.delivery import routes
from onrecord.federation.models import RemoteHost, SignatureKind
from onrecord.federation.sending import synchronising
from onrecord.federation.sending.transport import NAME

_AT_ONCE = 500


def remember_signature(host: str, kind: str) -> None:
    """Note the way to sign that a host took after it had refused the other."""
    if not RemoteHost.objects.filter(name=host).update(signature=kind):
        RemoteHost.objects.get_or_create(name=host, defaults={"signature": kind})


def unusual_signatures() -> dict[str, str]:
    """Return the way to sign for the hosts that do not take the usual one."""
    rows = RemoteHost.objects.filter(signature=SignatureKind.RFC9421)
    return dict(rows.values_list("name", "signature"))


def take_turns(hosts: Collection[str]) -> set[str]:
    """Return those of these hosts that get a digest of their followers now, and note it: each once a week."""
    long_ago = timezone.now() - synchronising.EVERY
    due = RemoteHost.objects.filter(Q(synchronised_at=None) | Q(synchronised_at__lt=long_ago))
    names = sorted(set(due.values_list("name", flat=True)) & set(hosts))
    for start in range(0, len(names), _AT_ONCE):
        RemoteHost.objects.filter(name__in=names[start : start + _AT_ONCE]).update(
            synchronised_at=timezone.now()
        )
    return set(names)


def signature_of(host: str) -> str:
    """Return the way to sign that a host took last, if that is known."""
    rows = RemoteHost.objects.filter(name=host)
    return rows.values_list("signature", flat=True).first() or ""


def heard_from(host: str) -> bool:
    """Note that something signed came from a host: if nothing could be delivered to it, that is tried again.

    Return whether that was news. Cheap if nothing was wrong: one look by an index.
    """
    return routes.revive(NAME, host)


def heard_from_all(names: Collection[str]) -> None:
    """Note that something signed came from these hosts. One look if nothing was wrong with any."""
    for name in sorted(routes.failing(NAME, names)):
        heard_from(name)
