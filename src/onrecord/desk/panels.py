# SPDX-License-Identifier: Apache-2.0
"""What the desk's front page shows: needs, first steps, and sentences about what happened.

Knows nothing of what the needs are about. `wiring` registers who provides them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum

from django.utils.translation import gettext as _

from onrecord.journal.models import Entry
from onrecord.people.models import User
from onrecord.people.roles import Right

logger = logging.getLogger(__name__)


class Urgency(IntEnum):
    """How soon somebody should look; needs are listed in this order."""

    NOW = 0
    TODAY = 1
    LATER = 2


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that waits for this person: what, why, where to do it, and how many there are."""

    title: str
    detail: str
    url: str
    urgency: Urgency = Urgency.TODAY
    count: int = 1


@dataclass(frozen=True, slots=True)
class QuickAction:
    """A button on the front page, for those who hold the right."""

    label: str
    url: str
    right: Right
    icon: str = "plus"


@dataclass(frozen=True, slots=True)
class Discreet:
    """A sentence that names what not everybody at the desk may know."""

    whole: str
    discreet: str
    right: Right
    """Whoever holds it reads the whole one."""

    def to(self, person: User) -> str:
        """Return the one that somebody may read."""
        return self.whole if person.may(self.right) else self.discreet


NeedProvider = Callable[[User], Iterable[Need]]
ActionProvider = Callable[[User], Iterable[QuickAction]]
Sentence = Callable[[Entry], str | Discreet]

_needs: dict[str, NeedProvider] = {}
_quick_actions: dict[str, ActionProvider] = {}
_sentences: dict[str, Sentence] = {}


def register(provider: NeedProvider) -> None:
    """Ask `provider` for needs whenever somebody opens the desk. A second registration replaces the first."""
    _needs[_name(provider)] = provider


def register_quick_actions(provider: ActionProvider) -> None:
    """Ask `provider` for the buttons of the front page."""
    _quick_actions[_name(provider)] = provider


def describe(event_name: str, sentence: Sentence) -> None:
    """Let recent activity tell entries of this event in a sentence that follows the actor's name."""
    _sentences[event_name] = sentence


def needs_for(user: User) -> list[Need]:
    """Return what waits for `user`, most urgent first. A provider that fails becomes a need of its own."""
    needs: list[Need] = []
    for name, provider in _needs.items():
        try:
            needs.extend(need for need in provider(user) if need.count)
        except Exception:
            # The rest of the desk must stay usable; the trace is in the log.
            logger.exception("The needs of %s could not be read.", name)
            needs.append(
                Need(
                    title=_("Something could not be read"),
                    detail=_("The program’s log says what. Tell your operator."),
                    url="",
                    urgency=Urgency.NOW,
                )
            )
    return sorted(needs, key=lambda need: need.urgency)


def quick_actions_for(user: User) -> list[QuickAction]:
    """Return the buttons that `user` may use."""
    return [
        action for provider in _quick_actions.values() for action in provider(user) if user.may(action.right)
    ]


def recent_activity(to: User, limit: int = 12) -> list[tuple[Entry, str]]:
    """Return the newest entries that can be told in a sentence, each with the one that `to` may read."""
    entries = Entry.objects.filter(event__in=list(_sentences)).order_by("-pk")[:limit]
    said = [(entry, _sentences[entry.event](entry)) for entry in entries]
    return [(entry, one.to(to) if isinstance(one, Discreet) else one) for entry, one in said]


def _name(provider: Callable[..., object]) -> str:
    return f"{provider.__module__}.{provider.__qualname__}"
