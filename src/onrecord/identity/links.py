# SPDX-License-Identifier: Apache-2.0
"""What a known domain says about this newsroom, compared with what it ought to say (docs/identity.md).

Two ways: a TXT record in its DNS, which names the log and the root keys; and a line in its trust.txt, which
names the site. No database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from urllib.parse import urlsplit

from onrecord.identity.dns import txt_records
from onrecord.identity.errors import Unanswered
from onrecord.identity.formats import trust_txt
from onrecord.outbound import OutboundError, Response, fetch
from onrecord.outbound.addresses import Private
from onrecord.proof import dns_record
from onrecord.proof.dns_record import DnsRecord
from onrecord.proof.errors import BadEncoding

AT_ONCE = 20
"""Both questions to as many domains as there may be."""
BYTES_OF_TRUST_TXT = 256 * 1024
SECONDS = 10.0


class Way(StrEnum):
    """How a domain can point to a newsroom."""

    DNS = "dns"
    TRUST_TXT = "trust.txt"


class Outcome(StrEnum):
    """What was found. Only RIGHT vouches for the newsroom."""

    RIGHT = "right"
    MISSING = "missing"
    OTHER_LOG = "other log"
    OTHER_ROOT = "other root"
    NO_ROOT = "no root"
    NOT_NAMED = "not named"
    UNREADABLE = "unreadable"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Seen:
    """What one domain said, in one way; `detail` is what was seen instead of what was expected."""

    domain: str
    way: Way
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Newsroom:
    """What the domains ought to name."""

    host: str
    record: DnsRecord


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom to ask, and which addresses may be asked."""

    dns_servers: str = ""
    allow_private: Private = False


def look(domains: Sequence[str], newsroom: Newsroom, asking: Asking) -> list[Seen]:
    """Ask every domain in every way, several at a time; never raises for what others answer."""
    questions: list[Callable[[], Seen]] = []
    for domain in domains:
        questions.append(partial(look_in_dns, domain, newsroom.record, asking))
        questions.append(partial(look_in_trust_txt, domain, newsroom.host, asking))
    if not questions:
        return []
    with ThreadPoolExecutor(min(AT_ONCE, len(questions)), "identity") as threads:
        return list(threads.map(lambda question: question(), questions))


def look_in_dns(domain: str, expected: DnsRecord, asking: Asking) -> Seen:
    """Tell whether the domain's DNS names this log and its root keys."""
    try:
        texts = txt_records(dns_record.name_for(domain), servers=asking.dns_servers)
    except Unanswered as error:
        return Seen(domain, Way.DNS, Outcome.UNANSWERED, str(error))
    return judge_records(domain, expected, texts)


def judge_records(domain: str, expected: DnsRecord, texts: Sequence[str]) -> Seen:
    """Compare the TXT records of a domain with the one that ought to be among them.

    A domain may vouch for several logs, and for one of them with two roots while these are exchanged.
    """
    ours: list[DnsRecord] = []
    unreadable = ""
    for text in texts:
        try:
            record = dns_record.parse(text)
        except BadEncoding as error:
            unreadable = str(error)
        else:
            ours += [record] if record else []
    of_this_log = [record for record in ours if record.log == expected.log]
    if any(expected.root in (None, record.root) for record in of_this_log):
        return Seen(domain, Way.DNS, Outcome.RIGHT)
    if of_this_log:
        root = of_this_log[0].root
        return Seen(domain, Way.DNS, Outcome.OTHER_ROOT if root else Outcome.NO_ROOT, root or "")
    if unreadable:
        return Seen(domain, Way.DNS, Outcome.UNREADABLE, unreadable)
    if ours:
        return Seen(domain, Way.DNS, Outcome.OTHER_LOG, ours[0].log)
    return Seen(domain, Way.DNS, Outcome.MISSING)


def look_in_trust_txt(domain: str, host: str, asking: Asking) -> Seen:
    """Tell whether the domain's trust.txt says that it controls this site."""
    found = Outcome.MISSING
    try:
        for answer in _files(domain, asking):
            if host in hosts_controlled(answer.body):
                return Seen(domain, Way.TRUST_TXT, Outcome.RIGHT)
            found = Outcome.NOT_NAMED
    except (Unanswered, OutboundError) as error:
        return Seen(domain, Way.TRUST_TXT, Outcome.UNANSWERED, str(error))
    return Seen(domain, Way.TRUST_TXT, found)


def hosts_controlled(body: bytes) -> set[str]:
    """Return the hosts that a trust.txt says its domain controls, as `news.example.org` or with a port."""
    found = set()
    for name, value in trust_txt.read(body):
        if name == "control":
            try:
                found.add(urlsplit(value if "://" in value else f"https://{value}").netloc.lower())
            except ValueError:
                continue  # an address in brackets that is none: it names no host
    return found


def _files(domain: str, asking: Asking) -> Iterator[Response]:
    for path in trust_txt.PATHS:
        address = f"https://{domain}{path}"
        answer = fetch(address, limit=BYTES_OF_TRUST_TXT, timeout=SECONDS, allow_private=asking.allow_private)
        if answer.status == 200:
            yield answer
        elif answer.status not in {404, 410}:
            raise Unanswered(f"{address} was answered with status {answer.status}.")
