# SPDX-License-Identifier: Apache-2.0
"""What the desk's front page says about the wire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onrecord.desk.panels import Need, Sentence, Urgency
from onrecord.journal.events import Event
from onrecord.journal.models import Entry
from onrecord.people.models import User
from onrecord.people.roles import Right
from onrecord.press.models import Destination, DestinationState
from onrecord.press.wire import events


def needs(user: User) -> Iterable[Need]:
    """Tell of destinations that stand still."""
    if not (user.may(Right.ADMINISTER) or user.may(Right.WRITE)):
        return
    for row in Destination.objects.filter(state=DestinationState.STOPPED).order_by("name"):
        yield Need(
            _("%(name)s takes nothing any more") % {"name": row.name},
            row.last_answer[:200] or _("What comes up for it waits. Try again, or go on without it."),
            reverse("destination", args=[row.pk]),
            Urgency.NOW,
        )


def _teller(sentence: Promise) -> Sentence:
    def tell(entry: Entry) -> str:
        return str(sentence) % {"name": entry.data["destination"]}

    return tell


SENTENCES: Mapping[type[Event], Sentence] = {
    events.DestinationAdded: _teller(gettext_lazy("added the destination “%(name)s”")),
    events.DestinationChanged: _teller(gettext_lazy("changed the destination “%(name)s”")),
    events.DestinationPaused: _teller(gettext_lazy("paused the destination “%(name)s”")),
    events.DestinationResumed: _teller(gettext_lazy("resumed the destination “%(name)s”")),
    events.DestinationStopped: _teller(gettext_lazy("stopped at the destination “%(name)s”")),
    events.DestinationClosed: _teller(gettext_lazy("closed the destination “%(name)s”")),
    events.DestinationSecretRenewed: _teller(
        gettext_lazy("renewed the secret of the destination “%(name)s”")
    ),
    events.TokenMade: _teller(gettext_lazy("made a token for the destination “%(name)s”")),
    events.TokenRevoked: _teller(gettext_lazy("revoked a token of the destination “%(name)s”")),
}
