# SPDX-License-Identifier: Apache-2.0
"""What the desk's front page says about webhooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onrecord.desk.panels import Need, Sentence, Urgency
from onrecord.followers import events
from onrecord.followers.webhooks.models import Endpoint, EndpointState
from onrecord.journal.events import Event
from onrecord.journal.models import Entry
from onrecord.people.models import User
from onrecord.people.roles import Right

FAILING_FOR = timedelta(days=1)


def needs(user: User) -> Iterable[Need]:
    """Tell of endpoints that have accepted nothing for a day, and of those that are gone."""
    if not (user.may(Right.ADMINISTER) or user.may(Right.WRITE)):
        return
    long_ago = timezone.now() - FAILING_FOR
    for row in Endpoint.objects.filter(state=EndpointState.ACTIVE, failing_since__lt=long_ago):
        yield Need(
            _("A webhook has accepted nothing for a day"),
            f"{row.name}: {row.last_answer[:200]}",
            reverse("webhook", args=[row.pk]),
            Urgency.LATER,
        )
    for row in Endpoint.objects.filter(state=EndpointState.GONE):
        yield Need(
            _("A webhook is gone"),
            _("%(name)s answered that its address is gone. Remove it, or give it another and resume it.")
            % {"name": row.name},
            reverse("webhook", args=[row.pk]),
            Urgency.LATER,
        )


def _teller(sentence: Promise) -> Sentence:
    def tell(entry: Entry) -> str:
        return str(sentence) % {"name": entry.data["endpoint"]}

    return tell


SENTENCES: Mapping[type[Event], Sentence] = {
    events.WebhookAdded: _teller(gettext_lazy("added the webhook “%(name)s”")),
    events.WebhookChanged: _teller(gettext_lazy("changed the webhook “%(name)s”")),
    events.WebhookPaused: _teller(gettext_lazy("paused the webhook “%(name)s”")),
    events.WebhookResumed: _teller(gettext_lazy("resumed the webhook “%(name)s”")),
    events.WebhookRemoved: _teller(gettext_lazy("removed the webhook “%(name)s”")),
    events.WebhookSecretRenewed: _teller(gettext_lazy("renewed the secret of the webhook “%(name)s”")),
}
