# SPDX-License-Identifier: Apache-2.0
"""Answer a log that asks for a cosignature, in the steps of c2sp.org/tlog-witness, "add-checkpoint"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils import timezone

from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK
from onrecord.proof import checkpoint, cosignature, merkle, note, submission
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.errors import OutOfRange, ProofError, Unreadable, WrongRoot
from onrecord.proof.keys import PublicKey
from onrecord.proof.note import Note
from onrecord.proof.submission import SIZE_MEDIA_TYPE, Submission, origin_hash
from onrecord.record import high_water, keys
from onrecord.record.events import EvidenceKept
from onrecord.record.models import Evidence, FollowedLog
from onrecord.record.witnessing.following import witness_key

TEXT = "text/plain; charset=utf-8"
SEPARATOR = b"---\n"
"""Between the two checkpoints of an evidence file."""
WITNESSED = "witnessed"
"""Folder beside the keys, with the newest checkpoint that was cosigned of each log."""
MAX_EVIDENCE = 100
"""For each log. One is enough to prove a fork; more would let its owner fill the disk."""
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered over HTTP."""

    status: int
    body: bytes
    media_type: str = TEXT


class _Refused(Exception):
    """The submission is answered with a status and a reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def add_checkpoint(body: bytes, *, own_origin: str) -> Answer:
    """Cosign a checkpoint that continues what was seen of its log, or say why not.

    What was seen moves by compare-and-swap before the answer is given, so of two requests at once that name
    the same old size only one is cosigned. `own_origin` names the log of this newsroom.
    """
    try:
        sent, signed, stated = _read(body)
        log = FollowedLog.objects.filter(origin=stated.origin, active=True).first()
        if log is None:
            raise _Refused(404, f"The log {stated.origin} is not followed here.")
        _remember(log)
        own_lines = _signatures_of(log, sent.signed_checkpoint)
        _keep_if_evidence(log, stated, signed.text, own_lines)
        if sent.old_size > stated.size:
            raise _Refused(400, f"The old size is {sent.old_size}, the checkpoint's {stated.size}.")
        if sent.old_size != log.size:
            return _conflict(log.size)
        _check_consistency(sent, stated, log)
        return _cosign(log, signed.text, stated, own_lines, own_origin)
    except _Refused as refused:
        return Answer(refused.status, f"{refused}\n".encode())


def newest_checkpoint(hashed_origin: str) -> Answer:
    """Show the newest checkpoint that was cosigned for a log, with its signature and ours."""
    log = _by_hash(hashed_origin)
    if log is None or not log.checkpoint:
        return Answer(404, b"No checkpoint of such a log was cosigned here.\n")
    return Answer(200, bytes(log.checkpoint))


def evidence(hashed_origin: str, number: int) -> Answer:
    """Show two checkpoints of a log that cannot both be true."""
    log = _by_hash(hashed_origin)
    found = Evidence.objects.filter(log=log, number=number).first() if log else None
    if found is None:
        return Answer(404, b"There is no such evidence.\n")
    return Answer(200, bytes(found.first) + SEPARATOR + bytes(found.second))


def _read(body: bytes) -> tuple[Submission, Note, Checkpoint]:
    try:
        sent = submission.parse(body)
        signed = note.parse(sent.signed_checkpoint)
        return sent, signed, _stated(signed.text)
    except Unreadable as error:
        raise _Refused(400, str(error)) from error


def _stated(text: str) -> Checkpoint:
    try:
        return checkpoint.parse_text(text)
    except Unreadable:
        _refuse_false_empty_tree(text)
        raise


def _refuse_false_empty_tree(text: str) -> None:
    """Answer 422, not 400, to an empty tree with a root that the empty tree does not have."""
    lines = text.split("\n")
    if (
        len(lines) >= 4
        and lines[1] == "0"
        and FollowedLog.objects.filter(origin=lines[0], active=True).exists()
    ):
        raise _Refused(422, "The empty tree has another root (RFC 6962 section 2.1).")


def _signatures_of(log: FollowedLog, signed_checkpoint: bytes) -> bytes:
    """Return the checkpoint with the valid signatures of its log alone."""
    trusted = [PublicKey.from_vkey(vkey) for vkey in log.vkeys]
    try:
        checkpoint.verify(signed_checkpoint, origin=log.origin, keys=trusted)
    except ProofError as error:
        raise _Refused(403, str(error)) from error
    read = note.parse(signed_checkpoint)
    ids = {(key.name, key.key_id) for key in trusted}
    own = tuple(line for line in read.signatures if (line.name, line.key_id) in ids)
    return Note(read.text, own[: len(ids)]).to_bytes()


def _conflict(size: int) -> Answer:
    return Answer(409, f"{size}\n".encode(), SIZE_MEDIA_TYPE)


def _check_consistency(sent: Submission, stated: Checkpoint, log: FollowedLog) -> None:
    if sent.old_size == 0:
        if sent.hashes:
            raise _Refused(422, "The proof from the empty tree must be empty.")
        return
    try:
        merkle.verify_consistency(
            old_size=log.size,
            new_size=stated.size,
            old_root=bytes(log.root),
            new_root=stated.root,
            proof=sent.hashes,
        )
    except (WrongRoot, OutOfRange) as error:
        raise _Refused(422, str(error)) from error


def _remember(log: FollowedLog) -> None:
    """Believe what is noted beside the keys if the database knows less, as an older one that was restored."""
    noted = high_water.read_file(_noted(log))
    if noted is None:
        return
    seen = checkpoint.parse(noted)
    if seen.size > log.size:
        FollowedLog.objects.filter(pk=log.pk, size=log.size).update(
            size=seen.size, root=seen.root, checkpoint=noted
        )
        log.refresh_from_db()


def _noted(log: FollowedLog) -> Path:
    return keys.directory() / WITNESSED / origin_hash(log.origin)


def _cosign(log: FollowedLog, text: str, stated: Checkpoint, own_lines: bytes, own_origin: str) -> Answer:
    """Move on what was seen, if nobody else has in between, and note it; only then give the cosignature."""
    now = timezone.now()
    line = cosignature.sign(text, witness_key(own_origin), time=int(now.timestamp())).line()
    cosigned = cosignature.with_lines(own_lines, line)
    won = FollowedLog.objects.filter(pk=log.pk, active=True, size=log.size, root=log.root).update(
        size=stated.size,
        root=stated.root,
        checkpoint=cosigned,
        cosigned_at=now,
    )
    if won != 1:
        return _conflict(FollowedLog.objects.get(pk=log.pk).size)
    high_water.raise_file(_noted(log), cosigned)
    return Answer(200, line.encode("utf-8"))


def _keep_if_evidence(log: FollowedLog, stated: Checkpoint, text: str, own_lines: bytes) -> None:
    """Keep two signed trees of one size with different roots: nobody else can have made them but the log."""
    if log.size == 0 or stated.size != log.size or stated.root == bytes(log.root):
        return
    try:
        with transaction.atomic():
            known = list(Evidence.objects.filter(log=log))
            if len(known) >= MAX_EVIDENCE or any(note.parse(bytes(e.second)).text == text for e in known):
                return
            kept = Evidence.objects.create(
                log=log,
                number=len(known) + 1,
                first=bytes(log.checkpoint),
                second=own_lines,
                found_at=timezone.now(),
            )
            journal.write(
                EvidenceKept(subject=f"followed_log/{log.pk}", origin=log.origin, number=kept.number),
                by=CLOCK,
            )
    except IntegrityError:  # another request has kept it a moment ago
        return


def _by_hash(hashed_origin: str) -> FollowedLog | None:
    """Find a log by the SHA-256 of its origin. There are few; what was seen of former ones is shown too."""
    if _HASH.fullmatch(hashed_origin) is None:
        return None
    return next((log for log in FollowedLog.objects.all() if origin_hash(log.origin) == hashed_origin), None)
