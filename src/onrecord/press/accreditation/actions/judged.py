# SPDX-License-Identifier: Apache-2.0
"""What decisions do to an application. Called by the engine that judges, in its transaction; safe to repeat.

Nobody else calls them: there is no way to admit or refuse somebody past a decision with reasons.
"""

from __future__ import annotations

from django.utils import timezone

from onrecord.journal import actions as journal
from onrecord.journal.events import Actor
from onrecord.press.accreditation import events
from onrecord.press.models import Application, ApplicationState

OPEN = (ApplicationState.WAITING, ApplicationState.DECIDED)


def admit(row: Application, *, by: Actor) -> None:
    """Accredit somebody whose application waits."""
    waiting = Application.objects.filter(pk=row.pk, state=ApplicationState.WAITING)
    if waiting.update(state=ApplicationState.DECIDED, decided_at=timezone.now()):
        journal.write(events.AccreditationGranted(subject=row.subject), by=by)


def restrict(row: Application, *, kind: str, reference: str, words: str, by: Actor) -> None:
    """Refuse, withdraw (`seal`) or limit (`label`), as a decision says."""
    row = Application.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if reference in row.orders:
        return
    row.orders[reference] = {"kind": kind, "words": words}
    if row.state == ApplicationState.WAITING:
        row.state, row.decided_at = ApplicationState.DECIDED, timezone.now()
    if kind == "seal":
        row.over_at = row.over_at or timezone.now()
    row.save(update_fields=["orders", "state", "decided_at", "over_at"])
    event = events.AccreditationRestricted(subject=row.subject, kind=kind, reference=reference)
    journal.write(event, by=by)


def restore(row: Application, *, reference: str, by: Actor) -> None:
    """Take back what a decision did, and nothing else. Who was refused is accredited then."""
    row = Application.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.orders.pop(reference, None) is None:
        return
    if row.state == ApplicationState.DECIDED and not any(
        order["kind"] == "seal" for order in row.orders.values()
    ):
        row.over_at = None
    row.save(update_fields=["orders", "over_at"])
    journal.write(events.AccreditationRestored(subject=row.subject, reference=reference), by=by)
