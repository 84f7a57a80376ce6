# SPDX-License-Identifier: Apache-2.0
"""An edition on the channels: how far it is, who still lacks it, and what of that needs a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from onrecord.delivery import channels, counting, lacking, progress
from onrecord.delivery.lacking import Lack
from onrecord.delivery.models import Distribution, DistributionState, State
from onrecord.delivery.progress import Progress
from onrecord.desk.panels import Need, Urgency
from onrecord.journal.models import Entry, Reaction, ReactionState
from onrecord.people.models import User
from onrecord.statements import events
from onrecord.statements.desk.needs import isolated
from onrecord.statements.models import Edition, Statement

MANY_RETURNED, SHARE_RETURNED = 20, 0.05
"""From so many refused or returned, and such a share of all, somebody should look."""
RECENT = timedelta(days=2)
COUNTED_AT_ONCE = 50_000
"""With more deliveries than this, who still lacks an edition is worked out on its own page alone."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What follows once an edition can be read."""

    lines: list[Progress]
    lacks: list[Lack]
    telling: bool
    """Audiences are still being written down."""

    @property
    def over(self) -> bool:
        """Whether nothing more happens by itself."""
        return not self.telling and not any(line.is_running and line.remaining for line in self.lines)


def outgoing(edition: Edition, person: object) -> Outgoing:
    """Return how an edition goes out, as far as it concerns somebody."""
    return Outgoing(
        lines=progress.of_version(edition.statement.subject, edition.number, to=person),
        lacks=lacks(edition, person),
        telling=edition.published_at is not None and _still_telling(edition),
    )


def lacks(edition: Edition, person: object) -> list[Lack]:
    """Return on which channels some still lack an edition of whom an earlier one had reached."""
    if edition.number == 1 or edition.published_at is None or not _is_told(edition):
        return []
    return lacking.of(edition.statement.subject, edition.number, to=person)


def newest_told(statement: Statement) -> Edition | None:
    """Return the newest edition of which everybody is told, if it is a later one."""
    rows = Edition.objects.filter(statement=statement, number__gt=1, published_at__isnull=False)
    told = rows.filter(Q(op="withdraw") | ~Q(change="minor")).order_by("-number")
    return told.select_related("statement__publication").first()


def lacks_at_a_glance(edition: Edition, person: object) -> list[Lack] | None:
    """Return the same as `lacks`, or None where counting takes too long for a page about something else."""
    shown = channels.shown_to(person)
    rows = channels.distributions(shown).filter(object_key=edition.statement.subject)
    if sum(sum(counting.counts(row).values()) for row in rows) > COUNTED_AT_ONCE:
        return None
    return lacks(edition, person)


def page_of(distribution: Distribution) -> str:
    """Return the page of the edition that a distribution carries; nothing if it carries something else."""
    kind, _slash, number = distribution.object_key.partition("/")
    if kind != "statement" or not number.isdigit():
        return ""
    if not Edition.objects.filter(statement=int(number), number=distribution.version).exists():
        return ""  # erased
    return reverse("statements:going_out", args=[int(number), distribution.version])


def needs(user: User) -> Iterable[Need]:
    """Tell what goes out now, what waits for a person, and which way is closed."""
    shown = channels.shown_to(user)
    if not shown:
        return
    running = progress.going_out(to=user)
    told: set[str] = set()
    for line in running:
        row = line.distribution
        address = page_of(row) or reverse("deliveries_one", args=[row.pk])
        if line.closed is not None and line.remaining and row.transport not in told:
            told.add(row.transport)
            yield Need(
                _("%(channel)s: no answer from %(route)s")
                % {"channel": line.channel.label, "route": line.closed.name},
                line.closed.last_reply or _("It is tried again by itself."),
                address,
                Urgency.NOW,
            )
        if row.state == DistributionState.WAITING:
            detail = _("It is more than two hours late. Let it go out after all, or cancel it.")
            yield Need(
                _("%(title)s waits for you") % {"title": f"“{isolated(row.label)}”"},
                detail,
                address,
                Urgency.NOW,
            )
        elif row.state == DistributionState.PAUSED:
            yield Need(_("%(title)s is paused") % {"title": f"“{isolated(row.label)}”"}, _said(line), address)
        elif line.remaining and not line.is_scheduled:
            yield Need(
                _("%(title)s is going out") % {"title": f"“{isolated(row.label)}”"},
                _said(line),
                address,
                Urgency.LATER,
            )
    yield from _returned(user)


def _returned(user: User) -> Iterable[Need]:
    shown = channels.shown_to(user)
    recent = channels.distributions(shown).filter(
        lane="b-bulk", release_at__gte=timezone.now() - RECENT, release_at__lte=timezone.now()
    )
    for row in recent.order_by("-pk")[:20]:
        counts = counting.counts(row)
        bad = sum(counts.get(state, 0) for state in (State.FAILED, State.BOUNCED, State.COMPLAINED))
        if bad >= MANY_RETURNED and bad >= SHARE_RETURNED * sum(counts.values()):
            yield Need(
                _("Many did not get %(title)s") % {"title": f"“{isolated(row.label)}”"},
                _("Refused or returned: %(bad)s of %(all)s. Look at the reasons and the hosts.")
                % {"bad": _number(bad), "all": _number(sum(counts.values()))},
                f"{reverse('deliveries_one', args=[row.pk])}?show=trouble#hosts",
            )


def _said(line: Progress) -> str:
    return _("%(channel)s: %(accepted)s of %(all)s accepted, %(rest)s remaining.") % {
        "channel": line.channel.label,
        "accepted": _number(line.accepted),
        "all": _number(line.total),
        "rest": _number(line.remaining),
    }


def _number(number: int) -> str:
    return number_format(number, decimal_pos=0, use_l10n=True, force_grouping=True)


def _is_told(edition: Edition) -> bool:
    return edition.op == "withdraw" or edition.change != "minor"


def _still_telling(edition: Edition) -> bool:
    entries = Entry.objects.filter(
        subject=f"statement/{edition.statement_id}",
        event=events.Published.name,
        data__edition_id=edition.pk,
    )
    open_ones = Reaction.objects.filter(entry_id__in=list(entries.values_list("pk", flat=True)))
    return open_ones.exclude(state__in=[ReactionState.DONE, ReactionState.FAILED]).exists()
