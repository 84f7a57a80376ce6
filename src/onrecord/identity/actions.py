# SPDX-License-Identifier: Apache-2.0
"""Ask the known domains what they say about this newsroom, and keep what was found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from onrecord.identity import events, links
from onrecord.identity.keys import expected_record
from onrecord.identity.links import Asking, Newsroom, Outcome, Seen, Way
from onrecord.identity.models import Finding
from onrecord.journal.actions import write
from onrecord.journal.events import CLOCK, Actor
from onrecord.people.errors import NotSetUp
from onrecord.people.models import Organisation, User
from onrecord.people.roles import Right, require

ASK_AGAIN_AFTER = timedelta(days=1)


def check_domains(*, by: User) -> list[Finding]:
    """Ask every known domain now. Takes seconds: not to be called inside a transaction."""
    require(by, Right.ADMINISTER)
    return ask_domains(by=by.as_actor())


def ask_domains(*, by: Actor = CLOCK) -> list[Finding]:
    """Ask every known domain and keep what it says; journal each that says something else than before.

    A domain that did not answer keeps the outcome it had, unless it never had one. Safe to run twice.
    """
    organisation = Organisation.current()
    newsroom = Newsroom(organisation.host, expected_record(organisation))
    asking = Asking(settings.DNS_SERVERS, allow_private=settings.ALLOW_PRIVATE_ADDRESSES)
    return _keep(links.look(organisation.domains, newsroom, asking), by)


def is_time_to_ask() -> bool:
    """Tell whether a domain has not been asked for a day, or is no longer among those that are known."""
    try:
        domains = Organisation.current().domains
    except NotSetUp:
        return False
    asked = Finding.objects.filter(domain__in=domains, at__gt=timezone.now() - ASK_AGAIN_AFTER)
    return asked.count() < len(domains) * len(Way) or Finding.objects.exclude(domain__in=domains).exists()


def _keep(seen: Sequence[Seen], by: Actor) -> list[Finding]:
    now = timezone.now()
    with transaction.atomic():
        # Whoever else asked meanwhile waits here; and a domain may have been taken away.
        domains = Organisation.locked().domains
        seen = [one for one in seen if one.domain in domains]
        Finding.objects.exclude(domain__in=domains).delete()
        before = {(one.domain, one.way): one for one in Finding.objects.all()}
        for one in seen:
            found = before.get((one.domain, one.way.value))
            if found is None:
                Finding(domain=one.domain, way=one.way.value, **_as_found(one, now), since=now).save()
                _tell(one, "", by)
            elif one.outcome is Outcome.UNANSWERED:
                Finding.objects.filter(pk=found.pk).update(at=now, trouble=one.detail[:500])
            else:
                changed = found.outcome != one.outcome.value
                since = now if changed else found.since
                Finding.objects.filter(pk=found.pk).update(**_as_found(one, now), since=since)
                if changed:
                    _tell(one, found.outcome, by)
        return list(Finding.objects.all())


def _as_found(one: Seen, now: datetime) -> dict[str, Any]:
    unanswered = one.outcome is Outcome.UNANSWERED
    return {
        "outcome": one.outcome.value,
        "detail": "" if unanswered else one.detail[:500],
        "trouble": one.detail[:500] if unanswered else "",
        "at": now,
    }


def _tell(one: Seen, before: str, by: Actor) -> None:
    write(
        events.LinkChanged(
            subject=f"domain/{one.domain}",
            domain=one.domain,
            way=one.way.value,
            before=before,
            after=one.outcome.value,
        ),
        by=by,
    )
