# SPDX-License-Identifier: Apache-2.0
"""Ask mirrors and witnesses what they hold of this log: at start, every ten minutes, and before signing.

What proves that this database is not the newest stops the log on this machine until it is recovered
(`record.guard`). Who does not answer is reported and stops nothing.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from django.conf import settings
from django.db import transaction

from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK
from onrecord.journal.models import Entry
from onrecord.outbound.conversations import Conversation, Question, converse
from onrecord.outbound.errors import OutboundError
from onrecord.proof import checkpoint
from onrecord.proof.encoding import from_decimal
from onrecord.proof.errors import BadEncoding, ProofError
from onrecord.proof.keys import PublicKey
from onrecord.proof.submission import Submission, origin_hash
from onrecord.record import durably, guard, high_water, keys, pages, sightings
from onrecord.record.errors import Forked, RecordError
from onrecord.record.events import Recovered, Stopped
from onrecord.record.guard import Shown
from onrecord.record.models import LogHead, Witness
from onrecord.record.sightings import Sighting

SECONDS = 5.0
EVERY_SECONDS = 600.0
STALE_SECONDS = 1800.0
"""Whoever is about to sign asks first if nobody has for so long: the clock has stopped, or just begins."""
MOST_BYTES = 1_000_000
ASKED = "log.asked"
"""A file beside the keys: when it was last written to, others were asked."""

logger = logging.getLogger(__name__)


class State(Enum):
    """What somebody elsewhere holds, compared with this database."""

    AGREES = "agrees"
    BEHIND = "holds an older state"
    NOTHING = "holds nothing of this log"
    AHEAD = "holds more leaves"
    DIFFERS = "holds another tree"
    SILENT = "does not answer"
    NOT_OURS = "shows what no key of this log has signed"


STOPPING = frozenset({State.AHEAD, State.DIFFERS})


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking one mirror or witness. Without a note, `size` is only what it says."""

    where: str
    state: State
    size: int = 0
    detail: str = ""
    note: bytes = b""


def is_due() -> bool:
    """Tell whether others should be asked again."""
    return _seconds_since_asked() > EVERY_SECONDS


def ask_before_signing(origin: str) -> None:
    """Ask others if nobody has for long, as right after a start. Better not called inside a transaction."""
    if _seconds_since_asked() > STALE_SECONDS:
        ask(origin)


def forget_asking() -> None:
    """Have others asked before the next signature: the program has just started."""
    (keys.directory() / ASKED).unlink(missing_ok=True)


def watch(origin: str) -> None:
    """Ask others, and journal it once if the log must not go on. What the clock does."""
    ask(origin)
    try:
        guard.refuse_fork()
    except RecordError as error:
        logger.error("%s", error)
        _journal(str(error))


def note(where: str, signed_checkpoint: bytes, *, origin: str) -> None:
    """Remember a checkpoint that somebody showed, if a key of this log signed it and it stops the log."""
    _remember([_judged(where, signed_checkpoint, origin, _trusted(origin))])


def ask(origin: str, *, seconds: float = SECONDS) -> list[Answer]:
    """Ask all mirrors and witnesses at once what they hold of a log, and remember what stops it.

    Return what each holds. Never raises for what others do. Better not called inside a transaction.
    """
    trusted = _trusted(origin)
    courses = [_mirror(base, origin, trusted) for base in settings.MIRRORS]
    courses += [_witness(witness, origin, trusted) for witness in Witness.objects.filter(active=True)]
    answers = converse(courses, seconds=seconds)
    _remember(answers)
    return answers


def _seconds_since_asked() -> float:
    try:
        return abs(time.time() - (keys.directory() / ASKED).stat().st_mtime)
    except FileNotFoundError:
        return float("inf")


def _trusted(origin: str) -> list[PublicKey]:
    """Return the log keys whose signature proves something: those that lie here, those of the register."""
    register = keys.newest_register()
    listed = [one.key for one in register.keys if one.role == "log"] if register else []
    return list(dict.fromkeys([*keys.held(origin), *listed]))


def _mirror(base: str, origin: str, trusted: list[PublicKey]) -> Conversation[Answer]:
    where = f"The mirror {base}"
    return (yield from _shown_at(f"{base.rstrip('/')}{pages.CHECKPOINT_PATH}", where, origin, trusted))


def _witness(witness: Witness, origin: str, trusted: list[PublicKey]) -> Conversation[Answer]:
    """Ask for the checkpoint that it holds; if it shows none, for the size that it remembers."""
    where = f"The witness {witness.name}"
    answer = yield from _shown_at(f"{witness.url}/{origin_hash(origin)}/checkpoint", where, origin, trusted)
    head = LogHead.current()
    if answer.state is not State.NOTHING or head is None or head.size == 0:
        return answer
    high_water.note_before_showing(bytes(head.checkpoint))
    told = yield _question(
        f"{witness.url}/add-checkpoint", body=Submission(0, (), bytes(head.checkpoint)).to_bytes()
    )
    if isinstance(told, OutboundError) or told.status != 409:
        return answer
    try:
        size = from_decimal(told.body.decode("ascii").removesuffix("\n"), what="The size")
    except (UnicodeDecodeError, BadEncoding):
        return answer
    state = State.AHEAD if size > head.size else State.BEHIND if size < head.size else State.AGREES
    return Answer(where, state, size, "It says so without showing a checkpoint.")


def _shown_at(url: str, where: str, origin: str, trusted: list[PublicKey]) -> Conversation[Answer]:
    answer = yield _question(url)
    if isinstance(answer, OutboundError):
        return Answer(where, State.SILENT, detail=str(answer))
    if answer.status in (404, 410):
        return Answer(where, State.NOTHING)
    if answer.status != 200:
        return Answer(where, State.SILENT, detail=f"It answers with status {answer.status}.")
    return _judged(where, answer.body, origin, trusted)


def _question(url: str, *, body: bytes | None = None) -> Question:
    return Question(
        url,
        method="GET" if body is None else "POST",
        body=body,
        headers={} if body is None else {"Content-Type": "text/plain; charset=utf-8"},
        limit=MOST_BYTES,
        allow_private=settings.ALLOW_PRIVATE_ADDRESSES,
    )


def _judged(where: str, note: bytes, origin: str, trusted: list[PublicKey]) -> Answer:
    """Compare a checkpoint with this database. One that no key of this log has signed proves nothing."""
    try:
        seen = checkpoint.verify(note, origin=origin, keys=trusted)
    except ProofError as error:
        return Answer(where, State.NOT_OURS, detail=str(error))
    try:
        guard.require_continuation(Shown(where, note))
    except Forked as error:
        size = pages.size()
        state = State.AHEAD if seen.size > size else State.DIFFERS
        return Answer(where, state, seen.size, str(error), note)
    return Answer(where, State.BEHIND if seen.size < pages.size() else State.AGREES, seen.size, note=note)


def _remember(answers: list[Answer]) -> None:
    """Keep what stops the log, drop what the database has caught up with, and note that others were asked."""
    answered = {answer.where for answer in answers if answer.state is not State.SILENT}
    asked = {answer.where for answer in answers}
    with durably.alone_in(keys.directory()):
        kept = [
            seen
            for seen in sightings.read()
            if not _settled(seen) and (seen.note or (seen.where in asked and seen.where not in answered))
        ]
        new = [Sighting(one.where, one.size, one.note) for one in answers if one.state in STOPPING]
        wanted = list(dict.fromkeys([*kept, *new]))
        if wanted or sightings.path().exists():
            sightings.replace(wanted)
        (keys.directory() / ASKED).touch()
        os.utime(keys.directory() / ASKED)


def _settled(seen: Sighting) -> bool:
    try:
        guard.require_sighting(seen)
    except Forked:
        return False
    return True


def _journal(reason: str) -> None:
    with transaction.atomic():
        names = (Stopped.name, Recovered.name)
        last = Entry.objects.filter(event__in=names).order_by("-pk").first()
        if last is None or last.event != Stopped.name or last.data["reason"] != reason:
            journal.write(Stopped(subject="log", reason=reason), by=CLOCK)


def reports() -> Iterator[Answer]:
    """Yield what this machine itself knows to have been shown, compared with the database."""
    for shown in guard.shown_here():
        seen = checkpoint.parse(shown.note)
        try:
            guard.require_continuation(shown)
        except Forked as error:
            state = State.AHEAD if seen.size > pages.size() else State.DIFFERS
            yield Answer(shown.where, state, seen.size, str(error), shown.note)
        else:
            state = State.BEHIND if seen.size < pages.size() else State.AGREES
            yield Answer(shown.where, state, seen.size, note=shown.note)
    for claim in sightings.read():
        if not claim.note:
            ahead = claim.size > pages.size()
            yield Answer(claim.where, State.AHEAD if ahead else State.AGREES, claim.size)
