# SPDX-License-Identifier: Apache-2.0
"""Links handed out: one for each journalist, in the transaction that freezes the audience."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from onrecord.delivery.mail.doors import new_door
from onrecord.journal import actions as journal
from onrecord.journal.events import Actor
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.press.distributions.errors import NotNow
from onrecord.press.embargoes import events
from onrecord.press.embargoes.texts import Waiting, waiting_family
from onrecord.press.models import Embargo, EmbargoLink, PressDistribution
from onrecord.statements import actions as statements
from onrecord.statements.errors import Refused
from onrecord.statements.models import Statement

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Handing:
    """An embargo, of which links were just made."""

    embargo: Embargo

    def numbers_of(self, people: Sequence[int]) -> Mapping[int, str]:
        """Return the numbers from which the secrets of these journalists follow."""
        rows = self.embargo.links.filter(journalist__in=people)
        return {pk: number for pk, number in rows.values_list("journalist", "door_number") if pk is not None}


def hand_out(row: PressDistribution, waiting: Waiting, people: Collection[int], *, by: Actor) -> Handing:
    """Make a link for each of these journalists. For whoever freezes the audience, in their transaction."""
    embargo, _is_new = Embargo.objects.get_or_create(
        statement=waiting.statement,
        number=waiting.number,
        defaults={"until": waiting.until, "zone": waiting.zone, "terms": waiting.terms},
    )
    there = sorted(people)
    for start in range(0, len(there), _AT_ONCE):
        EmbargoLink.objects.bulk_create(
            (_link(embargo, row, pk) for pk in there[start : start + _AT_ONCE]), ignore_conflicts=True
        )
    event = events.EmbargoTold(subject=embargo.subject, links=len(there), until=embargo.until.isoformat())
    journal.write(event, by=by)
    return Handing(embargo)


def seal(statement: Statement, *, by: User) -> None:
    """Have the log commit to a text under embargo as it is now; its moment stays.

    Does nothing for one that is sealed. Raises NotNow if it cannot be, and NotAllowed.
    """
    require(by, Right.WRITE)
    for one in waiting_family(statement).values():
        if one.sealed:
            continue
        try:
            statements.schedule(
                one.statement,
                by=by,
                at=one.until,
                zone=one.zone,
                embargoed=True,
                terms=one.terms,
                seal=True,
            )
        except Refused as refusal:
            raise NotNow(str(refusal)) from refusal


def _link(embargo: Embargo, row: PressDistribution, journalist: int) -> EmbargoLink:
    door = new_door()
    return EmbargoLink(
        embargo=embargo,
        journalist_id=journalist,
        distribution=row,
        door_number=door.number,
        door_hash=door.secret_hash,
    )
