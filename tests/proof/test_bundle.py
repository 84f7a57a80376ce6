# SPDX-License-Identifier: Apache-2.0
"""The archive a reader keeps: every byte of it follows from what is in it, and nothing else is read."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.proof import bundle
from onrecord.proof.bundle import Bundle
from onrecord.proof.errors import BadBundle

ISSUED = datetime(2026, 11, 24, 8, 0, 6, tzinfo=UTC)
WHOLE = Bundle(
    edition=b"{}",
    proof=b"a proof",
    register=b"a register",
    register_proof=b"its proof",
    register_note=b"its note",
    policy=b"quorum none\n",
    files={"plan.pdf": b"%PDF", "Zürich – Ω.txt": b""},
    instructions=b"How to verify this.\n",
)
PACKED = bundle.write(WHOLE, ISSUED)


def test_what_is_written_is_read_back_and_written_alike() -> None:
    read = bundle.read(PACKED)
    assert read == WHOLE
    assert bundle.write(read, ISSUED) == PACKED


def test_a_bundle_is_an_ordinary_archive() -> None:
    with zipfile.ZipFile(io.BytesIO(PACKED)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [name for name, _ in WHOLE.members()]
        assert archive.read("edition.json") == b"{}"
        assert archive.getinfo("files/Zürich – Ω.txt").date_time == (2026, 11, 24, 8, 0, 6)


def test_no_changed_byte_in_a_bundle_goes_unnoticed() -> None:
    for position in range(len(PACKED)):
        changed = bytearray(PACKED)
        changed[position] ^= 1 << (position % 8)
        assert bundle.is_bundle(bytes(changed))
        with pytest.raises(BadBundle):
            bundle.read(bytes(changed))


def test_no_bundle_that_was_cut_off_or_added_to_is_read() -> None:
    for end in range(0, len(PACKED), 7):
        with pytest.raises(BadBundle):
            bundle.read(PACKED[:end])
    for more in (b"\0", PACKED):
        with pytest.raises(BadBundle, match=r"is not that of its members"):
            bundle.read(PACKED + more)


def test_a_file_on_disk_is_read_without_loading_it(tmp_path: Path) -> None:
    path = tmp_path / "1.onrecord.zip"
    path.write_bytes(PACKED)
    assert bundle.read(path) == WHOLE
    path.write_bytes(b"")
    with pytest.raises(BadBundle, match=r"is empty"):
        bundle.read(path)


def test_an_unpacked_bundle_is_read_from_its_folder(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(PACKED)) as archive:
        archive.extractall(tmp_path)
    (tmp_path / "files" / ".DS_Store").write_bytes(b"left by a desktop")
    assert bundle.read_folder(tmp_path) == WHOLE
    (tmp_path / "edition.tlog-proof").unlink()
    with pytest.raises(BadBundle, match=r"The bundle has no edition.tlog-proof"):
        bundle.read_folder(tmp_path)


def _packed(*members: tuple[str, bytes], flags: int = 0x0800, method: int = 0) -> bytes:
    """Pack members without asking the program, all of one time."""
    body, directory = b"", b""
    for name, content in members:
        encoded = name.encode("utf-8", "surrogatepass")
        fields = (flags, method, 0, 0x21, zlib.crc32(content), len(content), len(content), len(encoded), 0)
        directory += struct.pack(
            "<4s6H3I5H2I", b"PK\1\2", 798, 20, *fields, 0, 0, 0, 0o100644 << 16, len(body)
        )
        directory += encoded
        body += struct.pack("<4s5H3I2H", b"PK\3\4", 20, *fields) + encoded + content
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, len(members), len(members), len(directory), len(body), 0)
    return body + directory + end


TWO = (("edition.json", b"{}"), ("edition.tlog-proof", b"p"))


def test_the_two_members_that_matter_are_enough() -> None:
    assert bundle.read(_packed(*TWO)) == Bundle(b"{}", b"p")


@pytest.mark.parametrize(
    "name",
    [
        "other.txt",
        "/edition.json",
        "../edition.json",
        "files/",
        "files/..",
        "files/a/b",
        "files/../x",
        "files/a\\b",
        "files/a\nb",
        "files/\x85",
        "EDITION.JSON",
        "C:\\x",
    ],
)
def test_names_that_a_bundle_does_not_have_are_refused(name: str) -> None:
    with pytest.raises(BadBundle, match=r"A bundle has no member named"):
        bundle.read(_packed(*TWO, (name, b"")))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (_packed(*TWO, TWO[0]), "edition.json is there twice"),
        (_packed(*TWO, ("files/a", b"1"), ("files/a", b"2")), "files/a is there twice"),
        (_packed(TWO[1], TWO[0]), "edition.json does not stand behind edition.tlog-proof"),
        (_packed(*TWO, ("files/a", b""), ("policy.txt", b"")), "policy.txt does not stand behind files/a"),
        (_packed(*TWO, flags=0x0801), "edition.json' is encrypted"),
        (_packed(*TWO, method=8), "edition.json' is compressed"),
        (_packed(*TWO, flags=0x0808), "header of the member 'edition.json' at byte 0"),
        (_packed(TWO[0]), "has no edition.tlog-proof"),
        (_packed(TWO[1]), "has no edition.json"),
        (_packed(*TWO, ("files/" + "ä" * 130, b"")), "has 266 bytes; at most 255"),
        (_packed(*TWO, *((f"files/{n}", b"") for n in range(1_999))), "more than 2000 members"),
    ],
)
def test_archives_that_are_no_bundles_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(BadBundle, match=message):
        bundle.read(data)


def test_an_archive_packed_anew_is_refused_with_the_way_out() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in WHOLE.members():
            archive.writestr(name, bytes(content))
    with pytest.raises(BadBundle, match=r"unpack it and verify the folder"):
        bundle.read(packed.getvalue())


def test_a_bundle_that_claims_more_than_a_gibibyte_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "huge.onrecord.zip"
    with path.open("wb") as file:
        file.truncate(2**30 + 1)
    with pytest.raises(BadBundle, match=r"has 1073741825 bytes; at most 1073741824"):
        bundle.read(path)


def test_nothing_is_written_that_could_not_be_read() -> None:
    for name in ("..", "a/b", ""):
        with pytest.raises(BadBundle, match=r"no member named"):
            bundle.write(Bundle(b"{}", b"p", files={name: b""}), ISSUED)
    with pytest.raises(BadBundle, match=r"no time zone"):
        bundle.write(WHOLE, ISSUED.replace(tzinfo=None))


def test_other_archives_are_not_taken_for_bundles() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", b"<w/>")
    assert not bundle.is_bundle(packed.getvalue())
    assert not bundle.is_bundle(b"")


def test_attachments_of_one_name_carry_their_hash() -> None:
    files = [
        {"name": "a.pdf", "sha256": "0" * 64},
        {"name": "b.pdf", "sha256": "1" * 64},
        {"name": "b.pdf", "sha256": "2" * 64},
        {"name": "b.pdf", "sha256": "2" * 64},
    ]
    assert list(bundle.file_names(files)) == ["a.pdf", "1" * 16 + "-b.pdf", "2" * 16 + "-b.pdf"]


@given(st.binary(max_size=400))
def test_any_bytes_are_a_bundle_or_a_named_mistake(data: bytes) -> None:
    for candidate in (data, b"PK\3\4" + data, PACKED[:60] + data):
        try:
            bundle.read(candidate)
        except BadBundle:
            continue
        pytest.fail("read as a bundle")


@given(
    st.binary(max_size=50),
    st.dictionaries(
        st.text(st.characters(exclude_categories=["C"], exclude_characters="/\\"), min_size=1, max_size=20),
        st.binary(max_size=20),
        max_size=4,
    ),
    st.datetimes(timezones=st.just(UTC)),
)
def test_every_bundle_is_read_back(content: bytes, files: dict[str, bytes], issued: datetime) -> None:
    files = {name: body for name, body in files.items() if name not in (".", "..")}
    one = Bundle(content, content, policy=content, files=files)
    assert bundle.read(bundle.write(one, issued)) == one
