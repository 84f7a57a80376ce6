# SPDX-License-Identifier: Apache-2.0
"""For whom this newsroom is a witness, and with which key."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.journal import actions as journal
from onrecord.proof.errors import BadKey
from onrecord.proof.keys import COSIGNATURE_KIND, NOTE_KIND, PrivateKey, PublicKey
from onrecord.record import keys
from onrecord.record.errors import BadLogKey
from onrecord.record.events import LogFollowed, LogUnfollowed
from onrecord.record.models import FollowedLog
from onrecord.record.rights import By, administrator

WITNESS_FILE = "witness.key"
MAX_KEYS = 10
LONGEST_NAME = 200


def name_of(origin: str) -> str:
    """Return the name of this newsroom as a witness: its host and `/witness`."""
    return f"{origin.removesuffix('/log')}/witness"


def witness_key(origin: str) -> PrivateKey:
    """Return the key with which this newsroom cosigns, made on first use. Raises KeyUnreadable.

    `origin` is that of the newsroom's own log.
    """
    return PrivateKey(name_of(origin), keys.open_or_make(WITNESS_FILE), COSIGNATURE_KIND)


def follow(vkeys: Sequence[str], *, by: By) -> FollowedLog:
    """Be a witness for the log that signs with these keys; all carry its origin as their name. Idempotent.

    A log that is followed already is followed with just these keys from now on. Raises BadLogKey, or
    NotAllowed for staff who are no administrators.
    """
    actor = administrator(by)
    read = [_key(vkey) for vkey in vkeys]
    if not 0 < len(read) <= MAX_KEYS or len({key.name for key in read}) != 1:
        raise BadLogKey(_("Enter one key of the log, or several with the same name, one on each line."))
    origin = read[0].name
    with transaction.atomic():
        log, _created = FollowedLog.objects.update_or_create(
            origin=origin,
            defaults={"vkeys": [key.vkey for key in read], "active": True},
            create_defaults={"vkeys": [key.vkey for key in read], "added_at": timezone.now()},
        )
        journal.write(LogFollowed(subject=f"followed_log/{log.pk}", origin=origin), by=actor)
    return log


def unfollow(log: FollowedLog, *, by: By) -> None:
    """Be a witness for this log no longer. What was seen is kept, so that it can be followed again safely."""
    actor = administrator(by)
    with transaction.atomic():
        if FollowedLog.objects.filter(pk=log.pk, active=True).update(active=False):
            journal.write(LogUnfollowed(subject=f"followed_log/{log.pk}", origin=log.origin), by=actor)


def _key(vkey: str) -> PublicKey:
    try:
        key = PublicKey.from_vkey(vkey.strip())
    except BadKey as error:
        raise BadLogKey(_("The key of the log cannot be read. %(why)s") % {"why": error}) from error
    if key.kind != NOTE_KIND:
        raise BadLogKey(
            _("The key %(name)s does not sign checkpoints. Ask the newsroom for the key of its log.")
            % {"name": key.name}
        )
    if len(key.name) > LONGEST_NAME:
        raise BadLogKey(_("The name of the key is too long."))
    return key
