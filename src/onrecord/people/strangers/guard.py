# SPDX-License-Identifier: Apache-2.0
"""Admit a form of a stranger, or say why not. In pages: `statements/site_templates/parts/guard.html`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from onrecord.people.strangers import counting, tickets, work
from onrecord.people.strangers.errors import SentAlready, TooOften, Trapped

TRAP, TICKET, WORK = "website", "ticket", "work"
"""Names of the fields that every guarded form has."""
WITHOUT_WORK = 3
"""A form without work counts as so many."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many forms may come in an hour: from one network, with one mail address, from everybody."""

    network: int
    address: int
    everybody: int = 3000

    def of(self, what: str) -> int:
        """Return the limit of a counter."""
        return {"network": self.network, "address": self.address, "all": self.everybody}[what]


@dataclass(frozen=True, slots=True)
class Admitted:
    """What is known of a form that was taken."""

    worked: bool
    """The sender's machine did the work; otherwise it has no JavaScript."""
    crowded: bool
    """More than half of what may come has come: look closer."""


@dataclass(frozen=True, slots=True)
class Guard:
    """The guard of one kind of form. `purpose` is unique, as `comment`: letters, digits and hyphens."""

    purpose: str
    limits: Limits

    def ticket(self, about: str = "") -> str:
        """Return a fresh ticket for a form that is shown now."""
        return tickets.issue(self.purpose, about)

    def admit(
        self, fields: Mapping[str, str], *, reader: str, about: str = "", address: str = ""
    ) -> Admitted:
        """Take a form, which uses its ticket up. Not to be called in a transaction.

        `reader` is the network address it came from, `address` the mail address in it. Raises Trapped,
        ReadFirst, TooOften, SentAlready.
        """
        if fields.get(TRAP):
            raise Trapped
        text = fields.get(TICKET, "")
        ticket = tickets.read(text, self.purpose, about)
        counters = counting.names(self.purpose, reader=reader, address=address)
        counted = counting.seen(counters)
        if any(count >= self.limits.of(what) for what, count in counted.items()):
            raise TooOften(_("This form was sent too often from where you are. Try again in an hour."))
        worked = work.is_done(fields.get(WORK, ""), text)
        with transaction.atomic():
            counting.add(counters, 1 if worked else WITHOUT_WORK)
            good = counting.spend(ticket)
        if not good:
            raise SentAlready(_("This form has been sent already. Nothing was done a second time."))
        return Admitted(worked, any(2 * count >= self.limits.of(what) for what, count in counted.items()))
