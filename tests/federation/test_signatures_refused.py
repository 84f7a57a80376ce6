# SPDX-License-Identifier: Apache-2.0
"""What must not be believed. That a peer accepts what we sign proves nothing about what we accept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric import rsa as rsa_keys
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from onrecord.federation.signatures import cavage, proofs, rfc9421
from onrecord.federation.signatures.errors import BadKey, BadProof, BadSignature, NotSigned, SignatureError
from onrecord.federation.signatures.keys import from_multikey, from_pem
from onrecord.federation.signatures.messages import Message, check_key_id, sha256
from onrecord.proof import base58
from tests.federation.signing import (
    NOW,
    SPECIFICATIONS,
    Reader,
    Signer,
    cavage_over,
    ed25519,
    post,
    rsa,
    signed,
)
from tests.federation.test_signatures import METHOD, NOTE

BOTH = pytest.mark.parametrize(("sign", "read"), SPECIFICATIONS)


def _values(message: Message) -> dict[str, str]:
    return {
        "host": message.host,
        "date": format_datetime(NOW, usegmt=True),
        "digest": f"SHA-256={sha256(message.body)}",
    }


ALL = ["(request-target)", "host", "date", "digest"]


@BOTH
def test_a_request_without_a_signature(sign: Signer, read: Reader) -> None:
    with pytest.raises(NotSigned, match="not signed"):
        read(replace(post(), headers={"host": "news.example"}), now=NOW)


@BOTH
@pytest.mark.parametrize("minutes", [-61, 61, -60 * 24, 60 * 24 * 365])
def test_a_signature_of_another_time(sign: Signer, read: Reader, minutes: int) -> None:
    with pytest.raises(BadSignature, match="differ by an hour"):
        read(signed(sign, now=NOW + timedelta(minutes=minutes)), now=NOW)


@BOTH
def test_another_body_than_the_one_signed(sign: Signer, read: Reader) -> None:
    changed = replace(signed(sign), body=b'{"type":"Delete"}')
    with pytest.raises(BadSignature, match=r"[Dd]igest"):
        read(changed, now=NOW).verify(rsa().public_key())


@BOTH
def test_another_body_with_its_own_digest(sign: Signer, read: Reader) -> None:
    honest = signed(sign)
    body = b'{"type":"Delete"}'
    other = {
        name: value
        for name, value in signed(sign, post(body)).headers.items()
        if name in {"digest", "content-digest"}
    }
    forged = replace(honest, body=body, headers={**honest.headers, **other})
    with pytest.raises(BadSignature):
        read(forged, now=NOW).verify(rsa().public_key())


@BOTH
def test_another_address_than_the_one_signed(sign: Signer, read: Reader) -> None:
    elsewhere = replace(signed(sign), url="https://news.example/ap/other/inbox")
    with pytest.raises(BadSignature):
        read(elsewhere, now=NOW).verify(rsa().public_key())


@BOTH
def test_another_method_than_the_one_signed(sign: Signer, read: Reader) -> None:
    with pytest.raises(BadSignature):
        read(replace(signed(sign), method="PUT"), now=NOW).verify(rsa().public_key())


@BOTH
def test_what_was_signed_for_another_host(sign: Signer, read: Reader) -> None:
    replayed = signed(sign, Message("POST", "https://other.example/ap/inbox", {}, b"{}"))
    with pytest.raises(BadSignature, match="another host"):
        read(replace(replayed, url="https://news.example/ap/inbox"), now=NOW).verify(rsa().public_key())


@BOTH
def test_a_signature_by_another_key(sign: Signer, read: Reader) -> None:
    other = rsa_keys.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(BadSignature):
        read(signed(sign), now=NOW).verify(other.public_key())
    with pytest.raises(BadSignature):
        read(signed(sign), now=NOW).verify(ed25519().public_key())


@pytest.mark.parametrize(
    "named", ["https:/[/users/jan#key", "https://[/jan#key", "https://1]/jan", "jan", ""]
)
def test_a_key_that_is_not_named_by_an_address(named: str) -> None:
    with pytest.raises(BadSignature, match="named by its address"):
        check_key_id(named)


@BOTH
@given(data=st.data())
def test_a_signature_of_which_one_character_changed(sign: Signer, read: Reader, data: st.DataObject) -> None:
    message = signed(sign)
    name = data.draw(st.sampled_from(sorted(set(message.headers) - {"host"})))
    value = message.headers[name]
    at = data.draw(st.integers(0, len(value) - 1))
    put = data.draw(st.characters(min_codepoint=33, max_codepoint=126))
    changed = value[:at] + put + value[at + 1 :]
    if changed.lower() == value.lower():
        return
    try:
        claim = read(replace(message, headers={**message.headers, name: changed}), now=NOW)
        claim.verify(rsa().public_key())
    except SignatureError:
        return
    # The label and the name of the key are not signed: whoever is asked for the key answers for them.
    assert name in {"signature", "signature-input"}
    assert _covered(changed) == _covered(value)


def _covered(header: str) -> str:
    """Return what a header says of what is covered."""
    for mark, end in (('headers="', '"'), ("(", ")")):
        if mark in header:
            return header.partition(mark)[2].partition(end)[0].lower()
    return ""


@given(st.text(max_size=300))
def test_any_text_in_place_of_a_signature(text: str) -> None:
    for read, headers in (
        (cavage.read, {"signature": text}),
        (rfc9421.read, {"signature-input": text, "signature": text}),
    ):
        with pytest.raises(SignatureError):
            read(replace(post(), headers={"host": "news.example", **headers}), now=NOW)


@pytest.mark.parametrize("left_out", ["(request-target)", "host", "date", "digest"])
def test_cavage_that_covers_too_little(left_out: str) -> None:
    covered = [name for name in ALL if name != left_out]
    with pytest.raises(BadSignature, match="does not cover"):
        cavage.read(cavage_over(covered, _values(post()), post()), now=NOW)


def test_cavage_without_a_list_of_headers_covers_the_date_alone() -> None:
    message = cavage_over(["date"], _values(post()), post())
    bare = message.headers["signature"].replace('headers="date",', "")
    with pytest.raises(BadSignature, match="does not cover"):
        cavage.read(replace(message, headers={**message.headers, "signature": bare}), now=NOW)


def test_cavage_whose_date_is_missing_or_nonsense() -> None:
    for date, complaint in (("", "no date"), ("yesterday", "no date")):
        message = cavage_over(ALL, {**_values(post()), "date": date}, post())
        with pytest.raises(BadSignature, match=complaint):
            cavage.read(message, now=NOW)


def test_cavage_that_has_expired() -> None:
    past = int((NOW - timedelta(seconds=1)).timestamp())
    with pytest.raises(BadSignature, match="expired"):
        cavage.read(cavage_over(ALL, _values(post()), post(), f",expires={past}"), now=NOW)


@pytest.mark.parametrize("algorithm", ["rsa-sha1", "hmac-sha256", "none", "rsa-sha512"])
def test_cavage_with_an_algorithm_that_is_weak_or_unknown(algorithm: str) -> None:
    message = cavage_over(ALL, _values(post()), post())
    header = message.headers["signature"].replace("rsa-sha256", algorithm)
    with pytest.raises(BadSignature, match="not accepted"):
        cavage.read(replace(message, headers={**message.headers, "signature": header}), now=NOW)


def test_cavage_that_says_one_thing_twice() -> None:
    message = cavage_over(ALL, _values(post()), post(), ',keyId="https://max.example/key"')
    with pytest.raises(BadSignature, match="twice"):
        cavage.read(message, now=NOW)
    with pytest.raises(BadSignature, match="twice"):
        cavage.read(cavage_over([*ALL, "date"], _values(post()), post()), now=NOW)


@pytest.mark.parametrize("digest", ["", "SHA-1=abc", "MD5=abc", "SHA-256=", "SHA-256=AAAA,SHA-256=BBBB"])
def test_cavage_with_no_digest_that_counts(digest: str) -> None:
    with pytest.raises(BadSignature, match="Digest"):
        cavage.read(cavage_over(ALL, {**_values(post()), "digest": digest}, post()), now=NOW)


def test_cavage_that_names_a_key_nowhere_on_the_web() -> None:
    message = cavage_over(ALL, _values(post()), post())
    for key in ("main-key", "file:///etc/passwd", "did:key:z6Mk", "https://"):
        header = message.headers["signature"].replace("https://remote.example/users/jan#main-key", key)
        with pytest.raises(BadSignature, match="address"):
            cavage.read(replace(message, headers={**message.headers, "signature": header}), now=NOW)


def _input(change: Callable[[str], str]) -> Message:
    message = signed(rfc9421.sign)
    return replace(
        message, headers={**message.headers, "signature-input": change(message.headers["signature-input"])}
    )


@pytest.mark.parametrize("name", ["@method", "@target-uri", "content-digest"])
def test_rfc_9421_that_covers_too_little(name: str) -> None:
    with pytest.raises(BadSignature, match=f"does not cover {name}"):
        rfc9421.read(_input(lambda text: text.replace(f'"{name}"', '"host"')), now=NOW)


@pytest.mark.parametrize("parameter", [";req", ";sf", ";bs", ";tr", ';key="sha-256"'])
def test_rfc_9421_that_covers_only_a_part_of_the_digest(parameter: str) -> None:
    message = _input(lambda text: text.replace('"content-digest"', f'"content-digest"{parameter}'))
    with pytest.raises(BadSignature, match="does not cover content-digest"):
        rfc9421.read(message, now=NOW)


def test_rfc_9421_that_does_not_say_when() -> None:
    stamp = f";created={int(NOW.timestamp())}"
    with pytest.raises(BadSignature, match="created"):
        rfc9421.read(_input(lambda text: text.replace(stamp, "")), now=NOW)
    with pytest.raises(BadSignature, match="no time"):
        rfc9421.read(_input(lambda text: text.replace(stamp, ';created="now"')), now=NOW)


def test_rfc_9421_with_two_signatures() -> None:
    with pytest.raises(BadSignature, match="one signature"):
        rfc9421.read(_input(lambda text: f"{text}, {text.replace('sig1', 'sig2')}"), now=NOW)


def test_rfc_9421_that_has_expired() -> None:
    past = int((NOW - timedelta(seconds=1)).timestamp())
    with pytest.raises(BadSignature, match="expired"):
        rfc9421.read(_input(lambda text: f"{text};expires={past}"), now=NOW)


def test_rfc_9421_with_another_algorithm_than_that_of_the_key() -> None:
    message = _input(lambda text: text.replace("rsa-v1_5-sha256", "hmac-sha256"))
    with pytest.raises(BadSignature, match="algorithm"):
        rfc9421.read(message, now=NOW).verify(rsa().public_key())


def test_keys_that_are_small_or_of_another_kind() -> None:
    small = rsa_keys.generate_private_key(public_exponent=65537, key_size=1024).public_key()
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    for key, complaint in ((small, "1024 bits"), (curve, "neither RSA nor Ed25519")):
        pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        with pytest.raises(BadKey, match=complaint):
            from_pem(pem)
    for text in ("", "not a key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "x" * 5000):
        with pytest.raises(BadKey):
            from_pem(text)


@given(st.text(max_size=250) | st.binary(max_size=60).map(base58.encode))
def test_multikeys_that_are_none(text: str) -> None:
    with pytest.raises(BadKey):
        from_multikey(text)


@pytest.mark.parametrize(
    "change",
    [
        {"content": "<p>Anything</p>"},
        {"id": "https://remote.example/notes/2"},
        {"@context": "https://max.example/context"},
        {"added": True},
    ],
)
def test_a_document_that_was_changed_after_it_was_proved(change: dict[str, object]) -> None:
    proved = proofs.add(NOTE, method=METHOD, key=ed25519(), created=NOW)
    with pytest.raises(BadProof):
        proofs.verify({**proved, **change}, ed25519().public_key())


@pytest.mark.parametrize(
    "change",
    [
        {"cryptosuite": "eddsa-rdfc-2022"},
        {"type": "RsaSignature2017"},
        {"proofPurpose": "authentication"},
        {"verificationMethod": METHOD + "-2"},
        {"created": "2026-03-05T12:00:00Z"},
        {"proofValue": "z1111"},
        {"proofValue": ""},
        {"proofValue": 7},
        {"@context": "https://max.example/context"},
    ],
)
def test_a_proof_that_was_changed_or_is_of_another_kind(change: dict[str, object]) -> None:
    proved = proofs.add(NOTE, method=METHOD, key=ed25519(), created=NOW)
    with pytest.raises(BadProof):
        proofs.verify({**proved, "proof": {**proved["proof"], **change}}, ed25519().public_key())


@pytest.mark.parametrize("proof", [None, [], [{}, {}], "proof", {}])
def test_what_stands_in_place_of_a_proof(proof: object) -> None:
    with pytest.raises(BadProof):
        proofs.verify({**NOTE, "proof": proof}, ed25519().public_key())


def test_a_document_without_a_canonical_form() -> None:
    with pytest.raises(BadProof, match="canonical"):
        proofs.add({**NOTE, "size": 1.5}, method=METHOD, key=ed25519(), created=NOW)
