# SPDX-License-Identifier: Apache-2.0
"""The keys of the newsroom's accounts over the years: listed in the register of keys, replaced, revoked.

What the register says of them counts for whoever verifies an object; what the account shows, for servers.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.federation import actors
from onrecord.federation.errors import FederationError
from onrecord.federation.events import KeysChanged
from onrecord.federation.models import Actor, FormerKey
from onrecord.federation.signatures import keys
from onrecord.journal import actions as journal
from onrecord.journal.events import Actor as By
from onrecord.people.models import Organisation
from onrecord.proof.edition import timestamp
from onrecord.proof.keys import FEDERATION_KIND, PublicKey
from onrecord.proof.register import ACTIVE, COMPROMISED, FEDERATION, RETIRED, ListedKey
from onrecord.record import register
from onrecord.record.models import Document

REPLACED = "The key was replaced."
CLOSED = "The account was closed."


def make() -> None:
    """Make the accounts that every newsroom has, with their keys."""
    for actor in (actors.newsroom(), actors.instance()):
        actors.ed25519(actor)
        actors.rsa(actor)


def listed(origin: str) -> Iterator[ListedKey]:
    """Yield the keys of all accounts, as the register lists them. Keys that are not made yet are left out."""
    if not Organisation.objects.exists():
        return
    for actor in Actor.objects.order_by("pk"):
        path = actors.ed25519_file(actor)
        if path.exists():
            closed = actor.closed_at is not None
            yield ListedKey(
                key=_named(origin, actor, _raw(path)),
                role=FEDERATION,
                from_index=0,
                to_index=None,
                state=RETIRED if closed else ACTIVE,
                reason=CLOSED if closed else "",
                method=actors.proof_method(actor),
                since=timestamp(actor.keys_since),
                until=timestamp(actor.closed_at) if actor.closed_at is not None else "",
            )
    for former in FormerKey.objects.select_related("actor").order_by("pk"):
        raw = keys.from_multikey(former.public).public_bytes_raw()
        yield ListedKey(
            key=_named(origin, former.actor, raw),
            role=FEDERATION,
            from_index=0,
            to_index=None,
            state=former.state,
            reason=former.reason,
            method=former.method,
            since=timestamp(former.since),
            until=timestamp(former.until),
        )


@transaction.atomic
def rotate(name: str, *, by: By) -> Document:
    """Give an account new keys; those before prove what they proved, and nothing after.

    The old Ed25519 key stays on show for seven days: proofs travel. Raises FederationError.
    """
    return _change(name, state=RETIRED, reason=REPLACED, by=by)


@transaction.atomic
def revoke(name: str, *, reason: str, by: By) -> Document:
    """Give an account new keys because somebody else may have those before. It cannot be taken back.

    Nothing that they proved counts for certain any more; objects on the site are proved anew. Raises
    FederationError without a reason.
    """
    if not reason.strip():
        raise FederationError(_("Say why the key is revoked: readers will see the reason in the register."))
    return _change(name, state=COMPROMISED, reason=reason.strip()[:500], by=by)


def _change(name: str, *, state: str, reason: str, by: By) -> Document:
    actor = Actor.objects.select_for_update().filter(name=name).first()
    if actor is None or actor.closed_at is not None:
        names = ", ".join(
            Actor.objects.filter(closed_at=None).order_by("name").values_list("name", flat=True)
        )
        raise FederationError(
            _("There is no open account %(name)s here. There are: %(names)s.")
            % {"name": name, "names": names}
        )
    register.bring_up_to_date(by=by)  # it lists the key that is replaced
    now = timezone.now().replace(microsecond=0)
    gone = (actors.ed25519_file(actor), actors.rsa_file(actor))
    FormerKey.objects.create(
        actor=actor,
        number=actor.key_number,
        public=keys.to_multikey(actors.ed25519(actor).public_key()),
        method=actors.proof_method(actor),
        since=actor.keys_since,
        until=now,
        state=state,
        reason=reason,
    )
    actor.key_number += 1
    actor.keys_since = now
    actor.save(update_fields=["key_number", "keys_since"])
    actors.ed25519(actor)
    actors.rsa(actor)
    event = KeysChanged(
        subject=actor.subject, account=actor.name, number=actor.key_number, state=state, reason=reason
    )
    journal.write(event, by=by)
    transaction.on_commit(lambda: _delete(*gone))
    return register.log_changed_keys(reason=reason, by=by)


def shown_beside(actor: Actor, since: datetime) -> list[FormerKey]:
    """Return the keys that an account shows beside the one in use: replaced since then, and not revoked."""
    return list(actor.former_keys.filter(state=RETIRED, until__gt=since).order_by("-number"))


def _named(origin: str, actor: Actor, raw: bytes) -> PublicKey:
    return PublicKey(f"{origin}/federation/{actor.name}", raw, FEDERATION_KIND)


@lru_cache(maxsize=1000)
def _raw(path: Path) -> bytes:
    # A key file never changes: another key has another number, and so another name.
    return keys.ed25519_key(path).public_key().public_bytes_raw()


def _delete(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
