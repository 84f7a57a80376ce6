# SPDX-License-Identifier: Apache-2.0
"""What can happen to a subscription. `subject` is `subscription/<id>`; no event holds an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from onrecord.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class Asked(Event):
    """Somebody asked to follow; whose address it is has to be confirmed."""

    name: ClassVar[str] = "followers.asked"


@dataclass(frozen=True, kw_only=True)
class Confirmed(Event):
    """The owner of the address confirmed a subscription."""

    name: ClassVar[str] = "followers.confirmed"


@dataclass(frozen=True, kw_only=True)
class Changed(Event):
    """A follower changed topics, languages or frequency."""

    name: ClassVar[str] = "followers.changed"


@dataclass(frozen=True, kw_only=True)
class Ended(Event):
    """A subscription ended: nothing more is sent."""

    name: ClassVar[str] = "followers.ended"
    reason: str


@dataclass(frozen=True, kw_only=True)
class Erased(Event):
    """A follower had everything about them erased."""

    name: ClassVar[str] = "followers.erased"


@dataclass(frozen=True, kw_only=True)
class Reduced(Event):
    """Addresses that nobody follows with any more were forgotten; the subject is `followers`."""

    name: ClassVar[str] = "followers.reduced"
    contacts: int


@dataclass(frozen=True, kw_only=True)
class Imported(Event):
    """A list was imported; the subject is `followers`."""

    name: ClassVar[str] = "followers.imported"
    source: str
    legal_basis: str
    added: int
    passed_over: int


@dataclass(frozen=True, kw_only=True)
class Exported(Event):
    """The list of followers was written to a file; the subject is `followers`."""

    name: ClassVar[str] = "followers.exported"
    count: int


@dataclass(frozen=True, kw_only=True)
class WebhookAdded(Event):
    """An endpoint is told of editions from now on; the subject is `endpoint/<id>`."""

    name: ClassVar[str] = "followers.webhook_added"
    endpoint: str
    host: str


@dataclass(frozen=True, kw_only=True)
class WebhookChanged(Event):
    """Name, address, languages or topics of an endpoint were changed; the subject is `endpoint/<id>`."""

    name: ClassVar[str] = "followers.webhook_changed"
    endpoint: str
    host: str


@dataclass(frozen=True, kw_only=True)
class WebhookPaused(Event):
    """An endpoint is told nothing more: by `staff`, or because it is `gone` (410); `endpoint/<id>`."""

    name: ClassVar[str] = "followers.webhook_paused"
    endpoint: str
    host: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class WebhookResumed(Event):
    """A paused endpoint is told again; the subject is `endpoint/<id>`."""

    name: ClassVar[str] = "followers.webhook_resumed"
    endpoint: str
    host: str


@dataclass(frozen=True, kw_only=True)
class WebhookRemoved(Event):
    """An endpoint and its secret were forgotten; the subject is `endpoint/<id>`."""

    name: ClassVar[str] = "followers.webhook_removed"
    endpoint: str
    host: str


@dataclass(frozen=True, kw_only=True)
class WebhookSecretRenewed(Event):
    """An endpoint has a new secret; the earlier one counts for two days more; `endpoint/<id>`."""

    name: ClassVar[str] = "followers.webhook_secret_renewed"
    endpoint: str
    host: str


@dataclass(frozen=True, kw_only=True)
class FeedSubscribed(Event):
    """A callback confirmed that it wants a feed until a moment (ISO 8601); `feed-subscription/<id>`."""

    name: ClassVar[str] = "followers.feed_subscribed"
    feed: str
    renewed: bool
    until: str


@dataclass(frozen=True, kw_only=True)
class FeedEnded(Event):
    """A feed is posted to a callback no more: `request`, `expired` or `gone`; `feed-subscription/<id>`."""

    name: ClassVar[str] = "followers.feed_ended"
    feed: str
    reason: str
