# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from onrecord.proof import checkpoint, cosignature, note
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.cosignature import Cosigned
from onrecord.proof.errors import BadNote, ProofError, WrongSignature
from onrecord.proof.keys import COSIGNATURE_KIND, LEAF_KIND, NOTE_KIND, PrivateKey, PublicKey
from onrecord.proof.note import Note, Signature
from tests.proof.cast import LOG_KEY, ORIGIN, OTHER_KEY

ANNA = PrivateKey(
    "anna.example/witness", Ed25519PrivateKey.from_private_bytes(b"\x0a" * 32), COSIGNATURE_KIND
)
BERT = PrivateKey(
    "bert.example/witness", Ed25519PrivateKey.from_private_bytes(b"\x0b" * 32), COSIGNATURE_KIND
)
HEAD = checkpoint.sign(Checkpoint(ORIGIN, 7, b"\x07" * 32), LOG_KEY)
TEXT = note.parse(HEAD).text
TIME = 1_795_000_000

# Test data of Sunlight (github.com/FiloSottile/sunlight, cmd/skylight/testdata): two witnesses and a mirror.
SUNLIGHT = (
    (
        "witness.example.org+b8a2cf20+BFLN3yikSfFkVAJtrnh/CiY3Zozkoy7clp+P7XB28qUN",
        (
            "rome2026h1.example.org\n"
            "300\n"
            "lCkHUpkmVBEms2r2T1K6Og69+wUuuN3MIEW1/ezu2v0=\n"
            "\n"
            "— rome2026h1.example.org kVB1JgAAAZtxtEwABAMARzBFAiEAi+mTa2xjL1IdWpH82OeciGsGvwRAP+f1WkfKaSZCfF"
            "ECIHoNPZ/Q3y6UNzvKOO9cuLr6V16vPNfhwhle9f6r5H/Z\n"
            "— witness.example.org uKLPIAAAAABpVGeAhm2bOvKc3LaB9PFN1ruG19Y5yqslmcAAbhftnn1Zznmo0LXFZq4LGvqKq"
            "LX8jWlwLKasxEGTLIqAVusneCBmBw==\n"
        ),
    ),
    (
        "mirror.example.org+3fb148ef+BAAjjch9GyYz0sJsJx7ALhbdAtz2ov0unbzSl1vMp94O",
        (
            "rome2026h1.example.org\n"
            "300\n"
            "gw31yQrqZZCcEOPrzX+bpy3nJ6QgngTKn8G1m0i62uU=\n"
            "\n"
            "— mirror.example.org P7FI7wAAAABpVGeAjA1S4pJm6MbcXjX7UUImu4azZtrfcVW2uyr/LXIYlwEJzXC0N0EiZkbqfL"
            "dXt/4gVEEuGmxJjAfXKMCISpsJAg==\n"
        ),
    ),
    (
        "witness2.example.org+2e55b896+BIZ7fpceQWd60IfqQeS9IAnmNOCZjMDne8lZuguz/bi9",
        (
            "milan2026h1.example.org\n"
            "300\n"
            "lCkHUpkmVBEms2r2T1K6Og69+wUuuN3MIEW1/ezu2v0=\n"
            "\n"
            "— witness2.example.org LlW4lgAAAABpVGeAN/uFWqfjdU94rrKxFycCggM0Sa1L5tOJCJdYBwJ41CQsgKWA6B0+vywo"
            "k3cPI3JIzuPeR+VotuYe/eNy0+30Dw==\n"
        ),
    ),
)


def _with(*signatures: Signature) -> bytes:
    return cosignature.with_lines(HEAD, *(signature.line() for signature in signatures))


@pytest.mark.parametrize(("vkey", "signed"), SUNLIGHT, ids=["witness", "mirror", "witness2"])
def test_cosignatures_made_by_sunlight_verify(vkey: str, signed: str) -> None:
    key = PublicKey.from_vkey(vkey)
    assert key.vkey == vkey
    assert cosignature.cosignatures_of(signed.encode(), [key, ANNA.public]) == [
        Cosigned(key.name, key, 1767139200)
    ]
    with pytest.raises(WrongSignature, match=rf"signature by {key.name} .* does not verify"):
        cosignature.cosignatures_of(signed.replace("\n300\n", "\n301\n").encode(), [key])


@given(st.integers(1, 2**63 - 1), st.integers(0, 2**40), st.binary(min_size=32, max_size=32))
def test_what_a_witness_signs_verifies_with_its_time(time: int, size: int, root: bytes) -> None:
    text = Checkpoint(ORIGIN, size, root).text()
    line = cosignature.sign(text, ANNA, time=time)
    assert cosignature.verify(line, text, ANNA.public) == time
    assert note.parse((text + "\n" + line.line()).encode()).signatures == (line,)


@given(st.integers(0, 75), st.integers(1, 255))
def test_a_changed_byte_of_a_cosignature_is_never_accepted(at: int, difference: int) -> None:
    line = cosignature.sign(TEXT, ANNA, time=TIME)
    payload = bytearray(line.key_id + line.signature)
    payload[at] ^= difference
    changed = Signature(ANNA.name, bytes(payload[:4]), bytes(payload[4:]))
    if at < 4:  # the line is now by an unknown key
        assert cosignature.cosignatures_of(_with(changed), [ANNA.public]) == []
        return
    with pytest.raises(WrongSignature):
        cosignature.cosignatures_of(_with(changed), [ANNA.public])


@given(st.binary(max_size=200))
def test_any_answer_of_a_witness_is_read_or_refused(answer: bytes) -> None:
    good = cosignature.sign(TEXT, ANNA, time=TIME).line().encode()
    for candidate in (answer, good + answer, answer + good):
        try:
            lines = cosignature.lines_by(ANNA.public, candidate, text=TEXT)
        except ProofError:
            continue
        assert set(lines) <= {(good.decode(), TIME)}


def test_lines_of_other_types_and_by_other_keys_are_ignored() -> None:
    post_quantum = Signature("anna.example/witness", b"\x06abc", bytes(8 + 2420))
    same_name = cosignature.sign(TEXT, PrivateKey(ANNA.name, BERT.secret, COSIGNATURE_KIND), time=TIME)
    same_id = Signature("elsewhere.example", ANNA.public.key_id, bytes(72))
    signed = _with(post_quantum, same_name, same_id, cosignature.sign(TEXT, ANNA, time=TIME))
    assert cosignature.cosignatures_of(signed, [ANNA.public, BERT.public]) == [
        Cosigned(ANNA.name, ANNA.public, TIME)
    ]
    assert cosignature.cosignatures_of(signed, []) == []
    assert checkpoint.verify(signed, origin=ORIGIN, keys=[LOG_KEY.public]).size == 7


def test_the_newest_of_several_cosignatures_by_one_witness_counts() -> None:
    signed = _with(*(cosignature.sign(TEXT, ANNA, time=TIME + late) for late in (5, 9, 2)))
    assert [found.time for found in cosignature.cosignatures_of(signed, [ANNA.public])] == [TIME + 9]


def test_a_signature_of_another_purpose_is_no_cosignature() -> None:
    as_note = PublicKey(ANNA.name, ANNA.public.raw, NOTE_KIND)
    line = cosignature.sign(TEXT, ANNA, time=TIME)
    assert as_note.key_id != ANNA.public.key_id
    assert cosignature.cosignatures_of(_with(line), [as_note]) == []
    with pytest.raises(WrongSignature, match=r"is no cosignature by the key anna.example/witness\+"):
        cosignature.verify(line, TEXT, as_note)
    plain = Signature(ANNA.name, ANNA.public.key_id, ANNA.sign(TEXT.encode()))
    with pytest.raises(WrongSignature, match=r"has 64 bytes, not 72"):
        cosignature.cosignatures_of(_with(plain), [ANNA.public])
    with pytest.raises(BadNote, match=r"is not for notes"):
        note.sign(TEXT, ANNA)
    for key in (LOG_KEY, PrivateKey("r", OTHER_KEY.secret, LEAF_KIND)):
        with pytest.raises(BadNote, match=r"is not for cosignatures. Each key serves one purpose"):
            cosignature.sign(TEXT, key, time=TIME)


@pytest.mark.parametrize("time", [0, -1, 2**63])
def test_impossible_times_are_neither_signed_nor_accepted(time: int) -> None:
    with pytest.raises(BadNote, match=r"It must be positive and below 2\^63"):
        cosignature.sign(TEXT, ANNA, time=time)
    if time < 0:
        return
    forged = time.to_bytes(8, "big") + ANNA.sign(cosignature.message(TEXT, time=time))
    with pytest.raises(WrongSignature, match=r"gives the time \d+, which cannot be"):
        cosignature.verify(Signature(ANNA.name, ANNA.public.key_id, forged), TEXT, ANNA.public)


def test_only_lines_by_the_witness_are_taken_from_its_answer() -> None:
    mine = cosignature.sign(TEXT, ANNA, time=TIME)
    other = cosignature.sign(TEXT, BERT, time=TIME)
    answer = (other.line() + mine.line()).encode()
    assert cosignature.lines_by(ANNA.public, answer, text=TEXT) == [(mine.line(), TIME)]
    assert cosignature.lines_by(ANNA.public, other.line().encode(), text=TEXT) == []
    with pytest.raises(WrongSignature):
        cosignature.lines_by(ANNA.public, answer, text=TEXT.replace("\n7\n", "\n8\n"))
    for bad in (b"", b"<html>", b"more text\n\n" + answer, answer[:-1]):
        with pytest.raises(BadNote):
            cosignature.lines_by(ANNA.public, bad, text=TEXT)


def test_a_note_keeps_its_own_lines_before_those_that_are_added() -> None:
    line = cosignature.sign(TEXT, ANNA, time=TIME).line()
    assert cosignature.with_lines(HEAD, line) == HEAD + line.encode()
    assert Note(TEXT, note.parse(HEAD + line.encode()).signatures).to_bytes() == HEAD + line.encode()
    with pytest.raises(BadNote):
        cosignature.with_lines(HEAD, "no signature line\n")
