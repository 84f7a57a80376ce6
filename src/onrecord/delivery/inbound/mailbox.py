# SPDX-License-Identifier: Apache-2.0
"""Reading a mailbox over IMAP (RFC 3501): what is about deliveries of ours is dealt with, nothing else.

Safe to run twice, and beside another one: a message is filed only after what it says is in the database, and
counts once. Nothing is deleted; in a mailbox that people read too, their mail stays unread.
"""

from __future__ import annotations

import contextlib
import imaplib
import logging
import re
import socket
import ssl
from collections import Counter
from collections.abc import Iterator, Sequence

from django.db import InterfaceError, OperationalError

from onrecord.delivery.errors import MailboxUnreachable, NotYet
from onrecord.delivery.inbound.actions import Outcome, take_in
from onrecord.delivery.inbound.addresses import Mailbox
from onrecord.delivery.inbound.reading import MOST_BYTES

SECONDS = 30.0
AT_ONCE = 500
"""Messages read in one go; where more are unread, each has its turn."""
LEFT = "OnRecordLeft"
"""Keyword of messages that are none of ours, so that they are not read again."""
DEALT_WITH = (Outcome.NOTED, Outcome.TAKEN, Outcome.OLD)
_ATOM = re.compile(r"[A-Za-z0-9_.-]+")
_read_up_to: dict[tuple[str, int, str, str], int] = {}
"""Of mailboxes with more than can be read in one go: where the next one begins."""

logger = logging.getLogger(__name__)


def read_mailbox(mailbox: Mailbox, *, most: int = MOST_BYTES) -> Counter[Outcome]:
    """Deal with what has come into a mailbox; return how many messages of which kind.

    `most`: bytes of a message that are fetched; what matters of bounces stands at their beginning.
    Raises MailboxUnreachable.
    """
    counts: Counter[Outcome] = Counter()
    try:
        with _opened(mailbox) as imap:
            keywords = b"\\*" in b" ".join(part or b"" for part in imap.response("PERMANENTFLAGS")[1])
            _status, found = imap.uid("SEARCH", "UNSEEN", *(("UNKEYWORD", LEFT) if keywords else ()))
            for number in _whose_turn_it_is(mailbox, sorted(map(int, (found[0] or b"").split()))):
                if outcome := _deal_safely(imap, str(number), mailbox, most, keywords=keywords):
                    counts[outcome] += 1
    except (OSError, imaplib.IMAP4.error, ssl.SSLError) as error:
        raise MailboxUnreachable(f"The mailbox at {mailbox.place} cannot be read: {error}") from error
    return counts


def try_mailbox(mailbox: Mailbox, seconds: float) -> None:
    """Sign in, look, and sign out again. Raises MailboxUnreachable."""
    try:
        with _opened(mailbox, seconds=seconds):
            pass
    except (OSError, imaplib.IMAP4.error, ssl.SSLError) as error:
        raise MailboxUnreachable(f"The mailbox at {mailbox.place} cannot be read: {error}") from error


@contextlib.contextmanager
def _opened(mailbox: Mailbox, *, seconds: float = SECONDS) -> Iterator[imaplib.IMAP4]:
    """Connect, secure the connection, sign in, select the folder."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if mailbox.security == "implicit":
        imap: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            mailbox.host, mailbox.port, ssl_context=context, timeout=seconds
        )
    else:
        imap = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=seconds)
    try:
        if mailbox.security == "starttls":
            imap.starttls(context)
        imap.login(mailbox.user, mailbox.password)
        # A server can do more once it knows who asks (RFC 3501, 6.1.1); imaplib keeps what it heard before.
        _status, said = imap.capability()
        imap.capabilities = tuple(said[-1].decode("ascii", "replace").upper().split())
        status, answer = imap.select(_quoted(mailbox.folder))
        if status != "OK":
            raise imaplib.IMAP4.error(f"there is no folder {mailbox.folder}: {answer!r}")
        yield imap
    finally:
        with contextlib.suppress(OSError, imaplib.IMAP4.error, socket.timeout):
            imap.logout()


def _whose_turn_it_is(mailbox: Mailbox, unread: Sequence[int]) -> Sequence[int]:
    """Return which messages are read now: those behind the last ones, if there are too many for one go.

    Otherwise as many that have to wait, as somebody sends who sends too much, would keep all others waiting.
    """
    place = (mailbox.host, mailbox.port, mailbox.user, mailbox.folder)
    last = _read_up_to.pop(place, 0)
    turn = [*(n for n in unread if n > last), *(n for n in unread if n <= last)][:AT_ONCE]
    if len(turn) < len(unread):
        _read_up_to[place] = turn[-1]
    return turn


def _deal_safely(
    imap: imaplib.IMAP4, number: str, mailbox: Mailbox, most: int, *, keywords: bool
) -> Outcome | None:
    """Deal with a message; None for one that stays unread, and is read again."""
    try:
        return _deal_with(imap, number, mailbox, most, keywords=keywords)
    except NotYet:
        return None
    except (OSError, imaplib.IMAP4.error, OperationalError, InterfaceError):
        raise  # of the mailbox or the database, so that no other message fares better
    except Exception:  # whatever it is about this message, the others have to go on
        logger.exception("message %s in the mailbox cannot be taken in; it is read again", number)
        return None


def _deal_with(imap: imaplib.IMAP4, number: str, mailbox: Mailbox, most: int, *, keywords: bool) -> Outcome:
    _status, parts = imap.uid("FETCH", number, f"(BODY.PEEK[]<0.{most}>)")
    raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
    outcome = take_in(raw, door="mailbox") if raw else Outcome.UNKNOWN
    if outcome in DEALT_WITH:
        _file(imap, number, mailbox)
    elif keywords:
        imap.uid("STORE", number, "+FLAGS.SILENT", f"({LEFT})")
    return outcome


def _file(imap: imaplib.IMAP4, number: str, mailbox: Mailbox) -> None:
    """Mark a message as read and move it away, by MOVE (RFC 6851) or a copy of it where there is UIDPLUS."""
    imap.uid("STORE", number, "+FLAGS.SILENT", "(\\Seen)")
    if not mailbox.done:
        return
    folder = _quoted(mailbox.done)
    if "MOVE" in imap.capabilities:
        status, answer = imap.uid("MOVE", number, folder)
    else:
        status, answer = imap.uid("COPY", number, folder)
        if status == "OK" and "UIDPLUS" in imap.capabilities:
            imap.uid("STORE", number, "+FLAGS.SILENT", "(\\Deleted)")
            imap.uid("EXPUNGE", number)  # RFC 4315: this one alone, and its copy is there
    if status != "OK":
        logger.warning("a message cannot be moved to %s, so it stays, marked as read: %s", folder, answer)


def _quoted(folder: str) -> str:
    return folder if _ATOM.fullmatch(folder) else f'"{folder}"'
