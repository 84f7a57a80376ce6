# SPDX-License-Identifier: Apache-2.0
"""A timestamping authority of OpenSSL's on this machine."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.outbound.servers import Answer, Seen

CONFIGURATION = """
[req]
distinguished_name = dn
prompt = no
[dn]
CN = unused
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[tsa]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[timestamps]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""
KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


@dataclass(frozen=True, slots=True)
class OpenSSL:
    """An authority in a directory: its keys, its root certificate, and how it answers."""

    folder: Path

    @property
    def root(self) -> Path:
        """The certificate that strangers get from the authority itself."""
        return self.folder / "root.pem"

    @classmethod
    def founded(cls, folder: Path) -> OpenSSL:
        """Make an authority in a new directory."""
        folder.mkdir()
        (folder / "tsa.cnf").write_text(CONFIGURATION)
        (folder / "serial").write_text("01\n")
        made = cls(folder)
        certificate = ("-subj", "/CN=Root of Elmford", "-extensions", "ca", "-days", "30")
        made.run("req", "-x509", *KEY, "-keyout", "ca.key", "-out", "root.pem", *certificate, config=True)
        request = ("-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Clock of Elmford")
        made.run("req", *KEY, *request, config=True)
        made.run(
            *("x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "ca.key", "-days", "30"),
            *("-CAcreateserial", "-extfile", "tsa.cnf", "-extensions", "tsa", "-out", "tsa.pem"),
        )
        return made

    def reply(self, query: bytes) -> bytes:
        """Timestamp what a query asks for."""
        (self.folder / "query.tsq").write_bytes(query)
        self.run(
            *("ts", "-reply", "-config", "tsa.cnf", "-section", "timestamps", "-queryfile", "query.tsq"),
            *("-signer", "tsa.pem", "-inkey", "tsa.key", "-out", "reply.tsr"),
        )
        return (self.folder / "reply.tsr").read_bytes()

    def answers(self, change: Callable[[bytes], bytes] = bytes) -> Callable[[Seen], Answer]:
        """Return how it answers over HTTP; `change` is what somebody on the way makes of it."""

        def answer(asked: Seen) -> Answer:
            assert asked.headers["content-type"] == "application/timestamp-query"
            return Answer(
                body=change(self.reply(asked.body)), headers={"Content-Type": "application/timestamp-reply"}
            )

        return answer

    def run(self, *arguments: str, config: bool = False) -> str:
        """Run OpenSSL in the directory and return what it says."""
        ending = ("-config", "tsa.cnf") if config else ()
        command = ["openssl", *arguments, *ending]
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, timeout=20, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr
