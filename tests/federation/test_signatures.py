# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from hypothesis import given
from hypothesis import strategies as st

from onrecord.federation.signatures import cavage, proofs, rfc9421
from onrecord.federation.signatures.keys import (
    ed25519_key,
    from_multikey,
    from_pem,
    rsa_key,
    to_multikey,
    to_pem,
)
from onrecord.federation.signatures.messages import Message
from onrecord.proof import base58
from tests.federation.signing import KEY_ID, NOW, SPECIFICATIONS, Reader, Signer, ed25519, post, rsa, signed

NOTE = {
    "@context": "https://www.w3.org/ns/activitystreams",
    "id": "https://remote.example/notes/1",
    "type": "Note",
    "content": "<p>Überraschung</p>",
    "size": 3,
}
METHOD = "https://remote.example/users/jan#ed25519-key"


@pytest.mark.parametrize(("sign", "read"), SPECIFICATIONS)
def test_what_is_signed_names_its_key_and_holds(sign: Signer, read: Reader) -> None:
    claim = read(signed(sign), now=NOW)
    assert claim.key_id == KEY_ID
    claim.verify(rsa().public_key())


@pytest.mark.parametrize(("sign", "read"), SPECIFICATIONS)
def test_an_ed25519_key_signs_requests_too(sign: Signer, read: Reader) -> None:
    message = post()
    made = sign(message, key_id=KEY_ID, key=ed25519(), now=NOW)
    headers = {"host": message.host} | {name.lower(): value for name, value in made.items()}
    read(Message("POST", message.url, headers, message.body), now=NOW).verify(ed25519().public_key())


@pytest.mark.parametrize(("sign", "read"), SPECIFICATIONS)
def test_a_request_that_only_reads_needs_no_digest(sign: Signer, read: Reader) -> None:
    message = Message("GET", "https://news.example/ap/press.activity?page=1")
    read(signed(sign, message), now=NOW).verify(rsa().public_key())


@pytest.mark.parametrize(("sign", "read"), SPECIFICATIONS)
@pytest.mark.parametrize("minutes", [-59, 59])
def test_clocks_may_differ_by_almost_an_hour(sign: Signer, read: Reader, minutes: int) -> None:
    message = signed(sign, now=NOW + timedelta(minutes=minutes))
    read(message, now=NOW).verify(rsa().public_key())


@given(st.binary(max_size=2000))
def test_any_body_that_is_signed_holds_in_both_specifications(body: bytes) -> None:
    for sign, read in SPECIFICATIONS:
        read(signed(sign, post(body)), now=NOW).verify(rsa().public_key())


def test_a_document_with_a_proof_is_checked_by_the_key_alone() -> None:
    proved = proofs.add(NOTE, method=METHOD, key=ed25519(), created=NOW)
    assert proofs.method_of(proved) == METHOD
    proofs.verify(proved, ed25519().public_key())
    assert proofs.add(NOTE, method=METHOD, key=ed25519(), created=NOW) == proved


def test_a_proof_that_leaves_the_context_to_the_document_is_read_too() -> None:
    proved = proofs.add(NOTE, method=METHOD, key=ed25519(), created=NOW)
    proofs.verify(
        {**proved, "proof": {k: v for k, v in proved["proof"].items() if k != "@context"}},
        ed25519().public_key(),
    )


@given(st.binary(max_size=80))
def test_base58_is_read_as_it_was_written(data: bytes) -> None:
    assert base58.decode(base58.encode(data)) == data


def test_base58_is_that_of_the_multibase_specification() -> None:
    assert base58.encode(b"yes mani !") == "z7paNL19xttacUY"
    assert base58.encode(b"\x00yes mani !") == "z17paNL19xttacUY"


def test_keys_are_read_as_they_are_published() -> None:
    public = from_pem(to_pem(rsa().public_key()))
    assert isinstance(public, RSAPublicKey)
    assert public.public_numbers() == rsa().public_key().public_numbers()
    multikey = to_multikey(ed25519().public_key())
    assert multikey.startswith("z6Mk")
    assert from_multikey(multikey).public_bytes_raw() == ed25519().public_key().public_bytes_raw()


def test_keys_are_made_once_and_belong_to_their_owner_alone(tmp_path: Path) -> None:
    keys = tmp_path / "keys" / "federation"
    numbers = rsa_key(keys / "a.pem").private_numbers()
    raw = ed25519_key(keys / "b.pem").private_bytes_raw()
    rsa_key.cache_clear()
    ed25519_key.cache_clear()
    assert rsa_key(keys / "a.pem").private_numbers() == numbers
    assert ed25519_key(keys / "b.pem").private_bytes_raw() == raw
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in keys.iterdir()} == {
        "a.pem": 0o600,
        "b.pem": 0o600,
    }
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (keys, keys.parent)} == {0o700}


def test_each_specification_leaves_the_headers_that_its_readers_expect() -> None:
    made = cavage.sign(post(), key_id=KEY_ID, key=rsa(), now=NOW)
    assert set(made) == {"Host", "Date", "Digest", "Signature"}
    made = rfc9421.sign(post(), key_id=KEY_ID, key=rsa(), now=NOW)
    assert set(made) == {"Content-Digest", "Signature-Input", "Signature"}
