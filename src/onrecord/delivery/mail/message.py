# SPDX-License-Identifier: Apache-2.0
"""Letters: a message written once for each language, then filled in for each recipient as bytes.

Both texts are quoted-printable (RFC 2045 section 6.7), so that any relay takes them. A gap for what is
different for each recipient stands between soft line breaks; what fills it keeps to lines of 76 characters.
"""

from __future__ import annotations

import base64
import html
import quopri
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.header import Header
from email.utils import format_datetime, formataddr
from typing import Any

from onrecord.delivery.mail.doors import secret_of
from onrecord.delivery.mail.envelope import Envelope
from onrecord.delivery.transports import Outgoing

GAP = re.compile(r"⟦([a-z_]+)⟧")
"""How a template marks a gap: ⟦name⟧."""
_LINE = 72
_WORD_JOINER = "\u2060"
_IN_HEADER = re.compile(r"[\x21-\x7e]*")
_IN_ADDRESS = re.compile(r"[^\s\x00-\x20\x7f]*")
"""The address may have letters of any script (RFC 6532); the relay is told so (SMTPUTF8)."""
_AROUND = "=_onrecord_around"
LONGEST_LINE = 998
"""Bytes of a line of a message, without its end (RFC 5322 section 2.1.1)."""
_LONGEST_IN_HEADER = 400
"""Letters of what fills a gap in a header, so that the line it stands in is not too long."""
Piece = str | list[str]
"""A literal, or [name of a gap, how it is written: header, text or html]."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along. `name` is ASCII and may have gaps."""

    name: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Text:
    """What is to be written in one language. Both bodies and the headers may have gaps."""

    subject: str
    text: str
    html: str
    language: str
    headers: Mapping[str, str] = field(default_factory=dict)
    """Further headers, or others than each message has; gaps in them take ASCII without spaces."""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """A message for many: pieces by variant, which is usually a language."""

    envelope_sender: str
    """May hold ⟦token⟧, so that what comes back says which delivery it was."""
    variants: Mapping[str, Sequence[Piece]]
    _ready: dict[str, _Ready] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Variants that have been used."""

    def to_json(self) -> dict[str, Any]:
        """Return this letter as the body of a distribution."""
        return {
            "envelope_sender": self.envelope_sender,
            "variants": {k: list(v) for k, v in self.variants.items()},
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Letter:
        """Read the body of a distribution. Raises KeyError."""
        return cls(body["envelope_sender"], body["variants"])

    def envelope(self, outgoing: Outgoing) -> Envelope:
        """Return the message for one recipient. Raises KeyError for a gap that nothing fills, ValueError.

        Always filled: `to`, `message_id`, `token` (its left part), `door` if the data has its number, and
        each of `doors`, by name.
        """
        number = outgoing.data.get("door")
        fields = {
            **({"door": secret_of(number)} if number else {}),
            **{name: secret_of(one) for name, one in outgoing.data.get("doors", {}).items()},
            "token": outgoing.message_id.partition("@")[0],
            **outgoing.data.get("fields", {}),
            "to": outgoing.recipient,
            "message_id": outgoing.message_id,
        }
        message, dotless = self._ready_in(outgoing.data["variant"]).filled(fields)
        sender = self.envelope_sender.replace("⟦token⟧", str(fields["token"]))
        return Envelope(sender, outgoing.recipient, message, dotless)

    def _ready_in(self, variant: str) -> _Ready:
        ready = self._ready.get(variant)
        if ready is None:
            ready = self._ready[variant] = _Ready(self.variants[variant])
        return ready


class _Ready:
    """A variant whose fixed parts are bytes already, and looked through for lines that begin with a dot."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._parts = [piece.encode("ascii") if isinstance(piece, str) else b"" for piece in pieces]
        self._gaps = [(at, one[0], one[1]) for at, one in enumerate(pieces) if not isinstance(one, str)]
        self._dotless = not any(part.startswith(b".") or b"\n." in part for part in self._parts)

    def filled(self, fields: Mapping[str, Any]) -> tuple[bytes, bool]:
        """Return the message, and whether no line of it begins with a dot for sure."""
        parts = self._parts.copy()
        dotless = self._dotless
        for at, name, how in self._gaps:
            parts[at] = filling = _filled(name, how, fields)
            if len(filling) > _LINE and b"\n." in filling:
                dotless = False
        return b"".join(parts), dotless


def without_gaps(text: str) -> str:
    """Return text of somebody else's in which nothing is a gap; it looks the same."""
    return text.replace("⟦", "⟦" + _WORD_JOINER)


def write(
    *, sender_name: str, sender: str, envelope_sender: str, texts: Mapping[str, Text], at: Any
) -> Letter:
    """Write a letter once in each variant; `at` is aware. Raises ValueError for a broken or long header."""
    date = format_datetime(at)
    written = {
        variant: _pieces(_head(text, sender_name, sender, date), text) for variant, text in texts.items()
    }
    return Letter(envelope_sender, written)


def _head(text: Text, sender_name: str, sender: str, date: str) -> list[tuple[str, str]]:
    fixed = [
        ("From", formataddr((sender_name, sender))),
        ("To", "<⟦to⟧>"),
        ("Subject", Header(text.subject, "utf-8", header_name="Subject").encode(linesep="\r\n")),
        ("Date", date),
        ("Message-ID", "<⟦message_id⟧>"),
        ("MIME-Version", "1.0"),
        ("Content-Language", text.language),
        ("Auto-Submitted", "auto-generated"),
    ]
    for name, value in text.headers.items():
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", name) or "\n" in value or "\r" in value:
            raise ValueError(f"{name!r}: {value[:80]!r} is no header.")
    own = {name.lower() for name in text.headers}
    head = [*((name, value) for name, value in fixed if name.lower() not in own), *text.headers.items()]
    for name, value in head:
        room = LONGEST_LINE - _LONGEST_IN_HEADER * len(GAP.findall(value))
        if max(map(len, f"{name}: {value}".split("\r\n"))) > room:
            raise ValueError(f"The header {name} is too long: {value[:80]!r} …")
    return head


def _pieces(head: list[tuple[str, str]], text: Text) -> list[Piece]:
    boundary = "=_onrecord_part"
    pieces: list[Piece] = []
    for name, value in head:
        pieces += _with_gaps(f"{name}: {value}\r\n", "header")
    if text.attachments:
        pieces.append(f'Content-Type: multipart/mixed; boundary="{_AROUND}"\r\n\r\n--{_AROUND}\r\n')
    pieces.append(f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n')
    for body, kind in ((text.text, "text"), (text.html, "html")):
        media_type = "text/plain" if kind == "text" else "text/html"
        pieces.append(
            f"\r\n--{boundary}\r\nContent-Type: {media_type}; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        )
        for piece in _with_gaps(body, kind):
            pieces.append(piece if isinstance(piece, list) else _quoted(piece))
    pieces.append(f"\r\n--{boundary}--\r\n")
    for attachment in text.attachments:
        pieces += _attached(attachment)
    if text.attachments:
        pieces.append(f"\r\n--{_AROUND}--\r\n")
    return _joined(pieces)


def _attached(attachment: Attachment) -> list[Piece]:
    if not re.fullmatch(r"[A-Za-z0-9._⟦⟧-]+", attachment.name):
        raise ValueError(f"{attachment.name!r} is no name of a file that is attached.")
    name = _with_gaps(attachment.name, "header")
    lines = base64.encodebytes(attachment.body).decode("ascii").replace("\n", "\r\n")
    head = f"\r\n--{_AROUND}\r\nContent-Type: {attachment.media_type}\r\n"
    return [
        head + "Content-Transfer-Encoding: base64\r\n",
        'Content-Disposition: attachment; filename="',
        *name,
        f'"\r\n\r\n{lines}',
    ]


def _with_gaps(text: str, how: str) -> list[Piece]:
    parts: list[Piece] = []
    for number, part in enumerate(GAP.split(text)):
        if number % 2:
            parts.append([part, how])
        elif part:
            parts.append(part)
    return parts


def _joined(pieces: list[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def _filled(name: str, how: str, fields: Mapping[str, Any]) -> bytes:
    value = str(fields[name])
    if how == "header":
        allowed = _IN_ADDRESS if name == "to" else _IN_HEADER
        if len(value) > _LONGEST_IN_HEADER or not allowed.fullmatch(value):
            raise ValueError(f"{name} is {value[:40]!r}, which cannot stand in a header.")
        return value.encode()
    if how == "html":
        value = html.escape(value)
    if len(value) > _LINE + 3 or value[:1] == "." or not _stays(value):
        value = _quoted_line(value.replace("\r", " ").replace("\n", " "))
    return f"=\r\n{value}=\r\n".encode("ascii") if value else b""


def _quoted(text: str) -> str:
    """Return text as quoted-printable: CR LF, lines of at most 76 characters, no space at their ends."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\r\n".join(_quoted_line(line) for line in lines)


def _stays(line: str) -> bool:
    """Tell whether quoted-printable leaves a line as it is, however long: it has only to be cut."""
    return line.isascii() and line.isprintable() and "=" not in line and line[-1:] != " "


def _quoted_line(line: str) -> str:
    encoded = line
    if not _stays(line):
        encoded = quopri.encodestring(line.encode(), quotetabs=False, header=False).decode("ascii")
        encoded = encoded.replace("=\n", "").rstrip("\n")
    if encoded.endswith((" ", "\t")):
        encoded = encoded[:-1] + f"={ord(encoded[-1]):02X}"
    if encoded.startswith("."):
        encoded = "=2E" + encoded[1:]
    lines = []
    while len(encoded) > _LINE + 3:
        end = _LINE
        while "=" in encoded[end - 2 : end]:  # never within an escape
            end -= 1
        lines.append(encoded[:end])
        encoded = encoded[end:]
    return "=\r\n".join([*lines, encoded])
