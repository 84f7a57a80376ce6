# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.proof import note
from onrecord.proof.errors import BadKey, BadNote, NoKnownSignature, WrongSignature
from onrecord.proof.keys import LEAF_KIND, NOTE_KIND, PrivateKey, PublicKey
from tests.proof.cast import LOG_KEY, ORIGIN, OTHER_KEY, RELEASE_KEY

# The example of the signed-note specification.
QUASIMODO = (
    "Ognuno sta solo sul cuor della terra\n"
    "trafitto da un raggio di sole:\n"
    "\n"
    "ed è subito sera.\n"
    "\n"
    "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99i"
    "hAQwaqP3ZekRwNtIc=\n"
).encode()
# The example of the Go package golang.org/x/mod/sumdb/note, whose format the specification describes.
NEUMANN_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NEUMANN = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()

names = st.text(
    st.characters(min_codepoint=33, exclude_characters="+", exclude_categories=["Cs", "Zs", "Cc"])
)
lines = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=30)


def test_the_example_of_the_specification_is_taken_apart() -> None:
    read = note.parse(QUASIMODO)
    assert read.text.endswith("sole:\n\ned è subito sera.\n")
    assert [s.name for s in read.signatures] == ["quasimodo.example/salvatore"]
    assert len(read.signatures[0].signature) == 64
    assert read.to_bytes() == QUASIMODO


def test_the_example_of_the_go_package_verifies() -> None:
    key = PublicKey.from_vkey(NEUMANN_KEY)
    assert key.vkey == NEUMANN_KEY
    assert note.parse(NEUMANN).verify([key]) == [key]
    with pytest.raises(WrongSignature, match=r"signature by PeterNeumann \(c74f20a3\) does not verify"):
        note.parse(NEUMANN.replace(b"answer", b"ANSWER")).verify([key])


@given(st.lists(lines, min_size=1))
def test_what_is_signed_verifies(rows: list[str]) -> None:
    text = "".join(f"{row}\n" for row in rows)
    signed = note.sign(text, LOG_KEY)
    assert note.parse(signed.to_bytes()) == signed
    assert signed.verify([OTHER_KEY.public, LOG_KEY.public]) == [LOG_KEY.public]


@given(st.binary(max_size=120))
def test_any_bytes_are_a_note_or_refused(data: bytes) -> None:
    for candidate in (data, b"text\n\n\xe2\x80\x94 name " + data, NEUMANN[:100] + data):
        try:
            read = note.parse(candidate)
        except BadNote:
            continue
        assert read.to_bytes() == candidate


def test_lines_by_unknown_keys_are_ignored_even_with_a_known_name_or_id() -> None:
    signed = note.sign("text\n", OTHER_KEY, LOG_KEY)
    post_quantum = note.Signature("witness.example", b"\x06abc", bytes(5000))
    same_id = note.Signature("elsewhere.example", LOG_KEY.public.key_id, bytes(64))
    full = note.Note(signed.text, (post_quantum, same_id, *signed.signatures))
    read = note.parse(full.to_bytes())
    assert read.verify([LOG_KEY.public]) == [LOG_KEY.public]
    assert read.verify([LOG_KEY.public, OTHER_KEY.public]) == [OTHER_KEY.public, LOG_KEY.public]


def test_sixteen_long_signatures_are_accepted() -> None:
    signed = note.sign("text\n", LOG_KEY)
    others = tuple(note.Signature(f"w{n}.example", b"\x06abc", bytes(5000)) for n in range(16))
    assert note.parse(note.Note(signed.text, (*others, *signed.signatures)).to_bytes()).verify(
        [LOG_KEY.public]
    )


def test_a_note_signed_by_nobody_known_is_refused() -> None:
    with pytest.raises(NoKnownSignature, match=r"signed by PeterNeumann. Trusted here: news.example.org/log"):
        note.parse(NEUMANN).verify([LOG_KEY.public])
    with pytest.raises(NoKnownSignature, match=r"Trusted here: nobody"):
        note.parse(NEUMANN).verify([])


def test_one_bad_line_by_a_known_key_refuses_the_note() -> None:
    signed = note.sign("text\n", LOG_KEY, OTHER_KEY)
    bad = note.Signature(ORIGIN, OTHER_KEY.public.key_id, bytes(64))
    with pytest.raises(WrongSignature):
        note.Note("text\n", (signed.signatures[0], bad)).verify([LOG_KEY.public, OTHER_KEY.public])
    short = note.Signature(ORIGIN, OTHER_KEY.public.key_id, bytes(3))
    with pytest.raises(WrongSignature):
        note.Note("text\n", (short,)).verify([OTHER_KEY.public])


def test_a_key_for_leaves_neither_signs_nor_verifies_notes() -> None:
    with pytest.raises(BadNote, match=r"release is not for notes. Each key serves one purpose"):
        note.sign("text\n", RELEASE_KEY)
    disguised = PrivateKey(RELEASE_KEY.name, RELEASE_KEY.secret, NOTE_KIND)
    with pytest.raises(NoKnownSignature):
        note.sign("text\n", disguised).verify([RELEASE_KEY.public])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no blank line followed by signature lines"),
        (b"text\n", "no blank line followed by signature lines"),
        (b"text\n\n", "no blank line followed by signature lines"),
        (NEUMANN[:-1], "end in a newline"),
        (b"text\n\nsigned by me\n", "'signed by me' is no signature line"),
        (b"text\n\n\xe2\x80\x94 name\n", "is no signature line"),
        (b"text\n\n\xe2\x80\x94  AAAAAAA=\n", "is no signature line"),
        (b"text\n\n\xe2\x80\x94 na+me AAAAAAA=\n", "is no signature line"),
        (b"text\n\n\xe2\x80\x94 na\xc2\xa0me AAAAAAA=\n", "is no signature line"),
        (b"text\n\n\xe2\x80\x94 name A===\n", "signature by name is 'A===', which is not strict base64"),
        (b"text\n\n\xe2\x80\x94 name AAAAAAB=\n", "not strict base64"),
        (b"text\n\n\xe2\x80\x94 name AAAAAA\n", "not strict base64"),
        (b"text\n\n\xe2\x80\x94 name AAAAAA==\n", "has 4 bytes, too few"),
        (b"te\txt\n\n\xe2\x80\x94 name AAAAAAA=\n", r"control character '\\t' at 2"),
        (b"te\rxt\n\n\xe2\x80\x94 name AAAAAAA=\n", r"control character '\\r' at 2"),
        (b"te\xffxt\n\n\xe2\x80\x94 name AAAAAAA=\n", "not UTF-8: invalid start byte at byte 2"),
        (b"text\n\n" + b"\xe2\x80\x94 name AAAAAAA=\n" * 101, "has 101 signatures; at most 100"),
        (b"a" * 1_000_001, "has 1000001 bytes; at most 1000000"),
    ],
)
def test_malformed_notes_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(BadNote, match=message):
        note.parse(data)


def test_a_text_without_a_final_newline_cannot_be_signed() -> None:
    with pytest.raises(BadNote):
        note.sign("text", LOG_KEY)


@given(names.filter(bool))
def test_a_vkey_is_written_and_read_back(name: str) -> None:
    for kind in (NOTE_KIND, LEAF_KIND):
        key = PublicKey(name, LOG_KEY.public.raw, kind)
        assert PublicKey.from_vkey(key.vkey) == key


def test_the_kind_is_part_of_the_key_id() -> None:
    raw = LOG_KEY.public.raw
    assert PublicKey("a", raw, NOTE_KIND).key_id != PublicKey("a", raw, LEAF_KIND).key_id


def _point_of_small_order(y: int) -> bool:
    """Multiply the point by eight with the affine formulas of RFC 8032 section 5.1.4."""
    p = 2**255 - 19
    d = -121665 * pow(121666, -1, p) % p
    x2 = (y * y - 1) * pow(d * y * y + 1, -1, p) % p
    x = pow(x2, (p + 3) // 8, p)
    if (x * x - x2) % p:
        x = x * pow(2, (p - 1) // 4, p) % p
    assert (x * x - x2) % p == 0
    for _ in range(3):
        t = d * x * x * y * y % p
        x, y = 2 * x * y * pow(1 + t, -1, p) % p, (y * y + x * x) * pow(1 - t, -1, p) % p
    return (x, y) == (0, 1)


SMALL = [
    "00" * 32,
    "00" * 31 + "80",
    "01" + "00" * 31,
    "01" + "00" * 30 + "80",
    "ec" + "ff" * 30 + "7f",
    "ec" + "ff" * 30 + "ff",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]


@pytest.mark.parametrize("encoded", SMALL)
def test_keys_of_small_order_are_refused(encoded: str) -> None:
    raw = bytes.fromhex(encoded)
    assert _point_of_small_order(int.from_bytes(raw, "little") & (2**255 - 1))
    with pytest.raises(BadKey, match=r"point of small order: anybody could sign with it"):
        PublicKey("name", raw)


@pytest.mark.parametrize("encoded", ["ed" + "ff" * 30 + "7f", "ee" + "ff" * 30 + "ff", "ff" * 32])
def test_keys_in_another_spelling_are_refused(encoded: str) -> None:
    with pytest.raises(BadKey, match=r"not in the canonical form"):
        PublicKey("name", bytes.fromhex(encoded))


@pytest.mark.parametrize(
    ("vkey", "message"),
    [
        ("name", "is no vkey. It should read"),
        ("name+c74f20a3", "is no vkey"),
        ("name+c74f20a3+!!", "the key name is '!!', which is not strict base64"),
        ("name+c74f20a3+AQ==", "is of kind b''"),
        ("name+c74f20a3+" + "B" + NEUMANN_KEY.split("+", 2)[2][1:], r"is of kind b'\\x05'"),
        (NEUMANN_KEY.replace("c74f20a3", "c74f20a4"), "has the id c74f20a3, but its vkey says 'c74f20a4'"),
        (NEUMANN_KEY.replace("Peter", "Paul"), "has the id"),
        ("+" + NEUMANN_KEY.split("+", 1)[1], "'' cannot be the name of a key"),
        ("a b+" + NEUMANN_KEY.split("+", 1)[1], "'a b' cannot be the name of a key"),
    ],
)
def test_malformed_vkeys_are_refused(vkey: str, message: str) -> None:
    with pytest.raises(BadKey, match=message):
        PublicKey.from_vkey(vkey)


def test_a_key_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(BadKey, match=r"has 31 bytes, not 32"):
        PublicKey("name", bytes(31))


def test_a_private_key_does_not_show_its_secret() -> None:
    assert "01010101" not in repr(LOG_KEY)
    assert "secret" not in repr(LOG_KEY)
