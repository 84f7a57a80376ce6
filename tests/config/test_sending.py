# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import base64
import hmac
import json
import os
import re
import signal
import smtplib
import subprocess
import sys
from collections import Counter
from collections.abc import Callable

import pytest

from onrecord.config import sender
from onrecord.delivery import claims
from onrecord.delivery.actions import Recipient
from onrecord.delivery.models import Delivery
from tests.config.newsrooms import Newsroom, free_port, until
from tests.delivery.pigeons import recipients, send, states
from tests.delivery.relays import MailServer, in_a_thread
from tests.delivery.returned import dsn
from tests.delivery.test_smtp import letter, readers
from tests.outbound.servers import Answer, serving

COUNT = 400


@pytest.mark.slow
def test_a_sender_that_is_killed_loses_nobody_and_repeats_at_most_what_it_held(
    transactional_db: None, open_newsroom: Callable[..., Newsroom]
) -> None:
    with in_a_thread(MailServer(seconds=0.02)) as server:
        newsroom = open_newsroom(
            before=lambda: send(readers(COUNT), transport="smtp", body=letter().to_json()),
            ONRECORD_MAIL_URL=f"smtp://127.0.0.1:{server.port}?tls=none&connections=4",
            ONRECORD_MAIL_FROM="news@elmford.example",
        )
        newsroom.start()
        assert until(lambda: len(server.taken) > COUNT // 4, seconds=60), newsroom.log
        first = _senders(newsroom)[-1]
        os.kill(first, signal.SIGKILL)
        assert until(lambda: len({to for _, to, _ in server.taken}) == COUNT, seconds=60), newsroom.log

    assert _senders(newsroom)[-1] != first
    times = Counter(to for _, to, _ in server.taken)
    assert sum(times.values()) - COUNT <= 4, "at most one for each connection"
    ids = Counter(re.search(rb"Message-ID: (<.*?>)", body)[1] for _, _, body in server.taken)  # type: ignore[index]
    assert len(ids) == COUNT, "a repeated message has the same id"


@pytest.mark.slow
def test_a_newsroom_without_a_relay_posts_webhooks(
    transactional_db: None, open_newsroom: Callable[..., Newsroom]
) -> None:
    number = "ab" * 32
    with serving(lambda _: Answer(202)) as receiver:
        keys = {"keys": [{"number": number, "until": None}]}
        to = Recipient("endpoint/1", f"{receiver.url}/in", f"127.0.0.1:{receiver.port}", keys)
        document = {"event": "ping", "document": {"v": "onrecord/webhook/1"}}
        newsroom = open_newsroom(
            before=lambda: send([to], transport="webhook", body=document),
            ONRECORD_PRIVATE_ADDRESSES="127.0.0.0/8",
        )
        newsroom.start()
        assert until(lambda: bool(receiver.seen), seconds=60), newsroom.log
    [seen] = receiver.seen
    at, proof = (part.partition("=")[2] for part in seen.headers["onrecord-signature"].split(","))
    key = (newsroom.home / "keys/webhooks.key").read_bytes()
    derived = base64.urlsafe_b64encode(hmac.digest(key, bytes.fromhex(number), "sha256")).rstrip(b"=")
    assert proof == hmac.digest(b"whsec_" + derived, at.encode() + b"." + seen.body, "sha256").hex()


@pytest.mark.django_db
def test_only_what_a_dead_neighbour_held_is_taken_back_early() -> None:
    distribution = send(recipients(3))
    here = sender.place()
    assert here
    dead, alive, elsewhere = f"{here}:999999999:a", f"{here}:{os.getpid()}:b", "0123456789ab:999999999:c"
    for name in (dead, alive, elsewhere):
        claims.claim("pigeons", by=name, limit=1)

    sender._take_back_from_the_dead()

    assert states(distribution) == {"queued": 1, "in_flight": 2}
    assert set(Delivery.objects.filter(state="in_flight").values_list("lease_by", flat=True)) == {
        alive,
        elsewhere,
    }


def _senders(newsroom: Newsroom) -> list[int]:
    return [int(number) for number in re.findall(r" sender \w+:(\d+):", newsroom.log)]


@pytest.mark.slow
def test_a_newsroom_takes_back_what_it_has_sent(
    transactional_db: None, open_newsroom: Callable[..., Newsroom]
) -> None:
    door, kept = free_port(), MailServer()
    with in_a_thread(kept) as server:
        newsroom = open_newsroom(
            before=lambda: send(readers(1), transport="smtp", body=letter().to_json()),
            ONRECORD_MAIL_URL=f"smtp://127.0.0.1:{server.port}?tls=none",
            ONRECORD_MAIL_FROM="news@news.elmford.example",
            ONRECORD_MAIL_LMTP=f"127.0.0.1:{door}",
        )
        newsroom.start()
        assert until(lambda: bool(server.taken)), newsroom.log
        found = re.search(rb"Message-ID: <(.*?)>", server.taken[0][2])
        assert found is not None
        token, _, host = found[1].decode().partition("@")
        assert host == "news.elmford.example"
        assert until(lambda: "over LMTP" in newsroom.log), newsroom.log

        returned = dsn(to=f"news+{token}@{host}")
        assert until(lambda: _handed_over(door, returned, f"news+{token}@{host}")), newsroom.log

    shown = newsroom.run("manage", "shell", "-c", _STATES)
    assert "['bounced'] ['hard_bounce']" in shown.stdout, shown.stderr


_STATES = """
from onrecord.delivery.models import Delivery, Suppression
states = list(Delivery.objects.values_list("state", flat=True))
print(states, list(Suppression.objects.values_list("reason", flat=True)))
"""


def _handed_over(port: int, raw: bytes, to: str) -> bool:
    """Speak LMTP as Postfix does; tell whether it was taken. It is put off while the delivery is settled."""
    try:
        with smtplib.LMTP("127.0.0.1", port) as client:
            return client.sendmail("", [to], raw) == {}
    except (smtplib.SMTPDataError, OSError):
        return False


def test_a_sender_looks_for_no_garbage_among_what_stays_and_gathers_what_it_writes() -> None:
    asked = (
        "import gc, json, sys; from onrecord.config import django_setup; django_setup.load();"
        "from django.db import connection; from onrecord.config.sender import settle_in; settle_in();"
        "look = (lambda name: connection.cursor().execute(f'PRAGMA {name}').fetchone()[0])"
        " if connection.vendor == 'sqlite' else (lambda name: None);"
        "print(json.dumps([gc.get_freeze_count() > 100_000, gc.get_threshold()[0],"
        " look('wal_autocheckpoint'), look('synchronous'), look('mmap_size')]))"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout
    frozen, garbage_after, gathered, careful, mapped = json.loads(told)
    assert frozen
    assert garbage_after == sender.GARBAGE_AFTER
    assert (gathered, careful, mapped) in {(8000, 2, 0), (None, None, None)}
