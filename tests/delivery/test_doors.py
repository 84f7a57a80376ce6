# SPDX-License-Identifier: Apache-2.0
"""The three doors through which mail comes back."""

from __future__ import annotations

import asyncio
import io
import smtplib
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, connections
from django.utils import timezone

from onrecord.config import returned
from onrecord.config.cli import main
from onrecord.delivery.errors import MailboxUnreachable
from onrecord.delivery.inbound import handlers, lmtp
from onrecord.delivery.inbound import mailbox as inbound_mailbox
from onrecord.delivery.inbound.addresses import Listener, Mailbox
from onrecord.delivery.inbound.handlers import Incoming
from onrecord.delivery.inbound.mailbox import read_mailbox, try_mailbox
from onrecord.delivery.inbound.models import Return
from onrecord.delivery.models import Delivery, Route, State
from onrecord.followers.needs import unread_returns
from onrecord.people.models import User
from tests.delivery.mailboxes import MailboxServer, serving
from tests.delivery.returned import HOST, accepted, dsn, mark_of, reply

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

Result = TypeVar("Result")
committed = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def a_sender_address(settings: Settings) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_from=f"news@{HOST}")


@pytest.fixture
def no_database() -> Iterator[None]:
    """A handler that fails as the database does when it is not there."""

    def gone(_incoming: Incoming) -> bool:
        raise DatabaseError("the database is away")

    handlers.register(gone)
    yield
    handlers.forget(gone)


def state_of(delivery: Delivery) -> str:
    return Delivery.objects.get(pk=delivery.pk).state


# The mailbox


def mailbox(server: MailboxServer, **fields: str) -> Mailbox:
    box = Mailbox("127.0.0.1", server.port, user="news", password="p w", security="none")
    return replace(box, **fields)  # type: ignore[arg-type]  # all given are texts


@pytest.mark.django_db
def test_a_mailbox_is_emptied_of_what_is_ours_and_people_keep_their_mail() -> None:
    [one] = accepted()
    strangers = dsn(to="eva@elmford.example", about="bob@else.example")
    with serving(MailboxServer({1: dsn(one), 2: reply(f"news@{HOST}"), 3: strangers})) as server:
        read_mailbox(mailbox(server, done="Returned"))
        assert server.moved == {1: "Returned"}
        assert server.unseen() == [2, 3]
        assert state_of(one) == State.BOUNCED

        server.commands.clear()
        read_mailbox(mailbox(server, done="Returned"))
        assert not [line for line in server.commands if "FETCH" in line], "nothing is read a second time"


@pytest.mark.django_db
def test_without_a_folder_for_it_what_is_dealt_with_is_marked_as_read() -> None:
    [one] = accepted()
    with serving(MailboxServer({1: dsn(one)}, keywords=False)) as server:
        read_mailbox(mailbox(server))
        assert (server.unseen(), server.moved) == ([], {})


@pytest.mark.django_db
def test_a_server_that_cannot_move_is_given_a_copy_first() -> None:
    [one] = accepted()
    with serving(MailboxServer({1: dsn(one)}, can_move=False)) as server:
        read_mailbox(mailbox(server, done="Old mail"))
        steps = [line.split()[1] for line in server.commands if line.startswith("UID")]
        assert steps == ["SEARCH", "FETCH", "STORE", "COPY", "STORE", "EXPUNGE"]


@pytest.mark.django_db
def test_a_message_that_cannot_be_dealt_with_yet_stays_unread() -> None:
    [one] = accepted()
    Delivery.objects.filter(pk=one.pk).update(state=State.IN_FLIGHT, lease_until=one.due_at)
    with serving(MailboxServer({1: dsn(one)})) as server:
        read_mailbox(mailbox(server))
        assert (server.unseen(), server.flags) == ([1], {})


@pytest.mark.django_db
def test_messages_that_have_to_wait_keep_no_others_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting, last = accepted(2)
    Delivery.objects.filter(pk=waiting.pk).update(state=State.IN_FLIGHT, lease_until=timezone.now())
    monkeypatch.setattr(inbound_mailbox, "AT_ONCE", 2)
    put_off = {number: dsn(waiting, diagnostic=f"smtp; 550 {number}") for number in range(1, 5)}
    with serving(MailboxServer({**put_off, 5: dsn(last)})) as server:
        counts = [read_mailbox(mailbox(server)) for _look in range(3)]
        assert server.unseen() == [1, 2, 3, 4]

    assert [sum(count.values()) for count in counts] == [0, 0, 1]
    assert state_of(last) == "bounced"


@pytest.mark.django_db
def test_a_message_that_cannot_be_taken_in_keeps_no_others_waiting() -> None:
    def trips(incoming: Incoming) -> bool:
        raise ValueError("a letter that nobody expected")

    [one] = accepted()
    handlers.register(trips)
    try:
        with serving(MailboxServer({1: reply(mark_of(one)), 2: dsn(one)})) as server:
            read_mailbox(mailbox(server))
            assert server.unseen() == [1]
    finally:
        handlers.forget(trips)
    assert state_of(one) == "bounced"


def test_a_wrong_password_is_told() -> None:
    with serving(MailboxServer({})) as server, pytest.raises(MailboxUnreachable, match="wrong password"):
        try_mailbox(mailbox(server, password="x"), 5)


@pytest.mark.django_db
def test_a_mailbox_that_cannot_be_read_is_told_at_the_desk_until_it_can(
    settings: Settings, ada: User, olga: User
) -> None:
    with serving(MailboxServer({})) as server:
        port = server.port
        settings.ENVIRONMENT = replace(
            settings.ENVIRONMENT, mail_inbox=f"imap://news:p%20w@127.0.0.1:{port}/?tls=none"
        )
        server.password = "another"
        for _ in range(2):
            returned.look()
        [need] = unread_returns(ada)
        assert f"The mailbox at 127.0.0.1:{port} cannot be read: " in str(need.detail)
        assert "p w" not in str(need.detail)
        assert list(unread_returns(olga)) == []

        server.password = "p w"
        returned.look()
        assert list(unread_returns(ada)) == []
        assert Route.objects.get(transport="imap").failures == 0


# LMTP


@contextmanager
def listening(listener: Listener) -> Iterator[Listener]:
    """Open the door in a thread of its own while the block runs."""
    ready, over = threading.Event(), threading.Event()
    found: list[Listener] = []

    def ask(question: Callable[[], Result]) -> asyncio.Future[Result]:
        def fresh() -> Result:
            try:
                return question()
            finally:
                connections.close_all()

        return asyncio.get_running_loop().run_in_executor(None, fresh)

    async def serve() -> None:
        server = await lmtp.listen(listener, lmtp.Door(ask))
        port = 0 if listener.path else server.sockets[0].getsockname()[1]
        found.append(replace(listener, port=port))
        ready.set()
        async with server:
            while not over.is_set():
                await asyncio.sleep(0.01)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(5)
    try:
        yield found[0]
    finally:
        over.set()
        thread.join(5)


def hand_over(where: Listener, raw: bytes, sender: str, *to: str) -> dict[str, tuple[int, bytes]]:
    """Speak LMTP as Postfix does; return who was refused."""
    with smtplib.LMTP(where.path or where.host, where.port) as client:
        try:
            return client.sendmail(sender, list(to), raw)
        except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
            return {to[0]: (error.smtp_code, error.smtp_error)}  # type: ignore[dict-item]  # bytes here


@committed
def test_a_bounce_is_taken_in_over_lmtp() -> None:
    [one] = accepted()
    with listening(Listener(host="127.0.0.1")) as where:
        assert hand_over(where, dsn(to=f"news@{HOST}"), "", mark_of(one)) == {}
    assert state_of(one) == State.BOUNCED


@committed
def test_a_unix_socket_is_open_to_its_group_alone(tmp_path: Path) -> None:
    [one] = accepted()
    place = Listener(path=str(tmp_path / "lmtp"))
    with listening(place) as where:
        assert stat.S_IMODE((tmp_path / "lmtp").stat().st_mode) == 0o660
        assert hand_over(where, dsn(one), "", mark_of(one)) == {}
    assert state_of(one) == State.BOUNCED


@committed
def test_an_answer_that_nobody_reads_is_refused_so_that_its_writer_knows() -> None:
    [one] = accepted()
    with listening(Listener(host="127.0.0.1")) as where:
        refused = hand_over(where, reply(mark_of(one)), "jan@reader.example", mark_of(one))
        assert refused[mark_of(one)][0] == 550
        assert hand_over(where, reply(f"news@{HOST}"), "spam@else.example", f"news@{HOST}") == {}


@committed
def test_without_a_database_the_mail_server_keeps_the_message(no_database: None) -> None:
    [one] = accepted()
    with listening(Listener(host="127.0.0.1")) as where:
        kept = hand_over(where, reply(mark_of(one)), "jan@reader.example", mark_of(one))
    assert kept[mark_of(one)][0] == 451
    assert not Return.objects.exists()


@committed
def test_every_recipient_gets_an_answer() -> None:
    one, other = accepted(2)
    with listening(Listener(host="127.0.0.1")) as where, smtplib.LMTP(where.host, where.port) as client:
        client.ehlo_or_helo_if_needed()
        client.mail("")
        client.rcpt(mark_of(one))
        client.rcpt(mark_of(other))
        assert client.data(dsn(one))[0] == 250
        assert client.getreply()[0] == 250
        assert client.noop()[0] == 250


@committed
def test_what_is_too_big_is_refused() -> None:
    with listening(Listener(host="127.0.0.1")) as where:
        big = b"Subject: x\n\n" + b"x" * 70 + b"\n" * lmtp.MOST_BYTES
        assert hand_over(where, big, "jan@reader.example", f"news@{HOST}")[f"news@{HOST}"][0] == 552


# The pipe


def pipe(monkeypatch: pytest.MonkeyPatch, raw: bytes, *arguments: str) -> tuple[int, str]:
    with monkeypatch.context() as patch:
        patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
        result = CliRunner().invoke(main, ["mail", "inbound", *arguments], input=raw)
    return result.exit_code, result.output


@pytest.mark.django_db
def test_a_bounce_is_piped_to_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    [one] = accepted()
    assert pipe(monkeypatch, dsn(to=f"news@{HOST}"), mark_of(one)) == (0, "")
    assert state_of(one) == State.BOUNCED


@pytest.mark.django_db
def test_the_command_speaks_the_language_of_mail_servers(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    [one] = accepted()
    raw = reply(mark_of(one))
    code, said = pipe(monkeypatch, raw, "--sender", "jan@reader.example", mark_of(one))
    assert (code, "Nobody reads this address" in said) == (67, True)
    assert pipe(monkeypatch, raw, "--sender", "", mark_of(one))[0] == 0, "mail servers are not answered"

    request.getfixturevalue("no_database")
    code, said = pipe(monkeypatch, raw + b"again", mark_of(one))
    assert (code, "cannot be taken in now: the database is away" in said) == (75, True)
