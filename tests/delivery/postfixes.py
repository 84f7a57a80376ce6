# SPDX-License-Identifier: Apache-2.0
"""A Postfix of the tests' own: configuration, queue and mail in a directory of its own, on loopback alone.

It delivers to a local folder and discards everything else; nothing leaves the machine.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import pytest

COMMAND = "/usr/sbin/postfix"


@dataclass
class Postfix:
    """One that runs."""

    folder: Path
    port: int

    @property
    def log(self) -> str:
        """What it has written down of its work."""
        return (self.folder / "log").read_text(encoding="utf-8")

    def delivered(self, count: int, seconds: float = 20.0) -> list[bytes]:
        """Return what has arrived, once that are so many messages."""
        new = self.folder / "mail" / "loft.example" / "new"
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            there = sorted(new.glob("*")) if new.exists() else []
            if len(there) >= count:
                break
            time.sleep(0.05)
        return [path.read_bytes() for path in there]


def read(message: bytes) -> EmailMessage:
    """Return a message as a mail program reads it."""
    return BytesParser(EmailMessage, policy=default).parsebytes(message)


@contextmanager
def running(*services: str, **settings: str) -> Iterator[Postfix]:
    """Run Postfix while the block runs, with further services as in master.cf.

    Its folder is none of pytest's: each run of pytest closes those of all others to Postfix's own account.

    The test is skipped without it, except where `ONRECORD_CI` forbids that.
    """
    if not Path(COMMAND).exists() or os.geteuid() != 0:
        missing = (
            "Postfix is not here, or this is not root, who alone may start it (Debian: apt install postfix)"
        )
        if os.environ.get("ONRECORD_CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    folder = Path(tempfile.mkdtemp(prefix="postfix-"))
    try:
        port = _start(folder, services, settings)
        _wait(port)
        yield Postfix(folder, port)
    finally:
        subprocess.run(
            [COMMAND, "-c", str(folder / "etc"), "stop"], check=False, capture_output=True, timeout=30
        )
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path, services: tuple[str, ...], settings: dict[str, str]) -> int:
    """Start it on a free port and return that. Another program may take the port first: then on another."""
    _lay_out(folder, settings)
    said = ""
    for _attempt in range(3):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        _serve(folder, port, services)
        command = [COMMAND, "-c", str(folder / "etc"), "start"]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)
        if done.returncode == 0:
            return port
        log = folder / "log"
        said = f"{done.stderr}\n{log.read_text(encoding='utf-8') if log.exists() else 'no log'}"
    pytest.fail(f"Postfix does not start:\n{said}")


def _lay_out(folder: Path, settings: dict[str, str]) -> None:
    for part in ("etc", "queue", "data", "mail"):
        (folder / part).mkdir(parents=True)
    folder.chmod(0o711)  # Postfix's own account passes through
    shutil.chown(folder / "data", "postfix", "postfix")
    shutil.chown(folder / "mail", "nobody", "nogroup")
    options = {
        "compatibility_level": "3.6",
        "queue_directory": str(folder / "queue"),
        "data_directory": str(folder / "data"),
        "mail_owner": "postfix",
        "setgid_group": "postdrop",
        "maillog_file": str(folder / "log"),
        "maillog_file_prefixes": str(folder),
        "inet_interfaces": "127.0.0.1",
        "inet_protocols": "ipv4",
        "myhostname": "relay.example",
        "mydestination": "",
        "mynetworks": "127.0.0.0/8",
        "smtputf8_enable": "yes",
        # What a program that has just started does not take yet is tried again within seconds, not minutes.
        "queue_run_delay": "1s",
        "minimal_backoff_time": "1s",
        "maximal_backoff_time": "2s",
        "default_transport": "discard:",
        "relay_transport": "discard:",
        "virtual_mailbox_domains": "loft.example",
        "virtual_mailbox_maps": "static:loft.example/",
        "virtual_mailbox_base": str(folder / "mail"),
        "virtual_uid_maps": f"static:{_number('nobody')}",
        "virtual_gid_maps": f"static:{_group('nogroup')}",
        **settings,
    }
    text = "".join(f"{name} = {value}\n" for name, value in options.items())
    (folder / "etc" / "main.cf").write_text(text, encoding="utf-8")


def _serve(folder: Path, port: int, services: tuple[str, ...]) -> None:
    master = Path("/etc/postfix/master.cf.proto").read_text(encoding="utf-8").splitlines()
    kept = [line for line in master if not line.startswith(("#", "smtp      inet"))]
    kept = [_without_chroot(line) for line in kept]
    kept += [f"127.0.0.1:{port} inet n - n - - smtpd", *services]
    (folder / "etc" / "master.cf").write_text("\n".join(kept) + "\n", encoding="utf-8")


def _without_chroot(line: str) -> str:
    parts = line.split()
    if line[:1].strip() and len(parts) >= 8:
        parts[4] = "n"
        return " ".join(parts)
    return line


def _wait(port: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as there:
                if there.recv(3) == b"220":
                    return
        except OSError:
            time.sleep(0.05)
    pytest.fail("Postfix does not answer")


def _number(name: str) -> int:
    return pwd.getpwnam(name).pw_uid


def _group(name: str) -> int:
    return grp.getgrnam(name).gr_gid
