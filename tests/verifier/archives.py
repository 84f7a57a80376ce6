# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with an archive, although every member in it is right."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from random import Random

from onrecord.proof.bundle import Bundle
from tests.verifier.damage import one_byte

STRANGE_NAMES = (
    b"../x",
    b"files/..",
    b"files/a/b",
    b"files/",
    b"x",
    b"files/\x7f",
    b"files/\xff",
    b"files/" + b"n" * 300,
    b"files/ok.txt",
    "files/\u0085".encode(),
    b"files/\xef\xbb\xbf",
)


def _archive_byte(rng: Random, source: Bundle, archive: bytes) -> bytes:
    return one_byte(rng, archive)


def _archive_around(rng: Random, source: Bundle, archive: bytes) -> bytes:
    return rng.choice(
        [archive + b"\0", b"#!" + archive, archive[:-22], archive[:-2] + b"\1\0!", b"PK", b"PK\5\6"]
    )


def _archive_written_by_others(rng: Random, source: Bundle, archive: bytes) -> bytes:
    """Write the members with Python's own zipfile: stored, deflated, in another order, twice, with others."""
    members = [(name, bytes(content)) for name, content in source.members()]
    way = rng.randrange(5)
    if way == 0:
        rng.shuffle(members)
    elif way == 1:
        members.append(rng.choice(members))
    elif way == 2:
        members.append(
            (rng.choice(["../x", "/x", "files/..", "files/a/b", "files/", "x.txt", "files/\\"]), b"x")
        )
    elif way == 3:
        members = [(name, content) for name, content in members if name != "edition.json"]
    method = rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    target = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(target, "w", method) as written:
        for name, content in members:
            information = zipfile.ZipInfo(name, (2026, 11, 24, 8, 0, 0))
            information.compress_type = method
            with written.open(information, "w") as member:
                member.write(content)
    return target.getvalue()


def _archive_members(rng: Random, source: Bundle, archive: bytes) -> bytes:
    """Write an archive by the book, but with members that a bundle does not have, or not there."""
    members = [(name.encode(), bytes(content)) for name, content in source.members()]
    way = rng.randrange(6)
    if way == 0:
        rng.shuffle(members)
    elif way == 1:
        members.append(rng.choice(members))
    elif way == 2:
        names = [
            b"../x",
            b"files/..",
            b"files/a/b",
            b"files/",
            b"x",
            b"files/\x7f",
            b"files/\xff",
            b"files/" + b"n" * 300,
        ]
        members.append(
            (rng.choice([*names, b"files/ok.txt", "files/\u0085".encode(), b"files/\xef\xbb\xbf"]), b"x")
        )
    elif way == 3:
        members = [member for member in members if member[0] != rng.choice(members)[0]]
    elif way == 4:
        members = [(name, content[:-1]) for name, content in members]
    times = [0x5B78_4000] * len(members)
    if way == 5:
        times[-1] += 1
    return stored(members, times)


def stored(members: list[tuple[bytes, bytes]], times: list[int]) -> bytes:
    """Write an archive in the form of a bundle, independently of the program (PKWARE APPNOTE 6.3.10)."""
    body, directory = b"", b""
    for (name, content), time in zip(members, times, strict=True):
        shared = struct.pack(
            "<3H4I2H", 20, 0x0800, 0, time, zlib.crc32(content), len(content), len(content), len(name), 0
        )
        directory += b"PK\1\2" + struct.pack("<H", 0x031E) + shared
        directory += struct.pack("<3H2I", 0, 0, 0, 0o100644 << 16, len(body)) + name
        body += b"PK\3\4" + shared + name + content
    count = len(members)
    return (
        body + directory + b"PK\5\6" + struct.pack("<4H2IH", 0, 0, count, count, len(directory), len(body), 0)
    )


ARCHIVE_DAMAGE: tuple[Callable[[Random, Bundle, bytes], bytes], ...] = (
    _archive_byte,
    _archive_byte,
    _archive_around,
    _archive_written_by_others,
    _archive_members,
)
