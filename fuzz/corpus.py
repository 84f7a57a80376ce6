# SPDX-License-Identifier: Apache-2.0
"""Valid inputs for every target, to begin from: without them nothing gets past the first line of a format."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256

from fuzz.targets import SEPARATOR
from onrecord.proof import bundle, cosignature, decision, edition
from onrecord.proof.canonical import Json
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.openings import Erased, Sealed
from onrecord.proof.policy import parse
from onrecord.proof.submission import Submission
from tests.proof.cast import EDITION, LOG_KEY, NONCE
from tests.proof.proved import entry, log_with, proved
from tests.proof.small_log import WITNESSES, SmallLog

RETURNED = b"""\
Return-Path: <>
From: MAILER-DAEMON@mx.loft.example
To: news+12.a1a1a1a1a1a1a1a1a1a1a1a1@elmford.example
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.loft.example

Final-Recipient: rfc822; jan@reader.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <jan@reader.example>: User unknown

--B
Content-Type: message/rfc822

Message-ID: <12.a1a1a1a1a1a1a1a1a1a1a1a1@elmford.example>

--B--
"""
ASKED = b"""\
Return-Path: <jan@paper.example>
Delivered-To: press+i0123456789@elmford.example
From: =?utf-8?q?J=C3=A4n_Reporter?= <jan@paper.example>
To: press@elmford.example
Subject: Re: Water
Message-ID: <again@paper.example>
In-Reply-To: <7.b2b2b2b2b2b2b2b2b2b2b2b2@elmford.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="B"

--B
Content-Type: multipart/alternative; boundary="C"

--C
Content-Type: text/plain; charset=utf-8

And in which streets?

On 27 Nov 2026 at 9:00, Town of Elmford wrote:
> Forty wells.

--C
Content-Type: text/html; charset=utf-8

<p>And in which streets?</p><blockquote>Forty wells.</blockquote>

--C--
--B
Content-Type: text/csv; name="wells.csv"
Content-Disposition: attachment; filename="wells.csv"
Content-Transfer-Encoding: base64

d2VsbCxjbGVhbgoxLHllcwo=
--B--
"""
ANSWERED = b"""\
HTTP/1.1 103 Early Hints\r
\r
HTTP/1.1 202 Accepted\r
Transfer-Encoding: chunked\r
Retry-After: 5\r
\r
6;a=b\r
thank \r
3\r
you\r
0\r
\r
"""
MOMENT = datetime(2026, 11, 24, 8, tzinfo=UTC)


@lru_cache(maxsize=1)
def samples() -> dict[str, list[bytes]]:
    """Return at least one input for each target that the target reads."""
    log = SmallLog()
    log.register(threshold=2, roots=3, witnesses=[key.public.vkey for key in WITNESSES])
    for number in range(1, 4):
        log.publish(number)
    whole = log.bundle(2, signed_checkpoint=log.checkpoint(witnesses=2))
    register = whole.register or b""
    note = whole.register_note or b""
    site = log.site()
    edition.commitment(NONCE, whole.edition)
    lines = [state.to_line() for state in (log.states[1], Sealed(3, MOMENT), Erased(1, 2))]
    policy = "\n".join(
        [f"log {LOG_KEY.public.vkey} https://news.example.org/log"]
        + [f"witness w{at} {key.public.vkey}" for at, key in enumerate(WITNESSES)]
        + ["group g 2 w0 w1 w2", "quorum g", ""]
    )
    hashes = b"".join(log.hashes())
    page = b'<html><link rel="alternate" type="application/json" href="/s/2026/1/1.json"></html>'
    return {
        "canonical": [whole.edition, log.leaves[0]],
        "edition": [whole.edition, register],
        "leaf": log.leaves[:1],
        "note": [log.checkpoint(witnesses=3), note],
        "checkpoint": [log.checkpoint(), log.checkpoint(size=1)],
        "proof": [whole.proof],
        "tile": [b"\x03" + hashes],
        "entries": [b"\x03" + site["/log/tile/entries/000.p/4"], b"\x01\x00\x01a\x00\x02bc"],
        "edge": [(3).to_bytes(8, "big") + hashes[:64]],
        "bundle": [bundle.write(whole, MOMENT)],
        "opening": lines,
        "register": [register],
        "register_note": [note + SEPARATOR + register],
        "decision": [_decision()],
        "object": [proved(), proved() + SEPARATOR + log_with(entry()).files["/register/1.json"]],
        "policy": [policy.encode(), parse("quorum none\n").to_text().encode()],
        "vkey": [key.public.vkey.encode() for key in (LOG_KEY, WITNESSES[0])],
        "dns": [b"v=onrecord1; log=news.example.org/log; root=" + b"0" * 64],
        "cosignatures": [log.checkpoint(witnesses=2)],
        "submission": [Submission(2, tuple(log.hashes()), log.checkpoint()).to_bytes()],
        "witness_answer": [
            cosignature.sign(Checkpoint(log.origin, 1, bytes(32)).text(), key, time=1_800_000_000)
            .line()
            .encode()
            for key in WITNESSES
        ],
        "kinds": [page, whole.proof, log.checkpoint()],
        "inclusion": [bytes(2) + b"\0\1" + hashes[:32] * 2],
        "consistency": [b"\0\1\0\1" + hashes[:32] * 2],
        "verdict": [
            SEPARATOR.join((whole.edition, whole.proof, register, whole.register_proof or b"", note))
        ],
        "compare": [
            log.checkpoint() + SEPARATOR + log.checkpoint(),
            log.checkpoint() + SEPARATOR + log.checkpoint(size=2),
        ],
        "came_back": [RETURNED],
        "inquiry_mail": [ASKED, RETURNED],
        "http_answer": [ANSWERED, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"],
        "tree": [(4).to_bytes(2, "big") + hashes],
    }


def _decision() -> bytes:
    """Return the proof of a decision, with an edition that commits to it."""
    salt = bytes(decision.SALT_SIZE)
    told: dict[str, Json] = {
        "log": str(EDITION["log"]),
        "number": "2026-000001-1",
        "verdict": "restrict",
        "decided": "2026-11-24T08:00:00Z",
        "sha256": {"facts": sha256(b"It insults.").hexdigest()},
    }
    frozen = decision.freeze(told)
    listed = decision.batch([decision.commitment(salt, frozen)])
    text = edition.freeze({**EDITION, "op": decision.OPERATION, "files": [], "decisions": listed})
    return decision.Evidence(frozen, salt, text, b"proof", {"facts": "It insults."}).to_bytes()
