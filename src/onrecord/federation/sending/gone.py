# SPDX-License-Identifier: Apache-2.0
"""Accounts whose inbox is not there any more, as their server said when something was delivered."""

from __future__ import annotations

from onrecord.delivery import actions as delivery
from onrecord.federation.models import RemoteActor
from onrecord.federation.sending.transport import NAME
from onrecord.outbound.addresses import host_of

STATUSES = ("404", "410")


def followers(distribution: int | None = None) -> list[RemoteActor]:
    """Return who follows and has no inbox any more, by one distribution or by all that are not finished.

    An inbox that a server shares among its accounts says nothing about any one of them. Whoever began to
    follow after the answer has an inbox again.
    """
    found: list[RemoteActor] = []
    for gone in delivery.gone(NAME, distribution, statuses=STATUSES):
        if RemoteActor.objects.filter(shared_inbox=gone.address).exists():
            continue
        rows = RemoteActor.objects.filter(host__name=host_of(gone.address), inbox=gone.address, gone_at=None)
        following = {"follows__ended_at": None, "follows__since__lt": gone.at}
        found += rows.filter(follows__isnull=False, **following).distinct()
    return found
