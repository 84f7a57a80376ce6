# SPDX-License-Identifier: Apache-2.0
"""What the desk's front page says about coverage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from onrecord.desk.panels import Need, Sentence, Urgency
from onrecord.journal.events import Event
from onrecord.people.models import User
from onrecord.people.roles import Right
from onrecord.press.coverage import events, listing


def needs(user: User) -> Iterable[Need]:
    """Tell press officers what was found and waits for a look."""
    if not user.may(Right.WRITE):
        return
    count = listing.count_waiting()
    if count:
        yield Need(
            _("Somebody wrote about your statements"),
            _("It came from outside, so it counts only once you have looked."),
            f"{reverse('coverage')}?state=waiting",
            Urgency.LATER,
            count,
        )


SENTENCES: Mapping[type[Event], Sentence] = {
    events.CoverageAdded: lambda entry: _("entered where a statement was taken up"),
    events.CoverageConfirmed: lambda entry: _("confirmed that a statement was taken up"),
    events.CoverageRefused: lambda entry: _("refused something as coverage"),
    events.PageFetched: lambda entry: _("had a page elsewhere fetched for its hash"),
}
