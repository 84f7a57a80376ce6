# SPDX-License-Identifier: Apache-2.0
"""The bundle a reader keeps: edition, proofs, register, attachments in one `.onrecord.zip` (docs/verify.md).

An ordinary ZIP archive (PKWARE APPNOTE 6.3.10) of which every byte follows from its content: members in
one order, stored and never deflated, one time for all, no extra fields, no comments. So a bundle is written
alike everywhere, and a reader refuses every byte that is not as it must be, headers included.
"""

from __future__ import annotations

import mmap
import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias  # Any: members of an edition file, checked by edition.read

from onrecord.proof.errors import BadBundle

MAX_MEMBERS = 2_000
MAX_SIZE = 2**30
MAX_NAME_SIZE = 255
FILES = "files/"
SUFFIX = ".onrecord.zip"

INSTRUCTIONS = "VERIFY.txt"
EDITION = "edition.json"
PROOF = "edition.tlog-proof"
REGISTER = "register.json"
REGISTER_PROOF = "register.tlog-proof"
REGISTER_NOTE = "register.note"
POLICY = "policy.txt"
ORDER = (INSTRUCTIONS, EDITION, PROOF, REGISTER, REGISTER_PROOF, REGISTER_NOTE, POLICY)
"""The members before the attachments, in their order."""

Content: TypeAlias = "bytes | memoryview"

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_VERSION = 20
_MADE_BY = (3 << 8) | 30  # Unix, so that the mode below is understood
_MODE = 0o100644 << 16
_UTF8, _ENCRYPTED = 0x0800, 0x0001
_STORED = 0


@dataclass(frozen=True, slots=True)
class Bundle:
    """What is in a bundle. Nothing in it is believed because it is there."""

    edition: bytes
    proof: bytes
    register: bytes | None = None
    register_proof: bytes | None = None
    register_note: bytes | None = None
    policy: bytes | None = None
    files: Mapping[str, Content] = field(default_factory=dict)
    """Attachments by the name they have below `files/`."""
    instructions: bytes | None = None

    def members(self) -> Iterator[tuple[str, Content]]:
        """Yield name and content of each member, in the order in which they stand in the archive."""
        parts = (
            self.instructions,
            self.edition,
            self.proof,
            self.register,
            self.register_proof,
            self.register_note,
            self.policy,
        )
        for name, content in zip(ORDER, parts, strict=True):
            if content is not None:
                yield name, content
        for name, attachment in self.files.items():
            yield FILES + name, attachment


@dataclass(frozen=True, slots=True)
class _Member:
    name: bytes
    content: Content
    crc: int
    moment: int
    """DOS date in the upper and DOS time in the lower 16 bits."""

    def local(self) -> bytes:
        return _LOCAL.pack(_LOCAL_MARK, _VERSION, _UTF8, *self._rest(), 0) + self.name

    def central(self, offset: int) -> bytes:
        fields = (_CENTRAL_MARK, _MADE_BY, _VERSION, _UTF8, *self._rest())
        return _CENTRAL.pack(*fields, 0, 0, 0, 0, _MODE, offset) + self.name

    def _rest(self) -> tuple[int, ...]:
        time, date, size = self.moment & 0xFFFF, self.moment >> 16, len(self.content)
        return _STORED, time, date, self.crc, size, size, len(self.name)


def is_bundle(data: bytes | mmap.mmap) -> bool:
    """Tell whether bytes are meant as a bundle, even if any one of them was changed."""
    marked = data[:2] == b"PK" or data[-_END.size :][:4] == _END_MARK
    return marked and data.find(PROOF.encode()) >= 0


def file_names(files: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return the entries of an edition's `files[]` by their names below `files/`.

    Where two entries share a name, the first 16 digits of the hash stand before it.
    """
    times = Counter(file["name"] for file in files)
    return {
        file["name"] if times[file["name"]] == 1 else f"{file['sha256'][:16]}-{file['name']}": file
        for file in files
    }


def write(bundle: Bundle, issued: datetime) -> bytes:
    """Return the archive: for the same content always the same bytes. Raises BadBundle."""
    moment = _dos_moment(issued)
    written, directory, offset = [], [], 0
    for name, content in bundle.members():
        member = _Member(_checked(name), content, zlib.crc32(content), moment)
        directory.append(member.central(offset))
        written += [member.local(), content]
        offset += _LOCAL.size + len(member.name) + len(content)
    _check_limits(len(directory), offset)
    return b"".join([*written, *directory, _end(directory, offset)])


def read(source: bytes | Path) -> Bundle:
    """Read a bundle without believing what is in it. Raises BadBundle for whatever write would not write.

    A file is mapped, not loaded; its attachments are views of it.
    """
    if isinstance(source, bytes):
        return _read(memoryview(source))
    with source.open("rb") as file:
        if source.stat().st_size == 0:
            raise BadBundle(f"The file {source} is empty.")
        return _read(memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)))


def read_folder(folder: Path) -> Bundle:
    """Read a bundle that somebody has unpacked into a folder. Raises BadBundle."""
    parts = {name: _part(folder / name) for name in ORDER}
    found = sorted((folder / FILES).iterdir()) if (folder / FILES).is_dir() else []
    # Desktops leave hidden files of their own in every folder.
    files = {FILES + path.name: path.read_bytes() for path in found if not path.name.startswith(".")}
    return _bundle({**parts, **files})


def _part(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _read(data: memoryview) -> Bundle:
    _check_limits(0, len(data))
    contents: dict[str, Content] = {}
    directory: list[bytes] = []
    offset = 0
    moment: int | None = None
    while bytes(data[offset : offset + 4]) == _LOCAL_MARK:
        member = _member(data, offset)
        moment = member.moment if moment is None else moment
        name = _checked_name(member, contents)
        if member.moment != moment:
            raise BadBundle(f"The member {name} has another time than the first member.")
        contents[name] = member.content
        directory.append(member.central(offset))
        _check_limits(len(directory), offset)
        offset += _LOCAL.size + len(member.name) + len(member.content)
    expected = b"".join([*directory, _end(directory, offset)])
    if data[offset:] != expected:
        raise BadBundle(
            f"The directory of the archive, from byte {offset}, is not that of its members. Somebody has"
            " changed the archive or packed it anew; unpack it and verify the folder instead."
        )
    return _bundle(contents)


def _member(data: memoryview, offset: int) -> _Member:
    """Return the member at this place, once its header is as write makes it and its content fits the CRC."""
    header = data[offset : offset + _LOCAL.size]
    if len(header) < _LOCAL.size:
        raise BadBundle(f"The archive ends within the header at byte {offset}.")
    _, _, flags, method, time, date, crc, packed, size, name_size, _ = _LOCAL.unpack(header)
    start = offset + _LOCAL.size + name_size
    name, content = bytes(data[offset + _LOCAL.size : start]), data[start : start + packed]
    shown = ascii(name.decode("utf-8", "replace")[:80])
    if flags & _ENCRYPTED:
        raise BadBundle(f"The member {shown} is encrypted. A bundle is readable by everyone.")
    if method != _STORED:
        raise BadBundle(
            f"The member {shown} is compressed. Bundles are stored as they are; if somebody has packed"
            " this one anew, unpack it and verify the folder instead."
        )
    if len(content) != packed:
        raise BadBundle(f"The archive ends within the member {shown}.")
    if zlib.crc32(content) != crc:
        raise BadBundle(f"The member {shown} is damaged: its CRC-32 is not {crc:08x}.")
    member = _Member(name, content, crc, date << 16 | time)
    if packed != size or member.local() != bytes(data[offset:start]):
        raise BadBundle(f"The header of the member {shown} at byte {offset} is not as a bundle has it.")
    return member


def _checked_name(member: _Member, known: dict[str, Content]) -> str:
    try:
        name = member.name.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadBundle(f"The name of a member is not UTF-8: {member.name[:80]!r}.") from error
    _checked(name)
    if name in known:
        raise BadBundle(f"The member {name} is there twice.")
    last = next(reversed(known), None)
    if name in ORDER and last is not None and (last not in ORDER or ORDER.index(last) > ORDER.index(name)):
        raise BadBundle(f"The member {name} does not stand behind {last}.")
    return name


def _checked(name: str) -> bytes:
    """Return the bytes of a member's name. Raises BadBundle for a name that a bundle does not have."""
    below = name.removeprefix(FILES)
    if name not in ORDER and (below == name or not _is_file_name(below)):
        raise BadBundle(f"A bundle has no member named {name[:80]!a}.")
    encoded = name.encode("utf-8", "surrogatepass")
    if len(encoded) > MAX_NAME_SIZE:
        raise BadBundle(f"The name {name[:40]!a}… has {len(encoded)} bytes; at most {MAX_NAME_SIZE} fit.")
    return encoded


def _is_file_name(name: str) -> bool:
    forbidden = any(c in "/\\" or c < " " or "\x7f" <= c <= "\x9f" or "\ud800" <= c <= "\udfff" for c in name)
    return bool(name) and name not in (".", "..") and not forbidden


def _bundle(contents: Mapping[str, Content | None]) -> Bundle:
    for name in (EDITION, PROOF):
        if contents.get(name) is None:
            raise BadBundle(f"The bundle has no {name}.")
    return Bundle(
        edition=_bytes(contents, EDITION) or b"",
        proof=_bytes(contents, PROOF) or b"",
        register=_bytes(contents, REGISTER),
        register_proof=_bytes(contents, REGISTER_PROOF),
        register_note=_bytes(contents, REGISTER_NOTE),
        policy=_bytes(contents, POLICY),
        files={
            name.removeprefix(FILES): content
            for name, content in contents.items()
            if name.startswith(FILES) and content is not None
        },
        instructions=_bytes(contents, INSTRUCTIONS),
    )


def _bytes(contents: Mapping[str, Content | None], name: str) -> bytes | None:
    content = contents.get(name)
    return None if content is None else bytes(content)


def _end(directory: list[bytes], offset: int) -> bytes:
    count, size = len(directory), sum(map(len, directory))
    return _END.pack(_END_MARK, 0, 0, count, count, size, offset, 0)


def _check_limits(members: int, size: int) -> None:
    if members > MAX_MEMBERS:
        raise BadBundle(f"The bundle has more than {MAX_MEMBERS} members.")
    if size > MAX_SIZE:
        raise BadBundle(f"The bundle has {size} bytes; at most {MAX_SIZE} are read.")


def _dos_moment(moment: datetime) -> int:
    """Return a moment as archives write it: UTC, two seconds exact, 1980 to 2107."""
    if moment.tzinfo is None:
        raise BadBundle(f"{moment} has no time zone. Give an aware datetime.")
    utc = min(
        max(moment.astimezone(UTC), datetime(1980, 1, 1, tzinfo=UTC)), datetime(2107, 12, 31, tzinfo=UTC)
    )
    date = (utc.year - 1980) << 9 | utc.month << 5 | utc.day
    return date << 16 | utc.hour << 11 | utc.minute << 5 | utc.second // 2
