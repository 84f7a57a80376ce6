# SPDX-License-Identifier: Apache-2.0
"""Any bytes are a value or a named mistake, and what is read is written back alike: for every parser."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.corpus import samples
from fuzz.targets import TARGETS, attempt
from onrecord.proof import canonical, edition, note, openings, policy, tlogproof
from onrecord.proof.errors import BadKey, BadProof, NotCanonical, Unreadable
from onrecord.proof.keys import COSIGNATURE_KIND, LEAF_KIND, NOTE_KIND, PublicKey

NAMES = sorted(TARGETS)


@pytest.mark.parametrize("name", NAMES)
def test_valid_files_are_read_and_written_back(name: str) -> None:
    assert samples()[name]
    for data in samples()[name]:
        assert attempt(name, data), name


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40)
@given(data=st.binary(max_size=300))
def test_any_bytes_are_a_value_or_a_named_mistake(name: str, data: bytes) -> None:
    attempt(name, data)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40)
@given(at=st.floats(0, 1), cut=st.integers(0, 40), put=st.binary(max_size=8), which=st.integers(0, 9))
def test_valid_files_that_were_tampered_with_are_no_surprise(
    name: str, at: float, cut: int, put: bytes, which: int
) -> None:
    inputs = samples()[name]
    data = inputs[which % len(inputs)]
    start = int(at * len(data))
    attempt(name, data[:start] + put + data[start + cut :])


Json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=5),
    max_leaves=12,
)


@given(Json)
def test_canonical_values_come_back(value: object) -> None:
    try:
        data = canonical.canonicalise(value)
    except NotCanonical:  # text that is not in normal form C
        return
    assert canonical.parse(data) == value


OVERSIZED = b"[" + b"0," * 2**23 + b"0]"


@pytest.mark.parametrize(
    ("read", "data"),
    [
        (canonical.parse, OVERSIZED),
        (edition.read, OVERSIZED),
        (note.parse, bytes(1_000_001)),
        (tlogproof.parse, tlogproof.HEADER.encode() + b"\n" + bytes(2**21) + b"\n\n"),
        (openings.parse_line, bytes(4_097)),
        (policy.parse, bytes(1_000_001)),
    ],
)
def test_oversized_input_is_refused_by_its_size(read: object, data: bytes) -> None:
    assert callable(read)
    with pytest.raises(Unreadable, match=r"at most [0-9]+ (are|is) read"):
        read(data)


@pytest.mark.parametrize("kind", [NOTE_KIND, LEAF_KIND, COSIGNATURE_KIND])
@pytest.mark.parametrize(
    "raw",
    [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ],
)
def test_keys_of_small_order_are_refused_for_every_purpose(raw: str, kind: bytes) -> None:
    with pytest.raises(BadKey, match=r"small order"):
        PublicKey("news.example.org/log", bytes.fromhex(raw), kind)


@pytest.mark.parametrize("raw", ["ed" + "ff" * 30 + "7f", "ee" + "ff" * 30 + "ff", "ff" * 32])
def test_keys_out_of_canonical_form_are_refused(raw: str) -> None:
    with pytest.raises(BadKey, match=r"not in the canonical form"):
        PublicKey("news.example.org/log", bytes.fromhex(raw))


def test_a_proof_needs_its_header() -> None:
    with pytest.raises(BadProof):
        tlogproof.parse(samples()["proof"][0].replace(b"@v1", b"@v9", 1))
