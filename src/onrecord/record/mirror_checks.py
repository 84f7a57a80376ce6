# SPDX-License-Identifier: Apache-2.0
"""Whether mirrors and witnesses answer, and hold no more than the database (docs/record.md A3)."""

from __future__ import annotations

from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution
from django.db import DatabaseError

from onrecord.people.models import Organisation
from onrecord.record import elsewhere
from onrecord.record.elsewhere import Answer, State
from onrecord.record.errors import RecordError


def problems() -> list[CheckMessage]:
    """Ask every mirror and witness, and return E007, W010 and W011."""
    try:
        organisation = Organisation.objects.first()
        answers = elsewhere.ask(organisation.origin) if organisation else []
    except (DatabaseError, RecordError):
        return []  # the checks of the database, or E006, say why
    return [problem for answer in answers if (problem := _problem(answer))]


def _problem(answer: Answer) -> CheckMessage | None:
    """Return what is wrong; of witnesses that are silent other checks tell."""
    if answer.state in elsewhere.STOPPING:
        told = answer.detail or f"{answer.where} {answer.state.value}."
        return Error(told, hint="docs/administrators.md, “Restoring a backup”", id="record.E007")
    if not answer.where.startswith("The mirror"):
        return None
    told = f"{answer.where} {answer.state.value}. {answer.detail}".strip()
    if answer.state is State.SILENT:
        hint = "Nothing stops; but while it is silent, it does not protect you from an old backup."
        return Caution(told, hint=hint, id="record.W010")
    if answer.state in {State.NOTHING, State.NOT_OURS}:
        hint = "Is its address in ONRECORD_MIRRORS right, and does it copy this site?"
        return Caution(told, hint=hint, id="record.W011")
    return None
