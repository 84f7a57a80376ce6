# SPDX-License-Identifier: Apache-2.0
"""What is told to servers elsewhere. Each of these writes rows of the ledger; the sender carries them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from onrecord.delivery import actions as delivery
from onrecord.delivery.models import Distribution, Lane
from onrecord.federation.models import Actor, RemoteActor
from onrecord.federation.sending import audiences, hosts
from onrecord.federation.sending.errors import NotReachable
from onrecord.federation.sending.transport import NAME
from onrecord.journal.events import CLOCK
from onrecord.people.models import Organisation


def send_to(
    actor: Actor, remote_actor: RemoteActor, activity: Mapping[str, Any], *, purpose: str
) -> Distribution:
    """Send one activity to one account elsewhere, ahead of what goes to many: an answer, or a notice.

    Idempotent by the `id` of the activity. Call it in the transaction of what it is about. On no screen about
    deliveries: what is between the newsroom and one account is nobody else's concern. Raises NotReachable for
    an account that is gone, ValueError for an activity without an id.
    """
    if not remote_actor.inbox or remote_actor.gone_at is not None:
        raise NotReachable(f"{remote_actor.uri} has no inbox any more, so nothing is sent to it.")
    number = str(activity.get("id") or "")
    if not number:
        raise ValueError("The activity has no id. Give it one: a repeated message is recognised by it.")
    inbox = remote_actor.inbox
    signature = hosts.signature_of(audiences.host_of(inbox))
    return delivery.freeze(
        transport=NAME,
        object_key=f"activity/{hashlib.sha256(number.encode()).hexdigest()[:40]}",
        version=1,
        purpose=purpose,
        label=f"{activity.get('type', '')} → {remote_actor.uri}",
        body={"letters": {"activity": audiences.letter(actor.name, activity)}},
        recipients=[audiences.recipient(inbox, signature=signature)],
        host=Organisation.current().host,
        by=CLOCK,
        lane=Lane.TRANSACTIONAL,
    )
