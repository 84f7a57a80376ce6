# SPDX-License-Identifier: Apache-2.0
"""What the desk's front page tells administrators about the newsroom's identity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.desk.panels import Need, Sentence, Urgency
from onrecord.identity import events
from onrecord.identity.links import Outcome, Way
from onrecord.identity.models import Finding
from onrecord.identity.wording import sentence
from onrecord.journal.events import Event
from onrecord.journal.models import Entry
from onrecord.people.models import User
from onrecord.people.roles import Right
from onrecord.record import timestamps

PATIENCE = timedelta(days=2)


def needs(user: User) -> Iterable[Need]:
    """Tell an administrator of each known domain whose DNS does not vouch for this newsroom."""
    if not user.may(Right.ADMINISTER):
        return
    wrong = Finding.objects.filter(way=Way.DNS).exclude(outcome__in=[Outcome.RIGHT, Outcome.UNANSWERED])
    for finding in wrong:
        alarming = finding.outcome == Outcome.OTHER_ROOT
        yield Need(
            _("%(domain)s does not vouch for this newsroom") % {"domain": finding.domain},
            sentence(finding),
            reverse("identity"),
            Urgency.NOW if alarming else Urgency.LATER,
        )


def timestamps_fail(user: User) -> Iterable[Need]:
    """Tell an administrator that no checkpoint could be timestamped for two days."""
    trouble = timestamps.trouble() if user.may(Right.ADMINISTER) and timestamps.authority() else None
    if trouble is not None and trouble.since < timezone.now() - PATIENCE:
        yield Need(_("The log is not timestamped"), trouble.reason, reverse("identity"), Urgency.LATER)


def told(entry: Entry) -> str:
    """Tell a changed link in a sentence that follows the actor's name."""
    if entry.data["after"] == Outcome.RIGHT:
        text = _("found that %(domain)s vouches for this newsroom")
    else:
        text = _("found that %(domain)s does not vouch for this newsroom (%(way)s: %(after)s)")
    return text % {name: str(value) for name, value in entry.data.items()}


SENTENCES: Mapping[type[Event], Sentence] = {events.LinkChanged: told}
