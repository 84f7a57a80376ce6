# SPDX-License-Identifier: Apache-2.0
"""What the organisation's own domain says in DNS about its log, asked by whoever verifies."""

from __future__ import annotations

from onrecord.config.sources import SourceError
from onrecord.identity.dns import txt_records
from onrecord.identity.errors import Unanswered
from onrecord.proof import dns_record
from onrecord.proof.errors import BadEncoding


def dns_root(domain: str, origin: str) -> str | None:
    """Return the root fingerprint that a domain names for a log; None if it names none.

    Raises SourceError if DNS does not answer, or if what it says cannot be read.
    """
    name = dns_record.name_for(domain)
    try:
        texts = txt_records(name)
    except Unanswered as error:
        raise SourceError(str(error)) from error
    for text in texts:
        try:
            record = dns_record.parse(text)
        except BadEncoding as error:
            raise SourceError(f"What {name} says in DNS cannot be read. {error}") from error
        if record is not None and record.log == origin:
            return record.root
    return None
