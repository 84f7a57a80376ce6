# SPDX-License-Identifier: Apache-2.0
"""What the desk's front page says about the fediverse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onrecord.delivery.models import Route
from onrecord.desk.panels import Need, Sentence, Urgency
from onrecord.federation import events as own
from onrecord.federation.models import HostCount, SelfCheck
from onrecord.federation.receiving import events
from onrecord.federation.sending.transport import NAME
from onrecord.journal.events import Event
from onrecord.journal.models import Entry
from onrecord.people.models import User
from onrecord.people.roles import Right

FAILING_FOR = timedelta(days=1)
SHARE, FEWEST, ALWAYS = 20, 10, 1_000
"""Many follow from a server: a twentieth of all who follow, ten at least; or a thousand."""


def needs(user: User) -> Iterable[Need]:
    """Tell that the newsroom cannot be reached from outside, and which servers with many do not answer."""
    if user.may(Right.ADMINISTER):
        yield from _unreachable()
    if user.may(Right.ADMINISTER) or user.may(Right.WRITE):
        yield from _silent()


def _unreachable() -> Iterable[Need]:
    check = SelfCheck.objects.filter(pk=SelfCheck.ONLY, failing_since__isnull=False).first()
    if check is not None:
        yield Need(
            _("Other servers cannot reach the newsroom’s account"),
            str(check.problems[0]["message"]),
            reverse("federation_accounts"),
            count=len(check.problems),
        )


def _silent() -> Iterable[Need]:
    """Servers with many followers, of the routes that have failed for a day."""
    ailing = Route.objects.filter(transport=NAME, failing_since__lt=timezone.now() - FAILING_FOR)
    names = dict(ailing.values_list("name", "last_reply"))
    if not names:
        return
    everybody = HostCount.objects.filter(actor=None)
    all_of_them = everybody.aggregate(all=Sum("followers"))["all"] or 0
    many = min(max(all_of_them // SHARE, FEWEST), ALWAYS)
    rows = everybody.filter(host__name__in=list(names), followers__gte=many).select_related("host")
    for row in rows.order_by("-followers")[:5]:
        yield Need(
            _("A server with many followers has not answered for a day"),
            _("%(name)s, %(count)s followers: %(reply)s")
            % {
                "name": f"\u2068{row.host.name}\u2069",
                "count": number_format(row.followers, decimal_pos=0, use_l10n=True, force_grouping=True),
                "reply": f"\u2068{names[row.host.name][:200]}\u2069",
            },
            reverse("federation_server", args=[row.host.name]),
            Urgency.LATER,
        )


def _teller(sentence: Promise, field: str) -> Sentence:
    def tell(entry: Entry) -> str:
        return str(sentence) % {"name": f"\u2068{entry.data[field]}\u2069"}

    return tell


SENTENCES: Mapping[type[Event], Sentence] = {
    own.ActorDescribed: _teller(
        gettext_lazy("changed how the account @%(name)s describes itself"), "account"
    ),
    own.KeysChanged: _teller(gettext_lazy("renewed the keys of the account @%(name)s"), "account"),
    own.ActorClosed: _teller(gettext_lazy("closed the account @%(name)s"), "account"),
    events.HostBlocked: _teller(gettext_lazy("blocked the server %(name)s"), "host"),
    events.HostUnblocked: _teller(gettext_lazy("lifted the block of the server %(name)s"), "host"),
}
