# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from onrecord.outbound import sftp
from onrecord.outbound.errors import RefusedAddress, Unreachable
from onrecord.people.models import User
from onrecord.press.models import DestinationState
from onrecord.press.wire import actions, keys
from tests.press.desks import LOOPBACK, carry, destination, numbers, only_the_wire, tell
from tests.press.ssh_servers import SshServer, asyncssh_serving, openssh_serving
from tests.statements.drafts import corrected, released

KEY = secrets.token_bytes(32)
Serving = Callable[[Path, str], AbstractContextManager[SshServer]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "ssh" / "in"
    made.mkdir(parents=True)
    return made


def put(server: SshServer, where: str, name: str, body: bytes, **changes: Any) -> None:
    given = {"private_key": KEY, "host_key": server.host_key, "allow_private": LOOPBACK, "timeout": 10.0}
    asyncio.run(sftp.put(server.address(where), name, body, **{**given, **changes}))


@pytest.mark.parametrize("serving", [asyncssh_serving, openssh_serving])
def test_a_file_is_put_into_a_folder_whole_and_replaced_whole(folder: Path, serving: Serving) -> None:
    with serving(folder, sftp.public_key(KEY)) as server:
        where = "/" if serving is asyncssh_serving else str(folder)
        put(server, where, "1.json", b"one")
        put(server, where, "1.json", b"two")
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == {"1.json": b"two"}


@pytest.mark.parametrize("serving", [asyncssh_serving, openssh_serving])
def test_who_is_not_known_or_is_somebody_else_gets_nothing(folder: Path, serving: Serving) -> None:
    other = sftp.public_key(secrets.token_bytes(32))
    with serving(folder, sftp.public_key(KEY)) as server:
        with pytest.raises(sftp.NotTaken, match="does not know the key of this newsroom"):
            put(server, "/", "1.json", b"one", private_key=secrets.token_bytes(32))
        with pytest.raises(sftp.NotTaken, match="has another key than the one that was entered"):
            put(server, "/", "1.json", b"one", host_key=other)
        with pytest.raises(RefusedAddress, match="is not on the public internet"):
            put(server, "/", "1.json", b"one", allow_private=False)
        with pytest.raises(sftp.NotTaken, match="does not take the file"):
            put(server, "/no/such/folder", "1.json", b"one")
    with pytest.raises(Unreachable):
        put(server, "/", "1.json", b"one")
    assert list(folder.iterdir()) == []


def test_a_host_key_is_read_from_what_people_paste() -> None:
    line = sftp.public_key(KEY)
    assert sftp.checked_host_key(f"files.example.org {line} somebody@there\n") == line
    with pytest.raises(ValueError, match="There is no key in it"):
        sftp.checked_host_key("SHA256:abc")
    with pytest.raises(ValueError, match="It cannot be read"):
        sftp.checked_host_key("ssh-ed25519 AAAA")


@pytest.mark.django_db(transaction=True)
def test_editions_arrive_as_files_that_sort_in_their_order(
    olga: User, ines: User, ada: User, folder: Path, settings: Any
) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True
    row = destination(
        ada, transport="sftp", address="sftp://desk@127.0.0.1:1/", host_key=sftp.public_key(KEY)
    )
    line = keys.authorized_key(row.number, "newsroom")
    with asyncssh_serving(folder, line) as server, only_the_wire():
        given = actions.Given("Post", "newsml-g2", "sftp", address=server.address(), host_key=server.host_key)
        actions.change(row, given, by=ada)
        first = released(olga, ines)
        tell()
        carry()
        corrected(first, olga, ines, "We tested it on Tuesday.")
        tell()
        carry()
        assert numbers(row) == [(1, 1, "done"), (2, 2, "done")]
        names = sorted(one.name for one in folder.iterdir())
        assert names == [
            "00000001-water-is-safe-to-drink-v1.xml",
            "00000002-water-is-safe-to-drink-v2.xml",
        ]
        assert b"sig:correction" in (folder / names[1]).read_bytes()

        actions.rotate(row, by=ada)
        released(olga, ines, title="The bridge is open")
        tell()
        carry()
        row.refresh_from_db()
        assert row.state == DestinationState.ACTIVE
        assert "does not know the key of this newsroom" in row.last_answer
        assert json.dumps(row.number) not in row.last_answer
