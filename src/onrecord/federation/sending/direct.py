# SPDX-License-Identifier: Apache-2.0
"""Writing to one account elsewhere: a Note for nobody else, as an answer to what it said.

Not private as a letter is: whoever runs the other server can read it. Nothing of ours shows it, and answers
to it are sent for few, so they are not kept. Blocked servers get none; no account and no server gets many.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.utils import timezone
from django.utils.html import format_html

from onrecord.delivery.models import Distribution
from onrecord.federation import actors
from onrecord.federation.models import RemoteActor
from onrecord.federation.sending import audiences
from onrecord.federation.sending.actions import CONTEXT, send_to
from onrecord.outbound.addresses import host_of
from onrecord.people.strangers import counting

PURPOSE = "direct"
HOUR = 3600
MOST = {"account": 10, "host": 120}
"""So many in an hour, to one account and to all of one server."""


def write(uri: str, *, key: str, words: str, link: str, language: str, answers: str) -> Distribution | None:
    """Write to an account; None if it is gone or on a blocked server, or has got as much as it may.

    The same key and link again changes nothing. Call it in the transaction of what it is about.
    """
    newsroom = actors.newsroom()
    remote = (
        RemoteActor.objects.filter(uri=uri, gone_at=None).exclude(inbox="").select_related("host").first()
    )
    if remote is None or newsroom.closed_at is not None:
        return None
    if audiences.is_blocked(host_of(remote.inbox)) or audiences.is_blocked(remote.host.name):
        return None
    counters = {
        "account": f"federation/direct/account/{remote.pk}",
        "host": f"federation/direct/host/{remote.host.name[:80]}",
    }
    so_far = counting.count(counters.values(), 1, seconds=HOUR)
    if any(so_far[name] > MOST[what] for what, name in counters.items()):
        return None
    activity = _activity(remote, key=key, words=words, link=link, language=language, answers=answers)
    return send_to(newsroom, remote, activity, purpose=PURPOSE)


def _activity(
    remote: RemoteActor, *, key: str, words: str, link: str, language: str, answers: str
) -> dict[str, Any]:
    address, now = actors.address_of(actors.newsroom()), timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    # From the link, which is secret: nobody can work out the id of what somebody else was written.
    number = hashlib.sha256(f"{key}\n{link}".encode()).hexdigest()[:40]
    identity = f"{actors.base()}/ap/direct/{number}"
    handle = f"@{remote.handle or remote.uri.rstrip('/').rpartition('/')[2]}@{remote.host.name}"
    content = format_html(
        '<p><span class="h-card"><a href="{}" class="u-url mention">{}</a></span> {} <a href="{}">{}</a></p>',
        remote.url or remote.uri,
        handle,
        words,
        link,
        link,
    )
    note = {
        "id": identity,
        "type": "Note",
        "attributedTo": address,
        "to": [remote.uri],
        "cc": [],
        "published": now,
        "content": str(content),
        "contentMap": {language: str(content)},
        "tag": [{"type": "Mention", "href": remote.uri, "name": handle}],
    }
    if answers:
        note["inReplyTo"] = answers
    return {
        "@context": CONTEXT,
        "id": f"{identity}/create",
        "type": "Create",
        "actor": address,
        "to": [remote.uri],
        "cc": [],
        "published": now,
        "object": note,
    }
