# SPDX-License-Identifier: Apache-2.0
"""Root keys: named in the register, and their signatures taken in. Their private halves never come here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK, Actor
from onrecord.people.models import Organisation
from onrecord.proof import note
from onrecord.proof import register as registers
from onrecord.proof.errors import ProofError
from onrecord.proof.keys import NOTE_KIND, PublicKey
from onrecord.proof.note import Note
from onrecord.proof.register import Register
from onrecord.record import actions, keys, register
from onrecord.record.errors import NotSigned, WrongKey
from onrecord.record.events import RegisterSigned
from onrecord.record.models import Document
from onrecord.record.register import Roots


@dataclass(frozen=True, slots=True)
class Standing:
    """How a register stands with its root keys."""

    number: int
    signed: tuple[str, ...]
    """Names of the root keys that have signed."""
    threshold: int
    """How many must sign; 0 without root keys."""
    complete: bool
    """Whether readers who know the root keys accept it."""


def name_roots(threshold: int, roots: Sequence[PublicKey], *, by: Actor = CLOCK) -> Document:
    """Log a register that names these root keys; nothing is logged if it names them already.

    Readers accept it once `threshold` of them have signed, and as many of those before as that register
    demanded. Raises WrongKey.
    """
    register.bring_up_to_date(by=by)
    with transaction.atomic():
        origin = Organisation.current().origin
        _check(threshold, roots, origin)
        actions.lock_head(origin)
        document, newest = Document.newest_register(), keys.newest_register()
        assert document is not None and newest is not None  # noqa: S101, PT018 - narrows the type
        wanted = Roots(threshold, tuple(sorted(roots, key=lambda key: key.name)))
        if register.roots_of(newest) == wanted:
            return document
        reason = "The root keys were replaced." if newest.roots else "Root keys were introduced."
        return register.log(newest.keys, roots=wanted, reason=reason, by=by)


@transaction.atomic
def add_signatures(note_bytes: bytes, *, by: Actor = CLOCK) -> Standing:
    """Keep the signatures of root keys in a note over the newest register. Safe to repeat.

    Lines by other keys are left out. Raises NotSigned, or BadNote.
    """
    document = Document.objects.select_for_update().filter(kind="register").order_by("-number").first()
    if document is None:
        raise NotSigned("There is no register yet that could be signed.")
    given = note.parse(note_bytes)
    text = registers.note_text(bytes(document.content))
    if given.text != text:
        raise NotSigned(
            f"The note is not over register {document.number}, the newest. Export that one and sign it."
        )
    known = [root for one in (document, _before(document)) if one for root in _read(one).roots]
    try:
        good = given.verify(known)
    except ProofError as error:
        raise NotSigned(f"The signatures cannot be used. {error}") from error
    lines = {key.key_id: line for line in given.signatures for key in good if line.key_id == key.key_id}
    if document.note:
        lines |= {line.key_id: line for line in note.parse(bytes(document.note)).signatures}
    merged = Note(text, tuple(sorted(lines.values(), key=lambda line: line.name))).to_bytes()
    if merged != bytes(document.note):
        document.note = merged
        document.save(update_fields=["note"])
        standing = standing_of(document)
        journal.write(
            RegisterSigned(
                subject=f"document/{document.pk}",
                number=document.number,
                path=document.path,
                signers=list(standing.signed),
                complete=standing.complete,
            ),
            by=by,
        )
    return standing_of(document)


def standing_of(document: Document) -> Standing:
    """Return how a register stands with its root keys."""
    signed: tuple[str, ...] = ()
    if document.note:
        signed = tuple(line.name for line in note.parse(bytes(document.note)).signatures)
    # Too few may have signed so far; the caller shows who has.
    complete = bool(document.note) and _accepted(document, _before(document))
    return Standing(document.number, signed, _read(document).threshold, complete)


def published_note(document: Document) -> bytes:
    """Return the signatures of root keys as readers get them: nothing before there are enough."""
    return bytes(document.note) if document.note and standing_of(document).complete else b""


def _check(threshold: int, roots: Sequence[PublicKey], origin: str) -> None:
    for root in roots:
        if root.kind != NOTE_KIND or not root.name.startswith(f"{origin}/root/"):
            raise WrongKey(f"{root.name} is no root key of this log. Its name must be {origin}/root/<label>.")
    if len({root.raw for root in roots}) != len(roots) or len({root.name for root in roots}) != len(roots):
        raise WrongKey("Two of the root keys are the same, or have the same name.")
    if not 1 <= threshold <= len(roots):
        raise WrongKey(f"{threshold} of {len(roots)} root keys cannot be demanded.")


def _before(document: Document) -> Document | None:
    """Return the register whose root keys must agree: the newest signed one before, or the one before.

    From the first on, each verified once: there may be hundreds, and many may lack signatures for good.
    """
    earlier = Document.objects.filter(kind="register", number__lt=document.number)
    found: Document | None = None
    for one in earlier.exclude(note=b"").order_by("number").iterator(chunk_size=50):
        if _accepted(one, found or _just_before(one)):
            found = one
    return found or _just_before(document)


def _just_before(document: Document) -> Document | None:
    earlier = Document.objects.filter(kind="register", number__lt=document.number)
    return earlier.order_by("-number").first()


def _accepted(document: Document, before: Document | None) -> bool:
    """Tell whether enough root keys have signed: its own, and those of the register before."""
    previous = _read(before) if before else None
    try:
        registers.verify_note(bytes(document.note), bytes(document.content), previous=previous)
    except ProofError:
        return False
    return True


def _read(document: Document) -> Register:
    return registers.read(bytes(document.content))
