# SPDX-License-Identifier: Apache-2.0
"""A recipe of docs/mail.md with a real Postfix: it relays, and hands back what it cannot deliver."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.delivery.actions import Recipient
from tests.config.newsrooms import Newsroom, free_port, until
from tests.delivery.pigeons import send
from tests.delivery.postfixes import running
from tests.delivery.test_smtp import letter, readers

pytestmark = [pytest.mark.slow, pytest.mark.once]
HOST = "news.elmford.example"
NOBODY = "nobody unix - n n - 1 pipe\n  flags=q user=nobody argv=/bin/sh -c {exit 67}"
"""A service that takes mail and then says that there is no such reader (sysexits.h: EX_NOUSER)."""
STATES = """
from onrecord.delivery.models import Delivery, Suppression
states = list(Delivery.objects.values_list("state", flat=True))
print(states, list(Suppression.objects.values_list("reason", flat=True)))
"""


def test_what_postfix_cannot_deliver_comes_back_over_lmtp(
    transactional_db: None, open_newsroom: Callable[..., Newsroom], tmp_path: Path
) -> None:
    door, routes = free_port(), tmp_path / "routes"
    routes.write_text("loft.example nobody:\n", encoding="utf-8")
    with running(
        NOBODY,
        virtual_mailbox_domains=HOST,
        virtual_transport=f"lmtp:inet:127.0.0.1:{door}",
        transport_maps=f"texthash:{routes}",
        recipient_delimiter="+",
    ) as postfix:
        newsroom = _sending(open_newsroom, postfix.port, ONRECORD_MAIL_LMTP=f"127.0.0.1:{door}")
        newsroom.start()
        assert until(lambda: "hard" in newsroom.log, 40), newsroom.log + postfix.log
        assert until(lambda: "['bounced'] ['hard_bounce']" in _states(newsroom)), _states(newsroom)
        assert re.search(r"to=<news\+[0-9]+\.[0-9a-f]{24}@.*relay=127\.0\.0\.1.*status=sent", postfix.log)


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
