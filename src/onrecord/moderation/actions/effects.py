# SPDX-License-Identifier: Apache-2.0
"""Effects: put in force, undone exactly, run out. Called by whoever decides, in their transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK, Actor
from onrecord.moderation import events, items
from onrecord.moderation.items import Item, Order
from onrecord.moderation.models import (
    HIDING,
    ON_PERSONS,
    Decision,
    Effect,
    EffectKind,
    EffectState,
    SuspensionFact,
)
from onrecord.statements.pages.site import Site


@dataclass(frozen=True, slots=True)
class Wanted:
    """An effect that somebody decides on."""

    kind: str
    until: datetime | None = None
    words: str = ""
    """Of a label, where its kind has labels with words of their own."""


def put_in_force(decision: Decision, item: Item, wanted: Sequence[Wanted], *, by: Actor) -> list[Effect]:
    """Carry out effects in order. Each notes what readers had before it."""
    kind = items.kind_named(item.kind)
    made = []
    for number, one in enumerate(wanted, 1):
        effect = Effect.objects.create(
            decision=decision,
            number=number,
            kind=one.kind,
            item_kind=item.kind,
            item_key=item.key,
            person=item.author if one.kind in ON_PERSONS else "",
            before_hash=items.image_hash(item.kind, item.key),
            until=one.until,
        )
        order = order_of(effect, item.language)
        kind.apply(replace(order, words=one.words.strip() or order.words), by=by)
        made.append(effect)
        if one.kind == EffectKind.SUSPEND and one.until is not None:
            _note_suspension(effect)
    return made


def undo(effects: Iterable[Effect], *, decision: Decision, by: Actor) -> None:
    """Take back effects of one decision, the last one first, and nothing else."""
    for effect in sorted(effects, key=lambda one: -one.number):
        if effect.state == EffectState.APPLIED:
            _end(effect, EffectState.REVERTED, by, decision)


def expire() -> int:
    """Take back what has run out; return how many effects that were. For a chore."""
    due = Effect.objects.filter(state=EffectState.APPLIED, until__lte=timezone.now())
    ended = 0
    for pk in list(due.order_by("until").values_list("pk", flat=True)[:100]):
        with transaction.atomic():
            effect = due.select_for_update(of=("self",)).filter(pk=pk).first()
            if effect is not None:
                _end(effect, EffectState.EXPIRED, CLOCK, None)
                event = events.EffectExpired(subject=effect.decision.subject, kind=effect.kind)
                journal.write(event, by=CLOCK)
                ended += 1
    return ended


def order_of(effect: Effect, language: str) -> Order:
    """Return what the item's kind is told."""
    return Order(
        kind=effect.kind,
        key=effect.item_key,
        person=effect.person,
        reference=effect.reference,
        until=effect.until,
        words=words_for(effect, language),
    )


def words_for(effect: Effect, language: str) -> str:
    """Return what stands beside a label or in place of what is hidden: no name, no accusation."""
    decision, site = effect.decision, Site.current()
    spoken = language if language in site.languages else site.default_language
    rule = decision.rule
    with translation.override(spoken):
        given = {"number": decision.case.number, "rule": rule.number if rule else ""}
        if effect.kind in HIDING:
            if rule:
                return _("Not shown under rule %(rule)s. Case %(number)s.") % given
            return _("Not shown for a legal reason. Case %(number)s.") % given
        if rule:
            return _("A moderator’s note: see rule %(rule)s. Case %(number)s.") % given
        return _("A moderator’s note, for a legal reason. Case %(number)s.") % given


def _end(effect: Effect, state: EffectState, by: Actor, decision: Decision | None) -> None:
    kind = items.kind_named(effect.item_kind)
    is_there = kind.find(effect.item_key) is not None
    kind.undo(order_of(effect, effect.decision.case.language), by=by)
    effect.state, effect.ended_at, effect.reverted_by = state, timezone.now(), decision
    effect.after_hash = items.image_hash(effect.item_kind, effect.item_key) if is_there else ""
    effect.save(update_fields=["state", "ended_at", "reverted_by", "after_hash"])


def _note_suspension(effect: Effect) -> None:
    assert effect.until is not None  # noqa: S101 - a suspension ends: the database says so too
    SuspensionFact.objects.create(
        of=f"effect/{effect.pk}",
        day=effect.applied_at.date(),
        conduct="content",
        days=max(1, round((effect.until - effect.applied_at) / timedelta(days=1))),
    )
