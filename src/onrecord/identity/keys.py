# SPDX-License-Identifier: Apache-2.0
"""The newsroom's public keys, and what its domains are to vouch for."""

from __future__ import annotations

from dataclasses import dataclass

from onrecord.people.models import Organisation
from onrecord.proof.dns_record import DnsRecord
from onrecord.proof.keys import PublicKey
from onrecord.record.keys import active, newest_register


@dataclass(frozen=True, slots=True)
class PublishedKeys:
    """The keys in force; `root` is the fingerprint of the root keys, None before there are any."""

    release: tuple[PublicKey, ...] = ()
    log: tuple[PublicKey, ...] = ()
    root: str | None = None


def published_keys() -> PublishedKeys:
    """Return the keys in use, as the newest register lists them; none before the first register."""
    newest = newest_register()
    if newest is None:
        return PublishedKeys()
    return PublishedKeys(
        release=tuple(listed.key for listed in active(newest.keys, "release")),
        log=tuple(listed.key for listed in active(newest.keys, "log")),
        root=None if newest.self_declared else newest.fingerprint(),
    )


def expected_record(organisation: Organisation) -> DnsRecord:
    """Return what every known domain of the organisation should say in DNS."""
    return DnsRecord(organisation.origin, published_keys().root)
