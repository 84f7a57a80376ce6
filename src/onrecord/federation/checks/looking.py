# SPDX-License-Identifier: Apache-2.0
"""Everything that is looked at from outside, in order; and what the clock keeps of it for the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.core.checks import CheckMessage, Error, Info
from django.db import transaction
from django.utils import timezone

from onrecord.federation import actors
from onrecord.federation.checks import around, finding, reading, sending
from onrecord.federation.checks.asking import Findings, Outside
from onrecord.federation.models import SelfCheck
from onrecord.outbound import OutboundError
from onrecord.people.errors import NotSetUp

EVERY = timedelta(hours=1)
"""How often the clock looks."""
_HINT = "Is the address of the site right, does its name lead here, and is the server in front running?"


def problems() -> list[CheckMessage]:
    """Return what another server would stumble over. Raises nothing for what does not answer."""
    try:
        outside = Outside(actors.base())
    except NotSetUp:
        return [Info("The newsroom is not set up, so nothing can be looked at.", id="federation.I000")]
    try:
        outside.get("/")
    except OutboundError as error:
        return [
            Error(f"The site cannot be reached: {error}", hint=f"{_HINT} {_PRIVATE}", id="federation.E001")
        ]
    newsroom = actors.newsroom()
    steps: tuple[Callable[[], Findings], ...] = (
        lambda: finding.webfinger(outside, newsroom),
        lambda: finding.descriptions(outside),
        lambda: reading.account(outside, newsroom),
        lambda: reading.account(outside, actors.instance()),
        lambda: reading.statement(outside),
        lambda: reading.collections(outside, newsroom),
        lambda: sending.inbox(outside),
        lambda: around.other_names(outside),
        lambda: around.https(outside),
        lambda: around.clock(outside),
    )
    found: list[CheckMessage] = []
    for step in steps:
        try:
            found += step()
        except OutboundError as error:
            found.append(Error(f"One of the answers did not come: {error}", hint=_HINT, id="federation.E021"))
    return found


_PRIVATE = (
    "If its name leads to a private address within your network, name that in ONRECORD_PRIVATE_ADDRESSES."
)


def is_time_to_look() -> bool:
    """Tell whether the clock should look again."""
    last = SelfCheck.objects.filter(pk=SelfCheck.ONLY).first()
    return last is None or timezone.now() - last.at >= EVERY


def look() -> SelfCheck:
    """Look from outside and keep what is wrong, with the moment since when something is."""
    found = [message for message in problems() if message.is_serious()]
    told = [{"id": str(message.id), "message": str(message.msg)[:500]} for message in found]
    with transaction.atomic():
        last = SelfCheck.objects.select_for_update().filter(pk=SelfCheck.ONLY).first()
        since = (last.failing_since if last else None) or timezone.now()
        row, _is_new = SelfCheck.objects.update_or_create(
            pk=SelfCheck.ONLY,
            defaults={"at": timezone.now(), "problems": told, "failing_since": since if told else None},
        )
    return row
