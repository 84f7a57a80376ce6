# SPDX-License-Identifier: Apache-2.0
"""What followers of an account of ours are told about it: that it has changed, that it is gone."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.utils import timezone

from onrecord.delivery import actions as delivery
from onrecord.delivery.models import Distribution
from onrecord.federation import actors, documents
from onrecord.federation.models import Actor, Follow
from onrecord.federation.sending import audiences
from onrecord.federation.sending.actions import CONTEXT, PUBLIC, Read, letter
from onrecord.federation.sending.errors import NotBaked
from onrecord.federation.sending.transport import NAME
from onrecord.journal.events import CLOCK
from onrecord.people.models import Organisation

UPDATE, DELETE = "account", "account-closed"
PURPOSES = (UPDATE, DELETE)
"""What a distribution is for that is about an account and goes to all its followers."""


def tell_changed(actor: Actor, read: Read, *, version: int) -> Distribution | None:
    """Tell the followers of an account how it is described now, keys included; a later version replaces it.

    Signed with the newest key: whoever does not know that asks for it. Raises NotBaked before it can be read.
    """
    inboxes = audiences.followers([actor])
    if not inboxes:
        return None
    address = actors.address_of(actor)
    body = read(address.removeprefix(actors.base()))
    if body is None:
        raise NotBaked(
            f"The account {actor.name} is not baked, so nobody is told of it. Run `onrecord bake`."
        )
    activity = {
        "@context": CONTEXT,
        "id": f"{address}#update-{version}",
        "type": "Update",
        "actor": address,
        "to": [PUBLIC],
        "cc": [actors.followers_of(actor)],
        "object": json.loads(body),
    }
    proved = documents.signed(activity, actor, timezone.now())
    return _freeze(actor, proved, inboxes, purpose=UPDATE, version=version)


def tell_closed(actor: Actor, *, version: int) -> Distribution | None:
    """Tell the followers of a closed account that it is gone, and let them follow no more. Safe to run twice.

    Delete of an account is what servers understand: they take its announcements away, and the follow.
    """
    inboxes = audiences.followers([actor])
    address, told = actors.address_of(actor), None
    if inboxes:
        activity = {
            "@context": CONTEXT,
            "id": f"{address}#delete",
            "type": "Delete",
            "actor": address,
            "to": [PUBLIC],
            "object": address,
        }
        told = _freeze(actor, activity, inboxes, purpose=DELETE, version=version)
    following = Follow.objects.filter(actor=actor, ended_at=None)
    following.update(ended_at=timezone.now(), ended_reason="closed")
    return told


def _freeze(
    actor: Actor, activity: Mapping[str, object], inboxes: set[str], *, purpose: str, version: int
) -> Distribution:
    return delivery.freeze(
        transport=NAME,
        object_key=actor.subject,
        version=version,
        purpose=purpose,
        label=f"{activity['type']} → {actors.handle_of(actor)}",
        body={"letters": {"activity": letter(actor, activity)}},
        recipients=audiences.recipients((inbox, "", "") for inbox in inboxes),
        host=Organisation.current().host,
        by=CLOCK,
    )
