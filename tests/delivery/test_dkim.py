# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from onrecord.delivery.mail.dkim import PrivateKey, Signer, relaxed_body, signed
from onrecord.delivery.transports import Outgoing
from tests.delivery.test_smtp import letter, readers

dkim = pytest.importorskip("dkim")

RSA, EDWARDS = generate_private_key(65537, 2048), Ed25519PrivateKey.generate()


def message() -> bytes:
    (reader,) = readers(1)
    outgoing = Outgoing(1, 1, reader.address, "loft.example", "1.ab@elmford.example", dict(reader.data), 1)
    return letter().envelope(outgoing).message


def accepted(mail: bytes, *signers: Signer) -> bool:
    """Ask dkimpy, with the records of the signers as DNS."""
    records = {f"{signer.dns_name}.".encode(): signer.dns_text.encode() for signer in signers}
    return bool(dkim.verify(mail, dnsfunc=lambda name, **_: records.get(name)))


@pytest.mark.parametrize("key", [RSA, EDWARDS], ids=["rsa", "ed25519"])
def test_another_implementation_accepts_the_signature_and_refuses_any_change(key: PrivateKey) -> None:
    signer = Signer("elmford.example", "onrecord", key)
    mail = signed(message(), [signer])

    assert accepted(mail, signer)
    assert not accepted(mail.replace(b"safe", b"foul"), signer)
    assert not accepted(mail.replace(b"List-Unsubscribe: <https", b"List-Unsubscribe: <http"), signer)
    assert not accepted(b"From: somebody@else.example\r\n" + mail, signer), "a second From"
    assert max(map(len, mail.partition(b"\r\n\r\n")[0].split(b"\r\n"))) < 250


def test_a_mail_may_carry_both_signatures() -> None:
    both = [Signer("elmford.example", "a", RSA), Signer("elmford.example", "b", EDWARDS)]
    mail = signed(message(), both)

    assert mail.count(b"DKIM-Signature:") == 2
    assert accepted(mail, both[0])


@pytest.mark.parametrize(
    ("body", "relaxed"),
    [
        (b"", b""),
        (b"\r\n\r\n", b""),
        (b" C \r\nD \t E\r\n\r\n\r\n", b" C\r\nD E\r\n"),
        (b"no end", b"no end\r\n"),
    ],
)
def test_a_body_is_brought_to_the_form_of_the_standard(body: bytes, relaxed: bytes) -> None:
    assert relaxed_body(body) == relaxed
