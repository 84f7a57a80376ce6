# SPDX-License-Identifier: Apache-2.0
"""Logged editions that are not statements': the register of keys and what else the log says about itself."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from onrecord.journal.events import CLOCK, Actor
from onrecord.proof.canonical import Json
from onrecord.proof.edition import NONCE_SIZE, Previous, commitment, freeze, read, timestamp
from onrecord.record import actions
from onrecord.record.actions import NewLeaf
from onrecord.record.keys import Keys
from onrecord.record.models import Document


@transaction.atomic
def log(
    members: Mapping[str, object],
    *,
    path: str,
    kind: str,
    origin: str,
    signers: Keys | None = None,
    by: Actor = CLOCK,
) -> Document:
    """Freeze an edition, log it, and keep it, in one transaction; return it with its leaf.

    `members` is all of the edition file but `log`, `issued` and `v`. `path` is where it is baked, as
    `/register/1.json`. Raises BadEdition for what is no edition, and what actions.append raises.
    """
    now = timezone.now()
    content = freeze({**members, "log": origin, "issued": timestamp(now)})
    nonce = secrets.token_bytes(NONCE_SIZE)
    new = NewLeaf(commitment(nonce, content), nonce, path, now)
    leaf = actions.append_all([new], origin=origin, signers=signers, by=by)[0]
    return Document.objects.create(
        path=path,
        kind=kind,
        number=read(content).number,
        content=content,
        nonce=nonce,
        commitment=new.commitment,
        leaf_index=leaf.index,
        created=now,
    )


def previous(document: Document | None) -> dict[str, Json] | None:
    """Return what the next edition of its kind says of this one in `prev`; None for the first."""
    if document is None or document.leaf_index is None:
        return None
    return Previous(document.leaf_index, bytes(document.commitment)).to_json()
