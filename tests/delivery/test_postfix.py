# SPDX-License-Identifier: Apache-2.0
"""The mail transport against a real Postfix."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from onrecord.delivery import transports
from onrecord.delivery.errors import RouteDown
from onrecord.delivery.mail.dkim import Signer
from onrecord.delivery.mail.relay import Relay
from onrecord.delivery.models import Delivery, Distribution
from onrecord.delivery.sender import Sender
from onrecord.delivery.transports.smtp import SmtpTransport
from onrecord.delivery.transports.smtp.client import open_connection
from tests.delivery.pigeons import send, states
from tests.delivery.postfixes import Postfix, read, running
from tests.delivery.test_smtp import letter, readers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.once]


def mail(postfix: Postfix, count: int, *signers: Signer, to: str = "reader", **relay: object) -> Distribution:
    """Freeze a letter for some readers and carry it to Postfix."""
    distribution = send(readers(count, to=to), transport="smtp", body=letter().to_json())
    there = Relay("127.0.0.1", postfix.port, **{"security": "none", "connections": 2, **relay})  # type: ignore[arg-type]  # fields of Relay
    transports.register(SmtpTransport(there, "news.elmford.example", signers))
    try:
        asyncio.run(Sender("sender 1").run(until_idle=True))
    finally:
        transports.forget("smtp")
    return distribution


def test_postfix_delivers_what_was_written_and_its_signature_still_holds() -> None:
    signer = Signer("elmford.example", "2026-11", generate_private_key(65537, 2048))
    with running() as postfix:
        assert states(mail(postfix, 12, signer)) == {"accepted": 12}
        arrived = postfix.delivered(12)
        assert states(mail_to_letters(postfix)) == {"accepted": 2}

    assert len(arrived) == 12
    assert {read(one)["To"] for one in arrived} == {f"reader{n}@loft.example" for n in range(12)}
    envelope_senders = {read(one)["Return-Path"] for one in arrived}
    assert "<bounce+t3@elmford.example>" in envelope_senders
    plain = read(arrived[0]).get_body(("plain",))
    assert plain is not None
    assert "Dear Zoë <Reader> & Co," in plain.get_content()

    def ask_dns(name: bytes, timeout: int = 5) -> bytes:
        assert name == b"2026-11._domainkey.elmford.example."
        return signer.dns_text.encode()

    for one in arrived:
        assert dkim.verify(one.replace(b"\n", b"\r\n"), dnsfunc=ask_dns)


def mail_to_letters(postfix: Postfix) -> Distribution:
    """Send to addresses in letters of another script, which Postfix takes with SMTPUTF8."""
    Distribution.objects.all().update(object_key="statement/before")
    return mail(postfix, 2, to="grüße")


def test_postfix_says_who_is_not_there_and_takes_the_others(tmp_path: Path) -> None:
    refusing = tmp_path / "refusing"
    refusing.write_text("reader1@loft.example REJECT nobody here\nreader2@loft.example DEFER later\n")
    asked = f"check_recipient_access texthash:{refusing}, permit_mynetworks, reject"
    with running(smtpd_recipient_restrictions=asked) as postfix:
        assert states(mail(postfix, 6)) == {"accepted": 4, "failed": 1, "deferred": 1}
        assert len(postfix.delivered(4)) == 4
    assert "nobody here" in Delivery.objects.get(state="failed").reply


def test_a_connection_to_postfix_is_secured_and_its_certificate_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=relay",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    with running(
        smtpd_tls_security_level="encrypt",
        smtpd_tls_key_file=str(key),
        smtpd_tls_cert_file=str(certificate),
    ) as postfix:
        with pytest.raises(RouteDown, match=r"cannot be secured.*CERTIFICATE_VERIFY_FAILED"):
            asyncio.run(open_connection(Relay("127.0.0.1", postfix.port), "news.elmford.example"))
        distribution = mail(postfix, 5, security="starttls", verify=False)
        assert states(distribution) == {"accepted": 5}
        arrived = postfix.delivered(5)
    assert b"with ESMTPS" in arrived[0]


def test_postfix_that_slows_down_and_cuts_connections_loses_nobody() -> None:
    with running(smtpd_client_message_rate_limit="30", smtpd_client_event_limit_exceptions="") as postfix:
        distribution = mail(postfix, 60)
        there = states(distribution)
        assert there["accepted"] == 30
        assert sum(there.values()) == 60
        assert there.keys() == {"accepted", "deferred"}
        assert len(postfix.delivered(30)) == 30
