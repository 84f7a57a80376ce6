# SPDX-License-Identifier: Apache-2.0
"""Channels: what the screens about deliveries call a transport with certain purposes, and who may see whom.

`wiring` and plugins list them. What belongs to no channel is shown to nobody: a notice to a commenter is
no concern of those who watch a statement go out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from onrecord.delivery.models import Distribution
from onrecord.people.roles import Right, may


def _nowhere(_distribution: Distribution) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Channel:
    """One way out, as a press officer would name it."""

    name: str
    """Unique, as `mail`."""
    label: object
    """For the screens: text, or text that is translated when it is shown."""
    transport: str
    purposes: frozenset[str] = frozenset()
    """Which distributions of the transport belong here; empty for all of them."""
    rights: frozenset[Right] = field(default=frozenset({Right.WRITE}))
    """One of these lets somebody see who the recipients are; administrators see only how many, and where."""
    order: int = 100
    """Channels are listed in this order."""
    page: Callable[[Distribution], str] = _nowhere
    """Return the address of the screen about what a distribution carries, or nothing."""
    only_once: bool = False
    """Whether later versions go another way, so that nobody reached by this one lacks them for it."""
    prefix: str = ""
    """How the purposes begin that belong here, where each sending has one of its own, as `press-17`."""

    def holds(self, distribution: Distribution) -> bool:
        """Tell whether a distribution belongs here."""
        return distribution.transport == self.transport and (
            distribution.purpose in self.purposes
            if self.purposes
            else distribution.purpose.startswith(self.prefix)
        )

    def shows_recipients_to(self, person: object) -> bool:
        """Tell whether somebody may see addresses."""
        return any(may(person, right) for right in self.rights)

    def shows_counts_to(self, person: object) -> bool:
        """Tell whether somebody may see how many there are, and at which hosts."""
        return self.shows_recipients_to(person) or may(person, Right.ADMINISTER)


_channels: dict[str, Channel] = {}


def register(channel: Channel) -> None:
    """Add a channel; a second one under its name replaces it. Called once, at start, from `wiring`."""
    _channels[channel.name] = channel


def forget(name: str) -> None:
    """Take a channel away again."""
    _channels.pop(name, None)


def every() -> list[Channel]:
    """Return all channels in their order."""
    return sorted(_channels.values(), key=lambda channel: (channel.order, channel.name))


def of(distribution: Distribution) -> Channel | None:
    """Return the channel of a distribution, if it has one."""
    return next((channel for channel in every() if channel.holds(distribution)), None)


def shown_to(person: object) -> list[Channel]:
    """Return the channels about which somebody may know anything."""
    return [channel for channel in every() if channel.shows_counts_to(person)]


def distributions(some: Iterable[Channel]) -> QuerySet[Distribution]:
    """Return what goes out, or went, over these channels."""
    return Distribution.objects.filter(condition(some))


def condition(some: Iterable[Channel], prefix: str = "") -> Q:
    """Return what is true of distributions of these channels; `prefix` leads to the distribution."""
    wanted = Q(pk__in=[])
    for channel in some:
        one = Q(**{f"{prefix}transport": channel.transport})
        if channel.purposes:
            one &= Q(**{f"{prefix}purpose__in": sorted(channel.purposes)})
        elif channel.prefix:
            one &= Q(**{f"{prefix}purpose__startswith": channel.prefix})
        wanted |= one
    return wanted
