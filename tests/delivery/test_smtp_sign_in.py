# SPDX-License-Identifier: Apache-2.0
"""Signing in at a relay: a server that somebody else wrote decides whether it was done right."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from onrecord.delivery.errors import RouteDown
from onrecord.delivery.mail.envelope import Envelope as Letter
from onrecord.delivery.mail.relay import Relay
from onrecord.delivery.transports.smtp.client import open_connection

USER, SECRET = "news@example.org", "sesam: öffne dich"


@dataclass
class Desk:
    """Takes mail of who has signed in, and notes whose it was."""

    taken: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if not session.authenticated:
            return "530 5.7.0 sign in first"
        self.taken.append(str(session.auth_data))
        return "250 taken"


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
) -> AuthResult:
    assert isinstance(data, LoginPassword)
    right = (data.login.decode(), data.password.decode()) == (USER, SECRET)
    return AuthResult(success=right, handled=right, auth_data=f"{data.login.decode()} by {mechanism}")


async def _send(desk: Desk, secret: str, *, without: list[str]) -> None:
    loop = asyncio.get_running_loop()

    def conversation() -> SMTP:
        return SMTP(
            desk,
            authenticator=_authenticate,
            auth_require_tls=False,
            auth_exclude_mechanism=without,
            enable_SMTPUTF8=True,
            loop=loop,
        )

    server = await loop.create_server(conversation, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        relay = Relay("127.0.0.1", port, user=USER, password=secret, security="none")
        connection = await open_connection(relay, "news.elmford.example")
        try:
            reply = await connection.send(Letter("news@elmford.example", "rosa@example.org", b"Hello\r\n"))
            assert reply.ok, reply
        finally:
            await connection.close()
    finally:
        server.close()


@pytest.mark.parametrize(("without", "by"), [([], "PLAIN"), (["PLAIN"], "LOGIN")])
def test_a_relay_takes_mail_of_who_has_signed_in(without: list[str], by: str) -> None:
    desk = Desk()

    asyncio.run(_send(desk, SECRET, without=without))

    assert desk.taken == [f"{USER} by {by}"]


@pytest.mark.parametrize("without", [[], ["PLAIN"]])
def test_a_relay_that_does_not_know_us_closes_the_way_and_the_password_stays_out_of_it(
    without: list[str],
) -> None:
    with pytest.raises(RouteDown, match="refuses our user and password") as refused:
        asyncio.run(_send(Desk(), "a guess", without=without))

    assert "a guess" not in str(refused.value)
