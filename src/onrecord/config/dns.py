# SPDX-License-Identifier: Apache-2.0
"""What the organisation's own domain says in DNS about its log, asked by whoever verifies."""

from __future__ import annotations

from onrecord.config.sources import SourceError
from onrecord.identity.dns import txt_records
from onrecord.identity.errors import Unanswered
from onrecord.proof import dns_record
from onrecord.proof.errors import BadEncoding


def dns_roots(domain: str, origin: str) -> list[str]:
    """Return the root fingerprints that a domain names for a log: two while root keys are exchanged.

    Raises SourceError if DNS does not answer, or if nothing it says about this log can be read.
    """
    name = dns_record.name_for(domain)
    try:
        texts = txt_records(name)
    except Unanswered as error:
        raise SourceError(str(error)) from error
    named: list[str] = []
    unreadable: BadEncoding | None = None
    for text in texts:
        try:
            record = dns_record.parse(text)
        except BadEncoding as error:
            unreadable = error
        else:
            named += [record.root] if record and record.log == origin and record.root else []
    if unreadable is not None and not named:
        raise SourceError(f"What {name} says in DNS cannot be read. {unreadable}") from unreadable
    return named
