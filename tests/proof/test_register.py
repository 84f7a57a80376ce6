# SPDX-License-Identifier: Apache-2.0
"""The register of keys as readers take it apart: whatever is written is read back, and nothing else."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from onrecord.proof import note, register
from onrecord.proof.edition import freeze
from onrecord.proof.errors import (
    BadEdition,
    BadRegister,
    NoKnownSignature,
    NotCanonical,
    ProofError,
    TooFewRoots,
    WrongSignature,
)
from onrecord.proof.keys import LEAF_KIND, NOTE_KIND, PrivateKey
from onrecord.proof.register import ACTIVE, COMPROMISED, RETIRED, Closed, ListedKey, Register
from tests.proof.cast import EDITION, LOG_KEY, ORIGIN, RELEASE_KEY

ROOTS = [
    PrivateKey(f"{ORIGIN}/root/{label}", Ed25519PrivateKey.from_private_bytes(bytes([0x50 + label]) * 32))
    for label in range(1, 6)
]


def register_with(**members: Any) -> bytes:
    """Return the edition file of a register."""
    body: dict[str, Any] = {
        "v": register.VERSION,
        "organisation": {"name": "Town of Elmford", "domain": None, "identifiers": []},
        "root": {"threshold": 0, "keys": []},
        "keys": [
            ListedKey(RELEASE_KEY.public, "release", 0, None, ACTIVE).to_json(),
            ListedKey(LOG_KEY.public, "log", 0, None, ACTIVE).to_json(),
        ],
        "max_sealed_days": 30,
        "mirrors": [],
        "witnesses": [],
        "accounts": [],
    }
    return freeze({**EDITION, "op": "register", "register": {**body, **members}})


def with_roots(threshold: int, *roots: PrivateKey) -> bytes:
    return register_with(root={"threshold": threshold, "keys": [one.public.vkey for one in roots]})


def read(data: bytes) -> Register:
    return register.read(data)


def a_key(seed: int, role: str) -> PrivateKey:
    secret = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(str(seed).encode()).digest())
    return (
        PrivateKey(ORIGIN, secret, NOTE_KIND)
        if role == "log"
        else PrivateKey(ORIGIN + "/release", secret, LEAF_KIND)
    )


@st.composite
def listed_keys(draw: st.DrawFn) -> ListedKey:
    role = draw(st.sampled_from(["release", "log"]))
    first = draw(st.integers(0, 50))
    state = draw(st.sampled_from([ACTIVE, RETIRED, COMPROMISED]))
    last = draw(st.integers(0, 60)) if state != ACTIVE else draw(st.none() | st.integers(0, 60))
    closed = draw(st.none() | st.builds(Closed, st.integers(0, 60), st.binary(min_size=32, max_size=32)))
    reason = draw(st.sampled_from(["", "Stolen.", "“Lost”"]))
    return ListedKey(a_key(draw(st.integers(0, 9)), role).public, role, first, last, state, reason, closed)


@given(st.lists(listed_keys(), max_size=8))
def test_keys_are_read_as_they_were_written(listed: list[ListedKey]) -> None:
    assert list(read(register_with(keys=[one.to_json() for one in listed])).keys) == listed


@given(st.lists(listed_keys(), max_size=8), st.integers(0, 70))
def test_a_key_counts_from_its_first_to_its_last_place_and_nowhere_else(
    listed: list[ListedKey], number: int
) -> None:
    found = read(register_with(keys=[one.to_json() for one in listed]))
    for role, there in (("release", found.release_keys_at(number)), ("log", found.log_keys_at(number))):
        expected = [
            one.key
            for one in listed
            if one.role == role
            and one.from_index <= number
            and (number <= one.to_index if one.to_index is not None else True)
        ]
        assert there == expected


@given(st.permutations(ROOTS[:4]), st.integers(1, 4))
def test_the_fingerprint_depends_on_keys_and_threshold_and_not_on_their_order(
    roots: list[PrivateKey], threshold: int
) -> None:
    expected = register.fingerprint(threshold, [one.public.vkey for one in ROOTS[:4]])
    assert read(with_roots(threshold, *roots)).fingerprint() == expected
    assert len(expected) == 64
    assert register.fingerprint(threshold + 1, [one.public.vkey for one in ROOTS[:4]]) != expected
    assert register.fingerprint(threshold, [one.public.vkey for one in ROOTS[:3]]) != expected


@given(
    st.sets(st.integers(0, 4), min_size=1),
    st.integers(1, 4),
    st.integers(1, 4),
    st.sets(st.integers(0, 4), min_size=4),
)
def test_a_note_counts_if_enough_of_both_sets_of_root_keys_signed(
    signers: set[int], now: int, before: int, later: set[int]
) -> None:
    old = read(with_roots(before, *ROOTS[:4]))
    data = with_roots(now, *(ROOTS[n] for n in sorted(later)))
    enough = len(signers & later) >= now and len(signers & {0, 1, 2, 3}) >= before
    signed = note.sign(register.note_text(data), *(ROOTS[n] for n in sorted(signers))).to_bytes()
    if enough:
        assert register.verify_note(signed, data, previous=old) == read(data)
    else:
        with pytest.raises((TooFewRoots, NoKnownSignature)):
            register.verify_note(signed, data, previous=old)


def test_one_root_key_that_signs_twice_counts_once() -> None:
    data = with_roots(2, *ROOTS[:3])
    signed = note.sign(register.note_text(data), ROOTS[0], ROOTS[0]).to_bytes()
    with pytest.raises(TooFewRoots, match="1 root keys have signed register 1; register 1 demands 2"):
        register.verify_note(signed, data, previous=None)


def test_a_note_is_good_for_one_register_alone() -> None:
    data, other = with_roots(1, ROOTS[0]), with_roots(1, ROOTS[0], ROOTS[1])
    signed = note.sign(register.note_text(data), ROOTS[0]).to_bytes()
    with pytest.raises(WrongSignature, match="The root keys have signed another register"):
        register.verify_note(signed, other, previous=None)


def test_a_log_key_is_no_root_key() -> None:
    data = with_roots(1, ROOTS[0])
    signed = note.sign(register.note_text(data), LOG_KEY).to_bytes()
    with pytest.raises(NoKnownSignature):
        register.verify_note(signed, data, previous=None)


@given(st.data())
def test_a_changed_byte_in_a_signed_register_is_refused(data: st.DataObject) -> None:
    content = bytearray(with_roots(2, *ROOTS[:3]))
    signed = note.sign(register.note_text(bytes(content)), *ROOTS[:2]).to_bytes()
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ProofError):
        register.verify_note(signed, bytes(content), previous=None)


ANYTHING = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5)


@given(st.recursive(ANYTHING, st.lists, max_leaves=5))
def test_whatever_stands_in_place_of_a_member_is_read_or_refused(value: Any) -> None:
    for name in ("organisation", "root", "keys", "max_sealed_days", "mirrors", "witnesses", "v"):
        with suppress(BadRegister, NotCanonical, BadEdition):
            read(register_with(**{name: value}))


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"v": "onrecord/register/2"}, r"version 'onrecord/register/2'\. This program reads"),
        ({"root": {"threshold": 2, "keys": [ROOTS[0].public.vkey]}}, "demands 2 signatures of 1 root keys"),
        ({"root": {"threshold": 0, "keys": [ROOTS[0].public.vkey]}}, "demands 0 signatures of 1 root keys"),
        ({"root": {"threshold": 1, "keys": [LOG_KEY.public.vkey]}}, "not news.example.org/log/root/<label>"),
        ({"root": {"threshold": 1, "keys": [ROOTS[0].public.vkey] * 2}}, "A root key is listed twice"),
        ({"witnesses": [LOG_KEY.public.vkey]}, "in witnesses is of kind"),
        ({"max_sealed_days": True}, "max_sealed_days in the register is True"),
    ],
)
def test_a_register_that_contradicts_itself_is_refused(members: dict[str, Any], message: str) -> None:
    with pytest.raises(BadRegister, match=message):
        read(register_with(**members))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"role": "root"}, "The role of a key is 'root'"),
        ({"role": "release"}, "is of kind"),
        ({"state": "lost"}, "The state of the key .* is 'lost'"),
        ({"state": "compromised"}, "to_index does not say up to where it counts"),
        ({"from_index": -1}, "from_index in the register is -1"),
        ({"closed": {"size": 1, "root": "short"}}, "closed.root"),
    ],
)
def test_a_key_that_is_badly_listed_is_refused(changes: dict[str, Any], message: str) -> None:
    entry = {**ListedKey(LOG_KEY.public, "log", 0, None, ACTIVE).to_json(), **changes}
    with pytest.raises(BadRegister, match=message):
        read(register_with(keys=[entry]))


def test_a_statement_is_no_register() -> None:
    with pytest.raises(BadRegister, match="operation 'publish', so it is no register"):
        read(freeze(EDITION))
