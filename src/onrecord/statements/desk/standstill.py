# SPDX-License-Identifier: Apache-2.0
"""What the desk's front page says when the log must not go on, and how recent activity tells it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from onrecord.desk.panels import Need, Sentence, Urgency
from onrecord.journal.events import Event
from onrecord.journal.models import Entry
from onrecord.people.models import User
from onrecord.people.roles import Right
from onrecord.record import events, guard
from onrecord.record.errors import RecordError


def needs(user: User) -> Iterable[Need]:
    """Tell everybody that nothing can be published, and an administrator what was seen and what to do."""
    try:
        guard.refuse_fork()
    except RecordError as error:
        told = str(error) if user.may(Right.ADMINISTER) else _("Your administrator can mend that.")
        yield Need(
            _("Nothing can be published: others have seen more of the record than is here"),
            told,
            "",
            Urgency.NOW,
        )


def _stopped(entry: Entry) -> str:
    return _("stopped the record: others have seen more of it than is here")


def _recovered(entry: Entry) -> str:
    return _("brought the record back from %(source)s") % {"source": entry.data["source"]}


SENTENCES: Mapping[type[Event], Sentence] = {events.Stopped: _stopped, events.Recovered: _recovered}
