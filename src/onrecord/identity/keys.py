# SPDX-License-Identifier: Apache-2.0
"""The newsroom's public keys, and what its domains are to vouch for."""

from __future__ import annotations

from dataclasses import dataclass

from onrecord.people.models import Organisation
from onrecord.proof.dns_record import DnsRecord
from onrecord.proof.keys import PublicKey
from onrecord.record.errors import KeyMissing, KeyUnreadable
from onrecord.record.keys import public_keys


@dataclass(frozen=True, slots=True)
class PublishedKeys:
    """The keys in force; `root` is the fingerprint of the root keys, None before there are any."""

    release: tuple[PublicKey, ...] = ()
    log: tuple[PublicKey, ...] = ()
    root: str | None = None


def published_keys(organisation: Organisation) -> PublishedKeys:
    """Return the keys that readers are told of; none before the first is made."""
    try:
        keys = public_keys(organisation.origin)
    except (KeyMissing, KeyUnreadable):
        return PublishedKeys()
    return PublishedKeys(release=(keys.release,), log=(keys.log,))


def expected_record(organisation: Organisation) -> DnsRecord:
    """Return what every known domain of the organisation should say in DNS."""
    return DnsRecord(organisation.origin, published_keys(organisation).root)
