# SPDX-License-Identifier: Apache-2.0
"""What `onrecord check --mail` says, asked of a name server and a relay on this machine."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from onrecord.config import mail_checks
from onrecord.config.cli import main
from onrecord.config.mail_checks import Resolver
from onrecord.delivery.mail import signing
from onrecord.delivery.mail.relay import Relay
from onrecord.people.models import Organisation
from tests.delivery.relays import MailServer, in_a_thread
from tests.identity.name_server import NONE, Others, name_server

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

DOMAIN = "elmford.example"
GOOD = {
    DOMAIN: ["v=spf1 include:_spf.relay.example ~all", "something=else"],
    "_spf.relay.example": ["v=spf1 ip4:192.0.2.0/24 -all"],
    f"_dmarc.{DOMAIN}": ["v=DMARC1; p=quarantine"],
}
Records = Mapping[str, Sequence[str] | None]


@pytest.fixture(autouse=True)
def a_domain(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    settings.ENVIRONMENT = replace(
        settings.ENVIRONMENT, mail_url="smtp://127.0.0.1:1?tls=none", mail_from=f"news@{DOMAIN}"
    )


def told(settings: Settings, step: str, found: Records, *more: object, others: Others = NONE) -> list[str]:
    """Return what one look says about a domain with these records: ids and words."""
    with name_server(found, others=others) as servers:
        settings.DNS_SERVERS = servers
        look = getattr(mail_checks, step)
        return [f"{message.id} {message.msg}" for message in look(Resolver(), *more)]


def spf(settings: Settings, record: str, **more: Sequence[str]) -> list[str]:
    return told(settings, "spf", {DOMAIN: [record], **more}, DOMAIN)


def test_records_that_are_right_are_not_complained_about(settings: Settings) -> None:
    assert told(settings, "spf", GOOD, DOMAIN) == []
    assert told(settings, "dmarc", GOOD, DOMAIN, f"bounces.{DOMAIN}") == []


def test_a_domain_that_names_no_senders_is_told(settings: Settings) -> None:
    [said] = told(settings, "spf", {DOMAIN: ["something=else"]}, DOMAIN)
    assert said.startswith(f"mail.W001 {DOMAIN} has no SPF record")


@pytest.mark.parametrize(
    ("found", "why"),
    [
        ({DOMAIN: ["v=spf1 -all", "v=spf1 a -all"]}, "there are 2 of them"),
        ({DOMAIN: ["v=spf1 +all"]}, "it lets everybody send"),
        ({DOMAIN: ["v=spf1 ipv4:192.0.2.1 -all"]}, "“ipv4:192.0.2.1” is no word of SPF"),
        ({DOMAIN: ["v=spf1 include:gone.example -all"]}, "leads to gone.example, which has no SPF records"),
        ({DOMAIN: [f"v=spf1 include:{DOMAIN} -all"]}, "in a circle"),
        (
            {
                DOMAIN: ["v=spf1 a mx include:one.example include:two.example -all"],
                "one.example": ["v=spf1 a:a.example a:b.example a:c.example a:d.example -all"],
                "two.example": ["v=spf1 a:a.example a:b.example a:c.example -all"],
            },
            "more than 10 times",
        ),
    ],
)
def test_a_record_of_senders_that_counts_for_nothing_is_told(
    settings: Settings, found: Records, why: str
) -> None:
    [said] = told(settings, "spf", found, DOMAIN)
    assert said.startswith("mail.E002")
    assert why in said


def test_ten_questions_are_allowed(settings: Settings) -> None:
    words = " ".join(f"a:{number}.example" for number in range(10))
    assert spf(settings, f"v=spf1 {words} -all") == []
    assert spf(settings, f"v=spf1 {words} mx -all")


def test_the_published_key_must_be_the_one_that_signs(settings: Settings) -> None:
    [said] = told(settings, "dkim", {})
    assert said.startswith("mail.I004 Mail is not signed here")

    signer = signing.make(DOMAIN, "2026-11")
    other = signing.make(DOMAIN, "2026-12", edwards=True)
    right = {signer.dns_name: [signer.dns_text], other.dns_name: [other.dns_text]}
    assert told(settings, "dkim", right) == []

    for texts, why in (
        ([], "there is no record"),
        ([other.dns_text], "it holds another key"),
        (["v=DKIM1; p="], "the key is revoked"),
        ([signer.dns_text, other.dns_text], "there are 2 records"),
        (["nonsense"], "no part of such a record"),
    ):
        [said] = told(settings, "dkim", {**right, signer.dns_name: texts})
        assert said.startswith("mail.E003 What 2026-11._domainkey.elmford.example says")
        assert why in said


@pytest.mark.parametrize(
    ("records", "envelope", "said"),
    [
        ([], DOMAIN, "mail.W005 elmford.example has no DMARC record"),
        (["v=DMARC1; p=none"], DOMAIN, "mail.I007 The DMARC policy for elmford.example is none"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], DOMAIN, "mail.E006 The DMARC record at _dmarc"),
        (["v=DMARC1"], DOMAIN, "mail.E006 The DMARC record at _dmarc.elmford.example counts for nothing"),
        (["v=DMARC1; p=reject"], "bounces.relay.example", "mail.W008 Mail comes from elmford.example, but"),
        (["v=DMARC1; p=reject; aspf=s"], f"bounces.{DOMAIN}", "mail.W008 Mail comes from elmford.example"),
    ],
)
def test_what_is_wrong_with_a_policy_is_told(
    settings: Settings, records: list[str], envelope: str, said: str
) -> None:
    [one] = told(settings, "dmarc", {f"_dmarc.{DOMAIN}": records}, DOMAIN, envelope)
    assert one.startswith(said)


def test_a_policy_above_counts_and_a_signature_of_ours_keeps_to_it(settings: Settings) -> None:
    assert told(settings, "dmarc", GOOD, f"news.{DOMAIN}", DOMAIN) == []
    signing.make(DOMAIN, "2026-11")
    assert told(settings, "dmarc", GOOD, DOMAIN, "bounces.relay.example") == []


def test_an_address_of_ours_needs_a_name_that_leads_back(
    settings: Settings, organisation: Organisation
) -> None:
    host, address = "mail.elmford.example", "1.2.3.4"
    pointer = ipaddress.ip_address(address).reverse_pointer
    own = Relay(host, 587)
    right = {(host, "A"): [address], (pointer, "PTR"): [f"{host}."]}
    assert told(settings, "reverse", {}, own, others=right) == []
    assert told(settings, "reverse", {}, Relay("smtp.relay.example", 587), others=NONE) == []

    [said] = told(settings, "reverse", {}, own, others={(host, "A"): [address]})
    assert said.startswith(f"mail.W009 {address} ({host}) has no name in DNS")
    other = {**right, (pointer, "PTR"): ["other.example."], ("other.example", "A"): ["1.2.3.5"]}
    [said] = told(settings, "reverse", {}, own, others=other)
    assert "has the name other.example, which has another address" in said
    [said] = told(
        settings, "reverse", {}, Relay("127.0.0.1", 25), others={("news.elmford.example", "A"): [address]}
    )
    assert "news.elmford.example" in said


def test_name_servers_that_do_not_answer_are_told_and_not_waited_for(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, organisation: Organisation
) -> None:
    monkeypatch.setattr(Resolver.__init__, "__defaults__", (0.3,))
    with name_server({}, silent=True) as servers:
        settings.DNS_SERVERS = servers
        begun = time.monotonic()
        found = [message.id for message in mail_checks.problems()]
    assert time.monotonic() - begun < 5
    assert found.count("mail.W012") == 3
    assert "mail.E010" in found, "nothing listens on port 1"


# The relay's certificate


@contextmanager
def secured_relay(folder: Path, days: int) -> Iterator[Relay]:
    """Speak SMTP over TLS on a free port, with a certificate for 127.0.0.1 that vouches for itself."""
    key, now = Ed25519PrivateKey.generate(), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "relay")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=days))
    builder = builder.add_extension(x509.SubjectAlternativeName([address]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    file, private = folder / "relay.pem", folder / "relay.key"
    file.write_bytes(
        builder.sign(key, None).public_bytes(serialization.Encoding.PEM)  # Ed25519 has its own hash
    )
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, private)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_talk, args=(listener, context), daemon=True)
        thread.start()
        yield Relay("127.0.0.1", listener.getsockname()[1], security="implicit")
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _talk(listener: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            plain, _ = listener.accept()
        except OSError:
            return
        try:
            with context.wrap_socket(plain, server_side=True) as connection:
                connection.sendall(b"220 relay\r\n")
                while data := connection.recv(1000):
                    connection.sendall(
                        b"221 bye\r\n" if data.upper().startswith(b"QUIT") else b"250 relay\r\n"
                    )
        except OSError:
            continue  # the client did not like the certificate


def test_a_certificate_that_nobody_vouches_for_is_told(tmp_path: Path) -> None:
    with secured_relay(tmp_path, days=60) as relay:
        [refused] = mail_checks.tls(relay)
        assert refused.id == "mail.E010"
        assert "certificate verify failed" in str(refused.msg)


@pytest.mark.parametrize(("days", "left"), [(5, "4 more days"), (60, "")])
def test_a_certificate_that_ends_soon_is_told(tmp_path: Path, days: int, left: str) -> None:
    with secured_relay(tmp_path, days=days) as relay:
        found = [str(message.msg) for message in mail_checks.tls(replace(relay, verify=False))]
    expected = f"The certificate of the relay {relay.place} is valid for {left}."
    assert found == ([expected] if left else [])


def test_a_relay_without_starttls_is_told() -> None:
    with in_a_thread(MailServer()) as server:
        [said] = mail_checks.tls(Relay("127.0.0.1", server.port))
        assert "STARTTLS" in str(said.msg)
        assert list(mail_checks.tls(Relay("127.0.0.1", server.port, security="none"))) == []


def test_a_mailbox_that_cannot_be_read_is_told(settings: Settings) -> None:
    assert list(mail_checks.mailbox()) == []
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_inbox="imap://news:x@127.0.0.1:1/?tls=none")
    [said] = mail_checks.mailbox()
    assert said.id == "mail.E013"


# The command


def test_the_command_asks_the_network_only_on_request_and_sends_a_message(
    settings: Settings, organisation: Organisation
) -> None:
    with in_a_thread(MailServer()) as server, name_server(GOOD) as servers:
        settings.DNS_SERVERS = servers
        settings.ENVIRONMENT = replace(
            settings.ENVIRONMENT, mail_url=f"smtp://127.0.0.1:{server.port}?tls=none"
        )
        assert "mail.I004" not in CliRunner().invoke(main, ["check"]).output
        assert server.commands == []

        looked = CliRunner().invoke(main, ["check", "--mail"]).output
        assert "note mail.I004: Mail is not signed here" in looked
        assert server.taken == []

        sent = CliRunner().invoke(main, ["check", "--mail", "ada@elmford.example"]).output
        assert "note mail.I015: The relay took the test message: 250 taken" in sent
        assert server.taken[0][1] == "ada@elmford.example"

        server.answers["RCPT"] = "550 no"
        refused = CliRunner().invoke(main, ["check", "--mail", "ada@elmford.example"]).output
        assert "error mail.E014: The test message was not taken: 550 no" in refused


def test_without_a_relay_there_is_nothing_to_look_at(settings: Settings) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_url="")
    assert [message.id for message in mail_checks.problems()] == ["mail.I001"]
