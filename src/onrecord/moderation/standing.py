# SPDX-License-Identifier: Apache-2.0
"""How somebody stands: what weighs against them, how far up the ladder they are, what would be next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Sum
from django.utils import timezone

from onrecord.moderation.models import (
    Appeal,
    Conduct,
    Effect,
    EffectKind,
    EffectState,
    Mark,
    Report,
    Rung,
    Suspension,
)

LIMIT_FROM, SUSPEND_FROM = 3, 6
"""Points from which a limit or a suspension is the next step, once there was a warning."""
SUSPENSION_DAYS = (7, 30, 90)
"""The first suspension, the second, and each after that."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands for what they write."""

    rung: Rung
    points: int
    warned_before: bool
    suspended_before: int

    @property
    def next_step(self) -> EffectKind:
        """What the ladder proposes if they break a rule once more. A person decides; it proposes no end."""
        if not self.warned_before:
            return EffectKind.WARN
        return EffectKind.SUSPEND if self.points >= SUSPEND_FROM else EffectKind.LIMIT

    @property
    def next_days(self) -> int:
        """How long the next suspension would be."""
        return SUSPENSION_DAYS[min(self.suspended_before, len(SUSPENSION_DAYS) - 1)]


def of(person: str) -> Standing:
    """Return how an author stands now; nobody is always clean."""
    if not person:
        return Standing(Rung.CLEAN, 0, False, 0)
    effects = list(Effect.objects.filter(person=person).values_list("kind", "state"))
    active = {kind for kind, state in effects if state == EffectState.APPLIED}
    stood = [kind for kind, state in effects if state != EffectState.REVERTED]
    points = points_of(person, Conduct.CONTENT)
    if EffectKind.TERMINATE in active:
        rung = Rung.ENDED
    elif EffectKind.SUSPEND in active:
        rung = Rung.SUSPENDED
    elif EffectKind.LIMIT in active:
        rung = Rung.LIMITED
    elif EffectKind.WARN in active and points:
        rung = Rung.WARNED
    else:
        rung = Rung.CLEAN
    warned = any(kind in {EffectKind.WARN, EffectKind.LIMIT} for kind in stood)
    return Standing(rung, points, warned, stood.count(EffectKind.SUSPEND))


@dataclass(frozen=True, slots=True)
class Sent:
    """What somebody has sent: what Article 23(3) asks to weigh before they are suspended."""

    all: int
    unfounded: int
    warned: bool
    suspended_until: datetime | None


def sent_by(person: str, conduct: Conduct) -> Sent:
    """Return how many reports or appeals somebody sent, and how many were manifestly without ground."""
    kind, _mark, number = person.partition("/")
    contact = int(number) if kind == "contact" and number.isdecimal() else 0
    if conduct is Conduct.REPORTS:
        reports = Report.objects.filter(contact=contact, received_at__isnull=False)
        counted = (reports.count(), reports.filter(unfounded=True).count())
    else:
        by = Q(notice__contact=contact) if contact else Q(notice__party="author", notice__person=person)
        appeals = Appeal.objects.filter(by)
        counted = (appeals.count(), appeals.filter(unfounded=True).count())
    warned = Suspension.objects.filter(person=person, conduct=conduct).exists()
    suspension = suspension_of(person, conduct)
    return Sent(*counted, warned, suspension.until if suspension else None)


def points_of(person: str, conduct: Conduct) -> int:
    """Return what weighs against somebody now."""
    marks = Mark.objects.filter(person=person, conduct=conduct, void=False, expires_at__gt=timezone.now())
    return int(marks.aggregate(sum=Sum("points"))["sum"] or 0)


def suspension_of(person: str, conduct: Conduct) -> Suspension | None:
    """Return the suspension in force for unfounded reports or appeals."""
    now = timezone.now()
    found = Suspension.objects.filter(person=person, conduct=conduct, begins_at__lte=now, until__gt=now)
    return found.first()
