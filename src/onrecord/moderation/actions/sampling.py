# SPDX-License-Identifier: Apache-2.0
"""Samples: begun with a seed in the log, drawn a month later by it, for everybody to draw again."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK
from onrecord.moderation import events
from onrecord.moderation.models import (
    Case,
    Commitment,
    Decision,
    Policy,
    Reasons,
    Recheck,
    RecheckFact,
    Sample,
)
from onrecord.people.models import Organisation
from onrecord.proof import sample as proofs
from onrecord.record import actions as record
from onrecord.record import commitments


def keep_sampling() -> Sample | None:
    """Begin the first sample, or draw that of an earlier month and begin the next. For a chore.

    A month in which nothing was decided goes on. Raises what record.actions.append raises.
    """
    percent = Policy.current().sample_percent
    if not _is_due(percent):
        return None
    with transaction.atomic():
        record.lock_head(Organisation.current().origin)  # asked again, now that nobody else can do it
        if not _is_due(percent):
            return None
        row = _open()
        return _draw(row, percent) if row else _begin()


def _open() -> Sample | None:
    return Sample.objects.filter(drawn_at=None).select_related("begins").order_by("number").first()


def _is_due(percent: int) -> bool:
    row, now = _open(), timezone.now()
    if row is None:
        return bool(percent) and Case.objects.exists()
    if (row.began_at.year, row.began_at.month) == (now.year, now.month):
        return False
    return population(row).exists()


def population(row: Sample) -> QuerySet[Commitment]:
    """Return the commitments of which a sample is drawn: those logged between its seed and the next."""
    rows = Commitment.objects.filter(document__kind=row.begins.kind, document__number__gt=row.begins.number)
    return rows.filter(document__number__lt=row.ends.number) if row.ends else rows


def _begin() -> Sample:
    seed = secrets.token_bytes(proofs.SEED_SIZE)
    document = commitments.log([proofs.commitment(seed)])
    newest = Sample.objects.order_by("-number").first()
    row = Sample.objects.create(number=newest.number + 1 if newest else 1, seed=seed, begins=document)
    journal.write(events.SampleBegun(subject=row.subject, path=document.path), by=CLOCK)
    return row


def _draw(row: Sample, percent: int) -> Sample:
    following = _begin()
    row.ends, row.drawn_at, row.percent = following.begins, timezone.now(), percent
    found = {bytes(digest): pk for digest, pk in population(row).values_list("digest", "decision_id")}
    row.population = len(found)
    row.save()
    drawn = proofs.draw(bytes(row.seed), found, proofs.size(len(found), percent))
    _store(row, [found[one] for one in drawn])
    event = events.SampleDrawn(subject=row.subject, drawn=len(drawn), population=row.population)
    journal.write(event, by=CLOCK)
    return row


def _store(row: Sample, drawn: Sequence[int]) -> None:
    decisions = Decision.objects.select_related("case").in_bulk(drawn)
    words = set(Reasons.objects.filter(decision__in=drawn).values_list("decision_id", flat=True))
    for place, pk in enumerate(drawn, 1):
        decision = decisions[pk]
        omitted = _omitted(decision, has_words=pk in words)
        recheck = Recheck.objects.create(
            sample=row,
            decision=decision,
            place=place,
            decider=decision.decider,
            state=Recheck.State.OMITTED if omitted else Recheck.State.WAITING,
            omitted=omitted,
        )
        RecheckFact.objects.create(
            of=recheck.pk,
            day=decision.decided_at.date(),
            system=decision.classifier or decision.case.detected_by,
            automated_decision=decision.is_automatic,
            restricted=decision.effects.exists(),
            omitted=omitted,
        )


def _omitted(decision: Decision, *, has_words: bool) -> str:
    if decision.answers_appeal:
        return Recheck.Omitted.APPEAL
    return "" if has_words else Recheck.Omitted.ERASED


def omit_erased(case: Case) -> None:
    """Leave out what can no longer be examined: its words are erased. Called in that transaction."""
    rows = Recheck.objects.filter(decision__case=case)
    rows.update(why="")
    waiting = rows.filter(state=Recheck.State.WAITING)
    RecheckFact.objects.filter(of__in=list(waiting.values_list("pk", flat=True))).update(
        omitted=Recheck.Omitted.ERASED
    )
    waiting.update(state=Recheck.State.OMITTED, omitted=Recheck.Omitted.ERASED)
