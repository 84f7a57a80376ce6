# SPDX-License-Identifier: Apache-2.0
"""Reading what came back: what kind of message it is, and which of ours it is about. No Django, no database.

Whoever sends such a message is not to be trusted: what is read is bounded in bytes, lines and parts, and
`read` never raises.
"""

from __future__ import annotations

import email
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses, parseaddr
from enum import StrEnum

from flufl.bounce import all_failures

from onrecord.delivery.inbound.addresses import MARK, token_of

MOST_BYTES = 256 * 1024
"""Read of a message; what matters stands at its beginning."""
MOST_LINES = 4_000
LONGEST_LINE = 1_000
MOST_PARTS = 60
MOST_IDS = 10

logger = logging.getLogger(__name__)


class Kind(StrEnum):
    """What a message that came back says."""

    HARD = "hard"
    """It was not delivered: the address does not exist."""
    SOFT = "soft"
    """It was not delivered: the address took nothing at that time."""
    REFUSED = "refused"
    """It was not delivered, for a reason that says nothing about the address: its content, or its sender."""
    DELAYED = "delayed"
    """It is still on its way."""
    COMPLAINT = "complaint"
    """The recipient called it unwanted."""
    UNSUBSCRIBED = "unsubscribed"
    """The recipient wants nothing more; only services that send for us say so."""
    AUTOMATIC = "automatic"
    """A machine wrote it: out of office, a receipt, a list."""
    REPLY = "reply"
    """Anything else: probably a person wrote it."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a message says. Nothing in it is proved: only a token shows that its sender got a mail of ours."""

    kind: Kind
    status: str = ""
    """As RFC 3463 has it: 5.1.1."""
    diagnostic: str = ""
    """What the other server said, at most 400 characters, without addresses."""
    tokens: tuple[str, ...] = ()
    """Marks of deliveries in the addresses that it went to."""
    message_ids: tuple[str, ...] = ()
    """Message ids in it that look like ours."""
    addresses: frozenset[str] = frozenset()
    """Whom it says it is about, in lower case."""
    sender: str = ""
    """The envelope sender, or whoever it says it is from."""
    has_null_sender: bool = False
    """Whether nothing may ever be answered to it."""


_RECIPIENT_HEADERS = (
    *("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to"),
    *("x-rcpt-to", "to", "cc", "original-mail-from"),
)
_IDS = re.compile(rf"(?<![0-9A-Za-z.])({MARK}@[A-Za-z0-9.-]{{1,150}})(?![A-Za-z0-9.-])".encode())
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_ADDRESS = re.compile(r"<?[^\s<>@:;,()\"]{1,64}@[A-Za-z0-9.-]{1,253}>?")
_REPLY_LINE = re.compile(r"(?m)^.{0,200}?\b[45]\d\d[ -].{0,300}$")
_ABSENT = re.compile(
    r"(?i)^(auto(matic)?[ -]?(reply|response|antwort)|out of (the )?office|abwesen|absen(ce|t)|réponse auto"
    r"|respuesta auto|risposta auto|автоответ)"
)
_COMPLAINTS = ("abuse", "fraud", "virus", "opt-out", "opt-out-list", "other")


def read(raw: bytes) -> Report:
    """Return what a message says; anything at all can be given."""
    text = _bounded(raw)
    ids = tuple(dict.fromkeys(found.decode().lower() for found in _IDS.findall(text)))[:MOST_IDS]
    if text.lower().count(b"content-type") > MOST_PARTS:
        return Report(Kind.REPLY, message_ids=ids)
    try:
        return _report(email.message_from_bytes(text), ids)
    except Exception as error:  # the library fails in many ways on what is no mail; all mean the same
        logger.info("a message that came back cannot be read: %s", type(error).__name__)
        return Report(Kind.REPLY, message_ids=ids)


def of_status(status: str) -> Kind:
    """Return what a status of RFC 3463 says about an address that a message did not reach."""
    kind, subject, detail = (*(int(part) for part in status.split(".")), 0, 0, 0)[:3]
    if kind != 5:
        return Kind.REFUSED if subject in (6, 7) else Kind.SOFT
    about = {
        0: Kind.HARD,
        1: Kind.REFUSED if detail in (7, 8) else Kind.HARD,  # 7, 8: about our own address
        2: {2: Kind.SOFT, 3: Kind.REFUSED}.get(detail, Kind.HARD),  # 2: full, 3: too long for it
        4: Kind.HARD if detail in (1, 4) else Kind.SOFT,  # 1, 4: no such host
        3: Kind.REFUSED if detail == 4 else Kind.SOFT,  # 4: too big for the system
        5: Kind.SOFT,
    }
    return about.get(subject, Kind.REFUSED)


def without_addresses(text: str, limit: int = 400) -> str:
    """Return what another server said on one line, without anybody's address."""
    plain = " ".join(_ADDRESS.sub("<address>", text[: limit * 4]).split())
    return "".join(c for c in plain if c.isprintable())[:limit]


def _bounded(raw: bytes) -> bytes:
    lines = raw[:MOST_BYTES].replace(b"\r\n", b"\n").split(b"\n", MOST_LINES)[:MOST_LINES]
    return b"\n".join(line[:LONGEST_LINE] for line in lines)


def _report(message: Message, ids: tuple[str, ...]) -> Report:
    kind, status, diagnostic, addresses = _said(message)
    return_path = _header(message, "return-path").strip()
    sender = parseaddr(_header(message, "from"))[1]
    return Report(
        kind=kind,
        status=status[:12],
        diagnostic=without_addresses(diagnostic),
        tokens=tuple(dict.fromkeys(_tokens(message)))[:MOST_IDS],
        message_ids=ids,
        addresses=frozenset(addresses),
        sender=(parseaddr(return_path)[1] or sender)[:320],
        has_null_sender=return_path == "<>" or _is_from_a_server(sender),
    )


def _said(message: Message) -> tuple[Kind, str, str, set[str]]:
    """Return kind, status, diagnostic, and whom it is about."""
    complaint = _part(message, "message/feedback-report")
    if complaint is not None:
        return _complaint(complaint)
    if _part(message, "message/disposition-notification") is not None:
        return Kind.AUTOMATIC, "", "", set()
    status = _part(message, "message/delivery-status")
    if status is not None and status.is_multipart():
        found = _delivery_status([block for block in status.get_payload() if isinstance(block, Message)])
        if found is not None:
            return found
    if _may_be_bounce(message):
        delayed, failed = (
            {address.decode("ascii", "replace").lower() for address in some} for some in all_failures(message)
        )
        if failed or delayed:
            return _bounce_in_words(message, failed, delayed)
    return (Kind.AUTOMATIC if _is_automatic(message) else Kind.REPLY), "", "", set()


def _complaint(part: Message) -> tuple[Kind, str, str, set[str]]:
    """Read a report of RFC 5965: its fields are the body of the part."""
    inner = part.get_payload()
    if isinstance(inner, list):
        fields = inner[0] if inner and isinstance(inner[0], Message) else Message()
    else:
        fields = email.message_from_string(str(inner).lstrip())
    what = _header(fields, "feedback-type").strip().lower()
    about = {address.lower() for _, address in getaddresses(_headers(fields, "original-rcpt-to")) if address}
    kind = Kind.COMPLAINT if what in _COMPLAINTS else Kind.AUTOMATIC
    return kind, "", f"{what}: {_header(fields, 'user-agent')}", about


def _delivery_status(blocks: list[Message]) -> tuple[Kind, str, str, set[str]] | None:
    """Read the blocks of RFC 3464, one for each recipient behind the first."""
    about: set[str] = set()
    arrived = False
    worst: tuple[Kind, str, str] | None = None
    for block in blocks[:MOST_PARTS]:
        action = _header(block, "action").strip().lower()
        if not action:
            continue
        about |= {_of_field(_header(block, name)) for name in ("original-recipient", "final-recipient")}
        arrived = arrived or action.startswith(("delivered", "relayed", "expanded"))
        said = _of_block(block, action)
        if said and (worst is None or said[0] != Kind.DELAYED):
            worst = said
    if worst is None:
        return (Kind.AUTOMATIC, "", "", about - {""}) if arrived else None
    kind, status, diagnostic = worst
    if arrived and kind == Kind.HARD:
        kind = Kind.SOFT  # an address of several people, some of whom got it
    return kind, status, diagnostic, about - {""}


def _of_block(block: Message, action: str) -> tuple[Kind, str, str] | None:
    diagnostic = _header(block, "diagnostic-code").partition(";")[2] or _header(block, "diagnostic-code")
    given = _STATUS.search(_header(block, "status"))
    status = given[1] if given else ""
    if action.startswith("delayed"):
        return Kind.DELAYED, status, diagnostic
    if not action.startswith(("fail", "error")):
        return None
    more = _STATUS.search(diagnostic)
    if more and (not status or status.endswith(".0.0")):
        status = more[1]
    return (of_status(status) if status else Kind.HARD), status, diagnostic


def _bounce_in_words(
    message: Message, failed: set[str], delayed: set[str]
) -> tuple[Kind, str, str, set[str]]:
    words = "\n".join(_texts(message))
    line = _REPLY_LINE.search(words)
    diagnostic = line[0] if line else ""
    found = _STATUS.search(diagnostic)
    status = found[1] if found else ""
    if not failed:
        return Kind.DELAYED, status, diagnostic, delayed
    return (of_status(status) if status else Kind.HARD), status, diagnostic, failed


def _may_be_bounce(message: Message) -> bool:
    """Tell whether a mail server wrote it: programs that answer for people are no proof of anything."""
    if message.get_content_type() == "multipart/report" or message["x-failed-recipients"]:
        return True
    if _is_from_a_server(parseaddr(_header(message, "from"))[1]):
        return True
    return _header(message, "return-path").strip() == "<>" and not _is_automatic(message)


def _is_from_a_server(address: str) -> bool:
    return address.lower().partition("@")[0] in ("mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon")


def _is_automatic(message: Message) -> bool:
    """Tell whether RFC 3834, or custom before it, says that no person wrote a message."""
    submitted = _header(message, "auto-submitted").partition(";")[0].strip().lower()
    if submitted and submitted != "no":
        return True
    if _header(message, "precedence").strip().lower() in ("bulk", "junk", "list", "auto_reply"):
        return True
    signs = ("x-autoreply", "x-autorespond", "x-autoresponse", "x-auto-reply", "list-id", "feedback-id")
    return any(message[sign] for sign in signs) or bool(
        _ABSENT.match(_header(message, "subject").strip().removeprefix("Re:").strip())
    )


def _tokens(message: Message) -> Iterator[str]:
    for part in message.walk():
        names = _RECIPIENT_HEADERS if part is message else ("return-path", "original-mail-from")
        for name in names:
            for _, address in getaddresses(_headers(part, name)):
                if token := token_of(address):
                    yield token


def _part(message: Message, kind: str) -> Message | None:
    return next((part for part in message.walk() if part.get_content_type() == kind), None)


def _texts(message: Message) -> Iterator[str]:
    for part in message.walk():
        if part.get_content_maintype() == "text" and not part.is_multipart():
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                yield payload.decode("utf-8", "replace")


def _of_field(value: str) -> str:
    """Return the address in `rfc822; jan@reader.example`, in lower case."""
    return (value.partition(";")[2] or value).strip().strip("<>").lower()[:320]


def _header(message: Message, name: str) -> str:
    return str(message.get(name, ""))[:2_000]


def _headers(message: Message, name: str) -> list[str]:
    return [str(value)[:2_000] for value in message.get_all(name, [])[:20]]
