# SPDX-License-Identifier: Apache-2.0
"""What the desk's front page says about embargoes, and how recent activity tells them."""

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
from onrecord.press.embargoes import events
from onrecord.press.models import Embargo, EmbargoState
from onrecord.statements.desk.needs import isolated


def needs(user: User) -> Iterable[Need]:
    """Tell of embargoes that somebody broke, and of those that have no moment any more."""
    if not user.may(Right.WRITE):
        return
    open_ones = Embargo.objects.filter(state__in=[EmbargoState.STANDING, EmbargoState.HELD])
    rows = open_ones.filter(statement__isnull=False).select_related("statement").prefetch_related("breaches")
    for row in rows.order_by("pk"):
        address = reverse("press_embargo", args=[row.pk])
        title = f"“{isolated(str(row))}”"
        if any(one.forgiven_at is None for one in row.breaches.all()):
            yield Need(
                _("The embargo of %(title)s was broken") % {"title": title},
                _("Consider lifting it for everybody."),
                address,
                Urgency.NOW,
            )
        elif row.state == EmbargoState.HELD:
            yield Need(
                _("%(title)s is on hold, and journalists have it") % {"title": title},
                _("Give it another moment, or release it. Whoever has a link is told."),
                address,
            )


def _teller(sentence: Promise) -> Sentence:
    def tell(entry: Entry) -> str:
        said: str = str(sentence) % entry.data
        return said

    return tell


SENTENCES: Mapping[type[Event], Sentence] = {
    events.EmbargoTold: _teller(gettext_lazy("gave %(links)s journalists a text under embargo")),
    events.EmbargoLifted: _teller(gettext_lazy("lifted an embargo for everybody")),
    events.EmbargoBroken: _teller(gettext_lazy("recorded that an embargo was broken")),
    events.EmbargoHeld: _teller(gettext_lazy("told everybody who has it that an embargo is on hold")),
    events.EmbargoMoved: _teller(gettext_lazy("told everybody who has it that an embargo was changed")),
}
