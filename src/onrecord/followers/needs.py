# SPDX-License-Identifier: Apache-2.0
"""What the desk's front page says about followers."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from onrecord.delivery import mail
from onrecord.delivery.models import Route
from onrecord.delivery.routes import MAILBOX
from onrecord.desk.panels import Need
from onrecord.followers.models import State, Subscription
from onrecord.people.models import User
from onrecord.people.roles import Right


def needs(user: User) -> Iterable[Need]:
    """Tell administrators and writers that followers are told of nothing, for want of a mail relay."""
    if not (user.may(Right.ADMINISTER) or user.may(Right.WRITE)) or mail.relay() is not None:
        return
    waiting = Subscription.objects.filter(state=State.CONFIRMED).count()
    if waiting:
        yield Need(
            _("Followers are told of nothing"),
            _("No mail relay is set, so what is published now reaches nobody by mail, also not later."),
            reverse("followers"),
            count=waiting,
        )


def unread_returns(user: User) -> Iterable[Need]:
    """Tell administrators that the mailbox to which mail comes back cannot be read."""
    if not user.may(Right.ADMINISTER):
        return
    for route in Route.objects.filter(transport=MAILBOX, failures__gt=1):
        yield Need(
            _("Mail that comes back is not read"),
            _("%(reply)s Until that is mended, dead addresses and complaints stay unnoticed.")
            % {"reply": route.last_reply},
            "",
        )
