# SPDX-License-Identifier: Apache-2.0
"""What is told to servers elsewhere. Each of these writes rows of the ledger; the sender carries them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from onrecord.delivery import actions as delivery
from onrecord.delivery.models import Distribution, Lane
from onrecord.federation import actors, facts, objects
from onrecord.federation.models import Actor, RemoteActor
from onrecord.federation.sending import audiences, hosts
from onrecord.federation.sending.errors import NotBaked, NotReachable
from onrecord.federation.sending.transport import NAME
from onrecord.journal.events import CLOCK
from onrecord.outbound.addresses import host_of
from onrecord.people.models import Organisation
from onrecord.statements.models import Edition, Erasure, Publication
from onrecord.statements.pages.site import Site

PURPOSES = ("edition", "update", "correction", "clarification", "minor", "withdrawal", "deletion")
"""What a distribution is for that the newsroom's own account sends to many."""
ANNOUNCEMENT = "announcement"
"""What selections send: that there is something new in their language or topic."""
CONTEXT = "https://www.w3.org/ns/activitystreams"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
Read = Callable[[str], bytes | None]
"""Returns what is baked at an address of the site, None if nothing is."""


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
    signature = hosts.signature_of(host_of(inbox))
    return delivery.freeze(
        transport=NAME,
        object_key=f"activity/{hashlib.sha256(number.encode()).hexdigest()[:40]}",
        version=1,
        purpose=purpose,
        label=f"{activity.get('type', '')} → {remote_actor.uri}",
        body={"letters": {"activity": letter(actor, activity)}},
        recipients=[audiences.recipient(inbox, signature=signature)],
        host=Organisation.current().host,
        by=CLOCK,
        lane=Lane.TRANSACTIONAL,
    )


def tell(edition_id: int, read: Read) -> list[Distribution]:
    """Freeze who is told of a published edition, in the words that are baked; return what goes out.

    Of a first edition: who follows the newsroom, and who follows a selection that it belongs to. Of a later
    one, minor changes included, also whoever did something with the statement; who may have got no earlier
    one gets it as if it were the first. A withdrawal stops what is still pending of earlier editions. Safe to
    run twice. Raises NotBaked if what is to be told cannot be read yet.
    """
    edition = Edition.objects.select_related("statement__publication").get(pk=edition_id)
    newsroom = actors.newsroom()
    if edition.published_at is None or newsroom.closed_at is not None:
        return []
    told = [_tell_own(newsroom, edition, read), _announce(edition)]
    return [one for one in told if one is not None]


def tell_erased(erasure_id: int, read: Read) -> list[Distribution]:
    """Ask every server that is known to delete a statement that was erased; return what goes out.

    Blocked ones too, and those that nobody follows from any more: each may hold a copy. A single edition that
    was erased stands nowhere but here. Safe to run twice. Raises NotBaked as `tell` does.
    """
    erasure = Erasure.objects.get(pk=erasure_id)
    if erasure.state != Erasure.State.DONE or erasure.number is not None:
        return []
    inboxes = audiences.everybody()
    if not inboxes:
        return []
    newsroom = actors.newsroom()
    told = []
    for path in erasure.tombstones.order_by("pk").values_list("path", flat=True):
        key = key_of(path)
        if key is None:
            continue
        activity = _baked(read, f"{objects.ACTIVITIES}delete/{key}")
        told.append(
            freeze(
                object_key=f"erasure/{erasure.pk}/{key}",
                version=1,
                purpose="deletion",
                label=path,
                body={"letters": {"activity": letter(newsroom, activity)}},
                recipients=audiences.recipients((inbox, "", "") for inbox in inboxes),
            )
        )
    return told


def letter(actor: Actor, activity: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the transport posts, as a distribution holds it: signed by this account of ours."""
    return {"actor": actor.name, "activity": dict(activity)}


def _tell_own(newsroom: Actor, edition: Edition, read: Read) -> Distribution | None:
    """Freeze what the newsroom itself says of an edition."""
    publication = edition.statement.publication
    later = edition.number > 1
    if later:
        newsroom = _author(read, publication) or newsroom
    inboxes = audiences.followers([newsroom, actors.newsroom()])
    first = "" if not later else "create"
    without: set[str] = set()
    if later:
        inboxes |= audiences.followers(audiences.selections(edition)) | audiences.interested(publication)
        without = audiences.still_without(edition, NAME) if edition.op != "withdraw" else set()
    if not inboxes:
        return None
    address = objects.update_of(publication, edition) if later else objects.create_of(publication)
    letters = {"activity": letter(newsroom, _baked(read, _path(address)))}
    if without & inboxes:
        letters["create"] = letter(newsroom, _baked(read, _path(objects.create_of(publication))))
    return freeze(
        object_key=edition.statement.subject,
        version=edition.number,
        purpose=_purpose_of(edition),
        label=str(edition.data["title"]),
        body={"letters": letters},
        recipients=audiences.synchronised(
            audiences.recipients((inbox, first if inbox in without else "", "") for inbox in inboxes),
            newsroom,
        ),
        release_at=edition.published_at,
        cancels_older=edition.op == "withdraw",
    )


def _author(read: Read, publication: Publication) -> Actor | None:
    """Return the account whose statement it is: before a rename it had another name."""
    document = _baked(read, _path(objects.address_of(publication)))
    return actors.by_address(str(document.get("attributedTo", "")))


def _announce(edition: Edition) -> Distribution | None:
    """Freeze what selections say of an edition that is the first one in their language or topic."""
    if edition.op == "withdraw":
        return None
    new = audiences.selections(edition)
    if edition.number > 1:
        earlier = edition.statement.editions.filter(number=edition.number - 1).first()
        known = {actor.pk for actor in audiences.selections(earlier)} if earlier else set()
        new = [actor for actor in new if actor.pk not in known]
    wanted = {actor: inboxes for actor in new if (inboxes := audiences.followers([actor]))}
    if not wanted:
        return None
    return freeze(
        object_key=edition.statement.subject,
        version=edition.number,
        purpose=ANNOUNCEMENT,
        label=str(edition.data["title"]),
        body={"letters": {actor.name: letter(actor, announcement(actor, edition)) for actor in wanted}},
        recipients=audiences.recipients(
            (inbox, actor.name, f"/{actor.name}") for actor, inboxes in wanted.items() for inbox in inboxes
        ),
        release_at=edition.published_at,
    )


def announcement(actor: Actor, edition: Edition) -> dict[str, Any]:
    """Return what a selection says of a statement of the newsroom."""
    publication = edition.statement.publication
    return facts.announce_of(Site.current(), actor, publication.path, publication.first_released_at)


def freeze(**fields: Any) -> Distribution:
    """Freeze who is told of something, now, by the program."""
    return delivery.freeze(transport=NAME, host=Organisation.current().host, by=CLOCK, **fields)


def _baked(read: Read, path: str) -> dict[str, Any]:
    """Return an activity as servers can fetch it."""
    body = read(path)
    if body is None:
        raise NotBaked(
            f"{path} is not baked, so nobody is told of it. `onrecord bake` writes what is missing."
        )
    activity: dict[str, Any] = json.loads(body)
    return activity


def _path(address: str) -> str:
    """Return where on the site an address of ours is baked."""
    return unquote(address.removeprefix(actors.base()))


def _purpose_of(edition: Edition) -> str:
    if edition.number == 1:
        return "edition"
    return "withdrawal" if edition.op == "withdraw" else edition.change or "update"


def key_of(path: str) -> str | None:
    """Return what names a statement by the path of its page; None for the path of one of its editions."""
    parts = path.strip("/").split("/")
    return None if len(parts) > 3 and parts[-1].isdigit() else objects.key_at(path)
