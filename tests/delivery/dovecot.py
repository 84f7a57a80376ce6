# SPDX-License-Identifier: Apache-2.0
"""A real Dovecot with folders, a certificate and ports of its own, for as long as a block runs."""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PROGRAM = shutil.which("dovecot", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
USER, PASSWORD = "returns", "correct-horse"
WITHOUT_MOVE = "IMAP4rev1 LITERAL+ UIDPLUS NAMESPACE"

CONFIGURATION = """\
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = required
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
{capability}
mail_location = maildir:{folder}/mail
first_valid_uid = 1
default_login_user = {login}
default_internal_user = {internal}
default_internal_group = {group}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {starttls}
  }}
  inet_listener imaps {{
    port = {implicit}
  }}
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """Where it listens, and whom to believe."""

    ports: dict[str, int]
    """For `implicit` and `starttls`."""
    authority: Path

    @contextmanager
    def opened(self) -> Iterator[imaplib.IMAP4]:
        """Sign in as a person with a mail program would."""
        context = ssl.create_default_context(cafile=self.authority)
        with imaplib.IMAP4_SSL("127.0.0.1", self.ports["implicit"], ssl_context=context, timeout=20) as imap:
            imap.login(USER, PASSWORD)
            yield imap


@contextmanager
def dovecot(capability: str = "") -> Iterator[Dovecot]:
    """Run one; without the program the test is skipped, except where `ONRECORD_CI` forbids that."""
    if PROGRAM is None:
        missing = "Dovecot is missing; install dovecot-imapd"
        if os.environ.get("ONRECORD_CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))  # a short path: sockets are in it
    try:
        server = _prepare(folder, capability)
        process = subprocess.Popen([PROGRAM, "-F", "-c", str(folder / "dovecot.conf")])
        try:
            _wait_for(server, process, folder)
            yield server
        finally:
            process.terminate()
            process.wait(20)
    finally:
        shutil.rmtree(folder)


def _prepare(folder: Path, capability: str) -> Dovecot:
    folder.chmod(0o755)
    (folder / "mail").mkdir()
    me = pwd.getpwuid(os.getuid())
    login, internal, owner = me.pw_name, me.pw_name, me
    if me.pw_uid == 0:  # Dovecot gives root's rights away
        login, internal, owner = "dovenull", "dovecot", pwd.getpwnam("dovecot")
        os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    server = Dovecot({"implicit": _free_port(), "starttls": _free_port()}, folder / "certificate.pem")
    _certify(folder)
    configuration = CONFIGURATION.format(
        folder=folder,
        capability=f"imap_capability = {capability}" if capability else "",
        login=login,
        internal=internal,
        group=grp.getgrgid(owner.pw_gid).gr_name,
        password=PASSWORD,
        uid=owner.pw_uid,
        gid=owner.pw_gid,
        **server.ports,
    )
    (folder / "dovecot.conf").write_text(configuration)
    return server


def _certify(folder: Path) -> None:
    """Write a certificate for this machine that signs itself, so whoever is told of it believes it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "imap.elmford.example")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def _free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_for(server: Dovecot, process: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(200):
        if process.poll() is not None:
            break
        try:
            with server.opened():
                return
        except (OSError, imaplib.IMAP4.error):
            time.sleep(0.05)
    log = folder / "log"
    pytest.fail("Dovecot did not start: " + (log.read_text()[-2000:] if log.exists() else "no log"))
