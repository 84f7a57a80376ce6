# SPDX-License-Identifier: Apache-2.0
"""What others see of our mail: records in DNS, the relay's certificate, the mailbox. Asked on request alone.

The answers come from the network, and take some seconds at most: `onrecord check --mail`.
"""

from __future__ import annotations

import ipaddress
import smtplib
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from cryptography import x509
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info
from django.core.checks import Warning as Caution

from onrecord.delivery import mail
from onrecord.delivery.errors import DeliveryError, MailboxUnreachable
from onrecord.delivery.inbound.addresses import read_mailbox
from onrecord.delivery.inbound.mailbox import try_mailbox
from onrecord.delivery.mail import records
from onrecord.delivery.mail.relay import Relay
from onrecord.delivery.mail.signing import signers
from onrecord.delivery.transports.smtp.client import tls_context
from onrecord.identity import dns
from onrecord.identity.errors import Unanswered
from onrecord.people.errors import NotSetUp
from onrecord.people.models import Organisation

SECONDS = 10.0
"""For all questions to name servers together; no single one waits for more than three."""
TALK_SECONDS = 5.0
"""For a conversation with the relay, or with the mailbox."""
DAYS_LEFT_WISHED = 14
_HINT = "docs/mail.md, “Records in DNS”, says what has to be there."


class Resolver:
    """Asks name servers, within a bounded time for all questions."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._until = time.monotonic() + seconds

    def texts(self, name: str) -> list[str]:
        """Return the TXT records at a name. Raises Unanswered."""
        return dns.txt_records(name, servers=settings.DNS_SERVERS, seconds=self._left(name))

    def addresses(self, name: str) -> list[str]:
        """Return the addresses of a host. Raises Unanswered."""
        return dns.addresses(name, servers=settings.DNS_SERVERS, seconds=self._left(name))

    def names(self, address: str) -> list[str]:
        """Return the names of an address. Raises Unanswered."""
        return dns.names(address, servers=settings.DNS_SERVERS, seconds=self._left(address))

    def _left(self, name: str) -> float:
        left = min(3.0, self._until - time.monotonic())
        if left < 0.05:
            raise Unanswered(f"There was no time left to ask about {name}.")
        return left


def problems() -> list[CheckMessage]:
    """Return what is wrong with mail as others see it. Raises nothing for what does not answer."""
    try:
        relay = mail.relay()
    except DeliveryError as error:
        return [Error(str(error), hint="Mend ONRECORD_MAIL_URL.", id="mail.E010")]
    if relay is None:
        return [Info("No mail relay is set, so there is nothing to look at.", id="mail.I001")]
    ask = Resolver()
    envelope = mail.envelope_sender().rpartition("@")[2]
    steps: list[Callable[[], Iterator[CheckMessage]]] = [
        lambda: dkim(ask),
        lambda: dmarc(ask, mail.own_name(), envelope),
    ]
    if isinstance(relay, Relay):
        steps = [lambda: spf(ask, envelope), *steps, lambda: reverse(ask, relay), lambda: tls(relay)]
    found: list[CheckMessage] = []
    for step in steps:
        try:
            found += step()
        except Unanswered as error:
            found.append(Caution(str(error), hint="Ask again; is the network there?", id="mail.W012"))
    return [*found, *mailbox()]


def spf(ask: Resolver, domain: str) -> Iterator[CheckMessage]:
    """W001, E002: the domain that mail comes back to says who may send for it, in one record that works."""
    found = records.spf_records(ask.texts(domain))
    if not found:
        yield Caution(
            f"{domain} has no SPF record, so receivers do not know which machines may send for it.",
            hint=f"Enter a TXT record at {domain} with what the operator of your relay names.",
            id="mail.W001",
        )
    elif why := _spf_fails(ask, found, domain):
        yield Error(f"The SPF record of {domain} counts for nothing: {why}.", hint=_HINT, id="mail.E002")


def _spf_fails(ask: Resolver, found: list[str], domain: str) -> str:
    if len(found) > 1:
        return f"there are {len(found)} of them; merge them into one"
    try:
        terms = records.spf_terms(found[0])
        if records.lets_everybody(terms):
            return "it lets everybody send; end it with ~all or -all"
        count = _lookups(ask, terms, {domain.lower()})
    except ValueError as error:
        return str(error)
    if count > records.MOST_SPF_LOOKUPS:
        return f"receivers would have to ask DNS more than {records.MOST_SPF_LOOKUPS} times for it"
    return ""


def _lookups(ask: Resolver, terms: list[records.Term], seen: set[str]) -> int:
    """Count the questions that a record costs; stop counting once there are too many. Raises ValueError."""
    count = 0
    for term in terms:
        count += term.asks
        target = term.leads_to.lower()
        if not target or count > records.MOST_SPF_LOOKUPS:
            continue
        if target in seen:
            raise ValueError(f"it leads to {target} in a circle, or twice")
        found = records.spf_records(ask.texts(target))
        if len(found) != 1:
            raise ValueError(f"it leads to {target}, which has {len(found) or 'no'} SPF records")
        count += _lookups(ask, records.spf_terms(found[0]), seen | {target})
    return count


def dkim(ask: Resolver) -> Iterator[CheckMessage]:
    """E003, I004: the keys that sign here are known to receivers."""
    try:
        own = signers(mail.own_name())
    except DeliveryError as error:
        yield Error(str(error), id="mail.E003")
        return
    if not own:
        yield Info(
            "Mail is not signed here (DKIM). Whether the relay signs it is seen in a mail that has arrived.",
            hint="Look at its source for DKIM-Signature, or make a key: `onrecord mail dkim --make 2026-11`.",
            id="mail.I004",
        )
    for signer in own:
        if why := _dkim_fails(ask.texts(signer.dns_name), signer.dns_text):
            yield Error(
                f"What {signer.dns_name} says in DNS does not fit the key that signs here: {why}.",
                hint="Enter the record that `onrecord mail dkim` shows, or remove the key file.",
                id="mail.E003",
            )


def _dkim_fails(texts: list[str], own: str) -> str:
    if len(texts) != 1:
        return "there is no record" if not texts else f"there are {len(texts)} records"
    try:
        if records.same_dkim_key(texts[0], own):
            return ""
        return (
            "it holds another key" if records.tags(texts[0]).get("p") else "it says that the key is revoked"
        )
    except ValueError as error:
        return str(error)


def dmarc(ask: Resolver, domain: str, envelope: str) -> Iterator[CheckMessage]:
    """W005, E006, I007, W008: the domain of the sender has a policy, and our mail keeps to it."""
    for name in records.parents(domain):
        found = records.dmarc_records(ask.texts(f"_dmarc.{name}"))
        if found:
            break
    else:
        yield Caution(
            f"{domain} has no DMARC record. Large providers refuse mail to many without one.",
            hint=f"Enter a TXT record at _dmarc.{domain}, to begin with: v=DMARC1; p=none",
            id="mail.W005",
        )
        return
    try:
        if len(found) > 1:
            raise ValueError(f"there are {len(found)} of them")
        policy = records.dmarc(found[0])
    except ValueError as error:
        text = f"The DMARC record at _dmarc.{name} counts for nothing: {error}."
        yield Error(text, hint=_HINT, id="mail.E006")
        return
    yield from _policy(policy, name, domain, envelope)


def _policy(policy: dict[str, str], name: str, domain: str, envelope: str) -> Iterator[CheckMessage]:
    in_force = policy["p"].lower() if name == domain else policy.get("sp", policy["p"]).lower()
    if in_force == "none":
        yield Info(
            f"The DMARC policy for {domain} is none: mail that forges your address is delivered.",
            hint="Once your own mail passes, let it be quarantine, then reject.",
            id="mail.I007",
        )
    strict = policy.get("aspf", "r").lower() == "s"
    aligned = envelope == domain or (not strict and (envelope == name or envelope.endswith(f".{name}")))
    if not aligned and not signers(domain):
        yield Caution(
            f"Mail comes from {domain}, but comes back to {envelope}: SPF does not count for DMARC there, and"
            " no signature is made here.",
            hint="Let ONRECORD_MAIL_RETURNS be in the sender's domain, or sign mail (docs/mail.md).",
            id="mail.W008",
        )


def reverse(ask: Resolver, relay: Relay) -> Iterator[CheckMessage]:
    """W009: an address of ours that mail leaves from has a name, and that name has the address."""
    local = relay.host in ("localhost", "127.0.0.1", "::1")
    domain = mail.own_name()
    if not local and relay.host != domain and not relay.host.endswith(f".{domain}"):
        return  # somebody else's relay
    try:
        host = Organisation.current().host.partition(":")[0] if local else relay.host
    except NotSetUp:
        return
    for address in ask.addresses(host):
        if ipaddress.ip_address(address).is_private:
            continue
        names = ask.names(address)
        if not any(address in ask.addresses(name) for name in names[:3]):
            which = f"has the name {names[0]}, which has another address" if names else "has no name in DNS"
            yield Caution(
                f"{address} ({host}) {which}. Many receivers refuse mail from there.",
                hint="Whoever gave you the address enters its name (PTR)."
                + (" It matters only if this machine sends under it." if local else ""),
                id="mail.W009",
            )


def tls(relay: Relay) -> Iterator[CheckMessage]:
    """E010, W011: the relay answers, over a connection that is secured as the setting says."""
    try:
        expires = _certificate_until(relay)
    except (OSError, smtplib.SMTPException, ssl.SSLError) as error:
        yield Error(
            f"The relay {relay.place} cannot be used: {error}",
            hint="Are host, port and tls= of ONRECORD_MAIL_URL right, and is its certificate valid?",
            id="mail.E010",
        )
        return
    days = None if expires is None else (expires - datetime.now(UTC)).days
    if days is not None and days < DAYS_LEFT_WISHED:
        yield Caution(
            f"The certificate of the relay {relay.place} is valid for {days} more days.",
            hint="Tell whoever runs it: then nothing goes out any more.",
            id="mail.W011",
        )


def _certificate_until(relay: Relay) -> datetime | None:
    context = tls_context(verify=relay.verify)
    if relay.security == "implicit":
        client: smtplib.SMTP = smtplib.SMTP_SSL(relay.host, relay.port, timeout=TALK_SECONDS, context=context)
    else:
        client = smtplib.SMTP(relay.host, relay.port, timeout=TALK_SECONDS)
    with client:
        client.ehlo_or_helo_if_needed()
        if relay.security == "starttls":
            client.starttls(context=context)
        if not isinstance(client.sock, ssl.SSLSocket):
            return None
        raw = client.sock.getpeercert(binary_form=True)
    return x509.load_der_x509_certificate(raw).not_valid_after_utc if raw else None


def mailbox() -> Iterator[CheckMessage]:
    """E013: the mailbox that mail comes back to can be read."""
    if settings.ENVIRONMENT.mail_inbox:
        try:
            try_mailbox(read_mailbox(settings.ENVIRONMENT.mail_inbox), TALK_SECONDS)
        except MailboxUnreachable as error:
            yield Error(str(error), hint="Is ONRECORD_MAIL_INBOX right?", id="mail.E013")
