# SPDX-License-Identifier: Apache-2.0
"""A name server on this machine that says what a test tells it to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import MappingProxyType

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

Records = Mapping[str, Sequence[str] | None]
Others = Mapping[tuple[str, str], Sequence[str]]
"""Records that are no texts: (name, kind) → values, as ("mail.elmford.example", "A")."""
NONE: Others = MappingProxyType({})


@contextmanager
def name_server(records: Records, *, silent: bool = False, others: Others = NONE) -> Iterator[str]:
    """Answer for records over UDP and yield where, as ONRECORD_DNS_SERVERS takes it.

    A name that is not listed does not exist, one with an empty list has no TXT records, one with None cannot
    be answered now; `silent` never answers.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_serve, args=(listener, records, silent, others), daemon=True)
        thread.start()
        address = listener.getsockname()
        try:
            yield f"127.0.0.1:{address[1]}"
        finally:
            listener.sendto(b"", address)
            thread.join(5)


def _serve(listener: socket.socket, records: Records, silent: bool, others: Others) -> None:
    while True:
        packet, sender = listener.recvfrom(4096)
        if not packet:
            return
        if not silent:
            with suppress(dns.exception.DNSException):
                listener.sendto(_answer(dns.message.from_wire(packet), records, others).to_wire(), sender)


def _answer(query: dns.message.Message, records: Records, others: Others) -> dns.message.Message:
    answer = dns.message.make_response(query)
    answer.flags |= dns.flags.RA
    question = query.question[0]
    kind = dns.rdatatype.to_text(question.rdtype)
    name = question.name.to_text(omit_final_dot=True)
    if any(other == name for other, _ in others) and name not in records:
        if values := others.get((name, kind)):
            answer.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", kind, list(values)))
        return answer
    texts = records.get(question.name.to_text(omit_final_dot=True))
    if texts is None:
        unknown = question.name.to_text(omit_final_dot=True) not in records
        answer.set_rcode(dns.rcode.NXDOMAIN if unknown else dns.rcode.SERVFAIL)
    elif texts and question.rdtype == dns.rdatatype.TXT:
        answer.answer.append(
            dns.rrset.from_text_list(question.name, 60, "IN", "TXT", list(map(_quoted, texts)))
        )
    return answer


def _quoted(text: str) -> str:
    """Return a text as a zone file has it: in pieces of at most 255 characters."""
    pieces = [text[start : start + 200] for start in range(0, len(text), 200)] or [""]
    return " ".join(f'"{piece}"' for piece in pieces)
