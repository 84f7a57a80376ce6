# SPDX-License-Identifier: Apache-2.0
"""How fast the newsroom answers: figures that anybody with the same rows gets again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onrecord.press.models import Inquiry, Origin, Outcome

WITHIN = timedelta(days=90)
FEWEST = 10
"""With fewer answers a median says more about single journalists than about the newsroom."""


@dataclass(frozen=True, slots=True)
class ResponseTime:
    """Of the inquiries of 90 days: how many came, how many have an answer, and how soon half had one."""

    received: int
    answered: int
    median: timedelta


def response_time(now: datetime) -> ResponseTime | None:
    """Return the figures for the 90 days before a moment; None with fewer than ten answers.

    Not counted: what journalists withdrew, what was no inquiry, what nobody confirmed, and what was entered
    at the desk, where the moment of asking is not known.
    """
    came = (
        Inquiry.objects.filter(received_at__gt=now - WITHIN, received_at__lte=now)
        .exclude(state="held")
        .exclude(outcome__in=[Outcome.WITHDRAWN, Outcome.NONE])
        .exclude(origin=Origin.DESK)
    )
    answered = came.filter(answered_at__lte=now).order_by("pk")
    times = [then - came_in for came_in, then in answered.values_list("received_at", "answered_at") if then]
    if len(times) < FEWEST:
        return None
    return ResponseTime(
        came.count(), len(times), timedelta(seconds=median(one.total_seconds() for one in times))
    )


def in_words(time: ResponseTime) -> str:
    """Return the figures in a sentence, in the language at hand; minutes and hours rounded up."""
    sentence = _(
        "Of %(received)d inquiries in 90 days, %(answered)d have an answer;"
        " half of these came within %(time)s."
    )
    return sentence % {
        "received": time.received,
        "answered": time.answered,
        "time": _span(time.median),
    }


def _span(span: timedelta) -> str:
    minutes = max(1, -(-int(span.total_seconds()) // 60))
    if minutes < 120:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = -(-minutes // 60)
    if hours < 72:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = -(-hours // 24)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
