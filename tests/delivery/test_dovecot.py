# SPDX-License-Identifier: Apache-2.0
"""Mail that comes back is read from a real IMAP server, over TLS, and filed there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from onrecord.delivery.errors import MailboxUnreachable
from onrecord.delivery.inbound.actions import Outcome
from onrecord.delivery.inbound.addresses import read_mailbox as read_address
from onrecord.delivery.inbound.mailbox import LEFT, read_mailbox, try_mailbox
from onrecord.delivery.models import State
from tests.delivery.dovecot import PASSWORD, USER, WITHOUT_MOVE, Dovecot, dovecot
from tests.delivery.returned import HOST, accepted, complaint, dsn, reply

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]


@pytest.fixture(scope="module", params=["", WITHOUT_MOVE], ids=["with MOVE", "with UIDPLUS alone"])
def server(request: pytest.FixtureRequest) -> Iterator[Dovecot]:
    with dovecot(request.param) as running:
        yield running


@pytest.fixture
def trusted(server: Dovecot, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Dovecot:
    """Believe the server's certificate; empty its folders."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_from=f"news@{HOST}")
    monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
    with server.opened() as imap:
        for folder in ("Returned", "INBOX"):
            imap.create(folder)
            if imap.select(folder)[1] != [b"0"]:
                imap.store("1:*", "+FLAGS", "(\\Deleted)")
                imap.expunge()
    return server


def address_of(server: Dovecot, security: str) -> str:
    """Write where the mailbox is as an operator would."""
    scheme = {"implicit": "imaps", "starttls": "imap"}[security]
    return f"{scheme}://{USER}:{PASSWORD}@127.0.0.1:{server.ports[security]}/INBOX?done=Returned"


def put(server: Dovecot, *messages: bytes) -> None:
    """Let messages come in."""
    with server.opened() as imap:
        for message in messages:
            raw = message.replace(b"\n", b"\r\n")
            assert imap.append("INBOX", "", moment(), raw)[0] == "OK"


def moment() -> str:
    """Write now as IMAP does."""
    return time.strftime('"%d-%b-%Y %H:%M:%S +0000"', time.gmtime())


def found_in(server: Dovecot, folder: str, *what: str) -> int:
    """Count the messages of a folder that answer a search."""
    with server.opened() as imap:
        assert imap.select(folder, readonly=True)[0] == "OK"
        return len(imap.search(None, *what)[1][0].split())


@pytest.mark.parametrize("security", ["implicit", "starttls"])
def test_what_came_back_is_noted_and_moved_and_a_persons_mail_stays_unread(
    trusted: Dovecot, security: str
) -> None:
    bounced, complained = accepted(2)
    put(trusted, dsn(bounced), reply(f"news@{HOST}"), complaint(complained))
    mailbox = read_address(address_of(trusted, security))

    assert read_mailbox(mailbox) == {Outcome.NOTED: 2, Outcome.UNKNOWN: 1}

    bounced.refresh_from_db()
    complained.refresh_from_db()
    assert (bounced.state, complained.state) == (State.BOUNCED, State.COMPLAINED)
    assert found_in(trusted, "Returned", "SEEN") == 2
    assert found_in(trusted, "INBOX", "ALL") == found_in(trusted, "INBOX", "UNSEEN") == 1
    assert found_in(trusted, "INBOX", "KEYWORD", LEFT) == 1
    assert read_mailbox(mailbox) == {}, "nothing is read twice"


def test_a_folder_that_is_missing_loses_nothing(trusted: Dovecot) -> None:
    [bounced] = accepted()
    put(trusted, dsn(bounced))
    address = address_of(trusted, "implicit").replace("done=Returned", "done=Nowhere")
    assert read_mailbox(read_address(address)) == {Outcome.NOTED: 1}
    assert found_in(trusted, "INBOX", "SEEN") == 1


@pytest.mark.parametrize("security", ["implicit", "starttls"])
def test_a_certificate_that_nobody_vouches_for_ends_the_attempt_before_the_password(
    server: Dovecot, security: str
) -> None:
    with pytest.raises(MailboxUnreachable, match="CERTIFICATE_VERIFY_FAILED"):
        try_mailbox(read_address(address_of(server, security)), 10)


def test_a_wrong_password_is_told(trusted: Dovecot) -> None:
    address = address_of(trusted, "implicit").replace(PASSWORD, "wrong")
    with pytest.raises(MailboxUnreachable, match=r"(?i)authentication failed"):
        try_mailbox(read_address(address), 20)
