# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from django.core.mail import send_mail

from onrecord.config.commands.mail import command
from onrecord.delivery import mail
from onrecord.delivery.mail import BadRelay
from tests.delivery.relays import MailServer, in_a_thread

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings


@contextmanager
def relay(settings: Settings, server: MailServer) -> Iterator[MailServer]:
    """Let a mail server run in a thread, and make it the relay."""
    with in_a_thread(server):
        use(settings, f"smtp://127.0.0.1:{server.port}?tls=none")
        yield server


def use(settings: Settings, url: str) -> None:
    settings.ENVIRONMENT = replace(
        settings.ENVIRONMENT, mail_url=url, mail_from="news@elmford.example" if url else ""
    )
    settings.EMAIL_BACKEND = "onrecord.config.mail.RelayBackend"


def test_a_trial_message_shows_what_the_relay_answers(settings: Settings) -> None:
    with relay(settings, MailServer(answers={"body": "250 queued as 4711"})) as server:
        result = CliRunner().invoke(command, ["test", "ada@elmford.example"])

    assert result.exit_code == 0
    assert "answers: 250 queued as 4711" in result.output
    ((sender, recipient, message),) = server.taken
    assert (sender, recipient) == ("news@elmford.example", "ada@elmford.example")
    assert b"Subject: A trial message" in message


def test_a_relay_that_refuses_is_quoted(settings: Settings) -> None:
    with relay(settings, MailServer(answers={"RCPT": "550 5.7.1 relaying denied"})):
        result = CliRunner().invoke(command, ["test", "ada@elsewhere.example"])

    assert result.exit_code == 1
    assert "550 5.7.1 relaying denied" in result.output


def test_without_a_relay_nothing_is_sent_and_the_way_out_is_told(settings: Settings) -> None:
    use(settings, "")
    result = CliRunner().invoke(command, ["test", "ada@elmford.example"])
    assert result.exit_code == 1
    assert "No mail relay is set. Set ONRECORD_MAIL_URL" in result.output
    with pytest.raises(BadRelay, match="ONRECORD_MAIL_URL"):
        send_mail("Hello", "You", None, ["ada@elmford.example"])


def test_an_address_of_a_relay_that_cannot_be_used_is_named(settings: Settings) -> None:
    use(settings, "smtp://mail.example?tls=perhaps")
    with pytest.raises(BadRelay, match="ONRECORD_MAIL_URL cannot be used: Use smtp://"):
        mail.relay()


def test_a_key_for_signatures_is_made_once_kept_private_and_signs(settings: Settings, tmp_path: Path) -> None:
    with relay(settings, MailServer()) as server:
        made = CliRunner().invoke(command, ["dkim", "--make", "2026-11", "--ed25519"])
        again = CliRunner().invoke(command, ["dkim", "--make", "2026-11"])
        CliRunner().invoke(command, ["test", "ada@elmford.example"])

    assert "2026-11._domainkey.elmford.example. TXT\n    v=DKIM1; k=ed25519; p=" in made.output
    assert "There is a key" in again.output
    (path,) = (settings.HOME / "keys").glob("dkim-*.pem")
    assert path.stat().st_mode & 0o777 == 0o600
    assert server.taken[0][2].startswith(b"DKIM-Signature: v=1; a=ed25519-sha256;")


def test_mail_of_libraries_takes_the_same_way(settings: Settings) -> None:
    with relay(settings, MailServer()) as server:
        assert send_mail("Hello", "You", "news@elmford.example", ["ada@elmford.example"]) == 1
    assert server.taken[0][1] == "ada@elmford.example"
