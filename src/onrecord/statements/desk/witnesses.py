# SPDX-License-Identifier: Apache-2.0
"""What the desk's front page and recent activity tell about witnesses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onrecord.desk.panels import Need, Sentence, Urgency
from onrecord.journal.events import Event
from onrecord.journal.models import Entry
from onrecord.people.models import User
from onrecord.people.roles import Right
from onrecord.record import events, pages
from onrecord.record.models import Evidence, Witness
from onrecord.record.witnesses import standing, wording
from onrecord.record.witnesses.standing import State

SILENT_FOR = timedelta(days=1)
SHOWN_FOR = timedelta(days=30)


def needs(user: User) -> Iterable[Need]:
    """Tell an administrator what witnesses have found, which are silent, and whether there are enough."""
    if not user.may(Right.ADMINISTER):
        return
    screen = reverse("witnesses")
    disagreeing = Witness.objects.filter(active=True, answer=Witness.Answer.DISAGREES)
    for witness in disagreeing:
        yield Need(
            _("A witness has seen another history of this log"),
            _("%(name)s: %(detail)s Publish nothing before you know why.")
            % {"name": witness.name, "detail": witness.detail},
            screen,
            Urgency.NOW,
        )
    forks = Evidence.objects.filter(found_at__gt=timezone.now() - SHOWN_FOR).select_related("log")
    for kept in forks[:3]:
        yield Need(
            _("A log that you witness has signed two histories"),
            _("Tell %(name)s, and whoever reads it. The evidence is kept.") % {"name": kept.log.origin},
            screen,
            Urgency.TODAY,
        )
    yield from _silent(screen)
    found = standing.standing()
    if pages.size() and found.state is State.NOT_WITNESSED:
        yield Need(
            _("The log is not independently witnessed"),
            _("%(count)s Ask other newsrooms to witness yours, and witness theirs.")
            % {"count": wording.lacking(found)},
            screen,
            Urgency.LATER,
        )


def _silent(screen: str) -> Iterable[Need]:
    since = timezone.now() - SILENT_FOR
    for witness in Witness.objects.filter(active=True, failures__gt=0, added_at__lt=since).exclude(
        answer=Witness.Answer.DISAGREES
    ):
        if witness.cosigned_at is None or witness.cosigned_at < since:
            yield Need(
                _("A witness has not cosigned for a day"),
                f"{witness.name}: {wording.answer_of(witness)}",
                screen,
                Urgency.LATER,
            )


def _teller(sentence: Promise) -> Sentence:
    def tell(entry: Entry) -> str:
        return str(sentence) % {name: str(value) for name, value in entry.data.items()}

    return tell


SENTENCES: Mapping[type[Event], Sentence] = {
    events.WitnessAdded: _teller(gettext_lazy("lets %(witness)s witness the log")),
    events.WitnessRemoved: _teller(gettext_lazy("no longer asks %(witness)s to witness the log")),
    events.WitnessesAsked: _teller(gettext_lazy("had all witnesses asked: %(cosigned)s have cosigned")),
    events.WitnessDisagreed: _teller(
        gettext_lazy("learned that %(witness)s has seen another history of the log")
    ),
    events.LogFollowed: _teller(gettext_lazy("made this newsroom a witness for %(origin)s")),
    events.LogUnfollowed: _teller(gettext_lazy("ended being a witness for %(origin)s")),
    events.EvidenceKept: _teller(gettext_lazy("kept evidence that %(origin)s has signed two histories")),
}
