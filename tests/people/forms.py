# SPDX-License-Identifier: Apache-2.0
"""Short ways through the guard of public forms."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Protocol

import time_machine
from django.utils import timezone

from onrecord.people.strangers.guard import Guard


class Answer(Protocol):
    """What a page answered."""

    @property
    def content(self) -> bytes: ...


def ticket_in(answer: Answer) -> str:
    """Return the ticket of the form on a page; empty if there is none."""
    found = re.search(r'name="ticket" value="([^"]+)"', answer.content.decode())
    return found[1] if found else ""


def read_ticket(guard: Guard, about: str = "", *, seconds: float = 5) -> str:
    """Return a ticket that was given out some seconds ago."""
    with time_machine.travel(timezone.now() - timedelta(seconds=seconds), tick=False):
        return guard.ticket(about)
