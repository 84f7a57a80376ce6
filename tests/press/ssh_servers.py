# SPDX-License-Identifier: Apache-2.0
"""SSH servers on this machine: one of the library's own, and OpenSSH's where it is installed."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from tests.config.newsrooms import free_port

SSHD = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin")
"""OpenSSH's server."""


@dataclass(frozen=True, slots=True)
class SshServer:
    """A server that runs: where, as whom, by which key it is known, and where files end up."""

    port: int
    user: str
    host_key: str
    folder: Path

    def address(self, folder: str = "/") -> str:
        """Return the address of a folder there."""
        return f"sftp://{self.user}@127.0.0.1:{self.port}{folder}"


@contextmanager
def asyncssh_serving(folder: Path, authorized: str) -> Iterator[SshServer]:
    """Run the library's server, which sees `folder` as its root and lets in one key."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    keys = folder.parent / "authorized_keys"
    keys.write_text(f"{authorized}\n", encoding="utf-8")
    loop, ready = asyncio.new_event_loop(), threading.Event()
    found: list[Any] = []

    async def serve() -> None:
        server = await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[key],
            authorized_client_keys=str(keys),
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=os.fsencode(folder)),
        )
        found.append(server)
        ready.set()

    def run() -> None:
        loop.run_until_complete(serve())
        loop.run_forever()
        found[0].close()
        loop.run_until_complete(found[0].wait_closed())
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        public = key.export_public_key().decode().strip()
        yield SshServer(found[0].get_port(), "desk", public, folder)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


@contextmanager
def openssh_serving(folder: Path, authorized: str) -> Iterator[SshServer]:
    """Run OpenSSH's server as whoever runs the tests, or skip the test."""
    if SSHD is None:
        pytest.skip("there is no sshd; install openssh-server")
    home = folder.parent
    key = asyncssh.generate_private_key("ssh-ed25519")
    (home / "host_key").write_bytes(key.export_private_key())
    (home / "host_key").chmod(0o600)
    (home / "authorized_keys").write_text(f"{authorized}\n", encoding="utf-8")
    (home / "authorized_keys").chmod(0o600)
    port = free_port()
    (home / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {home}/host_key\nPidFile none\nStrictModes no\n"
        f"AuthorizedKeysFile {home}/authorized_keys\nUsePAM no\nPasswordAuthentication no\n"
        f"PermitRootLogin prohibit-password\nSubsystem sftp internal-sftp\n",
        encoding="utf-8",
    )
    command = [SSHD, "-D", "-e", "-f", str(home / "sshd_config")]
    with (home / "sshd.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait_for(port, process, home / "sshd.log")
            user = pwd.getpwuid(os.getuid()).pw_name
            yield SshServer(port, user, key.export_public_key().decode().strip(), folder)
        finally:
            process.terminate()
            process.wait(10)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    import socket

    for _ in range(100):
        if process.poll() is not None:
            missing = f"sshd does not run here: {log.read_text(errors='replace')[-300:]}"
            pytest.fail(missing) if os.environ.get("ONRECORD_CI") else pytest.skip(missing)
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(log.read_text(errors="replace"))
