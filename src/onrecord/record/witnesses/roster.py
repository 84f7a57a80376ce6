# SPDX-License-Identifier: Apache-2.0
"""Whom to ask."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.journal import actions as journal
from onrecord.outbound import addresses
from onrecord.outbound.errors import BadAddress
from onrecord.proof.errors import BadKey
from onrecord.proof.keys import COSIGNATURE_KIND, PublicKey
from onrecord.record.errors import BadWitness
from onrecord.record.events import WitnessAdded, WitnessRemoved
from onrecord.record.models import Witness
from onrecord.record.rights import By, administrator

MAX_WITNESSES = 30
LONGEST_NAME = 200


def add(*, vkey: str, url: str, by: By, outside: bool = True) -> Witness:
    """Ask this witness from now on; one that was removed is asked again. Idempotent.

    `url` is its submission prefix, to which `/add-checkpoint` is added; `outside` says that another
    organisation runs it. Raises BadWitness, or NotAllowed for staff who are no administrators.
    """
    actor = administrator(by)
    key, prefix = _key(vkey.strip()), _prefix(url.strip())
    with transaction.atomic():
        _refuse_doubles(key)
        witness, _created = Witness.objects.update_or_create(
            name=key.name,
            defaults={
                "vkey": key.vkey,
                "url": prefix,
                "outside": outside,
                "active": True,
                "failures": 0,
                "asked_at": None,
                "answer": Witness.Answer.NEVER,
                "detail": "",
            },
            create_defaults={
                "vkey": key.vkey,
                "url": prefix,
                "outside": outside,
                "added_at": timezone.now(),
            },
        )
        journal.write(
            WitnessAdded(subject=f"witness/{witness.pk}", witness=key.name, vkey=key.vkey, url=prefix),
            by=actor,
        )
    return witness


def remove(witness: Witness, *, by: By) -> None:
    """Ask a witness no longer. What it has cosigned stays. Safe to repeat."""
    actor = administrator(by)
    with transaction.atomic():
        if Witness.objects.filter(pk=witness.pk, active=True).update(active=False):
            journal.write(WitnessRemoved(subject=f"witness/{witness.pk}", witness=witness.name), by=actor)


def _key(vkey: str) -> PublicKey:
    try:
        key = PublicKey.from_vkey(vkey)
    except BadKey as error:
        raise BadWitness(_("The key of the witness cannot be read. %(why)s") % {"why": error}) from error
    if key.kind != COSIGNATURE_KIND:
        raise BadWitness(
            _(
                "The key %(name)s is not one that cosigns. Ask the witness for its verifier key:"
                " the part after the second “+” begins with “B”."
            )
            % {"name": key.name}
        )
    if not key.name.isprintable():
        raise BadWitness(_("The key of the witness cannot be read. %(why)s") % {"why": ascii(key.name)})
    if len(key.name) > LONGEST_NAME:
        raise BadWitness(_("The name of the key is too long."))
    return key


def _prefix(url: str) -> str:
    try:
        parts = addresses.checked(url)
    except BadAddress as error:
        raise BadWitness(str(error)) from error
    if parts.query or parts.fragment:
        raise BadWitness(_("The address of the witness must end with its path: leave out “?” and “#”."))
    return url.removesuffix("/add-checkpoint").rstrip("/")


def _refuse_doubles(key: PublicKey) -> None:
    """Refuse a key under a second name, another key under a name, and more witnesses than can be asked."""
    for other in Witness.objects.all():
        known = PublicKey.from_vkey(other.vkey)
        if (known.raw == key.raw) != (other.name == key.name):
            raise BadWitness(
                _(
                    "%(other)s has the same name or the same key. A new key of a witness needs a new name,"
                    " and each witness counts once."
                )
                % {"other": other.name}
            )
    if Witness.objects.filter(active=True).exclude(name=key.name).count() >= MAX_WITNESSES:
        raise BadWitness(_("More than %(most)d witnesses are not asked.") % {"most": MAX_WITNESSES})
