# SPDX-License-Identifier: Apache-2.0
"""A recipe of docs/mail.md with a real Postfix: it relays, and hands back what it cannot deliver."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.delivery.actions import Recipient
from tests.config.newsrooms import Newsroom, free_port, until
from tests.delivery.pigeons import send
from tests.delivery.test_smtp import letter, readers

POSTFIX = shutil.which("postfix") or "/usr/sbin/postfix"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not os.environ.get("ONRECORD_CI") and (not Path(POSTFIX).exists() or os.geteuid() != 0),
        reason="needs Postfix, and the rights to start it",
    ),
]
HOST = "news.elmford.example"
MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
myhostname = mx.elmford.example
mydestination =
inet_interfaces = 127.0.0.1
mynetworks = 127.0.0.0/8
smtputf8_enable = no
local_recipient_maps =
recipient_delimiter = +
virtual_mailbox_domains = {host}
virtual_transport = {transport}
transport_maps = inline:{{ {{ loft.example = nobody: }} }}
smtpd_relay_restrictions = permit_mynetworks, reject
"""
MASTER = """\
{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
nobody unix - n n - 1 pipe
  flags=q user=nobody argv=/bin/sh -c {{exit 67}}
"""
STATES = """
from onrecord.delivery.models import Delivery, Suppression
states = list(Delivery.objects.values_list("state", flat=True))
print(states, list(Suppression.objects.values_list("reason", flat=True)))
"""


@contextmanager
def postfix(port: int, transport: str) -> Iterator[Path]:
    """Run a Postfix of this test alone, in a folder that its own user can enter."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    for name in ("queue", "data"):
        (folder / name).mkdir()
    (folder / "main.cf").write_text(MAIN.format(folder=folder, host=HOST, transport=transport))
    (folder / "master.cf").write_text(MASTER.format(port=f"127.0.0.1:{port}"))
    shutil.chown(folder / "data", "postfix")
    started = subprocess.run(
        [POSTFIX, "-c", str(folder), "start"], capture_output=True, text=True, check=False, timeout=30
    )
    assert started.returncode == 0, started.stderr
    try:
        yield folder
    finally:
        subprocess.run([POSTFIX, "-c", str(folder), "stop"], capture_output=True, check=False, timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def test_what_postfix_cannot_deliver_comes_back_over_lmtp(
    transactional_db: None, open_newsroom: Callable[..., Newsroom]
) -> None:
    relay, door = free_port(), free_port()
    with postfix(relay, f"lmtp:inet:127.0.0.1:{door}") as folder:
        newsroom = _sending(open_newsroom, relay, ONRECORD_MAIL_LMTP=f"127.0.0.1:{door}")
        newsroom.start()
        assert until(lambda: "hard" in newsroom.log, 40), newsroom.log + (folder / "log").read_text()
        assert until(lambda: "['bounced'] ['hard_bounce']" in _states(newsroom)), _states(newsroom)
        assert re.search(r"to=<news\+[0-9]+\.[0-9a-f]{24}@.*relay=127\.0\.0\.1.*status=sent", _log(folder))


def _sending(open_newsroom: Callable[..., Newsroom], relay: int, **variables: str) -> Newsroom:
    return open_newsroom(
        before=lambda: send(
            [_with_its_own_mark(one) for one in readers(1)],
            transport="smtp",
            body={**letter().to_json(), "envelope_sender": f"news+⟦token⟧@{HOST}"},
        ),
        ONRECORD_MAIL_URL=f"smtp://127.0.0.1:{relay}?tls=none",
        ONRECORD_MAIL_FROM=f"news@{HOST}",
        **variables,
    )


def _with_its_own_mark(reader: Recipient) -> Recipient:
    fields = {name: value for name, value in reader.data["fields"].items() if name != "token"}
    return replace(reader, data={**reader.data, "fields": fields})


def _states(newsroom: Newsroom) -> str:
    return newsroom.run("manage", "shell", "-c", STATES).stdout


def _log(folder: Path) -> str:
    return (folder / "log").read_text(encoding="utf-8")
