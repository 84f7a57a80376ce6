# SPDX-License-Identifier: Apache-2.0
"""What the desk's front page says about distributions, and how recent activity tells them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from onrecord.desk.panels import Need, Sentence, Urgency
from onrecord.journal.events import Event
from onrecord.journal.models import Entry
from onrecord.people.models import User
from onrecord.people.roles import Right
from onrecord.press.distributions import events
from onrecord.press.events import ListExported
from onrecord.press.models import PressDistribution, Stage
from onrecord.statements.desk.needs import isolated


def needs(user: User) -> Iterable[Need]:
    """Tell of distributions that wait for this person."""
    if not user.may(Right.WRITE):
        return
    rows = PressDistribution.objects.filter(stage__in=[Stage.WAITING, Stage.HELD])
    for row in rows.select_related("statement").prefetch_related("authors").order_by("pk"):
        address = reverse("press_distribution", args=[row.pk])
        title = f"“{isolated(str(row))}”"
        if row.stage == Stage.HELD:
            yield Need(
                _("%(title)s did not go to the press") % {"title": title}, row.remark, address, Urgency.NOW
            )
        elif user.may(Right.APPROVE) and user not in row.authors.all():
            count = ngettext("To %(count)d journalist.", "To %(count)d journalists.", row.count)
            yield Need(
                _("%(title)s to the press waits for your approval") % {"title": title},
                count % {"count": row.count},
                address,
                Urgency.NOW,
            )


def _teller(sentence: Promise) -> Sentence:
    def tell(entry: Entry) -> str:
        said: str = str(sentence) % entry.data
        return said

    return tell


SENTENCES: Mapping[type[Event], Sentence] = {
    events.DistributionSubmitted: _teller(
        gettext_lazy("submitted a distribution to %(recipients)s journalists for approval")
    ),
    events.DistributionApproved: _teller(
        gettext_lazy("approved a distribution to %(recipients)s journalists")
    ),
    events.DistributionSent: _teller(gettext_lazy("sent a statement to %(recipients)s journalists")),
    events.DistributionHeld: _teller(gettext_lazy("did not send a distribution to the press")),
    events.PressFollowedUp: _teller(
        gettext_lazy("sent edition %(number)s to %(recipients)s journalists who had an earlier one")
    ),
    ListExported: _teller(gettext_lazy("took a media list of %(people)s people along as a file")),
}
