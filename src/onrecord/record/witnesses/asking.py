# SPDX-License-Identifier: Apache-2.0
"""Ask witnesses to cosign the newest checkpoint, all at once, and keep what they say.

Nothing here holds a transaction open while somebody else is waited for, and nothing here keeps an edition
from being published: whoever is silent now is asked again later.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK
from onrecord.outbound.answers import Response
from onrecord.outbound.conversations import Conversation, Question, converse
from onrecord.outbound.errors import OutboundError
from onrecord.proof import checkpoint, cosignature, note
from onrecord.proof.encoding import from_decimal
from onrecord.proof.errors import BadEncoding, ProofError
from onrecord.proof.keys import PublicKey
from onrecord.proof.merkle import consistency_proof
from onrecord.proof.submission import Submission, origin_hash
from onrecord.proof.tiles import TileNodes
from onrecord.record import guard, high_water, keys, pages
from onrecord.record.errors import Forked, RecordError
from onrecord.record.events import WitnessDisagreed, WitnessesAsked
from onrecord.record.guard import Shown
from onrecord.record.models import Cosignature, LogHead, Witness
from onrecord.record.rights import By, administrator
from onrecord.record.witnesses.standing import attach

SECONDS = 5.0
"""How long a release waits for its witnesses."""
RENEW_AFTER = timedelta(hours=1)
"""A cosignature older than this is renewed, so that a view that was frozen shows."""
FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(hours=1)
MOST_BYTES = 65_536
MOST_TURNS = 3
"""Requests to one witness about one checkpoint: its size may be unknown here, and may change in between."""
LAST_SECOND = 253_402_300_799
"""The end of the year 9999: pages show when a witness signed, and no calendar here goes further."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of asking one witness."""

    witness: Witness
    answer: Witness.Answer
    detail: str
    lines: tuple[tuple[str, int], ...] = ()
    held: bytes = b""
    """A checkpoint signed by this log that the witness shows and that does not fit this log."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What came of asking: how many cosigned now, and how many of them for the first time at this size."""

    cosigned: int = 0
    new: int = 0


def ask_missing() -> Gathered:
    """Ask those who have not cosigned the newest checkpoint and are not resting. What a release does."""
    return ask(_due(timezone.now(), renew=False))


def anything_due() -> bool:
    """Tell whether somebody has to be asked again: a cosignature is missing, or older than an hour."""
    return bool(_due(timezone.now(), renew=True))


def ask_everybody(*, by: By) -> Gathered:
    """Ask all witnesses now, those that rest included; what they say is baked soon after.

    Raises NotAllowed for staff who are no administrators.
    """
    actor = administrator(by)
    gathered = ask(Witness.asked())
    with transaction.atomic():
        journal.write(WitnessesAsked(subject="log", cosigned=gathered.cosigned), by=actor)
    return gathered


def ask(witnesses: Sequence[Witness] | None = None, *, seconds: float = SECONDS) -> Gathered:
    """Ask these witnesses, or all who are due, for at most about `seconds`. Safe to run twice.

    Not to be called inside a transaction. Never raises for what a witness does.
    """
    asked = list(_due(timezone.now(), renew=True) if witnesses is None else witnesses)
    head = LogHead.current() if asked else None
    if head is None or head.size == 0:
        return Gathered()
    high_water.note_before_showing(bytes(head.checkpoint))
    asked = [witness for witness in asked if _claim(witness)]
    outcomes = converse([_conversation(witness, head) for witness in asked], seconds=seconds)
    new = sum(_keep(outcome, head) for outcome in outcomes)
    attach(head)
    return Gathered(sum(outcome.answer == Witness.Answer.COSIGNED for outcome in outcomes), new)


def _due(now: datetime, *, renew: bool) -> list[Witness]:
    """Return the active witnesses that have something to say, without those that rest after failures."""
    active = Witness.asked()
    head = LogHead.current() if active else None
    if head is None or head.size == 0:
        return []
    fresh = Cosignature.objects.filter(size=head.size, witness__active=True)
    if renew:
        fresh = fresh.filter(witness__cosigned_at__gt=now - RENEW_AFTER)
    done = set(fresh.values_list("witness_id", flat=True))
    return [witness for witness in active if witness.pk not in done and not _rests(witness, now)]


def _rests(witness: Witness, now: datetime) -> bool:
    if witness.asked_at is None or witness.failures == 0:
        return False
    rest: timedelta = min(FIRST_REST * 2 ** min(witness.failures - 1, 10), LONGEST_REST)
    return witness.asked_at + rest > now


def _claim(witness: Witness) -> bool:
    """Win the right to ask, so that two processes do not ask the same witness the same thing."""
    won = Witness.objects.filter(pk=witness.pk, active=True, asked_at=witness.asked_at).update(
        asked_at=timezone.now()
    )
    return won == 1


def _conversation(witness: Witness, head: LogHead) -> Conversation[Outcome]:
    """Submit the checkpoint; tell a witness that remembers another size how the log went on from there."""
    old = witness.cosigned_size if witness.cosigned_size <= head.size else 0
    for _turn in range(MOST_TURNS):
        answer = yield _submission(witness, head, old)
        if isinstance(answer, OutboundError):
            return Outcome(witness, Witness.Answer.SILENT, str(answer))
        if answer.status == 200:
            return _read_cosignature(witness, head, answer)
        remembered = _size(answer)
        if remembered is None or remembered > head.size:
            return (yield from _without_cosignature(witness, head, answer, remembered))
        old = remembered
    return Outcome(witness, Witness.Answer.REFUSED, "It names another size each time it is asked.")


def _without_cosignature(
    witness: Witness, head: LogHead, answer: Response, remembered: int | None
) -> Conversation[Outcome]:
    """Judge an answer that no better proof can turn into a cosignature."""
    if answer.status == 422:
        return (yield from _disagreement(witness, head, "It says that this log forked."))
    if remembered is None:
        return _refusal(witness, answer)
    newest = LogHead.objects.get()
    if remembered <= newest.size:
        return Outcome(witness, Witness.Answer.NEVER, "The log grew while it was asked.")
    told = f"It has cosigned {remembered} entries of this log; here there are {newest.size}."
    return (yield from _disagreement(witness, head, told))


def _submission(witness: Witness, head: LogHead, old: int) -> Question:
    hashes = consistency_proof(old, head.size, TileNodes(head.size, pages.read_tile)) if old else []
    body = Submission(old, tuple(hashes), bytes(head.checkpoint)).to_bytes()
    return Question(
        f"{witness.url}/add-checkpoint",
        method="POST",
        body=body,
        headers={"Content-Type": "text/plain; charset=utf-8"},
        limit=MOST_BYTES,
        allow_private=settings.ALLOW_PRIVATE_ADDRESSES,
    )


def _read_cosignature(witness: Witness, head: LogHead, answer: Response) -> Outcome:
    text = note.parse(bytes(head.checkpoint)).text
    try:
        lines = cosignature.lines_by(PublicKey.from_vkey(witness.vkey), answer.body, text=text)
    except ProofError as error:
        return Outcome(witness, Witness.Answer.REFUSED, f"Its cosignature is not valid. {error}")
    if not lines:
        return Outcome(
            witness, Witness.Answer.REFUSED, "It cosigned with another key than the one entered here."
        )
    if lines[-1][1] > LAST_SECOND:
        return Outcome(
            witness,
            Witness.Answer.REFUSED,
            f"It cosigned for {lines[-1][1]} seconds after 1970, later than the year 9999:"
            " its clock is wrong. Tell its operator.",
        )
    return Outcome(witness, Witness.Answer.COSIGNED, "", tuple(lines))


def _size(answer: Response) -> int | None:
    """Return the size that a witness answers with when it was told another one (409)."""
    if answer.status != 409:
        return None
    try:
        return from_decimal(answer.body.decode("ascii").removesuffix("\n"), what="The size")
    except (UnicodeDecodeError, BadEncoding):
        return None


def _disagreement(witness: Witness, head: LogHead, told: str) -> Conversation[Outcome]:
    """Ask for the checkpoint that it holds, which proves or refutes what it says."""
    answer = yield Question(
        f"{witness.url}/{origin_hash(head.origin)}/checkpoint",
        limit=MOST_BYTES,
        allow_private=settings.ALLOW_PRIVATE_ADDRESSES,
    )
    if isinstance(answer, Response) and answer.status == 200:
        try:
            size = checkpoint.parse(answer.body).size
            log_keys = keys.log_keys_at(head.origin, size)
            checkpoint.verify(answer.body, origin=head.origin, keys=log_keys)
            guard.require_continuation(Shown(f"The witness {witness.name}", answer.body))
        except Forked as fork:
            return Outcome(witness, Witness.Answer.DISAGREES, f"{told} {fork}", held=answer.body)
        except (ProofError, RecordError) as error:
            logger.warning("witness %s shows a checkpoint that says nothing: %s", witness.name, error)
        else:
            return Outcome(
                witness,
                Witness.Answer.REFUSED,
                f"{told} But the checkpoint it shows is part of this log.",
            )
    return Outcome(witness, Witness.Answer.DISAGREES, told)


def _refusal(witness: Witness, answer: Response) -> Outcome:
    if answer.status == 404:
        return Outcome(
            witness, Witness.Answer.UNKNOWN_LOG, "Send its operator the name and the key of this log."
        )
    reasons = {
        403: "It follows this log with another key. Send its operator yours.",
        409: "It answers 409 without a size.",
    }
    detail = reasons.get(answer.status, f"It answers with status {answer.status}.")
    return Outcome(witness, Witness.Answer.REFUSED, detail)


def _keep(outcome: Outcome, head: LogHead) -> bool:
    """Store what came of asking; tell whether the checkpoint has a cosigner more."""
    witness, now = Witness.objects.filter(pk=outcome.witness.pk), timezone.now()
    if outcome.answer == Witness.Answer.NEVER:  # nothing was said of what is now the newest checkpoint
        witness.update(detail=outcome.detail)
        return False
    with transaction.atomic():
        if outcome.answer == Witness.Answer.COSIGNED:
            new = _store(outcome, head)
            witness.update(
                answer=outcome.answer, detail="", failures=0, cosigned_at=now, cosigned_size=head.size
            )
            return new
        first = witness.exclude(answer=Witness.Answer.DISAGREES).exists()
        witness.update(answer=outcome.answer, detail=outcome.detail, failures=outcome.witness.failures + 1)
        if outcome.answer == Witness.Answer.DISAGREES and first:
            _alarm(outcome, head)
    logger.warning("witness %s: %s. %s", outcome.witness.name, outcome.answer.label, outcome.detail)
    return False


def _store(outcome: Outcome, head: LogHead) -> bool:
    line, time = outcome.lines[-1]
    row, created = Cosignature.objects.get_or_create(
        witness=outcome.witness,
        size=head.size,
        defaults={"root": head.root, "first_time": time, "time": time, "line": line},
    )
    if not created and (bytes(row.root) != bytes(head.root) or row.time <= time):
        row.root, row.time, row.line = head.root, time, line
        row.save(update_fields=["root", "time", "line"])
    return created


def _alarm(outcome: Outcome, head: LogHead) -> None:
    """Tell everybody here, once: who follows the event decides what stops."""
    journal.write(
        WitnessDisagreed(
            subject=f"witness/{outcome.witness.pk}",
            witness=outcome.witness.name,
            size=head.size,
            detail=outcome.detail,
            checkpoint=outcome.held.decode("utf-8", "replace"),
        ),
        by=CLOCK,
    )
