# SPDX-License-Identifier: Apache-2.0
"""What should be done about the keys: nothing is broken, but readers could be surer (docs/keys.md)."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.core.checks import CheckMessage
from django.core.checks import Warning as Caution
from django.db import DatabaseError

from onrecord.proof import keyfiles
from onrecord.proof.register import ACTIVE, Register
from onrecord.record import ceremony, keys, register, rotation
from onrecord.record.models import Document


def cautions() -> list[CheckMessage]:
    """Return W020 to W025; nothing before the first register."""
    try:
        document, newest = Document.newest_register(), keys.newest_register()
        if document is None or newest is None:
            return []
        return [*_roots(document, newest), *_waiting(newest), *_files(newest)]
    except DatabaseError:
        return []  # the checks of the database itself say why


def _roots(document: Document, newest: Register) -> Iterator[CheckMessage]:
    """W020, W021: there are root keys, and they have signed the newest register."""
    if not newest.roots:
        yield Caution(
            "There are no root keys yet: only this machine says which keys are the newsroom's.",
            hint="onrecord keys init (docs/keys.md says how, step by step)",
            id="record.W020",
        )
        return
    standing = ceremony.standing_of(document)
    if not standing.complete:
        yield Caution(
            f"Register {standing.number} is signed by {len(standing.signed)} root keys; {standing.threshold}"
            " are needed, also of those before if they were replaced.",
            hint="onrecord keys export, then sign with each root key, then import (docs/keys.md)",
            id="record.W021",
        )


def _waiting(newest: Register) -> Iterator[CheckMessage]:
    """W022, W023: the register says what is so, and replaced log keys are closed."""
    if not newest.roots:
        return
    waiting = register.pending()
    if waiting:
        yield Caution(
            f"The register no longer says what is so: {', '.join(waiting)}.",
            hint="onrecord keys update, with enough root keys at hand",
            id="record.W022",
        )
    for listed in rotation.closable_log_keys():
        yield Caution(
            f"The log key {listed.key.key_id.hex()} was replaced more than 30 days ago and signs still.",
            hint="onrecord keys update, with enough root keys at hand",
            id="record.W023",
        )


def _files(newest: Register) -> Iterator[CheckMessage]:
    """W024, W025: every key file is in use, and locked if there is a passphrase."""
    known = {keys.where(listed.key) for listed in newest.keys if listed.state == ACTIVE}
    for path in keys.key_files():
        if path not in known and not path.name.startswith(keys.WITNESS_STEM):
            yield Caution(
                f"The key in {path} is not in use by this log, or cannot be read.",
                hint="Delete it if it is left over from a change of keys that failed.",
                id="record.W024",
            )
        if settings.KEY_PASSPHRASE and not keyfiles.is_locked(path):
            yield Caution(
                f"There is a passphrase, but the key in {path} is not locked with it.",
                hint="onrecord keys lock",
                id="record.W025",
            )
