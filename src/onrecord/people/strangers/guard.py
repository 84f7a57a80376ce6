# SPDX-License-Identifier: Apache-2.0
"""Admit a form of a stranger, or say why not. In pages: `statements/site_templates/parts/guard.html`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from onrecord.people.strangers import counting, tickets, work
from onrecord.people.strangers.errors import SentAlready, TooOften, Trapped
from onrecord.people.strangers.tickets import Ticket

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
class Admission:
    """A form that may be taken, if its ticket is still good when it is spent."""

    admitted: Admitted
    ticket: Ticket
    counters: Mapping[str, str]

    def spend(self) -> bool:
        """Count the form and use its ticket up, in the caller's transaction; False if somebody did before.

        The transaction has to be committed in either case: what was tried counts.
        """
        return spend_all([self])[0]

    def use(self) -> Admitted:
        """Spend it in a transaction of its own. Raises SentAlready."""
        with transaction.atomic():
            good = self.spend()
        if not good:
            raise SentAlready
        return self.admitted


def spend_all(admissions: Sequence[Admission]) -> list[bool]:
    """Spend several in the caller's transaction, as `Admission.spend` does one."""
    weights: Counter[str] = Counter()
    for admission in admissions:
        for name in admission.counters.values():
            weights[name] += 1 if admission.admitted.worked else WITHOUT_WORK
    counting.add(weights)
    return counting.spend([admission.ticket for admission in admissions])


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
        return self.look(fields, reader=reader, about=about, address=address).use()

    def look(
        self, fields: Mapping[str, str], *, reader: str, about: str = "", address: str = ""
    ) -> Admission:
        """Look at a form without using anything up: `spend` of what is returned has to follow.

        For whoever keeps the form in the same transaction. Arguments as for `admit`; raises Trapped,
        ReadFirst, TooOften.
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
        crowded = any(2 * count >= self.limits.of(what) for what, count in counted.items())
        return Admission(Admitted(worked, crowded), ticket, counters)
