# SPDX-License-Identifier: Apache-2.0
"""Lines of VERIFY.txt: comments, and commands of bash, sed, base64 and OpenSSL 3."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache

from onrecord.proof.canonical import Json
from onrecord.proof.note import Note

WIDTH = 100
DER = "".join(f"\\{byte:03o}" for byte in bytes.fromhex("302a300506032b6570032100"))
"""What stands before the 32 bytes of an Ed25519 key in a key file (RFC 8410)."""


def sides(index: int, size: int, hashes: int) -> list[bool]:
    """Tell for each hash of an inclusion proof whether it stands on the left (as merkle.verify_inclusion)."""
    inner = (index ^ (size - 1)).bit_length()
    return [at >= inner or bool((index >> at) & 1) for at in range(hashes)]


def span(entry: Mapping[str, Json]) -> str:
    """Say for which part of the log an entry of the register lists its key."""
    until = entry.get("to_index")
    return (
        f"{entry.get('role')} key, {entry.get('state')}, from {entry.get('from_index')}"
        f"{' on' if until is None else f' to {until}'}"
    )


def line_of(signed: Note, number: int) -> int:
    """Return on which line of the note, from 1, a signature stands."""
    return signed.text.count("\n") + 2 + number


def signature(source: str, line: int, target: str) -> str:
    """Save the 64 bytes at the end of a signature line of a note."""
    return f"sed -n {line}p {source} | cut -d' ' -f3 | base64 -d | tail -c 64 > {target}"


def verify(key: str, message: str, signature: str, what: str) -> str:
    """Verify a saved signature with a saved key."""
    return (
        f"openssl pkeyutl -verify -pubin -keyform DER -inkey check/{key}.der -rawin -in {message}"
        f" -sigfile {signature} > check/answer 2>&1; {said(what)}"
    )


def equal(command: str, expected: str, what: str) -> str:
    """Compare what a command prints with what it should print."""
    return f'[ "$({command})" = {shlex.quote(expected)} ]; {said(what)}'


def listed(text: bytes, what: str) -> str:
    """Look for these bytes in the register."""
    return f"grep -q -F {shlex.quote(text.decode())} register.json; {said(what)}"


def said(what: str) -> str:
    """Say whether the command before succeeded."""
    return f"said $? {shlex.quote(what)}"


def refused(what: str) -> str:
    """Say that something does not hold, whatever happens."""
    return f"said 1 {shlex.quote(what)}"


def time(moment: datetime) -> str:
    """Write a moment so that anybody understands it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


@lru_cache(maxsize=1024)
def one_line(text: str) -> str:
    """Return text that stays on its line: what an edition says must never become a command."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


@lru_cache(maxsize=1024)
def prose(*paragraphs: str) -> tuple[str, ...]:
    """Return comments of at most WIDTH characters. Most are the same in every bundle."""
    return tuple(_prose(paragraphs))


def _prose(paragraphs: Iterable[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        line = "#"
        for word in one_line(paragraph).split(" "):
            if len(line) + 1 + len(word) > WIDTH and line != "#":
                yield line
                line = "#"
            line += f" {word}" if word else ""
        yield line
