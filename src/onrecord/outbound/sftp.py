# SPDX-License-Identifier: Apache-2.0
"""Putting a file into a folder of another machine over SFTP (SSH File Transfer Protocol, version 3).

The rules are those of `onrecord.outbound.fetch`: the name is resolved once, each address looked at, the
connection made to just that one. The server is known by its key, which somebody entered; this side by a key
of its own. No password, no agent, no configuration of the machine is used.

The library (`asyncssh`) is an extra: see docs/decisions/sftp-with-asyncssh.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import posixpath
import socket
from dataclasses import dataclass
from importlib.util import find_spec
from urllib.parse import unquote, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_ssh_public_key,
)

from onrecord.outbound.addresses import MAX_LENGTH, Private, is_literal, may_be_asked
from onrecord.outbound.errors import BadAddress, NoAnswer, OutboundError, RefusedAddress, TooSlow, Unreachable
from onrecord.outbound.resolving import Refusal, Resolver

PORT = 22
_UNFINISHED = ".part"


@dataclass(frozen=True, slots=True)
class Place:
    """A folder on a machine, and as whom to come."""

    user: str
    host: str
    port: int
    folder: str


class NotTaken(OutboundError):
    """The server is there and does not take the file, or does not know the key."""


def is_installed() -> bool:
    """Tell whether the library is there."""
    return find_spec("asyncssh") is not None


def read(address: str) -> Place:
    """Take sftp://user@host:port/folder apart. Raises BadAddress."""
    if len(address) > MAX_LENGTH or any(c.isspace() or not c.isprintable() for c in address):
        raise BadAddress("The address is too long, or holds a space or a control character.")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise BadAddress("The address is malformed. It should read sftp://user@host/folder.") from error
    if parts.scheme != "sftp" or not parts.hostname or not parts.username or port == 0:
        raise BadAddress(f"“{address[:80]}” should read sftp://user@host/folder.")
    if parts.password is not None or parts.query or parts.fragment:
        raise BadAddress("Leave out password, ? and #: the key of this newsroom opens the way.")
    folder = unquote(parts.path) or "/"
    if ".." in folder.split("/"):
        raise BadAddress("The folder must not hold “..”.")
    return Place(unquote(parts.username), parts.hostname, port or PORT, folder)


def public_key(private: bytes) -> str:
    """Return the line for `authorized_keys` that belongs to a private key (Ed25519, 32 bytes)."""
    key = Ed25519PrivateKey.from_private_bytes(private).public_key()
    return key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def checked_host_key(text: str) -> str:
    """Return a host's public key as `type base64`, from that or a line of known_hosts. Raises ValueError."""

    words = text.split()
    starts = [place for place, word in enumerate(words) if word.startswith(("ssh-", "ecdsa-"))]
    if not starts or starts[0] + 1 >= len(words):
        raise ValueError("There is no key in it.")
    key = " ".join(words[starts[0] : starts[0] + 2])
    try:
        load_ssh_public_key(key.encode())
    except Exception as error:  # the library names many; each means the same here
        raise ValueError(f"It cannot be read: {error}") from error
    return key


async def put(
    address: str,
    name: str,
    body: bytes,
    *,
    private_key: bytes,
    host_key: str,
    allow_private: Private = False,
    timeout: float,
) -> None:
    """Put a file into a folder, under its name only once it is complete; one of that name is replaced.

    Raises BadAddress and RefusedAddress for good; NotTaken, TooSlow, NoAnswer, Unreachable for now.
    """
    place = read(address)
    if not is_installed():
        raise Unreachable("SFTP needs asyncssh, which is not installed: pip install 'onrecord[sftp]'.")
    try:
        async with asyncio.timeout(timeout):
            with contextlib.closing(await _connected(place, allow_private)) as connection:
                await _over(connection, place, name, body, keys=(private_key, host_key))
    except TimeoutError as error:
        raise TooSlow(f"{place.host} did not take the file within {timeout:.0f} seconds.") from error


async def _over(
    connection: socket.socket, place: Place, name: str, body: bytes, *, keys: tuple[bytes, str]
) -> None:
    import asyncssh

    try:
        async with (
            asyncssh.connect(
                place.host,
                place.port,
                sock=connection,
                username=place.user,
                client_keys=[_private(keys[0])],
                known_hosts=([asyncssh.import_public_key(keys[1])], [], []),
                preferred_auth="publickey",
                agent_path=None,
                config=None,
                x509_trusted_certs=None,
            ) as line,
            line.start_sftp_client() as folder,
        ):
            final = posixpath.join(place.folder, name)
            draft = f"{final}{_UNFINISHED}"
            async with folder.open(draft, "wb") as file:
                await file.write(body)
            await _rename(folder, draft, final)
    except asyncssh.HostKeyNotVerifiable as error:
        raise NotTaken(f"{place.host} has another key than the one that was entered.") from error
    except asyncssh.PermissionDenied as error:
        raise NotTaken(f"{place.host} does not know the key of this newsroom for {place.user}.") from error
    except asyncssh.SFTPError as error:
        raise NotTaken(f"{place.host} does not take the file: {error.reason}") from error
    except (asyncssh.Error, OSError) as error:
        raise NoAnswer(f"{place.host} hung up: {error}") from error


async def _rename(folder: object, draft: str, final: str) -> None:
    import asyncssh

    assert isinstance(folder, asyncssh.SFTPClient)  # noqa: S101 - the caller has opened it
    try:
        await folder.posix_rename(draft, final)
    except asyncssh.SFTPOpUnsupported:  # an older server: no replacing in one step
        with contextlib.suppress(asyncssh.SFTPNoSuchFile):
            await folder.remove(final)
        await folder.rename(draft, final)


def _private(raw: bytes) -> object:
    import asyncssh

    key = Ed25519PrivateKey.from_private_bytes(raw)
    return asyncssh.import_private_key(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))


async def _connected(place: Place, private: Private) -> socket.socket:
    """Resolve the name, look at each address, and connect to the first that answers."""
    if is_literal(place.host) and not may_be_asked(place.host, private):
        raise RefusedAddress(f"{place.host} is not on the public internet. Such machines are not asked.")
    loop = asyncio.get_running_loop()
    try:
        found = await Resolver(private).resolve(place.host, place.port)
    except Refusal as refusal:
        raise RefusedAddress(
            f"{place.host} leads to {refusal.address}, which is not on the public internet."
        ) from refusal
    except OSError as error:
        raise Unreachable(f"{place.host} is not known: {error}") from error
    problem: OSError | None = None
    for one in found:
        connection = socket.socket(one["family"], socket.SOCK_STREAM)
        connection.setblocking(False)
        try:
            await loop.sock_connect(connection, (one["host"], one["port"]))
        except OSError as error:
            connection.close()
            problem = error
        else:
            return connection
    raise Unreachable(f"{place.host}:{place.port} does not answer: {problem}")
