# SPDX-License-Identifier: Apache-2.0
"""A mail that a person wrote, read with bounds. No database.

Whoever sends it is not to be trusted: parts, text, files and ids are counted and cut, HTML becomes text, and
of files only those kinds are kept that neither run nor carry macros. What cannot be kept is named.
"""

from __future__ import annotations

import codecs
import email
import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import Compat32
from email.utils import getaddresses, parseaddr
from pathlib import PurePosixPath

import nh3

from onrecord.foreign_html import first_elements, without_formatting
from onrecord.people.addresses import normalised
from onrecord.people.errors import BadAddress

MOST_BYTES = 10 * 1024 * 1024
MOST_PARTS = 60
MOST_FILES = 10
LARGEST_FILE = 5 * 1024 * 1024
MOST_LETTERS = 20_000
MOST_IDS = 30
LONGEST_HEADER, LONGEST_REFERENCES = 4000, 20_000
KEPT_ENDINGS = frozenset(
    {
        *("pdf", "txt", "csv", "md", "ics", "vcf"),
        *("jpg", "jpeg", "png", "gif", "webp", "heic", "tif", "tiff"),
        *("docx", "xlsx", "pptx", "odt", "ods", "odp", "rtf"),
        *("mp3", "m4a", "wav", "ogg", "mp4", "mov", "webm"),
    }
)
"""Files that are kept, by the end of their names: none of them runs by itself."""
_RECIPIENTS = (
    *("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-rcpt-to"),
    *("to", "cc"),
)
_ID = re.compile(r"<([!-;=?-~]{3,200}@[!-;=?-~]{1,100})>")
_BLOCKS = ("p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "blockquote", "pre")
_BREAK = re.compile(r"<br\s*/?>|</(?:p|h[1-4]|blockquote|pre)>|</?(?:div|li|tr)>")
_TAG = re.compile(r"<[^>]*>")
_CUT = " […]"
_SLOW_CODECS = frozenset({"idna", "punycode"})
"""Names of Python's: no mail is written in them, and their time grows with the square of the length."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came along."""

    name: str
    media_type: str
    body: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Received:
    """What a mail says."""

    address: str
    """Who it says it is from, normalised."""
    name: str
    subject: str
    text: str
    """Without what it quotes at its end."""
    message_id: str
    answers: tuple[str, ...]
    """Message ids that it refers to, without brackets."""
    recipients: tuple[str, ...]
    """Addresses in its headers."""
    has_return_path: bool
    """Whether anything may be answered by itself: not to an empty Return-Path (RFC 3834 section 2)."""
    files: tuple[Attached, ...]
    left_out: tuple[str, ...]
    """Names of files that are not kept."""


def read(raw: bytes) -> Received | None:
    """Return what a mail says; None if it cannot be read or says not from whom."""
    if raw[:MOST_BYTES].lower().count(b"content-type") > MOST_PARTS:
        return None
    try:
        return _read(email.message_from_bytes(raw[:MOST_BYTES], policy=_Bounded()))
    except (BadAddress, LookupError, ValueError, TypeError, RecursionError, MessageError):
        return None  # the library fails in many ways on what is no mail; all mean the same


def text_of_html(markup: str) -> str:
    """Return what a page of HTML says as text: blocks on lines of their own, no scripts, no styles."""
    plain = nh3.clean(
        without_formatting(first_elements(markup[: MOST_LETTERS * 20])),
        tags=set(_BLOCKS),
        clean_content_tags={"script", "style", "title"},
        attributes={},
        link_rel=None,
    )
    lines = html.unescape(_TAG.sub("", _BREAK.sub("\n", " ".join(plain.split())))).split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in lines)).strip()


def without_quotes(text: str) -> str:
    """Return what somebody wrote without the older mail that they quote at the end, and who wrote that."""
    lines = text.rstrip().split("\n")
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith(">")):
        lines.pop()
    if len(lines) == len(text.rstrip().split("\n")):
        return text.strip()
    kept = "\n".join(lines).rstrip()
    attribution = re.search(r"\n[^\n]*(?:\n[^\n]*)?:$", "\n" + kept)
    if attribution and re.search(r"@|\d{4}|\d{1,2}:\d{2}", attribution[0]):
        kept = kept[: max(0, attribution.start() - 1)].rstrip() if attribution.start() else ""
    return kept.strip() or text.strip()


class _Bounded(Compat32):
    """Headers that are cut before anything looks into them: parameters cost the square of their length."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[: LONGEST_REFERENCES if name.lower() == "references" else LONGEST_HEADER]


def _read(message: Message) -> Received:
    name, address = parseaddr(_header(message, "from"))
    texts, files, left_out = _content(message)
    ids = _ID.findall(
        f"{_header(message, 'in-reply-to')} {_header(message, 'references', LONGEST_REFERENCES)}"
    )
    own = _ID.search(_header(message, "message-id"))
    return_path = message.get("return-path")
    return Received(
        address=normalised(address),
        name=_words(name, 200) or address.partition("@")[0][:200],
        subject=_words(_decoded(_header(message, "subject")), 300),
        text=_cut(without_quotes(texts)),
        message_id=own[1][:250] if own else "",
        answers=tuple(dict.fromkeys(one[:250] for one in ids))[-MOST_IDS:],
        recipients=tuple(_recipients(message)),
        has_return_path=return_path is None or str(return_path).strip() not in ("<>", ""),
        files=files,
        left_out=left_out,
    )


def _content(message: Message) -> tuple[str, tuple[Attached, ...], tuple[str, ...]]:
    """Return the text, the files that are kept, and the names of those that are not."""
    texts: list[str] = []
    pages: list[str] = []
    files: list[Attached] = []
    left_out: list[str] = []
    for part in _leaves(message):
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes):
            continue
        name = _file_name(part)
        kind = part.get_content_type()
        if not name and kind in ("text/plain", "text/html") and not _is_attached(part):
            (texts if kind == "text/plain" else pages).append(_characters(payload, part))
        elif name or _is_attached(part):
            shown = name or "file"
            ending = PurePosixPath(shown).suffix.lower().lstrip(".")
            if ending in KEPT_ENDINGS and len(payload) <= LARGEST_FILE and len(files) < MOST_FILES:
                digest = hashlib.sha256(payload).hexdigest()
                files.append(Attached(shown, kind[:100], payload, digest))
            else:
                left_out.append(shown)
    text = "\n\n".join(one.strip() for one in texts).strip()
    if not text:
        text = "\n\n".join(text_of_html(one) for one in pages).strip()
    return text.replace("\r\n", "\n"), tuple(files), tuple(left_out[:MOST_FILES])


def _leaves(message: Message) -> Iterator[Message]:
    """Return the parts of a message itself; what is inside a message that it forwards is a file of it."""
    stack, seen = [message], 0
    while stack and seen < MOST_PARTS:
        part = stack.pop(0)
        seen += 1
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            stack = [one for one in payload if isinstance(one, Message)] + stack
        elif not isinstance(payload, list):
            yield part


def _recipients(message: Message) -> Iterator[str]:
    for name in _RECIPIENTS:
        values = [str(value)[:LONGEST_HEADER] for value in message.get_all(name, [])[:20]]
        for _name, address in getaddresses(values):
            if "@" in address:
                yield address[:320]


def _file_name(part: Message) -> str:
    name = _words(_decoded(part.get_filename() or ""), 150)
    return re.sub(r"[^\w.,()+ -]", "_", name.replace("\\", "/").rpartition("/")[2]).strip(". ")


def _is_attached(part: Message) -> bool:
    return str(part.get("content-disposition", "")).strip().lower().startswith("attachment")


def _characters(payload: bytes, part: Message) -> str:
    try:
        codec = codecs.lookup(part.get_content_charset() or "utf-8").name
        return payload.decode("utf-8" if codec in _SLOW_CODECS else codec, "replace")
    except (LookupError, ValueError):
        return payload.decode("utf-8", "replace")


def _decoded(value: str) -> str:
    try:
        return str(make_header(decode_header(value)))
    except (MessageError, LookupError, ValueError):
        return value


def _words(text: str, longest: int) -> str:
    plain = "".join(one if one.isprintable() else " " for one in _decoded(text))
    return " ".join(plain.split())[:longest]


def _cut(text: str) -> str:
    plain = "".join(_plain(one) for one in text)
    return plain if len(plain) <= MOST_LETTERS else plain[:MOST_LETTERS] + _CUT


def _plain(letter: str) -> str:
    """Return a character as it is kept: spaces of all kinds as a space, nothing that cannot be seen."""
    if letter in "\n\u200c\u200d\u200e\u200f" or letter.isprintable():
        return letter
    return " " if letter.isspace() else ""


def _header(message: Message, name: str, longest: int = LONGEST_HEADER) -> str:
    return str(message.get(name, ""))[:longest].replace("\r", " ").replace("\n", " ")
